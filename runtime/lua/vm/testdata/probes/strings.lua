---- len and sub
local s = "hello"
print(#s, s:len(), s:sub(2), s:sub(2, 3), s:sub(-3), s:sub(-3, -2), s:sub(0), s:sub(10), s:sub(3, 2), s:sub(-100, 100), s:sub(2^31))
---- byte and char
print(("abc"):byte(), ("abc"):byte(2), ("abc"):byte(1, 3), ("abc"):byte(-1), ("abc"):byte(10), string.char(72, 105), string.char())
print(pcall(string.char, 256)) print(pcall(string.char, -1)) print(pcall(string.char, "x"))
---- rep
print(("ab"):rep(3), ("ab"):rep(0), ("ab"):rep(-1), ("x"):rep(3, ","), ("x"):rep(1, ","), ("x"):rep(0, ","), (""):rep(100))
---- reverse upper lower
print(("abc"):reverse(), ("aBc1"):upper(), ("AbC1"):lower(), (""):reverse())
---- string indexing
print(("x").len == string.len, ("x").nope, #"\0a\0")
---- find plain
print(("hello world"):find("o w"), ("hello"):find("l"), ("hello"):find("xyz"), ("hello"):find(""), ("hello"):find("", 10), ("hello"):find("", 6), ("a.b"):find(".", 1, true), ("a.b"):find("%.", 1))
---- find with init
print(("hello"):find("l", 4), ("hello"):find("l", -2), ("hello"):find("h", -100), ("hello"):find("h", 2), ("hello"):find("o", 5), ("hello"):find("$", 6))
---- find captures
print(("key=val"):find("(%w+)=(%w+)"), ("abc"):find("()b()"))
---- match
print(("key = val"):match("^(%w+)%s*=%s*(%w+)$"), ("abc"):match("b"), ("abc"):match("x"), ("abc"):match("()"), ("2024-01-02"):match("(%d+)-(%d+)-(%d+)"))
---- match with init
print(("abcabc"):match("b.", 3), ("abc"):match("a", 2), ("abc"):match("^b", 2), ("abc"):match("", 10))
---- character classes
local all = {} for i = 0, 255 do all[#all + 1] = string.char(i) end
local s = table.concat(all)
for _, c in ipairs{"a", "c", "d", "g", "l", "p", "s", "u", "w", "x", "z", "A", "D", "G", "S", "W"} do
  local n = 0 for _ in s:gmatch("%" .. c) do n = n + 1 end io.write(c, "=", n, " ")
end print()
---- sets
print(("hello123"):gsub("[a-c1-2]", "_"), ("a]b"):gsub("[]]", "X"), ("a-b"):gsub("[a%-]", "X"), ("abc"):gsub("[^b]", "."), ("a^b"):gsub("[b^]", "!"), ("x"):gsub("[%w]", "y"), ("a-z"):gsub("[a-]", "."))
---- repetition
print(("aaa"):match("a*"), ("aaa"):match("a-"), ("aaa"):match("a-$"), ("aaab"):match("a+b"), ("ab"):match("a?b"), ("b"):match("a?b"), (""):match("a*"), ("aXb"):match("a(.-)b"))
---- anchors
print(("abc"):match("^a"), ("abc"):match("^b"), ("abc"):match("c$"), ("a$c"):match("a$c"), ("a^c"):match("a^c"), ("abc"):gsub("^a", "x"), ("aaa"):gsub("^a", "x"))
---- balanced
print(("f(a(b)c)d"):match("%b()"), ("((("):match("%b()"), ("[[x]]"):match("%b[]"))
---- frontier
print(("THE (quick) fox"):find("%f[%a]%a+%f[%A]"), ("hello world"):gsub("%f[%w]%w+", string.upper), ("x"):find("%f[%z]"))
---- back references
print(("abab"):match("(ab)%1"), ([["quoted"]]):match([[(["'])(.-)%1]]), ("abc"):match("(a)(b)%2"))
---- position captures in gsub
print(("abc"):gsub("()", "%1"))
---- gmatch
for w in ("one two three"):gmatch("%a+") do io.write(w, ",") end print()
for k, v in ("a=1, b=2"):gmatch("(%w+)=(%w+)") do io.write(k, v, ";") end print()
for p in ("abc"):gmatch("()") do io.write(p, " ") end print()
for x in ("abc"):gmatch("") do io.write("[", x, "]") end print()
---- gmatch anchor
for x in ("aab"):gmatch("^a") do io.write(x) end print(".")
---- gsub string
print(("hello"):gsub("l", "L"), ("hello"):gsub("l", "L", 1), ("hello"):gsub("", "-"), ("abc"):gsub("%w", "%0%0"), ("abc"):gsub("(a)(b)", "%2%1"), ("abc"):gsub("b", "%%"), ("hello"):gsub("x", "y"), ("abc"):gsub("b", "%x"))
---- gsub function
print(("abc"):gsub("%w", function(c) if c == "b" then return "X" end end), ("abc"):gsub("%w", function(c) return false end), ("ab"):gsub("(a)(b)", function(x, y) return y .. x end), ("a"):gsub("a", function() return 5 end))
---- gsub table
print(("$x $y"):gsub("%$(%w+)", {x = "1", y = 2}), ("ab"):gsub("%w", {a = false}))
---- gsub count limits
print(("aaa"):gsub("a", "b", 0), ("aaa"):gsub("a", "b", 2), ("aaa"):gsub("a", "b", -1))
---- gsub bad replacement
print(pcall(string.gsub, "a", "a", function() return {} end))
print(pcall(string.gsub, "a", "a", true))
print(pcall(string.gsub, "a", "a"))
print(pcall(string.gsub, "a", "a", {a = {}}))
---- gsub bad capture index
print(pcall(string.gsub, "abc", "a", "%2"))
print(pcall(string.gsub, "abc", "(a)", "%2"))
---- malformed patterns
for _, p in ipairs{"%", "[", "[a", "[^", "(", ")", "%b", "%bx", "%f", "%1", "(()", "a)", "[%", "[a-"} do print(p, pcall(string.find, "abc", p)) end
---- too many captures
print(pcall(string.find, "a", ("()"):rep(33)))
---- pattern too complex
print(pcall(string.find, ("a"):rep(300000), (".-"):rep(300) .. "b"))
---- numbers as strings
print((5):type(), 1)
---- string methods on numbers
print(pcall(function() return (5):rep(2) end))
print(string.rep(5, 2), string.len(123), string.sub(12345, 2, 3), string.upper(1.5), string.find(123, 2))
---- bad arguments
print(pcall(string.rep)) print(pcall(string.rep, "x")) print(pcall(string.rep, "x", "y")) print(pcall(string.rep, {}, 1)) print(pcall(string.sub)) print(pcall(string.sub, "x")) print(pcall(string.byte, nil)) print(pcall(string.len, nil)) print(pcall(string.upper)) print(pcall(string.find, "x")) print(pcall(string.format)) print(pcall(string.gmatch, "x"))
---- bad self
local ok, e = pcall(function() return ("x").rep() end) print(e)
local ok, e = pcall(function() return ("x"):rep() end) print(e)
local ok, e = pcall(function() local s = "x" return s:rep({}) end) print(e)
local ok, e = pcall(function() return string.rep("x", {}) end) print(e)
---- method on bad self
local t = setmetatable({}, {__index = string})
print(pcall(function() return t:upper() end))
print(pcall(function() return t:rep(2) end))
---- concat errors
print(pcall(function() local t = {} return "a" .. t end))
print(pcall(function() local t = {x = {}} return t.x .. "a" end))
print(pcall(function() return "a" .. nil end))
print(pcall(function() local a, b = {}, "x" return b .. a .. b end))
print(pcall(function() return 1 .. true end))
print(pcall(function() return undefinedglobal .. "x" end))
---- equality of strings
local a = "abc"
print(a == "ab" .. "c", a ~= "abd", ("x"):rep(1000) == ("x"):rep(1000))
---- strings as keys
local t = {} t["a" .. "b"] = 1 t[("a"):rep(3)] = 2
print(t.ab, t.aaa)
---- zero bytes
local s = "a\0b"
print(#s, s:byte(2), ("a\0b"):find("b"), ("a\0b"):rep(2):len(), s == "a\0b")
---- string.len with embedded zeros in patterns
print(("a\0b"):find("%z"), ("a\0b"):gsub("%z", "0"))
---- comparison
print("a" < "b", "a" < "A", "abc" < "abd", "" < "", "Z" < "a", "a" <= "a")
