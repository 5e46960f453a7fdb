package vm

import (
	"fmt"
	"strings"
)

// token is the kind of a lexical token: a single character, or one of the constants below.
type token int

const (
	tokAnd token = iota + 256
	tokBreak
	tokDo
	tokElse
	tokElseif
	tokEnd
	tokFalse
	tokFor
	tokFunction
	tokGoto
	tokIf
	tokIn
	tokLocal
	tokNil
	tokNot
	tokOr
	tokRepeat
	tokReturn
	tokThen
	tokTrue
	tokUntil
	tokWhile
	tokConcat
	tokDots
	tokEq
	tokGe
	tokLe
	tokNe
	tokLabel
	tokNumber
	tokName
	tokString
	tokEOF
)

var tokenNames = [...]string{
	"and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if", "in", "local", "nil", "not", "or", "repeat",
	"return", "then", "true", "until", "while", "..", "...", "==", ">=", "<=", "~=", "::", "<number>", "<name>", "<string>", "<eof>",
}

var reserved = func() map[string]token {
	m := make(map[string]token)
	for t := tokAnd; t <= tokWhile; t++ {
		m[tokenNames[t-tokAnd]] = t
	}
	return m
}()

func (t token) String() string {
	switch {
	case t >= tokAnd:
		return tokenNames[t-tokAnd]
	case t < ' ' || t == 127:
		return fmt.Sprintf("char(%d)", int(t))
	}
	return string([]byte{byte(t)})
}

// syntaxError is thrown by the lexer and the parser; Compile catches it.
type syntaxError struct{ msg string }

func (e *syntaxError) Error() string { return e.msg }

// lexer cuts a chunk into tokens as lj_lex.c does, with LuaJIT's escapes, number suffixes, "#!" line and byte order mark.
type lexer struct {
	src   string
	pos   int
	line  int // line of the character at pos
	last  int // line of the last token consumed
	short string

	tok   token
	text  string // what an error message quotes of a name, number or string
	str   string // a name, or the contents of a string
	num   Value  // a number
	ahead *lookahead
}

type lookahead struct {
	tok       token
	text, str string
	num       Value
}

func newLexer(src, short string) *lexer {
	lx := &lexer{src: src, line: 1, last: 1, short: short}
	lx.src = strings.TrimPrefix(lx.src, "\xef\xbb\xbf")
	if strings.HasPrefix(lx.src, "#") {
		for lx.pos < len(lx.src) && !isEOL(lx.src[lx.pos]) {
			lx.pos++
		}
		if lx.pos < len(lx.src) {
			lx.newline()
		}
	}
	return lx
}

// at returns the character at offset i from here, 0 beyond the end (the end itself is told by pos).
func (lx *lexer) at(i int) byte {
	if lx.pos+i < len(lx.src) {
		return lx.src[lx.pos+i]
	}
	return 0
}

func isEOL(c byte) bool   { return c == '\n' || c == '\r' }
func isDigit(c byte) bool { return c-'0' < 10 }
func isIdent(c byte) bool {
	return isDigit(c) || c == '_' || (c|0x20)-'a' < 26 || c >= 0x80
}

func hexDigit(c byte) int {
	switch {
	case isDigit(c):
		return int(c - '0')
	case (c|0x20)-'a' < 6:
		return int((c|0x20)-'a') + 10
	}
	return -1
}

// fail raises a syntax error at the current line; tok names what it is near, 0 nothing.
func (lx *lexer) fail(tok token, format string, args ...any) {
	msg := fmt.Sprintf("%s:%d: %s", lx.short, lx.line, fmt.Sprintf(format, args...))
	switch tok {
	case 0:
	case tokName, tokNumber, tokString:
		near, _, _ := strings.Cut(lx.text, "\x00")
		msg += " near '" + near + "'"
	default:
		msg += " near '" + tok.String() + "'"
	}
	panic(&syntaxError{msg})
}

const maxLines = 0x7fffff00

// newline skips one line break: "\n", "\r", "\r\n" or "\n\r".
func (lx *lexer) newline() {
	c := lx.src[lx.pos]
	lx.pos++
	if d := lx.at(0); lx.pos < len(lx.src) && isEOL(d) && d != c {
		lx.pos++
	}
	if lx.line++; lx.line >= maxLines {
		lx.fail(lx.tok, "chunk has too many lines")
	}
}

