package parser

import (
	"fmt"
	"strings"

	"tidegate/ast"
	"tidegate/ast/diag"
)

// This file says what is wrong and decides where to go on. Recovery follows
// the lines and the indentation, as a reader would, and costs linear time:
// what it reads twice is taken from a budget.

func (p *parser) rangeOf(start, end int) ast.Range {
	return ast.Range{File: p.file, Start: start, End: end}
}

// fail records an error that stops nginx when its read position stands at
// offset at.
func (p *parser) fail(rule string, subject ast.Range, at int, format string, args ...any) *diag.Diagnostic {
	if p.full() {
		p.quiet++
		return &diag.Diagnostic{}
	}
	return p.report(diag.Diagnostic{
		Severity: diag.Emerg, Rule: rule, Message: fmt.Sprintf(format, args...),
		Subject: subject, At: ast.Pos{File: p.file, Offset: at},
	})
}

// advise records what nginx does not say.
func (p *parser) advise(rule string, subject ast.Range, format string, args ...any) *diag.Diagnostic {
	if p.advice >= maxErrors {
		return &diag.Diagnostic{}
	}
	p.advice++
	return p.report(diag.Diagnostic{
		Severity: diag.Warn, Rule: rule, Message: fmt.Sprintf(format, args...),
		Subject: subject, Stage: diag.Advice,
	})
}

// full reports whether no more errors are recorded.
func (p *parser) full() bool { return len(p.diags)-p.advice >= maxErrors }

func (p *parser) report(d diag.Diagnostic) *diag.Diagnostic {
	p.diags = append(p.diags, d)
	return &p.diags[len(p.diags)-1]
}

// spend takes n bytes from the budget for reading again.
func (p *parser) spend(n int) bool {
	if n > p.budget {
		return false
	}
	p.budget -= n
	return true
}

// junk adds the bytes from start to end as a Broken directive without words,
// together with junk just before it.
func (p *parser) junk(start, end int) {
	last := p.tree.Last()
	if last != nil && last.Kind == ast.Broken && last.NumWords() == 0 && last.Open < 0 &&
		strings.Trim(p.text[last.End:start], " \t\r\n") == "" {
		last.End = int32(end)
		return
	}
	p.tree.Junk(start, end)
}

// broken adds a directive that ends without a terminator.
func (p *parser) broken(end int) { p.tree.Simple(ast.Broken, end) }

// strayByte handles a ";" without a directive before it.
func (p *parser) strayByte(at int) {
	p.junk(at, at+1)
	if p.full() {
		p.quiet++
		return
	}
	d := p.fail("unexpected", p.rangeOf(at, at+1), at+1, `unexpected "%c"`, p.src[at])
	d.Detail = "there is no directive before it"
	d.Fixes = []diag.Fix{{
		Description: `remove the ";"`, Safe: true,
		Edits: []diag.Edit{{Range: p.rangeOf(at, at+1)}},
	}}
}

// strayClose handles a "}" outside all blocks.
func (p *parser) strayClose(at int) {
	p.junk(at, at+1)
	if p.full() {
		p.quiet++
		return
	}
	d := p.fail("unexpected", p.rangeOf(at, at+1), at+1, `unexpected "}"`)
	d.Detail = "no block is open here"
	if s := p.indents.early; s.found {
		d.Detail += `; by its indentation an earlier "}" closed the wrong block`
		d.Related = append(d.Related,
			diag.Related{Range: p.rangeOf(s.close, s.close+1), Message: "this one is indented deeper than the block it closes"},
			diag.Related{Range: p.rangeOf(s.start, s.open+1), Message: "the block it closes"})
	}
}

// missingSemicolon handles a "}" where a directive has not been ended.
func (p *parser) missingSemicolon(at int) {
	last := p.tree.HeadWord(p.tree.Head() - 1)
	name := p.tree.HeadWord(0).Text
	d := p.fail("unexpected", p.rangeOf(at, at+1), at+1, `unexpected "}"`)
	d.Detail = fmt.Sprintf(`the directive "%s" is not ended by ";"`, clip(name))
	d.Related = []diag.Related{{Range: p.rangeOf(int(last.Start), int(last.End)), Message: `a ";" is missing after this`}}
	d.Fixes = []diag.Fix{{
		Description: `insert ";"`, Safe: true,
		Edits: []diag.Edit{{Range: p.rangeOf(int(last.End), int(last.End)), New: ";"}},
	}}
	end := int(last.End)
	if p.tree.Depth() == 0 {
		end = at + 1
	}
	p.broken(end)
}

