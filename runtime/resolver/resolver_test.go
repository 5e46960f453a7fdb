package resolver

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/miekg/dns"
)

// zone answers questions: "NAME TYPE" to records in zone file notation, or to
// a word: a response code, "drop", "truncate".
type zone map[string][]string

// server is a name server on loopback that counts what it is asked.
type server struct {
	addr  netip.AddrPort
	zone  zone
	mu    sync.Mutex
	asked map[string]int
	hook  func(w dns.ResponseWriter, m *dns.Msg) bool // true: it has answered
}

func newDNS(t testing.TB, z zone) *server {
	t.Helper()
	pc, l := listenBoth(t)
	s := &server{addr: pc.LocalAddr().(*net.UDPAddr).AddrPort(), zone: z, asked: map[string]int{}}
	for _, srv := range []*dns.Server{{PacketConn: pc, Handler: s}, {Listener: l, Handler: s}} {
		go srv.ActivateAndServe()
		t.Cleanup(func() { srv.Shutdown() })
	}
	return s
}

// answer sets the hook.
func (s *server) answer(f func(w dns.ResponseWriter, m *dns.Msg) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hook = f
}

// names is the number of different questions asked.
func (s *server) names() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.asked)
}

// listenBoth finds a port that is free for both protocols.
func listenBoth(t testing.TB) (net.PacketConn, net.Listener) {
	t.Helper()
	for range 50 {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		if pc, err := net.ListenPacket("udp", l.Addr().String()); err == nil {
			return pc, l
		}
		l.Close()
	}
	t.Fatal("no port is free for both UDP and TCP")
	return nil, nil
}

func (s *server) count(what string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked[what]
}

func (s *server) ServeDNS(w dns.ResponseWriter, m *dns.Msg) {
	q := m.Question[0]
	what := strings.TrimSuffix(strings.ToLower(q.Name), ".") + " " + dns.TypeToString[q.Qtype]
	s.mu.Lock()
	s.asked[what]++
	hook := s.hook
	s.mu.Unlock()
	if hook != nil && hook(w, m) {
		return
	}
	w.WriteMsg(s.reply(m, what, w.LocalAddr().Network() == "tcp"))
}

func (s *server) reply(m *dns.Msg, what string, tcp bool) *dns.Msg {
	r := new(dns.Msg).SetReply(m)
	r.RecursionAvailable = true
	for _, line := range s.zone[what] {
		if code, ok := dns.StringToRcode[line]; ok {
			r.Rcode = code
			continue
		}
		if line == "truncate" {
			if !tcp {
				r.Truncated, r.Answer = true, nil
				return r
			}
			continue
		}
		rr, err := dns.NewRR(line)
		if err != nil {
			panic(err)
		}
		r.Answer = append(r.Answer, rr)
	}
	return r
}

// journal collects log lines.
type journal struct {
	mu    sync.Mutex
	lines []string
}

func (j *journal) log(m string, _ error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.lines = append(j.lines, m)
}

func (j *journal) has(part string) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return strings.Contains(strings.Join(j.lines, "\n"), part)
}

func newResolver(t testing.TB, cfg Config, servers ...*server) *Resolver {
	t.Helper()
	for _, s := range servers {
		cfg.Servers = append(cfg.Servers, s.addr)
	}
	if cfg.Resend == 0 {
		cfg.Resend = time.Hour // so that a slow machine asks no more often than a fast one
	}
	r := New(cfg)
	t.Cleanup(r.Close)
	return r
}

func text(a Answer, err error) string {
	if err != nil {
		return err.Error()
	}
	var out []string
	for _, x := range a.Addrs {
		out = append(out, x.String())
	}
	return strings.Join(out, " ")
}

const second = time.Second

// patience is how long a test waits for what must come.
const patience = 2 * time.Minute

// refusing is an address where no name server is and where none can come: the socket that has it hears only itself.
func refusing(t testing.TB) netip.AddrPort {
	t.Helper()
	pc, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(netip.MustParseAddrPort("127.0.0.1:0")))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { pc.Close() })
	at := pc.LocalAddr().(*net.UDPAddr).AddrPort()
	raw, err := pc.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	connect := func(fd uintptr) {
		err = syscall.Connect(int(fd), &syscall.SockaddrInet4{Addr: at.Addr().As4(), Port: int(at.Port())})
	}
	if e := raw.Control(connect); e != nil || err != nil {
		t.Fatal(e, err)
	}
	return at
}

