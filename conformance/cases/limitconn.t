# Bounding connections with limit_conn.
use Test::Nginx::Socket::Lua::Stream;

$ENV{TEST_NGINX_HTML_DIR} ||= html_dir();
worker_connections(256);
log_level('info');

plan tests => repeat_each() * blocks();
run_tests();

__DATA__

=== TEST 1: no more connections than may be
--- stream_config
    limit_conn_zone $binary_remote_addr zone=addr:32k;
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
        limit_conn addr 2;
        content_by_lua_block {
            ngx.say(ngx.var.limit_conn_status)
            ngx.req.socket():receive()
        }
        log_by_lua_block { ngx.log(ngx.WARN, ngx.var.status, " ", ngx.var.limit_conn_status) }
    }
--- stream_server_config
    content_by_lua_block {
        local function enter()
            local s = ngx.socket.tcp()
            s:settimeout(20000)
            assert(s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1))
            return s, s:receive()
        end
        local function leave(s)
            s:send("\n")
            return s:receive()
        end
        local a, first = enter()
        local b, second = enter()
        local c, third, err = enter()
        ngx.say(first, " ", second, " ", third, " ", err)
        ngx.say(leave(a))
        local d, fourth = enter()
        ngx.say(fourth)
        leave(b)
        leave(d)
    }
--- stream_response
PASSED PASSED nil closed
nilclosed
PASSED
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] log_by_lua(nginx.conf:25):1: 200 PASSED, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] log_by_lua(nginx.conf:25):1: 200 PASSED, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[error] limiting connections by zone "addr" while initializing session, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] log_by_lua(nginx.conf:25):1: 503 REJECTED while initializing session, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] log_by_lua(nginx.conf:25):1: 200 PASSED, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1



=== TEST 2: a dry run
--- stream_config
    limit_conn_zone $remote_addr zone=addr:32k;
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
        limit_conn addr 1;
        limit_conn_dry_run on;
        content_by_lua_block {
            ngx.say(ngx.var.limit_conn_status)
            ngx.req.socket():receive()
        }
        log_by_lua_block { ngx.log(ngx.WARN, ngx.var.status, " ", ngx.var.limit_conn_status) }
    }
--- stream_server_config
    content_by_lua_block {
        local function enter()
            local s = ngx.socket.tcp()
            s:settimeout(20000)
            assert(s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1))
            return s, s:receive()
        end
        local function leave(s)
            s:send("\n")
            return s:receive()
        end
        local a, first = enter()
        local b, second = enter()
        ngx.say(first, " ", second)
        leave(b)
        leave(a)
    }
--- stream_response
PASSED REJECTED_DRY_RUN
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] log_by_lua(nginx.conf:26):1: 200 PASSED, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[error] limiting connections, dry run, by zone "addr" while initializing session, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] log_by_lua(nginx.conf:26):1: 200 REJECTED_DRY_RUN, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1



=== TEST 3: log level info
--- stream_config
    limit_conn_zone $server_port zone=info:32k;
    limit_conn_log_level info;
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
        limit_conn info 1;
        content_by_lua_block {
            ngx.say(ngx.var.limit_conn_status)
            ngx.req.socket():receive()
        }
        log_by_lua_block { ngx.log(ngx.WARN, ngx.var.status, " ", ngx.var.limit_conn_status) }
    }
--- stream_server_config
    content_by_lua_block {
        local function enter()
            local s = ngx.socket.tcp()
            s:settimeout(20000)
            assert(s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1))
            return s, s:receive()
        end
        local function leave(s)
            s:send("\n")
            return s:receive()
        end
        local a, first = enter()
        local b, second, err = enter()
        ngx.say(first, " ", second, " ", err)
        leave(a)
    }
--- stream_response
PASSED nil closed
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] log_by_lua(nginx.conf:26):1: 200 PASSED, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] limiting connections by zone "info" while initializing session, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] log_by_lua(nginx.conf:26):1: 503 REJECTED while initializing session, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1



=== TEST 4: log level notice
--- stream_config
    limit_conn_zone $server_port zone=notice:32k;
    limit_conn_log_level notice;
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
        limit_conn notice 1;
        content_by_lua_block {
            ngx.say(ngx.var.limit_conn_status)
            ngx.req.socket():receive()
        }
        log_by_lua_block { ngx.log(ngx.WARN, ngx.var.status, " ", ngx.var.limit_conn_status) }
    }
