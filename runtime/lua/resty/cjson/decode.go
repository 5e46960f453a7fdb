package cjson

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"tidegate/runtime/lua/vm"
)

// tokenKind names tokens as error messages do.
type tokenKind string

const (
	objBegin tokenKind = "T_OBJ_BEGIN"
	objEnd   tokenKind = "T_OBJ_END"
	arrBegin tokenKind = "T_ARR_BEGIN"
	arrEnd   tokenKind = "T_ARR_END"
	str      tokenKind = "T_STRING"
	number   tokenKind = "T_NUMBER"
	integerT tokenKind = "T_INTEGER"
	booleanT tokenKind = "T_BOOLEAN"
	null     tokenKind = "T_NULL"
	colon    tokenKind = "T_COLON"
	comma    tokenKind = "T_COMMA"
	end      tokenKind = "T_END"
	bad      tokenKind = "T_ERROR"
)

type token struct {
	kind  tokenKind
	at    int // offset in the text
	value vm.Value
	text  string // of an error: what is wrong
}

// decoder reads one text. Like the original it takes a zero byte for the end.
type decoder struct {
	*config
	c     *vm.Call
	src   string
	pos   int
	depth int
}

func (cfg *config) decode(c *vm.Call) int {
	oneArgument(c)
	src := c.String(1)
	if len(src) >= 2 && (src[0] == 0 || src[1] == 0) {
		c.Throw("JSON parser does not support UTF-16 or UTF-32")
	}
	if i := strings.IndexByte(src, 0); i >= 0 {
		src = src[:i]
	}
	d := &decoder{config: cfg, c: c, src: src}
	v := d.value(d.next())
	if t := d.next(); t.kind != end {
		d.expected("the end", t)
	}
	return c.Return(v)
}

func (d *decoder) expected(what string, t token) {
	found := string(t.kind)
	if t.kind == bad {
		found = t.text
	}
	d.c.Throw("Expected %s but found %s at character %d", what, found, t.at+1)
}

func (d *decoder) at(i int) byte {
	if d.pos+i < len(d.src) {
		return d.src[d.pos+i]
	}
	return 0
}

func (d *decoder) value(t token) vm.Value {
	switch t.kind {
	case str, number, integerT, booleanT, null:
		return t.value
	case objBegin:
		return d.object()
	case arrBegin:
		return d.array()
	}
	d.expected("value", t)
	return vm.Nil
}

func (d *decoder) descend() {
	d.depth++
	if d.depth > d.decodeMaxDepth {
		d.c.Throw("Found too many nested data structures (%d) at character %d", d.depth, d.pos)
	}
}

func (d *decoder) object() vm.Value {
	d.descend()
	obj := vm.NewTable(0, 0)
	t := d.next()
	if t.kind == objEnd {
		d.depth--
		return obj.Value()
	}
	for {
		if t.kind != str {
			d.expected("object key string", t)
		}
		key := t.value
		if t = d.next(); t.kind != colon {
			d.expected("colon", t)
		}
		obj.Set(key, d.value(d.next()))
		switch t = d.next(); t.kind {
		case objEnd:
			d.depth--
			return obj.Value()
		case comma:
			t = d.next()
		default:
			d.expected("comma or object end", t)
		}
	}
}

func (d *decoder) array() vm.Value {
	d.descend()
	arr := vm.NewTable(0, 0)
	if d.decodeWithMT {
		arr.SetMetatable(d.arrayMT)
	}
	t := d.next()
	if t.kind == arrEnd {
		d.depth--
		return arr.Value()
	}
	for i := 1; ; i++ {
		arr.SetInt(i, d.value(t))
		switch t = d.next(); t.kind {
		case arrEnd:
			d.depth--
			return arr.Value()
		case comma:
			t = d.next()
		default:
			d.expected("comma or array end", t)
		}
	}
}

