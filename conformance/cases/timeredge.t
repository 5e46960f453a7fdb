# Timers: delays, arguments and counts at their edges.
use Test::Nginx::Socket::Lua::Stream;

$ENV{TEST_NGINX_HTML_DIR} ||= html_dir();
log_level('warn');

plan tests => repeat_each() * blocks();
run_tests();

__DATA__

=== TEST 1: delays
--- stream_server_config
    content_by_lua_block {
        local function try(what, ...)
            local r = table.pack(pcall(...))
            for i = 1, r.n do r[i] = tostring(r[i]):gsub("^[^ ]+:%d+: ", "") end
            ngx.say(what, ": ", table.concat(r, " | ", 1, r.n))
        end
        local function f() end
        for _, d in ipairs({ -1, -0.001, 0, 0.0001, 1e9, 1e15, 0 / 0, 1 / 0, "0", "x", true, {} }) do
            try("at " .. (type(d) == "table" and "table" or tostring(d)), ngx.timer.at, d, f)
        end
        for _, d in ipairs({ -1, 0, 0.0001, 1e15, "10", "x", true }) do
            try("every " .. tostring(d), ngx.timer.every, d, f)
        end
        try("nil", ngx.timer.at, nil, f)
        try("none", ngx.timer.at)
        try("one", ngx.timer.at, 0)
        try("no function", ngx.timer.at, 0, 1)
        try("a C function", ngx.timer.at, 0, print)
        try("every one", ngx.timer.every, 1)
        try("every none", ngx.timer.every)
        try("every string", ngx.timer.every, 1, "x")
        try("counts with arguments", function() return type(ngx.timer.pending_count(1)), type(ngx.timer.running_count(1)) end)
    }
--- stream_response
at -1: true | 1
at -0.001: true | 1
at 0: true | 1
at 0.0001: true | 1
at 1000000000: true | 1
at 1e+15: true | 1
at nan: true | 1
at inf: true | 1
at 0: true | 1
at x: false | bad argument #1 to '?' (number expected, got string)
at true: false | bad argument #1 to '?' (number expected, got boolean)
at table: false | bad argument #1 to '?' (number expected, got table)
every -1: true | 1
every 0: false | delay cannot be zero
every 0.0001: false | delay cannot be zero
every 1e+15: true | 1
every 10: true | 1
every x: false | bad argument #1 to '?' (number expected, got string)
every true: false | bad argument #1 to '?' (number expected, got boolean)
nil: false | bad argument #1 to '?' (number expected, got nil)
none: false | expecting at least 2 arguments but got 0
one: false | expecting at least 2 arguments but got 1
no function: false | bad argument #2 to '?' (Lua function expected)
a C function: false | bad argument #2 to '?' (Lua function expected)
every one: false | expecting at least 2 arguments but got 1
every none: false | expecting at least 2 arguments but got 0
every string: false | bad argument #2 to '?' (Lua function expected)
counts with arguments: true | number | number
--- log



=== TEST 2: counts
--- stream_server_config
    content_by_lua_block {
        local sem = require("ngx.semaphore").new()
        local done = require("ngx.semaphore").new()
        ngx.say(ngx.timer.pending_count(), " ", ngx.timer.running_count())
        for _ = 1, 3 do
            ngx.timer.at(0, function()
                done:post()
                sem:wait(20)
                done:post()
            end)
        end
        ngx.timer.at(3600, function() end)
        ngx.say(ngx.timer.pending_count(), " ", ngx.timer.running_count())
        for _ = 1, 3 do done:wait(20) end
        ngx.say(ngx.timer.pending_count(), " ", ngx.timer.running_count())
        sem:post(3)
        for _ = 1, 3 do done:wait(20) end
        ngx.timer.at(0, function() done:post() end)
        done:wait(20)
        ngx.say(ngx.timer.pending_count())
    }
--- stream_response
0 0
4 0
1 3
1
--- log



