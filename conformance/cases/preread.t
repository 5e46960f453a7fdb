# preread_by_lua, what it leaves for the proxied server, and the order of phases.
use Test::Nginx::Socket::Lua::Stream;

log_level('info');

plan tests => repeat_each() * blocks();
run_tests();

__DATA__

=== TEST 1: what was peeked reaches the upstream
--- stream_config
    server {
        listen $TEST_NGINX_RAND_PORT_1;
        content_by_lua_block {
            local sock = ngx.req.socket()
            ngx.say("upstream got: ", sock:receive("*a"))
        }
    }
--- stream_server_config
    preread_by_lua_block {
        local sock = ngx.req.socket()
        ngx.log(ngx.WARN, "peeked: ", sock:peek(5))
    }
    proxy_pass 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
    proxy_half_close on;
--- stream_request: hello world
--- half_close
--- stream_response
upstream got: hello world
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] preread_by_lua(nginx.conf:31):3: peeked: hello while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] proxy 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] upstream disconnected, bytes from/to client:11/26, bytes from/to upstream:26/11
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1



=== TEST 2: what was received
--- stream_config
    server {
        listen $TEST_NGINX_RAND_PORT_1;
        content_by_lua_block {
            local sock = ngx.req.socket()
            ngx.say("upstream got: ", sock:receive("*a"))
        }
    }
--- stream_server_config
    preread_by_lua_block {
        local sock = ngx.req.socket()
        ngx.log(ngx.WARN, "received: ", sock:receive())
    }
    proxy_pass 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
    proxy_half_close on;
--- stream_request
first line
second line
third line
--- half_close
--- stream_response
upstream got: 
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] preread_by_lua(nginx.conf:31):3: received: first line while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] proxy 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] upstream disconnected, bytes from/to client:0/15, bytes from/to upstream:15/0
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1



=== TEST 3: a decision by what the client says
--- stream_config
    server { listen $TEST_NGINX_RAND_PORT_1; content_by_lua_block { ngx.say("one: ", ngx.req.socket():receive(1)) } }
    server { listen $TEST_NGINX_RAND_PORT_2; content_by_lua_block { ngx.say("two: ", ngx.req.socket():receive(1)) } }
    map $who $where { default 127.0.0.1:$TEST_NGINX_RAND_PORT_1; b 127.0.0.1:$TEST_NGINX_RAND_PORT_2; }
--- stream_server_config
    set $who "";
    preread_by_lua_block {
        ngx.var.who = ngx.req.socket():peek(1)
        ngx.log(ngx.WARN, "where: ", ngx.var.where)
    }
    proxy_pass $where;
--- stream_request: b
--- stream_response
two: b
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] preread_by_lua(nginx.conf:28):3: where: 127.0.0.1:$TEST_NGINX_RAND_PORT_2 while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] proxy 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_2
[info] upstream disconnected, bytes from/to client:1/7, bytes from/to upstream:7/1
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_2



=== TEST 4: ngx.exit in preread
--- stream_config
    server {
        listen $TEST_NGINX_RAND_PORT_1;
        preread_by_lua_block { ngx.exit(ngx.req.socket():receive() + 0) }
        content_by_lua_block { ngx.say("content") }
        log_by_lua_block { ngx.log(ngx.WARN, "status ", ngx.var.status) }
    }
--- stream_server_config
    content_by_lua_block {
        for _, code in ipairs({ngx.OK, ngx.DECLINED, ngx.ERROR, 200, 403, 444, 499, 500, 503, 600}) do
            local s = ngx.socket.tcp()
            s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
            s:send(code .. "\n")
            ngx.say(code, ": ", s:receive("*a"))
        end
    }
--- stream_response
0: content

-5: content

