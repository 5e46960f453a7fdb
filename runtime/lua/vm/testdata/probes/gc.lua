---- collectgarbage results
print(collectgarbage(), collectgarbage("collect"), type(collectgarbage("count")), type(collectgarbage("step")), collectgarbage("stop"), collectgarbage("restart"), type(collectgarbage("setpause", 200)), type(collectgarbage("setstepmul", 200))) print(pcall(collectgarbage, "bad")) print(type(gcinfo())) print(collectgarbage("isrunning"))
---- closures in loops keep separate variables
local t = {} for i = 1, 3 do local j = i * 10 t[i] = {get = function() return j end, set = function(v) j = v end} end t[1].set(99) print(t[1].get(), t[2].get(), t[3].get())
---- closure shared between siblings
local function counter() local n = 0 return function() n = n + 1 return n end, function() return n end end local inc, get = counter() inc() inc() print(get()) local inc2, get2 = counter() inc2() print(get2(), get())
---- closure of parameters and varargs
local function f(a, ...) local r = select("#", ...) return function() a = a + r return a end end local g = f(10, 1, 2, 3) print(g(), g())
---- upvalues through several levels
local function a() local x = 1 return function() return function() x = x + 1 return x end end end local b = a() local c, d = b(), b() print(c(), d(), c())
---- recursion through upvalue
local fact fact = function(n) return n <= 1 and 1 or n * fact(n - 1) end print(fact(10))
---- closures in while with break and goto
local fs = {} local i = 0 while true do i = i + 1 local k = i fs[i] = function() k = k + 1 return k end if i == 2 then break end end print(fs[1](), fs[1](), fs[2]())
---- closures after error
local get pcall(function() local v = 1 get = function() v = v + 1 return v end error("x") end) print(get(), get())
---- closures in pcall in loop
local fs = {} for i = 1, 3 do pcall(function() local v = i fs[i] = function() v = v + 1 return v end error("x") end) end print(fs[1](), fs[2](), fs[3](), fs[1]())
---- vararg function upvalues
local function f(...) local args = {...} return function() return unpack(args) end end print(f(1, 2, 3)())
---- string buffer growth
local parts = {} for i = 1, 1000 do parts[i] = i end print(#table.concat(parts))
---- numeric for does not see assignments to its variable
for i = 1, 3 do local j = i i = 10 io.write(j, " ") end print()
---- nested functions with same local names
local x = 1 local function f() local x = 2 local function g() local x = 3 return x end return x, g() end print(x, f())
---- repeat until sees body locals captured
local fs = {} local n = 0 repeat n = n + 1 local m = n fs[n] = function() return m end until m == 3 print(fs[1](), fs[2](), fs[3]())
---- goto out of nested loops with captures
local fs = {} for i = 1, 3 do for j = 1, 3 do local k = i * j fs[#fs + 1] = function() return k end if k == 4 then goto out end end end ::out:: print(#fs, fs[1](), fs[5]())
---- many upvalues
local a, b, c, d, e = 1, 2, 3, 4, 5 local function f() a, b, c, d, e = e, d, c, b, a return a, b, c, d, e end print(f()) print(f()) print(a, e)
---- multiple assignment with calls and indexes
local t = {1, 2, 3} local i = 1 local function n() i = i + 1 return i end t[n()], t[n()] = n(), n() print(t[1], t[2], t[3], i)
---- assignment evaluates table before
local t, u = {}, {} local function get() return t end get().x, t = 1, u print(t == u, rawget(u, "x"))
---- self-referential assignment
local t = {v = 1} t.t = t t.t.t.v = 5 print(t.v) local a = {} a.b, a = 1, {c = 2} print(a.b, a.c)
---- and or with calls
local n = 0 local function f(v) n = n + 1 return v end print(f(nil) and f(1) or f(2), n, f(1) and f(nil) or f(3), n)
---- complex boolean expressions
local function b(x, y, z) return x and (y or z) or not (x or y) and z end for _, x in ipairs{true, false} do for _, y in ipairs{true, false} do for _, z in ipairs{1, false} do io.write(tostring(b(x, y, z)), " ") end end end print()
---- boolean assignment targets
local a, b, c = 1, nil, false a = a and b b = b or c c = not c and "x" or nil print(a, b, c) local t = {} t.x = t.x or 5 t.y = t.x and t.y or "d" print(t.x, t.y)
---- comparison as value in calls
local function id(...) return ... end print(id(1 < 2, 2 < 1, 1 == 1 and "yes", not (1 == 1)))
---- logical operators with varargs
local function f(...) return (... and "some" or "none") end print(f(1), f(), f(nil))
