package regex

import (
	"strings"
	"testing"

	"tidegate/ast/conf/pcre"
)

func mustParse(t *testing.T, pattern string, caseless bool) *Pattern {
	t.Helper()
	p, err := Parse(pattern, caseless)
	if err != nil {
		t.Fatalf("%s: %v", pattern, err)
	}
	return p
}

// TestAutomatonAgainstPCRE compares automata with the library on texts made of
// the pieces that matter to the patterns.
func TestAutomatonAgainstPCRE(t *testing.T) {
	patterns := []string{
		``, `a`, `^/`, `^/$`, `\.php$`, `\.php(/|$)`, `^/(a|b)+/$`, `^/a?b*c+$`, `[^/]+$`, `^[^/.]*$`, `a{2,3}b`, `a{2}`, `a{2,}$`,
		`a{,2}`, `^\d+$`, `\s`, `^\S+$`, `(?i)PHP$`, `(?i:p)hp`, `^a\z`, `^a\Z`, `a|b$|^c`, `(a|)b`, `^(?:a|b)*$`, `[a-c\d]+x`,
		`[]a]`, `[^]a]`, `[a-]`, `[[:alpha:]]+1`, `\x2fa`, `\x{2f}a`, `\Q.php\E$`, `(?s)a.b`, `a.b`, `(?x) a b # c`,
		`a$b`, `$`, `^`, `(^a|b$)`, `\n`, `a\nb$`, `(a(b(c)?)?)?$`, `a++b`, `(?>ab|a)c`, `\.(?!well-known)`, `(?<=a)b`,
		`(a)\1`, `\ba\b`, `\/\-\.`, `^.*$`, `.+/`, `\h`, `\R`, `\v`, `^(?<x>a)(?'y'b)(?P<z>c)$`,
	}
	var texts []string
	pieces := []string{"", "a", "b", "c", "/", ".php", "\n", "1", "x", "A", " ", "PHP", ".well-known", "aa"}
	for _, a := range pieces {
		for _, b := range pieces {
			for _, c := range pieces {
				texts = append(texts, a+b+c)
			}
		}
	}
	for _, pattern := range patterns {
		p := mustParse(t, pattern, false)
		least, most := newReader(p.AtLeast()), newReader(p.AtMost())
		re := pcre.MustCompile(pattern, pcre.Options{})
		for _, text := range texts {
			want := re.MatchString(text)
			if got := least.text(text); got != want && (p.Exact() || want) {
				t.Errorf("%s on %q: at least %v, the library says %v", pattern, text, got, want)
			}
			if got := most.text(text); got != want && (p.Exact() || got) {
				t.Errorf("%s on %q: at most %v, the library says %v", pattern, text, got, want)
			}
		}
		re.Close()
	}
}

// reader runs over texts byte by byte.
type reader struct {
	*run
	class [256]byte // the first byte of each byte's class
}

func newReader(a *Automaton) *reader {
	r := &reader{run: newRun(a)}
	for c := 1; c < 256; c++ {
		r.class[c] = r.class[c-1]
		if r.splits.Has(byte(c)) || c == '\n' || c == '\n'+1 {
			r.class[c] = byte(c)
		}
	}
	return r
}

func (r *reader) text(s string) bool {
	at := r.start
	for i := 0; i < len(s); i++ {
		at = r.step(at, r.class[s[i]])
	}
	return r.accepts(at)
}

func TestFind(t *testing.T) {
	uri := All
	at := func(pattern string) *Automaton { return mustParse(t, pattern, false).AtLeast() }
	for _, c := range []struct {
		name    string
		in, out []*Automaton
		want    Answer
		text    string
	}{
		{"a part of", []*Automaton{at(`^/a/b\.php$`)}, []*Automaton{at(`\.php$`)}, None, ""},
		{"more than", []*Automaton{at(`\.php$`)}, []*Automaton{at(`^/a/.*\.php$`)}, Found, ".php"},
		{"prefix and extension", []*Automaton{Prefix("/admin/"), at(`\.php$`)}, nil, Found, "/admin/.php"},
		{"text under prefix", []*Automaton{Text("/a")}, []*Automaton{Prefix("/")}, None, ""},
		{"union", []*Automaton{Prefix("/")}, []*Automaton{at(`^/[a-z]`), at(`^/[^a-z]`), Text("/")}, None, ""},
		{"newline at the end", []*Automaton{at(`^/a$`)}, []*Automaton{Text("/a")}, Found, "/a\n"},
		{"no automaton", []*Automaton{nil}, nil, Unknown, ""},
	} {
		text, got := Find(uri, c.in, c.out)
		if got != c.want || text != c.text {
			t.Errorf("%s: got %v %q, want %v %q", c.name, got, text, c.want, c.text)
		}
	}
}

