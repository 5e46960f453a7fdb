package ngx

import (
	"fmt"
	"time"

	"tidegate/ast/catalog/ngxlua"
	"tidegate/runtime/errlog"
	"tidegate/runtime/lua/sched"
	"tidegate/runtime/lua/vm"
	"tidegate/runtime/phase"
)

// ngx.timer (ngx_stream_lua_timer.c).

var timerFuncs = []binding{
	{row: &ngxlua.TimerAt, fn: func(c *vm.Call) int { return addTimer(c, false) }, own: true},
	{row: &ngxlua.TimerEvery, fn: func(c *vm.Call) int { return addTimer(c, true) }, own: true},
	{row: &ngxlua.TimerRunningCount, fn: timerCount((*sched.Timers).Running), own: true},
	{row: &ngxlua.TimerPendingCount, fn: timerCount((*sched.Timers).Pending), own: true},
}

func timerCount(count func(*sched.Timers) int) vm.Func {
	return func(c *vm.Call) int {
		rq := requestOf(c)
		rq.need(c, "no request")
		return c.Return(vm.Int(count(rq.w.timers)))
	}
}

// timer is what a pending timer keeps.
type timer struct {
	w       *Worker
	fn      *vm.Function
	args    []vm.Value
	conf    *Settings // of the server that made it
	context string    // for its log lines
	every   time.Duration
}

func addTimer(c *vm.Call, repeat bool) int {
	rq := requestOf(c)
	if n := c.NArg(); n < 2 {
		c.Throw("expecting at least 2 arguments but got %d", n)
	}
	delay := time.Duration(c.Number(1)*1000) * time.Millisecond
	if repeat && delay == 0 {
		c.Throw("delay cannot be zero")
	}
	fn := luaFunction(c, 2)
	rq.need(c, "no request")
	every := time.Duration(0)
	if repeat {
		every = delay
	}
	t := &timer{w: rq.w, fn: fn, args: arguments(c, 3), conf: rq.conf, context: timerContext(rq), every: every}
	if msg := rq.w.timers.Add(rq.w.sched, t, max(delay, 0), repeat); msg != "" {
		return c.Fail(msg)
	}
	rq.w.ref()
	if d := rq.w.prog.debug; d != nil {
		d.Log(errlog.DebugStream, "stream created timer (co: %p delay: %M ms)", errlog.Address(t), int(max(delay, 0).Milliseconds()))
	}
	return c.Return(vm.Int(1))
}

// timerContext is what a timer's log lines say: where it comes from, when a session made it or a timer of a session's.
func timerContext(rq *request) string {
	if log, ok := rq.log.(contextLog); ok && rq.script == phase.ScriptTimer {
		return log.context
	}
	if rq.session == nil {
		return ", context: ngx.timer"
	}
	client := rq.session.Peer()
	name := client.String()
	if !client.IsUnix() {
		name = client.Addr().String()
	}
	return ", context: ngx.timer, client: " + name + ", server: " + rq.session.Listening()
}

// timerDue gives what runs an expired timer. Connections are numbered in the order in which timers expire.
func timerDue(job any, premature bool) func(*sched.Run) {
	t := job.(*timer)
	w := t.w
	log := contextLog{t.conf.log(w), w.prog.cfg.NextConnection(), t.context}
	rq := &request{
		w: w, script: phase.ScriptTimer, conf: t.conf, state: &state{worker: w}, log: log, debug: log.log.Debug(log.number),
	}
	if d := w.prog.debug; d != nil {
		d.Line(errlog.DebugStream, "stream lua ngx.timer expired")
		if t.every > 0 && !premature {
			d.Log(errlog.DebugStream, "stream created next timer (co: %p delay: %M ms)", errlog.Address(t), int(t.every.Milliseconds()))
		}
	}
	return func(run *sched.Run) {
		rq.runMain(run, func() (*vm.Function, error) { return t.fn, nil }, append([]vm.Value{vm.Bool(premature)}, t.args...)...)
		rq.debugFake(0)
	}
}

// timerDropped reports a timer that was due while lua_max_running_timers were at work.
func timerDropped(job any) {
	t := job.(*timer)
	chunk, line := t.fn.Source()
	t.w.prog.cfg.Log.Write(errlog.Alert, 0, fmt.Sprintf("stream lua failed to run timer with function defined at %s:%d: "+
		"stream lua: %d lua_max_running_timers are not enough", chunk, line, t.w.timers.MaxRunning))
}

// timerGone gives back the VM that a timer kept.
func timerGone(job any) { job.(*timer).w.unref() }
