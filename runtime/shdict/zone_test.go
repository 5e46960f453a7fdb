package shdict

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
)

func str(s string) Value  { return Value{Kind: String, Str: s} }
func num(n float64) Value { return Value{Kind: Number, Num: n} }

func newZone(t testing.TB, size int) (*Zone, *int64) {
	t.Helper()
	clock := int64(1_700_000_000_000)
	z, err := New("dogs", size, func() int64 { return clock })
	if err != nil {
		t.Fatal(err)
	}
	return z, &clock
}

// checkZone verifies the zone's structure: the LRU queue, the buckets and the lists name the same live chunks, every
// chunk in use belongs to one of them, and the free pages add up.
func checkZone(t *testing.T, z *Zone) {
	t.Helper()
	z.mu.Lock()
	defer z.mu.Unlock()
	live := map[int]bool{}
	use := func(off int) {
		if live[off] {
			t.Fatalf("chunk %d is used twice", off)
		}
		live[off] = true
	}
	var prev ref
	entries := 0
	for r := z.newest; r != 0; r = z.getRef(r.offset() + offOlder) {
		e := r.offset()
		use(e)
		entries++
		if z.getRef(e+offNewer) != prev {
			t.Fatal("queue links disagree")
		}
		prev = r
		if z.find(string(z.keyAt(e)), z.hash(string(z.keyAt(e)))) != e {
			t.Fatalf("entry %q is not found by its key", z.keyAt(e))
		}
		if z.kind(e) == list {
			n, before := 0, ref(0)
			for r := z.getRef(z.ends(e)); r != 0; r = z.getRef(r.offset() + offNodeNext) {
				use(r.offset())
				if z.getRef(r.offset()+offNodePrev) != before {
					t.Fatal("list links disagree")
				}
				before = r
				n++
			}
			if n != z.valueLen(e) || z.getRef(z.ends(e)+4) != before {
				t.Fatalf("list of %d has %d elements", z.valueLen(e), n)
			}
		}
	}
	if z.oldest != prev {
		t.Fatal("queue end")
	}
	chained := 0
	for h := uint32(0); h <= z.mask; h++ {
		for r := z.first(h); r != 0; r = z.getRef(r.offset() + offChain) {
			chained++
		}
	}
	if chained != entries {
		t.Fatalf("%d entries in the queue, %d in buckets", entries, chained)
	}
	if err := z.slab.Check(len(live) + 2); err != nil {
		t.Fatal(err)
	}
}

func TestSizes(t *testing.T) {
	for _, c := range []struct {
		size int
		ok   bool
	}{{0, false}, {8192, false}, {12287, false}, {12288, true}, {1 << 20, true}} {
		z, err := New("a", c.size, nil)
		if (err == nil) != c.ok {
			t.Errorf("%d: %v", c.size, err)
		}
		if err != nil && err.Error() != "ngx_slab_alloc() failed: no memory" {
			t.Errorf("%d: %v", c.size, err)
		}
		if err == nil && (z.Capacity() != c.size || z.Size() != c.size || z.Name() != "a") {
			t.Errorf("%d: capacity %d", c.size, z.Capacity())
		}
	}
	if _, err := New("huge", maxZone+1, nil); err == nil {
		t.Error("a zone beyond what references reach was made")
	}
}

func TestKeys(t *testing.T) {
	z, _ := newZone(t, 1<<20)
	long := strings.Repeat("k", 65536)
	for _, c := range []struct {
		key  string
		want error
	}{{"", ErrEmptyKey}, {long, ErrKeyLong}, {long[1:], nil}, {"\x00", nil}} {
		_, _, errGet := z.Get(c.key)
		_, _, _, errStale := z.GetStale(c.key)
		_, errSet := z.Set(c.key, num(1), 0, 0)
		_, errReplace := z.Replace(c.key, num(1), 0, 0)
		_, _, errIncr := z.Incr(c.key, 1, nil)
		_, errTTL := z.TTL(c.key)
		errExpire := z.Expire(c.key, 1)
		errDelete := z.Delete(c.key)
		_, errPush := z.LPush(c.key, num(1))
		_, errLen := z.LLen(c.key)
		_, errPop := z.RPop(c.key)
		for i, err := range []error{errGet, errStale, errSet, errReplace, errIncr, errTTL, errExpire, errDelete, errPush, errLen, errPop} {
			if err != c.want {
				t.Errorf("key of %d bytes, method %d: %v", len(c.key), i, err)
			}
		}
	}
	checkZone(t, z)
}

