# ngx.timer and what a timer's handler can do.
use Test::Nginx::Socket::Lua::Stream;

$ENV{TEST_NGINX_HTML_DIR} ||= html_dir();
log_level('info');

plan tests => repeat_each() * blocks();
run_tests();

__DATA__

=== TEST 1: arguments are handed on
--- stream_server_config
    content_by_lua_block {
        ngx.say(ngx.timer.at(0, function(premature, ...)
            ngx.log(ngx.WARN, "premature ", premature, " ", select("#", ...), ": ", ...)
        end, 1, nil, "x", false))
    }
--- error_log
premature
--- stream_response
1
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] content_by_lua(nginx.conf:25):3: premature false 4: 1nilxfalse, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 2: what at and every do not take
--- stream_server_config
    content_by_lua_block {
        local function try(f, ...) ngx.say(select(2, pcall(ngx.timer[f], ...))) end
        for _, f in ipairs({"at", "every"}) do
            try(f)
            try(f, 1)
            try(f, "x", function() end)
            try(f, -1, function() end)
            try(f, 1, "x")
            try(f, 1, print)
            try(f, 1, {})
            try(f, nil, function() end)
        end
        try("every", 0, function() end)
    }
--- stream_response
expecting at least 2 arguments but got 0
expecting at least 2 arguments but got 1
bad argument #1 to '?' (number expected, got string)
1
bad argument #2 to '?' (Lua function expected)
bad argument #2 to '?' (Lua function expected)
bad argument #2 to '?' (Lua function expected)
bad argument #1 to '?' (number expected, got nil)
expecting at least 2 arguments but got 0
expecting at least 2 arguments but got 1
bad argument #1 to '?' (number expected, got string)
1
bad argument #2 to '?' (Lua function expected)
bad argument #2 to '?' (Lua function expected)
bad argument #2 to '?' (Lua function expected)
bad argument #1 to '?' (number expected, got nil)
delay cannot be zero
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 3: the order of timers
--- stream_server_config
    content_by_lua_block {
        local list, sema = {}, require("ngx.semaphore").new()
        local function note(_, name) list[#list + 1] = name sema:post() end
        ngx.timer.at(0.7, note, "700ms")
        ngx.timer.at(0.2, note, "200ms")
        ngx.timer.at(0, note, "0 first")
        ngx.timer.at(0, note, "0 second")
        ngx.timer.at(0.45, note, "450ms")
        list[1] = "at once"
        for i = 1, 5 do sema:wait(10) end
        ngx.say(table.concat(list, ", "))
    }
--- stream_response
at once, 0 first, 0 second, 200ms, 450ms, 700ms
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 4: every
--- stream_server_config
    content_by_lua_block {
        local n, sema = 0, require("ngx.semaphore").new()
        ngx.say(ngx.timer.every(0.01, function(premature, what)
            n = n + 1
            if n <= 3 then sema:post() end
            if n == 3 then ngx.log(ngx.WARN, "third time ", what) end
        end, "around"))
        for i = 1, 3 do sema:wait(10) end
        ngx.say("three times")
    }
--- error_log
third time
--- stream_response
1
three times
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] content_by_lua(nginx.conf:30):6: third time around, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 5: an error in a timer
--- stream_server_config
    content_by_lua_block {
        ngx.timer.at(0, function() error("in the timer") end)
        ngx.timer.at(0, function() local t = nil; t.x = 1 end)
        ngx.timer.at(0, function() error({}) end)
        ngx.say("done")
    }
--- error_log
unknown reason
--- stream_response
done
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] lua entry thread aborted: runtime error: content_by_lua(nginx.conf:26):2: in the timer
stack traceback:
coroutine 0:
	[C]: in function 'error'
	content_by_lua(nginx.conf:26):2: in function <content_by_lua(nginx.conf:26):2>, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] lua entry thread aborted: runtime error: content_by_lua(nginx.conf:26):3: attempt to index local 't' (a nil value)
stack traceback:
coroutine 0:
	content_by_lua(nginx.conf:26): in function <content_by_lua(nginx.conf:26):3>, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] lua entry thread aborted: runtime error: unknown reason
stack traceback:
coroutine 0:
	[C]: in function 'error'
	content_by_lua(nginx.conf:26):4: in function <content_by_lua(nginx.conf:26):4>, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 6: lua_max_pending_timers
--- stream_config
    lua_max_pending_timers 2;
--- stream_server_config
    content_by_lua_block {
        local function f() end
        for i = 1, 4 do
            local ok, err = ngx.timer.at(100, f)
            ngx.say(i, ": ", ok, " ", err, " pending ", ngx.timer.pending_count())
        end
        ngx.say(ngx.timer.every(100, f))
        ngx.say("running ", ngx.timer.running_count())
    }
--- stream_response
1: 1 nil pending 1
2: 1 nil pending 2
3: nil too many pending timers pending 2
4: nil too many pending timers pending 2
niltoo many pending timers
running 0
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 7: lua_max_running_timers
--- stream_config
    lua_max_running_timers 1;
--- stream_server_config
    content_by_lua_block {
        local sema = require("ngx.semaphore")
        local begun, go = sema.new(), sema.new()
        ngx.timer.at(0, function() begun:post() go:wait(10) end)
        begun:wait(10)
        ngx.say("running ", ngx.timer.running_count())
        ngx.timer.at(0, function() ngx.log(ngx.WARN, "never") end)
        while ngx.timer.pending_count() > 0 do ngx.sleep(0.001) end
        ngx.say("running ", ngx.timer.running_count())
        go:post()
        while ngx.timer.running_count() > 0 do ngx.sleep(0.001) end
        ngx.say("none is left")
    }
