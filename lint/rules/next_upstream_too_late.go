package rules

import (
	"time"

	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/diag"
	"tidegate/lint"
)

// attempts pairs the time for trying servers with the time for connecting to
// one.
var attempts = []struct {
	next, connect catalog.Directive[time.Duration]
}{
	{ngxstream.ProxyNextUpstreamTimeout, ngxstream.ProxyConnectTimeout},
	{ngxhttp.ProxyNextUpstreamTimeout, ngxhttp.ProxyConnectTimeout},
	{ngxhttp.FastCGINextUpstreamTimeout, ngxhttp.FastCGIConnectTimeout},
	{ngxhttp.UWSGINextUpstreamTimeout, ngxhttp.UWSGIConnectTimeout},
	{ngxhttp.SCGINextUpstreamTimeout, ngxhttp.SCGIConnectTimeout},
	{ngxhttp.GRPCNextUpstreamTimeout, ngxhttp.GRPCConnectTimeout},
	{ngxhttp.MemcachedNextUpstreamTimeout, ngxhttp.MemcachedConnectTimeout},
	{ngxhttp.TunnelNextUpstreamTimeout, ngxhttp.TunnelConnectTimeout},
}

// NextUpstreamTooLate flags times for trying servers that the first server uses
// up.
var NextUpstreamTooLate = &lint.Rule{
	Name: "next-upstream-too-late", Severity: diag.Warn, Group: lint.Reliability,
	Summary: "The time for trying further servers is over before the first connection attempt is given up.",
	Why: `A server that is switched off does not refuse a connection; nginx waits for ..._connect_timeout (60 seconds unless set). When
that is over, ..._next_upstream_timeout is looked at: if it is over too, no other server is tried and the client gets an error. It has
to be longer than the time for one attempt.`,
	Bad: []lint.Example{{In: "stream.server", Text: "proxy_next_upstream_timeout 10s;\nproxy_pass 10.0.0.1:80;\n"},
		{In: "http.location", Text: "proxy_connect_timeout 5s;\nproxy_next_upstream_timeout 3s;\nproxy_pass http://10.0.0.1;\n"}},
	Good: []lint.Example{{In: "stream.server", Text: "proxy_connect_timeout 2s;\nproxy_next_upstream_timeout 10s;\nproxy_pass 10.0.0.1:80;\n"}},
	On: rowsOf(attempts[0].next, attempts[1].next, attempts[2].next, attempts[3].next, attempts[4].next, attempts[5].next, attempts[6].next,
		attempts[7].next),
	Use: func(p *lint.Pass, u lint.Use) {
		limit, _ := u.Arg.(time.Duration)
		if limit == 0 || !p.Complete() {
			return
		}
		for _, a := range attempts {
			if a.next.Row != u.Row {
				continue
			}
			if connect := a.connect.Get(u.Level); limit <= connect {
				d := p.Report(u.Node.WordRange(1), `a server that does not answer takes %v to be given up ("%s"), and then the time is over`,
					connect, a.connect.Name)
				if set, ok := inForce(a.connect, u.Level); ok {
					d.Related = []diag.Related{{Range: argument(set.Node), Message: "the time for one attempt"}}
				}
			}
		}
	},
}

func rowsOf[T any](list ...catalog.Directive[T]) []*catalog.Row {
	out := make([]*catalog.Row, len(list))
	for i, d := range list {
		out[i] = d.Row
	}
	return out
}
