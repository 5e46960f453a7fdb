package catalog

import (
	"errors"
	"net/netip"
	"slices"
	"testing"
)

func lookup(host string) ([]netip.Addr, error) {
	if host == "two.example" {
		return []netip.Addr{netip.MustParseAddr("10.0.0.1"), netip.MustParseAddr("2001:db8::1")}, nil
	}
	return nil, errors.New("not found")
}

func TestParseURL(t *testing.T) {
	listen := URLOptions{Listen: true}
	for _, c := range []struct {
		text   string
		o      URLOptions
		phrase string
		want   []string
	}{
		{"127.0.0.1:80", URLOptions{}, "", []string{"127.0.0.1:80"}},
		{"127.0.0.1", URLOptions{DefaultPort: 53}, "", []string{"127.0.0.1:53"}},
		{"127.0.0.1", URLOptions{}, "", []string{"127.0.0.1:0"}},
		{"[::1]:80", URLOptions{}, "", []string{"[::1]:80"}},
		{"[::1]", URLOptions{DefaultPort: 53}, "", []string{"[::1]:53"}},
		{"two.example:1", URLOptions{}, "", []string{"10.0.0.1:1", "[2001:db8::1]:1"}},
		{"two.example:1", URLOptions{NoResolve: true}, "", nil},
		{"unix:/a b", URLOptions{}, "", []string{"unix:/a b"}},
		{"80", listen, "", []string{"0.0.0.0:80"}},
		{"*:80", listen, "", []string{"0.0.0.0:80"}},
		{"80-82", listen, "", []string{"0.0.0.0:80", "0.0.0.0:81", "0.0.0.0:82"}},
		{"127.0.0.1:80-81", listen, "", []string{"127.0.0.1:80", "127.0.0.1:81"}},
		{"80-79", listen, "invalid port range", nil},
		{"80-70000", listen, "invalid port", nil},
		{"0", listen, "invalid port", nil},
		{"nosuch.example:1", URLOptions{}, "host not found", nil},
		{"127.0.0.1:80-81", URLOptions{}, "invalid port", nil},
		{"127.0.0.1:", URLOptions{}, "invalid port", nil},
		{"127.0.0.1:65536", URLOptions{}, "invalid port", nil},
		{":80", URLOptions{}, "no host", nil},
		{"", URLOptions{}, "no host", nil},
		{"a/b", URLOptions{}, "invalid host", nil},
		{"[::1", URLOptions{}, "invalid host", nil},
		{"[::1]x", URLOptions{}, "invalid host", nil},
		{"[]:1", URLOptions{}, "no host", nil},
		{"[1.2.3.4]:1", URLOptions{}, "invalid IPv6 address", nil},
		{"unix:", URLOptions{}, "no path in the unix domain socket", nil},
	} {
		a, phrase := ParseURL(c.text, c.o, lookup)
		var got []string
		if phrase == "" {
			for _, e := range a.Endpoints() {
				got = append(got, e.String())
			}
		}
		if phrase != c.phrase || !slices.Equal(got, c.want) {
			t.Errorf("%q: %q %q, want %q %q", c.text, got, phrase, c.want, c.phrase)
		}
	}
}

func TestParseAddrPort(t *testing.T) {
	for s, want := range map[string]string{
		"1.2.3.4": "1.2.3.4:0", "1.2.3.4:5": "1.2.3.4:5", "::1": "[::1]:0", "[::1]": "[::1]:0", "[::1]:5": "[::1]:5",
		"1.2.3": "", "1.2.3.4:": "", "1.2.3.4:0": "", "[::1]5": "", "[::1": "", "a:1": "", "": "", "255.255.255.255": "",
	} {
		got, ok := ParseAddrPort(s)
		if ok != (want != "") || ok && got.String() != want {
			t.Errorf("%q: %v, %v", s, got, ok)
		}
	}
}

func TestParseCIDR(t *testing.T) {
	for _, c := range []struct {
		s, want   string
		exact, ok bool
	}{
		{"10.0.0.0/8", "10.0.0.0/8", true, true},
		{"10.0.0.1/8", "10.0.0.0/8", false, true},
		{"10.0.0.1", "10.0.0.1/32", true, true},
		{"2001:db8::1/32", "2001:db8::/32", false, true},
		{"::1", "::1/128", true, true},
		{"10.0.0.0/33", "", false, false},
		{"10.0.0.0/", "", false, false},
		{"10.0.0.0/-1", "", false, false},
		{"name", "", false, false},
	} {
		p, exact, ok := ParseCIDR(c.s)
		if ok != c.ok || ok && (p.String() != c.want || exact != c.exact) {
			t.Errorf("%q: %v %v %v", c.s, p, exact, ok)
		}
	}
}

func TestFormatIPv6(t *testing.T) {
	for s, want := range map[string]string{
		"::": "::", "::1": "::1", "2001:db8::1": "2001:db8::1", "2001:0:0:1::1": "2001:0:0:1::1",
		"1:0:2:0:3:0:4:5": "1:0:2:0:3:0:4:5", "::ffff:1.2.3.4": "::ffff:1.2.3.4", "::1.2.3.4": "::1.2.3.4",
		"fe80::": "fe80::", "1:2:3:4:5:6:7:8": "1:2:3:4:5:6:7:8",
	} {
		if got := FormatIPv6(netip.MustParseAddr(s)); got != want {
			t.Errorf("%s: %s, want %s", s, got, want)
		}
	}
}
