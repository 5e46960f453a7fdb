package lua_test

import (
	"fmt"
	"strings"
	"testing"

	"tidegate/ast/lua"
)

// checkTree proves what Parse promises of spans and scopes.
func checkTree(t *testing.T, src string) *lua.Chunk {
	t.Helper()
	tile(t, src)
	c := lua.Parse(src)
	if c.Deep {
		return c
	}
	nest(t, c, c.Main, lua.Span{Start: 0, End: int32(len(src))})
	for _, v := range c.Vars {
		if v.Kind != lua.SelfVar && src[v.Start:v.At().End] != v.Name {
			t.Fatalf("variable %q stands at %q", v.Name, src[v.Start:v.At().End])
		}
		for _, n := range append(append([]*lua.Name{}, v.Reads...), v.Writes...) {
			if n.Text != v.Name || n.Var != v || n.Start < v.Start || n.Start > v.End {
				t.Fatalf("%q at %d is no use of %q at %d to %d", n.Text, n.Start, v.Name, v.Start, v.End)
			}
		}
		for _, n := range v.Writes {
			if !n.Assigned {
				t.Fatalf("%q at %d is not marked as assigned", n.Text, n.Start)
			}
		}
	}
	for _, n := range c.Globals {
		if n.Var != nil || src[n.Start:n.End] != n.Text {
			t.Fatalf("global %q stands at %q", n.Text, src[n.Start:n.End])
		}
	}
	if err := c.Err; err != nil && (err.Start < 0 || err.Start > err.End || int(err.End) > len(src) || err.Line < 1) {
		t.Fatalf("error at %d to %d of %d, line %d", err.Start, err.End, len(src), err.Line)
	}
	return c
}

// tile holds that every byte is in one token or white space.
func tile(t *testing.T, src string) {
	t.Helper()
	for at := lua.Begin(src); ; {
		tok := lua.Scan(src, at)
		if gap := strings.Trim(src[at:tok.Start], " \t\r\n\v\f"); gap != "" {
			t.Fatalf("%q is in no token", gap)
		}
		if tok.Kind == lua.TokEOF {
			if int(tok.End) != len(src) {
				t.Fatalf("end at %d of %d", tok.End, len(src))
			}
			return
		}
		if tok.End <= tok.Start {
			t.Fatalf("token of no length at %d", tok.Start)
		}
		at = int(tok.End)
	}
}

// nest holds that the nodes of the tree are inside of each other, and one after
// the other.
func nest(t *testing.T, c *lua.Chunk, n lua.Node, outer lua.Span) {
	t.Helper()
	at := n.At()
	if at.Start < outer.Start || at.End > outer.End || at.Start > at.End {
		t.Fatalf("%T at %v is outside %v", n, at, outer)
	}
	last := at.Start
	lua.Inspect(n, func(child lua.Node) bool {
		if child == n {
			return true
		}
		if child.At().Start < last {
			t.Fatalf("%T at %v begins before %d, where the one before it ends", child, child.At(), last)
		}
		last = child.At().End
		nest(t, c, child, at)
		return false
	})
}

// dump writes a tree as nested lists.
func dump(n lua.Node) string {
	switch n := n.(type) {
	case *lua.Constant:
		return n.Kind.String()
	case *lua.Number:
		return fmt.Sprint(n.Value)
	case *lua.String:
		return fmt.Sprintf("%q", n.Value)
	case *lua.Name:
		switch {
		case n.Var == nil:
			return "global " + n.Text
		case n.Var.Func != n.Func:
			return "upvalue " + n.Text
		}
		return n.Text
	case *lua.Binary:
		return "(" + dump(n.L) + " " + n.Op.String() + " " + dump(n.R) + ")"
	case *lua.Unary:
		return "(" + n.Op.String() + " " + dump(n.X) + ")"
	}
	var parts []string
	lua.Inspect(n, func(child lua.Node) bool {
		if child == n {
			return true
		}
		parts = append(parts, dump(child))
		return false
	})
	return strings.TrimPrefix(fmt.Sprintf("%T", n), "*lua.") + "[" + strings.Join(parts, " ") + "]"
}

