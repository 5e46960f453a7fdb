package ngxstream

import (
	"net/netip"

	"tidegate/ast/catalog"
)

// SetRealIPFrom trusts the PROXY protocol header of some clients.
var SetRealIPFrom = catalog.Custom(catalog.Spec{
	Name: "set_real_ip_from", In: both, Args: "<cidr>|<host>|unix:", Repeat: catalog.Many, Runs: catalog.Full,
	Doc: "Takes the client's address from the PROXY protocol header of these senders.",
}, DecodeRealIPFrom)

// RealIPSource is one set_real_ip_from directive.
type RealIPSource struct {
	Unix bool
	Nets []netip.Prefix
}

// DecodeRealIPFrom follows ngx_stream_realip_from.
func DecodeRealIPFrom(c *catalog.Call) (RealIPSource, bool) {
	if c.Text(1) == "unix:" {
		return RealIPSource{Unix: true}, true
	}
	if p, ok := cidr(c, 1); ok {
		return RealIPSource{Nets: []netip.Prefix{p}}, true
	}
	var r RealIPSource
	ips, err := c.Env.Resolve(c.Text(1))
	if err != nil || len(ips) == 0 {
		return r, c.Fail(1, `host not found in set_real_ip_from "%s"`, c.Text(1))
	}
	for _, ip := range ips {
		r.Nets = append(r.Nets, netip.PrefixFrom(ip, ip.BitLen()))
	}
	return r, true
}
