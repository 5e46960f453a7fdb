package parser

import (
	"fmt"
	"strings"

	"tidegate/ast"
	"tidegate/ast/diag"
)

// Blocks of Lua end where ngx_http_lua_conf_read_lua_token and its twin in the
// stream module find the closing brace. Their lexer knows braces, strings on
// one line, line comments and long brackets, and looks at the part of the file
// that is in nginx's buffer. Two things are done better here, because they
// matter only for Lua that would otherwise be cut in two: a string that goes
// on over a line end by \ or \z is one string, and an unlimited second reading
// finds the end of a block that outgrows the buffer.

// isLuaBlock reports whether a block after this name holds Lua.
func isLuaBlock(name string) bool { return strings.HasSuffix(name, "_by_lua_block") }

// luaToken is what the lexer of the Lua modules finds.
type luaToken uint8

const (
	luaNone luaToken = iota
	luaOpen
	luaClose
	luaLong // an opening long bracket, of a string or of a comment
	luaOther
)

// luaReader finds the end of one block.
type luaReader struct {
	p      *parser
	start  int  // where the block begins, after its brace
	pos    int  // the next byte to read
	last   int  // the end of what is in the buffer
	low    int  // with fewer bytes left the buffer is filled up
	anchor int  // after the brace opened last, where nginx reports an early end
	join   bool // strings go on over line ends by Lua's rules
	seen   bool // there is such a string

	// Up to these offsets no quote of the kind opens a string: an earlier one
	// has looked for its end in vain, in what was in the buffer up to deadLast
	// or by Lua's rules.
	dead, deadLast, deadJoined [2]int
}

// luaBlock reads the Lua after the "{" at offset open, which was just read.
func (p *parser) luaBlock(h *head, open int) {
	start := p.pos
	errors, quiet := len(p.diags), p.quiet
	r := luaReader{p: p, start: start, pos: start, last: min(p.buffered, len(p.src)), low: p.lowWater(), anchor: start}
	found := r.run(true)
	if r.seen {
		joined := luaReader{p: p, start: start, pos: start, last: min(p.buffered, len(p.src)), low: r.low, anchor: start, join: true}
		if p.spend(len(p.src)-start) && joined.run(false) {
			p.diags, p.quiet = p.diags[:errors], quiet
			p.checkJoined(found, r.pos, joined.pos)
			found, r = true, joined
		}
	}
	if !found {
		// The error is reported. Now find the end without nginx's buffer.
		whole := luaReader{p: p, start: start, pos: start, last: len(p.src), anchor: start, join: true}
		if p.spend(len(p.src)-start) && whole.run(false) {
			found, r.pos, r.last = true, whole.pos, max(p.buffered, whole.pos)
		}
	}
	if !found {
		p.brokenLua(open)
		return
	}
	p.pos, p.buffered = r.pos, max(r.last, r.pos)
	p.noteIndent(int(p.tree.HeadWord(0).Start), open, r.pos-1)
	p.tree.Lua(h.kind(ast.Lua), open, r.pos)
}

// checkJoined says so when the modules end a block elsewhere, or not at all,
// because they do not know strings that go on over a line end.
func (p *parser) checkJoined(found bool, theirs, end int) {
	if found && theirs == end {
		return
	}
	message := "OpenResty does not find the end of this Lua block"
	if found {
		message = fmt.Sprintf("OpenResty ends this Lua block on line %d", p.file.Position(theirs).Line)
	}
	p.advise("lua-joined-string", p.rangeOf(end-1, end), "%s", message).Detail =
		`its lexer does not know strings that go on over a line end by \ or \z`
}

// run reads up to the brace that closes the block and returns whether it was
// found; then pos is just past it. With report set errors are recorded.
func (r *luaReader) run(report bool) bool {
	level := 1
	for {
		token, ok := r.token(report)
		if !ok {
			return false
		}
		switch token {
		case luaOpen:
			level++
			r.anchor = r.pos
		case luaClose:
			level--
			if level == 0 {
				return true
			}
		}
	}
}

