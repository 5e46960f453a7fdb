package parser

import (
	"strings"

	"tidegate/ast"
)

// The classes of bytes that ngx_conf_read_token tells apart.
const (
	isSpace   = 1 << iota // separates words
	endsWord              // ends a word without quotes
	isSpecial             // is to be looked at inside a word without quotes
	isEscaped             // loses its backslash, or is translated with it
)

var class = func() (t [256]uint8) {
	for _, c := range " \t\r\n" {
		t[c] |= isSpace | endsWord | isSpecial
	}
	for _, c := range ";{" {
		t[c] |= endsWord | isSpecial
	}
	for _, c := range `\$` {
		t[c] |= isSpecial
	}
	for _, c := range `"'\trn` {
		t[c] |= isEscaped
	}
	return t
}()

// head is a directive while its words are being read.
type head struct {
	first  int  // index of its first word in p.words
	n      int  // number of words
	broken bool // an error was reported inside it
}

// directive reads one directive up to its ";", "{" or Lua block, or the "}" of
// the block around it. It returns false at the end of the file.
func (p *parser) directive() bool {
	h := head{first: len(p.words)}
	p.read(p.pos, p.pos+1)
	for {
		p.skipSpace()
		if p.pos >= len(p.src) {
			if h.n > 0 {
				p.endInside(&h)
			}
			return false
		}
		if h.n >= maxWords {
			p.broken(&h, p.pos)
			return p.within()
		}
		at := p.pos
		switch p.src[at] {
		case ';':
			p.pos++
			if h.n == 0 {
				p.strayByte(at)
			} else {
				p.simple(&h)
			}
			return p.within()
		case '{':
			p.pos++
			p.block(&h)
			return p.within()
		case '}':
			p.pos++
			p.closing(&h)
			return true
		case '#':
			p.comment()
		case '"', '\'':
			if !p.quoted(&h) {
				return true
			}
		default:
			p.bare(&h)
		}
	}
}

// read accounts for nginx reading the bytes up to end while it keeps those from
// start on. When it comes to the end of its buffer it moves what it keeps to
// the beginning and fills up the rest. The result is false if the buffer could
// not hold it all.
func (p *parser) read(start, end int) bool {
	end = min(end, len(p.src))
	if end <= p.buffered {
		return true
	}
	p.buffered = max(p.buffered, start+confBuffer)
	if end <= p.buffered {
		return true
	}
	p.buffered = end
	return false
}

// skipSpace moves to the next byte that is not white space. In white space
// nginx keeps only the last byte it has read.
func (p *parser) skipSpace() {
	i := p.pos
	for i < len(p.src) && class[p.src[i]]&isSpace != 0 {
		i++
	}
	for i >= p.buffered && p.buffered > p.pos && p.buffered < len(p.src) {
		p.buffered += confBuffer - 1
	}
	p.pos = i
}

// comment reads from "#" to the end of the line.
func (p *parser) comment() {
	start := p.pos
	end := strings.IndexByte(p.text[start:], '\n')
	if end < 0 {
		end = len(p.src)
	} else {
		end += start
	}
	if !p.read(start, end+1) {
		p.tooLong(start, start, end, 0)
	}
	p.pos = end
	if p.src[end-1] == '\r' {
		end--
	}
	p.file.Comments = append(p.file.Comments, ast.Comment{
		Text: p.text[start:end], Start: int32(start), End: int32(end),
	})
}

// bare reads a word without quotes.
func (p *parser) bare(h *head) {
	src, start := p.src, p.pos
	i := start
	escaped := false
scan:
	for i < len(src) {
		c := src[i]
		if class[c]&isSpecial == 0 {
			i++
			continue
		}
		switch c {
		case '\\':
			escaped = true
			i += 2
		case '$':
			// An opening brace after "$" belongs to a variable, and so do
			// those that follow it.
			for i++; i < len(src) && src[i] == '{'; i++ {
			}
		default:
			break scan
		}
	}
	i = min(i, len(src))
	text := p.text[start:i]
	if escaped {
		text = unescape(text)
	}
	h.first = p.addWord(h.first, ast.Word{Text: text, Start: int32(start), End: int32(i)})
	h.n++
	p.pos = i
	// The byte that ends the word, and if that is white space the byte after
	// it, are read while nginx still keeps the word.
	kept := i + 1
	if i < len(src) && class[src[i]]&isSpace != 0 {
		kept++
	}
	if kept > p.buffered && !p.read(start, kept) {
		h.broken = true
		p.tooLong(start, start, i, 0)
	}
}

