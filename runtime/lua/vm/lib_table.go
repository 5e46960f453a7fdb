package vm

import (
	"unsafe"
)

func (vm *VM) openTable() {
	t := vm.openLib("table", []libFunc{
		{"foreachi", 0, tableForeachi}, {"foreach", 0, tableForeach}, {"getn", 0, tableGetn}, {"maxn", 93, tableMaxn},
		{"insert", 94, tableInsert}, {"remove", 0, tableRemove}, {"move", 0, tableMove}, {"concat", 95, tableConcat},
		{"sort", 100, tableSort}, {"pack", 101, tablePack},
	})
	t.SetString("unpack", vm.globals.GetString("unpack"))
	// LuaJIT's extensions are modules; OpenResty's branch puts its own into the table right away, the other two once they are required.
	own := []libFunc{{"clone", 96, tableClone}, {"isarray", 97, tableIsarray}, {"nkeys", 98, tableNkeys}, {"isempty", 99, tableIsempty}}
	for _, f := range append(own, libFunc{"new", 102, tableNew}, libFunc{"clear", 103, tableClear}) {
		vm.Preload("table."+f.name, func(c *Call) int {
			vm.addLib(t, []libFunc{f})
			return c.Return(t.GetString(f.name))
		})
	}
}

func tableGetn(c *Call) int { return c.Return(Int(c.Table(1).Len())) }

func tableForeachi(c *Call) int {
	t, fn := c.Table(1), c.Func(2).Value()
	for i := 1; i <= t.Len(); i++ {
		if r := c.th.call1(fn, Int(i), t.GetInt(i)); !r.IsNil() {
			return c.Return(r)
		}
	}
	return 0
}

func tableForeach(c *Call) int {
	t, fn := c.Table(1), c.Func(2).Value()
	k := Nil
	for {
		key, v, more, ok := t.Next(k)
		if !ok {
			c.Throw("invalid key to 'next'")
		}
		if !more {
			return 0
		}
		if r := c.th.call1(fn, key, v); !r.IsNil() {
			return c.Return(r)
		}
		k = key
	}
}

func tableMaxn(c *Call) int {
	m := 0.0
	c.Table(1).Each(func(k, _ Value) bool {
		if f, ok := k.AsNumber(); ok && f > m {
			m = f
		}
		return true
	})
	return c.Return(Number(m))
}

func tableInsert(c *Call) int {
	t := c.Table(1)
	n := t.Len() + 1
	switch c.nargs {
	case 2:
		t.SetInt(n, c.Value(2))
		return 0
	case 3:
		at := c.int32(2)
		n = max(n, at)
		for i := n; i > at; i-- {
			t.SetInt(i, t.GetInt(i-1))
		}
		t.SetInt(at, c.Value(3))
		return 0
	}
	c.Throw("wrong number of arguments to 'insert'")
	return 0
}

func tableRemove(c *Call) int {
	t := c.Table(1)
	n := t.Len()
	if c.IsNil(2) {
		if n == 0 {
			return 0
		}
		v := t.GetInt(n)
		t.SetInt(n, Nil)
		return c.Return(v)
	}
	at := c.int32(2)
	if at < 1 || at > n {
		return 0
	}
	v := t.GetInt(at)
	for i := at; i < n; i++ {
		t.SetInt(i, t.GetInt(i+1))
	}
	t.SetInt(n, Nil)
	return c.Return(v)
}

func tableMove(c *Call) int {
	src := c.Table(1).Value()
	from, end, to := c.int32(2), c.int32(3), c.int32(4)
	dst := src
	if !c.IsNil(5) {
		dst = c.Table(5).Value()
	}
	if end < from {
		return c.Return(dst)
	}
	if to > end || to <= from || dst != src {
		for i := from; i <= end; i++ {
			c.SetIndex(dst, Int(to+i-from), c.Index(src, Int(i)))
		}
	} else {
		for i := end; i >= from; i-- {
			c.SetIndex(dst, Int(to+i-from), c.Index(src, Int(i)))
		}
	}
	return c.Return(dst)
}

func tableConcat(c *Call) int {
	t := c.Table(1)
	sep := c.OptString(2, "")
	i := c.optInt32(3, 1)
	j := 0
	if c.IsNil(4) {
		j = t.Len()
	} else {
		j = c.int32(4)
	}
	var b []byte
	for ; i <= j; i++ {
		v := t.GetInt(i)
		switch {
		case v.isString():
			b = append(b, v.str()...)
		case v.isNumber():
			b = appendNumber(b, v.num())
		default:
			c.Throw("invalid value (%s) at index %d in table for 'concat'", v.TypeName(), i)
		}
		if i < j {
			b = append(b, sep...)
		}
	}
	return c.Return(String(unsafe.String(unsafe.SliceData(b), len(b))))
}