func TestHold(t *testing.T) {
	for _, c := range []struct {
		pattern       string
		group         int
		newline       bool
		first         string // bytes of "/.a" that it can begin with
		empty, start  bool
		before        string // bytes of "/.a" that can stand before
		caselessFirst bool
	}{
		{`^/(.*)$`, 1, false, "/.a", true, false, "/", false},
		{`^(.*)$`, 1, false, "/.a", true, true, "", false},
		{`(.*)`, 1, false, "/.a", true, true, "", false},
		{`^/files([^/]*)`, 1, true, ".a", true, false, "", false},
		{`/x/(?<n>[^\s/]+)`, 1, false, ".a", false, false, "/", false},
		{`^(/a|/b)(/.*)?$`, 2, false, "/", false, false, "a", false},
		{`(?s)a(.)`, 1, true, "/.a", false, false, "a", false},
		{`(a|(?=x))(.)`, 2, false, "/.a", false, true, "/.a", false},
	} {
		h, ok := mustParse(t, c.pattern, false).Hold(c.group)
		if !ok {
			t.Fatalf("%s has no group %d", c.pattern, c.group)
		}
		some := func(s Set) string {
			var out strings.Builder
			for _, b := range []byte("/.a") {
				if s.Has(b) {
					out.WriteByte(b)
				}
			}
			return out.String()
		}
		if h.Set.Has('\n') != c.newline || some(h.First) != c.first || h.Empty != c.empty || h.AtStart != c.start || some(h.Before) != c.before {
			t.Errorf("%s group %d: newline %v, first %q, empty %v, at start %v, before %q", c.pattern, c.group,
				h.Set.Has('\n'), some(h.First), h.Empty, h.AtStart, some(h.Before))
		}
	}
}

func TestFixed(t *testing.T) {
	for _, c := range []struct {
		pattern string
		want    Fixed
		ok      bool
	}{
		{`^/a\.b$`, Fixed{"/a.b", true, true, false}, true},
		{`^/a`, Fixed{"/a", true, false, false}, true},
		{`(?i)ab$`, Fixed{"ab", false, true, true}, true},
		{`a.b`, Fixed{}, false},
		{`a|b`, Fixed{}, false},
		{`a+`, Fixed{}, false},
	} {
		if got, ok := mustParse(t, c.pattern, false).Fixed(); got != c.want || ok != c.ok {
			t.Errorf("%s: got %+v %v", c.pattern, got, ok)
		}
	}
}

func TestAttack(t *testing.T) {
	for _, pattern := range []string{
		`^(a+)+$`, `^/(([a-z])+.)+[A-Z]([a-z])+$`, `^(a|aa)+$`, `^(a|a?)+$`, `^([a-zA-Z0-9]+\s?)+$`, `^/(x+x+)+y`,
		`^(([a-z0-9]+)-?)*\.html$`, `^/((a*)*)*b$`, `(?:[^/]*/?)*\.php$`, `^(\w+\s?)*$`, `^(?:[^;]*;?)*session=`,
	} {
		a, ok := mustParse(t, pattern, false).Attack(All, "")
		if !ok {
			t.Errorf("%s: no attack", pattern)
			continue
		}
		re := pcre.MustCompile(pattern, pcre.Options{MatchLimit: 16_000}) // cubic time would not need so many for so short a text
		if _, err := re.Match(a.Text(25), 0, nil); err != pcre.ErrMatchLimit {
			t.Errorf("%s: %+v is no attack: %v", pattern, a, err)
		}
		re.Close()
	}
	for _, pattern := range []string{
		`^/(.*)$`, `^(/[^/]+)+$`, `^(a+b)+$`, `(.*)/(.*)/(.*)/x`, `^(?:[a-z]+\.)+com$`, `^([a-z]+-)*[a-z]+$`, `^(a+)+`, `^(a++)+$`, `^(?>a+)+$`,
		`\.(css|js|svg)$`, `^/(?:a|b)+$`, `(\w+)=(\w+)`, `^(ab?)*$`, `[^a]*a[^b]*b[^c]*c$`,
	} {
		if a, ok := mustParse(t, pattern, false).Attack(All, ""); ok {
			t.Errorf("%s: attack %+v", pattern, a)
		}
	}
}

func TestUnknown(t *testing.T) {
	for _, pattern := range []string{`(*UTF8)a`, `(a)(?1)`, `(?R)`, `\pL`, `(?(1)a)`, `(?|a|b)`, `a\Kb`} {
		if _, err := Parse(pattern, false); err == nil {
			t.Errorf("%s was understood", pattern)
		}
	}
}

// FuzzParse checks that no pattern that the library accepts is misread so that
// the automata contradict it.
func FuzzParse(f *testing.F) {
	for _, s := range []string{`^/(a|b)+$`, `[^\s/]{2,}`, `(?i)x(?-i)y`, `a\z|b`, `[[:^digit:]-z]`, `\Qa.\E+`} {
		f.Add(s, "/ab\n")
	}
	f.Fuzz(func(t *testing.T, pattern, text string) {
		if len(pattern) > 60 || len(text) > 60 {
			return
		}
		re, cerr := pcre.Compile(pattern, pcre.Options{MatchLimit: 10_000})
		if cerr != nil {
			return
		}
		defer re.Close()
		p, err := Parse(pattern, false)
		if err != nil {
			return
		}
		n, merr := re.Match(text, 0, nil)
		if merr != nil {
			return
		}
		if a := p.AtLeast(); a != nil && n > 0 && !newReader(a).text(text) {
			t.Errorf("%q on %q: the library finds a match", pattern, text)
		}
		if a := p.AtMost(); a != nil && n == 0 && newReader(a).text(text) {
			t.Errorf("%q on %q: the library finds no match", pattern, text)
		}
	})
}
