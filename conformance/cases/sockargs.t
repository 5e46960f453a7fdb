# What the methods of TCP cosockets say of arguments they do not take.
use Test::Nginx::Socket::Lua::Stream;

$ENV{TEST_NGINX_HTML_DIR} ||= html_dir();
log_level('warn');

plan tests => repeat_each() * blocks();
run_tests();

__DATA__

=== TEST 1: settimeout and settimeouts
--- stream_server_config
    content_by_lua_block {
        local function try(what, ...)
            local r = table.pack(pcall(...))
            for i = 1, r.n do r[i] = tostring(r[i]):gsub("^[^ ]+:%d+: ", "") end
            ngx.say(what, ": ", table.concat(r, " | ", 1, r.n))
        end
        local s = ngx.socket.tcp()
        for _, v in ipairs({ -1, 0, 1, 1.5, 2147483647, 2147483648, "10", "x", true, {} }) do
            try("settimeout " .. tostring(type(v) == "table" and "table" or v), s.settimeout, s, v)
            try("settimeouts " .. tostring(type(v) == "table" and "table" or v), s.settimeouts, s, v, v, v)
        end
        try("settimeout nil", s.settimeout, s, nil)
        try("settimeout none", s.settimeout, s)
        try("settimeout two", s.settimeout, s, 1, 2)
        try("settimeouts none", s.settimeouts, s)
        try("settimeouts two", s.settimeouts, s, 1, 2)
        try("settimeouts nil", s.settimeouts, s, nil, nil, nil)
        try("settimeouts four", s.settimeouts, s, 1, 2, 3, 4)
        try("settimeout without self", s.settimeout)
    }
--- stream_response
settimeout -1: false | bad timeout value
settimeouts -1: false | bad timeout value
settimeout 0: true
settimeouts 0: true
settimeout 1: true
settimeouts 1: true
settimeout 1.5: true
settimeouts 1.5: true
settimeout 2147483647: true
settimeouts 2147483647: true
settimeout 2147483648: false | bad timeout value
settimeouts 2147483648: false | bad timeout value
settimeout 10: true
settimeouts 10: true
settimeout x: true
settimeouts x: true
settimeout true: true
settimeouts true: true
settimeout table: true
settimeouts table: true
settimeout nil: true
settimeout none: false | ngx.socket settimout: expecting 2 arguments (including the object) but seen 1
settimeout two: false | ngx.socket settimout: expecting 2 arguments (including the object) but seen 3
settimeouts none: false | ngx.socket settimout: expecting 4 arguments (including the object) but seen 1
settimeouts two: false | ngx.socket settimout: expecting 4 arguments (including the object) but seen 3
settimeouts nil: true
settimeouts four: false | ngx.socket settimout: expecting 4 arguments (including the object) but seen 5
settimeout without self: false | ngx.socket settimout: expecting 2 arguments (including the object) but seen 0
--- log



=== TEST 2: receive
--- stream_config
    server { listen $TEST_NGINX_RAND_PORT_1; lua_socket_log_errors off; content_by_lua_block { ngx.say("abc\nabc\nabc\nabc\nabc") ngx.req.socket():receive() } }
--- stream_server_config
    content_by_lua_block {
        local function try(what, ...)
            local r = table.pack(pcall(...))
            for i = 1, r.n do r[i] = tostring(r[i]):gsub("^[^ ]+:%d+: ", "") end
            ngx.say(what, ": ", table.concat(r, " | ", 1, r.n))
        end
        local function connected()
            local s = ngx.socket.tcp()
            s:settimeout(20000)
            assert(s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1))
            return s
        end
        local s = connected()
        for _, v in ipairs({ "*l", "*x", "l", "a", "", "*", -1, 0, "0", "1", "1x", 1.5, true, {} }) do
            try(tostring(type(v) == "table" and "table" or v), s.receive, s, v)
        end
        try("nil", s.receive, s, nil)
        try("two", s.receive, s, 1, 2)
        try("three", s.receive, s, 1, 2, 3)
        try("without self", s.receive)
    }
