package relay

import (
	"io"
	"time"

	"golang.org/x/sys/unix"
)

// How a goroutine waits for its socket:
//
//  1. it notes how many edges there were and tries its system call, which says EAGAIN;
//  2. under c.mu: an edge that came meanwhile sends it back to 1; else it leaves a waiter, after the first time having joined the
//     loop's epoll set (edge-triggered: joining reports what is there already);
//  3. whoever takes the waiter off the Conn under c.mu, and only he, completes it: the loop for an event, the loop for a
//     deadline, Close for a close.
//
// EPOLLOUT is watched for only after a first write had to wait, because every socket is writable when it joins and would wake
// its loop for nothing.

// waiter is one parked operation. A Conn keeps its waiters for the next park, so that a stale timer never meets a stranger's.
type waiter struct {
	c     *Conn
	l     *loop // whose timers hold it; the Conn may move to another
	next  *waiter
	ch    chan struct{}
	fn    func(error) // in place of ch: runs on the loop
	err   error
	when  int64 // deadline, 0 none
	heap  int32
	way   direction
	fixed bool // when is the waiter's own: setDeadline leaves it alone
	doubt bool // the socket was in the epoll set before: an event may be a late one
}

func (w *waiter) index() *int32 { return &w.heap }

// expire is called by the loop at the deadline.
func (w *waiter) expire(now int64) {
	c := w.c
	c.mu.Lock()
	if w.when == 0 || w.when > now || !c.unlink(w) {
		c.mu.Unlock()
		return
	}
	c.mu.Unlock()
	w.complete(ErrTimeout, w.l)
}

func (w *waiter) complete(err error, l *loop) {
	if w.fn != nil {
		w.fn(err)
		return
	}
	w.err = err
	w.ch <- struct{}{}
	if l != nil {
		l.woke = true
	}
}

// direction is what is waited for.
type direction uint8

const (
	reading direction = iota
	writing
)

// parking is what goroutines need of a Conn and a relay does not.
type parking [2]lane

// lane is one direction's share of it.
type lane struct {
	list  *waiter // who is parked
	spare *waiter // kept for the next park
	dead  int64   // deadline, milliseconds since the epoch; 0 none
}

// lane makes what parking needs; the caller holds c.mu.
func (c *Conn) lane(d direction) *lane {
	if c.wait == nil {
		c.wait = &parking{}
	}
	return &c.wait[d]
}

// unlink takes w off its list; the caller holds c.mu.
func (c *Conn) unlink(w *waiter) bool {
	if c.wait == nil {
		return false
	}
	for p := &c.wait[w.way].list; *p != nil; p = &(*p).next {
		if *p == w {
			*p = w.next
			w.next = nil
			return true
		}
	}
	return false
}

// park waits until the socket may be readable or writable, if there was no edge since seen. The caller holds a reference.
func (c *Conn) park(d direction, seen uint32) error {
	c.mu.Lock()
	if c.driven() {
		c.mu.Unlock()
		return errWouldBlock
	}
	dead := c.lane(d).dead
	if dead != 0 && dead <= c.e.now().UnixMilli() {
		c.mu.Unlock()
		return ErrTimeout
	}
	w, err := c.waiter(d, seen)
	if w == nil {
		c.mu.Unlock()
		return err
	}
	c.enqueue(w, dead)
	c.mu.Unlock()
	<-w.ch
	err = w.err
	c.mu.Lock()
	w.err = nil
	c.lane(d).spare = w
	c.mu.Unlock()
	return err
}

// waiter prepares for parking: nil with a nil error means "try again now". The caller holds c.mu.
func (c *Conn) waiter(d direction, seen uint32) (*waiter, error) {
	if c.Closed() {
		return nil, ErrClosed
	}
	if c.edges[d].Load() != seen {
		return nil, nil
	}
	if err := c.join(c.home, d == writing); err != nil {
		return nil, err
	}
	spare := &c.lane(d).spare
	w := *spare
	*spare = nil
	if w == nil {
		w = &waiter{c: c, ch: make(chan struct{}, 1), way: d}
	}
	return w, nil
}

