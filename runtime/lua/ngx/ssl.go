package ngx

import (
	"crypto"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
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
		before := s.Action()
		s.SetAction(action)
		defer s.SetAction(before)
		rq := p.begin(s, conf, script)
		if rq == nil {
			return ErrHandshakeEnded
		}
		// The script runs on a fake connection: its log lines say which, and ngx.ctx is its own, seen by later phases through
		// the session's.
		rq.log = sslLog{s, ", context: " + script.Directive()}
		rq.ssl = &sslState{hello: hello}
		r := rq.run(sc)
		if r == phase.Error || r >= phase.BadRequest {
			return ErrHandshakeEnded
		}
		return nil
	}
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

var sslFuncs = []binding{
	{ngxlua.SSLClearCerts, sslClearCerts},
	{ngxlua.SSLSetCert, sslSetCert},
	{ngxlua.SSLSetPrivKey, sslSetPrivKey},
	{ngxlua.SSLSetDERCert, sslSetDERCert},
	{ngxlua.SSLSetDERPrivKey, sslSetDERPrivKey},
	{ngxlua.SSLCertPEMToDER, sslCertPEMToDER},
	{ngxlua.SSLPrivKeyPEMToDER, sslPrivKeyPEMToDER},
	{ngxlua.SSLParsePEMCert, sslParsePEMCert},
	{ngxlua.SSLParsePEMPrivKey, sslParsePEMPrivKey},
	{ngxlua.SSLParseDERCert, sslParseDERCert},
	{ngxlua.SSLParseDERPrivKey, sslParseDERPrivKey},
	{ngxlua.SSLServerName, sslServerName},
	{ngxlua.SSLServerPort, sslServerPort},
	{ngxlua.SSLRawServerAddr, func(c *vm.Call) int { return sslAddr(c, sessionOf(c).Local()) }},
	{ngxlua.SSLRawClientAddr, func(c *vm.Call) int { return sslAddr(c, sessionOf(c).Peer()) }},
	{ngxlua.SSLGetTLS1Version, sslVersion},
	{ngxlua.SSLGetTLS1VersionStr, sslVersionStr},
	{ngxlua.SSLVerifyClient, sslVerifyClient},
}

// openSSL makes the module ngx.ssl.
func openSSL(w *Worker) vm.Value {
	m := w.table(sslFuncs)
	for name, version := range map[string]int{
		"SSL3_VERSION": 0x300, "TLS1_VERSION": 0x301, "TLS1_1_VERSION": 0x302, "TLS1_2_VERSION": 0x303, "TLS1_3_VERSION": 0x304,
	} {
		m.SetString(name, vm.Int(version))
	}
	m.SetString("version", vm.String(restyCoreVersion))
	return m.Value()
}

// sessionOf gives the session of a call; there must be one.
func sessionOf(c *vm.Call) Session {
	rq := requestOf(c)
	switch {
	case rq.script == phase.ScriptInit:
		c.Throw("no request found")
	case rq.session == nil:
		c.Throw("API disabled in the current context")
	}
	return rq.session
}

// helloOf gives the handshake under way. fail is the number of results where there is none, else 0.
func helloOf(c *vm.Call) (h *tlsconf.Hello, fail int) {
	rq := requestOf(c)
	sessionOf(c)
	if rq.ssl == nil {
		return nil, c.Fail("bad ssl conn")
	}
	return rq.ssl.hello, 0
}

func sslClearCerts(c *vm.Call) int {
	h, fail := helloOf(c)
	if fail != 0 {
		return fail
	}
	h.ClearCertificates()
	return c.Return(vm.True)
}

// Certificates and keys are userdata, as the cdata of the original: opaque.

func handle[T any](c *vm.Call, i int, what string) T {
	if ud := c.Value(i).AsUserdata(); ud != nil {
		if v, ok := ud.Data.(T); ok {
			return v
		}
	}
	c.ArgError(i, what+" expected")
	panic("not reached")
}

func setChain(c *vm.Call, chain []*x509.Certificate) int {
	h, fail := helloOf(c)
	if fail != 0 {
		return fail
	}
	if err := h.SetChain(chain); err != nil {
		return c.Fail(err.Error())
	}
	return c.Return(vm.True)
}

func setKey(c *vm.Call, key crypto.Signer) int {
	h, fail := helloOf(c)
	if fail != 0 {
		return fail
	}
	if err := h.SetKey(key); err != nil {
		return c.Fail(err.Error())
	}
	return c.Return(vm.True)
}

