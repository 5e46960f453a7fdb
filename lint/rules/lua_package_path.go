package rules

import (
	"strings"

	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxlua"
	"tidegate/ast/diag"
	"tidegate/lint"
)

// LuaPackagePathClosed flags search paths that leave out OpenResty's own
// modules.
var LuaPackagePathClosed = &lint.Rule{
	Name: "lua-package-path-closed", Severity: diag.Error, Group: lint.Correctness,
	Summary: "lua_package_path leaves out the places of OpenResty's own modules.",
	Why: `Without ";;" lua_package_path replaces the default path, and resty.core is not found: OpenResty does not start, with
"failed to load the 'resty.core' module". ";;" at the end adds the default places.`,
	Bad:  []lint.Example{{In: "http", Text: "lua_package_path \"/etc/nginx/lua/?.lua\";\n"}},
	Good: []lint.Example{{In: "http", Text: "lua_package_path \"/etc/nginx/lua/?.lua;;\";\n"}},
	On:   []*catalog.Row{ngxlua.LuaPackagePath.Row, ngxlua.HTTPLuaPackagePath.Row},
	Use: func(p *lint.Pass, u lint.Use) {
		path := u.Node.Arg(0)
		if strings.Contains(path, ";;") {
			return
		}
		for _, t := range strings.Split(path, ";") {
			// Places where distributions put resty.core may be missing on this machine.
			for _, known := range []string{"lualib", "share/lua", "lua-resty-core", "openresty"} {
				if strings.Contains(t, known) {
					return
				}
			}
			if p.Exists(strings.ReplaceAll(t, "?", "resty/core")) {
				return
			}
		}
		word := u.Node.ArgRange(0)
		d := p.Report(word, `the path has no ";;": OpenResty does not find resty.core`)
		if u.Node.Word(1).Quote != 0 && path != "" && !strings.HasSuffix(path, ";") {
			end := word
			end.Start, end.End = word.End-1, word.End-1
			d.Fixes = []diag.Fix{replace(end, ";;", "add the default places")}
		}
	},
}
