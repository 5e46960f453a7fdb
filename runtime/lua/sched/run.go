package sched

import (
	"fmt"
	"slices"

	"tidegate/runtime/lua/vm"
)

// Run is one handler under way: an entry thread and the user threads that it spawned.
type Run struct {
	// Owner is what the handler belongs to; bindings find it through ThreadOf(call).Run().Owner.
	Owner any
	// Leave is called before the goroutine of Main waits for anything, the baton included; it may be called again.
	Leave func()
	// ThreadFailed is told of each user thread that an error ended. It is called with the baton held.
	ThreadFailed func(*vm.Error)

	w       *Worker
	entry   *Thread
	threads []*Thread     // user threads that have not ended
	alive   int           // threads that have not ended, the entry thread included
	ended   chan struct{} // made when the entry thread waits for the others
	exited  bool
	status  int
	aborted any
}

// Outcome is how a Run ended.
type Outcome struct {
	// Results are those of the entry function when it returned.
	Results []vm.Value
	// Err is the Lua error that ended the entry thread.
	Err *vm.Error
	// Exited tells that Exit was called, with Status.
	Exited bool
	Status int
	// Killed is the reason for which the whole Run was killed, nil if it was not.
	Killed any
}

// Thread is a light thread: the entry thread of a handler, or a user thread (ngx.thread.spawn).
type Thread struct {
	run    *Run
	co     *vm.Thread
	parent *Thread
	turn   *ticket

	state   state
	results []vm.Value
	err     *vm.Error
	killed  any    // why it must unwind
	cancel  func() // ends what it waits for; nil when it does not wait
	waiter  *join  // the parent's wait for it
}

type state uint8

const (
	running state = iota
	ended         // its results wait for the parent (zombie)
	dead          // waited for, or killed
)

// join is a parent's wait for the first of several threads.
type join struct {
	done chan struct{}
	met  bool
}

// Start makes a Run. Its Main is called once.
func (w *Worker) Start(owner any) *Run { return &Run{Owner: owner, w: w, Leave: func() {}} }

// ThreadOf gives the light thread that a binding was called on, also from coroutines of it; nil where Lua runs without one.
func ThreadOf(c *vm.Call) *Thread {
	t, _ := c.Owner().(*Thread)
	return t
}

// Run is the handler that the thread belongs to.
func (t *Thread) Run() *Run { return t.run }

// Worker is where the thread runs.
func (r *Run) Worker() *Worker { return r.w }

// Main runs fn as the entry thread on the calling goroutine and returns when every thread of the Run has ended.
func (r *Run) Main(fn *vm.Function, args ...vm.Value) Outcome {
	w := r.w
	t := &Thread{run: r, turn: newTicket()}
	if !w.tryTake() {
		r.Leave()
		w.take(t.turn)
	}
	defer w.give()
	if w.stopping != nil {
		return Outcome{Killed: w.stopping}
	}
	w.runs[r] = struct{}{}
	defer delete(w.runs, r)
	r.entry, r.alive = t, 1
	t.begin()
	results, err := t.co.Call(fn, args...)
	out := Outcome{}
	switch {
	case err == nil:
		out.Results = results
	case err.Abort == nil:
		out.Err = err
		r.killAll(t, err)
	}
	t.state = dead
	w.VM.Release(t.co)
	t.finish()
	if r.alive > 0 {
		r.ended = make(chan struct{})
		r.Leave()
		w.give()
		<-r.ended
		w.take(t.turn)
	}
	out.Exited, out.Status, out.Killed = r.exited, r.status, r.aborted
	if out.Err != nil { // the error came first
		out.Exited = false
	}
	return out
}

// begin gives the thread a Lua thread of the VM.
func (t *Thread) begin() {
	t.co = t.run.w.VM.NewThread()
	t.co.Owner = t
	t.co.OnYield = func(c *vm.Call) int {
		t.Yield()
		return 0
	}
}

