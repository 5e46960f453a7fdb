# ngx.semaphore: counts, waits and their arguments.
use Test::Nginx::Socket::Lua::Stream;

$ENV{TEST_NGINX_HTML_DIR} ||= html_dir();
log_level('warn');

plan tests => repeat_each() * blocks();
run_tests();

__DATA__

=== TEST 1: arguments
--- stream_server_config
    content_by_lua_block {
        local function try(what, ...)
            local r = table.pack(pcall(...))
            for i = 1, r.n do r[i] = tostring(r[i]):gsub("^[^ ]+:%d+: ", "") end
            ngx.say(what, ": ", table.concat(r, " | ", 1, r.n))
        end
        local semaphore = require "ngx.semaphore"
        for _, n in ipairs({ 0, 1, -1, 1.5, "2", "x", true }) do
            try("new " .. tostring(n), function() local s, err = semaphore.new(n) return type(s), s and s:count() or err end)
        end
        local s = semaphore.new()
        for _, n in ipairs({ 1, 0, -1, 1.5, "2", "x", true }) do try("post " .. tostring(n), s.post, s, n) end
        try("post nil", s.post, s, nil)
        ngx.say(s:count())
        for _, t in ipairs({ 0, 0.5, "0", "x", true }) do try("wait " .. tostring(t), s.wait, s, t) end
        try("wait -1", s.wait, s, -1)
        try("wait nil", s.wait, s, nil)
        try("wait none", s.wait, s)
        try("post without self", s.post)
        try("wait without self", s.wait)
        try("count without self", s.count)
        try("post of a string", s.post, "x", 1)
        try("wait of a table", s.wait, {}, 1)
    }
--- stream_response
new 0: true | table | 0
new 1: true | table | 1
new -1: false | no negative number
new 1.5: true | table | 1
new 2: true | table | 2
new x: true | table | 0
new true: true | table | 0
post 1: true | true
post 0: false | positive number required
post -1: false | positive number required
post 1.5: true | true
post 2: true | true
post x: true | true
post true: true | true
post nil: true | true
7
wait 0: true | true
wait 0.5: true | true
wait 0: true | true
wait x: false | attempt to perform arithmetic on a nil value
wait true: false | attempt to perform arithmetic on a nil value
wait -1: false | no negative number
wait nil: false | attempt to perform arithmetic on a nil value
wait none: false | attempt to perform arithmetic on a nil value
post without self: false | not a semaphore instance
wait without self: false | not a semaphore instance
count without self: false | not a semaphore instance
post of a string: false | not a semaphore instance
wait of a table: false | not a semaphore instance
--- log



=== TEST 2: counts while threads wait
--- stream_server_config
    content_by_lua_block {
        local s = require("ngx.semaphore").new()
        ngx.say(s:count())
        local t = {}
        for i = 1, 3 do t[i] = ngx.thread.spawn(function() return s:wait(60) end) end
        ngx.say(s:count())
        s:post(2)
        ngx.say(s:count())
        ngx.thread.wait(t[1]) ngx.thread.wait(t[2])
        ngx.say(s:count())
        s:post(5)
        ngx.thread.wait(t[3])
        ngx.say(s:count())
        ngx.say(s:wait(0), s:count())
    }
--- stream_response
0
-3
-1
-1
4
true3
--- log



=== TEST 3: wait(0)
--- stream_server_config
    content_by_lua_block {
        local s = require("ngx.semaphore").new(1)
        ngx.say(s:wait(0))
        ngx.say(s:wait(0))
        s:post()
        ngx.say(s:wait(0))
        ngx.say(s:wait(0.001))
    }
--- stream_response
true
niltimeout
true
falsetimeout
--- log
