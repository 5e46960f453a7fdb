# serversslhandshake: TLS that begins in the middle of a session.
use Test::Nginx::Socket::Lua::Stream;

$ENV{TEST_NGINX_HTML_DIR} ||= html_dir();
log_level('info');

plan tests => repeat_each() * blocks();
run_tests();

__DATA__

=== TEST 1: plain text, then TLS
--- stream_config
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        content_by_lua_block {
            local sock = ngx.req.socket(true)
            sock:receive()
            sock:send("go ahead\n")
            local info, err = sock:serversslhandshake()
            ngx.log(ngx.WARN, info.protocol, " ", info.cipher ~= nil, " ", info.session_reused, " ", err)
            sock:send("echo " .. sock:receive() .. "\n")
        }
    }
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.tcp()
        s:settimeout(20000)
        s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        s:send("STARTTLS\n")
        ngx.say(s:receive())
        ngx.say((s:sslhandshake(false, "a.test")))
        s:send("hello\n")
        ngx.say(s:receive())
        ngx.say(s:receive())
    }
--- stream_response
go ahead
true
echo hello
nilclosed
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] content_by_lua(nginx.conf:28):6: TLSv1.2 true false nil, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1
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



=== TEST 2: TLSv1.2, and the name of its cipher
--- stream_config
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        ssl_protocols TLSv1.2;
        ssl_ciphers ECDHE-ECDSA-AES256-GCM-SHA384;
        content_by_lua_block {
            local sock = ngx.req.socket(true)
            sock:receive()
            sock:send("go ahead\n")
            local info = sock:serversslhandshake()
            sock:send(info.protocol .. " " .. info.cipher .. " " .. tostring(info.session_reused) .. "\n")
        }
    }
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.tcp()
        s:settimeout(20000)
        s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        s:send("STARTTLS\n")
        ngx.say(s:receive())
        ngx.say((s:sslhandshake(false, "a.test")))
        ngx.say(s:receive("*a"))
    }
--- stream_response
go ahead
true
TLSv1.2 ECDHE-ECDSA-AES256-GCM-SHA384 false
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



=== TEST 3: a session is resumed
--- stream_config
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
        ssl_protocols TLSv1.2;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        content_by_lua_block {
            local sock = ngx.req.socket(true)
            sock:send(tostring(sock:serversslhandshake().session_reused) .. "\n")
        }
    }
--- stream_server_config
    content_by_lua_block {
        local session
        for i = 1, 2 do
            local s = ngx.socket.tcp()
            s:settimeout(20000)
            s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
            session = s:sslhandshake(session, "a.test")
            ngx.say(s:receive("*a"))
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



=== TEST 4: a second call tells of the first
--- stream_config
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        content_by_lua_block {
            local sock = ngx.req.socket(true)
            sock:receive()
            sock:send("go ahead\n")
            local one = sock:serversslhandshake()
            local two, err = sock:serversslhandshake()
            sock:send(tostring(one ~= two) .. " " .. tostring(one.cipher == two.cipher) .. " " .. tostring(err) .. "\n")
        }
    }
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.tcp()
        s:settimeout(20000)
        s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        s:send("STARTTLS\n")
        ngx.say(s:receive())
        ngx.say((s:sslhandshake(false, "a.test")))
        ngx.say(s:receive("*a"))
    }
--- stream_response
go ahead
true
true true nil
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



=== TEST 5: where the listening socket speaks TLS already
--- stream_config
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 ssl;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        content_by_lua_block {
            local sock = ngx.req.socket(true)
            local info, err = sock:serversslhandshake()
            sock:send(info.protocol .. " " .. tostring(err) .. "\n")
        }
    }
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.tcp()
        s:settimeout(20000)
        s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        s:sslhandshake(false, "a.test")
        ngx.say(s:receive("*a"))
    }
--- stream_response
TLSv1.2 nil
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



=== TEST 6: a server without a certificate
--- stream_config
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
        content_by_lua_block {
            local sock = ngx.req.socket(true)
            sock:receive()
            sock:send("go ahead\n")
            local info, err = sock:serversslhandshake()
            sock:send(tostring(info) .. " " .. err .. "\n")
        }
    }
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.tcp()
        s:settimeout(20000)
        s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        s:send("STARTTLS\n")
        ngx.say(s:receive("*a"))
    }
