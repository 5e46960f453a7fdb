package relay

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// Config is what NewEngine needs; the zero value serves.
type Config struct {
	Loops int              // epoll loops; 0 means one per processor Go may use
	Now   func() time.Time // clock of timeouts and rates; nil means time.Now

	// Panic is told of a panic in a callback, with the stack; the loop goes on. Nil lets the process die.
	Panic func(v any, stack []byte)
}

// Engine owns the epoll loops and every socket registered with them. Two engines may run in one process.
type Engine struct {
	now       func() time.Time
	panic     func(v any, stack []byte)
	loops     []*loop
	next      atomic.Uint32 // round robin over loops
	tag       atomic.Int32  // last tag given to a registration
	table     table
	udp       atomic.Int64 // UDP clients
	bufs      chunkPool
	mu        sync.Mutex
	listeners map[closer]struct{}
	closed    bool
	running   sync.WaitGroup
}

// closer is what Engine.Close must close besides sessions.
type closer interface{ Close() error }

// NewEngine starts the loops. It fails only when the kernel refuses an epoll set or an eventfd.
func NewEngine(cfg Config) (*Engine, error) {
	n := cfg.Loops
	if n <= 0 {
		n = runtime.GOMAXPROCS(0)
	}
	e := &Engine{now: cfg.Now, panic: cfg.Panic, listeners: map[closer]struct{}{}}
	if e.now == nil {
		e.now = time.Now
	}
	e.table.init()
	for range n {
		l, err := newLoop(e, len(e.loops))
		if err != nil {
			for _, l := range e.loops {
				l.release()
			}
			return nil, fmt.Errorf("starting event loop: %w", err)
		}
		e.loops = append(e.loops, l)
	}
	for _, l := range e.loops {
		e.running.Add(1)
		go l.drive()
	}
	return e, nil
}

// Loops is the number of epoll loops.
func (e *Engine) Loops() int { return len(e.loops) }

// Sessions is the number of TCP and unix sessions now relayed.
func (e *Engine) Sessions() int {
	n := 0
	for _, l := range e.loops {
		n += int(l.load.Load())
	}
	return n
}

// UDPSessions is the number of UDP client sessions now alive, relayed or read by goroutines.
func (e *Engine) UDPSessions() int { return int(e.udp.Load()) }

// CloseAll ends every relayed session at once with the given cause: CauseShutdownTimeout when worker_shutdown_timeout has
// passed, CauseShutdown for a fast stop. Sockets in the hands of goroutines are not touched.
func (e *Engine) CloseAll(cause Cause) {
	e.table.each(func(d *desc) {
		c, ok := d.h.(*Conn)
		if !ok {
			return
		}
		if s := c.sess.Load(); s != nil {
			s.end(cause)
		}
		if u := c.packets.Load(); u != nil {
			u.end(cause)
		}
	})
}

// Close ends all sessions with CauseShutdown, closes the listeners, stops the loops and waits for them. Sockets still held by
// goroutines are closed too, so that a blocked call returns net.ErrClosed. Close must not be called from a callback.
func (e *Engine) Close() error {
	e.mu.Lock()
	e.closed = true
	var open []closer
	for c := range e.listeners {
		open = append(open, c)
	}
	e.mu.Unlock()
	for _, c := range open {
		c.Close()
	}
	e.CloseAll(CauseShutdown)
	e.table.each(func(d *desc) {
		if c, ok := d.h.(closer); ok {
			c.Close()
		}
	})
	for _, l := range e.loops {
		l.stop()
	}
	e.running.Wait()
	for _, l := range e.loops {
		l.release()
	}
	return nil
}

// track notes something that Close must close; it reports false when the engine is closed already.
func (e *Engine) track(c closer) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return false
	}
	e.listeners[c] = struct{}{}
	return true
}

func (e *Engine) untrack(c closer) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.listeners, c)
}

func (e *Engine) pick() *loop { return e.loops[int(e.next.Add(1))%len(e.loops)] }

