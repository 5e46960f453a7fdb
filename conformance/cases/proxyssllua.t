# proxy_ssl_certificate_by_lua and proxy_ssl_verify_by_lua.
use Test::Nginx::Socket::Lua::Stream;

$ENV{TEST_NGINX_HTML_DIR} ||= html_dir();
log_level('info');

plan tests => repeat_each() * blocks();
run_tests();

__DATA__

=== TEST 1: the certificate phase runs when the server asks for a certificate
--- stream_config
    server {
        listen unix:$TEST_NGINX_HTML_DIR/up.sock ssl;
        error_log html/up.log;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        ssl_client_certificate ../html/b.crt;
        ssl_verify_client optional;
        return "client <$ssl_client_s_dn>\n";
    }
--- stream_server_config
    proxy_pass unix:$TEST_NGINX_HTML_DIR/up.sock;
    proxy_ssl on;
    proxy_ssl_name a.test;
    proxy_ssl_session_reuse off;
    proxy_ssl_verify on;
    proxy_ssl_trusted_certificate ../html/a.crt;
    proxy_ssl_certificate_by_lua_block {
        ngx.log(ngx.WARN, "phase ", ngx.get_phase(), ", version ", require("ngx.proxyssl").get_tls1_version_str())
    }
--- stream_response
client <>
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] proxy_ssl_certificate_by_lua:2: phase proxy_ssl_cert, version TLSv1.3 while loading proxy ssl certificate by lua, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "unix:$TEST_NGINX_SERVER_ROOT/html/up.sock", bytes from/to client:0/0, bytes from/to upstream:0/0
[info] proxy unix: connected to unix:$TEST_NGINX_SERVER_ROOT/html/up.sock
[info] upstream disconnected, bytes from/to client:0/10, bytes from/to upstream:10/0
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



=== TEST 2: and does not where the server does not ask
--- stream_config
    server {
        listen unix:$TEST_NGINX_HTML_DIR/up.sock ssl;
        error_log html/up.log;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        return "client <$ssl_client_s_dn>\n";
    }
--- stream_server_config
    proxy_pass unix:$TEST_NGINX_HTML_DIR/up.sock;
    proxy_ssl on;
    proxy_ssl_name a.test;
    proxy_ssl_session_reuse off;
    proxy_ssl_verify on;
    proxy_ssl_trusted_certificate ../html/a.crt;
    proxy_ssl_certificate_by_lua_block {
        ngx.log(ngx.WARN, "not reached")
    }
--- stream_response
client <>
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] proxy unix: connected to unix:$TEST_NGINX_SERVER_ROOT/html/up.sock
[info] upstream disconnected, bytes from/to client:0/10, bytes from/to upstream:10/0
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



=== TEST 3: a parsed certificate and key, TLSv1.2
--- stream_config
    server {
        listen unix:$TEST_NGINX_HTML_DIR/up.sock ssl;
        error_log html/up.log;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        ssl_client_certificate ../html/b.crt;
        ssl_verify_client optional;
        ssl_protocols TLSv1.2;
        return "client <$ssl_client_s_dn>\n";
    }
--- stream_server_config
    proxy_pass unix:$TEST_NGINX_HTML_DIR/up.sock;
    proxy_ssl on;
    proxy_ssl_name a.test;
    proxy_ssl_session_reuse off;
    proxy_ssl_verify on;
    proxy_ssl_trusted_certificate ../html/a.crt;
    proxy_ssl_certificate_by_lua_block {
        local function read(name) return assert(io.open("$TEST_NGINX_HTML_DIR/" .. name)):read("*a") end
        local ssl, cert = require "ngx.ssl", require "ngx.ssl.proxysslcert"
        print(cert.clear_certs())
        print(cert.set_cert(ssl.parse_pem_cert(read("b.crt"))))
        print(cert.set_priv_key(ssl.parse_pem_priv_key(read("b.key"))))
        local proxy = require "ngx.proxyssl"
        print(proxy.get_tls1_version(), " ", proxy.get_tls1_version_str(), " ", proxy.TLS1_2_VERSION, " ", proxy.TLS1_3_VERSION)
    }
--- stream_response
client <CN=b.test>
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[notice] stream [lua] proxy_ssl_certificate_by_lua:4: true while loading proxy ssl certificate by lua, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "unix:$TEST_NGINX_SERVER_ROOT/html/up.sock", bytes from/to client:0/0, bytes from/to upstream:0/0
[notice] stream [lua] proxy_ssl_certificate_by_lua:5: true while loading proxy ssl certificate by lua, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "unix:$TEST_NGINX_SERVER_ROOT/html/up.sock", bytes from/to client:0/0, bytes from/to upstream:0/0
[notice] stream [lua] proxy_ssl_certificate_by_lua:6: true while loading proxy ssl certificate by lua, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "unix:$TEST_NGINX_SERVER_ROOT/html/up.sock", bytes from/to client:0/0, bytes from/to upstream:0/0
[notice] stream [lua] proxy_ssl_certificate_by_lua:8: 771 TLSv1.2 771 772 while loading proxy ssl certificate by lua, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "unix:$TEST_NGINX_SERVER_ROOT/html/up.sock", bytes from/to client:0/0, bytes from/to upstream:0/0
[info] proxy unix: connected to unix:$TEST_NGINX_SERVER_ROOT/html/up.sock
[info] upstream disconnected, bytes from/to client:0/19, bytes from/to upstream:19/0
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



=== TEST 4: a parsed certificate and key, TLSv1.3
--- stream_config
    server {
        listen unix:$TEST_NGINX_HTML_DIR/up.sock ssl;
        error_log html/up.log;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        ssl_client_certificate ../html/b.crt;
        ssl_verify_client optional;
        ssl_protocols TLSv1.3;
        return "client <$ssl_client_s_dn>\n";
    }
--- stream_server_config
    proxy_pass unix:$TEST_NGINX_HTML_DIR/up.sock;
    proxy_ssl on;
    proxy_ssl_name a.test;
    proxy_ssl_session_reuse off;
    proxy_ssl_verify on;
    proxy_ssl_trusted_certificate ../html/a.crt;
    proxy_ssl_certificate_by_lua_block {
        local function read(name) return assert(io.open("$TEST_NGINX_HTML_DIR/" .. name)):read("*a") end
        local ssl, cert = require "ngx.ssl", require "ngx.ssl.proxysslcert"
        print(cert.clear_certs())
        print(cert.set_cert(ssl.parse_pem_cert(read("b.crt"))))
        print(cert.set_priv_key(ssl.parse_pem_priv_key(read("b.key"))))
        local proxy = require "ngx.proxyssl"
        print(proxy.get_tls1_version(), " ", proxy.get_tls1_version_str(), " ", proxy.TLS1_2_VERSION, " ", proxy.TLS1_3_VERSION)
    }
