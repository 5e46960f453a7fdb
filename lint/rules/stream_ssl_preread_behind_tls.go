package rules

import (
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/diag"
	"tidegate/lint"
)

// StreamSSLPrereadBehindTLS flags ssl_preread together with listen ssl.
var StreamSSLPrereadBehindTLS = &lint.Rule{
	Name: "stream-ssl-preread-behind-tls", Severity: diag.Warn, Group: lint.Correctness,
	Summary: "ssl_preread is on where nginx itself ends TLS, and so looks at what is inside.",
	Why: `With "listen ... ssl" the handshake comes before the preread phase. ssl_preread then waits for a second ClientHello inside
the encrypted connection. There is none, so $ssl_preread_server_name and its kin stay empty, and protocols in which the server
speaks first wait for preread_timeout. Where nginx ends TLS, $ssl_server_name and $ssl_alpn_protocol say what the client asked for.`,
	Bad: []lint.Example{{In: "stream", Text: "server {\nlisten 443 ssl;\nssl_certificate a.pem;\nssl_certificate_key a.key;\nssl_preread on;\n" +
		"proxy_pass 10.0.0.1:80;\n}\n"}},
	Good: []lint.Example{{In: "stream", Text: "map $ssl_preread_server_name $to { default 10.0.0.1:443; a.example.com 10.0.0.2:443; }\n" +
		"server { listen 443; ssl_preread on; proxy_pass $to; }\n"}},
	On: []*catalog.Row{ngxstream.Server.Row},
	Use: func(p *lint.Pass, u lint.Use) {
		on, ok := inForce(ngxstream.SSLPreread, u.Body())
		if !ok || !on.Arg || !tlsOnly(u.Body()) {
			return
		}
		d := p.Report(on.Node.WordRange(0), `"ssl_preread" looks for a ClientHello inside of TLS here, and finds none`)
		for _, listen := range ngxstream.Listen.Uses(u.Body()) {
			if listen.Arg.SSL {
				d.Related = append(d.Related, diag.Related{Range: listen.Node.HeadRange(), Message: "TLS ends here"})
				break
			}
		}
	},
}
