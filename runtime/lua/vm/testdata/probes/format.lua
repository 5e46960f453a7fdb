---- integers
print(("%d|%5d|%-5d|%05d|%+d|% d|%.3d|%5.3d|%i"):format(42, 42, 42, 42, 42, 42, 42, 42, 7))
print(("%d %d %d"):format(3.7, -3.7, "10"))
---- negative
print(("%d|%5d|%05d|%x|%X|%o|%u"):format(-42, -42, -42, -1, -255, -8, -1))
---- hex and octal
print(("%x %X %#x %#X %o %#o %08x %.8x %#.3x"):format(255, 255, 255, 255, 8, 8, 255, 255, 1))
---- big values
print(("%d %d %x %u %d"):format(2^53, -2^53, 2^40, 2^40, 1e18))
print(("%d"):format(2^63), ("%x"):format(2^63), ("%x"):format(2^64), ("%d"):format(-2^63), ("%u"):format(2^63))
---- floats
print(("%f|%.2f|%10.3f|%-10.1f|%+.1f|% .1f|%010.2f|%.0f|%#.0f"):format(3.14159, 3.14159, 3.14159, 3.14159, 3.14159, 3.14159, 3.14159, 2.5, 2))
print(("%e|%.3e|%E|%12.4e"):format(12345.678, 12345.678, 0.00012, 1))
print(("%g|%g|%g|%g|%.3g|%#g|%G|%g"):format(1e20, 0.0001, 0.00001, 100000, 123456, 1, 1e-10, 1e15))
print(("%.14g|%.17g|%.20f|%.15g"):format(0.1, 0.1, 0.1, 0.1))
---- rounding
print(("%.0f %.0f %.0f %.0f %.1f %.1f %.2f"):format(0.5, 1.5, 2.5, 3.5, 0.25, 0.35, 1.005))
---- infinities and nan
print(("%f %g %d %5.1f %e %x"):format(1/0, -1/0, 0, 1/0, 0/0, 0))
print(("%F %G %E %05f|%-6f|%+f"):format(1/0, 0/0, -1/0, 1/0, 1/0, 1/0))
---- hex float
print(("%a %a %a %a %.2a %A %a"):format(1, 0.5, -3.75, 0, 1.999, 255.5, 1e-300))
---- strings
print(("%s|%10s|%-10s|%.2s|%5.1s|%s"):format("abc", "abc", "abc", "abc", "abc", ""))
print(("%s %s %s %s"):format(nil, true, 12, 1.5))
---- tostring of tables with metamethod
print(("%s"):format(setmetatable({}, {__tostring = function() return "custom" end})))
print(pcall(string.format, "%s", setmetatable({}, {__tostring = function() return 1 end})))
---- quoted
print(("%q"):format('a"b\\c\nd\0e\r\t1\0012'))
print(("%q"):format(12), ("%q"):format("\200\255"))
---- char
print(("%c%c%c|%5c|%-3c|"):format(72, 105, 33, 65, 66))
---- percent
print(("%%|%5%|"):format())
---- percent only
print(("100%%"):format())
---- bad conversions
for _, f in ipairs{"%y", "%", "%10", "%.", "%123d", "%.123f", "%-+ #0d", "%l", "%5", "%h", "% "} do print(f, pcall(string.format, f, 1)) end
---- missing arguments
print(pcall(string.format, "%d")) print(pcall(string.format, "%s")) print(pcall(string.format, "%d %d", 1)) print(pcall(string.format, "%q"))
---- bad argument types
print(pcall(string.format, "%d", "x")) print(pcall(string.format, "%d", {})) print(pcall(string.format, "%f", nil)) print((select(2, pcall(string.format, "%q", setmetatable({}, {__tostring = function() return "a\"b" end}))))) print(pcall(string.format, "%c", "x"))
---- numeric strings
print(("%d %f %x"):format("0x10", "1e1", "255"))
---- int64
print(("%d %x %u %s %5d|%X"):format(5LL, 255LL, 18446744073709551615ULL, 7LL, 3LL, 0xABCDULL))
---- extra arguments ignored
print(("%d"):format(1, 2, 3))
---- widths
print(("[%20s][%-20s]"):format("right", "left"))
print(("[%08.3f][%+08d][%-8d][% 8d]"):format(3.14159, 42, 42, 42))
---- zero precision
print(("[%.0d][%.0x][%.0d]"):format(0, 0, 1))
---- plus on unsigned
print(("%+x %+s"):format(5, "a"))
---- long strings
print(#("%s"):format(("x"):rep(10000)), #("%100s"):format("x"))
---- width too long
print(pcall(string.format, "%100d", 1))
---- number precision
print(("%.99f"):format(1/3):sub(1, 30), ("%99d"):format(1):len())
