package crossplane

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"tidegate/ast"
)

// Limits on what a payload may unfold to.
const (
	maxDepth = 1 << 16 // blocks inside each other
	maxFiles = 1 << 16 // files, each as often as it is included
)

// Decode reads a payload and returns the configuration that it describes, with
// source text in a plain layout from which nginx reads the same words. Errors
// in the payload are not looked at. Decode fails if the input is not a
// payload, names files that it does not have, or includes a file in itself.
func Decode(r io.Reader) (*ast.Config, error) {
	var p payload
	dec := json.NewDecoder(r)
	if err := dec.Decode(&p); err != nil {
		return nil, fmt.Errorf("crossplane payload: %w", err)
	}
	if len(p.Config) == 0 {
		return nil, fmt.Errorf("crossplane payload: no file in it")
	}
	d := &decoder{files: p.Config, active: make([]bool, len(p.Config)), config: &ast.Config{}}
	d.config.Main = &ast.File{Name: string(p.Config[0].File)}
	if err := d.file(d.config.Main, 0); err != nil {
		return nil, fmt.Errorf("crossplane payload: %w", err)
	}
	return d.config, nil
}

type decoder struct {
	files  []configFile
	active []bool // the files that are being built
	config *ast.Config
}

// file builds file number n of the payload, and those that it includes.
func (d *decoder) file(f *ast.File, n int) error {
	if len(d.config.Files) == maxFiles {
		return fmt.Errorf("more than %d files are included", maxFiles)
	}
	d.config.Files = append(d.config.Files, f)
	b := &builder{file: f, tree: ast.NewBuilder(f)}
	if err := b.body(d.files[n].Parsed, 0); err != nil {
		return fmt.Errorf("%s: %w", f.Name, err)
	}
	if len(f.Src) > 0 {
		b.write("\n")
	}
	d.active[n] = true
	defer func() { d.active[n] = false }()
	return d.include(f, f.Body(), d.files[n].Parsed)
}

// include builds the files that the directives of a body include.
func (d *decoder) include(f *ast.File, body ast.Body, list []statement) error {
	for node := range body.All() {
		for list[0].Comment != nil {
			list = list[1:]
		}
		s := &list[0]
		list = list[1:]
		if s.Block != nil {
			if err := d.include(f, node.Body(), *s.Block); err != nil {
				return err
			}
		}
		if s.Includes == nil {
			continue
		}
		for _, n := range *s.Includes {
			if n < 0 || n >= len(d.files) {
				return fmt.Errorf("%s: line %d includes file %d of %d", f.Name, s.Line, n, len(d.files))
			}
			if d.active[n] {
				return fmt.Errorf("%s: line %d includes %s in itself", f.Name, s.Line, d.files[n].File)
			}
			g := &ast.File{Name: string(d.files[n].File)}
			node.Include(g)
			if err := d.file(g, n); err != nil {
				return err
			}
		}
	}
	return nil
}

// builder writes the source of one file, and its tree.
type builder struct {
	file *ast.File
	tree *ast.Builder
}

func (b *builder) pos() int { return len(b.file.Src) }

func (b *builder) write(s string) { b.file.Src = append(b.file.Src, s...) }

// body writes the statements of a block.
func (b *builder) body(list []statement, depth int) error {
	if depth > maxDepth {
		return fmt.Errorf("blocks are nested more than %d deep", maxDepth)
	}
	indent := strings.Repeat("    ", min(depth, 20))
	line := 0 // of the statement before, on whose line a comment may stand
	for i := range list {
		s := &list[i]
		switch {
		case s.Comment != nil && line > 0 && s.Line == line && i > 0 && list[i-1].Comment == nil:
			b.write(" ")
		case b.pos() > 0:
			b.write("\n" + indent)
		}
		line = s.Line
		if s.Comment != nil {
			if err := b.comment(string(*s.Comment), s.Line); err != nil {
				return err
			}
			continue
		}
		if s.Block != nil && len(*s.Block) > 0 {
			line = 0
		}
		if err := b.directive(s, depth, indent); err != nil {
			return err
		}
	}
	return nil
}

func (b *builder) comment(value string, line int) error {
	if strings.IndexByte(value, '\n') >= 0 {
		return fmt.Errorf("the comment of line %d has a line end in it", line)
	}
	start := b.pos()
	value = strings.TrimRight("#"+value, "\r")
	b.write(value)
	b.file.Comments = append(b.file.Comments, ast.Comment{Text: value, Start: int32(start), End: int32(b.pos())})
	return nil
}

// directive writes a directive with its block.
func (b *builder) directive(s *statement, depth int, indent string) error {
	b.word(string(s.Directive))
	name := b.tree.HeadWord(0).Text
	args := s.Args
	lua := strings.HasSuffix(name, "_by_lua_block") && s.Block == nil && len(args) > 0
	if lua {
		args = args[:len(args)-1]
	}
	if s.Block != nil && name == "if" {
		b.condition(args)
	} else {
		for _, a := range args {
			b.write(" ")
			b.word(string(a))
		}
	}
	switch {
	case lua:
		open := b.pos() + 1
		b.write(" {" + string(s.Args[len(s.Args)-1]) + "}")
		b.tree.Lua(ast.Lua, open, b.pos())
	case s.Block != nil:
		b.write(" {")
		b.tree.Open(ast.Block, b.pos()-1)
		if err := b.body(*s.Block, depth+1); err != nil {
			return err
		}
		b.write("\n" + indent + "}")
		b.tree.Close(b.pos(), true)
	default:
		b.write(";")
		b.tree.Simple(ast.Simple, b.pos())
	}
	return nil
}

// condition writes the arguments of an "if" in parentheses. If the first
// argument has one, the others were left as they are.
func (b *builder) condition(args []text) {
	b.write(" ")
	if len(args) > 0 && strings.HasPrefix(string(args[0]), "(") {
		for i, a := range args {
			if i > 0 {
				b.write(" ")
			}
			b.word(string(a))
		}
		return
	}
	n := len(args)
	for i, a := range args {
		value := string(a)
		switch {
		case i == 0 && (value == "" || !bare("("+value)):
			b.word("(")
			b.write(" ")
		case i == 0:
			value = "(" + value
		default:
			b.write(" ")
		}
		if i == n-1 && value != "" && bare(value) && bare(value+")") {
			b.word(value + ")")
			return
		}
		b.word(value)
	}
	if n == 0 {
		b.word("(")
		b.write(" ")
	}
	b.word(")")
}

// word writes a word, in quotes if it needs them, and adds it to the head of
// the directive.
func (b *builder) word(value string) {
	start := b.pos()
	if bare(value) {
		b.write(value)
	} else {
		quote := `"`
		if strings.Contains(value, `"`) && !strings.Contains(value, "'") {
			quote = "'"
		}
		b.write(quote + escape(value, quote[0]) + quote)
	}
	b.tree.Word(start, b.pos())
}

// bare reports whether nginx reads a word as one when it stands without
// quotes.
func bare(s string) bool {
	if s == "" || strings.IndexByte("#}\"'", s[0]) >= 0 {
		return false
	}
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case ' ', '\t', '\r', '\n', ';', '{':
			return false
		case '\\':
			if i++; i == len(s) || s[i] <= ' ' {
				return false
			}
		case '$':
			for i+1 < len(s) && s[i+1] == '{' {
				i++
			}
		}
	}
	return true
}

// escape makes a word fit between quotes: backslashes with what follows them
// stay, a quote gets one.
func escape(s string, quote byte) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s):
			b.WriteByte('\\')
			i++
		case s[i] == quote || s[i] == '\\':
			b.WriteByte('\\')
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
