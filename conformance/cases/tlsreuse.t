# TLS sessions that are resumed, by cosockets and by the proxy.
use Test::Nginx::Socket::Lua::Stream;

$ENV{TEST_NGINX_HTML_DIR} ||= html_dir();
log_level('warn');

plan tests => repeat_each() * blocks();
run_tests();

__DATA__

=== TEST 1: by ticket
--- stream_config
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 ssl;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        ssl_protocols TLSv1.2;
        return "$ssl_protocol $ssl_session_reused\n";
    }
--- stream_server_config
    content_by_lua_block {
        local session
        for _, port in ipairs { $TEST_NGINX_RAND_PORT_1, $TEST_NGINX_RAND_PORT_1, $TEST_NGINX_RAND_PORT_1 } do
            local s = ngx.socket.tcp()
            s:settimeout(20000)
            s:connect("127.0.0.1", port)
            local now = s:sslhandshake(session, "a.test")
            ngx.say(s:receive())
            session = now
            s:close()
        end
    }
--- stream_response
TLSv1.2 .
TLSv1.2 r
TLSv1.2 r
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



=== TEST 2: TLSv1.3, whose tickets come after the handshake
--- stream_config
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 ssl;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        ssl_protocols TLSv1.3;
        return "$ssl_protocol $ssl_session_reused\n";
    }
--- stream_server_config
    lua_ssl_protocols TLSv1.3;
    content_by_lua_block {
        local session
        for _, port in ipairs { $TEST_NGINX_RAND_PORT_1, $TEST_NGINX_RAND_PORT_1, $TEST_NGINX_RAND_PORT_1 } do
            local s = ngx.socket.tcp()
            s:settimeout(20000)
            s:connect("127.0.0.1", port)
            local now = s:sslhandshake(session, "a.test")
            ngx.say(s:receive())
            session = s:getsslsession()
            s:close()
        end
    }
--- stream_response
TLSv1.3 .
TLSv1.3 r
TLSv1.3 r
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



=== TEST 3: without tickets and without a cache
--- stream_config
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 ssl;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        ssl_protocols TLSv1.2;
        ssl_session_tickets off;
        return "$ssl_protocol $ssl_session_reused\n";
    }
--- stream_server_config
    content_by_lua_block {
        local session
        for _, port in ipairs { $TEST_NGINX_RAND_PORT_1, $TEST_NGINX_RAND_PORT_1 } do
            local s = ngx.socket.tcp()
            s:settimeout(20000)
            s:connect("127.0.0.1", port)
            local now = s:sslhandshake(session, "a.test")
            ngx.say(s:receive())
            session = now
            s:close()
        end
    }
--- stream_response
TLSv1.2 .
TLSv1.2 .
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



=== TEST 4: without tickets, with a shared cache
--- stream_config
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 ssl;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        ssl_protocols TLSv1.2;
        ssl_session_tickets off;
        ssl_session_cache shared:one:1m;
        return "$ssl_protocol $ssl_session_reused\n";
    }
--- stream_server_config
    content_by_lua_block {
        local session
        for _, port in ipairs { $TEST_NGINX_RAND_PORT_1, $TEST_NGINX_RAND_PORT_1 } do
            local s = ngx.socket.tcp()
            s:settimeout(20000)
            s:connect("127.0.0.1", port)
            local now = s:sslhandshake(session, "a.test")
            ngx.say(s:receive())
            session = now
            s:close()
        end
    }
--- stream_response
TLSv1.2 .
TLSv1.2 r
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



=== TEST 5: without tickets, with a cache of the server's own
--- stream_config
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 ssl;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        ssl_protocols TLSv1.2;
        ssl_session_tickets off;
        ssl_session_cache builtin:100;
        return "$ssl_protocol $ssl_session_reused\n";
    }
--- stream_server_config
    content_by_lua_block {
        local session
        for _, port in ipairs { $TEST_NGINX_RAND_PORT_1, $TEST_NGINX_RAND_PORT_1 } do
            local s = ngx.socket.tcp()
            s:settimeout(20000)
            s:connect("127.0.0.1", port)
            local now = s:sslhandshake(session, "a.test")
            ngx.say(s:receive())
            session = now
            s:close()
        end
    }
