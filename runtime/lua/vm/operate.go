package vm

// What the instructions of exec.go do when it is more than a line.

// rk returns register or constant x.
func (th *Thread) rk(base int, consts []Value, x int) Value {
	if x >= kFlag {
		return consts[x-kFlag]
	}
	return th.stack[base+x]
}

// branch takes or skips the jump that follows a comparison. The frame may have moved since it was looked up.
func (*frame) branch(taken bool, th *Thread, depth int, code []ins) {
	fr := &th.frames[depth]
	if taken {
		fr.pc += int32(code[fr.pc].n())
	}
	fr.pc++
}

func (th *Thread) compare(op opcode, x, y Value) bool {
	switch op {
	case opEq:
		return th.equal(x, y)
	case opLt:
		return th.less(x, y)
	}
	return th.lessEqual(x, y)
}

// tailCall replaces the running frame by a call of the function in slot f. As in LuaJIT a Go function replaces the frame, too.
func (th *Thread) tailCall(f, nargs int) {
	if nargs < 0 {
		nargs = th.top - f - 1
	}
	callee := th.stack[f].AsFunction()
	if callee == nil {
		callee = th.callable(f, &nargs)
	}
	depth := len(th.frames) - 1
	fr := &th.frames[depth]
	if th.open != nil {
		th.closeUpvalues(int(fr.base))
	}
	ret, want, fresh := int(fr.ret), int(fr.want), fr.fresh
	copy(th.stack[ret:], th.stack[f:f+nargs+1])
	th.frames = th.frames[:depth]
	if callee.proto == nil {
		th.callGo(callee, ret, nargs, want)
		return
	}
	th.pushLua(callee, ret, nargs, ret, want)
	th.frames[len(th.frames)-1].fresh = fresh
}

// forPrep makes numbers of a numeric loop's start, limit and step and steps back once.
func (th *Thread) forPrep(loop []Value) {
	for i, what := range [...]string{"initial value", "limit", "step"} {
		if loop[i].isNumber() {
			continue
		}
		f, ok := loop[i].ToNumber()
		if !ok {
			th.throwf(0, "'for' %s must be a number", what)
		}
		loop[i] = Number(f)
	}
	loop[0] = Number(loop[0].num() - loop[2].num())
}

// setList stores the items of a constructor from position offset+1 on. If their number was only known at run time the array may have to
// grow, by one slot more than needed as in LuaJIT (BC_TSETM).
func setList(t *Table, offset int, items []Value) {
	if need := offset + 1 + len(items); need > len(t.arr) {
		t.resize(need+1, log2(cap(t.ents)))
	}
	copy(t.arr[offset+1:], items)
}

// closure makes a function of p, which is defined inside parent.
func (th *Thread) closure(parent *Function, p *proto, base int) *Function {
	fn := newClosure(len(p.upvals))
	fn.proto, fn.env = p, parent.env
	for i := range p.upvals {
		if d := &p.upvals[i]; d.fromParent {
			fn.upvals[i] = th.findUpvalue(base + d.index)
		} else {
			fn.upvals[i] = parent.upvals[d.index]
		}
	}
	return fn
}

// newClosure returns a function with room for n upvalues, in one piece of memory when they are few.
func newClosure(n int) *Function {
	switch n {
	case 0:
		return &Function{}
	case 1:
		c := &struct {
			Function
			up [1]*upvalue
		}{}
		c.upvals = c.up[:]
		return &c.Function
	case 2:
		c := &struct {
			Function
			up [2]*upvalue
		}{}
		c.upvals = c.up[:]
		return &c.Function
	}
	return &Function{upvals: make([]*upvalue, n)}
}

// forBuiltin does a step of a generic loop whose generator is next, or the one of ipairs, without a call. R is generator, state, control
// and the first two loop variables.
func forBuiltin(R []Value) bool {
	g := R[0].AsFunction()
	if g == nil || g.native == nil {
		return false
	}
	t := R[1].AsTable()
	if t == nil {
		return false
	}
	switch g.native.builtin {
	case builtinNext:
		k, v, _, ok := t.Next(R[2])
		if ok {
			R[3], R[4] = k, v
		}
		return ok
	case builtinIpairsAux:
		if !R[2].isNumber() {
			return false
		}
		i := int(R[2].num()) + 1
		v := t.GetInt(i)
		if R[4] = v; v.IsNil() {
			R[3] = Nil
		} else {
			R[3] = Int(i)
		}
		return true
	}
	return false
}

// vararg copies n extra arguments of frame fr, or all, to slot dst.
func (th *Thread) vararg(fr *frame, dst, n int) {
	base, nvar := int(fr.base), int(fr.nvar)
	have := nvar
	if n < 0 {
		n = have
		th.top = dst + n
	}
	if dst+n > len(th.stack) {
		th.grow(dst + n)
	}
	have = min(have, n)
	copy(th.stack[dst:dst+have], th.stack[base-nvar:base-nvar+have])
	clear(th.stack[dst+have : dst+n])
}
