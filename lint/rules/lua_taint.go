package rules

import (
	"strings"

	"tidegate/ast/diag"
	"tidegate/lint"
	"tidegate/lint/luacode"
)

// sink is a place where the data of a client does harm.
type sink struct {
	// names are the functions, by the API's names.
	names []string
	// arg is the index of the argument, -1 for any.
	arg int
	// harmful tells whether a taint does harm there; nil for any.
	harmful func(c *luacode.Call, t *luacode.Taint) bool
}

// reportSinks reports the calls of a script whose arguments do harm. message has
// a verb for the function and one for the origin.
func reportSinks(p *lint.Pass, s *lint.Script, message, detail string, sinks ...sink) {
	flow := s.Code.Flow()
	if len(flow.Args) == 0 {
		return
	}
	for _, c := range s.Code.Calls {
		args := flow.Args[c.Call]
		if args == nil {
			continue
		}
		for _, k := range sinks {
			if !c.Is(k.names...) {
				continue
			}
			for i, t := range args {
				if t == nil || k.arg >= 0 && i != k.arg || k.harmful != nil && !k.harmful(c, t) {
					continue
				}
				d := p.Report(s.Range(c.Args[i].At()), message, c.Entry.Name, t.Origin)
				d.Detail = detail
				if at := t.Source.At(); at.Start < c.Args[i].At().Start || at.End > c.Args[i].At().End {
					d.Related = append(d.Related, diag.Related{Range: s.Range(at), Message: "it comes in here"})
				}
				break
			}
		}
	}
}

// LuaLogInjection flags log lines that a client can break in two.
var LuaLogInjection = &lint.Rule{
	Name: "lua-log-injection", Severity: diag.Warn, Group: lint.Security,
	Summary: "A client's data that may hold line breaks is written into the error log.",
	Why: `The error log takes text as it is. A client that sends "%0a" in an argument writes lines of its own: false entries, or
what the programs that read the log do not expect. Arguments, bodies and paths are decoded and may hold line breaks; headers
and $arg_* are not. Write the data with string.format("%q", s), ngx.encode_base64 or ngx.escape_uri.`,
	Bad:  []lint.Example{{In: "http.location", Text: "content_by_lua_block {\n    local args = ngx.req.get_uri_args()\n    ngx.log(ngx.WARN, \"login of \", args.user)\n}\n"}},
	Good: []lint.Example{{In: "http.location", Text: "content_by_lua_block {\n    local args = ngx.req.get_uri_args()\n    ngx.log(ngx.WARN, \"login of \", ngx.escape_uri(args.user or \"\"))\n}\n"}},
	Script: func(p *lint.Pass, s *lint.Script) {
		reportSinks(p, s, "%s writes %s into the log, with the line breaks in it", "escape it: ngx.escape_uri, or string.format with %q",
			sink{names: []string{"ngx.log", "print", "ngx.errlog.raw_log"}, arg: -1, harmful: func(_ *luacode.Call, t *luacode.Taint) bool { return t.Lines && !t.Table }})
	},
}

// LuaUntrustedKey flags keys of dictionaries that clients choose.
var LuaUntrustedKey = &lint.Rule{
	Name: "lua-untrusted-key", Severity: diag.Info, Group: lint.Security,
	Summary: "A client chooses the key of an entry in a shared dictionary.",
	Why: `Each new key takes memory of the dictionary. A client that sends ever new values fills it, and the oldest entries, which
may be those that matter, are thrown out. Check the value first: its length, its characters, whether it is one of those that
are known; or use its hash, and give the entry a time after which it goes.`,
	Bad:  []lint.Example{{In: "http", Text: "lua_shared_dict hits 1m;\nserver {\n    listen 80;\n    log_by_lua_block { ngx.shared.hits:incr(ngx.var.arg_page or \"\", 1, 0) }\n}\n"}},
	Good: []lint.Example{{In: "http", Text: "lua_shared_dict hits 1m;\nserver {\n    listen 80;\n    log_by_lua_block {\n        local page = tonumber(ngx.var.arg_page)\n        if page then\n            ngx.shared.hits:incr(page, 1, 0, 3600)\n        end\n    }\n}\n"}},
	Script: func(p *lint.Pass, s *lint.Script) {
		reportSinks(p, s, "the key of %s is %s", "check its length and characters first",
			sink{names: []string{"ngx.shared.DICT:set", "ngx.shared.DICT:safe_set", "ngx.shared.DICT:add", "ngx.shared.DICT:safe_add", "ngx.shared.DICT:incr",
				"ngx.shared.DICT:lpush", "ngx.shared.DICT:rpush"}, arg: 0,
				harmful: func(c *luacode.Call, t *luacode.Taint) bool { return !t.Bounded && !t.Table && !expires(c) }})
	},
}

