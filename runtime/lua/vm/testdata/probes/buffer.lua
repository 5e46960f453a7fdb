---- put and get
local B = require "string.buffer" local x = B.new() print(type(x), x:put("a", 1, 2.5, "b"):get(2), #x, tostring(x), x:get(), x:get(), #x)
---- put errors
local B = require "string.buffer" local x = B.new() print(pcall(x.put, x, {})) print(pcall(x.put, x, nil)) print(pcall(x.put, 5)) print(pcall(x.put, x, x)) print(pcall(x.put)) print(pcall(x.put, x, true))
---- put with tostring
local B = require "string.buffer" print(B.new():put(setmetatable({}, {__tostring = function() return "T" end}), "x"):get()) print(B.new():put(B.new():put("inner"), "!"):get())
---- new
local B = require "string.buffer" print(#B.new(100), pcall(B.new, "x")) print(#B.new({}), #B.new(10, {}), #B.new(nil, {})) print(pcall(B.new, 10, 5)) print(pcall(B.new, -1)) print(getmetatable(B.new()))
---- putf
local B = require "string.buffer" print(B.new():putf("%d-%s|%5.1f", 5, "q", 2.25):tostring()) print(pcall(function() B.new():putf("%d", "x") end)) print(pcall(function() B.new():putf() end))
---- set skip reset free
local B = require "string.buffer" local x = B.new() print(x:set("hello"):skip(2):get(), x:set("abc"):skip(10):get() == "", x:put("z"):reset() == x, #x, x:put("q"):free() == x, #x) print(pcall(x.skip, x, -1)) print(pcall(x.get, x, -1)) print(pcall(x.set, x, {}))
---- get several
local B = require "string.buffer" print(B.new():put("abcdef"):get(1, 2, nil, 5)) print(B.new():put("abc"):get(nil)) print(select("#", B.new():get(1, 1)))
---- concat and length
local B = require "string.buffer" local x = B.new():put("xy") print(x .. 1, "a" .. x, #x)
---- queue use
local B = require "string.buffer" local x = B.new() for i = 1, 100 do x:put(i, ",") x:get(1) end print(#x, x:get(10))
---- encode scalars
local B = require "string.buffer" local function hex(s) return (s:gsub(".", function(c) return ("%02x"):format(c:byte()) end)) end for _, v in ipairs{true, false, 1, -1.5, 0, "", "abc", ("x"):rep(300), 5LL, 7ULL} do print(hex(B.encode(v)):sub(1, 40)) end print(hex(B.encode(nil)))
---- encode tables
local B = require "string.buffer" local function hex(s) return (s:gsub(".", function(c) return ("%02x"):format(c:byte()) end)) end print(hex(B.encode({}))) print(hex(B.encode({1, 2}))) print(hex(B.encode({a = true}))) print(hex(B.encode({1, nil, 3}))) print(hex(B.encode({[0] = 1, 2}))) print(hex(B.encode({{}, {x = {}}})))
---- round trip
local B = require "string.buffer" local v = B.decode(B.encode({1, "two", {3, k = false}, x = 1.5, [100] = "h"})) print(v[1], v[2], v[3][1], v[3].k, v.x, v[100]) print(B.decode(B.encode(nil)), B.decode(B.encode("s")), B.decode(B.encode(5LL)), B.decode(B.encode(("y"):rep(10000))) == ("y"):rep(10000))
---- encode errors
local B = require "string.buffer" print(pcall(B.encode, print)) print(pcall(B.encode, coroutine.create(print))) print(pcall(B.encode)) local t = {} t.t = t print(pcall(B.encode, t)) print(pcall(B.encode, {print}))
---- decode errors
local B = require "string.buffer" print(pcall(B.decode, "")) print(pcall(B.decode, "\0\0")) print(pcall(B.decode, "\19")) print(pcall(B.decode, "\7abc")) print(pcall(B.decode, "\40ab")) print(pcall(B.decode, "\12\200")) print(pcall(B.decode)) print(pcall(B.decode, {})) print(pcall(B.decode, "\15\0"))
---- dictionaries
local B = require "string.buffer" local mt = {__index = {hi = "hi"}} local opts = {dict = {"name", "value"}, metatable = {mt}} local x = B.new(opts) x:encode(setmetatable({name = "n", other = 1}, mt)) print(#x < 30) local v = x:decode() print(v.name, v.other, v.hi, getmetatable(v) == mt, #x)
---- several values in one buffer
local B = require "string.buffer" local x = B.new() x:encode(1):encode("two"):encode({3}) print(x:decode(), x:decode(), x:decode()[1], #x) print(pcall(x.decode, x))
