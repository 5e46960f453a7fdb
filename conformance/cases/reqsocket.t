# The client's socket in a script: ngx.req.socket and its methods.
use Test::Nginx::Socket::Lua::Stream;

log_level('info');

plan tests => repeat_each() * blocks();
run_tests();

__DATA__

=== TEST 1: lines
--- stream_server_config
    content_by_lua_block {
        local sock = ngx.req.socket()
        for i = 1, 5 do
            local line, err, partial = sock:receive()
            ngx.say(i, ": ", line, " ", err, " ", partial)
        end
    }
--- stream_request eval
"first\nsecond\r\n\n\rfo\rurth\r\r\nrest"
--- half_close
--- stream_response
1: first nil nil
2: second nil nil
3:  nil nil
4: fourth nil nil
5: nil closed rest
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 2: the forms of receive
--- stream_server_config
    content_by_lua_block {
        local sock = ngx.req.socket()
        ngx.say(sock:receive(3))
        ngx.say(sock:receive("2"))
        ngx.say(sock:receive(0))
        ngx.say(sock:receive("0"))
        ngx.say(sock:receive("*l"))
        ngx.say(sock:receive(1.9))
        ngx.say(sock:receive("*a"))
        ngx.say(sock:receive("*a"))
        ngx.say(sock:receive("*l"))
        ngx.say(sock:receive(1))
    }
--- stream_request
123abcd
xyz
the rest
of it
--- half_close
--- stream_response
123
ab


cd
x
yz
the rest
of it


nilclosed
nilclosed
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] stream attempt to receive data on a closed socket: u:<pointer>, c:<pointer>, ft:0 eof:1, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 3: arguments that receive does not take
--- stream_server_config
    content_by_lua_block {
        local sock = ngx.req.socket()
        local function try(...) ngx.say(select(2, pcall(sock.receive, sock, ...))) end
        try(-1)
        try("x")
        try("*x")
        try("*")
        try("")
        try({})
        try(true)
        try(1, 2)
        try("-1")
        ngx.say(select(2, pcall(sock.receive)))
        ngx.say(select(2, pcall(sock.receive, {})))
        ngx.say(select(2, pcall(sock.receive, 1)))
    }
--- stream_response
bad argument #2 to '?' (bad pattern argument)
bad argument #2 to '?' (bad pattern argument: x)
bad argument #2 to '?' (bad pattern argument)
bad argument #2 to '?' (bad pattern argument: *)
bad argument #2 to '?' (bad pattern argument: )
bad argument #2 to '?' (bad pattern argument)
bad argument #2 to '?' (bad pattern argument)
expecting 1 or 2 arguments (including the object), but got 3
bad argument #2 to '?' (bad pattern argument)
expecting 1 or 2 arguments (including the object), but got 0
nilclosed
bad argument #1 to '?' (table expected, got number)
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] stream attempt to receive data on a closed socket: u:<pointer>, c:<pointer>, ft:0 eof:0, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 4: a count that the client does not send
--- stream_server_config
    content_by_lua_block {
        local sock = ngx.req.socket()
        local data, err, partial = sock:receive(100)
        ngx.say(data, " ", err, " ", partial)
        data, err, partial = sock:receive(100)
        ngx.say(data, " ", err, " ", partial)
        data, err, partial = sock:receive("*a")
        ngx.say(data, " ", err, " ", partial)
    }
--- stream_request: only this
--- half_close
--- stream_response
nil closed only this
nil closed nil
nil closed nil
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] stream attempt to receive data on a closed socket: u:<pointer>, c:<pointer>, ft:0 eof:1, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] stream attempt to receive data on a closed socket: u:<pointer>, c:<pointer>, ft:0 eof:1, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 5: a line that has no end
--- stream_server_config
    content_by_lua_block {
        local sock = ngx.req.socket()
        local data, err, partial = sock:receive()
        ngx.say(data, " ", err, " ", partial)
        data, err, partial = sock:receive()
        ngx.say(data, " ", err, " ", partial)
    }
