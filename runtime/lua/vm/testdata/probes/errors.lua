---- index nil
local x print(pcall(function() return x.y end)) print(pcall(function() local y return y.z end)) print(pcall(function() return undefined.z end)) print(pcall(function() local t = {} return t.a.b end)) print(pcall(function() local t = {} return t.a.b.c end)) print(pcall(function() return ({}).x.y end)) print(pcall(function() local t = {{}} return t[1].a.b end)) print(pcall(function() local t = {} return t[1].x end)) print(pcall(function() return (nil)[1] end)) print(pcall(function() return ("x").y.z end))
---- index of other types
print(pcall(function() local n = 5 return n.x end)) print(pcall(function() return (5)[1] end)) print(pcall(function() local b = true return b.x end)) print(pcall(function() return print.x end)) print(pcall(function() local f = function() end return f.x.y end))
---- index call result
local function nothing() end print(pcall(function() return nothing().x end)) print(pcall(function() local t = {f = nothing} return t.f().x end)) print(pcall(function() local s = "a" return s:upper().x.y end))
---- assign to nil
local x print(pcall(function() x.y = 1 end)) print(pcall(function() local t = {} t.a.b = 1 end)) print(pcall(function() undefined.x = 1 end)) print(pcall(function() local t = {} t[1][2] = 3 end)) print(pcall(function() local n = 1 n.x = 2 end))
---- call errors
local x print(pcall(function() x() end)) print(pcall(function() local y y() end)) print(pcall(function() undefinedf() end)) print(pcall(function() local t = {} t.f() end)) print(pcall(function() local t = {} t:m() end)) print(pcall(function() local t = {} t[1]() end)) print(pcall(function() ("x")() end)) print(pcall(function() ("x"):nope() end)) print(pcall(function() local t = {a = {}} t.a.b() end)) print(pcall(function() (1)() end)) print(pcall(function() local t = {a = 5} t.a() end)) print(pcall(function() string.nope() end))
---- tail call errors
local function f() local x return x() end print(pcall(f)) local function g() return undefinedf(1) end print(pcall(g)) local function h() local t = {} return t:m() end print(pcall(h))
---- method on nil
local x print(pcall(function() x:m() end)) print(pcall(function() local t = {} t.a:m() end)) print(pcall(function() undefinedg:m() end))
---- arithmetic errors
local x print(pcall(function() return x + 1 end)) print(pcall(function() return 1 + x end)) print(pcall(function() local y = {} return y * 2 end)) print(pcall(function() return undefined - 1 end)) print(pcall(function() local t = {} return t.a / 2 end)) print(pcall(function() local t = {} return 2 % t.b end)) print(pcall(function() return {} ^ 2 end)) print(pcall(function() return -{} end)) print(pcall(function() local s = "abc" return s + 1 end)) print(pcall(function() return 1 + "x" end)) print(pcall(function() return true + 1 end)) print(pcall(function() local a, b = {}, nil return a + b end)) print(pcall(function() local a, b = 1, nil return a + b end)) print(pcall(function() local t = {1, {}} return t[1] + t[2] end)) print(pcall(function() return #undefined end)) print(pcall(function() local t = {} return -t.x end))
---- comparison errors
print(pcall(function() return 1 < "2" end)) 
print(pcall(function() return {} < {} end)) print(pcall(function() return nil < 1 end)) print(pcall(function() return 1 > nil end)) print(pcall(function() return "a" <= 1 end)) print(pcall(function() return nil >= nil end)) print(pcall(function() return true < false end)) print(pcall(function() return {} <= 1 end)) print(pcall(function() return print < print end))
---- concat errors name the operand
local x print(pcall(function() return "a" .. x end)) print(pcall(function() local y = {} return y .. "a" end)) print(pcall(function() return "a" .. undefined .. "b" end)) print(pcall(function() local t = {} return "a" .. t.x .. "b" end)) print(pcall(function() local a, b = 1, {} return a .. b .. "c" end)) print(pcall(function() return {} .. {} end)) print(pcall(function() local f = print return "x" .. f end)) print(pcall(function() local a, b, c = "x", nil, "y" return a .. b .. c end))
---- error values
print(pcall(error)) print(pcall(error, nil)) print(pcall(error, "msg")) print(pcall(error, "msg", 0)) print(select(2, pcall(error, {code = 7})).code) print(pcall(error, 42)) print(pcall(error, true)) print(pcall(error, "m", 2)) print(pcall(error, 12.5, 1))
---- error levels
local function a() error("L1", 1) end local function b() error("L2", 2) end local function c() b() end local function d() error("L0", 0) end local function e() error(5) end
print(pcall(a)) print(pcall(c)) print(pcall(d)) print(pcall(e)) print(pcall(b)) print(pcall(function() local function f() error("L3", 3) end local function g() f() end g() end))
---- assert
print(pcall(assert, false)) print(pcall(assert, nil, "msg")) print(select(2, pcall(assert, false, {1}))[1]) print(select("#", assert(1, 2, 3)), assert(1, 2, 3)) print(pcall(assert)) print(pcall(assert, false, 42)) print(pcall(function() assert(false) end)) print(pcall(function() assert(nil, "custom") end)) print(pcall(assert, false, nil))
---- pcall results
print(pcall(function() return 1, nil, 3 end)) print(pcall(pcall, error, "x")) print(select("#", pcall(function() end))) print(pcall()) print(pcall(5)) print(pcall(nil)) print(pcall({}))
---- xpcall
print(xpcall(function() error("e") end, function(m) return "H:" .. m end)) print(xpcall(function(...) return select("#", ...), ... end, print, 1, nil, 3)) print(xpcall(function() return "ok" end, function() return "never" end)) print(xpcall(function() local x = nil; x() end, function(m) return m end))
---- xpcall handler gets the object
print(xpcall(function() error({a = 1}) end, function(m) return type(m), m.a end)) print(xpcall(function() error() end, function(m) return m == nil end))
---- error in handler
print(xpcall(function() error("a") end, function(m) error("b") end))
print(xpcall(function() error("a") end, function(m) local x = nil; return x.y end))
---- xpcall bad arguments
print(pcall(xpcall)) print(pcall(xpcall, print)) print(pcall(xpcall, print, nil)) print(xpcall(nil, function(m) return "H:" .. m end)) print(xpcall(5, print))
---- nested pcall
print(pcall(function() local ok, e = pcall(error, "inner") error("outer:" .. tostring(e), 0) end))
---- rethrow keeps position
print(pcall(function() local ok, e = pcall(function() error("orig") end) error(e, 0) end))
---- traceback of a simple error
print(xpcall(function() error("boom") end, debug.traceback) == false, (select(2, xpcall(function() error("boom") end, debug.traceback)):gsub("at 0x%x+", "at PTR"):gsub("<[^>]+driver[^>]+>", "<D>"):match("^(.-)\n[^\n]*%[C%]: in function 'xpcall'")))
---- traceback with names
local function inner() error("deep") end local t = {} function t.field() inner() end function t:meth() t.field() end function globalf() t:meth() end
local tb = select(2, xpcall(function() globalf() end, debug.traceback)) print((tb:match("^(.-)\n[^\n]*%[C%]: in function 'xpcall'"))) globalf = nil
---- traceback levels
local function f() return debug.traceback("msg", 1) end print((f():match("^(.-)\n.-probe")))
print(debug.traceback("x", 0):match("^x\nstack traceback:\n\t%[C%]: in function 'traceback'") ~= nil) print(debug.traceback({}) ~= nil, type(debug.traceback({})), debug.traceback(nil) == nil, debug.traceback(12):sub(1, 3))
---- deep traceback is cut
local function deep(n) if n == 0 then error("bottom") end deep(n - 1) end
local tb = select(2, xpcall(function() deep(40) end, debug.traceback)) local _, n = tb:gsub("\n", "\n") print(n, tb:find("\n\t...\n", 1, true) ~= nil)
---- stack overflow
local function over(f) local ok, e = pcall(f) return ok, tostring(e):match("stack overflow$") end
local function r() return 1 + r() end print(over(r))
local function r2() local a = {r2()} return a end print(over(r2))
local n = 0 local function r3() n = n + 1 r3() end print(over(r3)) print(n > 5000)
---- stack overflow in metamethod
local t = setmetatable({}, {}) getmetatable(t).__index = function(t, k) return t[k] end local ok, e = pcall(function() return t.x end) print(ok, (e:gsub("^.-: ", "")))
---- overflow twice
local function r() return 1 + r() end for i = 1, 2 do print(select(2, pcall(r)):match("stack overflow$")) end print(select(3, pcall(pcall, r)):match("stack overflow$"))
---- string.rep overflow
print((select(2, pcall(string.rep, "x", 2^31 - 1, "y"))))
---- deep recursion
local function sum(n) if n == 0 then return 0 end return n + sum(n - 1) end print(sum(15000))
---- deep pcall recursion
local function p(n) if n == 0 then return "end" end local ok, v = pcall(p, n - 1) return v end print(p(5000))
---- tail calls do not grow the stack
local function loop(n) if n == 0 then return "done" end return loop(n - 1) end print(loop(1000000))
---- tail called go function position
local function f() return error("x") end local function g() f() return 1 end print(pcall(g)) print(pcall(f))
---- error with number adds position
print(pcall(function() error(12) end))
---- error position in multi line function
print(pcall(function()
  local a = 1

  error("line 4")
end))
---- error in for loop iterator
print(pcall(function() for k in pairs(nil) do end end)) print(pcall(function() for i in ipairs() do end end)) print(pcall(function() for k in 5 do end end)) print(pcall(function() local t = {} for k in t.iter do end end))
---- bad argument names
print(pcall(function() local f = string.rep f() end)) print(pcall(function() local t = {r = string.rep} t.r() end)) print(pcall(function() local t = {r = string.rep} t:r() end)) print(pcall(function() setmetatable(1) end)) print(pcall(function() return math.floor({}) end)) print(pcall(function() tostring() end)) print(pcall(function() ipairs() end)) print(pcall(function() ("x"):format({}):bad() end)) print(pcall(function() io.open() end)) print(pcall(function() os.time(5) end)) print(pcall(function() local s = string s.rep() end)) print(pcall(function() return (string.rep)("x") end))
---- loop variable named in error
print(pcall(function() for i = 1, 2 do local x = i .. nil end end)) print(pcall(function() for i, v in ipairs{{}} do print(v.a.b) end end))
---- upvalue named in error
local up = {} print(pcall(function() return up.x.y end)) print(pcall(function() up.f() end)) print(pcall(function() return up + 1 end)) print(pcall(function() return (function() return up .. "x" end)() end))
---- global function field
print(pcall(function() string.foo.bar() end)) print(pcall(function() return table.x.y end))
---- error objects with tostring
local e = setmetatable({}, {__tostring = function() return "E!" end}) print(tostring(select(2, pcall(error, e))))
---- pcall does not catch through coroutines
local co = coroutine.create(function() error("in co") end) print(coroutine.resume(co)) print(coroutine.status(co))
