package lua

import (
	"math"
	"math/bits"
	"strconv"
	"strings"
)

// Unquote returns the value of a string token that has no fault.
func Unquote(src string, t Token) string {
	if t.Kind == TokLongString {
		return longValue(t.Text(src))
	}
	text := src[t.Start+1 : t.End-1]
	if strings.IndexByte(text, '\\') < 0 {
		return text
	}
	return unescape(text)
}

// longValue returns what a long bracket holds: a line break at its beginning
// does not count, and every line break is LF.
func longValue(s string) string {
	level := longLevel(s, 0)
	s = s[level+2 : len(s)-level-2]
	if s != "" && isEOL(s[0]) {
		s = s[pastEOL(s, 0):]
	}
	if strings.IndexByte(s, '\r') < 0 {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		if isEOL(s[i]) {
			b.WriteByte('\n')
			i = pastEOL(s, i)
			continue
		}
		b.WriteByte(s[i])
		i++
	}
	return b.String()
}

// unescape resolves the escapes of what stands between quotes, up to the first
// wrong one.
func unescape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		if s[i] != '\\' {
			b.WriteByte(s[i])
			i++
			continue
		}
		end, ok := escapeEnd(s, i)
		if !ok || i+1 >= len(s) {
			break
		}
		switch c := s[i+1]; {
		case strings.IndexByte(simpleEscapes, c) >= 0:
			b.WriteByte(escapeValues[strings.IndexByte(simpleEscapes, c)])
		case isEOL(c):
			b.WriteByte('\n')
		case c == 'z':
		case c == 'x':
			b.WriteByte(byte(hexDigit(s[i+2])<<4 | hexDigit(s[i+3])))
		case c == 'u':
			r, _, _ := unicodeEscape(s, i+1)
			b.WriteRune(r)
		default:
			n, _ := decimalEscape(s, i+1)
			b.WriteByte(byte(n))
		}
		i = end
	}
	return b.String()
}

// validNumber reports whether a number is one of LuaJIT's (lj_strscan_scan with
// the options of lex_number).
func validNumber(s string) bool {
	_, ok := number(s)
	return ok
}

// number reads a number.
func number(s string) (Number, bool) {
	if f, ok := ParseUnsigned(s); ok {
		return Number{Value: f}, true
	}
	low := strings.ToLower(s)
	for _, suffix := range []string{"ull", "llu", "ll"} {
		if digits, ok := strings.CutSuffix(low, suffix); ok {
			u, ok := parseUint64(digits)
			if len(suffix) == 3 {
				return Number{Type: Uint64, Value: float64(u), Int: u}, ok
			}
			return Number{Type: Int64, Value: float64(int64(u)), Int: u}, ok
		}
	}
	if digits, ok := strings.CutSuffix(low, "i"); ok {
		f, ok := ParseUnsigned(digits)
		return Number{Type: Imaginary, Value: f}, ok
	}
	return Number{}, false
}

// ParseUnsigned reads a number without sign and suffix: decimal, "0x" with a
// fraction and a binary exponent, or "0b".
func ParseUnsigned(s string) (float64, bool) {
	if f, ok := wholeNumber(s); ok {
		return f, true
	}
	if len(s) > 1 && s[0] == '0' {
		switch s[1] | 0x20 {
		case 'x':
			return parseHex(s[2:])
		case 'b':
			return parseBinary(s[2:])
		}
	}
	for i := 0; i < len(s); i++ { // what strconv takes and Lua does not: underscores and words
		if c := s[i]; !isDigit(c) && c != '.' && c|0x20 != 'e' && c != '+' && c != '-' {
			return 0, false
		}
	}
	return parseFloat(s)
}

// wholeNumber reads the short whole numbers that most are.
func wholeNumber(s string) (float64, bool) {
	if s == "" || len(s) > 15 {
		return 0, false
	}
	n := 0
	for i := 0; i < len(s); i++ {
		if !isDigit(s[i]) {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return float64(n), true
}

// parseFloat takes a number out of range for infinity or zero.
func parseFloat(s string) (float64, bool) {
	f, err := strconv.ParseFloat(s, 64)
	if ne, ok := err.(*strconv.NumError); ok {
		return f, ne.Err == strconv.ErrRange
	}
	return f, true
}

func parseHex(s string) (float64, bool) {
	mantissa, exponent := s, "p0"
	if i := strings.IndexAny(s, "pP"); i >= 0 {
		mantissa, exponent = s[:i], s[i:]
	}
	digits := 0
	for i := 0; i < len(mantissa); i++ {
		if hexDigit(mantissa[i]) >= 0 {
			digits++
		} else if mantissa[i] != '.' {
			return 0, false
		}
	}
	for i := 1; i < len(exponent); i++ {
		if c := exponent[i]; !isDigit(c) && (i != 1 || c != '+' && c != '-') {
			return 0, false
		}
	}
	if digits == 0 {
		return 0, false
	}
	return parseFloat("0x" + mantissa + exponent)
}

func parseBinary(s string) (float64, bool) {
	f := 0.0
	for i := 0; i < len(s); i++ {
		if s[i] != '0' && s[i] != '1' {
			return 0, false
		}
		f = f*2 + float64(s[i]-'0')
	}
	return f, s != ""
}

// parseUint64 reads the digits of a 64-bit integer.
func parseUint64(s string) (uint64, bool) {
	base := uint64(10)
	if strings.HasPrefix(s, "0x") {
		base, s = 16, s[2:]
	} else if strings.HasPrefix(s, "0b") {
		base, s = 2, s[2:]
	}
	var u uint64
	for i := 0; i < len(s); i++ {
		d := hexDigit(s[i])
		if d < 0 || uint64(d) >= base {
			return 0, false
		}
		hi, lo := bits.Mul64(u, base)
		sum, carry := bits.Add64(lo, uint64(d), 0)
		if hi != 0 || carry != 0 {
			return 0, false
		}
		u = sum
	}
	return u, s != ""
}

// Integer returns the value of a number that is whole and fits.
func (n *Number) Integer() (int, bool) {
	if n.Value != math.Trunc(n.Value) || math.Abs(n.Value) > 1<<53 {
		return 0, false
	}
	return int(n.Value), true
}
