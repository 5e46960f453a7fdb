package scenario

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestProxyExample(t *testing.T) {
	t.Parallel()
	v6 := hasIPv6()
	var edits []edit
	if !v6 {
		edits = append(edits, replace("[::1]:12345", "127.0.0.1:12345"))
	}
	s := load(t, "guide-proxy/01-example.conf", edits...)
	serve(t, s.at("8080"), echo)
	serve(t, s.path("stream.socket"), echo)
	serveUDP(t, s.at("5300"), func(text string) []string { return []string{strings.ToUpper(text)} })
	s.start()

	proxied := func(name, at string) {
		t.Run(name, func(t *testing.T) {
			c := dial(t, at)
			for i := range 10 {
				text := strings.Repeat(strconv.Itoa(i), 1<<(2*i))
				go func() { _, _ = io.WriteString(c.Conn, text) }()
				c.exactly(text)
			}
			c.Close()
		})
	}
	proxied("to an address", s.at("12341"))
	proxied("to a name", s.at("12342"))
	if v6 {
		proxied("from IPv6 to a unix socket", "[::1]:"+strconv.Itoa(s.port("12345")))
	} else {
		proxied("to a unix socket", s.at("12345"))
	}
	t.Run("datagrams to a name", func(t *testing.T) {
		one, two := dialUDP(t, s.at("5353")), dialUDP(t, s.at("5353"))
		one.send("first")
		two.send("second").datagram("SECOND")
		one.datagram("FIRST")
		one.send("third").datagram("THIRD")
		// Answers are read into proxy_buffer_size, 16k.
		large := strings.Repeat("large...", 2048)
		one.send(large).datagram(strings.ToUpper(large))
		one.send(large + "more").datagram(strings.ToUpper(large))
	})
}

func hasIPv6() bool {
	l, err := net.Listen("tcp6", "[::1]:0")
	if err == nil {
		l.Close()
	}
	return err == nil
}

// once runs one exchange through a proxied echo and waits until the backend has let go of it.
func once(t *testing.T, c *client) {
	t.Helper()
	c.send("ping\n").line("pong")
	c.Close()
}

func TestProxyBind(t *testing.T) {
	t.Parallel()
	s := load(t, "guide-proxy/02-bind.conf")
	b := serve(t, s.at("8080"), pong)
	s.start()
	for _, c := range []struct{ name, port, from, want string }{
		{"a fixed address", "12341", "", "127.0.0.2"},
		{"the client's", "12342", "127.0.0.5", "127.0.0.5"},
		{"switched off", "12343", "127.0.0.5", "127.0.0.1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			once(t, dialFrom(t, c.from, s.at(c.port)))
			if got := b.peerHost(); got != c.want {
				t.Errorf("the backend saw %s, want %s", got, c.want)
			}
		})
	}
}

func TestProxyBindToAForeignAddress(t *testing.T) {
	t.Parallel()
	s := load(t, "guide-proxy/02-bind.conf", replace("proxy_bind 127.0.0.2;",
		"proxy_bind 192.0.2.77; log_format st '$status'; access_log logs/access.log st;"))
	serve(t, s.at("8080"), pong)
	s.start()
	dial(t, s.at("12341")).gone()
	s.sameLine(s.logged(`bind\(`), `[crit] bind(192.0.2.77) failed (99: Cannot assign requested address) while connecting to upstream, `+
		`client: 127.0.0.1, server: 127.0.0.1:{12341}, upstream: "127.0.0.1:{8080}", bytes from/to client:0/0, bytes from/to upstream:0/0`)
	s.accessed(`500`)
	once(t, dial(t, s.at("12343")))
}

func TestProxyTransparent(t *testing.T) {
	t.Parallel()
	needsRoot(t, "proxy_bind transparent binds addresses of others")
	s := load(t, "guide-proxy/03-transparent.conf")
	b := serve(t, s.at("8080"), pong)
	s.start()
	once(t, dialFrom(t, "127.0.0.7", s.at("12341")))
	if got := b.peerHost(); got != "127.0.0.7" {
		t.Errorf("the backend saw %s, want the client's 127.0.0.7", got)
	}
}

