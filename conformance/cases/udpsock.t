# UDP cosockets.
use Test::Nginx::Socket::Lua::Stream;

$ENV{TEST_NGINX_HTML_DIR} ||= html_dir();
log_level('info');

plan tests => repeat_each() * blocks();
run_tests();

__DATA__

=== TEST 1: ask and answer
--- stream_config
    server { listen $TEST_NGINX_RAND_PORT_1 udp; content_by_lua_block { local s = ngx.req.socket() s:send("echo " .. s:receive()) } }
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.udp()
        ngx.say(s:setpeername("127.0.0.1", $TEST_NGINX_RAND_PORT_1))
        ngx.say(s:send("hello"))
        ngx.say(s:receive())
        ngx.say(s:close())
        ngx.say(s:close())
        ngx.say(s:send("x"))
        ngx.say(s:receive())
    }
--- stream_response
1
1
echo hello
1
nilclosed
nilclosed
nilclosed
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] attempt to send data on a closed socket: u:<pointer>, c:<pointer>, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] attempt to receive data on a closed socket: u:<pointer>, c:<pointer>, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] udp client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1



=== TEST 2: methods of the object
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.udp()
        local t = {}
        for k in pairs(getmetatable(s).__index) do t[#t + 1] = k end
        table.sort(t)
        ngx.say(type(s), " ", table.concat(t, " "))
    }
--- stream_response
table __index bind close receive send setoption setpeername settimeout
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 3: before setpeername
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.udp()
        ngx.say(s:send("x"))
        ngx.say(s:receive())
        ngx.say(s:close())
        ngx.say(s:settimeout(10))
    }
--- stream_response
nilclosed
nilclosed
nilclosed
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] attempt to send data on a closed socket: u:<pointer>, c:<pointer>, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] attempt to receive data on a closed socket: u:<pointer>, c:<pointer>, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 4: arguments
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.udp()
        local function try(f, ...)
            local r = {pcall(s[f], s, ...)}
            ngx.say(f, ": ", tostring(r[1]), " ", tostring(r[2]), " ", tostring(r[3]))
        end
        try("setpeername")
        try("setpeername", "127.0.0.1")
        try("setpeername", "127.0.0.1", "x")
        try("setpeername", "127.0.0.1", -1)
        try("setpeername", "127.0.0.1", 65536)
        try("setpeername", nil, 1)
        try("setpeername", "unix:/nosuch.sock")
        try("setpeername", "127.0.0.1", 1, 2)
        s:setpeername("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        try("send")
        try("send", {x = 1})
        try("send", print)
        try("send", true)
        try("send", "a", "b")
        try("receive", "x")
        try("receive", -1)
        try("receive", 1, 2)
        try("settimeout")
        try("settimeout", "x")
        try("close", 1)
    }
--- stream_response
setpeername: false ngx.socket.udp setpeername: expecting 2 or 3 arguments (including the object), but seen 1 nil
setpeername: true 1 nil
setpeername: false bad argument #3 to '?' (number expected, got string) nil
setpeername: true nil bad port number: -1
setpeername: true nil bad port number: 65536
setpeername: false bad argument #2 to '?' (string expected, got nil) nil
setpeername: true nil no such file or directory
setpeername: false ngx.socket.udp setpeername: expecting 2 or 3 arguments (including the object), but seen 4 nil
send: false expecting 2 arguments (including the object), but got 1 nil
send: false bad argument #2 to '?' (non-array table found) nil
send: false bad argument #2 to '?' (string, number, boolean, nil, or array table expected, got function) nil
send: true 1 nil
send: false expecting 2 arguments (including the object), but got 3 nil
receive: false bad argument #2 to '?' (number expected, got string) nil
receive: true nil connection refused
receive: false expecting 1 or 2 arguments (including the object), but got 3 nil
settimeout: false ngx.socket settimout: expecting at least 2 arguments (including the object) but seen 1 nil
settimeout: true nil nil
close: false expecting 1 argument (including the object) but seen 2 nil
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[crit] connect() failed (2: No such file or directory), upstream: unix:/nosuch.sock(unix:/nosuch.sock), client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] recv() failed (111: Connection refused), upstream: 127.0.0.1:$TEST_NGINX_RAND_PORT_1(127.0.0.1), client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 5: nobody listens
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.udp()
        ngx.say(s:setpeername("127.0.0.1", $TEST_NGINX_RAND_PORT_1))
        ngx.say(s:send("x"))
        ngx.say(s:receive())
        ngx.say(s:send("x"))
    }
