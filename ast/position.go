package ast

import (
	"bytes"
	"sort"
	"strconv"
	"sync/atomic"
)

// Position is a place in a file as people count. Both counts are from 1, and
// columns are bytes.
type Position struct {
	Line, Column int
}

// lineTable holds the offsets at which lines begin, built when first asked
// for. Concurrent first uses may build it twice; they build the same table.
type lineTable struct {
	starts atomic.Pointer[[]int32]
}

func (t *lineTable) get(src []byte) []int32 {
	if p := t.starts.Load(); p != nil {
		return *p
	}
	starts := make([]int32, 1, bytes.Count(src, []byte{'\n'})+1)
	for off := 0; ; {
		i := bytes.IndexByte(src[off:], '\n')
		if i < 0 {
			break
		}
		off += i + 1
		starts = append(starts, int32(off))
	}
	t.starts.Store(&starts)
	return starts
}

// Position returns the line and column of an offset. Offsets outside the file
// are moved to its ends. The line is the one nginx has counted when its read
// position stands at the offset.
func (f *File) Position(off int) Position {
	off = max(0, min(off, len(f.Src)))
	starts := f.lines.get(f.Src)
	line := sort.Search(len(starts), func(i int) bool { return int(starts[i]) > off })
	return Position{Line: line, Column: off - int(starts[line-1]) + 1}
}

// Lines returns the number of lines. A file that ends with a newline has an
// empty last line; an empty file has one line.
func (f *File) Lines() int { return len(f.lines.get(f.Src)) }

// LineRange returns the span of a line, counted from 1, without its LF or
// CRLF. Lines outside the file give an empty range at its nearer end.
func (f *File) LineRange(line int) Range {
	starts := f.lines.get(f.Src)
	if line < 1 {
		return Range{f, 0, 0}
	}
	if line > len(starts) {
		return Range{f, len(f.Src), len(f.Src)}
	}
	start, end := int(starts[line-1]), len(f.Src)
	if line < len(starts) {
		end = int(starts[line]) - 1
		if end > start && f.Src[end-1] == '\r' {
			end--
		}
	}
	return Range{f, start, end}
}

// Pos is an offset in a file. The zero Pos is nowhere.
type Pos struct {
	File   *File
	Offset int
}

// IsValid reports whether the position is in a file.
func (p Pos) IsValid() bool { return p.File != nil }

// Line returns the line, counted from 1; 0 for the zero Pos.
func (p Pos) Line() int {
	if p.File == nil {
		return 0
	}
	return p.File.Position(p.Offset).Line
}

// Column returns the column in bytes, counted from 1; 0 for the zero Pos.
func (p Pos) Column() int {
	if p.File == nil {
		return 0
	}
	return p.File.Position(p.Offset).Column
}

// String returns "file:line:column", and "-" for the zero Pos.
func (p Pos) String() string {
	if p.File == nil {
		return "-"
	}
	pos := p.File.Position(p.Offset)
	return p.File.Name + ":" + strconv.Itoa(pos.Line) + ":" + strconv.Itoa(pos.Column)
}

// Range is a span of bytes in a file; End is exclusive. The zero Range is
// nowhere.
type Range struct {
	File       *File
	Start, End int
}

// IsValid reports whether the range is in a file.
func (r Range) IsValid() bool { return r.File != nil }

// Pos returns the position of the first byte.
func (r Range) Pos() Pos { return Pos{r.File, r.Start} }

// Text returns the bytes of the range.
func (r Range) Text() []byte {
	if r.File == nil {
		return nil
	}
	n := len(r.File.Src)
	start := max(0, min(r.Start, n))
	return r.File.Src[start:max(start, min(r.End, n))]
}

// Before reports whether nginx reads a before b. See Compare.
func Before(a, b Pos) bool { return Compare(a, b) < 0 }

// Compare orders positions as nginx reads them: it returns a negative number
// if a comes first, a positive one if b does, and 0 for the same place. The
// content of an included file comes just after the semicolon of its include
// directive. The command line comes before the files, and nowhere comes last.
func Compare(a, b Pos) int {
	if a.File == b.File {
		return a.Offset - b.Offset
	}
	if a.File == nil {
		return 1
	}
	if b.File == nil {
		return -1
	}
	// Climb from the deeper file until both stand at the same depth, then
	// together, until the two meet in one file.
	da, db := depth(a.File), depth(b.File)
	ia, ib := -1, -1 // the index of the include that was left; -1 for the place itself
	for da > db {
		a, ia, da = climb(a, da)
	}
	for db > da {
		b, ib, db = climb(b, db)
	}
	for a.File != b.File && da > 0 {
		a, ia, da = climb(a, da)
		b, ib, db = climb(b, db)
	}
	if a.File != b.File {
		return compareRoots(a.File, b.File)
	}
	if a.Offset != b.Offset {
		return a.Offset - b.Offset
	}
	return ia - ib
}

func depth(f *File) int {
	n := 0
	for ; f.IncludedBy != nil; f = f.IncludedBy.File {
		n++
	}
	return n
}

// climb moves a position from an included file to the end of its include.
func climb(p Pos, depth int) (Pos, int, int) {
	s := p.File.IncludedBy
	return Pos{s.File, int(s.Directive.End)}, s.Index, depth - 1
}

func compareRoots(a, b *File) int {
	switch {
	case a.CommandLine != b.CommandLine && a.CommandLine:
		return -1
	case a.CommandLine != b.CommandLine:
		return 1
	case a.Name < b.Name:
		return -1
	case a.Name > b.Name:
		return 1
	}
	return 0
}