--- stream_response
*l: true | abc
*x: false | bad argument #2 to '?' (bad pattern argument)
l: false | bad argument #2 to '?' (bad pattern argument: l)
a: false | bad argument #2 to '?' (bad pattern argument: a)
: false | bad argument #2 to '?' (bad pattern argument: )
*: false | bad argument #2 to '?' (bad pattern argument: *)
-1: false | bad argument #2 to '?' (bad pattern argument)
0: true | 
0: true | 
1: true | a
1x: false | bad argument #2 to '?' (bad pattern argument: 1x)
1.5: true | b
true: false | bad argument #2 to '?' (bad pattern argument)
table: false | bad argument #2 to '?' (bad pattern argument)
nil: false | bad argument #2 to '?' (bad pattern argument)
two: false | expecting 1 or 2 arguments (including the object), but got 3
three: false | expecting 1 or 2 arguments (including the object), but got 4
without self: false | expecting 1 or 2 arguments (including the object), but got 0
--- log



=== TEST 3: receiveany and receiveuntil
--- stream_config
    server { listen $TEST_NGINX_RAND_PORT_1; lua_socket_log_errors off; content_by_lua_block { local s = ngx.req.socket(true) s:settimeout(20000) while true do local l = s:receive() if not l or l == "quit" then break end s:send(l .. "\n") end } }
--- stream_server_config
    content_by_lua_block {
        local function try(what, ...)
            local r = table.pack(pcall(...))
            for i = 1, r.n do r[i] = tostring(r[i]):gsub("^[^ ]+:%d+: ", "") end
            ngx.say(what, ": ", table.concat(r, " | ", 1, r.n))
        end
        local function connected()
            local s = ngx.socket.tcp()
            s:settimeout(20000)
            assert(s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1))
            return s
        end
        local s = connected()
        s:send("abc\n")
        for _, v in ipairs({ 0, -1, "x", "2", 1.5, true }) do
            try("receiveany " .. tostring(v), s.receiveany, s, v)
        end
        try("receiveany nil", s.receiveany, s, nil)
        try("receiveany none", s.receiveany, s)
        try("receiveany three", s.receiveany, s, 1, 2)
        try("receiveuntil none", s.receiveuntil, s)
        try("receiveuntil empty", s.receiveuntil, s, "")
        try("receiveuntil nil", s.receiveuntil, s, nil)
        try("receiveuntil true", s.receiveuntil, s, true)
        try("receiveuntil three", s.receiveuntil, s, "a", {}, 1)
        try("receiveuntil bad options", s.receiveuntil, s, "a", "b")
        try("receiveuntil bad inclusive", s.receiveuntil, s, "a", { inclusive = "yes" })
        try("receiveuntil bad inclusive", s.receiveuntil, s, "a", { inclusive = 1 })
        s = connected()
        s:send("abc1def\n")
        local read = s:receiveuntil(1)
        try("a number is a pattern", read)
        read = s:receiveuntil("f")
        try("two sizes", read, 1, 2)
        try("a size that is none", read, "x")
        try("a size that is true", read, true)
        try("size 0", read, 0)
        s:send("abcf\n")
        try("size -1", read, -1)
        s:send("abcf\n")
        try("size as a string", read, "2")
        try("size nil", read, nil)
    }
