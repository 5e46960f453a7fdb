package rules_test

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"net/netip"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"tidegate/ast/conf"
	"tidegate/ast/diag"
	"tidegate/lint"
	"tidegate/lint/rules"
	"tidegate/parser"
)

// The cases in testdata are configurations in which "# want" comments say what
// the rules find on their line (in Lua "-- want"):
//
//	server_tokens on; # want "version-disclosure: .*version"
//
// Each pattern is a regular expression for "RULE: MESSAGE"; several may follow
// each other. A line without the comment must be without findings, and so must a
// file. A case is NAME.conf, or NAME.txtar with nginx.conf and the files beside
// it. NAME.golden is the file after all safe fixes; -update writes it anew. A
// first line "# target: nginx=1.26" sets the target. Rules in askedFor are run
// only for cases that name them.
var update = flag.Bool("update", false, "write the golden files in testdata anew")

// source is a configuration in memory.
type source struct {
	name   string
	files  map[string]string
	target string
}

const root = "/etc/nginx/"

func (s source) read(name string) ([]byte, error) {
	if text, ok := s.files[strings.TrimPrefix(name, root)]; ok {
		return []byte(text), nil
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

func (s source) glob(pattern string) ([]string, error) {
	var out []string
	for name := range s.files {
		if ok, err := path.Match(pattern, root+name); err != nil || ok {
			out = append(out, root+name)
		}
	}
	slices.Sort(out)
	return out, nil
}

// lint gives what nginx would refuse and what the rules find.
func (s source) lint(t *testing.T, list []*lint.Rule) (fatal *diag.Diagnostic, found diag.List, tree *conf.Tree) {
	t.Helper()
	config, parsed := parser.Load(parser.Options{Main: root + s.name, ReadFile: s.read, Glob: s.glob})
	tree, checked := conf.Check(config, conf.Options{Prefix: root, ConfPrefix: root, Resolve: resolve, Hostname: "host", Root: true})
	all := append(parsed, checked...)
	all.Sort()
	o := lint.Options{Rules: list, Prefix: root, ConfPrefix: root, ReadFile: s.read}
	if s.target != "" {
		var err error
		if o.Target, err = lint.ParseTarget(s.target); err != nil {
			t.Fatal(err)
		}
	}
	return all.Fatal(), lint.Run(tree, o), tree
}

func resolve(host string) ([]netip.Addr, error) {
	if strings.HasSuffix(host, ".invalid") {
		return nil, errors.New("host not found")
	}
	return []netip.Addr{netip.MustParseAddr("192.0.2.1")}, nil
}

// wrappers put a piece of configuration into a whole one.
var wrappers = map[string]string{
	"":                "%s",
	"main":            "%s\nevents {}\n",
	"events":          "events {\n%s\n}\n",
	"http":            "events {}\nhttp {\n%s\n}\n",
	"http.upstream":   "events {}\nhttp {\nupstream backend {\n%s\n}\nserver { listen 80; server_name example.com; location / { proxy_pass http://backend; } }\n}\n",
	"http.server":     "events {}\nhttp {\nserver {\nlisten 80;\nserver_name example.com;\n%s\n}\n}\n",
	"http.location":   "events {}\nhttp {\nserver {\nlisten 80;\nserver_name example.com;\nlocation / {\n%s\n}\n}\n}\n",
	"stream":          "events {}\nstream {\n%s\n}\n",
	"stream.server":   "events {}\nstream {\nserver {\nlisten 1234;\n%s\n}\n}\n",
	"stream.upstream": "events {}\nstream {\nupstream backend {\n%s\n}\nserver { listen 1234; proxy_pass backend; }\n}\n",
	"mail":            "events {}\nmail {\n%s\n}\n",
	"mail.server":     "events {}\nmail {\nauth_http localhost:9000/auth;\nserver {\nlisten 25;\nprotocol smtp;\n%s\n}\n}\n",
}

func example(t *testing.T, e lint.Example) source {
	t.Helper()
	form, ok := wrappers[e.In]
	if !ok {
		t.Fatalf("no place %q for examples", e.In)
	}
	files := map[string]string{"nginx.conf": fmt.Sprintf(form, e.Text)}
	for name, text := range e.Files {
		files[name] = text
	}
	return source{name: "nginx.conf", files: files, target: e.Target}
}

func everyRule() []*lint.Rule { return append(lint.EngineRules(), rules.All()...) }

// TestExamples runs the examples of every rule: the rule finds something in
// every bad one and nothing in any good one.
func TestExamples(t *testing.T) {
	for _, r := range everyRule() {
		t.Run(r.Name, func(t *testing.T) {
			if len(r.Bad) == 0 || len(r.Good) == 0 {
				t.Fatal("a rule needs a bad example and a good one")
			}
			check := func(kind string, e lint.Example, want bool) {
				fatal, found, _ := example(t, e).lint(t, rules.All())
				if fatal != nil {
					t.Errorf("%s example is refused: %v\n%s", kind, fatal, e.Text)
				}
				has := false
				for _, d := range found {
					has = has || d.Rule == r.Name
				}
				if has != want {
					t.Errorf("%s example: found %v, want %v\n%s%v", kind, has, want, e.Text, found)
				}
			}
			for _, e := range r.Bad {
				check("bad", e, true)
			}
			for _, e := range r.Good {
				check("good", e, false)
			}
		})
	}
}

var ruleName = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// TestForm checks that each rule says what a rule must say.
func TestForm(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range conf.Checks() {
		seen[c.Name] = true // explain and reports show both under their names
	}
	for _, r := range everyRule() {
		switch {
		case !ruleName.MatchString(r.Name):
			t.Errorf("%q is no name for a rule", r.Name)
		case seen[r.Name]:
			t.Errorf("%s is there twice", r.Name)
		case r.Severity != diag.Error && r.Severity != diag.Warn && r.Severity != diag.Info:
			t.Errorf("%s has severity %v", r.Name, r.Severity)
		case !strings.HasSuffix(r.Summary, ".") || len(r.Summary) > 140:
			t.Errorf("%s: the summary is not a short sentence: %q", r.Name, r.Summary)
		case len(r.Why) < 60:
			t.Errorf("%s does not say why", r.Name)
		case (len(r.On) > 0) != (r.Use != nil):
			t.Errorf("%s: On and Use go together", r.Name)
		}
		seen[r.Name] = true
	}
}

// readCase reads a case of testdata.
func readCase(t *testing.T, file string) source {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	s := source{name: "nginx.conf", files: map[string]string{}}
	if strings.HasSuffix(file, ".txtar") {
		for _, f := range txtar.Parse(data).Files {
			s.files[f.Name] = string(f.Data)
		}
	} else {
		s.files["nginx.conf"] = string(data)
	}
	first, _, _ := strings.Cut(s.files["nginx.conf"], "\n")
	if target, ok := strings.CutPrefix(first, "# target: "); ok {
		s.target = target
	}
	return s
}

// wantLine is the comment with the white space before it. It is taken away
// before a case is linted, so that it can follow another comment.
var wantLine = regexp.MustCompile(`(?m)[ \t]*(?:#|--) want(?: "(?:[^"\\]|\\.)*")+[ \t]*$`)

var wantComment = regexp.MustCompile(`(?:#|--) want((?: "(?:[^"\\]|\\.)*")+)`)
var wantPattern = regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)

// wants lists the patterns by "file:line".
func wants(t *testing.T, s source) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	for name, text := range s.files {
		for i, line := range strings.Split(text, "\n") {
			m := wantComment.FindStringSubmatch(line)
			if m == nil {
				continue
			}
			for _, q := range wantPattern.FindAllString(m[1], -1) {
				p, err := strconv.Unquote(q)
				if err != nil {
					t.Fatalf("%s:%d: %s: %v", name, i+1, q, err)
				}
				key := fmt.Sprintf("%s:%d", name, i+1)
				out[key] = append(out[key], p)
			}
		}
	}
	return out
}