func sslSetCert(c *vm.Call) int { return setChain(c, handle[[]*x509.Certificate](c, 1, "certificate")) }

func sslSetPrivKey(c *vm.Call) int { return setKey(c, handle[crypto.Signer](c, 1, "private key")) }

func sslSetDERCert(c *vm.Call) int {
	chain, err := x509.ParseCertificates(c.Bytes(1))
	if err != nil || len(chain) == 0 {
		return c.Fail("d2i_X509_bio() failed")
	}
	return setChain(c, chain)
}

func sslSetDERPrivKey(c *vm.Call) int {
	key, err := parseKey(c.Bytes(1))
	if err != nil {
		return c.Fail("d2i_PrivateKey_bio() failed")
	}
	return setKey(c, key)
}

// parseChain reads all certificates of a PEM text.
func parseChain(text []byte) (chain []*x509.Certificate, der []byte) {
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		switch block.Type {
		case "CERTIFICATE", "TRUSTED CERTIFICATE", "X509 CERTIFICATE":
			cert, err := x509.ParseCertificate(block.Bytes)
			if err != nil {
				return nil, nil
			}
			chain = append(chain, cert)
			der = append(der, block.Bytes...)
		}
	}
	return chain, der
}

func parseKey(der []byte) (crypto.Signer, error) {
	if k, err := x509.ParsePKCS1PrivateKey(der); err == nil {
		return k, nil
	}
	if k, err := x509.ParseECPrivateKey(der); err == nil {
		return k, nil
	}
	k, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return nil, err
	}
	s, ok := k.(crypto.Signer)
	if !ok {
		return nil, errors.New("not a signing key")
	}
	return s, nil
}

func sslCertPEMToDER(c *vm.Call) int {
	chain, der := parseChain(c.Bytes(1))
	if len(chain) == 0 {
		return c.Fail("PEM_read_bio_X509_AUX() failed")
	}
	return c.Return(vm.Bytes(der))
}

// readKey reads the first private key of a PEM text, with its passphrase where it is encrypted.
func readKey(text []byte, passphrase string) (crypto.Signer, error) {
	var passwords []string
	if passphrase != "" {
		passwords = []string{passphrase}
	}
	return tlsconf.ParsePrivateKey(text, passwords)
}

func sslPrivKeyPEMToDER(c *vm.Call) int {
	key, err := readKey(c.Bytes(1), c.OptString(2, ""))
	if err != nil {
		return c.Fail("PEM_read_bio_PrivateKey() failed")
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return c.Fail("i2d_PrivateKey() failed")
	}
	return c.Return(vm.Bytes(der))
}

func userdata(c *vm.Call, v any) int { return c.Return(vm.NewUserdata(v, nil).Value()) }

func sslParsePEMCert(c *vm.Call) int {
	chain, _ := parseChain(c.Bytes(1))
	if len(chain) == 0 {
		return c.Fail("PEM_read_bio_X509_AUX() failed")
	}
	return userdata(c, chain)
}

func sslParsePEMPrivKey(c *vm.Call) int {
	key, err := readKey(c.Bytes(1), "")
	if err != nil {
		return c.Fail("PEM_read_bio_PrivateKey() failed")
	}
	return userdata(c, key)
}

func sslParseDERCert(c *vm.Call) int {
	chain, err := x509.ParseCertificates(c.Bytes(1))
	if err != nil || len(chain) == 0 {
		return c.Fail("d2i_X509_bio() failed")
	}
	return userdata(c, chain)
}

func sslParseDERPrivKey(c *vm.Call) int {
	key, err := parseKey(c.Bytes(1))
	if err != nil {
		return c.Fail("d2i_PrivateKey_bio() failed")
	}
	return userdata(c, key)
}

func sslServerName(c *vm.Call) int {
	s := sessionOf(c)
	name := ""
	switch rq := requestOf(c); {
	case rq.ssl != nil:
		name = rq.ssl.hello.ServerName()
	case s.TLS() != nil:
		name = s.TLS().ConnectionState().ServerName
	default:
		return c.Fail("bad ssl conn")
	}
	if name == "" {
		return c.Return(vm.Nil)
	}
	return c.Return(vm.String(name))
}

