package proxyproto

import (
	"bufio"
	"bytes"
	"net"
	"net/netip"
	"testing"

	lib "github.com/pires/go-proxyproto"
)

// What we write is read by an implementation that is not ours, and what it writes is read by us.
func TestInterop(t *testing.T) {
	for _, c := range []struct{ src, dst string }{
		{"192.0.2.1:50000", "198.51.100.7:443"},
		{"[2001:db8::1]:1", "[2001:db8::2]:65535"},
	} {
		src, dst := netip.MustParseAddrPort(c.src), netip.MustParseAddrPort(c.dst)
		for version, ours := range map[byte][]byte{1: AppendV1(nil, src, dst), 2: AppendV2(nil, src, dst, nil)} {
			h, err := lib.Read(bufio.NewReader(bytes.NewReader(ours)))
			if err != nil {
				t.Errorf("version %d of %s: %v", version, c.src, err)
				continue
			}
			if h.Version != version || h.SourceAddr.String() != c.src || h.DestinationAddr.String() != c.dst {
				t.Errorf("version %d of %s is read as version %d, %v to %v", version, c.src, h.Version, h.SourceAddr, h.DestinationAddr)
			}

			theirs := lib.HeaderProxyFromAddrs(version, net.TCPAddrFromAddrPort(src), net.TCPAddrFromAddrPort(dst))
			text, err := theirs.Format()
			if err != nil {
				t.Fatal(err)
			}
			got, n, err := Parse(append(text, "rest"...))
			if err != nil || n != len(text) {
				t.Errorf("version %d of %s: %d bytes of %d, %v", version, c.src, n, len(text), err)
				continue
			}
			if got.SrcAddr != src.Addr().String() || got.SrcPort != src.Port() || got.DstAddr != dst.Addr().String() || got.DstPort != dst.Port() {
				t.Errorf("version %d of %s is read as %+v", version, c.src, got)
			}
		}
	}
}
