package resolver

import (
	"fmt"
	"io"
	"net/netip"
	"os"
	"strings"

	"tidegate/runtime/errlog"
)

// ResolvConf is what "local=on" reads.
const ResolvConf = "/etc/resolv.conf"

// The bounds of OpenResty's reader: bytes of the file, and name servers taken.
const (
	localSize    = 2048
	localServers = 3
)

// LocalServers reads the name servers of a resolv.conf, for OpenResty's
// "resolver local=on" or "local=FILE". Errors are its messages; the caller adds
// "unable to parse local resolver".
func LocalServers(path string) ([]netip.AddrPort, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open() \"%s\" failed%s", path, errlog.Errno(err))
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, localSize))
	if err != nil {
		return nil, fmt.Errorf("pread() \"%s\" failed%s", path, errlog.Errno(err))
	}
	var out []netip.AddrPort
	for line := range strings.FieldsFuncSeq(string(text), func(c rune) bool { return c == '\n' || c == '\r' }) {
		if i := strings.IndexAny(line, "#;"); i >= 0 {
			line = line[:i]
		}
		_, rest, found := strings.Cut(line, "nameserver")
		addr := strings.TrimLeft(rest, " \t")
		if !found || addr == "" {
			continue
		}
		ip, err := netip.ParseAddr(addr)
		if err != nil {
			return nil, fmt.Errorf("host not found in resolver \"%s\"", addr)
		}
		if out = append(out, netip.AddrPortFrom(ip, 53)); len(out) == localServers {
			break
		}
	}
	return out, nil
}
