# The geo directive.
use Test::Nginx::Socket::Lua::Stream;

$ENV{TEST_NGINX_HTML_DIR} ||= html_dir();
log_level('warn');

plan tests => repeat_each() * blocks();
run_tests();

__DATA__

=== TEST 1: networks
--- stream_config
    geo $addr $nets {
        default d;
        10.0.0.0/8 ten;
        10.1.0.0/16 ten-one;
        10.1.2.3 host;
        10.1.2.0/24 "";
        192.168.0.0/17 low;
        192.168.128.0/17 high;
        2001:db8::/32 doc;
        2001:db8:1::/48 doc-one;
        ::/8 zeros;
        ::ffff:9.9.9.0/120 mapped;
        0.0.0.0/1 half;
        10.255.0.0/16 ten;
        255.255.255.255 none;
        ff00::/8 multi;
        ffff::/16 last;
    }
    geo $addr $bare { 127.0.0.0/8 lo; 127.0.0.1 one; fe80::/10 link; 240.0.0.0/4 top; }
--- stream_server_config
    set $addr "";
    content_by_lua_block {
        for _, addr in ipairs({
            "", "x", "1.2.3.4:80", "1.2.3", "[::1]", "::1", "::", "::ffff:10.1.2.3", "::ffff:9.9.9.9",
            "::ffff:255.255.255.255", "255.255.255.255", "255.255.255.254", "255.255.0.0", "255.254.255.255",
            "255.255.255.0", "::1%lo", " 1.2.3.4", "1.2.3.4", "1.2.3.5", "1.2.3.6", "1.2.3.3", "010.1.2.3",
            "0.0.0.0", "127.255.255.255", "128.0.0.0", "9.255.255.255", "10.0.0.0", "10.0.255.255", "10.1.0.0",
            "10.1.1.255", "10.1.2.0", "10.1.2.2", "10.1.2.3", "10.1.2.4", "10.1.2.127", "10.1.2.128", "10.1.2.255",
            "10.1.3.0", "10.1.255.255", "10.2.0.0", "10.2.3.4", "10.3.0.0", "10.254.255.255", "10.255.0.0",
            "10.255.255.255", "11.0.0.0", "11.255.255.255", "12.0.0.0", "172.16.0.1", "192.168.0.0",
            "192.168.127.255", "192.168.128.0", "192.168.255.255", "192.169.0.0", "192.169.4.4", "192.170.0.0",
            "192.170.3.4", "192.170.3.5", "239.255.255.255", "240.0.0.0", "127.0.0.0", "127.0.0.1", "127.0.0.2",
            "127.0.0.3", "127.0.0.255", "127.0.1.0", "10.5.9.255", "10.5.10.0", "10.5.12.255", "10.5.13.0",
            "10.5.18.255", "10.5.19.0", "10.5.20.0", "10.5.20.1", "10.6.255.255", "10.7.0.0", "10.8.1.1",
            "10.9.0.0", "10.9.255.255", "10.10.0.0", "2001:db7:ffff::1", "2001:db8::", "2001:db8::1",
            "2001:db8:1::", "2001:db8:1:ffff:ffff:ffff:ffff:ffff", "2001:db8:2::",
            "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db9::", "ff:ffff::", "100::", "fe7f:ffff::", "fe80::1",
            "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "fec0::", "feff::", "ff00::", "fffe::", "ffff::",
            "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "::ffff:8.8.8.8", "::ffff:0:8.8.8.8", "1.1.1.1", "2.0.0.0"
        }) do
            ngx.var.addr = addr
            ngx.say("<", addr, "> ", "[", ngx.var.nets, "] [", ngx.var.bare, "]")
        end
    }
