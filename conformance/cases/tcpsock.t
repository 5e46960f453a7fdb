# TCP cosockets: connecting, sending, receiving, errors.
use Test::Nginx::Socket::Lua::Stream;

$ENV{TEST_NGINX_HTML_DIR} ||= html_dir();
log_level('info');

plan tests => repeat_each() * blocks();
run_tests();

__DATA__

=== TEST 1: connect, send, receive, close
--- stream_config
    server { listen $TEST_NGINX_RAND_PORT_1; content_by_lua_block { local s = ngx.req.socket() ngx.say("echo ", s:receive()) } }
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.tcp()
        ngx.say("connect: ", s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1))
        ngx.say("send: ", s:send("hello\n"))
        ngx.say("receive: ", s:receive())
        local line, err, partial = s:receive()
        ngx.say("receive: ", line, " ", err, " [", partial, "]")
        ngx.say("close: ", s:close())
        ngx.say("close: ", s:close())
    }
--- stream_response
connect: 1
send: 6
receive: echo hello
receive: nil closed []
close: 1
close: nilclosed
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1



=== TEST 2: methods of the object
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.tcp()
        ngx.say(type(s))
        local t = {}
        for k in pairs(getmetatable(s).__index) do t[#t + 1] = k end
        table.sort(t)
        ngx.say(table.concat(t, " "))
        ngx.say(ngx.socket.stream == ngx.socket.tcp)
        local u = {}
        for k in pairs(ngx.socket) do u[#u + 1] = k end
        table.sort(u)
        ngx.say(table.concat(u, " "))
    }
--- stream_response
table
__index bind close connect getfd getoption getreusedtimes getsslctx getsslpointer getsslsession receive receiveany receiveuntil send setkeepalive setoption settimeout settimeouts settransparent settrustedstore shutdown sslhandshake
true
connect stream tcp udp
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 3: nobody listens
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.tcp()
        ngx.say(s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1))
        ngx.say(s:send("x"))
        ngx.say(s:receive())
        ngx.say(s:close())
    }
--- stream_response
nilconnection refused
nilclosed
nilclosed
nilclosed
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] connect() failed (111: Connection refused), client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] attempt to send data on a closed socket: u:<pointer>, c:<pointer>, ft:0 eof:0, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] stream attempt to receive data on a closed socket: u:<pointer>, c:<pointer>, ft:0 eof:0, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 4: nobody listens, and nothing is logged
--- stream_server_config
    lua_socket_log_errors off;
    content_by_lua_block {
        local s = ngx.socket.tcp()
        ngx.say(s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1))
        ngx.say(s:send("x"))
        ngx.say(s:receive())
        ngx.say(s:close())
    }
--- stream_response
nilconnection refused
nilclosed
nilclosed
nilclosed
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 5: before connect
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.tcp()
        ngx.say(s:send("x"))
        ngx.say(s:receive())
        ngx.say(s:receive("*a"))
        ngx.say(s:receiveany(5))
        ngx.say(s:receiveuntil("x")())
        ngx.say(s:close())
        ngx.say(s:setkeepalive())
        ngx.say(s:getreusedtimes())
        ngx.say(s:shutdown("send"))
        ngx.say(s:sslhandshake())
        ngx.say(s:settimeout(100))
        ngx.say(select(2, pcall(s.getfd, s)))
        ngx.say(select(2, pcall(s.getoption, s, "keepalive")))
        ngx.say(select(2, pcall(s.getoption, s)))
        ngx.say(select(2, pcall(s.setoption, s, "keepalive", true)))
        ngx.say(select(2, pcall(s.setoption, s, "keepalive")))
    }
--- stream_response
nilclosed
nilclosed
nilclosed
nilclosed
nilclosed
nilclosed
nilclosed
nilclosed
nilclosed
nilclosed

