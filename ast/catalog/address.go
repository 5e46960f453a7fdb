package catalog

import (
	"net/netip"
	"strconv"
	"strings"
)

// Address is a network address as written in listen, server or proxy_pass:
// host and port, a port alone, or a unix-domain socket.
type Address struct {
	// Text is the address as written.
	Text string
	// Host is the host as written, with brackets for IPv6; "" for a port alone.
	Host string
	// Unix is the path of a unix-domain socket, "" for other addresses.
	Unix string
	// Port is the port, or the first one of a range; the default port if none is
	// written.
	Port int
	// LastPort is the last port of a range, 0 without a range.
	LastPort int
	// NoPort tells that no port was written.
	NoPort bool
	// Wildcard tells that the host means every local address.
	Wildcard bool
	// IsName tells that Host is a name and not an address.
	IsName bool
	// URI is what follows the address, from its "/" or "?" on.
	URI string
	// Addrs holds the addresses in nginx's order: one for a literal, those that
	// the name resolves to, each port of a range. Empty for a unix socket and for
	// a name that was not resolved.
	Addrs []netip.AddrPort
}

// URLOptions say which form of address ngx_parse_url accepts.
type URLOptions struct {
	// Listen accepts a port alone, a port range and "*".
	Listen bool
	// NoResolve leaves names unresolved.
	NoResolve bool
	// DefaultPort stands in for a missing port.
	DefaultPort int
	// URI accepts a path behind the address.
	URI bool
}

const maxUnixPath = 108 // sizeof(sun_path) on Linux, with the closing NUL

// ParseURL reads an address as ngx_parse_url does, without the URI part.
// resolve turns a name into addresses; it may be nil, and then names have none. The error
// is nginx's phrase ("invalid port", "host not found"), "" if there is none.
func ParseURL(text string, o URLOptions, resolve func(host string) ([]netip.Addr, error)) (Address, string) {
	a := Address{Text: text}
	switch {
	case len(text) >= 5 && strings.EqualFold(text[:5], "unix:"):
		a.Unix = text[5:]
		switch {
		case a.Unix == "":
			return a, "no path in the unix domain socket"
		case len(a.Unix)+1 > maxUnixPath:
			return a, "too long path in the unix domain socket"
		}
		a.Host = a.Unix
		if i := strings.IndexByte(a.Unix, ':'); i >= 0 && o.URI {
			a.Unix, a.URI = a.Unix[:i], a.Unix[i+1:]
			a.Host = a.Unix
		}
		return a, ""
	case text != "" && text[0] == '[':
		return a, a.parseInet6(o)
	}
	return a, a.parseInet(o, resolve)
}

// port reads "8080" or, when listening, "8080-8090".
func (a *Address) port(s string, listen bool) string {
	if i := strings.IndexByte(s, '-'); listen && i >= 0 {
		n, ok := ParseInt(s[i+1:])
		if !ok || n < 1 || n > 65535 {
			return "invalid port"
		}
		a.LastPort = n
		s = s[:i]
	}
	n, ok := ParseInt(s)
	if !ok || n < 1 || n > 65535 {
		return "invalid port"
	}
	if a.LastPort != 0 && n > a.LastPort {
		return "invalid port range"
	}
	a.Port = n
	return ""
}

// parseInet follows ngx_parse_inet_url.
func (a *Address) parseInet(o URLOptions, resolve func(string) ([]netip.Addr, error)) string {
	host := a.Text
	if i := strings.IndexAny(host, "/?"); i >= 0 {
		if !o.URI {
			return "invalid host"
		}
		host, a.URI = host[:i], host[i:]
	}
	if i := strings.IndexByte(host, ':'); i >= 0 {
		if err := a.port(host[i+1:], o.Listen); err != "" {
			return err
		}
		host = host[:i]
	} else {
		if o.Listen {
			if done, err := a.portAlone(host); done || err != "" {
				return err
			}
		}
		a.NoPort, a.Port, a.LastPort = true, o.DefaultPort, 0
	}
	if host == "" {
		return "no host"
	}
	a.Host = host
	if o.Listen && host == "*" {
		a.Wildcard = true
		a.add(netip.IPv4Unspecified())
		return ""
	}
	if ip, ok := parseInetAddr(host); ok {
		a.Wildcard = ip.IsUnspecified()
		a.add(ip)
		return ""
	}
	a.IsName = true
	if o.NoResolve || resolve == nil {
		return ""
	}
	ips, err := resolve(host)
	if err != nil {
		return "host not found"
	}
	a.add(ips...)
	a.Wildcard = len(ips) > 0 && ips[0].IsUnspecified()
	return ""
}

