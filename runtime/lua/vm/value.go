package vm

import (
	"fmt"
	"math"
	"strings"
	"unsafe"
	"weak"
)

// Kind is the Lua type of a Value.
type Kind uint8

// The Lua types. LuaJIT's cdata is kept to 64-bit integers.
const (
	KindNil Kind = iota
	KindBool
	KindNumber
	KindString
	KindTable
	KindFunction
	KindUserdata
	KindThread
	KindCdata
)

var kindNames = [...]string{"nil", "boolean", "number", "string", "table", "function", "userdata", "thread", "cdata"}

// String returns the name that type() gives.
func (k Kind) String() string { return kindNames[k] }

// Value is any Lua value, two words wide, so that numbers and strings cost no allocation when they are moved about. The zero Value is nil.
//
// p tells nil (nil pointer), numbers and booleans (the address of a tag byte) from everything else; for the rest p is the object or the
// first byte of a string and the top byte of n is the Kind. The low bits of n hold a number's bits, a boolean, or a string's length. The
// garbage collector therefore sees every object through p, and nothing here outlives the ordinary rules of package unsafe.
type Value struct {
	p unsafe.Pointer
	n uint64
}

const kindShift = 56

const (
	stringBits   = uint64(KindString) << kindShift
	tableBits    = uint64(KindTable) << kindShift
	functionBits = uint64(KindFunction) << kindShift
	userdataBits = uint64(KindUserdata) << kindShift
	threadBits   = uint64(KindThread) << kindShift
	cdataBits    = uint64(KindCdata) << kindShift
	lengthMask   = uint64(1)<<kindShift - 1
)

// tags are only ever used by address; they are bytes of one array so that no two of them can share one.
var tags [3]byte

var (
	// Nil is Lua's nil, the zero Value.
	Nil Value
	// True and False are Lua's booleans.
	True  = Value{unsafe.Pointer(&tags[1]), 1}
	False = Value{unsafe.Pointer(&tags[1]), 0}
	// Null is the light userdata NULL that ngx.null and cjson.null are.
	Null = NewLightUserdata("NULL").Value()
)

func numberTag() unsafe.Pointer { return unsafe.Pointer(&tags[0]) }
func boolTag() unsafe.Pointer   { return unsafe.Pointer(&tags[1]) }

// Number returns f as a Lua value.
func Number(f float64) Value { return Value{numberTag(), math.Float64bits(f)} }

// Int returns i as a Lua number.
func Int(i int) Value { return Number(float64(i)) }

// Bool returns b as a Lua value.
func Bool(b bool) Value {
	if b {
		return True
	}
	return False
}

// String returns s as a Lua value. Lua strings are byte strings; s need not be UTF-8.
func String(s string) Value {
	if len(s) == 0 {
		return Value{unsafe.Pointer(&tags[2]), stringBits}
	}
	return Value{unsafe.Pointer(unsafe.StringData(s)), stringBits | uint64(len(s))}
}

// Bytes returns a copy of b as a Lua string.
func Bytes(b []byte) Value { return String(string(b)) }

// Owned returns b as a Lua string without copying it; b must not change any more.
func Owned(b []byte) Value { return String(unsafe.String(unsafe.SliceData(b), len(b))) }

// Kind returns the Lua type of v.
func (v Value) Kind() Kind {
	switch v.p {
	case nil:
		return KindNil
	case numberTag():
		return KindNumber
	case boolTag():
		return KindBool
	}
	return Kind(v.n >> kindShift)
}

// TypeName returns what type(v) returns.
func (v Value) TypeName() string { return v.Kind().String() }

// IsNil reports whether v is nil.
func (v Value) IsNil() bool { return v.p == nil }

// Truth reports whether v counts as true: everything but nil and false.
func (v Value) Truth() bool { return v.p != nil && (v.p != boolTag() || v.n != 0) }

func (v Value) isNumber() bool { return v.p == numberTag() }
func (v Value) isBool() bool   { return v.p == boolTag() }

// has reports whether v is an object of the kind whose bits are given (not for strings).
func (v Value) has(bits uint64) bool { return v.n == bits && v.p != numberTag() }

func (v Value) isString() bool {
	return v.n&^lengthMask == stringBits && v.p != numberTag()
}

// num is the number v, which must be one.
func (v Value) num() float64 { return math.Float64frombits(v.n) }

// setNumber makes *v the number f. Where a number was before, as in most registers that take one, the pointer stays: no write barrier.
func (v *Value) setNumber(f float64) {
	if v.p != numberTag() {
		v.p = numberTag()
	}
	v.n = math.Float64bits(f)
}

// str is the string v, which must be one.
func (v Value) str() string { return unsafe.String((*byte)(v.p), int(v.n&lengthMask)) }

// AsNumber returns v when it is a number (a numeric string is not: see ToNumber).
func (v Value) AsNumber() (float64, bool) {
	if v.isNumber() {
		return v.num(), true
	}
	return 0, false
}

// AsString returns v when it is a string (a number is not: see ToString).
func (v Value) AsString() (string, bool) {
	if v.isString() {
		return v.str(), true
	}
	return "", false
}

