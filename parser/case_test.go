package parser

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
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
func hardCases(tb testing.TB) map[string][]byte {
	tb.Helper()
	cases := map[string][]byte{}
	names, err := filepath.Glob(hardDir + "/*.txtar")
	if err != nil {
		tb.Fatal(err)
	}
	for _, file := range names {
		data, err := os.ReadFile(file)
		if err != nil {
			tb.Fatal(err)
		}
		for _, s := range sections(tb, string(data)) {
			if s.name == "nginx.conf" || strings.HasSuffix(s.name, ".inc") {
				cases[filepath.Base(file)+"/"+s.name] = s.data
			}
		}
	}
	return cases
}
