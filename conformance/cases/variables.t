# Variables: those of nginx, set, and ngx.var.
use Test::Nginx::Socket::Lua::Stream;

$ENV{TEST_NGINX_HTML_DIR} ||= html_dir();
log_level('info');

plan tests => repeat_each() * blocks();
run_tests();

__DATA__

=== TEST 1: variables of a session
--- stream_server_config
    content_by_lua_block {
        for _, name in ipairs({"remote_addr", "server_addr", "server_port", "protocol", "bytes_received", "bytes_sent", "status", "hostname",
            "nginx_version", "pid", "connection", "binary_remote_addr", "proxy_protocol_addr", "proxy_protocol_server_port", "ssl_protocol", "ssl_server_name",
            "upstream_addr", "upstream_bytes_sent", "upstream_connect_time", "limit_conn_status", "realip_remote_addr", "server_name", "nosuch"}) do
            local v = ngx.var[name]
            if name == "hostname" or name == "pid" or name == "connection" or name == "nginx_version" then v = type(v) end
            if name == "binary_remote_addr" then v = #v end
            ngx.say(name, ": ", v)
        end
        ngx.say(ngx.var.remote_port:match("^%d+$") ~= nil, " ", ngx.var.msec:match("^%d+%.%d%d%d$") ~= nil, " ", ngx.var.session_time:match("^%d+%.%d%d%d$") ~= nil)
    }
--- stream_response
remote_addr: 127.0.0.1
server_addr: 127.0.0.1
server_port: $TEST_NGINX_STREAM_PORT
protocol: TCP
bytes_received: 0
bytes_sent: 97
status: 000
hostname: string
nginx_version: string
pid: string
connection: string
binary_remote_addr: 4
proxy_protocol_addr: nil
proxy_protocol_server_port: nil
ssl_protocol: nil
ssl_server_name: nil
upstream_addr: nil
upstream_bytes_sent: nil
upstream_connect_time: nil
limit_conn_status: nil
realip_remote_addr: 127.0.0.1
server_name: 
nosuch: nil
true true true
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 2: set and ngx.var
--- stream_server_config
    set $a one;
    set $b "$a and $remote_addr";
    set $c "";
    content_by_lua_block {
        ngx.say(ngx.var.a, "|", ngx.var.b, "|", ngx.var.c, "|")
        ngx.var.a = "changed"
        ngx.say(ngx.var.a, "|", ngx.var.b)
        ngx.var.a = 42
        ngx.say(type(ngx.var.a), " ", ngx.var.a)
        ngx.var.a = nil
        ngx.say(ngx.var.a)
        ngx.var.a = ""
        ngx.say("[", ngx.var.a, "]")
    }
--- stream_response
one|one and 127.0.0.1||
changed|one and 127.0.0.1
string 42
nil
[]
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 3: what cannot be assigned
--- stream_server_config
    set $a one;
    content_by_lua_block {
        local function try(name, v) ngx.say(name, ": ", select(2, pcall(function() ngx.var[name] = v end))) end
        try("remote_addr", "x")
        try("nosuch", "x")
        try("status", "200")
        try("a", {})
        try("a", print)
        try("a", true)
        try("", "x")
        try(1, "x")
        ngx.say(ngx.var.a)
        ngx.say(select(2, pcall(function() return ngx.var[{}] end)))
        ngx.say(select(2, pcall(function() return ngx.var[nil] end)))
        ngx.say(ngx.var[""], " ", ngx.var.A)
    }
--- stream_response
remote_addr: content_by_lua(nginx.conf:36):2: variable "remote_addr" not changeable
nosuch: content_by_lua(nginx.conf:36):2: variable "nosuch" not found for writing; maybe it is a built-in variable that is not changeable or you forgot to use "set $nosuch '';" in the config file to define it first
status: content_by_lua(nginx.conf:36):2: variable "status" not changeable
a: 
a: 
a: 
: content_by_lua(nginx.conf:36):2: variable "" not found for writing; maybe it is a built-in variable that is not changeable or you forgot to use "set $ '';" in the config file to define it first
1: content_by_lua(nginx.conf:36):2: bad variable name
true
content_by_lua(nginx.conf:36):12: bad variable name
content_by_lua(nginx.conf:36):13: bad variable name
nil true
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 4: lua_add_variable
--- stream_config
    lua_add_variable $added;
    log_format f '$added';
    server {
        listen $TEST_NGINX_RAND_PORT_1;
        access_log logs/f.log f;
        content_by_lua_block { ngx.say("before: ", ngx.var.added) ngx.var.added = "from Lua" ngx.say("after: ", ngx.var.added) }
    }
    server { listen $TEST_NGINX_RAND_PORT_2; access_log logs/f.log f; return "[$added]"; }
