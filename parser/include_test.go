package parser

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"tidegate/ast"
	"tidegate/ast/diag"
)

func loadMemory(m Memory) (*ast.Config, diag.List) {
	return Load(Options{Main: "/c/nginx.conf", ReadFile: m.ReadFile, Glob: m.Glob})
}

// lines renders a list as nginx would, whatever its severities.
func lines(list diag.List) string {
	var b strings.Builder
	for i := range list {
		b.WriteString(list[i].NginxLine() + "\n")
	}
	return b.String()
}

func TestLoad(t *testing.T) {
	deep := Memory{}
	for i := range maxIncludeDepth + 2 {
		deep[fmt.Sprintf("/c/%d", i)] = fmt.Sprintf("include %d;", i+1)
	}
	deep["/c/nginx.conf"] = "include 0;"
	tests := []struct {
		name  string
		files Memory
		want  string
	}{
		{"fine", Memory{"/c/nginx.conf": "include a; include /d/b;", "/c/a": "a;", "/d/b": "b;"}, ""},
		{"main missing", Memory{}, `[emerg] open() "/c/nginx.conf" failed (2: No such file or directory)` + "\n"},
		{"relative to the main file", Memory{"/c/nginx.conf": "include d/a;", "/c/d/a": "include b;", "/c/d/b": ""},
			`[emerg] open() "/c/b" failed (2: No such file or directory) in /c/d/a:1` + "\n"},
		{"each missing file", Memory{"/c/nginx.conf": "include a;\ninclude\nb\n;"},
			`[emerg] open() "/c/a" failed (2: No such file or directory) in /c/nginx.conf:1` + "\n" +
				`[emerg] open() "/c/b" failed (2: No such file or directory) in /c/nginx.conf:4` + "\n"},
		{"names are not cleaned", Memory{"/c/nginx.conf": "include ../x;"},
			`[emerg] open() "/c/../x" failed (2: No such file or directory) in /c/nginx.conf:1` + "\n"},
		{"a pattern that matches nothing", Memory{"/c/nginx.conf": "include x*; include [z]; include ?;"}, ""},
		{"in map, geo and types", Memory{"/c/nginx.conf": "http { map $a $b { include m; } geo $c { include m; } types { include m; } }", "/c/m": "a b;"}, ""},
		{"data lines", Memory{"/c/nginx.conf": "http { split_clients $a $b { include m; } charset_map a b { include m; } }"}, ""},
		{"a wrong number of arguments is no include", Memory{"/c/nginx.conf": "include; include a b; include {}"}, ""},
		{"loop", Memory{"/c/nginx.conf": "a;\ninclude nginx.conf;"},
			`[emerg] include loop: "/c/nginx.conf" includes itself in /c/nginx.conf:2` + "\n"},
		{"longer loop", Memory{"/c/nginx.conf": "include a;", "/c/a": "\ninclude b*;", "/c/b1": "include a;\ninclude c;", "/c/c": ""},
			`[emerg] include loop: "/c/a" includes itself in /c/b1:1` + "\n"},
		{"twice is no loop", Memory{"/c/nginx.conf": "include a; include a;", "/c/a": "include b;", "/c/b": ""}, ""},
		{"too deep", deep, `[emerg] open() "/c/1000" failed (24: Too many open files) in /c/999:1` + "\n"},
		{"nul in the name", Memory{"/c/nginx.conf": "include a\x00b;", "/c/a": "c"},
			`[emerg] unexpected end of file, expecting ";" or "}" in /c/a` + "\x00b:1\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			config, list := loadMemory(tt.files)
			if got := lines(list); got != tt.want {
				t.Errorf("got\n%swant\n%s", got, tt.want)
			}
			if config.Main == nil || config.Files[0] != config.Main || config.Main.Name != "/c/nginx.conf" {
				t.Error("no main file")
			}
		})
	}
}

