package tlsconf

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"strings"
)

// readSource reads what ssl_certificate and its kin name: a file, or the text
// after "data:".
func readSource(name string) ([]byte, error) {
	if text, ok := strings.CutPrefix(name, "data:"); ok {
		return []byte(text), nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, fail("BIO_new_file() failed", bioError(name, err)...)
	}
	defer f.Close()
	var b bytes.Buffer
	// A directory opens but does not read: OpenSSL then sees an empty file.
	_, _ = b.ReadFrom(f)
	return b.Bytes(), nil
}

// certificateNames are the PEM names that PEM_read_bio_X509_AUX takes.
func isCertificate(name string) bool {
	return name == "CERTIFICATE" || name == "X509 CERTIFICATE" || name == "TRUSTED CERTIFICATE"
}

// loadCertificates reads a certificate and the chain after it, as
// ngx_ssl_cache_cert_create.
func loadCertificates(name string) ([]*x509.Certificate, error) {
	in, err := readSource(name)
	if err != nil {
		return nil, err
	}
	return parseCertificates(in)
}

func parseCertificates(in []byte) ([]*x509.Certificate, error) {
	var chain []*x509.Certificate
	text, want := "PEM_read_bio_X509_AUX() failed", "TRUSTED CERTIFICATE"
	for {
		b, rest, err := nextPEM(in)
		if err == errNoBlock && len(chain) > 0 {
			return chain, nil
		}
		if err != nil {
			return nil, fail(text, pemQueue(err, want))
		}
		in = rest
		if !isCertificate(b.name) {
			continue
		}
		cert, err := parseCertificate(b.data)
		if err != nil {
			return nil, fail(text, append(asn1Queue("X509"), errPEMASN1)...)
		}
		chain = append(chain, cert)
		text, want = "PEM_read_bio_X509() failed", "CERTIFICATE"
	}
}

// parseCertificate ignores what follows the certificate, the trust settings of
// a TRUSTED CERTIFICATE.
func parseCertificate(der []byte) (*x509.Certificate, error) {
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		if n := derLength(der); n > 0 && n < len(der) {
			return x509.ParseCertificate(der[:n])
		}
	}
	return cert, err
}

// derLength is the length of the first DER element, 0 if it has none.
func derLength(der []byte) int {
	if len(der) < 2 {
		return 0
	}
	n, head := int(der[1]), 2
	if n >= 0x80 {
		size := n & 0x7f
		if size == 0 || size > 4 || len(der) < 2+size {
			return 0
		}
		n, head = 0, 2+size
		for _, b := range der[2:head] {
			n = n<<8 | int(b)
		}
	}
	return head + n
}

// asn1Queue is what the decoder leaves behind for a damaged structure. Which of
// its many reasons OpenSSL finds depends on the damage; this is the usual one.
func asn1Queue(kind string) []queued {
	return []queued{
		{0x0680007B, "asn1 encoding routines", "header too long", ""},
		{0x06800066, "asn1 encoding routines", "bad object header", ""},
		errNestedASN1.with("Type=" + kind),
	}
}

// loadCRLs reads a file of revocation lists (ngx_ssl_cache_crl_create).
func loadCRLs(name string) ([]*x509.RevocationList, error) {
	const text = "PEM_read_bio_X509_CRL() failed"
	in, err := readSource(name)
	if err != nil {
		return nil, err
	}
	var lists []*x509.RevocationList
	for {
		b, rest, err := nextPEM(in)
		if err == errNoBlock && len(lists) > 0 {
			return lists, nil
		}
		if err != nil {
			return nil, fail(text, pemQueue(err, "X509 CRL"))
		}
		in = rest
		if b.name != "X509 CRL" {
			continue
		}
		l, err := parseCRL(b.data)
		if err != nil {
			return nil, fail(text, append(asn1Queue("X509_CRL"), errPEMASN1)...)
		}
		lists = append(lists, l)
	}
}

