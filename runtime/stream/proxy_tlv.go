package stream

import (
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"strconv"
	"strings"

	"tidegate/runtime/stream/proxyproto"
	"tidegate/runtime/tlsconf"
)

// protocolTLS is what a version 2 PROXY protocol header says of the client's TLS connection.
func (s *Session) protocolTLS() *proxyproto.TLS {
	st := s.tlsState
	t := &proxyproto.TLS{ALPN: st.ALPN(), Version: st.Protocol(), Cipher: st.Cipher()}
	if len(st.PeerCertificates) > 0 {
		t.Cert, t.Verify = true, uint32(st.Verify)
		t.Valid = st.Verify == tlsconf.VerifyOK
		t.CN = st.PeerCertificates[0].Subject.CommonName
	}
	if leaf := s.leaf(); leaf != nil {
		t.KeyAlg, t.SigAlg = keyName(leaf), signatureName(leaf.SignatureAlgorithm)
	}
	return t
}

// leaf is the server's certificate in use, nil when it is not known: a script chose it, or variables named it.
func (s *Session) leaf() *x509.Certificate {
	leaves := s.server.leaves
	if len(leaves) == 0 || s.server.certScript != nil {
		return nil
	}
	if len(leaves) > 1 {
		want := x509.RSA
		if usesECDSA(s.tlsState) {
			want = x509.ECDSA
		}
		for _, c := range leaves {
			if c.PublicKeyAlgorithm == want {
				return c
			}
		}
	}
	return leaves[0]
}

// usesECDSA tells whether the server signed with an elliptic curve: by its signature, or, where a session was resumed, by the suite.
func usesECDSA(st *tlsconf.State) bool {
	switch st.Sigalg {
	case 0:
		return strings.Contains(tls.CipherSuiteName(st.CipherSuite), "_ECDSA_")
	case tls.ECDSAWithP256AndSHA256, tls.ECDSAWithP384AndSHA384, tls.ECDSAWithP521AndSHA512, tls.ECDSAWithSHA1:
		return true
	}
	return false
}

// keyName is the kind and size of a certificate's key.
func keyName(c *x509.Certificate) string {
	switch k := c.PublicKey.(type) {
	case *rsa.PublicKey:
		return "RSA" + strconv.Itoa(k.N.BitLen())
	case *ecdsa.PublicKey:
		return "EC" + strconv.Itoa(k.Curve.Params().BitSize)
	}
	return ""
}

// signatureName is OpenSSL's short name of a signature algorithm (OBJ_nid2sn).
func signatureName(a x509.SignatureAlgorithm) string {
	switch a {
	case x509.SHA1WithRSA:
		return "RSA-SHA1"
	case x509.SHA256WithRSA:
		return "RSA-SHA256"
	case x509.SHA384WithRSA:
		return "RSA-SHA384"
	case x509.SHA512WithRSA:
		return "RSA-SHA512"
	case x509.SHA256WithRSAPSS, x509.SHA384WithRSAPSS, x509.SHA512WithRSAPSS:
		return "RSASSA-PSS"
	case x509.ECDSAWithSHA1:
		return "ecdsa-with-SHA1"
	case x509.ECDSAWithSHA256:
		return "ecdsa-with-SHA256"
	case x509.ECDSAWithSHA384:
		return "ecdsa-with-SHA384"
	case x509.ECDSAWithSHA512:
		return "ecdsa-with-SHA512"
	case x509.PureEd25519:
		return "ED25519"
	}
	return ""
}
