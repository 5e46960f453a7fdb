package cosocket

import (
	"context"
	"errors"
	"os"
	"time"

	"tidegate/runtime/errlog"
)

// CanHandshake tells why no handshake can be made now.
func (s *TCP) CanHandshake() string {
	if s.absent() || s.readClosed || s.writeClosed {
		return errClosed
	}
	return s.busy(true, true)
}

// ConnectTimeout and ReadTimeout are the limits in force.
func (s *TCP) ConnectTimeout() time.Duration { return s.connectTimeout }

// ReadTimeout bounds one wait for bytes.
func (s *TCP) ReadTimeout() time.Duration { return s.readTimeout }

// Handshake turns the connection into what shake makes of it: TLS. shake runs without the baton, bounded by timeout. It gives the new
// transport, or an error; a timeout closes the connection, other errors are for the caller to word.
func (s *TCP) Handshake(env Env, timeout time.Duration, shake func(ctx context.Context, conn Transport) (Transport, error)) (string, error) {
	if msg := s.CanHandshake(); msg != "" {
		return msg, nil
	}
	conn := s.conn
	s.connecting = true
	var made Transport
	var err error
	ctx, cancel := context.WithCancel(context.Background())
	s.wait(env, func() {
		_ = conn.SetDeadline(deadline(timeout))
		made, err = shake(ctx, conn)
		_ = conn.SetDeadline(time.Time{})
	}, cancel)
	cancel()
	s.connecting = false
	switch {
	case err == nil:
		s.Debug.Line(errlog.DebugStream, "stream lua tcp socket waking up the current request (conn)")
		s.debugResumed()
		s.conn = made
		return "", nil
	case errors.Is(err, os.ErrDeadlineExceeded):
		s.fail()
		return errTimeout, nil
	}
	s.fail()
	return "", err
}

// fail closes a connection that is no good any more.
func (s *TCP) fail() {
	if s.downstream {
		s.readClosed, s.writeClosed = true, true
		return
	}
	s.drop()
}

// Where is the context of log lines about this socket.
func (s *TCP) Where() string { return s.where() }

// CallContext is the context of log lines about what was done with it by OpenSSL or by a system call.
func (s *TCP) CallContext() string { return s.callContext() }

// Host is what connect was given.
func (s *TCP) Host() string { return s.host }

// Consumed tells whether a receive took anything.
func (s *TCP) Consumed() bool { return s.consumed }