--- stream_response
receiveany 0: false | bad argument #2 to '?' (bad max argument)
receiveany -1: false | bad argument #2 to '?' (bad max argument)
receiveany x: false | bad argument #2 to '?' (bad max argument)
receiveany 2: true | ab
receiveany 1.5: true | c
receiveany true: false | bad argument #2 to '?' (bad max argument)
receiveany nil: false | bad argument #2 to '?' (bad max argument)
receiveany none: false | expecting 2 arguments (including the object), but got 1
receiveany three: false | expecting 2 arguments (including the object), but got 3
receiveuntil none: false | expecting 2 or 3 arguments (including the object), but got 1
receiveuntil empty: true | nil | pattern is empty
receiveuntil nil: false | bad argument #2 to '?' (string expected, got nil)
receiveuntil true: false | bad argument #2 to '?' (string expected, got boolean)
receiveuntil three: false | expecting 2 or 3 arguments (including the object), but got 4
receiveuntil bad options: false | bad argument #3 to '?' (table expected, got string)
receiveuntil bad inclusive: false | bad "inclusive" option value type: string
receiveuntil bad inclusive: false | bad "inclusive" option value type: number
a number is a pattern: true | abc
two sizes: false | expecting 0 or 1 arguments, but seen 2
a size that is none: false | bad argument #1 to '?' (number expected, got string)
a size that is true: false | bad argument #1 to '?' (number expected, got boolean)
size 0: true | de
size -1: true | 
abc
size as a string: true | 
a
size nil: false | bad argument #1 to '?' (number expected, got nil)
--- log



=== TEST 4: send
--- stream_config
    server { listen $TEST_NGINX_RAND_PORT_1; lua_socket_log_errors off; content_by_lua_block { local s = ngx.req.socket(true) s:settimeout(20000) while true do local l = s:receive() if not l or l == "quit" then break end s:send(l .. "\n") end } }
--- stream_server_config
    content_by_lua_block {
        local function try(what, ...)
            local r = table.pack(pcall(...))
            for i = 1, r.n do r[i] = tostring(r[i]):gsub("^[^ ]+:%d+: ", "") end
            ngx.say(what, ": ", table.concat(r, " | ", 1, r.n))
        end
        local function connected()
            local s = ngx.socket.tcp()
            s:settimeout(20000)
            assert(s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1))
            return s
        end
        local s = connected()
        local function echo(what, v)
            try(what, s.send, s, v)
            s:send("\n")
            ngx.say("  ", (s:receive()))
        end
        echo("string", "abc")
        echo("empty", "")
        echo("integer", 10)
        echo("float", 1.5)
        echo("big", 2 ^ 53)
        echo("true", true)
        echo("false", false)
        echo("nil", nil)
        echo("table", { "a", 1, { "b", { 2.5 } } })
        echo("table with nil", { "a", nil, "b" })
        echo("table with true", { "a", true })
        echo("empty table", {})
        echo("table with a key", { "a", k = "b" })
        try("ngx.null", s.send, s, ngx.null)
        try("function", s.send, s, print)
        try("table with a function", s.send, s, { print })
        try("table with ngx.null", s.send, s, { ngx.null })
        try("none", s.send, s)
        try("two", s.send, s, "a", "b")
        try("without self", s.send)
    }
--- stream_response
string: true | 3
  abc
empty: true | 0
  
integer: true | 2
  10
float: true | 3
  1.5
big: true | 18
  9.007199254741e+15
true: true | 4
  true
false: true | 5
  false
nil: true | 3
  nil
table: true | 6
  a1b2.5
table with nil: false | bad argument #2 to '?' (bad data type nil found)
  
table with true: false | bad argument #2 to '?' (bad data type boolean found)
  
empty table: true | 0
  
table with a key: false | bad argument #2 to '?' (non-array table found)
  
ngx.null: false | bad argument #2 to '?' (string, number, boolean, nil, or array table expected, got userdata)
function: false | bad argument #2 to '?' (string, number, boolean, nil, or array table expected, got function)
table with a function: false | bad argument #2 to '?' (bad data type function found)
table with ngx.null: false | bad argument #2 to '?' (bad data type userdata found)
none: false | expecting 2 arguments (including the object), but got 1
two: false | expecting 2 arguments (including the object), but got 3
without self: false | expecting 2 arguments (including the object), but got 0
--- log



=== TEST 5: connect
--- stream_config
    server { listen $TEST_NGINX_RAND_PORT_1; lua_socket_log_errors off; content_by_lua_block { local s = ngx.req.socket(true) s:settimeout(20000) while true do local l = s:receive() if not l or l == "quit" then break end s:send(l .. "\n") end } }
