package rules

import (
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/diag"
	"tidegate/lint"
)

// StreamUDPSessionsPileUp flags proxied UDP without anything that ends a
// session.
var StreamUDPSessionsPileUp = &lint.Rule{
	Name: "stream-udp-sessions-pile-up", Severity: diag.Warn, Group: lint.Reliability,
	Summary: "Nothing ends the sessions of a UDP proxy but the default timeout of ten minutes.",
	Why: `UDP has no end of connection. Without proxy_responses, proxy_requests or a proxy_timeout of its own each client's port
keeps a session and a socket to the proxied server for ten minutes after its last datagram. A resolver that is asked from a new
port each time has used up worker_connections soon.`,
	Bad: []lint.Example{{In: "stream", Text: "server { listen 53 udp; proxy_pass 10.0.0.1:53; }\n"}},
	Good: []lint.Example{
		{In: "stream", Text: "server { listen 53 udp; proxy_responses 1; proxy_pass 10.0.0.1:53; }\n"},
		{In: "stream", Text: "proxy_timeout 20s;\nserver { listen 53 udp; proxy_pass 10.0.0.1:53; }\n"}},
	On: []*catalog.Row{ngxstream.ProxyPass.Row},
	Use: func(p *lint.Pass, u lint.Use) {
		l := u.Level
		_, udp := transports(l)
		if !p.Complete() || !udp || ngxstream.ProxyResponses.Set(l) || ngxstream.ProxyTimeout.Set(l) || ngxstream.ProxyRequests.Get(l) > 0 {
			return
		}
		p.Report(u.Node.WordRange(0), "each UDP client keeps a session for ten minutes: set proxy_responses or proxy_timeout")
	},
}
