package ngx

import (
	"tidegate/ast/catalog/ngxlua"
	"tidegate/runtime/errlog"
	"tidegate/runtime/lua/sched"
	"tidegate/runtime/lua/vm"
)

// ngx.thread and the module ngx.semaphore.

var threadFuncs = []binding{
	{row: &ngxlua.ThreadSpawn, fn: threadSpawn, first: spawnArgs},
	{row: &ngxlua.ThreadWait, fn: threadWait},
	{row: &ngxlua.ThreadKill, fn: threadKill},
}

func arguments(c *vm.Call, from int) []vm.Value {
	var args []vm.Value
	for i := from; i <= c.NArg(); i++ {
		args = append(args, c.Value(i))
	}
	return args
}

// spawnArgs checks the function that a thread or a coroutine is to run.
func spawnArgs(c *vm.Call) int {
	needRequest(c)
	luaFunction(c, 1)
	return 0
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
