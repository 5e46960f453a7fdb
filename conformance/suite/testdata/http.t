# What the runner does for cases of http, on an nginx with Lua.
use Test::Nginx::Socket::Lua;

repeat_each(2);
log_level('notice');
our $Greeting = "hello";
plan "no_plan";
run_tests();

__DATA__

=== TEST 1: a response, its headers and the log
--- config
    location = /t {
        content_by_lua_block {
            ngx.header["X-Kind"] = { "a", "b" }
            ngx.log(ngx.WARN, "said")
            ngx.say("hello ", ngx.config.subsystem)
        }
    }
--- request
GET /t
--- response_headers
X-Kind: a, b
!X-Other
--- response_body eval
"$::Greeting http\n"
--- error_log eval
qr/\[warn\] .*? said/
--- no_error_log
[error]



=== TEST 2: user files, and the root location
--- config
--- user_files
>>> a.txt
text
--- request
GET /a.txt
--- response_headers
Content-Length: 5
--- response_body
text



=== TEST 3: a body, headers, and what comes back in chunks
--- config
    location = /t {
        content_by_lua_block {
            ngx.req.read_body()
            ngx.say(ngx.var.http_x_more, ": ", ngx.req.get_body_data())
        }
    }
--- more_headers
X-More: much
--- request
POST /t
the body
--- response_body
much: the body



=== TEST 4: requests in a row
--- config
    location = /a { return 200 "first"; }
    location = /b { return 404 "second"; }
--- pipelined_requests eval
["GET /a", "GET /b"]
--- error_code eval
[200, 404]
--- response_body eval
["first", "second"]



=== TEST 5: a stream server behind Lua, and a mock server
--- main_config
    stream { server { listen $TEST_NGINX_RAND_PORT_1; proxy_pass 127.0.0.1:$TEST_NGINX_RAND_PORT_2; } }
--- tcp_listen: $TEST_NGINX_RAND_PORT_2
--- tcp_query: question
--- tcp_reply eval
sub { my $q = shift; return "answer to $q" }
--- config
    location = /t {
        content_by_lua_block {
            local s = ngx.socket.tcp()
            s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
            s:send("question")
            ngx.say(s:receive("*a"))
        }
    }
--- request
GET /t
--- response_body
answer to question



=== TEST 6: a client that does not wait for the end
--- config
    location = /t {
        content_by_lua_block { ngx.print("part") ngx.flush(true) ngx.sleep(600) }
    }
--- request
GET /t
--- timeout: 100ms
--- abort
--- ignore_response



=== TEST 7: a configuration that is wrong
--- config
    oops;
--- must_die
--- error_log
unknown directive "oops"
