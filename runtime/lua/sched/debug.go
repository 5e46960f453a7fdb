package sched

import (
	"tidegate/runtime/errlog"
	"tidegate/runtime/lua/vm"
)

// debugYield is what ngx_stream_lua_run_thread writes when a thread waits.
func (t *Thread) debugYield() {
	t.run.yielded = true
	t.debugYielded()
}

func (t *Thread) debugYielded() {
	if d := t.run.Debug; d != nil {
		d.Num(errlog.DebugStream, "lua resume returned %d", luaYield)
		d.Line(errlog.DebugStream, "lua thread yielded")
	}
}

// debugEnded is the same at the end of a thread. One that was killed ends unseen.
func (t *Thread) debugEnded(err *vm.Error) {
	d := t.run.Debug
	switch {
	case d == nil:
	case err == nil:
		d.Num(errlog.DebugStream, "lua resume returned %d", luaOK)
		d.Line(errlog.DebugStream, "lua light thread ended normally")
		d.Line(errlog.DebugStream, "lua deleting light thread")
	case err.Abort == nil:
		d.Num(errlog.DebugStream, "lua resume returned %d", luaErrRun)
	}
}

// What lua_resume returns.
const (
	luaOK     = 0
	luaYield  = 1
	luaErrRun = 2
)
