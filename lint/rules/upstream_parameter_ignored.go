package rules

import (
	"strings"

	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/diag"
	"tidegate/lint"
)

// UpstreamParameterIgnored flags parameters of a lonely server.
var UpstreamParameterIgnored = &lint.Rule{
	Name: "upstream-parameter-ignored", Severity: diag.Info, Group: lint.Unused,
	Summary: "max_fails, fail_timeout or weight is set for the only server of a group, and has no effect.",
	Why: `A group with one server has nothing to choose: nginx ignores weight, and never takes the server for failed, whatever
max_fails and fail_timeout say.`,
	Bad:  []lint.Example{{In: "stream.upstream", Text: "server 10.0.0.1:80 max_fails=3 fail_timeout=30s;\n"}},
	Good: []lint.Example{{In: "stream.upstream", Text: "server 10.0.0.1:80 max_fails=3 fail_timeout=30s;\nserver 10.0.0.2:80;\n"}},
	On:   upstreamRows,
	Use: func(p *lint.Pass, u lint.Use) {
		members := membersOf(u.Body())
		if u.Body().Synthetic() || len(members) != 1 || methodOf(u.Body()) == ngxstream.MethodLua {
			return
		}
		m := members[0]
		if m.Addr.IsName || m.Resolve || len(m.Addr.Endpoints()) != 1 {
			return // there may be several addresses
		}
		for i, w := range m.node.Words() {
			name, _, _ := strings.Cut(w.Text, "=")
			switch name {
			case "max_fails", "fail_timeout", "weight":
				p.Report(m.node.WordRange(i), "%s has no effect for the only server of a group", name)
			}
		}
	},
}
