# How receiveuntil gives out what it had taken for its pattern.
use Test::Nginx::Socket::Lua::Stream;
log_level('info');

plan tests => repeat_each() * blocks();
run_tests();
__DATA__

=== TEST 1: a sized read of receiveuntil where part of the pattern turns out to be data
--- stream_server_config
    content_by_lua_block {
        local function pieces(text, pattern, size, opts)
            local s = ngx.socket.tcp()
            s:settimeout(5000)
            assert(s:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1))
            assert(s:send(text .. "\n"))
            local read = s:receiveuntil(pattern, opts or {})
            local out = {}
            for _ = 1, 40 do
                local data, err, partial = read(size)
                out[#out + 1] = data and "[" .. data .. "]" or err and err .. "[" .. partial .. "]" or "end"
                if err then break end
            end
            ngx.say(pattern, " ", size, ": ", table.concat(out, " "))
            s:close()
        end
        pieces("hello, world ----abc", "--abc", 4)
        pieces("baaaaaaaaeaaaaaaadf", "aaaaad", 2)
        pieces("baaaaaaaaeaaaaaaadf", "aaaaad", 1)
        pieces("abcabdabcabdabcabe", "abcabdabcabe", 3)
        pieces("ababcabdabcabe", "abcabdabcabe", 1)
        pieces("abcababcabd xx", "abcabd", 4)
        pieces("abxabyabcabc", "abc", 2)
        pieces("abxabyabcabc", "abc", 3)
        pieces("abxabyabcabc", "abc", 2, { inclusive = true })
        pieces("a-a--a---b", "--", 1)
        pieces("----abc--ab--abc", "--abc", 1, { inclusive = true })
        pieces("xyxyxyz", "xyz", 4)
    }
--- stream_config
    server { listen $TEST_NGINX_RAND_PORT_1; content_by_lua_block { local s = ngx.req.socket() ngx.print((s:receive())) } }
--- stream_response
--abc 4: [hell] [o, w] [orld] [ --] [] end closed[]
aaaaad 2: [ba] [a] [a] [aaaaa] [ea] [a] [] end closed[f]
aaaaad 1: [b] [a] [a] [a] [aaaaa] [e] [a] [a] [] end [f] closed[]
abcabdabcabe 3: [abcabd] [] end closed[]
abcabdabcabe 1: [ab] [] end closed[]
abcabd 4: [abcab] [] end closed[ xx]
abc 2: [ab] [xab] [y] end [] end closed[]
abc 3: [abx] [aby] [] end [] end closed[]
abc 2: [ab] [xab] [yabc] end [abc] end closed[]
-- 1: [a] [-] [a] [] end [a] [] end [-] [b] closed[]
--abc 1: [-] [-] [--abc] end [--ab] [--abc] end closed[]
xyz 4: [xyxy] [] end closed[]
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_RAND_PORT_1
