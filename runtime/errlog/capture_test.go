package errlog

import (
	"io"
	"strings"
	"testing"
)

// take empties a buffer and gives the lines without what stands before their texts.
func take(c *Capture) string {
	var out []string
	for {
		l, ok := c.Take()
		if !ok {
			return strings.Join(out, " ")
		}
		out = append(out, l.Level.String()+":"+l.Line[strings.LastIndexByte(l.Line, ' ')+1:])
	}
}

func TestCapture(t *testing.T) {
	c := NewCapture(4096)
	l := New(nil, Output{W: io.Discard, Level: Notice}).Into(c)
	l.Write(Err, 7, "one")
	l.Write(Info, 7, "unseen") // the log does not take it
	l.Write(Notice, 0, "two")
	c.SetFilter(Warn)
	l.Write(Notice, 0, "filtered")
	l.Debugging().Write(Warn, 0, "three")
	if got := take(c); got != "error:one notice:two warn:three" {
		t.Error(got)
	}
	if line, ok := c.Take(); ok {
		t.Errorf("%+v is left", line)
	}
}

// TestCaptureRing pushes lines of ten bytes, 26 with their heads, into room for 100: three fit, and a fourth begins anew at the front.
func TestCaptureRing(t *testing.T) {
	c := NewCapture(100)
	put := func(text string) { c.add(Err, []byte(text)) }
	for _, s := range []string{"a.........", "b.........", "c.........", "d........."} {
		put(s)
	}
	put(strings.Repeat("x", 85)) // would not fit an empty buffer
	if got, want := take(c), "error:b......... error:c......... error:d........."; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	put("e.........")
	put(strings.Repeat("y", 84)) // fits an empty one only
	if got, want := take(c), "error:"+strings.Repeat("y", 84); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	// A long line at the end pushes out what lies behind it, not more.
	for _, s := range []string{"a.........", "b.........", "c.........", "d.........", strings.Repeat("z", 40)} {
		put(s)
	}
	if got, want := take(c), "error:d......... error:"+strings.Repeat("z", 40); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
