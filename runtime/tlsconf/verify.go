package tlsconf

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"time"
)

// VerifyCode is the result of checking a certificate chain, with OpenSSL's
// number (X509_V_*).
type VerifyCode int

// The codes that the checks here can end with.
const (
	VerifyOK                  VerifyCode = 0
	verifyIssuerNotFound      VerifyCode = 2
	verifyNoCRL               VerifyCode = 3
	verifySignature           VerifyCode = 7
	verifyCRLSignature        VerifyCode = 8
	verifyNotYetValid         VerifyCode = 9
	verifyExpired             VerifyCode = 10
	verifyCRLNotYetValid      VerifyCode = 11
	verifyCRLExpired          VerifyCode = 12
	verifySelfSigned          VerifyCode = 18
	verifySelfSignedInChain   VerifyCode = 19
	verifyIssuerNotLocal      VerifyCode = 20
	verifyLeafSignature       VerifyCode = 21
	verifyChainTooLong        VerifyCode = 22
	verifyRevoked             VerifyCode = 23
	verifyNoIssuerKey         VerifyCode = 24
	verifyPathLength          VerifyCode = 25
	verifyPurpose             VerifyCode = 26
	verifyUntrusted           VerifyCode = 27
	verifyKeyUsageNoCertSign  VerifyCode = 32
	verifyUnhandledCritical   VerifyCode = 34
	verifyKeyUsageNoCRLSign   VerifyCode = 35
	verifyUnhandledCRL        VerifyCode = 36
	verifyPermittedViolation  VerifyCode = 47
	verifyLeafKeyTooSmall     VerifyCode = 66
	verifyCAKeyTooSmall       VerifyCode = 67
	verifyCADigestTooWeak     VerifyCode = 68
	verifyInvalidCA           VerifyCode = 79
	verifyApplicationRejected VerifyCode = 50
)

// Optional tells the failures that ssl_verify_client optional_no_ca forgives
// (ngx_ssl_verify_error_optional): those of a chain that ends nowhere.
func (c VerifyCode) Optional() bool {
	switch c {
	case verifySelfSigned, verifySelfSignedInChain, verifyIssuerNotLocal, verifyLeafSignature, verifyUntrusted:
		return true
	}
	return false
}

// trust is a certificate store with what nginx configures of it.
type trust struct {
	anchors  []*x509.Certificate
	crls     []*x509.RevocationList
	checkCRL bool
	depth    int
	level    int
}

// checker verifies one chain in the order of OpenSSL's verify_chain. nginx's
// callback forgives every error, so that all checks run and the error found
// last is the result.
type checker struct {
	*trust
	now       time.Time
	usage     x509.ExtKeyUsage
	chain     []*x509.Certificate
	untrusted int // how many of chain the peer sent
	code      VerifyCode
}

func (v *checker) fail(c VerifyCode) { v.code = c }

// verify checks the certificates that a peer sent, the leaf first, for its
// being a client or a server.
func (t *trust) verify(peer []*x509.Certificate, usage x509.ExtKeyUsage, now time.Time) VerifyCode {
	v := &checker{trust: t, now: now, usage: usage, chain: peer[:1:1], untrusted: 1}
	if securityBits(peer[0]) < minBits(t.level) {
		v.fail(verifyLeafKeyTooSmall)
	}
	v.build(peer[1:])
	v.checkExtensions()
	v.checkLevel()
	v.checkRevocation()
	v.checkSignatures()
	v.checkNames()
	return v.code
}

