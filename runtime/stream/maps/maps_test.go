package maps

import (
	"strings"
	"testing"

	"tidegate/ast/catalog"
	"tidegate/runtime/vars"
)

type session struct {
	values vars.Values
	input  string
	reads  int
	failed []string
}

func (s *session) Vars() *vars.Values { return &s.values }
func (s *session) VarCycle(string)    {}

func template(t *testing.T, s string) catalog.Template {
	t.Helper()
	tpl, err := catalog.ParseTemplate(s)
	if err != nil {
		t.Fatal(err)
	}
	return tpl
}

// build makes a registry with $in and the map $out; lines are "key value", "~" and "default" as in a file.
func build(t *testing.T, cfg Config, lines ...string) (*vars.Registry[*session], *vars.Complex[*session], error) {
	t.Helper()
	r := vars.NewRegistry[*session]()
	if err := r.Add(vars.Variable[*session]{Name: "in", Flags: vars.NoCacheable, Get: func(s *session, _ string) (string, vars.Status) {
		s.reads++
		return s.input, vars.Found
	}}); err != nil {
		t.Fatal(err)
	}
	cfg.Name, cfg.Source = "out", template(t, "$in")
	for _, l := range lines {
		key, value, _ := strings.Cut(l, " ")
		e := Entry{Key: key, Value: template(t, value)}
		switch {
		case key == "default":
			e.Kind = Default
		case strings.HasPrefix(key, "~*"):
			e.Kind, e.Key = Caseless, key[2:]
		case strings.HasPrefix(key, "~"):
			e.Kind, e.Key = Regex, key[1:]
		case cfg.Hostnames && strings.HasPrefix(key, "."):
			e.Kind, e.Key = Domain, key[1:]
		case cfg.Hostnames && strings.HasPrefix(key, "*."):
			e.Kind, e.Key = Leading, key[2:]
		case cfg.Hostnames && strings.HasSuffix(key, ".*"):
			e.Kind, e.Key = Trailing, key[:len(key)-2]
		}
		cfg.Entries = append(cfg.Entries, e)
	}
	err := Add(r, cfg, func(s *session, err error) { s.failed = append(s.failed, err.Error()) })
	out := r.Compile(template(t, "$out"))
	if errs := r.Resolve(); errs != nil && err == nil {
		t.Fatal(errs)
	}
	return r, out, err
}

func TestMap(t *testing.T) {
	plain := []string{"default other", "One 1", "~^t(w.)$ <$1>", "~*^THREE$ 3", `~^(?<word>\w+)!$ $word`, "*.org star", " empty"}
	hosts := []string{"*.example.org sub", ".dot.org dot", "www.* www", "plain.org plain", "~^re x"}
	for _, c := range []struct {
		lines     []string
		hostnames bool
		in, want  string
	}{
		{plain, false, "one", "1"},
		{plain, false, "ONE", "1"},
		{plain, false, "two", "<wo>"},
		{plain, false, "Two", "other"},
		{plain, false, "three", "3"},
		{plain, false, "hey!", "hey"},
		{plain, false, "x.org", "other"},
		{plain, false, "*.org", "star"},
		{plain, false, "", "empty"},
		{hosts, true, "a.b.Example.org", "sub"},
		{hosts, true, "example.org", ""},
		{hosts, true, "dot.org.", "dot"},
		{hosts, true, "x.dot.org", "dot"},
		{hosts, true, "www.com", "www"},
		{hosts, true, "plain.org", "plain"},
		{hosts, true, "re", "x"},
	} {
		_, out, err := build(t, Config{Hostnames: c.hostnames}, c.lines...)
		if err != nil {
			t.Fatal(err)
		}
		if got := out.String(&session{input: c.in}); got != c.want {
			t.Errorf("%q gives %q, want %q", c.in, got, c.want)
		}
	}
}

func TestVolatile(t *testing.T) {
	for _, volatile := range []bool{false, true} {
		_, out, err := build(t, Config{Volatile: volatile}, "a 1", "b 2")
		if err != nil {
			t.Fatal(err)
		}
		s := &session{input: "a"}
		first := out.String(s)
		s.input = "b"
		if second := out.String(s); first != "1" || (second == "2") != volatile {
			t.Errorf("volatile %v: %s then %s", volatile, first, second)
		}
	}
}

func TestErrors(t *testing.T) {
	_, _, err := build(t, Config{Hostnames: true}, "default a", "default b", "x 1", "X 2", "*.x.* 1", "~( 1")
	want := []string{"duplicate default map parameter", `conflicting parameter "X"`, `invalid hostname or wildcard "x.*"`,
		`pcre2_compile() failed: missing closing parenthesis in "("`}
	if err == nil || err.Error() != strings.Join(want, "\n") {
		t.Errorf("got %v", err)
	}
}

// An expression that runs away is reported and the default is used.
func TestFailedMatch(t *testing.T) {
	_, out, err := build(t, Config{}, "default d", "~(*LIMIT_MATCH=1000)^(?:a*)*(?:a*)*(?:a*)*$ x")
	if err != nil {
		t.Fatal(err)
	}
	s := &session{input: strings.Repeat("a", 2000) + "!"}
	if got := out.String(s); got != "d" {
		t.Errorf("got %q", got)
	}
	if len(s.failed) != 1 || !strings.HasPrefix(s.failed[0], `pcre2_match() failed: -47 on "aaa`) {
		t.Errorf("failures: %.80q", s.failed)
	}
}
