// Package shdict is the shared memory dictionary behind ngx.shared.*: zones of a fixed size that all workers use.
//
// A Zone divides exactly the memory that lua_shared_dict declares, with nginx's slab allocator and nginx's structure
// sizes, so the number of entries that fit, capacity, free_space and the moment of eviction are those of the real
// module (ngx_stream_lua_shdict.c, resty/core/shdict.lua). The memory is mapped, not on the Go heap: the collector never
// looks at it and pages cost nothing until they are used.
//
// The flow of a store: expire up to two entries at the old end of the LRU queue; look the key up; reuse the node when
// the value has the same length, else free it and allocate another; when the slab has no room, drop the oldest entry
// (and up to two expired ones) and try again, thirty times at most, reporting that as forcible.
//
// Locking: one mutex per zone, held for one operation, as nginx does; every exported method takes it. Keys are found by
// a hash seeded per zone, so a client that chooses keys cannot make them collide.
//
// The package refuses to know: Lua values and argument checking beyond the key, the registry of zones (the server keeps
// zones over a reload when name and size stay), and logging.
package shdict

import (
	"encoding/binary"
	"errors"
	"hash/maphash"
	"math"
	"runtime"
	"sync"
	"time"

	"tidegate/runtime/slab"
)

// Kind is the type of a stored value; the numbers are Lua's type codes, as in the real module.
type Kind uint8

// The kinds of value a dictionary holds. Nil is the kind of an absent value.
const (
	Nil     Kind = 0
	Boolean Kind = 1
	Number  Kind = 3
	String  Kind = 4
	list    Kind = 5
)

// Value is one stored value; the field that Kind names is set.
type Value struct {
	Kind Kind
	Bool bool
	Num  float64
	Str  string
}

// Error is the text of a failed operation, as the Lua API returns it.
type Error string

func (e Error) Error() string { return string(e) }

// The errors of the dictionary methods.
const (
	ErrEmptyKey  = Error("empty key")
	ErrKeyLong   = Error("key too long")
	ErrValueType = Error("bad value type")
	ErrNoMemory  = Error("no memory")
	ErrExists    = Error("exists")
	ErrNotFound  = Error("not found")
	ErrNotNumber = Error("not a number")
	ErrIsList    = Error("value is a list")
	ErrNotList   = Error("value not a list")
	ErrNilStore  = Error("attempt to add or replace nil values")
)

const (
	maxKey     = 65535
	maxZone    = 1 << 35 // what 32-bit references to 8-byte units reach
	evictTries = 30
	// logContext is what the zone's log context takes besides the zone's name: ` in lua_shared_dict zone ""` and a NUL.
	logContext = 28
	// shctx is sizeof(ngx_stream_lua_shdict_shctx_t): tree, sentinel and queue.
	shctx = 80
)

// Zone is one shared dictionary. It is safe for concurrent use and is used by pointer.
type Zone struct {
	name string
	size int
	now  func() int64
	seed maphash.Seed

	mu      sync.Mutex
	instant int64 // the time of the operation that holds mu, 0 until it asks
	slab    slab.Pool
	buckets []byte // little-endian references, one per bucket
	mask    uint32
	newest  ref // the LRU queue's head
	oldest  ref
}

// ref names an entry or list node: its offset in units of 8 bytes, plus one; 0 is none.
type ref uint32

func toRef(off int) ref   { return ref(off>>3) + 1 }
func (r ref) offset() int { return int(r-1) << 3 }

// New makes an empty zone of size bytes called name. It fails when the size leaves no room for the zone's own
// structures; the error is what nginx logs then.
//
// now gives the time in milliseconds since the epoch; nil means the system clock. nginx takes its cached time.
func New(name string, size int, now func() int64) (*Zone, error) {
	if size > maxZone {
		return nil, errors.New("shared memory zone over 32 GiB is not supported")
	}
	if now == nil {
		now = func() int64 { return time.Now().UnixMilli() }
	}
	z := &Zone{name: name, size: size, now: now, seed: maphash.MakeSeed()}
	area := slab.Area(size)
	buckets := 1024
	for buckets*256 < area {
		buckets *= 2
	}
	memory, err := slab.Map(area + 4*buckets)
	if err != nil {
		return nil, err
	}
	runtime.AddCleanup(z, slab.Unmap, memory)
	z.slab.Init(memory[:area:area])
	z.buckets = memory[area:]
	z.mask = uint32(buckets - 1)
	if z.slab.Alloc(shctx) < 0 || z.slab.Alloc(logContext+len(name)) < 0 {
		return nil, errors.New(slab.NoMemory)
	}
	return z, nil
}

