package rules

import (
	"slices"
	"strings"

	"tidegate/ast/catalog"
	"tidegate/ast/conf"
	"tidegate/ast/diag"
	"tidegate/lint"
)

// DHEWithoutDhparam flags DHE ciphers that nginx cannot offer.
var DHEWithoutDhparam = &lint.Rule{
	Name: "ssl-dhe-without-dhparam", Severity: diag.Info, Group: lint.Unused,
	Summary: "ssl_ciphers names DHE ciphers, and no ssl_dhparam makes them usable.",
	Why: `Since 1.11.0 nginx has no Diffie-Hellman parameters of its own. Without ssl_dhparam no DHE cipher is ever chosen, so naming them
does nothing. ECDHE ciphers need no parameters and are faster; leave the DHE ones out.`,
	Bad:  []lint.Example{{In: "http", Text: "ssl_ciphers ECDHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES128-GCM-SHA256;\n"}},
	Good: []lint.Example{{In: "http", Text: "ssl_ciphers ECDHE-RSA-AES128-GCM-SHA256;\n"}},
	On:   eachTLS(func(t tlsRows) *catalog.Row { return t.ciphers }),
	Use: func(p *lint.Pass, u lint.Use) {
		t := tlsFor(u.Level.In())
		if _, ok := valueAt(t.dhparam, u.Level); ok || !p.Complete() {
			return
		}
		within := false
		eachLevel(u.Level, func(l *conf.Level) { within = within || len(l.Values(t.dhparam)) > 0 })
		if within {
			return
		}
		for _, token := range cipherTokens(u.Node.Arg(0)) {
			if token.op == 0 && slices.ContainsFunc(token.parts, needsDhparam) {
				p.Report(u.Node.TextRange(1, token.from, token.to), "%s is never chosen: there is no ssl_dhparam",
					u.Node.Arg(0)[token.from:token.to])
			}
		}
	},
}

func needsDhparam(name string) bool {
	switch name {
	case "DHE", "EDH", "kDHE", "kEDH":
		return true
	}
	return strings.HasPrefix(name, "DHE-") || strings.HasPrefix(name, "EDH-")
}
