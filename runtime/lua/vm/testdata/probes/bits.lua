---- basics
print(bit.band(5, 3), bit.bor(5, 3), bit.bxor(5, 3), bit.bnot(0), bit.bnot(5), bit.lshift(1, 4), bit.rshift(-1, 28), bit.arshift(-16, 2), bit.rol(0x12345678, 8), bit.ror(0x12345678, 8), bit.bswap(0x12345678))
---- many arguments
print(bit.band(15, 7, 3), bit.bor(1, 2, 4, 8), bit.bxor(1, 1, 1), bit.band(-1), bit.bor(5))
---- normalisation
print(bit.tobit(0xffffffff), bit.tobit(2^32 + 5), bit.tobit(-1), bit.tobit(1.5), bit.tobit(2.5), bit.tobit(-0.5), bit.tobit(0x7fffffff), bit.tobit(0x80000000), bit.tobit(2^40 + 7), bit.tobit(1e15))
---- shifts wrap
print(bit.lshift(1, 32), bit.lshift(1, 33), bit.lshift(1, -1), bit.rshift(1, 31), bit.lshift(1, 31), bit.arshift(0x80000000, 31))
---- tohex
print(bit.tohex(255), bit.tohex(-1), bit.tohex(255, 4), bit.tohex(0xabcdef, -6), bit.tohex(1, 0), bit.tohex(255, 10), bit.tohex(2^32 + 1))
---- string arguments
print(bit.band("7", "0x3"), bit.tobit("12"))
---- errors
print(pcall(bit.band)) print(pcall(bit.band, "x")) print(pcall(bit.bnot, {})) print(pcall(bit.lshift, 1)) print(pcall(bit.tohex))
---- hash style arithmetic
local h = 0 for c in ("hello world"):gmatch(".") do h = bit.bxor(bit.rol(h, 5), c:byte()) h = bit.tobit(h * 33) end print(h)
---- require bit
print(require "bit" == bit)
