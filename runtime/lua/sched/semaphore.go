package sched

import (
	"slices"
	"time"
)

// Semaphore is ngx.semaphore: a count that light threads of one worker wait for, first come first served.
type Semaphore struct {
	count   int
	waiting []*acquire
}

// acquire is one wait.
type acquire struct {
	t   *Thread
	met bool
}

// NewSemaphore makes a Semaphore with n resources.
func NewSemaphore(n int) *Semaphore { return &Semaphore{count: n} }

// Post gives n resources and wakes as many waiters.
func (s *Semaphore) Post(n int) {
	s.count += n
	for s.count > 0 && len(s.waiting) > 0 {
		a := s.waiting[0]
		s.waiting = s.waiting[1:]
		s.count--
		a.met = true
		a.t.wake()
	}
}

// Count is the number of resources, or minus the number of waiters.
func (s *Semaphore) Count() int { return s.count - len(s.waiting) }

// TryWait takes a resource if there is one.
func (s *Semaphore) TryWait() bool {
	if s.count > 0 && len(s.waiting) == 0 {
		s.count--
		return true
	}
	return false
}

// Wait takes a resource within d, else it answers false.
func (s *Semaphore) Wait(t *Thread, d time.Duration) bool {
	if s.TryWait() {
		return true
	}
	if d < time.Millisecond {
		return false
	}
	a := &acquire{t: t}
	s.waiting = append(s.waiting, a)
	// A waiter that is killed must not keep its place, nor a resource that it got at the last moment.
	t.cancel = func() {
		if a.met {
			s.Post(1)
		} else {
			s.leave(a)
		}
	}
	t.parkFor(d)
	t.cancel = nil
	t.check()
	if !a.met {
		s.leave(a)
	}
	return a.met
}

func (s *Semaphore) leave(a *acquire) {
	if i := slices.Index(s.waiting, a); i >= 0 {
		s.waiting = slices.Delete(s.waiting, i, i+1)
	}
}
