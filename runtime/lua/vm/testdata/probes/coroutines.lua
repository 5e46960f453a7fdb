---- basics
local co = coroutine.create(function(a, b) local c = coroutine.yield(a + b) local d, e = coroutine.yield(c * 2) return d + e end)
print(coroutine.resume(co, 1, 2)) print(coroutine.resume(co, 10)) print(coroutine.resume(co, 3, 4)) print(coroutine.resume(co)) print(coroutine.status(co))
---- status
local co co = coroutine.create(function() print(coroutine.status(co)) local inner = coroutine.create(function() print(coroutine.status(co)) end) coroutine.resume(inner) coroutine.yield() end)
print(coroutine.status(co)) coroutine.resume(co) print(coroutine.status(co)) coroutine.resume(co) print(coroutine.status(co))
---- wrap
local f = coroutine.wrap(function(...) local n = select("#", ...) while true do n = n + coroutine.yield(n) end end) print(f(1, 2, 3), f(10), f(5))
---- wrap generator
local function gen(n) return coroutine.wrap(function() for i = 1, n do coroutine.yield(i) end end) end local s = 0 for v in gen(10) do s = s + v end print(s)
---- running and isyieldable
local t, main = coroutine.running() print(type(t), main, coroutine.isyieldable()) coroutine.wrap(function() local t, main = coroutine.running() print(type(t), main, coroutine.isyieldable()) end)()
---- yield across pcall
local co = coroutine.create(function() local ok, v = pcall(function() local x = coroutine.yield("in pcall") error("e" .. x) end) coroutine.yield(ok, v) return "end" end)
print(coroutine.resume(co)) print(coroutine.resume(co, 5)) print(coroutine.resume(co))
---- yield across xpcall
local co = coroutine.wrap(function() return xpcall(function(...) return coroutine.yield(...) end, function(m) return "H" .. m end, 1, 2) end) print(co()) print(co("back"))
---- yield in iterator
local co = coroutine.wrap(function() for i in function() return coroutine.yield("it") end do coroutine.yield("body" .. i) end return "over" end) print(co()) print(co(1)) print(co()) print(co(nil))
---- errors in coroutines
local co = coroutine.create(function() error("oops") end) print(coroutine.resume(co)) print(coroutine.resume(co))
local co = coroutine.create(function() error({code = 5}) end) local ok, e = coroutine.resume(co) print(ok, e.code)
local co = coroutine.create(function() local x = nil; x() end) print(coroutine.resume(co))
---- wrap propagates errors
local f = coroutine.wrap(function() error("w") end) print(pcall(f)) print(pcall(f))
print(pcall(function() coroutine.wrap(function() error("w2") end)() end))
print(select(2, pcall(coroutine.wrap(function() error({1}) end)))[1])
---- resume errors
print(coroutine.resume(coroutine.running())) print(pcall(coroutine.resume)) print(pcall(coroutine.resume, 5)) print(pcall(coroutine.status, {})) print(pcall(coroutine.create)) print(pcall(coroutine.create, 5)) print(pcall(coroutine.wrap, nil))
---- resume self and parent
local co co = coroutine.create(function() return coroutine.resume(co) end) print(coroutine.resume(co))
local a, b a = coroutine.create(function() return coroutine.resume(b) end) b = coroutine.create(function() return coroutine.resume(a) end) print(coroutine.resume(a))
---- wrap of dead coroutine
local f = coroutine.wrap(function() return 1 end) print(f()) print(pcall(f)) print(pcall(function() f() end))
---- yield outside
print(pcall(coroutine.yield, 1))
---- create with go function
local co = coroutine.create(string.upper) print(coroutine.resume(co, "abc")) local co = coroutine.create(print) print(coroutine.resume(co, "printed"))
print(coroutine.wrap(pcall)(error, "x")) print(coroutine.wrap(coroutine.yield)(7))
---- many values
local co = coroutine.wrap(function(...) local t = {...} while true do t = {coroutine.yield(unpack(t))} end end) print(select("#", co(unpack({}, 1, 200)))) print(select("#", co(unpack({}, 1, 50))))
---- many coroutines
local cos, s = {}, 0 for i = 1, 200 do cos[i] = coroutine.create(function() for j = 1, 3 do coroutine.yield(i * j) end end) end for r = 1, 3 do for i = 1, 200 do local ok, v = coroutine.resume(cos[i]) s = s + v end end print(s)
---- nested coroutines
local function level(n) return coroutine.wrap(function() if n > 0 then for v in level(n - 1) do coroutine.yield(v + 1) end else coroutine.yield(0) coroutine.yield(10) end end) end for v in level(20) do io.write(v, " ") end print()
---- producer consumer
local function producer() return coroutine.create(function() for _, v in ipairs{"a", "b", "c"} do coroutine.yield(v) end end) end
local function filter(p) return coroutine.create(function() while true do local ok, v = coroutine.resume(p) if not v then return end coroutine.yield(v:upper()) end end) end
local p = filter(producer()) while true do local ok, v = coroutine.resume(p) if not v then break end io.write(v, " ") end print()
---- upvalues shared with coroutine
local n = 0 local co = coroutine.wrap(function() while true do n = n + 1 coroutine.yield() end end) co() co() n = n + 10 co() print(n)
---- local upvalue of coroutine frame after death
local get local co = coroutine.wrap(function() local x = 1 get = function() x = x + 1 return x end coroutine.yield() x = 100 end) co() print(get()) co() print(get())
---- traceback of coroutine
local co = coroutine.create(function() local function inner() coroutine.yield() end inner() end) coroutine.resume(co) print(debug.traceback(co)) print(debug.traceback(co, "msg")) print(debug.traceback(co, nil, 1) == nil)
---- traceback of dead coroutine
local co = coroutine.create(function() error("dead") end) coroutine.resume(co) print((debug.traceback(co):gsub("0x%x+", "PTR")))
---- coroutine in sort comparator yields inside coroutine
print(coroutine.status(coroutine.create(print)))
---- table functions in coroutine
print(coroutine.wrap(function() local t = {3, 1, 2} table.sort(t, function(a, b) return a < b end) return table.concat(t, ",") end)())
---- tail call in coroutine
print(coroutine.wrap(function() local function f(n) if n == 0 then return coroutine.yield("y") end return f(n - 1) end return f(1000) end)())
---- yield as tail call
local co = coroutine.wrap(function() return coroutine.yield(1) end) print(co()) print(co(2))
---- pcall inside coroutine around wrap
print(coroutine.wrap(function() return pcall(function() return coroutine.wrap(function() error("deep") end)() end) end)())
---- coroutine as iterator with state
local function range(n) return coroutine.wrap(function() for i = 1, n do coroutine.yield(i, i * i) end end) end for i, sq in range(3) do io.write(i, ":", sq, " ") end print()
---- error after yield in pcall
local co = coroutine.create(function() pcall(coroutine.yield, "a") error("after") end) print(coroutine.resume(co)) print(coroutine.resume(co))
---- garbage suspended coroutines
for i = 1, 1000 do local co = coroutine.wrap(function() coroutine.yield() end) co() end collectgarbage() print("ok")
---- require in coroutine yields
package.preload["yielding_mod"] = nil print(type(require))
---- deep recursion in coroutine
print(coroutine.wrap(function() local function d(n) if n == 0 then return 0 end return 1 + d(n - 1) end return d(10000) end)())
---- stack overflow in coroutine
local co = coroutine.create(function() local function r() return 1 + r() end return r() end) print(select(2, coroutine.resume(co)):match("stack overflow$"))
