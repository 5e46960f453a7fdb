package vm

import (
	"crypto/rand"
	"encoding/binary"
	"math"
)

func (vm *VM) openMath() {
	t := vm.openLib("math", []libFunc{
		{"abs", 41, math1(math.Abs)}, {"floor", 42, math1(math.Floor)}, {"ceil", 43, math1(math.Ceil)}, {"sqrt", 44, math1(math.Sqrt)},
		{"log10", 45, math1(math.Log10)}, {"exp", 46, math1(math.Exp)}, {"sin", 47, math1(math.Sin)}, {"cos", 48, math1(math.Cos)},
		{"tan", 49, math1(math.Tan)}, {"asin", 50, math1(math.Asin)}, {"acos", 51, math1(math.Acos)}, {"atan", 52, math1(math.Atan)},
		{"sinh", 53, math1(math.Sinh)}, {"cosh", 54, math1(math.Cosh)}, {"tanh", 55, math1(math.Tanh)}, {"frexp", 56, mathFrexp},
		{"modf", 57, mathModf}, {"log", 58, mathLog}, {"atan2", 59, math2(math.Atan2)}, {"pow", 60, math2(pow)},
		{"fmod", 61, math2(math.Mod)}, {"ldexp", 62, mathLdexp}, {"min", 63, mathMin}, {"max", 64, mathMax}, {"random", 65, mathRandom},
		{"randomseed", 66, mathRandomseed}, {"deg", 0, math1(func(x float64) float64 { return x * (180 / math.Pi) })},
		{"rad", 0, math1(func(x float64) float64 { return x * (math.Pi / 180) })},
	})
	t.SetString("pi", Number(math.Pi))
	t.SetString("huge", Number(math.Inf(1)))
	vm.random = newPRNG()
}

func math1(f func(float64) float64) Func {
	return func(c *Call) int {
		v := Number(f(c.Number(1)))
		c.Push(v)
		return 1
	}
}

func math2(f func(x, y float64) float64) Func {
	return func(c *Call) int { return c.Return(Number(f(c.Number(1), c.Number(2)))) }
}

func mathFrexp(c *Call) int {
	frac, exp := math.Frexp(c.Number(1))
	return c.Return(Number(frac), Int(exp))
}

func mathModf(c *Call) int {
	x := c.Number(1)
	if math.IsInf(x, 0) {
		return c.Return(Number(x), Number(math.Copysign(0, x)))
	}
	i := math.Trunc(x)
	return c.Return(Number(i), Number(math.Copysign(x-i, x)))
}

func mathLdexp(c *Call) int { return c.Return(Number(math.Ldexp(c.Number(1), c.Int(2)))) }

// mathLog is log, or log2(x)/log2(base), which makes log(8, 2) exactly 3.
func mathLog(c *Call) int {
	x := c.Number(1)
	if c.IsNil(2) {
		return c.Return(Number(math.Log(x)))
	}
	base := c.Number(2)
	if base == 10 {
		return c.Return(Number(math.Log10(x)))
	}
	return c.Return(Number(math.Log2(x) / math.Log2(base)))
}

func mathMin(c *Call) int {
	m := c.Number(1)
	for i := 2; i <= c.nargs; i++ {
		if x := c.Number(i); x < m {
			m = x
		}
	}
	return c.Return(Number(m))
}

func mathMax(c *Call) int {
	m := c.Number(1)
	for i := 2; i <= c.nargs; i++ {
		if x := c.Number(i); x > m {
			m = x
		}
	}
	return c.Return(Number(m))
}

// prng is the generator TW223 that LuaJIT uses, four combined Tausworthe generators with a period of 2^223, so that a seed gives the same
// numbers as there.
type prng [4]uint64

// newPRNG returns a generator in LuaJIT's fixed initial state.
func newPRNG() *prng {
	return &prng{0xa0d277570a345b8c, 0x764a296c5d4aa64f, 0x51220704070adeaa, 0x2a2717b5a7b7b927}
}

// seed follows lib_math.c: the state is filled from a linear sequence, and each word is kept above its generator's minimum.
func (p *prng) seed(d float64) {
	for i, bits := range [4]uint{1, 6, 9, 17} {
		d = d*3.14159265358979323846 + 2.7182818284590452354
		p[i] = math.Float64bits(d)
		if p[i] < 1<<bits {
			p[i] += 1 << bits
		}
	}
	for range 10 {
		p.next()
	}
}

func (p *prng) next() uint64 {
	var r uint64
	for i, g := range [4]struct{ k, q, s uint }{{63, 31, 18}, {58, 19, 28}, {55, 24, 7}, {47, 21, 8}} {
		z := p[i]
		z = (z<<g.q^z)>>(g.k-g.s) ^ z&(^uint64(0)<<(64-g.k))<<g.s
		p[i] = z
		r ^= z
	}
	return r
}

// float returns a number in [0, 1).
func (p *prng) float() float64 {
	return math.Float64frombits(p.next()&0x000fffffffffffff|0x3ff0000000000000) - 1
}

// mathRandom does not check its range, as LuaJIT does not.
func mathRandom(c *Call) int {
	d := c.th.vm.random.float()
	switch c.nargs {
	case 0:
	case 1:
		d = math.Floor(d*c.Number(1)) + 1
	default:
		lo, hi := c.Number(1), c.Number(2)
		d = math.Floor(d*(hi-lo+1)) + lo
	}
	return c.Return(Number(d))
}

func mathRandomseed(c *Call) int {
	if c.nargs > 0 {
		c.th.vm.random.seed(c.Number(1))
		return 0
	}
	var b [8]byte
	if _, err := rand.Read(b[:]); err != nil {
		c.Throw("PRNG seeding failed")
	}
	c.th.vm.random.seed(float64(binary.LittleEndian.Uint64(b[:])))
	return 0
}
