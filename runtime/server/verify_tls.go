package server

import (
	"cmp"
	"fmt"
	"os"
	"strings"

	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/catalog/ngxlua"
	"tidegate/ast/catalog/ngxmail"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/conf"
	"tidegate/ast/diag"
	"tidegate/runtime/stream"
	"tidegate/runtime/tlsconf"
)

// serverTLS are the directives of a subsystem that is only checked, about TLS towards clients.
type serverTLS struct {
	certificate, key                                catalog.Directive[ngxstream.FileTemplate]
	passwords, client, trusted, crl, ciphers, curve catalog.Directive[string]
	clients                                         catalog.Directive[ngxstream.VerifyClient]
	commands                                        catalog.Directive[catalog.Pair]
}

// clientTLS are those about TLS towards other servers. Certificates of cosockets are plain names.
type clientTLS struct {
	certificate, key                 catalog.Directive[ngxstream.FileTemplate]
	plainCertificate, plainKey       catalog.Directive[string]
	passwords, trusted, crl, ciphers catalog.Directive[string]
	verify                           catalog.Directive[bool]
	commands                         catalog.Directive[catalog.Pair]
}

var (
	httpServerTLS = serverTLS{ngxhttp.SSLCertificate, ngxhttp.SSLCertificateKey, ngxhttp.SSLPasswordFile, ngxhttp.SSLClientCertificate,
		ngxhttp.SSLTrustedCertificate, ngxhttp.SSLCRL, ngxhttp.SSLCiphers, ngxhttp.SSLEcdhCurve, ngxhttp.SSLVerifyClient, ngxhttp.SSLConfCommand}
	mailServerTLS = serverTLS{ngxmail.SSLCertificate, ngxmail.SSLCertificateKey, ngxmail.SSLPasswordFile, ngxmail.SSLClientCertificate,
		ngxmail.SSLTrustedCertificate, ngxmail.SSLCRL, ngxmail.SSLCiphers, ngxmail.SSLEcdhCurve, ngxmail.SSLVerifyClient, ngxmail.SSLConfCommand}

	// By conf.TLSClient.Module.
	clientsTLS = map[string]*clientTLS{
		"proxy": {certificate: ngxhttp.ProxySSLCertificate, key: ngxhttp.ProxySSLCertificateKey, passwords: ngxhttp.ProxySSLPasswordFile,
			trusted: ngxhttp.ProxySSLTrustedCertificate, crl: ngxhttp.ProxySSLCRL, ciphers: ngxhttp.ProxySSLCiphers,
			verify: ngxhttp.ProxySSLVerify, commands: ngxhttp.ProxySSLConfCommand},
		"grpc": {certificate: ngxhttp.GRPCSSLCertificate, key: ngxhttp.GRPCSSLCertificateKey, passwords: ngxhttp.GRPCSSLPasswordFile,
			trusted: ngxhttp.GRPCSSLTrustedCertificate, crl: ngxhttp.GRPCSSLCRL, ciphers: ngxhttp.GRPCSSLCiphers,
			verify: ngxhttp.GRPCSSLVerify, commands: ngxhttp.GRPCSSLConfCommand},
		"uwsgi": {certificate: ngxhttp.UWSGISSLCertificate, key: ngxhttp.UWSGISSLCertificateKey, passwords: ngxhttp.UWSGISSLPasswordFile,
			trusted: ngxhttp.UWSGISSLTrustedCertificate, crl: ngxhttp.UWSGISSLCRL, ciphers: ngxhttp.UWSGISSLCiphers,
			verify: ngxhttp.UWSGISSLVerify, commands: ngxhttp.UWSGISSLConfCommand},
		"lua": {plainCertificate: ngxlua.HTTPLuaSSLCertificate, plainKey: ngxlua.HTTPLuaSSLCertificateKey,
			trusted: ngxlua.HTTPLuaSSLTrustedCertificate, crl: ngxlua.HTTPLuaSSLCRL, ciphers: ngxlua.HTTPLuaSSLCiphers,
			commands: ngxlua.HTTPLuaSSLConfCommand},
	}
)

// VerifyTLS loads what the http and mail blocks name for TLS, as ngx_http_ssl_merge_srv_conf and its kin do: certificates, keys, revocation
// lists, ciphers, curves and commands. Nothing of it is served here, so that what Go's TLS lacks is no mistake of the configuration.
func VerifyTLS(tree *conf.Tree) diag.List {
	v := tlsVerifier{done: map[string]bool{}}
	for _, l := range tree.HTTPServers() {
		v.server(&httpServerTLS, l)
	}
	for _, c := range tree.TLSClients {
		v.client(clientsTLS[c.Module], c.Level)
	}
	if mail := tree.Mail(); mail != nil {
		for _, l := range mail.Children() {
			if l.In() == catalog.MailServer {
				v.server(&mailServerTLS, l)
			}
		}
	}
	return v.found
}

