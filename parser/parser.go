// Package parser turns the bytes of nginx configuration files into ast.
//
// It follows ngx_conf_read_token to the byte: where words begin and end, what
// quotes and backslashes do, which messages nginx prints and where its read
// position stands when it prints them, and that it reads through a buffer of
// 4096 bytes which no word, comment or piece of Lua may outgrow.
//
// The flow:
//
//	ReadDump  takes the output of nginx -T apart, for Load       dumped.go
//	Load      reads the main file and follows its includes      include.go, glob.go
//	Parse     reads one file: directives, bodies, comments      parser.go, lexer.go
//	          blocks of Lua, by the modules' lexer              lua.go
//	          what to do after an error                         recover.go
//
// Any bytes give a tree. After an error that would stop nginx the parser goes
// on where a reader of the file would, so that one run shows more than one
// error; what could not be understood becomes a Broken directive. It always
// makes progress, in time linear in the size of the input, and nesting costs
// heap and not stack.
//
// Words are slices of the source: apart from those with backslashes nothing
// is copied. That is why the source must not change while its tree is in use.
//
// The package refuses to know which directives exist and what they mean. The
// only names it looks at are include, the *_by_lua_block family, the stream
// and http blocks around those, and the two blocks whose lines can begin with
// "include" without being one.
package parser

import (
	"strings"
	"unsafe"

	"tidegate/ast"
	"tidegate/ast/diag"
)

// Limits that keep hostile input from taking all memory. nginx has none of
// them; real configurations stay orders of magnitude below.
const (
	maxDepth      = 1 << 16 // blocks inside each other
	maxDirectives = 1 << 22 // in one file
	maxWords      = 1 << 24 // in one file
	maxErrors     = 1000    // recorded for one file
	maxFileSize   = 1 << 30 // bytes
)

// confBuffer is NGX_CONF_BUFFER, the size of the buffer through which nginx
// reads a configuration file.
const confBuffer = 4096

// Parse reads one file. name is the path as nginx would print it. src must not
// be modified afterwards. The file is complete whatever the list says.
func Parse(name string, src []byte) (*ast.File, diag.List) {
	return parseFile(&ast.File{Name: name, Src: src}, inNone)
}

// ParseParam reads the text of the -g option as ngx_conf_param does: there is
// no buffer to outgrow and there are no blocks.
func ParseParam(text string) (*ast.File, diag.List) {
	return parseFile(&ast.File{CommandLine: true, Src: []byte(text)}, inNone)
}

// subsystem is the top block that a file is read in. The Lua modules of stream
// and http read their blocks a little differently.
type subsystem uint8

const (
	inNone subsystem = iota
	inStream
	inHTTP
)

var subsystems = map[string]subsystem{"stream": inStream, "http": inHTTP}

func parseFile(f *ast.File, in subsystem) (*ast.File, diag.List) {
	p := newParser(f, in)
	if len(f.Src) > maxFileSize {
		p.fail("file-too-large", ast.Range{File: f}, 0, "file is larger than %d bytes", maxFileSize)
		f.Src = nil
		return f, p.diags
	}
	p.file.Body = p.run()
	return p.file, p.diags
}

// parser holds the state of reading one file.
//
// Directives are collected in one scratch stack: a block's own directive lies
// below its children. When the block closes, the children are moved to a slice
// of their own. Words are written straight to their final place.
type parser struct {
	file  *ast.File
	src   []byte
	text  string // src as a string, sharing its memory
	in    subsystem
	diags diag.List

	pos      int // the next byte to read
	buffered int // the offset up to which nginx has filled its buffer

	scratch []ast.Directive
	open    []level // the blocks that are open, outermost first
	words   []ast.Word
	bodies  []ast.Directive
	count   struct{ directives, words int }

	indents indents
	budget  int // bytes that recovery may still read a second time
	quiet   int // errors that were not recorded
	advice  int // findings in diags that are no errors
}

