// Package load drives a server under test: it opens connections, exchanges messages, checks every answer and counts.
//
// Each workload is a value with exported settings and a Run method that does its work until the time or the count is used up and
// returns a Result. TCP and UDP workloads run on one epoll loop and raw sockets in the calling goroutine, so that thousands of
// sessions cost little and nothing waits for a scheduler; TLS workloads use crypto/tls over ordinary connections, a goroutine
// each, because the handshake arithmetic outweighs the rest by far.
//
// An answer that is wrong, short or missing fails its session: the session is counted in Failed, the first cause is kept, and a
// new session takes its place, so that a server that fails half its sessions shows as such and not as a fast one.
//
// The package knows nothing of configurations and measures no other process.
package load

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"tidegate/conformance/bench/epoll"
	"tidegate/conformance/bench/stats"
)

// Workload is something to do to a server.
type Workload interface {
	Run(ctx context.Context) (Result, error)
}

// Result is what a workload did.
type Result struct {
	Ops     int64         // completed operations: connections, messages, or transfers
	Bytes   int64         // payload bytes, in the directions the workload measures
	Wall    time.Duration // from the first operation to the last
	Failed  int64         // sessions that ended with a wrong, short or missing answer
	Lost    int64         // datagrams without an answer
	Cause   error         // of the first failure
	Latency stats.Histogram
}

// fail counts one failure and keeps the first cause.
func (r *Result) fail(err error) {
	r.Failed++
	if r.Cause == nil {
		r.Cause = err
	}
}

// Add adds what another run did. Wall is not added: it may have been at the same time.
func (r *Result) Add(more Result) {
	r.Ops += more.Ops
	r.Bytes += more.Bytes
	r.Failed += more.Failed
	r.Lost += more.Lost
	r.Cause = errors.Join(r.Cause, more.Cause)
	r.Latency.Merge(&more.Latency)
}

// Until bounds a run; a zero field does not bound.
type Until struct {
	Time time.Duration
	Ops  int64
}

var (
	errShort   = errors.New("the server closed before the answer was complete")
	errWrong   = errors.New("the answer differs from the expected one")
	errLong    = errors.New("the answer goes on after its expected end")
	errStalled = errors.New("no answer in time")
)

const (
	// stall is how long a session may wait for one answer before it counts as failed.
	stall = 30 * time.Second
	// giveUp is how many failures in a row end a slot: a server that is gone must not be dialled in a tight loop.
	giveUp = 3
	// receiveSize is the size of the buffer that all sockets of a workload share.
	receiveSize = 256 << 10
)

// client is one socket of an epoll workload.
type client struct {
	fd         int
	generation int32
	sent       int
	got        int
	started    time.Time // of the current operation
	progress   time.Time // when the current operation last moved
	idle       bool      // no socket, or nothing outstanding on it
	failures   int       // in a row
}

// clients is the loop that epoll workloads share: a table of sockets, the clock, the bounds.
type clients struct {
	target  netip.AddrPort
	poller  *epoll.Poller
	table   []client
	buffer  []byte
	until   Until
	result  *Result
	start   time.Time
	now     time.Time
	checked time.Time
	begun   int64
	active  int
	over    bool
}

func newClients(target netip.AddrPort, n int, until Until, result *Result) (*clients, error) {
	if until.Time == 0 && until.Ops == 0 {
		return nil, errors.New("a workload needs an end: a time or a number of operations")
	}
	if n < 1 {
		return nil, errors.New("a workload needs at least one session")
	}
	poller, err := epoll.New(min(n, 512))
	if err != nil {
		return nil, err
	}
	l := &clients{target: target, poller: poller, table: make([]client, n), buffer: make([]byte, receiveSize), until: until, result: result}
	for i := range l.table {
		l.table[i] = client{fd: -1, idle: true}
	}
	l.start = time.Now()
	l.now = l.start
	l.checked = l.start
	return l, nil
}

// close ends whatever is still open and completes the result.
func (l *clients) close() {
	for i := range l.table {
		l.drop(i)
	}
	l.result.Wall = l.now.Sub(l.start)
	l.poller.Close()
}

// fail counts a failure of slot i and closes it. It reports whether the slot may try again.
func (l *clients) fail(i int, err error) bool {
	l.result.fail(fmt.Errorf("session with %s: %w", l.target, err))
	l.drop(i)
	l.table[i].failures++
	return l.table[i].failures < giveUp
}

// open connects slot i and watches the socket.
func (l *clients) open(i int, dial func(netip.AddrPort) (int, error), bits uint32) error {
	fd, err := dial(l.target)
	if err != nil {
		return err
	}
	c := &l.table[i]
	c.generation++
	if err := l.poller.Add(fd, int32(i), c.generation, bits); err != nil {
		epoll.Close(fd)
		return err
	}
	c.fd = fd
	return nil
}

// drop closes slot i.
func (l *clients) drop(i int) {
	c := &l.table[i]
	l.rest(i)
	if c.fd >= 0 {
		epoll.Close(c.fd)
		c.fd = -1
	}
}

// begin starts an operation on slot i, unless the workload is over.
func (l *clients) begin(i int) bool {
	if l.over || l.until.Ops > 0 && l.begun >= l.until.Ops {
		return false
	}
	c := &l.table[i]
	if c.idle {
		c.idle = false
		l.active++
	}
	l.begun++
	c.sent, c.got, c.started, c.progress = 0, 0, l.now, l.now
	return true
}

// rest marks slot i as having nothing outstanding.
func (l *clients) rest(i int) {
	if c := &l.table[i]; !c.idle {
		c.idle = true
		l.active--
	}
}

// finish counts slot i's operation as done.
func (l *clients) finish(i int) {
	l.result.Ops++
	l.result.Latency.Add(l.now.Sub(l.table[i].started))
	l.table[i].failures = 0
}

// run waits for events and hands them to ready until nothing is outstanding. After every batch it looks at the clock and, twice
// a second, at sessions that got no answer, which it hands to late.
func (l *clients) run(ctx context.Context, ready func(i int), late func(i int)) error {
	for l.active > 0 && ctx.Err() == nil {
		events, err := l.poller.Wait(100 * time.Millisecond)
		if err != nil {
			return err
		}
		l.now = time.Now()
		l.over = l.over || l.until.Time > 0 && l.now.Sub(l.start) >= l.until.Time
		for _, e := range events {
			if c := &l.table[e.Slot]; c.fd >= 0 && c.generation == e.Generation {
				ready(int(e.Slot))
			}
		}
		if l.now.Sub(l.checked) >= 500*time.Millisecond {
			l.checked = l.now
			for i := range l.table {
				if !l.table[i].idle {
					late(i)
				}
			}
		}
	}
	return context.Cause(ctx)
}

// stalled reports whether slot i has waited too long for its answer.
func (l *clients) stalled(i int) bool { return l.now.Sub(l.table[i].progress) > stall }
