# lua_shared_dict and the methods of ngx.shared.DICT.
use Test::Nginx::Socket::Lua::Stream;

$ENV{TEST_NGINX_HTML_DIR} ||= html_dir();
log_level('info');

plan tests => repeat_each() * blocks();
run_tests();

__DATA__

=== TEST 1: set and get of every type
--- stream_config
    lua_shared_dict d 100k;
--- stream_server_config
    content_by_lua_block {
        local d = ngx.shared.d
        local function show(...)
            local t = {}
            for i = 1, select("#", ...) do t[i] = type(select(i, ...)) .. ":" .. tostring(select(i, ...)):gsub("%z", "\\0") end
            ngx.say(table.concat(t, " "))
        end
        for _, v in ipairs({"text", "", "a\0b", 42, -1.5, 2^53, 1e300, 1/0, true, false}) do
            show(d:set("k", v))
            show(d:get("k"))
        end
        show(d:set("k", nil))
        show(d:get("k"))
        show(d:set("k", {}))
        show(d:set("k", print))
        show(d:set("k", ngx.null))
        show(d:get("none"))
    }
--- stream_response
boolean:true nil:nil boolean:false
string:text
boolean:true nil:nil boolean:false
string:
boolean:true nil:nil boolean:false
string:a\0b
boolean:true nil:nil boolean:false
number:42
boolean:true nil:nil boolean:false
number:-1.5
boolean:true nil:nil boolean:false
number:9.007199254741e+15
boolean:true nil:nil boolean:false
number:1e+300
boolean:true nil:nil boolean:false
number:inf
boolean:true nil:nil boolean:false
boolean:true
boolean:true nil:nil boolean:false
boolean:false
boolean:true nil:nil boolean:false
nil:nil
nil:nil string:bad value type
nil:nil string:bad value type
nil:nil string:bad value type
nil:nil
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 2: keys
--- stream_config
    lua_shared_dict d 100k;
--- stream_server_config
    content_by_lua_block {
        local d = ngx.shared.d
        ngx.say(d:set(nil, 1))
        ngx.say(d:set("", 1))
        ngx.say(d:set(("k"):rep(65536), 1))
        ngx.say(d:set(("k"):rep(65535), 1))
        ngx.say(d:set(1, "number"), " ", d:get("1"), " ", d:get(1))
        ngx.say(d:set(true, "boolean"), " ", d:get("true"))
        ngx.say(d:get(nil))
        ngx.say(d:get(""))
        ngx.say(d:get(("k"):rep(65536)))
        for _, f in ipairs({"get", "get_stale", "incr", "delete", "ttl", "lpush", "lpop", "llen", "add", "replace", "safe_set", "safe_add"}) do
            local a, b = d[f](d, nil, 1)
            local e, g = d[f](d, "", 1)
            ngx.say(f, ": ", a, " ", b, ", ", e, " ", g)
        end
        ngx.say(select(2, pcall(d.expire, d, nil, 1)))
    }
--- stream_response
nilnil key
nilempty key
nilkey too long
truenilfalse
true number number
true boolean
nilnil key
nilempty key
nilkey too long
get: nil nil key, nil empty key
get_stale: nil nil key, nil empty key
incr: nil nil key, nil empty key
delete: nil nil key, nil empty key
ttl: nil nil key, nil empty key
lpush: nil nil key, nil empty key
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] lua entry thread aborted: runtime error: content_by_lua(nginx.conf:39):13: expecting 2 arguments, but only seen 3
stack traceback:
coroutine 0:
	[C]: ?
	content_by_lua(nginx.conf:39):13: in main chunk, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 3: flags
--- stream_config
    lua_shared_dict d 100k;
--- stream_server_config
    content_by_lua_block {
        local d = ngx.shared.d
        d:set("a", 1, 0, 42)
        ngx.say(d:get("a"))
        d:set("a", "x", 0, 0)
        ngx.say(d:get("a"))
        d:set("a", true, nil, -1)
        ngx.say(d:get("a"))
        d:set("a", false, 10, 2^31)
        ngx.say(d:get("a"))
        d:set("a", 1, 0, 7)
        d:incr("a", 1)
        ngx.say(d:get("a"))
        ngx.say(d:get_stale("a"))
        ngx.say(select(2, pcall(d.set, d, "a", 1, 0, "x")))
        ngx.say(select(2, pcall(d.set, d, "a", 1, 0, {})))
    }