--- stream_response
client <CN=b.test>
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[notice] stream [lua] proxy_ssl_certificate_by_lua:4: true while loading proxy ssl certificate by lua, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "unix:$TEST_NGINX_SERVER_ROOT/html/up.sock", bytes from/to client:0/0, bytes from/to upstream:0/0
[notice] stream [lua] proxy_ssl_certificate_by_lua:5: true while loading proxy ssl certificate by lua, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "unix:$TEST_NGINX_SERVER_ROOT/html/up.sock", bytes from/to client:0/0, bytes from/to upstream:0/0
[notice] stream [lua] proxy_ssl_certificate_by_lua:6: true while loading proxy ssl certificate by lua, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "unix:$TEST_NGINX_SERVER_ROOT/html/up.sock", bytes from/to client:0/0, bytes from/to upstream:0/0
[notice] stream [lua] proxy_ssl_certificate_by_lua:8: 772 TLSv1.3 771 772 while loading proxy ssl certificate by lua, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "unix:$TEST_NGINX_SERVER_ROOT/html/up.sock", bytes from/to client:0/0, bytes from/to upstream:0/0
[info] proxy unix: connected to unix:$TEST_NGINX_SERVER_ROOT/html/up.sock
[info] upstream disconnected, bytes from/to client:0/19, bytes from/to upstream:19/0
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



=== TEST 5: a certificate and key in DER
--- stream_config
    server {
        listen unix:$TEST_NGINX_HTML_DIR/up.sock ssl;
        error_log html/up.log;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        ssl_client_certificate ../html/b.crt;
        ssl_verify_client optional;
        return "client <$ssl_client_s_dn>\n";
    }
--- stream_server_config
    proxy_pass unix:$TEST_NGINX_HTML_DIR/up.sock;
    proxy_ssl on;
    proxy_ssl_name a.test;
    proxy_ssl_session_reuse off;
    proxy_ssl_verify on;
    proxy_ssl_trusted_certificate ../html/a.crt;
    proxy_ssl_certificate_by_lua_block {
        local function read(name) return assert(io.open("$TEST_NGINX_HTML_DIR/" .. name)):read("*a") end
        local ssl, cert = require "ngx.ssl", require "ngx.ssl.proxysslcert"
        print(cert.set_der_cert(ssl.cert_pem_to_der(read("b.crt"))))
        print(cert.set_der_priv_key(ssl.priv_key_pem_to_der(read("b.key"))))
    }
--- stream_response
client <CN=b.test>
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[notice] stream [lua] proxy_ssl_certificate_by_lua:4: true while loading proxy ssl certificate by lua, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "unix:$TEST_NGINX_SERVER_ROOT/html/up.sock", bytes from/to client:0/0, bytes from/to upstream:0/0
[notice] stream [lua] proxy_ssl_certificate_by_lua:5: true while loading proxy ssl certificate by lua, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "unix:$TEST_NGINX_SERVER_ROOT/html/up.sock", bytes from/to client:0/0, bytes from/to upstream:0/0
[info] proxy unix: connected to unix:$TEST_NGINX_SERVER_ROOT/html/up.sock
[info] upstream disconnected, bytes from/to client:0/19, bytes from/to upstream:19/0
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



=== TEST 6: clear_certs leaves none of what the configuration has
--- stream_config
    server {
        listen unix:$TEST_NGINX_HTML_DIR/up.sock ssl;
        error_log html/up.log;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        ssl_client_certificate ../html/b.crt;
        ssl_verify_client optional;
        return "client <$ssl_client_s_dn>\n";
    }
--- stream_server_config
    proxy_pass unix:$TEST_NGINX_HTML_DIR/up.sock;
    proxy_ssl on;
    proxy_ssl_name a.test;
    proxy_ssl_session_reuse off;
    proxy_ssl_verify on;
    proxy_ssl_trusted_certificate ../html/a.crt;
    proxy_ssl_certificate ../html/b.crt;
    proxy_ssl_certificate_key ../html/b.key;
    proxy_ssl_certificate_by_lua_block {
        print(require("ngx.ssl.proxysslcert").clear_certs())
    }
--- stream_response
client <>
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[notice] stream [lua] proxy_ssl_certificate_by_lua:2: true while loading proxy ssl certificate by lua, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "unix:$TEST_NGINX_SERVER_ROOT/html/up.sock", bytes from/to client:0/0, bytes from/to upstream:0/0
[info] proxy unix: connected to unix:$TEST_NGINX_SERVER_ROOT/html/up.sock
[info] upstream disconnected, bytes from/to client:0/10, bytes from/to upstream:10/0
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



=== TEST 7: what the configuration has is sent when the script leaves it
--- stream_config
    server {
        listen unix:$TEST_NGINX_HTML_DIR/up.sock ssl;
        error_log html/up.log;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        ssl_client_certificate ../html/b.crt;
        ssl_verify_client optional;
        return "client <$ssl_client_s_dn>\n";
    }
--- stream_server_config
    proxy_pass unix:$TEST_NGINX_HTML_DIR/up.sock;
    proxy_ssl on;
    proxy_ssl_name a.test;
    proxy_ssl_session_reuse off;
    proxy_ssl_verify on;
    proxy_ssl_trusted_certificate ../html/a.crt;
    proxy_ssl_certificate ../html/b.crt;
    proxy_ssl_certificate_key ../html/b.key;
    proxy_ssl_certificate_by_lua_block {
        print("left alone")
    }
--- stream_response
client <CN=b.test>
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[notice] stream [lua] proxy_ssl_certificate_by_lua:2: left alone while loading proxy ssl certificate by lua, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "unix:$TEST_NGINX_SERVER_ROOT/html/up.sock", bytes from/to client:0/0, bytes from/to upstream:0/0
[info] proxy unix: connected to unix:$TEST_NGINX_SERVER_ROOT/html/up.sock
[info] upstream disconnected, bytes from/to client:0/19, bytes from/to upstream:19/0
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



=== TEST 8: a certificate without its key is not sent
--- stream_config
    server {
        listen unix:$TEST_NGINX_HTML_DIR/up.sock ssl;
        error_log html/up.log;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        ssl_client_certificate ../html/b.crt;
        ssl_verify_client optional;
        return "client <$ssl_client_s_dn>\n";
    }
--- stream_server_config
    proxy_pass unix:$TEST_NGINX_HTML_DIR/up.sock;
    proxy_ssl on;
    proxy_ssl_name a.test;
    proxy_ssl_session_reuse off;
    proxy_ssl_verify on;
    proxy_ssl_trusted_certificate ../html/a.crt;
    proxy_ssl_certificate_by_lua_block {
        local function read(name) return assert(io.open("$TEST_NGINX_HTML_DIR/" .. name)):read("*a") end
        local ssl, cert = require "ngx.ssl", require "ngx.ssl.proxysslcert"
        print(cert.set_cert(ssl.parse_pem_cert(read("b.crt"))))
    }
--- stream_response
client <>
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[notice] stream [lua] proxy_ssl_certificate_by_lua:4: true while loading proxy ssl certificate by lua, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "unix:$TEST_NGINX_SERVER_ROOT/html/up.sock", bytes from/to client:0/0, bytes from/to upstream:0/0
[info] proxy unix: connected to unix:$TEST_NGINX_SERVER_ROOT/html/up.sock
[info] upstream disconnected, bytes from/to client:0/10, bytes from/to upstream:10/0
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



=== TEST 9: errors of the functions
--- stream_config
    server {
        listen unix:$TEST_NGINX_HTML_DIR/up.sock ssl;
        error_log html/up.log;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        ssl_client_certificate ../html/b.crt;
        ssl_verify_client optional;
        return "client <$ssl_client_s_dn>\n";
    }
