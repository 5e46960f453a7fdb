package rules

import (
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxlua"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/diag"
	"tidegate/lint"
)

// streamHandlers are the directives that each set what a server does with a
// session (cscf->handler).
var streamHandlers = append([]*catalog.Row{ngxstream.ProxyPass.Row, ngxstream.Return.Row, ngxstream.Pass.Row},
	ngxlua.ContentPhase.Rows()...)

// StreamTwoHandlers flags a server with proxy_pass and content_by_lua or the like.
var StreamTwoHandlers = &lint.Rule{
	Name: "stream-two-handlers", Severity: diag.Error, Group: lint.Correctness,
	Summary: "A stream server has several directives that handle the session, and only the last one does.",
	Why: `proxy_pass, return, pass and content_by_lua_block each say what happens with a session, and each replaces what an earlier
one said. nginx reports nothing: the last one in the file wins, the others never run.

To look at a session before it is proxied use preread_by_lua_block; to choose the server use balancer_by_lua_block.`,
	Bad: []lint.Example{{In: "stream.server", Text: "proxy_pass 127.0.0.1:8080;\ncontent_by_lua_block { ngx.say(\"hello\") }\n"}},
	Good: []lint.Example{
		{In: "stream.server", Text: "preread_by_lua_block { ngx.log(ngx.INFO, \"hello\") }\nproxy_pass 127.0.0.1:8080;\n"},
		{In: "stream.server", Text: "return hello;\n"}},
	On: []*catalog.Row{ngxstream.Server.Row},
	Use: func(p *lint.Pass, u lint.Use) {
		var found []catalog.Value
		u.Body().Each(func(v catalog.Value) bool {
			for _, r := range streamHandlers {
				if v.Row == r {
					found = append(found, v)
				}
			}
			return true
		})
		if len(found) < 2 {
			return
		}
		last := found[len(found)-1].Node
		for _, v := range found[:len(found)-1] {
			p.Report(v.Node.WordRange(0), `"%s" has no effect: "%s" further below handles the sessions of this server`,
				v.Node.Name(), last.Name()).
				Related = []diag.Related{{Range: last.WordRange(0), Message: "this one handles the sessions"}}
		}
	},
}