// An address that is not ours can be bound, other than without transparent; no answer can come back to it here, where nobody routes it.
func TestProxyTransparentWithAForeignAddress(t *testing.T) {
	t.Parallel()
	needsRoot(t, "proxy_bind transparent binds addresses of others")
	s := load(t, "guide-proxy/03-transparent.conf", replace("proxy_bind $remote_addr transparent;",
		"proxy_bind 192.0.2.77 transparent; proxy_connect_timeout 200ms;"))
	serve(t, s.at("8080"), pong)
	s.start()
	dial(t, s.at("12341")).gone()
	s.logged(`upstream timed out \(110: Connection timed out\) while connecting to upstream`)
	if n := s.count(`bind\(`); n != 0 {
		t.Errorf("bind failed:\n%s", s.errorLog())
	}
}

// transfer reads n bytes, checks that they are a's, and tells how long it took.
func transfer(t *testing.T, c *client, n int) time.Duration {
	t.Helper()
	begin := time.Now()
	got := make([]byte, n)
	if _, err := io.ReadFull(c.r, got); err != nil {
		t.Errorf("after %d bytes: %v", n, err)
	}
	for i, b := range got {
		if b != 'a' {
			t.Fatalf("byte %d is %q", i, b)
		}
	}
	return time.Since(begin)
}

func TestProxyRates(t *testing.T) {
	t.Parallel()
	s := load(t, "guide-proxy/04-rates.conf")
	const most = 1 << 20
	serve(t, s.at("8080"), func(conn net.Conn) { _, _ = io.WriteString(conn, strings.Repeat("a", most)) })
	uploaded := make(chan time.Time, 1)
	const upload = 48 << 10
	serve(t, s.at("8081"), func(conn net.Conn) {
		if _, err := io.CopyN(io.Discard, conn, upload); err == nil {
			uploaded <- time.Now()
		}
	})
	s.start()

	// A rate r allows r bytes at once and r more in each second.
	limited := func(t *testing.T, from string, size int) {
		t.Helper()
		if d := transfer(t, dialFrom(t, from, s.at("12341")), size); d < 900*time.Millisecond || late(d) {
			t.Errorf("%d bytes came within %s, want about 2s", size, d)
		}
	}
	t.Run("group", func(t *testing.T) {
		t.Run("slow", func(t *testing.T) { t.Parallel(); limited(t, "127.0.0.2", 12<<10) })
		t.Run("less slow", func(t *testing.T) { t.Parallel(); limited(t, "127.0.0.3", 24<<10) })
		t.Run("each connection for itself", func(t *testing.T) { t.Parallel(); limited(t, "127.0.0.3", 24<<10) })
		t.Run("no limit", func(t *testing.T) {
			t.Parallel()
			if d := transfer(t, dialFrom(t, "127.0.0.4", s.at("12341")), most); late(d) {
				t.Errorf("%d bytes took %s without a limit", most, d)
			}
		})
		t.Run("upload", func(t *testing.T) {
			t.Parallel()
			begin := time.Now()
			c := dial(t, s.at("12342"))
			c.send(strings.Repeat("a", upload))
			select {
			case at := <-uploaded:
				if d := at.Sub(begin); d < 900*time.Millisecond || late(d) {
					t.Errorf("%d bytes reached the backend within %s, want about 2s", upload, d)
				}
			case <-time.After(patience):
				t.Error("the backend has not received everything")
			}
		})
	})
}

// halves is a backend that ends one direction before the other: for a client that begins with Q it answers when the client has
// ended, else it ends first and goes on listening.
func halves(got *record) func(net.Conn) {
	return func(conn net.Conn) {
		first := make([]byte, 1)
		if _, err := io.ReadFull(conn, first); err != nil {
			got.got <- err.Error()
			return
		}
		if first[0] != 'Q' {
			_, _ = io.WriteString(conn, "bye")
			_ = conn.(interface{ CloseWrite() error }).CloseWrite()
		}
		text, _ := io.ReadAll(conn)
		if first[0] == 'Q' {
			_, _ = io.WriteString(conn, "answer to "+string(text))
		}
		got.got <- string(text)
	}
}

