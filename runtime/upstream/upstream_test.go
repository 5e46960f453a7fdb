package upstream

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"
)

// clock is a settable time.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Unix(1_700_000_000, 0)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func addr(port int) Addr {
	return Addr{IP: netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), uint16(port))}
}

// servers reads "a", "b w=5 fails=2 timeout=3 conns=1 down backup addrs=2": a
// name of one letter and what differs from nginx's defaults. The port of the
// server "a" is 1, of "b" 2 and so on; further addresses count from 100.
func servers(t *testing.T, specs ...string) []Server {
	t.Helper()
	var out []Server
	for _, spec := range specs {
		f := strings.Fields(spec)
		s := Server{Name: f[0], Weight: 1, MaxFails: 1, FailTimeout: 10 * time.Second}
		n := 1
		for _, p := range f[1:] {
			k, v, _ := strings.Cut(p, "=")
			var num int
			fmt.Sscan(v, &num)
			switch k {
			case "w":
				s.Weight = num
			case "fails":
				s.MaxFails = num
			case "timeout":
				s.FailTimeout = time.Duration(num) * time.Second
			case "conns":
				s.MaxConns = num
			case "down":
				s.Down = true
			case "backup":
				s.Backup = true
			case "addrs":
				n = num
			default:
				t.Fatalf("bad server %q", spec)
			}
		}
		port := int(f[0][0] - 'a' + 1)
		for i := range n {
			s.Addrs = append(s.Addrs, addr(port+100*i))
		}
		out = append(out, s)
	}
	return out
}

