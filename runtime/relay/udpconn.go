package relay

import (
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// UDPConn is one client of a UDP listener: Read takes its datagrams one by one, Write answers it from the address it wrote to. It
// starts with the datagram that opened it. It is a net.Conn until Engine.RelayUDP takes it.
type UDPConn struct {
	sock  *udpSocket
	key   udpKey
	peer  Addr
	local Addr
	to    sockaddr
	sess  atomic.Pointer[UDPSession]

	mu      sync.Mutex
	bound   bool // in the socket's table; guarded by the socket's mutex
	queue   [][]byte
	bytes   int
	dropped int64
	closed  bool
	wake    chan struct{} // closed and replaced when something changes
	rdead   time.Time
}

// The bounds of a session's queue: what comes beyond is dropped, as the kernel drops when a socket's buffer is full.
const (
	maxQueue      = 64
	maxQueueBytes = 256 << 10
)

var _ net.Conn = (*UDPConn)(nil)

// push queues a datagram.
func (c *UDPConn) push(b []byte, l *loop) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return
	}
	if len(c.queue) >= maxQueue || c.bytes+len(b) > maxQueueBytes {
		c.dropped++
		return
	}
	c.queue = append(c.queue, append(make([]byte, 0, len(b)), b...))
	c.bytes += len(b)
	if c.signal() {
		l.woke = true
	}
}

// signal wakes the readers; the caller holds mu.
func (c *UDPConn) signal() bool {
	if c.wake == nil {
		return false
	}
	close(c.wake)
	c.wake = nil
	return true
}

// FD is the listener's descriptor, which all its clients share.
func (c *UDPConn) FD() int { return int(c.sock.fd) }

// First is the oldest datagram not read yet, nil if there is none. It stays.
func (c *UDPConn) First() []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.queue) == 0 {
		return nil
	}
	return c.queue[0]
}

// Pending tells whether a datagram is waiting.
func (c *UDPConn) Pending() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.queue) > 0
}

// Dropped is how many datagrams did not fit into the queue.
func (c *UDPConn) Dropped() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.dropped
}

// Read takes one datagram; what does not fit into b is lost. It waits until the read deadline: ErrTimeout, net.ErrClosed.
func (c *UDPConn) Read(b []byte) (int, error) {
	for {
		c.mu.Lock()
		if len(c.queue) > 0 {
			d := c.queue[0]
			c.queue[0] = nil
			c.queue = c.queue[1:]
			c.bytes = max(c.bytes-len(d), 0)
			c.mu.Unlock()
			return copy(b, d), nil
		}
		if c.closed {
			c.mu.Unlock()
			return 0, ErrClosed
		}
		if c.wake == nil {
			c.wake = make(chan struct{})
		}
		wake, dead := c.wake, c.rdead
		c.mu.Unlock()
		if err := waitUntil(wake, dead); err != nil {
			return 0, err
		}
	}
}

func waitUntil(wake chan struct{}, dead time.Time) error {
	if dead.IsZero() {
		<-wake
		return nil
	}
	left := time.Until(dead)
	if left <= 0 {
		return ErrTimeout
	}
	t := time.NewTimer(left)
	defer t.Stop()
	select {
	case <-wake:
		return nil
	case <-t.C:
		return ErrTimeout
	}
}

// Write sends one datagram to the client. The socket is shared, so it does not wait: a full socket buffer is an
// *OpError{"sendmsg()", EAGAIN}.
func (c *UDPConn) Write(b []byte) (int, error) {
	c.mu.Lock()
	closed := c.closed
	c.mu.Unlock()
	if closed || !c.sock.enter() {
		return 0, ErrClosed
	}
	defer c.sock.release()
	iov := unix.Iovec{Base: unsafe.SliceData(b)}
	iov.SetLen(len(b))
	msg := unix.Msghdr{Iov: &iov}
	msg.SetIovlen(1)
	to := c.destination()
	if to != nil {
		msg.Name, msg.Namelen = &to.raw[0], to.len
	}
	var ctrl [controlSize]byte
	if n := putPktinfo(&ctrl, c.key.local); n > 0 {
		msg.Control = &ctrl[0]
		msg.SetControllen(n)
	}
	for {
		_, _, en := syscall.RawSyscall(unix.SYS_SENDMSG, uintptr(c.sock.fd), uintptr(unsafe.Pointer(&msg)), unix.MSG_NOSIGNAL)
		switch en {
		case unix.EINTR:
		case 0:
			return len(b), nil
		default:
			return 0, &OpError{Op: "sendmsg()", Errno: en}
		}
	}
}

// destination is the client's address for the kernel; nil for an unbound unix client, who cannot be answered.
func (c *UDPConn) destination() *sockaddr {
	if c.to.len <= 2 {
		return nil
	}
	return &c.to
}

// Close forgets the client: its next datagram opens a new session. A relay that owns the UDPConn ends with CauseKilled.
func (c *UDPConn) Close() error {
	c.endWith(CauseKilled)
	return nil
}

func (c *UDPConn) endWith(cause Cause) {
	if u := c.sess.Load(); u != nil && u.end(cause) {
		return
	}
	c.shut()
}

func (c *UDPConn) shut() {
	c.unbind()
	c.mu.Lock()
	first := !c.closed
	c.closed = true
	c.queue, c.bytes = nil, 0
	c.signal()
	c.mu.Unlock()
	if first {
		c.sock.ln.e.udp.Add(-1)
	}
}

// Unbind takes the client out of the listener's table (ngx_delete_udp_connection): it can still be answered, but its next datagram
// opens a new session.
func (c *UDPConn) Unbind() { c.unbind() }

func (c *UDPConn) unbind() {
	s := c.sock
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.bound {
		c.bound = false
		delete(s.table, c.key)
	}
}

// RemoteAddr is the client as an Addr.
func (c *UDPConn) RemoteAddr() net.Addr { return c.peer }

// LocalAddr is the address the client wrote to, as an Addr.
func (c *UDPConn) LocalAddr() net.Addr { return c.local }

// Peer is the client.
func (c *UDPConn) Peer() Addr { return c.peer }

// Local is the address the client wrote to.
func (c *UDPConn) Local() Addr { return c.local }

// Listener is where the client arrived.
func (c *UDPConn) Listener() *UDPListener { return c.sock.ln }

// SetDeadline sets the read deadline; writes never wait.
func (c *UDPConn) SetDeadline(t time.Time) error { return c.SetReadDeadline(t) }

// SetReadDeadline sets the deadline of Read; a waiting Read sees it.
func (c *UDPConn) SetReadDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.rdead = t
	c.signal()
	return nil
}

// SetWriteDeadline does nothing: writes never wait.
func (c *UDPConn) SetWriteDeadline(time.Time) error { return nil }

// source is the address datagrams to this client leave from; invalid lets the kernel choose.
func (c *UDPConn) source() netip.Addr { return c.key.local }
