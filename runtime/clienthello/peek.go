package clienthello

import "encoding/binary"

// Peeked is what a ClientHello says to ngx_stream_ssl_preread_module.
type Peeked struct {
	ServerName string
	ALPN       string // the protocols, with commas between them
	version    [2]byte
	sni, alpn  bool
}

// Protocol is the highest version that the client offers in the words of
// SSL_get_version, empty for one that has none.
func (p *Peeked) Protocol() string {
	switch p.version {
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

// Result says how far Peek came.
type Result uint8

// The results of Peek.
const (
	More     Result = iota // the hello is not whole yet; what is known of it is in Peeked
	Whole                  // the hello was read to its end
	Version2               // a hello in the format of SSL version 2, of which only the version is read
	NotTLS                 // this is no ClientHello; nothing is known
)

// Peek reads the hello in b, which is everything that the client has sent so
// far. A record is looked at once it is whole.
func Peek(b []byte) (p Peeked, r Result) {
	var body []byte // the handshake bytes of all whole records
	for first := true; len(b) >= recordHead; first = false {
		if b[0]&0x80 != 0 && b[2] == msgClientHello && (b[3] == 0 || b[3] == 3) {
			p.version = [2]byte{b[3], b[4]}
			return p, Version2
		}
		if !handshake(b) {
			return Peeked{}, NotTLS
		}
		end := recordHead + recordSize(b)
		if len(b) < end {
			break
		}
		if first {
			body = b[recordHead:end:end] // a hello in one record, as nearly all are, is not copied
		} else {
			body = append(body, b[recordHead:end]...)
		}
		b = b[end:]
		if p, r = peekMessage(body); r != More {
			return p, r
		}
	}
	return p, More
}

// peekMessage follows the states of ngx_stream_ssl_preread_parse_record.
func peekMessage(b []byte) (p Peeked, res Result) {
	if len(b) < messageHead {
		return p, More
	}
	if b[0] != msgClientHello {
		return p, NotTLS
	}
	r := &reader{in: b[messageHead:], left: messageSize(b), ok: true}
	f := r.fixed()
	if f.version != nil {
		p.version = [2]byte(f.version)
	}
	if r.left > 0 {
		r.take(2)
	}
	for r.ok && r.left > 0 {
		p.extension(r)
	}
	switch {
	case r.ok:
		return p, Whole
	case r.why == NotTLS:
		return Peeked{}, NotTLS
	}
	return p, More
}

// extension reads one extension: of names and protocols the first, and not as
// far as its own length says, but as far as that of its list.
func (p *Peeked) extension(r *reader) {
	head := r.take(4)
	if head == nil {
		return
	}
	switch id := binary.BigEndian.Uint16(head); {
	case id == ExtServerName && !p.sni:
		p.serverName(r)
	case id == ExtALPN && !p.alpn:
		p.protocols(r)
	case id == ExtSupportedVersions:
		// That the extension is there is taken for TLS 1.3, as nginx takes it.
		if size := r.uint8(); r.ok {
			p.version = [2]byte{3, 4}
			r.take(size)
		}
	default:
		r.take(int(binary.BigEndian.Uint16(head[2:])))
	}
}

// serverName reads the first name of the list, which must be a host name.
func (p *Peeked) serverName(r *reader) {
	list, head := r.uint16(), r.take(3)
	if head == nil {
		return
	}
	size := int(binary.BigEndian.Uint16(head[1:]))
	if head[0] != hostName || list < 3+size {
		r.fail(NotTLS)
		return
	}
	p.sni = true
	p.ServerName = string(r.take(size))
	r.take(list - 3 - size)
}

// protocols reads the list to its end; those that are there are known before.
func (p *Peeked) protocols(r *reader) {
	list := r.uint16()
	p.alpn = r.ok
	var names []byte
	for r.ok {
		size := r.uint8()
		if r.ok && (size == 0 || list < 1+size) {
			r.fail(NotTLS)
		}
		name := r.take(size)
		if !r.ok {
			break
		}
		names = append(names, name...)
		if list -= 1 + size; list == 0 {
			break
		}
		names = append(names, ',')
	}
	p.ALPN = string(names)
}