// next reads a token.
func (d *decoder) next() token {
	if msg := d.space(); msg != "" {
		return token{kind: bad, at: d.pos, text: msg}
	}
	t := token{at: d.pos}
	ch := d.at(0)
	switch ch {
	case 0:
		t.kind = end
		return t
	case '{':
		t.kind = objBegin
	case '}':
		t.kind = objEnd
	case '[':
		t.kind = arrBegin
	case ']':
		t.kind = arrEnd
	case ',':
		t.kind = comma
	case ':':
		t.kind = colon
	case '"':
		return d.string(t)
	default:
		return d.word(t, ch)
	}
	d.pos++
	return t
}

// space skips white space and, where they are allowed, comments.
func (d *decoder) space() (problem string) {
	for {
		for ch := d.at(0); ch == ' ' || ch == '\t' || ch == '\n' || ch == '\r'; ch = d.at(0) {
			d.pos++
		}
		if !d.allowComment || d.at(0) != '/' || d.at(1) != '/' && d.at(1) != '*' {
			return ""
		}
		rest := d.src[d.pos+2:]
		if d.at(1) == '/' {
			if i := strings.IndexByte(rest, '\n'); i >= 0 {
				rest = rest[:i]
			}
			d.pos += 2 + len(rest)
			continue
		}
		i := strings.Index(rest, "*/")
		if i < 0 {
			d.pos = len(d.src)
			return "unclosed multi-line comment"
		}
		d.pos += 2 + i + 2
	}
}

func (d *decoder) problem(t token, text string) token {
	return token{kind: bad, at: d.pos, text: text}
}

// word reads a number or one of true, false and null.
func (d *decoder) word(t token, ch byte) token {
	rest := d.src[d.pos:]
	switch {
	case ch == '-' || ch >= '0' && ch <= '9':
		if !d.decodeInvalid && strange(rest) {
			return d.problem(t, "invalid number")
		}
		return d.number(t)
	case strings.HasPrefix(rest, "true"):
		d.pos += 4
		t.kind, t.value = booleanT, vm.True
	case strings.HasPrefix(rest, "false"):
		d.pos += 5
		t.kind, t.value = booleanT, vm.False
	case strings.HasPrefix(rest, "null"):
		d.pos += 4
		t.kind, t.value = null, vm.Null
	case strings.IndexByte("iInN+", ch) >= 0 && d.decodeInvalid && strange(rest):
		return d.number(t)
	default:
		return d.problem(t, "invalid token")
	}
	return t
}

// strange reports whether what begins s is a number that strtod takes and JSON does not know (json_is_invalid_number).
func strange(s string) bool {
	if s[0] == '+' {
		return true
	}
	s = strings.TrimPrefix(s, "-")
	if s == "" {
		return false
	}
	if s[0] == '0' {
		return len(s) > 1 && (s[1]|0x20 == 'x' || s[1] >= '0' && s[1] <= '9')
	}
	if s[0] <= '9' || len(s) < 3 {
		return false
	}
	return strings.EqualFold(s[:3], "inf") || strings.EqualFold(s[:3], "nan")
}

// number reads a number: one of digits only as a 64-bit integer, which saturates, anything else as strtod would.
func (d *decoder) number(t token) token {
	rest := d.src[d.pos:]
	n := 0
	if n < len(rest) && (rest[n] == '-' || rest[n] == '+') {
		n++
	}
	first := n
	for n < len(rest) && rest[n] >= '0' && rest[n] <= '9' {
		n++
	}
	if n > first && (n == len(rest) || strings.IndexByte(".eEx", rest[n]) < 0) {
		i, _ := strconv.ParseInt(rest[:n], 10, 64)
		d.pos += n
		t.kind, t.value = integerT, vm.Number(float64(i))
		return t
	}
	f, n := parseFloat(rest)
	if n == 0 {
		return d.problem(t, "invalid number")
	}
	d.pos += n
	t.kind, t.value = number, vm.Number(f)
	return t
}

