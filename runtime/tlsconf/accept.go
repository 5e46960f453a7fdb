package tlsconf

import (
	"context"
	"crypto"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"os"
	"slices"
	"strings"

	"tidegate/runtime/clienthello"
)

// Handshake is one handshake of a client with a Server: the caller's hooks on
// the way in, what became of it on the way out. The flow, in order:
//
//  1. Accept reads the ClientHello;
//  2. Hello runs (ssl_client_hello_by_lua);
//  3. Select chooses among the servers of the address by the name asked for;
//  4. Files gives certificate files whose names hold variables;
//  5. Certificate runs (ssl_certificate_by_lua) and may replace certificates;
//  6. version, suite and certificate are decided by OpenSSL's rules, and
//     crypto/tls does the rest;
//  7. the client's certificate is checked; State tells the outcome.
//
// Hooks run on the goroutine of Accept and may block. An error of a hook ends
// the handshake and is found again in what Accept returns, with errors.Is.
type Handshake struct {
	Hello       func(*Hello) error
	Select      func(name string) (*Server, error) // nil Server: no change
	Files       func(*Hello) ([]Pair, error)
	Certificate func(*Hello) error

	// Record keeps the ClientHello for Hello.Raw and $ssl_session_id.
	Record bool
	// WantSigalg notes the server's signature algorithm for $ssl_sigalg.
	WantSigalg bool

	server *Server
	hello  Hello
	sigalg tls.SignatureScheme
	conn   *rawConn
}

// Hello is the ClientHello as hooks see it, and what they may change.
type Hello struct {
	Info *tls.ClientHelloInfo

	h         *Handshake
	ids       identities
	protocols Protocols // set by SetProtocols
	verify    *trust    // set by VerifyClient
}

// ServerName is the name that the client asks for.
func (h *Hello) ServerName() string { return h.Info.ServerName }

// Raw is what the client has sent so far, records and all, if Handshake.Record
// is set: runtime/clienthello reads it.
func (h *Hello) Raw() []byte { return h.h.conn.recorded }

// Server is the server chosen so far.
func (h *Hello) Server() *Server { return h.h.server }

// Version is the protocol version that will be used, 0 if none can be.
func (h *Hello) Version() uint16 { return h.h.version() }

// Random is the client's 32 random bytes, if Handshake.Record is set.
func (h *Hello) Random() (random [32]byte) {
	const record, message, version = 5, 4, 2
	raw := h.Raw()
	if at := record + message + version; len(raw) >= at+len(random) && int(raw[3])<<8|int(raw[4]) >= at-record+len(random) {
		copy(random[:], raw[at:])
	} else if parsed, err := clienthello.Parse(raw); err == nil { // in more than one record
		copy(random[:], parsed.Random)
	}
	return random
}

// Shared are the suites of the version in use that both sides have, in the order of our preference (SSL_get1_supported_ciphers).
func (h *Hello) Shared() []uint16 {
	version := h.Version()
	mine := h.h.server.suites
	if version == tls.VersionTLS13 {
		mine = []uint16{tls.TLS_AES_256_GCM_SHA384, tls.TLS_CHACHA20_POLY1305_SHA256, tls.TLS_AES_128_GCM_SHA256}
	}
	var out []uint16
	for _, id := range mine {
		c := suiteByID(id)
		if version < tls.VersionTLS12 && c != nil && c.minProto == vTLS12 {
			continue
		}
		if slices.Contains(h.Info.CipherSuites, id) {
			out = append(out, id)
		}
	}
	return out
}

// SetProtocols replaces ssl_protocols for this connection
// (ngx.ssl.clienthello.set_protocols).
func (h *Hello) SetProtocols(p Protocols) { h.protocols = p }

// ClearCertificates forgets the server's certificates (ngx.ssl.clear_certs).
func (h *Hello) ClearCertificates() { h.ids = identities{} }

// SetChain sets a certificate with its chain (ngx.ssl.set_cert).
func (h *Hello) SetChain(chain []*x509.Certificate) error {
	return h.ids.setChain(chain, h.h.server.level)
}

// SetKey sets the private key of a certificate set before
// (ngx.ssl.set_priv_key).
func (h *Hello) SetKey(key crypto.Signer) error { return h.ids.setKey(key) }

// VerifyClient asks for a client certificate whatever ssl_verify_client says
// (ngx.ssl.verify_client); cas may be nil.
func (h *Hello) VerifyClient(cas []*x509.Certificate, depth int) {
	t := *h.h.server.trust
	t.depth = depth
	t.anchors = append(slices.Clip(t.anchors), cas...)
	h.verify = &t
}

