package perl

import (
	"fmt"
	"strconv"
	"strings"
)

var closers = map[byte]byte{'(': ')', '[': ']', '{': '}', '<': '>'}

// delimited reads a text between delimiters; those that are brackets nest. The backslash in front of a delimiter stays.
func (p *parser) delimited() (text string, open byte) {
	open = p.src[p.pos]
	end, nests := closers[open]
	if !nests {
		end = open
	}
	depth, start := 1, p.pos+1
	for i := start; i < len(p.src); i++ {
		switch c := p.src[i]; {
		case c == '\\':
			i++
		case nests && c == open:
			depth++
		case c == end:
			if depth--; depth == 0 {
				p.pos = i + 1
				return p.src[start:i], open
			}
		}
	}
	// Whatever else Perl knows, this is an error to it as well.
	panic(&Error{File: p.file, Line: p.lineNumber(), Reason: fmt.Sprintf("a quote that begins with %c does not end", open), Died: true})
}

// quote reads a quote operator; its word has been taken unless it is the delimiter itself.
func (p *parser) quote(op string) node {
	line := p.lineNumber()
	switch op {
	case "'", "\"", "`", "/":
	default:
		if p.pos < len(p.src) && (p.src[p.pos] == ' ' || p.src[p.pos] == '\n') {
			p.space()
		}
	}
	text, open := p.delimited()
	switch op {
	case "'", "q":
		return literal{single(text, open)}
	case "\"", "qq":
		return p.interpolate(unescapeDelimiter(text, open), line, false)
	case "`", "qx":
		return command{line, p.interpolate(text, line, false)}
	case "qw":
		var items []node
		for _, w := range strings.Fields(text) {
			items = append(items, literal{w})
		}
		return sublist{items: items}
	case "/", "m", "qr":
		return pattern{line, p.regex(text, open, line), p.flags(), op == "qr"}
	case "s":
		return p.substitution(text, open, line)
	}
	p.fail("the operator %s is not supported", op)
	return nil
}

func (p *parser) flags() string {
	start := p.pos
	for p.pos < len(p.src) && isLetter(p.src[p.pos]) {
		p.pos++
	}
	return p.src[start:p.pos]
}

// regex is the text of a pattern; variables in it are replaced, unless the delimiter is a quote.
func (p *parser) regex(text string, open byte, line int) node {
	if open != '\\' && strings.IndexByte(`/!,"'#~%@;:=`, open) >= 0 {
		text = strings.ReplaceAll(text, "\\"+string(open), string(open))
	}
	if open == '\'' {
		return literal{text}
	}
	return p.interpolate(text, line, true)
}

func (p *parser) substitution(text string, open byte, line int) node {
	what := p.regex(text, open, line)
	if _, nests := closers[open]; nests {
		p.space()
	} else {
		p.pos-- // the delimiter in the middle opens the second part
	}
	start := p.pos
	with, second := p.delimited()
	flags := p.flags()
	n := substitution{what: pattern{line, what, flags, false}}
	switch {
	case strings.Contains(flags, "ee"):
		p.fail("the modifier ee is not supported")
	case strings.Contains(flags, "e"):
		sub := &parser{in: p.in, src: p.src[:start+1+len(with)], pos: start + 1, line: p.line, file: p.file, jumps: p.jumps}
		n.with = doBlock{of: sub.statements(true)}
	case second == '\'':
		n.with = literal{with}
	default:
		n.with = p.interpolate(unescapeDelimiter(with, second), line, false)
	}
	return n
}

// single is the value of a string in single quotes.
func single(text string, open byte) string {
	if !strings.Contains(text, "\\") {
		return text
	}
	end := open
	if e, ok := closers[open]; ok {
		end = e
	}
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] == '\\' && i+1 < len(text) && (text[i+1] == '\\' || text[i+1] == open || text[i+1] == end) {
			i++
		}
		b.WriteByte(text[i])
	}
	return b.String()
}

// unescapeDelimiter takes the backslash from delimiters that mean nothing else in a string with interpolation.
func unescapeDelimiter(text string, open byte) string {
	if open == '"' || strings.IndexByte(`!#/|~,;:%'`, open) < 0 {
		return text
	}
	return strings.ReplaceAll(text, "\\"+string(open), string(open))
}

