package relay

import (
	"io"
	"math/rand"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Clients, upstreams and killers do what they like at once; every session ends exactly once, and nothing is left.
func TestChaos(t *testing.T) {
	e := newEngine(t, Config{Loops: 3})
	addr := origin(t, func(c *net.TCPConn) {
		defer c.Close()
		rnd := rand.New(rand.NewSource(int64(c.RemoteAddr().(*net.TCPAddr).Port)))
		b := make([]byte, 64<<10)
		for range rnd.Intn(20) {
			switch rnd.Intn(5) {
			case 0:
				c.CloseWrite()
			case 1:
				c.SetLinger(0)
				return
			default:
				c.SetReadDeadline(time.Now().Add(10 * time.Millisecond))
				n, err := c.Read(b)
				if err == io.EOF {
					return
				}
				if _, err := c.Write(b[:max(n, 1)]); err != nil {
					return
				}
			}
		}
	})
	ln, err := e.Listen(ListenOptions{Addr: loopback(0)})
	if err != nil {
		t.Fatal(err)
	}
	var begun, ended, doubled atomic.Int64
	ln.Accept(func(c *Conn) {
		half := c.FD()%2 == 0
		e.DialAsync(DialOptions{Remote: addrOf(addr), Near: c}, func(u *Conn, err error) {
			if err != nil {
				c.Close()
				return
			}
			begun.Add(1)
			var once atomic.Bool
			s := e.Relay(c, u, Options{HalfClose: half, Timeout: 200 * time.Millisecond}, func(Result) {
				if once.Swap(true) {
					doubled.Add(1)
				}
				c.Close()
				ended.Add(1)
			})
			switch c.FD() % 7 {
			case 0:
				go s.Kill()
			case 1:
				go c.Close()
				go u.Close()
			}
		})
	})
	var wg sync.WaitGroup
	for i := range 300 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			rnd := rand.New(rand.NewSource(int64(i)))
			c, err := net.Dial("tcp", ln.Addr().String())
			if err != nil {
				t.Error(err)
				return
			}
			defer c.Close()
			b := make([]byte, 200<<10)
			for range rnd.Intn(10) {
				switch rnd.Intn(6) {
				case 0:
					c.(*net.TCPConn).CloseWrite()
				case 1:
					c.(*net.TCPConn).SetLinger(0)
					return
				case 2:
					c.Write(b)
				default:
					c.Write(b[:rnd.Intn(5000)])
					c.SetReadDeadline(time.Now().Add(5 * time.Millisecond))
					c.Read(b)
				}
			}
		}()
	}
	wg.Wait()
	ln.Close()
	known := func() (n int) { // a client that left at once may still be connected to its upstream
		e.table.each(func(*desc) { n++ })
		return n
	}
	for deadline := time.Now().Add(patience); ended.Load() != begun.Load() || e.Sessions() != 0 || known() != 0; wait(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d begun, %d ended, %d alive, %d descriptors", begun.Load(), ended.Load(), e.Sessions(), known())
		}
	}
	if doubled.Load() != 0 || begun.Load() == 0 {
		t.Errorf("%d begun, %d ended twice", begun.Load(), doubled.Load())
	}
}
