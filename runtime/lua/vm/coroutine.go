package vm

import (
	"iter"
	"runtime"
	"sync"
	"weak"
)

// A coroutine has a goroutine of its own from its first resume to its end, so that it can yield from anywhere: from inside pcall, a
// metamethod, an iterator, sort. Control passes by iter.Pull, which switches between two goroutines without the scheduler:
//
//  1. create makes a Thread without a goroutine;
//  2. the first resume takes a coWorker, idle or new, and gives it the Thread; every resume switches to the worker;
//  3. yield leaves its values in the Thread and switches back;
//  4. at the end of its function the worker becomes idle and can run the next coroutine.
//
// A suspended coroutine that nobody can resume any more is closed: its goroutine is unwound and its worker stops. That happens when its owner
// closes it (Thread.Close), when its light thread ends, and when the collector finds the last reference gone.
//
// Locking: none. All of this runs under the rule that only one thread of a VM runs at a time; only the list of garbage is filled by the
// collector's goroutine and has a mutex.

type coStatus uint8

const (
	coSuspended coStatus = iota
	coRunning
	coNormal
	coDead
)

var coStatusNames = [...]string{"suspended", "running", "normal", "dead"}

// coroutine is the part of a Thread that only coroutines have.
type coroutine struct {
	fn     *Function
	status coStatus
	worker *coWorker
	values []Value // passed by resume or yield
	failed bool    // ended by an error, which values holds
	abort  *aborted
	crash  any // a Go panic that is no Lua error
	group  *group
	prev   *Thread // neighbours in the group's list
	next   *Thread
}

// group lists the coroutines that live on one light thread.
type group struct{ first *Thread }

// coWorker is a goroutine that runs one coroutine after the other.
type coWorker struct {
	th    *Thread
	next  func() (struct{}, bool)
	stop  func()
	yield func(struct{}) bool
}

// closed unwinds a coroutine that Close ends.
type closed struct{}

// maxWorkers bounds the idle workers a VM keeps.
const maxWorkers = 64

// garbage collects coroutines whose last reference is gone until the VM has time to close them.
type garbage struct {
	mu   sync.Mutex
	list []*Thread
}

// NewCoroutine returns a suspended coroutine that will run fn.
func (th *Thread) NewCoroutine(fn *Function) *Thread {
	vm := th.vm
	vm.sweep()
	co := vm.newThread(th.env)
	co.co = &coroutine{fn: fn}
	return co
}

// detach has the coroutine closed when its last Lua reference is gone. It is called when it first yields: from then on a goroutine waits
// for it to be resumed.
func (co *Thread) detach() {
	co.detached = true
	ref := co.ref
	if ref == nil {
		return
	}
	co.ref = nil
	co.weakRef = weak.Make(ref)
	runtime.AddCleanup(ref, func(co *Thread) {
		g := &co.vm.garbage
		g.mu.Lock()
		g.list = append(g.list, co)
		g.mu.Unlock()
	}, co)
}

// sweep closes the coroutines that the collector has found.
func (vm *VM) sweep() {
	if !vm.garbage.mu.TryLock() {
		return
	}
	list := vm.garbage.list
	vm.garbage.list = nil
	vm.garbage.mu.Unlock()
	for _, co := range list {
		co.Close()
	}
}

// Status returns what coroutine.status does: suspended, running, normal or dead.
func (th *Thread) Status() string {
	if th.co == nil {
		if len(th.frames) == 0 {
			return coStatusNames[coDead]
		}
		return coStatusNames[coRunning]
	}
	return coStatusNames[th.co.status]
}

// IsCoroutine reports whether th was made by NewCoroutine or coroutine.create, rather than being a light thread itself.
func (th *Thread) IsCoroutine() bool { return th.co != nil }