--- stream_server_config
    proxy_pass unix:$TEST_NGINX_HTML_DIR/up.sock;
    proxy_ssl on;
    proxy_ssl_name a.test;
    proxy_ssl_session_reuse off;
    proxy_ssl_verify on;
    proxy_ssl_trusted_certificate ../html/a.crt;
    proxy_ssl_certificate_by_lua_block {
        local function read(name) return assert(io.open("$TEST_NGINX_HTML_DIR/" .. name)):read("*a") end
        local ssl, cert = require "ngx.ssl", require "ngx.ssl.proxysslcert"
        print(cert.set_der_cert("x"))
        print(cert.set_der_priv_key("x"))
        print(cert.set_cert(ssl.parse_pem_cert(read("b.crt"))))
        print(cert.set_priv_key(ssl.parse_pem_priv_key(read("a.key"))))
    }
--- stream_response
client <>
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[notice] stream [lua] proxy_ssl_certificate_by_lua:4: nild2i_X509_bio() failed while loading proxy ssl certificate by lua, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "unix:$TEST_NGINX_SERVER_ROOT/html/up.sock", bytes from/to client:0/0, bytes from/to upstream:0/0
[notice] stream [lua] proxy_ssl_certificate_by_lua:5: nild2i_PrivateKey_bio() failed while loading proxy ssl certificate by lua, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "unix:$TEST_NGINX_SERVER_ROOT/html/up.sock", bytes from/to client:0/0, bytes from/to upstream:0/0
[notice] stream [lua] proxy_ssl_certificate_by_lua:6: true while loading proxy ssl certificate by lua, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "unix:$TEST_NGINX_SERVER_ROOT/html/up.sock", bytes from/to client:0/0, bytes from/to upstream:0/0
[notice] stream [lua] proxy_ssl_certificate_by_lua:7: nilSSL_use_PrivateKey() failed while loading proxy ssl certificate by lua, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "unix:$TEST_NGINX_SERVER_ROOT/html/up.sock", bytes from/to client:0/0, bytes from/to upstream:0/0
[info] proxy unix: connected to unix:$TEST_NGINX_SERVER_ROOT/html/up.sock
[info] upstream disconnected, bytes from/to client:0/10, bytes from/to upstream:10/0
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



=== TEST 10: ngx.exit with an error ends the handshake
--- stream_config
    server {
        listen unix:$TEST_NGINX_HTML_DIR/up.sock ssl;
        error_log html/up.log;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        ssl_client_certificate ../html/b.crt;
        ssl_verify_client optional;
        return "client <$ssl_client_s_dn>\n";
    }
--- stream_server_config
    proxy_pass unix:$TEST_NGINX_HTML_DIR/up.sock;
    proxy_ssl on;
    proxy_ssl_name a.test;
    proxy_ssl_session_reuse off;
    proxy_ssl_verify on;
    proxy_ssl_trusted_certificate ../html/a.crt;
    proxy_ssl_certificate_by_lua_block {
        ngx.exit(ngx.ERROR)
        ngx.log(ngx.ERR, "not reached")
    }
--- stream_response
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] SSL_do_handshake() failed (SSL: error:0A0000EA:SSL routines::callback failed) while proxy pass SSL handshaking, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "unix:$TEST_NGINX_SERVER_ROOT/html/up.sock", bytes from/to client:0/0, bytes from/to upstream:0/0
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



=== TEST 11: ngx.exit with success goes on
--- stream_config
    server {
        listen unix:$TEST_NGINX_HTML_DIR/up.sock ssl;
        error_log html/up.log;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        ssl_client_certificate ../html/b.crt;
        ssl_verify_client optional;
        return "client <$ssl_client_s_dn>\n";
    }
--- stream_server_config
    proxy_pass unix:$TEST_NGINX_HTML_DIR/up.sock;
    proxy_ssl on;
    proxy_ssl_name a.test;
    proxy_ssl_session_reuse off;
    proxy_ssl_verify on;
    proxy_ssl_trusted_certificate ../html/a.crt;
    proxy_ssl_certificate_by_lua_block {
        ngx.exit(ngx.OK)
        ngx.log(ngx.ERR, "not reached")
    }
--- stream_response
client <>
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] proxy unix: connected to unix:$TEST_NGINX_SERVER_ROOT/html/up.sock
[info] upstream disconnected, bytes from/to client:0/10, bytes from/to upstream:10/0
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



=== TEST 12: a runtime error ends the handshake
--- stream_config
    server {
        listen unix:$TEST_NGINX_HTML_DIR/up.sock ssl;
        error_log html/up.log;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        ssl_client_certificate ../html/b.crt;
        ssl_verify_client optional;
        return "client <$ssl_client_s_dn>\n";
    }
--- stream_server_config
    proxy_pass unix:$TEST_NGINX_HTML_DIR/up.sock;
    proxy_ssl on;
    proxy_ssl_name a.test;
    proxy_ssl_session_reuse off;
    proxy_ssl_verify on;
    proxy_ssl_trusted_certificate ../html/a.crt;
    proxy_ssl_certificate_by_lua_block {
        error("bad")
    }
--- stream_response
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] lua entry thread aborted: runtime error: proxy_ssl_certificate_by_lua:2: bad
stack traceback:
coroutine 0:
	[C]: in function 'error'
	proxy_ssl_certificate_by_lua:2: in main chunk while loading proxy ssl certificate by lua, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "unix:$TEST_NGINX_SERVER_ROOT/html/up.sock", bytes from/to client:0/0, bytes from/to upstream:0/0
[error] SSL_do_handshake() failed (SSL: error:0A0000EA:SSL routines::callback failed) while proxy pass SSL handshaking, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "unix:$TEST_NGINX_SERVER_ROOT/html/up.sock", bytes from/to client:0/0, bytes from/to upstream:0/0
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



=== TEST 13: a runtime error after waiting
--- stream_config
    server {
        listen unix:$TEST_NGINX_HTML_DIR/up.sock ssl;
        error_log html/up.log;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        ssl_client_certificate ../html/b.crt;
        ssl_verify_client optional;
        return "client <$ssl_client_s_dn>\n";
    }
--- stream_server_config
    proxy_pass unix:$TEST_NGINX_HTML_DIR/up.sock;
    proxy_ssl on;
    proxy_ssl_name a.test;
    proxy_ssl_session_reuse off;
    proxy_ssl_verify on;
    proxy_ssl_trusted_certificate ../html/a.crt;
    proxy_ssl_certificate_by_lua_block {
        ngx.sleep(0.001)
        error("bad")
    }
--- stream_response
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] lua entry thread aborted: runtime error: proxy_ssl_certificate_by_lua:3: bad
stack traceback:
coroutine 0:
	[C]: in function 'error'
	proxy_ssl_certificate_by_lua:3: in main chunk while loading proxy ssl certificate by lua, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "unix:$TEST_NGINX_SERVER_ROOT/html/up.sock", bytes from/to client:0/0, bytes from/to upstream:0/0
[error] SSL_do_handshake() failed (SSL: error:0A0000EA:SSL routines::callback failed) while proxy pass SSL handshaking, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "unix:$TEST_NGINX_SERVER_ROOT/html/up.sock", bytes from/to client:0/0, bytes from/to upstream:0/0
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



=== TEST 14: a script that waits
--- stream_config
    server {
        listen unix:$TEST_NGINX_HTML_DIR/up.sock ssl;
        error_log html/up.log;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        ssl_client_certificate ../html/b.crt;
        ssl_verify_client optional;
        return "client <$ssl_client_s_dn>\n";
    }
