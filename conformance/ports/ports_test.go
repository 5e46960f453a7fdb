package ports

import (
	"fmt"
	"net"
	"testing"
)

// TestTake has two Ranges give out ports at once: none is given twice, and none that somebody listens on.
func TestTake(t *testing.T) {
	a, b := New(), New()
	defer a.Close()
	defer b.Close()
	first, err := a.Take(1)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", first+2))
	if err != nil {
		t.Skip(err)
	}
	defer l.Close()
	seen := map[int]bool{first: true, first + 2: true}
	for i := range 300 {
		for _, r := range []*Range{a, b} {
			n := 1 + i%4
			port, err := r.Take(n)
			if err != nil {
				t.Fatal(err)
			}
			for p := port; p < port+n; p++ {
				if seen[p] {
					t.Fatalf("port %d is given again", p)
				}
				if p < r.first || p >= r.end || p%1000 == 0 {
					t.Fatalf("port %d is given", p)
				}
				seen[p] = true
			}
		}
	}
}

// TestShortOfBlocks: when all blocks belong to others, or to itself, ports are given nevertheless.
func TestShortOfBlocks(t *testing.T) {
	all, none := New(), New()
	all.end = all.first + 3*block
	none.end = all.end
	defer all.Close()
	defer none.Close()
	for range 2 * (all.end - all.first) {
		if port, err := all.Take(1); err != nil || port < all.first || port >= all.end {
			t.Fatal(port, err)
		}
	}
	if port, err := none.Take(4); err != nil || port < all.first || port+4 > all.end {
		t.Error(port, err)
	}
	if len(all.blocks) > 3 {
		t.Errorf("blocks %v", all.blocks)
	}
	all.Close()
	if _, err := all.Take(1); err != nil {
		t.Error("after Close: ", err)
	}
}
