package relay

import (
	"errors"
	"io/fs"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"tidegate/runtime/errlog"
)

// DefaultBacklog is nginx's NGX_LISTEN_BACKLOG on Linux.
const DefaultBacklog = 511

// ListenOptions is what the parameters of nginx's listen directive say about a socket. Sizes are bytes; zero values mean "not
// given" unless told otherwise.
type ListenOptions struct {
	Addr       Addr          // port 0 asks the kernel for one
	Backlog    int           // backlog=; 0 is DefaultBacklog, negative the kernel's maximum
	ReusePort  bool          // reuseport: one socket per loop
	IPv6Only   bool          // ipv6only=; nginx's default is on
	RecvBuffer int           // rcvbuf=
	SendBuffer int           // sndbuf=
	FastOpen   int           // fastopen=; 0 off
	Deferred   bool          // deferred
	Multipath  bool          // multipath: Multipath TCP
	KeepAlive  KeepAlive     // so_keepalive=
	NoDelay    bool          // set TCP_NODELAY once on the listening socket: accepted sockets inherit it
	Retry      bool          // a taken address is tried five times, 500 ms apart, as at nginx's start
	RetryDelay time.Duration // in place of 500 ms, for tests
	AcceptRest time.Duration // how long accepting rests when the file table is full; 0 is accept_mutex_delay's 500 ms

	// Log receives nginx's lines about sockets: level, text without the number, error number.
	Log func(level errlog.Level, text string, err error)
}

// KeepAlive is so_keepalive=on|off|[idle]:[interval]:[count].
type KeepAlive struct {
	Set      bool // given at all
	On       bool
	Idle     time.Duration
	Interval time.Duration
	Count    int
}

func (o *ListenOptions) log(level errlog.Level, text string, en errno) {
	if o.Log == nil {
		return
	}
	if en == 0 {
		o.Log(level, text, nil)
		return
	}
	o.Log(level, text, en)
}

func itoa(n int) string { return strconv.Itoa(n) }

func (o *ListenOptions) backlog() int {
	switch {
	case o.Backlog == 0:
		return DefaultBacklog
	case o.Backlog < 0:
		return -1
	}
	return o.Backlog
}

// listening is what addresses for connections and for datagrams have in common: the bound sockets and their options. Serving them
// has a life of its own, so that a reload can keep a socket while nobody serves it.
type listening struct {
	e    *Engine
	kind int // SOCK_STREAM or SOCK_DGRAM
	opts atomic.Pointer[ListenOptions]
	addr Addr
	fds  []int32

	mu     sync.Mutex // guards the rest
	open   bool       // served
	closed bool
}

// listen opens the sockets: one, or with reuseport one for each loop.
func (ln *listening) listen(e *Engine, kind int, o *ListenOptions) (err error) {
	n := 1
	if o.ReusePort && !o.Addr.unix {
		n = len(e.loops)
	}
	ln.e, ln.kind = e, kind
	ln.opts.Store(o)
	ln.fds, ln.addr, err = o.open(kind, n)
	return err
}

// Addr is the bound address; a port of 0 has become the real one.
func (ln *listening) Addr() Addr { return ln.addr }

// Configure gives the open sockets the options of a new configuration. What makes a socket, ReusePort, IPv6Only and Multipath, stays.
func (ln *listening) Configure(o ListenOptions) {
	ln.mu.Lock()
	defer ln.mu.Unlock()
	if ln.closed {
		return
	}
	was := ln.opts.Swap(&o)
	for _, fd := range ln.fds {
		o.reconfigure(fd, ln.addr, ln.kind, was)
	}
}

// unlink removes the file of a unix socket, as ngx_close_listening_sockets does.
func (ln *listening) unlink() error {
	if !ln.addr.unix {
		return nil
	}
	if err := os.Remove(ln.addr.Path); err != nil {
		en := pathErrno(err)
		ln.opts.Load().log(errlog.Emerg, "unlink() "+ln.addr.Path+" failed", en)
		return &OpError{Op: "unlink() " + ln.addr.Path, Errno: en}
	}
	return nil
}

// open makes n bound sockets (listening ones when kind is SOCK_STREAM), as ngx_open_listening_sockets and
// ngx_configure_listening_sockets do. All share the port that a port of 0 was given.
func (o *ListenOptions) open(kind, n int) ([]int32, Addr, error) {
	addr := o.Addr
	var fds []int32
	for range n {
		fd, err := o.openOne(addr, kind)
		if err != nil {
			closeAll(fds)
			return nil, addr, err
		}
		fds = append(fds, fd)
		if !addr.unix && addr.Port() == 0 {
			var sa sockaddr
			if getsockname(fd, &sa) == 0 {
				addr = sa.addr(kind == unix.SOCK_DGRAM)
			}
		}
	}
	return fds, addr, nil
}

