---- empty statements
;;; local a = 1; ; print(a);
---- escapes
print("\x41\x42", "\u{41}\u{20ac}\u{10FFFF}", "a\z
   b", "\065\10x", '\'', "\a\b\f\n\r\t\v" == "\7\8\12\10\13\9\11")
---- escaped newline
print("a\
b")
---- bad escape
print("\q")
---- bad hex escape
print("\xg1")
---- bad decimal escape
print("\300")
---- bad unicode escape
print("\u{110000}")
---- surrogate escape
print("\u{d800}")
---- long strings
print([[
first newline skipped]], [==[a]]b]=]c]==])
---- long comment
--[==[ anything ]] ]=] 
more ]==] print("after")
---- numbers
print(0x10, 0xA.8p1, 1e3, .5, 5., 3e-2, 0x.1p4, 0b101, 1E+2)
---- malformed numbers
local ok = {}
for _, s in ipairs{"3x", "0x", "1e", "1e+", "0xg", "1..2", "08x", "1LLU", "1.5LL", "0b2"} do local f, e = loadstring("return " .. s, "=n") print(s, type(f), e) end
---- suffixes
print(1LL, 0xffULL, 1ull, 2i, 9223372036854775807LL, 0x7fffffffffffffffLL, 18446744073709551615ULL, -1LL)
---- unexpected symbol
local x = = 1
---- unexpected eof
if true then
---- unclosed function
local function f(
  a
---- missing end with line

while true do
  print(1)

---- missing paren
print((1 + 2)
  .. "x"
local y
---- unfinished string
print("abc
---- unfinished long string
local x = [[abc
---- unfinished comment
--[[ abc
---- no loop to break
print(1) break
---- goto continue
for i = 1, 5 do
  if i % 2 == 0 then goto continue end
  print(i)
  ::continue::
end
---- goto undefined
goto nowhere
---- duplicate label
::a:: ::a::
---- goto into scope
goto x
local y = 1
::x::
print(y)
---- goto backward with closures
local fs = {}
local i = 0
::top::
local v = i
fs[#fs + 1] = function() v = v + 10 return v end
i = i + 1
if i < 3 then goto top end
print(fs[1](), fs[2](), fs[3](), fs[1]())
---- goto keeps outer upvalues open
local n = 0
local function inc() n = n + 1 end
for i = 1, 5 do
  if i == 3 then goto continue end
  inc()
  ::continue::
end
print(n)
---- break out of nested block closes upvalues
local f, g
while true do
  do
    local x = 1
    f = function() x = x + 1 return x end
    break
  end
end
do local y = 100 g = function() return y end end
print(f(), f(), g(), f())
---- nested break
for i = 1, 3 do
  for j = 1, 3 do
    if j == 2 then break end
    print(i, j)
  end
  if i == 2 then break end
end
---- label at end of block after local
do
  goto done
  local x
  ::done:: ;
end
print("ok")
---- vararg outside
local function f() return ... end
---- ambiguous call on new line
local f = print
f
("called")
---- method chain
local s = ("x"):rep(3):upper():lower()
print(s, #s, ("%d"):format(3))
---- string call syntax
local function id(...) return ... end
print(id"a", id[[b]], (id{1})[1])
---- semicolons in tables
print(#{1; 2; 3, 4}, ({a = 1; ["b"] = 2}).b)
---- trailing separators
print(#{1, 2, 3, }, #{})
---- nested functions
local t = {a = {b = {}}}
function t.a.b.f(x) return x end
function t.a.b:m(x) return self == t.a.b, x end
print(t.a.b.f(1), t.a.b:m(2))
---- operator precedence
print(2 ^ 3 ^ 2, -2 ^ 2, not nil == true, 1 .. 2 .. 3, 2 * 3 % 4, "a" < "b" == true, 1 + 2 < 4 and 5 or 6, not 1 == 2, -3 % 5, -(3 % 5), #"ab" + 1)
---- comparison chain
print(1 < 2, 2 <= 2, "a" <= "b", 1 ~= 2, 1 == 1.0, "1" == 1)
---- multiple assignment order
local i, t = 1, {}
i, t[i] = i + 1, 20
print(i, t[1], t[2])
---- swap
local a, b, c = 1, 2, 3
a, b = b, a
print(a, b)
a, b, c = c, a, b
print(a, b, c)
---- assignment with fewer values
local a, b, c = 1
print(a, b, c)
a, b, c = (function() return 4, 5, 6, 7 end)()
print(a, b, c)
a, b, c = 0, (function() return 4, 5, 6, 7 end)()
print(a, b, c)
a, b = ((function() return 4, 5 end)())
print(a, b)
---- assign to call
f() = 1
---- assign to parenthesised
local a
(a) = 1
---- local function recursion
local function f(n) if n == 0 then return 1 end return n * f(n - 1) end
print(f(10))
---- local f = function sees outer
local f = function() return "outer" end
local f = function() return f() .. "+inner" end
print(f())
---- shadowing
local x = 1
do local x = x + 1; do local x = x + 1; print(x) end print(x) end
print(x)
---- repeat scope
local i = 0
repeat local done = i >= 2; i = i + 1 until done
print(i)
---- repeat with upvalues
local fs, i = {}, 0
repeat
  local k = i
  fs[#fs + 1] = function() k = k + 1 return k end
  i = i + 1
until k >= 2
print(fs[1](), fs[2](), fs[3](), fs[1]())
---- for loop captures
local fs = {}
for i = 1, 3 do fs[i] = function() i = i + 1 return i end end
print(fs[1](), fs[1](), fs[2](), fs[3]())
---- for loop float step
for x = 0, 1, 0.25 do io.write(x, " ") end print()
for x = 3, 1, -1 do io.write(x, " ") end print()
for x = 1, 0 do print("never") end
---- for loop string bounds
for i = "1", "2" do print(i) end
---- for loop bad bounds
for i = 1, {} do end
---- for loop bad start
for i = nil, 1 do end
---- for loop bad step
for i = 1, 2, "x" do end
---- for loop zero step
local n = 0
for i = 1, 0, 0 do n = n + 1 break end
print(n)
---- generic for with three values
local function iter(s, c) if c < s then return c + 1 end end
for i in iter, 3, 0 do io.write(i, " ") end print()
---- generic for with a single function
local n = 0
for v in function() n = n + 1 if n < 4 then return n end end do io.write(v, " ") end print()
---- generic for with callable table
local n = 0
local c = setmetatable({}, {__call = function(self, s, v) n = n + 1 if n < 3 then return n, self ~= nil end end})
for a, b in c do print(a, b) end
---- generic for over nil
for x in nil do end
---- generic for many names
for a, b, c, d in (function() local done return function() if not done then done = true return 1, 2, 3 end end end)() do print(a, b, c, d) end
---- while with complex condition
local i = 0
while i < 10 and not (i == 5) do i = i + 1 end
print(i)
---- and or values
print(nil and 1, false or nil, 1 and 2, nil or false, false and nil, 1 or error("x"), nil == false, (nil or 0) and "zero")
---- and or in arguments
local function f(...) return select("#", ...), ... end
print(f(nil and 1, false or nil, 1 and nil))
---- not chains
print(not not 1, not not nil, not (1 > 2), not 0)
---- varargs
local function f(...) local a, b = ... return select("#", ...), a, b, ... end
print(f()) print(f(nil)) print(f(1, nil, 3))
---- varargs in table
local function f(...) return #{...}, {...} end
local n, t = f(1, 2, 3)
print(n, t[1], t[3])
---- varargs in middle
local function f(...) return ..., "end" end
print(f(1, 2, 3))
---- vararg parentheses
local function f(...) return (...) end
print(f(1, 2), (f(3, 4)))
---- return call in parentheses
local function two() return 1, 2 end
local function f() return (two()) end
print(f(), select("#", f()))
---- return in middle of block
do do return print("returned") end end
---- unary minus on string
print(-"2", - -2, -"0x10")
---- arg table absent
local function f(...) return arg end
print(type(f(1, 2)) == "table" and f(1, 2).n or "no arg.n")
---- long concat
local a, b = 1, "x"
print(a .. b .. 2 .. "y" .. 3.5 .. -1 .. a + 1)
---- concat right assoc metamethod
local mt = {__concat = function(a, b) return (type(a) == "table" and "T" or a) .. "|" .. (type(b) == "table" and "T" or b) end}
local t = setmetatable({}, mt)
print("a" .. "b" .. t, t .. "c" .. "d", t .. t, 1 .. t .. 2)
---- integer keys and floats
local t = {}
t[1] = "a" t[1.0] = "b" t[2^53] = "c"
print(t[1], #t, t[2^53])
---- negative zero key
local t = {}
t[-0] = "z" print(t[0], 1 / next(t))
---- deeply nested tables
local t = {}
local cur = t
for i = 1, 100 do cur.x = {} cur = cur.x end
cur.v = "deep"
cur = t
for i = 1, 100 do cur = cur.x end
print(cur.v)
---- deeply nested parentheses
print(loadstring("return " .. ("("):rep(150) .. "1" .. (")"):rep(150), "=n")())
---- too many syntax levels
print(loadstring("return " .. ("("):rep(250) .. "1" .. (")"):rep(250), "=n"))
---- 199 locals
local s = {}
for i = 1, 190 do s[i] = "local a" .. i .. " = " .. i end
s[#s + 1] = "return a1 + a190"
print(loadstring(table.concat(s, "\n"))())
---- too many locals
local s = {}
for i = 1, 201 do s[i] = "local a" .. i end
print(loadstring(table.concat(s, "\n"), "=n"))
---- too many upvalues
local s = {}
for i = 1, 121 do s[i] = "local a" .. i end
s[#s + 1] = "return function() return a1"
for i = 2, 121 do s[#s + 1] = "+a" .. i end
s[#s + 1] = " end"
print(loadstring(table.concat(s, " "), "=n"))
---- big table constructor
local s = {}
for i = 1, 5000 do s[i] = i end
local t = loadstring("return {" .. table.concat(s, ",") .. "}")()
print(#t, t[1], t[51], t[5000])
---- constructor mixing kinds
local t = {10, x = 1, 20, [30] = 3, 30, ["y z"] = 4, nil, 50}
print(#t, t[1], t[2], t[3], t[4], t[5], t.x, t[30], t["y z"])
---- constructor with call at end
local function f() return 7, 8, 9 end
local t = {f(), f()}
print(#t, t[1], t[2], t[4])
local u = {f(), (f())}
print(#u)
---- hash line
print(loadstring("#!/usr/bin/lua\nreturn 42", "=n")())
---- byte order mark
print(loadstring("\239\187\191return 43", "=n")())
---- carriage returns
print(pcall(loadstring("local a = 1\r\nlocal b = 2\r\nerror('here')", "=n")))
---- line numbers in errors across continuation
local function f()
  local t = {
    a = 1,
    b = nil + 1,
  }
end
f()
---- line of multi-line call
local function g(...)
  error("in g", 2)
end
g(
  1,
  2
)
---- line of method call on several lines
local t = {}
t
  .x
  .y = 1
---- keywords as names
local t = {["end"] = 1}
print(loadstring("return t.end", "=n"))
---- goto is a keyword
print(loadstring("local goto = 1", "=n"))
---- unexpected token after return
return 1 print(2)
---- invalid characters
print(loadstring("local a = 1 @ 2", "=n"))
print(loadstring("local a = \1", "=n"))
print(loadstring("x = ~1", "=n"))
---- name expected
local 1 = 2
---- equals or in expected
for i do end
---- function args expected
local x = a:b
---- param list error
local function f(a, 1) end
