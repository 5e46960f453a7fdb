package cosocket

import (
	"container/list"
	"errors"
	"fmt"
	"os"
	"time"
	"unsafe"

	"tidegate/runtime/errlog"
	"tidegate/runtime/relay"
)

// Pools are the connection pools of one worker, by key. They are used with the worker's baton held; only the watch on idle
// connections runs elsewhere and comes back through Post.
type Pools struct {
	Debug *errlog.DebugLog // of the process
	byKey map[string]*pool
	// Post runs f with the worker's baton held, soon and in order. It must not wait.
	Post func(f func())
}

// NewPools makes an empty set. post is Pools.Post.
func NewPools(post func(f func())) *Pools { return &Pools{byKey: map[string]*pool{}, Post: post} }

// pool keeps idle connections to one place and, with a backlog, bounds how many there are in all.
type pool struct {
	pools       *Pools
	key         string
	size        int
	backlog     int // -1: unbounded
	connections int // idle and in use
	idle        list.List
	waiting     list.List // of *waiter
}

type idle struct {
	conn       Transport
	raw        *relay.Conn
	peer       relay.Addr
	reused     int
	nodelaySet bool
	kept       any
	timeout    time.Duration
	watch      relay.Watch
	at         *list.Element // nil when taken
}

type waiter struct {
	s     *TCP
	ready chan struct{}
	at    *list.Element
}

// forConnect gives the pool that connect uses: an existing one, or a new one when the options ask for it.
func (ps *Pools) forConnect(key string, o ConnectOptions, defaultSize int, d *errlog.DebugLog) *pool {
	if p := ps.byKey[key]; p != nil {
		return p
	}
	size := o.PoolSize
	if size == 0 && o.Backlog >= 0 {
		size = defaultSize
	}
	if size == 0 {
		return nil
	}
	return ps.add(key, size, o.Backlog, d)
}

func (ps *Pools) forKeepAlive(key string, size int, d *errlog.DebugLog) (*pool, error) {
	if p := ps.byKey[key]; p != nil {
		return p, nil
	}
	if size <= 0 {
		return nil, &BadArgument{Arg: 2, Msg: fmt.Sprintf("bad \"pool_size\" option value: %d", size)}
	}
	return ps.add(key, size, -1, d), nil
}

// add is ngx_stream_lua_socket_tcp_create_socket_pool.
func (ps *Pools) add(key string, size, backlog int, d *errlog.DebugLog) *pool {
	if d != nil {
		d.Log(errlog.DebugStream, "stream lua tcp socket connection pool size: %i, backlog: %i", size, backlog)
		d.Str(errlog.DebugStream, "stream lua tcp socket keepalive create connection pool for key \"%V\"", key)
	}
	p := &pool{pools: ps, key: key, size: size, backlog: backlog}
	ps.byKey[key] = p
	return p
}

// take gives the most recently kept connection, or nil. One whose watch has struck is no good: it is closed here, before Post gets to it.
func (p *pool) take() *idle {
	for e := p.idle.Front(); e != nil; e = p.idle.Front() {
		it := e.Value.(*idle)
		if !it.watch.Stop() {
			p.discard(it)
			continue
		}
		p.idle.Remove(e)
		it.at = nil
		return it
	}
	return nil
}

// discard closes a connection that is kept.
func (p *pool) discard(it *idle) {
	p.idle.Remove(it.at)
	it.at = nil
	_ = it.conn.Close()
	p.connections--
}

// admit counts a new connection, waiting for room when the pool has a backlog. On success the caller dials, unless it was handed an
// idle connection meanwhile (then s.conn is set).
func (p *pool) admit(env Env, s *TCP) string {
	p.connections++
	if p.backlog < 0 || p.connections <= p.size {
		return ""
	}
	if p.connections > p.size+p.backlog {
		p.connections--
		return "too many waiting connect operations"
	}
	if s.Debug != nil {
		s.Debug.Log(errlog.DebugStream, "stream lua tcp socket queue connect operation for connection pool \"%s\", connections: %i",
			p.key, p.connections)
	}
	w := &waiter{s: s, ready: make(chan struct{})}
	w.at = p.waiting.PushBack(w)
	if d := p.pools.Debug; d != nil {
		d.Log(errlog.DebugStream, "stream lua tcp socket queued connect operation for %d(ms), u: %p, ctx: %p",
			int(s.connectTimeout.Milliseconds()), errlog.Address(s), errlog.Address(w))
	}
	p.queue(env, s, w)
	s.Debug.Line(errlog.DebugStream, "stream lua tcp socket waking up the current request")
	if w.at != nil { // nobody let it in
		p.waiting.Remove(w.at)
		p.connections--
		if s.set.LogErrors {
			env.Log(errlog.Err, "stream lua tcp socket queued connect timed out, when trying to connect to "+s.host)
		}
		return errTimeout
	}
	if s.takeIdle() {
		p.connections-- // the idle connection was counted already
	}
	return ""
}

