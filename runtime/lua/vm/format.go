package vm

import (
	"fmt"
	"math"
	"math/bits"
	"strconv"
	"strings"
	"unicode"
)

// formatSpec is one conversion of string.format (lj_strfmt_parse).
type formatSpec struct {
	minus, plus, space, alt, zero bool
	width, prec                   int // prec -1: not given
	conv                          byte
}

// parseSpec reads a conversion after its '%'. n is how much of s it takes; ok is false when it is malformed.
func parseSpec(s string) (f formatSpec, n int, ok bool) {
	f.prec = -1
flags:
	for ; n < len(s); n++ {
		switch s[n] {
		case '-':
			f.minus = true
		case '+':
			f.plus = true
		case ' ':
			f.space = true
		case '#':
			f.alt = true
		case '0':
			f.zero = true
		default:
			break flags
		}
	}
	f.width, n = twoDigits(s, n)
	if n < len(s) && s[n] == '.' {
		f.prec, n = twoDigits(s, n+1)
	}
	if n < len(s) {
		f.conv = s[n]
		n++
	}
	return f, n, strings.IndexByte("diuoxXeEfFgGaAcsqp", f.conv) >= 0 && f.conv != 0
}

func twoDigits(s string, n int) (v, next int) {
	for i := 0; i < 2 && n < len(s) && isDigit(s[n]); i++ {
		v = v*10 + int(s[n]-'0')
		n++
	}
	return v, n
}

func stringFormat(c *Call) int {
	return c.Return(Owned(c.format(make([]byte, 0, len(c.String(1))+32), 1)))
}

// format appends what the format in argument arg makes of the arguments behind it.
func (c *Call) format(b []byte, arg int) []byte {
	format := c.String(arg)
	for i := 0; i < len(format); {
		if format[i] != '%' {
			j := strings.IndexByte(format[i:], '%')
			if j < 0 {
				j = len(format) - i
			}
			b = append(b, format[i:i+j]...)
			i += j
			continue
		}
		i++
		if i < len(format) && format[i] == '%' {
			b = append(b, '%')
			i++
			continue
		}
		f, n, ok := parseSpec(format[i:])
		if !ok {
			c.Throw("invalid option '%%%s' to 'format'", printable(format[i:i+n]))
		}
		i += n
		arg++
		b = c.formatArg(b, f, arg)
	}
	return b
}

// printable cuts a bad conversion where LuaJIT does.
func printable(s string) string {
	for i := 0; i < len(s); i++ {
		if s[i] < ' ' || s[i] == 127 {
			return s[:i]
		}
	}
	return s
}

func (c *Call) formatArg(b []byte, f formatSpec, arg int) []byte {
	if arg > c.nargs {
		c.ArgError(arg, "value expected")
	}
	switch f.conv {
	case 'd', 'i':
		return f.integer(b, uint64(c.formatInt(arg)), true)
	case 'u', 'o', 'x', 'X':
		return f.integer(b, c.formatUint(arg), false)
	case 'c':
		return f.pad(b, string([]byte{byte(c.int32(arg))}))
	case 's':
		s := c.ToString(c.Value(arg))
		if f.prec >= 0 && f.prec < len(s) {
			s = s[:f.prec]
		}
		return f.pad(b, s)
	case 'q':
		return appendQuoted(b, c.ToString(c.Value(arg)))
	case 'p':
		return f.pad(b, c.pointer(arg))
	}
	return f.float(b, c.Number(arg))
}

func (c *Call) pointer(arg int) string {
	v := c.Any(arg)
	switch v.Kind() {
	case KindNil, KindBool, KindNumber:
		return "NULL"
	}
	return fmt.Sprintf("0x%08x", uintptr(v.p))
}

func (c *Call) formatInt(arg int) int64 {
	if cd := c.Value(arg).asCdata(); cd != nil && cd.kind != cdataComplex {
		return int64(cd.u)
	}
	return truncate(c.Number(arg))
}

func (c *Call) formatUint(arg int) uint64 {
	if cd := c.Value(arg).asCdata(); cd != nil && cd.kind != cdataComplex {
		return cd.u
	}
	if f := c.Number(arg); f >= 0x1p63 {
		return uint64(truncate(f - 0x1p64))
	} else {
		return uint64(truncate(f))
	}
}

// truncate converts to int64 as x86 does: what does not fit becomes the smallest integer.
func truncate(f float64) int64 {
	if f >= -0x1p63 && f < 0x1p63 {
		return int64(f)
	}
	return math.MinInt64
}

// pad writes s in the conversion's width, filled with spaces.
func (f *formatSpec) pad(b []byte, s string) []byte {
	n := f.width - len(s)
	if !f.minus {
		b = fill(b, ' ', n)
	}
	b = append(b, s...)
	if f.minus {
		b = fill(b, ' ', n)
	}
	return b
}

func fill(b []byte, ch byte, n int) []byte {
	for ; n > 0; n-- {
		b = append(b, ch)
	}
	return b
}

