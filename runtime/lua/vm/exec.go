package vm

import "math"

// run interprets the frame on top until it returns. Lua functions called from Lua code get frames of their own within the same run; only
// calls that pass through Go nest. The function is one long switch because Go compiles that to a jump table and keeps the loop's variables
// in registers; every case that may call, throw or grow the stack stores pc in the frame first and reloads afterwards ("continue frames").
func (th *Thread) run() {
	bottom := len(th.frames) - 1
	interrupt := &th.vm.interrupt
frames:
	for {
		depth := len(th.frames) - 1
		if depth < bottom {
			return
		}
		fr := &th.frames[depth]
		fn := fr.fn
		p := fn.proto
		code, K := p.code, p.consts
		base := int(fr.base)
		R := th.stack[base : base+p.nregs]
		pc := int(fr.pc)
		for {
			i := code[pc]
			pc++
			switch i.op() {
			case opMove:
				R[i.a()] = R[i.b()]
			case opLoadK:
				R[i.a()] = K[i.n()]
			case opLoadBool:
				R[i.a()] = Bool(i.b() != 0)
				if i.c() != 0 {
					pc++
				}
			case opLoadNil:
				clear(R[i.a() : i.b()+1])
			case opGetUpval:
				R[i.a()] = *fn.upvals[i.b()].p
			case opSetUpval:
				*fn.upvals[i.b()].p = R[i.a()]
			case opGetGlobal:
				if v, ok := indexPlain(fn.env, K[i.n()], p.khash[i.n()]); ok {
					R[i.a()] = v
					continue
				}
				fr.pc = int32(pc)
				v := th.index(fn.env.Value(), K[i.n()])
				th.stack[base+i.a()] = v
				continue frames
			case opSetGlobal:
				if fn.env.meta == nil {
					fn.env.setString(K[i.n()], p.khash[i.n()], R[i.a()])
					continue
				}
				fr.pc = int32(pc)
				th.setIndex(fn.env.Value(), K[i.n()], R[i.a()])
				continue frames
			case opGetField:
				if t := R[i.b()].AsTable(); t != nil {
					if v, ok := indexPlain(t, K[i.c()], p.khash[i.c()]); ok {
						R[i.a()] = v
						continue
					}
				}
				fr.pc = int32(pc)
				v := th.index(R[i.b()], K[i.c()])
				th.stack[base+i.a()] = v
				continue frames
			case opGetIndex:
				var k Value
				if c := i.c(); c < kFlag {
					k = R[c]
				} else {
					k = K[c-kFlag]
				}
				if t := R[i.b()].AsTable(); t != nil {
					if v := t.Get(k); !v.IsNil() || t.meta == nil {
						R[i.a()] = v
						continue
					}
				}
				fr.pc = int32(pc)
				v := th.index(R[i.b()], k)
				th.stack[base+i.a()] = v
				continue frames
			case opSetField:
				var v Value
				if c := i.c(); c < kFlag {
					v = R[c]
				} else {
					v = K[c-kFlag]
				}
				if t := R[i.a()].AsTable(); t != nil && t.meta == nil {
					t.setString(K[i.b()], p.khash[i.b()], v)
					continue
				}
				fr.pc = int32(pc)
				th.setIndex(R[i.a()], K[i.b()], v)
				continue frames
			case opSetIndex:
				var k, v Value
				if b := i.b(); b < kFlag {
					k = R[b]
				} else {
					k = K[b-kFlag]
				}
				if c := i.c(); c < kFlag {
					v = R[c]
				} else {
					v = K[c-kFlag]
				}
				if t := R[i.a()].AsTable(); t != nil && t.meta == nil && k.isNumber() {
					f := k.num()
					if j := int(f); float64(j) == f && uint(j) < uint(len(t.arr)) {
						t.arr[j] = v
						continue
					}
				}
				fr.pc = int32(pc)
				th.setIndex(R[i.a()], k, v)
				continue frames
			case opNewTable:
				t := &Table{}
				if n := i.n(); n > 0 {
					t.arr = make([]Value, n)
				}
				if d := i.d(); d > 0 {
					t.makeHash(d)
				}
				R[i.a()] = t.Value()
			case opSelf:
				var k Value
				if c := i.c(); c < kFlag {
					k = R[c]
				} else {
					k = K[c-kFlag]
				}
				obj := R[i.b()]
				R[i.a()+1] = obj
				t := obj.AsTable()
				if t == nil && obj.isString() {
					t = th.vm.stringIndex()
				}
				if t != nil {
					h := uint32(0)
					if c := i.c(); c >= kFlag {
						h = p.khash[c-kFlag]
					}
					if v, ok := indexPlain(t, k, h); ok {
						R[i.a()] = v
						continue
					}
				}
				fr.pc = int32(pc)
				v := th.index(obj, k)
				th.stack[base+i.a()] = v
				continue frames
			case opAdd:
				x, y := &R[i.b()], &R[i.c()]
				if x.isNumber() && y.isNumber() {
					R[i.a()] = Number(x.num() + y.num())
					continue
				}
				fr.pc = int32(pc)
				v := th.arith(opAdd, *x, *y)
				th.stack[base+i.a()] = v
				continue frames
			case opSub:
				x, y := &R[i.b()], &R[i.c()]
				if x.isNumber() && y.isNumber() {
					R[i.a()] = Number(x.num() - y.num())
					continue
				}
				fr.pc = int32(pc)
				v := th.arith(opSub, *x, *y)
				th.stack[base+i.a()] = v
				continue frames
			case opMul:
				x, y := &R[i.b()], &R[i.c()]
				if x.isNumber() && y.isNumber() {
					R[i.a()] = Number(x.num() * y.num())
					continue
				}
				fr.pc = int32(pc)
				v := th.arith(opMul, *x, *y)
				th.stack[base+i.a()] = v
				continue frames
			case opDiv, opMod, opPow:
				x, y := &R[i.b()], &R[i.c()]
				if x.isNumber() && y.isNumber() {
					R[i.a()] = Number(arith(i.op(), x.num(), y.num()))
					continue
				}
				fr.pc = int32(pc)
				v := th.arith(i.op(), *x, *y)
				th.stack[base+i.a()] = v
				continue frames
			case opAddK:
				x, y := &R[i.b()], &K[i.c()]
				if x.isNumber() {
					R[i.a()] = Number(x.num() + y.num())
					continue
				}
				fr.pc = int32(pc)
				v := th.arith(opAdd, *x, *y)
				th.stack[base+i.a()] = v
				continue frames
			case opSubK:
				x, y := &R[i.b()], &K[i.c()]
				if x.isNumber() {
					R[i.a()] = Number(x.num() - y.num())
					continue
				}
				fr.pc = int32(pc)
				v := th.arith(opSub, *x, *y)
				th.stack[base+i.a()] = v
				continue frames
			case opMulK:
				x, y := &R[i.b()], &K[i.c()]
				if x.isNumber() {
					R[i.a()] = Number(x.num() * y.num())
					continue
				}
				fr.pc = int32(pc)
				v := th.arith(opMul, *x, *y)
				th.stack[base+i.a()] = v
				continue frames
			case opDivK, opModK:
				x, y := &R[i.b()], &K[i.c()]
				op := i.op() - opAddK + opAdd
				if x.isNumber() {
					R[i.a()] = Number(arith(op, x.num(), y.num()))
					continue
				}
				fr.pc = int32(pc)
				v := th.arith(op, *x, *y)
				th.stack[base+i.a()] = v
				continue frames
			case opArith:
				fr.pc = int32(pc)
				v := th.arith(opcode(i.d()), th.rk(base, K, i.b()), th.rk(base, K, i.c()))
				th.stack[base+i.a()] = v
				continue frames
			case opUnm:
				if x := R[i.b()]; x.isNumber() {
					R[i.a()] = Number(-x.num())
					continue
				}
				fr.pc = int32(pc)
				v := th.negate(R[i.b()])
				th.stack[base+i.a()] = v
				continue frames
			case opNot:
				R[i.a()] = Bool(!R[i.b()].Truth())
			case opLen:
				x := R[i.b()]
				if x.isString() {
					R[i.a()] = Int(len(x.str()))
					continue
				}
				if t := x.AsTable(); t != nil && t.meta == nil {
					R[i.a()] = Int(t.Len())
					continue
				}
				fr.pc = int32(pc)
				v := th.length(x)
				th.stack[base+i.a()] = v
				continue frames
			case opConcat:
				fr.pc = int32(pc)
				v := th.concat(base+i.b(), base+i.c())
				th.stack[base+i.a()] = v
				continue frames
			case opJump:
				n := i.n()
				if n < 0 && interrupt.Load() != 0 {
					fr.pc = int32(pc)
					th.checkInterrupt()
				}
				pc += n
			case opEqK:
				if R[i.b()].RawEqual(K[i.c()]) == (i.a() != 0) {
					pc += code[pc].n()
				}
				pc++
			case opLtRR:
				x, y := &R[i.b()], &R[i.c()]
				if x.isNumber() && y.isNumber() {
					if (x.num() < y.num()) == (i.a() != 0) {
						pc += code[pc].n()
					}
					pc++
					continue
				}
				fr.pc = int32(pc)
				fr.branch(th.less(*x, *y) == (i.a() != 0), th, depth, code)
				continue frames
			case opLeRR:
				x, y := &R[i.b()], &R[i.c()]
				if x.isNumber() && y.isNumber() {
					if (x.num() <= y.num()) == (i.a() != 0) {
						pc += code[pc].n()
					}
					pc++
					continue
				}
				fr.pc = int32(pc)
				fr.branch(th.lessEqual(*x, *y) == (i.a() != 0), th, depth, code)
				continue frames
			case opLtRK:
				x, y := &R[i.b()], &K[i.c()]
				if x.isNumber() {
					if (x.num() < y.num()) == (i.a() != 0) {
						pc += code[pc].n()
					}
					pc++
					continue
				}
				fr.pc = int32(pc)
				fr.branch(th.less(*x, *y) == (i.a() != 0), th, depth, code)
				continue frames
			case opLeRK:
				x, y := &R[i.b()], &K[i.c()]
				if x.isNumber() {
					if (x.num() <= y.num()) == (i.a() != 0) {
						pc += code[pc].n()
					}
					pc++
					continue
				}
				fr.pc = int32(pc)
				fr.branch(th.lessEqual(*x, *y) == (i.a() != 0), th, depth, code)
				continue frames
			case opLtKR:
				x, y := &K[i.b()], &R[i.c()]
				if y.isNumber() {
					if (x.num() < y.num()) == (i.a() != 0) {
						pc += code[pc].n()
					}
					pc++
					continue
				}
				fr.pc = int32(pc)
				fr.branch(th.less(*x, *y) == (i.a() != 0), th, depth, code)
				continue frames
			case opLeKR:
				x, y := &K[i.b()], &R[i.c()]
				if y.isNumber() {
					if (x.num() <= y.num()) == (i.a() != 0) {
						pc += code[pc].n()
					}
					pc++
					continue
				}
				fr.pc = int32(pc)
				fr.branch(th.lessEqual(*x, *y) == (i.a() != 0), th, depth, code)
				continue frames
			case opEq, opLt, opLe:
				fr.pc = int32(pc)
				r := th.compare(i.op(), th.rk(base, K, i.b()), th.rk(base, K, i.c()))
				fr.branch(r == (i.a() != 0), th, depth, code)
				continue frames
			case opTest:
				if R[i.a()].Truth() != (i.c() == 0) {
					pc += code[pc].n()
				}
				pc++
			case opTestSet:
				if v := R[i.b()]; v.Truth() != (i.c() == 0) {
					R[i.a()] = v
					pc += code[pc].n()
				}
				pc++
			case opCall:
				f := base + i.a()
				nargs := i.b() - 1
				if nargs < 0 {
					nargs = th.top - f - 1
				}
				fr.pc = int32(pc)
				callee := R[i.a()].AsFunction()
				if callee == nil {
					callee = th.callable(f, &nargs)
				}
				if callee.proto != nil {
					if interrupt.Load() != 0 {
						th.checkInterrupt()
					}
					th.pushLua(callee, f, nargs, f, i.c()-1)
					continue frames
				}
				th.callGo(callee, f, nargs, i.c()-1)
				fr = &th.frames[depth]
				R = th.stack[base : base+p.nregs]
			case opTailCall:
				fr.pc = int32(pc)
				if interrupt.Load() != 0 {
					th.checkInterrupt()
				}
				th.tailCall(base+i.a(), i.b()-1)
				continue frames
			case opReturn0:
				if th.open != nil {
					th.closeUpvalues(base)
				}
				ret, want, fresh := int(fr.ret), int(fr.want), fr.fresh
				th.frames = th.frames[:depth]
				if want == all {
					th.top = ret
				} else if want > 0 {
					clear(th.stack[ret : ret+want])
				}
				if fresh {
					return
				}
				continue frames
			case opReturn1:
				if th.open != nil {
					th.closeUpvalues(base)
				}
				v := R[i.a()]
				ret, want, fresh := int(fr.ret), int(fr.want), fr.fresh
				th.frames = th.frames[:depth]
				switch want {
				case all:
					th.stack[ret] = v
					th.top = ret + 1
				case 1:
					th.stack[ret] = v
				case 0:
				default:
					th.stack[ret] = v
					clear(th.stack[ret+1 : ret+want])
				}
				if fresh {
					return
				}
				continue frames
			case opReturn:
				if th.open != nil {
					th.closeUpvalues(base)
				}
				src, n := base+i.a(), i.b()-1
				if n < 0 {
					n = th.top - src
				}
				ret, want, fresh := int(fr.ret), int(fr.want), fr.fresh
				th.frames = th.frames[:depth]
				th.returned(ret, src, n, want)
				if fresh {
					return
				}
				continue frames
			case opForPrep:
				fr.pc = int32(pc)
				th.forPrep(R[i.a() : i.a()+3])
				pc += i.n()
			case opForLoop:
				loop := R[i.a() : i.a()+4]
				step := loop[2].num()
				idx := loop[0].num() + step
				if limit := loop[1].num(); step >= 0 && idx <= limit || step < 0 && idx >= limit {
					v := Value{loop[0].p, math.Float64bits(idx)}
					loop[0], loop[3] = v, v
					if interrupt.Load() != 0 {
						fr.pc = int32(pc)
						th.checkInterrupt()
					}
					pc += i.n()
				}
			case opForCall:
				a := i.a()
				if interrupt.Load() != 0 {
					fr.pc = int32(pc)
					th.checkInterrupt()
				}
				if i.c() <= 2 && forBuiltin(R[a:a+5:a+5]) {
					continue
				}
				copy(R[a+3:a+6], R[a:a+3])
				fr.pc = int32(pc)
				f, nargs := base+a+3, 2
				callee := R[a].AsFunction()
				if callee == nil {
					callee = th.callable(f, &nargs)
				}
				if callee.proto != nil {
					th.pushLua(callee, f, nargs, f, i.c())
					continue frames
				}
				th.callGo(callee, f, nargs, i.c())
				fr = &th.frames[depth]
				R = th.stack[base : base+p.nregs]
			case opForTest:
				if v := R[i.a()+3]; !v.IsNil() {
					R[i.a()+2] = v
					pc += i.n()
				}
			case opSetList:
				first, n := base+i.a()+1, i.b()
				if n == 0 {
					n = th.top - first
				}
				setList(R[i.a()].AsTable(), (i.c()-1)*50, th.stack[first:first+n])
			case opClose:
				if th.open != nil {
					th.closeUpvalues(base + i.a())
				}
			case opClosure:
				R[i.a()] = th.closure(fn, p.protos[i.n()], base).Value()
				pc += i.d()
			case opVararg:
				th.vararg(fr, base+i.a(), i.b()-1)
				R = th.stack[base : base+p.nregs]
			}
		}
	}
}
