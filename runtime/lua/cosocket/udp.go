package cosocket

import (
	"errors"
	"math/rand/v2"
	"net/netip"
	"os"
	"strconv"
	"time"

	"tidegate/runtime/errlog"
	"tidegate/runtime/relay"
)

// MaxDatagram is the largest datagram that receive gives, and its default size (UDP_MAX_DATAGRAM_SIZE).
const MaxDatagram = 8192

// Datagrams is what a downstream UDP object reads and writes: the datagrams of one client.
type Datagrams interface {
	// Read gives the next datagram; it waits for one until the read deadline.
	Read(b []byte) (int, error)
	Write(b []byte) (int, error)
	SetReadDeadline(t time.Time) error
}

// UDP is a datagram socket object.
type UDP struct {
	// Debug is the debug log of the session that the object belongs to.
	Debug *errlog.DebugLog

	set     *Settings
	net     *Network
	timeout time.Duration

	conn       Datagrams
	closer     func() error
	host       string
	peer       relay.Addr
	bind       relay.Addr
	trans      bool
	busyFlag   bool
	downstream bool
	begun      bool   // downstream: the datagram that opened the session was read
	rest       []byte // of it: what no receive has taken
}

// NewUDP makes an unconnected socket object. dial gives a connected datagram socket.
func NewUDP(set *Settings, network *Network) *UDP {
	return &UDP{set: set, net: network, timeout: set.ReadTimeout}
}

// NewDownstreamUDP wraps the client's datagrams of a session.
func NewDownstreamUDP(set *Settings, conn Datagrams) *UDP {
	return &UDP{set: set, timeout: set.ReadTimeout, conn: conn, downstream: true}
}

// SetTimeout bounds one wait for a datagram; not positive means lua_socket_read_timeout.
func (u *UDP) SetTimeout(d time.Duration) {
	if u.timeout = d; d <= 0 {
		u.timeout = u.set.ReadTimeout
	}
}

// SetBind sets the local address of the next setpeername.
func (u *UDP) SetBind(a relay.Addr) { u.bind = a }

// SetTransparent lets the next setpeername use a local address that is not the machine's own.
func (u *UDP) SetTransparent(on bool) { u.trans = on }

// Connected tells whether the object has a peer.
func (u *UDP) Connected() bool { return u.conn != nil }

// Downstream tells whether this is the client's socket.
func (u *UDP) Downstream() bool { return u.downstream }

// SetPeerName connects to host and port; port is -1 when host is "unix:" and a path.
func (u *UDP) SetPeerName(env Env, host string, port int) string {
	if u.busyFlag {
		return "socket busy"
	}
	u.debugConnect()
	if u.conn != nil {
		u.finalize()
	}
	u.host = host
	if port >= 0 {
		u.host += ":" + strconv.Itoa(port)
	}
	cancel := newCancel()
	target, problem := ParseTarget(host, max(port, 0))
	if problem != "" {
		return "failed to parse host name \"" + host + "\": " + problem
	}
	u.peer = target.Addr
	ip := netip.Addr{}
	switch {
	case target.Name != "":
		var addrs []relay.Addr
		var err error
		u.wait(env, func() { addrs, err = u.net.Resolve(target.Name, cancel.ch) }, cancel.now)
		u.debugResolved(addrs, err)
		switch {
		case err != nil:
			return err.Error()
		case len(addrs) == 0:
			return host + " could not be resolved"
		}
		ip = addrs[rand.IntN(len(addrs))].AddrPort.Addr()
	case !target.Addr.IsUnix():
		ip = target.Addr.AddrPort.Addr()
		u.Debug.Line(errlog.DebugStream, "lua udp socket network address given directly")
	default:
		u.Debug.Line(errlog.DebugStream, "lua udp socket network address given directly")
	}
	if ip.IsValid() {
		u.peer = relay.UDPAddr(netip.AddrPortFrom(ip, uint16(target.Port)))
	}
	local := u.bind
	if u.peer.IsUnix() {
		u.peer, local = u.peer.Datagrams(), relay.UnixAddr("") // the kernel finds a name, so that the other side can answer
	}
	u.Debug.Line(errlog.DebugStream, "lua udp socket resolve retval handler")
	conn, err := u.net.Dial(u.peer, local, u.trans, u.set.ConnectTimeout, cancel.ch, u.dialTrace())
	if err != nil {
		u.logFailure(env, err, "connect")
		return text(err)
	}
	u.conn, u.closer = conn, conn.Close
	return ""
}

// wait is Env.Wait with the object busy. A thread that is killed meanwhile takes the socket with it (ngx_stream_lua_udp_socket_cleanup).
func (u *UDP) wait(env Env, call, cancel func()) {
	u.busyFlag = true
	env.Wait(call, func() {
		cancel()
		u.busyFlag = false
		u.finalize()
	})
	u.busyFlag = false
}

