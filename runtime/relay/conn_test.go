package relay

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"tidegate/runtime/errlog"
)

// connected gives a Conn and the TCP connection at its other end.
func connected(t testing.TB, e *Engine) (*Conn, *net.TCPConn) {
	t.Helper()
	s, addr := newSink(t)
	c, err := e.Dial(DialOptions{Remote: addrOf(addr)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	peer := <-s.conn
	t.Cleanup(func() { peer.Close() })
	return c, peer
}

// parked waits until something waits on c.
func parked(t testing.TB, c *Conn, d direction) {
	t.Helper()
	for deadline := time.Now().Add(patience); ; wait(100 * time.Microsecond) {
		c.mu.Lock()
		waits := c.lane(d).list != nil
		c.mu.Unlock()
		if waits {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("nobody waits")
		}
	}
}

func TestConnRead(t *testing.T) {
	c, peer := connected(t, newEngine(t, Config{}))
	got := make(chan string)
	read := func() {
		b := make([]byte, 100)
		n, err := c.Read(b)
		if err != nil {
			got <- err.Error()
			return
		}
		got <- string(b[:n])
	}
	for range 3 { // park, wake, park again
		go read()
		parked(t, c, reading)
		peer.Write([]byte("hello"))
		if s := <-got; s != "hello" {
			t.Errorf("%q", s)
		}
	}
	if _, err := c.TryRead(make([]byte, 1)); err != ErrWouldBlock {
		t.Error(err)
	}
	go read()
	parked(t, c, reading)
	peer.CloseWrite()
	if s := <-got; s != "EOF" {
		t.Errorf("%q", s)
	}
	if _, err := c.TryRead(make([]byte, 1)); err != io.EOF {
		t.Error(err)
	}
}

// TestQuiet: what is known to be empty is not asked again, and is asked again after every event, be it only the end of the stream.
func TestQuiet(t *testing.T) {
	c, peer := connected(t, newEngine(t, Config{}))
	room := make([]byte, 100)
	for i := range 50 {
		peer.Write([]byte("hello"))
		if err := c.WaitRead(); err != nil || c.Quiet() {
			t.Fatalf("round %d: %v, or quiet with five bytes to read", i, err)
		}
		if n, err := c.TryRead(room[:3]); n != 3 || err != nil || c.Quiet() {
			t.Fatalf("round %d: %d %v, or quiet with two bytes to read", i, n, err)
		}
		if n, err := c.Read(room); n != 2 || err != nil || !c.Quiet() {
			t.Fatalf("round %d: %d %v, or not quiet with nothing to read", i, n, err)
		}
		if _, err := c.TryRead(room); err != ErrWouldBlock {
			t.Fatalf("round %d: %v", i, err)
		}
	}
	peer.Write([]byte("bye"))
	peer.Close()
	for text := ""; ; {
		n, err := c.Read(room)
		if text += string(room[:n]); err != nil {
			if text != "bye" || err != io.EOF || c.Quiet() {
				t.Errorf("%q %v, or quiet at the end", text, err)
			}
			return
		}
	}
}

func TestConnCloseWakes(t *testing.T) {
	c, _ := connected(t, newEngine(t, Config{}))
	errs := make(chan error, 2)
	go func() {
		_, err := c.Read(make([]byte, 1))
		errs <- err
	}()
	go func() {
		b := make([]byte, 1<<20)
		for {
			if _, err := c.Write(b); err != nil {
				errs <- err
				return
			}
		}
	}()
	parked(t, c, reading)
	parked(t, c, writing)
	c.Close()
	for range 2 {
		if err := <-errs; err != ErrClosed {
			t.Error(err)
		}
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	if _, err := c.Write([]byte("x")); err != ErrClosed {
		t.Error(err)
	}
	if err := c.SetNoDelay(true); err != ErrClosed {
		t.Error(err)
	}
}

func TestConnDeadlines(t *testing.T) {
	c, peer := connected(t, newEngine(t, Config{}))
	b := make([]byte, 1)
	c.SetReadDeadline(time.Now().Add(-time.Second))
	if _, err := c.Read(b); err != ErrTimeout {
		t.Error(err)
	}
	c.SetReadDeadline(time.Now().Add(20 * time.Millisecond))
	if _, err := c.Read(b); err != ErrTimeout {
		t.Error(err)
	}
	var ne net.Error
	if !errors.As(ErrTimeout, &ne) || !ne.Timeout() {
		t.Error("not a timeout")
	}

	// a parked read sees a deadline that is set later, and one that is lifted
	errs := make(chan error)
	c.SetReadDeadline(time.Time{})
	go func() { _, err := c.Read(b); errs <- err }()
	parked(t, c, reading)
	c.SetReadDeadline(time.Now().Add(time.Millisecond))
	if err := <-errs; err != ErrTimeout {
		t.Error(err)
	}
	c.SetReadDeadline(time.Now().Add(time.Hour))
	go func() { _, err := c.Read(b); errs <- err }()
	parked(t, c, reading)
	c.SetReadDeadline(time.Time{})
	peer.Write([]byte("x"))
	if err := <-errs; err != nil {
		t.Error(err)
	}

	big := make([]byte, 1<<20)
	c.SetWriteDeadline(time.Now().Add(50 * time.Millisecond))
	for {
		n, err := c.Write(big)
		if err == nil {
			continue
		}
		if err != ErrTimeout || n == len(big) {
			t.Error(n, err)
		}
		break
	}
}

func TestConnUnread(t *testing.T) {
	c, peer := connected(t, newEngine(t, Config{}))
	peer.Write([]byte("world"))
	b := make([]byte, 5)
	if n, err := c.Peek(b); n != 5 || err != nil || string(b) != "world" {
		t.Fatalf("%d %v %q", n, err, b)
	}
	c.Unread([]byte("lo "))
	c.Unread([]byte("hel"))
	if s := string(c.Buffered()); s != "hello " {
		t.Errorf("%q", s)
	}
	if n, _ := c.Peek(b); string(b[:n]) != "hello" {
		t.Errorf("%q", b[:n])
	}
	if err := c.WaitRead(); err != nil {
		t.Error(err)
	}
	all := make([]byte, 11)
	if _, err := io.ReadFull(c, all); err != nil || string(all) != "hello world" {
		t.Errorf("%q %v", all, err)
	}
	if len(c.Buffered()) != 0 {
		t.Error("bytes left")
	}
}

func TestConnWritev(t *testing.T) {
	c, peer := connected(t, newEngine(t, Config{}))
	var pieces [][]byte
	var want []byte
	for i := range 50 {
		p := bytes.Repeat([]byte{byte(i)}, i*4000)
		pieces = append(pieces, p)
		want = append(want, p...)
	}
	go func() {
		n, err := c.Writev(pieces...)
		if err != nil || int(n) != len(want) {
			t.Error(n, err)
		}
		c.CloseWrite()
	}()
	if got, err := io.ReadAll(peer); err != nil || !bytes.Equal(got, want) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
}

func TestConnWaits(t *testing.T) {
	c, peer := connected(t, newEngine(t, Config{}))
	errs := make(chan error)
	go func() { errs <- c.WaitRead() }()
	parked(t, c, reading)
	peer.Write([]byte("x"))
	if err := <-errs; err != nil {
		t.Error(err)
	}
	if err := c.WaitRead(); err != nil { // still there
		t.Error(err)
	}
	go func() { errs <- c.WaitClose() }() // bytes are not a close
	parked(t, c, reading)
	if b := readExactly(t, c, 1); string(b) != "x" {
		t.Errorf("%q", b)
	}
	c.SetReadDeadline(time.Time{})
	peer.Close()
	if err := <-errs; err != io.EOF {
		t.Error(err)
	}
	if err := c.WaitRead(); err != io.EOF {
		t.Error(err)
	}
}

func TestOnReadable(t *testing.T) {
	c, peer := connected(t, newEngine(t, Config{}))
	errs := make(chan error, 1)
	call := func(err error) { errs <- err }
	c.OnReadable(10*time.Millisecond, call)
	if err := <-errs; err != ErrTimeout {
		t.Error(err)
	}
	for range 2 {
		c.OnReadable(time.Minute, call)
		peer.Write([]byte("x"))
		if err := <-errs; err != nil {
			t.Error(err)
		}
		if n, err := c.TryRead(make([]byte, 10)); n != 1 || err != nil {
			t.Error(n, err)
		}
	}
	peer.Write([]byte("y"))
	c.WaitRead()
	c.OnReadable(0, call) // at once
	if err := <-errs; err != nil {
		t.Error(err)
	}
	c.TryRead(make([]byte, 10))
	c.OnReadable(0, call)
	c.Close()
	if err := <-errs; err != ErrClosed {
		t.Error(err)
	}
}

func TestConnOptions(t *testing.T) {
	c, peer := connected(t, newEngine(t, Config{}))
	for _, err := range []error{
		c.SetNoDelay(true),
		c.SetKeepAlive(true, 30*time.Second, 5*time.Second, 4),
		c.SetReceiveBuffer(100 << 10),
		c.SetSendBuffer(100 << 10),
	} {
		if err != nil {
			t.Error(err)
		}
	}
	for _, o := range []struct{ level, opt, want int }{
		{unix.IPPROTO_TCP, unix.TCP_NODELAY, 1},
		{unix.SOL_SOCKET, unix.SO_KEEPALIVE, 1},
		{unix.IPPROTO_TCP, unix.TCP_KEEPIDLE, 30},
		{unix.IPPROTO_TCP, unix.TCP_KEEPINTVL, 5},
		{unix.IPPROTO_TCP, unix.TCP_KEEPCNT, 4},
		{unix.SOL_SOCKET, unix.SO_RCVBUF, 200 << 10}, // the kernel doubles it
	} {
		if v, err := unix.GetsockoptInt(c.FD(), o.level, o.opt); err != nil || v != o.want {
			t.Errorf("option %d %d: %d %v", o.level, o.opt, v, err)
		}
	}
	if c.Local().String() != peer.RemoteAddr().String() || c.Peer().String() != peer.LocalAddr().String() {
		t.Errorf("%s %s", c.Local(), c.Peer())
	}
	if err := c.SetLinger(0); err != nil {
		t.Error(err)
	}
	c.Close()
	if _, err := peer.Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("%v, want a reset", err)
	}
}

// refusing is an address where nobody answers and that nobody else can take meanwhile: a socket is bound to it that does not listen, or
// hears only itself.
func refusing(t testing.TB, kind int) Addr {
	t.Helper()
	fd, err := unix.Socket(unix.AF_INET, kind|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Close(fd) })
	if err := unix.Bind(fd, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		t.Fatal(err)
	}
	sa, err := unix.Getsockname(fd)
	if err != nil {
		t.Fatal(err)
	}
	at := netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), uint16(sa.(*unix.SockaddrInet4).Port))
	if kind == unix.SOCK_STREAM {
		return TCPAddr(at)
	}
	if err := unix.Connect(fd, sa); err != nil {
		t.Fatal(err)
	}
	return UDPAddr(at)
}

