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
	return t
}()

// head is a directive while its words are being read.
type head struct {
	broken bool // an error was reported inside it
}

// directive reads one directive up to its ";", "{" or Lua block, or the "}" of
// the block around it. It returns false at the end of the file.
func (p *parser) directive() bool {
	h := head{}
	p.read(p.pos, p.pos+1)
	for {
		p.skipSpace()
		if p.pos >= len(p.src) {
			if p.tree.Head() > 0 {
				p.endInside()
			}
			return false
		}
		if p.tree.Head() >= maxWords || len(p.file.Comments) > p.mostComments {
			if p.tree.Head() > 0 {
				p.broken(p.pos)
			}
			return p.within()
		}
		at := p.pos
		switch p.src[at] {
		case ';':
			p.pos++
			if p.tree.Head() == 0 {
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
			p.closing()
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
scan:
	for i < len(src) {
		c := src[i]
		if class[c]&isSpecial == 0 {
			i++
			continue
		}
		switch c {
		case '\\':
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
	p.tree.Word(start, i)
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
	for i < len(src) && src[i] != quote {
		if src[i] == '\\' {
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
	p.tree.Word(open, i+1)
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

// kind returns the kind of a directive, which an error in its head turns into
// Broken.
func (h *head) kind(k ast.Kind) ast.Kind {
	if h.broken {
		return ast.Broken
	}
	return k
}

// simple ends a directive at the ";" that was just read.
func (p *parser) simple(h *head) { p.tree.Simple(h.kind(ast.Simple), p.pos) }

// block begins a body at the "{" that was just read.
func (p *parser) block(h *head) {
	at := p.pos - 1
	name := ""
	if p.tree.Head() == 0 {
		h.broken = true
		p.fail("unexpected", p.rangeOf(at, at+1), p.pos, `unexpected "{"`).Detail =
			"a block begins with the name of a directive"
	} else {
		name = p.tree.HeadWord(0).Text
	}
	if p.file.CommandLine {
		p.fail("block-in-param", p.rangeOf(at, at+1), p.pos, "block directives are not supported in -g option")
		h.broken = true
	} else if isLuaBlock(name) {
		p.luaBlock(h, at)
		return
	}
	p.enter(h.kind(ast.Block), name, at)
}

// closing handles the "}" that was just read.
func (p *parser) closing() {
	at := p.pos - 1
	if p.tree.Head() > 0 {
		p.missingSemicolon(at)
		if p.tree.Depth() == 0 {
			return
		}
	}
	if p.tree.Depth() == 0 {
		p.strayClose(at)
		return
	}
	block := p.tree.Block()
	p.noteIndent(int(block.Start), int(block.Open), at)
	p.leave(p.pos, true)
}

// within stops reading a file that grows past the limits.
func (p *parser) within() bool {
	switch {
	case p.tree.Depth() > maxDepth:
		return p.stop("blocks are nested more than %d deep", maxDepth)
	case p.tree.NumDirectives() > maxDirectives:
		return p.stop("more than %d directives in one file", maxDirectives)
	case p.tree.NumWords() >= maxWords:
		return p.stop("more than %d words in one file", maxWords)
	case len(p.file.Comments) > p.mostComments:
		return p.stop("more than %d comments in one file", p.mostComments)
	}
	return true
}
