package scenario

import (
	"fmt"
	"net"
	"os"
	"sync"
	"testing"
)

// ports gives out ports that nobody uses. They lie below the range that the kernel takes outgoing ports from, so that a port stays
// free until its owner listens on it, and no port is given out twice in a run.
var ports = struct {
	sync.Mutex
	next, end int
}{}

func freePort(t testing.TB) int {
	t.Helper()
	ports.Lock()
	defer ports.Unlock()
	if ports.end == 0 {
		low := 32768
		if text, err := os.ReadFile("/proc/sys/net/ipv4/ip_local_port_range"); err == nil {
			fmt.Sscan(string(text), &low)
		}
		// Runs at the same time begin at different places.
		ports.end = low
		ports.next = 10000 + os.Getpid()*97%max(low-12000, 1)
	}
	for range ports.end {
		port := ports.next
		if ports.next++; ports.next >= ports.end {
			ports.next = 10000
		}
		if free(port) {
			return port
		}
	}
	t.Fatal("no free port")
	return 0
}

func free(port int) bool {
	for _, host := range []string{"127.0.0.1", "::1"} {
		addr := net.JoinHostPort(host, fmt.Sprint(port))
		l, err := net.Listen("tcp", addr)
		if err != nil {
			return false
		}
		l.Close()
		p, err := net.ListenPacket("udp", addr)
		if err != nil {
			return false
		}
		p.Close()
	}
	return true
}
