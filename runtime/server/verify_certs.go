package server

import (
	"fmt"
	"os"
	"strings"

	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/catalog/ngxmail"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/conf"
	"tidegate/ast/diag"
	"tidegate/runtime/tlsconf"
)

// certHandles are the directives that name what a server of a subsystem that is only checked reads for TLS.
type certHandles struct {
	certificate, key                catalog.Directive[ngxstream.FileTemplate]
	passwords, client, trusted, crl catalog.Directive[string]
	clients                         catalog.Directive[ngxstream.VerifyClient]
}

var (
	httpCerts = certHandles{ngxhttp.SSLCertificate, ngxhttp.SSLCertificateKey, ngxhttp.SSLPasswordFile, ngxhttp.SSLClientCertificate,
		ngxhttp.SSLTrustedCertificate, ngxhttp.SSLCRL, ngxhttp.SSLVerifyClient}
	mailCerts = certHandles{ngxmail.SSLCertificate, ngxmail.SSLCertificateKey, ngxmail.SSLPasswordFile, ngxmail.SSLClientCertificate,
		ngxmail.SSLTrustedCertificate, ngxmail.SSLCRL, ngxmail.SSLVerifyClient}
)

// VerifyCertificates loads the certificates, keys and revocation lists of the http and mail servers, as ngx_http_ssl_merge_srv_conf and
// ngx_mail_ssl_merge_conf do. Ciphers, curves and ssl_conf_command are left alone: nothing here is served, and what Go's TLS lacks is no
// mistake of the configuration.
func VerifyCertificates(tree *conf.Tree) diag.List {
	var list diag.List
	done := map[string]bool{} // many servers name the same files
	for _, l := range tree.HTTPServers() {
		httpCerts.verify(l, done, &list)
	}
	if mail := tree.Mail(); mail != nil {
		for _, l := range mail.Children() {
			if l.In() == catalog.MailServer {
				mailCerts.verify(l, done, &list)
			}
		}
	}
	return list
}

func (h *certHandles) verify(l *conf.Level, done map[string]bool, list *diag.List) {
	certs, keys := h.certificate.Uses(l), h.key.All(l)
	var at ast.Range
	cfg := tlsconf.ServerConfig{Protocols: tlsconf.Protocols(ngxstream.SSLProtocols.Fallback()), Ciphers: ngxstream.SSLCiphers.Fallback(),
		Curves: ngxstream.SSLEcdhCurve.Fallback(), Verify: tlsconf.VerifyMode(h.clients.Get(l)), ClientCA: h.client.Get(l), TrustedCA: h.trusted.Get(l), CRL: h.crl.Get(l),
		Tickets: true}
	for i, c := range certs {
		if i >= len(keys) {
			return // ast/conf has said that a key is missing
		}
		if c.Arg.Template.HasVariables() || keys[i].Template.HasVariables() {
			continue
		}
		cfg.Certificates = append(cfg.Certificates, tlsconf.Pair{Cert: certFile(c.Arg), Key: certFile(keys[i])})
		if c.Node != nil {
			at = c.Node.ArgRange(0)
		}
	}
	id := fmt.Sprintf("%+v %s", cfg, h.passwords.Get(l))
	if len(certs) == 0 || done[id] {
		return
	}
	done[id] = true
	if name := h.passwords.Get(l); name != "" {
		text, err := os.ReadFile(name)
		if err != nil {
			return // ast/conf has said so
		}
		cfg.Passwords = strings.Split(strings.ReplaceAll(string(text), "\r\n", "\n"), "\n")
	}
	if _, err := tlsconf.NewServer(cfg); err != nil {
		d := list.Add("tls", at, ast.Pos{}, "%s", err.Error())
		d.Order = at.Pos()
	}
}

// certFile is the complete name of a file.
func certFile(f ngxstream.FileTemplate) string {
	if f.Path != "" {
		return f.Path
	}
	return f.Template.Text
}
