package stream

import (
	"errors"
	"io"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"tidegate/runtime/clienthello"
	"tidegate/runtime/errlog"
	"tidegate/runtime/phase"
	"tidegate/runtime/relay"
)

// preread is the preread phase: ssl_preread and the preread script, each of which may ask for more of what the client sends
// (ngx_stream_core_preread_phase). phase.Taken tells that afterPreread will be called from elsewhere.
func (s *Session) preread() phase.Result {
	s.action = "prereading client data"
	first, second := (*Session).prereadTLS, (*Session).prereadScript
	if s.stream.scriptsFirst {
		// preread_by_lua_no_postpone: in the order of the phase, which is the reverse order of modules.
		first, second = second, first
	}
	if r := first(s); r != phase.Next {
		return r
	}
	return second(s)
}

// afterPreread goes on with the phase's result.
func (s *Session) afterPreread(r phase.Result) {
	switch {
	case r == phase.Taken:
		return
	case r.Final():
		s.Finalize(r.Status())
		return
	}
	if s.timed {
		_ = s.transport().SetReadDeadline(time.Time{})
	}
	s.content()
}

func (s *Session) prereadScript() phase.Result {
	switch {
	case s.server.prereadScript == nil:
		return phase.Next
	case s.waits || s.turn != nil:
		return s.server.prereadScript(s) // on the loop it begins at once, and calls Leave before it waits
	}
	s.waits = true
	go s.guard(func() { s.afterPreread(s.server.prereadScript(s)) })
	return phase.Taken
}

// prereadTLS is ngx_stream_ssl_preread_handler.
func (s *Session) prereadTLS() phase.Result {
	s.debug.Line(errlog.DebugStream, "ssl preread handler")
	switch {
	case !s.server.SSLPreread || s.UDP():
		return phase.Next
	case !s.waits:
		s.turn = nil // what follows is another turn of the loop
		s.conn.OnReadable(s.server.PrereadTimeout, func(err error) { s.guard(func() { s.prereadReady(err) }) })
		return phase.Taken
	}
	return s.prereadHello()
}

// prereadHello reads until it knows what the client says hello with.
func (s *Session) prereadHello() phase.Result {
	for {
		if r := s.parseHello(s.buf); r != phase.Again {
			return r
		}
		if err := s.readMore(); err != nil {
			return err.(End).Result()
		}
	}
}

// parseHello looks at what the client has sent so far; phase.Again asks for more.
func (s *Session) parseHello(b []byte) phase.Result {
	hello, result := clienthello.Peek(b)
	if s.debug != nil {
		s.debugHello(b, &hello, result)
	}
	if len(b) > 0 {
		s.hello = &hello
	}
	switch result {
	case clienthello.NotTLS:
		s.hello = nil
	case clienthello.Version2:
		return phase.Done
	case clienthello.Whole:
		if !s.choose(hello.ServerName) {
			return phase.Error
		}
	case clienthello.More:
		return phase.Again
	}
	return phase.Next
}

// helloBuffers hold a ClientHello while it is looked at on a loop.
var helloBuffers = sync.Pool{New: func() any { return new([16 << 10]byte) }}

// prereadReady is the loop's call when the client has sent something, or not in time. Nearly always that is the whole hello; a
// goroutine takes over when it is not.
func (s *Session) prereadReady(err error) {
	if err != nil {
		s.Finalize(int(phase.OK))
		return
	}
	room := helloBuffers.Get().(*[16 << 10]byte)
	b := room[:min(len(room), s.server.PrereadBufferSize)]
	n, _ := s.conn.Peek(b)
	s.debug.Num(errlog.DebugStream, "stream recv(): %z", n)
	r := phase.Again
	if n > 0 {
		r = s.parseHello(b[:n])
	}
	helloBuffers.Put(room)
	if r == phase.Again {
		s.waits = true
		s.hello = nil
		go s.guard(func() { s.prereadGo(s.prereadHello()) })
		return
	}
	s.prereadGo(r)
}

// prereadGo goes on behind ssl_preread.
func (s *Session) prereadGo(r phase.Result) {
	if r == phase.Next && !s.stream.scriptsFirst {
		r = s.prereadScript()
	}
	s.afterPreread(r)
}

// End is the error of Peek when the session has to end: what the client sends does not fit, does not come, or has ended. A script
// that gets it must return Result from its handler at once.
type End phase.Result

func (e End) Error() string { return "session ends" }

// Result is what the handler must return.
func (e End) Result() phase.Result { return phase.Result(e) }

// Peek waits until the client has sent n bytes and returns them without taking them. It is for the preread phase; the error is an End.
func (s *Session) Peek(n int) ([]byte, error) {
	for len(s.buf) < n {
		if err := s.readMore(); err != nil {
			return nil, err
		}
	}
	return s.buf[:n:n], nil
}

