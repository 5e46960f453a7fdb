package format_test

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"tidegate/ast"
	"tidegate/ast/diag"
	"tidegate/ast/format"
	"tidegate/parser"
)

// check formats a source twice and returns the first result.
func check(t *testing.T, src string) string {
	t.Helper()
	f, list := parser.Parse("nginx.conf", []byte(src))
	out, err := format.File(f, parser.Parse)
	if list.Fatal() != nil {
		if err != nil && !errors.Is(err, format.ErrBroken) {
			t.Fatal(err)
		}
		return ""
	}
	if len(src) > 2000 && errors.Is(err, format.ErrBuffer) {
		return ""
	}
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	g, _ := parser.Parse("nginx.conf", out)
	again, err := format.File(g, parser.Parse)
	if err != nil {
		t.Fatalf("formatted again: %v", err)
	}
	if string(again) != string(out) {
		t.Fatalf("formatted again\n%s\nbecomes\n%s", out, again)
	}
	return string(out)
}

func TestLayout(t *testing.T) {
	tests := []struct{ name, src, want string }{
		{"empty", "", ""},
		{"white space", " \n\t\r\n", ""},
		{"directives", "a  b\tc ;d;", "a b c;\nd;\n"},
		{"blocks", "a{b{c;}d {}}", "a {\n    b {\n        c;\n    }\n    d {}\n}\n"},
		{"blank lines", "\n\na;\n\n\n\nb;\nc {\n\n d;\n\n\n e;\n\n}\n\n", "a;\n\nb;\nc {\n    d;\n\n    e;\n}\n"},
		{"line ends", "a;\r\n# b\r\nc 'd\r\ne';\r\n", "a;\n# b\nc 'd\r\ne';\n"},
		{"quotes stay", `a "b" 'c' "" d\ e "f"{g;}`, "a \"b\" 'c' \"\" d\\ e \"f\" {\n    g;\n}\n"},
		{"comments", "#a  \na; # b\t\n  # c\nd { # e\n# f\n} # g\n# h", "#a\na; # b\n# c\nd { # e\n    # f\n} # g\n# h\n"},
		{"comment in an empty block", "a { # b\n}\nc {\n# d\n}", "a { # b\n}\nc {\n    # d\n}\n"},
		{"blank line after a comment on the brace", "a { # b\n\n\n c;\n}", "a { # b\n    c;\n}\n"},
		{"comments among words", "a # b\n c # d\n ; e # f\n{ g; }\nh # i\n # j\n k;",
			"a # b\n    c # d\n    ;\ne # f\n{\n    g;\n}\nh # i\n    # j\n    k;\n"},
		{"further lines", "a {server_name b c\n  d\n  'e';\nlog_format x 'y'\n'z'\nw;}",
			"a {\n    server_name b c\n                d\n                'e';\n    log_format x 'y'\n                 'z'\n               w;\n}\n"},
		{"further lines without a column", "a\nb\n  c;", "a\n    b\n    c;\n"},
		{"condition", "if ($a = \"b\"){c;}\nif ( $a ) {}", "if ($a = \"b\") {\n    c;\n}\nif ( $a ) {}\n"},
		{"table", "map $a $b {\na 1;\n\"b c\"  2; # d\n# e\nffff 3 4;\n\ngg 5;\nh\n6;\ni 7; }",
			"map $a $b {\n    a     1;\n    \"b c\" 2; # d\n    # e\n    ffff  3 4;\n\n    gg 5;\n    h\n        6;\n    i 7;\n}\n"},
		{"table with a long key", "map $a $b {\na 1;\n" + strings.Repeat("k", 60) + " 2;\n}",
			"map $a $b {\n    a 1;\n    " + strings.Repeat("k", 60) + " 2;\n}\n"},
		{"table in utf-8", "map $a $b {\né 1;\nbb 2;\n}", "map $a $b {\n    é  1;\n    bb 2;\n}\n"},
		{"only tables have columns", "a {\nb 1;\nccc 2;\n}", "a {\n    b 1;\n    ccc 2;\n}\n"},
		{"off and on", "a {\n  # tidegate:fmt off\n  b    c;\n\n\n\n   d ;\n # tidegate:fmt on\n   e   f;\n}",
			"a {\n    # tidegate:fmt off\n  b    c;\n\n\n\n   d ;\n # tidegate:fmt on\n    e f;\n}\n"},
		{"off to the end of the block", "a {\n  #tidegate:fmt off\n  b    c;\n  d   ; }\ne   f;",
			"a {\n    #tidegate:fmt off\n  b    c;\n  d   ;\n}\ne f;\n"},
		{"bytes", "a \xe9\xff  \x00;", "a \xe9\xff \x00;\n"},
		{"lua on a line", "content_by_lua_block{  a() }b_by_lua_block { \t }", "content_by_lua_block { a() }\nb_by_lua_block {}\n"},
		{"lua that is no lua", "a_by_lua_block {\n   end\n }", "a_by_lua_block {\n   end\n }\n"},
		{"lua with a lone quote", "a_by_lua_block {\n   x = 'y\n }", "a_by_lua_block {\n   x = 'y\n }\n"},
		{"lua with an argument", "set_by_lua_block   $x {\nreturn 1\n}", "set_by_lua_block $x {\n    return 1\n}\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := check(t, tt.src); got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

func TestLua(t *testing.T) {
	tests := []struct{ name, src, want string }{
		{"blocks", "if a then\nb()\nelseif c\nthen\nd()\nelse\ne()\nend\nfor i = 1, 2 do\nf()\nend\nwhile g\ndo\nh()\nend\nrepeat\ni()\nuntil j\ndo\nk()\nend",
			"if a then\n    b()\nelseif c\nthen\n    d()\nelse\n    e()\nend\nfor i = 1, 2 do\n    f()\nend\nwhile g\ndo\n    h()\nend\nrepeat\n    i()\nuntil j\ndo\n    k()\nend"},
		{"functions in calls", "f(a, function()\nb()\nend, function(e)\nreturn e\nend)\nlocal function g()\nreturn\nend",
			"f(a, function()\n    b()\nend, function(e)\n    return e\nend)\nlocal function g()\n    return\nend"},
		{"tables", "local t = {\na = 1,\nb = {\nc,\n},\nd = { e,\nf },\n}\ng({\nh,\n}, i)",
			"local t = {\n    a = 1,\n    b = {\n        c,\n    },\n    d = { e,\n        f },\n}\ng({\n    h,\n}, i)"},
		{"two scopes on a line", "x = { a = {\nb,\n},\nc,\n}\nif d then e(function()\nf()\nend)\ng()\nend",
			"x = { a = {\n    b,\n},\n    c,\n}\nif d then e(function()\n    f()\nend)\n    g()\nend"},
		{"statements over lines", "local a = b\n.. c\n.. d\nlocal e =\nf\nif g\nand h then\ni()\nend\nj(k\n+ l)",
			"local a = b\n    .. c\n    .. d\nlocal e =\n    f\nif g\n        and h then\n    i()\nend\nj(k\n    + l)"},
		{"strings stay", "a = [[\n  b\n\n    c  \n]]\nd = 'e\\\n   f'\n--[==[\n g\n]==] h()",
			"a = [[\n  b\n\n    c  \n]]\nd = 'e\\\n   f'\n--[==[\n g\n]==] h()"},
		{"comments", "-- a  \nif b then -- c\n-- d\nend --[[ e ]]\n--f", "-- a\nif b then -- c\n    -- d\nend --[[ e ]]\n--f"},
		{"blank lines", "\n\na()\n\n  \n\nb()\n\n", "a()\n\nb()"},
		{"words in strings", "a = 'end }' .. \"function(\" -- end\nb = { 'if' }\nc.end_ = 0x7fULL + 1e-3 .. 2",
			"a = 'end }' .. \"function(\" -- end\nb = { 'if' }\nc.end_ = 0x7fULL + 1e-3 .. 2"},
		{"methods", "a\n:b()\n:c(function()\nd()\nend)\n", "a\n    :b()\n    :c(function()\n        d()\n    end)"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := check(t, "a {\n content_by_lua_block {\n"+tt.src+"\n}\n}")
			var want strings.Builder
			want.WriteString("a {\n    content_by_lua_block {\n")
			inString := false
			for _, line := range strings.Split(tt.want, "\n") {
				if line != "" && !inString {
					want.WriteString("        ")
				}
				want.WriteString(line + "\n")
				if tt.name == "strings stay" {
					inString = strings.Contains("a = [[|  b||    c  |d = 'e\\|--[==[| g", line)
				}
			}
			want.WriteString("    }\n}\n")
			if got != want.String() {
				t.Errorf("got\n%s\nwant\n%s", got, want.String())
			}
		})
	}
}

func TestBroken(t *testing.T) {
	for _, src := range []string{"a", "a {", "}", "a 'b;", "a { b }", "a_by_lua_block { [[ }", "a_by_lua_block { [[" + strings.Repeat("x", 5000) + "]] }"} {
		f, _ := parser.Parse("m", []byte(src))
		if out, err := format.File(f, parser.Parse); !errors.Is(err, format.ErrBroken) || out != nil {
			t.Errorf("%.20q: got %q, %v", src, out, err)
		}
	}
}

// TestBuffer formats a comment that fits nginx's buffer only because the file
// ends with it.
func TestBuffer(t *testing.T) {
	f, list := parser.Parse("m", []byte("a;\n#"+strings.Repeat("-", 4095)))
	if len(list) > 0 {
		t.Fatal(list[0].Error())
	}
	if out, err := format.File(f, parser.Parse); !errors.Is(err, format.ErrBuffer) || out != nil {
		t.Errorf("got %d bytes, %v", len(out), err)
	}
}

// TestProof checks that the proof sees what a faulty printer could do: the
// parser it is given finds something else in the result.
func TestProof(t *testing.T) {
	const src = "a  b; # c\nd_by_lua_block { e() }\n"
	f, _ := parser.Parse("m", []byte(src))
	for _, other := range []string{
		"a c; # c\nd_by_lua_block { e() }", "a b;\nd_by_lua_block { e() }", "a b; # x\nd_by_lua_block { e() }", "a b; # c\nd_by_lua_block { f() }",
		"a b; # c\nd_by_lua_block { e ( ) -- x\n}", "a b; # c", "a b; # c\nd_by_lua_block { e() }\nf;", "a b # c\n d_by_lua_block { e() }", "a b; # c\n}",
	} {
		_, err := format.File(f, func(name string, out []byte) (*ast.File, diag.List) {
			if string(out) != src {
				out = []byte(other)
			}
			return parser.Parse(name, out)
		})
		if err == nil {
			t.Errorf("%q passes for %q", other, src)
		}
	}
}

// cases returns the sources of the hard cases.
func cases(tb testing.TB) map[string]string {
	tb.Helper()
	names, err := filepath.Glob("../../testdata/conf-hard/*.txtar")
	if err != nil || len(names) < 40 {
		tb.Fatalf("%d cases, %v", len(names), err)
	}
	found := map[string]string{}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			tb.Fatal(err)
		}
		for _, part := range strings.Split("\n"+string(data), "\n-- ")[1:] {
			file, text, _ := strings.Cut(part, " --\n")
			switch {
			case file == "nginx.conf" || strings.HasSuffix(file, ".inc"):
				found[filepath.Base(name)+"/"+file] = text + "\n"
			case file == "nginx.conf.quoted":
				found[filepath.Base(name)] = unquote(tb, text)
			}
		}
	}
	return found
}

