---- tostring of numbers
for _, n in ipairs{0, -0.0, 1, -1, 0.1, 1/3, 1e14, 1e15, 123456789012345, 2^53, 2^63, -2^63, 1e100, 1e-5, 1e-4, 123456.789, 99999999999999, 1763636400.123, 5e-324, 1.7976931348623157e308} do print(n) end
---- infinities
print(1/0, -1/0, 0/0, -(0/0), math.huge, -math.huge)
---- concat of numbers
print(1 .. "", 1e15 .. "", 2^53 .. "", 0.1 .. "", -0.0 .. "", (1/0) .. "", (0/0) .. "")
---- tonumber
for _, s in ipairs{"10", " 10 ", "1e2", "0x10", "0x1p4", "0x.8", "", " ", "abc", "1 2", "1e", "0x", "inf", "-inf", "nan", "infinity", "0b101", "1_0", "10LL", "+5", "- 5", "--5", "5.", ".5", ".", "1e+5", "\t7\n", "0x-1", "1e400", "-0", "010", "1e2.5"} do print(("%q"):format(s), tonumber(s)) end
---- tonumber base
print(tonumber("ff", 16), tonumber("FF", 16), tonumber("0xff", 16), tonumber("777", 8), tonumber("zz", 36), tonumber("8", 8), tonumber("-ff", 16), tonumber(" 11 ", 2), tonumber("1.5", 16), tonumber("", 16), tonumber("7fffffff", 16), tonumber("ffffffffff", 16))
---- tonumber base errors
print(pcall(tonumber, "1", 1))
print(pcall(tonumber, "1", 37))
print(pcall(tonumber))
print(pcall(tonumber, {}, 16))
---- tonumber of other types
print(tonumber(nil), tonumber({}), tonumber(true), tonumber(print), tonumber(5))
---- arithmetic on strings
print("10" + 5, "0x10" * 2, " 3 " - 1, "1e1" / 2, 10 % "3", "2" ^ "3", -"4")
---- arithmetic on bad strings
print("abc" + 1)
---- modulo
print(5 % 3, -5 % 3, 5 % -3, -5 % -3, 5.5 % 2, -5.5 % 2, 1 % math.huge, -1 % math.huge, 5 % 0, 0 % 5, -0.0 % 5, 1e308 % 3, 2^53 % 3)
---- power
print(2^10, 2^-1, 2^0.5, (-8)^(1/3), 0^0, 10^15, 2^1024, 4^0.5, (-2)^3)
---- division
print(7/2, -7/2, 1/3, 0/1, 1/0 > 0)
---- integer loops keep precision
local s = 0
for i = 1, 1000 do s = s + i * 0.5 end
print(s)
---- comparison of numbers
print(1 < 2, 2 < 1, 1 <= 1, 0/0 == 0/0, 0/0 ~= 0/0, 0/0 < 1, 1 < 0/0, -0.0 == 0, math.huge > 1e308)
---- math functions
print(math.floor(3.7), math.floor(-3.7), math.ceil(3.2), math.ceil(-3.2), math.abs(-5), math.sqrt(16), math.fmod(7, 3), math.fmod(-7, 3), math.modf(3.7))
print(math.modf(-3.7)) print(math.modf(5)) print(math.modf(1/0)) print(math.modf(-1/0))
---- math.log
print(math.log(8, 2), math.log(100, 10), math.log(1), math.log(27, 3), math.log(1024, 2), math.log(0), math.log10(1000), math.log(2, 0.5))
---- math.max and min
print(math.max(1, 3, 2), math.min(3, 1, 2), math.max(1), math.max(-1, -2))
print(pcall(math.max))
print(math.max("10", 9))
---- math.frexp and ldexp
print(math.frexp(8)) print(math.frexp(0)) print(math.frexp(0.1)) print(math.ldexp(0.5, 4))
---- math trig
print(("%.10f %.10f %.10f %.10f"):format(math.sin(1), math.cos(1), math.tan(1), math.atan2(1, -1)))
print(("%.10f %.10f %.10f"):format(math.sinh(1), math.cosh(1), math.tanh(1)))
print(math.deg(math.pi), math.rad(180) == math.pi, math.exp(0), math.pow(2, 8))
---- math.pi and huge
print(math.pi, math.huge)
---- random sequence after seed
math.randomseed(42)
local t = {} for i = 1, 5 do t[i] = ("%.12f"):format(math.random()) end
print(table.concat(t, " "))
math.randomseed(42)
for i = 1, 5 do t[i] = math.random(1, 100) end
print(table.concat(t, " "))
math.randomseed(123.456)
print(math.random(10), math.random(-5, 5), math.random(0, 2^31))
---- random errors
print(pcall(math.random, 0))
print(pcall(math.random, 2, 1))
---- math errors
print(pcall(math.floor, "x"))
print(pcall(math.floor, nil))
print(pcall(math.sqrt, {}))
print(math.floor("3.5"))
---- integer division of big numbers
print(2^53 + 1, 2^53 - 1, 9007199254740993, 1e16, 123456789 * 987654321)
---- number formatting boundaries
print(99999999999999.9, 999999999999999, 100000000000000, 0.00001, 0.0001, 123456789.123456789, 1e21, 12345678901234567890)
---- hexadecimal
print(0xff, 0xFFFFFFFF, 0xffffffffffff, 0x7fffffffffffffff, 0xffffffffffffffff, 0x1p-2, 0xa.bp0)
---- type of numbers
print(type(1), type(1.5), type("1"))
---- unary minus of zero
print(-0, 0 * -1, 1 / -0, -(0))
---- numeric strings compare as strings
print("10" < "9", "a" < "B", "" < "a", "a\0b" < "a\0c", pcall(function() return 1 < "2" end))