// Resume continues co, called from th, with args. ok is false when co ended by an error, which is then the only result, or could not be
// resumed. The results are valid until co is resumed again.
func (th *Thread) Resume(co *Thread, args []Value) (results []Value, ok bool) {
	c := co.co
	if c == nil || c.status == coRunning || c.status == coNormal {
		return []Value{String("cannot resume running coroutine")}, false
	}
	if c.status == coDead {
		return []Value{String("cannot resume dead coroutine")}, false
	}
	if c.worker == nil {
		co.start(th)
	}
	c.values = append(c.values[:0], args...)
	c.status = coRunning
	if th.co != nil {
		th.co.status = coNormal
	}
	co.resumer = th
	c.worker.next()
	co.resumer = nil
	if th.co != nil {
		th.co.status = coRunning
	}
	if c.status == coDead {
		th.vm.reuse(co)
		if c.abort != nil {
			p, ok := c.abort.reason.(*propagated)
			if !ok {
				panic(c.abort)
			}
			c.values, c.failed = append(c.values[:0], p.value), true
		}
		if c.crash != nil {
			panic(c.crash)
		}
	}
	return c.values, !c.failed
}

// start gives co a goroutine and a place in the list of its light thread.
func (co *Thread) start(th *Thread) {
	vm := co.vm
	w := vm.takeWorker()
	w.th = co
	co.co.worker = w
	root := th.root()
	if root.group == nil {
		root.group = &group{}
	}
	root.group.add(co)
}

func (g *group) add(co *Thread) {
	c := co.co
	c.group, c.next = g, g.first
	if g.first != nil {
		g.first.co.prev = co
	}
	g.first = co
}

func (g *group) remove(co *Thread) {
	c := co.co
	if c.prev != nil {
		c.prev.co.next = c.next
	} else {
		g.first = c.next
	}
	if c.next != nil {
		c.next.co.prev = c.prev
	}
	c.group, c.prev, c.next = nil, nil, nil
}

func (vm *VM) takeWorker() *coWorker {
	if n := len(vm.workers); n > 0 {
		w := vm.workers[n-1]
		vm.workers = vm.workers[:n-1]
		return w
	}
	w := &coWorker{}
	w.next, w.stop = iter.Pull(func(yield func(struct{}) bool) {
		w.yield = yield
		for {
			w.th.runCoroutine()
			if !yield(struct{}{}) {
				return
			}
		}
	})
	return w
}

// reuse takes the worker of a dead coroutine back.
func (vm *VM) reuse(co *Thread) {
	c := co.co
	w := c.worker
	c.worker, w.th = nil, nil
	c.group.remove(co)
	if len(vm.workers) < maxWorkers {
		vm.workers = append(vm.workers, w)
	} else {
		w.stop()
	}
}

// runCoroutine runs the coroutine's function to its end. Its frames stay as they were when an error ended it, for debug.traceback.
func (co *Thread) runCoroutine() {
	c := co.co
	defer func() {
		switch r := recover().(type) {
		case nil:
		case *thrown:
			c.values, c.failed = append(c.values[:0], r.value), true
			co.unwound = true
		case *aborted:
			c.abort = r
		case closed:
		default:
			c.crash = r
		}
		c.status = coDead
	}()
	if need := len(c.values) + 2; need > len(co.stack) {
		co.grow(need)
	}
	co.stack[0] = c.fn.Value()
	n := copy(co.stack[1:], c.values)
	co.top = 0
	co.call(0, n, all)
	c.values = append(c.values[:0], co.stack[:co.top]...)
	co.closeUpvalues(0)
}

// Yield suspends the running coroutine and hands values to whoever resumed it. It returns what the next resume passes.
func (co *Thread) Yield(values []Value) []Value {
	c := co.co
	c.values = append(c.values[:0], values...)
	c.status = coSuspended
	if !co.detached {
		co.detach()
	}
	if !c.worker.yield(struct{}{}) {
		panic(closed{})
	}
	return c.values
}

// Close ends a suspended coroutine and frees its goroutine. On a light thread it closes the coroutines that were started on it and have not
// ended. Nothing happens to a coroutine that runs.
func (th *Thread) Close() {
	if th.group != nil {
		for th.group.first != nil {
			th.group.first.Close()
		}
	}
	c := th.co
	if c == nil || c.status != coSuspended {
		return
	}
	c.status = coDead
	if w := c.worker; w != nil {
		c.worker = nil
		w.stop()
		c.group.remove(th)
	}
	th.closeUpvalues(0)
	th.stack, th.frames, c.values = nil, nil, nil
}

// Close stops the goroutines that the VM keeps. Its threads must have been closed; it is not usable afterwards.
func (vm *VM) Close() {
	vm.sweep()
	for _, w := range vm.workers {
		w.stop()
	}
	vm.workers = nil
}
