package tlsconf

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"
)

// ServerConfig is the settings of a server{} with TLS. File names are complete
// paths; words are as in the configuration.
type ServerConfig struct {
	Certificates []Pair
	Dynamic      bool // the pairs hold variables: Handshake.Files evaluates them
	Passwords    []string
	Protocols    Protocols
	Ciphers      string
	PreferServer bool   // ssl_prefer_server_ciphers
	Curves       string // ssl_ecdh_curve
	Commands     []Command
	Verify       VerifyMode
	VerifyDepth  int
	ClientCA     string // ssl_client_certificate
	TrustedCA    string // ssl_trusted_certificate
	CRL          string
	ALPN         []string
	Tickets      bool     // ssl_session_tickets
	TicketKeys   []string // files; the first makes tickets, all open them
	Cache        *SessionCache
	Timeout      time.Duration // ssl_session_timeout
	Reject       bool          // ssl_reject_handshake
	Files        *FileCache    // ssl_certificate_cache, nil for off
	Staple       string        // ssl_stapling_file, with ssl_stapling

	Now func() time.Time // for tests
}

// Server is the TLS side of one server{}. It is immutable and serves any
// number of handshakes at once.
type Server struct {
	*settings
	cfg       ServerConfig
	ids       identities
	trust     *trust
	clientCAs *x509.CertPool
	sessions  sessions
	base      *tls.Config // what every variant is cloned from
	gate      *tls.Config // of a connection whose ClientHello is not known yet

	mu       sync.Mutex
	variants map[variant]*tls.Config
}

// variant is what a handshake decides before crypto/tls takes over: its
// tls.Config allows nothing else.
type variant struct {
	suite uint16 // the only suite below TLSv1.3, 0 for TLSv1.3
	slot  slot
	max   uint16 // the highest version, where the enabled ones have a gap
}

// NewServer loads everything and reports what nginx would, in its order
// (ngx_stream_ssl_merge_srv_conf).
func NewServer(cfg ServerConfig) (*Server, error) {
	st, err := newSettings(cfg.Protocols, cfg.Ciphers, cfg.Curves, cfg.PreferServer, cfg.Tickets, cfg.Commands)
	if err != nil {
		return nil, err
	}
	for _, c := range cfg.Commands {
		if strings.EqualFold(c.Name, "VerifyMode") { // ssl_verify_client decides
			return nil, lacking("SSL_CONF_cmd(\"%s\", \"%s\") failed: the command is not supported", c.Name, c.Value)
		}
	}
	s := &Server{settings: st, cfg: cfg, variants: map[variant]*tls.Config{}}
	if !cfg.Dynamic {
		for _, p := range cfg.Certificates {
			if err := s.ids.load(p, cfg.Passwords, st.level); err != nil {
				return nil, err
			}
		}
	}
	if err := s.loadTrust(); err != nil {
		return nil, err
	}
	if err := s.loadStaple(); err != nil {
		return nil, err
	}
	if err := s.initSessions(); err != nil {
		return nil, err
	}
	s.base, s.gate = s.config(), gate()
	return s, nil
}

func (s *Server) loadTrust() error {
	cfg := &s.cfg
	if cfg.Verify != VerifyOff && cfg.Verify != VerifyOptionalNoCA && cfg.ClientCA == "" && cfg.TrustedCA == "" {
		return errors.New("no ssl_client_certificate or ssl_trusted_certificate for ssl_verify_client")
	}
	client := cfg.ClientCA
	if cfg.Verify == VerifyOff {
		client = ""
	}
	var err error
	var named []*x509.Certificate
	if s.trust, named, err = loadTrust(client, cfg.TrustedCA, cfg.CRL, cfg.VerifyDepth, s.level); err != nil {
		return err
	}
	// The names of ssl_client_certificate are told to clients, those of
	// ssl_trusted_certificate are not.
	if len(named) > 0 {
		s.clientCAs = x509.NewCertPool()
		for _, c := range named {
			s.clientCAs.AddCert(c)
		}
	}
	return nil
}

// loadTrust reads authorities and revocation lists; named are those of the
// first file.
func loadTrust(client, trusted, crl string, depth, level int) (t *trust, named []*x509.Certificate, err error) {
	t = &trust{depth: depth, level: level}
	for _, file := range [...]string{client, trusted} {
		if file == "" {
			continue
		}
		certs, err := loadCertificates(file)
		if err != nil {
			return nil, nil, under(fmt.Sprintf("cannot load certificate \"%s\": ", file), err)
		}
		t.anchors = append(t.anchors, certs...)
		if file == client {
			named = certs
		}
	}
	if crl != "" {
		if t.crls, err = loadCRLs(crl); err != nil {
			return nil, nil, under(fmt.Sprintf("cannot load CRL \"%s\": ", crl), err)
		}
		t.checkCRL = true
	}
	return t, named, nil
}

// initSessions sets the ticket keys up. A session is good only for a server
// with the same certificates and client authorities, as nginx's session ID
// context has it.
func (s *Server) initSessions() error {
	cfg := &s.cfg
	s.sessions = sessions{clock: cfg.Now, timeout: cfg.Timeout, cache: cfg.Cache, stateful: !s.tickets && cfg.Cache != nil}
	for _, file := range cfg.TicketKeys {
		k, err := loadTicketKey(file)
		if err != nil {
			return err
		}
		s.sessions.keys = append(s.sessions.keys, k)
	}
	if cfg.Cache == nil && len(s.sessions.keys) == 0 {
		s.sessions.keys = []*ticketKey{randomTicketKey()}
	}
	h := sha256.New()
	certs := 0
	for i := range s.ids {
		for _, c := range s.ids[i].chain[:min(1, len(s.ids[i].chain))] {
			h.Write(c.Raw)
			certs++
		}
	}
	if certs == 0 {
		for _, p := range cfg.Certificates {
			h.Write([]byte(p.Cert))
		}
	}
	for _, c := range s.trust.anchors {
		h.Write(c.RawSubject)
	}
	h.Sum(s.sessions.context[:0])
	return nil
}

// config is the part of the tls.Config that all variants share.
func (s *Server) config() *tls.Config {
	lowest, highest := s.bounds()
	c := &tls.Config{
		MinVersion: lowest, MaxVersion: highest, CurvePreferences: s.groups, NextProtos: s.cfg.ALPN, Time: s.cfg.Now,
		ClientCAs: s.clientCAs, CipherSuites: []uint16{},
		SessionTicketsDisabled: !s.tickets && !s.sessions.stateful,
		WrapSession:            s.sessions.wrap,
		UnwrapSession:          s.sessions.unwrap,
	}
	if s.cfg.Verify != VerifyOff {
		// nginx's verify callback accepts everything; the result is looked at
		// after the handshake.
		c.ClientAuth = tls.RequestClientCert
	}
	return c
}

// variant gives the tls.Config for a decision, from a cache when the
// certificate is one of the server's own.
func (s *Server) variant(v variant, cert *tls.Certificate) *tls.Config {
	own := s.ids[v.slot].tls == cert
	if own {
		s.mu.Lock()
		defer s.mu.Unlock()
		if c := s.variants[v]; c != nil {
			return c
		}
	}
	c := s.base.Clone()
	c.Certificates = []tls.Certificate{*cert}
	if v.suite != 0 {
		c.CipherSuites = []uint16{v.suite}
	}
	if v.max != 0 {
		c.MaxVersion = v.max
	}
	if own {
		s.variants[v] = c
	}
	return c
}
