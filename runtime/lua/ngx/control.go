package ngx

import (
	"time"

	"tidegate/ast/catalog/ngxlua"
	"tidegate/runtime/lua/vm"
	"tidegate/runtime/phase"
)

// ngx.exit, sleep, get_phase and on_abort.

var controlFuncs = []binding{
	{ngxlua.Exit, exit},
	{ngxlua.Sleep, sleep},
	{ngxlua.GetPhase, getPhase},
	{ngxlua.OnAbort, onAbort},
}

// exit ends the handler with a status. In balancer_by_lua, which has no light thread, it only sets the outcome and the code goes on.
func exit(c *vm.Call) int {
	rq := requestOf(c)
	status := c.Int(1)
	if rq.script == phase.ScriptBalancer {
		rq.balancer.exited, rq.balancer.status = true, status
		return 0
	}
	threadOf(c).Exit(status)
	return 0
}

func sleep(c *vm.Call) int {
	if n := c.NArg(); n != 1 {
		c.Throw("attempt to pass %d arguments, but accepted 1", n)
	}
	seconds := c.Number(1)
	if seconds < 0 {
		c.Throw("invalid sleep duration \"%d\"", int(seconds*1000))
	}
	threadOf(c).Sleep(time.Duration(seconds * float64(time.Second)))
	return 0
}

func getPhase(c *vm.Call) int { return c.Return(vm.String(requestOf(c).script.String())) }

// onAbort registers the function that runs when the client goes away; it needs lua_check_client_abort.
func onAbort(c *vm.Call) int {
	rq := requestOf(c)
	fn := c.Func(1)
	if rq.session == nil {
		c.Throw("API disabled in the current context")
	}
	switch {
	case rq.state.abort != nil:
		return c.Fail("duplicate call")
	case !rq.conf.Sockets.CheckClientAbort:
		return c.Fail("lua_check_client_abort is off")
	}
	rq.state.abort, rq.state.abortParent = fn, c.Thread()
	return c.Return(vm.Int(1))
}