--- stream_response
TLSv1.2 .
TLSv1.2 r
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



=== TEST 6: a shared cache serves two servers
--- stream_config
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 ssl;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        ssl_protocols TLSv1.2;
        ssl_session_tickets off;
        ssl_session_cache shared:one:1m;
        return "$ssl_protocol $ssl_session_reused\n";
    }
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_2 ssl;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        ssl_protocols TLSv1.2;
        ssl_session_tickets off;
        ssl_session_cache shared:one:1m;
        return "$ssl_protocol $ssl_session_reused\n";
    }
--- stream_server_config
    content_by_lua_block {
        local session
        for _, port in ipairs { $TEST_NGINX_RAND_PORT_1, $TEST_NGINX_RAND_PORT_2 } do
            local s = ngx.socket.tcp()
            s:settimeout(20000)
            s:connect("127.0.0.1", port)
            local now = s:sslhandshake(session, "a.test")
            ngx.say(s:receive())
            session = now
            s:close()
        end
    }
--- stream_response
TLSv1.2 .
TLSv1.2 r
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



=== TEST 7: tickets of two servers with keys of their own
--- stream_config
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 ssl;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        ssl_protocols TLSv1.2;
        return "$ssl_protocol $ssl_session_reused\n";
    }
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_2 ssl;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        ssl_protocols TLSv1.2;
        return "$ssl_protocol $ssl_session_reused\n";
    }
--- stream_server_config
    content_by_lua_block {
        local session
        for _, port in ipairs { $TEST_NGINX_RAND_PORT_1, $TEST_NGINX_RAND_PORT_2, $TEST_NGINX_RAND_PORT_2 } do
            local s = ngx.socket.tcp()
            s:settimeout(20000)
            s:connect("127.0.0.1", port)
            local now = s:sslhandshake(session, "a.test")
            ngx.say(s:receive())
            session = now
            s:close()
        end
    }
--- stream_response
TLSv1.2 .
TLSv1.2 .
TLSv1.2 r
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



=== TEST 8: tickets of two servers with one key
--- stream_config
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 ssl;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        ssl_protocols TLSv1.2;
        ssl_session_ticket_key ../html/ticket.key;
        return "$ssl_protocol $ssl_session_reused\n";
    }
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_2 ssl;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        ssl_protocols TLSv1.2;
        ssl_session_ticket_key ../html/ticket.key;
        return "$ssl_protocol $ssl_session_reused\n";
    }
--- stream_server_config
    content_by_lua_block {
        local session
        for _, port in ipairs { $TEST_NGINX_RAND_PORT_1, $TEST_NGINX_RAND_PORT_2, $TEST_NGINX_RAND_PORT_2 } do
            local s = ngx.socket.tcp()
            s:settimeout(20000)
            s:connect("127.0.0.1", port)
            local now = s:sslhandshake(session, "a.test")
            ngx.say(s:receive())
            session = now
            s:close()
        end
    }
--- stream_response
TLSv1.2 .
TLSv1.2 r
TLSv1.2 r
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
>>> ticket.key
0123456789abcdef0123456789abcdef0123456789abcde
--- log



=== TEST 9: another certificate is another server, whatever key they share
--- stream_config
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 ssl;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        ssl_protocols TLSv1.2;
        ssl_session_ticket_key ../html/ticket.key;
        return "$ssl_protocol $ssl_session_reused\n";
    }
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_2 ssl;
        ssl_certificate ../html/b.crt;
        ssl_certificate_key ../html/b.key;
        ssl_protocols TLSv1.2;
        ssl_session_ticket_key ../html/ticket.key;
        return "$ssl_protocol $ssl_session_reused\n";
    }
--- stream_server_config
    content_by_lua_block {
        local session
        for _, port in ipairs { $TEST_NGINX_RAND_PORT_1, $TEST_NGINX_RAND_PORT_2 } do
            local s = ngx.socket.tcp()
            s:settimeout(20000)
            s:connect("127.0.0.1", port)
            local now = s:sslhandshake(session, "a.test")
            ngx.say(s:receive())
            session = now
            s:close()
        end
    }
