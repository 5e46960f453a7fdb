package codec

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"tidegate/ast/conf/pcre"
)

func TestTimes(t *testing.T) {
	// Recorded under five values of TZ; nginx keeps the offset in minutes.
	for _, c := range []struct {
		sec               int64
		gmtoff            int
		today, local, utc string
	}{
		{1795175198, 0, "2026-11-20", "2026-11-20 11:46:38", "2026-11-20 11:46:38"},
		{1795175198, 330, "2026-11-20", "2026-11-20 17:16:38", "2026-11-20 11:46:38"},
		{1795175198, -300, "2026-11-20", "2026-11-20 06:46:38", "2026-11-20 11:46:38"},
		{1795175198, 525, "2026-11-20", "2026-11-20 20:31:38", "2026-11-20 11:46:38"},
		{1795175198, 840, "2026-11-21", "2026-11-21 01:46:38", "2026-11-20 11:46:38"},
	} {
		today, local, utc := Today(c.sec, c.gmtoff), LocalTime(c.sec, c.gmtoff), UTCTime(c.sec)
		if today != c.today || local != c.local || utc != c.utc {
			t.Errorf("%d%+d: %s, %s, %s", c.sec, c.gmtoff, today, local, utc)
		}
	}
}

// gmtime agrees with the time package on days in every year it covers, and its parser reads back what it wrote.
func TestTimeInEveryYear(t *testing.T) {
	for sec := int64(3661); sec < 253402300800; sec += 86400 * 29 {
		want := time.Unix(sec, 0).UTC()
		got := HTTPTime(sec)
		if got != want.Format("Mon, 02 Jan 2006 15:04:05 GMT") {
			t.Fatalf("%d: %s, want %s", sec, got, want)
		}
		if back, ok := ParseHTTPTime(got); !ok || back != sec {
			t.Fatalf("%s is read as %d %v", got, back, ok)
		}
	}
}

func TestReplacementErrors(t *testing.T) {
	for template, want := range map[string]string{
		"$":      `lua script: invalid capturing variable name found in "$"`,
		"x$":     `lua script: invalid capturing variable name found in "x$"`,
		"$-":     `lua script: invalid capturing variable name found in "$-"`,
		"${":     `lua script: invalid capturing variable name found in "${"`,
		"${}":    `lua script: invalid capturing variable name found in "${}"`,
		"$é":     `lua script: invalid capturing variable name found in "$é"`,
		"${1":    `the closing bracket in "1" variable is missing`,
		"${1a}":  `the closing bracket in "1" variable is missing`,
		"${$}":   `the closing bracket in "" variable is missing`,
		"${ab":   `the closing bracket in "ab" variable is missing`,
		"${a}":   `attempt to use named capturing variable "a" (named captures not supported yet)`,
		"$ab1_c": `attempt to use named capturing variable "ab1_c" (named captures not supported yet)`,
	} {
		_, err := CompileReplacement(template)
		var re *ReplacementError
		if !errors.As(err, &re) || re.Log != want || err.Error() != "failed to compile the replacement template" {
			t.Errorf("%q: %v", template, err)
		}
	}
}

