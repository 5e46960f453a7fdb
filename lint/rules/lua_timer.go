package rules

import (
	"strings"

	"tidegate/ast/diag"
	"tidegate/ast/lua"
	"tidegate/lint"
	"tidegate/lint/luacode"
)

// LuaTimerPremature flags recurring timers that do not look whether nginx ends.
var LuaTimerPremature = &lint.Rule{
	Name: "lua-timer-ignores-shutdown", Severity: diag.Info, Group: lint.Reliability,
	Summary: "A recurring timer does not look at its first argument, which tells that the worker ends.",
	Why: `When a worker is to end, at a reload for instance, its timers run at once with true as their first argument. Work that
is started then keeps the old worker alive, or is cut off half-way. Begin the function with "if premature then return end".`,
	Bad: []lint.Example{{In: "http", Text: `init_worker_by_lua_block {
    local function refresh()
        ngx.log(ngx.INFO, "refresh")
    end
    local ok, err = ngx.timer.every(10, refresh)
    if not ok then
        ngx.log(ngx.ERR, err)
    end
}
`}},
	Good: []lint.Example{{In: "http", Text: `init_worker_by_lua_block {
    local function refresh(premature)
        if premature then
            return
        end
        ngx.log(ngx.INFO, "refresh")
    end
    local ok, err = ngx.timer.every(10, refresh)
    if not ok then
        ngx.log(ngx.ERR, err)
    end
}
`}},
	Script: func(p *lint.Pass, s *lint.Script) {
		for _, c := range s.Code.Calls {
			fn := s.Code.FunctionOf(c.Arg(1))
			if !c.Is("ngx.timer.every", "ngx.timer.at") || fn == nil || fn.Vararg || c.Is("ngx.timer.at") && !within(fn, c.At()) {
				continue
			}
			if len(fn.Params) > 0 && len(fn.Params[0].Reads) > 0 || asksExiting(s, fn) || c.Is("ngx.timer.every") && leftOut(fn) {
				continue
			}
			p.Report(s.Range(c.Arg(1).At()), "the timer's function does not look whether the worker ends").Detail = "its first parameter is true then"
		}
	},
}

// leftOut reports whether a function says with a name like "_" that it does not
// want its first parameter. Every such timer ends with its worker all the same;
// one last run may be wanted, to write down what is left.
func leftOut(fn *lua.Function) bool {
	return len(fn.Params) > 0 && strings.HasPrefix(fn.Params[0].Name, "_")
}

func within(n lua.Node, at lua.Span) bool { return n.At().Start <= at.Start && at.End <= n.At().End }

func asksExiting(s *lint.Script, fn *lua.Function) bool {
	for _, c := range s.Code.Calls {
		if c.Is("ngx.worker.exiting") && within(fn, c.At()) {
			return true
		}
	}
	return false
}

// LuaTimerUnchecked flags timers whose creation may fail unseen.
var LuaTimerUnchecked = &lint.Rule{
	Name: "lua-timer-unchecked", Severity: diag.Info, Group: lint.Reliability,
	Summary: "It is not checked whether a timer was made.",
	Why: `ngx.timer.at and ngx.timer.every return nil and an error if there are lua_max_pending_timers of them already, or if the
worker ends. Without a look at the result the work is lost, and a recurring job stops for good.`,
	Bad:  []lint.Example{{In: "http.location", Text: "log_by_lua_block {\n    ngx.timer.at(0, function(premature, uri)\n        ngx.log(ngx.INFO, premature, uri)\n    end, ngx.var.request_uri)\n}\n"}},
	Good: []lint.Example{{In: "http.location", Text: "log_by_lua_block {\n    local ok, err = ngx.timer.at(0, function(premature, uri)\n        ngx.log(ngx.INFO, premature, uri)\n    end, ngx.var.request_uri)\n    if not ok then\n        ngx.log(ngx.ERR, \"no timer: \", err)\n    end\n}\n"}},
	Script: func(p *lint.Pass, s *lint.Script) {
		for _, c := range s.Code.Calls {
			if c.Dropped && c.Is("ngx.timer.at", "ngx.timer.every") {
				p.Report(s.Range(c.Fn.At()), "nobody looks whether %s made a timer", c.Entry.Name).Detail = "local ok, err = " + c.Entry.Name + "(...)"
			}
		}
	},
}