--- stream_server_config
    proxy_pass unix:$TEST_NGINX_HTML_DIR/up.sock;
    proxy_ssl on;
    proxy_ssl_name a.test;
    proxy_ssl_session_reuse off;
    proxy_ssl_verify on;
    proxy_ssl_trusted_certificate ../html/a.crt;
    proxy_ssl_certificate_by_lua_block {
        local function read(name) return assert(io.open("$TEST_NGINX_HTML_DIR/" .. name)):read("*a") end
        ngx.sleep(0.001)
        local ssl, cert = require "ngx.ssl", require "ngx.ssl.proxysslcert"
        print(cert.set_cert(ssl.parse_pem_cert(read("b.crt"))))
        ngx.sleep(0.001)
        print(cert.set_priv_key(ssl.parse_pem_priv_key(read("b.key"))))
    }
--- stream_response
client <CN=b.test>
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[notice] stream [lua] proxy_ssl_certificate_by_lua:5: true while loading proxy ssl certificate by lua, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "unix:$TEST_NGINX_SERVER_ROOT/html/up.sock", bytes from/to client:0/0, bytes from/to upstream:0/0
[notice] stream [lua] proxy_ssl_certificate_by_lua:7: true while loading proxy ssl certificate by lua, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "unix:$TEST_NGINX_SERVER_ROOT/html/up.sock", bytes from/to client:0/0, bytes from/to upstream:0/0
[info] proxy unix: connected to unix:$TEST_NGINX_SERVER_ROOT/html/up.sock
[info] upstream disconnected, bytes from/to client:0/19, bytes from/to upstream:19/0
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



=== TEST 15: code that does not load lets the handshake go on
--- stream_config
    server {
        listen unix:$TEST_NGINX_HTML_DIR/up.sock ssl;
        error_log html/up.log;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        ssl_client_certificate ../html/b.crt;
        ssl_verify_client optional;
        return "client <$ssl_client_s_dn>\n";
    }
--- stream_server_config
    proxy_pass unix:$TEST_NGINX_HTML_DIR/up.sock;
    proxy_ssl on;
    proxy_ssl_name a.test;
    proxy_ssl_session_reuse off;
    proxy_ssl_verify on;
    proxy_ssl_trusted_certificate ../html/a.crt;
    proxy_ssl_certificate_by_lua_block {
        this is not Lua
    }
--- stream_response
client <>
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] failed to load inlined Lua code: proxy_ssl_certificate_by_lua:2: '=' expected near 'is' while loading proxy ssl certificate by lua, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "unix:$TEST_NGINX_SERVER_ROOT/html/up.sock", bytes from/to client:0/0, bytes from/to upstream:0/0
[info] proxy unix: connected to unix:$TEST_NGINX_SERVER_ROOT/html/up.sock
[info] upstream disconnected, bytes from/to client:0/10, bytes from/to upstream:10/0
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



=== TEST 16: a file that is not there does too
--- stream_config
    server {
        listen unix:$TEST_NGINX_HTML_DIR/up.sock ssl;
        error_log html/up.log;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        ssl_client_certificate ../html/b.crt;
        ssl_verify_client optional;
        return "client <$ssl_client_s_dn>\n";
    }
--- stream_server_config
    proxy_pass unix:$TEST_NGINX_HTML_DIR/up.sock;
    proxy_ssl on;
    proxy_ssl_name a.test;
    proxy_ssl_session_reuse off;
    proxy_ssl_verify on;
    proxy_ssl_trusted_certificate ../html/a.crt;
    proxy_ssl_certificate_by_lua_file html/missing.lua;
--- stream_response
client <>
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] failed to load external Lua file "$TEST_NGINX_SERVER_ROOT/html/missing.lua": cannot open $TEST_NGINX_SERVER_ROOT/html/missing.lua: No such file or directory while loading proxy ssl certificate by lua, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "unix:$TEST_NGINX_SERVER_ROOT/html/up.sock", bytes from/to client:0/0, bytes from/to upstream:0/0
[info] proxy unix: connected to unix:$TEST_NGINX_SERVER_ROOT/html/up.sock
[info] upstream disconnected, bytes from/to client:0/10, bytes from/to upstream:10/0
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



=== TEST 17: a file
--- stream_config
    server {
        listen unix:$TEST_NGINX_HTML_DIR/up.sock ssl;
        error_log html/up.log;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        ssl_client_certificate ../html/b.crt;
        ssl_verify_client optional;
        return "client <$ssl_client_s_dn>\n";
    }
--- stream_server_config
    proxy_pass unix:$TEST_NGINX_HTML_DIR/up.sock;
    proxy_ssl on;
    proxy_ssl_name a.test;
    proxy_ssl_session_reuse off;
    proxy_ssl_verify on;
    proxy_ssl_trusted_certificate ../html/a.crt;
    proxy_ssl_certificate_by_lua_file html/a.lua;
--- stream_response
client <>
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[notice] stream [lua] a.lua:1: from a file, proxy_ssl_cert while loading proxy ssl certificate by lua, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "unix:$TEST_NGINX_SERVER_ROOT/html/up.sock", bytes from/to client:0/0, bytes from/to upstream:0/0
[info] proxy unix: connected to unix:$TEST_NGINX_SERVER_ROOT/html/up.sock
[info] upstream disconnected, bytes from/to client:0/10, bytes from/to upstream:10/0
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
>>> a.lua
print("from a file, ", ngx.get_phase())



=== TEST 18: ngx.ctx is the session's
--- stream_config
    server {
        listen unix:$TEST_NGINX_HTML_DIR/up.sock ssl;
        error_log html/up.log;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        ssl_client_certificate ../html/b.crt;
        ssl_verify_client optional;
        return "client <$ssl_client_s_dn>\n";
    }
--- stream_server_config
    proxy_pass unix:$TEST_NGINX_HTML_DIR/up.sock;
    proxy_ssl on;
    proxy_ssl_name a.test;
    proxy_ssl_session_reuse off;
    proxy_ssl_verify on;
    proxy_ssl_trusted_certificate ../html/a.crt;
    preread_by_lua_block { ngx.ctx.greeting = "hello" }
    log_by_lua_block { print(ngx.ctx.greeting) }
    proxy_ssl_certificate_by_lua_block {
        print(ngx.ctx.greeting)
        ngx.ctx.greeting = "and back"
    }
--- stream_response
client <>
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[notice] stream [lua] proxy_ssl_certificate_by_lua:2: hello while loading proxy ssl certificate by lua, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "unix:$TEST_NGINX_SERVER_ROOT/html/up.sock", bytes from/to client:0/0, bytes from/to upstream:0/0
[info] proxy unix: connected to unix:$TEST_NGINX_SERVER_ROOT/html/up.sock
[info] upstream disconnected, bytes from/to client:0/10, bytes from/to upstream:10/0
[notice] stream [lua] log_by_lua(nginx.conf:37):1: and back while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "unix:$TEST_NGINX_SERVER_ROOT/html/up.sock", bytes from/to client:0/10, bytes from/to upstream:10/0
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



