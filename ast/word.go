package ast

import (
	"strings"
	"unsafe"
)

// Word is the name of a directive or one argument. A file keeps only where its
// words stand; the rest is looked up in the source when a word is asked for.
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

// newWord looks up what stands in a span.
func newWord(f *File, s span) Word {
	w := Word{Text: f.text(s), Start: s.start, End: s.end}
	if s.start < s.end {
		w.Quote = quoteOf(f.Src[s.start])
	}
	return w
}

// quoteOf returns the quote that a word with this first byte is in, or 0.
func quoteOf(c byte) byte {
	if c == '"' || c == '\'' {
		return c
	}
	return 0
}

// slice returns a part of the source, sharing its memory.
func (f *File) slice(start, end int32) string {
	if start >= end {
		return ""
	}
	return unsafe.String(&f.Src[start], end-start)
}

// text returns the value of the word in a span.
func (f *File) text(s span) string {
	if s.start >= s.end {
		return ""
	}
	if quote := quoteOf(f.Src[s.start]); quote != 0 {
		if closed(f.Src[s.start:s.end], quote) {
			s.end--
		}
		s.start++
	}
	return unescape(f.slice(s.start, s.end))
}

// closed reports whether the last byte of a raw word is its closing quote: it
// is one unless it is escaped, or is the opening one.
func closed(raw []byte, quote byte) bool {
	n := len(raw) - 1
	if n < 1 || raw[n] != quote {
		return false
	}
	slashes := 0
	for i := n - 1; i > 0 && raw[i] == '\\'; i-- {
		slashes++
	}
	return slashes%2 == 0
}

// unescape applies the backslash rules of ngx_conf_read_token to the value of
// a word: \" \' \\ lose the backslash, \t \r \n become control characters, and
// any other backslash stays.
func unescape(s string) string {
	i := strings.IndexByte(s, '\\')
	for i >= 0 && !escapes(s, i) {
		// Both bytes stay. The second one is no backslash: that is escaped.
		next := strings.IndexByte(s[i+1:], '\\')
		if next < 0 {
			return s
		}
		i += 1 + next
	}
	if i < 0 {
		return s
	}
	out := append(make([]byte, 0, len(s)), s[:i]...)
	for i < len(s) {
		c := s[i]
		if c == '\\' && escapes(s, i) {
			i++
			switch c = s[i]; c {
			case 't':
				c = '\t'
			case 'r':
				c = '\r'
			case 'n':
				c = '\n'
			}
		}
		out = append(out, c)
		i++
	}
	return string(out)
}

// escapes reports whether the backslash at i changes the byte after it.
func escapes(s string, i int) bool { return i+1 < len(s) && isEscaped(s[i+1]) }

func isEscaped(c byte) bool { return strings.IndexByte("\"'\\trn", c) >= 0 }

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
		if src[off] == '\\' && off+1 < end && isEscaped(src[off+1]) {
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
	return closed(w.Raw(src), w.Quote)
}
