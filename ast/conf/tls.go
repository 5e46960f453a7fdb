package conf

import (
	"fmt"
	"strings"

	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/catalog/ngxlua"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/diag"
)

// serverTLS are the directives on TLS towards clients of one subsystem.
type serverTLS struct {
	certificate, key                       catalog.Directive[ngxstream.FileTemplate]
	reject, stapling, compression          catalog.Directive[bool]
	verify                                 catalog.Directive[ngxstream.VerifyClient]
	ocsp                                   catalog.Directive[ngxstream.OCSPMode]
	client, trusted, crl, dhparam, tickets catalog.Directive[string]
	// ech is set in http.
	ech catalog.Directive[string]
	// lazy tells that authorities are loaded only to verify clients.
	lazy bool
}

var (
	streamTLS = serverTLS{ngxstream.SSLCertificate, ngxstream.SSLCertificateKey, ngxstream.SSLRejectHandshake, ngxstream.SSLStapling,
		ngxstream.SSLCertificateCompression, ngxstream.SSLVerifyClient, ngxstream.SSLOCSP, ngxstream.SSLClientCertificate,
		ngxstream.SSLTrustedCertificate, ngxstream.SSLCRL, ngxstream.SSLDhparam, ngxstream.SSLSessionTicketKey, catalog.Directive[string]{}, false}
	httpTLS = serverTLS{ngxhttp.SSLCertificate, ngxhttp.SSLCertificateKey, ngxhttp.SSLRejectHandshake, ngxhttp.SSLStapling,
		ngxhttp.SSLCertificateCompression, ngxhttp.SSLVerifyClient, ngxhttp.SSLOCSP, ngxhttp.SSLClientCertificate,
		ngxhttp.SSLTrustedCertificate, ngxhttp.SSLCRL, ngxhttp.SSLDhparam, ngxhttp.SSLSessionTicketKey, ngxhttp.SSLECHFile, false}
)

// upstreamTLS are the directives on TLS towards other servers of one module.
type upstreamTLS struct {
	prefix           string
	certificate, key catalog.Directive[ngxstream.FileTemplate]
	verify           catalog.Directive[bool]
	trusted, crl     catalog.Directive[string]
	// own are the rows of which any gives a level settings of its own
	// (ngx_http_proxy_merge_ssl).
	own []*catalog.Row
	// pass tells by its target whether a level speaks TLS.
	pass   catalog.Directive[*ngxhttp.PassTarget]
	scheme string
}

var streamProxyTLS = upstreamTLS{prefix: "proxy", certificate: ngxstream.ProxySSLCertificate, key: ngxstream.ProxySSLCertificateKey,
	verify: ngxstream.ProxySSLVerify, trusted: ngxstream.ProxySSLTrustedCertificate, crl: ngxstream.ProxySSLCRL}

