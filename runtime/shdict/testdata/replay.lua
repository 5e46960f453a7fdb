-- Records one run of replay.txt: the operations of replay_test.go on the real dictionary.
-- Run it in the real OpenResty, once for each size below, with
--     daemon off; master_process off; events {} stream { lua_shared_dict d SIZE; init_by_lua_file replay.lua; }
-- The recording goes to standard output.
local runs = { -- size = seed, operations, keys
  [12288] = {11, 4000, 40},
  [16384] = {7000032, 5000, 10},
  [20480] = {1000014, 6000, 50},
  [65536] = {2000017, 20000, 300},
  [100000] = {3000020, 20000, 200},
  [131072] = {4000023, 20000, 900},
  [1048576] = {5000026, 30000, 3000},
  [4194304] = {6000029, 40000, 9000},
}
local d = ngx.shared.d
local SEED, N, KEYS = unpack(runs[d:capacity()])
local x = SEED
local lines, crcs = {}, {}
local function line(s)
  lines[#lines + 1] = s .. "\n"
  if #lines == 500 then crcs[#crcs + 1] = string.format("%08x", ngx.crc32_long(table.concat(lines))) lines = {} end
end
local function rnd(n) x = (x * 16807) % 2147483647; return x % n end
local function str(v)
  if v == nil then return "nil" end
  if type(v) == "string" then return "s" .. #v .. ":" .. ngx.crc32_long(v) end
  if type(v) == "number" then return string.format("%d", v) end
  return tostring(v)
end
local function out(i, name, ...)
  local t = {}
  for j = 1, select('#', ...) do t[j] = str((select(j, ...))) end
  line(i .. " " .. name .. " " .. table.concat(t, " "))
end
local function key() local n = rnd(KEYS); return "k" .. n .. string.rep("x", n % 37) end
local function val()
  local k = rnd(10)
  if k == 0 then return rnd(1000) end
  if k == 1 then return rnd(2) == 1 end
  local len
  if k < 7 then len = rnd(200) elseif k < 9 then len = rnd(1500) else len = rnd(9000) end
  return string.rep(string.char(97 + rnd(26)), len)
end
local function lval()
  local k = rnd(3)
  if k == 0 then return rnd(1000) end
  if k == 1 then return string.rep("l", rnd(60)) end
  return string.rep("m", rnd(600))
end
local ttls = {0, 0, 0.01, 1000}
local function ttl() return ttls[1 + rnd(4)] end
local function busy() local e = ngx.now(); local s = os.clock(); while os.clock() - s < 0.02 do end; ngx.update_time() end
local function sign(v) if type(v) ~= "number" then return v end return v > 0 and 1 or (v < 0 and -1 or 0) end
for i = 1, N do
  local op = rnd(100)
  if op < 25 then local k, v, t, f = key(), val(), ttl(), rnd(3); out(i, "set", d:set(k, v, t, f))
  elseif op < 30 then local k, v, t, f = key(), val(), ttl(), rnd(3); out(i, "safe_set", d:safe_set(k, v, t, f))
  elseif op < 35 then local k, v, t, f = key(), val(), ttl(), rnd(3); out(i, "add", d:add(k, v, t, f))
  elseif op < 38 then local k, v, t, f = key(), val(), ttl(), rnd(3); out(i, "safe_add", d:safe_add(k, v, t, f))
  elseif op < 42 then local k, v, t, f = key(), val(), ttl(), rnd(3); out(i, "replace", d:replace(k, v, t, f))
  elseif op < 46 then out(i, "delete", d:delete(key()))
  elseif op < 51 then local k, v = key(), rnd(100); out(i, "incr", d:incr(k, v))
  elseif op < 56 then local k, v, n, t = key(), rnd(100), rnd(100), ttl(); out(i, "incr", d:incr(k, v, n, t))
  elseif op < 63 then local k, v = key(), lval(); out(i, "lpush", d:lpush(k, v))
  elseif op < 69 then local k, v = key(), lval(); out(i, "rpush", d:rpush(k, v))
  elseif op < 71 then out(i, "lpop", d:lpop(key()))
  elseif op < 73 then out(i, "rpop", d:rpop(key()))
  elseif op < 75 then out(i, "llen", d:llen(key()))
  elseif op < 87 then out(i, "get", d:get(key()))
  elseif op < 90 then out(i, "get_stale", d:get_stale(key()))
  elseif op < 92 then local v, e = d:ttl(key()); out(i, "ttl", sign(v), e)
  elseif op < 94 then local k, t = key(), ttl(); out(i, "expire", d:expire(k, t))
  elseif op < 95 then out(i, "flush_expired", d:flush_expired(rnd(5)))
  elseif op < 96 then local n = rnd(20); out(i, "get_keys", table.concat(d:get_keys(n), ","))
  elseif op < 99 then out(i, "free_space", d:free_space())
  elseif rnd(8) == 0 then if rnd(6) == 0 then d:flush_all(); out(i, "flush_all") else busy(); out(i, "tick") end
  else out(i, "free_space", d:free_space()) end
end
io.write(string.format("%d %d %d %d\n", d:capacity(), SEED, N, KEYS))
for i = 1, #crcs, 12 do io.write("\t", table.concat(crcs, " ", i, math.min(i + 11, #crcs)), "\n") end
io.stdout:flush()
os.exit(0)
