package rules

import (
	"tidegate/ast/diag"
	"tidegate/lint"
)

// UpstreamAllDown flags groups without a server that may be used.
var UpstreamAllDown = &lint.Rule{
	Name: "upstream-all-down", Severity: diag.Error, Group: lint.Correctness,
	Summary: "All servers of a group are marked as down.",
	Why: `A server with "down" is never chosen. If all have it, every session or request of the group fails with "no live upstreams"
(502 in http).`,
	Bad:  []lint.Example{{In: "stream.upstream", Text: "server 10.0.0.1:80 down;\nserver 10.0.0.2:80 down;\n"}},
	Good: []lint.Example{{In: "stream.upstream", Text: "server 10.0.0.1:80 down;\nserver 10.0.0.2:80;\n"}},
	On:   upstreamRows,
	Use: func(p *lint.Pass, u lint.Use) {
		members := membersOf(u.Body())
		if u.Body().Synthetic() || len(members) == 0 {
			return
		}
		for _, m := range members {
			if !m.Down {
				return
			}
		}
		p.Report(u.Node.HeadRange(), "all servers of the group are down")
	},
}