func TestLookup(t *testing.T) {
	z := zone{
		"a.test A":        {"a.test. 60 A 10.0.0.1", "a.test. 60 A 10.0.0.2"},
		"a.test AAAA":     {"a.test. 60 AAAA 2001:db8::1"},
		"four.test A":     {"four.test. 60 A 10.0.0.4"},
		"six.test AAAA":   {"six.test. 60 AAAA 2001:db8::6"},
		"none.test A":     {},
		"nx.test A":       {"NXDOMAIN"},
		"nx.test AAAA":    {"NXDOMAIN"},
		"fail.test A":     {"SERVFAIL"},
		"fail.test AAAA":  {"SERVFAIL"},
		"half.test A":     {"half.test. 60 A 10.0.0.5"},
		"half.test AAAA":  {"SERVFAIL"},
		"ref.test A":      {"REFUSED"},
		"imp.test A":      {"NOTIMP"},
		"alias.test A":    {"alias.test. 60 CNAME a.test."},
		"alias.test AAAA": {"alias.test. 60 CNAME a.test."},
		"full.test A":     {"full.test. 60 CNAME a.test.", "a.test. 60 A 10.0.0.9"},
		"full.test AAAA":  {"full.test. 60 CNAME a.test."},
		"loop.test A":     {"loop.test. 60 CNAME loop.test."},
		"loop.test AAAA":  {"loop.test. 60 CNAME loop.test."},
		"big.test A":      {"truncate", "big.test. 60 A 10.0.0.7"},
		"dname.test A":    {"test. 60 DNAME other.", "dname.test. 60 A 10.0.0.8"},
	}
	r := newResolver(t, Config{}, newDNS(t, z))
	for _, tt := range []struct{ name, want string }{
		{"a.test", "10.0.0.1 10.0.0.2 2001:db8::1"},
		{"four.test.", "10.0.0.4"},
		{"six.test", "2001:db8::6"},
		{"none.test", "none.test could not be resolved (3: Host not found)"},
		{"nx.test", "nx.test could not be resolved (3: Host not found)"},
		{"NX.test.", "nx.test could not be resolved (3: Host not found)"},
		{"fail.test", "fail.test could not be resolved (2: Server failure)"},
		{"half.test", "half.test could not be resolved (2: Server failure)"},
		{"ref.test", "ref.test could not be resolved (5: Operation refused)"},
		{"imp.test", "imp.test could not be resolved (4: Unimplemented)"},
		{"full.test", "10.0.0.9"},
		{"loop.test", "loop.test could not be resolved (3: Host not found)"},
		{"big.test", "10.0.0.7"},
		{"dname.test", "10.0.0.8"},
		{"127.0.0.1", "127.0.0.1"},
		{"", " could not be resolved (3: Host not found)"},
		{"a..b", "a..b could not be resolved (3: Host not found)"},
		{strings.Repeat("x", 64) + ".test", strings.Repeat("x", 64) + ".test could not be resolved (3: Host not found)"},
	} {
		if got := text(r.Lookup(context.Background(), tt.name, patience)); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
	// The target of the alias is known by now, so its addresses come turned.
	if got := text(r.Lookup(context.Background(), "alias.test", patience)); len(got) != len("10.0.0.1 10.0.0.2 2001:db8::1") {
		t.Errorf("alias: %s", got)
	}
}

func TestFamilies(t *testing.T) {
	s := newDNS(t, zone{"a.test A": {"a.test. 60 A 10.0.0.1"}, "a.test AAAA": {"a.test. 60 AAAA 2001:db8::1"}})
	for want, cfg := range map[string]Config{"10.0.0.1": {NoIPv6: true}, "2001:db8::1": {NoIPv4: true}} {
		if got := text(newResolver(t, cfg, s).Lookup(context.Background(), "a.test", patience)); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	if s.count("a.test A") != 1 || s.count("a.test AAAA") != 1 {
		t.Errorf("asked %v", s.asked)
	}
}

func TestCache(t *testing.T) {
	var now atomic.Int64
	now.Store(1_700_000_000)
	clock := func() time.Time { return time.Unix(now.Load(), 0) }
	s := newDNS(t, zone{"a.test A": {"a.test. 5 A 10.0.0.1"}, "b.test A": {"b.test. 3600 A 10.0.0.2"}, "nx.test A": {"NXDOMAIN"}})
	for _, tt := range []struct {
		name  string
		valid time.Duration
		host  string
		steps []int64 // seconds between look-ups
		want  int     // queries
	}{
		{"within the ttl", 0, "a.test", []int64{0, 5}, 1},
		{"after the ttl", 0, "a.test", []int64{6}, 2},
		{"valid is longer", 20 * second, "a.test", []int64{20}, 1},
		{"valid is shorter", 2 * second, "b.test", []int64{3}, 2},
		{"used again and again", 0, "b.test", []int64{29, 29, 29}, 1},
		{"failures are not kept", 0, "nx.test", []int64{0}, 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := newResolver(t, Config{Now: clock, Valid: tt.valid, NoIPv6: true}, s)
			before := s.count(tt.host + " A")
			a, err := r.Lookup(context.Background(), tt.host, patience)
			if tt.valid != 0 && err == nil && a.Valid != clock().Add(tt.valid) {
				t.Errorf("valid until %v", a.Valid)
			}
			for _, d := range tt.steps {
				now.Add(d)
				r.Lookup(context.Background(), tt.host, patience)
			}
			if got := s.count(tt.host+" A") - before; got != tt.want {
				t.Errorf("%d queries, want %d", got, tt.want)
			}
		})
	}
}

func TestCacheForgetsUnused(t *testing.T) {
	var now atomic.Int64
	now.Store(1_700_000_000)
	z := zone{"other.test A": {"other.test. 3600 A 10.0.0.1"}}
	for i := range 20 {
		z[fmt.Sprintf("n%d.test A", i)] = []string{fmt.Sprintf("n%d.test. 3600 A 10.0.0.1", i)}
	}
	r := newResolver(t, Config{Now: func() time.Time { return time.Unix(now.Load(), 0) }, NoIPv6: true, CacheLimit: 10}, newDNS(t, z))
	for i := range 20 {
		r.Lookup(context.Background(), fmt.Sprintf("n%d.test", i), patience)
	}
	if n := r.used.Len(); n != 10 || len(r.nodes) != 10 {
		t.Errorf("%d names are kept, %d in all, want the limit of 10", n, len(r.nodes))
	}
	now.Add(31)
	for range 6 {
		r.Lookup(context.Background(), "other.test", patience)
	}
	if n := r.used.Len(); n != 1 {
		t.Errorf("%d names are kept half a minute later, want 1", n)
	}
}

func TestCoalescing(t *testing.T) {
	s := newDNS(t, zone{"a.test A": {"a.test. 60 A 10.0.0.1"}})
	waiting := make(chan struct{})
	s.answer(func(dns.ResponseWriter, *dns.Msg) bool { <-waiting; return false })
	r := newResolver(t, Config{NoIPv6: true}, s)
	var wg sync.WaitGroup
	for range 10 {
		wg.Go(func() {
			if got := text(r.Lookup(context.Background(), "a.test", patience)); got != "10.0.0.1" {
				t.Error(got)
			}
		})
	}
	for joined := 0; joined < 10; {
		r.mu.Lock()
		if n := r.nodes[key{name: "a.test"}]; n != nil {
			joined = n.waiting
		}
		r.mu.Unlock()
	}
	close(waiting)
	wg.Wait()
	if n := s.count("a.test A"); n != 1 {
		t.Errorf("%d queries, want 1", n)
	}
}

func TestTimeoutAndNextServer(t *testing.T) {
	silent := newDNS(t, nil)
	silent.answer(func(dns.ResponseWriter, *dns.Msg) bool { return true })
	good := newDNS(t, zone{"a.test A": {"a.test. 60 A 10.0.0.1"}})
	r := newResolver(t, Config{NoIPv6: true, Resend: 20 * time.Millisecond}, silent, good)
	if got := text(r.Lookup(context.Background(), "a.test", patience)); got != "10.0.0.1" {
		t.Error(got)
	}
	if a, b := silent.count("a.test A"), good.count("a.test A"); a == 0 || b == 0 { // more than once where the answer takes longer than Resend
		t.Errorf("asked %d and %d times", a, b)
	}
	r = newResolver(t, Config{NoIPv6: true}, silent)
	if got := text(r.Lookup(context.Background(), "x.test", 10*time.Millisecond)); got != "x.test could not be resolved (110: Operation timed out)" {
		t.Error(got)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := r.Lookup(ctx, "y.test", patience); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestRotation(t *testing.T) {
	z := zone{"a.test A": {"NXDOMAIN"}, "b.test A": {"NXDOMAIN"}, "c.test A": {"NXDOMAIN"}}
	one, two := newDNS(t, z), newDNS(t, z)
	r := newResolver(t, Config{NoIPv6: true}, one, two)
	for _, n := range []string{"a.test", "b.test", "c.test"} {
		r.Lookup(context.Background(), n, patience)
	}
	if one.names() != 2 || two.names() != 1 {
		t.Errorf("asked %d and %d names", one.names(), two.names())
	}
}

// TestAskedAnew: a name whose query nobody waits for any more is asked anew, not only when the query is due to be repeated.
func TestAskedAnew(t *testing.T) {
	s := newDNS(t, zone{"a.test A": {"a.test. 60 A 10.0.0.1"}})
	ctx, giveUp := context.WithCancel(context.Background())
	var asked atomic.Bool
	s.answer(func(dns.ResponseWriter, *dns.Msg) bool { // one packet is lost
		giveUp()
		return !asked.Swap(true)
	})
	r := newResolver(t, Config{NoIPv6: true}, s)
	if _, err := r.Lookup(ctx, "a.test", patience); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if got := text(r.Lookup(context.Background(), "a.test", patience)); got != "10.0.0.1" {
		t.Error(got)
	}
}

func TestRefusedPortTriesNext(t *testing.T) {
	closed := refusing(t)
	refusal := "recv() failed (111: Connection refused) while resolving, resolver: " + closed.String()
	good := newDNS(t, zone{"a.test A": {"a.test. 60 A 10.0.0.1"}})
	var j journal
	good.answer(func(dns.ResponseWriter, *dns.Msg) bool { // the look-up, and with it the log, ends with the answer
		for end := time.Now().Add(patience); !j.has(refusal) && time.Now().Before(end); {
			<-time.After(time.Millisecond)
		}
		return false
	})
	r := New(Config{Servers: []netip.AddrPort{closed, good.addr}, NoIPv6: true, Resend: 50 * time.Millisecond, Log: j.log})
	defer r.Close()
	if got := text(r.Lookup(context.Background(), "a.test", patience)); got != "10.0.0.1" {
		t.Error(got)
	}
	if !j.has(refusal) {
		t.Errorf("logged %q", j.lines)
	}
}

// TestBadAnswers sends one bad datagram before the good one: the look-up must
// hold out for the latter.
func TestBadAnswers(t *testing.T) {
	for _, tt := range []struct {
		name string
		bad  func(good *dns.Msg) []byte
		log  string
	}{
		{"too short", func(*dns.Msg) []byte { return []byte{1, 2, 3} }, "short DNS response"},
		{"cut off", func(m *dns.Msg) []byte { return pack(m)[:20] }, "short DNS response"},
		{"cut off in a record", func(m *dns.Msg) []byte { return pack(m)[:30] }, "short DNS response"},
		{"a query", func(m *dns.Msg) []byte { m.Response = false; return pack(m) }, "invalid UDP DNS response"},
		{"authenticated data", func(m *dns.Msg) []byte { m.AuthenticatedData = true; return pack(m) }, "invalid UDP DNS response"},
		{"another opcode", func(m *dns.Msg) []byte { m.Opcode = dns.OpcodeNotify; return pack(m) }, "invalid UDP DNS response"},
		{"another id", func(m *dns.Msg) []byte { m.Id++; return pack(m) }, "wrong ident"},
		{"another name", func(m *dns.Msg) []byte { m.Question[0].Name = "b.test."; return pack(m) }, "unexpected DNS response for b.test"},
		{"another type", func(m *dns.Msg) []byte { m.Question[0].Qtype = dns.TypeMX; return pack(m) }, "unexpected DNS response for a.test"},
		{"another class", func(m *dns.Msg) []byte { m.Question[0].Qclass = dns.ClassCHAOS; return pack(m) }, "unknown query class 3 in DNS response"},
		{"two questions", func(m *dns.Msg) []byte { m.Question = append(m.Question, m.Question[0]); return pack(m) }, "invalid number of questions"},
		{"format error", func(m *dns.Msg) []byte { m.Rcode = dns.RcodeFormatError; return pack(m) }, "DNS error (1: Format error), query id:"},
		{"unknown code", func(m *dns.Msg) []byte { m.Rcode = dns.RcodeYXDomain; return pack(m) }, "DNS error (6: Unknown error), query id:"},
		{"a record of another class", func(m *dns.Msg) []byte { m.Answer[0].Header().Class = dns.ClassCHAOS; return pack(m) }, "unexpected RR class 3"},
		{"an address of another family", func(m *dns.Msg) []byte {
			rr, _ := dns.NewRR("a.test. 60 AAAA ::1")
			m.Answer = []dns.RR{rr}
			return pack(m)
		}, "unexpected AAAA record in DNS response"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newDNS(t, zone{"a.test A": {"a.test. 60 A 10.0.0.1"}})
			s.answer(func(w dns.ResponseWriter, m *dns.Msg) bool {
				w.Write(tt.bad(s.reply(m, "a.test A", false)))
				return false
			})
			var j journal
			r := newResolver(t, Config{NoIPv6: true, Log: j.log}, s)
			if got := text(r.Lookup(context.Background(), "a.test", patience)); got != "10.0.0.1" {
				t.Error(got)
			}
			if !j.has(tt.log) {
				t.Errorf("logged %q, want %q", j.lines, tt.log)
			}
		})
	}
}

func pack(m *dns.Msg) []byte {
	b, err := m.Pack()
	if err != nil {
		panic(err)
	}
	return b
}

func TestSourceIsChecked(t *testing.T) {
	s := newDNS(t, zone{"a.test A": {"a.test. 60 A 10.0.0.1"}})
	spoofer, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer spoofer.Close()
	s.answer(func(w dns.ResponseWriter, m *dns.Msg) bool {
		fake := new(dns.Msg).SetReply(m)
		rr, _ := dns.NewRR("a.test. 60 A 6.6.6.6")
		fake.Answer = []dns.RR{rr}
		spoofer.WriteTo(pack(fake), w.RemoteAddr())
		return false
	})
	if got := text(newResolver(t, Config{NoIPv6: true}, s).Lookup(context.Background(), "a.test", patience)); got != "10.0.0.1" {
		t.Error(got)
	}
}

func TestIdentifiersAndPortsVary(t *testing.T) {
	s := newDNS(t, nil)
	ids, ports := map[uint16]bool{}, map[string]bool{}
	s.answer(func(w dns.ResponseWriter, m *dns.Msg) bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		ids[m.Id], ports[w.RemoteAddr().String()] = true, true
		return false
	})
	r := newResolver(t, Config{}, s)
	for i := range 20 {
		r.Lookup(context.Background(), fmt.Sprintf("n%d.test", i), patience)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(ids) < 35 || len(ports) < 15 {
		t.Errorf("%d identifiers and %d ports in 40 messages of 20 queries", len(ids), len(ports))
	}
}

func TestService(t *testing.T) {
	z := zone{
		"_http._tcp.x.test SRV": {"_http._tcp.x.test. 60 SRV 2 1 82 b.test.", "_http._tcp.x.test. 30 SRV 1 0 81 a.test.", "_http._tcp.x.test. 60 SRV 1 9 83 c.test."},
		"own.name.x.test SRV":   {"own.name.x.test. 60 SRV 1 1 80 nx.test."},
		"_al._tcp.x.test SRV":   {"_al._tcp.x.test. 60 CNAME _http._tcp.x.test."},
		"_no._tcp.x.test SRV":   {"NXDOMAIN"},
		"a.test A":              {"a.test. 20 A 10.0.0.1"},
		"b.test A":              {"b.test. 60 A 10.0.0.2", "b.test. 60 A 10.0.0.3"},
		"c.test A":              {"NXDOMAIN"},
		"nx.test A":             {"SERVFAIL"},
	}
	now := time.Unix(1_700_000_000, 0)
	r := newResolver(t, Config{NoIPv6: true, Now: func() time.Time { return now }, Rand: func() uint32 { return 0 }}, newDNS(t, z))
	for _, service := range []string{"http", "al"} {
		got, err := r.LookupService(context.Background(), "x.test", service, patience)
		if err != nil {
			t.Fatal(err)
		}
		want := "[{10.0.0.1:81 a.test 1 1} {10.0.0.2:82 b.test 2 1} {10.0.0.3:82 b.test 2 1}]"
		if fmt.Sprint(got.Addrs) != want {
			t.Errorf("%s: %v", service, got.Addrs)
		}
		if len(got.Failed) != 1 || got.Failed[0].Error() != "c.test could not be resolved (3: Host not found)" {
			t.Errorf("failed %v", got.Failed)
		}
		if got.Valid != now.Add(20*second) {
			t.Errorf("valid for %v", got.Valid.Sub(now))
		}
	}
	for service, want := range map[string]string{
		"own.name": "x.test could not be resolved (2: Server failure)",
		"no":       "x.test could not be resolved (3: Host not found)",
	} {
		if _, err := r.LookupService(context.Background(), "x.test", service, patience); err == nil || err.Error() != want {
			t.Errorf("%s: %v", service, err)
		}
	}
}

func TestNoServers(t *testing.T) {
	r := New(Config{})
	if _, err := r.Lookup(context.Background(), "a.test", second); err != ErrNoServers {
		t.Error(err)
	}
	for want, cfg := range map[string]Config{
		"no name servers defined":                {},
		`"ipv4" and "ipv6" cannot both be "off"`: {NoIPv4: true, NoIPv6: true},
	} {
		if err := cfg.Check(); err == nil || err.Error() != want {
			t.Errorf("%v", err)
		}
	}
}

func TestCloseEndsLookups(t *testing.T) {
	s := newDNS(t, nil)
	asked := make(chan struct{}, 1)
	s.answer(func(dns.ResponseWriter, *dns.Msg) bool { asked <- struct{}{}; return true })
	r := newResolver(t, Config{NoIPv6: true}, s)
	done := make(chan error)
	go func() {
		_, err := r.Lookup(context.Background(), "a.test", patience)
		done <- err
	}()
	<-asked
	r.Close()
	if err := <-done; err == nil || !strings.Contains(err.Error(), "110") {
		t.Error(err)
	}
}

func TestOddNames(t *testing.T) {
	name := `a\b(c)"d` + "\x01" + ".test"
	s := newDNS(t, nil)
	s.answer(func(w dns.ResponseWriter, m *dns.Msg) bool {
		r := new(dns.Msg).SetReply(m)
		r.Answer = []dns.RR{&dns.A{Hdr: dns.RR_Header{Name: m.Question[0].Name, Rrtype: dns.TypeA, Class: dns.ClassINET, Ttl: 1}, A: net.IPv4(10, 0, 0, 1)}}
		w.WriteMsg(r)
		return true
	})
	if got := text(newResolver(t, Config{NoIPv6: true}, s).Lookup(context.Background(), name, patience)); got != "10.0.0.1" {
		t.Error(got)
	}
}

// FuzzTake feeds packets to a query: nothing may panic, and only a packet with
// the right identifier may end it.
func FuzzTake(f *testing.F) {
	good := new(dns.Msg)
	good.SetQuestion("a.test.", dns.TypeA)
	good.Response = true
	rr, _ := dns.NewRR("a.test. 60 A 10.0.0.1")
	good.Answer = []dns.RR{rr}
	f.Add(pack(good), true)
	f.Add([]byte{0, 0, 0x80, 0}, false)
	f.Fuzz(func(t *testing.T, data []byte, fix bool) {
		r := New(Config{Servers: []netip.AddrPort{netip.MustParseAddrPort("127.0.0.1:9")}, NoIPv6: true})
		n := &node{key: key{name: "a.test"}, done: make(chan struct{}), stop: func() {}}
		q := newQuery(r, n, 0)
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		q.ctx = ctx
		id := q.questions[0].id
		if fix && len(data) >= 2 {
			binary.BigEndian.PutUint16(data, id)
		}
		if q.take(packet{data: data, tcp: true}) && binary.BigEndian.Uint16(data) != id {
			t.Fatal("a packet with a wrong identifier was taken")
		}
	})
}
