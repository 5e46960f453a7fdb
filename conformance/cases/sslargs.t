# ngx.ssl and its kin where arguments are wrong, and where there is no TLS.
use Test::Nginx::Socket::Lua::Stream;

$ENV{TEST_NGINX_HTML_DIR} ||= html_dir();
log_level('warn');

plan tests => repeat_each() * blocks();
run_tests();

__DATA__

=== TEST 1: without TLS
--- stream_server_config
    content_by_lua_block {
        local function try(what, ...)
            local r = table.pack(pcall(...))
            for i = 1, r.n do r[i] = tostring(r[i]):gsub("^[^ ]+:%d+: ", "") end
            ngx.say(what, ": ", table.concat(r, " | ", 1, r.n))
        end
        local ssl = require "ngx.ssl"
        for _, n in ipairs({ "server_name", "server_port", "raw_server_addr", "raw_client_addr", "get_tls1_version", "get_tls1_version_str", "clear_certs",
                             "raw_server_name", "get_client_random", "get_req_ssl_pointer", "verify_client" }) do
            try(n, function() local a, b = ssl[n]() return type(a) == "string" and #a or a, b end)
        end
    }
--- stream_response
server_name: true | nil | bad request
server_port: true | nil | bad request
raw_server_addr: true | nil | nil
raw_client_addr: true | nil | nil
get_tls1_version: true | nil | bad request
get_tls1_version_str: true | nil | bad request
clear_certs: true | nil | bad request
raw_server_name: false | attempt to call a nil value
get_client_random: true | nil | bad request
get_req_ssl_pointer: true | nil | bad request
verify_client: true | nil | API disabled in the current context
--- log



=== TEST 2: conversions that fail
--- stream_server_config
    content_by_lua_block {
        local function try(what, ...)
            local r = table.pack(pcall(...))
            for i = 1, r.n do r[i] = tostring(r[i]):gsub("^[^ ]+:%d+: ", "") end
            ngx.say(what, ": ", table.concat(r, " | ", 1, r.n))
        end
        local ssl = require "ngx.ssl"
        for _, n in ipairs({ "cert_pem_to_der", "priv_key_pem_to_der", "parse_pem_cert", "parse_pem_priv_key", "parse_der_cert", "parse_der_priv_key" }) do
            try(n .. " empty", ssl[n], "")
            try(n .. " text", ssl[n], "this is no PEM")
            try(n .. " nil", ssl[n], nil)
            try(n .. " number", ssl[n], 1)
            try(n .. " true", ssl[n], true)
            try(n .. " half", ssl[n], "-----BEGIN CERTIFICATE-----\nAAAA\n")
        end
    }
--- stream_response
cert_pem_to_der empty: true | nil | PEM_read_bio_X509_AUX() failed
cert_pem_to_der text: true | nil | PEM_read_bio_X509_AUX() failed
cert_pem_to_der nil: false | attempt to get length of local 'pem' (a nil value)
cert_pem_to_der number: false | attempt to get length of local 'pem' (a number value)
cert_pem_to_der true: false | attempt to get length of local 'pem' (a boolean value)
cert_pem_to_der half: true | nil | PEM_read_bio_X509_AUX() failed
priv_key_pem_to_der empty: true | nil | PEM_read_bio_PrivateKey() failed
priv_key_pem_to_der text: true | nil | PEM_read_bio_PrivateKey() failed
priv_key_pem_to_der nil: false | attempt to get length of local 'pem' (a nil value)
priv_key_pem_to_der number: false | attempt to get length of local 'pem' (a number value)
priv_key_pem_to_der true: false | attempt to get length of local 'pem' (a boolean value)
priv_key_pem_to_der half: true | nil | PEM_read_bio_PrivateKey() failed
parse_pem_cert empty: true | nil | PEM_read_bio_X509_AUX() failed
parse_pem_cert text: true | nil | PEM_read_bio_X509_AUX() failed
parse_pem_cert nil: false | attempt to get length of local 'pem' (a nil value)
parse_pem_cert number: false | attempt to get length of local 'pem' (a number value)
parse_pem_cert true: false | attempt to get length of local 'pem' (a boolean value)
parse_pem_cert half: true | nil | PEM_read_bio_X509_AUX() failed
parse_pem_priv_key empty: true | nil | PEM_read_bio_PrivateKey() failed
parse_pem_priv_key text: true | nil | PEM_read_bio_PrivateKey() failed
parse_pem_priv_key nil: false | attempt to get length of local 'pem' (a nil value)
parse_pem_priv_key number: false | attempt to get length of local 'pem' (a number value)
parse_pem_priv_key true: false | attempt to get length of local 'pem' (a boolean value)
parse_pem_priv_key half: true | nil | PEM_read_bio_PrivateKey() failed
parse_der_cert empty: true | nil | d2i_X509_bio() failed
parse_der_cert text: true | nil | d2i_X509_bio() failed
parse_der_cert nil: false | attempt to get length of local 'der' (a nil value)
parse_der_cert number: false | attempt to get length of local 'der' (a number value)
parse_der_cert true: false | attempt to get length of local 'der' (a boolean value)
parse_der_cert half: true | nil | d2i_X509_bio() failed
parse_der_priv_key empty: true | nil | d2i_PrivateKey_bio() failed
parse_der_priv_key text: true | nil | d2i_PrivateKey_bio() failed
parse_der_priv_key nil: false | attempt to get length of local 'der' (a nil value)
parse_der_priv_key number: false | attempt to get length of local 'der' (a number value)
parse_der_priv_key true: false | attempt to get length of local 'der' (a boolean value)
parse_der_priv_key half: true | nil | d2i_PrivateKey_bio() failed
--- log



=== TEST 3: set_ functions in a content handler
--- stream_server_config
    content_by_lua_block {
        local function try(what, ...)
            local r = table.pack(pcall(...))
            for i = 1, r.n do r[i] = tostring(r[i]):gsub("^[^ ]+:%d+: ", "") end
            ngx.say(what, ": ", table.concat(r, " | ", 1, r.n))
        end
        local ssl = require "ngx.ssl"
        for _, n in ipairs({ "set_der_cert", "set_der_priv_key", "set_cert", "set_priv_key" }) do
            try(n, ssl[n], "x")
            try(n .. " nil", ssl[n], nil)
        end
    }
--- stream_response
set_der_cert: true | nil | bad request
set_der_cert nil: false | attempt to get length of local 'data' (a nil value)
set_der_priv_key: true | nil | bad request
set_der_priv_key nil: false | attempt to get length of local 'data' (a nil value)
set_cert: false | bad argument #2 to 'ngx_lua_ffi_set_cert' (cannot convert 'string' to 'void *')
set_cert nil: true | nil | bad request
set_priv_key: false | bad argument #2 to 'ngx_lua_ffi_set_priv_key' (cannot convert 'string' to 'void *')
set_priv_key nil: true | nil | bad request
--- log



=== TEST 4: modules that stream has, and not
--- stream_server_config
    content_by_lua_block {
        for _, m in ipairs({ "ngx.ssl", "ngx.ocsp", "ngx.ssl.session", "ngx.ssl.clienthello", "ngx.ssl.proxysslcert", "ngx.ssl.proxysslverify", "ngx.req", "ngx.resp",
                             "ngx.pipe", "ngx.errlog", "ngx.process", "ngx.semaphore", "ngx.balancer", "ngx.re", "ngx.base64", "resty.core", "resty.core.regex" }) do
            local ok, t = pcall(require, m)
            ngx.say(m, ": ", ok and type(t) or tostring(t):match("^[^\n]*"):gsub("^[^ ]+:%d+: ", ""))
        end
    }
--- stream_response
ngx.ssl: table
ngx.ocsp: unsupported subsystem: stream
ngx.ssl.session: unsupported subsystem: stream
ngx.ssl.clienthello: table
ngx.ssl.proxysslcert: table
ngx.ssl.proxysslverify: table
ngx.req: unsupported subsystem: stream
ngx.resp: unsupported subsystem: stream
ngx.pipe: unsupported subsystem: stream
ngx.errlog: table
ngx.process: table
ngx.semaphore: table
ngx.balancer: table
ngx.re: table
ngx.base64: table
resty.core: table
resty.core.regex: table
--- log