--- stream_response
<> [none] [top]
<x> [none] [top]
<1.2.3.4:80> [none] [top]
<1.2.3> [none] [top]
<[::1]> [none] [top]
<::1> [zeros] []
<::> [zeros] []
<::ffff:10.1.2.3> [host] []
<::ffff:9.9.9.9> [half] []
<::ffff:255.255.255.255> [none] [top]
<255.255.255.255> [none] [top]
<255.255.255.254> [d] [top]
<255.255.0.0> [d] [top]
<255.254.255.255> [d] [top]
<255.255.255.0> [d] [top]
<::1%lo> [none] [top]
< 1.2.3.4> [none] [top]
<1.2.3.4> [half] []
<1.2.3.5> [half] []
<1.2.3.6> [half] []
<1.2.3.3> [half] []
<010.1.2.3> [host] []
<0.0.0.0> [half] []
<127.255.255.255> [half] [lo]
<128.0.0.0> [d] []
<9.255.255.255> [half] []
<10.0.0.0> [ten] []
<10.0.255.255> [ten] []
<10.1.0.0> [ten-one] []
<10.1.1.255> [ten-one] []
<10.1.2.0> [] []
<10.1.2.2> [] []
<10.1.2.3> [host] []
<10.1.2.4> [] []
<10.1.2.127> [] []
<10.1.2.128> [] []
<10.1.2.255> [] []
<10.1.3.0> [ten-one] []
<10.1.255.255> [ten-one] []
<10.2.0.0> [ten] []
<10.2.3.4> [ten] []
<10.3.0.0> [ten] []
<10.254.255.255> [ten] []
<10.255.0.0> [ten] []
<10.255.255.255> [ten] []
<11.0.0.0> [half] []
<11.255.255.255> [half] []
<12.0.0.0> [half] []
<172.16.0.1> [d] []
<192.168.0.0> [low] []
<192.168.127.255> [low] []
<192.168.128.0> [high] []
<192.168.255.255> [high] []
<192.169.0.0> [d] []
<192.169.4.4> [d] []
<192.170.0.0> [d] []
<192.170.3.4> [d] []
<192.170.3.5> [d] []
<239.255.255.255> [d] []
<240.0.0.0> [d] [top]
<127.0.0.0> [half] [lo]
<127.0.0.1> [half] [one]
<127.0.0.2> [half] [lo]
<127.0.0.3> [half] [lo]
<127.0.0.255> [half] [lo]
<127.0.1.0> [half] [lo]
<10.5.9.255> [ten] []
<10.5.10.0> [ten] []
<10.5.12.255> [ten] []
<10.5.13.0> [ten] []
<10.5.18.255> [ten] []
<10.5.19.0> [ten] []
<10.5.20.0> [ten] []
<10.5.20.1> [ten] []
<10.6.255.255> [ten] []
<10.7.0.0> [ten] []
<10.8.1.1> [ten] []
<10.9.0.0> [ten] []
<10.9.255.255> [ten] []
<10.10.0.0> [ten] []
<2001:db7:ffff::1> [d] []
<2001:db8::> [doc] []
<2001:db8::1> [doc] []
<2001:db8:1::> [doc-one] []
<2001:db8:1:ffff:ffff:ffff:ffff:ffff> [doc-one] []
<2001:db8:2::> [doc] []
<2001:db8:ffff:ffff:ffff:ffff:ffff:ffff> [doc] []
<2001:db9::> [d] []
<ff:ffff::> [zeros] []
<100::> [d] []
<fe7f:ffff::> [d] []
<fe80::1> [d] [link]
<febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff> [d] [link]
<fec0::> [d] []
<feff::> [d] []
<ff00::> [multi] []
<fffe::> [multi] []
<ffff::> [last] []
<ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff> [last] []
<::ffff:8.8.8.8> [half] []
<::ffff:0:8.8.8.8> [zeros] []
<1.1.1.1> [half] []
<2.0.0.0> [half] []
--- log