func closeAll(fds []int32) {
	for _, fd := range fds {
		closeFD(fd)
	}
}

const bindTries = 5

// openOne repeats while the address is in use, when Retry asks for it.
func (o *ListenOptions) openOne(addr Addr, kind int) (int32, error) {
	tries := 1
	if o.Retry {
		tries = bindTries
	}
	delay := o.RetryDelay
	if delay == 0 {
		delay = 500 * time.Millisecond
	}
	for {
		fd, err := o.tryOpen(addr, kind)
		if err == nil || !errors.Is(err, unix.EADDRINUSE) {
			return fd, err
		}
		if tries--; tries == 0 {
			if o.Retry {
				o.log(errlog.Emerg, "still could not bind()", 0)
			}
			return -1, err
		}
		o.log(errlog.Notice, "try again to bind() after "+itoa(int(delay.Milliseconds()))+"ms", 0)
		time.Sleep(delay)
	}
}

// tryOpen makes one socket. What nginx treats as fatal is logged as emerg and returned; the rest is logged and ignored.
func (o *ListenOptions) tryOpen(addr Addr, kind int) (int32, error) {
	fd, err := o.bound(addr, kind)
	if err != nil {
		return -1, err
	}
	if kind == unix.SOCK_STREAM {
		if en := listen(fd, o.backlog()); en != 0 {
			text := "listen() to " + addr.String() + ", backlog " + itoa(o.backlog())
			return o.fail(fd, text, text+" failed", en)
		}
	}
	o.configure(fd, addr, kind)
	return fd, nil
}

// fail gives a socket up.
func (o *ListenOptions) fail(fd int32, op, text string, en errno) (int32, error) {
	o.log(errlog.Emerg, text, en)
	if fd >= 0 {
		closeFD(fd)
	}
	return -1, &OpError{Op: op, Errno: en}
}

// bound makes a socket and gives it its address.
func (o *ListenOptions) bound(addr Addr, kind int) (int32, error) {
	name := addr.String()
	var sa sockaddr
	if addr.IsZero() || !sa.set(addr) {
		return -1, ErrAddr
	}
	protocol := 0
	if o.Multipath && kind == unix.SOCK_STREAM && !addr.unix {
		protocol = unix.IPPROTO_MPTCP
	}
	fd, en := socket(addr.family(), kind, protocol)
	if en != 0 {
		return o.fail(-1, "socket() "+name, "socket() "+name+" failed", en)
	}
	if en := setsockopt(fd, unix.SOL_SOCKET, unix.SO_REUSEADDR, 1); en != 0 {
		return o.fail(fd, "setsockopt(SO_REUSEADDR) "+name, "setsockopt(SO_REUSEADDR) "+name+" failed", en)
	}
	if o.ReusePort && !addr.unix {
		if en := setsockopt(fd, unix.SOL_SOCKET, unix.SO_REUSEPORT, 1); en != 0 {
			return o.fail(fd, "setsockopt(SO_REUSEPORT) "+name, "setsockopt(SO_REUSEPORT) "+name+" failed", en)
		}
	}
	if addr.family() == unix.AF_INET6 {
		if en := setsockopt(fd, unix.IPPROTO_IPV6, unix.IPV6_V6ONLY, flag(o.IPv6Only)); en != 0 {
			o.log(errlog.Emerg, "setsockopt(IPV6_V6ONLY) "+name+" failed, ignored", en)
		}
	}
	if en := bind(fd, &sa); en != 0 {
		return o.fail(fd, "bind() to "+name, "bind() to "+name+" failed", en)
	}
	if addr.unix {
		if err := os.Chmod(addr.Path, 0o666); err != nil {
			o.log(errlog.Emerg, "chmod() \""+addr.Path+"\" failed", pathErrno(err))
		}
	}
	return fd, nil
}

// TryBind tells whether an address could be listened on, as nginx does under -t: it takes the address and gives it back. One that is in use is
// no failure, because the server that is to be replaced may have it; the file of a unix socket is taken away. Unlike nginx's, the socket
// does not listen, so no client can come in between.
func TryBind(addr Addr) error {
	kind := unix.SOCK_STREAM
	if addr.dgram {
		kind = unix.SOCK_DGRAM
	}
	o := ListenOptions{IPv6Only: true}
	fd, err := o.bound(addr, kind)
	if errors.Is(err, unix.EADDRINUSE) {
		return nil
	}
	if err != nil {
		return err
	}
	if addr.unix {
		_ = os.Remove(addr.Path)
	}
	closeFD(fd)
	return nil
}

