package sched

import (
	"time"

	"tidegate/runtime/lua/vm"
)

// Status is what coroutine.status says of a light thread.
func (t *Thread) Status() string {
	switch {
	case t.state == ended:
		return "zombie"
	case t.state == dead:
		return "dead"
	case t.cancel != nil || t.killed != nil:
		return "suspended"
	}
	return "running"
}

// Value is the thread as Lua sees it: a coroutine.
func (t *Thread) Value() vm.Value { return t.co.Value() }

// UserThread gives the light thread behind a Lua coroutine; nil when it is an ordinary coroutine or an entry thread.
func UserThread(co *vm.Thread) *Thread {
	if t, ok := co.Owner.(*Thread); ok && t.co == co && t.parent != nil {
		return t
	}
	return nil
}

// WaitError is what ngx.thread.wait throws about a thread that must not be waited for.
type WaitError string

func (e WaitError) Error() string { return string(e) }

// Errors of ngx.thread, in OpenResty's words.
const (
	errNotThread  = WaitError("attempt to wait on a coroutine that is not a user thread")
	errNotParent  = WaitError("only the parent coroutine can wait on the thread")
	AlreadyWaited = "already waited or killed"
)

// Join waits until the first of the threads (nil stands for a coroutine that is none) has ended and takes its results. waited tells
// that one of them was waited for or killed before.
func (t *Thread) Join(threads []*Thread) (results []vm.Value, err *vm.Error, waited bool, bad error) {
	for _, u := range threads {
		switch {
		case u == nil:
			return nil, nil, false, errNotThread
		case u.parent != t:
			return nil, nil, false, errNotParent
		case u.state == ended:
			u.state = dead
			return u.results, u.err, false, nil
		case u.state == dead:
			return nil, nil, true, nil
		}
	}
	j := &join{done: make(chan struct{})}
	for _, u := range threads {
		u.waiter = j
	}
	cancelled := make(chan struct{})
	t.Wait(func() {
		select {
		case <-j.done:
		case <-cancelled:
		}
	}, func() { close(cancelled) })
	for _, u := range threads {
		u.waiter = nil
	}
	for _, u := range threads {
		if u.state == ended {
			u.state = dead
			return u.results, u.err, false, nil
		}
	}
	return nil, nil, true, nil
}

// Kill ends a user thread of the caller (ngx.thread.kill). The answer is OpenResty's error, empty when the thread was killed.
func (t *Thread) Kill(u *Thread) string {
	switch {
	case u == nil:
		return "not user thread"
	case u.parent != t:
		return "killer not parent"
	case u.state == ended:
		u.state = dead
		return "already terminated"
	case u.state == dead:
		return AlreadyWaited
	}
	u.end(killedThread{})
	u.state = dead
	return ""
}

// Sleep waits for d; with 0 it lets everybody in line run.
func (t *Thread) Sleep(d time.Duration) {
	if d <= 0 {
		t.Yield()
		return
	}
	cancelled := make(chan struct{})
	t.Wait(func() {
		timer := time.NewTimer(d)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-cancelled:
		}
	}, func() { close(cancelled) })
}

// Adopt starts fn as a user thread of the Run without a parent among its threads (the handler of ngx.on_abort). The caller holds the
// baton and no thread of the Run runs.
func (r *Run) Adopt(fn *vm.Function, args ...vm.Value) {
	if r.alive == 0 {
		return
	}
	t := &Thread{run: r, parent: r.entry, turn: newTicket()}
	t.begin()
	r.alive++
	r.threads = append(r.threads, t)
	go func() {
		r.w.take(t.turn)
		t.main(fn, args)
	}()
}
