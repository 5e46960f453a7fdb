package rules

import (
	"strings"

	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxmail"
	"tidegate/ast/conf"
	"tidegate/ast/diag"
	"tidegate/lint"
)

// CertificateWithoutSSL flags servers that have a certificate and speak no TLS.
var CertificateWithoutSSL = &lint.Rule{
	Name: "ssl-certificate-without-ssl", Severity: diag.Error, Group: lint.Security,
	Summary: "A server has a certificate, and none of its listen directives says ssl.",
	Why: `ssl_certificate alone does not turn TLS on; "ssl" in listen does. Without it the server speaks plain text, on port 443 too, and
clients that expect TLS get an error that names a protocol or a record.`,
	Bad:  []lint.Example{{In: "http", Text: "server {\nlisten 443;\nserver_name a.example.com;\nssl_certificate a.pem;\nssl_certificate_key a.key;\n}\n"}},
	Good: []lint.Example{{In: "http", Text: "server {\nlisten 443 ssl;\nserver_name a.example.com;\nssl_certificate a.pem;\nssl_certificate_key a.key;\n}\n"}},
	Whole: func(p *lint.Pass) {
		if !p.Complete() {
			return
		}
		encrypted := encryptedServers(p)
		report := func(s *conf.Level, row *catalog.Row) {
			if vs := s.Values(row); len(vs) > 0 && !encrypted[s] {
				p.Report(vs[0].Node.WordRange(0), `the certificate is not used: no "listen" of this server has "ssl"`)
			}
		}
		for _, s := range p.Tree.Servers() {
			report(s, streamTLS.certificate)
		}
		for _, s := range p.Tree.HTTPServers() {
			report(s, httpTLS.certificate)
		}
		for _, s := range mailServers(p.Tree) {
			report(s, mailTLS.certificate)
		}
	},
}

// encryptedServers tells which servers speak TLS with clients on some address.
func encryptedServers(p *lint.Pass) map[*conf.Level]bool {
	return lint.Shared(p, "servers with TLS", func() map[*conf.Level]bool {
		out := map[*conf.Level]bool{}
		for _, a := range p.Tree.Listening {
			for _, s := range a.Servers {
				out[s] = out[s] || a.SSL
			}
		}
		for _, a := range p.Tree.HTTPListening {
			for _, s := range a.Servers {
				out[s] = out[s] || len(a.SSL) > 0
			}
		}
		for _, s := range mailServers(p.Tree) {
			out[s] = mailEncrypts(s)
		}
		return out
	})
}

// mailServers lists the servers of mail.
func mailServers(t *conf.Tree) []*conf.Level {
	var out []*conf.Level
	eachLevel(t.Mail(), func(l *conf.Level) {
		if l.Block() == ngxmail.Server.Row {
			out = append(out, l)
		}
	})
	return out
}

// mailEncrypts tells that a server of mail speaks TLS from the beginning or
// offers it.
func mailEncrypts(s *conf.Level) bool {
	if v, ok := valueAt(ngxmail.StartTLS.Row, s); ok && !strings.EqualFold(v.Node.Arg(0), "off") {
		return true
	}
	for _, v := range s.Values(ngxmail.Listen.Row) {
		if l, ok := v.Arg.(*ngxmail.ListenArgs); ok && l.SSL {
			return true
		}
	}
	return false
}

func hasWord(d *ast.Directive, word string) bool { return len(wordsAt(d, word)) > 0 }
