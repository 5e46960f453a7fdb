package slab

import (
	"math/rand/v2"
	"testing"
)

func pool(t *testing.T, size int) *Pool {
	t.Helper()
	mem, err := Map(Area(size))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { Unmap(mem) })
	p := &Pool{}
	p.Init(mem)
	return p
}

// Chunks do not overlap, whatever is taken and given back, and nothing gets lost.
func TestAgainstModel(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for _, size := range []int{12288, 32768, 1 << 20} {
		p := pool(t, size)
		all := p.Spare()
		held := map[int]int{} // size by offset
		for range 5000 {
			if r.IntN(3) > 0 {
				n := 1 + r.IntN([]int{60, 600, 6000}[r.IntN(3)])
				if at := p.Alloc(n); at >= 0 {
					for o, size := range held {
						if at < o+size && o < at+n {
							t.Fatalf("%d bytes at %d overlap %d at %d", n, at, size, o)
						}
					}
					held[at] = n
				}
			} else {
				for at := range held {
					p.Free(at)
					delete(held, at)
					break
				}
			}
			if err := p.Check(len(held)); err != nil {
				t.Fatal(err)
			}
		}
		for at := range held {
			p.Free(at)
		}
		if err := p.Check(0); err != nil || p.Spare() != all {
			t.Errorf("%d of %d bytes are left of a zone of %d: %v", p.Spare(), all, size, err)
		}
	}
}

// What nginx's structures leave of zones.
func TestArea(t *testing.T) {
	for size, pages := range map[int]int{0: 0, 4096: 0, 8192: 1, 12288: 2, 32768: 7, 65536: 15, 1 << 20: 254} {
		if got := Area(size); got != pages*pageSize {
			t.Errorf("%d bytes have %d pages, want %d", size, got/pageSize, pages)
		}
	}
}
