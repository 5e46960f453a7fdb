package ngxstream

import (
	"net/netip"

	"tidegate/ast"
	"tidegate/ast/catalog"
)

// Allow admits clients by address.
var Allow = catalog.Custom(catalog.Spec{
	Name: "allow", In: both, Args: "<cidr>|unix:|all", Since: "1.9.2", Repeat: catalog.Many, Runs: catalog.Full,
	Doc: "Admits clients by address; the first rule that fits decides.",
}, DecodeAccess)

// Deny turns clients away by address. AccessRules gives both in their order.
var Deny = catalog.Custom(catalog.Spec{
	Name: "deny", In: both, Args: "<cidr>|unix:|all", Since: "1.9.2", Repeat: catalog.Many, Runs: catalog.Full,
	Doc: "Turns clients away by address; the first rule that fits decides.",
}, DecodeAccess)

// AccessRule is one allow or deny directive.
type AccessRule struct {
	Deny bool
	// All and Unix stand for the words "all" and "unix:"; else Net is set.
	All, Unix bool
	Net       netip.Prefix
	At        ast.Pos
}

// DecodeAccess follows ngx_stream_access_rule.
func DecodeAccess(c *catalog.Call) (AccessRule, bool) {
	r := AccessRule{Deny: c.Text(0) == "deny", At: c.Node.Pos()}
	switch c.Text(1) {
	case "all":
		r.All = true
		return r, true
	case "unix:":
		r.Unix = true
		return r, true
	}
	var ok bool
	r.Net, ok = cidr(c, 1)
	return r, ok || c.InvalidParameter(1)
}

// cidr reads word i as ngx_ptocidr does, with its warning.
func cidr(c *catalog.Call, i int) (netip.Prefix, bool) {
	p, exact, ok := catalog.ParseCIDR(c.Text(i))
	if ok && !exact {
		c.Warn(i, "low address bits of %s are meaningless", c.Text(i))
	}
	return p, ok
}

// AccessRules returns the rules in force at l in the order of the file. A level
// with a rule of its own inherits none (ngx_stream_access_merge_srv_conf).
func AccessRules(l catalog.Level) []AccessRule {
	for ; l != nil; l = l.Outer() {
		if own := ownRules(l); len(own) > 0 {
			return own
		}
	}
	return nil
}

func ownRules(l catalog.Level) []AccessRule {
	allow, deny := l.Values(Allow.Row), l.Values(Deny.Row)
	out := make([]AccessRule, 0, len(allow)+len(deny))
	for len(allow) > 0 || len(deny) > 0 {
		from := &allow
		if len(allow) == 0 || len(deny) > 0 && ast.Before(deny[0].At, allow[0].At) {
			from = &deny
		}
		r, _ := (*from)[0].Arg.(AccessRule)
		out = append(out, r)
		*from = (*from)[1:]
	}
	return out
}
