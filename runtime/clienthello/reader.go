package clienthello

import "encoding/binary"

const (
	recordHead      = 5
	recordHandshake = 0x16
	messageHead     = 4
	msgClientHello  = 1
)

// handshake reports whether b, as far as it goes, begins a handshake record of
// SSL version 3 or TLS.
func handshake(b []byte) bool {
	return (len(b) < 1 || b[0] == recordHandshake) && (len(b) < 2 || b[1] == 3)
}

// recordSize is what the head of a record says of its length, messageSize the
// head of a message.
func recordSize(b []byte) int  { return int(binary.BigEndian.Uint16(b[3:])) }
func messageSize(b []byte) int { return int(b[1])<<16 | int(b[2])<<8 | int(b[3]) }

// reader takes pieces off a message of which perhaps not all is there; ok turns
// false at the first piece that is not.
type reader struct {
	in   []byte
	left int // what the length of the message still allows
	ok   bool
	why  Result // once ok is false: More, or NotTLS for a piece beyond the end of the message
}

// whole reads what is all there.
func whole(b []byte) *reader { return &reader{in: b, left: len(b), ok: true} }

func (r *reader) fail(why Result) { r.ok, r.why = false, why }

func (r *reader) take(n int) []byte {
	switch {
	case !r.ok:
		return nil
	case n > r.left:
		r.fail(NotTLS)
		return nil
	case n > len(r.in):
		r.fail(More)
		return nil
	}
	out := r.in[:n:n]
	r.in, r.left = r.in[n:], r.left-n
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

// fixed is what a hello has before its extensions.
type fixed struct{ version, random, sessionID, suites, compression []byte }

func (r *reader) fixed() fixed {
	return fixed{version: r.take(2), random: r.take(32), sessionID: r.list8(), suites: r.list16(), compression: r.list8()}
}
