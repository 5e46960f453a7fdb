package cosocket

import (
	"errors"
	"math"
	"math/rand/v2"
	"net"
	"net/netip"
	"os"
	"strconv"
	"syscall"
	"time"

	"tidegate/runtime/errlog"
	"tidegate/runtime/relay"
)

// Transport is what a socket reads and writes: a *relay.Conn, or TLS over one.
type Transport interface{ net.Conn }

// TCP is a stream socket object.
type TCP struct {
	// Debug is the debug log of the session that the object belongs to.
	Debug *errlog.DebugLog

	set   *Settings
	net   *Network
	pools *Pools

	connectTimeout, sendTimeout, readTimeout time.Duration

	conn Transport   // nil until connected and after close
	raw  *relay.Conn // the socket under conn
	r    reader

	pending *pendingRead // kept between two reads that wait

	host   string // as given to connect, with the port: for log lines
	key    string // of the pool that setkeepalive gives the connection to
	pool   *pool  // the pool that counts this connection
	peer   relay.Addr
	bind   relay.Addr
	reused int

	transparent bool
	downstream  bool
	nodelaySet  bool
	consumed    bool // a receive was successful
	dialing     bool // the peer is known, and not connected yet

	Kept any // what the binding keeps with the connection, in the pool too

	readClosed, writeClosed      bool
	connecting, reading, writing bool

	readEnded func() // of AfterRead
}

// NewTCP makes an unconnected socket object.
func NewTCP(set *Settings, network *Network, pools *Pools) *TCP {
	s := &TCP{set: set, net: network, pools: pools}
	s.SetTimeouts(0, 0, 0)
	return s
}

// NewDownstream wraps the client's connection of a session. It can be neither closed nor connected anew.
func NewDownstream(set *Settings, conn Transport, raw *relay.Conn) *TCP {
	s := NewTCP(set, nil, nil)
	s.conn, s.raw, s.downstream = conn, raw, true
	s.nodelaySet = true // the session looks after its own socket
	return s
}

// SetTimeouts sets what bounds connecting, one wait for room to send, and one wait for bytes. A value that is not positive means the
// server's lua_socket_*_timeout.
func (s *TCP) SetTimeouts(connect, send, read time.Duration) {
	pick := func(d, def time.Duration) time.Duration {
		if d > 0 {
			return d
		}
		return def
	}
	s.connectTimeout = pick(connect, s.set.ConnectTimeout)
	s.sendTimeout = pick(send, s.set.SendTimeout)
	s.readTimeout = pick(read, s.set.ReadTimeout)
}

// SetBind sets the local address of the next connect.
func (s *TCP) SetBind(a relay.Addr) { s.bind = a }

// SetTransparent makes the next connect use a local address that is not the machine's own.
func (s *TCP) SetTransparent() { s.transparent = true }

// Connected tells whether there is a connection, or one is being made.
func (s *TCP) Connected() bool { return s.dialing || s.conn != nil && !(s.readClosed && s.writeClosed) }

// Secure tells whether TLS stands between.
func (s *TCP) Secure() bool { return s.conn != nil && s.conn != Transport(s.raw) }

// Created tells whether it was ever told to connect, or is the client's.
func (s *TCP) Created() bool { return s.host != "" || s.downstream }

// Downstream tells whether this is the client's socket.
func (s *TCP) Downstream() bool { return s.downstream }

// Raw is the socket itself, nil when there is none.
func (s *TCP) Raw() *relay.Conn { return s.raw }

// Transport is the connection, TLS included; nil when there is none.
func (s *TCP) Transport() Transport { return s.conn }

// ConnectOptions are the options table of connect.
type ConnectOptions struct {
	Pool     string // the pool's name; empty for host:port
	PoolSize int    // 0: not given
	Backlog  int    // connections that may wait for room in the pool; -1: not given
}