func unquote(tb testing.TB, text string) string {
	var b strings.Builder
	for _, line := range strings.Split(strings.TrimSpace(text), "\n") {
		line, count, repeated := strings.Cut(line, " * ")
		s, err := strconv.Unquote(line)
		if err != nil {
			tb.Fatal(err)
		}
		n := 1
		if repeated {
			if n, err = strconv.Atoi(count); err != nil {
				tb.Fatal(err)
			}
		}
		b.WriteString(strings.Repeat(s, n))
	}
	return b.String()
}

func TestCases(t *testing.T) {
	for name, src := range cases(t) {
		t.Run(name, func(t *testing.T) { check(t, src) })
	}
}

// TestDeep formats blocks inside each other; the output must not grow as the
// square of the depth.
func TestDeep(t *testing.T) {
	const depth = 10_000
	out := check(t, strings.Repeat("a{", depth)+"b;"+strings.Repeat("}", depth))
	if len(out) > depth*1000 {
		t.Errorf("%d bytes", len(out))
	}
}

func FuzzFile(f *testing.F) {
	for _, src := range everything(f) {
		if len(src) < 20_000 {
			f.Add(string(src))
		}
	}
	f.Add("a b # c\n'd'\n{ e; # f\n\n# tidegate:fmt off\n g  ; }")
	f.Add("a_by_lua_block {\n -- }\f\n \f\n\v}")
	f.Add("a_by_lua_block {\nif x then f(function()\n--[[ y\n]] end) end\nreturn 'a\\z\n b'\n}")
	f.Fuzz(func(t *testing.T, src string) { check(t, src) })
}