func TestProxyHalfClose(t *testing.T) {
	t.Parallel()
	s := load(t, "guide-proxy/05-half-close.conf")
	got := newRecord()
	serve(t, s.at("8080"), halves(got))
	s.start()

	t.Run("the client ends first", func(t *testing.T) {
		dial(t, s.at("12341")).send("Question").finish().ends("answer to uestion")
		if text := got.next(t); text != "uestion" {
			t.Errorf("the backend received %q", text)
		}
	})
	t.Run("the backend ends first", func(t *testing.T) {
		c := dial(t, s.at("12341")).send("B")
		c.ends("bye")
		c.send("still ").send("talking").finish()
		if text := got.next(t); text != "still talking" {
			t.Errorf("the backend received %q", text)
		}
	})
	t.Run("without it the client's end is the session's", func(t *testing.T) {
		c := dial(t, s.at("12342")).send("Question")
		c.finish().gone()
		got.next(t)
	})
	t.Run("without it the backend's end is the session's", func(t *testing.T) {
		c := dial(t, s.at("12342")).send("B")
		c.ends("bye")
		if text := got.next(t); text != "" {
			t.Errorf("the backend received %q", text)
		}
	})
}

func TestProxyNextUpstream(t *testing.T) {
	t.Parallel()
	s := load(t, "guide-proxy/06-next-upstream.conf", replace("proxy_connect_timeout 300ms", "proxy_connect_timeout 800ms"),
		replace("proxy_next_upstream_timeout 500ms", "proxy_next_upstream_timeout 1500ms"),
		// Who has failed is left alone until the test is over.
		replace("127.0.0.1:8077;", "127.0.0.1:8077 fail_timeout=1h;"), replace("127.0.0.1:8078;", "127.0.0.1:8078 fail_timeout=1h;"),
		replace("127.0.0.1:8079;", "127.0.0.1:8079 fail_timeout=1h;"))
	serve(t, s.at("8080"), pong)
	for _, port := range []string{"8074", "8075", "8076"} {
		hanging(t, s.at(port))
	}
	s.start()
	peer := func(ports ...string) string {
		for i, p := range ports {
			ports[i] = s.at(p)
		}
		return regexp.QuoteMeta(strings.Join(ports, ", "))
	}
	port := func(p string) string { return strconv.Itoa(s.port(p)) }

	t.Run("the next one", func(t *testing.T) {
		s := s.as(t)
		once(t, dial(t, s.at("12341")))
		s.accessed(port("12341") + ` 200 ` + peer("8079", "8080") + ` -, \d+\.\d{3}`)
		where := ` while connecting to upstream, client: 127.0.0.1, server: 127.0.0.1:{12341}, upstream: "127.0.0.1:{8079}", ` +
			`bytes from/to client:0/0, bytes from/to upstream:0/0`
		s.sameLine(s.logged(`connect\(\) failed .*:`+port("12341")), `[error] connect() failed (111: Connection refused)`+where)
		s.sameLine(s.logged(`temporarily disabled .*:`+port("12341")), `[warn] upstream server temporarily disabled`+where)
		// The one that failed is left alone for a while.
		once(t, dial(t, s.at("12341")))
		s.accessed(port("12341") + ` 200 ` + peer("8080") + ` \d+\.\d{3}`)
	})
	t.Run("nobody", func(t *testing.T) {
		s := s.as(t)
		dial(t, s.at("12342")).gone()
		s.accessed(port("12342") + ` 502 ` + peer("8079") + ` -`)
	})
	t.Run("two tries", func(t *testing.T) {
		s := s.as(t)
		dial(t, s.at("12343")).gone()
		s.accessed(port("12343") + ` 502 ` + peer("8077", "8078") + ` -, -`)
	})
	t.Run("so much time", func(t *testing.T) {
		s := s.as(t)
		begin := time.Now()
		dial(t, s.at("12344")).gone()
		if d := time.Since(begin); d < 1450*time.Millisecond || late(d) {
			t.Errorf("given up after %s, want about 1.6s", d)
		}
		// A machine that is so slow that the first try takes all the time gets no second one.
		s.accessed(port("12344") + ` 502 (?:` + peer("8074", "8075") + ` -, -|` + peer("8074") + ` -)`)
		s.sameLine(s.logged(`timed out .*:`+port("8074")), `[error] upstream timed out (110: Connection timed out) while connecting to upstream, `+
			`client: 127.0.0.1, server: 127.0.0.1:{12344}, upstream: "127.0.0.1:{8074}", bytes from/to client:0/0, bytes from/to upstream:0/0`)
	})
	t.Run("no one is left", func(t *testing.T) {
		s := s.as(t)
		dial(t, s.at("12343")).gone() // the third server
		dial(t, s.at("12343")).gone()
		s.sameLine(s.logged(`no live upstreams`), `[error] no live upstreams while connecting to upstream, client: 127.0.0.1, `+
			`server: 127.0.0.1:{12343}, upstream: "three_dead", bytes from/to client:0/0, bytes from/to upstream:0/0`)
		s.accessed(port("12343") + ` 502 three_dead -`)
	})
}

