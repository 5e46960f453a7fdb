// Package ports gives ports to servers that are going to listen on them.
//
// A port from the kernel (":0") that is closed for a server to take may be gone when the server comes: the kernel gives it to the next
// outgoing connection. So ports come from below those of outgoing connections, and processes that run side by side take them from
// different blocks. A block belongs to the process that holds the abstract Unix socket with its name, which the kernel takes back when
// that ends. Ports and abstract sockets are both of one network namespace, so that who cannot see the other cannot disturb him.
//
// It refuses to know what the ports are for.
package ports

import (
	"errors"
	"fmt"
	"net"
	"os"
	"sync"
	"syscall"
)

// Range gives out ports. It is safe for concurrent use.
type Range struct {
	mu         sync.Mutex
	first, end int
	next, stop int            // what is left of the block
	blocks     []int          // those that this process has, by their first ports
	held       []net.Listener // what makes them its own
	turn       int            // of blocks that are used again
}

// block is how many ports are taken at a time.
const block = 256

// New makes a Range. Close gives its blocks back.
func New() *Range {
	low := 32768
	if text, err := os.ReadFile("/proc/sys/net/ipv4/ip_local_port_range"); err == nil {
		_, _ = fmt.Sscan(string(text), &low)
	}
	r := &Range{first: 20000, end: low}
	if low < 22000 {
		r.first = max(low-12000, 2000)
	}
	return r
}

// Close lets other processes have the ports.
func (r *Range) Close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, l := range r.held {
		l.Close()
	}
	r.held, r.blocks, r.next, r.stop = nil, nil, 0, 0
}

// Take gives n ports in a row that nobody listens on, for TCP and UDP. None is given twice before all blocks are used up.
func (r *Range) Take(n int) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for range 2 * (r.end - r.first) {
		if r.next+n > r.stop {
			r.claim()
		}
		used := firstUsed(r.next, n)
		if used < 0 {
			r.next += n
			return r.next - n, nil
		}
		r.next = used + 1
	}
	return 0, errors.New("no free ports")
}

// claim goes on with another block: one of nobody's, else the next of our own, else one that somebody has.
func (r *Range) claim() {
	count := max((r.end-r.first)/block, 1)
	for i := range count {
		at := r.first + (os.Getpid()+i)%count*block
		if l, err := net.Listen("unix", fmt.Sprintf("@tidegate-ports-%d", at)); err == nil {
			r.blocks, r.held = append(r.blocks, at), append(r.held, l)
			r.next, r.stop = at, min(at+block, r.end)
			return
		}
	}
	r.turn++
	at := r.first + (os.Getpid()+r.turn)%count*block
	if len(r.blocks) > 0 {
		at = r.blocks[r.turn%len(r.blocks)]
	}
	r.next, r.stop = at, min(at+block, r.end)
}

// firstUsed is the first of n ports that is no good; -1 when all are. Round numbers are left out: they occur in what servers answer, where
// they are no ports.
func firstUsed(port, n int) int {
	for p := port; p < port+n; p++ {
		if p%1000 == 0 || !unused(p) {
			return p
		}
	}
	return -1
}

func unused(port int) bool {
	for _, host := range []string{"0.0.0.0", "::1"} {
		addr := net.JoinHostPort(host, fmt.Sprint(port))
		l, err := net.Listen("tcp", addr)
		if err != nil {
			if missing(err) {
				continue
			}
			return false
		}
		l.Close()
		u, err := net.ListenPacket("udp", addr)
		if err != nil {
			return false
		}
		u.Close()
	}
	return true
}

// missing tells that the system has no such addresses: it may be without IPv6.
func missing(err error) bool {
	return errors.Is(err, syscall.EADDRNOTAVAIL) || errors.Is(err, syscall.EAFNOSUPPORT)
}
