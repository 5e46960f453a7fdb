package cases

import (
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
)

// file is a file of cases: its head, and the cases in order.
type file struct {
	head  string
	cases []*testCase
}

// testCase is one case.
type testCase struct {
	name     string
	sections []*section
}

// section is a named text of a case.
type section struct {
	name    string
	filters []string
	inline  bool // the value stands behind a colon on the line of the name
	value   string
}

// value gives a section by its name, with its filters applied.
func (c *testCase) value(name string) (string, bool) {
	for _, s := range c.sections {
		if s.name == name {
			return s.text(), true
		}
	}
	return "", false
}

func (c *testCase) get(name string) string {
	v, _ := c.value(name)
	return v
}

func (c *testCase) has(name string) bool {
	_, ok := c.value(name)
	return ok
}

// set replaces the value of a section, or adds the section behind the others.
func (c *testCase) set(name, value string) {
	for _, s := range c.sections {
		if s.name == name {
			s.filters, s.inline, s.value = nil, false, value
			return
		}
	}
	c.sections = append(c.sections, &section{name: name, value: value})
}

func (s *section) text() string {
	v := s.value
	for _, f := range s.filters {
		switch f {
		case "chomp":
			v = strings.TrimSuffix(v, "\n")
		case "eval":
			v = unquote(v)
		}
	}
	return v
}

// unquote evaluates the one Perl expression that the cases use: a string in double quotes, which Go reads alike, and may be repeated.
func unquote(v string) string {
	text, times, _ := strings.Cut(strings.TrimSpace(v), `" x `)
	if times != "" {
		text += `"`
	}
	s, err := strconv.Unquote(text)
	if err != nil {
		panic(fmt.Sprintf("eval of %q: %v", v, err))
	}
	if times != "" {
		n, err := strconv.Atoi(times)
		if err != nil {
			panic(fmt.Sprintf("eval of %q: %v", v, err))
		}
		s = strings.Repeat(s, n)
	}
	return s
}

var sectionLine = regexp.MustCompile(`^--- (\w+)((?: \w+)*)(?:: *(.*))?$`)

// readFile reads the cases of a file.
func readFile(name string) (*file, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	head, body, ok := strings.Cut(string(data), "\n__DATA__\n")
	if !ok {
		return nil, fmt.Errorf("%s: no __DATA__", name)
	}
	f := &file{head: head}
	var c *testCase
	var s *section
	for n, line := range strings.SplitAfter(body, "\n") {
		text := strings.TrimSuffix(line, "\n")
		switch m := sectionLine.FindStringSubmatch(text); {
		case strings.HasPrefix(text, "=== "):
			c, s = &testCase{name: strings.TrimPrefix(text, "=== ")}, nil
			f.cases = append(f.cases, c)
		case m != nil && c != nil:
			s = &section{name: m[1], filters: strings.Fields(m[2]), inline: strings.Contains(text, ":"), value: m[3]}
			c.sections = append(c.sections, s)
		case s != nil && !s.inline:
			s.value += line
		case text != "":
			return nil, fmt.Errorf("%s: line %d of the cases: text outside of a section", name, n+1)
		}
	}
	for _, c := range f.cases {
		for _, s := range c.sections {
			if !s.inline { // empty lines before the next section belong to the layout
				s.value = strings.TrimRight(s.value, "\n") + "\n"
				if s.value == "\n" {
					s.value = ""
				}
			}
		}
	}
	return f, nil
}

// write puts the file back.
func (f *file) write(name string) error {
	var b strings.Builder
	b.WriteString(f.head + "\n__DATA__\n")
	for i, c := range f.cases {
		if i > 0 {
			b.WriteString("\n\n")
		}
		b.WriteString("\n=== " + c.name + "\n")
		for _, s := range c.sections {
			b.WriteString("--- " + s.name)
			for _, f := range s.filters {
				b.WriteString(" " + f)
			}
			if s.inline {
				b.WriteString(": " + s.value)
			}
			b.WriteByte('\n')
			if !s.inline {
				b.WriteString(s.value)
			}
		}
	}
	return os.WriteFile(name, []byte(b.String()), 0o644)
}
