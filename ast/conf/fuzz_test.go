package conf_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/conf"
	"tidegate/ast/diag"
	"tidegate/parser"
)

// FuzzCheck shows that no text makes the checker panic, that every finding has
// a place inside its file, and that the values of a tree can be read.
func FuzzCheck(f *testing.F) {
	paths, err := filepath.Glob(samplesDir + "/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range paths {
		for _, m := range readArchive(f, path) {
			f.Add(m.data)
		}
	}
	for _, path := range realistic(f) {
		src, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(src))
	}
	f.Fuzz(func(t *testing.T, source string) {
		memory := parser.Memory{"c/nginx.conf": source, "c/a": "a b;"}
		config, parsed := parser.Load(parser.Options{Main: "c/nginx.conf", ReadFile: memory.ReadFile, Glob: memory.Glob})
		tree, found := conf.Check(config, conf.Options{Resolve: resolve, Lua: func(string, string) error { return nil }})
		for _, list := range []diag.List{parsed, found, tree.Refused} {
			for i := range list {
				inside(t, list[i].Subject)
			}
		}
		list := append(parsed, found...)
		list.Sort()
		var out bytes.Buffer
		if _, err := diag.Nginx(&out, list, diag.NginxOptions{File: "c/nginx.conf", Test: true}); err != nil {
			t.Fatal(err)
		}
		readAll(t, tree.Main)
	})
}

func inside(t *testing.T, r ast.Range) {
	t.Helper()
	if r.IsValid() && (r.Start < 0 || r.End > len(r.File.Src) || r.Start > r.End) {
		t.Fatalf("range %d to %d in %d bytes", r.Start, r.End, len(r.File.Src))
	}
}

// readAll looks at every value of a level and below.
func readAll(t *testing.T, l *conf.Level) {
	t.Helper()
	for _, m := range conf.Catalog.Modules() {
		for _, r := range m.Rows {
			for _, v := range l.Values(r) {
				if v.Row != r || v.Node == nil || !v.At.IsValid() {
					t.Fatalf("%s: %+v", r.Name, v)
				}
				if r.Body == catalog.Directives && v.Inner == nil {
					t.Fatalf("%s has no level", r.Name)
				}
			}
		}
	}
	for _, c := range l.Children() {
		if c.Parent() != l {
			t.Fatal("a child's parent is another level")
		}
		readAll(t, c)
	}
}
