package codec

import "fmt"

// EscapeType chooses the characters EscapeURI escapes, by nginx's NGX_ESCAPE_* numbers.
type EscapeType int

// The escape types ngx.escape_uri accepts; EscapeComponent is its default.
const (
	EscapePath      EscapeType = 0 // NGX_ESCAPE_URI
	EscapeArgs      EscapeType = 1
	EscapeComponent EscapeType = 2 // everything but letters, digits and "-._~!*'()"
	EscapeHTML      EscapeType = 3
	EscapeRefresh   EscapeType = 4
	EscapeMemcached EscapeType = 5
	EscapeMailAuth  EscapeType = 6
)

// escapeSet is one bit per byte value.
type escapeSet [4]uint64

func (s *escapeSet) has(c byte) bool { return s[c>>6]>>(c&63)&1 != 0 }

// charSet builds a set from control characters and space (always), the bytes of chars, and what lies above 0x7e.
func charSet(chars string, high bool) (s escapeSet) {
	add := func(c int) { s[c>>6] |= 1 << (c & 63) }
	for c := 0; c <= ' '; c++ {
		add(c)
	}
	for i := range len(chars) {
		add(int(chars[i]))
	}
	for c := 0x7f; high && c < 0x100; c++ {
		add(c)
	}
	return s
}

// escapeSets follows the tables of ngx_stream_lua_escape_uri.
var escapeSets = [...]escapeSet{
	EscapePath:      charSet(`#%?`, true),
	EscapeArgs:      charSet(`#%+?`, true),
	EscapeComponent: charSet("\"#$%&+,/:;<=>?@[\\]^`{|}", true),
	EscapeHTML:      charSet(`#"%'`, true),
	EscapeRefresh:   charSet(`"'`, true),
	EscapeMemcached: charSet(`%`, false),
	EscapeMailAuth:  charSet(`%`, false),
}

const upperHex = "0123456789ABCDEF"

// EscapeURI percent-escapes s as ngx.escape_uri does. The type must be one of the constants above.
func EscapeURI(s string, t EscapeType) string {
	n := escapedExtra(s, t)
	if n == 0 {
		return s
	}
	return string(appendEscaped(make([]byte, 0, len(s)+n), s, t))
}

// CheckEscapeType gives the error ngx.escape_uri throws for a number that is no escape type.
func CheckEscapeType(n float64) error {
	if n < float64(EscapePath) || n > float64(EscapeMailAuth) {
		return fmt.Errorf("\"type\" %.14g out of range", n)
	}
	return nil
}

func escapedExtra(s string, t EscapeType) (n int) {
	set := &escapeSets[t]
	for i := range len(s) {
		if set.has(s[i]) {
			n += 2
		}
	}
	return n
}

func appendEscaped(dst []byte, s string, t EscapeType) []byte {
	set := &escapeSets[t]
	for i := range len(s) {
		if c := s[i]; set.has(c) {
			dst = append(dst, '%', upperHex[c>>4], upperHex[c&15])
		} else {
			dst = append(dst, c)
		}
	}
	return dst
}

// UnescapeURI decodes %XX and "+" as ngx.unescape_uri does (ngx_stream_lua_unescape_uri): a "%" without a hexadecimal
// digit after it vanishes, one with a single digit vanishes with both characters after it.
func UnescapeURI(s string) string {
	first := 0
	for first < len(s) && s[first] != '%' && s[first] != '+' {
		first++
	}
	if first == len(s) {
		return s
	}
	dst := append(make([]byte, 0, len(s)), s[:first]...)
	for i := first; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '+':
			dst = append(dst, ' ')
			continue
		case c != '%':
			dst = append(dst, c)
			continue
		}
		i++
		if i >= len(s) {
			break
		}
		high, ok := hexDigit(s[i])
		if !ok {
			dst = append(dst, s[i])
			continue
		}
		i++
		if i >= len(s) {
			break
		}
		if low, ok := hexDigit(s[i]); ok {
			dst = append(dst, high<<4|low)
		}
	}
	return string(dst)
}

func hexDigit(c byte) (byte, bool) {
	if c >= '0' && c <= '9' {
		return c - '0', true
	}
	if c |= 0x20; c >= 'a' && c <= 'f' {
		return c - 'a' + 10, true
	}
	return 0, false
}

// ArgsEncoder builds a query string as ngx.encode_args does: for each key of the table, in the table's order, one Key
// and then a Value or Flag for each of its values.
type ArgsEncoder struct {
	buf    []byte
	count  int // values shown so far
	key    string
	used   bool
	unused int // what the escapes of keys without values would have taken
}

// Key begins the values of key.
func (e *ArgsEncoder) Key(key string) {
	e.end()
	e.key, e.used = key, false
}

// Value adds key=v.
func (e *ArgsEncoder) Value(v string) {
	e.Flag()
	e.buf = append(e.buf, '=')
	e.buf = appendEscaped(e.buf, v, EscapeComponent)
}

// Flag adds the key alone, for the value true. (The value false adds nothing.)
func (e *ArgsEncoder) Flag() {
	if e.count++; e.count > 1 {
		e.buf = append(e.buf, '&')
	}
	e.buf = appendEscaped(e.buf, e.key, EscapeComponent)
	e.used = true
}

func (e *ArgsEncoder) end() {
	if e.key != "" && !e.used {
		e.unused += escapedExtra(e.key, EscapeComponent)
	}
	e.key = ""
}

// String is the finished query string. The error is thrown when a key that needs escaping had no value to show
// (ngx_stream_lua_process_args_option counts its escapes all the same and finds the lengths to differ).
func (e *ArgsEncoder) String() (string, error) {
	e.end()
	if e.unused > 0 {
		return "", fmt.Errorf("buffer error: %d != %d", len(e.buf), len(e.buf)+e.unused)
	}
	return string(e.buf), nil
}

// DefaultMaxArgs is how many arguments ngx.decode_args reads unless told.
const DefaultMaxArgs = 100

// DecodeArgs calls arg for each argument of a query string in order, with isFlag for one without "=". An argument
// with an empty name is left out. After max arguments ended by "&" (max <= 0: never) it stops with truncated true,
// whether more follow or not (ngx_stream_lua_parse_args).
func DecodeArgs(s string, max int, arg func(key, value string, isFlag bool)) (truncated bool) {
	emit := func(pair string, eq int) {
		key, value, isFlag := pair, "", true
		if eq >= 0 {
			key, value, isFlag = pair[:eq], UnescapeURI(pair[eq+1:]), false
		}
		if key = UnescapeURI(key); key != "" {
			arg(key, value, isFlag)
		}
	}
	start, eq, count := 0, -1, 0
	for i := range len(s) {
		switch {
		case s[i] == '=' && eq < 0:
			eq = i - start
		case s[i] == '&':
			emit(s[start:i], eq)
			start, eq = i+1, -1
			if count++; max > 0 && count == max {
				return true
			}
		}
	}
	if start < len(s) {
		emit(s[start:], eq)
	}
	return false
}
