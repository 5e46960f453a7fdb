package ngx

import (
	"time"

	"tidegate/ast/catalog/ngxlua"
	"tidegate/runtime/errlog"
	"tidegate/runtime/lua/sched"
	"tidegate/runtime/lua/vm"
)

// The module ngx.semaphore. A semaphore is a table whose field sem is opaque.

var semaphoreFuncs = []binding{
	{row: &ngxlua.SemaphoreNew, fn: semaphoreNew},
	{row: &ngxlua.SemaphorePost, fn: semaphorePost},
	{row: &ngxlua.SemaphoreWait, fn: semaphoreWait, own: true},
	{row: &ngxlua.SemaphoreCount, fn: semaphoreCount},
}

// openSemaphore makes the module, which is at the same time what methods are looked up in.
func openSemaphore(w *Worker) vm.Value {
	m := w.table("ngx.semaphore:", semaphoreFuncs)
	m.SetString("version", vm.String(restyCoreVersion))
	w.semaphoreMeta = vm.NewTable(0, 1)
	w.semaphoreMeta.SetString("__index", m.Value())
	return m.Value()
}

func semaphoreNew(c *vm.Call) int {
	n, _ := c.Value(1).ToNumber()
	if n < 0 {
		c.Throw("no negative number")
	}
	t := vm.NewTable(0, 1)
	s := sched.NewSemaphore(int(n))
	if d := requestOf(c).w.prog.debug; d != nil {
		d.Log(errlog.DebugStream, "stream lua semaphore new: %p, resources: %d", errlog.Address(s), s.Count())
	}
	t.SetString("sem", vm.NewUserdata(s, nil).Value())
	t.SetMetatable(requestOf(c).w.semaphoreMeta)
	return c.Return(t.Value())
}

func semaphoreOf(c *vm.Call) *sched.Semaphore {
	if t := c.Value(1).AsTable(); t != nil {
		if ud := t.GetString("sem").AsUserdata(); ud != nil {
			if s, ok := ud.Data.(*sched.Semaphore); ok {
				return s
			}
		}
	}
	c.Throw("not a semaphore instance")
	return nil
}

func semaphorePost(c *vm.Call) int {
	s := semaphoreOf(c)
	n := 1.0
	if v := c.Value(2); v.Truth() {
		var ok bool
		if n, ok = v.ToNumber(); !ok {
			n = 1
		}
	}
	if n < 1 {
		c.Throw("positive number required")
	}
	s.Post(int(n))
	if d := requestOf(c).w.prog.debug; d != nil {
		d.Log(errlog.DebugStream, "stream lua semaphore post: %p, n: %d, resources: %d", errlog.Address(s), int(n), s.Count())
	}
	return c.Return(vm.True)
}

func semaphoreWait(c *vm.Call) int {
	s := semaphoreOf(c)
	rq := needRequest(c)
	seconds, ok := c.Value(2).ToNumber()
	if !ok {
		c.Throw("attempt to perform arithmetic on a nil value")
	}
	if seconds < 0 {
		c.Throw("no negative number")
	}
	if !rq.script.Yieldable() {
		return c.Fail(disabled(rq))
	}
	d := time.Duration(seconds*1000) * time.Millisecond
	waits := s.Count() <= 0 && d > 0
	if waits {
		rq.w.prog.debug.Line(errlog.DebugStream, "stream lua semaphore wait yielding")
	}
	ok = s.Wait(threadOf(c), d)
	switch {
	case waits && ok: // what OpenResty resumes the coroutine with has two values
		return c.Return(vm.True, vm.Nil)
	case waits:
		return c.Return(vm.False, vm.String("timeout"))
	case !ok:
		return c.Fail("timeout")
	}
	return c.Return(vm.True)
}

func semaphoreCount(c *vm.Call) int { return c.Return(vm.Int(semaphoreOf(c).Count())) }
