package upstream

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"
)

// The tables of this file were recorded from nginx 1.31.1 with one worker: the
// server "a" was 127.0.0.1:19100, "b" port 19101 and so on; dead servers
// refused connections. A word is one session: the peers it tried in turn, "-"
// for "no live upstreams".

// recorded turns the servers of a test into those of the recording.
func recorded(t *testing.T, specs string) []Server {
	t.Helper()
	list := servers(t, strings.Split(specs, ", ")...)
	for i := range list {
		port := 19100 + int(list[i].Name[0]-'a')
		list[i].Name = fmt.Sprintf("127.0.0.1:%d", port)
		list[i].Addrs = []Addr{{IP: netip.MustParseAddrPort(list[i].Name)}}
	}
	return list
}

func letter(p *Peer) string { return string(rune('a' + p.Addr.IP.Port() - 19100)) }

// session tries peers until one that is not dead.
func session(g *Group, key, dead string) string {
	var s Selection
	g.Init(&s, Request{Key: key})
	out := ""
	for {
		p, err := s.Get()
		if err != nil {
			return out + "-"
		}
		out += letter(p)
		if !strings.Contains(dead, letter(p)) {
			s.Notify(Connected, true)
			s.Free(StateOK)
			return out
		}
		s.Free(StateFailed)
		if s.Tries() == 0 {
			return out
		}
	}
}

func TestRecordedSessions(t *testing.T) {
	const hash, chash = Hash, HashConsistent
	for _, tt := range []struct {
		method  Method
		servers string
		dead    string
		want    string
	}{
		{RoundRobin, "a, b, c", "", "a b c a b c a b c a b c"},
		{RoundRobin, "a w=5, b, c", "", "a a b a c a a a a b a c a a"},
		{RoundRobin, "a w=2, b w=3", "", "b a b a b b a b a b"},
		{RoundRobin, "a w=4, b w=2, c, d", "", "a b a c d a b a a b a c d a b a"},
		{RoundRobin, "a, b down, c", "", "a c a c a c"},
		{RoundRobin, "a, b backup", "", "a a a a"},
		{RoundRobin, "a down, b backup, c backup w=2", "", "c b c c b c"},
		{RoundRobin, "a w=3, b w=3, c w=2", "", "a b c a b c a b a b c a b c a b"},
		{LeastConn, "a, b, c", "", "a b c a b c"},
		{LeastConn, "a w=3, b", "", "a a b a a a b a"},
		{RoundRobin, "a, b, c", "b", "a bc c a c a c a c a c a"},
		{RoundRobin, "a w=3, b w=2 fails=3, c", "b", "a ba c a ba a c a ba a a c"},
		{RoundRobin, "a fails=2 w=5, b", "a", "ab ab b b b b b b b b b b"},
		{RoundRobin, "a, b", "ab", "ab - - - - - - - - - - -"},
		{RoundRobin, "a fails=0, b", "a", "ab b ab b ab b ab b ab b ab b"},
		{RoundRobin, "a fails=0, b fails=0", "ab", "ab ba ab ba ab ba ab ba ab ba ab ba"},
		{RoundRobin, "a, b backup", "a", "ab b b b b b b b b b b b"},
		{RoundRobin, "a, b, c backup", "ab", "abc c c c c c c c c c c c"},
		{RoundRobin, "a, b backup, c backup", "ab", "abc c c c c c c c c c c c"},
		{RoundRobin, "a", "a", "a a a a a a a a a a a a"},
		{RoundRobin, "a w=4 fails=4, b w=4", "a", "ab b b ab b ab b ab b b b b"},
		{hash, "a, b, c", "", "b a a b a c c b c a b b b b b a a a a b c c b a c c b b c b a a b c b a b c b a"},
		{chash, "a, b, c", "", "b a c c b b c c c c b b b b b b a a c b a c b a b b b b a c b c b a a b a c a a"},
		{hash, "a w=3, b, c w=2", "", "c b a a b a c c c a a c a c c b a b a a a c c b c a a c c c b a a a c b c c c b"},
		{chash, "a w=3, b, c w=2", "", "c a a c b a c a a a b a a b c a a a c a a a c a a b b c c c b c a c c a a c a a"},
		{hash, "a, b, c", "b", "bc a a c a c c a c a c a a a c a a a a a c c c a c c c c c c a a a c c a a c a a"},
		{chash, "a, b, c", "b", "ba a c c c c c c c c a c c c a c a a c a a c c a a c c c a c c c a a a a a c a a"},
		{hash, "a, b down, c", "", "c a a c a c c a c a c a a a c a a a a a c c c a c c c c c c a a a c c a a c a a"},
		{chash, "a, b down, c", "", "a a c c c c c c c c a c c c a c a a c a a c c a a c c c a c c c a a a a a c a a"},
		{hash, "a, b, c, d", "ab", "c bad c d d c d c d c d c d c c d c d c d c d c d d c d c d c d c d c c d c d c d"},
		{chash, "a, b, c, d", "ab", "bd ac d c c c c d c c d d d c d c c d d d c c c d d d c d c c d c d d c d c d d d"},
		{hash, "a", "", "a a a a"},
		{chash, "a", "", "a a a a"},
	} {
		g := group(t, newClock(), Config{Method: tt.method, Servers: recorded(t, tt.servers)})
		var got []string
		for i := range strings.Fields(tt.want) {
			key := fmt.Sprint(19300 + i)
			if tt.method == chash {
				key = "k" + key
			}
			got = append(got, session(g, key, tt.dead))
		}
		if s := strings.Join(got, " "); s != tt.want {
			t.Errorf("method %d, %s, dead %q:\n got %s\nwant %s", tt.method, tt.servers, tt.dead, s, tt.want)
		}
	}
}

