package vars

import (
	"errors"
	"strconv"
	"strings"
	"testing"

	"tidegate/ast/catalog"
	"tidegate/ast/conf/pcre"
)

type session struct {
	values Values
	cycles []string
	calls  int
}

func (s *session) Vars() *Values        { return &s.values }
func (s *session) VarCycle(name string) { s.cycles = append(s.cycles, name) }

func parse(t *testing.T, s string) catalog.Template {
	t.Helper()
	tpl, err := catalog.ParseTemplate(s)
	if err != nil {
		t.Fatal(err)
	}
	return tpl
}

func registry(t *testing.T) *Registry[*session] {
	t.Helper()
	r := NewRegistry[*session]()
	count := func(s *session, _ string) (string, Status) { s.calls++; return strconv.Itoa(s.calls), Found }
	for _, v := range []Variable[*session]{
		{Name: "kept", Get: count},
		{Name: "fresh", Get: count, Flags: NoCacheable},
		{Name: "none", Get: func(*session, string) (string, Status) { return "", Missing }},
		{Name: "hidden", Get: count, Flags: NoHash},
		{Name: "free", Get: count, Flags: Changeable},
		{Name: "p_", Get: func(_ *session, n string) (string, Status) { return "short:" + n, Found }, Flags: Prefix},
		{Name: "p_long_", Get: func(_ *session, n string) (string, Status) { return "long:" + n, Found }, Flags: Prefix},
	} {
		if err := r.Add(v); err != nil {
			t.Fatal(err)
		}
	}
	return r
}

func TestComplex(t *testing.T) {
	for _, c := range []struct{ text, first, second string }{
		{"plain", "plain", "plain"},
		{"$kept", "1", "1"},
		{"<$kept>", "<1>", "<1>"},
		{"$fresh", "1", "2"},
		{"$fresh-$fresh", "1-1", "2-2"},
		{"$none|$kept", "|1", "|1"},
		{"$p_a$p_long_b", "short:p_along:p_long_b", "short:p_along:p_long_b"},
		{"$1", "", ""},
	} {
		r := registry(t)
		v := r.Compile(parse(t, c.text))
		if errs := r.Resolve(); errs != nil {
			t.Fatal(errs)
		}
		s := &session{}
		if got := v.String(s); got != c.first {
			t.Errorf("%s: first %q, want %q", c.text, got, c.first)
		}
		if got := string(v.Append(s, nil)); got != c.second {
			t.Errorf("%s: second %q, want %q", c.text, got, c.second)
		}
		if text, ok := v.Constant(); ok != (c.text == "plain") || ok && text != c.text {
			t.Errorf("%s: constant %q %v", c.text, text, ok)
		}
		if v.Variable() == (c.text == "plain") {
			t.Errorf("%s: variable = %v", c.text, v.Variable())
		}
	}
}

func TestNilComplex(t *testing.T) {
	var c *Complex[*session]
	s := &session{}
	if c.String(s) != "" || c.True(s) || c.Variable() || len(c.Append(s, nil)) != 0 {
		t.Error("a nil Complex is not the empty text")
	}
}

func TestTrue(t *testing.T) {
	r := registry(t)
	for text, want := range map[string]bool{"": false, "0": false, "00": true, "off": true} {
		if got := r.Text(text).True(&session{}); got != want {
			t.Errorf("%q is %v", text, got)
		}
	}
}

func TestResolveErrors(t *testing.T) {
	r := registry(t)
	r.Compile(parse(t, "$nobody $kept $nothing"))
	var got []string
	for _, err := range r.Resolve() {
		got = append(got, err.Error())
	}
	if s := strings.Join(got, "; "); s != `unknown "nobody" variable; unknown "nothing" variable` {
		t.Error(s)
	}
}

func TestDefine(t *testing.T) {
	r := registry(t)
	if _, err := r.Define("Kept", Changeable); err == nil || err.Error() != `the duplicate "kept" variable` {
		t.Errorf("redefining a built-in variable: %v", err)
	}
	if _, err := r.Define("", 0); err == nil || err.Error() != `invalid variable name "$"` {
		t.Errorf("empty name: %v", err)
	}
	if err := r.Add(Variable[*session]{Name: "p_", Flags: Prefix}); err == nil {
		t.Error("a second prefix variable of the same name was taken")
	}
	a, err := r.Define("new", Changeable|Weak)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := r.Define("NEW", Changeable); err != nil || b != a || a.Flags&Weak != 0 {
		t.Errorf("second definition: %v %v, flags %b", b == a, err, a.Flags)
	}
}

// A variable that "set" makes gives way to a prefix variable, as in ngx_stream_variables_init_vars.
func TestWeakGivesWayToPrefix(t *testing.T) {
	r := registry(t)
	v, err := r.Define("p_x", Changeable|Weak)
	if err != nil {
		t.Fatal(err)
	}
	v.Get = func(*session, string) (string, Status) { return "weak", Found }
	i := r.Index("p_x")
	if errs := r.Resolve(); errs != nil {
		t.Fatal(errs)
	}
	if got, _ := r.At(&session{}, i); got != "short:p_x" {
		t.Errorf("got %q", got)
	}
}

