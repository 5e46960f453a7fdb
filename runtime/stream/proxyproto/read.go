// Package proxyproto reads and writes the PROXY protocol header as nginx does.
//
// Parse reads a header of either version at the start of what the client has sent so far. A header has to be there whole in what one
// system call returns, as in nginx (ngx_proxy_protocol_read): the protocol demands that it is sent at once, and a peer that does not
// is refused. Header.TLV finds the extensions of version 2 by nginx's names; AppendV1 and AppendV2 write headers towards an upstream.
//
// The package exists instead of a library because what matters here is nginx's judgement: which malformed headers pass (version 1
// addresses are taken by their alphabet only), where a header ends, and the message for each refusal. It does no I/O and writes no log.
package proxyproto

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"strconv"
)

// MaxHeader is the longest header that is read, in bytes (NGX_PROXY_PROTOCOL_MAX_HEADER).
const MaxHeader = 4096

// Header is what a header says of the connection. The addresses are texts: version 1 takes anything of the right alphabet.
type Header struct {
	SrcAddr, DstAddr string
	SrcPort, DstPort uint16
	tlvs             []byte
}

const signature = "\r\n\r\n\x00\r\nQUIT\n"

// The layout of a version 2 header.
const (
	fixedLen   = 16 // signature, version and command, family and transport, length
	inetLen    = 12
	inet6Len   = 36
	cmdProxy   = 1
	transport  = 1 // stream
	familyNone = 0
	familyInet = 1
	familyIn6  = 2
)

// ErrShort is a version 2 header that is too short for its address family. nginx refuses it without a message.
var ErrShort = errors.New("too short PROXY protocol addresses")

// Parse reads the header at the start of b and returns its length. A header that says nothing of the client (UNKNOWN, LOCAL, a
// family or transport that nginx does not support) gives a nil Header. The text of an error is nginx's log message, ErrShort's apart.
func Parse(b []byte) (*Header, int, error) {
	if len(b) >= fixedLen && string(b[:len(signature)]) == signature {
		return parse2(b)
	}
	if len(b) < 8 || string(b[:6]) != "PROXY " {
		return nil, 0, broken(b)
	}
	if rest := b[6:]; bytes.HasPrefix(rest, []byte("UNKNOWN")) {
		if i := bytes.Index(rest, []byte("\r\n")); i >= 0 {
			return nil, 6 + i + 2, nil
		}
		return nil, 0, broken(b)
	}
	h, n, ok := parse1(b[6:])
	if !ok {
		return nil, 0, broken(b)
	}
	return h, 6 + n, nil
}

// broken is nginx's message for a malformed version 1 header: the line as far as it goes.
func broken(b []byte) error {
	if i := bytes.IndexAny(b, "\r\n"); i >= 0 {
		b = b[:i]
	}
	return fmt.Errorf("broken header: \"%s\"", b)
}

// parse1 reads "TCP4 SRC DST SPORT DPORT\r\n".
func parse1(b []byte) (h *Header, n int, ok bool) {
	if len(b) < 5 || string(b[:3]) != "TCP" || b[3] != '4' && b[3] != '6' || b[4] != ' ' {
		return nil, 0, false
	}
	rest := b[5:]
	h = &Header{}
	if h.SrcAddr, rest, ok = address(rest); !ok {
		return nil, 0, false
	}
	if h.DstAddr, rest, ok = address(rest); !ok {
		return nil, 0, false
	}
	if h.SrcPort, rest, ok = port(rest, ' '); !ok {
		return nil, 0, false
	}
	if h.DstPort, rest, ok = port(rest, '\r'); !ok || len(rest) == 0 || rest[0] != '\n' {
		return nil, 0, false
	}
	return h, len(b) - len(rest) + 1, true
}

func address(b []byte) (text string, rest []byte, ok bool) {
	for i, c := range b {
		switch {
		case c == ' ':
			return string(b[:i]), b[i+1:], true
		case c == ':' || c == '.' || '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F':
		default:
			return "", nil, false
		}
	}
	return "", nil, false
}

func port(b []byte, end byte) (n uint16, rest []byte, ok bool) {
	i := bytes.IndexByte(b, end)
	if i < 0 {
		return 0, nil, false
	}
	// Like ngx_atoi, ParseUint in base 10 takes digits only and refuses the empty text.
	v, err := strconv.ParseUint(string(b[:i]), 10, 64)
	if err != nil || v > 65535 {
		return 0, nil, false
	}
	return uint16(v), b[i+1:], true
}

// parse2 reads a version 2 header (ngx_proxy_protocol_v2_read).
func parse2(b []byte) (*Header, int, error) {
	if v := b[12] >> 4; v != 2 {
		return nil, 0, fmt.Errorf("unknown PROXY protocol version: %d", v)
	}
	n := fixedLen + int(binary.BigEndian.Uint16(b[14:]))
	if n > len(b) {
		return nil, 0, errors.New("header is too large")
	}
	if b[12]&0x0f != cmdProxy || b[13]&0x0f != transport {
		return nil, n, nil
	}
	body := b[fixedLen:n]
	var size int
	switch b[13] >> 4 {
	case familyInet:
		size = inetLen
	case familyIn6:
		size = inet6Len
	default:
		return nil, n, nil
	}
	if len(body) < size {
		return nil, 0, ErrShort
	}
	half := (size - 4) / 2
	src, _ := netip.AddrFromSlice(body[:half])
	dst, _ := netip.AddrFromSlice(body[half : 2*half])
	h := &Header{
		SrcAddr: src.String(), DstAddr: dst.String(),
		SrcPort: binary.BigEndian.Uint16(body[2*half:]), DstPort: binary.BigEndian.Uint16(body[2*half+2:]),
	}
	if len(body) > size {
		h.tlvs = bytes.Clone(body[size:])
	}
	return h, n, nil
}
