package relay

import (
	"errors"
	"net"
	"os"
	"syscall"

	"tidegate/runtime/errlog"
)

// OpError is a failed system call. Op is the call in nginx's words, such as "connect()", so that "Op failed (Errno)" is nginx's
// message: Text gives it.
type OpError struct {
	Op    string
	Errno syscall.Errno

	// AtOnce tells of a connect() that failed in the call itself, where nginx names the peer ("connect() to 127.0.0.1:80 failed") and
	// logs at ConnectLevel; otherwise the kernel told of it later, and the level is ConnectionLevel's.
	AtOnce bool
}

// Error is lowercase Go style; log lines use Text.
func (e *OpError) Error() string { return e.Op + " failed: " + e.Errno.Error() }

// Text is nginx's wording without the number, for example "connect() failed"; errlog appends "(111: Connection refused)".
func (e *OpError) Text() string { return e.Op + " failed" }

// Unwrap gives the error number.
func (e *OpError) Unwrap() error { return e.Errno }

// Timeout is true for ETIMEDOUT, as net.Error wants.
func (e *OpError) Timeout() bool { return e.Errno.Timeout() }

// Temporary is as net.Error wants.
func (e *OpError) Temporary() bool { return e.Errno.Temporary() }

// ErrTimeout is what reads, writes, waits and dials return at their deadline. It is os.ErrDeadlineExceeded, a net.Error.
var ErrTimeout = os.ErrDeadlineExceeded

// ErrClosed is net.ErrClosed: the Conn or Listener was closed, here or by another goroutine.
var ErrClosed = net.ErrClosed

// ErrCanceled is returned by a dial whose Cancel channel was closed.
var ErrCanceled = errors.New("operation was canceled")

// ErrAddr is returned for an address that no socket can have, such as a unix path that is too long.
var ErrAddr = errors.New("invalid socket address")

// ErrInUse is what a parked operation returns when a relay takes its Conn.
var ErrInUse = errors.New("connection is in use by a relay")

// errWouldBlock is what a filter's transport returns while the loop drives it. It is temporary, so that crypto/tls keeps its
// state and may be asked again.
type errWouldBlockType struct{}

func (errWouldBlockType) Error() string   { return "operation would block" }
func (errWouldBlockType) Timeout() bool   { return true }
func (errWouldBlockType) Temporary() bool { return true }

var errWouldBlock net.Error = errWouldBlockType{}

// ConnectionLevel is the level ngx_connection_error logs an error of a connection with: errors that peers cause are info for
// clients (NGX_ERROR_INFO) and error for upstreams (NGX_ERROR_ERR), everything else is an alert.
func ConnectionLevel(no syscall.Errno, side Side) errlog.Level {
	switch no {
	case 0, syscall.ECONNRESET, syscall.EPIPE, syscall.ENOTCONN, syscall.ETIMEDOUT, syscall.ECONNREFUSED,
		syscall.ENETDOWN, syscall.ENETUNREACH, syscall.EHOSTDOWN, syscall.EHOSTUNREACH:
		if side == Client {
			return errlog.Info
		}
		return errlog.Err
	}
	return errlog.Alert
}

// ConnectLevel is the level ngx_event_connect_peer logs a failed connect() with.
func ConnectLevel(no syscall.Errno) errlog.Level {
	switch no {
	case syscall.ECONNREFUSED, syscall.EAGAIN, syscall.ECONNRESET, syscall.ENETDOWN, syscall.ENETUNREACH,
		syscall.EHOSTDOWN, syscall.EHOSTUNREACH:
		return errlog.Err
	}
	return errlog.Crit
}