// portAlone tries a listen address as a port or a range of ports without a
// host.
func (a *Address) portAlone(s string) (done bool, err string) {
	first, bad := s, ""
	if i := strings.IndexByte(s, '-'); i >= 0 {
		n, ok := ParseInt(s[i+1:])
		if !ok {
			return false, ""
		}
		if n < 1 || n > 65535 {
			bad = "invalid port"
		} else {
			a.LastPort = n
		}
		first = s[:i]
	}
	n, ok := ParseInt(first)
	switch {
	case !ok:
		return false, ""
	case bad != "":
		return false, bad
	case n < 1 || n > 65535:
		return false, "invalid port"
	case a.LastPort != 0 && n > a.LastPort:
		return false, "invalid port range"
	}
	a.Port, a.Wildcard = n, true
	a.add(netip.IPv4Unspecified())
	return true, ""
}

// parseInet6 follows ngx_parse_inet6_url.
func (a *Address) parseInet6(o URLOptions) string {
	end := strings.IndexByte(a.Text, ']')
	if end < 0 {
		return "invalid host"
	}
	host, rest := a.Text[1:end], a.Text[end+1:]
	if i := strings.IndexByte(rest, '/'); i >= 0 {
		if !o.URI {
			return "invalid host"
		}
		rest, a.URI = rest[:i], rest[i:]
	}
	if rest != "" {
		if rest[0] != ':' {
			return "invalid host"
		}
		if err := a.port(rest[1:], o.Listen); err != "" {
			return err
		}
	} else {
		a.NoPort, a.Port = true, o.DefaultPort
	}
	if host == "" {
		return "no host"
	}
	a.Host = a.Text[:end+1]
	ip, ok := parseInet6Addr(host)
	if !ok {
		return "invalid IPv6 address"
	}
	a.Wildcard = ip.IsUnspecified()
	a.add(ip)
	return ""
}

// SetAddrs gives a name the addresses that it resolves to.
func (a *Address) SetAddrs(ips []netip.Addr) {
	a.Addrs = a.Addrs[:0]
	a.add(ips...)
}

// add appends each port of the range for each address, in the order of
// ngx_inet_add_addr: all ports of one address before the next address.
func (a *Address) add(ips ...netip.Addr) {
	last := max(a.LastPort, a.Port)
	for _, ip := range ips {
		for p := a.Port; p <= last; p++ {
			a.Addrs = append(a.Addrs, netip.AddrPortFrom(ip, uint16(p)))
		}
	}
}

// parseInetAddr reads a dotted quad as ngx_inet_addr does: four decimal numbers
// up to 255, of which any may be empty and then count as 0. 255.255.255.255
// equals INADDR_NONE and so is not an address there.
func parseInetAddr(s string) (netip.Addr, bool) {
	var quad [4]byte
	octet, dots := 0, 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			octet = octet*10 + int(c-'0')
			if octet > 255 {
				return netip.Addr{}, false
			}
		case c == '.' && dots < 3:
			quad[dots] = byte(octet)
			dots++
			octet = 0
		default:
			return netip.Addr{}, false
		}
	}
	if dots != 3 {
		return netip.Addr{}, false
	}
	quad[3] = byte(octet)
	return netip.AddrFrom4(quad), quad != [4]byte{255, 255, 255, 255}
}

// parseInet6Addr reads an IPv6 address without brackets and zone, as
// ngx_inet6_addr does.
func parseInet6Addr(s string) (netip.Addr, bool) {
	ip, err := netip.ParseAddr(s)
	if err != nil || !ip.Is6() || ip.Zone() != "" {
		return netip.Addr{}, false
	}
	return ip, true
}

// ParseAddr reads an IPv4 or IPv6 literal as ngx_parse_addr does.
func ParseAddr(s string) (netip.Addr, bool) {
	if ip, ok := parseInetAddr(s); ok {
		return ip, true
	}
	return parseInet6Addr(s)
}

