package cjson

import (
	"math"
	"strconv"

	"tidegate/runtime/lua/vm"
)

// encoder writes one value.
type encoder struct {
	*config
	c   *vm.Call
	buf []byte
}

func (cfg *config) encode(c *vm.Call) int {
	oneArgument(c)
	e := &encoder{config: cfg, c: c, buf: make([]byte, 0, 256)}
	e.value(c.Value(1), 0)
	return c.Return(vm.Bytes(e.buf))
}

func (e *encoder) fail(v vm.Value, reason string) {
	e.c.Throw("Cannot serialise %s: %s", v.TypeName(), reason)
}

// value writes v; skipped is true when it was left out because its type has no JSON form.
func (e *encoder) value(v vm.Value, depth int) (skipped bool) {
	switch v.Kind() {
	case vm.KindNil:
		e.buf = append(e.buf, "null"...)
	case vm.KindBool:
		e.buf = strconv.AppendBool(e.buf, v.Truth())
	case vm.KindNumber:
		e.number(v)
	case vm.KindString:
		e.string(v)
	case vm.KindTable:
		e.table(v, depth+1)
	case vm.KindUserdata:
		return e.userdata(v)
	default:
		return e.unsupported(v)
	}
	return false
}

func (e *encoder) unsupported(v vm.Value) (skipped bool) {
	if !e.skipUnsupported {
		e.fail(v, "type not supported")
	}
	return true
}

// userdata writes null and empty_array; another light userdata comes out as nothing at all, as in the original.
func (e *encoder) userdata(v vm.Value) (skipped bool) {
	switch {
	case v == vm.Null:
		e.buf = append(e.buf, "null"...)
	case v == e.emptyArray:
		e.buf = append(e.buf, "[]"...)
	case !v.IsLightUserdata():
		return e.unsupported(v)
	}
	return false
}

func (e *encoder) number(v vm.Value) {
	f, _ := v.AsNumber()
	if math.IsNaN(f) || math.IsInf(f, 0) {
		e.invalid(v, f)
		return
	}
	if e.precision >= 14 && f == math.Trunc(f) && math.Abs(f) < 1e14 && (f != 0 || !math.Signbit(f)) {
		e.buf = strconv.AppendInt(e.buf, int64(f), 10)
		return
	}
	e.buf = strconv.AppendFloat(e.buf, f, 'g', e.precision, 64)
}

func (e *encoder) invalid(v vm.Value, f float64) {
	switch {
	case e.encodeInvalid == 0:
		e.fail(v, "must not be NaN or Infinity")
	case e.encodeInvalid == 2:
		e.buf = append(e.buf, "null"...)
	case math.IsNaN(f):
		e.buf = append(e.buf, "NaN"...)
	case f < 0:
		e.buf = append(e.buf, "-Infinity"...)
	default:
		e.buf = append(e.buf, "Infinity"...)
	}
}

const hexDigits = "0123456789abcdef"

func (e *encoder) string(v vm.Value) {
	s, _ := v.AsString()
	b := append(e.buf, '"')
	done := 0
	for i := 0; i < len(s); i++ {
		ch := s[i]
		if ch >= ' ' && ch != '"' && ch != '\\' && ch != 0x7f && (ch != '/' || !e.escapeSlash) {
			continue
		}
		b = append(b, s[done:i]...)
		done = i + 1
		switch ch {
		case '"', '\\', '/':
			b = append(b, '\\', ch)
		case '\b':
			b = append(b, '\\', 'b')
		case '\t':
			b = append(b, '\\', 't')
		case '\n':
			b = append(b, '\\', 'n')
		case '\f':
			b = append(b, '\\', 'f')
		case '\r':
			b = append(b, '\\', 'r')
		default:
			b = append(b, '\\', 'u', '0', '0', hexDigits[ch>>4], hexDigits[ch&15])
		}
	}
	b = append(b, s[done:]...)
	e.buf = append(b, '"')
}

// table writes t as an array or an object: an array when its metatable says so or all its keys are positive whole numbers.
func (e *encoder) table(v vm.Value, depth int) {
	if depth > e.encodeMaxDepth {
		e.c.Throw("Cannot serialise, excessive nesting (%d)", depth)
	}
	t := v.AsTable()
	mt := t.Metatable()
	raw := true
	if mt != nil {
		if mt == e.arrayMT {
			e.array(v, t.Len(), depth, true)
			return
		}
		raw = false
		if m := mt.GetString("__len"); !m.IsNil() {
			n := 0.0
			if r := e.c.Call(m, v); len(r) > 0 {
				n, _ = r[0].ToNumber()
			}
			e.array(v, int(n), depth, false)
			return
		}
	}
	n := e.arrayLength(t)
	switch {
	case n > 0 || n == 0 && !e.emptyAsObject:
		e.array(v, n, depth, raw)
	case mt != nil && mt == e.emptyArrayMT:
		e.array(v, t.Len(), depth, true)
	default:
		e.object(t, depth)
	}
}

// arrayLength returns the largest key when all are positive whole numbers, else -1.
func (e *encoder) arrayLength(t *vm.Table) int {
	largest, items := 0.0, 0
	array := true
	t.Each(func(k, _ vm.Value) bool {
		f, ok := k.AsNumber()
		if array = ok && f >= 1 && math.Floor(f) == f; array {
			largest = max(largest, f)
			items++
		}
		return array
	})
	if !array || largest > math.MaxInt32 { // beyond a C int the original counts wrong, and takes an object
		return -1
	}
	n := int(largest)
	if e.sparseRatio > 0 && n > items*e.sparseRatio && n > e.sparseSafe {
		if !e.sparseConvert {
			e.fail(t.Value(), "excessively sparse array")
		}
		return -1
	}
	return n
}

func (e *encoder) array(v vm.Value, n, depth int, raw bool) {
	e.buf = append(e.buf, '[')
	first := true
	for i := 1; i <= n; i++ {
		at := len(e.buf)
		e.separate(first, depth)
		var item vm.Value
		if raw {
			item = v.AsTable().GetInt(i)
		} else {
			item = e.c.Index(v, vm.Int(i))
		}
		if e.value(item, depth) {
			e.buf = e.buf[:at]
			continue
		}
		first = false
	}
	e.closing(n > 0, depth, ']')
}

func (e *encoder) object(t *vm.Table, depth int) {
	e.buf = append(e.buf, '{')
	first, fields := true, false
	t.Each(func(k, v vm.Value) bool {
		fields = true
		at := len(e.buf)
		e.separate(first, depth)
		switch k.Kind() {
		case vm.KindNumber:
			e.buf = append(e.buf, '"')
			e.number(k)
			e.buf = append(e.buf, '"', ':')
		case vm.KindString:
			e.string(k)
			e.buf = append(e.buf, ':')
		default:
			e.fail(k, "table key must be a number or string")
		}
		if e.indent != "" {
			e.buf = append(e.buf, ' ')
		}
		if e.value(v, depth) {
			e.buf = e.buf[:at]
			return true
		}
		first = false
		return true
	})
	e.closing(fields, depth, '}')
}

func (e *encoder) separate(first bool, depth int) {
	if !first {
		e.buf = append(e.buf, ',')
	}
	e.newline(depth)
}

func (e *encoder) closing(fields bool, depth int, bracket byte) {
	if fields {
		e.newline(depth - 1)
	}
	e.buf = append(e.buf, bracket)
}

func (e *encoder) newline(depth int) {
	if e.indent == "" {
		return
	}
	e.buf = append(e.buf, '\n')
	for range depth {
		e.buf = append(e.buf, e.indent...)
	}
}
