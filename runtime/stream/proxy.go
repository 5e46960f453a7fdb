package stream

import (
	"crypto/tls"
	"errors"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"tidegate/ast/catalog"
	"tidegate/runtime/errlog"
	"tidegate/runtime/phase"
	"tidegate/runtime/relay"
	"tidegate/runtime/upstream"
	"tidegate/runtime/vars"
)

// ProxySettings are the proxy_* directives in force in a server.
type ProxySettings struct {
	ConnectTimeout, Timeout time.Duration
	BufferSize              int // bytes
	Upload, Download        Rate
	Requests                int // client datagrams after which a UDP client is bound anew; 0 never
	Responses               int // datagrams expected for each of the client; -1 unlimited
	NextUpstream            bool
	NextTries               int           // 0 unlimited
	NextTimeout             time.Duration // 0 unlimited
	ProtocolVersion         int           // of the PROXY protocol header to the upstream: 0 none
	Bind                    *Bind         // nil: the kernel chooses
	KeepAlive               bool
	RecvBuffer, SendBuffer  int // bytes; 0: the kernel's
	HalfClose               bool
	ResolverTimeout         time.Duration
	Resolver                Resolver  // nil: none is configured
	TLS                     *ProxyTLS // nil: proxy_ssl is off

	group  *group                  // what proxy_pass names
	target *vars.Complex[*Session] // or a text that names it at run time
}

// Rate is a limit in bytes per second: constant, or a text with variables.
type Rate struct {
	Constant int64
	text     *vars.Complex[*Session]
}

// Bind is proxy_bind: a constant address, or a text with variables.
type Bind struct {
	Addr        relay.Addr
	Transparent bool
	text        *vars.Complex[*Session]
}

// Resolver finds the addresses of a name while sessions wait. Resolve must not block: done is called once, at once or from
// elsewhere. The error's text goes behind the name in the log: "could not be resolved (3: Host not found)".
type Resolver interface {
	Resolve(name string, timeout time.Duration, done func([]upstream.Addr, error))
}

// attempt is one try of a server (ngx_stream_upstream_state_t). Times are milliseconds, -1 for "did not come to it".
type attempt struct {
	peer                     string
	connect, first, response int64
	bytesReceived, bytesSent int64
}

// times are the attempt's for least_time.
func (a *attempt) times() upstream.Times {
	span := func(ms int64) time.Duration {
		if ms < 0 {
			return -1
		}
		return time.Duration(ms) * time.Millisecond
	}
	return upstream.Times{Connect: span(a.connect), FirstByte: span(a.first), Response: span(a.response)}
}

// proxying is what a session needs for proxy_pass (ngx_stream_upstream_t).
type proxying struct {
	set      *ProxySettings
	pick     upstream.Selection
	picked   bool   // pick holds a peer that must be freed
	scripted bool   // the group has a balancer script
	name     string // of the peer, for logs; of the group when it had none
	tlsName  string
	conn     *relay.Conn
	tls      *tls.Conn
	place    bool // of worker_connections, for conn
	local    relay.Addr

	attempts []attempt
	one      [1]attempt // backs attempts, which rarely grows
	began    int64      // of the first attempt, milliseconds
	tried    int64      // of the current attempt, milliseconds
	second   int64      // of the handler, for rates

	before              int64 // sent to the client before it was proxied
	received, sent      int64
	requests, responses int64

	trace     *relay.DialTrace // of the dial, for the debug log
	answered  atomic.Bool      // by the dial, or by its caller: the second of them goes on
	dialed    *relay.Conn
	dialError error
}

// state is the current attempt.
func (u *proxying) state() *attempt { return &u.attempts[len(u.attempts)-1] }

func (s *Session) msec() int64 { return s.stream.now().UnixMilli() }

// proxy is the content handler of proxy_pass (ngx_stream_proxy_handler).
func (s *Session) proxy() phase.Result {
	s.debug.Line(errlog.DebugStream, "proxy connection handler")
	set := s.server.Proxy
	now := s.stream.now()
	u := &proxying{set: set, second: now.Unix(), requests: 1}
	u.attempts = u.one[:0]
	s.up = u
	if !s.bindLocal() {
		return phase.InternalServerError
	}
	if set.target != nil {
		return s.proxyEval()
	}
	s.proxyGroup(set.group)
	return phase.Taken
}

