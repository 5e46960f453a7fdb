package rules

import (
	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/conf"
	"tidegate/ast/diag"
	"tidegate/lint"
)

// Rules on targets that are listen directives of the same configuration.
var (
	// StreamProxyLoop flags sessions that come back.
	StreamProxyLoop = &lint.Rule{
		Name: "stream-proxy-loop", Severity: diag.Error, Group: lint.Correctness,
		Summary: "A stream server passes sessions to itself, directly or by way of others.",
		Why: `Each session makes another one to the same server, and that one the next, until worker_connections or ports are used up. One
client is enough.`,
		Bad:  []lint.Example{{In: "stream", Text: "server { listen 5000; proxy_pass 127.0.0.1:5000; }\n"}},
		Good: []lint.Example{{In: "stream", Text: "server { listen 5000; proxy_pass 127.0.0.1:5001; }\nserver { listen 5001; proxy_pass 10.0.0.1:80; }\n"}},
		On:   rowsOf(ngxstream.ProxyPass),
		Use: func(p *lint.Pass, u lint.Use) {
			if p.Complete() && leadsTo(p, u.Level, u.Level, map[*conf.Level]bool{}) {
				p.Report(u.Node.WordRange(1), "sessions come back to this server")
			}
		},
	}
	// ProxyProtocolMismatch flags a PROXY header that is sent and not expected, or
	// the other way round.
	ProxyProtocolMismatch = &lint.Rule{
		Name: "proxy-protocol-mismatch", Severity: diag.Error, Group: lint.Correctness,
		Summary: "One of two servers of this configuration sends a PROXY protocol header and the other does not expect one, or the reverse.",
		Why: `A listen directive with proxy_protocol closes connections that do not begin with the header ("broken header"). One without it
takes the header for the first bytes of the client. Both ends have to say the same; http cannot send the header at all.`,
		Bad: []lint.Example{
			{In: "stream", Text: "server { listen 5000; proxy_protocol on; proxy_pass 127.0.0.1:5001; }\nserver { listen 5001; return a; }\n"}},
		Good: []lint.Example{
			{In: "stream", Text: "server { listen 5000; proxy_protocol on; proxy_pass 127.0.0.1:5001; }\nserver { listen 5001 proxy_protocol; return a; }\n"}},
		On: []*catalog.Row{ngxstream.ProxyPass.Row, ngxhttp.ProxyPass.Row, ngxhttp.GRPCPass.Row},
		Use: func(p *lint.Pass, u lint.Use) {
			if !p.Complete() {
				return
			}
			sends, udpOnly := false, false
			if u.Row == ngxstream.ProxyPass.Row {
				tcp, _ := transports(u.Level)
				sends, udpOnly = ngxstream.ProxyProtocol.Get(u.Level) != 0, !tcp
			}
			if udpOnly {
				return
			}
			for _, e := range targetEndpoints(u) {
				if l, ok := disagrees(reached(p, e, false), sends); ok {
					message := "%s expects a PROXY protocol header, and none is sent"
					if sends {
						message = "%s takes the PROXY protocol header that is sent for data"
					}
					p.Report(u.Node.WordRange(1), message, e).Related = []diag.Related{{Range: l.HeadRange(), Message: "it listens here"}}
					return
				}
			}
		},
	}
)

// targetEndpoints lists the addresses that a pass directive may lead to.
func targetEndpoints(u lint.Use) []catalog.Endpoint {
	switch t := u.Arg.(type) {
	case *ngxstream.PassTarget:
		return endpointsOf(t.Addr, t.Group)
	case *ngxhttp.PassTarget:
		return endpointsOf(t.Addr, t.Group)
	}
	return nil
}

// disagrees tells that an address does not expect what is sent. One listen
// directive with proxy_protocol is enough for all servers of the address.
func disagrees(list []listener, sends bool) (*ast.Directive, bool) {
	if len(list) == 0 {
		return nil, false
	}
	for _, l := range list {
		if l.proxy {
			return l.node, !sends
		}
	}
	return list[0].node, sends
}

// leadsTo tells that the proxy_pass of a server leads to another one, or to one
// that leads there. Addresses with several servers are left out, because which
// of them is meant depends on the client.
func leadsTo(p *lint.Pass, from, to *conf.Level, seen map[*conf.Level]bool) bool {
	if seen[from] {
		return false
	}
	seen[from] = true
	pass, ok := proxies(from)
	if !ok {
		return false
	}
	tcp, udp := transports(from)
	for _, e := range endpointsOf(pass.Arg.Addr, pass.Arg.Group) {
		for _, datagrams := range []bool{false, true} {
			if datagrams && !udp || !datagrams && !tcp {
				continue
			}
			next := reached(p, e, datagrams)
			if len(next) == 0 || next[0].block.In() != catalog.Stream || severalServers(next) {
				continue
			}
			if next[0].server == to || leadsTo(p, next[0].server, to, seen) {
				return true
			}
		}
	}
	return false
}

func severalServers(list []listener) bool {
	for _, l := range list {
		if l.server != list[0].server {
			return true
		}
	}
	return false
}
