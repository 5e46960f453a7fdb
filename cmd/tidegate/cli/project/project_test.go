package project

import (
	"os"
	"path/filepath"
	"testing"

	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/diag"
	"tidegate/lint"
)

func TestArguments(t *testing.T) {
	for _, c := range []struct {
		given       any
		least, most int // -2 for what is refused
	}{
		{int64(0), 0, 0}, {int64(2), 2, 2}, {"1", 1, 1}, {"1-3", 1, 3}, {"0-2", 0, 2}, {"0-", 0, -1}, {"2-", 2, -1}, {"<name> [on|off]", 1, 2},
		{"<text>...", 1, -1}, {"2-1", -2, 0}, {"9", -2, 0}, {"1-99", -2, 0}, {"[unclosed", -2, 0}, {true, -2, 0}, {[]any{"a"}, -2, 0},
	} {
		text, err := arguments(c.given)
		if err != nil {
			if c.least != -2 {
				t.Errorf("%v: %v", c.given, err)
			}
			continue
		}
		shape, err := catalog.ParseArgs(text)
		if err != nil {
			t.Errorf("%v: %q: %v", c.given, text, err)
			continue
		}
		if least, most := shape.Counts(); least != c.least || most != c.most {
			t.Errorf("%v: %q takes %d to %d", c.given, text, least, most)
		}
	}
}

const example = `main = "nginx/nginx.conf"
prefix = "/srv/nginx"
[[directive]]
name = "a"
contexts = ["http", "http.server"]
[[directive]]
name = "b"
contexts = ["any"]
arguments = "1-"
block = "any"
[[fragment]]
files = ["snippets/*.inc", "sites/"]
context = "http"
[lint]
target = "openresty=1.27.1.2"
fail-on = "warn"
baseline = "known.json"
rules.one = "off"
settings = { one = { depth = 3, names = ["x"] } }
[[lint.allow]]
rules = ["one"]
files = ["old/"]
reason = "it goes"
`

// rules are those of the examples.
var rules = []*lint.Rule{{Name: "one", Severity: diag.Warn, Settings: []lint.Setting{{Name: "depth", Default: 1}, {Name: "names", Default: []string{}}}}}

func load(t testing.TB, text string) (Project, diag.List) {
	t.Helper()
	name := filepath.Join(t.TempDir(), Name)
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	p, list, err := Load(name, rules)
	if err != nil {
		t.Fatal(err)
	}
	return p, list
}

func TestLoad(t *testing.T) {
	p, list := load(t, example)
	for i := range list {
		t.Error(list[i].Error())
	}
	at := func(name string) string { return filepath.Join(filepath.Dir(p.File), name) }
	if p.Main != at("nginx/nginx.conf") || p.Prefix != "/srv/nginx" || p.Lint.Baseline != at("known.json") {
		t.Errorf("names: %q %q %q", p.Main, p.Prefix, p.Lint.Baseline)
	}
	if len(p.Directives) != 2 || p.Directives[0].In != catalog.HTTP|catalog.HTTPServer || p.Directives[1].In != catalog.AnyContext ||
		p.Directives[1].Body != catalog.Entries || !p.Directives[1].Shape().Accepts(9) || p.Directives[0].Shape().Accepts(1) {
		t.Errorf("directives: %+v", p.Directives)
	}
	for file, want := range map[string]catalog.Context{"snippets/a.inc": catalog.HTTP, "snippets/a.conf": 0, "sites/x/y": catalog.HTTP, "sites": 0, "../a": 0} {
		if got := p.ContextOf(at(file)); got != want {
			t.Errorf("%s stands in %v, want %v", file, got, want)
		}
	}
	if s, ok := p.Lint.Severity["one"]; !ok || s != 0 || p.Lint.FailOn != diag.Warn || !p.Lint.Target.OpenResty ||
		p.Lint.Settings["one"]["depth"] != 3 {
		t.Errorf("lint: %+v", p.Lint)
	}
	found := func(file, rule string, severity diag.Severity) *diag.Diagnostic {
		return &diag.Diagnostic{Rule: rule, Severity: severity, Stage: diag.Syntax, Subject: ast.Range{File: &ast.File{Name: at(file)}}}
	}
	if !p.Allowed(found("old/a", "one", diag.Warn)) || p.Allowed(found("new/a", "one", diag.Warn)) || p.Allowed(found("old/a", "two", diag.Warn)) {
		t.Error("allow takes away too much or too little")
	}
	if p.Allowed(found("old/a", "one", diag.Emerg)) {
		t.Error("what nginx refuses is allowed")
	}
}

// FuzzLoad shows that no text breaks the reader, and that every finding has a place in the file.
func FuzzLoad(f *testing.F) {
	for _, s := range []string{example, "", "a", "a = ", "[", "[[a]]\n[a]", "directive = 1", "[[directive]]\nname = ''", "lint.rules = 1",
		"lint = { allow = [ { rules = [1] } ] }", "fragment = [ [ ] ]", "main = 2001-01-01", "a.b.c = { d = [ { e = 1.5 } ] }", "\"\" = 1",
		"[lint]\n[lint.settings.one]\ndepth = 'x'\nother = 1", "[[directive]]\nname = \"a b\"\ncontexts = [\"\"]\nblock = \"x\""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		_, list := load(t, text)
		for i := range list {
			if r := list[i].Subject; !r.IsValid() || r.Start < 0 || r.End > len(text) || r.Start > r.End {
				t.Errorf("%v at %d to %d of %d bytes", list[i].Message, r.Start, r.End, len(text))
			}
		}
	})
}