// enqueue publishes w; the caller holds c.mu.
func (c *Conn) enqueue(w *waiter, dead int64) {
	p := &c.lane(w.way).list
	w.next = *p
	*p = w
	w.when, w.l = dead, c.home
	if dead != 0 {
		w.l.schedule(w, dead)
	}
}

// join puts the socket into l's epoll set, or widens its interest to writability. The caller holds c.mu.
func (c *Conn) join(l *loop, write bool) error {
	if c.joined && c.home != l {
		c.home.poll.remove(c.fd)
		c.joined = false
	}
	c.home = l
	what := readEdge
	if write || c.watchOut {
		what |= writeEdge
	}
	switch {
	case !c.joined:
		if err := c.e.register(l, &c.desc, what); err != nil {
			return err
		}
		c.joined = true
	case write && !c.watchOut:
		if en := l.poll.modify(c.fd, what, c.tag.Load()); en != 0 {
			return &OpError{Op: "epoll_ctl(3)", Errno: en}
		}
	}
	c.watchOut = c.watchOut || write
	return nil
}

// ready is the loop's call for an event.
func (c *Conn) ready(l *loop, events uint32) {
	if s := c.sess.Load(); s != nil {
		s.event(l, c.side, events)
		return
	}
	if u := c.packets.Load(); u != nil {
		u.event(l, events)
		return
	}
	var r, w *waiter
	c.mu.Lock()
	if events&readable != 0 {
		if events&hungUp != 0 {
			c.flags.Or(last) // before the event counts: see note
		}
		c.edges[reading].Add(1)
		r = c.takeReaders()
	}
	if events&writable != 0 {
		c.edges[writing].Add(1)
		w = c.takeWaiters(writing)
	}
	c.mu.Unlock()
	c.finish(r, nil, l)
	c.finish(w, nil, l)
}

// takeReaders takes the parked reads off the Conn for an event. The loop may hear of bytes only after they were read: a reader that is
// woken in vain parks again, but a callback is called once, and stays if there is nothing to read. The caller holds c.mu.
func (c *Conn) takeReaders() *waiter {
	list := c.takeWaiters(reading)
	checked := false
	for p := &list; *p != nil; {
		w := *p
		if !w.doubt {
			p = &w.next
			continue
		}
		if !checked && !c.isEmpty() {
			break
		}
		checked = true
		*p, w.next = w.next, c.wait[reading].list
		c.wait[reading].list = w
	}
	return list
}

// isEmpty asks the kernel whether a read would wait.
func (c *Conn) isEmpty() bool {
	if !c.enter() {
		return false
	}
	defer c.leave()
	var b [1]byte
	_, en := recvFlags(c.fd, b[:], unix.MSG_PEEK)
	return en == eagain
}

// takeWaiters takes all parked operations of one direction off the Conn; the caller holds c.mu and completes them after it.
func (c *Conn) takeWaiters(d direction) *waiter {
	if c.wait == nil {
		return nil
	}
	lane := &c.wait[d]
	list := lane.list
	lane.list = nil
	return list
}

// finish completes a list of waiters that was taken off the Conn.
func (c *Conn) finish(w *waiter, err error, l *loop) {
	for w != nil {
		next := w.next
		w.next = nil
		if w.when != 0 {
			w.l.timers.remove(w)
		}
		w.complete(err, l)
		w = next
	}
}

func (c *Conn) wakeAll(err error) {
	c.mu.Lock()
	r, w := c.takeWaiters(reading), c.takeWaiters(writing)
	c.mu.Unlock()
	c.finish(r, err, nil)
	c.finish(w, err, nil)
}