--- stream_server_config
    content_by_lua_block {
        local function enter()
            local s = ngx.socket.tcp()
            s:settimeout(20000)
            assert(s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1))
            return s, s:receive()
        end
        local function leave(s)
            s:send("\n")
            return s:receive()
        end
        local a, first = enter()
        local b, second, err = enter()
        ngx.say(first, " ", second, " ", err)
        leave(a)
    }
--- stream_response
PASSED nil closed
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] log_by_lua(nginx.conf:26):1: 200 PASSED, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[notice] limiting connections by zone "notice" while initializing session, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] log_by_lua(nginx.conf:26):1: 503 REJECTED while initializing session, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1



=== TEST 5: log level warn
--- stream_config
    limit_conn_zone $server_port zone=warn:32k;
    limit_conn_log_level warn;
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
        limit_conn warn 1;
        content_by_lua_block {
            ngx.say(ngx.var.limit_conn_status)
            ngx.req.socket():receive()
        }
        log_by_lua_block { ngx.log(ngx.WARN, ngx.var.status, " ", ngx.var.limit_conn_status) }
    }
--- stream_server_config
    content_by_lua_block {
        local function enter()
            local s = ngx.socket.tcp()
            s:settimeout(20000)
            assert(s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1))
            return s, s:receive()
        end
        local function leave(s)
            s:send("\n")
            return s:receive()
        end
        local a, first = enter()
        local b, second, err = enter()
        ngx.say(first, " ", second, " ", err)
        leave(a)
    }
--- stream_response
PASSED nil closed
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] log_by_lua(nginx.conf:26):1: 200 PASSED, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[warn] limiting connections by zone "warn" while initializing session, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] log_by_lua(nginx.conf:26):1: 503 REJECTED while initializing session, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1



=== TEST 6: an empty key does not count
--- stream_config
    map $protocol $empty { UDP x; }
    limit_conn_zone $empty zone=addr:32k;
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
        limit_conn addr 1;
        content_by_lua_block {
            ngx.say(ngx.var.limit_conn_status)
            ngx.req.socket():receive()
        }
        log_by_lua_block { ngx.log(ngx.WARN, ngx.var.status, " ", ngx.var.limit_conn_status) }
    }
--- stream_server_config
    content_by_lua_block {
        local function enter()
            local s = ngx.socket.tcp()
            s:settimeout(20000)
            assert(s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1))
            return s, s:receive()
        end
        local function leave(s)
            s:send("\n")
            return s:receive()
        end
        local a, first = enter()
        local b, second = enter()
        ngx.say(first, " ", second)
        leave(b)
        leave(a)
    }
--- stream_response
nil nil
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] log_by_lua(nginx.conf:26):1: 200 nil, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] log_by_lua(nginx.conf:26):1: 200 nil, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1



=== TEST 7: a long key does not count
--- stream_config
    map $protocol $long { TCP "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"; }
    limit_conn_zone "$long$protocol" zone=addr:32k;
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
        limit_conn addr 1;
        content_by_lua_block {
            ngx.say(ngx.var.limit_conn_status)
            ngx.req.socket():receive()
        }
        log_by_lua_block { ngx.log(ngx.WARN, ngx.var.status, " ", ngx.var.limit_conn_status) }
    }
--- stream_server_config
    content_by_lua_block {
        local function enter()
            local s = ngx.socket.tcp()
            s:settimeout(20000)
            assert(s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1))
            return s, s:receive()
        end
        local function leave(s)
            s:send("\n")
            return s:receive()
        end
        local a, first = enter()
        local b, second = enter()
        ngx.say(first, " ", second)
        leave(b)
        leave(a)
    }
--- stream_response
nil nil
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[error] the value of the "$long$protocol" key is more than 255 bytes: "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxTCP" while initializing session, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] log_by_lua(nginx.conf:26):1: 200 nil, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[error] the value of the "$long$protocol" key is more than 255 bytes: "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxTCP" while initializing session, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] log_by_lua(nginx.conf:26):1: 200 nil, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1



=== TEST 8: a key of 255 bytes counts
--- stream_config
    map $protocol $long { TCP "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"; }
    limit_conn_zone "$long$protocol" zone=addr:32k;
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
        limit_conn addr 1;
        content_by_lua_block {
            ngx.say(ngx.var.limit_conn_status)
            ngx.req.socket():receive()
        }
        log_by_lua_block { ngx.log(ngx.WARN, ngx.var.status, " ", ngx.var.limit_conn_status) }
    }
