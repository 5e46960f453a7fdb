package ngx

import (
	"time"

	"tidegate/ast/catalog/ngxlua"
	"tidegate/runtime/errlog"
	"tidegate/runtime/lua/vm"
	"tidegate/runtime/phase"
)

// ngx.exit, sleep, get_phase and on_abort.

var controlFuncs = []binding{
	{row: &ngxlua.Exit, fn: exit},
	{row: &ngxlua.Sleep, fn: sleep, first: sleepArgs},
	{row: &ngxlua.GetPhase, fn: getPhase},
	{row: &ngxlua.OnAbort, fn: onAbort, own: true},
}

// exit ends the handler with a status. In balancer_by_lua, which has no light thread, it only sets the outcome and the code goes on.
func exit(c *vm.Call) int {
	rq := requestOf(c)
	status := cInt(c, 1, "ngx_lua_ffi_exit", 2)
	rq.debug.Num(errlog.DebugStream, "lua exit with code %i", status)
	if rq.script == phase.ScriptBalancer {
		rq.balancer.exited, rq.balancer.status = true, status
		return 0
	}
	threadOf(c).Exit(status)
	return 0
}

// sleepArgs checks the argument of sleep.
func sleepArgs(c *vm.Call) int {
	if n := c.NArg(); n != 1 {
		c.Throw("attempt to pass %d arguments, but accepted 1", n)
	}
	needRequest(c)
	if ms := int(c.Number(1) * 1000); ms < 0 {
		c.Throw("invalid sleep duration \"%d\"", ms)
	}
	return 0
}

func sleep(c *vm.Call) int {
	threadOf(c).Sleep(time.Duration(c.Number(1)*1000) * time.Millisecond)
	return 0
}

func getPhase(c *vm.Call) int { return c.Return(vm.String(requestOf(c).script.String())) }

// onAbort registers the function that runs when the client goes away; it needs lua_check_client_abort.
func onAbort(c *vm.Call) int {
	rq := needRequest(c)
	if rq.fake() {
		c.Throw("%s", disabled(rq))
	}
	switch {
	case rq.state.abort != nil:
		return c.Fail("duplicate call")
	case !rq.conf.Sockets.CheckClientAbort:
		return c.Fail("lua_check_client_abort is off")
	}
	fn := luaFunction(c, 1)
	if !rq.script.Yieldable() {
		c.Throw("%s", disabled(rq))
	}
	rq.state.abort, rq.state.abortParent = fn, c.Thread()
	return c.Return(vm.Int(1))
}
