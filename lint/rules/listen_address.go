package rules

import (
	"net/netip"
	"strings"

	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/catalog/ngxmail"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/conf"
	"tidegate/ast/diag"
	"tidegate/lint"
)

// listener is one address of one listen directive.
type listener struct {
	block                   *conf.Level // stream, http or mail
	server                  *conf.Level
	node                    *ast.Directive
	endpoint                catalog.Endpoint
	udp, reuse, proxy, dual bool
}

// listeners lists all addresses that are listened on, in the order of the file.
func listeners(p *lint.Pass) []listener {
	return lint.Shared(p, "listeners", func() []listener {
		var out []listener
		for _, block := range []*conf.Level{p.Tree.Stream(), p.Tree.HTTP(), p.Tree.Mail()} {
			eachLevel(block, func(l *conf.Level) {
				for _, r := range []*catalog.Row{ngxstream.Listen.Row, ngxhttp.Listen.Row, ngxmail.Listen.Row} {
					for _, v := range l.Values(r) {
						out = append(out, listenersOf(block, l, v)...)
					}
				}
			})
		}
		return out
	})
}

func listenersOf(block, server *conf.Level, v catalog.Value) []listener {
	one := listener{block: block, server: server, node: v.Node}
	var addr catalog.Address
	switch a := v.Arg.(type) {
	case *ngxstream.ListenArgs:
		addr, one.udp, one.reuse, one.proxy, one.dual = a.Addr, a.UDP, a.ReusePort, a.ProxyProtocol, !a.IPv6Only
	case *ngxhttp.ListenArgs:
		addr, one.udp, one.reuse, one.proxy, one.dual = a.Addr, a.QUIC, a.ReusePort, a.ProxyProtocol, !a.IPv6Only
	case *ngxmail.ListenArgs:
		addr, one.proxy, one.dual = a.Addr, hasWord(v.Node, "proxy_protocol"), hasWord(v.Node, "ipv6only=off")
	}
	var out []listener
	for _, e := range addr.Endpoints() {
		one.endpoint = e
		out = append(out, one)
	}
	return out
}

func (l listener) wildcard() bool {
	return l.endpoint.Unix == "" && l.endpoint.Addr.Addr().IsUnspecified()
}

func (l listener) port() uint16 { return l.endpoint.Addr.Port() }

// ListenAddressInUse flags addresses that nginx cannot open because it has
// opened them already.
var ListenAddressInUse = &lint.Rule{
	Name: "listen-address-in-use", Severity: diag.Error, Group: lint.Correctness,
	Summary: "Two listen directives want the same address, and nginx cannot start.",
	Why: `Within stream, http or mail servers share an address. Between them, and between an IPv4 address and an IPv6 one with
"ipv6only=off", each needs a socket of its own, and the second bind() fails with "Address already in use". nginx -t does not notice:
it takes that error for its own running copy.`,
	Bad: []lint.Example{
		{In: "", Text: "events {}\nhttp { server { listen 8080; server_name a; } }\nstream { server { listen 8080; return a; } }\n"},
		{In: "http.server", Text: "listen [::]:80 ipv6only=off;\n"}},
	Good: []lint.Example{
		{In: "", Text: "events {}\nhttp { server { listen 127.0.0.1:8080; server_name a; } }\nstream { server { listen 127.0.0.2:8080; listen 8080 udp; return a; } }\n"},
		{In: "http.server", Text: "listen [::]:80;\n"}},
	Whole: func(p *lint.Pass) {
		var firsts []listener // of each socket, which all servers of a block share
		seen := map[socket]bool{}
		for _, second := range listeners(p) {
			if s := (socket{second.block, second.endpoint, second.udp, second.reuse}); seen[s] {
				continue
			} else {
				seen[s] = true
			}
			firsts = append(firsts, second)
			for _, first := range firsts[:len(firsts)-1] {
				if collide(first, second) {
					p.Report(second.node.WordRange(1), "%s cannot be opened: another listen directive takes it", second.endpoint).
						Related = []diag.Related{{Range: first.node.HeadRange(), Message: "this one"}}
					break
				}
			}
		}
	},
}

// socket is what listen directives have in common that mean the same one.
type socket struct {
	block      *conf.Level
	endpoint   catalog.Endpoint
	udp, reuse bool
}

// collide tells that the second of two sockets cannot be bound. For datagrams
// SO_REUSEADDR lets both.
func collide(a, b listener) bool {
	if a.udp || b.udp || a.endpoint.Unix != "" || b.endpoint.Unix != "" {
		return a.endpoint.Unix != "" && a.endpoint == b.endpoint && a.block != b.block
	}
	if a.port() != b.port() {
		return false
	}
	four, six := a, b
	if a.endpoint.Addr.Addr().Is6() {
		four, six = b, a
	}
	switch {
	case four.endpoint.Addr.Addr().Is4() && six.endpoint.Addr.Addr().Is6():
		return six.wildcard() && six.dual && four.wildcard()
	case a.block == b.block:
		return false
	case a.endpoint == b.endpoint:
		return true
	}
	return (a.wildcard() || b.wildcard()) && !(a.reuse && b.reuse)
}

// reached returns the listeners that a connection to an address of this machine
// gets to: those of the address itself, else those of all addresses.
func reached(p *lint.Pass, e catalog.Endpoint, udp bool) []listener {
	byAddress := lint.Shared(p, "listeners by address", func() map[socket][]listener {
		out := map[socket][]listener{}
		for _, l := range listeners(p) {
			at := socket{endpoint: l.endpoint, udp: l.udp}
			out[at] = append(out[at], l)
		}
		return out
	})
	own := byAddress[socket{endpoint: e, udp: udp}]
	if len(own) > 0 || e.Unix != "" || !e.Addr.Addr().IsLoopback() {
		return own
	}
	var any []listener
	for _, addr := range []netip.Addr{netip.IPv4Unspecified(), netip.IPv6Unspecified()} {
		for _, l := range byAddress[socket{endpoint: catalog.Endpoint{Addr: netip.AddrPortFrom(addr, e.Addr.Port())}, udp: udp}] {
			if addr.Is4() == e.Addr.Addr().Is4() || l.dual {
				any = append(any, l)
			}
		}
	}
	return any
}

// endpointsOf lists the addresses that a target without variables may lead to.
// "localhost" is taken for 127.0.0.1.
func endpointsOf(addr catalog.Address, group catalog.Level) []catalog.Endpoint {
	var out []catalog.Endpoint
	add := func(a catalog.Address) {
		if strings.EqualFold(a.Host, "localhost") {
			out = append(out, catalog.Endpoint{Addr: netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), uint16(a.Port))})
		} else if !a.IsName {
			out = append(out, a.Endpoints()...)
		}
	}
	if l, ok := group.(*conf.Level); ok {
		for _, m := range membersOf(l) {
			add(m.Addr)
		}
		return out
	}
	add(addr)
	return out
}