--- stream_server_config
    content_by_lua_block {
        local function enter()
            local s = ngx.socket.tcp()
            s:settimeout(20000)
            assert(s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1))
            return s, s:receive()
        end
        local function leave(s)
            s:send("\n")
            return s:receive()
        end
        local a, first = enter()
        local b, second, err = enter()
        ngx.say(first, " ", second, " ", err)
        leave(a)
    }
--- stream_response
PASSED nil closed
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] log_by_lua(nginx.conf:26):1: 200 PASSED, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[error] limiting connections by zone "addr" while initializing session, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] log_by_lua(nginx.conf:26):1: 503 REJECTED while initializing session, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1



=== TEST 9: a second limit that is reached gives the first one back
--- stream_config
    limit_conn_zone $protocol zone=all:32k;
    limit_conn_zone $server_port zone=port:32k;
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
        limit_conn all 3;
        limit_conn port 1;
        content_by_lua_block {
            ngx.say(ngx.var.limit_conn_status)
            ngx.req.socket():receive()
        }
        log_by_lua_block { ngx.log(ngx.WARN, ngx.var.status, " ", ngx.var.limit_conn_status) }
    }
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_2;
        limit_conn all 2;
        content_by_lua_block {
            ngx.say(ngx.var.limit_conn_status)
            ngx.req.socket():receive()
        }
        log_by_lua_block { ngx.log(ngx.WARN, ngx.var.status, " ", ngx.var.limit_conn_status) }
    }
--- stream_server_config
    content_by_lua_block {
        local function enter(port)
            local s = ngx.socket.tcp()
            s:settimeout(20000)
            assert(s:connect("127.0.0.1", port or $TEST_NGINX_RAND_PORT_1))
            return s, s:receive()
        end
        local function leave(s)
            s:send("\n")
            return s:receive()
        end
        local a, first = enter()
        local _, second = enter()
        local _, third = enter()
        local b, fourth = enter($TEST_NGINX_RAND_PORT_2)
        local _, fifth = enter($TEST_NGINX_RAND_PORT_2)
        ngx.say(first, " ", second, " ", third, " ", fourth, " ", fifth)
        leave(a)
        leave(b)
    }
--- stream_response
PASSED nil nil PASSED nil
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] log_by_lua(nginx.conf:27):1: 200 PASSED, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[error] limiting connections by zone "port" while initializing session, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] log_by_lua(nginx.conf:27):1: 503 REJECTED while initializing session, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[error] limiting connections by zone "port" while initializing session, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] log_by_lua(nginx.conf:27):1: 503 REJECTED while initializing session, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_2
[warn] stream [lua] log_by_lua(nginx.conf:36):1: 200 PASSED, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_2
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_2
[error] limiting connections by zone "all" while initializing session, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_2
[warn] stream [lua] log_by_lua(nginx.conf:36):1: 503 REJECTED while initializing session, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_2



=== TEST 10: limits of the stream block, and a server with limits of its own
--- stream_config
    limit_conn_zone $protocol zone=outer:32k;
    limit_conn_zone $protocol zone=inner:32k;
    limit_conn outer 1;
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
        
        content_by_lua_block {
            ngx.say(ngx.var.limit_conn_status)
            ngx.req.socket():receive()
        }
        log_by_lua_block { ngx.log(ngx.WARN, ngx.var.status, " ", ngx.var.limit_conn_status) }
    }
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_2;
        limit_conn inner 1;
        content_by_lua_block {
            ngx.say(ngx.var.limit_conn_status)
            ngx.req.socket():receive()
        }
        log_by_lua_block { ngx.log(ngx.WARN, ngx.var.status, " ", ngx.var.limit_conn_status) }
    }
--- stream_server_config
    content_by_lua_block {
        local function enter(port)
            local s = ngx.socket.tcp()
            s:settimeout(20000)
            assert(s:connect("127.0.0.1", port or $TEST_NGINX_RAND_PORT_1))
            return s, s:receive()
        end
        local function leave(s)
            s:send("\n")
            return s:receive()
        end
        local _, outer = enter()
        local b, inner = enter($TEST_NGINX_RAND_PORT_2)
        local _, more, err = enter($TEST_NGINX_RAND_PORT_2)
        ngx.say(outer, " ", inner, " ", more, " ", err)
        leave(b)
    }
--- stream_response
nil PASSED nil closed
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[error] limiting connections by zone "outer" while initializing session, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] log_by_lua(nginx.conf:27):1: 503 REJECTED while initializing session, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_2
[warn] stream [lua] log_by_lua(nginx.conf:36):1: 200 PASSED, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_2
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_2
[error] limiting connections by zone "inner" while initializing session, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_2
[warn] stream [lua] log_by_lua(nginx.conf:36):1: 503 REJECTED while initializing session, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_2



