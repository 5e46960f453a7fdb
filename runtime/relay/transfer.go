package relay

import (
	"errors"
	"io"
	"math/bits"
	"net"
	"sync"

	"golang.org/x/sys/unix"
)

// chunk is a borrowed buffer: bytes r to w wait to be written.
type chunk struct {
	buf  []byte
	r, w int
	pool *chunkPool
}

// The classes of borrowed buffers: powers of two from 2 KB to 256 KB. Larger ones are left to the collector.
const (
	minChunk = 11
	maxChunk = 18
)

// chunkPool lends buffers, by class.
type chunkPool [maxChunk - minChunk + 1]sync.Pool

func chunkClass(n int) int { return max(bits.Len(uint(max(n, 1)-1)), minChunk) - minChunk }

// get borrows a buffer of at least n bytes.
func (p *chunkPool) get(n int) *chunk {
	class := chunkClass(n)
	if class >= len(p) {
		return &chunk{buf: make([]byte, n), pool: p}
	}
	if k, _ := p[class].Get().(*chunk); k != nil {
		return k
	}
	return &chunk{buf: make([]byte, 1<<(class+minChunk)), pool: p}
}

// free gives the buffer back; nil is allowed.
func (k *chunk) free() {
	if k == nil {
		return
	}
	k.r, k.w = 0, 0
	if class := chunkClass(len(k.buf)); class < len(k.pool) && len(k.buf) == 1<<(class+minChunk) {
		k.pool[class].Put(k)
	}
}

func (k *chunk) bytes() []byte { return k.buf[k.r:k.w] }
func (k *chunk) room() []byte  { return k.buf[k.w:] }

// append adds b, moving to a larger buffer when it must.
func (k *chunk) append(b []byte) {
	if len(b) > len(k.buf)-k.w {
		big := k.pool.get(k.w - k.r + len(b))
		big.w = copy(big.buf, k.bytes())
		k.r, k.w = 0, big.w
		k.buf, big.buf = big.buf, k.buf
		big.free()
	}
	k.w += copy(k.buf[k.w:], b)
}

// filter is what an end is read and written through, such as a *tls.Conn.
type filter net.Conn

// read takes bytes from an end. At end of stream it returns 0 and no error; without bytes errWouldBlock.
func (e *end) read(b []byte) (int, error) {
	if e.c.filter == nil {
		n, en := recv(e.c.fd, b)
		switch en {
		case 0:
			return n, nil
		case eagain:
			return 0, errWouldBlock
		}
		return 0, &OpError{Op: "recv()", Errno: en}
	}
	for range emptyReads {
		n, err := e.c.filter.Read(b)
		var again net.Error
		switch {
		case n > 0:
			return n, nil
		case err == nil:
			continue
		case errors.As(err, &again) && again.Timeout():
			return 0, errWouldBlock
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			return 0, nil // nginx ignores a missing close_notify
		}
		return 0, err
	}
	return 0, io.ErrNoProgress
}

const emptyReads = 100 // in a row that a filter may answer with nothing, before it is taken for broken

// put writes fresh bytes to an end and keeps what it does not take.
func (s *Session) put(dst *end, side Side, b []byte) {
	w := &s.ways[1-side]
	if dst.c.filter != nil {
		if _, err := dst.c.filter.Write(b); err != nil {
			s.fail(side, sending(side), err, true)
			return
		}
		dst.sent += int64(len(b))
		return // the next flush sends what the filter made of it
	}
	n, en := send(dst.c.fd, b)
	if en != 0 && en != eagain {
		s.fail(side, sending(side), &OpError{Op: "writev()", Errno: en}, true)
		return
	}
	dst.sent += int64(n)
	if n < len(b) {
		w.kept = s.l.e.bufs.get(len(b) - n)
		w.kept.append(b[n:])
		s.block(dst, side)
	}
}

func sending(side Side) string {
	if side == Client {
		return ActionSendToClient
	}
	return ActionSendToUpstream
}

// block notes that an end is full and asks for the event that says otherwise.
func (s *Session) block(dst *end, side Side) {
	dst.blocked = true
	c := dst.c
	if c.watchOut {
		return
	}
	c.mu.Lock()
	err := c.join(s.l, true)
	c.mu.Unlock()
	if err != nil {
		s.fail(side, ActionProxying, err, true)
	}
}

// flush writes what was kept for an end; false when something is still left or the session is over.
func (s *Session) flush(l *loop, w *way, side Side) bool {
	dst := &s.ends[side]
	switch {
	case s.state != running:
		return false
	case w.kept == nil && w.pipe == nil && dst.c.out == nil:
		return true
	case dst.blocked:
		return false
	case w.pipe != nil:
		return s.drain(l, w, side)
	case w.kept != nil:
		n, done := s.flushChunk(dst, side, &w.kept)
		dst.sent += int64(n)
		if !done {
			return false
		}
	}
	if dst.c.out != nil {
		if _, done := s.flushChunk(dst, side, &dst.c.out); !done {
			return false
		}
		if dst.fin {
			shutdown(dst.c.fd, unix.SHUT_WR) // a filter's end of stream is out: FIN may follow
		}
	}
	return true
}

func (s *Session) flushChunk(dst *end, side Side, k **chunk) (int, bool) {
	n, en := send(dst.c.fd, (*k).bytes())
	if en != 0 && en != eagain {
		s.fail(side, sending(side), &OpError{Op: "writev()", Errno: en}, true)
		return 0, false
	}
	(*k).r += n
	if (*k).r < (*k).w {
		s.block(dst, side)
		return n, false
	}
	(*k).free()
	*k = nil
	return n, true
}

// closeWrite passes an end of stream on.
func (e *end) closeWrite() error {
	if e.c.filter == nil {
		if en := shutdown(e.c.fd, unix.SHUT_WR); en != 0 {
			return &OpError{Op: "shutdown()", Errno: en}
		}
		return nil
	}
	e.fin = true
	if f, ok := e.c.filter.(interface{ CloseWrite() error }); ok {
		return f.CloseWrite()
	}
	return nil
}

// writeThrough is Write for a filter's transport: it keeps the bytes, and the session sends them when the filter has returned.
func (c *Conn) writeThrough(b []byte) (int, error) {
	if c.out == nil {
		c.out = c.e.bufs.get(len(b))
	}
	c.out.append(b)
	return len(b), nil
}

// goodbye lets a filter end its conversation as far as the socket takes it at once (ngx_ssl_shutdown). The filter closes its
// transport too, which is this Conn: that nested call finds no filter any more.
func (c *Conn) goodbye() {
	c.mu.Lock()
	f := c.filter
	c.filter = nil
	c.mu.Unlock()
	if f != nil {
		_ = f.Close()
	}
	c.mu.Lock()
	out := c.out
	c.out = nil
	c.mu.Unlock()
	if out == nil {
		return
	}
	if c.enter() {
		_, _ = send(c.fd, out.bytes())
		c.leave()
	}
	out.free()
}
