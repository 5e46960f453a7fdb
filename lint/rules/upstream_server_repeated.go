package rules

import (
	"strings"

	"tidegate/ast/diag"
	"tidegate/lint"
)

// UpstreamServerRepeated flags a server that stands in a group twice.
var UpstreamServerRepeated = &lint.Rule{
	Name: "upstream-server-repeated", Severity: diag.Warn, Group: lint.Correctness,
	Summary: "The same address stands in a group twice.",
	Why: `nginx takes the two for different servers. The machine gets twice its share, max_fails and max_conns count for each entry
alone, and the next server that is tried after a failure may be the same one. Where a larger share is meant, "weight" says so.`,
	Bad:  []lint.Example{{In: "stream.upstream", Text: "server 10.0.0.1:80;\nserver 10.0.0.1:80;\n"}},
	Good: []lint.Example{{In: "stream.upstream", Text: "server 10.0.0.1:80 weight=2;\nserver 10.0.0.2:80;\n"}},
	On:   upstreamRows,
	Use: func(p *lint.Pass, u lint.Use) {
		seen := map[string]member{}
		for _, m := range membersOf(u.Body()) {
			if m.placeholder() {
				continue
			}
			key := strings.ToLower(m.Addr.Text)
			if m.Service != "" {
				key += " " + m.Service
			}
			if first, ok := seen[key]; ok {
				p.Report(m.node.WordRange(1), "%s stands in this group already", m.Addr.Text).
					Related = []diag.Related{{Range: first.node.WordRange(1), Message: "here"}}
				continue
			}
			seen[key] = m
		}
	},
}
