package mix

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"slices"
	"time"
)

// Certificate is what the TLS mixes need: files for the servers' conf/ directory, and a client that trusts them.
type Certificate struct {
	Files  map[string][]byte // ecdsa.crt, ecdsa.key and both in ecdsa.pem; rsa.crt, …
	Client *tls.Config       // full handshakes only: no session is resumed
}

// NewCertificate makes self-signed certificates for an ECDSA P-256 and an RSA 2048 key, valid for a day.
func NewCertificate() (*Certificate, error) {
	c := &Certificate{
		Files:  map[string][]byte{},
		Client: &tls.Config{RootCAs: x509.NewCertPool(), ServerName: "bench.test", MinVersion: tls.VersionTLS12},
	}
	short, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	if err := c.add("ecdsa", short); err != nil {
		return nil, err
	}
	long, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, err
	}
	return c, c.add("rsa", long)
}

func (c *Certificate) add(name string, key crypto.Signer) error {
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{c.Client.ServerName},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return err
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		return err
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	c.Client.RootCAs.AddCert(leaf)
	c.Files[name+".crt"] = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	c.Files[name+".pem"] = slices.Concat(c.Files[name+".crt"], pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}))
	c.Files[name+".key"] = pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})
	return nil
}
