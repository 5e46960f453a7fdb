# Handing connections on with pass.
use Test::Nginx::Socket::Lua::Stream;

$ENV{TEST_NGINX_HTML_DIR} ||= html_dir();
log_level('info');

plan tests => repeat_each() * blocks();
run_tests();

__DATA__

=== TEST 1: pass
--- stream_config
    server { listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1; return "passed of $remote_addr\n"; }
--- stream_server_config
    pass 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
--- stream_response
passed of 127.0.0.1
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1



=== TEST 2: pass by a variable
--- stream_config
    map $protocol $next { TCP 127.0.0.1:$TEST_NGINX_RAND_PORT_1; }
    server { listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1; return "passed\n"; }
--- stream_server_config
    pass $next;
--- stream_response
passed
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1



=== TEST 3: pass to where nobody listens
--- stream_server_config
    pass 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
--- stream_response
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] port not found for "127.0.0.1:$TEST_NGINX_RAND_PORT_1" while passing connection to port, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 4: pass of what TLS brought
--- stream_config
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 ssl;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        pass 127.0.0.1:$TEST_NGINX_RAND_PORT_2;
    }
    server { listen 127.0.0.1:$TEST_NGINX_RAND_PORT_2; return "passed, [$ssl_protocol]\n"; }
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.tcp()
        s:settimeout(10000)
        ngx.say(s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1))
        local ok, err = s:sslhandshake(nil, "a.test", false)
        ngx.say(type(ok), " ", err)
        ngx.say(s:receive("*a"))
    }
--- user_files
>>> a.crt
-----BEGIN CERTIFICATE-----
MIIBVjCB/qADAgECAgEBMAoGCCqGSM49BAMCMBExDzANBgNVBAMTBmEudGVzdDAg
Fw0yMDAxMDEwMDAwMDBaGA8yMTIwMDEwMTAwMDAwMFowETEPMA0GA1UEAxMGYS50
ZXN0MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEw8Ix6fEIXmJAuUMJYhXn1uBa
Ia81huYfcDwkdCDfmrDon4aRMYj4OS1Iu8uVQuVMRn+WeaMrfoO7nNL25uPxHqNF
MEMwDwYDVR0TAQH/BAUwAwEB/zAdBgNVHQ4EFgQU5SXPZtkR0GA4Bvs0jVfxQ7jg
hMAwEQYDVR0RBAowCIIGYS50ZXN0MAoGCCqGSM49BAMCA0cAMEQCIDaONis/3W4U
qbF7+d2kPBJIW7BS62E0Rt+4h/Fo06DYAiAMhs/63VQZebtA7TFrUdSnT8H48G+z
v0R2VGKwRkqh0g==
-----END CERTIFICATE-----
>>> a.key
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgQ85efO9jo9hwOiBV
7ArEItwdnTmOJh/J4vswSkxqXJWhRANCAATDwjHp8QheYkC5QwliFefW4FohrzWG
5h9wPCR0IN+asOifhpExiPg5LUi7y5VC5UxGf5Z5oyt+g7uc0vbm4/Ee
-----END PRIVATE KEY-----
--- stream_response
1
userdata nil
passed, [TLSv1.2]
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_2



=== TEST 5: pass after a preread
--- stream_config
    server { listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1; content_by_lua_block { ngx.say(ngx.req.socket():receive()) } }
--- stream_server_config
    ssl_preread on;
    pass 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
--- stream_request
hello there
--- stream_response
hello there
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1



=== TEST 6: pass in a circle
--- stream_config
    server { listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1; pass 127.0.0.1:$TEST_NGINX_RAND_PORT_1; }
--- stream_server_config
    pass 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
--- stream_response
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[error] stream pass cycle while passing connection to port, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1



=== TEST 7: addresses that are none
--- stream_config
    map $protocol $none { TCP ""; }
    map $protocol $port { TCP 127.0.0.1:99999; }
    map $protocol $name { TCP nowhere.example:1; }
    map $protocol $bare { TCP 127.0.0.1; }
    map $protocol $number { TCP $TEST_NGINX_RAND_PORT_1; }
    server { listen unix:$TEST_NGINX_HTML_DIR/none.sock; pass $none; }
    server { listen unix:$TEST_NGINX_HTML_DIR/port.sock; pass $port; }
    server { listen unix:$TEST_NGINX_HTML_DIR/name.sock; pass $name; }
    server { listen unix:$TEST_NGINX_HTML_DIR/bare.sock; pass $bare; }
    server { listen unix:$TEST_NGINX_HTML_DIR/number.sock; pass $number; }
