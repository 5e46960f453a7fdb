package crossplane

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"tidegate/ast"
	"tidegate/ast/diag"
)

// Encode writes a configuration as one line of JSON. The findings for which
// nginx would refuse it become the errors of the payload. A file that is
// included more than once is listed once.
func Encode(w io.Writer, c *ast.Config, list diag.List) error {
	e := &encoder{index: map[string]int{}}
	for _, f := range c.Files {
		if _, again := e.index[f.Name]; !again {
			e.index[f.Name] = len(e.index)
		}
	}
	for _, f := range c.Files {
		if e.index[f.Name] == len(e.out.Config) {
			e.out.Config = append(e.out.Config, configFile{
				File: text(f.Name), Status: "ok", Errors: []fileError{}, Parsed: e.body(f, f.Body(), -1, len(f.Src)),
			})
		}
	}
	e.out.Status, e.out.Errors = "ok", []payloadError{}
	for i := range list {
		if list[i].Fatal() {
			e.fail(c, &list[i])
		}
	}
	return json.NewEncoder(w).Encode(&e.out)
}

type encoder struct {
	out   payload
	index map[string]int // from the name of a file to its place in Config
}

// fail adds an error to the payload and to its file.
func (e *encoder) fail(c *ast.Config, d *diag.Diagnostic) {
	e.out.Status = "failed"
	file, message := c.Main.Name, d.Message
	var line *int
	if d.At.IsValid() {
		n := d.At.Line()
		file, line = d.At.File.Name, &n
		message = fmt.Sprintf("%s in %s:%d", d.Message, file, n)
	}
	e.out.Errors = append(e.out.Errors, payloadError{File: text(file), Line: line, Error: text(message)})
	if at, ok := e.index[file]; ok {
		f := &e.out.Config[at]
		f.Status = "failed"
		f.Errors = append(f.Errors, fileError{Line: line, Error: text(message)})
	}
}

// body encodes the directives of a block, or of a file, between two offsets,
// with the comments among them.
func (e *encoder) body(f *ast.File, body ast.Body, start, end int) []statement {
	out := make([]statement, 0, body.Len())
	comments := f.CommentsIn(start, end)
	// emit adds the comments before an offset.
	emit := func(off int32) {
		for len(comments) > 0 && comments[0].Start < off {
			out = append(out, comment(f, &comments[0]))
			comments = comments[1:]
		}
	}
	for d := range body.All() {
		emit(d.Start)
		if d.NumWords() > 0 {
			out = append(out, e.directive(f, d))
		}
		// Comments among the words follow their directive; those in its
		// block are there.
		if d.Open >= 0 {
			emit(d.Open)
			comments = f.CommentsIn(int(d.End), end)
		} else {
			emit(d.End)
		}
	}
	emit(int32(end))
	return out
}

func comment(f *ast.File, c *ast.Comment) statement {
	t := text(c.Text[1:])
	return statement{Directive: "#", Line: f.Position(int(c.Start)).Line, Args: []text{}, Comment: &t}
}

func (e *encoder) directive(f *ast.File, d *ast.Directive) statement {
	s := statement{
		Directive: written(f, d.Word(0)),
		Line:      f.Position(int(d.Start)).Line,
		Args:      make([]text, 0, d.NumWords()),
	}
	for i := 1; i < d.NumWords(); i++ {
		s.Args = append(s.Args, written(f, d.Word(i)))
	}
	switch {
	case d.Lua() != nil:
		s.Args = append(s.Args, text(d.Lua().Text))
	case d.HasBlock():
		block := e.body(f, d.Body(), int(d.Open), d.ClosePos().Offset)
		s.Block = &block
		if d.Is("if") {
			s.Args = withoutParens(s.Args)
		}
	case d.Is("include") && d.NumWords() == 2:
		includes := make([]int, 0, len(d.Included()))
		for _, g := range d.Included() {
			includes = append(includes, e.index[g.Name])
		}
		s.Includes = &includes
	}
	return s
}

// written returns a word as it is written, without its quotes and without the
// backslashes that keep the enclosing quote from ending it.
func written(f *ast.File, w ast.Word) text {
	raw := string(w.Raw(f.Src))
	if w.Quote == 0 {
		return text(raw)
	}
	inner := raw[1:]
	if w.Closed(f.Src) {
		inner = inner[:len(inner)-1]
	}
	if strings.IndexByte(inner, w.Quote) < 0 {
		return text(inner)
	}
	var b strings.Builder
	for i := 0; i < len(inner); i++ {
		if inner[i] == '\\' && i+1 < len(inner) {
			i++
			if inner[i] != w.Quote {
				b.WriteByte('\\')
			}
		}
		b.WriteByte(inner[i])
	}
	return text(b.String())
}

// withoutParens takes the parentheses off the condition of an "if" if they
// are where they belong.
func withoutParens(args []text) []text {
	n := len(args)
	if n == 0 || !strings.HasPrefix(string(args[0]), "(") || !strings.HasSuffix(string(args[n-1]), ")") || n == 1 && len(args[0]) < 2 {
		return args
	}
	args[0] = args[0][1:]
	args[n-1] = args[n-1][:len(args[n-1])-1]
	if args[n-1] == "" {
		args = args[:n-1]
	}
	if len(args) > 0 && args[0] == "" {
		args = args[1:]
	}
	return args
}