// askedFor are rules that miss something in every configuration that is not
// about it.
var askedFor = map[string]bool{
	"version-disclosure-default": true, "dot-files-served": true, "missing-script-run": true,
	"default-server-implicit": true,
}

// rules lists the rules that a case is run with.
func (s source) rules() []*lint.Rule {
	var out []*lint.Rule
	for _, r := range rules.All() {
		named := !askedFor[r.Name]
		for _, text := range s.files {
			named = named || strings.Contains(text, r.Name)
		}
		if named {
			out = append(out, r)
		}
	}
	return out
}

// TestWants compares what the rules find with the comments in the cases.
func TestWants(t *testing.T) {
	var files []string
	for _, pattern := range []string{"testdata/*.conf", "testdata/*.txtar"} {
		m, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, m...)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			s := readCase(t, file)
			expected, list := wants(t, s), s.rules()
			for name, text := range s.files {
				s.files[name] = wantLine.ReplaceAllString(text, "")
			}
			fatal, found, tree := s.lint(t, list)
			if fatal != nil {
				t.Fatalf("refused: %v", fatal)
			}
			compare(t, expected, found)
			compareFixed(t, strings.TrimSuffix(file, filepath.Ext(file))+".golden", tree, found)
		})
	}
}

func compare(t *testing.T, want map[string][]string, found diag.List) {
	t.Helper()
	for i := range found {
		d := &found[i]
		pos := d.Subject.Pos()
		key, text := "-:0", d.Rule+": "+d.Message
		if pos.IsValid() {
			key = fmt.Sprintf("%s:%d", strings.TrimPrefix(pos.File.Name, root), pos.Line())
		}
		if !take(t, want, key, text) {
			t.Errorf("%s: not wanted: %s", key, text)
		}
	}
	for key, patterns := range want {
		for _, p := range patterns {
			t.Errorf("%s: not found: %s", key, p)
		}
	}
}

