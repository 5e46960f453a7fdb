package conf

import (
	"fmt"
	"net/netip"
	"slices"

	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxmail"
	"tidegate/ast/diag"
)

// The mail block is checked as nginx checks it. The runtime refuses it as a
// whole.

var mailTLS = serverTLS{certificate: ngxmail.SSLCertificate, key: ngxmail.SSLCertificateKey, verify: ngxmail.SSLVerifyClient,
	client: ngxmail.SSLClientCertificate, trusted: ngxmail.SSLTrustedCertificate, crl: ngxmail.SSLCRL, dhparam: ngxmail.SSLDhparam,
	tickets: ngxmail.SSLSessionTicketKey, lazy: true}

// mailListen adds the addresses of a directive, as the end of
// ngx_mail_core_listen does.
func (c *checker) mailListen(call *catalog.Call, args *ngxmail.ListenArgs) {
	done := make(map[netip.AddrPort]bool, 1)
	for _, e := range args.Addr.Endpoints() {
		if e.Unix == "" && done[e.Addr] {
			continue
		}
		done[e.Addr] = true
		if slices.ContainsFunc(c.mailListens, func(a boundAddress) bool { return a.endpoint == e }) {
			call.Report(diag.Emerg, catalog.RuleDuplicate, call.Word(1), `duplicate "`+e.String()+`" address and port pair`)
			return
		}
		c.mailListens = append(c.mailListens, boundAddress{endpoint: e, options: args.Options})
	}
}

// finishMail runs the checks at the end of the mail block in the order of
// ngx_mail_block: module by module, server by server.
func (c *checker) finishMail(mail *Level) {
	if c.tree.Fragment() {
		return
	}
	end := mail.node.EndPos()
	servers := blocks(mail, ngxmail.Server.Row)
	for _, check := range []func(l *Level, end ast.Pos){c.mailProtocol, c.mergeMailTLS, c.mailAuth} {
		for _, l := range servers {
			check(l, end)
		}
	}
}

// lacking reports what a server of mail lacks.
func (c *checker) lacking(l *Level, end ast.Pos, message string) {
	c.Report(diag.Diagnostic{Severity: diag.Emerg, Rule: catalog.RuleReference, Message: message, Subject: l.node.WordRange(0),
		At: l.node.OpenPos(), Order: end})
}

// mailProtocol follows ngx_mail_core_merge_srv_conf: the protocol is set, or
// known by the port.
func (c *checker) mailProtocol(l *Level, end ast.Pos) {
	if ngxmail.Protocol.Set(l) {
		return
	}
	for _, listen := range ngxmail.Listen.All(l) {
		if ngxmail.ProtocolOf(listen.Addr.Port) != "" {
			return
		}
	}
	c.lacking(l, end, "unknown mail protocol for server")
}

// mailAuth follows ngx_mail_auth_http_merge_conf.
func (c *checker) mailAuth(l *Level, end ast.Pos) {
	if !ngxmail.AuthHTTP.Set(l) {
		c.lacking(l, end, `no "auth_http" is defined for server`)
	}
}

// mergeMailTLS follows ngx_mail_ssl_merge_conf.
func (c *checker) mergeMailTLS(l *Level, end ast.Pos) {
	mode, by := mailTLSMode(l)
	if mode == "" {
		return
	}
	fail := func(format string, args ...any) {
		c.Report(diag.Diagnostic{Severity: diag.Emerg, Rule: "tls", Message: fmt.Sprintf(format, append(args, mode)...),
			Subject: by.HeadRange(), At: by.EndPos(), Order: end})
	}
	certs, keys := mailTLS.certificate.All(l), mailTLS.key.All(l)
	switch {
	case len(certs) == 0:
		fail(`no "ssl_certificate" is defined for the "%s" directive`)
	case len(keys) == 0:
		fail(`no "ssl_certificate_key" is defined for the "%s" directive`)
	case len(keys) < len(certs):
		fail(`no "ssl_certificate_key" is defined for certificate "%s" and the "%s" directive`, certs[len(certs)-1].Template.Text)
	default:
		c.certificateFiles(&mailTLS, l, end)
		c.verifyFiles(&mailTLS, l, end)
		c.sessionFiles(&mailTLS, l, end)
	}
}

// mailTLSMode tells what turns TLS on in a server, as it is named in messages,
// and the directive that does.
func mailTLSMode(l *Level) (mode string, by *ast.Directive) {
	for _, u := range ngxmail.Listen.Uses(l) {
		if u.Arg.SSL {
			mode, by = "listen ... ssl", u.Node
		}
	}
	if by == nil && ngxmail.StartTLS.Get(l) != "off" {
		mode, by = "starttls", ngxmail.StartTLS.Uses(l)[0].Node
	}
	return mode, by
}
