package rules

import (
	"time"

	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxlua"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/diag"
	"tidegate/lint"
)

const (
	// leastPrereadBuffer holds a ClientHello with a hybrid post-quantum key share
	// (about 1.2 kB more than an older one) and a session ticket.
	leastPrereadBuffer  = 4 << 10
	leastPrereadTimeout = time.Second
)

// StreamPrereadTooSmall flags limits of the preread phase that turn proper
// clients away.
var StreamPrereadTooSmall = &lint.Rule{
	Name: "stream-preread-too-small", Severity: diag.Warn, Group: lint.Reliability,
	Summary: "The buffer or the time for looking at the beginning of a session is too small for proper clients.",
	Why: `A session whose ClientHello does not fit into preread_buffer_size ends with status 400. Browsers with post-quantum key
exchange send about 1800 bytes, and tickets or many ALPN names add to that. A preread_timeout under a second ends the sessions of
clients behind a slow or lossy line, which may need a retransmission.`,
	Bad: []lint.Example{{In: "stream.server", Text: "ssl_preread on;\npreread_buffer_size 1k;\nproxy_pass 10.0.0.1:443;\n"},
		{In: "stream.server", Text: "ssl_preread on;\npreread_timeout 300ms;\nproxy_pass 10.0.0.1:443;\n"}},
	Good: []lint.Example{{In: "stream.server", Text: "ssl_preread on;\npreread_timeout 10s;\nproxy_pass 10.0.0.1:443;\n"}},
	On:   []*catalog.Row{ngxstream.Server.Row},
	Use: func(p *lint.Pass, u lint.Use) {
		l := u.Body()
		_, peeks := ngxlua.PrereadPhase.At(l)
		preread := ngxstream.SSLPreread.Get(l)
		if size, ok := inForce(ngxstream.PrereadBufferSize, l); ok && preread && size.Arg < leastPrereadBuffer {
			p.Report(argument(size.Node), "a ClientHello may need more than %d bytes, and then the session ends with status 400", size.Arg)
		}
		if t, ok := inForce(ngxstream.PrereadTimeout, l); ok && (preread || peeks) && t.Arg < leastPrereadTimeout {
			p.Report(argument(t.Node), "a client on a slow line cannot send its first bytes within %s", t.Node.Arg(0))
		}
	},
}
