package wildcard

import (
	"errors"
	"testing"
)

func TestFind(t *testing.T) {
	var names Table[string]
	for _, k := range []string{"Example.org", "*.example.org", "*.b.example.org", ".dotted.org", "www.*", "www.mail.*", "both.*", "*.com", ""} {
		if err := names.Add(k, k); err != nil {
			t.Fatalf("%q: %v", k, err)
		}
	}
	for name, want := range map[string]string{
		"example.org":     "Example.org",
		"a.example.org":   "*.example.org",
		"x.a.example.org": "*.example.org",
		"b.example.org":   "*.example.org",
		"x.b.example.org": "*.b.example.org",
		"dotted.org":      ".dotted.org",
		"x.y.dotted.org":  ".dotted.org",
		"www.x":           "www.*",
		"www.mail.x.y":    "www.mail.*",
		"www.mailx.y":     "www.*",
		"both.com":        "*.com", // the wildcard at the start comes first
		"www":             "-",
		"com":             "-",
		"notexample.org":  "-",
		"":                "",
	} {
		got, ok := names.Find(name)
		if !ok {
			got = "-"
		}
		if got != want {
			t.Errorf("%q finds %q, want %q", name, got, want)
		}
	}
}

func TestAddErrors(t *testing.T) {
	var names Table[int]
	if err := names.Add("a.org", 1); err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]error{"A.ORG": ErrConflict, ".a.org": ErrConflict, "*": ErrInvalid, "*.": ErrInvalid, "a*b.org": ErrInvalid,
		"*.*": ErrInvalid, "a..b": ErrInvalid, "*.x.*": ErrInvalid, "a\x00": ErrInvalid} {
		if err := names.Add(key, 2); !errors.Is(err, want) {
			t.Errorf("%q: %v, want %v", key, err, want)
		}
	}
	if err := names.AddExact("*.A", 3); err != nil {
		t.Fatal(err)
	}
	if v, ok := names.Find("*.a"); !ok || v != 3 {
		t.Error("an exact key with a star was not found")
	}
	if names.Empty() || !new(Table[int]).Empty() {
		t.Error("Empty is wrong")
	}
}