func group(t *testing.T, c *clock, cfg Config) *Group {
	t.Helper()
	cfg.Name, cfg.Where = "u", "nginx.conf:3"
	if c != nil {
		cfg.Now = c.Now
	}
	g, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// label turns a peer into its letter, with the number of its address if that
// is not the first.
func label(p *Peer) string {
	port := int(p.Addr.IP.Port())
	s := string(rune('a' + port%100 - 1))
	if port > 100 {
		s += fmt.Sprint(port / 100)
	}
	return s
}

// one runs a session that succeeds with its first peer.
func one(g *Group, key string) string {
	var s Selection
	g.Init(&s, Request{Key: key})
	p, err := s.Get()
	if err != nil {
		return "-"
	}
	s.Notify(Connected, true)
	s.Free(StateOK)
	return label(p)
}

// all runs a session in which every attempt fails.
func all(g *Group, key string) string {
	var s Selection
	g.Init(&s, Request{Key: key})
	out := ""
	for {
		p, err := s.Get()
		if err != nil {
			return out + "-"
		}
		out += label(p)
		s.Free(StateFailed)
		if s.Tries() == 0 {
			return out
		}
	}
}

func run(n int, f func(*Group, string) string, g *Group, key string) string {
	var b strings.Builder
	for range n {
		b.WriteString(f(g, key))
	}
	return b.String()
}

func TestSmoothWeights(t *testing.T) {
	tests := []struct {
		servers []string
		n       int
		want    string
	}{
		{[]string{"a", "b", "c"}, 6, "abcabc"},
		{[]string{"a w=5", "b", "c"}, 14, "aabacaaaabacaa"},
		{[]string{"a w=2", "b w=3"}, 10, "bababbabab"},
		{[]string{"a", "b down", "c"}, 6, "acacac"},
		{[]string{"a"}, 3, "aaa"},
		{[]string{"a down"}, 1, "-"},
		{[]string{"a addrs=2", "b"}, 6, "aa1baa1b"},
		{[]string{"a", "b backup"}, 4, "aaaa"},
		{[]string{"a down", "b backup", "c backup"}, 4, "bcbc"},
	}
	for _, tt := range tests {
		g := group(t, newClock(), Config{Servers: servers(t, tt.servers...)})
		if got := run(tt.n, one, g, ""); got != tt.want {
			t.Errorf("%v: %s, want %s", tt.servers, got, tt.want)
		}
	}
}

func TestFailures(t *testing.T) {
	tests := []struct {
		name    string
		servers []string
		steps   string // o: succeeding session, f: failing session, digit: seconds pass
		want    string
	}{
		{"all failed once, then none is live", []string{"a", "b"}, "f o", "ab -"},
		{"back after fail_timeout", []string{"a", "b"}, "f 9 1 o 1 o", "ab   -  b"},
		{"a lone peer is always tried", []string{"a"}, "f f o", "a a a"},
		{"max_fails=0 never switches off", []string{"a fails=0", "b fails=0"}, "f f f", "ab ba ab"},
		{"two failures allowed", []string{"a fails=2", "b fails=2"}, "f f o", "ab ba -"},
		{"backup after the primaries", []string{"a", "b backup"}, "f o", "ab -"},
		{"backup serves while the primary is off", []string{"a", "b backup fails=0"}, "f o o", "ab b b"},
		{"down is never tried", []string{"a", "b down", "c"}, "f", "ac"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := newClock()
			g := group(t, c, Config{Servers: servers(t, tt.servers...)})
			var out []string
			for _, step := range strings.Fields(tt.steps) {
				switch step {
				case "o":
					out = append(out, one(g, ""))
				case "f":
					out = append(out, all(g, ""))
				default:
					c.Add(time.Duration(step[0]-'0') * time.Second)
					out = append(out, "")
				}
			}
			if got := strings.Join(out, " "); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestEffectiveWeightRecovers(t *testing.T) {
	c := newClock()
	g := group(t, c, Config{Servers: servers(t, "a w=4 fails=2 timeout=1", "b w=4")})
	var s Selection
	g.Init(&s, Request{})
	if p, _ := s.Get(); label(p) != "a" {
		t.Fatal("a is first")
	}
	if s.Free(StateFailed) {
		t.Error("one failure of two must not disable")
	}
	if w := g.Status()[0].EffectiveWeight; w != 2 {
		t.Errorf("effective weight %d after a failure, want 2", w)
	}
	run(1, one, g, "")
	if w := g.Status()[0].EffectiveWeight; w != 3 {
		t.Errorf("effective weight %d after a round, want 3", w)
	}
	g.Init(&s, Request{})
	for {
		p, err := s.Get()
		if err != nil {
			t.Fatal(err)
		}
		if label(p) == "a" {
			break
		}
		s.Free(StateOK)
	}
	if !s.Free(StateFailed) {
		t.Error("the second failure must disable")
	}
}

func TestMaxConns(t *testing.T) {
	g := group(t, newClock(), Config{Servers: servers(t, "a conns=1", "b conns=1")})
	var s [3]Selection
	got := ""
	for i := range s {
		g.Init(&s[i], Request{})
		p, err := s[i].Get()
		if err != nil {
			if !errors.Is(err, ErrNoLive) {
				t.Fatal(err)
			}
			got += "-"
			continue
		}
		got += label(p)
	}
	s[1].Free(StateOK)
	got += one(g, "")
	if got != "ab-b" {
		t.Errorf("got %s", got)
	}
}

func TestTries(t *testing.T) {
	tests := []struct {
		servers []string
		max     int
		want    int
	}{
		{[]string{"a", "b", "c"}, 0, 3},
		{[]string{"a", "b", "c"}, 2, 2},
		{[]string{"a", "b down", "c backup"}, 0, 2},
		{[]string{"a addrs=3"}, 0, 3},
	}
	for _, tt := range tests {
		g := group(t, newClock(), Config{Servers: servers(t, tt.servers...)})
		var s Selection
		g.Init(&s, Request{MaxTries: tt.max})
		if s.Tries() != tt.want {
			t.Errorf("%v max %d: %d tries, want %d", tt.servers, tt.max, s.Tries(), tt.want)
		}
	}
}

func TestManyPeers(t *testing.T) {
	srv := Server{Name: "x", Weight: 1, MaxFails: 1, FailTimeout: time.Second}
	for i := range 130 {
		srv.Addrs = append(srv.Addrs, addr(1000+i))
	}
	g := group(t, newClock(), Config{Servers: []Server{srv}})
	var s Selection
	g.Init(&s, Request{})
	seen := map[uint16]bool{}
	for s.Tries() > 0 {
		p, err := s.Get()
		if err != nil {
			t.Fatal(err)
		}
		seen[p.Addr.IP.Port()] = true
		s.Free(StateFailed)
	}
	if len(seen) != 130 {
		t.Errorf("%d different peers tried, want 130", len(seen))
	}
}

func TestLeastConn(t *testing.T) {
	g := group(t, newClock(), Config{Method: LeastConn, Servers: servers(t, "a", "b", "c w=2")})
	var held []*Selection
	got := ""
	for range 8 {
		s := new(Selection)
		g.Init(s, Request{})
		p, err := s.Get()
		if err != nil {
			t.Fatal(err)
		}
		got += label(p)
		held = append(held, s)
	}
	if got != "cabcbacc" {
		t.Errorf("got %s", got)
	}
	held[1].Free(StateOK) // an "a"
	if p := one(g, ""); p != "a" {
		t.Errorf("after a connection of a ended: %s, want a", p)
	}
}

func TestRandom(t *testing.T) {
	draws := []uint32{0, 1, 2, 3, 4, 5}
	i := 0
	next := func() uint32 { i++; return draws[(i-1)%len(draws)] }
	g := group(t, newClock(), Config{Method: Random, Rand: next, Servers: servers(t, "a w=1", "b w=3", "c w=2")})
	if got := run(6, one, g, ""); got != "abbbcc" {
		t.Errorf("random by weight: %s, want abbbcc", got)
	}

	// Draws 0 and 1 are the same peer, so a third draw is needed.
	i, draws = 0, []uint32{1, 2, 0, 4, 5, 0}
	g = group(t, newClock(), Config{Method: RandomTwo, Rand: next, Servers: servers(t, "a", "b", "c")})
	var s Selection
	g.Init(&s, Request{})
	if p, _ := s.Get(); label(p) != "c" {
		t.Errorf("of equals the later draw wins: %s", label(p))
	}
	if p := one(g, ""); p != "b" {
		t.Errorf("of a and b: %s, want b", p)
	}
	if p := one(g, ""); p != "a" {
		t.Errorf("c has a connection, a has none: %s, want a", p)
	}
}

func TestRandomFallsBackAfterMisses(t *testing.T) {
	g := group(t, newClock(), Config{Method: Random, Rand: func() uint32 { return 0 }, Servers: servers(t, "a down", "b", "c")})
	if got := run(2, one, g, ""); got != "bc" {
		t.Errorf("got %s, want the round robin bc", got)
	}
}

func TestErrors(t *testing.T) {
	tests := []struct {
		cfg  Config
		want string
	}{
		{Config{}, `no servers in upstream "u" in nginx.conf:3`},
		{Config{Servers: servers(t, "a backup")}, `no servers in upstream "u" in nginx.conf:3`},
		{Config{Servers: []Server{{Host: "x"}}}, `resolving names at run time requires upstream "u" in nginx.conf:3 to be in shared memory`},
		{Config{Zone: "z", Balancer: balancerFunc(nil), Servers: []Server{{Host: "x"}}},
			`load balancing method does not support resolving names at run time in upstream "u" in nginx.conf:3`},
	}
	for _, tt := range tests {
		tt.cfg.Name, tt.cfg.Where = "u", "nginx.conf:3"
		if _, err := New(tt.cfg); err == nil || err.Error() != tt.want {
			t.Errorf("got %v, want %s", err, tt.want)
		}
	}
}

func TestResolvedGroupForgets(t *testing.T) {
	g := NewResolved("example.com", []Addr{addr(1), addr(2)})
	var s Selection
	g.Init(&s, Request{})
	if _, err := s.Get(); err != nil {
		t.Fatal(err)
	}
	if s.Sessions() != nil {
		t.Error("a throw-away group keeps TLS sessions")
	}
	g = NewImplicit("example.com:80", []Addr{addr(1), addr(2)})
	g.Init(&s, Request{})
	if _, err := s.Get(); err != nil || s.Sessions() == nil {
		t.Error("an implicit group keeps no TLS sessions")
	}
}

func TestAddrString(t *testing.T) {
	for want, a := range map[string]Addr{
		"127.0.0.1:80":  {IP: netip.MustParseAddrPort("127.0.0.1:80")},
		"[::1]:80":      {IP: netip.MustParseAddrPort("[::1]:80")},
		"unix:/tmp/a.s": {Unix: "/tmp/a.s"},
	} {
		if a.String() != want {
			t.Errorf("%s, want %s", a.String(), want)
		}
	}
}

func TestConcurrentUse(t *testing.T) {
	for _, m := range []Method{RoundRobin, LeastConn, Hash, HashConsistent, Random, RandomTwo, LeastTime} {
		g, err := New(Config{Name: "u", Method: m, Inflight: true, Servers: servers(t, "a w=2", "b fails=3", "c")})
		if err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for w := range 8 {
			wg.Go(func() {
				for i := range 200 {
					if i%7 == 0 {
						all(g, fmt.Sprint(w, i))
					} else {
						one(g, fmt.Sprint(w, i))
					}
				}
			})
		}
		wg.Wait()
		for _, p := range g.Status() {
			if p.Conns != 0 {
				t.Errorf("method %d: %s is left with %d connections", m, p.Peer.Name, p.Conns)
			}
		}
	}
}

type balancerFunc func(*Balance) error

func (f balancerFunc) Balance(b *Balance) error { return f(b) }

func TestBalancer(t *testing.T) {
	var seen []State
	g := group(t, newClock(), Config{
		Servers: servers(t, "a"),
		Balancer: balancerFunc(func(b *Balance) error {
			seen = append(seen, b.LastFailure())
			switch len(seen) {
			case 1:
				if b.Session() != "session" {
					t.Error("the session is not handed on")
				}
				if b.SetMoreTries(1) {
					t.Error("reduced without a limit")
				}
				b.SetTimeouts(Timeouts{Connect: time.Second})
				b.SetPeer(addr(7))
			case 2:
			case 3:
				return StatusError(403)
			}
			return nil
		}),
	})
	var s Selection
	g.Init(&s, Request{Session: "session"})
	p, err := s.Get()
	if err != nil || label(p) != "g" || s.Tries() != 2 || s.Timeouts().Connect != time.Second {
		t.Fatalf("peer %v, err %v, tries %d", p, err, s.Tries())
	}
	s.Free(StateFailed)
	p, err = s.Get()
	if err != nil || label(p) != "a" {
		t.Fatalf("without a peer of its own: %v %v, want round robin's a", p, err)
	}
	s.Free(StateFailed)
	if _, err = s.Get(); err != error(StatusError(403)) {
		t.Errorf("err %v", err)
	}
	if fmt.Sprint(seen) != "[0 4 4]" {
		t.Errorf("last failures %v", seen)
	}
}

func TestBalancerTriesLimit(t *testing.T) {
	reduced := false
	g := group(t, newClock(), Config{
		Servers: servers(t, "a"),
		Balancer: balancerFunc(func(b *Balance) error {
			reduced = b.SetMoreTries(5)
			b.SetPeer(addr(7))
			return nil
		}),
	})
	var s Selection
	g.Init(&s, Request{MaxTries: 3})
	s.Get()
	if !reduced || s.Tries() != 3 {
		t.Errorf("reduced %v, tries %d, want true and 3", reduced, s.Tries())
	}
}

func found(valid time.Time, addrs ...string) Found {
	f := Found{Valid: valid}
	for _, a := range addrs {
		f.Addrs = append(f.Addrs, FoundAddr{Addr: netip.AddrPortFrom(netip.MustParseAddr(a), 0)})
	}
	return f
}

func names(g *Group) string {
	var out []string
	for _, p := range g.Status() {
		n := p.Peer.Name
		if p.Backup {
			n += "*"
		}
		out = append(out, n)
	}
	return strings.Join(out, " ")
}

func TestResolve(t *testing.T) {
	c := newClock()
	cfg := Config{Zone: "z", Servers: []Server{{Name: "x.test:80", Host: "x.test", Port: 80, Weight: 1, MaxFails: 1, FailTimeout: time.Second}}}
	g := group(t, c, cfg)
	if one(g, "") != "-" {
		t.Error("no peer is known yet")
	}
	answers := make(chan Found)
	fail := make(chan error)
	timer := make(chan time.Time)
	waits := make(chan time.Duration)
	var logged []string
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		g.Resolve(ctx, Resolving{
			Timeout: 30 * time.Second,
			Log:     func(m string) { logged = append(logged, m) },
			After:   func(d time.Duration) <-chan time.Time { waits <- d; return timer },
			Lookup: func(ctx context.Context, name, service string) (Found, error) {
				select {
				case f := <-answers:
					return f, nil
				case err := <-fail:
					return Found{}, err
				case <-ctx.Done():
					return Found{}, ctx.Err()
				}
			},
		})
	}()
	step := func(f Found, err error, want string, wait time.Duration) {
		t.Helper()
		timer <- c.Now()
		if err != nil {
			fail <- err
		} else {
			answers <- f
		}
		if w := <-waits; w != wait {
			t.Errorf("next look-up in %v, want %v", w, wait)
		}
		if got := names(g); got != want {
			t.Errorf("peers %q, want %q", got, want)
		}
	}
	if w := <-waits; w != time.Millisecond {
		t.Errorf("first look-up in %v", w)
	}
	valid := c.Now().Add(5 * time.Second)
	step(found(valid, "10.0.0.1", "10.0.0.2"), nil, "10.0.0.1:80 10.0.0.2:80", 6*time.Second)

	var s Selection
	g.Init(&s, Request{})
	p, _ := s.Get()
	var connecting sync.WaitGroup
	connecting.Go(func() { // while the peers change; the race detector watches
		s.Notify(Connected, true)
		s.Sessions()
	})
	step(found(valid, "10.0.0.2", "10.0.0.3"), nil, "10.0.0.2:80 10.0.0.3:80", 6*time.Second)
	connecting.Wait()
	s.Free(StateFailed)
	if _, err := s.Get(); !errors.Is(err, ErrNoLive) || p.conns != 0 {
		t.Error("a session that began before the change must end with no live upstreams")
	}
	step(Found{}, &LookupError{2, "Server failure"}, "10.0.0.2:80 10.0.0.3:80", 30*time.Second)
	step(Found{}, &LookupError{3, "Host not found"}, "", time.Second)
	step(found(valid, "::1"), nil, "[::1]:80", 6*time.Second)

	next := group(t, c, cfg)
	next.Adopt(g)
	if names(next) != "[::1]:80" {
		t.Errorf("adopted %q", names(next))
	}
	cancel()
	<-done
	want := "x.test could not be resolved (2: Server failure)|x.test could not be resolved (3: Host not found)"
	if got := strings.Join(logged, "|"); got != want {
		t.Errorf("logged %s", got)
	}
}

func TestResolveService(t *testing.T) {
	c := newClock()
	g := group(t, c, Config{Zone: "z", Servers: []Server{{Name: "x.test", Host: "x.test", Service: "http", Weight: 1, MaxFails: 1}}})
	var log []string
	r := &Resolving{Log: func(m string) { log = append(log, m) }}
	h := g.primary.templates[0]
	at := netip.MustParseAddrPort
	answer := Found{Valid: c.Now(), Addrs: []FoundAddr{
		{at("10.0.0.1:81"), "t1", 5, 1}, {at("10.0.0.2:82"), "t2", 1, 2}, {at("10.0.0.3:83"), "t3", 2, 1},
	}}
	g.answered(h, answer, nil, r)
	if got := names(g); got != "10.0.0.1:81 10.0.0.3:83 10.0.0.2:82*" {
		t.Fatalf("peers %q", got)
	}
	first := g.primary.peers[0]
	answer.Addrs[2].Weight = 7
	answer.Failures = []FoundFailure{{"t4", &LookupError{3, "Host not found"}}}
	g.answered(h, answer, nil, r)
	if g.primary.peers[0] != first {
		t.Error("an unchanged peer was replaced")
	}
	if w := g.Status()[1].Weight; w != 7 {
		t.Errorf("weight %d after a change, want 7", w)
	}
	g.answered(h, Found{}, &LookupError{110, "Operation timed out"}, r)
	want := "t4 could not be resolved (3: Host not found) while resolving service http of x.test|" +
		"service http of x.test could not be resolved (110: Operation timed out)"
	if got := strings.Join(log, "|"); got != want {
		t.Errorf("logged %s", got)
	}
}

func TestLeastTime(t *testing.T) {
	c := newClock()
	g := group(t, c, Config{Method: LeastTime, Metric: TimeConnect, Servers: servers(t, "a", "b")})
	session := func(d time.Duration) string {
		var s Selection
		g.Init(&s, Request{})
		p, err := s.Get()
		if err != nil {
			t.Fatal(err)
		}
		s.Times = Times{Connect: d, FirstByte: -1, Response: d}
		s.Notify(Connected, true)
		s.Free(StateOK)
		return label(p)
	}
	if got := session(500*time.Millisecond) + session(10*time.Millisecond); got != "ab" {
		t.Fatalf("equals share: %s", got)
	}
	for range 5 {
		if got := session(10 * time.Millisecond); got != "b" {
			t.Fatalf("the faster peer is %s, want b", got)
		}
	}
	// Left alone for five times its fail_timeout, a's 500 ms count as 15.
	c.Add(56 * time.Second)
	if got := session(10*time.Millisecond) + session(10*time.Millisecond); !strings.Contains(got, "a") {
		t.Errorf("a slow peer gets no second chance: %s", got)
	}
}

// A first byte takes a session out of the account of those in flight, once.
func TestLeastTimeFirstByte(t *testing.T) {
	c := newClock()
	for _, m := range []TimeMetric{TimeConnect, TimeFirstByte, TimeLastByte} {
		g := group(t, c, Config{Method: LeastTime, Metric: m, Inflight: true, Servers: servers(t, "a", "b")})
		var s Selection
		g.Init(&s, Request{})
		p, _ := s.Get()
		if wants := s.WantsFirstByte(); wants != (m == TimeFirstByte) {
			t.Errorf("metric %d wants to know of the first byte: %v", m, wants)
		}
		for _, step := range []struct {
			event Event
			times Times
			left  bool
		}{
			{Connected, Times{10 * time.Millisecond, -1, -1}, m != TimeConnect},
			{FirstByte, Times{10 * time.Millisecond, 70 * time.Millisecond, -1}, m == TimeLastByte},
		} {
			c.Add(time.Second)
			s.Times = step.times
			s.Notify(step.event, true)
			if left := p.times.inflightCount == 1; left != step.left {
				t.Errorf("metric %d, event %d: in flight %v", m, step.event, left)
			}
		}
		s.Times.Response = 90 * time.Millisecond
		s.Free(StateOK)
		if x := p.times; x.inflightCount != 0 || x.connect != 10 || x.firstByte != 70 || x.response != 90 {
			t.Errorf("metric %d: %+v", m, x)
		}
	}
}

// A session that ended before it had connected says nothing about the peer.
func TestLeastTimeWithoutTimes(t *testing.T) {
	g := group(t, newClock(), Config{Method: LeastTime, Servers: servers(t, "a", "b")})
	var s Selection
	g.Init(&s, Request{})
	p, _ := s.Get()
	p.times.connect, p.times.firstByte, p.times.response = 400, 500, 600
	s.Free(StateOK)
	if x := p.times; x.connect != 400 || x.firstByte != 500 || x.response != 600 {
		t.Errorf("%+v", x)
	}
}

func TestLeastTimeInflight(t *testing.T) {
	c := newClock()
	g := group(t, c, Config{Method: LeastTime, Metric: TimeLastByte, Inflight: true, Servers: servers(t, "a", "b")})
	var stuck Selection
	g.Init(&stuck, Request{})
	stuck.Get() // a, and it hangs
	c.Add(3 * time.Second)
	for range 4 {
		if p := one(g, ""); p != "b" {
			t.Fatalf("picked %s while a session hangs on a", p)
		}
	}
	stuck.Times.Response = 3 * time.Second
	stuck.Free(StateOK)
	for _, p := range g.Status() {
		if p.Peer.times.inflightCount != 0 {
			t.Errorf("%s is left with sessions in flight", p.Peer.Name)
		}
	}
}
