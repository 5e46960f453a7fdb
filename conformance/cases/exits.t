# ngx.exit in the handlers of a session: codes, statuses in the log, and what goes on.
use Test::Nginx::Socket::Lua::Stream;

$ENV{TEST_NGINX_HTML_DIR} ||= html_dir();
log_level('warn');

plan tests => repeat_each() * blocks();
run_tests();

__DATA__

=== TEST 1: codes that ngx.exit takes in content
--- stream_server_config
    content_by_lua_block {
        local function try(what, ...)
            local r = table.pack(pcall(...))
            for i = 1, r.n do r[i] = tostring(r[i]):gsub("^[^ ]+:%d+: ", "") end
            ngx.say(what, ": ", table.concat(r, " | ", 1, r.n))
        end
        local codes = { ngx.OK, ngx.ERROR, ngx.DECLINED, ngx.AGAIN, ngx.DONE, 0, 1, 99, 200, 444, 500, 599, 600, 1000, 1.5, "200", "x", true, {} }
        for i = 1, 19 do
            local v = codes[i]
            local co = coroutine.create(function() ngx.exit(v) end)
            if type(v) ~= "number" then try(type(v), ngx.exit, v) end
        end
        ngx.say(ngx.OK, " ", ngx.ERROR, " ", ngx.DECLINED, " ", ngx.AGAIN, " ", ngx.DONE)
        try("none", ngx.exit)
        try("nil", ngx.exit, nil)
    }
--- stream_response
string: false | bad argument #2 to 'ngx_lua_ffi_exit' (cannot convert 'string' to 'int')
string: false | bad argument #2 to 'ngx_lua_ffi_exit' (cannot convert 'string' to 'int')
--- log



=== TEST 2: ngx.exit(ngx.OK) in preread
--- stream_server_config
    preread_by_lua_block { ngx.exit(ngx.OK) }
    return "content\n";
    log_by_lua_block { ngx.log(ngx.WARN, "status ", ngx.var.status) }
--- error_log
status
--- stream_response
content
--- log
[warn] stream [lua] log_by_lua(nginx.conf:23):1: status 200 while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 3: ngx.exit(ngx.ERROR) in preread
--- stream_server_config
    preread_by_lua_block { ngx.exit(ngx.ERROR) }
    return "content\n";
    log_by_lua_block { ngx.log(ngx.WARN, "status ", ngx.var.status) }
--- error_log
status
--- stream_response
--- log
[warn] stream [lua] log_by_lua(nginx.conf:23):1: status 500 while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 4: ngx.exit(ngx.DECLINED) in preread
--- stream_server_config
    preread_by_lua_block { ngx.exit(ngx.DECLINED) }
    return "content\n";
    log_by_lua_block { ngx.log(ngx.WARN, "status ", ngx.var.status) }
--- error_log
status
--- stream_response
content
--- log
[warn] stream [lua] log_by_lua(nginx.conf:23):1: status 200 while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 5: ngx.exit(200) in preread
--- stream_server_config
    preread_by_lua_block { ngx.exit(200) }
    return "content\n";
    log_by_lua_block { ngx.log(ngx.WARN, "status ", ngx.var.status) }
--- error_log
status
--- stream_response
--- log
[warn] stream [lua] log_by_lua(nginx.conf:23):1: status 200 while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 6: ngx.exit(400) in preread
--- stream_server_config
    preread_by_lua_block { ngx.exit(400) }
    return "content\n";
    log_by_lua_block { ngx.log(ngx.WARN, "status ", ngx.var.status) }
--- error_log
status
--- stream_response
--- log
[warn] stream [lua] log_by_lua(nginx.conf:23):1: status 400 while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 7: ngx.exit(444) in preread
--- stream_server_config
    preread_by_lua_block { ngx.exit(444) }
    return "content\n";
    log_by_lua_block { ngx.log(ngx.WARN, "status ", ngx.var.status) }
--- error_log
status
--- stream_response
--- log
[warn] stream [lua] log_by_lua(nginx.conf:23):1: status 444 while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 8: ngx.exit(500) in preread
--- stream_server_config
    preread_by_lua_block { ngx.exit(500) }
    return "content\n";
    log_by_lua_block { ngx.log(ngx.WARN, "status ", ngx.var.status) }
--- error_log
status
--- stream_response
--- log
[warn] stream [lua] log_by_lua(nginx.conf:23):1: status 500 while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 9: ngx.exit(503) in preread
--- stream_server_config
    preread_by_lua_block { ngx.exit(503) }
    return "content\n";
    log_by_lua_block { ngx.log(ngx.WARN, "status ", ngx.var.status) }
--- error_log
status
--- stream_response
--- log
[warn] stream [lua] log_by_lua(nginx.conf:23):1: status 503 while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 10: ngx.exit(600) in preread
--- stream_server_config
    preread_by_lua_block { ngx.exit(600) }
    return "content\n";
    log_by_lua_block { ngx.log(ngx.WARN, "status ", ngx.var.status) }
--- error_log
status
--- stream_response
--- log
[warn] stream [lua] log_by_lua(nginx.conf:23):1: status 600 while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 11: ngx.exit(ngx.OK) in content
--- stream_server_config
    content_by_lua_block { ngx.exit(ngx.OK) }
    log_by_lua_block { ngx.log(ngx.WARN, "status ", ngx.var.status) }