func sslServerPort(c *vm.Call) int {
	s := sessionOf(c)
	if s.Local().IsUnix() {
		return c.Fail("unix domain has no port")
	}
	return c.Return(vm.Int(s.ServerPort()))
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
func tlsVersion(c *vm.Call) (uint16, bool) {
	s := sessionOf(c)
	if rq := requestOf(c); rq.ssl != nil {
		return rq.ssl.hello.Version(), true
	}
	if t := s.TLS(); t != nil {
		return t.ConnectionState().Version, true
	}
	return 0, false
}

func sslVersion(c *vm.Call) int {
	v, ok := tlsVersion(c)
	if !ok {
		return c.Fail("bad ssl conn")
	}
	return c.Return(vm.Int(int(v)))
}

func sslVersionStr(c *vm.Call) int {
	v, ok := tlsVersion(c)
	if !ok {
		return c.Fail("bad ssl conn")
	}
	if v < tls.VersionTLS10 {
		return c.Fail("unknown version")
	}
	return c.Return(vm.String(tlsconf.ProtocolName(v)))
}

// sslVerifyClient asks for a client certificate, to be verified with the given authorities.
func sslVerifyClient(c *vm.Call) int {
	h, fail := helloOf(c)
	if fail != 0 {
		return fail
	}
	var cas []*x509.Certificate
	for _, i := range []int{1, 3} {
		if !c.IsNil(i) {
			cas = append(cas, handle[[]*x509.Certificate](c, i, "certificate")...)
		}
	}
	h.VerifyClient(cas, c.OptInt(2, 1))
	return c.Return(vm.True)
}

var clientHelloFuncs = []binding{
	{ngxlua.ClientHelloServerName, helloServerName},
	{ngxlua.ClientHelloExt, helloExt},
	{ngxlua.ClientHelloSupportedVersions, helloVersions},
	{ngxlua.ClientHelloSetProtocols, helloSetProtocols},
}

// openClientHello makes the module ngx.ssl.clienthello.
func openClientHello(w *Worker) vm.Value {
	m := w.table(clientHelloFuncs)
	m.SetString("version", vm.String(restyCoreVersion))
	return m.Value()
}

// parsedHello gives the ClientHello in parts, in its own phase.
func parsedHello(c *vm.Call) *clienthello.Hello {
	rq := requestOf(c)
	sessionOf(c)
	if rq.script != phase.ScriptSSLClientHello {
		c.Throw("API disabled in the current context")
	}
	if rq.ssl.parsed == nil {
		h, err := clienthello.Parse(rq.ssl.hello.Raw())
		if err != nil {
			h = &clienthello.Hello{}
		}
		rq.ssl.parsed = h
	}
	return rq.ssl.parsed
}

func helloServerName(c *vm.Call) int {
	name, err := parsedHello(c).ServerName()
	if err != nil || name == "" {
		return c.Return(vm.Nil)
	}
	return c.Return(vm.String(name))
}

func helloExt(c *vm.Call) int {
	data, ok := parsedHello(c).Extension(uint16(c.Int(1)))
	if !ok {
		return c.Return(vm.Nil)
	}
	return c.Return(vm.Bytes(data))
}

// protocolBits are the words of set_protocols.
var protocolBits = []struct {
	id   uint16
	name string
	bit  tlsconf.Protocols
}{
	{0x002, "SSLv2", tlsconf.SSLv2}, {0x300, "SSLv3", tlsconf.SSLv3}, {tls.VersionTLS10, "TLSv1", tlsconf.TLSv1},
	{tls.VersionTLS11, "TLSv1.1", tlsconf.TLSv1_1}, {tls.VersionTLS12, "TLSv1.2", tlsconf.TLSv1_2},
	{tls.VersionTLS13, "TLSv1.3", tlsconf.TLSv1_3},
}

// helloVersions lists the versions that the client supports, the last named first, as the original does.
func helloVersions(c *vm.Call) int {
	versions, err := parsedHello(c).SupportedVersions()
	if err != nil || len(versions) == 0 {
		return c.Return(vm.Nil)
	}
	t := vm.NewTable(len(versions), 0)
	for i := len(versions) - 1; i >= 0; i-- {
		for _, p := range protocolBits {
			if p.id == versions[i] {
				t.SetInt(t.Len()+1, vm.String(p.name))
			}
		}
	}
	return c.Return(t.Value())
}

func helloSetProtocols(c *vm.Call) int {
	parsedHello(c)
	list := c.Table(1)
	var bits tlsconf.Protocols
next:
	for i := 1; i <= list.Len(); i++ {
		name, _ := list.GetInt(i).AsString()
		for _, p := range protocolBits {
			if p.name == name {
				bits |= p.bit
				continue next
			}
		}
		return c.Fail("invalid protocols failed")
	}
	requestOf(c).ssl.hello.SetProtocols(bits)
	return c.Return(vm.True)
}
