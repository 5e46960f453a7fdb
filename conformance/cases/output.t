# What ngx.say, ngx.print, ngx.flush, ngx.eof and ngx.exit send, return and log.
use Test::Nginx::Socket::Lua::Stream;

log_level('info');

plan tests => repeat_each() * blocks();
run_tests();

__DATA__

=== TEST 1: values that ngx.say writes
--- stream_server_config
    content_by_lua_block {
        ngx.say("string")
        ngx.say(1, " ", -1, " ", 1.5, " ", 1e15, " ", 1e16, " ", 1e100, " ", 0.1, " ", 2^53, " ", -0, " ", 1/3)
        ngx.say(1/0, " ", -1/0)
        ngx.say(nil, " ", true, " ", false, " ", ngx.null)
        ngx.say()
        ngx.say("")
        ngx.say("a\0b" == "a\0b", "\t", "tab")
    }
--- stream_response
string
1 -1 1.5 1e+15 1e+16 1e+100 0.1 9.007199254741e+15 -0 0.33333333333333
inf -inf
nil true false null


true	tab
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 2: tables are written part by part, nested ones as well
--- stream_server_config
    content_by_lua_block {
        ngx.say({"a", 1, {"b", {2.5, "c"}}, "d"}, {}, {{}}, {"e"})
        ngx.print({"print", " ", {"it"}, "\n"})
        ngx.say({true, false, nil, "after a hole"})
        ngx.say({"null: ", ngx.null})
    }
--- stream_response
a1b2.5cde
print it
truefalsenilafter a hole
null: null
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 3: what cannot be written
--- stream_server_config
    content_by_lua_block {
        local function try(...) ngx.say(select(2, pcall(ngx.say, ...))) end
        try({x = 1})
        try({1, x = 1})
        try({[0] = 1})
        try({[1.5] = 1})
        try({[2^40] = 1})
        try({1, {print}})
        try({1, {{y = 2}}})
        try(print)
        try("a", coroutine.create(function() end))
        try("a", "b", io.stdout)
        try(setmetatable({}, {__tostring = function() return "said" end}))
        try({[3] = "c"})
        try({[-1] = "c"})
    }
--- stream_response
bad argument #1 to '?' (non-array table found)
bad argument #1 to '?' (non-array table found)
bad argument #1 to '?' (non-array table found)
bad argument #1 to '?' (non-array table found)

1
bad argument #1 to '?' (bad data type function found)
bad argument #1 to '?' (non-array table found)
bad argument #1 to '?' (string, number, boolean, nil, ngx.null, or array table expected, but got function)
bad argument #2 to '?' (string, number, boolean, nil, ngx.null, or array table expected, but got thread)
bad argument #3 to '?' (string, number, boolean, nil, ngx.null, or array table expected, but got userdata)

1
nilnilc
1
bad argument #1 to '?' (non-array table found)
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 4: ngx.print adds nothing
--- stream_server_config
    content_by_lua_block {
        ngx.print("a")
        ngx.print("b", 1, nil, true, "\n")
        ngx.print()
        ngx.print("")
        ngx.print({})
        ngx.print("end")
    }
--- stream_response
ab1niltrue
end
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 5: what the functions return
--- stream_server_config
    content_by_lua_block {
        local function all(...) return select("#", ...) .. ":" .. tostring((...)) end
        local t = {all(ngx.say("x")), all(ngx.print("y\n")), all(ngx.print()), all(ngx.flush()), all(ngx.flush(true)), all(ngx.flush(false))}
        ngx.say(table.concat(t, " "))
        ngx.log(ngx.INFO, "eof: ", all(ngx.eof()), " ", tostring(select(2, ngx.eof())))
    }
--- stream_response
x
y
1:1 1:1 1:1 1:1 1:1 1:1
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] stream [lua] content_by_lua(nginx.conf:26):5: eof: 1:1 seen eof, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 6: output after ngx.eof
--- stream_server_config
    content_by_lua_block {
        ngx.say("before")
        local ok, err = ngx.eof()
        ngx.log(ngx.WARN, "eof: ", ok, " ", err)
        ok, err = ngx.say("after")
        ngx.log(ngx.WARN, "say: ", ok, " ", err)
        ok, err = ngx.print("after")
        ngx.log(ngx.WARN, "print: ", ok, " ", err)
        ok, err = ngx.flush(true)
        ngx.log(ngx.WARN, "flush: ", ok, " ", err)
        ok, err = ngx.eof()
        ngx.log(ngx.WARN, "eof again: ", ok, " ", err)
    }