// Connect opens a connection, or takes one from the pool. port is -1 when host is "unix:" and a path. The error is OpenResty's text.
func (s *TCP) Connect(env Env, host string, port int, o ConnectOptions) string {
	if busy := s.busy(true, true); busy != "" {
		return busy
	}
	s.debugConnect()
	if s.conn != nil {
		s.drop()
	}
	if s.host = host; port >= 0 {
		s.host = host + ":" + strconv.Itoa(port)
	}
	if s.key = o.Pool; s.key == "" {
		s.key = s.host
	}
	s.pool = s.pools.forConnect(s.key, o, s.set.PoolSize, s.Debug)
	s.reused, s.nodelaySet, s.Kept = 0, false, nil
	s.readClosed, s.writeClosed = false, false

	if s.pool != nil {
		if s.takeIdle() {
			return ""
		}
		s.connecting = true
		msg := s.pool.admit(env, s)
		s.connecting = false
		if msg != "" {
			s.pool = nil
			return msg
		}
		if s.conn != nil { // a connection was handed over while this one waited
			return ""
		}
	}
	s.connecting = true
	msg := s.dial(env, host, port)
	s.connecting = false
	if msg != "" && s.pool != nil {
		s.pool.leave(s.Debug)
		s.pool = nil
	}
	return msg
}

// takeIdle takes a connection from the pool (ngx_stream_lua_get_keepalive_peer).
func (s *TCP) takeIdle() bool {
	s.Debug.Line(errlog.DebugStream, "stream lua tcp socket pool get keepalive peer")
	it := s.pool.take()
	if it == nil {
		s.Debug.Line(errlog.DebugStream, "stream lua tcp socket keepalive: connection pool empty")
		return false
	}
	if s.Debug != nil {
		s.Debug.Log(errlog.DebugStream, "stream lua tcp socket get keepalive peer: using connection %p, fd:%d",
			errlog.Address(it.raw), it.raw.FD())
	}
	s.adopt(it)
	return true
}

func (s *TCP) dial(env Env, host string, port int) string {
	target, problem := ParseTarget(host, max(port, 0))
	if problem != "" {
		return "failed to parse host name \"" + host + "\": " + problem
	}
	s.Debug.Num(errlog.DebugStream, "stream lua tcp socket connect timeout: %M", int(s.connectTimeout.Milliseconds()))
	cancel := newCancel()
	s.peer = target.Addr
	if target.Name == "" {
		s.Debug.Line(errlog.DebugStream, "stream lua tcp socket network address given directly")
	} else {
		var addrs []relay.Addr
		var err error
		s.wait(env, func() { addrs, err = s.net.Resolve(target.Name, cancel.ch) }, func() {
			s.pools.Debug.Line(errlog.DebugStream, "stream lua tcp socket abort resolver")
			cancel.now()
		})
		s.debugResolved(addrs, err)
		switch {
		case err != nil:
			return err.Error()
		case len(addrs) == 0:
			return host + " could not be resolved"
		}
		s.peer = relay.TCPAddr(netip.AddrPortFrom(addrs[rand.IntN(len(addrs))].AddrPort.Addr(), uint16(target.Port)))
	}
	var conn *relay.Conn
	var err error
	defer func() {
		if conn != nil && s.conn == nil { // too late for a thread that was killed
			_ = conn.Close()
		}
	}()
	s.Debug.Line(errlog.DebugStream, "stream lua tcp socket resolve retval handler")
	trace := s.dialTrace()
	s.dialing = true
	s.wait(env, func() { conn, err = s.net.Dial(s.peer, s.bind, s.transparent, s.connectTimeout, cancel.ch, trace) }, cancel.now)
	s.dialing = false
	s.debugDialed(trace, conn, err)
	if err != nil {
		s.logFailure(env, err, "connect")
		return text(err)
	}
	s.conn, s.raw = conn, conn
	return ""
}

// wait is Env.Wait. A thread that is killed meanwhile takes the connection with it (ngx_stream_lua_coctx_cleanup).
func (s *TCP) wait(env Env, call, cancel func()) {
	env.Wait(call, func() {
		cancel()
		s.killed()
	})
}

func (s *TCP) killed() {
	s.connecting, s.dialing, s.writing = false, false, false
	s.endRead()
	s.fail()
}

// cancel is a channel that is closed once, by whoever kills the waiting thread.
type cancel struct {
	ch   chan struct{}
	done bool
}

func newCancel() *cancel { return &cancel{ch: make(chan struct{})} }

func (c *cancel) now() {
	if !c.done {
		c.done = true
		close(c.ch)
	}
}