func compile(t *testing.T, c *RegexCache, pattern, letters string) *Regex {
	t.Helper()
	r, err := c.Compile(pattern, letters)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestMatchCacheKeepsTheRecentlyUsed(t *testing.T) {
	c := NewRegexCache(2, 0)
	if c.Used() {
		t.Error("used before anything was compiled")
	}
	plain := compile(t, c, "a", "")
	if compile(t, c, "a", "") == plain || c.Used() {
		t.Error("a pattern without \"o\" was kept")
	}
	a := compile(t, c, "a", "o")
	b := compile(t, c, "b", "o")
	if compile(t, c, "a", "o") != a || !c.Used() {
		t.Error("not kept")
	}
	if compile(t, c, "a", "oi") == a {
		t.Error("the flags belong to the key")
	}
	if compile(t, c, "a", "o") != a {
		t.Error("the recently used one was dropped")
	}
	if compile(t, c, "b", "o") == b {
		t.Error("the oldest was kept beyond the limit")
	}
	b.Done() // an evicted pattern still works for who holds it
	if m, err := b.Match("b", 0); err != nil || !m.Matched() {
		t.Error("an evicted pattern does not match", err)
	}
	none := NewRegexCache(0, 0)
	if compile(t, none, "a", "o") == compile(t, none, "a", "o") {
		t.Error("a cache of no entries kept one")
	}
}

func TestSubCacheStopsAtTheLimit(t *testing.T) {
	c := NewRegexCache(2, 0)
	get := func(replace string) *Regex {
		r, err := c.CompileSub("a", "o", replace)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	one := get("1")
	f, err := c.CompileSubFunc("a", "o")
	if err != nil {
		t.Fatal(err)
	}
	if again, _ := c.CompileSubFunc("a", "o"); again != f || get("1") != one {
		t.Error("not kept")
	}
	third := get("3")
	if get("3") == third {
		t.Error("kept beyond the limit")
	}
	if get("1") != one {
		t.Error("an earlier one was dropped")
	}
	if out, n, err := third.ReplaceAll("banana", true); out != "b3n3n3" || n != 3 || err != nil {
		t.Error(out, n, err)
	}
}

func TestMatchLimit(t *testing.T) {
	r := compile(t, NewRegexCache(10, 100), `(a+)+$`, "")
	_, err := r.Match(strings.Repeat("a", 30)+"b", 0)
	if err != pcre.ErrMatchLimit || err.Error() != "pcre_exec() failed: -47" {
		t.Error(err)
	}
	if _, _, err := r.Split(strings.Repeat("a", 30)+"b", 1, 0); err != pcre.ErrMatchLimit {
		t.Error(err)
	}
}

func TestFlags(t *testing.T) {
	f, err := ParseFlags("ijosmxaDJ")
	want := pcre.Options{Caseless: true, DotAll: true, Multiline: true, Extended: true, Anchored: true, DupNames: true,
		JavaScriptCompat: true}
	if err != nil || !f.Once || !f.DupNames || f.Options != want {
		t.Errorf("%+v %v", f, err)
	}
	if _, err := ParseFlags("iz"); err == nil || err.Error() != `unknown flag "z" (flags "iz")` {
		t.Error(err)
	}
}

// Encoding and decoding again changes nothing.
func FuzzRoundTrip(f *testing.F) {
	f.Add("a b&c=d/?", "100%")
	f.Add("\x00\xff", "é+")
	f.Fuzz(func(t *testing.T, a, b string) {
		if got := UnescapeURI(EscapeURI(a, EscapeComponent)); got != a {
			t.Fatalf("uri: %q", got)
		}
		for _, raw := range []bool{false, true} {
			if got, ok := DecodeBase64(EncodeBase64(a, raw)); !ok || got != a {
				t.Fatalf("base64: %q", got)
			}
		}
		if got, err := DecodeBase64URL(EncodeBase64URL(a)); err != nil || got != a {
			t.Fatalf("base64url: %q", got)
		}
		DecodeBase64(a)
		DecodeBase64MIME(a)
		UnescapeURI(a)
		ParseHTTPTime(a)
		var e ArgsEncoder
		e.Key(a)
		e.Value(b)
		s, err := e.String()
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		DecodeArgs(s, 0, func(key, value string, isFlag bool) {
			if n++; key != a || value != b || isFlag {
				t.Fatalf("%q is read as %q=%q", s, key, value)
			}
		})
		if n != 1 && a != "" {
			t.Fatalf("%q has %d arguments", s, n)
		}
		if q := QuoteSQL(a); len(q) < 2 || strings.ContainsAny(q[1:len(q)-1], "\x00\n\r\t\x1a") {
			t.Fatalf("%q", q)
		}
	})
}

func FuzzRegex(f *testing.F) {
	for _, p := range []string{`a*`, `(a)|(b)`, `,`, `\b`, `(?<n>x)`, `(x)?`} {
		f.Add("a,b;x\xff", p, "<$1>", "D", 1)
		f.Add("éa", p, "${0}$$", "U", 2)
	}
	c := NewRegexCache(4, 5000)
	f.Fuzz(func(t *testing.T, subject, pattern, replace, letters string, pos int) {
		if r, err := c.Compile(pattern, letters); err == nil {
			g := r.GMatch(subject)
			for steps := 0; ; steps++ {
				m, err := g.Next()
				if err != nil || !m.Matched() {
					break
				}
				for i := range m.Len() {
					m.Group(i)
				}
				if steps > len(subject)+1 {
					t.Fatal("more matches than places")
				}
			}
			if pos >= 1 && !SplitNothing(subject, pos) {
				r.Split(subject, pos, pos%7)
			}
			r.Find(subject, pos, pos%5)
			g.Done()
		}
		if r, err := c.CompileSub(pattern, letters, replace); err == nil {
			out, n, err := r.ReplaceAll(subject, true)
			if n == 0 && err == nil && out != subject {
				t.Fatalf("%q without a match", out)
			}
			r.Done()
		}
	})
}

func BenchmarkCodec(b *testing.B) {
	text := "hello world & more/é?"
	c := NewRegexCache(100, 0)
	run := func(name string, f func()) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				f()
			}
		})
	}
	run("escape_uri", func() { EscapeURI(text, EscapeComponent) })
	run("unescape_uri", func() { UnescapeURI("hello%20world+%26") })
	run("encode_base64", func() { EncodeBase64(text, false) })
	run("md5", func() { MD5(text) })
	run("http_time", func() { HTTPTime(1795175198) })
	run("match-cached", func() {
		r, _ := c.Compile(`(\w+)=(\d+)`, "jo")
		r.Match("set alpha=12345", 0)
	})
	run("gsub-cached", func() {
		r, _ := c.CompileSub(`o`, "jo", "0")
		r.ReplaceAll(text, true)
	})
}

func ExampleRegex_Sub() {
	r, _ := NewRegexCache(1, 0).CompileSubFunc(`\w+`, "")
	s := r.Sub("hello, world", true)
	for m, ok := s.Next(); ok; m, ok = s.Next() {
		word, _ := m.Group(0)
		s.Replace(fmt.Sprintf("%s(%d)", word, utf8.RuneCountInString(word)))
	}
	out, n, _ := s.Result()
	fmt.Println(out, n)
	// Output: hello(5), world(5) 2
}
