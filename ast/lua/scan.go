package lua

import "strings"

func isSpace(c byte) bool { return c == ' ' || c-'\t' < 5 }
func isEOL(c byte) bool   { return c == '\n' || c == '\r' }
func isDigit(c byte) bool { return c-'0' < 10 }

// isIdent reports whether c may stand in a name. LuaJIT takes all bytes past
// ASCII for letters.
func isIdent(c byte) bool { return isDigit(c) || c == '_' || (c|0x20)-'a' < 26 || c >= 0x80 }

func hexDigit(c byte) int {
	switch {
	case isDigit(c):
		return int(c - '0')
	case (c|0x20)-'a' < 6:
		return int((c|0x20)-'a') + 10
	}
	return -1
}

// Begin returns the offset at which the first token of a chunk is looked for:
// past a byte order mark, as in lj_lex_setup.
func Begin(src string) int {
	if strings.HasPrefix(src, "\xef\xbb\xbf") {
		return 3
	}
	return 0
}

// Scan returns the first token at or after from, a comment too. At the end of
// the source it is TokEOF, of no length. Every other byte is in one token or is
// white space. A "#" at Begin makes a comment of the first line.
func Scan(src string, from int) Token {
	i := from
	for i < len(src) && isSpace(src[i]) {
		i++
	}
	if i >= len(src) {
		return token(TokEOF, len(src), len(src))
	}
	c := src[i]
	switch {
	case c >= 'a' && c <= 'z' || c == '_' || c >= 'A' && c <= 'Z' || c >= 0x80:
		end := i + 1
		for end < len(src) && isIdent(src[end]) {
			end++
		}
		return token(keyword(src[i:end]), i, end)
	case isDigit(c) || c == '.' && i+1 < len(src) && isDigit(src[i+1]):
		return scanNumber(src, i)
	case c == '"' || c == '\'':
		return scanString(src, i)
	case c == '[':
		return scanBracket(src, i)
	case c == '-' && i+1 < len(src) && src[i+1] == '-':
		return scanComment(src, i)
	case c == '#' && i == from && i == Begin(src):
		return token(TokComment, i, lineEnd(src, i))
	}
	return scanSymbol(src, i)
}

// After returns the first token at or after from that is no comment.
func After(src string, from int32) Token {
	t := Scan(src, int(from))
	for t.Kind.IsComment() && t.Fault == Sound {
		t = Scan(src, int(t.End))
	}
	return t
}

func token(k Kind, start, end int) Token {
	return Token{Span: Span{int32(start), int32(end)}, Kind: k}
}

func faulty(k Kind, start, end int, f Fault) Token {
	t := token(k, start, end)
	t.Fault = f
	return t
}

func lineEnd(src string, i int) int {
	for i < len(src) && !isEOL(src[i]) {
		i++
	}
	return i
}

var symbols = func() (t [128]Kind) {
	for k := TokPlus; k <= TokDot; k++ {
		t[kindNames[k][0]] = k
	}
	return t
}()

// scanSymbol reads an operator or a punctuation mark.
func scanSymbol(src string, i int) Token {
	c, next := src[i], byte(0)
	if i+1 < len(src) {
		next = src[i+1]
	}
	kind := TokEOF
	switch {
	case next == '=':
		switch c {
		case '=':
			kind = TokEqual
		case '<':
			kind = TokLessEqual
		case '>':
			kind = TokGreaterEqual
		case '~':
			kind = TokNotEqual
		}
	case c == ':' && next == ':':
		kind = TokLabel
	case c == '.' && next == '.':
		if i+2 < len(src) && src[i+2] == '.' {
			return token(TokDots, i, i+3)
		}
		kind = TokConcat
	}
	if kind != TokEOF {
		return token(kind, i, i+2)
	}
	kind = TokOther
	if c < 128 && symbols[c] != TokEOF {
		kind = symbols[c]
	}
	return token(kind, i, i+1)
}

func scanComment(src string, i int) Token {
	if level := longLevel(src, i+2); level >= 0 {
		end, ok := longEnd(src, i+2, level)
		if !ok {
			return faulty(TokLongComment, i, end, Unfinished)
		}
		return token(TokLongComment, i, end)
	}
	return token(TokComment, i, lineEnd(src, i))
}

// longLevel returns the number of "=" in the opening long bracket at i, or
// minus one less than that number if there is none.
func longLevel(src string, i int) int {
	if i >= len(src) || src[i] != '[' {
		return -1
	}
	level := 0
	for i++; i < len(src) && src[i] == '='; i++ {
		level++
	}
	if i < len(src) && src[i] == '[' {
		return level
	}
	return -1 - level
}