--- stream_response
TLSv1.2 .
TLSv1.2 .
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
>>> b.crt
-----BEGIN CERTIFICATE-----
MIIBVzCB/qADAgECAgECMAoGCCqGSM49BAMCMBExDzANBgNVBAMTBmIudGVzdDAg
Fw0yMDAxMDEwMDAwMDBaGA8yMTIwMDEwMTAwMDAwMFowETEPMA0GA1UEAxMGYi50
ZXN0MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEhN8llcuT64K8eosaKe9y/hwn
l9RrSoiyxrjHHXN/B+iG7KE+t5zPVYv+Oqm1daubFsc5CfsTgK0lbSV9XKZoMKNF
MEMwDwYDVR0TAQH/BAUwAwEB/zAdBgNVHQ4EFgQUoqlWZW3ECtp4/ZIFBO2nCUiP
qaIwEQYDVR0RBAowCIIGYi50ZXN0MAoGCCqGSM49BAMCA0gAMEUCIGQKnCBNUujw
/SDc7Guy+JlhWZBmrsa8EsrnGqwz3KRjAiEAqo2H/rbiL7fi52i7CQT01blVOh7J
K+r5SjeITKSnNBs=
-----END CERTIFICATE-----
>>> b.key
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgvhj8NTc2TQ8UJfLi
JpWNKYv7cO7XdQWwxXS+kYDlpsOhRANCAASE3yWVy5Prgrx6ixop73L+HCeX1GtK
iLLGuMcdc38H6IbsoT63nM9Vi/46qbV1q5sWxzkJ+xOArSVtJX1cpmgw
-----END PRIVATE KEY-----
>>> ticket.key
0123456789abcdef0123456789abcdef0123456789abcde
--- log



=== TEST 10: another version of TLS
--- stream_config
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 ssl;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        ssl_protocols TLSv1.2;
        ssl_session_ticket_key ../html/ticket.key;
        return "$ssl_protocol $ssl_session_reused\n";
    }
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_2 ssl;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        ssl_protocols TLSv1.3;
        ssl_session_ticket_key ../html/ticket.key;
        return "$ssl_protocol $ssl_session_reused\n";
    }
--- stream_server_config
    lua_ssl_protocols TLSv1.2 TLSv1.3;
    content_by_lua_block {
        local session
        for _, port in ipairs { $TEST_NGINX_RAND_PORT_1, $TEST_NGINX_RAND_PORT_2 } do
            local s = ngx.socket.tcp()
            s:settimeout(20000)
            s:connect("127.0.0.1", port)
            local now = s:sslhandshake(session, "a.test")
            ngx.say(s:receive())
            session = s:getsslsession()
            s:close()
        end
    }
--- stream_response
TLSv1.2 .
TLSv1.3 .
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
>>> ticket.key
0123456789abcdef0123456789abcdef0123456789abcde
--- log



=== TEST 11: the proxy resumes
--- stream_config
    server {
        listen unix:$TEST_NGINX_HTML_DIR/up.sock ssl;
        ssl_protocols TLSv1.2;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        return "$ssl_session_reused\n";
    }
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
        proxy_pass unix:$TEST_NGINX_HTML_DIR/up.sock;
        proxy_ssl on;
    }
--- stream_server_config
    content_by_lua_block {
        for i = 1, 3 do
            local s = ngx.socket.tcp()
            s:settimeout(20000)
            s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
            ngx.say(s:receive("*a"))
            s:close()
        end
    }
--- stream_response
.

r

r
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



=== TEST 12: unless it is told not to
--- stream_config
    server {
        listen unix:$TEST_NGINX_HTML_DIR/up.sock ssl;
        ssl_protocols TLSv1.2;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        return "$ssl_session_reused\n";
    }
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
        proxy_pass unix:$TEST_NGINX_HTML_DIR/up.sock;
        proxy_ssl on;
        proxy_ssl_session_reuse off;
    }
--- stream_server_config
    content_by_lua_block {
        for i = 1, 3 do
            local s = ngx.socket.tcp()
            s:settimeout(20000)
            s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
            ngx.say(s:receive("*a"))
            s:close()
        end
    }
--- stream_response
.

.

.
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