// bindLocal evaluates proxy_bind (ngx_stream_proxy_set_local).
func (s *Session) bindLocal() bool {
	b := s.up.set.Bind
	if b == nil {
		return true
	}
	if b.text == nil {
		s.up.local = b.Addr
		return true
	}
	text := b.text.String(s)
	if text == "" {
		return true
	}
	addr, ok := catalog.ParseAddrPort(text)
	if !ok {
		s.Log(errlog.Err, "invalid local address \""+text+"\"")
		return true
	}
	s.up.local = relay.TCPAddr(addr)
	return true
}

// proxyEval finds out what the text of proxy_pass means for this session: a group, an address, or a name to be resolved
// (ngx_stream_proxy_eval and what follows it).
func (s *Session) proxyEval() phase.Result {
	u := s.up
	text := u.set.target.String(s)
	addr, wrong := catalog.ParseURL(text, catalog.URLOptions{NoResolve: true}, nil)
	if wrong != "" {
		s.Log(errlog.Err, wrong+" in upstream \""+text+"\"")
		return phase.InternalServerError
	}
	u.tlsName = addr.Host
	if g := s.stream.findGroup(&addr); g != nil {
		s.proxyGroup(g)
		return phase.Taken
	}
	if addr.Port == 0 && addr.Unix == "" {
		s.Log(errlog.Err, "no port in upstream \""+addr.Host+"\"")
		return phase.InternalServerError
	}
	if addr.Unix != "" || len(addr.Addrs) > 0 {
		s.proxyAddrs(addr.Host, upstreamAddrs(&addr))
		return phase.Taken
	}
	if u.set.Resolver == nil {
		s.Log(errlog.Err, "no resolver defined to resolve "+addr.Host)
		return phase.InternalServerError
	}
	u.set.Resolver.Resolve(addr.Host, u.set.ResolverTimeout, func(found []upstream.Addr, err error) {
		s.guard(func() { s.resolved(addr.Host, uint16(addr.Port), found, err) })
	})
	return phase.Taken
}

// resolved is ngx_stream_proxy_resolve_handler.
func (s *Session) resolved(host string, port uint16, found []upstream.Addr, err error) {
	s.debug.Line(errlog.DebugStream, "stream upstream resolve")
	if err != nil {
		s.Log(errlog.Err, host+" "+err.Error())
		s.endProxy(int(phase.InternalServerError))
		return
	}
	addrs := make([]upstream.Addr, len(found))
	for i, a := range found {
		addrs[i] = a
		if a.Unix == "" {
			addrs[i].IP = addrPortWith(a.IP, port)
		}
		if s.debug != nil {
			s.debug.Str(errlog.DebugStream, "name was resolved to %V", addrs[i].String())
		}
	}
	s.proxyAddrs(host, addrs)
}

// proxyAddrs goes on with addresses that only this session uses (ngx_stream_upstream_create_round_robin_peer).
func (s *Session) proxyAddrs(host string, addrs []upstream.Addr) {
	s.begin(upstream.NewResolved(host, addrs), "")
}

// proxyGroup goes on with a group of the configuration.
func (s *Session) proxyGroup(g *group) {
	s.up.tlsName = g.host
	key := ""
	if g.key != nil {
		key = g.key.String(s)
	}
	s.up.scripted = g.scripted
	if g.scripted && !s.waits {
		// The balancer script waits for its worker, which a loop must not.
		s.aside(func() { s.begin(g.Group, key) })
		return
	}
	s.begin(g.Group, key)
}

// begin begins the choice of a server and the first attempt.
func (s *Session) begin(g *upstream.Group, key string) {
	u := s.up
	g.Init(&u.pick, upstream.Request{Key: key, MaxTries: u.set.NextTries, Session: s, Debug: s.debug})
	u.began = s.msec()
	s.connect()
}

// connect tries servers until one has to be waited for, or the session ends.
func (s *Session) connect() {
	for s.tryNext() {
	}
}

