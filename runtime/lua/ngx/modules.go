package ngx

import (
	"tidegate/ast/catalog/ngxlua"
	"tidegate/runtime/errlog"
	"tidegate/runtime/lua/vm"
	"tidegate/runtime/phase"
)

// The modules ngx.errlog and ngx.process.

// openErrlog makes ngx.errlog. Log lines are captured only with lua_capture_error_log, which is refused in the configuration.
func openErrlog(w *Worker) vm.Value {
	m := w.table([]binding{
		{ngxlua.ErrlogRawLog, rawLog},
		{ngxlua.ErrlogGetSysFilterLevel, func(c *vm.Call) int { return c.Return(vm.Int(int(filterLevel(requestOf(c).log)))) }},
		{ngxlua.ErrlogSetFilterLevel, notCaptured},
		{ngxlua.ErrlogGetLogs, notCaptured},
	})
	m.SetString("version", vm.String(restyCoreVersion))
	return m.Value()
}

func notCaptured(c *vm.Call) int { return c.Fail("directive \"lua_capture_error_log\" is not set") }

// filterLevel is the least severe level that the log takes.
func filterLevel(l logger) errlog.Level {
	level := errlog.Stderr
	for l.Enabled(level+1) && level < errlog.Debug {
		level++
	}
	return level
}

// rawLog writes a message without the place of the call.
func rawLog(c *vm.Call) int {
	n, ok := c.Value(1).AsNumber()
	if !ok {
		c.ThrowLevel(2, "bad argument #1 to 'raw_log' (must be a number)")
	}
	msg, ok := c.Value(2).AsString()
	if !ok {
		c.ThrowLevel(2, "bad argument #2 to 'raw_log' (must be a string)")
	}
	if n < float64(errlog.Stderr) || n > float64(errlog.Debug) {
		c.ThrowLevel(2, "bad log level")
	}
	if rq := requestOf(c); rq.log.Enabled(errlog.Level(n)) {
		rq.log.Log(errlog.Level(n), msg)
	}
	return 0
}

// openProcess makes ngx.process.
func openProcess(w *Worker) vm.Value {
	m := w.table([]binding{
		{ngxlua.ProcessType, func(c *vm.Call) int {
			if requestOf(c).script == phase.ScriptInit {
				return c.Return(vm.String("master"))
			}
			return c.Return(vm.String("worker"))
		}},
		{ngxlua.ProcessGetMasterPid, func(c *vm.Call) int { return c.Return(vm.Int(requestOf(c).w.prog.cfg.Pid)) }},
		{ngxlua.ProcessSignalGracefulExit, func(c *vm.Call) int {
			requestOf(c).w.prog.cfg.Quit()
			return 0
		}},
		{ngxlua.ProcessEnablePrivilegedAgent, func(c *vm.Call) int {
			if requestOf(c).script != phase.ScriptInit {
				return c.Fail("API disabled in the current context")
			}
			return c.Fail("privileged agent processes do not exist here: all workers share one process")
		}},
	})
	m.SetString("version", vm.String(restyCoreVersion))
	return m.Value()
}
