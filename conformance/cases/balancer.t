# balancer_by_lua and ngx.balancer.
use Test::Nginx::Socket::Lua::Stream;

$ENV{TEST_NGINX_HTML_DIR} ||= html_dir();
log_level('info');

plan tests => repeat_each() * blocks();
run_tests();

__DATA__

=== TEST 1: set_current_peer with an address and a port
--- stream_config
    server { listen $TEST_NGINX_RAND_PORT_1; return "peer\n"; }
    upstream u {
        server 0.0.0.1:1;
        balancer_by_lua_block {
            local b = require "ngx.balancer"
            ngx.log(ngx.WARN, "phase ", ngx.get_phase())
            ngx.log(ngx.WARN, b.set_current_peer("127.0.0.1", $TEST_NGINX_RAND_PORT_1))
        }
    }
--- stream_server_config
    proxy_pass u;
    log_by_lua_block { ngx.log(ngx.WARN, ngx.var.upstream_addr, " ", ngx.var.status) }
--- stream_response
peer
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] balancer_by_lua:3: phase balancer while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:4: true while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[info] proxy 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] upstream disconnected, bytes from/to client:0/5, bytes from/to upstream:5/0
[warn] stream [lua] log_by_lua(nginx.conf:31):1: 127.0.0.1:$TEST_NGINX_RAND_PORT_1 200 while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/5, bytes from/to upstream:5/0
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1



=== TEST 2: the forms of an address
--- stream_config
    server { listen $TEST_NGINX_RAND_PORT_1; listen unix:$TEST_NGINX_HTML_DIR/peer.sock; return "peer\n"; }
    upstream u {
        server 0.0.0.1:1;
        balancer_by_lua_block {
            local b = require "ngx.balancer"
            local function try(...)
                local t = {}
                for i, v in ipairs({pcall(b.set_current_peer, ...)}) do t[i] = tostring(v) end
                ngx.log(ngx.WARN, table.concat(t, " "))
            end
            try("127.0.0.1:$TEST_NGINX_RAND_PORT_1")
            try("127.0.0.1", "$TEST_NGINX_RAND_PORT_1")
            try("localhost", 80)
            try("nosuch.invalid", 80)
            try("", 80)
            try("127.0.0.1")
            try("[::1]", 80)
            try("[::1]:80")
            try("::1", 80)
            try("127.0.0.1", 0)
            try("127.0.0.1", 65536)
            try("127.0.0.1", -1)
            try("127.0.0.1:70000")
            try(nil, 80)
            try(80, 80)
            try({}, 80)
            try("127.0.0.1", "x")
            try("127.0.0.1", {})
            try("127.0.0.1", 80, "host")
            try("unix:$TEST_NGINX_HTML_DIR/peer.sock")
        }
    }
--- stream_server_config
    proxy_pass u;
--- stream_response
peer
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] balancer_by_lua:6: try(): true true while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:6: try(): true true while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:6: try(): true while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:6: try(): true while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:6: try(): true while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:6: try(): true true while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:6: try(): true true while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:6: try(): true true while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:6: try(): true while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:6: try(): true true while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:6: try(): true true while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:6: try(): true true while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:6: try(): true while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:6: try(): false attempt to get length of local 'addr' (a nil value) while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:6: try(): false attempt to get length of local 'addr' (a number value) while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:6: try(): false bad argument #2 to 'ngx_lua_ffi_balancer_set_current_peer' (cannot convert 'table' to 'const unsigned char *') while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:6: try(): false bad argument #4 to 'ngx_lua_ffi_balancer_set_current_peer' (cannot convert 'nil' to 'int') while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:6: try(): false bad argument #4 to 'ngx_lua_ffi_balancer_set_current_peer' (cannot convert 'nil' to 'int') while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:6: try(): false bad argument #3 to 'set_current_peer' ('host' not yet implemented in stream subsystem) while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:6: try(): true true while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[info] proxy unix: connected to unix:$TEST_NGINX_SERVER_ROOT/html/peer.sock
[info] upstream disconnected, bytes from/to client:0/5, bytes from/to upstream:5/0
[info] client unix: connected to unix:$TEST_NGINX_SERVER_ROOT/html/peer.sock



=== TEST 3: without a peer the listed servers are used
--- stream_config
    server { listen $TEST_NGINX_RAND_PORT_1; return "listed\n"; }
    upstream u {
        server 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
        balancer_by_lua_block { ngx.log(ngx.WARN, "does nothing") }
    }
--- stream_server_config
    proxy_pass u;
