package relay

import "sync"

// timers is a heap of deadlines. A deadline that moves later need not be moved in the heap: its owner re-adds itself when it is
// woken too early, so that activity on a session costs one store (nginx's NGX_TIMER_LAZY_DELAY has the same purpose).
//
// Lock: mu guards the heap and every owner's index. expire is called without it.
type timers struct {
	mu   sync.Mutex
	heap []timerEntry
	wait int64 // when the loop will wake by itself, milliseconds; 0 while it is awake
}

type timerEntry struct {
	when int64
	t    timed
}

// timed owns a deadline. index points at the owner's place in the heap plus one; 0 means not in the heap.
type timed interface {
	index() *int32
	expire(now int64)
}

const (
	forever    = int64(1) << 62
	keepTimers = 1024 // room that is not given back
)

// add sets the deadline of t to when, earlier or later than it was, and tells whether the loop must be woken to see it.
func (ts *timers) add(t timed, when int64) (wake bool) {
	ts.mu.Lock()
	i := int(*t.index()) - 1
	if i < 0 {
		i = len(ts.heap)
		ts.heap = append(ts.heap, timerEntry{})
	}
	ts.heap[i] = timerEntry{when, t}
	ts.fix(i)
	wake = when < ts.wait
	if wake {
		ts.wait = when // one wake is enough for several early deadlines
	}
	ts.mu.Unlock()
	return wake
}

// remove takes t out of the heap; it tells whether it was in.
func (ts *timers) remove(t timed) bool {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	i := int(*t.index()) - 1
	if i < 0 {
		return false
	}
	ts.removeAt(i)
	return true
}

func (ts *timers) removeAt(i int) {
	*ts.heap[i].t.index() = 0
	last := len(ts.heap) - 1
	if i != last {
		ts.heap[i] = ts.heap[last]
	}
	ts.heap[last] = timerEntry{}
	ts.heap = ts.heap[:last]
	if i != last {
		ts.fix(i)
	}
	if cap(ts.heap) > keepTimers && last < cap(ts.heap)/4 { // a crowd has gone
		ts.heap = append(make([]timerEntry, 0, cap(ts.heap)/2), ts.heap...)
	}
}

// popDue takes the first owner whose deadline is not after now, or nil.
func (ts *timers) popDue(now int64) timed {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	if len(ts.heap) == 0 || ts.heap[0].when > now {
		return nil
	}
	t := ts.heap[0].t
	ts.removeAt(0)
	return t
}

// sleep returns the first deadline, or forever, and notes that the loop sleeps until then.
func (ts *timers) sleep() int64 {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	ts.wait = forever
	if len(ts.heap) > 0 {
		ts.wait = ts.heap[0].when
	}
	return ts.wait
}

// awake notes that the loop will look at the heap again by itself.
func (ts *timers) awake() {
	ts.mu.Lock()
	ts.wait = 0
	ts.mu.Unlock()
}

const arity = 4 // a flat heap touches fewer cache lines than a binary one

// fix moves entry i to where it belongs and records the new places.
func (ts *timers) fix(i int) {
	h, e := ts.heap, ts.heap[i]
	for i > 0 {
		up := (i - 1) / arity
		if h[up].when <= e.when {
			break
		}
		h[i] = h[up]
		*h[i].t.index() = int32(i + 1)
		i = up
	}
	for {
		first := i*arity + 1
		if first >= len(h) {
			break
		}
		least := first
		for k := first + 1; k < min(first+arity, len(h)); k++ {
			if h[k].when < h[least].when {
				least = k
			}
		}
		if h[least].when >= e.when {
			break
		}
		h[i] = h[least]
		*h[i].t.index() = int32(i + 1)
		i = least
	}
	h[i] = e
	*e.t.index() = int32(i + 1)
}
