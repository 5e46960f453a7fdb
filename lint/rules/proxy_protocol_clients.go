package rules

import (
	"strings"

	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/catalog/ngxmail"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/conf"
	"tidegate/ast/diag"
	"tidegate/lint"
)

// Rules on the addresses of clients behind a balancer that speaks the PROXY
// protocol.
var (
	// RealIPWithoutProxyProtocol flags set_real_ip_from where no header comes.
	RealIPWithoutProxyProtocol = &lint.Rule{
		Name: "real-ip-without-proxy-protocol", Severity: diag.Warn, Group: lint.Unused,
		Summary: "The client's address is to come from the PROXY protocol, and no listen directive expects it.",
		Why: `In stream and mail set_real_ip_from takes the address from the header of the PROXY protocol, and in http "real_ip_header
proxy_protocol" does. nginx reads that header only with "listen ... proxy_protocol". Without it the address stays that of the balancer,
in logs, limits and access rules.`,
		Bad:  []lint.Example{{In: "stream", Text: "server { listen 1234; set_real_ip_from 10.0.0.0/8; return $remote_addr; }\n"}},
		Good: []lint.Example{{In: "stream", Text: "server { listen 1234 proxy_protocol; set_real_ip_from 10.0.0.0/8; return $remote_addr; }\n"}},
		On:   []*catalog.Row{ngxstream.SetRealIPFrom.Row, ngxmail.SetRealIPFrom.Row, ngxhttp.RealIPHeader.Row},
		Use: func(p *lint.Pass, u lint.Use) {
			if !p.Complete() || u.Node != u.Level.Values(u.Row)[0].Node || u.Row == ngxhttp.RealIPHeader.Row && !strings.EqualFold(u.Node.Arg(0), "proxy_protocol") {
				return
			}
			servers := serversOf(u.Level)
			for _, s := range servers {
				if some, _ := expectHeader(p, s); some {
					return
				}
			}
			if len(servers) > 0 {
				p.Report(u.Node.HeadRange(), `no header with an address comes: there is no "listen ... proxy_protocol" here`)
			}
		},
	}
	// LimitCountsBalancer flags limits that count all clients as one.
	LimitCountsBalancer = &lint.Rule{
		Name: "limit-counts-balancer", Severity: diag.Warn, Group: lint.Correctness,
		Summary: "A limit by address counts all clients together, as the balancer in front of them.",
		Why: `Connections to "listen ... proxy_protocol" come from a balancer, and $remote_addr is its address unless set_real_ip_from trusts
it. A limit by $binary_remote_addr then counts all clients as one: a few of them use it up for everybody. Set set_real_ip_from, or count
by $proxy_protocol_addr.`,
		Bad: []lint.Example{{In: "stream", Text: "limit_conn_zone $binary_remote_addr zone=a:1m;\n" +
			"server { listen 1234 proxy_protocol; limit_conn a 10; return a; }\n"}},
		Good: []lint.Example{
			{In: "stream", Text: "limit_conn_zone $binary_remote_addr zone=a:1m;\nset_real_ip_from 10.0.0.0/8;\n" +
				"server { listen 1234 proxy_protocol; limit_conn a 10; return a; }\n"},
			{In: "stream", Text: "limit_conn_zone $proxy_protocol_addr zone=a:1m;\nserver { listen 1234 proxy_protocol; limit_conn a 10; return a; }\n"}},
		On: []*catalog.Row{ngxstream.LimitConn.Row, ngxhttp.LimitConn.Row, ngxhttp.LimitReq.Row},
		Use: func(p *lint.Pass, u lint.Use) {
			if !p.Complete() || !countsByPeer(p, u) {
				return
			}
			servers := serversOf(u.Level)
			for _, s := range servers {
				trusts := false
				eachLevel(s, func(l *conf.Level) {
					trusts = trusts || ngxstream.SetRealIPFrom.Set(l) || ngxhttp.SetRealIPFrom.Set(l)
				})
				if _, all := expectHeader(p, s); !all || trusts {
					return
				}
			}
			if len(servers) > 0 {
				p.Report(u.Node.WordRange(1), "all clients are counted as one: the address is that of the balancer, without set_real_ip_from")
			}
		},
	}
)

// serversOf lists the servers in which a directive of a level is in force: the
// one around it, or those in it.
func serversOf(l *conf.Level) []*conf.Level {
	isServer := func(l *conf.Level) bool {
		return l.Block() == ngxstream.Server.Row || l.Block() == ngxhttp.Server.Row || l.Block() == ngxmail.Server.Row
	}
	for out := l; out != nil; out = out.Parent() {
		if isServer(out) {
			return []*conf.Level{out}
		}
	}
	var servers []*conf.Level
	for _, in := range l.Children() {
		if isServer(in) {
			servers = append(servers, in)
		}
	}
	return servers
}

// expectHeader tells whether some or all connections to a server begin with a
// PROXY protocol header. One listen directive decides for all of an address.
func expectHeader(p *lint.Pass, server *conf.Level) (some, all bool) {
	all = true
	for _, l := range listeners(p) {
		if l.server != server || l.udp {
			continue
		}
		expected := false
		for _, other := range listeners(p) {
			expected = expected || other.proxy && other.block == l.block && other.endpoint == l.endpoint
		}
		some, all = some || expected, all && expected
	}
	return some, some && all
}

// countsByPeer tells that the key of a limit is the address of the connection.
func countsByPeer(p *lint.Pass, u lint.Use) bool {
	name := u.Node.Arg(0)
	if u.Row == ngxhttp.LimitReq.Row {
		for i := 1; i < u.Node.NumWords(); i++ {
			if zone, ok := strings.CutPrefix(u.Node.Arg(i-1), "zone="); ok {
				name = zone
			}
		}
	}
	of := map[*catalog.Row]*catalog.Row{ngxstream.LimitConn.Row: ngxstream.LimitConnZone.Row, ngxhttp.LimitConn.Row: ngxhttp.LimitConnZone.Row,
		ngxhttp.LimitReq.Row: ngxhttp.LimitReqZone.Row}[u.Row]
	for _, z := range p.Tree.Zones {
		if z.Name == name && z.Row == of {
			key := strings.Trim(z.Node.Arg(0), "${}")
			return strings.EqualFold(key, "binary_remote_addr") || strings.EqualFold(key, "remote_addr")
		}
	}
	return false
}