socket is never created nor connected
socket is never created nor connected
socket is never created nor connected
socket is never created nor connected
nilmissing the "value" argument
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] attempt to send data on a closed socket: u:<pointer>, c:<pointer>, ft:0 eof:0, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] stream attempt to receive data on a closed socket: u:<pointer>, c:<pointer>, ft:0 eof:0, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] stream attempt to receive data on a closed socket: u:<pointer>, c:<pointer>, ft:0 eof:0, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] attempt to receive data on a closed socket: u:<pointer>, c:<pointer>, ft:0 eof:0, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 6: arguments of connect
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.tcp()
        local function try(...)
            local r = {pcall(s.connect, s, ...)}
            ngx.say(tostring(r[1]), " ", tostring(r[2]), " ", tostring(r[3]))
        end
        try()
        try("127.0.0.1")
        try("127.0.0.1", "x")
        try("127.0.0.1", {})
        try("127.0.0.1", -1)
        try("127.0.0.1", 65536)
        try(nil, 80)
        try({}, 80)
        try("", 80)
        try("127.0.0.1", 80, "x")
        try("127.0.0.1", 80, {}, 1)
        try("unix:")
        try("unix:/nosuch.sock")
        try("unix:/nosuch.sock", {})
        try("unix:/nosuch.sock", "x")
        try("unix:/nosuch.sock", 80)
        try("127.0.0.1:80", 80)
        try("[::1", 80)
    }
--- stream_response
false ngx.socket connect: expecting 2, 3, or 4 arguments (including the object), but seen 1 nil
true nil connection refused
false bad argument #3 to '?' (number expected, got string) nil
true nil connection refused
true nil bad port number: -1
true nil bad port number: 65536
false bad argument #2 to '?' (string expected, got nil) nil
false bad argument #2 to '?' (string expected, got table) nil
true nil failed to parse host name "": no host
true nil connection refused
false ngx.socket connect: expecting 2, 3, or 4 arguments (including the object), but seen 5 nil
true nil failed to parse host name "unix:": no path in the unix domain socket
true nil no such file or directory
true nil no such file or directory
false bad argument #3 to '?' (number expected, got string) nil
true nil no such file or directory
true nil connection refused
true nil failed to parse host name "[::1": invalid host
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] connect() failed (111: Connection refused), client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] connect() failed (111: Connection refused), client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] connect() failed (111: Connection refused), client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[crit] connect() to unix:/nosuch.sock failed (2: No such file or directory), upstream: unix:/nosuch.sock(unix:/nosuch.sock), client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[crit] connect() to unix:/nosuch.sock failed (2: No such file or directory), upstream: unix:/nosuch.sock(unix:/nosuch.sock), client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[crit] connect() to unix:/nosuch.sock failed (2: No such file or directory), upstream: unix:/nosuch.sock(unix:/nosuch.sock), client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] connect() failed (111: Connection refused), client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 7: a name without a resolver
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.tcp()
        ngx.say(s:connect("name.invalid", 80))
        ngx.say(s:connect("localhost", 80))
    }
--- stream_response
nilno resolver defined to resolve "name.invalid"
nilno resolver defined to resolve "localhost"
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 8: a name that the resolver does not know
--- stream_config
    server {
        listen $TEST_NGINX_RAND_PORT_1 udp;
        content_by_lua_block {
            local s = ngx.req.socket()
            local q = s:receive()
            -- the question with the flags of an answer: no such name
            s:send(q:sub(1, 2) .. "\129\131" .. q:sub(5))
        }
    }
--- stream_server_config
    resolver 127.0.0.1:$TEST_NGINX_RAND_PORT_1 ipv6=off;
    content_by_lua_block {
        local s = ngx.socket.tcp()
        ngx.say(s:connect("name.example", 80))
    }
--- stream_response
nilname.example could not be resolved (3: Host not found)
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] udp client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1



=== TEST 9: a name that the resolver knows
--- stream_config
    server {
        listen $TEST_NGINX_RAND_PORT_1 udp;
        content_by_lua_block {
            local s = ngx.req.socket()
            local q = s:receive()
            s:send(q:sub(1, 2) .. "\129\128\0\1\0\1\0\0\0\0" .. q:sub(13) .. "\192\12\0\1\0\1\0\0\0\60\0\4\127\0\0\1")
        }
    }
    server { listen $TEST_NGINX_RAND_PORT_2; return "found\n"; }
--- stream_server_config
    resolver 127.0.0.1:$TEST_NGINX_RAND_PORT_1 ipv6=off;
    content_by_lua_block {
        local s = ngx.socket.tcp()
        ngx.say(s:connect("name.example", $TEST_NGINX_RAND_PORT_2))
        ngx.say(s:receive("*a"))
    }
