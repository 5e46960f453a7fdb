# The split_clients directive.
use Test::Nginx::Socket::Lua::Stream;

log_level('warn');

plan tests => repeat_each() * blocks();
run_tests();

__DATA__

=== TEST 1: groups by the hash of a text
--- stream_config
    split_clients $key $a { 0.5% one; 10% two; 33.33% three; 0.01% four; * rest; }
    split_clients "x${key}y" $b { 0.01% one; 20% two; 49.99% three; 20% four; }
--- stream_server_config
    set $key "";
    content_by_lua_block {
        for i = 0, 60 do
            ngx.var.key = string.rep("key ", i % 7) .. i
            ngx.say(ngx.var.key, ": ", ngx.var.a, " [", ngx.var.b, "]")
        end
    }
--- stream_response
0: three [three]
key 1: rest [two]
key key 2: three []
key key key 3: rest [three]
key key key key 4: rest [three]
key key key key key 5: three [three]
key key key key key key 6: rest [four]
7: rest [three]
key 8: three []
key key 9: three [three]
key key key 10: rest [four]
key key key key 11: three [two]
key key key key key 12: three [three]
key key key key key key 13: two [four]
14: rest [three]
key 15: three [three]
key key 16: rest [four]
key key key 17: three [four]
key key key key 18: rest [three]
key key key key key 19: three [four]
key key key key key key 20: rest []
21: three [four]
key 22: rest []
key key 23: three [two]
key key key 24: three [three]
key key key key 25: three [three]
key key key key key 26: rest [three]
key key key key key key 27: three [three]
28: three [three]
key 29: rest [three]
key key 30: two [three]
key key key 31: rest [four]
key key key key 32: rest [two]
key key key key key 33: rest [three]
key key key key key key 34: three []
35: three [two]
key 36: rest [three]
key key 37: rest [three]
key key key 38: rest [two]
key key key key 39: two [two]
key key key key key 40: rest [three]
key key key key key key 41: three [two]
42: rest [two]
key 43: three [three]
key key 44: rest []
key key key 45: rest [three]
key key key key 46: rest [three]
key key key key key 47: three [three]
key key key key key key 48: rest [four]
49: three [three]
key 50: rest [two]
key key 51: rest [three]
key key key 52: three [two]
key key key key 53: rest [three]
key key key key key 54: rest [two]
key key key key key key 55: rest [three]
56: rest [two]
key 57: rest [three]
key key 58: rest [two]
key key key 59: three [two]
key key key key 60: three []
--- log



=== TEST 2: shares of a thousand
--- stream_config
    split_clients $key $group { 25% a; 50% b; 2% c; * d; }
--- stream_server_config
    set $key "";
    content_by_lua_block {
        local n = {}
        for i = 1, 1000 do
            ngx.var.key = i
            local g = ngx.var.group
            n[g] = (n[g] or 0) + 1
        end
        ngx.say(n.a, " ", n.b, " ", n.c, " ", n.d)
    }
--- stream_response
271 493 19 217
--- log



=== TEST 3: groups in odd order
--- stream_config
    split_clients $key $all { 100% all; }
    split_clients $key $none { }
    split_clients $key $rest { * first; * second; }
    split_clients $key $half { 50% half; * rest; }
--- stream_server_config
    set $key "";
    content_by_lua_block {
        for i = 1, 8 do
            ngx.var.key = "k" .. i
            ngx.say("[", ngx.var.all, "] [", ngx.var.none, "] [", ngx.var.rest, "] [", ngx.var.half, "]")
        end
    }
--- stream_response
[all] [] [first] [rest]
[all] [] [first] [half]
[all] [] [first] [half]
[all] [] [first] [rest]
[all] [] [first] [half]
[all] [] [first] [half]
[all] [] [first] [rest]
[all] [] [first] [half]
--- log



=== TEST 4: a server chosen by it
--- stream_config
    split_clients $remote_addr $to { 1% one; * two; }
    upstream one { server 127.0.0.1:$TEST_NGINX_RAND_PORT_1; }
    upstream two { server 127.0.0.1:$TEST_NGINX_RAND_PORT_2; }
    server { listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1; return "one\n"; }
    server { listen 127.0.0.1:$TEST_NGINX_RAND_PORT_2; return "two\n"; }
--- stream_server_config
    proxy_pass $to;
--- stream_response
two
--- log