--- stream_response
go ahead
nil ssl not configured for this server
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1



=== TEST 7: arguments
--- stream_config
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        content_by_lua_block {
            local sock = ngx.req.socket(true)
            sock:receive()
            sock:send("go ahead\n")
            local ok, err = pcall(sock.serversslhandshake, sock, 1)
            sock:send(tostring(ok) .. " " .. err .. "\n")
        }
    }
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.tcp()
        s:settimeout(20000)
        s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        s:send("STARTTLS\n")
        ngx.say(s:receive("*a"))
    }
--- stream_response
go ahead
false ngx.socket serversslhandshake: expecting 1 argument (the object), but seen 2
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



=== TEST 8: other sockets do not have it
--- stream_server_config
    content_by_lua_block { ngx.say(type(ngx.socket.tcp().serversslhandshake)) }
--- stream_response
nil
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 9: the client speaks no TLS
--- stream_config
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        content_by_lua_block {
            local sock = ngx.req.socket(true)
            sock:receive()
            sock:send("go ahead\n")
            ngx.log(ngx.WARN, "handshake: ", sock:serversslhandshake())
            ngx.log(ngx.WARN, "receive: ", sock:receive())
            ngx.log(ngx.WARN, "send: ", sock:send("x"))
            ngx.log(ngx.WARN, "again: ", sock:serversslhandshake())
        }
    }
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.tcp()
        s:settimeout(20000)
        s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        s:send("STARTTLS\n")
        ngx.say(s:receive())
        s:send("this is plain text\n")
        ngx.say((s:receive("*a")) ~= nil)
    }
--- stream_response
go ahead
true
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] SSL_do_handshake() failed (SSL: error:0A00010B:SSL routines::wrong version number), client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] content_by_lua(nginx.conf:29):5: handshake: nilhandshake failed, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[error] stream attempt to receive data on a closed socket: u:<pointer>, c:<pointer>, ft:0 eof:0, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] content_by_lua(nginx.conf:29):6: receive: nilclosed, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[error] attempt to send data on a closed socket: u:<pointer>, c:<pointer>, ft:0 eof:0, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] content_by_lua(nginx.conf:29):7: send: nilclosed, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] content_by_lua(nginx.conf:29):8: again: nilclosed, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1
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



=== TEST 10: the client closes
--- stream_config
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        content_by_lua_block {
            local sock = ngx.req.socket(true)
            sock:receive()
            sock:send("go ahead\n")
            ngx.log(ngx.WARN, "handshake: ", sock:serversslhandshake())
            ngx.log(ngx.WARN, "receive: ", sock:receive())
        }
    }
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.tcp()
        s:settimeout(20000)
        s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        s:send("STARTTLS\n")
        ngx.say(s:receive())
        s:close()
    }
--- error_log
receive: nil
--- stream_response
go ahead
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] peer closed connection in SSL handshake, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] content_by_lua(nginx.conf:27):5: handshake: nilhandshake failed, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[error] stream attempt to receive data on a closed socket: u:<pointer>, c:<pointer>, ft:0 eof:0, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] content_by_lua(nginx.conf:27):6: receive: nilclosed, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1
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



=== TEST 11: the read timeout
--- stream_config
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        content_by_lua_block {
            local sock = ngx.req.socket(true)
            sock:receive()
            sock:send("go ahead\n")
            sock:settimeouts(30000, 30000, 50)
            ngx.log(ngx.WARN, "handshake: ", sock:serversslhandshake())
            ngx.log(ngx.WARN, "receive: ", sock:receive())
        }
    }
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.tcp()
        s:settimeout(20000)
        s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        s:send("STARTTLS\n")
        ngx.say(s:receive())
        ngx.say(s:receive())
    }
--- stream_response
go ahead
nilclosed
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] content_by_lua(nginx.conf:28):6: handshake: niltimeout, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[error] stream attempt to receive data on a closed socket: u:<pointer>, c:<pointer>, ft:0 eof:0, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] content_by_lua(nginx.conf:28):7: receive: nilclosed, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1
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



