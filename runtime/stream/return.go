package stream

import (
	"errors"
	"syscall"
	"time"

	"tidegate/runtime/errlog"
	"tidegate/runtime/phase"
	"tidegate/runtime/relay"
)

// returnTimeout bounds each wait for room while a text is sent; nginx has it as a constant.
const returnTimeout = 5 * time.Second

// returnText is the content handler of "return" (ngx_stream_return_handler).
func (s *Session) returnText() phase.Result {
	s.action = "returning text"
	text := s.server.returns.String(s)
	s.debug.Str(errlog.DebugStream, "stream return text: \"%V\"", text)
	if text == "" {
		return phase.OK
	}
	rest := []byte(text)
	if s.tls == nil && s.packet == nil {
		n, err := s.conn.TryWrite(rest)
		s.sent.Add(int64(n))
		if rest = rest[n:]; len(rest) == 0 {
			s.debug.Line(errlog.DebugStream, "stream return done sending")
			return phase.OK
		}
		if !errors.Is(err, relay.ErrWouldBlock) {
			return s.returnFailed(err)
		}
	}
	if !s.waits {
		s.aside(func() { s.Finalize(int(s.returnRest(rest))) })
		return phase.Taken
	}
	return s.returnRest(rest)
}

// returnRest sends what did not go out at once.
func (s *Session) returnRest(rest []byte) phase.Result {
	d := s.Downstream()
	for len(rest) > 0 {
		_ = d.SetWriteDeadline(s.stream.now().Add(returnTimeout))
		n, err := d.Write(rest)
		rest = rest[n:]
		switch {
		case err == nil:
		case errors.Is(err, relay.ErrTimeout) && n > 0:
			// The time runs anew whenever something could be sent.
		case errors.Is(err, relay.ErrTimeout):
			s.LogErr(errlog.Info, syscall.ETIMEDOUT, "connection timed out")
			return phase.OK
		default:
			return s.returnFailed(err)
		}
	}
	s.debug.Line(errlog.DebugStream, "stream return done sending")
	return phase.OK
}

func (s *Session) returnFailed(err error) phase.Result {
	var op *relay.OpError
	if errors.As(err, &op) {
		s.clientError(op)
	}
	return phase.InternalServerError
}
