package rules

import (
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/diag"
	"tidegate/lint"
)

// UpstreamPlaceholderReachable flags placeholders that connections go to.
var UpstreamPlaceholderReachable = &lint.Rule{
	Name: "upstream-placeholder-reachable", Severity: diag.Error, Group: lint.Correctness,
	Summary: "A server that only stands for one that a script chooses is used as it is.",
	Why: `nginx wants at least one server in an upstream block, so groups with balancer_by_lua_block hold an address like 0.0.0.1 that
nobody is meant to connect to. It takes connections after all if the group has no balancer_by_lua_block, or if the script never
calls set_current_peer.`,
	Bad: []lint.Example{
		{In: "stream.upstream", Text: "server 0.0.0.1:80;\n"},
		{In: "stream.upstream", Text: "server 0.0.0.1:80;\nbalancer_by_lua_block { ngx.log(ngx.INFO, \"balancing\") }\n"}},
	Good: []lint.Example{{In: "stream.upstream", Text: "server 0.0.0.1:80;\n" +
		"balancer_by_lua_block { assert(require(\"ngx.balancer\").set_current_peer(\"10.0.0.1\", 80)) }\n"}},
	On: upstreamRows,
	Use: func(p *lint.Pass, u lint.Use) {
		l := u.Body()
		if l.Synthetic() {
			return
		}
		why := `nothing chooses another server: the group has no "balancer_by_lua_block"`
		if methodOf(l) == ngxstream.MethodLua {
			if why = "the script never calls set_current_peer"; mayChoosePeer(p, l) {
				return
			}
		}
		for _, m := range membersOf(l) {
			if m.placeholder() && !m.Down {
				p.Report(m.node.WordRange(1), "connections go to the placeholder %s: %s", m.Addr.Text, why)
			}
		}
	},
}
