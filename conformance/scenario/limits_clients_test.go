package scenario

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tidegate/conformance/bench/proc"
)

// patient is clients.conf for tests that are not about its timeouts.
func patient(text string) string {
	return replace("300, 300, 300", "10000, 10000, 10000")(replace("300ms", "10s")(text))
}

// loadClients is limits/clients.conf with its certificate.
func loadClients(t *testing.T, handle func(net.Conn), edits ...edit) *server {
	t.Helper()
	s := load(t, "limits/clients.conf", edits...)
	certificates(s)
	serve(t, s.at("8080"), handle)
	return s.start()
}

func (s *server) portText(file string) string { return strconv.Itoa(s.port(file)) }

func TestSilentClients(t *testing.T) {
	t.Parallel()
	s := loadClients(t, echo)
	for _, c := range []struct{ name, port, log, access string }{
		{"while the PROXY header is awaited", "9002",
			`[info] client timed out (110: Connection timed out) while reading PROXY protocol, client: 127.0.0.1, server: 127.0.0.1:{9002}`, "200 0 0"},
		{"while the handshake is awaited", "9003", "", "500 0 0"},
		{"while the first bytes are awaited", "9004", "", "200 0 0"},
		{"while a script reads", "9006",
			`[error] stream lua tcp socket read timed out, client: 127.0.0.1, server: 127.0.0.1:{9006}`, "200 0 8"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := s.as(t)
			begin := time.Now()
			conn := dial(t, s.at(c.port))
			got := conn.all()
			if d := time.Since(begin); d < 250*time.Millisecond || late(d) {
				t.Errorf("ended after %s, want 300ms", d)
			}
			want := ""
			if c.port == "9006" {
				want = "timeout\n"
			}
			if got != want {
				t.Errorf("received %q, want %q", got, want)
			}
			if c.log != "" {
				s.sameLine(s.logged(`timed out.*:`+s.portText(c.port)), c.log)
			}
			if c.access != "" {
				s.accessed(s.portText(c.port) + " " + c.access)
			}
		})
	}
}

// A client that sends a byte now and then is served as any other; one that begins a message and never ends it is given up.
func TestSlowClients(t *testing.T) {
	t.Parallel()
	s := loadClients(t, echo)
	t.Run("a line byte by byte", func(t *testing.T) {
		t.Parallel()
		c := dial(t, s.at("9005"))
		for range 20 {
			c.send("x")
			<-time.After(10 * time.Millisecond)
		}
		c.send("\n").ends("20\n")
	})
	t.Run("a ClientHello that never ends", func(t *testing.T) {
		t.Parallel()
		s := s.as(t)
		dial(t, s.at("9004")).send("\x16\x03\x01\x02\x00\x01\x00").gone()
		s.accessed(s.portText("9004") + " 200 0 0")
	})
	t.Run("a handshake that never ends", func(t *testing.T) {
		t.Parallel()
		dial(t, s.at("9003")).send("\x16\x03\x01\x02\x00\x01\x00").gone()
	})
	t.Run("a line that never ends", func(t *testing.T) {
		t.Parallel()
		s := s.as(t)
		dial(t, s.at("9005")).send("unfinished").finish().gone()
		s.logged(`no line: closed, only 10 bytes`)
		s.accessed(s.portText("9005") + ` 400 0 0`)
	})
}