--- stream_server_config
    content_by_lua_block {
        for _, name in ipairs({"none", "port", "name", "bare", "number"}) do
            local s = ngx.socket.tcp()
            s:settimeout(10000)
            assert(s:connect("unix:$TEST_NGINX_HTML_DIR/" .. name .. ".sock"))
            ngx.say(name, ": ", s:receive("*a"))
        end
    }
--- stream_response
none: 
port: 
name: 
bare: 
number: 
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client unix: connected to unix:$TEST_NGINX_SERVER_ROOT/html/none.sock
[error] no host in pass "" while passing connection to port, client: unix:, server: unix:$TEST_NGINX_SERVER_ROOT/html/none.sock
[info] client unix: connected to unix:$TEST_NGINX_SERVER_ROOT/html/port.sock
[error] invalid port in pass "127.0.0.1:99999" while passing connection to port, client: unix:, server: unix:$TEST_NGINX_SERVER_ROOT/html/port.sock
[info] client unix: connected to unix:$TEST_NGINX_SERVER_ROOT/html/name.sock
[error] no addresses in pass "nowhere.example:1" while passing connection to port, client: unix:, server: unix:$TEST_NGINX_SERVER_ROOT/html/name.sock
[info] client unix: connected to unix:$TEST_NGINX_SERVER_ROOT/html/bare.sock
[error] no port in pass "127.0.0.1" while passing connection to port, client: unix:, server: unix:$TEST_NGINX_SERVER_ROOT/html/bare.sock
[info] client unix: connected to unix:$TEST_NGINX_SERVER_ROOT/html/number.sock
[error] no addresses in pass "$TEST_NGINX_RAND_PORT_1" while passing connection to port, client: unix:, server: unix:$TEST_NGINX_SERVER_ROOT/html/number.sock



=== TEST 8: the address decides among the servers of a wildcard
--- stream_config
    server { listen $TEST_NGINX_RAND_PORT_1; return "any $server_addr $server_port"; }
    server { listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1; return "one $server_addr $server_port"; }
    map $remote_port $one { default 127.0.0.1:$TEST_NGINX_RAND_PORT_1; }
    map $remote_port $two { default 127.0.0.2:$TEST_NGINX_RAND_PORT_1; }
    map $remote_port $all { default 0.0.0.0:$TEST_NGINX_RAND_PORT_1; }
    map $remote_port $six { default [::1]:$TEST_NGINX_RAND_PORT_1; }
    server { listen 127.0.0.1:$TEST_NGINX_RAND_PORT_2; pass $one; }
    server { listen 127.0.0.2:$TEST_NGINX_RAND_PORT_2; pass $two; }
    server { listen 127.0.0.3:$TEST_NGINX_RAND_PORT_2; pass $all; }
    server { listen 127.0.0.4:$TEST_NGINX_RAND_PORT_2; pass $six; }
    server { listen 127.0.0.5:$TEST_NGINX_RAND_PORT_2; pass 127.0.0.1:$TEST_NGINX_RAND_PORT_1; }
--- stream_server_config
    content_by_lua_block {
        for i = 1, 5 do
            local s = ngx.socket.tcp()
            s:settimeout(10000)
            assert(s:connect("127.0.0." .. i, $TEST_NGINX_RAND_PORT_2))
            ngx.say(s:receive("*a"))
        end
    }
--- stream_response
one 127.0.0.1 $TEST_NGINX_RAND_PORT_1
any 127.0.0.2 $TEST_NGINX_RAND_PORT_1
any 127.0.0.3 $TEST_NGINX_RAND_PORT_2

one 127.0.0.1 $TEST_NGINX_RAND_PORT_1
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_2
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 127.0.0.2:$TEST_NGINX_RAND_PORT_2
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 127.0.0.3:$TEST_NGINX_RAND_PORT_2
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 127.0.0.4:$TEST_NGINX_RAND_PORT_2
[error] port not found for "[::1]:$TEST_NGINX_RAND_PORT_1" while passing connection to port, client: 127.0.0.1, server: 127.0.0.4:$TEST_NGINX_RAND_PORT_2
[info] client 127.0.0.1:<port> connected to 127.0.0.5:$TEST_NGINX_RAND_PORT_2
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1