func TestValues(t *testing.T) {
	z, _ := newZone(t, 1<<20)
	for i, v := range []Value{str(""), str("a\x00b"), str(strings.Repeat("x", 100_000)), num(0), num(-1.5), num(math.Inf(1)),
		{Kind: Boolean}, {Kind: Boolean, Bool: true}, num(math.MaxFloat64), str("12345678")} {
		for _, key := range []string{"same", fmt.Sprint("own", i)} {
			if _, err := z.Set(key, v, 0, int32(i)-3); err != nil {
				t.Fatal(err)
			}
			got, flags, err := z.Get(key)
			if got != v || flags != int32(i)-3 || err != nil {
				t.Errorf("%+v came back as %+v %d %v", v, got, flags, err)
			}
		}
	}
	if _, err := z.Set("k", Value{Kind: 2}, 0, 0); err != ErrValueType {
		t.Error(err)
	}
	if _, err := z.Add("k", Value{}, 0, 0); err != ErrNilStore {
		t.Error(err)
	}
	z.Set("nil", num(1), 0, 0)
	if _, err := z.Set("nil", Value{}, 0, 0); err != nil {
		t.Error(err)
	}
	if v, _, _ := z.Get("nil"); v.Kind != Nil {
		t.Error("storing nil does not delete")
	}
	checkZone(t, z)
}

func TestExpiry(t *testing.T) {
	z, clock := newZone(t, 1<<20)
	get := func(key string) string { v, _, _ := z.Get(key); return v.Str }
	z.Set("short", str("s"), 0.001, 0)
	z.Set("none", str("n"), 0.0009, 0)
	z.Set("huge", str("h"), 1e300, 0)
	z.Set("nan", str("x"), math.NaN(), 0)
	z.Set("long", str("l"), 10, 7)
	z.Set("last", str("a"), 0, 0) // the newest, so that nothing expired lies at the old end first
	if ttl, _ := z.TTL("long"); ttl != 10 {
		t.Errorf("ttl %v", ttl)
	}
	for _, key := range []string{"none", "huge", "nan", "last"} {
		if ttl, err := z.TTL(key); ttl != 0 || err != nil {
			t.Errorf("%s: ttl %v %v", key, ttl, err)
		}
	}
	*clock += 1
	if v, flags, stale, err := z.GetStale("short"); v.Str != "s" || flags != 0 || !stale || err != nil {
		t.Error(v, flags, stale, err)
	}
	if ttl, err := z.TTL("short"); ttl != 0 || err != nil {
		t.Error(ttl, err)
	}
	if get("short") != "" || get("long") != "l" {
		t.Error("expiry of short and long")
	}
	if err := z.Expire("short", 5); err != nil || get("short") != "s" {
		t.Error("an expired key that is still stored comes back to life", err)
	}
	if err := z.Expire("absent", 5); err != ErrNotFound {
		t.Error(err)
	}
	*clock += 10_000
	if ttl, _ := z.TTL("long"); ttl != -0.001 {
		t.Errorf("ttl %v", ttl)
	}
	if _, err := z.Replace("long", str("x"), 0, 0); err != ErrNotFound {
		t.Error(err)
	}
	if _, err := z.Add("long", str("y"), 0, 0); err != nil || get("long") != "y" {
		t.Error("add over an expired key", err)
	}
	checkZone(t, z)
}

func TestLists(t *testing.T) {
	z, clock := newZone(t, 1<<20)
	for i, c := range []struct {
		push func(string, Value) (int, error)
		v    Value
	}{{z.RPush, num(2)}, {z.RPush, str("c")}, {z.LPush, str("")}, {z.LPush, num(-1)}} {
		if n, err := c.push("l", c.v); n != i+1 || err != nil {
			t.Fatal(n, err)
		}
		checkZone(t, z)
	}
	if _, _, err := z.Incr("l", 1, nil); err != ErrNotNumber {
		t.Error(err)
	}
	if _, err := z.LPush("l", Value{Kind: Boolean}); err != ErrValueType {
		t.Error(err)
	}
	if _, err := z.RPush("l", Value{}); err != ErrValueType {
		t.Error(err)
	}
	if _, _, err := z.Get("l"); err != ErrIsList {
		t.Error(err)
	}
	z.Set("s", str("x"), 0, 0)
	_, errPush := z.LPush("s", num(1))
	_, errPop := z.RPop("s")
	_, errLen := z.LLen("s")
	if errPush != ErrNotList || errPop != ErrNotList || errLen != ErrNotList {
		t.Error(errPush, errPop, errLen)
	}
	pop := func(pop func(string) (Value, error)) Value { v, _ := pop("l"); return v }
	if v := pop(z.LPop); v != num(-1) {
		t.Error(v)
	}
	if v := pop(z.RPop); v != str("c") {
		t.Error(v)
	}
	if v := pop(z.LPop); v != str("") {
		t.Error(v)
	}
	if v := pop(z.RPop); v != num(2) {
		t.Error(v)
	}
	if v := pop(z.RPop); v.Kind != Nil {
		t.Error(v)
	}
	if n, err := z.LLen("l"); n != 0 || err != nil || slices.Contains(z.Keys(0), "l") {
		t.Error("an emptied list is still there")
	}
	z.RPush("l", num(1))
	z.Expire("l", 1)
	*clock += 2000
	z.Set("other", num(1), 0, 0)
	if n, err := z.RPush("l", num(5)); n != 1 || err != nil {
		t.Error("pushing to an expired list begins anew", n, err)
	}
	if ttl, err := z.TTL("l"); ttl != 0 || err != nil {
		t.Error(ttl, err)
	}
	checkZone(t, z)
}

