package relay

import (
	"net"
	"sync"
	"time"
)

// Session is two sockets that a loop relays between. Per event it does what ngx_stream_proxy_process does:
//
//  1. flush what the destination did not take before;
//  2. read once into the loop's buffer, no more than the rate allows, and write it straight on; only what the destination does not
//     take is kept, in a borrowed buffer, and while something is kept the source is not read;
//  3. repeat until the source is empty, the destination is full, the rate says wait, or others have waited long enough;
//  4. test whether the session is over (ngx_stream_proxy_test_finalize), pass on an end of stream if half-close is on.
//
// mu guards everything. It is rarely contended: the loop has it while an event lasts, others only to end the session.
type Session struct {
	mu      sync.Mutex
	l       *loop
	ends    [2]end
	ways    [2]way // ways[Client]: from the client to the upstream; ways[Upstream]: back
	done    func(Result)
	onError func(Failure)
	onFirst func(time.Time)
	outcome
	last      int64 // time of the last event, which is "now" while one is handled; milliseconds
	first     int64 // time of the upstream's first byte
	start     int64 // second from which rates count
	timeout   int64 // milliseconds
	size      int32 // how much is read at once
	heap      int32 // place among the loop's timers
	halfClose bool
	half      bool // one end of stream was passed on
	noSplice  bool
	more      uint8 // bit per way: gave way to others, will be resumed
}

// end is one socket of the session.
type end struct {
	c       *Conn
	recv    int64
	sent    int64
	ready   bool // may have something to read
	hup     bool // the kernel said that the end of stream is near: read until it comes
	stale   bool // edges, that of the end of stream among them, may have come before the session did: read until nothing is there
	eof     bool
	blocked bool // the socket took less than it was given
	held    bool // a reference on c is ours
	fin     bool // FIN is to follow what the filter still has to send
}

// way is one direction.
type way struct {
	rate  int64
	until int64  // not to be read before, milliseconds; 0 any time
	kept  *chunk // read but not taken by the destination
	pipe  *pipe  // the same, when it was spliced
	full  uint8  // reads in a row that filled the buffer
}

const (
	turnBytes = 1 << 20 // after that many bytes in one go other sessions come first
	bulkAfter = 4       // full reads in a row before splicing is tried
)

// take makes the session the owner of one end's events.
func (s *Session) take(side Side) {
	c := s.ends[side].c
	if !c.enter() {
		s.fail(side, ActionProxying, ErrClosed, true)
		return
	}
	s.ends[side].held = true
	c.mu.Lock()
	joined := c.joined
	c.side = side
	r, w := c.takeWaiters(reading), c.takeWaiters(writing)
	c.wait = nil
	c.sess.Store(s)
	err := c.join(s.l, false)
	c.mu.Unlock()
	c.finish(r, ErrInUse, nil)
	c.finish(w, ErrInUse, nil)
	if err != nil {
		s.fail(side, ActionProxying, err, true)
		return
	}
	// A fresh registration reports what is there. Otherwise an edge may have come and gone, and a filter may have read ahead.
	s.ends[side].ready = joined || c.filter != nil
	s.ends[side].stale = joined
}

// begin sends the first bytes and looks at sockets whose edges were spent before.
func (s *Session) begin(first []byte) {
	client := s.ends[Client].c
	var early []byte
	if client.filter == nil { // else they are for the filter, which reads them from its transport
		early, client.unread = client.unread, nil
	}
	if n := len(first) + len(early); n > 0 {
		k := s.l.e.bufs.get(n)
		k.append(first)
		k.append(early)
		s.keep(Client, k)
	}
	if !s.busy(Upstream) && !s.ends[Client].ready && !s.ends[Upstream].ready {
		return
	}
	scratch := s.l.e.bufs.get(int(s.size))
	for side := Client; side <= Upstream && s.state == running; side++ {
		s.run(nil, scratch.room(), side)
	}
	scratch.free()
}

// keep notes bytes for the other end of a way, through its filter if it has one.
func (s *Session) keep(from Side, k *chunk) {
	dst := &s.ends[1-from]
	if dst.c.filter == nil {
		s.ways[from].kept = k
		return
	}
	s.put(dst, 1-from, k.bytes())
	k.free()
}

