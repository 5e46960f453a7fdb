package sched

import (
	"fmt"
	"slices"
	"time"

	"tidegate/runtime/errlog"
	"tidegate/runtime/lua/vm"
)

// Thread is a light thread: the entry thread of a handler, or a user thread (ngx.thread.spawn).
type Thread struct {
	place
	run    *Run
	co     *vm.Thread
	parent *vm.Thread // the coroutine that spawned it; nil for an entry thread

	state   state
	results []vm.Value
	err     *vm.Error
	killed  any     // why it must unwind
	cancel  func()  // ends what it waits for; nil when it does not wait
	waiter  *Thread // the light thread whose coroutine waits for this one to end
	parked  bool    // wake puts it in line. Guarded by Worker.mu.
	alarm   alarm
}

type state uint8

const (
	running state = iota
	ended         // its results wait for the parent (zombie)
	dead          // waited for, or killed
)

// ThreadOf gives the light thread that a binding was called on, also from coroutines of it; nil where Lua runs without one.
func ThreadOf(c *vm.Call) *Thread {
	t, _ := c.Owner().(*Thread)
	return t
}

// Run is the handler that the thread belongs to.
func (t *Thread) Run() *Run { return t.run }

// Coroutine is the thread in the VM.
func (t *Thread) Coroutine() *vm.Thread { return t.co }

// Parent is the coroutine that spawned the thread; nil for an entry thread.
func (t *Thread) Parent() *vm.Thread { return t.parent }

// Dead tells whether the thread has ended and was waited for, or was killed; Zombie that it has ended and its results still wait.
func (t *Thread) Dead() bool { return t.state == dead }

// Zombie tells whether the thread has ended and its results wait for its parent.
func (t *Thread) Zombie() bool { return t.state == ended }

// Value is the thread as Lua sees it: a coroutine.
func (t *Thread) Value() vm.Value { return t.co.Value() }

// OfCoroutine gives the light thread that a Lua coroutine is; nil when it is an ordinary coroutine.
func OfCoroutine(co *vm.Thread) *Thread {
	if t, ok := co.Owner.(*Thread); ok && t.co == co {
		return t
	}
	return nil
}

// UserThread gives the user thread that a Lua coroutine is; nil when it is an ordinary coroutine or an entry thread.
func UserThread(co *vm.Thread) *Thread {
	if t := OfCoroutine(co); t != nil && t.parent != nil {
		return t
	}
	return nil
}

// begin gives the thread a Lua thread of the VM.
func (t *Thread) begin() {
	t.co = t.run.w.VM.NewThread()
	t.co.Owner = t
	t.co.OnYield = yield
}

// yield is coroutine.yield of a light thread.
func yield(c *vm.Call) int {
	ThreadOf(c).Yield()
	return 0
}

// thread makes a user thread of the Run.
func (r *Run) thread(parent *vm.Thread) *Thread {
	t := &Thread{run: r, parent: parent}
	r.alive++
	r.threads = append(r.threads, t)
	return t
}

// Spawn runs fn as a user thread of the coroutine parent, which runs on t: at once, until it first waits or ends; then the caller goes on.
func (t *Thread) Spawn(parent *vm.Thread, fn *vm.Function, args ...vm.Value) *Thread {
	child := t.run.thread(parent)
	child.begin()
	t.debugYield()
	t.run.Debug.Line(errlog.DebugStream, "lua user thread resume")
	t.leave()
	t.open()
	t.run.posted.push(&t.place)
	go child.main(fn, args) // it holds the baton from here
	<-t.turn
	t.check()
	return child
}

// main is the life of a user thread; it begins with the baton held.
func (t *Thread) main(fn *vm.Function, args []vm.Value) {
	r := t.run
	t.results, t.err = t.call(fn, args)
	t.debugEnded(t.err)
	switch {
	case r.crash != nil:
		r.killAll(t, r.crash)
	case t.err != nil && t.err.Abort == nil:
		t.failed()
	}
	if t.state == running {
		t.state = ended
	}
	if t.co.HasCoroutines() {
		r.spent = append(r.spent, t.co)
	}
	t.finish()
}

// call runs fn on the thread's coroutine; a panic in it ends the Run.
func (t *Thread) call(fn *vm.Function, args []vm.Value) (results []vm.Value, err *vm.Error) {
	defer t.run.caught()
	if t.killed != nil {
		return nil, &vm.Error{Abort: t.killed}
	}
	return t.co.Call(fn, args...)
}

// failed tells the Run's owner of an error that ended the thread. Its traceback goes on with the coroutines that spawned it.
func (t *Thread) failed() {
	if t.run.ThreadFailed == nil {
		return
	}
	defer t.run.caught()
	t.err.Traceback = t.lineage(t.err.Traceback)
	t.run.ThreadFailed(t.err)
}