// AsBool returns v when it is a boolean.
func (v Value) AsBool() (b, ok bool) {
	if v.isBool() {
		return v.n != 0, true
	}
	return false, false
}

// AsTable returns v when it is a table, else nil.
func (v Value) AsTable() *Table {
	if v.has(tableBits) {
		return (*Table)(v.p)
	}
	return nil
}

// AsFunction returns v when it is a function, else nil.
func (v Value) AsFunction() *Function {
	if v.has(functionBits) {
		return (*Function)(v.p)
	}
	return nil
}

// AsUserdata returns v when it is a userdata, else nil.
func (v Value) AsUserdata() *Userdata {
	if v.has(userdataBits) {
		return (*Userdata)(v.p)
	}
	return nil
}

// AsThread returns v when it is a coroutine, else nil.
func (v Value) AsThread() *Thread {
	if v.has(threadBits) {
		return (*threadRef)(v.p).th
	}
	return nil
}

// IsLightUserdata reports whether v was made by NewLightUserdata.
func (v Value) IsLightUserdata() bool {
	ud := v.AsUserdata()
	return ud != nil && ud.light != ""
}

func (v Value) asCdata() *cdata {
	if v.has(cdataBits) {
		return (*cdata)(v.p)
	}
	return nil
}

// ToString returns v as Lua converts it where a string is wanted: strings as they are, numbers in "%.14g".
func (v Value) ToString() (string, bool) {
	if v.isString() {
		return v.str(), true
	}
	if v.isNumber() {
		return FormatNumber(v.num()), true
	}
	return "", false
}

// ToNumber returns v as Lua converts it where a number is wanted: numbers as they are, strings that spell one.
func (v Value) ToNumber() (float64, bool) {
	if v.isNumber() {
		return v.num(), true
	}
	if v.isString() {
		return ParseNumber(v.str())
	}
	return 0, false
}

// RawEqual reports whether v and w are the same value, without __eq.
func (v Value) RawEqual(w Value) bool {
	if v.isNumber() || w.isNumber() {
		return v.p == w.p && v.num() == w.num()
	}
	if v == w {
		return true
	}
	if v.n != w.n || !v.isString() || !w.isString() {
		return false
	}
	return v.str() == w.str()
}

// String is tostring(v) without metamethods; it makes Values readable in %v and %s.
func (v Value) String() string {
	switch v.Kind() {
	case KindNil:
		return "nil"
	case KindBool:
		if v.n != 0 {
			return "true"
		}
		return "false"
	case KindNumber:
		return FormatNumber(v.num())
	case KindString:
		return v.str()
	case KindCdata:
		return v.asCdata().String()
	case KindUserdata:
		if ud := v.AsUserdata(); ud.light != "" {
			return "userdata: " + ud.light
		}
	case KindFunction:
		if fn := v.AsFunction(); fn.builtin() != 0 {
			return fmt.Sprintf("function: builtin#%d", fn.builtin())
		}
	}
	return fmt.Sprintf("%s: 0x%08x", v.TypeName(), uintptr(v.p))
}

// clip returns s, copied when it is a small part of a large string, so that keeping it does not keep the whole.
func clip(s string, whole int) string {
	if len(s)*4 < whole && whole > 256 {
		return strings.Clone(s)
	}
	return s
}

// Userdata is a Go value that Lua code holds. Data belongs to whoever made it.
type Userdata struct {
	Data  any
	meta  *Table
	env   *Table
	light string
}

// NewUserdata returns a userdata holding data with the metatable mt (nil for none).
func NewUserdata(data any, mt *Table) *Userdata { return &Userdata{Data: data, meta: mt} }

// NewLightUserdata returns a userdata without identity of its own that prints as "userdata: text".
func NewLightUserdata(text string) *Userdata { return &Userdata{light: text} }

// Value returns ud as a Lua value.
func (ud *Userdata) Value() Value { return Value{unsafe.Pointer(ud), userdataBits} }

// Metatable returns the metatable, or nil.
func (ud *Userdata) Metatable() *Table { return ud.meta }

// SetMetatable replaces the metatable; nil removes it.
func (ud *Userdata) SetMetatable(mt *Table) { ud.meta = mt }

// Value returns t as a Lua value.
func (t *Table) Value() Value { return Value{unsafe.Pointer(t), tableBits} }

// Value returns fn as a Lua value.
func (fn *Function) Value() Value { return Value{unsafe.Pointer(fn), functionBits} }

// threadRef is what a Lua value of type thread points to. It is apart from the Thread so that a suspended coroutine, whose goroutine refers
// to its Thread, can still be found to be garbage.
type threadRef struct {
	th *Thread
	// The collector keeps what it has to do for an object in a list of the objects near by; larger objects have fewer neighbours.
	_ [120]byte
}

// Value returns th as a Lua value.
func (th *Thread) Value() Value {
	th.exposed = true
	ref := th.ref
	if ref == nil {
		if ref = th.weakRef.Value(); ref == nil {
			ref = &threadRef{th: th}
			if th.detached {
				th.weakRef = weak.Make(ref)
			} else {
				th.ref = ref
			}
		}
	}
	return Value{unsafe.Pointer(ref), threadBits}
}

func (c *cdata) Value() Value { return Value{unsafe.Pointer(c), cdataBits} }
