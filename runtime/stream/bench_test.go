package stream_test

import (
	"net/netip"
	"testing"

	"golang.org/x/sys/unix"
)

// tcp4 is the kernel's form of an IPv4 address.
func tcp4(addr string) *unix.SockaddrInet4 {
	ap := netip.MustParseAddrPort(addr)
	return &unix.SockaddrInet4{Addr: ap.Addr().As4(), Port: int(ap.Port())}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// BenchmarkProxiedConnection is a connection through a plain proxy_pass: connect, one byte there and back, close. Client and backend
// use the kernel directly, so that what is allocated belongs to the session.
func BenchmarkProxiedConnection(b *testing.B) {
	backend, front := freeAddr(b, "tcp"), freeAddr(b, "tcp")
	ln := must(unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0))
	defer unix.Close(ln)
	if err := unix.Bind(ln, tcp4(backend)); err != nil {
		b.Fatal(err)
	}
	if err := unix.Listen(ln, 100); err != nil {
		b.Fatal(err)
	}
	start(b, "server { listen "+front+"; proxy_pass "+backend+"; }", quiet)
	to, one := tcp4(front), []byte{1}
	b.ReportAllocs()
	for b.Loop() {
		c := must(unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0))
		if err := unix.Connect(c, to); err != nil {
			b.Fatal(err)
		}
		up, _, err := unix.Accept4(ln, unix.SOCK_CLOEXEC)
		if err != nil {
			b.Fatal(err)
		}
		must(unix.Write(c, one))
		must(unix.Read(up, one))
		must(unix.Write(up, one))
		must(unix.Read(c, one))
		unix.Close(c)
		unix.Close(up)
	}
}
