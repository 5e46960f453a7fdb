package vm

import (
	"bytes"
	"strings"
)

func (vm *VM) openString() {
	t := vm.openLib("string", []libFunc{
		{"len", 0, stringLen}, {"byte", 79, stringByte}, {"char", 80, stringChar}, {"sub", 81, stringSub}, {"rep", 82, stringRep},
		{"reverse", 83, stringReverse}, {"lower", 84, stringLower}, {"upper", 85, stringUpper}, {"dump", 86, stringDump},
		{"find", 87, stringFind}, {"match", 88, stringMatch}, {"gmatch", 90, stringGmatch}, {"gsub", 91, stringGsub},
		{"format", 92, stringFormat},
	})
	mt := NewTable(0, 1)
	mt.SetString("__index", t.Value())
	vm.kindMeta[KindString] = mt
}

// maxString bounds what one string operation may build.
const maxString = 1 << 31

func stringLen(c *Call) int { return c.Return(Int(len(c.String(1)))) }

// span turns Lua's i and j, which count from 1 and from the end when negative, into a Go slice range of a string of length n.
func span(i, j, n int) (from, to int) {
	if j < 0 {
		j += n + 1
	}
	if i < 0 {
		i += n + 1
	}
	i, j = max(i, 1), min(j, n)
	if i > j {
		return 0, 0
	}
	return i - 1, j
}

func stringByte(c *Call) int {
	s := c.String(1)
	i := c.optInt32(2, 1)
	from, to := span(i, c.optInt32(3, i), len(s))
	if to-from > maxUnpack {
		c.Throw("string slice too long")
	}
	for _, b := range []byte(s[from:to]) {
		c.PushInt(int(b))
	}
	return to - from
}

func stringChar(c *Call) int {
	b := make([]byte, c.nargs)
	for i := range b {
		n := c.int32(i + 1)
		if n < 0 || n > 255 {
			c.ArgError(i+1, "invalid value")
		}
		b[i] = byte(n)
	}
	return c.Return(Owned(b))
}

func stringSub(c *Call) int {
	s := c.String(1)
	i := c.int32(2)
	from, to := span(i, c.optInt32(3, -1), len(s))
	return c.Return(String(clip(s[from:to], len(s))))
}

func stringRep(c *Call) int {
	s, n, sep := c.String(1), c.int32(2), c.OptString(3, "")
	if n <= 0 {
		return c.Return(String(""))
	}
	if total := len(s) + len(sep); total > 0 && n > maxString/total {
		c.ThrowValue(String("not enough memory"))
	}
	if sep == "" || n == 1 {
		return c.Return(String(strings.Repeat(s, n)))
	}
	return c.Return(String(strings.Repeat(s+sep, n-1) + s))
}

func stringReverse(c *Call) int {
	s := c.String(1)
	b := make([]byte, len(s))
	for i := range len(s) {
		b[len(s)-1-i] = s[i]
	}
	return c.Return(Owned(b))
}

func stringLower(c *Call) int { return c.mapBytes('A', 'Z') }
func stringUpper(c *Call) int { return c.mapBytes('a', 'z') }

// mapBytes pushes argument 1 with the case of the letters from lo to hi changed.
func (c *Call) mapBytes(lo, hi byte) int {
	b := []byte(c.String(1))
	for i, ch := range b {
		if lo <= ch && ch <= hi {
			b[i] = ch ^ 0x20
		}
	}
	return c.Return(Owned(b))
}

func stringFind(c *Call) int  { return c.findAux(true) }
func stringMatch(c *Call) int { return c.findAux(false) }