var (
	proxyTLS = &upstreamTLS{"proxy", ngxhttp.ProxySSLCertificate, ngxhttp.ProxySSLCertificateKey, ngxhttp.ProxySSLVerify,
		ngxhttp.ProxySSLTrustedCertificate, ngxhttp.ProxySSLCRL,
		[]*catalog.Row{ngxhttp.ProxySSLProtocols.Row, ngxhttp.ProxySSLCiphers.Row, ngxhttp.ProxySSLCertificate.Row,
			ngxhttp.ProxySSLCertificateKey.Row, ngxhttp.ProxySSLPasswordFile.Row, ngxhttp.ProxySSLVerify.Row,
			ngxhttp.ProxySSLVerifyDepth.Row, ngxhttp.ProxySSLTrustedCertificate.Row, ngxhttp.ProxySSLCRL.Row,
			ngxhttp.ProxySSLSessionReuse.Row, ngxhttp.ProxySSLConfCommand.Row}, ngxhttp.ProxyPass, "https://"}
	grpcTLS = &upstreamTLS{"grpc", ngxhttp.GRPCSSLCertificate, ngxhttp.GRPCSSLCertificateKey, ngxhttp.GRPCSSLVerify,
		ngxhttp.GRPCSSLTrustedCertificate, ngxhttp.GRPCSSLCRL,
		[]*catalog.Row{ngxhttp.GRPCSSLProtocols.Row, ngxhttp.GRPCSSLCiphers.Row, ngxhttp.GRPCSSLCertificate.Row,
			ngxhttp.GRPCSSLCertificateKey.Row, ngxhttp.GRPCSSLPasswordFile.Row, ngxhttp.GRPCSSLVerify.Row,
			ngxhttp.GRPCSSLVerifyDepth.Row, ngxhttp.GRPCSSLTrustedCertificate.Row, ngxhttp.GRPCSSLCRL.Row,
			ngxhttp.GRPCSSLSessionReuse.Row, ngxhttp.GRPCSSLConfCommand.Row}, ngxhttp.GRPCPass, "grpcs://"}
	uwsgiTLS = &upstreamTLS{"uwsgi", ngxhttp.UWSGISSLCertificate, ngxhttp.UWSGISSLCertificateKey, ngxhttp.UWSGISSLVerify,
		ngxhttp.UWSGISSLTrustedCertificate, ngxhttp.UWSGISSLCRL,
		[]*catalog.Row{ngxhttp.UWSGISSLProtocols.Row, ngxhttp.UWSGISSLCiphers.Row, ngxhttp.UWSGISSLCertificate.Row,
			ngxhttp.UWSGISSLCertificateKey.Row, ngxhttp.UWSGISSLPasswordFile.Row, ngxhttp.UWSGISSLVerify.Row,
			ngxhttp.UWSGISSLVerifyDepth.Row, ngxhttp.UWSGISSLTrustedCertificate.Row, ngxhttp.UWSGISSLCRL.Row,
			ngxhttp.UWSGISSLSessionReuse.Row, ngxhttp.UWSGISSLConfCommand.Row}, ngxhttp.UWSGIPass, "suwsgi://"}
)

// luaTLS are the directives on TLS of cosockets.
type luaTLS struct {
	certificate, key, trusted, crl catalog.Directive[string]
	// own are the rows of which any gives a level settings of its own
	// (ngx_http_lua_merge_ssl).
	own []*catalog.Row
}

var (
	streamLuaTLS = luaTLS{ngxlua.LuaSSLCertificate, ngxlua.LuaSSLCertificateKey, ngxlua.LuaSSLTrustedCertificate, ngxlua.LuaSSLCRL, nil}
	httpLuaTLS   = luaTLS{ngxlua.HTTPLuaSSLCertificate, ngxlua.HTTPLuaSSLCertificateKey, ngxlua.HTTPLuaSSLTrustedCertificate,
		ngxlua.HTTPLuaSSLCRL,
		[]*catalog.Row{ngxlua.HTTPLuaSSLProtocols.Row, ngxlua.HTTPLuaSSLCiphers.Row, ngxlua.HTTPLuaSSLVerifyDepth.Row,
			ngxlua.HTTPLuaSSLCertificate.Row, ngxlua.HTTPLuaSSLCertificateKey.Row, ngxlua.HTTPLuaSSLTrustedCertificate.Row,
			ngxlua.HTTPLuaSSLCRL.Row, ngxlua.HTTPLuaSSLKeyLog.Row, ngxlua.HTTPLuaSSLConfCommand.Row}}
)

// mergeFailure reports what nginx says while it merges settings: its messages
// have no position there.
func (c *checker) mergeFailure(subject ast.Range, end ast.Pos, message string) {
	c.Report(diag.Diagnostic{Severity: diag.Emerg, Rule: "tls", Message: message, Subject: subject, Order: end})
}

// mergeProxy follows ngx_stream_proxy_merge_srv_conf as far as TLS goes.
func (c *checker) mergeProxy(servers []*Level, end ast.Pos) {
	for _, l := range servers {
		if ngxstream.ProxySSL.Get(l) {
			c.setUpstreamTLS(&streamProxyTLS, l, end)
		}
	}
}

