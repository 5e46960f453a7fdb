package vm

import (
	"strings"
	"unsafe"
	"weak"
)

// weakMode tells which side of a table's fields does not keep its objects alive (__mode).
type weakMode uint8

const (
	weakKeys weakMode = 1 << iota
	weakValues
)

// weakBits marks a stored Value whose p is a *weakRef instead of the object.
const weakBits = uint64(0x80) << kindShift

// weakRef is how a weak table holds an object: the collector may take it away. The table's hash keeps working because hash is the one the
// object had as a key.
type weakRef struct {
	bits uint64
	hash uint32
	get  func() unsafe.Pointer
}

// modeOf reads __mode when a metatable is set, as LuaJIT does at the start of each collection.
func modeOf(mt *Table) weakMode {
	if mt == nil {
		return 0
	}
	s, _ := mt.GetString("__mode").AsString()
	var m weakMode
	if strings.Contains(s, "k") {
		m |= weakKeys
	}
	if strings.Contains(s, "v") {
		m |= weakValues
	}
	return m
}

// collectable reports whether v is an object that a weak table may lose. Strings and light userdata are values.
func collectable(v Value) bool {
	switch v.Kind() {
	case KindTable, KindFunction, KindThread, KindCdata:
		return true
	case KindUserdata:
		return v.AsUserdata().light == ""
	}
	return false
}

func weakPtr[T any](p unsafe.Pointer) func() unsafe.Pointer {
	w := weak.Make((*T)(p))
	return func() unsafe.Pointer { return unsafe.Pointer(w.Value()) }
}

// weaken returns v in the form a weak table stores.
func weaken(v Value) Value {
	if !collectable(v) {
		return v
	}
	r := &weakRef{bits: v.n, hash: hashValue(v)}
	switch v.Kind() {
	case KindTable:
		r.get = weakPtr[Table](v.p)
	case KindFunction:
		r.get = weakPtr[Function](v.p)
	case KindThread:
		r.get = weakPtr[threadRef](v.p)
	case KindUserdata:
		r.get = weakPtr[Userdata](v.p)
	case KindCdata:
		r.get = weakPtr[cdata](v.p)
	}
	return Value{unsafe.Pointer(r), weakBits}
}

// strong undoes weaken; it returns nil when the object is gone.
func strong(v Value) Value {
	if v.n != weakBits || v.p == numberTag() {
		return v
	}
	r := (*weakRef)(v.p)
	if p := r.get(); p != nil {
		return Value{p, r.bits}
	}
	return Nil
}

func (t *Table) weakKey(k Value) Value {
	if t.weak&weakKeys != 0 {
		return weaken(k)
	}
	return k
}

// findWeak is find for an object key of a weak-keyed table.
func (t *Table) findWeak(k Value) int {
	if t.idx == nil {
		for i := range t.ents {
			if strong(t.ents[i].k) == k {
				return i
			}
		}
		return -1
	}
	h := hashValue(k)
	for i := t.idx[h&uint32(len(t.idx)-1)]; i != 0; i = t.ents[i-1].next {
		if e := &t.ents[i-1]; e.hash == h && strong(e.k) == k {
			return int(i - 1)
		}
	}
	return -1
}

// setMode converts the stored fields when a metatable changes the weakness of the table.
func (t *Table) setMode(m weakMode) {
	if m == t.weak {
		return
	}
	for i := range t.arr {
		t.arr[i] = strong(t.arr[i])
		if m&weakValues != 0 {
			t.arr[i] = weaken(t.arr[i])
		}
	}
	for i := range t.ents {
		e := &t.ents[i]
		e.k, e.v = strong(e.k), strong(e.v)
		if e.k.IsNil() {
			e.v = Nil
			continue
		}
		e.hash = hashValue(e.k)
		if m&weakKeys != 0 {
			e.k = weaken(e.k)
		}
		if m&weakValues != 0 {
			e.v = weaken(e.v)
		}
	}
	t.weak = m
}
