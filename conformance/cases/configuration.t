# Configurations that nginx refuses and what it says of them, and a few that it takes.
use Test::Nginx::Socket::Lua::Stream;

log_level('info');

plan tests => repeat_each() * blocks();
run_tests();

__DATA__

=== TEST 1: a server without a handler is taken
--- stream_server_config
    proxy_timeout 1s;
--- stream_response
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 2: too few words
--- stream_server_config
    proxy_pass;
--- must_die
--- log
[emerg] invalid number of arguments in "proxy_pass" directive in $TEST_NGINX_SERVER_ROOT/conf/nginx.conf:21



=== TEST 3: too many words
--- stream_server_config
    tcp_nodelay on off;
--- must_die
--- log
[emerg] invalid number of arguments in "tcp_nodelay" directive in $TEST_NGINX_SERVER_ROOT/conf/nginx.conf:21



=== TEST 4: a flag that is neither on nor off
--- stream_server_config
    proxy_protocol maybe;
    return x;
--- must_die
--- log
[emerg] invalid value "maybe" in $TEST_NGINX_SERVER_ROOT/conf/nginx.conf:21



=== TEST 5: a directive in the wrong block
--- stream_config
    proxy_pass 127.0.0.1:1;
--- stream_server_config
    return x;
--- must_die
--- log
[emerg] "proxy_pass" directive is not allowed here in $TEST_NGINX_SERVER_ROOT/conf/nginx.conf:17



=== TEST 6: a variable that there is not
--- stream_server_config
    return $nosuch;
--- must_die
--- log
[emerg] unknown "nosuch" variable



=== TEST 7: an upstream that has no host
--- stream_server_config
    proxy_pass :1;
--- must_die
--- log
[emerg] no host in upstream ":1" in $TEST_NGINX_SERVER_ROOT/conf/nginx.conf:21



=== TEST 8: an upstream without a port
--- stream_server_config
    proxy_pass 127.0.0.1;
--- must_die
--- log
[emerg] no port in upstream "127.0.0.1" in $TEST_NGINX_SERVER_ROOT/conf/nginx.conf:21



=== TEST 9: a port that is none
--- stream_config
    server { listen 70000; return x; }
--- stream_server_config
    return x;
--- must_die
--- log
[emerg] invalid port in "70000" of the "listen" directive in $TEST_NGINX_SERVER_ROOT/conf/nginx.conf:17



=== TEST 10: the same upstream twice
--- stream_config
    upstream u { server 127.0.0.1:1; }
    upstream u { server 127.0.0.1:2; }
--- stream_server_config
    proxy_pass u;
--- must_die
--- log
[emerg] duplicate upstream "u" in $TEST_NGINX_SERVER_ROOT/conf/nginx.conf:18



=== TEST 11: a parameter that a server of an upstream has not
--- stream_config
    upstream u { server 127.0.0.1:1 heavy; }
--- stream_server_config
    proxy_pass u;
--- must_die
--- log
[emerg] invalid parameter "heavy" in $TEST_NGINX_SERVER_ROOT/conf/nginx.conf:17



=== TEST 12: a weight that is none
--- stream_config
    upstream u { server 127.0.0.1:1 weight=x; }
--- stream_server_config
    proxy_pass u;
--- must_die
--- log
[emerg] invalid parameter "weight=x" in $TEST_NGINX_SERVER_ROOT/conf/nginx.conf:17



=== TEST 13: ssl with a key but no certificate
--- stream_config
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 ssl;
        ssl_certificate_key cert.key;
        return x;
    }
--- stream_server_config
    return x;
--- must_die
--- log
[emerg] no "ssl_certificate" is defined for the "listen ... ssl" directive in $TEST_NGINX_SERVER_ROOT/conf/nginx.conf:17



=== TEST 14: ssl without a certificate
--- stream_config
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 ssl;
        return x;
    }
--- stream_server_config
    return x;
--- must_die
--- log
[emerg] no "ssl_certificate" is defined for the "listen ... ssl" directive in $TEST_NGINX_SERVER_ROOT/conf/nginx.conf:17



=== TEST 15: a protocol that TLS has not
--- stream_server_config
    ssl_protocols TLSv1.4;
    return x;
--- must_die
--- log
[emerg] invalid value "TLSv1.4" in $TEST_NGINX_SERVER_ROOT/conf/nginx.conf:21



=== TEST 16: a log format that there is not
--- stream_server_config
    access_log logs/a.log nosuch;
    return x;
--- must_die
--- log
[emerg] unknown log format "nosuch" in $TEST_NGINX_SERVER_ROOT/conf/nginx.conf:21



=== TEST 17: a log format given twice
--- stream_config
    log_format f '$status';
    log_format f '$status';
--- stream_server_config
    return x;
--- must_die
--- log
[emerg] duplicate "log_format" name "f" in $TEST_NGINX_SERVER_ROOT/conf/nginx.conf:18



=== TEST 18: an access log without a format
--- stream_server_config
    access_log logs/a.log;
    return x;
--- must_die
--- log
[emerg] log format is not specified in $TEST_NGINX_SERVER_ROOT/conf/nginx.conf:21



=== TEST 19: Lua that does not parse is noticed when it is to run
--- stream_server_config
    content_by_lua_block { ngx.say("a" }
--- stream_response
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] failed to load inlined Lua code: content_by_lua(nginx.conf:21):1: ')' expected near '<eof>', client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 20: two handlers of content in Lua
--- stream_server_config
    content_by_lua_block { ngx.say("a") }
    content_by_lua_block { ngx.say("b") }
--- must_die
--- log
[emerg] is duplicate in $TEST_NGINX_SERVER_ROOT/conf/nginx.conf:22



=== TEST 21: ssl_certificate_by_lua without ssl is taken
--- stream_config
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
        ssl_certificate_by_lua_block { ngx.say("a") }
        return x;
    }
--- stream_server_config
    return x;
--- stream_response
x
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 22: a shared dictionary that is too small
--- stream_config
    lua_shared_dict d 1k;
--- stream_server_config
    return x;
--- must_die
--- log
[emerg] invalid lua shared dict size "1k" in $TEST_NGINX_SERVER_ROOT/conf/nginx.conf:17



=== TEST 23: an allow rule without an address
--- stream_server_config
    allow 10.0.0.0/33;
    return x;
--- must_die
--- log
[emerg] invalid parameter "10.0.0.0/33" in $TEST_NGINX_SERVER_ROOT/conf/nginx.conf:21



=== TEST 24: a map whose pattern is no regex
--- stream_config
    map $remote_addr $m { ~( x; }
--- stream_server_config
    return $m;
--- must_die
--- log
[emerg] pcre2_compile() failed: missing closing parenthesis in "(" in $TEST_NGINX_SERVER_ROOT/conf/nginx.conf:17
