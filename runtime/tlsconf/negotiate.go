package tlsconf

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/tls"
	"io"
	"slices"
)

// enabled are the versions that this connection may use.
func (h *Handshake) enabled() Protocols {
	if h.hello.protocols == 0 {
		return h.server.enabled
	}
	own := settings{enabled: h.hello.protocols, level: h.server.level, minV: h.server.minV, maxV: h.server.maxV}
	own.limit()
	return own.enabled
}

// version is the highest version that both sides allow, 0 if there is none.
// The enabled versions may have gaps, which crypto/tls does not know.
func (h *Handshake) version() uint16 {
	own := settings{enabled: h.enabled()}
	best := uint16(0)
	for _, v := range h.hello.Info.SupportedVersions {
		if own.allows(v) {
			best = max(best, v)
		}
	}
	return best
}

// negotiate decides suite and certificate as OpenSSL does; crypto/tls by
// itself would follow its own order of suites and take the first certificate
// that fits.
func (h *Handshake) negotiate(version uint16) (variant, error) {
	var v variant
	if own := (&settings{enabled: h.enabled()}); version != own.best(h.hello.Info.SupportedVersions) {
		v.max = version
	}
	if version == tls.VersionTLS13 {
		slot, ok := h.signer13()
		if !ok {
			return v, ErrNoSharedSigalg
		}
		v.slot = slot
		return v, nil
	}
	suite, slot, ok := h.suite(version)
	if !ok {
		return v, ErrNoSharedCipher
	}
	// Signatures below TLSv1.2 are made with MD5 and SHA-1, too weak for any
	// security level but 0.
	if version < tls.VersionTLS12 && h.server.level > 0 && suiteByID(suite).kx != kRSA {
		return v, ErrNoSharedSigalg
	}
	v.suite, v.slot = suite, slot
	return v, nil
}

// best is what crypto/tls would choose, knowing only the lowest and the highest
// enabled version.
func (s *settings) best(offered []uint16) uint16 {
	lowest, highest := s.bounds()
	best := uint16(0)
	for _, v := range offered {
		if v >= lowest && v <= highest {
			best = max(best, v)
		}
	}
	return best
}

// suite picks a suite below TLSv1.3 (ssl3_choose_cipher): the first in the
// client's order, or in the server's with ssl_prefer_server_ciphers, that both
// have and that a certificate can serve.
func (h *Handshake) suite(version uint16) (uint16, slot, bool) {
	s, info := h.server, h.hello.Info
	first, second := info.CipherSuites, s.suites
	if s.prefer {
		first, second = second, first
		if s.chacha && len(info.CipherSuites) > 0 && isChaCha(info.CipherSuites[0]) {
			first = slices.Clone(first)
			slices.SortStableFunc(first, func(a, b uint16) int { return b2i(isChaCha(b)) - b2i(isChaCha(a)) })
		}
	}
	for _, id := range first {
		if !slices.Contains(second, id) {
			continue
		}
		if at, ok := h.serves(id, version); ok {
			return id, at, true
		}
	}
	return 0, 0, false
}