// tlsVerifier remembers what has been loaded: many servers have the same settings.
type tlsVerifier struct {
	done  map[string]bool
	found diag.List
}

func (v *tlsVerifier) server(h *serverTLS, l *conf.Level) {
	certs, keys := h.certificate.Uses(l), h.key.All(l)
	var at ast.Range
	cfg := tlsconf.ServerConfig{Protocols: tlsconf.Protocols(ngxstream.SSLProtocols.Fallback()), Ciphers: h.ciphers.Get(l), Curves: h.curve.Get(l),
		Commands: stream.TLSCommands(h.commands.All(l)), Verify: tlsconf.VerifyMode(h.clients.Get(l)), ClientCA: h.client.Get(l),
		TrustedCA: h.trusted.Get(l), CRL: h.crl.Get(l), Tickets: true}
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
	if len(certs) == 0 {
		return
	}
	v.load(cfg, at, h.passwords.Get(l), func(passwords []string) error {
		cfg.Passwords = passwords
		_, err := tlsconf.NewServer(cfg)
		if tlsconf.Unsupported(err) {
			cfg.Ciphers, cfg.Curves, cfg.Commands = h.ciphers.Fallback(), h.curve.Fallback(), nil
			_, err = tlsconf.NewServer(cfg)
		}
		return err
	})
}

func (v *tlsVerifier) client(h *clientTLS, l *conf.Level) {
	cfg := tlsconf.ClientConfig{Protocols: tlsconf.Protocols(ngxstream.ProxySSLProtocols.Fallback()), Ciphers: h.ciphers.Get(l),
		Commands: stream.TLSCommands(h.commands.All(l)), TrustedCA: h.trusted.Get(l), CRL: h.crl.Get(l)}
	at := subject(h.ciphers, l)
	passwords := ""
	if h.certificate.Row != nil {
		passwords = h.passwords.Get(l)
		if cert, key := h.certificate.Get(l), h.key.Get(l); !cert.Template.HasVariables() && !key.Template.HasVariables() {
			cfg.Certificate = tlsconf.Pair{Cert: certFile(cert), Key: certFile(key)}
		}
		if !h.verify.Get(l) { // the files are not even read without
			cfg.TrustedCA, cfg.CRL = "", ""
		}
		at = cmp.Or(subject(h.certificate, l), at)
	} else if certs, keys := h.plainCertificate.All(l), h.plainKey.All(l); len(certs) > 0 && len(keys) >= len(certs) {
		cfg.Certificate = tlsconf.Pair{Cert: certs[len(certs)-1], Key: keys[len(keys)-1]}
		at = cmp.Or(subject(h.plainCertificate, l), at)
	}
	at = cmp.Or(at, subject(h.trusted, l), subject(h.crl, l), subject(h.commands, l))
	v.load(cfg, at, passwords, func(passwords []string) error {
		cfg.Passwords = passwords
		_, err := tlsconf.NewClient(cfg)
		if tlsconf.Unsupported(err) {
			cfg.Ciphers, cfg.Commands = h.ciphers.Fallback(), nil
			_, err = tlsconf.NewClient(cfg)
		}
		return err
	})
}

// load runs one try for settings that have not been tried yet, and reports its error about at.
func (v *tlsVerifier) load(settings any, at ast.Range, passwordFile string, try func(passwords []string) error) {
	id := fmt.Sprintf("%+v %s", settings, passwordFile)
	if v.done[id] {
		return
	}
	v.done[id] = true
	var passwords []string
	if passwordFile != "" {
		text, err := os.ReadFile(passwordFile)
		if err != nil {
			return // ast/conf has said so
		}
		passwords = strings.Split(strings.ReplaceAll(string(text), "\r\n", "\n"), "\n")
	}
	// What is lacking even without settings is in the files: a kind of key that Go does not know.
	if err := try(passwords); err != nil && !tlsconf.Unsupported(err) {
		v.found.Add("tls", at, ast.Pos{}, "%s", err.Error()).Order = at.Pos()
	}
}

// subject is the first argument of a directive in force at a level; none if it is not set.
func subject[T any](d catalog.Directive[T], l *conf.Level) ast.Range {
	uses := d.Uses(l)
	if len(uses) == 0 || uses[len(uses)-1].Node == nil {
		return ast.Range{}
	}
	return uses[len(uses)-1].Node.ArgRange(0)
}

// certFile is the complete name of a file.
func certFile(f ngxstream.FileTemplate) string {
	if f.Path != "" {
		return f.Path
	}
	return f.Template.Text
}