func (c *Conn) setDeadline(t time.Time, d direction) {
	var dead int64
	if !t.IsZero() {
		dead = max(t.Add(time.Millisecond-1).UnixMilli(), 1) // never early
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if dead == 0 && c.wait == nil {
		return
	}
	lane := c.lane(d)
	lane.dead = dead
	for w := lane.list; w != nil; w = w.next {
		if w.fixed {
			continue
		}
		w.when = dead
		if dead != 0 {
			w.l.schedule(w, dead)
		} else {
			w.l.timers.remove(w)
		}
	}
}

// WaitRead waits, without a buffer, until Read would return at once: nil when there are bytes, io.EOF when the peer has closed, or
// the error Read would give. The read deadline applies.
func (c *Conn) WaitRead() error {
	if len(c.unread) > 0 {
		return nil
	}
	var b [1]byte
	_, err := c.receive(b[:], unix.MSG_PEEK)
	return err
}

// WaitClose waits until the peer has closed (io.EOF) or the socket failed. Bytes that arrive are left alone, and hide a close that
// comes after them until they are read, as with the MSG_PEEK of nginx's client abort checks.
func (c *Conn) WaitClose() error {
	if !c.enter() {
		return ErrClosed
	}
	defer c.leave()
	for {
		var b [1]byte
		seen := c.edges[reading].Load()
		n, en := recvFlags(c.fd, b[:], unix.MSG_PEEK)
		if en != 0 && en != eagain {
			return &OpError{Op: "recv()", Errno: en}
		}
		if n == 0 && en == 0 && !c.datagram() {
			return io.EOF
		}
		if err := c.park(reading, seen); err != nil {
			return err
		}
	}
}

// OnReadable calls fn once, on the loop or at once, when Read would not wait: with nil, or ErrTimeout after timeout (0: none), or
// net.ErrClosed. It is what a session without a goroutine uses in place of WaitRead.
func (c *Conn) OnReadable(timeout time.Duration, fn func(error)) Watch {
	var b [1]byte
	if len(c.unread) > 0 {
		fn(nil)
		return Watch{}
	}
	for {
		if !c.enter() {
			fn(ErrClosed)
			return Watch{}
		}
		seen := c.edges[reading].Load()
		en := eagain
		if !c.knownEmpty() {
			_, en = recvFlags(c.fd, b[:], unix.MSG_PEEK)
		}
		c.leave()
		if en != eagain {
			fn(nil)
			return Watch{}
		}
		w, err := c.await(seen, timeout, fn)
		if w != nil {
			return Watch{w}
		}
		if err != nil {
			fn(err)
			return Watch{}
		}
	}
}

// Watch is a callback that OnReadable left on a Conn; the zero Watch is one that was called at once.
type Watch struct{ w *waiter }

// Stop takes the callback back: for a Conn that was idle and is going to be used. false tells that it was called, or is about to be.
func (w Watch) Stop() bool {
	if w.w == nil {
		return false
	}
	c := w.w.c
	c.mu.Lock()
	mine := c.unlink(w.w)
	c.mu.Unlock()
	if mine && w.w.when != 0 {
		w.w.l.timers.remove(w.w)
	}
	return mine
}

// await leaves a callback waiter for reading; nil with a nil error means "try again now".
func (c *Conn) await(seen uint32, timeout time.Duration, fn func(error)) (*waiter, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.Closed() {
		return nil, ErrClosed
	}
	if c.edges[reading].Load() != seen {
		return nil, nil
	}
	w := &waiter{c: c, fn: fn, fixed: true, doubt: c.joined}
	var dead int64
	if timeout > 0 {
		dead = c.e.now().UnixMilli() + max(timeout.Milliseconds(), 1)
	}
	c.enqueue(w, dead) // before joining, or the first edge could find nobody
	if err := c.join(c.home, false); err != nil {
		c.unlink(w)
		w.l.timers.remove(w)
		return nil, err
	}
	return w, nil
}
