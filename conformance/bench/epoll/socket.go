package epoll

import (
	"errors"
	"fmt"
	"net/netip"

	"golang.org/x/sys/unix"
)

// Again reports that a socket operation would block.
func Again(err error) bool { return errors.Is(err, unix.EAGAIN) }

// sockaddr turns an IPv4 address into the kernel's form.
func sockaddr(addr netip.AddrPort) *unix.SockaddrInet4 {
	return &unix.SockaddrInet4{Port: int(addr.Port()), Addr: addr.Addr().As4()}
}

// DialTCP starts a non-blocking TCP connection. Over loopback the handshake is complete when it returns.
func DialTCP(addr netip.AddrPort) (int, error) { return dial(addr, unix.SOCK_STREAM) }

// DialUDP makes a connected non-blocking UDP socket.
func DialUDP(addr netip.AddrPort) (int, error) { return dial(addr, unix.SOCK_DGRAM) }

func dial(addr netip.AddrPort, kind int) (int, error) {
	fd, err := unix.Socket(unix.AF_INET, kind|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return -1, fmt.Errorf("socket: %w", err)
	}
	if err := unix.Connect(fd, sockaddr(addr)); err != nil && !errors.Is(err, unix.EINPROGRESS) {
		unix.Close(fd)
		return -1, fmt.Errorf("connect to %s: %w", addr, err)
	}
	return fd, nil
}

// ListenTCP listens on addr; port 0 lets the kernel choose.
func ListenTCP(addr netip.AddrPort) (fd int, bound netip.AddrPort, err error) {
	fd, bound, err = bind(addr, unix.SOCK_STREAM)
	if err != nil {
		return -1, bound, err
	}
	if err := unix.Listen(fd, 4096); err != nil {
		unix.Close(fd)
		return -1, bound, fmt.Errorf("listen on %s: %w", bound, err)
	}
	return fd, bound, nil
}

// BindUDP binds a UDP socket to addr; port 0 lets the kernel choose.
func BindUDP(addr netip.AddrPort) (fd int, bound netip.AddrPort, err error) {
	return bind(addr, unix.SOCK_DGRAM)
}

// ReserveTCP binds a TCP port without listening on it. While the socket is open the kernel gives the port to no outgoing
// connection, and a server that sets SO_REUSEADDR, as nginx and Go do, can still bind and listen on it.
func ReserveTCP(addr netip.AddrPort) (fd int, bound netip.AddrPort, err error) {
	return bind(addr, unix.SOCK_STREAM)
}

func bind(addr netip.AddrPort, kind int) (int, netip.AddrPort, error) {
	fd, err := unix.Socket(unix.AF_INET, kind|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return -1, addr, fmt.Errorf("socket: %w", err)
	}
	if kind == unix.SOCK_STREAM {
		err = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_REUSEADDR, 1)
	}
	if err == nil {
		err = unix.Bind(fd, sockaddr(addr))
	}
	if err != nil {
		unix.Close(fd)
		return -1, addr, fmt.Errorf("bind %s: %w", addr, err)
	}
	name, err := unix.Getsockname(fd)
	if err != nil {
		unix.Close(fd)
		return -1, addr, fmt.Errorf("getsockname: %w", err)
	}
	in4, ok := name.(*unix.SockaddrInet4)
	if !ok {
		unix.Close(fd)
		return -1, addr, fmt.Errorf("getsockname: not an ipv4 socket")
	}
	return fd, netip.AddrPortFrom(netip.AddrFrom4(in4.Addr), uint16(in4.Port)), nil
}

// Accept takes one connection off a listening socket.
func Accept(fd int) (int, error) {
	conn, _, err := unix.Accept4(fd, unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC)
	return conn, err
}

// Receive reads into p; 0 bytes and no error is the peer's end of stream.
func Receive(fd int, p []byte) (int, error) {
	for {
		n, err := unix.Read(fd, p)
		if !errors.Is(err, unix.EINTR) {
			return max(n, 0), err
		}
	}
}

// Discard takes up to len(p) bytes off a TCP socket without copying them (MSG_TRUNC, tcp(7)); p is not written.
func Discard(fd int, p []byte) (int, error) {
	for {
		n, _, err := unix.Recvfrom(fd, p, unix.MSG_TRUNC)
		if !errors.Is(err, unix.EINTR) {
			return max(n, 0), err
		}
	}
}

// Send writes p; a closed peer is EPIPE (the Go runtime swallows the SIGPIPE of sockets).
func Send(fd int, p []byte) (int, error) {
	for {
		n, err := unix.Write(fd, p)
		if !errors.Is(err, unix.EINTR) {
			return max(n, 0), err
		}
	}
}

// SocketError is the pending error of a socket (SO_ERROR), nil when there is none.
func SocketError(fd int) error {
	code, err := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_ERROR)
	if err != nil {
		return err
	}
	if code != 0 {
		return unix.Errno(code)
	}
	return nil
}

// Close closes a socket.
func Close(fd int) { unix.Close(fd) }

// Reset closes a TCP socket with a reset, leaving no TIME_WAIT behind.
func Reset(fd int) {
	_ = unix.SetsockoptLinger(fd, unix.SOL_SOCKET, unix.SO_LINGER, &unix.Linger{Onoff: 1})
	unix.Close(fd)
}
