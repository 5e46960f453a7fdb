package stream

import (
	"crypto/tls"
	"fmt"
	"net"
	"net/netip"
	"runtime/debug"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"tidegate/runtime/clienthello"
	"tidegate/runtime/errlog"
	"tidegate/runtime/phase"
	"tidegate/runtime/relay"
	"tidegate/runtime/stream/proxyproto"
	"tidegate/runtime/tlsconf"
	"tidegate/runtime/vars"
)

// Session is one client's connection, or all datagrams of one UDP client (ngx_stream_session_t).
type Session struct {
	stream *Stream
	entry  *Address
	place  *place
	server *Server

	conn     *relay.Conn    // nil for UDP
	packet   *relay.UDPConn // nil for a stream
	tls      *tls.Conn      // nil without a finished handshake
	tlsState *tlsconf.State

	number uint64
	errors *errlog.Log      // of the server, as this client's lines are to be written
	debug  *errlog.DebugLog // nil: no debug lines
	start  int64            // milliseconds since the epoch
	action string
	status int

	values vars.Values

	peer     relay.Addr // the client, as realip sees it
	peerText string     // peer without port, made when first needed
	header   *proxyproto.Header
	hello    *clienthello.Peeked
	greeting *tlsconf.Hello        // during a handshake
	sigalgs  []tls.SignatureScheme // that the client offered, where $ssl_sigalgs is used
	sni      string

	buf      []byte // preread data from its first byte
	consumed bool   // buf was taken from the connection; otherwise it is only peeked at
	timed    bool   // preread_timeout runs

	received int64        // from the client, for $bytes_received: what was proxied
	sent     atomic.Int64 // to the client

	up *proxying // of proxy_pass

	rare *rare // nil: nothing of it

	script   any // of the script binding
	cleanups []func()
	ended    atomic.Bool
	debugged bool        // debug_connection names the client
	passes   uint8       // how often the connection was passed on
	noDelay  bool        // TCP_NODELAY is set
	limited  bool        // holds a place of worker_connections
	waits    bool        // has a goroutine of its own, which may wait
	deadline time.Time   // of the TLS handshake under way
	turn     *relay.Turn // not nil: runs on a loop, which it may leave

	dialing atomic.Pointer[relay.Dialing] // to the upstream
	cause   atomic.Int32                  // of kill, a relay.Cause

	prev, next *Session // in the stream's list
}

// rare is what few sessions have. It is apart so that the others are smaller.
type rare struct {
	realip *relay.Addr // the client before realip changed it
	local  relay.Addr  // our end of a passed connection, where it is neither a listening address nor the socket's
	counted
}

// extra is what few sessions have, of this one too from now on.
func (s *Session) extra() *rare {
	if s.rare == nil {
		s.rare = &rare{}
	}
	return s.rare
}

// Number is the connection's number, the "*7" of its log lines.
func (s *Session) Number() uint64 { return s.number }

// Stream is the configuration that the session began with.
func (s *Session) Stream() *Stream { return s.stream }

// Server is the virtual server in force.
func (s *Session) Server() *Server { return s.server }

// Start is when the session began.
func (s *Session) Start() time.Time { return time.UnixMilli(s.start) }

// UDP tells whether the client speaks UDP.
func (s *Session) UDP() bool { return s.packet != nil }

// Status is $status: 0 until the session ends, unless SetStatus was called.
func (s *Session) Status() int { return s.status }

// SetStatus sets what $status shows until the session ends.
func (s *Session) SetStatus(status int) { s.status = status }

// Action is what the session does at the moment, in nginx's words, for log lines: " while ACTION".
func (s *Session) Action() string { return s.action }

// SetAction sets the action; "" for none.
func (s *Session) SetAction(action string) { s.action = action }

// Script is what SetScript left: the slot of the script binding (ngx.ctx and its kin).
func (s *Session) Script() any { return s.script }

// SetScript sets the slot of the script binding.
func (s *Session) SetScript(v any) { s.script = v }

// Peer is the client's address, changed by set_real_ip_from.
func (s *Session) Peer() relay.Addr { return s.peer }

// Local is our end of the client's connection. It is the listening address when that is exact, else the kernel is asked once
// (ngx_connection_local_sockaddr).
func (s *Session) Local() relay.Addr {
	switch {
	case s.packet != nil:
		return s.packet.Local()
	case s.entry.exact:
		return s.entry.Addr
	case s.rare != nil && !s.rare.local.IsZero():
		return s.rare.local
	}
	return s.conn.Local()
}