--- stream_request: no line feed
--- half_close
--- stream_response
nil closed no line feed
nil closed nil
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] stream attempt to receive data on a closed socket: u:<pointer>, c:<pointer>, ft:0 eof:1, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 6: a read timeout leaves the socket open
--- stream_config
    server {
        listen $TEST_NGINX_RAND_PORT_1;
        content_by_lua_block {
            local sock = ngx.req.socket()
            ngx.print(sock:receive(), " ") -- what follows came with it
            sock:settimeout(50)
            local data, err, partial = sock:receive(10)
            ngx.say(data, " ", err, " ", partial)
            ngx.flush(true)
            sock:settimeout(10000)
            data, err, partial = sock:receive(10)
            ngx.say(data, " ", err, " ", partial)
        }
    }
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.tcp()
        s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        s:send("line\nhello")
        ngx.say(s:receive())
        s:send(" world and more")
        ngx.say(s:receive())
    }
--- stream_response
line nil timeout hello
 world and nil nil
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[error] stream lua tcp socket read timed out, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1



=== TEST 7: timeouts of directives, and no message about them
--- stream_server_config
    lua_socket_read_timeout 50ms;
    lua_socket_log_errors off;
    content_by_lua_block {
        local sock = ngx.req.socket()
        ngx.say(sock:receive())
        ngx.say(sock:receive(5))
        ngx.say(sock:receive("*a"))
        ngx.say(sock:receiveany(5))
        ngx.say(sock:receiveuntil("x")())
    }
--- stream_response
niltimeout
niltimeout
niltimeout
niltimeout
niltimeout
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 8: settimeout and settimeouts
--- stream_server_config
    content_by_lua_block {
        local sock = ngx.req.socket()
        local function try(f, ...) ngx.say(select("#", pcall(sock[f], sock, ...)), " ", select(2, pcall(sock[f], sock, ...))) end
        try("settimeout", 50)
        try("settimeout")
        try("settimeout", 1, 2)
        try("settimeout", "x")
        try("settimeout", -1)
        try("settimeout", 1.5)
        try("settimeouts", 1, 2, 3)
        try("settimeouts", 1, 2)
        try("settimeouts", nil, nil, nil)
        try("settimeouts", 1, -2, 3)
        try("settimeout", 2^31)
        try("settimeouts", 2^31, 0, 0)
    }
--- stream_response
1 
2 ngx.socket settimout: expecting 2 arguments (including the object) but seen 1
2 ngx.socket settimout: expecting 2 arguments (including the object) but seen 3
1 
2 bad timeout value
1 
1 
2 ngx.socket settimout: expecting 4 arguments (including the object) but seen 3
1 
2 bad timeout value
2 bad timeout value
2 bad timeout value
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 9: a second ngx.req.socket
--- stream_server_config
    content_by_lua_block {
        local a, b = ngx.req.socket()
        ngx.say(type(a), " ", b)
        a, b = ngx.req.socket()
        ngx.say(a, " ", b)
        a, b = ngx.req.socket(true)
        ngx.say(a, " ", b)
        ngx.say(select(2, pcall(ngx.req.socket, true, 1)))
    }
--- stream_response
table nil
nil duplicate call
nil duplicate call
expecting zero arguments, but got 2
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 10: a socket for preread is the one of content
--- stream_server_config
    preread_by_lua_block {
        local sock, err = ngx.req.socket()
        ngx.log(ngx.WARN, "preread: ", sock:receive())
        ngx.ctx.sock = sock
    }
    content_by_lua_block {
        ngx.say(ngx.req.socket())
        ngx.say(pcall(ngx.ctx.sock.receive, ngx.ctx.sock))
    }
--- stream_request
one
two
--- half_close
--- stream_response
nilduplicate call
truetwo
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] preread_by_lua(nginx.conf:25):3: preread: one while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 11: a socket after output
--- stream_server_config
    content_by_lua_block {
        ngx.print("first ")
        local sock, err = ngx.req.socket()
        ngx.say(type(sock), " ", err)
        ngx.say(sock:receive())
    }
--- stream_request
line
--- stream_response
first table nil
line
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 12: send
--- stream_server_config
    content_by_lua_block {
        local sock = ngx.req.socket()
        sock:send(sock:send("text\n") .. " bytes\n")
        sock:send(sock:send({"a", {"b", 1, {2.5}}, "\n"}) .. " bytes\n")
        sock:send(sock:send(42) .. " bytes\n")
        sock:send(tostring(sock:send("")) .. " bytes\n")
        sock:send(tostring(sock:send({})) .. " bytes\n")
        sock:send(sock:send(true) .. " bytes\n")
        sock:send(sock:send(nil) .. " bytes\n")
        local function try(...) ngx.say(select(2, pcall(sock.send, sock, ...))) end
        try({x = 1})
        try({true})
        try({nil, "x"})
        try(print)
        try()
        try("a", "b")
        try({ngx.null})
        try(ngx.null)
    }