// LuaThreadDropped flags light threads whose end nobody sees.
var LuaThreadDropped = &lint.Rule{
	Name: "lua-thread-not-waited", Severity: diag.Info, Group: lint.Reliability,
	Summary: "A light thread is started and never waited for.",
	Why: `What goes wrong in a light thread is told to ngx.thread.wait alone; without it the error is in the log at best. The
request also stays open until the thread has ended. Keep the thread and wait for it, or use ngx.timer.at(0, f) for work that
has nothing to do with the request.`,
	Bad:  []lint.Example{{In: "http.location", Text: "content_by_lua_block {\n    ngx.thread.spawn(function() ngx.sleep(1) end)\n    ngx.say(\"started\")\n}\n"}},
	Good: []lint.Example{{In: "http.location", Text: "content_by_lua_block {\n    local thread = ngx.thread.spawn(function() ngx.sleep(1) return \"done\" end)\n    local ok, res = ngx.thread.wait(thread)\n    ngx.say(ok, res)\n}\n"}},
	Script: func(p *lint.Pass, s *lint.Script) {
		for _, c := range s.Code.Calls {
			if c.Dropped && c.Is("ngx.thread.spawn") {
				p.Report(s.Range(c.Fn.At()), "nobody waits for the light thread")
			}
		}
	},
}

const storeExample = `lua_package_path "/etc/nginx/lualib/?.lua;;";
server {
    listen 80;
    location / {
        content_by_lua_block {
            local store = require "store"
            ngx.say(store.get("motd"))
        }
    }
}
`

// LuaConnectionShared flags connections that a module makes once for all
// requests.
var LuaConnectionShared = &lint.Rule{
	Name: "lua-connection-shared", Severity: diag.Error, Group: lint.Correctness,
	Summary: "A module makes a socket or client once, for all requests.",
	Why: `A cosocket belongs to the request that made it. A module is loaded once in each worker; a socket, or a client that holds
one, in its outermost code works in the first request at most, and raises "bad request" in every other. Make it in the
function that uses it: the pool of connections (set_keepalive) makes that cheap.`,
	Bad: []lint.Example{{In: "http", Text: storeExample,
		Files: map[string]string{"lualib/store.lua": "local redis = require \"resty.redis\"\nlocal red = redis:new()\nlocal _M = {}\n\nfunction _M.get(key)\n    assert(red:connect(\"127.0.0.1\", 6379))\n    return red:get(key)\nend\n\nreturn _M\n"}}},
	Good: []lint.Example{{In: "http", Text: storeExample,
		Files: map[string]string{"lualib/store.lua": "local redis = require \"resty.redis\"\nlocal _M = {}\n\nfunction _M.get(key)\n    local red = redis:new()\n    assert(red:connect(\"127.0.0.1\", 6379))\n    return red:get(key)\nend\n\nreturn _M\n"}}},
	Script: func(p *lint.Pass, s *lint.Script) {
		if s.Module == "" {
			return
		}
		for _, v := range s.Code.Chunk.Vars {
			e := s.Code.EntryOf(v)
			if e == nil || v.Func != s.Code.Chunk.Main || !isConnection(e) {
				continue
			}
			for _, r := range v.Reads {
				if r.Func != v.Func {
					p.Report(s.Range(v.At()), "%q is made once and used by all requests", v.Name).Detail = "make it in the function that uses it"
					break
				}
			}
		}
	},
}

// isConnection reports whether an entry is an object that holds a cosocket.
func isConnection(e *luacode.Entry) bool {
	switch e.Name {
	case "tcpsock", "udpsock", "reqsock", "resty.redis", "resty.mysql", "resty.memcached", "resty.http", "resty.websocket.client", "resty.websocket.server", "resty.upload":
		return e.Field("close") != nil || e.Field("receive") != nil || e.Field("read") != nil
	}
	return false
}
