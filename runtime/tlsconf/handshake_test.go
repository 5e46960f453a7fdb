package tlsconf

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"tidegate/runtime/tlsconf/tlstest"
)

// patience is how long a test waits for what must come.
const patience = 2 * time.Minute

// rsaKey is one RSA key for all tests: making them takes long.
var rsaKey = sync.OnceValue(func() crypto.Signer {
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return k
})

// serverConfig gives the defaults of nginx with one certificate.
func serverConfig(t testing.TB, pairs ...*tlstest.Pair) ServerConfig {
	t.Helper()
	cfg := ServerConfig{
		Protocols: DefaultProtocols, Ciphers: "HIGH:!aNULL:!MD5", Curves: "auto", VerifyDepth: 1,
		Tickets: true, Timeout: 5 * time.Minute,
	}
	dir := t.TempDir()
	for i, p := range pairs {
		cert, key := p.Write(t, dir, fmt.Sprint("server", i))
		cfg.Certificates = append(cfg.Certificates, Pair{cert, key})
	}
	return cfg
}

func clientConfig() ClientConfig {
	return ClientConfig{Protocols: DefaultProtocols, Ciphers: "DEFAULT", VerifyDepth: 1}
}

func newServer(t testing.TB, cfg ServerConfig) *Server {
	t.Helper()
	s, err := NewServer(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func newClient(t testing.TB, cfg ClientConfig) *Client {
	t.Helper()
	c, err := NewClient(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// result is the outcome of one side.
type result struct {
	state *State
	hand  *Handshake
	err   error
}

// listen accepts connections, shakes hands and answers each line with itself.
func listen(t testing.TB, s *Server, hooks func() *Handshake) (addr string, results <-chan result) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	ch := make(chan result, 64)
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			h := &Handshake{}
			if hooks != nil {
				h = hooks()
			}
			go serve(s, conn, h, ch)
		}
	}()
	return l.Addr().String(), ch
}

func serve(s *Server, conn net.Conn, h *Handshake, ch chan<- result) {
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(patience))
	c, err := s.Accept(context.Background(), conn, h)
	if err != nil {
		ch <- result{err: err, hand: h}
		return
	}
	st := h.State(c)
	ch <- result{state: st, hand: h, err: h.Server().CheckClient(st)}
	io.Copy(c, c)
	c.CloseWrite()
}

// dial shakes hands as a client and exchanges a line, so that tickets arrive.
func dial(t testing.TB, c *Client, addr string, d *Dial) result {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(patience))
	tc, err := c.Handshake(context.Background(), conn, d)
	if err != nil {
		return result{err: err}
	}
	r := result{state: c.State(tc)}
	r.err = c.Check(r.state, d.Name)
	if _, err := tc.Write([]byte("hello\n")); err == nil {
		io.ReadFull(tc, make([]byte, 6))
	}
	return r
}

// sClient runs openssl s_client against the address and gives what it says.
func sClient(t testing.TB, addr string, args ...string) string {
	t.Helper()
	openssl(t, "version")
	cmd := exec.Command("openssl", append([]string{"s_client", "-connect", addr}, args...)...)
	cmd.Stdin = strings.NewReader("hello\nQ\n")
	out, _ := cmd.CombinedOutput()
	return string(out)
}