func (f *formatSpec) integer(b []byte, u uint64, signed bool) []byte {
	sign := ""
	if signed {
		switch {
		case int64(u) < 0:
			sign, u = "-", -u
		case f.plus:
			sign = "+"
		case f.space:
			sign = " "
		}
	}
	base := 10
	switch f.conv {
	case 'o':
		base = 8
	case 'x', 'X':
		base = 16
	}
	digits := strconv.FormatUint(u, base)
	switch f.conv {
	case 'X':
		digits = strings.ToUpper(digits)
	}
	if u == 0 && f.prec == 0 {
		digits = ""
	}
	digits = strings.Repeat("0", max(f.prec-len(digits), 0)) + digits
	if f.alt {
		switch {
		case base == 16 && u != 0:
			sign = "0" + string(f.conv)
		case base == 8 && !strings.HasPrefix(digits, "0"):
			digits = "0" + digits
		}
	}
	return f.number(b, sign, digits, f.prec < 0)
}

// number writes sign and digits in the conversion's width, filled with zeros after the sign when they are wanted and allowed.
func (f *formatSpec) number(b []byte, sign, digits string, zeros bool) []byte {
	n := f.width - len(sign) - len(digits)
	if f.zero && !f.minus && zeros {
		b = append(b, sign...)
		b = fill(b, '0', n)
		return append(b, digits...)
	}
	return f.pad(b, sign+digits)
}

func (f *formatSpec) float(b []byte, v float64) []byte {
	sign := ""
	switch {
	case math.Signbit(v) && !math.IsNaN(v):
		sign, v = "-", -v
	case f.plus:
		sign = "+"
	case f.space:
		sign = " "
	}
	upper := unicode.IsUpper(rune(f.conv))
	if math.IsNaN(v) || math.IsInf(v, 0) {
		s := "inf"
		if math.IsNaN(v) {
			s = "nan"
			if f.plus {
				sign = ""
			}
		}
		if upper {
			s = strings.ToUpper(s)
		}
		return f.pad(b, sign+s)
	}
	var s string
	conv := f.conv | 0x20
	switch {
	case conv == 'a':
		sign += "0x"
		s = hexFloat(v, f.prec, f.alt)
	case conv == 'g':
		s = f.general(v)
	default:
		prec := f.prec
		if prec < 0 {
			prec = 6
		}
		s = strconv.FormatFloat(v, conv, prec, 64)
		if prec == 0 && f.alt {
			s = withPoint(s)
		}
	}
	if upper {
		s, sign = strings.ToUpper(s), strings.ToUpper(sign)
	}
	return f.number(b, sign, s, true)
}

// general is %g; with '#' it keeps trailing zeros.
func (f *formatSpec) general(v float64) string {
	prec := f.prec
	switch {
	case prec < 0:
		prec = 6
	case prec == 0:
		prec = 1
	}
	if !f.alt {
		return strconv.FormatFloat(v, 'g', prec, 64)
	}
	e := strconv.FormatFloat(v, 'e', prec-1, 64)
	exp, _ := strconv.Atoi(e[strings.IndexByte(e, 'e')+1:])
	if exp < -4 || exp >= prec {
		return withPoint(e)
	}
	return withPoint(strconv.FormatFloat(v, 'f', prec-1-exp, 64))
}

func withPoint(s string) string {
	if strings.Contains(s, ".") {
		return s
	}
	if i := strings.IndexByte(s, 'e'); i >= 0 {
		return s[:i] + "." + s[i:]
	}
	return s + "."
}

// hexFloat is %a without its "0x". LuaJIT rounds the digits without shifting the point back, and so 1.999 in two digits is 2.00.
func hexFloat(v float64, prec int, alt bool) string {
	u := math.Float64bits(v)
	exp := int(u>>52) & 0x7ff
	mant := u & (1<<52 - 1)
	if exp != 0 {
		mant |= 1 << 52
		exp -= 1023
	} else if mant != 0 {
		shift := bits.LeadingZeros64(mant) - 11
		mant <<= shift
		exp = -1022 - shift
	}
	if prec >= 0 && prec < 13 {
		shift := uint(4 * (13 - prec))
		mant = (mant + 1<<(shift-1)) >> shift << shift
	}
	frac := fmt.Sprintf("%013x", mant&(1<<52-1))
	if prec < 0 {
		frac = strings.TrimRight(frac, "0")
	} else {
		frac = (frac + strings.Repeat("0", max(prec-13, 0)))[:prec]
	}
	if frac != "" || alt {
		frac = "." + frac
	}
	return fmt.Sprintf("%d%sp%+d", mant>>52, frac, exp)
}

// appendQuoted writes s as a Lua string literal (%q).
func appendQuoted(b []byte, s string) []byte {
	b = append(b, '"')
	for i := 0; i < len(s); i++ {
		ch := s[i]
		switch {
		case ch == '"' || ch == '\\' || ch == '\n':
			b = append(b, '\\', ch)
		case ch < 32 || ch == 127:
			b = append(b, '\\')
			if i+1 < len(s) && isDigit(s[i+1]) {
				b = fmt.Appendf(b, "%03d", ch)
			} else {
				b = strconv.AppendUint(b, uint64(ch), 10)
			}
		default:
			b = append(b, ch)
		}
	}
	return append(b, '"')
}