// use loads certificate files for this connection only.
func (h *Hello) use(pairs []Pair) error {
	s := h.h.server
	for _, p := range pairs {
		if err := s.cfg.Files.use(&h.ids, p, s.cfg.Passwords, s.level); err != nil {
			return err
		}
	}
	return nil
}

// rawConn lets a handshake send an alert of its own, for crypto/tls answers
// every refusal of a hook with internal_error. It also looks at what comes in:
// for the caller, if the ClientHello is to be recorded, and for the log, where
// OpenSSL tells more than crypto/tls.
type rawConn struct {
	net.Conn
	record   bool
	mute     bool
	done     bool // the handshake is over, nothing is looked at any more
	recorded []byte
	frames   frames
	verdict  *VerifyCode // of Dial.Verify, or of the session that was resumed
}

// maxRecorded bounds what is kept of a ClientHello: two full records.
const maxRecorded = 2 * (16384 + 5)

func (c *rawConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if !c.done {
		c.frames.feed(b[:n])
		if c.record && len(c.recorded)+n <= maxRecorded {
			c.recorded = append(c.recorded, b[:n]...)
		}
	}
	return n, err
}

// frames follows the records of a client.
type frames struct {
	first  [6]byte // the header of the first record and its first byte
	nFirst int
	head   [5]byte // the header of the record under way
	nHead  int
	left   int     // bytes of it to come
	level  byte    // of the alert under way
	alert  [2]byte // a fatal alert in the clear: set, description
}

func (f *frames) feed(b []byte) {
	f.nFirst += copy(f.first[f.nFirst:], b)
	for len(b) > 0 {
		if f.nHead < len(f.head) {
			n := copy(f.head[f.nHead:], b)
			f.nHead += n
			b = b[n:]
			f.left = int(f.head[3])<<8 | int(f.head[4])
		} else {
			n := min(f.left, len(b))
			f.body(b[:n])
			f.left -= n
			b = b[n:]
		}
		if f.nHead == len(f.head) && f.left == 0 {
			f.nHead = 0
		}
	}
}

// body looks for an alert: TLSv1.3 clients may send one in the clear when
// crypto/tls expects all to be encrypted.
func (f *frames) body(b []byte) {
	const alertRecord, fatal = 21, 2
	if f.head[0] != alertRecord || f.head[3] != 0 || f.head[4] != 2 {
		return
	}
	for i, c := range b {
		if f.left-i == 2 {
			f.level = c
		} else if f.level == fatal {
			f.alert = [2]byte{1, c}
		}
	}
}

func (c *rawConn) Write(b []byte) (int, error) {
	if c.mute {
		return len(b), nil
	}
	return c.Conn.Write(b)
}

// alert sends a fatal alert and nothing after it.
func (c *rawConn) alert(code byte) {
	const alertRecord, fatal = 21, 2
	_, _ = c.Conn.Write([]byte{alertRecord, 3, 3, 0, 2, fatal, code})
	c.mute = true
}

// The alerts sent here.
const (
	alertHandshakeFailure = 40
	alertProtocolVersion  = 70
	alertInternalError    = 80
	alertUnrecognizedName = 112
	alertNoALPN           = 120
)

// The reasons for which a handshake is ended here. HandshakeError turns them
// into nginx's log lines.
var (
	ErrRejected            = errors.New("handshake rejected")
	ErrNoCommonProtocol    = errors.New("unsupported protocol")
	ErrNoSharedCipher      = errors.New("no shared cipher")
	ErrNoALPN              = errors.New("no application protocol")
	ErrNoSharedSigalg      = errors.New("no suitable signature algorithm")
	ErrHelloCallback       = errors.New("callback failed")
	ErrCertificateCallback = errors.New("cert cb error")
	ErrNoProtocols         = errors.New("no protocols available")
	ErrVerifyCallback      = errors.New("certificate verify failed")
)

type handshakeKey struct{}

// gate is the tls.Config of every connection before its ClientHello is known.
func gate() *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS10,
		GetConfigForClient: func(info *tls.ClientHelloInfo) (*tls.Config, error) {
			h := info.Context().Value(handshakeKey{}).(*Handshake)
			return h.decide(info)
		},
	}
}

// Accept performs the server's side of a handshake on conn. Deadlines are the
// caller's: it sets them on conn. ctx may cancel; a context that cannot is
// cheaper.
func (s *Server) Accept(ctx context.Context, conn net.Conn, h *Handshake) (*tls.Conn, error) {
	h.server, h.conn = s, &rawConn{Conn: conn, record: h.Record}
	c := tls.Server(h.conn, s.gate)
	err := c.HandshakeContext(context.WithValue(ctx, handshakeKey{}, h))
	h.conn.done = true
	if err != nil {
		return nil, h.conn.explain(err, h.hello.Info == nil, false)
	}
	return c, nil
}