--- stream_response
text
5 bytes
ab12.5
7 bytes
422 bytes
0 bytes
0 bytes
true4 bytes
nil3 bytes
bad argument #2 to '?' (non-array table found)
bad argument #2 to '?' (bad data type boolean found)
bad argument #2 to '?' (bad data type nil found)
bad argument #2 to '?' (string, number, boolean, nil, or array table expected, got function)
expecting 2 arguments (including the object), but got 1
expecting 2 arguments (including the object), but got 3
bad argument #2 to '?' (bad data type userdata found)
bad argument #2 to '?' (string, number, boolean, nil, or array table expected, got userdata)
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 13: send and say together
--- stream_server_config
    content_by_lua_block {
        local sock = ngx.req.socket()
        ngx.say("said")
        sock:send("sent\n")
        ngx.print("printed\n")
        sock:send("sent again\n")
        ngx.say("said again")
    }
    log_by_lua_block { ngx.log(ngx.WARN, "sent ", ngx.var.bytes_sent, " received ", ngx.var.bytes_received) }
--- stream_response
said
sent
printed
sent again
said again
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] log_by_lua(nginx.conf:29):1: sent 40 received 0, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 14: methods and type of the object
--- stream_server_config
    content_by_lua_block {
        local sock = ngx.req.socket()
        ngx.say(type(sock), " ", type(sock[1]))
        local t = {}
        for k in pairs(getmetatable(sock).__index) do t[#t + 1] = k end
        table.sort(t)
        ngx.say(table.concat(t, " "))
        ngx.say(sock.close, " ", sock.setkeepalive, " ", sock.connect)
    }
--- stream_response
table userdata
__index getfd getoption peek receive receiveany receiveuntil send serversslhandshake setoption settimeout settimeouts shutdown
nil nil nil
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 15: receiveany
--- stream_server_config
    content_by_lua_block {
        local sock = ngx.req.socket()
        ngx.say(sock:receiveany(4))
        ngx.say(sock:receiveany(100))
        ngx.say(sock:receiveany(100))
        local function try(...) ngx.say(select(2, pcall(sock.receiveany, sock, ...))) end
        try(0)
        try(-1)
        try()
        try("x")
        try("5")
        try({})
        try(1, 2)
    }
--- stream_request: hello world
--- half_close
--- stream_response
hell
o world
nilclosed
nilclosed
nilclosed
expecting 2 arguments (including the object), but got 1
nilclosed
nilclosed
nilclosed
expecting 2 arguments (including the object), but got 3
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] attempt to receive data on a closed socket: u:<pointer>, c:<pointer>, ft:0 eof:1, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] attempt to receive data on a closed socket: u:<pointer>, c:<pointer>, ft:0 eof:1, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] attempt to receive data on a closed socket: u:<pointer>, c:<pointer>, ft:0 eof:1, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] attempt to receive data on a closed socket: u:<pointer>, c:<pointer>, ft:0 eof:1, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] attempt to receive data on a closed socket: u:<pointer>, c:<pointer>, ft:0 eof:1, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 16: receiveuntil by pieces
--- stream_server_config
    content_by_lua_block {
        local sock = ngx.req.socket()
        local it = sock:receiveuntil("--end")
        for i = 1, 6 do
            local data, err, partial = it(5)
            ngx.say(i, ": ", data, " ", err, " ", partial)
        end
        ngx.say(sock:receive())
    }
--- stream_request
first part--endsecond--endtail
--- half_close
--- stream_response
1: first nil nil
2:  part nil nil
3:  nil nil
4: nil nil nil
5: secon nil nil
6: d nil nil
tail
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 17: receiveuntil
--- stream_server_config
    content_by_lua_block {
        local sock = ngx.req.socket()
        local it = sock:receiveuntil("ab")
        ngx.say(it())
        ngx.say(it())
        ngx.say(sock:receiveuntil("aaab")())
        ngx.say((sock:receiveuntil("\r\n\r\n")():gsub("%c", function(c) return "<" .. c:byte() .. ">" end)))
        ngx.say(sock:receiveuntil("abac")())
        local data, err, partial = sock:receiveuntil("never")()
        ngx.say(data, " ", err, " ", partial)
    }
