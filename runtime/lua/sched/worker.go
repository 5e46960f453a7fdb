package sched

import (
	"sync"

	"tidegate/runtime/lua/vm"
)

// Worker is one Lua VM and the baton that whoever runs Lua in it holds.
type Worker struct {
	VM *vm.VM
	baton

	posted struct {
		sync.Mutex
		jobs    []func()
		running bool
	}
	stopping any // why threads are killed; nil while the worker serves. Guarded by the baton.
	runs     map[*Run]struct{}
}

// NewWorker makes a worker of a VM, which nothing else may use from then on.
func NewWorker(m *vm.VM) *Worker { return &Worker{VM: m, runs: map[*Run]struct{}{}} }

// Hold runs f with the baton held, without a light thread: for setting up the VM and for bookkeeping.
func (w *Worker) Hold(f func()) {
	w.take(nil)
	defer w.give()
	f()
}

// HoldLeaving is Hold for a goroutine that must not wait unless it calls leave first.
func (w *Worker) HoldLeaving(leave func(), f func()) {
	if !w.tryTake() {
		leave()
		w.take(nil)
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
		for r := range w.runs {
			r.killAll(nil, reason)
		}
	})
}

// Runs is the number of handlers that are under way.
func (w *Worker) Runs() (n int) {
	w.Hold(func() { n = len(w.runs) })
	return n
}
