package vm

import (
	"math"
	"math/bits"
	"strconv"
	"strings"
)

func (vm *VM) openBit() {
	vm.openLib("bit", []libFunc{
		{"tobit", 67, bitTobit}, {"bnot", 68, bitUnary(func(u uint64) uint64 { return ^u })}, {"bswap", 69, bitBswap},
		{"lshift", 70, bitShift(func(u uint64, n int) uint64 { return u << n }, func(u uint32, n int) uint32 { return u << n })},
		{"rshift", 71, bitShift(func(u uint64, n int) uint64 { return u >> n }, func(u uint32, n int) uint32 { return u >> n })},
		{"arshift", 72, bitShift(func(u uint64, n int) uint64 { return uint64(int64(u) >> n) },
			func(u uint32, n int) uint32 { return uint32(int32(u) >> n) })},
		{"rol", 73, bitShift(bits.RotateLeft64, bits.RotateLeft32)},
		{"ror", 74, bitShift(func(u uint64, n int) uint64 { return bits.RotateLeft64(u, -n) },
			func(u uint32, n int) uint32 { return bits.RotateLeft32(u, -n) })},
		{"band", 75, bitFold(func(a, b uint64) uint64 { return a & b })}, {"bor", 76, bitFold(func(a, b uint64) uint64 { return a | b })},
		{"bxor", 77, bitFold(func(a, b uint64) uint64 { return a ^ b })}, {"tohex", 78, bitTohex},
	})
}

// bitKind is the type that a bit operation works in: that of its widest argument.
type bitKind uint8

const (
	bit32 bitKind = iota
	bitInt64
	bitUint64
)

// bits returns argument i as bits and the type it asks for. Numbers are taken modulo 2^32, rounded to the nearest integer.
func (c *Call) bits(i int) (uint64, bitKind) {
	v := c.Value(i)
	if cd := v.asCdata(); cd != nil && cd.kind != cdataComplex {
		return cd.u, bitInt64 + bitKind(cd.kind)
	}
	return uint64(int64(int32(toBit(c.Number(i))))), bit32
}

// toBit converts a number as LuaJIT's bit library does, through the low bits of f + 2^52 + 2^51.
func toBit(f float64) uint32 {
	if i := int64(f); float64(i) == f {
		return uint32(i)
	}
	return uint32(math.Float64bits(f + 6755399441055744.0))
}

func (c *Call) pushBits(u uint64, k bitKind) int {
	if k == bit32 {
		return c.Return(Number(float64(int32(uint32(u)))))
	}
	return c.Return(newInt64(u, k == bitUint64).Value())
}

func bitTobit(c *Call) int {
	u, _ := c.bits(1)
	return c.pushBits(u, bit32)
}

func bitUnary(f func(uint64) uint64) Func {
	return func(c *Call) int {
		u, k := c.bits(1)
		return c.pushBits(f(u), k)
	}
}

func bitBswap(c *Call) int {
	u, k := c.bits(1)
	if k == bit32 {
		return c.pushBits(uint64(bits.ReverseBytes32(uint32(u))), k)
	}
	return c.pushBits(bits.ReverseBytes64(u), k)
}

func bitFold(f func(a, b uint64) uint64) Func {
	return func(c *Call) int {
		acc, kind := c.bits(1)
		for i := 2; i <= c.nargs; i++ {
			u, k := c.bits(i)
			acc, kind = f(acc, u), max(kind, k)
		}
		return c.pushBits(acc, kind)
	}
}

func bitShift(wide func(uint64, int) uint64, narrow func(uint32, int) uint32) Func {
	return func(c *Call) int {
		u, k := c.bits(1)
		n, _ := c.bits(2)
		if k == bit32 {
			return c.pushBits(uint64(narrow(uint32(u), int(n&31))), k)
		}
		return c.pushBits(wide(u, int(n&63)), k)
	}
}

func bitTohex(c *Call) int {
	u, k := c.bits(1)
	width := 8
	if k != bit32 {
		width = 16
	}
	n := width
	if !c.IsNil(2) {
		m, _ := c.bits(2)
		n = int(int32(uint32(m)))
	}
	upper := n < 0
	if upper {
		n = -n
	}
	n = min(n, 254)
	if k == bit32 {
		u = uint64(uint32(u))
	}
	s := strconv.FormatUint(u, 16)
	s = strings.Repeat("0", max(n-len(s), 0)) + s
	s = s[len(s)-n:]
	if upper {
		s = strings.ToUpper(s)
	}
	return c.Return(String(s))
}