// TestLoadFan includes so many files that reading all would take for ever.
func TestLoadFan(t *testing.T) {
	m := Memory{"/c/nginx.conf": "include 0;"}
	for i := range 40 {
		m[fmt.Sprintf("/c/%d", i)] = strings.Repeat(fmt.Sprintf("include %d;", i+1), 2)
	}
	m["/c/40"] = ""
	config, list := loadMemory(m)
	if len(config.Files) != maxFiles || len(list) != 1 || !strings.Contains(list[0].Message, "files are included") {
		t.Errorf("%d files, %d findings", len(config.Files), len(list))
	}
}

func TestLoadDetail(t *testing.T) {
	_, list := loadMemory(Memory{"/c/nginx.conf": "include a;", "/c/a": "\ninclude b;", "/c/b": "include a;"})
	want := "the includes go round: /c/a:2, then /c/b:1"
	if len(list) != 1 || list[0].Detail != want {
		t.Errorf("got %q, want %q", list[0].Detail, want)
	}
}

// TestReadingOrder checks the order of findings and files across includes.
func TestReadingOrder(t *testing.T) {
	config, list := loadMemory(Memory{
		"/c/nginx.conf": ";\ninclude a;\n;\ninclude b*;\n;",
		"/c/a":          ";\ninclude b1;\n;",
		"/c/b1":         "\n;",
		"/c/b2":         ";",
	})
	want := "/c/nginx.conf:1 /c/a:1 /c/b1:2 /c/a:3 /c/nginx.conf:3 /c/b1:2 /c/b2:1 /c/nginx.conf:5"
	var got []string
	for _, d := range list {
		got = append(got, fmt.Sprintf("%s:%d", d.At.File.Name, d.At.Line()))
	}
	if s := strings.Join(got, " "); s != want {
		t.Errorf("got %s\nwant %s", s, want)
	}
	var files []string
	for _, f := range config.Files {
		files = append(files, f.Name)
	}
	if s := strings.Join(files, " "); s != "/c/nginx.conf /c/a /c/b1 /c/b1 /c/b2" {
		t.Errorf("files %s", s)
	}
}

func TestParseParam(t *testing.T) {
	tests := []struct{ text, want string }{
		{"daemon off;", ""},
		{"daemon off; pid /run/x;", ""},
		{"daemon off", `[emerg] unexpected end of parameter, expecting ";" in command line` + "\n"},
		{"a {}", "[emerg] block directives are not supported in -g option in command line\n"},
		{"a }", `[emerg] unexpected "}" in command line` + "\n"},
		{"a " + strings.Repeat("b", 5000) + ";", ""},
	}
	for _, tt := range tests {
		f, list := ParseParam(tt.text)
		if got := lines(list); got != tt.want || !f.CommandLine {
			t.Errorf("%.20q: got %q, want %q", tt.text, got, tt.want)
		}
	}
}