=== TEST 19: the connect timeout ends a script that waits longer
--- stream_config
    server {
        listen unix:$TEST_NGINX_HTML_DIR/up.sock ssl;
        error_log html/up.log;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        ssl_client_certificate ../html/b.crt;
        ssl_verify_client optional;
        return "client <$ssl_client_s_dn>\n";
    }
--- stream_server_config
    proxy_pass unix:$TEST_NGINX_HTML_DIR/up.sock;
    proxy_ssl on;
    proxy_ssl_name a.test;
    proxy_ssl_session_reuse off;
    proxy_ssl_verify on;
    proxy_ssl_trusted_certificate ../html/a.crt;
    proxy_connect_timeout 100ms;
    proxy_ssl_certificate_by_lua_block {
        ngx.sleep(30)
        ngx.log(ngx.ERR, "not reached")
    }
--- stream_response
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
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



=== TEST 20: the functions outside the phase
--- stream_server_config
    content_by_lua_block {
        local cert, proxy = require "ngx.ssl.proxysslcert", require "ngx.proxyssl"
        ngx.say(cert.clear_certs())
        ngx.say(cert.set_der_cert("x"))
        ngx.say(proxy.get_tls1_version())
        ngx.say(proxy.get_tls1_version_str())
        local verify = require "ngx.ssl.proxysslverify"
        for _, name in ipairs { "get_verify_result", "get_verify_cert", "set_verify_result" } do
            local ok, err = pcall(verify[name], 0)
            ngx.say(ok, " ", (tostring(err):gsub("^.*: ", "")))
        end
    }
--- stream_response
nilbad request
nilbad request
nilbad request
nilbad request
false API disabled in the current context
false API disabled in the current context
false API disabled in the current context
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 21: output is not allowed in the phase
--- stream_config
    server {
        listen unix:$TEST_NGINX_HTML_DIR/up.sock ssl;
        error_log html/up.log;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        ssl_client_certificate ../html/b.crt;
        ssl_verify_client optional;
        return "client <$ssl_client_s_dn>\n";
    }
--- stream_server_config
    proxy_pass unix:$TEST_NGINX_HTML_DIR/up.sock;
    proxy_ssl on;
    proxy_ssl_name a.test;
    proxy_ssl_session_reuse off;
    proxy_ssl_verify on;
    proxy_ssl_trusted_certificate ../html/a.crt;
    proxy_ssl_certificate_by_lua_block {
        print(pcall(ngx.say, "x"))
        print(pcall(ngx.req.socket))
    }
--- stream_response
client <>
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[notice] stream [lua] proxy_ssl_certificate_by_lua:2: falseAPI disabled in the context of proxy_ssl_certificate_by_lua* while loading proxy ssl certificate by lua, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "unix:$TEST_NGINX_SERVER_ROOT/html/up.sock", bytes from/to client:0/0, bytes from/to upstream:0/0
[notice] stream [lua] proxy_ssl_certificate_by_lua:3: falseAPI disabled in the context of proxy_ssl_certificate_by_lua* while loading proxy ssl certificate by lua, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "unix:$TEST_NGINX_SERVER_ROOT/html/up.sock", bytes from/to client:0/0, bytes from/to upstream:0/0
[info] proxy unix: connected to unix:$TEST_NGINX_SERVER_ROOT/html/up.sock
[info] upstream disconnected, bytes from/to client:0/10, bytes from/to upstream:10/0
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



=== TEST 22: client variables
--- stream_config
    server {
        listen unix:$TEST_NGINX_HTML_DIR/up.sock ssl;
        error_log html/up.log;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        ssl_client_certificate ../html/b.crt;
        ssl_verify_client optional;
        return "client <$ssl_client_s_dn>\n";
    }
--- stream_server_config
    proxy_pass unix:$TEST_NGINX_HTML_DIR/up.sock;
    proxy_ssl on;
    proxy_ssl_name a.test;
    proxy_ssl_session_reuse off;
    proxy_ssl_verify on;
    proxy_ssl_trusted_certificate ../html/a.crt;
    proxy_ssl_certificate_by_lua_block {
        print(ngx.var.server_port == "$TEST_NGINX_STREAM_PORT", " ", ngx.var.upstream_addr ~= nil)
    }
--- stream_response
client <>
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[notice] stream [lua] proxy_ssl_certificate_by_lua:2: true true while loading proxy ssl certificate by lua, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "unix:$TEST_NGINX_SERVER_ROOT/html/up.sock", bytes from/to client:0/0, bytes from/to upstream:0/0
[info] proxy unix: connected to unix:$TEST_NGINX_SERVER_ROOT/html/up.sock
[info] upstream disconnected, bytes from/to client:0/10, bytes from/to upstream:10/0
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



=== TEST 23: the certificate phase wants proxy_ssl
--- stream_server_config
    proxy_pass 127.0.0.1:1;
    proxy_ssl_certificate_by_lua_block { }
--- must_die
--- log
[emerg] proxy_ssl_certificate_by_lua* should be used with proxy_ssl directive



=== TEST 24: the verify phase
--- stream_config
    server {
        listen unix:$TEST_NGINX_HTML_DIR/up.sock ssl;
        error_log html/up.log;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        return "client <$ssl_client_s_dn>\n";
    }
--- stream_server_config
    proxy_pass unix:$TEST_NGINX_HTML_DIR/up.sock;
    proxy_ssl on;
    proxy_ssl_name a.test;
    proxy_ssl_session_reuse off;
    proxy_ssl_verify on;
    proxy_ssl_trusted_certificate ../html/a.crt;
    proxy_ssl_verify_by_lua_block {
        local verify = require "ngx.ssl.proxysslverify"
        ngx.log(ngx.WARN, "phase ", ngx.get_phase(), ", version ", require("ngx.proxyssl").get_tls1_version_str(),
                ", result ", verify.get_verify_result(), ", certificate ", verify.get_verify_cert() ~= nil)
    }
--- stream_response
client <>
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] proxy_ssl_verify_by_lua:3: phase proxy_ssl_verify, version TLSv1.3, result 0, certificate true while loading proxy ssl verify by lua, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "unix:$TEST_NGINX_SERVER_ROOT/html/up.sock", bytes from/to client:0/0, bytes from/to upstream:0/0
[info] proxy unix: connected to unix:$TEST_NGINX_SERVER_ROOT/html/up.sock
[info] upstream disconnected, bytes from/to client:0/10, bytes from/to upstream:10/0
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



=== TEST 25: the verify phase knows the result, which counts
--- stream_config
    server {
        listen unix:$TEST_NGINX_HTML_DIR/up.sock ssl;
        error_log html/up.log;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        return "client <$ssl_client_s_dn>\n";
    }
--- stream_server_config
    proxy_pass unix:$TEST_NGINX_HTML_DIR/up.sock;
    proxy_ssl on;
    proxy_ssl_name a.test;
    proxy_ssl_session_reuse off;
    proxy_ssl_trusted_certificate ../html/b.crt;
    proxy_ssl_verify on;
    proxy_ssl_verify_by_lua_block {
        print(require("ngx.ssl.proxysslverify").get_verify_result())
    }
--- stream_response
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[notice] stream [lua] proxy_ssl_verify_by_lua:2: 18 while loading proxy ssl verify by lua, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "unix:$TEST_NGINX_SERVER_ROOT/html/up.sock", bytes from/to client:0/0, bytes from/to upstream:0/0
[error] upstream SSL certificate verify error: (18:self-signed certificate) while proxy pass SSL handshaking, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "unix:$TEST_NGINX_SERVER_ROOT/html/up.sock", bytes from/to client:0/0, bytes from/to upstream:0/0
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



