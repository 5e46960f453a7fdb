package proxyproto

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// The types of extensions that have names (ngx_proxy_protocol_tlv_entries).
const (
	typeALPN       = 0x01
	typeAuthority  = 0x02
	typeUniqueID   = 0x05
	typeSSL        = 0x20
	typeSSLVersion = 0x21
	typeSSLCN      = 0x22
	typeSSLCipher  = 0x23
	typeSSLSigAlg  = 0x24
	typeSSLKeyAlg  = 0x25
	typeNetns      = 0x30
)

// sslHead is the length of what stands before the extensions inside "ssl": a byte of flags and the result of verification.
const sslHead = 5

var errTLV = errors.New("broken PROXY protocol TLV")

func named(name string) (byte, bool) {
	switch name {
	case "alpn":
		return typeALPN, true
	case "authority":
		return typeAuthority, true
	case "unique_id":
		return typeUniqueID, true
	case "ssl":
		return typeSSL, true
	case "netns":
		return typeNetns, true
	}
	return 0, false
}

func namedSSL(name string) (byte, bool) {
	switch name {
	case "version":
		return typeSSLVersion, true
	case "cn":
		return typeSSLCN, true
	case "cipher":
		return typeSSLCipher, true
	case "sig_alg":
		return typeSSLSigAlg, true
	case "key_alg":
		return typeSSLKeyAlg, true
	}
	return 0, false
}

// TLV is the extension of that name, as in $proxy_protocol_tlv_NAME: a name, "ssl_" and a name or "verify", or "0x" and a number
// (ngx_proxy_protocol_get_tlv). found is false when the header has none. The text of an error is nginx's log message; a nil error
// with found false is silent.
func (h *Header) TLV(name string) (value []byte, found bool, err error) {
	if h == nil {
		return nil, false, nil
	}
	tlvs, lookup := h.tlvs, named
	if rest, ok := strings.CutPrefix(name, "ssl_"); ok {
		ssl, found, err := find(tlvs, typeSSL)
		if !found || err != nil || len(ssl) < sslHead {
			return nil, false, err
		}
		if rest == "verify" {
			return strconv.AppendUint(nil, uint64(binary.BigEndian.Uint32(ssl[1:])), 10), true, nil
		}
		name, tlvs, lookup = rest, ssl[sslHead:], namedSSL
	}
	if hex, ok := strings.CutPrefix(name, "0x"); ok {
		n, err := strconv.ParseUint(hex, 16, 63)
		if err != nil {
			return nil, false, fmt.Errorf("invalid PROXY protocol TLV %q", name)
		}
		return find(tlvs, n)
	}
	if typ, ok := lookup(name); ok {
		return find(tlvs, uint64(typ))
	}
	return nil, false, fmt.Errorf("unknown PROXY protocol TLV %q", name)
}

func find(b []byte, typ uint64) ([]byte, bool, error) {
	for len(b) > 0 {
		if len(b) < 3 {
			return nil, false, errTLV
		}
		n := int(binary.BigEndian.Uint16(b[1:]))
		if len(b)-3 < n {
			return nil, false, errTLV
		}
		if uint64(b[0]) == typ {
			return b[3 : 3+n], true, nil
		}
		b = b[3+n:]
	}
	return nil, false, nil
}