--- stream_response
listed
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] balancer_by_lua:1: does nothing while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[info] proxy 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] upstream disconnected, bytes from/to client:0/7, bytes from/to upstream:7/0
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1



=== TEST 4: an error
--- stream_config
    upstream u {
        server 0.0.0.1:1;
        balancer_by_lua_block {
            local function f() error("no luck") end
            f()
        }
    }
--- stream_server_config
    proxy_pass u;
    log_by_lua_block { ngx.log(ngx.WARN, "status ", ngx.var.status, " addr ", ngx.var.upstream_addr) }
--- stream_response
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] failed to run balancer_by_lua*: balancer_by_lua:2: no luck
stack traceback:
	[C]: in function 'error'
	balancer_by_lua:2: in function 'f'
	balancer_by_lua:3: in main chunk while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] log_by_lua(nginx.conf:29):1: status 500 addr  while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0



=== TEST 5: ngx.exit
--- stream_config
    upstream u {
        server 0.0.0.1:1;
        balancer_by_lua_block { ngx.exit(tonumber(ngx.ctx.code)) }
    }
    server {
        listen $TEST_NGINX_RAND_PORT_1;
        preread_by_lua_block { ngx.ctx.code = ngx.req.socket():receive() }
        proxy_pass u;
        log_by_lua_block { ngx.log(ngx.WARN, ngx.ctx.code, ": status ", ngx.var.status, " addr ", ngx.var.upstream_addr) }
    }
--- stream_server_config
    content_by_lua_block {
        for _, code in ipairs({ngx.ERROR, 403, 502, 503}) do
            local s = ngx.socket.tcp()
            s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
            s:send(code .. "\n")
            ngx.say(code, ": ", s:receive("*a"))
        end
    }
--- stream_response
-1: 
403: 
502: 
503: 
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] log_by_lua(nginx.conf:25):1: -1: status 500 addr  while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1, bytes from/to client:0/0, bytes from/to upstream:0/0
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] log_by_lua(nginx.conf:25):1: 403: status 403 addr  while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1, bytes from/to client:0/0, bytes from/to upstream:0/0
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] log_by_lua(nginx.conf:25):1: 502: status 502 addr  while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1, bytes from/to client:0/0, bytes from/to upstream:0/0
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] log_by_lua(nginx.conf:25):1: 503: status 503 addr  while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1, bytes from/to client:0/0, bytes from/to upstream:0/0



=== TEST 6: set_more_tries and get_last_failure
--- stream_config
    server { listen $TEST_NGINX_RAND_PORT_2; return "second\n"; }
    upstream u {
        server 0.0.0.1:1;
        balancer_by_lua_block {
            local b = require "ngx.balancer"
            ngx.ctx.tries = (ngx.ctx.tries or 0) + 1
            local state, code = b.get_last_failure()
            ngx.log(ngx.WARN, "try ", ngx.ctx.tries, " last: ", state, " ", code)
            if ngx.ctx.tries == 1 then
                ngx.log(ngx.WARN, "more: ", b.set_more_tries(1))
                b.set_current_peer("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
            else
                b.set_current_peer("127.0.0.1", $TEST_NGINX_RAND_PORT_2)
            end
        }
    }
--- stream_server_config
    proxy_pass u;
    log_by_lua_block { ngx.log(ngx.WARN, ngx.var.upstream_addr, " ", ngx.var.status) }
--- stream_response
second
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] balancer_by_lua:5: try 1 last: nil nil while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:7: more: true while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[error] connect() failed (111: Connection refused) while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:5: try 2 last: failed 0 while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/0, bytes from/to upstream:0/0
[info] proxy 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_2
[info] upstream disconnected, bytes from/to client:0/7, bytes from/to upstream:7/0
[warn] stream [lua] log_by_lua(nginx.conf:38):1: 127.0.0.1:$TEST_NGINX_RAND_PORT_1, 127.0.0.1:$TEST_NGINX_RAND_PORT_2 200 while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_2", bytes from/to client:0/7, bytes from/to upstream:7/0
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_2



