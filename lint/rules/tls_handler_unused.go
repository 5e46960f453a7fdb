package rules

import (
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxlua"
	"tidegate/ast/diag"
	"tidegate/lint"
)

// TLSHandlerUnused flags scripts of TLS handshakes where there are none.
var TLSHandlerUnused = &lint.Rule{
	Name: "lua-tls-handler-unused", Severity: diag.Warn, Group: lint.Unused,
	Summary: "A script is to run during TLS handshakes, and no listen directive has ssl.",
	Why: `ssl_client_hello_by_lua, ssl_certificate_by_lua and their kin run when nginx itself speaks TLS with the client. Without
"listen ... ssl" the server passes on or answers what comes, and the code is never run: not with ssl_preread either, which only reads the
ClientHello.`,
	Bad:  []lint.Example{{In: "stream.server", Text: "ssl_client_hello_by_lua_block { ngx.log(ngx.INFO, \"hello\") }\nproxy_pass 10.0.0.1:443;\n"}},
	Good: []lint.Example{{In: "stream", Text: "server {\nlisten 443 ssl;\nssl_certificate a.pem;\nssl_certificate_key a.key;\nssl_client_hello_by_lua_block { ngx.log(ngx.INFO, \"hello\") }\nproxy_pass 10.0.0.1:80;\n}\n"}},
	On: phaseRows(ngxlua.SSLClientHelloPhase, ngxlua.SSLCertificatePhase, ngxlua.HTTPSSLClientHelloPhase, ngxlua.HTTPSSLCertificatePhase,
		ngxlua.HTTPSSLSessionFetchPhase, ngxlua.HTTPSSLSessionStorePhase),
	Use: func(p *lint.Pass, u lint.Use) {
		servers := serversOf(u.Level)
		if !p.Complete() || len(servers) == 0 {
			return
		}
		encrypted := encryptedServers(p)
		for _, s := range servers {
			if encrypted[s] {
				return
			}
		}
		p.Report(u.Node.WordRange(0), `the code is never run: no "listen" here has "ssl"`)
	},
}

func phaseRows(phases ...*ngxlua.Phase) []*catalog.Row {
	var out []*catalog.Row
	for _, p := range phases {
		out = append(out, p.Rows()...)
	}
	return out
}
