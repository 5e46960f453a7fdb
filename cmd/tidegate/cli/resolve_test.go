package cli

import (
	"fmt"
	"net"
	"testing"
)

func TestUsable(t *testing.T) {
	ips := []net.IP{net.ParseIP("::2"), net.ParseIP("10.0.0.1"), net.ParseIP("127.0.0.1")}
	own := func(list ...string) []net.Addr {
		var out []net.Addr
		for _, s := range list {
			ip, n, err := net.ParseCIDR(s)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, &net.IPNet{IP: ip, Mask: n.Mask})
		}
		return out
	}
	for _, c := range []struct {
		name string
		own  []net.Addr
		want string
	}{
		{"both families", own("10.0.0.9/8", "2001:db8::1/64"), "[::2 10.0.0.1 127.0.0.1]"},
		{"only IPv4", own("10.0.0.9/8", "::1/128"), "[10.0.0.1 127.0.0.1]"},
		{"only IPv6", own("127.0.0.1/8", "2001:db8::1/64"), "[::2]"},
		{"loopback alone", own("127.0.0.1/8", "::1/128"), "[::2 10.0.0.1 127.0.0.1]"},
		{"unknown", nil, "[::2 10.0.0.1 127.0.0.1]"},
	} {
		if got, err := usable("x", ips, c.own); err != nil || fmt.Sprint(got) != c.want {
			t.Errorf("%s: %v, %v, want %s", c.name, got, err, c.want)
		}
	}
	if got, err := usable("x", ips[:1], own("10.0.0.9/8")); err == nil {
		t.Errorf("no address is left, got %v", got)
	}
}
