# ngx.semaphore.
use Test::Nginx::Socket::Lua::Stream;

$ENV{TEST_NGINX_HTML_DIR} ||= html_dir();
log_level('info');

plan tests => repeat_each() * blocks();
run_tests();

__DATA__

=== TEST 1: post and wait
--- stream_server_config
    content_by_lua_block {
        local s = require("ngx.semaphore").new()
        ngx.say("count ", s:count())
        local t = ngx.thread.spawn(function() return s:wait(10) end)
        ngx.say("count ", s:count())
        ngx.say("post ", s:post())
        ngx.say("wait ", ngx.thread.wait(t))
        ngx.say("count ", s:count())
    }
--- stream_response
count 0
count -1
post true
wait truetruenil
count 0
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 2: a timeout
--- stream_server_config
    content_by_lua_block {
        local s = require("ngx.semaphore").new()
        ngx.say(s:wait(0.01))
        ngx.say(s:wait(0))
        ngx.say(s:count())
        s:post(2)
        ngx.say(s:wait(0), " ", s:wait(0))
        ngx.say(s:wait(0))
    }
--- stream_response
falsetimeout
niltimeout
0
true true
niltimeout
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 3: a count to begin with
--- stream_server_config
    content_by_lua_block {
        local m = require("ngx.semaphore")
        local s = m.new(2)
        ngx.say(s:count(), " ", s:wait(0), " ", s:wait(0), " ", s:count())
        ngx.say(m.new(0):count())
        local function try(...) ngx.say(select(2, pcall(m.new, ...))) end
        try(-1)
        try("x")
        try({})
        ngx.say(m.new(1.5):count())
    }
--- stream_response
2 true true 0
0
no negative number
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] lua entry thread aborted: runtime error: content_by_lua(nginx.conf:31):6: bad argument #1 to 'say' (non-array table found)
stack traceback:
coroutine 0:
	[C]: in function 'say'
	content_by_lua(nginx.conf:31):6: in function 'try'
	content_by_lua(nginx.conf:31):8: in main chunk, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 4: arguments
--- stream_server_config
    content_by_lua_block {
        local s = require("ngx.semaphore").new()
        local function try(f, ...) ngx.say(f, ": ", select(2, pcall(s[f], s, ...))) end
        try("wait")
        try("wait", -1)
        try("wait", "x")
        try("wait", {})
        try("post", 0)
        try("post", -1)
        try("post", "x")
        try("post", {})
        ngx.say(select(2, pcall(s.count)))
        ngx.say(select(2, pcall(s.count, {})))
        ngx.say(select(2, pcall(s.wait, 1)))
        ngx.say(select(2, pcall(s.post, nil)))
    }
--- stream_response
wait: attempt to perform arithmetic on a nil value
wait: no negative number
wait: attempt to perform arithmetic on a nil value
wait: attempt to perform arithmetic on a nil value
post: positive number required
post: positive number required
post: true
post: true
not a semaphore instance
not a semaphore instance
not a semaphore instance
not a semaphore instance
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 5: those who wait are served in order
--- stream_server_config
    content_by_lua_block {
        local s, list = require("ngx.semaphore").new(), {}
        local threads = {}
        for i = 1, 4 do threads[i] = ngx.thread.spawn(function() s:wait(10) list[#list + 1] = i end) end
        ngx.say("waiting ", s:count())
        s:post(3)
        s:post()
        for i = 1, 4 do ngx.thread.wait(threads[i]) end
        ngx.say(table.concat(list, " "), " left ", s:count())
    }
--- stream_response
waiting -4
1 2 3 4 left 0
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 6: posted from another session and from a timer
--- stream_config
    lua_package_path "$TEST_NGINX_HTML_DIR/?.lua;;";
    server { listen $TEST_NGINX_RAND_PORT_1; content_by_lua_block { require("shared").sema:post() ngx.say("posted") } }
--- stream_server_config
    content_by_lua_block {
        local s = require("ngx.semaphore").new()
        require("shared").sema = s
        -- A wait that finds something gives true, one that had to wait gives true and nil: which of them it is depends on who is first.
        ngx.timer.at(0, function() s:post() end)
        ngx.say((s:wait(10)))
        local c = ngx.socket.tcp()
        c:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        ngx.say((s:wait(10)))
        ngx.say(c:receive())
    }
--- user_files
>>> shared.lua
return {}
--- stream_response
true
true
posted
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1



=== TEST 7: a thread that waits is killed
--- stream_server_config
    content_by_lua_block {
        local s = require("ngx.semaphore").new()
        local t = ngx.thread.spawn(function() return s:wait(5) end)
        ngx.say(s:count())
        ngx.say(ngx.thread.kill(t))
        ngx.say(s:count())
        s:post()
        ngx.say(s:count(), " ", s:wait(0))
    }
--- stream_response
-1
1
0
1 true
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 8: phases in which nobody can wait
--- stream_config
    init_worker_by_lua_block {
        local s = require("ngx.semaphore").new(1)
        ngx.log(ngx.WARN, "count ", s:count())
        local ok, err = s:wait(0)
        ngx.log(ngx.WARN, "wait: ", ok, " ", err)
        ngx.log(ngx.WARN, "post: ", s:post())
    }
--- stream_server_config
    return done;
    log_by_lua_block {
        local s = require("ngx.semaphore").new(1)
        local ok, err = s:wait(0)
        ngx.log(ngx.WARN, "wait: ", ok, " ", err)
    }
--- stream_response
done
--- log
[warn] stream [lua] init_worker_by_lua:3: count 1, context: init_worker_by_lua*
[warn] stream [lua] init_worker_by_lua:5: wait: nil API disabled in the context of init_worker_by_lua*, context: init_worker_by_lua*
[warn] stream [lua] init_worker_by_lua:6: post: true, context: init_worker_by_lua*
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] log_by_lua(nginx.conf:33):4: wait: nil API disabled in the context of log_by_lua* while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
