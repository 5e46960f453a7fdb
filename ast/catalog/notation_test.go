package catalog

import (
	"slices"
	"testing"
)

func TestParseArgsCounts(t *testing.T) {
	for _, c := range []struct {
		args     string
		accepted []int
		endless  bool
	}{
		{"", []int{0}, false},
		{"<time>", []int{1}, false},
		{"on|off", []int{1}, false},
		{"<addr> [transparent] | off", []int{1, 2}, false},
		{"off | max=<int> [inactive=<time>] [valid=<time>]", []int{1, 2, 3}, false},
		{"<name>...", []int{1, 2, 3, 16}, true},
		{"<addr> [weight=<int>|backup|down]...", []int{1, 2, 3, 9}, true},
		{"<name> [escape=(default|json|none)] <tmpl>...", []int{2, 3, 4}, true},
		{"(off|none|builtin[:<size>]|shared:<name>:<size>) [shared:<name>:<size>]", []int{1, 2}, false},
		{"[two [least_conn]]", []int{0, 1, 2}, false},
		{"<a> <b> | <c> <d> <e> <f>", []int{2, 4}, false},
	} {
		s, err := ParseArgs(c.args)
		if err != nil {
			t.Errorf("%q: %v", c.args, err)
			continue
		}
		for n := 0; n <= countBits; n++ {
			want := slices.Contains(c.accepted, n)
			if c.endless && n >= c.accepted[len(c.accepted)-1] {
				want = true
			}
			if c.endless && n > c.accepted[0] {
				want = true
			}
			if s.Accepts(n) != want {
				t.Errorf("%q: Accepts(%d) = %v, want %v", c.args, n, s.Accepts(n), want)
			}
		}
		if s.Accepts(100) != c.endless {
			t.Errorf("%q: Accepts(100) = %v", c.args, s.Accepts(100))
		}
	}
}

func TestParseArgsWords(t *testing.T) {
	s, err := ParseArgs("<addr> [weight=<int>|backup|TLSv1.2]... | off")
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"addr", "int"}; !slices.Equal(s.Types, want) {
		t.Errorf("types %q, want %q", s.Types, want)
	}
	if want := []string{"weight=", "backup", "TLSv1.2", "off"}; !slices.Equal(s.Literals, want) {
		t.Errorf("literals %q, want %q", s.Literals, want)
	}
}

func TestParseArgsRefuses(t *testing.T) {
	for _, args := range []string{"[", "<time", "a | | b", ")", "<T>"} {
		if _, err := ParseArgs(args); err == nil {
			t.Errorf("%q was accepted", args)
		}
	}
}
