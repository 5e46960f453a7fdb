package stream

import (
	"net/netip"

	"tidegate/ast/catalog/ngxstream"
	"tidegate/runtime/errlog"
	"tidegate/runtime/relay"
)

// Address is one socket to listen on, with the servers that share it.
type Address struct {
	Addr relay.Addr
	Args *ngxstream.ListenArgs // the socket's options
	UDP  bool
	// NoDelay tells that every accepted connection wants TCP_NODELAY, so that the listening socket may set it once for all.
	NoDelay bool

	stream *Stream
	name   string // as nginx prints it
	exact  bool   // not a wildcard
	// places are the exact addresses that share a wildcard's socket, and at the end the socket's own (ngx_stream_port_t).
	places []*place
}

// place is what is served at one address (ngx_stream_addr_conf_t).
type place struct {
	ip            netip.Addr
	server        *Server // the default one
	names         *names  // nil: no other server to choose
	SSL           bool
	ProxyProtocol bool
	waits         bool // sessions get a goroutine from the start
}

// String is the address as nginx prints it.
func (a *Address) String() string { return a.name }

// Stream is the configuration that the address belongs to.
func (a *Address) Stream() *Stream { return a.stream }

// find is the place that a connection came to; our end of it is asked for only when there is a choice.
func (a *Address) find(local func() relay.Addr) *place {
	last := len(a.places) - 1
	if last > 0 {
		ip := local().Addr()
		for _, p := range a.places[:last] {
			if p.ip == ip {
				return p
			}
		}
	}
	return a.places[last]
}

// Serve takes an accepted connection and owns it. It is called on the relay's loop and does not wait.
func (a *Address) Serve(c *relay.Conn) {
	s := a.newSession()
	if s == nil {
		_ = c.Close()
		return
	}
	s.conn = c
	s.turn = c.Turn()
	s.peer = c.Peer()
	a.begin(s, c.Local, c.FD())
}

// ServePacket takes a new client of a UDP socket, whose first datagram is waiting, and owns it. It is called on the relay's loop and
// does not wait.
func (a *Address) ServePacket(c *relay.UDPConn) {
	s := a.newSession()
	if s == nil {
		_ = c.Close()
		return
	}
	s.packet = c
	s.peer = c.Peer()
	s.received = int64(len(c.First()))
	a.begin(s, c.Local, c.FD())
}

// newSession makes a session if worker_connections allow.
func (a *Address) newSession() *Session {
	conns := a.stream.deps.Connections
	if !conns.take() {
		a.stream.deps.Log.Write(errlog.Alert, 0, conns.notEnough()+" while accepting new connection on "+a.name)
		return nil
	}
	return &Session{stream: a.stream, entry: a, number: conns.Next(), action: actionInit, limited: true}
}

// begin takes a connection that was accepted.
func (a *Address) begin(s *Session, local func() relay.Addr, fd int) {
	s.debugged = a.stream.debugs(s.peer)
	s.noDelay = a.NoDelay
	if d := a.stream.debug; d != nil {
		a.accepted(d, s, fd)
	}
	a.enter(s, local)
	s.launch()
}

// enter is what ngx_stream_init_connection does before a session's phases.
func (a *Address) enter(s *Session, local func() relay.Addr) {
	s.place = a.find(local)
	s.use(s.place.server)
	s.start = s.msec()
	a.stream.sessions.add(s)
	if s.Enabled(errlog.Info) {
		udp := ""
		if s.UDP() {
			udp = "udp "
		}
		s.LogBare(errlog.Info, udp+"client "+s.peer.String()+" connected to "+a.name)
	}
}

// launch begins the phases.
func (s *Session) launch() {
	if !s.waits && (s.place.waits || s.server.prereadScript != nil && s.turn == nil) {
		s.waits, s.turn = true, nil
		go s.run()
		return
	}
	s.run()
}

// accepted writes the debug line of a new client, which ngx_event_accept and ngx_event_recvmsg write with the listening socket's log.
func (a *Address) accepted(d *errlog.DebugLog, s *Session, fd int) {
	if s.UDP() {
		d.Log(errlog.DebugEvent, "*%uA recvmsg: %V fd:%d n:%z", s.number, s.peer.String(), fd, s.received)
		return
	}
	d.Log(errlog.DebugEvent, "*%uA accept: %V fd:%d", s.number, s.peer.String(), fd)
}
