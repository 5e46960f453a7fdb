package ngx

import (
	"errors"
	"net/netip"
	"time"

	"tidegate/ast/catalog/ngxlua"
	"tidegate/runtime/errlog"
	"tidegate/runtime/lua/cosocket"
	"tidegate/runtime/lua/vm"
	"tidegate/runtime/phase"
	"tidegate/runtime/upstream"
)

// balancer_by_lua and the module ngx.balancer (ngx_stream_lua_balancer.c).

// balancing is what ngx.balancer sees and sets during one attempt.
type balancing struct {
	balance *upstream.Balance
	exited  bool
	status  int
}

var errBalancer = errors.New("balancer_by_lua failed")

// Balancer makes the handler of balancer_by_lua: it runs the script once, for one attempt of a session. It takes the worker's baton:
// the caller must be free to wait.
func (p *Program) Balancer(sc *Script, conf *Settings) func(Session, *upstream.Balance) error {
	return func(s Session, u *upstream.Balance) error {
		rq := p.begin(s, conf, phase.ScriptBalancer)
		if rq == nil {
			return errBalancer
		}
		return rq.balance(sc, u)
	}
}

// balance runs the script and translates its outcome.
func (rq *request) balance(sc *Script, u *upstream.Balance) error {
	s := rq.session
	rq.balancer = &balancing{balance: u}
	var failed error
	rq.w.sched.Hold(func() {
		defer rq.release()
		fn, err := rq.load(sc)
		if err != nil {
			s.Log(errlog.Err, err.Error())
			failed = errBalancer
			return
		}
		if err := rq.w.callPlain(rq, fn); err != nil && err.Abort == nil {
			s.Log(errlog.Err, "failed to run balancer_by_lua*: "+messageAndTraceback(err))
			failed = errBalancer
		}
	})
	if failed != nil || !rq.balancer.exited {
		return failed
	}
	switch status := phase.Result(rq.balancer.status); {
	case status == phase.Error:
		return errBalancer
	case status == busy:
		return upstream.ErrNoLive
	case status == phase.Next:
		return upstream.ErrDeclined
	case status >= phase.SpecialResponse:
		return upstream.StatusError(status)
	}
	return nil
}

// busy is NGX_BUSY.
const busy phase.Result = -3

var balancerFuncs = []binding{
	{row: &ngxlua.BalancerSetCurrentPeer, fn: setCurrentPeer, own: true},
	{row: &ngxlua.BalancerSetMoreTries, fn: setMoreTries, own: true},
	{row: &ngxlua.BalancerGetLastFailure, fn: getLastFailure, own: true},
	{row: &ngxlua.BalancerSetTimeouts, fn: setTimeouts, own: true},
	{row: &ngxlua.BalancerBindToLocalAddr, fn: bindToLocalAddr, own: true},
}

// openBalancer makes the module ngx.balancer.
func openBalancer(w *Worker) vm.Value {
	m := w.table("ngx.balancer.", balancerFuncs)
	m.SetString("enable_keepalive", vm.NewFunction("enable_keepalive", func(c *vm.Call) int {
		c.Throw("'enable_keepalive' not yet implemented in stream subsystem")
		return 0
	}).Value())
	m.SetString("version", vm.String(restyCoreVersion))
	return m.Value()
}

// balancingOf gives the attempt under way; else the error says that there is none, or that this is not balancer_by_lua.
func balancingOf(c *vm.Call) (b *upstream.Balance, problem string) {
	rq := needRequest(c)
	if rq.balancer != nil {
		return rq.balancer.balance, ""
	}
	if rq.session != nil {
		if _, ok := rq.session.Var("upstream_addr"); ok {
			return nil, disabledHere
		}
	}
	return nil, "no upstream found"
}

