package format_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"tidegate/ast"
	"tidegate/ast/format"
	"tidegate/parser"
)

// everything returns what could be read as a configuration, by name: each file
// in a testdata folder of the project, whatever it is, each member of an
// archive, and each seed of a fuzz target.
func everything(tb testing.TB) map[string][]byte {
	tb.Helper()
	found := map[string][]byte{}
	err := filepath.WalkDir("../..", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.Contains(filepath.ToSlash(name), "/testdata/") {
			if err == nil && d.IsDir() && strings.HasPrefix(d.Name(), ".") && len(d.Name()) > 2 {
				return filepath.SkipDir
			}
			return err
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		found[name] = data
		for inner, data := range inside(tb, name, string(data)) {
			found[name+": "+inner] = data
		}
		return nil
	})
	if err != nil {
		tb.Fatal(err)
	}
	return found
}

// inside returns what a file holds that is not written as it is.
func inside(tb testing.TB, name, text string) map[string][]byte {
	tb.Helper()
	found := map[string][]byte{}
	switch {
	case strings.HasSuffix(name, ".txtar"):
		for _, part := range strings.Split("\n"+text, "\n-- ")[1:] {
			member, data, _ := strings.Cut(part, " --\n")
			if quoted, ok := strings.CutSuffix(member, ".quoted"); ok {
				member, data = quoted, unquote(tb, data)
			} else if raw, ok := strings.CutSuffix(member, " raw"); ok {
				member, data = raw, unquote(tb, data)
			}
			found[member] = []byte(data)
		}
	case strings.HasSuffix(name, "/seeds.txt"):
		for i, line := range strings.Split(strings.TrimSpace(text), "\n") {
			seed, err := strconv.Unquote(line)
			if err != nil {
				tb.Fatalf("%s:%d: %v", name, i+1, err)
			}
			found[strconv.Itoa(i+1)] = []byte(seed)
		}
	case strings.Contains(filepath.ToSlash(name), "/testdata/fuzz/"):
		for i, line := range strings.Split(text, "\n") {
			_, value, ok := strings.Cut(line, "(")
			if s, err := strconv.Unquote(strings.TrimSuffix(value, ")")); ok && err == nil {
				found[strconv.Itoa(i)] = []byte(s)
			}
		}
	}
	return found
}

// TestEverything reads every file and every seed: the tree prints back byte for
// byte, and the canonical form has the same words, is in its own canonical form,
// and prints back too. What is no configuration is refused, and the errors say
// so.
func TestEverything(t *testing.T) {
	formatted := 0
	for name, src := range everything(t) {
		f, list := parser.Parse(name, src)
		if !bytes.Equal(ast.Print(f), src) {
			t.Errorf("%s: the tree does not print back as the file", name)
		}
		out := check(t, string(src))
		if list.Fatal() != nil {
			continue
		}
		if out == "" && len(bytes.TrimSpace(src)) > 0 && len(src) < 2000 {
			t.Errorf("%s: nothing is left of it", name)
		}
		formatted++
		g, _ := parser.Parse(name, []byte(out))
		if !bytes.Equal(ast.Print(g), []byte(out)) {
			t.Errorf("%s: the formatted tree does not print back", name)
		}
		if before, after := words(f), words(g); out != "" && before != after {
			t.Errorf("%s: the words change:\n%s\nbecome\n%s", name, before, after)
		}
	}
	if formatted < 300 {
		t.Errorf("only %d inputs were configurations", formatted)
	}
	t.Logf("%d configurations", formatted)
}

// words lists the words of a file with their depth, and its code without white
// space, without help from the proof that the formatter makes itself.
func words(f *ast.File) string {
	var b strings.Builder
	ast.Walk(f.Body(), func(d *ast.Directive, path []*ast.Directive) bool {
		fmt.Fprintf(&b, "%d %v %q", len(path), d.Kind, d.Name())
		for i := range d.NumWords() - 1 {
			fmt.Fprintf(&b, " %q", d.Arg(i))
		}
		if d.Lua() != nil {
			b.WriteString(" " + strings.Join(strings.Fields(d.Lua().Text), ""))
		}
		b.WriteByte('\n')
		return true
	})
	return b.String()
}

// TestFormatOfRealistic says that the canonical form of whole configurations is
// one that nginx reads as well: no line is empty twice, none ends in a space.
func TestFormatOfRealistic(t *testing.T) {
	for name, src := range everything(t) {
		if !strings.Contains(name, "/testdata/realistic/") || !strings.HasSuffix(name, ".conf") {
			continue
		}
		f, _ := parser.Parse(name, src)
		out, err := format.File(f, parser.Parse)
		if err != nil {
			t.Error(err)
			continue
		}
		for i, line := range strings.Split(strings.TrimSuffix(string(out), "\n"), "\n") {
			if strings.TrimRight(line, " \t\r") != line {
				t.Errorf("%s:%d: white space at the end of the formatted line", name, i+1)
			}
		}
		if bytes.Contains(out, []byte("\n\n\n")) || bytes.Contains(out, []byte("\t")) {
			t.Errorf("%s: the formatted file has tabs or two blank lines", name)
		}
	}
}
