package soak

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"syscall"
	"time"
)

// fault is something that clients or backends do over and over.
type fault struct {
	name    string
	workers int
	// turn does it once. The error is a promise of the server that was not kept.
	turn func(a *actor) error
}

// actor is who does it.
type actor struct {
	*world
	rand  *rand.Rand
	noise *rand.ChaCha8
	over  <-chan struct{} // closed when the soak ends
	turns int
}

// faults are done all at once.
var faults = []fault{
	{"a stream that ends with its client's half-close comes whole", 3, wholeStream},
	{"a client that does not read for a while gets everything", 2, slowReader},
	{"a client that resets in the middle", 2, reset},
	{"a client that stops reading and resets", 1, stalledReset},
	{"a session that lasts over reloads goes on", 4, lasting},
	{"a TLS session", 2, tlsSession},
	{"garbage instead of TLS is refused", 1, tlsGarbage},
	{"a TLS handshake that is cut", 1, tlsCut},
	{"a PROXY header", 1, proxyHeader},
	{"garbage instead of a PROXY header is refused", 1, proxyGarbage},
	{"a session that Lua looks at first", 2, preread},
	{"lines that Lua answers", 2, luaLines},
	{"lines that Lua has answered by a backend", 2, cosocket},
	{"a datagram", 2, datagram},
	{"a backend that is not there", 1, nobody},
	{"sessions with backends that come and go are never wrong", 3, flakySession},
	{"backends are killed and started again", 1, killBackends},
}

// dial connects. The kernel answers for the server, so a connection that is refused is a listening socket that was lost.
func (a *actor) dial(port string) (*net.TCPConn, error) {
	conn, err := net.DialTimeout("tcp4", a.ports[port], patience)
	if err != nil {
		return nil, err
	}
	_ = conn.SetDeadline(time.Now().Add(patience))
	return conn.(*net.TCPConn), nil
}

// bytes is a random text of up to most bytes, most of them short.
func (a *actor) bytes(most int) []byte {
	b := make([]byte, 1+a.rand.IntN(1+a.rand.IntN(most)))
	_, _ = a.noise.Read(b)
	return b
}

// line is a random line without its end.
func (a *actor) line() string { return fmt.Sprintf("%x", a.bytes(40)) }

// expect reads exactly what was sent.
func expect(r io.Reader, want []byte) error {
	got := make([]byte, len(want))
	n, err := io.ReadFull(r, got)
	if err != nil {
		return fmt.Errorf("%d of %d bytes came back: %w", n, len(want), err)
	}
	if !bytes.Equal(got, want) {
		return fmt.Errorf("%d bytes came back changed", len(want))
	}
	return nil
}

// expectEnd reads the end of the stream.
func expectEnd(r io.Reader) error {
	var b [1]byte
	if n, err := r.Read(b[:]); n > 0 || !errors.Is(err, io.EOF) {
		return fmt.Errorf("instead of the end came %d bytes, %v", n, err)
	}
	return nil
}

// exchange sends data and wants it back, both at once.
func exchange(conn net.Conn, data []byte) error {
	sent := make(chan error, 1)
	go func() {
		_, err := conn.Write(data)
		sent <- err
	}()
	return errors.Join(expect(conn, data), <-sent)
}

func wholeStream(a *actor) error {
	conn, err := a.dial("PLAIN")
	if err != nil {
		return err
	}
	defer conn.Close()
	data := a.bytes(2 << 20)
	sent := make(chan error, 1)
	go func() {
		_, err := conn.Write(data)
		sent <- errors.Join(err, conn.CloseWrite())
	}()
	return errors.Join(expect(conn, data), <-sent, expectEnd(conn))
}

// slowReader begins to read at the next reload; what is on the way fills all buffers until then.
func slowReader(a *actor) error {
	conn, err := a.dial("PLAIN")
	if err != nil {
		return err
	}
	defer conn.Close()
	data := a.bytes(8 << 20)
	sent := make(chan error, 1)
	go func() {
		_, err := conn.Write(data)
		sent <- errors.Join(err, conn.CloseWrite())
	}()
	a.rest()
	_ = conn.SetDeadline(time.Now().Add(patience))
	return errors.Join(expect(conn, data), <-sent, expectEnd(conn))
}

// rest waits for the next reload.
func (a *actor) rest() {
	select {
	case <-a.nextReload():
	case <-a.over:
	}
}

func reset(a *actor) error {
	conn, err := a.dial([]string{"PLAIN", "LUA", "TLS", "FLAKY"}[a.rand.IntN(4)])
	if err != nil {
		return err
	}
	_, _ = conn.Write(a.bytes(100_000))
	_ = conn.SetLinger(0)
	return conn.Close()
}

func stalledReset(a *actor) error {
	conn, err := a.dial("PLAIN")
	if err != nil {
		return err
	}
	defer conn.Close()
	_ = conn.SetLinger(0)
	_ = conn.SetWriteDeadline(time.Now().Add(200 * time.Millisecond))
	_, _ = conn.Write(make([]byte, 16<<20)) // comes to a halt when all buffers are full
	a.rest()
	return nil
}

func lasting(a *actor) error {
	conn, err := a.dial("PLAIN")
	if err != nil {
		return err
	}
	defer conn.Close()
	for range 3 {
		_ = conn.SetDeadline(time.Now().Add(patience))
		if err := exchange(conn, a.bytes(50_000)); err != nil {
			return err
		}
		a.rest()
	}
	return exchange(conn, a.bytes(50_000))
}

func tlsSession(a *actor) error {
	raw, err := a.dial("TLS")
	if err != nil {
		return err
	}
	conn := tls.Client(raw, a.tls)
	defer conn.Close()
	return exchange(conn, a.bytes(300_000))
}

