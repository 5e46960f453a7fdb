package relay

import (
	"net/netip"
	"runtime"
	"sync"
	"sync/atomic"

	"golang.org/x/sys/unix"

	"tidegate/runtime/errlog"
)

// UDP, as ngx_event_recvmsg has it:
//
//  1. the loop reads a batch of datagrams from the listening socket;
//  2. each is given to the session of its sender (and, on a wildcard socket, of the address it was sent to);
//  3. a stranger's datagram makes a UDPConn, which holds it, and the handler is called; the sender of an unbound unix socket is
//     always a stranger;
//  4. what follows for that session goes to the relay that drives it, or into the UDPConn's bounded queue.
//
// A socket belongs to one loop (with reuseport there is one per loop). Lock: udpSocket.mu guards the table only.

// UDPListener is a listening address for datagrams.
type UDPListener struct {
	listening
	handler atomic.Pointer[func(*UDPConn)]
	socks   []*udpSocket
}

type udpSocket struct {
	desc
	refs
	ln    *UDPListener
	home  *loop
	mu    sync.Mutex
	table map[udpKey]*UDPConn // nil once the listener has closed
}

// udpKey is what tells sessions of a socket apart.
type udpKey struct {
	peer  netip.AddrPort
	path  string
	local netip.Addr
}

// ListenUDP opens the sockets. Datagrams queue in the kernel until Accept is called.
func (e *Engine) ListenUDP(o ListenOptions) (*UDPListener, error) {
	o.Addr.dgram = true
	ln := &UDPListener{}
	if err := ln.listen(e, unix.SOCK_DGRAM, &o); err != nil {
		return nil, err
	}
	for i, fd := range ln.fds {
		s := &udpSocket{ln: ln, home: e.pick(), table: map[udpKey]*UDPConn{}}
		if len(ln.fds) > 1 {
			s.home = e.loops[i]
		}
		s.fd = fd
		s.h = s
		ln.socks = append(ln.socks, s)
	}
	if !e.track(ln) {
		closeAll(ln.fds)
		return nil, ErrClosed
	}
	return ln, nil
}

// Accept starts reading, or changes the handler for new sessions. h is called on a loop, must not block, and owns the UDPConn, whose
// first datagram is waiting in it.
func (ln *UDPListener) Accept(h func(*UDPConn)) error {
	ln.handler.Store(&h)
	ln.mu.Lock()
	defer ln.mu.Unlock()
	if ln.closed {
		return ErrClosed
	}
	if ln.open {
		return nil
	}
	for _, s := range ln.socks {
		if err := ln.e.register(s.home, &s.desc, readLevel); err != nil {
			ln.stop()
			return err
		}
		ln.open = true
	}
	return nil
}

// Stop stops reading, for old sessions too, and keeps the sockets and the sessions.
func (ln *UDPListener) Stop() {
	ln.mu.Lock()
	defer ln.mu.Unlock()
	ln.stop()
}

func (ln *UDPListener) stop() {
	if !ln.open {
		return
	}
	ln.open = false
	for _, s := range ln.socks {
		ln.e.table.drop(&s.desc)
		s.home.poll.remove(s.fd)
	}
}

// Close closes the sockets and ends all sessions: relayed ones with CauseShutdown, as nginx's "disconnected on shutdown"; reads of
// the others return net.ErrClosed. The file of a unix socket is removed. It is idempotent.
func (ln *UDPListener) Close() error {
	ln.mu.Lock()
	if ln.closed {
		ln.mu.Unlock()
		return nil
	}
	ln.closed = true
	ln.stop()
	ln.mu.Unlock()
	for _, s := range ln.socks {
		for _, c := range s.retire() {
			c.endWith(CauseShutdown)
		}
		if _, last := s.refs.close(); last {
			closeFD(s.fd)
		}
	}
	ln.e.untrack(ln)
	return ln.unlink()
}