func TestDialErrors(t *testing.T) {
	e := newEngine(t, Config{})
	dir := t.TempDir()
	refused := refusing(t, unix.SOCK_STREAM)
	for _, tc := range []struct {
		name string
		opts DialOptions
		op   string
		want error
	}{
		{"refused", DialOptions{Remote: refused}, "connect()", syscall.ECONNREFUSED},
		{"no unix socket", DialOptions{Remote: UnixAddr(filepath.Join(dir, "none"))}, "connect()", syscall.ENOENT},
		{"foreign address", DialOptions{Remote: refused, Local: TCPAddr(netip.MustParseAddrPort("192.0.2.1:0"))}, "bind(192.0.2.1)", syscall.EADDRNOTAVAIL},
		{"long path", DialOptions{Remote: UnixAddr("/" + strings.Repeat("x", 200))}, "", ErrAddr},
		{"nothing", DialOptions{}, "", ErrAddr},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := e.Dial(tc.opts)
			var op *OpError
			if !errors.Is(err, tc.want) || errors.As(err, &op) != (tc.op != "") || op != nil && op.Op != tc.op {
				t.Errorf("%v", err)
			}
		})
	}
	if ConnectLevel(syscall.ECONNREFUSED) != errlog.Err || ConnectLevel(syscall.ENOENT) != errlog.Crit {
		t.Error("wrong levels")
	}
}