// balance is the loop for a connection that l accepted: its own, unless another has much less to do. The kernel prefers the same
// loop while none is busy (nginx calls that imbalance too, and reorders its accept events).
func (e *Engine) balance(l *loop) *loop {
	if len(e.loops) == 1 {
		return l
	}
	least := l
	for _, other := range e.loops {
		if other.load.Load() < least.load.Load() {
			least = other
		}
	}
	if l.load.Load() > least.load.Load()*5/4+32 {
		return least
	}
	return l
}

// desc is one registered descriptor. The kernel hands back fd and tag with each event; the tag tells a new owner of a reused
// descriptor number from the old one, as ngx_event_t.instance does.
type desc struct {
	fd  int32
	tag atomic.Int32
	h   handler
}

// refs counts the system calls that use a descriptor, so that nobody gives its number back to the kernel under them.
type refs struct{ n atomic.Int32 }

const refClosed = int32(1) << 30

// enter takes a reference; it fails once the descriptor is closed.
func (r *refs) enter() bool {
	for {
		n := r.n.Load()
		if n&refClosed != 0 {
			return false
		}
		if r.n.CompareAndSwap(n, n+1) {
			return true
		}
	}
}

// leave gives a reference back; true tells the caller to close the descriptor.
func (r *refs) leave() bool { return r.n.Add(-1) == refClosed }

// close bars new references. first is false when that was done before; last tells the caller to close the descriptor now.
func (r *refs) close() (first, last bool) {
	for {
		n := r.n.Load()
		if n&refClosed != 0 {
			return false, false
		}
		if r.n.CompareAndSwap(n, n|refClosed) {
			return true, n == 0
		}
	}
}

func (r *refs) closed() bool { return r.n.Load()&refClosed != 0 }

// handler receives the events of a descriptor on its loop.
type handler interface{ ready(l *loop, events uint32) }

const (
	tableShift = 10
	tableChunk = 1 << tableShift
)

// table finds the owner of a descriptor: kernel events carry numbers, because the collector must know every pointer. It grows
// by chunks up to the limit on open files.
type table struct {
	mu     sync.Mutex
	chunks atomic.Pointer[[]*[tableChunk]atomic.Pointer[desc]]
}

func (t *table) init() { t.chunks.Store(&[]*[tableChunk]atomic.Pointer[desc]{}) }

func (t *table) get(fd int32) *desc {
	chunks := *t.chunks.Load()
	if i := int(fd >> tableShift); i < len(chunks) {
		return chunks[i][fd&(tableChunk-1)].Load()
	}
	return nil
}

func (t *table) set(fd int32, d *desc) {
	i := int(fd >> tableShift)
	chunks := *t.chunks.Load()
	if i >= len(chunks) {
		t.mu.Lock()
		chunks = *t.chunks.Load()
		for i >= len(chunks) {
			grown := append(chunks[:len(chunks):len(chunks)], new([tableChunk]atomic.Pointer[desc]))
			t.chunks.Store(&grown)
			chunks = grown
		}
		t.mu.Unlock()
	}
	chunks[i][fd&(tableChunk-1)].Store(d)
}

// drop forgets d, unless its number already belongs to another.
func (t *table) drop(d *desc) {
	chunks := *t.chunks.Load()
	if i := int(d.fd >> tableShift); i < len(chunks) {
		chunks[i][d.fd&(tableChunk-1)].CompareAndSwap(d, nil)
	}
}

func (t *table) each(f func(*desc)) {
	for _, chunk := range *t.chunks.Load() {
		for i := range chunk {
			if d := chunk[i].Load(); d != nil {
				f(d)
			}
		}
	}
}

// adopt enters d in the table under a new tag.
func (e *Engine) adopt(d *desc) {
	d.tag.Store(e.tag.Add(1))
	e.table.set(d.fd, d)
}

// register adopts d and adds it to the loop's epoll set.
func (e *Engine) register(l *loop, d *desc, what interest) error {
	e.adopt(d)
	if en := l.poll.add(d.fd, what, d.tag.Load()); en != 0 {
		e.table.drop(d)
		return &OpError{Op: "epoll_ctl(1)", Errno: en}
	}
	return nil
}
