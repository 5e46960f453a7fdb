package sched

import (
	"sync"

	"tidegate/runtime/lua/vm"
)

// Worker is one Lua VM and the baton that whoever runs Lua in it holds.
type Worker struct {
	VM *vm.VM
	baton

	clock    *Clock
	stopping any // why threads are killed; nil while the worker serves. Guarded by the baton.
	runs     *Run
	nruns    int

	posted struct {
		sync.Mutex
		jobs    []func()
		running bool
	}
}

// NewWorker makes a worker of a VM, which nothing else may use from then on.
func NewWorker(m *vm.VM, clock *Clock) *Worker { return &Worker{VM: m, clock: clock} }

// Clock is where the worker's alarms are.
func (w *Worker) Clock() *Clock { return w.clock }

// Hold runs f with the baton held, without a light thread: for setting up the VM and for bookkeeping.
func (w *Worker) Hold(f func()) {
	var p place
	w.take(&p)
	defer w.give()
	f()
}

// HoldFrom is Hold for a goroutine that must leave its host before it waits.
func (w *Worker) HoldFrom(host Host, f func()) {
	if !w.tryTake() {
		if host != nil {
			host.Leave()
		}
		var p place
		w.take(&p)
	}
	defer w.give()
	f()
}

// Post runs f soon with the baton held, in the order of the calls. It does not wait, and may be called from anywhere.
func (w *Worker) Post(f func()) {
	w.posted.Lock()
	defer w.posted.Unlock()
	w.posted.jobs = append(w.posted.jobs, f)
	if !w.posted.running {
		w.posted.running = true
		go w.runPosted()
	}
}

func (w *Worker) runPosted() {
	for {
		w.posted.Lock()
		jobs := w.posted.jobs
		w.posted.jobs = nil
		if len(jobs) == 0 {
			w.posted.running = false
			w.posted.Unlock()
			return
		}
		w.posted.Unlock()
		for _, f := range jobs {
			w.Hold(f)
		}
	}
}

// Stop kills everything that runs, and whatever starts later, with reason: a fast stop. A light thread that is in a Lua loop without
// end is interrupted too.
func (w *Worker) Stop(reason any) {
	w.VM.Stop(reason)
	w.Hold(func() {
		w.stopping = reason
		for r := w.runs; r != nil; r = r.next {
			r.Abort(reason)
		}
	})
}

// Runs is the number of handlers that are under way.
func (w *Worker) Runs() (n int) {
	w.Hold(func() { n = w.nruns })
	return n
}

// enter and exit keep the list of Runs; the caller holds the baton.
func (w *Worker) enter(r *Run) {
	if r.next = w.runs; r.next != nil {
		r.next.prev = r
	}
	w.runs = r
	w.nruns++
}

func (w *Worker) exit(r *Run) {
	if r.prev != nil {
		r.prev.next = r.next
	} else {
		w.runs = r.next
	}
	if r.next != nil {
		r.next.prev = r.prev
	}
	r.prev, r.next = nil, nil
	w.nruns--
}
