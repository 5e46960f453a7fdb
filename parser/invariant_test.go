package parser

import (
	"bytes"
	"os"
	"strconv"
	"strings"
	"testing"

	"tidegate/ast"
	"tidegate/ast/diag"
)

// checkInvariants tests what holds for every input.
func checkInvariants(t *testing.T, src []byte) (*ast.File, diag.List) {
	t.Helper()
	before := bytes.Clone(src)
	f, list := Parse("nginx.conf", src)
	if !bytes.Equal(src, before) {
		t.Fatal("the source was modified")
	}
	if got := ast.Print(f); !bytes.Equal(got, src) {
		t.Fatalf("printed tree differs from the source\n got %q\nwant %q", got, src)
	}
	checkTokens(t, f)
	checkBody(t, f, f.Body(), 0, len(src))
	checkComments(t, f)
	broken := false
	ast.Walk(f.Body(), func(d *ast.Directive, _ []*ast.Directive) bool {
		broken = broken || d.Kind == ast.Broken
		return true
	})
	if broken && list.Fatal() == nil {
		t.Errorf("a broken tree without an error")
	}
	for i := range list {
		d := &list[i]
		if d.Message == "" || !d.Subject.IsValid() || d.Subject.Start < 0 || d.Subject.End > len(src) || d.Subject.Start > d.Subject.End {
			t.Errorf("bad subject %d..%d of %q", d.Subject.Start, d.Subject.End, d.Message)
		}
		if d.Stage != diag.Advice && (!d.At.IsValid() || d.At.Offset < 0 || d.At.Offset > len(src)) {
			t.Errorf("bad position of %q", d.Message)
		}
	}
	return f, list
}

// checkTokens tests that tokens tile the source and that gaps are white space.
func checkTokens(t *testing.T, f *ast.File) {
	t.Helper()
	at := int32(0)
	ast.Tokens(f, func(tok ast.Token) bool {
		if tok.Start != at || tok.End <= tok.Start {
			t.Errorf("token %d..%d begins after %d", tok.Start, tok.End, at)
		}
		at = tok.End
		text := string(f.Src[tok.Start:tok.End])
		ok := true
		switch tok.Kind {
		case ast.GapToken:
			ok = strings.Trim(text, " \t\r\n") == ""
		case ast.SemicolonToken:
			ok = text == ";"
		case ast.OpenToken:
			ok = text == "{"
		case ast.CloseToken:
			ok = text == "}"
		case ast.CommentToken:
			ok = text[0] == '#' && !strings.Contains(text, "\n")
		case ast.JunkToken:
			ok = tok.Directive.Kind == ast.Broken
		}
		if !ok {
			t.Errorf("token of kind %d is %q", tok.Kind, text)
		}
		return true
	})
	if int(at) != len(f.Src) {
		t.Errorf("tokens end at %d of %d", at, len(f.Src))
	}
}

// checkBody tests that directives follow each other inside their block and
// that words lie inside their directive and have nginx's values.
func checkBody(t *testing.T, f *ast.File, body ast.Body, start, end int) {
	t.Helper()
	type span struct {
		body       ast.Body
		start, end int
	}
	stack := []span{{body, start, end}}
	for len(stack) > 0 {
		s := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		at := s.start
		for d := range s.body.All() {
			if int(d.Start) < at || d.End <= d.Start || int(d.End) > s.end || d.File != f {
				t.Fatalf("directive %d..%d outside %d..%d", d.Start, d.End, at, s.end)
			}
			at = int(d.End)
			if (d.Kind == ast.Block || d.Kind == ast.Lua) != (d.Kind != ast.Broken && d.HasBlock()) {
				t.Fatalf("kind %v does not go with brace at %d", d.Kind, d.Open)
			}
			if d.NumWords() == 0 && d.Kind != ast.Broken {
				t.Fatalf("%v directive without words", d.Kind)
			}
			checkWords(t, f, d)
			if d.HasBlock() {
				inner := int(d.End)
				if d.Close() >= 0 {
					inner = int(d.Close())
				}
				stack = append(stack, span{d.Body(), int(d.Open) + 1, inner})
			}
		}
	}
}

