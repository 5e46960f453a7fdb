package relay

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"tidegate/runtime/errlog"
)

// Listener accepts stream connections on every loop (one shared socket, or one per loop with reuseport) and hands each to its
// handler. Accepting and the sockets have separate lives, so that a reload can keep a socket while nobody serves it.
type Listener struct {
	listening // its mu guards the posts' registrations too
	handler   atomic.Pointer[func(*Conn)]
	rest      time.Duration
	socks     []*acceptor
}

// acceptor is one listening descriptor.
type acceptor struct {
	desc
	ln    *Listener
	gate  sync.RWMutex // held for reading around accept4, so that Stop and Close really end it
	open  bool         // guarded by gate
	posts []*post      // by loop; nil where the loop does not serve this descriptor
}

// post is an acceptor's registration with one loop.
type post struct {
	a    *acceptor
	l    *loop
	turn uint64 // when it last had a connection
	heap int32
}

// Listen opens the sockets. Connections queue in the kernel until Accept is called.
func (e *Engine) Listen(o ListenOptions) (*Listener, error) {
	ln := &Listener{rest: o.AcceptRest}
	if err := ln.listen(e, unix.SOCK_STREAM, &o); err != nil {
		return nil, err
	}
	if ln.rest == 0 {
		ln.rest = 500 * time.Millisecond
	}
	for i, fd := range ln.fds {
		ln.socks = append(ln.socks, ln.acceptor(fd, i, len(ln.fds) > 1))
	}
	if !e.track(ln) {
		closeAll(ln.fds)
		return nil, ErrClosed
	}
	return ln, nil
}

// acceptor plans which loops serve fd: its own with reuseport, else all of them.
func (ln *Listener) acceptor(fd int32, i int, own bool) *acceptor {
	a := &acceptor{ln: ln, posts: make([]*post, len(ln.e.loops))}
	a.fd = fd
	a.h = a
	for k, l := range ln.e.loops {
		if !own || k == i {
			a.posts[k] = &post{a: a, l: l}
		}
	}
	return a
}

// Accept starts accepting, or changes the handler of a listener that does already: connections taken from now on go to h. It is
// called on a loop, must not block, and owns the Conn.
func (ln *Listener) Accept(h func(*Conn)) error {
	ln.handler.Store(&h)
	ln.mu.Lock()
	defer ln.mu.Unlock()
	if ln.closed {
		return ErrClosed
	}
	if ln.open {
		return nil
	}
	ln.open = true
	for _, a := range ln.socks {
		a.set(true)
		ln.e.adopt(&a.desc)
		for _, p := range a.posts {
			if p == nil {
				continue
			}
			if en := p.join(); en != 0 {
				ln.stop()
				return &OpError{Op: "epoll_ctl(1)", Errno: en}
			}
		}
	}
	return nil
}

// join adds the descriptor to the loop's set.
func (p *post) join() errno {
	return p.l.poll.add(p.a.fd, acceptOne, p.a.tag.Load())
}

// Stop stops accepting and keeps the sockets: connections queue in the kernel until Accept is called again.
func (ln *Listener) Stop() {
	ln.mu.Lock()
	defer ln.mu.Unlock()
	ln.stop()
}

func (ln *Listener) stop() {
	if !ln.open {
		return
	}
	ln.open = false
	for _, a := range ln.socks {
		a.set(false)
		ln.e.table.drop(&a.desc)
		for _, p := range a.posts {
			if p != nil {
				p.l.timers.remove(p)
				p.l.poll.remove(a.fd)
			}
		}
	}
}

// Close stops accepting, closes the sockets and removes the file of a unix socket. It is idempotent.
func (ln *Listener) Close() error {
	ln.mu.Lock()
	defer ln.mu.Unlock()
	if ln.closed {
		return nil
	}
	ln.closed = true
	ln.stop()
	closeAll(ln.fds)
	ln.e.untrack(ln)
	return ln.unlink()
}

// acceptBurst bounds how many connections are taken in a row, so that a flood does not starve the sessions of the loop.
const acceptBurst = 64

// ready takes one connection, as ngx_event_accept does without multi_accept: the listener is level-triggered, and the next
// epoll_wait, which is due anyway, tells of more. Only when it told of more twice in a row is the queue emptied, at the price of an
// accept4 that says EAGAIN.
func (a *acceptor) ready(l *loop, _ uint32) {
	p := a.posts[l.id]
	burst := 1
	if p.turn+1 == l.turn.Load() {
		burst = acceptBurst
	}
	p.turn = l.turn.Load()
	before := runtime.NumGoroutine()
	for range burst {
		fd, en := a.take(l)
		if en == eagain {
			break
		}
		if en != 0 {
			a.failed(l, en)
			break
		}
		c := a.ln.e.newConn(fd, l.sa.addr(false), a.ln.e.balance(l))
		driver := l.driver
		c.turn = driver
		(*a.ln.handler.Load())(c)
		if driver.left {
			return // the loop is another goroutine's now
		}
	}
	if runtime.NumGoroutine() > before {
		l.woke = true // let the handler's goroutines run here, before this processor sleeps
	}
}

func (a *acceptor) set(open bool) {
	a.gate.Lock()
	a.open = open
	a.gate.Unlock()
}

// take accepts one connection; EAGAIN when there is none, or when the listener has stopped.
func (a *acceptor) take(l *loop) (int32, errno) {
	a.gate.RLock()
	defer a.gate.RUnlock()
	if !a.open {
		return -1, eagain
	}
	return accept(a.fd, &l.sa)
}

// failed follows ngx_event_accept: a full file table is critical and accepting rests for accept_mutex_delay. Unlike nginx, accepting
// rests after every other error too (ENOBUFS, ENOMEM), because a level-triggered listener would come back at once.
func (a *acceptor) failed(l *loop, en errno) {
	level := errlog.Alert
	switch en {
	case unix.ECONNABORTED:
		level = errlog.Err
	case unix.EMFILE, unix.ENFILE:
		level = errlog.Crit
	}
	a.ln.opts.Load().log(level, "accept4() failed", en)
	if en == unix.ECONNABORTED {
		return // the rest of the queue is reported again
	}
	a.ln.mu.Lock()
	defer a.ln.mu.Unlock()
	if !a.ln.open {
		return
	}
	l.poll.remove(a.fd)
	l.schedule(a.posts[l.id], l.clock.Load()+a.ln.rest.Milliseconds())
}

func (p *post) index() *int32 { return &p.heap }

// expire takes up accepting again after a rest.
func (p *post) expire(now int64) {
	ln := p.a.ln
	ln.mu.Lock()
	defer ln.mu.Unlock()
	if ln.open && p.join() != 0 {
		p.l.schedule(p, now+ln.rest.Milliseconds())
	}
}