=== TEST 3: what a timer sees
--- stream_server_config
    content_by_lua_block {
        local sem = require("ngx.semaphore").new()
        local out = {}
        ngx.ctx.x = "session"
        ngx.timer.at(0, function(premature, ...)
            local ok, err = pcall(function()
                out[#out + 1] = tostring(premature) .. " " .. select("#", ...) .. " " .. tostring((select(2, ...)))
                out[#out + 1] = ngx.get_phase()
                out[#out + 1] = tostring(ngx.ctx.x)
                for _, name in ipairs({ "remote_addr", "protocol", "nothing" }) do
                    local ok, v = pcall(function() return ngx.var[name] end)
                    out[#out + 1] = name .. ": " .. tostring(ok) .. " " .. tostring(v):gsub("^[^ ]+:%d+: ", "")
                end
                for _, f in ipairs({ "say", "print", "flush", "eof" }) do
                    local ok, v, e = pcall(ngx[f], "x")
                    out[#out + 1] = f .. ": " .. tostring(ok) .. " " .. tostring(v):gsub("^[^ ]+:%d+: ", "") .. " " .. tostring(e)
                end
                local ok, v, e = pcall(ngx.req.socket)
                out[#out + 1] = "req.socket: " .. tostring(ok) .. " " .. tostring(v):gsub("^[^ ]+:%d+: ", "") .. " " .. tostring(e)
            end)
            out[#out + 1] = tostring(ok) .. " " .. tostring(err)
            sem:post()
        end, nil, "two", nil)
        sem:wait(20)
        ngx.say(table.concat(out, "\n"))
    }
--- stream_response
--- log
[error] failed to load inlined Lua code: content_by_lua(nginx.conf:46):7: cannot use '...' outside a vararg function near '...', client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 4: a timer changes its arguments, and makes its next one
--- stream_server_config
    content_by_lua_block {
        local sem = require("ngx.semaphore").new()
        local t = { n = 0 }
        local function tick(premature, t)
            t.n = t.n + 1
            if t.n < 5 then
                assert(ngx.timer.at(0, tick, t))
            else
                sem:post()
            end
        end
        ngx.timer.at(0, tick, t)
        ngx.say(sem:wait(20), " ", t.n)
    }
--- stream_response
true 5
--- log



=== TEST 5: errors in timers of several kinds
--- stream_server_config
    content_by_lua_block {
        local sem = require("ngx.semaphore").new()
        ngx.timer.at(0, function() sem:post() error({ code = 1 }) end)
        sem:wait(20)
        ngx.timer.at(0, function() sem:post() error("plain", 0) end)
        sem:wait(20)
        ngx.timer.at(0, function() sem:post() error() end)
        sem:wait(20)
        ngx.timer.at(0, function() sem:post() local x = nil; return x.y end)
        sem:wait(20)
        ngx.timer.at(0, function() sem:post() ngx.exit(ngx.ERROR) end)
        sem:wait(20)
        ngx.timer.at(0, function() ngx.thread.spawn(function() error("in a thread") end) sem:post() end)
        sem:wait(20)
        ngx.timer.at(0, function() sem:post() end)
        sem:wait(20)
        ngx.say("done")
    }
--- error_log
in a thread
--- stream_response
done
--- log
[error] lua entry thread aborted: runtime error: unknown reason
stack traceback:
coroutine 0:
	[C]: in function 'error'
	content_by_lua(nginx.conf:38):3: in function <content_by_lua(nginx.conf:38):3>, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] lua entry thread aborted: runtime error: plain
stack traceback:
coroutine 0:
	[C]: in function 'error'
	content_by_lua(nginx.conf:38):5: in function <content_by_lua(nginx.conf:38):5>, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] lua entry thread aborted: runtime error: unknown reason
stack traceback:
coroutine 0:
	[C]: in function 'error'
	content_by_lua(nginx.conf:38):7: in function <content_by_lua(nginx.conf:38):7>, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] lua entry thread aborted: runtime error: content_by_lua(nginx.conf:38):9: attempt to index local 'x' (a nil value)
stack traceback:
coroutine 0:
	content_by_lua(nginx.conf:38): in function <content_by_lua(nginx.conf:38):9>, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] stream lua user thread aborted: runtime error: content_by_lua(nginx.conf:38):13: in a thread
stack traceback:
coroutine 0:
	[C]: in function 'error'
	content_by_lua(nginx.conf:38):13: in function <content_by_lua(nginx.conf:38):13>
coroutine 1:
	[C]: in function 'spawn'
	content_by_lua(nginx.conf:38):13: in function <content_by_lua(nginx.conf:38):13>, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 6: every goes on after an error
--- stream_server_config
    content_by_lua_block {
        local sem = require("ngx.semaphore").new()
        local n = 0
        ngx.timer.every(0.01, function(premature)
            if premature then return end
            n = n + 1
            sem:post()
            if n == 1 then error("the first time") end
        end)
        for _ = 1, 3 do sem:wait(20) end
        ngx.say("three times")
    }
--- error_log
the first time
--- stream_response
three times
--- log
[error] lua entry thread aborted: runtime error: content_by_lua(nginx.conf:32):8: the first time
stack traceback:
coroutine 0:
	[C]: in function 'error'
	content_by_lua(nginx.conf:32):8: in function <content_by_lua(nginx.conf:32):4>, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 7: timers that end at once make room for each other
--- stream_config
    lua_max_running_timers 1;
--- stream_server_config
    content_by_lua_block {
        local sem = require("ngx.semaphore").new()
        local n = 0
        for i = 1, 50 do
            assert(ngx.timer.at(0, function()
                n = n + 1
                if i == 50 then sem:post() end
            end))
        end
        ngx.say(ngx.timer.pending_count(), " ", ngx.timer.running_count())
        ngx.say(sem:wait(20), " ", n, " ", ngx.timer.pending_count())
    }
--- stream_response
50 0
true 50 0
--- log
