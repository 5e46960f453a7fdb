package errlog

import (
	"bytes"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// messages is what a log of debug lines holds behind times and numbers of processes.
func messages(b *bytes.Buffer) []string {
	var out []string
	for line := range strings.Lines(b.String()) {
		_, msg, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		out = append(out, msg)
	}
	return out
}

func TestDebugLines(t *testing.T) {
	var b bytes.Buffer
	d := New(nil, Output{W: &b, Level: Debug}).Debug(7)
	d.Line(DebugStream, "lua content handler")
	d.Num(DebugStream, "proxy connect: %i", -2)
	d.Str(DebugStream, "return text: \"%V\"", "a%d")
	d.Log(DebugEvent, "connect to %V, fd:%d #%uA", "127.0.0.1:80", 9, uint64(3))
	d.Log(DebugCore, "%p %08XD 0x%uxd %3d|", uintptr(0xabc), uint32(0x7f000001), 26, 5)
	want := []string{
		"*7 lua content handler", "*7 proxy connect: -2", "*7 return text: \"a%d\"", "*7 connect to 127.0.0.1:80, fd:9 #3",
		"*7 0000000000000ABC 7F000001 0x1a   5|",
	}
	if got := messages(&b); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("lines are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if !strings.Contains(b.String(), " [debug] ") {
		t.Errorf("the level is missing in %q", b.String())
	}
}

func TestNoDebugBelowDebug(t *testing.T) {
	var b bytes.Buffer
	if d := New(nil, Output{W: &b, Level: Info}).Debug(1); d != nil {
		t.Error("a log of level info has a debug log")
	}
	var none *Log
	if none.Debug(1) != nil || none.Debugging() != nil {
		t.Error("no log has a debug log")
	}
	var d *DebugLog
	d.Line(DebugStream, "x")
	d.Log(DebugStream, "%d", 1)
	if n := testing.AllocsPerRun(100, func() { d.Num(DebugStream, "%d", 1<<40); d.Log(DebugStream, "%s %d", "text", 1<<40) }); n != 0 {
		t.Errorf("a line that is not written costs %v allocations", n)
	}
}

func TestDebugParts(t *testing.T) {
	var event, all, info bytes.Buffer
	write := func(l *Log) {
		d := l.Debug(0)
		d.Line(DebugStream, "stream")
		d.Line(DebugEvent, "event")
	}
	write(New(nil, Output{W: &event, Level: Debug, Parts: ParseParts([]string{"debug_core", "debug_event"})}))
	if got := messages(&event); len(got) != 1 || got[0] != "event" {
		t.Errorf("debug_core debug_event: %q", got)
	}
	// With several destinations the one that takes most decides which lines there are, and the others that take debug lines get them too.
	event.Reset()
	write(New(nil, Output{W: &event, Level: Debug, Parts: DebugEvent}, Output{W: &all, Level: Debug}, Output{W: &info, Level: Info}))
	if len(messages(&event)) != 2 || len(messages(&all)) != 2 || info.Len() != 0 {
		t.Errorf("three destinations: %q, %q, %q", event.String(), all.String(), info.String())
	}
}

// debug_connection opens every destination of the client's log.
func TestDebugging(t *testing.T) {
	var a, b bytes.Buffer
	l := New(nil, Output{W: &a, Level: Err}, Output{W: &b, Level: Crit})
	l.Debugging().Debug(3).Line(DebugStream, "x")
	l.Debugging().Write(Info, 3, "y")
	if len(messages(&a)) != 2 || len(messages(&b)) != 2 {
		t.Errorf("destinations hold %q and %q", a.String(), b.String())
	}
	if l.Debug(3) != nil {
		t.Error("the log itself has changed")
	}
}

func TestMemory(t *testing.T) {
	m := NewMemory(10)
	for _, s := range []string{"abcdefg\n", "12345\n"} {
		if n, err := m.Write([]byte(s)); n != len(s) || err != nil {
			t.Fatalf("Write(%q) = %d, %v", s, n, err)
		}
	}
	if got := string(m.buf); got != "345\nefg\n12" {
		t.Errorf("buffer holds %q", got)
	}
}

var verbs = regexp.MustCompile(`%(?:\*?[0-9uxX.]*[a-zA-Z])`)

// Every debug line in the code has a format that nginx or OpenResty has, in the same part.
func TestDebugFormatsAreReal(t *testing.T) {
	known := readFormats(t)
	files, used := token.NewFileSet(), 0
	err := filepath.WalkDir("..", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		f, err := parser.ParseFile(files, path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(f, func(n ast.Node) bool {
			c, ok := n.(*ast.CallExpr)
			if !ok || len(c.Args) < 2 {
				return true
			}
			part, ok := partOf(c.Args[0])
			if !ok {
				return true
			}
			used++
			if err := checkCall(known, part, c); err != nil {
				t.Errorf("%s: %v", files.Position(c.Pos()), err)
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if used < 30 {
		t.Errorf("only %d debug lines were found", used)
	}
}

// readFormats reads the facts: "part, format" with a tab between.
func readFormats(t *testing.T) map[string]bool {
	t.Helper()
	text, err := os.ReadFile("../../testdata/debug-formats.txt")
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		known[strings.TrimSuffix(line, "\n")] = true
	}
	return known
}

// partOf tells which part errlog.DebugStream and its kin are.
func partOf(x ast.Expr) (string, bool) {
	sel, ok := x.(*ast.SelectorExpr)
	if !ok {
		return "", false
	}
	pkg, ok := sel.X.(*ast.Ident)
	part, isPart := strings.CutPrefix(sel.Sel.Name, "Debug")
	return strings.ToLower(part), ok && pkg.Name == "errlog" && isPart && part != "" && part != "Log"
}

func checkCall(known map[string]bool, part string, c *ast.CallExpr) error {
	lit, ok := c.Args[1].(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return errors.New("the format must be a literal")
	}
	format, err := strconv.Unquote(lit.Value)
	if err != nil {
		return err
	}
	if !known[part+"\t"+format] {
		return errors.New("the " + part + " part of nginx has no line " + lit.Value)
	}
	if n := len(verbs.FindAllString(format, -1)); n != len(c.Args)-2 {
		return errors.New(lit.Value + " wants " + strconv.Itoa(n) + " arguments")
	}
	return nil
}