// event is called by the loop.
func (s *Session) event(l *loop, side Side, events uint32) {
	s.mu.Lock()
	if s.state != running {
		s.mu.Unlock()
		return
	}
	e := &s.ends[side]
	s.last = l.clock.Load()
	if e.blocked && events&writable != 0 {
		e.blocked = false
		s.run(l, l.buf, 1-side)
	}
	if events&readable != 0 {
		e.ready = true
		e.hup = e.hup || events&hungUp != 0
		if s.state == running {
			s.run(l, l.buf, side)
		}
	}
	s.unlock()
}

// resume continues the ways that gave way to other sessions.
func (s *Session) resume(l *loop) {
	s.mu.Lock()
	more := s.more
	s.more = 0
	s.last = l.clock.Load()
	for side := Client; side <= Upstream && s.state == running; side++ {
		if more&(1<<side) != 0 {
			s.run(l, l.buf, side)
		}
	}
	s.unlock()
}

func (s *Session) index() *int32 { return &s.heap }

// expire is called by the loop for proxy_timeout and for rates.
func (s *Session) expire(now int64) {
	s.mu.Lock()
	if s.state != running {
		s.mu.Unlock()
		return
	}
	var due uint8
	for side := range s.ways {
		if w := &s.ways[side]; w.until != 0 && w.until <= now {
			w.until = 0
			due |= 1 << side
		}
	}
	switch {
	case due != 0:
		s.last = now
		for side := Client; side <= Upstream && s.state == running; side++ {
			if due&(1<<side) != 0 {
				s.run(s.l, s.l.buf, side)
			}
		}
	case s.deadline() <= now:
		s.finish(CauseTimeout, nil)
	}
	if s.state == running {
		s.l.timers.add(s, s.deadline())
	}
	s.unlock()
}

// deadline is when expire must be called next. As in nginx, proxy_timeout does not run while a rate holds a way back.
func (s *Session) deadline() int64 {
	d := forever
	for i := range s.ways {
		if u := s.ways[i].until; u != 0 {
			d = min(d, u)
		}
	}
	if d == forever && s.timeout > 0 {
		d = s.last + s.timeout
	}
	return d
}

// run moves bytes one way until it cannot; l is nil off the loop.
func (s *Session) run(l *loop, buf []byte, from Side) {
	w, src, dst := &s.ways[from], &s.ends[from], &s.ends[1-from]
	budget := turnBytes
	for s.flush(l, w, 1-from) && src.ready && !src.eof && w.until == 0 {
		if budget <= 0 {
			s.yield(l, from)
			break
		}
		size := s.allowance(w, src, from)
		if size == 0 {
			break
		}
		if l != nil && w.full >= bulkAfter && s.canSplice(w) {
			budget -= s.splice(l, w, src, from)
			continue
		}
		n, err := src.read(buf[:size])
		if err != nil || n == 0 {
			if s.stopped(src, from, err) {
				break
			}
			continue
		}
		budget -= n
		s.received(w, src, from, n)
		if src.c.out != nil { // the filter answered its peer by itself
			s.flushChunk(src, from, &src.c.out)
		}
		if n == size {
			w.full = min(w.full+1, bulkAfter)
		} else {
			w.full = 0
			if !src.hup && !src.stale && src.c.filter == nil {
				src.ready = false // as ngx_unix_recv: a short read emptied the socket, the next byte brings an edge
			}
		}
		s.put(dst, 1-from, buf[:n])
	}
	s.settle(from)
}

// yield asks the loop to come back to this way after the others.
func (s *Session) yield(l *loop, from Side) {
	if s.more == 0 {
		s.l.later(s)
		if l == nil {
			s.l.wake() // it may be asleep
		}
	}
	s.more |= 1 << from
}

// allowance is how much may be read now, by nginx's formula: rate × (seconds since the start + 1) − bytes so far. 0 means wait.
func (s *Session) allowance(w *way, src *end, from Side) int {
	if w.rate == 0 {
		return int(s.size)
	}
	now := s.last
	limit := w.rate*(now/1000-s.start+1) - src.recv
	if limit <= 0 {
		s.delay(w, now+(-limit*1000/w.rate+1))
		return 0
	}
	return int(min(int64(s.size), limit))
}