// token reads the next token as ngx_stream_lua_conf_read_lua_token does.
func (r *luaReader) token(report bool) (luaToken, bool) {
	size := len(r.p.src)
	begin, kept := r.pos, r.pos
	for {
		if r.pos >= r.last || (r.last < size && r.last-r.pos < r.low) {
			if r.last >= size {
				return luaNone, r.noEnd(report)
			}
			if r.last-kept >= confBuffer {
				return luaNone, r.tooLong(report, begin)
			}
			r.last = min(kept+confBuffer, size)
		}
		token, start, end := r.lex()
		switch token {
		case luaNone:
			if r.last >= size {
				return luaNone, r.noEnd(report)
			}
			if r.last-r.pos >= confBuffer {
				return luaNone, r.tooLong(report, begin)
			}
			kept, r.pos, r.last = r.pos, r.last, min(r.pos+confBuffer, size)
			continue
		case luaLong:
			if end = r.closeLong(start, end, report); end < 0 {
				return luaNone, false
			}
		}
		r.pos = end
		r.last = max(r.last, end)
		return token, true
	}
}

// lowWater returns how many bytes the Lua modules want to have in the buffer
// before they look for a token.
func (p *parser) lowWater() int {
	if p.subsystem() == inHTTP {
		return confBuffer / 2
	}
	return confBuffer / 3
}

// fail records an error that nginx reports at offset at. In order it comes at
// the beginning of the block, all of which may be read again, and after what
// is said of the place and the arguments of the directive.
func (r *luaReader) fail(subject ast.Range, at int, message string) *diag.Diagnostic {
	d := r.p.fail("lua-block", subject, at, "%s", message)
	d.Order = ast.Pos{File: r.p.file, Offset: r.start + 1}
	return d
}

func (r *luaReader) noEnd(report bool) bool {
	if report {
		d := r.fail(r.p.rangeOf(r.anchor-1, r.anchor), r.anchor,
			"unexpected end of file, expecting terminating characters for lua code block")
		d.Detail = `the "}" for this brace is missing`
	}
	return false
}

func (r *luaReader) tooLong(report bool, begin int) bool {
	if report {
		d := r.fail(r.p.rangeOf(begin, begin+1), begin,
			"too long lua code block, probably missing terminating characters")
		d.Detail = fmt.Sprintf("nginx finds no brace, string, comment or long bracket within %d bytes", confBuffer)
	}
	return false
}

// closeLong returns the offset past the long bracket that closes the one from
// start to end, or -1.
func (r *luaReader) closeLong(start, end int, report bool) int {
	p := r.p
	bracket := strings.TrimLeft(p.text[start:end], "-")
	closing := strings.ReplaceAll(bracket, "[", "]")
	if i := strings.Index(p.text[end:r.last], closing); i >= 0 {
		return end + i + len(closing)
	}
	if !report {
		return -1
	}
	more := ""
	if p.subsystem() == inHTTP {
		more = ", the inlined Lua code may be too long"
	}
	d := r.fail(p.rangeOf(start, end), start,
		fmt.Sprintf(`Lua code block missing the closing long bracket "%s"%s`, closing, more))
	d.Detail = "it is never closed"
	if strings.Contains(p.text[end:], closing) {
		d.Detail = fmt.Sprintf("nginx looks for it within %d bytes; put long Lua into a file", confBuffer)
	}
	return -1
}

// lex finds the first token between pos and last: the leftmost place at which
// one of the patterns of the Lua modules' generated lexer matches.
func (r *luaReader) lex() (token luaToken, start, end int) {
	src := r.p.src[:r.last]
	for i := r.pos; i < len(src); i++ {
		switch c := src[i]; c {
		case '{':
			return luaOpen, i, i + 1
		case '}':
			return luaClose, i, i + 1
		case '"', '\'':
			if end := r.str(i, c); end > 0 {
				return luaOther, i, end
			}
		case '-':
			if i+1 >= len(src) || src[i+1] != '-' {
				continue
			}
			if end := bracketEnd(src, i+2, '['); end > 0 {
				return luaLong, i, end
			}
			if n := strings.IndexByte(r.p.text[i:r.last], '\n'); n >= 0 {
				return luaOther, i, i + n
			}
			return luaOther, i, len(src)
		case '[':
			if end := bracketEnd(src, i, '['); end > 0 {
				return luaLong, i, end
			}
		case ']':
			if end := bracketEnd(src, i, ']'); end > 0 {
				return luaOther, i, end
			}
		}
	}
	return luaNone, 0, 0
}