// ServerPort is the port of Local, 0 for a unix-domain socket.
func (s *Session) ServerPort() int {
	if a := s.Local(); !a.IsUnix() {
		return int(a.Port())
	}
	return 0
}

// TLS is the client's TLS connection; nil without one.
func (s *Session) TLS() *tls.Conn { return s.tls }

// Deadline is when the TLS handshake under way, which scripts are part of, runs out of time.
func (s *Session) Deadline() time.Time { return s.deadline }

// SNI is the server name that the client asked for in its TLS handshake.
func (s *Session) SNI() string { return s.sni }

// Vars makes a Session a vars.Session.
func (s *Session) Vars() *vars.Values { return &s.values }

// VarCycle makes a Session a vars.Session.
func (s *Session) VarCycle(name string) {
	s.Log(errlog.Err, "cycle while evaluating variable \""+name+"\"")
}

// Var is a variable by its name in lower case; false when it has no value.
func (s *Session) Var(name string) (string, bool) { return s.stream.vars.Get(s, name) }

// SetVar assigns a variable by its name in lower case; ok is false for "no value". The errors are vars.ErrUnknown,
// vars.ErrNotChangeable and vars.ErrNoHandler.
func (s *Session) SetVar(name, value string, ok bool) error {
	return s.stream.vars.Set(s, name, value, ok)
}

// OnClose adds a function that is called when the session closes, after the log phase; the last added is called first.
func (s *Session) OnClose(f func()) { s.cleanups = append(s.cleanups, f) }

// Leave must be called by a script's handler before it first waits for anything but the client: the session may be on a loop, which
// others drive from then on.
func (s *Session) Leave() {
	if s.turn != nil {
		s.turn.Leave()
		s.turn = nil
		s.waits = true
	}
}

// aside goes on with f in a goroutine of its own. A turn on the loop that the session may have had is over: leaving it once more would
// give the loop a second driver.
func (s *Session) aside(f func()) {
	s.turn = nil
	go s.guard(f)
}

// Ended tells whether the session was finalized.
func (s *Session) Ended() bool { return s.ended.Load() }

// addrText is an address as nginx prints it without its port (ngx_sock_ntop).
func addrText(a relay.Addr) string {
	if a.IsUnix() {
		return a.String()
	}
	return a.Addr().String()
}

// clientText is the client as log lines and $remote_addr name it.
func (s *Session) clientText() string {
	if s.peerText == "" {
		s.peerText = addrText(s.peer)
	}
	return s.peerText
}

// addrPort is the IP address of a, invalid for a unix-domain socket.
func addrPort(a relay.Addr) netip.AddrPort {
	if a.IsUnix() {
		return netip.AddrPort{}
	}
	return a.AddrPort
}

// use makes a virtual server the one in force, with its logs (ngx_set_connection_log).
func (s *Session) use(server *Server) {
	s.server = server
	s.errors = server.ErrorLog
	if s.debugged {
		s.errors = server.debugLog
	}
	s.debug = s.errors.Debug(s.number)
}

// Debug is where the session's debug lines go; nil when nobody reads them.
func (s *Session) Debug() *errlog.DebugLog { return s.debug }

// Enabled tells whether the session's error log takes messages of this level.
func (s *Session) Enabled(level errlog.Level) bool { return s.errors.Enabled(level) }

// Log writes to the error log with the session's context: what it does, client, server, and the upstream while it is proxied
// (ngx_stream_log_error, ngx_stream_proxy_log_error).
func (s *Session) Log(level errlog.Level, msg string) { s.log(level, nil, msg) }

// LogErr is Log with the system error of err behind the message.
func (s *Session) LogErr(level errlog.Level, err error, msg string) { s.log(level, err, msg) }

func (s *Session) log(level errlog.Level, err error, msg string) {
	if !s.Enabled(level) {
		return
	}
	var b strings.Builder
	b.WriteString(msg)
	if err != nil {
		b.WriteString(errlog.Errno(err))
	}
	s.context(&b)
	s.errors.Write(level, s.number, b.String())
}

// LogBare writes to the error log without the session's context, as nginx does where it takes the log's handler away.
func (s *Session) LogBare(level errlog.Level, msg string) {
	s.errors.Write(level, s.number, msg)
}

func (s *Session) context(b *strings.Builder) {
	if s.action != "" {
		b.WriteString(" while ")
		b.WriteString(s.action)
	}
	b.WriteString(", ")
	if s.UDP() {
		b.WriteString("udp ")
	}
	b.WriteString("client: ")
	b.WriteString(s.clientText())
	b.WriteString(", server: ")
	b.WriteString(s.entry.name)
	if u := s.up; u != nil {
		if u.name != "" {
			b.WriteString(", upstream: \"")
			b.WriteString(u.name)
			b.WriteByte('"')
		}
		s.appendBytes(b)
	}
}

