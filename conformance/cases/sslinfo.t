# What scripts learn of a TLS connection.
use Test::Nginx::Socket::Lua::Stream;

$ENV{TEST_NGINX_HTML_DIR} ||= html_dir();
log_level('info');

plan tests => repeat_each() * blocks();
run_tests();

__DATA__

=== TEST 1: the client's random bytes
--- stream_config
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 ssl;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        ssl_certificate_by_lua_block { package.loaded.seen = require("ngx.ssl").get_client_random() }
        preread_by_lua_block { ngx.ctx.random = package.loaded.seen }
        content_by_lua_block {
            local ssl = require "ngx.ssl"
            local r = ssl.get_client_random()
            ngx.say(#r, " ", ssl.get_client_random(0), " ", #ssl.get_client_random(16), " ", #ssl.get_client_random(40), " ", r:sub(1, 16) == ssl.get_client_random(16))
            ngx.say(r == ngx.ctx.random, " ", r == ("\0"):rep(32))
        }
    }
--- stream_server_config
    content_by_lua_block {
        local session
        for i = 1, 1 do
            local s = ngx.socket.tcp()
            s:settimeout(10000)
            s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
            local err
            session, err = s:sslhandshake(session, "a.test")
            if err then ngx.say(err) else ngx.say(s:receive("*a")) end
            s:close()
        end
    }
--- stream_response
32 32 16 32 true
true false
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
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1



=== TEST 2: are not there yet for ssl_client_hello_by_lua
--- stream_config
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 ssl;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        ssl_client_hello_by_lua_block { local r = require("ngx.ssl").get_client_random() print(#r, " ", r == ("\0"):rep(32)) }
        content_by_lua_block {
            ngx.say("hello")
        }
    }
--- stream_server_config
    content_by_lua_block {
        local session
        for i = 1, 1 do
            local s = ngx.socket.tcp()
            s:settimeout(10000)
            s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
            local err
            session, err = s:sslhandshake(session, "a.test")
            if err then ngx.say(err) else ngx.say(s:receive("*a")) end
            s:close()
        end
    }
--- stream_response
hello
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[notice] stream [lua] ssl_client_hello_by_lua:1: 32 true, context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1
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



=== TEST 3: suites of both sides, TLSv1.2
--- stream_config
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 ssl;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        ssl_protocols TLSv1.2;
        ssl_ciphers ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256;
        ssl_client_hello_by_lua_block { print("hello ", #require("ngx.ssl").get_req_shared_ssl_ciphers()) }
        ssl_certificate_by_lua_block { print("certificate ", table.concat(require("ngx.ssl").get_req_shared_ssl_ciphers(false), " ")) }
        content_by_lua_block {
            local t = require("ngx.ssl").get_req_shared_ssl_ciphers()
            for i, id in ipairs(t) do t[i] = ("%04x"):format(id) end
            ngx.say(table.concat(t, " "))
        }
    }
--- stream_server_config
    lua_ssl_ciphers ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384;
    content_by_lua_block {
        local session
        for i = 1, 1 do
            local s = ngx.socket.tcp()
            s:settimeout(10000)
            s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
            local err
            session, err = s:sslhandshake(session, "a.test")
            if err then ngx.say(err) else ngx.say(s:receive("*a")) end
            s:close()
        end
    }
--- stream_response
c02b c02f
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[notice] stream [lua] ssl_client_hello_by_lua:1: hello 0, context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[notice] stream [lua] ssl_certificate_by_lua:1: certificate 49195 49199, context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1
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



=== TEST 4: suites of both sides, TLSv1.3
--- stream_config
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 ssl;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        ssl_protocols TLSv1.2 TLSv1.3;
        content_by_lua_block {
            local t = require("ngx.ssl").get_req_shared_ssl_ciphers()
            for i, id in ipairs(t) do t[i] = ("%04x"):format(id) end
            ngx.say(table.concat(t, " "))
        }
    }
--- stream_server_config
    lua_ssl_protocols TLSv1.2 TLSv1.3;
    content_by_lua_block {
        local session
        for i = 1, 1 do
            local s = ngx.socket.tcp()
            s:settimeout(10000)
            s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
            local err
            session, err = s:sslhandshake(session, "a.test")
            if err then ngx.say(err) else ngx.say(s:receive("*a")) end
            s:close()
        end
    }
--- stream_response
1302 1303 1301
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
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



=== TEST 5: a resumed session
--- stream_config
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 ssl;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        ssl_protocols TLSv1.2;
        content_by_lua_block {
            local ssl = require "ngx.ssl"
            ngx.say(ssl.ssl_session_reused(ssl.get_req_ssl_pointer()))
        }
    }
--- stream_server_config
    content_by_lua_block {
        local session
        for i = 1, 2 do
            local s = ngx.socket.tcp()
            s:settimeout(10000)
            s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
            local err
            session, err = s:sslhandshake(session, "a.test")
            if err then ngx.say(err) else ngx.say(s:receive("*a")) end
            s:close()
        end
    }
--- stream_response
false

true
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
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



=== TEST 6: without TLS
--- stream_server_config
    content_by_lua_block {
        local ssl = require "ngx.ssl"
        ngx.say(ssl.get_client_random())
        ngx.say(ssl.get_req_shared_ssl_ciphers())
        ngx.say(ssl.get_req_ssl_pointer())
        ngx.say(ssl.ssl_session_reused())
        ngx.say(ssl.ssl_session_reused("x"))
    }