// TestRecordedPauses has pauses of two seconds, longer than the fail_timeout.
func TestRecordedPauses(t *testing.T) {
	steps := []int{0, 0, 2, 0, 0, 2, 2, 0}
	for _, tt := range []struct{ servers, dead, want string }{
		{"a timeout=1, b", "a", "ab b b b ab b b ab"},
		{"a timeout=1 fails=2, b timeout=1", "ab", "ab a- ba - - ab ab -"},
	} {
		c := newClock()
		g := group(t, c, Config{Servers: recorded(t, tt.servers)})
		var got []string
		for _, pause := range steps {
			c.Add(time.Duration(pause) * time.Second)
			got = append(got, session(g, "", tt.dead))
		}
		if s := strings.Join(got, " "); s != tt.want {
			t.Errorf("%s, dead %s:\n got %s\nwant %s", tt.servers, tt.dead, s, tt.want)
		}
	}
}

// TestRecordedHeld has connections that stay: "+" opens one, a digit closes the
// one at that place among those open.
func TestRecordedHeld(t *testing.T) {
	const mixed = "++++0+1++0++"
	for _, tt := range []struct {
		method             Method
		servers, ops, want string
	}{
		{LeastConn, "a, b, c w=2", "++++++++", "cabcbacc"},
		{LeastConn, "a, b, c w=2", mixed, "cabc.c.bb.aa"},
		{LeastConn, "a w=3, b w=2, c", "++++++++", "abcababc"},
		{LeastConn, "a w=3, b w=2, c", mixed, "abca.a.cb.ba"},
		{RoundRobin, "a conns=1, b conns=2, c backup", "++++++++", "abbccccc"},
		{RoundRobin, "a conns=1, b conns=2, c backup", mixed, "abbc.a.bc.bc"},
		{LeastConn, "a conns=1, b, c backup", "++++++++", "abbbbbbb"},
		{LeastConn, "a conns=1, b, c backup", mixed, "abbb.a.bb.bb"},
		{RoundRobin, "a conns=1", "++0+", "a-.a"},
		{Hash, "a conns=1, b conns=1, c conns=1", "++++++++", "bca-----"},
		{Hash, "a conns=1, b conns=1, c conns=1", mixed, "bca-.b.a-.c-"},
		{HashConsistent, "a conns=1, b conns=1, c conns=1", "++++++++", "bca-----"},
		{HashConsistent, "a conns=1, b conns=1, c conns=1", mixed, "bca-.b.a-.c-"},
	} {
		g := group(t, newClock(), Config{Method: tt.method, Servers: recorded(t, tt.servers)})
		var open []*Selection
		got := ""
		for _, op := range tt.ops {
			if op != '+' {
				i := int(op - '0')
				open[i].Free(StateOK)
				open = append(open[:i], open[i+1:]...)
				got += "."
				continue
			}
			s := new(Selection)
			g.Init(s, Request{Key: "k"})
			p, err := s.Get()
			if err != nil {
				got += "-"
				continue
			}
			s.Notify(Connected, true)
			open = append(open, s)
			got += letter(p)
		}
		if got != tt.want {
			t.Errorf("method %d, %s, %s:\n got %s\nwant %s", tt.method, tt.servers, tt.ops, got, tt.want)
		}
	}
}

