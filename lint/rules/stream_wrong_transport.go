package rules

import (
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/diag"
	"tidegate/lint"
)

// StreamWrongTransport flags directives for UDP in servers for TCP, and the
// other way round.
var StreamWrongTransport = &lint.Rule{
	Name: "stream-wrong-transport", Severity: diag.Warn, Group: lint.Correctness,
	Summary: "A directive that is about TCP stands in a server for UDP, or the other way round, and has no effect.",
	Why: `proxy_requests and proxy_responses count datagrams and are not looked at for TCP. ssl_preread, proxy_ssl, proxy_half_close,
proxy_socket_keepalive and tcp_nodelay are not looked at for UDP. With proxy_ssl that means that datagrams are sent to the
proxied server unencrypted.`,
	Bad: []lint.Example{
		{In: "stream", Text: "server { listen 53 udp; proxy_ssl on; proxy_timeout 5s; proxy_pass 10.0.0.1:53; }\n"},
		{In: "stream", Text: "server { listen 53; proxy_responses 1; proxy_pass 10.0.0.1:53; }\n"}},
	Good: []lint.Example{{In: "stream", Text: "server { listen 53; listen 53 udp; proxy_responses 1; proxy_pass 10.0.0.1:53; }\n"}},
	On: []*catalog.Row{ngxstream.ProxyRequests.Row, ngxstream.ProxyResponses.Row, ngxstream.ProxySSL.Row, ngxstream.SSLPreread.Row,
		ngxstream.ProxyHalfClose.Row, ngxstream.ProxySocketKeepalive.Row, ngxstream.TCPNodelay.Row},
	Use: func(p *lint.Pass, u lint.Use) {
		if u.Level.In() != catalog.StreamServer {
			return
		}
		tcp, udp := transports(u.Level)
		if tcp == udp {
			return
		}
		forUDP := u.Row == ngxstream.ProxyRequests.Row || u.Row == ngxstream.ProxyResponses.Row
		on, flag := u.Arg.(bool)
		switch {
		case forUDP == udp || flag && !on:
		case forUDP:
			p.Report(u.Node.WordRange(0), `"%s" is about UDP and has no effect in a server for TCP`, u.Row.Name)
		case u.Row == ngxstream.ProxySSL.Row:
			p.Report(u.Node.WordRange(0), `"proxy_ssl" has no effect for UDP: datagrams go to the proxied server unencrypted`)
		default:
			p.Report(u.Node.WordRange(0), `"%s" is about TCP and has no effect in a server for UDP`, u.Row.Name)
		}
	},
}
