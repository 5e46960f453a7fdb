package relay

import (
	"time"

	"golang.org/x/sys/unix"

	"tidegate/runtime/errlog"
)

// DialOptions is everything ngx_event_connect_peer looks at. Remote is required; its kind (TCPAddr, UDPAddr, UnixAddr) chooses the
// socket's.
type DialOptions struct {
	Remote      Addr
	Local       Addr          // proxy_bind; zero lets the kernel choose
	Transparent bool          // proxy_bind ... transparent: Local need not be an address of this machine
	Timeout     time.Duration // proxy_connect_timeout; 0 none
	KeepAlive   bool          // proxy_socket_keepalive
	NoDelay     bool          // tcp_nodelay
	RecvBuffer  int           // bytes; 0 leaves it to the kernel
	SendBuffer  int           // bytes; 0 leaves it to the kernel
	Datagram    bool          // a datagram socket to a unix path (for IP addresses UDPAddr says it)

	// Near is the connection the new one will be relayed with: both then belong to one loop from the start.
	Near *Conn

	// Cancel, when it is closed, ends a waiting Dial with ErrCanceled (a light thread was killed). DialAsync does not use it:
	// its caller has Dialing.Cancel.
	Cancel <-chan struct{}

	// Log receives options that could not be set and nginx ignores: an alert with the text and the error number.
	Log func(level errlog.Level, text string, err error)

	// Trace, where the dial is written to the debug log.
	Trace *DialTrace
}

// DialTrace is what the debug log says of a dial.
type DialTrace struct {
	Debug  *errlog.DebugLog
	Number uint64 // of the connection
	Name   string // of the peer; empty: its address
	Script bool   // a datagram socket of a script, which is made elsewhere in OpenResty
	// Begun, if not nil, is told what connect() answered, before anything else comes of it.
	Begun func(t *DialTrace, err error)

	FD      int  // of the socket
	Waiting bool // connect() answered that it is in progress
}

// Dial connects and waits. A failure is an *OpError whose Op is in nginx's words ("connect()", "bind(127.0.0.2)", "socket()", ...),
// ErrTimeout, ErrCanceled or ErrAddr. A connect to this machine mostly succeeds within the call and costs no wait.
func (e *Engine) Dial(o DialOptions) (*Conn, error) {
	c, waiting, err := e.start(&o)
	if err != nil || !waiting {
		return c, err
	}
	done := make(chan error, 1)
	d := c.watchConnect(o.Timeout, func(err error) { done <- err })
	select {
	case err = <-done:
	case <-o.Cancel:
		d.Cancel()
		err = <-done
	}
	if err != nil {
		c.shut()
		return nil, err
	}
	return c, nil
}

// Dialing is a connect in progress.
type Dialing struct {
	c    *Conn
	w    *waiter
	done func(error)
}

// Cancel ends the dial: its function is called with ErrCanceled, unless it has been called already.
func (d *Dialing) Cancel() {
	if d == nil || d.c == nil {
		return
	}
	d.c.mu.Lock()
	mine := d.c.unlink(d.w)
	d.c.mu.Unlock()
	if mine {
		d.w.l.timers.remove(d.w)
		d.done(ErrCanceled)
	}
}

// DialAsync connects without a goroutine: fn is called once, before DialAsync returns when the outcome is known at once, else on
// the loop. The result is nil in the first case.
func (e *Engine) DialAsync(o DialOptions, fn func(*Conn, error)) *Dialing {
	c, waiting, err := e.start(&o)
	if err != nil || !waiting {
		fn(c, err)
		return nil
	}
	return c.watchConnect(o.Timeout, func(err error) {
		if err != nil {
			c.shut()
			fn(nil, err)
			return
		}
		fn(c, nil)
	})
}

// start makes the socket and begins to connect; waiting means that the kernel has not decided yet.
func (e *Engine) start(o *DialOptions) (c *Conn, waiting bool, err error) {
	if o.Trace != nil && o.Trace.Begun != nil {
		defer func() { o.Trace.Begun(o.Trace, err) }()
	}
	kind := unix.SOCK_STREAM
	remote := o.Remote
	if remote.dgram || o.Datagram {
		kind, remote.dgram = unix.SOCK_DGRAM, true
	}
	var sa sockaddr
	if remote.IsZero() || !sa.set(remote) {
		return nil, false, ErrAddr
	}
	fd, en := socket(remote.family(), kind, 0)
	if en != 0 {
		return nil, false, &OpError{Op: "socket()", Errno: en}
	}
	if o.Trace != nil {
		o.Trace.made(fd, remote)
	}
	if err := o.prepare(fd, remote); err != nil {
		closeFD(fd)
		return nil, false, err
	}
	home := e.pick
	if o.Near != nil {
		home = func() *loop { return o.Near.home }
	}
	if o.Trace != nil {
		o.Trace.connecting(fd, remote)
	}
	en = connect(fd, &sa)
	atOnce := en != einprogress
	if o.Trace != nil {
		o.Trace.Waiting = !atOnce
	}
	if !atOnce {
		en = connect(fd, &sa) // on the same machine the handshake is over by now, and the second call says so
		waiting = en == unix.EALREADY || en == einprogress
		if waiting || en == unix.EISCONN {
			en = 0
		}
	}
	if en != 0 {
		closeFD(fd)
		return nil, false, &OpError{Op: "connect()", Errno: en, AtOnce: atOnce}
	}
	return e.newConn(fd, remote, home()), waiting, nil
}

