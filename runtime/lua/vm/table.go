package vm

import (
	"hash/maphash"
	"math"
	"math/bits"
)

// Table is a Lua table: an array part for the keys 0 … asize-1 and a hash part that keeps insertion order. The sizes of both parts follow
// lj_tab.c (rehashtab, bestasize), so that # gives LuaJIT's border for a list with holes. Methods here are raw: no metamethod is run.
type Table struct {
	arr  []Value  // slots 0 … len-1
	ents []entry  // hash part in insertion order; cap is a power of two
	idx  []uint32 // bucket heads (entry index + 1), only when cap(ents) > scanLimit
	meta *Table

	absent  uint32 // as a metatable: bit e is set when event e is known to be missing
	hint    uint32 // where the last traversal step ended
	eventAt uint16 // where the last event was found
	weak    weakMode
}

type entry struct {
	k, v Value
	hash uint32
	next uint32 // entry index + 1
}

const (
	scanLimit = 8       // hash parts up to this size are searched in order
	maxArray  = 1 << 27 // LJ_MAX_ASIZE
)

var hashSeed = maphash.MakeSeed()

// NewTable returns a table with room for narr list items and nrec other keys.
func NewTable(narr, nrec int) *Table {
	t := &Table{}
	if narr > 0 {
		t.arr = make([]Value, narr+1)
	}
	if nrec > 0 {
		t.makeHash(hashBits(nrec))
	}
	return t
}

// hashBits is LuaJIT's hsize2hbits.
func hashBits(n int) int {
	switch n {
	case 0:
		return 0
	case 1:
		return 1
	}
	return bits.Len32(uint32(n - 1))
}

func (t *Table) makeHash(hbits int) {
	t.ents, t.idx = nil, nil
	if hbits == 0 {
		return
	}
	t.ents = make([]entry, 0, 1<<hbits)
	if 1<<hbits > scanLimit {
		t.idx = make([]uint32, 1<<hbits)
	}
}

func hashString(s string) uint32 { return uint32(maphash.String(hashSeed, s)) }

func hashValue(k Value) uint32 {
	if k.isString() {
		return hashString(k.str())
	}
	var h uint64
	if k.isNumber() || k.isBool() {
		h = k.n
	} else {
		h = uint64(uintptr(k.p))
	}
	h *= 0x9e3779b97f4a7c15
	return uint32(h >> 32)
}

// arrayIndex returns the integer that key f stands for, or -1.
func arrayIndex(f float64) int {
	i := int(f)
	if float64(i) == f && i >= 0 && i < maxArray {
		return i
	}
	return -1
}

// find returns the position of key k in the hash part, or -1.
func (t *Table) find(k Value) int {
	if t.weak&weakKeys != 0 && collectable(k) {
		return t.findWeak(k)
	}
	if t.idx == nil {
		return t.scan(k)
	}
	return t.findHashed(k, hashValue(k))
}

func (t *Table) scan(k Value) int {
	if k.isString() {
		return t.scanString(k)
	}
	for i := range t.ents {
		if e := &t.ents[i]; e.k == k {
			return i
		}
	}
	return -1
}

func (t *Table) scanString(k Value) int {
	for i := range t.ents {
		e := &t.ents[i]
		if e.k.n == k.n && (e.k.p == k.p || (e.k.p != numberTag() && e.k.str() == k.str())) {
			return i
		}
	}
	return -1
}

func (t *Table) findHashed(k Value, h uint32) int {
	for i := t.idx[h&uint32(len(t.idx)-1)]; i != 0; {
		e := &t.ents[i-1]
		if e.hash == h && e.k.RawEqual(k) {
			return int(i - 1)
		}
		i = e.next
	}
	return -1
}

// getString returns the value of the string key k, whose hash is h when it is known (0 if not).
func (t *Table) getString(k Value, h uint32) Value {
	var i int
	if t.idx == nil {
		i = t.scanString(k)
	} else {
		if h == 0 {
			h = hashString(k.str())
		}
		i = t.findHashed(k, h)
	}
	if i < 0 {
		return Nil
	}
	return t.load(t.ents[i].v)
}

