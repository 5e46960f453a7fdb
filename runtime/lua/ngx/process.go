package ngx

import (
	"tidegate/ast/catalog/ngxlua"
	"tidegate/runtime/lua/vm"
	"tidegate/runtime/phase"
)

// The module ngx.process. All workers are in one process.

var processFuncs = []binding{
	{row: &ngxlua.ProcessType, fn: processType},
	{row: &ngxlua.ProcessGetMasterPid, fn: func(c *vm.Call) int { return c.Return(vm.Int(requestOf(c).w.prog.cfg.Pid)) }},
	{row: &ngxlua.ProcessSignalGracefulExit, fn: func(c *vm.Call) int {
		requestOf(c).w.prog.cfg.Quit()
		return 0
	}},
	{row: &ngxlua.ProcessEnablePrivilegedAgent, fn: enablePrivilegedAgent, own: true},
}

// openProcess makes the module.
func openProcess(w *Worker) vm.Value {
	m := w.table("ngx.process.", processFuncs)
	m.SetString("version", vm.String(restyCoreVersion))
	return m.Value()
}

func processType(c *vm.Call) int {
	if requestOf(c).script == phase.ScriptInit {
		return c.Return(vm.String("master"))
	}
	return c.Return(vm.String("worker"))
}

func enablePrivilegedAgent(c *vm.Call) int {
	if requestOf(c).script != phase.ScriptInit {
		return c.Fail(disabledHere)
	}
	if v := c.Value(1); v.Truth() {
		if n, ok := v.AsNumber(); !ok || n < 0 {
			return c.Fail("bad 'connections' argument: number expected and greater than 0")
		}
	}
	return c.Fail("privileged agent processes do not exist here: all workers share one process")
}
