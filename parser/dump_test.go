package parser

import (
	"fmt"
	"strconv"
	"strings"

	"tidegate/ast"
)

// dump writes a tree, one directive on a line: the line and column of its
// first byte and of its end, its kind, its words. Comments stand between.
func dump(f *ast.File) string {
	var b strings.Builder
	comments := f.Comments
	upTo := func(off int32, indent string) {
		for len(comments) > 0 && comments[0].Start < off {
			c := comments[0]
			p := f.Position(int(c.Start))
			fmt.Fprintf(&b, "%s%d:%d comment %s\n", indent, p.Line, p.Column, strconv.Quote(c.Text))
			comments = comments[1:]
		}
	}
	var open []*ast.Directive
	ast.Walk(f.Body(), func(d *ast.Directive, path []*ast.Directive) bool {
		for ; len(open) > len(path); open = open[:len(open)-1] {
			upTo(open[len(open)-1].End, strings.Repeat("  ", len(open)))
		}
		indent := strings.Repeat("  ", len(path))
		upTo(d.Start, indent)
		start, end := f.Position(int(d.Start)), f.Position(int(d.End))
		fmt.Fprintf(&b, "%s%d:%d-%d:%d %s", indent, start.Line, start.Column, end.Line, end.Column, d.Kind)
		for _, w := range d.Words() {
			b.WriteByte(' ')
			b.WriteString(quoteWord(w))
		}
		if lua := d.Lua(); lua != nil {
			fmt.Fprintf(&b, " {%s}", strconv.Quote(lua.Text))
		}
		if d.HasBlock() && d.Close() < 0 {
			b.WriteString(" unclosed")
		}
		b.WriteByte('\n')
		if d.HasBlock() {
			open = append(open, d)
		}
		return true
	})
	for ; len(open) > 0; open = open[:len(open)-1] {
		upTo(open[len(open)-1].End, strings.Repeat("  ", len(open)))
	}
	upTo(int32(len(f.Src))+1, "")
	return b.String()
}

// quoteWord shows the value of a word: as a Go string unless it is plain, in
// single quotes or angle brackets if it was in single or double quotes.
func quoteWord(w ast.Word) string {
	s := strconv.Quote(w.Text)
	if s == `"`+w.Text+`"` && w.Text != "" && !strings.ContainsAny(w.Text, " <>'") {
		s = w.Text
	}
	switch w.Quote {
	case '\'':
		return "'" + s + "'"
	case '"':
		return "<" + s + ">"
	}
	return s
}
