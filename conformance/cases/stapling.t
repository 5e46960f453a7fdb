# ssl_stapling with an answer from a file.
use Test::Nginx::Socket::Lua::Stream;

$ENV{TEST_NGINX_HTML_DIR} ||= html_dir();
log_level('info');

plan tests => repeat_each() * blocks();
run_tests();

__DATA__

=== TEST 1: a file that is not there
--- stream_config
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 ssl;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        ssl_stapling on;
        ssl_stapling_file ../html/missing;
        return "hello\n";
    }
--- stream_server_config
    return x;
--- must_die
--- log
[emerg] BIO_new_file("$TEST_NGINX_SERVER_ROOT/conf/../html/missing") failed (SSL: error:80000002:system library::No such file or directory:calling fopen($TEST_NGINX_SERVER_ROOT/conf/../html/missing, rb) error:10000080:BIO routines::no such file)
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



=== TEST 2: a file that holds something else
--- stream_config
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 ssl;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        ssl_stapling on;
        ssl_stapling_file ../html/text;
        return "hello\n";
    }
--- stream_server_config
    return x;
--- must_die
--- log
[emerg] d2i_OCSP_RESPONSE_bio("$TEST_NGINX_SERVER_ROOT/conf/../html/text") failed (SSL: error:0680008E:asn1 encoding routines::not enough data)
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
>>> text
this is no answer



=== TEST 3: a file that is not looked at without ssl_stapling
--- stream_config
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 ssl;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        ssl_stapling_file ../html/missing;
        return "hello\n";
    }
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.tcp()
        s:settimeout(20000)
        s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        ngx.say((s:sslhandshake(false, "a.test")))
        ngx.say(s:receive("*a"))
    }
--- stream_response
true
hello
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



=== TEST 4: nor without a certificate
--- stream_config
    ssl_stapling on;
    ssl_stapling_file ../html/missing;
--- stream_server_config
    return "hello\n";
--- stream_response
hello
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
