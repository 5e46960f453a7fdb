package tlsconf

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"
	"time"
)

const (
	clientAuth = x509.ExtKeyUsageClientAuth
	serverAuth = x509.ExtKeyUsageServerAuth
)

func (c VerifyCode) pair() string { return fmt.Sprintf("(%d:%s)", int(c), c) }

// ClientConfig is the settings of connections to an upstream: the proxy_ssl
// family, or lua_ssl. nginx reads proxy_ssl_trusted_certificate and
// proxy_ssl_crl only with proxy_ssl_verify; the caller leaves them out else.
type ClientConfig struct {
	Protocols   Protocols
	Ciphers     string
	Commands    []Command
	Certificate Pair // empty for none
	Dynamic     bool // the pair holds variables: Dial.Files evaluates it
	Passwords   []string
	Verify      bool
	VerifyDepth int
	TrustedCA   string
	CRL         string
	ALPN        []string
	Files       *FileCache
	KeyLog      io.Writer // takes the secrets of connections; nil for nobody

	Now func() time.Time // for tests
}

// Client is the TLS side of connections to upstreams; immutable and good for
// any number of them.
type Client struct {
	*settings
	cfg   ClientConfig
	ids   identities
	trust *trust
	base  *tls.Config
}

// NewClient loads everything; its errors are nginx's messages
// (ngx_stream_proxy_set_ssl).
func NewClient(cfg ClientConfig) (*Client, error) {
	st, err := newSettings(cfg.Protocols, cfg.Ciphers, "auto", false, true, cfg.Commands)
	if err != nil {
		return nil, err
	}
	c := &Client{settings: st, cfg: cfg}
	if cfg.Certificate.Cert != "" && !cfg.Dynamic {
		if err := c.ids.load(cfg.Certificate, cfg.Passwords, st.level); err != nil {
			return nil, err
		}
	}
	if cfg.Verify && cfg.TrustedCA == "" {
		return nil, errors.New("no proxy_ssl_trusted_certificate for proxy_ssl_verify")
	}
	if c.trust, _, err = loadTrust("", cfg.TrustedCA, cfg.CRL, cfg.VerifyDepth, st.level); err != nil {
		return nil, err
	}
	lowest, highest := st.contiguous()
	c.base = &tls.Config{
		MinVersion: lowest, MaxVersion: highest, CipherSuites: st.suites, CurvePreferences: st.groups,
		NextProtos: cfg.ALPN, Time: cfg.Now, KeyLogWriter: cfg.KeyLog,
		// nginx's verify callback accepts everything; Check looks at the chain
		// after the handshake.
		InsecureSkipVerify: true,
	}
	return c, nil
}

// contiguous are the bounds for a client. Offered versions are a range: with a
// gap in them OpenSSL offers the range below the gap's upper end that begins
// with the lowest enabled version.
func (s *settings) contiguous() (lowest, highest uint16) {
	for _, v := range versions {
		on := s.enabled&v.bit != 0
		if lowest == 0 && on {
			lowest = v.id
		}
		if lowest != 0 && !on {
			break
		}
		if on {
			highest = v.id
		}
	}
	return lowest, highest
}

// Dial is one handshake with an upstream. Its hooks run on the goroutine of
// Handshake and may block; an error of a hook is found again in what Handshake
// returns, with errors.Is.
type Dial struct {
	Name     string // proxy_ssl_name, a port is cut off
	SNI      bool   // proxy_ssl_server_name
	Sessions tls.ClientSessionCache
	ALPN     []string // instead of ClientConfig.ALPN, if not nil

	Files func() (Pair, error)
	// Verify runs once the server's certificate is known
	// (proxy_ssl_verify_by_lua). It may change State.Verify, which Client.Check
	// then goes by. Its error breaks the handshake off with VerifyMode Peer
	// only.
	Verify func(*Upstream) error
	// SkipDefault leaves the judgement to Verify alone
	// (lua_upstream_skip_openssl_default_verify).
	SkipDefault bool
	// Certificate runs when the server asks for a certificate
	// (proxy_ssl_certificate_by_lua); an error breaks the handshake off.
	Certificate func(*Upstream) error
}

// SSLName cuts a port off a proxy_ssl_name (ngx_stream_proxy_ssl_name).
func SSLName(name string) string {
	from := 0
	if strings.HasPrefix(name, "[") {
		from = max(strings.IndexByte(name, ']'), 0)
	}
	if i := strings.IndexByte(name[from:], ':'); i >= 0 {
		return name[:from+i]
	}
	return name
}

// Handshake performs the client's side of a handshake on conn; deadlines are
// the caller's.
func (c *Client) Handshake(ctx context.Context, conn net.Conn, d *Dial) (*tls.Conn, error) {
	if lowest, _ := c.bounds(); lowest == 0 {
		return nil, ErrNoProtocols
	}
	cfg := c.base.Clone()
	if name := SSLName(d.Name); d.SNI && Sendable(name) {
		cfg.ServerName = name
	}
	if d.ALPN != nil {
		cfg.NextProtos = d.ALPN
	}
	cfg.ClientSessionCache = d.Sessions
	if d.Sessions == nil {
		cfg.SessionTicketsDisabled = true
	}
	u := &Upstream{client: c, dial: d, ids: c.ids, conn: &rawConn{Conn: conn}}
	if err := u.files(); err != nil {
		return nil, err
	}
	u.hook(cfg)
	tc := tls.Client(u.conn, cfg)
	err := tc.HandshakeContext(ctx)
	u.conn.done = true
	if err != nil {
		return nil, u.conn.explain(err, true, true)
	}
	return tc, nil
}

// Sendable tells names that may go into SNI: no addresses.
func Sendable(name string) bool {
	if name == "" || name[0] == '[' {
		return false
	}
	_, err := netip.ParseAddr(name)
	return err != nil
}

// State verifies the server's certificate and gives what is known of the
// connection. Call it once, after Handshake.
func (c *Client) State(tc *tls.Conn) *State {
	if raw, ok := tc.NetConn().(*rawConn); ok && raw.verdict != nil {
		return &State{ConnectionState: tc.ConnectionState(), Now: clock(c.cfg.Now).now, Verify: *raw.verdict}
	}
	return c.state(tc.ConnectionState())
}

func (c *Client) state(cs tls.ConnectionState) *State {
	s := &State{ConnectionState: cs, Now: clock(c.cfg.Now).now}
	if len(s.PeerCertificates) > 0 {
		s.Verify = c.trust.verify(s.PeerCertificates, serverAuth, s.Now())
	}
	return s
}

// Check is nginx's look at the certificate after the handshake with an
// upstream (ngx_stream_proxy_ssl_handshake); the error is its log line. name is
// proxy_ssl_name.
func (c *Client) Check(s *State, name string) error {
	if !c.cfg.Verify {
		return nil
	}
	if s.Verify != VerifyOK {
		return &VerifyError{"upstream SSL certificate verify error: " + s.Verify.pair()}
	}
	if name = SSLName(name); !MatchHost(s.PeerCertificates[0], name) {
		return &VerifyError{"upstream SSL certificate does not match \"" + name + "\""}
	}
	return nil
}
