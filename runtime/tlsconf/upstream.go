package tlsconf

import (
	"crypto"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"errors"
	"os"
)

// Upstream is a handshake with an upstream as its hooks see it, and what they
// may change of it. The flow, in order:
//
//  1. the server's certificate is verified, where somebody wants to know the
//     result before the handshake is over;
//  2. Dial.Verify runs, unless that failed and nobody forgave it;
//  3. Dial.Certificate runs if the server asks for a certificate.
//
// A session that is resumed has been verified when it began: none of this
// happens, and the result of then counts.
type Upstream struct {
	// State is what is known of the connection; its Verify may be changed.
	State

	client  *Client
	dial    *Dial
	ids     identities
	conn    *rawConn
	resumed VerifyCode // of the session that was offered
}

// ClearCertificates forgets our certificates
// (ngx.ssl.proxysslcert.clear_certs).
func (u *Upstream) ClearCertificates() { u.ids = identities{} }

// SetChain sets our certificate with its chain.
func (u *Upstream) SetChain(chain []*x509.Certificate) error {
	return u.ids.setChain(chain, u.client.level)
}

// SetKey sets the key of our certificate.
func (u *Upstream) SetKey(key crypto.Signer) error { return u.ids.setKey(key) }

// files loads a certificate whose file name has variables.
func (u *Upstream) files() error {
	c := u.client
	if !c.cfg.Dynamic || u.dial.Files == nil {
		return nil
	}
	p, err := u.dial.Files()
	if err != nil || p.Cert == "" {
		return err
	}
	return c.cfg.Files.use(&u.ids, p, c.cfg.Passwords, c.level)
}

// hook makes crypto/tls call what is to be called in this handshake.
func (u *Upstream) hook(cfg *tls.Config) {
	cfg.GetClientCertificate = u.choose
	if u.dial.Verify == nil && !u.client.insist {
		return
	}
	cfg.VerifyConnection = u.judge
	if u.dial.Verify != nil && cfg.ClientSessionCache != nil {
		cfg.ClientSessionCache = verdicts{cfg.ClientSessionCache, u}
	}
}

// Judged tells whether the certificate was looked at by the usual rules before the hook of Dial.Verify.
func (u *Upstream) Judged() bool { return !u.dial.SkipDefault }

// judge follows the callback that ngx_stream_lua_proxy_ssl_verify_set_callback
// installs, and ssl_verify_cert_chain without it.
func (u *Upstream) judge(cs tls.ConnectionState) error {
	c := u.client
	if cs.DidResume {
		if u.dial.Verify != nil {
			u.conn.verdict = &u.resumed
		}
		return nil
	}
	u.State = State{ConnectionState: cs, Now: clock(c.cfg.Now).now}
	if u.dial.Verify == nil || !u.dial.SkipDefault {
		u.State = *c.state(cs)
	}
	u.conn.verdict = &u.State.Verify
	var err error
	switch {
	case u.State.Verify != VerifyOK && !c.forgives():
		err = ErrVerifyCallback
	case u.dial.Verify != nil:
		if err = u.dial.Verify(u); err != nil {
			err = errors.Join(ErrVerifyCallback, err)
		}
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		u.conn.mute = true // the connection is given up, without a word
		return err
	}
	if c.insist {
		return err
	}
	return nil
}

// forgives tells whether nginx's own callback is there, which accepts every
// certificate for the moment (ngx_ssl_trusted_certificate).
func (c *Client) forgives() bool { return c.cfg.TrustedCA != "" }

// choose gives the server what certificate there is. OpenSSL sends it whatever
// authorities the server names, crypto/tls would not.
func (u *Upstream) choose(info *tls.CertificateRequestInfo) (*tls.Certificate, error) {
	if u.dial.Certificate != nil {
		u.Version = info.Version
		if err := u.dial.Certificate(u); err != nil {
			return nil, errors.Join(ErrHelloCallback, err)
		}
	}
	for _, s := range info.SignatureSchemes {
		if at, ok := schemeSlot(s); ok && u.ids[at].usable() {
			return u.ids[at].tls, nil
		}
	}
	return &tls.Certificate{}, nil
}

// verdicts keeps with each session how its server was judged, as the
// verify_result of OpenSSL's sessions: a script may have judged otherwise than
// we do.
type verdicts struct {
	tls.ClientSessionCache
	u *Upstream
}

// verdictMark begins the piece of a session that is ours.
const verdictMark = "verdict:"

// Get is tls.ClientSessionCache.
func (v verdicts) Get(key string) (*tls.ClientSessionState, bool) {
	cs, ok := v.ClientSessionCache.Get(key)
	if !ok {
		return cs, ok
	}
	if _, state, err := cs.ResumptionState(); err == nil && state != nil {
		for _, e := range state.Extra {
			if len(e) == len(verdictMark)+4 && string(e[:len(verdictMark)]) == verdictMark {
				v.u.resumed = VerifyCode(int32(binary.BigEndian.Uint32(e[len(verdictMark):])))
			}
		}
	}
	return cs, ok
}

// Put is tls.ClientSessionCache.
func (v verdicts) Put(key string, cs *tls.ClientSessionState) {
	if cs != nil && v.u.conn.verdict != nil {
		if ticket, state, err := cs.ResumptionState(); err == nil && state != nil {
			e := binary.BigEndian.AppendUint32([]byte(verdictMark), uint32(int32(*v.u.conn.verdict)))
			state.Extra = [][]byte{e}
			if marked, err := tls.NewResumptionState(ticket, state); err == nil {
				cs = marked
			}
		}
	}
	v.ClientSessionCache.Put(key, cs)
}
