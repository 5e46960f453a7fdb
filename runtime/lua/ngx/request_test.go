package ngx

import "testing"

// held is a socket that a handler left open, or not.
type held struct{ open, listed, released bool }

func (h *held) Holds() bool { return h.open }
func (h *held) Release()    { h.released = true }

// TestCloseLater: a handler that makes sockets without end and closes them keeps none of them, and closes all that are open at its end.
func TestCloseLater(t *testing.T) {
	rq := &request{}
	var open []*held
	first := &held{}
	rq.closeLater(first, &first.listed)
	for i := range 10_000 {
		h := &held{open: i%1000 == 0}
		if h.open {
			open = append(open, h)
		}
		rq.closeLater(h, &h.listed)
	}
	if n := cap(rq.closers); n > 64 {
		t.Errorf("room for %d sockets where %d are open", n, len(open))
	}
	if first.listed {
		t.Error("a closed socket is still in the list")
	}
	first.open = true // connected anew
	rq.closeLater(first, &first.listed)
	rq.closeLater(first, &first.listed)
	rq.release()
	for i, h := range append(open, first) {
		if !h.released {
			t.Errorf("socket %d stays open", i)
		}
	}
}
