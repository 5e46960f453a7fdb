package relay

import (
	"fmt"
	"io"
	"net"
	"syscall"
	"testing"
	"time"
)

// The benchmarks count the whole process, clients and upstream included; conformance/bench compares the server alone with nginx.

// processor reports the process's processor time per operation.
func processor(b *testing.B, run func()) {
	usage := func() time.Duration {
		var u syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
			b.Fatal(err)
		}
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	before := usage()
	run()
	b.ReportMetric(float64((usage()-before).Microseconds())/float64(b.N), "µs-cpu/op")
}

func BenchmarkConnect(b *testing.B) {
	p := newProxy(b, newEngine(b, Config{Loops: 1}), origin(b, echo), Options{Timeout: time.Minute})
	buf := make([]byte, 1)
	processor(b, func() {
		for b.Loop() {
			c, err := net.Dial("tcp", p.addr)
			if err != nil {
				b.Fatal(err)
			}
			c.Write(buf)
			io.ReadFull(c, buf)
			c.Close()
			<-p.results
		}
	})
}

func BenchmarkMessage(b *testing.B) {
	p := newProxy(b, newEngine(b, Config{Loops: 1}), origin(b, echo), Options{Timeout: time.Minute})
	c := dialTCP(b, p.addr)
	buf := make([]byte, 64)
	b.ReportAllocs()
	processor(b, func() {
		for b.Loop() {
			c.Write(buf)
			io.ReadFull(c, buf)
		}
	})
}

// BenchmarkBulk moves a megabyte per operation, spliced and copied.
func BenchmarkBulk(b *testing.B) {
	for _, rate := range []int64{0, 1 << 50} { // a rate, however high, is kept by copying
		b.Run(fmt.Sprintf("rate %d", rate), func(b *testing.B) {
			addr := origin(b, func(c *net.TCPConn) {
				defer c.Close()
				buf := make([]byte, 1<<20)
				for {
					if _, err := c.Write(buf); err != nil {
						return
					}
				}
			})
			p := newProxy(b, newEngine(b, Config{Loops: 1}), addr, Options{DownloadRate: rate})
			c := dialTCP(b, p.addr)
			buf := make([]byte, 1<<20)
			b.SetBytes(int64(len(buf)))
			processor(b, func() {
				for b.Loop() {
					if _, err := io.ReadFull(c, buf); err != nil {
						b.Fatal(err)
					}
				}
			})
		})
	}
}

func BenchmarkUDP(b *testing.B) {
	p := newUDPProxy(b, newEngine(b, Config{Loops: 1}), ListenOptions{Addr: udpLoopback()}, udpOrigin(b, same), UDPOptions{Responses: -1})
	c := dialUDP(b, p.ln.Addr().String())
	c.SetDeadline(time.Time{})
	buf := make([]byte, 64)
	b.ReportAllocs()
	processor(b, func() {
		for b.Loop() {
			c.Write(buf)
			if _, err := c.Read(buf); err != nil {
				b.Fatal(err)
			}
		}
	})
}
