package rules

import (
	"slices"
	"strings"

	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/catalog/ngxlua"
	"tidegate/ast/catalog/ngxmail"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/conf"
)

// tlsRows are the directives with which stream, http or mail sets up TLS towards
// clients. The three have the same names and meanings.
type tlsRows struct {
	server, certificate, certificateCache, protocols, ciphers, curve, dhparam *catalog.Row
	sessionCache, ticketKey, verifyClient                                     *catalog.Row
	stapling, staplingFile, staplingResponder, resolver                       *catalog.Row
}

var (
	streamTLS = tlsRows{
		server: ngxstream.Server.Row, certificate: ngxstream.SSLCertificate.Row, certificateCache: ngxstream.SSLCertificateCache.Row,
		protocols: ngxstream.SSLProtocols.Row, ciphers: ngxstream.SSLCiphers.Row, curve: ngxstream.SSLEcdhCurve.Row, dhparam: ngxstream.SSLDhparam.Row,
		sessionCache: ngxstream.SSLSessionCache.Row, ticketKey: ngxstream.SSLSessionTicketKey.Row, verifyClient: ngxstream.SSLVerifyClient.Row,
		stapling: ngxstream.SSLStapling.Row, staplingFile: ngxstream.SSLStaplingFile.Row, staplingResponder: ngxstream.SSLStaplingResponder.Row,
		resolver: ngxstream.Resolver.Row,
	}
	httpTLS = tlsRows{
		server: ngxhttp.Server.Row, certificate: ngxhttp.SSLCertificate.Row, certificateCache: ngxhttp.SSLCertificateCache.Row,
		protocols: ngxhttp.SSLProtocols.Row, ciphers: ngxhttp.SSLCiphers.Row, curve: ngxhttp.SSLEcdhCurve.Row, dhparam: ngxhttp.SSLDhparam.Row,
		sessionCache: ngxhttp.SSLSessionCache.Row, ticketKey: ngxhttp.SSLSessionTicketKey.Row, verifyClient: ngxhttp.SSLVerifyClient.Row,
		stapling: ngxhttp.SSLStapling.Row, staplingFile: ngxhttp.SSLStaplingFile.Row, staplingResponder: ngxhttp.SSLStaplingResponder.Row,
		resolver: ngxhttp.Resolver.Row,
	}
	mailTLS = tlsRows{
		server: ngxmail.Server.Row, certificate: ngxmail.SSLCertificate.Row, protocols: ngxmail.SSLProtocols.Row, ciphers: ngxmail.SSLCiphers.Row,
		curve: ngxmail.SSLEcdhCurve.Row, dhparam: ngxmail.SSLDhparam.Row, sessionCache: ngxmail.SSLSessionCache.Row,
		ticketKey: ngxmail.SSLSessionTicketKey.Row, verifyClient: ngxmail.SSLVerifyClient.Row,
	}
)

// tlsFor returns the rows of the subsystem that a place belongs to.
func tlsFor(in catalog.Context) tlsRows {
	switch {
	case in&(catalog.Stream|catalog.StreamServer) != 0:
		return streamTLS
	case in&(catalog.Mail|catalog.MailServer) != 0:
		return mailTLS
	}
	return httpTLS
}

// clientProtocols and clientCiphers are the directives about TLS connections
// that nginx itself makes.
var (
	clientProtocols = []*catalog.Row{ngxstream.ProxySSLProtocols.Row, ngxhttp.ProxySSLProtocols.Row, ngxhttp.GRPCSSLProtocols.Row,
		ngxhttp.UWSGISSLProtocols.Row, ngxlua.LuaSSLProtocols.Row, ngxlua.HTTPLuaSSLProtocols.Row}
	clientCiphers = []*catalog.Row{ngxstream.ProxySSLCiphers.Row, ngxhttp.ProxySSLCiphers.Row, ngxhttp.GRPCSSLCiphers.Row,
		ngxhttp.UWSGISSLCiphers.Row, ngxlua.LuaSSLCiphers.Row, ngxlua.HTTPLuaSSLCiphers.Row}
)

// eachTLS picks a row of each subsystem.
func eachTLS(pick func(tlsRows) *catalog.Row) []*catalog.Row {
	var out []*catalog.Row
	for _, t := range []tlsRows{streamTLS, httpTLS, mailTLS} {
		if r := pick(t); r != nil {
			out = append(out, r)
		}
	}
	return out
}

// valueAt returns the value of a row in force at a level, its own or that of
// the nearest level around it.
func valueAt(r *catalog.Row, l *conf.Level) (catalog.Value, bool) {
	for ; r != nil && l != nil; l = l.Parent() {
		if vs := l.Values(r); len(vs) > 0 {
			return vs[len(vs)-1], true
		}
	}
	return catalog.Value{}, false
}

// isOn tells that a directive with on and off is on.
func isOn(v catalog.Value) bool { return v.Node != nil && strings.EqualFold(v.Node.Arg(0), "on") }

// serversUnder lists the servers for which a directive of a level holds: the
// level itself, or those in it that do not set the row themselves.
func serversUnder(l *conf.Level, server, row *catalog.Row) []*conf.Level {
	if l.Block() == server {
		return []*conf.Level{l}
	}
	var out []*conf.Level
	for _, in := range l.Children() {
		if in.Block() == server && len(in.Values(row)) == 0 {
			out = append(out, in)
		}
	}
	return out
}

// wordsAt lists the arguments of a directive that are among some words, without
// regard to case.
func wordsAt(d *ast.Directive, among ...string) (at []int) {
	for i := 1; i < d.NumWords(); i++ {
		if slices.ContainsFunc(among, func(w string) bool { return strings.EqualFold(w, d.Arg(i-1)) }) {
			at = append(at, i)
		}
	}
	return at
}
