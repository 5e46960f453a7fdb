package vm

import (
	"fmt"
	"unsafe"
)

// ins is one instruction: operation in bits 0-7, a in 8-15, b in 16-31, c in 32-47, d in 48-63; b and c together hold a signed number.
// Instructions that look for a constant key in a table have in d where they last found it (Table.hinted).
type ins uint64

// opcode is what an instruction does. R is the register file of the frame, K the constants; RK operands from kFlag on mean constants.
type opcode uint8

const (
	opMove      opcode = iota // R[a] = R[b]
	opLoadK                   // R[a] = K[n]
	opLoadBool                // R[a] = b; skip the next instruction if c
	opLoadNil                 // R[a] … R[b] = nil
	opGetUpval                // R[a] = U[b]
	opSetUpval                // U[b] = R[a]
	opGetGlobal               // R[a] = env[K[n]]
	opSetGlobal               // env[K[n]] = R[a]
	opGetField                // R[a] = R[b][K[c]], a string
	opGetIndex                // R[a] = R[b][RK[c]]
	opSetField                // R[a][K[b]] = RK[c]
	opSetIndex                // R[a][RK[b]] = RK[c]
	opNewTable                // R[a] = {}, n array slots, 1<<d hash slots
	opSelf                    // R[a+1] = R[b]; R[a] = R[b][K[c]]
	opAdd                     // R[a] = R[b] + R[c]
	opSub
	opMul
	opDiv
	opMod // R[a] = R[b] % RK[c]
	opPow
	opAddK // R[a] = R[b] + K[c], a number
	opSubK
	opMulK
	opDivK
	opAddKR // R[a] = K[b] + R[c], a number
	opSubKR
	opMulKR
	opArith   // R[a] = RK[b] op d RK[c]
	opUnm     // R[a] = -R[b]
	opNot     // R[a] = not R[b]
	opLen     // R[a] = #R[b]
	opConcat  // R[a] = R[b] .. … .. R[c]
	opJump    // pc += n
	opEq      // if (RK[b] == RK[c]) == (a ~= 0) then take the jump that follows, else skip it
	opLt      // likewise <
	opLe      // likewise <=
	opEqK     // R[b] == K[c], not an object
	opLtRR    // R[b] < R[c]
	opLeRR    //
	opLtRK    // R[b] < K[c], a number
	opLeRK    //
	opLtKR    // K[b] < R[c]
	opLeKR    //
	opTest    // if R[a] is true, ~= c, then take the jump that follows, else skip it
	opTestSet // if R[b] is true, == c, then R[a] = R[b] and take the jump that follows, else skip it
	opCall    // R[a] … = R[a](R[a+1] … b-1 of them); c-1 results; b, c 0: up to the top
	opTailCall
	opReturn  // return R[a] …, b-1 of them
	opReturn0 // return
	opReturn1 // return R[a]
	opForPrep // check and prepare R[a] … R[a+2]; pc += n
	opForLoop // R[a] += R[a+2]; if it is in range then R[a+3] = R[a], pc += n
	opForCall // R[a+3] … = R[a](R[a+1], R[a+2]); c results
	opForTest // if R[a+3] ~= nil then R[a+2] = R[a+3], pc += n
	opSetList // R[a][(c-1)*50+i] = R[a+i]; b of them, 0: up to the top
	opClose   // close the upvalues from R[a] on
	opClosure // R[a] = closure of function n; skip d instructions
	opVararg  // R[a] … = extra arguments, b-1 of them
)

const kFlag = 256

func (i ins) op() opcode { return opcode(i) }
func (i ins) a() int     { return int(uint8(i >> 8)) }
func (i ins) b() int     { return int(uint16(i >> 16)) }
func (i ins) c() int     { return int(uint16(i >> 32)) }
func (i ins) d() int     { return int(uint16(i >> 48)) }
func (i ins) n() int     { return int(int32(i >> 16)) }

// ra, rb and rc are the places of the slots a, b and c behind the first one, in bytes.
func (i ins) ra() uintptr { return uintptr(i>>4) & (0xff * slotSize) }
func (i ins) rb() uintptr { return uintptr(i>>12) & (0xffff * slotSize) }
func (i ins) rc() uintptr { return uintptr(i>>28) & (0xffff * slotSize) }

const slotSize = unsafe.Sizeof(Value{})

// slot is a register or constant by its place. There is no check of bounds: see proto.verify.
func slot(first unsafe.Pointer, at uintptr) *Value { return (*Value)(unsafe.Add(first, at)) }

// rk is register or constant x.
func rk(registers, constants unsafe.Pointer, x int) *Value {
	if x >= kFlag {
		return slot(constants, uintptr(x-kFlag)*slotSize)
	}
	return slot(registers, uintptr(x)*slotSize)
}

// insAt is instruction pc.
func insAt(code unsafe.Pointer, pc int) *ins {
	return (*ins)(unsafe.Add(code, uintptr(pc)*unsafe.Sizeof(ins(0))))
}

func insABC(op opcode, a, b, c, d int) ins {
	return ins(op) | ins(uint8(a))<<8 | ins(uint16(b))<<16 | ins(uint16(c))<<32 | ins(uint16(d))<<48
}

func insAN(op opcode, a, n, d int) ins {
	return ins(op) | ins(uint8(a))<<8 | ins(uint32(int32(n)))<<16 | ins(uint16(d))<<48
}

// String helps when reading a test failure.
func (i ins) String() string {
	return fmt.Sprintf("op%d a=%d b=%d c=%d d=%d n=%d", i.op(), i.a(), i.b(), i.c(), i.d(), i.n())
}
