package rules

import (
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxcore"
	"tidegate/ast/diag"
	"tidegate/lint"
)

// QUICWithoutReuseport flags QUIC whose packets get to the wrong worker.
var QUICWithoutReuseport = &lint.Rule{
	Name: "quic-without-reuseport", Severity: diag.Warn, Group: lint.Reliability,
	Summary: "Several workers share one socket for QUIC.",
	Why: `A QUIC connection lives in one worker, and its packets are datagrams. From a shared socket any worker takes them, and one that does
not know the connection drops them: clients wait and fall back to HTTP/2. "reuseport", said once for each address, gives each worker a
socket of its own, and the kernel keeps the packets of a client together.`,
	Bad: []lint.Example{{In: "", Text: "worker_processes auto;\nevents {}\nhttp {\nserver {\nlisten 443 quic;\nlisten 443 ssl;\nserver_name a.example;\n" +
		"ssl_certificate a.pem;\nssl_certificate_key a.key;\n}\n}\n"}},
	Good: []lint.Example{{In: "", Text: "worker_processes auto;\nevents {}\nhttp {\nserver {\nlisten 443 quic reuseport;\nlisten 443 ssl;\nserver_name a.example;\n" +
		"ssl_certificate a.pem;\nssl_certificate_key a.key;\n}\n}\n"}},
	Whole: func(p *lint.Pass) {
		if !p.Complete() || !severalWorkers(p) {
			return
		}
		shared := map[catalog.Endpoint]bool{}
		for _, l := range listeners(p) {
			if l.udp && l.reuse {
				shared[l.endpoint] = true
			}
		}
		for _, l := range listeners(p) {
			if l.udp && l.block == p.Tree.HTTP() && !shared[l.endpoint] {
				shared[l.endpoint] = true // one finding for each address
				p.Report(l.node.WordRange(1), `packets get to workers that do not know their connection: no "listen" for %s has "reuseport"`, l.endpoint)
			}
		}
	},
}

// severalWorkers tells that worker_processes is set, and not to one.
func severalWorkers(p *lint.Pass) bool {
	n, ok := inForce(ngxcore.WorkerProcesses, p.Tree.Main)
	return ok && (n.Arg.Auto || n.Arg.N > 1)
}