// Name is the zone's name.
func (z *Zone) Name() string { return z.name }

// Size is the declared size in bytes.
func (z *Zone) Size() int { return z.size }

// Capacity is what ngx.shared.DICT:capacity returns: the declared size in bytes.
func (z *Zone) Capacity() int { return z.size }

// FreeSpace is what ngx.shared.DICT:free_space returns: the bytes in wholly free pages.
func (z *Zone) FreeSpace() int {
	z.lock()
	defer z.mu.Unlock()
	return z.slab.Spare()
}

// CheckKey is the check of every method that takes a key.
func CheckKey(key string) error {
	if len(key) == 0 {
		return ErrEmptyKey
	}
	if len(key) > maxKey {
		return ErrKeyLong
	}
	return nil
}

// millis turns Lua's seconds into the milliseconds handed to C as a long: truncated, and what a long cannot hold
// becomes the least long, which means "never expires" like everything that is not positive.
func millis(seconds float64) int64 {
	ms := seconds * 1000
	if !(ms > -math.MaxInt64 && ms < math.MaxInt64) {
		return math.MinInt64
	}
	return int64(ms)
}

func (z *Zone) lock() {
	z.mu.Lock()
	z.instant = 0
}

// time is the one time an operation works with, taken when it first matters: dictionaries without expiry never ask.
func (z *Zone) time() int64 {
	if z.instant == 0 {
		z.instant = z.now()
	}
	return z.instant
}

// expiry is the absolute time for a relative one, 0 meaning never.
func (z *Zone) expiry(ms int64) int64 {
	if ms <= 0 {
		return 0
	}
	return z.time() + ms
}

// An entry begins with a header of 68 bytes, as long as what nginx keeps before the key: a tree node up to its colour
// (32) and the dictionary's node up to its data (36). The key follows, then the value. A list's value is its two ends,
// at the next multiple of 8. A list node's header is 21 bytes: a queue (16), a length (4) and a type (1).
const (
	entryHeader = 68
	listHeader  = 21
	listEnds    = 16 // sizeof(ngx_queue_t)

	offHash    = 0
	offChain   = 4 // next entry in the bucket
	offNewer   = 8
	offOlder   = 12
	offExpires = 16
	offValue   = 24 // length of the value, or number of list elements
	offFlags   = 28
	offKey     = 32 // length of the key
	offKind    = 34

	offNodeNext = 0
	offNodePrev = 4
	offNodeLen  = 16
	offNodeKind = 20
)

func (z *Zone) u32(at int) uint32       { return binary.LittleEndian.Uint32(z.slab.Mem[at:]) }
func (z *Zone) putU32(at int, v uint32) { binary.LittleEndian.PutUint32(z.slab.Mem[at:], v) }
func (z *Zone) getRef(at int) ref       { return ref(z.u32(at)) }
func (z *Zone) putRef(at int, r ref)    { z.putU32(at, uint32(r)) }

func (z *Zone) expires(e int) int64 {
	return int64(binary.LittleEndian.Uint64(z.slab.Mem[e+offExpires:]))
}
func (z *Zone) setExpires(e int, ms int64) {
	binary.LittleEndian.PutUint64(z.slab.Mem[e+offExpires:], uint64(ms))
}
func (z *Zone) keyLen(e int) int         { return int(binary.LittleEndian.Uint16(z.slab.Mem[e+offKey:])) }
func (z *Zone) kind(e int) Kind          { return Kind(z.slab.Mem[e+offKind]) }
func (z *Zone) valueLen(e int) int       { return int(z.u32(e + offValue)) }
func (z *Zone) keyAt(e int) []byte       { return z.slab.Mem[e+entryHeader:][:z.keyLen(e)] }
func (z *Zone) valueAt(e int) []byte     { return z.slab.Mem[e+entryHeader+z.keyLen(e):][:z.valueLen(e)] }
func (z *Zone) isExpired(e int) bool     { x := z.expires(e); return x != 0 && x <= z.time() }
func (z *Zone) hash(key string) uint32   { return uint32(maphash.String(z.seed, key)) }
func (z *Zone) bucket(h uint32) []byte   { return z.buckets[4*(h&z.mask):][:4] }
func (z *Zone) first(h uint32) ref       { return ref(binary.LittleEndian.Uint32(z.bucket(h))) }
func (z *Zone) setFirst(h uint32, r ref) { binary.LittleEndian.PutUint32(z.bucket(h), uint32(r)) }

