package ast

// TokenKind tells what a token is.
type TokenKind uint8

const (
	// WordToken is a word with its quotes.
	WordToken TokenKind = iota
	// SemicolonToken is the ";" of a simple directive.
	SemicolonToken
	// OpenToken is the "{" of a block.
	OpenToken
	// CloseToken is the "}" of a block.
	CloseToken
	// LuaToken is the source between the braces of a Lua block.
	LuaToken
	// CommentToken is a comment without its line end.
	CommentToken
	// JunkToken is what a Broken directive holds besides the tokens above.
	JunkToken
	// GapToken is white space between tokens.
	GapToken
)

// Token is a span of the source with its role.
type Token struct {
	Kind       TokenKind
	Start, End int32
	Directive  *Directive // nil for comments and gaps
}

// Tokens calls yield for every token of a file in source order. The tokens
// tile the source: each begins where the one before it ended. It stops when
// yield returns false.
func Tokens(f *File, yield func(Token) bool) {
	t := tiler{file: f, yield: yield}
	var open []*Directive
	// close hands out the ends of the blocks that end before a node.
	close := func(at int32) {
		for len(open) > 0 && open[len(open)-1].next <= at {
			t.tail(open[len(open)-1])
			open = open[:len(open)-1]
		}
	}
	for i := range f.nodes {
		if t.stopped {
			return
		}
		d := &f.nodes[i]
		close(d.at)
		t.head(d)
		if d.Body().Empty() {
			t.tail(d)
		} else {
			open = append(open, d)
		}
	}
	close(int32(len(f.nodes)))
	t.upTo(int32(len(f.Src)), GapToken, nil)
}

// tiler walks along the source and hands out tokens, filling the spans between
// them with gaps, comments and junk.
type tiler struct {
	file    *File
	yield   func(Token) bool
	at      int32 // everything before is handed out
	comment int   // the next comment
	stopped bool
}

// head hands out a directive up to its opening brace or, without one, up to
// its last word.
func (t *tiler) head(d *Directive) {
	t.upTo(d.Start, GapToken, nil)
	fill := GapToken
	if d.Kind == Broken {
		fill = JunkToken
	}
	for _, w := range d.spans() {
		t.upTo(w.start, fill, d)
		t.token(WordToken, w.end, d)
	}
	if d.Open >= 0 {
		t.upTo(d.Open, fill, d)
		t.token(OpenToken, d.Open+1, d)
	}
	if d.lua {
		t.token(LuaToken, d.Close(), d)
	}
}

// tail hands out what ends a directive.
func (t *tiler) tail(d *Directive) {
	fill, of := GapToken, (*Directive)(nil)
	if d.Kind == Broken {
		fill, of = JunkToken, d
	}
	switch {
	case d.closed:
		t.upTo(d.Close(), fill, of)
		t.token(CloseToken, d.End, d)
	case d.Kind == Broken:
		t.upTo(d.End, fill, of)
	default:
		t.upTo(d.End-1, fill, of)
		t.token(SemicolonToken, d.End, d)
	}
}

// token hands out the bytes up to end as one token.
func (t *tiler) token(kind TokenKind, end int32, d *Directive) {
	if end > t.at && !t.stopped {
		t.stopped = !t.yield(Token{kind, t.at, end, d})
		t.at = end
	}
}

// upTo hands out the bytes before off as comments and, between them, tokens of
// kind fill.
func (t *tiler) upTo(off int32, fill TokenKind, d *Directive) {
	for ; t.comment < len(t.file.Comments); t.comment++ {
		c := &t.file.Comments[t.comment]
		if c.Start >= off {
			break
		}
		t.fill(c.Start, fill, d)
		t.token(CommentToken, c.End, nil)
	}
	t.fill(off, fill, d)
}

// fill hands out the bytes before off, white space apart from the rest.
func (t *tiler) fill(off int32, kind TokenKind, d *Directive) {
	if kind == GapToken {
		t.token(kind, off, nil)
		return
	}
	for t.at < off && !t.stopped {
		end := t.at
		if isSpace(t.file.Src[end]) {
			for end < off && isSpace(t.file.Src[end]) {
				end++
			}
			t.token(GapToken, end, nil)
			continue
		}
		for end < off && !isSpace(t.file.Src[end]) {
			end++
		}
		t.token(kind, end, d)
	}
}

// isSpace reports whether ngx_conf_read_token takes a byte for white space.
func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

// Print returns the source put together from the spans of the tree, which for
// every tree from the parser is File.Src byte for byte.
func Print(f *File) []byte {
	out := make([]byte, 0, len(f.Src))
	Tokens(f, func(t Token) bool {
		out = append(out, f.Src[t.Start:t.End]...)
		return true
	})
	return out
}