// longEnd returns the offset past the long bracket that opens at i, and the end
// of the source if it has no end.
func longEnd(src string, i, level int) (end int, ok bool) {
	for end = i + level + 2; ; end++ {
		next := strings.IndexByte(src[end:], ']')
		if next < 0 {
			return len(src), false
		}
		end += next
		j := end + 1
		for j < len(src) && src[j] == '=' {
			j++
		}
		if j-end-1 == level && j < len(src) && src[j] == ']' {
			return j + 1, true
		}
	}
}

func scanBracket(src string, i int) Token {
	level := longLevel(src, i)
	switch {
	case level >= 0:
		end, ok := longEnd(src, i, level)
		if !ok {
			return faulty(TokLongString, i, end, Unfinished)
		}
		return token(TokLongString, i, end)
	case level == -1:
		return token(TokLeftBracket, i, i+1)
	}
	return faulty(TokOther, i, i-level, BadBracket)
}

// scanNumber takes all letters, digits and dots, and a sign after the letter of
// an exponent, as lex_number does.
func scanNumber(src string, i int) Token {
	exponent := byte('e')
	if src[i] == '0' && i+1 < len(src) && src[i+1]|0x20 == 'x' {
		exponent = 'p'
	}
	end := i + 1
	for end < len(src) {
		c := src[end]
		if !isIdent(c) && c != '.' && !((c == '-' || c == '+') && src[end-1]|0x20 == exponent) {
			break
		}
		end++
	}
	if !validNumber(src[i:end]) {
		return faulty(TokNumber, i, end, BadNumber)
	}
	return token(TokNumber, i, end)
}

// scanString reads a string in quotes. It goes on past a wrong escape, so that
// the end is found anyway.
func scanString(src string, i int) Token {
	quote := src[i]
	fault := Sound
	for j := i + 1; j < len(src); {
		switch c := src[j]; {
		case c == quote:
			return faulty(TokString, i, j+1, fault)
		case isEOL(c):
			return faulty(TokString, i, j, Unfinished)
		case c == '\\':
			end, ok := escapeEnd(src, j)
			if !ok {
				fault = BadEscape
			}
			j = end
		default:
			j++
		}
	}
	return faulty(TokString, i, len(src), Unfinished)
}

// escapeEnd returns the offset past the escape that begins at i. A wrong one is
// a backslash with the character after it.
func escapeEnd(src string, i int) (end int, ok bool) {
	i++
	if i >= len(src) {
		return i, true // the string is unfinished, which is said elsewhere
	}
	c := src[i]
	switch {
	case strings.IndexByte(simpleEscapes, c) >= 0:
		return i + 1, true
	case isEOL(c):
		return pastEOL(src, i), true
	case c == 'z':
		for i++; i < len(src) && isSpace(src[i]); i++ {
		}
		return i, true
	case c == 'x':
		if i+2 < len(src) && hexDigit(src[i+1]) >= 0 && hexDigit(src[i+2]) >= 0 {
			return i + 3, true
		}
	case c == 'u':
		if _, end, ok := unicodeEscape(src, i); ok {
			return end, true
		}
	case isDigit(c):
		if n, end := decimalEscape(src, i); n <= 255 {
			return end, true
		}
	}
	return i + 1, false
}

// pastEOL returns the offset past the line break at i: LF, CR or both.
func pastEOL(src string, i int) int {
	if i+1 < len(src) && isEOL(src[i+1]) && src[i+1] != src[i] {
		return i + 2
	}
	return i + 1
}

const simpleEscapes = "abfnrtv\\\"'"
const escapeValues = "\a\b\f\n\r\t\v\\\"'"

func decimalEscape(src string, i int) (n, end int) {
	for end = i; end < len(src) && end < i+3 && isDigit(src[end]); end++ {
		n = n*10 + int(src[end]-'0')
	}
	return n, end
}

// unicodeEscape reads u{XXX} at i.
func unicodeEscape(src string, i int) (r rune, end int, ok bool) {
	if i+1 >= len(src) || src[i+1] != '{' {
		return 0, 0, false
	}
	end = i + 2
	for ; end < len(src) && hexDigit(src[end]) >= 0; end++ {
		if r = r<<4 | rune(hexDigit(src[end])); r >= 0x110000 {
			return 0, 0, false
		}
	}
	if end == i+2 || end >= len(src) || src[end] != '}' || r >= 0xd800 && r < 0xe000 {
		return 0, 0, false
	}
	return r, end + 1, true
}
