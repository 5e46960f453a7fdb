package rules

import (
	"strings"

	"tidegate/ast/catalog/ngxmail"
	"tidegate/ast/conf"
	"tidegate/ast/diag"
	"tidegate/lint"
)

// MailStartTLSOptional flags mail servers that leave encryption to the client.
var MailStartTLSOptional = &lint.Rule{
	Name: "mail-starttls-optional", Severity: diag.Info, Group: lint.Security,
	Summary: "A mail server offers STARTTLS and takes passwords without it too.",
	Why: `With "starttls on" a client that does not ask for TLS logs in over the plain connection. Somebody on the way can take the offer out
of the server's greeting, and many clients then go on without a word. "starttls only" takes no password before the connection is encrypted;
mail between servers (port 25) has to stay as it is.`,
	Bad:  []lint.Example{{In: "mail.server", Text: "ssl_certificate a.pem;\nssl_certificate_key a.key;\nstarttls on;\n"}},
	Good: []lint.Example{{In: "mail.server", Text: "ssl_certificate a.pem;\nssl_certificate_key a.key;\nstarttls only;\n"}},
	Whole: func(p *lint.Pass) {
		if !p.Complete() {
			return
		}
		for _, s := range mailServers(p.Tree) {
			v, ok := valueAt(ngxmail.StartTLS.Row, s)
			if ok && strings.EqualFold(v.Node.Arg(0), "on") && !asksForNothing(s) {
				p.Report(v.Node.HeadRange(), "passwords are taken without TLS too")
			}
		}
	},
}

// asksForNothing tells that a server takes mail without any password.
func asksForNothing(s *conf.Level) bool {
	v, ok := valueAt(ngxmail.SMTPAuth.Row, s)
	return ok && strings.EqualFold(v.Node.Arg(0), "none") && v.Node.NumWords() == 2
}

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
			if mailEncrypts(s) || asksForNothing(s) {
				continue
			}
			p.Report(s.Node().WordRange(0), `passwords cross the network as they are: neither "listen ... ssl" nor "starttls"`)
		}
	},
}
