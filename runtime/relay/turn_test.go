package relay

import (
	"io"
	"testing"
)

// A handler that must wait leaves its turn: the loop goes on, for the rest of the same batch too, and the handler's goroutine ends
// with the handler.
func TestTurnLeave(t *testing.T) {
	for _, guarded := range []bool{false, true} {
		cfg := Config{Loops: 1}
		if guarded {
			cfg.Panic = func(v any, _ []byte) { t.Error(v) }
		}
		e := newEngine(t, cfg)
		ln, err := e.Listen(ListenOptions{Addr: loopback(0)})
		if err != nil {
			t.Fatal(err)
		}
		ended := make(chan struct{}, 10)
		ln.Accept(func(c *Conn) {
			defer func() { ended <- struct{}{} }()
			defer c.Close()
			turn := c.Turn()
			turn.Leave()
			turn.Leave() // once is enough
			b := make([]byte, 1)
			for { // waits on the loop that it was called from
				if _, err := c.Read(b); err != nil {
					return
				}
				c.Write(b)
			}
		})
		p := newProxy(t, e, origin(t, echo), Options{})
		ask := func(c io.ReadWriter) {
			t.Helper()
			b := []byte("x")
			c.Write(b)
			if _, err := io.ReadFull(c, b); err != nil {
				t.Fatal(err)
			}
		}
		first, second, relayed := dialTCP(t, ln.Addr().String()), dialTCP(t, ln.Addr().String()), dialTCP(t, p.addr)
		for range 3 {
			ask(second)
			ask(relayed)
			ask(first)
		}
		first.Close()
		second.Close()
		<-ended
		<-ended
	}
}
