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

// LuaReturnStatus flags a status that is returned to nobody.
var LuaReturnStatus = &lint.Rule{
	Name: "lua-return-status", Severity: diag.Warn, Group: lint.Correctness,
	Summary: "The code returns a status, which has no effect.",
	Why: `nginx ignores what the code of a phase returns, except for set_by_lua. "return 403" or "return ngx.HTTP_FORBIDDEN" in
access_by_lua lets the request pass. Write "return ngx.exit(403)".`,
	Bad:  []lint.Example{{In: "http.location", Text: "access_by_lua_block {\n    if not ngx.var.cookie_session then\n        return ngx.HTTP_FORBIDDEN\n    end\n}\nproxy_pass http://127.0.0.1:8080;\n"}},
	Good: []lint.Example{{In: "http.location", Text: "access_by_lua_block {\n    if not ngx.var.cookie_session then\n        return ngx.exit(ngx.HTTP_FORBIDDEN)\n    end\n}\nproxy_pass http://127.0.0.1:8080;\n"}},
	Script: func(p *lint.Pass, s *lint.Script) {
		if s.Module != "" || s.Phases&catalog.Set != 0 || s.Phases&^(requestPhases|initPhases) != 0 {
			return
		}
		inspectFunction(s.Code.Chunk.Main, func(n lua.Node) {
			r, ok := n.(*lua.Return)
			if !ok || len(r.Values) != 1 {
				return
			}
			_, number := r.Values[0].(*lua.Number)
			e := s.Code.Resolve(r.Values[0])
			constant := e != nil && e.Func != nil && e.Func.Kind == catalog.LuaConstant
			if number || constant {
				text := s.Code.Chunk.Text(r.Values[0])
				d := p.Report(s.Range(r.At()), "%q has no effect here", "return "+text)
				d.Detail = "return ngx.exit(" + text + ")"
			}
		})
	},
}

// inspectFunction visits the nodes of a function without those of functions
// inside of it.
func inspectFunction(fn *lua.Function, visit func(lua.Node)) {
	lua.Inspect(fn.Body, func(n lua.Node) bool {
		if _, ok := n.(*lua.Function); ok {
			return false
		}
		visit(n)
		return true
	})
}

// LuaHeaderAfterOutput flags headers that are set when they are sent already.
var LuaHeaderAfterOutput = &lint.Rule{
	Name: "lua-header-after-output", Severity: diag.Error, Group: lint.Correctness,
	Summary: "A header or the status is set after output has been sent.",
	Why: `The first ngx.say or ngx.print sends the status line and the headers. What is set afterwards is lost, with "attempt to set
ngx.header.HEADER after sending out response headers" in the log; ngx.redirect and ngx.exec raise an error then.`,
	Bad:  []lint.Example{{In: "http.location", Text: "content_by_lua_block {\n    ngx.say(\"{}\")\n    ngx.header.content_type = \"application/json\"\n}\n"}},
	Good: []lint.Example{{In: "http.location", Text: "content_by_lua_block {\n    ngx.header.content_type = \"application/json\"\n    ngx.say(\"{}\")\n}\n"}},
	Script: func(p *lint.Pass, s *lint.Script) {
		if s.Subsystem != catalog.HTTP {
			return
		}
		var sent []*luacode.Call
		for _, c := range s.Code.Calls {
			if c.Dropped && c.Is("ngx.say", "ngx.print", "ngx.flush", "ngx.send_headers", "ngx.eof") {
				sent = append(sent, c)
			}
		}
		if len(sent) == 0 {
			return
		}
		report := func(n lua.Node, what string, at *luacode.Place) {
			for _, c := range sent {
				if surelyBefore(c.Place, at) {
					d := p.Report(s.Range(n.At()), "%s after the headers were sent", what)
					d.Related = append(d.Related, diag.Related{Range: s.Range(c.At()), Message: "sent here"})
					return
				}
			}
		}
		for _, f := range s.Code.Fields {
			if f.Of.Name == "ngx.header" && f.Assigned {
				report(f.Node, "a header is set", f.Place)
			}
		}
		for _, c := range s.Code.Calls {
			if c.Is("ngx.redirect", "ngx.exec") {
				report(c, c.Entry.Name+" is called", c.Place)
			}
		}
		for _, f := range s.Code.Set {
			if f.Of.Name == "ngx" && f.Name == "status" {
				report(f.Node, "ngx.status is set", f.Place)
			}
		}
	},
}

