package relay

import (
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// clock is a clock that tests move.
type clock struct {
	ms atomic.Int64
	e  *Engine
}

func newClock() *clock {
	c := &clock{}
	c.ms.Store(1_000_000_000_000)
	return c
}

func (c *clock) now() time.Time { return time.UnixMilli(c.ms.Load()) }

// advance moves time on and waits until every loop has seen it.
func (c *clock) advance(d time.Duration) {
	c.ms.Add(d.Milliseconds())
	c.settle()
}

type barrier chan struct{}

func (b barrier) resume(*loop) { b <- struct{}{} }

// settle waits until every loop has taken two whole turns: what was ready before is done after.
func (c *clock) settle() {
	for range 2 {
		for _, l := range c.e.loops {
			b := make(barrier)
			l.later(b)
			l.wake()
			<-b
		}
	}
}

// counted is an origin that keeps what it was sent.
type sink struct{ conn chan *net.TCPConn }

func newSink(t testing.TB) (*sink, net.Addr) {
	s := &sink{conn: make(chan *net.TCPConn, 10)}
	return s, origin(t, func(c *net.TCPConn) { s.conn <- c })
}

func readExactly(t testing.TB, c net.Conn, n int) []byte {
	t.Helper()
	c.SetReadDeadline(time.Now().Add(patience))
	b := make([]byte, n)
	if _, err := io.ReadFull(c, b); err != nil {
		t.Fatal(err)
	}
	return b
}

func expectEOF(t testing.TB, c net.Conn) {
	t.Helper()
	c.SetReadDeadline(time.Now().Add(patience))
	if n, err := c.Read(make([]byte, 1)); err != io.EOF {
		t.Fatalf("%d %v, want EOF", n, err)
	}
}

func TestEndOfStream(t *testing.T) {
	for _, tc := range []struct {
		name      string
		halfClose bool
		run       func(t *testing.T, client, upstream *net.TCPConn)
		cause     Cause
		counters  Counters
	}{
		{"client closes", false, func(t *testing.T, c, u *net.TCPConn) {
			c.Write([]byte("bye"))
			c.CloseWrite()
			if b := readExactly(t, u, 3); string(b) != "bye" {
				t.Errorf("%q", b)
			}
			expectEOF(t, u)
			expectEOF(t, c)
		}, CauseClientEOF, Counters{3, 0, 0, 3}},
		{"upstream closes", false, func(t *testing.T, c, u *net.TCPConn) {
			u.Write([]byte("bye"))
			u.CloseWrite()
			readExactly(t, c, 3)
			expectEOF(t, c)
			expectEOF(t, u)
		}, CauseUpstreamEOF, Counters{0, 3, 3, 0}},
		{"half-close from the client", true, func(t *testing.T, c, u *net.TCPConn) {
			c.Write([]byte("ask"))
			c.CloseWrite()
			readExactly(t, u, 3)
			expectEOF(t, u)
			u.Write([]byte("answer"))
			readExactly(t, c, 6)
			u.Close()
			expectEOF(t, c)
		}, CauseUpstreamEOF, Counters{3, 6, 6, 3}},
		{"half-close from the upstream", true, func(t *testing.T, c, u *net.TCPConn) {
			u.Write([]byte("hello"))
			u.CloseWrite()
			readExactly(t, c, 5)
			expectEOF(t, c)
			c.Write([]byte("late"))
			readExactly(t, u, 4)
			c.Close()
			expectEOF(t, u)
		}, CauseClientEOF, Counters{4, 5, 5, 4}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s, addr := newSink(t)
			p := newProxy(t, newEngine(t, Config{}), addr, Options{Timeout: time.Minute, HalfClose: tc.halfClose})
			c := dialTCP(t, p.addr)
			u := <-s.conn
			defer u.Close()
			tc.run(t, c, u)
			r := result(t, p)
			if r.Cause != tc.cause || r.Counters != tc.counters {
				t.Errorf("%+v", r)
			}
		})
	}
}