=== TEST 9: a socket in the file system
--- stream_config
    server { listen unix:$TEST_NGINX_HTML_DIR/to.sock; return "$server_addr [$server_port] $remote_addr\n"; }
--- stream_server_config
    pass unix:$TEST_NGINX_HTML_DIR/to.sock;
--- stream_response
unix:$TEST_NGINX_SERVER_ROOT/html/to.sock [] 127.0.0.1
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to unix:$TEST_NGINX_SERVER_ROOT/html/to.sock



=== TEST 10: datagrams
--- stream_config
    server { listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 udp; pass 127.0.0.1:$TEST_NGINX_RAND_PORT_2; }
    server { listen 127.0.0.1:$TEST_NGINX_RAND_PORT_2; return x; }
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.udp()
        s:settimeout(100)
        s:setpeername("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        s:send("hello")
        ngx.say(s:receive())
    }
--- stream_response
niltimeout
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] lua udp socket read timed out, upstream: 127.0.0.1:$TEST_NGINX_RAND_PORT_1(127.0.0.1), client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] udp client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[error] cannot pass udp connection while passing connection to port, udp client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1



=== TEST 11: not to a port of datagrams
--- stream_config
    server { listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 udp; return x; }
--- stream_server_config
    pass 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
--- stream_response
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] port not found for "127.0.0.1:$TEST_NGINX_RAND_PORT_1" while passing connection to port, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 12: preread data of TLS cannot be passed
--- stream_config
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 ssl;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        ssl_preread on;
        pass 127.0.0.1:$TEST_NGINX_RAND_PORT_2;
    }
    server { listen 127.0.0.1:$TEST_NGINX_RAND_PORT_2; return "passed\n"; }
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.tcp()
        s:settimeout(10000)
        assert(s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1))
        ngx.say(type(s:sslhandshake(nil, "a.test", false)))
        s:send("hello")
        ngx.say(s:receive("*a"))
    }
--- user_files
>>> a.crt
-----BEGIN CERTIFICATE-----
MIIBVjCB/qADAgECAgEBMAoGCCqGSM49BAMCMBExDzANBgNVBAMTBmEudGVzdDAg
Fw0yMDAxMDEwMDAwMDBaGA8yMTIwMDEwMTAwMDAwMFowETEPMA0GA1UEAxMGYS50
ZXN0MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEw8Ix6fEIXmJAuUMJYhXn1uBa
Ia81huYfcDwkdCDfmrDon4aRMYj4OS1Iu8uVQuVMRn+WeaMrfoO7nNL25uPxHqNF
MEMwDwYDVR0TAQH/BAUwAwEB/zAdBgNVHQ4EFgQU5SXPZtkR0GA4Bvs0jVfxQ7jg
hMAwEQYDVR0RBAowCIIGYS50ZXN0MAoGCCqGSM49BAMCA0cAMEQCIDaONis/3W4U
qbF7+d2kPBJIW7BS62E0Rt+4h/Fo06DYAiAMhs/63VQZebtA7TFrUdSnT8H48G+z
v0R2VGKwRkqh0g==
-----END CERTIFICATE-----
>>> a.key
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgQ85efO9jo9hwOiBV
7ArEItwdnTmOJh/J4vswSkxqXJWhRANCAATDwjHp8QheYkC5QwliFefW4FohrzWG
5h9wPCR0IN+asOifhpExiPg5LUi7y5VC5UxGf5Z5oyt+g7uc0vbm4/Ee
-----END PRIVATE KEY-----
--- stream_response
userdata
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[error] cannot pass connection with preread data while passing connection to port, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1



