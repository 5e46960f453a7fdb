package tlsconf

import (
	"crypto/rand"
	"crypto/tls"
	"encoding/hex"
	"time"

	"tidegate/runtime/clienthello"
)

// State is an established connection as the $ssl_ variables see it.
type State struct {
	tls.ConnectionState

	// Offered by the client; empty on the client side.
	Ciphers []uint16
	Curves  []tls.CurveID

	// SessionID is $ssl_session_id. As with OpenSSL it is empty for a new
	// session that goes into a ticket, what the client sent for one that is
	// resumed (known with Handshake.Record), and random with TLSv1.3.
	SessionID string

	// Random is the client's, known with Handshake.Record; Shared are the suites that both sides have, in the order of our preference.
	Random [32]byte
	Shared []uint16

	Verify VerifyCode          // of the peer's certificate, VerifyOK without one
	Sigalg tls.SignatureScheme // of our own signature, 0 if not noted or resumed
	Now    func() time.Time
}

// State checks the client's certificate, if it sent one, and gives what is
// known of the connection. Call it once, after Accept.
func (h *Handshake) State(c *tls.Conn) *State {
	info := h.hello.Info
	s := &State{
		ConnectionState: c.ConnectionState(), Ciphers: info.CipherSuites, Curves: info.SupportedCurves,
		Sigalg: h.sigalg, Now: clock(h.server.cfg.Now).now,
	}
	s.SessionID = h.sessionID(s)
	if h.Record {
		s.Random, s.Shared = h.hello.Random(), h.hello.Shared()
	}
	h.conn.recorded = nil
	t := h.server.trust
	if h.hello.verify != nil {
		t = h.hello.verify
	}
	if len(s.PeerCertificates) > 0 {
		s.Verify = t.verify(s.PeerCertificates, clientAuth, s.Now())
	}
	return s
}

func (h *Handshake) sessionID(s *State) string {
	var id []byte
	switch {
	case s.Version == tls.VersionTLS13:
		id = make([]byte, 32)
		rand.Read(id)
	case s.DidResume:
		if hello, err := clienthello.Parse(h.conn.recorded); err == nil {
			id = hello.SessionID
		}
	}
	return hex.EncodeToString(id)
}

// Server is the server that the handshake ended with: the one Accept was called
// on, or what Select chose.
func (h *Handshake) Server() *Server { return h.server }

// VerifyError is what nginx logs, at info level, when it closes a connection
// because of the client's certificate.
type VerifyError struct{ msg string }

func (e *VerifyError) Error() string { return e.msg }

// CheckClient applies ssl_verify_client to an established connection
// (ngx_stream_ssl_handler). nil means go on.
func (s *Server) CheckClient(st *State) error {
	mode := s.cfg.Verify
	if mode == VerifyOff {
		return nil
	}
	if st.Verify != VerifyOK && (mode != VerifyOptionalNoCA || !st.Verify.Optional()) {
		return &VerifyError{"client SSL certificate verify error: " + st.Verify.pair()}
	}
	if mode == VerifyOn && len(st.PeerCertificates) == 0 {
		return &VerifyError{"client sent no required SSL certificate"}
	}
	return nil
}
