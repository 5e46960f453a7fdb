package scenario

import (
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/dns/dnsmessage"
)

// nameServer answers A questions over UDP; names that it does not hold do not exist.
type nameServer struct {
	mu    sync.Mutex
	hosts map[string][]string // name without final dot -> addresses
	asked map[string]int
}

func serveNames(t testing.TB, addr string, hosts map[string][]string) *nameServer {
	t.Helper()
	ns := &nameServer{hosts: hosts, asked: map[string]int{}}
	conn, err := net.ListenPacket("udp", addr)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		buf := make([]byte, 4096)
		for {
			n, peer, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			if answer := ns.answer(buf[:n]); answer != nil {
				if _, err := conn.WriteTo(answer, peer); err != nil {
					return
				}
			}
		}
	}()
	t.Cleanup(func() {
		conn.Close()
		<-done
	})
	return ns
}

// set changes what a name means.
func (ns *nameServer) set(name string, addrs ...string) {
	ns.mu.Lock()
	defer ns.mu.Unlock()
	ns.hosts[name] = addrs
}

// questions is how often a name has been asked for.
func (ns *nameServer) questions(name string) int {
	ns.mu.Lock()
	defer ns.mu.Unlock()
	return ns.asked[name]
}

func (ns *nameServer) answer(question []byte) []byte {
	var m dnsmessage.Message
	if m.Unpack(question) != nil || len(m.Questions) != 1 {
		return nil
	}
	q := m.Questions[0]
	name := strings.ToLower(strings.TrimSuffix(q.Name.String(), "."))
	ns.mu.Lock()
	addrs, known := ns.hosts[name]
	ns.asked[name]++
	ns.mu.Unlock()
	m.Header = dnsmessage.Header{ID: m.ID, Response: true, RecursionDesired: true, RecursionAvailable: true}
	m.Additionals = nil
	if !known {
		m.RCode = dnsmessage.RCodeNameError
	}
	for _, a := range addrs {
		if q.Type == dnsmessage.TypeA {
			m.Answers = append(m.Answers, dnsmessage.Resource{
				Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class, TTL: 60},
				Body:   &dnsmessage.AResource{A: netip.MustParseAddr(a).As4()},
			})
		}
	}
	out, err := m.Pack()
	if err != nil {
		return nil
	}
	return out
}
