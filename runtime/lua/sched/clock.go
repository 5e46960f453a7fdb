package sched

import (
	"container/heap"
	"sync"
	"time"
)

// Clock rings the alarms of light threads and timers in the order in which they are due, those of the same millisecond in the order
// in which they were set, as nginx's timer tree does. Workers that serve one Program side by side may share a Clock.
type Clock struct {
	mu     sync.Mutex
	alarms alarmHeap
	seq    uint64
	began  time.Time
	timer  *time.Timer
	armed  int64 // when timer fires; 0: not at all
}

// alarm is one entry. It is embedded in what it wakes.
type alarm struct {
	when  int64 // milliseconds since Clock.began
	seq   uint64
	index int // place in the heap plus one; 0: not in it
	bell  bell
}

// bell is told that its time has come; the caller holds Clock.mu. A function in the answer is called after that is given up.
type bell interface{ ring() func() }

// NewClock makes a Clock without alarms.
func NewClock() *Clock { return &Clock{began: time.Now()} }

func (c *Clock) now() int64 { return time.Since(c.began).Milliseconds() }

// set makes a ring after d; the caller holds c.mu.
func (c *Clock) set(a *alarm, d time.Duration, b bell) {
	c.seq++
	a.when, a.seq, a.bell = c.now()+d.Milliseconds(), c.seq, b
	heap.Push(&c.alarms, a)
	c.arm()
}

// cancel takes an alarm back; the caller holds c.mu. It tells whether the alarm had not rung.
func (c *Clock) cancel(a *alarm) bool {
	if a.index == 0 {
		return false
	}
	heap.Remove(&c.alarms, a.index-1)
	return true
}

// arm sets the timer for the first alarm. One that fires too early finds nothing due and is set again.
func (c *Clock) arm() {
	if len(c.alarms) == 0 {
		return
	}
	first := c.alarms[0].when
	if c.armed != 0 && c.armed <= first {
		return
	}
	c.armed = max(first, 1)
	d := time.Duration(first)*time.Millisecond - time.Since(c.began)
	if c.timer == nil {
		c.timer = time.AfterFunc(d, c.ring)
	} else {
		c.timer.Reset(d)
	}
}

// ring rings what is due.
func (c *Clock) ring() {
	var after []func()
	c.mu.Lock()
	c.armed = 0
	now := c.now()
	for len(c.alarms) > 0 && c.alarms[0].when <= now {
		a := heap.Pop(&c.alarms).(*alarm)
		if f := a.bell.ring(); f != nil {
			after = append(after, f)
		}
	}
	c.arm()
	c.mu.Unlock()
	for _, f := range after {
		f()
	}
}

// alarmHeap is a container/heap.
type alarmHeap []*alarm

func (h alarmHeap) Len() int { return len(h) }

func (h alarmHeap) Less(i, j int) bool {
	if h[i].when != h[j].when {
		return h[i].when < h[j].when
	}
	return h[i].seq < h[j].seq
}

func (h alarmHeap) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].index, h[j].index = i+1, j+1
}

// Push is heap.Interface.
func (h *alarmHeap) Push(x any) {
	a := x.(*alarm)
	*h = append(*h, a)
	a.index = len(*h)
}

// Pop is heap.Interface.
func (h *alarmHeap) Pop() any {
	old := *h
	a := old[len(old)-1]
	old[len(old)-1] = nil
	*h = old[:len(old)-1]
	a.index = 0
	return a
}
