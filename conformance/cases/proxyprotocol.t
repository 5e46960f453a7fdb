# The PROXY protocol, as it is read and as it is written.
use Test::Nginx::Socket::Lua::Stream;

log_level('info');

plan tests => repeat_each() * blocks();
run_tests();

__DATA__

=== TEST 1: a header of version 1
--- stream_config
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 proxy_protocol;
        content_by_lua_block {
            local v = ngx.var
            ngx.say(v.proxy_protocol_addr, " ", v.proxy_protocol_port, " ", v.proxy_protocol_server_addr, " ", v.proxy_protocol_server_port, " ", v.remote_addr)
            ngx.say(ngx.req.socket():receive())
        }
    }
--- stream_server_config
    proxy_pass 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
--- stream_request eval
"PROXY TCP4 192.0.2.1 192.0.2.2 5000 443\r\nhello\n"
--- stream_response
192.0.2.1 5000 192.0.2.2 443 127.0.0.1
hello
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] proxy 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] upstream disconnected, bytes from/to client:47/45, bytes from/to upstream:45/47
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1



=== TEST 2: version 1 for IPv6
--- stream_config
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 proxy_protocol;
        return "$proxy_protocol_addr $proxy_protocol_port $proxy_protocol_server_addr $proxy_protocol_server_port\n";
    }
--- stream_server_config
    proxy_pass 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
--- stream_request eval
"PROXY TCP6 2001:db8::1 2001:db8::2 5000 443\r\n"
--- stream_response
2001:db8::1 5000 2001:db8::2 443
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] proxy 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] upstream disconnected, bytes from/to client:45/33, bytes from/to upstream:33/45
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1



=== TEST 3: an unknown family
--- stream_config
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 proxy_protocol;
        return "[$proxy_protocol_addr] [$proxy_protocol_port]\n";
    }
--- stream_server_config
    proxy_pass 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
--- stream_request eval
"PROXY UNKNOWN\r\n"
--- stream_response
[] []
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] proxy 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] upstream disconnected, bytes from/to client:15/6, bytes from/to upstream:6/15
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1



=== TEST 4: a header of version 2
--- stream_config
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 proxy_protocol;
        return "$proxy_protocol_addr $proxy_protocol_port $proxy_protocol_server_addr $proxy_protocol_server_port [$proxy_protocol_tlv_authority]\n";
    }
--- stream_server_config
    proxy_pass 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
--- stream_request eval
"\r\n\r\n\0\r\nQUIT\n\x21\x11\x00\x15\xc0\x00\x02\x01\xc0\x00\x02\x02\x13\x88\x01\xbb\x02\x00\x06a.test"
--- stream_response
192.0.2.1 5000 192.0.2.2 443 [a.test]
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] proxy 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] upstream disconnected, bytes from/to client:37/38, bytes from/to upstream:38/37
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1



=== TEST 5: what is no header
--- stream_config
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 proxy_protocol;
        return "answer\n";
    }
--- stream_server_config
    proxy_pass 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
--- stream_request eval
"GET / HTTP/1.0\r\n\r\n"
--- stream_response
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] proxy 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[error] recv() failed (104: Connection reset by peer) while proxying and reading from upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:18/0, bytes from/to upstream:0/18
[info] upstream disconnected, bytes from/to client:18/0, bytes from/to upstream:0/18
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[error] broken header: "GET / HTTP/1.0" while reading PROXY protocol, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1



=== TEST 6: a header is written
--- stream_config
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
        content_by_lua_block {
            local s = ngx.req.socket()
            ngx.say((s:receive():gsub(" %d+ %d+\r?$", " <ports>")))
            ngx.say(s:receive())
        }
    }
--- stream_server_config
    proxy_pass 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
    proxy_protocol on;
--- stream_request
hello
--- stream_response
PROXY TCP4 127.0.0.1 127.0.0.1 <ports>
hello
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] proxy 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] upstream disconnected, bytes from/to client:6/45, bytes from/to upstream:45/50
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1



=== TEST 7: read and written again
--- stream_config
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 proxy_protocol;
        set_real_ip_from 127.0.0.1;
        proxy_pass 127.0.0.1:$TEST_NGINX_RAND_PORT_2;
        proxy_protocol on;
    }
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_2 proxy_protocol;
        return "$proxy_protocol_addr $proxy_protocol_port\n";
    }
--- stream_server_config
    proxy_pass 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
--- stream_request eval
"PROXY TCP4 192.0.2.1 192.0.2.2 5000 443\r\n"
--- stream_response
192.0.2.1 5000
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] proxy 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] upstream disconnected, bytes from/to client:41/15, bytes from/to upstream:15/41
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] proxy 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_2
[info] upstream disconnected, bytes from/to client:0/15, bytes from/to upstream:15/43
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_2



=== TEST 8: the real address
--- stream_config
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 proxy_protocol;
        set_real_ip_from 127.0.0.1;
        content_by_lua_block { ngx.say(ngx.var.remote_addr, " ", ngx.var.remote_port, " ", ngx.var.realip_remote_addr) }
    }
--- stream_server_config
    proxy_pass 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
--- stream_request eval
"PROXY TCP4 192.0.2.1 192.0.2.2 5000 443\r\n"
--- stream_response
192.0.2.1 5000 127.0.0.1
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] proxy 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] upstream disconnected, bytes from/to client:41/25, bytes from/to upstream:25/41
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1



=== TEST 9: no header in time
--- stream_config
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 proxy_protocol;
        proxy_protocol_timeout 50ms;
        return "answer\n";
    }
--- stream_server_config
    proxy_pass 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
--- stream_response
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] proxy 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] upstream disconnected, bytes from/to client:0/0, bytes from/to upstream:0/0
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] client timed out (110: Connection timed out) while reading PROXY protocol, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1