--- stream_response
nilbad request
nilbad request
nilbad request
nilbad ssl
nilbad ssl
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 7: the connection to the upstream, in its handshake
--- stream_config
    server {
        listen unix:$TEST_NGINX_HTML_DIR/up.sock ssl;
        error_log html/up.log;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        return "hello\n";
    }
--- stream_server_config
    proxy_pass unix:$TEST_NGINX_HTML_DIR/up.sock;
    proxy_ssl on;
    proxy_ssl_name a.test;
    proxy_ssl_verify on;
    proxy_ssl_trusted_certificate ../html/a.crt;
    proxy_ssl_session_reuse off;
    proxy_ssl_verify_by_lua_block {
        local ssl = require "ngx.ssl"
        print(ssl.ssl_session_reused(ssl.get_upstream_ssl_pointer()))
        print(ssl.get_req_ssl_pointer())
    }
--- stream_response
hello
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[notice] stream [lua] proxy_ssl_verify_by_lua:3: false while loading proxy ssl verify by lua, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "unix:$TEST_NGINX_SERVER_ROOT/html/up.sock", bytes from/to client:0/0, bytes from/to upstream:0/0
[notice] stream [lua] proxy_ssl_verify_by_lua:4: nilbad request while loading proxy ssl verify by lua, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "unix:$TEST_NGINX_SERVER_ROOT/html/up.sock", bytes from/to client:0/0, bytes from/to upstream:0/0
[info] proxy unix: connected to unix:$TEST_NGINX_SERVER_ROOT/html/up.sock
[info] upstream disconnected, bytes from/to client:0/6, bytes from/to upstream:6/0
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



=== TEST 8: code of ssl_certificate_by_lua that does not load lets the handshake go on
--- stream_config
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 ssl;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        ssl_certificate_by_lua_block { this is not Lua }
        content_by_lua_block {
            ngx.say("hello")
        }
    }
--- stream_server_config
    content_by_lua_block {
        local session
        for i = 1, 1 do
            local s = ngx.socket.tcp()
            s:settimeout(10000)
            s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
            local err
            session, err = s:sslhandshake(session, "a.test")
            if err then ngx.say(err) else ngx.say(s:receive("*a")) end
            s:close()
        end
    }
--- stream_response
hello
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[error] failed to load inlined Lua code: ssl_certificate_by_lua:1: '=' expected near 'is', context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1
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



=== TEST 9: so does that of ssl_client_hello_by_lua
--- stream_config
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 ssl;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        ssl_client_hello_by_lua_file html/missing.lua;
        content_by_lua_block {
            ngx.say("hello")
        }
    }
--- stream_server_config
    content_by_lua_block {
        local session
        for i = 1, 1 do
            local s = ngx.socket.tcp()
            s:settimeout(10000)
            s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
            local err
            session, err = s:sslhandshake(session, "a.test")
            if err then ngx.say(err) else ngx.say(s:receive("*a")) end
            s:close()
        end
    }
--- stream_response
hello
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[error] failed to load external Lua file "$TEST_NGINX_SERVER_ROOT/html/missing.lua": cannot open $TEST_NGINX_SERVER_ROOT/html/missing.lua: No such file or directory, context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1
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



=== TEST 10: ssl_handshake_timeout ends a script that waits longer
--- stream_config
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 ssl;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        ssl_handshake_timeout 100ms;
        ssl_certificate_by_lua_block {
            ngx.sleep(30)
            ngx.log(ngx.ERR, "not reached")
        }
        content_by_lua_block {
            ngx.say("hello")
        }
    }
--- stream_server_config
    content_by_lua_block {
        local session
        for i = 1, 1 do
            local s = ngx.socket.tcp()
            s:settimeout(10000)
            s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
            local err
            session, err = s:sslhandshake(session, "a.test")
            if err then ngx.say(err) else ngx.say(s:receive("*a")) end
            s:close()
        end
    }
--- stream_response
handshake failed
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] peer closed connection in SSL handshake, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
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



=== TEST 11: a failed handshake of a cosocket is logged whatever lua_socket_log_errors says
--- stream_config
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 ssl;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        ssl_handshake_timeout 50ms;
        error_log html/up.log;
        ssl_certificate_by_lua_block { ngx.sleep(30) }
        content_by_lua_block {
            ngx.say("hello")
        }
    }
--- stream_server_config
    lua_socket_log_errors off;
    content_by_lua_block {
        local session
        for i = 1, 1 do
            local s = ngx.socket.tcp()
            s:settimeout(10000)
            s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
            local err
            session, err = s:sslhandshake(session, "a.test")
            if err then ngx.say(err) else ngx.say(s:receive("*a")) end
            s:close()
        end
    }
--- stream_response
handshake failed
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] peer closed connection in SSL handshake, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
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



=== TEST 12: a global variable in ssl_certificate_by_lua
--- stream_config
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 ssl;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        ssl_certificate_by_lua_block { made = "made" }
        content_by_lua_block {
            ngx.say(made)
        }
    }
--- stream_server_config
    content_by_lua_block {
        local session
        for i = 1, 1 do
            local s = ngx.socket.tcp()
            s:settimeout(10000)
            s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
            local err
            session, err = s:sslhandshake(session, "a.test")
            if err then ngx.say(err) else ngx.say(s:receive("*a")) end
            s:close()
        end
    }
--- stream_response
made
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] _G write guard:12: __newindex(): writing a global Lua variable ('made') which may lead to race conditions between concurrent requests, so prefer the use of 'local' variables
stack traceback:
	ssl_certificate_by_lua:1: in main chunk, context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1
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
