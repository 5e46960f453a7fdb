package ngx

import (
	"crypto"
	"crypto/tls"
	"crypto/x509"

	"tidegate/ast/catalog/ngxlua"
	"tidegate/runtime/errlog"
	"tidegate/runtime/lua/vm"
	"tidegate/runtime/phase"
	"tidegate/runtime/tlsconf"
)

// proxy_ssl_certificate_by_lua, proxy_ssl_verify_by_lua and the modules ngx.proxyssl, ngx.ssl.proxysslcert and ngx.ssl.proxysslverify.

// ProxySSL makes the handler of one of the phases of the handshake with an upstream: an error refuses what the phase is asked for.
func (p *Program) ProxySSL(sc *Script, conf *Settings, script phase.Script) func(Session, *tlsconf.Upstream) error {
	action := "loading proxy ssl certificate by lua"
	if script == phase.ScriptProxySSLVerify {
		action = "loading proxy ssl verify by lua"
	}
	return func(s Session, u *tlsconf.Upstream) error {
		s.SetAction(action)
		defer s.SetAction("proxy pass SSL handshaking")
		rq := p.begin(s, conf, script)
		if rq == nil {
			return ErrHandshakeEnded
		}
		rq.upstream = u
		if script == phase.ScriptProxySSLVerify && u.Judged() {
			rq.debug.Line(errlog.DebugStream, "proxy_ssl_verify_by_lua: openssl default verify")
		}
		return rq.handshakes(sc)
	}
}

var proxySSLFuncs = []binding{
	{row: &ngxlua.ProxySSLGetTLS1Version, fn: proxyVersion, own: true},
	{row: &ngxlua.ProxySSLGetTLS1VersionStr, fn: proxyVersionStr, own: true},
}

// proxyCertFuncs look at the session's upstream themselves, in every phase.
var proxyCertFuncs = []binding{
	{row: &ngxlua.ProxySSLCertClearCerts, fn: proxyClearCerts, own: true},
	{row: &ngxlua.ProxySSLCertSetCert, fn: proxySetCert, own: true},
	{row: &ngxlua.ProxySSLCertSetPrivKey, fn: proxySetPrivKey, own: true},
	{row: &ngxlua.ProxySSLCertSetDERCert, fn: proxySetDERCert, own: true},
	{row: &ngxlua.ProxySSLCertSetDERPrivKey, fn: proxySetDERPrivKey, own: true},
}

var proxyVerifyFuncs = []binding{
	{row: &ngxlua.ProxySSLVerifySetResult, fn: proxySetResult, own: true},
	{row: &ngxlua.ProxySSLVerifyGetResult, fn: proxyGetResult, own: true},
	{row: &ngxlua.ProxySSLVerifyGetCert, fn: proxyGetCert, own: true},
}

// openModule makes an opener of a module that is its functions and a version.
func openModule(prefix string, bs []binding) func(*Worker) vm.Value {
	return func(w *Worker) vm.Value {
		m := w.table(prefix, bs)
		m.SetString("version", vm.String(restyCoreVersion))
		return m.Value()
	}
}

// openProxySSL makes the module ngx.proxyssl.
func openProxySSL(w *Worker) vm.Value {
	m := openModule("ngx.proxyssl.", proxySSLFuncs)(w)
	setVersions(m.AsTable())
	return m
}

// upstreamTLS gives the handshake with the session's upstream; else the error says why there is none.
func upstreamTLS(c *vm.Call) (u *tlsconf.Upstream, problem string) {
	rq := needRequest(c)
	if rq.upstream != nil {
		return rq.upstream, ""
	}
	if rq.session != nil && rq.ssl == nil {
		if addr, _ := rq.session.Var("upstream_addr"); addr != "" || rq.balancer != nil {
			return nil, "bad upstream connection"
		}
	}
	return nil, "bad request"
}

func proxyVersion(c *vm.Call) int {
	u, problem := upstreamTLS(c)
	if problem != "" {
		return c.Fail(problem)
	}
	return c.Return(vm.Int(int(u.Version)))
}

func proxyVersionStr(c *vm.Call) int {
	u, problem := upstreamTLS(c)
	switch {
	case problem != "":
		return c.Fail(problem)
	case u.Version < tls.VersionTLS10:
		return c.Fail("unknown version")
	}
	return c.Return(vm.String(tlsconf.ProtocolName(u.Version)))
}

// changeUpstream changes the certificate for the upstream.
func changeUpstream(c *vm.Call, change func(*tlsconf.Upstream) error) int {
	u, problem := upstreamTLS(c)
	if problem != "" {
		return c.Fail(problem)
	}
	if err := change(u); err != nil {
		return c.Fail(err.Error())
	}
	return c.Return(vm.True)
}

func proxyClearCerts(c *vm.Call) int {
	return changeUpstream(c, func(u *tlsconf.Upstream) error {
		u.ClearCertificates()
		return nil
	})
}

func proxySetChain(c *vm.Call, chain []*x509.Certificate) int {
	return changeUpstream(c, func(u *tlsconf.Upstream) error { return u.SetChain(chain) })
}

func proxySetKey(c *vm.Call, key crypto.Signer) int {
	return changeUpstream(c, func(u *tlsconf.Upstream) error { return u.SetKey(key) })
}

func proxySetCert(c *vm.Call) int {
	needRequest(c)
	return proxySetChain(c, handle[[]*x509.Certificate](c, 1, "certificate"))
}

func proxySetPrivKey(c *vm.Call) int {
	needRequest(c)
	return proxySetKey(c, handle[crypto.Signer](c, 1, "private key"))
}

func proxySetDERCert(c *vm.Call) int {
	if _, problem := upstreamTLS(c); problem != "" {
		return c.Fail(problem)
	}
	chain, err := x509.ParseCertificates(c.Bytes(1))
	if err != nil || len(chain) == 0 {
		return c.Fail("d2i_X509_bio() failed")
	}
	return proxySetChain(c, chain)
}

func proxySetDERPrivKey(c *vm.Call) int {
	if _, problem := upstreamTLS(c); problem != "" {
		return c.Fail(problem)
	}
	key, err := parseKey(c.Bytes(1))
	if err != nil {
		return c.Fail("d2i_PrivateKey_bio() failed")
	}
	return proxySetKey(c, key)
}

// verification gives the handshake whose verification is under way.
func verification(c *vm.Call) *tlsconf.Upstream {
	rq := needRequest(c)
	if rq.script != phase.ScriptProxySSLVerify {
		c.Throw(disabledHere)
	}
	return rq.upstream
}

func proxySetResult(c *vm.Call) int {
	u := verification(c)
	u.Verify = tlsconf.VerifyCode(c.Int(1))
	return c.Return(vm.True)
}

// proxyGetResult takes -1 for an error, as the original does, whose text is then that of the last one; here there is none.
func proxyGetResult(c *vm.Call) int { return c.Return(vm.Int(int(verification(c).Verify))) }

func proxyGetCert(c *vm.Call) int { return userdata(c, verification(c).PeerCertificates[:1:1]) }
