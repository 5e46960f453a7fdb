package vm

// What the instructions of exec.go do when it is more than a line.

// running returns the frame on top and its registers.
func (th *Thread) running() (*frame, []Value) {
	fr := &th.frames[len(th.frames)-1]
	return fr, th.stack[fr.base : int(fr.base)+fr.fn.proto.nregs]
}

// result stores what an instruction of the running function gives; frames and stack may have moved since it began.
func (th *Thread) result(i ins, v Value) {
	fr := &th.frames[len(th.frames)-1]
	th.stack[int(fr.base)+i.a()] = v
}

// operand returns register or constant x of the running function.
func (th *Thread) operand(x int) Value {
	fr, R := th.running()
	if x >= kFlag {
		return fr.fn.proto.consts[x-kFlag]
	}
	return R[x]
}

func (th *Thread) getGlobal(i ins) {
	fr := &th.frames[len(th.frames)-1]
	p := fr.fn.proto
	v, at, ok := indexPlain(fr.fn.env, p.consts[i.n()], p.khash[i.n()], i.d())
	if p.hint(fr.pc, i, at); !ok {
		v = th.index(fr.fn.env.Value(), p.consts[i.n()])
	}
	th.result(i, v)
}

func (th *Thread) setGlobal(i ins) {
	fr, R := th.running()
	p, env := fr.fn.proto, fr.fn.env
	if env.meta == nil {
		p.hint(fr.pc, i, env.setString(p.consts[i.n()], p.khash[i.n()], i.d(), R[i.a()]))
		return
	}
	th.setIndex(env.Value(), p.consts[i.n()], R[i.a()])
}

func (th *Thread) getField(i ins) {
	fr, R := th.running()
	p, x := fr.fn.proto, R[i.b()]
	if t := x.AsTable(); t != nil {
		v, at, ok := indexPlain(t, p.consts[i.c()], p.khash[i.c()], i.d())
		if p.hint(fr.pc, i, at); ok {
			R[i.a()] = v
			return
		}
	}
	th.result(i, th.index(x, p.consts[i.c()]))
}

func (th *Thread) getIndex(i ins) {
	_, R := th.running()
	x, k := R[i.b()], th.operand(i.c())
	if t := x.AsTable(); t != nil {
		if v := t.Get(k); !v.IsNil() || t.meta == nil {
			R[i.a()] = v
			return
		}
	}
	th.result(i, th.index(x, k))
}

func (th *Thread) setField(i ins) {
	fr, R := th.running()
	p, v := fr.fn.proto, th.operand(i.c())
	if t := R[i.a()].AsTable(); t != nil && t.meta == nil {
		p.hint(fr.pc, i, t.setString(p.consts[i.b()], p.khash[i.b()], i.d(), v))
		return
	}
	th.setIndex(R[i.a()], p.consts[i.b()], v)
}

func (th *Thread) setSlot(i ins) {
	_, R := th.running()
	th.setIndex(R[i.a()], th.operand(i.b()), th.operand(i.c()))
}

func (th *Thread) newTable(i ins) {
	t := &Table{}
	if n := i.n(); n > 0 {
		t.arr = make([]Value, n)
	}
	if d := i.d(); d > 0 {
		t.makeHash(d)
	}
	th.result(i, t.Value())
}

// self looks up a method and puts its object behind it.
func (th *Thread) self(i ins) {
	fr, R := th.running()
	p, obj, k := fr.fn.proto, R[i.b()], th.operand(i.c())
	R[i.a()+1] = obj
	t := obj.AsTable()
	if t == nil && obj.isString() {
		t = th.vm.stringIndex()
	}
	if t != nil && i.c() >= kFlag {
		v, at, ok := indexPlain(t, k, p.khash[i.c()-kFlag], i.d())
		if p.hint(fr.pc, i, at); ok {
			R[i.a()] = v
			return
		}
	}
	th.result(i, th.index(obj, k))
}

// arithSlow computes what the fast ways of run do not.
func (th *Thread) arithSlow(i ins) {
	op, b, c := i.op(), i.b(), i.c()
	switch {
	case op == opArith:
		op = opcode(i.d())
	case op >= opAddKR:
		op, b = op-opAddKR+opAdd, b+kFlag
	case op >= opAddK:
		op, c = op-opAddK+opAdd, c+kFlag
	}
	x, y := th.operand(b), th.operand(c)
	if x.isNumber() && y.isNumber() {
		th.result(i, Number(arith(op, x.num(), y.num())))
		return
	}
	th.result(i, th.arith(op, x, y))
}

func (th *Thread) negateSlow(i ins) {
	_, R := th.running()
	th.result(i, th.negate(R[i.b()]))
}

func (th *Thread) lengthOf(i ins) {
	_, R := th.running()
	if t := R[i.b()].AsTable(); t != nil && t.meta == nil {
		R[i.a()].setNumber(float64(t.Len()))
		return
	}
	th.result(i, th.length(R[i.b()]))
}