// appendBytes writes nginx's four byte counts.
func (s *Session) appendBytes(b *strings.Builder) {
	var num [20]byte
	put := func(text string, n int64) {
		b.WriteString(text)
		b.Write(strconv.AppendInt(num[:0], n, 10))
	}
	put(", bytes from/to client:", s.received)
	put("/", s.sent.Load())
	put(", bytes from/to upstream:", s.up.received)
	toUpstream := s.up.sent
	if s.ended.Load() { // the count goes with the connection (ngx_stream_proxy_finalize)
		toUpstream = 0
	}
	put("/", toUpstream)
}

// Finalize ends the session with a status: log phase, clean-up, close (ngx_stream_finalize_session). Only the first call counts.
func (s *Session) Finalize(status int) {
	if !s.ended.CompareAndSwap(false, true) {
		return
	}
	s.debug.Num(errlog.DebugStream, "finalize stream session: %i", status)
	s.status, s.turn = status, nil
	if s.server.logScript != nil {
		// The script may have to wait for its worker, which a loop must not.
		go s.finish()
		return
	}
	s.finish()
}

func (s *Session) finish() {
	defer s.close()
	defer s.recovered("log phase")
	s.logPhase()
}

// Kill ends the session from outside: whatever waits for its sockets is woken and finalizes it.
func (s *Session) Kill() { s.kill(relay.CauseKilled) }

// kill ends the session for a cause that the relay is not to know.
func (s *Session) kill(cause relay.Cause) {
	s.cause.Store(int32(cause))
	if d := s.dialing.Load(); d != nil {
		d.Cancel()
	}
	if s.packet != nil {
		_ = s.packet.Close()
		return
	}
	_ = s.conn.Close()
}

// close is ngx_stream_close_connection.
func (s *Session) close() {
	for i := len(s.cleanups) - 1; i >= 0; i-- {
		s.cleanup(s.cleanups[i])
	}
	s.cleanups = nil
	if s.tls != nil {
		s.closeTLS()
	}
	if s.debug != nil {
		s.debug.Num(errlog.DebugStream, "close stream connection: %d", s.fd())
	}
	if s.packet != nil {
		_ = s.packet.Close()
	} else {
		_ = s.conn.Close()
	}
	if s.limited {
		s.stream.deps.Connections.give()
	}
	s.stream.sessions.remove(s)
}

// fd is the descriptor of the client's connection.
func (s *Session) fd() int {
	if s.packet != nil {
		return s.packet.FD()
	}
	return s.conn.FD()
}

func (s *Session) cleanup(f func()) {
	defer s.recovered("clean-up")
	f()
}

// guard runs f; a panic in it ends this session with status 500 and nothing else.
func (s *Session) guard(f func()) {
	defer func() {
		if v := recover(); v != nil {
			s.panicked("session", v)
			if s.up != nil {
				s.up.release(s)
			}
			s.Finalize(int(phase.InternalServerError))
		}
	}()
	f()
}

// recovered, when deferred, turns a panic into a log line.
func (s *Session) recovered(where string) {
	if v := recover(); v != nil {
		s.panicked(where, v)
	}
}

// panicFrames is how much of the stack an [alert] line shows.
const panicFrames = 8

func (s *Session) panicked(where string, v any) {
	s.Log(errlog.Alert, fmt.Sprintf("panic in %s: %v; %s", where, v, frames(string(debug.Stack()), panicFrames)))
}

// frames takes the first functions with their lines from a stack as debug.Stack prints it, from the one that panicked.
func frames(stack string, n int) string {
	lines := strings.Split(stack, "\n")
	start := 1
	for i, l := range lines {
		if strings.HasPrefix(l, "panic(") {
			start = i + 2
		}
	}
	var out []string
	for i := start; i+1 < len(lines) && len(out) < n; i += 2 {
		fn, _, _ := strings.Cut(lines[i], "(0x")
		file, _, _ := strings.Cut(strings.TrimSpace(lines[i+1]), " ")
		out = append(out, fn+" "+file[strings.LastIndexByte(file, '/')+1:])
	}
	return strings.Join(out, ", ")
}

// transport is what the client's bytes go through: TLS, or the socket.
func (s *Session) transport() net.Conn {
	switch {
	case s.tls != nil:
		return s.tls
	case s.packet != nil:
		return s.packet
	}
	return s.conn
}