// next advances to the next token.
func (lx *lexer) next() {
	lx.last = lx.line
	if a := lx.ahead; a != nil {
		lx.tok, lx.text, lx.str, lx.num = a.tok, a.text, a.str, a.num
		lx.ahead = nil
		return
	}
	lx.tok = lx.scan()
}

// peek returns the token after the current one.
func (lx *lexer) peek() token {
	tok, text, str, num := lx.tok, lx.text, lx.str, lx.num
	a := &lookahead{tok: lx.scan(), text: lx.text, str: lx.str, num: lx.num}
	lx.tok, lx.text, lx.str, lx.num = tok, text, str, num
	lx.ahead = a
	return a.tok
}

func (lx *lexer) scan() token {
	for lx.pos < len(lx.src) {
		c := lx.src[lx.pos]
		switch {
		case isEOL(c):
			lx.newline()
		case c == ' ' || c == '\t' || c == '\v' || c == '\f':
			lx.pos++
		case c == '-' && lx.at(1) == '-':
			lx.comment()
		case isDigit(c) || c == '.' && isDigit(lx.at(1)):
			return lx.number()
		case isIdent(c):
			return lx.name()
		case c == '"' || c == '\'':
			return lx.quoted(c)
		case c == '[':
			return lx.bracket()
		default:
			return lx.symbol(c)
		}
	}
	return tokEOF
}

func (lx *lexer) name() token {
	start := lx.pos
	for lx.pos < len(lx.src) && isIdent(lx.src[lx.pos]) {
		lx.pos++
	}
	lx.str = lx.src[start:lx.pos]
	lx.text = lx.str
	if t, ok := reserved[lx.str]; ok {
		return t
	}
	return tokName
}

// symbol reads an operator or a punctuation mark.
func (lx *lexer) symbol(c byte) token {
	lx.pos++
	second, tok := byte('='), tokEOF
	switch c {
	case '=':
		tok = tokEq
	case '<':
		tok = tokLe
	case '>':
		tok = tokGe
	case '~':
		tok = tokNe
	case ':':
		second, tok = ':', tokLabel
	case '.':
		second, tok = '.', tokConcat
	}
	if tok == tokEOF || lx.at(0) != second {
		return token(c)
	}
	lx.pos++
	if tok == tokConcat && lx.at(0) == '.' {
		lx.pos++
		return tokDots
	}
	return tok
}

func (lx *lexer) comment() {
	lx.pos += 2
	if lx.at(0) == '[' {
		if sep := lx.separator(); sep >= 0 {
			lx.long(sep, tokEOF, "unfinished long comment")
			return
		}
	}
	for lx.pos < len(lx.src) && !isEOL(lx.src[lx.pos]) {
		lx.pos++
	}
}

// separator returns the number of '=' between the bracket here and its twin, or -1 - number when there is no twin. It does not move.
func (lx *lexer) separator() int {
	n := 0
	for lx.at(1+n) == '=' {
		n++
	}
	if lx.at(1+n) == lx.at(0) {
		return n
	}
	return -1 - n
}

func (lx *lexer) bracket() token {
	sep := lx.separator()
	if sep >= 0 {
		lx.str = lx.long(sep, tokEOF, "unfinished long string")
		eq := strings.Repeat("=", sep)
		lx.text = "[" + eq + "[" + lx.str + "]" + eq + "]"
		return tokString
	}
	if sep == -1 {
		lx.pos++
		return '['
	}
	lx.text = lx.src[lx.pos : lx.pos-sep]
	lx.fail(tokString, "invalid long string delimiter")
	return 0
}

// long reads a long bracket of level sep from its opening on and returns what it encloses, line breaks as "\n".
func (lx *lexer) long(sep int, near token, unfinished string) string {
	lx.pos += sep + 2
	if lx.pos < len(lx.src) && isEOL(lx.src[lx.pos]) {
		lx.newline()
	}
	var b strings.Builder
	for lx.pos < len(lx.src) {
		c := lx.src[lx.pos]
		switch {
		case c == ']' && lx.separator() == sep:
			lx.pos += sep + 2
			return b.String()
		case isEOL(c):
			b.WriteByte('\n')
			lx.newline()
		default:
			b.WriteByte(c)
			lx.pos++
		}
	}
	lx.fail(near, "%s", unfinished)
	return ""
}