func TestTree(t *testing.T) {
	for src, want := range map[string]string{
		"return a + b * c ^ d ^ e .. f .. g":   "Return[((global a + (global b * (global c ^ (global d ^ global e)))) .. (global f .. global g))]",
		"return not a == b and -c ^ 2 or d":    "Return[((((not global a) == global b) and (- (global c ^ 2))) or global d)]",
		"local a = a; a = a":                   "Local[global a] Assign[a a]",
		"local function f() return f end":      "LocalFunction[Function[Block[Return[upvalue f]]]]",
		"local f = function() return f end":    "Local[Function[Block[Return[global f]]]]",
		"a.b['c'][1]:d'e'{f}":                  `CallStmt[Call[Call[Index[Index[Index[global a "b"] "c"] 1] "d" "e"] Table[global f]]]`,
		"function a.b:c() self.d = 1 end":      `FunctionStmt[Index[Index[global a "b"] "c"] Function[Block[Assign[Index[self "d"] 1]]]]`,
		"repeat local x until x":               "Repeat[Block[Local[]] x]",
		"for i = i, 2 do i() end i()":          "NumericFor[global i 2 Block[CallStmt[Call[i]]]] CallStmt[Call[global i]]",
		"for k, v in k do v() end":             "GenericFor[global k Block[CallStmt[Call[v]]]]",
		"if a then elseif b then c() else end": "If[global a Block[] global b Block[CallStmt[Call[global c]]] Block[]]",
		"while 1 do break end goto x ::x::":    "While[1 Block[Break[]]] Goto[] Label[]",
		"x = {1, a = 2, [b] = 3; ...}":         `Assign[global x Table[1 "a" 2 global b 3 Vararg[]]]`,
		"x = (f()) -- c":                       "Assign[global x Paren[Call[global f]]]",
		"x = '\\65\\x41\\u{41}\\z  A\\\nA'":    `Assign[global x "AAAA\nA"]`,
		"x = [==[\r\na\r\nb]]\n]==]":           `Assign[global x "a\nb]]\n"]`,
		"x = 0x1p4, 0xffULL, 1e3, 2i, 0b11":    "Assign[global x 16 255 1000 2 3]",
		";;; return;":                          "Return[]",
		"do local x; do local x = x end end":   "Do[Block[Local[] Do[Block[Local[x]]]]]",
	} {
		c := checkTree(t, src)
		if c.Err != nil {
			t.Errorf("%s: %v", src, c.Err)
			continue
		}
		var parts []string
		for _, st := range c.Main.Body.Stmts {
			parts = append(parts, dump(st))
		}
		if got := strings.Join(parts, " "); got != want {
			t.Errorf("%s\n got %s\nwant %s", src, got, want)
		}
	}
}

// After an error the tree holds what was read before it.
func TestTreeBeforeAnError(t *testing.T) {
	c := checkTree(t, "local a = 1\nif a then\n  f(a, b")
	if c.Err == nil || c.Err.Message != "')' expected near '<eof>'" || c.Err.Line != 3 || int(c.Err.Start) != len(c.Src) {
		t.Fatalf("%+v", c.Err)
	}
	if got, want := dump(c.Main.Body), "Block[Local[1] If[a Block[CallStmt[Call[global f a global b]]]]]"; got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	c = checkTree(t, "x = 1\ny = = 2\nz = 3")
	if c.Err == nil || c.Err.Span != (lua.Span{Start: 10, End: 11}) || c.Err.Line != 2 {
		t.Fatalf("%+v", c.Err)
	}
	if len(c.Main.Body.Stmts) != 2 {
		t.Errorf("%d statements", len(c.Main.Body.Stmts))
	}
}

