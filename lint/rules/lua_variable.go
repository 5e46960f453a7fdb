package rules

import (
	"strings"
	"sync"

	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxcore"
	"tidegate/ast/conf"
	"tidegate/ast/diag"
	"tidegate/ast/lua"
	"tidegate/lint"
	"tidegate/lint/luacode"
)

// variableUse is a use of ngx.var.NAME and what is known of the variable.
type variableUse struct {
	*luacode.Field
	name    string
	builtin *catalog.Variable // nil if there is none
	defined bool              // a directive defines it
}

// variableUses lists the uses of variables with constant names.
func variableUses(p *lint.Pass, s *lint.Script) []variableUse {
	var out []variableUse
	for _, f := range s.Code.Fields {
		if f.Of.Name != "ngx.var" || f.Name == "" {
			continue
		}
		u := variableUse{Field: f, name: strings.ToLower(f.Name)}
		u.builtin = builtinVariable(u.name, s.Subsystem)
		u.defined = variablesDefined(p, s.Subsystem)[u.name]
		out = append(out, u)
	}
	return out
}

// builtinVariable finds the built-in variable that a name stands for.
func builtinVariable(name string, subsystem catalog.Context) *catalog.Variable {
	b := builtinVariables()
	if v := b.byName[variableKey{name, subsystem}]; v != nil {
		return v
	}
	for _, v := range b.prefixes {
		if v.In&subsystem != 0 && strings.HasPrefix(name, v.Name) {
			return v
		}
	}
	return nil
}

type variableKey struct {
	name string
	in   catalog.Context
}

type variableIndex struct {
	byName   map[variableKey]*catalog.Variable
	prefixes []*catalog.Variable
}

var builtinVariables = sync.OnceValue(func() variableIndex {
	b := variableIndex{byName: map[variableKey]*catalog.Variable{}}
	for _, m := range conf.Catalog.Modules() {
		for i := range m.Variables {
			v := &m.Variables[i]
			if v.Prefix {
				b.prefixes = append(b.prefixes, v)
				continue
			}
			for _, in := range []catalog.Context{catalog.HTTP, catalog.Stream} {
				if v.In&in != 0 {
					b.byName[variableKey{v.Name, in}] = v
				}
			}
		}
	}
	return b
})

// strangers reports whether modules are loaded that are not known, and with them
// variables.
func strangers(p *lint.Pass) bool {
	for _, v := range p.Tree.Main.Values(ngxcore.LoadModule.Row) {
		name := v.Node.Arg(0)
		name = strings.TrimSuffix(name[strings.LastIndexByte(name, '/')+1:], ".so")
		known := name == "ndk_http_module"
		for _, m := range conf.Catalog.Modules() {
			known = known || m.Name == name
		}
		if !known {
			return true
		}
	}
	return false
}

// LuaVariableUnknown flags uses of variables that do not exist.
var LuaVariableUnknown = &lint.Rule{
	Name: "lua-variable-unknown", Severity: diag.Warn, Group: lint.Correctness,
	Summary: "Lua code uses a variable that neither nginx has nor a directive defines.",
	Why: `ngx.var.NAME of a variable that does not exist is nil, whatever the request; to assign to it raises "variable not found
for writing". Variables that Lua code sets are defined first: by "set $name '';" in http, by lua_add_variable in stream.`,
	Bad:  []lint.Example{{In: "http.location", Text: "access_by_lua_block { ngx.var.backend = \"blue\" }\nproxy_pass http://127.0.0.1:8080;\n"}},
	Good: []lint.Example{{In: "http.location", Text: "set $backend \"\";\naccess_by_lua_block { ngx.var.backend = \"blue\" }\nproxy_pass http://127.0.0.1:8080;\nproxy_set_header X-Backend $backend;\n"}},
	Script: func(p *lint.Pass, s *lint.Script) {
		if !p.Complete() || strangers(p) {
			return
		}
		for _, u := range variableUses(p, s) {
			if u.builtin != nil || u.defined {
				continue
			}
			d := p.Report(s.Range(u.Node.At()), "there is no variable $%s in %s", u.name, subsystemName(s.Subsystem))
			if v := catalog.Suggest(u.name, knownVariables(p, s.Subsystem)); v != "" {
				d.Detail = "did you mean ngx.var." + v + "?"
			} else if u.Assigned && s.Subsystem == catalog.Stream {
				d.Detail = "define it: lua_add_variable $" + u.name + ";"
			} else if u.Assigned {
				d.Detail = "define it: set $" + u.name + " '';"
			}
		}
	},
}

func knownVariables(p *lint.Pass, subsystem catalog.Context) []string {
	var out []string
	for _, m := range p.Tree.DefinedVariables(subsystem) {
		out = append(out, m.Name)
	}
	for _, m := range conf.Catalog.Modules() {
		for i := range m.Variables {
			if v := &m.Variables[i]; v.In&subsystem != 0 && !v.Prefix {
				out = append(out, v.Name)
			}
		}
	}
	return out
}