// level is a block that is open.
type level struct {
	at int32     // the index of its directive in scratch
	in subsystem // where its children are
}

func newParser(f *ast.File, in subsystem) *parser {
	p := &parser{file: f, src: f.Src, in: in, budget: 4*len(f.Src) + 1<<16}
	if len(f.Src) > 0 {
		p.text = unsafe.String(&f.Src[0], len(f.Src))
	}
	if f.CommandLine {
		p.buffered = len(f.Src)
	}
	return p
}

// run reads the file and returns its top level.
func (p *parser) run() []ast.Directive {
	if strings.HasPrefix(p.text, "\xef\xbb\xbf") {
		p.byteOrderMark()
	}
	for p.directive() {
	}
	p.endOfFile()
	if p.quiet > 0 {
		p.advise("too-many-errors", p.rangeOf(len(p.src), len(p.src)),
			"%d more errors are not shown", p.quiet)
	}
	return p.take(0)
}

// push adds a directive to the body that is being read and returns it. The
// pointer is good until the next push.
func (p *parser) push(d ast.Directive) *ast.Directive {
	if len(p.scratch) == cap(p.scratch) {
		// Doubling keeps the copying linear; append grows by less.
		grown := make([]ast.Directive, len(p.scratch), max(64, 2*cap(p.scratch)))
		copy(grown, p.scratch)
		p.scratch = grown
	}
	p.scratch = append(p.scratch, d)
	p.count.directives++
	return &p.scratch[len(p.scratch)-1]
}

// enter opens the block whose directive was pushed last.
func (p *parser) enter() {
	at := len(p.scratch) - 1
	in := p.subsystem()
	switch p.scratch[at].Name() {
	case "stream":
		in = inStream
	case "http":
		in = inHTTP
	}
	p.open = append(p.open, level{int32(at), in})
}

// leave closes the innermost block: end is the offset past its end and closing
// that of its closing brace, or -1.
func (p *parser) leave(closing, end int) {
	at := p.open[len(p.open)-1].at
	p.open = p.open[:len(p.open)-1]
	body := p.take(int(at) + 1)
	d := &p.scratch[at]
	d.Body = body
	d.Close, d.End = int32(closing), int32(end)
	if closing < 0 {
		d.Kind = ast.Broken
	}
}

// take removes the directives from index first on from the scratch stack and
// returns them in memory that nobody else appends to.
func (p *parser) take(first int) []ast.Directive {
	n := len(p.scratch) - first
	if n == 0 {
		return nil
	}
	// When most of a large stack is taken it is cheaper to hand over the
	// stack itself and to go on with a copy of the little that stays.
	if n >= 1024 && n >= cap(p.scratch)/2 {
		taken := p.scratch[first:len(p.scratch):len(p.scratch)]
		p.scratch = append(make([]ast.Directive, 0, max(64, 2*first)), p.scratch[:first]...)
		return taken
	}
	if cap(p.bodies)-len(p.bodies) < n {
		p.bodies = make([]ast.Directive, 0, max(n, min(1024, 2*cap(p.bodies)+8)))
	}
	at := len(p.bodies)
	p.bodies = append(p.bodies, p.scratch[first:]...)
	clear(p.scratch[first:])
	p.scratch = p.scratch[:first]
	return p.bodies[at : at+n : at+n]
}

// addWord appends a word to those that begin at index first of p.words, and
// returns the possibly moved beginning.
func (p *parser) addWord(first int, w ast.Word) int {
	if len(p.words) == cap(p.words) {
		n := len(p.words) - first
		chunk := make([]ast.Word, n, max(2*n+8, min(4096, 2*cap(p.words)+16)))
		copy(chunk, p.words[first:])
		p.words, first = chunk, 0
	}
	p.words = append(p.words, w)
	return first
}

// subsystem returns where the next directive stands.
func (p *parser) subsystem() subsystem {
	if n := len(p.open); n > 0 {
		return p.open[n-1].in
	}
	return p.in
}