// expires reports whether a call gives its entry a time to live.
func expires(c *luacode.Call) bool {
	switch {
	case c.Is("ngx.shared.DICT:incr"):
		return len(c.Args) > 3
	case c.Is("ngx.shared.DICT:lpush", "ngx.shared.DICT:rpush"):
		return false
	}
	return len(c.Args) > 2
}

// redisCommands are the commands whose first argument is a key.
var redisCommands = []string{
	"resty.redis:get", "resty.redis:set", "resty.redis:getset", "resty.redis:setex", "resty.redis:setnx", "resty.redis:del", "resty.redis:exists",
	"resty.redis:expire", "resty.redis:incr", "resty.redis:decr", "resty.redis:append", "resty.redis:hget", "resty.redis:hset", "resty.redis:hgetall",
	"resty.redis:hmget", "resty.redis:hmset", "resty.redis:hdel", "resty.redis:lpush", "resty.redis:rpush", "resty.redis:lpop", "resty.redis:rpop",
	"resty.redis:lrange", "resty.redis:sadd", "resty.redis:srem", "resty.redis:smembers", "resty.redis:zadd", "resty.redis:zrange",
}

// LuaRedisKey flags keys of Redis that a client chooses as a whole.
var LuaRedisKey = &lint.Rule{
	Name: "lua-redis-key-injection", Severity: diag.Warn, Group: lint.Security,
	Summary: "A client chooses a key of Redis as a whole.",
	Why: `Whoever chooses the whole key reads, and writes, any key: sessions of others, counters, the configuration. A constant
beginning ("page:" .. name) keeps a client within its own kind of keys; a check of the characters does it better.`,
	Bad: []lint.Example{{In: "http.location", Text: `content_by_lua_block {
    local red = require("resty.redis"):new()
    red:set_timeouts(500, 1000, 1000)
    assert(red:connect("127.0.0.1", 6379))
    ngx.say(red:get(ngx.var.arg_page))
    red:set_keepalive(10000, 100)
}
`}},
	Good: []lint.Example{{In: "http.location", Text: `content_by_lua_block {
    local red = require("resty.redis"):new()
    red:set_timeouts(500, 1000, 1000)
    assert(red:connect("127.0.0.1", 6379))
    ngx.say(red:get("page:" .. ngx.var.arg_page))
    red:set_keepalive(10000, 100)
}
`}},
	Script: func(p *lint.Pass, s *lint.Script) {
		reportSinks(p, s, "the key of %s is %s alone", `put a constant in front: "page:" .. key`,
			sink{names: redisCommands, arg: 0, harmful: func(_ *luacode.Call, t *luacode.Taint) bool { return !t.Led && !t.Table && t.Origin != luacode.FromURI }})
	},
}

// LuaUntrustedPattern flags patterns that a client chooses.
var LuaUntrustedPattern = &lint.Rule{
	Name: "lua-untrusted-pattern", Severity: diag.Warn, Group: lint.Security,
	Summary: "A client's data is part of a pattern.",
	Why: `In a pattern the client's characters mean something: ".*" matches what it should not, a wrong "(" raises an error, and a
regular expression like "(a+)+$" can keep the worker busy for minutes. Search for plain text: string.find(s, text, 1, true).`,
	Bad:  []lint.Example{{In: "http.location", Text: "content_by_lua_block {\n    local found = string.find(\"alice,bob\", ngx.var.arg_name or \"\")\n    ngx.say(found)\n}\n"}},
	Good: []lint.Example{{In: "http.location", Text: "content_by_lua_block {\n    local found = string.find(\"alice,bob\", ngx.var.arg_name or \"\", 1, true)\n    ngx.say(found)\n}\n"}},
	Script: func(p *lint.Pass, s *lint.Script) {
		reportSinks(p, s, "the pattern of %s holds %s", "search for plain text: string.find(s, text, 1, true)",
			sink{names: []string{"ngx.re.match", "ngx.re.find", "ngx.re.gmatch", "ngx.re.sub", "ngx.re.gsub", "string.match", "string.gmatch", "string.gsub"}, arg: 1,
				harmful: notHost},
			sink{names: []string{"string.find"}, arg: 1, harmful: func(c *luacode.Call, t *luacode.Taint) bool { return len(c.Args) < 4 && notHost(c, t) }})
	},
}

