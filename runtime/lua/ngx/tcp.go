package ngx

import (
	"errors"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"time"

	"tidegate/ast/catalog/ngxlua"
	"tidegate/runtime/errlog"
	"tidegate/runtime/lua/cosocket"
	"tidegate/runtime/lua/vm"
	"tidegate/runtime/relay"
)

// ngx.socket.tcp and its methods (ngx_stream_lua_socket_tcp.c). A socket object is a table whose first item is the socket.

var socketFuncs = []binding{
	{row: &ngxlua.SocketTCP, fn: newTCP, first: noArguments},
	{row: &ngxlua.SocketStream, fn: newTCP, first: noArguments},
	{row: &ngxlua.SocketUDP, fn: newUDP, first: noArguments},
}

var tcpMethods = []binding{
	{row: &ngxlua.TCPBind, fn: tcpBind},
	{row: &ngxlua.TCPConnect, fn: tcpConnect},
	{row: &ngxlua.TCPSSLHandshake, fn: tcpSSLHandshake},
	{row: &ngxlua.TCPGetSSLSession, fn: tcpGetSSLSession},
	{row: &ngxlua.TCPSend, fn: tcpSend},
	{row: &ngxlua.TCPReceive, fn: tcpReceive},
	{row: &ngxlua.TCPReceiveAny, fn: tcpReceiveAny},
	{row: &ngxlua.TCPReceiveUntil, fn: tcpReceiveUntil},
	{row: &ngxlua.TCPClose, fn: tcpClose},
	{row: &ngxlua.TCPShutdown, fn: tcpShutdown},
	{row: &ngxlua.TCPSetTimeout, fn: tcpSetTimeout},
	{row: &ngxlua.TCPSetTimeouts, fn: tcpSetTimeouts},
	{row: &ngxlua.TCPSetOption, fn: tcpSetOption},
	{row: &ngxlua.TCPGetOption, fn: tcpGetOption},
	{row: &ngxlua.TCPSetKeepalive, fn: tcpSetKeepalive},
	{row: &ngxlua.TCPGetReusedTimes, fn: tcpGetReusedTimes},
	{row: &ngxlua.TCPGetFd, fn: tcpGetFD},
	{row: &ngxlua.TCPSetTransparent, fn: tcpSetTransparent},
}

// socket is what stands in a socket object.
type socket struct {
	*cosocket.TCP
	rq     *request // the handler that the connection belongs to; another one's use is a "bad request"
	listed bool     // rq closes it
}

var noArguments = arity(0, 0, "expecting zero arguments, but got %d")

// connectSource is ngx.socket.connect.
const connectSource = `local sock = ngx.socket.tcp()
local ok, err = sock:connect(...)
if ok then return sock end
return nil, err`

var connectCode = sync.OnceValue(func() *vm.Code {
	code, err := vm.Compile(strings.ReplaceAll(connectSource, "\n", " "), "=ngx.socket.connect")
	if err != nil {
		panic(err)
	}
	return code
})

func newTCP(c *vm.Call) int {
	return c.Return(makeTCP(requestOf(c)).Value())
}

func makeTCP(rq *request) *vm.Table {
	return rq.w.object(unconnected(rq), rq.w.tcpMeta)
}

func unconnected(rq *request) *socket {
	s := &socket{TCP: cosocket.NewTCP(&rq.conf.Sockets, rq.conf.Network, rq.w.pools)}
	s.Debug = rq.debug
	return s
}

// object makes a table that holds v as its first item.
func (w *Worker) object(v any, meta *vm.Table) *vm.Table {
	t := vm.NewTable(1, 0)
	t.SetInt(1, vm.NewUserdata(v, nil).Value())
	t.SetMetatable(meta)
	return t
}

// objectOf reads the receiver of a method.
func objectOf[T any](c *vm.Call) (v T, ok bool) {
	if ud := c.Table(1).GetInt(1).AsUserdata(); ud != nil {
		v, ok = ud.Data.(T)
	}
	return v, ok
}

