# ngx.errlog with lua_capture_error_log, and lua_ssl_key_log.
use Test::Nginx::Socket::Lua::Stream;

$ENV{TEST_NGINX_HTML_DIR} ||= html_dir();
log_level('notice');

plan tests => repeat_each() * blocks();
run_tests();

__DATA__

=== TEST 1: lines are captured with level and time
--- stream_config
    lua_capture_error_log 32k;
--- stream_server_config
    content_by_lua_block {
        local errlog = require "ngx.errlog"
        local function drain() repeat until #errlog.get_logs(100) == 0 end
        local function text(line)
            return (line:gsub("^%d+/%d+/%d+ %d+:%d+:%d+ ", ""):gsub("%d+#%d+: %*%d+ ", ""):gsub("server: .*", "server"))
        end
        drain()
        ngx.log(ngx.ERR, "one")
        ngx.log(ngx.WARN, "two")
        print("three")
        local res, err = errlog.get_logs()
        ngx.say(#res, " ", err)
        for i = 1, #res, 3 do
            ngx.say(res[i], " ", math.abs(res[i + 1] - ngx.now()) < 60, " ", text(res[i + 2]))
        end
        ngx.say(#errlog.get_logs())
    }
--- stream_response
9 nil
4 true [error] stream [lua] content_by_lua(nginx.conf:38):8: one, client: 127.0.0.1, server
5 true [warn] stream [lua] content_by_lua(nginx.conf:38):9: two, client: 127.0.0.1, server
6 true [notice] stream [lua] content_by_lua(nginx.conf:38):10: three, client: 127.0.0.1, server
0
--- log
[error] stream [lua] content_by_lua(nginx.conf:38):8: one, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] content_by_lua(nginx.conf:38):9: two, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[notice] stream [lua] content_by_lua(nginx.conf:38):10: three, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 2: what the error log does not take is not captured
--- stream_config
    lua_capture_error_log 32k;
--- stream_server_config
    content_by_lua_block {
        local errlog = require "ngx.errlog"
        local function drain() repeat until #errlog.get_logs(100) == 0 end
        local function text(line)
            return (line:gsub("^%d+/%d+/%d+ %d+:%d+:%d+ ", ""):gsub("%d+#%d+: %*%d+ ", ""):gsub("server: .*", "server"))
        end
        drain()
        ngx.log(ngx.INFO, "info")
        ngx.log(ngx.DEBUG, "debug")
        ngx.say(#errlog.get_logs())
    }
--- stream_response
0
--- log



=== TEST 3: set_filter_level
--- stream_config
    lua_capture_error_log 32k;
--- stream_server_config
    content_by_lua_block {
        local errlog = require "ngx.errlog"
        local function drain() repeat until #errlog.get_logs(100) == 0 end
        local function text(line)
            return (line:gsub("^%d+/%d+/%d+ %d+:%d+:%d+ ", ""):gsub("%d+#%d+: %*%d+ ", ""):gsub("server: .*", "server"))
        end
        drain()
        ngx.say(errlog.set_filter_level(ngx.WARN))
        ngx.log(ngx.ERR, "one")
        ngx.log(ngx.WARN, "two")
        ngx.log(ngx.NOTICE, "three")
        local res = errlog.get_logs()
        ngx.say(#res, " ", res[1], " ", res[4])
        ngx.say(errlog.set_filter_level())
        ngx.say(errlog.set_filter_level(9))
        ngx.say(errlog.set_filter_level(-1))
        ngx.say(errlog.set_filter_level(ngx.DEBUG))
    }
--- stream_response
true
6 4 5
nilmissing "level" argument
nilbad log level: 9
nilbad log level: -1
true
--- log
[error] stream [lua] content_by_lua(nginx.conf:39):9: one, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] content_by_lua(nginx.conf:39):10: two, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[notice] stream [lua] content_by_lua(nginx.conf:39):11: three, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 4: some at a time, into a table
--- stream_config
    lua_capture_error_log 32k;
--- stream_server_config
    content_by_lua_block {
        local errlog = require "ngx.errlog"
        local function drain() repeat until #errlog.get_logs(100) == 0 end
        local function text(line)
            return (line:gsub("^%d+/%d+/%d+ %d+:%d+:%d+ ", ""):gsub("%d+#%d+: %*%d+ ", ""):gsub("server: .*", "server"))
        end
        drain()
        for i = 1, 5 do ngx.log(ngx.ERR, "line ", i) end
        local t = {}
        for _, n in ipairs { 2, 1, 10, 10 } do
            local res = errlog.get_logs(n, t)
            ngx.say(res == t, " ", #res)
        end
        ngx.say(#errlog.get_logs(0))
    }
--- stream_response
true 6
true 3
true 6
true 6
0
--- log
[error] stream [lua] content_by_lua(nginx.conf:36):8: line 1, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] stream [lua] content_by_lua(nginx.conf:36):8: line 2, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] stream [lua] content_by_lua(nginx.conf:36):8: line 3, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] stream [lua] content_by_lua(nginx.conf:36):8: line 4, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] stream [lua] content_by_lua(nginx.conf:36):8: line 5, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 5: what was in the table ends behind the lines
--- stream_config
    lua_capture_error_log 32k;
