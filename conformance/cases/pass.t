# Handing connections on with pass.
use Test::Nginx::Socket::Lua::Stream;

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
        s:settimeout(2000)
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
