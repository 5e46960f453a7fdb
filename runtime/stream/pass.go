package stream

import (
	"tidegate/ast/catalog"
	"tidegate/runtime/errlog"
	"tidegate/runtime/phase"
	"tidegate/runtime/relay"
)

// A passed connection becomes another session, as if it had been accepted at the other address. How it goes:
//
//  1. The session must be a stream of which nothing was taken, be it only a byte that was preread out of TLS.
//  2. The address is found among those that this configuration listens on.
//  3. A new session gets what belongs to the connection in nginx: sockets, TLS, number, the client's address, its place among
//     worker_connections, and what is to be done when it closes. Variables, scripts and logs are its own. The old session has no log phase.
//  4. The new one passes all phases in the place of the old one: on its goroutine, or in its turn on the loop.

// maxPasses is NGX_STREAM_PASS_MAX_PASSES.
const maxPasses = 10

// passTo is the address of pass: constant, or a text with variables.
type passTo struct {
	addr relay.Addr
	text *complexValue
}

// pass is the content handler of "pass" (ngx_stream_pass_handler).
func (s *Session) pass() phase.Result {
	s.action = "passing connection to port"
	switch {
	case s.UDP():
		s.Log(errlog.Err, "cannot pass udp connection")
		return phase.InternalServerError
	case s.consumed && len(s.buf) > 0:
		s.Log(errlog.Err, "cannot pass connection with preread data")
		return phase.InternalServerError
	}
	to := s.server.pass.addr
	if text := s.server.pass.text; text != nil {
		var wrong string
		if to, wrong = passAddr(text.String(s)); wrong != "" {
			s.Log(errlog.Err, wrong)
			return phase.InternalServerError
		}
	}
	if s.debug != nil {
		s.debug.Str(errlog.DebugStream, "stream pass addr: \"%V\"", to.String())
	}
	if s.passes++; s.passes > maxPasses {
		s.Log(errlog.Err, "stream pass cycle")
		return phase.InternalServerError
	}
	a := s.stream.listensAt(to)
	if a == nil {
		s.Log(errlog.Err, "port not found for \""+to.String()+"\"")
		return phase.OK
	}
	s.passOn(a, to)
	return phase.Taken
}

// passAddr reads an address at run time; wrong is nginx's message when it is none.
func passAddr(text string) (to relay.Addr, wrong string) {
	addr, phrase := catalog.ParseURL(text, catalog.URLOptions{NoResolve: true}, nil)
	switch {
	case phrase != "":
		wrong = phrase + " in pass \"" + text + "\""
	case addr.Unix == "" && len(addr.Addrs) == 0:
		wrong = "no addresses in pass \"" + text + "\""
	case addr.NoPort:
		wrong = "no port in pass \"" + text + "\""
	default:
		to = passedTo(&addr)
	}
	return to, wrong
}

func passedTo(addr *catalog.Address) relay.Addr {
	if addr.Unix != "" {
		return relay.UnixAddr(addr.Unix)
	}
	return relay.TCPAddr(addr.Addrs[0])
}

// listensAt is the listening address that takes connections to an address: that address, or else a wildcard of its family with its port
// (ngx_stream_pass_match; nginx has the wildcards of a port last).
func (st *Stream) listensAt(to relay.Addr) *Address {
	for _, a := range st.addresses {
		if !a.UDP && a.exact && a.Addr == to {
			return a
		}
	}
	for _, a := range st.addresses {
		if !a.UDP && !a.exact && !to.IsUnix() && a.Addr.Port() == to.Port() && a.Addr.Addr().Is4() == to.Addr().Is4() {
			return a
		}
	}
	return nil
}

// passOn makes the connection that of a new session.
func (s *Session) passOn(a *Address, to relay.Addr) {
	n := &Session{
		stream: s.stream, entry: a, conn: s.conn, tls: s.tls, tlsState: s.tlsState, sigalgs: s.sigalgs, sni: s.sni,
		number: s.number, debugged: s.debugged, noDelay: s.noDelay, peer: s.peer, peerText: s.peerText, header: s.header,
		cleanups: s.cleanups, limited: s.limited, waits: s.waits, turn: s.turn, passes: s.passes, action: actionInit,
	}
	n.sent.Store(s.sent.Load())
	if !a.exact && !to.Addr().IsUnspecified() {
		n.extra().local = to
	}
	s.ended.Store(true)
	s.cleanups, s.turn, s.limited = nil, nil, false
	a.enter(n, n.Local)
	s.stream.sessions.remove(s)
	n.launch()
}
