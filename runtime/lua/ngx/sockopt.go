package ngx

import (
	"golang.org/x/sys/unix"

	"tidegate/runtime/errlog"
	"tidegate/runtime/lua/vm"
)

// tcpOptions are the options of setoption and getoption (resty/core/socket.lua).
var tcpOptions = map[string]struct{ level, opt int }{
	"keepalive":   {unix.SOL_SOCKET, unix.SO_KEEPALIVE},
	"reuseaddr":   {unix.SOL_SOCKET, unix.SO_REUSEADDR},
	"tcp-nodelay": {unix.IPPROTO_TCP, unix.TCP_NODELAY},
	"sndbuf":      {unix.SOL_SOCKET, unix.SO_SNDBUF},
	"rcvbuf":      {unix.SOL_SOCKET, unix.SO_RCVBUF},
}

// optionOf reads the socket and the option's name. fail is the number of results when that is no good, else 0.
func optionOf(c *vm.Call) (s *socket, level, opt, fail int) {
	s = createdOf(c)
	v := c.Value(2)
	if v.IsNil() {
		return nil, 0, 0, c.Fail("missing the \"option\" argument")
	}
	name, _ := v.AsString()
	o, ok := tcpOptions[name]
	if !ok {
		return nil, 0, 0, c.Fail("unsupported option " + c.ToString(v))
	}
	return s, o.level, o.opt, 0
}

func tcpGetOption(c *vm.Call) int {
	s, level, opt, fail := optionOf(c)
	if fail != 0 {
		return fail
	}
	if s.Raw() == nil {
		return c.Fail("closed")
	}
	n, err := unix.GetsockoptInt(s.Raw().FD(), level, opt)
	if err != nil {
		return c.Fail(errlog.Errno(err))
	}
	return c.Return(vm.Int(n))
}

func tcpSetOption(c *vm.Call) int {
	if !c.IsNil(2) && c.IsNil(3) {
		return c.Fail("missing the \"value\" argument")
	}
	if name, _ := c.Value(2).AsString(); name == "ip-transparent" {
		tcpOf(c).SetTransparent()
		return c.Return(vm.True)
	}
	s, level, opt, fail := optionOf(c)
	if fail != 0 {
		return fail
	}
	if s.Raw() == nil {
		return c.Fail("closed")
	}
	n := 0
	if b, ok := c.Value(3).AsBool(); ok {
		if b {
			n = 1
		}
	} else {
		n = cInt(c, 3, "ngx_lua_ffi_socket_tcp_setoption", 3)
	}
	if err := unix.SetsockoptInt(s.Raw().FD(), level, opt, n); err != nil {
		return c.Fail(errlog.Errno(err))
	}
	return c.Return(vm.True)
}