// notHost leaves out the name of the host, whose characters nginx has checked.
func notHost(_ *luacode.Call, t *luacode.Taint) bool { return t.Origin != luacode.FromHost && !t.Table }

// LuaUntrustedAddress flags connections to where a client says.
var LuaUntrustedAddress = &lint.Rule{
	Name: "lua-untrusted-address", Severity: diag.Warn, Group: lint.Security,
	Summary: "A client chooses the address that nginx connects to.",
	Why: `nginx stands where clients do not: inside. A client that chooses the address reaches services that trust the network,
such as databases, the metadata of the cloud, or other ports of the machine itself. Look the value up in a table of those
that are allowed.`,
	Bad: []lint.Example{{In: "http.location", Text: `content_by_lua_block {
    local httpc = require("resty.http").new()
    httpc:set_timeouts(500, 1000, 1000)
    local res, err = httpc:request_uri(ngx.var.arg_url)
    ngx.say(res and res.body or err)
}
`}},
	Good: []lint.Example{{In: "http.location", Text: `content_by_lua_block {
    local hosts = { blue = "http://10.0.0.1", green = "http://10.0.0.2" }
    local url = hosts[ngx.var.arg_host]
    if not url then
        return ngx.exit(404)
    end
    local httpc = require("resty.http").new()
    httpc:set_timeouts(500, 1000, 1000)
    local res, err = httpc:request_uri(url)
    ngx.say(res and res.body or err)
}
`}},
	Script: func(p *lint.Pass, s *lint.Script) {
		reportSinks(p, s, "the address of %s is %s", "look it up in a table of those that are allowed",
			sink{names: []string{"tcpsock:connect", "udpsock:setpeername", "ngx.socket.connect", "ngx.balancer.set_current_peer", "resty.redis:connect", "resty.memcached:connect",
				"resty.http:connect", "resty.http:request_uri", "resty.websocket.client:connect"}, arg: 0, harmful: choosesHost})
	},
}

// choosesHost reports whether the client's data is in the part of an address
// that names the host.
func choosesHost(_ *luacode.Call, t *luacode.Taint) bool {
	if t.Table {
		return false
	}
	_, rest, url := strings.Cut(t.Prefix, "://")
	if url {
		return !strings.ContainsAny(rest, "/?#")
	}
	return !t.Led
}

// LuaUntrustedPath flags files that a client names.
var LuaUntrustedPath = &lint.Rule{
	Name: "lua-untrusted-path", Severity: diag.Error, Group: lint.Security,
	Summary: "A client's data is part of the name of a file.",
	Why: `With "../" in it the name leads out of the folder that was meant, to any file that the worker may read or write: keys,
passwords, the configuration. Take names from a table, or allow letters and digits only.`,
	Bad:  []lint.Example{{In: "http.location", Text: "content_by_lua_block {\n    local args = ngx.req.get_uri_args()\n    local f = assert(io.open(\"/srv/reports/\" .. args.name)) -- tidegate:allow lua-blocking-call: an example\n    ngx.print(f:read(\"*a\"))\n    f:close()\n}\n"}},
	Good: []lint.Example{{In: "http.location", Text: "content_by_lua_block {\n    local args = ngx.req.get_uri_args()\n    if not ngx.re.find(args.name, [[^\\w+$]], \"jo\") then\n        return ngx.exit(404)\n    end\n    ngx.req.set_uri(\"/reports/\" .. args.name, true)\n}\n"}},
	Script: func(p *lint.Pass, s *lint.Script) {
		reportSinks(p, s, "the name of the file that %s takes holds %s", `allow letters and digits only, or take names from a table`,
			sink{names: []string{"io.open", "io.lines", "dofile", "loadfile", "os.remove", "os.rename", "ngx.req.set_body_file"}, arg: 0, harmful: notHost})
	},
}

