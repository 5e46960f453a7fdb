package pcre

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
)

// groups renders a match as nginx would see it: "0-3 1-2 -" (a dash for a group that took no part), or the error.
func groups(re *Regexp, subject string, start int) string {
	caps := make([]int32, 2*(re.NumCaptures()+1))
	n, err := re.Match(subject, start, caps)
	if err != nil {
		return err.Error()
	}
	if n == 0 {
		return "no match"
	}
	var out []string
	for i := 0; i < n; i++ {
		if caps[2*i] < 0 {
			out = append(out, "-")
			continue
		}
		out = append(out, fmt.Sprintf("%d-%d", caps[2*i], caps[2*i+1]))
	}
	return strings.Join(out, " ")
}

func TestMatch(t *testing.T) {
	for _, c := range []struct {
		pattern string
		opts    Options
		subject string
		want    string
	}{
		{`foo`, Options{}, "a foo", "2-5"},
		{`foo`, Options{}, "a FOO", "no match"},
		{`foo`, Options{Caseless: true}, "a FOO", "2-5"},
		{``, Options{}, "", "0-0"},
		{`^b`, Options{}, "a\nb", "no match"},
		{`^b`, Options{Multiline: true}, "a\nb", "2-3"},
		{`a.b`, Options{}, "a\nb", "no match"},
		{`a.b`, Options{DotAll: true}, "a\nb", "0-3"},
		{`a b # c`, Options{Extended: true}, "ab", "0-2"},
		{`b`, Options{Anchored: true}, "ab", "no match"},
		{`a$`, Options{}, "a\n", "0-1"},
		{`a$`, Options{DollarEndOnly: true}, "a\n", "no match"},
		{`a\z`, Options{}, "a\n", "no match"},
		{`a\Z`, Options{}, "a\n", "0-1"},
		{`a+`, Options{Ungreedy: true}, "aaa", "0-1"},
		{`(?<=a)b(?!c)`, Options{}, "abcab", "4-5"},
		{`(?<!a)b`, Options{}, "abb", "2-3"},
		{`(["'])(.*?)\1`, Options{}, `x "a'b" y`, "2-7 2-3 3-6"},
		{`(?<y>\d{4})-(?<m>\d\d)`, Options{}, "on 2024-05", "3-10 3-7 8-10"},
		{`(?>a+)ab`, Options{}, "aaab", "no match"},
		{`a++b`, Options{}, "aaab", "0-4"},
		{`foo\Kbar`, Options{}, "foobar", "3-6"},
		{`\Qa.b\E+`, Options{}, "xa.bb", "1-5"},
		{`\((?:[^()]++|(?R))*\)`, Options{}, "x(a(b)c)(", "1-8"},
		{`(a)?(?(1)b|c)`, Options{}, "c", "0-1"},
		{`(a)?(?(1)b|c)`, Options{}, "ab", "0-2 0-1"},
		{`(?|(a)|(b))c`, Options{}, "bc", "0-2 0-1"},
		{`(a)|(b)`, Options{}, "b", "0-1 - 0-1"},
		{`(a)|(b)`, Options{}, "a", "0-1 0-1"},
		{`(?i)straße`, Options{}, "STRA\xc3\x9fE", "0-7"},
		{`.`, Options{}, "é", "0-1"},
		{`.`, Options{UTF: true}, "é", "0-2"},
		{`^\w$`, Options{}, "\xe9", "no match"},
		{`\p{Lu}`, Options{UTF: true}, "aÉ", "1-3"},
		{`É`, Options{UTF: true, Caseless: true}, "é", "0-2"},
		{`a`, Options{UTF: true}, "\xffa", "pcre_exec() failed: -23"},
		{`a`, Options{UTF: true, NoUTFCheck: true}, "\xffa", "1-2"},
		{`.`, Options{UTF: true, NoUTFCheck: true}, "\xe9", "no match"},
		{`\x00(.)\xff`, Options{}, "a\x00b\xff", "1-4 2-3"},
		{`[^\x80-\xff]+`, Options{}, "\x80\xffab\xfe", "2-4"},
		{"a\x00b", Options{}, "xa\x00b", "1-4"},
		{`a[]b`, Options{JavaScriptCompat: true}, "ab", "no match"},
		{`a[^]b`, Options{JavaScriptCompat: true}, "axb", "0-3"},
		{`\u0041`, Options{JavaScriptCompat: true}, "A", "0-1"},
		{`(a)?\1b`, Options{JavaScriptCompat: true}, "b", "0-1"},
		{`(a)?\1b`, Options{}, "b", "no match"},
		{`a|ab|abc`, Options{}, "abc", "0-1"},
		{`a|ab|abc`, Options{DFA: true}, "abc", "0-3"},
		{`(a)(b)`, Options{DFA: true}, "ab", "0-2"},
		{`(a)\1`, Options{DFA: true}, "aa", "pcre_exec() failed: -42"},
		{`(a+)+$`, Options{MatchLimit: 100}, strings.Repeat("a", 30) + "b", "pcre_exec() failed: -47"},
	} {
		re, err := Compile(c.pattern, c.opts)
		if err != nil {
			t.Errorf("%q: %v", c.pattern, err)
			continue
		}
		if got := groups(re, c.subject, 0); got != c.want {
			t.Errorf("%q %+v on %q: got %s, want %s", c.pattern, c.opts, c.subject, got, c.want)
		}
		caps := make([]int32, 2*(re.NumCaptures()+1))
		n, merr := re.Match(c.subject, 0, caps)
		bcaps := make([]int32, len(caps))
		bn, berr := re.MatchBytes([]byte(c.subject), 0, bcaps)
		if n != bn || merr != berr || !slices.Equal(caps, bcaps) {
			t.Errorf("%q: MatchBytes gives %d %v %v, Match %d %v %v", c.pattern, bn, berr, bcaps, n, merr, caps)
		}
		if re.MatchString(c.subject) != (n > 0) {
			t.Errorf("%q: MatchString disagrees", c.pattern)
		}
		re.Close()
	}
}

