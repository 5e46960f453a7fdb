package vm

import (
	"slices"
	"testing"
)

// TestVerify: whatever operand of an instruction is moved out of range, verify says so, or the instruction has no such operand.
func TestVerify(t *testing.T) {
	code, err := Compile(`
		local a, b, t = 1, {}, {x = 1, [2] = 3, 4}
		glob = a + 1 - b.x * t[2] / 2 % 3 ^ #t
		local function f(...) local n = ... ; a = a + n return f(n, ...) end
		for i = 1, 10 do if i < a and 3 <= i or not (a == "k") then b[i] = -i .. "x" end end
		for k, v in pairs(t) do t.y = k == v or k end
		while a > 1 do a = 2 * a + 1 - (1 - a) b:m(a) end
		do local c = 1 ; b.f = function() return c end end
		return a, f
	`, "=verify")
	if err != nil {
		t.Fatal(err)
	}
	p := code.main
	if err := p.verify(); err != nil {
		t.Fatal(err)
	}
	caught := 0
	for pc, i := range p.code {
		for _, bad := range []ins{i | 0xff<<8, i | 0xffff<<16, i | 0xffff<<32, i | 0x7fff<<16, i&^0xff | 0xfe} {
			broken := *p
			broken.code = slices.Clone(p.code)
			broken.code[pc] = bad
			if broken.verify() != nil {
				caught++
				continue
			}
			if op := i.op(); bad.op() == op && reads(op) && bad.a() == 0xff {
				t.Errorf("instruction %d, %v, passes as %v", pc, i, bad)
			}
		}
	}
	if caught < 2*len(p.code) {
		t.Errorf("only %d of the broken versions of %d instructions are refused", caught, len(p.code))
	}
	p.code = p.code[:1]
	if p.verify() == nil {
		t.Error("a function that does not return passes")
	}
}

// reads tells whether a is a register of the operation.
func reads(op opcode) bool {
	switch op {
	case opJump, opReturn0, opClose, opEq, opLt, opLe, opEqK, opLtRR, opLeRR, opLtRK, opLeRK, opLtKR, opLeKR:
		return false
	}
	return true
}
