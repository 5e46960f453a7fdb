package ngx

import (
	"tidegate/ast/catalog/ngxlua"
	"tidegate/runtime/lua/codec"
	"tidegate/runtime/lua/vm"
)

// The module ngx.re.

// openRe makes the module ngx.re: split and opt.
func openRe(w *Worker) vm.Value {
	m := w.table("", []binding{{row: &ngxlua.ReSplit, fn: reSplit}, {row: &ngxlua.ReOpt, fn: reOpt}})
	m.SetString("version", vm.String(restyCoreVersion))
	return m.Value()
}

func reSplit(c *vm.Call) int {
	subject := textArg(c, 1)
	ctx, _ := position(c, 4)
	pos := 1
	if ctx != nil {
		if n := posOf(c, ctx); n > 1 {
			pos = int(n)
		}
	}
	res := c.OptTable(6)
	if res == nil {
		res = vm.NewTable(4, 0)
	}
	if codec.SplitNothing(subject, pos) {
		res.SetInt(1, vm.Nil)
		return c.Return(res.Value())
	}
	re, err := compile(c)
	if err != nil {
		return c.Fail(err.Error())
	}
	defer re.Done()
	pieces, next, err := re.Split(subject, pos, c.OptInt(5, 0))
	if ctx != nil {
		ctx.SetString("pos", vm.Int(next))
	}
	if err != nil {
		return c.Fail(err.Error())
	}
	for i, p := range pieces {
		res.SetInt(i+1, vm.String(p))
	}
	res.SetInt(len(pieces)+1, vm.Nil)
	return c.Return(res.Value())
}

// reOpt takes jit_stack_size, which has no meaning here, under the original's conditions.
func reOpt(c *vm.Call) int {
	if name := c.String(1); name != "jit_stack_size" {
		c.Throw("unrecognized option name")
	}
	if requestOf(c).w.regex.Used() {
		c.Throw("changing jit stack size is not allowed when some regexs have already been compiled and cached")
	}
	cInt(c, 2, "ngx_lua_ffi_set_jit_stack_size", 1)
	return 0
}
