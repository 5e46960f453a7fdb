package ngx

import (
	"net/netip"
	"strconv"

	"tidegate/ast/catalog/ngxlua"
	"tidegate/runtime/errlog"
	"tidegate/runtime/lua/cosocket"
	"tidegate/runtime/lua/vm"
	"tidegate/runtime/relay"
)

// ngx.socket.udp and its methods (ngx_stream_lua_socket_udp.c).

var udpMethods = []binding{
	{row: &ngxlua.UDPBind, fn: udpBind},
	{row: &ngxlua.UDPSetPeerName, fn: udpSetPeerName},
	{row: &ngxlua.UDPSend, fn: udpSend},
	{row: &ngxlua.UDPReceive, fn: udpReceive},
	{row: &ngxlua.UDPClose, fn: udpClose},
	{row: &ngxlua.UDPSetTimeout, fn: udpSetTimeout},
	{row: &ngxlua.UDPSetOption, fn: udpSetOption},
}

// reqUDPMethods are those of the client's socket in a UDP session.
var reqUDPMethods = []binding{
	{row: &ngxlua.ReqUDPSend, fn: udpSend},
	{row: &ngxlua.ReqUDPReceive, fn: udpReceive},
	{row: &ngxlua.ReqUDPSetTimeout, fn: udpSetTimeout},
}

// datagrams is what stands in a UDP socket object.
type datagrams struct {
	*cosocket.UDP
	rq     *request
	listed bool // rq closes it
}

func newUDP(c *vm.Call) int {
	rq := requestOf(c)
	u := &datagrams{UDP: cosocket.NewUDP(&rq.conf.Sockets, rq.conf.Network)}
	u.Debug = rq.debug
	return c.Return(rq.w.object(u, rq.w.udpMeta).Value())
}

func udpOf(c *vm.Call) *datagrams {
	u, ok := objectOf[*datagrams](c)
	if !ok {
		c.ArgError(1, "socket expected")
	}
	return u
}

// myUDPOf is udpOf for what a socket of another handler does not do.
func myUDPOf(c *vm.Call) *datagrams {
	u := udpOf(c)
	if rq := requestOf(c); u.Connected() && u.rq != rq && u.rq.state != rq.state {
		c.Throw("bad request")
	}
	return u
}

func udpBind(c *vm.Call) int {
	n := c.NArg()
	if n != 2 && n != 3 {
		c.Throw("expecting 2 arguments, but got %d", n)
	}
	u := udpOf(c)
	port := 0
	if n == 3 {
		if port = portArg(c, 3); port < 0 || port > 65535 {
			c.Throw("bad port number: %d", port)
		}
	}
	ip, err := netip.ParseAddr(c.String(2))
	if err != nil {
		return c.Fail("bad address")
	}
	u.Debug.Str(errlog.DebugStream, "lua udp socket bind ip: %V", ip.String())
	u.SetBind(relay.UDPAddr(netip.AddrPortFrom(ip, uint16(port))))
	return c.Return(vm.True)
}

// udpSetOption knows one option, and keeps the last argument as its value (ngx_stream_lua_socket_udp_setoption).
func udpSetOption(c *vm.Call) int {
	n := c.NArg()
	if n < 2 {
		c.Throw("ngx.socket setoption: expecting 2arguments (including the object) but seen %d", n)
	}
	option := c.String(2)
	if option != "ip-transparent" {
		return c.Fail("unknown option " + option)
	}
	udpOf(c).SetTransparent(c.Value(n).Truth())
	return c.Return(vm.Int(0))
}

func udpSetPeerName(c *vm.Call) int {
	n := c.NArg()
	if n != 2 && n != 3 {
		c.Throw("ngx.socket.udp setpeername: expecting 2 or 3 arguments (including the object), but seen %d", n)
	}
	u := udpOf(c)
	host, port := c.String(2), -1
	if n == 3 {
		if port = portArg(c, 3); port < 0 || port > 65535 {
			return c.Fail("bad port number: " + strconv.Itoa(port))
		}
	}
	rq := requestOf(c)
	if u.rq != nil && u.rq.state != rq.state && !u.rq.over {
		c.Throw("bad request")
	}
	if u.rq != rq {
		u.rq, u.listed = rq, false
	}
	rq.closeLater(u.UDP, &u.listed)
	if msg := u.SetPeerName(envOf(c), host, port); msg != "" {
		return c.Fail(msg)
	}
	return c.Return(vm.Int(1))
}

func udpSend(c *vm.Call) int {
	if n := c.NArg(); n != 2 {
		c.Throw("expecting 2 arguments (including the object), but got %d", n)
	}
	u := myUDPOf(c)
	data := appendSend(c, requestOf(c).w.scratch[:0], 2)
	requestOf(c).w.scratch = data
	if msg := u.Send(envOf(c), data); msg != "" {
		return c.Fail(msg)
	}
	return c.Return(vm.Int(1))
}

func udpReceive(c *vm.Call) int {
	n := c.NArg()
	if n != 1 && n != 2 {
		c.Throw("expecting 1 or 2 arguments (including the object), but got %d", n)
	}
	u := myUDPOf(c)
	size := cosocket.MaxDatagram
	if n == 2 {
		size = c.Int(2)
	}
	out, msg := u.Receive(envOf(c), size)
	if msg != "" {
		return c.Fail(msg)
	}
	return c.Return(vm.Bytes(out))
}

func udpClose(c *vm.Call) int {
	if n := c.NArg(); n != 1 {
		c.Throw("expecting 1 argument (including the object) but seen %d", n)
	}
	if msg := myUDPOf(c).Close(); msg != "" {
		return c.Fail(msg)
	}
	return c.Return(vm.Int(1))
}

func udpSetTimeout(c *vm.Call) int {
	if n := c.NArg(); n != 2 {
		c.Throw("ngx.socket settimout: expecting at least 2 arguments (including the object) but seen %d", n)
	}
	ms, _ := c.Value(2).ToNumber()
	udpOf(c).SetTimeout(millis(max(ms, 0)))
	return 0
}