// logFailure writes what ngx_stream_lua_socket_udp.c logs; ngx_stream_lua_udp_connect does so whatever lua_socket_log_errors says.
func (u *UDP) logFailure(env Env, err error, op string) {
	if !u.set.LogErrors && op != "connect" {
		return
	}
	var call *relay.OpError
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		env.Log(errlog.Err, "lua udp socket "+op+" timed out"+u.where())
	case errors.As(err, &call):
		level, text := errlog.Err, call.Text()
		switch op {
		case "connect":
			level = relay.ConnectLevel(call.Errno)
		case "send":
			level, text = relay.ConnectionLevel(call.Errno, relay.Upstream), "sendmsg() failed"
		}
		env.Log(level, text+errlog.Errno(err)+u.where())
	}
}

func (u *UDP) where() string {
	if u.downstream {
		return ""
	}
	return upstreamContext(u.host, u.peer)
}

// Send sends one datagram.
func (u *UDP) Send(env Env, data []byte) string {
	switch {
	case u.conn == nil:
		if u.set.LogErrors {
			env.Log(errlog.Err, "attempt to send data on a closed socket: u:"+pointer(u)+", c:"+pointer[byte](nil))
		}
		return errClosed
	case u.busyFlag:
		return "socket busy"
	}
	n, err := u.conn.Write(data)
	u.debugSent(n, len(data), err)
	if err != nil {
		u.logFailure(env, err, "send")
		return text(err)
	}
	return ""
}

// Receive gives the next datagram, cut to size bytes (at most MaxDatagram). On the client's socket it gives the datagram that opened the
// session, piece by piece, and then "no more data".
func (u *UDP) Receive(env Env, size int) ([]byte, string) {
	u.Debug.Line(errlog.DebugStream, "lua udp socket calling receive() method")
	switch {
	case u.conn == nil:
		if u.set.LogErrors {
			env.Log(errlog.Err, "attempt to receive data on a closed socket: u:"+pointer(u)+", c:"+pointer[byte](nil))
		}
		return nil, errClosed
	case u.busyFlag:
		return nil, "socket busy"
	}
	if size < 0 || size > MaxDatagram {
		size = MaxDatagram
	}
	u.Debug.Num(errlog.DebugStream, "lua udp socket read timeout: %M", int(u.timeout.Milliseconds()))
	u.Debug.Num(errlog.DebugStream, "lua udp socket receive buffer size: %uz", size)
	if u.downstream {
		return u.receiveFirst(size)
	}
	u.Debug.Num(errlog.DebugStream, "lua udp socket read data: waiting: %d", 0)
	buf := getBuffer(MaxDatagram)
	defer buffers.Put(&buf)
	var n int
	var err error = relay.ErrWouldBlock
	if t, ok := u.conn.(interface{ TryRead([]byte) (int, error) }); ok {
		n, err = t.TryRead(buf)
	}
	u.debugReceived(n, err)
	if err == relay.ErrWouldBlock {
		conn := u.conn
		u.wait(env, func() {
			_ = conn.SetReadDeadline(deadline(u.timeout))
			n, err = conn.Read(buf)
		}, func() { _ = conn.SetReadDeadline(time.Unix(1, 0)) })
		u.debugWoken(n, err)
	} else {
		u.Debug.Line(errlog.DebugStream, "lua udp socket receive done in a single run")
	}
	u.Debug.Line(errlog.DebugStream, "lua udp socket receive return value handler")
	if err != nil {
		u.logFailure(env, err, "read")
		return nil, text(err)
	}
	return append([]byte(nil), buf[:min(n, size)]...), ""
}

// receiveFirst takes bytes from the datagram that opened the session; it is there already.
func (u *UDP) receiveFirst(size int) ([]byte, string) {
	if !u.begun {
		u.begun = true
		buf := make([]byte, maxUDP)
		_ = u.conn.SetReadDeadline(time.Unix(1, 0))
		n, err := u.conn.Read(buf)
		_ = u.conn.SetReadDeadline(time.Time{})
		if err != nil {
			return nil, text(err)
		}
		u.rest = append(u.rest, buf[:n]...)
	}
	if len(u.rest) == 0 {
		return nil, "no more data"
	}
	u.Debug.Line(errlog.DebugStream, "lua udp socket receive done in a single run")
	u.Debug.Line(errlog.DebugStream, "lua udp socket receive return value handler")
	n := min(size, len(u.rest))
	out := u.rest[:n:n]
	u.rest = u.rest[n:]
	return out, ""
}

// maxUDP is the largest datagram there is.
const maxUDP = 65535

// Close closes the socket.
func (u *UDP) Close() string {
	switch {
	case u.conn == nil:
		return errClosed
	case u.busyFlag:
		return "socket busy"
	}
	u.finalize()
	return ""
}

// Holds tells whether there is anything that Release would close.
func (u *UDP) Holds() bool { return u.conn != nil || u.busyFlag }

// Release ends the object with its session or timer.
func (u *UDP) Release() {
	if u.conn == nil {
		return
	}
	u.Debug.Line(errlog.DebugStream, "cleanup lua udp socket upstream request")
	u.finalize()
}

// finalize closes what is no downstream (ngx_stream_lua_socket_udp_finalize).
func (u *UDP) finalize() {
	u.Debug.Line(errlog.DebugStream, "stream lua finalize socket")
	if u.closer != nil {
		u.Debug.Line(errlog.DebugStream, "lua close socket connection")
		_ = u.closer()
	}
	if !u.downstream {
		u.conn, u.closer = nil, nil
	}
}