--- stream_request eval
"1ab2aabaaaaaab head\r\n\r\r\n\r\nxababacrest nev"
--- half_close
--- stream_response
1
2a
aaa
 head<13><10><13>
xab
nil closed rest 
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 18: receiveuntil with the pattern included
--- stream_server_config
    content_by_lua_block {
        local sock = ngx.req.socket()
        ngx.say(sock:receiveuntil("--", {inclusive = true})())
        ngx.say(sock:receiveuntil("--", {inclusive = false})())
        local it = sock:receiveuntil("==", {inclusive = true})
        for i = 1, 4 do
            local data, err, partial = it(3)
            ngx.say(i, ": ", data, " ", err, " ", partial)
        end
        ngx.say(sock:receive())
    }
--- stream_request
one--two--abcdefg==rest
--- half_close
--- stream_response
one--
two
1: abc nil nil
2: def nil nil
3: g== nil nil
4: nil nil nil
rest
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 19: arguments that receiveuntil does not take
--- stream_server_config
    content_by_lua_block {
        local sock = ngx.req.socket()
        local function try(...) ngx.say(tostring(select(2, pcall(sock.receiveuntil, sock, ...))):gsub("0x%x+", "?"), "") end
        try()
        try("")
        try({})
        try(nil)
        try("x", 1)
        try("x", {}, 1)
        try("x", {inclusive = 1})
        try("x", {other = true})
        try(5)
        local it = sock:receiveuntil("x")
        ngx.say(select(2, pcall(it, -1)))
        ngx.say(select(2, pcall(it, "x")))
        ngx.say(select(2, pcall(it, {})))
        ngx.say(select(2, pcall(it, 1, 2)))
        ngx.say(pcall(it, 0))
        ngx.say(pcall(it, "2"))
    }
--- stream_request: abcx
--- half_close
--- stream_response
expecting 2 or 3 arguments (including the object), but got 1
nil
bad argument #2 to '?' (string expected, got table)
bad argument #2 to '?' (string expected, got nil)
bad argument #3 to '?' (table expected, got number)
expecting 2 or 3 arguments (including the object), but got 4
bad "inclusive" option value type: number
function: ?
function: ?
abc
bad argument #1 to '?' (number expected, got string)
bad argument #1 to '?' (number expected, got table)
expecting 0 or 1 arguments, but seen 2
truenilclosed
truenilclosed
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 20: a long pattern and long data
--- stream_server_config
    content_by_lua_block {
        local sock = ngx.req.socket()
        local data = sock:receiveuntil(("a"):rep(100) .. "b")()
        ngx.say(#data, " ", ngx.md5(data))
        data = sock:receiveuntil("\n")()
        ngx.say(#data, " ", ngx.md5(data))
    }
--- stream_request eval
("a" x 5000) . "b" . ("xyz" x 10000) . "\n"
--- stream_response
4900 5fe24ffebde4cc5ab3e1910122718deb
30000 28be991ab25e29139db0f38f0c3b802b
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 21: data larger than the buffers
--- stream_server_config
    lua_socket_buffer_size 1k;
    content_by_lua_block {
        local sock = ngx.req.socket()
        local line = sock:receive()
        ngx.say(#line, " ", ngx.md5(line))
        local data = sock:receive(50000)
        ngx.say(#data, " ", ngx.md5(data))
        data = sock:receive("*a")
        ngx.say(#data, " ", ngx.md5(data))
    }
    log_by_lua_block { ngx.log(ngx.WARN, "received ", ngx.var.bytes_received) }
--- stream_request eval
("line" x 5000) . "\n" . ("0123456789" x 10000)
--- half_close
--- stream_response
20000 1e65e36d1ab868bbfca0d24b2cda8548
50000 539c6e742a3b6759a188403bf3164495
50000 539c6e742a3b6759a188403bf3164495
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] log_by_lua(nginx.conf:31):1: received 0, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 22: shutdown
--- stream_config
    server {
        listen $TEST_NGINX_RAND_PORT_1;
        content_by_lua_block {
            local sock = ngx.req.socket()
            sock:send("bye\n")
            ngx.log(ngx.WARN, "shutdown: ", sock:shutdown("send"))
            ngx.log(ngx.WARN, "then receive: ", sock:receive())
            local ok, err = ngx.say("more")
            ngx.log(ngx.WARN, "then say: ", ok, " ", err)
            ok, err = sock:send("more")
            ngx.log(ngx.WARN, "then send: ", ok, " ", err)
            ok, err = sock:shutdown("send")
            ngx.log(ngx.WARN, "again: ", ok, " ", err)
        }
    }
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.tcp()
        s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        ngx.say(s:receive("*a"))
        ngx.say(s:send("still open\n"))
        ngx.say(s:receive())
    }
--- stream_response
bye

11
nilclosed
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] content_by_lua(nginx.conf:30):4: shutdown: 1, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] content_by_lua(nginx.conf:30):5: then receive: still open, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] content_by_lua(nginx.conf:30):7: then say: nil seen eof, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[error] attempt to send data on a closed socket: u:<pointer>, c:<pointer>, ft:0 eof:0, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] content_by_lua(nginx.conf:30):9: then send: nil closed, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] content_by_lua(nginx.conf:30):11: again: nil already shutdown, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1