// finish ends the thread's part in the Run and hands the baton on: to a parent that waits for this thread, to Main when this was the
// last one, or to the next.
func (t *Thread) finish() {
	r := t.run
	if i := slices.Index(r.threads, t); i >= 0 {
		r.threads = slices.Delete(r.threads, i, i+1)
	}
	r.alive--
	switch p := t.waiter; {
	case p != nil && p.unpark():
		t.run.Debug.Line(errlog.DebugStream, "lua coroutine: lua user thread ended normally")
		p.turn <- struct{}{}
	case r.alive == 0 && r.over:
		r.over = false
		r.entry.turn <- struct{}{}
	default:
		r.pass()
	}
}

// leave is called before the thread waits.
func (t *Thread) leave() {
	if r := t.run; r.Host != nil && t == &r.entry {
		r.Host.Leave()
	}
}

// rest passes the baton on and waits for it to come back.
func (t *Thread) rest() {
	t.leave()
	t.open()
	t.run.pass()
	<-t.turn
}

// Wait runs call without the baton. When the thread is killed meanwhile, cancel is called, once, by whoever kills it and holds the baton:
// it must make call return soon. A killed thread does not come back from Wait: it unwinds.
func (t *Thread) Wait(call, cancel func()) {
	t.debugYield()
	t.leave()
	t.cancel = cancel
	t.run.pass()
	// A panic in call belongs to this thread; the baton must be back before anything unwinds through Lua.
	defer func() {
		t.run.w.take(&t.place)
		t.cancel = nil
		t.check()
	}()
	call()
}

// Yield lets the threads of the Run that gave way before go on first (coroutine.yield in a light thread). Without any it returns at
// once, as OpenResty does.
func (t *Thread) Yield() {
	next := t.run.posted.pop()
	if next == nil {
		return
	}
	t.debugYield()
	t.leave()
	t.open()
	t.run.posted.push(&t.place)
	next.turn <- struct{}{}
	<-t.turn
	t.check()
}

// Sleep waits for d, in whole milliseconds; with 0 it lets everybody in line run.
func (t *Thread) Sleep(d time.Duration) {
	t.run.Debug.Num(errlog.DebugStream, "lua ready to sleep for %d ms", int(d.Milliseconds()))
	if d < time.Millisecond {
		t.debugYield()
		t.open()
		w := t.run.w
		w.mu.Lock()
		w.line.push(&t.place) // behind whoever is there; the baton is ours
		w.mu.Unlock()
		t.rest()
		t.check()
		t.run.Debug.Line(errlog.DebugStream, "stream lua sleep timer expired")
		return
	}
	if d := t.run.Debug; d != nil {
		t.cancel = func() { d.Line(errlog.DebugStream, "lua clean up the timer for pending ngx.sleep") }
	}
	t.parkFor(d)
	t.cancel = nil
	t.check()
	t.run.Debug.Line(errlog.DebugStream, "stream lua sleep timer expired")
}

// parkFor waits until wake, a kill, or for d.
func (t *Thread) parkFor(d time.Duration) {
	t.debugYield()
	w := t.run.w
	w.mu.Lock()
	t.parked = true
	w.mu.Unlock()
	t.open()
	w.clock.mu.Lock()
	w.clock.set(&t.alarm, d, t)
	w.clock.mu.Unlock()
	t.rest()
	w.clock.mu.Lock()
	w.clock.cancel(&t.alarm)
	w.clock.mu.Unlock()
}

// park waits until wake or a kill.
func (t *Thread) park() {
	t.debugYield()
	w := t.run.w
	w.mu.Lock()
	t.parked = true
	w.mu.Unlock()
	t.rest()
}

// unpark makes a parked thread one that is about to run; false when it was not parked.
func (t *Thread) unpark() bool {
	w := t.run.w
	w.mu.Lock()
	defer w.mu.Unlock()
	was := t.parked
	t.parked = false
	return was
}

// wake puts a parked thread at the end of the line. It may be called from anywhere; one that is not parked is left alone.
func (t *Thread) wake() {
	w := t.run.w
	w.mu.Lock()
	var first *place
	if t.parked {
		t.parked = false
		first = w.enqueue(&t.place)
	}
	w.mu.Unlock()
	if first != nil {
		first.turn <- struct{}{}
	}
}

// ring is the end of a sleep.
func (t *Thread) ring() func() {
	t.wake()
	return nil
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
	t.wake()
}

// Exit ends the whole Run with a status: every thread is killed and the caller unwinds (ngx.exit). It does not return.
func (t *Thread) Exit(status int) {
	r := t.run
	if !r.exited {
		r.exited, r.status = true, status
	}
	t.debugYielded() // in OpenResty the coroutine yields for the last time
	r.Debug.Num(errlog.DebugStream, "lua thread aborting request with status %d", status)
	r.killAll(t, exitReason{status})
	t.killed = exitReason{status}
	t.check()
}
