package relay

import (
	"encoding/binary"

	"golang.org/x/sys/unix"
)

// poller is all that the package knows about waiting for descriptors; another engine would replace this file. It is a type and not
// an interface, because its calls are the hottest there are.
//
// Waiting in epoll_wait itself, announced to Go's scheduler as a system call, was measured against parking in Go's own poller with
// the epoll descriptor nested in it. A busy loop costs the same either way; for a single quiet connection the nested form costs about
// a third more processor time per message, because every wake-up passes through two pollers.
type poller struct {
	ep     int32
	wakefd int32
	events [128]unix.EpollEvent
}

// interest is what a registration waits for. Edge-triggered sockets are drained by their owners.
type interest uint32

const (
	readEdge  = interest(unix.EPOLLIN | unix.EPOLLRDHUP | unix.EPOLLET)
	writeEdge = interest(unix.EPOLLOUT)
	readLevel = interest(unix.EPOLLIN)
	acceptOne = interest(unix.EPOLLIN | unix.EPOLLEXCLUSIVE) // level-triggered, and wakes one of several loops
)

// What an event says.
const (
	readable = unix.EPOLLIN | unix.EPOLLRDHUP | unix.EPOLLERR | unix.EPOLLHUP
	hungUp   = unix.EPOLLRDHUP | unix.EPOLLERR | unix.EPOLLHUP
	writable = unix.EPOLLOUT | unix.EPOLLERR | unix.EPOLLHUP
)

func (p *poller) open() error {
	ep, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return err
	}
	wake, err := unix.Eventfd(0, unix.EFD_NONBLOCK|unix.EFD_CLOEXEC)
	if err != nil {
		unix.Close(ep)
		return err
	}
	p.ep, p.wakefd = int32(ep), int32(wake)
	if en := p.add(p.wakefd, interest(unix.EPOLLIN|unix.EPOLLET), 0); en != 0 {
		p.close()
		return en
	}
	return nil
}

func (p *poller) close() {
	closeFD(p.wakefd)
	closeFD(p.ep)
}

// add, modify and remove change what the poller waits for on fd; tag comes back with the events.
func (p *poller) add(fd int32, what interest, tag int32) errno {
	return epollCtl(p.ep, unix.EPOLL_CTL_ADD, fd, uint32(what), tag)
}

func (p *poller) modify(fd int32, what interest, tag int32) errno {
	return epollCtl(p.ep, unix.EPOLL_CTL_MOD, fd, uint32(what), tag)
}

func (p *poller) remove(fd int32) { epollCtl(p.ep, unix.EPOLL_CTL_DEL, fd, 0, 0) }

// wait returns what happened within msec milliseconds (-1: for ever); Fd is the descriptor and Pad the tag of each event.
func (p *poller) wait(msec int) []unix.EpollEvent {
	return p.events[:epollWait(p.ep, p.events[:], msec)]
}

// wake ends a wait. The counter is never read: each write is a new edge, and it cannot fill up.
func (p *poller) wake() {
	var one [8]byte
	binary.NativeEndian.PutUint64(one[:], 1)
	_, _ = unix.Write(int(p.wakefd), one[:])
}