=== TEST 26: set_verify_result forgives
--- stream_config
    server {
        listen unix:$TEST_NGINX_HTML_DIR/up.sock ssl;
        error_log html/up.log;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        return "client <$ssl_client_s_dn>\n";
    }
--- stream_server_config
    proxy_pass unix:$TEST_NGINX_HTML_DIR/up.sock;
    proxy_ssl on;
    proxy_ssl_name a.test;
    proxy_ssl_session_reuse off;
    proxy_ssl_trusted_certificate ../html/b.crt;
    proxy_ssl_verify on;
    proxy_ssl_verify_by_lua_block {
        local verify = require "ngx.ssl.proxysslverify"
        print(verify.set_verify_result(0), " ", verify.get_verify_result())
    }
--- stream_response
client <>
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[notice] stream [lua] proxy_ssl_verify_by_lua:3: true 0 while loading proxy ssl verify by lua, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "unix:$TEST_NGINX_SERVER_ROOT/html/up.sock", bytes from/to client:0/0, bytes from/to upstream:0/0
[info] proxy unix: connected to unix:$TEST_NGINX_SERVER_ROOT/html/up.sock
[info] upstream disconnected, bytes from/to client:0/10, bytes from/to upstream:10/0
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



=== TEST 27: set_verify_result refuses
--- stream_config
    server {
        listen unix:$TEST_NGINX_HTML_DIR/up.sock ssl;
        error_log html/up.log;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        return "client <$ssl_client_s_dn>\n";
    }
--- stream_server_config
    proxy_pass unix:$TEST_NGINX_HTML_DIR/up.sock;
    proxy_ssl on;
    proxy_ssl_name a.test;
    proxy_ssl_session_reuse off;
    proxy_ssl_verify on;
    proxy_ssl_trusted_certificate ../html/a.crt;
    proxy_ssl_verify_by_lua_block {
        local verify = require "ngx.ssl.proxysslverify"
        print(verify.set_verify_result(50), " ", verify.get_verify_result())
    }
--- stream_response
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[notice] stream [lua] proxy_ssl_verify_by_lua:3: true 50 while loading proxy ssl verify by lua, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "unix:$TEST_NGINX_SERVER_ROOT/html/up.sock", bytes from/to client:0/0, bytes from/to upstream:0/0
[error] upstream SSL certificate verify error: (50:application verification failure) while proxy pass SSL handshaking, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "unix:$TEST_NGINX_SERVER_ROOT/html/up.sock", bytes from/to client:0/0, bytes from/to upstream:0/0
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



=== TEST 28: a result without a name
--- stream_config
    server {
        listen unix:$TEST_NGINX_HTML_DIR/up.sock ssl;
        error_log html/up.log;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        return "client <$ssl_client_s_dn>\n";
    }
--- stream_server_config
    proxy_pass unix:$TEST_NGINX_HTML_DIR/up.sock;
    proxy_ssl on;
    proxy_ssl_name a.test;
    proxy_ssl_session_reuse off;
    proxy_ssl_verify on;
    proxy_ssl_trusted_certificate ../html/a.crt;
    proxy_ssl_verify_by_lua_block {
        require("ngx.ssl.proxysslverify").set_verify_result(12345)
    }
--- stream_response
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] upstream SSL certificate verify error: (12345:unknown certificate verification error) while proxy pass SSL handshaking, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "unix:$TEST_NGINX_SERVER_ROOT/html/up.sock", bytes from/to client:0/0, bytes from/to upstream:0/0
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



=== TEST 29: ngx.exit with an error does not count by itself
--- stream_config
    server {
        listen unix:$TEST_NGINX_HTML_DIR/up.sock ssl;
        error_log html/up.log;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        return "client <$ssl_client_s_dn>\n";
    }
--- stream_server_config
    proxy_pass unix:$TEST_NGINX_HTML_DIR/up.sock;
    proxy_ssl on;
    proxy_ssl_name a.test;
    proxy_ssl_session_reuse off;
    proxy_ssl_verify on;
    proxy_ssl_trusted_certificate ../html/a.crt;
    proxy_ssl_verify_by_lua_block {
        ngx.exit(ngx.ERROR)
    }
--- stream_response
client <>
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] proxy unix: connected to unix:$TEST_NGINX_SERVER_ROOT/html/up.sock
[info] upstream disconnected, bytes from/to client:0/10, bytes from/to upstream:10/0
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



=== TEST 30: but does with VerifyMode Peer
--- stream_config
    server {
        listen unix:$TEST_NGINX_HTML_DIR/up.sock ssl;
        error_log html/up.log;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        return "client <$ssl_client_s_dn>\n";
    }
--- stream_server_config
    proxy_pass unix:$TEST_NGINX_HTML_DIR/up.sock;
    proxy_ssl on;
    proxy_ssl_name a.test;
    proxy_ssl_session_reuse off;
    proxy_ssl_verify on;
    proxy_ssl_trusted_certificate ../html/a.crt;
    proxy_ssl_conf_command VerifyMode Peer;
    proxy_ssl_verify_by_lua_block {
        ngx.exit(ngx.ERROR)
    }
--- stream_response
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[crit] SSL_do_handshake() failed (SSL: error:0A000086:SSL routines::certificate verify failed) while proxy pass SSL handshaking, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "unix:$TEST_NGINX_SERVER_ROOT/html/up.sock", bytes from/to client:0/0, bytes from/to upstream:0/0
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



=== TEST 31: with VerifyMode Peer the result does not count in the handshake
--- stream_config
    server {
        listen unix:$TEST_NGINX_HTML_DIR/up.sock ssl;
        error_log html/up.log;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        return "client <$ssl_client_s_dn>\n";
    }
--- stream_server_config
    proxy_pass unix:$TEST_NGINX_HTML_DIR/up.sock;
    proxy_ssl on;
    proxy_ssl_name a.test;
    proxy_ssl_session_reuse off;
    proxy_ssl_verify on;
    proxy_ssl_trusted_certificate ../html/a.crt;
    proxy_ssl_conf_command VerifyMode Peer;
    proxy_ssl_verify_by_lua_block {
        require("ngx.ssl.proxysslverify").set_verify_result(23)
    }
--- stream_response
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] upstream SSL certificate verify error: (23:certificate revoked) while proxy pass SSL handshaking, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "unix:$TEST_NGINX_SERVER_ROOT/html/up.sock", bytes from/to client:0/0, bytes from/to upstream:0/0
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



=== TEST 32: a runtime error with VerifyMode Peer
--- stream_config
    server {
        listen unix:$TEST_NGINX_HTML_DIR/up.sock ssl;
        error_log html/up.log;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        return "client <$ssl_client_s_dn>\n";
    }
--- stream_server_config
    proxy_pass unix:$TEST_NGINX_HTML_DIR/up.sock;
    proxy_ssl on;
    proxy_ssl_name a.test;
    proxy_ssl_session_reuse off;
    proxy_ssl_verify on;
    proxy_ssl_trusted_certificate ../html/a.crt;
    proxy_ssl_conf_command VerifyMode Peer;
    proxy_ssl_verify_by_lua_block {
        error("bad")
    }
