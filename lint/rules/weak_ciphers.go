package rules

import (
	"slices"
	"strings"

	"tidegate/ast/catalog"
	"tidegate/ast/diag"
	"tidegate/lint"
)

// cipherRows are the directives that hold a list of ciphers, those for clients
// first.
var cipherRows = append(eachTLS(func(t tlsRows) *catalog.Row { return t.ciphers }), clientCiphers...)

// Rules on lists of ciphers.
var (
	// WeakCiphers flags ciphers that protect little.
	WeakCiphers = &lint.Rule{
		Name: "weak-ciphers", Severity: diag.Warn, Group: lint.Security,
		Summary: "A list of ciphers lets in some that protect little or nothing.",
		Why: `The list is read from left to right; a name adds ciphers, and "!" in front takes them away for good, wherever it stands. RC4,
3DES, DES, export ciphers, those without encryption or without authentication can be read or altered by an attacker. Newer TLS
libraries leave most of them out whatever the list says; the list should not depend on that. Without the directive nginx uses
"HIGH:!aNULL:!MD5".`,
		Bad: []lint.Example{{In: "http", Text: "ssl_ciphers ALL:!EXPORT:!LOW;\n"},
			{In: "http", Text: "ssl_ciphers ECDHE-RSA-AES128-GCM-SHA256:DES-CBC3-SHA;\n"}},
		Good: []lint.Example{{In: "http", Text: "ssl_ciphers ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-CHACHA20-POLY1305;\n"},
			{In: "http", Text: "ssl_ciphers HIGH:!aNULL:!MD5:!RC4:!3DES;\n"}},
		References: []string{"RFC 7465", "CVE-2016-2183"},
		On:         cipherRows,
		Use: func(p *lint.Pass, u lint.Use) {
			tokens, why := weakCiphers(u.Node.Arg(0))
			for i, t := range tokens {
				p.Report(u.Node.TextRange(1, t.from, t.to), "%s lets weak ciphers in: %s", u.Node.Arg(0)[t.from:t.to], why[i])
			}
		},
	}
	// SecurityLevelZero flags @SECLEVEL=0.
	SecurityLevelZero = &lint.Rule{
		Name: "ssl-security-level-zero", Severity: diag.Warn, Group: lint.Security,
		Summary: "A list of ciphers switches the checks of the TLS library off.",
		Why: `"@SECLEVEL=0" allows everything that OpenSSL can still do: RSA keys of 512 bits, signatures with MD5, ciphers without
authentication. It is found in advice on connecting to very old peers; what these need is usually level 1, or a single cipher.`,
		Bad:  []lint.Example{{In: "stream", Text: "proxy_ssl_ciphers DEFAULT:@SECLEVEL=0;\n"}},
		Good: []lint.Example{{In: "stream", Text: "proxy_ssl_ciphers DEFAULT:@SECLEVEL=2;\n"}},
		On:   cipherRows,
		Use: func(p *lint.Pass, u lint.Use) {
			for _, t := range cipherTokens(u.Node.Arg(0)) {
				if t.op == '@' && t.parts[0] == "SECLEVEL=0" {
					p.Report(u.Node.TextRange(1, t.from, t.to), "the checks of keys, signatures and ciphers are switched off")
				}
			}
		},
	}
	// CiphersTLS13Names flags cipher suites of TLS 1.3 in lists that are not about
	// TLS 1.3.
	CiphersTLS13Names = &lint.Rule{
		Name: "ssl-ciphers-tls13-names", Severity: diag.Info, Group: lint.Unused,
		Summary: "A list of ciphers names suites of TLS 1.3, which it has no say in.",
		Why: `The list is for TLS 1.2 and older. OpenSSL keeps the suites of TLS 1.3 in a list of their own and ignores their names here:
all of them stay on, in OpenSSL's order. "ssl_conf_command Ciphersuites ..." sets that list.`,
		Bad:  []lint.Example{{In: "http", Text: "ssl_ciphers TLS_AES_256_GCM_SHA384:ECDHE-RSA-AES128-GCM-SHA256;\n"}},
		Good: []lint.Example{{In: "http", Text: "ssl_ciphers ECDHE-RSA-AES128-GCM-SHA256;\nssl_conf_command Ciphersuites TLS_AES_256_GCM_SHA384;\n"}},
		On:   cipherRows,
		Use: func(p *lint.Pass, u lint.Use) {
			for _, t := range cipherTokens(u.Node.Arg(0)) {
				if t.op == 0 && slices.Contains(tls13Suites, strings.ToUpper(t.parts[0])) {
					p.Report(u.Node.TextRange(1, t.from, t.to), "the suites of TLS 1.3 are not set here, and this name is ignored")
				}
			}
		},
	}
)

var tls13Suites = []string{
	"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_CCM_SHA256", "TLS_AES_128_CCM_8_SHA256",
}
