package rules

import (
	"strings"

	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxlua"
	"tidegate/ast/diag"
	"tidegate/ast/lua"
	"tidegate/lint"
	"tidegate/lint/luacode"
)

// connection is a local variable that holds a socket or client, and all that is
// done with it.
type connection struct {
	v     *lua.Var
	entry *luacode.Entry
	calls []*luacode.Call
}

// connections lists the variables with connections whose whole life is known.
func connections(s *lint.Script) []connection {
	var out []connection
	for _, v := range s.Code.Chunk.Vars {
		e := s.Code.EntryOf(v)
		if e == nil || !isConnection(e) || e.Name == "reqsock" {
			continue
		}
		if calls, all := s.Code.Methods(v); all {
			out = append(out, connection{v, e, calls})
		}
	}
	return out
}

// call returns the first call of one of the methods, nil if there is none.
func (c connection) call(methods ...string) *luacode.Call {
	for _, call := range c.calls {
		for _, m := range methods {
			if call.Method.Value == m {
				return call
			}
		}
	}
	return nil
}

// opens returns the call that makes the connection.
func (c connection) opens() *luacode.Call {
	return c.call("connect", "setpeername", "request_uri")
}

// LuaSocketTimeout flags connections that wait as long as nginx's defaults say.
var LuaSocketTimeout = &lint.Rule{
	Name: "lua-socket-without-timeout", Severity: diag.Warn, Group: lint.Reliability,
	Summary: "A connection is made without a timeout.",
	Why: `Nothing says how long the code waits for the other side, and so it waits 60 seconds for each step: connecting, each
reading, each writing. A service that hangs then holds all requests that need it, until the connections of the workers are
used up. Call settimeouts(connect, send, read) (milliseconds; set_timeouts in the lua-resty-* clients) before connecting, or
set lua_socket_connect_timeout and its kin.`,
	Bad: []lint.Example{{In: "http.location", Text: `content_by_lua_block {
    local sock = ngx.socket.tcp()
    local ok, err = sock:connect("127.0.0.1", 9000)
    if not ok then
        ngx.log(ngx.ERR, err)
        return ngx.exit(502)
    end
    ngx.say(sock:receive())
    sock:close()
}
`}},
	Good: []lint.Example{{In: "http.location", Text: `content_by_lua_block {
    local sock = ngx.socket.tcp()
    sock:settimeouts(500, 1000, 2000)
    local ok, err = sock:connect("127.0.0.1", 9000)
    if not ok then
        ngx.log(ngx.ERR, err)
        return ngx.exit(502)
    end
    ngx.say(sock:receive())
    sock:close()
}
`}},
	Script: func(p *lint.Pass, s *lint.Script) {
		var set *bool
		for _, c := range connections(s) {
			open := c.opens()
			if open == nil || c.call("settimeout", "settimeouts", "set_timeout", "set_timeouts") != nil || hasField(open, "timeout", "connect_timeout") || !waits(c, open) {
				continue
			}
			if set == nil {
				timeouts := timeoutsSet(p, s)
				set = &timeouts
			}
			if !*set {
				p.Report(s.Range(open.At()), "no timeout is set: each step may take 60 seconds").Detail = "call " + timeoutMethod(c.entry) + " first"
			}
		}
	},
}

// waits reports whether something may take long: datagrams are sent at once, and
// a socket of this machine answers at once.
func waits(c connection, open *luacode.Call) bool {
	if c.entry.Name == "udpsock" {
		return c.call("receive") != nil
	}
	return !strings.HasPrefix(beginning(open.Arg(0)), "unix:")
}

// beginning is what a text surely begins with: a constant, alone, in front of
// what is joined to it, or as the only value of a variable.
func beginning(e lua.Expr) string {
	switch e := luacode.Strip(e).(type) {
	case *lua.String:
		return e.Value
	case *lua.Binary:
		if e.Op == lua.TokConcat {
			return beginning(e.L)
		}
	case *lua.Name:
		if e.Var != nil && e.Var.Init != nil && len(e.Var.Writes) == 0 {
			return beginning(e.Var.Init)
		}
	}
	return ""
}