=== TEST 13: TLS that begins behind pass, chosen by the name in the hello
--- stream_config
    map $ssl_preread_server_name $to { a.test 127.0.0.1:$TEST_NGINX_RAND_PORT_1; default 127.0.0.1:$TEST_NGINX_RAND_PORT_2; }
    server {
        listen unix:$TEST_NGINX_HTML_DIR/front.sock;
        ssl_preread on;
        pass $to;
    }
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 ssl;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        return "TLS for $ssl_server_name [$ssl_preread_server_name]\n";
    }
    server { listen 127.0.0.1:$TEST_NGINX_RAND_PORT_2; return "no TLS\n"; }
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.tcp()
        s:settimeout(10000)
        assert(s:connect("unix:$TEST_NGINX_HTML_DIR/front.sock"))
        ngx.say(type(s:sslhandshake(nil, "a.test", false)))
        ngx.say(s:receive("*a"))
        s = ngx.socket.tcp()
        s:settimeout(10000)
        assert(s:connect("unix:$TEST_NGINX_HTML_DIR/front.sock"))
        s:send("hello")
        ngx.say(s:receive())
    }
--- user_files
>>> a.crt
-----BEGIN CERTIFICATE-----
MIIBVjCB/qADAgECAgEBMAoGCCqGSM49BAMCMBExDzANBgNVBAMTBmEudGVzdDAg
Fw0yMDAxMDEwMDAwMDBaGA8yMTIwMDEwMTAwMDAwMFowETEPMA0GA1UEAxMGYS50
ZXN0MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEw8Ix6fEIXmJAuUMJYhXn1uBa
Ia81huYfcDwkdCDfmrDon4aRMYj4OS1Iu8uVQuVMRn+WeaMrfoO7nNL25uPxHqNF
MEMwDwYDVR0TAQH/BAUwAwEB/zAdBgNVHQ4EFgQU5SXPZtkR0GA4Bvs0jVfxQ7jg
hMAwEQYDVR0RBAowCIIGYS50ZXN0MAoGCCqGSM49BAMCA0cAMEQCIDaONis/3W4U
qbF7+d2kPBJIW7BS62E0Rt+4h/Fo06DYAiAMhs/63VQZebtA7TFrUdSnT8H48G+z
v0R2VGKwRkqh0g==
-----END CERTIFICATE-----
>>> a.key
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgQ85efO9jo9hwOiBV
7ArEItwdnTmOJh/J4vswSkxqXJWhRANCAATDwjHp8QheYkC5QwliFefW4FohrzWG
5h9wPCR0IN+asOifhpExiPg5LUi7y5VC5UxGf5Z5oyt+g7uc0vbm4/Ee
-----END PRIVATE KEY-----
--- stream_response
userdata
TLS for a.test []

no TLS
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client unix: connected to unix:$TEST_NGINX_SERVER_ROOT/html/front.sock
[info] client unix: connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] client unix: connected to unix:$TEST_NGINX_SERVER_ROOT/html/front.sock
[info] client unix: connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_2



=== TEST 14: TLS is not begun twice
--- stream_config
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 ssl;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        pass 127.0.0.1:$TEST_NGINX_RAND_PORT_2;
    }
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_2 ssl;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        return "$ssl_protocol $ssl_server_name\n";
    }
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.tcp()
        s:settimeout(10000)
        assert(s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1))
        ngx.say(type(s:sslhandshake(nil, "a.test", false)))
        ngx.say(s:receive("*a"))
    }
--- user_files
>>> a.crt
-----BEGIN CERTIFICATE-----
MIIBVjCB/qADAgECAgEBMAoGCCqGSM49BAMCMBExDzANBgNVBAMTBmEudGVzdDAg
Fw0yMDAxMDEwMDAwMDBaGA8yMTIwMDEwMTAwMDAwMFowETEPMA0GA1UEAxMGYS50
ZXN0MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEw8Ix6fEIXmJAuUMJYhXn1uBa
Ia81huYfcDwkdCDfmrDon4aRMYj4OS1Iu8uVQuVMRn+WeaMrfoO7nNL25uPxHqNF
MEMwDwYDVR0TAQH/BAUwAwEB/zAdBgNVHQ4EFgQU5SXPZtkR0GA4Bvs0jVfxQ7jg
hMAwEQYDVR0RBAowCIIGYS50ZXN0MAoGCCqGSM49BAMCA0cAMEQCIDaONis/3W4U
qbF7+d2kPBJIW7BS62E0Rt+4h/Fo06DYAiAMhs/63VQZebtA7TFrUdSnT8H48G+z
v0R2VGKwRkqh0g==
-----END CERTIFICATE-----
>>> a.key
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgQ85efO9jo9hwOiBV
7ArEItwdnTmOJh/J4vswSkxqXJWhRANCAATDwjHp8QheYkC5QwliFefW4FohrzWG
5h9wPCR0IN+asOifhpExiPg5LUi7y5VC5UxGf5Z5oyt+g7uc0vbm4/Ee
-----END PRIVATE KEY-----
--- stream_response
userdata
TLSv1.2 a.test
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_2