func checkWords(t *testing.T, f *ast.File, d *ast.Directive) {
	t.Helper()
	at := d.Start
	for _, w := range d.Words() {
		if w.Start < at || w.End <= w.Start || w.End > d.End {
			t.Fatalf("word %d..%d outside %d..%d", w.Start, w.End, at, d.End)
		}
		at = w.End
		raw := string(w.Raw(f.Src))
		if w.Quote != 0 {
			if raw[0] != w.Quote {
				t.Errorf("word %q does not begin with its quote", raw)
			}
			if w.Closed(f.Src) {
				raw = raw[:len(raw)-1]
			}
			raw = raw[1:]
		}
		if want := translate(raw); w.Closed(f.Src) && w.Text != want {
			t.Errorf("value of %q is %q, want %q", raw, w.Text, want)
		}
		last := -1
		for j := 0; j <= len(w.Text); j += 1 + len(w.Text)/16 {
			off := w.SourceOffset(f.Src, j)
			if off <= last || off < int(w.Start) || off > int(w.End) {
				t.Fatalf("offset %d of word %q is at %d after %d", j, raw, off, last)
			}
			last = off
		}
	}
}

// translate applies the backslash rules in the plainest way.
func translate(raw string) string {
	return strings.NewReplacer(`\\`, `\`, `\"`, `"`, `\'`, `'`, `\t`, "\t", `\r`, "\r", `\n`, "\n").Replace(raw)
}

// checkComments tests that each comment of a sound tree has one place.
func checkComments(t *testing.T, f *ast.File) {
	t.Helper()
	seen := map[int32]int{}
	add := func(list ...ast.Comment) {
		for _, c := range list {
			seen[c.Start]++
		}
	}
	one := func(c *ast.Comment) {
		if c != nil {
			seen[c.Start]++
		}
	}
	sound := true
	ast.Walk(f.Body(), func(d *ast.Directive, path []*ast.Directive) bool {
		sound = sound && d.Kind != ast.Broken
		add(d.Leading()...)
		one(d.Suffix())
		one(d.OpenSuffix())
		add(d.Inner()...)
		add(d.Tail()...)
		return true
	})
	add(f.Tail()...)
	if !sound || len(seen) > 2000 {
		return
	}
	for _, c := range f.Comments {
		if seen[c.Start] != 1 {
			t.Errorf("comment %q has %d places", c.Text, seen[c.Start])
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range seeds(f) {
		f.Add(seed)
	}
	for _, src := range hardCases(f) {
		f.Add(src)
	}
	f.Fuzz(func(t *testing.T, src []byte) { checkInvariants(t, src) })
}

// seeds reads the small inputs at the edges of the grammar with which the fuzz
// targets begin: one Go string a line.
func seeds(tb testing.TB) [][]byte {
	tb.Helper()
	data, err := os.ReadFile("../testdata/seeds.txt")
	if err != nil {
		tb.Fatal(err)
	}
	var list [][]byte
	for line := range strings.Lines(string(data)) {
		seed, err := strconv.Unquote(strings.TrimSpace(line))
		if err != nil {
			tb.Fatalf("%s: %v", line, err)
		}
		list = append(list, []byte(seed))
	}
	return list
}

func TestSeeds(t *testing.T) {
	for _, seed := range seeds(t) {
		checkInvariants(t, seed)
	}
}

// TestEveryPrefix cuts a file that has everything at every byte.
func TestEveryPrefix(t *testing.T) {
	src := []byte("user \"a b\" 'c' d\\ e ${f}g; # h\nhttp { server # i\n{ if ($a = \"b\") { return 200 'x\\'y'; }\n" +
		"content_by_lua_block { local t = {[1]='}', [[ } ]], \"\\\"}\"} -- } \n --[=[ ] } ]=] } } }\n# end")
	if _, list := checkInvariants(t, src); len(list) > 0 {
		t.Fatalf("the whole file has errors: %v", list[0].Error())
	}
	for i := range src {
		checkInvariants(t, src[:i])
		checkInvariants(t, src[i:])
	}
}
