# Proxying: what becomes of bytes, ends, rates, peers that fail and times that run out.
use Test::Nginx::Socket::Lua::Stream;

log_level('info');

plan tests => repeat_each() * blocks();
run_tests();

__DATA__

=== TEST 1: bytes both ways
--- stream_config
    server { listen $TEST_NGINX_RAND_PORT_1; content_by_lua_block { local s = ngx.req.socket() ngx.say("upstream got: ", s:receive()) } }
--- stream_server_config
    proxy_pass 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
    log_by_lua_block {
        local v = ngx.var
        ngx.log(ngx.WARN, v.protocol, " ", v.status, " ", v.bytes_received, " ", v.bytes_sent, " ", v.upstream_bytes_sent, " ", v.upstream_bytes_received)
    }
--- stream_request
hello
--- stream_response
upstream got: hello
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] proxy 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] upstream disconnected, bytes from/to client:6/20, bytes from/to upstream:20/6
[warn] stream [lua] log_by_lua(nginx.conf:26):3: TCP 200 6 20 6 20 while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:6/20, bytes from/to upstream:20/0
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1



=== TEST 2: half close reaches the upstream
--- stream_config
    server { listen $TEST_NGINX_RAND_PORT_1; content_by_lua_block { local s = ngx.req.socket() ngx.say("upstream got: ", (s:receive("*a"))) } }
--- stream_server_config
    proxy_pass 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
    proxy_half_close on;
--- stream_request chomp
hello
--- half_close
--- stream_response
upstream got: hello
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] proxy 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] upstream disconnected, bytes from/to client:5/20, bytes from/to upstream:20/5
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1



=== TEST 3: without proxy_half_close the end of the client ends the session
--- stream_config
    server { listen $TEST_NGINX_RAND_PORT_1; content_by_lua_block { local s = ngx.req.socket() s:settimeout(20000) ngx.say("upstream got: ", (s:receive("*a"))) } }
--- stream_server_config
    proxy_pass 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
--- stream_request chomp
hello
--- half_close
--- stream_response
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] proxy 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] client disconnected, bytes from/to client:5/0, bytes from/to upstream:0/5
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1



=== TEST 4: a rate of download
--- stream_config
    server { listen $TEST_NGINX_RAND_PORT_1; return "0123456789abcdef"; }
--- stream_server_config
    proxy_pass 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
    proxy_download_rate 1k;
--- stream_response
0123456789abcdef
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] proxy 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] upstream disconnected, bytes from/to client:0/16, bytes from/to upstream:16/0
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1



=== TEST 5: a rate of upload
--- stream_config
    server { listen $TEST_NGINX_RAND_PORT_1; content_by_lua_block { local s = ngx.req.socket() ngx.say("upstream got: ", s:receive()) } }
--- stream_server_config
    proxy_pass 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
    proxy_upload_rate 1k;
--- stream_request
hello
--- stream_response
upstream got: hello
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] proxy 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] upstream disconnected, bytes from/to client:6/20, bytes from/to upstream:20/6
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1



=== TEST 6: the next upstream after one that refuses
--- stream_config
    upstream u { server 127.0.0.1:$TEST_NGINX_RAND_PORT_2; server 127.0.0.1:$TEST_NGINX_RAND_PORT_1 backup; }
    server { listen $TEST_NGINX_RAND_PORT_1; return "peer\n"; }
--- stream_server_config
    proxy_pass u;
    log_by_lua_block { ngx.log(ngx.WARN, ngx.var.upstream_addr, " ", ngx.var.status) }
--- stream_response
peer
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] connect() failed (111: Connection refused) while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_2", bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] upstream server temporarily disabled while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_2", bytes from/to client:0/0, bytes from/to upstream:0/0
[info] proxy 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] upstream disconnected, bytes from/to client:0/5, bytes from/to upstream:5/0
[warn] stream [lua] log_by_lua(nginx.conf:24):1: 127.0.0.1:$TEST_NGINX_RAND_PORT_2, 127.0.0.1:$TEST_NGINX_RAND_PORT_1 200 while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/5, bytes from/to upstream:5/0
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1



=== TEST 7: no next upstream
--- stream_config
    upstream u { server 127.0.0.1:$TEST_NGINX_RAND_PORT_2; server 127.0.0.1:$TEST_NGINX_RAND_PORT_1 backup; }
    server { listen $TEST_NGINX_RAND_PORT_1; return "peer\n"; }
