// Package epoll is the event loop under the benchmark's own clients and backends: one epoll instance, raw non-blocking sockets,
// no goroutine per connection, no allocation per event.
//
// The benchmark measures other programs' processor time on a machine they share with it, so its own share must stay small and
// must not depend on the Go network poller that one of the measured programs is built on. Callers own their sockets by slot: a
// slot is an index into the caller's table, and a generation tells an event of a closed socket from one of its successor in the
// same slot.
//
// The package knows no protocol and keeps no connection state.
package epoll

import (
	"errors"
	"fmt"
	"time"

	"golang.org/x/sys/unix"
)

// Event bits, under the names of epoll_ctl(2).
const (
	In     = unix.EPOLLIN
	Out    = unix.EPOLLOUT
	Err    = unix.EPOLLERR
	Hangup = unix.EPOLLHUP
)

// Event is one socket's readiness.
type Event struct {
	Slot       int32
	Generation int32
	Bits       uint32
}

// Poller is one epoll instance. It belongs to one goroutine.
type Poller struct {
	fd     int
	raw    []unix.EpollEvent
	events []Event
}

// New makes a poller that returns at most batch events per Wait.
func New(batch int) (*Poller, error) {
	fd, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("epoll_create1: %w", err)
	}
	return &Poller{fd: fd, raw: make([]unix.EpollEvent, batch), events: make([]Event, 0, batch)}, nil
}

// Close releases the poller; the sockets in it stay open.
func (p *Poller) Close() error { return unix.Close(p.fd) }

// Add watches fd, level-triggered, for the given bits.
func (p *Poller) Add(fd int, slot, generation int32, bits uint32) error {
	return p.control(unix.EPOLL_CTL_ADD, fd, slot, generation, bits)
}

// Modify replaces what fd is watched for.
func (p *Poller) Modify(fd int, slot, generation int32, bits uint32) error {
	return p.control(unix.EPOLL_CTL_MOD, fd, slot, generation, bits)
}

func (p *Poller) control(op, fd int, slot, generation int32, bits uint32) error {
	event := unix.EpollEvent{Events: bits, Fd: slot, Pad: generation}
	if err := unix.EpollCtl(p.fd, op, fd, &event); err != nil {
		return fmt.Errorf("epoll_ctl: %w", err)
	}
	return nil
}

// Wait returns the ready sockets, none after the timeout or a signal. The slice is valid until the next Wait.
func (p *Poller) Wait(timeout time.Duration) ([]Event, error) {
	n, err := unix.EpollWait(p.fd, p.raw, int(timeout.Milliseconds()))
	if errors.Is(err, unix.EINTR) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("epoll_wait: %w", err)
	}
	p.events = p.events[:0]
	for _, e := range p.raw[:n] {
		p.events = append(p.events, Event{Slot: e.Fd, Generation: e.Pad, Bits: e.Events})
	}
	return p.events, nil
}