func TestHandshake(t *testing.T) {
	ca := tlstest.NewCA(t, "CA")
	leaf := ca.Issue(t, tlstest.Options{Names: []string{"example.com"}})
	s := newServer(t, serverConfig(t, leaf))
	addr, results := listen(t, s, nil)

	cfg := clientConfig()
	cfg.Verify, cfg.TrustedCA = true, tlstest.WriteFile(t, t.TempDir(), "ca", ca.CertPEM())
	c := newClient(t, cfg)
	r := dial(t, c, addr, &Dial{Name: "example.com:443", SNI: true})
	if r.err != nil || r.state.Protocol() != "TLSv1.3" {
		t.Fatalf("%v %+v", r.err, r.state)
	}
	if got := <-results; got.err != nil || got.state.ServerName != "example.com" || got.state.ClientVerify() != "NONE" || got.state.SessionReused() != "." {
		t.Errorf("%v %+v", got.err, got.state)
	}
	r = dial(t, c, addr, &Dial{Name: "other.com", SNI: true})
	if r.err == nil || r.err.Error() != `upstream SSL certificate does not match "other.com"` {
		t.Errorf("%v", r.err)
	}
	<-results

	cfg.TrustedCA = tlstest.WriteFile(t, t.TempDir(), "ca", tlstest.NewCA(t, "Other").CertPEM())
	r = dial(t, newClient(t, cfg), addr, &Dial{Name: "example.com"})
	if r.err == nil || r.err.Error() != "upstream SSL certificate verify error: (21:unable to verify the first certificate)" {
		t.Errorf("%v", r.err)
	}
}

func TestResumption(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*ServerConfig)
		want   string
	}{
		{"tickets", func(*ServerConfig) {}, ".r"},
		{"off", func(c *ServerConfig) { c.Tickets = false }, ".."},
		{"stateful", func(c *ServerConfig) { c.Tickets = false; c.Cache = NewSessionCache(10) }, ".r"},
		{"shared keys", func(c *ServerConfig) { c.Cache = NewSessionCache(10) }, ".r"},
		{"expired", func(c *ServerConfig) { c.Timeout = 0 }, ".."},
	} {
		for _, max := range []Protocols{TLSv1_2, TLSv1_3} {
			t.Run(fmt.Sprintf("%s %d", tt.name, max), func(t *testing.T) {
				cfg := serverConfig(t, tlstest.SelfSigned(t, tlstest.Options{}))
				cfg.Protocols = max
				tt.change(&cfg)
				addr, results := listen(t, newServer(t, cfg), nil)
				c := newClient(t, clientConfig())
				cache := tls.NewLRUClientSessionCache(1)
				got := ""
				for range 2 {
					if r := dial(t, c, addr, &Dial{Name: "localhost", SNI: true, Sessions: cache}); r.err != nil {
						t.Fatal(r.err)
					}
					r := <-results
					if r.err != nil {
						t.Fatal(r.err)
					}
					got += r.state.SessionReused()
				}
				if got != tt.want {
					t.Errorf("reused %s, want %s", got, tt.want)
				}
			})
		}
	}
}

func TestClientCertificate(t *testing.T) {
	ca := tlstest.NewCA(t, "CA")
	good, bad := ca.Issue(t, tlstest.Options{}), tlstest.SelfSigned(t, tlstest.Options{})
	caFile := tlstest.WriteFile(t, t.TempDir(), "ca", ca.CertPEM())
	for _, tt := range []struct {
		mode   VerifyMode
		cert   *tlstest.Pair
		err    string
		verify string
	}{
		{VerifyOn, good, "", "SUCCESS"},
		{VerifyOn, nil, "client sent no required SSL certificate", "NONE"},
		{VerifyOn, bad, "client SSL certificate verify error: (18:self-signed certificate)", "FAILED:self-signed certificate"},
		{VerifyOptional, nil, "", "NONE"},
		{VerifyOptional, bad, "client SSL certificate verify error: (18:self-signed certificate)", "FAILED:self-signed certificate"},
		{VerifyOptionalNoCA, bad, "", "FAILED:self-signed certificate"},
		{VerifyOff, good, "", "NONE"},
	} {
		cfg := serverConfig(t, good)
		cfg.Verify, cfg.ClientCA = tt.mode, caFile
		addr, results := listen(t, newServer(t, cfg), nil)
		cc := clientConfig()
		if tt.cert != nil {
			cc.Certificate.Cert, cc.Certificate.Key = tt.cert.Write(t, t.TempDir(), "client")
		}
		dial(t, newClient(t, cc), addr, &Dial{})
		r := <-results
		got := ""
		if r.err != nil {
			got = r.err.Error()
		}
		if got != tt.err || r.state.ClientVerify() != tt.verify {
			t.Errorf("mode %d: err %q, verify %q, want %q, %q", tt.mode, got, r.state.ClientVerify(), tt.err, tt.verify)
		}
	}
}