// A client that asks for much and reads nothing costs what the buffers hold, and gets everything when it reads after all.
func TestClientsThatDoNotRead(t *testing.T) {
	t.Parallel()
	const size = 96 << 20
	var written atomic.Int64
	s := loadClients(t, func(conn net.Conn) {
		piece := bytes.Repeat([]byte("0123456789abcdef"), 4096)
		for n := 0; n < size; n += len(piece) {
			if _, err := conn.Write(piece); err != nil {
				return
			}
			written.Add(int64(len(piece)))
		}
	})
	t.Run("of a proxy", func(t *testing.T) {
		before := footprint(t, s)
		c := dial(t, s.at("9001"))
		stalled := func() bool {
			n := written.Load()
			<-time.After(50 * time.Millisecond)
			return n > 0 && written.Load() == n
		}
		await(t, "the backend to be held back", func() bool { return stalled() && stalled() && stalled() })
		if n := written.Load(); n > size*3/4 {
			t.Errorf("the backend could write %d of %d bytes though nobody reads", n, size)
		}
		if grown := footprint(t, s) - before; grown > 16<<20 {
			t.Errorf("the server has grown by %d bytes", grown)
		}
		got, err := io.ReadAll(c.r)
		if err != nil || len(got) != size {
			t.Fatalf("%d bytes, %v; want %d", len(got), err, size)
		}
		for i := range got {
			if got[i] != "0123456789abcdef"[i%16] {
				t.Fatalf("byte %d is %q", i, got[i])
			}
		}
	})
	t.Run("of a script", func(t *testing.T) {
		s := s.as(t)
		c := dial(t, s.at("9007"))
		s.logged(`the client does not listen: timeout`)
		s.sameLine(s.logged(`write timed out`), `[error] stream lua tcp socket write timed out, client: 127.0.0.1, server: 127.0.0.1:{9007}`)
		c.Close()
	})
}

// footprint is the resident memory of the server and its workers.
func footprint(t *testing.T, s *server) int64 {
	t.Helper()
	f, err := proc.TreeFootprint(s.child.PID())
	if err != nil {
		t.Fatal(err)
	}
	return f.PSS
}

func TestGarbage(t *testing.T) {
	t.Parallel()
	s := loadClients(t, echo, patient)
	where := func(action, port string) string {
		return ` while ` + action + `, client: 127.0.0.1, server: 127.0.0.1:{` + port + `}`
	}
	for _, c := range []struct{ name, port, send, rx, log, access string }{
		{"instead of a PROXY header", "9002", "GET / HTTP/1.0\r\n\r\n", `broken header: "GET`,
			`[error] broken header: "GET / HTTP/1.0"` + where("reading PROXY protocol", "9002"), "400 0 0"},
		{"after the word PROXY", "9002", "PROXY TCP4 localhost 127.0.0.1 1 2\r\n", `broken header: "PROXY TCP4 loc`,
			`[error] broken header: "PROXY TCP4 localhost 127.0.0.1 1 2"` + where("reading PROXY protocol", "9002"), "400 0 0"},
		{"in a version 2 header", "9002", "\r\n\r\n\x00\r\nQUIT\n\x31\x11\x00\x0cabcdefghijkl", `unknown PROXY`,
			`[error] unknown PROXY protocol version: 3` + where("reading PROXY protocol", "9002"), "400 0 0"},
		{"a version 2 header that is too short", "9002", "\r\n\r\n\x00\r\nQUIT\n\x21\x11\x00\x04abcd", ``, ``, "400 0 0"},
		{"a line of zeros", "9002", strings.Repeat("\x00", 200) + "\n", `broken header: "\x00`,
			`[error] broken header: "` + strings.Repeat("\x00", 200) + `"` + where("reading PROXY protocol", "9002"), "400 0 0"},
		{"on a TLS port", "9003", "\x16\x03\x01\xff\xff garbage that looks like a record", `packet length`,
			`[info] SSL_do_handshake() failed (SSL: error:0A0000C6:SSL routines::packet length too long)` + where("SSL handshaking", "9003"), "500 0 0"},
		{"plain text on a TLS port", "9003", "hello, is this thing on?\r\n", `wrong version number`,
			`[info] SSL_do_handshake() failed (SSL: error:0A00010B:SSL routines::wrong version number)` + where("SSL handshaking", "9003"), "500 0 0"},
		{"HTTP on a TLS port", "9003", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", `http request`,
			`[info] SSL_do_handshake() failed (SSL: error:0A00009C:SSL routines::http request)` + where("SSL handshaking", "9003"), "500 0 0"},
		{"zeros on a TLS port", "9003", strings.Repeat("\x00", 4096), ``, ``, "500 0 0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := s.as(t)
			before := strings.Count(s.read("logs/access.log"), "\n")
			conn := dial(t, s.at(c.port)).send(c.send)
			drain(t, conn)
			if c.rx != "" {
				s.sameLine(s.logged(c.rx), c.log)
			}
			await(t, "the access log", func() bool { return strings.Count(s.read("logs/access.log"), "\n") > before })
			lines := strings.Split(strings.TrimSpace(s.read("logs/access.log")), "\n")
			if got := lines[len(lines)-1]; got != s.portText(c.port)+" "+c.access {
				t.Errorf("access log: %s, want %s", got, c.access)
			}
		})
	}
	t.Run("is no reason not to serve the next", func(t *testing.T) {
		c := dial(t, s.at("9002")).send("PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\nx")
		c.exactly("x")
		c.Close()
	})
}

