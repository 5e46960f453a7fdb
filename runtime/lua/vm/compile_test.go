package vm

import (
	"strings"
	"testing"

	"github.com/yuin/gopher-lua/ast"
)

// fragment is 25 lines such as a library of OpenResty's has.
const fragment = `
local M = { _VERSION = "0.1", limits = { 10, 20, [3] = 30, name = 'x\ty' } }
local mt = { __index = M }
-- new returns an object, or nil and what is wrong
function M.new(name, opts)
    if type(name) ~= "string" or #name == 0 then
        return nil, "bad name: " .. tostring(name)
    end
    local self = { name = name, n = 0, max = opts and opts.max or 0x7f, items = {} }
    return setmetatable(self, mt)
end
function M:add(key, value, ...)
    local items, n = self.items, self.n + 1
    for i = 1, select("#", ...) do
        local v = select(i, ...)
        if v == nil then goto continue end
        items[key .. ":" .. i] = v * 2 - i % 3
        ::continue::
    end
    while n > self.max and not self.full do n = n - 1 end
    items[key], self.n = value, n
    return pcall(function(a, b) self.last = a; return a, b, value end, key, n)
end
local function each(t) for k, v in pairs(t) do if v then t[k] = string.format("%s=%d", k, v) else break end end end
each(M.limits)
`

// A chunk that would need more stack than there is, is refused: a full stack would end the process.
func TestDeepChunks(t *testing.T) {
	for _, c := range []struct{ begin, part, end string }{
		{"return a", "+a", ""}, {"return a", ".b", ""}, {"a", "()", ""}, {"a", ".b", " = 1"}, {"return a", " or a", ""}, {"return {a", ":b()", "}"},
		{"if a then ", "elseif a then ", "end"},
	} {
		if _, err := Compile(c.begin+strings.Repeat(c.part, 500)+c.end, "=x"); err != nil {
			t.Errorf("500 times %q: %v", c.part, err)
		}
		_, err := Compile("\n"+c.begin+strings.Repeat(c.part, 20000)+c.end, "=x")
		if want := "x:2: function or expression too complex"; err == nil || err.Error() != want {
			t.Errorf("20000 times %q: %v, want %s", c.part, err, want)
		}
	}
}

// Long chains of arithmetic, in which some operations are disguised (disguise), compute what a loop computes, and their errors name
// what is wrong with which operand.
func TestLongChains(t *testing.T) {
	_, th, out := newTest(t)
	fn := load(t, th.vm, `
local operands = { "x", "y", "3", "(x - 7)", "t.z", "(y * 2)" }
for _, ops in ipairs { { "+", "-" }, { "*", "/", "%" } } do
    local text, want, step = { "local x, y, t = 11, 0.5, { z = 5 } return x" }, 11, { x = 11, y = 0.5, ["3"] = 3, ["(x - 7)"] = 4, ["t.z"] = 5, ["(y * 2)"] = 1 }
    for i = 1, 1000 do
        local op, name = ops[i % #ops + 1], operands[(i * 7 + i % 5) % #operands + 1]
        local v = step[name]
        if op == "+" then want = want + v elseif op == "-" then want = want - v elseif op == "*" then want = want * v
        elseif op == "/" then want = want / v else want = want % v end
        text[#text + 1] = op .. name
    end
    print(assert(loadstring(table.concat(text)))() == want)
end
for i = 1, 70 do
    local _, err = pcall(loadstring("local x, nothing = 1 return x" .. ("-x"):rep(i) .. "-nothing" .. ("-x"):rep(140 - i), "=c"))
    if err ~= "c:1: attempt to perform arithmetic on local 'nothing' (a nil value)" then print(i, err) end
end`)
	if _, err := th.Call(fn); err != nil {
		t.Fatal(err)
	}
	if got := out.String(); got != "true\ntrue\n" {
		t.Error(got)
	}
}

// However long a chain is, gopher-lua sees short ones.
func TestFoldingIsBounded(t *testing.T) {
	w := lowering{nodes: []node{{}}}
	var e ast.Expr = &ast.IdentExpr{Value: "x"}
	longest := 0
	for range 1000 {
		e = &ast.ArithmeticOpExpr{Operator: "-", Lhs: w.disguise(e), Rhs: &ast.IdentExpr{Value: "x"}}
		n := 0
		for x := e; ; n++ {
			op, ok := x.(*ast.ArithmeticOpExpr)
			if !ok {
				break
			}
			x = op.Lhs
		}
		longest = max(longest, n)
	}
	if longest != maxFold {
		t.Errorf("%d operations in a row, want %d", longest, maxFold)
	}
}

func benchmarkCompile(b *testing.B, src string) {
	if _, err := Compile(src, "=bench"); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		Compile(src, "=bench")
	}
}

// A library of five thousand lines.
func BenchmarkCompileFile(b *testing.B) {
	benchmarkCompile(b, strings.Repeat("do"+fragment+"end\n", 5000/strings.Count("do"+fragment+"end\n", "\n")))
}

// What load is given at run time: an expression, and a short function.
func BenchmarkCompileExpression(b *testing.B) { benchmarkCompile(b, "return a + 1") }
func BenchmarkCompileLine(b *testing.B) {
	benchmarkCompile(b, `local a, b = ...; if a then return function(x) return x * 2 + #b.name end end return nil, "no a: " .. tostring(b)`)
}
