package relay

import (
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"

	"golang.org/x/sys/unix"
)

// A loop is one goroutine and one epoll set. Each turn:
//
//  1. wait for events, no longer than the first timer allows (one system call, the only one that may sleep);
//  2. read the clock once: everything in the turn happens "now", as with ngx_current_msec;
//  3. hand each event to its descriptor's owner;
//  4. run the timers that are due;
//  5. continue the sessions that gave way to others in an earlier turn;
//  6. if goroutines were woken, let them run on this processor before sleeping.
//
// Locking: the loop owns buf, sa, pipes, batch and list without a lock. A session's state is guarded by its own mutex, a Conn's parking
// state by the Conn's; a session's mutex may be held while taking a Conn's or the timers', never the other way round, and no
// callback runs under any of them.
type loop struct {
	e       *Engine
	id      int // place in Engine.loops
	poll    poller
	timers  timers
	clock   atomic.Int64 // milliseconds since the epoch, as of this turn
	quit    atomic.Bool
	load    atomic.Int32  // sessions
	turn    atomic.Uint64 // turns taken
	woke    bool          // a goroutine was made runnable in this turn
	buf     []byte
	sa      sockaddr
	pipes   pipePool
	events  []unix.EpollEvent // of this turn
	next    int               // the first of them that nobody has looked at
	driver  *Turn             // whose goroutine runs the loop
	relief  chan struct{}     // wakes a goroutine that rests, to drive the loop
	resting atomic.Int32      // how many do
	over    chan struct{}     // closed when the loop stops
	batch   *batch            // made for the first datagram
	list    [][]byte          // the answers being sent

	againMu sync.Mutex
	again   []resumer // owners that gave way; looked at once a turn
	todo    []resumer // those whose turn it is; the loop's own
	spare   []resumer // room for again
	pending atomic.Bool
}

// resumer is an owner that has more to do but let others go first.
type resumer interface{ resume(l *loop) }

const loopBuffer = 256 << 10 // one read buffer per loop, shared by all its sessions

func newLoop(e *Engine, id int) (*loop, error) {
	l := &loop{e: e, id: id, buf: make([]byte, loopBuffer), relief: make(chan struct{}), over: make(chan struct{})}
	l.clock.Store(e.now().UnixMilli())
	return l, l.poll.open()
}

func (l *loop) release() {
	l.pipes.release()
	l.poll.close()
}

// wake makes a sleeping loop take a turn.
func (l *loop) wake() { l.poll.wake() }

func (l *loop) stop() {
	if !l.quit.Swap(true) {
		close(l.over)
	}
	l.wake()
}

// maxResting bounds the goroutines that rest: their stacks have grown to what a handler needs.
const maxResting = 8

// drive runs the loop. A goroutine that has left it for a handler's sake (Turn) rests when the handler has ended and relieves the next
// one: a new goroutine would first have to grow its stack, which is a tenth of what a short session with a script costs.
func (l *loop) drive() {
	for l.run(); ; l.run() {
		if l.resting.Add(1) > maxResting {
			l.resting.Add(-1)
			return
		}
		select {
		case <-l.relief:
			l.resting.Add(-1)
		case <-l.over:
			return
		}
	}
}

// run drives the loop until it stops or the goroutine leaves it (Turn). Where a batch of events stands is kept in the loop, so that
// the next driver goes on behind the event whose handler left.
func (l *loop) run() {
	defer l.e.running.Done()
	me := &Turn{l: l}
	l.driver = me
	for !l.quit.Load() {
		if l.next == len(l.events) {
			l.events, l.next = l.poll.wait(l.patience()), 0
			l.timers.awake()
			l.clock.Store(l.e.now().UnixMilli())
			l.turn.Add(1)
		}
		for !me.left && !l.serve(me) {
		}
		if me.left {
			return
		}
		if l.woke {
			l.woke = false
			runtime.Gosched()
		}
	}
}

// serve does steps 3 to 5. It returns false when a callback panicked and there may be more to do, and returns at once when the
// driver has left.
func (l *loop) serve(me *Turn) (done bool) {
	if l.e.panic != nil {
		defer func() {
			if v := recover(); v != nil {
				l.e.panic(v, debug.Stack())
			}
		}()
	}
	for l.next < len(l.events) {
		ev := &l.events[l.next]
		l.next++
		if d := l.e.table.get(ev.Fd); d != nil && d.tag.Load() == ev.Pad {
			d.h.ready(l, ev.Events)
			if me.left {
				return true
			}
		}
	}
	now := l.clock.Load()
	for t := l.timers.popDue(now); t != nil; t = l.timers.popDue(now) {
		t.expire(now)
	}
	if len(l.todo) > 0 || l.pending.Load() {
		l.resumeAll()
	}
	return true
}

// patience is how long the poller may sleep, in milliseconds; like nginx it counts from the time the turn began.
func (l *loop) patience() int {
	until := l.timers.sleep()
	if l.pending.Load() {
		return 0
	}
	if until == forever {
		return -1
	}
	return int(min(max(until-l.clock.Load(), 0), 1<<30))
}

// later asks that r be resumed in the next turn.
func (l *loop) later(r resumer) {
	l.againMu.Lock()
	l.again = append(l.again, r)
	l.pending.Store(true)
	l.againMu.Unlock()
}

// resumeAll resumes those who had asked for it when the turn came to them; who asks again has to wait for the next turn.
func (l *loop) resumeAll() {
	if len(l.todo) == 0 {
		l.againMu.Lock()
		l.todo, l.again = l.again, l.spare
		l.pending.Store(false)
		l.againMu.Unlock()
		l.spare = l.todo[:0]
	}
	for len(l.todo) > 0 {
		r := l.todo[0]
		l.todo[0] = nil
		l.todo = l.todo[1:]
		r.resume(l)
	}
}

// schedule sets a deadline and wakes the loop if it would oversleep.
func (l *loop) schedule(t timed, when int64) {
	if l.timers.add(t, when) {
		l.wake()
	}
}