--- stream_response
1
found
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] udp client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_2



=== TEST 10: a resolver that does not answer
--- stream_config
    server { listen $TEST_NGINX_RAND_PORT_1 udp; content_by_lua_block { ngx.req.socket():receive() } }
--- stream_server_config
    resolver 127.0.0.1:$TEST_NGINX_RAND_PORT_1 ipv6=off;
    resolver_timeout 50ms;
    content_by_lua_block {
        local s = ngx.socket.tcp()
        ngx.say(s:connect("name.example", 80))
    }
--- log_level: notice
--- stream_response
nilname.example could not be resolved (110: Operation timed out)
--- log



=== TEST 11: a read timeout
--- stream_config
    server { listen $TEST_NGINX_RAND_PORT_1; content_by_lua_block { ngx.print("line\npart") ngx.flush(true) ngx.req.socket():receive() } }
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.tcp()
        s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        ngx.say(s:receive()) -- the part came with it
        s:settimeout(40)
        local line, err, partial = s:receive()
        ngx.say(line, " ", err, " ", partial)
        line, err, partial = s:receive(10)
        ngx.say(line, " ", err, " ", partial)
        line, err = s:receiveany(10)
        ngx.say(line, " ", err)
        ngx.say(s:setkeepalive())
        ngx.say(s:send("x\n"))
    }
--- stream_response
line
nil timeout part
nil timeout 
nil timeout
1
nilclosed
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] stream lua tcp socket read timed out, upstream: 127.0.0.1:$TEST_NGINX_RAND_PORT_1(127.0.0.1), client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] stream lua tcp socket read timed out, upstream: 127.0.0.1:$TEST_NGINX_RAND_PORT_1(127.0.0.1), client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] stream lua tcp socket read timed out, upstream: 127.0.0.1:$TEST_NGINX_RAND_PORT_1(127.0.0.1), client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] attempt to send data on a closed socket: u:<pointer>, c:<pointer>, ft:0 eof:0, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1



=== TEST 12: a send timeout
--- stream_config
    lua_package_path "$TEST_NGINX_HTML_DIR/?.lua;;";
    server { listen $TEST_NGINX_RAND_PORT_1 rcvbuf=4k; content_by_lua_block { require("shared").done:wait(10) } }
--- stream_server_config
    content_by_lua_block {
        local done = require("ngx.semaphore").new()
        require("shared").done = done
        local s = ngx.socket.tcp()
        s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        s:settimeouts(100, 50, 100)
        ngx.say(s:send(("x"):rep(20000000)))
        ngx.say(s:send("more"))
        ngx.say(s:close())
        done:post()
    }
--- user_files
>>> shared.lua
return {}
--- log_level: notice
--- stream_response
niltimeout
nilclosed
1
--- log
[error] stream lua tcp socket write timed out, upstream: 127.0.0.1:$TEST_NGINX_RAND_PORT_1(127.0.0.1), client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] attempt to send data on a closed socket: u:<pointer>, c:<pointer>, ft:0 eof:0, upstream: 127.0.0.1:$TEST_NGINX_RAND_PORT_1(127.0.0.1), client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 13: connect again closes what was open
--- stream_config
    server { listen $TEST_NGINX_RAND_PORT_1; content_by_lua_block { ngx.say("one") ngx.log(ngx.WARN, "one: ", (select(2, ngx.req.socket():receive()))) } }
    server { listen $TEST_NGINX_RAND_PORT_2; content_by_lua_block { ngx.say("two") ngx.req.socket():receive() } }
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.tcp()
        s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        ngx.say(s:receive())
        s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_2)
        ngx.say(s:receive())
        s:close()
    }
--- error_log
one: closed
--- stream_response
one
two
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] content_by_lua(nginx.conf:17):1: one: closed, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_2



=== TEST 14: a socket that another handler made
--- stream_config
    lua_package_path "$TEST_NGINX_HTML_DIR/?.lua;;";
    server { listen $TEST_NGINX_RAND_PORT_1; content_by_lua_block { ngx.print("ready\nhello\n") ngx.req.socket():receive() } }
    server {
        listen $TEST_NGINX_RAND_PORT_2;
        content_by_lua_block {
            local s = require("shared").sock
            for _, f in ipairs({"send", "receive", "close", "setkeepalive", "receiveany", "shutdown", "getreusedtimes", "settimeout", "sslhandshake"}) do
                local arg = ({send = "x", receiveany = 1, shutdown = "send", settimeout = 1})[f]
                ngx.say(f, ": ", select(2, pcall(s[f], s, arg)))
            end
        }
    }
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.tcp()
        s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        ngx.say(s:receive())
        require("shared").sock = s
        local o = ngx.socket.tcp()
        o:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_2)
        ngx.say(o:receive("*a"))
        ngx.say(s:receive())
    }
