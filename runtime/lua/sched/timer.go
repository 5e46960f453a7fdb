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
	// Due is called when a timer has expired, of several in their order, and must not wait. What it gives is called on a goroutine of
	// its own, with a Run that stands in line already, and returns when the handler has ended.
	Due func(job any, premature bool) func(run *Run)
	// Gone is told of a job that is forgotten: a one-shot that has run, one that was dropped. It is called on any goroutine.
	Gone func(job any)
	// Dropped is told of a timer that was not run because MaxRunning were.
	Dropped func(job any)

	clock    *Clock
	mu       sync.Mutex // after clock.mu, before Worker.mu
	pending  map[*timer]struct{}
	running  int
	exiting  bool
	allEnded *sync.Cond
}

type timer struct {
	ts    *Timers
	w     *Worker
	job   any
	every time.Duration // 0: once
	alarm alarm
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
	return t.fire(false)
}

// fire starts the handler, if there is room; the caller holds the clock's mutex and ts.mu. The answer is what has to be done after
// giving them up.
func (t *timer) fire(premature bool) func() {
	ts := t.ts
	again := t.every > 0 && !ts.exiting
	if again { // before it runs: a slow handler does not shift the next one
		ts.clock.set(&t.alarm, t.every, t)
	} else {
		delete(ts.pending, t)
	}
	if ts.running >= ts.MaxRunning {
		ts.allEnded.Broadcast()
		return func() {
			ts.Dropped(t.job)
			if !again {
				ts.gone(t.job)
			}
		}
	}
	ts.running++
	go t.run(ts.Due(t.job, premature), t.w.startInLine(), !again)
	return nil
}

func (t *timer) run(handle func(*Run), run *Run, last bool) {
	ts := t.ts
	defer func() {
		if last {
			ts.gone(t.job)
		}
		ts.mu.Lock()
		ts.running--
		ts.allEnded.Broadcast()
		ts.mu.Unlock()
	}()
	handle(run)
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
		all = append(all, t)
	}
	slices.SortFunc(all, func(a, b *timer) int {
		return cmp.Or(cmp.Compare(a.alarm.when, b.alarm.when), cmp.Compare(a.alarm.seq, b.alarm.seq))
	})
	var after []func()
	for _, t := range all {
		ts.clock.cancel(&t.alarm)
		if f := t.fire(true); f != nil {
			after = append(after, f)
		}
	}
	ts.mu.Unlock()
	ts.clock.mu.Unlock()
	for _, f := range after {
		f()
	}
	ts.mu.Lock()
	defer ts.mu.Unlock()
	for ts.running > 0 || len(ts.pending) > 0 {
		ts.allEnded.Wait()
	}
}