// Result is what ngx_event_connect_peer would have returned.
func (t *DialTrace) Result(err error) int {
	const ok, failed, again, declined = 0, -1, -2, -5
	op, _ := err.(*OpError)
	switch {
	case t.Waiting && err == nil:
		return again
	case op != nil && op.Op == "connect()":
		return declined
	case err != nil:
		return failed
	}
	return ok
}

// made and connecting write the lines of ngx_event_connect_peer.
func (t *DialTrace) made(fd int32, remote Addr) {
	if t.Script {
		t.Debug.Num(errlog.DebugEvent, "UDP socket %d", int(fd))
		return
	}
	kind := "stream"
	if remote.dgram {
		kind = "dgram"
	}
	t.Debug.Log(errlog.DebugEvent, "%s socket %d", kind, int(fd))
}

func (t *DialTrace) connecting(fd int32, remote Addr) {
	t.FD = int(fd)
	name := t.Name
	if name == "" {
		name = remote.String()
	}
	t.Debug.Log(errlog.DebugEvent, "connect to %V, fd:%d #%uA", name, int(fd), t.Number)
}

// prepare sets options and binds, in ngx_event_connect_peer's order; what nginx ignores is reported to Log.
func (o *DialOptions) prepare(fd int32, remote Addr) error {
	ignore := func(level, opt, value int, op string) {
		if en := setsockopt(fd, level, opt, value); en != 0 && o.Log != nil {
			o.Log(errlog.Alert, op+" failed, ignored", en)
		}
	}
	if o.RecvBuffer > 0 {
		ignore(unix.SOL_SOCKET, unix.SO_RCVBUF, o.RecvBuffer, "setsockopt(SO_RCVBUF, "+itoa(o.RecvBuffer)+")")
	}
	if o.SendBuffer > 0 {
		ignore(unix.SOL_SOCKET, unix.SO_SNDBUF, o.SendBuffer, "setsockopt(SO_SNDBUF, "+itoa(o.SendBuffer)+")")
	}
	if o.KeepAlive {
		ignore(unix.SOL_SOCKET, unix.SO_KEEPALIVE, 1, "setsockopt(SO_KEEPALIVE)")
	}
	if o.NoDelay && !remote.unix && !remote.dgram {
		if en := setsockopt(fd, unix.IPPROTO_TCP, unix.TCP_NODELAY, 1); en != 0 {
			return &OpError{Op: "setsockopt(TCP_NODELAY)", Errno: en}
		}
	}
	if o.Local.IsZero() {
		return nil
	}
	return o.bind(fd, remote, ignore)
}

func (o *DialOptions) bind(fd int32, remote Addr, ignore func(level, opt, value int, op string)) error {
	local := o.Local
	var sa sockaddr
	if !sa.set(local) {
		return ErrAddr
	}
	if o.Transparent && !local.unix {
		level, opt, op := unix.IPPROTO_IP, unix.IP_TRANSPARENT, "setsockopt(IP_TRANSPARENT)"
		if local.family() == unix.AF_INET6 {
			level, opt, op = unix.IPPROTO_IPV6, unix.IPV6_TRANSPARENT, "setsockopt(IPV6_TRANSPARENT)"
		}
		if en := setsockopt(fd, level, opt, 1); en != 0 {
			return &OpError{Op: op, Errno: en}
		}
	}
	if !local.unix && local.Port() == 0 {
		ignore(unix.IPPROTO_IP, unix.IP_BIND_ADDRESS_NO_PORT, 1, "setsockopt(IP_BIND_ADDRESS_NO_PORT)")
	} else if remote.dgram {
		if en := setsockopt(fd, unix.SOL_SOCKET, unix.SO_REUSEADDR, 1); en != 0 {
			return &OpError{Op: "setsockopt(SO_REUSEADDR)", Errno: en}
		}
	}
	if en := bind(fd, &sa); en != 0 {
		name := local.String()
		if !local.unix && local.Port() == 0 {
			name = local.Addr().String()
		}
		return &OpError{Op: "bind(" + name + ")", Errno: en}
	}
	return nil
}

// watchConnect calls fn once the connect in progress is decided.
func (c *Conn) watchConnect(timeout time.Duration, fn func(error)) *Dialing {
	decided := func(err error) {
		if err == nil {
			if en, bad := getsockopt(c.fd, unix.SOL_SOCKET, unix.SO_ERROR); bad != 0 {
				err = &OpError{Op: "connect()", Errno: bad}
			} else if en != 0 {
				err = &OpError{Op: "connect()", Errno: errno(en)}
			}
		}
		fn(err)
	}
	c.mu.Lock()
	w := &waiter{c: c, fn: decided, way: writing, fixed: true}
	var dead int64
	if timeout > 0 {
		dead = c.e.now().UnixMilli() + max(timeout.Milliseconds(), 1)
	}
	c.enqueue(w, dead)
	err := c.join(c.home, true)
	if err != nil {
		c.unlink(w)
	}
	c.mu.Unlock()
	if err != nil {
		w.l.timers.remove(w)
		fn(err)
		return &Dialing{}
	}
	return &Dialing{c: c, w: w, done: decided}
}
