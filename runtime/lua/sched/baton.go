package sched

import "sync"

// place is where a goroutine stands in a line. It belongs to one goroutine and is used again and again.
type place struct {
	turn chan struct{} // made when it is first needed
	next *place
}

// open prepares the place for standing in a line.
func (p *place) open() {
	if p.turn == nil {
		p.turn = make(chan struct{}, 1)
	}
}

// line is a queue of places.
type line struct{ first, last *place }

func (l *line) push(p *place) {
	p.next = nil
	if l.last == nil {
		l.first = p
	} else {
		l.last.next = p
	}
	l.last = p
}

func (l *line) pop() *place {
	p := l.first
	if p != nil {
		if l.first = p.next; l.first == nil {
			l.last = nil
		}
		p.next = nil
	}
	return p
}

// baton is a lock that is handed over in the order of arrival.
type baton struct {
	mu   sync.Mutex
	held bool
	line line
}

// take waits for the baton at the end of the line.
func (b *baton) take(p *place) {
	b.mu.Lock()
	if !b.held {
		b.held = true
		b.mu.Unlock()
		return
	}
	p.open()
	b.line.push(p)
	b.mu.Unlock()
	<-p.turn
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

// give passes the baton to the first in line.
func (b *baton) give() {
	b.mu.Lock()
	p := b.line.pop()
	b.held = p != nil
	b.mu.Unlock()
	if p != nil {
		p.turn <- struct{}{}
	}
}

// enqueue puts a place whose owner waits, or will wait, for its turn at the end of the line; the caller holds b.mu. The result, if not
// nil, has the baton at once: the caller tells it after unlocking.
func (b *baton) enqueue(p *place) *place {
	if !b.held {
		b.held = true
		return p
	}
	b.line.push(p)
	return nil
}