// explain adds OpenSSL's view of what came in to an error of crypto/tls. early
// is for an error before the peer's first message was read.
func (c *rawConn) explain(err error, early, upstream bool) error {
	f := &c.frames
	if f.alert[0] != 0 && strings.Contains(err.Error(), "bad record MAC") {
		if q, ok := alertQueue(f.alert[1]); ok {
			return &reasonError{q, err}
		}
	}
	if early && f.nFirst >= len(f.head) && !isClosed(err) {
		if q, odd := headerReason(f.first, f.nFirst, upstream); odd {
			return &reasonError{q, err}
		}
	}
	return err
}

// refuse ends the handshake with an alert; a hook's own error stays in sight. A hook that took too long ends it without a word.
func (h *Handshake) refuse(alert byte, why, cause error) error {
	if errors.Is(cause, os.ErrDeadlineExceeded) {
		h.conn.mute = true
	} else {
		h.conn.alert(alert)
	}
	if cause == nil {
		return why
	}
	return errors.Join(why, cause)
}

// decide runs the hooks and settles what crypto/tls is to do.
func (h *Handshake) decide(info *tls.ClientHelloInfo) (*tls.Config, error) {
	h.hello = Hello{Info: info, h: h}
	if h.Hello != nil {
		if err := h.Hello(&h.hello); err != nil {
			return nil, h.refuse(alertInternalError, ErrHelloCallback, err)
		}
	}
	if err := h.selectServer(); err != nil {
		return nil, err
	}
	version := h.version()
	if version == 0 {
		return nil, h.refuse(alertProtocolVersion, ErrNoCommonProtocol, nil)
	}
	if err := h.certificates(); err != nil {
		return nil, h.refuse(alertInternalError, ErrCertificateCallback, err)
	}
	if !h.protocolsMatch() {
		return nil, h.refuse(alertNoALPN, ErrNoALPN, nil)
	}
	v, err := h.negotiate(version)
	if err != nil {
		return nil, h.refuse(alertHandshakeFailure, err, nil)
	}
	return h.config(v), nil
}

func (h *Handshake) selectServer() error {
	if h.Select != nil && h.hello.Info.ServerName != "" {
		s, err := h.Select(h.hello.Info.ServerName)
		if err != nil {
			return h.refuse(alertInternalError, ErrHelloCallback, err)
		}
		if s != nil {
			h.server = s
		}
	}
	if h.server.cfg.Reject {
		return h.refuse(alertUnrecognizedName, ErrRejected, nil)
	}
	return nil
}

// certificates collects the certificates of this connection.
func (h *Handshake) certificates() error {
	h.hello.ids = h.server.ids
	if h.server.cfg.Dynamic && h.Files != nil {
		pairs, err := h.Files(&h.hello)
		if err != nil {
			return err
		}
		if err := h.hello.use(pairs); err != nil {
			return err
		}
	}
	if h.Certificate != nil {
		return h.Certificate(&h.hello)
	}
	return nil
}

// protocolsMatch is nginx's demand that a client which offers protocols offers
// one of ssl_alpn (ngx_stream_ssl_alpn_select). crypto/tls alone would let
// "http/1.1" pass where only "h2" is configured.
func (h *Handshake) protocolsMatch() bool {
	mine, theirs := h.server.cfg.ALPN, h.hello.Info.SupportedProtos
	if len(mine) == 0 || len(theirs) == 0 {
		return true
	}
	return slices.ContainsFunc(mine, func(p string) bool { return slices.Contains(theirs, p) })
}

// config is the tls.Config of the decision, with what this connection alone
// has of its own.
func (h *Handshake) config(v variant) *tls.Config {
	cert := h.hello.ids[v.slot].tls
	c := h.server.variant(v, cert)
	if h.hello.protocols != 0 || h.hello.verify != nil || h.WantSigalg {
		c = c.Clone()
	}
	if h.hello.protocols != 0 {
		own := settings{enabled: h.enabled()}
		c.MinVersion, c.MaxVersion = own.bounds()
		if v.max != 0 {
			c.MaxVersion = v.max
		}
	}
	if t := h.hello.verify; t != nil {
		c.ClientAuth = tls.RequestClientCert
	}
	if h.WantSigalg {
		noted := *cert
		noted.PrivateKey = noting(h, noted.PrivateKey)
		c.Certificates = []tls.Certificate{noted}
	}
	return c
}