// The texts and offsets are those of PCRE2 10.42's C library, in nginx's sentence.
func TestCompileError(t *testing.T) {
	for _, c := range []struct{ pattern, want string }{
		{`(`, `pcre2_compile() failed: missing closing parenthesis in "("`},
		{`a)b`, `pcre2_compile() failed: unmatched closing parenthesis in "a)b" at ")b"`},
		{`*a`, `pcre2_compile() failed: quantifier does not follow a repeatable item in "*a" at "*a"`},
		{`[a`, `pcre2_compile() failed: missing terminating ] for character class in "[a"`},
		{`[z-a]`, `pcre2_compile() failed: range out of order in character class in "[z-a]" at "a]"`},
		{`\`, `pcre2_compile() failed: \ at end of pattern in "\"`},
		{`(?<n>a)(?<n>b)`, `pcre2_compile() failed: two named subpatterns have the same name (PCRE2_DUPNAMES not set) in "(?<n>a)(?<n>b)" at "b)"`},
		{`(?P<1>a)`, `pcre2_compile() failed: subpattern name must start with a non-digit in "(?P<1>a)" at "1>a)"`},
		{`\1`, `pcre2_compile() failed: reference to non-existent subpattern in "\1" at "1"`},
		{`(?<=a+)b`, `pcre2_compile() failed: lookbehind assertion is not fixed length in "(?<=a+)b" at "(?<=a+)b"`},
		{"(\x00*)*)z", "pcre2_compile() failed: unmatched closing parenthesis in \"(\x00*)*)z\" at \")z\""},
		{"a)\x00b", "pcre2_compile() failed: unmatched closing parenthesis in \"a)\x00b\" at \")\""},
	} {
		re, err := Compile(c.pattern, Options{})
		if err == nil {
			t.Errorf("%q compiled", c.pattern)
			re.Close()
			continue
		}
		if err.Error() != c.want {
			t.Errorf("%q:\n got %s\nwant %s", c.pattern, err, c.want)
		}
	}
}

func TestDefaultMatchLimit(t *testing.T) {
	if raceEnabled {
		t.Skip("ten million steps take too long under the race detector")
	}
	if got := groups(MustCompile(`(a+)+$`, Options{}), strings.Repeat("a", 40)+"b", 0); got != "pcre_exec() failed: -47" {
		t.Error(got)
	}
}

func TestStart(t *testing.T) {
	re := MustCompile(`\bx|^y`, Options{})
	for _, c := range []struct {
		subject string
		start   int
		want    string
	}{
		{"x x", 0, "0-1"},
		{"x x", 1, "2-3"},
		{"x x", 3, "no match"},
		{"x x", 4, "pcre_exec() failed: -33"},
		{"x x", -1, "pcre_exec() failed: -33"},
		{"ax", 1, "no match"}, // the byte before start is seen by \b
		{"ay", 1, "no match"},
	} {
		if got := groups(re, c.subject, c.start); got != c.want {
			t.Errorf("%q from %d: got %s, want %s", c.subject, c.start, got, c.want)
		}
	}
	// Without a check a start inside a character is taken as it is, as long as the whole is UTF-8.
	unchecked := MustCompile(`x*`, Options{UTF: true, NoUTFCheck: true})
	if got := groups(unchecked, "é", 1); got != "1-1" {
		t.Errorf("unchecked start inside a character: %s", got)
	}
	if got := groups(unchecked, "é\xff", 1); got != "2-2" {
		t.Errorf("the same in what is not UTF-8: %s", got)
	}
	utf := MustCompile(`.`, Options{UTF: true})
	if got := groups(utf, "é", 1); got != "pcre_exec() failed: -36" {
		t.Errorf("start inside a character: %s", got)
	}
	if _, err := re.Match("x", 2, nil); !errors.Is(err, ErrBadOffset) {
		t.Errorf("got %v", err)
	}
}

func TestNames(t *testing.T) {
	re := MustCompile(`(?<b>x)(y)(?<a>z)|(?<b>w)`, Options{DupNames: true})
	want := []Name{{"a", 3}, {"b", 1}, {"b", 4}}
	if !slices.Equal(re.Names(), want) || re.NumCaptures() != 4 {
		t.Errorf("got %v of %d", re.Names(), re.NumCaptures())
	}
	if re.Index("a") != 3 || re.Index("c") != -1 {
		t.Error("Index")
	}
	inline := MustCompile(`(?J)(?<n>a)|(?<n>b)`, Options{})
	if len(inline.Names()) != 2 {
		t.Errorf("(?J): %v", inline.Names())
	}
}

func TestShortCaps(t *testing.T) {
	re := MustCompile(`(a)(b)`, Options{})
	for size := range 9 {
		caps := []int32{9, 9, 9, 9, 9, 9, 9, 9}[:size]
		n, err := re.Match("ab", 0, caps)
		if n != 3 || err != nil {
			t.Fatalf("size %d: %d %v", size, n, err)
		}
		want := []int32{0, 2, 0, 1, 1, 2, 9, 9}[:size]
		if !slices.Equal(caps, want) {
			t.Errorf("size %d: %v", size, caps)
		}
	}
}

// Many groups and long subjects outgrow the first scratch; a second pattern then uses what the first one grew.
func TestScratchGrows(t *testing.T) {
	many := MustCompile(strings.Repeat(`(.)`, 200), Options{})
	long := strings.Repeat("ab", 100_000) + "c"
	last := MustCompile(`(b)c`, Options{})
	for range 3 {
		caps := make([]int32, 402)
		if n, err := many.Match(long, 0, caps); n != 201 || err != nil || caps[401] != 200 {
			t.Fatal(n, err, caps[401])
		}
		if got := groups(last, long, 0); got != "199999-200001 199999-200000" {
			t.Fatal(got)
		}
		if got := groups(last, "bc", 0); got != "0-2 0-1" {
			t.Fatal(got)
		}
	}
}

// A long subject that is matched again and again is copied once; a different one of the same length is not mistaken for it.
func TestLongSubjectRemembered(t *testing.T) {
	re := MustCompile(`[bc]`, Options{})
	a := strings.Repeat("a", keepString) + "b"
	c := strings.Repeat("a", keepString) + "c"
	bytes := []byte(strings.Repeat("x", keepString+1))
	for range 4 {
		for _, s := range []string{a, a, c, c} {
			if n, _ := re.Match(s, 0, nil); n != 1 {
				t.Fatal("no match in", s[keepString:])
			}
		}
		if n, _ := re.MatchBytes(bytes, 0, nil); n != 0 {
			t.Fatal("an old subject was matched")
		}
	}
}

func TestConcurrent(t *testing.T) {
	re := MustCompile(`(\w+)=(\d+)`, Options{})
	limited := MustCompile(`(a+)+$`, Options{MatchLimit: 50})
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			caps := make([]int32, 6)
			for i := range 500 {
				key := fmt.Sprintf("k%d", g)
				s := fmt.Sprintf("set %s=%d", key, i)
				n, err := re.Match(s, 0, caps)
				if err != nil || n != 3 || s[caps[2]:caps[3]] != key || s[caps[4]:caps[5]] != fmt.Sprint(i) {
					t.Errorf("%q: %d %v %v", s, n, err, caps)
					return
				}
				if i%50 == 0 {
					own := MustCompile(fmt.Sprintf("^set k%d=", g), Options{})
					if !own.MatchString(s) {
						t.Errorf("%q does not match %s", s, own)
					}
					own.Close()
					if _, err := limited.Match("aaaaaaaaaaaaaaaaaaab", 0, nil); err != ErrMatchLimit {
						t.Errorf("limit: %v", err)
					}
				}
			}
		})
	}
	wg.Wait()
}

