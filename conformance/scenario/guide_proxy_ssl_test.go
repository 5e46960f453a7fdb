package scenario

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"tidegate/runtime/tlsconf/tlstest"
)

// tlsBackend is an echo behind TLS that notes how it was spoken to.
type tlsBackend struct {
	*backend
	mu    sync.Mutex
	hello *tls.ClientHelloInfo
	state tls.ConnectionState
}

func (b *tlsBackend) seen() (tls.ClientHelloInfo, tls.ConnectionState) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return *b.hello, b.state
}

func newTLSBackend(t *testing.T, addr string, cfg *tls.Config) *tlsBackend {
	t.Helper()
	b := &tlsBackend{}
	cfg.ClientAuth = tls.RequestClientCert
	cfg.GetConfigForClient = func(h *tls.ClientHelloInfo) (*tls.Config, error) {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.hello = h
		return nil, nil
	}
	b.backend = serveTLS(t, addr, cfg, nil, func(conn *tls.Conn) {
		b.mu.Lock()
		b.state = conn.ConnectionState()
		b.mu.Unlock()
		pong(conn)
	})
	return b
}

// proxySSL is 11-ssl.conf with its certificates: the backends' come from an authority below the trusted one.
type proxySSL struct {
	*server
	*names
	below   *tlstest.Pair
	revoked *tlstest.Pair
}

func loadProxySSL(t *testing.T, edits ...edit) *proxySSL {
	t.Helper()
	p := &proxySSL{server: load(t, "guide-proxy/11-ssl.conf", edits...)}
	p.names = certificates(p.server)
	p.below = p.ca.IssueCA(t, tlstest.Options{CommonName: "Below"})
	p.revoked = p.ca.Issue(t, tlstest.Options{Names: []string{"revoked.example"}})
	p.write("conf/ca.crl", string(p.ca.CRL(t, p.revoked)))
	p.write("conf/one-encrypted.key", string(p.pair["one"].EncryptedKeyPEM(t, "secret")))
	p.write("conf/passwords", "wrong\nsecret\n")
	return p
}

func (p *proxySSL) leaf(t *testing.T, names ...string) []tls.Certificate {
	return []tls.Certificate{p.below.Issue(t, tlstest.Options{Names: names}).TLS()}
}

func (p *proxySSL) portOf(file string) string { return strconv.Itoa(p.port(file)) }

// ending is what follows a message about a session that never got to its backend.
func ending(action, server, upstream string) string {
	return ` while ` + action + `, client: 127.0.0.1, server: 127.0.0.1:{` + server + `}, upstream: "127.0.0.1:{` + upstream + `}", ` +
		`bytes from/to client:0/0, bytes from/to upstream:0/0`
}

func TestProxySSLVerified(t *testing.T) {
	t.Parallel()
	p := loadProxySSL(t)
	b := newTLSBackend(t, p.at("8443"), &tls.Config{Certificates: p.leaf(t, "one.example"), NextProtos: []string{"other", "echo"}})
	p.start()
	once(t, dial(t, p.at("12341")))
	hello, state := b.seen()
	if hello.ServerName != "one.example" {
		t.Errorf("the backend was asked for %q", hello.ServerName)
	}
	if state.NegotiatedProtocol != "echo" || state.Version != tls.VersionTLS13 || len(state.PeerCertificates) != 0 {
		t.Errorf("protocol %q over %s, %d client certificates", state.NegotiatedProtocol, tls.VersionName(state.Version), len(state.PeerCertificates))
	}
	if slices.Contains(hello.SupportedVersions, tls.VersionTLS11) || !slices.Contains(hello.SupportedVersions, tls.VersionTLS12) {
		t.Errorf("versions offered: %v", hello.SupportedVersions)
	}
	p.accessed(p.portOf("12341") + " 200")
	// The session is taken up again as soon as its ticket has come.
	await(t, "a resumed session", func() bool {
		once(t, dial(t, p.at("12341")))
		_, state := b.seen()
		return state.DidResume
	})
}

func TestProxySSLVerifyDepth(t *testing.T) {
	t.Parallel()
	p := loadProxySSL(t, replace("proxy_ssl_verify_depth 2;", "proxy_ssl_verify_depth 0;"))
	newTLSBackend(t, p.at("8443"), &tls.Config{Certificates: p.leaf(t, "one.example"), NextProtos: []string{"echo"}})
	p.start()
	dial(t, p.at("12341")).gone()
	p.sameLine(p.logged(`verify error`), `[error] upstream SSL certificate verify error: (20:unable to get local issuer certificate)`+
		ending("SSL handshaking to upstream", "12341", "8443"))
	p.accessed(p.portOf("12341") + " 502")
}

