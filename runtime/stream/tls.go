package stream

import (
	"context"
	"crypto/tls"
	"errors"
	"time"

	"tidegate/runtime/errlog"
	"tidegate/runtime/phase"
	"tidegate/runtime/relay"
	"tidegate/runtime/tlsconf"
)

// handshake is the ssl phase (ngx_stream_ssl_handler).
func (s *Session) handshake() phase.Result {
	if !s.place.SSL {
		return phase.Next
	}
	if s.server.TLS == nil {
		return phase.Error
	}
	if s.tls != nil { // it was passed
		return s.checkClient(s.server.TLS)
	}
	s.action = "SSL handshaking"
	s.setNoDelay()
	s.deadline = s.stream.now().Add(s.server.HandshakeTimeout)
	_ = s.conn.SetDeadline(s.deadline)
	h := s.hooks(func(f func()) { f() })
	c, err := s.server.TLS.Accept(context.Background(), s.conn, h)
	if err != nil {
		s.handshakeFailed(err)
		return phase.Error
	}
	_ = s.conn.SetDeadline(time.Time{})
	s.tls, s.greeting = c, nil
	s.tlsState = h.State(c)
	s.tlsState.Debug(s.debug)
	return s.checkClient(h.Server())
}

// checkClient judges the client's certificate.
func (s *Session) checkClient(t *tlsconf.Server) phase.Result {
	if err := t.CheckClient(s.tlsState); err != nil {
		s.Log(errlog.Info, err.Error())
		return phase.Error
	}
	return phase.Next
}

// StartTLS begins TLS in the middle of a session, with the certificates and the scripts of its server (serversslhandshake). The script
// that asked for it waits in another goroutine than this: what both may touch is touched inside alone. ssl_verify_client does not count.
func (s *Session) StartTLS(deadline time.Time, alone func(func())) error {
	alone(func() {
		s.deadline = deadline
		if !s.consumed {
			s.buf = nil // it was only peeked at
		}
	})
	_ = s.conn.SetDeadline(deadline)
	h := s.hooks(alone)
	c, err := s.server.TLS.Accept(context.Background(), s.conn, h)
	_ = s.conn.SetDeadline(time.Time{})
	alone(func() {
		s.greeting = nil
		if err != nil {
			s.handshakeFailed(err)
			return
		}
		s.tls, s.tlsState = c, h.State(c)
		s.tlsState.Debug(s.debug)
	})
	return err
}

// HasTLS tells whether the session's server has what StartTLS needs.
func (s *Session) HasTLS() bool { return s.server.TLS != nil }

// TLSState is what is known of the client's TLS connection, nil without one.
func (s *Session) TLSState() *tlsconf.State { return s.tlsState }

// hooks are what this session does inside a handshake: choose the server by the name asked for, run the scripts, evaluate the names
// of certificate files. alone keeps others from the session meanwhile.
func (s *Session) hooks(alone func(func())) *tlsconf.Handshake {
	h := &tlsconf.Handshake{Record: s.stream.recordHello, WantSigalg: s.stream.wantSigalg}
	h.Hello = func(hello *tlsconf.Hello) error {
		alone(func() {
			s.greeting = hello
			s.note()
		})
		if s.debug != nil {
			s.debugServerName(hello.ServerName())
		}
		if f := s.server.helloScript; f != nil {
			return f(s, hello)
		}
		return nil
	}
	h.Select = func(name string) (*tlsconf.Server, error) {
		found := false
		alone(func() { found = s.choose(name) })
		if !found {
			return nil, errors.New("server name could not be matched")
		}
		return s.server.TLS, nil
	}
	h.Files = func(*tlsconf.Hello) ([]tlsconf.Pair, error) {
		pairs := make([]tlsconf.Pair, len(s.server.certs))
		alone(func() {
			s.note()
			for i, c := range s.server.certs {
				pairs[i] = tlsconf.Pair{Cert: s.stream.certPath(c.cert.String(s)), Key: s.stream.certPath(c.key.String(s))}
			}
		})
		return pairs, nil
	}
	h.Certificate = func(hello *tlsconf.Hello) error {
		alone(s.note)
		if f := s.server.certScript; f != nil {
			return f(s, hello)
		}
		return nil
	}
	return h
}

// note makes what is known of the connection in the middle of its handshake known to the $ssl_ variables.
func (s *Session) note() {
	info := s.greeting.Info
	s.sni = info.ServerName
	if s.stream.wantSigalgs {
		s.sigalgs = info.SignatureSchemes
	}
	s.tlsState = &tlsconf.State{
		ConnectionState: tls.ConnectionState{Version: s.greeting.Version(), ServerName: info.ServerName},
		Ciphers:         info.CipherSuites, Curves: info.SupportedCurves, Now: s.stream.deps.Now,
	}
}

// handshakeFailed logs why there is no TLS connection. A handshake that ran out of time is not worth a line to nginx, nor is one that
// was killed.
func (s *Session) handshakeFailed(err error) {
	if errors.Is(err, relay.ErrTimeout) || s.conn.Closed() {
		return
	}
	for _, l := range tlsconf.HandshakeLines(err, false) {
		s.logLine(l)
	}
}

// logLine writes a line that tlsconf composed.
func (s *Session) logLine(l tlsconf.Line) {
	if level, ok := errlog.ParseLevel(string(l.Level)); ok {
		s.Log(level, l.Text)
	}
}

// setNoDelay sets TCP_NODELAY for the client as its server wants it; the listening socket may have done so.
func (s *Session) setNoDelay() {
	if s.conn != nil && s.server.TCPNoDelay != s.noDelay && !s.peer.IsUnix() {
		s.noDelay = s.server.TCPNoDelay
		_ = s.conn.SetNoDelay(s.server.TCPNoDelay)
	}
}

// closeTLS tells the client that the stream ends here; it does not wait for an answer.
func (s *Session) closeTLS() {
	_ = s.conn.SetWriteDeadline(s.stream.now().Add(time.Second))
	_ = s.tls.CloseWrite()
}

// debugServerName is the beginning of ngx_stream_ssl_servername.
func (s *Session) debugServerName(name string) {
	if name == "" {
		s.debug.Line(errlog.DebugStream, "SSL server name: null")
		return
	}
	s.debug.Str(errlog.DebugStream, "SSL server name: \"%V\"", name)
}