// tryNext begins one attempt (ngx_stream_proxy_connect, ngx_event_connect_peer); true asks for another one.
func (s *Session) tryNext() bool {
	u := s.up
	s.action = "connecting to upstream"
	now := s.msec()
	if len(u.attempts) > 0 {
		u.state().response = now - u.tried
	}
	u.attempts = append(u.attempts, attempt{connect: -1, first: -1, response: -1})
	u.tried = now
	peer, err := u.pick.Get()
	if err != nil {
		return s.noPeer(err)
	}
	u.picked = true
	u.name = peer.Name
	u.state().peer = peer.Name
	if !s.stream.deps.Connections.take() {
		s.Log(errlog.Alert, s.stream.deps.Connections.notEnough())
		s.endProxy(int(phase.InternalServerError))
		return false
	}
	u.place = true
	return s.dial(peer, s.stream.deps.Connections.Next())
}

// noPeer handles a choice that gave nothing.
func (s *Session) noPeer(err error) bool {
	u := s.up
	var status upstream.StatusError
	switch {
	case errors.Is(err, upstream.ErrNoLive):
		s.debug.Num(errlog.DebugStream, "proxy connect: %i", busy)
		u.name = u.pick.Group().Name()
		u.state().peer = u.name
		s.Log(errlog.Err, "no live upstreams")
		s.endProxy(int(phase.BadGateway))
	case errors.Is(err, upstream.ErrDeclined):
		s.debug.Num(errlog.DebugStream, "proxy connect: %i", declined)
		return s.nextUpstream()
	case errors.As(err, &status):
		s.debug.Num(errlog.DebugStream, "proxy connect: %i", int(status))
		s.endProxy(int(status))
	default:
		s.debug.Num(errlog.DebugStream, "proxy connect: %i", int(phase.Error))
		s.endProxy(int(phase.InternalServerError))
	}
	return false
}

// dial connects to a peer; true asks for another attempt at once. The outcome may come before DialAsync returns, on this goroutine,
// or at any time on a loop: whichever of caller and outcome is second goes on with the session.
func (s *Session) dial(peer *upstream.Peer, number uint64) bool {
	u := s.up
	timeout := u.set.ConnectTimeout
	if t := u.pick.Timeouts().Connect; t > 0 {
		timeout = t
	}
	local := u.local
	if l := u.pick.Local(); l.IsValid() {
		local = relay.TCPAddr(l) // ngx.balancer.bind_to_local_addr, for this attempt
	}
	u.answered.Store(false)
	if u.trace = nil; s.debug != nil {
		u.trace = &relay.DialTrace{Debug: s.debug, Number: number, Begun: s.dialBegun}
	}
	d := s.stream.deps.Engine.DialAsync(relay.DialOptions{
		Remote: s.peerAddr(peer), Local: local, Transparent: u.set.Bind != nil && u.set.Bind.Transparent,
		Timeout: timeout, KeepAlive: u.set.KeepAlive, NoDelay: s.server.TCPNoDelay,
		RecvBuffer: u.set.RecvBuffer, SendBuffer: u.set.SendBuffer, Near: s.conn, Log: s.dialLog, Trace: u.trace,
	}, s.dialDone)
	s.dialing.Store(d)
	if !u.answered.Swap(true) {
		return false
	}
	return s.connected(u.dialed, u.dialError)
}

// dialDone takes the outcome of a dial.
func (s *Session) dialDone(c *relay.Conn, err error) {
	u := s.up
	u.dialed, u.dialError = c, err
	if !u.answered.Swap(true) {
		return
	}
	s.guard(func() {
		if s.connected(c, err) {
			s.again()
		}
	})
}

// again makes further attempts from a loop.
func (s *Session) again() {
	if s.up.scripted {
		s.aside(s.connect)
		return
	}
	s.connect()
}

func (s *Session) dialLog(level errlog.Level, text string, err error) { s.LogErr(level, err, text) }

// The answers of ngx_event_connect_peer that are no phase's.
const busy, declined = -3, -5

// dialBegun writes what ngx_event_connect_peer returned; only a connect that goes on is heard of again.
func (s *Session) dialBegun(t *relay.DialTrace, err error) {
	s.debug.Num(errlog.DebugStream, "proxy connect: %i", t.Result(err))
}

