# Which functions may be called in which phase, and what they say where they may not.
use Test::Nginx::Socket::Lua::Stream;

$ENV{TEST_NGINX_HTML_DIR} ||= html_dir();
log_level('notice');

plan tests => repeat_each() * blocks();
run_tests();

__DATA__

=== TEST 1: in init_by_lua
--- stream_config
    lua_shared_dict d 100k;
    lua_package_path "$TEST_NGINX_HTML_DIR/?.lua;;";
    init_by_lua_block { require('matrix')('ngx.flush|worker.pid|privileged') }
--- stream_server_config
        content_by_lua_block { ngx.say('done') }
--- user_files
>>> matrix.lua
local list = [==[
ngx.get_phase()
ngx.sleep(0)
ngx.sleep()
ngx.sleep(-1)
ngx.sleep("x")
ngx.say("said")
ngx.print("printed\n")
ngx.flush()
ngx.flush(true)
ngx.flush(1)
ngx.eof(1)
ngx.var.remote_addr
ngx.var.nosuch
ngx.var[1]
ngx.var[{}]
type(ngx.ctx)
ngx.status
ngx.req.start_time() > 0
ngx.on_abort(function() end)
ngx.on_abort(1)
type(ngx.socket.tcp())
type(ngx.socket.udp())
ngx.socket.tcp(1)
ngx.socket.udp(1)
type(ngx.socket.stream)
ngx.socket.connect("127.0.0.1", 1)
type(ngx.thread.spawn(function() end))
ngx.thread.spawn(print)
ngx.thread.wait(1)
ngx.thread.kill(1)
type(coroutine.create(function() end))
coroutine.create(print)
coroutine.resume(1)
coroutine.resume(coroutine.create(function(...) return ... end), 1, 2)
coroutine.status(1)
coroutine.status(coroutine.create(function() end))
coroutine.wrap(function(...) return ... end)(1, 2)
type(coroutine.running())
coroutine.yield(1)
require("ngx.semaphore").new(1):wait(0)
require("ngx.semaphore").new(0):wait(0)
require("ngx.semaphore").new(0):post()
require("ngx.semaphore").new(3):count()
ngx.timer.at(100, 1)
ngx.timer.at()
ngx.timer.running_count() >= 0
ngx.timer.pending_count() >= 0
ngx.worker.exiting()
ngx.worker.count()
type(ngx.worker.pid())
type(ngx.worker.pids())
ngx.worker.id()
ngx.config.subsystem
ngx.shared.d:set("k", 1)
ngx.shared.d:get("k")
ngx.re.match("hello", "l+")[0]
ngx.escape_uri("a b")
ngx.md5("")
type(ngx.now())
type(ngx.today())
require("ngx.balancer").set_current_peer("127.0.0.1", 1)
require("ngx.balancer").set_more_tries(1)
require("ngx.balancer").get_last_failure()
require("ngx.balancer").set_timeouts(1, 1, 1)
require("ngx.balancer").bind_to_local_addr("127.0.0.1")
require("ngx.ssl").server_name()
require("ngx.ssl").clear_certs()
require("ngx.ssl").get_tls1_version()
require("ngx.ssl").get_tls1_version_str()
require("ngx.ssl").server_port()
require("ngx.ssl").raw_client_addr()
require("ngx.ssl").raw_server_addr()
require("ngx.ssl").verify_client()
require("ngx.ssl").set_der_cert("x")
require("ngx.ssl").set_der_priv_key("x")
require("ngx.ssl.clienthello").get_client_hello_server_name()
require("ngx.ssl.clienthello").get_client_hello_ext(0)
require("ngx.ssl.clienthello").set_protocols({"TLSv1.2"})
require("ngx.errlog").get_logs()
require("ngx.errlog").set_filter_level(ngx.WARN)
require("ngx.errlog").get_sys_filter_level()
require("ngx.errlog").raw_log(ngx.WARN, "raw")
type(require("ngx.process").get_master_pid())
require("ngx.process").enable_privileged_agent()
]==]
local function text(ok, ...)
    local t = {}
    for i = 1, select("#", ...) do
        local v = select(i, ...)
        t[i] = type(v) == "string" and v:gsub("[^ -~]", "?") or tostring(v)
    end
    return (ok and "" or "throws ") .. table.concat(t, ", ")
end
return function(without)
    for line in list:gmatch("[^\n]+") do
        for pattern in type(without) == "string" and without:gmatch("[^|]+") or function() end do
            if line:find(pattern) then goto continue end
        end
        local f = assert(loadstring("return " .. line, "=code"))
        ngx.log(ngx.WARN, line, " -> ", (text(pcall(f)):gsub("throws code:1: ", "throws "):gsub("throws [^ ]+/lualib/[^ ]+:%d+: ", "throws ")))
        ::continue::
    end
end
--- stream_response
done
--- log
[warn] stream [lua] matrix.lua:101: ngx.get_phase() -> init
[warn] stream [lua] matrix.lua:101: ngx.sleep(0) -> throws no request found
[warn] stream [lua] matrix.lua:101: ngx.sleep() -> throws attempt to pass 0 arguments, but accepted 1
[warn] stream [lua] matrix.lua:101: ngx.sleep(-1) -> throws no request found
[warn] stream [lua] matrix.lua:101: ngx.sleep("x") -> throws no request found
[warn] stream [lua] matrix.lua:101: ngx.say("said") -> throws no request object found
[warn] stream [lua] matrix.lua:101: ngx.print("printed\n") -> throws no request object found
[warn] stream [lua] matrix.lua:101: ngx.eof(1) -> throws no request object found
[warn] stream [lua] matrix.lua:101: ngx.var.remote_addr -> throws no request found
[warn] stream [lua] matrix.lua:101: ngx.var.nosuch -> throws no request found
[warn] stream [lua] matrix.lua:101: ngx.var[1] -> throws no request found
[warn] stream [lua] matrix.lua:101: ngx.var[{}] -> throws no request found
[warn] stream [lua] matrix.lua:101: type(ngx.ctx) -> throws no request found
[warn] stream [lua] matrix.lua:101: ngx.status -> throws no request found
[warn] stream [lua] matrix.lua:101: ngx.req.start_time() > 0 -> throws no request found
[warn] stream [lua] matrix.lua:101: ngx.on_abort(function() end) -> throws no request found
[warn] stream [lua] matrix.lua:101: ngx.on_abort(1) -> throws no request found
[warn] stream [lua] matrix.lua:101: type(ngx.socket.tcp()) -> throws no request found
[warn] stream [lua] matrix.lua:101: type(ngx.socket.udp()) -> throws no request found
[warn] stream [lua] matrix.lua:101: ngx.socket.tcp(1) -> throws expecting zero arguments, but got 1
[warn] stream [lua] matrix.lua:101: ngx.socket.udp(1) -> throws expecting zero arguments, but got 1
[warn] stream [lua] matrix.lua:101: type(ngx.socket.stream) -> function
[warn] stream [lua] matrix.lua:101: ngx.socket.connect("127.0.0.1", 1) -> throws ngx.socket.connect:1: no request found
[warn] stream [lua] matrix.lua:101: type(ngx.thread.spawn(function() end)) -> throws no request found
[warn] stream [lua] matrix.lua:101: ngx.thread.spawn(print) -> throws no request found
[warn] stream [lua] matrix.lua:101: ngx.thread.wait(1) -> throws no request found
[warn] stream [lua] matrix.lua:101: ngx.thread.kill(1) -> throws no request found
[warn] stream [lua] matrix.lua:101: type(coroutine.create(function() end)) -> thread
[warn] stream [lua] matrix.lua:101: coroutine.create(print) -> thread: <address>
[warn] stream [lua] matrix.lua:101: coroutine.resume(1) -> throws bad argument #1 to '?' (coroutine expected)
[warn] stream [lua] matrix.lua:101: coroutine.resume(coroutine.create(function(...) return ... end), 1, 2) -> true, 1, 2
[warn] stream [lua] matrix.lua:101: coroutine.status(1) -> throws bad argument #1 to '?' (coroutine expected)
[warn] stream [lua] matrix.lua:101: coroutine.status(coroutine.create(function() end)) -> suspended
[warn] stream [lua] matrix.lua:101: coroutine.wrap(function(...) return ... end)(1, 2) -> 1, 2
[warn] stream [lua] matrix.lua:101: type(coroutine.running()) -> thread
[warn] stream [lua] matrix.lua:101: coroutine.yield(1) -> throws attempt to yield across C-call boundary
[warn] stream [lua] matrix.lua:101: require("ngx.semaphore").new(1):wait(0) -> throws no request found
[warn] stream [lua] matrix.lua:101: require("ngx.semaphore").new(0):wait(0) -> throws no request found
[warn] stream [lua] matrix.lua:101: require("ngx.semaphore").new(0):post() -> true
[warn] stream [lua] matrix.lua:101: require("ngx.semaphore").new(3):count() -> 3
[warn] stream [lua] matrix.lua:101: ngx.timer.at(100, 1) -> throws bad argument #2 to '?' (Lua function expected)
[warn] stream [lua] matrix.lua:101: ngx.timer.at() -> throws expecting at least 2 arguments but got 0
[warn] stream [lua] matrix.lua:101: ngx.timer.running_count() >= 0 -> throws no request
[warn] stream [lua] matrix.lua:101: ngx.timer.pending_count() >= 0 -> throws no request
[warn] stream [lua] matrix.lua:101: ngx.worker.exiting() -> false
[warn] stream [lua] matrix.lua:101: ngx.worker.count() -> 1
[warn] stream [lua] matrix.lua:101: ngx.worker.id() -> 0
[warn] stream [lua] matrix.lua:101: ngx.config.subsystem -> stream
[warn] stream [lua] matrix.lua:101: ngx.shared.d:set("k", 1) -> true, nil, false
[warn] stream [lua] matrix.lua:101: ngx.shared.d:get("k") -> 1
[warn] stream [lua] matrix.lua:101: ngx.re.match("hello", "l+")[0] -> ll
[warn] stream [lua] matrix.lua:101: ngx.escape_uri("a b") -> a%20b
[warn] stream [lua] matrix.lua:101: ngx.md5("") -> d41d8cd98f00b204e9800998ecf8427e
[warn] stream [lua] matrix.lua:101: type(ngx.now()) -> number
[warn] stream [lua] matrix.lua:101: type(ngx.today()) -> string
[warn] stream [lua] matrix.lua:101: require("ngx.balancer").set_current_peer("127.0.0.1", 1) -> throws no request found
[warn] stream [lua] matrix.lua:101: require("ngx.balancer").set_more_tries(1) -> throws no request found
[warn] stream [lua] matrix.lua:101: require("ngx.balancer").get_last_failure() -> throws no request found
[warn] stream [lua] matrix.lua:101: require("ngx.balancer").set_timeouts(1, 1, 1) -> throws no request found
[warn] stream [lua] matrix.lua:101: require("ngx.balancer").bind_to_local_addr("127.0.0.1") -> throws no request found
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").server_name() -> throws no request found
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").clear_certs() -> throws no request found
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").get_tls1_version() -> throws no request found
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").get_tls1_version_str() -> throws no request found
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").server_port() -> throws no request found
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").raw_client_addr() -> throws no request found
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").raw_server_addr() -> throws no request found
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").verify_client() -> throws no request found
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").set_der_cert("x") -> throws no request found
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").set_der_priv_key("x") -> throws no request found
[warn] stream [lua] matrix.lua:101: require("ngx.ssl.clienthello").get_client_hello_server_name() -> throws no request found
[warn] stream [lua] matrix.lua:101: require("ngx.ssl.clienthello").get_client_hello_ext(0) -> throws no request found
[warn] stream [lua] matrix.lua:101: require("ngx.ssl.clienthello").set_protocols({"TLSv1.2"}) -> throws no request found
[warn] stream [lua] matrix.lua:101: require("ngx.errlog").get_logs() -> nil, directive "lua_capture_error_log" is not set
[warn] stream [lua] matrix.lua:101: require("ngx.errlog").set_filter_level(ngx.WARN) -> nil, directive "lua_capture_error_log" is not set
[warn] stream [lua] matrix.lua:101: require("ngx.errlog").get_sys_filter_level() -> 6
[warn] raw
[warn] stream [lua] matrix.lua:101: require("ngx.errlog").raw_log(ngx.WARN, "raw") -> 
[warn] stream [lua] matrix.lua:101: type(require("ngx.process").get_master_pid()) -> number



=== TEST 2: in init_worker_by_lua
--- stream_config
    lua_shared_dict d 100k;
    lua_package_path "$TEST_NGINX_HTML_DIR/?.lua;;";
    init_worker_by_lua_block { require('matrix')() }
--- stream_server_config
        content_by_lua_block { ngx.say('done') }
--- user_files
>>> matrix.lua
local list = [==[
ngx.get_phase()
ngx.sleep(0)
ngx.sleep()
ngx.sleep(-1)
ngx.sleep("x")
ngx.say("said")
ngx.print("printed\n")
ngx.flush()
ngx.flush(true)
ngx.flush(1)
ngx.eof(1)
ngx.var.remote_addr
ngx.var.nosuch
ngx.var[1]
ngx.var[{}]
type(ngx.ctx)
ngx.status
ngx.req.start_time() > 0
ngx.on_abort(function() end)
ngx.on_abort(1)
type(ngx.socket.tcp())
type(ngx.socket.udp())
ngx.socket.tcp(1)
ngx.socket.udp(1)
type(ngx.socket.stream)
ngx.socket.connect("127.0.0.1", 1)
type(ngx.thread.spawn(function() end))
ngx.thread.spawn(print)
ngx.thread.wait(1)
ngx.thread.kill(1)
type(coroutine.create(function() end))
coroutine.create(print)
coroutine.resume(1)
coroutine.resume(coroutine.create(function(...) return ... end), 1, 2)
coroutine.status(1)
coroutine.status(coroutine.create(function() end))
coroutine.wrap(function(...) return ... end)(1, 2)
type(coroutine.running())
coroutine.yield(1)
require("ngx.semaphore").new(1):wait(0)
require("ngx.semaphore").new(0):wait(0)
require("ngx.semaphore").new(0):post()
require("ngx.semaphore").new(3):count()
ngx.timer.at(100, 1)
ngx.timer.at()
ngx.timer.running_count() >= 0
ngx.timer.pending_count() >= 0
ngx.worker.exiting()
ngx.worker.count()
type(ngx.worker.pid())
type(ngx.worker.pids())
ngx.worker.id()
ngx.config.subsystem
ngx.shared.d:set("k", 1)
ngx.shared.d:get("k")
ngx.re.match("hello", "l+")[0]
ngx.escape_uri("a b")
ngx.md5("")
type(ngx.now())
type(ngx.today())
require("ngx.balancer").set_current_peer("127.0.0.1", 1)
require("ngx.balancer").set_more_tries(1)
require("ngx.balancer").get_last_failure()
require("ngx.balancer").set_timeouts(1, 1, 1)
require("ngx.balancer").bind_to_local_addr("127.0.0.1")
require("ngx.ssl").server_name()
require("ngx.ssl").clear_certs()
require("ngx.ssl").get_tls1_version()
require("ngx.ssl").get_tls1_version_str()
require("ngx.ssl").server_port()
require("ngx.ssl").raw_client_addr()
require("ngx.ssl").raw_server_addr()
require("ngx.ssl").verify_client()
require("ngx.ssl").set_der_cert("x")
require("ngx.ssl").set_der_priv_key("x")
require("ngx.ssl.clienthello").get_client_hello_server_name()
require("ngx.ssl.clienthello").get_client_hello_ext(0)
require("ngx.ssl.clienthello").set_protocols({"TLSv1.2"})
require("ngx.errlog").get_logs()
require("ngx.errlog").set_filter_level(ngx.WARN)
require("ngx.errlog").get_sys_filter_level()
require("ngx.errlog").raw_log(ngx.WARN, "raw")
type(require("ngx.process").get_master_pid())
require("ngx.process").enable_privileged_agent()
]==]
local function text(ok, ...)
    local t = {}
    for i = 1, select("#", ...) do
        local v = select(i, ...)
        t[i] = type(v) == "string" and v:gsub("[^ -~]", "?") or tostring(v)
    end
    return (ok and "" or "throws ") .. table.concat(t, ", ")
end
return function(without)
    for line in list:gmatch("[^\n]+") do
        for pattern in type(without) == "string" and without:gmatch("[^|]+") or function() end do
            if line:find(pattern) then goto continue end
        end
        local f = assert(loadstring("return " .. line, "=code"))
        ngx.log(ngx.WARN, line, " -> ", (text(pcall(f)):gsub("throws code:1: ", "throws "):gsub("throws [^ ]+/lualib/[^ ]+:%d+: ", "throws ")))
        ::continue::
    end