=== TEST 23: arguments that shutdown does not take
--- stream_server_config
    content_by_lua_block {
        local sock = ngx.req.socket()
        local function try(...) ngx.say(select(2, pcall(sock.shutdown, sock, ...))) end
        try()
        try("receive")
        try("both")
        try(1)
        try("send", 1)
        ngx.say(sock:shutdown(""))
    }
--- stream_response
expecting 2 arguments (including the object) but seen 1
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 24: eof and then receive
--- stream_server_config
    content_by_lua_block {
        local sock = ngx.req.socket()
        ngx.say("line: ", sock:receive())
        ngx.eof()
        ngx.log(ngx.WARN, "then: ", sock:receive())
    }
--- stream_request
one
two
--- stream_response
line: one
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] content_by_lua(nginx.conf:26):5: then: two, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 25: a client that resets its connection
--- stream_config
    server {
        listen $TEST_NGINX_RAND_PORT_1;
        content_by_lua_block {
            local sock = ngx.req.socket()
            ngx.print("hello")
            ngx.flush(true)
            local data, err, partial = sock:receive("*a")
            ngx.log(ngx.WARN, "receive: ", data, " ", err, " ", partial)
            data, err = sock:send("x")
            ngx.log(ngx.WARN, "send: ", data, " ", err)
        }
    }
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.tcp()
        s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        s:send("abc")
        s:receive(1)
        s:close() -- with four bytes unread, so that the kernel resets
        ngx.say("closed")
    }
--- error_log
send:
--- stream_response
closed
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] content_by_lua(nginx.conf:27):6: receive: abc nil nil, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] content_by_lua(nginx.conf:27):8: send: 1 nil, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1



=== TEST 26: getfd, getoption and setoption
--- stream_server_config
    content_by_lua_block {
        local sock = ngx.req.socket()
        ngx.say(type(sock:getfd()))
        ngx.say(sock:getoption("keepalive"), " ", sock:getoption("reuseaddr"), " ", sock:getoption("tcp-nodelay"))
        ngx.say(sock:setoption("keepalive", true), " ", sock:getoption("keepalive"))
        ngx.say(sock:setoption("tcp-nodelay", false), " ", sock:getoption("tcp-nodelay"))
        ngx.say(sock:setoption("sndbuf", 10240), " ", sock:getoption("sndbuf"))
        ngx.say(sock:setoption("rcvbuf", 10240), " ", sock:getoption("rcvbuf"))
        ngx.say(sock:getoption("none"))
        ngx.say(sock:setoption("none", 1))
        local function try(f, ...) ngx.say(select(2, pcall(sock[f], sock, ...))) end
        try("getoption")
        try("setoption")
        try("setoption", "keepalive")
        try("getoption", 1)
        try("setoption", 1, 1)
        try("setoption", "sndbuf", "x")
        try("setoption", "keepalive", "x")
    }