// quoted reads a word in quotes and looks at the byte that follows it. It
// returns false when recovery has ended the directive.
func (p *parser) quoted(h *head) bool {
	src, open := p.src, p.pos
	quote := src[open]
	i := open + 1
	escaped := false
	for i < len(src) && src[i] != quote {
		if src[i] == '\\' {
			escaped = true
			i++
		}
		i++
	}
	if i >= len(src) {
		return p.unclosed(h, open)
	}
	fits := p.read(open+1, i+1)
	if !fits {
		h.broken = true
		p.tooLong(open, open+1, i, quote)
	}
	text := p.text[open+1 : i]
	if escaped {
		text = unescape(text)
	}
	h.first = p.addWord(h.first, ast.Word{Text: text, Start: int32(open), End: int32(i + 1), Quote: quote})
	h.n++
	p.pos = i + 1
	return p.afterQuote(h, open, fits)
}

// afterQuote checks the byte after a closing quote: white space, ";", "{" or
// ")" may follow.
func (p *parser) afterQuote(h *head, open int, fits bool) bool {
	at := p.pos
	if at >= len(p.src) {
		return true
	}
	c := p.src[at]
	kept := at + 1
	if class[c]&isSpace != 0 {
		kept++
	}
	if fits && !p.read(open+1, kept) {
		fits, h.broken = false, true
		p.tooLong(open, open+1, at-1, 0)
	}
	if class[c]&endsWord != 0 || c == ')' {
		return true
	}
	return p.stuck(h, open, fits)
}

// unescape applies the backslash rules of ngx_conf_read_token to the value of
// a word: \" \' \\ lose the backslash, \t \r \n become control characters, and
// any other backslash stays.
func unescape(s string) string {
	i := strings.IndexByte(s, '\\')
	for i >= 0 && (i+1 >= len(s) || class[s[i+1]]&isEscaped == 0) {
		// Both bytes stay. The second one is no backslash: that is escaped.
		next := strings.IndexByte(s[i+1:], '\\')
		if next < 0 {
			return s
		}
		i += 1 + next
	}
	out := append(make([]byte, 0, len(s)), s[:i]...)
	for i < len(s) {
		c := s[i]
		if c == '\\' && i+1 < len(s) && class[s[i+1]]&isEscaped != 0 {
			i++
			switch c = s[i]; c {
			case 't':
				c = '\t'
			case 'r':
				c = '\r'
			case 'n':
				c = '\n'
			}
		}
		out = append(out, c)
		i++
	}
	return string(out)
}

// wordsOf returns the words of a directive for its node.
func (p *parser) wordsOf(h *head) []ast.Word {
	p.count.words += h.n
	return p.words[h.first : h.first+h.n : h.first+h.n]
}

// simple ends a directive at the ";" that was just read.
func (p *parser) simple(h *head) {
	kind := ast.Simple
	if h.broken {
		kind = ast.Broken
	}
	words := p.wordsOf(h)
	p.push(ast.Directive{
		File: p.file, Words: words, Kind: kind,
		Start: words[0].Start, End: int32(p.pos), Open: -1, Close: -1,
	})
}

// block begins a body at the "{" that was just read.
func (p *parser) block(h *head) {
	at := p.pos - 1
	d := ast.Directive{
		File: p.file, Kind: ast.Block,
		Start: int32(at), End: int32(p.pos), Open: int32(at), Close: -1,
	}
	if h.broken {
		d.Kind = ast.Broken
	}
	if h.n == 0 {
		d.Kind = ast.Broken
		p.fail("unexpected", p.rangeOf(at, at+1), p.pos, `unexpected "{"`).Detail =
			"a block begins with the name of a directive"
	} else {
		d.Words = p.wordsOf(h)
		d.Start = d.Words[0].Start
	}
	if p.file.CommandLine {
		p.fail("block-in-param", p.rangeOf(at, at+1), p.pos, "block directives are not supported in -g option")
		d.Kind = ast.Broken
	} else if isLuaBlock(d.Name()) {
		p.luaBlock(d)
		return
	}
	p.push(d)
	p.enter()
}

// closing handles the "}" that was just read.
func (p *parser) closing(h *head) {
	at := p.pos - 1
	if h.n > 0 {
		p.missingSemicolon(h, at)
		if len(p.open) == 0 {
			return
		}
	}
	if len(p.open) == 0 {
		p.strayClose(at)
		return
	}
	p.noteIndent(&p.scratch[p.open[len(p.open)-1].at], at)
	p.leave(at, p.pos)
}

// within stops reading a file that grows past the limits.
func (p *parser) within() bool {
	switch {
	case len(p.open) > maxDepth:
		return p.stop("blocks are nested more than %d deep", maxDepth)
	case p.count.directives > maxDirectives:
		return p.stop("more than %d directives in one file", maxDirectives)
	case p.count.words >= maxWords:
		return p.stop("more than %d words in one file", maxWords)
	}
	return true
}