// TestFileSystem reads real files, and things that are none.
func TestFileSystem(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.MkdirAll(filepath.Join(dir, "d.d/sub.conf"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(filepath.Join(dir, "fifo"), 0o644); err != nil {
		t.Fatal(err)
	}
	write("d.d/b.conf", "b;")
	write("d.d/a.conf", "a;")
	write("d.d/.c.conf", "c;")
	write("nginx.conf", "include d.d/[ab].conf;\ninclude fifo;\ninclude d.d;\ninclude d.d/s*;\ninclude /dev/null;\ninclude "+
		strings.Repeat("x", 300)+";\ninclude nginx.conf/x;")
	config, list := Load(Options{Main: "nginx.conf", Prefix: dir + "/"})
	want := strings.ReplaceAll(`[emerg] "D/fifo" is not a regular file in D/nginx.conf:2
[crit] pread() "D/d.d" failed (21: Is a directory)
[crit] pread() "D/d.d/sub.conf" failed (21: Is a directory)
[warn] nothing is read of "/dev/null", which is a device in D/nginx.conf:5
[emerg] open() "D/X" failed (36: File name too long) in D/nginx.conf:6
[emerg] open() "D/nginx.conf/x" failed (20: Not a directory) in D/nginx.conf:7
`, "X", strings.Repeat("x", 300))
	if got := strings.ReplaceAll(lines(list), dir, "D"); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	var names []string
	for _, f := range config.Files[1:3] {
		names = append(names, filepath.Base(f.Name))
	}
	if !slices.Equal(names, []string{"a.conf", "b.conf"}) {
		t.Errorf("included %v", names)
	}
}

// TestUnreadable needs a user whom permissions bind.
func TestUnreadable(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("root may read everything")
	}
	name := filepath.Join(t.TempDir(), "nginx.conf")
	if err := os.WriteFile(name, nil, 0); err != nil {
		t.Fatal(err)
	}
	_, list := Load(Options{Main: name})
	if got, want := lines(list), fmt.Sprintf("[emerg] open() %q failed (13: Permission denied)\n", name); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestFnmatch(t *testing.T) {
	tests := []struct {
		pattern string
		yes, no []string
	}{
		{"*.conf", []string{"a.conf", "a.b.conf"}, []string{".conf", ".a.conf", "a.conf~", "conf"}},
		{"a?c", []string{"abc", "a.c"}, []string{"ac", "abbc"}},
		{"?a", []string{"ba"}, []string{".a"}},
		{".*", []string{".a", "."}, []string{"a"}},
		{`\.*`, []string{".a"}, []string{"a"}},
		{"[a-c]x", []string{"ax", "cx"}, []string{"dx", "-x"}},
		{"[!a-c]x", []string{"dx", "!x"}, []string{"ax"}},
		{"[^a]x", []string{"bx"}, []string{"ax"}},
		{"[]a]x", []string{"]x", "ax"}, []string{"bx"}},
		{"[a-]x", []string{"-x", "ax"}, []string{"bx"}},
		{"[[:digit:]_]*", []string{"1", "_a"}, []string{"a", ""}},
		{"[[:upper:]]", []string{"A"}, []string{"a"}},
		{`[\]]`, []string{"]"}, []string{`\`}},
		{"[a", []string{"[a"}, []string{"a"}},
		{`\*`, []string{"*"}, []string{"a", `\*`}},
		{`a\`, []string{}, []string{"a"}},
		{"*a*b*c*", []string{"abc", "xaxbxcx"}, []string{"acb"}},
		{"**", []string{"a", ""}, []string{".a"}},
	}
	for _, tt := range tests {
		for _, name := range tt.yes {
			if !fnmatch(tt.pattern, name) {
				t.Errorf("%q does not match %q", tt.pattern, name)
			}
		}
		for _, name := range tt.no {
			if fnmatch(tt.pattern, name) {
				t.Errorf("%q matches %q", tt.pattern, name)
			}
		}
	}
	if fnmatch(strings.Repeat("*a", 200), strings.Repeat("a", 20000)+"b") {
		t.Error("a long pattern matches")
	}
}

func TestGlob(t *testing.T) {
	m := Memory{"/a/x.conf": "", "/a-b/x.conf": "", "/a-b/y.conf": "", "/a/.h.conf": "", "/a/d/z.conf": "", "rel.conf": ""}
	tests := []struct {
		pattern string
		want    []string
	}{
		// The result is sorted as a whole: "-" comes before "/".
		{"/a*/x.conf", []string{"/a-b/x.conf", "/a/x.conf"}},
		{"/a*/*.conf", []string{"/a-b/x.conf", "/a-b/y.conf", "/a/x.conf"}},
		{"/*/*/*", []string{"/a/d/z.conf"}},
		{"/a/d*", []string{"/a/d"}},
		{"/a//x*", []string{"/a//x.conf"}},
		{"re[l].conf", []string{"rel.conf"}},
		{"/a/x.conf[", nil},
		{"/none*/x", nil},
	}
	for _, tt := range tests {
		got, err := m.Glob(tt.pattern)
		if err != nil || !slices.Equal(got, tt.want) {
			t.Errorf("%q: got %v, want %v", tt.pattern, got, tt.want)
		}
	}
}
