package relay

import (
	"fmt"
	"net"
	"net/netip"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// udpProxy relays every client of a UDP listener to one upstream.
type udpProxy struct {
	ln      *UDPListener
	results chan Result
	errors  chan Failure
}

func newUDPProxy(t testing.TB, e *Engine, lo ListenOptions, upstream Addr, opts UDPOptions) *udpProxy {
	t.Helper()
	ln, err := e.ListenUDP(lo)
	if err != nil {
		t.Fatal(err)
	}
	p := &udpProxy{ln: ln, results: make(chan Result, 100), errors: make(chan Failure, 100)}
	opts.OnError = func(f Failure) { p.errors <- f }
	err = ln.Accept(func(c *UDPConn) {
		o := opts
		o.Received = int64(len(c.First()))
		e.DialAsync(DialOptions{Remote: upstream}, func(u *Conn, err error) {
			if err != nil {
				t.Error(err)
				c.Close()
				return
			}
			e.RelayUDP(c, u, o, func(r Result) {
				c.Close()
				p.results <- r
			})
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func (p *udpProxy) result(t testing.TB) Result {
	t.Helper()
	select {
	case r := <-p.results:
		return r
	case <-time.After(patience):
		t.Fatal("no result")
		panic("unreachable")
	}
}

func udpLoopback() Addr { return UDPAddr(netip.MustParseAddrPort("127.0.0.1:0")) }

// udpOrigin answers each datagram with what answer returns for it.
func udpOrigin(t testing.TB, answer func([]byte) [][]byte) Addr {
	t.Helper()
	pc, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.MustParseAddrPort("127.0.0.1:0")))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { pc.Close() })
	go func() {
		b := make([]byte, 65535)
		for {
			n, from, err := pc.ReadFromUDPAddrPort(b)
			if err != nil {
				return
			}
			for _, d := range answer(b[:n]) {
				pc.WriteToUDPAddrPort(d, from)
			}
		}
	}()
	return addrOf(pc.LocalAddr())
}

func same(b []byte) [][]byte { return [][]byte{b} }

func dialUDP(t testing.TB, addr string) *net.UDPConn {
	t.Helper()
	c, err := net.Dial("udp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	c.SetDeadline(time.Now().Add(patience))
	return c.(*net.UDPConn)
}

func exchange(t testing.TB, c net.Conn, send, want string) {
	t.Helper()
	if _, err := c.Write([]byte(send)); err != nil {
		t.Fatal(err)
	}
	expect(t, c, want)
}

func expect(t testing.TB, c net.Conn, want string) {
	t.Helper()
	b := make([]byte, 65535)
	n, err := c.Read(b)
	if err != nil || string(b[:n]) != want {
		t.Fatalf("got %q %v, want %q", b[:n], err, want)
	}
}

func TestUDPRelay(t *testing.T) {
	for _, tc := range []struct {
		name   string
		opts   UDPOptions
		send   []string
		cause  Cause
		result Result
	}{
		{"one answer each", UDPOptions{Responses: 1}, []string{"one"}, CauseDone, Result{Counters: Counters{3, 3, 3, 3}, Requests: 1, Responses: 1}},
		{"three requests", UDPOptions{Responses: 1, Requests: 3}, []string{"a", "bb", ""}, CauseDone, Result{Counters: Counters{3, 3, 3, 3}, Requests: 3, Responses: 3}},
		{"timeout", UDPOptions{Responses: -1, Timeout: 50 * time.Millisecond}, []string{"a", "b"}, CauseUDPTimeout, Result{Counters: Counters{2, 2, 2, 2}, Requests: 2, Responses: 2}},
		{"owed responses", UDPOptions{Responses: 2, Timeout: 50 * time.Millisecond}, []string{"a"}, CauseTimeout, Result{Counters: Counters{1, 1, 1, 1}, Requests: 1, Responses: 1, PeerFailed: true}},
		{"header first", UDPOptions{Responses: 1, First: []byte("PROXY ")}, []string{"x"}, CauseDone, Result{Counters: Counters{1, 7, 7, 7}, Requests: 1, Responses: 1}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var firsts []time.Time
			tc.opts.OnFirstByte = func(at time.Time) { firsts = append(firsts, at) }
			ck := newClock()
			e := newEngine(t, Config{Now: ck.now})
			ck.e = e
			p := newUDPProxy(t, e, ListenOptions{Addr: udpLoopback()}, udpOrigin(t, same), tc.opts)
			c := dialUDP(t, p.ln.Addr().String())
			for _, d := range tc.send {
				exchange(t, c, d, string(tc.opts.First)+d)
			}
			ck.advance(tc.opts.Timeout)
			r := p.result(t)
			if r.Cause != tc.cause || r.Counters != tc.result.Counters || r.Requests != tc.result.Requests ||
				r.Responses != tc.result.Responses || r.PeerFailed != tc.result.PeerFailed || len(firsts) != 1 || !firsts[0].Equal(r.FirstByte) {
				t.Errorf("%+v, first byte at %v", r, firsts)
			}
		})
	}
}

func TestUDPBursts(t *testing.T) {
	answer := func(b []byte) [][]byte {
		var list [][]byte
		for i := range 40 {
			list = append(list, fmt.Appendf(nil, "%s-%d", b, i))
		}
		return list
	}
	p := newUDPProxy(t, newEngine(t, Config{}), ListenOptions{Addr: udpLoopback()}, udpOrigin(t, answer), UDPOptions{Responses: 40})
	c := dialUDP(t, p.ln.Addr().String())
	c.Write([]byte("q"))
	for i := range 40 {
		expect(t, c, fmt.Sprintf("q-%d", i))
	}
	if r := p.result(t); r.Responses != 40 || r.Cause != CauseDone {
		t.Errorf("%+v", r)
	}
}

func TestUDPRefused(t *testing.T) {
	p := newUDPProxy(t, newEngine(t, Config{}), ListenOptions{Addr: udpLoopback()}, refusing(t, unix.SOCK_DGRAM), UDPOptions{Responses: 1})
	c := dialUDP(t, p.ln.Addr().String())
	c.Write([]byte("x"))
	r := p.result(t)
	if r.Cause != CauseDone || !r.PeerFailed || r.Responses != 1 || r.UpstreamReceived != 0 {
		t.Errorf("%+v", r)
	}
	if f := <-p.errors; f.Side != Upstream || f.Action != ActionReadUpstream {
		t.Errorf("%+v", f)
	}
}

// A wildcard socket answers from the address the client wrote to: a connected client takes nothing from another.
func TestUDPWildcard(t *testing.T) {
	for _, tc := range []struct{ listen, to string }{
		{"0.0.0.0:0", "127.0.0.9"},
		{"[::]:0", "::1"},
		{"[::]:0", "127.0.0.9"},
	} {
		t.Run(tc.listen+" "+tc.to, func(t *testing.T) {
			p := newUDPProxy(t, newEngine(t, Config{}), ListenOptions{Addr: UDPAddr(netip.MustParseAddrPort(tc.listen))},
				udpOrigin(t, same), UDPOptions{Responses: -1})
			c := dialUDP(t, netip.AddrPortFrom(netip.MustParseAddr(tc.to), p.ln.Addr().Port()).String())
			exchange(t, c, "hello", "hello")
			exchange(t, c, "again", "again")
		})
	}
}

func TestUDPGoroutine(t *testing.T) {
	e := newEngine(t, Config{})
	ln, err := e.ListenUDP(ListenOptions{Addr: udpLoopback()})
	if err != nil {
		t.Fatal(err)
	}
	conns := make(chan *UDPConn, 10)
	if err := ln.Accept(func(c *UDPConn) { conns <- c }); err != nil {
		t.Fatal(err)
	}
	c := dialUDP(t, ln.Addr().String())
	c.Write([]byte("one"))
	s := <-conns
	expect(t, s, "one")
	read := make(chan string)
	go func() {
		b := make([]byte, 10)
		n, _ := s.Read(b)
		read <- string(b[:n])
	}()
	c.Write([]byte("two"))
	if got := <-read; got != "two" {
		t.Errorf("%q", got)
	}
	s.Write([]byte("answer"))
	expect(t, c, "answer")
	s.SetReadDeadline(time.Now().Add(time.Millisecond))
	if _, err := s.Read(make([]byte, 1)); err != ErrTimeout {
		t.Error(err)
	}
	ln.Close()
	if _, err := s.Read(make([]byte, 1)); err != ErrClosed {
		t.Error(err)
	}
}

func TestUDPUnix(t *testing.T) {
	e := newEngine(t, Config{})
	dir := t.TempDir()
	ln, err := e.ListenUDP(ListenOptions{Addr: UnixAddr(filepath.Join(dir, "server"))})
	if err != nil {
		t.Fatal(err)
	}
	conns := make(chan *UDPConn, 10)
	if err := ln.Accept(func(c *UDPConn) { conns <- c }); err != nil {
		t.Fatal(err)
	}
	named, err := net.DialUnix("unixgram", &net.UnixAddr{Name: filepath.Join(dir, "client"), Net: "unixgram"}, &net.UnixAddr{Name: filepath.Join(dir, "server"), Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer named.Close()
	named.Write([]byte("one"))
	s := <-conns
	expect(t, s, "one")
	named.Write([]byte("two"))
	expect(t, s, "two")
	s.Write([]byte("three"))
	expect(t, named, "three")

	unnamed, err := net.Dial("unixgram", filepath.Join(dir, "server"))
	if err != nil {
		t.Fatal(err)
	}
	defer unnamed.Close()
	for _, d := range []string{"x", "y"} { // nobody can be found by no name: two sessions
		unnamed.Write([]byte(d))
		s := <-conns
		expect(t, s, d)
		if s.Peer().String() != "unix:" {
			t.Errorf("%q", s.Peer())
		}
		s.Close()
	}
}

// With reuseport every loop has a socket, and the kernel spreads the clients.
func TestUDPReusePort(t *testing.T) {
	e := newEngine(t, Config{Loops: 3})
	p := newUDPProxy(t, e, ListenOptions{Addr: udpLoopback(), ReusePort: true}, udpOrigin(t, same), UDPOptions{Responses: -1})
	if n := len(p.ln.fds); n != 3 {
		t.Fatalf("%d sockets", n)
	}
	const clients = 60
	for i := range clients {
		exchange(t, dialUDP(t, p.ln.Addr().String()), fmt.Sprint(i), fmt.Sprint(i))
	}
	used := 0
	for _, s := range p.ln.socks {
		s.mu.Lock()
		n := len(s.table)
		s.mu.Unlock()
		if n > 0 {
			used++
		}
	}
	if used < 2 || e.UDPSessions() != clients {
		t.Errorf("%d sockets used, %d clients", used, e.UDPSessions())
	}
	p.ln.Close()
	for range clients {
		if r := p.result(t); r.Cause != CauseShutdown {
			t.Errorf("%+v", r)
		}
	}
	if e.UDPSessions() != 0 {
		t.Errorf("%d clients left", e.UDPSessions())
	}
}

// A queue that nobody reads is bounded.
func TestUDPQueue(t *testing.T) {
	e := newEngine(t, Config{Loops: 1})
	ln, err := e.ListenUDP(ListenOptions{Addr: udpLoopback()})
	if err != nil {
		t.Fatal(err)
	}
	conns := make(chan *UDPConn, 2)
	ln.Accept(func(c *UDPConn) { conns <- c })
	c := dialUDP(t, ln.Addr().String())
	c.Write([]byte("first"))
	s := <-conns
	for s.Dropped() == 0 {
		c.Write([]byte("more"))
	}
	// What the kernel still has would take the place of what is read: it comes before the first datagram of another client.
	last := dialUDP(t, ln.Addr().String())
	for came := false; !came; {
		last.Write([]byte("last"))
		select {
		case <-conns:
			came = true
		case <-time.After(10 * time.Millisecond): // the kernel had no room for it
		}
	}
	n := 0
	for s.Pending() {
		s.Read(make([]byte, 10))
		n++
	}
	if n != maxQueue {
		t.Errorf("%d datagrams were kept", n)
	}
}

// Rates: an upstream's datagrams wait in the kernel, a client's are dropped.
func TestUDPRates(t *testing.T) {
	ck := newClock()
	e := newEngine(t, Config{Now: ck.now, Loops: 1})
	ck.e = e
	twice := func(b []byte) [][]byte { return [][]byte{b, b} }
	p := newUDPProxy(t, e, ListenOptions{Addr: udpLoopback()}, udpOrigin(t, twice),
		UDPOptions{Responses: 2, Requests: 2, DownloadRate: 100, Timeout: time.Hour})
	c := dialUDP(t, p.ln.Addr().String())
	big := string(make([]byte, 200))
	exchange(t, c, big, big) // 100 × 1 > 0; 200 bytes: 2 s of delay
	s := e.onlyUDPSession(t)
	ck.advance(1999 * time.Millisecond)
	if n := s.Counters().UpstreamReceived; n != 200 {
		t.Errorf("%d bytes received", n)
	}
	ck.advance(time.Millisecond) // 100 × 3 − 200 > 0; again 2 s of delay
	expect(t, c, big)
	c.Write([]byte("x"))
	ck.advance(2 * time.Second) // 100 × 5 − 400 > 0; one byte: 10 ms
	expect(t, c, "x")
	ck.advance(10 * time.Millisecond)
	expect(t, c, "x")
	if r := p.result(t); r.Cause != CauseDone || r.Requests != 2 || r.Responses != 4 {
		t.Errorf("%+v", r)
	}

	p = newUDPProxy(t, e, ListenOptions{Addr: udpLoopback()}, udpOrigin(t, same), UDPOptions{Responses: -1, UploadRate: 1000})
	c = dialUDP(t, p.ln.Addr().String())
	exchange(t, c, "first", "first") // sent before the rate counts
	big = string(make([]byte, 2000))
	exchange(t, c, big, big)   // 1000 × 1 − 5 > 0; 2 s of delay
	c.Write([]byte("dropped")) // the loop drops it before it serves the next client
	exchange(t, dialUDP(t, p.ln.Addr().String()), "other", "other")
	ck.advance(2 * time.Second)
	exchange(t, c, "last", "last")
}

func (e *Engine) onlyUDPSession(t testing.TB) (s *UDPSession) {
	t.Helper()
	e.table.each(func(d *desc) {
		if c, ok := d.h.(*Conn); ok && c.packets.Load() != nil {
			s = c.packets.Load()
		}
	})
	if s == nil {
		t.Fatal("no UDP session")
	}
	return s
}
