package mix

import "strings"

// Kernel is a piece of computing in Lua that says one line, which must be the right one. The sizes are chosen so that an
// interpreter needs some tens of milliseconds.
type Kernel struct {
	Name  string
	About string
	Zone  string // a directive that it needs
	Code  string
	Want  string // the line
}

// Pure reports whether the code needs nothing of OpenResty but ngx.say.
func (k Kernel) Pure() bool {
	return !strings.Contains(strings.ReplaceAll(k.Code, "ngx.say", ""), "ngx.")
}

// mix lets one connection run the code once.
func (k Kernel) mix() Mix {
	return Mix{
		Name: "lua-" + k.Name, Op: "run", Metric: CPUPerOp, measure: throughput, About: k.About,
		Stream: k.Zone + `
    server {
        listen @PORT@;
        content_by_lua_block {` + k.Code + `        }
    }
`, Load: hello(k.Want+"\n", 2),
	}
}

// Kernels are the pieces of computing.
func Kernels() []Kernel {
	return []Kernel{
		{"shdict", "30 000 operations on a shared dictionary: set, get and incr over 100 keys.", `
    lua_shared_dict numbers 1m;`, `
            local dict = ngx.shared.numbers
            dict:delete("total")
            local keys = {}
            for i = 1, 100 do keys[i] = "key" .. i end
            for i = 1, 10000 do
                local key = keys[i % 100 + 1]
                dict:set(key, i)
                dict:incr("total", dict:get(key), 0)
            end
            ngx.say(dict:get("total"))
`, "50005000"},
		{"regex", "6 000 regular expression operations: match, find and gsub with the flags jo.", "", `
            local count = 0
            for i = 1, 2000 do
                local subject = "GET /item/" .. i .. "?colour=blue&size=" .. i % 7 .. " HTTP/1.1"
                local m = ngx.re.match(subject, [[^(\w+) (/[a-z/0-9]+)\?(\S*)]], "jo")
                local from = ngx.re.find(subject, [[size=[0-3]\b]], "jo")
                local text, n = ngx.re.gsub(m[3], "[a-z]+=", "", "jo")
                count = count + #m[2] + (from and 1 or 0) + n + #text
            end
            ngx.say(count)
`, "36036"},
		{"arithmetic", "Integer and floating-point arithmetic, and recursive calls.", "", `
            local function fib(n)
                if n < 2 then return n end
                return fib(n - 1) + fib(n - 2)
            end
            local x, sum = 0.5, 0
            for i = 1, 300000 do
                x = 3.7 * x * (1 - x)
                sum = (sum + i * i) % 1000003
            end
            ngx.say(fib(22), " ", sum, " ", x > 0 and x < 1)
`, "17711 996003 true"},
		{"tables", "Arrays and hashes: filling, reading, sorting and iterating.", "", `
            local list, seed = {}, 42
            for i = 1, 20000 do
                seed = seed * 16807 % 2147483647
                list[i] = seed % 100000
            end
            table.sort(list)
            local count = {}
            for _, v in ipairs(list) do
                local key = "k" .. v % 500
                count[key] = (count[key] or 0) + 1
            end
            local keys, most = 0, 0
            for _, n in pairs(count) do
                keys = keys + 1
                if n > most then most = n end
            end
            local sorted = true
            for i = 2, #list do sorted = sorted and list[i - 1] <= list[i] end
            ngx.say(keys, " ", sorted, " ", #list)
`, "500 true 20000"},
		{"strings", "Concatenation, formatting, patterns and bytes.", "", `
            local parts = {}
            for i = 1, 5000 do
                local s = string.format("%05d:%s", i, ("ab"):rep(i % 5))
                parts[#parts + 1] = s:upper():sub(2, -2):reverse()
            end
            local all = table.concat(parts, ",")
            local sum = 0
            for i = 1, #all do sum = (sum * 31 + all:byte(i)) % 65521 end
            local words = 0
            for _ in all:gmatch("[^,]+") do words = words + 1 end
            local replaced, n = all:gsub("BA", "x")
            ngx.say(sum, " ", words, " ", n, " ", #replaced)
`, "32978 5000 6000 38999"},
		{"closures", "Closures, varargs, method calls through a metatable, and coroutines.", "", `
            local Counter = {}
            Counter.__index = Counter
            function Counter.new(step) return setmetatable({ n = 0, step = step }, Counter) end
            function Counter:add(...) self.n = self.n + self.step * select("#", ...) end
            local function adder(k) return function(v) return v + k end end
            local counter, total = Counter.new(2), 0
            for i = 1, 40000 do
                total = adder(i % 10)(total)
                counter:add(i, i, i)
            end
            local generate = coroutine.wrap(function()
                for i = 1, 5000 do coroutine.yield(i) end
            end)
            local yielded = 0
            for i in generate do yielded = yielded + i end
            ngx.say(total, " ", counter.n, " ", yielded)
`, "180000 240000 12502500"},
	}
}