--- stream_response
142
x
true-1
false-2147483648
27
27false
bad argument #10 to 'ngx_lua_ffi_shdict_store' (cannot convert 'string' to 'int')
bad argument #10 to 'ngx_lua_ffi_shdict_store' (cannot convert 'table' to 'int')
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 4: add and replace
--- stream_config
    lua_shared_dict d 100k;
--- stream_server_config
    content_by_lua_block {
        local d = ngx.shared.d
        ngx.say(d:replace("k", 1))
        ngx.say(d:add("k", 2))
        ngx.say(d:add("k", 3))
        ngx.say(d:replace("k", 4))
        ngx.say(d:get("k"))
        ngx.say(d:add("k", nil))
        ngx.say(d:replace("k", nil))
        ngx.say(d:get("k"))
        ngx.say(d:add("gone", nil))
        ngx.say(d:safe_add("s", 1))
        ngx.say(d:safe_add("s", 1))
        ngx.say(d:safe_set("s", 2))
        ngx.say(d:get("s"))
        d:set("short", 1, 0.01)
        ngx.sleep(0.02)
        ngx.say(d:replace("short", 2))
        ngx.say(d:add("short", 3))
        ngx.say(d:get("short"))
    }
--- stream_response
falsenot foundfalse
truenilfalse
falseexistsfalse
truenilfalse
4
falseattempt to add or replace nil valuesfalse
falseattempt to add or replace nil valuesfalse
4
falseattempt to add or replace nil valuesfalse
truenilfalse
falseexistsfalse
truenilfalse
2
falsenot foundfalse
truenilfalse
3
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 5: delete
--- stream_config
    lua_shared_dict d 100k;
--- stream_server_config
    content_by_lua_block {
        local d = ngx.shared.d
        d:set("k", 1)
        ngx.say(d:delete("k"))
        ngx.say(d:get("k"))
        ngx.say(d:delete("k"))
        d:rpush("l", 1)
        ngx.say(d:delete("l"), " ", d:llen("l"))
    }
--- stream_response
truenilfalse
nil
truenilfalse
true 0
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 6: incr
--- stream_config
    lua_shared_dict d 100k;
--- stream_server_config
    content_by_lua_block {
        local d = ngx.shared.d
        ngx.say(d:incr("n", 1))
        ngx.say(d:incr("n", 1, 0))
        ngx.say(d:incr("n", 2.5))
        ngx.say(d:incr("n", -10, 100))
        ngx.say(d:incr("m", 1, 5))
        ngx.say(d:incr("m", "2"))
        d:set("s", "text")
        ngx.say(d:incr("s", 1))
        d:set("s", "12")
        ngx.say(d:incr("s", 1))
        d:set("b", true)
        ngx.say(d:incr("b", 1))
        d:rpush("l", 1)
        ngx.say(d:incr("l", 1))
        local function try(...) ngx.say(select(2, pcall(d.incr, d, ...))) end
        try("n")
        try("n", "x")
        try("n", 1, "x")
        try("n", 1, {})
        try("n", 1, nil, 1)
        try("n", 1, 0, -1)
        try("n", 1, 0, "x")
        ngx.say(d:incr("t", 1, 0, 2), " ", d:ttl("t") > 0)
        ngx.say(d:incr("t", 1, 0, 50), " ", d:ttl("t") < 3)
        ngx.sleep(2.02)
        ngx.say(d:incr("t", 1, 10, 50), " ", d:ttl("t") > 3)
    }
--- stream_response
nilnot found
1nilfalse
3.5
-6.5nilfalse
6nilfalse
8
nilnot a number
nilnot a number
nilnot a number
nilnot a number
cannot convert 'nil' to 'double'
cannot convert 'nil' to 'double'
bad init arg: number expected, got string
bad init arg: number expected, got table
must provide "init" when providing "init_ttl"
bad "init_ttl" argument
bad init_ttl arg: number expected, got string
1 true
2 true
11 true
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 7: expiry
--- stream_config
    lua_shared_dict d 100k;