// heredoc reads <<NAME, <<"NAME" or <<'NAME'. Its text stands in the lines that follow.
func (p *parser) heredoc() node {
	p.pos += 2
	indent := false
	if p.pos < len(p.src) && p.src[p.pos] == '~' {
		indent = true
		p.pos++
	}
	quoted, name := byte('"'), ""
	if p.pos < len(p.src) && (p.src[p.pos] == '"' || p.src[p.pos] == '\'') {
		quoted = p.src[p.pos]
		name, _ = p.delimited()
	} else if p.pos < len(p.src) && isLetter(p.src[p.pos]) {
		name = p.word(false)
	} else if p.pos+1 < len(p.src) && p.src[p.pos] == '\\' && isLetter(p.src[p.pos+1]) { // like a name in single quotes
		p.pos++
		quoted, name = '\'', p.word(false)
	} else {
		p.fail("cannot read %q", "<<"+p.near())
	}
	eol := strings.IndexByte(p.rest(), '\n')
	if eol < 0 {
		p.fail("the here-document %s has no text", name)
	}
	eol += p.pos
	start := eol + 1
	if to, ok := p.jumps[eol]; ok { // another one began on this line
		start = to
	}
	var lines []string
	at := start
	for {
		if at >= len(p.src) {
			p.fail("the here-document %s does not end", name)
		}
		line, _, _ := strings.Cut(p.src[at:], "\n")
		at = min(at+len(line)+1, len(p.src))
		if line == name || indent && strings.TrimLeft(line, " \t") == name {
			break
		}
		lines = append(lines, line+"\n")
	}
	p.jumps[eol] = at
	if indent {
		lines = unindent(lines)
	}
	text := strings.Join(lines, "")
	if quoted == '\'' {
		return literal{text}
	}
	return p.interpolate(text, p.line+strings.Count(p.src[:start], "\n"), false)
}

func unindent(lines []string) []string {
	common := -1
	for _, l := range lines {
		if n := len(l) - len(strings.TrimLeft(l, " \t")); strings.TrimSpace(l) != "" && (common < 0 || n < common) {
			common = n
		}
	}
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = l[min(max(common, 0), len(l)-1):]
	}
	return out
}

// interpolation reads a text with variables in it.
type interpolation struct {
	p     *parser // over the text
	regex bool
	parts []node
	plain strings.Builder
	cases []int // open \Q, \L, \U: where their parts begin
	kinds []byte
	once  byte // \u or \l for the next character
}

func (p *parser) interpolate(text string, line int, regex bool) node {
	it := &interpolation{p: &parser{in: p.in, src: text, line: line, file: p.file, jumps: map[int]int{}}, regex: regex}
	for it.p.pos < len(text) {
		it.step()
	}
	for len(it.cases) > 0 {
		it.end()
	}
	it.flush()
	if len(it.parts) == 1 {
		if l, ok := it.parts[0].(literal); ok {
			return l
		}
	}
	return joined{it.parts}
}

func (it *interpolation) flush() {
	if it.plain.Len() > 0 {
		it.parts = append(it.parts, literal{it.plain.String()})
		it.plain.Reset()
	}
}

// end closes the last \Q, \L or \U.
func (it *interpolation) end() {
	it.flush()
	n := len(it.cases) - 1
	from := it.cases[n]
	part := cased{it.kinds[n], joined{append([]node(nil), it.parts[from:]...)}}
	it.parts = append(it.parts[:from], part)
	it.cases, it.kinds = it.cases[:n], it.kinds[:n]
}

func (it *interpolation) text(s string) {
	if it.once != 0 && s != "" {
		if it.once == 'u' {
			s = strings.ToUpper(s[:1]) + s[1:]
		} else {
			s = strings.ToLower(s[:1]) + s[1:]
		}
		it.once = 0
	}
	it.plain.WriteString(s)
}

func (it *interpolation) quoting() bool {
	return len(it.kinds) > 0 && it.kinds[len(it.kinds)-1] == 'Q'
}

func (it *interpolation) step() {
	p := it.p
	c := p.src[p.pos]
	switch {
	case c == '\\' && p.pos+1 < len(p.src):
		it.escape()
	case c == '$' && it.startsScalar():
		it.flush()
		p.pos++
		if strings.HasPrefix(p.rest(), "#") {
			p.pos++
			it.parts = append(it.parts, lastIndex{p.collectionOf('@')})
			return
		}
		n := p.scalarName()
		it.parts = append(it.parts, it.subscripts(n))
	case c == '@' && p.pos+1 < len(p.src) && (isLetter(p.src[p.pos+1]) || p.src[p.pos+1] == '{' || p.src[p.pos+1] == '$' || p.src[p.pos+1] == ':'):
		it.flush()
		p.pos++
		a := p.collectionOf('@')
		if c := at(p.rest(), 0); !it.regex && a.ref == nil && (c == '[' || c == '{') {
			it.parts = append(it.parts, spread{p.slice(a)})
			return
		}
		it.parts = append(it.parts, spread{a})
	default:
		it.text(string(c))
		p.pos++
	}
}