--- error_log
status
--- stream_response
--- log
[warn] stream [lua] log_by_lua(nginx.conf:22):1: status 200, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 12: ngx.exit(ngx.ERROR) in content
--- stream_server_config
    content_by_lua_block { ngx.exit(ngx.ERROR) }
    log_by_lua_block { ngx.log(ngx.WARN, "status ", ngx.var.status) }
--- error_log
status
--- stream_response
--- log
[warn] stream [lua] log_by_lua(nginx.conf:22):1: status 500, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 13: ngx.exit(ngx.DECLINED) in content
--- stream_server_config
    content_by_lua_block { ngx.exit(ngx.DECLINED) }
    log_by_lua_block { ngx.log(ngx.WARN, "status ", ngx.var.status) }
--- error_log
status
--- stream_response
--- log
[warn] stream [lua] log_by_lua(nginx.conf:22):1: status 200, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 14: ngx.exit(200) in content
--- stream_server_config
    content_by_lua_block { ngx.exit(200) }
    log_by_lua_block { ngx.log(ngx.WARN, "status ", ngx.var.status) }
--- error_log
status
--- stream_response
--- log
[warn] stream [lua] log_by_lua(nginx.conf:22):1: status 200, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 15: ngx.exit(400) in content
--- stream_server_config
    content_by_lua_block { ngx.exit(400) }
    log_by_lua_block { ngx.log(ngx.WARN, "status ", ngx.var.status) }
--- error_log
status
--- stream_response
--- log
[warn] stream [lua] log_by_lua(nginx.conf:22):1: status 400, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 16: ngx.exit(444) in content
--- stream_server_config
    content_by_lua_block { ngx.exit(444) }
    log_by_lua_block { ngx.log(ngx.WARN, "status ", ngx.var.status) }
--- error_log
status
--- stream_response
--- log
[warn] stream [lua] log_by_lua(nginx.conf:22):1: status 444, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 17: ngx.exit(500) in content
--- stream_server_config
    content_by_lua_block { ngx.exit(500) }
    log_by_lua_block { ngx.log(ngx.WARN, "status ", ngx.var.status) }
--- error_log
status
--- stream_response
--- log
[warn] stream [lua] log_by_lua(nginx.conf:22):1: status 500, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 18: ngx.exit(503) in content
--- stream_server_config
    content_by_lua_block { ngx.exit(503) }
    log_by_lua_block { ngx.log(ngx.WARN, "status ", ngx.var.status) }
--- error_log
status
--- stream_response
--- log
[warn] stream [lua] log_by_lua(nginx.conf:22):1: status 503, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 19: ngx.exit(600) in content
--- stream_server_config
    content_by_lua_block { ngx.exit(600) }
    log_by_lua_block { ngx.log(ngx.WARN, "status ", ngx.var.status) }
--- error_log
status
--- stream_response
--- log
[warn] stream [lua] log_by_lua(nginx.conf:22):1: status 600, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 20: ngx.exit in a thread, and in a coroutine
--- stream_server_config
    content_by_lua_block {
        ngx.thread.spawn(function()
            ngx.sleep(0.001)
            ngx.say("thread ends all")
            ngx.exit(ngx.OK)
        end)
        ngx.sleep(60)
        ngx.say("not reached")
    }
--- stream_response
thread ends all
--- log



=== TEST 21: ngx.exit in a coroutine
--- stream_server_config
    log_by_lua_block { ngx.log(ngx.WARN, "status ", ngx.var.status) }
    content_by_lua_block {
        local co = coroutine.wrap(function()
            ngx.say("coroutine")
            ngx.exit(503)
            ngx.say("not reached")
        end)
        co()
        ngx.say("not reached either")
    }
--- error_log
status
--- stream_response
coroutine
--- log
[warn] stream [lua] log_by_lua(nginx.conf:21):1: status 503, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 22: ngx.exit under pcall
--- stream_server_config
    log_by_lua_block { ngx.log(ngx.WARN, "status ", ngx.var.status) }
    content_by_lua_block {
        local ok, err = pcall(ngx.exit, 403)
        ngx.say("not reached ", ok, err)
    }
--- error_log
status
--- stream_response
--- log
[warn] stream [lua] log_by_lua(nginx.conf:21):1: status 403, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 23: ngx.exit in log_by_lua and in balancer_by_lua
--- stream_config
    upstream b { server 127.0.0.1:1; balancer_by_lua_block { ngx.exit(403) } }
--- stream_server_config
    proxy_pass b;
    log_by_lua_block {
        ngx.log(ngx.WARN, "status ", ngx.var.status)
        local ok, err = pcall(ngx.exit, 1)
        ngx.log(ngx.WARN, tostring(ok), " ", tostring(err):gsub("^[^ ]+:%d+: ", ""))
    }
--- error_log
status
--- stream_response
--- log
[warn] stream [lua] log_by_lua(nginx.conf:27):2: status 403 while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] log_by_lua(nginx.conf:27):4: false API disabled in the context of log_by_lua*0 while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
