package ngxlua

import "tidegate/ast/catalog"

// Encoding, hashing and time.
var (
	EscapeURI = catalog.LuaFunc{Name: "ngx.escape_uri", Sig: "newstr = ngx.escape_uri(str, type?)",
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Escapes a string for a URI."}
	UnescapeURI = catalog.LuaFunc{Name: "ngx.unescape_uri", Sig: "newstr = ngx.unescape_uri(str)",
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Undoes the escaping of a URI."}
	EncodeArgs = catalog.LuaFunc{Name: "ngx.encode_args", Sig: "str = ngx.encode_args(table)",
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Turns a table into a query string."}
	DecodeArgs = catalog.LuaFunc{Name: "ngx.decode_args", Sig: "table, err = ngx.decode_args(str, max_args?)",
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase, Runs: catalog.Full, Doc: "Turns a query string into a table."}
	EncodeBase64 = catalog.LuaFunc{Name: "ngx.encode_base64", Sig: "newstr = ngx.encode_base64(str, no_padding?)",
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase, Runs: catalog.Full, Doc: "Encodes as base64."}
	DecodeBase64 = catalog.LuaFunc{Name: "ngx.decode_base64", Sig: "newstr = ngx.decode_base64(str)",
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase, Runs: catalog.Full, Doc: "Decodes base64."}
	DecodeBase64MIME = catalog.LuaFunc{Name: "ngx.decode_base64mime", Sig: "newstr = ngx.decode_base64mime(str)",
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Decodes base64 and skips foreign characters."}
	Crc32Short = catalog.LuaFunc{Name: "ngx.crc32_short", Sig: "intval = ngx.crc32_short(str)", HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Returns the CRC-32 of a short string."}
	Crc32Long = catalog.LuaFunc{Name: "ngx.crc32_long", Sig: "intval = ngx.crc32_long(str)", HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Returns the CRC-32 of a long string."}
	HMACSHA1 = catalog.LuaFunc{Name: "ngx.hmac_sha1", Sig: "digest = ngx.hmac_sha1(secret_key, str)",
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Returns the binary HMAC-SHA1 of a string."}
	MD5 = catalog.LuaFunc{Name: "ngx.md5", Sig: "digest = ngx.md5(str)", HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Returns the MD5 digest in hexadecimal."}
	MD5Bin = catalog.LuaFunc{Name: "ngx.md5_bin", Sig: "digest = ngx.md5_bin(str)", HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Returns the binary MD5 digest."}
	SHA1Bin = catalog.LuaFunc{Name: "ngx.sha1_bin", Sig: "digest = ngx.sha1_bin(str)", HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Returns the binary SHA-1 digest."}
	QuoteSQLStr = catalog.LuaFunc{Name: "ngx.quote_sql_str", Sig: "quoted_value = ngx.quote_sql_str(raw_value)",
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase, Runs: catalog.Full, Doc: "Quotes a string by MySQL's rules."}
	Today = catalog.LuaFunc{Name: "ngx.today", Sig: "str = ngx.today()",
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Returns the local date, yyyy-mm-dd."}
	Time = catalog.LuaFunc{Name: "ngx.time", Sig: "secs = ngx.time()",
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Returns the time in seconds since 1970."}
	Now = catalog.LuaFunc{Name: "ngx.now", Sig: "secs = ngx.now()",
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Returns the time in seconds since 1970 with milliseconds."}
	UpdateTime = catalog.LuaFunc{Name: "ngx.update_time", Sig: "ngx.update_time()",
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Reads the clock anew."}
	Localtime = catalog.LuaFunc{Name: "ngx.localtime", Sig: "str = ngx.localtime()",
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Returns the local date and time."}
	Utctime = catalog.LuaFunc{Name: "ngx.utctime", Sig: "str = ngx.utctime()",
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Returns the date and time in UTC."}
	CookieTime = catalog.LuaFunc{Name: "ngx.cookie_time", Sig: "str = ngx.cookie_time(sec)",
		HTTP: catalog.AnyHTTPPhase, Runs: httpOnly, Doc: "Formats a time for a cookie."}
	HTTPTime = catalog.LuaFunc{Name: "ngx.http_time", Sig: "str = ngx.http_time(sec)", HTTP: catalog.AnyHTTPPhase,
		Runs: httpOnly, Doc: "Formats a time for an HTTP header."}
	ParseHTTPTime = catalog.LuaFunc{Name: "ngx.parse_http_time", Sig: "sec = ngx.parse_http_time(str)",
		HTTP: catalog.AnyHTTPPhase, Runs: httpOnly, Doc: "Reads a time of an HTTP header."}
	MonotonicMsec = catalog.LuaFunc{Name: "resty.core.time.monotonic_msec", Sig: "msec = resty_core_time.monotonic_msec()",
		Module: "resty.core.time", HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Returns a clock that never goes back, in milliseconds."}
	MonotonicTime = catalog.LuaFunc{Name: "resty.core.time.monotonic_time", Sig: "time = resty_core_time.monotonic_time()",
		Module: "resty.core.time", HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Returns a clock that never goes back, in seconds."}
	EncodeBase64URL = catalog.LuaFunc{Name: "ngx.base64.encode_base64url", Sig: "encoded = base64.encode_base64url(input)",
		Module: "ngx.base64", HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Encodes as base64 for URLs."}
	DecodeBase64URL = catalog.LuaFunc{Name: "ngx.base64.decode_base64url", Sig: "decoded, err = base64.decode_base64url(input)",
		Module: "ngx.base64", HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Decodes base64 for URLs."}
	Base64 = catalog.LuaFunc{Name: "ngx.base64", Kind: catalog.LuaModule, Sig: `local m = require "ngx.base64"`,
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase, Runs: catalog.Full, Doc: "Base64 for URLs."}
)
