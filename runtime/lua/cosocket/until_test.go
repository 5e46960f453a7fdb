package cosocket

import (
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"tidegate/runtime/errlog"
)

// plainEnv waits by just calling.
type plainEnv struct{ lines []string }

func (e *plainEnv) Wait(call, cancel func()) { call() }
func (e *plainEnv) Log(level errlog.Level, msg string) {
	e.lines = append(e.lines, fmt.Sprint(level, " ", msg))
}
func (e *plainEnv) Exiting() bool { return false }

// readerConn is a Transport over a reader, for patterns alone.
type readerConn struct {
	net.Conn
	r io.Reader
}

func (c readerConn) Read(b []byte) (int, error)      { return c.r.Read(b) }
func (c readerConn) SetReadDeadline(time.Time) error { return nil }

// The same text is read in one piece, byte by byte and in halves: the pieces must not matter.
func eachSplit(t *testing.T, text string, f func(t *testing.T, s source)) {
	for name, wrap := range map[string]func(io.Reader) io.Reader{
		"whole": func(r io.Reader) io.Reader { return r }, "bytes": iotest.OneByteReader, "halves": iotest.HalfReader,
	} {
		t.Run(name, func(t *testing.T) {
			f(t, source{socket: &TCP{}, conn: readerConn{r: wrap(strings.NewReader(text))}, env: &plainEnv{}})
		})
	}
}

func TestUntilWhole(t *testing.T) {
	for _, c := range []struct{ text, pattern, want, rest string }{
		{"hello, world--boundary\r\nrest", "--boundary", "hello, world", "\r\nrest"},
		{"----aaab", "--a", "--", "aab"},
		{"abcabcabcabd!", "abcabd", "abcabc", "!"},
		{"aaaaab", "aaab", "aa", ""},
		{"x", "x", "", ""},
		{"ababababac", "ababac", "abab", ""},
	} {
		eachSplit(t, c.text, func(t *testing.T, s source) {
			var r reader
			out, err := r.receive(&s, 64, NewUntil(c.pattern, false))
			if err != nil || string(out) != c.want {
				t.Fatalf("%q until %q: %q, %v; want %q", c.text, c.pattern, out, err, c.want)
			}
			rest, _ := r.receive(&s, 64, all{})
			if string(rest) != c.rest {
				t.Errorf("rest is %q, want %q", rest, c.rest)
			}
		})
	}
}

func TestUntilInclusive(t *testing.T) {
	eachSplit(t, "onetwoEND", func(t *testing.T, s source) {
		var r reader
		out, err := r.receive(&s, 64, NewUntil("END", true))
		if err != nil || string(out) != "onetwoEND" {
			t.Errorf("%q, %v", out, err)
		}
	})
}

func TestUntilEndsTooEarly(t *testing.T) {
	eachSplit(t, "no end EN", func(t *testing.T, s source) {
		var r reader
		out, err := r.receive(&s, 64, NewUntil("END", false))
		if err != io.EOF || string(out) != "no end " {
			t.Errorf("%q, %v; want what is surely data and EOF", out, err)
		}
	})
}

func TestPatterns(t *testing.T) {
	eachSplit(t, "a\rb\r\nsecond\n\nlast", func(t *testing.T, s source) {
		var r reader
		for _, want := range []string{"ab", "second", ""} {
			if out, err := r.receive(&s, 64, line{}); err != nil || string(out) != want {
				t.Fatalf("line %q, %v; want %q", out, err, want)
			}
		}
		if out, err := r.receive(&s, 64, &exactly{2}); err != nil || string(out) != "la" {
			t.Fatalf("two bytes: %q, %v", out, err)
		}
		if out, err := r.receive(&s, 64, line{}); err != io.EOF || string(out) != "st" {
			t.Errorf("a line without end: %q, %v; want the partial line and EOF", out, err)
		}
		if out, err := r.receive(&s, 64, all{}); err != nil || len(out) != 0 {
			t.Errorf("all at the end: %q, %v", out, err)
		}
	})
}
