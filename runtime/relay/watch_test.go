package relay

import (
	"testing"
	"time"
)

// A watch that is stopped is not called, and the reader that comes after it misses nothing. The loop may hear of a byte only after it
// has been read: a watch that stands by then is not called for it.
func TestWatchStop(t *testing.T) {
	c, peer := connected(t, newEngine(t, Config{}))
	called := make(chan error, 1)
	b := make([]byte, 1)
	for i := range 500 {
		w := c.OnReadable(time.Minute, func(err error) { called <- err })
		if !w.Stop() {
			t.Fatal("a fresh watch was called: ", <-called)
		}
		if w.Stop() {
			t.Fatal("stopped twice")
		}
		if _, err := peer.Write([]byte{byte(i)}); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Read(b); err != nil || b[0] != byte(i) {
			t.Fatal(i, b, err)
		}
	}
	select {
	case err := <-called:
		t.Error("called: ", err)
	default:
	}
	w := c.OnReadable(time.Millisecond, func(err error) { called <- err })
	if err := <-called; err != ErrTimeout {
		t.Error(err)
	}
	if w.Stop() {
		t.Error("stopped after it was called")
	}
	if (Watch{}).Stop() {
		t.Error("the zero watch was stopped")
	}
}
