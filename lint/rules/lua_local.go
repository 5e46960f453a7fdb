package rules

import (
	"strings"

	"tidegate/ast/diag"
	"tidegate/ast/lua"
	"tidegate/lint"
)

// LuaUnusedLocal flags local variables that are never read.
var LuaUnusedLocal = &lint.Rule{
	Name: "lua-unused-local", Severity: diag.Info, Group: lint.Unused,
	Summary: "A local variable is never read.",
	Why: `A value that nobody reads is work for nothing, or the sign of a mistake: another variable was read instead, or the result
of a check was dropped. A name that begins with "_" says that the value is not wanted. Where one of several values of a call
is used, the others may be named freely.`,
	Bad:  []lint.Example{{In: "http.location", Text: "content_by_lua_block {\n    local host = ngx.var.host\n    ngx.say(\"hello\")\n}\n"}},
	Good: []lint.Example{{In: "http.location", Text: "content_by_lua_block {\n    local host = ngx.var.host\n    ngx.say(\"hello \", host)\n}\n"}},
	Script: func(p *lint.Pass, s *lint.Script) {
		for _, v := range s.Code.Chunk.Vars {
			if len(v.Reads) > 0 || strings.HasPrefix(v.Name, "_") || setsAnother(v) {
				continue
			}
			switch decl := v.Decl.(type) {
			case *lua.Local:
				if v != decl.Vars[0] || anyRead(decl.Vars) {
					continue
				}
				if call, ok := v.Init.(*lua.Call); ok && mustSucceed(s.Code.Callee(call)) {
					continue // lua-error-ignored says more
				}
			case *lua.LocalFunction:
			default:
				continue // what a loop does not read, its name explains
			}
			what := "is never read"
			if len(v.Writes) > 0 {
				what = "is assigned and never read"
			}
			p.Report(s.Range(v.At()), "the local variable %q %s", v.Name, what)
		}
	},
}

func anyRead(vars []*lua.Var) bool {
	for _, v := range vars {
		if len(v.Reads) > 0 || strings.HasPrefix(v.Name, "_") {
			return true
		}
	}
	return false
}

// LuaShadowedAssignment flags declarations where an assignment was meant.
var LuaShadowedAssignment = &lint.Rule{
	Name: "lua-shadowed-assignment", Severity: diag.Warn, Group: lint.Correctness,
	Summary: "A local declaration stands where an assignment to the outer variable was meant.",
	Why: `"local x = ..." inside a block makes a new variable that ends with the block. If nothing reads it there, and the outer
variable of the same name is read afterwards, the value was meant for that one, which keeps its old value.`,
	Bad: []lint.Example{{In: "http.location", Text: `content_by_lua_block {
    local name = "stranger"
    if ngx.var.arg_name then
        local name = ngx.var.arg_name
    end
    ngx.say("hello ", name)
}
`}},
	Good: []lint.Example{{In: "http.location", Text: `content_by_lua_block {
    local name = "stranger"
    if ngx.var.arg_name then
        name = ngx.var.arg_name
    end
    ngx.say("hello ", name)
}
`}},
	Script: func(p *lint.Pass, s *lint.Script) {
		for _, v := range s.Code.Chunk.Vars {
			if len(v.Reads) == 0 && setsAnother(v) {
				d := p.Report(s.Range(v.At()), "this %q is another variable than the one that is read later", v.Name)
				d.Detail = "leave local out to assign to the outer one"
				d.Related = append(d.Related, diag.Related{Range: s.Range(v.Shadows.At()), Message: "the outer variable"})
			}
		}
	},
}

// setsAnother reports whether a variable that is never read has the name of one
// that is read after its scope.
func setsAnother(v *lua.Var) bool {
	decl, ok := v.Decl.(*lua.Local)
	if !ok || v.Shadows == nil || v.Init == nil || len(decl.Vars) > 1 || strings.HasPrefix(v.Name, "_") || v.Shadows.Kind == lua.LoopVar {
		return false
	}
	for _, r := range v.Shadows.Reads {
		if r.Start > v.End && r.Func == v.Func {
			return true
		}
	}
	return false
}
