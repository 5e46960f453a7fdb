package ngx

import (
	"context"
	"crypto/tls"
	"runtime"

	"tidegate/runtime/errlog"
	"tidegate/runtime/lua/cosocket"
	"tidegate/runtime/lua/vm"
	"tidegate/runtime/tlsconf"
)

// sslhandshake of TCP sockets (ngx_stream_lua_socket_tcp_sslhandshake).

// TLSSettings are the lua_ssl_* directives of a server.
type TLSSettings struct {
	Client *tlsconf.Client
}

// keptSession is a TLS session for reuse: the userdata that sslhandshake gives and takes. It is the session cache of one connection,
// because TLSv1.3 servers send tickets after the handshake.
type keptSession struct{ state *tls.ClientSessionState }

// Get and Put make it a tls.ClientSessionCache.
func (k *keptSession) Get(string) (*tls.ClientSessionState, bool) { return k.state, k.state != nil }

// Put keeps the latest session.
func (k *keptSession) Put(_ string, s *tls.ClientSessionState) {
	if s != nil {
		k.state = s
	}
}

// tcpSSLHandshake: reused_session, server_name, verify. It gives the session, or true when reused_session is false.
func tcpSSLHandshake(c *vm.Call) int {
	n := c.NArg()
	if n < 1 || n > 5 {
		c.Throw("ngx.socket sslhandshake: expecting 1 ~ 5 arguments (including the object), but seen %d", n)
	}
	s := tcpOf(c)
	rq := s.mine(c)
	if s.Downstream() {
		return c.Fail("not supported for downstream")
	}
	if c.Bool(5) {
		c.Throw("no OCSP support")
	}
	rq.debug.Line(errlog.DebugStream, "stream lua tcp socket ssl handshake")
	if s.Secure() { // it may come from the pool so
		return sessionResult(c, s)
	}
	session := &keptSession{}
	if ud := c.Value(2).AsUserdata(); ud != nil {
		if k, ok := ud.Data.(*keptSession); ok {
			session = k
			if rq.debug != nil {
				rq.debug.Log(errlog.DebugStream, "stream lua ssl set session: %p", errlog.Address(k))
			}
		}
	}
	s.Kept = session
	name, _ := c.Value(3).ToString() // what is no string is no name
	verify := c.Bool(4)
	if name != "" {
		rq.debug.Str(errlog.DebugStream, "stream lua ssl server name: \"%*s\"", name)
	}
	client := rq.conf.TLS.Client
	var state *tlsconf.State
	msg, err := s.Handshake(envOf(c), s.ConnectTimeout(), func(ctx context.Context, conn cosocket.Transport) (cosocket.Transport, error) {
		tc, err := client.Handshake(ctx, conn, &tlsconf.Dial{Name: name, SNI: name != "", Sessions: session})
		if err != nil {
			return nil, err
		}
		state = client.State(tc)
		state.Debug(rq.debug)
		return tc, nil
	})
	switch {
	case msg != "":
		return c.Fail(msg)
	case err != nil:
		line := tlsconf.HandshakeError(err, true)
		if level, ok := errlog.ParseLevel(string(line.Level)); ok { // nginx's own line: lua_socket_log_errors is not asked
			rq.log.Log(level, line.Text+s.CallContext())
		}
		return c.Fail("handshake failed")
	}
	if verify {
		if fail := verifyServer(c, s, state, name); fail != 0 {
			return fail
		}
	}
	return sessionResult(c, s)
}

// verifyServer looks at the server's certificate after the handshake; a bad one closes the connection.
func verifyServer(c *vm.Call, s *socket, state *tlsconf.State, name string) int {
	rq := requestOf(c)
	if code := state.Verify; code != tlsconf.VerifyOK {
		text := code.Text()
		if rq.conf.Sockets.LogErrors {
			rq.log.Log(errlog.Err, "stream lua ssl certificate verify error: ("+text+")"+s.Where())
		}
		s.Close()
		return c.Fail(text)
	}
	if name != "" && (len(state.PeerCertificates) == 0 || !tlsconf.MatchHost(state.PeerCertificates[0], name)) {
		if rq.conf.Sockets.LogErrors {
			rq.log.Log(errlog.Err, "stream lua ssl certificate does not match host \""+name+"\""+s.Where())
		}
		s.Close()
		return c.Fail("certificate host mismatch")
	}
	return 0
}

func sessionResult(c *vm.Call, s *socket) int {
	if b, ok := c.Value(2).AsBool(); ok && !b {
		return c.Return(vm.True)
	}
	return c.Return(requestOf(c).sessionObject(s.session()).Value())
}

// session is the TLS session of the connection, nil without one.
func (s *socket) session() *keptSession {
	k, _ := s.Kept.(*keptSession)
	return k
}

func tcpGetSSLSession(c *vm.Call) int {
	if n := c.NArg(); n != 1 {
		c.Throw("getsslsession: expecting 1 argument (the object), but got %d", n)
	}
	s := tcpOf(c)
	requestOf(c).debug.Line(errlog.DebugStream, "stream lua tcp socket getsslsession")
	switch {
	case !s.Connected():
		return c.Fail("closed")
	case s.session() == nil || s.session().state == nil:
		return c.Fail("no session")
	}
	return c.Return(requestOf(c).sessionObject(s.session()).Value())
}

// sessionObject gives a session to a script. The debug log tells when the script has it, and when the garbage collector has taken it
// back (ngx_stream_lua_ssl_free_session).
func (rq *request) sessionObject(k *keptSession) *vm.Userdata {
	ud := vm.NewUserdata(k, nil)
	if rq.debug != nil {
		rq.debug.Log(errlog.DebugStream, "stream lua ssl save session: %p", errlog.Address(k))
		d := rq.w.prog.debug
		runtime.AddCleanup(ud, func(at uintptr) { d.Log(errlog.DebugStream, "stream lua ssl free session: %p", at) }, errlog.Address(k))
	}
	return ud
}