// find gives the offset of key's entry, or -1.
func (z *Zone) find(key string, h uint32) int {
	for r := z.first(h); r != 0; {
		e := r.offset()
		if z.u32(e+offHash) == h && string(z.keyAt(e)) == key {
			return e
		}
		r = z.getRef(e + offChain)
	}
	return -1
}

// lookup finds key and makes it the most recently used, expired or not (ngx_stream_lua_shdict_lookup).
func (z *Zone) lookup(key string, h uint32) (e int, found, expired bool) {
	e = z.find(key, h)
	if e < 0 {
		return e, false, false
	}
	z.touch(e)
	return e, true, z.isExpired(e)
}

func (z *Zone) touch(e int) {
	if z.newest == toRef(e) {
		return
	}
	z.queueRemove(e)
	z.queueInsert(e)
}

func (z *Zone) queueInsert(e int) {
	r := toRef(e)
	z.putRef(e+offNewer, 0)
	z.putRef(e+offOlder, z.newest)
	if z.newest != 0 {
		z.putRef(z.newest.offset()+offNewer, r)
	} else {
		z.oldest = r
	}
	z.newest = r
}

func (z *Zone) queueRemove(e int) {
	newer, older := z.getRef(e+offNewer), z.getRef(e+offOlder)
	if newer != 0 {
		z.putRef(newer.offset()+offOlder, older)
	} else {
		z.newest = older
	}
	if older != 0 {
		z.putRef(older.offset()+offNewer, newer)
	} else {
		z.oldest = newer
	}
}

// insert makes a new entry out of the chunk at e: found by key, most recently used. The caller fills in the value.
func (z *Zone) insert(e int, key string, h uint32) {
	z.putU32(e+offHash, h)
	z.putRef(e+offChain, z.first(h))
	z.setFirst(h, toRef(e))
	binary.LittleEndian.PutUint16(z.slab.Mem[e+offKey:], uint16(len(key)))
	copy(z.slab.Mem[e+entryHeader:], key)
	z.queueInsert(e)
}

// remove takes the entry out and frees it, a list with all its nodes.
func (z *Zone) remove(e int) {
	if z.kind(e) == list {
		z.freeNodes(e)
	}
	z.queueRemove(e)
	h, next := z.u32(e+offHash), z.getRef(e+offChain)
	if r := z.first(h); r.offset() == e {
		z.setFirst(h, next)
	} else {
		for z.getRef(r.offset()+offChain) != toRef(e) {
			r = z.getRef(r.offset() + offChain)
		}
		z.putRef(r.offset()+offChain, next)
	}
	z.slab.Free(e)
}

// expire frees expired entries at the old end of the queue: with force the oldest entry whatever its age and up to two
// expired ones after it, else up to two expired ones (ngx_stream_lua_shdict_expire).
func (z *Zone) expire(force bool) (freed int) {
	tries := 2
	if force {
		tries = 3
	}
	for range tries {
		if z.oldest == 0 {
			return freed
		}
		e := z.oldest.offset()
		if !force && !z.isExpired(e) {
			return freed
		}
		force = false
		z.remove(e)
		freed++
	}
	return freed
}

// allocForced is alloc that evicts old entries until there is room; forced tells whether it had to.
func (z *Zone) allocForced(size int) (e int, forced bool) {
	e = z.slab.Alloc(size)
	for i := 0; e < 0 && i < evictTries; i++ {
		if z.expire(true) == 0 {
			break
		}
		forced = true
		e = z.slab.Alloc(size)
	}
	return e, forced
}