=== TEST 2: ranges
--- stream_config
    geo $addr $ranges {
        ranges;
        default d;
        127.0.0.0-127.0.0.0 zero;
        127.0.0.1-127.0.0.1 one;
        127.0.0.3-127.0.0.255 rest;
        10.0.0.0-10.255.255.255 ten;
        10.5.10.0-10.5.20.0 inner;
        10.5.10.0-10.5.12.255 head;
        10.5.19.0-10.5.20.0 tail;
        192.168.0.0-192.170.3.4 several;
        255.255.0.0-255.255.255.254 top;
    }
    geo $addr $few { ranges; 1.2.3.4-1.2.3.5 x; 255.255.255.0-255.255.255.254 y; }
--- stream_server_config
    set $addr "";
    content_by_lua_block {
        for _, addr in ipairs({
            "", "x", "1.2.3.4:80", "1.2.3", "[::1]", "::1", "::", "::ffff:10.1.2.3", "::ffff:9.9.9.9",
            "::ffff:255.255.255.255", "255.255.255.255", "255.255.255.254", "255.255.0.0", "255.254.255.255",
            "255.255.255.0", "::1%lo", " 1.2.3.4", "1.2.3.4", "1.2.3.5", "1.2.3.6", "1.2.3.3", "010.1.2.3",
            "0.0.0.0", "127.255.255.255", "128.0.0.0", "9.255.255.255", "10.0.0.0", "10.0.255.255", "10.1.0.0",
            "10.1.1.255", "10.1.2.0", "10.1.2.2", "10.1.2.3", "10.1.2.4", "10.1.2.127", "10.1.2.128", "10.1.2.255",
            "10.1.3.0", "10.1.255.255", "10.2.0.0", "10.2.3.4", "10.3.0.0", "10.254.255.255", "10.255.0.0",
            "10.255.255.255", "11.0.0.0", "11.255.255.255", "12.0.0.0", "172.16.0.1", "192.168.0.0",
            "192.168.127.255", "192.168.128.0", "192.168.255.255", "192.169.0.0", "192.169.4.4", "192.170.0.0",
            "192.170.3.4", "192.170.3.5", "239.255.255.255", "240.0.0.0", "127.0.0.0", "127.0.0.1", "127.0.0.2",
            "127.0.0.3", "127.0.0.255", "127.0.1.0", "10.5.9.255", "10.5.10.0", "10.5.12.255", "10.5.13.0",
            "10.5.18.255", "10.5.19.0", "10.5.20.0", "10.5.20.1", "10.6.255.255", "10.7.0.0", "10.8.1.1",
            "10.9.0.0", "10.9.255.255", "10.10.0.0", "2001:db7:ffff::1", "2001:db8::", "2001:db8::1",
            "2001:db8:1::", "2001:db8:1:ffff:ffff:ffff:ffff:ffff", "2001:db8:2::",
            "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db9::", "ff:ffff::", "100::", "fe7f:ffff::", "fe80::1",
            "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "fec0::", "feff::", "ff00::", "fffe::", "ffff::",
            "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "::ffff:8.8.8.8", "::ffff:0:8.8.8.8", "1.1.1.1", "2.0.0.0"
        }) do
            ngx.var.addr = addr
            ngx.say("<", addr, "> ", "[", ngx.var.ranges, "] [", ngx.var.few, "]")
        end
    }
