# ngx.balancer where it is misused, and peers that fail.
use Test::Nginx::Socket::Lua::Stream;

$ENV{TEST_NGINX_HTML_DIR} ||= html_dir();
log_level('warn');

plan tests => repeat_each() * blocks();
run_tests();

__DATA__

=== TEST 1: arguments of set_current_peer
--- stream_config
    upstream b {
        server 0.0.0.1:1;
        balancer_by_lua_block {
            local b = require "ngx.balancer"
            local function try(what, ...)
                local r = table.pack(pcall(...))
                for i = 1, r.n do r[i] = tostring(r[i]):gsub("^[^ ]+:%d+: ", "") end
                ngx.log(ngx.WARN, what, ": ", table.concat(r, " | ", 1, r.n))
            end
            
            for _, p in ipairs({ -1, 0, 65536, "80", "x", true, 1.5 }) do try("port " .. tostring(p), b.set_current_peer, "127.0.0.1", p) end
            try("no port", b.set_current_peer, "127.0.0.1")
            try("a name", b.set_current_peer, "localhost", 80)
            try("nothing", b.set_current_peer)
            try("nil", b.set_current_peer, nil, 1)
            try("true", b.set_current_peer, true, 1)
            try("empty", b.set_current_peer, "", 1)
            try("with a port", b.set_current_peer, "127.0.0.1:81", 82)
            try("IPv6", b.set_current_peer, "::1", 80)
            try("IPv6 in brackets", b.set_current_peer, "[::1]", 80)
            try("a third", b.set_current_peer, "127.0.0.1", 1, "host")
            try("a table", b.set_current_peer, "127.0.0.1", 1, {})
            try("right", b.set_current_peer, "127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        }
    }
    server { listen $TEST_NGINX_RAND_PORT_1; return "one\n"; }
    server { listen $TEST_NGINX_RAND_PORT_2; return "two\n"; }
--- stream_server_config
    proxy_pass b;
--- stream_response
one
--- log
[warn] stream [lua] balancer_by_lua:6: try(): port -1: true | true while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:6: try(): port 0: true | true while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:6: try(): port 65536: true | true while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:6: try(): port 80: true | true while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:6: try(): port x: false | bad argument #4 to 'ngx_lua_ffi_balancer_set_current_peer' (cannot convert 'nil' to 'int') while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:6: try(): port true: false | bad argument #4 to 'ngx_lua_ffi_balancer_set_current_peer' (cannot convert 'nil' to 'int') while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:6: try(): port 1.5: true | true while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:6: try(): no port: true | true while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:6: try(): a name: true | nil | no host allowed while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:6: try(): nothing: false | attempt to get length of local 'addr' (a nil value) while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:6: try(): nil: false | attempt to get length of local 'addr' (a nil value) while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:6: try(): true: false | attempt to get length of local 'addr' (a boolean value) while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:6: try(): empty: true | nil | no host while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:6: try(): with a port: true | true while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:6: try(): IPv6: true | nil | invalid port while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:6: try(): IPv6 in brackets: true | true while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:6: try(): a third: false | bad argument #3 to 'set_current_peer' ('host' not yet implemented in stream subsystem) while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:6: try(): a table: false | bad argument #3 to 'set_current_peer' ('host' not yet implemented in stream subsystem) while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:6: try(): right: true | true while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0



=== TEST 2: arguments of set_more_tries and set_timeouts
--- stream_config
    upstream b {
        server 0.0.0.1:1;
        balancer_by_lua_block {
            local b = require "ngx.balancer"
            local function try(what, ...)
                local r = table.pack(pcall(...))
                for i = 1, r.n do r[i] = tostring(r[i]):gsub("^[^ ]+:%d+: ", "") end
                ngx.log(ngx.WARN, what, ": ", table.concat(r, " | ", 1, r.n))
            end
            
            for _, n in ipairs({ 0, -1, 1, 1.5, 100, "2", "x", true }) do try("tries " .. tostring(n), b.set_more_tries, n) end
            try("tries nil", b.set_more_tries, nil)
            try("tries none", b.set_more_tries)
            for _, n in ipairs({ 0, -1, 0.0001, 0.5, 1e9, "2", "x", true }) do
                try("connect " .. tostring(n), b.set_timeouts, n)
                try("send " .. tostring(n), b.set_timeouts, nil, n)
                try("read " .. tostring(n), b.set_timeouts, nil, nil, n)
            end
            try("timeouts none", b.set_timeouts)
            try("timeouts nil", b.set_timeouts, nil, nil, nil)
            try("right", b.set_current_peer, "127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        }
    }
    server { listen $TEST_NGINX_RAND_PORT_1; return "one\n"; }
    server { listen $TEST_NGINX_RAND_PORT_2; return "two\n"; }
--- stream_server_config
    proxy_pass b;
--- stream_response
one
--- log
[warn] stream [lua] balancer_by_lua:6: try(): tries 0: true | true while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:6: try(): tries -1: true | true while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:6: try(): tries 1: true | true while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:6: try(): tries 1.5: true | true while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:6: try(): tries 100: true | true while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:6: try(): tries 2: false | bad argument #2 to 'ngx_lua_ffi_balancer_set_more_tries' (cannot convert 'string' to 'int') while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:6: try(): tries x: false | bad argument #2 to 'ngx_lua_ffi_balancer_set_more_tries' (cannot convert 'string' to 'int') while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:6: try(): tries true: true | true while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:6: try(): tries nil: false | bad argument #2 to 'ngx_lua_ffi_balancer_set_more_tries' (cannot convert 'nil' to 'int') while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:6: try(): tries none: false | bad argument #2 to 'ngx_lua_ffi_balancer_set_more_tries' (cannot convert 'nil' to 'int') while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:6: try(): connect 0: false | bad connect timeout while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:6: try(): send 0: false | bad send timeout while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:6: try(): read 0: false | bad read timeout while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:6: try(): connect -1: false | bad connect timeout while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:6: try(): send -1: false | bad send timeout while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:6: try(): read -1: false | bad read timeout while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:6: try(): connect 0.0001: true | true while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:6: try(): send 0.0001: true | true while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:6: try(): read 0.0001: true | true while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:6: try(): connect 0.5: true | true while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:6: try(): send 0.5: true | true while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:6: try(): read 0.5: true | true while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:6: try(): connect 1000000000: true | true while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:6: try(): send 1000000000: true | true while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:6: try(): read 1000000000: true | true while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:6: try(): connect 2: false | bad connect timeout while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:6: try(): send 2: false | bad send timeout while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:6: try(): read 2: false | bad read timeout while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:6: try(): connect x: false | bad connect timeout while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:6: try(): send x: false | bad send timeout while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:6: try(): read x: false | bad read timeout while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:6: try(): connect true: false | bad connect timeout while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:6: try(): send true: false | bad send timeout while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:6: try(): read true: false | bad read timeout while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:6: try(): timeouts none: true | true while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:6: try(): timeouts nil: true | true while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:6: try(): right: true | true while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0



=== TEST 3: get_last_failure
--- stream_config
    upstream b {
        server 0.0.0.1:1;
        balancer_by_lua_block {
            local b = require "ngx.balancer"
            local state, code = b.get_last_failure()
            ngx.log(ngx.WARN, "failure: ", tostring(state), " ", tostring(code), ", tries: ", tostring(ngx.ctx.tries))
            ngx.ctx.tries = (ngx.ctx.tries or 0) + 1
            if ngx.ctx.tries == 1 then
                ngx.log(ngx.WARN, "more: ", tostring(b.set_more_tries(5)))
            end
            if ngx.ctx.tries < 3 then
                b.set_current_peer("127.0.0.1", $TEST_NGINX_RAND_PORT_3)
            else
                b.set_current_peer("127.0.0.1", $TEST_NGINX_RAND_PORT_2)
            end
        }
    }
    server { listen $TEST_NGINX_RAND_PORT_1; return "one\n"; }
    server { listen $TEST_NGINX_RAND_PORT_2; return "two\n"; }
--- stream_server_config
    proxy_pass b;
--- stream_response
two
--- log
[warn] stream [lua] balancer_by_lua:4: failure: nil nil, tries: nil while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:7: more: true while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[error] connect() failed (111: Connection refused) while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_3", bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:4: failure: failed 0, tries: 1 while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_3", bytes from/to client:0/0, bytes from/to upstream:0/0
[error] connect() failed (111: Connection refused) while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_3", bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:4: failure: failed 0, tries: 2 while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_3", bytes from/to client:0/0, bytes from/to upstream:0/0



=== TEST 4: the last peer fails
--- stream_config
    upstream b {
        server 0.0.0.1:1;
        balancer_by_lua_block {
            local b = require "ngx.balancer"
            ngx.ctx.tries = (ngx.ctx.tries or 0) + 1
            if ngx.ctx.tries == 1 then b.set_more_tries(1) end
            b.set_current_peer("127.0.0.1", $TEST_NGINX_RAND_PORT_3)
        }
    }
    server { listen $TEST_NGINX_RAND_PORT_1; return "one\n"; }
    server { listen $TEST_NGINX_RAND_PORT_2; return "two\n"; }
    log_format b "$status $upstream_addr";
    access_log logs/b.log b;
--- stream_server_config
    proxy_pass b;
--- stream_response
--- log
[error] connect() failed (111: Connection refused) while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_3", bytes from/to client:0/0, bytes from/to upstream:0/0
[error] connect() failed (111: Connection refused) while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, upstream: "127.0.0.1:$TEST_NGINX_RAND_PORT_3", bytes from/to client:0/0, bytes from/to upstream:0/0



=== TEST 5: functions of ngx.balancer that stream may not have
--- stream_config
    upstream b {
        server 0.0.0.1:1;
        balancer_by_lua_block {
            local b = require "ngx.balancer"
            local function try(what, ...)
                local r = table.pack(pcall(...))
                for i = 1, r.n do r[i] = tostring(r[i]):gsub("^[^ ]+:%d+: ", "") end
                ngx.log(ngx.WARN, what, ": ", table.concat(r, " | ", 1, r.n))
            end
            
            local names = {}
            for k, v in pairs(b) do names[#names + 1] = k .. "=" .. type(v) end
            table.sort(names)
            ngx.log(ngx.WARN, table.concat(names, " "))
            for _, n in ipairs({ "enable_keepalive", "recreate_request", "set_upstream_tls", "bind_to_local_addr" }) do
                if b[n] then try(n, b[n]) end
            end
            try("right", b.set_current_peer, "127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        }
    }
    server { listen $TEST_NGINX_RAND_PORT_1; return "one\n"; }
    server { listen $TEST_NGINX_RAND_PORT_2; return "two\n"; }
--- stream_server_config
    proxy_pass b;
--- stream_response
one
--- log
[warn] stream [lua] balancer_by_lua:12: bind_to_local_addr=function enable_keepalive=function get_last_failure=function set_current_peer=function set_more_tries=function set_timeouts=function version=string while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:6: try(): enable_keepalive: false | 'enable_keepalive' not yet implemented in stream subsystem while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:6: try(): bind_to_local_addr: false | bad argument #1 to 'bind_to_local_addr' (string expected, got nil) while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0
[warn] stream [lua] balancer_by_lua:6: try(): right: true | true while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT, bytes from/to client:0/0, bytes from/to upstream:0/0



=== TEST 6: outside of the balancer
--- stream_server_config
    content_by_lua_block {
        local function try(what, ...)
            local r = table.pack(pcall(...))
            for i = 1, r.n do r[i] = tostring(r[i]):gsub("^[^ ]+:%d+: ", "") end
            ngx.say(what, ": ", table.concat(r, " | ", 1, r.n))
        end
        local b = require "ngx.balancer"
        try("set_current_peer", b.set_current_peer, "127.0.0.1", 1)
        try("set_more_tries", b.set_more_tries, 1)
        try("get_last_failure", b.get_last_failure)
        try("set_timeouts", b.set_timeouts, 1, 1, 1)
    }
--- stream_response
set_current_peer: true | nil | no upstream found
set_more_tries: true | nil | no upstream found
get_last_failure: true | nil | nil | no upstream found
set_timeouts: true | false | API disabled in the current context
--- log
