package rules

import (
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/diag"
	"tidegate/lint"
)

// VersionDisclosure flags server_tokens on and build.
var VersionDisclosure = &lint.Rule{
	Name: "version-disclosure", Severity: diag.Warn, Group: lint.Security,
	Summary: "Error pages and the Server header tell the version of nginx.",
	Why: `Who knows the version knows which published attacks to try. With "server_tokens off" nginx still names itself, without
the number.`,
	Bad:  []lint.Example{{In: "http", Text: "server_tokens on;\n"}},
	Good: []lint.Example{{In: "http", Text: "server_tokens off;\n"}},
	On:   []*catalog.Row{ngxhttp.ServerTokens.Row},
	Use: func(p *lint.Pass, u lint.Use) {
		if v := u.Node.Arg(0); v == "on" || v == "build" {
			word := u.Node.ArgRange(0)
			p.Report(word, `"server_tokens %s" tells clients the version`, v).
				Fixes = []diag.Fix{replace(word, "off", `write "server_tokens off"`)}
		}
	},
}