--- stream_response
1
1
nilconnection refused
1
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] recv() failed (111: Connection refused), upstream: 127.0.0.1:$TEST_NGINX_RAND_PORT_1(127.0.0.1), client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 6: a timeout
--- stream_config
    server { listen $TEST_NGINX_RAND_PORT_1 udp; content_by_lua_block { ngx.req.socket():receive() } }
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.udp()
        s:setpeername("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        s:settimeout(30)
        s:send("x")
        ngx.say(s:receive())
        ngx.say(s:receive())
        ngx.say(s:send("y"))
    }
--- log_level: notice
--- stream_response
niltimeout
niltimeout
1
--- log
[error] lua udp socket read timed out, upstream: 127.0.0.1:$TEST_NGINX_RAND_PORT_1(127.0.0.1), client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] lua udp socket read timed out, upstream: 127.0.0.1:$TEST_NGINX_RAND_PORT_1(127.0.0.1), client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 7: a timeout without a message
--- stream_config
    server { listen $TEST_NGINX_RAND_PORT_1 udp; content_by_lua_block { ngx.req.socket():receive() } }
--- stream_server_config
    lua_socket_log_errors off;
    lua_socket_read_timeout 30ms;
    content_by_lua_block {
        local s = ngx.socket.udp()
        s:setpeername("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        s:send("x")
        ngx.say(s:receive())
    }
--- stream_response
niltimeout
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] udp client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1



=== TEST 8: sizes
--- stream_config
    server {
        listen $TEST_NGINX_RAND_PORT_1 udp;
        content_by_lua_block {
            local s = ngx.req.socket()
            local data = s:receive()
            s:send(("x"):rep(tonumber(data)))
        }
    }
--- stream_server_config
    content_by_lua_block {
        for _, n in ipairs({0, 1, 100, 8192, 9000, 60000}) do
            local s = ngx.socket.udp()
            s:setpeername("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
            s:settimeout(10000)
            s:send(n)
            local data, err = s:receive()
            ngx.say(n, ": ", data and #data, " ", err)
        end
        local s = ngx.socket.udp()
        s:setpeername("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        s:send(100)
        ngx.say("cut to ", #s:receive(10))
        ngx.say(s:send(("x"):rep(70000)))
    }
--- log_level: notice
--- stream_response
0: 0 nil
1: 1 nil
100: 100 nil
8192: 8192 nil
9000: 8192 nil
60000: 8192 nil
cut to 10
nilmessage too long
--- log
[alert] sendmsg() failed (90: Message too long), upstream: 127.0.0.1:$TEST_NGINX_RAND_PORT_1(127.0.0.1), client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 9: what can be sent
--- stream_config
    server { listen $TEST_NGINX_RAND_PORT_1 udp; content_by_lua_block { local s = ngx.req.socket() local d = s:receive() s:send("[" .. d .. "]") } }
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.udp()
        for _, what in ipairs({"text", 42, 1.5, {"a", {"b", 1}}}) do
            s:setpeername("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
            ngx.say(s:send(what), " ", s:receive())
        end
    }
--- stream_response
1 [text]
1 [42]
1 [1.5]
1 [ab1]
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] udp client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[info] udp client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[info] udp client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[info] udp client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1



=== TEST 10: a unix datagram socket that is not there, and bind
--- stream_config
    server { listen $TEST_NGINX_RAND_PORT_1 udp; content_by_lua_block { local s = ngx.req.socket() s:receive() s:send("from " .. ngx.var.remote_addr) } }
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.udp()
        ngx.say(s:setpeername("unix:$TEST_NGINX_HTML_DIR/none.sock"))
        ngx.say(s:bind("127.0.0.8"))
        ngx.say(s:setpeername("127.0.0.1", $TEST_NGINX_RAND_PORT_1))
        s:send("x")
        ngx.say(s:receive())
        local function try(...)
            local r = {pcall(s.bind, s, ...)}
            ngx.say(tostring(r[1]), " ", tostring(r[2]), " ", tostring(r[3]))
        end
        try()
        try("x")
        try({})
    }
--- stream_response
nilno such file or directory
true
1
from 127.0.0.8
false expecting 2 arguments, but got 1 nil
true nil bad address
false bad argument #2 to '?' (string expected, got table) nil
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[crit] connect() failed (2: No such file or directory), upstream: unix:$TEST_NGINX_SERVER_ROOT/html/none.sock(unix:$TEST_NGINX_SERVER_ROOT/html/none.sock), client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] udp client 127.0.0.8:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1



=== TEST 11: busy
--- stream_config
    server { listen $TEST_NGINX_RAND_PORT_1 udp; content_by_lua_block { local s = ngx.req.socket() s:receive() ngx.sleep(0.3) s:send("late") } }
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.udp()
        s:setpeername("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        s:send("x")
        local t = ngx.thread.spawn(function() return s:receive() end)
        ngx.say(s:receive())
        ngx.say(s:close())
        ngx.say(s:setpeername("127.0.0.1", 1))
        ngx.say(select(2, ngx.thread.wait(t)))
    }
--- stream_response
nilsocket busy
nilsocket busy
nilsocket busy
late
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] udp client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1



