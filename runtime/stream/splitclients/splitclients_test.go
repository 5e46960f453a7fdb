package splitclients

import (
	"encoding/hex"
	"fmt"
	"os"
	"strings"
	"testing"

	"tidegate/ast/catalog"
	"tidegate/runtime/vars"
)

type session struct {
	values vars.Values
	key    string
}

func (s *session) Vars() *vars.Values { return &s.values }
func (s *session) VarCycle(string)    {}

// split compiles a block over a text with $key and gives its variable.
func split(t *testing.T, source string, parts ...Part) func(key string) string {
	t.Helper()
	r := vars.NewRegistry[*session]()
	key := vars.Variable[*session]{Name: "key", Get: func(s *session, _ string) (string, vars.Status) { return s.key, vars.Found }}
	if err := r.Add(key); err != nil {
		t.Fatal(err)
	}
	text, err := catalog.ParseTemplate(source)
	if err != nil {
		t.Fatal(err)
	}
	if err := Add(r, Config{Source: text, Name: "Group", Parts: parts}); err != nil {
		t.Fatal(err)
	}
	if errs := r.Resolve(); errs != nil {
		t.Fatal(errs)
	}
	return func(key string) string {
		v, ok := r.Get(&session{key: key}, "group")
		if !ok {
			t.Errorf("%q has no value", key)
		}
		return v
	}
}

// A text is in the group in which nginx has it.
func TestRecorded(t *testing.T) {
	text, err := os.ReadFile("testdata/recorded.txt")
	if err != nil {
		t.Fatal(err)
	}
	a := split(t, "$key", Part{50, "one"}, Part{1000, "two"}, Part{3333, "three"}, Part{1, "four"}, Part{0, "rest"})
	b := split(t, "x${key}y", Part{1, "one"}, Part{2000, "two"}, Part{4999, "three"}, Part{2000, "four"})
	n := 0
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		n++
		code, _, _ := strings.Cut(line[1:], ">")
		key, err := hex.DecodeString(code)
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprintf("<%s> %s [%s]\n", code, a(string(key)), b(string(key))); got != line {
			t.Errorf("got %swant %s", got, line)
		}
	}
	if n != 220 {
		t.Errorf("%d texts", n)
	}
}

// Each share is rounded down by itself, so that all of them together end before the last hash.
func TestBorders(t *testing.T) {
	parts := borders([]Part{{1, ""}, {3333, ""}, {6666, ""}, {0, ""}})
	for i, want := range []uint32{429496, 1431942095, 4294967293, 0} {
		if parts[i].border != want {
			t.Errorf("border %d is %d, want %d", i, parts[i].border, want)
		}
	}
}

// A variable that the configuration has already and that may not be given a value is not taken.
func TestDuplicate(t *testing.T) {
	r := vars.NewRegistry[*session]()
	if err := r.Add(vars.Variable[*session]{Name: "key", Get: func(*session, string) (string, vars.Status) { return "", vars.Found }}); err != nil {
		t.Fatal(err)
	}
	if err := Add(r, Config{Name: "key"}); err == nil || err.Error() != `the duplicate "key" variable` {
		t.Error(err)
	}
}
