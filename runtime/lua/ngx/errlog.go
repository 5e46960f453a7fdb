package ngx

import (
	"tidegate/ast/catalog/ngxlua"
	"tidegate/runtime/errlog"
	"tidegate/runtime/lua/vm"
)

// The module ngx.errlog. Log lines are captured only with lua_capture_error_log, which is refused in the configuration.

var errlogFuncs = []binding{
	{row: &ngxlua.ErrlogRawLog, fn: rawLog},
	{row: &ngxlua.ErrlogGetSysFilterLevel, fn: func(c *vm.Call) int { return c.Return(vm.Int(int(filterLevel(requestOf(c).log)))) }},
	{row: &ngxlua.ErrlogSetFilterLevel, fn: setFilterLevel},
	{row: &ngxlua.ErrlogGetLogs, fn: notCaptured},
}

// openErrlog makes the module.
func openErrlog(w *Worker) vm.Value {
	m := w.table("ngx.errlog.", errlogFuncs)
	m.SetString("version", vm.String(restyCoreVersion))
	return m.Value()
}

func notCaptured(c *vm.Call) int { return c.Fail("directive \"lua_capture_error_log\" is not set") }

func setFilterLevel(c *vm.Call) int {
	if !c.Value(1).Truth() {
		return c.Fail("missing \"level\" argument")
	}
	return notCaptured(c)
}

// filterLevel is the least severe level that the log takes.
func filterLevel(l logger) errlog.Level {
	level := errlog.Stderr
	for level < errlog.Debug && l.Enabled(level+1) {
		level++
	}
	return level
}

// rawLog writes a message without the place of the call.
func rawLog(c *vm.Call) int {
	n, ok := c.Value(1).AsNumber()
	if !ok {
		c.Throw("bad argument #1 to 'raw_log' (must be a number)")
	}
	msg, ok := c.Value(2).AsString()
	if !ok {
		c.Throw("bad argument #2 to 'raw_log' (must be a string)")
	}
	if n < float64(errlog.Stderr) || n > float64(errlog.Debug) {
		c.Throw("bad log level")
	}
	if rq := requestOf(c); rq.log.Enabled(errlog.Level(n)) {
		rq.log.Log(errlog.Level(n), msg)
	}
	return 0
}