// Reading a key saves it from eviction; the oldest goes first.
func TestLeastRecentlyUsedGoesFirst(t *testing.T) {
	z, _ := newZone(t, 1<<17)
	n := 0
	for ; z.SafeSet(fmt.Sprintf("%06d", n), str("0123456789"), 0, 0) == nil; n++ {
	}
	z.Get("000000")
	if forcible, err := z.Set("new", str("0123456789"), 0, 0); !forcible || err != nil {
		t.Fatal(forcible, err)
	}
	if v, _, _ := z.Get("000000"); v.Kind == Nil {
		t.Error("the key just read was evicted")
	}
	if v, _, _ := z.Get("000001"); v.Kind != Nil {
		t.Error("the oldest key was not evicted")
	}
	if err := z.SafeSet("newer", str("0123456789"), 0, 0); err != ErrNoMemory {
		t.Error(err)
	}
	if _, forcible, err := z.Incr("counter", 1, &Init{}); !forcible || err != nil {
		t.Error(forcible, err)
	}
	if forcible, err := z.Set("big", str(strings.Repeat("x", 1<<17)), 0, 0); !forcible || err != ErrNoMemory {
		t.Error(forcible, err)
	}
	checkZone(t, z)
}

// The zone's memory is bounded by its size plus the buckets, and untouched pages cost nothing.
func TestMemoryIsBounded(t *testing.T) {
	resident := residentPages(t)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	z, err := New("big", 1<<30, nil)
	if err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if heap := after.TotalAlloc - before.TotalAlloc; heap > 8<<20 { // the page table: 24 bytes a page
		t.Errorf("a zone of 1 GiB took %d bytes of heap", heap)
	}
	if len(z.buckets) > 1<<30/32 {
		t.Errorf("%d bytes of buckets", len(z.buckets))
	}
	if grown := residentPages(t) - resident; grown > 64<<20/4096 {
		t.Errorf("%d more pages are resident after making an empty zone of 1 GiB", grown)
	}
}

func residentPages(t *testing.T) int {
	t.Helper()
	data, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		t.Skip(err)
	}
	var size, resident int
	if _, err := fmt.Sscan(string(data), &size, &resident); err != nil {
		t.Fatal(err)
	}
	return resident
}

// Many goroutines on one zone: counters lose nothing, lists keep what was pushed, the structure stays whole.
func TestConcurrent(t *testing.T) {
	z, err := New("c", 1<<18, nil)
	if err != nil {
		t.Fatal(err)
	}
	const workers, rounds = 8, 400
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := range rounds {
				z.Incr("counter", 1, &Init{})
				key := fmt.Sprintf("k%d", i%50)
				z.SafeSet(key, str(strings.Repeat("v", i)), 0.001*float64(i%3), int32(w))
				if v, _, err := z.Get(key); err != nil || strings.Trim(v.Str, "v") != "" {
					t.Errorf("%+v %v", v, err)
				}
				if _, err := z.RPush("list", num(float64(i))); err != nil {
					t.Error(err)
				}
				if i%2 == 0 {
					z.LPop("list")
				}
				if i%100 == 0 {
					z.FlushExpired(10)
					z.Keys(5)
					z.FreeSpace()
				}
			}
		})
	}
	wg.Wait()
	checkZone(t, z)
	if sum, _, _ := z.Incr("counter", 0, nil); sum != workers*rounds {
		t.Errorf("counter is %v", sum)
	}
	if n, _ := z.LLen("list"); n != workers*rounds/2 {
		t.Errorf("list has %d elements", n)
	}
}

