package rules

import (
	"net/netip"
	"strings"

	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/catalog/ngxlua"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/conf"
	"tidegate/ast/diag"
	"tidegate/lint"
)

// tlsClient is a module that connects to other servers with TLS.
type tlsClient struct {
	pass                     *catalog.Row
	scheme                   string // what the target begins with if TLS is meant; "" for stream
	verify, name, serverName *catalog.Row
}

var tlsClients = []tlsClient{
	{ngxstream.ProxyPass.Row, "", ngxstream.ProxySSLVerify.Row, ngxstream.ProxySSLName.Row, ngxstream.ProxySSLServerName.Row},
	{ngxhttp.ProxyPass.Row, "https://", ngxhttp.ProxySSLVerify.Row, ngxhttp.ProxySSLName.Row, ngxhttp.ProxySSLServerName.Row},
	{ngxhttp.GRPCPass.Row, "grpcs://", ngxhttp.GRPCSSLVerify.Row, ngxhttp.GRPCSSLName.Row, ngxhttp.GRPCSSLServerName.Row},
	{ngxhttp.UWSGIPass.Row, "suwsgi://", ngxhttp.UWSGISSLVerify.Row, ngxhttp.UWSGISSLName.Row, ngxhttp.UWSGISSLServerName.Row},
}

func tlsClientRows(pick func(tlsClient) *catalog.Row) []*catalog.Row {
	var out []*catalog.Row
	for _, c := range tlsClients {
		out = append(out, pick(c))
	}
	return out
}

// Rules on TLS towards other servers.
var (
	// ProxySSLUnverified flags TLS to servers that do not have to prove anything.
	ProxySSLUnverified = &lint.Rule{
		Name: "proxy-ssl-unverified", Severity: diag.Warn, Group: lint.Security,
		Summary: "The certificate of the proxied server is not verified.",
		Why: `nginx encrypts the connection and accepts any certificate. Whoever can put himself between nginx and the server reads and
alters everything. "proxy_ssl_verify on" with proxy_ssl_trusted_certificate and the right proxy_ssl_name makes the server prove who it
is. Connections within the machine are not reported.`,
		Bad: []lint.Example{{In: "stream.server", Text: "proxy_ssl on;\nproxy_pass db.example.com:5432;\n"},
			{In: "http.location", Text: "proxy_pass https://api.example.com;\n"}},
		Good: []lint.Example{
			{In: "stream.server", Text: "proxy_ssl on;\nproxy_ssl_verify on;\nproxy_ssl_trusted_certificate ca.pem;\nproxy_pass db.example.com:5432;\n"},
			{In: "http.location", Text: "proxy_pass https://127.0.0.1:8443;\n"}},
		On: tlsClientRows(func(c tlsClient) *catalog.Row { return c.pass }),
		Use: func(p *lint.Pass, u lint.Use) {
			for _, c := range tlsClients {
				if c.pass == u.Row && c.encrypts(u) && p.Complete() && !c.verifies(u.Level) && !staysHere(p, u) {
					p.Report(u.Node.WordRange(1), `whoever answers is believed: there is no "%s on"`, c.verify.Name)
				}
			}
		},
	}
	// ProxySSLNameUnused flags a name that is neither sent nor compared.
	ProxySSLNameUnused = &lint.Rule{
		Name: "proxy-ssl-name-unused", Severity: diag.Warn, Group: lint.Unused,
		Summary: "A name for the proxied server's certificate is set, and is neither sent nor compared.",
		Why: `proxy_ssl_name is sent to the server with "proxy_ssl_server_name on", and compared with its certificate with "proxy_ssl_verify
on". Both are off unless set, and then the name has no effect. A server that chooses its certificate by name answers with another one.`,
		Bad:  []lint.Example{{In: "http.location", Text: "proxy_ssl_name a.example.com;\nproxy_pass https://127.0.0.1;\n"}},
		Good: []lint.Example{{In: "http.location", Text: "proxy_ssl_name a.example.com;\nproxy_ssl_server_name on;\nproxy_pass https://127.0.0.1;\n"}},
		On:   tlsClientRows(func(c tlsClient) *catalog.Row { return c.name }),
		Use: func(p *lint.Pass, u lint.Use) {
			for _, c := range tlsClients {
				if c.name != u.Row || !p.Complete() {
					continue
				}
				used := c.verifies(u.Level)
				for _, r := range []*catalog.Row{c.serverName, c.verify} {
					v, ok := valueAt(r, u.Level)
					used = used || ok && isOn(v)
					eachLevel(u.Level, func(l *conf.Level) {
						for _, v := range l.Values(r) {
							used = used || isOn(v)
						}
					})
				}
				if !used {
					p.Report(u.Node.WordRange(0), `the name is neither sent nor compared: "%s" and "%s" are off`, c.serverName.Name, c.verify.Name)
				}
			}
		},
	}
)

// encrypts tells that a pass directive uses TLS.
func (c tlsClient) encrypts(u lint.Use) bool {
	if c.scheme == "" {
		tcp, _ := transports(u.Level) // for UDP see stream-wrong-transport
		return tcp && ngxstream.ProxySSL.Get(u.Level)
	}
	target := strings.ToLower(u.Node.Arg(0))
	return strings.HasPrefix(target, c.scheme)
}

// verifies tells that certificates are verified at a level, by nginx or by a
// script.
func (c tlsClient) verifies(l *conf.Level) bool {
	v, ok := valueAt(c.verify, l)
	_, byStream := ngxlua.ProxySSLVerifyPhase.At(l)
	_, byHTTP := ngxlua.HTTPProxySSLVerifyPhase.At(l)
	return ok && isOn(v) || byStream || byHTTP
}

// staysHere tells that all servers that a target stands for are on this
// machine.
func staysHere(p *lint.Pass, u lint.Use) bool {
	var addr catalog.Address
	var group catalog.Level
	switch t := u.Arg.(type) {
	case *ngxstream.PassTarget:
		addr, group = t.Addr, t.Group
	case *ngxhttp.PassTarget:
		addr, group = t.Addr, t.Group
	}
	if l, ok := group.(*conf.Level); ok {
		for _, m := range membersOf(l) {
			if !localAddress(m.Addr) {
				return false
			}
		}
		return true
	}
	return localAddress(addr)
}

func localAddress(a catalog.Address) bool {
	if a.Unix != "" {
		return true
	}
	host := strings.Trim(strings.ToLower(a.Host), "[]")
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}