--- stream_response
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] lua entry thread aborted: runtime error: proxy_ssl_verify_by_lua:2: bad
stack traceback:
coroutine 0:
	[C]: in function 'error'
	proxy_ssl_verify_by_lua:2: in main chunk while loading proxy ssl verify by lua, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "unix:$TEST_NGINX_SERVER_ROOT/html/up.sock", bytes from/to client:0/0, bytes from/to upstream:0/0
[crit] SSL_do_handshake() failed (SSL: error:0A000086:SSL routines::certificate verify failed) while proxy pass SSL handshaking, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "unix:$TEST_NGINX_SERVER_ROOT/html/up.sock", bytes from/to client:0/0, bytes from/to upstream:0/0
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



=== TEST 33: a runtime error without it
--- stream_config
    server {
        listen unix:$TEST_NGINX_HTML_DIR/up.sock ssl;
        error_log html/up.log;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        return "client <$ssl_client_s_dn>\n";
    }
--- stream_server_config
    proxy_pass unix:$TEST_NGINX_HTML_DIR/up.sock;
    proxy_ssl on;
    proxy_ssl_name a.test;
    proxy_ssl_session_reuse off;
    proxy_ssl_verify on;
    proxy_ssl_trusted_certificate ../html/a.crt;
    proxy_ssl_verify_by_lua_block {
        error("bad")
    }
--- stream_response
client <>
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] lua entry thread aborted: runtime error: proxy_ssl_verify_by_lua:2: bad
stack traceback:
coroutine 0:
	[C]: in function 'error'
	proxy_ssl_verify_by_lua:2: in main chunk while loading proxy ssl verify by lua, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "unix:$TEST_NGINX_SERVER_ROOT/html/up.sock", bytes from/to client:0/0, bytes from/to upstream:0/0
[info] proxy unix: connected to unix:$TEST_NGINX_SERVER_ROOT/html/up.sock
[info] upstream disconnected, bytes from/to client:0/10, bytes from/to upstream:10/0
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



=== TEST 34: code of the verify phase that does not load
--- stream_config
    server {
        listen unix:$TEST_NGINX_HTML_DIR/up.sock ssl;
        error_log html/up.log;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        return "client <$ssl_client_s_dn>\n";
    }
--- stream_server_config
    proxy_pass unix:$TEST_NGINX_HTML_DIR/up.sock;
    proxy_ssl on;
    proxy_ssl_name a.test;
    proxy_ssl_session_reuse off;
    proxy_ssl_verify on;
    proxy_ssl_trusted_certificate ../html/a.crt;
    proxy_ssl_conf_command VerifyMode Peer;
    proxy_ssl_verify_by_lua_block {
        this is not Lua
    }
--- stream_response
client <>
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] failed to load inlined Lua code: proxy_ssl_verify_by_lua:2: '=' expected near 'is' while loading proxy ssl verify by lua, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "unix:$TEST_NGINX_SERVER_ROOT/html/up.sock", bytes from/to client:0/0, bytes from/to upstream:0/0
[info] proxy unix: connected to unix:$TEST_NGINX_SERVER_ROOT/html/up.sock
[info] upstream disconnected, bytes from/to client:0/10, bytes from/to upstream:10/0
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



=== TEST 35: without proxy_ssl_verify a certificate that is not trusted is not for the script
--- stream_config
    server {
        listen unix:$TEST_NGINX_HTML_DIR/up.sock ssl;
        error_log html/up.log;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        return "client <$ssl_client_s_dn>\n";
    }
--- stream_server_config
    proxy_pass unix:$TEST_NGINX_HTML_DIR/up.sock;
    proxy_ssl on;
    proxy_ssl_name a.test;
    proxy_ssl_session_reuse off;
    proxy_ssl_verify_by_lua_block {
        print("not reached")
    }
--- stream_response
client <>
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] proxy unix: connected to unix:$TEST_NGINX_SERVER_ROOT/html/up.sock
[info] upstream disconnected, bytes from/to client:0/10, bytes from/to upstream:10/0
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



=== TEST 36: VerifyMode Peer without proxy_ssl_verify
--- stream_config
    server {
        listen unix:$TEST_NGINX_HTML_DIR/up.sock ssl;
        error_log html/up.log;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        return "client <$ssl_client_s_dn>\n";
    }
--- stream_server_config
    proxy_pass unix:$TEST_NGINX_HTML_DIR/up.sock;
    proxy_ssl on;
    proxy_ssl_name a.test;
    proxy_ssl_session_reuse off;
    proxy_ssl_conf_command VerifyMode Peer;
--- stream_response
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[crit] SSL_do_handshake() failed (SSL: error:0A000086:SSL routines::certificate verify failed) while SSL handshaking to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "unix:$TEST_NGINX_SERVER_ROOT/html/up.sock", bytes from/to client:0/0, bytes from/to upstream:0/0
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



=== TEST 37: VerifyMode Peer with proxy_ssl_verify leaves it to proxy_ssl_verify
--- stream_config
    server {
        listen unix:$TEST_NGINX_HTML_DIR/up.sock ssl;
        error_log html/up.log;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        return "client <$ssl_client_s_dn>\n";
    }
--- stream_server_config
    proxy_pass unix:$TEST_NGINX_HTML_DIR/up.sock;
    proxy_ssl on;
    proxy_ssl_name a.test;
    proxy_ssl_session_reuse off;
    proxy_ssl_conf_command VerifyMode Peer;
    proxy_ssl_trusted_certificate ../html/b.crt;
    proxy_ssl_verify on;
--- stream_response
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] upstream SSL certificate verify error: (18:self-signed certificate) while SSL handshaking to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "unix:$TEST_NGINX_SERVER_ROOT/html/up.sock", bytes from/to client:0/0, bytes from/to upstream:0/0
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



=== TEST 38: without OpenSSL's own verification
--- stream_config
    server {
        listen unix:$TEST_NGINX_HTML_DIR/up.sock ssl;
        error_log html/up.log;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        return "client <$ssl_client_s_dn>\n";
    }
--- stream_server_config
    proxy_pass unix:$TEST_NGINX_HTML_DIR/up.sock;
    proxy_ssl on;
    proxy_ssl_name a.test;
    proxy_ssl_session_reuse off;
    lua_upstream_skip_openssl_default_verify on;
    proxy_ssl_trusted_certificate ../html/b.crt;
    proxy_ssl_verify on;
    proxy_ssl_verify_by_lua_block {
        local verify = require "ngx.ssl.proxysslverify"
        print(verify.get_verify_result())
    }
--- stream_response
client <>
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[notice] stream [lua] proxy_ssl_verify_by_lua:3: 0 while loading proxy ssl verify by lua, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "unix:$TEST_NGINX_SERVER_ROOT/html/up.sock", bytes from/to client:0/0, bytes from/to upstream:0/0
[info] proxy unix: connected to unix:$TEST_NGINX_SERVER_ROOT/html/up.sock
[info] upstream disconnected, bytes from/to client:0/10, bytes from/to upstream:10/0
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



=== TEST 39: without it, and without proxy_ssl_verify
--- stream_config
    server {
        listen unix:$TEST_NGINX_HTML_DIR/up.sock ssl;
        error_log html/up.log;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        return "client <$ssl_client_s_dn>\n";
    }
