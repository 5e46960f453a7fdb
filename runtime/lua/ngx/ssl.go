package ngx

import (
	"crypto/tls"
	"crypto/x509"
	"errors"

	"tidegate/ast/catalog/ngxlua"
	"tidegate/runtime/clienthello"
	"tidegate/runtime/errlog"
	"tidegate/runtime/lua/vm"
	"tidegate/runtime/phase"
	"tidegate/runtime/relay"
	"tidegate/runtime/tlsconf"
)

// ssl_client_hello_by_lua, ssl_certificate_by_lua and the modules ngx.ssl and ngx.ssl.clienthello.

// sslState is the handshake that a script looks at.
type sslState struct {
	hello  *tlsconf.Hello
	parsed *clienthello.Hello // made when first asked for
}

// ErrHandshakeEnded is the error of an SSL handler whose script failed or ended the handshake.
var ErrHandshakeEnded = errors.New("handshake ended by Lua")

// SSL makes the handler of one of the SSL phases: an error breaks the handshake off.
func (p *Program) SSL(sc *Script, conf *Settings, script phase.Script) func(Session, *tlsconf.Hello) error {
	action := "loading SSL certificate by lua"
	if script == phase.ScriptSSLClientHello {
		action = "loading SSL client hello by lua"
	}
	return func(s Session, hello *tlsconf.Hello) error {
		rq := p.begin(s, conf, script)
		if rq == nil {
			return ErrHandshakeEnded
		}
		rq.act(action)
		defer rq.act("SSL handshaking")
		// The script runs on a fake connection: its log lines say which, and ngx.ctx is its own, seen by later phases through
		// the session's.
		rq.log = sslLog{s, ", context: " + script.Directive()}
		rq.ssl = &sslState{hello: hello}
		return rq.handshakes(sc)
	}
}

// act sets the session's action. In the middle of a session other light threads of it may log, so that the baton is needed then.
func (rq *request) act(action string) {
	if rq.state.tcp == nil {
		rq.session.SetAction(action)
		return
	}
	rq.w.sched.Hold(func() { rq.session.SetAction(action) })
}

// sslLog is the log of the fake connection of an SSL phase.
type sslLog struct {
	s       Session
	context string
}

func (l sslLog) Enabled(level errlog.Level) bool { return l.s.Enabled(level) }

func (l sslLog) Log(level errlog.Level, msg string) {
	action := l.s.Action()
	l.s.SetAction("")
	l.s.Log(level, msg+l.context)
	l.s.SetAction(action)
}

// sslFuncs look at the connection's TLS themselves, in every phase.
var sslFuncs = []binding{
	{row: &ngxlua.SSLClearCerts, fn: sslClearCerts, own: true},
	{row: &ngxlua.SSLSetCert, fn: sslSetCert, own: true},
	{row: &ngxlua.SSLSetPrivKey, fn: sslSetPrivKey, own: true},
	{row: &ngxlua.SSLSetDERCert, fn: sslSetDERCert, own: true},
	{row: &ngxlua.SSLSetDERPrivKey, fn: sslSetDERPrivKey, own: true},
	{row: &ngxlua.SSLCertPEMToDER, fn: sslCertPEMToDER, own: true},
	{row: &ngxlua.SSLPrivKeyPEMToDER, fn: sslPrivKeyPEMToDER, own: true},
	{row: &ngxlua.SSLParsePEMCert, fn: sslParsePEMCert, own: true},
	{row: &ngxlua.SSLParsePEMPrivKey, fn: sslParsePEMPrivKey, own: true},
	{row: &ngxlua.SSLParseDERCert, fn: sslParseDERCert, own: true},
	{row: &ngxlua.SSLParseDERPrivKey, fn: sslParseDERPrivKey, own: true},
	{row: &ngxlua.SSLServerName, fn: sslServerName, own: true},
	{row: &ngxlua.SSLServerPort, fn: sslServerPort, own: true},
	{row: &ngxlua.SSLRawServerAddr, fn: sslServerAddr, own: true},
	{row: &ngxlua.SSLRawClientAddr, fn: sslClientAddr, own: true},
	{row: &ngxlua.SSLGetTLS1Version, fn: sslVersion, own: true},
	{row: &ngxlua.SSLGetTLS1VersionStr, fn: sslVersionStr, own: true},
	{row: &ngxlua.SSLVerifyClient, fn: sslVerifyClient, own: true},
	{row: &ngxlua.SSLGetClientRandom, fn: sslClientRandom, own: true},
	{row: &ngxlua.SSLGetReqSharedSSLCiphers, fn: sslSharedCiphers, own: true},
	{row: &ngxlua.SSLGetReqSSLPointer, fn: sslReqPointer, own: true},
	{row: &ngxlua.SSLGetUpstreamSSLPointer, fn: sslUpstreamPointer, own: true},
	{row: &ngxlua.SSLSessionReused, fn: sslSessionReused, own: true},
}

