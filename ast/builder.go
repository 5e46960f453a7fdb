package ast

import "bytes"

// Builder puts the tree of one file together in the order of the source. Words
// collect in a head, which the next directive takes:
//
//	Word     adds a word to the head
//	Simple   makes a directive without a block of it
//	Open     makes a block of it, whose children follow until Close
//	Lua      makes a block of Lua of it
//	Junk     adds bytes that belong to no directive
//
// A pointer to a directive is good until the next one is added: the array may
// move. After the last one the tree is complete and does not change.
type Builder struct {
	file *File
	open []int32 // the blocks that are open, outermost first
	head int32   // the index of the head's first word
}

// Bounds on the space that is set aside before anything is read. Memory that
// is not written to costs nothing, so a bound may be generous, and the arrays
// grow if it is not.
const (
	maxReserve       = 1 << 22 // directives
	wordsByDirective = 4
)

// NewBuilder begins the tree of a file. Where the source is there already its
// terminators tell how many directives to expect.
func NewBuilder(f *File) *Builder {
	n := bytes.Count(f.Src, []byte{';'}) + bytes.Count(f.Src, []byte{'{'})
	n = min(n+1, maxReserve)
	f.nodes = make([]Directive, 0, n)
	f.words = make([]span, 0, n*wordsByDirective)
	return &Builder{file: f}
}

// Word adds a word that stands between two offsets, quotes included.
func (b *Builder) Word(start, end int) {
	b.file.words = append(b.file.words, span{int32(start), int32(end)})
}

// Cut moves the end of the last word.
func (b *Builder) Cut(end int) { b.file.words[len(b.file.words)-1].end = int32(end) }

// Head returns the number of words that belong to no directive yet.
func (b *Builder) Head() int { return len(b.file.words) - int(b.head) }

// HeadWord returns one of those words.
func (b *Builder) HeadWord(i int) Word { return newWord(b.file, b.file.words[int(b.head)+i]) }

// NumDirectives returns how many directives there are so far.
func (b *Builder) NumDirectives() int { return len(b.file.nodes) }

// NumWords returns how many words there are so far.
func (b *Builder) NumWords() int { return len(b.file.words) }

// Depth returns how many blocks are open.
func (b *Builder) Depth() int { return len(b.open) }

// Block returns the innermost block that is open, nil if there is none.
func (b *Builder) Block() *Directive {
	if len(b.open) == 0 {
		return nil
	}
	return &b.file.nodes[b.open[len(b.open)-1]]
}

// Last returns the directive that was added last, nil if there is none.
func (b *Builder) Last() *Directive {
	if len(b.file.nodes) == 0 {
		return nil
	}
	return &b.file.nodes[len(b.file.nodes)-1]
}

// Simple adds a directive without a block, which ends before offset end.
func (b *Builder) Simple(kind Kind, end int) {
	b.add(Directive{Kind: kind, End: int32(end), Open: -1})
}

// Junk adds a Broken directive without words.
func (b *Builder) Junk(start, end int) {
	b.add(Directive{Kind: Broken, Start: int32(start), End: int32(end), Open: -1})
}

// Open adds a block with its opening brace at an offset.
func (b *Builder) Open(kind Kind, at int) {
	b.open = append(b.open, int32(len(b.file.nodes)))
	b.add(Directive{Kind: kind, Start: int32(at), End: int32(at) + 1, Open: int32(at)})
}

// Close ends the innermost block before offset end. Without a closing brace
// before that offset the block is Broken.
func (b *Builder) Close(end int, closed bool) {
	d := b.Block()
	b.open = b.open[:len(b.open)-1]
	d.next = int32(len(b.file.nodes))
	d.End, d.closed = int32(end), closed
	if !closed {
		d.Kind = Broken
	}
}

// Lua adds a block of Lua, whose closing brace is the byte before offset end.
func (b *Builder) Lua(kind Kind, at, end int) {
	b.Open(kind, at)
	b.Block().lua = true
	b.Close(end, true)
}

// add adds a directive with the words of the head.
func (b *Builder) add(d Directive) {
	d.File = b.file
	d.at = int32(len(b.file.nodes))
	d.next = d.at + 1
	d.first, d.count = b.head, int32(b.Head())
	if d.count > 0 {
		d.Start = b.file.words[b.head].start
	}
	b.head = int32(len(b.file.words))
	b.file.nodes = append(b.file.nodes, d)
}