=== TEST 12: variables after the handshake
--- stream_config
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        content_by_lua_block {
            local sock = ngx.req.socket(true)
            sock:receive()
            sock:send("go ahead\n")
            sock:serversslhandshake()
            sock:send(ngx.var.ssl_protocol .. " " .. ngx.var.ssl_server_name .. " " .. ngx.var.ssl_session_reused .. "\n")
        }
    }
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.tcp()
        s:settimeout(20000)
        s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        s:send("STARTTLS\n")
        ngx.say(s:receive())
        ngx.say((s:sslhandshake(false, "a.test")))
        ngx.say(s:receive("*a"))
    }
--- stream_response
go ahead
true
TLSv1.2 a.test .
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



=== TEST 13: in preread, before a plain upstream
--- stream_config
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        preread_by_lua_block {
            local sock = ngx.req.socket(true)
            sock:receive()
            sock:send("go ahead\n")
            sock:serversslhandshake()
        }
        proxy_pass unix:$TEST_NGINX_HTML_DIR/plain.sock;
    }
    server {
        listen unix:$TEST_NGINX_HTML_DIR/plain.sock;
        error_log html/up.log;
        return "from the upstream\n";
    }
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.tcp()
        s:settimeout(20000)
        s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        s:send("STARTTLS\n")
        ngx.say(s:receive())
        ngx.say((s:sslhandshake(false, "a.test")))
        ngx.say(s:receive("*a"))
    }
--- stream_response
go ahead
true
from the upstream
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] proxy unix: connected to unix:$TEST_NGINX_SERVER_ROOT/html/plain.sock
[info] upstream disconnected, bytes from/to client:0/27, bytes from/to upstream:18/0
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



=== TEST 14: ssl_certificate_by_lua runs in it
--- stream_config
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        ssl_certificate_by_lua_block { ngx.sleep(0.001) ngx.log(ngx.WARN, ngx.get_phase(), " ", require("ngx.ssl").server_name()) }
        content_by_lua_block {
            local sock = ngx.req.socket(true)
            sock:receive()
            sock:send("go ahead\n")
            sock:serversslhandshake()
            sock:send("done\n")
        }
    }
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.tcp()
        s:settimeout(20000)
        s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        s:send("STARTTLS\n")
        ngx.say(s:receive())
        ngx.say((s:sslhandshake(false, "a.test")))
        ngx.say(s:receive("*a"))
    }
--- stream_response
go ahead
true
done
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] ssl_certificate_by_lua:1: ssl_cert a.test, context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1
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



=== TEST 15: and may end it
--- stream_config
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        ssl_certificate_by_lua_block { ngx.exit(ngx.ERROR) }
        content_by_lua_block {
            local sock = ngx.req.socket(true)
            sock:receive()
            sock:send("go ahead\n")
            ngx.log(ngx.WARN, "handshake: ", sock:serversslhandshake())
        }
    }
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.tcp()
        s:settimeout(20000)
        s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        s:send("STARTTLS\n")
        ngx.say(s:receive())
        ngx.say((s:sslhandshake(false, "a.test")))
    }
--- error_log
handshake: nil
--- stream_response
go ahead
nil
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] SSL_do_handshake() failed (SSL: error:0A000438:SSL routines::tlsv1 alert internal error:SSL alert number 80), client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] SSL_do_handshake() failed (SSL: error:0A000179:SSL routines::cert cb error) while SSL handshaking, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] content_by_lua(nginx.conf:27):5: handshake: nilhandshake failed while SSL handshaking, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1
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



=== TEST 16: ssl_verify_client does not count
--- stream_config
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        ssl_verify_client on;
        ssl_client_certificate ../html/a.crt;
        content_by_lua_block {
            local sock = ngx.req.socket(true)
            sock:receive()
            sock:send("go ahead\n")
            sock:serversslhandshake()
            sock:send("verified: " .. ngx.var.ssl_client_verify .. "\n")
        }
    }
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.tcp()
        s:settimeout(20000)
        s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        s:send("STARTTLS\n")
        ngx.say(s:receive())
        ngx.say((s:sslhandshake(false, "a.test")))
        ngx.say(s:receive("*a"))
    }
--- stream_response
go ahead
true
verified: NONE
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