end
--- stream_response
done
--- log
[warn] stream [lua] matrix.lua:101: ngx.get_phase() -> init_worker, context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: ngx.sleep(0) -> throws API disabled in the context of init_worker_by_lua*, context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: ngx.sleep() -> throws attempt to pass 0 arguments, but accepted 1, context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: ngx.sleep(-1) -> throws invalid sleep duration "-1000", context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: ngx.sleep("x") -> throws bad argument #1 to '?' (number expected, got string), context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: ngx.say("said") -> throws API disabled in the context of init_worker_by_lua*, context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: ngx.print("printed\n") -> throws API disabled in the context of init_worker_by_lua*, context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: ngx.flush() -> throws API disabled in the context of init_worker_by_lua*, context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: ngx.flush(true) -> throws API disabled in the context of init_worker_by_lua*, context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: ngx.flush(1) -> throws bad argument #1 to '?' (boolean expected, got number), context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: ngx.eof(1) -> throws no argument is expected, context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: ngx.var.remote_addr -> throws API disabled in the current context, context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: ngx.var.nosuch -> throws API disabled in the current context, context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: ngx.var[1] -> throws API disabled in the current context, context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: ngx.var[{}] -> throws bad variable name, context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: type(ngx.ctx) -> table, context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: ngx.status -> 0, context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: ngx.req.start_time() > 0 -> false, context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: ngx.on_abort(function() end) -> throws API disabled in the context of init_worker_by_lua*, context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: ngx.on_abort(1) -> throws API disabled in the context of init_worker_by_lua*, context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: type(ngx.socket.tcp()) -> throws API disabled in the context of init_worker_by_lua*, context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: type(ngx.socket.udp()) -> throws API disabled in the context of init_worker_by_lua*, context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: ngx.socket.tcp(1) -> throws expecting zero arguments, but got 1, context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: ngx.socket.udp(1) -> throws expecting zero arguments, but got 1, context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: type(ngx.socket.stream) -> function, context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: ngx.socket.connect("127.0.0.1", 1) -> throws ngx.socket.connect:1: API disabled in the context of init_worker_by_lua*, context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: type(ngx.thread.spawn(function() end)) -> throws API disabled in the context of init_worker_by_lua*, context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: ngx.thread.spawn(print) -> throws bad argument #1 to '?' (Lua function expected), context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: ngx.thread.wait(1) -> throws API disabled in the context of init_worker_by_lua*, context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: ngx.thread.kill(1) -> throws API disabled in the context of init_worker_by_lua*, context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: type(coroutine.create(function() end)) -> throws API disabled in the context of init_worker_by_lua*, context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: coroutine.create(print) -> throws bad argument #1 to '?' (Lua function expected), context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: coroutine.resume(1) -> throws bad argument #1 to '?' (coroutine expected), context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: coroutine.resume(coroutine.create(function(...) return ... end), 1, 2) -> throws API disabled in the context of init_worker_by_lua*, context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: coroutine.status(1) -> throws bad argument #1 to '?' (coroutine expected), context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: coroutine.status(coroutine.create(function() end)) -> throws API disabled in the context of init_worker_by_lua*, context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: coroutine.wrap(function(...) return ... end)(1, 2) -> throws API disabled in the context of init_worker_by_lua*, context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: type(coroutine.running()) -> thread, context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: coroutine.yield(1) -> throws API disabled in the context of init_worker_by_lua*, context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: require("ngx.semaphore").new(1):wait(0) -> nil, API disabled in the context of init_worker_by_lua*, context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: require("ngx.semaphore").new(0):wait(0) -> nil, API disabled in the context of init_worker_by_lua*, context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: require("ngx.semaphore").new(0):post() -> true, context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: require("ngx.semaphore").new(3):count() -> 3, context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: ngx.timer.at(100, 1) -> throws bad argument #2 to '?' (Lua function expected), context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: ngx.timer.at() -> throws expecting at least 2 arguments but got 0, context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: ngx.timer.running_count() >= 0 -> true, context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: ngx.timer.pending_count() >= 0 -> true, context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: ngx.worker.exiting() -> false, context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: ngx.worker.count() -> 1, context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: type(ngx.worker.pid()) -> number, context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: type(ngx.worker.pids()) -> nil, context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: ngx.worker.id() -> 0, context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: ngx.config.subsystem -> stream, context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: ngx.shared.d:set("k", 1) -> true, nil, false, context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: ngx.shared.d:get("k") -> 1, context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: ngx.re.match("hello", "l+")[0] -> ll, context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: ngx.escape_uri("a b") -> a%20b, context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: ngx.md5("") -> d41d8cd98f00b204e9800998ecf8427e, context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: type(ngx.now()) -> number, context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: type(ngx.today()) -> string, context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: require("ngx.balancer").set_current_peer("127.0.0.1", 1) -> nil, no upstream found, context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: require("ngx.balancer").set_more_tries(1) -> nil, no upstream found, context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: require("ngx.balancer").get_last_failure() -> nil, nil, no upstream found, context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: require("ngx.balancer").set_timeouts(1, 1, 1) -> false, API disabled in the current context, context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: require("ngx.balancer").bind_to_local_addr("127.0.0.1") -> nil, no upstream found, context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").server_name() -> nil, bad request, context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").clear_certs() -> nil, bad request, context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").get_tls1_version() -> nil, bad request, context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").get_tls1_version_str() -> nil, bad request, context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").server_port() -> nil, bad request, context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").raw_client_addr() -> nil, nil, bad request, context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").raw_server_addr() -> nil, nil, bad request, context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").verify_client() -> nil, API disabled in the current context, context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").set_der_cert("x") -> nil, bad request, context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").set_der_priv_key("x") -> nil, bad request, context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: require("ngx.ssl.clienthello").get_client_hello_server_name() -> throws API disabled in the current context, context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: require("ngx.ssl.clienthello").get_client_hello_ext(0) -> throws API disabled in the current context, context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: require("ngx.ssl.clienthello").set_protocols({"TLSv1.2"}) -> throws API disabled in the current context, context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: require("ngx.errlog").get_logs() -> nil, directive "lua_capture_error_log" is not set, context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: require("ngx.errlog").set_filter_level(ngx.WARN) -> nil, directive "lua_capture_error_log" is not set, context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: require("ngx.errlog").get_sys_filter_level() -> 6, context: init_worker_by_lua*
[warn] raw, context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: require("ngx.errlog").raw_log(ngx.WARN, "raw") -> , context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: type(require("ngx.process").get_master_pid()) -> number, context: init_worker_by_lua*
[warn] stream [lua] matrix.lua:101: require("ngx.process").enable_privileged_agent() -> nil, API disabled in the current context, context: init_worker_by_lua*



=== TEST 3: in preread_by_lua
--- stream_config
    lua_shared_dict d 100k;
    lua_package_path "$TEST_NGINX_HTML_DIR/?.lua;;";
--- stream_server_config
        preread_by_lua_block { require('matrix')() }
        content_by_lua_block { ngx.say('done') }
--- user_files
>>> matrix.lua
local list = [==[
ngx.get_phase()
ngx.sleep(0)
ngx.sleep()
ngx.sleep(-1)
ngx.sleep("x")
ngx.say("said")
ngx.print("printed\n")
ngx.flush()
ngx.flush(true)
ngx.flush(1)
ngx.eof(1)
ngx.var.remote_addr
ngx.var.nosuch
ngx.var[1]
ngx.var[{}]
type(ngx.ctx)
ngx.status
ngx.req.start_time() > 0
ngx.on_abort(function() end)
ngx.on_abort(1)
type(ngx.socket.tcp())
type(ngx.socket.udp())
ngx.socket.tcp(1)
ngx.socket.udp(1)
type(ngx.socket.stream)
ngx.socket.connect("127.0.0.1", 1)
type(ngx.thread.spawn(function() end))
ngx.thread.spawn(print)
ngx.thread.wait(1)
ngx.thread.kill(1)
type(coroutine.create(function() end))
coroutine.create(print)
coroutine.resume(1)
coroutine.resume(coroutine.create(function(...) return ... end), 1, 2)
coroutine.status(1)
coroutine.status(coroutine.create(function() end))
coroutine.wrap(function(...) return ... end)(1, 2)
type(coroutine.running())
coroutine.yield(1)
require("ngx.semaphore").new(1):wait(0)
require("ngx.semaphore").new(0):wait(0)
require("ngx.semaphore").new(0):post()
require("ngx.semaphore").new(3):count()
ngx.timer.at(100, 1)
ngx.timer.at()
ngx.timer.running_count() >= 0
ngx.timer.pending_count() >= 0
ngx.worker.exiting()
ngx.worker.count()
type(ngx.worker.pid())
type(ngx.worker.pids())
ngx.worker.id()
ngx.config.subsystem
ngx.shared.d:set("k", 1)
ngx.shared.d:get("k")
ngx.re.match("hello", "l+")[0]
ngx.escape_uri("a b")
ngx.md5("")
type(ngx.now())
type(ngx.today())
require("ngx.balancer").set_current_peer("127.0.0.1", 1)
require("ngx.balancer").set_more_tries(1)
require("ngx.balancer").get_last_failure()
require("ngx.balancer").set_timeouts(1, 1, 1)
require("ngx.balancer").bind_to_local_addr("127.0.0.1")
require("ngx.ssl").server_name()
require("ngx.ssl").clear_certs()
require("ngx.ssl").get_tls1_version()
require("ngx.ssl").get_tls1_version_str()
require("ngx.ssl").server_port()
require("ngx.ssl").raw_client_addr()
require("ngx.ssl").raw_server_addr()
require("ngx.ssl").verify_client()
require("ngx.ssl").set_der_cert("x")
require("ngx.ssl").set_der_priv_key("x")
require("ngx.ssl.clienthello").get_client_hello_server_name()
require("ngx.ssl.clienthello").get_client_hello_ext(0)
require("ngx.ssl.clienthello").set_protocols({"TLSv1.2"})
require("ngx.errlog").get_logs()
require("ngx.errlog").set_filter_level(ngx.WARN)
require("ngx.errlog").get_sys_filter_level()
require("ngx.errlog").raw_log(ngx.WARN, "raw")
type(require("ngx.process").get_master_pid())
require("ngx.process").enable_privileged_agent()
]==]
local function text(ok, ...)
    local t = {}
    for i = 1, select("#", ...) do
        local v = select(i, ...)
        t[i] = type(v) == "string" and v:gsub("[^ -~]", "?") or tostring(v)
    end
    return (ok and "" or "throws ") .. table.concat(t, ", ")
end
return function(without)
    for line in list:gmatch("[^\n]+") do
        for pattern in type(without) == "string" and without:gmatch("[^|]+") or function() end do
            if line:find(pattern) then goto continue end
        end
        local f = assert(loadstring("return " .. line, "=code"))
        ngx.log(ngx.WARN, line, " -> ", (text(pcall(f)):gsub("throws code:1: ", "throws "):gsub("throws [^ ]+/lualib/[^ ]+:%d+: ", "throws ")))
        ::continue::
    end
end
--- stream_response
said
printed
done
--- log
[warn] stream [lua] matrix.lua:101: ngx.get_phase() -> preread while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.sleep(0) ->  while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.sleep() -> throws attempt to pass 0 arguments, but accepted 1 while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.sleep(-1) -> throws invalid sleep duration "-1000" while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.sleep("x") -> throws bad argument #1 to '?' (number expected, got string) while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.say("said") -> 1 while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.print("printed\n") -> 1 while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.flush() -> 1 while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.flush(true) -> 1 while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.flush(1) -> throws bad argument #1 to '?' (boolean expected, got number) while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.eof(1) -> throws no argument is expected while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.var.remote_addr -> 127.0.0.1 while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.var.nosuch -> nil while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.var[1] -> nil while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.var[{}] -> throws bad variable name while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: type(ngx.ctx) -> table while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.status -> 0 while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.req.start_time() > 0 -> true while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.on_abort(function() end) -> nil, lua_check_client_abort is off while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.on_abort(1) -> nil, lua_check_client_abort is off while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: type(ngx.socket.tcp()) -> table while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: type(ngx.socket.udp()) -> table while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.socket.tcp(1) -> throws expecting zero arguments, but got 1 while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.socket.udp(1) -> throws expecting zero arguments, but got 1 while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: type(ngx.socket.stream) -> function while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] connect() failed (111: Connection refused) while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.socket.connect("127.0.0.1", 1) -> nil, connection refused while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: type(ngx.thread.spawn(function() end)) -> thread while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.thread.spawn(print) -> throws bad argument #1 to '?' (Lua function expected) while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.thread.wait(1) -> throws bad argument #1 to '?' (lua thread expected) while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.thread.kill(1) -> throws bad argument #1 to '?' (lua thread expected) while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: type(coroutine.create(function() end)) -> thread while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: coroutine.create(print) -> throws bad argument #1 to '?' (Lua function expected) while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: coroutine.resume(1) -> throws bad argument #1 to '?' (coroutine expected) while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: coroutine.resume(coroutine.create(function(...) return ... end), 1, 2) -> true, 1, 2 while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: coroutine.status(1) -> throws bad argument #1 to '?' (coroutine expected) while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: coroutine.status(coroutine.create(function() end)) -> suspended while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: coroutine.wrap(function(...) return ... end)(1, 2) -> 1, 2 while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: type(coroutine.running()) -> thread while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: coroutine.yield(1) ->  while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.semaphore").new(1):wait(0) -> true while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.semaphore").new(0):wait(0) -> nil, timeout while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.semaphore").new(0):post() -> true while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.semaphore").new(3):count() -> 3 while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.timer.at(100, 1) -> throws bad argument #2 to '?' (Lua function expected) while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.timer.at() -> throws expecting at least 2 arguments but got 0 while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.timer.running_count() >= 0 -> true while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.timer.pending_count() >= 0 -> true while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.worker.exiting() -> false while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.worker.count() -> 1 while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: type(ngx.worker.pid()) -> number while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: type(ngx.worker.pids()) -> table while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.worker.id() -> 0 while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.config.subsystem -> stream while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.shared.d:set("k", 1) -> true, nil, false while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.shared.d:get("k") -> 1 while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.re.match("hello", "l+")[0] -> ll while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.escape_uri("a b") -> a%20b while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.md5("") -> d41d8cd98f00b204e9800998ecf8427e while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: type(ngx.now()) -> number while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: type(ngx.today()) -> string while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.balancer").set_current_peer("127.0.0.1", 1) -> nil, no upstream found while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.balancer").set_more_tries(1) -> nil, no upstream found while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.balancer").get_last_failure() -> nil, nil, no upstream found while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.balancer").set_timeouts(1, 1, 1) -> false, API disabled in the current context while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.balancer").bind_to_local_addr("127.0.0.1") -> nil, no upstream found while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").server_name() -> nil, bad request while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").clear_certs() -> nil, bad request while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").get_tls1_version() -> nil, bad request while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").get_tls1_version_str() -> nil, bad request while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").server_port() -> nil, bad request while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").raw_client_addr() -> nil, nil, bad request while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").raw_server_addr() -> nil, nil, bad request while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").verify_client() -> nil, API disabled in the current context while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").set_der_cert("x") -> nil, bad request while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").set_der_priv_key("x") -> nil, bad request while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.ssl.clienthello").get_client_hello_server_name() -> throws API disabled in the current context while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.ssl.clienthello").get_client_hello_ext(0) -> throws API disabled in the current context while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.ssl.clienthello").set_protocols({"TLSv1.2"}) -> throws API disabled in the current context while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.errlog").get_logs() -> nil, directive "lua_capture_error_log" is not set while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.errlog").set_filter_level(ngx.WARN) -> nil, directive "lua_capture_error_log" is not set while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.errlog").get_sys_filter_level() -> 6 while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] raw while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.errlog").raw_log(ngx.WARN, "raw") ->  while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: type(require("ngx.process").get_master_pid()) -> number while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.process").enable_privileged_agent() -> nil, API disabled in the current context while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 4: in content_by_lua
--- stream_config
    lua_shared_dict d 100k;
    lua_package_path "$TEST_NGINX_HTML_DIR/?.lua;;";
--- stream_server_config
        content_by_lua_block { require('matrix')() }
--- user_files
>>> matrix.lua
local list = [==[
ngx.get_phase()
ngx.sleep(0)
ngx.sleep()
ngx.sleep(-1)
ngx.sleep("x")
ngx.say("said")
ngx.print("printed\n")
ngx.flush()
ngx.flush(true)
ngx.flush(1)
ngx.eof(1)
ngx.var.remote_addr
ngx.var.nosuch
ngx.var[1]
ngx.var[{}]
type(ngx.ctx)
ngx.status
ngx.req.start_time() > 0
ngx.on_abort(function() end)
ngx.on_abort(1)
type(ngx.socket.tcp())
type(ngx.socket.udp())
ngx.socket.tcp(1)
ngx.socket.udp(1)
type(ngx.socket.stream)
ngx.socket.connect("127.0.0.1", 1)
type(ngx.thread.spawn(function() end))
ngx.thread.spawn(print)
ngx.thread.wait(1)
ngx.thread.kill(1)
type(coroutine.create(function() end))
coroutine.create(print)
coroutine.resume(1)
coroutine.resume(coroutine.create(function(...) return ... end), 1, 2)
coroutine.status(1)
coroutine.status(coroutine.create(function() end))
coroutine.wrap(function(...) return ... end)(1, 2)
type(coroutine.running())
coroutine.yield(1)
require("ngx.semaphore").new(1):wait(0)
require("ngx.semaphore").new(0):wait(0)
require("ngx.semaphore").new(0):post()
require("ngx.semaphore").new(3):count()
ngx.timer.at(100, 1)
ngx.timer.at()
ngx.timer.running_count() >= 0
ngx.timer.pending_count() >= 0
ngx.worker.exiting()
ngx.worker.count()
type(ngx.worker.pid())
type(ngx.worker.pids())
ngx.worker.id()
ngx.config.subsystem
ngx.shared.d:set("k", 1)
ngx.shared.d:get("k")
ngx.re.match("hello", "l+")[0]
ngx.escape_uri("a b")
ngx.md5("")
type(ngx.now())
type(ngx.today())
require("ngx.balancer").set_current_peer("127.0.0.1", 1)
require("ngx.balancer").set_more_tries(1)
require("ngx.balancer").get_last_failure()
require("ngx.balancer").set_timeouts(1, 1, 1)
require("ngx.balancer").bind_to_local_addr("127.0.0.1")
require("ngx.ssl").server_name()
require("ngx.ssl").clear_certs()
require("ngx.ssl").get_tls1_version()
require("ngx.ssl").get_tls1_version_str()
require("ngx.ssl").server_port()
require("ngx.ssl").raw_client_addr()
require("ngx.ssl").raw_server_addr()
require("ngx.ssl").verify_client()
require("ngx.ssl").set_der_cert("x")
require("ngx.ssl").set_der_priv_key("x")
require("ngx.ssl.clienthello").get_client_hello_server_name()
require("ngx.ssl.clienthello").get_client_hello_ext(0)
require("ngx.ssl.clienthello").set_protocols({"TLSv1.2"})
require("ngx.errlog").get_logs()
require("ngx.errlog").set_filter_level(ngx.WARN)
require("ngx.errlog").get_sys_filter_level()
require("ngx.errlog").raw_log(ngx.WARN, "raw")
type(require("ngx.process").get_master_pid())
require("ngx.process").enable_privileged_agent()
]==]
local function text(ok, ...)
    local t = {}
    for i = 1, select("#", ...) do
        local v = select(i, ...)
        t[i] = type(v) == "string" and v:gsub("[^ -~]", "?") or tostring(v)
    end
    return (ok and "" or "throws ") .. table.concat(t, ", ")