func (lx *lexer) number() token {
	start := lx.pos
	exp := byte('e')
	c := lx.src[lx.pos]
	if c == '0' && lx.at(1)|0x20 == 'x' {
		exp = 'p'
	}
	for lx.pos < len(lx.src) {
		d := lx.src[lx.pos]
		if !isIdent(d) && d != '.' && !((d == '-' || d == '+') && c|0x20 == exp) {
			break
		}
		c = d
		lx.pos++
	}
	lx.text = lx.src[start:lx.pos]
	v, ok := parseLiteral(lx.text)
	if !ok {
		lx.fail(tokNumber, "malformed number")
	}
	lx.num = v
	return tokNumber
}

// quoted reads a string in quotes. text keeps what was read so far, for messages.
func (lx *lexer) quoted(delim byte) token {
	var b strings.Builder
	b.WriteByte(delim)
	lx.pos++
	for {
		if lx.pos >= len(lx.src) {
			lx.fail(tokEOF, "unfinished string")
		}
		c := lx.src[lx.pos]
		switch {
		case c == delim:
			lx.pos++
			lx.str = b.String()[1:]
			lx.text = b.String() + string(delim)
			return tokString
		case isEOL(c):
			lx.text = b.String()
			lx.fail(tokString, "unfinished string")
		case c == '\\':
			lx.pos++
			lx.escape(&b)
		default:
			b.WriteByte(c)
			lx.pos++
		}
	}
}

const simpleEscapes = "abfnrtv\\\"'"
const escapeValues = "\a\b\f\n\r\t\v\\\"'"

// escape reads what follows a backslash.
func (lx *lexer) escape(b *strings.Builder) {
	if lx.pos >= len(lx.src) {
		return // reported as an unfinished string
	}
	c := lx.src[lx.pos]
	if i := strings.IndexByte(simpleEscapes, c); i >= 0 {
		b.WriteByte(escapeValues[i])
		lx.pos++
		return
	}
	switch {
	case isEOL(c):
		b.WriteByte('\n')
		lx.newline()
	case c == 'z':
		lx.pos++
		lx.skipSpace()
	case c == 'x':
		hi, lo := hexDigit(lx.at(1)), hexDigit(lx.at(2))
		if hi < 0 || lo < 0 {
			lx.badEscape(b)
		}
		b.WriteByte(byte(hi<<4 | lo))
		lx.pos += 3
	case c == 'u':
		lx.unicode(b)
	case isDigit(c):
		n := 0
		for i := 0; i < 3 && isDigit(lx.at(0)); i++ {
			n = n*10 + int(lx.at(0)-'0')
			lx.pos++
		}
		if n > 255 {
			lx.badEscape(b)
		}
		b.WriteByte(byte(n))
	default:
		lx.badEscape(b)
	}
}

func (lx *lexer) badEscape(b *strings.Builder) {
	lx.text = b.String()
	lx.fail(tokString, "invalid escape sequence")
}

func (lx *lexer) skipSpace() {
	for lx.pos < len(lx.src) {
		c := lx.src[lx.pos]
		switch {
		case isEOL(c):
			lx.newline()
		case c == ' ' || c == '\t' || c == '\v' || c == '\f':
			lx.pos++
		default:
			return
		}
	}
}

// unicode reads \u{XXX} and writes it as UTF-8.
func (lx *lexer) unicode(b *strings.Builder) {
	if lx.at(1) != '{' {
		lx.badEscape(b)
	}
	lx.pos += 2
	r := 0
	for {
		d := hexDigit(lx.at(0))
		if d < 0 {
			lx.badEscape(b)
		}
		if r = r<<4 | d; r >= 0x110000 {
			lx.badEscape(b)
		}
		lx.pos++
		if lx.at(0) == '}' {
			break
		}
	}
	if r >= 0xd800 && r < 0xe000 {
		lx.badEscape(b)
	}
	lx.pos++
	b.WriteRune(rune(r))
}
