---- os.time and date
print(os.time({year = 2024, month = 1, day = 15, hour = 12, min = 30, sec = 45}) - os.time({year = 2024, month = 1, day = 15, hour = 0}), type(os.time()), os.date("!%Y-%m-%d %H:%M:%S", 0), os.date("!%c", 86400), os.date("!%x %X %p", 3600))
---- date formats
print(os.date("!%a %A %b %B %d %H %I %j %m %M %p %S %U %w %W %y %Y %Z %%", 1700000000))
print(os.date("!%D|%e|%F|%h|%n|%R|%t|%T|%u|%V|%G|%g|%C|%r|%s", 1700000000))
---- date table
local t = os.date("!*t", 1700000000) print(t.year, t.month, t.day, t.hour, t.min, t.sec, t.wday, t.yday, t.isdst) local d = os.date("*t", 0) print(type(d.year))
---- time normalises
print(os.time({year = 2024, month = 14, day = 1, hour = 0}) == os.time({year = 2025, month = 2, day = 1, hour = 0}), os.time({year = 2024, month = 1, day = 32, hour = 0}) == os.time({year = 2024, month = 2, day = 1, hour = 0}))
---- time errors
print(pcall(os.time, {})) print(pcall(os.time, {year = 2024})) print(pcall(os.time, {year = 2024, month = 1})) print(pcall(os.time, 5)) print(pcall(os.date, {}))
---- default hour is noon
print(os.time({year = 2024, month = 1, day = 1}) - os.time({year = 2024, month = 1, day = 1, hour = 0}))
---- difftime clock
print(os.difftime(10, 5), type(os.clock()), os.clock() >= 0)
---- getenv
print(os.getenv("SURELY_NOT_SET_VARIABLE"), type(os.getenv("PATH"))) print(pcall(os.getenv))
---- tmpname remove rename
local n = os.tmpname() print(type(n)) local f = io.open(n, "w") f:close() local m = n .. ".x" print(os.rename(n, m)) print(os.remove(m)) print(os.remove(m) == nil, (select(2, os.remove(m)):gsub("^.*: ", "")), select(3, os.remove(m))) print((select(2, os.rename("/nonexistent/a", "/nonexistent/b")):gsub("^.*: ", "")))
---- setlocale
print(os.setlocale(), os.setlocale("C"), os.setlocale(nil, "all"), os.setlocale("xx_YY"))
---- execute
print(os.execute("exit 3")) print(os.execute("true")) print(os.execute())
---- io write read
local n = os.tmpname() local f = io.open(n, "w") print(io.type(f), f:write("line1\n", 2, " ", 3.5, "\nline3") == f, f:close(), io.type(f)) 
local f = io.open(n) print(f:read()) print(f:read("*l")) print(f:read("*a")) print(f:read("*a"), f:read("*l"), f:read(0)) f:close() os.remove(n)
---- read formats
local n = os.tmpname() local f = io.open(n, "w") f:write("12 0x1F -3.5e2 abc\nsecond line\n\nlast") f:close() local f = io.open(n) print(f:read("*n", "*n", "*n")) print(f:read("*n")) print(f:read("*L")) print(f:read(3, 4)) print(f:read("l", "L", "l")) print(f:read("*a")) print(f:read(1)) f:close() os.remove(n)
---- lines
local n = os.tmpname() local f = io.open(n, "w") f:write("a\nb\n\nc") f:close() for l in io.lines(n) do io.write("[", l, "]") end print() for l in io.lines(n, "*L") do io.write("<", l, ">") end print() for a, b in io.lines(n, 1, 1) do io.write(a, "-", b or "nil", ";") end print() local f = io.open(n) for l in f:lines() do io.write(l, ",") end print(io.type(f)) f:close() os.remove(n)
---- lines errors
print(pcall(io.lines, "/nonexistent")) print(pcall(function() for l in io.lines("/nonexistent") do end end))
---- seek
local n = os.tmpname() local f = io.open(n, "w+") f:write("0123456789") print(f:seek("set", 3), f:read(2), f:seek("cur"), f:seek("cur", -1), f:read(1), f:seek("end"), f:seek("end", -2), f:read("*a"), f:seek("set")) f:close() os.remove(n)
---- append mode
local n = os.tmpname() local f = io.open(n, "w") f:write("a") f:close() f = io.open(n, "a") f:write("b") f:close() f = io.open(n, "a+") f:write("c") f:seek("set") print(f:read("*a")) f:close() f = io.open(n, "r+") f:write("X") f:close() print(io.open(n):read("*a")) os.remove(n)
---- open errors
print((select(2, io.open("/nonexistent/file"))), select(3, io.open("/nonexistent/file"))) print(pcall(io.open, "/tmp/x", "zz")) print(pcall(io.open)) print(io.open("/", "w"))
---- closed files
local n = os.tmpname() local f = io.open(n, "w") f:close() print(pcall(f.write, f, "x")) print(pcall(f.read, f)) print(pcall(f.close, f)) print(tostring(f), io.type(f), io.type(5), io.type(io.stdout)) os.remove(n)
---- bad file arguments
print(pcall(io.close, 5)) print(pcall(io.stdout.write, 5)) print(pcall(io.type)) print(pcall(function() io.stdout.write() end)) print(pcall(io.read, "*x")) print(pcall(io.stdout.seek, io.stdout, "bad")) print(pcall(io.stdout.setvbuf, io.stdout, "bad"))
---- write errors
local n = os.tmpname() local f = io.open(n, "r") print(f:write("x")) f:close() print(pcall(io.write, {})) os.remove(n)
---- input output redirection
local n = os.tmpname() local old = io.output() io.output(n) io.write("redirected\n", "two") io.close() io.output(old) local oi = io.input() io.input(n) print(io.read()) print(io.read("*a")) io.close(io.input()) io.input(oi) os.remove(n)
---- popen
local p = io.popen("echo hello; exit 3") print(p:read("*a")) print(p:close()) local p = io.popen("cat > /dev/null", "w") p:write("x") print(p:close()) print(pcall(io.popen, "true", "x"))
---- tmpfile
local f = io.tmpfile() f:write("tmp") f:seek("set") print(f:read("*a")) print(f:close())
---- setvbuf flush
local n = os.tmpname() local f = io.open(n, "w") print(f:setvbuf("no"), f:setvbuf("full", 1024), f:setvbuf("line"), f:flush() == f or f:flush()) f:close() os.remove(n) print(io.flush() ~= nil)
---- file methods through the metatable
print(getmetatable(io.stdout).__index == getmetatable(io.stdout), type(getmetatable(io.stdout).__gc), getmetatable(io.stdout).__name)
