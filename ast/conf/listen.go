package conf

import (
	"net/netip"

	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/diag"
)

type listenKey struct {
	at  catalog.Endpoint
	udp bool
}

// Bits of a listen directive's protocols, for the check that all directives of
// an address agree.
const (
	protocolPROXY = 1 << iota
	protocolSSL
)

// listen adds the addresses of a directive, as the end of
// ngx_stream_core_listen does.
func (c *checker) listen(call *catalog.Call, args *ngxstream.ListenArgs, l *Level) {
	done := make(map[netip.AddrPort]bool, 1)
	for _, e := range args.Addr.Endpoints() {
		if e.Unix == "" && done[e.Addr] {
			continue
		}
		done[e.Addr] = true
		if !c.addListen(call, e, args, l) {
			return
		}
	}
}

// addListen follows ngx_stream_add_listen for one address.
func (c *checker) addListen(call *catalog.Call, e catalog.Endpoint, args *ngxstream.ListenArgs, l *Level) bool {
	key := listenKey{e, args.UDP}
	a := c.listens[key]
	if a == nil {
		a = &Listening{Endpoint: e, UDP: args.UDP, SSL: args.SSL, ProxyProtocol: args.ProxyProtocol, Options: args,
			Default: l, Servers: []*Level{l}, defaultServer: args.DefaultServer, options: args.Options}
		c.listens[key] = a
		c.tree.Listening = append(c.tree.Listening, a)
		return true
	}
	return c.addAddress(call, a, args, l)
}

// addAddress follows ngx_stream_add_addresses for an address that is known.
func (c *checker) addAddress(call *catalog.Call, a *Listening, args *ngxstream.ListenArgs, l *Level) bool {
	if a.Servers[len(a.Servers)-1] == l { // the directives of a server come together
		call.Report(diag.Emerg, catalog.RuleDuplicate, call.Word(1), "a duplicate listen "+a.Endpoint.String())
		return false
	}
	a.Servers = append(a.Servers, l)
	protocols, before := protocolsOf(args.ProxyProtocol, args.SSL), protocolsOf(a.ProxyProtocol, a.SSL)
	hadOptions := a.options
	if args.Options {
		if a.options {
			call.Report(diag.Emerg, catalog.RuleConflict, call.Word(1), "duplicate listen options for "+a.Endpoint.String())
			return false
		}
		a.options, a.Options = true, args
	}
	if args.DefaultServer {
		if a.defaultServer {
			call.Report(diag.Emerg, catalog.RuleConflict, call.Word(1), "a duplicate default server for "+a.Endpoint.String())
			return false
		}
		a.defaultServer, a.Default = true, l
	}
	if a.redefined(args.Options, hadOptions, protocols, before) {
		call.Report(diag.Warn, catalog.RuleConflict, call.Word(1), "protocol options redefined for "+a.Endpoint.String())
	}
	a.SSL = a.SSL || args.SSL
	a.ProxyProtocol = a.ProxyProtocol || args.ProxyProtocol
	return true
}

func protocolsOf(proxy, ssl bool) (bits uint8) {
	if proxy {
		bits |= protocolPROXY
	}
	if ssl {
		bits |= protocolSSL
	}
	return bits
}

// redefined tells whether protocols set before are changed, as the three cases
// of ngx_stream_add_addresses do: added, removed, the same.
func (a *Listening) redefined(options, hadOptions bool, protocols, before uint8) (warn bool) {
	switch {
	case protocols|before != before:
		warn = hadOptions && !options || a.changed || protocols|before != protocols
		a.protocols, a.changed = before, true
	case before|protocols != protocols:
		warn = options || a.protocolsSet && protocols != a.protocols
		a.protocols, a.changed = protocols, true
	default:
		warn = options && a.changed || a.protocolsSet && protocols != a.protocols
		a.protocols = protocols
	}
	a.protocolsSet = true
	return warn
}