// LuaCommandInjection flags programs that a client can choose.
var LuaCommandInjection = &lint.Rule{
	Name: "lua-command-injection", Severity: diag.Error, Group: lint.Security,
	Summary: "A client's data is part of a command line.",
	Why: `The shell takes ";", "|", "$(...)" and more in the client's data for commands, and runs them with the rights of nginx.
Give the arguments as a list, without a shell: ngx.pipe.spawn({"convert", name}).`,
	Bad:  []lint.Example{{In: "http.location", Text: "content_by_lua_block {\n    -- tidegate:allow lua-blocking-call: an example\n    os.execute(\"whois \" .. ngx.var.arg_domain)\n}\n"}},
	Good: []lint.Example{{In: "http.location", Text: "content_by_lua_block {\n    local pipe = require \"ngx.pipe\"\n    local proc, err = pipe.spawn({ \"whois\", \"--\", ngx.var.arg_domain })\n    if not proc then\n        ngx.log(ngx.ERR, err)\n        return ngx.exit(500)\n    end\n    ngx.print(proc:stdout_read_all())\n}\n"}},
	Script: func(p *lint.Pass, s *lint.Script) {
		reportSinks(p, s, "the command of %s holds %s", "give the arguments as a list: ngx.pipe.spawn({...})",
			sink{names: []string{"os.execute", "io.popen", "resty.shell.run", "ngx.pipe.spawn"}, arg: 0, harmful: func(_ *luacode.Call, t *luacode.Taint) bool { return !t.Table }})
	},
}

// LuaSQLInjection flags queries that a client can change.
var LuaSQLInjection = &lint.Rule{
	Name: "lua-sql-injection", Severity: diag.Error, Group: lint.Security,
	Summary: "A client's data is joined into a SQL query.",
	Why: `A quote in the client's data ends the string in the query, and what follows is SQL of the client: it reads and changes
everything the account may. ngx.quote_sql_str(s) makes a string of it for MySQL, tonumber(s) a number.`,
	Bad:  []lint.Example{{In: "http.location", Text: sqlExample(`"SELECT * FROM users WHERE name = '" .. args.name .. "'"`)}},
	Good: []lint.Example{{In: "http.location", Text: sqlExample(`"SELECT * FROM users WHERE name = " .. ngx.quote_sql_str(args.name)`)}},
	Script: func(p *lint.Pass, s *lint.Script) {
		reportSinks(p, s, "the query of %s holds %s", "quote it: ngx.quote_sql_str, or tonumber",
			sink{names: []string{"resty.mysql:query", "resty.mysql:send_query", "pgmoon:query"}, arg: 0, harmful: func(_ *luacode.Call, t *luacode.Taint) bool { return !t.Table }})
		// Other clients have a method query too; there the text tells that it is SQL.
		for _, c := range s.Code.Calls {
			args := s.Code.Flow().Args[c.Call]
			if c.Entry != nil || c.Method == nil || len(args) == 0 || args[0] == nil || !strings.Contains(strings.ToLower(c.Method.Value), "query") || !isSQL(args[0].Prefix) {
				continue
			}
			p.Report(s.Range(c.Args[0].At()), "the query holds %s", args[0].Origin).Detail = "quote it, or bind it as a parameter"
		}
	},
}

func isSQL(text string) bool {
	text = strings.ToUpper(strings.TrimSpace(text))
	for _, word := range []string{"SELECT ", "INSERT ", "UPDATE ", "DELETE ", "REPLACE ", "CALL "} {
		if strings.HasPrefix(text, word) {
			return true
		}
	}
	return false
}

func sqlExample(query string) string {
	return `content_by_lua_block {
    local args = ngx.req.get_uri_args()
    local db = assert(require("resty.mysql"):new())
    db:set_timeout(1000)
    assert(db:connect({ host = "127.0.0.1", database = "shop" }))
    local res, err = db:query(` + query + `)
    if not res then
        ngx.log(ngx.ERR, err)
        return ngx.exit(500)
    end
    db:set_keepalive(10000, 20)
    ngx.say(#res)
}
`
}

