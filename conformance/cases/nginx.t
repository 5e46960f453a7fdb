# Directives of nginx: maps, access, real addresses, PROXY protocol, access logs, the proxy, configurations that are wrong.
use Test::Nginx::Socket::Lua::Stream;

$ENV{TEST_NGINX_HTML_DIR} ||= html_dir();
log_level('info');

plan tests => repeat_each() * blocks();
run_tests();

__DATA__

=== TEST 1: map
--- stream_config
    map $kind $m { default other; exact one; ~^re two; ~*^CASE three; }
--- stream_server_config
    set $kind regexp;
    return "$m\n";
--- stream_response
two
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 2: allow and deny
--- stream_config
    server { listen $TEST_NGINX_RAND_PORT_1; deny 127.0.0.1; return never; }
    server { listen $TEST_NGINX_RAND_PORT_2; allow 127.0.0.0/8; deny all; return "allowed\n"; }
--- stream_server_config
    content_by_lua_block {
        for _, port in ipairs({$TEST_NGINX_RAND_PORT_1, $TEST_NGINX_RAND_PORT_2}) do
            local s = ngx.socket.tcp()
            s:connect("127.0.0.1", port)
            ngx.say("[", s:receive("*a"), "]")
        end
    }
--- log_level: error
--- stream_response
[]
[allowed
]
--- log
[error] access forbidden by rule while initializing session, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1



=== TEST 3: PROXY protocol and the real address
--- stream_config
    server {
        listen $TEST_NGINX_RAND_PORT_1 proxy_protocol;
        set_real_ip_from 127.0.0.1;
        return "$remote_addr $realip_remote_addr $proxy_protocol_addr $proxy_protocol_port\n";
    }
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.tcp()
        s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        s:send("PROXY TCP4 192.0.2.7 192.0.2.8 1234 5678\r\n")
        ngx.say(s:receive())
    }
--- log_level: error
--- stream_response
192.0.2.7 127.0.0.1 192.0.2.7 1234
--- log



=== TEST 4: a broken PROXY header
--- stream_config
    server { listen $TEST_NGINX_RAND_PORT_1 proxy_protocol; return never; }
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.tcp()
        s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        s:send("HELLO\r\n")
        ngx.say("[", (s:receive()), "]")
    }
--- log_level: error
--- stream_response
[nil]
--- log
[error] recv() failed (104: Connection reset by peer), client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] broken header: "HELLO" while reading PROXY protocol, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1



=== TEST 5: PROXY protocol to the upstream
--- stream_config
    server { listen $TEST_NGINX_RAND_PORT_1; content_by_lua_block { local l = ngx.req.socket():receive() ngx.say((l:gsub(" %d+ %d+$", " P P"))) } }
--- stream_server_config
    proxy_protocol on;
    proxy_pass 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
--- log_level: error
--- stream_response
PROXY TCP4 127.0.0.1 127.0.0.1 P P
--- log



=== TEST 6: an access log
--- stream_config
    log_format f '$remote_addr $protocol $status $bytes_sent $bytes_received "$x"';
    log_format j escape=json '{"x":"$x"}';
    log_format n escape=none '$x';
    server {
        listen $TEST_NGINX_RAND_PORT_1;
        set $x "a \"quoted\" \\ value";
        access_log logs/f.log f;
        access_log logs/f.log j;
        access_log logs/f.log n;
        access_log logs/f.log f if=$nothing;
        return "12345";
    }
    map $remote_addr $nothing { default ""; }
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.tcp()
        s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        ngx.say(s:receive("*a"))
        ngx.sleep(0.02)
        ngx.print(io.open(ngx.config.prefix() .. "logs/f.log"):read("*a"))
    }
--- log_level: error
--- stream_response
12345
127.0.0.1 TCP 200 5 0 "a \x22quoted\x22 \x5C value"
{"x":"a \"quoted\" \\ value"}
a "quoted" \ value
--- log



=== TEST 7: the next upstream
--- stream_config
    server { listen $TEST_NGINX_RAND_PORT_2; return "second\n"; }
    upstream u { server 127.0.0.1:$TEST_NGINX_RAND_PORT_1; server 127.0.0.1:$TEST_NGINX_RAND_PORT_2; }
--- stream_server_config
    proxy_pass u;
    log_by_lua_block { ngx.log(ngx.WARN, ngx.var.upstream_addr, " ", ngx.var.status) }
--- log_level: warn
--- stream_response
second
--- log
[error] connect() failed (111: Connection refused) while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] upstream server temporarily disabled while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] log_by_lua(nginx.conf:24):1: 127.0.0.1:$TEST_NGINX_RAND_PORT_1, 127.0.0.1:$TEST_NGINX_RAND_PORT_2 200 while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_2", bytes from/to client:0/7, bytes from/to upstream:7/0



=== TEST 8: no upstream is left
--- stream_config
    upstream u { server 127.0.0.1:$TEST_NGINX_RAND_PORT_1; }
--- stream_server_config
    proxy_pass u;
    log_by_lua_block { ngx.log(ngx.WARN, "status ", ngx.var.status) }
--- log_level: warn
--- stream_response
--- log
[error] connect() failed (111: Connection refused) while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] log_by_lua(nginx.conf:23):1: status 502 while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/0, bytes from/to upstream:0/0



=== TEST 9: proxy_timeout
--- stream_config
    server { listen $TEST_NGINX_RAND_PORT_1; content_by_lua_block { ngx.req.socket():receive() } }
--- stream_server_config
    proxy_timeout 50ms;
    proxy_pass 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
    log_by_lua_block { ngx.log(ngx.WARN, "status ", ngx.var.status) }
--- log_level: warn
--- error_log
status
--- stream_response
--- log
[warn] stream [lua] log_by_lua(nginx.conf:24):1: status 200 while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/0, bytes from/to upstream:0/0



=== TEST 10: a directive that there is not
--- stream_server_config
    proxy_pas 127.0.0.1:1;
--- must_die
--- log
[emerg] unknown directive "proxy_pas" in $TEST_NGINX_SERVER_ROOT/conf/nginx.conf:21



=== TEST 11: a value that is none
--- stream_server_config
    proxy_timeout soon;
    return x;
--- must_die
--- log
[emerg] "proxy_timeout" directive invalid value in $TEST_NGINX_SERVER_ROOT/conf/nginx.conf:21



=== TEST 12: a directive given twice
--- stream_server_config
    proxy_timeout 1s;
    proxy_timeout 2s;
    return x;
--- must_die
--- log
[emerg] "proxy_timeout" directive is duplicate in $TEST_NGINX_SERVER_ROOT/conf/nginx.conf:22



=== TEST 13: an upstream without servers
--- stream_config
    upstream u { }
--- stream_server_config
    proxy_pass u;
--- must_die
--- log
[emerg] no servers are inside upstream in $TEST_NGINX_SERVER_ROOT/conf/nginx.conf:17



=== TEST 14: an error log that is only syslog writes errors to the default file as well
--- stream_server_config
    content_by_lua_block {
        ngx.log(ngx.WARN, "a warning")
        ngx.log(ngx.ERR, "an error")
        ngx.say("ok")
    }
--- log_level: warn
--- error_log_file: syslog:server=127.0.0.1:$TEST_NGINX_RAND_PORT_1
--- udp_listen: $TEST_NGINX_RAND_PORT_1
--- udp_reply eval
[]
--- udp_query eval: qr/a warning/
--- stream_response
ok
--- log
[error] stream [lua] content_by_lua(nginx.conf:25):3: an error, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
