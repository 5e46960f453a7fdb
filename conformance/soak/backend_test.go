package soak

import (
	"io"
	"net"
	"sync"
	"testing"
)

// echo is a TCP backend that sends back what it gets, and that can be killed and started again on the same address.
type echo struct {
	addr string

	mu   sync.Mutex
	l    net.Listener
	live map[*net.TCPConn]struct{}
	wg   sync.WaitGroup
}

func newEcho(t testing.TB) *echo {
	t.Helper()
	e := &echo{addr: "127.0.0.1:0", live: map[*net.TCPConn]struct{}{}}
	if err := e.start(); err != nil {
		t.Fatal(err)
	}
	e.addr = e.l.Addr().String()
	t.Cleanup(e.kill)
	return e
}

// start listens.
func (e *echo) start() error {
	l, err := net.Listen("tcp4", e.addr)
	if err != nil {
		return err
	}
	e.mu.Lock()
	e.l = l
	e.mu.Unlock()
	e.wg.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			e.wg.Go(func() { e.serve(l, conn.(*net.TCPConn)) })
		}
	})
	return nil
}

func (e *echo) serve(l net.Listener, conn *net.TCPConn) {
	defer conn.Close()
	e.mu.Lock()
	dead := e.l != l
	if !dead {
		e.live[conn] = struct{}{}
	}
	e.mu.Unlock()
	if dead {
		_ = conn.SetLinger(0)
		return
	}
	_, _ = io.Copy(conn, conn)
	e.mu.Lock()
	delete(e.live, conn)
	e.mu.Unlock()
}

// kill closes the listener and resets what is open, as the end of the process would.
func (e *echo) kill() {
	e.mu.Lock()
	if e.l != nil {
		e.l.Close()
		e.l = nil
	}
	for conn := range e.live {
		_ = conn.SetLinger(0)
		conn.Close()
	}
	e.mu.Unlock()
	e.wg.Wait()
}

// echoUDP answers each datagram with itself.
func echoUDP(t testing.TB) (addr string) {
	t.Helper()
	conn, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		buf := make([]byte, 64<<10)
		for {
			n, peer, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			_, _ = conn.WriteTo(buf[:n], peer)
		}
	}()
	t.Cleanup(func() {
		conn.Close()
		<-done
	})
	return conn.LocalAddr().String()
}