func TestSelect(t *testing.T) {
	a := newServer(t, serverConfig(t, tlstest.SelfSigned(t, tlstest.Options{Names: []string{"a"}})))
	b := newServer(t, serverConfig(t, tlstest.SelfSigned(t, tlstest.Options{Names: []string{"b"}})))
	reject := serverConfig(t)
	reject.Reject = true
	r := newServer(t, reject)
	addr, results := listen(t, a, func() *Handshake {
		return &Handshake{Select: func(name string) (*Server, error) {
			return map[string]*Server{"b": b, "r": r}[name], nil
		}}
	})
	c := newClient(t, clientConfig())
	for name, want := range map[string]string{"a": "a", "b": "b", "x": "a"} {
		got := dial(t, c, addr, &Dial{Name: name, SNI: true})
		if got.err != nil || got.state.PeerCertificates[0].Subject.CommonName != want {
			t.Errorf("%s: %v", name, got.err)
		}
		<-results
	}
	got := dial(t, c, addr, &Dial{Name: "r", SNI: true})
	if line := HandshakeError(got.err, true); line.Text != "SSL_do_handshake() failed (SSL: error:0A000458:SSL routines::tlsv1 unrecognized name:SSL alert number 112)" {
		t.Errorf("client: %+v", line)
	}
	srv := <-results
	if line := HandshakeError(srv.err, false); line != (Line{LevelInfo, "handshake rejected"}) {
		t.Errorf("server: %+v", line)
	}
}

func TestHooks(t *testing.T) {
	static, own := tlstest.SelfSigned(t, tlstest.Options{Names: []string{"static"}}), tlstest.SelfSigned(t, tlstest.Options{Names: []string{"own"}})
	boom := errors.New("boom")
	c := newClient(t, clientConfig())
	for _, tt := range []struct {
		name  string
		hooks *Handshake
		cn    string
		line  string
	}{
		{"nothing", &Handshake{}, "static", ""},
		{"certificate", &Handshake{Certificate: func(h *Hello) error {
			h.ClearCertificates()
			if err := h.SetChain([]*x509.Certificate{own.Cert}); err != nil {
				return err
			}
			return h.SetKey(own.Key)
		}}, "own", ""},
		{"hello fails", &Handshake{Hello: func(*Hello) error { return boom }}, "", "SSL_do_handshake() failed (SSL: error:0A0000EA:SSL routines::callback failed)"},
		{"certificate fails", &Handshake{Certificate: func(*Hello) error { return boom }}, "", "SSL_do_handshake() failed (SSL: error:0A000179:SSL routines::cert cb error)"},
		{"certificates cleared", &Handshake{Certificate: func(h *Hello) error { h.ClearCertificates(); return nil }}, "", "SSL_do_handshake() failed (SSL: error:0A000076:SSL routines::no suitable signature algorithm)"},
		{"protocols", &Handshake{Hello: func(h *Hello) error { h.SetProtocols(TLSv1_2); return nil }}, "static", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			addr, results := listen(t, newServer(t, serverConfig(t, static)), func() *Handshake { return tt.hooks })
			r := dial(t, c, addr, &Dial{Name: "x", SNI: true})
			srv := <-results
			if tt.line != "" {
				if got := HandshakeError(srv.err, false); got.Text != tt.line {
					t.Errorf("%+v", got)
				}
				return
			}
			if r.err != nil || r.state.PeerCertificates[0].Subject.CommonName != tt.cn {
				t.Errorf("%v %+v", r.err, r.state)
			}
			if tt.name == "protocols" && r.state.Protocol() != "TLSv1.2" {
				t.Errorf("protocol %s", r.state.Protocol())
			}
		})
	}
}
