package errlog

import (
	"fmt"
	"net"
	"strconv"
	"sync"
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

	mu   sync.Mutex
	conn net.Conn
}

// SyslogError is a message that did not reach the syslog server; its text is nginx's message, of level warn.
type SyslogError struct{ err error }

func (e *SyslogError) Error() string { return "send() to syslog failed" }
func (e *SyslogError) Unwrap() error { return e.err }

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
			return &SyslogError{fmt.Errorf("connect() failed%s while logging to syslog, server: %s", Errno(err), p.Name)}
		}
		p.conn = c
	}
	if _, err := p.conn.Write(msg); err != nil {
		_ = p.conn.Close()
		p.conn = nil
		return &SyslogError{err}
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
	b := p.AppendHead(make([]byte, 0, len(line)+128), max(int(level)-1, 0))
	return p.Send(append(b, line...))
}