--- stream_response
<> [d] []
<x> [d] []
<1.2.3.4:80> [d] []
<1.2.3> [d] []
<[::1]> [d] []
<::1> [d] []
<::> [d] []
<::ffff:10.1.2.3> [ten] []
<::ffff:9.9.9.9> [d] []
<::ffff:255.255.255.255> [d] []
<255.255.255.255> [d] []
<255.255.255.254> [top] [y]
<255.255.0.0> [top] []
<255.254.255.255> [d] []
<255.255.255.0> [top] [y]
<::1%lo> [d] []
< 1.2.3.4> [d] []
<1.2.3.4> [d] [x]
<1.2.3.5> [d] [x]
<1.2.3.6> [d] []
<1.2.3.3> [d] []
<010.1.2.3> [ten] []
<0.0.0.0> [d] []
<127.255.255.255> [d] []
<128.0.0.0> [d] []
<9.255.255.255> [d] []
<10.0.0.0> [ten] []
<10.0.255.255> [ten] []
<10.1.0.0> [ten] []
<10.1.1.255> [ten] []
<10.1.2.0> [ten] []
<10.1.2.2> [ten] []
<10.1.2.3> [ten] []
<10.1.2.4> [ten] []
<10.1.2.127> [ten] []
<10.1.2.128> [ten] []
<10.1.2.255> [ten] []
<10.1.3.0> [ten] []
<10.1.255.255> [ten] []
<10.2.0.0> [ten] []
<10.2.3.4> [ten] []
<10.3.0.0> [ten] []
<10.254.255.255> [ten] []
<10.255.0.0> [ten] []
<10.255.255.255> [ten] []
<11.0.0.0> [d] []
<11.255.255.255> [d] []
<12.0.0.0> [d] []
<172.16.0.1> [d] []
<192.168.0.0> [several] []
<192.168.127.255> [several] []
<192.168.128.0> [several] []
<192.168.255.255> [several] []
<192.169.0.0> [several] []
<192.169.4.4> [several] []
<192.170.0.0> [several] []
<192.170.3.4> [several] []
<192.170.3.5> [d] []
<239.255.255.255> [d] []
<240.0.0.0> [d] []
<127.0.0.0> [zero] []
<127.0.0.1> [one] []
<127.0.0.2> [d] []
<127.0.0.3> [rest] []
<127.0.0.255> [rest] []
<127.0.1.0> [d] []
<10.5.9.255> [ten] []
<10.5.10.0> [head] []
<10.5.12.255> [head] []
<10.5.13.0> [inner] []
<10.5.18.255> [inner] []
<10.5.19.0> [tail] []
<10.5.20.0> [tail] []
<10.5.20.1> [ten] []
<10.6.255.255> [ten] []
<10.7.0.0> [ten] []
<10.8.1.1> [ten] []
<10.9.0.0> [ten] []
<10.9.255.255> [ten] []
<10.10.0.0> [ten] []
<2001:db7:ffff::1> [d] []
<2001:db8::> [d] []
<2001:db8::1> [d] []
<2001:db8:1::> [d] []
<2001:db8:1:ffff:ffff:ffff:ffff:ffff> [d] []
<2001:db8:2::> [d] []
<2001:db8:ffff:ffff:ffff:ffff:ffff:ffff> [d] []
<2001:db9::> [d] []
<ff:ffff::> [d] []
<100::> [d] []
<fe7f:ffff::> [d] []
<fe80::1> [d] []
<febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff> [d] []
<fec0::> [d] []
<feff::> [d] []
<ff00::> [d] []
<fffe::> [d] []
<ffff::> [d] []
<ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff> [d] []
<::ffff:8.8.8.8> [d] []
<::ffff:0:8.8.8.8> [d] []
<1.1.1.1> [d] []
<2.0.0.0> [d] []
--- log



=== TEST 3: entries that are deleted, replaced or odd
--- stream_config
    geo $addr $nets {
        172.16.0.0/12 gone;
        default first;
        delete 172.16.0.0/12;
        10.2.0.0/16 old;
        10.2.0.0/16 new;
        delete 10.1.2.128/25;
        11.0.0.1/8 meaningless;
        default second;
    }
    geo $addr $never { default x; delete 0.0.0.0/0; 1.0.0.0/8 one; }
    geo $addr $ranges {
        ranges;
        default first;
        10.0.0.0-10.255.255.255 ten;
        10.1.0.0-10.1.255.255 ten-one;
        delete 10.7.0.0-10.8.255.255;
        delete 10.9.0.0-10.9.0.255;
        192.168.0.0-192.170.3.4 several;
        delete 192.169.0.0-192.169.255.255;
        default second;
    }