func isChaCha(id uint16) bool {
	c := suiteByID(id)
	return c != nil && c.enc == eCHACHA20
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

func suiteByID(id uint16) *suite {
	for i := range cipherTable {
		if cipherTable[i].id == id {
			return &cipherTable[i]
		}
	}
	return nil
}

// serves tells whether a suite can be used, and with which certificate.
func (h *Handshake) serves(id, version uint16) (slot, bool) {
	c := suiteByID(id)
	if c == nil || c.minProto == vTLS12 && version < tls.VersionTLS12 {
		return 0, false
	}
	if c.kx == kECDHE && !h.sharesGroup() {
		return 0, false
	}
	switch c.au {
	case aRSA:
		return slotRSA, h.hello.ids[slotRSA].usable() && (c.kx == kRSA || h.signs12(slotRSA, version))
	case aECDSA:
		for _, at := range [...]slot{slotECDSA, slotEd25519} {
			if h.hello.ids[at].usable() && h.signs12(at, version) {
				return at, true
			}
		}
	}
	return 0, false
}

// sharesGroup tells whether the client has a group of ours that versions below
// TLSv1.3 can use.
func (h *Handshake) sharesGroup() bool {
	mine := h.server.groups
	if mine == nil {
		mine = []tls.CurveID{tls.X25519, tls.CurveP256, tls.CurveP384, tls.CurveP521}
	}
	return slices.ContainsFunc(h.hello.Info.SupportedCurves, func(g tls.CurveID) bool {
		return classic(g) && slices.Contains(mine, g)
	})
}

func classic(g tls.CurveID) bool {
	return g == tls.X25519 || g == tls.CurveP256 || g == tls.CurveP384 || g == tls.CurveP521
}

// signs12 tells whether the client takes a signature of the certificate's kind.
// Without the extension SHA-1 is meant, which every kind but Ed25519 can do.
func (h *Handshake) signs12(at slot, version uint16) bool {
	if version < tls.VersionTLS12 || len(h.hello.Info.SignatureSchemes) == 0 {
		return at != slotEd25519
	}
	return slices.ContainsFunc(h.hello.Info.SignatureSchemes, func(s tls.SignatureScheme) bool {
		at2, ok := schemeSlot(s)
		return ok && at2 == at
	})
}

// schemeSlot is the kind of key of a signature scheme.
func schemeSlot(s tls.SignatureScheme) (slot, bool) {
	switch s {
	case tls.PKCS1WithSHA256, tls.PKCS1WithSHA384, tls.PKCS1WithSHA512, tls.PKCS1WithSHA1,
		tls.PSSWithSHA256, tls.PSSWithSHA384, tls.PSSWithSHA512:
		return slotRSA, true
	case tls.ECDSAWithP256AndSHA256, tls.ECDSAWithP384AndSHA384, tls.ECDSAWithP521AndSHA512, tls.ECDSAWithSHA1:
		return slotECDSA, true
	case tls.Ed25519:
		return slotEd25519, true
	}
	return 0, false
}

// serverSchemes is OpenSSL's order of signature algorithms, which counts
// instead of the client's with ssl_prefer_server_ciphers.
var serverSchemes = [...]tls.SignatureScheme{
	tls.ECDSAWithP256AndSHA256, tls.ECDSAWithP384AndSHA384, tls.ECDSAWithP521AndSHA512, tls.Ed25519,
	tls.PSSWithSHA256, tls.PSSWithSHA384, tls.PSSWithSHA512,
}

// signer13 picks the certificate of a TLSv1.3 handshake: that of the first
// signature algorithm, in order of preference, that it can make.
func (h *Handshake) signer13() (slot, bool) {
	first, second := h.hello.Info.SignatureSchemes, serverSchemes[:]
	if h.server.prefer {
		first, second = second, first
	}
	for _, s := range first {
		if !slices.Contains(second, s) || !slices.Contains(serverSchemes[:], s) {
			continue
		}
		if at, ok := schemeSlot(s); ok && h.hello.ids[at].usable() && fits13(s, h.hello.ids[at].key) {
			return at, true
		}
	}
	return 0, false
}

// fits13 tells whether a key can make a signature of TLSv1.3, which ties the
// digest to the curve, and needs room for the padding of RSA.
func fits13(s tls.SignatureScheme, key crypto.Signer) bool {
	switch k := key.Public().(type) {
	case *ecdsa.PublicKey:
		switch s {
		case tls.ECDSAWithP256AndSHA256:
			return k.Curve == elliptic.P256()
		case tls.ECDSAWithP384AndSHA384:
			return k.Curve == elliptic.P384()
		case tls.ECDSAWithP521AndSHA512:
			return k.Curve == elliptic.P521()
		}
		return false
	case *rsa.PublicKey:
		size := map[tls.SignatureScheme]int{tls.PSSWithSHA256: 32, tls.PSSWithSHA384: 48, tls.PSSWithSHA512: 64}[s]
		return k.Size() >= 2*size+2
	}
	return true
}

// notingSigner remembers the signature algorithm of a handshake.
type notingSigner struct {
	crypto.Signer
	h *Handshake
}

func (n notingSigner) Sign(rand io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	n.h.sigalg = schemeOf(n.Signer.Public(), opts)
	return n.Signer.Sign(rand, digest, opts)
}

// notingDecrypter is for keys of the RSA key exchange, which must stay a
// crypto.Decrypter.
type notingDecrypter struct {
	notingSigner
	crypto.Decrypter
}

func (n notingDecrypter) Public() crypto.PublicKey { return n.Signer.Public() }

func noting(h *Handshake, key crypto.PrivateKey) crypto.PrivateKey {
	s, ok := key.(crypto.Signer)
	if !ok {
		return key
	}
	n := notingSigner{s, h}
	if d, ok := key.(crypto.Decrypter); ok {
		return notingDecrypter{n, d}
	}
	return n
}

func schemeOf(pub crypto.PublicKey, opts crypto.SignerOpts) tls.SignatureScheme {
	_, pss := opts.(*rsa.PSSOptions)
	for _, c := range [...]struct {
		hash            crypto.Hash
		pss, pkcs, ecda tls.SignatureScheme
	}{
		{crypto.SHA256, tls.PSSWithSHA256, tls.PKCS1WithSHA256, tls.ECDSAWithP256AndSHA256},
		{crypto.SHA384, tls.PSSWithSHA384, tls.PKCS1WithSHA384, tls.ECDSAWithP384AndSHA384},
		{crypto.SHA512, tls.PSSWithSHA512, tls.PKCS1WithSHA512, tls.ECDSAWithP521AndSHA512},
		{crypto.SHA1, 0, tls.PKCS1WithSHA1, tls.ECDSAWithSHA1},
	} {
		if opts.HashFunc() != c.hash {
			continue
		}
		switch pub.(type) {
		case *rsa.PublicKey:
			if pss {
				return c.pss
			}
			return c.pkcs
		case *ecdsa.PublicKey:
			return c.ecda
		}
	}
	return tls.Ed25519
}
