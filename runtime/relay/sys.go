package relay

import (
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The calls here act on non-blocking descriptors, so they return at once and need not tell Go's scheduler about themselves:
// RawSyscall saves that bookkeeping. Only epoll_wait and a lingering close may sleep and go through Syscall. All of them repeat
// after EINTR. A zero Errno is success.

type errno = syscall.Errno

const (
	eagain      = syscall.EAGAIN
	einprogress = syscall.EINPROGRESS
)

// recvFlags reads into b; n is 0 at end of stream.
func recvFlags(fd int32, b []byte, flags int) (int, errno) {
	p := unsafe.SliceData(b)
	for {
		n, _, e := syscall.RawSyscall6(unix.SYS_RECVFROM, uintptr(fd), uintptr(unsafe.Pointer(p)), uintptr(len(b)), uintptr(flags), 0, 0)
		if e != syscall.EINTR {
			if e != 0 {
				return 0, e
			}
			return int(n), 0
		}
	}
}

func recv(fd int32, b []byte) (int, errno) { return recvFlags(fd, b, 0) }

// send writes b; MSG_NOSIGNAL keeps a closed peer from costing a SIGPIPE.
func send(fd int32, b []byte) (int, errno) {
	p := unsafe.SliceData(b)
	for {
		n, _, e := syscall.RawSyscall6(unix.SYS_SENDTO, uintptr(fd), uintptr(unsafe.Pointer(p)), uintptr(len(b)), unix.MSG_NOSIGNAL, 0, 0)
		if e != syscall.EINTR {
			if e != 0 {
				return 0, e
			}
			return int(n), 0
		}
	}
}

// sendv writes several pieces in one call.
func sendv(fd int32, iov []unix.Iovec) (int, errno) {
	msg := unix.Msghdr{Iov: unsafe.SliceData(iov)}
	msg.SetIovlen(len(iov))
	for {
		n, _, e := syscall.RawSyscall(unix.SYS_SENDMSG, uintptr(fd), uintptr(unsafe.Pointer(&msg)), unix.MSG_NOSIGNAL)
		if e != syscall.EINTR {
			if e != 0 {
				return 0, e
			}
			return int(n), 0
		}
	}
}

// socket makes a socket; protocol 0 is the usual one of its kind.
func socket(family, kind, protocol int) (int32, errno) {
	fd, _, e := syscall.RawSyscall(unix.SYS_SOCKET, uintptr(family), uintptr(kind|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC), uintptr(protocol))
	if e != 0 {
		return -1, e
	}
	return int32(fd), 0
}

func connect(fd int32, sa *sockaddr) errno {
	for {
		_, _, e := syscall.RawSyscall(unix.SYS_CONNECT, uintptr(fd), uintptr(unsafe.Pointer(&sa.raw)), uintptr(sa.len))
		if e != syscall.EINTR {
			return e
		}
	}
}

func bind(fd int32, sa *sockaddr) errno {
	_, _, e := syscall.RawSyscall(unix.SYS_BIND, uintptr(fd), uintptr(unsafe.Pointer(&sa.raw)), uintptr(sa.len))
	return e
}

func listen(fd int32, backlog int) errno {
	_, _, e := syscall.RawSyscall(unix.SYS_LISTEN, uintptr(fd), uintptr(backlog), 0)
	return e
}

// accept takes one connection; sa receives the peer.
func accept(fd int32, sa *sockaddr) (int32, errno) {
	for {
		sa.len = sizeofSockaddr
		n, _, e := syscall.RawSyscall6(unix.SYS_ACCEPT4, uintptr(fd), uintptr(unsafe.Pointer(&sa.raw)),
			uintptr(unsafe.Pointer(&sa.len)), unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0, 0)
		if e == 0 {
			return int32(n), 0
		}
		if e != syscall.EINTR {
			return -1, e
		}
	}
}

func getsockname(fd int32, sa *sockaddr) errno {
	sa.len = sizeofSockaddr
	_, _, e := syscall.RawSyscall(unix.SYS_GETSOCKNAME, uintptr(fd), uintptr(unsafe.Pointer(&sa.raw)), uintptr(unsafe.Pointer(&sa.len)))
	return e
}

func getpeername(fd int32, sa *sockaddr) errno {
	sa.len = sizeofSockaddr
	_, _, e := syscall.RawSyscall(unix.SYS_GETPEERNAME, uintptr(fd), uintptr(unsafe.Pointer(&sa.raw)), uintptr(unsafe.Pointer(&sa.len)))
	return e
}

func setsockopt(fd int32, level, opt, value int) errno {
	v := int32(value)
	_, _, e := syscall.RawSyscall6(unix.SYS_SETSOCKOPT, uintptr(fd), uintptr(level), uintptr(opt), uintptr(unsafe.Pointer(&v)), 4, 0)
	return e
}

func getsockopt(fd int32, level, opt int) (int, errno) {
	var v int32
	size := uint32(4)
	_, _, e := syscall.RawSyscall6(unix.SYS_GETSOCKOPT, uintptr(fd), uintptr(level), uintptr(opt),
		uintptr(unsafe.Pointer(&v)), uintptr(unsafe.Pointer(&size)), 0)
	return int(v), e
}

func shutdown(fd int32, how int) errno {
	_, _, e := syscall.RawSyscall(unix.SYS_SHUTDOWN, uintptr(fd), uintptr(how), 0)
	return e
}

func closeFD(fd int32) errno {
	_, _, e := syscall.RawSyscall(unix.SYS_CLOSE, uintptr(fd), 0, 0)
	return e
}

func epollCtl(ep int32, op int, fd int32, events uint32, tag int32) errno {
	ev := unix.EpollEvent{Events: events, Fd: fd, Pad: tag}
	_, _, e := syscall.RawSyscall6(unix.SYS_EPOLL_CTL, uintptr(ep), uintptr(op), uintptr(fd), uintptr(unsafe.Pointer(&ev)), 0, 0)
	return e
}

// epollWait waits at most msec milliseconds (-1: for ever). A wait that may sleep is announced to the scheduler.
func epollWait(ep int32, events []unix.EpollEvent, msec int) int {
	p := unsafe.Pointer(unsafe.SliceData(events))
	var n uintptr
	var e errno
	if msec == 0 {
		n, _, e = syscall.RawSyscall6(unix.SYS_EPOLL_PWAIT, uintptr(ep), uintptr(p), uintptr(len(events)), 0, 0, 0)
	} else {
		n, _, e = syscall.Syscall6(unix.SYS_EPOLL_PWAIT, uintptr(ep), uintptr(p), uintptr(len(events)), uintptr(msec), 0, 0)
	}
	if e != 0 {
		return 0
	}
	return int(n)
}

// splice moves up to n bytes between a socket and a pipe without copying them through user space.
func splice(from, to int32, n int) (int, errno) {
	for {
		moved, _, e := syscall.RawSyscall6(unix.SYS_SPLICE, uintptr(from), 0, uintptr(to), 0, uintptr(n),
			unix.SPLICE_F_MOVE|unix.SPLICE_F_NONBLOCK)
		if e != syscall.EINTR {
			if e != 0 {
				return 0, e
			}
			return int(moved), 0
		}
	}
}
