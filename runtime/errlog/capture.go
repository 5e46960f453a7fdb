package errlog

import (
	"sync"
	"time"
)

// Capture keeps the latest lines of all logs of a configuration for scripts to take (lua_capture_error_log): what there is no room for
// pushes out what is oldest, by the arithmetic of ngx_stream_lua_log_ringbuf.c, which wraps lines around the end of its memory whole.
type Capture struct {
	mu     sync.Mutex
	size   int // bytes
	tail   int // where the next line goes
	lines  []Captured
	filter Level
}

// Captured is one line without its line feed.
type Captured struct {
	Level Level
	Time  time.Time
	Line  string

	at int
}

// captureHead is what the ring spends on each line: a time and two numbers.
const captureHead = 16

// NewCapture makes a buffer of size bytes.
func NewCapture(size int64) *Capture { return &Capture{size: int(size), filter: Debug} }

// SetFilter sets the least severe level that is captured.
func (c *Capture) SetFilter(l Level) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.filter = l
}

// Take takes the oldest line out.
func (c *Capture) Take() (Captured, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.lines) == 0 {
		return Captured{}, false
	}
	return c.drop(), true
}

func (c *Capture) drop() Captured {
	first := c.lines[0]
	if c.lines = c.lines[1:]; len(c.lines) == 0 {
		c.lines, c.tail = nil, 0
	}
	return first
}

// add keeps a line.
func (c *Capture) add(level Level, line []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	need := captureHead + len(line)
	if level > c.filter || need > c.size {
		return
	}
	if c.free() < need && c.size-c.tail < need {
		for len(c.lines) > 0 && c.lines[0].at >= c.tail {
			c.drop()
		}
		c.tail = 0
	}
	for c.free() < need {
		c.drop()
	}
	c.lines = append(c.lines, Captured{Level: level, Time: time.Now(), Line: string(line), at: c.tail})
	c.tail += need
}

// free is the room before the oldest line, or to the end.
func (c *Capture) free() int {
	switch {
	case len(c.lines) == 0:
		return c.size
	case c.tail > c.lines[0].at:
		return c.size - c.tail
	}
	return c.lines[0].at - c.tail
}
