package vm

import (
	"bytes"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var record = flag.Bool("record", false, "record what a luajit with Lua 5.2 compatibility prints for the probes")

// The probes of testdata/probes run here and in a real luajit, and must print the same. What OpenResty's luajit (Lua 5.2 compatibility on)
// prints is recorded beside each file, so that the comparison needs no luajit. A luajit that is there, found on PATH or named by LUAJIT, is
// held against the record: OpenResty's must agree with all of it, another build with all but the probes that testdata/plain.txt lists.

type section struct{ name, out string }

// sections cuts the driver's output.
func sections(out string) []section {
	var list []section
	for _, part := range strings.Split("\n"+out, "\n---- ")[1:] {
		name, body, _ := strings.Cut(part, "\n")
		list = append(list, section{name, body})
	}
	return list
}

func probeFiles(t *testing.T) []string {
	files, err := filepath.Glob("testdata/probes/*.lua")
	if err != nil || len(files) == 0 {
		t.Fatalf("no probes: %v", err)
	}
	return files
}

func driver(t *testing.T) *Code {
	src, err := os.ReadFile("testdata/driver.lua")
	if err != nil {
		t.Fatal(err)
	}
	code, err := Compile(string(src), "@testdata/driver.lua")
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// runProbes returns what the driver prints for a file in a VM of its own.
func runProbes(t *testing.T, code *Code, file string) string {
	var out bytes.Buffer
	m := New(Options{Stdout: &out, Path: "./?.lua"})
	defer m.Close()
	th := m.NewThread()
	if _, err := th.Call(m.Load(code, nil), String(file)); err != nil {
		t.Fatalf("%s: %v\n%s", file, err, err.Traceback)
	}
	th.Close()
	return out.String()
}

func compare(t *testing.T, file, got, want string, known []string) {
	g, w := sections(got), sections(want)
	if len(g) != len(w) {
		t.Errorf("%s: %d probes instead of %d", file, len(g), len(w))
	}
	for i := range min(len(g), len(w)) {
		if g[i] == w[i] || slices.Contains(known, g[i].name) {
			continue
		}
		t.Errorf("%s: %s\ngot:\n%s\nwant:\n%s", filepath.Base(file), w[i].name, g[i].out, w[i].out)
	}
}

func TestProbes(t *testing.T) {
	code := driver(t)
	total := 0
	for _, file := range probeFiles(t) {
		t.Run(filepath.Base(file), func(t *testing.T) {
			want, err := os.ReadFile(strings.TrimSuffix(file, ".lua") + ".out")
			if err != nil {
				t.Fatal(err)
			}
			total += len(sections(string(want)))
			compare(t, file, runProbes(t, code, file), string(want), nil)
		})
	}
	if total < 300 {
		t.Errorf("only %d probes", total)
	}
}

// luajit returns the luajit to compare with and whether it is OpenResty's kind.
func luajit(t *testing.T) (path string, compat bool) {
	path = os.Getenv("LUAJIT")
	if path == "" {
		p, err := exec.LookPath("luajit")
		if err != nil {
			if os.Getenv("REQUIRE_ORACLE") == "1" {
				t.Fatal("no luajit on PATH")
			}
			t.Skip("no luajit on PATH: the recorded output was compared with")
		}
		path = p
	}
	out, err := exec.Command(path, "-e", `io.write(tostring(#setmetatable({}, {__len = function() return 7 end}) == 7 and pcall(require, "table.nkeys")))`).Output()
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return path, string(out) == "true"
}

func TestProbesAgainstLuaJIT(t *testing.T) {
	path, compat := luajit(t)
	if *record && !compat {
		t.Fatalf("%s has no Lua 5.2 compatibility: set LUAJIT", path)
	}
	var known []string
	if !compat {
		b, err := os.ReadFile("testdata/plain.txt")
		if err != nil {
			t.Fatal(err)
		}
		known = strings.Split(string(b), "\n")
	}
	for _, file := range probeFiles(t) {
		cmd := exec.Command(path, "-joff", "testdata/driver.lua", file) // the compiler changes where a stack overflows
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		live, err := cmd.Output()
		if err != nil {
			t.Errorf("%s: %v\n%s", file, err, stderr.String())
			continue
		}
		recorded := strings.TrimSuffix(file, ".lua") + ".out"
		if *record {
			if err := os.WriteFile(recorded, live, 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(recorded)
		if err != nil {
			t.Fatal(err)
		}
		compare(t, file, string(live), string(want), known)
	}
}

// TestDialectDocument: each of the 36 measured differences is closed by probes that exist.
func TestDialectDocument(t *testing.T) {
	doc, err := os.ReadFile("../../../docs/lua-dialect.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(doc), "|---|---|---|\n")
	table, _, _ = strings.Cut(table, "\n\n")
	rows := strings.Split(table, "\n")
	if len(rows) != 36 {
		t.Errorf("%d rows instead of 36", len(rows))
	}
	for _, row := range rows {
		cells := strings.Split(strings.Trim(row, "| "), " | ")
		for _, ref := range strings.Split(cells[len(cells)-1], "; ") {
			file, names, _ := strings.Cut(ref, ": ")
			src, err := os.ReadFile("testdata/probes/" + file + ".lua")
			if err != nil {
				t.Errorf("%s: %v", row, err)
				continue
			}
			for _, name := range strings.Split(names, ", ") {
				if !strings.Contains("\n"+string(src), "\n---- "+name) {
					t.Errorf("%s: no probe %q in %s", row, name, file)
				}
			}
		}
	}
}
