package catalog

import (
	"slices"
	"testing"
)

func TestParseTemplate(t *testing.T) {
	for _, c := range []struct {
		s    string
		want []Part
	}{
		{"", nil},
		{"abc", []Part{{Literal: "abc", To: 3}}},
		{"$a", []Part{{Variable: "a", To: 2}}},
		{"${a_1}b", []Part{{Variable: "a_1", To: 6}, {Literal: "b", From: 6, To: 7}}},
		{"x$a:$1.", []Part{{Literal: "x", To: 1}, {Variable: "a", From: 1, To: 3}, {Literal: ":", From: 3, To: 4},
			{Capture: 1, From: 4, To: 6}, {Literal: ".", From: 6, To: 7}}},
		{"$12", []Part{{Capture: 1, To: 2}, {Literal: "2", From: 2, To: 3}}},
		{"$0", []Part{{Variable: "0", To: 2}}},
	} {
		got, err := ParseTemplate(c.s)
		if err != nil || !slices.Equal(got.Parts, c.want) || got.Text != c.s {
			t.Errorf("%q: %+v, %v", c.s, got.Parts, err)
		}
	}
}

func TestParseTemplateErrors(t *testing.T) {
	for s, want := range map[string]TemplateError{
		"a$":    {"invalid variable name", 1, 2},
		"$":     {"invalid variable name", 0, 1},
		"$-":    {"invalid variable name", 0, 1},
		"${":    {"invalid variable name", 0, 2},
		"${}":   {"invalid variable name", 0, 3},
		"x${ab": {`the closing bracket in "ab" variable is missing`, 1, 5},
		"${a-b": {`the closing bracket in "a" variable is missing`, 0, 3},
	} {
		if _, err := ParseTemplate(s); err == nil || *err != want {
			t.Errorf("%q: %+v, want %+v", s, err, want)
		}
	}
	if _, err := ParseLogTemplate("a $ b"); err == nil || err.Message != `invalid parameter "$ b"` {
		t.Errorf("log template: %v", err)
	}
	if got, err := ParseLogTemplate("$1"); err != nil || got.Parts[0].Variable != "1" {
		t.Errorf("log template without captures: %+v, %v", got, err)
	}
}

func TestTemplateConstant(t *testing.T) {
	for s, want := range map[string]bool{"": true, "abc": true, "$a": false, "$1": false, "a$b": false} {
		tm, _ := ParseTemplate(s)
		if got, ok := tm.Constant(); ok != want || ok && got != s {
			t.Errorf("%q: %q, %v", s, got, ok)
		}
		if tm.HasVariables() == want {
			t.Errorf("%q: HasVariables is %v", s, !want)
		}
	}
}

func FuzzParseTemplate(f *testing.F) {
	for _, s := range []string{"", "$a", "${a}", "a$1b${", "$", "${}", "\x00$\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		tm, err := ParseTemplate(s)
		if err != nil {
			if err.From < 0 || err.To > len(s) || err.From > err.To {
				t.Fatalf("error span %d to %d of %d bytes", err.From, err.To, len(s))
			}
			return
		}
		end := 0
		for _, p := range tm.Parts {
			if p.From != end || p.To <= p.From {
				t.Fatalf("parts of %q do not tile it: %+v", s, tm.Parts)
			}
			end = p.To
		}
		if end != len(s) {
			t.Fatalf("parts of %q end at %d", s, end)
		}
	})
}