--- stream_server_config
    proxy_pass unix:$TEST_NGINX_HTML_DIR/up.sock;
    proxy_ssl on;
    proxy_ssl_name a.test;
    proxy_ssl_session_reuse off;
    lua_upstream_skip_openssl_default_verify on;
    proxy_ssl_verify_by_lua_block {
        local verify = require "ngx.ssl.proxysslverify"
        print(verify.get_verify_result(), " ", verify.get_verify_cert() ~= nil)
    }
--- stream_response
client <>
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[notice] stream [lua] proxy_ssl_verify_by_lua:3: 0 true while loading proxy ssl verify by lua, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "unix:$TEST_NGINX_SERVER_ROOT/html/up.sock", bytes from/to client:0/0, bytes from/to upstream:0/0
[info] proxy unix: connected to unix:$TEST_NGINX_SERVER_ROOT/html/up.sock
[info] upstream disconnected, bytes from/to client:0/10, bytes from/to upstream:10/0
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



=== TEST 40: a verify script that waits
--- stream_config
    server {
        listen unix:$TEST_NGINX_HTML_DIR/up.sock ssl;
        error_log html/up.log;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        return "client <$ssl_client_s_dn>\n";
    }
--- stream_server_config
    proxy_pass unix:$TEST_NGINX_HTML_DIR/up.sock;
    proxy_ssl on;
    proxy_ssl_name a.test;
    proxy_ssl_session_reuse off;
    proxy_ssl_verify on;
    proxy_ssl_trusted_certificate ../html/a.crt;
    proxy_ssl_verify_by_lua_block {
        ngx.sleep(0.001)
        print("waited")
    }
--- stream_response
client <>
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[notice] stream [lua] proxy_ssl_verify_by_lua:3: waited while loading proxy ssl verify by lua, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "unix:$TEST_NGINX_SERVER_ROOT/html/up.sock", bytes from/to client:0/0, bytes from/to upstream:0/0
[info] proxy unix: connected to unix:$TEST_NGINX_SERVER_ROOT/html/up.sock
[info] upstream disconnected, bytes from/to client:0/10, bytes from/to upstream:10/0
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



=== TEST 41: the connect timeout ends a verify script that waits longer
--- stream_config
    server {
        listen unix:$TEST_NGINX_HTML_DIR/up.sock ssl;
        error_log html/up.log;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        return "client <$ssl_client_s_dn>\n";
    }
--- stream_server_config
    proxy_pass unix:$TEST_NGINX_HTML_DIR/up.sock;
    proxy_ssl on;
    proxy_ssl_name a.test;
    proxy_ssl_session_reuse off;
    proxy_ssl_verify on;
    proxy_ssl_trusted_certificate ../html/a.crt;
    proxy_connect_timeout 100ms;
    proxy_ssl_verify_by_lua_block {
        ngx.sleep(30)
        ngx.log(ngx.ERR, "not reached")
    }
--- stream_response
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
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



=== TEST 42: both phases, in order
--- stream_config
    server {
        listen unix:$TEST_NGINX_HTML_DIR/up.sock ssl;
        error_log html/up.log;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        ssl_client_certificate ../html/b.crt;
        ssl_verify_client on;
        return "client <$ssl_client_s_dn>\n";
    }
--- stream_server_config
    proxy_pass unix:$TEST_NGINX_HTML_DIR/up.sock;
    proxy_ssl on;
    proxy_ssl_name a.test;
    proxy_ssl_session_reuse off;
    proxy_ssl_verify on;
    proxy_ssl_trusted_certificate ../html/a.crt;
    proxy_ssl_verify_by_lua_block { print(ngx.get_phase()) }
    proxy_ssl_certificate_by_lua_block {
        local function read(name) return assert(io.open("$TEST_NGINX_HTML_DIR/" .. name)):read("*a") end
        local ssl, cert = require "ngx.ssl", require "ngx.ssl.proxysslcert"
        print(cert.set_cert(ssl.parse_pem_cert(read("b.crt"))))
        print(cert.set_priv_key(ssl.parse_pem_priv_key(read("b.key"))))
    }
--- stream_response
client <CN=b.test>
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[notice] stream [lua] proxy_ssl_verify_by_lua:1: proxy_ssl_verify while loading proxy ssl verify by lua, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "unix:$TEST_NGINX_SERVER_ROOT/html/up.sock", bytes from/to client:0/0, bytes from/to upstream:0/0
[notice] stream [lua] proxy_ssl_certificate_by_lua:4: true while loading proxy ssl certificate by lua, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "unix:$TEST_NGINX_SERVER_ROOT/html/up.sock", bytes from/to client:0/0, bytes from/to upstream:0/0
[notice] stream [lua] proxy_ssl_certificate_by_lua:5: true while loading proxy ssl certificate by lua, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "unix:$TEST_NGINX_SERVER_ROOT/html/up.sock", bytes from/to client:0/0, bytes from/to upstream:0/0
[info] proxy unix: connected to unix:$TEST_NGINX_SERVER_ROOT/html/up.sock
[info] upstream disconnected, bytes from/to client:0/19, bytes from/to upstream:19/0
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



=== TEST 43: a resumed session is not verified again
--- stream_config
    server {
        listen unix:$TEST_NGINX_HTML_DIR/up.sock ssl;
        error_log html/up.log;
        ssl_protocols TLSv1.2;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        return "resumed <$ssl_session_reused>\n";
    }
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
        proxy_pass unix:$TEST_NGINX_HTML_DIR/up.sock;
        proxy_ssl on;
        proxy_ssl_name a.test;
        proxy_ssl_verify on;
        proxy_ssl_trusted_certificate ../html/a.crt;
        proxy_ssl_verify_by_lua_block {
            ngx.log(ngx.WARN, "verified")
        }
    }
--- stream_server_config
    content_by_lua_block {
        for i = 1, 2 do
            local s = ngx.socket.tcp()
            s:settimeout(20000)
            s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
            ngx.say(s:receive("*a"))
            s:close()
        end
    }
--- stream_response
resumed <.>

resumed <r>
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] proxy_ssl_verify_by_lua:2: verified while loading proxy ssl verify by lua, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1, upstream: "unix:$TEST_NGINX_SERVER_ROOT/html/up.sock", bytes from/to client:0/0, bytes from/to upstream:0/0
[info] proxy unix: connected to unix:$TEST_NGINX_SERVER_ROOT/html/up.sock
[info] upstream disconnected, bytes from/to client:0/12, bytes from/to upstream:12/0
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] proxy unix: connected to unix:$TEST_NGINX_SERVER_ROOT/html/up.sock
[info] upstream disconnected, bytes from/to client:0/12, bytes from/to upstream:12/0
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



=== TEST 44: the verify phase wants proxy_ssl
--- stream_server_config
    proxy_pass 127.0.0.1:1;
    proxy_ssl_verify_by_lua_block { }
--- must_die
--- log
[emerg] proxy_ssl_verify_by_lua* should be used with proxy_ssl directive



=== TEST 45: neither may be there twice
--- stream_server_config
    proxy_pass 127.0.0.1:1;
    proxy_ssl on;
    proxy_ssl_verify_by_lua_block { }
    proxy_ssl_verify_by_lua_block { }
--- must_die
--- log
[emerg] is duplicate in $TEST_NGINX_SERVER_ROOT/conf/nginx.conf:24
