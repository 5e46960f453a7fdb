# ngx.var and ngx.ctx where they are not what they should be.
use Test::Nginx::Socket::Lua::Stream;

$ENV{TEST_NGINX_HTML_DIR} ||= html_dir();
log_level('warn');

plan tests => repeat_each() * blocks();
run_tests();

__DATA__

=== TEST 1: reading and writing
--- stream_server_config
    set $mine "begin";
    content_by_lua_block {
        local function try(what, ...)
            local r = table.pack(pcall(...))
            for i = 1, r.n do r[i] = tostring(r[i]):gsub("^[^ ]+:%d+: ", "") end
            ngx.say(what, ": ", table.concat(r, " | ", 1, r.n))
        end
        for _, n in ipairs({ "remote_addr", "nothing", "", "REMOTE_ADDR", "remote_port_", "mine", "status", "protocol", "1", "upstream_addr", "arg_x", "cookie_x", "http_x" }) do
            try("read " .. n, function() return ngx.var[n] end)
        end
        for _, v in ipairs({ "text", 12, 1.5, true, {}, print }) do
            try("write " .. type(v), function() ngx.var.mine = v return ngx.var.mine end)
        end
        try("write nil", function() ngx.var.mine = nil return ngx.var.mine end)
        try("write empty", function() ngx.var.mine = "" return ngx.var.mine end)
        try("write what is fixed", function() ngx.var.remote_addr = "x" end)
        try("write what is not there", function() ngx.var.nothing = "x" end)
        try("write status", function() ngx.var.status = 1 end)
        try("index by number", function() return ngx.var[1] end)
        try("index by 0", function() return ngx.var[0] end)
        try("index by -1", function() return ngx.var[-1] end)
        try("index by true", function() return ngx.var[true] end)
        try("index by table", function() return ngx.var[{}] end)
        try("write by number", function() ngx.var[1] = "x" end)
    }
--- stream_response
read remote_addr: true | 127.0.0.1
read nothing: true | nil
read : true | nil
read REMOTE_ADDR: true | 127.0.0.1
read remote_port_: true | nil
read mine: true | begin
read status: true | 000
read protocol: true | TCP
read 1: true | nil
read upstream_addr: true | nil
read arg_x: true | nil
read cookie_x: true | nil
read http_x: true | nil
write string: true | text
write number: true | 12
write number: true | 1.5
write boolean: true | true
write table: true | table: <address>
write function: true | function: <address>
write nil: true | nil
write empty: true | 
write what is fixed: false | variable "remote_addr" not changeable
write what is not there: false | variable "nothing" not found for writing; maybe it is a built-in variable that is not changeable or you forgot to use "set $nothing '';" in the config file to define it first
write status: false | variable "status" not changeable
index by number: true | nil
index by 0: true | nil
index by -1: true | nil
index by true: false | bad variable name
index by table: false | bad variable name
write by number: false | bad variable name
--- log



=== TEST 2: ngx.ctx
--- stream_server_config

    content_by_lua_block {
        local function try(what, ...)
            local r = table.pack(pcall(...))
            for i = 1, r.n do r[i] = tostring(r[i]):gsub("^[^ ]+:%d+: ", "") end
            ngx.say(what, ": ", table.concat(r, " | ", 1, r.n))
        end
        try("fresh", function() return type(ngx.ctx), next(ngx.ctx) end)
        ngx.ctx.a = 1
        try("kept", function() return ngx.ctx.a end)
        try("replaced", function() ngx.ctx = { b = 2 } return ngx.ctx.a, ngx.ctx.b end)
        try("a string", function() ngx.ctx = "x" return type(ngx.ctx) end)
        try("nil", function() ngx.ctx = nil return type(ngx.ctx) end)
    }
--- stream_response
fresh: true | table | nil
kept: true | 1
replaced: true | nil | 2
a string: false | ctx should be a table while getting a string
nil: false | ctx should be a table while getting a nil
--- log



=== TEST 3: fields of ngx that are not there
--- stream_server_config
    content_by_lua_block {
        local function try(what, ...)
            local r = table.pack(pcall(...))
            for i = 1, r.n do r[i] = tostring(r[i]):gsub("^[^ ]+:%d+: ", "") end
            ngx.say(what, ": ", table.concat(r, " | ", 1, r.n))
        end
        for _, n in ipairs({ "location", "header", "status", "resp", "is_subrequest", "headers_sent", "say", "redirect", "exec", "nothing", "ctx", "null", "arg", "req" }) do
            try(n, function() return type(ngx[n]) end)
        end
        for _, n in ipairs({ "get_headers", "get_method", "start_time", "socket", "get_body_data" }) do
            try("req." .. n, function() return type(ngx.req[n]) end)
        end
        try("assign", function() ngx.mine = 1 return ngx.mine end)
        try("null", function() return tostring(ngx.null), ngx.null == nil, type(ngx.null) end)
        try("config", function()
            local t = {}
            for k, v in pairs(ngx.config) do t[#t + 1] = k .. "=" .. type(v) end
            table.sort(t)
            return table.concat(t, " ")
        end)
        try("worker", function()
            local t = {}
            for k, v in pairs(ngx.worker) do t[#t + 1] = k .. "=" .. type(v) end
            table.sort(t)
            return table.concat(t, " ")
        end)
        try("timer", function()
            local t = {}
            for k, v in pairs(ngx.timer) do t[#t + 1] = k .. "=" .. type(v) end
            table.sort(t)
            return table.concat(t, " ")
        end)
    }
--- stream_response
location: true | nil
header: true | nil
status: true | number
resp: true | nil
is_subrequest: true | nil
headers_sent: true | nil
say: true | function
redirect: true | nil
exec: true | nil
nothing: true | nil
ctx: true | table
null: true | userdata
arg: true | nil
req: true | table
req.get_headers: true | nil
req.get_method: true | nil
req.start_time: true | function
req.socket: true | function
req.get_body_data: true | nil
assign: true | 1
null: true | userdata: NULL | false | userdata
config: true | debug=boolean nginx_configure=function nginx_version=number ngx_lua_version=number prefix=function subsystem=string
worker: true | count=function exiting=function id=function pid=function pids=function
timer: true | at=function every=function pending_count=function running_count=function
--- log



=== TEST 4: ngx._phase_ctx
--- stream_config
    init_worker_by_lua_block { ngx.log(ngx.WARN, "init_worker ", ngx._phase_ctx()) }
--- stream_server_config
    preread_by_lua_block { ngx.log(ngx.WARN, "preread ", ngx._phase_ctx()) }
    log_by_lua_block { ngx.log(ngx.WARN, "log ", ngx._phase_ctx()) }
    content_by_lua_block {
        ngx.say("content ", ngx._phase_ctx())
        local sem = require("ngx.semaphore").new()
        ngx.timer.at(0, function() ngx.log(ngx.WARN, "timer ", ngx._phase_ctx()) sem:post() end)
        sem:wait(20)
    }
--- stream_response
content 1
--- log
[warn] stream [lua] init_worker_by_lua:1: init_worker 8, context: init_worker_by_lua*
[warn] stream [lua] preread_by_lua(nginx.conf:22):1: preread 32 while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] log_by_lua(nginx.conf:23):1: log 2, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] content_by_lua(nginx.conf:29):4: timer 4, context: ngx.timer, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