--- user_files
>>> shared.lua
return {}
--- stream_response
ready
send: bad request
receive: bad request
close: expecting 1 argument (including the object) but seen 2
setkeepalive: bad request
receiveany: bad request
shutdown: bad request
getreusedtimes: expecting 1 argument (including the object), but got 2
settimeout: 
sslhandshake: bad request

hello
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_2



=== TEST 15: a unix socket
--- stream_config
    server { listen unix:$TEST_NGINX_HTML_DIR/s.sock; content_by_lua_block { local s = ngx.req.socket() ngx.print("from ", ngx.var.remote_addr, " ", s:receive(), "\n") ngx.flush(true) s:receive() } }
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.tcp()
        ngx.say(s:connect("unix:$TEST_NGINX_HTML_DIR/s.sock"))
        ngx.say(s:send("hi\n"))
        ngx.say(s:receive())
        ngx.say(s:setkeepalive())
        ngx.say(s:connect("unix:$TEST_NGINX_HTML_DIR/s.sock"))
        ngx.say(s:getreusedtimes())
    }
--- log_level: notice
--- stream_response
1
3
from unix: hi
1
1
1
--- log



=== TEST 16: ngx.socket.connect
--- stream_config
    server { listen $TEST_NGINX_RAND_PORT_1; return "hello\n"; }
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        ngx.say(s:receive())
        ngx.say(ngx.socket.connect("127.0.0.1", $TEST_NGINX_RAND_PORT_2))
        ngx.say(select(2, pcall(ngx.socket.connect)))
    }
--- stream_response
hello
nilconnection refused
ngx.socket.connect:1: ngx.socket connect: expecting 2, 3, or 4 arguments (including the object), but seen 1
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] connect() failed (111: Connection refused), client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1



=== TEST 17: bind
--- stream_config
    server { listen $TEST_NGINX_RAND_PORT_1; content_by_lua_block { ngx.say("from ", ngx.var.remote_addr) } }
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.tcp()
        ngx.say(s:bind("127.0.0.7"))
        ngx.say(s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1))
        ngx.say(s:receive())
        local function try(...)
            local r = {pcall(s.bind, s, ...)}
            ngx.say(tostring(r[1]), " ", tostring(r[2]), " ", tostring(r[3]))
        end
        try()
        try("x")
        try(1)
        try({})
        try("127.0.0.1", 1)
        local t = ngx.socket.tcp()
        t:bind("192.0.2.1")
        ngx.say(t:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1))
    }
--- stream_response
true
1
from 127.0.0.7
false expecting 2 arguments, but got 1 nil
true nil bad address
true nil bad address
false bad argument #2 to '?' (string expected, got table) nil
false expecting 2 arguments, but got 3 nil
nilcannot assign requested address
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[crit] bind(192.0.2.1) failed (99: Cannot assign requested address), upstream: 127.0.0.1:$TEST_NGINX_RAND_PORT_1(127.0.0.1), client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.7:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1



=== TEST 18: half close
--- stream_config
    server {
        listen $TEST_NGINX_RAND_PORT_1;
        content_by_lua_block {
            local s = ngx.req.socket()
            local data = s:receive("*a")
            ngx.say("got ", #data, " bytes")
        }
    }
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.tcp()
        s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        ngx.say(s:send("12345"))
        ngx.say(s:shutdown("send"))
        ngx.say(s:send("more"))
        ngx.say(s:receive("*a"))
        ngx.say(s:shutdown("send"))
        ngx.say(s:close())
    }
--- stream_response
5
1
nilclosed
got 5 bytes

nilalready shutdown
1
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] attempt to send data on a closed socket: u:<pointer>, c:<pointer>, ft:0 eof:0, upstream: 127.0.0.1:$TEST_NGINX_RAND_PORT_1(127.0.0.1), client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1



