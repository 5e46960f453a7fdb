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
		if len(data) < 5 {
			if len(data) > 0 && data[0] != 0x16 || len(data) > 1 && data[1] != 3 {
				return nil, ErrNotTLS
			}
			return nil, ErrMore
		}
		n := int(binary.BigEndian.Uint16(data[3:]))
		const maxRecord = 16384
		if data[0] != 0x16 || data[1] != 3 {
			return nil, ErrNotTLS
		}
		if n == 0 || n > maxRecord {
			return nil, ErrFormat
		}
		body := data[5:min(5+n, len(data))]
		if msg == nil {
			msg = body[:len(body):len(body)]
		} else {
			msg = append(msg, body...)
		}
		if len(msg) > 0 && msg[0] != 1 {
			return nil, ErrNotTLS
		}
		if len(msg) >= 4 {
			size := 4 + (int(msg[1])<<16 | int(msg[2])<<8 | int(msg[3]))
			if size > MaxMessage {
				return nil, ErrFormat
			}
			if len(msg) >= size {
				return msg[4:size], nil
			}
		}
		if len(body) < n {
			return nil, ErrMore
		}
		data = data[5+n:]
	}
}

// reader takes pieces off a message; ok turns false at the first that is not
// there.
type reader struct {
	in []byte
	ok bool
}

func (r *reader) take(n int) []byte {
	if !r.ok || len(r.in) < n {
		r.ok = false
		return nil
	}
	out := r.in[:n:n]
	r.in = r.in[n:]
	return out
}

func (r *reader) uint8() int {
	b := r.take(1)
	if b == nil {
		return 0
	}
	return int(b[0])
}

func (r *reader) uint16() int {
	b := r.take(2)
	if b == nil {
		return 0
	}
	return int(binary.BigEndian.Uint16(b))
}

// list8 and list16 take a piece with its length before it.
func (r *reader) list8() []byte  { return r.take(r.uint8()) }
func (r *reader) list16() []byte { return r.take(r.uint16()) }

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
	r := &reader{msg, true}
	h := &Hello{Version: uint16(r.uint16()), Random: r.take(32), SessionID: r.list8()}
	suites, ok := uint16s(r.list16())
	h.CipherSuites, h.Compression = suites, r.list8()
	if !r.ok || !ok || len(h.SessionID) > 32 || len(h.Compression) == 0 {
		return nil, ErrFormat
	}
	if len(r.in) == 0 {
		return h, nil
	}
	exts := &reader{r.list16(), r.ok}
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
	r := &reader{data, true}
	list := &reader{r.list16(), true}
	const hostName, maxName = 0, 255
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
	r := &reader{data, true}
	list := &reader{r.list16(), true}
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
	r := &reader{data, true}
	return h.numbers(r, r.list8())
}

// Groups is the list of key exchange groups, nil without the extension.
func (h *Hello) Groups() ([]uint16, error) {
	data, ok := h.Extension(ExtGroups)
	if !ok {
		return nil, nil
	}
	r := &reader{data, true}
	return h.numbers(r, r.list16())
}

// Signatures is the list of signature algorithms, nil without the extension.
func (h *Hello) Signatures() ([]uint16, error) {
	data, ok := h.Extension(ExtSignatures)
	if !ok {
		return nil, nil
	}
	r := &reader{data, true}
	return h.numbers(r, r.list16())
}

func (h *Hello) numbers(r *reader, list []byte) ([]uint16, error) {
	out, ok := uint16s(list)
	if !ok || !r.ok || len(r.in) != 0 {
		return nil, ErrFormat
	}
	return out, nil
}