--- stream_server_config
    content_by_lua_block {
        local errlog = require "ngx.errlog"
        local function drain() repeat until #errlog.get_logs(100) == 0 end
        local function text(line)
            return (line:gsub("^%d+/%d+/%d+ %d+:%d+:%d+ ", ""):gsub("%d+#%d+: %*%d+ ", ""):gsub("server: .*", "server"))
        end
        drain()
        local t = { 1, 2, 3, 4, 5 }
        ngx.log(ngx.ERR, "line")
        errlog.get_logs(10, t)
        ngx.say(type(t[3]), " ", t[4], " ", t[5])
        errlog.get_logs(10, t)
        ngx.say(t[1], " ", type(t[3]))
    }
--- stream_response
string nil 5
nil string
--- log
[error] stream [lua] content_by_lua(nginx.conf:35):9: line, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 6: without the directive
--- stream_server_config
    content_by_lua_block {
        local errlog = require "ngx.errlog"
        ngx.say(errlog.get_logs())
        ngx.say(errlog.set_filter_level(ngx.ERR))
        ngx.say(errlog.set_filter_level())
        ngx.say(errlog.get_sys_filter_level() == ngx.NOTICE)
    }
--- stream_response
nildirective "lua_capture_error_log" is not set
nildirective "lua_capture_error_log" is not set
nilmissing "level" argument
true
--- log



=== TEST 7: new lines push old ones out
--- stream_config
    lua_capture_error_log 4k;
--- stream_server_config
    error_log html/own.log notice;
    content_by_lua_block {
        local errlog = require "ngx.errlog"
        local function drain() repeat until #errlog.get_logs(100) == 0 end
        local function text(line)
            return (line:gsub("^%d+/%d+/%d+ %d+:%d+:%d+ ", ""):gsub("%d+#%d+: %*%d+ ", ""):gsub("server: .*", "server"))
        end
        drain()
        for i = 1, 7 do
            ngx.log(ngx.ERR, i, string.rep("x", 1000))
        end
        local res = errlog.get_logs()
        for i = 3, #res, 3 do ngx.say(res[i]:match("(%d)x")) end
    }
--- stream_response
5
6
7
--- log



=== TEST 8: a line that fits no more is not kept, and pushes nothing out
--- stream_config
    lua_capture_error_log 4k;