// loadKey reads a private key; passwords are tried in turn
// (ngx_ssl_cache_pkey_create). nil passwords means that none are configured.
func loadKey(name string, passwords []string) (crypto.Signer, error) {
	switch {
	case strings.HasPrefix(name, "engine:"):
		if strings.Count(name, ":") < 2 {
			return nil, fail("invalid syntax")
		}
		return nil, fail(`loading "engine:..." certificate keys is not supported`)
	case strings.HasPrefix(name, "store:"):
		// A store of type file is the only one without a provider.
		path := strings.TrimPrefix(strings.TrimPrefix(name, "store:"), "file:")
		if strings.Contains(path, ":") {
			return nil, fail(`loading "store:..." certificate keys is not supported`)
		}
		name = path
	}
	in, err := readSource(name)
	if err != nil {
		return nil, err
	}
	return parseKey(in, passwords)
}

const readKeyText = "PEM_read_bio_PrivateKey() failed"

func parseKey(in []byte, passwords []string) (crypto.Signer, error) {
	var queue []queued
	for {
		b, rest, err := nextPEM(in)
		if err != nil {
			return nil, fail(readKeyText, append([]queued{errUnsupported}, queue...)...)
		}
		in = rest
		if !strings.HasSuffix(b.name, "PRIVATE KEY") {
			continue
		}
		key, err := b.key(passwords)
		if err == nil {
			return key, nil
		}
		var e *sslError
		if errors.As(err, &e) {
			return nil, err
		}
		queue = asn1Queue("PKCS8_PRIV_KEY_INFO")
	}
}

// key decodes the block. An sslError is final, another error means "not a key".
func (b *pemBlock) key(passwords []string) (crypto.Signer, error) {
	legacy := strings.Contains(b.headers["Proc-Type"], "ENCRYPTED")
	if !legacy && b.name != "ENCRYPTED PRIVATE KEY" {
		return parseKeyDER(b.data)
	}
	if passwords == nil {
		return nil, fail(readKeyText, errBadPassword)
	}
	for _, p := range passwords {
		var der []byte
		var err error
		if legacy {
			der, err = decryptLegacy(b, p)
		} else {
			der, err = decryptPKCS8(b.data, p)
		}
		var unsupported *unsupportedError
		if errors.As(err, &unsupported) {
			return nil, lacking("%s: %s", readKeyText, err)
		}
		if err != nil {
			continue
		}
		if key, err := parseKeyDER(der); err == nil {
			return key, nil
		}
	}
	if legacy {
		return nil, fail(readKeyText, errProvDecrypt, errPEMBadDecrypt)
	}
	wrong := errPKCS12Decrypt
	if last := len(passwords) - 1; last < 0 || passwords[last] == "" {
		wrong = wrong.with("empty password")
	}
	return nil, fail(readKeyText, errProvDecrypt, wrong, errProvDecrypt, wrong)
}

// parseKeyDER reads PKCS#8, PKCS#1 and SEC 1.
func parseKeyDER(der []byte) (crypto.Signer, error) {
	if k, err := x509.ParsePKCS8PrivateKey(der); err == nil {
		if s, ok := k.(crypto.Signer); ok {
			return s, nil
		}
		return nil, fmt.Errorf("unsupported key type %T", k)
	}
	if k, err := x509.ParsePKCS1PrivateKey(der); err == nil {
		return k, nil
	}
	return x509.ParseECPrivateKey(der)
}

// slot is the place that OpenSSL has for a certificate and a key of one kind.
type slot int

const (
	slotRSA slot = iota
	slotECDSA
	slotEd25519
	slots
)

func slotOf(pub crypto.PublicKey) (slot, bool) {
	switch pub.(type) {
	case *rsa.PublicKey:
		return slotRSA, true
	case *ecdsa.PublicKey:
		return slotECDSA, true
	case ed25519.PublicKey:
		return slotEd25519, true
	}
	return 0, false
}

// matches tells whether a key belongs to a certificate.
func matches(cert *x509.Certificate, key crypto.Signer) bool {
	pub, ok := cert.PublicKey.(interface{ Equal(crypto.PublicKey) bool })
	return ok && pub.Equal(key.Public())
}