func TestProxyPass(t *testing.T) {
	t.Parallel()
	s := load(t, "guide-proxy/07-pass.conf", replace("resolver_timeout 2s;", "resolver_timeout 1m;"))
	first := serve(t, s.at("8080"), says("first"))
	second := serve(t, s.at("8081"), says("second"))
	serve(t, s.path("stream.socket"), says("unix"))
	serve(t, "127.0.0.2:"+strconv.Itoa(s.port("8080")), says("moved"))
	names := serveNames(t, s.at("5300"), map[string][]string{
		"backend.example": {"127.0.0.1"},
		"several.example": {"127.0.0.1", "127.0.0.2", "127.0.0.3"},
	})
	s.start()

	t.Run("a name", func(t *testing.T) { dial(t, s.at("12341")).ends("first") })
	t.Run("a unix socket", func(t *testing.T) { dial(t, s.at("12342")).ends("unix") })
	t.Run("a group, by weight", func(t *testing.T) {
		before, other := first.accepted(), second.accepted()
		for range 9 {
			dial(t, s.at("12343")).all()
		}
		if n, m := first.accepted()-before, second.accepted()-other; n != 6 || m != 3 {
			t.Errorf("%d and %d connections, want 6 and 3", n, m)
		}
	})
	through := func(t *testing.T, from string) *client {
		t.Helper()
		return dialFrom(t, from, s.at("12344"))
	}
	t.Run("a variable that names a group", func(t *testing.T) {
		if got := through(t, "127.0.0.2").all(); got != "first" && got != "second" {
			t.Errorf("received %q", got)
		}
	})
	t.Run("a variable that holds an address", func(t *testing.T) { through(t, "127.0.0.3").ends("second") })
	t.Run("a variable that holds a unix socket", func(t *testing.T) { through(t, "").ends("unix") })
	t.Run("a variable that holds a host", func(t *testing.T) {
		begin := time.Now()
		for range 5 {
			through(t, "127.0.0.4").ends("first")
		}
		if n, d := names.questions("backend.example"), time.Since(begin); n > 3+int(d/time.Second) {
			t.Errorf("the name was asked for %d times in %s; an answer is valid for a second", n, d)
		}
		names.set("backend.example", "127.0.0.2")
		await(t, "the new address", func() bool { return through(t, "127.0.0.4").all() == "moved" })
	})
	t.Run("a host that does not exist", func(t *testing.T) {
		s := s.as(t)
		through(t, "127.0.0.5").gone()
		s.sameLine(s.logged(`nowhere`), `[error] nowhere.example could not be resolved (3: Host not found), client: 127.0.0.5, `+
			`server: 127.0.0.1:{12344}, bytes from/to client:0/0, bytes from/to upstream:0/0`)
	})
	t.Run("a host without a port", func(t *testing.T) {
		s := s.as(t)
		through(t, "127.0.0.7").gone()
		s.sameLine(s.logged(`no port`), `[error] no port in upstream "backend.example", client: 127.0.0.7, server: 127.0.0.1:{12344}, `+
			`bytes from/to client:0/0, bytes from/to upstream:0/0`)
	})
	t.Run("a host with several addresses, of which one is refused", func(t *testing.T) {
		var used [2]int
		for i, host := range []string{"127.0.0.1:", "127.0.0.3:"} {
			var mu sync.Mutex
			serve(t, host+strconv.Itoa(s.port("8082")), func(conn net.Conn) {
				mu.Lock()
				used[i]++
				mu.Unlock()
				says("one of several")(conn)
			})
		}
		for range 30 {
			through(t, "127.0.0.6").ends("one of several")
		}
		if used[0] == 0 || used[1] == 0 {
			t.Errorf("the addresses were used %v times: want both", used)
		}
		s.as(t).logged(`connect\(\) failed \(111: Connection refused\) while connecting to upstream, client: 127.0.0.6.*upstream: "127.0.0.2:`)
	})
}