// build extends the chain, by trusted issuers first and then by what the peer
// sent, and reports how it ends (build_chain).
func (v *checker) build(offered []*x509.Certificate) {
	limit := v.depth + 1
	for {
		top := v.chain[len(v.chain)-1]
		if len(v.chain) > limit {
			break
		}
		if issuer := v.best(v.anchors, top, true); issuer != nil {
			if !selfSigned(top) {
				v.chain = append(v.chain, issuer)
				if selfSigned(issuer) {
					return
				}
				v.finishTrusted(limit)
				return
			}
			if issuer.Equal(top) {
				v.untrusted = len(v.chain) - 1
				return
			}
		}
		if selfSigned(top) {
			break
		}
		issuer := v.best(offered, top, false)
		if issuer == nil {
			break
		}
		v.chain = append(v.chain, issuer)
		v.untrusted++
	}
	v.reportIncomplete(limit)
}

// finishTrusted climbs the trusted certificates to a self-signed one.
func (v *checker) finishTrusted(limit int) {
	for len(v.chain) <= limit {
		top := v.chain[len(v.chain)-1]
		if selfSigned(top) {
			return
		}
		issuer := v.best(v.anchors, top, true)
		if issuer == nil || v.has(issuer) {
			break
		}
		v.chain = append(v.chain, issuer)
	}
	if !selfSigned(v.chain[len(v.chain)-1]) {
		v.reportIncomplete(limit)
	}
}

func (v *checker) reportIncomplete(limit int) {
	n := len(v.chain)
	if n > limit {
		v.fail(verifyChainTooLong)
	}
	switch {
	case selfSigned(v.chain[n-1]) && n == 1:
		v.fail(verifySelfSigned)
	case selfSigned(v.chain[n-1]):
		v.fail(verifySelfSignedInChain)
	case v.untrusted < n:
		v.fail(verifyIssuerNotFound)
	default:
		v.fail(verifyIssuerNotLocal)
	}
}

func (v *checker) has(c *x509.Certificate) bool {
	for _, in := range v.chain {
		if in.Equal(c) {
			return true
		}
	}
	return false
}

// best finds the issuer of c: the first that is valid now, else the one that
// expires last (get0_best_issuer_sk).
func (v *checker) best(from []*x509.Certificate, c *x509.Certificate, again bool) *x509.Certificate {
	var best *x509.Certificate
	for _, i := range from {
		if !issued(i, c) || !again && v.has(i) {
			continue
		}
		if !v.now.Before(i.NotBefore) && !v.now.After(i.NotAfter) {
			return i
		}
		if best == nil || i.NotAfter.After(best.NotAfter) {
			best = i
		}
	}
	return best
}

// issued tells by names and key identifiers whether c looks issued by i.
func issued(i, c *x509.Certificate) bool {
	if !bytes.Equal(i.RawSubject, c.RawIssuer) {
		return false
	}
	return len(c.AuthorityKeyId) == 0 || len(i.SubjectKeyId) == 0 || bytes.Equal(c.AuthorityKeyId, i.SubjectKeyId)
}

func selfIssued(c *x509.Certificate) bool { return bytes.Equal(c.RawSubject, c.RawIssuer) }

func selfSigned(c *x509.Certificate) bool { return issued(c, c) }

// checkExtensions is check_extensions: authorities must be such, purposes and
// path lengths must fit.
func (v *checker) checkExtensions() {
	length := 0
	for i, c := range v.chain {
		if len(c.UnhandledCriticalExtensions) > 0 {
			v.fail(verifyUnhandledCritical)
		}
		if i > 0 && !v.canBeCA(c, i+1 < len(v.chain)) {
			v.fail(verifyInvalidCA)
		}
		if !v.suits(c, i > 0) {
			v.fail(verifyPurpose)
		}
		if i > 1 && c.BasicConstraintsValid && c.IsCA && (c.MaxPathLen > 0 || c.MaxPathLenZero) && length > c.MaxPathLen {
			v.fail(verifyPathLength)
		}
		if i > 0 && !selfIssued(c) {
			length++
		}
	}
}

