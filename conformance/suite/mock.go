package suite

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"tidegate/conformance/perl"
	"tidegate/conformance/testnginx"
)

// mock is a server that a case describes: tcp_listen, tcp_reply … and their udp_ forms. It serves one client.
type mock struct {
	c      *testnginx.Case
	calls  *sync.Mutex // the case's Perl runs one sub at a time
	close  func()
	done   chan struct{}
	mu     sync.Mutex
	query  string
	queued bool // something came
}

// mocks starts the servers of the case.
func mocks(c *testnginx.Case) (tcp, udp *mock, err error) {
	calls := &sync.Mutex{}
	if c.Has("tcp_listen") {
		if tcp, err = listenTCP(c, calls); err != nil {
			return nil, nil, err
		}
	}
	if c.Has("udp_listen") {
		if udp, err = listenUDP(c, calls); err != nil {
			if tcp != nil {
				tcp.stop()
			}
			return nil, nil, err
		}
	}
	return tcp, udp, nil
}

// target is where a mock listens: a port of 127.0.0.1, or a socket file.
func target(c *testnginx.Case, section string) (network, address string, err error) {
	t := strings.TrimSpace(c.Expanded(section))
	if _, err := strconv.Atoi(t); err == nil {
		return "port", t, nil
	}
	if strings.HasSuffix(t, ".sock") {
		if !filepath.IsAbs(t) {
			t = filepath.Join(c.Head.Root(), t)
		}
		_ = os.Remove(t)
		return "unix", t, nil
	}
	return "", "", fmt.Errorf("%s: %q is neither a port nor a socket file", section, t)
}

// patienceForPort is how long a port may stay taken by the case before.
const patienceForPort = 5 * time.Second

func retry(f func() error) error {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(patienceForPort); ; <-tick.C {
		if err := f(); err == nil || time.Now().After(end) {
			return err
		}
	}
}

func listenTCP(c *testnginx.Case, calls *sync.Mutex) (*mock, error) {
	if !c.HasAny("tcp_reply", "tcp_shutdown") {
		return nil, errors.New("tcp_listen: the case has no tcp_reply")
	}
	network, address, err := target(c, "tcp_listen")
	if err != nil {
		return nil, err
	}
	if network == "port" {
		network, address = "tcp4", "127.0.0.1:"+address
	}
	var l net.Listener
	if err := retry(func() (err error) { l, err = net.Listen(network, address); return err }); err != nil {
		return nil, fmt.Errorf("tcp_listen: %w", err)
	}
	m := &mock{c: c, calls: calls, done: make(chan struct{})}
	stop := make(chan struct{})
	var once sync.Once
	m.close = func() { once.Do(func() { close(stop); l.Close() }) }
	go func() {
		defer close(m.done)
		conn, err := l.Accept()
		if err != nil {
			return
		}
		go func() { <-stop; conn.Close() }()
		m.serveTCP(conn)
		if c.Has("tcp_no_close") {
			<-stop
		}
		conn.Close()
		l.Close()
	}()
	return m, nil
}

// half is a connection of which one direction can be closed.
type half interface {
	CloseRead() error
	CloseWrite() error
}

func (m *mock) serveTCP(conn net.Conn) {
	c := m.c
	read, write := true, true
	if c.Has("tcp_shutdown") {
		if d := c.Seconds("tcp_shutdown_delay", 0); d > 0 {
			time.Sleep(seconds(d))
		}
		h, _ := conn.(half)
		switch strings.TrimSpace(c.Text("tcp_shutdown")) {
		case "0":
			_ = h.CloseRead()
			read = false
		case "2":
			_, _ = h.CloseRead(), h.CloseWrite()
			read = false
		default:
			_ = h.CloseWrite()
			write = false
		}
	}
	if read {
		m.readQuery(conn)
	}
	if d := c.Seconds("tcp_reply_delay", 0); d > 0 {
		time.Sleep(seconds(d))
	}
	if write {
		for _, part := range m.reply("tcp_reply") {
			if _, err := conn.Write([]byte(part)); err != nil {
				return
			}
		}
	}
}

// readQuery reads once, or as much as tcp_query or tcp_query_len ask for, or until nothing comes any more.
func (m *mock) readQuery(conn net.Conn) {
	c := m.c
	want, auto := 0, c.Has("tcp_query_auto_timeout")
	if c.Has("tcp_query_len") {
		want, _ = strconv.Atoi(strings.TrimSpace(c.Text("tcp_query_len")))
	} else if c.Has("tcp_query") {
		want = len(c.Text("tcp_query"))
	}
	buf := make([]byte, 4096)
	for {
		if auto {
			wait := 0.1
			if t := strings.TrimSpace(c.Text("tcp_query_auto_timeout")); t != "" {
				wait = testnginx.Seconds(t)
			}
			_ = conn.SetReadDeadline(time.Now().Add(seconds(wait)))
		}
		n, err := conn.Read(buf)
		m.mu.Lock()
		m.query, m.queued = m.query+string(buf[:n]), true
		enough := !auto && (want == 0 || len(m.query) >= want)
		m.mu.Unlock()
		if err != nil || enough {
			return
		}
	}
}

// reply is what a mock answers: a string, a list of strings, or what a sub makes of the query.
func (m *mock) reply(section string) []string {
	v := m.c.Value(section)
	if code, ok := v.(*perl.Code); ok {
		m.calls.Lock()
		out, err := m.c.Call(code, m.got())
		m.calls.Unlock()
		if err != nil || len(out) == 0 {
			return nil
		}
		v = out[len(out)-1]
	}
	switch v := v.(type) {
	case nil:
		return nil
	case *perl.Array:
		var out []string
		for _, item := range v.Values() {
			out = append(out, perl.String(item))
		}
		return out
	}
	return []string{perl.String(v)}
}

func (m *mock) got() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.query
}

// stop ends the mock and gives what was asked of it.
func (m *mock) stop() *string {
	if m == nil {
		return nil
	}
	m.close()
	<-m.done
	q := m.got()
	return &q
}

func listenUDP(c *testnginx.Case, calls *sync.Mutex) (*mock, error) {
	if !c.Has("udp_reply") {
		return nil, errors.New("udp_listen: the case has no udp_reply")
	}
	network, address, err := target(c, "udp_listen")
	if err != nil {
		return nil, err
	}
	if network == "port" {
		network, address = "udp4", "0.0.0.0:"+address
	} else {
		network = "unixgram"
	}
	var conn net.PacketConn
	if err := retry(func() (err error) { conn, err = net.ListenPacket(network, address); return err }); err != nil {
		return nil, fmt.Errorf("udp_listen: %w", err)
	}
	m := &mock{c: c, calls: calls, done: make(chan struct{})}
	m.close = func() { conn.Close() }
	go func() {
		defer close(m.done)
		buf := make([]byte, 4096)
		n, from, err := conn.ReadFrom(buf)
		if err != nil {
			return
		}
		m.mu.Lock()
		m.query, m.queued = string(buf[:n]), true
		m.mu.Unlock()
		if d := c.Seconds("udp_reply_delay", 0); d > 0 {
			time.Sleep(seconds(d))
		}
		for _, part := range m.reply("udp_reply") {
			if _, err := conn.WriteTo([]byte(part), from); errors.Is(err, net.ErrClosed) {
				return
			}
		}
	}()
	return m, nil
}
