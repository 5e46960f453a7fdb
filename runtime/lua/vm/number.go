package vm

import (
	"math"
	"math/bits"
	"strconv"
	"strings"
)

// FormatNumber returns f as Lua prints it: "%.14g", with inf and nan as LuaJIT spells them.
func FormatNumber(f float64) string {
	var buf [32]byte
	return string(appendNumber(buf[:0], f))
}

func appendNumber(b []byte, f float64) []byte {
	if i := int64(f); float64(i) == f && i > -1e14 && i < 1e14 && (i != 0 || !math.Signbit(f)) {
		return strconv.AppendInt(b, i, 10)
	}
	switch {
	case math.IsNaN(f):
		return append(b, "nan"...)
	case math.IsInf(f, 1):
		return append(b, "inf"...)
	case math.IsInf(f, -1):
		return append(b, "-inf"...)
	}
	return strconv.AppendFloat(b, f, 'g', 14, 64)
}

func isSpace(c byte) bool { return c == ' ' || c-'\t' < 5 }

func trimSpace(s string) string {
	for len(s) > 0 && isSpace(s[0]) {
		s = s[1:]
	}
	for len(s) > 0 && isSpace(s[len(s)-1]) {
		s = s[:len(s)-1]
	}
	return s
}

// ParseNumber converts a string the way tonumber(s) and arithmetic on strings do (lj_strscan_scan): decimal, hexadecimal with fraction and
// binary exponent, "0b" binary, inf, infinity and nan, with spaces around.
func ParseNumber(s string) (float64, bool) {
	if len(s) == 1 && isDigit(s[0]) {
		return float64(s[0] - '0'), true
	}
	s = trimSpace(s)
	neg := false
	if s != "" && (s[0] == '+' || s[0] == '-') {
		neg = s[0] == '-'
		s = s[1:]
	}
	f, ok := parseUnsigned(s)
	if neg {
		f = -f
	}
	return f, ok
}

func parseUnsigned(s string) (float64, bool) {
	if s == "" || s[0] == '+' || s[0] == '-' {
		return 0, false
	}
	if s[0] >= 'A' {
		switch strings.ToLower(s) {
		case "inf", "infinity":
			return math.Inf(1), true
		case "nan":
			return math.NaN(), true
		}
		return 0, false
	}
	if len(s) > 1 && s[0] == '0' {
		switch s[1] | 0x20 {
		case 'x':
			return parseHex(s[2:])
		case 'b':
			return parseBinary(s[2:])
		}
	}
	if !plainDecimal(s) {
		return 0, false
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil && !isRange(err) {
		return 0, false
	}
	return f, true
}

// plainDecimal rejects what strconv takes and Lua does not: underscores and words.
func plainDecimal(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; !isDigit(c) && c != '.' && c|0x20 != 'e' && c != '+' && c != '-' {
			return false
		}
	}
	return true
}

// isRange reports whether err is strconv's out-of-range error, whose value (infinity or zero) is the right one.
func isRange(err error) bool {
	ne, ok := err.(*strconv.NumError)
	return ok && ne.Err == strconv.ErrRange
}

func parseHex(s string) (float64, bool) {
	mant, exp := s, "p0"
	if i := strings.IndexAny(s, "pP"); i >= 0 {
		mant, exp = s[:i], s[i:]
	}
	digits := 0
	for i := 0; i < len(mant); i++ {
		if hexDigit(mant[i]) >= 0 {
			digits++
		} else if mant[i] != '.' {
			return 0, false
		}
	}
	for i := 1; i < len(exp); i++ {
		if c := exp[i]; !isDigit(c) && (i != 1 || c != '+' && c != '-') {
			return 0, false
		}
	}
	if digits == 0 {
		return 0, false
	}
	f, err := strconv.ParseFloat("0x"+mant+exp, 64)
	if err != nil && !isRange(err) {
		return 0, false
	}
	return f, true
}

func parseBinary(s string) (float64, bool) {
	if s == "" {
		return 0, false
	}
	f := 0.0
	for i := 0; i < len(s); i++ {
		if s[i] != '0' && s[i] != '1' {
			return 0, false
		}
		f = f*2 + float64(s[i]-'0')
	}
	return f, true
}

// parseLiteral converts a number token: as ParseNumber, plus the suffixes LL, ULL and i that make 64-bit integers and complex numbers.
func parseLiteral(s string) (Value, bool) {
	if f, ok := ParseNumber(s); ok {
		return Number(f), true
	}
	low := strings.ToLower(s)
	for _, suffix := range []string{"ull", "llu", "ll"} {
		if digits, ok := strings.CutSuffix(low, suffix); ok {
			u, ok := parseUint64(digits)
			if !ok {
				return Nil, false
			}
			return newInt64(u, len(suffix) == 3).Value(), true
		}
	}
	if digits, ok := strings.CutSuffix(low, "i"); ok {
		f, ok := ParseNumber(digits)
		return (&cdata{kind: cdataComplex, u: math.Float64bits(f)}).Value(), ok
	}
	return Nil, false
}

// parseUint64 reads an integer literal without suffix.
func parseUint64(s string) (uint64, bool) {
	base := uint64(10)
	if len(s) > 1 && s[0] == '0' && s[1] == 'x' {
		base, s = 16, s[2:]
	} else if len(s) > 1 && s[0] == '0' && s[1] == 'b' {
		base, s = 2, s[2:]
	}
	if s == "" {
		return 0, false
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
	return u, true
}
