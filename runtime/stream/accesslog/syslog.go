package accesslog

import (
	"fmt"
	"net"
	"strconv"
	"sync"
	"time"

	"tidegate/runtime/errlog"
)

// Syslog is a syslog server that a log goes to (ngx_syslog_peer_t). Its fields are set before it is used.
type Syslog struct {
	Network  string // "udp" or "unixgram"
	Addr     string // in Go's form
	Name     string // as nginx prints it: "127.0.0.1:514", "unix:/dev/log"
	Facility int    // 23 is local7, nginx's default
	Severity int    // 6 is info, nginx's default
	Tag      string // "nginx" by default
	Hostname string // empty for "nohostname"

	mu   sync.Mutex
	conn net.Conn
}

// SyslogError is a line that did not reach the syslog server; its text is nginx's message, of level warn.
type SyslogError struct{ err error }

func (e *SyslogError) Error() string { return "send() to syslog failed" }
func (e *SyslogError) Unwrap() error { return e.err }

// appendHead writes what stands before the message (ngx_syslog_add_header).
func (p *Syslog) appendHead(b []byte) []byte {
	b = append(b, '<')
	b = strconv.AppendInt(b, int64(p.Facility*8+p.Severity), 10)
	b = append(b, '>')
	b = time.Now().AppendFormat(b, time.Stamp)
	b = append(b, ' ')
	if p.Hostname != "" {
		b = append(append(b, p.Hostname...), ' ')
	}
	b = append(b, p.Tag...)
	return append(b, ": "...)
}

func (p *Syslog) send(msg []byte) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.conn == nil {
		c, err := net.Dial(p.Network, p.Addr)
		if err != nil {
			return &SyslogError{fmt.Errorf("connect() failed%s while logging to syslog, server: %s", errlog.Errno(err), p.Name)}
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

func (p *Syslog) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.conn != nil {
		_ = p.conn.Close()
		p.conn = nil
	}
}