// TestRecordedBalancer was recorded from OpenResty 1.31.1.1: x is a peer that
// balancer_by_lua sets and that refuses connections.
func TestRecordedBalancer(t *testing.T) {
	x := Addr{IP: netip.MustParseAddrPort("127.0.0.1:19123")}
	for _, tt := range []struct {
		name     string
		servers  string
		dead     string
		maxTries int
		balance  func(b *Balance, attempt, session int)
		want     string // sessions: the peers tried, then the last failures seen
	}{
		{"one dead peer", "a", "a", 0, func(b *Balance, _, _ int) { b.SetPeer(x) }, "x[0]"},
		{"two more tries", "a", "a", 0, func(b *Balance, n, _ int) {
			if n == 1 {
				b.SetMoreTries(2)
			}
			b.SetPeer(x)
		}, "xxx[0 4 4]"},
		{"five more tries, limited to three", "a", "a", 3, func(b *Balance, n, _ int) {
			if n == 1 && !b.SetMoreTries(5) {
				t.Error("not reduced")
			}
			b.SetPeer(x)
		}, "xxx[0 4 4]"},
		{"round robin after a dead peer", "b", "", 0, func(b *Balance, n, _ int) {
			if n == 1 {
				b.SetMoreTries(1)
				b.SetPeer(x)
			}
		}, "xb[0 4]"},
		{"tries are those of the listed servers", "a, b", "a", 0, func(b *Balance, n, _ int) {
			if n == 1 {
				b.SetPeer(x)
			}
		}, "xa[0 4]"},
		{"no peer set, a lone dead server", "a", "a", 0, func(*Balance, int, int) {}, "a[0] a[0] a[0]"},
		{"a lone server is no longer spared once a peer was set", "a", "a", 0, func(b *Balance, _, session int) {
			if session == 1 {
				b.SetPeer(x)
			}
		}, "x[0] a[0] -[0] -[0]"},
	} {
		attempt, number := 0, 0
		var seen []State
		g := group(t, newClock(), Config{Servers: recorded(t, tt.servers), Balancer: balancerFunc(func(b *Balance) error {
			attempt++
			seen = append(seen, b.LastFailure())
			tt.balance(b, attempt, number)
			return nil
		})})
		var got []string
		for range strings.Fields(strings.NewReplacer("0 4 4", "044", "0 4", "04").Replace(tt.want)) {
			number++
			attempt, seen = 0, nil
			var s Selection
			g.Init(&s, Request{MaxTries: tt.maxTries})
			tried := ""
			for {
				p, err := s.Get()
				if err != nil {
					tried += "-"
					break
				}
				tried += letter(p)
				if !strings.Contains(tt.dead+"x", letter(p)) {
					s.Free(StateOK)
					break
				}
				s.Free(StateFailed)
				if s.Tries() == 0 {
					break
				}
			}
			got = append(got, tried+fmt.Sprint(seen))
		}
		if s := strings.Join(got, " "); s != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, s, tt.want)
		}
	}
}