=== TEST 7: more tries than proxy_next_upstream_tries
--- stream_config
    upstream u {
        server 0.0.0.1:1;
        balancer_by_lua_block {
            local b = require "ngx.balancer"
            ngx.ctx.tries = (ngx.ctx.tries or 0) + 1
            local ok, err = b.set_more_tries(5)
            ngx.log(ngx.WARN, "try ", ngx.ctx.tries, ": ", ok, " ", err)
            b.set_current_peer("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        }
    }
--- stream_server_config
    proxy_next_upstream_tries 3;
    proxy_pass u;
    log_by_lua_block { ngx.log(ngx.WARN, ngx.var.upstream_addr, " ", ngx.var.status) }
--- stream_response
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] balancer_by_lua:5: try 1: true reduced tries due to limit while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[error] connect() failed (111: Connection refused) while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:5: try 2: true reduced tries due to limit while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/0, bytes from/to upstream:0/0
[error] connect() failed (111: Connection refused) while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:5: try 3: true reduced tries due to limit while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/0, bytes from/to upstream:0/0
[error] connect() failed (111: Connection refused) while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] log_by_lua(nginx.conf:33):1: 127.0.0.1:$TEST_NGINX_RAND_PORT_1, 127.0.0.1:$TEST_NGINX_RAND_PORT_1, 127.0.0.1:$TEST_NGINX_RAND_PORT_1 502 while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/0, bytes from/to upstream:0/0



=== TEST 8: arguments of set_more_tries
--- stream_config
    server { listen $TEST_NGINX_RAND_PORT_1; return "peer\n"; }
    upstream u {
        server 0.0.0.1:1;
        balancer_by_lua_block {
            local b = require "ngx.balancer"
            local function try(...)
                local t = {}
                local r = {pcall(b.set_more_tries, ...)}
                for i = 1, 3 do t[i] = tostring(r[i]) end
                ngx.log(ngx.WARN, table.concat(t, " "))
            end
            try(0)
            try(-1)
            try(1.5)
            try("1")
            try()
            b.set_current_peer("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        }
    }
--- stream_server_config
    proxy_pass u;
--- stream_response
peer
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] balancer_by_lua:7: try(): true true nil while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:7: try(): true true nil while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:7: try(): true true nil while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:7: try(): false bad argument #2 to 'ngx_lua_ffi_balancer_set_more_tries' (cannot convert 'string' to 'int') nil while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:7: try(): false bad argument #2 to 'ngx_lua_ffi_balancer_set_more_tries' (cannot convert 'nil' to 'int') nil while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[info] proxy 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] upstream disconnected, bytes from/to client:0/5, bytes from/to upstream:5/0
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1



=== TEST 9: proxy_next_upstream off
--- stream_config
    upstream u {
        server 0.0.0.1:1;
        balancer_by_lua_block {
            local b = require "ngx.balancer"
            ngx.log(ngx.WARN, "asked")
            b.set_more_tries(2)
            b.set_current_peer("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        }
    }
--- stream_server_config
    proxy_next_upstream off;
    proxy_pass u;
    log_by_lua_block { ngx.log(ngx.WARN, ngx.var.upstream_addr, " ", ngx.var.status) }
--- stream_response
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] balancer_by_lua:3: asked while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[error] connect() failed (111: Connection refused) while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] log_by_lua(nginx.conf:32):1: 127.0.0.1:$TEST_NGINX_RAND_PORT_1 502 while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/0, bytes from/to upstream:0/0



=== TEST 10: set_timeouts
--- stream_config
    server { listen $TEST_NGINX_RAND_PORT_1; content_by_lua_block { ngx.req.socket():receive() } }
    upstream u {
        server 0.0.0.1:1;
        balancer_by_lua_block {
            local b = require "ngx.balancer"
            local function try(...)
                local t = {}
                local r = {pcall(b.set_timeouts, ...)}
                for i = 1, 3 do t[i] = tostring(r[i]) end
                ngx.log(ngx.WARN, table.concat(t, " "))
            end
            try(1, 2, 3)
            try(nil, nil, nil)
            try(0, 1, 1)
            try(1, 0, 1)
            try(1, 1, 0)
            try(-1, 1, 1)
            try("x", 1, 1)
            try(0.5, 0.02, 0.05)
            b.set_current_peer("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        }
    }
--- stream_server_config
    proxy_pass u;
    log_by_lua_block { ngx.log(ngx.WARN, "status ", ngx.var.status) }
--- error_log
status
--- stream_response
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] balancer_by_lua:7: try(): true true nil while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:7: try(): true true nil while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:7: try(): false bad connect timeout nil while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:7: try(): false bad send timeout nil while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:7: try(): false bad read timeout nil while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:7: try(): false bad connect timeout nil while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:7: try(): false bad connect timeout nil while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:7: try(): true true nil while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[info] proxy 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] connection timed out (110: Connection timed out) while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] log_by_lua(nginx.conf:44):1: status 200 while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/0, bytes from/to upstream:0/0
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1



