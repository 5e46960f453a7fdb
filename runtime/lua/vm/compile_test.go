package vm

import (
	"strings"
	"testing"
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