--- stream_response
number
0 1 1
true 1
true 0
true 20480
true 20480
nilunsupported option none
nilunsupported option none
nilmissing the "option" argument
nilmissing the "option" argument
nilmissing the "value" argument
nilunsupported option 1
nilunsupported option 1
bad argument #3 to 'ngx_lua_ffi_socket_tcp_setoption' (cannot convert 'string' to 'int')
bad argument #3 to 'ngx_lua_ffi_socket_tcp_setoption' (cannot convert 'string' to 'int')
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 27: peek in preread
--- stream_server_config
    preread_by_lua_block {
        local sock = ngx.req.socket()
        ngx.log(ngx.WARN, "0: ", sock:peek(0))
        ngx.log(ngx.WARN, "2: ", sock:peek(2))
        ngx.log(ngx.WARN, "5: ", sock:peek(5))
        ngx.log(ngx.WARN, "3: ", sock:peek(3))
        ngx.log(ngx.WARN, "3: ", sock:peek("3"))
        ngx.log(ngx.WARN, "receive: ", sock:receive(4))
        local ok, err = pcall(sock.peek, sock, 1)
        ngx.log(ngx.WARN, ok, ": ", err)
        ngx.ctx.sock = sock
    }
    content_by_lua_block { ngx.say(ngx.ctx.sock:receive("*a")) }
--- stream_request: hello world
--- half_close
--- stream_response
o worldhello world
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] preread_by_lua(nginx.conf:32):3: 0:  while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] preread_by_lua(nginx.conf:32):4: 2: he while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] preread_by_lua(nginx.conf:32):5: 5: hello while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] preread_by_lua(nginx.conf:32):6: 3: hel while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] preread_by_lua(nginx.conf:32):7: 3: hel while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] preread_by_lua(nginx.conf:32):8: receive: hell while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] preread_by_lua(nginx.conf:32):10: false: attempt to peek on a consumed socket while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 28: arguments that peek does not take
--- stream_server_config
    preread_by_lua_block {
        local sock = ngx.req.socket()
        local function try(...) ngx.log(ngx.WARN, select(2, pcall(sock.peek, sock, ...))) end
        try()
        try(-1)
        try("x")
        try({})
        try(1, 2)
        try(nil)
        try(1.5)
    }
    return done;
--- stream_request: hello
--- stream_response
receive stream response error: connection reset by peer
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] preread_by_lua(nginx.conf:31):3: try(): expecting 2 arguments (including the object), but got 1 while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] preread_by_lua(nginx.conf:31):3: try(): bad argument #2 to '?' (bytes can not be negative) while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] preread_by_lua(nginx.conf:31):3: try(): argument must be a number while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] preread_by_lua(nginx.conf:31):3: try(): argument must be a number while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] preread_by_lua(nginx.conf:31):3: try(): expecting 2 arguments (including the object), but got 3 while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] preread_by_lua(nginx.conf:31):3: try(): argument must be a number while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] preread_by_lua(nginx.conf:31):3: try(): h while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 29: peek in content
--- stream_server_config
    content_by_lua_block {
        local sock = ngx.req.socket()
        ngx.say(select(2, pcall(sock.peek, sock, 1)))
        ngx.say(sock:receive(5))
    }
--- stream_request: hello
--- stream_response
API disabled in the context of content_by_lua*
hello
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 30: peek for more than preread_buffer_size
--- stream_server_config
    preread_buffer_size 8;
    preread_by_lua_block {
        local sock = ngx.req.socket()
        ngx.log(ngx.WARN, "peeked ", sock:peek(20))
    }
    return done;
    log_by_lua_block { ngx.log(ngx.WARN, "status ", ngx.var.status) }
--- stream_request: more than eight bytes
--- stream_response
receive stream response error: connection reset by peer
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] preread buffer full while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] log_by_lua(nginx.conf:27):1: status 400 while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 31: peek until preread_timeout
--- stream_server_config
    preread_timeout 2s;
    preread_by_lua_block {
        local sock = ngx.req.socket()
        ngx.log(ngx.WARN, "peeked ", sock:peek(20))
    }
    return done;
    log_by_lua_block { ngx.log(ngx.WARN, "status ", ngx.var.status) }
--- stream_request: few
--- error_log
status
--- stream_response
receive stream response error: connection reset by peer
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] log_by_lua(nginx.conf:27):1: status 200 while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 32: peek when the client has closed
--- stream_server_config
    preread_by_lua_block {
        local sock = ngx.req.socket()
        ngx.log(ngx.WARN, "peeked ", sock:peek(20))
    }
    return done;
    log_by_lua_block { ngx.log(ngx.WARN, "status ", ngx.var.status) }
