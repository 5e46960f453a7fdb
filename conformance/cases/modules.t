# Where Lua code comes from: modules, files, bytecode.
use Test::Nginx::Socket::Lua::Stream;

$ENV{TEST_NGINX_HTML_DIR} ||= html_dir();
log_level('info');

plan tests => repeat_each() * blocks();
run_tests();

__DATA__

=== TEST 1: the prefix in lua_package_path
--- stream_config
    lua_package_path "${prefix}html/?.lua;$prefix/html/sub/?.lua;;;;";
--- stream_server_config
    content_by_lua_block {
        ngx.say(require("a"), " ", require("b"))
        local prefix = ngx.config.prefix()
        local path = package.path
        ngx.say(path:sub(1, #prefix) == prefix, " ", select(2, path:gsub(";%./%?%.lua;", "")), " ", path:match("%?%.lua;$"))
    }
--- user_files
>>> a.lua
return "from a"
>>> sub/b.lua
return "from b"
--- stream_response
from a from b
true 2 nil
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT



=== TEST 2: bytecode in a file
--- stream_server_config
    content_by_lua_block {
        local code = assert(loadstring("local a = ... ngx.say('a = ', tostring(a))", "=code"))
        for name, stripped in pairs({whole = false, stripped = true}) do
            local f = assert(io.open("$TEST_NGINX_HTML_DIR/" .. name .. ".luac", "w"))
            f:write(string.dump(code, stripped))
            f:close()
        end
        dofile("$TEST_NGINX_HTML_DIR/whole.luac")
        assert(loadfile("$TEST_NGINX_HTML_DIR/stripped.luac"))("b")
    }
--- stream_server_config2
    content_by_lua_file html/whole.luac;
--- stream_server_config3
    content_by_lua_file html/stripped.luac;
--- stream_response
a = nil
a = b
a = nil
a = nil
--- log
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT_2
[info] client 127.0.0.1:<port> connected to 0.0.0.0:$TEST_NGINX_STREAM_PORT_3