// tlsGarbage may be answered with an alert, and then the connection ends.
func tlsGarbage(a *actor) error {
	conn, err := a.dial("TLS")
	if err != nil {
		return err
	}
	defer conn.Close()
	data := a.bytes(2000)
	if a.rand.IntN(2) == 0 {
		copy(data, "\x16\x03\x01") // a record of a handshake, at first sight
	}
	_, _ = conn.Write(data)
	_ = conn.CloseWrite()
	return ends(conn, 7)
}

// ends reads until the connection ends, in whatever way. It may say up to most bytes.
func ends(conn net.Conn, most int64) error {
	n, err := io.Copy(io.Discard, conn)
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return fmt.Errorf("the connection is left open: %w", err)
	case n > most:
		return fmt.Errorf("%d bytes came as an answer", n)
	}
	return nil
}

// hello is the first flight of a TLS client.
func hello(config *tls.Config) []byte {
	client, server := net.Pipe()
	defer server.Close()
	go func() {
		_ = tls.Client(client, config).Handshake()
		client.Close()
	}()
	buf := make([]byte, 4096)
	n, _ := server.Read(buf)
	return buf[:n]
}

func tlsCut(a *actor) error {
	conn, err := a.dial("TLS")
	if err != nil {
		return err
	}
	defer conn.Close()
	first := hello(a.tls)
	_, _ = conn.Write(first[:1+a.rand.IntN(len(first))])
	if a.rand.IntN(2) == 0 {
		_ = conn.SetLinger(0)
		return nil
	}
	_ = conn.CloseWrite()
	return ends(conn, 4096) // a whole hello is answered with a flight
}

func proxyHeader(a *actor) error {
	conn, err := a.dial("PROXIED")
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := fmt.Fprintf(conn, "PROXY TCP4 192.0.2.%d 192.0.2.1 %d 443\r\n", a.rand.IntN(256), 1+a.rand.IntN(65535)); err != nil {
		return err
	}
	return exchange(conn, a.bytes(100_000))
}

func proxyGarbage(a *actor) error {
	conn, err := a.dial("PROXIED")
	if err != nil {
		return err
	}
	defer conn.Close()
	data := a.bytes(500)
	switch a.rand.IntN(3) {
	case 0:
		copy(data, "PROXY ")
	case 1:
		copy(data, "\r\n\r\n\x00\r\nQUIT\n")
	}
	_, _ = conn.Write(data)
	_ = conn.CloseWrite()
	// A header of version 2 may be right by chance, and then what follows comes back.
	return ends(conn, int64(len(data)))
}

func preread(a *actor) error {
	conn, err := a.dial("PREREAD")
	if err != nil {
		return err
	}
	defer conn.Close()
	return exchange(conn, []byte(a.line()))
}

// lines has each line answered with itself.
func (a *actor) lines(port string, n int) error {
	conn, err := a.dial(port)
	if err != nil {
		return err
	}
	defer conn.Close()
	r := bufio.NewReader(conn)
	for range n {
		line := a.line() + "\n"
		if _, err := io.WriteString(conn, line); err != nil {
			return err
		}
		if got, err := r.ReadString('\n'); err != nil || got != line {
			return fmt.Errorf("the line %q was answered with %q, %w", line, got, err)
		}
	}
	return nil
}

func luaLines(a *actor) error { return a.lines("LUA", 1+a.rand.IntN(20)) }
func cosocket(a *actor) error { return a.lines("COSOCKET", 1+a.rand.IntN(20)) }

// datagram allows for the loss of a few, which is no promise.
func datagram(a *actor) error {
	var err error
	for range 5 {
		if err = a.datagram(); !errors.Is(err, os.ErrDeadlineExceeded) {
			return err
		}
	}
	return fmt.Errorf("five datagrams in a row were not answered: %w", err)
}

// datagram sends one from a socket of its own, where no late answer to another can come.
func (a *actor) datagram() error {
	conn, err := net.Dial("udp4", a.ports["UDP"])
	if err != nil {
		return err
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(5 * time.Second))
	data, buf := a.bytes(1400), make([]byte, 4096)
	if _, err := conn.Write(data); err != nil {
		return err
	}
	n, err := conn.Read(buf)
	if err != nil {
		return err
	}
	if !bytes.Equal(buf[:n], data) {
		return fmt.Errorf("a datagram of %d bytes was answered with another of %d", len(data), n)
	}
	return nil
}

func nobody(a *actor) error {
	conn, err := a.dial("DEAD")
	if err != nil {
		return err
	}
	defer conn.Close()
	_, _ = conn.Write(a.bytes(1000))
	return ends(conn, 0)
}

// flakySession may be cut short when its backend is killed, and what came until then must be right.
func flakySession(a *actor) error {
	conn, err := a.dial("FLAKY")
	if err != nil {
		return err
	}
	defer conn.Close()
	data := a.bytes(200_000)
	go func() { _, _ = conn.Write(data) }()
	got := make([]byte, len(data))
	n, err := io.ReadFull(conn, got)
	switch {
	case !bytes.Equal(got[:n], data[:n]):
		return fmt.Errorf("%d bytes came back changed", n)
	case errors.Is(err, os.ErrDeadlineExceeded):
		return fmt.Errorf("a session is left open after %d of %d bytes: %w", n, len(data), err)
	case err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, syscall.ECONNRESET):
		return err
	}
	return nil
}

// killBackends leaves one of them alive.
func killBackends(a *actor) error {
	b := a.flaky[a.turns%2]
	b.kill()
	a.rest()
	err := b.start()
	a.rest()
	return err
}
