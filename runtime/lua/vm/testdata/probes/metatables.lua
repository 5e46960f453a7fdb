---- index function and table
local t = setmetatable({}, {__index = function(t, k) return k .. "!" end}) print(t.x, t[1], rawget(t, "x"))
local base = {a = 1} local d = setmetatable({b = 2}, {__index = base}) print(d.a, d.b, d.c)
---- index chain
local a = {x = 1} local b = setmetatable({}, {__index = a}) local c = setmetatable({}, {__index = b}) print(c.x)
---- index loop
local t = {} setmetatable(t, {__index = t}) print(pcall(function() return t.x end))
local a, b = {}, {} setmetatable(a, {__index = b}) setmetatable(b, {__index = a}) print(pcall(function() return a.x end)) print(pcall(function() a.x = 1 end), (pcall(rawset, a, "x", 1)))
---- newindex loop
local t = {} setmetatable(t, {__newindex = t}) print(pcall(function() t.x = 1 end))
---- newindex
local log = {} local t = setmetatable({}, {__newindex = function(t, k, v) rawset(t, k, v * 2) end}) t.x = 5 t.x = 6 print(t.x)
local store = {} local p = setmetatable({}, {__newindex = store}) p.y = 1 print(rawget(p, "y"), store.y)
---- index of a missing field called
print(pcall(function() local t = setmetatable({}, {__index = function() return nil end}) t.foo() end))
---- arithmetic metamethods
local mt = {} local function mk(v) return setmetatable({v = v}, mt) end
local function val(x) return type(x) == "table" and x.v or x end
for _, op in ipairs{"add", "sub", "mul", "div", "mod", "pow"} do mt["__" .. op] = function(a, b) return op .. val(a) .. "," .. val(b) end end
mt.__unm = function(a, b) return "unm" .. a.v .. tostring(rawequal(a, b)) end
local x, y = mk(1), mk(2)
print(x + y, x - 1, 1 * x, x / y, x % 2, 2 ^ x, -x, "5" + x)
---- concat metamethod
local mt = {__concat = function(a, b) return "C" end} local t = setmetatable({}, mt) print(t .. "x", "x" .. t, 1 .. t, t .. t, "a" .. "b" .. t)
---- comparison metamethods
local mt = {__lt = function(a, b) return a.v < b.v end, __le = function(a, b) return a.v <= b.v end, __eq = function(a, b) return a.v == b.v end}
local function mk(v) return setmetatable({v = v}, mt) end
print(mk(1) < mk(2), mk(2) > mk(1), mk(1) <= mk(1), mk(1) >= mk(2), mk(1) == mk(1), mk(1) ~= mk(1))
---- le falls back to lt
local mt = {__lt = function(a, b) return a.v < b.v end} local function mk(v) return setmetatable({v = v}, mt) end print(mk(1) <= mk(2), mk(2) <= mk(1), mk(1) >= mk(1))
---- comparison of mixed types with metamethod
local t = setmetatable({}, {__lt = function() return true end, __le = function() return false end}) print(pcall(function() return t < 1, 1 < t, t <= 1, "x" < t end))
---- comparison with different metamethods
local a, b = setmetatable({}, {__eq = function() return true end}), setmetatable({}, {__eq = function() return true end}) print(a == b, a == {}, a == 1)
---- comparison results are booleans
local t = setmetatable({}, {__lt = function() return 1 end, __eq = function() return nil end}) print(t < {}, t == setmetatable({}, getmetatable(t)))
local u = t print(t < u, t < t, t > u, u >= t)
---- len metamethod
print(#setmetatable({1, 2}, {__len = function(t, u) return "len" end}), #setmetatable({}, {__len = function() return 3.5 end}))
---- call metamethod
local t = setmetatable({}, {__call = function(self, ...) return select("#", ...), ... end}) print(t(), t(1, nil, 3), t("x"))
local function wrap(...) return t(...) end print(wrap(1, 2))
print(pcall(t, 5))
---- call chain
local t = setmetatable({}, {__call = setmetatable({}, {__call = function() return 1 end})}) print(pcall(t))
---- tostring metamethod
local t = setmetatable({}, {__tostring = function() return "T!" end}) print(t, tostring(t), "" .. tostring(t))
print(pcall(tostring, setmetatable({}, {__tostring = function() return 5 end}))) print(pcall(print, setmetatable({}, {__tostring = function() return {} end})))
---- name field is not used
print((tostring(setmetatable({}, {__name = "My"})):gsub("0x%x+", "PTR")))
---- metatable field
local t = setmetatable({}, {__metatable = "locked"}) print(getmetatable(t), pcall(setmetatable, t, {}))
print(getmetatable("").__index == string, getmetatable(1), getmetatable(print))
print(pcall(setmetatable, {})) print(pcall(setmetatable, 1, {})) print(pcall(setmetatable, {}, 1)) print(getmetatable(setmetatable({}, nil)))
---- pairs metamethod
local t = setmetatable({}, {__pairs = function(t) return function(_, k) if not k then return 1, "one" end end, t, nil end}) for k, v in pairs(t) do print(k, v) end
---- ipairs metamethod
local t = setmetatable({}, {__ipairs = function(t) return function(_, i) if i < 2 then return i + 1, "x" end end, t, 0 end}) for i, v in ipairs(t) do print(i, v) end
---- ipairs and index metamethod
local t = setmetatable({1}, {__index = function(t, i) if i < 4 then return i * 10 end end}) for i, v in ipairs(t) do io.write(i, "=", v, " ") end print()
---- index on string with number key
print(("abc")[1], ("abc").upper("x"))
---- inheritance
local Animal = {} Animal.__index = Animal function Animal.new(n) return setmetatable({name = n}, Animal) end function Animal:speak() return self.name .. " speaks" end
local Dog = setmetatable({}, {__index = Animal}) Dog.__index = Dog function Dog.new(n) local d = Animal.new(n) return setmetatable(d, Dog) end function Dog:bark() return self:speak() .. " woof" end
print(Dog.new("rex"):bark(), getmetatable(Dog.new("x")) == Dog)
---- metamethods set later are found
local mt = {} local t = setmetatable({}, mt) print(t.x) mt.__index = function() return "now" end print(t.x) mt.__index = nil print(t.x)
mt.__add = function() return "added" end print(t + 1)
---- errors in metamethods
print(pcall(function() return setmetatable({}, {__index = function() error("in index") end}).x end))
print(select(2, pcall(function() return setmetatable({}, {__add = function() error({code = 1}) end}) + 1 end)).code)
---- yield in metamethods
local co = coroutine.wrap(function() local t = setmetatable({}, {__index = function(t, k) return coroutine.yield(k) end, __add = function(a, b) return coroutine.yield("add") end, __lt = function() return coroutine.yield("lt") end, __concat = function() return coroutine.yield("cat") end, __call = function(_, x) return coroutine.yield(x) end, __newindex = function(_, k) coroutine.yield("set" .. k) end, __eq = function() return coroutine.yield("eq") end, __len = function() return coroutine.yield("len") end})
return t.foo, t + 1, t < t, t .. "x", t(9), #t, (function() t.bar = 1 return "done" end)(), t == setmetatable({}, getmetatable(t)) end)
print(co()) print(co("A")) print(co("B")) print(co(true)) print(co("D")) print(co("E")) print(co("F")) print(co("G")) print(co(true))
---- newproxy
local p = newproxy(true) getmetatable(p).__index = function(_, k) return k end print(p.foo, type(p), getmetatable(newproxy()), newproxy(p).bar) print(pcall(newproxy, 5))
---- weak values
local t = setmetatable({}, {__mode = "v"}) t[1] = {} t.x = {} t.s = "str" t[2] = 5 local keep = {} t.keep = keep collectgarbage() collectgarbage() print(t[1], t.x, t.s, t[2], t.keep == keep)
---- weak keys
local t = setmetatable({}, {__mode = "k"}) t[{}] = 1 t["s"] = 2 local keep = {} t[keep] = 3 collectgarbage() collectgarbage() local n = 0 for k in pairs(t) do n = n + 1 end print(n, t[keep], t.s)
---- weak both
local t = setmetatable({}, {__mode = "kv"}) t[{}] = {} local k = {} t[k] = {} collectgarbage() collectgarbage() print(next(t), t[k])
---- weak table set with setmetatable after filling
local t = {{}, {}, "x"} setmetatable(t, {__mode = "v"}) collectgarbage() collectgarbage() print(t[1], t[2], t[3])
---- weak cache pattern
local cache = setmetatable({}, {__mode = "v"}) local function get(k) local v = cache[k] if not v then v = {k} cache[k] = v end return v end local a = get("a") print(get("a") == a) a = nil collectgarbage() collectgarbage() print(cache.a)
---- setfenv and getfenv
local function f() return x end setfenv(f, {x = "env"}) print(f(), getfenv(f).x, getfenv(print) == _G, getfenv(0) == _G)
local g = setfenv(function() y = 5 return y end, {}) print(g(), rawget(_G, "y"))
print(pcall(setfenv, print, {})) print(pcall(getfenv, 100)) print(pcall(setfenv, 1)) print(pcall(getfenv, -1)) print(pcall(setfenv, function() end, 5))
---- setfenv of the caller
local function f() setfenv(2, setmetatable({z = "zz"}, {__index = _G})) end local function g() f() return z end print(g())
---- global access through environment metatable
local setfenv, g, print = setfenv, getfenv(0), print setfenv(1, setmetatable({}, {__index = function(_, k) return "auto_" .. k end})) local r = foo setfenv(1, g) print(r, foo)
