package rules

import (
	"strings"

	"tidegate/ast/catalog"
	"tidegate/ast/conf"
	"tidegate/ast/diag"
	"tidegate/lint"
)

// CiphersIgnored flags settings of TLS 1.2 where only TLS 1.3 is spoken.
var CiphersIgnored = &lint.Rule{
	Name: "ssl-ciphers-ignored", Severity: diag.Info, Group: lint.Unused,
	Summary: "ssl_ciphers or ssl_dhparam is set where only TLS 1.3 is spoken, which looks at neither.",
	Why: `Both are about TLS 1.2 and older. TLS 1.3 has a list of its own ("ssl_conf_command Ciphersuites ...") and no finite-field
Diffie-Hellman with parameters from a file.`,
	Bad:  []lint.Example{{In: "http.server", Text: "ssl_protocols TLSv1.3;\nssl_ciphers HIGH:!aNULL;\n"}},
	Good: []lint.Example{{In: "http.server", Text: "ssl_protocols TLSv1.2 TLSv1.3;\nssl_ciphers HIGH:!aNULL;\n"}},
	On: append(eachTLS(func(t tlsRows) *catalog.Row { return t.ciphers }),
		eachTLS(func(t tlsRows) *catalog.Row { return t.dhparam })...),
	Use: func(p *lint.Pass, u lint.Use) {
		t := tlsFor(u.Level.In())
		servers := serversUnder(u.Level, t.server, u.Row)
		for _, s := range servers {
			if !onlyTLS13(t, s) {
				return
			}
		}
		if len(servers) > 0 && (p.Complete() || u.Level.Block() == t.server) {
			p.Report(u.Node.WordRange(0), `"%s" has no effect: only TLS 1.3 is spoken here`, u.Row.Name)
		}
	},
}

// onlyTLS13 tells that a server has ssl_protocols with nothing else than
// TLSv1.3. Several directives of a level add up.
func onlyTLS13(t tlsRows, l *conf.Level) bool {
	for ; l != nil; l = l.Parent() {
		found, only := false, true
		l.Each(func(v catalog.Value) bool {
			if v.Row == t.protocols {
				found = true
				for i := 1; i < v.Node.NumWords(); i++ {
					only = only && strings.EqualFold(v.Node.Arg(i-1), "TLSv1.3")
				}
			}
			return true
		})
		if found {
			return only
		}
	}
	return false
}
