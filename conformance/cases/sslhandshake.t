# TLS of cosockets.
use Test::Nginx::Socket::Lua::Stream;

log_level('info');

plan tests => repeat_each() * blocks();
run_tests();

__DATA__

=== TEST 1: verified
--- stream_config
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 ssl;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        return "hello\n";
    }
--- stream_server_config
    lua_ssl_trusted_certificate ../html/a.crt;
    lua_ssl_verify_depth 2;
    content_by_lua_block {
        local s = ngx.socket.tcp()
        s:settimeout(10000)
        ngx.say(s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1))
        local ok, err = s:sslhandshake(nil, "a.test", true)
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
hello
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1



=== TEST 2: a certificate that nobody vouches for
--- stream_config
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 ssl;
        ssl_certificate ../html/b.crt;
        ssl_certificate_key ../html/b.key;
        return "hello\n";
    }
--- stream_server_config
    lua_ssl_trusted_certificate ../html/a.crt;
    lua_ssl_verify_depth 2;
    content_by_lua_block {
        local s = ngx.socket.tcp()
        s:settimeout(10000)
        ngx.say(s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1))
        local ok, err = s:sslhandshake(nil, "b.test", true)
        ngx.say(type(ok), " ", err)
        s:close()
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
--- stream_response
1
nil 18: self-signed certificate
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] stream lua ssl certificate verify error: (18: self-signed certificate), upstream: 127.0.0.1:$TEST_NGINX_RAND_PORT_1(127.0.0.1), client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1



=== TEST 3: a certificate of another name
--- stream_config
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 ssl;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        return "hello\n";
    }
--- stream_server_config
    lua_ssl_trusted_certificate ../html/a.crt;
    lua_ssl_verify_depth 2;
    content_by_lua_block {
        local s = ngx.socket.tcp()
        s:settimeout(10000)
        ngx.say(s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1))
        local ok, err = s:sslhandshake(nil, "other.test", true)
        ngx.say(type(ok), " ", err)
        s:close()
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
nil certificate host mismatch
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] stream lua ssl certificate does not match host "other.test", upstream: 127.0.0.1:$TEST_NGINX_RAND_PORT_1(127.0.0.1), client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1



=== TEST 4: not verified
--- stream_config
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 ssl;
        ssl_certificate ../html/b.crt;
        ssl_certificate_key ../html/b.key;
        return "hello\n";
    }
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.tcp()
        s:settimeout(10000)
        ngx.say(s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1))
        local ok, err = s:sslhandshake(nil, "other.test", false)
        ngx.say(type(ok), " ", err)
        ngx.say(s:receive("*a"))
    }
--- user_files
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
--- stream_response
1
userdata nil
hello
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1



=== TEST 5: the name is sent
--- stream_config
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 ssl;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        return "$ssl_server_name\n";
    }
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.tcp()
        s:settimeout(10000)
        ngx.say(s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1))
        local ok, err = s:sslhandshake(nil, "some.test", false)
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
some.test
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1



=== TEST 6: no name
--- stream_config
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 ssl;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        return "[$ssl_server_name]\n";
    }
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.tcp()
        s:settimeout(10000)
        ngx.say(s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1))
        local ok, err = s:sslhandshake(nil, nil, false)
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
[]
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1



=== TEST 7: false in place of a session gives true
--- stream_config
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 ssl;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        return "hello\n";
    }
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.tcp()
        s:settimeout(10000)
        ngx.say(s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1))
        local ok, err = s:sslhandshake(false, "a.test", false)
        ngx.say(tostring(ok), " ", err)
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
true nil
hello
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1



=== TEST 8: protocols that have none in common
--- stream_config
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 ssl;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        ssl_protocols TLSv1.2;
        return "hello\n";
    }
--- stream_server_config
    lua_ssl_protocols TLSv1.3;
    content_by_lua_block {
        local s = ngx.socket.tcp()
        s:settimeout(10000)
        ngx.say(s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1))
        local ok, err = s:sslhandshake(nil, "a.test", false)
        ngx.say(type(ok), " ", err)
        s:close()
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
nil handshake failed
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] SSL_do_handshake() failed (SSL: error:0A00042E:SSL routines::tlsv1 alert protocol version:SSL alert number 70), client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] SSL_do_handshake() failed (SSL: error:0A000102:SSL routines::unsupported protocol) while SSL handshaking, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1



=== TEST 9: the protocol of both
--- stream_config
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 ssl;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        ssl_protocols TLSv1.2;
        return "$ssl_protocol\n";
    }
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
TLSv1.2
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1



=== TEST 10: the peer speaks no TLS
--- stream_config
    server { listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1; return "plain text\n"; }
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.tcp()
        s:settimeout(10000)
        ngx.say(s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1))
        local ok, err = s:sslhandshake(nil, "a.test", false)
        ngx.say(type(ok), " ", err)
        s:close()
    }
--- stream_response
1
nil handshake failed
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] SSL_do_handshake() failed (SSL: error:0A00010B:SSL routines::wrong version number), client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1



=== TEST 11: a handshake that takes too long
--- stream_config
    server { listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1; content_by_lua_block { local s = ngx.req.socket() s:settimeout(10000) s:receive("*a") } }
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.tcp()
        s:settimeout(50)
        ngx.say(s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1))
        local ok, err = s:sslhandshake(nil, "a.test", false)
        ngx.say(type(ok), " ", err)
        s:close()
    }
--- stream_response
1
nil timeout
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1



=== TEST 12: a second handshake on the same connection
--- stream_config
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 ssl;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        content_by_lua_block { local s = ngx.req.socket() ngx.say(s:receive()) }
    }
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.tcp()
        s:settimeout(10000)
        ngx.say(s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1))
        local ok, err = s:sslhandshake(nil, "a.test", false)
        ngx.say(type(ok), " ", err)
        local again, err = s:sslhandshake(nil, "a.test", false)
        ngx.say(type(again), " ", err)
        ngx.say(s:send("hello\n"))
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
1
userdata nil
userdata nil
6
hello
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1



=== TEST 13: a handshake of a socket that is not connected
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.tcp()
        ngx.say(s:sslhandshake(nil, "a.test", false))
    }
--- stream_response
nilclosed
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 14: a certificate of the client
--- stream_config
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 ssl;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        ssl_client_certificate ../html/b.crt;
        ssl_verify_client on;
        return "$ssl_client_verify $ssl_client_s_dn\n";
    }
--- stream_server_config
    lua_ssl_certificate ../html/b.crt;
    lua_ssl_certificate_key ../html/b.key;
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
--- stream_response
1
userdata nil
SUCCESS CN=b.test
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1



=== TEST 15: a connection from the pool has its handshake behind it
--- stream_config
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 ssl;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        content_by_lua_block {
            local s = ngx.req.socket()
            for i = 1, 3 do ngx.say(s:receive()) end
        }
    }
--- stream_server_config
    content_by_lua_block {
        for i = 1, 2 do
            local s = ngx.socket.tcp()
            s:settimeout(20000)
            ngx.say(s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1))
            ngx.say("reused: ", s:getreusedtimes())
            ngx.say("true: ", s:sslhandshake(false))
            ngx.say("session: ", type((s:sslhandshake())), " ", type((s:getsslsession())))
            ngx.say(s:send("hello\n"))
            ngx.say(s:receive())
            ngx.say(s:setkeepalive())
        end
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
reused: 0
true: true
session: userdata userdata
6
hello
1
1
reused: 1
true: true
session: userdata userdata
6
hello
1
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