--- stream_response
before
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] content_by_lua(nginx.conf:33):4: eof: 1 nil, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] content_by_lua(nginx.conf:33):6: say: nil seen eof, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] content_by_lua(nginx.conf:33):8: print: nil seen eof, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] content_by_lua(nginx.conf:33):10: flush: nil seen eof, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] content_by_lua(nginx.conf:33):12: eof again: nil seen eof, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 7: arguments that the functions do not take
--- stream_server_config
    content_by_lua_block {
        local function try(f, ...) ngx.say(select(2, pcall(f, ...))) end
        try(ngx.eof, 1)
        try(ngx.flush, 1)
        try(ngx.flush, "true")
        try(ngx.flush, true, 1)
        try(ngx.flush, nil)
        try(ngx.exit)
        try(ngx.exit, "x")
        try(ngx.exit, {})
        try(ngx.exit, 1, 2)
    }
--- stream_response
no argument is expected
bad argument #1 to '?' (boolean expected, got number)
bad argument #1 to '?' (boolean expected, got string)
attempt to pass 2 arguments, but accepted 0 or 1
bad argument #1 to '?' (boolean expected, got nil)
bad argument #2 to 'ngx_lua_ffi_exit' (cannot convert 'nil' to 'int')
bad argument #2 to 'ngx_lua_ffi_exit' (cannot convert 'string' to 'int')
bad argument #2 to 'ngx_lua_ffi_exit' (cannot convert 'table' to 'int')
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 8: ngx.exit ends the script after what was said
--- stream_server_config
    content_by_lua_block {
        ngx.say("said")
        ngx.exit(ngx.OK)
        ngx.say("not said")
    }
    log_by_lua_block { ngx.log(ngx.WARN, "status ", ngx.var.status, " sent ", ngx.var.bytes_sent) }
--- stream_response
said
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] log_by_lua(nginx.conf:26):1: status 200 sent 5, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 9: ngx.exit with a status
--- stream_server_config
    content_by_lua_block {
        ngx.say("forbidden")
        ngx.exit(403)
    }
    log_by_lua_block { ngx.log(ngx.WARN, "status ", ngx.var.status, " sent ", ngx.var.bytes_sent) }
--- stream_response
forbidden
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] log_by_lua(nginx.conf:25):1: status 403 sent 10, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 10: ngx.exit(500) sends what was flushed
--- stream_server_config
    content_by_lua_block {
        ngx.say("flushed")
        ngx.flush(true)
        ngx.say("pending")
        ngx.exit(500)
    }
    log_by_lua_block { ngx.log(ngx.WARN, "status ", ngx.var.status) }
--- stream_response
flushed
pending
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] log_by_lua(nginx.conf:27):1: status 500, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 11: ngx.exit(ngx.ERROR)
--- stream_server_config
    content_by_lua_block {
        ngx.say("before")
        ngx.exit(ngx.ERROR)
    }
    log_by_lua_block { ngx.log(ngx.WARN, "status ", ngx.var.status) }
--- stream_response
before
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] log_by_lua(nginx.conf:25):1: status 500, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 12: ngx.exit(ngx.DECLINED)
--- stream_server_config
    content_by_lua_block {
        ngx.say("before")
        ngx.exit(ngx.DECLINED)
    }
    log_by_lua_block { ngx.log(ngx.WARN, "status ", ngx.var.status) }
--- stream_response
before
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] log_by_lua(nginx.conf:25):1: status 200, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 13: the constants of statuses
--- stream_server_config
    content_by_lua_block { ngx.say(ngx.OK, " ", ngx.ERROR, " ", ngx.AGAIN, " ", ngx.DONE, " ", ngx.DECLINED) }
--- stream_response
0 -1 -2 -4 -5
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 14: ngx.exit with statuses beyond those of HTTP
--- stream_config
    server {
        listen $TEST_NGINX_RAND_PORT_1;
        content_by_lua_block {
            local s = ngx.req.socket()
            ngx.say("exit")
            ngx.exit(tonumber(s:receive()))
        }
        log_by_lua_block { ngx.log(ngx.WARN, "status ", ngx.var.status) }
    }
--- stream_server_config
    content_by_lua_block {
        for _, code in ipairs({0, 1, 99, 100, 199, 200, 204, 299, 300, 399, 400, 404, 444, 499, 500, 503, 599, 600, 999, 1000, 70000}) do
            local s = ngx.socket.tcp()
            s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
            s:send(code .. "\n")
            ngx.say(code, ": ", s:receive("*a"))
            s:close()
        end
    }
--- stream_response
0: exit

1: exit

99: exit

100: exit

199: exit

200: exit

204: exit

299: exit

300: exit

399: exit

400: exit

404: exit

444: exit