// ParseAddrPort reads a literal address with an optional port, as
// ngx_parse_addr_port does: "1.2.3.4:53", "[::1]:53", "[::1]", "::1"; the port
// is 0 when it is missing.
func ParseAddrPort(s string) (netip.AddrPort, bool) {
	if ip, ok := ParseAddr(s); ok {
		return netip.AddrPortFrom(ip, 0), true
	}
	var host, port string
	if s != "" && s[0] == '[' {
		end := strings.IndexByte(s, ']')
		switch {
		case end < 0:
			return netip.AddrPort{}, false
		case end == len(s)-1:
			ip, ok := ParseAddr(s[1:end])
			return netip.AddrPortFrom(ip, 0), ok
		case s[end+1] != ':':
			return netip.AddrPort{}, false
		}
		host, port = s[1:end], s[end+2:]
	} else {
		var found bool
		if host, port, found = strings.Cut(s, ":"); !found {
			return netip.AddrPort{}, false
		}
	}
	n, ok := ParseInt(port)
	if !ok || n < 1 || n > 65535 {
		return netip.AddrPort{}, false
	}
	ip, ok := ParseAddr(host)
	return netip.AddrPortFrom(ip, uint16(n)), ok
}

// ParseCIDR reads an address with an optional mask length, as ngx_ptocidr does.
// exact is false when bits below the mask were set; they are cleared.
func ParseCIDR(s string) (p netip.Prefix, exact, ok bool) {
	host, mask, hasMask := strings.Cut(s, "/")
	ip, ok := ParseAddr(host)
	if !ok {
		return netip.Prefix{}, false, false
	}
	n := ip.BitLen()
	if hasMask {
		if n, ok = ParseInt(mask); !ok || n > ip.BitLen() {
			return netip.Prefix{}, false, false
		}
	}
	p = netip.PrefixFrom(ip, n).Masked()
	return p, p.Addr() == ip, true
}

// Endpoint is a resolved address: an IP address with a port, or the path of a
// unix-domain socket.
type Endpoint struct {
	Addr netip.AddrPort
	Unix string
}

// String writes the endpoint as nginx prints it: "127.0.0.1:80", "[::1]:80",
// "unix:/path".
func (e Endpoint) String() string {
	if e.Unix != "" {
		return "unix:" + e.Unix
	}
	ip, port := e.Addr.Addr(), strconv.Itoa(int(e.Addr.Port()))
	if ip.Is6() {
		return "[" + FormatIPv6(ip) + "]:" + port
	}
	return ip.String() + ":" + port
}

// Endpoints lists what the address stands for; of a name that was not resolved
// nothing.
func (a *Address) Endpoints() []Endpoint {
	if a.Unix != "" {
		return []Endpoint{{Unix: a.Unix}}
	}
	out := make([]Endpoint, len(a.Addrs))
	for i, ap := range a.Addrs {
		out[i].Addr = ap
	}
	return out
}

// FormatIPv6 writes an IPv6 address as ngx_inet6_ntop does: the first longest
// run of two or more zero groups is shortened, and addresses that embed an IPv4
// address end in dotted decimal.
func FormatIPv6(ip netip.Addr) string {
	b := ip.As16()
	zero, longest := -1, 1
	for i := 0; i < 8; {
		j := i
		for j < 8 && b[2*j] == 0 && b[2*j+1] == 0 {
			j++
		}
		if j-i > longest {
			zero, longest = i, j-i
		}
		i = max(j, i+1)
	}
	groups := 8
	if zero == 0 && (longest == 5 && b[10] == 0xff && b[11] == 0xff ||
		longest == 6 || longest == 7 && b[14] != 0 && b[15] != 1) {
		groups = 6
	}
	var out []byte
	if zero == 0 {
		out = append(out, ':')
	}
	for i := 0; i < groups; i++ {
		if i == zero {
			out = append(out, ':')
			i += longest - 1
			continue
		}
		out = strconv.AppendUint(out, uint64(b[2*i])<<8|uint64(b[2*i+1]), 16)
		if i < 7 {
			out = append(out, ':')
		}
	}
	if groups == 6 {
		v4 := netip.AddrFrom4([4]byte(b[12:16]))
		out = v4.AppendTo(out)
	}
	return string(out)
}