end
return function(without)
    for line in list:gmatch("[^\n]+") do
        for pattern in type(without) == "string" and without:gmatch("[^|]+") or function() end do
            if line:find(pattern) then goto continue end
        end
        local f = assert(loadstring("return " .. line, "=code"))
        ngx.log(ngx.WARN, line, " -> ", (text(pcall(f)):gsub("throws code:1: ", "throws "):gsub("throws [^ ]+/lualib/[^ ]+:%d+: ", "throws ")))
        ::continue::
    end
end
--- stream_response
said
printed
--- log
[warn] stream [lua] matrix.lua:101: ngx.get_phase() -> content, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.sleep(0) -> , client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.sleep() -> throws attempt to pass 0 arguments, but accepted 1, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.sleep(-1) -> throws invalid sleep duration "-1000", client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.sleep("x") -> throws bad argument #1 to '?' (number expected, got string), client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.say("said") -> 1, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.print("printed\n") -> 1, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.flush() -> 1, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.flush(true) -> 1, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.flush(1) -> throws bad argument #1 to '?' (boolean expected, got number), client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.eof(1) -> throws no argument is expected, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.var.remote_addr -> 127.0.0.1, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.var.nosuch -> nil, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.var[1] -> nil, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.var[{}] -> throws bad variable name, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: type(ngx.ctx) -> table, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.status -> 0, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.req.start_time() > 0 -> true, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.on_abort(function() end) -> nil, lua_check_client_abort is off, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.on_abort(1) -> nil, lua_check_client_abort is off, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: type(ngx.socket.tcp()) -> table, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: type(ngx.socket.udp()) -> table, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.socket.tcp(1) -> throws expecting zero arguments, but got 1, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.socket.udp(1) -> throws expecting zero arguments, but got 1, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: type(ngx.socket.stream) -> function, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] connect() failed (111: Connection refused), client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.socket.connect("127.0.0.1", 1) -> nil, connection refused, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: type(ngx.thread.spawn(function() end)) -> thread, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.thread.spawn(print) -> throws bad argument #1 to '?' (Lua function expected), client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.thread.wait(1) -> throws bad argument #1 to '?' (lua thread expected), client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.thread.kill(1) -> throws bad argument #1 to '?' (lua thread expected), client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: type(coroutine.create(function() end)) -> thread, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: coroutine.create(print) -> throws bad argument #1 to '?' (Lua function expected), client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: coroutine.resume(1) -> throws bad argument #1 to '?' (coroutine expected), client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: coroutine.resume(coroutine.create(function(...) return ... end), 1, 2) -> true, 1, 2, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: coroutine.status(1) -> throws bad argument #1 to '?' (coroutine expected), client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: coroutine.status(coroutine.create(function() end)) -> suspended, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: coroutine.wrap(function(...) return ... end)(1, 2) -> 1, 2, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: type(coroutine.running()) -> thread, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: coroutine.yield(1) -> , client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.semaphore").new(1):wait(0) -> true, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.semaphore").new(0):wait(0) -> nil, timeout, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.semaphore").new(0):post() -> true, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.semaphore").new(3):count() -> 3, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.timer.at(100, 1) -> throws bad argument #2 to '?' (Lua function expected), client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.timer.at() -> throws expecting at least 2 arguments but got 0, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.timer.running_count() >= 0 -> true, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.timer.pending_count() >= 0 -> true, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.worker.exiting() -> false, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.worker.count() -> 1, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: type(ngx.worker.pid()) -> number, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: type(ngx.worker.pids()) -> table, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.worker.id() -> 0, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.config.subsystem -> stream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.shared.d:set("k", 1) -> true, nil, false, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.shared.d:get("k") -> 1, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.re.match("hello", "l+")[0] -> ll, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.escape_uri("a b") -> a%20b, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.md5("") -> d41d8cd98f00b204e9800998ecf8427e, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: type(ngx.now()) -> number, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: type(ngx.today()) -> string, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.balancer").set_current_peer("127.0.0.1", 1) -> nil, no upstream found, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.balancer").set_more_tries(1) -> nil, no upstream found, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.balancer").get_last_failure() -> nil, nil, no upstream found, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.balancer").set_timeouts(1, 1, 1) -> false, API disabled in the current context, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.balancer").bind_to_local_addr("127.0.0.1") -> nil, no upstream found, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").server_name() -> nil, bad request, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").clear_certs() -> nil, bad request, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").get_tls1_version() -> nil, bad request, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").get_tls1_version_str() -> nil, bad request, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").server_port() -> nil, bad request, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").raw_client_addr() -> nil, nil, bad request, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").raw_server_addr() -> nil, nil, bad request, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").verify_client() -> nil, API disabled in the current context, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").set_der_cert("x") -> nil, bad request, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").set_der_priv_key("x") -> nil, bad request, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.ssl.clienthello").get_client_hello_server_name() -> throws API disabled in the current context, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.ssl.clienthello").get_client_hello_ext(0) -> throws API disabled in the current context, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.ssl.clienthello").set_protocols({"TLSv1.2"}) -> throws API disabled in the current context, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.errlog").get_logs() -> nil, directive "lua_capture_error_log" is not set, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.errlog").set_filter_level(ngx.WARN) -> nil, directive "lua_capture_error_log" is not set, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.errlog").get_sys_filter_level() -> 6, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] raw, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.errlog").raw_log(ngx.WARN, "raw") -> , client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: type(require("ngx.process").get_master_pid()) -> number, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.process").enable_privileged_agent() -> nil, API disabled in the current context, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 5: in log_by_lua
--- stream_config
    lua_shared_dict d 100k;
    lua_package_path "$TEST_NGINX_HTML_DIR/?.lua;;";
--- stream_server_config
        log_by_lua_block { require('matrix')() }
        content_by_lua_block { ngx.say('done') }
--- user_files
>>> matrix.lua
local list = [==[
ngx.get_phase()
ngx.sleep(0)
ngx.sleep()
ngx.sleep(-1)
ngx.sleep("x")
ngx.say("said")
ngx.print("printed\n")
ngx.flush()
ngx.flush(true)
ngx.flush(1)
ngx.eof(1)
ngx.var.remote_addr
ngx.var.nosuch
ngx.var[1]
ngx.var[{}]
type(ngx.ctx)
ngx.status
ngx.req.start_time() > 0
ngx.on_abort(function() end)
ngx.on_abort(1)
type(ngx.socket.tcp())
type(ngx.socket.udp())
ngx.socket.tcp(1)
ngx.socket.udp(1)
type(ngx.socket.stream)
ngx.socket.connect("127.0.0.1", 1)
type(ngx.thread.spawn(function() end))
ngx.thread.spawn(print)
ngx.thread.wait(1)
ngx.thread.kill(1)
type(coroutine.create(function() end))
coroutine.create(print)
coroutine.resume(1)
coroutine.resume(coroutine.create(function(...) return ... end), 1, 2)
coroutine.status(1)
coroutine.status(coroutine.create(function() end))
coroutine.wrap(function(...) return ... end)(1, 2)
type(coroutine.running())
coroutine.yield(1)
require("ngx.semaphore").new(1):wait(0)
require("ngx.semaphore").new(0):wait(0)
require("ngx.semaphore").new(0):post()
require("ngx.semaphore").new(3):count()
ngx.timer.at(100, 1)
ngx.timer.at()
ngx.timer.running_count() >= 0
ngx.timer.pending_count() >= 0
ngx.worker.exiting()
ngx.worker.count()
type(ngx.worker.pid())
type(ngx.worker.pids())
ngx.worker.id()
ngx.config.subsystem
ngx.shared.d:set("k", 1)
ngx.shared.d:get("k")
ngx.re.match("hello", "l+")[0]
ngx.escape_uri("a b")
ngx.md5("")
type(ngx.now())
type(ngx.today())
require("ngx.balancer").set_current_peer("127.0.0.1", 1)
require("ngx.balancer").set_more_tries(1)
require("ngx.balancer").get_last_failure()
require("ngx.balancer").set_timeouts(1, 1, 1)
require("ngx.balancer").bind_to_local_addr("127.0.0.1")
require("ngx.ssl").server_name()
require("ngx.ssl").clear_certs()
require("ngx.ssl").get_tls1_version()
require("ngx.ssl").get_tls1_version_str()
require("ngx.ssl").server_port()
require("ngx.ssl").raw_client_addr()
require("ngx.ssl").raw_server_addr()
require("ngx.ssl").verify_client()
require("ngx.ssl").set_der_cert("x")
require("ngx.ssl").set_der_priv_key("x")
require("ngx.ssl.clienthello").get_client_hello_server_name()
require("ngx.ssl.clienthello").get_client_hello_ext(0)
require("ngx.ssl.clienthello").set_protocols({"TLSv1.2"})
require("ngx.errlog").get_logs()
require("ngx.errlog").set_filter_level(ngx.WARN)
require("ngx.errlog").get_sys_filter_level()
require("ngx.errlog").raw_log(ngx.WARN, "raw")
type(require("ngx.process").get_master_pid())
require("ngx.process").enable_privileged_agent()
]==]
local function text(ok, ...)
    local t = {}
    for i = 1, select("#", ...) do
        local v = select(i, ...)
        t[i] = type(v) == "string" and v:gsub("[^ -~]", "?") or tostring(v)
    end
    return (ok and "" or "throws ") .. table.concat(t, ", ")
end
return function(without)
    for line in list:gmatch("[^\n]+") do
        for pattern in type(without) == "string" and without:gmatch("[^|]+") or function() end do
            if line:find(pattern) then goto continue end
        end
        local f = assert(loadstring("return " .. line, "=code"))
        ngx.log(ngx.WARN, line, " -> ", (text(pcall(f)):gsub("throws code:1: ", "throws "):gsub("throws [^ ]+/lualib/[^ ]+:%d+: ", "throws ")))
        ::continue::
    end
end
--- stream_response
done
--- log
[warn] stream [lua] matrix.lua:101: ngx.get_phase() -> log, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.sleep(0) -> throws API disabled in the context of log_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.sleep() -> throws attempt to pass 0 arguments, but accepted 1, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.sleep(-1) -> throws invalid sleep duration "-1000", client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.sleep("x") -> throws bad argument #1 to '?' (number expected, got string), client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.say("said") -> throws API disabled in the context of log_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.print("printed\n") -> throws API disabled in the context of log_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.flush() -> throws API disabled in the context of log_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.flush(true) -> throws API disabled in the context of log_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.flush(1) -> throws bad argument #1 to '?' (boolean expected, got number), client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.eof(1) -> throws no argument is expected, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.var.remote_addr -> 127.0.0.1, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.var.nosuch -> nil, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.var[1] -> nil, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.var[{}] -> throws bad variable name, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: type(ngx.ctx) -> table, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.status -> 200, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.req.start_time() > 0 -> true, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.on_abort(function() end) -> nil, lua_check_client_abort is off, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.on_abort(1) -> nil, lua_check_client_abort is off, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: type(ngx.socket.tcp()) -> throws API disabled in the context of log_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: type(ngx.socket.udp()) -> throws API disabled in the context of log_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.socket.tcp(1) -> throws expecting zero arguments, but got 1, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.socket.udp(1) -> throws expecting zero arguments, but got 1, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: type(ngx.socket.stream) -> function, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.socket.connect("127.0.0.1", 1) -> throws ngx.socket.connect:1: API disabled in the context of log_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: type(ngx.thread.spawn(function() end)) -> throws API disabled in the context of log_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.thread.spawn(print) -> throws bad argument #1 to '?' (Lua function expected), client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.thread.wait(1) -> throws API disabled in the context of log_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.thread.kill(1) -> throws API disabled in the context of log_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: type(coroutine.create(function() end)) -> throws API disabled in the context of log_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: coroutine.create(print) -> throws bad argument #1 to '?' (Lua function expected), client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: coroutine.resume(1) -> throws bad argument #1 to '?' (coroutine expected), client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: coroutine.resume(coroutine.create(function(...) return ... end), 1, 2) -> throws API disabled in the context of log_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: coroutine.status(1) -> throws bad argument #1 to '?' (coroutine expected), client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: coroutine.status(coroutine.create(function() end)) -> throws API disabled in the context of log_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: coroutine.wrap(function(...) return ... end)(1, 2) -> throws API disabled in the context of log_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: type(coroutine.running()) -> thread, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: coroutine.yield(1) -> throws API disabled in the context of log_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.semaphore").new(1):wait(0) -> nil, API disabled in the context of log_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.semaphore").new(0):wait(0) -> nil, API disabled in the context of log_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.semaphore").new(0):post() -> true, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.semaphore").new(3):count() -> 3, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.timer.at(100, 1) -> throws bad argument #2 to '?' (Lua function expected), client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.timer.at() -> throws expecting at least 2 arguments but got 0, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.timer.running_count() >= 0 -> true, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.timer.pending_count() >= 0 -> true, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.worker.exiting() -> false, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.worker.count() -> 1, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: type(ngx.worker.pid()) -> number, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: type(ngx.worker.pids()) -> table, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.worker.id() -> 0, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.config.subsystem -> stream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.shared.d:set("k", 1) -> true, nil, false, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.shared.d:get("k") -> 1, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.re.match("hello", "l+")[0] -> ll, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.escape_uri("a b") -> a%20b, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.md5("") -> d41d8cd98f00b204e9800998ecf8427e, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: type(ngx.now()) -> number, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: type(ngx.today()) -> string, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.balancer").set_current_peer("127.0.0.1", 1) -> nil, no upstream found, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.balancer").set_more_tries(1) -> nil, no upstream found, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.balancer").get_last_failure() -> nil, nil, no upstream found, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.balancer").set_timeouts(1, 1, 1) -> false, API disabled in the current context, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.balancer").bind_to_local_addr("127.0.0.1") -> nil, no upstream found, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").server_name() -> nil, bad request, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").clear_certs() -> nil, bad request, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").get_tls1_version() -> nil, bad request, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").get_tls1_version_str() -> nil, bad request, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").server_port() -> nil, bad request, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").raw_client_addr() -> nil, nil, bad request, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").raw_server_addr() -> nil, nil, bad request, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").verify_client() -> nil, API disabled in the current context, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").set_der_cert("x") -> nil, bad request, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").set_der_priv_key("x") -> nil, bad request, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.ssl.clienthello").get_client_hello_server_name() -> throws API disabled in the current context, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.ssl.clienthello").get_client_hello_ext(0) -> throws API disabled in the current context, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.ssl.clienthello").set_protocols({"TLSv1.2"}) -> throws API disabled in the current context, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.errlog").get_logs() -> nil, directive "lua_capture_error_log" is not set, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.errlog").set_filter_level(ngx.WARN) -> nil, directive "lua_capture_error_log" is not set, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.errlog").get_sys_filter_level() -> 6, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] raw, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.errlog").raw_log(ngx.WARN, "raw") -> , client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: type(require("ngx.process").get_master_pid()) -> number, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.process").enable_privileged_agent() -> nil, API disabled in the current context, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 6: in a timer
--- stream_config
    lua_shared_dict d 100k;
    lua_package_path "$TEST_NGINX_HTML_DIR/?.lua;;";
--- stream_server_config
        content_by_lua_block { ngx.timer.at(0, require('matrix')) ngx.say('done') }
--- error_log
enable_privileged_agent() ->
--- user_files
>>> matrix.lua
local list = [==[
ngx.get_phase()
ngx.sleep(0)
ngx.sleep()
ngx.sleep(-1)
ngx.sleep("x")
ngx.say("said")
ngx.print("printed\n")
ngx.flush()
ngx.flush(true)
ngx.flush(1)
ngx.eof(1)
ngx.var.remote_addr
ngx.var.nosuch
ngx.var[1]
ngx.var[{}]
type(ngx.ctx)
ngx.status
ngx.req.start_time() > 0
ngx.on_abort(function() end)
ngx.on_abort(1)
type(ngx.socket.tcp())
type(ngx.socket.udp())
ngx.socket.tcp(1)
ngx.socket.udp(1)
type(ngx.socket.stream)
ngx.socket.connect("127.0.0.1", 1)
type(ngx.thread.spawn(function() end))
ngx.thread.spawn(print)
ngx.thread.wait(1)
ngx.thread.kill(1)
type(coroutine.create(function() end))
coroutine.create(print)
coroutine.resume(1)
coroutine.resume(coroutine.create(function(...) return ... end), 1, 2)
coroutine.status(1)
coroutine.status(coroutine.create(function() end))
coroutine.wrap(function(...) return ... end)(1, 2)
type(coroutine.running())
coroutine.yield(1)
require("ngx.semaphore").new(1):wait(0)
require("ngx.semaphore").new(0):wait(0)
require("ngx.semaphore").new(0):post()
require("ngx.semaphore").new(3):count()
ngx.timer.at(100, 1)
ngx.timer.at()
ngx.timer.running_count() >= 0
ngx.timer.pending_count() >= 0
ngx.worker.exiting()
ngx.worker.count()
type(ngx.worker.pid())
type(ngx.worker.pids())
ngx.worker.id()
ngx.config.subsystem
ngx.shared.d:set("k", 1)
ngx.shared.d:get("k")
ngx.re.match("hello", "l+")[0]
ngx.escape_uri("a b")
ngx.md5("")
type(ngx.now())
type(ngx.today())
require("ngx.balancer").set_current_peer("127.0.0.1", 1)
require("ngx.balancer").set_more_tries(1)
require("ngx.balancer").get_last_failure()
require("ngx.balancer").set_timeouts(1, 1, 1)
require("ngx.balancer").bind_to_local_addr("127.0.0.1")
require("ngx.ssl").server_name()
require("ngx.ssl").clear_certs()
require("ngx.ssl").get_tls1_version()
require("ngx.ssl").get_tls1_version_str()
require("ngx.ssl").server_port()
require("ngx.ssl").raw_client_addr()
require("ngx.ssl").raw_server_addr()
require("ngx.ssl").verify_client()
require("ngx.ssl").set_der_cert("x")
require("ngx.ssl").set_der_priv_key("x")
require("ngx.ssl.clienthello").get_client_hello_server_name()
require("ngx.ssl.clienthello").get_client_hello_ext(0)
require("ngx.ssl.clienthello").set_protocols({"TLSv1.2"})
require("ngx.errlog").get_logs()
require("ngx.errlog").set_filter_level(ngx.WARN)
require("ngx.errlog").get_sys_filter_level()
require("ngx.errlog").raw_log(ngx.WARN, "raw")
type(require("ngx.process").get_master_pid())
require("ngx.process").enable_privileged_agent()
]==]
local function text(ok, ...)
    local t = {}
    for i = 1, select("#", ...) do
        local v = select(i, ...)
        t[i] = type(v) == "string" and v:gsub("[^ -~]", "?") or tostring(v)
    end
    return (ok and "" or "throws ") .. table.concat(t, ", ")