func timeoutMethod(e *luacode.Entry) string {
	for _, m := range []string{"settimeouts", "set_timeouts", "settimeout"} {
		if e.Field(m) != nil {
			return m
		}
	}
	return "set_timeout"
}

// timeoutsSet reports whether directives set timeouts of sockets wherever a
// script runs; for a module, whether they do anywhere.
func timeoutsSet(p *lint.Pass, s *lint.Script) bool {
	rows := []*catalog.Row{ngxlua.HTTPLuaSocketConnectTimeout.Row, ngxlua.HTTPLuaSocketReadTimeout.Row, ngxlua.HTTPLuaSocketSendTimeout.Row}
	if s.Subsystem == catalog.Stream {
		rows = []*catalog.Row{ngxlua.LuaSocketConnectTimeout.Row, ngxlua.LuaSocketReadTimeout.Row, ngxlua.LuaSocketSendTimeout.Row}
	}
	return setForScript(p, s, rows...)
}

// setForScript reports whether one of the rows is in force for all uses of a
// script; for a module, whether one stands anywhere.
func setForScript(p *lint.Pass, s *lint.Script, rows ...*catalog.Row) bool {
	if len(s.Uses) == 0 {
		return standAnywhere(p, rows)
	}
	for _, u := range s.Uses {
		found := false
		for l := catalog.Level(u.Level); l != nil && !found; l = l.Outer() {
			for _, r := range rows {
				found = found || len(l.Values(r)) > 0
			}
		}
		if !found {
			return false
		}
	}
	return true
}

// hasField reports whether an argument of a call is a table with one of the
// fields.
func hasField(c *luacode.Call, names ...string) bool {
	for _, arg := range c.Args {
		for _, n := range names {
			if tableField(arg, n) != nil {
				return true
			}
		}
	}
	return false
}

// tableField returns the value of a field in a table constructor, nil if it has
// none.
func tableField(e lua.Expr, name string) lua.Expr {
	t, ok := e.(*lua.Table)
	if !ok {
		return nil
	}
	for _, f := range t.Fields {
		if key, ok := f.Key.(*lua.String); ok && key.Value == name {
			return f.Value
		}
	}
	return nil
}

// LuaSocketKept flags connections that are neither closed nor kept for others.
var LuaSocketKept = &lint.Rule{
	Name: "lua-socket-not-released", Severity: diag.Warn, Group: lint.Reliability,
	Summary: "A connection is neither closed nor given back to the pool.",
	Why: `The connection stays open until the handler ends, and then nginx closes it: the next request connects again, with all
the round trips that this takes. setkeepalive (set_keepalive in the lua-resty-* clients) gives it to the pool of the worker,
close ends it at once. In a timer, a long session or a loop the connections pile up. Each way out of the function has to do one of the
two; where an operation of the connection has failed, nginx has closed it.`,
	Bad: []lint.Example{{In: "http.location", Text: `content_by_lua_block {
    local redis = require "resty.redis"
    local red = redis:new()
    red:set_timeouts(500, 1000, 1000)
    local ok, err = red:connect("127.0.0.1", 6379)
    if not ok then
        ngx.log(ngx.ERR, err)
        return ngx.exit(502)
    end
    ngx.say(red:incr("hits"))
}
`}},
	Good: []lint.Example{{In: "http.location", Text: `content_by_lua_block {
    local redis = require "resty.redis"
    local red = redis:new()
    red:set_timeouts(500, 1000, 1000)
    local ok, err = red:connect("127.0.0.1", 6379)
    if not ok then
        ngx.log(ngx.ERR, err)
        return ngx.exit(502)
    end
    ngx.say(red:incr("hits"))
    red:set_keepalive(10000, 100)
}
`}},
	Script: func(p *lint.Pass, s *lint.Script) {
		for _, c := range connections(s) {
			open := c.call("connect")
			if open == nil {
				continue
			}
			if c.call(releases...) == nil {
				p.Report(s.Range(open.At()), "the connection is neither closed nor given back to the pool")
				continue
			}
			left, end := leavesOpen(s.Code, c, open)
			for _, st := range left {
				p.Report(s.Range(st.At()), "this way out leaves the connection open: it is neither closed nor given back to the pool").
					Related = []diag.Related{{Range: s.Range(open.At()), Message: "it is opened here"}}
			}
			if end {
				p.Report(s.Range(open.At()), "the connection is closed or given back to the pool on some ways only")
			}
		}
	},
}

