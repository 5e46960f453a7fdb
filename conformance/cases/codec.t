# Encoding, decoding, digests.
use Test::Nginx::Socket::Lua::Stream;

$ENV{TEST_NGINX_HTML_DIR} ||= html_dir();
log_level('info');

plan tests => repeat_each() * blocks();
run_tests();

__DATA__

=== TEST 1: escape_uri
--- stream_server_config
    content_by_lua_block {
        local all = {}
        for i = 32, 126 do all[#all + 1] = string.char(i) end
        ngx.say(ngx.escape_uri(table.concat(all)))
        ngx.say(ngx.escape_uri(table.concat(all), 0))
        ngx.say(ngx.escape_uri(table.concat(all), 2))
        ngx.say(ngx.escape_uri("\0\127\128\255"))
        ngx.say("[", ngx.escape_uri(""), "] ", ngx.escape_uri(42), " ", ngx.escape_uri(nil), "|")
        local function try(...) ngx.say(select(2, pcall(ngx.escape_uri, ...))) end
        try()
        try({})
        try(true)
        try("a", "x")
        try("a", 5)
        try("a", {})
        try("a", nil)
    }
--- stream_response
%20!%22%23%24%25%26'()*%2B%2C-.%2F0123456789%3A%3B%3C%3D%3E%3F%40ABCDEFGHIJKLMNOPQRSTUVWXYZ%5B%5C%5D%5E_%60abcdefghijklmnopqrstuvwxyz%7B%7C%7D~
%20!"%23$%25&'()*+,-./0123456789:;<=>%3F@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\]^_`abcdefghijklmnopqrstuvwxyz{|}~
%20!%22%23%24%25%26'()*%2B%2C-.%2F0123456789%3A%3B%3C%3D%3E%3F%40ABCDEFGHIJKLMNOPQRSTUVWXYZ%5B%5C%5D%5E_%60abcdefghijklmnopqrstuvwxyz%7B%7C%7D~
%00%7F%80%FF
[] 42 |

table%3A%20<address>
true
content_by_lua(nginx.conf:37):9: "type" is not a number
a
content_by_lua(nginx.conf:37):9: "type" is not a number
a
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 2: unescape_uri
--- stream_server_config
    content_by_lua_block {
        for _, s in ipairs({"a%20b", "a+b", "%41%4a%4A", "%", "%4", "%zz", "a%", "%00" == "" and "" or "%7e", "%%41", "%c3%a4", ""}) do
            ngx.say(s, " -> [", ngx.unescape_uri(s), "]")
        end
        ngx.say(ngx.unescape_uri(42), ngx.unescape_uri(nil), "|")
        ngx.say(select(2, pcall(ngx.unescape_uri)))
    }
--- stream_response
a%20b -> [a b]
a+b -> [a b]
%41%4a%4A -> [AJJ]
% -> []
%4 -> []
%zz -> [zz]
a% -> [a]
%7e -> [~]
%%41 -> [%41]
%c3%a4 -> [ä]
 -> []
42|
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 3: encode_args
--- stream_server_config
    content_by_lua_block {
        ngx.say(ngx.encode_args({a = 1}))
        ngx.say(ngx.encode_args({["a b"] = "c&d=e"}))
        ngx.say(ngx.encode_args({a = true}), "|", ngx.encode_args({a = false}), "|", ngx.encode_args({}))
        ngx.say(ngx.encode_args({a = {1, "x y", true, false}}))
        ngx.say(ngx.encode_args({a = ""}), "|", ngx.encode_args({[""] = "v"}))
        ngx.say(ngx.encode_args({a = {}}), "|")
        local function try(...) ngx.say(select(2, pcall(ngx.encode_args, ...))) end
        try({1})
        try({a = {{}}})
        try({a = print})
        try({[true] = 1})
        try("x")
        try()
        try({a = {b = 1}})
    }
--- stream_response
a=1
a%20b=c%26d%3De
a||
a=1&a=x%20y&a
a=|=v
|
attempt to use a non-string key in the "args" option table
attempt to use table as query arg value
attempt to use function as query arg value
attempt to use a non-string key in the "args" option table
bad argument #1 to '?' (table expected, got string)
expecting 1 argument but seen 0
a=1
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 4: decode_args
--- stream_server_config
    content_by_lua_block {
        local function show(t, err)
            local keys = {}
            for k in pairs(t) do keys[#keys + 1] = k end
            table.sort(keys)
            for _, k in ipairs(keys) do
                local v = t[k]
                ngx.print(k, "=", type(v) == "table" and "{" .. table.concat((function() local r = {} for i, x in ipairs(v) do r[i] = tostring(x) end return r end)(), ",") .. "}" or tostring(v), "; ")
            end
            ngx.say(err)
        end
        show(ngx.decode_args("a=1&b=2&c=x%20y"))
        show(ngx.decode_args("a&b=&=c&d"))
        show(ngx.decode_args("a=1&a=2&a"))
        show(ngx.decode_args(""))
        show(ngx.decode_args("&&a=1&&"))
        show(ngx.decode_args("a=b=c&d=e+f"))
        show(ngx.decode_args("a=1&b=2&c=3", 2))
        show(ngx.decode_args("a=1&b=2&c=3", 0))
        show(ngx.decode_args("a=1&b=2&c=3", -1))
        local function try(...) ngx.say(select(2, pcall(ngx.decode_args, ...))) end
        try()
        try({})
        try("a", "x")
        try(42)
    }
--- stream_response
a=1; b=2; c=x y; nil
a=true; b=; d=true; nil
a={1,2,true}; nil
nil
a=1; nil
a=b=c; d=e f; nil
a=1; b=2; truncated
a=1; b=2; c=3; nil
a=1; b=2; c=3; nil
expecting 1 or 2 arguments but seen 0
bad argument #1 to '?' (string expected, got table)
bad argument #2 to '?' (number expected, got string)
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] lua entry thread aborted: runtime error: content_by_lua(nginx.conf:46):21: bad argument #1 to 'say' (non-array table found)
stack traceback:
coroutine 0:
	[C]: in function 'say'
	content_by_lua(nginx.conf:46):21: in function 'try'
	content_by_lua(nginx.conf:46):25: in main chunk, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 5: base64
--- stream_server_config
    content_by_lua_block {
        for _, s in ipairs({"", "a", "ab", "abc", "abcd", "\0\255\254"}) do
            ngx.say(ngx.encode_base64(s), " ", ngx.encode_base64(s, true), " ", #ngx.decode_base64(ngx.encode_base64(s)))
        end
        ngx.say(ngx.encode_base64(42), " ", ngx.encode_base64(nil), "|", ngx.encode_base64(true))
        ngx.say(ngx.encode_base64(("x"):rep(100)))
        for _, s in ipairs({"YQ==", "YQ", "YQ=", "YWI=", "Y!", "Y", "YW\nI=", "YWJj====", "-_", "+/"}) do
            local d = ngx.decode_base64(s)
            ngx.say((s:gsub("%c", "?")), ": ", d and (d:gsub("[^%w]", "?")))
        end
        local function try(f, ...) ngx.say(select(2, pcall(f, ...))) end
        try(ngx.encode_base64)
        try(ngx.encode_base64, "a", "x")
        try(ngx.encode_base64, "a", 1)
        try(ngx.decode_base64)
        try(ngx.decode_base64, 42)
        try(ngx.decode_base64, nil)
    }
--- stream_response
  0
YQ== YQ 1
YWI= YWI 2
YWJj YWJj 3
YWJjZA== YWJjZA 4
AP/+ AP/+ 3
NDI= |dHJ1ZQ==
eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eA==
YQ==: a
YQ: a
YQ=: a
YWI=: ab
Y!: nil
Y: nil
YW?I=: nil
YWJj====: abc
-_: nil
+/: ?

bad no_padding: boolean expected, got string
bad no_padding: boolean expected, got number
string argument only
string argument only
string argument only
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 6: base64 for URLs
--- stream_server_config
    content_by_lua_block {
        local b = require "ngx.base64"
        ngx.say(b.encode_base64url("\255\254\253ab"))
        ngx.say(b.decode_base64url("YWJj"), " ", b.decode_base64url("YWI"))
        ngx.say(b.decode_base64url("a+b/"))
        ngx.say(b.decode_base64url("!"))
        ngx.say(b.encode_base64url(42))
        ngx.say(b.decode_base64url(42))
        ngx.say(b.encode_base64url(nil))
        ngx.say(select(2, pcall(b.encode_base64url)))
    }
--- stream_response
__79YWI
abc ab
nilinvalid input
nilinvalid input
nilmust provide a string
nilmust provide a string
nilmust provide a string
nilmust provide a string
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 7: digests
--- stream_server_config
    content_by_lua_block {
        local function hex(s) return (s:gsub(".", function(c) return ("%02x"):format(c:byte()) end)) end
        ngx.say(ngx.md5("hello"), " ", ngx.md5(""), " ", ngx.md5(42), " ", ngx.md5(nil))
        ngx.say(hex(ngx.md5_bin("hello")))
        ngx.say(hex(ngx.sha1_bin("hello")), " ", hex(ngx.sha1_bin("")))
        ngx.say(hex(ngx.hmac_sha1("key", "text")), " ", hex(ngx.hmac_sha1("", "")))
        ngx.say(ngx.crc32_short("hello"), " ", ngx.crc32_long("hello"), " ", ngx.crc32_short(""), " ", ngx.crc32_long(("x"):rep(1000)))
        local function try(f, ...) ngx.say(select(2, pcall(f, ...))) end
        try(ngx.md5)
        ngx.say(hex(ngx.md5_bin()), " ", hex(ngx.sha1_bin()))
        try(ngx.hmac_sha1)
        try(ngx.hmac_sha1, "k")
        try(ngx.crc32_short)
    }
--- stream_response
5d41402abc4b2a76b9719d911017c592 d41d8cd98f00b204e9800998ecf8427e a1d0c6e83f027327d8461063f4ac58a6 d41d8cd98f00b204e9800998ecf8427e
5d41402abc4b2a76b9719d911017c592
aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d da39a3ee5e6b4b0d3255bfef95601890afd80709
369e2959eb49450338b212748f77d8ded74847bb fbdb1d1b18aa6c08324b7d64b71fb76370690e1d
907060870 907060870 0 994167270
d41d8cd98f00b204e9800998ecf8427e
d41d8cd98f00b204e9800998ecf8427e da39a3ee5e6b4b0d3255bfef95601890afd80709
expecting 2 arguments, but got 0
expecting 2 arguments, but got 1
0
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 8: quote_sql_str
--- stream_server_config
    content_by_lua_block {
        ngx.say(ngx.quote_sql_str("it's \"quoted\" \\ and\n\r\t\b\26 more"))
        ngx.say(ngx.quote_sql_str("\0"))
        ngx.say(ngx.quote_sql_str(""), " ", ngx.quote_sql_str(42), " ", ngx.quote_sql_str(true), " ", ngx.quote_sql_str(nil))
        ngx.say(select(2, pcall(ngx.quote_sql_str)))
        ngx.say((select(2, pcall(ngx.quote_sql_str, {})):gsub("0x%x+", "")))
    }
--- stream_response
'it\'s \"quoted\" \\ and\n\r\t\b\Z more'
'\0'
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[error] lua entry thread aborted: runtime error: content_by_lua(nginx.conf:27):4: bad argument #1 to 'quote_sql_str' (string expected, got boolean)
stack traceback:
coroutine 0:
	[C]: in function 'quote_sql_str'
	content_by_lua(nginx.conf:27):4: in main chunk, client: 127.0.0.1, server: 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 9: cjson
--- stream_server_config
    content_by_lua_block {
        local cjson = require "cjson"
        ngx.say(cjson.encode({1, 2, "x", true, cjson.null}))
        ngx.say(cjson.encode({a = {b = {c = "d"}}}))
        ngx.say(cjson.encode("a\"b\\c/d\n\t\1\127"))
        ngx.say(cjson.encode({}), " ", cjson.encode(cjson.empty_array), " ", cjson.encode(1/3), " ", cjson.encode(1e20), " ", cjson.encode(-0.5))
        local t = cjson.decode('{"a": [1, 2.5, -3e2, true, false, null, "\\u00e4\\n"], "b": {}}')
        ngx.say(#t.a, " ", t.a[2], " ", t.a[3], " ", tostring(t.a[4]), " ", t.a[6] == cjson.null, " ", #t.a[7], " ", next(t.b))
        for _, bad in ipairs({"", "{", "[1,]", "{a:1}", "nul", "[1", "\"x", "1 2", "{\"a\" 1}"}) do
            ngx.say(select(2, pcall(cjson.decode, bad)))
        end
        ngx.say(select(2, pcall(cjson.encode, print)))
        ngx.say(select(2, pcall(cjson.encode, {1, x = 2})))
        ngx.say(select(2, pcall(cjson.encode, {[1e6] = 1})))
        ngx.say(require("cjson.safe").decode("x"))
    }
--- stream_response
[1,2,"x",true,null]
{"a":{"b":{"c":"d"}}}
"a\"b\\c\/d\n\t\u0001\u007f"
{} [] 0.33333333333333 1e+20 -0.5
7 2.5 -300 true true 3 nil
Expected value but found T_END at character 1
Expected object key string but found T_END at character 2
Expected value but found T_ARR_END at character 4
Expected object key string but found invalid token at character 2
Expected value but found invalid token at character 1
Expected comma or array end but found T_END at character 3
Expected value but found unexpected end of string at character 3
Expected the end but found T_INTEGER at character 3
Expected colon but found T_INTEGER at character 6
Cannot serialise function: type not supported
{"1":1,"x":2}
Cannot serialise table: excessively sparse array
nilExpected value but found invalid token at character 1
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
