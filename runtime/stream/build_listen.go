package stream

import (
	"errors"
	"fmt"
	"slices"

	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/conf/pcre"
	"tidegate/runtime/relay"
	"tidegate/runtime/stream/wildcard"
)

// endpoint is one address of the configuration with the servers that listen on it (ngx_stream_conf_addr_t).
type endpoint struct {
	addr    relay.Addr
	args    *ngxstream.ListenArgs
	servers []*Server
	def     *Server
	bind    bool // has a socket of its own whatever else listens on the port
	ssl     bool
	proxy   bool
	marked  bool // def was chosen by default_server
}

// listeners collects the listen directives and decides which sockets are needed (ngx_stream_add_listen,
// ngx_stream_optimize_servers).
func (b *builder) listeners() {
	var all []*endpoint
	for i, u := range ngxstream.Server.In(b.level) {
		for _, l := range ngxstream.Listen.Uses(u.Level) {
			for _, e := range l.Arg.Addr.Endpoints() {
				all = b.listen(all, l.Arg, EndpointAddr(e, l.Arg.UDP), b.servers[i])
			}
		}
	}
	for _, e := range all {
		b.socket(all, e)
	}
}

// EndpointAddr is the address of a socket for what listen names.
func EndpointAddr(e catalog.Endpoint, udp bool) relay.Addr {
	switch {
	case e.Unix != "":
		return relay.UnixAddr(e.Unix)
	case udp:
		return relay.UDPAddr(e.Addr)
	}
	return relay.TCPAddr(e.Addr)
}

// listen adds a server to its endpoint. What contradicts another listen is for ast/conf to say; here the later options win.
func (b *builder) listen(all []*endpoint, args *ngxstream.ListenArgs, addr relay.Addr, s *Server) []*endpoint {
	i := slices.IndexFunc(all, func(e *endpoint) bool { return e.addr == addr && e.args.UDP == args.UDP })
	if i < 0 {
		return append(all, &endpoint{addr: addr, args: args, servers: []*Server{s}, def: s, bind: args.Options, ssl: args.SSL,
			proxy: args.ProxyProtocol, marked: args.DefaultServer})
	}
	e := all[i]
	if !slices.Contains(e.servers, s) {
		e.servers = append(e.servers, s)
	}
	if args.Options {
		e.args, e.bind = args, true
	}
	if args.DefaultServer && !e.marked {
		e.def, e.marked = s, true
	}
	e.ssl, e.proxy = e.ssl || args.SSL, e.proxy || args.ProxyProtocol
	return all
}

// socket makes the Address of an endpoint, unless a wildcard on the same port serves it too.
func (b *builder) socket(all []*endpoint, e *endpoint) {
	samePort := func(o *endpoint) bool {
		return !o.addr.IsUnix() && !e.addr.IsUnix() && o.args.UDP == e.args.UDP && o.addr.Port() == e.addr.Port() &&
			o.addr.Addr().Is4() == e.addr.Addr().Is4()
	}
	wild := func(o *endpoint) bool { return !o.addr.IsUnix() && o.addr.Addr().IsUnspecified() }
	if !wild(e) && !e.bind && slices.ContainsFunc(all, func(o *endpoint) bool { return samePort(o) && wild(o) }) {
		return
	}
	a := &Address{Addr: e.addr, Args: e.args, UDP: e.args.UDP, NoDelay: e.def.TCPNoDelay && !e.addr.IsUnix(), stream: b.Stream,
		name: e.addr.String(), exact: !wild(e)}
	if wild(e) {
		for _, o := range all {
			if o != e && samePort(o) && !o.bind {
				a.places = append(a.places, b.place(o))
			}
		}
	}
	a.places = append(a.places, b.place(e))
	for _, p := range a.places {
		a.NoDelay = a.NoDelay && p.server.TCPNoDelay
	}
	b.addresses = append(b.addresses, a)
}

func (b *builder) place(e *endpoint) *place {
	p := &place{server: e.def, SSL: e.ssl, ProxyProtocol: e.proxy}
	if !e.addr.IsUnix() {
		p.ip = e.addr.Addr()
	}
	p.waits = p.SSL || p.ProxyProtocol
	if len(e.servers) > 1 || capturing(e.def) {
		p.names = b.names(e)
	}
	return p
}

// capturing tells whether a server's names include an expression with groups, which has to be run even if there is no choice.
func capturing(s *Server) bool {
	return slices.ContainsFunc(serverNames(s.Level), func(n ngxstream.NamePattern) bool { return n.Captures > 0 })
}

// names builds the choice among the servers of an endpoint (ngx_stream_server_names).
func (b *builder) names(e *endpoint) *names {
	n := &names{}
	for _, s := range e.servers {
		for _, u := range ngxstream.ServerName.Uses(s.Level) {
			for _, name := range u.Arg {
				b.addName(n, e, s, name, u.At)
			}
		}
	}
	return n
}

func (b *builder) addName(n *names, e *endpoint, s *Server, name ngxstream.NamePattern, at ast.Pos) {
	if name.Kind != ngxstream.RegexName {
		err := n.table.Add(name.Text, s)
		switch {
		case errors.Is(err, wildcard.ErrConflict):
			b.warn(ast.Pos{}, fmt.Sprintf("conflicting server name %q on %s, ignored", name.Text, e.addr))
		case err != nil:
			b.fail(at, fmt.Errorf("invalid server name or wildcard %q on %s", name.Text, e.addr))
		}
		return
	}
	re, cerr := pcre.Compile(name.Text, pcre.Options{Caseless: name.Caseless})
	if cerr != nil {
		b.fail(at, cerr)
		return
	}
	x, err := b.vars.Regex(re)
	if err != nil {
		b.fail(at, err)
		return
	}
	n.regexes = append(n.regexes, nameRegex{x, s})
}
