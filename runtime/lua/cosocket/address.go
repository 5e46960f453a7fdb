package cosocket

import (
	"net/netip"
	"strconv"
	"strings"

	"tidegate/runtime/relay"
)

// Target is what connect was asked for: an address, or a name that has to be resolved.
type Target struct {
	Addr relay.Addr // zero when Name has to be resolved
	Name string
	Port int
}

// ParseTarget reads a host as ngx_parse_url does: "unix:" and a path, an IP address that may bring its own port, or a name. problem is
// nginx's word for what is wrong, empty when nothing is.
func ParseTarget(host string, port int) (t Target, problem string) {
	t.Port = port
	switch {
	case len(host) >= 5 && strings.EqualFold(host[:5], "unix:"):
		return parseUnix(host[5:])
	case strings.HasPrefix(host, "["):
		return parseInet6(host, t)
	}
	return parseInet(host, t)
}

// maxUnixPath is the longest path of a unix-domain socket, in bytes (sizeof sun_path).
const maxUnixPath = 108

func parseUnix(path string) (t Target, problem string) {
	switch {
	case path == "":
		return t, "no path in the unix domain socket"
	case len(path) >= maxUnixPath:
		return t, "too long path in the unix domain socket"
	}
	t.Addr = relay.UnixAddr(path)
	return t, ""
}

func parseInet(host string, t Target) (_ Target, problem string) {
	if strings.ContainsAny(host, "/?") {
		return t, "invalid host"
	}
	name, text, hasPort := strings.Cut(host, ":")
	if hasPort {
		if t.Port, hasPort = parsePort(text); !hasPort {
			return t, "invalid port"
		}
	}
	if name == "" {
		return t, "no host"
	}
	if ip, err := netip.ParseAddr(name); err == nil {
		t.Addr = relay.TCPAddr(netip.AddrPortFrom(ip, uint16(t.Port)))
		return t, ""
	}
	t.Name = host
	return t, ""
}

func parseInet6(host string, t Target) (_ Target, problem string) {
	text, rest, ok := strings.Cut(host[1:], "]")
	if !ok || text == "" && rest == "" {
		return t, "invalid host"
	}
	if strings.ContainsAny(rest, "/?") {
		return t, "invalid host"
	}
	if rest != "" {
		if t.Port, ok = parsePort(strings.TrimPrefix(rest, ":")); !ok || rest[0] != ':' {
			return t, "invalid port"
		}
	}
	if text == "" {
		return t, "no host"
	}
	ip, err := netip.ParseAddr(text)
	if err != nil || !ip.Is6() || ip.Zone() != "" {
		return t, "invalid IPv6 address"
	}
	t.Addr = relay.TCPAddr(netip.AddrPortFrom(ip, uint16(t.Port)))
	return t, ""
}

// parsePort reads a port as ngx_atoi does, from 1.
func parsePort(text string) (int, bool) {
	for _, c := range []byte(text) {
		if c < '0' || c > '9' {
			return 0, false
		}
	}
	n, err := strconv.Atoi(text)
	return n, err == nil && n >= 1 && n <= 65535
}