=== TEST 15: the other session has variables, a context and a log phase of its own
--- stream_config
    limit_conn_zone $protocol zone=all:32k;
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
        limit_conn all 2;
        set $own second;
        preread_by_lua_block { ngx.ctx.count = (ngx.ctx.count or 0) + 1 }
        content_by_lua_block {
            ngx.say(ngx.var.own, " ", ngx.ctx.count, " ", ngx.var.connection, " ", ngx.var.limit_conn_status, " ", ngx.var.bytes_sent)
        }
        log_by_lua_block { ngx.log(ngx.WARN, ngx.var.own, " ", ngx.ctx.count, " ", ngx.var.status) }
    }
--- stream_server_config
    limit_conn all 2;
    set $own first;
    preread_by_lua_block { ngx.ctx.count = (ngx.ctx.count or 0) + 1 }
    pass 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
    log_by_lua_block { ngx.log(ngx.WARN, ngx.var.own, " ", ngx.ctx.count, " ", ngx.var.status) }
--- stream_response
second 1 1 PASSED 0
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] log_by_lua(nginx.conf:26):1: second 1 200, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1



=== TEST 16: both sessions count for limit_conn
--- stream_config
    limit_conn_zone $protocol zone=all:32k;
    server { listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1; limit_conn all 1; return "passed\n"; }
--- stream_server_config
    limit_conn all 1;
    pass 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
--- stream_response
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[error] limiting connections by zone "all" while initializing session, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1



=== TEST 17: the address of the PROXY protocol stays
--- stream_config
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 proxy_protocol;
        set_real_ip_from 127.0.0.1;
        pass 127.0.0.1:$TEST_NGINX_RAND_PORT_2;
    }
    server { listen 127.0.0.1:$TEST_NGINX_RAND_PORT_2; return "$remote_addr:$remote_port $realip_remote_addr $proxy_protocol_addr $proxy_protocol_server_port\n"; }
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.tcp()
        s:settimeout(10000)
        assert(s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1))
        s:send("PROXY TCP4 192.0.2.1 192.0.2.2 1234 5678\r\n")
        ngx.say(s:receive("*a"))
    }
--- stream_response
192.0.2.1:1234 192.0.2.1 192.0.2.1 5678
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] client 192.0.2.1:1234 connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_2



=== TEST 18: a PROXY protocol header for the other address
--- stream_config
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 proxy_protocol;
        set_real_ip_from 127.0.0.1;
        return "$remote_addr $realip_remote_addr\n";
    }
--- stream_server_config
    pass 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
--- stream_request eval
"PROXY TCP4 192.0.2.1 192.0.2.2 1234 5678\r\n"
--- stream_response
192.0.2.1 127.0.0.1
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1



=== TEST 19: a proxied session behind pass
--- stream_config
    server { listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1; proxy_pass 127.0.0.1:$TEST_NGINX_RAND_PORT_2; log_by_lua_block { ngx.log(ngx.WARN, ngx.var.upstream_addr, " ", ngx.var.bytes_received, " ", ngx.var.bytes_sent) } }
    server { listen 127.0.0.1:$TEST_NGINX_RAND_PORT_2; content_by_lua_block { ngx.say("got ", ngx.req.socket():receive()) } }
--- stream_server_config
    pass 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
--- stream_request
hello
--- stream_response
got hello
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] proxy 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_2
[info] upstream disconnected, bytes from/to client:6/10, bytes from/to upstream:10/6
[warn] stream [lua] log_by_lua(nginx.conf:17):1: 127.0.0.1:$TEST_NGINX_RAND_PORT_2 6 10 while proxying connection, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_2", bytes from/to client:6/10, bytes from/to upstream:10/0
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_2



=== TEST 20: access rules are those of each server
--- stream_config
    server { listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1; deny all; return "passed\n"; }
--- stream_server_config
    pass 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
--- stream_response
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[error] access forbidden by rule while initializing session, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1
