package rules

import (
	"tidegate/ast/catalog"
	"tidegate/ast/diag"
	"tidegate/ast/lua"
	"tidegate/lint"
	"tidegate/lint/luacode"
)

// LuaErrorIgnored flags calls whose failure nobody sees.
var LuaErrorIgnored = &lint.Rule{
	Name: "lua-error-ignored", Severity: diag.Warn, Group: lint.Reliability,
	Summary: "It is not checked whether a connection or the choice of a peer succeeded.",
	Why: `These functions do not raise errors, they return nil and a message. Whoever drops the result works on with a socket that
is not connected, and finds "closed" later, without the reason; in balancer_by_lua nginx answers 500 because no peer was set.`,
	Bad: []lint.Example{
		{In: "http.location", Text: "content_by_lua_block {\n    local sock = ngx.socket.tcp()\n    sock:settimeouts(500, 1000, 1000)\n    sock:connect(\"127.0.0.1\", 9000)\n    ngx.say(sock:receive())\n    sock:close()\n}\n"},
		{In: "stream.upstream", Text: "server 0.0.0.1:80;\nbalancer_by_lua_block {\n    local balancer = require \"ngx.balancer\"\n    balancer.set_current_peer(\"127.0.0.1\", 80)\n}\n"},
	},
	Good: []lint.Example{{In: "stream.upstream", Text: "server 0.0.0.1:80;\nbalancer_by_lua_block {\n    local balancer = require \"ngx.balancer\"\n    local ok, err = balancer.set_current_peer(\"127.0.0.1\", 80)\n    if not ok then\n        ngx.log(ngx.ERR, \"no peer: \", err)\n        return ngx.exit(ngx.ERROR)\n    end\n}\n"}},
	Script: func(p *lint.Pass, s *lint.Script) {
		for _, c := range s.Code.Calls {
			if mustSucceed(c.Entry) && (c.Dropped || assignedToNothing(c)) {
				p.Report(s.Range(c.At()), "nobody looks whether %s succeeded", c.Entry.Name).Detail = "local ok, err = ..., and look at ok"
			}
		}
	},
}

// mustSucceed reports whether nothing after a call makes sense if it fails.
func mustSucceed(e *luacode.Entry) bool {
	if e == nil {
		return false
	}
	switch e.Name {
	case "tcpsock:connect", "tcpsock:sslhandshake", "udpsock:setpeername", "ngx.balancer.set_current_peer",
		"resty.redis:connect", "resty.mysql:connect", "resty.memcached:connect", "resty.http:connect":
		return true
	}
	return false
}

// assignedToNothing reports whether the results of a call go to local variables
// that are never read.
func assignedToNothing(c *luacode.Call) bool {
	st, ok := c.Stmt().(*lua.Local)
	if !ok || len(st.Values) != 1 || st.Values[0] != lua.Expr(c.Call) {
		return false
	}
	for _, v := range st.Vars {
		if len(v.Reads) > 0 {
			return false
		}
	}
	return true
}

// mayBeNil are functions that return nil when something does not work out.
var mayBeNil = map[string]string{
	"tcpsock:receive": "the connection fails", "tcpsock:receiveany": "the connection fails", "reqsock:receive": "the client goes away",
	"reqsock:receiveany": "the client goes away", "reqsock:peek": "the client sends nothing", "udpsock:receive": "no answer comes",
	"resty.http:request_uri": "the request fails", "resty.http:request": "the request fails", "resty.mysql:query": "the query fails",
	"resty.memcached:get": "the connection fails", "resty.dns.resolver:query": "no answer comes", "io.open": "the file cannot be opened",
	"ngx.re.match": "nothing matches", "ngx.req.get_body_data": "the body is empty or was written to a file",
	"ngx.socket.connect": "the connection fails", "ngx.pipe.spawn": "the program cannot be started", "ngx.req.socket": "there is no body",
	"cjson.safe.decode": "the text is no JSON",
}