// logFailure writes what the event handlers of ngx_stream_lua_socket_tcp.c log for a failed operation. What ngx_event_connect_peer logs,
// where connecting fails at once, does not depend on lua_socket_log_errors.
func (s *TCP) logFailure(env Env, err error, op string) {
	var call *relay.OpError
	var no syscall.Errno
	errors.As(err, &call)
	switch {
	case !s.set.LogErrors && !(op == "connect" && call != nil && s.failedAtOnce(call)):
	case errors.Is(err, os.ErrDeadlineExceeded):
		env.Log(errlog.Err, "stream lua tcp socket "+op+" timed out"+s.where())
	case call != nil:
		level, context := errlog.Err, s.callContext()
		if op == "connect" {
			level = relay.ConnectLevel(call.Errno)
			if s.failedAtOnce(call) {
				context = s.where()
			}
		}
		env.Log(level, s.failedCall(call)+errlog.Errno(err)+context)
	case errors.As(err, &no):
		env.Log(errlog.Err, op+"() failed"+errlog.Errno(err)+s.callContext())
	}
}

// failedAtOnce tells whether connecting failed before there was anything to wait for (ngx_event_connect_peer, with the socket's log), and
// not later (ngx_stream_lua_socket_test_connect). On this machine only these errors come later.
func (s *TCP) failedAtOnce(call *relay.OpError) bool {
	switch call.Errno {
	case syscall.ECONNREFUSED, syscall.ECONNRESET, syscall.ETIMEDOUT, syscall.EHOSTUNREACH:
		return call.Op != "connect()" || s.peer.IsUnix()
	}
	return true
}

// failedCall words a failed system call. A connect that fails at once names its target.
func (s *TCP) failedCall(call *relay.OpError) string {
	if call.Op != "connect()" || !s.failedAtOnce(call) {
		return call.Text()
	}
	name := s.peer.String()
	if !s.peer.IsUnix() {
		name = s.peer.AddrPort.Addr().String()
	}
	return "connect() to " + name + " failed"
}

// where is the context that ngx_stream_lua_socket_tcp_log_error adds; the client's own socket has none.
func (s *TCP) where() string {
	if s.downstream {
		return ""
	}
	return upstreamContext(s.host, s.peer)
}

// callContext is the context of a failed system call: a new connection logs with its session's log (c->log in
// ngx_stream_lua_socket_resolve_retval_handler), one from the pool with the socket's (ngx_stream_lua_get_keepalive_peer).
func (s *TCP) callContext() string {
	if s.reused == 0 {
		return ""
	}
	return s.where()
}

// upstreamContext names a peer as it was asked for, and its address without the port.
func upstreamContext(host string, peer relay.Addr) string {
	text := ", upstream: " + host
	switch {
	case peer.IsZero():
		return text
	case peer.IsUnix(): // a port that was given does not count
		return ", upstream: " + peer.String() + "(" + peer.String() + ")"
	}
	return text + "(" + peer.AddrPort.Addr().String() + ")"
}

// busy refuses an operation that another light thread has under way.
func (s *TCP) busy(reads, writes bool) string {
	switch {
	case s.connecting:
		return busyConnecting
	case reads && s.reading:
		return busyReading
	case writes && s.writing:
		return busyWriting
	}
	return ""
}

// absent tells that there is neither a connection nor one under way.
func (s *TCP) absent() bool { return s.conn == nil && !s.dialing }

// adopt takes a connection that was kept in a pool.
func (s *TCP) adopt(it *idle) {
	s.conn, s.raw, s.peer = it.conn, it.raw, it.peer
	s.reused, s.nodelaySet, s.Kept = it.reused+1, it.nodelaySet, it.kept
}

// logClosed is the complaint about using what is closed; a connection that is closed in one direction adds its context.
func (s *TCP) logClosed(env Env, what string) string {
	if s.set.LogErrors {
		eof := 0
		if s.r.eof {
			eof = 1
		}
		context := ""
		if s.conn != nil {
			context = s.where()
		}
		env.Log(errlog.Err, what+" data on a closed socket: u:"+pointer(s)+", c:"+pointer(s.raw)+
			", ft:0 eof:"+strconv.Itoa(eof)+context)
	}
	return errClosed
}

// Close closes the connection.
func (s *TCP) Close() string {
	if !s.Connected() {
		return errClosed
	}
	if busy := s.busy(true, true); busy != "" {
		return busy
	}
	if s.downstream {
		return "attempt to close a request socket"
	}
	s.drop()
	return ""
}