func TestProxySSLCertificates(t *testing.T) {
	t.Parallel()
	p := loadProxySSL(t)
	b := newTLSBackend(t, p.at("8443"), &tls.Config{Certificates: p.leaf(t, "whatever.example")})
	p.start()
	for from, want := range map[string]string{"127.0.0.1": "one.example", "127.0.0.2": "two.example"} {
		for range 3 {
			once(t, dialFrom(t, from, p.at("12342")))
			hello, state := b.seen()
			if len(state.PeerCertificates) != 1 || state.PeerCertificates[0].Subject.CommonName != want {
				t.Errorf("client %s: certificates %v, want that of %s", from, state.PeerCertificates, want)
			}
			if hello.ServerName != "" || state.DidResume {
				t.Errorf("client %s: name %q sent, resumed %v; want neither", from, hello.ServerName, state.DidResume)
			}
		}
	}
	// The cache holds the files: what comes in their place is not read within the minute.
	other := p.ca.Issue(t, tlstest.Options{Names: []string{"replaced.example"}})
	other.Write(t, p.path("conf"), "one")
	once(t, dial(t, p.at("12342")))
	if _, state := b.seen(); state.PeerCertificates[0].Subject.CommonName != "one.example" {
		t.Errorf("certificate of %s, want the one in the cache", state.PeerCertificates[0].Subject.CommonName)
	}
	dialFrom(t, "127.0.0.3", p.at("12342")).gone()
	p.sameLine(p.logged(`missing`), `[error] cannot load certificate "{dir}/conf/missing.crt": BIO_new_file() failed (SSL: error:80000002:system library::`+
		`No such file or directory:calling fopen({dir}/conf/missing.crt, r) error:10000080:BIO routines::no such file) while connecting to upstream, `+
		`client: 127.0.0.3, server: 127.0.0.1:{12342}, upstream: "127.0.0.1:{8443}", bytes from/to client:0/0, bytes from/to upstream:0/0`)
	p.accessed(p.portOf("12342") + " 500")
}

// Without the cache each connection reads its files.
func TestProxySSLCertificatesWithoutCache(t *testing.T) {
	t.Parallel()
	p := loadProxySSL(t, replace("proxy_ssl_certificate_cache max=100 inactive=20s valid=1m;", "proxy_ssl_certificate_cache off;"))
	b := newTLSBackend(t, p.at("8443"), &tls.Config{Certificates: p.leaf(t, "whatever.example")})
	p.start()
	once(t, dial(t, p.at("12342")))
	other := p.ca.Issue(t, tlstest.Options{Names: []string{"replaced.example"}})
	other.Write(t, p.path("conf"), "one")
	once(t, dial(t, p.at("12342")))
	if _, state := b.seen(); state.PeerCertificates[0].Subject.CommonName != "replaced.example" {
		t.Errorf("certificate of %s, want the new one", state.PeerCertificates[0].Subject.CommonName)
	}
}

func TestProxySSLRefusals(t *testing.T) {
	t.Parallel()
	const handshaking = "SSL handshaking to upstream"
	for _, c := range []struct {
		name, server, backend string
		cfg                   func(*testing.T, *proxySSL) *tls.Config // nil: handle
		handle                func(net.Conn)
		rx, want              string
	}{
		{name: "another name", server: "12343", backend: "8443",
			cfg: func(t *testing.T, p *proxySSL) *tls.Config {
				return &tls.Config{Certificates: []tls.Certificate{p.pair["one"].TLS()}}
			},
			rx: `does not match`, want: `[error] upstream SSL certificate does not match "other.example"`},
		{name: "revoked", server: "12344", backend: "8444",
			cfg: func(t *testing.T, p *proxySSL) *tls.Config {
				return &tls.Config{Certificates: []tls.Certificate{p.revoked.TLS()}}
			},
			rx: `verify error`, want: `[error] upstream SSL certificate verify error: (23:certificate revoked)`},
		{name: "signed by itself", server: "12341", backend: "8443",
			cfg: func(t *testing.T, p *proxySSL) *tls.Config {
				self := tlstest.SelfSigned(t, tlstest.Options{Names: []string{"one.example"}})
				return &tls.Config{Certificates: []tls.Certificate{self.TLS()}, NextProtos: []string{"echo"}}
			},
			rx: `verify error`, want: `[error] upstream SSL certificate verify error: (18:self-signed certificate)`},
		{name: "a version that is too old", server: "12342", backend: "8443",
			cfg: func(t *testing.T, p *proxySSL) *tls.Config {
				return &tls.Config{Certificates: p.leaf(t, "one.example"), MaxVersion: tls.VersionTLS11, MinVersion: tls.VersionTLS10}
			},
			rx:   `SSL_do_handshake`,
			want: `[error] SSL_do_handshake() failed (SSL: error:0A00042E:SSL routines::tlsv1 alert protocol version:SSL alert number 70)`},
		{name: "a version that proxy_ssl_conf_command excludes", server: "12344", backend: "8444",
			cfg: func(t *testing.T, p *proxySSL) *tls.Config {
				return &tls.Config{Certificates: []tls.Certificate{p.revoked.TLS()}, MaxVersion: tls.VersionTLS12}
			},
			rx:   `SSL_do_handshake`,
			want: `[error] SSL_do_handshake() failed (SSL: error:0A00042E:SSL routines::tlsv1 alert protocol version:SSL alert number 70)`},
		{name: "no common protocol of ALPN", server: "12341", backend: "8443",
			cfg: func(t *testing.T, p *proxySSL) *tls.Config {
				return &tls.Config{Certificates: p.leaf(t, "one.example"), NextProtos: []string{"other"}}
			},
			rx:   `SSL_do_handshake`,
			want: `[error] SSL_do_handshake() failed (SSL: error:0A000460:SSL routines::tlsv1 alert no application protocol:SSL alert number 120)`},
		{name: "no TLS at all", server: "12341", backend: "8443", handle: says("220 plain text\r\n"),
			rx: `SSL_do_handshake`, want: `[error] SSL_do_handshake() failed (SSL: error:0A00010B:SSL routines::wrong version number)`},
		{name: "closed instead of a handshake", server: "12341", backend: "8443",
			handle: func(conn net.Conn) { _, _ = conn.Read(make([]byte, 4096)) },
			rx:     `peer closed`, want: `[error] peer closed connection in SSL handshake`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := loadProxySSL(t)
			if c.cfg != nil {
				serveTLS(t, p.at(c.backend), c.cfg(t, p), nil, func(conn *tls.Conn) { pong(conn) })
			} else {
				serve(t, p.at(c.backend), c.handle)
			}
			p.start()
			dial(t, p.at(c.server)).gone()
			p.sameLine(p.logged(c.rx), c.want+ending(handshaking, c.server, c.backend))
			p.accessed(p.portOf(c.server) + " 502")
		})
	}
}