// tcpOf reads a socket object. A table that is none is a socket without a connection: that is how OpenResty's objects begin.
func tcpOf(c *vm.Call) *socket {
	s, ok := objectOf[*socket](c)
	switch {
	case !ok:
		s = unconnected(requestOf(c))
	case s.Downstream() && s.rq.state.closed.Load(): // a script kept it beyond its session
		s.Release()
	}
	return s
}

// createdOf is tcpOf for what OpenResty's Lua code does, which wants a socket that was told to connect.
func createdOf(c *vm.Call) *socket {
	s := tcpOf(c)
	if !s.Created() {
		c.Throw("socket is never created nor connected")
	}
	return s
}

// mine refuses a connection of another handler.
func (s *socket) mine(c *vm.Call) *request {
	rq := requestOf(c)
	if s.Connected() && s.rq != rq && s.rq.state != rq.state {
		c.Throw("bad request")
	}
	return rq
}

func tcpBind(c *vm.Call) int {
	if n := c.NArg(); n != 2 {
		c.Throw("expecting 2 arguments, but got %d", n)
	}
	s := tcpOf(c)
	ip, err := netip.ParseAddr(c.String(2))
	if err != nil {
		return c.Fail("bad address")
	}
	s.Debug.Str(errlog.DebugStream, "lua tcp socket bind ip: %V", ip.String())
	s.SetBind(relay.TCPAddr(netip.AddrPortFrom(ip, 0)))
	return c.Return(vm.True)
}

func tcpSetTransparent(c *vm.Call) int {
	if n := c.NArg(); n != 1 {
		c.Throw("ngx.socket settransparent: expecting 1argument (including the object) but seen %d", n)
	}
	tcpOf(c).SetTransparent()
	return c.Return(vm.True)
}

func tcpConnect(c *vm.Call) int {
	n := c.NArg()
	if n < 2 || n > 4 {
		c.Throw("ngx.socket connect: expecting 2, 3, or 4 arguments (including the object), but seen %d", n)
	}
	s := tcpOf(c)
	host := c.String(2)
	o := cosocket.ConnectOptions{Backlog: -1}
	if opts := c.Value(n).AsTable(); opts != nil {
		o = connectOptions(c, n, opts)
		n--
	}
	port := -1
	if n >= 3 {
		if port = portArg(c, 3); port < 0 || port > 65535 {
			return c.Fail("bad port number: " + strconv.Itoa(port))
		}
	}
	rq := requestOf(c)
	if s.rq != nil && s.rq.state != rq.state && !s.rq.over {
		c.Throw("bad request")
	}
	if s.Downstream() {
		c.Throw("attempt to re-connect a request socket")
	}
	if s.rq != rq {
		s.rq, s.listed = rq, false
	}
	rq.closeLater(s.TCP, &s.listed)
	if msg := s.Connect(envOf(c), host, port, o); msg != "" {
		return c.Fail(msg)
	}
	return c.Return(vm.Int(1))
}

// portArg is a number as C's int takes it.
func portArg(c *vm.Call, i int) int { return int(int32(c.Int(i))) }

func connectOptions(c *vm.Call, arg int, t *vm.Table) (o cosocket.ConnectOptions) {
	o.Backlog = -1
	if v := t.GetString("pool_size"); !v.IsNil() {
		n, ok := v.ToNumber()
		if !ok {
			c.ArgError(arg, "bad \"pool_size\" option type: "+v.TypeName())
		}
		if o.PoolSize = int(n); o.PoolSize <= 0 {
			c.ArgError(arg, "bad \"pool_size\" option value: "+strconv.Itoa(o.PoolSize))
		}
	}
	if n, ok := t.GetString("backlog").ToNumber(); ok {
		if o.Backlog = int(n); o.Backlog < 0 {
			c.ArgError(arg, "bad \"backlog\" option value: "+strconv.Itoa(o.Backlog))
		}
	}
	if v := t.GetString("pool"); !v.IsNil() {
		name, ok := v.ToString()
		if !ok {
			c.ArgError(arg, "bad \"pool\" option type: "+v.TypeName())
		}
		o.Pool = name
	}
	return o
}