--- stream_server_config
    lua_socket_log_errors off;
    content_by_lua_block {
        local function try(what, ...)
            local r = table.pack(pcall(...))
            for i = 1, r.n do r[i] = tostring(r[i]):gsub("^[^ ]+:%d+: ", "") end
            ngx.say(what, ": ", table.concat(r, " | ", 1, r.n))
        end
        local s = ngx.socket.tcp()
        local port = $TEST_NGINX_RAND_PORT_1
        for _, v in ipairs({ -1, 65536, 1e10, "x", true, {} }) do
            try("port " .. (type(v) == "table" and "table" or tostring(v)), s.connect, s, "127.0.0.1", v)
        end
        try("port as a string", s.connect, s, "127.0.0.1", tostring(port))
        try("port as a float", s.connect, s, "127.0.0.1", port + 0.5)
        try("port nil", s.connect, s, "127.0.0.1", nil)
        try("no port", s.connect, s, "127.0.0.1")
        try("nothing", s.connect, s)
        try("host nil", s.connect, s, nil, port)
        try("host true", s.connect, s, true, port)
        try("host empty", s.connect, s, "", port)
        try("host table", s.connect, s, {}, port)
        try("options string", s.connect, s, "127.0.0.1", port, "x")
        try("options number", s.connect, s, "127.0.0.1", port, 1)
        try("options nil", s.connect, s, "127.0.0.1", port, nil)
        try("too many", s.connect, s, "127.0.0.1", port, {}, 1)
        for _, o in ipairs({ { pool = true }, { pool = {} }, { pool = 5 }, { pool_size = "2" }, { pool_size = -1 }, { pool_size = true },
                             { backlog = 1.5 }, { backlog = "x" }, { backlog = true }, { pool_size = 1, backlog = -2 } }) do
            local k, v = next(o)
            try("option", s.connect, s, "127.0.0.1", port, o)
        end
        try("unix without path", s.connect, s, "unix:")
        try("unix not there", s.connect, s, "unix:/tmp/no/such/socket")
        try("unix too long", s.connect, s, "unix:" .. ("x"):rep(200))
        try("bad IPv6", s.connect, s, "[::1", port)
        try("without self", s.connect)
    }
--- stream_response
port -1: true | nil | bad port number: -1
port 65536: true | nil | bad port number: 65536
port 10000000000: true | nil | bad port number: 1410065408
port x: false | bad argument #3 to '?' (number expected, got string)
port true: false | bad argument #3 to '?' (number expected, got boolean)
port table: true | nil | connection refused
port as a string: true | 1
port as a float: true | 1
port nil: false | bad argument #3 to '?' (number expected, got nil)
no port: true | nil | connection refused
nothing: false | ngx.socket connect: expecting 2, 3, or 4 arguments (including the object), but seen 1
host nil: false | bad argument #2 to '?' (string expected, got nil)
host true: false | bad argument #2 to '?' (string expected, got boolean)
host empty: true | nil | failed to parse host name "": no host
host table: false | bad argument #2 to '?' (string expected, got table)
options string: true | 1
options number: true | 1
options nil: true | 1
too many: false | ngx.socket connect: expecting 2, 3, or 4 arguments (including the object), but seen 5
option: false | bad argument #4 to '?' (bad "pool" option type: boolean)
option: false | bad argument #4 to '?' (bad "pool" option type: table)
option: true | 1
option: true | 1
option: false | bad argument #4 to '?' (bad "pool_size" option value: -1)
option: false | bad argument #4 to '?' (bad "pool_size" option type: boolean)
option: true | 1
option: true | 1
option: true | 1
option: false | bad argument #4 to '?' (bad "backlog" option value: -2)
unix without path: true | nil | failed to parse host name "unix:": no path in the unix domain socket
unix not there: true | nil | no such file or directory
unix too long: true | nil | failed to parse host name "unix:xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx": too long path in the unix domain socket
bad IPv6: true | nil | failed to parse host name "[::1": invalid host
without self: false | ngx.socket connect: expecting 2, 3, or 4 arguments (including the object), but seen 0
--- log
[crit] connect() to unix:/tmp/no/such/socket failed (2: No such file or directory), upstream: unix:/tmp/no/such/socket(unix:/tmp/no/such/socket), client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 6: setkeepalive
--- stream_config
    server { listen $TEST_NGINX_RAND_PORT_1; lua_socket_log_errors off; content_by_lua_block { local s = ngx.req.socket(true) s:settimeout(20000) while true do local l = s:receive() if not l or l == "quit" then break end s:send(l .. "\n") end } }