// full is a listener that does not answer: its backlog is taken.
func full(t *testing.T) Addr {
	t.Helper()
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Close(fd) })
	if err := unix.Bind(fd, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		t.Fatal(err)
	}
	if err := unix.Listen(fd, 0); err != nil {
		t.Fatal(err)
	}
	sa, err := unix.Getsockname(fd)
	if err != nil {
		t.Fatal(err)
	}
	addr := loopback(uint16(sa.(*unix.SockaddrInet4).Port))
	for range 2 {
		c, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { unix.Close(c) })
		unix.Connect(c, sa)
	}
	return addr
}

func TestDialWaits(t *testing.T) {
	e := newEngine(t, Config{})
	addr := full(t)
	if _, err := e.Dial(DialOptions{Remote: addr, Timeout: 20 * time.Millisecond}); err != ErrTimeout {
		t.Error(err)
	}
	cancel := make(chan struct{})
	errs := make(chan error, 1)
	go func() {
		_, err := e.Dial(DialOptions{Remote: addr, Cancel: cancel})
		errs <- err
	}()
	close(cancel)
	if err := <-errs; err != ErrCanceled {
		t.Error(err)
	}
	d := e.DialAsync(DialOptions{Remote: addr}, func(_ *Conn, err error) { errs <- err })
	d.Cancel()
	if err := <-errs; err != ErrCanceled {
		t.Error(err)
	}
	d.Cancel() // the second time nothing happens
	var none *Dialing
	none.Cancel()
}