end
return function(without)
    for line in list:gmatch("[^\n]+") do
        for pattern in type(without) == "string" and without:gmatch("[^|]+") or function() end do
            if line:find(pattern) then goto continue end
        end
        local f = assert(loadstring("return " .. line, "=code"))
        ngx.log(ngx.WARN, line, " -> ", (text(pcall(f)):gsub("throws code:1: ", "throws "):gsub("throws [^ ]+/lualib/[^ ]+:%d+: ", "throws ")))
        ::continue::
    end
end
--- stream_response
done
--- log
[warn] stream [lua] matrix.lua:101: ngx.get_phase() -> timer, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.sleep(0) -> , context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.sleep() -> throws attempt to pass 0 arguments, but accepted 1, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.sleep(-1) -> throws invalid sleep duration "-1000", context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.sleep("x") -> throws bad argument #1 to '?' (number expected, got string), context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.say("said") -> throws API disabled in the context of ngx.timer, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.print("printed\n") -> throws API disabled in the context of ngx.timer, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.flush() -> throws API disabled in the context of ngx.timer, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.flush(true) -> throws API disabled in the context of ngx.timer, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.flush(1) -> throws bad argument #1 to '?' (boolean expected, got number), context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.eof(1) -> throws no argument is expected, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.var.remote_addr -> throws API disabled in the current context, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.var.nosuch -> throws API disabled in the current context, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.var[1] -> throws API disabled in the current context, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.var[{}] -> throws bad variable name, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: type(ngx.ctx) -> table, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.status -> 0, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.req.start_time() > 0 -> false, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.on_abort(function() end) -> throws API disabled in the context of ngx.timer, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.on_abort(1) -> throws API disabled in the context of ngx.timer, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: type(ngx.socket.tcp()) -> table, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: type(ngx.socket.udp()) -> table, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.socket.tcp(1) -> throws expecting zero arguments, but got 1, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.socket.udp(1) -> throws expecting zero arguments, but got 1, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: type(ngx.socket.stream) -> function, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] connect() failed (111: Connection refused), context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.socket.connect("127.0.0.1", 1) -> nil, connection refused, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: type(ngx.thread.spawn(function() end)) -> thread, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.thread.spawn(print) -> throws bad argument #1 to '?' (Lua function expected), context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.thread.wait(1) -> throws bad argument #1 to '?' (lua thread expected), context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.thread.kill(1) -> throws bad argument #1 to '?' (lua thread expected), context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: type(coroutine.create(function() end)) -> thread, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: coroutine.create(print) -> throws bad argument #1 to '?' (Lua function expected), context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: coroutine.resume(1) -> throws bad argument #1 to '?' (coroutine expected), context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: coroutine.resume(coroutine.create(function(...) return ... end), 1, 2) -> true, 1, 2, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: coroutine.status(1) -> throws bad argument #1 to '?' (coroutine expected), context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: coroutine.status(coroutine.create(function() end)) -> suspended, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: coroutine.wrap(function(...) return ... end)(1, 2) -> 1, 2, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: type(coroutine.running()) -> thread, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: coroutine.yield(1) -> , context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.semaphore").new(1):wait(0) -> true, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.semaphore").new(0):wait(0) -> nil, timeout, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.semaphore").new(0):post() -> true, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.semaphore").new(3):count() -> 3, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.timer.at(100, 1) -> throws bad argument #2 to '?' (Lua function expected), context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.timer.at() -> throws expecting at least 2 arguments but got 0, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.timer.running_count() >= 0 -> true, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.timer.pending_count() >= 0 -> true, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.worker.exiting() -> false, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.worker.count() -> 1, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: type(ngx.worker.pid()) -> number, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: type(ngx.worker.pids()) -> table, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.worker.id() -> 0, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.config.subsystem -> stream, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.shared.d:set("k", 1) -> true, nil, false, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.shared.d:get("k") -> 1, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.re.match("hello", "l+")[0] -> ll, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.escape_uri("a b") -> a%20b, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: ngx.md5("") -> d41d8cd98f00b204e9800998ecf8427e, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: type(ngx.now()) -> number, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: type(ngx.today()) -> string, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.balancer").set_current_peer("127.0.0.1", 1) -> nil, no upstream found, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.balancer").set_more_tries(1) -> nil, no upstream found, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.balancer").get_last_failure() -> nil, nil, no upstream found, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.balancer").set_timeouts(1, 1, 1) -> false, API disabled in the current context, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.balancer").bind_to_local_addr("127.0.0.1") -> nil, no upstream found, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").server_name() -> nil, bad request, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").clear_certs() -> nil, bad request, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").get_tls1_version() -> nil, bad request, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").get_tls1_version_str() -> nil, bad request, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").server_port() -> nil, bad request, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").raw_client_addr() -> nil, nil, bad request, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").raw_server_addr() -> nil, nil, bad request, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").verify_client() -> nil, API disabled in the current context, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").set_der_cert("x") -> nil, bad request, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").set_der_priv_key("x") -> nil, bad request, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.ssl.clienthello").get_client_hello_server_name() -> throws API disabled in the current context, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.ssl.clienthello").get_client_hello_ext(0) -> throws API disabled in the current context, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.ssl.clienthello").set_protocols({"TLSv1.2"}) -> throws API disabled in the current context, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.errlog").get_logs() -> nil, directive "lua_capture_error_log" is not set, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.errlog").set_filter_level(ngx.WARN) -> nil, directive "lua_capture_error_log" is not set, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.errlog").get_sys_filter_level() -> 6, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] raw, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.errlog").raw_log(ngx.WARN, "raw") -> , context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: type(require("ngx.process").get_master_pid()) -> number, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] matrix.lua:101: require("ngx.process").enable_privileged_agent() -> nil, API disabled in the current context, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 7: in balancer_by_lua
--- stream_config
    lua_shared_dict d 100k;
    lua_package_path "$TEST_NGINX_HTML_DIR/?.lua;;";
    upstream u { server 127.0.0.1:1; balancer_by_lua_block { require('matrix')() } }
--- stream_server_config
        proxy_pass u;
        proxy_next_upstream off;
--- user_files
>>> matrix.lua
local list = [==[
ngx.get_phase()
ngx.sleep(0)
ngx.sleep()
ngx.sleep(-1)
ngx.sleep("x")
ngx.say("said")
ngx.print("printed\n")
ngx.flush()
ngx.flush(true)
ngx.flush(1)
ngx.eof(1)
ngx.var.remote_addr
ngx.var.nosuch
ngx.var[1]
ngx.var[{}]
type(ngx.ctx)
ngx.status
ngx.req.start_time() > 0
ngx.on_abort(function() end)
ngx.on_abort(1)
type(ngx.socket.tcp())
type(ngx.socket.udp())
ngx.socket.tcp(1)
ngx.socket.udp(1)
type(ngx.socket.stream)
ngx.socket.connect("127.0.0.1", 1)
type(ngx.thread.spawn(function() end))
ngx.thread.spawn(print)
ngx.thread.wait(1)
ngx.thread.kill(1)
type(coroutine.create(function() end))
coroutine.create(print)
coroutine.resume(1)
coroutine.resume(coroutine.create(function(...) return ... end), 1, 2)
coroutine.status(1)
coroutine.status(coroutine.create(function() end))
coroutine.wrap(function(...) return ... end)(1, 2)
type(coroutine.running())
coroutine.yield(1)
require("ngx.semaphore").new(1):wait(0)
require("ngx.semaphore").new(0):wait(0)
require("ngx.semaphore").new(0):post()
require("ngx.semaphore").new(3):count()
ngx.timer.at(100, 1)
ngx.timer.at()
ngx.timer.running_count() >= 0
ngx.timer.pending_count() >= 0
ngx.worker.exiting()
ngx.worker.count()
type(ngx.worker.pid())
type(ngx.worker.pids())
ngx.worker.id()
ngx.config.subsystem
ngx.shared.d:set("k", 1)
ngx.shared.d:get("k")
ngx.re.match("hello", "l+")[0]
ngx.escape_uri("a b")
ngx.md5("")
type(ngx.now())
type(ngx.today())
require("ngx.balancer").set_current_peer("127.0.0.1", 1)
require("ngx.balancer").set_more_tries(1)
require("ngx.balancer").get_last_failure()
require("ngx.balancer").set_timeouts(1, 1, 1)
require("ngx.balancer").bind_to_local_addr("127.0.0.1")
require("ngx.ssl").server_name()
require("ngx.ssl").clear_certs()
require("ngx.ssl").get_tls1_version()
require("ngx.ssl").get_tls1_version_str()
require("ngx.ssl").server_port()
require("ngx.ssl").raw_client_addr()
require("ngx.ssl").raw_server_addr()
require("ngx.ssl").verify_client()
require("ngx.ssl").set_der_cert("x")
require("ngx.ssl").set_der_priv_key("x")
require("ngx.ssl.clienthello").get_client_hello_server_name()
require("ngx.ssl.clienthello").get_client_hello_ext(0)
require("ngx.ssl.clienthello").set_protocols({"TLSv1.2"})
require("ngx.errlog").get_logs()
require("ngx.errlog").set_filter_level(ngx.WARN)
require("ngx.errlog").get_sys_filter_level()
require("ngx.errlog").raw_log(ngx.WARN, "raw")
type(require("ngx.process").get_master_pid())
require("ngx.process").enable_privileged_agent()
]==]
local function text(ok, ...)
    local t = {}
    for i = 1, select("#", ...) do
        local v = select(i, ...)
        t[i] = type(v) == "string" and v:gsub("[^ -~]", "?") or tostring(v)
    end
    return (ok and "" or "throws ") .. table.concat(t, ", ")
end
return function(without)
    for line in list:gmatch("[^\n]+") do
        for pattern in type(without) == "string" and without:gmatch("[^|]+") or function() end do
            if line:find(pattern) then goto continue end
        end
        local f = assert(loadstring("return " .. line, "=code"))
        ngx.log(ngx.WARN, line, " -> ", (text(pcall(f)):gsub("throws code:1: ", "throws "):gsub("throws [^ ]+/lualib/[^ ]+:%d+: ", "throws ")))
        ::continue::
    end
end
--- stream_response
--- log
[warn] stream [lua] matrix.lua:101: ngx.get_phase() -> balancer while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: ngx.sleep(0) -> throws API disabled in the context of balancer_by_lua* while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: ngx.sleep() -> throws attempt to pass 0 arguments, but accepted 1 while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: ngx.sleep(-1) -> throws invalid sleep duration "-1000" while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: ngx.sleep("x") -> throws bad argument #1 to '?' (number expected, got string) while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: ngx.say("said") -> throws API disabled in the context of balancer_by_lua* while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: ngx.print("printed\n") -> throws API disabled in the context of balancer_by_lua* while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: ngx.flush() -> throws API disabled in the context of balancer_by_lua* while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: ngx.flush(true) -> throws API disabled in the context of balancer_by_lua* while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: ngx.flush(1) -> throws bad argument #1 to '?' (boolean expected, got number) while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: ngx.eof(1) -> throws no argument is expected while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: ngx.var.remote_addr -> 127.0.0.1 while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: ngx.var.nosuch -> nil while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: ngx.var[1] -> nil while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: ngx.var[{}] -> throws bad variable name while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: type(ngx.ctx) -> table while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: ngx.status -> 0 while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: ngx.req.start_time() > 0 -> true while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: ngx.on_abort(function() end) -> nil, lua_check_client_abort is off while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: ngx.on_abort(1) -> nil, lua_check_client_abort is off while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: type(ngx.socket.tcp()) -> throws API disabled in the context of balancer_by_lua* while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: type(ngx.socket.udp()) -> throws API disabled in the context of balancer_by_lua* while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: ngx.socket.tcp(1) -> throws expecting zero arguments, but got 1 while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: ngx.socket.udp(1) -> throws expecting zero arguments, but got 1 while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: type(ngx.socket.stream) -> function while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: ngx.socket.connect("127.0.0.1", 1) -> throws ngx.socket.connect:1: API disabled in the context of balancer_by_lua* while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: type(ngx.thread.spawn(function() end)) -> throws API disabled in the context of balancer_by_lua* while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: ngx.thread.spawn(print) -> throws bad argument #1 to '?' (Lua function expected) while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: ngx.thread.wait(1) -> throws API disabled in the context of balancer_by_lua* while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: ngx.thread.kill(1) -> throws API disabled in the context of balancer_by_lua* while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: type(coroutine.create(function() end)) -> throws API disabled in the context of balancer_by_lua* while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: coroutine.create(print) -> throws bad argument #1 to '?' (Lua function expected) while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: coroutine.resume(1) -> throws bad argument #1 to '?' (coroutine expected) while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: coroutine.resume(coroutine.create(function(...) return ... end), 1, 2) -> throws API disabled in the context of balancer_by_lua* while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: coroutine.status(1) -> throws bad argument #1 to '?' (coroutine expected) while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: coroutine.status(coroutine.create(function() end)) -> throws API disabled in the context of balancer_by_lua* while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: coroutine.wrap(function(...) return ... end)(1, 2) -> throws API disabled in the context of balancer_by_lua* while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: type(coroutine.running()) -> thread while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: coroutine.yield(1) -> throws API disabled in the context of balancer_by_lua* while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: require("ngx.semaphore").new(1):wait(0) -> nil, API disabled in the context of balancer_by_lua* while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: require("ngx.semaphore").new(0):wait(0) -> nil, API disabled in the context of balancer_by_lua* while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: require("ngx.semaphore").new(0):post() -> true while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: require("ngx.semaphore").new(3):count() -> 3 while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: ngx.timer.at(100, 1) -> throws bad argument #2 to '?' (Lua function expected) while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: ngx.timer.at() -> throws expecting at least 2 arguments but got 0 while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: ngx.timer.running_count() >= 0 -> true while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: ngx.timer.pending_count() >= 0 -> true while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: ngx.worker.exiting() -> false while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: ngx.worker.count() -> 1 while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: type(ngx.worker.pid()) -> number while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: type(ngx.worker.pids()) -> table while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: ngx.worker.id() -> 0 while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: ngx.config.subsystem -> stream while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: ngx.shared.d:set("k", 1) -> true, nil, false while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: ngx.shared.d:get("k") -> 1 while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: ngx.re.match("hello", "l+")[0] -> ll while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: ngx.escape_uri("a b") -> a%20b while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: ngx.md5("") -> d41d8cd98f00b204e9800998ecf8427e while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: type(ngx.now()) -> number while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: type(ngx.today()) -> string while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: require("ngx.balancer").set_current_peer("127.0.0.1", 1) -> true while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: require("ngx.balancer").set_more_tries(1) -> true while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: require("ngx.balancer").get_last_failure() -> nil while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: require("ngx.balancer").set_timeouts(1, 1, 1) -> true while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: require("ngx.balancer").bind_to_local_addr("127.0.0.1") -> true while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").server_name() -> nil, bad request while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").clear_certs() -> nil, bad request while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").get_tls1_version() -> nil, bad request while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").get_tls1_version_str() -> nil, bad request while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").server_port() -> nil, bad request while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").raw_client_addr() -> nil, nil, bad request while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").raw_server_addr() -> nil, nil, bad request while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").verify_client() -> nil, API disabled in the current context while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").set_der_cert("x") -> nil, bad request while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").set_der_priv_key("x") -> nil, bad request while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: require("ngx.ssl.clienthello").get_client_hello_server_name() -> throws API disabled in the current context while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: require("ngx.ssl.clienthello").get_client_hello_ext(0) -> throws API disabled in the current context while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: require("ngx.ssl.clienthello").set_protocols({"TLSv1.2"}) -> throws API disabled in the current context while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: require("ngx.errlog").get_logs() -> nil, directive "lua_capture_error_log" is not set while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: require("ngx.errlog").set_filter_level(ngx.WARN) -> nil, directive "lua_capture_error_log" is not set while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: require("ngx.errlog").get_sys_filter_level() -> 6 while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] raw while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: require("ngx.errlog").raw_log(ngx.WARN, "raw") ->  while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: type(require("ngx.process").get_master_pid()) -> number while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] matrix.lua:101: require("ngx.process").enable_privileged_agent() -> nil, API disabled in the current context while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[error] connect() failed (111: Connection refused) while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:1", bytes from/to client:0/0, bytes from/to upstream:0/0



=== TEST 8: in log_by_lua of a proxied session
--- stream_config
    lua_shared_dict d 100k;
    lua_package_path "$TEST_NGINX_HTML_DIR/?.lua;;";
    server { listen $TEST_NGINX_RAND_PORT_1; return done; }
--- stream_server_config
        proxy_pass 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
        log_by_lua_block { require('matrix')('ngx.shared|worker|config') }
