package errlog

import (
	"errors"
	"net"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// Syslog is a syslog server as a destination of error logs and access logs (ngx_syslog_peer_t). Its fields are set before it is used. A
// message that cannot be sent is lost, and the next one connects anew.
type Syslog struct {
	Network  string // "udp" or "unixgram"
	Addr     string // in Go's form
	Name     string // as nginx prints it: "127.0.0.1:514", "unix:/dev/log"
	Facility int    // 23 is local7, nginx's default
	Tag      string // "nginx" by default
	Hostname string // empty for "nohostname"
	Failures *Log   // takes what goes wrong with lines of an error log: the log of the whole process; may be nil

	mu     sync.Mutex
	conn   net.Conn
	failed atomic.Bool // a failure is being logged, which may lead back here
}

// SyslogError is a message that did not reach the syslog server; its text is the message that nginx's access log has for it, of level warn.
// Level and Text are what goes into the log of the whole process, whoever sent (ngx_syslog_log_error).
type SyslogError struct {
	Level Level
	Text  string
	err   error
}

func (e *SyslogError) Error() string { return "send() to syslog failed" }
func (e *SyslogError) Unwrap() error { return e.err }

// failure makes the error of a system call that failed.
func (p *Syslog) failure(level Level, call string, err error) error {
	return &SyslogError{level, call + " failed" + Errno(err) + " while logging to syslog, server: " + p.Name, err}
}

// sendLevel is the level of a failed send (ngx_connection_error).
func sendLevel(err error) Level {
	for _, no := range []syscall.Errno{syscall.ECONNRESET, syscall.EPIPE, syscall.ENOTCONN, syscall.ETIMEDOUT, syscall.ECONNREFUSED,
		syscall.ENETDOWN, syscall.ENETUNREACH, syscall.EHOSTDOWN, syscall.EHOSTUNREACH} {
		if errors.Is(err, no) {
			return Err
		}
	}
	return Alert
}

// AppendHead writes what stands before a message of a severity (ngx_syslog_add_header).
func (p *Syslog) AppendHead(b []byte, severity int) []byte {
	b = append(b, '<')
	b = strconv.AppendInt(b, int64(p.Facility*8+severity), 10)
	b = append(b, '>')
	b = time.Now().AppendFormat(b, time.Stamp)
	b = append(b, ' ')
	if p.Hostname != "" {
		b = append(append(b, p.Hostname...), ' ')
	}
	b = append(b, p.Tag...)
	return append(b, ": "...)
}

// Send sends a message with its head. The error is a *SyslogError.
func (p *Syslog) Send(msg []byte) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.conn == nil {
		c, err := net.Dial(p.Network, p.Addr)
		if err != nil {
			return p.failure(Alert, "connect()", err)
		}
		p.conn = c
	}
	if _, err := p.conn.Write(msg); err != nil {
		_ = p.conn.Close()
		p.conn = nil
		return p.failure(sendLevel(err), "send()", err)
	}
	return nil
}

// Close lets go of the socket.
func (p *Syslog) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.conn == nil {
		return nil
	}
	err := p.conn.Close()
	p.conn = nil
	return err
}

// levelWriter is a destination that wants to know how severe a line is.
type levelWriter interface {
	WriteLevel(level Level, line []byte) error
}

// Write sends a line with the severity of an error.
func (p *Syslog) Write(line []byte) (int, error) { return len(line), p.WriteLevel(Err, line) }

// WriteLevel sends a line of an error log; nginx's levels are syslog's severities plus one (ngx_syslog_writer).
func (p *Syslog) WriteLevel(level Level, line []byte) error {
	if n := len(line); n > 0 && line[n-1] == '\n' {
		line = line[:n-1]
	}
	if p.failed.Load() {
		return nil
	}
	b := p.AppendHead(make([]byte, 0, len(line)+128), max(int(level)-1, 0))
	err := p.Send(append(b, line...))
	var e *SyslogError
	if errors.As(err, &e) && p.Failures != nil && p.failed.CompareAndSwap(false, true) {
		p.Failures.Write(e.Level, 0, e.Text)
		p.failed.Store(false)
	}
	return err
}