func (c *Call) findAux(find bool) int {
	s, pat := c.String(1), c.String(2)
	init := c.optInt32(3, 1)
	if init < 0 {
		init += len(s)
	} else {
		init--
	}
	init = max(init, 0)
	if init > len(s) {
		return c.Return(Nil)
	}
	if find && (c.Bool(4) || !strings.ContainsAny(pat, patternChars)) {
		i := strings.Index(s[init:], pat)
		if i < 0 {
			return c.Return(Nil)
		}
		return c.Return(Int(init+i+1), Int(init+i+len(pat)))
	}
	m := newMatcher(c, s, pat)
	defer m.done()
	anchor, p := 0, 0
	if strings.HasPrefix(pat, "^") {
		anchor, p = 1, 1
	}
	for at := init; at <= len(s); at++ {
		m.level, m.depth = 0, 0
		if e := m.match(at, p); e >= 0 {
			if find {
				c.PushInt(at + 1)
				c.PushInt(e)
				return m.push(at, e, false) + 2
			}
			return m.push(at, e, true)
		}
		if anchor != 0 {
			break
		}
	}
	return c.Return(Nil)
}

func stringGmatch(c *Call) int {
	s, pat := c.String(1), c.String(2)
	pos := 0
	fn := newBuiltin("gmatch_aux", 89, func(c *Call) int {
		m := newMatcher(c, s, pat)
		defer m.done()
		for ; pos <= len(s); pos++ {
			m.level, m.depth = 0, 0
			if e := m.match(pos, 0); e >= 0 {
				at := pos
				pos = e
				if e == at {
					pos++
				}
				return m.push(at, e, true)
			}
		}
		return 0
	})
	return c.Return(fn.Value())
}

func stringGsub(c *Call) int {
	s, pat := c.String(1), c.String(2)
	repl := c.Value(3)
	if !repl.isString() && !repl.isNumber() && repl.AsTable() == nil && repl.AsFunction() == nil {
		c.ArgError(3, "string/function/table expected")
	}
	limit := c.optInt32(4, len(s)+1)
	m := newMatcher(c, s, pat)
	defer m.done()
	anchor, p := false, 0
	if strings.HasPrefix(pat, "^") {
		anchor, p = true, 1
	}
	var b bytes.Buffer
	at, n := 0, 0
	for n < limit {
		m.level, m.depth = 0, 0
		e := m.match(at, p)
		if e >= 0 {
			n++
			m.replace(&b, repl, at, e)
		}
		switch {
		case e > at:
			at = e
		case at < len(s):
			b.WriteByte(s[at])
			at++
		default:
			anchor = true
		}
		if anchor {
			break
		}
	}
	if n == 0 {
		return c.Return(String(s), Int(0))
	}
	b.WriteString(s[min(at, len(s)):])
	return c.Return(Owned(b.Bytes()), Int(n))
}

// replace writes the replacement of the match src[s:e].
func (m *matcher) replace(b *bytes.Buffer, repl Value, s, e int) {
	var v Value
	switch repl.Kind() {
	case KindTable:
		v = m.c.Index(repl, m.get(0, s, e))
	case KindFunction:
		args := make([]Value, 0, 4)
		for i := range max(m.level, 1) {
			args = append(args, m.get(i, s, e))
		}
		if r := m.c.Call(repl, args...); len(r) > 0 {
			v = r[0]
		}
	default:
		r, _ := repl.ToString()
		m.expand(b, r, s, e)
		return
	}
	if !v.Truth() {
		b.WriteString(m.src[s:e])
		return
	}
	str, ok := v.ToString()
	if !ok {
		m.c.Throw("invalid replacement value (a %s)", v.TypeName())
	}
	b.WriteString(str)
}

// expand writes a replacement text with its %0 … %9.
func (m *matcher) expand(b *bytes.Buffer, r string, s, e int) {
	for i := 0; i < len(r); i++ {
		if r[i] != '%' {
			b.WriteByte(r[i])
			continue
		}
		i++
		switch {
		case i == len(r):
			b.WriteByte(0)
		case !isDigit(r[i]):
			b.WriteByte(r[i])
		case r[i] == '0':
			b.WriteString(m.src[s:e])
		default:
			str, _ := m.get(int(r[i]-'1'), s, e).ToString()
			b.WriteString(str)
		}
	}
}