// LuaVariableReadOnly flags assignments to variables that cannot be assigned.
var LuaVariableReadOnly = &lint.Rule{
	Name: "lua-variable-read-only", Severity: diag.Error, Group: lint.Correctness,
	Summary: "Lua code assigns to a variable that cannot be changed.",
	Why: `Most built-in variables are computed from the request. To assign to one raises "variable not changeable", and the code
ends there. Request headers are changed by ngx.req.set_header, arguments by ngx.req.set_uri_args, the URI by ngx.req.set_uri.`,
	Bad:  []lint.Example{{In: "http.location", Text: "rewrite_by_lua_block { ngx.var.uri = \"/v2\" .. ngx.var.uri }\n"}},
	Good: []lint.Example{{In: "http.location", Text: "rewrite_by_lua_block { ngx.req.set_uri(\"/v2\" .. ngx.var.uri) }\n"}},
	Script: func(p *lint.Pass, s *lint.Script) {
		for _, u := range variableUses(p, s) {
			b := u.builtin
			if !u.Assigned || b == nil || u.defined || b.Changeable && !b.Prefix {
				continue
			}
			d := p.Report(s.Range(u.Node.At()), "the variable $%s cannot be assigned", u.name)
			switch {
			case strings.HasPrefix(u.name, "http_"):
				d.Detail = "use ngx.req.set_header"
			case strings.HasPrefix(u.name, "arg_"), u.name == "query_string":
				d.Detail = "use ngx.req.set_uri_args, or assign ngx.var.args"
			case u.name == "uri", u.name == "document_uri", u.name == "request_uri":
				d.Detail = "use ngx.req.set_uri"
			case strings.HasPrefix(u.name, "sent_http_"):
				d.Detail = "use ngx.header"
			case u.name == "status":
				d.Detail = "use ngx.status"
			}
		}
	},
}

// LuaVariableInLoop flags variables that a loop reads again and again.
var LuaVariableInLoop = &lint.Rule{
	Name: "lua-variable-in-loop", Severity: diag.Info, Group: lint.Reliability,
	Summary: "A loop reads the same variable each time round.",
	Why: `Each use of ngx.var.NAME looks the variable up by its name and makes a new string, in memory that is freed only when the
request ends. Read it once before the loop: local uri = ngx.var.uri.`,
	Bad: []lint.Example{{In: "http.location", Text: `access_by_lua_block {
    for _, prefix in ipairs({"/admin", "/debug", "/status"}) do
        if ngx.var.uri:sub(1, #prefix) == prefix then
            return ngx.exit(403)
        end
    end
}
`}},
	Good: []lint.Example{{In: "http.location", Text: `access_by_lua_block {
    local uri = ngx.var.uri
    for _, prefix in ipairs({"/admin", "/debug", "/status"}) do
        if uri:sub(1, #prefix) == prefix then
            return ngx.exit(403)
        end
    end
}
`}},
	Script: func(p *lint.Pass, s *lint.Script) {
		assigned := map[string]bool{}
		for _, f := range s.Code.Fields {
			if f.Of.Name == "ngx.var" && f.Assigned {
				assigned[strings.ToLower(f.Name)] = true
			}
		}
		for _, u := range variableUses(p, s) {
			if u.Assigned || assigned[u.name] || assigned[""] || !inForLoop(u.Place) || changesMeanwhile(s, u) {
				continue
			}
			p.Report(s.Range(u.Node.At()), "the loop looks $%s up each time round", u.name).Detail = "read it once before the loop"
		}
	},
}

// changesMeanwhile reports whether a variable may have another value each time.
// The parts of the URI count as volatile, but only code changes them.
func changesMeanwhile(s *lint.Script, u variableUse) bool {
	switch u.name {
	case "uri", "document_uri", "args", "query_string", "is_args":
		for _, c := range s.Code.Calls {
			if c.Is("ngx.req.set_uri", "ngx.req.set_uri_args") {
				return true
			}
		}
		return false
	}
	return u.builtin != nil && u.builtin.Volatile
}

// inForLoop reports whether a for loop passes a place each time round.
func inForLoop(p *luacode.Place) bool {
	for up := p.Up; up != nil; up = up.Up {
		switch up.Stmt().(type) {
		case *lua.NumericFor, *lua.GenericFor:
			return !leaves(p)
		case *lua.Do:
		default:
			return false // a branch that may be taken once, or another loop
		}
	}
	return false
}

// leaves reports whether the statement at a place, or one after it in its block,
// ends the loop.
func leaves(p *luacode.Place) bool {
	for _, st := range p.Block.Stmts[p.Index:] {
		switch st.(type) {
		case *lua.Return, *lua.Break, *lua.Goto:
			return true
		}
	}
	return false
}
