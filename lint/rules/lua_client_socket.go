package rules

import (
	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxlua"
	"tidegate/ast/catalog/ngxstream"
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

// LuaPrereadTakes flags preread code that takes bytes away from the server that
// the session is passed to.
var LuaPrereadTakes = &lint.Rule{
	Name: "lua-preread-takes-bytes", Severity: diag.Warn, Group: lint.Correctness,
	Summary: "preread_by_lua receives bytes of a session that is proxied then, so the proxied server never gets them.",
	Why: `What receive reads in preread_by_lua does not reach the proxied server, and neither does what came with it: the server
waits for the beginning of its protocol, and the client for an answer. peek looks at the bytes and leaves them where they
are.

Code that answers the client is left alone: it speaks a protocol of its own before the session is passed on.`,
	Bad: []lint.Example{{In: "stream.server", Text: `preread_by_lua_block {
    local sock = ngx.req.socket()
    local first, err = sock:receive(3)
    if first ~= "GET" then
        return ngx.exit(400)
    end
}
proxy_pass 127.0.0.1:1235;
`}},
	Good: []lint.Example{{In: "stream.server", Text: `preread_by_lua_block {
    local sock = ngx.req.socket()
    local first, err = sock:peek(3)
    if first ~= "GET" then
        return ngx.exit(400)
    end
}
proxy_pass 127.0.0.1:1235;
`}},
	Script: func(p *lint.Pass, s *lint.Script) {
		if s.Subsystem != catalog.Stream || !s.RunsOnlyIn(catalog.Preread) || answers(s) {
			return
		}
		for _, c := range s.Code.Calls {
			if !c.Is("reqsock:receive", "reqsock:receiveany", "reqsock:receiveuntil") || s.Code.Runs(c.Func) != luacode.InPhase {
				continue
			}
			for _, u := range s.Uses {
				if proxy := u.Level.Values(ngxstream.ProxyPass.Row); len(proxy) > 0 {
					d := p.Report(s.Range(c.At()), "the proxied server does not get what this takes")
					d.Detail = "peek leaves the bytes where they are"
					d.Related = append(d.Related, diag.Related{Range: proxy[0].Node.HeadRange(), Message: "the session goes there then"})
					return
				}
			}
		}
	},
}

// answers reports whether a script sends something to the client.
func answers(s *lint.Script) bool {
	for _, c := range s.Code.Calls {
		if c.Is("reqsock:send", "ngx.say", "ngx.print", "reqsock:sslhandshake") {
			return true
		}
	}
	return false
}