--- user_files
>>> matrix.lua
local list = [==[
ngx.get_phase()
ngx.sleep(0)
ngx.sleep()
ngx.sleep(-1)
ngx.sleep("x")
ngx.say("said")
ngx.print("printed\n")
ngx.flush()
ngx.flush(true)
ngx.flush(1)
ngx.eof(1)
ngx.var.remote_addr
ngx.var.nosuch
ngx.var[1]
ngx.var[{}]
type(ngx.ctx)
ngx.status
ngx.req.start_time() > 0
ngx.on_abort(function() end)
ngx.on_abort(1)
type(ngx.socket.tcp())
type(ngx.socket.udp())
ngx.socket.tcp(1)
ngx.socket.udp(1)
type(ngx.socket.stream)
ngx.socket.connect("127.0.0.1", 1)
type(ngx.thread.spawn(function() end))
ngx.thread.spawn(print)
ngx.thread.wait(1)
ngx.thread.kill(1)
type(coroutine.create(function() end))
coroutine.create(print)
coroutine.resume(1)
coroutine.resume(coroutine.create(function(...) return ... end), 1, 2)
coroutine.status(1)
coroutine.status(coroutine.create(function() end))
coroutine.wrap(function(...) return ... end)(1, 2)
type(coroutine.running())
coroutine.yield(1)
require("ngx.semaphore").new(1):wait(0)
require("ngx.semaphore").new(0):wait(0)
require("ngx.semaphore").new(0):post()
require("ngx.semaphore").new(3):count()
ngx.timer.at(100, 1)
ngx.timer.at()
ngx.timer.running_count() >= 0
ngx.timer.pending_count() >= 0
ngx.worker.exiting()
ngx.worker.count()
type(ngx.worker.pid())
type(ngx.worker.pids())
ngx.worker.id()
ngx.config.subsystem
ngx.shared.d:set("k", 1)
ngx.shared.d:get("k")
ngx.re.match("hello", "l+")[0]
ngx.escape_uri("a b")
ngx.md5("")
type(ngx.now())
type(ngx.today())
require("ngx.balancer").set_current_peer("127.0.0.1", 1)
require("ngx.balancer").set_more_tries(1)
require("ngx.balancer").get_last_failure()
require("ngx.balancer").set_timeouts(1, 1, 1)
require("ngx.balancer").bind_to_local_addr("127.0.0.1")
require("ngx.ssl").server_name()
require("ngx.ssl").clear_certs()
require("ngx.ssl").get_tls1_version()
require("ngx.ssl").get_tls1_version_str()
require("ngx.ssl").server_port()
require("ngx.ssl").raw_client_addr()
require("ngx.ssl").raw_server_addr()
require("ngx.ssl").verify_client()
require("ngx.ssl").set_der_cert("x")
require("ngx.ssl").set_der_priv_key("x")
require("ngx.ssl.clienthello").get_client_hello_server_name()
require("ngx.ssl.clienthello").get_client_hello_ext(0)
require("ngx.ssl.clienthello").set_protocols({"TLSv1.2"})
require("ngx.errlog").get_logs()
require("ngx.errlog").set_filter_level(ngx.WARN)
require("ngx.errlog").get_sys_filter_level()
require("ngx.errlog").raw_log(ngx.WARN, "raw")
type(require("ngx.process").get_master_pid())
require("ngx.process").enable_privileged_agent()
]==]
local function text(ok, ...)
    local t = {}
    for i = 1, select("#", ...) do
        local v = select(i, ...)
        t[i] = type(v) == "string" and v:gsub("[^ -~]", "?") or tostring(v)
    end
    return (ok and "" or "throws ") .. table.concat(t, ", ")
end
return function(without)
    for line in list:gmatch("[^\n]+") do
        for pattern in type(without) == "string" and without:gmatch("[^|]+") or function() end do
            if line:find(pattern) then goto continue end
        end
        local f = assert(loadstring("return " .. line, "=code"))
        ngx.log(ngx.WARN, line, " -> ", (text(pcall(f)):gsub("throws code:1: ", "throws "):gsub("throws [^ ]+/lualib/[^ ]+:%d+: ", "throws ")))
        ::continue::
    end
end
--- stream_response
done
--- log
[warn] stream [lua] matrix.lua:101: ngx.get_phase() -> log while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/4, bytes from/to upstream:4/0
[warn] stream [lua] matrix.lua:101: ngx.sleep(0) -> throws API disabled in the context of log_by_lua* while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/4, bytes from/to upstream:4/0
[warn] stream [lua] matrix.lua:101: ngx.sleep() -> throws attempt to pass 0 arguments, but accepted 1 while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/4, bytes from/to upstream:4/0
[warn] stream [lua] matrix.lua:101: ngx.sleep(-1) -> throws invalid sleep duration "-1000" while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/4, bytes from/to upstream:4/0
[warn] stream [lua] matrix.lua:101: ngx.sleep("x") -> throws bad argument #1 to '?' (number expected, got string) while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/4, bytes from/to upstream:4/0
[warn] stream [lua] matrix.lua:101: ngx.say("said") -> throws API disabled in the context of log_by_lua* while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/4, bytes from/to upstream:4/0
[warn] stream [lua] matrix.lua:101: ngx.print("printed\n") -> throws API disabled in the context of log_by_lua* while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/4, bytes from/to upstream:4/0
[warn] stream [lua] matrix.lua:101: ngx.flush() -> throws API disabled in the context of log_by_lua* while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/4, bytes from/to upstream:4/0
[warn] stream [lua] matrix.lua:101: ngx.flush(true) -> throws API disabled in the context of log_by_lua* while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/4, bytes from/to upstream:4/0
[warn] stream [lua] matrix.lua:101: ngx.flush(1) -> throws bad argument #1 to '?' (boolean expected, got number) while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/4, bytes from/to upstream:4/0
[warn] stream [lua] matrix.lua:101: ngx.eof(1) -> throws no argument is expected while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/4, bytes from/to upstream:4/0
[warn] stream [lua] matrix.lua:101: ngx.var.remote_addr -> 127.0.0.1 while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/4, bytes from/to upstream:4/0
[warn] stream [lua] matrix.lua:101: ngx.var.nosuch -> nil while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/4, bytes from/to upstream:4/0
[warn] stream [lua] matrix.lua:101: ngx.var[1] -> nil while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/4, bytes from/to upstream:4/0
[warn] stream [lua] matrix.lua:101: ngx.var[{}] -> throws bad variable name while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/4, bytes from/to upstream:4/0
[warn] stream [lua] matrix.lua:101: type(ngx.ctx) -> table while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/4, bytes from/to upstream:4/0
[warn] stream [lua] matrix.lua:101: ngx.status -> 200 while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/4, bytes from/to upstream:4/0
[warn] stream [lua] matrix.lua:101: ngx.req.start_time() > 0 -> true while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/4, bytes from/to upstream:4/0
[warn] stream [lua] matrix.lua:101: ngx.on_abort(function() end) -> nil, lua_check_client_abort is off while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/4, bytes from/to upstream:4/0
[warn] stream [lua] matrix.lua:101: ngx.on_abort(1) -> nil, lua_check_client_abort is off while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/4, bytes from/to upstream:4/0
[warn] stream [lua] matrix.lua:101: type(ngx.socket.tcp()) -> throws API disabled in the context of log_by_lua* while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/4, bytes from/to upstream:4/0
[warn] stream [lua] matrix.lua:101: type(ngx.socket.udp()) -> throws API disabled in the context of log_by_lua* while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/4, bytes from/to upstream:4/0
[warn] stream [lua] matrix.lua:101: ngx.socket.tcp(1) -> throws expecting zero arguments, but got 1 while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/4, bytes from/to upstream:4/0
[warn] stream [lua] matrix.lua:101: ngx.socket.udp(1) -> throws expecting zero arguments, but got 1 while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/4, bytes from/to upstream:4/0
[warn] stream [lua] matrix.lua:101: type(ngx.socket.stream) -> function while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/4, bytes from/to upstream:4/0
[warn] stream [lua] matrix.lua:101: ngx.socket.connect("127.0.0.1", 1) -> throws ngx.socket.connect:1: API disabled in the context of log_by_lua* while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/4, bytes from/to upstream:4/0
[warn] stream [lua] matrix.lua:101: type(ngx.thread.spawn(function() end)) -> throws API disabled in the context of log_by_lua* while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/4, bytes from/to upstream:4/0
[warn] stream [lua] matrix.lua:101: ngx.thread.spawn(print) -> throws bad argument #1 to '?' (Lua function expected) while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/4, bytes from/to upstream:4/0
[warn] stream [lua] matrix.lua:101: ngx.thread.wait(1) -> throws API disabled in the context of log_by_lua* while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/4, bytes from/to upstream:4/0
[warn] stream [lua] matrix.lua:101: ngx.thread.kill(1) -> throws API disabled in the context of log_by_lua* while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/4, bytes from/to upstream:4/0
[warn] stream [lua] matrix.lua:101: type(coroutine.create(function() end)) -> throws API disabled in the context of log_by_lua* while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/4, bytes from/to upstream:4/0
[warn] stream [lua] matrix.lua:101: coroutine.create(print) -> throws bad argument #1 to '?' (Lua function expected) while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/4, bytes from/to upstream:4/0
[warn] stream [lua] matrix.lua:101: coroutine.resume(1) -> throws bad argument #1 to '?' (coroutine expected) while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/4, bytes from/to upstream:4/0
[warn] stream [lua] matrix.lua:101: coroutine.resume(coroutine.create(function(...) return ... end), 1, 2) -> throws API disabled in the context of log_by_lua* while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/4, bytes from/to upstream:4/0
[warn] stream [lua] matrix.lua:101: coroutine.status(1) -> throws bad argument #1 to '?' (coroutine expected) while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/4, bytes from/to upstream:4/0
[warn] stream [lua] matrix.lua:101: coroutine.status(coroutine.create(function() end)) -> throws API disabled in the context of log_by_lua* while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/4, bytes from/to upstream:4/0
[warn] stream [lua] matrix.lua:101: coroutine.wrap(function(...) return ... end)(1, 2) -> throws API disabled in the context of log_by_lua* while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/4, bytes from/to upstream:4/0
[warn] stream [lua] matrix.lua:101: type(coroutine.running()) -> thread while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/4, bytes from/to upstream:4/0
[warn] stream [lua] matrix.lua:101: coroutine.yield(1) -> throws API disabled in the context of log_by_lua* while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/4, bytes from/to upstream:4/0
[warn] stream [lua] matrix.lua:101: require("ngx.semaphore").new(1):wait(0) -> nil, API disabled in the context of log_by_lua* while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/4, bytes from/to upstream:4/0
[warn] stream [lua] matrix.lua:101: require("ngx.semaphore").new(0):wait(0) -> nil, API disabled in the context of log_by_lua* while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/4, bytes from/to upstream:4/0
[warn] stream [lua] matrix.lua:101: require("ngx.semaphore").new(0):post() -> true while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/4, bytes from/to upstream:4/0
[warn] stream [lua] matrix.lua:101: require("ngx.semaphore").new(3):count() -> 3 while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/4, bytes from/to upstream:4/0
[warn] stream [lua] matrix.lua:101: ngx.timer.at(100, 1) -> throws bad argument #2 to '?' (Lua function expected) while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/4, bytes from/to upstream:4/0
[warn] stream [lua] matrix.lua:101: ngx.timer.at() -> throws expecting at least 2 arguments but got 0 while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/4, bytes from/to upstream:4/0
[warn] stream [lua] matrix.lua:101: ngx.timer.running_count() >= 0 -> true while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/4, bytes from/to upstream:4/0
[warn] stream [lua] matrix.lua:101: ngx.timer.pending_count() >= 0 -> true while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/4, bytes from/to upstream:4/0
[warn] stream [lua] matrix.lua:101: ngx.re.match("hello", "l+")[0] -> ll while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/4, bytes from/to upstream:4/0
[warn] stream [lua] matrix.lua:101: ngx.escape_uri("a b") -> a%20b while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/4, bytes from/to upstream:4/0
[warn] stream [lua] matrix.lua:101: ngx.md5("") -> d41d8cd98f00b204e9800998ecf8427e while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/4, bytes from/to upstream:4/0
[warn] stream [lua] matrix.lua:101: type(ngx.now()) -> number while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/4, bytes from/to upstream:4/0
[warn] stream [lua] matrix.lua:101: type(ngx.today()) -> string while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/4, bytes from/to upstream:4/0
[warn] stream [lua] matrix.lua:101: require("ngx.balancer").set_current_peer("127.0.0.1", 1) -> nil, API disabled in the current context while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/4, bytes from/to upstream:4/0
[warn] stream [lua] matrix.lua:101: require("ngx.balancer").set_more_tries(1) -> nil, API disabled in the current context while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/4, bytes from/to upstream:4/0
[warn] stream [lua] matrix.lua:101: require("ngx.balancer").get_last_failure() -> nil, nil, API disabled in the current context while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/4, bytes from/to upstream:4/0
[warn] stream [lua] matrix.lua:101: require("ngx.balancer").set_timeouts(1, 1, 1) -> false, API disabled in the current context while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/4, bytes from/to upstream:4/0
[warn] stream [lua] matrix.lua:101: require("ngx.balancer").bind_to_local_addr("127.0.0.1") -> nil, API disabled in the current context while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/4, bytes from/to upstream:4/0
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").server_name() -> nil, bad request while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/4, bytes from/to upstream:4/0
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").clear_certs() -> nil, bad request while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/4, bytes from/to upstream:4/0
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").get_tls1_version() -> nil, bad request while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/4, bytes from/to upstream:4/0
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").get_tls1_version_str() -> nil, bad request while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/4, bytes from/to upstream:4/0
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").server_port() -> nil, bad request while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/4, bytes from/to upstream:4/0
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").raw_client_addr() -> nil, nil, bad request while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/4, bytes from/to upstream:4/0
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").raw_server_addr() -> nil, nil, bad request while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/4, bytes from/to upstream:4/0
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").verify_client() -> nil, API disabled in the current context while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/4, bytes from/to upstream:4/0
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").set_der_cert("x") -> nil, bad request while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/4, bytes from/to upstream:4/0
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").set_der_priv_key("x") -> nil, bad request while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/4, bytes from/to upstream:4/0
[warn] stream [lua] matrix.lua:101: require("ngx.ssl.clienthello").get_client_hello_server_name() -> throws API disabled in the current context while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/4, bytes from/to upstream:4/0
[warn] stream [lua] matrix.lua:101: require("ngx.ssl.clienthello").get_client_hello_ext(0) -> throws API disabled in the current context while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/4, bytes from/to upstream:4/0
[warn] stream [lua] matrix.lua:101: require("ngx.ssl.clienthello").set_protocols({"TLSv1.2"}) -> throws API disabled in the current context while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/4, bytes from/to upstream:4/0
[warn] stream [lua] matrix.lua:101: require("ngx.errlog").get_logs() -> nil, directive "lua_capture_error_log" is not set while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/4, bytes from/to upstream:4/0
[warn] stream [lua] matrix.lua:101: require("ngx.errlog").set_filter_level(ngx.WARN) -> nil, directive "lua_capture_error_log" is not set while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/4, bytes from/to upstream:4/0
[warn] stream [lua] matrix.lua:101: require("ngx.errlog").get_sys_filter_level() -> 6 while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/4, bytes from/to upstream:4/0
[warn] raw while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/4, bytes from/to upstream:4/0
[warn] stream [lua] matrix.lua:101: require("ngx.errlog").raw_log(ngx.WARN, "raw") ->  while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/4, bytes from/to upstream:4/0
[warn] stream [lua] matrix.lua:101: type(require("ngx.process").get_master_pid()) -> number while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/4, bytes from/to upstream:4/0
[warn] stream [lua] matrix.lua:101: require("ngx.process").enable_privileged_agent() -> nil, API disabled in the current context while proxying connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_1", bytes from/to client:0/4, bytes from/to upstream:4/0



=== TEST 9: in ssl_client_hello_by_lua with TLS
--- stream_config
    lua_shared_dict d 100k;
    lua_package_path "$TEST_NGINX_HTML_DIR/?.lua;;";
    server {
        listen $TEST_NGINX_RAND_PORT_1 ssl;
        ssl_certificate $TEST_NGINX_HTML_DIR/cert.pem;
        ssl_certificate_key $TEST_NGINX_HTML_DIR/key.pem;
        ssl_protocols TLSv1.2;
        ssl_client_hello_by_lua_block { require('matrix')('ngx.shared|worker|config|clear_certs') }
        return done;
    }
--- stream_server_config
        lua_ssl_protocols TLSv1.2;
        content_by_lua_block {
            local sock = ngx.socket.tcp()
            assert(sock:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1))
            ngx.say(type(assert(sock:sslhandshake(nil, "test.example"))))
            ngx.say(sock:receive("*a"))
        }
--- user_files
>>> matrix.lua
local list = [==[
ngx.get_phase()
ngx.sleep(0)
ngx.sleep()
ngx.sleep(-1)
ngx.sleep("x")
ngx.say("said")
ngx.print("printed\n")
ngx.flush()
ngx.flush(true)
ngx.flush(1)
ngx.eof(1)
ngx.var.remote_addr
ngx.var.nosuch
ngx.var[1]
ngx.var[{}]
type(ngx.ctx)
ngx.status
ngx.req.start_time() > 0
ngx.on_abort(function() end)
ngx.on_abort(1)
type(ngx.socket.tcp())
type(ngx.socket.udp())
ngx.socket.tcp(1)
ngx.socket.udp(1)
type(ngx.socket.stream)
ngx.socket.connect("127.0.0.1", 1)
type(ngx.thread.spawn(function() end))
ngx.thread.spawn(print)
ngx.thread.wait(1)
ngx.thread.kill(1)
type(coroutine.create(function() end))
coroutine.create(print)
coroutine.resume(1)
coroutine.resume(coroutine.create(function(...) return ... end), 1, 2)
coroutine.status(1)
coroutine.status(coroutine.create(function() end))
coroutine.wrap(function(...) return ... end)(1, 2)
type(coroutine.running())
coroutine.yield(1)
require("ngx.semaphore").new(1):wait(0)
require("ngx.semaphore").new(0):wait(0)
require("ngx.semaphore").new(0):post()
require("ngx.semaphore").new(3):count()
ngx.timer.at(100, 1)
ngx.timer.at()
ngx.timer.running_count() >= 0
ngx.timer.pending_count() >= 0
ngx.worker.exiting()
ngx.worker.count()
type(ngx.worker.pid())
type(ngx.worker.pids())
ngx.worker.id()
ngx.config.subsystem
ngx.shared.d:set("k", 1)
ngx.shared.d:get("k")
ngx.re.match("hello", "l+")[0]
ngx.escape_uri("a b")
ngx.md5("")
type(ngx.now())
type(ngx.today())
require("ngx.balancer").set_current_peer("127.0.0.1", 1)
require("ngx.balancer").set_more_tries(1)
require("ngx.balancer").get_last_failure()
require("ngx.balancer").set_timeouts(1, 1, 1)
require("ngx.balancer").bind_to_local_addr("127.0.0.1")
require("ngx.ssl").server_name()
require("ngx.ssl").clear_certs()
require("ngx.ssl").get_tls1_version()
require("ngx.ssl").get_tls1_version_str()
require("ngx.ssl").server_port()
require("ngx.ssl").raw_client_addr()
require("ngx.ssl").raw_server_addr()
require("ngx.ssl").verify_client()
require("ngx.ssl").set_der_cert("x")
require("ngx.ssl").set_der_priv_key("x")
require("ngx.ssl.clienthello").get_client_hello_server_name()
require("ngx.ssl.clienthello").get_client_hello_ext(0)
require("ngx.ssl.clienthello").set_protocols({"TLSv1.2"})
require("ngx.errlog").get_logs()
require("ngx.errlog").set_filter_level(ngx.WARN)
require("ngx.errlog").get_sys_filter_level()
require("ngx.errlog").raw_log(ngx.WARN, "raw")
type(require("ngx.process").get_master_pid())
require("ngx.process").enable_privileged_agent()
]==]
local function text(ok, ...)
    local t = {}
    for i = 1, select("#", ...) do
        local v = select(i, ...)
        t[i] = type(v) == "string" and v:gsub("[^ -~]", "?") or tostring(v)
    end
    return (ok and "" or "throws ") .. table.concat(t, ", ")
