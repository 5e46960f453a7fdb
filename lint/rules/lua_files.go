package rules

import (
	"path"
	"tidegate/ast"
	"tidegate/ast/diag"
	"tidegate/lint"
)

// LuaFileSyntax flags files of Lua that cannot be compiled. Those of code in the
// configuration itself are found by the checker.
var LuaFileSyntax = &lint.Rule{
	Name: "lua-file-syntax", Severity: diag.Error, Group: lint.Correctness,
	Summary: "A file of Lua cannot be compiled.",
	Why: `nginx reads files of Lua when their code is to run for the first time. A syntax error in one passes "nginx -t" and
becomes an error 500, or a connection that is closed, for every client.`,
	Bad: []lint.Example{{In: "http.location", Text: "content_by_lua_file lua/hello.lua;\n",
		Files: map[string]string{"lua/hello.lua": "if ngx.var.arg_name {\n    ngx.say(\"hello\")\n}\n"}}},
	Good: []lint.Example{{In: "http.location", Text: "content_by_lua_file lua/hello.lua;\n",
		Files: map[string]string{"lua/hello.lua": "if ngx.var.arg_name then\n    ngx.say(\"hello\")\nend\n"}}},
	Whole: func(p *lint.Pass) {
		for _, s := range p.Scripts() {
			if err := s.Code.Chunk.Err; err != nil && s.InFile() && !s.Foreign {
				p.Report(visible(s.Range(err.Span)), "%s", err.Message)
			}
		}
	},
}

// visible widens the range of a place at the end of a file, so that there is
// something to point at.
func visible(r ast.Range) ast.Range {
	if r.Start == r.End && r.End < len(r.File.Src) {
		r.End++
	}
	return r
}

// LuaFileUnreadable flags files of Lua that are named and cannot be read.
var LuaFileUnreadable = &lint.Rule{
	Name: "lua-file-unreadable", Severity: diag.Warn, Group: lint.Correctness,
	Summary: "A directive names a file of Lua that cannot be read.",
	Why: `nginx opens the file when its code is to run for the first time: the configuration passes "nginx -t", and the requests
fail. Relative names are relative to the prefix of nginx, not to the directory of the configuration.

What such a file does is not known to the linter either, so it says less about the rest. With -elsewhere a file is missed
only if others of its folder are here.`,
	Bad:  []lint.Example{{In: "http.location", Text: "content_by_lua_file lua/helo.lua;\n", Files: map[string]string{"lua/hello.lua": "ngx.say(\"hello\")\n"}}},
	Good: []lint.Example{{In: "http.location", Text: "content_by_lua_file lua/hello.lua;\n", Files: map[string]string{"lua/hello.lua": "ngx.say(\"hello\")\n"}}},
	Whole: func(p *lint.Pass) {
		here := map[string]bool{}
		for _, s := range p.Scripts() {
			if s.InFile() {
				here[path.Dir(s.File.Name)] = true
			}
		}
		for _, u := range p.Lua().Unread {
			if p.Elsewhere() && !here[path.Dir(u.Name)] {
				continue
			}
			word := u.Use.Node.ArgRange(u.Use.Node.NumWords() - 2)
			p.Report(word, "the file cannot be read: %v", u.Err).Detail = "relative names begin at nginx's prefix"
		}
	},
}

// LuaModuleMissing flags required modules that no place has.
var LuaModuleMissing = &lint.Rule{
	Name: "lua-module-not-found", Severity: diag.Error, Group: lint.Correctness,
	Summary: "Lua code requires a module that lua_package_path does not lead to.",
	Why: `require looks for "a.b" as a/b.lua in the places of lua_package_path. If it finds nothing it raises an error, in the
first request that comes along.

The linter reports a module only if nothing else can provide it: all places are known because lua_package_path has no
";;" (which adds those that are built into LuaJIT), or a module with the same first name was found where this one is not.`,
	Bad: []lint.Example{{In: "http", Text: `lua_package_path "/etc/nginx/lua/?.lua;;";
init_by_lua_block {
    require "shop.config"
    require "shop.cart"
}
`, Files: map[string]string{"lua/shop/config.lua": "return {}\n"}}},
	Good: []lint.Example{{In: "http", Text: `lua_package_path "/etc/nginx/lua/?.lua;;";
init_by_lua_block {
    require "shop.config"
    require "resty.core"
}
`, Files: map[string]string{"lua/shop/config.lua": "return {}\n"}}},
	Whole: func(p *lint.Pass) {
		found := map[string]bool{}
		for _, s := range p.Scripts() {
			if first, _, ok := cutModule(s.Module); ok && !s.Foreign {
				found[first] = true
			}
		}
		for _, m := range p.Lua().Missing {
			first, _, ok := cutModule(m.Require.Name)
			if m.Require.Protected || m.Script.Foreign || !m.Known && !(ok && found[first]) || preloads(p)[m.Require.Name] {
				continue
			}
			d := p.Report(m.Script.Range(m.Require.Call.At()), "module %q is not found", m.Require.Name)
			if len(m.Tried) > 0 {
				d.Detail = "looked for " + list(m.Tried)
			}
		}
	},
}
