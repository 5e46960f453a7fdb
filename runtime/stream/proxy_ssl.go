package stream

import (
	"context"
	"errors"
	"time"

	"tidegate/runtime/errlog"
	"tidegate/runtime/phase"
	"tidegate/runtime/relay"
	"tidegate/runtime/tlsconf"
)

// ProxyTLS is the proxy_ssl family.
type ProxyTLS struct {
	Client     *tlsconf.Client
	ServerName bool // proxy_ssl_server_name
	Reuse      bool // proxy_ssl_session_reuse

	name      *complexValue   // proxy_ssl_name; nil: the host of proxy_pass
	alpn      []*complexValue // proxy_ssl_alpn
	cert, key *complexValue   // of a certificate whose file names have variables

	certScript, verifyScript UpstreamTLSHandler
	scriptAlone              bool // verifyScript judges without our own verification
}

// secure sends the PROXY protocol header in clear and makes the TLS handshake with the upstream
// (ngx_stream_proxy_ssl_init_connection). It waits, so it has a goroutine.
func (s *Session) secure() {
	u := s.up
	if u.set.ProtocolVersion != 0 {
		if r := s.sendHeader(); r.Final() {
			s.endProxy(r.Status())
			return
		}
	}
	before := s.action
	s.action = "SSL handshaking to upstream"
	again, err := s.secured()
	switch {
	case err == nil:
		s.proceed()
	case !again: // nginx loads the certificate before it begins the handshake
		s.action = before
		if l, ok := tlsconf.CertificateFault(err); ok {
			s.logLine(l)
		}
		s.endProxy(int(phase.InternalServerError))
	case s.nextUpstream():
		s.connect()
	}
}

// sendHeader sends the PROXY protocol header (ngx_stream_proxy_send_proxy_protocol).
func (s *Session) sendHeader() phase.Result {
	u := s.up
	s.debug.Line(errlog.DebugStream, "stream proxy send PROXY protocol header")
	_ = u.conn.SetWriteDeadline(s.stream.now().Add(u.set.Timeout))
	n, err := u.conn.Write(s.protocolHeader())
	u.sent += int64(n)
	var op *relay.OpError
	switch {
	case err == nil:
		return phase.Next
	case errors.As(err, &op):
		s.LogErr(relay.ConnectionLevel(op.Errno, relay.Upstream), op, op.Text())
		return phase.OK
	}
	return phase.InternalServerError
}

// secured makes the handshake. again tells that its failure is the server's, so that another one may be tried.
func (s *Session) secured() (again bool, err error) {
	u, set := s.up, s.up.set.TLS
	d := &tlsconf.Dial{Name: u.tlsName, SNI: set.ServerName, ALPN: s.offered()}
	if set.name != nil {
		d.Name = set.name.String(s)
	}
	u.tlsName = tlsconf.SSLName(d.Name)
	if set.ServerName && tlsconf.Sendable(u.tlsName) {
		s.debug.Str(errlog.DebugStream, "upstream SSL server name: \"%s\"", u.tlsName)
	}
	if set.Reuse {
		d.Sessions = u.pick.Sessions()
	}
	if set.cert != nil {
		d.Files = func() (tlsconf.Pair, error) {
			return tlsconf.Pair{Cert: s.stream.certPath(set.cert.String(s)), Key: s.stream.certPath(set.key.String(s))}, nil
		}
	}
	timeout := u.set.ConnectTimeout
	if t := u.pick.Timeouts().Connect; t > 0 {
		timeout = t
	}
	s.deadline = s.stream.now().Add(timeout)
	_ = u.conn.SetDeadline(s.deadline)
	s.upstreamScripts(d)
	c, err := set.Client.Handshake(context.Background(), u.conn, d)
	if err != nil {
		return s.upstreamHandshakeFailed(err), err
	}
	_ = u.conn.SetDeadline(time.Time{})
	state := set.Client.State(c)
	state.Debug(s.debug)
	if err := set.Client.Check(state, u.tlsName); err != nil {
		s.Log(errlog.Err, err.Error())
		return true, err
	}
	u.tls = c
	return false, nil
}

// upstreamScripts adds the scripts of proxy_ssl_verify_by_lua and proxy_ssl_certificate_by_lua to a handshake.
func (s *Session) upstreamScripts(d *tlsconf.Dial) {
	set := s.up.set.TLS
	if f := set.verifyScript; f != nil {
		d.Verify, d.SkipDefault = func(u *tlsconf.Upstream) error { return f(s, u) }, set.scriptAlone
	}
	if f := set.certScript; f != nil {
		d.Certificate = func(u *tlsconf.Upstream) error { return f(s, u) }
	}
}

// offered are the protocols of proxy_ssl_alpn for this session (ngx_stream_proxy_ssl_alpn).
func (s *Session) offered() []string {
	var out []string
	for _, v := range s.up.set.TLS.alpn {
		if p := v.String(s); p != "" && len(p) <= 255 {
			out = append(out, p)
		}
	}
	return out
}

// upstreamHandshakeFailed logs a failed handshake; false, without a line, is for a certificate of ours that cannot be loaded.
func (s *Session) upstreamHandshakeFailed(err error) bool {
	if errors.Is(err, relay.ErrTimeout) {
		return true
	}
	if _, ours := tlsconf.CertificateFault(err); ours {
		return false
	}
	s.logLine(tlsconf.HandshakeError(err, true))
	return true
}
