package tlsconf

import (
	"crypto/tls"
	"strconv"
	"strings"

	"tidegate/runtime/errlog"
)

// Debug writes what ngx_ssl_handshake writes of a connection that is up.
func (s *State) Debug(d *errlog.DebugLog) {
	if d == nil {
		return
	}
	d.Num(errlog.DebugEvent, "SSL_do_handshake: %d", 1)
	d.Log(errlog.DebugEvent, "SSL: %s, cipher: \"%s\"", s.Protocol(), describe(s.CipherSuite))
	if s.DidResume {
		d.Line(errlog.DebugEvent, "SSL reused session")
	}
}

// describe is SSL_CIPHER_description with single spaces, as nginx logs it.
func describe(id uint16) string {
	switch id {
	case tls.TLS_AES_128_GCM_SHA256:
		return "TLS_AES_128_GCM_SHA256 TLSv1.3 Kx=any Au=any Enc=AESGCM(128) Mac=AEAD"
	case tls.TLS_AES_256_GCM_SHA384:
		return "TLS_AES_256_GCM_SHA384 TLSv1.3 Kx=any Au=any Enc=AESGCM(256) Mac=AEAD"
	case tls.TLS_CHACHA20_POLY1305_SHA256:
		return "TLS_CHACHA20_POLY1305_SHA256 TLSv1.3 Kx=any Au=any Enc=CHACHA20/POLY1305(256) Mac=AEAD"
	}
	for i := range cipherTable {
		if c := &cipherTable[i]; c.id == id {
			return c.describe()
		}
	}
	return CipherName(id)
}

func (c *suite) describe() string {
	word := func(of bits, words map[bits]string) string {
		for b, w := range words {
			if of&b != 0 {
				return w
			}
		}
		return "unknown"
	}
	return strings.Join([]string{
		c.name,
		word(c.minProto, map[bits]string{vSSL3: "SSLv3", vTLS1: "TLSv1", vTLS12: "TLSv1.2"}),
		"Kx=" + word(c.kx, map[bits]string{kRSA: "RSA", kDHE: "DH", kECDHE: "ECDH"}),
		"Au=" + word(c.au, map[bits]string{aRSA: "RSA", aECDSA: "ECDSA", aDSS: "DSS", aNULL: "None"}),
		"Enc=" + word(c.enc, map[bits]string{
			eAES128 | eAES256: "AES", eAESGCM: "AESGCM", eAES128CCM | eAES256CCM: "AESCCM", eCCM8: "AESCCM8",
			eARIA128 | eARIA256: "ARIAGCM", eCAMELLIA128 | eCAMELLIA256: "Camellia", eCHACHA20: "CHACHA20/POLY1305", eNULL: "None",
		}) + "(" + strconv.Itoa(c.strength()) + ")",
		"Mac=" + word(c.mac, map[bits]string{mMD5: "MD5", mSHA1: "SHA1", mSHA256: "SHA256", mSHA384: "SHA384", mAEAD: "AEAD"}),
	}, " ")
}
