package shdict

import (
	"encoding/binary"
	"math"
)

// Get returns the unexpired value of key and its user flags; an absent or expired key gives a Nil value.
func (z *Zone) Get(key string) (v Value, flags int32, err error) {
	v, flags, _, err = z.get(key, false)
	return v, flags, err
}

// GetStale returns the value of key even when it has expired, which stale tells. Unlike Get it frees nothing.
func (z *Zone) GetStale(key string) (v Value, flags int32, stale bool, err error) {
	return z.get(key, true)
}

func (z *Zone) get(key string, wantStale bool) (v Value, flags int32, stale bool, err error) {
	if err := CheckKey(key); err != nil {
		return v, 0, false, err
	}
	h := z.hash(key)
	z.lock()
	defer z.mu.Unlock()
	if !wantStale {
		z.expire(false)
	}
	e, found, expired := z.lookup(key, h)
	if !found || expired && !wantStale {
		return v, 0, false, nil
	}
	if z.kind(e) == list {
		return v, 0, false, ErrIsList
	}
	return decode(z.kind(e), z.valueAt(e)), int32(z.u32(e + offFlags)), expired, nil
}

func decode(kind Kind, data []byte) Value {
	v := Value{Kind: kind}
	switch kind {
	case Boolean:
		v.Bool = data[0] != 0
	case Number:
		v.Num = math.Float64frombits(binary.LittleEndian.Uint64(data))
	default:
		v.Str = string(data)
	}
	return v
}

// encodedLen is the number of bytes v takes in the zone.
func (v Value) encodedLen() int {
	switch v.Kind {
	case Boolean:
		return 1
	case Number:
		return 8
	default:
		return len(v.Str)
	}
}

func (v Value) encode(dst []byte) {
	switch v.Kind {
	case Boolean:
		dst[0] = 0
		if v.Bool {
			dst[0] = 1
		}
	case Number:
		binary.LittleEndian.PutUint64(dst, math.Float64bits(v.Num))
	default:
		copy(dst, v.Str)
	}
}

type storeOp struct{ add, replace, safe bool }

// Set stores v under key for exptime seconds (0: for ever). A Nil value deletes the key. forcible tells that unexpired
// entries of other keys were dropped to make room, also when that was not enough and err is ErrNoMemory.
func (z *Zone) Set(key string, v Value, exptime float64, flags int32) (forcible bool, err error) {
	return z.store(storeOp{}, key, v, exptime, flags)
}

// SafeSet is Set that drops no unexpired entry.
func (z *Zone) SafeSet(key string, v Value, exptime float64, flags int32) error {
	_, err := z.store(storeOp{safe: true}, key, v, exptime, flags)
	return err
}

// Add is Set for a key that is absent or expired; else ErrExists.
func (z *Zone) Add(key string, v Value, exptime float64, flags int32) (forcible bool, err error) {
	return z.store(storeOp{add: true}, key, v, exptime, flags)
}

// SafeAdd is Add that drops no unexpired entry.
func (z *Zone) SafeAdd(key string, v Value, exptime float64, flags int32) error {
	_, err := z.store(storeOp{add: true, safe: true}, key, v, exptime, flags)
	return err
}

// Replace is Set for a key that is present and not expired; else ErrNotFound.
func (z *Zone) Replace(key string, v Value, exptime float64, flags int32) (forcible bool, err error) {
	return z.store(storeOp{replace: true}, key, v, exptime, flags)
}

// Delete removes key, whether it is there or not.
func (z *Zone) Delete(key string) error {
	_, err := z.store(storeOp{}, key, Value{}, 0, 0)
	return err
}

