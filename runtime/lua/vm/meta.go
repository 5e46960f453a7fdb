package vm

import (
	"math"
	"unsafe"
)

// event is a metamethod's number: its bit in Table.absent.
type event uint8

const (
	eventIndex event = iota
	eventNewindex
	eventCall
	eventEq
	eventLt
	eventLe
	eventLen
	eventConcat
	eventUnm
	eventAdd
	eventSub
	eventMul
	eventDiv
	eventMod
	eventPow
	eventTostring
	eventPairs
	eventIpairs
	eventMetatable
)

var eventNames = [...]string{
	"__index", "__newindex", "__call", "__eq", "__lt", "__le", "__len", "__concat", "__unm", "__add", "__sub", "__mul", "__div", "__mod",
	"__pow", "__tostring", "__pairs", "__ipairs", "__metatable",
}

type eventKey struct {
	name Value
	hash uint32
}

var eventKeys = func() (keys [len(eventNames)]eventKey) {
	for i, n := range eventNames {
		keys[i] = eventKey{String(interned(n).Value()), hashString(n)}
	}
	return keys
}()

// metaLoop bounds a chain of __index or __newindex tables (LJ_MAX_IDXCHAIN).
const metaLoop = 100

// field returns the metamethod for e in metatable t.
func (t *Table) event(e event) Value {
	if t.absent&(1<<e) != 0 {
		return Nil
	}
	k := &eventKeys[e]
	at := t.locate(k.name, k.hash, int(t.eventAt))
	if at >= 0 {
		if v := t.load(t.ents[at].v); !v.IsNil() {
			t.eventAt = uint16(at)
			return v
		}
	}
	t.absent |= 1 << e
	return Nil
}

// metatable returns the metatable of any value, or nil.
func (vm *VM) metatable(v Value) *Table {
	switch v.Kind() {
	case KindTable:
		return v.AsTable().meta
	case KindUserdata:
		return v.AsUserdata().meta
	}
	return vm.kindMeta[v.Kind()]
}

func (th *Thread) metamethod(v Value, e event) Value {
	if mt := th.vm.metatable(v); mt != nil {
		return mt.event(e)
	}
	return Nil
}

// metamethod2 returns the metamethod for e of v, or else of w.
func (th *Thread) metamethod2(v, w Value, e event) Value {
	if m := th.metamethod(v, e); !m.IsNil() {
		return m
	}
	return th.metamethod(w, e)
}

// index returns v[k].
func (th *Thread) index(v, k Value) Value {
	for range metaLoop {
		var h Value
		if t := v.AsTable(); t != nil {
			if r := t.Get(k); !r.IsNil() || t.meta == nil {
				return r
			}
			if h = t.meta.event(eventIndex); h.IsNil() {
				return Nil
			}
		} else if h = th.metamethod(v, eventIndex); h.IsNil() {
			th.indexError(v, k)
		}
		if h.AsFunction() != nil {
			return th.call1(h, v, k)
		}
		v = h
	}
	th.throwf(0, "loop in gettable")
	return Nil
}

// indexPlain is index for a constant string key with known hash as long as no function has to be called; ok is false if one has. at is
// where a key may be found, and where it was.
func indexPlain(t *Table, k Value, h uint32, hint int) (r Value, at int, ok bool) {
	for range metaLoop {
		if at := t.locate(k, h, hint); at >= 0 {
			if r := t.load(t.ents[at].v); !r.IsNil() {
				return r, at, true
			}
		}
		if t.meta == nil {
			return Nil, hint, true
		}
		m := t.meta.event(eventIndex)
		if m.IsNil() {
			return Nil, hint, true
		}
		if t = m.AsTable(); t == nil {
			break
		}
	}
	return Nil, hint, false
}