499: exit

500: exit

503: exit

599: exit

600: exit

999: exit

1000: exit

70000: exit
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] log_by_lua(nginx.conf:24):1: status 200, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] log_by_lua(nginx.conf:24):1: status 001, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] log_by_lua(nginx.conf:24):1: status 099, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] log_by_lua(nginx.conf:24):1: status 100, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] log_by_lua(nginx.conf:24):1: status 199, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] log_by_lua(nginx.conf:24):1: status 200, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] log_by_lua(nginx.conf:24):1: status 204, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] log_by_lua(nginx.conf:24):1: status 299, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] log_by_lua(nginx.conf:24):1: status 300, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] log_by_lua(nginx.conf:24):1: status 399, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] log_by_lua(nginx.conf:24):1: status 400, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] log_by_lua(nginx.conf:24):1: status 404, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] log_by_lua(nginx.conf:24):1: status 444, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] log_by_lua(nginx.conf:24):1: status 499, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] log_by_lua(nginx.conf:24):1: status 500, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] log_by_lua(nginx.conf:24):1: status 503, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] log_by_lua(nginx.conf:24):1: status 599, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] log_by_lua(nginx.conf:24):1: status 600, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] log_by_lua(nginx.conf:24):1: status 999, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] log_by_lua(nginx.conf:24):1: status 1000, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] log_by_lua(nginx.conf:24):1: status 70000, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1



=== TEST 15: an error ends the session with 500
--- stream_server_config
    content_by_lua_block {
        ngx.say("before")
        local function inner() error("thrown") end
        inner()
    }
    log_by_lua_block { ngx.log(ngx.WARN, "status ", ngx.var.status, " sent ", ngx.var.bytes_sent) }
--- stream_response
before
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] lua entry thread aborted: runtime error: content_by_lua(nginx.conf:25):3: thrown
stack traceback:
coroutine 0:
	[C]: in function 'error'
	content_by_lua(nginx.conf:25):3: in function 'inner'
	content_by_lua(nginx.conf:25):4: in main chunk, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] log_by_lua(nginx.conf:26):1: status 500 sent 7, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 16: errors that are no strings
--- stream_config
    server {
        listen $TEST_NGINX_RAND_PORT_1;
        content_by_lua_block {
            local what = ngx.req.socket():receive()
            if what == "table" then error({}) end
            if what == "tostring" then error(setmetatable({}, {__tostring = function() return "from __tostring" end})) end
            if what == "nil" then error() end
            if what == "number" then error(42) end
            if what == "boolean" then error(false) end
            if what == "level" then error("no place", 0) end
            if what == "two" then error("the caller's place", 2) end
            if what == "ngx" then ngx.say(print) end
            if what == "index" then local t; t.x = 1 end
            if what == "call" then local t = {}; t.x.y() end
            if what == "arith" then local t = {}; return t + 1 end
            if what == "concat" then return "a" .. {} end
            if what == "compare" then return {} < 1 end
        }
    }
--- stream_server_config
    content_by_lua_block {
        for what in ("table tostring nil number boolean level two ngx index call arith concat compare"):gmatch("%S+") do
            local s = ngx.socket.tcp()
            s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
            s:send(what .. "\n")
            ngx.say(what, ": ", s:receive("*a"))
        end
    }
--- stream_response
table: 
tostring: 
nil: 
number: 
boolean: 
level: 
two: 
ngx: 
index: 
call: 
arith: 
concat: 
compare: 
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[error] lua entry thread aborted: runtime error: unknown reason
stack traceback:
coroutine 0:
	[C]: in function 'error'
	content_by_lua(nginx.conf:34):3: in main chunk, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[error] lua entry thread aborted: runtime error: unknown reason
stack traceback:
coroutine 0:
	[C]: in function 'error'
	content_by_lua(nginx.conf:34):4: in main chunk, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[error] lua entry thread aborted: runtime error: unknown reason
stack traceback:
coroutine 0:
	[C]: in function 'error'
	content_by_lua(nginx.conf:34):5: in main chunk, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[error] lua entry thread aborted: runtime error: content_by_lua(nginx.conf:34):6: 42
stack traceback:
coroutine 0:
	[C]: in function 'error'
	content_by_lua(nginx.conf:34):6: in main chunk, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[error] lua entry thread aborted: runtime error: unknown reason
stack traceback:
coroutine 0:
	[C]: in function 'error'
	content_by_lua(nginx.conf:34):7: in main chunk, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[error] lua entry thread aborted: runtime error: no place
stack traceback:
coroutine 0:
	[C]: in function 'error'
	content_by_lua(nginx.conf:34):8: in main chunk, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[error] lua entry thread aborted: runtime error: the caller's place
