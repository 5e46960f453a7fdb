package depstest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// section is the part of ARCHITECTURE.md under a heading.
func section(t *testing.T, heading string) string {
	t.Helper()
	text, err := os.ReadFile("../../ARCHITECTURE.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(text), "\n## "+heading+"\n")
	if !found {
		t.Fatalf("ARCHITECTURE.md has no section %q", heading)
	}
	rest, _, _ = strings.Cut(rest, "\n## ")
	return rest
}

// The code map names each package.
func TestTheMapHasEachPackage(t *testing.T) {
	mapped := section(t, "Code map")
	for _, p := range list(t) {
		name := strings.TrimPrefix(p.ImportPath, module)
		if strings.HasSuffix(name, "test") && name != "internal/depstest" || strings.HasPrefix(name, "conformance/bench/drivers/") {
			continue // for tests of their folder; the programs of the other module
		}
		if !regexp.MustCompile(`(?m)(^|[ /])` + regexp.QuoteMeta(path.Base(name)) + `/`).MatchString(mapped) {
			t.Errorf("ARCHITECTURE.md: the code map has no %s/ for %s", path.Base(name), name)
		}
	}
}

// Each invariant names tests that exist.
func TestInvariantsNameTests(t *testing.T) {
	named, n := regexp.MustCompile("`([a-z/]+)` ((?:(?:Test|Fuzz)[A-Za-z]+(?:, )?)+)"), 0
	for _, row := range strings.Split(section(t, "Invariants"), "\n") {
		for _, m := range named.FindAllStringSubmatch(row, -1) {
			have := testsIn(t, m[1])
			for _, want := range strings.Split(strings.Trim(m[2], ", "), ", ") {
				if n++; !have[want] {
					t.Errorf("ARCHITECTURE.md: %s has no %s", m[1], want)
				}
			}
		}
	}
	if n < 40 {
		t.Errorf("only %d tests are named; is the table still read?", n)
	}
}

// testsIn are the functions of a package's test files.
func testsIn(t *testing.T, pkg string) map[string]bool {
	t.Helper()
	files, err := filepath.Glob("../../" + pkg + "/*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	have := map[string]bool{}
	for _, name := range files {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok {
				have[fn.Name.Name] = true
			}
		}
	}
	return have
}
