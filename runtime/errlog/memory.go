package errlog

import "sync"

// Memory is a cyclic buffer as a destination ("memory:32m", ngx_log_memory_writer): the last lines are there for a debugger, and
// writing costs no system call.
type Memory struct {
	mu  sync.Mutex
	buf []byte
	pos int
}

// NewMemory makes a buffer of size bytes.
func NewMemory(size int64) *Memory { return &Memory{buf: make([]byte, size)} }

// Write puts a line where the last one ended, over what is oldest.
func (m *Memory) Write(line []byte) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for rest := line; len(rest) > 0; {
		n := copy(m.buf[m.pos:], rest)
		rest = rest[n:]
		if m.pos += n; m.pos == len(m.buf) {
			m.pos = 0
		}
	}
	return len(line), nil
}
