// Package depstest holds the import rules of the project, as text in deps.txt and as a test.
package depstest

import (
	_ "embed"
	"errors"
	"fmt"
	"go/build"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

//go:embed deps.txt
var rulesText string

const module = "tidegate/"

type pkg struct {
	ImportPath string
	Imports    []string
}

func TestImportsFollowTheRules(t *testing.T) {
	r, err := parse(rulesText)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range list(t) {
		name := strings.TrimPrefix(p.ImportPath, module)
		if strings.HasPrefix(name, "internal/") || strings.HasSuffix(name, "test") {
			continue
		}
		for _, msg := range r.check(name, p.Imports) {
			t.Error(msg)
		}
	}
}

// The rules themselves are tested: each of these imports must be refused.
func TestForbiddenImportsAreFound(t *testing.T) {
	r, err := parse(rulesText)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ from, to string }{
		{"ast", module + "ast/diag"},
		{"ast/catalog", module + "ast/conf"},
		{"runtime/stream", module + "parser"},
		{"runtime/stream", module + "runtime/lua/ngx"},
		{"runtime/lua/ngx", module + "runtime/stream"},
		{"runtime/server", module + "lint"},
		{"lint/rules", module + "runtime/server"},
		{"runtime/stream", "github.com/yuin/gopher-lua"},
		{"runtime/stream", "github.com/yuin/gopher-lua/parse"},
		{"ast/conf", "github.com/alecthomas/participle/v2"},
		{"nowhere", module + "ast"},
	} {
		if len(r.check(c.from, []string{c.to})) == 0 {
			t.Errorf("%s importing %s is not refused", c.from, c.to)
		}
	}
}

type rules struct {
	below   map[string]map[string]bool // package pattern -> patterns it may import, transitively
	modules map[string][]string        // module path -> patterns that may import it
}

// find gives the pattern that covers a package: its own name, or the nearest folder with /... .
func (r *rules) find(name string) (string, bool) {
	if r.below[name] != nil {
		return name, true
	}
	for dir := name; dir != ""; {
		if r.below[dir+"/..."] != nil {
			return dir + "/...", true
		}
		i := strings.LastIndexByte(dir, '/')
		if i < 0 {
			break
		}
		dir = dir[:i]
	}
	return "", false
}

func (r *rules) check(name string, imports []string) (msgs []string) {
	from, ok := r.find(name)
	if !ok {
		return []string{fmt.Sprintf("package %s has no line in deps.txt", name)}
	}
	for _, imp := range imports {
		for mod, users := range r.modules {
			if (imp == mod || strings.HasPrefix(imp, mod+"/")) && !covers(users, name) {
				msgs = append(msgs, fmt.Sprintf("%s imports %s, which only %s may", name, imp, strings.Join(users, ", ")))
			}
		}
		local, ok := strings.CutPrefix(imp, module)
		if !ok {
			continue
		}
		to, ok := r.find(local)
		if !ok {
			msgs = append(msgs, fmt.Sprintf("package %s has no line in deps.txt", local))
		} else if to != from && !r.below[from][to] {
			msgs = append(msgs, fmt.Sprintf("%s imports %s: deps.txt does not allow it", name, local))
		} else if to == from && !strings.HasSuffix(from, "/...") {
			msgs = append(msgs, fmt.Sprintf("%s imports itself", name))
		}
	}
	return msgs
}

func covers(patterns []string, name string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		if dir, ok := strings.CutSuffix(p, "/..."); ok {
			return name == dir || strings.HasPrefix(name, dir+"/")
		}
		return name == p
	})
}

func parse(text string) (*rules, error) {
	r := &rules{below: map[string]map[string]bool{}, modules: map[string][]string{}}
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		if rest, ok := strings.CutPrefix(line, "module "); ok {
			mod, users, ok := strings.Cut(rest, ":")
			if !ok {
				return nil, fmt.Errorf("deps.txt:%d: a module line needs a colon", i+1)
			}
			r.modules[mod] = names(users)
			continue
		}
		groups := strings.Split(line, "<")
		if len(groups) < 2 {
			return nil, fmt.Errorf("deps.txt:%d: no < in the line", i+1)
		}
		for g := 1; g < len(groups); g++ {
			r.allow(names(groups[g-1]), names(groups[g]))
		}
	}
	return r, r.close()
}

func (r *rules) allow(lower, upper []string) {
	for _, l := range append(slices.Clone(lower), upper...) {
		if l != "NONE" && r.below[l] == nil {
			r.below[l] = map[string]bool{}
		}
	}
	for _, u := range upper {
		for _, l := range lower {
			if l != "NONE" {
				r.below[u][l] = true
			}
		}
	}
}

// close makes the relation transitive; a circle in the rules is an error.
func (r *rules) close() error {
	for changed := true; changed; {
		changed = false
		for _, lower := range r.below {
			for l := range lower {
				for ll := range r.below[l] {
					if !lower[ll] {
						lower[ll], changed = true, true
					}
				}
			}
		}
	}
	for p, lower := range r.below {
		if lower[p] {
			return errors.New("deps.txt: " + p + " stands in a circle")
		}
	}
	return nil
}

func names(s string) (out []string) {
	for _, n := range strings.Split(s, ",") {
		out = append(out, strings.TrimSpace(n))
	}
	return out
}

// list reads the imports of every package from its files, so that the test's result is cached only as long as none of them changes.
func list(t *testing.T) (pkgs []pkg) {
	t.Helper()
	const root = "../.."
	err := filepath.WalkDir(root, func(dir string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		if name := d.Name(); dir != root && (strings.HasPrefix(name, ".") || name == "testdata" || name == "bin") {
			return filepath.SkipDir
		}
		p, err := build.ImportDir(dir, 0)
		var none *build.NoGoError
		if errors.As(err, &none) {
			return nil
		}
		if err != nil {
			return err
		}
		if len(p.GoFiles) > 0 {
			pkgs = append(pkgs, pkg{module + filepath.ToSlash(strings.TrimPrefix(dir, root+"/")), p.Imports})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(pkgs) < 3 {
		t.Fatalf("found only %d packages", len(pkgs))
	}
	return pkgs
}
