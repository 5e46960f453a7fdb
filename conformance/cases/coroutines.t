# Coroutines in scripts that wait.
use Test::Nginx::Socket::Lua::Stream;

$ENV{TEST_NGINX_HTML_DIR} ||= html_dir();
log_level('info');

plan tests => repeat_each() * blocks();
run_tests();

__DATA__

=== TEST 1: values in and out
--- stream_server_config
    content_by_lua_block {
        local co = coroutine.create(function(a, b)
            ngx.say("got ", a, " ", b)
            local c = coroutine.yield(a + b)
            ngx.say("got ", c)
            local d, e = coroutine.yield("second")
            return d, e, "end"
        end)
        ngx.say(coroutine.resume(co, 1, 2))
        ngx.say(coroutine.resume(co, "x"))
        ngx.say(coroutine.resume(co, "y", "z"))
        ngx.say(coroutine.resume(co))
        ngx.say(coroutine.status(co))
    }
--- stream_response
got 1 2
true3
got x
truesecond
trueyzend
falsecannot resume dead coroutine
dead
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 2: waiting inside a coroutine
--- stream_config
    server { listen $TEST_NGINX_RAND_PORT_1; content_by_lua_block { ngx.say("echo ", ngx.req.socket():receive()) } }
--- stream_server_config
    content_by_lua_block {
        local co = coroutine.wrap(function()
            ngx.sleep(0.001)
            coroutine.yield("slept")
            local s = ngx.socket.tcp()
            s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
            s:send("hi\n")
            coroutine.yield("sent")
            coroutine.yield(s:receive())
        end)
        ngx.say(co())
        ngx.say(co())
        ngx.say(co())
    }
--- stream_response
slept
sent
echo hi
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1



=== TEST 3: statuses
--- stream_server_config
    content_by_lua_block {
        local outer
        local function show(what, co) ngx.say(what, ": ", coroutine.status(co)) end
        local inner = coroutine.create(function() show("outer from inside", outer) coroutine.yield() end)
        outer = coroutine.create(function()
            show("itself", outer)
            coroutine.resume(inner)
            show("inner", inner)
        end)
        show("fresh", outer)
        coroutine.resume(outer)
        show("ended", outer)
        show("main", coroutine.running())
        ngx.say(coroutine.resume(coroutine.running()))
    }
--- stream_response
fresh: suspended
itself: running
outer from inside: normal
inner: suspended
ended: dead
main: running
falsecannot resume running coroutine
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 4: errors
--- stream_server_config
    content_by_lua_block {
        local co = coroutine.create(function() error("in a coroutine") end)
        ngx.say(coroutine.resume(co))
        ngx.say(coroutine.resume(co))
        local co2 = coroutine.create(function() error({code = 7}) end)
        local ok, e = coroutine.resume(co2)
        ngx.say(ok, " ", e.code)
        ngx.say(pcall(coroutine.create))
        ngx.say(pcall(coroutine.create, 1))
        ngx.say(pcall(coroutine.create, print))
        ngx.say(pcall(coroutine.resume, 1))
        ngx.say(pcall(coroutine.status, "x"))
        ngx.say(pcall(coroutine.wrap, 5))
    }
--- stream_response
falsecontent_by_lua(nginx.conf:34):2: in a coroutine
falsecannot resume dead coroutine
false 7
falsebad argument #1 to '?' (Lua function expected)
falsebad argument #1 to '?' (Lua function expected)
falsebad argument #1 to '?' (Lua function expected)
falsebad argument #1 to '?' (coroutine expected)
falsebad argument #1 to '?' (coroutine expected)
falsebad argument #1 to '?' (Lua function expected)
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 5: an error in a wrapped coroutine ends the script
--- stream_server_config
    content_by_lua_block {
        local f = coroutine.wrap(function() ngx.say("running") error("wrapped") end)
        ngx.say("before")
        f()
        ngx.say("never")
    }
    log_by_lua_block { ngx.log(ngx.WARN, "status ", ngx.var.status) }