--- stream_server_config
    set $addr "";
    content_by_lua_block {
        for _, addr in ipairs({
            "::1", "::", "10.0.0.0", "10.0.255.255", "10.1.0.0", "10.1.1.255", "10.1.2.0", "10.1.2.2", "10.1.2.3",
            "10.1.2.4", "10.1.2.127", "10.1.2.128", "10.1.2.255", "10.1.3.0", "10.1.255.255", "10.2.0.0",
            "10.2.3.4", "10.3.0.0", "10.254.255.255", "10.255.0.0", "10.255.255.255", "11.0.0.0", "11.255.255.255",
            "12.0.0.0", "172.16.0.1", "192.168.0.0", "192.168.127.255", "192.168.128.0", "192.168.255.255",
            "192.169.0.0", "192.169.4.4", "192.170.0.0", "192.170.3.4", "192.170.3.5", "127.0.0.0", "127.0.0.1",
            "127.0.0.2", "127.0.0.3", "127.0.0.255", "127.0.1.0", "10.5.9.255", "10.5.10.0", "10.5.12.255",
            "10.5.13.0", "10.5.18.255", "10.5.19.0", "10.5.20.0", "10.5.20.1", "10.6.255.255", "10.7.0.0",
            "10.8.1.1", "10.9.0.0", "10.9.255.255", "10.10.0.0", "fe80::1", "1.1.1.1"
        }) do
            ngx.var.addr = addr
            ngx.say("<", addr, "> ", "[", ngx.var.nets, "] [", ngx.var.never, "] [", ngx.var.ranges, "]")
        end
    }
--- stream_response
<::1> [second] [x] [second]
<::> [second] [x] [second]
<10.0.0.0> [second] [] [ten]
<10.0.255.255> [second] [] [ten]
<10.1.0.0> [second] [] [ten-one]
<10.1.1.255> [second] [] [ten-one]
<10.1.2.0> [second] [] [ten-one]
<10.1.2.2> [second] [] [ten-one]
<10.1.2.3> [second] [] [ten-one]
<10.1.2.4> [second] [] [ten-one]
<10.1.2.127> [second] [] [ten-one]
<10.1.2.128> [second] [] [ten-one]
<10.1.2.255> [second] [] [ten-one]
<10.1.3.0> [second] [] [ten-one]
<10.1.255.255> [second] [] [ten-one]
<10.2.0.0> [new] [] [ten]
<10.2.3.4> [new] [] [ten]
<10.3.0.0> [second] [] [ten]
<10.254.255.255> [second] [] [ten]
<10.255.0.0> [second] [] [ten]
<10.255.255.255> [second] [] [ten]
<11.0.0.0> [meaningless] [] [second]
<11.255.255.255> [meaningless] [] [second]
<12.0.0.0> [second] [] [second]
<172.16.0.1> [second] [] [second]
<192.168.0.0> [second] [] [several]
<192.168.127.255> [second] [] [several]
<192.168.128.0> [second] [] [several]
<192.168.255.255> [second] [] [several]
<192.169.0.0> [second] [] [second]
<192.169.4.4> [second] [] [second]
<192.170.0.0> [second] [] [several]
<192.170.3.4> [second] [] [several]
<192.170.3.5> [second] [] [second]
<127.0.0.0> [second] [] [second]
<127.0.0.1> [second] [] [second]
<127.0.0.2> [second] [] [second]
<127.0.0.3> [second] [] [second]
<127.0.0.255> [second] [] [second]
<127.0.1.0> [second] [] [second]
<10.5.9.255> [second] [] [ten]
<10.5.10.0> [second] [] [ten]
<10.5.12.255> [second] [] [ten]
<10.5.13.0> [second] [] [ten]
<10.5.18.255> [second] [] [ten]
<10.5.19.0> [second] [] [ten]
<10.5.20.0> [second] [] [ten]
<10.5.20.1> [second] [] [ten]
<10.6.255.255> [second] [] [ten]
<10.7.0.0> [second] [] [second]
<10.8.1.1> [second] [] [second]
<10.9.0.0> [second] [] [ten]
<10.9.255.255> [second] [] [ten]
<10.10.0.0> [second] [] [ten]
<fe80::1> [second] [x] [second]
<1.1.1.1> [second] [one] [second]
--- log
[warn] duplicate network "10.2.0.0/16", value: "new", old value: "old" in $TEST_NGINX_SERVER_ROOT/conf/nginx.conf:22
[warn] no network "10.1.2.128/25" to delete in $TEST_NGINX_SERVER_ROOT/conf/nginx.conf:23
[warn] low address bits of 11.0.0.1/8 are meaningless in $TEST_NGINX_SERVER_ROOT/conf/nginx.conf:24
[warn] duplicate network "default", value: "second", old value: "first" in $TEST_NGINX_SERVER_ROOT/conf/nginx.conf:25
[warn] duplicate network "default", value: "second", old value: "first" in $TEST_NGINX_SERVER_ROOT/conf/nginx.conf:25
[warn] duplicate range "10.1.0.0-10.1.255.255", value: "ten-one", old value: "ten" in $TEST_NGINX_SERVER_ROOT/conf/nginx.conf:32
[warn] no address range "10.9.0.0-10.9.0.255" to delete in $TEST_NGINX_SERVER_ROOT/conf/nginx.conf:34
[warn] duplicate default geo range value: "second", old value: "first" in $TEST_NGINX_SERVER_ROOT/conf/nginx.conf:37



