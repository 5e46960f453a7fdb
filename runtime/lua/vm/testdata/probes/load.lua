---- load string
print(load("return 1 + 1")()) print(load("syntax error here")) print(load("return ...", "=n")(1, 2)) print(loadstring("return 5")())
---- load with env
local f = load("x = 5 return x, y", "=n", "t", {y = 6}) print(f()) print(x)
print(load("return _G", "=n", "t", nil) and "ok", pcall(load("return print", "=n", "t", {})))
---- load function
local parts = {"return ", "1", " + 2"} local i = 0 print(load(function() i = i + 1 return parts[i] end)()) print(type(load(function() return nil end))) print(load(function() return {} end, "=n")) print(pcall(load, function() error("reader") end))
---- load modes
print(load("return 1", "=n", "b")) print(load("return 1", "=n", "t")()) print(load("return 1", "=n", "bt")()) print(load(string.dump(function() return 7 end), "=n", "t")) print(load(string.dump(function() return 7 end), "=n", "b")())
---- chunk names
local function msg(s, n) return select(2, load(s, n)) end
print(msg("x =", "=name")) print(msg("x =", "@file.lua")) print(msg("x =", "some code")) print(msg("x =")) print(msg("line one\nx =", nil)) print(msg("x =", "=" .. ("n"):rep(100))) print(msg("x =", "@" .. ("d/"):rep(60) .. "f.lua")) print(msg("x =", ("c"):rep(100))) print(msg("x =", "a\nb")) print(msg("x =", "")) print(msg("x =", "=")) print(msg("x =", "@")) print(msg("x =", ("c"):rep(48))) print(msg("x =", ("c"):rep(47))) print(msg("x =", ("c"):rep(46) .. "\n"))
---- runtime chunk names
print(pcall(load("error('x')", "=my chunk"))) print(pcall(load("error('x')", "@my/file.lua"))) print(pcall(load("error('x')"))) print(pcall(load("\n\nerror('x')", "=n")))
---- string.dump round trip
local function fact(n) if n <= 1 then return 1 end return n * 2 end local g = load(string.dump(fact)) print(g(5), g(1)) local h = load(string.dump(fact, true)) print(h(5)) print(pcall(string.dump, print)) print(pcall(string.dump))
---- dump with constants and upvalues
local u = 5 local function f() return u end print(pcall(load(string.dump(f)))) local function k() return 1.5, "s\0t", true, nil, 10LL, -0.0 end print(load(string.dump(k))())
---- dumped nested functions
local function outer(a) local function inner(b) return a + b end return inner end print(load(string.dump(outer))(3)(4))
---- truncated dump
print(load("\27LJ")) print(load("\27Lua")) print(load(string.dump(function() end):sub(1, 10)) == nil)
---- loadfile and dofile errors
print(loadfile("/nonexistent/file.lua")) print(pcall(dofile, "/nonexistent/file.lua")) print(pcall(loadfile, {}))
---- dofile and loadfile
local name = os.tmpname() local f = io.open(name, "w") f:write("#!shebang\nlocal a = ... return a, 'from file'") f:close() print(dofile(name)) print(loadfile(name)(7)) print(loadfile(name, "t", {})(8)) os.remove(name)
---- load bad arguments
print(pcall(load)) print(pcall(load, nil)) print(pcall(load, {})) print(pcall(loadstring)) print(load(5)) print(pcall(load, "return 1", {}))
---- module and require
package.preload.mymod = function(...) print("loading", ...) return {v = 1} end print(require("mymod").v, require "mymod" == require "mymod", package.loaded.mymod.v)
package.preload.nilmod = function() end print(require "nilmod", package.loaded.nilmod)
package.preload.falsemod = function() return false end print(require "falsemod", package.loaded.falsemod)
package.preload.setmod = function(n) package.loaded[n] = "set" end print(require "setmod")
---- require errors
package.preload.bad = function() error("load failed") end print(pcall(require, "bad")) print(pcall(require, "bad"))
package.preload.loop1 = function() return require "loop1" end print(pcall(require, "loop1"))
print(pcall(require)) print(pcall(require, {}))
---- require missing
package.path = "./?.nope;/x/?.nope" package.cpath = "./?.no" print(select(2, pcall(require, "a.b")))
---- require file with syntax error
local name = os.tmpname() local f = io.open(name, "w") f:write("x =") f:close() package.path = name print((select(2, pcall(require, "whatever")):gsub("/tmp/lua_%w+", "TMP"))) os.remove(name)
---- require passes name
local name = os.tmpname() local f = io.open(name, "w") f:write("return {...}") f:close() package.path = name local t = require("some.mod") print(t[1], #t) os.remove(name)
---- searchpath
print(package.searchpath("a.b", "./?.nope;./?/x")) print(pcall(package.searchpath, "a")) print(package.searchpath("a.b", "?", ".", "-"))
---- package fields
print(package.config:gsub("\n", "|")) print(type(package.loaded), type(package.preload), package.loaders == package.searchers, #package.loaders, package.loaded._G == _G, package.loaded.string == string)
---- custom searcher
table.insert(package.loaders, 2, function(n) if n == "virtual" then return function(m) return m .. "!" end end return "\n\tnothing virtual" end) print(require "virtual") package.path = "" package.cpath = "" print(select(2, pcall(require, "zzz")))
---- module
local env = setmetatable({}, {__index = _G}) local f = load([[module("mod.a", package.seeall) function hi() return "hi" .. _NAME .. _PACKAGE end]]) f() print(mod.a.hi(), package.loaded["mod.a"] == mod.a, mod.a._M == mod.a) mod = nil
---- setfenv on loaded chunk
local f = loadstring("return v") setfenv(f, {v = "env v"}) print(f())
---- globals of chunk
local f = load("newglobal = 1 return newglobal") print(f(), rawget(_G, "newglobal")) _G.newglobal = nil