// surelyBefore reports whether the statement at a has run whenever the one at b
// runs: it stands earlier in a block that holds b.
func surelyBefore(a, b *luacode.Place) bool {
	for ; b != nil; b = b.Up {
		if a.Block == b.Block {
			return a.Index < b.Index
		}
	}
	return false
}

// LuaBodyUnread flags the use of a request's body that nothing reads.
var LuaBodyUnread = &lint.Rule{
	Name: "lua-body-not-read", Severity: diag.Error, Group: lint.Correctness,
	Summary: "The body of the request is used, and nothing reads it.",
	Why: `nginx reads the body of a request when it is needed, and Lua code must say so: ngx.req.read_body(), or
"lua_need_request_body on". Without it ngx.req.get_post_args raises an error and ngx.req.get_body_data returns nil for every
request.`,
	Bad:  []lint.Example{{In: "http.location", Text: "content_by_lua_block {\n    local args = ngx.req.get_post_args()\n    ngx.say(args.name)\n}\n"}},
	Good: []lint.Example{{In: "http.location", Text: "content_by_lua_block {\n    ngx.req.read_body()\n    local args = ngx.req.get_post_args()\n    ngx.say(args.name)\n}\n"}},
	Script: func(p *lint.Pass, s *lint.Script) {
		const phases = catalog.ServerRewrite | catalog.Rewrite | catalog.Access | catalog.PreContent | catalog.Content
		if s.Subsystem != catalog.HTTP || s.Module != "" || s.Phases&^phases != 0 {
			return
		}
		for _, c := range s.Code.Calls {
			if c.Is("ngx.req.get_post_args", "ngx.req.get_body_data", "ngx.req.get_body_file") && s.Code.Runs(c.Func) != luacode.InTimer && !bodyIsRead(p, s) {
				p.Report(s.Range(c.At()), "%s without ngx.req.read_body", c.Entry.Name)
			}
		}
	},
}

// bodyIsRead reports whether something may read the body before a script runs:
// a directive, or any code that is not for another place.
func bodyIsRead(p *lint.Pass, s *lint.Script) bool {
	if !p.Lua().Complete(catalog.HTTP) {
		return true
	}
	for _, u := range s.Uses {
		if ngxlua.HTTPLuaNeedRequestBody.Get(u.Level) {
			return true
		}
	}
	for _, other := range bodyReaders(p) {
		if other.always || other.Script == s || mayRunWith(other.Script, s) {
			return true
		}
	}
	return false
}

// mayRunWith reports whether one script may run for the same request as another: it
// stands in a level around it, or in the same one.
func mayRunWith(a, b *lint.Script) bool {
	for _, x := range a.Uses {
		for _, y := range b.Uses {
			for l := y.Level; l != nil; l = l.Parent() {
				if l == x.Level {
					return true
				}
			}
		}
	}
	return false
}

// LuaCaptureRemote flags subrequests to other machines.
var LuaCaptureRemote = &lint.Rule{
	Name: "lua-capture-remote", Severity: diag.Error, Group: lint.Correctness,
	Summary: "ngx.location.capture is given an address of another server.",
	Why: `A subrequest goes to a location of the same server; "http://..." is taken for a path, and the answer is 404. Make an
internal location with proxy_pass and capture that, or use resty.http.`,
	Bad:  []lint.Example{{In: "http.location", Text: "content_by_lua_block {\n    local res = ngx.location.capture(\"http://api.example.com/v1\")\n    ngx.print(res.body)\n}\n"}},
	Good: []lint.Example{{In: "http.server", Text: "location / {\n    content_by_lua_block {\n        local res = ngx.location.capture(\"/api/v1\")\n        ngx.print(res.body)\n    }\n}\nlocation /api/ {\n    internal;\n    proxy_pass http://127.0.0.1:8080;\n}\n"}},
	Script: func(p *lint.Pass, s *lint.Script) {
		for _, c := range s.Code.Calls {
			if uri, ok := luacode.Constant(c.Arg(0)); ok && c.Is("ngx.location.capture") && strings.Contains(uri, "://") {
				p.Report(s.Range(c.Arg(0).At()), "ngx.location.capture reaches locations of this server only")
			}
		}
	},
}