func tablePack(c *Call) int {
	t := NewTable(c.nargs, 1)
	for i := 1; i <= c.nargs; i++ {
		t.SetInt(i, c.Value(i))
	}
	t.SetString("n", Int(c.nargs))
	return c.Return(t.Value())
}

func tableNew(c *Call) int {
	narr, nrec := c.int32(1), c.int32(2)
	if narr >= maxArray || nrec >= maxArray {
		c.Throw("table overflow")
	}
	return c.Return(NewTable(narr, nrec).Value())
}

func tableClear(c *Call) int {
	c.Table(1).Clear()
	return 0
}

// tableClone copies a table without its metatable, and its values as they are.
func tableClone(c *Call) int {
	src := c.Table(1)
	dst := NewTable(max(len(src.arr)-1, 0), cap(src.ents))
	src.Each(func(k, v Value) bool { return dst.Set(k, v) })
	return c.Return(dst.Value())
}

func tableNkeys(c *Call) int { return c.Return(Int(c.Table(1).Count())) }

func tableIsempty(c *Call) int {
	empty := true
	c.Table(1).Each(func(Value, Value) bool { empty = false; return false })
	return c.Return(Bool(empty))
}

// tableIsarray reports whether all keys are whole numbers.
func tableIsarray(c *Call) int {
	is := true
	c.Table(1).Each(func(k, _ Value) bool {
		f, ok := k.AsNumber()
		is = ok && float64(int64(f)) == f
		return is
	})
	return c.Return(Bool(is))
}

// sorter sorts t[1 … n] as ltablib's auxsort does, so that a wrong order function is found out the same way.
type sorter struct {
	c   *Call
	t   *Table
	cmp Value
}

func tableSort(c *Call) int {
	t := c.Table(1)
	s := &sorter{c: c, t: t}
	if !c.IsNil(2) {
		s.cmp = c.Func(2).Value()
	}
	s.sort(1, t.Len())
	return 0
}

func (s *sorter) less(a, b Value) bool {
	if s.cmp.IsNil() {
		return s.c.th.less(a, b)
	}
	return s.c.th.call1(s.cmp, a, b).Truth()
}

func (s *sorter) swapIfLess(hi, lo int) {
	a, b := s.t.GetInt(lo), s.t.GetInt(hi)
	if s.less(b, a) {
		s.t.SetInt(lo, b)
		s.t.SetInt(hi, a)
	}
}

// sort is quicksort with the median of three; the shorter part recurses.
func (s *sorter) sort(lo, up int) {
	for lo < up {
		s.swapIfLess(up, lo)
		if up-lo == 1 {
			return
		}
		mid := (lo + up) / 2
		a, m := s.t.GetInt(lo), s.t.GetInt(mid)
		if s.less(m, a) {
			s.t.SetInt(mid, a)
			s.t.SetInt(lo, m)
		} else {
			s.swapIfLess(up, mid)
		}
		if up-lo == 2 {
			return
		}
		i := s.partition(lo, up, mid)
		if i-lo < up-i {
			s.sort(lo, i-1)
			lo = i + 1
		} else {
			s.sort(i+1, up)
			up = i - 1
		}
	}
}

// partition moves what is smaller than the pivot to its left and returns where the pivot ends up.
func (s *sorter) partition(lo, up, mid int) int {
	t := s.t
	pivot := t.GetInt(mid)
	t.SetInt(mid, t.GetInt(up-1))
	t.SetInt(up-1, pivot)
	i, j := lo, up-1
	for {
		for i++; s.less(t.GetInt(i), pivot); i++ {
			if i >= up {
				s.c.Throw("invalid order function for sorting")
			}
		}
		for j--; s.less(pivot, t.GetInt(j)); j-- {
			if j <= lo {
				s.c.Throw("invalid order function for sorting")
			}
		}
		if j < i {
			break
		}
		x, y := t.GetInt(i), t.GetInt(j)
		t.SetInt(i, y)
		t.SetInt(j, x)
	}
	x, y := t.GetInt(up-1), t.GetInt(i)
	t.SetInt(up-1, y)
	t.SetInt(i, x)
	return i
}
