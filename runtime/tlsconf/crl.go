package tlsconf

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"time"
)

// Go's package x509 reads revocation lists of version 2 only. OpenSSL, whose "openssl ca" writes version 1 unless it is told of
// extensions, reads both (RFC 5280, 5.1: version 1 has no version field and no extensions).

type listV1 struct {
	TBS       tbsListV1
	Algorithm pkix.AlgorithmIdentifier
	Signature asn1.BitString
}

type tbsListV1 struct {
	Raw       asn1.RawContent
	Algorithm pkix.AlgorithmIdentifier
	Issuer    asn1.RawValue
	This      time.Time
	Next      time.Time                 `asn1:"optional"`
	Revoked   []pkix.RevokedCertificate `asn1:"optional"`
}

// signatureAlgorithms are those that revocation lists are signed with, by their object identifiers.
var signatureAlgorithms = map[string]x509.SignatureAlgorithm{
	"1.2.840.113549.1.1.5":  x509.SHA1WithRSA,
	"1.2.840.113549.1.1.11": x509.SHA256WithRSA,
	"1.2.840.113549.1.1.12": x509.SHA384WithRSA,
	"1.2.840.113549.1.1.13": x509.SHA512WithRSA,
	"1.2.840.10045.4.1":     x509.ECDSAWithSHA1,
	"1.2.840.10045.4.3.2":   x509.ECDSAWithSHA256,
	"1.2.840.10045.4.3.3":   x509.ECDSAWithSHA384,
	"1.2.840.10045.4.3.4":   x509.ECDSAWithSHA512,
	"1.3.101.112":           x509.PureEd25519,
}

// parseCRL reads a revocation list of either version.
func parseCRL(der []byte) (*x509.RevocationList, error) {
	l, err := x509.ParseRevocationList(der)
	if err == nil {
		return l, nil
	}
	var v1 listV1
	rest, err1 := asn1.Unmarshal(der, &v1)
	if err1 != nil {
		return nil, err
	}
	if len(rest) > 0 {
		return nil, errors.New("data after the revocation list")
	}
	out := &x509.RevocationList{
		Raw: der, RawTBSRevocationList: v1.TBS.Raw, RawIssuer: v1.TBS.Issuer.FullBytes,
		Signature: v1.Signature.RightAlign(), SignatureAlgorithm: signatureAlgorithms[v1.Algorithm.Algorithm.String()],
		ThisUpdate: v1.TBS.This, NextUpdate: v1.TBS.Next,
	}
	for _, r := range v1.TBS.Revoked {
		out.RevokedCertificateEntries = append(out.RevokedCertificateEntries,
			x509.RevocationListEntry{SerialNumber: r.SerialNumber, RevocationTime: r.RevocationTime, Extensions: r.Extensions})
	}
	return out, nil
}