// bracketEnd returns the offset past a long bracket that begins at i, or 0.
func bracketEnd(src []byte, i int, bracket byte) int {
	if i >= len(src) || src[i] != bracket {
		return 0
	}
	for i++; i < len(src) && src[i] == '='; i++ {
	}
	if i >= len(src) || src[i] != bracket {
		return 0
	}
	return i + 1
}

// str returns the offset past the string that begins at i, or 0 if there is
// none: then the modules take the quote for any other byte.
func (r *luaReader) str(i int, quote byte) int {
	kind := int(quote & 1) // ' is odd and " is even
	src := r.p.src[:r.last]
	if i >= r.dead[kind] || r.deadLast[kind] != r.last {
		j := i + 1
		for j < len(src) && src[j] != '\n' {
			switch src[j] {
			case quote:
				return j + 1
			case '\\':
				if j+1 < len(src) && src[j+1] != '\n' {
					j++
				}
			}
			j++
		}
		r.dead[kind], r.deadLast[kind] = j, r.last
	}
	if i < r.deadJoined[kind] || r.dead[kind] >= len(src) {
		return 0
	}
	end := r.joinedStr(i, quote)
	r.seen = r.seen || end > 0
	if !r.join {
		r.deadJoined[kind] = max(r.deadJoined[kind], end)
		return 0
	}
	return end
}

// joinedStr is str by Lua's own rules, where \ before a line end and \z let a
// string go on in the next line.
func (r *luaReader) joinedStr(i int, quote byte) int {
	src := r.p.src
	j := i + 1
scan:
	for j < len(src) {
		switch src[j] {
		case quote:
			return j + 1
		case '\n', '\r':
			break scan
		case '\\':
			j++
			if j >= len(src) {
				break scan
			}
			switch src[j] {
			case '\r', '\n':
				if j+1 < len(src) && src[j+1]^src[j] == '\r'^'\n' {
					j++
				}
			case 'z':
				for j+1 < len(src) && strings.IndexByte(" \t\r\n\v\f", src[j+1]) >= 0 {
					j++
				}
			}
		}
		j++
	}
	r.deadJoined[int(quote&1)] = j
	return 0
}

// brokenLua adds a block whose end was not found. By the indentation it ends
// with the first line that begins with "}" in the directive's column, or
// before the first one further left; otherwise it takes the rest of the file.
func (p *parser) brokenLua(open int) {
	column := p.lineIndent(int(p.tree.HeadWord(0).Start))
	at, closed := open+1, false
	for {
		n := strings.IndexByte(p.text[at:], '\n')
		if n < 0 || !p.spend(n) {
			at = len(p.src)
			break
		}
		at += n + 1
		first := at
		for first < len(p.src) && (p.src[first] == ' ' || p.src[first] == '\t') {
			first++
		}
		if first == len(p.src) || p.src[first] != '}' {
			continue
		}
		indent := p.indent(first)
		if indent == column {
			at, closed = first+1, true
		}
		if indent <= column {
			break
		}
	}
	p.pos, p.buffered = at, max(p.buffered, at)
	p.tree.Open(ast.Broken, open)
	p.tree.Close(at, closed)
}

// lineIndent returns the indentation of the line that holds off.
func (p *parser) lineIndent(off int) int {
	first := strings.LastIndexByte(p.text[:off], '\n') + 1
	for first < off && (p.src[first] == ' ' || p.src[first] == '\t') {
		first++
	}
	return p.indent(first)
}
