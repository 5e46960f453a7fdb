-- Records the second part of strings.txt: what only HTTP Lua has.
-- Run it in the real OpenResty with TZ=UTC and the configuration
--     daemon off; master_process off; events {} http { init_by_lua_file http.lua; }
-- The recording goes to standard output.
local function emit(s) io.write(s, "\n") end
local function enc(v)
  local t = type(v)
  if v == nil then return "nil" end
  if t == "string" then
    local o = {}
    for i = 1, #v do local c = v:byte(i); if c < 33 or c > 126 or c == 37 then o[i] = string.format("%%%02x", c) else o[i] = string.char(c) end end
    return "'" .. table.concat(o)
  end
  if t == "number" then return string.format("%.17g", v) end
  return tostring(v)
end
local function fact(name, nargs, args, ...)
  local t = {name}
  for i = 1, nargs do t[#t+1] = enc(args[i]) end
  t[#t+1] = "=>"
  for i = 1, select('#', ...) do t[#t+1] = enc((select(i, ...))) end
  emit(table.concat(t, " "))
end
local function call(name, fn, ...)
  local args = {...}
  local n = select('#', ...)
  local function pack(ok, ...) if ok then fact(name, n, args, ...) else fact(name, n, args, "throws", (tostring((...)):gsub("^.-:%d+: ", ""))) end end
  pack(pcall(fn, ...))
end
local x = 4242
local function rnd(n) x = (x * 16807) % 2147483647; return x % n end
local function rstr(n, alphabet)
  local t = {}
  for i = 1, n do
    if alphabet then local k = rnd(#alphabet) + 1; t[i] = alphabet:sub(k, k) else t[i] = string.char(rnd(256)) end
  end
  return table.concat(t)
end
local allbytes = {} for i = 0, 255 do allbytes[#allbytes+1] = string.char(i) end allbytes = table.concat(allbytes)
local times = {0, 1, -1, -100000, 86399, 86400, 951782399, 951782400, 951868799, 951868800, 1000000000, 1290079655, 1547549824, 1709164800, 1709251199, 1709251200, 2145916799, 2145916800, 2147483647, 2147483648, 4102444800, 253402300799, 253402300800, 99999999999, 4107542399, 4107542400, 13574563200}
for i = 1, 80 do times[#times+1] = rnd(2147483647) + rnd(5) * 2147483647 end
for _, t in ipairs(times) do
  call("http_time", ngx.http_time, t); call("cookie_time", ngx.cookie_time, t)
  call("parse_http_time", ngx.parse_http_time, ngx.http_time(t))
  call("parse_http_time", ngx.parse_http_time, (ngx.cookie_time(t)))
end
for _, s in ipairs{"", "Thu, 18 Nov 2010 11:27:35 GMT", "Thu, 18-Nov-10 11:27:35 GMT", "Thursday, 18-Nov-69 11:27:35 GMT", "Thursday, 18-Nov-70 11:27:35 GMT", "Thu Nov 18 11:27:35 2010", "Thu Nov  8 11:27:35 2010", "Thu Nov 8 11:27:35 2010",
 "Thu, 18 Nov 2010 11:27:35", "Thu, 18 Nov 2010 11:27:3", "Thu, 18 Nov 2010 24:27:35 GMT", "Thu, 18 Nov 2010 23:60:35 GMT", "Thu, 18 Nov 2010 23:59:60 GMT", "Thu, 31 Nov 2010 11:27:35 GMT", "Thu, 29 Feb 2010 11:27:35 GMT", "Thu, 29 Feb 2012 11:27:35 GMT", "Thu, 29 Feb 2000 11:27:35 GMT", "Thu, 29 Feb 1900 11:27:35 GMT", "Thu, 00 Nov 2010 11:27:35 GMT", "Thu, 18 Xov 2010 11:27:35 GMT", "Thu, 18 Jxx 2010 11:27:35 GMT", "Thu, 18 Jun 2010 11:27:35 GMT", "Thu, 18 Jul 2010 11:27:35 GMT", "Thu, 18 Mxx 2010 11:27:35 GMT", "Thu, 18 Mar 2010 11:27:35 GMT", "Thu, 18 Axx 2010 11:27:35 GMT", "Thu, 18 Oxx 2010 11:27:35 GMT", "Thu, 31 Dec 1969 23:59:59 GMT", "Thu, 31 Dec 1969 23:59:58 GMT", "Thu, 01 Jan 0000 00:00:00 GMT", "Thu, 01 Mar 0000 00:00:00 GMT", "Thu, 01 Jan 0001 00:00:00 GMT", "Thu, 31 Dec 9999 23:59:59 GMT", ",18 Nov 2010 11:27:35 GMT", ",          18 Nov 2010 11:27:35", "18 Nov 2010 11:27:35 GMT", "Thu,18 Nov 2010 11:27:35 GMT", "Thu, 18-Nov 2010 11:27:35 GMT", "Thu, 18 Nov-2010 11:27:35 GMT", "Thu, 18 Nov 2010x11:27:35 GMT", "Thu, 18 Nov 2010 11x27:35 GMT", "Thu, 18 Nov 2010 1a:27:35 GMT", "Thu, 18 Nov 2010 11:2a:35 GMT", "Thu, 18 Nov 2010 11:27:3a GMT", "Thu, 18 Nov 2O10 11:27:35 GMT", "Thu, 1 Nov 2010 11:27:35 GMT", "Thu Nov 18 11:27:35 201", "Thu Nov 18 11:27:35x2010", "Thu Nov 1x 11:27:35 2010", "Thu Nov xx 11:27:35 2010", "Thu Nov 31 11:27:35 2010", "x", "a b", ",", " "} do
  call("parse_http_time", ngx.parse_http_time, s)
end
for i = 1, 80 do call("decode_base64mime", ngx.decode_base64mime, rstr(rnd(12), "AQgwz0+/=\n -")); call("decode_base64mime", ngx.decode_base64mime, rstr(rnd(9), "AQgwz0+/\n")) end
call("decode_base64mime", ngx.decode_base64mime, allbytes)
io.stdout:flush()
os.exit(0)
