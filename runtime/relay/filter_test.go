package relay

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"io"
	"math/big"
	"net"
	"testing"
	"time"
)

// keys makes a server's configuration and a client's that trusts it.
func keys(t testing.TB) (server, client *tls.Config) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tmpl := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"localhost"}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(cert)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}},
		&tls.Config{RootCAs: pool, ServerName: "localhost"}
}

// newTLSProxy ends TLS of clients, and speaks TLS to the upstream if upTLS is given.
func newTLSProxy(t testing.TB, e *Engine, upstream net.Addr, server, upTLS *tls.Config, opts Options) *proxy {
	t.Helper()
	ln, err := e.Listen(ListenOptions{Addr: loopback(0)})
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{e: e, ln: ln, addr: ln.Addr().String(), results: make(chan Result, 100)}
	err = ln.Accept(func(c *Conn) {
		go func() {
			o := opts
			if server != nil {
				tc := tls.Server(c, server)
				if err := tc.Handshake(); err != nil {
					c.Close()
					return
				}
				o.ClientFilter = tc
			}
			u, err := e.Dial(DialOptions{Remote: addrOf(upstream), Near: c})
			if err != nil {
				t.Error(err)
				return
			}
			if upTLS != nil {
				tc := tls.Client(u, upTLS)
				if err := tc.Handshake(); err != nil {
					t.Error(err)
					return
				}
				o.UpstreamFilter = tc
			}
			e.Relay(c, u, o, func(r Result) {
				c.Close()
				p.results <- r
			})
		}()
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func tlsOrigin(t testing.TB, cfg *tls.Config) net.Addr {
	return origin(t, func(c *net.TCPConn) {
		tc := tls.Server(c, cfg)
		io.Copy(tc, tc)
		tc.CloseWrite()
		tc.Close()
	})
}

func TestFilters(t *testing.T) {
	server, client := keys(t)
	for _, tc := range []struct {
		name                     string
		clientTLS, upTLS, halfOn bool
		version                  uint16
	}{
		{"client side", true, false, true, tls.VersionTLS13},
		{"upstream side", false, true, true, tls.VersionTLS13},
		{"both sides", true, true, true, tls.VersionTLS13},
		{"both sides, TLS 1.2", true, true, true, tls.VersionTLS12},
	} {
		t.Run(tc.name, func(t *testing.T) {
			server, client := server.Clone(), client.Clone()
			server.MaxVersion = tc.version
			addr := origin(t, echo)
			var down, up *tls.Config
			if tc.upTLS {
				addr, up = tlsOrigin(t, server), client
			}
			if tc.clientTLS {
				down = server
			}
			p := newTLSProxy(t, newEngine(t, Config{}), addr, down, up, Options{HalfClose: tc.halfOn, Timeout: time.Minute})
			var c interface {
				net.Conn
				CloseWrite() error
			} = dialTCP(t, p.addr)
			if tc.clientTLS {
				c = tls.Client(c, client)
			}
			const size = 8 << 20
			sum := make(chan [32]byte)
			go func() {
				h := sha256.New()
				b := make([]byte, 100_000)
				for left := size; left > 0; left -= len(b) {
					b = b[:min(len(b), left)]
					rand.Read(b)
					h.Write(b)
					c.Write(b)
				}
				c.CloseWrite()
				sum <- [32]byte(h.Sum(nil))
			}()
			h := sha256.New()
			n, err := io.Copy(h, c)
			if err != nil || n != size {
				t.Fatalf("%d bytes, %v", n, err)
			}
			if <-sum != [32]byte(h.Sum(nil)) {
				t.Error("bytes changed on the way")
			}
			c.Close()
			r := result(t, p)
			if want := (Counters{size, size, size, size}); r.Counters != want || r.Cause != CauseUpstreamEOF {
				t.Errorf("%+v", r)
			}
		})
	}
}

// An upstream's end closes the client with a close_notify, even though nobody waits.
func TestFilterGoodbye(t *testing.T) {
	server, client := keys(t)
	addr := origin(t, func(c *net.TCPConn) {
		c.Write([]byte("hello"))
		c.Close()
	})
	p := newTLSProxy(t, newEngine(t, Config{}), addr, server, nil, Options{})
	c := tls.Client(dialTCP(t, p.addr), client)
	b, err := io.ReadAll(c) // an end without close_notify would be io.ErrUnexpectedEOF
	if string(b) != "hello" || err != nil {
		t.Fatalf("%q %v", b, err)
	}
	if r := result(t, p); r.Cause != CauseUpstreamEOF {
		t.Errorf("%+v", r)
	}
}

// Small messages, and an idle session that holds no goroutine.
func TestFilterPingPong(t *testing.T) {
	server, client := keys(t)
	e := newEngine(t, Config{Loops: 1})
	p := newTLSProxy(t, e, tlsOrigin(t, server), server, client, Options{Timeout: time.Minute})
	c := tls.Client(dialTCP(t, p.addr), client)
	for range 200 {
		c.Write([]byte("ping"))
		if b := readExactly(t, c, 4); string(b) != "ping" {
			t.Fatalf("%q", b)
		}
	}
	s := e.onlySession(t)
	for deadline := time.Now().Add(patience); ; wait(time.Millisecond) { // the loop may still be at the last message
		s.mu.Lock()
		held := s.busy(Client) || s.busy(Upstream)
		s.mu.Unlock()
		if !held {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("a buffer is held while the session is idle")
		}
	}
	c.Close()
	if r := result(t, p); r.Cause != CauseClientEOF || r.ClientReceived != 800 || r.ClientSent != 800 {
		t.Errorf("%+v", r)
	}
}

// A TLS client that does not read is not read for either.
func TestFilterBackPressure(t *testing.T) {
	server, client := keys(t)
	const size = 24 << 20
	addr := origin(t, func(c *net.TCPConn) {
		defer c.Close()
		b := make([]byte, 1<<20)
		for range size / len(b) {
			if _, err := c.Write(b); err != nil {
				return
			}
		}
	})
	e := newEngine(t, Config{Loops: 1})
	p := newTLSProxy(t, e, addr, server, nil, Options{})
	c := tls.Client(dialTCP(t, p.addr), client)
	if err := c.Handshake(); err != nil {
		t.Fatal(err)
	}
	s := e.onlySession(t)
	for {
		s.mu.Lock()
		blocked, out := s.ends[Client].blocked, s.ends[Client].c.out
		if blocked && out != nil && len(out.buf) > 64<<10 {
			t.Errorf("%d bytes kept", len(out.buf))
		}
		s.mu.Unlock()
		if blocked {
			break
		}
		wait(time.Millisecond)
	}
	if n, err := io.Copy(io.Discard, c); n != size || err != nil {
		t.Errorf("%d %v", n, err)
	}
	result(t, p)
}

// ahead is a filter that has read everything ahead: no event of its transport will ever tell of its bytes.
type ahead struct {
	net.Conn
	left int
}

func (a *ahead) Read(b []byte) (int, error) {
	if a.left == 0 {
		return 0, errWouldBlock
	}
	n := min(len(b), a.left)
	a.left -= n
	return n, nil
}

// What a filter has read ahead is delivered, however much it is and whoever begins the relay.
func TestFilterReadsAhead(t *testing.T) {
	e := newEngine(t, Config{Loops: 1})
	client, _ := connected(t, e)
	upstream, peer := connected(t, e)
	const size = 5*turnBytes + 1
	got := make(chan int64)
	go func() {
		n, _ := io.CopyN(io.Discard, peer, size)
		got <- n
	}()
	s := e.Relay(client, upstream, Options{ClientFilter: &ahead{client, size}}, func(Result) { client.Close() })
	select {
	case n := <-got:
		if n != size {
			t.Errorf("%d bytes", n)
		}
	case <-time.After(patience):
		t.Errorf("stalled at %+v", s.Counters())
	}
}
