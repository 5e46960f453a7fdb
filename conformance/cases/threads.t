# Light threads: ngx.thread.
use Test::Nginx::Socket::Lua::Stream;

$ENV{TEST_NGINX_HTML_DIR} ||= html_dir();
log_level('info');

plan tests => repeat_each() * blocks();
run_tests();

__DATA__

=== TEST 1: spawn runs at once until it waits
--- stream_server_config
    content_by_lua_block {
        ngx.say("before")
        ngx.thread.spawn(function() ngx.say("in it") ngx.sleep(0.001) ngx.say("after its sleep") end)
        ngx.say("after spawn")
    }
--- stream_response
before
in it
after spawn
after its sleep
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 2: what wait returns
--- stream_server_config
    content_by_lua_block {
        ngx.say(ngx.thread.wait(ngx.thread.spawn(function(...) return select("#", ...), ... end, 1, nil, "x")))
        ngx.say(ngx.thread.wait(ngx.thread.spawn(function() end)))
        ngx.say(ngx.thread.wait(ngx.thread.spawn(function() error("broken") end)))
        local ok, e = ngx.thread.wait(ngx.thread.spawn(function() error({code = 5}) end))
        ngx.say(ok, " ", e.code)
    }
--- stream_response
true31nilx
true
falsebrokencontent_by_lua(nginx.conf:27):4: broken
false 5
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] stream lua user thread aborted: runtime error: content_by_lua(nginx.conf:27):4: broken
stack traceback:
coroutine 0:
	[C]: in function 'error'
	content_by_lua(nginx.conf:27):4: in function <content_by_lua(nginx.conf:27):4>
coroutine 1:
	[C]: in function 'spawn'
	content_by_lua(nginx.conf:27):4: in main chunk, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] stream lua user thread aborted: runtime error: unknown reason
stack traceback:
coroutine 0:
	[C]: in function 'error'
	content_by_lua(nginx.conf:27):5: in function <content_by_lua(nginx.conf:27):5>
coroutine 1:
	[C]: in function 'spawn'
	content_by_lua(nginx.conf:27):5: in main chunk, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 3: the first of several
--- stream_server_config
    content_by_lua_block {
        local sema = require("ngx.semaphore")
        local go = {a = sema.new(), b = sema.new(), c = sema.new()}
        local function thread(name) return ngx.thread.spawn(function() go[name]:wait(10) return name end) end
        local a, b, c = thread("a"), thread("b"), thread("c")
        go.b:post()
        ngx.say(ngx.thread.wait(a, b, c))
        go.c:post()
        ngx.say(ngx.thread.wait(a, c))
        go.a:post()
        ngx.say(ngx.thread.wait(a))
    }
--- stream_response
trueb
truec
truea
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 4: waiting twice, and for what is none
--- stream_server_config
    content_by_lua_block {
        local t = ngx.thread.spawn(function() return 1 end)
        ngx.say(ngx.thread.wait(t))
        ngx.say(ngx.thread.wait(t))
        local function try(...) ngx.say(select(2, pcall(ngx.thread.wait, ...))) end
        try(1)
        try(function() end)
        try(coroutine.create(function() end))
        try(coroutine.running())
        try(nil)
    }
--- stream_response
true1
nilalready waited or killed
bad argument #1 to '?' (lua thread expected)
bad argument #1 to '?' (lua thread expected)
attempt to wait on a coroutine that is not a user thread
attempt to wait on a coroutine that is not a user thread
bad argument #1 to '?' (lua thread expected)
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 5: only the parent may wait and kill
--- stream_server_config
    content_by_lua_block {
        local t = ngx.thread.spawn(function() ngx.sleep(0.02) end)
        local u = ngx.thread.spawn(function()
            local a, b = pcall(ngx.thread.wait, t)
            local c, d = ngx.thread.kill(t)
            return tostring(a) .. " " .. tostring(b) .. ", " .. tostring(c) .. " " .. tostring(d)
        end)
        ngx.say(ngx.thread.wait(u))
    }
