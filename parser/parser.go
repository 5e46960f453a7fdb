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
	maxComments   = 1 << 22 // in one file
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
	p.run()
	return p.file, p.diags
}

// parser holds the state of reading one file.
type parser struct {
	file  *ast.File
	tree  *ast.Builder
	src   []byte
	text  string      // src as a string, sharing its memory
	in    []subsystem // where the file is, and where the children of each open block are
	diags diag.List

	pos      int // the next byte to read
	buffered int // the offset up to which nginx has filled its buffer

	indents indents
	budget  int // bytes that recovery may still read a second time
	quiet   int // errors that were not recorded
	advice  int // findings in diags that are no errors

	mostComments int
}

func newParser(f *ast.File, in subsystem) *parser {
	p := &parser{file: f, tree: ast.NewBuilder(f), src: f.Src, in: []subsystem{in}, budget: 4*len(f.Src) + 1<<16, mostComments: maxComments}
	if len(f.Src) > 0 {
		p.text = unsafe.String(&f.Src[0], len(f.Src))
	}
	if f.CommandLine {
		p.buffered = len(f.Src)
	}
	return p
}

// run reads the file.
func (p *parser) run() {
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
}

// enter opens a block with its brace at an offset.
func (p *parser) enter(kind ast.Kind, name string, at int) {
	p.tree.Open(kind, at)
	in := p.subsystem()
	switch name {
	case "stream":
		in = inStream
	case "http":
		in = inHTTP
	}
	p.in = append(p.in, in)
}

// leave closes the innermost block before offset end.
func (p *parser) leave(end int, closed bool) {
	p.tree.Close(end, closed)
	p.in = p.in[:len(p.in)-1]
}

// subsystem returns where the next directive stands.
func (p *parser) subsystem() subsystem { return p.in[len(p.in)-1] }
