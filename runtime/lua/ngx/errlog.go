package ngx

import (
	"strconv"

	"tidegate/ast/catalog/ngxlua"
	"tidegate/runtime/errlog"
	"tidegate/runtime/lua/vm"
)

// The module ngx.errlog. Log lines are captured only with lua_capture_error_log.

var errlogFuncs = []binding{
	{row: &ngxlua.ErrlogRawLog, fn: rawLog},
	{row: &ngxlua.ErrlogGetSysFilterLevel, fn: func(c *vm.Call) int { return c.Return(vm.Int(int(filterLevel(requestOf(c).log)))) }},
	{row: &ngxlua.ErrlogSetFilterLevel, fn: setFilterLevel},
	{row: &ngxlua.ErrlogGetLogs, fn: getLogs},
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
	level, capture := c.Int(1), requestOf(c).w.prog.cfg.Capture
	switch {
	case capture == nil:
		return notCaptured(c)
	case level < int(errlog.Stderr) || level > int(errlog.Debug):
		return c.Fail("bad log level: " + strconv.Itoa(level))
	}
	capture.SetFilter(errlog.Level(level))
	return c.Return(vm.True)
}

// getLogs takes lines: level, time and text of each, up to a number of them, in the table that is given or in a new one.
func getLogs(c *vm.Call) int {
	most, capture := 10, requestOf(c).w.prog.cfg.Capture
	if c.Value(1).Truth() {
		most = c.Int(1)
	}
	into := c.OptTable(2)
	if into == nil {
		into = vm.NewTable(0, 0)
	}
	if most > 0 && capture == nil {
		return notCaptured(c)
	}
	n := 0
	for range most {
		line, ok := capture.Take()
		if !ok {
			break
		}
		into.SetInt(n+1, vm.Int(int(line.Level)))
		into.SetInt(n+2, vm.Number(float64(line.Time.UnixMilli())/1000))
		into.SetInt(n+3, vm.String(line.Line))
		n += 3
	}
	if most > 0 {
		into.SetInt(n+1, vm.Nil) // ends what was in the table before
	}
	return c.Return(into.Value())
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
