package lua_test

import (
	"bytes"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"tidegate/ast"
	"tidegate/ast/lua"
	"tidegate/parser"
)

// What LuaJIT refuses, in which words and at which line, is recorded in testdata/luajit.txt; a luajit that is there, found on PATH or named by
// LUAJIT, is held against the record and asked about thousands of broken pieces more.

var record = flag.Bool("record", false, "record what luajit says of the cases")

const recorded = "testdata/luajit.txt"

// verdict returns what ast/lua says of a chunk, "" for accepted.
func verdict(src string) string {
	if err := lua.Parse(src).Err; err != nil {
		return fmt.Sprintf("x:%d: %s", err.Line, err.Message)
	}
	return ""
}

// limited reports whether LuaJIT refuses a chunk for the sake of its compiler, which ast/lua does not have.
func limited(message string) bool {
	for _, end := range []string{"function or expression too complex", "control structure too long"} {
		if strings.Contains(message, end) {
			return true
		}
	}
	return false
}

// answers asks luajit about chunks.
func answers(t *testing.T, chunks []string) []string {
	path := os.Getenv("LUAJIT")
	if path == "" {
		p, err := exec.LookPath("luajit")
		if err != nil {
			if os.Getenv("REQUIRE_ORACLE") == "1" {
				t.Fatal("no luajit on PATH")
			}
			t.Skip("no luajit on PATH: the recorded answers were compared with")
		}
		path = p
	}
	if out, err := exec.Command(path, "-e", `io.write(tostring(loadstring("goto = 1")))`).Output(); err != nil || string(out) != "nil" {
		t.Skipf("%s is not built with Lua 5.2 compatibility, as OpenResty's is (%v)", path, err)
	}
	var in bytes.Buffer
	for _, src := range chunks {
		fmt.Fprintf(&in, "%d\n%s", len(src), src)
	}
	cmd := exec.Command(path, "-e", `for n in function() return io.read("*n") end do
		io.read(1)
		local f, err = loadstring(n > 0 and io.read(n) or "", "=x")
		io.write(string.format("%d\n", f and 0 or #err), f and "" or err)
	end`)
	cmd.Stdin = &in
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	var list []string
	for rest := string(out); rest != ""; {
		size, text, _ := strings.Cut(rest, "\n")
		n, err := strconv.Atoi(size)
		if err != nil || n > len(text) {
			t.Fatalf("%s wrote %.100q", path, rest)
		}
		list, rest = append(list, text[:n]), text[n:]
	}
	if len(list) != len(chunks) {
		t.Fatalf("%d answers to %d chunks", len(list), len(chunks))
	}
	return list
}