--- stream_server_config
    lua_socket_log_errors off;
    content_by_lua_block {
        local function try(what, ...)
            local r = table.pack(pcall(...))
            for i = 1, r.n do r[i] = tostring(r[i]):gsub("^[^ ]+:%d+: ", "") end
            ngx.say(what, ": ", table.concat(r, " | ", 1, r.n))
        end
        local function connected()
            local s = ngx.socket.tcp()
            s:settimeout(20000)
            assert(s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1))
            return s
        end
        local function each(what, ...)
            local s = connected()
            try(what, s.setkeepalive, s, ...)
            s:close()
        end
        each("none")
        each("zero", 0)
        each("negative", -1)
        each("string", "100")
        each("bad string", "x")
        each("true", true)
        each("nil nil", nil, nil)
        each("size 0", 100, 0)
        each("size -1", 100, -1)
        each("size string", 100, "5")
        each("size true", 100, true)
        each("three", 100, 5, 1)
        local s = ngx.socket.tcp()
        try("not connected", s.setkeepalive, s)
        s = connected()
        s:close()
        try("closed", s.setkeepalive, s)
        try("without self", s.setkeepalive)
        try("getreusedtimes after", s.getreusedtimes, s)
        s = connected()
        try("getreusedtimes", s.getreusedtimes, s)
        try("getreusedtimes with more", s.getreusedtimes, s, 1)
    }
--- stream_response
none: true | 1
zero: true | 1
negative: true | 1
string: true | 1
bad string: false | bad argument #2 to '?' (number expected, got string)
true: false | bad argument #2 to '?' (number expected, got boolean)
nil nil: true | 1
size 0: true | 1
size -1: true | 1
size string: true | 1
size true: false | bad argument #3 to '?' (number expected, got boolean)
three: false | expecting 1 to 3 arguments (including the object), but got 4
not connected: true | nil | closed
closed: true | nil | closed
without self: false | expecting 1 to 3 arguments (including the object), but got 0
getreusedtimes after: true | nil | closed
getreusedtimes: true | 0
getreusedtimes with more: false | expecting 1 argument (including the object), but got 2
--- log



=== TEST 7: shutdown, close and getfd
--- stream_config
    server { listen $TEST_NGINX_RAND_PORT_1; lua_socket_log_errors off; content_by_lua_block { local s = ngx.req.socket(true) s:settimeout(20000) while true do local l = s:receive() if not l or l == "quit" then break end s:send(l .. "\n") end } }
--- stream_server_config
    lua_socket_log_errors off;
    content_by_lua_block {
        local function try(what, ...)
            local r = table.pack(pcall(...))
            for i = 1, r.n do r[i] = tostring(r[i]):gsub("^[^ ]+:%d+: ", "") end
            ngx.say(what, ": ", table.concat(r, " | ", 1, r.n))
        end
        local function connected()
            local s = ngx.socket.tcp()
            s:settimeout(20000)
            assert(s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1))
            return s
        end
        local s = ngx.socket.tcp()
        try("shutdown before", s.shutdown, s, "send")
        try("close before", s.close, s)
        try("getfd before", s.getfd, s)
        s = connected()
        try("shutdown none", s.shutdown, s)
        try("shutdown nil", s.shutdown, s, nil)
        try("shutdown receive", s.shutdown, s, "receive")
        try("shutdown both", s.shutdown, s, "both")
        try("shutdown number", s.shutdown, s, 1)
        try("shutdown two", s.shutdown, s, "send", 1)
        ngx.say(type(s:getfd()))
        try("shutdown", s.shutdown, s, "send")
        try("shutdown again", s.shutdown, s, "send")
        try("send after", s.send, s, "x")
        try("receive after", s.receive, s)
        try("close with more", s.close, s, 1)
        try("close", s.close, s)
        try("close again", s.close, s)
        try("shutdown after", s.shutdown, s, "send")
        try("receive after", s.receive, s, 4)
        try("receiveany after", s.receiveany, s, 4)
        local ok, read = pcall(s.receiveuntil, s, "x")
        ngx.say(ok, " ", type(read))
        try("the iterator", read)
    }
