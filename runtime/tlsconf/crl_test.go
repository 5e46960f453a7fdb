package tlsconf

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"os"
	"testing"
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
