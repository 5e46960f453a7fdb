-- Runs the probes of a file, the sections that begin with "---- name", one by one and prints what each prints.
local path = ...
local f = assert(io.open(path, "rb"))
local text = f:read("*a")
f:close()

local function run(name, body)
  print("---- " .. name)
  local fn, err = loadstring(body, "=probe")
  if not fn then
    print("syntax: " .. err)
    return
  end
  setfenv(fn, setmetatable({}, {__index = _G}))
  local ok, err = pcall(fn)
  if not ok then
    print("error: " .. tostring(err))
  end
end

local name, lines
for line in text:gmatch("([^\n]*)\n") do
  local n = line:match("^%-%-%-%- (.*)$")
  if n then
    if name then run(name, table.concat(lines, "\n")) end
    name, lines = n, {}
  elseif name then
    lines[#lines + 1] = line
  end
end
run(name, table.concat(lines, "\n"))