// A reset counts as an end of stream with an error that is reported (ngx_connection_error), and the other end is closed.
func TestReset(t *testing.T) {
	for _, side := range []Side{Client, Upstream} {
		s, addr := newSink(t)
		failures := make(chan Failure, 10)
		p := newProxy(t, newEngine(t, Config{}), addr, Options{OnError: func(f Failure) { failures <- f }})
		c := dialTCP(t, p.addr)
		u := <-s.conn
		c.Write([]byte("x"))
		readExactly(t, u, 1)
		from, to, cause, action := c, u, CauseClientEOF, ActionReadClient
		if side == Upstream {
			from, to, cause, action = u, c, CauseUpstreamEOF, ActionReadUpstream
		}
		from.SetLinger(0)
		from.Close()
		expectEOF(t, to)
		to.Close()
		r := result(t, p)
		if r.Cause != cause {
			t.Errorf("%+v", r)
		}
		f := <-failures
		var op *OpError
		if f.Side != side || f.Action != action || !errors.As(f.Err, &op) || op.Errno != syscall.ECONNRESET || op.Text() != "recv() failed" {
			t.Errorf("%+v", f)
		}
		if f.Counters != (Counters{1, 0, 0, 1}) {
			t.Errorf("%+v", f.Counters)
		}
	}
}

// A write to an upstream that has reset ends the session with that error.
func TestWriteError(t *testing.T) {
	s, addr := newSink(t)
	failures := make(chan Failure, 10)
	e := newEngine(t, Config{})
	p := newProxy(t, e, addr, Options{HalfClose: true, OnError: func(f Failure) { failures <- f }})
	c := dialTCP(t, p.addr)
	u := <-s.conn
	c.Write([]byte("x"))
	readExactly(t, u, 1) // before the proxy knows that it is connected, a reset is one of connect()
	u.SetLinger(0)
	u.Close() // the session goes on: half-close is on, and a failed read is an end of stream
	<-failures
	c.Write([]byte("x"))
	r := result(t, p)
	if r.Cause != CauseUpstreamError || !errors.Is(r.Err, syscall.EPIPE) {
		t.Errorf("%+v", r)
	}
	if f := <-failures; f.Action != ActionSendToUpstream || f.Side != Upstream {
		t.Errorf("%+v", f)
	}
}

// A client that does not read holds the upstream back: no more than one buffer or pipe waits here.
func TestBackPressure(t *testing.T) {
	const size = 32 << 20
	sent := make(chan int, 1)
	addr := origin(t, func(c *net.TCPConn) {
		defer c.Close()
		b := make([]byte, 64<<10)
		for done := 0; done < size; done += len(b) {
			for i := range b {
				b[i] = byte((done + i) % 251)
			}
			if _, err := c.Write(b); err != nil {
				return
			}
		}
		sent <- size
	})
	var session atomic.Pointer[Session]
	e := newEngine(t, Config{})
	p := newProxy(t, e, addr, Options{})
	c := dialTCP(t, p.addr)
	var last Counters
	for still := 0; still < 20; { // until nothing moves for a while
		e.table.each(func(d *desc) {
			if c, ok := d.h.(*Conn); ok && c.sess.Load() != nil {
				session.Store(c.sess.Load())
			}
		})
		if s := session.Load(); s != nil {
			now := s.Counters()
			if now == last && now.UpstreamReceived > 0 {
				still++
			} else {
				still = 0
			}
			last = now
		}
		wait(5 * time.Millisecond)
	}
	if held := last.UpstreamReceived - last.ClientSent; held > pipeSize {
		t.Errorf("%d bytes held", held)
	}
	select {
	case <-sent:
		t.Error("the upstream was not held back")
	default:
	}
	b := make([]byte, 64<<10)
	for done := 0; done < size; {
		n, err := c.Read(b)
		if err != nil {
			t.Fatal(done, err)
		}
		for i := range n {
			if b[i] != byte((done+i)%251) {
				t.Fatalf("byte %d changed", done+i)
			}
		}
		done += n
	}
	if r := result(t, p); r.ClientSent != size || r.Cause != CauseUpstreamEOF {
		t.Errorf("%+v", r)
	}
}

// wait gives other goroutines and the kernel time; nothing is concluded from how long it takes.
func wait(d time.Duration) { <-time.After(d) }

