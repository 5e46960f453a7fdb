package scenario

import (
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// hup asks for a reload.
func (s *server) hup() {
	s.t.Helper()
	s.signal(syscall.SIGHUP)
}

func tlsSerial(c *client) string {
	return c.Conn.(*tls.Conn).ConnectionState().PeerCertificates[0].SerialNumber.String()
}

// trusts tells whether the end of a connection shows a certificate of these names.
func trusts(conn net.Conn, n *names) bool {
	_ = conn.SetDeadline(time.Now().Add(patience))
	return tls.Client(conn, n.trusting("one.example")).Handshake() == nil
}

// generation rewrites reload.conf so that it answers otherwise, and reloads; it returns when the new configuration serves.
func (s *server) generation(text string, n int) {
	s.t.Helper()
	answer := fmt.Sprint("generation-", n)
	s.configure(text, replace("generation-1", answer))
	s.hup()
	await(s.t, answer, func() bool { return dial(s.t, s.at("9001")).all() == answer })
}

// Reload after reload under a stream of connections: none is refused, none is lost, each gets a whole answer.
func TestReloadUnderLoad(t *testing.T) {
	t.Parallel()
	s := load(t, "limits/reload.conf")
	text := readTestdata(t, "limits/reload.conf")
	serve(t, s.at("8080"), pong)
	serveUDP(t, s.at("8081"), func(text string) []string { return []string{text} })
	s.start()

	stop := make(chan struct{})
	var done atomic.Int64
	var wg sync.WaitGroup
	exchange := func(at, send string, right func(string) bool) {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				conn, err := connect("", at)
				if err != nil {
					t.Errorf("connect: %v", err)
					return
				}
				_ = conn.SetDeadline(time.Now().Add(patience))
				_, err = io.WriteString(conn, send)
				buf := make([]byte, 100)
				n, rerr := conn.Read(buf)
				conn.Close()
				if err != nil || rerr != nil || !right(string(buf[:n])) {
					t.Errorf("%s: %v, %v, received %q", at, err, rerr, buf[:n])
					return
				}
				done.Add(1)
			}
		})
	}
	generation := func(got string) bool { return strings.HasPrefix(got, "generation-") }
	for range 2 {
		exchange(s.at("9001"), "", generation)
		exchange(s.at("9002"), "ping\n", func(got string) bool { return got == "pong\n" })
		exchange(s.at("9003"), "x\n", generation)
	}
	for n := 2; n <= 9; n++ {
		before := done.Load()
		s.generation(text, n)
		await(t, "connections between reloads", func() bool { return done.Load() > before+20 || t.Failed() })
	}
	close(stop)
	wg.Wait()
	t.Logf("%d connections during 8 reloads", done.Load())
}

// Sessions outlive the configuration that began them, and keep it; new ones have the new one.
func TestSessionsOutliveReload(t *testing.T) {
	t.Parallel()
	s := load(t, "limits/reload.conf")
	text := readTestdata(t, "limits/reload.conf")
	serve(t, s.at("8080"), pong)
	serveUDP(t, s.at("8081"), func(text string) []string { return []string{"re " + text} })
	s.start()

	proxied, scripted := dial(t, s.at("9002")), dial(t, s.at("9003"))
	proxied.send("ping\n").line("pong")
	scripted.send("a\n").line("generation-1 a")
	packets := dialUDP(t, s.at("9004")).send("one")
	packets.datagram("re one")
	for n := 2; n <= 4; n++ {
		s.generation(text, n)
		proxied.send("ping\n").line("pong")
		scripted.send("b\n").line("generation-1 b")
		// nginx's old workers may still take a connection or two.
		await(t, "a session with the new configuration", func() bool {
			fresh := dial(t, s.at("9003"))
			defer fresh.Close()
			return fresh.send("c\n").readLine() == fmt.Sprintf("generation-%d c", n)
		})
	}
	packets.send("two").datagram("re two")
	proxied.Close()
	scripted.finish().ends("")
}

// A listener that is dropped refuses, one that is added serves, one that stays never stops to.
func TestReloadChangesListeners(t *testing.T) {
	t.Parallel()
	s := load(t, "limits/reload.conf")
	text := readTestdata(t, "limits/reload.conf")
	s.start()
	dial(t, s.at("9001")).ends("generation-1")
	s.configure(text, replace("listen 127.0.0.1:9001;", "listen 127.0.0.1:9011;"))
	s.hup()
	await(t, "the new port", func() bool {
		conn, err := connect("", s.at("9011"))
		if err == nil {
			conn.Close()
		}
		return err == nil
	})
	dial(t, s.at("9011")).ends("generation-1")
	await(t, "the old port to be closed", func() bool {
		conn, err := connect("", s.at("9001"))
		if err == nil {
			conn.Close()
		}
		return err != nil
	})
	c := dial(t, s.at("9003"))
	c.send("x\n").line("generation-1 x")
}

