package rules

import (
	"strings"

	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxcore"
	"tidegate/ast/diag"
	"tidegate/ast/lua"
	"tidegate/lint"
	"tidegate/lint/luacode"
)

// LuaBlockingCall flags calls that stop a worker.
var LuaBlockingCall = &lint.Rule{
	Name: "lua-blocking-call", Severity: diag.Warn, Group: lint.Reliability,
	Summary: "Lua code makes a call that blocks the worker with all its connections.",
	Why: `A worker of nginx serves thousands of connections with one thread. While os.execute, io.popen or the reading of a file
waits, nothing else happens there: every other client of the worker waits too. A timer does not help, it runs in the same
worker.

Programs are run by ngx.pipe or resty.shell, files are read once in init_by_lua, network services are reached by cosockets
(ngx.socket.tcp, resty.redis and the like), never by LuaSocket.`,
	Bad: []lint.Example{
		{In: "http.location", Text: "content_by_lua_block {\n    local f = io.popen(\"uptime\")\n    ngx.say(f:read(\"*a\"))\n    f:close()\n}\n"},
		{In: "http.location", Text: "content_by_lua_block {\n    local http = require \"socket.http\"\n    ngx.print((http.request(\"http://127.0.0.1/\")))\n}\n"},
	},
	Good: []lint.Example{{In: "http", Text: `init_by_lua_block {
    local f = assert(io.open("/etc/nginx/motd"))
    local text = f:read("*a")
    f:close()
    package.loaded.motd = text
}
`}},
	Script: func(p *lint.Pass, s *lint.Script) {
		for _, r := range s.Code.Requires {
			if blockingModule(r.Name) && !r.Protected && p.Lua().Module(r.Name, s.Subsystem) == nil && !onlyAsksTime(s, r) {
				p.Report(s.Range(r.Call.At()), "%s blocks the worker while it waits for the network", r.Name).Detail = "use cosockets: ngx.socket.tcp, resty.http, resty.redis"
			}
		}
		if s.Module != "" && (s.Phases == 0 || s.Phases&initPhases != 0) {
			return // a function of the module may be for init_by_lua
		}
		for _, c := range s.Code.Calls {
			if !c.Is("os.execute", "io.popen", "io.open", "io.lines", "io.read", "os.remove", "os.rename", "os.tmpname", "io.tmpfile") {
				continue
			}
			if name, _ := luacode.Constant(c.Arg(0)); strings.HasPrefix(name, "/dev/") || strings.HasPrefix(name, "/proc/") {
				continue // these answer at once
			}
			program := c.Is("os.execute", "io.popen")
			inTimer := s.Code.Runs(c.Func) == luacode.InTimer
			if s.Module != "" && c.Func == s.Code.Chunk.Main || s.Phases&^initPhases == 0 && !(inTimer && program) || inTimer && !program {
				continue
			}
			d := p.Report(s.Range(c.At()), "%s blocks the worker", c.Entry.Name)
			if program {
				d.Detail = "ngx.pipe and resty.shell run programs without blocking"
			} else {
				d.Detail = "read files in init_by_lua, or keep the data in a shared dictionary"
			}
		}
	},
}

// blockingModule reports whether a module is made for LuaSocket or blocks by
// itself.
func blockingModule(name string) bool {
	switch name {
	case "socket", "ssl", "ssl.https", "lsqlite3", "redis":
		return true
	}
	return strings.HasPrefix(name, "socket.") && name != "socket.url" || strings.HasPrefix(name, "luasql.")
}

// onlyAsksTime reports whether code takes nothing from LuaSocket but the time.
func onlyAsksTime(s *lint.Script, r *luacode.Require) bool {
	st, ok := r.Stmt().(*lua.Local)
	if !ok || r.Name != "socket" || len(st.Values) != 1 || st.Values[0] != lua.Expr(r.Call) || len(st.Vars[0].Reads) == 0 {
		return false
	}
	asks := 0
	lua.Inspect(s.Code.Chunk.Main, func(n lua.Node) bool {
		if i, ok := n.(*lua.Index); ok {
			if name, ok := i.Obj.(*lua.Name); ok && name.Var == st.Vars[0] {
				if key, _ := luacode.Constant(i.Key); key == "gettime" || key == "_VERSION" {
					asks++
				}
			}
		}
		return true
	})
	return asks == len(st.Vars[0].Reads)
}

// LuaOSExit flags os.exit.
var LuaOSExit = &lint.Rule{
	Name: "lua-os-exit", Severity: diag.Error, Group: lint.Reliability,
	Summary: "os.exit ends the worker process.",
	Why: `os.exit ends the process that calls it: the worker, with all its connections, log lines that were not written, and
shared memory that may be left locked. In init_by_lua it is the master, and nginx does not start.
To end a request there is ngx.exit; to refuse a configuration in init_by_lua, raise an error.`,
	Bad:  []lint.Example{{In: "http.location", Text: "content_by_lua_block {\n    if ngx.var.arg_stop then\n        os.exit(1)\n    end\n    ngx.say(\"ok\")\n}\n"}},
	Good: []lint.Example{{In: "http.location", Text: "content_by_lua_block {\n    if ngx.var.arg_stop then\n        return ngx.exit(403)\n    end\n    ngx.say(\"ok\")\n}\n"}},
	Script: func(p *lint.Pass, s *lint.Script) {
		for _, c := range s.Code.Calls {
			if c.Is("os.exit") {
				p.Report(s.Range(c.At()), "os.exit ends the process, not the request").Detail = "use ngx.exit, or error() in init_by_lua"
			}
		}
	},
}

// LuaGetenvUndeclared flags os.getenv of what nginx has removed from the
// environment.
var LuaGetenvUndeclared = &lint.Rule{
	Name: "lua-getenv-undeclared", Severity: diag.Warn, Group: lint.Correctness,
	Summary: "os.getenv reads a variable that no env directive keeps.",
	Why: `nginx starts its workers with an empty environment but for TZ and what env directives name, so os.getenv returns nil
there. In init_by_lua the environment is still whole: read it there and keep the value, or declare "env NAME;".`,
	Bad:  []lint.Example{{Text: "events {}\nhttp {\n    server {\n        listen 80;\n        location / {\n            content_by_lua_block { ngx.say(os.getenv(\"REGION\")) }\n        }\n    }\n}\n"}},
	Good: []lint.Example{{Text: "env REGION;\nevents {}\nhttp {\n    server {\n        listen 80;\n        location / {\n            content_by_lua_block { ngx.say(os.getenv(\"REGION\")) }\n        }\n    }\n}\n"}},
	Script: func(p *lint.Pass, s *lint.Script) {
		if !p.Complete() || s.Phases&^catalog.Init == 0 || s.Module != "" && s.Phases&catalog.Init != 0 {
			return
		}
		for _, c := range s.Code.Calls {
			if !c.Is("os.getenv") {
				continue
			}
			if name, ok := luacode.Constant(c.Arg(0)); ok && name != "TZ" && !keepsEnv(p, name) {
				p.Report(s.Range(c.At()), "the environment of workers has no %s", name).Detail = `declare "env ` + name + `;", or read it in init_by_lua`
			}
		}
	},
}

func keepsEnv(p *lint.Pass, name string) bool {
	for _, v := range p.Tree.Main.Values(ngxcore.Env.Row) {
		kept, _, _ := strings.Cut(v.Node.Arg(0), "=")
		if kept == name {
			return true
		}
	}
	return false
}
