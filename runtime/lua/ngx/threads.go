package ngx

import (
	"errors"
	"time"

	"tidegate/ast/catalog/ngxlua"
	"tidegate/runtime/errlog"
	"tidegate/runtime/lua/sched"
	"tidegate/runtime/lua/vm"
)

// ngx.thread and the module ngx.semaphore.

var threadFuncs = []binding{
	{ngxlua.ThreadSpawn, threadSpawn},
	{ngxlua.ThreadWait, threadWait},
	{ngxlua.ThreadKill, threadKill},
}

func arguments(c *vm.Call, from int) []vm.Value {
	var args []vm.Value
	for i := from; i <= c.NArg(); i++ {
		args = append(args, c.Value(i))
	}
	return args
}

func threadSpawn(c *vm.Call) int {
	fn := c.Func(1)
	return c.Return(threadOf(c).Spawn(fn, arguments(c, 2)...).Value())
}

// threadWait gives true and the results of the first thread that returned, or false and its error.
func threadWait(c *vm.Call) int {
	var threads []*sched.Thread
	for i := 1; i <= c.NArg(); i++ {
		co := c.Value(i).AsThread()
		if co == nil {
			c.ArgError(i, "lua thread expected")
		}
		threads = append(threads, sched.UserThread(co))
	}
	if len(threads) == 0 {
		c.Throw("at least one coroutine should be specified")
	}
	results, failed, waited, err := threadOf(c).Join(threads)
	var bad sched.WaitError
	switch {
	case errors.As(err, &bad):
		c.Throw("%s", bad.Error())
	case waited:
		return c.Fail(sched.AlreadyWaited)
	case failed != nil:
		return c.Return(vm.False, failed.Value)
	}
	c.Push(vm.True)
	return 1 + c.Return(results...)
}

func threadKill(c *vm.Call) int {
	co := c.Value(1).AsThread()
	if co == nil {
		c.ArgError(1, "lua thread expected")
	}
	if msg := threadOf(c).Kill(sched.UserThread(co)); msg != "" {
		return c.Fail(msg)
	}
	return c.Return(vm.Int(1))
}

// threadFailed logs the error that ended a user thread; the session goes on.
func (rq *request) threadFailed(err *vm.Error) {
	rq.log.Log(errlog.Err, "stream lua user thread aborted: runtime error: "+err.Message()+"\n"+err.Traceback)
}

// coroutineStatus is coroutine.status with the answers for light threads.
func coroutineStatus(plain vm.Value) vm.Func {
	return func(c *vm.Call) int {
		if co := c.Value(1).AsThread(); co != nil {
			if t, ok := co.Owner.(*sched.Thread); ok && t.Value() == co.Value() {
				return c.Return(vm.String(t.Status()))
			}
		}
		return c.Return(c.Call(plain, arguments(c, 1)...)...)
	}
}

var semaphoreMethods = []binding{
	{ngxlua.SemaphorePost, semaphorePost},
	{ngxlua.SemaphoreWait, semaphoreWait},
	{ngxlua.SemaphoreCount, semaphoreCount},
}

// openSemaphore makes the module ngx.semaphore.
func openSemaphore(w *Worker) vm.Value {
	meta := vm.NewTable(0, 1)
	meta.SetString("__index", w.table(semaphoreMethods).Value())
	m := vm.NewTable(0, 2)
	w.install(m, []binding{{ngxlua.SemaphoreNew, func(c *vm.Call) int {
		n := c.OptInt(1, 0)
		if n < 0 {
			c.Throw("no negative number")
		}
		return c.Return(w.object(sched.NewSemaphore(n), meta).Value())
	}}})
	m.SetString("version", vm.String(restyCoreVersion))
	return m.Value()
}

func semaphoreOf(c *vm.Call) *sched.Semaphore {
	if c.Value(1).AsTable() != nil {
		if s, ok := objectOf[*sched.Semaphore](c); ok {
			return s
		}
	}
	c.Throw("not a semaphore instance")
	return nil
}

func semaphorePost(c *vm.Call) int {
	s := semaphoreOf(c)
	n := c.OptInt(2, 1)
	if n < 1 {
		c.Throw("no positive number")
	}
	s.Post(n)
	return c.Return(vm.True)
}

func semaphoreWait(c *vm.Call) int {
	s := semaphoreOf(c)
	seconds := c.Number(2)
	if seconds < 0 {
		c.Throw("no negative number")
	}
	if !s.Wait(threadOf(c), time.Duration(seconds*float64(time.Second))) {
		return c.Fail("timeout")
	}
	return c.Return(vm.True)
}

func semaphoreCount(c *vm.Call) int { return c.Return(vm.Int(semaphoreOf(c).Count())) }