--- stream_request: few
--- half_close
--- error_log
status
--- stream_response
receive stream response error: connection reset by peer
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[warn] stream [lua] log_by_lua(nginx.conf:26):1: status 200 while prereading client data, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 33: two threads read from one socket
--- stream_server_config
    content_by_lua_block {
        local sock = ngx.req.socket()
        local t = ngx.thread.spawn(function() return sock:receive() end)
        local ok, err = sock:receive()
        ngx.say(ok, " ", err)
        ngx.flush(true)
        sock:send("now\n")
        ngx.thread.kill(t)
    }
--- stream_response
nil socket busy reading
now
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 34: one thread reads, another writes
--- stream_config
    server {
        listen $TEST_NGINX_RAND_PORT_1;
        content_by_lua_block {
            local sock = ngx.req.socket()
            local reader = ngx.thread.spawn(function()
                local n = 0
                while true do
                    local line = sock:receive()
                    if not line then return n end
                    n = n + 1
                end
            end)
            for i = 1, 100 do sock:send("line " .. i .. "\n") end
            local ok, n = ngx.thread.wait(reader)
            ngx.log(ngx.WARN, ok, " ", n)
        }
    }
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.tcp()
        s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        for i = 1, 50 do s:send("x\n") end
        local last
        for i = 1, 100 do last = s:receive() end
        ngx.say(last)
        s:shutdown("send")
        ngx.say(s:receive())
    }
--- stream_response
line 100
nilclosed
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] content_by_lua(nginx.conf:32):13: true 50, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1



=== TEST 35: a UDP session's socket
--- stream_config
    server {
        listen $TEST_NGINX_RAND_PORT_1 udp;
        content_by_lua_block {
            local sock, err = ngx.req.socket()
            local t = {}
            for k in pairs(getmetatable(sock).__index) do t[#t + 1] = k end
            table.sort(t)
            ngx.log(ngx.WARN, table.concat(t, " "))
            ngx.log(ngx.WARN, "receive: ", sock:receive())
            local data, err = sock:receive()
            ngx.log(ngx.WARN, "receive: ", data, " ", err)
            ngx.log(ngx.WARN, "say: ", select(2, pcall(ngx.say, "x")))
            ngx.log(ngx.WARN, "print: ", select(2, pcall(ngx.print, "x")))
            ngx.log(ngx.WARN, "flush: ", select(2, pcall(ngx.flush)))
            ngx.log(ngx.WARN, "eof: ", select(2, pcall(ngx.eof)))
            ngx.log(ngx.WARN, "send: ", sock:send("answer"))
            ngx.log(ngx.WARN, "send: ", sock:send({"a", 1, {"b"}}))
            ngx.log(ngx.WARN, "send: ", select(2, pcall(sock.send, sock)))
            ngx.log(ngx.WARN, "send: ", select(2, pcall(sock.send, sock, {x = 1})))
            ngx.log(ngx.WARN, "send: ", select(2, pcall(sock.send, sock, print)))
        }
    }
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.udp()
        s:setpeername("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        s:send("question")
        ngx.say(s:receive())
        ngx.say(s:receive())
    }
--- stream_response
answer
a1b
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] udp client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] content_by_lua(nginx.conf:37):6: __index receive send settimeout, udp client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] content_by_lua(nginx.conf:37):7: receive: question, udp client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] content_by_lua(nginx.conf:37):9: receive: nil no more data, udp client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] content_by_lua(nginx.conf:37):10: say: API disabled in the current context, udp client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] content_by_lua(nginx.conf:37):11: print: API disabled in the current context, udp client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] content_by_lua(nginx.conf:37):12: flush: API disabled in the current context, udp client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] content_by_lua(nginx.conf:37):13: eof: API disabled in the current context, udp client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] content_by_lua(nginx.conf:37):14: send: 1, udp client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] content_by_lua(nginx.conf:37):15: send: 1, udp client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] content_by_lua(nginx.conf:37):16: send: expecting 2 arguments (including the object), but got 1, udp client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] content_by_lua(nginx.conf:37):17: send: bad argument #2 to '?' (non-array table found), udp client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] content_by_lua(nginx.conf:37):18: send: bad argument #2 to '?' (string, number, boolean, nil, or array table expected, got function), udp client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1