// startsScalar tells whether the $ begins a variable. In a pattern it may be an anchor.
func (it *interpolation) startsScalar() bool {
	p := it.p
	if p.pos+1 >= len(p.src) {
		return false
	}
	c := p.src[p.pos+1]
	switch {
	case isWord(c), c == '{', c == ':' && strings.HasPrefix(p.src[p.pos+1:], "::") && p.pos+3 < len(p.src) && isLetter(p.src[p.pos+3]):
		return true
	case c == '$':
		return !it.regex || isLetter(at(p.src, p.pos+2)) || at(p.src, p.pos+2) == '{'
	case c == '#' && !it.regex:
		return at(p.src, p.pos+2) == '{' || at(p.src, p.pos+2) == '$' || isLetter(at(p.src, p.pos+2))
	case it.regex:
		return false
	}
	return c == '&' || c == '@' || c == '!' || c == '0' || c == '/'
}

// subscripts reads [index], {key} and -> behind a variable in a string. In a pattern a bracket begins a class and a brace a count.
func (it *interpolation) subscripts(n node) node {
	p := it.p
	for {
		rest := p.rest()
		switch {
		case it.regex && (strings.HasPrefix(rest, "[") || strings.HasPrefix(rest, "{") && !isLetter(at(rest, 1))):
			return n
		case strings.HasPrefix(rest, "[") && (isDigit(at(rest, 1)) || at(rest, 1) == '$' || at(rest, 1) == '-' && isDigit(at(rest, 2))),
			strings.HasPrefix(rest, "{") && at(rest, 1) != '}':
			if _, plain := n.(scalarVar); plain {
				n = p.subscript(n)
				continue
			}
			if _, plain := n.(follow); plain {
				n = p.subscript(n)
				continue
			}
			n = it.reached(n)
		case strings.HasPrefix(rest, "->[") && at(rest, 3) != ']', strings.HasPrefix(rest, "->{"):
			p.pos += 2
			n = it.reached(n)
		default:
			return n
		}
	}
}

func at(s string, i int) byte {
	if i < len(s) {
		return s[i]
	}
	return 0
}

// reached is the element of what a reference leads to.
func (it *interpolation) reached(n node) node {
	if it.p.take("[") {
		e := element{collection{sigil: '@', ref: n}, it.p.expr()}
		it.p.want("]")
		return e
	}
	it.p.want("{")
	return member{collection{sigil: '%', ref: n}, it.p.key()}
}

// escape reads a backslash and what belongs to it. In a pattern all but \Q, \E and their kin is left to the pattern's own rules.
func (it *interpolation) escape() {
	p := it.p
	c := p.src[p.pos+1]
	switch c {
	case 'Q', 'L', 'U':
		it.flush()
		it.cases, it.kinds = append(it.cases, len(it.parts)), append(it.kinds, c)
		p.pos += 2
		return
	case 'E':
		if len(it.cases) > 0 {
			it.end()
		}
		p.pos += 2
		return
	}
	if it.regex {
		if it.quoting() { // a backslash within \Q is quoted like any other character
			it.text("\\")
			p.pos++
			return
		}
		it.text(p.src[p.pos : p.pos+2])
		p.pos += 2
		return
	}
	p.pos += 2
	switch c {
	case 'u', 'l':
		it.once = c
	case 'n', 't', 'r', 'f', 'a', 'e', 'b':
		it.text(string(escapes[c]))
	case 'x':
		it.text(it.hexadecimal())
	case '0', '1', '2', '3', '4', '5', '6', '7':
		end := p.pos - 1
		for end < len(p.src) && end < p.pos+2 && p.src[end] >= '0' && p.src[end] <= '7' {
			end++
		}
		n, _ := strconv.ParseUint(p.src[p.pos-1:end], 8, 16)
		p.pos = end
		it.text(string([]byte{byte(n)}))
	case 'N':
		p.fail("\\N in a string is not supported")
	default:
		it.text(string([]byte{c}))
	}
}

var escapes = map[byte]byte{'n': '\n', 't': '\t', 'r': '\r', 'f': '\f', 'a': 7, 'e': 27, 'b': 8}

// hexadecimal reads what stands behind \x.
func (it *interpolation) hexadecimal() string {
	p := it.p
	digits := ""
	if strings.HasPrefix(p.rest(), "{") {
		end := strings.IndexByte(p.rest(), '}')
		if end < 0 {
			p.fail("\\x{ without }")
		}
		digits = strings.TrimSpace(p.rest()[1:end])
		p.pos += end + 1
	} else {
		for len(digits) < 2 && p.pos < len(p.src) && strings.IndexByte("0123456789abcdefABCDEF", p.src[p.pos]) >= 0 {
			digits += string(p.src[p.pos])
			p.pos++
		}
	}
	n, err := strconv.ParseUint("0"+digits, 16, 32)
	switch {
	case err != nil:
		p.fail("\\x{%s} cannot be read", digits)
	case n > 255:
		return string(rune(n)) // a wide character goes out as UTF-8
	}
	return string([]byte{byte(n)})
}

// quotemeta puts a backslash in front of all that could mean something in a pattern.
func quotemeta(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if !isWord(s[i]) && s[i] < 0x80 {
			b.WriteByte('\\')
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