func TestProxyProtocol(t *testing.T) {
	t.Parallel()
	s := load(t, "guide-proxy/08-proxy-protocol.conf")
	got := newRecord()
	serve(t, s.at("8080"), got.handle)
	s.start()

	v2 := func(from, to string, fromPort, toPort int) string {
		a := append(net.ParseIP(from).To4(), net.ParseIP(to).To4()...)
		return "\r\n\r\n\x00\r\nQUIT\n\x21\x11\x00\x0c" + string(append(a, byte(fromPort>>8), byte(fromPort), byte(toPort>>8), byte(toPort)))
	}
	t.Run("version 1 to the backend", func(t *testing.T) {
		c := dialFrom(t, "127.0.0.9", s.at("12341")).send("text")
		port := c.port()
		c.Close()
		if text, want := got.next(t), fmt.Sprintf("PROXY TCP4 127.0.0.9 127.0.0.1 %d %d\r\ntext", port, s.port("12341")); text != want {
			t.Errorf("the backend received %q, want %q", text, want)
		}
	})
	t.Run("version 2 to the backend", func(t *testing.T) {
		c := dialFrom(t, "127.0.0.9", s.at("12342")).send("text")
		port := c.port()
		c.Close()
		if text, want := got.next(t), v2("127.0.0.9", "127.0.0.1", port, s.port("12342"))+"text"; text != want {
			t.Errorf("the backend received %q, want %q", text, want)
		}
	})
	t.Run("the header goes out before the client says anything", func(t *testing.T) {
		c := dial(t, s.at("12341"))
		port := c.port()
		await(t, "the connection to the backend", func() bool { return s.count("proxy .* connected to") >= 3 })
		c.Close()
		if text, want := got.next(t), fmt.Sprintf("PROXY TCP4 127.0.0.1 127.0.0.1 %d %d\r\n", port, s.port("12341")); text != want {
			t.Errorf("the backend received %q, want %q", text, want)
		}
	})
	from := []struct{ name, header, seen, passed string }{
		{"version 1 from the client", "PROXY TCP4 192.0.2.1 192.0.2.2 1234 5678\r\n", "192.0.2.1:1234 127.0.0.1", "PROXY TCP4 127.0.0.1 127.0.0.1 {port} {server}\r\n"},
		{"version 1 with IPv6", "PROXY TCP6 2001:db8::1 2001:db8::2 1234 5678\r\n", "2001:db8::1:1234 127.0.0.1", "PROXY TCP4 127.0.0.1 127.0.0.1 {port} {server}\r\n"},
		{"version 1, unknown", "PROXY UNKNOWN\r\n", "-:- 127.0.0.1", "PROXY TCP4 127.0.0.1 127.0.0.1 {port} {server}\r\n"},
		{"version 2 from the client", v2("192.0.2.3", "192.0.2.2", 4321, 5678), "192.0.2.3:4321 127.0.0.1", "PROXY TCP4 127.0.0.1 127.0.0.1 {port} {server}\r\n"},
		{"version 2, local", "\r\n\r\n\x00\r\nQUIT\n\x20\x00\x00\x00", "-:- 127.0.0.1", "PROXY TCP4 127.0.0.1 127.0.0.1 {port} {server}\r\n"},
	}
	for _, f := range from {
		t.Run(f.name, func(t *testing.T) {
			c := dial(t, s.at("12343")).send(f.header + "text")
			port := c.port()
			await(t, "text at the backend", func() bool { return s.count(fmt.Sprintf(`client 127.0.0.1:%d connected`, port)) == 1 })
			c.finish().gone()
			want := strings.NewReplacer("{port}", strconv.Itoa(port), "{server}", strconv.Itoa(s.port("12343"))).Replace(f.passed) + "text"
			if text := got.next(t); text != want {
				t.Errorf("the backend received %q, want %q", text, want)
			}
			s.as(t).accessed(regexp.QuoteMeta(f.seen))
		})
	}
	t.Run("a header that comes in parts is broken", func(t *testing.T) {
		s := s.as(t)
		dial(t, s.at("12343")).send("PROXY TCP4 192.0.2.9 192.0.2.2 99 ").gone()
		s.sameLine(s.logged(`broken header`), `[error] broken header: "PROXY TCP4 192.0.2.9 192.0.2.2 99 " while reading PROXY protocol, `+
			`client: 127.0.0.1, server: 127.0.0.1:{12343}`)
	})
}