// hinted returns the entry at position at if it has the constant key k and a value that may be used as it is: then an instruction that
// has found the key there before need not look for it.
func (t *Table) hinted(at int, k *Value) *entry {
	if at < len(t.ents) {
		if e := &t.ents[at]; e.k == *k && e.v.p != nil && t.weak == 0 {
			return e
		}
	}
	return nil
}

// locate is find for a constant string key with hash h, which may be at hint. The entry takes over the constant's pointer, so that
// hinted recognizes it.
func (t *Table) locate(k Value, h uint32, hint int) int {
	if hint < len(t.ents) && t.ents[hint].k == k {
		return hint
	}
	var i int
	if t.idx == nil {
		i = t.scanString(k)
	} else {
		i = t.findHashed(k, h)
	}
	if i >= 0 && t.weak == 0 {
		t.ents[i].k = k
	}
	return i
}

// load returns a stored value, or nil for a weak reference whose object is gone.
func (t *Table) load(v Value) Value {
	if t.weak != 0 {
		return strong(v)
	}
	return v
}

// Get returns t[k].
func (t *Table) Get(k Value) Value {
	if k.isNumber() {
		if i := arrayIndex(k.num()); i >= 0 {
			return t.GetInt(i)
		}
		if k.num() == 0 {
			k = Number(0)
		}
	} else if k.IsNil() {
		return Nil
	}
	if i := t.find(k); i >= 0 {
		return t.load(t.ents[i].v)
	}
	return Nil
}

// GetString returns t[k].
func (t *Table) GetString(k string) Value { return t.getString(String(k), 0) }

// GetInt returns t[i].
func (t *Table) GetInt(i int) Value {
	if uint(i) < uint(len(t.arr)) {
		return t.load(t.arr[i])
	}
	if len(t.ents) == 0 {
		return Nil
	}
	if j := t.find(Int(i)); j >= 0 {
		return t.load(t.ents[j].v)
	}
	return Nil
}

// Set does t[k] = v. It reports false, and does nothing, when k is nil or NaN, which cannot be keys.
func (t *Table) Set(k, v Value) bool {
	if k.isNumber() {
		f := k.num()
		if i := arrayIndex(f); i >= 0 {
			t.SetInt(i, v)
			return true
		}
		if math.IsNaN(f) {
			return false
		}
	} else if k.IsNil() {
		return false
	}
	t.setHash(k, v)
	return true
}

// SetString does t[k] = v.
func (t *Table) SetString(k string, v Value) { t.setHash(String(k), v) }

// SetInt does t[i] = v.
func (t *Table) SetInt(i int, v Value) {
	if uint(i) < uint(len(t.arr)) {
		t.arr[i] = t.store(v)
		return
	}
	t.setHash(Int(i), v)
}

// setString does t[k] = v for a constant string key with hash h, which may be at hint. It returns where the key was found, else hint.
func (t *Table) setString(k Value, h uint32, hint int, v Value) int {
	if i := t.locate(k, h, hint); i >= 0 && !t.ents[i].v.IsNil() {
		t.ents[i].v = t.store(v)
		return i
	}
	t.setHash(k, v)
	return hint
}

func (t *Table) setHash(k, v Value) {
	if i := t.find(k); i >= 0 {
		if t.ents[i].v.IsNil() {
			t.absent = 0
		}
		t.ents[i].v = t.store(v)
		return
	}
	if !v.IsNil() {
		t.insert(k, v)
	}
}

// store returns v as it is kept: weakly when the table asks for it.
func (t *Table) store(v Value) Value {
	if t.weak&weakValues != 0 {
		return weaken(v)
	}
	return v
}