func TestMatchDoesNotAllocate(t *testing.T) {
	if raceEnabled {
		t.Skip("sync.Pool drops entries at random under the race detector")
	}
	re := MustCompile(`(\w+)=(\d+)`, Options{})
	caps := make([]int32, 6)
	if n := testing.AllocsPerRun(100, func() { re.Match("set a=1", 0, caps) }); n >= 1 {
		t.Errorf("%v allocations a match", n)
	}
}

// Patterns compiled and dropped, closed or not, give their memory back.
func TestMemoryIsReleased(t *testing.T) {
	if raceEnabled || testing.Short() {
		t.Skip("compiles thousands of patterns, and the race detector keeps memory of its own")
	}
	pattern := strings.Repeat(`(?:alpha|beta|[a-z]{3,9}\d+)`, 40)
	round := func() {
		for i := range 500 {
			re := MustCompile(pattern, Options{})
			if i%2 == 0 {
				re.Close()
				re.Close() // a second Close does nothing
			}
		}
		runtime.GC()
		runtime.GC()
	}
	round()
	before := residentPages(t)
	for range 10 {
		round()
	}
	if grown := residentPages(t) - before; grown > 4096 { // 16 MiB; 5000 leaked patterns would be about 50 MiB
		t.Errorf("resident memory grew by %d pages", grown)
	}
}

