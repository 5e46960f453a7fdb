package rules

import (
	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/diag"
	"tidegate/lint"
)

// MaxConnsWithoutZone flags bounds that each worker keeps on its own.
var MaxConnsWithoutZone = &lint.Rule{
	Name: "max-conns-without-zone", Severity: diag.Warn, Group: lint.Reliability,
	Summary: "Each worker counts the connections to a server on its own, so it gets several times as many.",
	Why: `max_conns bounds the connections to a server that would not stand more. Without "zone" a group has no memory that the workers
share, and each of them counts up to the bound.`,
	Bad: []lint.Example{{In: "", Text: "worker_processes auto;\nevents {}\nstream {\nupstream app { server 10.0.0.1:80 max_conns=100; }\n" +
		"server { listen 1; proxy_pass app; }\n}\n"}},
	Good: []lint.Example{{In: "", Text: "worker_processes auto;\nevents {}\nstream {\nupstream app { zone app 64k; server 10.0.0.1:80 max_conns=100; }\n" +
		"server { listen 1; proxy_pass app; }\n}\n"}},
	On: upstreamRows,
	Use: func(p *lint.Pass, u lint.Use) {
		l := u.Body()
		if l.Synthetic() || !p.Complete() || !severalWorkers(p) || ngxstream.Zone.Set(l) || ngxhttp.Zone.Set(l) {
			return
		}
		for _, m := range membersOf(l) {
			if m.MaxConns > 0 {
				p.Report(m.node.WordRange(1), `%s gets up to %d connections from each worker: the group has no "zone"`, m.Addr.Text, m.MaxConns)
			}
		}
	},
}
