package sched

import (
	"fmt"
	"runtime/debug"
	"slices"

	"tidegate/runtime/errlog"
	"tidegate/runtime/lua/vm"
)

// Run is one handler under way: an entry thread and the user threads that it spawned.
type Run struct {
	// Owner is what the handler belongs to; bindings find it through ThreadOf(call).Run().Owner.
	Owner any
	// Host, if not nil, is left before the goroutine of Main waits for anything, the baton included. It may be left again.
	Host Host
	// Debug is where the debug lines about the threads go.
	Debug *errlog.DebugLog
	// ThreadFailed is told of each user thread that an error ended. It is called with the baton held.
	ThreadFailed func(*vm.Error)
	// Ended is called once, with the baton held, when every thread has ended.
	Ended func()

	w          *Worker
	prev, next *Run // in the worker's list
	entry      Thread
	threads    []*Thread // user threads that have not ended
	posted     line      // threads that gave way and go on before anybody else
	alive      int       // threads that have not ended, the entry thread included
	over       bool      // the entry thread waits for the others in Main
	queued     bool      // the entry thread stands in line already
	admitted   bool      // the entry thread has the baton already
	left       func()    // called with the baton held, after Ended
	exited     bool
	status     int
	yielded    bool // a thread has waited
	aborted    any
	crash      *Crash
	spent      []*vm.Thread // ended threads whose coroutines may still be in use
}

// Host is what the goroutine that calls Main must leave before it waits: an event loop that others have to drive then.
type Host interface{ Leave() }

// Outcome is how a Run ended.
type Outcome struct {
	// Results are those of the entry function when it returned.
	Results []vm.Value
	// NotLoaded is the error of the function that was to supply the entry function.
	NotLoaded error
	// Err is the Lua error that ended the entry thread.
	Err *vm.Error
	// Exited tells that Exit was called, with Status.
	Exited bool
	Status int
	// Killed is the reason for which the whole Run was killed, nil if it was not.
	Killed any
	// Crash is the first panic in one of the threads, nil if there was none.
	Crash *Crash
}

// Crash is a Go panic that ended a Run.
type Crash struct {
	Value any
	Stack []byte
}

// String is the panic's value; the stack is for whoever wants it.
func (c *Crash) String() string { return fmt.Sprint("panic: ", c.Value) }

// Start makes a Run. Its Main is called once.
func (w *Worker) Start(owner any) *Run {
	r := &Run{Owner: owner, w: w}
	r.entry.run = r
	return r
}

// startInLine is Start for a Run whose place in line counts from now. The caller's goroutine, or one that it starts, must call Main.
func (w *Worker) startInLine() *Run {
	r := w.Start(nil)
	r.queued = true
	r.entry.open()
	w.mu.Lock()
	first := w.enqueue(&r.entry.place)
	w.mu.Unlock()
	if first != nil {
		first.turn <- struct{}{}
	}
	return r
}

// admit waits for the baton of a Run that stands in line, and asks there whether the Run may go on: Main then keeps the baton, else it is
// given away and Main must not be called.
func (r *Run) admit(may func() bool) bool {
	<-r.entry.turn
	r.queued, r.admitted = false, may()
	if !r.admitted {
		r.w.give()
	}
	return r.admitted
}

// Yielded tells whether a thread of the Run has waited.
func (r *Run) Yielded() bool { return r.yielded }

// Worker is where the thread runs.
func (r *Run) Worker() *Worker { return r.w }

// Main runs the function that load gives as the entry thread, on the calling goroutine, and returns when every thread of the Run has
// ended. load is called with the baton held.
func (r *Run) Main(load func() (*vm.Function, error), args ...vm.Value) (out Outcome) {
	w, t := r.w, &r.entry
	r.takeFirst()
	defer w.give()
	defer r.end()
	if w.stopping != nil {
		return Outcome{Killed: w.stopping}
	}
	w.enter(r)
	defer w.exit(r)
	r.alive = 1
	var fn *vm.Function
	if fn, out.NotLoaded = r.load(load); fn != nil {
		t.begin()
		out.Results, out.Err = t.call(fn, args)
		t.debugEnded(out.Err)
	}
	if out.Err != nil && out.Err.Abort == nil || r.crash != nil {
		r.killAll(t, out.Err)
	}
	t.state = dead
	if r.alive--; r.alive > 0 {
		r.over = true
		t.rest()
	}
	return r.conclude(out)
}

// takeFirst is how the entry thread comes to the baton.
func (r *Run) takeFirst() {
	switch t := &r.entry; {
	case r.admitted:
	case r.queued:
		<-t.turn
	case !r.w.tryTake():
		t.leave()
		r.w.take(&t.place)
	}
}

// conclude fills in how the Run ended.
func (r *Run) conclude(out Outcome) Outcome {
	out.Exited, out.Status, out.Killed, out.Crash = r.exited, r.status, r.aborted, r.crash
	if out.Err != nil {
		if out.Err.Abort == nil { // the error came first
			out.Exited = false
		} else {
			if out.Killed == nil && !out.Exited {
				out.Killed = out.Err.Abort // the VM was stopped
			}
			out.Err = nil
		}
	}
	return out
}

// load calls the function that supplies the code; a panic in it ends the Run.
func (r *Run) load(load func() (*vm.Function, error)) (fn *vm.Function, err error) {
	defer r.caught()
	return load()
}

// end is the last thing that happens in a Run: its coroutines are closed, its owner is told.
func (r *Run) end() {
	defer r.caught()
	if r.left != nil {
		defer r.left()
	}
	for _, co := range r.spent {
		co.Close()
	}
	if co := r.entry.co; co != nil {
		co.Close()
		r.w.VM.Release(co)
	}
	if r.Ended != nil {
		r.Ended()
	}
}

// caught, when deferred, makes a panic the Run's crash.
func (r *Run) caught() {
	if v := recover(); v != nil && r.crash == nil {
		r.crash = &Crash{Value: v, Stack: debug.Stack()}
	}
}

// pass gives the baton to the next: a thread of the Run that gave way, else the first in the worker's line.
func (r *Run) pass() {
	if p := r.posted.pop(); p != nil {
		p.turn <- struct{}{}
		return
	}
	r.w.give()
}

// Abort kills the whole Run for a reason that its Outcome tells (a client that is gone, a stop). The caller holds the baton.
func (r *Run) Abort(reason any) {
	if r.aborted == nil {
		r.aborted = reason
	}
	r.killAll(nil, reason)
}

func (r *Run) killAll(but *Thread, reason any) {
	if but != &r.entry {
		r.entry.end(reason)
	}
	for _, t := range slices.Clone(r.threads) {
		if t != but {
			t.end(reason)
		}
	}
}

// Adopt starts fn as a user thread of the Run whose parent is the coroutine parent (the handler of ngx.on_abort). The caller holds the
// baton and is no thread of the Run.
func (r *Run) Adopt(parent *vm.Thread, fn *vm.Function, args ...vm.Value) {
	if r.alive == 0 || r.aborted != nil {
		return
	}
	t := r.thread(parent)
	t.begin()
	go func() {
		r.w.take(&t.place)
		t.main(fn, args)
	}()
}