// unfiltered is Match without the filter in front.
func (re *Regexp) unfiltered(subject string, start int, caps []int32) (int, error) {
	sc := getScratch()
	defer sc.put()
	sc.load(subject)
	return re.match(sc, len(subject), start, caps)
}

// What the filter turns away, the library would not match either, and would not fail on.
func TestFilter(t *testing.T) {
	patterns := []string{`foo`, `f`, ``, `x*`, `^foo`, `foo$`, `(?i)foo`, `[a-c]x`, `(a|b)c`, `a.*z`, `(?m)^a`, `(?m)^a.*z`, `\bfoo\b`, `(?=a)ab`,
		`(?!a)b`, `a?b?c`, `(*COMMIT)ab`, `(*NO_START_OPT)ab`, `(?:a|bb|ccc)d`, `\d+-\d+`, `(?s).*foo`, `.*foo`, `(.)\1z`, `\Kfoo`, `foo|bar|baz`,
		`[[:upper:]]+q`, `\x00z`, `\xffz`, `(?i)\xe9z`, `a{3,}b`, `(?R)?ab`, `\Ga`, `(?<=x)y`, `[^a]b`, `(*LIMIT_MATCH=0)ab`, `(*LIMIT_MATCH=0)a*b`, `a*+b`}
	subjects := []string{"", "f", "foo", "xfoox", "FOO", "fOo!", "\nfoo", "foo\n", "abc", "az", "a\nz", "aaab", "12-34", "bar baz", "Qq", "\x00z", "\xffz",
		"\xc9z", "xy", "bbd", "cccd", "ccd", "aaz", strings.Repeat("x", 100) + "foo", strings.Repeat("x", 6000), strings.Repeat("a", 6000) + "b"}
	rejected, passed := 0, 0
	for _, p := range patterns {
		for _, opts := range []Options{{}, {Caseless: true}, {Multiline: true, DotAll: true}, {Anchored: true}, {UTF: true}} {
			re := MustCompile(p, opts)
			for _, s := range subjects {
				for _, start := range []int{0, 1, len(s), len(s) + 1} {
					caps, want := make([]int32, 4), make([]int32, 4)
					n, err := re.Match(s, start, caps)
					wantN, wantErr := re.unfiltered(s, start, want)
					if n != wantN || err != wantErr || n > 0 && !slices.Equal(caps, want) {
						t.Errorf("%q %+v on %q from %d: %d %v %v, unfiltered %d %v %v", p, opts, s, start, n, err, caps, wantN, wantErr, want)
					}
					if start <= len(s) && re.filter.rejects(s[start:]) {
						rejected++
					} else if n == 0 {
						passed++
					}
				}
			}
		}
	}
	if rejected < 2000 {
		t.Errorf("only %d subjects were turned away, %d were tried in vain", rejected, passed)
	}
}

