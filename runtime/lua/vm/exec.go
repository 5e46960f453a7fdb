package vm

import "unsafe"

// run interprets the frame on top until it returns. Lua functions called from Lua code get frames of their own within the same run; only
// calls that pass through Go nest. The function is one long switch because Go compiles that to a jump table. Two rules keep the loop's
// variables in machine registers, which is half the time of simple instructions: a case that calls anything stores pc in the frame first,
// uses nothing but th afterwards and ends with "continue frames", which reads everything anew; and slots are reached by pointers, whose
// bounds verify has checked once for each function.
func (th *Thread) run() {
	bottom := len(th.frames) - 1
frames:
	for {
		depth := len(th.frames) - 1
		if depth < bottom {
			return
		}
		fr := &th.frames[depth]
		p := fr.fn.proto
		code, K := unsafe.Pointer(unsafe.SliceData(p.code)), unsafe.Pointer(unsafe.SliceData(p.consts))
		R := unsafe.Pointer(unsafe.SliceData(th.stack[fr.base : int(fr.base)+p.nregs]))
		pc := int(fr.pc)
		for {
			i := *insAt(code, pc)
			pc++
			switch i.op() {
			case opMove:
				*slot(R, i.ra()) = *slot(R, i.rb())
			case opLoadK:
				*slot(R, i.ra()) = *slot(K, uintptr(i.n())*slotSize)
			case opLoadBool:
				*slot(R, i.ra()) = Bool(i.b() != 0)
				if i.c() != 0 {
					pc++
				}
			case opLoadNil:
				for at := i.ra(); at <= i.rb(); at += slotSize {
					*slot(R, at) = Nil
				}
			case opGetUpval:
				*slot(R, i.ra()) = *fr.fn.upvals[i.b()].p
			case opSetUpval:
				*fr.fn.upvals[i.b()].p = *slot(R, i.ra())
			case opGetGlobal:
				if e := fr.fn.env.hinted(i.d(), slot(K, uintptr(i.n())*slotSize)); e != nil {
					*slot(R, i.ra()) = e.v
					continue
				}
				fr.pc = int32(pc)
				th.getGlobal(i)
				continue frames
			case opSetGlobal:
				if e := fr.fn.env.hinted(i.d(), slot(K, uintptr(i.n())*slotSize)); e != nil {
					e.v = *slot(R, i.ra())
					continue
				}
				fr.pc = int32(pc)
				th.setGlobal(i)
				continue frames
			case opGetField:
				if t := slot(R, i.rb()).AsTable(); t != nil {
					if e := t.hinted(i.d(), slot(K, i.rc())); e != nil {
						*slot(R, i.ra()) = e.v
						continue
					}
				}
				fr.pc = int32(pc)
				th.getField(i)
				continue frames
			case opGetIndex:
				k := rk(R, K, i.c())
				if t := slot(R, i.rb()).AsTable(); t != nil && k.isNumber() && t.weak == 0 {
					f := k.num()
					if j := int(f); float64(j) == f && uint(j) < uint(len(t.arr)) && !t.arr[j].IsNil() {
						*slot(R, i.ra()) = t.arr[j]
						continue
					}
				}
				fr.pc = int32(pc)
				th.getIndex(i)
				continue frames
			case opSetField:
				if t := slot(R, i.ra()).AsTable(); t != nil {
					if e := t.hinted(i.d(), slot(K, i.rb())); e != nil {
						e.v = *rk(R, K, i.c())
						continue
					}
				}
				fr.pc = int32(pc)
				th.setField(i)
				continue frames
			case opSetIndex:
				k := rk(R, K, i.b())
				if t := slot(R, i.ra()).AsTable(); t != nil && t.meta == nil && k.isNumber() {
					f := k.num()
					if j := int(f); float64(j) == f && uint(j) < uint(len(t.arr)) {
						t.arr[j] = *rk(R, K, i.c())
						continue
					}
				}
				fr.pc = int32(pc)
				th.setSlot(i)
				continue frames
			case opNewTable:
				fr.pc = int32(pc)
				th.newTable(i)
				continue frames
			case opSelf:
				// A string, or a table without fields of its own, whose __index is a table: a quarter of what self takes.
				obj, mt := slot(R, i.rb()), th.vm.kindMeta[KindString]
				if t := obj.AsTable(); t != nil {
					if mt = t.meta; len(t.ents) > 0 {
						mt = nil
					}
				} else if !obj.isString() {
					mt = nil
				}
				if mt != nil && i.c() >= kFlag {
					if e := mt.hinted(int(mt.eventAt), &eventKeys[eventIndex].name); e != nil {
						if m := e.v.AsTable(); m != nil {
							if e := m.hinted(i.d(), slot(K, i.rc()-kFlag*slotSize)); e != nil {
								*slot(R, i.ra()+slotSize) = *obj
								*slot(R, i.ra()) = e.v
								continue
							}
						}
					}
				}
				fr.pc = int32(pc)
				th.self(i)
				continue frames
			case opAdd:
				x, y := slot(R, i.rb()), slot(R, i.rc())
				if x.isNumber() && y.isNumber() {
					slot(R, i.ra()).setNumber(x.num() + y.num())
					continue
				}
				fr.pc = int32(pc)
				th.arithSlow(i)
				continue frames
			case opAddK:
				if x := slot(R, i.rb()); x.isNumber() {
					slot(R, i.ra()).setNumber(x.num() + slot(K, i.rc()).num())
					continue
				}
				fr.pc = int32(pc)
				th.arithSlow(i)
				continue frames
			case opAddKR:
				if y := slot(R, i.rc()); y.isNumber() {
					slot(R, i.ra()).setNumber(slot(K, i.rb()).num() + y.num())
					continue
				}
				fr.pc = int32(pc)
				th.arithSlow(i)
				continue frames
			case opSub:
				x, y := slot(R, i.rb()), slot(R, i.rc())
				if x.isNumber() && y.isNumber() {
					slot(R, i.ra()).setNumber(x.num() - y.num())
					continue
				}
				fr.pc = int32(pc)
				th.arithSlow(i)
				continue frames
			case opSubK:
				if x := slot(R, i.rb()); x.isNumber() {
					slot(R, i.ra()).setNumber(x.num() - slot(K, i.rc()).num())
					continue
				}
				fr.pc = int32(pc)
				th.arithSlow(i)
				continue frames
			case opSubKR:
				if y := slot(R, i.rc()); y.isNumber() {
					slot(R, i.ra()).setNumber(slot(K, i.rb()).num() - y.num())
					continue
				}
				fr.pc = int32(pc)
				th.arithSlow(i)
				continue frames
			case opMul:
				x, y := slot(R, i.rb()), slot(R, i.rc())
				if x.isNumber() && y.isNumber() {
					slot(R, i.ra()).setNumber(x.num() * y.num())
					continue
				}
				fr.pc = int32(pc)
				th.arithSlow(i)
				continue frames
			case opMulK:
				if x := slot(R, i.rb()); x.isNumber() {
					slot(R, i.ra()).setNumber(x.num() * slot(K, i.rc()).num())
					continue
				}
				fr.pc = int32(pc)
				th.arithSlow(i)
				continue frames
			case opMulKR:
				if y := slot(R, i.rc()); y.isNumber() {
					slot(R, i.ra()).setNumber(slot(K, i.rb()).num() * y.num())
					continue
				}
				fr.pc = int32(pc)
				th.arithSlow(i)
				continue frames
			case opDiv:
				x, y := slot(R, i.rb()), slot(R, i.rc())
				if x.isNumber() && y.isNumber() {
					slot(R, i.ra()).setNumber(x.num() / y.num())
					continue
				}
				fr.pc = int32(pc)
				th.arithSlow(i)
				continue frames
			case opDivK:
				if x := slot(R, i.rb()); x.isNumber() {
					slot(R, i.ra()).setNumber(x.num() / slot(K, i.rc()).num())
					continue
				}
				fr.pc = int32(pc)
				th.arithSlow(i)
				continue frames
			case opMod:
				x, y := slot(R, i.rb()), rk(R, K, i.c())
				if x.isNumber() && y.isNumber() {
					if r, ok := modNatural(x.num(), y.num()); ok {
						slot(R, i.ra()).setNumber(r)
						continue
					}
				}
				fr.pc = int32(pc)
				th.arithSlow(i)
				continue frames
			case opPow, opArith:
				fr.pc = int32(pc)
				th.arithSlow(i)
				continue frames
			case opUnm:
				if x := slot(R, i.rb()); x.isNumber() {
					slot(R, i.ra()).setNumber(-x.num())
					continue
				}
				fr.pc = int32(pc)
				th.negateSlow(i)
				continue frames
			case opNot:
				*slot(R, i.ra()) = Bool(!slot(R, i.rb()).Truth())
			case opLen:
				fr.pc = int32(pc)
				th.lengthOf(i)
				continue frames
			case opConcat:
				fr.pc = int32(pc)
				th.concatSlots(i)
				continue frames
			case opJump:
				pc += i.n()
				if i.n() < 0 && th.vm.interrupt.Load() != 0 {
					fr.pc = int32(pc)
					th.checkInterrupt()
					continue frames
				}
			case opLtRR:
				x, y := slot(R, i.rb()), slot(R, i.rc())
				if x.isNumber() && y.isNumber() {
					if (x.num() < y.num()) == (i.a() != 0) {
						pc += insAt(code, pc).n()
					}
					pc++
					continue
				}
				fr.pc = int32(pc)
				th.compareSlow(i)
				continue frames
			case opLtRK:
				x, y := slot(R, i.rb()), slot(K, i.rc())
				if x.isNumber() {
					if (x.num() < y.num()) == (i.a() != 0) {
						pc += insAt(code, pc).n()
					}
					pc++
					continue
				}
				fr.pc = int32(pc)
				th.compareSlow(i)
				continue frames
			case opLtKR:
				x, y := slot(K, i.rb()), slot(R, i.rc())
				if y.isNumber() {
					if (x.num() < y.num()) == (i.a() != 0) {
						pc += insAt(code, pc).n()
					}
					pc++
					continue
				}
				fr.pc = int32(pc)
				th.compareSlow(i)
				continue frames
			case opLeRR:
				x, y := slot(R, i.rb()), slot(R, i.rc())
				if x.isNumber() && y.isNumber() {
					if (x.num() <= y.num()) == (i.a() != 0) {
						pc += insAt(code, pc).n()
					}
					pc++
					continue
				}
				fr.pc = int32(pc)
				th.compareSlow(i)
				continue frames
			case opLeRK:
				x, y := slot(R, i.rb()), slot(K, i.rc())
				if x.isNumber() {
					if (x.num() <= y.num()) == (i.a() != 0) {
						pc += insAt(code, pc).n()
					}
					pc++
					continue
				}
				fr.pc = int32(pc)
				th.compareSlow(i)
				continue frames
			case opLeKR:
				x, y := slot(K, i.rb()), slot(R, i.rc())
				if y.isNumber() {
					if (x.num() <= y.num()) == (i.a() != 0) {
						pc += insAt(code, pc).n()
					}
					pc++
					continue
				}
				fr.pc = int32(pc)
				th.compareSlow(i)
				continue frames
			case opEqK:
				x, y := slot(R, i.rb()), slot(K, i.rc())
				var equal bool
				switch {
				case y.isNumber():
					equal = x.isNumber() && x.num() == y.num()
				case *x == *y:
					equal = true
				case x.n == y.n && y.isString() && x.isString():
					fr.pc = int32(pc)
					th.branch(x.str() == y.str(), i)
					continue frames
				}
				if equal == (i.a() != 0) {
					pc += insAt(code, pc).n()
				}
				pc++
			case opEq, opLt, opLe:
				fr.pc = int32(pc)
				th.compareSlow(i)
				continue frames
			case opTest:
				if slot(R, i.ra()).Truth() != (i.c() == 0) {
					pc += insAt(code, pc).n()
				}
				pc++
			case opTestSet:
				if v := slot(R, i.rb()); v.Truth() != (i.c() == 0) {
					*slot(R, i.ra()) = *v
					pc += insAt(code, pc).n()
				}
				pc++
			case opCall:
				fr.pc = int32(pc)
				f := int(fr.base) + i.a()
				nargs := i.b() - 1
				if nargs < 0 {
					nargs = th.top - f - 1
				}
				callee := slot(R, i.ra()).AsFunction()
				switch {
				case callee == nil:
					th.callObject(f, nargs, i.c()-1)
				case callee.proto == nil:
					th.callGo(callee, f, nargs, i.c()-1)
				default:
					th.pushLua(callee, f, nargs, f, i.c()-1)
					if th.vm.interrupt.Load() != 0 {
						th.checkInterrupt()
					}
				}
				continue frames
			case opTailCall:
				fr.pc = int32(pc)
				th.tailCall(i)
				continue frames
			case opReturn0, opReturn:
				if th.leaveFrame(i) {
					return
				}
				continue frames
			case opReturn1:
				if fr.want == 1 && (th.open == nil || th.open.index < int(fr.base)) {
					th.stack[fr.ret] = *slot(R, i.ra())
					th.frames = th.frames[:len(th.frames)-1]
					if fr.fresh {
						return
					}
					continue frames
				}
				if th.leaveFrame(i) {
					return
				}
				continue frames
			case opForPrep:
				fr.pc = int32(pc)
				th.forPrep(i)
				continue frames
			case opForLoop:
				at := slot(R, i.ra())
				step := slot(R, i.ra()+2*slotSize).num()
				idx := at.num() + step
				if limit := slot(R, i.ra()+slotSize).num(); step >= 0 && idx <= limit || step < 0 && idx >= limit {
					at.setNumber(idx)
					slot(R, i.ra()+3*slotSize).setNumber(idx)
					pc += i.n()
					if th.vm.interrupt.Load() != 0 {
						fr.pc = int32(pc)
						th.checkInterrupt()
						continue frames
					}
				}
			case opForCall:
				fr.pc = int32(pc)
				th.forCall(i)
				continue frames
			case opForTest:
				if v := slot(R, i.ra()+3*slotSize); !v.IsNil() {
					*slot(R, i.ra()+2*slotSize) = *v
					pc += i.n()
				}
			case opSetList:
				fr.pc = int32(pc)
				th.setList(i)
				continue frames
			case opClose:
				if th.open != nil {
					fr.pc = int32(pc)
					th.closeUpvalues(int(fr.base) + i.a())
					continue frames
				}
			case opClosure:
				fr.pc = int32(pc + i.d())
				th.makeClosure(i)
				continue frames
			case opVararg:
				fr.pc = int32(pc)
				th.vararg(fr, int(fr.base)+i.a(), i.b()-1)
				continue frames
			}
		}
	}
}
