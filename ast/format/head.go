package format

import (
	"bytes"
	"unicode/utf8"

	"tidegate/ast"
)

// piece is a word, or a comment between the words of a directive.
type piece struct {
	text       string
	quoted     bool
	comment    bool
	start, end int32
}

// head prints the words of a directive with the comments between them, and
// what comes before ";" or "{": a space or nothing, or a line end after a
// comment.
func (p *printer) head(d *ast.Directive, level, width int) {
	pieces := p.pieces(d)
	line := headLine{column: column(level)}
	for i := range pieces {
		pc := &pieces[i]
		switch {
		case i == 0:
		case pieces[i-1].comment || bytes.IndexByte(p.file.Src[pieces[i-1].end:pc.start], '\n') >= 0:
			p.newline(line.continuation(pc))
		case pieces[i-1].end == pc.start && !pc.comment:
			// As in `"a")`: two words without a space.
		case i == 1 && width > 0:
			p.spaces(max(1, width+1-utf8.RuneCountInString(pieces[0].text)))
		default:
			p.write(" ")
		}
		line.add(p, i, pc)
		p.write(pc.text)
	}
	last := &pieces[len(pieces)-1]
	switch {
	case last.comment && d.HasBlock():
		p.newline(column(level))
	case last.comment:
		p.newline(line.continuation(last))
	case d.HasBlock():
		p.write(" ")
	}
}

// pieces merges the words of a directive with the comments among them.
func (p *printer) pieces(d *ast.Directive) []piece {
	comments := d.Inner()
	pieces := make([]piece, 0, d.NumWords()+len(comments))
	add := func(before int32) {
		for len(comments) > 0 && comments[0].Start < before {
			c := &comments[0]
			pieces = append(pieces, piece{text: trimmed(c.Text), comment: true, start: c.Start, end: c.End})
			comments = comments[1:]
		}
	}
	for _, w := range d.Words() {
		add(w.Start)
		pieces = append(pieces, piece{text: string(w.Raw(p.file.Src)), quoted: w.Quote != 0, start: w.Start, end: w.End})
	}
	add(d.End)
	return pieces
}

// headLine knows the columns on the first line of a directive, with which the
// words on further lines are aligned: quoted ones with the first quoted
// argument, others with the first argument.
type headLine struct {
	column   int // of the directive
	argument int // of the first argument, 0 if there is none on the line
	quoted   int // of the first quoted argument, likewise
	closed   bool
}

// maxAlign is the furthest column to align with.
const maxAlign = 60

// add takes note of a piece that is about to be printed.
func (l *headLine) add(p *printer, i int, pc *piece) {
	if l.closed || i == 0 {
		l.closed = l.closed || bytes.IndexByte([]byte(pc.text), '\n') >= 0
		return
	}
	if pc.comment {
		l.closed = true
		return
	}
	at := bytes.LastIndexByte(p.out, '\n') + 1
	col := utf8.RuneCount(p.out[at:])
	if l.argument == 0 {
		l.argument = col
	}
	if pc.quoted && l.quoted == 0 {
		l.quoted = col
	}
	l.closed = bytes.IndexByte([]byte(pc.text), '\n') >= 0
}

// continuation returns the column for a piece that begins a further line.
func (l *headLine) continuation(pc *piece) int {
	l.closed = true
	col := l.argument
	if pc.quoted && l.quoted > 0 {
		col = l.quoted
	}
	if col == 0 || col > maxAlign+l.column {
		return l.column + indentWidth
	}
	return col
}