// insert adds a key that is not there yet.
func (t *Table) insert(k, v Value) {
	t.absent = 0
	if len(t.ents) == cap(t.ents) {
		t.rehash(k)
		if k.isNumber() {
			if i := arrayIndex(k.num()); i >= 0 && i < len(t.arr) {
				t.arr[i] = t.store(v)
				return
			}
		}
	}
	if t.weak != 0 {
		t.appendEntry(entry{k: t.weakKey(k), v: t.store(v), hash: hashValue(k)})
		return
	}
	e := entry{k: k, v: v}
	if t.idx != nil {
		e.hash = hashValue(k)
	}
	t.appendEntry(e)
}

func (t *Table) appendEntry(e entry) {
	if t.idx != nil {
		slot := &t.idx[e.hash&uint32(len(t.idx)-1)]
		e.next = *slot
		*slot = uint32(len(t.ents) + 1)
	}
	t.ents = append(t.ents, e)
}

// rehash makes room for key k as LuaJIT's rehashtab does: it counts integer keys by powers of two, takes the largest array that would be
// more than half full, and sizes the hash part for the rest.
func (t *Table) rehash(k Value) {
	var bins [28]int
	live := 0
	for i := range t.arr {
		if !t.load(t.arr[i]).IsNil() {
			countKey(&bins, i)
			live++
		}
	}
	ints, total := live, live+1
	for i := range t.ents {
		e := &t.ents[i]
		if t.load(e.v).IsNil() || t.weak != 0 && strong(e.k).IsNil() {
			continue
		}
		total++
		if e.k.isNumber() {
			if j := arrayIndex(e.k.num()); j >= 0 {
				countKey(&bins, j)
				ints++
			}
		}
	}
	if k.isNumber() {
		if j := arrayIndex(k.num()); j >= 0 {
			countKey(&bins, j)
			ints++
		}
	}
	size, inArray := bestArray(&bins, ints)
	t.resize(size, hashBits(total-inArray))
}

func countKey(bins *[28]int, i int) {
	b := 0
	if i > 2 {
		b = bits.Len32(uint32(i-1)) - 1
	}
	bins[b]++
}

// bestArray returns the array size to use and how many of the n integer keys fall into it.
func bestArray(bins *[28]int, n int) (size, inside int) {
	sum := 0
	for b := 0; 2*n > 1<<b && sum != n; b++ {
		if bins[b] > 0 {
			sum += bins[b]
			if 2*sum > 1<<b {
				size, inside = 2<<b+1, sum
			}
		}
	}
	return size, inside
}

// resize gives the array part size slots and the hash part 1<<hbits, moving keys to where they now belong.
func (t *Table) resize(size, hbits int) {
	old, oldArr := t.ents, t.arr
	if size != len(oldArr) {
		t.arr = make([]Value, size)
		copy(t.arr, oldArr)
	}
	t.makeHash(hbits)
	t.hint = 0
	for i := size; i < len(oldArr); i++ {
		if !t.load(oldArr[i]).IsNil() {
			t.reinsert(entry{k: Int(i), v: oldArr[i]})
		}
	}
	for i := range old {
		e := old[i]
		if t.load(e.v).IsNil() || t.weak != 0 && strong(e.k).IsNil() {
			continue
		}
		if e.k.isNumber() {
			if j := arrayIndex(e.k.num()); j >= 0 && j < size {
				t.arr[j] = e.v
				continue
			}
		}
		t.reinsert(e)
	}
}

func (t *Table) reinsert(e entry) {
	if t.idx != nil {
		e.hash = hashValue(strong(e.k))
	}
	if len(t.ents) == cap(t.ents) { // only when a shrinking array hands over more keys than were counted
		ents := make([]entry, len(t.ents), max(2, 2*cap(t.ents)))
		copy(ents, t.ents)
		t.ents = ents
		if cap(ents) > scanLimit {
			t.reindex()
			e.hash = hashValue(strong(e.k))
		}
	}
	e.next = 0
	t.appendEntry(e)
}