// drain reads whatever comes until the connection ends, orderly or not.
func drain(t *testing.T, c *client) {
	t.Helper()
	if _, err := io.Copy(io.Discard, c.r); err != nil && !broken(err) {
		t.Errorf("waiting for the end: %v", err)
	}
}

// Bytes before a ClientHello that are none go to the backend as they are: ssl_preread only looks.
func TestPrereadPassesWhatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	s := loadClients(t, echo, patient)
	for _, text := range []string{"SSH-2.0-client\r\n", "\x00\x01\x02\x03\x04\x05"} {
		c := dial(t, s.at("9004")).send(text)
		c.exactly(text)
		c.Close()
	}
}

func TestHugeLine(t *testing.T) {
	t.Parallel()
	s := loadClients(t, echo, patient)
	const size = 8 << 20
	c := dial(t, s.at("9005"))
	go func() {
		_, _ = io.WriteString(c.Conn, strings.Repeat("x", size))
		_, _ = io.WriteString(c.Conn, "\r\n")
	}()
	c.ends(fmt.Sprintf("%d\n", size))
	dial(t, s.at("9005")).send("short\n").ends("5\n")
}

// Clients that reset their connections at every moment, many at once; the server goes on as if they had never been.
func TestResettingClients(t *testing.T) {
	t.Parallel()
	s := loadClients(t, echo, patient)
	hello := clientHello(t)
	ports := []struct{ port, send string }{
		{"9001", ""}, {"9001", "some bytes"}, {"9002", ""}, {"9002", "PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\nbytes"}, {"9003", ""},
		{"9003", hello[:len(hello)/2]}, {"9003", hello}, {"9004", hello[:20]}, {"9004", hello}, {"9005", "half a line"}, {"9006", ""}, {"9007", ""},
	}
	var wg sync.WaitGroup
	for _, p := range ports {
		at := s.at(p.port)
		wg.Go(func() {
			for range 20 {
				conn, err := connect("", at)
				if err != nil {
					t.Error(err)
					return
				}
				_, _ = io.WriteString(conn, p.send)
				_ = conn.(*net.TCPConn).SetLinger(0)
				conn.Close()
			}
		})
	}
	wg.Wait()
	c := dial(t, s.at("9001"))
	c.send("still there").exactly("still there")
	c.Close()
	dial(t, s.at("9005")).send("five!\n").ends("5\n")
	await(t, "all sessions to end", func() bool { return descriptors(t, s) <= 64 })
}

// descriptors is how many files the server and its workers hold.
func descriptors(t *testing.T, s *server) int {
	t.Helper()
	f, err := proc.TreeFootprint(s.child.PID())
	if err != nil {
		t.Fatal(err)
	}
	return f.Files
}

