// Package tlstest makes certificates for tests: authorities, leaves, revocation
// lists and encrypted keys, generated anew in each run so that no key lies in
// the repository and nothing expires.
//
//	ca := tlstest.NewCA(t, "Test CA")
//	leaf := ca.Issue(t, tlstest.Options{Names: []string{"example.com"}})
//	cert, key := leaf.Write(t, t.TempDir(), "server")
//
// Keys are ECDSA P-256 unless Options.RSA asks for RSA, which takes longer.
package tlstest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// Options describes a certificate; the zero value is an ECDSA server and
// client certificate for "localhost", 127.0.0.1 and ::1, valid now.
type Options struct {
	CommonName string        // default: the first of Names
	Subject    *pkix.Name    // instead of CommonName
	Names      []string      // DNS names; "localhost" if none and no IPs
	IPs        []net.IP      // default: the loopback addresses
	RSA        int           // bits of an RSA key, 0 for ECDSA P-256
	Key        crypto.Signer // instead of a new key

	NotBefore, NotAfter time.Time // default: an hour ago, a day ahead
	Serial              int64     // default: random
	Usages              []x509.ExtKeyUsage
	MaxPathLen          int // for authorities: 0 leaves it open
}

// Pair is a certificate with its key. Chain holds the intermediates that a
// server would send after it.
type Pair struct {
	Cert  *x509.Certificate
	Key   crypto.Signer
	Chain []*x509.Certificate
}

// NewCA makes a self-signed authority.
func NewCA(t testing.TB, name string) *Pair {
	t.Helper()
	return sign(t, Options{CommonName: name, Names: []string{}}, nil, true)
}

// SelfSigned makes a leaf that signs itself.
func SelfSigned(t testing.TB, o Options) *Pair {
	t.Helper()
	return sign(t, o, nil, false)
}

// Issue makes a leaf signed by the authority.
func (ca *Pair) Issue(t testing.TB, o Options) *Pair {
	t.Helper()
	return sign(t, o, ca, false)
}

// IssueCA makes an authority under this one.
func (ca *Pair) IssueCA(t testing.TB, o Options) *Pair {
	t.Helper()
	return sign(t, o, ca, true)
}

func sign(t testing.TB, o Options, by *Pair, isCA bool) *Pair {
	t.Helper()
	key := o.Key
	if key == nil {
		key = newKey(t, o.RSA)
	}
	tmpl := template(t, o, isCA)
	parent, signer := tmpl, key
	var chain []*x509.Certificate
	if by != nil {
		parent, signer = by.Cert, by.Key
		if len(by.Chain) > 0 || by.Cert.Subject.String() != by.Cert.Issuer.String() {
			chain = append([]*x509.Certificate{by.Cert}, by.Chain...)
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, parent, key.Public(), signer)
	check(t, err)
	cert, err := x509.ParseCertificate(der)
	check(t, err)
	return &Pair{Cert: cert, Key: key, Chain: chain}
}

func template(t testing.TB, o Options, isCA bool) *x509.Certificate {
	t.Helper()
	names, ips := o.Names, o.IPs
	if names == nil && ips == nil {
		names, ips = []string{"localhost"}, []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}
	}
	if o.CommonName == "" && len(names) > 0 {
		o.CommonName = names[0]
	}
	subject := pkix.Name{CommonName: o.CommonName}
	if o.Subject != nil {
		subject = *o.Subject
	}
	serial := big.NewInt(o.Serial)
	if o.Serial == 0 {
		var err error
		serial, err = rand.Int(rand.Reader, big.NewInt(1<<62))
		check(t, err)
	}
	c := &x509.Certificate{
		SerialNumber: serial, Subject: subject, DNSNames: names, IPAddresses: ips,
		NotBefore: o.NotBefore, NotAfter: o.NotAfter, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment, ExtKeyUsage: o.Usages,
	}
	if c.NotBefore.IsZero() {
		c.NotBefore = time.Now().Add(-time.Hour)
	}
	if c.NotAfter.IsZero() {
		c.NotAfter = time.Now().Add(24 * time.Hour)
	}
	if isCA {
		c.IsCA, c.MaxPathLen = true, o.MaxPathLen
		c.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageCRLSign
		c.DNSNames, c.IPAddresses = nil, nil
	}
	return c
}

func newKey(t testing.TB, bits int) crypto.Signer {
	t.Helper()
	if bits != 0 {
		k, err := rsa.GenerateKey(rand.Reader, bits)
		check(t, err)
		return k
	}
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(t, err)
	return k
}

// CRL makes a revocation list of the authority, valid for a day, as PEM.
func (ca *Pair) CRL(t testing.TB, revoked ...*Pair) []byte {
	t.Helper()
	return ca.CRLAt(t, time.Now().Add(-time.Hour), time.Now().Add(24*time.Hour), revoked...)
}

// CRLAt is CRL with the times of this and the next update.
func (ca *Pair) CRLAt(t testing.TB, this, next time.Time, revoked ...*Pair) []byte {
	t.Helper()
	list := &x509.RevocationList{Number: big.NewInt(1), ThisUpdate: this, NextUpdate: next}
	for _, r := range revoked {
		list.RevokedCertificateEntries = append(list.RevokedCertificateEntries,
			x509.RevocationListEntry{SerialNumber: r.Cert.SerialNumber, RevocationTime: this})
	}
	der, err := x509.CreateRevocationList(rand.Reader, list, ca.Cert, ca.Key)
	check(t, err)
	return pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: der})
}

// CertPEM is the certificate alone.
func (p *Pair) CertPEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: p.Cert.Raw})
}

// ChainPEM is the certificate and the intermediates.
func (p *Pair) ChainPEM() []byte {
	out := p.CertPEM()
	for _, c := range p.Chain {
		out = append(out, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})...)
	}
	return out
}

// KeyPEM is the key in PKCS#8.
func (p *Pair) KeyPEM(t testing.TB) []byte {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(p.Key)
	check(t, err)
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
}

// TLS is the pair for crypto/tls, with the chain.
func (p *Pair) TLS() tls.Certificate {
	c := tls.Certificate{Certificate: [][]byte{p.Cert.Raw}, PrivateKey: p.Key, Leaf: p.Cert}
	for _, i := range p.Chain {
		c.Certificate = append(c.Certificate, i.Raw)
	}
	return c
}

// Pool is a pool of this certificate alone.
func (p *Pair) Pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(p.Cert)
	return pool
}

// Write puts NAME.crt (with the chain) and NAME.key into dir.
func (p *Pair) Write(t testing.TB, dir, name string) (cert, key string) {
	t.Helper()
	return WriteFile(t, dir, name+".crt", p.ChainPEM()), WriteFile(t, dir, name+".key", p.KeyPEM(t))
}

// WriteFile writes a file readable by everyone and gives its path.
func WriteFile(t testing.TB, dir, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(dir, name)
	check(t, os.WriteFile(path, data, 0o644))
	return path
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