end
return function(without)
    for line in list:gmatch("[^\n]+") do
        for pattern in type(without) == "string" and without:gmatch("[^|]+") or function() end do
            if line:find(pattern) then goto continue end
        end
        local f = assert(loadstring("return " .. line, "=code"))
        ngx.log(ngx.WARN, line, " -> ", (text(pcall(f)):gsub("throws code:1: ", "throws "):gsub("throws [^ ]+/lualib/[^ ]+:%d+: ", "throws ")))
        ::continue::
    end
end
>>> key.pem
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgin1HzRf+IgpuDsDE
ZQ5/eutmhGG9LrsSl1oHBsvsQsOhRANCAASXAk5eL903K+EKGRQXCcZsNW48zVe6
pwL/4mZ5Si9xEytV4T3hY7pBkYv0pnlFsP4QYkIEO3M4jl1isP7GQTwr
-----END PRIVATE KEY-----
>>> cert.pem
-----BEGIN CERTIFICATE-----
MIIBnjCCAUSgAwIBAgIUPQRiuSRhxK8q/aBd2ArWxQdqpp8wCgYIKoZIzj0EAwIw
FzEVMBMGA1UEAwwMdGVzdC5leGFtcGxlMCAXDTI2MTEyMDEzMDI1M1oYDzIxMjYx
MDI3MTMwMjUzWjAXMRUwEwYDVQQDDAx0ZXN0LmV4YW1wbGUwWTATBgcqhkjOPQIB
BggqhkjOPQMBBwNCAASXAk5eL903K+EKGRQXCcZsNW48zVe6pwL/4mZ5Si9xEytV
4T3hY7pBkYv0pnlFsP4QYkIEO3M4jl1isP7GQTwro2wwajAdBgNVHQ4EFgQUSVSc
+Wqge5bPBlH05gnGf2EimcYwHwYDVR0jBBgwFoAUSVSc+Wqge5bPBlH05gnGf2Ei
mcYwDwYDVR0TAQH/BAUwAwEB/zAXBgNVHREEEDAOggx0ZXN0LmV4YW1wbGUwCgYI
KoZIzj0EAwIDSAAwRQIgXxMqhXextIRlus7+bB3nfaTBm2GNYpXSaIIAsdNVw84C
IQD9wp9+UjjCLGLIArNX+nNf2D4SRSFuFZ5A2FLsD6sGrg==
-----END CERTIFICATE-----
--- stream_response
userdata
done
--- log
[warn] stream [lua] matrix.lua:101: ngx.get_phase() -> ssl_client_hello, context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.sleep(0) -> , context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.sleep() -> throws attempt to pass 0 arguments, but accepted 1, context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.sleep(-1) -> throws invalid sleep duration "-1000", context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.sleep("x") -> throws bad argument #1 to '?' (number expected, got string), context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.say("said") -> throws API disabled in the context of ssl_client_hello_by_lua*, context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.print("printed\n") -> throws API disabled in the context of ssl_client_hello_by_lua*, context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.flush() -> throws API disabled in the context of ssl_client_hello_by_lua*, context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.flush(true) -> throws API disabled in the context of ssl_client_hello_by_lua*, context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.flush(1) -> throws bad argument #1 to '?' (boolean expected, got number), context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.eof(1) -> throws no argument is expected, context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.var.remote_addr -> 127.0.0.1, context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.var.nosuch -> nil, context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.var[1] -> nil, context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.var[{}] -> throws bad variable name, context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: type(ngx.ctx) -> table, context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.status -> 0, context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.req.start_time() > 0 -> false, context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.on_abort(function() end) -> throws API disabled in the context of ssl_client_hello_by_lua*, context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.on_abort(1) -> throws API disabled in the context of ssl_client_hello_by_lua*, context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: type(ngx.socket.tcp()) -> table, context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: type(ngx.socket.udp()) -> table, context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.socket.tcp(1) -> throws expecting zero arguments, but got 1, context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.socket.udp(1) -> throws expecting zero arguments, but got 1, context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: type(ngx.socket.stream) -> function, context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[error] connect() failed (111: Connection refused), context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.socket.connect("127.0.0.1", 1) -> nil, connection refused, context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: type(ngx.thread.spawn(function() end)) -> thread, context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.thread.spawn(print) -> throws bad argument #1 to '?' (Lua function expected), context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.thread.wait(1) -> throws bad argument #1 to '?' (lua thread expected), context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.thread.kill(1) -> throws bad argument #1 to '?' (lua thread expected), context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: type(coroutine.create(function() end)) -> thread, context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: coroutine.create(print) -> throws bad argument #1 to '?' (Lua function expected), context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: coroutine.resume(1) -> throws bad argument #1 to '?' (coroutine expected), context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: coroutine.resume(coroutine.create(function(...) return ... end), 1, 2) -> true, 1, 2, context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: coroutine.status(1) -> throws bad argument #1 to '?' (coroutine expected), context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: coroutine.status(coroutine.create(function() end)) -> suspended, context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: coroutine.wrap(function(...) return ... end)(1, 2) -> 1, 2, context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: type(coroutine.running()) -> thread, context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: coroutine.yield(1) -> , context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.semaphore").new(1):wait(0) -> true, context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.semaphore").new(0):wait(0) -> nil, timeout, context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.semaphore").new(0):post() -> true, context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.semaphore").new(3):count() -> 3, context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.timer.at(100, 1) -> throws bad argument #2 to '?' (Lua function expected), context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.timer.at() -> throws expecting at least 2 arguments but got 0, context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.timer.running_count() >= 0 -> true, context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.timer.pending_count() >= 0 -> true, context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.re.match("hello", "l+")[0] -> ll, context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.escape_uri("a b") -> a%20b, context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.md5("") -> d41d8cd98f00b204e9800998ecf8427e, context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: type(ngx.now()) -> number, context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: type(ngx.today()) -> string, context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.balancer").set_current_peer("127.0.0.1", 1) -> nil, no upstream found, context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.balancer").set_more_tries(1) -> nil, no upstream found, context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.balancer").get_last_failure() -> nil, nil, no upstream found, context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.balancer").set_timeouts(1, 1, 1) -> false, API disabled in the current context, context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.balancer").bind_to_local_addr("127.0.0.1") -> nil, no upstream found, context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").server_name() -> nil, context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").get_tls1_version() -> 772, context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").get_tls1_version_str() -> TLSv1.3, context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").server_port() -> $TEST_NGINX_RAND_PORT_1, context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").raw_client_addr() -> ????, inet, context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").raw_server_addr() -> ????, inet, context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").verify_client() -> nil, API disabled in the current context, context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").set_der_cert("x") -> nil, d2i_X509_bio() failed, context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").set_der_priv_key("x") -> nil, d2i_PrivateKey_bio() failed, context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.ssl.clienthello").get_client_hello_server_name() -> test.example, context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.ssl.clienthello").get_client_hello_ext(0) -> ?????test.example, context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.ssl.clienthello").set_protocols({"TLSv1.2"}) -> true, context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.errlog").get_logs() -> nil, directive "lua_capture_error_log" is not set, context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.errlog").set_filter_level(ngx.WARN) -> nil, directive "lua_capture_error_log" is not set, context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.errlog").get_sys_filter_level() -> 6, context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] raw, context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.errlog").raw_log(ngx.WARN, "raw") -> , context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: type(require("ngx.process").get_master_pid()) -> number, context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.process").enable_privileged_agent() -> nil, API disabled in the current context, context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1



=== TEST 10: in ssl_certificate_by_lua with TLS
--- stream_config
    lua_shared_dict d 100k;
    lua_package_path "$TEST_NGINX_HTML_DIR/?.lua;;";
    server {
        listen $TEST_NGINX_RAND_PORT_1 ssl;
        ssl_certificate $TEST_NGINX_HTML_DIR/cert.pem;
        ssl_certificate_key $TEST_NGINX_HTML_DIR/key.pem;
        ssl_protocols TLSv1.2;
        ssl_certificate_by_lua_block { require('matrix')('ngx.shared|worker|config|clear_certs') }
        return done;
    }
--- stream_server_config
        lua_ssl_protocols TLSv1.2;
        content_by_lua_block {
            local sock = ngx.socket.tcp()
            assert(sock:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1))
            ngx.say(type(assert(sock:sslhandshake(nil, "test.example"))))
            ngx.say(sock:receive("*a"))
        }
--- user_files
>>> matrix.lua
local list = [==[
ngx.get_phase()
ngx.sleep(0)
ngx.sleep()
ngx.sleep(-1)
ngx.sleep("x")
ngx.say("said")
ngx.print("printed\n")
ngx.flush()
ngx.flush(true)
ngx.flush(1)
ngx.eof(1)
ngx.var.remote_addr
ngx.var.nosuch
ngx.var[1]
ngx.var[{}]
type(ngx.ctx)
ngx.status
ngx.req.start_time() > 0
ngx.on_abort(function() end)
ngx.on_abort(1)
type(ngx.socket.tcp())
type(ngx.socket.udp())
ngx.socket.tcp(1)
ngx.socket.udp(1)
type(ngx.socket.stream)
ngx.socket.connect("127.0.0.1", 1)
type(ngx.thread.spawn(function() end))
ngx.thread.spawn(print)
ngx.thread.wait(1)
ngx.thread.kill(1)
type(coroutine.create(function() end))
coroutine.create(print)
coroutine.resume(1)
coroutine.resume(coroutine.create(function(...) return ... end), 1, 2)
coroutine.status(1)
coroutine.status(coroutine.create(function() end))
coroutine.wrap(function(...) return ... end)(1, 2)
type(coroutine.running())
coroutine.yield(1)
require("ngx.semaphore").new(1):wait(0)
require("ngx.semaphore").new(0):wait(0)
require("ngx.semaphore").new(0):post()
require("ngx.semaphore").new(3):count()
ngx.timer.at(100, 1)
ngx.timer.at()
ngx.timer.running_count() >= 0
ngx.timer.pending_count() >= 0
ngx.worker.exiting()
ngx.worker.count()
type(ngx.worker.pid())
type(ngx.worker.pids())
ngx.worker.id()
ngx.config.subsystem
ngx.shared.d:set("k", 1)
ngx.shared.d:get("k")
ngx.re.match("hello", "l+")[0]
ngx.escape_uri("a b")
ngx.md5("")
type(ngx.now())
type(ngx.today())
require("ngx.balancer").set_current_peer("127.0.0.1", 1)
require("ngx.balancer").set_more_tries(1)
require("ngx.balancer").get_last_failure()
require("ngx.balancer").set_timeouts(1, 1, 1)
require("ngx.balancer").bind_to_local_addr("127.0.0.1")
require("ngx.ssl").server_name()
require("ngx.ssl").clear_certs()
require("ngx.ssl").get_tls1_version()
require("ngx.ssl").get_tls1_version_str()
require("ngx.ssl").server_port()
require("ngx.ssl").raw_client_addr()
require("ngx.ssl").raw_server_addr()
require("ngx.ssl").verify_client()
require("ngx.ssl").set_der_cert("x")
require("ngx.ssl").set_der_priv_key("x")
require("ngx.ssl.clienthello").get_client_hello_server_name()
require("ngx.ssl.clienthello").get_client_hello_ext(0)
require("ngx.ssl.clienthello").set_protocols({"TLSv1.2"})
require("ngx.errlog").get_logs()
require("ngx.errlog").set_filter_level(ngx.WARN)
require("ngx.errlog").get_sys_filter_level()
require("ngx.errlog").raw_log(ngx.WARN, "raw")
type(require("ngx.process").get_master_pid())
require("ngx.process").enable_privileged_agent()
]==]
local function text(ok, ...)
    local t = {}
    for i = 1, select("#", ...) do
        local v = select(i, ...)
        t[i] = type(v) == "string" and v:gsub("[^ -~]", "?") or tostring(v)
    end
    return (ok and "" or "throws ") .. table.concat(t, ", ")
end
return function(without)
    for line in list:gmatch("[^\n]+") do
        for pattern in type(without) == "string" and without:gmatch("[^|]+") or function() end do
            if line:find(pattern) then goto continue end
        end
        local f = assert(loadstring("return " .. line, "=code"))
        ngx.log(ngx.WARN, line, " -> ", (text(pcall(f)):gsub("throws code:1: ", "throws "):gsub("throws [^ ]+/lualib/[^ ]+:%d+: ", "throws ")))
        ::continue::
    end
end
>>> key.pem
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgin1HzRf+IgpuDsDE
ZQ5/eutmhGG9LrsSl1oHBsvsQsOhRANCAASXAk5eL903K+EKGRQXCcZsNW48zVe6
pwL/4mZ5Si9xEytV4T3hY7pBkYv0pnlFsP4QYkIEO3M4jl1isP7GQTwr
-----END PRIVATE KEY-----
>>> cert.pem
-----BEGIN CERTIFICATE-----
MIIBnjCCAUSgAwIBAgIUPQRiuSRhxK8q/aBd2ArWxQdqpp8wCgYIKoZIzj0EAwIw
FzEVMBMGA1UEAwwMdGVzdC5leGFtcGxlMCAXDTI2MTEyMDEzMDI1M1oYDzIxMjYx
MDI3MTMwMjUzWjAXMRUwEwYDVQQDDAx0ZXN0LmV4YW1wbGUwWTATBgcqhkjOPQIB
BggqhkjOPQMBBwNCAASXAk5eL903K+EKGRQXCcZsNW48zVe6pwL/4mZ5Si9xEytV
4T3hY7pBkYv0pnlFsP4QYkIEO3M4jl1isP7GQTwro2wwajAdBgNVHQ4EFgQUSVSc
+Wqge5bPBlH05gnGf2EimcYwHwYDVR0jBBgwFoAUSVSc+Wqge5bPBlH05gnGf2Ei
mcYwDwYDVR0TAQH/BAUwAwEB/zAXBgNVHREEEDAOggx0ZXN0LmV4YW1wbGUwCgYI
KoZIzj0EAwIDSAAwRQIgXxMqhXextIRlus7+bB3nfaTBm2GNYpXSaIIAsdNVw84C
IQD9wp9+UjjCLGLIArNX+nNf2D4SRSFuFZ5A2FLsD6sGrg==
-----END CERTIFICATE-----
--- stream_response
userdata
done
--- log
[warn] stream [lua] matrix.lua:101: ngx.get_phase() -> ssl_cert, context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.sleep(0) -> , context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.sleep() -> throws attempt to pass 0 arguments, but accepted 1, context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.sleep(-1) -> throws invalid sleep duration "-1000", context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.sleep("x") -> throws bad argument #1 to '?' (number expected, got string), context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.say("said") -> throws API disabled in the context of ssl_certificate_by_lua*, context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.print("printed\n") -> throws API disabled in the context of ssl_certificate_by_lua*, context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.flush() -> throws API disabled in the context of ssl_certificate_by_lua*, context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.flush(true) -> throws API disabled in the context of ssl_certificate_by_lua*, context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.flush(1) -> throws bad argument #1 to '?' (boolean expected, got number), context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.eof(1) -> throws no argument is expected, context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.var.remote_addr -> 127.0.0.1, context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.var.nosuch -> nil, context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.var[1] -> nil, context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.var[{}] -> throws bad variable name, context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: type(ngx.ctx) -> table, context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.status -> 0, context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.req.start_time() > 0 -> false, context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.on_abort(function() end) -> throws API disabled in the context of ssl_certificate_by_lua*, context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.on_abort(1) -> throws API disabled in the context of ssl_certificate_by_lua*, context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: type(ngx.socket.tcp()) -> table, context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: type(ngx.socket.udp()) -> table, context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.socket.tcp(1) -> throws expecting zero arguments, but got 1, context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.socket.udp(1) -> throws expecting zero arguments, but got 1, context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: type(ngx.socket.stream) -> function, context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[error] connect() failed (111: Connection refused), context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.socket.connect("127.0.0.1", 1) -> nil, connection refused, context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: type(ngx.thread.spawn(function() end)) -> thread, context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.thread.spawn(print) -> throws bad argument #1 to '?' (Lua function expected), context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.thread.wait(1) -> throws bad argument #1 to '?' (lua thread expected), context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.thread.kill(1) -> throws bad argument #1 to '?' (lua thread expected), context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: type(coroutine.create(function() end)) -> thread, context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: coroutine.create(print) -> throws bad argument #1 to '?' (Lua function expected), context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: coroutine.resume(1) -> throws bad argument #1 to '?' (coroutine expected), context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: coroutine.resume(coroutine.create(function(...) return ... end), 1, 2) -> true, 1, 2, context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: coroutine.status(1) -> throws bad argument #1 to '?' (coroutine expected), context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: coroutine.status(coroutine.create(function() end)) -> suspended, context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: coroutine.wrap(function(...) return ... end)(1, 2) -> 1, 2, context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: type(coroutine.running()) -> thread, context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: coroutine.yield(1) -> , context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.semaphore").new(1):wait(0) -> true, context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.semaphore").new(0):wait(0) -> nil, timeout, context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.semaphore").new(0):post() -> true, context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.semaphore").new(3):count() -> 3, context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.timer.at(100, 1) -> throws bad argument #2 to '?' (Lua function expected), context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.timer.at() -> throws expecting at least 2 arguments but got 0, context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.timer.running_count() >= 0 -> true, context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.timer.pending_count() >= 0 -> true, context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.re.match("hello", "l+")[0] -> ll, context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.escape_uri("a b") -> a%20b, context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.md5("") -> d41d8cd98f00b204e9800998ecf8427e, context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: type(ngx.now()) -> number, context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: type(ngx.today()) -> string, context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.balancer").set_current_peer("127.0.0.1", 1) -> nil, no upstream found, context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.balancer").set_more_tries(1) -> nil, no upstream found, context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.balancer").get_last_failure() -> nil, nil, no upstream found, context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.balancer").set_timeouts(1, 1, 1) -> false, API disabled in the current context, context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.balancer").bind_to_local_addr("127.0.0.1") -> nil, no upstream found, context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").server_name() -> test.example, context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").get_tls1_version() -> 771, context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").get_tls1_version_str() -> TLSv1.2, context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").server_port() -> $TEST_NGINX_RAND_PORT_1, context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").raw_client_addr() -> ????, inet, context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").raw_server_addr() -> ????, inet, context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").verify_client() -> true, context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").set_der_cert("x") -> nil, d2i_X509_bio() failed, context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").set_der_priv_key("x") -> nil, d2i_PrivateKey_bio() failed, context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.ssl.clienthello").get_client_hello_server_name() -> throws API disabled in the current context, context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.ssl.clienthello").get_client_hello_ext(0) -> throws API disabled in the current context, context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.ssl.clienthello").set_protocols({"TLSv1.2"}) -> throws API disabled in the current context, context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.errlog").get_logs() -> nil, directive "lua_capture_error_log" is not set, context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.errlog").set_filter_level(ngx.WARN) -> nil, directive "lua_capture_error_log" is not set, context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.errlog").get_sys_filter_level() -> 6, context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] raw, context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.errlog").raw_log(ngx.WARN, "raw") -> , context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: type(require("ngx.process").get_master_pid()) -> number, context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.process").enable_privileged_agent() -> nil, API disabled in the current context, context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1