// The encrypted key is read with the second password, and the certificate goes to a backend that is not revoked.
func TestProxySSLPasswordFile(t *testing.T) {
	t.Parallel()
	p := loadProxySSL(t)
	p.write("conf/ca.crl", string(p.ca.CRL(t)))
	b := newTLSBackend(t, p.at("8444"), &tls.Config{Certificates: []tls.Certificate{p.revoked.TLS()}})
	p.start()
	once(t, dial(t, p.at("12344")))
	hello, state := b.seen()
	if len(state.PeerCertificates) != 1 || state.PeerCertificates[0].Subject.CommonName != "one.example" {
		t.Errorf("client certificates %v", state.PeerCertificates)
	}
	if !slices.Equal(slices.DeleteFunc(hello.SupportedVersions, func(v uint16) bool { return v == tls.VersionTLS13 }), []uint16{}) {
		t.Errorf("versions offered beside TLS 1.3: %v", hello.SupportedVersions)
	}
}

func TestProxySSLWrongPassword(t *testing.T) {
	t.Parallel()
	p := loadProxySSL(t)
	p.write("conf/passwords", "wrong\nalso wrong\n")
	out, status := p.command(append([]string{"-t"}, p.arguments("")...)...)
	if status != 1 || !strings.Contains(out, `nginx: [emerg] cannot load certificate key "`+p.path("conf/one-encrypted.key")+`": PEM_read_bio_PrivateKey() failed (SSL: error:`) {
		t.Errorf("status %d:\n%s", status, out)
	}
}

// The name to be verified is the one in proxy_pass when nothing else is said.
func TestProxySSLNameOfProxyPass(t *testing.T) {
	t.Parallel()
	p := loadProxySSL(t)
	b := newTLSBackend(t, p.at("8445"), &tls.Config{Certificates: p.leaf(t, "localhost")})
	p.start()
	once(t, dial(t, p.at("12345")))
	if hello, _ := b.seen(); hello.ServerName != "localhost" {
		t.Errorf("the backend was asked for %q", hello.ServerName)
	}
}

// What is proxied is the same with TLS as without: large bodies both ways, and the end of the stream.
func TestProxySSLBulk(t *testing.T) {
	t.Parallel()
	p := loadProxySSL(t)
	serveTLS(t, p.at("8443"), &tls.Config{Certificates: p.leaf(t, "one.example"), NextProtos: []string{"echo"}}, nil, func(conn *tls.Conn) { echo(conn) })
	p.start()
	c := dial(t, p.at("12341"))
	text := strings.Repeat("0123456789abcdef", 1<<16)
	go func() { _, _ = c.Write([]byte(text)) }()
	c.exactly(text)
	c.Close()
	p.logged(`client disconnected, bytes from/to client:1048576/1048576`)
}

// A verifying client sees nothing of all this: the server may end its TLS and begin another.
func TestProxySSLBehindServerTLS(t *testing.T) {
	t.Parallel()
	p := loadProxySSL(t, replace("listen 127.0.0.1:12341;", "listen 127.0.0.1:12341 ssl; ssl_certificate one.crt; ssl_certificate_key one.key;"))
	newTLSBackend(t, p.at("8443"), &tls.Config{Certificates: p.leaf(t, "one.example"), NextProtos: []string{"echo"}})
	p.start()
	pool := x509.NewCertPool()
	pool.AddCert(p.ca.Cert)
	once(t, dialTLS(t, p.at("12341"), &tls.Config{RootCAs: pool, ServerName: "one.example"}))
}
