package scenario

import (
	"bufio"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// backend is a TCP, TLS or unix-socket server that a configuration points to.
type backend struct {
	t testing.TB
	l net.Listener

	mu    sync.Mutex
	peers []string // remote addresses in order of arrival
	live  map[net.Conn]bool
	wg    sync.WaitGroup
}

// serve listens at addr (HOST:PORT, or a path) and handles each connection; the connection is closed after the handler.
func serve(t testing.TB, addr string, handle func(net.Conn)) *backend {
	t.Helper()
	network := "tcp"
	if addr[0] == '/' {
		network = "unix"
	}
	l, err := net.Listen(network, addr)
	if err != nil {
		t.Fatal(err)
	}
	return serveOn(t, l, handle)
}

func serveOn(t testing.TB, l net.Listener, handle func(net.Conn)) *backend {
	b := &backend{t: t, l: l, live: map[net.Conn]bool{}}
	b.wg.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			b.mu.Lock()
			b.peers = append(b.peers, conn.RemoteAddr().String())
			b.live[conn] = true
			b.mu.Unlock()
			b.wg.Go(func() {
				handle(conn)
				conn.Close()
				b.mu.Lock()
				delete(b.live, conn)
				b.mu.Unlock()
			})
		}
	})
	t.Cleanup(b.stop)
	return b
}

// stop closes the listener and all connections; connections are refused from then on.
func (b *backend) stop() {
	b.l.Close()
	// A child that another test is just starting may hold the socket for a moment.
	awaitOr(b.t, func() bool {
		conn, err := net.Dial(b.l.Addr().Network(), b.l.Addr().String())
		if err == nil {
			conn.Close()
		}
		return err != nil
	}, func() string { return "the backend's listener stays open" })
	b.mu.Lock()
	for conn := range b.live {
		conn.Close()
	}
	b.mu.Unlock()
	b.wg.Wait()
}

// accepted is how many connections there have been.
func (b *backend) accepted() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.peers)
}

// peer is the address that the last connection came from.
func (b *backend) peer() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.peers) == 0 {
		b.t.Fatal("nobody has connected to the backend")
	}
	return b.peers[len(b.peers)-1]
}

// peerHost is the host part of peer.
func (b *backend) peerHost() string {
	host, _, err := net.SplitHostPort(b.peer())
	if err != nil {
		b.t.Fatal(err)
	}
	return host
}

// echo sends back what comes, until the end of the stream.
func echo(conn net.Conn) { _, _ = io.Copy(conn, conn) }

// says greets and closes.
func says(text string) func(net.Conn) {
	return func(conn net.Conn) { _, _ = io.WriteString(conn, text) }
}

// answers sends one line for each line it gets.
func answers(answer func(line string) string) func(net.Conn) {
	return func(conn net.Conn) {
		for lines := bufio.NewScanner(conn); lines.Scan(); {
			if _, err := io.WriteString(conn, answer(lines.Text())+"\n"); err != nil {
				return
			}
		}
	}
}

// pong answers ping.
var pong = answers(func(line string) string {
	if line == "ping" {
		return "pong"
	}
	return "what is " + line + "?"
})

// record keeps what each connection sends, until the end of its stream.
type record struct {
	got chan string
}

func newRecord() *record { return &record{got: make(chan string, 64)} }

func (r *record) handle(conn net.Conn) {
	text, _ := io.ReadAll(conn)
	r.got <- string(text)
}

// next is what the next finished connection has sent.
func (r *record) next(t testing.TB) string {
	t.Helper()
	select {
	case text := <-r.got:
		return text
	case <-time.After(patience):
		t.Fatal("the backend waits in vain for a connection to end")
		return ""
	}
}

// serveTLS is serve behind TLS. Handshakes that fail are told to failed, if that is not nil.
func serveTLS(t testing.TB, addr string, cfg *tls.Config, failed chan<- error, handle func(*tls.Conn)) *backend {
	t.Helper()
	return serve(t, addr, func(raw net.Conn) {
		_ = raw.SetDeadline(time.Now().Add(patience))
		conn := tls.Server(raw, cfg)
		if err := conn.Handshake(); err != nil {
			if failed != nil {
				failed <- err
			}
			return
		}
		handle(conn)
		conn.Close()
	})
}