// finish ends the thread's part in the Run; the caller holds the baton.
func (t *Thread) finish() {
	r := t.run
	if i := slices.Index(r.threads, t); i >= 0 {
		r.threads = slices.Delete(r.threads, i, i+1)
	}
	if r.alive--; r.alive == 0 && r.ended != nil {
		close(r.ended)
	}
}

// Spawn runs fn as a user thread: at once, until it first waits or ends; then the caller goes on.
func (t *Thread) Spawn(fn *vm.Function, args ...vm.Value) *Thread {
	w := t.run.w
	child := &Thread{run: t.run, parent: t, turn: newTicket()}
	child.begin()
	t.run.alive++
	t.run.threads = append(t.run.threads, child)
	t.run.leaving(t)
	w.queueFirst(t.turn)
	go child.main(fn, args) // it holds the baton from here
	<-t.turn.turn
	t.check()
	return child
}

func (t *Thread) main(fn *vm.Function, args []vm.Value) {
	w := t.run.w
	results, err := t.co.Call(fn, args...)
	t.results, t.err = results, err
	if t.state == running {
		t.state = ended
	}
	if err != nil && err.Abort == nil && t.run.ThreadFailed != nil {
		t.run.ThreadFailed(err)
	}
	if j := t.waiter; j != nil && !j.met {
		j.met = true
		close(j.done)
	}
	t.finish()
	w.give()
}

// Wait runs call without the baton. When the thread is killed meanwhile, cancel is called, once and from another goroutine: it must
// make call return soon. A killed thread does not come back from Wait: it unwinds.
func (t *Thread) Wait(call, cancel func()) {
	w := t.run.w
	t.run.leaving(t)
	t.cancel = cancel
	w.give()
	// A panic in call belongs to this thread; the baton must be back before anything unwinds through Lua.
	defer func() {
		w.take(t.turn)
		t.cancel = nil
		t.check()
	}()
	call()
}

// Yield lets everybody in line run first (coroutine.yield in a light thread).
func (t *Thread) Yield() {
	w := t.run.w
	if !w.waits() {
		return
	}
	t.run.leaving(t)
	w.give()
	w.take(t.turn)
	t.check()
}

// leaving is called before t waits: the entry thread runs on the goroutine of Main.
func (r *Run) leaving(t *Thread) {
	if t == r.entry {
		r.Leave()
	}
}

// check unwinds a thread that was killed while it did not hold the baton.
func (t *Thread) check() {
	if t.killed != nil {
		t.co.Abort(t.killed)
	}
}

// killedThread is the reason of a thread that Kill ended.
type killedThread struct{}

func (killedThread) String() string { return "killed by its parent" }

// exitReason unwinds threads after Exit.
type exitReason struct{ status int }

func (e exitReason) String() string { return fmt.Sprintf("exit with status %d", e.status) }

// end makes the thread unwind when it next holds the baton.
func (t *Thread) end(reason any) {
	if t.killed != nil || t.state != running {
		return
	}
	t.killed = reason
	if t.cancel != nil {
		t.cancel()
		t.cancel = nil
	}
}

// Exit ends the whole Run with a status: every thread is killed and the caller unwinds (ngx.exit). It does not return.
func (t *Thread) Exit(status int) {
	r := t.run
	if !r.exited {
		r.exited, r.status = true, status
	}
	r.killAll(t, exitReason{status})
	t.killed = exitReason{status}
	t.check()
}

// Abort kills the whole Run for a reason that its Outcome tells (a client that is gone, a stop). The caller holds the baton.
func (r *Run) Abort(reason any) {
	if r.aborted == nil {
		r.aborted = reason
	}
	r.killAll(nil, reason)
}

func (r *Run) killAll(but *Thread, reason any) {
	if but != r.entry && r.entry != nil {
		r.entry.end(reason)
	}
	for _, t := range slices.Clone(r.threads) {
		if t != but {
			t.end(reason)
		}
	}
}
