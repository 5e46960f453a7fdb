package ast

import "sort"

// A comment belongs to the directive or the brace that it annotates:
//
//	# before                    Leading of the directive that follows
//	server { # after the brace  OpenSuffix of the block
//	    listen 80 # inside      Inner of the directive whose words go on
//	        udp; # suffix       Suffix of the directive that ended on the line
//	    # last                  Tail of the block
//	}
//
// Each comment is in exactly one of these places.

// Leading returns the comments on lines of their own before a directive, back
// to the token before it.
func (d *Directive) Leading() []Comment { return d.File.commentsBefore(int(d.Start)) }

// Suffix returns the comment that follows the end of a directive on its line,
// nil if there is none.
func (d *Directive) Suffix() *Comment { return d.File.commentAfter(int(d.End)) }

// OpenSuffix returns the comment that follows the opening brace of a block on
// its line, nil if there is none. In a Lua block there are no such comments.
func (d *Directive) OpenSuffix() *Comment {
	if d.Open < 0 || d.lua {
		return nil
	}
	return d.File.commentAfter(int(d.Open) + 1)
}

// Inner returns the comments between the first word and the terminator or
// opening brace.
func (d *Directive) Inner() []Comment {
	end := d.End
	if d.Open >= 0 {
		end = d.Open
	}
	return d.File.CommentsIn(int(d.Start), int(end))
}

// Tail returns the comments on lines of their own before the closing brace.
func (d *Directive) Tail() []Comment {
	if !d.closed || d.lua {
		return nil
	}
	return d.File.commentsBefore(int(d.Close()))
}

// Tail returns the comments on lines of their own after the last directive.
func (f *File) Tail() []Comment { return f.commentsBefore(len(f.Src)) }

// commentIndex returns the index of the first comment at or after off.
func (f *File) commentIndex(off int) int {
	return sort.Search(len(f.Comments), func(i int) bool { return int(f.Comments[i].Start) >= off })
}

// CommentsIn returns the comments that begin between two offsets.
func (f *File) CommentsIn(start, end int) []Comment {
	return f.Comments[f.commentIndex(start):f.commentIndex(end)]
}

// commentsBefore returns the run of comments that ends at off with nothing but
// white space in it, without a first one that shares its line with a token.
func (f *File) commentsBefore(off int) []Comment {
	end := f.commentIndex(off)
	first, at := end, off
	for first > 0 && f.blank(int(f.Comments[first-1].End), at) {
		first--
		at = int(f.Comments[first].Start)
	}
	if first < end && !f.startsLine(int(f.Comments[first].Start)) {
		first++
	}
	return f.Comments[first:end]
}

// commentAfter returns the comment that follows off on its line.
func (f *File) commentAfter(off int) *Comment {
	i := f.commentIndex(off)
	if i == len(f.Comments) {
		return nil
	}
	for _, c := range f.Src[off:f.Comments[i].Start] {
		if c != ' ' && c != '\t' && c != '\r' {
			return nil
		}
	}
	return &f.Comments[i]
}

func (f *File) blank(start, end int) bool {
	if start > end {
		return false
	}
	for _, c := range f.Src[start:end] {
		if !isSpace(c) {
			return false
		}
	}
	return true
}

// startsLine reports whether only white space stands before off on its line.
func (f *File) startsLine(off int) bool {
	for off > 0 && f.Src[off-1] != '\n' {
		off--
		if !isSpace(f.Src[off]) {
			return false
		}
	}
	return true
}
