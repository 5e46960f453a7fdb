package ngx

import (
	"context"
	"errors"
	"time"

	"tidegate/ast/catalog/ngxlua"
	"tidegate/runtime/lua/cosocket"
	"tidegate/runtime/lua/vm"
	"tidegate/runtime/phase"
	"tidegate/runtime/tlsconf"
)

// ngx.req: in the stream subsystem it is the client's socket and little else.

var reqFuncs = []binding{
	{row: &ngxlua.ReqSocket, fn: reqSocket, first: arity(0, 1, "expecting zero arguments, but got %d")},
	{row: &ngxlua.ReqStartTime, fn: reqStartTime, own: true},
}

// reqMethods are the methods of the client's socket in a stream session.
var reqMethods = []binding{
	{row: &ngxlua.ReqPeek, fn: reqPeek},
	{row: &ngxlua.ReqReceive, fn: tcpReceive},
	{row: &ngxlua.ReqReceiveAny, fn: tcpReceiveAny},
	{row: &ngxlua.ReqReceiveUntil, fn: tcpReceiveUntil},
	{row: &ngxlua.ReqSend, fn: tcpSend},
	{row: &ngxlua.ReqShutdown, fn: tcpShutdown},
	{row: &ngxlua.ReqSetTimeout, fn: tcpSetTimeout},
	{row: &ngxlua.ReqSetTimeouts, fn: tcpSetTimeouts},
	{row: &ngxlua.ReqSetOption, fn: tcpSetOption},
	{row: &ngxlua.ReqGetOption, fn: tcpGetOption},
	{row: &ngxlua.ReqGetFd, fn: tcpGetFD},
	{row: &ngxlua.ReqServerSSLHandshake, fn: reqServerSSLHandshake,
		first: arity(1, 1, "ngx.socket serversslhandshake: expecting 1 argument (the object), but seen %d")},
}

// reqSocket gives the client's socket, once per session (ngx_stream_lua_req_socket_tcp). The argument that asks for the raw socket is
// taken and means nothing: in this subsystem it always is.
func reqSocket(c *vm.Call) int {
	rq := requestOf(c)
	if rq.state.out != nil && rq.state.out.size() > 0 {
		return c.Fail("pending data to write")
	}
	if rq.state.taken {
		return c.Fail("duplicate call")
	}
	rq.state.taken = true
	rq.session.OnClose(func() { rq.state.closed.Store(true) })
	if rq.session.UDP() {
		rq.state.udp = cosocket.NewDownstreamUDP(&rq.conf.Sockets, rq.session.Datagrams())
		rq.state.udp.Debug = rq.debug
		return c.Return(rq.w.object(&datagrams{UDP: rq.state.udp, rq: rq}, rq.w.reqUDPMeta).Value())
	}
	conn, raw := rq.session.Downstream()
	rq.state.tcp = cosocket.NewDownstream(&rq.conf.Sockets, conn, raw)
	rq.state.tcp.Debug = rq.debug
	return c.Return(rq.w.object(&socket{TCP: rq.state.tcp, rq: rq}, rq.w.reqMeta).Value())
}

func reqStartTime(c *vm.Call) int {
	rq := needRequest(c)
	if rq.fake() {
		return c.Return(vm.Int(0)) // a fake connection has no beginning
	}
	return c.Return(vm.Number(float64(rq.session.Start().UnixMilli()) / 1000))
}

// reqPeek gives the first n bytes of what the client sent, and leaves them for whoever comes after (ngx_stream_lua_socket_tcp_peek).
// Like nginx it waits through the preread phase: preread_timeout and preread_buffer_size end the session when they are exceeded.
func reqPeek(c *vm.Call) int {
	if n := c.NArg(); n != 2 {
		c.Throw("expecting 2 arguments (including the object), but got %d", n)
	}
	s := tcpOf(c)
	if s.Consumed() {
		c.Throw("attempt to peek on a consumed socket")
	}
	rq := s.mine(c)
	size, ok := c.Value(2).ToNumber()
	switch {
	case !ok:
		c.Throw("argument must be a number")
	case size < 0:
		c.ArgError(2, "bytes can not be negative")
	case size == 0:
		return c.Return(vm.String(""))
	}
	n := int(min(size, 1<<30)) // more than any preread_buffer_size
	if s.CanPeek() {
		if data := rq.session.PeekNow(n); data != nil {
			return c.Return(vm.Bytes(data))
		}
	}
	var data []byte
	var err error
	conn, _ := rq.session.Downstream()
	busy := s.Peek(envOf(c),
		func() { data, err = rq.session.Peek(n) },
		func() { _ = conn.SetReadDeadline(time.Unix(1, 0)) },
	)
	if busy != "" {
		return c.Fail(busy)
	}
	var end interface{ Result() phase.Result }
	if errors.As(err, &end) {
		threadOf(c).Exit(int(end.Result()))
	}
	return c.Return(vm.Bytes(data))
}

// reqServerSSLHandshake begins TLS with the client (ngx_stream_lua_socket_tcp_serversslhandshake). What was read ahead of it is the
// beginning of the client's handshake.
func reqServerSSLHandshake(c *vm.Call) int {
	s := tcpOf(c)
	rq := s.mine(c)
	session := rq.session
	if msg := s.CanHandshake(); msg != "" {
		return c.Fail(msg)
	}
	if session.TLS() != nil {
		return tlsInfo(c, session.TLSState())
	}
	if !session.HasTLS() {
		return c.Fail("ssl not configured for this server")
	}
	rq.giveBack()
	deadline, raw := time.Now().Add(s.ReadTimeout()), s.Raw()
	msg, err := s.Handshake(envOf(c), s.ReadTimeout(), func(ctx context.Context, conn cosocket.Transport) (cosocket.Transport, error) {
		killed := context.AfterFunc(ctx, func() { _ = raw.SetDeadline(time.Unix(1, 0)) })
		defer killed()
		return conn, session.StartTLS(deadline, rq.w.sched.Hold)
	})
	switch {
	case msg != "":
		return c.Fail(msg)
	case err != nil:
		return c.Fail("handshake failed")
	}
	return tlsInfo(c, session.TLSState())
}

// tlsInfo is the table that serversslhandshake gives.
func tlsInfo(c *vm.Call, state *tlsconf.State) int {
	t := vm.NewTable(0, 3)
	t.SetString("protocol", vm.String(tlsconf.ProtocolName(state.Version)))
	t.SetString("cipher", vm.String(state.Cipher()))
	t.SetString("session_reused", vm.Bool(state.DidResume))
	return c.Return(t.Value())
}