func (s *Session) delay(w *way, until int64) {
	w.until = until
	s.l.schedule(s, s.deadline())
}

// received counts what was read and holds the way back for the time the rate gives those bytes.
func (s *Session) received(w *way, src *end, from Side, n int) {
	src.recv += int64(n)
	if from == Upstream && s.first == 0 {
		s.first = s.last
		if s.onFirst != nil {
			s.onFirst(time.UnixMilli(s.first))
		}
	}
	if w.rate > 0 {
		if d := int64(n) * 1000 / w.rate; d > 0 {
			s.delay(w, s.last+d)
		}
	}
}

// stopped handles a read that gave nothing: true when there is no more to read now or ever.
func (s *Session) stopped(src *end, from Side, err error) bool {
	src.ready = false
	if err == errWouldBlock {
		s.ways[from].full = 0
		src.stale = false
		return true
	}
	src.eof = true
	if err != nil {
		action := ActionReadClient
		if from == Upstream {
			action = ActionReadUpstream
		}
		s.fail(from, action, err, false)
	}
	return false
}

// settle is the end of ngx_stream_proxy_process for one way: is the session over, is an end of stream to be passed on.
func (s *Session) settle(from Side) {
	if s.state != running {
		return
	}
	if s.over() {
		cause := CauseClientEOF
		if from == Upstream {
			cause = CauseUpstreamEOF
		}
		s.finish(cause, nil)
		return
	}
	if s.halfClose && s.ends[from].eof && !s.half && !s.busy(1-from) {
		s.half = true
		if err := s.ends[1-from].closeWrite(); err != nil {
			s.fail(1-from, ActionProxying, err, true)
		}
		s.flush(nil, &s.ways[from], 1-from) // a filter's last words
	}
}

// over is ngx_stream_proxy_test_finalize for stream sockets.
func (s *Session) over() bool {
	client, upstream := s.ends[Client].eof, s.ends[Upstream].eof
	toClient, toUpstream := s.busy(Client), s.busy(Upstream)
	switch {
	case !client && !upstream:
		return false
	case !client && toClient, !upstream && toUpstream:
		return false
	case s.halfClose:
		return client && upstream && !toClient && !toUpstream
	}
	return true
}

// busy tells whether something still waits to be written to an end (c->buffered).
func (s *Session) busy(side Side) bool {
	w := &s.ways[1-side]
	return w.kept != nil || w.pipe != nil || s.ends[side].c.out != nil
}

// fail notes an error for OnError; fatal ends the session.
func (s *Session) fail(side Side, action string, err error, fatal bool) {
	if s.onError != nil {
		s.failures = append(s.failures, Failure{side, action, err, s.counters()})
	}
	if fatal {
		s.broken(side, err)
	}
}

func (s *Session) counters() Counters {
	c, u := &s.ends[Client], &s.ends[Upstream]
	return Counters{c.recv, c.sent, u.recv, u.sent}
}

// end finishes the session from outside; false when it was over.
func (s *Session) end(cause Cause) bool {
	s.mu.Lock()
	mine := s.state == running
	s.finish(cause, nil)
	s.unlock()
	return mine
}

// unlock releases mu and then makes the callbacks that are due.
func (s *Session) unlock() {
	failures, last := s.due()
	s.mu.Unlock()
	for _, f := range failures {
		s.onError(f)
	}
	if last {
		s.close()
	}
}

// close lets go of everything but the client and calls done; only one caller gets here.
func (s *Session) close() {
	s.l.timers.remove(s)
	for i := range s.ways {
		w := &s.ways[i]
		w.kept.free()
		w.pipe.close()
		w.kept, w.pipe = nil, nil
	}
	r := Result{Counters: s.counters(), Cause: s.cause, Err: s.err}
	if s.first != 0 {
		r.FirstByte = time.UnixMilli(s.first)
	}
	for i := range s.ends {
		if s.ends[i].held {
			s.ends[i].c.leave()
		}
	}
	s.ends[Upstream].c.Close()
	s.l.load.Add(-1)
	s.done(r)
}

// attach puts a filter on one end.
func (s *Session) attach(side Side, f net.Conn) {
	c := s.ends[side].c
	if f != nil {
		c.filter = f
		c.flags.Or(filtered)
	}
}