func TestRates(t *testing.T) {
	ck := newClock()
	e := newEngine(t, Config{Now: ck.now, Loops: 1})
	ck.e = e
	s, addr := newSink(t)
	p := newProxy(t, e, addr, Options{UploadRate: 1000, BufferSize: 16 << 10, Timeout: 3 * time.Second})
	c := dialTCP(t, p.addr)
	u := <-s.conn
	defer u.Close()
	c.Write(make([]byte, 3500))
	readExactly(t, u, 1000) // 1000 × (0 + 1) − 0, then 1000 ms of delay
	session := e.onlySession(t)
	expectReceived := func(at string, n int64) {
		t.Helper()
		ck.settle()
		if got := session.Counters().ClientReceived; got != n {
			t.Errorf("%s: received %d, want %d", at, got, n)
		}
	}
	ck.advance(999 * time.Millisecond)
	expectReceived("999 ms", 1000)
	ck.advance(time.Millisecond) // 1000 × 2 − 1000
	readExactly(t, u, 1000)
	expectReceived("1 s", 2000)
	ck.advance(1500 * time.Millisecond) // 1000 × 3 − 2000
	readExactly(t, u, 1000)
	expectReceived("2.5 s", 3000)
	ck.advance(1000 * time.Millisecond)
	readExactly(t, u, 500)
	expectReceived("3.5 s", 3500)
	// proxy_timeout did not run while the rate held the client back, and begins when that is over, 500 ms after the last read
	ck.advance(500 * time.Millisecond)
	ck.advance(2999 * time.Millisecond)
	if session.state != running {
		t.Fatal("timed out early")
	}
	ck.advance(time.Millisecond)
	if r := result(t, p); r.Cause != CauseTimeout {
		t.Errorf("%+v", r)
	}
}

// The other half of the formula: bytes that came too early are waited for by whole milliseconds.
func TestRateAfterPreread(t *testing.T) {
	ck := newClock()
	e := newEngine(t, Config{Now: ck.now, Loops: 1})
	ck.e = e
	s, addr := newSink(t)
	p := newProxy(t, e, addr, Options{UploadRate: 100, Received: 250})
	c := dialTCP(t, p.addr)
	u := <-s.conn
	defer u.Close()
	c.Write([]byte("0123456789"))
	session := e.onlySession(t)
	for { // until the loop has seen the bytes
		session.mu.Lock()
		held := session.ways[Client].until
		session.mu.Unlock()
		if held != 0 {
			if got := held - ck.ms.Load(); got != 1501 { // −(100 × 1 − 250) × 1000 / 100 + 1
				t.Errorf("waits %d ms", got)
			}
			break
		}
		runtime.Gosched()
	}
	ck.advance(1501 * time.Millisecond) // now 100 × 2 − 250 < 0: again 501
	ck.settle()
	if got := session.Counters().ClientReceived; got != 250 {
		t.Errorf("received %d", got)
	}
	ck.advance(501 * time.Millisecond)
	readExactly(t, u, 10)
}

func (e *Engine) onlySession(t testing.TB) (s *Session) {
	t.Helper()
	for s == nil {
		e.table.each(func(d *desc) {
			if c, ok := d.h.(*Conn); ok && c.sess.Load() != nil {
				s = c.sess.Load()
			}
		})
		runtime.Gosched()
	}
	return s
}

func TestTimeoutIsPutOff(t *testing.T) {
	ck := newClock()
	e := newEngine(t, Config{Now: ck.now, Loops: 1})
	ck.e = e
	p := newProxy(t, e, origin(t, echo), Options{Timeout: time.Second})
	c := dialTCP(t, p.addr)
	for range 5 {
		c.Write([]byte("x"))
		readExactly(t, c, 1)
		ck.advance(900 * time.Millisecond)
	}
	if e.Sessions() != 1 {
		t.Fatal("timed out early")
	}
	ck.advance(100 * time.Millisecond)
	if r := result(t, p); r.Cause != CauseTimeout || r.ClientReceived != 5 {
		t.Errorf("%+v", r)
	}
}

