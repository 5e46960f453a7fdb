package sched

import (
	"sync"
	"time"
)

// Timers are a worker's ngx.timer.at and ngx.timer.every: how many may be pending and run, and what happens when the worker ends
// (ngx_stream_lua_timer.c).
type Timers struct {
	MaxPending int // lua_max_pending_timers
	MaxRunning int // lua_max_running_timers
	// Run runs one expired timer on a goroutine of its own and returns when its handler has ended.
	Run func(job any, premature bool)
	// Dropped is told of a timer that was not run because MaxRunning were.
	Dropped func(job any)

	mu       sync.Mutex
	pending  map[*timer]struct{}
	running  int
	exiting  bool
	allEnded *sync.Cond
}

type timer struct {
	job   any
	every time.Duration // 0: once
	t     *time.Timer
}

// Errors of ngx.timer, in OpenResty's words.
const (
	ErrTooManyPending = "too many pending timers"
	ErrExiting        = "process exiting"
)

// NewTimers makes a set.
func NewTimers(maxPending, maxRunning int, run func(job any, premature bool), dropped func(job any)) *Timers {
	ts := &Timers{MaxPending: maxPending, MaxRunning: maxRunning, Run: run, Dropped: dropped, pending: map[*timer]struct{}{}}
	ts.allEnded = sync.NewCond(&ts.mu)
	return ts
}

// Add runs job after delay, and again and again when repeat is set. The answer is OpenResty's error, empty when it was added.
func (ts *Timers) Add(job any, delay time.Duration, repeat bool) string {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	if ts.exiting && delay > 0 {
		return ErrExiting
	}
	if len(ts.pending) >= ts.MaxPending {
		return ErrTooManyPending
	}
	t := &timer{job: job}
	if repeat {
		t.every = delay
	}
	ts.pending[t] = struct{}{}
	t.t = time.AfterFunc(delay, func() { ts.fire(t, false) })
	return ""
}

func (ts *Timers) fire(t *timer, premature bool) {
	ts.mu.Lock()
	if _, ok := ts.pending[t]; !ok {
		ts.mu.Unlock()
		return
	}
	delete(ts.pending, t)
	if t.every > 0 && !ts.exiting { // before it runs: a slow handler does not shift the next one
		ts.pending[t] = struct{}{}
		t.t.Reset(t.every)
	}
	if ts.running >= ts.MaxRunning {
		ts.allEnded.Broadcast()
		ts.mu.Unlock()
		ts.Dropped(t.job)
		return
	}
	ts.running++
	ts.mu.Unlock()
	defer func() {
		ts.mu.Lock()
		ts.running--
		ts.allEnded.Broadcast()
		ts.mu.Unlock()
	}()
	ts.Run(t.job, premature)
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

// Exit runs every pending timer with premature set and waits until no handler is under way. Timers of delay 0 that handlers add
// meanwhile are run too.
func (ts *Timers) Exit() {
	ts.mu.Lock()
	ts.exiting = true
	var all []*timer
	for t := range ts.pending {
		t.t.Stop()
		all = append(all, t)
	}
	ts.mu.Unlock()
	var wg sync.WaitGroup
	for _, t := range all {
		wg.Go(func() { ts.fire(t, true) })
	}
	wg.Wait()
	ts.mu.Lock()
	defer ts.mu.Unlock()
	for ts.running > 0 || len(ts.pending) > 0 {
		ts.allEnded.Wait()
	}
}