=== TEST 11: in preread_by_lua with TLS
--- stream_config
    lua_shared_dict d 100k;
    lua_package_path "$TEST_NGINX_HTML_DIR/?.lua;;";
    server {
        listen $TEST_NGINX_RAND_PORT_1 ssl;
        ssl_certificate $TEST_NGINX_HTML_DIR/cert.pem;
        ssl_certificate_key $TEST_NGINX_HTML_DIR/key.pem;
        ssl_protocols TLSv1.2;
        preread_by_lua_block { require('matrix')('ngx.shared|worker|config|clear_certs') }
        return done;
    }
--- stream_server_config
        lua_ssl_protocols TLSv1.2;
        content_by_lua_block {
            local sock = ngx.socket.tcp()
            assert(sock:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1))
            ngx.say(type(assert(sock:sslhandshake(nil, "test.example"))))
            ngx.say(sock:receive("*a"))
        }
--- user_files
>>> matrix.lua
local list = [==[
ngx.get_phase()
ngx.sleep(0)
ngx.sleep()
ngx.sleep(-1)
ngx.sleep("x")
ngx.say("said")
ngx.print("printed\n")
ngx.flush()
ngx.flush(true)
ngx.flush(1)
ngx.eof(1)
ngx.var.remote_addr
ngx.var.nosuch
ngx.var[1]
ngx.var[{}]
type(ngx.ctx)
ngx.status
ngx.req.start_time() > 0
ngx.on_abort(function() end)
ngx.on_abort(1)
type(ngx.socket.tcp())
type(ngx.socket.udp())
ngx.socket.tcp(1)
ngx.socket.udp(1)
type(ngx.socket.stream)
ngx.socket.connect("127.0.0.1", 1)
type(ngx.thread.spawn(function() end))
ngx.thread.spawn(print)
ngx.thread.wait(1)
ngx.thread.kill(1)
type(coroutine.create(function() end))
coroutine.create(print)
coroutine.resume(1)
coroutine.resume(coroutine.create(function(...) return ... end), 1, 2)
coroutine.status(1)
coroutine.status(coroutine.create(function() end))
coroutine.wrap(function(...) return ... end)(1, 2)
type(coroutine.running())
coroutine.yield(1)
require("ngx.semaphore").new(1):wait(0)
require("ngx.semaphore").new(0):wait(0)
require("ngx.semaphore").new(0):post()
require("ngx.semaphore").new(3):count()
ngx.timer.at(100, 1)
ngx.timer.at()
ngx.timer.running_count() >= 0
ngx.timer.pending_count() >= 0
ngx.worker.exiting()
ngx.worker.count()
type(ngx.worker.pid())
type(ngx.worker.pids())
ngx.worker.id()
ngx.config.subsystem
ngx.shared.d:set("k", 1)
ngx.shared.d:get("k")
ngx.re.match("hello", "l+")[0]
ngx.escape_uri("a b")
ngx.md5("")
type(ngx.now())
type(ngx.today())
require("ngx.balancer").set_current_peer("127.0.0.1", 1)
require("ngx.balancer").set_more_tries(1)
require("ngx.balancer").get_last_failure()
require("ngx.balancer").set_timeouts(1, 1, 1)
require("ngx.balancer").bind_to_local_addr("127.0.0.1")
require("ngx.ssl").server_name()
require("ngx.ssl").clear_certs()
require("ngx.ssl").get_tls1_version()
require("ngx.ssl").get_tls1_version_str()
require("ngx.ssl").server_port()
require("ngx.ssl").raw_client_addr()
require("ngx.ssl").raw_server_addr()
require("ngx.ssl").verify_client()
require("ngx.ssl").set_der_cert("x")
require("ngx.ssl").set_der_priv_key("x")
require("ngx.ssl.clienthello").get_client_hello_server_name()
require("ngx.ssl.clienthello").get_client_hello_ext(0)
require("ngx.ssl.clienthello").set_protocols({"TLSv1.2"})
require("ngx.errlog").get_logs()
require("ngx.errlog").set_filter_level(ngx.WARN)
require("ngx.errlog").get_sys_filter_level()
require("ngx.errlog").raw_log(ngx.WARN, "raw")
type(require("ngx.process").get_master_pid())
require("ngx.process").enable_privileged_agent()
]==]
local function text(ok, ...)
    local t = {}
    for i = 1, select("#", ...) do
        local v = select(i, ...)
        t[i] = type(v) == "string" and v:gsub("[^ -~]", "?") or tostring(v)
    end
    return (ok and "" or "throws ") .. table.concat(t, ", ")
end
return function(without)
    for line in list:gmatch("[^\n]+") do
        for pattern in type(without) == "string" and without:gmatch("[^|]+") or function() end do
            if line:find(pattern) then goto continue end
        end
        local f = assert(loadstring("return " .. line, "=code"))
        ngx.log(ngx.WARN, line, " -> ", (text(pcall(f)):gsub("throws code:1: ", "throws "):gsub("throws [^ ]+/lualib/[^ ]+:%d+: ", "throws ")))
        ::continue::
    end
end
>>> key.pem
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgin1HzRf+IgpuDsDE
ZQ5/eutmhGG9LrsSl1oHBsvsQsOhRANCAASXAk5eL903K+EKGRQXCcZsNW48zVe6
pwL/4mZ5Si9xEytV4T3hY7pBkYv0pnlFsP4QYkIEO3M4jl1isP7GQTwr
-----END PRIVATE KEY-----
>>> cert.pem
-----BEGIN CERTIFICATE-----
MIIBnjCCAUSgAwIBAgIUPQRiuSRhxK8q/aBd2ArWxQdqpp8wCgYIKoZIzj0EAwIw
FzEVMBMGA1UEAwwMdGVzdC5leGFtcGxlMCAXDTI2MTEyMDEzMDI1M1oYDzIxMjYx
MDI3MTMwMjUzWjAXMRUwEwYDVQQDDAx0ZXN0LmV4YW1wbGUwWTATBgcqhkjOPQIB
BggqhkjOPQMBBwNCAASXAk5eL903K+EKGRQXCcZsNW48zVe6pwL/4mZ5Si9xEytV
4T3hY7pBkYv0pnlFsP4QYkIEO3M4jl1isP7GQTwro2wwajAdBgNVHQ4EFgQUSVSc
+Wqge5bPBlH05gnGf2EimcYwHwYDVR0jBBgwFoAUSVSc+Wqge5bPBlH05gnGf2Ei
mcYwDwYDVR0TAQH/BAUwAwEB/zAXBgNVHREEEDAOggx0ZXN0LmV4YW1wbGUwCgYI
KoZIzj0EAwIDSAAwRQIgXxMqhXextIRlus7+bB3nfaTBm2GNYpXSaIIAsdNVw84C
IQD9wp9+UjjCLGLIArNX+nNf2D4SRSFuFZ5A2FLsD6sGrg==
-----END CERTIFICATE-----
--- stream_response
userdata
said
printed
done
--- log
[warn] stream [lua] matrix.lua:101: ngx.get_phase() -> preread while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.sleep(0) ->  while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.sleep() -> throws attempt to pass 0 arguments, but accepted 1 while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.sleep(-1) -> throws invalid sleep duration "-1000" while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.sleep("x") -> throws bad argument #1 to '?' (number expected, got string) while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.say("said") -> 1 while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.print("printed\n") -> 1 while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.flush() -> 1 while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.flush(true) -> 1 while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.flush(1) -> throws bad argument #1 to '?' (boolean expected, got number) while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.eof(1) -> throws no argument is expected while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.var.remote_addr -> 127.0.0.1 while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.var.nosuch -> nil while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.var[1] -> nil while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.var[{}] -> throws bad variable name while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: type(ngx.ctx) -> table while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.status -> 0 while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.req.start_time() > 0 -> true while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.on_abort(function() end) -> nil, lua_check_client_abort is off while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.on_abort(1) -> nil, lua_check_client_abort is off while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: type(ngx.socket.tcp()) -> table while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: type(ngx.socket.udp()) -> table while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.socket.tcp(1) -> throws expecting zero arguments, but got 1 while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.socket.udp(1) -> throws expecting zero arguments, but got 1 while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: type(ngx.socket.stream) -> function while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[error] connect() failed (111: Connection refused) while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.socket.connect("127.0.0.1", 1) -> nil, connection refused while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: type(ngx.thread.spawn(function() end)) -> thread while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.thread.spawn(print) -> throws bad argument #1 to '?' (Lua function expected) while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.thread.wait(1) -> throws bad argument #1 to '?' (lua thread expected) while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.thread.kill(1) -> throws bad argument #1 to '?' (lua thread expected) while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: type(coroutine.create(function() end)) -> thread while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: coroutine.create(print) -> throws bad argument #1 to '?' (Lua function expected) while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: coroutine.resume(1) -> throws bad argument #1 to '?' (coroutine expected) while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: coroutine.resume(coroutine.create(function(...) return ... end), 1, 2) -> true, 1, 2 while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: coroutine.status(1) -> throws bad argument #1 to '?' (coroutine expected) while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: coroutine.status(coroutine.create(function() end)) -> suspended while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: coroutine.wrap(function(...) return ... end)(1, 2) -> 1, 2 while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: type(coroutine.running()) -> thread while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: coroutine.yield(1) ->  while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.semaphore").new(1):wait(0) -> true while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.semaphore").new(0):wait(0) -> nil, timeout while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.semaphore").new(0):post() -> true while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.semaphore").new(3):count() -> 3 while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.timer.at(100, 1) -> throws bad argument #2 to '?' (Lua function expected) while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.timer.at() -> throws expecting at least 2 arguments but got 0 while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.timer.running_count() >= 0 -> true while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.timer.pending_count() >= 0 -> true while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.re.match("hello", "l+")[0] -> ll while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.escape_uri("a b") -> a%20b while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.md5("") -> d41d8cd98f00b204e9800998ecf8427e while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: type(ngx.now()) -> number while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: type(ngx.today()) -> string while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.balancer").set_current_peer("127.0.0.1", 1) -> nil, no upstream found while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.balancer").set_more_tries(1) -> nil, no upstream found while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.balancer").get_last_failure() -> nil, nil, no upstream found while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.balancer").set_timeouts(1, 1, 1) -> false, API disabled in the current context while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.balancer").bind_to_local_addr("127.0.0.1") -> nil, no upstream found while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").server_name() -> test.example while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").get_tls1_version() -> 771 while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").get_tls1_version_str() -> TLSv1.2 while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").server_port() -> $TEST_NGINX_RAND_PORT_1 while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").raw_client_addr() -> ????, inet while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").raw_server_addr() -> ????, inet while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").verify_client() -> nil, API disabled in the current context while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").set_der_cert("x") -> nil, d2i_X509_bio() failed while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").set_der_priv_key("x") -> nil, d2i_PrivateKey_bio() failed while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.ssl.clienthello").get_client_hello_server_name() -> throws API disabled in the current context while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.ssl.clienthello").get_client_hello_ext(0) -> throws API disabled in the current context while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.ssl.clienthello").set_protocols({"TLSv1.2"}) -> throws API disabled in the current context while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.errlog").get_logs() -> nil, directive "lua_capture_error_log" is not set while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.errlog").set_filter_level(ngx.WARN) -> nil, directive "lua_capture_error_log" is not set while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.errlog").get_sys_filter_level() -> 6 while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] raw while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.errlog").raw_log(ngx.WARN, "raw") ->  while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: type(require("ngx.process").get_master_pid()) -> number while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.process").enable_privileged_agent() -> nil, API disabled in the current context while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1



=== TEST 12: in content_by_lua with TLS
--- stream_config
    lua_shared_dict d 100k;
    lua_package_path "$TEST_NGINX_HTML_DIR/?.lua;;";
    server {
        listen $TEST_NGINX_RAND_PORT_1 ssl;
        ssl_certificate $TEST_NGINX_HTML_DIR/cert.pem;
        ssl_certificate_key $TEST_NGINX_HTML_DIR/key.pem;
        ssl_protocols TLSv1.2;
        content_by_lua_block { require('matrix')('ngx.shared|worker|config|clear_certs') }
    }
--- stream_server_config
        lua_ssl_protocols TLSv1.2;
        content_by_lua_block {
            local sock = ngx.socket.tcp()
            assert(sock:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1))
            ngx.say(type(assert(sock:sslhandshake(nil, "test.example"))))
            ngx.say(sock:receive("*a"))
        }
--- user_files
>>> matrix.lua
local list = [==[
ngx.get_phase()
ngx.sleep(0)
ngx.sleep()
ngx.sleep(-1)
ngx.sleep("x")
ngx.say("said")
ngx.print("printed\n")
ngx.flush()
ngx.flush(true)
ngx.flush(1)
ngx.eof(1)
ngx.var.remote_addr
ngx.var.nosuch
ngx.var[1]
ngx.var[{}]
type(ngx.ctx)
ngx.status
ngx.req.start_time() > 0
ngx.on_abort(function() end)
ngx.on_abort(1)
type(ngx.socket.tcp())
type(ngx.socket.udp())
ngx.socket.tcp(1)
ngx.socket.udp(1)
type(ngx.socket.stream)
ngx.socket.connect("127.0.0.1", 1)
type(ngx.thread.spawn(function() end))
ngx.thread.spawn(print)
ngx.thread.wait(1)
ngx.thread.kill(1)
type(coroutine.create(function() end))
coroutine.create(print)
coroutine.resume(1)
coroutine.resume(coroutine.create(function(...) return ... end), 1, 2)
coroutine.status(1)
coroutine.status(coroutine.create(function() end))
coroutine.wrap(function(...) return ... end)(1, 2)
type(coroutine.running())
coroutine.yield(1)
require("ngx.semaphore").new(1):wait(0)
require("ngx.semaphore").new(0):wait(0)
require("ngx.semaphore").new(0):post()
require("ngx.semaphore").new(3):count()
ngx.timer.at(100, 1)
ngx.timer.at()
ngx.timer.running_count() >= 0
ngx.timer.pending_count() >= 0
ngx.worker.exiting()
ngx.worker.count()
type(ngx.worker.pid())
type(ngx.worker.pids())
ngx.worker.id()
ngx.config.subsystem
ngx.shared.d:set("k", 1)
ngx.shared.d:get("k")
ngx.re.match("hello", "l+")[0]
ngx.escape_uri("a b")
ngx.md5("")
type(ngx.now())
type(ngx.today())
require("ngx.balancer").set_current_peer("127.0.0.1", 1)
require("ngx.balancer").set_more_tries(1)
require("ngx.balancer").get_last_failure()
require("ngx.balancer").set_timeouts(1, 1, 1)
require("ngx.balancer").bind_to_local_addr("127.0.0.1")
require("ngx.ssl").server_name()
require("ngx.ssl").clear_certs()
require("ngx.ssl").get_tls1_version()
require("ngx.ssl").get_tls1_version_str()
require("ngx.ssl").server_port()
require("ngx.ssl").raw_client_addr()
require("ngx.ssl").raw_server_addr()
require("ngx.ssl").verify_client()
require("ngx.ssl").set_der_cert("x")
require("ngx.ssl").set_der_priv_key("x")
require("ngx.ssl.clienthello").get_client_hello_server_name()
require("ngx.ssl.clienthello").get_client_hello_ext(0)
require("ngx.ssl.clienthello").set_protocols({"TLSv1.2"})
require("ngx.errlog").get_logs()
require("ngx.errlog").set_filter_level(ngx.WARN)
require("ngx.errlog").get_sys_filter_level()
require("ngx.errlog").raw_log(ngx.WARN, "raw")
type(require("ngx.process").get_master_pid())
require("ngx.process").enable_privileged_agent()
]==]
local function text(ok, ...)
    local t = {}
    for i = 1, select("#", ...) do
        local v = select(i, ...)
        t[i] = type(v) == "string" and v:gsub("[^ -~]", "?") or tostring(v)
    end
    return (ok and "" or "throws ") .. table.concat(t, ", ")
end
return function(without)
    for line in list:gmatch("[^\n]+") do
        for pattern in type(without) == "string" and without:gmatch("[^|]+") or function() end do
            if line:find(pattern) then goto continue end
        end
        local f = assert(loadstring("return " .. line, "=code"))
        ngx.log(ngx.WARN, line, " -> ", (text(pcall(f)):gsub("throws code:1: ", "throws "):gsub("throws [^ ]+/lualib/[^ ]+:%d+: ", "throws ")))
        ::continue::
    end