func setCurrentPeer(c *vm.Call) int {
	needRequest(c)
	if !c.IsNil(3) {
		c.Throw("bad argument #3 to 'set_current_peer' ('host' not yet implemented in stream subsystem)")
	}
	host, port := peerArgs(c)
	b, problem := balancingOf(c)
	if problem != "" {
		return c.Fail(problem)
	}
	addr, problem := peerAddr(host, port)
	if problem != "" {
		return c.Fail(problem)
	}
	b.SetPeer(addr)
	return c.Return(vm.True)
}

// peerArgs are the arguments of set_current_peer, refused in the words of OpenResty's Lua code and of LuaJIT's ffi library.
func peerArgs(c *vm.Call) (host string, port int) {
	v := c.Value(1)
	host, ok := v.AsString()
	switch {
	case ok:
	case v.Kind() == vm.KindTable:
		c.Throw("bad argument #2 to 'ngx_lua_ffi_balancer_set_current_peer' (cannot convert 'table' to 'const unsigned char *')")
	default:
		c.Throw("attempt to get length of local 'addr' (a %s value)", v.TypeName())
	}
	if v := c.Value(2); v.Truth() {
		n, ok := v.ToNumber()
		if !ok {
			c.Throw("bad argument #4 to 'ngx_lua_ffi_balancer_set_current_peer' (cannot convert 'nil' to 'int')")
		}
		port = int(n)
	}
	return host, port
}

// peerAddr reads an address: an IP address with the port, one that brings its own port, or a unix path.
func peerAddr(host string, port int) (upstream.Addr, string) {
	t, problem := cosocket.ParseTarget(host, port)
	switch {
	case problem != "":
		return upstream.Addr{}, problem
	case t.Name != "":
		return upstream.Addr{}, "no host allowed"
	case t.Addr.IsUnix():
		return upstream.Addr{Unix: t.Addr.Path}, ""
	}
	return upstream.Addr{IP: t.Addr.AddrPort}, ""
}

func setMoreTries(c *vm.Call) int {
	needRequest(c)
	count := cInt(c, 1, "ngx_lua_ffi_balancer_set_more_tries", 2)
	b, problem := balancingOf(c)
	if problem != "" {
		return c.Fail(problem)
	}
	if b.SetMoreTries(count) {
		return c.Return(vm.True, vm.String("reduced tries due to limit"))
	}
	return c.Return(vm.True)
}

func getLastFailure(c *vm.Call) int {
	b, problem := balancingOf(c)
	if problem != "" {
		return c.Return(vm.Nil, vm.Nil, vm.String(problem))
	}
	if b.LastFailure() == upstream.StateOK {
		return c.Return(vm.Nil)
	}
	return c.Return(vm.String("failed"), vm.Int(0))
}

func setTimeouts(c *vm.Call) int {
	needRequest(c)
	var d [3]time.Duration
	for i, name := range [...]string{"connect", "send", "read"} {
		v := c.Value(i + 1)
		if !v.Truth() {
			continue
		}
		n, ok := v.AsNumber()
		if !ok || n <= 0 {
			c.Throw("bad %s timeout", name)
		}
		d[i] = time.Duration(n*1000) * time.Millisecond
	}
	b, problem := balancingOf(c)
	if problem != "" {
		return c.Return(vm.False, vm.String(disabledHere))
	}
	b.SetTimeouts(upstream.Timeouts{Connect: d[0], Session: max(d[1], d[2])})
	return c.Return(vm.True)
}

// bindToLocalAddr sets where the connection of this attempt comes from.
func bindToLocalAddr(c *vm.Call) int {
	needRequest(c)
	text, ok := c.Value(1).AsString()
	if !ok {
		c.Throw("bad argument #1 to 'bind_to_local_addr' (string expected, got %s)", c.Value(1).TypeName())
	}
	b, problem := balancingOf(c)
	if problem != "" {
		return c.Fail(problem)
	}
	ap, err := netip.ParseAddrPort(text)
	if err != nil {
		ip, err := netip.ParseAddr(text)
		if err != nil {
			return c.Fail("parse addr port failed")
		}
		ap = netip.AddrPortFrom(ip, 0)
	}
	b.SetLocal(ap)
	return c.Return(vm.True)
}