// queue waits until somebody lets w in or the connect timeout has passed. A thread that is killed meanwhile leaves the line, or the
// place that it was given (ngx_stream_lua_tcp_queue_conn_op_cleanup).
func (p *pool) queue(env Env, s *TCP, w *waiter) {
	cancel := newCancel()
	env.Wait(func() {
		t := time.NewTimer(s.connectTimeout)
		defer t.Stop()
		select {
		case <-w.ready:
		case <-cancel.ch:
		case <-t.C:
		}
	}, func() {
		if d := p.pools.Debug; d != nil {
			d.Log(errlog.DebugStream, "stream lua tcp socket abort queueing, conn_op_ctx: %p, u: %p", errlog.Address(w), errlog.Address(s))
		}
		cancel.now()
		if w.at != nil {
			p.waiting.Remove(w.at)
			p.connections--
		} else {
			p.leave(s.Debug)
		}
		s.connecting, s.pool = false, nil
	})
}

// leave uncounts a connection that ended and lets the first waiter in.
func (p *pool) leave(d *errlog.DebugLog) {
	p.connections--
	p.next()
	p.forget(d)
}

func (p *pool) next() {
	if e := p.waiting.Front(); e != nil {
		w := e.Value.(*waiter)
		if d := p.pools.Debug; d != nil {
			d.Log(errlog.DebugStream,
				"stream lua tcp socket post connect operation resumption u: %p, ctx: %p for connection pool \"%s\", connections: %i",
				errlog.Address(w.s), errlog.Address(w), p.key, p.connections)
		}
		p.waiting.Remove(e)
		w.at = nil
		close(w.ready)
	}
}

// forget drops a pool that nothing uses, so that keys made from client data cannot pile up.
func (p *pool) forget(d *errlog.DebugLog) {
	if p.connections <= 0 && p.idle.Len() == 0 && p.waiting.Len() == 0 && p.pools.byKey[p.key] == p {
		d.Str(errlog.DebugStream, "stream lua tcp socket keepalive: free connection pool for \"%s\"", p.key)
		delete(p.pools.byKey, p.key)
	}
}

// put keeps a connection. counted is the pool that counted it while in use, nil for none. The oldest connection makes room.
func (p *pool) put(it *idle, timeout time.Duration, counted *pool, d *errlog.DebugLog) string {
	if !it.quiet() {
		_ = it.conn.Close()
		if counted != nil {
			counted.leave(d)
		} else {
			p.forget(d)
		}
		return "connection in dubious state"
	}
	if p.idle.Len() >= p.size {
		old := p.idle.Remove(p.idle.Back()).(*idle)
		old.at = nil
		_ = old.conn.Close()
		if counted != nil {
			counted.connections--
		}
	} else if counted == nil {
		p.connections++
	}
	it.timeout = timeout
	it.at = p.idle.PushFront(it)
	d.Line(errlog.DebugStream, "stream lua tcp socket clear current socket connection")
	debugKept(d, int(timeout.Milliseconds()))
	p.watch(it)
	d.Line(errlog.DebugStream, "stream lua finalize socket")
	p.next()
	return ""
}

// watch closes an idle connection when the peer closes it or speaks out of turn, or when it has been idle for too long.
func (p *pool) watch(it *idle) {
	began := time.Now()
	it.watch = it.raw.OnReadable(it.timeout, func(err error) {
		p.pools.Post(func() {
			left := it.timeout - time.Since(began)
			if it.at != nil {
				p.debugStruck(it, it.timeout > 0 && left <= 0)
			}
			switch {
			case it.at == nil:
			case err == nil && it.secure() && it.quiet() && (it.timeout == 0 || left > 0):
				// A message of TLS itself, such as a ticket.
				it.timeout = max(left, 0)
				p.watch(it)
			default:
				p.pools.Debug.Num(errlog.DebugStream, "stream lua tcp socket keepalive close handler: fd:%d", it.raw.FD())
				p.discard(it)
				p.next()
				p.forget(p.pools.Debug)
			}
		})
	})
}

// debugStruck is the beginning of ngx_stream_lua_socket_keepalive_close_handler.
func (p *pool) debugStruck(it *idle, expired bool) {
	if expired {
		p.pools.Debug.Line(errlog.DebugStream, "stream lua tcp socket keepalive max idle timeout")
		return
	}
	p.pools.Debug.Line(errlog.DebugStream, "stream lua tcp socket keepalive close handler check stale events")
}

// CloseIdle closes what is kept, when the worker ends.
func (ps *Pools) CloseIdle() {
	for _, p := range ps.byKey {
		if ps.Debug != nil {
			ps.Debug.Log(errlog.DebugStream, "stream lua tcp socket keepalive: free connection pool %p for \"%s\"", errlog.Address(p), p.key)
		}
		for e := p.idle.Front(); e != nil; e = p.idle.Front() {
			it := p.idle.Remove(e).(*idle)
			it.at = nil
			_ = it.conn.Close()
			p.connections--
		}
		p.forget(nil)
	}
}

// secure tells whether TLS stands between.
func (it *idle) secure() bool { return it.conn != Transport(it.raw) }

// quiet tells whether nothing can be read from the connection: no byte, no end of file. What TLS sends for itself is taken.
func (it *idle) quiet() bool {
	if quiet := it.raw.Quiet(); quiet || !it.secure() {
		return quiet
	}
	var b [1]byte
	_ = it.conn.SetReadDeadline(time.Unix(1, 0))
	n, err := it.conn.Read(b[:])
	_ = it.conn.SetReadDeadline(time.Time{})
	return n == 0 && errors.Is(err, os.ErrDeadlineExceeded)
}

// pointer shows an address as nginx's %p does.
func pointer[T any](p *T) string {
	return fmt.Sprintf("%016X", uintptr(unsafe.Pointer(p)))
}
