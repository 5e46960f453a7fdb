// Package ast holds what is written in an nginx configuration: files,
// directives, words, comments and blocks of Lua, each with its place in the
// source.
//
// The tree is lossless. Nodes carry byte spans into File.Src and never own
// text that the source already holds, so printing an untouched tree gives back
// the input byte for byte (see Print), whatever the bytes are: CRLF, NUL,
// Latin-1, half a directive. Every byte belongs to exactly one token or to the
// gap before one (see Tokens).
//
// The order of things:
//
//	parser fills File.Body and File.Comments, and Directive.Included for includes
//	Walk visits directives in nginx's reading order, with their path
//	Compare and Before order positions across included files the same way
//	Comments are attached to directives on demand (Leading, Suffix, Inner, Tail)
//
// A tree is read-only once the parser has returned it and may then be shared
// between goroutines.
//
// The package refuses to know what a directive means, whether it is allowed,
// how many arguments it takes, and where files come from.
package ast

import "strings"

// File is one reading of one configuration file. A file that is included twice
// is two Files, because its directives then stand in two places.
type File struct {
	// Name is the path as nginx prints it in messages.
	Name string
	// Src is the source. It must not be modified: words share its memory.
	Src []byte
	// Body holds the directives of the top level.
	Body []Directive
	// Comments holds every comment outside Lua blocks, in source order.
	Comments []Comment
	// IncludedBy is the include directive that brought this file in; nil for
	// the main file.
	IncludedBy *Site
	// CommandLine marks the text of the -g option, for which nginx reports
	// "in command line" instead of a file and a line.
	CommandLine bool

	lines lineTable
}

// Site is the place where a file was included.
type Site struct {
	File      *File      // the file that holds the include directive
	Directive *Directive // the include directive
	Index     int        // the position of the included file in Directive.Included
}

// Config is a main file with everything it includes.
type Config struct {
	Main *File
	// Files holds Main and every included file in reading order.
	Files []*File
}

// Kind tells the shape of a directive.
type Kind uint8

const (
	// Simple directives end with a semicolon.
	Simple Kind = iota
	// Block directives have a body in braces.
	Block
	// Lua directives have a block of Lua source in braces.
	Lua
	// Broken directives do not follow the grammar. Whatever words, body and
	// braces could be recognised are kept; the diagnostics say what is wrong.
	Broken
)

// String returns the name of the kind in lower case.
func (k Kind) String() string {
	switch k {
	case Simple:
		return "simple"
	case Block:
		return "block"
	case Lua:
		return "lua"
	}
	return "broken"
}

// Directive is a name with arguments, and a body if it has one.
type Directive struct {
	File *File
	// Words holds the name and then the arguments. Only a Broken directive
	// can be without words.
	Words []Word
	// Body holds the children of a block.
	Body []Directive
	// Lua is the source of a Lua block.
	Lua *LuaBlock
	// Included holds the files that an include directive brought in, in the
	// order in which nginx reads them.
	Included []*File

	Start int32 // offset of the first byte
	End   int32 // offset just past the terminator: ";" or "}"
	Open  int32 // offset of the opening brace; -1 if there is none
	Close int32 // offset of the closing brace; -1 if there is none
	Kind  Kind
}

// Name returns the first word's value, "" if there is none.
func (d *Directive) Name() string {
	if len(d.Words) == 0 {
		return ""
	}
	return d.Words[0].Text
}

// Args returns the words after the name.
func (d *Directive) Args() []Word {
	if len(d.Words) == 0 {
		return nil
	}
	return d.Words[1:]
}

// Arg returns the value of argument i, counted from 0, and "" past the end.
func (d *Directive) Arg(i int) string {
	if i < 0 || i+1 >= len(d.Words) {
		return ""
	}
	return d.Words[i+1].Text
}

// Is reports whether the directive has the given name.
func (d *Directive) Is(name string) bool {
	return len(d.Words) > 0 && d.Words[0].Text == name
}

// HasBlock reports whether the directive has an opening brace.
func (d *Directive) HasBlock() bool { return d.Open >= 0 }

// Pos returns the position of the directive's first byte.
func (d *Directive) Pos() Pos { return Pos{d.File, int(d.Start)} }

// WordPos returns the position of word i, where word 0 is the name. Past the
// last word it is the position of the terminator.
func (d *Directive) WordPos(i int) Pos {
	if i >= 0 && i < len(d.Words) {
		return Pos{d.File, int(d.Words[i].Start)}
	}
	return Pos{d.File, d.headEnd()}
}

