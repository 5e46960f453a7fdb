package rules

import (
	"tidegate/ast/catalog"
	"tidegate/ast/diag"
	"tidegate/ast/lua"
	"tidegate/lint"
	"tidegate/lint/luacode"
)

// exitReturns are the phases in which ngx.exit comes back. In all others it ends
// the code, as OpenResty 1.31.1 showed for each.
const exitReturns = catalog.HeaderFilter | catalog.Balancer

// LuaExitReturns flags ngx.exit where the code after it runs nevertheless.
var LuaExitReturns = &lint.Rule{
	Name: "lua-exit-returns", Severity: diag.Warn, Group: lint.Correctness,
	Summary: "Code follows a call of ngx.exit that does not end the code in this phase.",
	Why: `In balancer_by_lua and header_filter_by_lua ngx.exit only notes the status and returns. What follows runs as if nothing
had happened: a peer is chosen after all, or headers are set for a response that was to be refused.
"return ngx.exit(status)" ends the code in every phase.`,
	Bad: []lint.Example{{In: "http.upstream", Text: `server 0.0.0.1;
balancer_by_lua_block {
    local balancer = require "ngx.balancer"
    local host = ngx.ctx.host
    if not host then
        ngx.exit(502)
    end
    local ok, err = balancer.set_current_peer(host, 80)
    if not ok then
        ngx.log(ngx.ERR, err)
    end
}
`}},
	Good: []lint.Example{{In: "http.upstream", Text: `server 0.0.0.1;
balancer_by_lua_block {
    local balancer = require "ngx.balancer"
    local host = ngx.ctx.host
    if not host then
        return ngx.exit(502)
    end
    local ok, err = balancer.set_current_peer(host, 80)
    if not ok then
        ngx.log(ngx.ERR, err)
    end
}
`}},
	Script: func(p *lint.Pass, s *lint.Script) {
		if s.Module != "" || s.Phases&exitReturns == 0 {
			return
		}
		for _, c := range s.Code.Calls {
			if c.Dropped && c.Is("ngx.exit") && s.Code.Runs(c.Func) <= luacode.Protected && codeFollows(c.Place) {
				p.Report(s.Range(c.At()), "ngx.exit returns in %s, and the code after it runs", list((s.Phases & exitReturns).Names())).
					Fixes = []diag.Fix{returnFix(s, c)}
			}
		}
	},
}

// LuaExitWithoutReturn flags ngx.exit and its kin where code follows that never
// runs.
var LuaExitWithoutReturn = &lint.Rule{
	Name: "lua-exit-without-return", Severity: diag.Info, Group: lint.Correctness,
	Summary: "Code follows a call of ngx.exit, ngx.redirect or ngx.exec that does not return.",
	Why: `These functions end the code, except for ngx.exit in balancer_by_lua and header_filter_by_lua. Who reads the code, or
moves it into another phase, cannot see that. "return ngx.exit(status)" says so and costs nothing.`,
	Bad: []lint.Example{{In: "http.location", Text: `access_by_lua_block {
    if not ngx.var.cookie_session then
        ngx.exit(403)
    end
    ngx.req.set_header("X-Session", ngx.var.cookie_session)
}
`}},
	Good: []lint.Example{{In: "http.location", Text: `access_by_lua_block {
    if not ngx.var.cookie_session then
        return ngx.exit(403)
    end
    ngx.req.set_header("X-Session", ngx.var.cookie_session)
}
`}},
	Script: func(p *lint.Pass, s *lint.Script) {
		if s.Phases&exitReturns != 0 && s.Module == "" {
			return
		}
		for _, c := range s.Code.Calls {
			if c.Dropped && c.Is("ngx.exit", "ngx.redirect", "ngx.exec") && codeFollows(c.Place) {
				p.Report(s.Range(c.At()), "%s without return, and code follows", c.Entry.Name).Fixes = []diag.Fix{returnFix(s, c)}
			}
		}
	},
}

// returnFix writes "return" in front of a statement. It is safe where the
// statement is the last of its block; elsewhere Lua would not take it.
func returnFix(s *lint.Script, c *luacode.Call) diag.Fix {
	at := s.Range(lua.Span{Start: c.Start, End: c.Start})
	fix := replace(at, "return ", "return here")
	fix.Safe = c.Index == len(c.Block.Stmts)-1
	return fix
}

// codeFollows reports whether a statement comes after a place in its function,
// other than return, which says that nothing does.
func codeFollows(p *luacode.Place) bool {
	for ; p != nil; p = p.Up {
		if rest := p.Block.Stmts[p.Index+1:]; len(rest) > 0 {
			_, ok := rest[0].(*lua.Return)
			return !ok
		}
		if p.Up == nil {
			return false
		}
		switch p.Up.Stmt().(type) {
		case *lua.While, *lua.Repeat, *lua.NumericFor, *lua.GenericFor:
			return true
		}
	}
	return false
}