// LuaGetKeys flags the listing of whole dictionaries while serving.
var LuaGetKeys = &lint.Rule{
	Name: "lua-dict-get-keys", Severity: diag.Warn, Group: lint.Reliability,
	Summary: "All keys of a shared dictionary are listed while requests are served.",
	Why: `get_keys(0) holds the lock of the dictionary while it copies every key. All workers that touch the dictionary wait
meanwhile, with all their connections. It is for debugging; the keys that matter are better kept in a list of their own.`,
	Bad:  []lint.Example{{In: "http", Text: "lua_shared_dict users 10m;\nserver {\n    listen 80;\n    location /users {\n        content_by_lua_block { ngx.say(#ngx.shared.users:get_keys(0)) }\n    }\n}\n"}},
	Good: []lint.Example{{In: "http", Text: "lua_shared_dict users 10m;\nserver {\n    listen 80;\n    location /users {\n        content_by_lua_block { ngx.say(ngx.shared.users:get(\"count\")) }\n    }\n}\n"}},
	Script: func(p *lint.Pass, s *lint.Script) {
		if s.Phases&requestPhases == 0 || s.Module != "" && s.Phases&initPhases != 0 {
			return
		}
		for _, c := range s.Code.Calls {
			if n, ok := c.Arg(0).(*lua.Number); ok && n.Value == 0 && c.Is("ngx.shared.DICT:get_keys") {
				p.Report(s.Range(c.At()), "get_keys(0) locks the dictionary while it lists all keys")
			}
		}
	},
}

// LuaFilterPieces flags replacements in a response that comes in pieces.
var LuaFilterPieces = &lint.Rule{
	Name: "lua-filter-pieces", Severity: diag.Info, Group: lint.Correctness,
	Summary: "body_filter_by_lua replaces text in one piece of the response at a time.",
	Why: `The response passes in pieces whose borders are anywhere, also in the middle of what is searched for. Collect the pieces
(in ngx.ctx, until ngx.arg[2] is true) before replacing, or be sure that the response comes in one piece. The length of the
response changes as well: header_filter_by_lua has to set ngx.header.content_length = nil.`,
	Bad: []lint.Example{{In: "http.location", Text: "proxy_pass http://127.0.0.1:8080;\nheader_filter_by_lua_block { ngx.header.content_length = nil }\nbody_filter_by_lua_block { ngx.arg[1] = string.gsub(ngx.arg[1], \"secret\", \"******\") }\n"}},
	Good: []lint.Example{{In: "http.location", Text: `proxy_pass http://127.0.0.1:8080;
header_filter_by_lua_block { ngx.header.content_length = nil }
body_filter_by_lua_block {
    local ctx = ngx.ctx
    ctx.body = (ctx.body or "") .. ngx.arg[1]
    if ngx.arg[2] then
        ngx.arg[1] = string.gsub(ctx.body, "secret", "******")
    else
        ngx.arg[1] = nil
    end
}
`}},
	Script: func(p *lint.Pass, s *lint.Script) {
		if !s.RunsOnlyIn(catalog.BodyFilter) || s.Module != "" {
			return
		}
		for _, f := range s.Code.Fields {
			if f.Of.Name == "ngx.ctx" {
				return
			}
		}
		for _, c := range s.Code.Calls {
			text := c.Arg(0)
			if c.Method != nil && c.Method.Value == "gsub" {
				text = c.Fn
			} else if !c.Is("string.gsub", "ngx.re.sub", "ngx.re.gsub") {
				continue
			}
			if i, ok := text.(*lua.Index); ok {
				if e := s.Code.Resolve(i.Obj); e != nil && e.Name == "ngx.arg" {
					p.Report(s.Range(c.At()), "what is searched for may be cut in two")
				}
			}
		}
	},
}
