# Time.
use Test::Nginx::Socket::Lua::Stream;

$ENV{TEST_NGINX_HTML_DIR} ||= html_dir();
log_level('info');

plan tests => repeat_each() * blocks();
run_tests();

__DATA__

=== TEST 1: types and forms
--- stream_server_config
    content_by_lua_block {
        ngx.say(type(ngx.time()), " ", ngx.time() == math.floor(ngx.time()))
        ngx.say(type(ngx.now()), " ", ngx.now() >= ngx.time() - 1, " ", ngx.now() < ngx.time() + 2)
        ngx.say(ngx.today():match("^%d%d%d%d%-%d%d%-%d%d$") ~= nil)
        ngx.say(ngx.localtime():match("^%d%d%d%d%-%d%d%-%d%d %d%d:%d%d:%d%d$") ~= nil)
        ngx.say(ngx.utctime():match("^%d%d%d%d%-%d%d%-%d%d %d%d:%d%d:%d%d$") ~= nil)
        ngx.say(ngx.update_time())
        ngx.say(type(ngx.req.start_time()), " ", ngx.req.start_time() <= ngx.now())
        ngx.say(ngx.cookie_time, " ", ngx.http_time, " ", ngx.parse_http_time)
    }
--- stream_response
number true
number true true
true
true
true

number true
nil nil nil
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 2: time passes
--- stream_server_config
    content_by_lua_block {
        ngx.update_time()
        local a = ngx.now()
        ngx.sleep(0.03)
        ngx.update_time()
        local d = ngx.now() - a
        ngx.say(d >= 0.029 and d < 10)
        local c = os.clock()
        ngx.say(type(c), " ", os.time() - ngx.time() <= 1)
        ngx.say(os.date("!%Y-%m-%d %H:%M:%S", ngx.time()) == ngx.utctime())
    }
--- stream_response
true
number true
true
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 3: sleep
--- stream_server_config
    content_by_lua_block {
        ngx.say(select("#", ngx.sleep(0)), " ", select("#", ngx.sleep(0.001)))
        local function try(...) ngx.say(select(2, pcall(ngx.sleep, ...))) end
        try()
        try(-1)
        try("x")
        try({})
        try(nil)
        try(1, 2)
        ngx.say(pcall(ngx.sleep, "0.001"))
        ngx.say(pcall(ngx.sleep, 0.0001))
    }
--- stream_response
0 0
attempt to pass 0 arguments, but accepted 1
invalid sleep duration "-1000"
bad argument #1 to '?' (number expected, got string)
bad argument #1 to '?' (number expected, got table)
bad argument #1 to '?' (number expected, got nil)
attempt to pass 2 arguments, but accepted 1
true
true
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 4: arguments that the functions do not take
--- stream_server_config
    content_by_lua_block {
        for _, f in ipairs({"time", "now", "today", "localtime", "utctime", "update_time"}) do
            ngx.say(f, ": ", (select(1, pcall(ngx[f], 1))))
        end
    }
--- stream_response
time: true
now: true
today: true
localtime: true
utctime: true
update_time: true
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 5: clocks of resty.core
--- stream_server_config
    content_by_lua_block {
        local t = require "resty.core.time"
        local a, b = t.monotonic_msec(), t.monotonic_time()
        ngx.say(type(a), " ", type(b))
        ngx.sleep(0.01)
        ngx.say(t.monotonic_msec() - a >= 9, " ", t.monotonic_time() >= b)
    }
--- stream_response
number number
true true
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 6: logged times
--- stream_config
    log_format t '$time_local|$time_iso8601|$msec|$session_time';
    server { listen $TEST_NGINX_RAND_PORT_1; access_log logs/t.log t; return x; }
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.tcp()
        s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        s:receive("*a")
        ngx.sleep(0.02)
        local line = io.open(ngx.config.prefix() .. "logs/t.log"):read("*l")
        ngx.say((line:gsub("%d", "9"):gsub("Jan", "Mon"):gsub("Feb", "Mon"):gsub("%a%a%a/", "Mon/")))
    }
--- stream_response
99/Mon/9999:99:99:99 +9999|9999-99-99T99:99:99+99:99|9999999999.999|9.999
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