func tcpSend(c *vm.Call) int {
	if n := c.NArg(); n != 2 {
		c.Throw("expecting 2 arguments (including the object), but got %d", n)
	}
	s := tcpOf(c)
	rq := s.mine(c)
	if msg := s.CanSend(envOf(c)); msg != "" {
		return c.Fail(msg)
	}
	var data []byte
	if _, ok := c.Value(2).AsString(); ok {
		data = c.Bytes(2)
	} else {
		data = appendSend(c, nil, 2)
	}
	if s.Downstream() && rq.state.out != nil {
		// What print left must go first.
		if msg := rq.drain(threadOf(c), 0); msg != "" {
			return c.Fail(msg)
		}
	}
	n, msg := s.Send(envOf(c), data)
	if msg != "" {
		return c.Fail(msg)
	}
	return c.Return(vm.Int(n))
}

// received gives the results of a receive: the data, or nil, the error and what was read before it.
func received(c *vm.Call, out []byte, msg string) int {
	data := vm.Owned(out)
	if cap(out)-len(out) > 64+len(out)/8 { // a string that lives long must not hold so much room
		data = vm.Bytes(out)
	}
	if msg == "" {
		return c.Return(data)
	}
	return c.Return(vm.Nil, vm.String(msg), data)
}

func tcpReceive(c *vm.Call) int {
	n := c.NArg()
	if n != 1 && n != 2 {
		c.Throw("expecting 1 or 2 arguments (including the object), but got %d", n)
	}
	s := tcpOf(c)
	s.mine(c)
	if msg := s.CanReceive(envOf(c), "stream attempt to receive"); msg != "" {
		return c.Fail(msg)
	}
	if n == 1 {
		out, msg := s.ReceiveLine(envOf(c))
		return received(c, out, msg)
	}
	pattern := c.Value(2)
	if size, ok := pattern.ToNumber(); ok {
		switch {
		case size < 0:
			c.ArgError(2, "bad pattern argument")
		case int(size) == 0:
			return c.Return(vm.String(""))
		}
		out, msg := s.ReceiveSize(envOf(c), int(size))
		return received(c, out, msg)
	}
	text, ok := pattern.AsString()
	switch {
	case !ok:
		c.ArgError(2, "bad pattern argument")
	case text == "*l":
		out, msg := s.ReceiveLine(envOf(c))
		return received(c, out, msg)
	case text == "*a":
		out, msg := s.ReceiveAll(envOf(c))
		return received(c, out, msg)
	case len(text) != 2 || text[0] != '*':
		c.ArgError(2, "bad pattern argument: "+text)
	}
	c.ArgError(2, "bad pattern argument")
	return 0
}

func tcpReceiveAny(c *vm.Call) int {
	if n := c.NArg(); n != 2 {
		c.Throw("expecting 2 arguments (including the object), but got %d", n)
	}
	s := tcpOf(c)
	s.mine(c)
	if msg := s.CanReceive(envOf(c), "attempt to receive"); msg != "" {
		return c.Fail(msg)
	}
	size, ok := c.Value(2).ToNumber()
	if !ok || size < 1 {
		c.ArgError(2, "bad max argument")
	}
	out, msg := s.ReceiveAny(envOf(c), int(size))
	return received(c, out, msg)
}

func tcpReceiveUntil(c *vm.Call) int {
	n := c.NArg()
	if n != 2 && n != 3 {
		c.Throw("expecting 2 or 3 arguments (including the object), but got %d", n)
	}
	s := tcpOf(c)
	inclusive := false
	if n == 3 {
		v := c.Table(3).GetString("inclusive")
		if b, ok := v.AsBool(); ok {
			inclusive = b
		} else if !v.IsNil() {
			c.Throw("bad \"inclusive\" option value type: %s", v.TypeName())
		}
	}
	pattern := c.String(2)
	if pattern == "" {
		return c.Fail("pattern is empty")
	}
	s.Debug.Line(errlog.DebugStream, "stream lua tcp socket calling receiveuntil() method")
	until := cosocket.NewUntil(pattern, inclusive)
	return c.Return(vm.NewFunction("iterator", func(c *vm.Call) int {
		if n := c.NArg(); n > 1 {
			c.Throw("expecting 0 or 1 arguments, but seen %d", n)
		}
		size := 0
		if c.NArg() == 1 { // nil is no number
			size = max(c.Int(1), 0)
		}
		s.mine(c)
		if msg := s.CanReceive(envOf(c), ""); msg != "" {
			return c.Fail(msg)
		}
		out, ended, msg := s.ReceiveUntil(envOf(c), until, size)
		if ended {
			return c.Return(vm.Nil, vm.Nil, vm.Nil)
		}
		return received(c, out, msg)
	}).Value())
}

