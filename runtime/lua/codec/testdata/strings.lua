-- Records the first part of strings.txt: what stream Lua has.
-- Run it in the real OpenResty with TZ=UTC and the configuration
--     daemon off; master_process off; events {} stream { init_by_lua_file strings.lua; }
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
local strs = {"", "a", "ab", "abc", "hello world", allbytes, "a/b?c=d&e#f", "%20%2", "é", "\0", "\0\0\0", string.rep("x", 300)}
for i = 1, 12 do strs[#strs+1] = rstr(1 + rnd(40)) end
for _, s in ipairs(strs) do
  for t = 0, 6 do call("escape_uri", ngx.escape_uri, s, t) end
  call("escape_uri", ngx.escape_uri, s)
  call("unescape_uri", ngx.unescape_uri, s)
  call("unescape_uri", ngx.unescape_uri, ngx.escape_uri(s))
  call("encode_base64", ngx.encode_base64, s)
  call("encode_base64", ngx.encode_base64, s, true)
  call("decode_base64", ngx.decode_base64, ngx.encode_base64(s))
  call("decode_base64", ngx.decode_base64, s)
  call("md5", ngx.md5, s); call("md5_bin", ngx.md5_bin, s); call("sha1_bin", ngx.sha1_bin, s)
  call("crc32_short", ngx.crc32_short, s); call("crc32_long", ngx.crc32_long, s)
  call("hmac_sha1", ngx.hmac_sha1, "key", s); call("hmac_sha1", ngx.hmac_sha1, s, "data")
  call("quote_sql_str", ngx.quote_sql_str, s)
  local b = require "ngx.base64"
  call("encode_base64url", b.encode_base64url, s)
  call("decode_base64url", b.decode_base64url, (b.encode_base64url(s)))
  call("decode_base64url", b.decode_base64url, s)
end
for _, t in ipairs{-1, 7, 2.5, 100, -0.5} do call("escape_uri", ngx.escape_uri, "a b", t) end
for i = 1, 60 do
  call("unescape_uri", ngx.unescape_uri, rstr(rnd(12), "%%%+aFg09?& "))
  call("decode_base64", ngx.decode_base64, rstr(rnd(9), "AQgwz0+/=\n"))
  call("decode_base64", ngx.decode_base64, rstr(rnd(9), "AQgwz0+/"))
  local b = require "ngx.base64"
  call("decode_base64url", b.decode_base64url, rstr(rnd(9), "AQgwz0-_=+"))
  call("decode_base64url", b.decode_base64url, rstr(rnd(9), "AQgwz0-_"))
end
-- decode_args flattened in order of keys
local function dec(s, max)
  local t, err
  if max then t, err = ngx.decode_args(s, max) else t, err = ngx.decode_args(s) end
  local keys = {}
  for k in pairs(t) do keys[#keys+1] = k end
  table.sort(keys)
  local o = {}
  for _, k in ipairs(keys) do
    local v = t[k]
    if type(v) ~= "table" then v = {v} end
    o[#o+1] = k .. "\1"
    for _, e in ipairs(v) do o[#o+1] = tostring(e) .. "\2" end
  end
  return table.concat(o), err
end
for _, s in ipairs{"", "a", "a=1", "a=1&b=2", "a=1&a=2&a", "&&a=&=b&c", "a=b=c", "a%3Db=c%26d", "a+b=c+d", "=", "&", "a&", "a=&", "%=%2&x=%zz", "a=1&a=2&a=3&b"} do
  call("decode_args", dec, s)
  for _, m in ipairs{0, 1, 2, 3, -1} do call("decode_args", dec, s, m) end
end
for i = 1, 60 do call("decode_args", dec, rstr(rnd(20), "ab=&&=%2+"), rnd(5)) end
local many = {} for i = 1, 150 do many[i] = "k" .. i .. "=v" end
call("decode_args", dec, table.concat(many, "&")); call("decode_args", dec, table.concat(many, "&"), 0); call("decode_args", dec, table.concat(many, "&"), 150)
-- encode_args: single key tables keep the order defined
local function encargs(key, ...) local v = {...}; if select('#', ...) == 1 then return ngx.encode_args{[key] = v[1]} end return ngx.encode_args{[key] = v} end
for _, k in ipairs{"a", "a b", "", "é"} do
  call("encode_args", encargs, k, "v"); call("encode_args", encargs, k, "v w&"); call("encode_args", encargs, k, true); call("encode_args", encargs, k, false)
  call("encode_args", encargs, k); call("encode_args", encargs, k, "1", true, "x y"); call("encode_args", encargs, k, false, false); call("encode_args", encargs, k, true, true, "")
  call("encode_args", encargs, k, false, "q", false)
end
io.stdout:flush()
os.exit(0)
