package luacode_test

import (
	"fmt"
	"strings"
	"testing"

	"tidegate/lint/luacode"
)

// Each snippet gives what reaches the calls of sink: the origin, then L for line
// breaks, B for bounded, P and the constant prefix, T for a table.
func TestFlow(t *testing.T) {
	for _, tt := range []struct{ name, src, want string }{
		{"variable", "sink(ngx.var.arg_x)", "an argument"},
		{"header", "local v = ngx.var sink(v.http_x)", "a header"},
		{"path", "sink(ngx.var.uri)", "the URI L"},
		{"address", "sink(ngx.var.remote_addr)", ""},
		{"local", "local x = ngx.var.arg_x local y = x sink(y)", "an argument"},
		{"overwritten", "local x = ngx.var.arg_x x = 1 sink(x)", ""},
		{"default", "local x = ngx.var.arg_x or 'none' sink(x)", "an argument"},
		{"and", "sink(ngx.var.arg_x and 'yes')", ""},
		{"and itself", "local x = ngx.var.arg_x sink(ok and x)", "an argument"},
		{"and tested", "local x = ngx.var.arg_x sink(known[x] and x)", ""},
		{"table of arguments", "local a = ngx.req.get_uri_args() sink(a.x) sink(a)", "an argument L; an argument L T"},
		{"loop over arguments", "for k, v in pairs(ngx.req.get_uri_args()) do sink(k) sink(v) end", "an argument L; an argument L"},
		{"body", "sink(ngx.req.get_body_data())", "the request's body L"},
		{"socket", "local s = ngx.req.socket(true) sink(s:receive()) sink(s:receive(4)) sink(s:peek(4))", "the client's socket; the client's socket L; the client's socket L"},
		{"concat", "sink('a:' .. ngx.var.arg_x)", "an argument P a:"},
		{"concat twice", "sink('http://' .. 'a/' .. ngx.var.arg_x)", "an argument P http://a/"},
		{"concat behind unknown", "sink(base .. ngx.var.arg_x)", "an argument P "},
		{"concat in front", "sink(ngx.var.arg_x .. '.html')", "an argument"},
		{"functions that keep", "sink(tostring(ngx.var.arg_x):lower():sub(1, 10))", "an argument"},
		{"unescape", "sink(ngx.unescape_uri(ngx.var.arg_x))", "an argument L"},
		{"format", "sink(string.format('k:%s', ngx.var.arg_x)) sink(('%d'):format(ngx.var.arg_x)) sink(string.format('%q', ngx.var.arg_x))", "an argument P k:"},
		{"number", "local n = tonumber(ngx.var.arg_x) sink(n)", ""},
		{"escaped", "sink(ngx.escape_uri(ngx.var.arg_x)) sink(ngx.quote_sql_str(ngx.var.arg_x)) sink(ngx.md5(ngx.var.arg_x))", ""},
		{"unknown function", "sink(clean(ngx.var.arg_x))", ""},
		{"only there", "local x = ngx.var.arg_x if not x then return end sink(x)", "an argument"},
		{"not there", "local x = ngx.var.arg_x if not x then sink(x) end sink(x)", "an argument"},
		{"only not empty", "local x = ngx.var.arg_x if x == nil or x == '' then return end sink(x)", "an argument"},
		{"only a string", "local x = ngx.var.arg_x if type(x) ~= 'string' then return end sink(x)", "an argument"},
		{"compared", "local x = ngx.var.arg_x if x ~= 'a' and x ~= 'b' then return end sink(x)", ""},
		{"compared without a local", "if ngx.var.arg_x == 'a' then sink(ngx.var.arg_x) end", ""},
		{"compared another", "if ngx.var.arg_y == 'a' then sink(ngx.var.arg_x) end", "an argument"},
		{"bounded", "local x = ngx.var.arg_x if #x > 64 then return end sink(x)", "an argument B"},
		{"bounded by a method", "local x = ngx.var.arg_x if x and x:len() < 64 then sink(x) end", "an argument B"},
		{"bounded field", "local a = ngx.req.get_uri_args() if #a.x > 64 then return end sink(a.x) sink(a.y)", "an argument L B; an argument L"},
		{"matched", "local x = ngx.var.arg_x if not ngx.re.find(x, [[^\\w+$]], 'jo') then return end sink(x)", ""},
		{"matched by a method", "local x = ngx.var.arg_x if x:match('^%w+$') then sink(x) end", ""},
		{"matched before", "local x = ngx.var.arg_x local m = ngx.re.match(x, 'a') if not m then return end sink(x)", ""},
		{"capture", "local m = ngx.re.match(ngx.var.arg_x, '^(a)') sink(m[1])", ""},
		{"looked up", "local x = ngx.var.arg_x if not allowed[x] then return end sink(x)", ""},
		{"looked up before", "local x = ngx.var.arg_x local ok = allowed[x] if ok then sink(x) end", ""},
		{"value from a table", "sink(allowed[ngx.var.arg_x])", ""},
		{"checked number", "local x = ngx.var.arg_x if tonumber(x) then sink(x) end", ""},
		{"assert", "local x = ngx.var.arg_x assert(valid(x)) sink(x)", ""},
		{"either way", "local x = 'a' if y then x = ngx.var.arg_x end sink(x)", "an argument"},
		{"way that ends", "local x = ngx.var.arg_x if y then x = 'a' return end sink(x)", "an argument"},
		{"else", "local x if y then x = 1 else x = ngx.var.arg_x end sink(x)", "an argument"},
		{"end of a loop", "local x = 1 while y() do sink(x) x = ngx.var.arg_x end", "an argument"},
		{"closure", "local x = ngx.var.arg_x local function f() sink(x) end f()", "an argument"},
		{"parameter", "local function f(x) sink(x) end f(ngx.var.arg_x)", "an argument"},
		{"second parameter", "local function f(x, y) sink(y) end f(ngx.var.arg_x, 1) f(1, ngx.var.http_y)", "a header"},
		{"parameter of a variable", "local f = function(x) sink(x) end f(ngx.var.arg_x)", "an argument"},
		{"parameter assigned twice", "local f = function(x) sink(x) end f = other f(ngx.var.arg_x)", ""},
		{"parameter of a field", "local M = {} function M.f(x) sink(x) end M.f(ngx.var.arg_x)", "an argument"},
		{"parameter of a method", "local M = {} function M:f(x) sink(x) sink(self) end M:f(ngx.var.arg_x)", "an argument"},
		{"field assigned twice", "local M = {} function M.f(x) sink(x) end M.f = other M.f(ngx.var.arg_x)", ""},
		{"parameter checked outside", "local function f(x) sink(x) end local y = ngx.var.arg_x if not ok[y] then return end f(y)", ""},
		{"parameter checked inside", "local function f(x) if not ok[x] then return end sink(x) end f(ngx.var.arg_x)", ""},
		{"parameter checked on one way", "local function f(x) sink(x) end local y = ngx.var.arg_x if ok[y] then f(y) end f(ngx.var.arg_z)", "an argument"},
		{"parameter with a name that was checked", "local function f(x) sink(x) end local x = ngx.var.arg_x if x == 'a' then f(ngx.var.http_y) end", "a header"},
		{"parameter bounded on one way", "local function f(x) sink(x) end local x = ngx.var.arg_x if #x < 9 then f(x) end f(ngx.var.arg_y)", "an argument"},
		{"parameter by two functions", "local function g(x) sink('a' .. x) end local function f(x) g(x) end f(ngx.var.arg_x)", "an argument P a"},
		{"function that calls itself", "local function f(x, n) if n > 0 then f(x, n - 1) end sink(x) end f(ngx.var.arg_x, 3)", "an argument"},
		{"result", "local function f() return ngx.var.arg_x end sink(f())", "an argument"},
		{"result of a parameter", "local function f(x) return 'p' .. x end local y = f(ngx.var.arg_x) sink(y) sink(f('a'))", "an argument P p"},
		{"result on one way", "local function f(x) if x == 1 then return 'a' end return ngx.var.arg_x end sink(f(2))", "an argument"},
		{"result that was checked", "local function f() local x = ngx.var.arg_x if not x:match('^%w+$') then return nil end return x end sink(f())", ""},
		{"result that is clean", "local function f(x) return tonumber(x) end sink(f(ngx.var.arg_x))", ""},
		{"result of an inner function", "local function f() local g = function() return ngx.var.arg_x end return 1 end sink(f())", ""},
		{"second result", "local function f() return 1, ngx.var.arg_x end local a, b = f() sink(a)", ""},
		{"second result is taken", "local function f() return 1, ngx.var.arg_x end local a, b = f() sink(b)", "an argument"},
		{"first of two results", "local function f() return ngx.var.arg_x, 'err' end local ok, err = f() sink(err) sink(ok)", "an argument"},
		{"assigned results", "local a, b local function f() return 1, ngx.var.http_x end a, b = f() sink(a) sink(b)", "a header"},
		{"results behind others", "local function f() return ngx.var.http_x, 2 end local a, b, c = 1, f() sink(a) sink(c) sink(b)", "a header"},
		{"a call that is not last gives one", "local function f() return 1, ngx.var.arg_x end local a, b = f(), 2 sink(b)", ""},
		{"a call in parentheses gives one", "local function f() return 1, ngx.var.arg_x end local a, b = (f()) sink(b)", ""},
		{"results that are passed on", "local function g() return nil, ngx.var.arg_x end local function f() return g() end local a, b = f() sink(b)", "an argument"},
		{"results of another call", "local function f() return 1, ngx.var.arg_x end local a, b = f(h()) local c, d = h() sink(d)", ""},
		{"a result on one way only", "local function f(x) if x then return ngx.var.arg_x end return nil, 'e' end local a, e = f(1) sink(e) sink(a)", "an argument"},
		{"behind pcall", "local cjson = require 'cjson' local ok, o = pcall(cjson.decode, ngx.req.get_body_data()) sink(ok) sink(o.name)", "the request's body L"},
		{"own function behind pcall", "local function f(x) return 1, x end local ok, a, b = pcall(f, ngx.var.arg_x) sink(a) sink(b)", "an argument"},
		{"own function behind xpcall", "local function f(x) return x end local ok, a = xpcall(f, print, ngx.var.arg_x) sink(a)", "an argument"},
		{"pcall of a function that is not known", "local ok, a = pcall(h, ngx.var.arg_x) sink(a)", ""},
		{"result checked outside", "local function f() return 1, ngx.var.arg_x end local a, b = f() if not ok[b] then return end sink(b)", ""},
		{"json", "local cjson = require 'cjson.safe' local o = cjson.decode(ngx.req.get_body_data()) sink(o.name)", "the request's body L"},
		{"joined", "sink(table.concat({'a', ngx.var.arg_x}, ','))", "an argument P "},
	} {
		c := code(t, tt.src)
		var got []string
		for _, call := range c.Calls {
			if c.Chunk.Text(call.Fn) != "sink" {
				continue
			}
			for _, taint := range c.Flow().Args[call.Call] {
				if taint != nil {
					got = append(got, describe(taint))
				}
			}
		}
		if s := strings.Join(got, "; "); s != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, s, tt.want)
		}
	}
}

func describe(t *luacode.Taint) string {
	out := t.Origin.String()
	if t.Lines {
		out += " L"
	}
	if t.Bounded {
		out += " B"
	}
	if t.Table {
		out += " T"
	}
	if t.Led {
		out += fmt.Sprintf(" P %s", t.Prefix)
	}
	return out
}