func (t *Table) reindex() {
	t.idx = make([]uint32, cap(t.ents))
	for i := range t.ents {
		e := &t.ents[i]
		e.hash = hashValue(strong(e.k))
		slot := &t.idx[e.hash&uint32(len(t.idx)-1)]
		e.next = *slot
		*slot = uint32(i + 1)
	}
}

// Len returns #t without __len: a border, and the one LuaJIT (lj_tab_len) would find.
func (t *Table) Len() int {
	hi := len(t.arr)
	if hi > 0 {
		hi--
	}
	if hi > 0 && t.load(t.arr[hi]).IsNil() {
		lo := 0
		for hi-lo > 1 {
			mid := int(uint(lo+hi) >> 1)
			if t.load(t.arr[mid]).IsNil() {
				hi = mid
			} else {
				lo = mid
			}
		}
		return lo
	}
	if len(t.ents) == 0 {
		return hi
	}
	lo := hi
	for hi++; !t.GetInt(hi).IsNil(); hi += hi {
		lo = hi
	}
	for hi-lo > 1 {
		mid := int(uint(lo+hi) >> 1)
		if t.GetInt(mid).IsNil() {
			hi = mid
		} else {
			lo = mid
		}
	}
	return lo
}

// Append does t[#t+1] = v.
func (t *Table) Append(v Value) { t.SetInt(t.Len()+1, v) }

// Next returns the key and value after key k in traversal order; k nil starts. more is false at the end; valid is false when k is no key
// of t. Fields may be cleared during a traversal, but none added.
func (t *Table) Next(k Value) (key, value Value, more, valid bool) {
	i, ok := t.position(k)
	if !ok {
		return Nil, Nil, false, false
	}
	for ; i < len(t.arr); i++ {
		if v := t.load(t.arr[i]); !v.IsNil() {
			return Int(i), v, true, true
		}
	}
	for i -= len(t.arr); i < len(t.ents); i++ {
		e := &t.ents[i]
		if v := t.load(e.v); !v.IsNil() {
			if key = t.load(e.k); !key.IsNil() {
				t.hint = uint32(i)
				return key, v, true, true
			}
		}
	}
	return Nil, Nil, false, true
}

// position returns where the traversal goes on after key k.
func (t *Table) position(k Value) (int, bool) {
	if k.IsNil() {
		return 0, true
	}
	if k.isNumber() {
		if i := arrayIndex(k.num()); i >= 0 && i < len(t.arr) {
			return i + 1, true
		}
	}
	if i := int(t.hint); i < len(t.ents) && t.ents[i].k == k {
		return len(t.arr) + i + 1, true
	}
	if i := t.find(k); i >= 0 {
		return len(t.arr) + i + 1, true
	}
	return 0, false
}

// Each calls f for every field in traversal order until f returns false. f may clear fields but not add any.
func (t *Table) Each(f func(k, v Value) bool) {
	for i := 0; i < len(t.arr); i++ {
		if v := t.load(t.arr[i]); !v.IsNil() && !f(Int(i), v) {
			return
		}
	}
	for i := 0; i < len(t.ents); i++ {
		e := &t.ents[i]
		v, k := t.load(e.v), t.load(e.k)
		if !v.IsNil() && !k.IsNil() && !f(k, v) {
			return
		}
	}
}

// Count returns the number of fields.
func (t *Table) Count() int {
	n := 0
	t.Each(func(Value, Value) bool { n++; return true })
	return n
}

// Clear removes all fields and keeps the memory for reuse, as table.clear does.
func (t *Table) Clear() {
	clear(t.arr)
	clear(t.ents[:cap(t.ents)])
	t.ents = t.ents[:0]
	clear(t.idx)
	t.hint, t.absent = 0, 0
}

// Metatable returns the metatable, or nil.
func (t *Table) Metatable() *Table { return t.meta }

// SetMetatable replaces the metatable (nil removes it) and takes its __mode into account.
func (t *Table) SetMetatable(mt *Table) {
	t.meta = mt
	t.setMode(modeOf(mt))
}
