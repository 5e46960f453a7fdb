package tlsconf

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"os"
	"testing"
	"time"
)

// A list of version 1, as "openssl ca -gencrl" writes it, says what it says in
// version 2: who is revoked, by whom, and with a signature that holds.
func TestCRLVersion1(t *testing.T) {
	read := func(name string) []byte {
		text, err := os.ReadFile("testdata/crl-v1/" + name)
		if err != nil {
			t.Fatal(err)
		}
		block, _ := pem.Decode(text)
		return block.Bytes
	}
	ca, err := x509.ParseCertificate(read("ca.crt"))
	if err != nil {
		t.Fatal(err)
	}
	der := read("v1.crl")
	l, err := parseCRL(der)
	if err != nil {
		t.Fatal(err)
	}
	if string(l.RawIssuer) != string(ca.RawSubject) {
		t.Errorf("issuer %x, want %x", l.RawIssuer, ca.RawSubject)
	}
	if n := len(l.RevokedCertificateEntries); n != 1 || l.RevokedCertificateEntries[0].SerialNumber.Int64() != 0x2a {
		t.Errorf("%d entries: %v", n, l.RevokedCertificateEntries)
	}
	if l.ThisUpdate.IsZero() || !l.NextUpdate.After(l.ThisUpdate) {
		t.Errorf("from %v to %v", l.ThisUpdate, l.NextUpdate)
	}
	if err := ca.CheckSignature(l.SignatureAlgorithm, l.RawTBSRevocationList, l.Signature); err != nil {
		t.Error(err)
	}
	at := bytes.Index(der, l.RawTBSRevocationList)
	for i := range l.RawTBSRevocationList {
		broken := bytes.Clone(der)
		broken[at+i] ^= 1
		if l, err := parseCRL(broken); err == nil && ca.CheckSignature(l.SignatureAlgorithm, l.RawTBSRevocationList, l.Signature) == nil {
			t.Fatalf("byte %d changed, and the signature holds", i)
		}
	}
	if _, err := parseCRL(append(der, 0)); err == nil {
		t.Error("bytes after the list are taken")
	}
}

// TestSelfSignedRevoked: an authority that its own list names is revoked, as it is for OpenSSL with CRL_CHECK_ALL; one of which no list
// speaks cannot be judged.
func TestSelfSignedRevoked(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	tmpl := &x509.Certificate{
		SerialNumber: big.NewInt(42), Subject: pkix.Name{CommonName: "a.test"}, NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign | x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	ca, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	list := func(serials ...int64) []*x509.RevocationList {
		l := &x509.RevocationList{Number: big.NewInt(1), ThisUpdate: now.Add(-time.Minute), NextUpdate: now.Add(time.Hour)}
		for _, n := range serials {
			l.RevokedCertificateEntries = append(l.RevokedCertificateEntries, x509.RevocationListEntry{SerialNumber: big.NewInt(n), RevocationTime: now})
		}
		der, err := x509.CreateRevocationList(rand.Reader, l, ca, key)
		if err != nil {
			t.Fatal(err)
		}
		parsed, err := x509.ParseRevocationList(der)
		if err != nil {
			t.Fatal(err)
		}
		return []*x509.RevocationList{parsed}
	}
	for _, c := range []struct {
		name string
		crls []*x509.RevocationList
		want VerifyCode
	}{{"revoked", list(42), verifyRevoked}, {"another", list(43), VerifyOK}, {"no list", nil, verifyNoCRL}} {
		trusted := &trust{anchors: []*x509.Certificate{ca}, crls: c.crls, checkCRL: true, depth: 1}
		if got := trusted.verify([]*x509.Certificate{ca}, x509.ExtKeyUsageServerAuth, now); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got.Text(), c.want.Text())
		}
	}
}