// connected goes on with the outcome of a dial; true asks for another attempt (ngx_stream_proxy_connect_handler).
func (s *Session) connected(c *relay.Conn, err error) bool {
	u := s.up
	s.dialing.Store(nil)
	if u.trace != nil && u.trace.Waiting {
		s.debug.Line(errlog.DebugStream, "stream proxy connect upstream")
	}
	if err != nil {
		return s.dialFailed(err)
	}
	u.conn = c
	if s.Ended() {
		s.up.release(s)
		return false
	}
	if u.set.TLS != nil && !s.UDP() {
		s.aside(s.secure)
		return false
	}
	s.proceed()
	return false
}

// dialFailed logs a failed attempt in nginx's words and decides what comes next.
func (s *Session) dialFailed(err error) bool {
	u := s.up
	var op *relay.OpError
	switch {
	case errors.Is(err, relay.ErrTimeout):
		s.LogErr(errlog.Err, syscall.ETIMEDOUT, "upstream timed out")
		return s.nextUpstream()
	case !errors.As(err, &op):
		s.endProxy(int(phase.InternalServerError))
		return false
	case op.Op != "connect()":
		level := errlog.Alert
		if strings.HasPrefix(op.Op, "bind(") {
			level = errlog.Crit
		}
		s.LogErr(level, op, op.Text())
		s.endProxy(int(phase.InternalServerError))
		return false
	}
	// The kernel tells of a refused, reset or unanswered TCP connection only later; what connect() itself says has the address in
	// its message.
	switch op.Errno {
	case syscall.ECONNREFUSED, syscall.ECONNRESET, syscall.ETIMEDOUT, syscall.EHOSTUNREACH:
		if !strings.HasPrefix(u.name, "unix:") {
			s.LogErr(relay.ConnectionLevel(op.Errno, relay.Upstream), op, op.Text())
			return s.nextUpstream()
		}
	}
	s.LogErr(relay.ConnectLevel(op.Errno), op, "connect() to "+u.name+" failed")
	return s.nextUpstream()
}

// nextUpstream gives a failed server back and tells whether another one may be tried (ngx_stream_proxy_next_upstream).
func (s *Session) nextUpstream() bool {
	u := s.up
	s.debug.Line(errlog.DebugStream, "stream proxy next upstream")
	if u.picked {
		u.picked = false
		u.pick.Times = u.state().times()
		if u.pick.Free(upstream.StateFailed) {
			s.Log(errlog.Warn, "upstream server temporarily disabled")
		}
	}
	if u.pick.Tries() == 0 || !u.set.NextUpstream || u.set.NextTimeout > 0 && s.msec()-u.began >= u.set.NextTimeout.Milliseconds() {
		s.endProxy(int(phase.BadGateway))
		return false
	}
	if u.trace != nil && (u.conn != nil || u.trace.Waiting) {
		s.debug.Num(errlog.DebugStream, "close proxy upstream connection: %d", u.trace.FD)
	}
	u.closeConn(s)
	return true
}

// closeConn closes the connection to the upstream and notes its byte counts.
func (u *proxying) closeConn(s *Session) {
	if u.conn != nil {
		st := u.state()
		st.bytesReceived, st.bytesSent = u.received, u.sent
		_ = u.conn.Close()
		u.conn, u.tls = nil, nil
	}
	if u.place {
		u.place = false
		s.stream.deps.Connections.give()
	}
}

// endProxy ends a proxied session (ngx_stream_proxy_finalize).
func (s *Session) endProxy(status int) {
	s.finishProxy(upstream.StateOK, status)
	s.Finalize(status)
}

// finishProxy gives everything of the upstream back, as the log phase wants it.
func (s *Session) finishProxy(state upstream.State, status int) {
	u := s.up
	s.debug.Num(errlog.DebugStream, "finalize stream proxy: %i", status)
	if len(u.attempts) > 0 {
		if st := u.state(); st.response == -1 {
			st.response = s.msec() - u.tried
		}
	}
	if u.picked {
		u.picked = false
		u.pick.Times = u.state().times()
		if u.pick.Free(state) {
			s.Log(errlog.Warn, "upstream server temporarily disabled")
		}
	}
	if u.conn != nil {
		s.debug.Num(errlog.DebugStream, "close stream proxy upstream connection: %d", u.conn.FD())
	}
	u.closeConn(s)
}

// release gives back what a session that broke off still holds.
func (u *proxying) release(s *Session) {
	s.finishProxy(upstream.StateOK, int(phase.InternalServerError))
}
