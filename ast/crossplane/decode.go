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
	b := &builder{file: f}
	body, err := b.body(d.files[n].Parsed, 0)
	if err != nil {
		return fmt.Errorf("%s: %w", f.Name, err)
	}
	if b.out.Len() > 0 {
		b.out.WriteByte('\n')
	}
	f.Body, f.Comments = body, b.comments
	f.Src = []byte(b.out.String())
	d.active[n] = true
	defer func() { d.active[n] = false }()
	return d.include(f, f.Body, d.files[n].Parsed)
}

// include builds the files that the directives of a body include.
func (d *decoder) include(f *ast.File, body []ast.Directive, list []statement) error {
	at := 0
	for i := range list {
		s := &list[i]
		if s.Comment != nil {
			continue
		}
		node := &body[at]
		at++
		if s.Block != nil {
			if err := d.include(f, node.Body, *s.Block); err != nil {
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
			g := &ast.File{
				Name:       string(d.files[n].File),
				IncludedBy: &ast.Site{File: f, Directive: node, Index: len(node.Included)},
			}
			node.Included = append(node.Included, g)
			if err := d.file(g, n); err != nil {
				return err
			}
		}
	}
	return nil
}

// builder writes the source of one file and the nodes for it.
type builder struct {
	file     *ast.File
	out      strings.Builder
	comments []ast.Comment
}

func (b *builder) pos() int32 { return int32(b.out.Len()) }

// body writes the statements of a block.
func (b *builder) body(list []statement, depth int) ([]ast.Directive, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("blocks are nested more than %d deep", maxDepth)
	}
	var body []ast.Directive
	indent := strings.Repeat("    ", min(depth, 20))
	line := 0 // of the statement before, on whose line a comment may stand
	for i := range list {
		s := &list[i]
		switch {
		case s.Comment != nil && line > 0 && s.Line == line && i > 0 && list[i-1].Comment == nil:
			b.out.WriteByte(' ')
		case b.out.Len() > 0:
			b.out.WriteString("\n" + indent)
		}
		line = s.Line
		if s.Comment != nil {
			if err := b.comment(string(*s.Comment), s.Line); err != nil {
				return nil, err
			}
			continue
		}
		if s.Block != nil && len(*s.Block) > 0 {
			line = 0
		}
		d, err := b.directive(s, depth, indent)
		if err != nil {
			return nil, err
		}
		body = append(body, d)
	}
	return body, nil
}

func (b *builder) comment(value string, line int) error {
	if strings.IndexByte(value, '\n') >= 0 {
		return fmt.Errorf("the comment of line %d has a line end in it", line)
	}
	start := b.pos()
	value = strings.TrimRight("#"+value, "\r")
	b.out.WriteString(value)
	b.comments = append(b.comments, ast.Comment{Text: value, Start: start, End: b.pos()})
	return nil
}

// directive writes a directive and returns its node.
func (b *builder) directive(s *statement, depth int, indent string) (ast.Directive, error) {
	d := ast.Directive{File: b.file, Start: b.pos(), Open: -1, Close: -1}
	b.word(&d, string(s.Directive))
	args := s.Args
	lua := strings.HasSuffix(d.Words[0].Text, "_by_lua_block") && s.Block == nil && len(args) > 0
	if lua {
		args = args[:len(args)-1]
	}
	if s.Block != nil && d.Is("if") {
		b.condition(&d, args)
	} else {
		for _, a := range args {
			b.out.WriteByte(' ')
			b.word(&d, string(a))
		}
	}
	switch {
	case lua:
		b.out.WriteByte(' ')
		d.Kind, d.Open = ast.Lua, b.pos()
		code := string(s.Args[len(s.Args)-1])
		b.out.WriteString("{" + code)
		d.Lua = &ast.LuaBlock{Text: code, Start: d.Open + 1, End: b.pos()}
		d.Close = b.pos()
		b.out.WriteByte('}')
	case s.Block != nil:
		b.out.WriteByte(' ')
		d.Kind, d.Open = ast.Block, b.pos()
		b.out.WriteByte('{')
		body, err := b.body(*s.Block, depth+1)
		if err != nil {
			return d, err
		}
		d.Body = body
		b.out.WriteString("\n" + indent)
		d.Close = b.pos()
		b.out.WriteByte('}')
	default:
		b.out.WriteByte(';')
	}
	d.End = b.pos()
	return d, nil
}

// condition writes the arguments of an "if" in parentheses. If the first
// argument has one, the others were left as they are.
func (b *builder) condition(d *ast.Directive, args []text) {
	b.out.WriteByte(' ')
	if len(args) > 0 && strings.HasPrefix(string(args[0]), "(") {
		for i, a := range args {
			if i > 0 {
				b.out.WriteByte(' ')
			}
			b.word(d, string(a))
		}
		return
	}
	n := len(args)
	for i, a := range args {
		value := string(a)
		switch {
		case i == 0 && (value == "" || !bare("("+value)):
			b.word(d, "(")
			b.out.WriteByte(' ')
		case i == 0:
			value = "(" + value
		default:
			b.out.WriteByte(' ')
		}
		if i == n-1 && value != "" && bare(value) && bare(value+")") {
			b.word(d, value+")")
			return
		}
		b.word(d, value)
	}
	if n == 0 {
		b.word(d, "(")
		b.out.WriteByte(' ')
	}
	b.word(d, ")")
}

// word writes a word, in quotes if it needs them, and adds it to a directive.
func (b *builder) word(d *ast.Directive, value string) {
	w := ast.Word{Start: b.pos()}
	inner := value
	if bare(value) {
		b.out.WriteString(value)
	} else {
		w.Quote = '"'
		if strings.Contains(value, `"`) && !strings.Contains(value, "'") {
			w.Quote = '\''
		}
		inner = escape(value, w.Quote)
		b.out.WriteByte(w.Quote)
		b.out.WriteString(inner)
		b.out.WriteByte(w.Quote)
	}
	w.End = b.pos()
	w.Text = value
	if strings.IndexByte(inner, '\\') >= 0 {
		w.Text = backslashes.Replace(inner)
	}
	d.Words = append(d.Words, w)
}

// backslashes applies the rules of ngx_conf_read_token.
var backslashes = strings.NewReplacer(`\\`, `\`, `\"`, `"`, `\'`, `'`, `\t`, "\t", `\r`, "\r", `\n`, "\n")

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
