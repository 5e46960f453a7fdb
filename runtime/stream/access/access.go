// Package access is ngx_stream_access_module: allow and deny by the client's address.
//
// Rules are tried in the order of the file, the first that matches decides. IPv4, IPv6 and unix-domain clients have lists of their
// own, as in nginx: a client of a kind for which there is no rule passes. An IPv6 address that maps an IPv4 one is judged by the IPv4
// rules when there are any.
package access

import "net/netip"

// Rule is one allow or deny: All, Unix, or a Prefix.
type Rule struct {
	Deny   bool
	All    bool         // "all"
	Unix   bool         // "unix:"
	Prefix netip.Prefix // an address or a network
}

// Verdict is what the rules say of a client.
type Verdict uint8

// The verdicts.
const (
	NoRule Verdict = iota // nothing matched: the next handler of the phase decides
	Allow
	Deny
)

type netRule struct {
	prefix  netip.Prefix
	verdict Verdict
}

// Rules are the rules in force in one server. The zero Rules has none.
type Rules struct {
	inet, inet6 []netRule
	unix        []Verdict
}

// New compiles rules in the order of the file.
func New(rules []Rule) *Rules {
	r := &Rules{}
	for _, x := range rules {
		v := Allow
		if x.Deny {
			v = Deny
		}
		if x.All || x.Unix {
			r.unix = append(r.unix, v)
		}
		switch {
		case x.All:
			r.inet = append(r.inet, netRule{netip.PrefixFrom(netip.IPv4Unspecified(), 0), v})
			r.inet6 = append(r.inet6, netRule{netip.PrefixFrom(netip.IPv6Unspecified(), 0), v})
		case x.Unix:
		case x.Prefix.Addr().Is4():
			r.inet = append(r.inet, netRule{x.Prefix.Masked(), v})
		default:
			r.inet6 = append(r.inet6, netRule{x.Prefix.Masked(), v})
		}
	}
	return r
}

// Check judges a client by its address; one that is not valid is that of a unix-domain client (ngx_stream_access_handler).
func (r *Rules) Check(client netip.Addr) Verdict {
	switch {
	case !client.IsValid():
		if len(r.unix) > 0 {
			return r.unix[0]
		}
		return NoRule
	case client.Is4():
		return check(r.inet, client)
	case client.Is4In6() && len(r.inet) > 0:
		return check(r.inet, client.Unmap())
	}
	return check(r.inet6, client)
}

func check(rules []netRule, client netip.Addr) Verdict {
	for i := range rules {
		p := rules[i].prefix
		// Contains refuses a mapped address, which nginx compares as the 16 bytes that it is.
		if p.Contains(client) || client.Is4In6() && mapped(p, client) {
			return rules[i].verdict
		}
	}
	return NoRule
}

func mapped(p netip.Prefix, client netip.Addr) bool {
	a, b := p.Addr().As16(), client.As16()
	for i := 0; i < p.Bits(); i++ {
		if (a[i/8]^b[i/8])&(0x80>>(i%8)) != 0 {
			return false
		}
	}
	return true
}
