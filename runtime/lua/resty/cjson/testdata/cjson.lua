---- scalars
local cjson = require "cjson" print(cjson.encode(1), cjson.encode(1.5), cjson.encode("a"), cjson.encode(true), cjson.encode(nil), cjson.encode(cjson.null), cjson.encode(-0.0), cjson.encode(1e15), cjson.encode(0.1), cjson.encode(2^53), cjson.encode(1e100), cjson.encode(123456789012345))
---- arrays and objects
local cjson = require "cjson" print(cjson.encode({1, 2, 3}), cjson.encode({}), cjson.encode({a = 1}), cjson.encode({{1}, {a = {}}}), cjson.encode({[1] = "x", [2] = "y"}), cjson.encode({[0] = 1}), cjson.encode({[1.5] = 1}), cjson.encode({1, nil, 3}))
---- strings
local cjson = require "cjson" print(cjson.encode('a"b\\c/d\n\t\r\b\f\0\1\127\200é')) print(cjson.encode({["k\n"] = "v"}))
---- escape forward slash
local cjson = require "cjson" print(cjson.encode_escape_forward_slash(), cjson.encode_escape_forward_slash(false), cjson.encode("a/b"), cjson.encode_escape_forward_slash(true), cjson.encode("a/b"))
---- unsupported
local cjson = require "cjson" for _, v in ipairs{print, coroutine.create(print), function() end, {print}, {[{}] = 1}, {[true] = 1}, io.stdout} do print(pcall(cjson.encode, v)) end print(pcall(function() return cjson.encode(print) end))
---- skip unsupported
local cjson = require("cjson").new() print(cjson.encode_skip_unsupported_value_types(true), cjson.encode({1, print, 3}), cjson.encode({print, 2}), cjson.encode({a = print}), cjson.encode({print}))
---- invalid numbers
local cjson = require("cjson").new() print(pcall(cjson.encode, 1/0)) print(pcall(cjson.encode, {0/0})) print(cjson.encode_invalid_numbers("null"), cjson.encode({1/0, -1/0, 0/0}), cjson.encode_invalid_numbers(true), cjson.encode({1/0, -1/0, 0/0}), cjson.encode_invalid_numbers(), cjson.encode_invalid_numbers("off"), pcall(cjson.encode_invalid_numbers, "x"))
---- sparse arrays
local cjson = require("cjson").new() print(cjson.encode({[5] = 1}), cjson.encode({1, [10] = 2}), pcall(cjson.encode, {[11] = 1})) print(cjson.encode_sparse_array(true)) print(cjson.encode({[100] = 1})) print(cjson.encode_sparse_array(true, 1, 2)) print(cjson.encode({[3] = 1})) print(cjson.encode_sparse_array(false, 0)) print(#cjson.encode({[100] = 1})) print(pcall(cjson.encode_sparse_array, 1, 2, 3, 4))
---- depth
local cjson = require("cjson").new() print(cjson.encode_max_depth(), cjson.encode_max_depth(2), cjson.encode({{}}), pcall(cjson.encode, {{{}}})) print(cjson.decode_max_depth(2), cjson.encode(cjson.decode("[[]]")), pcall(cjson.decode, "[[[]]]")) print(pcall(cjson.encode_max_depth, 0)) print(pcall(cjson.decode, ("["):rep(3)))
local deep = {} local d = deep for i = 1, 1000 do d[1] = {} d = d[1] end print(pcall(require("cjson").encode, deep)) print(pcall(require("cjson").decode, ("["):rep(1001)))
---- precision
local cjson = require("cjson").new() print(cjson.encode_number_precision(), cjson.encode(1/3), cjson.encode_number_precision(16), cjson.encode(1/3), cjson.encode(0.1), cjson.encode_number_precision(3), cjson.encode(1/3), cjson.encode(123456), cjson.encode(100), pcall(cjson.encode_number_precision, 17))
---- empty tables
local cjson = require("cjson").new() print(cjson.encode_empty_table_as_object(), cjson.encode({}), cjson.encode_empty_table_as_object(false), cjson.encode({}), cjson.encode({a = {}})) print(cjson.encode(cjson.empty_array), cjson.encode({x = cjson.empty_array}))
---- array metatables
local cjson = require("cjson").new() print(cjson.encode(setmetatable({}, cjson.empty_array_mt)), cjson.encode(setmetatable({}, cjson.array_mt)), cjson.encode(setmetatable({a = 1}, cjson.array_mt)), cjson.encode(setmetatable({1, 2, x = 3}, cjson.array_mt)), cjson.encode(setmetatable({a = 1}, cjson.empty_array_mt)), cjson.encode(setmetatable({1}, cjson.empty_array_mt)))
---- decode with array metatable
local cjson = require("cjson").new() print(getmetatable(cjson.decode("[]"))) print(cjson.decode_array_with_array_mt(true), getmetatable(cjson.decode("[1]")) == cjson.array_mt, cjson.encode(cjson.decode("[]")), getmetatable(cjson.decode("{}")))
---- metatables with len and index
local cjson = require("cjson").new() print(cjson.encode(setmetatable({}, {__len = function() return 2 end, __index = function(t, i) return i * 10 end})), cjson.encode(setmetatable({1, 2}, {__index = function() return 5 end})))
---- indent
local cjson = require("cjson").new() print(cjson.encode_indent and cjson.encode_indent("  ")) print(cjson.encode({1, {}, {a = {}}})) print(cjson.encode_indent(""), cjson.encode({1}))
---- decode scalars
local cjson = require "cjson" print(cjson.decode("1"), cjson.decode("-1.5e3"), cjson.decode('"a"'), cjson.decode("true"), cjson.decode("false"), cjson.decode("null") == cjson.null, cjson.decode(" 5 "), cjson.decode("1E2"), cjson.decode("12345678901234567890"), cjson.decode("-0"), cjson.decode("0.1"))
---- decode structures
local cjson = require "cjson" local v = cjson.decode('{"a":[1,2,{"b":null}],"c":{}}') print(v.a[1], v.a[2], v.a[3].b == cjson.null, next(v.c), #v.a) print(#cjson.decode("[]"), cjson.decode('{"a":1,"a":2}').a, cjson.decode('[null]')[1] == cjson.null)
---- decode strings
local cjson = require "cjson" print(cjson.decode([["\u0041\u00e9\u20ac\ud83d\ude00\n\t\/\\\""]]), #cjson.decode([["\u0000"]]), cjson.decode('"a\tb"'), cjson.decode('"\200"') == "\200")
---- decode errors
local cjson = require "cjson" for _, s in ipairs{"", " ", "{", "}", "[", "]", "[1", "[1,", "[1,]", "[,1]", "{1:2}", '{"a"}', '{"a":}', '{"a":1', '{"a":1,', '{"a":1,}', "nul", "tru", "x", '"abc', '"\\x"', '"\\u12"', '"\\ud800"', '"\\udc00"', '"\\ud800\\u0041"', "1 2", "[1 2]", '{"a" 1}', "-", "+", "+1", "01", "1.", ".5", "0x10", "inf", "-inf", "nan", "NaN", "Infinity", "-Infinity", "1e", "1e+", "--1", "'a'", "[1]x", "{\"a\":1}}", "//c\n1", "\1"} do print(s, pcall(cjson.decode, s)) end
---- decode invalid numbers off
local cjson = require("cjson").new() print(cjson.decode_invalid_numbers(false)) for _, s in ipairs{"01", "0x10", "inf", "-inf", "nan", "+1", "-01", "1.5", "0", "-0", "0.5"} do print(s, pcall(cjson.decode, s)) end
---- decode wide encodings
local cjson = require "cjson" print(pcall(cjson.decode, "\0[")) print(pcall(cjson.decode, "[\0")) print(cjson.decode("[1]\0junk")[1])
---- comments
local cjson = require("cjson").new() print(pcall(cjson.decode, "/* c */ 1")) print(cjson.decode_allow_comment(true), cjson.decode("/* c */ [1, // x\n 2] // end")[2]) print(pcall(cjson.decode, "/* open")) print(pcall(cjson.decode, "1 / 2"))
---- argument errors
local cjson = require "cjson" print(pcall(cjson.encode)) print(pcall(cjson.encode, 1, 2)) print(pcall(cjson.decode)) print(pcall(cjson.decode, {})) print(pcall(cjson.decode, nil)) print(pcall(cjson.encode_max_depth, "x")) print(pcall(cjson.encode_keep_buffer, "maybe")) print(pcall(function() cjson.decode({}) end)) print(cjson.decode(5))
---- positions
local cjson = require "cjson" print(pcall(function() cjson.decode("[x]") end)) print(pcall(function() cjson.encode({f = print}) end))
---- safe
local cjson = require "cjson.safe" print(cjson.decode("[x]")) print(cjson.encode(print)) print(cjson.decode("[1]")[1], cjson.encode({1})) print(pcall(cjson.decode)) print(cjson.decode({})) print(cjson.new().decode("x")) print(cjson.encode({1/0}))
---- independent settings
local a, b = require("cjson").new(), require("cjson").new() a.encode_max_depth(1) print(pcall(a.encode, {{}})) print(pcall(b.encode, {{}})) print(require("cjson") == require("cjson"), require("cjson").null == require("cjson.safe").null, a.array_mt == b.array_mt)
---- options
local cjson = require("cjson").new() print(cjson.encode_keep_buffer(), cjson.encode_keep_buffer("off"), cjson.encode_keep_buffer("on"), cjson.decode_invalid_numbers("off"), cjson._NAME, type(cjson._VERSION))
---- number keys
local cjson = require "cjson" print(cjson.encode({[1] = 1, x = 2}) == '{"1":1,"x":2}' or cjson.encode({[1] = 1, x = 2}) == '{"x":2,"1":1}', cjson.encode({[-1] = "a"}), cjson.encode({[1.5] = "b"}), cjson.encode({[1e15] = "c"}))
---- int64
local cjson = require "cjson" print(pcall(cjson.encode, 1LL)) print(pcall(cjson.encode, {x = 1ULL}))
---- round trip
local cjson = require "cjson" local s = '{"list":[1,2.5,"three",true,null,{"n":[]}]}' print(cjson.encode(cjson.decode(s)))
