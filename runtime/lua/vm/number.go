package vm

import (
	"math"
	"strconv"
	"strings"

	"tidegate/ast/lua"
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

func isDigit(c byte) bool { return c-'0' < 10 }

func hexDigit(c byte) int {
	switch {
	case isDigit(c):
		return int(c - '0')
	case (c|0x20)-'a' < 6:
		return int((c|0x20)-'a') + 10
	}
	return -1
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
	return lua.ParseUnsigned(s)
}
