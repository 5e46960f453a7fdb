package luacode_test

import (
	"fmt"
	"strings"
	"testing"

	"tidegate/ast/lua"
	"tidegate/lint/luacode"
)

func code(t *testing.T, src string) *luacode.Code {
	t.Helper()
	c := lua.Parse(src)
	if c.Err != nil {
		t.Fatalf("%v in\n%s", c.Err, src)
	}
	return luacode.New(c)
}

func TestEntries(t *testing.T) {
	for src, want := range map[string]string{
		"ngx.say(1)":                                         "ngx.say",
		"local say = ngx.say say(1)":                         "ngx.say",
		"local say = ngx.say say = print say(1)":             "-",
		"local n = ngx local r = n.req r.read_body()":        "ngx.req.read_body",
		"local s = ngx.socket.tcp() s:connect('a', 1)":       "ngx.socket.tcp tcpsock:connect",
		"local s, err = assert(f()) s:connect()":             "- assert -",
		"ngx.req.socket(true):receive(1)":                    "ngx.req.socket reqsock:receive",
		"local d = ngx.shared.users d:incr('a', 1)":          "ngx.shared.DICT:incr",
		"ngx.shared['a']:get(1)":                             "ngx.shared.DICT:get",
		"local b = require 'ngx.balancer' b.set_timeouts(1)": "require ngx.balancer.set_timeouts",
		"local r = require('resty.redis'):new() r:get(1)":    "require resty.redis.new resty.redis:get",
		"require('ngx.semaphore').new():wait(1)":             "require ngx.semaphore.new ngx.semaphore:wait",
		"local x = ngx.re or y x.match('a', 'b')":            "ngx.re.match",
		"_G.print(1)":                             "print",
		"string.format('x')":                      "string.format",
		"local function ngx() end ngx.say()":      "-",
		"require('ngx.req').add_header('a', 'b')": "require ngx.req.add_header",
	} {
		var got []string
		for _, c := range code(t, src).Calls {
			if c.Entry == nil {
				got = append(got, "-")
			} else {
				got = append(got, c.Entry.Name)
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s\n got %s\nwant %s", src, strings.Join(got, " "), want)
		}
	}
}

func TestFieldsAndRequires(t *testing.T) {
	c := code(t, `local v = ngx.var
v.foo = v.bar
ngx.header["X-A"] = ngx.ctx.user
local k = ngx.shared[name]
_G.x, y = 1, _G[z]
local ok, m = pcall(require, "cjson")
if ok then ngx.typo() string.pad = 1 end
require(name)
`)
	var got []string
	for _, f := range append(c.Fields, c.Unknown...) {
		got = append(got, fmt.Sprintf("%s %s %v %v", f.Of.Name, f.Name, f.Assigned, f.Called))
	}
	for _, r := range c.Requires {
		got = append(got, fmt.Sprintf("require %s %v", r.Name, r.Protected))
	}
	want := "ngx.var foo true false; ngx.var bar false false; ngx.header X-A true false; ngx.ctx user false false; ngx.shared  false false; " +
		"_G x true false; _G  false false; ngx typo false true; string pad true false; require cjson true"
	if strings.Join(got, "; ") != want {
		t.Errorf("got %s\nwant %s", strings.Join(got, "; "), want)
	}
}

func TestRuns(t *testing.T) {
	c := code(t, `
local function direct() a() end
local function twice() direct() twice() end
local function kept() a() end
local function timer() a() end
local function both() a() end
local function thread() a() end
local function shielded() a() end
local function reassigned() a() end
local unused = function() a() end
function global() a() end
direct() twice() both()
x = kept
ngx.timer.at(0, timer)
ngx.timer.every(1, both)
ngx.thread.spawn(thread)
pcall(shielded)
reassigned = nil
reassigned();
(function() a() end)()
handler(function() a() end)
pcall(function() direct() end)
`)
	want := []luacode.Mode{luacode.InPhase, luacode.Protected, luacode.InPhase, luacode.Unknown, luacode.InTimer, luacode.InTimer, luacode.InThread,
		luacode.Protected, luacode.Unknown, luacode.InPhase, luacode.Unknown, luacode.InPhase, luacode.Unknown, luacode.Protected}
	for i, fn := range c.Chunk.Functions {
		if got := c.Runs(fn); got != want[i] {
			t.Errorf("function %d at %d: %v, want %v", i, fn.Start, got, want[i])
		}
	}
}