--- stream_response
before
running
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] lua entry thread aborted: runtime error: content_by_lua(nginx.conf:26):2: wrapped
stack traceback:
coroutine 0:
	[C]: in function 'error'
	content_by_lua(nginx.conf:26):2: in function <content_by_lua(nginx.conf:26):2>
coroutine 1:
	[C]: in function 'f'
	content_by_lua(nginx.conf:26):4: in main chunk, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] log_by_lua(nginx.conf:27):1: status 500, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 6: yield across pcall, metamethods and iterators
--- stream_server_config
    content_by_lua_block {
        local co = coroutine.wrap(function()
            local ok, v = pcall(function() return coroutine.yield("in pcall") end)
            local t = setmetatable({}, {__index = function(_, k) return coroutine.yield("in __index " .. k) end, __add = function() return coroutine.yield("in __add") end})
            local x = t.key
            local y = t + 1
            for i in function() return coroutine.yield("in the iterator") end do coroutine.yield("in the body " .. i) end
            return tostring(ok) .. " " .. v .. " " .. x .. " " .. y
        end)
        ngx.say(co())
        ngx.say(co("a"))
        ngx.say(co("b"))
        ngx.say(co("c"))
        ngx.say(co("d"))
        ngx.say(co())
        ngx.say(co(nil))
    }
--- stream_response
in pcall
in __index key
in __add
in the iterator
in the body d
in the iterator
true a b c
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 7: yield where C functions are in the way
--- stream_server_config
    content_by_lua_block {
        ngx.say(select(2, pcall(table.sort, {3, 2, 1}, function() coroutine.yield() end)))
        ngx.say(select(2, pcall(string.gsub, "abc", ".", function() ngx.sleep(0) end)))
        local co = coroutine.wrap(function() table.sort({2, 1}, function(a, b) coroutine.yield(1) return a < b end) end)
        ngx.say(select(2, pcall(co)))
    }
--- stream_response
attempt to yield across C-call boundary
attempt to yield across C-call boundary
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] lua entry thread aborted: runtime error: attempt to yield across C-call boundary
stack traceback:
coroutine 0:
	[C]: in function 'sort'
	content_by_lua(nginx.conf:26):4: in function <content_by_lua(nginx.conf:26):4>
coroutine 1:
	[C]: ?
	[C]: in function 'pcall'
	content_by_lua(nginx.conf:26):5: in main chunk, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 8: a producer and a consumer
--- stream_server_config
    content_by_lua_block {
        local producer = coroutine.create(function()
            for line in ("one two three"):gmatch("%S+") do ngx.sleep(0.001) coroutine.yield(line) end
        end)
        local list = {}
        while true do
            local ok, line = coroutine.resume(producer)
            if not line then break end
            list[#list + 1] = line:upper()
        end
        ngx.say(table.concat(list, " "), " ", coroutine.status(producer))
    }
--- stream_response
ONE TWO THREE dead
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 9: many coroutines that nobody finishes
--- stream_server_config
    content_by_lua_block {
        for i = 1, 2000 do
            local co = coroutine.create(function() coroutine.yield(i) end)
            coroutine.resume(co)
        end
        ngx.say("done")
    }
--- stream_response
done
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 10: coroutines in init and in init_worker
--- stream_config
    init_by_lua_block {
        local co = coroutine.wrap(function(a) local b = coroutine.yield(a + 1) return b * 2 end)
        from_init = co(1) .. " " .. co(5)
    }
    init_worker_by_lua_block { ngx.log(ngx.WARN, select(2, pcall(coroutine.wrap(function() coroutine.yield(1) end)))) }
--- stream_server_config
    content_by_lua_block { ngx.say(from_init) }
--- log_level: warn
--- stream_response
2 10
--- log
[error] init_worker_by_lua error: init_worker_by_lua:1: API disabled in the context of init_worker_by_lua*
stack traceback:
	[C]: in function 'wrap'
	init_worker_by_lua:1: in main chunk