-1: 
200: 
403: 
444: 
499: 
500: 
503: 
600: 
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] log_by_lua(nginx.conf:21):1: status 200, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] log_by_lua(nginx.conf:21):1: status 200, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] log_by_lua(nginx.conf:21):1: status 500 while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] log_by_lua(nginx.conf:21):1: status 200 while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] log_by_lua(nginx.conf:21):1: status 403 while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] log_by_lua(nginx.conf:21):1: status 444 while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] log_by_lua(nginx.conf:21):1: status 499 while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] log_by_lua(nginx.conf:21):1: status 500 while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] log_by_lua(nginx.conf:21):1: status 503 while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] log_by_lua(nginx.conf:21):1: status 600 while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1



=== TEST 5: output in preread
--- stream_server_config
    preread_by_lua_block {
        ngx.say("from preread")
        ngx.flush(true)
    }
    content_by_lua_block { ngx.say("from content") }
--- stream_response
from preread
from content
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 6: output in preread, then proxied
--- stream_config
    server { listen $TEST_NGINX_RAND_PORT_1; return "from the upstream\n"; }
--- stream_server_config
    preread_by_lua_block { ngx.say("from preread") }
    proxy_pass 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
--- stream_response
from preread
from the upstream
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] proxy 127.0.0.1:<port> connected to 127.0.0.1:$TEST_NGINX_RAND_PORT_1
[info] upstream disconnected, bytes from/to client:0/31, bytes from/to upstream:18/0
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1



=== TEST 7: an error in preread
--- stream_server_config
    preread_by_lua_block { error("bad luck") }
    content_by_lua_block { ngx.say("content") }
    log_by_lua_block { ngx.log(ngx.WARN, "status ", ngx.var.status) }
--- stream_response
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] lua entry thread aborted: runtime error: preread_by_lua(nginx.conf:21):1: bad luck
stack traceback:
coroutine 0:
	[C]: in function 'error'
	preread_by_lua(nginx.conf:21):1: in main chunk while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] log_by_lua(nginx.conf:23):1: status 500 while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 8: the server's code replaces that of the stream block
--- stream_config
    preread_by_lua_block { ngx.log(ngx.WARN, "of stream") }
    log_by_lua_block { ngx.log(ngx.WARN, "log of stream") }
    server { listen $TEST_NGINX_RAND_PORT_1; return inherited; }
--- stream_server_config
    preread_by_lua_block { ngx.log(ngx.WARN, "of the server") }
    content_by_lua_block {
        local s = ngx.socket.tcp()
        s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        ngx.say(s:receive("*a"))
    }
--- stream_response
inherited
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] preread_by_lua(nginx.conf:24):1: of the server while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] log_by_lua(nginx.conf:18):1: log of stream, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] preread_by_lua(nginx.conf:17):1: of stream while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] log_by_lua(nginx.conf:18):1: log of stream while returning text, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1



=== TEST 9: preread runs behind ssl_preread
--- stream_config
    server {
        listen $TEST_NGINX_RAND_PORT_1;
        ssl_preread on;
        preread_by_lua_block { ngx.log(ngx.WARN, "protocol: [", ngx.var.ssl_preread_protocol, "] name: [", ngx.var.ssl_preread_server_name, "]") }
        return done;
    }
--- stream_server_config
    lua_ssl_protocols TLSv1.3;
    content_by_lua_block {
        local s = ngx.socket.tcp()
        s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        s:sslhandshake(nil, "name.example", false)
        ngx.say("done")
    }
--- error_log
protocol:
--- stream_response
done
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] peer closed connection in SSL handshake (104: Connection reset by peer), client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] preread_by_lua(nginx.conf:20):1: protocol: [TLSv1.3] name: [name.example] while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1



=== TEST 10: preread_by_lua_no_postpone
--- stream_config
    preread_by_lua_no_postpone on;
    server {
        listen $TEST_NGINX_RAND_PORT_1;
        ssl_preread on;
        preread_by_lua_block { ngx.log(ngx.WARN, "name: [", ngx.var.ssl_preread_server_name, "]") }
        return done;
    }
--- stream_server_config
    lua_ssl_protocols TLSv1.3;
    content_by_lua_block {
        local s = ngx.socket.tcp()
        s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        s:sslhandshake(nil, "name.example", false)
        ngx.say("done")
    }
