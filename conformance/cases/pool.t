# Pools of cosocket connections.
use Test::Nginx::Socket::Lua::Stream;

$ENV{TEST_NGINX_HTML_DIR} ||= html_dir();
log_level('info');

plan tests => repeat_each() * blocks();
run_tests();

__DATA__

=== TEST 1: a connection is used again
--- stream_config
    server {
        listen $TEST_NGINX_RAND_PORT_1;
        content_by_lua_block { local s = ngx.req.socket() while true do local l = s:receive() if not l then return end s:send("echo " .. l .. "\n") end }
    }
--- stream_server_config
    content_by_lua_block {
        for i = 1, 3 do
            local s = ngx.socket.tcp()
            s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
            s:send(i .. "\n")
            ngx.say(s:receive(), ", reused ", s:getreusedtimes())
            ngx.say("keepalive: ", s:setkeepalive())
            ngx.say("then: ", s:send("x"))
        end
    }
--- stream_response
echo 1, reused 0
keepalive: 1
then: nilclosed
echo 2, reused 1
keepalive: 1
then: nilclosed
echo 3, reused 2
keepalive: 1
then: nilclosed
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] attempt to send data on a closed socket: u:<pointer>, c:<pointer>, ft:0 eof:0, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] attempt to send data on a closed socket: u:<pointer>, c:<pointer>, ft:0 eof:0, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] attempt to send data on a closed socket: u:<pointer>, c:<pointer>, ft:0 eof:0, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1



=== TEST 2: unread data
--- stream_config
    server { listen $TEST_NGINX_RAND_PORT_1; content_by_lua_block { ngx.print("one line\ntwo lines\n") ngx.flush(true) ngx.req.socket():receive() } }
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.tcp()
        s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        ngx.say(s:receive())
        ngx.say(s:setkeepalive())
        ngx.say(s:receive())
        ngx.say(s:setkeepalive())
    }
--- stream_response
one line
nilunread data in buffer
two lines
1
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1



=== TEST 3: a peer that has closed
--- stream_config
    lua_package_path "$TEST_NGINX_HTML_DIR/?.lua;;";
    server { listen $TEST_NGINX_RAND_PORT_1; content_by_lua_block { local s = ngx.req.socket() s:send("bye\n") s:shutdown("send") require("shared").closed:post() s:receive() } }
--- stream_server_config
    content_by_lua_block {
        local closed = require("ngx.semaphore").new()
        require("shared").closed = closed
        local s = ngx.socket.tcp()
        s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        ngx.say(s:receive())
        closed:wait(10)
        ngx.say(s:setkeepalive())
        local t = ngx.socket.tcp()
        t:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        ngx.say("reused ", t:getreusedtimes())
        t:receive()
    }
--- user_files
>>> shared.lua
return {}
--- log_level: notice
--- stream_response
bye
nilconnection in dubious state
reused 0
--- log



=== TEST 4: the peer closes a connection in the pool
--- stream_config
    lua_package_path "$TEST_NGINX_HTML_DIR/?.lua;;";
    server { listen $TEST_NGINX_RAND_PORT_1; content_by_lua_block { local s = ngx.req.socket() s:send(s:receive() .. "\n") require("shared").close:wait(10) } }
--- stream_server_config
    content_by_lua_block {
        local close = require("ngx.semaphore").new()
        require("shared").close = close
        for i = 1, 2 do
            local s = ngx.socket.tcp()
            s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
            s:send("x\n")
            ngx.say(s:receive(), " reused ", s:getreusedtimes())
            ngx.say(s:setkeepalive())
            close:post()
            ngx.sleep(0.3) -- nothing tells when the pool has noticed
        end
    }
--- user_files
>>> shared.lua
return {}
--- stream_response
x reused 0
1
x reused 0
1
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1



=== TEST 5: idle connections are closed after their time
--- stream_config
    server { listen $TEST_NGINX_RAND_PORT_1; content_by_lua_block { local s = ngx.req.socket() s:send(s:receive() .. "\n") s:receive() } }
--- stream_server_config
    content_by_lua_block {
        for i = 1, 2 do
            local s = ngx.socket.tcp()
            s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
            s:send("x\n")
            ngx.say(s:receive(), " reused ", s:getreusedtimes())
            ngx.say(s:setkeepalive(20))
            ngx.sleep(0.3)
        end
    }
--- stream_response
x reused 0
1
x reused 0
1
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1



=== TEST 6: the size of a pool
--- stream_config
    server { listen $TEST_NGINX_RAND_PORT_1; content_by_lua_block { local s = ngx.req.socket() while true do local l = s:receive() if not l then return end s:send(l .. "\n") end } }
--- stream_server_config
    content_by_lua_block {
        local socks = {}
        for i = 1, 3 do
            socks[i] = ngx.socket.tcp()
            socks[i]:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        end
        for i = 1, 3 do ngx.say(socks[i]:setkeepalive(100000, 2)) end
        for i = 1, 3 do
            socks[i]:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
            ngx.say("reused ", socks[i]:getreusedtimes())
        end
    }
--- stream_response
1
1
1
reused 1
reused 1
reused 0
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1



=== TEST 7: lua_socket_pool_size
--- stream_config
    server { listen $TEST_NGINX_RAND_PORT_1; content_by_lua_block { local s = ngx.req.socket() while true do local l = s:receive() if not l then return end s:send(l .. "\n") end } }
--- stream_server_config
    lua_socket_pool_size 1;
    content_by_lua_block {
        local a, b = ngx.socket.tcp(), ngx.socket.tcp()
        a:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        b:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        ngx.say(a:setkeepalive(), " ", b:setkeepalive())
        a:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        b:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        ngx.say(a:getreusedtimes(), " ", b:getreusedtimes())
    }