--- stream_response
shutdown before: true | nil | closed
close before: true | nil | closed
getfd before: false | socket is never created nor connected
shutdown none: false | expecting 2 arguments (including the object) but seen 1
shutdown nil: false | bad argument #2 to '?' (string expected, got nil)
shutdown receive: false | bad argument #2 to '?' (bad shutdown argument: receive)
shutdown both: false | bad argument #2 to '?' (bad shutdown argument: both)
shutdown number: false | bad argument #2 to '?' (bad shutdown argument: 1)
shutdown two: false | expecting 2 arguments (including the object) but seen 3
number
shutdown: true | 1
shutdown again: true | nil | already shutdown
send after: true | nil | closed
receive after: true | nil | closed | 
close with more: false | expecting 1 argument (including the object) but seen 2
close: true | nil | closed
close again: true | nil | closed
shutdown after: true | nil | closed
receive after: true | nil | closed
receiveany after: true | nil | closed
true function
the iterator: true | nil | closed
--- log



=== TEST 8: setoption and getoption
--- stream_config
    server { listen $TEST_NGINX_RAND_PORT_1; lua_socket_log_errors off; content_by_lua_block { local s = ngx.req.socket(true) s:settimeout(20000) while true do local l = s:receive() if not l or l == "quit" then break end s:send(l .. "\n") end } }
--- stream_server_config
    content_by_lua_block {
        local function try(what, ...)
            local r = table.pack(pcall(...))
            for i = 1, r.n do r[i] = tostring(r[i]):gsub("^[^ ]+:%d+: ", "") end
            ngx.say(what, ": ", table.concat(r, " | ", 1, r.n))
        end
        local function connected()
            local s = ngx.socket.tcp()
            s:settimeout(20000)
            assert(s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1))
            return s
        end
        local s = ngx.socket.tcp()
        try("before", s.setoption, s, "keepalive", true)
        try("get before", s.getoption, s, "keepalive")
        s = connected()
        for _, o in ipairs({ "keepalive", "reuseaddr", "tcp-nodelay", "sndbuf", "rcvbuf", "tcp_nodelay", "linger", "" }) do
            try("get " .. o, function() local v, err = s:getoption(o) return type(v) == "number" and v > 1 and "many" or v, err end)
        end
        for _, v in ipairs({ true, false, 1, 0, "1", "x", 2, -1 }) do
            try("keepalive " .. tostring(v), s.setoption, s, "keepalive", v)
            try("now", s.getoption, s, "keepalive")
        end
        try("no value", s.setoption, s, "keepalive")
        try("nil value", s.setoption, s, "keepalive", nil)
        try("table value", s.setoption, s, "keepalive", {})
        try("no name", s.setoption, s)
        try("get without name", s.getoption, s)
        try("number name", s.setoption, s, 1, 1)
        try("unknown", s.setoption, s, "linger", 1)
        try("sndbuf string", s.setoption, s, "sndbuf", "x")
        try("sndbuf", s.setoption, s, "sndbuf", 4096)
        try("nodelay", s.setoption, s, "tcp-nodelay", true)
        try("now", s.getoption, s, "tcp-nodelay")
    }
