package resolver

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"slices"
)

// SystemLookup resolves a name once, at start, by the system's rules
// (/etc/hosts, resolv.conf), as nginx does with getaddrinfo: IPv4 addresses
// first, a family left out if no interface has an address of it. The error is
// "host not found", which nginx continues with ` in upstream "NAME"` and the
// like.
func SystemLookup(ctx context.Context, name string) ([]netip.Addr, error) {
	return systemLookup(ctx, name, net.DefaultResolver.LookupNetIP, net.InterfaceAddrs)
}

func systemLookup(ctx context.Context, name string,
	lookup func(ctx context.Context, network, host string) ([]netip.Addr, error),
	interfaces func() ([]net.Addr, error),
) ([]netip.Addr, error) {
	found, err := lookup(ctx, "ip", name)
	if err != nil {
		return nil, &HostNotFound{name, err}
	}
	has4, has6 := families(interfaces)
	var v4, v6 []netip.Addr
	for _, a := range found {
		switch a = a.Unmap(); {
		case a.Is4() && (has4 || !has6) && !slices.Contains(v4, a):
			v4 = append(v4, a)
		case a.Is6() && (has6 || !has4) && !slices.Contains(v6, a):
			v6 = append(v6, a)
		}
	}
	if len(v4)+len(v6) == 0 {
		return nil, &HostNotFound{name, fmt.Errorf("no address of a usable family")}
	}
	return append(v4, v6...), nil
}

// HostNotFound is a name that the system could not resolve. Its text is nginx's.
type HostNotFound struct {
	Name  string
	Cause error
}

func (e *HostNotFound) Error() string { return "host not found" }

func (e *HostNotFound) Unwrap() error { return e.Cause }

// families tells which address families the interfaces have, loopback apart;
// both where that cannot be told.
func families(interfaces func() ([]net.Addr, error)) (has4, has6 bool) {
	addrs, err := interfaces()
	if err != nil {
		return true, true
	}
	for _, a := range addrs {
		n, ok := a.(*net.IPNet)
		if !ok || n.IP.IsLoopback() {
			continue
		}
		if n.IP.To4() != nil {
			has4 = true
		} else {
			has6 = true
		}
	}
	return has4, has6
}