// endInside handles the end of the file where a directive has not been ended.
func (p *parser) endInside() {
	first, last := p.tree.HeadWord(0), p.tree.HeadWord(p.tree.Head()-1)
	d := p.failEOF(p.rangeOf(int(last.Start), int(last.End)))
	d.Detail = fmt.Sprintf(`the directive "%s" is not ended by ";"`, clip(first.Text))
	d.Fixes = []diag.Fix{{
		Description: `insert ";"`,
		Edits:       []diag.Edit{{Range: p.rangeOf(int(last.End), int(last.End)), New: ";"}},
	}}
	p.broken(int(last.End))
}

// failEOF records nginx's complaint about the end of the file inside a
// directive.
func (p *parser) failEOF(subject ast.Range) *diag.Diagnostic {
	message := `unexpected end of file, expecting ";" or "}"`
	if p.file.CommandLine {
		message = `unexpected end of parameter, expecting ";"`
	}
	return p.fail("unexpected-eof", subject, len(p.src), "%s", message)
}

// inWord puts an error in order with those of the text that recovery reads
// again: nginx has seen nothing of what comes after the beginning of the word.
// One byte further it comes after an error about the word before.
func (p *parser) inWord(d *diag.Diagnostic, start int) {
	d.Order = ast.Pos{File: p.file, Offset: start + 1}
}

// byteOrderMark explains what nginx only shows: the mark becomes a part of the
// first word.
func (p *parser) byteOrderMark() {
	d := p.advise("byte-order-mark", p.rangeOf(0, 3), "the file begins with a byte order mark")
	d.Detail = "nginx takes it for a part of the first word"
	d.Fixes = []diag.Fix{{
		Description: "remove the byte order mark", Safe: true,
		Edits: []diag.Edit{{Range: p.rangeOf(0, 3)}},
	}}
}

// endOfFile closes the blocks that the file leaves open.
func (p *parser) endOfFile() {
	inner := p.tree.Block()
	if inner == nil {
		return
	}
	if p.pos <= len(p.src) && !p.file.CommandLine {
		subject := p.rangeOf(int(inner.Open), int(inner.Open)+1)
		detail := fmt.Sprintf(`the block "%s" is not closed`, clip(inner.Name()))
		var related []diag.Related
		if s := p.indents.unclosed; s.found {
			subject = p.rangeOf(s.open, s.open+1)
			detail = `by the indentation it is this block that is not closed`
			related = []diag.Related{{
				Range: p.rangeOf(s.close, s.close+1), Message: `this "}" belongs to a block further out`,
			}}
		}
		d := p.fail("unexpected-eof", subject, len(p.src), `unexpected end of file, expecting "}"`)
		d.Detail, d.Related = detail, related
		// The handler of a directive that ends here has run before.
		d.Order = ast.Pos{File: p.file, Offset: len(p.src) + 1}
	}
	for p.tree.Depth() > 0 {
		p.leave(len(p.src), false)
	}
}

// stop gives up on a file that is beyond the limits.
func (p *parser) stop(format string, limit int) bool {
	at := p.pos
	p.fail("limit", p.rangeOf(at-1, at), at, format, limit)
	if at < len(p.src) {
		p.junk(at, len(p.src))
	}
	p.pos = len(p.src) + 1 // the blocks that are open are no further error
	return false
}

// unclosed handles a quote whose closing quote is missing: nginx reads to the
// end of the file, or of its buffer.
func (p *parser) unclosed(h *head, open int) bool {
	quote := p.src[open]
	if p.read(open+1, len(p.src)) {
		d := p.failEOF(p.rangeOf(open, p.lineEnd(open)))
		p.inWord(d, open)
		d.Detail = fmt.Sprintf("the closing %c of this word is missing", quote)
	} else {
		d := p.tooLong(open, open+1, p.lineEnd(open), quote)
		d.Detail += "; the closing quote is missing"
	}
	p.tree.Word(open, len(p.src))
	if !p.spend(len(p.src) - open) {
		p.pos = len(p.src)
		p.broken(len(p.src))
		return false
	}
	p.endAtLine(h, open)
	return false
}

