package conf

import (
	"fmt"

	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxlua"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/diag"
)

// mergeFailure reports what nginx says while it merges settings: its messages
// have no position there.
func (c *checker) mergeFailure(subject ast.Range, end ast.Pos, message string) {
	c.Report(diag.Diagnostic{Severity: diag.Emerg, Rule: "tls", Message: message, Subject: subject, Order: end})
}

// mergeProxy follows ngx_stream_proxy_merge_srv_conf as far as TLS goes.
func (c *checker) mergeProxy(servers []*Level, end ast.Pos) {
	for _, l := range servers {
		if !ngxstream.ProxySSL.Get(l) {
			continue
		}
		cert, hasCert := ngxstream.ProxySSLCertificate.Lookup(l)
		switch {
		case hasCert && cert.Template.Text != "" && !ngxstream.ProxySSLCertificateKey.Set(l):
			c.mergeFailure(subjectOf(ngxstream.ProxySSLCertificate, l), end, fmt.Sprintf(
				`no "proxy_ssl_certificate_key" is defined for certificate "%s"`, cert.Template.Text))
		case ngxstream.ProxySSLVerify.Get(l) && !ngxstream.ProxySSLTrustedCertificate.Set(l):
			c.mergeFailure(subjectOf(ngxstream.ProxySSLVerify, l), end,
				"no proxy_ssl_trusted_certificate for proxy_ssl_verify")
		default:
			c.proxyFiles(l, end)
		}
	}
}

// hasSSL tells whether nginx makes TLS settings for a server: it has
// certificates or rejects handshakes.
func hasSSL(l *Level) bool {
	return ngxstream.SSLCertificate.Set(l) || ngxstream.SSLRejectHandshake.Get(l)
}

// mergeSSL follows ngx_stream_ssl_merge_srv_conf.
func (c *checker) mergeSSL(servers []*Level, end ast.Pos) {
	for _, l := range servers {
		if !hasSSL(l) {
			continue
		}
		if message, at := sslConflict(l); message != "" {
			c.mergeFailure(at, end, message)
			continue
		}
		c.serverFiles(l, end)
	}
}

// sslConflict finds settings of a server that do not go together.
func sslConflict(l *Level) (message string, at ast.Range) {
	certs, keys := ngxstream.SSLCertificate.All(l), ngxstream.SSLCertificateKey.All(l)
	if len(keys) < len(certs) {
		return fmt.Sprintf(`no "ssl_certificate_key" is defined for certificate "%s"`, certs[len(certs)-1].Template.Text),
			subjectOf(ngxstream.SSLCertificate, l)
	}
	verify := ngxstream.SSLVerifyClient.Get(l)
	switch {
	case verify != ngxstream.VerifyOff && verify != ngxstream.VerifyOptionalNoCA &&
		!ngxstream.SSLClientCertificate.Set(l) && !ngxstream.SSLTrustedCertificate.Set(l):
		return "no ssl_client_certificate or ssl_trusted_certificate for ssl_verify_client",
			subjectOf(ngxstream.SSLVerifyClient, l)
	case ngxstream.SSLOCSP.Get(l) != ngxstream.OCSPOff && verify == ngxstream.VerifyOptionalNoCA:
		return `"ssl_ocsp" is incompatible with "ssl_verify_client optional_no_ca"`, subjectOf(ngxstream.SSLOCSP, l)
	case ngxstream.SSLStapling.Get(l) && ngxstream.SSLCertificateCompression.Get(l):
		return `"ssl_stapling" is incompatible with "ssl_certificate_compression"`, subjectOf(ngxstream.SSLStapling, l)
	}
	return "", ast.Range{}
}

// initSSL follows ngx_stream_ssl_init: every address with ssl needs a
// certificate.
func (c *checker) initSSL(end ast.Pos) {
	for _, a := range c.tree.Listening {
		if !a.SSL || ngxstream.SSLCertificate.Set(a.Default) {
			continue
		}
		if !ngxstream.SSLRejectHandshake.Get(a.Default) {
			c.noCertificate(a.Default, end)
			continue
		}
		for _, s := range a.Servers {
			if !hasSSL(s) {
				c.noCertificate(s, end)
				break
			}
		}
	}
}

func (c *checker) noCertificate(l *Level, end ast.Pos) {
	subject := l.node.WordRange(0)
	for _, u := range ngxstream.Listen.Uses(l) {
		if u.Arg.SSL {
			subject = u.Node.HeadRange()
			break
		}
	}
	c.Report(diag.Diagnostic{Severity: diag.Emerg, Rule: "tls", Subject: subject, At: l.node.OpenPos(), Order: end,
		Message: `no "ssl_certificate" is defined for the "listen ... ssl" directive`})
}

// mergeLua follows ngx_stream_lua_merge_srv_conf.
func (c *checker) mergeLua(servers []*Level, end ast.Pos) {
	for _, l := range servers {
		proxied := ngxstream.ProxySSL.Get(l)
		for _, p := range []*ngxlua.Phase{ngxlua.ProxySSLCertificatePhase, ngxlua.ProxySSLVerifyPhase} {
			if s, ok := p.At(l); ok && !proxied {
				c.mergeFailure(s.Directive.WordRange(0), end, p.Name+"* should be used with proxy_ssl directive")
			}
		}
		certs, keys := ngxlua.LuaSSLCertificate.Uses(l), ngxlua.LuaSSLCertificateKey.All(l)
		if len(keys) < len(certs) {
			last := certs[len(certs)-1]
			c.mergeFailure(last.Node.WordRange(1), end, fmt.Sprintf(
				`no "lua_ssl_certificate_key" is defined for certificate "%s"`, last.Node.Arg(0)))
			continue
		}
		c.luaFiles(l, end)
	}
}

// subjectOf returns the argument of the directive in force at a level.
func subjectOf[T any](d catalog.Directive[T], l *Level) ast.Range {
	uses := d.Uses(l)
	if len(uses) == 0 {
		return ast.Range{}
	}
	return uses[len(uses)-1].Node.WordRange(1)
}
