# Access logs: formats, conditions, buffers, names with variables.
use Test::Nginx::Socket::Lua::Stream;

$ENV{TEST_NGINX_HTML_DIR} ||= html_dir();
log_level('info');

plan tests => repeat_each() * blocks();
run_tests();

__DATA__

=== TEST 1: a format of variables
--- stream_config
    log_format f '$remote_addr $protocol $status $bytes_received $bytes_sent [$upstream_addr] end';
    server { listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1; access_log $TEST_NGINX_HTML_DIR/access.log f; return "abc"; }
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.tcp()
        s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        ngx.say(s:receive("*a"))
        ngx.say((io.open("$TEST_NGINX_HTML_DIR/access.log"):read("*a")))
    }
--- user_files
>>> x
--- stream_response
abc
127.0.0.1 TCP 200 0 3 [-] end
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1



=== TEST 2: what is escaped by default
--- stream_config
    log_format f '[$v]';
    server { listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1; set $v "a\"b\\c\td\x01"; access_log $TEST_NGINX_HTML_DIR/access.log f; preread_by_lua_block { ngx.var.v = 'a"b\\c\td\1\200' } return "abc"; }
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.tcp()
        s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        ngx.say(s:receive("*a"))
        ngx.say((io.open("$TEST_NGINX_HTML_DIR/access.log"):read("*a")))
    }
--- user_files
>>> x
--- stream_response
abc
[a\x22b\x5Cc\x09d\x01\xC8]
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1



=== TEST 3: escaped as JSON
--- stream_config
    log_format f escape=json '{"v": "$v", "none": "$upstream_addr"}';
    server { listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1; set $v ""; access_log $TEST_NGINX_HTML_DIR/access.log f; preread_by_lua_block { ngx.var.v = 'a"b\\c\td\1/' } return "abc"; }
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.tcp()
        s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        ngx.say(s:receive("*a"))
        ngx.say((io.open("$TEST_NGINX_HTML_DIR/access.log"):read("*a")))
    }
--- user_files
>>> x
--- stream_response
abc
{"v": "a\"b\\c\td\u0001/", "none": ""}
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1



=== TEST 4: nothing is escaped
--- stream_config
    log_format f escape=none '[$v] [$upstream_addr]';
    server { listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1; set $v ""; access_log $TEST_NGINX_HTML_DIR/access.log f; preread_by_lua_block { ngx.var.v = 'a"b\\c/' } return "abc"; }
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.tcp()
        s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        ngx.say(s:receive("*a"))
        ngx.say((io.open("$TEST_NGINX_HTML_DIR/access.log"):read("*a")))
    }
--- user_files
>>> x
--- stream_response
abc
[a"b\c/] []
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1



=== TEST 5: a condition
--- stream_config
    log_format f 'line $server_port';
    map $v $wanted { yes 1; default 0; }
    server { listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1; set $v no; access_log $TEST_NGINX_HTML_DIR/no.log f if=$wanted; return "abc"; }
    server { listen 127.0.0.1:$TEST_NGINX_RAND_PORT_2; set $v yes; access_log $TEST_NGINX_HTML_DIR/yes.log f if=$wanted; return "abc"; }
--- stream_server_config
    content_by_lua_block {
        for _, port in ipairs({$TEST_NGINX_RAND_PORT_1, $TEST_NGINX_RAND_PORT_2}) do
            local s = ngx.socket.tcp()
            s:connect("127.0.0.1", port)
            ngx.say(s:receive("*a"))
        end
        for _, name in ipairs({"no", "yes"}) do
            local text = io.open("$TEST_NGINX_HTML_DIR/" .. name .. ".log"):read("*a")
            ngx.say(name, ": ", text ~= "")
        end
    }
--- user_files
>>> x
--- stream_response
abc
abc
no: false
yes: true
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_2



=== TEST 6: a buffer is written when its time is over
--- stream_config
    log_format f 'line';
    server { listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1; access_log $TEST_NGINX_HTML_DIR/late.log f buffer=4k flush=100s; access_log $TEST_NGINX_HTML_DIR/soon.log f buffer=4k flush=10ms; return "abc"; }
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.tcp()
        s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        ngx.say(s:receive("*a"))
        local f = io.open("$TEST_NGINX_HTML_DIR/soon.log")
        local text = ""
        while text == "" do ngx.sleep(0.01) f:seek("set") text = f:read("*a") end
        ngx.say("soon: [", text, "]")
        ngx.say("late: [", io.open("$TEST_NGINX_HTML_DIR/late.log"):read("*a"), "]")
    }
--- user_files
>>> x
--- stream_response
abc
soon: [line
]
late: []
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1



=== TEST 7: two logs, and none
--- stream_config
    log_format f 'f';
    log_format g 'g';
    server { listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1; access_log $TEST_NGINX_HTML_DIR/one.log f; access_log $TEST_NGINX_HTML_DIR/two.log g; return "abc"; }
    server { listen 127.0.0.1:$TEST_NGINX_RAND_PORT_2; access_log off; return "def"; }
--- stream_server_config
    content_by_lua_block {
        for _, port in ipairs({$TEST_NGINX_RAND_PORT_1, $TEST_NGINX_RAND_PORT_2}) do
            local s = ngx.socket.tcp()
            s:connect("127.0.0.1", port)
            ngx.say(s:receive("*a"))
        end
        for _, name in ipairs({"one", "two"}) do
            ngx.print(name, ": ", (io.open("$TEST_NGINX_HTML_DIR/" .. name .. ".log"):read("*a")))
        end
    }
--- user_files
>>> x
--- stream_response
abc
def
one: f
two: g
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_2



=== TEST 8: a name with a variable
--- stream_config
    log_format f 'line';
    server { listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1; set $v name; access_log $TEST_NGINX_HTML_DIR/$v.log f; return "abc"; }
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.tcp()
        s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        ngx.say(s:receive("*a"))
        local f
        repeat f = io.open("$TEST_NGINX_HTML_DIR/name.log") ngx.sleep(0.01) until f
        ngx.print(f:read("*a"))
    }
--- user_files
>>> x
--- stream_response
abc
line
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