// LuaConnectionClosed flags clients that could use the pool and close instead.
var LuaConnectionClosed = &lint.Rule{
	Name: "lua-connection-not-pooled", Severity: diag.Info, Group: lint.Reliability,
	Summary: "A client closes its connection instead of giving it back to the pool.",
	Why: `set_keepalive(idle, size) leaves the connection open for the next request of the worker, which saves the connecting, the
TLS handshake and the authentication. close() is for connections that are in doubt, after an error or a subscription.`,
	Bad: []lint.Example{{In: "http.location", Text: `content_by_lua_block {
    local red = require("resty.redis"):new()
    red:set_timeouts(500, 1000, 1000)
    assert(red:connect("127.0.0.1", 6379))
    ngx.say(red:incr("hits"))
    red:close()
}
`}},
	Good: []lint.Example{{In: "http.location", Text: `content_by_lua_block {
    local red = require("resty.redis"):new()
    red:set_timeouts(500, 1000, 1000)
    assert(red:connect("127.0.0.1", 6379))
    ngx.say(red:incr("hits"))
    red:set_keepalive(10000, 100)
}
`}},
	Script: func(p *lint.Pass, s *lint.Script) {
		for _, c := range connections(s) {
			switch c.entry.Name {
			case "resty.redis", "resty.mysql", "resty.memcached":
				closes := c.call("close")
				if closes != nil && c.call("set_keepalive", "subscribe", "psubscribe", "read_reply") == nil && c.opens() != nil {
					p.Report(s.Range(closes.At()), "the connection is closed, the next request must make a new one").Detail = "use set_keepalive"
				}
			}
		}
	},
}

// LuaKeepaliveUnchecked flags connections that may never reach the pool, in code
// that cares whether they do.
var LuaKeepaliveUnchecked = &lint.Rule{
	Name: "lua-keepalive-unchecked", Severity: diag.Info, Group: lint.Reliability,
	Summary: "The code asks how often a connection was reused, and not whether it was kept.",
	Why: `get_reused_times is 0 for ever if connections never reach the pool. set_keepalive says why in its result: the connection
is closed, still has data to read, or the pool is full. Look at it before looking for other reasons.`,
	Bad:  []lint.Example{{In: "http.location", Text: keepaliveExample("red:set_keepalive(10000, 100)")}},
	Good: []lint.Example{{In: "http.location", Text: keepaliveExample("local kept, problem = red:set_keepalive(10000, 100)\n    if not kept then\n        ngx.log(ngx.ERR, problem)\n    end")}},
	Script: func(p *lint.Pass, s *lint.Script) {
		for _, c := range connections(s) {
			keeps := c.call("setkeepalive", "set_keepalive")
			if keeps != nil && keeps.Dropped && c.call("getreusedtimes", "get_reused_times") != nil {
				p.Report(s.Range(keeps.At()), "nobody looks whether the connection was kept")
			}
		}
	},
}

func keepaliveExample(keep string) string {
	return `content_by_lua_block {
    local red = require("resty.redis"):new()
    red:set_timeouts(500, 1000, 1000)
    assert(red:connect("127.0.0.1", 6379))
    ngx.say("used ", red:get_reused_times(), " times")
    ` + keep + `
}
`
}