func tcpClose(c *vm.Call) int {
	if n := c.NArg(); n != 1 {
		c.Throw("expecting 1 argument (including the object) but seen %d", n)
	}
	s := tcpOf(c)
	s.mine(c)
	if msg := s.Close(); msg != "" {
		return c.Fail(msg)
	}
	return c.Return(vm.Int(1))
}

func tcpShutdown(c *vm.Call) int {
	if n := c.NArg(); n != 2 {
		c.Throw("expecting 2 arguments (including the object) but seen %d", n)
	}
	s := tcpOf(c)
	rq := s.mine(c)
	if msg := s.CanShutdown(); msg != "" {
		return c.Fail(msg)
	}
	if s.Downstream() {
		if rq.state.eof {
			return c.Fail("seen eof")
		}
		if rq.state.out != nil {
			if msg := rq.drain(threadOf(c), 0); msg != "" {
				return c.Fail(msg)
			}
		}
		rq.state.eof = true
	}
	switch direction := c.String(2); direction {
	case "send":
	case "":
		return c.Fail("pattern is empty")
	default:
		c.ArgError(2, "bad shutdown argument: "+direction)
	}
	s.Shutdown()
	return c.Return(vm.Int(1))
}

func millis(v float64) time.Duration { return time.Duration(v) * time.Millisecond }

// timeoutArg reads a timeout in milliseconds; what is not a number counts as 0, the default.
func timeoutArg(c *vm.Call, i int) time.Duration {
	ms, _ := c.Value(i).ToNumber()
	if ms < 0 || ms >= 1<<31 {
		c.Throw("bad timeout value")
	}
	return millis(ms)
}

func tcpSetTimeout(c *vm.Call) int {
	if n := c.NArg(); n != 2 {
		c.Throw("ngx.socket settimout: expecting 2 arguments (including the object) but seen %d", n)
	}
	d := timeoutArg(c, 2)
	tcpOf(c).SetTimeouts(d, d, d)
	return 0
}

func tcpSetTimeouts(c *vm.Call) int {
	if n := c.NArg(); n != 4 {
		c.Throw("ngx.socket settimout: expecting 4 arguments (including the object) but seen %d", n)
	}
	tcpOf(c).SetTimeouts(timeoutArg(c, 2), timeoutArg(c, 3), timeoutArg(c, 4))
	return 0
}

func tcpSetKeepalive(c *vm.Call) int {
	n := c.NArg()
	if n < 1 || n > 3 {
		c.Throw("expecting 1 to 3 arguments (including the object), but got %d", n)
	}
	s := tcpOf(c)
	timeout := time.Duration(-1)
	if !c.IsNil(2) {
		timeout = millis(max(c.Number(2), 0))
	}
	size := cosocket.DefaultSize
	if !c.IsNil(3) {
		size = c.Int(3) // not positive: an error only where a pool has to be made
	}
	s.mine(c)
	msg, err := s.KeepAlive(envOf(c), timeout, size)
	var bad *cosocket.BadArgument
	if errors.As(err, &bad) {
		c.ArgError(bad.Arg+1, bad.Msg)
	}
	if msg != "" {
		return c.Fail(msg)
	}
	return c.Return(vm.Int(1))
}

func tcpGetReusedTimes(c *vm.Call) int {
	if n := c.NArg(); n != 1 {
		c.Throw("expecting 1 argument (including the object), but got %d", n)
	}
	n, msg := tcpOf(c).Reused()
	if msg != "" {
		return c.Fail(msg)
	}
	return c.Return(vm.Int(n))
}

func tcpGetFD(c *vm.Call) int {
	s := createdOf(c)
	if s.Raw() == nil {
		return c.Fail("no socket created yet")
	}
	return c.Return(vm.Int(s.Raw().FD()))
}