// openSSL makes the module ngx.ssl.
func openSSL(w *Worker) vm.Value {
	m := openModule("ngx.ssl.", sslFuncs)(w)
	setVersions(m.AsTable())
	return m
}

// setVersions adds the constants for protocol versions.
func setVersions(m *vm.Table) {
	for name, version := range map[string]int{
		"SSL3_VERSION": 0x300, "TLS1_VERSION": 0x301, "TLS1_1_VERSION": 0x302, "TLS1_2_VERSION": 0x303, "TLS1_3_VERSION": 0x304,
	} {
		m.SetString(name, vm.Int(version))
	}
}

// secure gives the session of a call, if its client speaks TLS, and the handshake if one is under way; else the error says why not.
func secure(c *vm.Call) (s Session, h *tlsconf.Hello, problem string) {
	rq := needRequest(c)
	switch {
	case rq.ssl != nil:
		return rq.session, rq.ssl.hello, ""
	case rq.session == nil || rq.session.TLS() == nil:
		return nil, nil, "bad request"
	}
	return rq.session, nil, ""
}

func sslServerName(c *vm.Call) int {
	s, h, problem := secure(c)
	if problem != "" {
		return c.Fail(problem)
	}
	var name string
	switch rq := requestOf(c); {
	case rq.script == phase.ScriptSSLClientHello: // the library has not looked at it yet
	case h != nil:
		name = h.ServerName()
	default:
		name = s.TLS().ConnectionState().ServerName
	}
	if name == "" {
		return c.Return(vm.Nil)
	}
	return c.Return(vm.String(name))
}

func sslServerPort(c *vm.Call) int {
	s, _, problem := secure(c)
	switch {
	case problem != "":
		return c.Fail(problem)
	case s.Local().IsUnix():
		return c.Fail("unix domain has no port")
	}
	return c.Return(vm.Int(s.ServerPort()))
}

func sslServerAddr(c *vm.Call) int {
	s, _, problem := secure(c)
	if problem != "" {
		return c.Return(vm.Nil, vm.Nil, vm.String(problem))
	}
	return sslAddr(c, s.Local())
}

func sslClientAddr(c *vm.Call) int {
	s, _, problem := secure(c)
	if problem != "" {
		return c.Return(vm.Nil, vm.Nil, vm.String(problem))
	}
	return sslAddr(c, s.Peer())
}

// sslAddr gives an address as its bytes, with its kind.
func sslAddr(c *vm.Call, a relay.Addr) int {
	if a.IsUnix() {
		return c.Return(vm.String(a.Path), vm.String("unix"))
	}
	ip := a.Addr().Unmap()
	kind := "inet6"
	if ip.Is4() {
		kind = "inet"
	}
	return c.Return(vm.Bytes(ip.AsSlice()), vm.String(kind))
}

// tlsVersion is the protocol version that is, or will be, in use.
func tlsVersion(c *vm.Call) (uint16, string) {
	s, h, problem := secure(c)
	switch {
	case problem != "":
		return 0, problem
	case requestOf(c).script == phase.ScriptSSLClientHello:
		return tls.VersionTLS13, "" // nothing is agreed upon: the library's own latest
	case h != nil:
		return h.Version(), ""
	}
	return s.TLS().ConnectionState().Version, ""
}