=== TEST 11: a zone that is full
--- stream_config
    map $protocol $long { TCP "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"; }
    limit_conn_zone "$long$remote_port" zone=small:32k;
    limit_conn_log_level info;
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
        limit_conn small 1;
        content_by_lua_block {
            ngx.say(ngx.var.limit_conn_status)
            ngx.req.socket():receive()
        }
        error_log $TEST_NGINX_HTML_DIR/sessions.log info;
    }
--- stream_server_config
    content_by_lua_block {
        local function enter()
            local s = ngx.socket.tcp()
            s:settimeout(20000)
            assert(s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1))
            return s, s:receive()
        end
        local held, n = {}, 0
        while true do
            local s, said = enter()
            if not said then break end
            n = n + 1
            held[n] = s
        end
        ngx.say(n)
    }
--- stream_response
40
--- log
[crit] ngx_slab_alloc() failed: no memory in limit_conn_zone "small"
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 12: a zone that is full, in a dry run
--- stream_config
    map $protocol $long { TCP "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"; }
    limit_conn_zone "$long$remote_port" zone=small:32k;
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
        limit_conn small 1;
        limit_conn_dry_run on;
        content_by_lua_block {
            ngx.say(ngx.var.limit_conn_status)
            ngx.req.socket():receive()
        }
        error_log $TEST_NGINX_HTML_DIR/sessions.log info;
    }
--- stream_server_config
    content_by_lua_block {
        local function enter()
            local s = ngx.socket.tcp()
            s:settimeout(20000)
            assert(s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1))
            return s, s:receive()
        end
        local held, seen = {}, {}
        for i = 1, 42 do
            local s, said = enter()
            held[i] = s
            seen[said] = (seen[said] or 0) + 1
        end
        ngx.say(seen.PASSED, " ", seen.REJECTED_DRY_RUN)
    }
--- stream_response
40 2
--- log
[crit] ngx_slab_alloc() failed: no memory in limit_conn_zone "small"
[crit] ngx_slab_alloc() failed: no memory in limit_conn_zone "small"
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 13: a session without limits has no status
--- stream_config
    limit_conn_zone $protocol zone=outer:32k;
--- stream_server_config
    return "[$limit_conn_status]\n";
    log_by_lua_block { ngx.log(ngx.WARN, ngx.var.limit_conn_status) }
--- stream_response
[]
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] log_by_lua(nginx.conf:23):1: nil while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 14: access rules come after
--- stream_config
    limit_conn_zone $protocol zone=all:32k;
    limit_conn all 1;
--- stream_server_config
    deny all;
    return "hello\n";
    log_by_lua_block { ngx.log(ngx.WARN, ngx.var.status, " ", ngx.var.limit_conn_status) }
--- stream_response
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] access forbidden by rule while initializing session, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] log_by_lua(nginx.conf:25):1: 403 PASSED while initializing session, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 15: datagrams
--- stream_config
    limit_conn_zone $protocol zone=all:32k;
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 udp;
        limit_conn all 1;
        proxy_pass 127.0.0.1:$TEST_NGINX_RAND_PORT_2;
        proxy_requests 2;
        proxy_responses 1;
        log_by_lua_block { ngx.log(ngx.WARN, ngx.var.status, " ", ngx.var.limit_conn_status) }
    }
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_2 udp;
        return "hello";
        error_log $TEST_NGINX_HTML_DIR/sessions.log info;
    }
--- stream_server_config
    content_by_lua_block {
        local a, b = ngx.socket.udp(), ngx.socket.udp()
        a:settimeout(20000)
        a:setpeername("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        a:send("first")
        ngx.say(a:receive())
        b:settimeout(100)
        b:setpeername("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        b:send("second")
        ngx.say(b:receive())
        a:send("third")
        ngx.say(a:receive())
    }
--- stream_response
hello
niltimeout
hello
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] lua udp socket read timed out, upstream: 127.0.0.1:$TEST_NGINX_RAND_PORT_1(127.0.0.1), client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] udp client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] udp proxy 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_2
[info] udp done, packets from/to client:2/2, bytes from/to client:10/10, bytes from/to upstream:10/10
[warn] stream [lua] log_by_lua(nginx.conf:24):1: 200 PASSED while proxying connection, udp client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_2", bytes from/to client:10/10, bytes from/to upstream:10/0
[info] udp client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[error] limiting connections by zone "all" while initializing session, udp client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] log_by_lua(nginx.conf:24):1: 503 REJECTED while initializing session, udp client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1
