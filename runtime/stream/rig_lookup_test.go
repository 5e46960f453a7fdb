package stream_test

import (
	"crypto/x509"
	"errors"
	"net/netip"
)

// lookup resolves the names of tests at start.
func lookup(host string) ([]netip.Addr, error) {
	switch host {
	case "localhost":
		return []netip.Addr{netip.MustParseAddr("127.0.0.1")}, nil
	case "several.test":
		return []netip.Addr{netip.MustParseAddr("127.0.0.1"), netip.MustParseAddr("127.0.0.2")}, nil
	}
	return nil, errors.New("no such host")
}

type x509Certificate = x509.Certificate

func addrPort(s string) netip.AddrPort { return netip.MustParseAddrPort(s) }