=== TEST 19: much data both ways
--- stream_config
    server {
        listen $TEST_NGINX_RAND_PORT_1;
        content_by_lua_block {
            local s = ngx.req.socket()
            local n = 0
            while true do
                local data, err, partial = s:receive(65536)
                n = n + #(data or partial)
                s:send(data or partial)
                if not data then break end
            end
        }
    }
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.tcp()
        s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        local piece = ("0123456789abcdef"):rep(4096)
        local reader = ngx.thread.spawn(function() return s:receive("*a") end)
        for i = 1, 30 do s:send(piece) end
        s:shutdown("send")
        local ok, data = ngx.thread.wait(reader)
        ngx.say(#data, " ", ngx.md5(data) == ngx.md5(piece:rep(30)))
    }
--- stream_response
1966080 true
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1



=== TEST 20: busy sockets
--- stream_config
    server { listen $TEST_NGINX_RAND_PORT_1; content_by_lua_block { ngx.req.socket():receive() } }
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.tcp()
        s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        local t = ngx.thread.spawn(function() return s:receive() end)
        ngx.say("receive: ", select(2, s:receive()))
        ngx.say("receiveany: ", select(2, s:receiveany(1)))
        ngx.say("until: ", select(2, s:receiveuntil("x")()))
        ngx.say("close: ", select(2, s:close()))
        ngx.say("connect: ", select(2, s:connect("127.0.0.1", 1)))
        ngx.say("keepalive: ", select(2, s:setkeepalive()))
        ngx.say("handshake: ", select(2, s:sslhandshake()))
        ngx.say("send: ", s:send("x\n"))
        ngx.say("thread: ", select(2, ngx.thread.wait(t)))
    }
--- stream_response
receive: socket busy reading
receiveany: socket busy reading
until: socket busy reading
close: socket busy reading
connect: socket busy reading
keepalive: socket busy reading
handshake: socket busy reading
send: 2
thread: nilclosed
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1



=== TEST 21: sockets of a thread that is killed
--- stream_config
    server { listen $TEST_NGINX_RAND_PORT_1; content_by_lua_block { ngx.log(ngx.WARN, "peer: ", (select(2, ngx.req.socket():receive()))) } }
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.tcp()
        s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        local t = ngx.thread.spawn(function() return s:receive() end)
        ngx.say(ngx.thread.kill(t))
        ngx.say(s:close())
    }
--- error_log
peer: 
--- stream_response
1
nilclosed
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] content_by_lua(nginx.conf:17):1: peer: closed, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1



=== TEST 22: sockets are closed at the end of the session
--- stream_config
    server { listen $TEST_NGINX_RAND_PORT_1; content_by_lua_block { ngx.log(ngx.WARN, "peer: ", (select(2, ngx.req.socket():receive()))) } }
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.tcp()
        s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        ngx.say("done")
    }
--- error_log
peer: 
--- stream_response
done
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] content_by_lua(nginx.conf:17):1: peer: closed, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1



=== TEST 23: options
--- stream_config
    server { listen $TEST_NGINX_RAND_PORT_1; content_by_lua_block { ngx.req.socket():receive() } }
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.tcp()
        s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        for _, name in ipairs({"keepalive", "reuseaddr", "tcp-nodelay"}) do
            ngx.say(name, " ", s:getoption(name), " ", s:setoption(name, true), " ", s:getoption(name), " ", s:setoption(name, 0), " ", s:getoption(name))
        end
        ngx.say(s:setoption("tcp-keepalive", 1))
        ngx.say(s:setoption("ip-transparent", 1))
        ngx.say(type(s:getfd()))
    }
--- stream_response
keepalive 0 true 1 true 0
reuseaddr 0 true 1 true 0
tcp-nodelay 0 true 1 true 0
nilunsupported option tcp-keepalive
true
number
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1



=== TEST 24: a peer that resets
--- stream_config
    server { listen $TEST_NGINX_RAND_PORT_1; content_by_lua_block { ngx.req.socket():receive(1) } }
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.tcp()
        s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        s:send("more than one byte")
        local data, err, partial = s:receive()
        ngx.say(data, " ", err, " ", partial)
        ngx.say(s:send("x"))
    }
--- stream_response
nil closed 
1
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