func TestEnds(t *testing.T) {
	for _, tc := range []struct {
		name  string
		end   func(e *Engine, s *Session)
		cause Cause
	}{
		{"kill", func(e *Engine, s *Session) { s.Kill() }, CauseKilled},
		{"close", func(e *Engine, s *Session) { s.ends[Upstream].c.Close() }, CauseKilled},
		{"all", func(e *Engine, s *Session) { e.CloseAll(CauseShutdownTimeout) }, CauseShutdownTimeout},
		{"engine", func(e *Engine, s *Session) { e.Close() }, CauseShutdown},
	} {
		t.Run(tc.name, func(t *testing.T) {
			e := newEngine(t, Config{})
			p := newProxy(t, e, origin(t, echo), Options{})
			c := dialTCP(t, p.addr)
			c.Write([]byte("x"))
			readExactly(t, c, 1)
			s := e.onlySession(t)
			tc.end(e, s)
			expectEOF(t, c)
			if r := result(t, p); r.Cause != tc.cause {
				t.Errorf("%+v", r)
			}
			if s.Kill() || e.Sessions() != 0 {
				t.Error("still alive")
			}
		})
	}
}

func TestFirstBytes(t *testing.T) {
	e := newEngine(t, Config{})
	ln, err := e.Listen(ListenOptions{Addr: loopback(0)})
	if err != nil {
		t.Fatal(err)
	}
	s, addr := newSink(t)
	results := make(chan Result, 1)
	ln.Accept(func(c *Conn) {
		go func() {
			b := make([]byte, 100)
			n, err := c.Peek(b)
			if err != nil || n == 0 {
				t.Error(n, err)
			}
			n, _ = c.Read(b)
			c.Unread(b[:n])
			u, err := e.Dial(DialOptions{Remote: addrOf(addr), Near: c})
			if err != nil {
				t.Error(err)
				return
			}
			e.Relay(c, u, Options{First: []byte("HEADER "), Received: int64(n)}, func(r Result) {
				c.Close()
				results <- r
			})
		}()
	})
	c := dialTCP(t, ln.Addr().String())
	c.Write([]byte("early "))
	u := <-s.conn
	defer u.Close()
	if b := readExactly(t, u, 13); string(b) != "HEADER early " {
		t.Errorf("%q", b)
	}
	c.Write([]byte("late"))
	if b := readExactly(t, u, 4); string(b) != "late" {
		t.Errorf("%q", b)
	}
	c.Close()
	if r := <-results; r.Counters != (Counters{10, 0, 0, 17}) {
		t.Errorf("%+v", r)
	}
}

// Unix sockets at both ends, and IPv6.
func TestFamilies(t *testing.T) {
	dir := t.TempDir()
	for _, tc := range []struct{ network, listen, upstream string }{
		{"unix", filepath.Join(dir, "l"), filepath.Join(dir, "u")},
		{"tcp", "[::1]:0", "[::1]:0"},
	} {
		t.Run(tc.network+tc.listen, func(t *testing.T) {
			e := newEngine(t, Config{})
			ul, err := net.Listen(tc.network, tc.upstream)
			if err != nil {
				t.Fatal(err)
			}
			defer ul.Close()
			go func() {
				for {
					c, err := ul.Accept()
					if err != nil {
						return
					}
					go func() {
						io.Copy(c, c)
						c.Close()
					}()
				}
			}()
			at := UnixAddr(tc.listen)
			if tc.network == "tcp" {
				at = TCPAddr(netip.MustParseAddrPort(tc.listen))
			}
			ln, err := e.Listen(ListenOptions{Addr: at})
			if err != nil {
				t.Fatal(err)
			}
			peers := make(chan [2]string, 1)
			ln.Accept(func(c *Conn) {
				peers <- [2]string{c.Peer().String(), c.Local().String()}
				e.DialAsync(DialOptions{Remote: addrOf(ul.Addr()), Near: c, NoDelay: true}, func(u *Conn, err error) {
					if err != nil {
						t.Error(err)
						return
					}
					e.Relay(c, u, Options{HalfClose: true}, func(Result) { c.Close() })
				})
			})
			c, err := net.Dial(tc.network, strings.TrimPrefix(ln.Addr().String(), "unix:"))
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			got := <-peers
			want := [2]string{c.LocalAddr().String(), ln.Addr().String()}
			if tc.network == "unix" {
				want[0] = "unix:"
			}
			if got != want {
				t.Errorf("%q, want %q", got, want)
			}
			const size = 8 << 20 // enough to be spliced
			go func() {
				c.Write(make([]byte, size))
				c.(interface{ CloseWrite() error }).CloseWrite()
			}()
			if n, err := io.Copy(io.Discard, c); n != size || err != nil {
				t.Errorf("%d %v", n, err)
			}
		})
	}
}

