package rules

import (
	"strings"

	"tidegate/ast/catalog"
	"tidegate/ast/diag"
	"tidegate/lint"
)

// Rules on OCSP stapling that does not come about.
var (
	// StaplingWithoutResolver flags ssl_stapling that cannot find the responder.
	StaplingWithoutResolver = &lint.Rule{
		Name: "ssl-stapling-without-resolver", Severity: diag.Warn, Group: lint.Correctness,
		Summary: "ssl_stapling is on, and there is no resolver to find the OCSP responder with.",
		Why: `The address of the responder stands in the certificate as a host name. nginx looks it up while running, with "resolver". Without
one it logs "no resolver defined to resolve ..." and staples nothing, and every client has to ask the responder itself.`,
		Bad:  []lint.Example{{In: "http.server", Text: "ssl_stapling on;\n"}},
		Good: []lint.Example{{In: "http.server", Text: "ssl_stapling on;\nresolver 127.0.0.53;\n"}},
		On:   []*catalog.Row{streamTLS.stapling, httpTLS.stapling},
		Use: func(p *lint.Pass, u lint.Use) {
			if !isOn(u.Value) || !p.Complete() {
				return
			}
			t := tlsFor(u.Level.In())
			for _, s := range serversUnder(u.Level, t.server, u.Row) {
				_, resolver := valueAt(t.resolver, s)
				_, file := valueAt(t.staplingFile, s)
				_, responder := valueAt(t.staplingResponder, s)
				if _, certificate := valueAt(t.certificate, s); !resolver && !file && !responder && (certificate || s == u.Level) {
					p.Report(u.Node.HeadRange(), `the OCSP responder cannot be looked up: there is no "resolver"`)
					return
				}
			}
		},
	}
	// StaplingWithoutOCSP flags ssl_stapling for certificates without a responder.
	StaplingWithoutOCSP = &lint.Rule{
		Name: "ssl-stapling-without-ocsp", Severity: diag.Info, Group: lint.Unused,
		Summary: "ssl_stapling is on for a certificate of Let's Encrypt, which has no OCSP any more.",
		Why: `Let's Encrypt ended its OCSP service in August 2025, and its certificates name no responder. nginx warns at each start that
"ssl_stapling" is ignored.`,
		Bad: []lint.Example{{In: "http.server", Text: "ssl_certificate /etc/letsencrypt/live/example.com/fullchain.pem;\n" +
			"ssl_certificate_key /etc/letsencrypt/live/example.com/privkey.pem;\nssl_stapling on;\nresolver 127.0.0.53;\n"}},
		Good: []lint.Example{{In: "http.server", Text: "ssl_certificate /etc/letsencrypt/live/example.com/fullchain.pem;\n" +
			"ssl_certificate_key /etc/letsencrypt/live/example.com/privkey.pem;\n"}},
		On: []*catalog.Row{streamTLS.certificate, httpTLS.certificate},
		Use: func(p *lint.Pass, u lint.Use) {
			v, ok := valueAt(tlsFor(u.Level.In()).stapling, u.Level)
			if ok && isOn(v) && strings.Contains(u.Node.Arg(0), "/letsencrypt/live/") {
				p.Report(v.Node.HeadRange(), "the certificate %s names no OCSP responder, and ssl_stapling is ignored", u.Node.Arg(0)).
					Related = []diag.Related{{Range: u.Node.HeadRange(), Message: "the certificate"}}
			}
		},
	}
)
