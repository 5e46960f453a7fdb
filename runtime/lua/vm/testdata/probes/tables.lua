---- length with holes
local t = {} t[1] = 1 t[2] = 2 t[4] = 4 print(#t)
print(#{1, nil, 3}, #{1, 2, nil, nil, 5}, #{nil, nil, 3}, #{nil, 2}, #{n = 1, 10, nil, 30})
local a = 1 print(#{a, nil, 3}, #{a, a, nil, nil, 5}, #{a, nil, a, nil, a}, #{nil, a})
local function f(...) return #{...} end
print(f(1, nil, 3), f(1, nil, nil, 4), f(nil, 2), f(nil, nil, 3), f(1, nil), f(1, 2, nil, 4, nil, 6), f(), f(nil))
---- length while growing and shrinking
local t = {}
for i = 1, 20 do t[i] = i end
for i = 20, 11, -1 do t[i] = nil end
print(#t) t[15] = 1 print(#t) t[11] = 1 print(#t)
for i = 1, 10 do t[i] = nil end print(#t == 11 or #t == 0 or #t == 15)
---- length after reverse fill
local t = {} for i = 10, 1, -1 do t[i] = i end print(#t)
---- length with zero key
local t = {[0] = "z", "a", "b"} print(#t, t[0])
---- table.insert and remove
local t = {}
table.insert(t, "a") table.insert(t, "c") table.insert(t, 2, "b") print(table.concat(t, ","))
print(table.remove(t), table.remove(t, 1), table.concat(t, ","), #t)
print(select("#", table.remove({})), table.remove({}), table.remove({1, 2, 3}, 5), select("#", table.remove({1}, 5)))
---- insert at strange places
local t = {1, 2, 3}
table.insert(t, 1, 0) table.insert(t, 6, 9) print(table.concat(t, ","), #t, t[6])
---- insert errors
print(pcall(table.insert)) print(pcall(table.insert, {})) print(pcall(table.insert, {}, 1, 2, 3)) print(pcall(table.insert, nil, 1)) print(pcall(table.insert, {}, "x", 1))
local ok, e = pcall(function() table.insert({}) end) print(e)
local ok, e = pcall(function() table.insert(nil, 1) end) print(e)
---- concat
print(table.concat({}), table.concat({1, 2, 3}), table.concat({1, 2, 3}, ", "), table.concat({"a", "b", "c"}, "-", 2), table.concat({"a", "b", "c"}, "-", 2, 3), table.concat({1.5, "x", 1e15}, " "), table.concat({"a"}, "x", 2), table.concat({1,2}, ",", 3, 2))
---- concat errors
print(pcall(table.concat, {1, {}, 3})) print(pcall(table.concat, {1, nil, 3}, ",", 1, 3)) print(pcall(table.concat, {true})) print(pcall(table.concat)) print(pcall(table.concat, {}, {}))
---- sort
local t = {5, 2, 8, 1, 9, 3} table.sort(t) print(table.concat(t, " "))
table.sort(t, function(a, b) return a > b end) print(table.concat(t, " "))
local s = {"banana", "apple", "Cherry"} table.sort(s) print(table.concat(s, " "))
---- sort many
local t = {} math.randomseed(7) for i = 1, 500 do t[i] = math.random(1, 1000) end
table.sort(t) local ok = true for i = 2, #t do if t[i - 1] > t[i] then ok = false end end print(ok)
---- sort with invalid order function
local t = {} for i = 1, 20 do t[i] = i % 5 end
print(pcall(table.sort, t, function() return true end))
---- sort mixed types
print(pcall(table.sort, {3, "a", 1})) print(pcall(table.sort, {{}, {}})) print(pcall(table.sort, {1, 2, nil, 4})) print(pcall(table.sort, {1}, 5)) print(pcall(table.sort, nil))
---- sort error in comparator
print(pcall(table.sort, {3, 2, 1}, function(a, b) error("cmp") end))
---- maxn getn
print(table.maxn({1, 2, [10] = 3}), table.maxn({}), table.maxn({[1.5] = 1, [-3] = 2}), table.getn({1, 2, 3}))
---- foreach foreachi
table.foreachi({10, 20}, function(i, v) io.write(i, "=", v, " ") end) print()
print(table.foreachi({10, 20}, function(i, v) if v == 20 then return i end end))
print(table.foreach({x = 1}, function(k, v) return k .. v end))
---- pack and unpack
local t = table.pack(1, nil, 3) print(t.n, t[1], t[2], t[3], #t)
print(table.unpack({1, 2, 3}), unpack({1, 2, 3}, 2), unpack({1, 2, 3}, 2, 3), unpack({1, 2}, 1, 4), select("#", unpack({}, 1, 3)), table.unpack == unpack)
print(unpack({1, 2, 3}, -1, 1)) print(unpack({}, 1, 0))
---- unpack errors
print(pcall(unpack)) print(pcall(unpack, {}, 1, 1e8)) print(pcall(unpack, 5))
---- table.move
local t = table.move({1, 2, 3}, 1, 3, 2) print(table.concat(t, ","))
print(table.concat(table.move({1, 2, 3}, 2, 3, 1), ","), table.concat(table.move({1, 2, 3}, 1, 3, 1, {9, 9, 9, 9}), ","), #table.move({}, 1, 0, 1))
---- table.new clear nkeys
local new, clear, nkeys = require "table.new", require "table.clear", require "table.nkeys"
local t = new(10, 5) print(#t, next(t)) t[1] = 1 t.x = 2 print(nkeys(t)) clear(t) print(nkeys(t), t.x, t[1], #t)
---- table.isempty isarray clone
local isempty, isarray, clone = require "table.isempty", require "table.isarray", require "table.clone"
print(isempty({}), isempty({1}), isempty({a = 1}), isempty({[1] = nil}), isarray({1, 2}), isarray({a = 1}), isarray({}), isarray({[3] = 1}), isarray({1, 2, x = 3}), isarray({[1.5] = 1}), isarray({[0] = 1}), isarray({[-1] = 1}))
local o = {1, {2}, x = 3} local c = clone(o) print(c[1], c[2] == o[2], c.x, c ~= o, getmetatable(clone(setmetatable({}, {}))))
---- errors of the extensions
print(pcall(require "table.new")) print(pcall(require "table.clear")) print(pcall(require "table.nkeys", 5)) print(#require "table.new"(-1, 0)) print(pcall(require "table.isarray"))
---- pairs order of arrays
for k, v in pairs({10, 20, 30}) do io.write(k, "=", v, " ") end print()
---- ipairs stops at nil
for i, v in ipairs({1, 2, nil, 4}) do io.write(i, " ") end print()
---- next
print(next({})) print(next({5})) print(next({5}, 1)) print(pcall(next, {}, "nokey")) print(pcall(next)) print(next({x = 1}))
---- clearing during traversal
local t = {} for i = 1, 10 do t["k" .. i] = i end
local n = 0 for k in pairs(t) do t[k] = nil n = n + 1 end print(n, next(t))
---- assigning during traversal
local t = {a = 1, b = 2, c = 3} for k, v in pairs(t) do t[k] = v * 2 end print(t.a, t.b, t.c)
---- nil and nan keys
print(pcall(function() local t = {} t[nil] = 1 end)) print(pcall(function() local t = {} t[0/0] = 1 end)) print(({})[nil], ({})[0/0])
print(pcall(rawset, {}, nil, 1)) print(pcall(function() return {[nil] = 1} end))
---- keys of all types
local k1, k2 = {}, function() end
local t = {[k1] = 1, [k2] = 2, [true] = 3, [1.5] = 4, ["s"] = 5, [false] = 6}
print(t[k1], t[k2], t[true], t[1.5], t.s, t[false], t[{}])
---- integer float string keys differ
local t = {} t[1] = "n" t["1"] = "s" print(t[1], t["1"], t[1.0])
---- large sparse arrays
local t = {} t[1e6] = 1 t[1] = 1 print(#t, t[1e6]) t[-5] = 2 t[2^31] = 3 print(t[-5], t[2^31])
---- many insertions and deletions
local t = {} for r = 1, 50 do for i = 1, 100 do t["r" .. r .. "i" .. i] = i end for i = 1, 100 do t["r" .. r .. "i" .. i] = nil end end
print(next(t))
---- rawget rawset rawequal rawlen
local t = setmetatable({}, {__index = function() return "idx" end, __newindex = function() end, __len = function() return 42 end, __eq = function() return true end})
print(t.x, rawget(t, "x"), rawset(t, "x", 1) == t, t.x, #t, rawlen(t), rawequal(t, {}), rawequal(1, 1), rawlen("abc"))
print(pcall(rawlen, 5)) print(pcall(rawget, 1, 2)) print(pcall(rawset, {}, 1)) print(pcall(rawequal, 1))
---- select
print(select("#"), select("#", nil, nil), select(2, "a", "b", "c"), select(-1, "a", "b", "c"), select(-2, "a", "b", "c"))
print(pcall(select, 0)) print(pcall(select, -5, 1)) print(pcall(select)) print(select(5, 1, 2)) print(pcall(select, "x"))
---- length of non tables
print(pcall(function() return #5 end)) print(pcall(function() local x return #x end)) print(pcall(function() return #print end))
---- nested constructors
local t = {{1, {2, {3}}}, {a = {b = {c = "deep"}}}} print(t[1][2][2][1], t[2].a.b.c)
---- table with function values
local t = {f = function(x) return x * 2 end, ["g h"] = function() return "gh" end} print(t.f(4), t["g h"]())