func sslVersion(c *vm.Call) int {
	v, problem := tlsVersion(c)
	if problem != "" {
		return c.Fail(problem)
	}
	return c.Return(vm.Int(int(v)))
}

func sslVersionStr(c *vm.Call) int {
	v, problem := tlsVersion(c)
	switch {
	case problem != "":
		return c.Fail(problem)
	case v < tls.VersionTLS10:
		return c.Fail("unknown version")
	}
	return c.Return(vm.String(tlsconf.ProtocolName(v)))
}

// sslVerifyClient asks for a client certificate, to be verified with the given authorities.
func sslVerifyClient(c *vm.Call) int {
	rq := needRequest(c)
	if rq.script != phase.ScriptSSLCert {
		return c.Fail(disabledHere)
	}
	depth := -1 // ssl_verify_depth
	if c.Value(2).Truth() {
		depth = c.Int(2)
	}
	var cas []*x509.Certificate
	for _, i := range []int{1, 3} {
		if !c.IsNil(i) {
			cas = append(cas, handle[[]*x509.Certificate](c, i, "certificate")...)
		}
	}
	rq.ssl.hello.VerifyClient(cas, depth)
	return c.Return(vm.True)
}

// sslClientRandom gives as many of the client's random bytes as are asked for, at most all; 0 asks for their number. The library has not
// looked at them yet when ssl_client_hello_by_lua runs.
func sslClientRandom(c *vm.Call) int {
	s, h, problem := secure(c)
	if problem != "" {
		return c.Fail(problem)
	}
	var random [32]byte
	switch {
	case requestOf(c).script == phase.ScriptSSLClientHello:
	case h != nil:
		random = h.Random()
	default:
		random = s.TLSState().Random
	}
	n := c.OptInt(1, len(random))
	if n == 0 {
		return c.Return(vm.Int(len(random)))
	}
	return c.Return(vm.Bytes(random[:min(max(n, 0), len(random))]))
}

// sslSharedCiphers lists the numbers of the suites that both sides have. GREASE values, which the argument would let through, are not
// among ours.
func sslSharedCiphers(c *vm.Call) int {
	s, h, problem := secure(c)
	if problem != "" {
		return c.Fail(problem)
	}
	var ids []uint16
	switch {
	case requestOf(c).script == phase.ScriptSSLClientHello: // nothing is known of the client's
	case h != nil:
		ids = h.Shared()
	default:
		ids = s.TLSState().Shared
	}
	t := vm.NewTable(len(ids), 0)
	for i, id := range ids {
		t.SetInt(i+1, vm.Int(int(id)))
	}
	return c.Return(t.Value())
}

// sslHandle stands for a pointer to OpenSSL's object of a connection; all that can be asked of it is whether it resumed a session.
type sslHandle struct{ reused func() bool }

func sslReqPointer(c *vm.Call) int {
	s, h, problem := secure(c)
	if problem != "" {
		return c.Fail(problem)
	}
	reused := func() bool { return false } // not known before the handshake is over
	if h == nil {
		reused = func() bool { return s.TLSState().DidResume }
	}
	return userdata(c, sslHandle{reused})
}

// sslUpstreamPointer finds a connection only while its handshake is under way, which a script sees of new sessions alone.
func sslUpstreamPointer(c *vm.Call) int {
	switch _, problem := upstreamTLS(c); problem {
	case "":
		return userdata(c, sslHandle{func() bool { return false }})
	case "bad request":
		if requestOf(c).session == nil {
			return c.Fail(problem)
		}
	}
	return c.Fail("not upstream")
}

func sslSessionReused(c *vm.Call) int {
	if ud := c.Value(1).AsUserdata(); ud != nil {
		if h, ok := ud.Data.(sslHandle); ok {
			return c.Return(vm.Bool(h.reused()))
		}
	}
	return c.Fail("bad ssl")
}
