package limitconn

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
)

func zone(t *testing.T, name string, size int64) *Zone {
	t.Helper()
	z, err := New(name, "$key", size)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// A zone takes as many keys as OpenResty 1.31.1.1 took.
func TestCapacity(t *testing.T) {
	for _, c := range []struct {
		key  int // bytes
		name string
		size int64
		keys int
	}{
		{12, "zone", 32768, 383},
		{28, "zone", 32768, 383},
		{29, "zone", 32768, 160},
		{42, "zone", 32768, 160},
		{93, "zone", 32768, 80},
		{94, "zone", 32768, 80},
		{221, "zone", 32768, 40},
		{222, "zone", 32768, 40},
		{12, "z", 65536, 895},
		{12, strings.Repeat("z", 40), 32768, 446},
		{94, strings.Repeat("z", 110), 49152, 159},
		{12, "z", 262144, 3967},
	} {
		z := zone(t, c.name, c.size)
		var places []Place
		for {
			p, got := z.Take(fmt.Sprintf("%0*d", c.key, len(places)), 1)
			if got != Taken {
				if got != NoMemory {
					t.Errorf("outcome %d", got)
				}
				break
			}
			places = append(places, p)
		}
		if len(places) != c.keys {
			t.Errorf("a zone %q of %d bytes takes %d keys of %d bytes, want %d", c.name, c.size, len(places), c.key, c.keys)
		}
		// One that leaves makes room for another.
		places[len(places)/2].Give()
		if _, got := z.Take(strings.Repeat("n", c.key), 1); got != Taken {
			t.Errorf("no room after one has left: %d", got)
		}
		if _, got := z.Take(strings.Repeat("o", c.key), 1); got != NoMemory {
			t.Errorf("outcome %d of a full zone", got)
		}
	}
}

func TestLimit(t *testing.T) {
	z := zone(t, "one", 32768)
	if z.Name() != "one" || z.Key() != "$key" || z.Size() != 32768 {
		t.Errorf("%s, %s, %d", z.Name(), z.Key(), z.Size())
	}
	a, _ := z.Take("a", 2)
	b, _ := z.Take("a", 2)
	if _, got := z.Take("a", 2); got != Limited {
		t.Errorf("a third: %d", got)
	}
	c, got := z.Take("a", 3) // another server has another limit
	if got != Taken {
		t.Errorf("a third of three: %d", got)
	}
	if _, got := z.Take("b", 1); got != Taken {
		t.Errorf("another key: %d", got)
	}
	a.Give()
	if _, got := z.Take("a", 2); got != Limited {
		t.Errorf("with two left: %d", got)
	}
	b.Give()
	c.Give()
	if len(z.nodes) != 1 {
		t.Errorf("%d keys are kept", len(z.nodes))
	}
}

// Whatever is taken and given back from many sides, counts stay right and nothing is left.
func TestConcurrent(t *testing.T) {
	z := zone(t, "z", 32768)
	var wg sync.WaitGroup
	for seed := range uint64(8) {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(seed, 0))
			var held []Place
			for range 2000 {
				if p, got := z.Take(strings.Repeat("k", 1+r.IntN(200)), 3); got == Taken {
					held = append(held, p)
				}
				if len(held) > r.IntN(20) {
					held[0].Give()
					held = held[1:]
				}
			}
			for _, p := range held {
				p.Give()
			}
		})
	}
	wg.Wait()
	if err := z.pool.Check(2); err != nil || len(z.nodes) != 0 {
		t.Errorf("%d keys are left: %v", len(z.nodes), err)
	}
}

func TestTooSmall(t *testing.T) {
	if _, err := New("z", "", 8192); err == nil || err.Error() != "ngx_slab_alloc() failed: no memory" {
		t.Error(err)
	}
}