--- stream_response
before: false | socket is never created nor connected
get before: false | socket is never created nor connected
get keepalive: true | 0 | nil
get reuseaddr: true | 0 | nil
get tcp-nodelay: true | 0 | nil
get sndbuf: true | many | nil
get rcvbuf: true | many | nil
get tcp_nodelay: true | nil | unsupported option tcp_nodelay
get linger: true | nil | unsupported option linger
get : true | nil | unsupported option 
keepalive true: true | true
now: true | 1
keepalive false: true | true
now: true | 0
keepalive 1: true | true
now: true | 1
keepalive 0: true | true
now: true | 0
keepalive 1: false | bad argument #3 to 'ngx_lua_ffi_socket_tcp_setoption' (cannot convert 'string' to 'int')
now: true | 0
keepalive x: false | bad argument #3 to 'ngx_lua_ffi_socket_tcp_setoption' (cannot convert 'string' to 'int')
now: true | 0
keepalive 2: true | true
now: true | 1
keepalive -1: true | true
now: true | 1
no value: true | nil | missing the "value" argument
nil value: true | nil | missing the "value" argument
table value: false | bad argument #3 to 'ngx_lua_ffi_socket_tcp_setoption' (cannot convert 'table' to 'int')
no name: true | nil | missing the "option" argument
get without name: true | nil | missing the "option" argument
number name: true | nil | unsupported option 1
unknown: true | nil | unsupported option linger
sndbuf string: false | bad argument #3 to 'ngx_lua_ffi_socket_tcp_setoption' (cannot convert 'string' to 'int')
sndbuf: true | true
nodelay: true | true
now: true | 1
--- log



=== TEST 9: sslhandshake
--- stream_config
    server { listen $TEST_NGINX_RAND_PORT_1; lua_socket_log_errors off; content_by_lua_block { ngx.say("this is not TLS at all") ngx.req.socket():receive("*a") } }
--- stream_server_config
    lua_socket_log_errors off;
    content_by_lua_block {
        local function try(what, ...)
            local r = table.pack(pcall(...))
            for i = 1, r.n do r[i] = tostring(r[i]):gsub("^[^ ]+:%d+: ", "") end
            ngx.say(what, ": ", table.concat(r, " | ", 1, r.n))
        end
        local function connected()
            local s = ngx.socket.tcp()
            s:settimeout(20000)
            assert(s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1))
            return s
        end
        local s = ngx.socket.tcp()
        try("before", s.sslhandshake, s)
        for _, a in ipairs({ { true }, { "x" }, { 1 }, { false, 1 }, { false, true }, { nil, nil, "yes" }, { {} } }) do
            s = connected()
            try("args", s.sslhandshake, s, a[1], a[2], a[3])
            s:close()
        end
        s = connected()
        try("too many", s.sslhandshake, s, nil, nil, nil, nil, nil)
        try("without self", s.sslhandshake)
        s:close()
        try("closed", s.sslhandshake, s)
        try("session before", s.getsslsession, s)
    }
--- stream_response
before: true | nil | closed
args: true | nil | handshake failed
args: true | nil | handshake failed
args: true | nil | handshake failed
args: true | nil | handshake failed
args: true | nil | handshake failed
args: true | nil | handshake failed
args: true | nil | handshake failed
too many: false | ngx.socket sslhandshake: expecting 1 ~ 5 arguments (including the object), but seen 6
without self: false | ngx.socket sslhandshake: expecting 1 ~ 5 arguments (including the object), but seen 0
closed: true | nil | closed
session before: true | nil | closed
--- log
[error] SSL_do_handshake() failed (SSL: error:0A00010B:SSL routines::wrong version number), client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] SSL_do_handshake() failed (SSL: error:0A00010B:SSL routines::wrong version number), client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] SSL_do_handshake() failed (SSL: error:0A00010B:SSL routines::wrong version number), client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] SSL_do_handshake() failed (SSL: error:0A00010B:SSL routines::wrong version number), client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] SSL_do_handshake() failed (SSL: error:0A00010B:SSL routines::wrong version number), client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] SSL_do_handshake() failed (SSL: error:0A00010B:SSL routines::wrong version number), client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] SSL_do_handshake() failed (SSL: error:0A00010B:SSL routines::wrong version number), client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 10: bind, settransparent and setclientcert
--- stream_config
    server { listen $TEST_NGINX_RAND_PORT_1; lua_socket_log_errors off; content_by_lua_block { local s = ngx.req.socket(true) s:settimeout(20000) while true do local l = s:receive() if not l or l == "quit" then break end s:send(l .. "\n") end } }