// retire takes all sessions out of the table and bars new ones.
func (s *udpSocket) retire() []*UDPConn {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]*UDPConn, 0, len(s.table))
	for _, c := range s.table {
		c.bound = false
		list = append(list, c)
	}
	s.table = nil
	return list
}

// ready reads one batch. The socket is level-triggered: a full batch is followed by another in the next turn.
func (s *udpSocket) ready(l *loop, _ uint32) {
	if !s.enter() {
		return
	}
	defer s.release()
	b := l.packets()
	wild := s.ln.addr.wildcard()
	n, en := b.recv(s.fd, batchSize, true, wild)
	if en != 0 {
		if en != eagain {
			s.ln.opts.Load().log(errlog.Alert, "recvmsg() failed", en)
		}
		return
	}
	before := runtime.NumGoroutine()
	for i := 0; i < n; {
		key, ok := s.key(b, i, wild)
		if !ok {
			i++
			continue
		}
		end := i + 1
		for ; end < n; end++ {
			if next, ok := s.key(b, end, wild); !ok || next != key {
				break
			}
		}
		s.deliver(l, b, i, end, key)
		i = end
	}
	if runtime.NumGoroutine() > before {
		l.woke = true
	}
}

func (s *udpSocket) release() {
	if s.leave() {
		closeFD(s.fd)
	}
}

// key reads who sent datagram i, and to which address; false for a datagram to be dropped.
func (s *udpSocket) key(b *batch, i int, wild bool) (udpKey, bool) {
	h := &b.in.hdrs[i]
	if h.Flags&(unix.MSG_TRUNC|unix.MSG_CTRUNC) != 0 {
		s.ln.opts.Load().log(errlog.Alert, "recvmsg() truncated data", 0)
		return udpKey{}, false
	}
	peer := b.names[i].addr(true)
	k := udpKey{peer: peer.AddrPort, path: peer.Path}
	if wild {
		if local, ok := pktinfo(b.ctrl[i][:h.Controllen]); ok {
			k.local = local
		}
	}
	return k, true
}

// deliver gives datagrams first..last-1, all of one sender, to their session.
func (s *udpSocket) deliver(l *loop, b *batch, first, last int, key udpKey) {
	for i := first; i < last; {
		c := s.lookup(key)
		if c == nil {
			s.open(b, i, key)
			i++
			continue
		}
		if u := c.sess.Load(); u != nil {
			took := u.fromClient(l, b, i, last)
			i += took
			continue
		}
		c.push(b.at(i), l)
		i++
	}
}

func (s *udpSocket) lookup(key udpKey) *UDPConn {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.table[key]
}

// anonymous tells the keys that nobody can be found by: unbound unix sockets.
func (k udpKey) anonymous() bool { return !k.peer.IsValid() && (k.path == "" || k.path[0] == 0) }

// open makes a session for a stranger.
func (s *udpSocket) open(b *batch, i int, key udpKey) {
	c := &UDPConn{sock: s, key: key, peer: b.names[i].addr(true), local: s.ln.addr}
	c.to = b.names[i]
	if key.local.IsValid() {
		c.local = UDPAddr(netip.AddrPortFrom(key.local, s.ln.addr.Port()))
	}
	c.queue = append(c.queue, append(make([]byte, 0, b.in.hdrs[i].n), b.at(i)...))
	if !s.bind(c) {
		return
	}
	s.ln.e.udp.Add(1)
	(*s.ln.handler.Load())(c)
}

// bind enters a new session in the table, unless nobody can be found by its key; false when the listener has closed meanwhile.
func (s *udpSocket) bind(c *UDPConn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.table == nil {
		return false
	}
	if !c.key.anonymous() {
		s.table[c.key] = c
		c.bound = true
	}
	return true
}

// packets is the loop's room for datagrams.
func (l *loop) packets() *batch {
	if l.batch == nil {
		l.batch = newBatch()
	}
	return l.batch
}