func TestVars(t *testing.T) {
	c := checkTree(t, `local a, b = 1, f()
local function g(a, ...)
	b = a
	for i = 1, 2 do local i = i end
end
function t:m() self.x = g() end
`)
	var got []string
	for _, v := range c.Vars {
		line := fmt.Sprintf("%d %s reads %d writes %d %T", v.Kind, v.Name, len(v.Reads), len(v.Writes), v.Decl)
		if v.Captured {
			line += " captured"
		}
		if v.Shadows != nil {
			line += fmt.Sprintf(" shadows %d", v.Shadows.Start)
		}
		if v.Init != nil {
			line += " = " + c.Text(v.Init)
		}
		got = append(got, strings.ReplaceAll(line, "\n", " "))
	}
	want := []string{
		"0 a reads 0 writes 0 *lua.Local = 1",
		"0 b reads 0 writes 1 *lua.Local captured = f()",
		"1 g reads 1 writes 0 *lua.LocalFunction captured = (a, ...) \tb = a \tfor i = 1, 2 do local i = i end end",
		"2 a reads 1 writes 0 *lua.Function shadows 6",
		"4 i reads 1 writes 0 *lua.NumericFor",
		"0 i reads 0 writes 0 *lua.Local shadows 57 = i",
		"3 self reads 1 writes 0 *lua.Function",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if len(c.Functions) != 3 || c.Functions[1].Parent != c.Main || !c.Functions[1].Vararg {
		t.Errorf("functions %v", c.Functions)
	}
}

func TestComments(t *testing.T) {
	c := checkTree(t, "#!lua\na() -- b\n--[[ c\n]] d('--e') --[==[ f ]] ]==]--g")
	var got []string
	for _, tok := range c.Comments {
		got = append(got, tok.Text(c.Src))
	}
	if want := "#!lua|-- b|--[[ c\n]]|--[==[ f ]] ]==]|--g"; strings.Join(got, "|") != want {
		t.Errorf("got %q", got)
	}
}

// A chain that no walk through the tree could follow is said to be deep.
func TestDeep(t *testing.T) {
	for _, src := range []string{"x = 1" + strings.Repeat(" + 1", 1000000), "x" + strings.Repeat(".y", 1000000) + " = 1", "f" + strings.Repeat("()", 1000000)} {
		if c := lua.Parse(src); !c.Deep || c.Err != nil {
			t.Errorf("%.20s: deep %v, %v", src, c.Deep, c.Err)
		}
	}
	if c := lua.Parse("x = 1" + strings.Repeat(" + 1", 1000)); c.Deep {
		t.Error("a thousand operators are deep")
	}
}

func FuzzParse(f *testing.F) {
	for _, src := range []string{
		"", "local a <const> = 1", "x = 'a\\z  \n b\\u{48}' .. [==[ ]] ]==]", "#!x\nreturn ...", "\xef\xbb\xbfgoto a ::a::",
		"for i = 1, 2 do for k, v in pairs(t) do if k then break end end end", "function a.b:c(d, ...) return self, d end",
		"local function f() return f(f) end f{1; a = 2, [3] = 4}:g'h'", "repeat local x until x == nil or -x ^ 2 < #x",
		"x = 0x1p4 + 12ULL .. 3i", "if a then b() elseif c then d = e, f else return end", "--[[ x", "x = 'a", "a.b:c = (1)", "\x00@[=",
		"while true do local function g() return x end x = g() end -- }",
	} {
		f.Add(src)
	}
	f.Fuzz(func(t *testing.T, src string) { checkTree(t, src) })
}

var small = strings.Repeat(`local user = ngx.var.arg_user
if not user or #user > 64 then
    ngx.log(ngx.WARN, "no user from ", ngx.var.remote_addr)
    return ngx.exit(403)
end
ngx.ctx.user = { name = user, at = ngx.now() }
`, 4)

func BenchmarkParse(b *testing.B) {
	var p lua.Parser
	b.SetBytes(int64(len(small)))
	b.ReportAllocs()
	for b.Loop() {
		p.Parse(small)
	}
}
