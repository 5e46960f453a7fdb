package sched

import (
	"cmp"
	"slices"
	"sync"
	"time"
)

// Timers are ngx.timer.at and ngx.timer.every of a worker, and of the VMs that lua_code_cache off makes beside it: how many may be
// pending and run, and what happens when the worker ends (ngx_stream_lua_timer.c).
type Timers struct {
	MaxPending int // lua_max_pending_timers
	MaxRunning int // lua_max_running_timers
	// Due is called when a timer has expired and it is its turn, with the baton of its worker held, and must not wait. What it gives is
	// called on the same goroutine, with a Run that has the baton, and returns when the handler has ended.
	Due func(job any, premature bool) func(run *Run)
	// Gone is told of a job that is forgotten: a one-shot that has run, one that was dropped. It is called on any goroutine.
	Gone func(job any)
	// Dropped is told of a timer that was not run because MaxRunning were. The baton is held.
	Dropped func(job any)

	clock    *Clock
	mu       sync.Mutex          // after clock.mu, before Worker.mu
	pending  map[*timer]struct{} // until it is their turn, as in OpenResty's event loop
	running  int                 // handlers under way
	open     int                 // goroutines of handlers, of those too whose turn has not come
	exiting  bool
	allEnded *sync.Cond
}

type timer struct {
	ts    *Timers
	w     *Worker
	job   any
	every time.Duration // 0: once
	alarm alarm
	fired bool // for the last time: it stands in line
}

// Errors of ngx.timer, in OpenResty's words.
const (
	ErrTooManyPending = "too many pending timers"
	ErrExiting        = "process exiting"
)

// NewTimers makes a set on a clock.
func NewTimers(clock *Clock, maxPending, maxRunning int) *Timers {
	ts := &Timers{clock: clock, MaxPending: maxPending, MaxRunning: maxRunning, pending: map[*timer]struct{}{}}
	ts.allEnded = sync.NewCond(&ts.mu)
	return ts
}

// Add runs job in w after delay, and again and again when repeat is set. The answer is OpenResty's error, empty when it was added.
func (ts *Timers) Add(w *Worker, job any, delay time.Duration, repeat bool) string {
	ts.clock.mu.Lock()
	defer ts.clock.mu.Unlock()
	ts.mu.Lock()
	defer ts.mu.Unlock()
	if ts.exiting && delay > 0 {
		return ErrExiting
	}
	if len(ts.pending) >= ts.MaxPending {
		return ErrTooManyPending
	}
	t := &timer{ts: ts, w: w, job: job}
	if repeat {
		t.every = delay
	}
	ts.pending[t] = struct{}{}
	ts.clock.set(&t.alarm, delay, t)
	return ""
}

// ring is a bell: the timer is due.
func (t *timer) ring() func() {
	t.ts.mu.Lock()
	defer t.ts.mu.Unlock()
	t.fire(false)
	return nil
}

// fire puts the handler in line; the caller holds the clock's mutex and ts.mu.
func (t *timer) fire(premature bool) {
	ts := t.ts
	again := t.every > 0 && !ts.exiting
	if again { // before it runs: a slow handler does not shift the next one
		ts.clock.set(&t.alarm, t.every, t)
	}
	t.fired = !again
	ts.open++
	go t.run(t.w.startInLine(), premature, !again)
}

// run waits for its turn and runs the handler, if there is room then: one that ends without waiting makes room for the next.
func (t *timer) run(run *Run, premature, last bool) {
	ts := t.ts
	defer func() {
		if last {
			ts.gone(t.job)
		}
		ts.mu.Lock()
		ts.open--
		ts.allEnded.Broadcast()
		ts.mu.Unlock()
	}()
	if run.admit(func() bool { return t.begin(last) }) {
		run.left = ts.leave
		ts.Due(t.job, premature)(run)
	}
}

// begin counts a handler whose turn has come, or drops it.
func (t *timer) begin(last bool) bool {
	ts := t.ts
	ts.mu.Lock()
	if last {
		delete(ts.pending, t)
	}
	room := ts.running < ts.MaxRunning
	if room {
		ts.running++
	}
	ts.mu.Unlock()
	if !room {
		ts.Dropped(t.job)
	}
	return room
}

func (ts *Timers) leave() {
	ts.mu.Lock()
	ts.running--
	ts.mu.Unlock()
}

func (ts *Timers) gone(job any) {
	if ts.Gone != nil {
		ts.Gone(job)
	}
}

// Pending is the number of timers that wait (ngx.timer.pending_count).
func (ts *Timers) Pending() int {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	return len(ts.pending)
}

// Running is the number of handlers under way (ngx.timer.running_count).
func (ts *Timers) Running() int {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	return ts.running
}

// Exit runs every pending timer with premature set, the earliest first, and waits until no handler is under way. Timers of delay 0
// that handlers add meanwhile are run too.
func (ts *Timers) Exit() {
	ts.clock.mu.Lock()
	ts.mu.Lock()
	ts.exiting = true
	var all []*timer
	for t := range ts.pending {
		if !t.fired {
			all = append(all, t)
		}
	}
	slices.SortFunc(all, func(a, b *timer) int {
		return cmp.Or(cmp.Compare(a.alarm.when, b.alarm.when), cmp.Compare(a.alarm.seq, b.alarm.seq))
	})
	for _, t := range all {
		ts.clock.cancel(&t.alarm)
		t.fire(true)
	}
	ts.clock.mu.Unlock()
	defer ts.mu.Unlock()
	for ts.open > 0 || len(ts.pending) > 0 {
		ts.allEnded.Wait()
	}
}