--- stream_server_config
    content_by_lua_block {
        local function try(what, ...)
            local r = table.pack(pcall(...))
            for i = 1, r.n do r[i] = tostring(r[i]):gsub("^[^ ]+:%d+: ", "") end
            ngx.say(what, ": ", table.concat(r, " | ", 1, r.n))
        end
        local s = ngx.socket.tcp()
        for _, v in ipairs({ "127.0.0.1", "127.0.0.300", "::1", "[::1]", "localhost", "", "127.0.0.1:0", 1, true }) do
            try("bind " .. tostring(v), s.bind, s, v)
        end
        try("bind none", s.bind, s)
        try("bind nil", s.bind, s, nil)
        try("bind two", s.bind, s, "127.0.0.1", 1)
        ngx.say(type(s.setclientcert), " ", type(s.settransparent))
        try("connect from there", s.connect, s, "127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        try("bind when connected", s.bind, s, "127.0.0.1")
        try("settransparent none", s.settransparent, s)
    }
--- stream_response
bind 127.0.0.1: true | true
bind 127.0.0.300: true | nil | bad address
bind ::1: true | true
bind [::1]: true | nil | bad address
bind localhost: true | nil | bad address
bind : true | nil | bad address
bind 127.0.0.1:0: true | nil | bad address
bind 1: true | nil | bad address
bind true: false | bad argument #2 to '?' (string expected, got boolean)
bind none: false | expecting 2 arguments, but got 1
bind nil: false | bad argument #2 to '?' (string expected, got nil)
bind two: false | expecting 2 arguments, but got 3
nil function
connect from there: true | nil | address family not supported by protocol
bind when connected: true | true
settransparent none: true | true
--- log
[crit] bind(::1) failed (97: Address family not supported by protocol), upstream: 127.0.0.1:$TEST_NGINX_RAND_PORT_1(127.0.0.1), client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 11: ngx.req.socket
--- stream_server_config
    content_by_lua_block {
        local function try(what, ...)
            local r = table.pack(pcall(...))
            for i = 1, r.n do r[i] = tostring(r[i]):gsub("^[^ ]+:%d+: ", "") end
            ngx.say(what, ": ", table.concat(r, " | ", 1, r.n))
        end
        try("none", function() return type(ngx.req.socket()) end)
        try("false", function() return type(ngx.req.socket(false)) end)
        try("string", function() return type(ngx.req.socket("x")) end)
        try("number", function() return type(ngx.req.socket(0)) end)
        try("two", function() return ngx.req.socket(true, 1) end)
        local s = ngx.req.socket()
        try("receive *x", s.receive, s, "*x")
        try("receive -1", s.receive, s, -1)
        try("peek none", s.peek, s)
        try("peek 0", s.peek, s, 0)
        try("peek -1", s.peek, s, -1)
        try("peek x", s.peek, s, "x")
        try("shutdown", s.shutdown, s, "x")
        try("connect", function() return s.connect, s.close, s.setkeepalive, s.sslhandshake end)
        try("send", s.send, s, nil)
        try("raw", function() return type(ngx.req.socket(true)) end)
        try("raw again", function() return type(ngx.req.socket(true)) end)
    }
--- stream_response
none: true | table
false: true | nil
string: true | nil
number: true | nil
two: false | expecting zero arguments, but got 2
--- log
[error] lua entry thread aborted: runtime error: content_by_lua(nginx.conf:44):13: attempt to index local 's' (a nil value)
stack traceback:
coroutine 0:
	content_by_lua(nginx.conf:44): in main chunk, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
