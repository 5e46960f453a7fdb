package cosocket

import (
	"bytes"
	"errors"
	"io"
	"sync"
	"time"

	"tidegate/runtime/errlog"
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
	waited  bool
	debug   *errlog.DebugLog
}

// fill reads once into the empty buffer. At the end of the stream it sets eof and gives no error.
func (r *reader) fill(s *source, size int) error {
	if r.buf == nil {
		r.buf = getBuffer(size)
	}
	n, err := read(s, r.buf)
	r.data = r.buf[:n]
	if errors.Is(err, io.EOF) && !s.aborts {
		r.eof, err = true, nil
		s.debug.Line(errlog.DebugStream, "stream lua tcp socket closed")
	}
	return err
}

func read(s *source, b []byte) (n int, err error) {
	d := s.debug
	d.Num(errlog.DebugStream, "stream lua tcp socket try to recv data %uz", len(b))
	if d != nil {
		defer func() { debugReceived(d, n, err) }()
	}
	if t, ok := s.conn.(interface{ TryRead([]byte) (int, error) }); ok {
		if n, err = t.TryRead(b); err != relay.ErrWouldBlock {
			return n, err
		}
	}
	if d != nil {
		debugReceived(d, 0, relay.ErrWouldBlock)
	}
	s.waited = true
	n, err = s.socket.waitToRead(*s, b)
	d.Line(errlog.DebugStream, "stream lua tcp socket read handler")
	d.Num(errlog.DebugStream, "stream lua tcp socket read data: wait:%d", 1)
	d.Num(errlog.DebugStream, "stream lua tcp socket try to recv data %uz", len(b))
	return n, err
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

// debugDone tells that a read is through.
func (s *source) debugDone(eof bool) {
	d := s.debug
	if d == nil {
		return
	}
	waited, ended := 0, 0
	if s.waited {
		waited = 1
	}
	if eof {
		ended = 1
	}
	d.Log(errlog.DebugStream, "stream lua tcp socket receive done: wait:%d, eof:%d, ", waited, ended)
	if s.waited {
		d.Line(errlog.DebugStream, "stream lua tcp socket waking up the current request (read)")
		d.Line(errlog.DebugStream, "stream lua tcp operation done, resuming lua thread")
	} else {
		d.Line(errlog.DebugStream, "stream lua tcp socket receive done in a single run")
	}
	d.Line(errlog.DebugStream, "stream lua tcp socket receive return value handler")
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
	debug(d *errlog.DebugLog, n int) // tells of a take with n bytes
}

// receive runs f until it is satisfied. On an error the second result holds what was read so far.
func (r *reader) receive(s *source, size int, f filter) (out []byte, err error) {
	d := s.debug
	d.Num(errlog.DebugStream, "stream lua tcp socket read data: wait:%d", 0)
	for {
		if len(r.data) > 0 || r.eof {
			var done, closed bool
			if d != nil {
				f.debug(d, len(r.data))
			}
			r.data, out, done, closed = f.take(r.data, out)
			if done {
				s.debugDone(r.eof)
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
