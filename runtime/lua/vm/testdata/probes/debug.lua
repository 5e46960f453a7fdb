---- getinfo of Lua function
local function f(a, b, ...)
  return a
end
local i = debug.getinfo(f) print(i.source, i.short_src, i.what, i.linedefined, i.lastlinedefined, i.nups, i.nparams, i.isvararg, i.currentline, i.func == f)
---- getinfo of C function
local i = debug.getinfo(print) print(i.source, i.short_src, i.what, i.linedefined, i.currentline, i.isvararg)
---- getinfo levels
local function g() local i = debug.getinfo(1) return i.name, i.namewhat, i.currentline, i.what end print(g())
local t = {m = function(self) local i = debug.getinfo(1, "n") return i.name, i.namewhat end} print(t:m()) print(t.m(t)) local up = t.m print((function() return (up(t)) end)())
print(debug.getinfo(1).what, debug.getinfo(1, "l").currentline, debug.getinfo(1, "S").short_src, debug.getinfo(100))
---- getinfo options
local i = debug.getinfo(1, "f") print(type(i.func), i.source) print(pcall(debug.getinfo, 1, "X")) print(pcall(debug.getinfo)) print(pcall(debug.getinfo, {})) print(pcall(debug.getinfo, 1, ">"))
---- activelines
local function f()
  local a = 1
  return a
end
local lines = {} for l in pairs(debug.getinfo(f, "L").activelines) do lines[#lines + 1] = l end table.sort(lines) print(#lines > 0, lines[1] >= 1)
---- getlocal
local function f(a, b) local c = a + b local names = {} for i = 1, 10 do local n, v = debug.getlocal(1, i) if not n then break end names[#names + 1] = n .. "=" .. tostring(type(v) == "table" and "T" or v) end return table.concat(names, " ") end print((f(1, 2):gsub(" %(.*", "")))
---- getlocal of parameters
local function f(x, y, ...) end print(debug.getlocal(f, 1), debug.getlocal(f, 2), debug.getlocal(f, 3))
---- getlocal varargs
local function f(...) return debug.getlocal(1, -1), debug.getlocal(1, -2), debug.getlocal(1, -3) end print(f("x", "y"))
---- getlocal of caller
local function g() local a, b = debug.getlocal(2, 1) return a, b end local function f() local first = "v" local a, b = g() return a, b end print(f())
---- getlocal scopes
local function f() do local inner = 1 end local outer = 2 local a, b = debug.getlocal(1, 1) return a, b end print(f())
---- setlocal
local function f() local a = 1 debug.setlocal(1, 1, 99) return a end print(f()) print(pcall(debug.getlocal, 100, 1)) print(pcall(debug.setlocal, 100, 1, 1))
---- upvalues
local u1, u2 = "a", "b" local function f() return u1, u2 end print(debug.getupvalue(f, 1)) print(debug.getupvalue(f, 2)) print(debug.getupvalue(f, 3)) print(debug.setupvalue(f, 1, "new")) print(u1, f())
---- upvalueid and upvaluejoin
local a, b = 1, 2 local function f() return a end local function g() return b end local function h() return a end print(debug.upvalueid(f, 1) == debug.upvalueid(h, 1), debug.upvalueid(f, 1) == debug.upvalueid(g, 1)) debug.upvaluejoin(f, 1, g, 1) print(f())
---- metatables
local t = {} debug.setmetatable(t, {__index = {x = 1}}) print(t.x, debug.getmetatable(t).__index.x, debug.getmetatable(5)) debug.setmetatable(5, {__index = {double = function(n) return n * 2 end}}) print((21):double()) debug.setmetatable(5, nil) print(pcall(function() return (1).x end))
debug.setmetatable(nil, {__index = function() return "nilidx" end}) local n print(n.foo) debug.setmetatable(nil, nil)
debug.setmetatable(print, {__index = {tag = "fn"}}) print(print.tag) debug.setmetatable(print, nil)
---- registry
print(type(debug.getregistry()))
---- traceback forms
print(type(debug.traceback())) print((debug.traceback("m"):match("^m\nstack traceback:\n\tprobe:%d+: in")))
---- fenv
local function f() return x end debug.setfenv(f, {x = 3}) print(f(), debug.getfenv(f).x) print(debug.getfenv(print) == _G)
---- gethook
print(debug.gethook())
---- userdata values
print(pcall(debug.getuservalue, 5))
---- getinfo in tail call
local function f() return debug.getinfo(1, "l").currentline end local function g() return f() end print(g())
---- names of functions in tracebacks
local M = {} function M.a() return (debug.getinfo(1, "n").name) end function M:b() return (debug.getinfo(1, "n").name) end print(M.a(), M:b())
local function rec(n) if n == 0 then return debug.getinfo(1, "n").name end local r = rec(n - 1) return r end print(rec(2))
---- metamethod names
local t = setmetatable({}, {__index = function() local i = debug.getinfo(1, "n") return i.name .. "/" .. i.namewhat end, __add = function() local i = debug.getinfo(1, "n") return tostring(i.name) .. "/" .. i.namewhat end}) print(t.x) print(t + 1)
---- places of an ended coroutine
local function f() local t = {}
  return t + 1 end
local co = coroutine.create(function() local x = f() return x end)
print(coroutine.resume(co)) print((debug.traceback(co):gsub("[^\n]*probe", "probe"))) print(debug.getinfo(co, 0, "l").currentline, debug.getinfo(co, 1, "l").currentline)
local co = coroutine.create(function() error("x") end)
print(coroutine.resume(co)) print((debug.traceback(co):gsub("[^\n]*probe", "probe"))) print(debug.getinfo(co, 0, "l").currentline, debug.getinfo(co, 1, "l").currentline)
print(select(2, xpcall(function() local t = {} return t.x.y end, function(m) return debug.getinfo(2, "l").currentline end)))