// stuck handles a byte that must not follow a closing quote. A quoted word
// with line ends in it probably began where a quote was missing, and then the
// directive is taken to end on that line. fits is false if an error was
// reported for the word already.
func (p *parser) stuck(h *head, open int, fits bool) bool {
	at := p.pos
	c := p.src[at]
	h.broken = true
	manyLines := strings.IndexByte(p.text[open:at], '\n') >= 0
	if fits {
		d := p.fail("unexpected", p.rangeOf(at, at+1), at+1, `unexpected "%s"`, p.text[at:at+1])
		if manyLines {
			d.Detail = "it follows a closing quote; the quote was opened on an earlier line, where one may be missing"
			d.Related = []diag.Related{{Range: p.rangeOf(open, open+1), Message: "the quote is opened here"}}
			p.inWord(d, open)
		} else {
			d.Detail = `only a space, ";", "{" or ")" may follow a closing quote`
		}
	}
	if manyLines && p.spend(at-open) {
		p.endAtLine(h, open)
		return false
	}
	if c == '}' {
		p.broken(at)
		return false
	}
	return true
}

// endAtLine ends a directive at the end of the line on which its last word,
// the one with the quote at offset open, begins. A ";" or "{" that ends the
// line is taken for what it looks like.
func (p *parser) endAtLine(h *head, open int) {
	end := p.lineEnd(open)
	stop, term := end, byte(0)
	if c := p.src[end-1]; end > open+1 && (c == ';' || c == '{') {
		stop, term = end-1, c
		for stop > open+1 && class[p.src[stop-1]]&isSpace != 0 {
			stop--
		}
	}
	p.tree.Cut(stop)
	p.pos = end
	h.broken = true
	if term == '{' {
		p.block(h)
		return
	}
	p.broken(end)
}

// lineEnd returns the offset of the end of the line that holds off, without
// white space.
func (p *parser) lineEnd(off int) int {
	end := strings.IndexByte(p.text[off:], '\n')
	if end < 0 {
		end = len(p.src)
	} else {
		end += off
	}
	for end > off+1 && class[p.src[end-1]]&isSpace != 0 {
		end--
	}
	return end
}

// tooLong handles a token that nginx's buffer cannot hold. It begins at start,
// its value at from; quote is the quote that was open when the buffer was full.
func (p *parser) tooLong(start, from, end int, quote byte) *diag.Diagnostic {
	message := fmt.Sprintf(`too long parameter, probably missing terminating "%c" character`, quote)
	if quote == 0 {
		message = fmt.Sprintf(`too long parameter "%s..." started`, p.text[from:min(from+10, len(p.src))])
	}
	d := p.fail("too-long", p.rangeOf(start, end), start, "%s", message)
	p.inWord(d, start)
	what := "word"
	if p.src[start] == '#' {
		what = "comment"
	}
	d.Detail = fmt.Sprintf("nginx reads at most %d bytes of a %s", confBuffer, what)
	return d
}

// indents remembers the first blocks whose braces stand in different columns:
// they tell which brace is missing, or too many, when the file does not end
// at the level at which it began.
type indents struct {
	unclosed suspect // its "}" stands further left: it is another block's
	early    suspect // its "}" stands further right
}

type suspect struct {
	found              bool
	start, open, close int
}

// noteIndent compares the columns of a block and of its "}" at offset at.
func (p *parser) noteIndent(start, open, at int) {
	if p.indents.unclosed.found && p.indents.early.found {
		return
	}
	opened, closed := p.indent(start), p.indent(at)
	if opened < 0 || closed < 0 || opened == closed {
		return
	}
	to := &p.indents.unclosed
	if closed > opened {
		to = &p.indents.early
	}
	if !to.found {
		*to = suspect{found: true, start: start, open: open, close: at}
	}
}

// indent returns the width of the white space before off, tabs going to
// columns of eight, or -1 if something else stands before it on its line.
func (p *parser) indent(off int) int {
	start := off
	for start > 0 && (p.src[start-1] == ' ' || p.src[start-1] == '\t') {
		start--
	}
	if start > 0 && p.src[start-1] != '\n' {
		return -1
	}
	width := 0
	for _, c := range p.src[start:off] {
		if c == '\t' {
			width |= 7
		}
		width++
	}
	return width
}

// clip shortens text from a file for a sentence about it.
func clip(s string) string {
	if len(s) > 40 {
		return s[:40] + "..."
	}
	return s
}
