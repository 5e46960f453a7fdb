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
// The tree is flat: a file keeps its directives in one array in the order of
// the source, each with the index past its last descendant, and the spans of
// all words in another. A file of 10 MB with 200,000 directives takes 12 MB
// besides its source.
//
// The order of things:
//
//	parser fills a File through its Builder, and Directive.Included for includes
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

import (
	"iter"
)

// File is one reading of one configuration file. A file that is included twice
// is two Files, because its directives then stand in two places.
type File struct {
	// Name is the path as nginx prints it in messages.
	Name string
	// Src is the source. It must not be modified: words share its memory.
	Src []byte
	// Comments holds every comment outside Lua blocks, in source order.
	Comments []Comment
	// IncludedBy is the include directive that brought this file in; nil for
	// the main file.
	IncludedBy *Site
	// CommandLine marks the text of the -g option, for which nginx reports
	// "in command line" instead of a file and a line.
	CommandLine bool

	nodes    []Directive       // each before its children
	words    []span            // those of each directive together
	included map[int32][]*File // by the index of the include directive
	lines    lineTable
}

// span is where a word stands, with its quotes.
type span struct{ start, end int32 }

// Body returns the directives of the top level.
func (f *File) Body() Body { return Body{f, 0, int32(len(f.nodes))} }

// Site is the place where a file was included.
type Site struct {
	File      *File      // the file that holds the include directive
	Directive *Directive // the include directive
	Index     int        // the position of the included file in Directive.Included()
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

// Whole returns a made-up block around all that is in the file. It has neither
// words nor braces.
func (f *File) Whole() *Directive {
	return &Directive{File: f, Kind: Block, End: int32(len(f.Src)), Open: -1, at: -1, next: int32(len(f.nodes))}
}

// Body is the directives of one level: those of a block, or of a file.
type Body struct {
	file    *File
	at, end int32 // the indices between which they and their descendants are
}

// All returns the directives in the order of the source.
func (b Body) All() iter.Seq[*Directive] {
	return func(yield func(*Directive) bool) {
		for i := b.at; i < b.end; {
			d := &b.file.nodes[i]
			if !yield(d) {
				return
			}
			i = d.next
		}
	}
}

// Empty reports whether there are no directives.
func (b Body) Empty() bool { return b.at >= b.end }

// First returns the first directive, nil if there is none.
func (b Body) First() *Directive {
	for d := range b.All() {
		return d
	}
	return nil
}

// Len counts the directives.
func (b Body) Len() int {
	n := 0
	for range b.All() {
		n++
	}
	return n
}

// Directive is a name with arguments, and a body if it has one.
type Directive struct {
	File *File

	Start int32 // offset of the first byte
	End   int32 // offset just past the terminator: ";" or "}"
	Open  int32 // offset of the opening brace; -1 if there is none
	Kind  Kind

	closed bool // the last byte is the closing brace
	lua    bool // the block holds Lua

	at    int32 // its index in File.nodes
	next  int32 // the index past its last descendant
	first int32 // the index of its first word in File.words
	count int32 // the number of its words
}

// NumWords returns the number of words: the name and the arguments. Only a
// Broken directive can be without words.
func (d *Directive) NumWords() int { return int(d.count) }

// Word returns word i, where word 0 is the name.
func (d *Directive) Word(i int) Word {
	return newWord(d.File, d.spans()[i])
}

// Words returns the name and then the arguments.
func (d *Directive) Words() iter.Seq2[int, Word] {
	return func(yield func(int, Word) bool) {
		for i, s := range d.spans() {
			if !yield(i, newWord(d.File, s)) {
				return
			}
		}
	}
}

func (d *Directive) spans() []span {
	if d.count == 0 {
		return nil
	}
	return d.File.words[d.first : d.first+d.count]
}

// Name returns the first word's value, "" if there is none.
func (d *Directive) Name() string { return d.text(0) }

// Arg returns the value of argument i, counted from 0, and "" past the end.
func (d *Directive) Arg(i int) string {
	if i < 0 {
		return ""
	}
	return d.text(i + 1)
}

// text returns the value of word i, "" if there is none.
func (d *Directive) text(i int) string {
	if i >= int(d.count) {
		return ""
	}
	return d.File.text(d.spans()[i])
}

// Is reports whether the directive has the given name.
func (d *Directive) Is(name string) bool { return d.count > 0 && d.text(0) == name }

// Body returns the directives in the block.
func (d *Directive) Body() Body { return Body{d.File, d.at + 1, d.next} }

// Lua returns the source of a Lua block, nil if the directive is none.
func (d *Directive) Lua() *LuaBlock {
	if !d.lua {
		return nil
	}
	start, end := d.Open+1, d.End-1
	return &LuaBlock{Text: d.File.slice(start, end), Start: start, End: end}
}

// Included returns the files that an include directive brought in, in the
// order in which nginx reads them.
func (d *Directive) Included() []*File {
	if d.File == nil {
		return nil
	}
	return d.File.included[d.at]
}

// Include adds a file to those that the directive brings in. It is for those
// who put a tree together.
func (d *Directive) Include(f *File) {
	if d.File.included == nil {
		d.File.included = map[int32][]*File{}
	}
	f.IncludedBy = &Site{File: d.File, Directive: d, Index: len(d.File.included[d.at])}
	d.File.included[d.at] = append(d.File.included[d.at], f)
}

// Close returns the offset of the closing brace; -1 if there is none.
func (d *Directive) Close() int32 {
	if !d.closed {
		return -1
	}
	return d.End - 1
}

// HasBlock reports whether the directive has an opening brace.
func (d *Directive) HasBlock() bool { return d.Open >= 0 }

// Pos returns the position of the directive's first byte.
func (d *Directive) Pos() Pos { return Pos{d.File, int(d.Start)} }

// WordPos returns the position of word i, where word 0 is the name. Past the
// last word it is the position of the terminator.
func (d *Directive) WordPos(i int) Pos {
	return d.WordRange(i).Pos()
}

// WordRange returns the span of word i with its quotes. Past the last word it
// is the span of the terminator.
func (d *Directive) WordRange(i int) Range {
	if s := d.spans(); i >= 0 && i < len(s) {
		return Range{d.File, int(s[i].start), int(s[i].end)}
	}
	at := d.headEnd()
	return Range{d.File, at, min(at+1, int(d.End))}
}

// ArgRange returns the span of argument i, counted from 0.
func (d *Directive) ArgRange(i int) Range { return d.WordRange(i + 1) }

// TextRange returns the source span of bytes from to to (exclusive) of the
// value of word i. An error inside an argument is shown with it.
func (d *Directive) TextRange(i, from, to int) Range {
	if i < 0 || i >= d.NumWords() {
		return d.WordRange(i)
	}
	w := d.Word(i)
	return Range{d.File, w.SourceOffset(d.File.Src, from), w.SourceOffset(d.File.Src, to)}
}

// Range returns the span of the whole directive with its body.
func (d *Directive) Range() Range { return Range{d.File, int(d.Start), int(d.End)} }

// HeadRange returns the span from the name to the last word.
func (d *Directive) HeadRange() Range {
	end := int(d.End)
	if s := d.spans(); len(s) > 0 {
		end = int(s[len(s)-1].end)
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
	if !d.closed {
		return d.EndPos()
	}
	return Pos{d.File, int(d.Close())}
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