--- stream_server_config
    proxy_pass u;
    proxy_next_upstream off;
    log_by_lua_block { ngx.log(ngx.WARN, ngx.var.upstream_addr, " ", ngx.var.status) }
--- stream_response
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] connect() failed (111: Connection refused) while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_2", bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] upstream server temporarily disabled while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_2", bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] log_by_lua(nginx.conf:25):1: 127.0.0.1:$TEST_NGINX_RAND_PORT_2 502 while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_2", bytes from/to client:0/0, bytes from/to upstream:0/0



=== TEST 8: as many tries as are allowed
--- stream_config
    upstream u { server 127.0.0.1:$TEST_NGINX_RAND_PORT_2; server 127.0.0.1:$TEST_NGINX_RAND_PORT_3; server 127.0.0.1:$TEST_NGINX_RAND_PORT_1 backup; }
    server { listen $TEST_NGINX_RAND_PORT_1; return "peer\n"; }
--- stream_server_config
    proxy_pass u;
    proxy_next_upstream_tries 2;
    log_by_lua_block { ngx.log(ngx.WARN, ngx.var.upstream_addr, " ", ngx.var.status) }
--- stream_response
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] connect() failed (111: Connection refused) while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_2", bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] upstream server temporarily disabled while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_2", bytes from/to client:0/0, bytes from/to upstream:0/0
[error] connect() failed (111: Connection refused) while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_3", bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] upstream server temporarily disabled while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_3", bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] log_by_lua(nginx.conf:25):1: 127.0.0.1:$TEST_NGINX_RAND_PORT_2, 127.0.0.1:$TEST_NGINX_RAND_PORT_3 502 while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_3", bytes from/to client:0/0, bytes from/to upstream:0/0



=== TEST 9: no upstream lives
--- stream_config
    upstream u { server 127.0.0.1:$TEST_NGINX_RAND_PORT_2 down; }
--- stream_server_config
    proxy_pass u;
    log_by_lua_block { ngx.log(ngx.WARN, ngx.var.upstream_addr, " ", ngx.var.status) }
--- stream_response
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] no live upstreams while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "u", bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] log_by_lua(nginx.conf:23):1: u 502 while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "u", bytes from/to client:0/0, bytes from/to upstream:0/0



=== TEST 10: proxy_timeout
--- stream_config
    server { listen $TEST_NGINX_RAND_PORT_1; content_by_lua_block { ngx.print("first") ngx.flush(true) local s = ngx.req.socket() s:settimeout(20000) s:receive() } }
--- stream_server_config
    proxy_pass 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
    proxy_timeout 2s;
    log_by_lua_block { ngx.log(ngx.WARN, "status ", ngx.var.status) }
--- stream_response
first
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] proxy 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] connection timed out (110: Connection timed out) while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/5, bytes from/to upstream:5/0
[warn] stream [lua] log_by_lua(nginx.conf:24):1: status 200 while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/5, bytes from/to upstream:5/0
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1



=== TEST 11: an upstream named by variables
--- stream_config
    map $server_port $peer { default 127.0.0.1:$TEST_NGINX_RAND_PORT_1; }
    server { listen $TEST_NGINX_RAND_PORT_1; return "peer\n"; }
--- stream_server_config
    proxy_pass $peer;
--- stream_response
peer
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] proxy 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] upstream disconnected, bytes from/to client:0/5, bytes from/to upstream:5/0
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1



=== TEST 12: from a local address
--- stream_config
    server { listen $TEST_NGINX_RAND_PORT_1; return "$remote_addr\n"; }
--- stream_server_config
    proxy_pass 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
    proxy_bind 127.0.0.9;
--- stream_response
127.0.0.9
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] proxy 127.0.0.9:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] upstream disconnected, bytes from/to client:0/10, bytes from/to upstream:10/0
[info] client 127.0.0.9:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1



=== TEST 13: the peer of a hash stays
--- stream_config
    upstream u { hash $server_addr consistent; server 127.0.0.1:$TEST_NGINX_RAND_PORT_1; }
    server { listen $TEST_NGINX_RAND_PORT_1; return "peer\n"; }
--- stream_server_config
    proxy_pass u;
--- stream_response
peer
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] proxy 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] upstream disconnected, bytes from/to client:0/5, bytes from/to upstream:5/0
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