// LuaUntrustedCode flags code that a client sends.
var LuaUntrustedCode = &lint.Rule{
	Name: "lua-untrusted-code", Severity: diag.Error, Group: lint.Security,
	Summary: "A client's data is run as Lua code.",
	Why: `Whoever sends the code runs it with everything that nginx has: its files, its connections, its secrets. There is no way
to make such code harmless.`,
	Bad:  []lint.Example{{In: "http.location", Text: "content_by_lua_block {\n    ngx.req.read_body()\n    local f = loadstring(ngx.req.get_body_data() or \"\")\n    if f then\n        ngx.say(f())\n    end\n}\n"}},
	Good: []lint.Example{{In: "http.location", Text: "content_by_lua_block {\n    local actions = { now = ngx.now, id = ngx.worker.id }\n    local f = actions[ngx.var.arg_action]\n    if f then\n        ngx.say(f())\n    end\n}\n"}},
	Script: func(p *lint.Pass, s *lint.Script) {
		reportSinks(p, s, "%s runs %s as code", "", sink{names: []string{"loadstring", "load"}, arg: 0})
	},
}

// LuaOpenRedirect flags redirects to where a client says.
var LuaOpenRedirect = &lint.Rule{
	Name: "lua-open-redirect", Severity: diag.Warn, Group: lint.Security,
	Summary: "A client's data says where a redirect goes.",
	Why: `A link to your server then leads to any other: the name in it is yours, the page is not. Redirect to paths that begin
with "/" and a constant, or to addresses from a table.`,
	Bad:  []lint.Example{{In: "http.location", Text: "content_by_lua_block {\n    local args = ngx.req.get_uri_args()\n    return ngx.redirect(args.next)\n}\n"}},
	Good: []lint.Example{{In: "http.location", Text: "content_by_lua_block {\n    local args = ngx.req.get_uri_args()\n    local pages = { cart = \"/cart\", account = \"/account\" }\n    return ngx.redirect(pages[args.next] or \"/\")\n}\n"}},
	Script: func(p *lint.Pass, s *lint.Script) {
		goes := func(_ *luacode.Call, t *luacode.Taint) bool {
			return choosesHost(nil, t) && t.Origin != luacode.FromURI && t.Origin != luacode.FromHost
		}
		reportSinks(p, s, "%s goes to where %s says", "take the address from a table, or begin it with a constant path",
			sink{names: []string{"ngx.redirect"}, arg: 0, harmful: goes})
		for i, t := range s.Code.Flow().Stored {
			name, _ := luacode.Constant(i.Key)
			of := s.Code.Resolve(i.Obj)
			if of.Name == "ngx.header" && strings.EqualFold(name, "location") && goes(nil, t) {
				p.Report(s.Range(i.At()), "the redirect goes to where %s says", t.Origin)
			}
		}
	},
}

// LuaDecodeRaises flags JSON of clients that is decoded without a net.
var LuaDecodeRaises = &lint.Rule{
	Name: "lua-decode-raises", Severity: diag.Warn, Group: lint.Reliability,
	Summary: "JSON of a client is decoded by a function that raises an error for what is not JSON.",
	Why: `cjson.decode raises an error for text that is no JSON. Any client can send that: it gets a 500 instead of a 400, and the
log fills with errors of the server. cjson.safe returns nil and the error instead.`,
	Bad:  []lint.Example{{In: "http.location", Text: "content_by_lua_block {\n    local cjson = require \"cjson\"\n    ngx.req.read_body()\n    local order = cjson.decode(ngx.req.get_body_data() or \"\")\n    ngx.say(#order)\n}\n"}},
	Good: []lint.Example{{In: "http.location", Text: "content_by_lua_block {\n    local cjson = require \"cjson.safe\"\n    ngx.req.read_body()\n    local order, err = cjson.decode(ngx.req.get_body_data() or \"\")\n    if not order then\n        ngx.log(ngx.INFO, err)\n        return ngx.exit(400)\n    end\n    ngx.say(#order)\n}\n"}},
	Script: func(p *lint.Pass, s *lint.Script) {
		reportSinks(p, s, "%s raises an error if %s holds no JSON", `use cjson.safe, or pcall`,
			sink{names: []string{"cjson.decode"}, arg: 0, harmful: func(c *luacode.Call, _ *luacode.Taint) bool { return s.Code.Runs(c.Func) != luacode.Protected }})
	},
}