--- stream_server_config
    content_by_lua_block {
        for _, port in ipairs({$TEST_NGINX_RAND_PORT_1, $TEST_NGINX_RAND_PORT_2}) do
            local s = ngx.socket.tcp()
            s:connect("127.0.0.1", port)
            ngx.say(s:receive("*a"))
        end
        ngx.sleep(0.02)
        ngx.print(io.open(ngx.config.prefix() .. "logs/f.log"):read("*a"))
    }
--- stream_response
before: nil
after: from Lua

[]
from Lua
-
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_2



=== TEST 5: return with variables
--- stream_server_config
    set $name world;
    return "hello ${name}, $remote_addr:$server_port $nosuchbutfine $name\n";
--- must_die
--- error_log
unknown "nosuchbutfine" variable
--- log
[emerg] unknown "nosuchbutfine" variable



=== TEST 6: return
--- stream_server_config
    set $name world;
    return "hello ${name}, $remote_addr:$server_port $protocol $bytes_sent\n";
    log_by_lua_block { ngx.log(ngx.WARN, "status ", ngx.var.status, " sent ", ngx.var.bytes_sent) }
--- stream_response
hello world, 127.0.0.1:$TEST_NGINX_STREAM_PORT TCP 0
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] log_by_lua(nginx.conf:23):1: status 200 sent 0 while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 7: an empty return
--- stream_server_config
    return "";
    log_by_lua_block { ngx.log(ngx.WARN, "status ", ngx.var.status, " sent ", ngx.var.bytes_sent) }
--- stream_response
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] log_by_lua(nginx.conf:22):1: status 200 sent 0 while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 8: captures of regular expressions
--- stream_config
    map $remote_addr $parts { "~^(?<first>\d+)\.(\d+)" "$first/$1/$2"; default none; }
--- stream_server_config
    content_by_lua_block {
        ngx.say("first: ", ngx.var.first, " 1: ", ngx.var[1])
        ngx.say("parts: ", ngx.var.parts)
        ngx.say("first: ", ngx.var.first, " 1: ", ngx.var[1], " 2: ", ngx.var[2], " 3: ", ngx.var[3])
    }
--- stream_response
first: nil 1: nil
parts: 127/127/0
first: 127 1: nil 2: nil 3: nil
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 9: ngx.ctx
--- stream_server_config
    preread_by_lua_block { ngx.ctx.a = 1 ngx.ctx.t = {x = "y"} }
    content_by_lua_block {
        ngx.say(ngx.ctx.a, " ", ngx.ctx.t.x, " ", ngx.ctx.none)
        ngx.ctx.a = ngx.ctx.a + 1
        ngx.ctx = {b = "new table"}
        ngx.say(ngx.ctx.a, " ", ngx.ctx.b)
        ngx.say((select(2, pcall(function() ngx.ctx = 5 end)):gsub("^content%S+ ", "")))
        ngx.say((select(2, pcall(function() ngx.ctx = nil end)):gsub("^content%S+ ", "")))
    }
    log_by_lua_block { ngx.log(ngx.WARN, "b: ", ngx.ctx.b) }
--- stream_response
1 y nil
nil new table
ctx should be a table while getting a number
ctx should be a table while getting a nil
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] log_by_lua(nginx.conf:30):1: b: new table, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 10: bytes in the log phase
--- stream_config
    server { listen $TEST_NGINX_RAND_PORT_1; content_by_lua_block { ngx.req.socket():receive("*a") ngx.say("12345") } }
--- stream_server_config
    proxy_pass 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
    proxy_half_close on;
    log_by_lua_block {
        ngx.log(ngx.WARN, "received ", ngx.var.bytes_received, " sent ", ngx.var.bytes_sent, " upstream ", ngx.var.upstream_addr, " ",
            ngx.var.upstream_bytes_sent, " ", ngx.var.upstream_bytes_received, " status ", ngx.var.status, " protocol ", ngx.var.protocol)
    }
--- stream_request: twelve bytes
--- half_close
--- stream_response
12345
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] proxy 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] upstream disconnected, bytes from/to client:12/6, bytes from/to upstream:6/12
[warn] stream [lua] log_by_lua(nginx.conf:27):2: received 12 sent 6 upstream 127.0.0.1:$TEST_NGINX_RAND_PORT_1 12 6 status 200 protocol TCP while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:12/6, bytes from/to upstream:6/0
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