// setIndex does v[k] = x.
func (th *Thread) setIndex(v, k, x Value) {
	for range metaLoop {
		var h Value
		if t := v.AsTable(); t != nil {
			if t.meta == nil {
				th.rawSet(t, k, x)
				return
			}
			if h = t.meta.event(eventNewindex); h.IsNil() || !t.Get(k).IsNil() {
				th.rawSet(t, k, x)
				return
			}
		} else if h = th.metamethod(v, eventNewindex); h.IsNil() {
			th.indexError(v, k)
		}
		if h.AsFunction() != nil {
			th.call1(h, v, k, x)
			return
		}
		v = h
	}
	th.throwf(0, "loop in settable")
}

func (th *Thread) rawSet(t *Table, k, x Value) {
	if t.Set(k, x) {
		return
	}
	if k.IsNil() {
		th.throwf(0, "table index is nil")
	}
	th.throwf(0, "table index is NaN")
}

// arith computes a binary operation on numbers.
func arith(op opcode, a, b float64) float64 {
	switch op {
	case opAdd:
		return a + b
	case opSub:
		return a - b
	case opMul:
		return a * b
	case opDiv:
		return a / b
	case opMod:
		return mod(a, b)
	}
	return pow(a, b)
}

// mod is a - floor(a/b)*b, computed the way LuaJIT does, which shows in the result for infinities.
func mod(a, b float64) float64 {
	if r, ok := modNatural(a, b); ok {
		return r
	}
	return a - math.Floor(a/b)*b
}

// modNatural is mod for whole numbers that are not negative.
func modNatural(a, b float64) (r float64, ok bool) {
	if ia, ib := int64(a), int64(b); float64(ia) == a && float64(ib) == b && ib > 0 && ia >= 0 {
		r := ia % ib
		return float64(r), r != 0 || !math.Signbit(a)
	}
	return 0, false
}

func pow(a, b float64) float64 {
	switch b {
	case 2:
		return a * a
	case 0.5:
		return math.Sqrt(a)
	}
	return math.Pow(a, b)
}

var arithEvents = [...]event{eventAdd, eventSub, eventMul, eventDiv, eventMod, eventPow}

// arith computes any binary operation: on numbers, on strings that spell numbers, on 64-bit integers, or by metamethod.
func (th *Thread) arith(op opcode, x, y Value) Value {
	if a, ok := x.ToNumber(); ok {
		if b, ok := y.ToNumber(); ok {
			return Number(arith(op, a, b))
		}
	}
	if m := th.metamethod2(x, y, arithEvents[op-opAdd]); !m.IsNil() {
		return th.call1(m, x, y)
	}
	if x.Kind() == KindCdata || y.Kind() == KindCdata {
		return th.cdataArith(op, x, y)
	}
	bad, ref := x, refA
	if _, ok := x.ToNumber(); ok {
		bad, ref = y, refB
	}
	th.operandError("perform arithmetic on", bad, ref)
	return Nil
}

func (th *Thread) negate(x Value) Value {
	if f, ok := x.ToNumber(); ok {
		return Number(-f)
	}
	if m := th.metamethod(x, eventUnm); !m.IsNil() {
		return th.call1(m, x, x)
	}
	if c := x.asCdata(); c != nil {
		return th.cdataNegate(c)
	}
	th.operandError("perform arithmetic on", x, refA)
	return Nil
}

// length returns #v.
func (th *Thread) length(v Value) Value {
	if v.isString() {
		return Int(len(v.str()))
	}
	if m := th.metamethod(v, eventLen); !m.IsNil() {
		return th.call1(m, v, v)
	}
	if t := v.AsTable(); t != nil {
		return Int(t.Len())
	}
	if v.Kind() == KindCdata {
		th.throwf(0, "attempt to get length of '%s'", v.asCdata().ctype())
	}
	th.operandError("get length of", v, refA)
	return Nil
}