// canBeCA follows X509_check_ca; a trust anchor may be an old certificate
// without basic constraints.
func (v *checker) canBeCA(c *x509.Certificate, intermediate bool) bool {
	if c.KeyUsage != 0 && c.KeyUsage&x509.KeyUsageCertSign == 0 {
		return false
	}
	if c.BasicConstraintsValid {
		return c.IsCA
	}
	return !intermediate && (c.Version == 1 && selfSigned(c) || c.KeyUsage != 0)
}

// suits checks extended and plain key usage for a TLS client or server.
func (v *checker) suits(c *x509.Certificate, ca bool) bool {
	if len(c.ExtKeyUsage)+len(c.UnknownExtKeyUsage) > 0 {
		fits := false
		for _, u := range c.ExtKeyUsage {
			// anyExtendedKeyUsage does not count, as in OpenSSL.
			fits = fits || u == v.usage
		}
		if !fits {
			return false
		}
	}
	if ca || c.KeyUsage == 0 {
		return true
	}
	want := x509.KeyUsageDigitalSignature | x509.KeyUsageKeyAgreement
	if v.usage == x509.ExtKeyUsageServerAuth {
		want |= x509.KeyUsageKeyEncipherment
	}
	return c.KeyUsage&want != 0
}

// checkLevel is check_auth_level.
func (v *checker) checkLevel() {
	if v.level <= 0 {
		return
	}
	for i, c := range v.chain {
		if i > 0 && securityBits(c) < minBits(v.level) {
			v.fail(verifyCAKeyTooSmall)
		}
		if i < len(v.chain)-1 && digestBits(c.SignatureAlgorithm) < minBits(v.level) {
			v.fail(verifyCADigestTooWeak)
		}
	}
}

// minBits is the strength that a security level asks for.
func minBits(level int) int {
	if level <= 0 {
		return 0
	}
	return [...]int{80, 112, 128, 192, 256}[min(level, 5)-1]
}

// securityBits is EVP_PKEY_get_security_bits for the key of a certificate.
func securityBits(c *x509.Certificate) int {
	switch k := c.PublicKey.(type) {
	case *rsa.PublicKey:
		return rsaBits(k.N.BitLen())
	case *ecdsa.PublicKey:
		return k.Curve.Params().BitSize / 2
	case ed25519.PublicKey:
		return 128
	}
	return 0
}

// rsaBits is the strength of an RSA modulus as SP 800-56B counts it.
func rsaBits(n int) int {
	switch {
	case n >= 15360:
		return 256
	case n >= 7680:
		return 192
	case n >= 3072:
		return 128
	case n >= 2048:
		return 112
	case n >= 1024:
		return 80
	}
	return 0
}

// digestBits is the strength of a signature's digest, as OpenSSL rates it.
func digestBits(a x509.SignatureAlgorithm) int {
	switch a {
	case x509.MD2WithRSA, x509.MD5WithRSA:
		return 39
	case x509.SHA1WithRSA, x509.DSAWithSHA1, x509.ECDSAWithSHA1:
		return 63
	case x509.SHA384WithRSA, x509.SHA384WithRSAPSS, x509.ECDSAWithSHA384:
		return 192
	case x509.SHA512WithRSA, x509.SHA512WithRSAPSS, x509.ECDSAWithSHA512:
		return 256
	}
	return 128
}

// checkSignatures is internal_verify: from the top down, signatures and times.
func (v *checker) checkSignatures() {
	n := len(v.chain) - 1
	issuer := v.chain[n]
	subject := issuer
	if !selfSigned(issuer) {
		if n == 0 {
			v.fail(verifyLeafSignature)
		} else {
			n--
			subject = v.chain[n]
		}
	}
	for {
		if subject != issuer {
			if issuer.KeyUsage != 0 && issuer.KeyUsage&x509.KeyUsageCertSign == 0 {
				v.fail(verifyKeyUsageNoCertSign)
			}
			if issuer.CheckSignature(subject.SignatureAlgorithm, subject.RawTBSCertificate, subject.Signature) != nil {
				v.fail(verifySignature)
			}
		}
		if v.now.Before(subject.NotBefore) {
			v.fail(verifyNotYetValid)
		}
		if v.now.After(subject.NotAfter) {
			v.fail(verifyExpired)
		}
		if n--; n < 0 {
			return
		}
		issuer, subject = subject, v.chain[n]
	}
}