=== TEST 4: the address of the client
--- stream_config
    geo $who { default other; 127.0.0.0/8 loopback; 127.0.0.1/32 us; }
    geo $ranges { ranges; 127.0.0.0-127.0.0.255 loopback; }
--- stream_server_config
    return "$who $ranges\n";
--- stream_response
us loopback
--- log



=== TEST 5: a client without an address
--- stream_config
    geo $who { default other; 0.0.0.0/1 low; 255.255.255.255 none; }
    geo $ranges { ranges; default other; 255.255.255.0-255.255.255.254 top; }
    server { listen unix:$TEST_NGINX_HTML_DIR/geo.sock; return "$who $ranges\n"; }
--- stream_server_config
    proxy_pass unix:$TEST_NGINX_HTML_DIR/geo.sock;
--- stream_response
none other
--- log



=== TEST 6: a value is kept, unless it is volatile
--- stream_config
    geo $addr $once { default other; 10.0.0.0/8 ten; }
    geo $addr $anew { volatile; default other; 10.0.0.0/8 ten; }
    map "$once$anew" $mention { default ""; }
--- stream_server_config
    set $addr 10.0.0.1;
    content_by_lua_block {
        ngx.say(ngx.var.once, " ", ngx.var.anew)
        ngx.var.addr = "11.0.0.1"
        ngx.say(ngx.var.once, " ", ngx.var.anew)
        ngx.var.once = "mine"
        ngx.say(ngx.var.once)
    }
--- stream_response
ten ten
ten other
mine
--- log



=== TEST 7: entries of another file
--- stream_config
    geo $addr $nets { default other; include $TEST_NGINX_HTML_DIR/nets; }
    geo $addr $ranges { ranges; include $TEST_NGINX_HTML_DIR/ranges; default other; }
--- stream_server_config
    set $addr 10.0.0.1;
    return "$nets $ranges\n";
--- user_files
>>> nets
10.0.0.0/8 ten;
>>> ranges
10.0.0.0-10.255.255.255 range;
--- stream_response
ten range
--- log



=== TEST 8: of two tables with one variable the last one counts
--- stream_config
    map $protocol $first { default map; }
    geo $first { default geo; }
    geo $second { default geo; }
    map $protocol $second { default map; }
    split_clients x $third { * split; }
    geo $third { default geo; }
--- stream_server_config
    return "$first $second $third\n";
--- stream_response
geo map geo
--- log