// WordRange returns the span of word i with its quotes. Past the last word it
// is the span of the terminator.
func (d *Directive) WordRange(i int) Range {
	if i >= 0 && i < len(d.Words) {
		return Range{d.File, int(d.Words[i].Start), int(d.Words[i].End)}
	}
	at := d.headEnd()
	return Range{d.File, at, min(at+1, int(d.End))}
}

// ArgRange returns the span of argument i, counted from 0.
func (d *Directive) ArgRange(i int) Range { return d.WordRange(i + 1) }

// TextRange returns the source span of bytes from to to (exclusive) of the
// value of word i. An error inside an argument is shown with it.
func (d *Directive) TextRange(i, from, to int) Range {
	if i < 0 || i >= len(d.Words) {
		return d.WordRange(i)
	}
	w := &d.Words[i]
	return Range{d.File, w.SourceOffset(d.File.Src, from), w.SourceOffset(d.File.Src, to)}
}

// Range returns the span of the whole directive with its body.
func (d *Directive) Range() Range { return Range{d.File, int(d.Start), int(d.End)} }

// HeadRange returns the span from the name to the last word.
func (d *Directive) HeadRange() Range {
	end := int(d.End)
	if n := len(d.Words); n > 0 {
		end = int(d.Words[n-1].End)
	}
	return Range{d.File, int(d.Start), end}
}

// OpenPos returns the position just past the opening brace, where nginx's read
// position stands when it enters the handler of a block. Without an opening
// brace it is EndPos.
func (d *Directive) OpenPos() Pos {
	if d.Open < 0 {
		return d.EndPos()
	}
	return Pos{d.File, int(d.Open) + 1}
}

// EndPos returns the position just past ";" or "}", where nginx's read
// position stands when it runs the handler of a simple directive or of a Lua
// block, and when it leaves a block.
func (d *Directive) EndPos() Pos { return Pos{d.File, int(d.End)} }

// ClosePos returns the position of the closing brace, or EndPos without one.
func (d *Directive) ClosePos() Pos {
	if d.Close < 0 {
		return d.EndPos()
	}
	return Pos{d.File, int(d.Close)}
}

// headEnd returns the offset of the byte that ends the list of words.
func (d *Directive) headEnd() int {
	switch {
	case d.Open >= 0:
		return int(d.Open)
	case d.End > d.Start:
		return int(d.End) - 1
	}
	return int(d.End)
}

// Word is the name of a directive or one argument.
type Word struct {
	// Text is the value that nginx sees: without quotes, with the backslash
	// rules of ngx_conf_read_token applied. It shares File.Src when it needs
	// no translation.
	Text string
	// Start and End span the raw word with its quotes.
	Start, End int32
	// Quote is 0, ' or ".
	Quote byte
}

// Raw returns the word as it is written, quotes included.
func (w *Word) Raw(src []byte) []byte { return src[w.Start:w.End] }

// SourceOffset maps an offset inside Text to an offset in the source.
// len(Text) maps to the end of the value: the closing quote, if there is one.
func (w *Word) SourceOffset(src []byte, i int) int {
	start, end := w.inner(src)
	if i <= 0 {
		return start
	}
	if end-start == len(w.Text) {
		return min(start+i, end)
	}
	for off := start; off < end; i-- {
		if i == 0 {
			return off
		}
		if src[off] == '\\' && off+1 < end && strings.IndexByte("\"'\\trn", src[off+1]) >= 0 {
			off++
		}
		off++
	}
	return end
}

// inner returns the span of the word without its quotes. A word whose closing
// quote is missing has only the opening one.
func (w *Word) inner(src []byte) (start, end int) {
	start, end = int(w.Start), int(w.End)
	if w.Quote == 0 || start >= end {
		return start, end
	}
	start++
	if w.Closed(src) {
		end--
	}
	return start, end
}

// Closed reports whether a quoted word has its closing quote. Words without
// quotes are closed.
func (w *Word) Closed(src []byte) bool {
	if w.Quote == 0 {
		return true
	}
	if w.End-w.Start < 2 || src[w.End-1] != w.Quote {
		return false
	}
	// The last byte is a quote; it closes the word unless it is escaped.
	slashes := 0
	for i := int(w.End) - 2; i > int(w.Start) && src[i] == '\\'; i-- {
		slashes++
	}
	return slashes%2 == 0
}

// LuaBlock is the Lua source of a *_by_lua_block directive. The line of the
// opening brace is line 1 of the Lua chunk; nginx names the chunk after the
// line of the closing brace.
type LuaBlock struct {
	// Text is the source between the braces. It shares File.Src.
	Text string
	// Start and End span Text.
	Start, End int32
}

// Comment runs from "#" to the end of its line.
type Comment struct {
	// Text includes the "#" and neither CR nor LF. It shares File.Src.
	Text       string
	Start, End int32
}