--- stream_response
running 1
running 1
none is left
--- log
[alert] stream lua failed to run timer with function defined at =content_by_lua(nginx.conf:34):7: stream lua: 1 lua_max_running_timers are not enough
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 8: what a timer cannot do
--- stream_server_config
    content_by_lua_block {
        ngx.timer.at(0, function()
            local function try(what, f, ...) ngx.log(ngx.WARN, what, ": ", select(2, pcall(f, ...))) end
            try("say", ngx.say, "x")
            try("flush", ngx.flush)
            try("eof", ngx.eof)
            try("req.socket", ngx.req.socket)
            try("var", function() return ngx.var.remote_addr end)
            try("set var", function() ngx.var.x = 1 end)
            try("status", function() return ngx.status end)
            try("on_abort", ngx.on_abort, function() end)
            try("phase", ngx.get_phase)
            ngx.log(ngx.WARN, "last line")
        end)
        ngx.say("done")
    }
--- error_log
last line
--- stream_response
done
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] content_by_lua(nginx.conf:36):3: try(): say: API disabled in the context of ngx.timer, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] content_by_lua(nginx.conf:36):3: try(): flush: API disabled in the context of ngx.timer, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] content_by_lua(nginx.conf:36):3: try(): eof: API disabled in the context of ngx.timer, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] content_by_lua(nginx.conf:36):3: try(): req.socket: API disabled in the context of ngx.timer, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] content_by_lua(nginx.conf:36):3: try(): var: content_by_lua(nginx.conf:36):8: API disabled in the current context, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] content_by_lua(nginx.conf:36):3: try(): set var: content_by_lua(nginx.conf:36):9: API disabled in the current context, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] content_by_lua(nginx.conf:36):3: try(): status: 0, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] content_by_lua(nginx.conf:36):3: try(): on_abort: API disabled in the context of ngx.timer, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] content_by_lua(nginx.conf:36):3: try(): phase: timer, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] content_by_lua(nginx.conf:36):13: last line, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 9: a context of its own
--- stream_server_config
    content_by_lua_block {
        ngx.ctx.x = "of the session"
        local sema = require("ngx.semaphore").new()
        local seen
        ngx.timer.at(0, function() seen = tostring(ngx.ctx.x) ngx.ctx.x = "of the timer" sema:post() end)
        sema:wait(10)
        ngx.say(seen, ", ", ngx.ctx.x)
    }
--- stream_response
nil, of the session
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 10: a timer that waits, connects and makes another
--- stream_config
    server { listen $TEST_NGINX_RAND_PORT_1; content_by_lua_block { ngx.say("echo ", ngx.req.socket():receive()) } }
--- stream_server_config
    content_by_lua_block {
        local sema = require("ngx.semaphore").new()
        local result
        ngx.timer.at(0, function()
            ngx.sleep(0.001)
            local s = ngx.socket.tcp()
            s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
            s:send("from a timer\n")
            local line = s:receive()
            s:close()
            ngx.timer.at(0, function(_, text) result = text sema:post() end, line)
        end)
        sema:wait(10)
        ngx.say(result)
    }
--- stream_response
echo from a timer
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1



=== TEST 11: ngx.exit in a timer
--- stream_server_config
    content_by_lua_block {
        ngx.timer.at(0, function()
            ngx.log(ngx.WARN, "before exit")
            ngx.exit(500)
            ngx.log(ngx.WARN, "never")
        end)
        ngx.say("done")
    }
--- error_log
before exit
--- stream_response
done
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] content_by_lua(nginx.conf:28):3: before exit, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 12: a timer in init_worker
--- stream_config
    init_worker_by_lua_block {
        ngx.timer.at(0, function() ngx.log(ngx.WARN, "worker's timer ", ngx.get_phase()) end)
    }
--- log_level: warn
--- stream_server_config
    return done;
--- error_log
worker's timer
--- stream_response
done
--- log
[warn] stream [lua] init_worker_by_lua:2: worker's timer timer, context: ngx.timer



=== TEST 13: timers that are pending when the server stops
--- stream_server_config
    content_by_lua_block {
        ngx.timer.at(100, function(premature) ngx.log(ngx.WARN, "premature: ", premature, " exiting: ", ngx.worker.exiting()) end)
        ngx.say("done")
    }
--- stream_response
done
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] content_by_lua(nginx.conf:24):2: premature: true exiting: true, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 14: a new timer while the worker exits
--- stream_server_config
    content_by_lua_block {
        ngx.timer.at(100, function(premature)
            local ok, err = ngx.timer.at(10, function() end)
            ngx.log(ngx.WARN, "later: ", ok, " ", err)
            ok, err = ngx.timer.at(0, function(p) ngx.log(ngx.WARN, "at once, premature: ", p) end)
            ngx.log(ngx.WARN, "now: ", ok, " ", err)
        end)
        ngx.say("done")
    }
--- stream_response
done
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] content_by_lua(nginx.conf:29):4: later: nil process exiting, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] content_by_lua(nginx.conf:29):6: now: 1 nil, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] content_by_lua(nginx.conf:29):5: at once, premature: false, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 15: threads in a timer
--- stream_server_config
    content_by_lua_block {
        local sema = require("ngx.semaphore").new()
        local list = {}
        ngx.timer.at(0, function()
            local a = ngx.thread.spawn(function() ngx.sleep(0.02) list[#list + 1] = "a" return "slow" end)
            local b = ngx.thread.spawn(function() list[#list + 1] = "b" return "fast" end)
            list[#list + 1] = select(2, ngx.thread.wait(a, b))
            list[#list + 1] = select(2, ngx.thread.wait(a))
            sema:post()
        end)
        sema:wait(10)
        ngx.say(table.concat(list, " "))
    }
--- stream_response
b fast slow
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