// A new configuration that is wrong is reported with its place, and nothing changes.
func TestReloadOfAWrongConfiguration(t *testing.T) {
	t.Parallel()
	s := load(t, "limits/reload.conf").expecting(`\[emerg\]`)
	text := readTestdata(t, "limits/reload.conf")
	s.start()
	live := dial(t, s.at("9003"))
	live.send("a\n").line("generation-1 a")
	for _, c := range []struct{ name, text, want string }{
		{"an unknown directive", "nonsense on;\n" + text, `[emerg] unknown directive "nonsense" in {dir}/conf/nginx.conf:1`},
		{"an unclosed block", strings.TrimRight(text, "}\n"), `[emerg] unexpected end of file, expecting "}" in {dir}/conf/nginx.conf:*`},
		{"a value that is none", strings.Replace(text, "proxy_pass 127.0.0.1:8080;", "proxy_pass 127.0.0.1:8080; proxy_timeout soon;", 1),
			`[emerg] "proxy_timeout" directive invalid value in {dir}/conf/nginx.conf:13`},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := s.as(t)
			s.configure(c.text)
			before := s.count(`\[emerg\]`)
			s.hup()
			await(t, "the message", func() bool { return s.count(`\[emerg\]`) > before })
			lines := serious.FindAllString(s.errorLog(), -1)
			got := stamp.ReplaceAllString(lines[len(lines)-1], "$1 ")
			if want, open := strings.CutSuffix(c.want, "*"); open {
				if want = strings.ReplaceAll(want, "{dir}", s.dir); !strings.HasPrefix(got, want) {
					t.Errorf("got  %s\nwant %s", got, c.want)
				}
			} else {
				s.sameLine(got, c.want)
			}
			dial(t, s.at("9001")).ends("generation-1")
			live.send("b\n").line("generation-1 b")
		})
	}
	s.generation(text, 2)
}

// A new configuration that wants a port of somebody else is refused; the old listeners are as they were.
func TestOccupiedPortAtReload(t *testing.T) {
	t.Parallel()
	s := load(t, "limits/reload.conf").expecting(`bind\(\) to .* failed`).expecting(`still could not bind`)
	text := readTestdata(t, "limits/reload.conf")
	s.start()
	live := dial(t, s.at("9003"))
	live.send("a\n").line("generation-1 a")
	l := occupy(t, s.at("9012"))
	s.configure(text, replace("listen 127.0.0.1:9001;", "listen 127.0.0.1:9001; listen 127.0.0.1:9012;"), replace("generation-1", "generation-2"))
	s.hup()
	s.sameLine(s.logged(`bind\(\) to`), `[emerg] bind() to 127.0.0.1:{9012} failed (98: Address already in use)`)
	// While it tries again and again, everybody is served.
	dial(t, s.at("9001")).ends("generation-1")
	live.send("b\n").line("generation-1 b")
	s.sameLine(s.logged(`still could not`), `[emerg] still could not bind()`)
	if n := s.count(`bind\(\) to`); n != 5 {
		t.Errorf("%d tries, want 5", n)
	}
	dial(t, s.at("9001")).ends("generation-1")
	live.send("c\n").line("generation-1 c")
	l.Close()
	s.hup()
	await(t, "the new generation", func() bool { return dial(t, s.at("9001")).all() == "generation-2" })
	dial(t, s.at("9012")).ends("generation-2")
	live.send("d\n").line("generation-1 d")
}

func TestReopenLogs(t *testing.T) {
	t.Parallel()
	s := load(t, "limits/stop.conf")
	serve(t, s.at("8080"), pong)
	s.start()
	once(t, dial(t, s.at("9001")))
	s.accessed(s.portText("9001") + ` 200 5 5`)
	s.rename("logs/access.log", "logs/access.log.1")
	s.rename("logs/error.log", "logs/error.log.1")
	live := dial(t, s.at("9001"))
	live.send("ping\n").line("pong")
	s.signal(syscall.SIGUSR1)
	// A file is there before the server writes to it.
	await(t, "a session in the new files", func() bool {
		once(t, dial(t, s.at("9001")))
		return strings.Contains(s.read("logs/access.log"), " 200 5 5\n") && strings.Contains(s.errorLog(), "bytes from/to client:5/5")
	})
	// A session that began before the logs were opened anew goes to the new ones.
	live.send("ping\n").line("pong")
	live.Close()
	s.accessed(s.portText("9001") + ` 200 10 10`)
	s.logged(`client disconnected, bytes from/to client:10/10`)
	s.line("logs/error.log.1", `signal 10 \(SIGUSR1\) received(?: from \d+)?, reopening logs`)
}
