package scenario

import (
	"sync"
	"time"
)

// late tells that what has just ended took longer than the test asks for: more than any stall explains, though less than by nginx's
// defaults, which are 30 s and more. The time in which this process got no processor does not count: the server will have got none either.
func late(d time.Duration) bool {
	const most = 20 * time.Second
	return d-starvation.since(time.Now().Add(-d)) > most
}

var starvation hunger

// hunger notes when this process wanted to run and could not.
type hunger struct {
	mu    sync.Mutex
	waits []wait
}

type wait struct {
	end  time.Time
	long time.Duration
}

// watch takes note, for as long as the process runs.
func (h *hunger) watch() {
	const often = 10 * time.Millisecond
	last := time.Now()
	for range time.Tick(often) {
		now := time.Now()
		if long := now.Sub(last) - often; long > often {
			h.mu.Lock()
			h.waits = append(h.waits, wait{now, long})
			h.mu.Unlock()
		}
		last = now
	}
}

// since is how long it was in sum.
func (h *hunger) since(begin time.Time) (sum time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, w := range h.waits {
		if w.end.After(begin) {
			sum += w.long
		}
	}
	return sum
}