func TestProxyUDP(t *testing.T) {
	t.Parallel()
	s := load(t, "guide-proxy/09-udp.conf", replace("proxy_timeout 2s", "proxy_timeout 10m"), replace("proxy_timeout 300ms", "proxy_timeout 3s"))
	b := serveUDP(t, s.at("5300"), func(text string) []string {
		if n, err := strconv.Atoi(text); err == nil { // so many answers
			return strings.Fields(strings.Repeat("more ", n))
		}
		return []string{"re " + text}
	})
	silent := serveUDP(t, s.at("5301"), func(string) []string { return nil })
	s.start()
	port := func(p string) string { return strconv.Itoa(s.port(p)) }
	// ports are the sessions that datagrams came in, as the backend tells them apart.
	ports := func(b *udpBackend, since int) (out []string) {
		for _, got := range b.received()[since:] {
			p, _, _ := strings.Cut(got, " ")
			out = append(out, p)
		}
		return out
	}

	t.Run("one answer ends the session", func(t *testing.T) {
		s := s.as(t)
		c := dialUDP(t, s.at("5351")).send("one")
		c.datagram("re one")
		s.accessed(port("5351") + ` UDP 200 3 6 3 6`)
		c.send("other").datagram("re other")
		s.accessed(port("5351") + ` UDP 200 5 8 5 8`)
		if p := ports(b, 0); len(p) != 2 {
			t.Errorf("%d datagrams, want two", len(p))
		}
	})
	t.Run("two datagrams make a session", func(t *testing.T) {
		s := s.as(t)
		since := len(b.received())
		c := dialUDP(t, s.at("5352"))
		c.send("one").datagram("re one")
		c.send("two").datagram("re two")
		s.accessed(port("5352") + ` UDP 200 6 12 6 12`)
		c.send("three").datagram("re three")
		if p := ports(b, since); len(p) != 3 || p[0] != p[1] {
			t.Errorf("the sessions %v, want three datagrams, the first two in one session", p)
		}
	})
	t.Run("no answer is waited for", func(t *testing.T) {
		s := s.as(t)
		c := dialUDP(t, s.at("5354"))
		c.send("unanswered")
		s.accessed(port("5354") + ` UDP 200 10 0 10 0`)
		c.send("again")
		s.accessed(port("5354") + ` UDP 200 5 0 5 0`)
		await(t, "both at the backend", func() bool { return len(silent.received()) == 2 })
	})
	t.Run("answers without number, until the timeout", func(t *testing.T) {
		s := s.as(t)
		sessions := regexp.MustCompile(`(?m)^` + port("5355") + ` UDP 200 (\d) (\d+) \d \d+$`)
		sent := 0
		// Where the machine is so busy that a session ends before its datagrams have come, there is another try.
		await(t, "a session of two datagrams", func() bool {
			c := dialUDP(t, s.at("5355"))
			answers := c.count("more")
			ended := func() (datagrams int, last string) {
				for _, line := range sessions.FindAllStringSubmatch(s.read("logs/access.log"), -1) {
					n, _ := strconv.Atoi(line[1])
					datagrams, last = datagrams+n, line[0]
				}
				return datagrams, last
			}
			exchange := func(question string, upTo int64) {
				c.send(question)
				sent++
				await(t, "answers, or the end of the session", func() bool {
					n, _ := ended()
					return answers.Load() == upTo || n == sent
				})
			}
			exchange("3", 3)
			exchange("2", 5)
			last := ""
			await(t, "the end of the session", func() bool {
				var n int
				n, last = ended()
				return n == sent
			})
			return strings.HasSuffix(last, " 2 20 2 20") && answers.Load() == 5
		})
		s.sameLine(s.logged(`udp timed out, packets from/to client:2/5`), `[info] udp timed out, packets from/to client:2/5, bytes from/to client:2/20, bytes from/to upstream:20/2`)
	})
	t.Run("clients are told apart", func(t *testing.T) {
		var clients []*udpClient
		for i := range 20 {
			clients = append(clients, dialUDP(t, s.at("5352")).send(fmt.Sprint("client ", i)))
		}
		for i, c := range clients {
			c.datagram(fmt.Sprint("re client ", i))
		}
	})
	t.Run("a datagram without a byte", func(t *testing.T) {
		dialUDP(t, s.at("5351")).send("").datagram("re ")
	})
}

