package relay

import (
	"encoding/binary"
	"net/netip"

	"golang.org/x/sys/unix"
)

// Addr is a socket address: IPv4, IPv6 or a unix path. The zero Addr is "no address". It implements net.Addr.
type Addr struct {
	netip.AddrPort        // invalid for a unix socket
	Path           string // file of a unix socket, "" for an unbound peer; a leading NUL is the abstract name space
	unix           bool
	dgram          bool
}

// TCPAddr makes an Addr for a stream socket from an address and port.
func TCPAddr(a netip.AddrPort) Addr { return Addr{AddrPort: a} }

// UDPAddr makes an Addr for a datagram socket from an address and port.
func UDPAddr(a netip.AddrPort) Addr { return Addr{AddrPort: a, dgram: true} }

// UnixAddr makes an Addr for a unix socket.
func UnixAddr(path string) Addr { return Addr{Path: path, unix: true} }

// Datagrams is the address for a datagram socket.
func (a Addr) Datagrams() Addr {
	a.dgram = true
	return a
}

// IsUnix tells whether the address belongs to the unix family.
func (a Addr) IsUnix() bool { return a.unix }

// IsZero tells whether there is no address at all.
func (a Addr) IsZero() bool { return !a.unix && !a.AddrPort.IsValid() }

// Network is "tcp", "udp" or "unix", as net.Addr wants.
func (a Addr) Network() string {
	switch {
	case a.unix:
		return "unix"
	case a.dgram:
		return "udp"
	}
	return "tcp"
}

// String is the address as ngx_sock_ntop prints it with its port: 127.0.0.1:80, [::1]:80, unix:/path, or unix: for a peer
// without a name.
func (a Addr) String() string {
	if a.unix {
		return "unix:" + a.Path
	}
	if !a.AddrPort.IsValid() {
		return ""
	}
	return a.AddrPort.String()
}

// wildcard tells whether the address is 0.0.0.0 or [::].
func (a Addr) wildcard() bool { return !a.unix && a.AddrPort.Addr().IsUnspecified() }

// family is the protocol family for socket(2).
func (a Addr) family() int {
	switch {
	case a.unix:
		return unix.AF_UNIX
	case a.AddrPort.Addr().Is4():
		return unix.AF_INET
	}
	return unix.AF_INET6
}

// sockaddr is room for any address the kernel reads or writes, with the length in use.
type sockaddr struct {
	raw [sizeofSockaddr]byte
	len uint32
}

const sizeofSockaddr = 112 // sockaddr_un, the largest in use, rounded up

// set encodes a; it reports false when a unix path does not fit.
func (s *sockaddr) set(a Addr) bool {
	binary.NativeEndian.PutUint16(s.raw[:], uint16(a.family()))
	switch a.family() {
	case unix.AF_UNIX:
		if len(a.Path) > unix.SizeofSockaddrUnix-3 {
			return false
		}
		n := copy(s.raw[2:], a.Path)
		s.raw[2+n] = 0
		s.len = uint32(2 + n + 1)
		if n == 0 || a.Path[0] == 0 { // no name, or one in the abstract name space, has no terminating NUL
			s.len--
		}
	case unix.AF_INET:
		ip := a.AddrPort.Addr().As4()
		binary.BigEndian.PutUint16(s.raw[2:], a.AddrPort.Port())
		copy(s.raw[4:], ip[:])
		clear(s.raw[8:16])
		s.len = unix.SizeofSockaddrInet4
	default:
		ip := a.AddrPort.Addr().As16()
		binary.BigEndian.PutUint16(s.raw[2:], a.AddrPort.Port())
		clear(s.raw[4:8])
		copy(s.raw[8:], ip[:])
		clear(s.raw[24:28])
		s.len = unix.SizeofSockaddrInet6
	}
	return true
}

// addr decodes what the kernel wrote. IPv6 scopes are left out, as ngx_sock_ntop leaves them out.
func (s *sockaddr) addr(dgram bool) Addr {
	if s.len < 2 {
		return Addr{unix: true, dgram: dgram}
	}
	switch binary.NativeEndian.Uint16(s.raw[:]) {
	case unix.AF_INET:
		ip := netip.AddrFrom4([4]byte(s.raw[4:8]))
		return Addr{AddrPort: netip.AddrPortFrom(ip, binary.BigEndian.Uint16(s.raw[2:])), dgram: dgram}
	case unix.AF_INET6:
		ip := netip.AddrFrom16([16]byte(s.raw[8:24]))
		return Addr{AddrPort: netip.AddrPortFrom(ip, binary.BigEndian.Uint16(s.raw[2:])), dgram: dgram}
	}
	path := s.raw[2:min(int(s.len), len(s.raw))]
	if len(path) > 0 && path[0] != 0 {
		for i, c := range path {
			if c == 0 {
				path = path[:i]
				break
			}
		}
	}
	return Addr{Path: string(path), unix: true, dgram: dgram}
}
