package sched

import "sync"

// baton is a lock that is handed over in the order of arrival.
type baton struct {
	mu    sync.Mutex
	held  bool
	first *ticket // the queue
	last  *ticket
}

// ticket is a place in the queue. It is used again and again by its thread.
type ticket struct {
	turn chan struct{}
	next *ticket
}

func newTicket() *ticket { return &ticket{turn: make(chan struct{}, 1)} }

// take waits for the baton at the end of the queue. t may be nil: then one is made where it is needed.
func (b *baton) take(t *ticket) {
	b.mu.Lock()
	if !b.held {
		b.held = true
		b.mu.Unlock()
		return
	}
	if t == nil {
		t = newTicket()
	}
	t.next = nil
	if b.last == nil {
		b.first = t
	} else {
		b.last.next = t
	}
	b.last = t
	b.mu.Unlock()
	<-t.turn
}

// tryTake takes the baton if nobody holds it.
func (b *baton) tryTake() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.held {
		return false
	}
	b.held = true
	return true
}

// queueFirst puts t at the head of the queue; its owner, who holds the baton, is about to let somebody run before it.
func (b *baton) queueFirst(t *ticket) {
	b.mu.Lock()
	t.next = b.first
	b.first = t
	if b.last == nil {
		b.last = t
	}
	b.mu.Unlock()
}

// give passes the baton to the first in line.
func (b *baton) give() {
	b.mu.Lock()
	t := b.first
	if t == nil {
		b.held = false
		b.mu.Unlock()
		return
	}
	if b.first = t.next; b.first == nil {
		b.last = nil
	}
	b.mu.Unlock()
	t.turn <- struct{}{}
}

// waits tells whether anybody is in line.
func (b *baton) waits() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.first != nil
}
