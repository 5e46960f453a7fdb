package ngx

import (
	"math"

	"tidegate/runtime/lua/vm"
)

// Texts made of Lua values, as print, say, send and log make them.

// appendOutput adds argument i of say or print to b (ngx_stream_lua_ngx_echo).
func appendOutput(c *vm.Call, b []byte, i int) []byte {
	v := c.Value(i)
	switch v.Kind() {
	case vm.KindTable:
		return appendList(c, b, v.AsTable(), i, false)
	case vm.KindString, vm.KindNumber, vm.KindNil, vm.KindBool:
		return appendScalar(b, v)
	case vm.KindUserdata:
		if isNull(v) {
			return append(b, "null"...)
		}
	}
	c.ArgError(i, "string, number, boolean, nil, ngx.null, or array table expected, but got "+v.TypeName())
	return nil
}

// appendSend adds the argument of a socket's send.
func appendSend(c *vm.Call, b []byte, i int) []byte {
	v := c.Value(i)
	switch v.Kind() {
	case vm.KindTable:
		return appendList(c, b, v.AsTable(), i, true)
	case vm.KindString, vm.KindNumber, vm.KindNil, vm.KindBool:
		return appendScalar(b, v)
	}
	c.ArgError(i, "string, number, boolean, nil, or array table expected, got "+v.TypeName())
	return nil
}

func appendScalar(b []byte, v vm.Value) []byte {
	if s, ok := v.ToString(); ok {
		return append(b, s...)
	}
	return append(b, v.String()...) // nil, true, false
}

// maxNesting bounds tables within tables; OpenResty overflows the C stack.
const maxNesting = 200

// maxText bounds what a table can become: one with a large key stands for a text with a "nil" for each number below.
const maxText = 256 << 20

// appendList adds an array table with everything inside it (ngx_stream_lua_calc_strlen_in_table). strict allows nothing but strings,
// numbers and tables.
func appendList(c *vm.Call, b []byte, t *vm.Table, arg int, strict bool) []byte {
	return appendNested(c, b, t, arg, strict, 0)
}

func appendNested(c *vm.Call, b []byte, t *vm.Table, arg int, strict bool, depth int) []byte {
	if depth == maxNesting {
		c.ArgError(arg, "too deeply nested table found")
	}
	length := 0
	for k, _, more, _ := t.Next(vm.Nil); more; k, _, more, _ = t.Next(k) {
		n, ok := k.AsNumber()
		if !ok || n < 1 || n != math.Floor(n) {
			c.ArgError(arg, "non-array table found")
		}
		if n <= math.MaxInt32 { // beyond, it is no number that an int of C could hold
			length = max(length, int(n))
		}
	}
	for i := 1; i <= length; i++ {
		if len(b) > maxText {
			c.Throw("no memory")
		}
		v := t.GetInt(i)
		switch kind := v.Kind(); {
		case kind == vm.KindString || kind == vm.KindNumber:
			b = appendScalar(b, v)
		case kind == vm.KindTable:
			b = appendNested(c, b, v.AsTable(), arg, strict, depth+1)
		case !strict && (kind == vm.KindNil || kind == vm.KindBool):
			b = appendScalar(b, v)
		case !strict && isNull(v):
			b = append(b, "null"...)
		default:
			c.ArgError(arg, "bad data type "+v.TypeName()+" found")
		}
	}
	return b
}

// cInt reads argument i as OpenResty's Lua code hands it to a C function, where it is argument place: only numbers and booleans are
// integers there.
func cInt(c *vm.Call, i int, function string, place int) int {
	v := c.Value(i)
	if b, ok := v.AsBool(); ok {
		if b {
			return 1
		}
		return 0
	}
	if v.Kind() != vm.KindNumber {
		c.Throw("bad argument #%d to '%s' (cannot convert '%s' to 'int')", place, function, v.TypeName())
	}
	return c.Int(i)
}
