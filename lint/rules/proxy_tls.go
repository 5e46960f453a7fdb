package rules

import (
	"net/netip"
	"strings"

	"tidegate/ast/diag"
	"tidegate/lint"
	"tidegate/lint/site"
)

// eachTLSPass visits what is passed on over TLS.
func eachTLSPass(s *site.Site, visit func(site.Pass, tlsClient)) {
	s.Passes(func(pass site.Pass) {
		for _, c := range tlsClients {
			if c.pass == pass.Row && pass.Target != nil && strings.HasPrefix(strings.ToLower(pass.Target.Template.Text), c.scheme) {
				visit(pass, c)
			}
		}
	})
}

// ProxyTLSWrongName flags checks of certificates against a name that no
// certificate has.
var ProxyTLSWrongName = &lint.Rule{
	Name: "proxy-tls-wrong-name", Severity: diag.Error, Group: lint.Correctness,
	Summary: "The certificate of the proxied server is checked against a name that it cannot have.",
	Why: `With "proxy_ssl_verify on" the certificate must be for the name in proxy_pass. Where that is the name of an upstream block or an
address, no certificate fits (nginx compares names only), and every request is answered by 502. Say the name with "proxy_ssl_name".`,
	Bad:        []lint.Example{{In: "http", Text: "upstream app { server 192.0.2.1:443; }\nserver {\n    listen 80;\n    location / {\n        proxy_pass https://app;\n        proxy_ssl_verify on;\n        proxy_ssl_trusted_certificate ca.pem;\n    }\n}\n"}},
	Good:       []lint.Example{{In: "http", Text: "upstream app { server 192.0.2.1:443; }\nserver {\n    listen 80;\n    location / {\n        proxy_pass https://app;\n        proxy_ssl_verify on;\n        proxy_ssl_trusted_certificate ca.pem;\n        proxy_ssl_name app.example.com;\n    }\n}\n"}},
	References: []string{"proxy_ssl_name", "proxy_ssl_verify"},
	Whole: completeSite(func(p *lint.Pass, s *site.Site) {
		eachTLSPass(s, func(pass site.Pass, c tlsClient) {
			if _, named := valueAt(c.name, pass.Level); named || pass.Target.HasVariables() || !c.verifies(pass.Level) {
				return
			}
			host := pass.Target.Addr.Host
			_, err := netip.ParseAddr(strings.Trim(host, "[]"))
			switch {
			case pass.Target.Group != nil && !strings.Contains(host, "."):
				p.Report(pass.Node.ArgRange(0), `no certificate is for %q, the name of an upstream block: set "%s"`, host, c.name.Name)
			case err == nil:
				p.Report(pass.Node.ArgRange(0), `certificates are compared with names only, not with the address %s: set "%s"`, host, c.name.Name)
			}
		})
	}),
}

// ProxyTLSWithoutSNI flags TLS to named servers that are not told the name.
var ProxyTLSWithoutSNI = &lint.Rule{
	Name: "proxy-tls-without-sni", Severity: diag.Info, Group: lint.Reliability,
	Summary: "The proxied server is not told for which of its names the TLS connection is.",
	Why: `"proxy_ssl_server_name" is off unless it is set, so the handshake does not carry the server's name (SNI). A server with several names, as
in every cloud and CDN, then sends the certificate of another one or ends the handshake.`,
	Bad:        []lint.Example{{In: "http.location", Text: "proxy_pass https://app.example.com;\n"}},
	Good:       []lint.Example{{In: "http.location", Text: "proxy_pass https://app.example.com;\nproxy_ssl_server_name on;\n"}, {In: "http.location", Text: "proxy_pass https://192.0.2.1;\n"}},
	References: []string{"proxy_ssl_server_name"},
	Whole: completeSite(func(p *lint.Pass, s *site.Site) {
		eachTLSPass(s, func(pass site.Pass, c tlsClient) {
			if v, ok := valueAt(c.serverName, pass.Level); ok && isOn(v) {
				return
			}
			named := !pass.Target.HasVariables() && pass.Target.Group == nil && pass.Target.Addr.IsName && strings.Contains(pass.Target.Addr.Host, ".")
			if named {
				p.Report(pass.Node.ArgRange(0), `%q is not told its name in the handshake: "%s" is off`, pass.Target.Addr.Host, c.serverName.Name)
			}
		})
	}),
}