// store follows ngx_stream_lua_ffi_shdict_store.
func (z *Zone) store(op storeOp, key string, v Value, exptime float64, flags int32) (forcible bool, err error) {
	if err := CheckKey(key); err != nil {
		return false, err
	}
	switch v.Kind {
	case Boolean, Number, String:
	case Nil:
		if op.add || op.replace {
			return false, ErrNilStore
		}
	default:
		return false, ErrValueType
	}
	ms := millis(exptime)
	h := z.hash(key)

	z.lock()
	defer z.mu.Unlock()
	z.expire(false)
	e, found, expired := z.lookup(key, h)
	switch {
	case op.replace && (!found || expired):
		return false, ErrNotFound
	case op.add && found && !expired:
		return false, ErrExists
	}
	if found {
		if v.Kind != Nil && z.kind(e) != list && z.valueLen(e) == v.encodedLen() {
			z.fill(e, v, ms, flags)
			return false, nil
		}
		z.remove(e)
	}
	if v.Kind == Nil {
		return false, nil
	}
	size := entryHeader + len(key) + v.encodedLen()
	if op.safe {
		if e = z.slab.Alloc(size); e < 0 {
			return false, ErrNoMemory
		}
	} else if e, forcible = z.allocForced(size); e < 0 {
		return forcible, ErrNoMemory
	}
	z.insert(e, key, h)
	z.fill(e, v, ms, flags)
	return forcible, nil
}

func (z *Zone) fill(e int, v Value, ms int64, flags int32) {
	z.setExpires(e, z.expiry(ms))
	z.putU32(e+offFlags, uint32(flags))
	z.putU32(e+offValue, uint32(v.encodedLen()))
	z.slab.Mem[e+offKind] = byte(v.Kind)
	v.encode(z.valueAt(e))
}

// Init is what Incr starts from when the key is absent or expired.
type Init struct {
	Value float64
	TTL   float64 // seconds, 0: for ever
}

// Incr adds delta to the number under key and returns the sum. Without the key it is ErrNotFound, or with init not nil
// init.Value+delta is stored for init.TTL seconds. forcible is as for Set.
func (z *Zone) Incr(key string, delta float64, init *Init) (sum float64, forcible bool, err error) {
	if err := CheckKey(key); err != nil {
		return 0, false, err
	}
	h := z.hash(key)
	z.lock()
	defer z.mu.Unlock()
	z.expire(false)
	e, found, expired := z.lookup(key, h)
	if found && !expired {
		if z.kind(e) != Number {
			return 0, false, ErrNotNumber
		}
		v := decode(Number, z.valueAt(e))
		v.Num += delta
		v.encode(z.valueAt(e))
		return v.Num, false, nil
	}
	if init == nil {
		return 0, false, ErrNotFound
	}
	v := Value{Kind: Number, Num: delta + init.Value}
	if found && (z.kind(e) == list || z.valueLen(e) != v.encodedLen()) {
		z.remove(e)
		found = false
	}
	if !found {
		if e, forcible = z.allocForced(entryHeader + len(key) + v.encodedLen()); e < 0 {
			return 0, forcible, ErrNoMemory
		}
		z.insert(e, key, h)
	}
	z.fill(e, v, millis(init.TTL), 0)
	return v.Num, forcible, nil
}

// TTL is how many seconds key has left: 0 when it never expires, negative when it has expired and is still stored.
// It does not count as a use of the key.
func (z *Zone) TTL(key string) (seconds float64, err error) {
	if err := CheckKey(key); err != nil {
		return 0, err
	}
	h := z.hash(key)
	z.lock()
	defer z.mu.Unlock()
	e := z.find(key, h)
	if e < 0 {
		return 0, ErrNotFound
	}
	if z.expires(e) == 0 {
		return 0, nil
	}
	return float64(z.expires(e)-z.time()) / 1000, nil
}

// Expire gives key another exptime seconds from now, 0 meaning for ever; a key that has expired comes back to life.
// It does not count as a use of the key.
func (z *Zone) Expire(key string, exptime float64) error {
	if err := CheckKey(key); err != nil {
		return err
	}
	h := z.hash(key)
	z.lock()
	defer z.mu.Unlock()
	e := z.find(key, h)
	if e < 0 {
		return ErrNotFound
	}
	z.setExpires(e, z.expiry(millis(exptime)))
	return nil
}
