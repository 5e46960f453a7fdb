package vm

import "fmt"

// verify proves once what run relies on at every step: registers, constants and jumps of each instruction are in range, and none falls off
// the end. What the compiler makes always passes; bytecode that string.dump did not make does not.
func (p *proto) verify() error {
	for pc, i := range p.code {
		if !p.inRange(i) || !p.continues(pc, i) {
			return fmt.Errorf("malformed instruction %d: %v", pc, i)
		}
	}
	if len(p.code) == 0 || p.nregs < 1 || p.nregs > kFlag+8 || p.nparams > p.nregs {
		return fmt.Errorf("malformed function")
	}
	return nil
}

// inRange checks the operands that are registers or constants.
func (p *proto) inRange(i ins) bool {
	r := func(x int) bool { return x < p.nregs }
	k := func(x int) bool { return x >= 0 && x < len(p.consts) }
	rk := func(x int) bool { return x < kFlag && r(x) || x >= kFlag && k(x-kFlag) }
	a, b, c := i.a(), i.b(), i.c()
	switch op := i.op(); op {
	case opMove, opLoadNil, opUnm, opNot, opLen, opTestSet:
		return r(a) && r(b)
	case opLoadK, opGetGlobal, opSetGlobal:
		return r(a) && k(i.n())
	case opLoadBool, opGetUpval, opSetUpval, opNewTable, opTest, opCall, opTailCall, opReturn, opReturn1, opSetList, opVararg:
		return r(a)
	case opGetField:
		return r(a) && r(b) && k(c)
	case opSetField:
		return r(a) && k(b) && rk(c)
	case opSelf:
		return r(a+1) && r(b) && rk(c)
	case opSetIndex, opArith:
		return r(a) && rk(b) && rk(c)
	case opGetIndex, opMod:
		return r(a) && r(b) && rk(c)
	case opAdd, opSub, opMul, opDiv, opPow, opConcat:
		return r(a) && r(b) && r(c)
	case opAddK, opSubK, opMulK, opDivK:
		return r(a) && r(b) && k(c) && p.consts[c].isNumber()
	case opAddKR, opSubKR, opMulKR:
		return r(a) && k(b) && r(c) && p.consts[b].isNumber()
	case opEq, opLt, opLe:
		return rk(b) && rk(c)
	case opEqK:
		return r(b) && k(c)
	case opLtRR, opLeRR:
		return r(b) && r(c)
	case opLtRK, opLeRK:
		return r(b) && k(c) && p.consts[c].isNumber()
	case opLtKR, opLeKR:
		return k(b) && r(c) && p.consts[b].isNumber()
	case opForPrep, opForLoop, opForTest:
		return r(a + 3)
	case opForCall:
		return r(a + 5)
	case opClosure:
		return r(a) && i.n() >= 0 && i.n() < len(p.protos)
	case opJump, opReturn0, opClose:
		return true
	}
	return false
}

// continues checks what may run after instruction pc.
func (p *proto) continues(pc int, i ins) bool {
	at := func(x int) bool { return x >= 0 && x < len(p.code) }
	switch i.op() {
	case opReturn, opReturn0, opReturn1:
		return true
	case opJump:
		return at(pc + 1 + i.n())
	case opForPrep, opForLoop, opForTest:
		return at(pc+1) && at(pc+1+i.n())
	case opLoadBool:
		return at(pc+1) && (i.c() == 0 || at(pc+2))
	case opClosure:
		return at(pc + 1 + i.d())
	case opEq, opLt, opLe, opEqK, opLtRR, opLeRR, opLtRK, opLeRK, opLtKR, opLeKR, opTest, opTestSet:
		return at(pc+2) && p.code[pc+1].op() == opJump
	}
	return at(pc + 1)
}
