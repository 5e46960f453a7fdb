package ast_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"tidegate/ast"
	"tidegate/parser"
)

func load(t *testing.T, files parser.Memory) *ast.Config {
	t.Helper()
	config, list := parser.Load(parser.Options{Main: "/m", ReadFile: files.ReadFile, Glob: files.Glob})
	for i := range list {
		t.Fatal(list[i].Error())
	}
	return config
}

func parse(t *testing.T, src string) *ast.File {
	t.Helper()
	f, list := parser.Parse("m", []byte(src))
	for i := range list {
		t.Fatal(list[i].Error())
	}
	return f
}

func TestPosition(t *testing.T) {
	f := &ast.File{Name: "m", Src: []byte("ab\r\n\nc")}
	tests := []struct{ off, line, column int }{
		{-1, 1, 1}, {0, 1, 1}, {2, 1, 3}, {3, 1, 4}, {4, 2, 1}, {5, 3, 1}, {6, 3, 2}, {99, 3, 2},
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for _, tt := range tests {
				if p := f.Position(tt.off); p.Line != tt.line || p.Column != tt.column {
					t.Errorf("offset %d is at %d:%d, want %d:%d", tt.off, p.Line, p.Column, tt.line, tt.column)
				}
			}
		})
	}
	wg.Wait()
	if f.Lines() != 3 {
		t.Errorf("%d lines", f.Lines())
	}
	for line, want := range map[int]string{0: "", 1: "ab", 2: "", 3: "c", 4: ""} {
		if got := string(f.LineRange(line).Text()); got != want {
			t.Errorf("line %d is %q, want %q", line, got, want)
		}
	}
	if s := (ast.Pos{File: f, Offset: 5}).String(); s != "m:3:1" {
		t.Errorf("position is %s", s)
	}
	if s := (ast.Pos{}).String(); s != "-" || (ast.Pos{}).Line() != 0 {
		t.Errorf("nowhere is %s", s)
	}
	if empty := (&ast.File{}); empty.Lines() != 1 || empty.Position(0) != (ast.Position{Line: 1, Column: 1}) {
		t.Error("an empty file has no line")
	}
}

// TestCompare checks the reading order of all pairs of places.
func TestCompare(t *testing.T) {
	c := load(t, parser.Memory{
		"/m": "a 1;\ninclude /[xy];\nb 2; include /x; include /x;\nc;",
		"/x": "x 1;\ninclude /z;\nx 2;",
		"/y": "y;",
		"/z": "z;",
	})
	var order []ast.Pos
	add := func(d *ast.Directive) {
		for i := range d.NumWords() {
			order = append(order, d.WordPos(i))
		}
		order = append(order, d.EndPos())
	}
	ast.WalkIncluded(c.Main.Body(), func(d *ast.Directive, _ []*ast.Directive) bool {
		add(d)
		return true
	})
	order = append(order, ast.Pos{})
	if len(order) < 40 {
		t.Fatalf("only %d places", len(order))
	}
	for i, a := range order {
		for j, b := range order {
			got := ast.Compare(a, b)
			// The end of one directive may be the beginning of the next.
			same := a == b
			if same != (got == 0) || !same && (got < 0) != (i < j) {
				t.Errorf("%v and %v (%d, %d) compare as %d", a, b, i, j, got)
			}
		}
	}
	g := &ast.File{CommandLine: true}
	if !ast.Before(ast.Pos{File: g, Offset: 9}, order[0]) || ast.Before(order[0], ast.Pos{File: g}) {
		t.Error("the command line does not come first")
	}
}

