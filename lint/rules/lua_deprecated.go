package rules

import (
	"strings"

	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/diag"
	"tidegate/ast/lua"
	"tidegate/lint"
	"tidegate/lint/luacode"
	"tidegate/parser"
)

// LuaString flags code in quotes.
var LuaString = &lint.Rule{
	Name: "lua-in-string", Severity: diag.Info, Group: lint.Deprecated,
	Summary: "Lua code stands in a quoted string instead of a block.",
	Why: `In a string nginx takes backslashes and quotes first and Lua gets the rest, so that "\\n" must be written for a line feed
and one quote too few moves all that follows. The *_by_lua_block directives hold the code as it is. OpenResty discourages
the old form.`,
	Bad:  []lint.Example{{In: "http.location", Text: "content_by_lua 'ngx.say(\"a\\\\tb\")';\n"}},
	Good: []lint.Example{{In: "http.location", Text: "content_by_lua_block { ngx.say(\"a\\tb\") }\n"}},
	Whole: func(p *lint.Pass) {
		for _, s := range p.Scripts() {
			if s.InFile() || s.Uses[0].Node.Lua() != nil {
				continue
			}
			d := s.Uses[0].Node
			f := p.Report(d.WordRange(0), "%s holds code in a string", d.Name())
			f.Detail = "write " + d.Name() + "_block { ... }"
			if text, ok := asBlock(d, s.Text); ok {
				f.Fixes = []diag.Fix{replace(d.Range(), text, "write a block")}
			}
		}
	},
}

// asBlock writes a directive with code in a string as one with a block, if that
// gives the same code.
func asBlock(d *ast.Directive, code string) (string, bool) {
	head := d.Name() + "_block "
	words := 2
	if d.Name() == "set_by_lua" {
		name := d.Word(1)
		head += string(name.Raw(d.File.Src)) + " "
		words = 3
	}
	if d.NumWords() != words {
		return "", false
	}
	body := code
	if !strings.ContainsAny(code, "\r\n") {
		body = " " + strings.TrimSpace(code) + " "
	}
	text := head + "{" + body + "}"
	f, list := parser.Parse("", []byte(text))
	b := f.Body().First()
	if list.Fatal() != nil || f.Body().Len() != 1 || b == nil || b.Lua() == nil || b.Lua().Text != body || int(b.End) != len(text) {
		return "", false
	}
	return text, true
}

// LuaModuleFunction flags the module function of Lua 5.1.
var LuaModuleFunction = &lint.Rule{
	Name: "lua-module-function", Severity: diag.Warn, Group: lint.Deprecated,
	Summary: "A module is made by the module function.",
	Why: `module("name", package.seeall) makes every global name a field of the module, and the module a global variable. A
forgotten "local" then is state that all requests share, and nobody is told. OpenResty's manual discourages it; write
local _M = {} ... return _M.`,
	Bad: []lint.Example{{In: "http", Text: "lua_package_path \"/etc/nginx/lua/?.lua;;\";\ninit_by_lua_block { require \"greet\" }\n",
		Files: map[string]string{"lua/greet.lua": "module(\"greet\", package.seeall)\n\nfunction hello()\n    return \"hello\"\nend\n"}}},
	Good: []lint.Example{{In: "http", Text: "lua_package_path \"/etc/nginx/lua/?.lua;;\";\ninit_by_lua_block { require \"greet\" }\n",
		Files: map[string]string{"lua/greet.lua": "local _M = {}\n\nfunction _M.hello()\n    return \"hello\"\nend\n\nreturn _M\n"}}},
	Script: func(p *lint.Pass, s *lint.Script) {
		for _, c := range s.Code.Calls {
			if c.Is("module") {
				p.Report(s.Range(c.At()), "module() makes globals of all names").Detail = "local _M = {} ... return _M"
			}
		}
	},
}

// outdated are functions that have a successor.
var outdated = map[string]string{
	"table.getn": "the operator #", "table.foreach": "for k, v in pairs(t)", "table.foreachi": "for i, v in ipairs(t)", "gcinfo": `collectgarbage("count")`,
	"ngx.socket.stream": "ngx.socket.tcp",
}

// LuaOutdatedFunction flags functions that have a successor.
var LuaOutdatedFunction = &lint.Rule{
	Name: "lua-outdated-function", Severity: diag.Info, Group: lint.Deprecated,
	Summary: "Lua code calls a function that has a successor.",
	Why: `table.getn, table.foreach and gcinfo were outdated in Lua 5.1 already; LuaJIT keeps them for old programs and does not
compile all of them. The operator # and the for loop are shorter, faster, and known to everybody.`,
	Bad:  []lint.Example{{In: "http.location", Text: "content_by_lua_block {\n    local list = { 1, 2 }\n    ngx.say(table.getn(list))\n}\n"}},
	Good: []lint.Example{{In: "http.location", Text: "content_by_lua_block {\n    local list = { 1, 2 }\n    ngx.say(#list)\n}\n"}},
	Script: func(p *lint.Pass, s *lint.Script) {
		for _, c := range s.Code.Calls {
			if c.Entry == nil || outdated[c.Entry.Name] == "" {
				continue
			}
			d := p.Report(s.Range(c.At()), "%s is outdated", c.Entry.Name)
			d.Detail = "use " + outdated[c.Entry.Name]
			if arg, ok := c.Arg(0).(*lua.Name); ok && c.Is("table.getn") && !c.Dropped {
				d.Fixes = []diag.Fix{replace(s.Range(c.At()), "#"+arg.Text, "use #")}
			}
		}
	},
}

