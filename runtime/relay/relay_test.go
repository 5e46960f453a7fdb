package relay

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
	"math/rand"
	"net"
	"net/netip"
	"runtime"
	"testing"
	"time"
)

// patience is how long a test waits for what must come: long enough for a machine that is busy with much else.
const patience = 2 * time.Minute

func newEngine(t testing.TB, cfg Config) *Engine {
	t.Helper()
	e, err := NewEngine(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	return e
}

func loopback(port uint16) Addr {
	return TCPAddr(netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), port))
}

// proxy is a listener whose connections are relayed to one upstream address.
type proxy struct {
	e       *Engine
	ln      *Listener
	addr    string
	results chan Result
	opts    Options
}

func newProxy(t testing.TB, e *Engine, upstream net.Addr, opts Options) *proxy {
	t.Helper()
	ln, err := e.Listen(ListenOptions{Addr: loopback(0), NoDelay: true})
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{e: e, ln: ln, addr: ln.Addr().String(), results: make(chan Result, 1024), opts: opts}
	remote := addrOf(upstream)
	err = ln.Accept(func(c *Conn) {
		e.DialAsync(DialOptions{Remote: remote, Near: c, NoDelay: true}, func(u *Conn, err error) {
			if err != nil {
				c.Close()
				return
			}
			e.Relay(c, u, p.opts, func(r Result) {
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

func addrOf(a net.Addr) Addr {
	switch a := a.(type) {
	case *net.TCPAddr:
		return TCPAddr(a.AddrPort())
	case *net.UnixAddr:
		return UnixAddr(a.Name)
	case *net.UDPAddr:
		return UDPAddr(a.AddrPort())
	}
	panic("unknown address")
}

// origin is an upstream server run by a function per connection.
func origin(t testing.TB, serve func(*net.TCPConn)) net.Addr {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ln.Close() })
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			go serve(c.(*net.TCPConn))
		}
	}()
	return ln.Addr()
}

func echo(c *net.TCPConn) {
	io.Copy(c, c)
	c.CloseWrite()
	c.Close()
}

func dialTCP(t testing.TB, addr string) *net.TCPConn {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c.(*net.TCPConn)
}

func result(t testing.TB, p *proxy) Result {
	t.Helper()
	select {
	case r := <-p.results:
		return r
	case <-time.After(patience):
		buf := make([]byte, 1<<20)
		t.Fatalf("no result\n%s", buf[:runtime.Stack(buf, true)])
		panic("unreachable")
	}
}

func TestPingPong(t *testing.T) {
	var firsts []time.Time
	p := newProxy(t, newEngine(t, Config{}), origin(t, echo), Options{Timeout: time.Minute, OnFirstByte: func(at time.Time) { firsts = append(firsts, at) }})
	c := dialTCP(t, p.addr)
	b := make([]byte, 5)
	for range 100 {
		if _, err := c.Write([]byte("hello")); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(c, b); err != nil || string(b) != "hello" {
			t.Fatalf("%q %v", b, err)
		}
	}
	c.Close()
	r := result(t, p)
	want := Counters{500, 500, 500, 500}
	if r.Cause != CauseClientEOF || r.Counters != want || r.FirstByte.IsZero() || len(firsts) != 1 || !firsts[0].Equal(r.FirstByte) {
		t.Errorf("%+v, first byte at %v", r, firsts)
	}
}

// 16 MB there and back, through pipes, by copying because no pipe is to be had, and by copying because a rate (of no
// consequence here) must be kept.
func TestIntegrity(t *testing.T) {
	for _, tc := range []struct {
		name   string
		pipes  bool // pipes are to be had
		rate   int64
		splice bool // and are used
	}{
		{"spliced", true, 0, true},
		{"no pipes", false, 0, false},
		{"rate", true, 1 << 40, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			e := newEngine(t, Config{Loops: 1})
			pipes := &e.loops[0].pipes
			if !tc.pipes {
				pipes.live.Store(maxPipes)
			}
			before := pipes.live.Load()
			integrity(t, e, Options{Timeout: time.Minute, HalfClose: true, UploadRate: tc.rate, DownloadRate: tc.rate})
			if spliced := pipes.live.Load() != before; spliced != tc.splice {
				t.Errorf("spliced: %v", spliced)
			}
		})
	}
}

func integrity(t *testing.T, e *Engine, o Options) {
	const size = 16 << 20
	p := newProxy(t, e, origin(t, echo), o)
	c := dialTCP(t, p.addr)
	sent := make(chan [32]byte, 1)
	go func() {
		rnd := rand.New(rand.NewSource(1))
		h := sha256.New()
		b := make([]byte, 1<<20)
		for left := size; left > 0; {
			n := min(rnd.Intn(len(b))+1, left)
			rnd.Read(b[:n])
			h.Write(b[:n])
			if _, err := c.Write(b[:n]); err != nil {
				t.Error(err)
				break
			}
			left -= n
		}
		c.CloseWrite()
		sent <- [32]byte(h.Sum(nil))
	}()
	h := sha256.New()
	n, err := io.Copy(h, c)
	if err != nil || n != size {
		t.Fatalf("%d bytes, %v", n, err)
	}
	if want := <-sent; !bytes.Equal(h.Sum(nil), want[:]) {
		t.Error("bytes changed on the way")
	}
	r := result(t, p)
	if r.ClientReceived != size || r.ClientSent != size || r.UpstreamReceived != size || r.UpstreamSent != size {
		t.Errorf("%+v", r)
	}
}

func TestTimeout(t *testing.T) {
	p := newProxy(t, newEngine(t, Config{}), origin(t, func(c *net.TCPConn) { io.Copy(io.Discard, c); c.Close() }),
		Options{Timeout: 50 * time.Millisecond})
	c := dialTCP(t, p.addr)
	if _, err := c.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
		t.Fatal(err)
	}
	if r := result(t, p); r.Cause != CauseTimeout {
		t.Errorf("%+v", r)
	}
}
