package scenario

import (
	"bufio"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// client is one connection to the server.
type client struct {
	net.Conn
	t testing.TB
	r *bufio.Reader
}

// dial connects to the server.
func dial(t testing.TB, addr string) *client {
	t.Helper()
	return dialFrom(t, "", addr)
}

// dialFrom connects from a local address, so that the server sees another client.
func dialFrom(t testing.TB, from, addr string) *client {
	t.Helper()
	conn, err := connect(from, addr)
	if err != nil {
		t.Fatal(err)
	}
	return newClient(t, conn)
}

func connect(from, addr string) (net.Conn, error) {
	d := net.Dialer{Timeout: patience}
	if from != "" {
		d.LocalAddr = &net.TCPAddr{IP: net.ParseIP(from)}
	}
	network := "tcp"
	if strings.HasPrefix(addr, "/") {
		network = "unix"
	}
	return d.Dial(network, addr)
}

func newClient(t testing.TB, conn net.Conn) *client {
	t.Cleanup(func() { conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	return &client{Conn: conn, t: t, r: bufio.NewReader(conn)}
}

// dialTLS connects and shakes hands.
func dialTLS(t testing.TB, addr string, cfg *tls.Config) *client {
	t.Helper()
	c := dial(t, addr)
	conn := tls.Client(c.Conn, cfg)
	if err := conn.Handshake(); err != nil {
		t.Fatalf("handshake: %v", err)
	}
	return &client{Conn: conn, t: t, r: bufio.NewReader(conn)}
}

// send writes text.
func (c *client) send(text string) *client {
	c.t.Helper()
	if _, err := io.WriteString(c.Conn, text); err != nil {
		c.t.Fatalf("send: %v", err)
	}
	return c
}

// line reads a line and compares it.
func (c *client) line(want string) {
	c.t.Helper()
	got, err := c.r.ReadString('\n')
	if err != nil || got != want+"\n" {
		c.t.Fatalf("received %s, %v; want the line %s", short(got), err, short(want))
	}
}

// readLineOrEnd reads a line without its end, or tells why there is none.
func (c *client) readLineOrEnd() (string, error) {
	got, err := c.r.ReadString('\n')
	return strings.TrimSuffix(got, "\n"), err
}

// readLine reads a line without its end.
func (c *client) readLine() string {
	c.t.Helper()
	got, err := c.r.ReadString('\n')
	if err != nil {
		c.t.Fatalf("received %q, %v; want a line", got, err)
	}
	return strings.TrimSuffix(got, "\n")
}

// all reads until the server closes.
func (c *client) all() string {
	c.t.Helper()
	got, err := io.ReadAll(c.r)
	if err != nil {
		c.t.Fatalf("received %s, then %v; want the end of the stream", short(string(got)), err)
	}
	return string(got)
}

// ends expects text and then the end of the stream.
func (c *client) ends(want string) {
	c.t.Helper()
	if got := c.all(); got != want {
		c.t.Fatalf("received %s until the end, want %s", short(got), short(want))
	}
}

// gone expects the end of the connection, orderly or by a reset, without a byte before it.
func (c *client) gone() {
	c.t.Helper()
	got, err := io.ReadAll(c.r)
	if len(got) != 0 || err != nil && !broken(err) {
		c.t.Fatalf("received %q, %v; want nothing but the end", got, err)
	}
}

// broken tells that the other side has reset the connection. It may when it closes with bytes that it has not read.
func broken(err error) bool {
	return errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
}

// exactly reads as many bytes as want has, and compares them.
func (c *client) exactly(want string) {
	c.t.Helper()
	got := make([]byte, len(want))
	if n, err := io.ReadFull(c.r, got); err != nil || string(got) != want {
		c.t.Fatalf("received %s, %v; want %s", short(string(got[:n])), err, short(want))
	}
}

// silent expects that nothing comes: what was sent has no answer by the time another exchange is over.
func (c *client) silent(meanwhile func()) {
	c.t.Helper()
	meanwhile()
	if err := c.SetReadDeadline(time.Now().Add(20 * time.Millisecond)); err != nil {
		c.t.Fatal(err)
	}
	var ne net.Error
	if got, err := c.r.ReadByte(); !errors.As(err, &ne) || !ne.Timeout() {
		c.t.Fatalf("received %q, %v; want silence", got, err)
	}
	if err := c.SetReadDeadline(time.Now().Add(patience)); err != nil {
		c.t.Fatal(err)
	}
}

// finish ends the client's direction.
func (c *client) finish() *client {
	c.t.Helper()
	h, ok := c.Conn.(interface{ CloseWrite() error })
	if !ok {
		c.t.Fatalf("%T has no directions", c.Conn)
	}
	// A server that has given the client up may have reset the connection: what is read next tells.
	if err := h.CloseWrite(); err != nil && !errors.Is(err, syscall.ENOTCONN) && !broken(err) {
		c.t.Fatal(err)
	}
	return c
}

// reset ends the connection with an RST.
func (c *client) reset() {
	c.t.Helper()
	if err := c.Conn.(*net.TCPConn).SetLinger(0); err != nil {
		c.t.Fatal(err)
	}
	c.Close()
}

// port is the client's own port.
func (c *client) port() int { return c.LocalAddr().(*net.TCPAddr).Port }

// short is a quoted text, with its middle left out when it is long.
func short(text string) string {
	if len(text) < 400 {
		return strconv.Quote(text)
	}
	return fmt.Sprintf("%q...%q (%d bytes)", text[:100], text[len(text)-100:], len(text))
}
