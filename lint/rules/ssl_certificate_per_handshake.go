package rules

import (
	"strings"

	"tidegate/ast/catalog"
	"tidegate/ast/diag"
	"tidegate/lint"
)

// CertificatePerHandshake flags certificates that are read from disk again and
// again.
var CertificatePerHandshake = &lint.Rule{
	Name: "ssl-certificate-per-handshake", Severity: diag.Info, Group: lint.Reliability,
	Summary: "A certificate named with variables is read from disk at every handshake.",
	Why: `nginx knows the name of the file only when a client is there, so it opens, reads and parses certificate and key for each
handshake, in the worker, while all its other connections wait. ssl_certificate_cache (since 1.27.4) keeps them.`,
	Bad:  []lint.Example{{In: "http.server", Text: "ssl_certificate $ssl_server_name.crt;\nssl_certificate_key $ssl_server_name.key;\n"}},
	Good: []lint.Example{{In: "http.server", Text: "ssl_certificate $ssl_server_name.crt;\nssl_certificate_key $ssl_server_name.key;\nssl_certificate_cache max=1000 valid=1m;\n"}},
	On:   []*catalog.Row{streamTLS.certificate, httpTLS.certificate},
	Use: func(p *lint.Pass, u lint.Use) {
		name, cache := u.Node.Arg(0), tlsFor(u.Level.In()).certificateCache
		if !strings.Contains(name, "$") || strings.HasPrefix(name, "data:") || !p.Complete() || p.Target.Lacks(cache) {
			return
		}
		if v, ok := valueAt(cache, u.Level); !ok || strings.EqualFold(v.Node.Arg(0), "off") {
			p.Report(u.Node.WordRange(1), "certificate and key are read from disk at every handshake: set ssl_certificate_cache")
		}
	},
}