--- stream_server_config
    content_by_lua_block {
        local d = ngx.shared.d
        d:set("k", "v", 2)
        ngx.say(d:get("k"))
        ngx.sleep(2.02)
        ngx.say(d:get("k"))
        ngx.say(d:get_stale("k"))
        d:set("k", "v", 100)
        ngx.say(d:get_stale("k"))
        d:set("k", "v2")
        ngx.say(d:ttl("k"))
        local function try(...) ngx.say(select(2, pcall(d.set, d, ...))) end
        try("k", 1, -1)
        try("k", 1, "x")
        try("k", 1, {})
        try("k", 1, "1")
    }
--- stream_response
v
nil
nil
vnilfalse
0
bad "exptime" argument
attempt to compare string with number
attempt to compare table with number
attempt to compare string with number
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 8: ttl and expire
--- stream_config
    lua_shared_dict d 100k;
--- stream_server_config
    content_by_lua_block {
        local d = ngx.shared.d
        ngx.say(d:ttl("k"))
        ngx.say(d:expire("k", 1))
        d:set("k", 1)
        ngx.say(d:ttl("k"))
        ngx.say(d:expire("k", 100))
        local t = d:ttl("k")
        ngx.say(t > 50 and t <= 100)
        ngx.say(d:expire("k", 0), " ", d:ttl("k"))
        ngx.say(d:expire("k", 0.01))
        ngx.sleep(0.03)
        ngx.say(d:ttl("k") < 0)
        ngx.say(d:expire("k", 9))
        ngx.say(d:get("k"))
        local function try(...) ngx.say(select(2, pcall(d.expire, d, ...))) end
        try("k")
        try("k", "x")
        try("k", -1)
    }
--- stream_response
nilnot found
nilnot found
0
true
true
true 0
true
true
true
1
bad "exptime" argument
attempt to perform arithmetic on local 'exptime' (a string value)
true
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 9: flush_all and flush_expired
--- stream_config
    lua_shared_dict d 100k;
