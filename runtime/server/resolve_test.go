package server

import (
	"fmt"
	"net"
	"net/netip"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// names is a name server for one name.
type names struct {
	mu    sync.Mutex
	addrs []string // none: the name does not exist
	asked int
}

// serveNames answers on a port of its own, which it returns.
func serveNames(t testing.TB, addrs ...string) (*names, int) {
	t.Helper()
	n := &names{addrs: addrs}
	c, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	go func() {
		buf := make([]byte, 512)
		for {
			size, from, err := c.ReadFrom(buf)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(buf[:size]) == nil && len(m.Questions) == 1 {
				_, _ = c.WriteTo(n.answer(&m), from)
			}
		}
	}()
	return n, c.LocalAddr().(*net.UDPAddr).Port
}

func (n *names) set(addrs ...string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.addrs, n.asked = addrs, 0
}

func (n *names) questions() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.asked
}

func (n *names) answer(m *dnsmessage.Message) []byte {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.asked++
	m.Response, m.RecursionAvailable = true, true
	if len(n.addrs) == 0 {
		m.RCode = dnsmessage.RCodeNameError
	}
	for _, a := range n.addrs {
		m.Answers = append(m.Answers, dnsmessage.Resource{
			Header: dnsmessage.ResourceHeader{Name: m.Questions[0].Name, Class: dnsmessage.ClassINET, TTL: 1},
			Body:   &dnsmessage.AResource{A: netip.MustParseAddr(a).As4()},
		})
	}
	b, err := m.Pack()
	if err != nil {
		panic(err)
	}
	return b
}

// until waits for a condition.
func until(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !ok(); {
		if time.Now().After(end) {
			t.Fatalf("%s: it does not come", what)
		}
		<-time.After(time.Millisecond)
	}
}

// The servers of a group follow what its names resolve to; a reload begins with what is known, and the look-ups of the configuration
// before end with it.
func TestResolvedServers(t *testing.T) {
	ns, port := serveNames(t, "127.0.0.2")
	l, err := net.Listen("tcp", "127.0.0.2:0")
	if err != nil {
		t.Fatal(err)
	}
	at := l.Addr().(*net.TCPAddr).Port
	l.Close()
	text := fmt.Sprintf(`stream { resolver 127.0.0.1:9 ipv6=off;
		upstream u { zone u 64k; resolver 127.0.0.1:%d ipv6=off valid=1s; resolver_timeout 1m; server a.example:%d resolve; }
		server { listen unix:DIR/a; proxy_pass u; }
		server { listen 127.0.0.2:%[2]d; return two; } server { listen 127.0.0.3:%[2]d; return three; } }`, port, at)
	r := serve(t, text, nil)
	says := func(want string) func() bool {
		return func() bool { got, err := r.ask("a"); return err == nil && got == want }
	}
	until(t, "the first answer", says("two"))
	ns.set("127.0.0.3")
	until(t, "another address", says("three"))

	ns.set() // what was known stays until the name has been found to be gone
	r.signal(syscall.SIGHUP)
	r.logged("a.example could not be resolved (3: Host not found)", 1)
	until(t, "no address", says(""))
	r.logged(`no live upstreams while connecting to upstream, client: unix:, server: unix:`+r.dir+`a, upstream: "u"`, 1)

	ns.set("127.0.0.2")
	until(t, "an address again", says("two"))

	// One cycle asks, once a second at the most.
	ns.set("127.0.0.2")
	began := time.Now()
	until(t, "three more questions", func() bool { return ns.questions() >= 3 })
	if took := time.Since(began); took < 1500*time.Millisecond {
		t.Errorf("three questions in %v: the old configuration asks too", took)
	}
}

func TestReloadKeepsWhatWasResolved(t *testing.T) {
	ns, port := serveNames(t, "127.0.0.2")
	l, err := net.Listen("tcp", "127.0.0.2:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = c.Write([]byte("two"))
			c.Close()
		}
	}()
	r := serve(t, fmt.Sprintf(`stream { upstream u { zone u 64k; resolver 127.0.0.1:%d ipv6=off valid=1h; server a.example:%d resolve; }
		server { listen unix:DIR/a; proxy_pass u; } }`, port, l.Addr().(*net.TCPAddr).Port), nil)
	until(t, "the first answer", func() bool { got, err := r.ask("a"); return err == nil && got == "two" })
	ns.set()
	if err := r.Reload(); err != nil {
		t.Fatal(err)
	}
	r.answers("a", "two")
	if n := ns.questions(); n > 0 {
		t.Errorf("%d questions about a name whose answer is good for an hour", n)
	}
}
