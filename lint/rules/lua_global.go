package rules

import (
	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/diag"
	"tidegate/lint"
	"tidegate/lint/luacode"
)

// LuaGlobalWrite flags assignments to global variables outside of the start.
var LuaGlobalWrite = &lint.Rule{
	Name: "lua-global-write", Severity: diag.Warn, Group: lint.Correctness,
	Summary: "Lua code assigns to a global variable while it serves requests.",
	Why: `A name without "local" is global: one variable for all requests of the worker. While one request waits for a socket,
another overwrites it, and the first goes on with the data of the second. OpenResty logs "writing a global Lua variable"
for it. Write "local"; what requests shall share belongs into a module or into a shared dictionary.

Globals that init_by_lua and init_worker_by_lua set are left alone: they are set before there are requests.`,
	Bad:  []lint.Example{{In: "http.location", Text: "access_by_lua_block {\n    user = ngx.var.cookie_user\n    ngx.req.set_header(\"X-User\", user)\n}\n"}},
	Good: []lint.Example{{In: "http.location", Text: "access_by_lua_block {\n    local user = ngx.var.cookie_user\n    ngx.req.set_header(\"X-User\", user)\n}\n"}},
	Script: func(p *lint.Pass, s *lint.Script) {
		if s.Phases == 0 || s.RunsOnlyIn(initPhases) || changesEnvironment(s) {
			return
		}
		atStart := s.Phases&(catalog.Init|catalog.InitWorker) != 0
		seen := map[string]bool{}
		for _, n := range s.Code.Chunk.Globals {
			if !n.Assigned || seen[n.Text] || atStart && (s.Module == "" || n.Func == s.Code.Chunk.Main) {
				continue
			}
			seen[n.Text] = true
			d := p.Report(s.Range(n.At()), "%q is assigned as a global variable", n.Text)
			d.Detail = "all requests of the worker share it; write local"
			if v := catalog.Suggest(n.Text, varsInScope(s, n.Start)); v != "" {
				d.Detail = "did you mean the local variable " + v + "?"
			}
		}
		for _, f := range s.Code.Fields {
			// A module that writes _G means it, and mostly while nginx starts.
			if f.Of.Name == "_G" && f.Assigned && f.Name != "" && !seen[f.Name] && !atStart && s.Module == "" {
				seen[f.Name] = true
				p.Report(s.Range(f.Node.At()), "%q is assigned as a global variable", f.Name).Detail = "all requests of the worker share it"
			}
		}
	},
}

// changesEnvironment reports whether a global name in the code may be something
// else: by setfenv, or by module, which makes the module's table the globals.
func changesEnvironment(s *lint.Script) bool {
	for _, c := range s.Code.Calls {
		if c.Is("setfenv", "module", "getfenv", "setmetatable") && (c.Entry.Name != "setmetatable" || isGlobals(s, c)) {
			return true
		}
	}
	return false
}

// isGlobals reports whether the first argument of a call is _G.
func isGlobals(s *lint.Script, c *luacode.Call) bool {
	e := s.Code.Resolve(c.Arg(0))
	return e != nil && e.Name == "_G"
}

// varsInScope lists the local variables that can be seen at an offset.
func varsInScope(s *lint.Script, at int32) []string {
	var out []string
	for _, v := range s.Code.Chunk.Vars {
		if v.Start < at && at < v.End && len(v.Name) > 2 {
			out = append(out, v.Name)
		}
	}
	return out
}

// LuaUndefinedGlobal flags reads of global variables that nothing defines.
var LuaUndefinedGlobal = &lint.Rule{
	Name: "lua-undefined-global", Severity: diag.Error, Group: lint.Correctness,
	Summary: "Lua code reads a global variable that nothing defines.",
	Why: `A name that is neither local nor global is nil. To call or to index it raises an error; as a value it silently is nothing.
Mostly it is a slip of the pen, a variable whose scope has ended, or a module that was never required:
local cjson = require "cjson".

If some Lua is not known, which may define globals, only slips of the pen and names of well-known modules are reported.`,
	Bad: []lint.Example{
		{In: "http.location", Text: "content_by_lua_block {\n    ngx.say(cjson.encode({ ok = true }))\n}\n"},
		{In: "http.location", Text: "content_by_lua_block {\n    local total = 1\n    ngx.say(tostirng(total))\n}\n"},
	},
	Good: []lint.Example{{In: "http.location", Text: "content_by_lua_block {\n    local cjson = require \"cjson\"\n    ngx.say(cjson.encode({ ok = true }))\n}\n"}},
	Script: func(p *lint.Pass, s *lint.Script) {
		var defined map[string]bool
		seen := map[string]bool{}
		for _, n := range s.Code.Chunk.Globals {
			if n.Assigned || seen[n.Text] || luacode.Global(n.Text) != nil {
				continue
			}
			if defined == nil {
				if changesEnvironment(s) {
					return
				}
				defined = globalsDefined(p, s.Subsystem)
			}
			seen[n.Text] = true
			if defined[n.Text] || defined[""] || tested(s.Code.Chunk, n.Text) {
				continue
			}
			undefined(p, s, n.Text, s.Range(n.At()))
		}
	},
}

// wellKnownModules are the names under which people use modules.
var wellKnownModules = map[string]string{
	"cjson": "cjson", "json": "cjson", "ffi": "ffi", "redis": "resty.redis", "mysql": "resty.mysql", "http": "resty.http", "balancer": "ngx.balancer",
	"lrucache": "resty.lrucache", "ssl": "ngx.ssl", "jwt": "resty.jwt", "utf8": "",
}

func undefined(p *lint.Pass, s *lint.Script, name string, at ast.Range) {
	suggestion := catalog.Suggest(name, append(luacode.Globals(), allVars(s)...))
	module, known := wellKnownModules[name]
	if !p.Lua().Complete(s.Subsystem) && !known && !slipOf(name, suggestion) {
		return
	}
	d := p.Report(at, "nothing defines %q", name)
	switch {
	case module != "":
		d.Detail = "local " + name + ` = require "` + module + `"`
	case suggestion != "":
		d.Detail = "did you mean " + suggestion + "?"
	}
}

// slipOf reports whether a name surely is a slip for another one: one letter too
// many, too few or wrong, or two that have changed places, in a long name. What
// is not known may define any other name, be it for the body of one function.
func slipOf(name, other string) bool {
	if other == "" || len(name) < 5 {
		return false
	}
	i, j := 0, 0
	for i < len(name) && i < len(other) && name[i] == other[i] {
		i++
	}
	for j < len(name)-i && j < len(other)-i && name[len(name)-1-j] == other[len(other)-1-j] {
		j++
	}
	a, b := name[i:len(name)-j], other[i:len(other)-j]
	return len(a) <= 1 && len(b) <= 1 || len(a) == 2 && len(b) == 2 && a[0] == b[1] && a[1] == b[0]
}

// allVars lists the local variables of a chunk.
func allVars(s *lint.Script) []string {
	var out []string
	for _, v := range s.Code.Chunk.Vars {
		if len(v.Name) > 2 {
			out = append(out, v.Name)
		}
	}
	return out
}
