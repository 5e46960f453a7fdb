package cosocket

import (
	"errors"
	"io"
	"os"
	"time"

	"tidegate/runtime/errlog"
	"tidegate/runtime/relay"
)

// CanSend tells why nothing can be sent now, and complains about a socket that is closed.
func (s *TCP) CanSend(env Env) string {
	if s.absent() || s.writeClosed {
		return s.logClosed(env, "attempt to send")
	}
	return s.busy(false, true)
}

// Send writes data whole, after CanSend has allowed it. It gives the number of bytes, or the error.
func (s *TCP) Send(env Env, data []byte) (int, string) {
	s.Debug.Num(errlog.DebugStream, "stream lua tcp socket send timeout: %M", int(s.sendTimeout.Milliseconds()))
	if len(data) == 0 {
		return 0, ""
	}
	if s.set.NoDelay && !s.nodelaySet && s.raw != nil && !s.peer.IsUnix() {
		s.nodelaySet = true
		s.Debug.Line(errlog.DebugStream, "stream lua socket tcp_nodelay")
		if err := s.raw.SetNoDelay(true); err != nil {
			return 0, "setsocketopt tcp_nodelay failed"
		}
	}
	s.Debug.Line(errlog.DebugStream, "stream lua tcp socket send data")
	s.writing = true
	err := s.write(env, data)
	s.writing = false
	if err == nil {
		return len(data), ""
	}
	s.Debug.Line(errlog.DebugStream, "stream lua tcp socket handle write error")
	s.logFailure(env, err, "write")
	s.closeWrite()
	return 0, text(err)
}

func (s *TCP) write(env Env, data []byte) (err error) {
	if t, ok := s.conn.(interface{ TryWrite([]byte) (int, error) }); ok {
		n, err := t.TryWrite(data)
		if data = data[n:]; len(data) == 0 || err != nil && err != relay.ErrWouldBlock {
			s.debugSent(err)
			return err
		}
	}
	conn := s.conn
	s.wait(env, func() {
		_ = conn.SetWriteDeadline(deadline(s.sendTimeout))
		_, err = conn.Write(data)
	}, func() { _ = conn.SetWriteDeadline(time.Unix(1, 0)) })
	s.debugSent(err)
	return err
}

// CanReceive tells why nothing can be received now. It complains about a socket that is closed, in words that begin with attempt, which
// are not the same for all methods; without them it says nothing.
func (s *TCP) CanReceive(env Env, attempt string) string {
	switch {
	case !s.absent() && !s.readClosed:
		return s.busy(true, false)
	case attempt == "":
		return errClosed
	}
	return s.logClosed(env, attempt)
}

// receive runs one read with all that surrounds it, after CanReceive has allowed it.
func (s *TCP) receive(env Env, f filter) (out []byte, msg string) {
	conn := s.conn
	s.debugReadTimeout()
	s.reading = true
	out, err := s.r.receive(&source{conn: conn, socket: s, env: env, timeout: s.readTimeout, aborts: s.aborts(), debug: s.Debug}, s.set.BufferSize, f)
	s.endRead()
	if err == nil {
		s.consumed = true
		return out, ""
	}
	return out, s.readFailed(env, err)
}

func (s *TCP) readFailed(env Env, err error) string {
	if errors.Is(err, os.ErrDeadlineExceeded) { // the socket stays open, so that the script may go on
		s.logFailure(env, err, "read")
		return errTimeout
	}
	s.Debug.Line(errlog.DebugStream, "stream lua tcp socket handle read error")
	msg := text(err)
	if errors.Is(err, io.EOF) && s.aborts() {
		msg = errAborted
	}
	s.logFailure(env, err, "recv")
	s.closeRead()
	return msg
}

// aborts tells whether the end of the stream is the client's abort (lua_check_client_abort).
func (s *TCP) aborts() bool { return s.downstream && s.set.CheckClientAbort }

// AfterRead calls f when no receive is under way any more: what happens to the stream is a receive's to notice first.
func (s *TCP) AfterRead(f func()) {
	if !s.reading {
		f()
		return
	}
	s.readEnded = f
}

// endRead ends a wait for bytes.
func (s *TCP) endRead() {
	s.reading = false
	if f := s.readEnded; f != nil {
		s.readEnded = nil
		f()
	}
}

// CanPeek tells whether no other thread waits for bytes.
func (s *TCP) CanPeek() bool { return s.busy(true, false) == "" }

// Peek runs a wait for bytes that stay where they are. No other thread can read meanwhile.
func (s *TCP) Peek(env Env, call, cancel func()) string {
	if busy := s.busy(true, false); busy != "" {
		return busy
	}
	s.reading = true
	s.wait(env, call, cancel)
	s.endRead()
	return ""
}

// ReceiveLine is receive("*l"). On an error the bytes are what was read of the line.
func (s *TCP) ReceiveLine(env Env) ([]byte, string) {
	s.debugReceive()
	return s.receive(env, line{})
}

// ReceiveAll is receive("*a").
func (s *TCP) ReceiveAll(env Env) ([]byte, string) {
	s.debugReceive()
	return s.receive(env, all{})
}

// ReceiveSize is receive(n), n > 0.
func (s *TCP) ReceiveSize(env Env, n int) ([]byte, string) {
	s.debugReceive()
	return s.receive(env, &exactly{n})
}

// ReceiveAny is receiveany(max), max > 0.
func (s *TCP) ReceiveAny(env Env, limit int) ([]byte, string) {
	s.Debug.Num(errlog.DebugStream, "stream lua tcp socket calling receiveany() method to read at most %uz bytes", limit)
	return s.receive(env, anything{limit})
}

// ReceiveUntil is a call of the iterator u with size (0: to the pattern). ended: the pattern was met by the call before.
func (s *TCP) ReceiveUntil(env Env, u *Until, size int) (out []byte, ended bool, msg string) {
	s.Debug.Line(errlog.DebugStream, "stream lua tcp socket receiveuntil iterator")
	if u.ended {
		u.ended = false
		return nil, true, ""
	}
	u.sized, u.rest = size > 0, size
	out, msg = s.receive(env, u)
	return out, false, msg
}
