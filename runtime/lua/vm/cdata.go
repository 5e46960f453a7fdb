package vm

import (
	"math"
	"strconv"
)

// cdata is LuaJIT's FFI data, kept to what number literals make: 64-bit integers ("1LL", "1ULL") and complex numbers ("1i").
type cdata struct {
	kind cdataKind
	u    uint64 // the integer, or the bits of the imaginary part
}

type cdataKind uint8

const (
	cdataInt64 cdataKind = iota
	cdataUint64
	cdataComplex
)

func newInt64(u uint64, unsigned bool) *cdata {
	if unsigned {
		return &cdata{cdataUint64, u}
	}
	return &cdata{cdataInt64, u}
}

// String returns tostring(c).
func (c *cdata) String() string {
	switch c.kind {
	case cdataInt64:
		return strconv.FormatInt(int64(c.u), 10) + "LL"
	case cdataUint64:
		return strconv.FormatUint(c.u, 10) + "ULL"
	}
	im := math.Float64frombits(c.u)
	s := FormatNumber(im)
	if !math.Signbit(im) || math.IsNaN(im) {
		s = "+" + s
	}
	last := s[len(s)-1]
	if last >= 'a' {
		return "0" + s + "I"
	}
	return "0" + s + "i"
}

func (c *cdata) ctype() string {
	return [...]string{"int64_t", "uint64_t", "complex"}[c.kind]
}

func ctypeOf(v Value) string {
	if c := v.asCdata(); c != nil {
		return c.ctype()
	}
	return v.TypeName()
}

// float returns tonumber(c).
func (c *cdata) float() float64 {
	switch c.kind {
	case cdataInt64:
		return float64(int64(c.u))
	case cdataUint64:
		return float64(c.u)
	}
	return 0
}

// Int64 returns v as a 64-bit integer: of a number its whole part, of a cdata integer its bits.
func (v Value) Int64() (i int64, ok bool) {
	if c := v.asCdata(); c != nil && c.kind != cdataComplex {
		return int64(c.u), true
	}
	if f, ok := v.AsNumber(); ok {
		return int64(wrapInt(f)), true
	}
	return 0, false
}

// wrapInt converts a number to 64 bits the way the FFI does.
func wrapInt(f float64) uint64 {
	if f >= -0x1p63 && f < 0x1p63 {
		return uint64(int64(f))
	}
	if f >= 0x1p63 && f < 0x1p64 {
		return uint64(f)
	}
	return 1 << 63
}

// cdataOperand converts an operand of 64-bit arithmetic.
func cdataOperand(v Value) (u uint64, unsigned, ok bool) {
	if c := v.asCdata(); c != nil {
		return c.u, c.kind == cdataUint64, c.kind != cdataComplex
	}
	if v.isNumber() {
		return wrapInt(v.num()), false, true
	}
	return 0, false, false
}

// cdataArith computes a binary operation of which at least one operand is cdata. The result is unsigned if either operand is.
func (th *Thread) cdataArith(op opcode, x, y Value) Value {
	a, ua, ok1 := cdataOperand(x)
	b, ub, ok2 := cdataOperand(y)
	if !ok1 || !ok2 {
		th.throwf(0, "attempt to perform arithmetic on '%s' and '%s'", ctypeOf(x), ctypeOf(y))
	}
	unsigned := ua || ub
	var r uint64
	switch op {
	case opAdd:
		r = a + b
	case opSub:
		r = a - b
	case opMul:
		r = a * b
	case opDiv:
		r = divide(a, b, unsigned)
	case opMod:
		r = remainder(a, b, unsigned)
	case opPow:
		r = power(a, b, unsigned)
	}
	return newInt64(r, unsigned).Value()
}

const minInt64 = uint64(1) << 63

// divide truncates; division by zero gives 2^63, as on x86.
func divide(a, b uint64, unsigned bool) uint64 {
	switch {
	case b == 0:
		return minInt64
	case unsigned:
		return a / b
	case a == minInt64 && int64(b) == -1:
		return minInt64
	}
	return uint64(int64(a) / int64(b))
}

func remainder(a, b uint64, unsigned bool) uint64 {
	switch {
	case b == 0:
		return minInt64
	case unsigned:
		return a % b
	case int64(b) == -1:
		return 0
	}
	return uint64(int64(a) % int64(b))
}

func power(a, b uint64, unsigned bool) uint64 {
	if !unsigned && int64(b) < 0 {
		switch int64(a) {
		case 0:
			return math.MaxInt64
		case 1:
			return 1
		case -1:
			if b&1 == 0 {
				return 1
			}
			return a
		}
		return 0
	}
	r := uint64(1)
	for ; b != 0; b >>= 1 {
		if b&1 != 0 {
			r *= a
		}
		a *= a
	}
	return r
}

// negated returns -c; the parser uses it for literals.
func (c *cdata) negated() *cdata {
	if c.kind == cdataComplex {
		return &cdata{c.kind, c.u ^ minInt64}
	}
	return &cdata{c.kind, -c.u}
}

func (th *Thread) cdataNegate(c *cdata) Value {
	if c.kind == cdataComplex {
		th.throwf(0, "attempt to perform arithmetic on 'complex' and 'complex'")
	}
	return c.negated().Value()
}

// cdataEqual compares where at least one side is cdata. Everything differs from what it cannot be compared with.
func cdataEqual(x, y Value) bool {
	a, _, ok1 := cdataOperand(x)
	b, _, ok2 := cdataOperand(y)
	if ok1 && ok2 {
		return a == b
	}
	return false
}

func (th *Thread) cdataLess(x, y Value, op opcode) bool {
	a, ua, ok1 := cdataOperand(x)
	b, ub, ok2 := cdataOperand(y)
	if !ok1 || !ok2 {
		th.throwf(0, "attempt to compare '%s' with '%s'", ctypeOf(x), ctypeOf(y))
	}
	if ua || ub {
		return a < b || op == opLe && a == b
	}
	return int64(a) < int64(b) || op == opLe && a == b
}
