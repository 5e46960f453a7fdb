# UDP proxying.
use Test::Nginx::Socket::Lua::Stream;

log_level('info');

plan tests => repeat_each() * blocks();
run_tests();

__DATA__

=== TEST 1: a datagram there and one back
--- stream_config
    server { listen $TEST_NGINX_RAND_PORT_1 udp; content_by_lua_block { local s = ngx.req.socket() s:send("echo " .. s:receive()) } }
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_2 udp;
        proxy_pass 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
        proxy_responses 1;
        log_by_lua_block { ngx.log(ngx.WARN, ngx.var.protocol, " ", ngx.var.status, " ", ngx.var.bytes_received, " ", ngx.var.bytes_sent) }
    }
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.udp()
        s:settimeout(10000)
        s:setpeername("127.0.0.1", $TEST_NGINX_RAND_PORT_2)
        s:send("hello")
        for _ = 1, 1 do ngx.say(s:receive()) end
    }
--- stream_response
echo hello
--- error_log
UDP 200
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] udp client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_2
[info] udp proxy 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] udp done, packets from/to client:1/1, bytes from/to client:5/10, bytes from/to upstream:10/5
[warn] stream [lua] log_by_lua(nginx.conf:22):1: UDP 200 5 10 while proxying connection, udp client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_2, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:5/10, bytes from/to upstream:10/0
[info] udp client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1



=== TEST 2: three datagrams back
--- stream_config
    server { listen $TEST_NGINX_RAND_PORT_1 udp; content_by_lua_block { local s = ngx.req.socket() s:receive() for i = 1, 3 do s:send("<" .. i .. ">") end } }
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_2 udp;
        proxy_pass 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
        proxy_responses 3;
        log_by_lua_block { ngx.log(ngx.WARN, ngx.var.status, " ", ngx.var.bytes_received, " ", ngx.var.bytes_sent) }
    }
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.udp()
        s:settimeout(10000)
        s:setpeername("127.0.0.1", $TEST_NGINX_RAND_PORT_2)
        s:send("hello")
        for _ = 1, 3 do ngx.say(s:receive()) end
    }
--- stream_response
<1>
<2>
<3>
--- error_log
200 5 9
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] udp client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_2
[info] udp proxy 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] udp done, packets from/to client:1/3, bytes from/to client:5/9, bytes from/to upstream:9/5
[warn] stream [lua] log_by_lua(nginx.conf:22):1: 200 5 9 while proxying connection, udp client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_2, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:5/9, bytes from/to upstream:9/0
[info] udp client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1



=== TEST 3: no response is waited for
--- stream_config
    server { listen $TEST_NGINX_RAND_PORT_1 udp; content_by_lua_block { local s = ngx.req.socket() ngx.log(ngx.WARN, "upstream got ", s:receive()) } }
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_2 udp;
        proxy_pass 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
        proxy_responses 0;
        log_by_lua_block { ngx.log(ngx.WARN, "status ", ngx.var.status, " ", ngx.var.bytes_received, " ", ngx.var.bytes_sent) }
    }
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.udp()
        s:setpeername("127.0.0.1", $TEST_NGINX_RAND_PORT_2)
        ngx.say(s:send("hello"))
    }
--- stream_response
1
--- error_log
upstream got hello
status 200
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] udp client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_2
[info] udp proxy 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] udp done, packets from/to client:1/0, bytes from/to client:5/0, bytes from/to upstream:0/5
[warn] stream [lua] log_by_lua(nginx.conf:22):1: status 200 5 0 while proxying connection, udp client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_2, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:5/0, bytes from/to upstream:0/0
[info] udp client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] content_by_lua(nginx.conf:17):1: upstream got hello, udp client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1



=== TEST 4: proxy_timeout of a session whose upstream is silent
--- stream_config
    server { listen $TEST_NGINX_RAND_PORT_1 udp; content_by_lua_block { ngx.req.socket():receive() ngx.exit(0) } }
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_2 udp;
        proxy_pass 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
        proxy_timeout 50ms;
        log_by_lua_block { ngx.log(ngx.WARN, "status ", ngx.var.status) }
    }
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.udp()
        s:setpeername("127.0.0.1", $TEST_NGINX_RAND_PORT_2)
        ngx.say(s:send("hello"))
    }
--- stream_response
1
--- error_log
status 200
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] udp client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_2
[info] udp proxy 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] udp timed out, packets from/to client:1/0, bytes from/to client:5/0, bytes from/to upstream:0/5
[warn] stream [lua] log_by_lua(nginx.conf:22):1: status 200 while proxying connection, udp client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_2, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:5/0, bytes from/to upstream:0/0
[info] udp client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1



=== TEST 5: two datagrams are one session
--- stream_config
    server { listen $TEST_NGINX_RAND_PORT_1 udp; content_by_lua_block { local s = ngx.req.socket() s:send("a:" .. s:receive()) } }
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_2 udp;
        proxy_pass 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
        proxy_responses 1;
        proxy_requests 2;
        log_by_lua_block { ngx.log(ngx.WARN, "session ", ngx.var.status, " ", ngx.var.bytes_received, " ", ngx.var.bytes_sent) }
    }
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.udp()
        s:settimeout(10000)
        s:setpeername("127.0.0.1", $TEST_NGINX_RAND_PORT_2)
        for i = 1, 2 do
            s:send("hello " .. i)
            ngx.say(s:receive())
        end
    }
--- stream_response
a:hello 1
a:hello 2
--- error_log
session 200 14 18
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] udp client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_2
[info] udp proxy 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] udp done, packets from/to client:2/2, bytes from/to client:14/18, bytes from/to upstream:18/14
[warn] stream [lua] log_by_lua(nginx.conf:23):1: session 200 14 18 while proxying connection, udp client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_2, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:14/18, bytes from/to upstream:18/0
[info] udp client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[info] udp client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1



=== TEST 6: from a local address
--- stream_config
    server { listen $TEST_NGINX_RAND_PORT_1 udp; return $remote_addr; }
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_2 udp;
        proxy_pass 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
        proxy_bind 127.0.0.9;
        proxy_responses 1;
        log_by_lua_block { ngx.log(ngx.WARN, "session ", ngx.var.upstream_addr) }
    }
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.udp()
        s:settimeout(10000)
        s:setpeername("127.0.0.1", $TEST_NGINX_RAND_PORT_2)
        s:send("hello")
        for _ = 1, 1 do ngx.say(s:receive()) end
    }
--- stream_response
127.0.0.9
--- error_log
session 127
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] udp client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_2
[info] udp proxy 127.0.0.9:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] udp done, packets from/to client:1/1, bytes from/to client:5/9, bytes from/to upstream:9/5
[warn] stream [lua] log_by_lua(nginx.conf:23):1: session 127.0.0.1:$TEST_NGINX_RAND_PORT_1 while proxying connection, udp client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_2, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:5/9, bytes from/to upstream:9/0
[info] udp client 127.0.0.9:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
