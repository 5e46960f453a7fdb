// Package sslpreread reads the ClientHello at the start of a connection without taking part in the handshake:
// ngx_stream_ssl_preread_module.
//
// Parse is given everything that was peeked so far, from the first byte, and may be asked again with more. A record is looked at once
// it is whole. What it finds are the values of $ssl_preread_server_name, $ssl_preread_alpn_protocols and $ssl_preread_protocol.
package sslpreread

import "strings"

// Hello is what a ClientHello says.
type Hello struct {
	ServerName string
	ALPN       string // the protocols, with commas between them
	version    [2]byte
	sni, alpn  bool
}

// Protocol is the highest version that the client offers in the words of SSL_get_version, empty for one that has none.
func (h *Hello) Protocol() string {
	switch h.version {
	case [2]byte{0, 2}:
		return "SSLv2"
	case [2]byte{3, 0}:
		return "SSLv3"
	case [2]byte{3, 1}:
		return "TLSv1"
	case [2]byte{3, 2}:
		return "TLSv1.1"
	case [2]byte{3, 3}:
		return "TLSv1.2"
	case [2]byte{3, 4}:
		return "TLSv1.3"
	}
	return ""
}

// Result says how far Parse came.
type Result uint8

// The results of Parse.
const (
	More     Result = iota // the hello is not whole yet; what is known of it is in the Hello
	Whole                  // the hello was read to its end
	Version2               // a hello in the format of SSL version 2, of which only the version is read
	NotTLS                 // this is no ClientHello; there is no Hello
)

const (
	recordHandshake = 0x16
	msgClientHello  = 1

	extServerName = 0
	extALPN       = 16
	extVersions   = 43
)

// Parse reads the hello in b.
func Parse(b []byte) (Hello, Result) {
	var body []byte // the handshake bytes of all whole records
	for first := true; len(b) >= 5; first = false {
		if b[0]&0x80 != 0 && b[2] == 1 && (b[3] == 0 || b[3] == 3) {
			return Hello{version: [2]byte{b[3], b[4]}}, Version2
		}
		if b[0] != recordHandshake || b[1] != 3 {
			return Hello{}, NotTLS
		}
		end := 5 + int(b[3])<<8 + int(b[4])
		if len(b) < end {
			break
		}
		if first {
			body = b[5:end:end] // a hello in one record, as nearly all are, is not copied
		} else {
			body = append(body, b[5:end]...)
		}
		b = b[end:]
		if h, r := parseHello(body); r != More {
			return h, r
		} else if len(b) < 5 {
			return h, More
		}
	}
	h, _ := parseHello(body)
	return h, More
}

// reader takes pieces of a message. left is what the message's own length still allows.
type reader struct {
	b    []byte
	left int
	r    Result // More or NotTLS once take has failed
}

func (r *reader) take(n int) []byte {
	switch {
	case n > r.left:
		r.r = NotTLS
		return nil
	case n > len(r.b):
		r.r = More
		return nil
	}
	p := r.b[:n:n]
	r.b, r.left = r.b[n:], r.left-n
	return p
}

// num takes a number of n bytes, most significant first.
func (r *reader) num(n int) (int, bool) {
	p := r.take(n)
	if p == nil {
		return 0, false
	}
	v := 0
	for _, c := range p {
		v = v<<8 | int(c)
	}
	return v, true
}

// skip takes a vector whose length is a number of n bytes.
func (r *reader) skip(n int) bool {
	size, ok := r.num(n)
	return ok && (size == 0 || r.take(size) != nil)
}

// parseHello follows the states of ngx_stream_ssl_preread_parse_record.
func parseHello(b []byte) (h Hello, res Result) {
	if len(b) < 4 {
		return h, More
	}
	if b[0] != msgClientHello {
		return Hello{}, NotTLS
	}
	r := &reader{b: b[4:], left: int(b[1])<<16 | int(b[2])<<8 | int(b[3])}
	defer func() {
		if res == NotTLS {
			h = Hello{}
		}
	}()
	p := r.take(2)
	if p == nil {
		return h, r.r
	}
	h.version = [2]byte{p[0], p[1]}
	if r.take(32) == nil || !r.skip(1) || !r.skip(2) || !r.skip(1) {
		return h, r.r
	}
	if r.left == 0 {
		return h, Whole // no extensions
	}
	if r.take(2) == nil {
		return h, r.r
	}
	for r.left > 0 {
		if !h.extension(r) {
			return h, r.r
		}
	}
	return h, Whole
}

// extension reads one extension.
func (h *Hello) extension(r *reader) bool {
	typ, ok := r.num(2)
	if !ok {
		return false
	}
	size, ok := r.num(2)
	switch {
	case !ok:
		return false
	case typ == extServerName && !h.sni:
		return h.serverName(r)
	case typ == extALPN && !h.alpn:
		return h.protocols(r)
	case typ == extVersions:
		// That the extension is there is taken for TLS 1.3, as nginx takes it.
		h.version = [2]byte{3, 4}
		return r.skip(1)
	}
	return size == 0 || r.take(size) != nil
}

// serverName reads the first name of the list, which must be a host name.
func (h *Hello) serverName(r *reader) bool {
	list, ok := r.num(2)
	if !ok {
		return false
	}
	head := r.take(3)
	if head == nil {
		return false
	}
	size := int(head[1])<<8 | int(head[2])
	if head[0] != 0 || list < 3+size {
		r.r = NotTLS
		return false
	}
	h.sni = true
	if size > 0 {
		name := r.take(size)
		if name == nil {
			return false
		}
		h.ServerName = string(name)
	}
	list -= 3 + size
	return list == 0 || r.take(list) != nil
}

func (h *Hello) protocols(r *reader) bool {
	list, ok := r.num(2)
	if !ok {
		return false
	}
	h.alpn = true
	var names []string
	for {
		size, ok := r.num(1)
		if !ok {
			return false
		}
		if size == 0 || list < 1+size {
			r.r = NotTLS
			return false
		}
		name := r.take(size)
		if name == nil {
			return false
		}
		names = append(names, string(name))
		if list -= 1 + size; list == 0 {
			h.ALPN = strings.Join(names, ",")
			return true
		}
	}
}
