package shdict

import (
	"fmt"
	"hash/crc32"
	"os"
	"slices"
	"strings"
	"testing"
)

// replay runs a pseudo-random sequence of operations and renders each result as one line. The same sequence ran in the
// real OpenResty (init_by_lua, where its clock stands still but for the "tick" operation).
type replay struct {
	zone  *Zone
	state int
	keys  int
	clock int64
	lines []string
}

func (r *replay) rnd(n int) int {
	r.state = r.state * 16807 % 2147483647
	return r.state % n
}

func (r *replay) key() string {
	n := r.rnd(r.keys)
	return fmt.Sprintf("k%d%s", n, strings.Repeat("x", n%37))
}

func (r *replay) value() Value {
	k := r.rnd(10)
	switch k {
	case 0:
		return Value{Kind: Number, Num: float64(r.rnd(1000))}
	case 1:
		return Value{Kind: Boolean, Bool: r.rnd(2) == 1}
	}
	n := 9000
	if k < 7 {
		n = 200
	} else if k < 9 {
		n = 1500
	}
	n = r.rnd(n)
	return Value{Kind: String, Str: strings.Repeat(string(rune('a'+r.rnd(26))), n)}
}

func (r *replay) element() Value {
	switch r.rnd(3) {
	case 0:
		return Value{Kind: Number, Num: float64(r.rnd(1000))}
	case 1:
		return Value{Kind: String, Str: strings.Repeat("l", r.rnd(60))}
	}
	return Value{Kind: String, Str: strings.Repeat("m", r.rnd(600))}
}

func (r *replay) ttl() float64 { return []float64{0, 0, 0.01, 1000}[r.rnd(4)] }

func text(s string) string { return fmt.Sprintf("s%d:%d", len(s), crc32.ChecksumIEEE([]byte(s))) }

func errText(err error) string {
	if err == nil {
		return "nil"
	}
	return text(err.Error())
}

func valueText(v Value) string {
	switch v.Kind {
	case Nil:
		return "nil"
	case Boolean:
		return fmt.Sprint(v.Bool)
	case Number:
		return fmt.Sprint(int(v.Num))
	}
	return text(v.Str)
}

// step does one operation and gives its name and results, the latter as the Lua method returns them.
func (r *replay) step() string {
	z, op := r.zone, r.rnd(100)
	stored := func(name string, store func(string, Value, float64, int32) (bool, error)) string {
		k, v, t, f := r.key(), r.value(), r.ttl(), r.rnd(3)
		forcible, err := store(k, v, t, int32(f))
		return fmt.Sprintf("%s %v %s %v", name, err == nil, errText(err), forcible)
	}
	safe := func(store func(string, Value, float64, int32) error) func(string, Value, float64, int32) (bool, error) {
		return func(k string, v Value, t float64, f int32) (bool, error) { return false, store(k, v, t, f) }
	}
	pushed := func(name string, push func(string, Value) (int, error)) string {
		k, v := r.key(), r.element()
		n, err := push(k, v)
		switch err {
		case nil:
			return fmt.Sprintf("%s %d", name, n)
		case ErrNoMemory:
			return fmt.Sprintf("%s false %s", name, errText(err))
		}
		return fmt.Sprintf("%s nil %s", name, errText(err))
	}
	popped := func(name string, pop func(string) (Value, error)) string {
		v, err := pop(r.key())
		if err != nil {
			return fmt.Sprintf("%s nil %s", name, errText(err))
		}
		return name + " " + valueText(v)
	}
	switch {
	case op < 25:
		return stored("set", z.Set)
	case op < 30:
		return stored("safe_set", safe(z.SafeSet))
	case op < 35:
		return stored("add", z.Add)
	case op < 38:
		return stored("safe_add", safe(z.SafeAdd))
	case op < 42:
		return stored("replace", z.Replace)
	case op < 46:
		z.Delete(r.key())
		return "delete true nil false"
	case op < 51:
		k, delta := r.key(), r.rnd(100)
		sum, _, err := z.Incr(k, float64(delta), nil)
		if err != nil {
			return "incr nil " + errText(err)
		}
		return fmt.Sprintf("incr %d", int(sum))
	case op < 56:
		k, delta, init, ttl := r.key(), r.rnd(100), r.rnd(100), r.ttl()
		sum, forcible, err := z.Incr(k, float64(delta), &Init{Value: float64(init), TTL: ttl})
		if err != nil {
			return "incr nil " + errText(err)
		}
		return fmt.Sprintf("incr %d nil %v", int(sum), forcible)
	case op < 63:
		return pushed("lpush", z.LPush)
	case op < 69:
		return pushed("rpush", z.RPush)
	case op < 71:
		return popped("lpop", z.LPop)
	case op < 73:
		return popped("rpop", z.RPop)
	}
	return r.look(op)
}

