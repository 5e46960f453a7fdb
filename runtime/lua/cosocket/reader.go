package cosocket

import (
	"bytes"
	"errors"
	"io"
	"sync"
	"time"

	"tidegate/runtime/relay"
)

// reader is the receive buffer of a socket and the patterns that are read through it (ngx_stream_lua_input_filters.c).
type reader struct {
	buf  []byte // backing buffer, from buffers; nil until first needed
	data []byte // what was read and not yet taken; part of buf
	eof  bool
}

var buffers = sync.Pool{}

func (r *reader) release() {
	if r.buf != nil {
		b := r.buf
		r.buf, r.data = nil, nil
		buffers.Put(&b)
	}
}

func getBuffer(size int) []byte {
	if p, ok := buffers.Get().(*[]byte); ok && len(*p) >= size {
		return (*p)[:size]
	}
	return make([]byte, size)
}

// source is where a reader reads from, and how it waits.
type source struct {
	conn    Transport
	socket  *TCP
	env     Env
	timeout time.Duration
	aborts  bool // the end of the stream is an abort and no end to go on from, not even for "*a"
}

// fill reads once into the empty buffer. At the end of the stream it sets eof and gives no error.
func (r *reader) fill(s source, size int) error {
	if r.buf == nil {
		r.buf = getBuffer(size)
	}
	n, err := read(s, r.buf)
	r.data = r.buf[:n]
	if errors.Is(err, io.EOF) && !s.aborts {
		r.eof, err = true, nil
	}
	return err
}

func read(s source, b []byte) (n int, err error) {
	if t, ok := s.conn.(interface{ TryRead([]byte) (int, error) }); ok {
		if n, err = t.TryRead(b); err != relay.ErrWouldBlock {
			return n, err
		}
	}
	return s.socket.waitToRead(s, b)
}

// pendingRead is a read that waits. Its socket keeps it for the next one: what a long session waits for costs no allocation.
type pendingRead struct {
	conn         Transport
	timeout      time.Duration
	b            []byte
	n            int
	err          error
	call, cancel func()
}

// waitToRead reads into b while other light threads run.
func (s *TCP) waitToRead(src source, b []byte) (int, error) {
	p := s.pending
	if p == nil {
		p = &pendingRead{}
		p.call = func() {
			_ = p.conn.SetReadDeadline(deadline(p.timeout))
			p.n, p.err = p.conn.Read(p.b)
		}
		p.cancel = func() {
			_ = p.conn.SetReadDeadline(time.Unix(1, 0))
			s.pending = nil // the thread that is killed still uses it
			s.killed()
		}
		s.pending = p
	}
	p.conn, p.timeout, p.b = src.conn, src.timeout, b
	src.env.Wait(p.call, p.cancel)
	n, err := p.n, p.err
	p.conn, p.b, p.err = nil, nil, nil
	return n, err
}

// deadline is the time after which a wait of d ends; the zero time for none.
func deadline(d time.Duration) time.Time {
	if d <= 0 {
		return time.Time{}
	}
	return time.Now().Add(d)
}

// filter takes bytes from data (empty at the end of the stream) and appends to out. done ends the pattern; closed means that the
// stream ended too early.
type filter interface {
	take(data, out []byte) (rest, result []byte, done, closed bool)
}

// receive runs f until it is satisfied. On an error the second result holds what was read so far.
func (r *reader) receive(s source, size int, f filter) (out []byte, err error) {
	for {
		if len(r.data) > 0 || r.eof {
			var done, closed bool
			r.data, out, done, closed = f.take(r.data, out)
			if done {
				return out, nil
			}
			if closed {
				return out, io.EOF
			}
		}
		if len(r.data) == 0 && !r.eof {
			if err := r.fill(s, size); err != nil {
				return out, err
			}
		}
	}
}

// line reads up to a line feed; it drops the line feed and every carriage return (ngx_stream_lua_read_line).
type line struct{}

func (line) take(data, out []byte) ([]byte, []byte, bool, bool) {
	if len(data) == 0 {
		return nil, out, false, true
	}
	part, rest := data, []byte(nil)
	i := bytes.IndexByte(data, '\n')
	if i >= 0 {
		part, rest = data[:i], data[i+1:]
	}
	for {
		j := bytes.IndexByte(part, '\r')
		if j < 0 {
			return rest, append(out, part...), i >= 0, false
		}
		out, part = append(out, part[:j]...), part[j+1:]
	}
}

// exactly reads n bytes.
type exactly struct{ n int }

func (e *exactly) take(data, out []byte) ([]byte, []byte, bool, bool) {
	if len(data) == 0 {
		return nil, out, false, true
	}
	n := min(e.n, len(data))
	e.n -= n
	return data[n:], append(out, data[:n]...), e.n == 0, false
}

// all reads to the end of the stream.
type all struct{}

func (all) take(data, out []byte) ([]byte, []byte, bool, bool) {
	if len(data) == 0 {
		return nil, out, true, false
	}
	return nil, append(out, data...), false, false
}

// anything reads what there is, at most n bytes.
type anything struct{ n int }

func (a anything) take(data, out []byte) ([]byte, []byte, bool, bool) {
	if len(data) == 0 {
		return nil, out, false, true
	}
	n := min(a.n, len(data))
	return data[n:], append(out, data[:n]...), true, false
}