--- stream_response
truefalse only the parent coroutine can wait on the thread, nil killer not parent
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 6: kill
--- stream_server_config
    content_by_lua_block {
        local t = ngx.thread.spawn(function() ngx.sleep(10) ngx.say("never") end)
        ngx.say(coroutine.status(t))
        ngx.say(ngx.thread.kill(t))
        ngx.say(coroutine.status(t))
        ngx.say(ngx.thread.kill(t))
        ngx.say(ngx.thread.wait(t))
        local u = ngx.thread.spawn(function() return 1 end)
        ngx.say(coroutine.status(u))
        ngx.say(ngx.thread.kill(u))
        ngx.say(ngx.thread.kill(u))
        local function try(...) ngx.say(select(2, pcall(ngx.thread.kill, ...))) end
        try()
        try(1)
        ngx.say(ngx.thread.kill(coroutine.create(function() end)))
        ngx.say(ngx.thread.kill(coroutine.running()))
    }
--- stream_response
running
1
dead
nilalready waited or killed
nilalready waited or killed
zombie
nilalready terminated
nilalready waited or killed
bad argument #1 to '?' (lua thread expected)
bad argument #1 to '?' (lua thread expected)
nilnot user thread
nilnot user thread
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 7: an error in a thread does not end the others
--- stream_server_config
    content_by_lua_block {
        ngx.thread.spawn(function() error("of a thread") end)
        ngx.thread.spawn(function() local function deep() local t = nil; t.x = 1 end deep() end)
        ngx.say("the entry thread goes on")
    }
--- stream_response
the entry thread goes on
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] stream lua user thread aborted: runtime error: content_by_lua(nginx.conf:25):2: of a thread
stack traceback:
coroutine 0:
	[C]: in function 'error'
	content_by_lua(nginx.conf:25):2: in function <content_by_lua(nginx.conf:25):2>
coroutine 1:
	[C]: in function 'spawn'
	content_by_lua(nginx.conf:25):2: in main chunk, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] stream lua user thread aborted: runtime error: content_by_lua(nginx.conf:25):3: attempt to index local 't' (a nil value)
stack traceback:
coroutine 0:
	content_by_lua(nginx.conf:25): in function 'deep'
	content_by_lua(nginx.conf:25):3: in function <content_by_lua(nginx.conf:25):3>
coroutine 1:
	[C]: in function 'spawn'
	content_by_lua(nginx.conf:25):3: in main chunk, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 8: an error in the entry thread ends all
--- stream_server_config
    content_by_lua_block {
        ngx.thread.spawn(function() ngx.sleep(0.01) ngx.log(ngx.WARN, "never") end)
        ngx.say("said")
        error("of the entry thread")
    }
    log_by_lua_block { ngx.log(ngx.WARN, "status ", ngx.var.status) }
--- stream_response
said
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] lua entry thread aborted: runtime error: content_by_lua(nginx.conf:25):4: of the entry thread
stack traceback:
coroutine 0:
	[C]: in function 'error'
	content_by_lua(nginx.conf:25):4: in main chunk, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] log_by_lua(nginx.conf:26):1: status 500, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 9: ngx.exit in a thread
--- stream_server_config
    content_by_lua_block {
        ngx.thread.spawn(function() ngx.say("thread") ngx.sleep(0.001) ngx.exit(402) end)
        ngx.sleep(10)
        ngx.say("never")
    }
    log_by_lua_block { ngx.log(ngx.WARN, "status ", ngx.var.status) }
--- stream_response
thread
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] log_by_lua(nginx.conf:26):1: status 402, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 10: the phase waits for its threads
--- stream_server_config
    content_by_lua_block {
        ngx.thread.spawn(function() ngx.sleep(0.02) ngx.say("late, but there") end)
        ngx.say("main is done")
    }
    log_by_lua_block { ngx.log(ngx.WARN, "status ", ngx.var.status, " sent ", ngx.var.bytes_sent) }