// concat returns the concatenation of stack slots f … l.
func (th *Thread) concat(f, l int) Value {
	if v, ok := th.concatPlain(f, l); ok {
		return v
	}
	acc := th.stack[l]
	for i := l - 1; i >= f; i-- {
		x := th.stack[i]
		if x.has(cdataBits) || acc.has(cdataBits) || !concatable(x) || !concatable(acc) {
			m := th.metamethod2(x, acc, eventConcat)
			if m.IsNil() {
				th.concatError(x, acc, i-f)
			}
			acc = th.call1(m, x, acc)
			continue
		}
		s, _ := x.ToString()
		t, _ := acc.ToString()
		acc = String(s + t)
	}
	return acc
}

func concatable(v Value) bool { return v.isString() || v.isNumber() }

// concatPlain is concat for strings and numbers only.
func (th *Thread) concatPlain(f, l int) (Value, bool) {
	n := 0
	for i := f; i <= l; i++ {
		switch v := th.stack[i]; {
		case v.isString():
			n += len(v.str())
		case v.isNumber():
			n += 8
		default:
			return Nil, false
		}
	}
	b := make([]byte, 0, n)
	for _, v := range th.stack[f : l+1] {
		if v.isString() {
			b = append(b, v.str()...)
		} else {
			b = appendNumber(b, v.num())
		}
	}
	return String(unsafe.String(unsafe.SliceData(b), len(b))), true
}

// equal returns x == y. __eq counts only when both have the same one.
func (th *Thread) equal(x, y Value) bool {
	if x.RawEqual(y) {
		return true
	}
	kx, ky := x.Kind(), y.Kind()
	if kx == KindCdata || ky == KindCdata {
		return cdataEqual(x, y)
	}
	if kx != ky || kx != KindTable && kx != KindUserdata {
		return false
	}
	m := th.metamethod(x, eventEq)
	if m.IsNil() || !m.RawEqual(th.metamethod(y, eventEq)) {
		return false
	}
	return th.call1(m, x, y).Truth()
}

// less returns x < y.
func (th *Thread) less(x, y Value) bool {
	switch {
	case x.isNumber() && y.isNumber():
		return x.num() < y.num()
	case x.isString() && y.isString():
		return x.str() < y.str()
	case x.Kind() == KindCdata || y.Kind() == KindCdata:
		return th.cdataLess(x, y, opLt)
	}
	m := th.metamethod2(x, y, eventLt)
	if m.IsNil() {
		th.compareError(x, y)
	}
	return th.call1(m, x, y).Truth()
}

// lessEqual returns x <= y; without __le it is not (y < x), as in Lua 5.1.
func (th *Thread) lessEqual(x, y Value) bool {
	switch {
	case x.isNumber() && y.isNumber():
		return x.num() <= y.num()
	case x.isString() && y.isString():
		return x.str() <= y.str()
	case x.Kind() == KindCdata || y.Kind() == KindCdata:
		return th.cdataLess(x, y, opLe)
	}
	if m := th.metamethod2(x, y, eventLe); !m.IsNil() {
		return th.call1(m, x, y).Truth()
	}
	m := th.metamethod2(y, x, eventLt)
	if m.IsNil() {
		th.compareError(y, x)
	}
	return !th.call1(m, y, x).Truth()
}

// tostring returns tostring(v).
func (th *Thread) tostring(v Value) string {
	if mt := th.vm.metatable(v); mt != nil {
		if m := mt.event(eventTostring); !m.IsNil() {
			r := th.call1(m, v)
			if s, ok := r.ToString(); ok {
				return s
			}
			return r.String()
		}
	}
	return v.String()
}

// Errors of operations.

type operandRef uint8

const (
	refA operandRef = iota
	refB
)

// site returns what is known about the instruction that the running Lua function executes.
func (th *Thread) site() (siteDesc, ins, bool) {
	fr := th.level(0)
	if fr == nil || fr.fn.proto == nil || fr.pc == 0 {
		return siteDesc{}, 0, false
	}
	p := fr.fn.proto
	return p.descs[p.sites[fr.pc-1]], p.code[fr.pc-1], true
}

// operandError raises "attempt to <op> local 'x' (a nil value)".
func (th *Thread) operandError(op string, v Value, which operandRef) {
	d, _, _ := th.site()
	ref := d.a
	if which == refB {
		ref = d.b
	}
	th.refError(op, v, ref)
}

