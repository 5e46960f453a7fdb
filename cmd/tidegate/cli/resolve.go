package cli

import (
	"fmt"
	"net"
	"net/netip"
)

// resolveHost asks the system for the addresses of a name in a configuration, in the system's order, as ngx_inet_resolve_host does with
// getaddrinfo and AI_ADDRCONFIG: without those of a family that this machine has no address of.
func resolveHost(host string) ([]netip.Addr, error) {
	ips, err := net.LookupIP(host)
	if err != nil {
		return nil, err
	}
	own, err := net.InterfaceAddrs()
	if err != nil {
		own = nil // then nothing is known of the families
	}
	return usable(host, ips, own)
}

// usable leaves out the addresses of a family that own, the addresses of the interfaces, has none of beside loopback. Where it has
// neither family all count, as in glibc.
func usable(host string, ips []net.IP, own []net.Addr) ([]netip.Addr, error) {
	has4, has6 := false, false
	for _, a := range own {
		if n, ok := a.(*net.IPNet); ok && !n.IP.IsLoopback() {
			is4 := n.IP.To4() != nil
			has4, has6 = has4 || is4, has6 || !is4
		}
	}
	var out []netip.Addr
	for _, ip := range ips {
		a, ok := netip.AddrFromSlice(ip)
		if a = a.Unmap(); ok && (has4 == has6 || a.Is4() == has4) {
			out = append(out, a)
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%s has no address of a family that this machine has", host)
	}
	return out, nil
}