=== TEST 36: part of a datagram
--- stream_config
    server {
        listen $TEST_NGINX_RAND_PORT_1 udp;
        content_by_lua_block {
            local sock = ngx.req.socket()
            ngx.log(ngx.WARN, "receive: ", sock:receive(4))
            local data, err = sock:receive(4)
            ngx.log(ngx.WARN, "receive: ", data, " ", err)
            ngx.log(ngx.WARN, select(2, pcall(sock.receive, sock, "x")))
            ngx.log(ngx.WARN, select(2, pcall(sock.receive, sock, -1)))
            ngx.log(ngx.WARN, select(2, pcall(sock.receive, sock, 1, 2)))
            ngx.log(ngx.WARN, select(2, pcall(sock.settimeout, sock)))
            sock:settimeout(10)
            sock:send("done")
        }
    }
--- stream_server_config
    content_by_lua_block {
        local s = ngx.socket.udp()
        s:setpeername("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        s:send("question")
        ngx.say(s:receive())
    }
--- stream_response
done
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] udp client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] content_by_lua(nginx.conf:30):3: receive: ques, udp client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] content_by_lua(nginx.conf:30):5: receive: tion nil, udp client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] content_by_lua(nginx.conf:30):6: bad argument #2 to '?' (number expected, got string), udp client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] content_by_lua(nginx.conf:30):7: nilno more data, udp client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] content_by_lua(nginx.conf:30):8: expecting 1 or 2 arguments (including the object), but got 3, udp client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[warn] stream [lua] content_by_lua(nginx.conf:30):9: ngx.socket settimout: expecting at least 2 arguments (including the object) but seen 1, udp client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_RAND_PORT_1



=== TEST 37: with lua_check_client_abort the end of the stream is no end of receive
--- stream_server_config
    lua_check_client_abort on;
    content_by_lua_block {
        local sock = ngx.req.socket()
        local data, err, partial = sock:receive("*a")
        ngx.say("all: ", data, ", ", err, ", ", partial)
        ngx.say(sock:receive("*a"))
    }
--- stream_request
hello
--- half_close
--- stream_response
all: nil, client aborted, hello

nilclosed
--- log_level: error
--- log
[error] stream attempt to receive data on a closed socket: u:<pointer>, c:<pointer>, ft:0 eof:0, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 38: a socket that a script keeps beyond its session is closed
--- stream_server_config
    content_by_lua_block {
        local kept = package.loaded.kept
        if not kept then
            package.loaded.kept = ngx.req.socket()
            return ngx.say("kept")
        end
        ngx.say(kept:receive(5))
        ngx.say(kept:send("x"))
    }
--- stream_server_config2
    content_by_lua_block {
        local sock = ngx.socket.tcp()
        sock:connect("127.0.0.1", $TEST_NGINX_STREAM_PORT)
        ngx.say(sock:receive("*a"))
    }
--- stream_response
kept
nilclosed
nilclosed
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT_2
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] stream attempt to receive data on a closed socket: u:<pointer>, c:<pointer>, ft:0 eof:0, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] attempt to send data on a closed socket: u:<pointer>, c:<pointer>, ft:0 eof:0, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 39: peek while another thread peeks
--- stream_server_config
    preread_by_lua_block {
        local sock = ngx.req.socket()
        local t = ngx.thread.spawn(function()
            return sock:peek(15)
        end)
        ngx.say(sock:peek(5))
        ngx.say(sock:receive(5))
        ngx.exit(ngx.OK)
    }
    return done;
--- stream_request
--- stream_response
nilsocket busy reading
nilsocket busy reading
done
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 40: a client's abort is noticed by receive first, and ends the script when it waits again
--- stream_server_config
    lua_check_client_abort on;
    content_by_lua_block {
        local sock = ngx.req.socket()
        ngx.log(ngx.NOTICE, "receive: ", select(2, sock:receive()))
        ngx.sleep(60)
        ngx.log(ngx.ERR, "slept")
    }
--- stream_request eval
"no line"
--- half_close
--- stream_response
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[notice] stream [lua] content_by_lua(nginx.conf:27):3: receive: client abortedno line, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] stream client prematurely closed connection, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT
