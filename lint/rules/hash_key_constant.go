package rules

import (
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/diag"
	"tidegate/lint"
)

// HashKeyConstant flags hash with a key that is always the same.
var HashKeyConstant = &lint.Rule{
	Name: "hash-key-constant", Severity: diag.Warn, Group: lint.Correctness,
	Summary: "The key of hash holds no variable, so all traffic goes to one server.",
	Why: `hash chooses the server by its key. A key that is always the same chooses always the same server; the others are used only
when that one fails. Often a "$" is missing.`,
	Bad:  []lint.Example{{In: "stream.upstream", Text: "hash remote_addr;\nserver 10.0.0.1:80;\nserver 10.0.0.2:80;\n"}},
	Good: []lint.Example{{In: "stream.upstream", Text: "hash $remote_addr;\nserver 10.0.0.1:80;\nserver 10.0.0.2:80;\n"}},
	On:   []*catalog.Row{ngxstream.Hash.Row, ngxhttp.Hash.Row},
	Use: func(p *lint.Pass, u lint.Use) {
		if !u.Arg.(ngxstream.HashArgs).Key.HasVariables() {
			p.Report(u.Node.WordRange(1), `the key "%s" is always the same, and so is the server`, u.Node.Arg(0))
		}
	},
}
