package rules

import (
	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxlua"
	"tidegate/ast/diag"
	"tidegate/lint"
	"tidegate/lint/luacode"
)

// LuaClientSocketTwice flags content handlers that ask for the client's socket
// after preread_by_lua has taken it.
var LuaClientSocketTwice = &lint.Rule{
	Name: "lua-client-socket-twice", Severity: diag.Error, Group: lint.Correctness,
	Summary: "content_by_lua asks for the client's socket that preread_by_lua has taken.",
	Why: `A session gives its socket away once: after ngx.req.socket() in preread_by_lua, the same call in content_by_lua returns nil
and "duplicate call". Peeking is for sessions that are proxied then. A handler in Lua reads what it wants to know itself.`,
	Bad: []lint.Example{{In: "stream.server", Text: `preread_by_lua_block {
    local sock = ngx.req.socket()
    local first, err = sock:peek(1)
    if not first then
        ngx.log(ngx.INFO, err)
    end
}
content_by_lua_block {
    local sock = ngx.req.socket(true)
    sock:send("hello\n")
}
`}},
	Good: []lint.Example{{In: "stream.server", Text: `preread_by_lua_block {
    local sock = ngx.req.socket()
    local first, err = sock:peek(1)
    if not first then
        ngx.log(ngx.INFO, err)
    end
}
proxy_pass 127.0.0.1:1235;
`}},
	Script: func(p *lint.Pass, s *lint.Script) {
		if s.Subsystem != catalog.Stream || !s.RunsOnlyIn(catalog.Content) {
			return
		}
		for _, c := range s.Code.Calls {
			if !c.Is("ngx.req.socket") || s.Code.Runs(c.Func) != luacode.InPhase {
				continue
			}
			for _, u := range s.Uses {
				if first := takesSocket(p, u.Level); first.IsValid() {
					d := p.Report(s.Range(c.At()), "preread_by_lua has taken the client's socket: this returns nil")
					d.Related = append(d.Related, diag.Related{Range: first, Message: "taken here"})
				}
			}
			return
		}
	},
}

// takesSocket returns where the preread code in force at a level surely takes the
// client's socket; no range if it may not.
func takesSocket(p *lint.Pass, l catalog.Level) ast.Range {
	code, ok := ngxlua.PrereadPhase.At(l)
	if !ok {
		return ast.Range{}
	}
	s := scriptOf(p, code.Directive)
	if s == nil || s.Broken() {
		return ast.Range{}
	}
	for _, c := range s.Code.Calls {
		if c.Is("ngx.req.socket") && c.Func == s.Code.Chunk.Main && c.Up == nil {
			return s.Range(c.At())
		}
	}
	return ast.Range{}
}