func TestWalk(t *testing.T) {
	c := load(t, parser.Memory{"/m": "a { b { c; } include /x; } d;", "/x": "e { f; }"})
	visit := func(walk func(ast.Body, ast.Visit), skip string) string {
		var b strings.Builder
		walk(c.Main.Body(), func(d *ast.Directive, path []*ast.Directive) bool {
			for _, p := range path {
				b.WriteString(p.Name() + "/")
			}
			b.WriteString(d.Name() + " ")
			return d.Name() != skip
		})
		return b.String()
	}
	if got, want := visit(ast.Walk, ""), "a a/b a/b/c a/include d "; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := visit(ast.Walk, "b"), "a a/b a/include d "; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := visit(ast.WalkIncluded, "e"), "a a/b a/b/c a/include a/include/e d "; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := visit(ast.WalkIncluded, ""), "a a/b a/b/c a/include a/include/e a/include/e/f d "; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestComments(t *testing.T) {
	f := parse(t, `# 1

# 2
a b # 3
  c; # 4
# 5
d { # 6
    # 7
    e; # 8
    # 9
}
# 10
g { # 11
} # 12
h { i; } # 13
# 14`)
	text := func(list ...ast.Comment) string {
		var s []string
		for _, c := range list {
			s = append(s, strings.TrimPrefix(c.Text, "# "))
		}
		return strings.Join(s, ",")
	}
	one := func(c *ast.Comment) string {
		if c == nil {
			return ""
		}
		return text(*c)
	}
	var got []string
	ast.Walk(f.Body(), func(d *ast.Directive, _ []*ast.Directive) bool {
		got = append(got, fmt.Sprintf("%s: before %s, inner %s, open %s, tail %s, suffix %s", d.Name(),
			text(d.Leading()...), text(d.Inner()...), one(d.OpenSuffix()), text(d.Tail()...), one(d.Suffix())))
		return true
	})
	want := []string{
		"a: before 1,2, inner 3, open , tail , suffix 4",
		"d: before 5, inner , open 6, tail 9, suffix ",
		"e: before 7, inner , open , tail , suffix 8",
		"g: before 10, inner , open 11, tail , suffix 12",
		"h: before , inner , open , tail , suffix 13",
		"i: before , inner , open , tail , suffix ",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if got := text(f.Tail()...); got != "14" {
		t.Errorf("at the end %s", got)
	}
}

func TestWords(t *testing.T) {
	f := parse(t, `"a\"b"  'c\nd' e\\f "" { x; }`)
	d := f.Body().First()
	if d.Name() != `a"b` || d.Arg(0) != "c\nd" || d.Arg(1) != `e\f` || d.Arg(2) != "" || d.Arg(9) != "" || d.Arg(-1) != "" {
		t.Errorf("words of %s", d.HeadRange().Text())
	}
	// The offset of each byte of a value, and of its end.
	for i, want := range [][]int{{1, 2, 4, 5}, {9, 10, 12, 13}, {15, 16, 18, 19}, {21}} {
		for j, off := range want {
			if got := d.TextRange(i, j, len(d.Word(i).Text)); got.Start != off || got.End != want[len(want)-1] {
				t.Errorf("byte %d of word %d is at %d to %d, want %d", j, i, got.Start, got.End, off)
			}
		}
	}
	for i, want := range []string{`"a\"b"`, `'c\nd'`, `e\\f`, `""`, "{"} {
		if got := string(d.WordRange(i).Text()); got != want {
			t.Errorf("range of word %d is %q, want %q", i, got, want)
		}
	}
	if d.OpenPos().Offset != 24 || d.ClosePos().Offset != 28 || d.EndPos().Offset != 29 {
		t.Errorf("braces at %v %v %v", d.OpenPos(), d.ClosePos(), d.EndPos())
	}
	x := d.Body().First()
	if string(x.WordRange(1).Text()) != ";" || x.OpenPos() != x.EndPos() || string(x.HeadRange().Text()) != "x" {
		t.Error("spans of a simple directive")
	}
	if (&ast.Directive{}).Name() != "" || (&ast.Directive{}).NumWords() != 0 || (&ast.Directive{}).Is("") {
		t.Error("a directive without words")
	}
}
