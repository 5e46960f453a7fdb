-- Records the rows of fit.txt for one zone size.
-- Run it in the real OpenResty, once for each size in fit.txt, with
--     daemon off; master_process off; events {} stream { lua_shared_dict d SIZE;
--         lua_shared_dict a_dictionary_with_a_long_name_of_40_bytes SIZE; init_by_lua_file fit.lua; }
-- The recording goes to standard output.
local names = {"d", "a_dictionary_with_a_long_name_of_40_bytes"}
for _, n in ipairs(names) do
  local d = ngx.shared[n]
  for _, len in ipairs{0, 1, 10, 59, 60, 100, 187, 188, 400, 1000, 1900, 1980, 1981, 4000, 5000, 20000} do
    d:flush_all() d:flush_expired()
    local free0 = d:free_space()
    local i = 0
    while true do
      local ok, err = d:safe_set(string.format("%07d", i), string.rep("v", len))
      if not ok then break end
      i = i + 1
    end
    local free = d:free_space()
    local j = 0
    for k = 1, 200 do local ok, err, forcible = d:set(string.format("x%06d", k), string.rep("v", 8)); if forcible then j = j + 1 end end
    io.write(table.concat({n, d:capacity(), len, free0, i, free, j, #d:get_keys(0)}, " "), "\n")
  end
end
io.stdout:flush()
os.exit(0)
