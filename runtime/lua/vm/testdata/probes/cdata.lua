---- literals
print(1LL, -1LL, 0xffULL, 1ull, 9223372036854775807LL, 18446744073709551615ULL, 2i, 1.5i, -2i) print(type(1LL), tostring(1LL), tostring(2ULL))
---- arithmetic
print(1LL + 1, 1 + 1LL, 5LL - 7, 3LL * 4LL, 7LL / 2, -7LL / 2, 7LL % 3, -7LL % 3, 2LL ^ 10, -5LL) print(7ULL / 2, 5ULL - 7, -1ULL, 3ULL ^ 3, 1LL + 1ULL)
---- division by zero
print(pcall(function() return 1LL / 0LL end)) print(pcall(function() return 1ULL % 0ULL end))
---- comparison
print(1LL == 1, 1 == 1LL, 1LL == 1ULL, -1LL == 0xffffffffffffffffULL, 1LL < 2, 2 > 1LL, 1LL <= 1, 1ULL < -1, -1LL < 1ULL, 1LL ~= 2, 2LL >= 2)
print(1LL == nil, 1LL == 1LL, nil ~= 1LL)
print(pcall(function() return 1LL == "1" end)) print(pcall(function() return 1LL == {} end)) print(pcall(function() return 1LL < "1" end)) print(pcall(function() return {} < 1LL end))
---- mixed with strings and others
print(pcall(function() return 1LL + "3" end)) print(pcall(function() return 1LL + "x" end)) print(pcall(function() return 1LL + nil end)) print(pcall(function() return {} + 1LL end)) print(pcall(function() return 1LL .. "" end)) print(pcall(function() return "a" .. 1LL end)) print(pcall(function() return #1LL end)) print(pcall(function() return (1LL)() end)) print(pcall(function() local x = 1LL return x.y end)) print(pcall(function() local x = 1LL x.y = 1 end)) print(pcall(function() local x = 1LL return x[1] end))
---- float operands
print(1LL + 1.9, 1LL + -1.9, 1ULL - 0.5, 1LL * 2.5, 1LL + 1e300, 1LL + 2^62)
---- power
print(2LL ^ 62, 2LL ^ 63, 2LL ^ 64, 2LL ^ -1, 1LL ^ -1, (-1LL) ^ -1, 0LL ^ 0, 0LL ^ -1, 3ULL ^ 40)
---- overflow
print(9223372036854775807LL + 1, -9223372036854775807LL - 2, 18446744073709551615ULL + 1, 4611686018427387904LL * 4)
---- conversion
print(tonumber(1LL), tonumber(18446744073709551615ULL), tonumber(-1LL), tostring(123LL), tonumber(tostring(5LL)), tonumber("5LL"))
---- bit operations
print(bit.band(0xffffffffffLL, 0xf0f0f0f0f0ULL), bit.bor(1LL, 2), bit.bxor(5LL, 1), bit.bnot(0LL), bit.lshift(1LL, 40), bit.rshift(-1LL, 60), bit.arshift(-16LL, 2), bit.rol(0x8000000000000001ULL, 1), bit.ror(1LL, 1), bit.bswap(1LL), bit.tohex(255LL), bit.tohex(-1LL, 4), bit.tobit(0x1ffffffffLL))
---- as table keys
local k = 1LL local t = {[k] = "a"} print(t[k], t[1LL], t[1])
---- in string.format
print(string.format("%d %s %x %5d %u", 3LL, 3LL, 255LL, 7LL, 18446744073709551615ULL))
---- truth and equality of variables
local a, b = 10LL, 10LL print(a == b, rawequal(a, b), a ~= b, not a, a and "t")
---- for loops with cdata
print(pcall(function() for i = 1LL, 3 do end end))
---- math with cdata
for _, f in ipairs{math.floor, math.max, function(x) return ("x"):rep(x) end, function(x) return select(x, "a") end} do print(pcall(f, 3LL)) end
---- complex
print(2i == 2i, tostring(1i)) print(pcall(function() return 1i + 1 end)) print(pcall(function() return 1i < 2i end))
---- loops accumulating
local s = 0LL for i = 1, 10 do s = s + i end print(s) local p = 1ULL for i = 1, 20 do p = p * i end print(p)
---- large literals
print(0x7fffffffffffffffLL, 0xffffffffffffffffULL, -9223372036854775808LL) print(loadstring("return 99999999999999999999LL", "=n")) print(loadstring("return 0x10000000000000000LL", "=n")) print(loadstring("return 18446744073709551616ULL", "=n"))