// readMore adds to buf; the error is an End. The time for all of the phase is preread_timeout, which begins with the first wait.
func (s *Session) readMore() error {
	switch {
	case s.packet != nil:
		// A datagram is whole; there is no more of it to come.
		if s.buf != nil {
			return End(phase.OK)
		}
		s.buf = append([]byte{}, s.packet.First()...)
		return nil
	case len(s.buf) == s.server.PrereadBufferSize:
		s.Log(errlog.Err, "preread buffer full")
		return End(phase.BadRequest)
	}
	if !s.timed {
		s.timed = true
		_ = s.transport().SetReadDeadline(s.stream.now().Add(s.server.PrereadTimeout))
	}
	s.reserve(len(s.buf) + 1)
	var n int
	var err error
	if s.tls != nil {
		s.consumed = true
		n, err = s.transport().Read(s.buf[len(s.buf):cap(s.buf)])
		s.buf = s.buf[:len(s.buf)+n]
	} else {
		n, err = s.peekMore()
		s.debug.Num(errlog.DebugStream, "stream recv(): %z", n)
		s.buf = s.buf[:n]
	}
	if n > 0 && err == nil {
		return nil
	}
	var op *relay.OpError
	if errors.As(err, &op) && s.tls == nil {
		s.clientError(op)
	}
	return End(phase.OK)
}

// PeekNow is Peek that does not wait: it gives nil where it would have to.
func (s *Session) PeekNow(n int) []byte {
	if s.packet == nil && s.tls == nil && len(s.buf) < min(n, s.server.PrereadBufferSize) {
		s.reserve(n)
		if raw, err := s.conn.SyscallConn(); err == nil {
			_ = raw.Control(func(fd uintptr) {
				if got, _, err := unix.Recvfrom(int(fd), s.buf[:cap(s.buf)], unix.MSG_PEEK); err == nil && got > len(s.buf) {
					s.buf = s.buf[:got]
				}
			})
		}
	}
	if len(s.buf) < n {
		return nil
	}
	return s.buf[:n:n]
}

// firstRead is what buf has room for at first: most clients' first words fit.
const firstRead = 2048

// reserve makes room for n bytes in buf, as far as preread_buffer_size allows. Most sessions never need all of that.
func (s *Session) reserve(n int) {
	if n <= cap(s.buf) || cap(s.buf) == s.server.PrereadBufferSize {
		return
	}
	room := make([]byte, len(s.buf), min(max(n, 2*cap(s.buf), firstRead), s.server.PrereadBufferSize))
	copy(room, s.buf)
	s.buf = room
}

// peekMore waits until there is more to peek at than is in buf already, and returns how much (ngx_stream_preread_peek). The bytes
// stay in the kernel: the proxy reads them again, and closing a session that never took them resets the connection, as with nginx.
func (s *Session) peekMore() (n int, err error) {
	have := len(s.buf)
	raw, err := s.conn.SyscallConn()
	if err != nil {
		return have, err
	}
	err2 := raw.Read(func(fd uintptr) bool {
		for {
			n, _, err = unix.Recvfrom(int(fd), s.buf[:cap(s.buf)], unix.MSG_PEEK)
			if err != unix.EINTR {
				break
			}
		}
		switch {
		case err == unix.EAGAIN:
			s.Leave()
			return false
		case err != nil:
			err = &relay.OpError{Op: "recv()", Errno: err.(unix.Errno)}
			return true
		case n == 0, n <= have && hungUp(fd):
			err = io.EOF
			return true
		}
		if n <= have {
			s.Leave()
		}
		return n > have
	})
	if err2 != nil {
		err = err2
	}
	return max(n, have), err
}

// hungUp tells whether the client has ended its stream behind what can be peeked at (EPOLLRDHUP, pending_eof).
func hungUp(fd uintptr) bool {
	fds := [1]unix.PollFd{{Fd: int32(fd), Events: unix.POLLRDHUP}}
	n, err := unix.Poll(fds[:], 0)
	return err == nil && n == 1
}

// debugHello tells what ngx_stream_ssl_preread_handler found.
func (s *Session) debugHello(b []byte, h *clienthello.Peeked, r clienthello.Result) {
	const handshake, ssl3 = 0x16, 3
	if h.ALPN != "" {
		s.debug.Str(errlog.DebugStream, "ssl preread: ALPN protocols \"%V\"", h.ALPN)
	}
	switch {
	case r == clienthello.Whole:
		s.debug.Str(errlog.DebugStream, "SSL preread server name: \"%V\"", h.ServerName)
	case r == clienthello.Version2:
		s.debug.Line(errlog.DebugStream, "ssl preread: version 2 ClientHello")
	case r != clienthello.NotTLS:
	case b[0] != handshake:
		s.debug.Line(errlog.DebugStream, "ssl preread: not a handshake")
	case b[1] != ssl3:
		s.debug.Line(errlog.DebugStream, "ssl preread: unsupported SSL version")
	default:
		s.debug.Line(errlog.DebugStream, "ssl preread: failed to parse handshake")
	}
}
