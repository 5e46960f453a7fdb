package ngx

import (
	"tidegate/ast/catalog/ngxlua"
	"tidegate/runtime/errlog"
	"tidegate/runtime/lua/sched"
	"tidegate/runtime/lua/vm"
	"tidegate/runtime/phase"
)

// The coroutine library (ngx_stream_lua_coroutine.c): where there is a request its functions check the phase, word their errors in
// their own way and know light threads; in init_by_lua the VM's own functions stand.

// requestCoroutine marks a coroutine that was made where there is a request.
type requestCoroutine struct{}

var coroutineFuncs = []binding{
	{row: &ngxlua.CoroutineCreate, fn: coroutineCreate, first: spawnArgs},
	{row: &ngxlua.CoroutineYield}, // the VM's
	{row: &ngxlua.CoroutineResume, fn: coroutineResume, first: coroutineFirst},
	{row: &ngxlua.CoroutineStatus, fn: coroutineStatus, first: coroutineFirst},
	{row: &ngxlua.CoroutineWrap, fn: coroutineWrap, first: spawnArgs},
}

// installCoroutines replaces the library. The table also has the functions that the public ones choose from, as OpenResty's has: _create
// and its kin are the VM's, __create and its kin those for requests.
func (w *Worker) installCoroutines() {
	old := w.vm.Globals().GetString("coroutine").AsTable()
	t := vm.NewTable(0, 16)
	t.SetString("running", old.GetString("running"))
	for _, b := range coroutineFuncs {
		name := shortName(b.row.Name)
		std := old.GetString(name).AsFunction()
		fn := b.fn
		if fn == nil {
			fn = std.Go()
		}
		ours := guard(binding{row: b.row, fn: fn, first: b.first})
		t.SetString("_"+name, std.Value())
		t.SetString("__"+name, vm.NewFunction(name, ours).Value())
		t.SetString(name, vm.NewFunction(name, func(c *vm.Call) int {
			if requestOf(c).script == phase.ScriptInit {
				return std.Go()(c)
			}
			return ours(c)
		}).Value())
	}
	w.vm.SetGlobal("coroutine", t.Value())
	w.vm.SetModule("coroutine", t.Value())
}

// coroutineFirst checks that the first argument is a coroutine.
func coroutineFirst(c *vm.Call) int {
	coroutineArg(c, 1, "coroutine")
	return 0
}

func coroutineCreate(c *vm.Call) int { return c.Return(makeCoroutine(c).Value()) }

func makeCoroutine(c *vm.Call) *vm.Thread {
	co := c.Thread().NewCoroutine(luaFunction(c, 1))
	co.Owner = requestCoroutine{}
	return co
}

// coroutineState is the state of a coroutine in OpenResty's words.
func coroutineState(co *vm.Thread) string {
	t := sched.OfCoroutine(co)
	switch {
	case t == nil:
		return co.Status()
	case t.Zombie():
		return "zombie"
	case t.Dead():
		return "dead"
	case co.InCoroutine():
		return "normal"
	}
	return "running"
}

func coroutineStatus(c *vm.Call) int {
	co := coroutineArg(c, 1, "coroutine")
	if co.Owner == nil {
		return c.Return(vm.String("dead"))
	}
	return c.Return(vm.String(coroutineState(co)))
}

func coroutineResume(c *vm.Call) int {
	co := coroutineArg(c, 1, "coroutine")
	if co.Owner == nil {
		c.Throw("no co ctx found")
	}
	return resumeCoroutine(c, co, 2, true)
}

// resumeCoroutine continues co with the arguments from first on. plain is resume, which answers whether it went well; without it an
// error passes on.
func resumeCoroutine(c *vm.Call, co *vm.Thread, first int, plain bool) int {
	if state := coroutineState(co); state != "suspended" {
		return c.Return(vm.False, vm.String("cannot resume "+state+" coroutine"))
	}
	d := requestOf(c).debug
	d.Line(errlog.DebugStream, "lua coroutine: resume")
	res, ok := c.Thread().Resume(co, arguments(c, first))
	if d != nil && co.Status() == "suspended" {
		d.Line(errlog.DebugStream, "lua coroutine: yield")
	}
	n := 0
	if plain {
		c.PushBool(ok)
		n = 1
	} else if !ok {
		trace := co.PropagatedTrace()
		if trace == "" {
			trace = sched.Joint(co.Traceback(), c.Thread().Traceback())
		}
		c.Propagate(res[0], trace)
	}
	return n + c.Return(res...)
}

// coroutineWrap makes a function that resumes a coroutine. In OpenResty an error in it ends the coroutine that called it, whatever pcall
// is in the way.
func coroutineWrap(c *vm.Call) int {
	ref := makeCoroutine(c).Value()
	return c.Return(vm.NewFunction("wrap", func(c *vm.Call) int {
		return resumeCoroutine(c, ref.AsThread(), 1, false)
	}).Value())
}