// CanShutdown tells why the sending direction cannot be ended.
func (s *TCP) CanShutdown() string {
	switch {
	case !s.Connected():
		return errClosed
	case s.writeClosed:
		return "already shutdown"
	}
	return s.busy(false, true)
}

// Shutdown ends the sending direction, after CanShutdown has allowed it.
func (s *TCP) Shutdown() {
	s.writeClosed = true
	if c, ok := s.conn.(interface{ CloseWrite() error }); ok {
		_ = c.CloseWrite() // the other side is gone already: then it is shut down all the same
		s.Debug.Line(errlog.DebugStream, "stream lua shutdown socket write direction")
	}
}

func (s *TCP) closeRead() {
	s.readClosed = true
	if s.writeClosed && !s.downstream {
		s.drop()
	}
}

func (s *TCP) closeWrite() {
	s.writeClosed = true
	if s.readClosed && !s.downstream {
		s.drop()
	}
}

// drop closes and forgets the connection; the pool that counted it may let another one in.
func (s *TCP) drop() {
	s.Debug.Line(errlog.DebugStream, "stream lua finalize socket")
	if s.conn != nil && !s.downstream {
		s.Debug.Line(errlog.DebugStream, "lua close socket connection")
		_ = s.conn.Close()
	}
	s.detach()
	if s.pool != nil {
		s.pool.leave(s.Debug)
		s.pool = nil
	}
}

func (s *TCP) detach() {
	s.conn, s.raw = nil, nil
	s.r.release()
	s.r.eof = false
}

// Holds tells whether there is anything that Release would close or leave.
func (s *TCP) Holds() bool { return s.conn != nil || s.pool != nil || s.connecting }

// Release ends the object with its session or timer: what it still holds is closed.
func (s *TCP) Release() {
	switch {
	case s.downstream:
		s.debugCleanup()
		s.Debug.Line(errlog.DebugStream, "stream lua finalize socket")
		s.r.release()
		s.readClosed, s.writeClosed = true, true
	case s.conn != nil || s.pool != nil:
		s.debugCleanup()
		s.drop()
	default:
		s.detach()
	}
}

// Unread gives back what a downstream socket read ahead and no script took.
func (s *TCP) Unread() []byte {
	rest := append([]byte(nil), s.r.data...)
	s.r.release()
	return rest
}

// Reused is how many times the connection came from a pool (getreusedtimes).
func (s *TCP) Reused() (int, string) {
	if !s.Connected() {
		return 0, errClosed
	}
	return s.reused, ""
}

// DefaultSize is the size of a pool that setkeepalive was not told.
const DefaultSize = math.MinInt

// KeepAlive gives the connection to its pool. timeout 0 keeps it without limit; a negative one means lua_socket_keepalive_timeout.
// size DefaultSize means lua_socket_pool_size; it matters only when the pool is new.
func (s *TCP) KeepAlive(env Env, timeout time.Duration, size int) (string, error) {
	if s.absent() || s.readClosed || s.writeClosed {
		return errClosed, nil
	}
	if busy := s.busy(true, true); busy != "" {
		return busy, nil
	}
	switch {
	case len(s.r.data) > 0:
		return "unread data in buffer", nil
	case s.r.eof:
		return "invalid connection", nil
	case env.Exiting():
		if s.Debug != nil {
			s.Debug.Log(errlog.DebugStream, "stream lua tcp socket set keepalive while process exiting, closing connection %p", errlog.Address(s.raw))
		}
		s.drop()
		return "", nil
	case s.downstream:
		return "key not found", nil
	}
	if size == DefaultSize {
		size = s.set.PoolSize
	}
	if timeout < 0 {
		timeout = s.set.KeepaliveTimeout
	}
	if s.Debug != nil {
		s.Debug.Log(errlog.DebugStream, "stream lua tcp socket set keepalive: saving connection %p", errlog.Address(s.raw))
	}
	p, err := s.pools.forKeepAlive(s.key, size, s.Debug)
	if err != nil {
		return "", err
	}
	it := &idle{conn: s.conn, raw: s.raw, peer: s.peer, reused: s.reused, nodelaySet: s.nodelaySet, kept: s.Kept}
	counted := s.pool
	s.detach()
	s.pool = nil
	return p.put(it, timeout, counted, s.Debug), nil
}
