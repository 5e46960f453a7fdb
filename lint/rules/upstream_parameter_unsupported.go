package rules

import (
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/diag"
	"tidegate/lint"
)

// UpstreamParameterUnsupported flags parameters that the method of the group,
// which stands below them, does not know.
var UpstreamParameterUnsupported = &lint.Rule{
	Name: "upstream-parameter-unsupported", Severity: diag.Warn, Group: lint.Correctness,
	Summary: "The balancing method of a group does not support a parameter of one of its servers.",
	Why: `hash, ip_hash and random know no backup servers, and balancer_by_lua_block neither these nor max_conns. nginx refuses such
a parameter if it stands below the method. If it stands above, nginx accepts it and the method does not do what it says.`,
	Bad:  []lint.Example{{In: "stream.upstream", Text: "server 10.0.0.1:80;\nserver 10.0.0.2:80 backup;\nhash $remote_addr;\n"}},
	Good: []lint.Example{{In: "stream.upstream", Text: "server 10.0.0.1:80;\nserver 10.0.0.2:80 backup;\nleast_conn;\n"}},
	On:   upstreamRows,
	Use: func(p *lint.Pass, u lint.Use) {
		g, ok := u.Arg.(*ngxstream.Group)
		if !ok {
			return
		}
		for _, m := range membersOf(u.Body()) {
			for i := 2; i < m.node.NumWords(); i++ {
				if param, _ := new(ngxstream.Peer).Parameter(m.node.Arg(i - 1)); param&^g.Accepts() != 0 {
					p.Report(m.node.WordRange(i), `"%s" does not support the parameter "%s"`, g.Method, m.node.Arg(i-1))
				}
			}
		}
	},
}
