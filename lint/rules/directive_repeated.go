package rules

import (
	"slices"

	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/conf"
	"tidegate/ast/diag"
	"tidegate/lint"
)

// DirectiveRepeated flags directives that nginx lets stand twice in a block.
var DirectiveRepeated = &lint.Rule{
	Name: "directive-repeated", Severity: diag.Warn, Group: lint.Correctness,
	Summary: "A directive stands twice in a block, where the second one adds to the first or replaces it without a word.",
	Why: `Most directives may stand in a block once, and nginx says so. A few it takes twice. Those with a list of words add up: after
"ssl_protocols TLSv1 TLSv1.2" a second "ssl_protocols TLSv1.3", perhaps in an included file, leaves TLS 1.0 on. Others, like
ssl_session_cache, count the last time only.`,
	Bad:  []lint.Example{{In: "http.server", Text: "ssl_protocols TLSv1.2;\nssl_protocols TLSv1.3;\n"}},
	Good: []lint.Example{{In: "http.server", Text: "ssl_protocols TLSv1.2 TLSv1.3;\n"}},
	On:   repeatableRows(),
	Use: func(p *lint.Pass, u lint.Use) {
		var before *ast.Directive
		u.Level.Each(func(v catalog.Value) bool {
			if v.Row == u.Row && v.At != u.At {
				before = v.Node
			}
			return v.At != u.At
		})
		if before == nil || slices.Equal(argumentsOf(before), argumentsOf(u.Node)) {
			return
		}
		message := `only this "%s" counts, not the earlier one of the block`
		if u.Row.Repeat == catalog.AddsUp {
			message = `this "%s" adds to the earlier one of the block, it does not replace it`
		} else if before.File != u.Node.File {
			return // a file of defaults and what is different here
		}
		p.Report(u.Node.HeadRange(), message, u.Row.Name).Related = []diag.Related{{Range: before.HeadRange(), Message: "the earlier one"}}
	},
}

// repeatableRows lists the directives with arguments of which a second one is
// taken without a message.
func repeatableRows() []*catalog.Row {
	var out []*catalog.Row
	for _, m := range conf.Catalog.Modules() {
		for _, r := range m.Rows {
			if r.Repeat == catalog.LastWins || r.Repeat == catalog.AddsUp {
				out = append(out, r)
			}
		}
	}
	return out
}
