-- Records regex.txt.
-- Run it in the real OpenResty with TZ=UTC and the configuration
--     daemon off; master_process off; events {} stream { init_by_lua_file regex.lua; }
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
local function flat(m)
  if not m then return tostring(m) end
  local o, names = {}, {}
  local n = 0
  for k in pairs(m) do if type(k) == "number" then if k > n then n = k end else names[#names+1] = k end end
  for i = 0, n do o[#o+1] = m[i] == false and "\1F" or (m[i] == nil and "\1N" or "=" .. m[i]) end
  table.sort(names)
  for _, k in ipairs(names) do
    local v = m[k]
    if type(v) == "table" then o[#o+1] = "#" .. k; for _, e in ipairs(v) do o[#o+1] = "+" .. e end
    else o[#o+1] = "#" .. k; o[#o+1] = v == false and "\1F" or "=" .. v end
  end
  return table.concat(o, "\0")
end
local function match(s, r, o, pos) local ctx = {pos = pos}; local m, err = ngx.re.match(s, r, o, ctx); return m and flat(m), err, ctx.pos end
local function find(s, r, o, pos, nth) local ctx = {pos = pos}; local a, b, err = ngx.re.find(s, r, o, ctx, nth); return a, b, err, ctx.pos end
local function gmatch(s, r, o)
  local it, err = ngx.re.gmatch(s, r, o)
  if not it then return nil, err end
  local t = {}
  for i = 1, 50 do
    local m, err = it()
    if err then t[#t+1] = "E" .. err break end
    if not m then break end
    t[#t+1] = flat(m)
  end
  return table.concat(t, "\2")
end
local function gsubf(s, r, o) return ngx.re.gsub(s, r, function(m) return "<" .. flat(m) .. ">" end, o) end
local function split(s, r, o, pos, max)
  local ctx = {pos = pos}
  local res, err = require "ngx.re".split(s, r, o, ctx, max)
  return res and #res, res and table.concat(res, "\1"), err, ctx.pos
end
local pats = {
 "", "a", "b", "a*", "a+?", "(a)(b)?", "(a)|(b)", "(?<n>a)|(?<n2>b)", "(?:x|(y))z", "^", "$", "^a", "a$", "\\b", "[^,]*", ",", "\\s*,\\s*", "(,)", "(,)|(;)", "(x)?,",
 "(?<=a)b", "(?!a)b", "([a-z]+)([0-9]*)", "(\\w+)\\s+(\\w+)", "(\\d+)-(\\d+)", "(.)\\1", "(?>a+)b", "a++b", "(?i)A", "é", ".", "\\p{L}+", "[\\x80-\\xff]+", "\\R", "a\\Kb", "(?|(a)|(b))", "(?<y>\\d{4})(?<m>\\d\\d)?",
 "(?J)(?<n>a)|(?<n>b)", "(a(b(c)?)?)?", "(?=(a))", "x*", "(?#c)a b", "a b # x", "\\Qa.b\\E", "(a)?(?(1)b|c)", "\\((?:[^()]++|(?R))*\\)", "a.c", "(^a|b$)", "\\Z", "\\z", "\\A", "\\G.", "(*UTF8)é", "(*ACCEPT)", "a(*SKIP)b|.", "[[:alpha:]]+", "(", "a)", "[", "*", "a{2,1}", "(?<1>a)", "\\1", "(?P=x)", "(?<n>a)(?<n>b)", "(?<=a+)b", "\\x{100}", "a\0b",
 "[]", "[^]", "\\u0041", "(a)?\\1b", "(?<aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa>x)"
}
local subjects = {"", "a", "b", "ab", "aab", "abc abc", "a,b;c", ",a,,b,", "hello  world 42", "2024-05", "x\ny\na", "\xc3\xa9t\xc3\xa9", "\xff\xfe", "a\0b", "(a(b)c)", "aaaa"}
local opts = {"", "i", "jo", "u", "x", "D", "a", "s", "m", "J", "d", "U", "o", "ou"}
local function pick(t) return t[1 + rnd(#t)] end
for _, p in ipairs(pats) do
  for k = 1, 3 do
    local s, o = pick(subjects), pick(opts)
    if (o == "U") and s:find("[\xfe\xff]") then o = "u" end
    call("match", match, s, p, o); call("match", match, s, p, o, rnd(4))
    call("find", find, s, p, o); call("find", find, s, p, o, rnd(4), rnd(4) - 1)
    call("gmatch", gmatch, s, p, o)
    call("sub", ngx.re.sub, s, p, "[$0]", o); call("gsub", ngx.re.gsub, s, p, "[$0|$1|${2}]", o)
    call("gsubf", gsubf, s, p, o)
    call("split", split, s, p, o); call("split", split, s, p, o, rnd(5), rnd(4))
  end
end
for i = 1, 1500 do
  local s, p, o = pick(subjects) .. pick(subjects), pick(pats), pick(opts)
  if (o == "U") and s:find("[\xfe\xff]") then o = "u" end
  local op = rnd(7)
  if op == 0 then call("match", match, s, p, o, rnd(6))
  elseif op == 1 then call("find", find, s, p, o, rnd(6), rnd(4) - 1)
  elseif op == 2 then call("gmatch", gmatch, s, p, o)
  elseif op == 3 then call("gsub", ngx.re.gsub, s, p, "<$1>", o)
  elseif op == 4 then call("gsubf", gsubf, s, p, o)
  else call("split", split, s, p, o, rnd(6), rnd(5)) end
end
for _, r in ipairs{"", "$", "$$", "a$$b", "$0", "$1", "$2", "$9", "$10", "${1}", "${1}0", "${1", "${", "${}", "${a}", "${ab", "$a", "$ab1_c-", "$-", "$ ", "x$", "${1a}", "$1a", "$01", "${00}", "$99999999999999999999", "a$0b$1c$2d", "$$0", "$$$0", "${$}", "$é", "\0$1\0"} do
  call("sub", ngx.re.sub, "xaby", "(a)(b)?(c)?", r, ""); call("gsub", ngx.re.gsub, "ab ab", "(a)(b)", r, "o")
end
for _, f in ipairs{"z", "iz", "ioI", "ijosmuxdaDJ", "q\0", "ii", "oo"} do call("match", match, "a", "a", f); call("gsub", ngx.re.gsub, "a", "a", "b", f) end
local longp = string.rep("x", 300) .. "("
call("match", match, "a", longp, ""); call("sub", ngx.re.sub, "a", longp, "b", "")
call("match", match, "a", "ab\0c(", ""); call("match", match, "a", "(ab)c)" .. string.rep("y", 300), "")
call("match", match, string.rep("a", 40) .. "b", "(a+)+$", ""); call("find", find, string.rep("a", 40) .. "b", "(a+)+$", "d")
call("match", match, "a", "a", "", 5); call("match", match, "a", "a", "", -3); call("find", find, "a", "a", "", 2); call("find", find, "a", "a", "", 3)
io.stdout:flush()
os.exit(0)
