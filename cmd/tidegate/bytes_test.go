package main

import (
	"bufio"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// Any bytes: what nginx reads is read, what it refuses is refused, and nothing breaks down.
func TestAnyBytes(t *testing.T) {
	dir := tempDir(t)
	random := make([]byte, 1<<20)
	source := rand.NewChaCha8([32]byte{1})
	_, _ = source.Read(random)
	program, err := os.ReadFile("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}
	program = program[:1<<20]
	levels := 10_000
	if testing.Short() || withRace { // what depends on the levels around a level takes the square of their number
		levels = 1000
	}
	deep := func(n int, open, inner string) string {
		return "events {}\nhttp { server { listen 1; " + strings.Repeat(open, n) + inner + strings.Repeat("}", n) + " } }\n"
	}
	for _, c := range []struct {
		name, text string
		status     int
		says       string
	}{
		{"bom", "\xef\xbb\xbfevents {}\n", 1, `unknown directive "\ufeffevents"`},
		{"utf-16", "\xff\xfee\x00v\x00e\x00n\x00t\x00s\x00 \x00{\x00}\x00", 1, "emerg"},
		{"nul", "events {}\nhttp { map $host $a { a\x00b \"c\x00\"; } }\n", 0, ""},
		{"nul-in-name", "events {}\nwork\x00er_processes 1;\n", 1, "unknown directive"},
		{"cr", "events {}\rhttp {}\rworker_processes 1;\r", 0, ""},
		{"cr-comment", "events {} # the end of the line\rhttp { this is no directive\r", 0, ""},
		{"crlf", "events {}\r\nhttp {\r\n}\r\n", 0, ""},
		{"latin-1", "events {}\nhttp { map $host $a { caf\xe9 \xfc; } } # \xe4\xf6\n", 0, ""},
		{"empty", "", 1, `no "events" section`},
		{"line-ends", strings.Repeat("\n", 1<<16), 1, `no "events" section`},
		{"no-end", "events {", 1, "unexpected end of file"},
		{"random", string(random), 1, ""},
		{"program", string(program), 1, ""},
		{"blocks", deep(levels, "location / {", "return 200;"), 0, "no mistakes found"},
		{"conditions", deep(10_000, "if ($host) {", "return 200;"), 1, "not allowed here"},
		{"unknown-blocks", strings.Repeat("a {", 10_000) + strings.Repeat("}", 10_000), 1, `unknown directive "a"`},
		{"too-deep", strings.Repeat("a {", 100_000), 1, "nested more than 65536 deep"},
		{"lua-tables", deep(1, "content_by_lua_block {", "return "+strings.Repeat("{", 10_000)+strings.Repeat("}", 10_000)), 1, "lua"},
		{"lua-calls", deep(1, "content_by_lua_block {", strings.Repeat("f(", 10_000)+strings.Repeat(")", 10_000)), 1, "lua"},
		{"lua-functions", deep(1, "content_by_lua_block {", strings.Repeat("return function() ", 10_000)+strings.Repeat(" end", 10_000)), 1, "lua"},
	} {
		name := c.name + ".conf"
		if err := os.WriteFile(filepath.Join(dir, name), []byte(c.text), 0o644); err != nil {
			t.Fatal(err)
		}
		for _, command := range [][]string{{"check"}, {"lint"}, {"dump", "-json"}, {"fmt"}, {"-p", dir, "-e", "stderr", "-t", "-c"}} {
			o := tidegate(t, dir, 0, append(command, name)...)
			if command[0] == "check" && (o.status != c.status || !strings.Contains(o.out, c.says)) {
				t.Errorf("%v %s: want %d %q, got %v", command, name, c.status, c.says, o)
			}
			if command[0] == "lint" && c.status == 1 && o.clean() {
				t.Errorf("%v %s: %v", command, name, o)
			}
		}
	}
}

// Includes that go round, or on for ever, end with a finding that says so.
func TestEndlessIncludes(t *testing.T) {
	dir := tempDir(t)
	files := map[string]string{
		"self.conf": "events {}\ninclude self.conf;\n",
		"a.conf":    "events {}\ninclude b.inc;\n",
		"b.inc":     "include c.inc;\n",
		"c.inc":     "include [a-b].inc;\n",
		"deep.conf": "events {}\ninclude 0.deep;\n",
		"wide.conf": "events {}\n" + strings.Repeat("include many/*;\n", 1000),
	}
	for i := range 1200 {
		files[fmt.Sprintf("%d.deep", i)] = fmt.Sprintf("include %d.deep;\n", i+1)
	}
	for i := range 100 {
		files[fmt.Sprintf("many/%d", i)] = "# nothing\n"
	}
	for name, text := range files {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for name, says := range map[string]string{
		"self.conf": "includes itself", "a.conf": "the includes go round: b.inc:1, then c.inc:1",
		"deep.conf": "includes go deeper than 1000 files", "wide.conf": "more than 65536 files are included",
	} {
		for _, command := range readers(dir) {
			if command[0] == "fmt" {
				continue
			}
			o := tidegate(t, dir, 0, append(command, name)...)
			if o.clean() || command[0] == "check" && len(command) == 1 && !strings.Contains(o.out, says) {
				t.Errorf("%v %s: want %q, got %v", command, name, says, o)
			}
		}
	}
}

// Files of 100 MB cost memory in proportion to their size, whatever is in them.
func TestHugeFiles(t *testing.T) {
	if testing.Short() || withRace {
		t.Skip("writes and reads files of 100 MB")
	}
	const size = 100 << 20
	dir := tempDir(t)
	names := func(i int) string {
		return fmt.Sprintf("        %032d.customers.example.org    unix:/run/backends/%032d.sock;\n", i, i%1000)
	}
	same := func(s string) func(int) string { return func(int) string { return s } }
	for _, c := range []struct {
		name, command string
		begin, end    string
		piece         func(int) string
		status        int
		says          string
		timesTheSize  int64
	}{
		{"table", "check", "events {}\nhttp {\n    map_hash_bucket_size 256;\n    map_hash_max_size 4000000;\n    map $host $backend {\n", "    }\n}\n", names, 0, "no mistakes found", 16},
		{"form", "fmt", "events {}\nhttp {\n    map_hash_bucket_size 256;\n    map_hash_max_size 4000000;\n    map $host $backend {\n", "    }\n}\n", names, 0, ".sock;\n    }\n}\n", 16},
		{"word", "check", "", "", same("aaaaaaaaaaaaaaaa"), 1, "too long parameter", 4},
		{"opening", "lint", "", "", same("{{{{{{{{{{{{{{{{"), 1, `unexpected "{"`, 4},
		{"closing", "fmt", "", "", same("}}}}}}}}}}}}}}}}"), 2, `unexpected "}"`, 4},
		{"nothing", "check", "", "", same(strings.Repeat("\x00", 16)), 1, "too long parameter", 4},
		{"mistakes", "lint", "", "", same("a;a;a;a;a;a;a;a;"), 1, `unknown directive "a"`, 15},
		{"comments", "check", "", "", same("#\n#\n#\n#\n#\n#\n#\n#\n"), 1, "more than 4194304 comments", 10},
		{"quotes", "dump", "", "", same("\"\n\"\n\"\n\"\n\"\n\"\n\"\n\"\n"), 1, "words in one file", 12},
		{"lua", "check", "", "", same("content_by_lua_block{\"\n"), 1, "content_by_lua_block", 4},
	} {
		t.Run(c.name, func(t *testing.T) {
			name := filepath.Join(dir, c.name)
			f, err := os.Create(name)
			if err != nil {
				t.Fatal(err)
			}
			defer os.Remove(name)
			w := bufio.NewWriter(f)
			n, _ := w.WriteString(c.begin)
			for i := 0; n < size; i++ {
				m, _ := w.WriteString(c.piece(i))
				n += m
			}
			_, _ = w.WriteString(c.end)
			if err := errors.Join(w.Flush(), f.Close()); err != nil {
				t.Fatal(err)
			}
			record := filepath.Join(dir, "record")
			o := process{dir: dir, record: record}.run(t, c.command, name)
			if o.status != c.status || !strings.Contains(o.out+o.err, c.says) {
				t.Errorf("want %d, got %v", c.status, o)
			}
			most := peak(t, record)
			t.Logf("%d MB", most>>20)
			if most > c.timesTheSize*size {
				t.Errorf("%s needs more than %d times the size of the file", c.command, c.timesTheSize)
			}
		})
	}
}

// peak is the most memory that a process had at a time, from what the kernel said of it. (The figure that wait gives is that of the test's
// own process when that was larger.)
func peak(t *testing.T, record string) int64 {
	t.Helper()
	status, err := os.ReadFile(record)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	kilobytes, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return kilobytes << 10
}