// checkNames applies name constraints. crypto/x509 knows the rules; it is asked
// about the finished chain with all else out of the way.
func (v *checker) checkNames() {
	constrained := false
	roots, mids := x509.NewCertPool(), x509.NewCertPool()
	for i, c := range v.chain[1:] {
		constrained = constrained || hasNameConstraints(c)
		if i == len(v.chain)-2 {
			roots.AddCert(c)
		} else {
			mids.AddCert(c)
		}
	}
	if !constrained {
		return
	}
	_, err := v.chain[0].Verify(x509.VerifyOptions{
		Roots: roots, Intermediates: mids, CurrentTime: v.now, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny},
	})
	if e, ok := err.(x509.CertificateInvalidError); ok && e.Reason == x509.CANotAuthorizedForThisName {
		v.fail(verifyPermittedViolation)
	}
}

func hasNameConstraints(c *x509.Certificate) bool {
	for _, e := range c.Extensions {
		if e.Id.Equal(asn1.ObjectIdentifier{2, 5, 29, 30}) {
			return true
		}
	}
	return false
}

// checkRevocation asks the lists about every certificate of the chain, a
// self-signed one too (check_revocation with CRL_CHECK_ALL).
func (v *checker) checkRevocation() {
	if !v.checkCRL {
		return
	}
	for i, c := range v.chain {
		v.checkCert(i, c)
	}
}

func (v *checker) checkCert(i int, c *x509.Certificate) {
	issuer := v.chain[min(i+1, len(v.chain)-1)]
	list := v.list(c, issuer)
	if list == nil {
		v.fail(verifyNoCRL)
		return
	}
	if issuer.KeyUsage != 0 && issuer.KeyUsage&x509.KeyUsageCRLSign == 0 {
		v.fail(verifyKeyUsageNoCRLSign)
	}
	if v.now.Before(list.ThisUpdate) {
		v.fail(verifyCRLNotYetValid)
	}
	if !list.NextUpdate.IsZero() && v.now.After(list.NextUpdate) {
		v.fail(verifyCRLExpired)
	}
	if issuer.CheckSignature(list.SignatureAlgorithm, list.RawTBSRevocationList, list.Signature) != nil {
		v.fail(verifyCRLSignature)
	}
	if hasUnknownCritical(list) {
		v.fail(verifyUnhandledCRL)
	}
	for _, e := range list.RevokedCertificateEntries {
		const removeFromCRL = 8
		if e.SerialNumber.Cmp(c.SerialNumber) == 0 && e.ReasonCode != removeFromCRL {
			v.fail(verifyRevoked)
		}
	}
}

// list picks the revocation list of the issuer of c: a valid one before others,
// the newest of equals.
func (v *checker) list(c, issuer *x509.Certificate) *x509.RevocationList {
	var best *x509.RevocationList
	good := false
	for _, l := range v.crls {
		if !bytes.Equal(l.RawIssuer, c.RawIssuer) {
			continue
		}
		if len(l.AuthorityKeyId) > 0 && len(issuer.SubjectKeyId) > 0 && !bytes.Equal(l.AuthorityKeyId, issuer.SubjectKeyId) {
			continue
		}
		valid := !v.now.Before(l.ThisUpdate) && (l.NextUpdate.IsZero() || !v.now.After(l.NextUpdate))
		if best == nil || valid && !good || valid == good && l.ThisUpdate.After(best.ThisUpdate) {
			best, good = l, valid
		}
	}
	return best
}

func hasUnknownCritical(l *x509.RevocationList) bool {
	for _, e := range l.Extensions {
		if e.Critical {
			return true
		}
	}
	return false
}