// setUpstreamTLS follows ngx_stream_proxy_set_ssl, ngx_http_proxy_set_ssl and
// their kin.
func (c *checker) setUpstreamTLS(t *upstreamTLS, l *Level, end ast.Pos) bool {
	cert, hasCert := t.certificate.Lookup(l)
	switch {
	case hasCert && cert.Template.Text != "" && !t.key.Set(l):
		c.mergeFailure(subjectOf(t.certificate, l), end,
			fmt.Sprintf(`no "%s_ssl_certificate_key" is defined for certificate "%s"`, t.prefix, cert.Template.Text))
	case t.verify.Get(l) && t.trusted.Get(l) == "":
		c.mergeFailure(subjectOf(t.verify, l), end, fmt.Sprintf("no %s_ssl_trusted_certificate for %s_ssl_verify", t.prefix, t.prefix))
	default:
		return c.upstreamFiles(t, l, end)
	}
	return false
}

// upstreamTLS follows the part of ngx_http_proxy_merge_loc_conf and its kin that
// sets TLS up for a location with a target that wants it.
func (m *merger) upstreamTLS(t *upstreamTLS, l *Level) bool {
	target, ok := t.pass.Own(l)
	if !ok || !target.HasVariables() && (len(target.Template.Text) < len(t.scheme) || !strings.EqualFold(target.Template.Text[:len(t.scheme)], t.scheme)) {
		return true
	}
	if !m.first(t.prefix, owner(l, t.own...)) {
		return true
	}
	m.tree.TLSClients = append(m.tree.TLSClients, TLSClient{l, t.prefix})
	return m.setUpstreamTLS(t, l, m.end)
}

// on tells whether nginx makes TLS settings for a server: it has certificates or
// rejects handshakes.
func (t *serverTLS) on(l *Level) bool { return t.certificate.Set(l) || t.reject.Get(l) }

// mergeSSL follows ngx_stream_ssl_merge_srv_conf.
func (c *checker) mergeSSL(servers []*Level, end ast.Pos) {
	for _, l := range servers {
		if uses := ngxstream.SSLStapling.Uses(l); ngxstream.SSLStapling.Get(l) && ngxstream.SSLStaplingFile.Get(l) == "" {
			word := uses[len(uses)-1].Node.WordRange(1)
			c.Refuse(diag.Diagnostic{Severity: diag.Emerg, Rule: catalog.RuleUnsupported, Subject: word, At: word.Pos(),
				Message: `"on" is not supported: ` + ngxstream.NoResponder + `, give the answer in ssl_stapling_file`})
		}
		c.mergeServerTLS(&streamTLS, l, end)
	}
}

// mergeServerTLS checks the TLS settings of a server of stream or http in the
// order in which nginx puts them into effect.
func (c *checker) mergeServerTLS(t *serverTLS, l *Level, end ast.Pos) {
	if !t.on(l) {
		return
	}
	certs, keys := t.certificate.All(l), t.key.All(l)
	if len(keys) < len(certs) {
		c.mergeFailure(subjectOf(t.certificate, l), end,
			fmt.Sprintf(`no "ssl_certificate_key" is defined for certificate "%s"`, certs[len(certs)-1].Template.Text))
		return
	}
	if !c.certificateFiles(t, l, end) {
		return
	}
	c.verifyFiles(t, l, end)
	if t.ocsp.Get(l) != ngxstream.OCSPOff && t.verify.Get(l) == ngxstream.VerifyOptionalNoCA {
		c.mergeFailure(subjectOf(t.ocsp, l), end, `"ssl_ocsp" is incompatible with "ssl_verify_client optional_no_ca"`)
	}
	c.sessionFiles(t, l, end)
	if t.stapling.Get(l) && t.compression.Get(l) {
		c.mergeFailure(subjectOf(t.stapling, l), end, `"ssl_stapling" is incompatible with "ssl_certificate_compression"`)
	}
}

// initSSL follows ngx_stream_ssl_init: every address with ssl needs a
// certificate.
func (c *checker) initSSL(end ast.Pos) {
	bare := func(a *Listening) bool { return a.SSL && !ngxstream.SSLCertificate.Set(a.Default) }
	for _, a := range inPortOrder(c.tree.Listening, bare) {
		if !ngxstream.SSLRejectHandshake.Get(a.Default) {
			c.noCertificate(a.Default, end)
			continue
		}
		for _, s := range a.Servers {
			if !streamTLS.on(s) {
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
			if s := codeAt(p, l); s != nil && !proxied {
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
		c.luaFiles(&streamLuaTLS, l, end)
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