=== TEST 11: what other functions say in the balancer
--- stream_config
    server { listen $TEST_NGINX_RAND_PORT_1; return "peer\n"; }
    lua_shared_dict d 100k;
    upstream u {
        server 0.0.0.1:1;
        balancer_by_lua_block {
            local function try(what, f, ...) ngx.log(ngx.WARN, what, ": ", select(2, pcall(f, ...))) end
            try("sleep", ngx.sleep, 0)
            try("say", ngx.say, "x")
            try("tcp", ngx.socket.tcp)
            try("req.socket", ngx.req.socket)
            try("var", function() return ngx.var.remote_addr end)
            try("incr", function() return ngx.shared.d:incr("n", 1, 0) end)
            try("timer", ngx.timer.at, 0, function() end)
            try("thread", ngx.thread.spawn, function() end)
            try("yield", coroutine.yield)
            ngx.ctx.from = "the balancer"
            require("ngx.balancer").set_current_peer("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        }
    }
--- stream_server_config
    proxy_pass u;
    log_by_lua_block { ngx.log(ngx.WARN, "ctx from ", ngx.ctx.from) }
--- stream_response
peer
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] balancer_by_lua:2: try(): sleep: API disabled in the context of balancer_by_lua* while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:2: try(): say: API disabled in the context of balancer_by_lua* while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:2: try(): tcp: API disabled in the context of balancer_by_lua* while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:2: try(): req.socket: API disabled in the context of balancer_by_lua* while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:2: try(): var: 127.0.0.1 while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:2: try(): incr: 1nilfalse while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:2: try(): timer: 1 while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:2: try(): thread: API disabled in the context of balancer_by_lua* while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:2: try(): yield: API disabled in the context of balancer_by_lua* while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[info] proxy 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] upstream disconnected, bytes from/to client:0/5, bytes from/to upstream:5/0
[warn] stream [lua] log_by_lua(nginx.conf:41):1: ctx from the balancer while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/5, bytes from/to upstream:5/0
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1



=== TEST 12: a decision in preread
--- stream_config
    server { listen $TEST_NGINX_RAND_PORT_1; content_by_lua_block { ngx.say("one ", ngx.req.socket():receive()) } }
    server { listen $TEST_NGINX_RAND_PORT_2; content_by_lua_block { ngx.say("two ", ngx.req.socket():receive()) } }
    upstream u {
        server 0.0.0.1:1;
        balancer_by_lua_block {
            require("ngx.balancer").set_current_peer("127.0.0.1", ngx.ctx.two and $TEST_NGINX_RAND_PORT_2 or $TEST_NGINX_RAND_PORT_1)
        }
    }
--- stream_server_config
    preread_by_lua_block { ngx.ctx.two = ngx.req.socket():peek(1) == "2" }
    proxy_pass u;
--- stream_request
2 is it
--- stream_response
two 2 is it
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] proxy 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_2
[info] upstream disconnected, bytes from/to client:8/12, bytes from/to upstream:12/8
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_2



=== TEST 13: bind_to_local_addr
--- stream_config
    server { listen $TEST_NGINX_RAND_PORT_1; content_by_lua_block { ngx.say("from ", ngx.var.remote_addr) } }
    upstream u {
        server 0.0.0.1:1;
        balancer_by_lua_block {
            local b = require "ngx.balancer"
            local function try(...)
                local t = {}
                local r = {pcall(b.bind_to_local_addr, ...)}
                for i = 1, 3 do t[i] = tostring(r[i]) end
                ngx.log(ngx.WARN, table.concat(t, " "))
            end
            try("x")
            try(1)
            try()
            try("127.0.0.9")
            b.set_current_peer("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        }
    }
--- stream_server_config
    proxy_pass u;
--- stream_response
from 127.0.0.9
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] balancer_by_lua:7: try(): true nil parse addr port failed while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:7: try(): false bad argument #1 to 'bind_to_local_addr' (string expected, got number) nil while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:7: try(): false bad argument #1 to 'bind_to_local_addr' (string expected, got nil) nil while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:7: try(): true true nil while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[info] proxy 127.0.0.9:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] upstream disconnected, bytes from/to client:0/15, bytes from/to upstream:15/0
[info] client 127.0.0.9:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1



=== TEST 14: a file
--- stream_config
    server { listen $TEST_NGINX_RAND_PORT_1; return "peer\n"; }
    upstream u { server 0.0.0.1:1; balancer_by_lua_file html/balance.lua; }
--- stream_server_config
    set $port $TEST_NGINX_RAND_PORT_1;
    proxy_pass u;
--- user_files
>>> balance.lua
ngx.log(ngx.WARN, "in a file")
require("ngx.balancer").set_current_peer("127.0.0.1", tonumber(ngx.var.port))
--- stream_response
peer
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] balance.lua:1: in a file while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[info] proxy 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] upstream disconnected, bytes from/to client:0/5, bytes from/to upstream:5/0
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1



