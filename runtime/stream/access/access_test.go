package access

import (
	"net/netip"
	"testing"
)

func TestCheck(t *testing.T) {
	net := func(s string) Rule { return Rule{Prefix: netip.MustParsePrefix(s)} }
	deny := func(r Rule) Rule { r.Deny = true; return r }
	all, unix := Rule{All: true}, Rule{Unix: true}
	mixed := []Rule{deny(net("10.1.0.0/16")), net("10.0.0.0/8"), net("2001:db8::/32"), deny(net("::ffff:0:0/96")), deny(all)}
	for _, c := range []struct {
		rules  []Rule
		client string // empty for a unix-domain client
		want   Verdict
	}{
		{mixed, "10.1.2.3", Deny},
		{mixed, "10.2.2.3", Allow},
		{mixed, "::ffff:10.2.2.3", Allow}, // by the IPv4 rules
		{mixed, "11.0.0.1", Deny},
		{mixed, "2001:db8::1", Allow},
		{mixed, "::1", Deny},
		{mixed, "", Deny},
		{nil, "1.2.3.4", NoRule},
		{nil, "", NoRule},
		{[]Rule{deny(unix)}, "", Deny},
		{[]Rule{unix, deny(all)}, "", Allow},
		{[]Rule{deny(unix)}, "1.2.3.4", NoRule},
		{[]Rule{deny(net("::/0"))}, "1.2.3.4", NoRule},
		{[]Rule{deny(net("::ffff:1.2.3.0/120"))}, "::ffff:1.2.3.4", Deny}, // no IPv4 rules: as the IPv6 address it is
		{[]Rule{deny(net("::ffff:1.2.3.0/120"))}, "::ffff:1.2.4.4", NoRule},
		{[]Rule{deny(net("1.2.3.4/32"))}, "1.2.3.4", Deny},
		{[]Rule{deny(net("1.2.3.4/32"))}, "1.2.3.5", NoRule},
	} {
		var client netip.Addr
		if c.client != "" {
			client = netip.MustParseAddr(c.client)
		}
		if got := New(c.rules).Check(client); got != c.want {
			t.Errorf("%v, client %q: %d, want %d", c.rules, c.client, got, c.want)
		}
	}
}