=== TEST 12: a name without a resolver
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.udp()
        ngx.say(s:setpeername("name.invalid", 53))
    }
--- stream_response
nilno resolver defined to resolve "name.invalid"
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 13: several sockets at once
--- stream_config
    server { listen $TEST_NGINX_RAND_PORT_1 udp; content_by_lua_block { local s = ngx.req.socket() local d = s:receive() ngx.sleep(tonumber(d) / 1000) s:send("after " .. d) } }
--- stream_server_config
    content_by_lua_block {
        local threads = {}
        for _, ms in ipairs({60, 5, 30}) do
            threads[#threads + 1] = ngx.thread.spawn(function()
                local s = ngx.socket.udp()
                s:setpeername("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
                s:send(ms)
                return s:receive()
            end)
        end
        for _, t in ipairs(threads) do ngx.say(select(2, ngx.thread.wait(t))) end
    }
--- stream_response
after 60
after 5
after 30
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] udp client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[info] udp client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[info] udp client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1



=== TEST 14: an empty datagram
--- stream_config
    server {
        listen $TEST_NGINX_RAND_PORT_1 udp;
        content_by_lua_block {
            local s = ngx.req.socket()
            local data, err = s:receive()
            s:send("got " .. tostring(data) .. " " .. tostring(err))
        }
    }
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.udp()
        s:settimeout(10000)
        s:setpeername("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        ngx.say(s:send(""))
        ngx.say(s:receive())
    }
--- stream_response
1
got nil no more data
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] udp client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1



=== TEST 15: a unix datagram socket
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.udp()
        s:settimeout(20000)
        ngx.say(s:setpeername("unix:$TEST_NGINX_HTML_DIR/d.sock"))
        ngx.say(s:send("hello"))
        ngx.say(s:receive())
        ngx.say(s:close())
    }
--- udp_listen: $TEST_NGINX_HTML_DIR/d.sock
--- udp_query: hello
--- udp_reply: hi
--- stream_response
1
1
hi
1
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 16: a socket of another handler
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.udp()
        s:setpeername("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        local sem, out = require("ngx.semaphore").new(), {}
        ngx.timer.at(0, function()
            local function try(name, ...)
                out[#out + 1] = name .. ": " .. table.concat({select(2, pcall(s[name], s, ...))}, " ")
            end
            try("settimeout", 100)
            try("setpeername", "127.0.0.1", $TEST_NGINX_RAND_PORT_1)
            try("send", "x")
            try("receive")
            try("close")
            sem:post()
        end)
        ngx.say(sem:wait(2))
        ngx.say(table.concat(out, "\n"))
    }
--- stream_response
truenil
settimeout: 
setpeername: bad request
send: bad request
receive: bad request
close: bad request
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