=== TEST 15: code that does not compile
--- stream_config
    upstream u { server 0.0.0.1:1; balancer_by_lua_block { local = 1 } }
--- stream_server_config
    proxy_pass u;
    log_by_lua_block { ngx.log(ngx.WARN, "status ", ngx.var.status) }
--- stream_response
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] failed to load inlined Lua code: balancer_by_lua:1: '<name>' expected near '=' while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] log_by_lua(nginx.conf:23):1: status 500 while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0



=== TEST 16: a UDP session
--- stream_config
    server { listen $TEST_NGINX_RAND_PORT_2 udp; content_by_lua_block { local s = ngx.req.socket() s:send("echo " .. s:receive()) } }
    upstream u {
        server 0.0.0.1:1;
        balancer_by_lua_block { ngx.log(ngx.WARN, require("ngx.balancer").set_current_peer("127.0.0.1", $TEST_NGINX_RAND_PORT_2)) }
    }
    server { listen $TEST_NGINX_RAND_PORT_1 udp; proxy_pass u; proxy_responses 1; }
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.udp()
        s:setpeername("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        s:send("hello")
        ngx.say(s:receive())
    }
--- stream_response
echo hello
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] udp client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] balancer_by_lua:1: true while connecting to upstream, udp client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1, bytes from/to client:5/0, bytes from/to upstream:0/0
[info] udp proxy 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_2
[info] udp done, packets from/to client:1/1, bytes from/to client:5/10, bytes from/to upstream:10/5
[info] udp client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_2



=== TEST 17: functions that stream does not have
--- stream_config
    server { listen $TEST_NGINX_RAND_PORT_1; return "peer\n"; }
    upstream u {
        server 0.0.0.1:1;
        balancer_by_lua_block {
            local b = require "ngx.balancer"
            local names = {}
            for k, v in pairs(b) do names[#names + 1] = k end
            table.sort(names)
            ngx.log(ngx.WARN, table.concat(names, " "))
            ngx.log(ngx.WARN, select(2, pcall(b.enable_keepalive)))
            b.set_current_peer("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        }
    }
--- stream_server_config
    proxy_pass u;
--- stream_response
peer
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] balancer_by_lua:6: bind_to_local_addr enable_keepalive get_last_failure set_current_peer set_more_tries set_timeouts version while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:7: 'enable_keepalive' not yet implemented in stream subsystem while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[info] proxy 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] upstream disconnected, bytes from/to client:0/5, bytes from/to upstream:5/0
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1



=== TEST 18: the state of a round robin over a shared dictionary
--- stream_config
    lua_shared_dict turns 100k;
    server { listen $TEST_NGINX_RAND_PORT_1; return "one "; }
    server { listen $TEST_NGINX_RAND_PORT_2; return "two "; }
    upstream u {
        server 0.0.0.1:1;
        balancer_by_lua_block {
            local n = ngx.shared.turns:incr("n", 1, 0)
            require("ngx.balancer").set_current_peer("127.0.0.1", n % 2 == 1 and $TEST_NGINX_RAND_PORT_1 or $TEST_NGINX_RAND_PORT_2)
        }
    }
    server { listen $TEST_NGINX_RAND_PORT_3; proxy_pass u; }
--- stream_server_config
    content_by_lua_block {
        for i = 1, 5 do
            local s = ngx.socket.tcp()
            s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_3)
            ngx.print(s:receive("*a"))
        end
    }
--- stream_response
one two one two one 
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_3
[info] proxy 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] upstream disconnected, bytes from/to client:0/4, bytes from/to upstream:4/0
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_3
[info] proxy 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_2
[info] upstream disconnected, bytes from/to client:0/4, bytes from/to upstream:4/0
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_2
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_3
[info] proxy 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] upstream disconnected, bytes from/to client:0/4, bytes from/to upstream:4/0
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_3
[info] proxy 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_2
[info] upstream disconnected, bytes from/to client:0/4, bytes from/to upstream:4/0
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_2
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_3
[info] proxy 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] upstream disconnected, bytes from/to client:0/4, bytes from/to upstream:4/0
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