func FuzzCompileMatch(f *testing.F) {
	for _, p := range []string{`a(b|c)*d`, `(?<n>\d+)\k<n>`, `[[:alpha:]]+`, `(?R)?a`, `\p{L}`, `(*COMMIT)a`, `\C`, `(?(DEFINE)(?<x>a))(?&x)`} {
		f.Add(p, "abcd 1212", 0, uint16(0))
		f.Add(p, "\xff\x00é", 1, uint16(0x1ff))
	}
	f.Fuzz(func(t *testing.T, pattern, subject string, start int, bits uint16) {
		on := func(i int) bool { return bits>>i&1 != 0 }
		opts := Options{Caseless: on(0), Multiline: on(1), DotAll: on(2), Extended: on(3), Anchored: on(4), DollarEndOnly: on(5),
			Ungreedy: on(6), DupNames: on(7), UTF: on(8), NoUTFCheck: on(9), JavaScriptCompat: on(10), DFA: on(11), MatchLimit: 10_000}
		re, cerr := Compile(pattern, opts)
		if cerr != nil {
			if cerr.Message == "" || cerr.Offset < 0 || cerr.Offset > len(pattern) {
				t.Fatalf("bad error %+v", cerr)
			}
			return
		}
		defer re.Close()
		caps := make([]int32, 2*(re.NumCaptures()+1))
		n, err := re.Match(subject, start, caps)
		if err != nil && n != 0 || n > re.NumCaptures()+1 {
			t.Fatalf("%d %v", n, err)
		}
		if wantN, wantErr := re.unfiltered(subject, start, nil); n != wantN || err != wantErr {
			t.Fatalf("%d %v, unfiltered %d %v", n, err, wantN, wantErr)
		}
		for i := range 2 * n {
			if caps[i] < -1 || int(caps[i]) > len(subject) {
				t.Fatalf("offset %d of %v outside %q", i, caps, subject)
			}
		}
	})
}

func BenchmarkMatch(b *testing.B) {
	long := strings.Repeat("lorem ipsum dolor sit amet 12 ", 200)
	for _, c := range []struct{ name, pattern, subject string }{
		{"literal", `foo`, "hello foo world"},
		{"map-host", `^www\.(.+)$`, "www.example.com"},
		{"map-suffix", `\.(gif|jpg|png)$`, "/static/img/logo.png"},
		{"digits", `^[0-9]+$`, "1234567890"},
		{"pair", `(\w+)=(\d+)`, "set alpha=12345 ok"},
		{"request", `^(GET|POST|HEAD) ([^ ]+) HTTP/(\d)\.(\d)`, "GET /index.html?a=1&b=2 HTTP/1.1"},
		{"ipv4", `^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$`, "192.168.100.254"},
		{"lazy", `<b>(.*?)</b>`, "some text <b>bold words here</b> and rest"},
		{"look", `(?<=user:)\w+(?=@)`, "mail user:alice@example.org"},
		{"backref", `(["'])(.*?)\1`, `x = "hello 'quoted' world";`},
		{"miss", `needle`, "www.example.com"},
		{"miss-set", `(foo|bar)baz`, "www.example.com"},
		{"long-miss", `needle\d+`, long},
		{"long-class", `[A-Z]{3}\d`, long},
		{"backtracking", `^(?:a|b)*$`, strings.Repeat("ab", 500)},
		{"long-alternation", `(?:needle|haystack|straw)`, long},
	} {
		re := MustCompile(c.pattern, Options{})
		caps := make([]int32, 2*(re.NumCaptures()+1))
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				re.Match(c.subject, 0, caps)
			}
		})
	}
	b.Run("compile", func(b *testing.B) {
		for b.Loop() {
			MustCompile(`^(GET|POST|HEAD) ([^ ]+) HTTP/(\d)\.(\d)`, Options{}).Close()
		}
	})
}
