package geo

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strconv"
	"testing"

	"tidegate/ast/catalog"
	"tidegate/runtime/vars"
)

type session struct {
	values vars.Values
	text   string
	client netip.Addr
}

func (s *session) Vars() *vars.Values { return &s.values }
func (s *session) VarCycle(string)    {}

func networks(list ...string) map[string]string {
	m := map[string]string{}
	for i := 0; i < len(list); i += 2 {
		m[list[i]] = list[i+1]
	}
	return m
}

func prefixes(m map[string]string) map[netip.Prefix]string {
	out := map[netip.Prefix]string{}
	for net, value := range m {
		out[netip.MustParsePrefix(net)] = value
	}
	return out
}

// The smallest network around an address decides; borders are exact, up to both ends of both families.
func TestNetworks(t *testing.T) {
	t4 := compile(&Config[*session]{Networks: prefixes(networks(
		"10.0.0.0/8", "ten", "10.1.0.0/16", "one", "10.1.255.0/24", "end", "10.1.255.255/32", "", "255.255.255.255/32", "none",
		"ffff::/16", "last", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128", "very last"))})
	full := compile(&Config[*session]{Networks: prefixes(networks("0.0.0.0/0", "four", "::/0", "six", "128.0.0.0/1", "upper"))})
	for _, c := range []struct{ addr, part, full string }{
		{"0.0.0.0", "", "four"},
		{"9.255.255.255", "", "four"},
		{"10.0.0.0", "ten", "four"},
		{"10.0.255.255", "ten", "four"},
		{"10.1.0.0", "one", "four"},
		{"10.1.254.255", "one", "four"},
		{"10.1.255.0", "end", "four"},
		{"10.1.255.254", "end", "four"},
		{"10.1.255.255", "", "four"},
		{"10.2.0.0", "ten", "four"},
		{"10.255.255.255", "ten", "four"},
		{"11.0.0.0", "", "four"},
		{"127.255.255.255", "", "four"},
		{"128.0.0.0", "", "upper"},
		{"255.255.255.254", "", "upper"},
		{"255.255.255.255", "none", "upper"},
		{"::", "", "six"},
		{"::ffff:10.1.255.3", "end", "four"},
		{"fffe:ffff::", "", "six"},
		{"ffff::", "last", "six"},
		{"ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe", "last", "six"},
		{"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "very last", "six"},
	} {
		ip := netip.MustParseAddr(c.addr)
		if a, b := t4.Find(ip), full.Find(ip); a != c.part || b != c.full {
			t.Errorf("%s: %q and %q, want %q and %q", c.addr, a, b, c.part, c.full)
		}
	}
	if got := t4.Find(netip.Addr{}); got != "none" {
		t.Errorf("no address: %q", got)
	}
	if got := compile(&Config[*session]{}).Find(netip.MustParseAddr("1.2.3.4")); got != "" {
		t.Errorf("an empty table: %q", got)
	}
}

// Tables of random networks answer as trying the longest prefix first does.
func TestAgainstPrefixes(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for round := range 200 {
		nets := map[netip.Prefix]string{}
		for range 1 + r.IntN(30) {
			nets[near(r).masked(r)] = strconv.Itoa(r.IntN(4))
		}
		table := compile(&Config[*session]{Networks: nets})
		for range 300 {
			ip := netip.Addr(near(r))
			if got, want := table.Find(ip), longest(nets, ip); got != want {
				t.Fatalf("round %d: %s is %q, want %q of %v", round, ip, got, want, nets)
			}
		}
	}
}

type addr netip.Addr

// near is an address of either family that is likely to be at a border of others.
func near(r *rand.Rand) addr {
	if r.IntN(2) == 0 {
		return addr(netip.AddrFrom4([4]byte{end(r), end(r), end(r), end(r)}))
	}
	var b [16]byte
	for i := range b {
		b[i] = end(r)
	}
	return addr(netip.AddrFrom16(b))
}

func end(r *rand.Rand) byte { return []byte{0, 1, 0x7f, 0x80, 0xfe, 0xff}[r.IntN(6)] }

func (a addr) masked(r *rand.Rand) netip.Prefix {
	ip := netip.Addr(a)
	return netip.PrefixFrom(ip, r.IntN(ip.BitLen()+1)).Masked()
}

func longest(nets map[netip.Prefix]string, ip netip.Addr) string {
	if ip.Is4In6() {
		ip = ip.Unmap()
	}
	for bits := ip.BitLen(); bits >= 0; bits-- {
		if v, ok := nets[netip.PrefixFrom(ip, bits).Masked()]; ok {
			return v
		}
	}
	return ""
}

func TestRanges(t *testing.T) {
	span := func(first, last, value string) Range {
		return Range{netip.MustParseAddr(first), netip.MustParseAddr(last), value}
	}
	table := compile(&Config[*session]{Ranges: true, Default: "other", Spans: []Range{
		span("10.0.0.5", "10.0.0.5", "five"), span("10.0.0.6", "10.0.255.255", "more"), span("10.1.0.0", "10.1.0.0", ""), span("255.255.255.0", "255.255.255.255", "top"),
	}})
	for _, c := range []struct{ addr, want string }{
		{"10.0.0.4", "other"}, {"10.0.0.5", "five"}, {"10.0.0.6", "more"}, {"10.0.255.255", "more"}, {"10.1.0.0", ""}, {"10.1.0.1", "other"},
		{"255.255.254.255", "other"}, {"255.255.255.0", "top"}, {"::ffff:10.0.0.5", "five"},
		{"::1", "top"}, // as 255.255.255.255
	} {
		if got := table.Find(netip.MustParseAddr(c.addr)); got != c.want {
			t.Errorf("%s: %q, want %q", c.addr, got, c.want)
		}
	}
	if got := table.Find(netip.Addr{}); got != "top" {
		t.Errorf("no address: %q", got)
	}
	if got := compile(&Config[*session]{Ranges: true}).Find(netip.MustParseAddr("1.2.3.4")); got != "" {
		t.Errorf("an empty table: %q", got)
	}
}

// The address is the client's, or that in a text; a variable that is not volatile is found once.
func TestVariable(t *testing.T) {
	r := vars.NewRegistry[*session]()
	in := vars.Variable[*session]{Name: "in", Flags: vars.NoCacheable, Get: func(s *session, _ string) (string, vars.Status) { return s.text, vars.Found }}
	if err := r.Add(in); err != nil {
		t.Fatal(err)
	}
	source, err := catalog.ParseTemplate("$in")
	if err != nil {
		t.Fatal(err)
	}
	nets := prefixes(networks("10.0.0.0/8", "ten", "255.255.255.255/32", "none"))
	for _, cfg := range []Config[*session]{
		{Name: "client", Client: func(s *session) netip.Addr { return s.client }, Networks: nets},
		{Name: "Once", Source: &source, Networks: nets},
		{Name: "anew", Source: &source, Networks: nets, Volatile: true},
	} {
		if err := Add(r, cfg); err != nil {
			t.Fatal(err)
		}
	}
	all, err := catalog.ParseTemplate("$client,$once,$anew")
	if err != nil {
		t.Fatal(err)
	}
	text := r.Compile(all)
	if errs := r.Resolve(); errs != nil {
		t.Fatal(errs)
	}
	s := &session{text: "10.2.3.4", client: netip.MustParseAddr("11.0.0.1")}
	for _, c := range []struct{ in, want string }{{"10.2.3.4", ",ten,ten"}, {"[::1]:80", ",ten,none"}, {"10.0.0.0", ",ten,ten"}} {
		s.text = c.in
		if got := text.String(s); got != c.want {
			t.Errorf("%s: %s, want %s", c.in, got, c.want)
		}
	}
	if err := Add(r, Config[*session]{Name: "in"}); err == nil {
		t.Error("a built-in variable was redefined")
	}
}

// A table of a hundred thousand networks takes a search, not a walk.
func BenchmarkFind(b *testing.B) {
	nets := map[netip.Prefix]string{}
	for i := range 100_000 {
		nets[netip.MustParsePrefix(fmt.Sprintf("%d.%d.%d.0/24", 1+i>>16, i>>8&255, i&255))] = strconv.Itoa(i % 200)
	}
	table := compile(&Config[*session]{Networks: nets})
	ip := netip.MustParseAddr("1.77.3.9")
	for b.Loop() {
		table.Find(ip)
	}
}