// clientHello is what a TLS client sends first.
func clientHello(t *testing.T) string {
	t.Helper()
	a, b := net.Pipe()
	go func() { _ = tls.Client(a, &tls.Config{ServerName: "one.example"}).Handshake() }()
	buf := make([]byte, 4096)
	n, err := b.Read(buf)
	if err != nil {
		t.Fatal(err)
	}
	a.Close()
	return string(buf[:n])
}

// Hundreds of clients at once, on every port, half of them garbage.
func TestFlood(t *testing.T) {
	t.Parallel()
	s := loadClients(t, echo, patient)
	var wg sync.WaitGroup
	var served atomic.Int64
	for i := range 150 {
		wg.Go(func() {
			conn, err := connect("", s.at("9001"))
			if err != nil {
				t.Error(err)
				return
			}
			defer conn.Close()
			_ = conn.SetDeadline(time.Now().Add(patience))
			text := strings.Repeat(strconv.Itoa(i), 5000)
			go func() { _, _ = io.WriteString(conn, text) }()
			got := make([]byte, len(text))
			if _, err := io.ReadFull(conn, got); err != nil || string(got) != text {
				t.Errorf("client %d: %v", i, err)
				return
			}
			served.Add(1)
		})
		wg.Go(func() {
			port := []string{"9002", "9003", "9004", "9005"}[i%4]
			conn, err := connect("", s.at(port))
			if err != nil {
				t.Error(err)
				return
			}
			_, _ = io.WriteString(conn, strings.Repeat("\x16flood", 3000))
			conn.Close()
		})
	}
	wg.Wait()
	if n := served.Load(); n != 150 {
		t.Errorf("%d of 150 clients were served", n)
	}
}

// A peer that floods one direction and never reads the other is held back, not stored.
func TestEchoOfAFloodThatIsNotRead(t *testing.T) {
	t.Parallel()
	s := loadClients(t, echo, patient)
	before := footprint(t, s)
	c := dial(t, s.at("9001"))
	if err := c.SetWriteDeadline(time.Now().Add(700 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	sent, err := io.Copy(c.Conn, io.LimitReader(zeros{}, 256<<20))
	if !os.IsTimeout(err) {
		t.Errorf("%d bytes were taken, then %v; want to be held back", sent, err)
	}
	if grown := footprint(t, s) - before; grown > 16<<20 {
		t.Errorf("the server has grown by %d bytes", grown)
	}
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { return len(b), nil }

func TestBackendResets(t *testing.T) {
	t.Parallel()
	s := load(t, "limits/backends.conf")
	reset := func(conn net.Conn) {
		_ = conn.(*net.TCPConn).SetLinger(0)
		conn.Close()
	}
	mode := make(chan func(net.Conn), 1)
	serve(t, s.at("8080"), func(conn net.Conn) { (<-mode)(conn) })
	s.start()
	where := `, client: 127.0.0.1, server: 127.0.0.1:{9001}, upstream: "127.0.0.1:{8080}", bytes from/to client:`

	t.Run("before it answers", func(t *testing.T) {
		s := s.as(t)
		c := dial(t, s.at("9001"))
		mode <- func(conn net.Conn) {
			_, _ = conn.Read(make([]byte, 10))
			reset(conn)
		}
		c.send("question").gone()
		s.sameLine(s.logged(`reset by peer`), `[error] recv() failed (104: Connection reset by peer) while proxying and reading from upstream`+
			where+`8/0, bytes from/to upstream:0/8`)
		s.accessed(s.portText("9001") + ` 200 8 0`)
	})
	t.Run("while it answers", func(t *testing.T) {
		s := s.as(t)
		c := dial(t, s.at("9001"))
		seen := make(chan bool)
		mode <- func(conn net.Conn) {
			_, _ = io.WriteString(conn, "half an ans")
			<-seen
			reset(conn)
		}
		c.exactly("half an ans")
		close(seen)
		drain(t, c)
		s.accessed(s.portText("9001") + ` 200 0 11`)
	})
	t.Run("and is there again", func(t *testing.T) {
		mode <- pong
		once(t, dial(t, s.at("9001")))
	})
}
