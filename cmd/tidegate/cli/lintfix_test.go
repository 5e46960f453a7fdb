package cli

import (
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/diag"
	"tidegate/cmd/tidegate/cli/project"
	"tidegate/lint"
	"tidegate/parser"
)

// TestFixEverything repairs every configuration of the repository, the hard
// cases, the rules' own cases and examples, and every seed of the fuzz tests in memory, and
// holds -fix to what it promises:
//
//   - nginx says nothing that it did not say before;
//   - no finding is left that -fix could repair, unless the
//     fix did harm;
//   - no rule finds more than before, if nginx could read the file before;
//   - words that no edit touches are still there, in their order;
//   - a second -fix changes nothing.
func TestFixEverything(t *testing.T) {
	n, fixed := 0, 0
	for name, in := range fixInputs(t) {
		n++
		t.Run(name, func(t *testing.T) {
			if checkFix(t, in) {
				fixed++
			}
		})
	}
	if n < 800 || fixed < 40 {
		t.Errorf("%d configurations, of which -fix changed %d: where are the others?", n, fixed)
	}
}

// fixInputs are the configurations by name.
func fixInputs(t *testing.T) map[string]*input {
	t.Helper()
	out := map[string]*input{}
	memory := func(name string, src []byte) {
		dir := t.TempDir() + "/"
		in := &input{name: dir + "nginx.conf", project: &project.Project{}, place: asNamed(dir + "nginx.conf")}
		in.source, in.elsewhere = src, true
		out[name] = in
	}
	root := filepath.Join("..", "..", "..")
	walk(t, filepath.Join(root, "testdata"), func(name string, src []byte) {
		switch {
		case strings.HasSuffix(name, ".txtar"):
			in := unpacked(t, src)
			if in != nil {
				out[name] = in
			}
		case strings.HasSuffix(name, ".conf"):
			main, err := filepath.Abs(name)
			if err != nil {
				t.Fatal(err)
			}
			in := &input{name: main, project: &project.Project{}, place: asNamed(main)}
			in.source, in.elsewhere = src, true
			out[name] = in
		}
	})
	walk(t, filepath.Join(root, "lint", "rules", "testdata"), func(name string, src []byte) {
		if strings.HasSuffix(name, ".conf") {
			memory(name, src)
		} else if in := unpacked(t, src); in != nil {
			out[name] = in
		}
	})
	for _, r := range everyRule() {
		for i, e := range append(slices.Clone(r.Bad), r.Good...) {
			name := fmt.Sprintf("%s/%d", r.Name, i)
			memory(name, []byte(e.Text))
			if e.In != "" {
				c, ok := catalog.ParseContext(e.In)
				if !ok {
					t.Fatalf("no place %q", e.In)
				}
				out[name].context = c
			}
		}
	}
	for _, dir := range []string{"parser", "ast/conf", "ast/format"} {
		seeds, err := filepath.Glob(filepath.Join(root, dir, "testdata", "fuzz", "*", "*"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range seeds {
			if src, err := os.ReadFile(name); err == nil {
				memory(name, src)
			}
		}
	}
	return out
}

func walk(t *testing.T, dir string, visit func(name string, src []byte)) {
	t.Helper()
	err := filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		src, err := os.ReadFile(name)
		if err == nil {
			visit(name, src)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// unpacked is the configuration in a txtar archive; nil if there is none.
func unpacked(t *testing.T, src []byte) *input {
	t.Helper()
	a := txtar.Parse(src)
	at := slices.IndexFunc(a.Files, func(f txtar.File) bool { return f.Name == "nginx.conf" })
	if at < 0 {
		return nil
	}
	dir := t.TempDir()
	for _, f := range a.Files {
		name := filepath.Join(dir, f.Name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	name := filepath.Join(dir, "nginx.conf")
	in := &input{name: name, project: &project.Project{}, place: asNamed(name)}
	in.source, in.elsewhere = a.Files[at].Data, true
	return in
}

// checkFix holds one configuration to the promises, and reports whether -fix
// changed it.
func checkFix(t *testing.T, in *input) bool {
	t.Helper()
	o := lint.Options{Rules: everyRule()}
	before := in.lint(o)
	wordsStay(t, in, o, before)
	after := in.repair(o, before)
	if len(in.edited) == 0 {
		return false
	}
	said, says := messages(before), messages(after)
	for _, m := range says {
		i := slices.Index(said, m)
		if i < 0 {
			t.Errorf("nginx now says: %s", m)
			continue
		}
		said = slices.Delete(said, i, i+1)
	}
	for i := range after {
		if f := safeFix(&after[i]); f != nil {
			t.Errorf("this could have been repaired: %s: %s", after[i].Rule, after[i].Message)
		}
	}
	a, b := counts(before), counts(after)
	for rule, n := range b {
		if n > a[rule] && len(said) == 0 {
			t.Errorf("%s found %d before, and now %d", rule, a[rule], n)
		}
	}
	once := maps.Clone(in.edited)
	again := in.repair(o, in.lint(o))
	if !slices.EqualFunc(sorted(once), sorted(in.edited), func(a, b string) bool { return a == b && bytes.Equal(once[a], in.edited[b]) }) {
		t.Errorf("a second -fix changes something")
	}
	if len(again) != len(after) {
		t.Errorf("%d findings are left, and %d the second time", len(after), len(again))
	}
	return true
}

func sorted(files map[string][]byte) []string { return slices.Sorted(maps.Keys(files)) }

// messages is what nginx says, without places, which move.
func messages(list diag.List) []string {
	var out []string
	for i := range list {
		if list[i].Fatal() {
			out = append(out, list[i].Message)
		}
	}
	return out
}

// counts counts the findings of each rule.
func counts(list diag.List) map[string]int {
	out := map[string]int{}
	for i := range list {
		out[list[i].Rule]++
	}
	return out
}

// wordsStay makes the fixes of one round and looks for the words outside of them.
func wordsStay(t *testing.T, in *input, o lint.Options, list diag.List) {
	t.Helper()
	fixes := chooseFixes(list, map[string]bool{})
	if len(fixes) == 0 {
		return
	}
	edits := map[string][]diag.Edit{}
	files := map[string]*ast.File{}
	for _, f := range fixes {
		for _, e := range f.edits {
			name := e.Range.File.Name
			edits[name], files[name] = append(edits[name], e), e.Range.File
		}
	}
	untouched := in.edited
	in.try(o, fixes)
	for name, f := range files {
		if strings.HasSuffix(name, ".lua") {
			continue
		}
		now := wordsOf(&ast.File{Name: name, Src: in.edited[name]})
		i := 0
		for _, w := range wordsOf(f) {
			if slices.ContainsFunc(edits[name], func(e diag.Edit) bool { return e.Range.Start < w.end && w.start < e.Range.End || touches(e, w) }) {
				continue
			}
			for i < len(now) && now[i].text != w.text {
				i++
			}
			if i == len(now) {
				t.Errorf("%s: the word %q is gone, or behind another one", name, w.text)
				break
			}
			i++
		}
	}
	in.edited = untouched
}

// touches reports whether an edit adds to a word at its beginning or end.
func touches(e diag.Edit, w word) bool {
	return e.Range.Start == e.Range.End && (e.Range.Start == w.start || e.Range.Start == w.end)
}

type word struct {
	text       string
	start, end int
}

// wordsOf lists the words of a file as nginx reads them.
func wordsOf(f *ast.File) []word {
	config, _ := parser.Load(parser.Options{Main: f.Name, ReadFile: func(name string) ([]byte, error) {
		if name == f.Name {
			return f.Src, nil
		}
		return nil, fs.ErrNotExist
	}})
	var out []word
	ast.Walk(config.Main.Body(), func(d *ast.Directive, _ []*ast.Directive) bool {
		for i, w := range d.Words() {
			r := d.WordRange(i)
			out = append(out, word{w.Text, r.Start, r.End})
		}
		return true
	})
	return out
}
