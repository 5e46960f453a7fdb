package rules

import (
	"strings"

	"tidegate/ast/catalog/ngxmail"
	"tidegate/ast/diag"
	"tidegate/lint"
)

// MailCleartextLogin flags mail servers that take passwords over plain
// connections.
var MailCleartextLogin = &lint.Rule{
	Name: "mail-cleartext-login", Severity: diag.Warn, Group: lint.Security,
	Summary: "A mail server takes passwords over connections without TLS.",
	Why: `Clients of IMAP, POP3 and of SMTP submission log in with a password. Without "listen ... ssl" and with "starttls off", which is
the default, it crosses the network as it is. "starttls only" accepts it on an encrypted connection alone.`,
	Bad: []lint.Example{{In: "mail", Text: "auth_http localhost:9000/auth;\nserver {\nlisten 143;\nprotocol imap;\n}\n"}},
	Good: []lint.Example{{In: "mail", Text: "auth_http localhost:9000/auth;\nssl_certificate a.pem;\nssl_certificate_key a.key;\n" +
		"server {\nlisten 993 ssl;\nprotocol imap;\n}\nserver {\nlisten 25;\nprotocol smtp;\nsmtp_auth none;\n}\n"}},
	Whole: func(p *lint.Pass) {
		if !p.Complete() {
			return
		}
		for _, s := range mailServers(p.Tree) {
			if mailEncrypts(s) {
				continue
			}
			if v, ok := valueAt(ngxmail.SMTPAuth.Row, s); ok && strings.EqualFold(v.Node.Arg(0), "none") && v.Node.NumWords() == 2 {
				continue
			}
			p.Report(s.Node().WordRange(0), `passwords cross the network as they are: neither "listen ... ssl" nor "starttls"`)
		}
	},
}