stack traceback:
coroutine 0:
	[C]: in function 'error'
	content_by_lua(nginx.conf:34):9: in main chunk, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[error] lua entry thread aborted: runtime error: content_by_lua(nginx.conf:34):10: bad argument #1 to 'say' (string, number, boolean, nil, ngx.null, or array table expected, but got function)
stack traceback:
coroutine 0:
	[C]: in function 'say'
	content_by_lua(nginx.conf:34):10: in main chunk, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[error] lua entry thread aborted: runtime error: content_by_lua(nginx.conf:34):11: attempt to index local 't' (a nil value)
stack traceback:
coroutine 0:
	content_by_lua(nginx.conf:34): in main chunk, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[error] lua entry thread aborted: runtime error: content_by_lua(nginx.conf:34):12: attempt to index field 'x' (a nil value)
stack traceback:
coroutine 0:
	content_by_lua(nginx.conf:34): in main chunk, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[error] lua entry thread aborted: runtime error: content_by_lua(nginx.conf:34):13: attempt to perform arithmetic on local 't' (a table value)
stack traceback:
coroutine 0:
	content_by_lua(nginx.conf:34): in main chunk, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[error] lua entry thread aborted: runtime error: content_by_lua(nginx.conf:34):14: attempt to concatenate a table value
stack traceback:
coroutine 0:
	content_by_lua(nginx.conf:34): in main chunk, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[error] lua entry thread aborted: runtime error: content_by_lua(nginx.conf:34):15: attempt to compare table with number
stack traceback:
coroutine 0:
	content_by_lua(nginx.conf:34): in main chunk, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1



=== TEST 17: much output arrives whole
--- stream_server_config
    content_by_lua_block {
        local line = ("x"):rep(79) .. "\n"
        local n = 0
        for i = 1, 5000 do
            ngx.print(line)
            n = n + #line
        end
        ngx.flush(true)
        ngx.log(ngx.WARN, n, " bytes")
    }
    log_by_lua_block { ngx.log(ngx.WARN, "sent ", ngx.var.bytes_sent) }
--- log_stream_response
--- stream_response_like: ^received 400000 bytes of response data.$
--- stream_response
received 400000 bytes of response data.
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] content_by_lua(nginx.conf:30):9: 400000 bytes, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] log_by_lua(nginx.conf:31):1: sent 400000, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 18: one string larger than socket buffers
--- stream_config
    server {
        listen $TEST_NGINX_RAND_PORT_1;
        content_by_lua_block {
            local ok, err = ngx.print(("0123456789"):rep(1000000))
            ok, err = ngx.flush(true)
            ngx.log(ngx.WARN, "flushed: ", ok, " ", err)
        }
    }
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.tcp()
        s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        local data = s:receive("*a")
        ngx.say(#data, " ", ngx.md5(data))
    }
--- stream_response
10000000 7233cd2eaf78da883a54bc81513f021f
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] content_by_lua(nginx.conf:23):4: flushed: 1 nil, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1



=== TEST 19: ngx.flush(true) to a client that does not read
--- stream_config
    lua_package_path "$TEST_NGINX_HTML_DIR/?.lua;;";
    server {
        listen $TEST_NGINX_RAND_PORT_1;
        lua_socket_send_timeout 100ms;
        content_by_lua_block {
            ngx.say("hello")
            ngx.flush(true)
            ngx.req.socket():receive()
            local ok, err
            for i = 1, 100 do
                ok, err = ngx.print(("x"):rep(100000))
                if not ok then break end
                ok, err = ngx.flush(true)
                if not ok then break end
            end
            ngx.log(ngx.WARN, "flush: ", ok, " ", err)
        }
        log_by_lua_block { ngx.log(ngx.WARN, "status ", ngx.var.status) require("shared").done:post() }
    }
--- stream_server_config
    content_by_lua_block {
        local done = require("ngx.semaphore").new()
        require("shared").done = done
        local s = ngx.socket.tcp()
        s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        ngx.say(s:receive())
        s:send("go\n")
        done:wait(10)
        s:close()
    }
--- user_files
>>> shared.lua
return {}
--- error_log
status
--- stream_response
hello
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[info] client timed out (110: Connection timed out), client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] content_by_lua(nginx.conf:32):12: flush: nil timeout, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[info] client timed out (110: Connection timed out), client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] log_by_lua(nginx.conf:33):1: status 500, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1



=== TEST 20: the return value of the chunk does not matter
--- stream_server_config
    content_by_lua_block {
        ngx.say("hello")
        return 403, "x"
    }
    log_by_lua_block { ngx.log(ngx.WARN, "status ", ngx.var.status) }
