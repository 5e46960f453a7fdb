# What the methods of UDP cosockets say of arguments they do not take, and in which order things fail.
use Test::Nginx::Socket::Lua::Stream;

$ENV{TEST_NGINX_HTML_DIR} ||= html_dir();
log_level('warn');

plan tests => repeat_each() * blocks();
run_tests();

__DATA__

=== TEST 1: setpeername
--- stream_config
    server { listen $TEST_NGINX_RAND_PORT_1 udp; content_by_lua_block { local s = ngx.req.socket() s:send((s:receive())) } }
--- stream_server_config
    lua_socket_log_errors off;
    content_by_lua_block {
        local function try(what, ...)
            local r = table.pack(pcall(...))
            for i = 1, r.n do r[i] = tostring(r[i]):gsub("^[^ ]+:%d+: ", "") end
            ngx.say(what, ": ", table.concat(r, " | ", 1, r.n))
        end
        local s = ngx.socket.udp()
        local port = $TEST_NGINX_RAND_PORT_1
        for _, v in ipairs({ -1, 0, 65536, 1e10, "x", true, {} }) do
            try("port " .. (type(v) == "table" and "table" or tostring(v)), s.setpeername, s, "127.0.0.1", v)
        end
        try("string", s.setpeername, s, "127.0.0.1", tostring(port))
        try("no port", s.setpeername, s, "127.0.0.1")
        try("none", s.setpeername, s)
        try("nil", s.setpeername, s, nil, port)
        try("three", s.setpeername, s, "127.0.0.1", port, {})
        try("empty", s.setpeername, s, "", port)
        try("unix", s.setpeername, s, "unix:/tmp/no/such/socket")
        try("without self", s.setpeername)
    }
--- stream_response
port -1: true | nil | bad port number: -1
port 0: true | 1
port 65536: true | nil | bad port number: 65536
port 10000000000: true | nil | bad port number: 1410065408
port x: false | bad argument #3 to '?' (number expected, got string)
port true: false | bad argument #3 to '?' (number expected, got boolean)
port table: false | bad argument #3 to '?' (number expected, got table)
string: true | 1
no port: true | 1
none: false | ngx.socket.udp setpeername: expecting 2 or 3 arguments (including the object), but seen 1
nil: false | bad argument #2 to '?' (string expected, got nil)
three: false | ngx.socket.udp setpeername: expecting 2 or 3 arguments (including the object), but seen 4
empty: true | nil | failed to parse host name "": no host
unix: true | nil | no such file or directory
without self: false | ngx.socket.udp setpeername: expecting 2 or 3 arguments (including the object), but seen 0
--- log
[crit] connect() failed (2: No such file or directory), upstream: unix:/tmp/no/such/socket(unix:/tmp/no/such/socket), client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 2: send, receive and settimeout
--- stream_config
    server { listen $TEST_NGINX_RAND_PORT_1 udp; content_by_lua_block { local s = ngx.req.socket() s:send((s:receive())) } }
--- stream_server_config
    lua_socket_log_errors off;
    content_by_lua_block {
        local function try(what, ...)
            local r = table.pack(pcall(...))
            for i = 1, r.n do r[i] = tostring(r[i]):gsub("^[^ ]+:%d+: ", "") end
            ngx.say(what, ": ", table.concat(r, " | ", 1, r.n))
        end
        local s = ngx.socket.udp()
        s:settimeout(20000)
        assert(s:setpeername("127.0.0.1", $TEST_NGINX_RAND_PORT_1))
        local function echo(what, v)
            try(what, s.send, s, v)
            ngx.say("  ", s:receive())
        end
        echo("string", "abc")
        echo("integer", 10)
        echo("float", 1.5)
        echo("table", { "a", 1, { "b" } })
        echo("nil", nil)
        echo("true", true)
        try("function", s.send, s, print)
        try("ngx.null", s.send, s, ngx.null)
        try("table with nil", s.send, s, { "a", print })
        try("none", s.send, s)
        try("two", s.send, s, "a", "b")
        for _, v in ipairs({ 0, -1, "x", "10", 1.5, true }) do
            s:send("hello")
            try("receive " .. tostring(v), s.receive, s, v)
        end
        s:send("hello")
        try("receive two", s.receive, s, 1, 2)
        for _, v in ipairs({ -1, 0, "x", true }) do try("settimeout " .. tostring(v), s.settimeout, s, v) end
        try("settimeout none", s.settimeout, s)
        try("settimeout two", s.settimeout, s, 1, 2)
        try("close", s.close, s)
        try("close again", s.close, s)
        try("send after", s.send, s, "x")
        try("receive after", s.receive, s)
        try("bind none", s.bind, s)
        try("bind x", s.bind, s, "x")
        try("bind 1", s.bind, s, 1)
    }
