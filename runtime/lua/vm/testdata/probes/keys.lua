---- one place, many tables
local function get(t) return t.x end
local big = {} for i = 1, 20 do big["k" .. i] = i end
big.x = "big"
local list = {{x = 1}, {y = 2, x = 3}, {y = 4}, {}, big, {x = false}, setmetatable({}, {__index = {z = 1, x = "inherited"}}), {x = 5}}
for round = 1, 2 do for i = 1, #list do io.write(tostring(get(list[i])), " ") end end print()
---- a field goes and comes
local t = {a = 1, b = 2}
local function b() return t.b end
print(b(), b()) t.b = nil print(b(), rawget(t, "b")) t.b = 3 print(b())
for i = 1, 50 do t["k" .. i] = i end print(b()) t.b = nil for i = 1, 50 do t["k" .. i] = nil end t.c = 1 t.d = 2 print(b()) t.b = 4 print(b())
---- keys that are computed
local t = {} t["ab" .. "cd"] = 1 local s = "ab" s = s .. "cd" t[s] = t[s] + 1
print(t.abcd, t[s]) t.abcd = nil t[s] = 7 print(t.abcd) for k, v in pairs(t) do print(k, v) end
---- a traversal while fields are read and written
local t = {} for _, w in ipairs({"one", "two", "three"}) do t[w:sub(1, 1) .. w:sub(2)] = w end
local n = 0 for k, v in pairs(t) do n = n + 1 t.one = (t.one or "") .. "!" t[k] = v if k ~= "one" then t[k] = nil end end print(n, t.one, t.two, t.three)
---- stores in one place
local log = {}
local function set(t, v) t.x = v end
local proxy = setmetatable({}, {__newindex = function(t, k, v) log[#log + 1] = k .. tostring(v) end})
local own = setmetatable({x = 1}, {__newindex = function() log[#log + 1] = "never" end})
for round = 1, 3 do set({}, round) set(proxy, round) set(own, round) end
print(table.concat(log, " "), own.x, rawget(proxy, "x")) set(own, nil) set(own, 9) print(#log, own.x)
---- methods in one place
local A = {} A.__index = A function A:name() return "A" .. self.n end
local B = setmetatable({}, A) B.__index = B function B:name() return "B" .. self.n end
local function call(o) return o:name() end
local a, b, own = setmetatable({n = 1}, A), setmetatable({n = 2}, B), {n = 3, name = function(self) return "own" .. self.n end}
print(call(a), call(b), call(own), call(a)) B.name = nil print(call(b)) A.name = function() return "new" end print(call(a), call(b))
A.__index = function(t, k) return function() return k end end print(call(a)) A.__index = nil print(pcall(call, a))
---- metatables that change
local mt = {} local o = setmetatable({}, mt) local function x() return o.x end
print(x()) mt.__index = {x = 1} print(x()) mt.__index = {y = 1, x = 2} print(x()) for i = 1, 20 do mt["m" .. i] = i end print(x())
mt.__index = nil print(x()) rawset(mt, "__index", function() return "f" end) print(x())
---- globals
local function get() return glob end
print(get()) glob = 1 print(get()) glob = nil print(get()) for i = 1, 40 do _G["glob" .. i] = i end glob = 2 print(get(), glob40)
setfenv(get, {glob = "env"}) print(get()) setfenv(get, setmetatable({}, {__index = {glob = "meta"}})) print(get())
---- weak tables
local function get(t) return t.x end local function set(t, v) t.x = v end
local w = setmetatable({}, {__mode = "v"}) print(get({x = 1}), get(w)) local o = {} set(w, o) print(get(w) == o, get({x = 2}), get(w) == o)
local s = {x = 5} print(get(s), get(w) == o) set(s, 6) set(w, s) print(get(w) == s, s.x)
---- strings and their methods
local function up(s) return s:upper() end print(up("a"), up("b")) function string:upper() return "mine" end print(up("c")) string.upper = nil
print(pcall(up, "d")) local s = "x" print(s.len == string.len, s.none, pcall(function() return s.a.b end))
---- constants on the left
local t = setmetatable({}, {__add = function(a, b) return type(a) .. "+" .. type(b) end, __sub = function(a, b) return type(a) .. "-" .. type(b) end, __mul = function(a, b) return type(a) .. "*" .. type(b) end,
  __mod = function(a, b) return type(a) .. "%" .. type(b) end, __div = function(a, b) return type(a) .. "/" .. type(b) end, __pow = function(a, b) return type(a) .. "^" .. type(b) end})
print(2 + t, 2 - t, 2 * t, 2 / t, 2 % t, 2 ^ t) print(t + 2, t - 2, t * 2, t / 2, t % 2, t ^ 2)
local s, n = "3", 3 print(2 + s, 2 - s, 2 * s, 2 / s, 2 % s, 2 ^ s, 2 + n, 2 - n, 2 * n, 2 / n, 7 % n, 2 ^ n)
local u print(pcall(function() return 1 + u end)) print(pcall(function() return 1 - u.x end)) print(pcall(function() return 2 * t.a.b end)) print(pcall(function() return "a" * n end))
---- remainders
local z, inf = 0, 1 / 0 print(5 % 3, -5 % 3, 5 % -3, -5 % -3, 5.5 % 2, -5.5 % 2, 0 % 5, -0 % 5, 1 / (-z % 5), 5 % z ~= 5 % z, 5 % inf, -5 % inf, 2 ^ 53 % 3, 2 ^ 70 % 7, 1e308 % 3)
local n = 7 print(n % 3, n % 0.5, n % -2, 2 ^ 31 % n, (n - 7) % 3, 1 / ((n - 7) * -1 % 3))
---- equality with constants
local function eq(v) return v == "key", v == 1, v == nil, v == true, v == false, v ~= "key" end
print(eq("key")) print(eq("k" .. ("ey"):sub(1))) print(eq("kex")) print(eq(1)) print(eq(1.0)) print(eq(nil)) print(eq(true)) print(eq(false)) print(eq({})) print(eq(0 / 0))
