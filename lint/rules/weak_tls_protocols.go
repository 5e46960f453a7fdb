package rules

import (
	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/diag"
	"tidegate/lint"
)

var oldProtocols = []string{"SSLv2", "SSLv3", "TLSv1", "TLSv1.1"}

// Rules on versions of TLS that are broken or given up (RFC 8996).
var (
	// WeakTLSProtocols flags old versions towards clients.
	WeakTLSProtocols = &lint.Rule{
		Name: "weak-tls-protocols", Severity: diag.Warn, Group: lint.Security,
		Summary: "Clients are offered a version of TLS that is no longer safe.",
		Why: `SSLv2 and SSLv3 are broken. TLS 1.0 and 1.1 rest on MD5 and SHA-1 and were given up by RFC 8996; browsers left them in 2020.
An attacker between client and server profits from any version that both still speak.`,
		Bad:        []lint.Example{{In: "http", Text: "ssl_protocols TLSv1 TLSv1.1 TLSv1.2;\n"}},
		Good:       []lint.Example{{In: "http", Text: "ssl_protocols TLSv1.2 TLSv1.3;\n"}},
		References: []string{"RFC 8996", "RFC 7568", "RFC 6176"},
		On:         eachTLS(func(t tlsRows) *catalog.Row { return t.protocols }),
		Use:        reportOldProtocols,
	}
	// WeakProxyTLSProtocols flags old versions towards other servers.
	WeakProxyTLSProtocols = &lint.Rule{
		Name: "weak-proxy-tls-protocols", Severity: diag.Warn, Group: lint.Security,
		Summary: "Connections to other servers may use a version of TLS that is no longer safe.",
		Why: `Traffic to proxied servers, and that of Lua sockets, is as worth protecting as that of clients. SSLv2, SSLv3, TLS 1.0 and TLS
1.1 protect it badly (RFC 8996). If an old server knows nothing newer, allow the finding where that server is, and nowhere else.`,
		Bad:        []lint.Example{{In: "stream", Text: "proxy_ssl_protocols TLSv1.1 TLSv1.2;\n"}},
		Good:       []lint.Example{{In: "stream", Text: "proxy_ssl_protocols TLSv1.2 TLSv1.3;\n"}},
		References: []string{"RFC 8996"},
		On:         clientProtocols,
		Use:        reportOldProtocols,
	}
)

// reportOldProtocols finds the words, and offers to take them away if others
// remain.
func reportOldProtocols(p *lint.Pass, u lint.Use) {
	at := wordsAt(u.Node, oldProtocols...)
	for _, i := range at {
		d := p.Report(u.Node.WordRange(i), "%s is no longer safe", u.Node.Arg(i-1))
		if len(at) < u.Node.NumWords()-1 {
			d.Fixes = []diag.Fix{{Description: "take it away", Edits: []diag.Edit{{Range: wordWithSpace(u.Node, i)}}}}
		}
	}
}

// wordWithSpace is a word with the white space before it.
func wordWithSpace(d *ast.Directive, i int) ast.Range {
	r := d.WordRange(i)
	r.Start = d.WordRange(i - 1).End
	return r
}
