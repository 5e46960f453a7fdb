package errlog

import (
	"net"
	"strconv"
	"sync"
	"time"
)

// Syslog is a syslog server as a destination (ngx_syslog_peer_t). Its fields are set before it is used. A line that cannot be sent is
// lost, and the next one connects anew.
type Syslog struct {
	Network  string // "udp" or "unixgram"
	Addr     string // in Go's form
	Facility int    // 23 is local7, nginx's default
	Tag      string // "nginx" by default
	Hostname string // empty for "nohostname"

	mu   sync.Mutex
	conn net.Conn
}

// levelWriter is a destination that wants to know how severe a line is.
type levelWriter interface {
	WriteLevel(level Level, line []byte) error
}

// Write sends a line with the severity of an error.
func (p *Syslog) Write(line []byte) (int, error) { return len(line), p.WriteLevel(Err, line) }

// WriteLevel sends a line; nginx's levels are syslog's severities plus one (ngx_syslog_writer).
func (p *Syslog) WriteLevel(level Level, line []byte) error {
	b := make([]byte, 0, len(line)+128)
	b = append(b, '<')
	b = strconv.AppendInt(b, int64(p.Facility*8+max(int(level)-1, 0)), 10)
	b = append(b, '>')
	b = time.Now().AppendFormat(b, time.Stamp)
	b = append(b, ' ')
	if p.Hostname != "" {
		b = append(append(b, p.Hostname...), ' ')
	}
	b = append(append(b, p.Tag...), ": "...)
	if n := len(line); n > 0 && line[n-1] == '\n' {
		line = line[:n-1]
	}
	b = append(b, line...)

	p.mu.Lock()
	defer p.mu.Unlock()
	if p.conn == nil {
		c, err := net.Dial(p.Network, p.Addr)
		if err != nil {
			return err
		}
		p.conn = c
	}
	if _, err := p.conn.Write(b); err != nil {
		_ = p.conn.Close()
		p.conn = nil
		return err
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
