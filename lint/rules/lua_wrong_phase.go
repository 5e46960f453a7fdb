package rules

import (
	"strings"

	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/diag"
	"tidegate/lint"
	"tidegate/lint/luacode"
)

// LuaWrongPhase flags calls of the API in phases that do not allow them.
var LuaWrongPhase = &lint.Rule{
	Name: "lua-wrong-phase", Severity: diag.Error, Group: lint.Correctness,
	Summary: "A function of the API is used in a phase that does not allow it.",
	Why: `Each function of the API works in some phases only. In the others it raises "API disabled in the context of ...", the
rest of the code does not run, and nginx finds that out when the first request comes.

What needs to wait (cosockets, ngx.sleep) is moved out of log_by_lua and the filters into a timer: ngx.timer.at(0, f).
What produces a response belongs to content_by_lua, or to the phases before it.`,
	Bad: []lint.Example{
		{In: "http.location", Text: "log_by_lua_block {\n    local sock = ngx.socket.tcp()\n    sock:connect(\"127.0.0.1\", 8125)\n}\n"},
		{In: "stream.server", Text: "return ok;\nlog_by_lua_block {\n    local say = ngx.say\n    say(\"bye\")\n}\n"},
	},
	Good: []lint.Example{{In: "http.location", Text: `log_by_lua_block {
    local status = ngx.var.status
    local ok, err = ngx.timer.at(0, function(premature)
        local sock = ngx.socket.udp()
        local ok, err = sock:setpeername("127.0.0.1", 8125)
        if ok then
            sock:send("status:" .. status .. "|c")
            sock:close()
        end
    end)
    if not ok then
        ngx.log(ngx.ERR, "no timer: ", err)
    end
}
`}},
	Script: func(p *lint.Pass, s *lint.Script) {
		if s.Phases == 0 || s.Code.AsksWhere {
			return
		}
		for _, c := range s.Code.Calls {
			if c.Entry != nil && c.Entry.Func != nil {
				wrongPhase(p, s, c.Entry, c.Entry.Name, c.Place, s.Range(c.At()))
			}
		}
		for _, f := range s.Code.Fields {
			e := f.Of.Field(f.Name)
			if e.Func == nil {
				e = f.Of
			}
			if e.Func != nil {
				wrongPhase(p, s, e, s.Code.Chunk.Text(f.Node), f.Place, s.Range(f.Node.At()))
			}
		}
	},
}

func wrongPhase(p *lint.Pass, s *lint.Script, e *luacode.Entry, name string, at *luacode.Place, subject ast.Range) {
	mask := allowed(e, s.Subsystem)
	if mask == 0 || s.Code.Runs(at.Func) != luacode.InPhase {
		return
	}
	bad := s.Phases &^ mask
	if strings.HasPrefix(e.Name, "coroutine.") {
		bad &^= catalog.Init // Lua's own coroutines are there before those of OpenResty
	}
	if s.Module != "" {
		// A module is run where it is required first, its functions anywhere.
		if bad != s.Phases || at.Func != s.Code.Chunk.Main {
			return
		}
	}
	if bad == 0 {
		return
	}
	p.Report(subject, "%s is not allowed in %s", name, list(bad.Names())).
		Detail = "it is allowed in " + list(mask.Names())
}