--- error_log
name:
--- stream_response
done
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] peer closed connection in SSL handshake (104: Connection reset by peer), client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] preread_by_lua(nginx.conf:21):1: name: [nil] while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1



=== TEST 11: preread waits
--- stream_server_config
    preread_by_lua_block {
        ngx.sleep(0.02)
        ngx.log(ngx.WARN, "slept")
        local ok, res = ngx.thread.wait(ngx.thread.spawn(function() ngx.sleep(0.01) return "from a thread" end))
        ngx.ctx.found = res
    }
    content_by_lua_block { ngx.say("found ", ngx.ctx.found) }
--- stream_response
found from a thread
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] preread_by_lua(nginx.conf:26):3: slept while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 12: preread in a file
--- stream_server_config
    preread_by_lua_file html/preread.lua;
    content_by_lua_block { ngx.say("phase before: ", ngx.ctx.phase) }
--- user_files
>>> preread.lua
ngx.ctx.phase = ngx.get_phase()
ngx.log(ngx.WARN, "in a file")
--- stream_response
phase before: preread
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] preread.lua:2: in a file while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 13: a preread file that is not there
--- stream_server_config
    preread_by_lua_file html/missing.lua;
    content_by_lua_block { ngx.say("content") }
    log_by_lua_block { ngx.log(ngx.WARN, "status ", ngx.var.status) }
--- stream_response
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] failed to load external Lua file "$TEST_NGINX_SERVER_ROOT/html/missing.lua": cannot open $TEST_NGINX_SERVER_ROOT/html/missing.lua: No such file or directory while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] log_by_lua(nginx.conf:23):1: status 500 while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 14: preread timeout does not bound Lua
--- stream_server_config
    preread_timeout 20ms;
    preread_by_lua_block { ngx.sleep(0.06) }
    content_by_lua_block { ngx.say("content") }
    log_by_lua_block { ngx.log(ngx.WARN, "status ", ngx.var.status) }
--- stream_response
content
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] log_by_lua(nginx.conf:24):1: status 200, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 15: peek grows with what arrives
--- stream_config
    server {
        listen $TEST_NGINX_RAND_PORT_1;
        preread_by_lua_block {
            local sock = ngx.req.socket()
            for i = 1, 4 do ngx.log(ngx.WARN, sock:peek(i * 3)) end
        }
        content_by_lua_block { ngx.exit(200) }
    }
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.tcp()
        s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        for _, part in ipairs({"abc", "def", "ghi", "jkl"}) do
            s:send(part)
            ngx.sleep(0.02)
        end
        ngx.say("sent")
    }
--- error_log
abcdefghijkl
--- stream_response
sent
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] preread_by_lua(nginx.conf:22):3: abc while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] preread_by_lua(nginx.conf:22):3: abcdef while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] preread_by_lua(nginx.conf:22):3: abcdefghi while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] preread_by_lua(nginx.conf:22):3: abcdefghijkl while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1



=== TEST 16: a session without content
--- stream_server_config
    preread_by_lua_block { ngx.log(ngx.WARN, "preread") }
    log_by_lua_block { ngx.log(ngx.WARN, "status ", ngx.var.status) }
--- stream_response
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] preread_by_lua(nginx.conf:21):1: preread while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] log_by_lua(nginx.conf:22):1: status 500, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 17: phases in order, and what they share
--- stream_server_config
    preread_by_lua_block { ngx.ctx.list = {ngx.get_phase()} }
    content_by_lua_block {
        table.insert(ngx.ctx.list, ngx.get_phase())
        ngx.say(table.concat(ngx.ctx.list, " "))
    }
    log_by_lua_block {
        table.insert(ngx.ctx.list, ngx.get_phase())
        ngx.log(ngx.WARN, table.concat(ngx.ctx.list, " "))
    }
--- stream_response
preread content
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] log_by_lua(nginx.conf:29):3: preread content log, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