--- stream_response
string: true | 1
  abc
integer: true | 1
  10
float: true | 1
  1.5
table: true | 1
  a1b
nil: true | 1
  nil
true: true | 1
  true
function: false | bad argument #2 to '?' (string, number, boolean, nil, or array table expected, got function)
ngx.null: false | bad argument #2 to '?' (string, number, boolean, nil, or array table expected, got userdata)
table with nil: false | bad argument #2 to '?' (bad data type function found)
none: false | expecting 2 arguments (including the object), but got 1
two: false | expecting 2 arguments (including the object), but got 3
receive 0: true | 
receive -1: true | hello
receive x: false | bad argument #2 to '?' (number expected, got string)
receive 10: true | hello
receive 1.5: true | h
receive true: false | bad argument #2 to '?' (number expected, got boolean)
receive two: false | expecting 1 or 2 arguments (including the object), but got 3
settimeout -1: true
settimeout 0: true
settimeout x: true
settimeout true: true
settimeout none: false | ngx.socket settimout: expecting at least 2 arguments (including the object) but seen 1
settimeout two: false | ngx.socket settimout: expecting at least 2 arguments (including the object) but seen 3
close: true | 1
close again: true | nil | closed
send after: true | nil | closed
receive after: true | nil | closed
bind none: false | expecting 2 arguments, but got 1
bind x: true | nil | bad address
bind 1: true | nil | bad address
--- log



=== TEST 3: two peers, one after the other
--- stream_config
    server { listen $TEST_NGINX_RAND_PORT_1 udp; content_by_lua_block { local s = ngx.req.socket() s:send((s:receive())) } }
    server { listen $TEST_NGINX_RAND_PORT_2 udp; content_by_lua_block { local s = ngx.req.socket() s:send("second " .. s:receive()) } }
--- stream_server_config
    content_by_lua_block {
        local function try(what, ...)
            local r = table.pack(pcall(...))
            for i = 1, r.n do r[i] = tostring(r[i]):gsub("^[^ ]+:%d+: ", "") end
            ngx.say(what, ": ", table.concat(r, " | ", 1, r.n))
        end
        local s = ngx.socket.udp()
        s:settimeout(20000)
        assert(s:setpeername("127.0.0.1", $TEST_NGINX_RAND_PORT_1))
        s:send("one")
        try("one", s.receive, s)
        try("setpeername", s.setpeername, s, "127.0.0.1", $TEST_NGINX_RAND_PORT_2)
        s:send("two")
        try("two", s.receive, s)
        try("short", function() s:send("hello, world") return s:receive(5) end)
        try("the rest of a datagram is gone", function() s:send("again") return s:receive() end)
    }
--- stream_response
one: true | one
setpeername: true | 1
two: true | second two
short: true | secon
the rest of a datagram is gone: true | second again
--- log



=== TEST 4: setoption
--- stream_server_config
    content_by_lua_block {
        local function try(what, ...)
            local r = table.pack(pcall(...))
            for i = 1, r.n do r[i] = tostring(r[i]):gsub("^[^ ]+:%d+: ", "") end
            ngx.say(what, ": ", table.concat(r, " | ", 1, r.n))
        end
        local s = ngx.socket.udp()
        try("none", s.setoption, s)
        try("one", s.setoption, s, "ip-transparent")
        try("false", s.setoption, s, "ip-transparent", false)
        try("true", s.setoption, s, "ip-transparent", true)
        try("off again", s.setoption, s, "ip-transparent", nil)
        try("more", s.setoption, s, "ip-transparent", true, 1)
        try("unknown", s.setoption, s, "broadcast", true)
        try("number", s.setoption, s, 1, true)
        try("nil", s.setoption, s, nil, true)
    }
--- stream_response
none: false | ngx.socket setoption: expecting 2arguments (including the object) but seen 1
one: true | 0
false: true | 0
true: true | 0
off again: true | 0
more: true | 0
unknown: true | nil | unknown option broadcast
number: true | nil | unknown option 1
nil: false | bad argument #2 to '?' (string expected, got nil)
--- log