// model is the dictionary without limits: what a zone with room enough must agree with.
type model struct {
	values map[string]Value
	lists  map[string][]Value
}

func TestAgainstModel(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	z, _ := newZone(t, 8<<20)
	m := model{map[string]Value{}, map[string][]Value{}}
	for i := range 20_000 {
		key := fmt.Sprintf("key%d", rng.IntN(200))
		v := num(float64(rng.IntN(100)))
		if rng.IntN(2) == 0 {
			v = str(strings.Repeat("s", rng.IntN(5000)))
		}
		switch rng.IntN(6) {
		case 0:
			z.Set(key, v, 0, 0)
			m.values[key] = v
			delete(m.lists, key)
		case 1:
			z.Delete(key)
			delete(m.values, key)
			delete(m.lists, key)
		case 2, 3:
			if _, isValue := m.values[key]; isValue {
				if _, err := z.RPush(key, v); err != ErrNotList {
					t.Fatal(err)
				}
				break
			}
			if rng.IntN(2) == 0 {
				z.RPush(key, v)
				m.lists[key] = append(m.lists[key], v)
			} else {
				z.LPush(key, v)
				m.lists[key] = append([]Value{v}, m.lists[key]...)
			}
		case 4:
			got, _, err := z.Get(key)
			if _, isList := m.lists[key]; isList != (err == ErrIsList) || got != m.values[key] {
				t.Fatalf("step %d: %q is %+v %v, model %+v", i, key, got, err, m.values[key])
			}
		case 5:
			l := m.lists[key]
			if len(l) == 0 {
				break
			}
			got, _ := z.LPop(key)
			if got != l[0] {
				t.Fatalf("popped %+v, model %+v", got, l[0])
			}
			if m.lists[key] = l[1:]; len(l) == 1 {
				delete(m.lists, key)
			}
		}
	}
	checkZone(t, z)
	if n := len(z.Keys(0)); n != len(m.values)+len(m.lists) {
		t.Errorf("%d keys, model has %d", n, len(m.values)+len(m.lists))
	}
}

// FuzzOperations drives a small zone, where everything is evicted soon, with arbitrary operations.
func FuzzOperations(f *testing.F) {
	f.Add(int64(1), uint16(300), uint16(20), uint32(12288))
	f.Add(int64(99), uint16(900), uint16(5), uint32(65536))
	f.Fuzz(func(t *testing.T, seed int64, ops, keys uint16, size uint32) {
		seed, size = 1+seed&0x3fffffff, 12288+size%(1<<18)
		r := &replay{state: int(seed), keys: 1 + int(keys), clock: 1}
		z, err := New("d", int(size), func() int64 { return r.clock })
		if err != nil {
			return
		}
		r.zone = z
		for range ops {
			r.step()
		}
		checkZone(t, z)
		z.FlushAll()
		z.FlushExpired(0)
		checkZone(t, z)
		if keys := z.Keys(0); len(keys) != 0 {
			t.Fatalf("%d keys after a flush", len(keys))
		}
	})
}

func BenchmarkZone(b *testing.B) {
	z, _ := newZone(b, 64<<20)
	value := str(strings.Repeat("v", 32))
	keys := make([]string, 100_000)
	for i := range keys {
		keys[i] = fmt.Sprintf("key-%08d", i)
		z.Set(keys[i], value, 0, 0)
	}
	z.Set("number", num(1), 0, 0)
	z.Set("expiring", num(1), 1000, 0)
	run := func(name string, op func(i int)) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				op(i)
			}
		})
	}
	run("get-string", func(i int) { z.Get(keys[i%len(keys)]) })
	run("get-number", func(i int) { z.Get("number") })
	run("get-expiring", func(i int) { z.Get("expiring") })
	run("set-same-size", func(i int) { z.Set(keys[i%len(keys)], value, 0, 0) })
	run("set-delete", func(i int) { z.Set("other", value, 0, 0); z.Delete("other") })
	run("incr", func(i int) { z.Incr("number", 1, nil) })
	run("push-pop", func(i int) { z.RPush("list", value); z.LPop("list") })
	run("ttl", func(i int) { z.TTL("expiring") })
	small, _ := newZone(b, 1<<20)
	run("set-evicting", func(i int) { small.Set(keys[i%len(keys)], value, 0, 0) })
	b.Run("incr-parallel", func(b *testing.B) {
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				z.Incr("number", 1, nil)
			}
		})
	})
}