--- stream_server_config
    error_log html/own.log notice;
    content_by_lua_block {
        local errlog = require "ngx.errlog"
        local function drain() repeat until #errlog.get_logs(100) == 0 end
        local function text(line)
            return (line:gsub("^%d+/%d+/%d+ %d+:%d+:%d+ ", ""):gsub("%d+#%d+: %*%d+ ", ""):gsub("server: .*", "server"))
        end
        drain()
        ngx.log(ngx.ERR, "short")
        ngx.log(ngx.ERR, string.rep("x", 5000))
        local res = errlog.get_logs()
        ngx.say(#res, " ", res[3] and res[3]:match("short"))
    }
--- stream_response
3 short
--- log



=== TEST 9: lines of different lengths around the end
--- stream_config
    lua_capture_error_log 4k;
--- stream_server_config
    error_log html/own.log notice;
    content_by_lua_block {
        local errlog = require "ngx.errlog"
        local function drain() repeat until #errlog.get_logs(100) == 0 end
        local function text(line)
            return (line:gsub("^%d+/%d+/%d+ %d+:%d+:%d+ ", ""):gsub("%d+#%d+: %*%d+ ", ""):gsub("server: .*", "server"))
        end
        drain()
        local out = {}
        for round = 1, 6 do
            for i, n in ipairs { 700, 40, 1400, 300, 900 } do
                ngx.log(ngx.ERR, "<", round, ".", i, ">", string.rep("x", n))
            end
            if round % 2 == 0 then
                local res = errlog.get_logs(2)
                for i = 3, #res, 3 do out[#out + 1] = res[i]:match("<(.-)>") end
            end
        end
        local res = errlog.get_logs(100)
        for i = 3, #res, 3 do out[#out + 1] = res[i]:match("<(.-)>") end
        ngx.say(table.concat(out, " "))
    }
--- stream_response
2.2 2.3 4.2 4.3 6.2 6.3 6.4 6.5
--- log



=== TEST 10: init_by_lua and init_worker_by_lua are captured
--- stream_config
    lua_capture_error_log 32k;
    init_by_lua_block {
        ngx.log(ngx.ERR, "from init")
    }
    init_worker_by_lua_block { ngx.log(ngx.ERR, "from init_worker") }
--- stream_server_config
    content_by_lua_block {
        local errlog = require "ngx.errlog"
        local res = errlog.get_logs(100)
        for i = 1, #res, 3 do
            if res[i] == ngx.ERR then ngx.say((res[i + 2]:match("from .*"))) end
        end
    }
--- stream_response
from init
from init_worker, context: init_worker_by_lua*
--- log
[error] stream [lua] init_by_lua:2: from init
[error] stream [lua] init_worker_by_lua:1: from init_worker, context: init_worker_by_lua*



=== TEST 11: a buffer that is too small
--- stream_config
    lua_capture_error_log 4095;
--- stream_server_config
    return x;
--- must_die
--- log
[emerg] invalid capture error log size "4095", minimum size is 4096 in $TEST_NGINX_SERVER_ROOT/conf/nginx.conf:17



=== TEST 12: the secrets of TLSv1.2
--- stream_config
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 ssl;
        error_log html/up.log;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        return "hello\n";
    }
--- stream_server_config
    lua_ssl_key_log ../html/keys.log;
    lua_ssl_protocols TLSv1.2;
    content_by_lua_block {
        for i = 1, 2 do
            local s = ngx.socket.tcp()
            s:settimeout(20000)
            s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
            ngx.say((s:sslhandshake(false, "a.test")))
            s:receive("*a")
            s:close()
        end
        local seen = {}
        for line in io.lines("$TEST_NGINX_HTML_DIR/keys.log") do
            local label, random, secret = line:match("^(%u[%u%d_]+) (%x+) (%x+)$")
            if label ~= "EXPORTER_SECRET" then
                seen[#seen + 1] = label .. " " .. #random .. " " .. tostring(#secret >= 64)
            end
        end
        table.sort(seen)
        ngx.say(table.concat(seen, "\n"))
    }
--- stream_response
true
true
CLIENT_RANDOM 64 true
CLIENT_RANDOM 64 true
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



=== TEST 13: the secrets of TLSv1.3
--- stream_config
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 ssl;
        error_log html/up.log;
        ssl_certificate ../html/a.crt;
        ssl_certificate_key ../html/a.key;
        return "hello\n";
    }
--- stream_server_config
    lua_ssl_key_log ../html/keys.log;
    lua_ssl_protocols TLSv1.3;
    content_by_lua_block {
        for i = 1, 2 do
            local s = ngx.socket.tcp()
            s:settimeout(20000)
            s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
            ngx.say((s:sslhandshake(false, "a.test")))
            s:receive("*a")
            s:close()
        end
        local seen = {}
        for line in io.lines("$TEST_NGINX_HTML_DIR/keys.log") do
            local label, random, secret = line:match("^(%u[%u%d_]+) (%x+) (%x+)$")
            if label ~= "EXPORTER_SECRET" then
                seen[#seen + 1] = label .. " " .. #random .. " " .. tostring(#secret >= 64)
            end
        end
        table.sort(seen)
        ngx.say(table.concat(seen, "\n"))
    }
--- stream_response
true
true
CLIENT_HANDSHAKE_TRAFFIC_SECRET 64 true
CLIENT_HANDSHAKE_TRAFFIC_SECRET 64 true
CLIENT_TRAFFIC_SECRET_0 64 true
CLIENT_TRAFFIC_SECRET_0 64 true
SERVER_HANDSHAKE_TRAFFIC_SECRET 64 true
SERVER_HANDSHAKE_TRAFFIC_SECRET 64 true
SERVER_TRAFFIC_SECRET_0 64 true
SERVER_TRAFFIC_SECRET_0 64 true
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



=== TEST 14: a key log that cannot be opened
--- stream_server_config
    lua_ssl_key_log $TEST_NGINX_HTML_DIR/missing/keys.log;
    return x;
--- must_die
--- log
[emerg] open()("$TEST_NGINX_SERVER_ROOT/html/missing/keys.log") failed
