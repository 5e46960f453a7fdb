package proxyproto

import (
	"encoding/binary"
	"net/netip"
	"strconv"
)

// TLS is what a version 2 header says of the client's TLS connection. An empty text leaves its extension out.
type TLS struct {
	ALPN    string
	Version string // "TLSv1.3"
	Cert    bool   // the client sent a certificate
	Valid   bool   // and it was verified
	Verify  uint32 // result of the verification, 0 for success
	CN      string // common name of the client's certificate
	KeyAlg  string // of the server's certificate: "RSA2048"
	SigAlg  string // of the server's certificate: "RSA-SHA256"
	Cipher  string
}

// AppendV1 appends a version 1 header. Addresses that are not valid, those of unix sockets, make it "PROXY UNKNOWN".
func AppendV1(b []byte, src, dst netip.AddrPort) []byte {
	if !src.IsValid() {
		return append(b, "PROXY UNKNOWN\r\n"...)
	}
	if src.Addr().Is4() {
		b = append(b, "PROXY TCP4 "...)
	} else {
		b = append(b, "PROXY TCP6 "...)
	}
	b = append(src.Addr().AppendTo(b), ' ')
	b = append(dst.Addr().AppendTo(b), ' ')
	b = append(strconv.AppendUint(b, uint64(src.Port()), 10), ' ')
	b = strconv.AppendUint(b, uint64(dst.Port()), 10)
	return append(b, "\r\n"...)
}

// AppendV2 appends a version 2 header, with the extensions of tls when it is not nil (OpenResty's ngx_proxy_protocol_v2_write).
// Addresses of two families are both written as IPv6; invalid ones make the family unspecified and leave the extensions out.
func AppendV2(b []byte, src, dst netip.AddrPort, tls *TLS) []byte {
	start := len(b)
	b = append(b, signature...)
	b = append(b, 2<<4|cmdProxy)
	if !src.IsValid() || !dst.IsValid() {
		return append(b, familyNone<<4|transport, 0, 0)
	}
	if src.Addr().Is4() && dst.Addr().Is4() {
		b = append(b, familyInet<<4|transport, 0, 0)
		b = append(append(b, src.Addr().AsSlice()...), dst.Addr().AsSlice()...)
	} else {
		b = append(b, familyIn6<<4|transport, 0, 0)
		s, d := src.Addr().As16(), dst.Addr().As16()
		b = append(append(b, s[:]...), d[:]...)
	}
	b = binary.BigEndian.AppendUint16(b, src.Port())
	b = binary.BigEndian.AppendUint16(b, dst.Port())
	if tls != nil {
		b = appendTLS(b, tls)
	}
	binary.BigEndian.PutUint16(b[start+14:], uint16(len(b)-start-fixedLen))
	return b
}

// The flags of the "ssl" extension.
const (
	clientSSL      = 1
	clientCertConn = 2
	clientCertSess = 4
)

func appendTLS(b []byte, t *TLS) []byte {
	start := len(b)
	flags := byte(clientSSL)
	if t.Cert {
		flags |= clientCertSess
		if t.Valid {
			flags |= clientCertConn
		}
	}
	b = append(b, typeSSL, 0, 0, flags)
	b = binary.BigEndian.AppendUint32(b, t.Verify)
	b = appendTLV(b, typeALPN, t.ALPN)
	b = appendTLV(b, typeSSLVersion, t.Version)
	b = appendTLV(b, typeSSLCN, t.CN)
	b = appendTLV(b, typeSSLKeyAlg, t.KeyAlg)
	b = appendTLV(b, typeSSLSigAlg, t.SigAlg)
	b = appendTLV(b, typeSSLCipher, t.Cipher)
	binary.BigEndian.PutUint16(b[start+1:], uint16(len(b)-start-3))
	return b
}

func appendTLV(b []byte, typ byte, v string) []byte {
	if v == "" {
		return b
	}
	b = binary.BigEndian.AppendUint16(append(b, typ), uint16(len(v)))
	return append(b, v...)
}