func TestGet(t *testing.T) {
	r := registry(t)
	r.Index("kept")
	r.Index("fresh")
	if errs := r.Resolve(); errs != nil {
		t.Fatal(errs)
	}
	if !r.Mentioned("kept") || r.Mentioned("free") {
		t.Error("Mentioned is wrong")
	}
	s := &session{}
	for _, c := range []struct {
		name, want string
		ok         bool
	}{{"kept", "1", true}, {"kept", "1", true}, {"fresh", "2", true}, {"fresh", "3", true}, {"free", "4", true}, {"free", "5", true},
		{"none", "", false}, {"hidden", "", false}, {"absent", "", false}, {"p_long_q", "long:p_long_q", true}} {
		if got, ok := r.Get(s, c.name); got != c.want || ok != c.ok {
			t.Errorf("%s = %q %v, want %q %v", c.name, got, ok, c.want, c.ok)
		}
	}
}

func TestSet(t *testing.T) {
	r := registry(t)
	var handled string
	if err := r.Add(Variable[*session]{Name: "handled", Flags: Changeable, Set: func(_ *session, v string, _ bool) { handled = v }}); err != nil {
		t.Fatal(err)
	}
	mine, err := r.Define("mine", Changeable)
	if err != nil {
		t.Fatal(err)
	}
	mine.Get = func(*session, string) (string, Status) { return "", Found }
	r.Index("mine")
	if errs := r.Resolve(); errs != nil {
		t.Fatal(errs)
	}
	s := &session{}
	for name, want := range map[string]error{"absent": ErrUnknown, "hidden": ErrUnknown, "kept": ErrNotChangeable, "free": ErrNoHandler,
		"handled": nil, "mine": nil} {
		if err := r.Set(s, name, "v", true); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", name, err, want)
		}
	}
	if got, ok := r.Get(s, "mine"); got != "v" || !ok || handled != "v" {
		t.Errorf("mine = %q %v, handled = %q", got, ok, handled)
	}
	if err := r.Set(s, "mine", "", false); err != nil {
		t.Fatal(err)
	}
	if _, ok := r.Get(s, "mine"); ok {
		t.Error("a variable set to nil still has a value")
	}
	s.values.Reset()
	if got, ok := r.Get(s, "mine"); got != "" || !ok {
		t.Errorf("after Reset: %q %v", got, ok)
	}
}

func TestCycle(t *testing.T) {
	r := NewRegistry[*session]()
	a, _ := r.Define("a", Changeable|NoCacheable)
	b, _ := r.Define("b", Changeable|NoCacheable)
	ca, cb := r.Compile(parse(t, "$b")), r.Compile(parse(t, "$a"))
	a.Get = func(s *session, _ string) (string, Status) { return ca.String(s), Found }
	b.Get = func(s *session, _ string) (string, Status) { return cb.String(s), Found }
	if errs := r.Resolve(); errs != nil {
		t.Fatal(errs)
	}
	s := &session{}
	if got := ca.String(s); got != "" {
		t.Errorf("got %q", got)
	}
	if len(s.cycles) != 1 {
		t.Errorf("cycles reported: %q", s.cycles)
	}
}

func TestRegex(t *testing.T) {
	r := registry(t)
	re, err := r.Regex(pcre.MustCompile(`^(?<User>\w+)@(\w+)(x)?$`, pcre.Options{}))
	if err != nil {
		t.Fatal(err)
	}
	text := r.Compile(parse(t, "$user,$2,$3,$9"))
	if errs := r.Resolve(); errs != nil {
		t.Fatal(errs)
	}
	s := &session{}
	if got := text.String(s); got != ",,," {
		t.Errorf("before a match: %q", got)
	}
	if ok, err := re.Exec(s, "bob@home"); !ok || err != nil {
		t.Fatal(ok, err)
	}
	if got := text.String(s); got != "bob,home,," {
		t.Errorf("after a match: %q", got)
	}
	if ok, _ := re.Exec(s, "nobody"); ok {
		t.Fatal("matched")
	}
	if got := text.String(s); got != "bob,home,," {
		t.Errorf("a failed match changed the captures: %q", got)
	}
	if err := r.Set(s, "user", "eve", true); err != nil {
		t.Error(err)
	}
	if _, err := r.Regex(pcre.MustCompile(`(?<kept>x)`, pcre.Options{})); err == nil {
		t.Error("a group took the name of a built-in variable")
	}
}

// A log line of kept values must not allocate: it is built once for each session.
func TestAppendAllocates(t *testing.T) {
	r := registry(t)
	if err := r.Add(Variable[*session]{Name: "now", Flags: NoCacheable, Get: func(*session, string) (string, Status) { return "now", Found },
		Append: func(_ *session, dst []byte) []byte { return append(dst, "now"...) }}); err != nil {
		t.Fatal(err)
	}
	v := r.Compile(parse(t, "$kept [$now] $none $p_x"))
	if errs := r.Resolve(); errs != nil {
		t.Fatal(errs)
	}
	s := &session{}
	buf := v.Append(s, nil)
	if got := string(buf); got != "1 [now]  short:p_x" {
		t.Fatalf("%q", got)
	}
	if n := testing.AllocsPerRun(100, func() { buf = v.Append(s, buf[:0]) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