// Descriptors and goroutines go when sessions go.
func TestNoLeaks(t *testing.T) {
	files := func() int {
		list, err := os.ReadDir("/proc/self/fd")
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	addr := origin(t, echo)
	fds, goroutines := files(), runtime.NumGoroutine()
	e, err := NewEngine(Config{})
	if err != nil {
		t.Fatal(err)
	}
	p := newProxy(t, e, addr, Options{})
	for range 50 {
		c := dialTCP(t, p.addr)
		c.Write([]byte("x"))
		readExactly(t, c, 1)
		c.Close()
		result(t, p)
	}
	p.ln.Close()
	e.Close()
	for deadline := time.Now().Add(patience); files() > fds || runtime.NumGoroutine() > goroutines; {
		if time.Now().After(deadline) {
			t.Fatalf("%d files, %d goroutines; began with %d, %d", files(), runtime.NumGoroutine(), fds, goroutines)
		}
		runtime.Gosched()
	}
}

// Moving messages allocates nothing, and an idle session costs little.
func TestCosts(t *testing.T) {
	e := newEngine(t, Config{Loops: 1})
	p := newProxy(t, e, origin(t, echo), Options{Timeout: time.Minute})
	c := dialTCP(t, p.addr)
	b := make([]byte, 64)
	trip := func() {
		c.Write(b)
		io.ReadFull(c, b)
	}
	trip()
	if n := testing.AllocsPerRun(2000, trip); n > 0 {
		t.Errorf("%v allocations per message", n)
	}

	const sessions = 300
	memory := func() int64 {
		var m runtime.MemStats
		for range 3 { // what other tests left in pools goes with the second collection
			runtime.GC()
		}
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	pairs := make([][4]int, sessions)
	for i := range pairs {
		pairs[i] = [4]int{socketPair(t), 0, socketPair(t), 0}
	}
	before := memory()
	for i := range pairs {
		a, b := e.NewConn(pairs[i][0], Addr{}), e.NewConn(pairs[i][2], Addr{})
		e.Relay(a, b, Options{Timeout: time.Minute}, func(Result) {})
	}
	per := float64(memory()-before) / sessions
	t.Logf("%.0f bytes per idle session", per)
	if per > 1500 {
		t.Errorf("%.0f bytes per idle session", per)
	}
}

// socketPair gives one end of a connected pair; the other stays open until the test ends.
func socketPair(t testing.TB) int {
	t.Helper()
	fds, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM|syscall.SOCK_NONBLOCK|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { syscall.Close(fds[1]) })
	return fds[0]
}

// A panic in a callback is reported, and everybody else is served, in the same turn too.
func TestPanic(t *testing.T) {
	panics := make(chan any, 10)
	e := newEngine(t, Config{Loops: 1, Panic: func(v any, stack []byte) {
		if !strings.Contains(string(stack), "TestPanic") {
			t.Errorf("%s", stack)
		}
		panics <- v
	}})
	ln, err := e.Listen(ListenOptions{Addr: loopback(0)})
	if err != nil {
		t.Fatal(err)
	}
	ln.Accept(func(c *Conn) {
		c.Close()
		panic("accepting")
	})
	p := newProxy(t, e, origin(t, echo), Options{})
	c := dialTCP(t, p.addr)
	c.Write([]byte("x"))
	readExactly(t, c, 1)
	hold := make(chan struct{})
	held := make(chan struct{})
	e.loops[0].later(resumeFunc(func(l *loop) { // several things become due while the loop is held
		close(held)
		<-hold
	}))
	e.loops[0].wake()
	<-held
	expectEOFOf := dialTCP(t, ln.Addr().String())
	c.Write([]byte("y"))
	e.loops[0].later(resumeFunc(func(*loop) { panic("resuming") }))
	e.loops[0].later(resumeFunc(func(*loop) { panic("resuming") }))
	close(hold)
	expectEOF(t, expectEOFOf)
	readExactly(t, c, 1)
	count := map[any]int{}
	for range 3 {
		count[<-panics]++
	}
	if count["accepting"] != 1 || count["resuming"] != 2 {
		t.Error(count)
	}
}

type resumeFunc func(*loop)

func (f resumeFunc) resume(l *loop) { f(l) }
