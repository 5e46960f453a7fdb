// Package crossplane writes configurations in the JSON form of the crossplane
// tools and reads them back.
//
//	Encode   ast, diagnostics -> payload: status, errors, config[file, status, errors, parsed]
//	Decode   payload -> ast, with source text made for it
//
// A parsed directive has its name, line and arguments, then "includes" (the
// indices of the files in "config") or "block"; a comment is a directive "#"
// with a "comment". Arguments stand as crossplane has them: without their
// quotes, with backslashes as they are written, except that a backslash before
// the enclosing quote is gone. That keeps apart what nginx keeps apart, so
// that Decode gives words for which nginx reads the same values. The code of a
// Lua block is the last argument. The parentheses of "if" are left out, as in
// crossplane; Decode puts them back.
//
// Bytes that are not UTF-8 become lone surrogates \udc80 to \udcff, the
// convention of Python's surrogateescape, and come back as the same bytes.
//
// The package refuses to know which directives exist, and it does not check
// that Lua from a payload ends where its block does: whoever needs to know
// parses the result.
package crossplane

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// payload is the whole document.
type payload struct {
	Status string         `json:"status"`
	Errors []payloadError `json:"errors"`
	Config []configFile   `json:"config"`
}

type payloadError struct {
	File  text `json:"file"`
	Line  *int `json:"line"`
	Error text `json:"error"`
}

type configFile struct {
	File   text        `json:"file"`
	Status string      `json:"status"`
	Errors []fileError `json:"errors"`
	Parsed []statement `json:"parsed"`
}

type fileError struct {
	Line  *int `json:"line"`
	Error text `json:"error"`
}

// statement is a directive or a comment. Includes and Block are pointers
// because an empty list is not the same as none.
type statement struct {
	Directive text         `json:"directive"`
	Line      int          `json:"line"`
	Args      []text       `json:"args"`
	Includes  *[]int       `json:"includes,omitempty"`
	Block     *[]statement `json:"block,omitempty"`
	Comment   *text        `json:"comment,omitempty"`
}

// text is a string of any bytes.
type text string

// MarshalJSON writes a JSON string, with lone surrogates for what is not
// UTF-8.
func (t text) MarshalJSON() ([]byte, error) {
	out := make([]byte, 0, len(t)+2)
	out = append(out, '"')
	for i := 0; i < len(t); {
		c := t[i]
		if c < utf8.RuneSelf {
			switch {
			case c == '"' || c == '\\':
				out = append(out, '\\', c)
			case c == '\n':
				out = append(out, `\n`...)
			case c == '\t':
				out = append(out, `\t`...)
			case c == '\r':
				out = append(out, `\r`...)
			case c < ' ' || c == 0x7f:
				out = fmt.Appendf(out, `\u%04x`, c)
			default:
				out = append(out, c)
			}
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(string(t[i:]))
		switch {
		case r == utf8.RuneError && n == 1:
			out = fmt.Appendf(out, `\udc%02x`, c)
		case r == '\u2028' || r == '\u2029':
			out = fmt.Appendf(out, `\u%04x`, r)
		default:
			out = append(out, t[i:i+n]...)
		}
		i += n
	}
	return append(out, '"'), nil
}

// UnmarshalJSON reads a JSON string. Its syntax has been checked already.
func (t *text) UnmarshalJSON(raw []byte) error {
	if string(raw) == "null" {
		return nil
	}
	if len(raw) < 2 || raw[0] != '"' {
		return errors.New("a string is expected")
	}
	s := string(raw[1 : len(raw)-1])
	if strings.IndexByte(s, '\\') < 0 {
		*t = text(s)
		return nil
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		if s[i] != '\\' {
			b.WriteByte(s[i])
			i++
			continue
		}
		if s[i+1] != 'u' {
			b.WriteByte(unescaped(s[i+1]))
			i += 2
			continue
		}
		r := hex4(s[i+2:])
		i += 6
		if utf16.IsSurrogate(r) && strings.HasPrefix(s[i:], `\u`) {
			if pair := utf16.DecodeRune(r, hex4(s[i+2:])); pair != utf8.RuneError {
				b.WriteRune(pair)
				i += 6
				continue
			}
		}
		if r >= 0xdc80 && r <= 0xdcff {
			b.WriteByte(byte(r))
		} else {
			b.WriteRune(r)
		}
	}
	*t = text(b.String())
	return nil
}

func unescaped(c byte) byte {
	switch c {
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	}
	return c
}

func hex4(s string) rune {
	n, err := strconv.ParseUint(s[:4], 16, 16)
	if err != nil {
		return utf8.RuneError
	}
	return rune(n)
}
