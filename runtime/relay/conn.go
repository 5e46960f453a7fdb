package relay

import (
	"io"
	"net"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Conn is one connected socket. In the hands of goroutines it is a net.Conn: one goroutine may read while another writes, and any
// may close. After Engine.Relay took it, only the loop uses it, and Close ends the session.
//
// References: every operation of a goroutine holds one (enter, leave), so that Close cannot give the descriptor number back to
// the kernel while a system call is about to use it; the last one to leave a closed Conn closes the descriptor.
type Conn struct {
	desc
	e    *Engine
	home *loop // whose epoll set it joins
	refs
	flags   atomic.Uint32 // isDgram and the like
	sess    atomic.Pointer[Session]
	packets atomic.Pointer[UDPSession]
	side    Side             // which end of sess this is
	filter  filter           // set while sess drives this end through a filter
	out     *chunk           // filter output that the socket did not take yet
	edges   [2]atomic.Uint32 // events so far, by direction: what the poller said about reading, about writing
	drained atomic.Uint32    // 1 + the events about reading so far when nothing was left to read; 0: not known

	mu       sync.Mutex
	joined   bool     // in home's epoll set
	watchOut bool     // for writability too
	wait     *parking // nil until somebody parks or sets a deadline, and again when a relay takes over

	turn   *Turn // in which it was accepted
	unread []byte
	peer   Addr
	local  *Addr // asked for when needed
}

const (
	isDgram  uint32 = 1 << iota
	lingers         // close may sleep
	filtered        // the transport of a relay's filter: never parks, keeps what it writes in out
	last            // the poller said that the peer sends no more, or that the socket failed
)

var _ net.Conn = (*Conn)(nil)

// NewConn makes a Conn of a connected non-blocking socket, which it then owns. peer may be zero: it is asked for when needed.
func (e *Engine) NewConn(fd int, peer Addr) *Conn { return e.newConn(int32(fd), peer, e.pick()) }

func (e *Engine) newConn(fd int32, peer Addr, home *loop) *Conn {
	c := &Conn{e: e, home: home, peer: peer}
	c.fd = fd
	c.h = c
	if peer.dgram {
		c.flags.Store(isDgram)
	}
	return c
}

// FD is the descriptor, for socket options and logs. It is valid until Close.
func (c *Conn) FD() int { return int(c.fd) }

func (c *Conn) datagram() bool { return c.flags.Load()&isDgram != 0 }

// driven tells that a relay's loop drives this end through a filter.
func (c *Conn) driven() bool { return c.flags.Load()&filtered != 0 }

func (c *Conn) leave() {
	if c.refs.leave() {
		c.destroy()
	}
}

// destroy gives the descriptor back; the kernel takes it out of the epoll set.
func (c *Conn) destroy() {
	c.e.table.drop(&c.desc)
	if c.flags.Load()&lingers != 0 {
		_ = unix.Close(int(c.fd))
		return
	}
	closeFD(c.fd)
}

// Close closes the socket, wakes whoever is parked on it with net.ErrClosed, and ends the session if a relay owns it (with
// CauseKilled). It is idempotent.
func (c *Conn) Close() error {
	if s := c.sess.Load(); s != nil && s.end(CauseKilled) {
		return nil // its done closes the client
	}
	if u := c.packets.Load(); u != nil && u.end(CauseKilled) {
		return nil
	}
	if c.driven() {
		c.goodbye()
	}
	c.shut()
	return nil
}

// shut closes without regard to a session.
func (c *Conn) shut() {
	first, last := c.refs.close()
	if first {
		c.wakeAll(ErrClosed)
	}
	if last {
		c.destroy()
	}
}

// Closed tells whether Close was called.
func (c *Conn) Closed() bool { return c.refs.closed() }

// Read reads what there is, first the bytes given to Unread, and waits for the first byte until the read deadline. It returns
// io.EOF, ErrTimeout, net.ErrClosed or an *OpError{"recv()"}. On a datagram socket each call reads one datagram.
func (c *Conn) Read(b []byte) (int, error) {
	if len(c.unread) > 0 {
		n := copy(b, c.unread)
		c.consume(n)
		return n, nil
	}
	if len(b) == 0 {
		return 0, nil
	}
	return c.receive(b, 0)
}

func (c *Conn) receive(b []byte, flags int) (int, error) {
	if !c.enter() {
		return 0, ErrClosed
	}
	defer c.leave()
	late := false // the deadline has passed, and the kernel may have what the poller has not reported yet
	for {
		seen := c.edges[reading].Load()
		var n int
		en := eagain
		asked := late || !c.knownEmpty()
		if asked {
			n, en = recvFlags(c.fd, b, flags)
			c.note(seen, n, en, len(b), flags)
		}
		switch {
		case en == eagain:
			if c.driven() {
				return 0, errWouldBlock
			}
			err := c.park(reading, seen)
			if late = err == ErrTimeout && !asked; err != nil && !late {
				return 0, err
			}
		case en != 0:
			return 0, &OpError{Op: "recv()", Errno: en}
		case n == 0 && !c.datagram():
			return 0, io.EOF
		default:
			return n, nil
		}
	}
}

// TryRead is Read that does not wait: without bytes it returns ErrWouldBlock.
func (c *Conn) TryRead(b []byte) (int, error) {
	if len(c.unread) > 0 {
		n := copy(b, c.unread)
		c.consume(n)
		return n, nil
	}
	if !c.enter() {
		return 0, ErrClosed
	}
	defer c.leave()
	if c.knownEmpty() {
		return 0, errWouldBlock
	}
	seen := c.edges[reading].Load()
	n, en := recv(c.fd, b)
	c.note(seen, n, en, len(b), 0)
	switch {
	case en == eagain:
		return 0, errWouldBlock
	case en != 0:
		return 0, &OpError{Op: "recv()", Errno: en}
	case n == 0 && !c.datagram() && len(b) > 0:
		return 0, io.EOF
	}
	return n, nil
}

// note remembers that a read took all there was: it found nothing, or less than it had room for. What comes later is an event, and so is
// what came with it, unless the poller has said before that nothing follows (rev->available in ngx_unix_recv). seen are the events
// before the read.
func (c *Conn) note(seen uint32, n int, en errno, room, flags int) {
	if flags != 0 && en != eagain || en != 0 && en != eagain || n == room || n == 0 && en == 0 || c.datagram() {
		return
	}
	if c.sess.Load() == nil && c.flags.Load()&(filtered|last) == 0 {
		c.drained.Store(seen + 1)
	}
}

// knownEmpty tells, without asking the kernel, that there is nothing to read and that the poller will say when there is.
func (c *Conn) knownEmpty() bool {
	if d := c.drained.Load(); d == 0 || d != c.edges[reading].Load()+1 || c.sess.Load() != nil || c.driven() {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.joined
}

// Quiet tells whether nothing can be read now: no byte and no end of the stream. It asks the kernel: the poller may not have said yet
// what its caller already knows by other ways, such as that the peer has closed.
func (c *Conn) Quiet() bool {
	if len(c.unread) > 0 || !c.enter() {
		return false
	}
	defer c.leave()
	var b [1]byte
	seen := c.edges[reading].Load()
	n, en := recvFlags(c.fd, b[:], unix.MSG_PEEK)
	c.note(seen, n, en, len(b), unix.MSG_PEEK)
	return en == eagain
}

// ErrWouldBlock is returned by TryRead when there is nothing to read yet.
var ErrWouldBlock error = errWouldBlock

// Peek copies into b the bytes that the next Read would return, without taking them, and waits for the first one like Read. It
// sees either bytes given to Unread or bytes in the kernel, not both at once.
func (c *Conn) Peek(b []byte) (int, error) {
	if len(c.unread) > 0 {
		return copy(b, c.unread), nil
	}
	return c.receive(b, unix.MSG_PEEK)
}

// Unread gives bytes back: Read returns them first, and a relay sends them first. They come before bytes given back earlier. The
// Conn owns b from now on. Only the reading goroutine may call it.
func (c *Conn) Unread(b []byte) {
	if len(c.unread) > 0 && len(b) > 0 {
		b = append(b[:len(b):len(b)], c.unread...)
	}
	if len(b) > 0 {
		c.unread = b
	}
}

// Buffered returns the bytes given to Unread and not read yet; they stay.
func (c *Conn) Buffered() []byte { return c.unread }

func (c *Conn) consume(n int) {
	c.unread = c.unread[n:]
	if len(c.unread) == 0 {
		c.unread = nil
	}
}

// Write sends all of b, waiting for room until the write deadline. It returns ErrTimeout, net.ErrClosed or an *OpError{"send()"},
// with the number of bytes sent. On a datagram socket b is one datagram.
func (c *Conn) Write(b []byte) (int, error) {
	if !c.enter() {
		return 0, ErrClosed
	}
	defer c.leave()
	if c.driven() {
		return c.writeThrough(b)
	}
	done := 0
	for {
		seen := c.edges[writing].Load()
		n, en := send(c.fd, b[done:])
		done += n
		switch {
		case en == eagain:
			if err := c.park(writing, seen); err != nil {
				return done, err
			}
		case en != 0:
			return done, &OpError{Op: "send()", Errno: en}
		case done == len(b):
			return done, nil
		}
	}
}

// Writev sends the pieces in order, as Write does for one, with as few system calls as there are full socket buffers.
func (c *Conn) Writev(pieces ...[]byte) (int64, error) {
	if !c.enter() {
		return 0, ErrClosed
	}
	defer c.leave()
	var room [16]unix.Iovec
	var done int64
	for {
		iov := appendIovec(room[:0], pieces)
		if len(iov) == 0 {
			return done, nil
		}
		seen := c.edges[writing].Load()
		n, en := sendv(c.fd, iov)
		done += int64(n)
		switch {
		case en == eagain:
			if err := c.park(writing, seen); err != nil {
				return done, err
			}
		case en != 0:
			return done, &OpError{Op: "writev()", Errno: en}
		}
		pieces = advance(pieces, n)
	}
}

func appendIovec(iov []unix.Iovec, pieces [][]byte) []unix.Iovec {
	for _, p := range pieces {
		if len(iov) == cap(iov) {
			break
		}
		if len(p) > 0 {
			v := unix.Iovec{Base: &p[0]}
			v.SetLen(len(p))
			iov = append(iov, v)
		}
	}
	return iov
}

// advance returns what is left of pieces after n bytes, without changing the caller's slices.
func advance(pieces [][]byte, n int) [][]byte {
	for len(pieces) > 0 && n >= len(pieces[0]) {
		n -= len(pieces[0])
		pieces = pieces[1:]
	}
	if n > 0 {
		rest := append([][]byte{pieces[0][n:]}, pieces[1:]...)
		return rest
	}
	return pieces
}

// CloseWrite sends FIN after what was written; reading goes on.
func (c *Conn) CloseWrite() error {
	if !c.enter() {
		return ErrClosed
	}
	defer c.leave()
	if en := shutdown(c.fd, unix.SHUT_WR); en != 0 {
		return &OpError{Op: "shutdown()", Errno: en}
	}
	return nil
}

// RemoteAddr is the peer as an Addr.
func (c *Conn) RemoteAddr() net.Addr { return c.Peer() }

// LocalAddr is our end as an Addr.
func (c *Conn) LocalAddr() net.Addr { return c.Local() }

// Peer is the peer's address; it is asked for once if accept or dial did not give it.
func (c *Conn) Peer() Addr {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.peer.IsZero() {
		c.peer = c.ask(getpeername)
	}
	return c.peer
}

// Local is our own address; the first call asks the kernel (getsockname), as ngx_connection_local_sockaddr does.
func (c *Conn) Local() Addr {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.local == nil {
		a := c.ask(getsockname)
		if a.IsZero() {
			return a
		}
		c.local = &a
	}
	return *c.local
}

// ask has the kernel name one end; the zero Addr if it cannot.
func (c *Conn) ask(name func(int32, *sockaddr) errno) Addr {
	var sa sockaddr
	if c.Closed() || name(c.fd, &sa) != 0 {
		return Addr{}
	}
	return sa.addr(c.datagram())
}

// SetDeadline sets both deadlines; a zero time is none. A parked goroutine sees the new deadline.
func (c *Conn) SetDeadline(t time.Time) error {
	c.setDeadline(t, reading)
	c.setDeadline(t, writing)
	return nil
}

// SetReadDeadline sets the deadline of Read, Peek and the Wait functions.
func (c *Conn) SetReadDeadline(t time.Time) error { c.setDeadline(t, reading); return nil }

// SetWriteDeadline sets the deadline of Write and Writev.
func (c *Conn) SetWriteDeadline(t time.Time) error { c.setDeadline(t, writing); return nil }

// SyscallConn is Control only: reading and writing go through the Conn itself.
func (c *Conn) SyscallConn() (syscall.RawConn, error) { return rawConn{c}, nil }

type rawConn struct{ c *Conn }

func (r rawConn) Control(f func(fd uintptr)) error {
	if !r.c.enter() {
		return ErrClosed
	}
	defer r.c.leave()
	f(uintptr(r.c.fd))
	return nil
}

func (r rawConn) Read(f func(fd uintptr) bool) error {
	return r.until(f, reading)
}

func (r rawConn) Write(f func(fd uintptr) bool) error {
	return r.until(f, writing)
}

func (r rawConn) until(f func(fd uintptr) bool, d direction) error {
	if !r.c.enter() {
		return ErrClosed
	}
	defer r.c.leave()
	for {
		seen := r.c.edges[d].Load()
		if f(uintptr(r.c.fd)) {
			return nil
		}
		if err := r.c.park(d, seen); err != nil {
			return err
		}
	}
}