func (th *Thread) concatSlots(i ins) {
	base := int(th.frames[len(th.frames)-1].base)
	th.result(i, th.concat(base+i.b(), base+i.c()))
}

// branch takes or skips the jump that follows the comparison i, which came out as is.
func (th *Thread) branch(is bool, i ins) {
	fr := &th.frames[len(th.frames)-1]
	if is == (i.a() != 0) {
		fr.pc += int32(fr.fn.proto.code[fr.pc].n())
	}
	fr.pc++
}

// compareSlow does the comparisons that the fast ways of run do not.
func (th *Thread) compareSlow(i ins) {
	op, b, c := i.op(), i.b(), i.c()
	switch op {
	case opLtRK, opLeRK:
		c += kFlag
	case opLtKR, opLeKR:
		b += kFlag
	}
	x, y := th.operand(b), th.operand(c)
	switch op {
	case opEq:
		th.branch(th.equal(x, y), i)
	case opLt, opLtRR, opLtRK, opLtKR:
		th.branch(th.less(x, y), i)
	default:
		th.branch(th.lessEqual(x, y), i)
	}
}

// callObject calls what is no function in slot f, with nargs arguments, for want results.
func (th *Thread) callObject(f, nargs, want int) {
	callee := th.callable(f, &nargs)
	if callee.proto == nil {
		th.callGo(callee, f, nargs, want)
		return
	}
	th.pushLua(callee, f, nargs, f, want)
	if th.vm.interrupt.Load() != 0 {
		th.checkInterrupt()
	}
}

// tailCall replaces the running frame by a call of the function in R[a]. As in LuaJIT a Go function replaces the frame, too.
func (th *Thread) tailCall(i ins) {
	if th.vm.interrupt.Load() != 0 {
		th.checkInterrupt()
	}
	depth := len(th.frames) - 1
	fr := &th.frames[depth]
	f, nargs := int(fr.base)+i.a(), i.b()-1
	if nargs < 0 {
		nargs = th.top - f - 1
	}
	callee := th.stack[f].AsFunction()
	if callee == nil {
		callee = th.callable(f, &nargs)
	}
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

// leaveFrame ends the running function: fresh tells that run has to return.
func (th *Thread) leaveFrame(i ins) (fresh bool) {
	depth := len(th.frames) - 1
	fr := &th.frames[depth]
	if th.open != nil {
		th.closeUpvalues(int(fr.base))
	}
	src, n := int(fr.base)+i.a(), 0
	switch i.op() {
	case opReturn1:
		n = 1
	case opReturn:
		if n = i.b() - 1; n < 0 {
			n = th.top - src
		}
	}
	ret, want, fresh := int(fr.ret), int(fr.want), fr.fresh
	th.frames = th.frames[:depth]
	th.returned(ret, src, n, want)
	return fresh
}

// forPrep makes numbers of a numeric loop's start, limit and step, steps back once and jumps to the loop's end.
func (th *Thread) forPrep(i ins) {
	fr, R := th.running()
	loop := R[i.a() : i.a()+3]
	for j, what := range [...]string{"initial value", "limit", "step"} {
		if loop[j].isNumber() {
			continue
		}
		f, ok := loop[j].ToNumber()
		if !ok {
			th.throwf(0, "'for' %s must be a number", what)
		}
		loop[j] = Number(f)
	}
	loop[0] = Number(loop[0].num() - loop[2].num())
	fr.pc += int32(i.n())
}

// forCall calls the generator of a generic loop.
func (th *Thread) forCall(i ins) {
	if th.vm.interrupt.Load() != 0 {
		th.checkInterrupt()
	}
	fr, R := th.running()
	a, want := i.a(), i.c()
	if want <= 2 && forBuiltin(R[a:a+5:a+5]) {
		return
	}
	copy(R[a+3:a+6], R[a:a+3])
	f := int(fr.base) + a + 3
	callee := R[a].AsFunction()
	switch {
	case callee == nil:
		th.callObject(f, 2, want)
	case callee.proto == nil:
		th.callGo(callee, f, 2, want)
	default:
		th.pushLua(callee, f, 2, f, want)
	}
}

// setList stores the items of a constructor from position (c-1)*50+1 on. If their number was only known at run time the array may have to
// grow, by one slot more than needed as in LuaJIT (BC_TSETM).
func (th *Thread) setList(i ins) {
	fr := &th.frames[len(th.frames)-1]
	first, n := int(fr.base)+i.a()+1, i.b()
	if n == 0 {
		n = th.top - first
	}
	t, offset, items := th.stack[first-1].AsTable(), (i.c()-1)*50, th.stack[first:first+n]
	if need := offset + 1 + n; need > len(t.arr) {
		t.resize(need+1, log2(cap(t.ents)))
	}
	copy(t.arr[offset+1:], items)
}

func (th *Thread) makeClosure(i ins) {
	fr := &th.frames[len(th.frames)-1]
	th.result(i, th.closure(fr.fn, fr.fn.proto.protos[i.n()], int(fr.base)).Value())
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
