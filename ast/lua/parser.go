package lua

import (
	"fmt"
	"strings"
)

// Parse reads a chunk. It always returns a tree; the first error is in
// Chunk.Err.
func Parse(src string) *Chunk { return new(Parser).Parse(src) }

// Parser reads chunks one after the other. The trees of small chunks share
// memory, so that reading thousands of them is cheap; they stay valid. The zero
// Parser is ready. It must not be used by two goroutines at once.
type Parser struct{ p parser }

// Parse reads a chunk as the function Parse does.
func (ps *Parser) Parse(src string) *Chunk {
	ps.p = parser{src: src, chunk: &Chunk{Src: src}, nodes: ps.p.nodes, exprStack: ps.p.exprStack[:0], stmtStack: ps.p.stmtStack[:0], active: ps.p.active[:0]}
	return ps.p.run()
}

func (p *parser) run() *Chunk {
	fn := p.openFunc(0)
	fn.Vararg = true
	p.prevEnd = int32(Begin(p.src))
	p.next()
	fn.Body.Stmts = p.statements()
	if p.tok.Kind != TokEOF {
		p.expected(TokEOF)
	}
	p.closeBlock(fn.Body)
	fn.Span = Span{0, int32(len(p.src))}
	fn.Body.Span = fn.Span
	p.chunk.Main = fn
	return p.chunk
}

// parser follows lj_parse.c in what it accepts, in which order it finds errors,
// and in how it words them. After the first error the input is at its end for
// it, and so every construct that is open ends.
type parser struct {
	src   string
	chunk *Chunk
	tok   Token // the current token, no comment
	// prevEnd is the end of the token before it.
	prevEnd int32
	fs      *funcState
	level   int // of nested expressions and blocks

	nodes
	// Lists are collected on stacks and then copied in their final size.
	exprStack []Expr
	stmtStack []Stmt
	// active is memory for the variables in scope of the outermost function.
	active []*Var
}

// next advances to the next token that is no comment.
func (p *parser) next() {
	if p.chunk.Err != nil {
		return
	}
	at := int(p.prevEnd)
	if p.tok.End > p.prevEnd {
		at = int(p.tok.End)
		p.prevEnd = p.tok.End
	}
	for {
		t := Scan(p.src, at)
		if t.Kind.IsComment() {
			p.chunk.Comments = append(p.chunk.Comments, t)
			at = int(t.End)
			if t.Fault == Sound {
				continue
			}
		}
		p.tok = t
		if t.Fault != Sound {
			p.lexicalError(t)
		}
		return
	}
}

// peek returns the kind of the token after the current one.
func (p *parser) peek() Kind { return After(p.src, p.tok.End).Kind }

// from returns the span that begins at start and ends with the last token.
func (p *parser) from(start int32) Span { return Span{start, max(start, p.prevEnd)} }

// fail records an error at the current token, unless there is one already.
func (p *parser) fail(near bool, format string, args ...any) {
	message := fmt.Sprintf(format, args...)
	if near {
		message += " near '" + nearText(p.src, p.tok) + "'"
	}
	p.failAt(p.tok.Span, lineOf(p.src, int(p.tok.End)), message)
}

func (p *parser) failAt(at Span, line int, message string) {
	if p.chunk.Err != nil {
		return
	}
	p.chunk.Err = &SyntaxError{Span: at, Message: message, Line: line}
	p.prevEnd = max(p.prevEnd, p.tok.Start)
	p.tok = Token{Span: Span{p.prevEnd, p.prevEnd}, Kind: TokEOF}
}

// nearText is what a message quotes of a token: strings with their escapes
// resolved, and all of it up to the first NUL (txtToken, lj_lex_error).
func nearText(src string, t Token) string {
	text := t.Text(src)
	switch t.Kind {
	case TokEOF:
		return "<eof>"
	case TokString:
		text = text[:1] + Unquote(src, t) + text[:1]
	case TokLongString:
		bracket := strings.Repeat("=", longLevel(text, 0))
		text = "[" + bracket + "[" + longValue(text) + "]" + bracket + "]"
	case TokOther:
		if text < " " || text == "\x7f" {
			return fmt.Sprintf("char(%d)", text[0])
		}
	}
	text, _, _ = strings.Cut(text, "\x00")
	return text
}

// lexicalError reports a faulty token.
func (p *parser) lexicalError(t Token) {
	text := t.Text(p.src)
	end, near, message := int(t.End), "<eof>", ""
	switch {
	case t.Fault == BadNumber:
		message, near = "malformed number", text
	case t.Fault == BadBracket:
		message, near = "invalid long string delimiter", text
	case t.Kind == TokLongComment:
		message = "unfinished long comment"
	case t.Kind == TokLongString:
		message = "unfinished long string"
	default:
		message = "unfinished string"
		if i := badEscape(text); i > 0 {
			message, near = "invalid escape sequence", text[:1]+unescape(text[1:i])
			end = int(t.Start) + i
		} else if end < len(p.src) {
			near = text[:1] + unescape(text[1:])
		}
	}
	near, _, _ = strings.Cut(near, "\x00")
	at := t.Span
	if t.Kind.IsComment() || t.Kind == TokLongString {
		at.End = at.Start + 2 // what is not closed, not all that follows it
	} else if end < int(t.End) {
		at = Span{int32(end), min(int32(end+2), t.End)}
	}
	p.failAt(at, lineOf(p.src, end), message+" near '"+near+"'")
}

// badEscape returns the offset of the first wrong escape, 0 if there is none.
func badEscape(text string) int {
	for i := 1; i < len(text); {
		if text[i] != '\\' {
			i++
			continue
		}
		end, ok := escapeEnd(text, i)
		if !ok {
			return i
		}
		i = end
	}
	return 0
}

func (p *parser) expected(k Kind) { p.fail(true, "'%s' expected", k) }

func (p *parser) accept(k Kind) bool {
	if p.tok.Kind != k {
		return false
	}
	p.next()
	return true
}

func (p *parser) expect(k Kind) {
	if !p.accept(k) {
		p.expected(k)
	}
}

// match expects the token that closes what who opened; open is the end of the
// token whose line counts as the opening one.
func (p *parser) match(what, who Kind, open int32) {
	if p.accept(what) || p.chunk.Err != nil {
		return
	}
	line := lineOf(p.src, int(open))
	if line == lineOf(p.src, int(p.tok.End)) {
		p.expected(what)
		return
	}
	p.fail(true, "'%s' expected (to close '%s' at line %d)", what, who, line)
}

// name reads a name and returns its token; of no length at an error.
func (p *parser) name() Token {
	t := p.tok
	if t.Kind != TokName {
		p.expected(TokName)
		return p.tok
	}
	p.next()
	return t
}

func (p *parser) enter() {
	if p.level++; p.level >= maxLevels {
		p.fail(false, "chunk has too many syntax levels")
	}
}

func (p *parser) leave() { p.level-- }