func many(n int, format string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

// limits are chunks at the limits of what may be written.
var limits = map[string]string{
	"199 locals":           many(199, "local a%d\n"),
	"200 locals":           many(200, "local a%d\n"),
	"201 locals":           many(201, "local a%d\n"),
	"locals of a function": "local f = function()\n" + many(201, "local a%d\n") + "end",
	"loop in 195 locals":   many(195, "local a%d\n") + "for i = 1, 2 do end",
	"loop in 197 locals":   many(197, "local a%d\n") + "for i = 1, 2 do end",
	"upvalues":             many(150, "local a%d\n") + "local function f()\n" + many(150, "a%d()\n") + "end",
	"119 upvalues":         many(150, "local a%d\n") + "local function f()\n" + many(119, "a%d()\n") + "end",
	"inner upvalues":       many(150, "local a%d\n") + "local function f()\nlocal function g() " + many(121, "a%d()\n") + "end end",
	"parentheses":          "x = " + strings.Repeat("(", 250) + "1" + strings.Repeat(")", 250),
	"197 parentheses":      "x = " + strings.Repeat("(", 197) + "1" + strings.Repeat(")", 197),
	"198 parentheses":      "x = " + strings.Repeat("(", 198) + "1" + strings.Repeat(")", 198),
	"199 parentheses":      "x = " + strings.Repeat("(", 199) + "1" + strings.Repeat(")", 199),
	"blocks":               strings.Repeat("do ", 201) + strings.Repeat("end ", 201),
	"198 blocks":           strings.Repeat("do ", 198) + strings.Repeat("end ", 198),
	"concatenation":        "x = " + strings.Repeat("'a' .. ", 198) + "'a'",
	"targets":              "a" + many(198, ", a%d") + " = 1",
	"200 targets":          "a" + many(199, ", a%d") + " = 1",
	"open 100000":          strings.Repeat("{", 100000),
}

// jumpsAndLiterals are chunks that are their own names.
var jumpsAndLiterals = []string{
	"#!/usr/bin/lua\nx = 1", "#", "\xef\xbb\xbf#!x\nx = = 1", "\xef\xbb\xbfx = 1", " #x", "x = 1 #",
	"goto a; local x; ::a::", "goto a; local x; ::a:: print()", "goto a", "break", "do break end", "while x do break end",
	"repeat local x; if x then goto c end; local y; ::c:: until y", "do goto a end ::a::", "::a:: ::a::", "::a:: do ::a:: end",
	"for i = 1, 2 do goto continue; local x; ::continue:: end", "function f() goto a end ::a::", "goto a ::a:: ; ;",
	"x = 0x", "x = 0x.p1", "x = 0x1p+4", "x = 1e", "x = 1e+5", "x = 12LL", "x = 0xffULL", "x = 1.5LL", "x = 2i", "x = 0b101", "x = 0B12", "x = 1..2",
	"x = 3llu", "x = 99999999999999999999LL", "x = .5", "x = 5.", "x = 5.e1", "x = 1_0", "x = 0xep1", "x = 08", "x = 1e999", "x=0x1p", "x=1inf",
	`x = "\x4"`, `x = "\u{d800}"`, `x = "\u{10ffff}"`, `x = "\u{110000}"`, `x = "\u{}"`, `x = "\256"`, `x = "\z   y"`, `x = "\q"`, "x = \"a\\\r\nb\" y", "x = 'a\nb'",
	"x = 'a", "x = 'a\\", "x = [[a", "x = [=a", "--[[ a", "--[==[ a ]=]", "x = [==[\r\n]] ]==] ]", "x = 'a\x00b' = 1", "x = [=[a\x00b]=] = 1",
	"return", "return;", "return;;", "return 1 x", "return break", ";;;", "f{}", "f'x'.y = 1", "(f)()", "(f) = 1", "f() = 1", "a, f() = 1", "a.b:c = 1", "a:b", "f", "f.x",
	"x = ...", "function f() return ... end", "function f(...) return ... end", "function f(a, ..., b) end", "function f(a,) end", "function f(1) end", "local function f.a() end",
	"local x <const> = 1", "x = a // b", "x = a & b", "x = ~a", "x = a ~= b", "x = !a", "x = a != b", "x += 1", "local x, = 1", "for x do end", "for x = 1 do end", "for x, y = 1 do end",
	"if x then else elseif y then end", "if x then", "x = {a = 1, [b] = 2, 3; 4,}", "x = {a = }", "x = {[a]}", "x = {,}", "x = f\n(a)", "x = function(a) end end", "@", "x = $y", "x = '\\\n' \x80 = 1",
	"\x80\xff = 1", "goto = 1", "local goto = 1", "x.goto = 1", "x.end = 1", "goto end", "f(\n\n(", "if x then\n\n\n", "x = {\n\n1", "function f(\n", "x = (\n1", "x[\n1", "repeat\nx()\n", "f(a,\n)",
}

// chunks returns the cases and their names, in order.
func chunks() (names, sources []string) {
	for _, name := range slices.Sorted(maps.Keys(limits)) {
		names, sources = append(names, name), append(sources, limits[name])
	}
	return append(names, jumpsAndLiterals...), append(sources, jumpsAndLiterals...)
}

func TestSyntax(t *testing.T) {
	text, err := os.ReadFile(recorded)
	if err != nil {
		t.Fatal(err)
	}
	want := make(map[string]string)
	for _, line := range strings.Split(strings.TrimSuffix(string(text), "\n"), "\n") {
		name, message, _ := strings.Cut(line, "\t")
		n, err1 := strconv.Unquote(name)
		m, err2 := strconv.Unquote(message)
		if err1 != nil || err2 != nil {
			t.Fatalf("%s: %q", recorded, line)
		}
		want[n] = m
	}
	names, sources := chunks()
	for i, name := range names {
		message, ok := want[name]
		if !ok {
			t.Errorf("%q is not recorded", name)
		}
		if got := verdict(sources[i]); got != message && !limited(message) {
			t.Errorf("%q: got %q, LuaJIT says %q", name, got, message)
		}
	}
}

func TestSyntaxAgainstLuaJIT(t *testing.T) {
	names, sources := chunks()
	var b strings.Builder
	for i, answer := range answers(t, sources) {
		fmt.Fprintf(&b, "%s\t%s\n", strconv.Quote(names[i]), strconv.Quote(answer))
	}
	if *record {
		if err := os.WriteFile(recorded, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	old, err := os.ReadFile(recorded)
	if err != nil {
		t.Fatal(err)
	}
	if string(old) != b.String() {
		t.Errorf("luajit no longer says what %s holds:\n%s", recorded, b.String())
	}
}

// sources returns every piece of Lua in the test data of the project: files, and the blocks and strings of configurations.
func sources(t testing.TB) map[string]string {
	out := make(map[string]string)
	for _, root := range []string{"../../testdata", "../../runtime", "../../lint/rules/testdata"} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			src, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			switch filepath.Ext(path) {
			case ".lua":
				out[path] = string(src)
			case ".conf", ".txtar":
				blocks(out, path, src)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func blocks(out map[string]string, path string, src []byte) {
	f, _ := parser.Parse(path, src)
	ast.Walk(f.Body(), func(d *ast.Directive, _ []*ast.Directive) bool {
		name := d.Pos().String()
		if block := d.Lua(); block != nil {
			out[name] = block.Text
		} else if strings.HasSuffix(d.Name(), "_by_lua") {
			out[name] = d.Arg(d.NumWords() - 2)
		}
		return true
	})
}

// Pieces of Lua with tokens dropped, doubled, exchanged and put in.
func TestBrokenLuaAgainstLuaJIT(t *testing.T) {
	all := sources(t)
	names := make([]string, 0, len(all))
	for name, src := range all {
		if len(src) < 3000 {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	rnd := rand.New(rand.NewPCG(1, 2))
	extra := strings.Fields("end local function ( ) { } [ ] = == ... .. goto break ::a:: return , ; : if then do x 'a\\q' [=[ 0x 1..2 \" -- --[[ @ \x01")
	const rounds = 10000
	var from, broken []string
	for range rounds {
		name := names[rnd.IntN(len(names))]
		from, broken = append(from, name), append(broken, damaged(rnd, all[name], extra))
	}
	refused := 0
	for i, want := range answers(t, broken) {
		if want != "" {
			refused++
		}
		if got := verdict(broken[i]); got != want && !limited(want) {
			t.Errorf("%s: got %q, LuaJIT says %q of\n%s", from[i], got, want, broken[i])
		}
	}
	if refused < rounds/4 || refused > rounds-rounds/20 {
		t.Errorf("%d of %d pieces refused", refused, rounds)
	}
}

func damaged(rnd *rand.Rand, src string, extra []string) string {
	var tokens []lua.Token
	for at := lua.Begin(src); ; {
		t := lua.Scan(src, at)
		if t.Kind == lua.TokEOF {
			break
		}
		tokens = append(tokens, t)
		at = int(t.End)
	}
	if len(tokens) == 0 {
		return src
	}
	a, b := tokens[rnd.IntN(len(tokens))], tokens[rnd.IntN(len(tokens))]
	switch rnd.IntN(5) {
	case 0:
		return src[:a.Start] + src[a.End:]
	case 1:
		return src[:a.Start] + a.Text(src) + " " + src[a.Start:]
	case 2:
		return src[:a.Start] + b.Text(src) + src[a.End:]
	case 3:
		return src[:a.Start] + extra[rnd.IntN(len(extra))] + " " + src[a.Start:]
	}
	return src[:a.End]
}