// LuaUnlimitedArgs flags the parsing of arguments without a limit.
var LuaUnlimitedArgs = &lint.Rule{
	Name: "lua-unlimited-args", Severity: diag.Warn, Group: lint.Security,
	Summary: "Headers or arguments are parsed without the limit on their number.",
	Why: `These functions take 100 entries at most, so that a client cannot fill the memory of the worker and its time with
thousands of them. The argument 0 takes that limit away. Give the number that the application needs.`,
	Bad:  []lint.Example{{In: "http.location", Text: "content_by_lua_block {\n    local args = ngx.req.get_uri_args(0)\n    ngx.say(args.name)\n}\n"}},
	Good: []lint.Example{{In: "http.location", Text: "content_by_lua_block {\n    local args, err = ngx.req.get_uri_args(20)\n    if err == \"truncated\" then\n        return ngx.exit(400)\n    end\n    ngx.say(args.name)\n}\n"}},
	Script: func(p *lint.Pass, s *lint.Script) {
		for _, c := range s.Code.Calls {
			arg := c.Arg(0)
			if c.Is("ngx.decode_args") {
				arg = c.Arg(1)
			} else if !c.Is("ngx.req.get_headers", "ngx.req.get_uri_args", "ngx.req.get_post_args") {
				continue
			}
			if n, ok := arg.(*lua.Number); ok && n.Value == 0 {
				p.Report(s.Range(arg.At()), "0 takes the limit of %s away", c.Entry.Name)
			}
		}
	},
}

// requestPhases are the phases that run for every request or session.
const requestPhases = catalog.Set | catalog.ServerRewrite | catalog.Rewrite | catalog.Access | catalog.Preread | catalog.PreContent | catalog.Content |
	catalog.Balancer | catalog.HeaderFilter | catalog.BodyFilter | catalog.Log | catalog.SSLCertificate | catalog.SSLClientHello

// LuaRegexOptions flags regular expressions that are compiled again each time.
var LuaRegexOptions = &lint.Rule{
	Name: "lua-regex-recompiled", Severity: diag.Info, Group: lint.Reliability,
	Summary: "A constant regular expression is compiled at each call.",
	Why: `Without the option "o" ngx.re compiles the expression again for every request; with it the worker keeps the compiled
form. "j" has PCRE make machine code of it. For constant expressions give "jo". Expressions that are computed are better
without "o": they would fill the cache (lua_regex_cache_max_entries).`,
	Bad:  []lint.Example{{In: "http.location", Text: "access_by_lua_block {\n    if ngx.re.find(ngx.var.uri, [[\\.php$]]) then\n        return ngx.exit(404)\n    end\n}\n"}},
	Good: []lint.Example{{In: "http.location", Text: "access_by_lua_block {\n    if ngx.re.find(ngx.var.uri, [[\\.php$]], \"jo\") then\n        return ngx.exit(404)\n    end\n}\n"}},
	Script: func(p *lint.Pass, s *lint.Script) {
		if s.Phases&requestPhases == 0 || s.Module != "" && s.Phases&initPhases != 0 {
			return
		}
		for _, c := range s.Code.Calls {
			i := 2
			if c.Is("ngx.re.sub", "ngx.re.gsub") {
				i = 3
			} else if !c.Is("ngx.re.match", "ngx.re.find", "ngx.re.gmatch") {
				continue
			}
			_, constant := luacode.Constant(c.Arg(1))
			options, known := luacode.Constant(c.Arg(i))
			known = known || c.Arg(i) == nil || isNil(c.Arg(i))
			if !constant || !known || strings.Contains(options, "o") {
				continue
			}
			d := p.Report(s.Range(c.At()), `%s compiles its expression each time, without the option "o"`, c.Entry.Name)
			d.Detail = `give the options "jo"`
			if last := c.Arg(i - 1); len(c.Args) == i {
				at := s.Range(lua.Span{Start: last.At().End, End: last.At().End})
				fix := replace(at, `, "jo"`, `give the options "jo"`)
				fix.Safe = !inQuotes(s)
				d.Fixes = []diag.Fix{fix}
			}
		}
	},
}

func isNil(e lua.Expr) bool {
	c, ok := luacode.Strip(e).(*lua.Constant)
	return ok && c.Kind == lua.TokNil
}

// inQuotes reports whether the code stands in a string of the configuration,
// where quotes and backslashes mean something else.
func inQuotes(s *lint.Script) bool { return !s.InFile() && s.Uses[0].Node.Lua() == nil }
