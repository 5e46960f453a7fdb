# ngx.re.
use Test::Nginx::Socket::Lua::Stream;

$ENV{TEST_NGINX_HTML_DIR} ||= html_dir();
log_level('info');

plan tests => repeat_each() * blocks();
run_tests();

__DATA__

=== TEST 1: match
--- stream_server_config
    content_by_lua_block {
        local m = ngx.re.match("hello, 1234", "([a-z]+), ([0-9]+)")
        ngx.say(m[0], "|", m[1], "|", m[2], "|", tostring(m[3]))
        local m, err = ngx.re.match("hello", "x+")
        ngx.say(m, " ", err)
        m = ngx.re.match("abc", "(a)|(b)")
        ngx.say(m[1], " ", m[2], " ", #m)
        m = ngx.re.match("abc", "(x)?(y)?abc")
        ngx.say(m[0], " ", m[1], " ", m[2])
        m = ngx.re.match("", "")
        ngx.say("[", m[0], "]")
    }
--- stream_response
hello, 1234|hello|1234|nil
nil nil
a false 2
abc false false
[]
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 2: named groups
--- stream_server_config
    content_by_lua_block {
        local m = ngx.re.match("key=value", "(?<k>[a-z]+)=(?<v>[a-z]+)(?<none>x)?")
        ngx.say(m.k, " ", m.v, " ", m.none, " ", m[1], " ", m[2], " ", m[3])
        m = ngx.re.match("b", "(?<x>a)|(?<y>b)")
        ngx.say(m.x, " ", m.y)
        m = ngx.re.match("ab", "(?<n>a)(?<n>b)", "D")
        ngx.say(type(m.n) == "table" and table.concat(m.n, ",") or m.n)
        ngx.say(select(2, ngx.re.match("ab", "(?<n>a)(?<n>b)")))
    }
--- stream_response
key value false key value false
false b
a,b
pcre2_compile() failed: two named subpatterns have the same name (PCRE2_DUPNAMES not set) in "(?<n>a)(?<n>b)" at "b)"
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 3: options
--- stream_server_config
    content_by_lua_block {
        local function try(s, r, o) local m, e = ngx.re.match(s, r, o) ngx.say(o, ": ", m and m[0] or m, " ", e) end
        try("HELLO", "hello", "i")
        try("a\nb", "^b", "m")
        try("a\nb", "a.b", "s")
        try("ab", "a b # comment", "x")
        try("xab", "ab", "a")
        try("ab", "ab", "a")
        try("ab", "ab", "j")
        try("ab", "ab", "jo")
        try("ab", "ab", "o")
        try("\195\164", "^.$", "u")
        try("\195\164", "^.$", "U")
        try("\195\164", "^.$", "")
        try("ab", "ab$", "d")
        try("aaa", "a+?", "d")
    }
--- stream_response
i: HELLO nil
m: b nil
s: a
b nil
x: ab nil
a: nil nil
a: ab nil
j: ab nil
jo: ab nil
o: ab nil
u: ä nil
U: ä nil
: nil nil
d: ab nil
d: aaa nil
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 4: options that do not exist
--- stream_server_config
    content_by_lua_block {
        local function try(...) ngx.say((tostring(select(2, pcall(ngx.re.match, ...))):gsub(" 0x%x+", ""))) end
        try("a", "a", "z")
        try("a", "a", "iz")
        try("a", "a", 1)
        try("a", "a", true)
        try("a")
        try()
        try(nil, "a")
        try({}, "a")
        try("a", {})
        try("a", nil)
        try("a", 2)
        try("a", {})
        ngx.say(ngx.re.match(123, "2")[0])
    }
--- stream_response
unknown flag "z" (flags "z")
unknown flag "z" (flags "iz")
attempt to get length of local 'opts' (a number value)
attempt to get length of local 'opts' (a boolean value)
attempt to get length of local 'regex' (a nil value)
attempt to get length of local 'regex' (a nil value)
nil
table:
bad argument #1 to 'ngx_lua_ffi_compile_regex' (cannot convert 'table' to 'const unsigned char *')
attempt to get length of local 'regex' (a nil value)
attempt to get length of local 'regex' (a number value)
bad argument #1 to 'ngx_lua_ffi_compile_regex' (cannot convert 'table' to 'const unsigned char *')
2
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 5: patterns that do not compile
--- stream_server_config
    content_by_lua_block {
        for _, r in ipairs({"(", ")", "[a", "a**", "(?<n", "\\", "(?z)", "a{2,1}", "[z-a]", "(?P<1>a)", "(a)\\2", "\\p{Foo}", "(?<=a+)b"}) do
            local m, err = ngx.re.match("aab", r)
            ngx.say(r, ": ", m and "matches" or m, " ", err)
        end
    }
--- stream_response
(: nil pcre2_compile() failed: missing closing parenthesis in "("
): nil pcre2_compile() failed: unmatched closing parenthesis in ")" at ")"
[a: nil pcre2_compile() failed: missing terminating ] for character class in "[a"
a**: nil pcre2_compile() failed: quantifier does not follow a repeatable item in "a**" at "*"
(?<n: nil pcre2_compile() failed: syntax error in subpattern name (missing terminator?) in "(?<n"
\: nil pcre2_compile() failed: \ at end of pattern in "\"
(?z): nil pcre2_compile() failed: unrecognized character after (? or (?- in "(?z)" at "z)"
a{2,1}: nil pcre2_compile() failed: numbers out of order in {} quantifier in "a{2,1}" at "}"
[z-a]: nil pcre2_compile() failed: range out of order in character class in "[z-a]" at "a]"
(?P<1>a): nil pcre2_compile() failed: subpattern name must start with a non-digit in "(?P<1>a)" at "1>a)"
(a)\2: nil pcre2_compile() failed: reference to non-existent subpattern in "(a)\2" at "2"
\p{Foo}: nil pcre2_compile() failed: unknown property after \P or \p in "\p{Foo}"
(?<=a+)b: nil pcre2_compile() failed: lookbehind assertion is not fixed length in "(?<=a+)b" at "(?<=a+)b"
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 6: bytes that are no UTF-8
--- stream_server_config
    content_by_lua_block {
        local m, err = ngx.re.match("\255a", "a", "u")
        ngx.say(m and m[0], " ", err)
        m, err = ngx.re.match("\255a", "a")
        ngx.say(m and m[0], " ", err)
        m, err = ngx.re.match("a\0b", "a\\x00b")
        ngx.say(m and #m[0], " ", err)
        ngx.say(#ngx.re.match("a\0b", "a.b")[0])
    }
--- stream_response
nil pcre_exec() failed: -23
a nil
3 nil
3
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 7: a position to begin at
--- stream_server_config
    content_by_lua_block {
        local ctx = {pos = 3}
        local m = ngx.re.match("ababab", "ab", "", ctx)
        ngx.say(m[0], " ", ctx.pos)
        m = ngx.re.match("ababab", "ab", "", ctx)
        ngx.say(m[0], " ", ctx.pos)
        m = ngx.re.match("ababab", "ab", "", ctx)
        ngx.say(m, " ", ctx.pos)
        ctx = {}
        m = ngx.re.match("xab", "ab", "", ctx)
        ngx.say(m[0], " ", ctx.pos)
        ctx = {pos = 100}
        ngx.say(ngx.re.match("ab", "ab", "", ctx), " ", ctx.pos)
        ctx = {pos = -5}
        m = ngx.re.match("ab", "ab", "", ctx)
        ngx.say(m and m[0], " ", ctx.pos)
        ctx = {pos = 2}
        ngx.say(ngx.re.match("ab", "^b", "", ctx), " ", ctx.pos)
    }
--- stream_response
ab 5
ab 7
nil 7
ab 4
nil 100
ab 3
nil 2
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 8: a table for the result
--- stream_server_config
    content_by_lua_block {
        local t = {9, 9, 9, x = "kept"}
        local m = ngx.re.match("ab", "(a)(b)?", "", nil, t)
        ngx.say(m == t, " ", t[0], " ", t[1], " ", t[2], " ", t[3], " ", t.x)
        ngx.say(select(2, pcall(ngx.re.match, "a", "a", "", nil, 1)))
        ngx.say(select(2, pcall(ngx.re.match, "a", "a", "", 1)))
    }
--- stream_response
true ab a b 9 kept
attempt to index local 'res' (a number value)
attempt to index local 'ctx' (a number value)
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 9: find
--- stream_server_config
    content_by_lua_block {
        ngx.say(ngx.re.find("hello, 1234", "[0-9]+"))
        local from, to, err = ngx.re.find("hello", "x")
        ngx.say(from, " ", to, " ", err)
        ngx.say(ngx.re.find("hello, 1234", "([a-z]+), ([0-9]+)", "", nil, 2))
        ngx.say(ngx.re.find("ab", "(x)?ab", "", nil, 1))
        ngx.say(select(2, pcall(ngx.re.find, "ab", "ab", "", nil, 5)))
        ngx.say(ngx.re.find("ab", ""))
        local ctx = {pos = 2}
        ngx.say(ngx.re.find("aaa", "a", "", ctx), " ", ctx.pos)
        ngx.say(ngx.re.find("a", "("))
    }
--- stream_response
811
nil nil nil
811
nilnil
nilnilnth out of bound
10
2 3
nilnilpcre2_compile() failed: missing closing parenthesis in "("
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 10: gmatch
--- stream_server_config
    content_by_lua_block {
        for m in ngx.re.gmatch("a=1, b=2, c=3", "([a-z])=([0-9])") do ngx.print(m[1], "/", m[2], " ") end
        ngx.say()
        for m, err in ngx.re.gmatch("abc", "") do ngx.print("[", m[0], "]") end
        ngx.say()
        local it = ngx.re.gmatch("a b", "[a-z]")
        ngx.say(it()[0], " ", it()[0], " ", it(), " ", it())
        ngx.say(select(2, ngx.re.gmatch("a", "(")))
        local it = ngx.re.gmatch("\195\164\195\164", ".", "u")
        ngx.say(#it()[0], " ", #it()[0], " ", it())
    }
--- stream_response
a/1 b/2 c/3 
[][][][]
a b nil nil
pcre2_compile() failed: missing closing parenthesis in "("
2 2 nil
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 11: sub and gsub
--- stream_server_config
    content_by_lua_block {
        ngx.say(ngx.re.sub("hello, 1234", "([0-9])[0-9]", "[$0][$1]"))
        ngx.say(ngx.re.gsub("hello, 1234", "([0-9])[0-9]", "[$0][$1]"))
        ngx.say(ngx.re.gsub("abc", "b", "$$"))
        ngx.say(ngx.re.gsub("abc", "b", "${0}x"))
        ngx.say(ngx.re.gsub("abc", "b", ""))
        ngx.say(ngx.re.gsub("abc", "", "-"))
        ngx.say(ngx.re.gsub("abc", "x", "-"))
        ngx.say(ngx.re.gsub("aXbX", "x", "-", "i"))
        ngx.say(ngx.re.sub("abc", "(b)|(x)", "[$1$2]"))
        ngx.say(ngx.re.gsub("hello", "l", function(m) return "<" .. m[0] .. ">" end))
        ngx.say(ngx.re.gsub("a1b2", "([a-z])([0-9])", function(m) return m[2] .. m[1] end))
        ngx.say(ngx.re.gsub("abc", "[a-c]", function(m) return ({a = 1, b = 2.5})[m[0]] or "?" end))
    }
--- stream_response
hello, [12][1]341
hello, [12][1][34][3]2
a$c1
abxc1
ac1
-a-b-c-4
abc0
a-b-2
a[b]c1
he<l><l>o2
1a2b2
12.5?3
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 12: replacements that are wrong
--- stream_server_config
    content_by_lua_block {
        for _, r in ipairs({"$", "$x", "${", "${1", "${x}", "$9", "$1$2", "$100", "a$"}) do
            local s, n, err = ngx.re.sub("abc", "(b)", r)
            ngx.say(r, ": ", s, " ", n, " ", err)
        end
        local function try(...) ngx.say(select(2, pcall(ngx.re.sub, ...))) end
        try("a", "a")
        try("a", "a", nil)
        try("a", "a", {})
        try("a", "a", function() return nil end)
        try("a", "a", function() return {} end)
        try("a", "a", function() error("of the function") end)
        try("a", "(", "x")
        try("a", "a", "x", "z")
    }
--- stream_response
$: nil nil failed to compile the replacement template
$x: nil nil failed to compile the replacement template
${: nil nil failed to compile the replacement template
${1: nil nil failed to compile the replacement template
${x}: nil nil failed to compile the replacement template
$9: ac 1 nil
$1$2: abc 1 nil
$100: ac 1 nil
a$: nil nil failed to compile the replacement template
nil1
nil1
table: <address>
nil1
table: <address>
content_by_lua(nginx.conf:35):12: of the function
nilnilpcre2_compile() failed: missing closing parenthesis in "("
unknown flag "z" (flags "z")
--- log
[error] lua script: invalid capturing variable name found in "$"
[error] attempt to use named capturing variable "x" (named captures not supported yet)
[error] lua script: invalid capturing variable name found in "${"
[error] the closing bracket in "1" variable is missing
[error] attempt to use named capturing variable "x" (named captures not supported yet)
[error] lua script: invalid capturing variable name found in "a$"
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 13: the cache of compiled patterns
--- stream_config
    lua_regex_cache_max_entries 2;
--- stream_server_config
    content_by_lua_block {
        for i = 1, 6 do ngx.say(ngx.re.match("a" .. i, "a" .. i, "o")[0]) end
    }
--- stream_response
a1
a2
a3
a4
a5
a6
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 14: lua_regex_match_limit
--- stream_config
    lua_regex_match_limit 500;
--- stream_server_config
    content_by_lua_block {
        local m, err = ngx.re.match(("a"):rep(30), "(a+)+b")
        ngx.say(m, " ", err)
        m, err = ngx.re.match("aab", "(a+)+b")
        ngx.say(m and m[0], " ", err)
        ngx.say(ngx.re.gsub(("a"):rep(30), "(a+)+b", ""))
    }
--- stream_response
nil nil
aab nil
aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa0
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 15: split
--- stream_server_config
    content_by_lua_block {
        local split = require("ngx.re").split
        local function show(...)
            local r, err = split(...)
            if not r then ngx.say(r, " ", err) return end
            ngx.say(#r, ": ", table.concat(r, "|"))
        end
        show("a,b,c,d", ",")
        show("a, b,c", ",\\s*")
        show("abc", "")
        show("a,b,c", ",", nil, nil, 2)
        show("a1b2c", "([0-9])")
        show(",a,,b,", ",")
        show("abc", "x")
        show("", ",")
        show("a", "(")
        show("aXbxc", "x", "i")
        local t = {"old", "old", "old", "old"}
        local r = split("a,b", ",", nil, nil, nil, t)
        ngx.say(r == t, " ", r[1], r[2], tostring(r[3]))
        show("a,b,c", ",", nil, {pos = 3})
    }
--- stream_response
4: a|b|c|d
3: a|b|c
3: a|b|c
2: a|b,c
5: a|1|b|2|c
4: |a||b
1: abc
0: 
nil pcre2_compile() failed: missing closing parenthesis in "("
3: a|b|c
true abnil
2: b|c
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 16: ngx.re.opt
--- stream_server_config
    content_by_lua_block {
        local opt = require("ngx.re").opt
        ngx.say(pcall(opt, "jit_stack_size", 65536))
        ngx.say(select(2, pcall(opt, "nosuch", 1)))
        ngx.say(select(2, pcall(opt, "jit_stack_size", "x")))
        ngx.say(select(2, pcall(opt, "jit_stack_size", -1)))
    }
--- stream_response
true
unrecognized option name
bad argument #1 to 'ngx_lua_ffi_set_jit_stack_size' (cannot convert 'string' to 'int')
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