func pathErrno(err error) errno {
	var pe *fs.PathError
	var en errno
	if errors.As(err, &pe) && errors.As(pe.Err, &en) {
		return en
	}
	return unix.EIO
}

// configure sets what nginx sets after listen(); failures are alerts and ignored.
func (o *ListenOptions) configure(fd int32, addr Addr, kind int) {
	name := addr.String()
	set := func(level, opt, value int, what string) {
		if en := setsockopt(fd, level, opt, value); en != 0 {
			o.log(errlog.Alert, "setsockopt("+what+") "+name+" failed, ignored", en)
		}
	}
	if o.RecvBuffer > 0 {
		set(unix.SOL_SOCKET, unix.SO_RCVBUF, o.RecvBuffer, "SO_RCVBUF, "+itoa(o.RecvBuffer))
	}
	if o.SendBuffer > 0 {
		set(unix.SOL_SOCKET, unix.SO_SNDBUF, o.SendBuffer, "SO_SNDBUF, "+itoa(o.SendBuffer))
	}
	if o.KeepAlive.Set {
		set(unix.SOL_SOCKET, unix.SO_KEEPALIVE, flag(o.KeepAlive.On), "SO_KEEPALIVE, "+itoa(flag(o.KeepAlive.On)))
		for _, t := range keepAliveOptions(o.KeepAlive.Idle, o.KeepAlive.Interval, o.KeepAlive.Count) {
			set(unix.IPPROTO_TCP, t.opt, t.value, t.name+", "+itoa(t.value))
		}
	}
	if kind == unix.SOCK_DGRAM {
		o.configurePacket(fd, addr)
		return
	}
	if addr.unix {
		return
	}
	if o.FastOpen > 0 {
		set(unix.IPPROTO_TCP, unix.TCP_FASTOPEN, o.FastOpen, "TCP_FASTOPEN, "+itoa(o.FastOpen))
	}
	if o.NoDelay {
		set(unix.IPPROTO_TCP, unix.TCP_NODELAY, 1, "TCP_NODELAY")
	}
	if o.Deferred {
		if en := setsockopt(fd, unix.IPPROTO_TCP, unix.TCP_DEFER_ACCEPT, 1); en != 0 {
			o.log(errlog.Alert, "setsockopt(TCP_DEFER_ACCEPT, 1) for "+name+" failed, ignored", en)
		}
	}
}

// reconfigure brings an open socket from the options that it has, was, to those of a new configuration: a changed backlog first, then
// what configure sets. What is no longer given stays as it is, but for the switches, as in nginx (ngx_init_cycle marks the
// differences, ngx_configure_listening_sockets applies them).
func (o *ListenOptions) reconfigure(fd int32, addr Addr, kind int, was *ListenOptions) {
	name := addr.String()
	if kind == unix.SOCK_STREAM && o.backlog() != was.backlog() {
		if en := listen(fd, o.backlog()); en != 0 {
			o.log(errlog.Alert, "listen() to "+name+", backlog "+itoa(o.backlog())+" failed, ignored", en)
		}
	}
	if kind == unix.SOCK_STREAM && !addr.unix {
		if was.Deferred && !o.Deferred {
			if en := setsockopt(fd, unix.IPPROTO_TCP, unix.TCP_DEFER_ACCEPT, 0); en != 0 {
				o.log(errlog.Alert, "setsockopt(TCP_DEFER_ACCEPT, 0) for "+name+" failed, ignored", en)
			}
		}
		if was.NoDelay && !o.NoDelay {
			if en := setsockopt(fd, unix.IPPROTO_TCP, unix.TCP_NODELAY, 0); en != 0 {
				o.log(errlog.Alert, "setsockopt(TCP_NODELAY, 0) "+name+" failed, ignored", en)
			}
		}
	}
	o.configure(fd, addr, kind)
}

// configurePacket asks for each datagram's destination address, which a wildcard socket needs to answer from it.
func (o *ListenOptions) configurePacket(fd int32, addr Addr) {
	if !addr.wildcard() {
		return
	}
	level, opt, what := unix.IPPROTO_IP, unix.IP_PKTINFO, "IP_PKTINFO"
	if addr.family() == unix.AF_INET6 {
		level, opt, what = unix.IPPROTO_IPV6, unix.IPV6_RECVPKTINFO, "IPV6_RECVPKTINFO"
	}
	if en := setsockopt(fd, level, opt, 1); en != 0 {
		o.log(errlog.Alert, "setsockopt("+what+") for "+addr.String()+" failed, ignored", en)
	}
}
