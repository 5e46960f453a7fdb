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

type acquire struct {
	ready chan struct{}
	met   bool
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
		close(a.ready)
	}
}

// Count is the number of resources, or minus the number of waiters.
func (s *Semaphore) Count() int {
	if len(s.waiting) > 0 {
		return -len(s.waiting)
	}
	return s.count
}

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
	if d <= 0 {
		return false
	}
	a := &acquire{ready: make(chan struct{})}
	s.waiting = append(s.waiting, a)
	cancelled := make(chan struct{})
	// A waiter that unwinds because it was killed must not keep its place, nor a resource that it got at the last moment.
	defer func() {
		if i := slices.Index(s.waiting, a); i >= 0 {
			s.waiting = slices.Delete(s.waiting, i, i+1)
		} else if t.killed != nil && a.met {
			s.Post(1)
		}
	}()
	t.Wait(func() {
		timer := time.NewTimer(d)
		defer timer.Stop()
		select {
		case <-a.ready:
		case <-timer.C:
		case <-cancelled:
		}
	}, func() { close(cancelled) })
	return a.met
}
