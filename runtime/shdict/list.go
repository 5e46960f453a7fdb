package shdict

import (
	"encoding/binary"
)

// A list entry keeps its number of elements where other entries keep the value's length, and after the key, at the next
// multiple of 8, references to its first and last node.

func (z *Zone) ends(e int) int { return e + align8(entryHeader+z.keyLen(e)) }

func align8(n int) int { return (n + 7) &^ 7 }

func (z *Zone) freeNodes(e int) {
	for r := z.getRef(z.ends(e)); r != 0; {
		next := z.getRef(r.offset() + offNodeNext)
		z.slab.Free(r.offset())
		r = next
	}
}

// LPush puts v, a Number or a String, before the first element of the list under key and returns the new length. The
// list is made when the key is absent or expired. No entry is dropped to make room.
func (z *Zone) LPush(key string, v Value) (length int, err error) { return z.push(key, v, true) }

// RPush is LPush after the last element.
func (z *Zone) RPush(key string, v Value) (length int, err error) { return z.push(key, v, false) }

// push follows ngx_stream_lua_shdict_push_helper.
func (z *Zone) push(key string, v Value, left bool) (int, error) {
	if err := CheckKey(key); err != nil {
		return 0, err
	}
	if v.Kind != Number && v.Kind != String {
		return 0, ErrValueType
	}
	h := z.hash(key)
	z.lock()
	defer z.mu.Unlock()
	z.expire(false)
	e, found, expired := z.lookup(key, h)
	switch {
	case found && !expired && z.kind(e) != list:
		return 0, ErrNotList
	case found && expired && z.kind(e) == list:
		z.freeNodes(e)
		z.setEmptyList(e)
	case found && expired:
		z.remove(e)
		found = false
	}
	if !found {
		if e = z.slab.Alloc(align8(entryHeader + len(key) + listEnds)); e < 0 {
			return 0, ErrNoMemory
		}
		z.insert(e, key, h)
		z.setEmptyList(e)
	}
	node := z.slab.Alloc(listHeader + v.encodedLen())
	if node < 0 {
		if z.valueLen(e) == 0 {
			z.remove(e)
		}
		return 0, ErrNoMemory
	}
	z.putU32(node+offNodeLen, uint32(v.encodedLen()))
	z.slab.Mem[node+offNodeKind] = byte(v.Kind)
	v.encode(z.nodeValue(node))
	z.link(e, node, left)
	length := z.valueLen(e) + 1
	z.putU32(e+offValue, uint32(length))
	return length, nil
}

func (z *Zone) setEmptyList(e int) {
	z.setExpires(e, 0)
	z.putU32(e+offValue, 0)
	z.putU32(e+offFlags, 0)
	z.slab.Mem[e+offKind] = byte(list)
	binary.LittleEndian.PutUint64(z.slab.Mem[z.ends(e):], 0)
}

func (z *Zone) nodeValue(node int) []byte {
	return z.slab.Mem[node+listHeader:][:z.u32(node+offNodeLen)]
}

// link puts node at the list's left or right end. An end and its direction share an index: 0 is left, 4 right; the
// reference at offNodeNext leads to the right, the one at offNodePrev to the left.
func (z *Zone) link(e, node int, left bool) {
	end, other := z.ends(e), z.ends(e)+4
	toInner, toOuter := offNodeNext, offNodePrev
	if !left {
		end, other = other, end
		toInner, toOuter = toOuter, toInner
	}
	old := z.getRef(end)
	z.putRef(node+toInner, old)
	z.putRef(node+toOuter, 0)
	if old != 0 {
		z.putRef(old.offset()+toOuter, toRef(node))
	} else {
		z.putRef(other, toRef(node))
	}
	z.putRef(end, toRef(node))
}

// LPop removes and returns the first element of the list under key; a Nil value when there is no such list.
func (z *Zone) LPop(key string) (Value, error) { return z.pop(key, true) }

// RPop is LPop for the last element.
func (z *Zone) RPop(key string) (Value, error) { return z.pop(key, false) }

// pop follows ngx_stream_lua_shdict_pop_helper: a list that becomes empty goes.
func (z *Zone) pop(key string, left bool) (v Value, err error) {
	if err := CheckKey(key); err != nil {
		return v, err
	}
	h := z.hash(key)
	z.lock()
	defer z.mu.Unlock()
	z.expire(false)
	e, found, expired := z.lookup(key, h)
	if !found || expired {
		return v, nil
	}
	if z.kind(e) != list {
		return v, ErrNotList
	}
	end, other := z.ends(e), z.ends(e)+4
	toInner, toOuter := offNodeNext, offNodePrev
	if !left {
		end, other = other, end
		toInner, toOuter = toOuter, toInner
	}
	node := z.getRef(end).offset()
	v = decode(Kind(z.slab.Mem[node+offNodeKind]), z.nodeValue(node))
	inner := z.getRef(node + toInner)
	z.putRef(end, inner)
	if inner != 0 {
		z.putRef(inner.offset()+toOuter, 0)
	} else {
		z.putRef(other, 0)
	}
	z.slab.Free(node)
	if n := z.valueLen(e); n > 1 {
		z.putU32(e+offValue, uint32(n-1))
	} else {
		z.remove(e)
	}
	return v, nil
}

// LLen is the number of elements of the list under key, 0 when there is none.
func (z *Zone) LLen(key string) (int, error) {
	if err := CheckKey(key); err != nil {
		return 0, err
	}
	h := z.hash(key)
	z.lock()
	defer z.mu.Unlock()
	z.expire(false)
	e, found, expired := z.lookup(key, h)
	if !found || expired {
		return 0, nil
	}
	if z.kind(e) != list {
		return 0, ErrNotList
	}
	return z.valueLen(e), nil
}