func TestProxyTimeouts(t *testing.T) {
	t.Parallel()
	s := load(t, "guide-proxy/10-timeouts.conf")
	b := serve(t, s.at("8080"), func(conn net.Conn) {
		// A slow backend: four answers take longer than the timeout, each one much less.
		for lines := bufio.NewScanner(conn); lines.Scan(); {
			<-time.After(1100 * time.Millisecond)
			_, _ = io.WriteString(conn, lines.Text()+"\n")
		}
	})
	hanging(t, s.at("8081"))
	s.start()
	port := func(p string) string { return strconv.Itoa(s.port(p)) }

	t.Run("a silent session ends", func(t *testing.T) {
		s := s.as(t)
		begin := time.Now()
		dial(t, s.at("12341")).gone()
		if d := time.Since(begin); d < 3900*time.Millisecond || late(d) {
			t.Errorf("ended after %s, want 4s", d)
		}
		s.accessed(port("12341") + ` 200 0 0`)
		s.sameLine(s.logged(`timed out`), `[info] connection timed out (110: Connection timed out) while proxying connection, client: 127.0.0.1, `+
			`server: 127.0.0.1:{12341}, upstream: "127.0.0.1:{8080}", bytes from/to client:0/0, bytes from/to upstream:0/0`)
	})
	t.Run("each byte begins the time anew", func(t *testing.T) {
		s := s.as(t)
		// Where the machine is so busy that an answer of 1.1s takes 4s, there is another try.
		await(t, "a session with four answers", func() bool {
			c := dial(t, s.at("12341"))
			begin := time.Now()
			for range 4 {
				_, _ = io.WriteString(c, "x\n")
				if got, err := c.readLineOrEnd(); err != nil {
					return false
				} else if got != "x" {
					t.Fatalf("received %q, want the line x", got)
				}
			}
			if d := time.Since(begin); d < 4*time.Second {
				t.Errorf("four answers took %s, no longer than the timeout", d)
			}
			c.gone()
			return true
		})
		s.accessed(port("12341") + ` 200 8 8`)
	})
	t.Run("a connection that is not made", func(t *testing.T) {
		s := s.as(t)
		begin := time.Now()
		dial(t, s.at("12343")).gone()
		if d := time.Since(begin); d < 250*time.Millisecond || late(d) {
			t.Errorf("given up after %s, want 300ms", d)
		}
		s.accessed(port("12343") + ` 502 0 0`)
		s.sameLine(s.logged(`timed out .*connecting`), `[error] upstream timed out (110: Connection timed out) while connecting to upstream, client: 127.0.0.1, `+
			`server: 127.0.0.1:{12343}, upstream: "127.0.0.1:{8081}", bytes from/to client:0/0, bytes from/to upstream:0/0`)
	})
	t.Run("keep-alive on the outgoing socket", func(t *testing.T) {
		for at, want := range map[string]string{s.at("12341"): "02", s.at("12342"): "00"} {
			await(t, "timer "+want+" of the socket to the backend", func() bool {
				before := b.accepted()
				c := dial(t, at)
				defer c.Close()
				await(t, "the connection to the backend", func() bool { return b.accepted() > before })
				return socketTimer(t, b.peer(), s.at("8080")) == want
			})
		}
	})
}

// socketTimer is what timer runs on the established IPv4 socket between two addresses: 00 none, 01 retransmission, 02 keep-alive
// (proc(5)). It is empty when the table, which is no snapshot, does not have the socket.
func socketTimer(t *testing.T, local, remote string) string {
	t.Helper()
	local, remote = kernelAddr(t, local), kernelAddr(t, remote)
	table, err := os.ReadFile("/proc/net/tcp")
	if err != nil {
		t.Skip(err)
	}
	for _, line := range strings.Split(string(table), "\n") {
		if f := strings.Fields(line); len(f) > 5 && f[1] == local && f[2] == remote && f[3] == "01" {
			timer, _, _ := strings.Cut(f[5], ":")
			return timer
		}
	}
	return ""
}

// kernelAddr is an address as /proc/net/tcp writes it.
func kernelAddr(t *testing.T, addr string) string {
	t.Helper()
	a, err := netip.ParseAddrPort(addr)
	if err != nil {
		t.Fatal(err)
	}
	ip := a.Addr().As4()
	return fmt.Sprintf("%08X:%04X", binary.NativeEndian.Uint32(ip[:]), a.Port())
}