--- stream_response
hello
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] log_by_lua(nginx.conf:25):1: status 200, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 21: a session that says nothing
--- stream_server_config
    content_by_lua_block { local x = 1 }
    log_by_lua_block { ngx.log(ngx.WARN, "status ", ngx.var.status, " sent ", ngx.var.bytes_sent) }
--- stream_response
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] log_by_lua(nginx.conf:22):1: status 200 sent 0, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 22: output from functions that the content calls
--- stream_server_config
    content_by_lua_block {
        pcall(function() ngx.say("in pcall") end)
        for _, v in ipairs({"a", "b"}) do ngx.print(v, " ") end
        (function(...) ngx.say(...) end)("in", " ", "a function")
        local t = setmetatable({}, {__index = function(_, k) ngx.say("in __index: ", k) return k end})
        ngx.say(t.x)
        table.sort({3, 1, 2}, function(a, b) return a < b end)
        string.gsub("ab", ".", function(c) ngx.say("in gsub: ", c) end)
    }
--- stream_response
in pcall
a b in a function
in __index: x
x
in gsub: a
in gsub: b
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 23: the status that Lua sees
--- stream_server_config
    content_by_lua_block {
        ngx.say("status ", ngx.status, " variable ", ngx.var.status)
        ngx.status = 404
        ngx.say("status ", ngx.status, " variable ", ngx.var.status)
    }
    log_by_lua_block { ngx.log(ngx.WARN, "status ", ngx.status, " variable ", ngx.var.status) }
--- stream_response
status 0 variable 000
status 404 variable 000
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] log_by_lua(nginx.conf:26):1: status 404 variable 200, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 24: ngx.exit in a function that pcall runs
--- stream_server_config
    content_by_lua_block {
        ngx.say("before")
        pcall(ngx.exit, 402)
        ngx.say("never")
    }
    log_by_lua_block { ngx.log(ngx.WARN, "status ", ngx.var.status) }
--- stream_response
before
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] log_by_lua(nginx.conf:26):1: status 402, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 25: ngx.exit in a coroutine
--- stream_server_config
    content_by_lua_block {
        local co = coroutine.wrap(function() ngx.say("in it") ngx.exit(401) ngx.say("never") end)
        co()
        ngx.say("never either")
    }
    log_by_lua_block { ngx.log(ngx.WARN, "status ", ngx.var.status) }
--- stream_response
in it
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] log_by_lua(nginx.conf:26):1: status 401, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 26: content from a file
--- stream_server_config
    content_by_lua_file html/content.lua;
--- user_files
>>> content.lua
#!/usr/bin/env resty
ngx.say("from a file: ", debug.getinfo(1).source == "@" .. ngx.config.prefix() .. "html/content.lua", " ", ...)
ngx.log(ngx.WARN, "logged in a file")
error("failed in a file")
--- stream_response
from a file: true 
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] content.lua:3: logged in a file, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] lua entry thread aborted: runtime error: $TEST_NGINX_SERVER_ROOT/html/content.lua:4: failed in a file
stack traceback:
coroutine 0:
	[C]: in function 'error'
	$TEST_NGINX_SERVER_ROOT/html/content.lua:4: in main chunk, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 27: content from a file that is not there
--- stream_server_config
    content_by_lua_file html/missing.lua;
--- stream_response
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] failed to load external Lua file "$TEST_NGINX_SERVER_ROOT/html/missing.lua": cannot open $TEST_NGINX_SERVER_ROOT/html/missing.lua: No such file or directory, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 28: content from a file whose name is a variable
--- stream_server_config
    set $name content;
    content_by_lua_file html/$name.lua;
--- user_files
>>> content.lua
ngx.say("chosen by a variable")
--- stream_response
chosen by a variable
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 29: code that does not compile
--- stream_server_config
    content_by_lua_block {
        ngx.say("hello")
        local x = = 1
    }
    log_by_lua_block { ngx.log(ngx.WARN, "status ", ngx.var.status) }
--- stream_response
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] failed to load inlined Lua code: content_by_lua(nginx.conf:24):3: unexpected symbol near '=', client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] log_by_lua(nginx.conf:25):1: status 500, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 30: a file that does not compile
--- stream_server_config
    content_by_lua_file html/broken.lua;
--- user_files
>>> broken.lua
ngx.say("hello")
if true then
--- stream_response
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] failed to load external Lua file "$TEST_NGINX_SERVER_ROOT/html/broken.lua": $TEST_NGINX_SERVER_ROOT/html/broken.lua:3: 'end' expected (to close 'if' at line 2) near '<eof>', client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
