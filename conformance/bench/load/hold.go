package load

import (
	"bytes"
	"context"
	"net/netip"
	"time"

	"tidegate/conformance/bench/epoll"
)

// Hold opens sessions and keeps them open and silent.
type Hold struct {
	Target   netip.AddrPort
	Sessions int
	Message  []byte // exchanged once on every session, as an echo, before it falls silent; may be empty
	// Confirm, if set, is called after every batch of sessions and at the end with the number that is open, and returns when the
	// server has taken them: without a message nothing else keeps the clients from running over its accept queue.
	Confirm func(open int) error
}

// batch is well below the shortest accept queue in use, nginx's 511.
const batch = 128

// Held is a set of open, silent sessions.
type Held struct {
	fds []int
}

// Open makes all the sessions and returns when the last message has come back and the last batch is confirmed.
func (w Hold) Open(ctx context.Context) (*Held, error) {
	held := &Held{}
	for range w.Sessions {
		fd, err := epoll.DialTCP(w.Target)
		if err == nil {
			held.fds = append(held.fds, fd)
			if err = context.Cause(ctx); err == nil && len(w.Message) > 0 {
				err = exchange(fd, w.Message)
			}
			if n := len(held.fds); err == nil && w.Confirm != nil && (n%batch == 0 || n == w.Sessions) {
				err = w.Confirm(n)
			}
		}
		if err != nil {
			held.Close()
			return nil, err
		}
	}
	return held, nil
}

// exchange sends message and waits for its echo.
func exchange(fd int, message []byte) error {
	poller, err := epoll.New(1)
	if err != nil {
		return err
	}
	defer poller.Close()
	if err := poller.Add(fd, 0, 0, epoll.In); err != nil {
		return err
	}
	if _, err := epoll.Send(fd, message); err != nil {
		return err
	}
	got := make([]byte, 0, len(message)+1)
	for deadline := time.Now().Add(stall); len(got) < len(message); {
		events, err := poller.Wait(stall)
		if err != nil {
			return err
		}
		if len(events) == 0 {
			if time.Now().After(deadline) {
				return errStalled
			}
			continue // a signal, such as the Go scheduler's own
		}
		n, err := epoll.Receive(fd, got[len(got):cap(got)])
		if err != nil {
			return err
		}
		if n == 0 {
			return errShort
		}
		got = got[:len(got)+n]
	}
	if !bytes.Equal(got, message) {
		return errWrong
	}
	return nil
}

// Close ends the sessions with a reset: thousands of them need not linger in TIME_WAIT.
func (h *Held) Close() {
	for _, fd := range h.fds {
		epoll.Reset(fd)
	}
	h.fds = nil
}
