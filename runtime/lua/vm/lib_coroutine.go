package vm

func (vm *VM) openCoroutine() {
	vm.openLib("coroutine", []libFunc{
		{"status", 31, coroutineStatus}, {"running", 32, coroutineRunning}, {"isyieldable", 33, coroutineIsyieldable},
		{"create", 34, coroutineCreate}, {"yield", 35, coroutineYield}, {"resume", 36, coroutineResume}, {"wrap", 38, coroutineWrap},
	})
}

func coroutineStatus(c *Call) int {
	co := c.Coroutine(1)
	if co == c.th {
		return c.Return(String("running"))
	}
	if co.co == nil && len(co.frames) > 0 {
		return c.Return(String("normal"))
	}
	return c.Return(String(co.Status()))
}

func coroutineRunning(c *Call) int {
	return c.Return(c.th.Value(), Bool(c.th.co == nil))
}

func coroutineIsyieldable(c *Call) int {
	return c.Return(Bool(c.th.co != nil || c.th.OnYield != nil))
}

func coroutineCreate(c *Call) int { return c.Return(c.th.NewCoroutine(c.Func(1)).Value()) }

func coroutineYield(c *Call) int {
	th := c.th
	if th.co == nil {
		if th.OnYield == nil {
			c.Throw("attempt to yield across C-call boundary")
		}
		return th.OnYield(c)
	}
	r := th.Yield(th.stack[c.base : c.base+c.nargs])
	return c.Return(r...)
}

func coroutineResume(c *Call) int {
	co := c.Coroutine(1)
	r, ok := c.th.Resume(co, c.th.stack[c.base+1:c.base+c.nargs])
	c.PushBool(ok)
	return c.Return(r...) + 1
}

// coroutineWrap returns a function that resumes the coroutine. An error passes on with the position of the call in front when it is a
// string (lj_ffh_coroutine_wrap_err).
func coroutineWrap(c *Call) int {
	ref := c.th.NewCoroutine(c.Func(1)).Value()
	fn := newBuiltin("wrap", 37, func(c *Call) int {
		r, ok := c.th.Resume(ref.AsThread(), c.th.stack[c.base:c.base+c.nargs])
		if !ok {
			if s, ok := r[0].ToString(); ok {
				c.Throw("%s", s)
			}
			c.ThrowValue(r[0])
		}
		return c.Return(r...)
	})
	return c.Return(fn.Value())
}