// look does the operations that mostly read.
func (r *replay) look(op int) string {
	z := r.zone
	switch {
	case op < 75:
		n, err := z.LLen(r.key())
		if err != nil {
			return "llen nil " + errText(err)
		}
		return fmt.Sprintf("llen %d", n)
	case op < 87:
		v, flags, err := z.Get(r.key())
		switch {
		case err != nil:
			return "get nil " + errText(err)
		case v.Kind == Nil || flags == 0:
			return "get " + valueText(v)
		}
		return fmt.Sprintf("get %s %d", valueText(v), flags)
	case op < 90:
		v, flags, stale, err := z.GetStale(r.key())
		switch {
		case err != nil:
			return "get_stale nil " + errText(err)
		case v.Kind == Nil:
			return "get_stale nil"
		case flags == 0:
			return fmt.Sprintf("get_stale %s nil %v", valueText(v), stale)
		}
		return fmt.Sprintf("get_stale %s %d %v", valueText(v), flags, stale)
	case op < 92:
		ttl, err := z.TTL(r.key())
		switch {
		case err != nil:
			return "ttl nil " + errText(err)
		case ttl > 0:
			return "ttl 1 nil"
		case ttl < 0:
			return "ttl -1 nil"
		}
		return "ttl 0 nil"
	case op < 94:
		k, ttl := r.key(), r.ttl()
		if err := z.Expire(k, ttl); err != nil {
			return "expire nil " + errText(err)
		}
		return "expire true"
	case op < 95:
		return fmt.Sprintf("flush_expired %d", z.FlushExpired(r.rnd(5)))
	case op < 96:
		return "get_keys " + text(strings.Join(z.Keys(r.rnd(20)), ","))
	case op >= 99 && r.rnd(8) == 0:
		if r.rnd(6) == 0 {
			z.FlushAll()
			return "flush_all "
		}
		r.clock += 20
		return "tick "
	}
	return fmt.Sprintf("free_space %d", z.FreeSpace())
}

func runReplay(t *testing.T, size, seed, ops, keys int) []string {
	r := &replay{state: seed, keys: keys, clock: 1_700_000_000_000}
	var err error
	if r.zone, err = New("d", size, func() int64 { return r.clock }); err != nil {
		t.Fatal(err)
	}
	for i := 1; i <= ops; i++ {
		r.lines = append(r.lines, fmt.Sprintf("%d %s", i, r.step()))
		if i%97 == 0 {
			checkZone(t, r.zone)
		}
	}
	return r.lines
}

// TestReplay compares every result with the real dictionary's, block by block.
func TestReplay(t *testing.T) {
	data, err := os.ReadFile("testdata/replay.txt")
	if err != nil {
		t.Fatal(err)
	}
	const block = 500
	var got []string
	runs := 0
	for line := range strings.Lines(string(data)) {
		switch {
		case line[0] == '#':
		case line[0] == '\t':
			for _, want := range strings.Fields(line) {
				if len(got) < block {
					t.Fatalf("more results recorded than made, at %s", want)
				}
				text := strings.Join(got[:block], "\n") + "\n"
				if crc := fmt.Sprintf("%08x", crc32.ChecksumIEEE([]byte(text))); crc != want {
					t.Fatalf("run %d: results differ from the recorded ones between %q and %q", runs, got[0], got[block-1])
				}
				got = got[block:]
			}
		default:
			if len(got) != 0 {
				t.Fatalf("%d results were not compared", len(got))
			}
			var size, seed, ops, keys int
			if _, err := fmt.Sscan(line, &size, &seed, &ops, &keys); err != nil {
				t.Fatal(err)
			}
			if testing.Short() && ops > 10_000 {
				t.Skip("the longer runs")
			}
			runs++
			got = runReplay(t, size, seed, ops, keys)
		}
	}
	if runs != 8 || len(got) != 0 {
		t.Errorf("%d runs, %d results left", runs, len(got))
	}
}

// TestFit compares how many entries fit with the real dictionary.
func TestFit(t *testing.T) {
	data, err := os.ReadFile("testdata/fit.txt")
	if err != nil {
		t.Fatal(err)
	}
	zones := map[string]*Zone{}
	rows := 0
	for line := range strings.Lines(string(data)) {
		if line[0] == '#' {
			continue
		}
		var name string
		var size, length, flushed, fit, full, forced, keys int
		if _, err := fmt.Sscan(line, &name, &size, &length, &flushed, &fit, &full, &forced, &keys); err != nil {
			t.Fatal(err)
		}
		id := fmt.Sprint(name, size)
		z := zones[id]
		if z == nil {
			if z, err = New(name, size, nil); err != nil {
				t.Fatal(err)
			}
			zones[id] = z
		}
		z.FlushAll()
		z.FlushExpired(0)
		got := []int{z.FreeSpace(), 0, 0, 0, 0}
		for z.SafeSet(fmt.Sprintf("%07d", got[1]), Value{Kind: String, Str: strings.Repeat("v", length)}, 0, 0) == nil {
			got[1]++
		}
		got[2] = z.FreeSpace()
		for i := range 200 {
			if forcible, _ := z.Set(fmt.Sprintf("x%06d", i+1), Value{Kind: String, Str: "vvvvvvvv"}, 0, 0); forcible {
				got[3]++
			}
		}
		got[4] = len(z.Keys(0))
		checkZone(t, z)
		if want := []int{flushed, fit, full, forced, keys}; !slices.Equal(got, want) {
			t.Errorf("%s of %d, values of %d: got %v, want %v", name, size, length, got, want)
		}
		rows++
	}
	if rows != 224 {
		t.Errorf("%d rows", rows)
	}
}