// parseFloat reads the longest number at the start of s, as strtod does, and tells its length.
func parseFloat(s string) (f float64, n int) {
	if s != "" && (s[0] == '-' || s[0] == '+') {
		n = 1
	}
	sign := 1.0
	if n == 1 && s[0] == '-' {
		sign = -1
	}
	word := s[n:]
	for _, w := range []string{"infinity", "inf", "nan"} {
		if len(word) >= len(w) && strings.EqualFold(word[:len(w)], w) {
			if w == "nan" {
				return math.NaN(), n + 3
			}
			return sign * math.Inf(1), n + len(w)
		}
	}
	digits, exp := "0123456789", byte('e')
	if len(word) > 2 && word[0] == '0' && word[1]|0x20 == 'x' && (isHex(word[2]) || word[2] == '.') {
		digits, exp = "0123456789abcdefABCDEF", 'p'
		n += 2
	}
	start := n
	count := 0
	for n < len(s) && (strings.IndexByte(digits, s[n]) >= 0 || s[n] == '.' && !strings.Contains(s[start:n], ".")) {
		if s[n] != '.' {
			count++
		}
		n++
	}
	if count == 0 {
		return 0, 0
	}
	if m := exponent(s, n, exp); m > n {
		n = m
	} else if exp == 'p' {
		f, _ = strconv.ParseFloat(s[:n]+"p0", 64)
		return f, n
	}
	f, _ = strconv.ParseFloat(s[:n], 64)
	return f, n
}

// exponent returns the end of the exponent at n, or n when there is none.
func exponent(s string, n int, mark byte) int {
	if n >= len(s) || s[n]|0x20 != mark {
		return n
	}
	m := n + 1
	if m < len(s) && (s[m] == '-' || s[m] == '+') {
		m++
	}
	first := m
	for m < len(s) && s[m] >= '0' && s[m] <= '9' {
		m++
	}
	if m == first {
		return n
	}
	return m
}

func isHex(c byte) bool { return c >= '0' && c <= '9' || (c|0x20) >= 'a' && (c|0x20) <= 'f' }

func (d *decoder) string(t token) token {
	d.pos++
	start := d.pos
	for d.at(0) != '"' && d.at(0) != '\\' && d.at(0) != 0 {
		d.pos++
	}
	if d.at(0) == '"' { // nothing to translate
		t.kind, t.value = str, vm.String(strings.Clone(d.src[start:d.pos]))
		d.pos++
		return t
	}
	b := []byte(d.src[start:d.pos])
	for {
		switch ch := d.at(0); ch {
		case '"':
			d.pos++
			t.kind, t.value = str, vm.Bytes(b)
			return t
		case 0:
			return d.problem(t, "unexpected end of string")
		case '\\':
			var problem string
			if b, problem = d.escape(b); problem != "" {
				return d.problem(t, problem)
			}
		default:
			b = append(b, ch)
			d.pos++
		}
	}
}

func (d *decoder) escape(b []byte) ([]byte, string) {
	const from, to = "\"\\/btnfr", "\"\\/\b\t\n\f\r"
	ch := d.at(1)
	if ch == 'u' {
		r, n := d.codepoint()
		if n == 0 {
			return b, "invalid unicode escape code"
		}
		d.pos += n
		if r >= 0xd800 && r < 0xe000 {
			return b, "invalid unicode escape code"
		}
		return utf8.AppendRune(b, rune(r)), ""
	}
	i := strings.IndexByte(from, ch)
	if i < 0 || ch == 0 {
		return b, "invalid escape code"
	}
	d.pos += 2
	return append(b, to[i]), ""
}

// codepoint reads a \uXXXX escape, or two that make a surrogate pair, and returns how long it is; 0 when it is malformed.
func (d *decoder) codepoint() (r, n int) {
	r = d.hex4(2)
	if r < 0 {
		return 0, 0
	}
	if r&0xf800 != 0xd800 {
		return r, 6
	}
	if r&0x400 != 0 || d.at(6) != '\\' || d.at(7) != 'u' {
		return 0, 0
	}
	low := d.hex4(8)
	if low < 0 || low&0xfc00 != 0xdc00 {
		return 0, 0
	}
	return (r&0x3ff)<<10 | low&0x3ff + 0x10000, 12
}

func (d *decoder) hex4(i int) int {
	if d.pos+i+4 > len(d.src) {
		return -1
	}
	n, err := strconv.ParseUint(d.src[d.pos+i:d.pos+i+4], 16, 16)
	if err != nil {
		return -1
	}
	return int(n)
}