func (th *Thread) refError(op string, v Value, ref nameRef) {
	if ref.kind != refNone {
		th.throwf(0, "attempt to %s %s '%s' (a %s value)", op, refKindNames[ref.kind], ref.name, v.TypeName())
	}
	th.throwf(0, "attempt to %s a %s value", op, v.TypeName())
}

func (th *Thread) indexError(v, k Value) {
	if c := v.asCdata(); c != nil {
		if s, ok := k.AsString(); ok {
			th.throwf(0, "'%s' has no member named '%s'", c.ctype(), s)
		}
		th.throwf(0, "'%s' cannot be indexed with '%s'", c.ctype(), ctypeOf(k))
	}
	d, in, ok := th.site()
	if ok && in.op() == opSelf {
		th.refError("index", v, d.b)
	}
	th.refError("index", v, d.a)
}

func (th *Thread) callError(f int) {
	v := th.stack[f]
	if c := v.asCdata(); c != nil {
		th.throw(String("'" + c.ctype() + "' is not callable"))
	}
	d, in, ok := th.site()
	if ok && (in.op() == opCall || in.op() == opTailCall) {
		th.refError("call", v, d.a)
	}
	th.throwf(0, "attempt to call a %s value", v.TypeName())
}

func (th *Thread) concatError(x, y Value, i int) {
	if x.Kind() == KindCdata || y.Kind() == KindCdata {
		th.throwf(0, "attempt to concatenate '%s' and '%s'", ctypeOf(x), ctypeOf(y))
	}
	bad := y
	if concatable(y) {
		bad = x
	} else {
		i++
	}
	d, _, _ := th.site()
	ref := nameRef{}
	if i < len(d.list) {
		ref = d.list[i]
	}
	th.refError("concatenate", bad, ref)
}

func (th *Thread) compareError(x, y Value) {
	a, b := x.TypeName(), y.TypeName()
	if a == b {
		th.throwf(0, "attempt to compare two %s values", a)
	}
	th.throwf(0, "attempt to compare %s with %s", a, b)
}

// frameName returns how the caller of the frame at level refers to it: "global", "local", "method", "field", "upvalue" or "metamethod" with
// the name; "" when the caller is not Lua code.
func (th *Thread) frameName(level int) (what, name string) {
	caller := th.level(level + 1)
	if caller == nil || caller.fn.proto == nil || caller.pc == 0 {
		return "", ""
	}
	p := caller.fn.proto
	in := p.code[caller.pc-1]
	ref := p.descs[p.sites[caller.pc-1]].a
	switch in.op() {
	case opCall, opTailCall, opForCall:
		return refKindNames[ref.kind], ref.name
	}
	if e, ok := eventOf(in); ok {
		return "metamethod", eventNames[e]
	}
	return "", ""
}

// eventOf returns the metamethod that an instruction calls.
func eventOf(in ins) (event, bool) {
	switch op := in.op(); op {
	case opGetGlobal, opGetField, opGetIndex, opSelf:
		return eventIndex, true
	case opSetGlobal, opSetField, opSetIndex:
		return eventNewindex, true
	case opAdd, opSub, opMul, opDiv, opMod, opPow:
		return arithEvents[op-opAdd], true
	case opAddK, opSubK, opMulK, opDivK:
		return arithEvents[op-opAddK], true
	case opAddKR, opSubKR, opMulKR:
		return arithEvents[op-opAddKR], true
	case opArith:
		return arithEvents[opcode(in.d())-opAdd], true
	case opUnm:
		return eventUnm, true
	case opLen:
		return eventLen, true
	case opConcat:
		return eventConcat, true
	case opEq:
		return eventEq, true
	case opLt, opLtRR, opLtRK, opLtKR:
		return eventLt, true
	case opLe, opLeRR, opLeRK, opLeKR:
		return eventLe, true
	}
	return 0, false
}