// LuaResultUnchecked flags results that are used as if they could not be nil.
var LuaResultUnchecked = &lint.Rule{
	Name: "lua-result-unchecked", Severity: diag.Warn, Group: lint.Reliability,
	Summary: "A result that may be nil is used before anything looks at it.",
	Why: `The function returns nil when something does not work out. To index nil, to call its methods or to join it with ".."
raises an error: the client gets a 500, or its connection is closed, and the log says "attempt to index a nil value" instead
of what was wrong.`,
	Bad:  []lint.Example{{In: "http.location", Text: "content_by_lua_block {\n    local m = ngx.re.match(ngx.var.uri, [[^/item/(\\d+)]], \"jo\")\n    ngx.say(\"item \" .. m[1])\n}\n"}},
	Good: []lint.Example{{In: "http.location", Text: "content_by_lua_block {\n    local m = ngx.re.match(ngx.var.uri, [[^/item/(\\d+)]], \"jo\")\n    if not m then\n        return ngx.exit(404)\n    end\n    ngx.say(\"item \" .. m[1])\n}\n"}},
	Script: func(p *lint.Pass, s *lint.Script) {
		if s.RunsOnlyIn(catalog.Init | catalog.InitWorker) {
			return // whoever starts nginx sees the error
		}
		for _, c := range s.Code.Calls {
			if c.Entry == nil || mayBeNil[c.Entry.Name] == "" || c.Is("ngx.req.socket") && s.Subsystem == catalog.Stream {
				continue
			}
			st, ok := c.Stmt().(*lua.Local)
			if !ok || len(st.Values) != 1 || st.Values[0] != lua.Expr(c.Call) {
				continue
			}
			if use := usedAtOnce(s, st); use != nil {
				d := p.Report(s.Range(use.At()), "%q is nil if %s", use.Text, mayBeNil[c.Entry.Name])
				d.Related = append(d.Related, diag.Related{Range: s.Range(c.At()), Message: "the value comes from here"})
			}
		}
	},
}

// usedAtOnce returns the first use of the first variable of a declaration if nil
// would raise an error there and nothing has looked at the error before.
func usedAtOnce(s *lint.Script, st *lua.Local) *lua.Name {
	v := st.Vars[0]
	if len(v.Reads) == 0 || len(v.Writes) > 0 {
		return nil
	}
	first := v.Reads[0]
	if first.Func != v.Func {
		return nil
	}
	for _, other := range st.Vars[1:] {
		if len(other.Reads) > 0 && other.Reads[0].Start < first.Start {
			return nil
		}
	}
	switch s.Code.Role(first) {
	case luacode.Receiver, luacode.Indexed, luacode.Operand:
		return first
	}
	return nil
}

// LuaRedisNull flags answers of Redis whose null is taken for a value.
var LuaRedisNull = &lint.Rule{
	Name: "lua-redis-null", Severity: diag.Warn, Group: lint.Correctness,
	Summary: "A missing key of Redis is looked for with not, but it is ngx.null.",
	Why: `resty.redis returns nil for an error and ngx.null for a key that is not there. ngx.null counts as true, so "if not res"
lets it pass, and it goes on as a value: in comparisons, keys and addresses as "userdata: NULL".
Compare with ngx.null as well.`,
	Bad:  []lint.Example{{In: "http.location", Text: redisExample("    if not host then\n")}},
	Good: []lint.Example{{In: "http.location", Text: redisExample("    if not host or host == ngx.null then\n")}},
	Script: func(p *lint.Pass, s *lint.Script) {
		for _, c := range s.Code.Calls {
			if !c.Is("resty.redis:get", "resty.redis:hget", "resty.redis:lpop", "resty.redis:rpop", "resty.redis:getset") {
				continue
			}
			st, ok := c.Stmt().(*lua.Local)
			if !ok || len(st.Values) != 1 || st.Values[0] != lua.Expr(c.Call) || len(st.Vars[0].Writes) > 0 || looksForNull(s) {
				continue
			}
			tested, used := false, false
			for _, r := range st.Vars[0].Reads {
				switch s.Code.Role(r) {
				case luacode.Tested:
					tested = true
				case luacode.Kept, luacode.Elsewhere:
					return // it may be looked at elsewhere
				default:
					used = true
				}
			}
			if tested && used {
				p.Report(s.Range(st.Vars[0].At()), "%q is ngx.null, which counts as true, if the key is not there", st.Vars[0].Name)
			}
		}
	},
}

func redisExample(condition string) string {
	return `access_by_lua_block {
    local red = require("resty.redis"):new()
    red:set_timeouts(500, 1000, 1000)
    assert(red:connect("127.0.0.1", 6379))
    local host, err = red:get("host")
` + condition + `        ngx.log(ngx.ERR, "no host: ", err)
        return ngx.exit(502)
    end
    red:set_keepalive(10000, 100)
    ngx.req.set_header("X-Backend", "b-" .. host)
}
`
}

// looksForNull reports whether the code knows of ngx.null, or looks at types.
func looksForNull(s *lint.Script) bool {
	found := false
	lua.Inspect(s.Code.Chunk.Main, func(n lua.Node) bool {
		if e, ok := n.(lua.Expr); ok && !found {
			switch x := e.(type) {
			case *lua.Index, *lua.Name:
				entry := s.Code.Resolve(e)
				found = entry != nil && (entry.Name == "ngx.null" || entry.Name == "type")
			case *lua.String:
				found = x.Value == "userdata: NULL"
			}
		}
		return !found
	})
	return found
}
