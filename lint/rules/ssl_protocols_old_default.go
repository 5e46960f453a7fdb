package rules

import (
	"tidegate/ast/conf"
	"tidegate/ast/diag"
	"tidegate/lint"
)

// since1_27_3 leaves TLS 1.0 and 1.1 out by default.
var since1_27_3 = lint.Version{Major: 1, Minor: 27, Patch: 3}

// ProtocolsOldDefault flags servers that get old versions of TLS by default.
var ProtocolsOldDefault = &lint.Rule{
	Name: "ssl-protocols-old-default", Severity: diag.Warn, Group: lint.Security,
	Summary: "Without ssl_protocols the target version offers TLS 1.0 and 1.1.",
	Why: `nginx before 1.27.3 has TLSv1 and TLSv1.1 among the versions that it offers when nothing is set. They were given up by RFC 8996.
Say "ssl_protocols TLSv1.2 TLSv1.3" for such a target.`,
	Bad:        []lint.Example{{In: "http", Text: "server {\nlisten 443 ssl;\nssl_certificate a.pem;\nssl_certificate_key a.key;\n}\n", Target: "nginx=1.26"}},
	Good:       []lint.Example{{In: "http", Text: "ssl_protocols TLSv1.2 TLSv1.3;\nserver {\nlisten 443 ssl;\nssl_certificate a.pem;\nssl_certificate_key a.key;\n}\n", Target: "nginx=1.26"}},
	References: []string{"RFC 8996"},
	Whole: func(p *lint.Pass) {
		if !p.Target.Known() || !p.Target.Nginx.Before(since1_27_3) || !p.Complete() {
			return
		}
		report := func(t tlsRows, servers []*conf.Level) {
			for _, s := range servers {
				_, set := valueAt(t.protocols, s)
				if v, ok := valueAt(t.certificate, s); ok && !set {
					p.Report(v.Node.WordRange(0), "nginx %s offers TLS 1.0 and 1.1 here: there is no ssl_protocols", p.Target.Nginx)
				}
			}
		}
		report(streamTLS, p.Tree.Servers())
		report(httpTLS, p.Tree.HTTPServers())
		report(mailTLS, mailServers(p.Tree))
	},
}