--- stream_server_config
    content_by_lua_block {
        local d = ngx.shared.d
        for i = 1, 5 do d:set("k" .. i, i) end
        ngx.say(d:flush_expired())
        ngx.say(d:flush_all())
        ngx.say(d:get("k1"), " ", d:get_stale("k1"))
        ngx.say(#d:get_keys(0))
        ngx.say(d:flush_expired(2))
        ngx.say(d:get_stale("k1"), " ", d:get_stale("k5"))
        ngx.say(d:flush_expired(0))
        ngx.say(d:flush_expired())
        local function try(f, ...) ngx.say(select(2, pcall(d[f], d, ...))) end
        try("flush_expired", "x")
        try("flush_expired", {})
        try("flush_expired", -1)
        try("flush_expired", 1, 2)
        ngx.say(select(2, pcall(d.flush_expired)))
        ngx.say(select(2, pcall(d.flush_all)))
    }
--- stream_response
0

nil nil
0
0
nil nil
0
0
bad argument #2 to '?' (number expected, got string)
bad argument #2 to '?' (number expected, got table)
0
expecting 1 or 2 argument(s), but saw 3
expecting 1 or 2 argument(s), but saw 0
bad "zone" argument
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 10: get_keys
--- stream_config
    lua_shared_dict d 200k;
--- stream_server_config
    content_by_lua_block {
        local d = ngx.shared.d
        ngx.say(#d:get_keys())
        for i = 1, 1100 do d:set(string.format("%04d", i), i) end
        ngx.say(#d:get_keys(), " ", #d:get_keys(0), " ", #d:get_keys(10))
        local keys = d:get_keys(3)
        ngx.say(table.concat(keys, " "))
        d:get("0001")
        ngx.say(d:get_keys(1)[1])
        d:set("short", 1, 0.01)
        ngx.sleep(0.02)
        ngx.say(d:get_keys(1)[1])
        local function try(...) ngx.say(select(2, pcall(d.get_keys, d, ...))) end
        try("x")
        try({})
        try(1, 2)
        ngx.say(#d:get_keys(-1))
        ngx.say(select(2, pcall(d.get_keys)))
    }
--- stream_response
0
1024 1100 10
0001 0002 0003
0002
0002
bad argument #2 to '?' (number expected, got string)
bad argument #2 to '?' (number expected, got table)
expecting 1 or 2 argument(s), but saw 3
1100
expecting 1 or 2 argument(s), but saw 0
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 11: lists
--- stream_config
    lua_shared_dict d 100k;
--- stream_server_config
    content_by_lua_block {
        local d = ngx.shared.d
        ngx.say(d:llen("l"))
        ngx.say(d:lpop("l"))
        ngx.say(d:rpush("l", "b"))
        ngx.say(d:rpush("l", 3.5))
        ngx.say(d:lpush("l", "a"))
        ngx.say(d:llen("l"))
        ngx.say(d:lpop("l"), " ", d:rpop("l"), " ", d:rpop("l"), " ", d:rpop("l"))
        ngx.say(d:get("l"), " ", d:llen("l"))
        ngx.say(d:rpush("l", true))
        ngx.say(d:rpush("l", nil))
        ngx.say(d:rpush("l", {}))
        d:rpush("l", 1)
        ngx.say(d:get("l"))
        ngx.say(d:set("l", "now a string"), " ", d:get("l"))
        ngx.say(d:lpush("l", 1))
        ngx.say(d:rpop("l"))
        ngx.say(d:llen("l"))
        d:rpush("e", 1)
        ngx.say(d:expire("e", 0.01))
        ngx.sleep(0.02)
        ngx.say(d:llen("e"), " ", d:lpop("e"))
        ngx.say(d:rpush("e", 2), " ", d:ttl("e"))
    }
--- stream_response
0
nil
1
2
3
3
a 3.5 b nil
nil 0
nilbad value type
nilbad value type
nilbad value type
nilvalue is a list
true now a string
nilvalue not a list
nilvalue not a list
nilvalue not a list
true
0 nil
1 0
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 12: eviction of the least recently used
--- stream_config
    lua_shared_dict d 12k;
--- stream_server_config
    content_by_lua_block {
        local d = ngx.shared.d
        local value = ("v"):rep(100)
        local first
        for i = 1, 200 do
            local ok, err, forcible = d:set("key" .. i, value)
            if forcible then first = i break end
            d:get("key1")
        end
        ngx.say("forced out at ", first)
        ngx.say(d:get("key1") and "key1 is there", " ", d:get("key2"), " ", d:get("key3") and "key3 is there")
        ngx.say(d:safe_set("more", value))
        ngx.say(d:safe_add("more", value))
        ngx.say(d:add("more", value))
        ngx.say(d:set("big", ("x"):rep(20000)))
        ngx.say(d:safe_set("big", ("x"):rep(20000)))
        ngx.say(#d:get_keys(0))
    }
--- stream_response
forced out at nil
nil nil nil
falseno memoryfalse
falseno memoryfalse
falseno memoryfalse
falseno memoryfalse
falseno memoryfalse
0
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 13: expired entries go before others are forced out
--- stream_config
    lua_shared_dict d 12k;
--- stream_server_config
    content_by_lua_block {
        local d = ngx.shared.d
        local value = ("v"):rep(100)
        local n = 0
        for i = 1, 200 do
            if not d:safe_set("key" .. i, value, 0.02) then break end
            n = n + 1
        end
        ngx.say(n, " fit")
        ngx.sleep(0.04)
        local forced = 0
        for i = 1, n do
            local ok, err, forcible = d:set("new" .. i, value)
            if forcible then forced = forced + 1 end
        end
        ngx.say(forced, " forced out")
    }
--- stream_response
0 fit
0 forced out
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 14: capacity and free_space
--- stream_config
    lua_shared_dict a 12k;
    lua_shared_dict b 100k;
    lua_shared_dict c 1m;
--- stream_server_config
    content_by_lua_block {
        for _, name in ipairs({"a", "b", "c"}) do
            local d = ngx.shared[name]
            ngx.say(name, " ", d:capacity(), " ", d:free_space())
            d:set("k", ("x"):rep(5000))
            ngx.say(name, " ", d:free_space())
        end
        ngx.say(select(2, pcall(ngx.shared.a.capacity)))
    }
--- stream_response
a 12288 0
a 0
b 102400 90112
b 81920
c 1048576 1032192
c 1024000
bad "zone" argument
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 15: the table ngx.shared
--- stream_config
    lua_shared_dict dogs 100k;
    lua_shared_dict cats 100k;
--- stream_server_config
    content_by_lua_block {
        local names = {}
        for k in pairs(ngx.shared) do names[#names + 1] = k end
        table.sort(names)
        ngx.say(table.concat(names, " "))
        ngx.say(ngx.shared.birds)
        local methods = {}
        for k in pairs(getmetatable(ngx.shared.dogs).__index) do methods[#methods + 1] = k end
        table.sort(methods)
        ngx.say(table.concat(methods, " "))
        ngx.shared.dogs:set("k", "dog")
        ngx.say(ngx.shared.cats:get("k"), " ", ngx.shared.dogs:get("k"))
    }
--- stream_response
cats dogs
nil
__index add capacity delete expire flush_all flush_expired free_space get get_keys get_stale incr llen lpop lpush replace rpop rpush safe_add safe_set set ttl
nil dog
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 16: bad receivers
--- stream_config
    lua_shared_dict d 100k;
--- stream_server_config
    content_by_lua_block {
        local d = ngx.shared.d
        for _, f in ipairs({"get", "set", "incr", "delete", "lpush", "llen", "ttl", "expire", "flush_all", "get_keys", "capacity", "free_space"}) do
            ngx.say(f, ": ", select(2, pcall(d[f], {}, "k", 1)))
            ngx.say(f, ": ", select(2, pcall(d[f], 1, "k", 1)))
        end
    }
--- stream_response
get: bad "zone" argument
get: bad "zone" argument
set: bad "zone" argument
set: bad "zone" argument
incr: bad "zone" argument
incr: bad "zone" argument
delete: bad "zone" argument
delete: bad "zone" argument
lpush: bad "zone" argument
lpush: bad "zone" argument
llen: expecting 2 arguments, but only seen 3
llen: expecting 2 arguments, but only seen 3
ttl: bad "zone" argument
ttl: bad "zone" argument
expire: bad "zone" argument
expire: bad "zone" argument
flush_all: bad "zone" argument
flush_all: bad "zone" argument
get_keys: expecting 1 or 2 argument(s), but saw 3
get_keys: expecting 1 or 2 argument(s), but saw 3
capacity: bad "zone" argument
capacity: bad "zone" argument
free_space: bad "zone" argument
free_space: bad "zone" argument
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 17: values survive from init through sessions and timers
--- stream_config
    lua_shared_dict d 100k;
    init_by_lua_block { ngx.shared.d:set("from", "init") ngx.shared.d:incr("n", 1, 0) }
    init_worker_by_lua_block { ngx.shared.d:incr("n", 1, 0) }
    server {
        listen $TEST_NGINX_RAND_PORT_1;
        content_by_lua_block { ngx.say(ngx.shared.d:incr("n", 1)) }
    }
--- stream_server_config
    content_by_lua_block {
        ngx.say(ngx.shared.d:get("from"))
        local s = ngx.socket.tcp()
        s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        ngx.say(s:receive("*a"))
        local sema = require("ngx.semaphore").new()
        ngx.timer.at(0, function() ngx.shared.d:incr("n", 1) sema:post() end)
        sema:wait(10)
        ngx.say(ngx.shared.d:get("n"))
    }
--- stream_response
init
3

4
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1



=== TEST 18: a value that grows and shrinks in place
--- stream_config
    lua_shared_dict d 100k;
--- stream_server_config
    content_by_lua_block {
        local d = ngx.shared.d
        for _, n in ipairs({10, 1000, 20, 5000, 0, 64, 65}) do
            d:set("k", ("x"):rep(n), 0, n)
            local v, flags = d:get("k")
            ngx.say(#v, " ", flags)
        end
        ngx.say(#d:get_keys(0))
    }
--- stream_response
10 10
1000 1000
20 20
5000 5000
0 nil
64 64
65 65
1
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 19: no memory for a list
--- stream_config
    lua_shared_dict d 12k;
--- stream_server_config
    content_by_lua_block {
        local d = ngx.shared.d
        local n, err
        for i = 1, 1000 do
            local len, e = d:rpush("l", ("x"):rep(50))
            if not len then err = e break end
            n = len
        end
        ngx.say(n, " ", err)
        ngx.say(d:lpush("l", ("x"):rep(20000)))
        ngx.say(d:llen("l"))
        ngx.say(#d:lpop("l"))
        ngx.say(d:llen("l"))
    }
--- stream_response
30 no memory
falseno memory
30
50
29
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