--- stream_response
1 1
1 0
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1



=== TEST 8: named pools
--- stream_config
    server { listen $TEST_NGINX_RAND_PORT_1; content_by_lua_block { local s = ngx.req.socket() while true do local l = s:receive() if not l then return end s:send(l .. "\n") end } }
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.tcp()
        s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1, {pool = "mine"})
        s:setkeepalive()
        s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        ngx.say("without a name: ", s:getreusedtimes())
        s:close()
        s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1, {pool = "other"})
        ngx.say("other: ", s:getreusedtimes())
        s:close()
        s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1, {pool = "mine"})
        ngx.say("mine: ", s:getreusedtimes())
        local function try(o)
            local r = {pcall(s.connect, s, "127.0.0.1", $TEST_NGINX_RAND_PORT_1, o)}
            ngx.say(tostring(r[1]), " ", tostring(r[2]), " ", tostring(r[3]))
        end
        try({pool = 1})
        try({pool = {}})
        try({pool = true})
        try({pool_size = 0})
        try({pool_size = -1})
        try({pool_size = "x"})
        try({pool_size = "2"})
        try({backlog = -1})
        try({backlog = "x"})
        try({other = 1})
    }
--- log_level: notice
--- stream_response
without a name: 0
other: 0
mine: 1
true 1 nil
false bad argument #4 to '?' (bad "pool" option type: table) nil
false bad argument #4 to '?' (bad "pool" option type: boolean) nil
false bad argument #4 to '?' (bad "pool_size" option value: 0) nil
false bad argument #4 to '?' (bad "pool_size" option value: -1) nil
false bad argument #4 to '?' (bad "pool_size" option type: string) nil
true 1 nil
false bad argument #4 to '?' (bad "backlog" option value: -1) nil
true 1 nil
true 1 nil
--- log



=== TEST 9: backlog: connects queue for a place
--- stream_config
    server { listen $TEST_NGINX_RAND_PORT_1; content_by_lua_block { local s = ngx.req.socket() while true do local l = s:receive() if not l then return end s:send(l .. "\n") end } }
--- stream_server_config
    content_by_lua_block {
        local o = {pool = "q", pool_size = 1, backlog = 1}
        local a, b, c = ngx.socket.tcp(), ngx.socket.tcp(), ngx.socket.tcp()
        ngx.say("a: ", a:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1, o))
        local t = ngx.thread.spawn(function()
            local ok, err = b:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1, o)
            return tostring(ok) .. " " .. tostring(err) .. " reused " .. tostring(b:getreusedtimes())
        end)
        ngx.say("c: ", c:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1, o))
        ngx.say("a: ", a:setkeepalive())
        ngx.say("b: ", select(2, ngx.thread.wait(t)))
    }
--- stream_response
a: 1
c: niltoo many waiting connect operations
a: 1
b: 1 nil reused 1
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1



=== TEST 10: a queued connect times out
--- stream_config
    server { listen $TEST_NGINX_RAND_PORT_1; content_by_lua_block { ngx.req.socket():receive() } }
--- stream_server_config
    content_by_lua_block {
        local o = {pool = "q", pool_size = 1, backlog = 1}
        local a, b = ngx.socket.tcp(), ngx.socket.tcp()
        ngx.say("a: ", a:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1, o))
        b:settimeout(30)
        ngx.say("b: ", b:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1, o))
        ngx.say("a: ", a:close())
        b:settimeout(20000)
        ngx.say("b: ", b:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1, o))
    }
--- log_level: notice
--- stream_response
a: 1
b: niltimeout
a: 1
b: 1
--- log
[error] stream lua tcp socket queued connect timed out, when trying to connect to 127.0.0.1:$TEST_NGINX_RAND_PORT_1, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 11: arguments of setkeepalive
--- stream_config
    server { listen $TEST_NGINX_RAND_PORT_1; content_by_lua_block { ngx.req.socket():receive() } }
--- stream_server_config
    content_by_lua_block {
        local function try(...)
            local s = ngx.socket.tcp()
            s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1, {pool = "p" .. tostring((...)) .. tostring((select(2, ...)))})
            local r = {pcall(s.setkeepalive, s, ...)}
            ngx.say(tostring(r[1]), " ", tostring(r[2]), " ", tostring(r[3]))
            s:close()
        end
        try(0)
        try(-1)
        try("x")
        try(1.5)
        try(nil, 5)
        try(1, 0)
        try(1, -1)
        try(1, "x")
        try(1, 1, 1)
        try({})
    }
--- log_level: notice
--- stream_response
true 1 nil
true 1 nil
false bad argument #2 to '?' (number expected, got string) nil
true 1 nil
true 1 nil
false bad argument #3 to '?' (bad "pool_size" option value: 0) nil
false bad argument #3 to '?' (bad "pool_size" option value: -1) nil
false bad argument #3 to '?' (number expected, got string) nil
false expecting 1 to 3 arguments (including the object), but got 4 nil
false bad argument #2 to '?' (number expected, got table) nil
--- log



=== TEST 12: lua_socket_keepalive_timeout
--- stream_config
    server { listen $TEST_NGINX_RAND_PORT_1; content_by_lua_block { ngx.req.socket():receive() } }
--- stream_server_config
    lua_socket_keepalive_timeout 20ms;
    content_by_lua_block {
        local s = ngx.socket.tcp()
        s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        s:setkeepalive()
        ngx.sleep(0.3)
        s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        ngx.say(s:getreusedtimes())
    }
--- stream_response
0
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
