package format

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"tidegate/ast"
)

// item is a directive or a comment between the directives of a block.
type item struct {
	d          *ast.Directive
	c          *ast.Comment
	start, end int32
}

// body prints the directives and comments of a block, or of the file if block
// is nil, each line at a level.
func (p *printer) body(block *ast.Directive, level int) {
	body, start, end := p.file.Body(), 0, len(p.file.Src)
	if block != nil {
		body, start, end = block.Body(), int(block.Open)+1, int(block.Close())
	}
	items := p.items(body, start, end)
	var widths map[*ast.Directive]int
	if block != nil && dataBlocks[block.Name()] {
		widths = tableWidths(p.file, items)
	}
	before := int32(start)
	own := false // something stands on a line of its own
	for i := 0; i < len(items); i++ {
		it := &items[i]
		breaks := bytes.Count(p.file.Src[before:it.start], []byte{'\n'})
		before = it.end
		// A comment that shares the line of what is before it stays there.
		if it.c != nil && breaks == 0 && (block != nil || i > 0) {
			p.write(" " + trimmed(it.c.Text))
			continue
		}
		if own && breaks > 1 {
			p.write("\n")
		}
		own = true
		p.newline(column(level))
		switch {
		case it.d != nil:
			p.directive(it.d, level, widths[it.d])
		case isOff(it.c):
			i = untilOn(items, i)
			before = items[i].end
			p.write(strings.TrimRight(string(p.file.Src[it.start:before]), " \t\r\n"))
		default:
			p.write(trimmed(it.c.Text))
		}
	}
	if block == nil && len(p.out) > 0 {
		p.write("\n")
	}
}

// items merges the directives of a body with the comments between them.
func (p *printer) items(body ast.Body, start, end int) []item {
	comments := p.file.CommentsIn(start, end)
	items := make([]item, 0, body.Len()+len(comments))
	add := func(before int32) {
		for len(comments) > 0 && comments[0].Start < before {
			c := &comments[0]
			items = append(items, item{c: c, start: c.Start, end: c.End})
			comments = comments[1:]
		}
	}
	for d := range body.All() {
		add(d.Start)
		items = append(items, item{d: d, start: d.Start, end: d.End})
		comments = p.file.CommentsIn(int(d.End), end)
	}
	add(int32(end))
	return items
}

// directive prints a directive with its block. width is the width of the
// column of its name, 0 if it is in no table.
func (p *printer) directive(d *ast.Directive, level, width int) {
	p.head(d, level, width)
	switch {
	case d.Kind == ast.Lua:
		p.lua(d.Lua().Text, level)
	case d.HasBlock():
		p.write("{")
		at := len(p.out)
		p.body(d, level+1)
		if len(p.out) > at {
			p.newline(column(level))
		}
		p.write("}")
	default:
		p.write(";")
	}
}

func isOff(c *ast.Comment) bool { return order(c) == "tidegate:fmt off" }
func isOn(c *ast.Comment) bool  { return order(c) == "tidegate:fmt on" }

func order(c *ast.Comment) string { return strings.TrimSpace(strings.TrimLeft(c.Text, "#")) }

// untilOn returns the index of the item that ends a part that is not to be
// formatted: the comment that says so, or the last one of the block.
func untilOn(items []item, i int) int {
	for i++; i < len(items); i++ {
		if c := items[i].c; c != nil && isOn(c) {
			return i
		}
	}
	return len(items) - 1
}

// dataBlocks are the blocks whose lines are the rows of a table.
var dataBlocks = map[string]bool{
	"map": true, "geo": true, "split_clients": true, "types": true, "charset_map": true,
}

// maxKey is the width of the widest name in a table that others are aligned
// with. Longer ones stand out.
const maxKey = 48

// tableWidths returns the width of the first column for each row of a table.
// A blank line, or a row that is no simple line, begins a new table.
func tableWidths(f *ast.File, items []item) map[*ast.Directive]int {
	widths := map[*ast.Directive]int{}
	var rows []*ast.Directive
	widest := 0
	flush := func() {
		for _, d := range rows {
			widths[d] = widest
		}
		rows, widest = rows[:0], 0
	}
	for i := range items {
		it := &items[i]
		if i > 0 && bytes.Count(f.Src[items[i-1].end:it.start], []byte{'\n'}) > 1 {
			flush()
		}
		if it.c != nil {
			continue
		}
		if !isRow(f, it.d) {
			flush()
			continue
		}
		if n := wordWidth(it.d.WordRange(0)); n <= maxKey {
			widest = max(widest, n)
		}
		rows = append(rows, it.d)
	}
	flush()
	return widths
}

// isRow reports whether a directive is a line of a table: a name and a value
// with nothing but white space on one line between them.
func isRow(f *ast.File, d *ast.Directive) bool {
	if d.Kind != ast.Simple || d.NumWords() < 2 {
		return false
	}
	return bytes.IndexByte(f.Src[d.WordPos(0).Offset:d.WordPos(1).Offset], '\n') < 0
}

// wordWidth returns the number of columns of a word as it is written.
func wordWidth(word ast.Range) int { return utf8.RuneCount(word.Text()) }
