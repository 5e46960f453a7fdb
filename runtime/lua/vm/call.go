package vm

import (
	"fmt"
	"math"
	"unsafe"
)

// Call is one running call of a Go function: its arguments, its results and the thread it runs on. Arguments count from 1. The methods that
// read an argument raise LuaJIT's "bad argument" error when it is not of the wanted type.
type Call struct {
	th    *Thread
	fn    *Function
	base  int
	nargs int
}

// Thread returns the thread or coroutine that made the call.
func (c *Call) Thread() *Thread { return c.th }

// VM returns the universe that the call runs in.
func (c *Call) VM() *VM { return c.th.vm }

// Owner returns the Value slot of the light thread that the call belongs to, also inside its coroutines.
func (c *Call) Owner() any { return c.th.root().Owner }

// Function returns the function being called.
func (c *Call) Function() *Function { return c.fn }

// NArg returns the number of arguments.
func (c *Call) NArg() int { return c.nargs }

// Value returns argument i, nil when there is none.
func (c *Call) Value(i int) Value {
	if i < 1 || i > c.nargs {
		return Nil
	}
	return c.th.stack[c.base+i-1]
}

// IsNone reports whether there is no argument i.
func (c *Call) IsNone(i int) bool { return i > c.nargs }

// IsNil reports whether argument i is absent or nil (lua_isnoneornil).
func (c *Call) IsNil(i int) bool { return c.Value(i).IsNil() }

// Any returns argument i, which must be there, be it nil.
func (c *Call) Any(i int) Value {
	if i > c.nargs {
		c.ArgError(i, "value expected")
	}
	return c.Value(i)
}

// String returns argument i, a string or a number.
func (c *Call) String(i int) string {
	v := c.Value(i)
	if v.isString() {
		return v.str()
	}
	if v.isNumber() {
		return FormatNumber(v.num())
	}
	c.TypeError(i, "string")
	return ""
}

// OptString returns argument i as String does, or def when it is absent or nil.
func (c *Call) OptString(i int, def string) string {
	if c.IsNil(i) {
		return def
	}
	return c.String(i)
}

// Bytes returns argument i as String does, without copying it; the bytes must not be changed.
func (c *Call) Bytes(i int) []byte {
	s := c.String(i)
	return unsafe.Slice(unsafe.StringData(s), len(s))
}

// Number returns argument i, a number or a string that spells one.
func (c *Call) Number(i int) float64 {
	v := c.Value(i)
	if v.isNumber() {
		return v.num()
	}
	if f, ok := v.ToNumber(); ok {
		return f
	}
	c.TypeError(i, "number")
	return 0
}

// OptNumber returns argument i as Number does, or def when it is absent or nil.
func (c *Call) OptNumber(i int, def float64) float64 {
	if c.IsNil(i) {
		return def
	}
	return c.Number(i)
}

// Int returns argument i as Number does, cut to an integer; values beyond int saturate.
func (c *Call) Int(i int) int { return toInt(c.Number(i)) }

// OptInt returns argument i as Int does, or def when it is absent or nil.
func (c *Call) OptInt(i, def int) int {
	if c.IsNil(i) {
		return def
	}
	return c.Int(i)
}

// int32 returns argument i as LuaJIT's own libraries take integers: cut to 32 bits, with the smallest integer for what does not fit.
func (c *Call) int32(i int) int {
	f := c.Number(i)
	if f > -0x1p31-1 && f < 0x1p31 {
		return int(f)
	}
	return math.MinInt32
}

// optInt32 is int32 with a default for an argument that is absent or nil.
func (c *Call) optInt32(i, def int) int {
	if c.IsNil(i) {
		return def
	}
	return c.int32(i)
}

func toInt(f float64) int {
	switch {
	case math.IsNaN(f):
		return 0
	case f >= math.MaxInt64:
		return math.MaxInt64
	case f <= math.MinInt64:
		return math.MinInt64
	}
	return int(f)
}

// Bool returns the truth of argument i (lua_toboolean).
func (c *Call) Bool(i int) bool { return c.Value(i).Truth() }

// Table returns argument i, a table.
func (c *Call) Table(i int) *Table {
	t := c.Value(i).AsTable()
	if t == nil {
		c.TypeError(i, "table")
	}
	return t
}

// OptTable returns argument i as Table does, or nil when it is absent or nil.
func (c *Call) OptTable(i int) *Table {
	if c.IsNil(i) {
		return nil
	}
	return c.Table(i)
}

// Func returns argument i, a function.
func (c *Call) Func(i int) *Function {
	fn := c.Value(i).AsFunction()
	if fn == nil {
		c.TypeError(i, "function")
	}
	return fn
}

// Userdata returns argument i, a userdata.
func (c *Call) Userdata(i int) *Userdata {
	ud := c.Value(i).AsUserdata()
	if ud == nil {
		c.TypeError(i, "userdata")
	}
	return ud
}

