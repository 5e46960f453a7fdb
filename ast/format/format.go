// Package format is the canonical printer of configurations.
//
//	File    prints a tree in the one layout, and proves that nothing changed
//	        body.go     bodies: one directive on a line, blank lines, comments
//	        head.go     the words of a directive, their lines and columns
//	        lua.go      re-indents Lua by its structure
//	        lualex.go   the tokens of Lua
//
// The layout: four spaces a level; one space between words; a line for each
// directive and each closing brace; at most one blank line, and none at the
// edges of a block; the values of maps and other tables in a column; line ends
// are LF. Where the author began a new line between two words there is still
// one, in the column of the arguments above. Words stay as they are written,
// with their quotes. Comments stay with what they annotate. Code between the
// comments "# tidegate:fmt off" and "# tidegate:fmt on" in one block stays as
// it is.
//
// Formatting a formatted file changes nothing. The result is handed out only
// after it has been read again and found to have the same words, the same
// Lua tokens and the same comments.
//
// The package refuses to format what the parser could not read, and to know
// what directives mean, save that the blocks of dataBlocks are tables.
package format

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"tidegate/ast"
	"tidegate/ast/diag"
)

// Parse reads source; parser.Parse is one.
type Parse func(name string, src []byte) (*ast.File, diag.List)

// ErrBroken is returned for a file with errors of syntax.
var ErrBroken = errors.New("the file has syntax errors")

// ErrBuffer is returned if the result does not fit nginx's buffer of 4096 bytes
// where the source just did: a deeper indentation is enough to move the end of
// a piece of Lua out of it.
var ErrBuffer = errors.New("the formatted text would not fit nginx's buffer")

// File returns the source of a file in the canonical layout. parse reads the
// result for the proof. Included files are not looked at. The error is
// ErrBroken or ErrBuffer, or tells where the proof failed, which no input
// should bring about.
func File(f *ast.File, parse Parse) ([]byte, error) {
	if broken(f) {
		return nil, fmt.Errorf("%s: %w", f.Name, ErrBroken)
	}
	p := &printer{file: f, out: make([]byte, 0, len(f.Src)+len(f.Src)/8)}
	p.body(nil, 0)
	if err := prove(f, p.out, parse); err != nil {
		return nil, err
	}
	return p.out, nil
}

func broken(f *ast.File) bool {
	found := false
	ast.Walk(f.Body(), func(d *ast.Directive, _ []*ast.Directive) bool {
		found = found || d.Kind == ast.Broken
		return !found
	})
	return found
}

// prove reads the result again and compares it with the file.
func prove(f *ast.File, out []byte, parse Parse) error {
	g, list := parse(f.Name, out)
	if d := list.Fatal(); d != nil {
		// What does not fit nginx's buffer is whole in the tree all the same.
		if _, before := parse(f.Name, f.Src); before.Fatal() != nil {
			return fmt.Errorf("%s: %w", f.Name, ErrBroken)
		}
		if d.Rule == "too-long" || d.Rule == "lua-block" {
			return fmt.Errorf("%v: %w", d.Subject.Pos(), ErrBuffer)
		}
		return fmt.Errorf("formatting would break the syntax: %w", d)
	}
	if x, y := ast.FirstDifference(f.Body(), g.Body(), sameLua); x != nil || y != nil {
		d := x
		if d == nil {
			d = y
		}
		return fmt.Errorf("%v: formatting would change the directive %q", d.Pos(), d.Name())
	}
	if len(f.Comments) != len(g.Comments) {
		return fmt.Errorf("%s: formatting would change the number of comments", f.Name)
	}
	for i := range f.Comments {
		if trimmed(f.Comments[i].Text) != trimmed(g.Comments[i].Text) {
			return fmt.Errorf("%v: formatting would change a comment", ast.Pos{File: f, Offset: int(f.Comments[i].Start)})
		}
	}
	return nil
}

// trimmed returns a comment without the white space at its end, which the
// layout does not keep.
func trimmed(comment string) string { return strings.TrimRight(comment, " \t\r") }

// printer holds the output for one file.
type printer struct {
	file *ast.File
	out  []byte
}

// indentWidth is the number of columns of one level.
const indentWidth = 4

// maxIndent is the deepest level that is indented further than the one around
// it, so that deep nesting does not make the output grow as its square.
const maxIndent = 100

func (p *printer) write(s string) { p.out = append(p.out, s...) }

// newline begins a line at a column.
func (p *printer) newline(column int) {
	if len(p.out) > 0 {
		p.out = append(p.out, '\n')
	}
	p.spaces(column)
}

func (p *printer) spaces(n int) {
	p.out = append(p.out, bytes.Repeat([]byte{' '}, n)...)
}

// column returns the column that level is indented to.
func column(level int) int { return indentWidth * min(level, maxIndent) }
