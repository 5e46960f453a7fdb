package rules

import (
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxlua"
	"tidegate/ast/diag"
	"tidegate/ast/lua"
	"tidegate/lint"
	"tidegate/lint/luacode"
)

// dictRow returns the directive that declares dictionaries of a subsystem.
func dictRow(subsystem catalog.Context) *catalog.Row {
	if subsystem == catalog.Stream {
		return ngxlua.LuaSharedDict.Row
	}
	return ngxlua.HTTPLuaSharedDict.Row
}

// dicts returns the declarations of dictionaries of a subsystem.
func dicts(p *lint.Pass, subsystem catalog.Context) []catalog.Value {
	l := p.Tree.HTTP()
	if subsystem == catalog.Stream {
		l = p.Tree.Stream()
	}
	if l == nil {
		return nil
	}
	return l.Values(dictRow(subsystem))
}

// LuaSharedDictUndeclared flags the use of a dictionary that does not exist.
var LuaSharedDictUndeclared = &lint.Rule{
	Name: "lua-shared-dict-undeclared", Severity: diag.Error, Group: lint.Correctness,
	Summary: "Lua code uses a shared dictionary that no lua_shared_dict declares.",
	Why: `ngx.shared.NAME is nil without "lua_shared_dict NAME size" in the same block: the dictionaries of http and of stream do
not see each other. The first call of a method then fails with "attempt to index a nil value".`,
	Bad:  []lint.Example{{In: "http", Text: "lua_shared_dict hits 1m;\nserver {\n    listen 80;\n    log_by_lua_block { ngx.shared.hitz:incr(\"all\", 1, 0) }\n}\n"}},
	Good: []lint.Example{{In: "http", Text: "lua_shared_dict hits 1m;\nserver {\n    listen 80;\n    log_by_lua_block { ngx.shared.hits:incr(\"all\", 1, 0) }\n}\n"}},
	Script: func(p *lint.Pass, s *lint.Script) {
		if !p.Complete() {
			return
		}
		for _, f := range s.Code.Fields {
			if f.Of.Name != "ngx.shared" || f.Name == "" || f.Assigned || declaresDict(p, s.Subsystem, f.Name) || mayBeMissing(s, f) {
				continue
			}
			d := p.Report(s.Range(f.Node.At()), "no lua_shared_dict declares %q in %s", f.Name, subsystemName(s.Subsystem))
			other := catalog.HTTP ^ catalog.Stream ^ s.Subsystem
			var names []string
			for _, v := range dicts(p, s.Subsystem) {
				names = append(names, v.Node.Arg(0))
			}
			switch {
			case catalog.Suggest(f.Name, names) != "":
				d.Detail = "did you mean " + catalog.Suggest(f.Name, names) + "?"
			case declaresDict(p, other, f.Name):
				d.Detail = "the one of " + subsystemName(other) + " cannot be seen from here"
			}
		}
	},
}

func declaresDict(p *lint.Pass, subsystem catalog.Context, name string) bool {
	for _, v := range dicts(p, subsystem) {
		if v.Node.Arg(0) == name {
			return true
		}
	}
	return false
}

// mayBeMissing reports whether code tests a field, or the variable that takes
// it, before it is used.
func mayBeMissing(s *lint.Script, f *luacode.Field) bool {
	chunk := s.Code.Chunk
	if tested(chunk, chunk.Text(f.Node)) {
		return true
	}
	for _, v := range chunk.Vars {
		if v.Init != nil && luacode.Strip(v.Init) == lua.Expr(f.Node) {
			return tested(chunk, v.Name)
		}
	}
	local, isLocal := f.Stmt().(*lua.Local)
	if isLocal && len(local.Values) == 1 {
		return tested(chunk, local.Vars[0].Name)
	}
	return false
}

// LuaSharedDictUnused flags dictionaries that no Lua uses.
var LuaSharedDictUnused = &lint.Rule{
	Name: "lua-shared-dict-unused", Severity: diag.Warn, Group: lint.Unused,
	Summary: "No Lua code uses a shared dictionary that is declared.",
	Why: `nginx sets the memory of a dictionary aside when it starts. A dictionary that nothing uses is a leftover, or the code
uses another name than the one that was meant.

The rule is silent if some Lua is not known: a file or module that could not be read, or code that is loaded while running.`,
	Bad:  []lint.Example{{In: "http", Text: "lua_shared_dict hits 1m;\nlua_shared_dict old_hits 1m;\nserver {\n    listen 80;\n    log_by_lua_block { ngx.shared.hits:incr(\"all\", 1, 0) }\n}\n"}},
	Good: []lint.Example{{In: "http", Text: "lua_shared_dict hits 1m;\nserver {\n    listen 80;\n    log_by_lua_block { ngx.shared.hits:incr(\"all\", 1, 0) }\n}\n"}},
	Whole: func(p *lint.Pass) {
		for _, subsystem := range []catalog.Context{catalog.HTTP, catalog.Stream} {
			declared := dicts(p, subsystem)
			if len(declared) == 0 || !p.Lua().Complete(subsystem) {
				continue
			}
			used, known := usedDicts(p, subsystem)
			for _, v := range declared {
				if known && !used[v.Node.Arg(0)] {
					p.Report(v.Node.ArgRange(0), "no Lua code uses the dictionary %q", v.Node.Arg(0))
				}
			}
		}
	},
}

// usedDicts returns the names that may be those of dictionaries: the fields of
// ngx.shared, and all constant strings, because libraries take names. known is
// false if a name is computed.
func usedDicts(p *lint.Pass, subsystem catalog.Context) (used map[string]bool, known bool) {
	used, known = map[string]bool{}, true
	for _, s := range p.Scripts() {
		if s.Subsystem != subsystem {
			continue
		}
		for _, f := range s.Code.Fields {
			if f.Of.Name == "ngx.shared" && f.Name == "" {
				known = false
			}
		}
		fields := 0
		lua.Inspect(s.Code.Chunk.Main, func(n lua.Node) bool {
			switch n := n.(type) {
			case *lua.String:
				used[n.Value] = true
			case *lua.Index:
				if e := s.Code.Resolve(n); e != nil && e.Name == "ngx.shared" {
					fields--
				}
				if e := s.Code.Resolve(n.Obj); e != nil && e.Name == "ngx.shared" {
					fields++
				}
			}
			return true
		})
		if fields < 0 {
			known = false // the table itself goes somewhere
		}
	}
	return used, known
}