--- stream_response
main is done
late, but there
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] log_by_lua(nginx.conf:25):1: status 200 sent 29, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 11: threads of threads
--- stream_server_config
    content_by_lua_block {
        local function tree(n)
            if n == 0 then ngx.sleep(0.001) return 1 end
            local a, b = ngx.thread.spawn(tree, n - 1), ngx.thread.spawn(tree, n - 1)
            local _, x = ngx.thread.wait(a)
            local _, y = ngx.thread.wait(b)
            return x + y
        end
        ngx.say(tree(5))
    }
--- stream_response
32
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 12: yield in a thread
--- stream_server_config
    content_by_lua_block {
        local list = {}
        local function f(name) return function() for i = 1, 3 do list[#list + 1] = name .. i coroutine.yield() end end end
        local a, b = ngx.thread.spawn(f "a"), ngx.thread.spawn(f "b")
        ngx.thread.wait(a)
        ngx.thread.wait(b)
        ngx.say(table.concat(list, " "))
        ngx.say(coroutine.yield("alone"))
    }
--- stream_response
a1 b1 a2 b2 a3 b3
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 13: status and running
--- stream_server_config
    content_by_lua_block {
        local t
        t = ngx.thread.spawn(function() ngx.say("inside: ", coroutine.status(t or coroutine.running())) ngx.sleep(0.001) end)
        ngx.say("waiting: ", coroutine.status(t))
        ngx.say("type: ", type(t))
        while coroutine.status(t) == "running" do ngx.sleep(0.001) end
        ngx.say("ended: ", coroutine.status(t))
        ngx.thread.wait(t)
        ngx.say("waited for: ", coroutine.status(t))
        ngx.say("resumed: ", coroutine.resume(t))
    }
--- stream_response
inside: running
waiting: running
type: thread
ended: zombie
waited for: dead
resumed: falsecannot resume dead coroutine
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 14: what spawn does not take
--- stream_server_config
    content_by_lua_block {
        local function try(...) ngx.say(select(2, pcall(ngx.thread.spawn, ...))) end
        try()
        try(1)
        try("x")
        try({})
        try(print)
        try(nil)
    }
--- stream_response
bad argument #1 to '?' (Lua function expected)
bad argument #1 to '?' (Lua function expected)
bad argument #1 to '?' (Lua function expected)
bad argument #1 to '?' (Lua function expected)
bad argument #1 to '?' (Lua function expected)
bad argument #1 to '?' (Lua function expected)
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 15: a thread with a coroutine inside
--- stream_server_config
    content_by_lua_block {
        local t = ngx.thread.spawn(function()
            local gen = coroutine.wrap(function() for i = 1, 3 do ngx.sleep(0.001) coroutine.yield(i) end end)
            local sum = 0
            for i in gen do sum = sum + i end
            return sum
        end)
        ngx.say(ngx.thread.wait(t))
    }
--- stream_response
true6
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 16: many threads
--- stream_server_config
    content_by_lua_block {
        local n, threads = 0, {}
        for i = 1, 500 do threads[i] = ngx.thread.spawn(function() ngx.sleep(0.001 * (i % 7)) n = n + 1 end) end
        for i = 1, 500 do ngx.thread.wait(threads[i]) end
        ngx.say(n)
    }
--- stream_response
500
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 17: the error of a thread of a thread shows both
--- stream_server_config
    content_by_lua_block {
        local function inner() error("deep down") end
        local function outer() ngx.thread.wait(ngx.thread.spawn(inner)) end
        ngx.thread.wait(ngx.thread.spawn(outer))
        ngx.say("done")
    }
--- stream_response
done
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] stream lua user thread aborted: runtime error: content_by_lua(nginx.conf:26):2: deep down
stack traceback:
coroutine 0:
	[C]: in function 'error'
	content_by_lua(nginx.conf:26):2: in function <content_by_lua(nginx.conf:26):2>
coroutine 1:
	[C]: in function 'spawn'
	content_by_lua(nginx.conf:26):3: in function <content_by_lua(nginx.conf:26):3>
coroutine 2:
	[C]: in function 'spawn'
	content_by_lua(nginx.conf:26):4: in main chunk, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
