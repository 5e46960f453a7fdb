package ngx

import (
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
	fn := luaFunction(c, 1)
	return c.Return(threadOf(c).Spawn(c.Thread(), fn, arguments(c, 2)...).Value())
}

// luaFunction reads an argument that must be a function written in Lua.
func luaFunction(c *vm.Call, i int) *vm.Function {
	fn := c.Value(i).AsFunction()
	if fn == nil || !fn.IsLua() {
		c.ArgError(i, "Lua function expected")
	}
	return fn
}

// coroutineArg reads an argument that must be a coroutine.
func coroutineArg(c *vm.Call, i int, want string) *vm.Thread {
	co := c.Value(i).AsThread()
	if co == nil {
		c.ArgError(i, want+" expected")
	}
	return co
}

// threadWait gives true and the results of the first thread that returned, or false and its error.
func threadWait(c *vm.Call) int {
	threads := make([]*sched.Thread, c.NArg())
	for i := range threads {
		co := coroutineArg(c, i+1, "lua thread")
		if co.Owner == nil {
			c.Throw("no co ctx found")
		}
		t := sched.UserThread(co)
		switch {
		case t == nil:
			c.Throw("attempt to wait on a coroutine that is not a user thread")
		case t.Parent() != c.Thread():
			c.Throw("only the parent coroutine can wait on the thread")
		}
		threads[i] = t
	}
	if len(threads) == 0 {
		c.Throw("at least one thread to wait on expected")
	}
	j := threadOf(c).Join(threads)
	switch {
	case j.Gone:
		return c.Fail(sched.AlreadyWaited)
	case j.Err != nil:
		// What the failing function had on its stack comes first, in OpenResty: with error("text") the bare text.
		c.Push(vm.False)
		return 1 + c.Return(j.Err.Args...) + c.Return(j.Err.Value)
	}
	c.Push(vm.True)
	return 1 + c.Return(j.Results...)
}

func threadKill(c *vm.Call) int {
	co := coroutineArg(c, 1, "lua thread")
	if co.Owner == nil {
		c.Throw("no co ctx found")
	}
	t := sched.UserThread(co)
	switch {
	case t == nil:
		return c.Fail("not user thread")
	case t.Parent() != c.Thread():
		return c.Fail("killer not parent")
	}
	if msg := threadOf(c).Kill(t); msg != "" {
		return c.Fail(msg)
	}
	return c.Return(vm.Int(1))
}

// threadFailed logs the error that ended a user thread; the session goes on.
func (rq *request) threadFailed(err *vm.Error) {
	rq.log.Log(errlog.Err, "stream lua user thread aborted: runtime error: "+err.Message()+"\n"+err.Traceback)
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