end
>>> key.pem
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgin1HzRf+IgpuDsDE
ZQ5/eutmhGG9LrsSl1oHBsvsQsOhRANCAASXAk5eL903K+EKGRQXCcZsNW48zVe6
pwL/4mZ5Si9xEytV4T3hY7pBkYv0pnlFsP4QYkIEO3M4jl1isP7GQTwr
-----END PRIVATE KEY-----
>>> cert.pem
-----BEGIN CERTIFICATE-----
MIIBnjCCAUSgAwIBAgIUPQRiuSRhxK8q/aBd2ArWxQdqpp8wCgYIKoZIzj0EAwIw
FzEVMBMGA1UEAwwMdGVzdC5leGFtcGxlMCAXDTI2MTEyMDEzMDI1M1oYDzIxMjYx
MDI3MTMwMjUzWjAXMRUwEwYDVQQDDAx0ZXN0LmV4YW1wbGUwWTATBgcqhkjOPQIB
BggqhkjOPQMBBwNCAASXAk5eL903K+EKGRQXCcZsNW48zVe6pwL/4mZ5Si9xEytV
4T3hY7pBkYv0pnlFsP4QYkIEO3M4jl1isP7GQTwro2wwajAdBgNVHQ4EFgQUSVSc
+Wqge5bPBlH05gnGf2EimcYwHwYDVR0jBBgwFoAUSVSc+Wqge5bPBlH05gnGf2Ei
mcYwDwYDVR0TAQH/BAUwAwEB/zAXBgNVHREEEDAOggx0ZXN0LmV4YW1wbGUwCgYI
KoZIzj0EAwIDSAAwRQIgXxMqhXextIRlus7+bB3nfaTBm2GNYpXSaIIAsdNVw84C
IQD9wp9+UjjCLGLIArNX+nNf2D4SRSFuFZ5A2FLsD6sGrg==
-----END CERTIFICATE-----
--- stream_response
userdata
said
printed
--- log
[warn] stream [lua] matrix.lua:101: ngx.get_phase() -> content, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.sleep(0) -> , client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.sleep() -> throws attempt to pass 0 arguments, but accepted 1, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.sleep(-1) -> throws invalid sleep duration "-1000", client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.sleep("x") -> throws bad argument #1 to '?' (number expected, got string), client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.say("said") -> 1, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.print("printed\n") -> 1, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.flush() -> 1, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.flush(true) -> 1, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.flush(1) -> throws bad argument #1 to '?' (boolean expected, got number), client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.eof(1) -> throws no argument is expected, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.var.remote_addr -> 127.0.0.1, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.var.nosuch -> nil, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.var[1] -> nil, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.var[{}] -> throws bad variable name, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: type(ngx.ctx) -> table, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.status -> 0, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.req.start_time() > 0 -> true, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.on_abort(function() end) -> nil, lua_check_client_abort is off, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.on_abort(1) -> nil, lua_check_client_abort is off, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: type(ngx.socket.tcp()) -> table, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: type(ngx.socket.udp()) -> table, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.socket.tcp(1) -> throws expecting zero arguments, but got 1, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.socket.udp(1) -> throws expecting zero arguments, but got 1, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: type(ngx.socket.stream) -> function, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[error] connect() failed (111: Connection refused), client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.socket.connect("127.0.0.1", 1) -> nil, connection refused, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: type(ngx.thread.spawn(function() end)) -> thread, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.thread.spawn(print) -> throws bad argument #1 to '?' (Lua function expected), client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.thread.wait(1) -> throws bad argument #1 to '?' (lua thread expected), client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.thread.kill(1) -> throws bad argument #1 to '?' (lua thread expected), client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: type(coroutine.create(function() end)) -> thread, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: coroutine.create(print) -> throws bad argument #1 to '?' (Lua function expected), client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: coroutine.resume(1) -> throws bad argument #1 to '?' (coroutine expected), client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: coroutine.resume(coroutine.create(function(...) return ... end), 1, 2) -> true, 1, 2, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: coroutine.status(1) -> throws bad argument #1 to '?' (coroutine expected), client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: coroutine.status(coroutine.create(function() end)) -> suspended, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: coroutine.wrap(function(...) return ... end)(1, 2) -> 1, 2, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: type(coroutine.running()) -> thread, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: coroutine.yield(1) -> , client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.semaphore").new(1):wait(0) -> true, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.semaphore").new(0):wait(0) -> nil, timeout, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.semaphore").new(0):post() -> true, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.semaphore").new(3):count() -> 3, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.timer.at(100, 1) -> throws bad argument #2 to '?' (Lua function expected), client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.timer.at() -> throws expecting at least 2 arguments but got 0, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.timer.running_count() >= 0 -> true, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.timer.pending_count() >= 0 -> true, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.re.match("hello", "l+")[0] -> ll, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.escape_uri("a b") -> a%20b, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.md5("") -> d41d8cd98f00b204e9800998ecf8427e, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: type(ngx.now()) -> number, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: type(ngx.today()) -> string, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.balancer").set_current_peer("127.0.0.1", 1) -> nil, no upstream found, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.balancer").set_more_tries(1) -> nil, no upstream found, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.balancer").get_last_failure() -> nil, nil, no upstream found, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.balancer").set_timeouts(1, 1, 1) -> false, API disabled in the current context, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.balancer").bind_to_local_addr("127.0.0.1") -> nil, no upstream found, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").server_name() -> test.example, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").get_tls1_version() -> 771, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").get_tls1_version_str() -> TLSv1.2, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").server_port() -> $TEST_NGINX_RAND_PORT_1, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").raw_client_addr() -> ????, inet, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").raw_server_addr() -> ????, inet, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").verify_client() -> nil, API disabled in the current context, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").set_der_cert("x") -> nil, d2i_X509_bio() failed, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").set_der_priv_key("x") -> nil, d2i_PrivateKey_bio() failed, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.ssl.clienthello").get_client_hello_server_name() -> throws API disabled in the current context, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.ssl.clienthello").get_client_hello_ext(0) -> throws API disabled in the current context, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.ssl.clienthello").set_protocols({"TLSv1.2"}) -> throws API disabled in the current context, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.errlog").get_logs() -> nil, directive "lua_capture_error_log" is not set, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.errlog").set_filter_level(ngx.WARN) -> nil, directive "lua_capture_error_log" is not set, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.errlog").get_sys_filter_level() -> 6, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] raw, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.errlog").raw_log(ngx.WARN, "raw") -> , client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: type(require("ngx.process").get_master_pid()) -> number, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.process").enable_privileged_agent() -> nil, API disabled in the current context, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1



=== TEST 13: in log_by_lua with TLS
--- stream_config
    lua_shared_dict d 100k;
    lua_package_path "$TEST_NGINX_HTML_DIR/?.lua;;";
    server {
        listen $TEST_NGINX_RAND_PORT_1 ssl;
        ssl_certificate $TEST_NGINX_HTML_DIR/cert.pem;
        ssl_certificate_key $TEST_NGINX_HTML_DIR/key.pem;
        ssl_protocols TLSv1.2;
        log_by_lua_block { require('matrix')('ngx.shared|worker|config|clear_certs') }
        return done;
    }
--- stream_server_config
        lua_ssl_protocols TLSv1.2;
        content_by_lua_block {
            local sock = ngx.socket.tcp()
            assert(sock:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1))
            ngx.say(type(assert(sock:sslhandshake(nil, "test.example"))))
            ngx.say(sock:receive("*a"))
        }
--- user_files
>>> matrix.lua
local list = [==[
ngx.get_phase()
ngx.sleep(0)
ngx.sleep()
ngx.sleep(-1)
ngx.sleep("x")
ngx.say("said")
ngx.print("printed\n")
ngx.flush()
ngx.flush(true)
ngx.flush(1)
ngx.eof(1)
ngx.var.remote_addr
ngx.var.nosuch
ngx.var[1]
ngx.var[{}]
type(ngx.ctx)
ngx.status
ngx.req.start_time() > 0
ngx.on_abort(function() end)
ngx.on_abort(1)
type(ngx.socket.tcp())
type(ngx.socket.udp())
ngx.socket.tcp(1)
ngx.socket.udp(1)
type(ngx.socket.stream)
ngx.socket.connect("127.0.0.1", 1)
type(ngx.thread.spawn(function() end))
ngx.thread.spawn(print)
ngx.thread.wait(1)
ngx.thread.kill(1)
type(coroutine.create(function() end))
coroutine.create(print)
coroutine.resume(1)
coroutine.resume(coroutine.create(function(...) return ... end), 1, 2)
coroutine.status(1)
coroutine.status(coroutine.create(function() end))
coroutine.wrap(function(...) return ... end)(1, 2)
type(coroutine.running())
coroutine.yield(1)
require("ngx.semaphore").new(1):wait(0)
require("ngx.semaphore").new(0):wait(0)
require("ngx.semaphore").new(0):post()
require("ngx.semaphore").new(3):count()
ngx.timer.at(100, 1)
ngx.timer.at()
ngx.timer.running_count() >= 0
ngx.timer.pending_count() >= 0
ngx.worker.exiting()
ngx.worker.count()
type(ngx.worker.pid())
type(ngx.worker.pids())
ngx.worker.id()
ngx.config.subsystem
ngx.shared.d:set("k", 1)
ngx.shared.d:get("k")
ngx.re.match("hello", "l+")[0]
ngx.escape_uri("a b")
ngx.md5("")
type(ngx.now())
type(ngx.today())
require("ngx.balancer").set_current_peer("127.0.0.1", 1)
require("ngx.balancer").set_more_tries(1)
require("ngx.balancer").get_last_failure()
require("ngx.balancer").set_timeouts(1, 1, 1)
require("ngx.balancer").bind_to_local_addr("127.0.0.1")
require("ngx.ssl").server_name()
require("ngx.ssl").clear_certs()
require("ngx.ssl").get_tls1_version()
require("ngx.ssl").get_tls1_version_str()
require("ngx.ssl").server_port()
require("ngx.ssl").raw_client_addr()
require("ngx.ssl").raw_server_addr()
require("ngx.ssl").verify_client()
require("ngx.ssl").set_der_cert("x")
require("ngx.ssl").set_der_priv_key("x")
require("ngx.ssl.clienthello").get_client_hello_server_name()
require("ngx.ssl.clienthello").get_client_hello_ext(0)
require("ngx.ssl.clienthello").set_protocols({"TLSv1.2"})
require("ngx.errlog").get_logs()
require("ngx.errlog").set_filter_level(ngx.WARN)
require("ngx.errlog").get_sys_filter_level()
require("ngx.errlog").raw_log(ngx.WARN, "raw")
type(require("ngx.process").get_master_pid())
require("ngx.process").enable_privileged_agent()
]==]
local function text(ok, ...)
    local t = {}
    for i = 1, select("#", ...) do
        local v = select(i, ...)
        t[i] = type(v) == "string" and v:gsub("[^ -~]", "?") or tostring(v)
    end
    return (ok and "" or "throws ") .. table.concat(t, ", ")
end
return function(without)
    for line in list:gmatch("[^\n]+") do
        for pattern in type(without) == "string" and without:gmatch("[^|]+") or function() end do
            if line:find(pattern) then goto continue end
        end
        local f = assert(loadstring("return " .. line, "=code"))
        ngx.log(ngx.WARN, line, " -> ", (text(pcall(f)):gsub("throws code:1: ", "throws "):gsub("throws [^ ]+/lualib/[^ ]+:%d+: ", "throws ")))
        ::continue::
    end
end
>>> key.pem
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgin1HzRf+IgpuDsDE
ZQ5/eutmhGG9LrsSl1oHBsvsQsOhRANCAASXAk5eL903K+EKGRQXCcZsNW48zVe6
pwL/4mZ5Si9xEytV4T3hY7pBkYv0pnlFsP4QYkIEO3M4jl1isP7GQTwr
-----END PRIVATE KEY-----
>>> cert.pem
-----BEGIN CERTIFICATE-----
MIIBnjCCAUSgAwIBAgIUPQRiuSRhxK8q/aBd2ArWxQdqpp8wCgYIKoZIzj0EAwIw
FzEVMBMGA1UEAwwMdGVzdC5leGFtcGxlMCAXDTI2MTEyMDEzMDI1M1oYDzIxMjYx
MDI3MTMwMjUzWjAXMRUwEwYDVQQDDAx0ZXN0LmV4YW1wbGUwWTATBgcqhkjOPQIB
BggqhkjOPQMBBwNCAASXAk5eL903K+EKGRQXCcZsNW48zVe6pwL/4mZ5Si9xEytV
4T3hY7pBkYv0pnlFsP4QYkIEO3M4jl1isP7GQTwro2wwajAdBgNVHQ4EFgQUSVSc
+Wqge5bPBlH05gnGf2EimcYwHwYDVR0jBBgwFoAUSVSc+Wqge5bPBlH05gnGf2Ei
mcYwDwYDVR0TAQH/BAUwAwEB/zAXBgNVHREEEDAOggx0ZXN0LmV4YW1wbGUwCgYI
KoZIzj0EAwIDSAAwRQIgXxMqhXextIRlus7+bB3nfaTBm2GNYpXSaIIAsdNVw84C
IQD9wp9+UjjCLGLIArNX+nNf2D4SRSFuFZ5A2FLsD6sGrg==
-----END CERTIFICATE-----
--- stream_response
userdata
done
--- log
[warn] stream [lua] matrix.lua:101: ngx.get_phase() -> log while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.sleep(0) -> throws API disabled in the context of log_by_lua* while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.sleep() -> throws attempt to pass 0 arguments, but accepted 1 while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.sleep(-1) -> throws invalid sleep duration "-1000" while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.sleep("x") -> throws bad argument #1 to '?' (number expected, got string) while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.say("said") -> throws API disabled in the context of log_by_lua* while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.print("printed\n") -> throws API disabled in the context of log_by_lua* while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.flush() -> throws API disabled in the context of log_by_lua* while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.flush(true) -> throws API disabled in the context of log_by_lua* while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.flush(1) -> throws bad argument #1 to '?' (boolean expected, got number) while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.eof(1) -> throws no argument is expected while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.var.remote_addr -> 127.0.0.1 while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.var.nosuch -> nil while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.var[1] -> nil while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.var[{}] -> throws bad variable name while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: type(ngx.ctx) -> table while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.status -> 200 while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.req.start_time() > 0 -> true while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.on_abort(function() end) -> nil, lua_check_client_abort is off while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.on_abort(1) -> nil, lua_check_client_abort is off while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: type(ngx.socket.tcp()) -> throws API disabled in the context of log_by_lua* while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: type(ngx.socket.udp()) -> throws API disabled in the context of log_by_lua* while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.socket.tcp(1) -> throws expecting zero arguments, but got 1 while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.socket.udp(1) -> throws expecting zero arguments, but got 1 while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: type(ngx.socket.stream) -> function while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.socket.connect("127.0.0.1", 1) -> throws ngx.socket.connect:1: API disabled in the context of log_by_lua* while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: type(ngx.thread.spawn(function() end)) -> throws API disabled in the context of log_by_lua* while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.thread.spawn(print) -> throws bad argument #1 to '?' (Lua function expected) while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.thread.wait(1) -> throws API disabled in the context of log_by_lua* while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.thread.kill(1) -> throws API disabled in the context of log_by_lua* while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: type(coroutine.create(function() end)) -> throws API disabled in the context of log_by_lua* while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: coroutine.create(print) -> throws bad argument #1 to '?' (Lua function expected) while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: coroutine.resume(1) -> throws bad argument #1 to '?' (coroutine expected) while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: coroutine.resume(coroutine.create(function(...) return ... end), 1, 2) -> throws API disabled in the context of log_by_lua* while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: coroutine.status(1) -> throws bad argument #1 to '?' (coroutine expected) while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: coroutine.status(coroutine.create(function() end)) -> throws API disabled in the context of log_by_lua* while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: coroutine.wrap(function(...) return ... end)(1, 2) -> throws API disabled in the context of log_by_lua* while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: type(coroutine.running()) -> thread while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: coroutine.yield(1) -> throws API disabled in the context of log_by_lua* while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.semaphore").new(1):wait(0) -> nil, API disabled in the context of log_by_lua* while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.semaphore").new(0):wait(0) -> nil, API disabled in the context of log_by_lua* while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.semaphore").new(0):post() -> true while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.semaphore").new(3):count() -> 3 while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.timer.at(100, 1) -> throws bad argument #2 to '?' (Lua function expected) while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.timer.at() -> throws expecting at least 2 arguments but got 0 while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.timer.running_count() >= 0 -> true while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.timer.pending_count() >= 0 -> true while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.re.match("hello", "l+")[0] -> ll while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.escape_uri("a b") -> a%20b while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: ngx.md5("") -> d41d8cd98f00b204e9800998ecf8427e while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: type(ngx.now()) -> number while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: type(ngx.today()) -> string while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.balancer").set_current_peer("127.0.0.1", 1) -> nil, no upstream found while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.balancer").set_more_tries(1) -> nil, no upstream found while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.balancer").get_last_failure() -> nil, nil, no upstream found while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.balancer").set_timeouts(1, 1, 1) -> false, API disabled in the current context while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.balancer").bind_to_local_addr("127.0.0.1") -> nil, no upstream found while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").server_name() -> test.example while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").get_tls1_version() -> 771 while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").get_tls1_version_str() -> TLSv1.2 while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").server_port() -> $TEST_NGINX_RAND_PORT_1 while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").raw_client_addr() -> ????, inet while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").raw_server_addr() -> ????, inet while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").verify_client() -> nil, API disabled in the current context while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").set_der_cert("x") -> nil, d2i_X509_bio() failed while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.ssl").set_der_priv_key("x") -> nil, d2i_PrivateKey_bio() failed while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.ssl.clienthello").get_client_hello_server_name() -> throws API disabled in the current context while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.ssl.clienthello").get_client_hello_ext(0) -> throws API disabled in the current context while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.ssl.clienthello").set_protocols({"TLSv1.2"}) -> throws API disabled in the current context while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.errlog").get_logs() -> nil, directive "lua_capture_error_log" is not set while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.errlog").set_filter_level(ngx.WARN) -> nil, directive "lua_capture_error_log" is not set while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.errlog").get_sys_filter_level() -> 6 while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] raw while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.errlog").raw_log(ngx.WARN, "raw") ->  while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: type(require("ngx.process").get_master_pid()) -> number while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] matrix.lua:101: require("ngx.process").enable_privileged_agent() -> nil, API disabled in the current context while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
