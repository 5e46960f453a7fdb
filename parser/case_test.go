package parser

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"tidegate/ast"
	"tidegate/ast/diag"
)

// The hard cases are txtar files: nginx.conf and the files it includes, ast
// with the expected tree, "nginx -t" with what a real nginx said. A file whose
// name ends in .quoted is written as Go strings, one or more lines of them.
const hardDir = "../testdata/conf-hard"

// section is one file of a case.
type section struct {
	name string
	data []byte
}

// sections splits a txtar archive.
func sections(tb testing.TB, archive string) []section {
	tb.Helper()
	var list []section
	for _, line := range strings.SplitAfter(archive, "\n") {
		marker := strings.TrimSuffix(line, "\n")
		if strings.HasPrefix(marker, "-- ") && strings.HasSuffix(marker, " --") && len(marker) > 6 {
			list = append(list, section{name: strings.TrimSpace(marker[3 : len(marker)-3])})
		} else if len(list) > 0 {
			last := &list[len(list)-1]
			last.data = append(last.data, line...)
		}
	}
	for i := range list {
		list[i].name, list[i].data = decode(tb, list[i])
	}
	return list
}

// decode returns the name and content of a section that may be quoted.
func decode(tb testing.TB, s section) (name string, src []byte) {
	tb.Helper()
	name, quoted := strings.CutSuffix(s.name, ".quoted")
	if !quoted {
		return name, s.data
	}
	for _, line := range strings.Split(strings.TrimSpace(string(s.data)), "\n") {
		count := 1
		if n, rest, ok := strings.Cut(line, " * "); ok {
			line = n
			var err error
			if count, err = strconv.Atoi(rest); err != nil {
				tb.Fatal(err)
			}
		}
		text, err := strconv.Unquote(strings.TrimSpace(line))
		if err != nil {
			tb.Fatalf("%s: %s: %v", s.name, line, err)
		}
		src = append(src, strings.Repeat(text, count)...)
	}
	return name, src
}

// hardCases returns the sources of all cases.
func hardCases(tb testing.TB) [][]byte {
	tb.Helper()
	var list [][]byte
	for _, c := range readCases(tb) {
		for name, data := range c.files {
			if name == "nginx.conf" || strings.HasSuffix(name, ".inc") {
				list = append(list, data)
			}
		}
	}
	return list
}

// testCase is one hard case.
type testCase struct {
	name  string
	file  string // of the archive
	files map[string][]byte
}

func readCases(tb testing.TB) []testCase {
	tb.Helper()
	names, err := filepath.Glob(hardDir + "/*.txtar")
	if err != nil {
		tb.Fatal(err)
	}
	var cases []testCase
	for _, file := range names {
		data, err := os.ReadFile(file)
		if err != nil {
			tb.Fatal(err)
		}
		c := testCase{name: strings.TrimSuffix(filepath.Base(file), ".txtar"), file: file, files: map[string][]byte{}}
		for _, s := range sections(tb, string(data)) {
			c.files[s.name] = s.data
		}
		cases = append(cases, c)
	}
	return cases
}

// load reads the configuration of a case as if it were in /etc/nginx.
func (c testCase) load() (*ast.Config, diag.List) {
	m := Memory{}
	for name, data := range c.files {
		if name == "nginx.conf" || strings.HasSuffix(name, ".inc") {
			m["/etc/nginx/"+name] = string(data)
		}
	}
	return Load(Options{Main: "/etc/nginx/nginx.conf", ReadFile: m.ReadFile, Glob: m.Glob})
}

var update = flag.Bool("update", false, "write the ast and diag sections of the hard cases")

// expect compares a section, or writes it.
func (c testCase) expect(t *testing.T, name, got string) {
	t.Helper()
	if want := string(c.files[name]); got == want {
		return
	} else if !*update {
		t.Errorf("%s differs\n got:\n%s\nwant:\n%s", name, got, want)
		return
	}
	data, err := os.ReadFile(c.file)
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	marker := "-- " + name + " --\n"
	if at := strings.Index(text, "\n"+marker); at >= 0 {
		end := len(text)
		if next := strings.Index(text[at+1+len(marker):], "\n-- "); next >= 0 {
			end = at + 1 + len(marker) + next + 1
		} else if strings.HasPrefix(text[at+1+len(marker):], "-- ") {
			end = at + 1 + len(marker)
		}
		text = text[:at+1] + text[end:]
	}
	if got != "" {
		text += marker + got
	}
	if err := os.WriteFile(c.file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// TestHardCases holds the parser against the recorded trees and diagnostics,
// and both against what nginx said.
func TestHardCases(t *testing.T) {
	cases := readCases(t)
	if len(cases) < 40 {
		t.Fatalf("only %d cases", len(cases))
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			config, list := c.load()
			var tree, found strings.Builder
			for _, f := range config.Files {
				if len(config.Files) > 1 {
					fmt.Fprintf(&tree, "== %s\n", f.Name)
				}
				tree.WriteString(dump(f))
				checkInvariants(t, f.Src)
			}
			for i := range list {
				d := &list[i]
				end := d.Subject.File.Position(d.Subject.End)
				fmt.Fprintf(&found, "%s-%d:%d %s: %s", d.Subject.Pos(), end.Line, end.Column, d.Severity, d.Message)
				if d.At.IsValid() {
					fmt.Fprintf(&found, " (nginx: line %d)", d.At.Line())
				}
				fmt.Fprintf(&found, "\n    %s\n", d.Detail)
			}
			c.expect(t, "ast", tree.String())
			c.expect(t, "diag", found.String())
			c.judge(t, list)
		})
	}
}

// judge compares the parser's verdict with nginx's recorded one. A section
// "judge" says that the finding is another package's, a section "differs" why
// the parser means to differ.
func (c testCase) judge(t *testing.T, list diag.List) {
	t.Helper()
	if _, other := c.files["judge"]; other {
		return
	}
	var b strings.Builder
	if _, err := diag.Nginx(&b, list, diag.NginxOptions{File: "/etc/nginx/nginx.conf", Test: true}); err != nil {
		t.Fatal(err)
	}
	_, differs := c.files["differs"]
	if want := string(c.files["nginx -t"]); (b.String() == want) == differs {
		t.Errorf("differs from nginx: %v, recorded: %v\n got:\n%s\nnginx:\n%s", b.String() != want, differs, b.String(), want)
	}
}