func TestDialOptions(t *testing.T) {
	e := newEngine(t, Config{})
	s, addr := newSink(t)
	c, err := e.Dial(DialOptions{
		Remote: addrOf(addr), Local: TCPAddr(netip.MustParseAddrPort("127.0.0.5:0")),
		KeepAlive: true, NoDelay: true, RecvBuffer: 50 << 10, SendBuffer: 60 << 10,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	peer := <-s.conn
	defer peer.Close()
	if host, _, _ := net.SplitHostPort(peer.RemoteAddr().String()); host != "127.0.0.5" {
		t.Error(host)
	}
	for _, o := range []struct{ level, opt, want int }{
		{unix.SOL_SOCKET, unix.SO_KEEPALIVE, 1},
		{unix.IPPROTO_TCP, unix.TCP_NODELAY, 1},
		{unix.SOL_SOCKET, unix.SO_RCVBUF, 100 << 10},
		{unix.SOL_SOCKET, unix.SO_SNDBUF, 120 << 10},
		{unix.IPPROTO_IP, unix.IP_BIND_ADDRESS_NO_PORT, 1},
	} {
		if v, err := unix.GetsockoptInt(c.FD(), o.level, o.opt); err != nil || v != o.want {
			t.Errorf("option %d %d: %d %v", o.level, o.opt, v, err)
		}
	}
}

// logged collects a hook's lines.
type logged struct{ lines chan string }

func newLogged() *logged { return &logged{make(chan string, 1000)} }

func (l *logged) hook(level errlog.Level, text string, err error) {
	if err != nil {
		text += errlog.Errno(err)
	}
	l.lines <- "[" + level.String() + "] " + text
}

func TestListenErrors(t *testing.T) {
	e := newEngine(t, Config{})
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	addr := taken.Addr().String()
	path := filepath.Join(t.TempDir(), "s")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name string
		opts ListenOptions
		want []string
	}{
		{"in use", ListenOptions{Addr: addrOf(taken.Addr())}, []string{"[emerg] bind() to " + addr + " failed (98: Address already in use)"}},
		{"in use, again and again", ListenOptions{Addr: addrOf(taken.Addr()), Retry: true, RetryDelay: time.Millisecond}, []string{
			"[emerg] bind() to " + addr + " failed (98: Address already in use)", "[notice] try again to bind() after 1ms",
			"[emerg] bind() to " + addr + " failed (98: Address already in use)", "[notice] try again to bind() after 1ms",
			"[emerg] bind() to " + addr + " failed (98: Address already in use)", "[notice] try again to bind() after 1ms",
			"[emerg] bind() to " + addr + " failed (98: Address already in use)", "[notice] try again to bind() after 1ms",
			"[emerg] bind() to " + addr + " failed (98: Address already in use)", "[emerg] still could not bind()",
		}},
		{"file there", ListenOptions{Addr: UnixAddr(path)}, []string{"[emerg] bind() to unix:" + path + " failed (98: Address already in use)"}},
		{"foreign", ListenOptions{Addr: TCPAddr(netip.MustParseAddrPort("192.0.2.1:80"))}, []string{"[emerg] bind() to 192.0.2.1:80 failed (99: Cannot assign requested address)"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			l := newLogged()
			tc.opts.Log = l.hook
			if _, err := e.Listen(tc.opts); err == nil {
				t.Fatal("no error")
			}
			for _, want := range tc.want {
				if got := <-l.lines; got != want {
					t.Errorf("%s, want %s", got, want)
				}
			}
			if len(l.lines) > 0 {
				t.Error(<-l.lines)
			}
		})
	}
}

// A reload may change the parameters of a socket that stays open.
func TestListenerConfigure(t *testing.T) {
	e := newEngine(t, Config{})
	l := newLogged()
	ln, err := e.Listen(ListenOptions{Addr: loopback(0), Backlog: 7, Deferred: true, NoDelay: true, Log: l.hook})
	if err != nil {
		t.Fatal(err)
	}
	fd := int(ln.fds[0])
	check := func(backlog uint32, options map[int]int) {
		t.Helper()
		// Of a listening socket, tcpi_sacked is the backlog.
		info, err := unix.GetsockoptTCPInfo(fd, unix.IPPROTO_TCP, unix.TCP_INFO)
		if err != nil || info.Sacked != backlog {
			t.Errorf("backlog %+v, %v, want %d", info, err, backlog)
		}
		for opt, want := range options {
			if v, err := unix.GetsockoptInt(fd, unix.IPPROTO_TCP, opt); err != nil || v != want {
				t.Errorf("option %d: %d %v, want %d", opt, v, err, want)
			}
		}
	}
	check(7, map[int]int{unix.TCP_NODELAY: 1, unix.TCP_DEFER_ACCEPT: 1})
	ln.Configure(ListenOptions{Addr: ln.Addr(), Backlog: 9, KeepAlive: KeepAlive{Set: true, On: true, Count: 4}, Log: l.hook})
	check(9, map[int]int{unix.TCP_NODELAY: 0, unix.TCP_DEFER_ACCEPT: 0, unix.TCP_KEEPCNT: 4})
	ln.Configure(ListenOptions{Addr: ln.Addr(), Backlog: 9, NoDelay: true, Deferred: true, Log: l.hook})
	check(9, map[int]int{unix.TCP_NODELAY: 1, unix.TCP_DEFER_ACCEPT: 1, unix.TCP_KEEPCNT: 4})
	if len(l.lines) > 0 {
		t.Error(<-l.lines)
	}
	if err := ln.Close(); err != nil {
		t.Error(err)
	}
	ln.Configure(ListenOptions{Addr: ln.Addr()}) // a closed one takes it quietly
}

func TestListenMultipath(t *testing.T) {
	ln, err := newEngine(t, Config{}).Listen(ListenOptions{Addr: loopback(0), Multipath: true})
	if errors.Is(err, unix.EPROTONOSUPPORT) || errors.Is(err, unix.ENOPROTOOPT) {
		t.Skip("this kernel has no Multipath TCP")
	}
	if err != nil {
		t.Fatal(err)
	}
	if v, err := unix.GetsockoptInt(int(ln.fds[0]), unix.SOL_SOCKET, unix.SO_PROTOCOL); err != nil || v != unix.IPPROTO_MPTCP {
		t.Errorf("protocol %d, %v", v, err)
	}
}

func TestListenOptions(t *testing.T) {
	e := newEngine(t, Config{Loops: 2})
	l := newLogged()
	ln, err := e.Listen(ListenOptions{
		Addr: loopback(0), ReusePort: true, RecvBuffer: 50 << 10, SendBuffer: 60 << 10, FastOpen: 5, Deferred: true, NoDelay: true,
		KeepAlive: KeepAlive{Set: true, On: true, Idle: time.Minute, Interval: 2 * time.Second, Count: 3}, Log: l.hook,
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(ln.fds) != 2 {
		t.Fatalf("%d sockets", len(ln.fds))
	}
	for _, fd := range ln.fds {
		for _, o := range []struct{ level, opt, want int }{
			{unix.SOL_SOCKET, unix.SO_REUSEPORT, 1},
			{unix.SOL_SOCKET, unix.SO_REUSEADDR, 1},
			{unix.SOL_SOCKET, unix.SO_RCVBUF, 100 << 10},
			{unix.SOL_SOCKET, unix.SO_SNDBUF, 120 << 10},
			{unix.SOL_SOCKET, unix.SO_KEEPALIVE, 1},
			{unix.IPPROTO_TCP, unix.TCP_KEEPIDLE, 60},
			{unix.IPPROTO_TCP, unix.TCP_KEEPINTVL, 2},
			{unix.IPPROTO_TCP, unix.TCP_KEEPCNT, 3},
			{unix.IPPROTO_TCP, unix.TCP_NODELAY, 1},
			{unix.IPPROTO_TCP, unix.TCP_DEFER_ACCEPT, 1},
			{unix.IPPROTO_TCP, unix.TCP_FASTOPEN, 5},
		} {
			if v, err := unix.GetsockoptInt(int(fd), o.level, o.opt); err != nil || v != o.want {
				t.Errorf("option %d %d: %d %v", o.level, o.opt, v, err)
			}
		}
	}
	if len(l.lines) > 0 {
		t.Error(<-l.lines)
	}
	if _, err := e.Listen(ListenOptions{Addr: ln.Addr(), ReusePort: true}); err != nil {
		t.Error(err)
	}
}

// A listener that stops keeps its queue; another handler serves it.
func TestListenerStop(t *testing.T) {
	e := newEngine(t, Config{})
	ln, err := e.Listen(ListenOptions{Addr: loopback(0)})
	if err != nil {
		t.Fatal(err)
	}
	greet := func(s string) func(*Conn) {
		return func(c *Conn) {
			c.Write([]byte(s))
			c.Close()
		}
	}
	ask := func(want string) {
		t.Helper()
		c := dialTCP(t, ln.Addr().String())
		if b, err := io.ReadAll(c); string(b) != want || err != nil {
			t.Errorf("%q %v, want %q", b, err, want)
		}
	}
	ln.Accept(greet("first"))
	ask("first")
	ln.Accept(greet("second"))
	ask("second")
	ln.Stop()
	queued := dialTCP(t, ln.Addr().String())
	ln.Accept(greet("third"))
	if b, err := io.ReadAll(queued); string(b) != "third" || err != nil {
		t.Errorf("%q %v", b, err)
	}
	ln.Close()
	if err := ln.Accept(greet("")); err != ErrClosed {
		t.Error(err)
	}
	if _, err := net.Dial("tcp", ln.Addr().String()); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Error(err)
	}
}

func TestUnixListener(t *testing.T) {
	e := newEngine(t, Config{})
	path := filepath.Join(t.TempDir(), "s")
	ln, err := e.Listen(ListenOptions{Addr: UnixAddr(path)})
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o666 {
		t.Errorf("%v %v", info, err)
	}
	if err := ln.Close(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Error(err)
	}
	if err := ln.Close(); err != nil {
		t.Error(err)
	}
}

// A full file table is told once per rest, costs no processor time, and ends when there is room.
func TestFullTable(t *testing.T) {
	const alone = "TIDEGATE_TEST_FULL_TABLE"
	if os.Getenv(alone) == "" { // a process of its own, where no descriptor that another test left makes room when it is closed
		cmd := exec.Command("/proc/self/exe", "-test.run=^TestFullTable$")
		cmd.Env = append(os.Environ(), alone+"=1")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
		return
	}
	e := newEngine(t, Config{Loops: 1})
	l := newLogged()
	ln, err := e.Listen(ListenOptions{Addr: loopback(0), Log: l.hook, AcceptRest: 20 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	var accepted atomic.Int64
	ln.Accept(func(c *Conn) {
		accepted.Add(1)
		c.Write([]byte("x"))
		c.Close()
	})
	c, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(c)
	var old unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &old); err != nil {
		t.Fatal(err)
	}
	limit := old
	limit.Cur = uint64(c) // the next descriptor would be one too many
	for fd := uint64(0); fd < limit.Cur; fd++ {
		if _, err := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0); err != nil { // a hole: fill it
			n, err := unix.FcntlInt(uintptr(c), unix.F_DUPFD_CLOEXEC, int(fd))
			if err != nil {
				t.Fatal(err)
			}
			defer unix.Close(n)
		}
	}
	if err := unix.Setrlimit(unix.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	err = unix.Connect(c, &unix.SockaddrInet4{Port: int(ln.Addr().Port()), Addr: [4]byte{127, 0, 0, 1}})
	turns := e.loops[0].turn.Load()
	var lines []string
	for len(lines) < 3 && err == nil {
		lines = append(lines, <-l.lines)
	}
	spent := e.loops[0].turn.Load() - turns
	if e := unix.Setrlimit(unix.RLIMIT_NOFILE, &old); e != nil || err != nil {
		t.Fatal(e, err)
	}
	for _, line := range lines {
		if line != "[crit] accept4() failed (24: Too many open files)" {
			t.Error(line)
		}
	}
	if spent > 100 {
		t.Errorf("%d turns for %d lines", spent, len(lines))
	}
	b := make([]byte, 1)
	if n, err := unix.Read(c, b); n != 1 || err != nil {
		t.Error(n, err)
	}
	if accepted.Load() != 1 {
		t.Error(accepted.Load())
	}
}

func TestAddr(t *testing.T) {
	for _, tc := range []struct {
		addr Addr
		text string
	}{
		{TCPAddr(netip.MustParseAddrPort("1.2.3.4:5")), "1.2.3.4:5"},
		{TCPAddr(netip.MustParseAddrPort("[2001:db8::1]:80")), "[2001:db8::1]:80"},
		{UDPAddr(netip.MustParseAddrPort("[::ffff:1.2.3.4]:5")), "[::ffff:1.2.3.4]:5"},
		{UnixAddr("/run/x.sock"), "unix:/run/x.sock"},
		{UnixAddr(""), "unix:"},
		{UnixAddr(strings.Repeat("x", 107)), "unix:" + strings.Repeat("x", 107)},
		{Addr{}, ""},
	} {
		if tc.addr.String() != tc.text {
			t.Errorf("%q, want %q", tc.addr.String(), tc.text)
		}
		if tc.addr.IsZero() {
			continue
		}
		var sa sockaddr
		if !sa.set(tc.addr) {
			t.Fatal(tc.text)
		}
		if got := sa.addr(tc.addr.dgram); got != tc.addr {
			t.Errorf("%v came back as %v", tc.addr, got)
		}
	}
}

func FuzzSockaddr(f *testing.F) {
	f.Add([]byte{1, 0, '/', 'x', 0})
	f.Add([]byte{2, 0, 0, 80, 127, 0, 0, 1})
	f.Add([]byte{10, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		var sa sockaddr
		sa.len = uint32(min(copy(sa.raw[:], b), len(b)))
		_ = sa.addr(true).String()
	})
}

func FuzzPktinfo(f *testing.F) {
	var ctrl [controlSize]byte
	n := putPktinfo(&ctrl, netip.MustParseAddr("127.0.0.1"))
	f.Add(ctrl[:n])
	n = putPktinfo(&ctrl, netip.MustParseAddr("::1"))
	f.Add(ctrl[:n])
	f.Fuzz(func(t *testing.T, b []byte) { pktinfo(b) })
}

// One goroutine watches for a close while another reads: an edge that wakes the first is not lost for the second.
func TestConnWatcherAndReader(t *testing.T) {
	c, peer := connected(t, newEngine(t, Config{}))
	closed := make(chan error)
	go func() { closed <- c.WaitClose() }()
	b := make([]byte, 1)
	c.SetReadDeadline(time.Now().Add(patience))
	for i := range 2000 {
		if _, err := peer.Write([]byte{byte(i)}); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Read(b); err != nil || b[0] != byte(i) {
			t.Fatalf("%d: %v %v", i, b, err)
		}
	}
	peer.Close()
	if err := <-closed; err != io.EOF {
		t.Error(err)
	}
}

// A relay that takes a connection does not leave a goroutine parked on it for ever.
func TestRelayTakesParked(t *testing.T) {
	e := newEngine(t, Config{Loops: 2})
	client, clientPeer := connected(t, e)
	upstream, upstreamPeer := connected(t, e)
	for _, c := range []*Conn{client, upstream} { // both have joined a loop, perhaps different ones
		c.SetReadDeadline(time.Now().Add(time.Hour))
	}
	errs := make(chan error, 2)
	for _, c := range []*Conn{client, upstream} {
		go func() { _, err := c.Read(make([]byte, 1)); errs <- err }()
		parked(t, c, reading)
	}
	s := e.Relay(client, upstream, Options{}, func(Result) { client.Close() })
	for range 2 {
		if err := <-errs; err != ErrInUse {
			t.Error(err)
		}
	}
	clientPeer.Write([]byte("up"))
	readExactly(t, upstreamPeer, 2)
	upstreamPeer.Write([]byte("down"))
	readExactly(t, clientPeer, 4)
	if !s.Kill() {
		t.Error("not alive")
	}
}

// The end of a stream whose edge came before the relay did is seen all the same: behind the bytes that came with it, which a short
// read takes, no further edge follows.
func TestRelayAfterEnd(t *testing.T) {
	e := newEngine(t, Config{Loops: 1})
	for _, ended := range []Side{Client, Upstream} {
		client, clientPeer := connected(t, e)
		upstream, upstreamPeer := connected(t, e)
		pair, peers := [2]*Conn{client, upstream}, [2]*net.TCPConn{clientPeer, upstreamPeer}
		first := make(chan error, 1)
		go func() { _, err := pair[ended].Read(make([]byte, 1)); first <- err }()
		parked(t, pair[ended], reading) // it has joined the loop
		peers[ended].Write([]byte("1"))
		if err := <-first; err != nil {
			t.Fatal(err)
		}
		peers[ended].Write([]byte("rest"))
		peers[ended].CloseWrite()
		wait(10 * time.Millisecond) // the loop has the edge
		done := make(chan Result, 1)
		e.Relay(client, upstream, Options{}, func(r Result) {
			client.Close()
			upstream.Close()
			done <- r
		})
		if got := readExactly(t, peers[1-ended], 4); string(got) != "rest" {
			t.Errorf("%q", got)
		}
		select {
		case r := <-done:
			if want := [2]Cause{CauseClientEOF, CauseUpstreamEOF}[ended]; r.Cause != want {
				t.Errorf("%+v", r)
			}
		case <-time.After(patience):
			t.Fatal("the relay did not see the end")
		}
	}
}

// A closed connection is not relayed: its descriptor number may be another's by now.
func TestRelayClosed(t *testing.T) {
	e := newEngine(t, Config{})
	for _, closed := range []Side{Client, Upstream} {
		client, _ := connected(t, e)
		upstream, peer := connected(t, e)
		pair := [2]*Conn{client, upstream}
		pair[closed].Close()
		done := make(chan Result, 1)
		e.Relay(client, upstream, Options{}, func(r Result) {
			client.Close()
			done <- r
		})
		want := [2]Cause{CauseClientError, CauseUpstreamError}[closed]
		if r := <-done; r.Cause != want || !errors.Is(r.Err, ErrClosed) {
			t.Errorf("%+v", r)
		}
		expectEOF(t, peer)
		if !client.Closed() || !upstream.Closed() {
			t.Error("left open")
		}
	}
}

// proxy_bind transparent needs CAP_NET_ADMIN or CAP_NET_RAW: with it the option is set, without it the error names the option.
func TestDialTransparent(t *testing.T) {
	e := newEngine(t, Config{})
	for _, tc := range []struct {
		listen, local, op string
		level, opt        int
	}{
		{"127.0.0.1:0", "127.0.0.6:0", "setsockopt(IP_TRANSPARENT)", unix.IPPROTO_IP, unix.IP_TRANSPARENT},
		{"[::1]:0", "[::1]:0", "setsockopt(IPV6_TRANSPARENT)", unix.IPPROTO_IPV6, unix.IPV6_TRANSPARENT},
	} {
		ln, err := net.Listen("tcp", tc.listen)
		if err != nil {
			t.Fatal(err)
		}
		defer ln.Close()
		c, err := e.Dial(DialOptions{Remote: addrOf(ln.Addr()), Local: TCPAddr(netip.MustParseAddrPort(tc.local)), Transparent: true})
		var op *OpError
		switch {
		case errors.As(err, &op):
			if op.Op != tc.op || op.Errno != unix.EPERM {
				t.Error(err)
			}
		case err != nil:
			t.Error(err)
		default:
			if v, err := unix.GetsockoptInt(c.FD(), tc.level, tc.opt); v != 1 || err != nil {
				t.Errorf("%s: %d %v", tc.op, v, err)
			}
			c.Close()
		}
	}
}
