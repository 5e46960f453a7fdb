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
	s.action = "SSL handshaking"
	if s.server.TLS == nil {
		return phase.Error
	}
	s.setNoDelay()
	s.deadline = s.stream.now().Add(s.server.HandshakeTimeout)
	_ = s.conn.SetDeadline(s.deadline)
	h := s.hooks()
	c, err := s.server.TLS.Accept(context.Background(), s.conn, h)
	if err != nil {
		s.handshakeFailed(err)
		return phase.Error
	}
	_ = s.conn.SetDeadline(time.Time{})
	s.tls, s.greeting = c, nil
	s.tlsState = h.State(c)
	if err := h.Server().CheckClient(s.tlsState); err != nil {
		s.Log(errlog.Info, err.Error())
		return phase.Error
	}
	return phase.Next
}

// hooks are what this session does inside a handshake: choose the server by the name asked for, run the scripts, evaluate the names
// of certificate files.
func (s *Session) hooks() *tlsconf.Handshake {
	h := &tlsconf.Handshake{Record: s.stream.recordHello, WantSigalg: s.stream.wantSigalg}
	h.Hello = func(hello *tlsconf.Hello) error {
		s.greeting = hello
		s.note()
		if f := s.server.helloScript; f != nil {
			return f(s, hello)
		}
		return nil
	}
	h.Select = func(name string) (*tlsconf.Server, error) {
		if !s.choose(name) {
			return nil, errors.New("server name could not be matched")
		}
		return s.server.TLS, nil
	}
	h.Files = func(*tlsconf.Hello) ([]tlsconf.Pair, error) {
		s.note()
		pairs := make([]tlsconf.Pair, len(s.server.certs))
		for i, c := range s.server.certs {
			pairs[i] = tlsconf.Pair{Cert: s.stream.certPath(c.cert.String(s)), Key: s.stream.certPath(c.key.String(s))}
		}
		return pairs, nil
	}
	h.Certificate = func(hello *tlsconf.Hello) error {
		s.note()
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
	if s.conn != nil && s.server.TCPNoDelay != s.entry.NoDelay && !s.peer.IsUnix() {
		_ = s.conn.SetNoDelay(s.server.TCPNoDelay)
	}
}

// closeTLS tells the client that the stream ends here; it does not wait for an answer.
func (s *Session) closeTLS() {
	_ = s.conn.SetWriteDeadline(s.stream.now().Add(time.Second))
	_ = s.tls.CloseWrite()
}