// hanging makes an address where connections are neither accepted nor refused: its queue is full.
func hanging(t testing.TB, addr string) {
	t.Helper()
	tcp, err := net.ResolveTCPAddr("tcp4", addr)
	if err != nil {
		t.Fatal(err)
	}
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { syscall.Close(fd) })
	sa := &syscall.SockaddrInet4{Port: tcp.Port, Addr: [4]byte(tcp.IP.To4())}
	err = errors.Join(syscall.SetsockoptInt(fd, syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1), syscall.Bind(fd, sa), syscall.Listen(fd, 0))
	if err != nil {
		t.Fatal(err)
	}
	// Connections that wait to be accepted fill the queue, until one more hangs.
	for range 16 {
		if hangs(t, sa) {
			return
		}
	}
	t.Skip("this kernel lets no queue fill up")
}

// hangs begins one more connection and tells whether the kernel, which answers at once, has not answered it. A deadline of Go's would
// say so of a process that was stopped, too.
func hangs(t testing.TB, to syscall.Sockaddr) bool {
	t.Helper()
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC|syscall.SOCK_NONBLOCK, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { syscall.Close(fd) })
	if err := syscall.Connect(fd, to); err != nil && err != syscall.EINPROGRESS {
		t.Fatal(err)
	}
	for {
		n, err := unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLOUT}}, 500)
		if err == nil {
			return n == 0
		}
		if err != unix.EINTR {
			t.Fatal(err)
		}
	}
}

// udpBackend answers datagrams; it keeps what came from whom.
type udpBackend struct {
	conn net.PacketConn
	mu   sync.Mutex
	got  []string // "PEER-PORT text"
}

// serveUDP listens at addr; answer gives the datagrams to send back.
func serveUDP(t testing.TB, addr string, answer func(text string) []string) *udpBackend {
	t.Helper()
	conn, err := net.ListenPacket("udp", addr)
	if err != nil {
		t.Fatal(err)
	}
	b := &udpBackend{conn: conn}
	done := make(chan struct{})
	go func() {
		defer close(done)
		buf := make([]byte, 64<<10)
		for {
			n, peer, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			text := string(buf[:n])
			b.mu.Lock()
			b.got = append(b.got, fmt.Sprint(peer.(*net.UDPAddr).Port, " ", text))
			b.mu.Unlock()
			for _, a := range answer(text) {
				if _, err := conn.WriteTo([]byte(a), peer); err != nil {
					return
				}
			}
		}
	}()
	t.Cleanup(func() {
		conn.Close()
		<-done
	})
	return b
}

// received is what has come so far.
func (b *udpBackend) received() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]string(nil), b.got...)
}

// udpClient sends datagrams to the server.
type udpClient struct {
	net.Conn
	t testing.TB
}

func dialUDP(t testing.TB, addr string) *udpClient {
	t.Helper()
	conn, err := net.Dial("udp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	return &udpClient{conn, t}
}

func (c *udpClient) send(text string) *udpClient {
	c.t.Helper()
	if _, err := io.WriteString(c.Conn, text); err != nil {
		c.t.Fatal(err)
	}
	return c
}

// datagram expects one datagram.
func (c *udpClient) datagram(want string) {
	c.t.Helper()
	buf := make([]byte, 64<<10)
	n, err := c.Read(buf)
	if err != nil || string(buf[:n]) != want {
		c.t.Fatalf("received %q, %v; want the datagram %q", buf[:n], err, want)
	}
}

// count counts datagrams of this text, until the client is closed.
func (c *udpClient) count(text string) *atomic.Int64 {
	var n atomic.Int64
	go func() {
		buf := make([]byte, 64<<10)
		for {
			switch k, err := c.Read(buf); {
			case err != nil:
				return
			case string(buf[:k]) == text:
				n.Add(1)
			}
		}
	}()
	return &n
}