// Coroutine returns argument i, a coroutine.
func (c *Call) Coroutine(i int) *Thread {
	th := c.Value(i).AsThread()
	if th == nil {
		c.ArgError(i, "coroutine expected")
	}
	return th
}

// ArgError raises "bad argument #i to 'name' (msg)", the name being the one the caller used; for the receiver of a method call it raises
// "calling 'name' on bad self (msg)".
func (c *Call) ArgError(i int, msg string) {
	name := "?"
	if what, n := c.th.frameName(0); what != "" {
		name = n
		if what == "method" {
			if i--; i == 0 {
				c.Throw("calling '%s' on bad self (%s)", name, msg)
			}
		}
	}
	c.Throw("bad argument #%d to '%s' (%s)", i, name, msg)
}

// TypeError raises ArgError with "want expected, got what it is".
func (c *Call) TypeError(i int, want string) {
	got := "no value"
	if i <= c.nargs {
		got = c.Value(i).TypeName()
	}
	c.ArgError(i, fmt.Sprintf("%s expected, got %s", want, got))
}

// Throw raises an error with the position of the Lua code that made the call (luaL_error).
func (c *Call) Throw(format string, args ...any) { c.th.throwf(1, format, args...) }

// ThrowLevel raises an error with the position at level, as error(msg, level) does called from the running function: 1 is the caller, 2 the
// caller's caller, 0 adds none.
func (c *Call) ThrowLevel(level int, format string, args ...any) {
	if level == 0 {
		level = -1
	}
	c.th.throwf(level, format, args...)
}

// ThrowValue raises v as it is.
func (c *Call) ThrowValue(v Value) { c.th.throw(v) }

// Where returns "chunk:line: " for the function at level, 1 being the caller, or "" (luaL_where).
func (c *Call) Where(level int) string { return c.th.where(level) }

// Abort ends the whole light thread, whatever pcall is in the way. The Thread.Call that started it returns an Error with this reason.
func (c *Call) Abort(reason any) { c.th.Abort(reason) }

// Push adds v to the results.
func (c *Call) Push(v Value) {
	th := c.th
	if th.top >= len(th.stack) {
		th.grow(th.top + 1)
	}
	th.stack[th.top] = v
	th.top++
}

// PushNil adds nil to the results.
func (c *Call) PushNil() { c.Push(Nil) }

// PushBool adds a boolean to the results.
func (c *Call) PushBool(b bool) { c.Push(Bool(b)) }

// PushNumber adds a number to the results.
func (c *Call) PushNumber(f float64) { c.Push(Number(f)) }

// PushInt adds a number to the results.
func (c *Call) PushInt(i int) { c.Push(Int(i)) }

// PushString adds a string to the results.
func (c *Call) PushString(s string) { c.Push(String(s)) }

// PushBytes adds a copy of b to the results.
func (c *Call) PushBytes(b []byte) { c.Push(Bytes(b)) }

// PushTable adds a table to the results.
func (c *Call) PushTable(t *Table) { c.Push(t.Value()) }

// PushFunction adds a function to the results.
func (c *Call) PushFunction(fn *Function) { c.Push(fn.Value()) }

// Return pushes all values and returns their number, for use as the return expression of a Func.
func (c *Call) Return(vs ...Value) int {
	for _, v := range vs {
		c.Push(v)
	}
	return len(vs)
}

// Fail pushes nil and msg and returns 2, the usual way for a Lua API to report an error.
func (c *Call) Fail(msg string) int {
	c.Push(Nil)
	c.Push(String(msg))
	return 2
}

// Call calls fn, which may be anything callable, with args and returns its results. They are valid until the next call on this thread. A
// Lua error passes on to the caller of the running function.
func (c *Call) Call(fn Value, args ...Value) []Value { return c.th.callValues(fn, args) }

// PCall is Call that returns a Lua error instead of passing it on. An abort always passes on.
func (c *Call) PCall(fn Value, args ...Value) (results []Value, err *Error) {
	return c.th.pcallValues(fn, args)
}

// Index returns v[k] with metamethods.
func (c *Call) Index(v, k Value) Value { return c.th.index(v, k) }

// SetIndex does v[k] = x with metamethods.
func (c *Call) SetIndex(v, k, x Value) { c.th.setIndex(v, k, x) }

// ToString returns tostring(v), honouring __tostring and __name.
func (c *Call) ToString(v Value) string { return c.th.tostring(v) }

// Len returns #v with metamethods.
func (c *Call) Len(v Value) Value { return c.th.length(v) }

// Equal returns v == w with metamethods.
func (c *Call) Equal(v, w Value) bool { return c.th.equal(v, w) }

// Less returns v < w with metamethods.
func (c *Call) Less(v, w Value) bool { return c.th.less(v, w) }

// Metafield returns the field of v's metatable, or nil.
func (c *Call) Metafield(v Value, name string) Value {
	if mt := c.th.vm.metatable(v); mt != nil {
		return mt.GetString(name)
	}
	return Nil
}
