package tlsconf

import (
	"crypto/sha1"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"strings"
	"time"
)

// The functions here are the $ssl_ variables. "" is what nginx shows as an
// unset variable.

// Protocol is $ssl_protocol: "TLSv1.3".
func (s *State) Protocol() string { return ProtocolName(s.Version) }

// Cipher is $ssl_cipher, by OpenSSL's name.
func (s *State) Cipher() string { return CipherName(s.CipherSuite) }

// OfferedCiphers is $ssl_ciphers: the client's list, numbers in hex for suites
// that OpenSSL does not know.
func (s *State) OfferedCiphers() string {
	var out []string
	for _, id := range s.Ciphers {
		name := CipherName(id)
		if name == "" {
			name = fmt.Sprintf("0x%04x", id)
		}
		out = append(out, name)
	}
	return strings.Join(out, ":")
}

// Curve is $ssl_curve.
func (s *State) Curve() string {
	if s.CurveID == 0 {
		return ""
	}
	return GroupName(s.CurveID)
}

// OfferedCurves is $ssl_curves: the client's list.
func (s *State) OfferedCurves() string {
	var out []string
	for _, id := range s.Curves {
		out = append(out, GroupName(id))
	}
	return strings.Join(out, ":")
}

// SigalgName is $ssl_sigalg: our own signature algorithm.
func (s *State) SigalgName() string {
	switch s.Sigalg {
	case tls.PKCS1WithSHA1:
		return "rsa_pkcs1_sha1"
	case tls.PKCS1WithSHA256:
		return "rsa_pkcs1_sha256"
	case tls.PKCS1WithSHA384:
		return "rsa_pkcs1_sha384"
	case tls.PKCS1WithSHA512:
		return "rsa_pkcs1_sha512"
	case tls.PSSWithSHA256:
		return "rsa_pss_rsae_sha256"
	case tls.PSSWithSHA384:
		return "rsa_pss_rsae_sha384"
	case tls.PSSWithSHA512:
		return "rsa_pss_rsae_sha512"
	case tls.ECDSAWithSHA1:
		return "ecdsa_sha1"
	case tls.ECDSAWithP256AndSHA256:
		return "ecdsa_secp256r1_sha256"
	case tls.ECDSAWithP384AndSHA384:
		return "ecdsa_secp384r1_sha384"
	case tls.ECDSAWithP521AndSHA512:
		return "ecdsa_secp521r1_sha512"
	case tls.Ed25519:
		return "ed25519"
	}
	return ""
}

// SessionReused is $ssl_session_reused: "r" or ".".
func (s *State) SessionReused() string {
	if s.DidResume {
		return "r"
	}
	return "."
}

// ALPN is $ssl_alpn_protocol.
func (s *State) ALPN() string { return s.NegotiatedProtocol }

func (s *State) peer() *x509.Certificate {
	if len(s.PeerCertificates) == 0 {
		return nil
	}
	return s.PeerCertificates[0]
}

// RawClientCert is $ssl_client_raw_cert: PEM.
func (s *State) RawClientCert() string {
	c := s.peer()
	if c == nil {
		return ""
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}))
}

// ClientCert is $ssl_client_cert: PEM without the last line feed, a tab after
// every other one, as a folded HTTP header wants it.
func (s *State) ClientCert() string {
	return strings.ReplaceAll(strings.TrimSuffix(s.RawClientCert(), "\n"), "\n", "\n\t")
}

// EscapedClientCert is $ssl_client_escaped_cert: PEM, escaped as a URI
// component.
func (s *State) EscapedClientCert() string {
	var b strings.Builder
	for _, c := range []byte(s.RawClientCert()) {
		if alnum(c) || strings.IndexByte("-._~", c) >= 0 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// Fingerprint is $ssl_client_fingerprint: SHA-1 in hex.
func (s *State) Fingerprint() string {
	c := s.peer()
	if c == nil {
		return ""
	}
	sum := sha1.Sum(c.Raw)
	return hex.EncodeToString(sum[:])
}

// Serial is $ssl_client_serial, in the hex of i2a_ASN1_INTEGER.
func (s *State) Serial() string {
	c := s.peer()
	if c == nil {
		return ""
	}
	n := c.SerialNumber
	text := strings.ToUpper(n.Text(16))
	sign := ""
	if strings.HasPrefix(text, "-") {
		sign, text = "-", text[1:]
	}
	if len(text)%2 == 1 {
		text = "0" + text
	}
	return sign + text
}

// SubjectDN and IssuerDN are $ssl_client_s_dn and $ssl_client_i_dn.
func (s *State) SubjectDN() string { return s.dn(subjectOf, nameRFC2253) }

// IssuerDN is $ssl_client_i_dn.
func (s *State) IssuerDN() string { return s.dn(issuerOf, nameRFC2253) }

// SubjectDNLegacy is $ssl_client_s_dn_legacy.
func (s *State) SubjectDNLegacy() string { return s.dn(subjectOf, nameOneline) }

// IssuerDNLegacy is $ssl_client_i_dn_legacy.
func (s *State) IssuerDNLegacy() string { return s.dn(issuerOf, nameOneline) }

func subjectOf(c *x509.Certificate) []byte { return c.RawSubject }
func issuerOf(c *x509.Certificate) []byte  { return c.RawIssuer }

func (s *State) dn(of func(*x509.Certificate) []byte, print func([]byte) string) string {
	c := s.peer()
	if c == nil {
		return ""
	}
	return print(of(c))
}

// ClientVerify is $ssl_client_verify: "SUCCESS", "FAILED:reason" or "NONE".
func (s *State) ClientVerify() string {
	switch {
	case s.peer() == nil:
		return "NONE"
	case s.Verify == VerifyOK:
		return "SUCCESS"
	}
	return "FAILED:" + s.Verify.String()
}

// asn1Time is the format of ASN1_TIME_print.
const asn1Time = "Jan _2 15:04:05 2006 GMT"

// ValidStart is $ssl_client_v_start.
func (s *State) ValidStart() string {
	c := s.peer()
	if c == nil {
		return ""
	}
	return c.NotBefore.UTC().Format(asn1Time)
}

// ValidEnd is $ssl_client_v_end.
func (s *State) ValidEnd() string {
	c := s.peer()
	if c == nil {
		return ""
	}
	return c.NotAfter.UTC().Format(asn1Time)
}

// ValidRemain is $ssl_client_v_remain: whole days left.
func (s *State) ValidRemain() string {
	c := s.peer()
	if c == nil {
		return ""
	}
	left := c.NotAfter.Unix() - s.Now().Unix()
	const day = int64(24 * time.Hour / time.Second)
	return itoa(int(max(left/day, 0)))
}
