package stream

import (
	"net"
	"time"

	"tidegate/runtime/relay"
)

// Downstream is the client's connection as scripts use it: clear text when the session has TLS, preread bytes first. One goroutine
// may read while another writes. What a script reads is not counted in $bytes_received, as in OpenResty; what it writes is counted
// in $bytes_sent. Close ends nothing: the session closes the connection when it is finalized.
type Downstream struct{ s *Session }

var _ net.Conn = Downstream{}

// Downstream is the client's connection.
func (s *Session) Downstream() Downstream { return Downstream{s} }

// Raw is the socket under the connection, nil for UDP.
func (d Downstream) Raw() *relay.Conn { return d.s.conn }

// Packets is the UDP client's datagrams, nil for a stream.
func (d Downstream) Packets() *relay.UDPConn { return d.s.packet }

// Read reads what there is and waits for the first byte until the read deadline.
func (d Downstream) Read(b []byte) (int, error) {
	if d.s.turn != nil {
		if n, err := d.TryRead(b); err != relay.ErrWouldBlock {
			return n, err
		}
		d.s.Leave()
	}
	if n := d.s.takeBuffer(b); n > 0 {
		return n, nil
	}
	return d.s.transport().Read(b)
}

// TryRead is Read that does not wait: without bytes it returns relay.ErrWouldBlock. With TLS it cannot tell, and says so always.
func (d Downstream) TryRead(b []byte) (int, error) {
	if n := d.s.takeBuffer(b); n > 0 {
		return n, nil
	}
	if d.s.tls != nil || d.s.conn == nil {
		return 0, relay.ErrWouldBlock
	}
	return d.s.conn.TryRead(b)
}

// takeBuffer takes preread bytes that are no longer in the connection.
func (s *Session) takeBuffer(b []byte) int {
	if !s.consumed {
		// What was only peeked at is about to be read from the connection itself.
		s.buf = s.buf[:0]
		return 0
	}
	n := copy(b, s.buf)
	s.buf = s.buf[n:]
	return n
}

// Unread gives bytes back that a reader took too many: the next reader, or the proxied server, gets them first. The session owns b.
func (d Downstream) Unread(b []byte) {
	if len(b) == 0 {
		return
	}
	if d.s.tls != nil || d.s.packet != nil {
		d.s.buf = append(b[:len(b):len(b)], d.s.buf...)
		d.s.consumed = true
		return
	}
	d.s.conn.Unread(b)
}

// Write sends all of b, waiting for room until the write deadline.
func (d Downstream) Write(b []byte) (int, error) {
	done := 0
	if d.s.turn != nil {
		n, err := d.TryWrite(b)
		if err != relay.ErrWouldBlock {
			return n, err
		}
		d.s.Leave()
		done = n
	}
	n, err := d.WriteAside(b[done:])
	return done + n, err
}

// WriteAside is Write for a goroutine beside the one that runs the session: it leaves the session's turn on the loop alone.
func (d Downstream) WriteAside(b []byte) (int, error) {
	n, err := d.s.transport().Write(b)
	d.s.sent.Add(int64(n))
	return n, err
}

// TryWrite sends as much of b as goes at once: with relay.ErrWouldBlock when some is left. With TLS it cannot tell, and says so always.
func (d Downstream) TryWrite(b []byte) (int, error) {
	if d.s.tls != nil || d.s.conn == nil {
		return 0, relay.ErrWouldBlock
	}
	n, err := d.s.conn.TryWrite(b)
	d.s.sent.Add(int64(n))
	return n, err
}

// Writev sends the pieces in order, with as few system calls as it can.
func (d Downstream) Writev(pieces ...[]byte) (int64, error) {
	if d.s.tls == nil && d.s.conn != nil {
		n, err := d.s.conn.Writev(pieces...)
		d.s.sent.Add(n)
		return n, err
	}
	var sum int64
	for _, p := range pieces {
		n, err := d.Write(p)
		sum += int64(n)
		if err != nil {
			return sum, err
		}
	}
	return sum, nil
}

// CloseWrite ends our direction; with TLS a close_notify goes first.
func (d Downstream) CloseWrite() error {
	if d.s.tls != nil {
		if err := d.s.tls.CloseWrite(); err != nil {
			return err
		}
	}
	if d.s.conn == nil {
		return nil
	}
	return d.s.conn.CloseWrite()
}

// WaitClose waits until the client has closed its direction or the connection failed; bytes that it sends meanwhile hide a close.
func (d Downstream) WaitClose() error { return d.s.conn.WaitClose() }

// Close does nothing.
func (d Downstream) Close() error { return nil }

// LocalAddr is our end.
func (d Downstream) LocalAddr() net.Addr { return d.s.Local() }

// RemoteAddr is the client's end, not changed by realip.
func (d Downstream) RemoteAddr() net.Addr { return d.s.transport().RemoteAddr() }

// SetDeadline sets both deadlines.
func (d Downstream) SetDeadline(t time.Time) error { return d.s.transport().SetDeadline(t) }

// SetReadDeadline bounds Read.
func (d Downstream) SetReadDeadline(t time.Time) error { return d.s.transport().SetReadDeadline(t) }

// SetWriteDeadline bounds Write.
func (d Downstream) SetWriteDeadline(t time.Time) error { return d.s.transport().SetWriteDeadline(t) }