// take removes a pattern that fits from the wanted ones.
func take(t *testing.T, want map[string][]string, key, text string) bool {
	t.Helper()
	for i, p := range want[key] {
		re, err := regexp.Compile(p)
		if err != nil {
			t.Fatalf("%s: %v", key, err)
		}
		if re.MatchString(text) {
			want[key] = append(want[key][:i:i], want[key][i+1:]...)
			return true
		}
	}
	return false
}

// compareFixed compares the main file after all safe fixes with the golden one.
func compareFixed(t *testing.T, golden string, tree *conf.Tree, found diag.List) {
	t.Helper()
	var edits []diag.Edit
	for _, d := range found {
		for _, f := range d.Fixes {
			if f.Safe {
				edits = append(edits, f.Edits...)
				break
			}
		}
	}
	if len(edits) == 0 {
		if _, err := os.Stat(golden); err == nil {
			t.Errorf("there are no fixes for %s", golden)
		}
		return
	}
	got, err := diag.Apply(tree.Config.Main, edits)
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(golden, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(want, got) {
		t.Errorf("after the fixes (-want +got):\n%s", cmp.Diff(string(want), string(got)))
	}
	if _, list := parser.Parse("fixed", got); list.Fatal() != nil {
		t.Errorf("the fixed file does not parse: %v", list.Fatal())
	}
}

// A server of stream whose only address is wrong has none.
func TestServerWithoutAddress(t *testing.T) {
	s := source{name: "nginx.conf", files: map[string]string{"nginx.conf": "events {}\nstream {\nserver { listen 1; return a; }\nserver { listen nowhere.invalid:x; return b; }\n}\n"}}
	if fatal, _, _ := s.lint(t, rules.All()); fatal == nil {
		t.Error("the address is not refused")
	}
}
