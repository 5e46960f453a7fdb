package rules

import (
	"regexp"
	"strings"

	"tidegate/ast/catalog"
	"tidegate/ast/diag"
	"tidegate/lint"
)

// WeakCurve flags curves of less than 256 bits.
var WeakCurve = &lint.Rule{
	Name: "ssl-weak-curve", Severity: diag.Warn, Group: lint.Security,
	Summary: "ssl_ecdh_curve allows a curve that is too small.",
	Why: `The key exchange is as strong as half the bits of the curve: one of 192 bits gives 96, which is less than any cipher that is
worth having. X25519, prime256v1 (P-256) and secp384r1 are in every client; "auto" takes what the TLS library thinks best.`,
	Bad:  []lint.Example{{In: "http", Text: "ssl_ecdh_curve secp192k1:prime256v1;\n"}},
	Good: []lint.Example{{In: "http", Text: "ssl_ecdh_curve X25519:prime256v1:secp384r1;\n"}},
	On:   eachTLS(func(t tlsRows) *catalog.Row { return t.curve }),
	Use: func(p *lint.Pass, u lint.Use) {
		from := 0
		for _, name := range strings.Split(u.Node.Arg(0), ":") {
			if smallCurve.MatchString(name) {
				p.Report(u.Node.TextRange(1, from, from+len(name)), "the curve %s is too small", name)
			}
			from += len(name) + 1
		}
	},
}

// smallCurve fits OpenSSL's and the NIST's names of curves up to 239 bits.
var smallCurve = regexp.MustCompile(`(?i)^(secp(112|128|160|192|224)[rk][12]|sect(113|131|163|193|233|239)[rk][12]|prime(192|239)v[123]|` +
	`brainpoolP(160|192|224)[rt]1|[PKB]-(163|192|224|233)|c2(pnb|tnb|onb)(163|176|191|208|239)\w*|wap-.*)$`)
