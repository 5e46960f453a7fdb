package regex

import "math/bits"

// Set is a set of bytes.
type Set [4]uint64

// Bytes makes the set of the bytes of a string.
func Bytes(s string) Set {
	var b Set
	for i := 0; i < len(s); i++ {
		b.Add(s[i])
	}
	return b
}

// Span makes the set of the bytes from lo to hi.
func Span(lo, hi byte) Set {
	var b Set
	for c := int(lo); c <= int(hi); c++ {
		b.Add(byte(c))
	}
	return b
}

// All is the set of every byte.
var All = Set{^uint64(0), ^uint64(0), ^uint64(0), ^uint64(0)}

// Add puts a byte into the set.
func (s *Set) Add(c byte) { s[c>>6] |= 1 << (c & 63) }

// Has reports whether a byte is in the set.
func (s Set) Has(c byte) bool { return s[c>>6]>>(c&63)&1 != 0 }

// Or returns what is in s or in t.
func (s Set) Or(t Set) Set { return Set{s[0] | t[0], s[1] | t[1], s[2] | t[2], s[3] | t[3]} }

// And returns what is in both s and t.
func (s Set) And(t Set) Set { return Set{s[0] & t[0], s[1] & t[1], s[2] & t[2], s[3] & t[3]} }

// Not returns what is not in s.
func (s Set) Not() Set { return Set{^s[0], ^s[1], ^s[2], ^s[3]} }

// Empty reports whether nothing is in the set.
func (s Set) Empty() bool { return s == Set{} }

// Len returns the number of bytes in the set.
func (s Set) Len() int {
	n := 0
	for _, w := range s {
		n += bits.OnesCount64(w)
	}
	return n
}

// In reports whether all of s is in t.
func (s Set) In(t Set) bool { return s.And(t) == s }

// Pick returns a byte of the set, a printable one if there is one: letters
// first, then digits, then signs. The set must not be empty.
func (s Set) Pick() byte {
	for _, order := range [...]string{"abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789"} {
		for i := 0; i < len(order); i++ {
			if s.Has(order[i]) {
				return order[i]
			}
		}
	}
	for c := byte('!'); c <= '~'; c++ {
		if s.Has(c) {
			return c
		}
	}
	for c := 0; c < 256; c++ {
		if s.Has(byte(c)) {
			return byte(c)
		}
	}
	panic("regex: the set is empty")
}

// fold adds the other case of every ASCII letter.
func (s Set) fold() Set {
	for c := byte('a'); c <= 'z'; c++ {
		if s.Has(c) || s.Has(c-32) {
			s.Add(c)
			s.Add(c - 32)
		}
	}
	return s
}

// The classes of PCRE2 in the C locale.
var (
	digits     = Span('0', '9')
	lowers     = Span('a', 'z')
	uppers     = Span('A', 'Z')
	words      = digits.Or(lowers).Or(uppers).Or(Bytes("_"))
	spaces     = Bytes(" \t\n\v\f\r")
	horizontal = Bytes(" \t\xa0")
	vertical   = Bytes("\n\v\f\r\x85")
	newline    = Bytes("\n")
)

var posix = map[string]Set{
	"alnum": digits.Or(lowers).Or(uppers), "alpha": lowers.Or(uppers), "ascii": Span(0, 127), "blank": Bytes(" \t"),
	"cntrl": Span(0, 31).Or(Bytes("\x7f")), "digit": digits, "graph": Span('!', '~'), "lower": lowers, "print": Span(' ', '~'),
	"punct": Span('!', '~').And(digits.Or(lowers).Or(uppers).Not()), "space": spaces, "upper": uppers, "word": words,
	"xdigit": digits.Or(Span('a', 'f')).Or(Span('A', 'F')),
}
