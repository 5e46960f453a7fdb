package clienthello

import (
	"encoding/binary"
	"errors"
)

// The outcomes of Parse besides a message.
var (
	ErrMore   = errors.New("the message is not complete")
	ErrNotTLS = errors.New("not a TLS ClientHello")
	ErrFormat = errors.New("malformed ClientHello")
)

// Extension is one extension of the message, its data as sent.
type Extension struct {
	ID   uint16
	Data []byte
}

// Hello is a ClientHello. Slices point into the bytes it was read from, unless
// the message came in several records.
type Hello struct {
	Version      uint16 // the field of TLSv1.2 and before; see SupportedVersions
	Random       []byte // 32 bytes
	SessionID    []byte
	CipherSuites []uint16
	Compression  []byte
	Extensions   []Extension // in the order sent
}

// Numbers of extensions.
const (
	ExtServerName        = 0
	ExtGroups            = 10
	ExtSignatures        = 13
	ExtALPN              = 16
	ExtSupportedVersions = 43
)

const hostName = 0 // the type of name of the server name extension

// MaxMessage is the longest message that Parse takes: OpenSSL's limit for a
// ClientHello.
const MaxMessage = 131396

// Parse reads the message at the beginning of data, which holds TLS records.
// ErrMore asks for more bytes; the other errors are final.
func Parse(data []byte) (*Hello, error) {
	msg, err := message(data)
	if err != nil {
		return nil, err
	}
	return parse(msg)
}

// message puts the handshake message together from its records.
func message(data []byte) ([]byte, error) {
	var msg []byte
	for {
		if !handshake(data) {
			return nil, ErrNotTLS
		}
		if len(data) < recordHead {
			return nil, ErrMore
		}
		n := recordSize(data)
		const maxRecord = 16384
		if n == 0 || n > maxRecord {
			return nil, ErrFormat
		}
		body := data[recordHead:min(recordHead+n, len(data))]
		if msg == nil {
			msg = body[:len(body):len(body)]
		} else {
			msg = append(msg, body...)
		}
		if len(msg) > 0 && msg[0] != msgClientHello {
			return nil, ErrNotTLS
		}
		if len(msg) >= messageHead {
			size := messageHead + messageSize(msg)
			if size > MaxMessage {
				return nil, ErrFormat
			}
			if len(msg) >= size {
				return msg[messageHead:size], nil
			}
		}
		if len(body) < n {
			return nil, ErrMore
		}
		data = data[recordHead+n:]
	}
}

// uint16s splits a list of numbers; nil, false for an odd or empty one.
func uint16s(b []byte) ([]uint16, bool) {
	if len(b) == 0 || len(b)%2 != 0 {
		return nil, false
	}
	out := make([]uint16, len(b)/2)
	for i := range out {
		out[i] = binary.BigEndian.Uint16(b[2*i:])
	}
	return out, true
}

func parse(msg []byte) (*Hello, error) {
	r := whole(msg)
	f := r.fixed()
	suites, ok := uint16s(f.suites)
	if !r.ok || !ok || len(f.sessionID) > 32 || len(f.compression) == 0 {
		return nil, ErrFormat
	}
	h := &Hello{
		Version: binary.BigEndian.Uint16(f.version), Random: f.random, SessionID: f.sessionID, CipherSuites: suites, Compression: f.compression,
	}
	if len(r.in) == 0 {
		return h, nil
	}
	exts := whole(r.list16())
	if !r.ok || len(r.in) != 0 {
		return nil, ErrFormat
	}
	seen := map[uint16]bool{}
	for len(exts.in) > 0 {
		e := Extension{ID: uint16(exts.uint16()), Data: exts.list16()}
		if !exts.ok || seen[e.ID] {
			return nil, ErrFormat
		}
		seen[e.ID] = true
		h.Extensions = append(h.Extensions, e)
	}
	return h, nil
}

// Extension gives the data of an extension.
func (h *Hello) Extension(id uint16) ([]byte, bool) {
	for _, e := range h.Extensions {
		if e.ID == id {
			return e.Data, true
		}
	}
	return nil, false
}

// ServerName is the host name asked for, "" without one. Like OpenSSL it takes
// a single name and no NUL in it; anything else is ErrFormat.
func (h *Hello) ServerName() (string, error) {
	data, ok := h.Extension(ExtServerName)
	if !ok {
		return "", nil
	}
	r := whole(data)
	list := whole(r.list16())
	const maxName = 255
	kind, name := list.uint8(), list.list16()
	if !r.ok || !list.ok || len(r.in)+len(list.in) != 0 || kind != hostName || len(name) == 0 || len(name) > maxName {
		return "", ErrFormat
	}
	for _, c := range name {
		if c == 0 {
			return "", ErrFormat
		}
	}
	return string(name), nil
}

// ALPN is the list of application protocols, nil without the extension.
func (h *Hello) ALPN() ([]string, error) {
	data, ok := h.Extension(ExtALPN)
	if !ok {
		return nil, nil
	}
	r := whole(data)
	list := whole(r.list16())
	var out []string
	for list.ok && len(list.in) > 0 {
		p := list.list8()
		if len(p) == 0 {
			return nil, ErrFormat
		}
		out = append(out, string(p))
	}
	if !r.ok || !list.ok || len(r.in) != 0 || len(out) == 0 {
		return nil, ErrFormat
	}
	return out, nil
}

// SupportedVersions is the list of versions in the extension of TLSv1.3, nil
// without it.
func (h *Hello) SupportedVersions() ([]uint16, error) {
	data, ok := h.Extension(ExtSupportedVersions)
	if !ok {
		return nil, nil
	}
	r := whole(data)
	return h.numbers(r, r.list8())
}

// Groups is the list of key exchange groups, nil without the extension.
func (h *Hello) Groups() ([]uint16, error) {
	data, ok := h.Extension(ExtGroups)
	if !ok {
		return nil, nil
	}
	r := whole(data)
	return h.numbers(r, r.list16())
}

// Signatures is the list of signature algorithms, nil without the extension.
func (h *Hello) Signatures() ([]uint16, error) {
	data, ok := h.Extension(ExtSignatures)
	if !ok {
		return nil, nil
	}
	r := whole(data)
	return h.numbers(r, r.list16())
}

func (h *Hello) numbers(r *reader, list []byte) ([]uint16, error) {
	out, ok := uint16s(list)
	if !ok || !r.ok || len(r.in) != 0 {
		return nil, ErrFormat
	}
	return out, nil
}
