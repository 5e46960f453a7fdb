package scenario

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"os"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"tidegate/runtime/tlsconf/tlstest"
)

func TestEcho(t *testing.T) {
	t.Parallel()
	s := load(t, "guide-lua/01-echo.conf").start()
	at := s.at("9001")

	t.Run("the guide's hello world", func(t *testing.T) {
		dial(t, at).send("hello world\n").finish().ends("echo: hello world\n")
	})
	t.Run("line by line, for as long as the client wants", func(t *testing.T) {
		c := dial(t, at)
		for i := range 50 {
			c.send(fmt.Sprintf("line %d\n", i)).line(fmt.Sprintf("echo: line %d", i))
		}
		c.send("two\nat once\n").line("echo: two")
		c.line("echo: at once")
		c.finish().ends("")
	})
	t.Run("carriage returns are no part of a line", func(t *testing.T) {
		dial(t, at).send("a\r\n\r\nb\rc\r\n").finish().ends("echo: a\necho: \necho: bc\n")
	})
	t.Run("what is no line has no answer", func(t *testing.T) {
		dial(t, at).send("whole\npart").finish().ends("echo: whole\n")
	})
	t.Run("zero and high bytes are bytes", func(t *testing.T) {
		dial(t, at).send("\x00\xff\x80\n").finish().ends("echo: \x00\xff\x80\n")
	})
	t.Run("a line larger than all buffers", func(t *testing.T) {
		line := strings.Repeat("0123456789abcdef", 20000)
		c := dial(t, at)
		go func() { c.Write([]byte(line + "\n")) }()
		c.line("echo: " + line)
	})
	t.Run("clients do not wait for each other", func(t *testing.T) {
		first, second := dial(t, at), dial(t, at)
		first.send("begun ")
		second.send("second\n").line("echo: second")
		first.send("finished\n").line("echo: begun finished")
	})
	t.Run("a client that resets disturbs nobody", func(t *testing.T) {
		c := dial(t, at)
		c.send("x\n").line("echo: x")
		c.reset()
		dial(t, at).send("y\n").finish().ends("echo: y\n")
	})
}

func TestRateLimit(t *testing.T) {
	t.Parallel()
	s := load(t, "guide-lua/02-rate-limit.conf", replace("(client, 1, 0, 10)", "(client, 1, 0, 3600)")).start()
	at := s.at("9004")
	for range 5 {
		dial(t, at).ends("allowed\n")
	}
	dial(t, at).gone()
	dial(t, at).gone()
	s.sameLine(s.logged(`rate limit exceeded`), `[warn] stream [lua] preread_by_lua(nginx.conf:18):6: rate limit exceeded for 127.0.0.1`+
		` while prereading client data, client: 127.0.0.1, server: 127.0.0.1:{9004}`)
	for range 5 {
		dialFrom(t, "127.0.0.2", at).ends("allowed\n")
	}
	dialFrom(t, "127.0.0.2", at).gone()
}

// The window is three seconds here instead of the guide's ten.
func TestRateLimitForgets(t *testing.T) {
	t.Parallel()
	s := load(t, "guide-lua/02-rate-limit.conf", replace("(client, 1, 0, 10)", "(client, 1, 0, 3)")).start()
	at := s.at("9004")
	// Who is so slow that the window ends before it is full begins another one.
	var asked []time.Time
	await(t, "the window to be full", func() bool {
		asked = append(asked, time.Now())
		return dial(t, at).all() == ""
	})
	if len(asked) < 6 {
		t.Fatalf("connection %d is refused", len(asked))
	}
	begin := asked[len(asked)-6] // the first of five that were allowed, where the window began
	await(t, "the window to end", func() bool { return dial(t, at).all() == "allowed\n" })
	if d := time.Since(begin); d < 2900*time.Millisecond || late(d) {
		t.Errorf("allowed again after %s, want about 3s", d)
	}
}

func TestProtocolDetection(t *testing.T) {
	t.Parallel()
	s := load(t, "guide-lua/03-protocol-detection.conf")
	got := newRecord()
	b := serve(t, s.at("8080"), func(conn net.Conn) {
		_, _ = conn.Write([]byte("welcome\n"))
		got.handle(conn)
	})
	s.start()
	at := s.at("9005")

	t.Run("the backend gets the stream whole, with the bytes that were looked at", func(t *testing.T) {
		c := dial(t, at).send("HELO and more")
		c.line("welcome")
		c.send(", then the rest").finish().ends("")
		if text := got.next(t); text != "HELO and more, then the rest" {
			t.Errorf("the backend received %q", text)
		}
	})
	t.Run("four bytes may come one by one", func(t *testing.T) {
		c := dial(t, at)
		before := b.accepted()
		c.send("HE").silent(func() {
			other := dial(t, at).send("1234")
			other.line("welcome")
			other.Close()
			got.next(t)
		})
		if n := b.accepted(); n != before+1 {
			t.Errorf("%d connections to the backend before the fourth byte, want the other client's only", n-before)
		}
		c.send("L").send("Ofine").line("welcome")
		c.finish().ends("")
		if text := got.next(t); text != "HELOfine" {
			t.Errorf("the backend received %q", text)
		}
	})
	t.Run("QUIT is refused", func(t *testing.T) {
		s := s.as(t)
		before := b.accepted()
		dial(t, at).send("QUIT\r\n").gone()
		s.sameLine(s.logged(`blocked QUIT`), `[warn] stream [lua] preread_by_lua(nginx.conf:20):6: blocked QUIT command from 127.0.0.1`+
			` while prereading client data, client: 127.0.0.1, server: 127.0.0.1:{9005}`)
		if b.accepted() != before {
			t.Error("the backend saw the refused client")
		}
	})
	t.Run("QUIT later on is none of its business", func(t *testing.T) {
		c := dial(t, at).send("FINE")
		c.line("welcome")
		c.send("QUIT").finish().ends("")
		if text := got.next(t); text != "FINEQUIT" {
			t.Errorf("the backend received %q", text)
		}
	})
}

// settimeouts does not bound peek; preread_timeout does: the session ends, and the backend never hears of it.
func TestProtocolDetectionOfTheSilent(t *testing.T) {
	t.Parallel()
	s := load(t, "guide-lua/03-protocol-detection.conf", replace("server {\n        listen",
		"log_format l '$status $bytes_received'; access_log logs/access.log l; server {\n        preread_timeout 300ms; listen"))
	b := serve(t, s.at("8080"), says("welcome\n"))
	s.start()
	begin := time.Now()
	dial(t, s.at("9005")).gone()
	if d := time.Since(begin); d < 250*time.Millisecond || late(d) {
		t.Errorf("the silent client was given up after %s, want 300ms", d)
	}
	dial(t, s.at("9005")).send("HI").gone()
	dial(t, s.at("9005")).send("HIK").finish().gone()
	await(t, "three sessions in the access log", func() bool { return s.read("logs/access.log") == strings.Repeat("200 0\n", 3) })
	if n := b.accepted(); n != 0 {
		t.Errorf("%d connections to the backend", n)
	}
}

func TestSharedMemory(t *testing.T) {
	t.Parallel()
	s := load(t, "guide-lua/04-shared-memory.conf").start()

	t.Run("one counter for both workers", func(t *testing.T) {
		s := s.as(t)
		var mu sync.Mutex
		seen := map[string]bool{}
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				for range 10 {
					conn, err := connect("127.0.0.3", s.at("9003"))
					if err != nil {
						t.Error(err)
						return
					}
					line, err := bufio.NewReader(conn).ReadString('\n')
					conn.Close()
					if err != nil {
						t.Error(err)
					}
					mu.Lock()
					seen[line] = true
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		for i := 1; i <= 80; i++ {
			if line := fmt.Sprintf("connection #%d from 127.0.0.3\n", i); !seen[line] {
				t.Errorf("nobody was told %q", line)
			}
		}
	})
	t.Run("clients are counted apart", func(t *testing.T) {
		s := s.as(t)
		dialFrom(t, "127.0.0.4", s.at("9003")).ends("connection #1 from 127.0.0.4\n")
		dialFrom(t, "127.0.0.4", s.at("9003")).ends("connection #2 from 127.0.0.4\n")
	})
	t.Run("lists, sizes, times to live", func(t *testing.T) {
		s := s.as(t)
		dial(t, s.at("9007")).ends("kept 2 first second\n1048576 true\nnil kept\n0\n")
	})
}

func TestTimers(t *testing.T) {
	t.Parallel()
	s := load(t, "guide-lua/05-timers.conf").start()
	s.sameLine(s.logged(`total connections so far: 0`),
		`[notice] stream [lua] init_worker_by_lua:7: total connections so far: 0, context: ngx.timer`)
	dial(t, s.at("9006")).ends("connection #1\n")
	dial(t, s.at("9006")).ends("connection #2\n")
	s.logged(`total connections so far: 2`)
	line := s.logged(`session from`)
	if m := regexp.MustCompile(`duration: (\d+\.\d{3})s`).FindStringSubmatch(line); m == nil {
		t.Errorf("no duration in %s", line)
	} else {
		s.sameLine(line, `[info] stream [lua] log_by_lua(nginx.conf:34):2: session from 127.0.0.1 duration: `+m[1]+
			`s, client: 127.0.0.1, server: 127.0.0.1:{9006}`)
	}
	// It recurs: more reports of the same total come.
	await(t, "reports", func() bool { return s.count(`total connections so far: 2`) >= 3 })
	// At the end the timers run for the last time, premature, and say nothing.
	s.signal(syscall.SIGQUIT)
	if status := s.wait(); status != 0 {
		t.Errorf("exit status %d", status)
	}
	if n := s.count(`\[error\]`); n != 0 {
		t.Errorf("%d errors in the log", n)
	}
}

// The interval of the guide is five seconds; this tells the reports of a tenth apart from a report per event loop turn.
func TestTimerIntervalHolds(t *testing.T) {
	t.Parallel()
	s := load(t, "guide-lua/05-timers.conf", replace("every(0.1,", "every(0.25,"))
	begin := time.Now()
	s.start()
	await(t, "four reports", func() bool { return s.count(`total connections so far`) >= 4 })
	if d := time.Since(begin); d < 700*time.Millisecond || late(d) {
		t.Errorf("four reports after %s, want about 1s", d)
	}
}

func TestCosocket(t *testing.T) {
	t.Parallel()
	s := load(t, "guide-lua/06-cosocket.conf")
	requests := make(chan string, 1)
	page := "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + strings.Repeat("<p>a page</p>\n", 3000)
	http := serve(t, s.at("8080"), func(conn net.Conn) {
		r := bufio.NewReader(conn)
		var request strings.Builder
		for !strings.HasSuffix(request.String(), "\r\n\r\n") {
			line, err := r.ReadString('\n')
			request.WriteString(line)
			if err != nil {
				break
			}
		}
		requests <- request.String()
		_, _ = conn.Write([]byte(page))
	})
	pool := serve(t, s.at("8081"), pong)
	s.start()

	t.Run("a fresh connection", func(t *testing.T) {
		s := s.as(t)
		dial(t, s.at("9010")).ends(page)
		if got := <-requests; got != "GET / HTTP/1.0\r\nHost: localhost\r\n\r\n" {
			t.Errorf("the backend was asked %q", got)
		}
	})
	t.Run("a pooled connection", func(t *testing.T) {
		s := s.as(t)
		for i := range 5 {
			dial(t, s.at("9013")).ends(fmt.Sprintf("pong reused %d\n", i))
		}
		if n := pool.accepted(); n != 1 {
			t.Errorf("%d connections to the backend, want 1", n)
		}
	})
	t.Run("a backend that is away", func(t *testing.T) {
		s := s.as(t)
		http.stop()
		dial(t, s.at("9010")).gone()
		s.sameLine(s.logged(`connect\(\) failed`), `[error] connect() failed (111: Connection refused)`+
			`, client: 127.0.0.1, server: 127.0.0.1:{9010}`)
		s.sameLine(s.logged(`upstream connect failed`), `[error] stream [lua] content_by_lua(nginx.conf:22):6: upstream connect failed: connection refused`+
			`, client: 127.0.0.1, server: 127.0.0.1:{9010}`)
	})
	t.Run("a pooled connection that the backend closes is not used", func(t *testing.T) {
		s := s.as(t)
		pool.stop()
		// A session that comes before the server has noticed finds the connection closed, a later one finds nobody.
		const aborted = `\[error\] .*lua entry thread aborted: runtime error: content_by_lua\(nginx.conf:36\):`
		await(t, "the server to notice", func() bool {
			dial(t, s.at("9013")).gone()
			return s.count(aborted+"4: connection refused") > 0
		})
		if n := s.count(aborted + "6: closed"); n > 1 {
			t.Errorf("%d sessions found the closed connection in the pool", n)
		}
		serve(t, s.at("8081"), pong)
		dial(t, s.at("9013")).ends("pong reused 0\n")
	})
}

func TestBalancer(t *testing.T) {
	t.Parallel()
	s := load(t, "guide-lua/07-balancer.conf")
	b := serve(t, s.at("8080"), echo)
	s.start()
	c := dial(t, s.at("9012"))
	c.send("through the chosen peer").exactly("through the chosen peer")
	c.Close()
	b.stop()
	dial(t, s.at("9012")).gone()
	s.sameLine(s.logged(`connect\(\) failed`), `[error] connect() failed (111: Connection refused) while connecting to upstream, client: 127.0.0.1, `+
		`server: 127.0.0.1:{9012}, upstream: "127.0.0.1:{8080}", bytes from/to client:0/0, bytes from/to upstream:0/0`)
}

func TestBalancerWithoutAPeer(t *testing.T) {
	t.Parallel()
	s := load(t, "guide-lua/07-balancer.conf", replace(`set_current_peer("127.0.0.1", 8080)`, `set_current_peer("not an address", 80)`)).start()
	dial(t, s.at("9012")).gone()
	s.sameLine(s.logged(`set_current_peer failed`), `[error] stream [lua] balancer_by_lua:5: set_current_peer failed: no host allowed`+
		` while connecting to upstream, client: 127.0.0.1, server: 127.0.0.1:{9012}, bytes from/to client:0/0, bytes from/to upstream:0/0`)
}

func TestVariables(t *testing.T) {
	t.Parallel()
	s := load(t, "guide-lua/08-variables.conf").start()
	line := dial(t, s.at("9011")).all()
	if !regexp.MustCompile(`^Hello from preread at \d{10}(\.\d{1,3})?\n$`).MatchString(line) {
		t.Errorf("received %q", line)
	}
	s.accessed(regexp.QuoteMeta(`127.0.0.1 "` + strings.TrimSuffix(line, "\n") + `"`))
}

func TestLightThreads(t *testing.T) {
	t.Parallel()
	s := load(t, "guide-lua/09-light-threads.conf")
	b := serve(t, s.at("8080"), echo)
	s.start()
	at := s.at("9014")

	t.Run("both directions at once", func(t *testing.T) {
		c := dial(t, at)
		text := strings.Repeat("both ways at once. ", 60000)
		go func() { c.Write([]byte(text)) }()
		c.exactly(text)
	})
	t.Run("an end on one side ends both", func(t *testing.T) {
		c := dial(t, at)
		c.send("x").exactly("x")
		c.finish().ends("")
	})
	t.Run("the backend's end reaches the client", func(t *testing.T) {
		c := dial(t, at)
		c.send("y").exactly("y")
		b.stop()
		c.ends("")
	})
	if n := s.count(`\[error\]`); n != 0 {
		t.Errorf("%d errors in the log", n)
	}
}

// names are the certificates that the TLS scenarios use: NAME.crt and NAME.key in conf/, signed by ca.crt.
type names struct {
	ca   *tlstest.Pair
	pair map[string]*tlstest.Pair
}

func certificates(s *server) *names {
	s.t.Helper()
	n := &names{ca: tlstest.NewCA(s.t, "Scenario CA"), pair: map[string]*tlstest.Pair{}}
	// New files take the place of old ones: nginx takes one that is rewritten within a second for unchanged.
	fresh := s.path("fresh")
	if err := os.MkdirAll(fresh, 0o755); err != nil {
		s.t.Fatal(err)
	}
	tlstest.WriteFile(s.t, fresh, "ca.crt", n.ca.CertPEM())
	for _, name := range []string{"one", "two"} {
		p := n.ca.Issue(s.t, tlstest.Options{Names: []string{name + ".example"}})
		p.Write(s.t, fresh, name)
		n.pair[name] = p
	}
	for _, file := range []string{"ca.crt", "one.crt", "one.key", "two.crt", "two.key"} {
		s.rename("fresh/"+file, "conf/"+file)
	}
	return n
}

// trusting is a client that knows the authority and asks for a name.
func (n *names) trusting(name string) *tls.Config {
	return &tls.Config{RootCAs: n.ca.Pool(), ServerName: name}
}

func TestTLSByLua(t *testing.T) {
	t.Parallel()
	s := load(t, "guide-lua/10-tls-by-lua.conf")
	n := certificates(s)
	s.start()
	at := s.at("9015")

	for _, name := range []string{"one.example", "two.example"} {
		t.Run(name, func(t *testing.T) {
			c := dialTLS(t, at, n.trusting(name))
			c.ends("hello " + name + "\n")
		})
	}
	t.Run("a name that Lua does not know gets the server's own certificate", func(t *testing.T) {
		cfg := n.trusting("three.example")
		cfg.InsecureSkipVerify = true
		c := dialTLS(t, at, cfg)
		if got := c.Conn.(*tls.Conn).ConnectionState().PeerCertificates[0].DNSNames[0]; got != "one.example" {
			t.Errorf("certificate of %s", got)
		}
		c.ends("hello three.example\n")
	})
	t.Run("no name", func(t *testing.T) {
		dialTLS(t, at, &tls.Config{InsecureSkipVerify: true}).ends("hello nobody\n")
	})
	t.Run("the ClientHello can refuse", func(t *testing.T) {
		s := s.as(t)
		for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
			cfg := n.trusting("refused.example")
			cfg.MaxVersion = version
			if err := tls.Client(dial(t, at).Conn, cfg).Handshake(); err == nil {
				t.Errorf("%s: the refused name has a session", tls.VersionName(version))
			}
		}
		s.logged(`\[info\].*SSL_do_handshake\(\) failed.*callback failed.* while SSL handshaking, client: 127.0.0.1, server: 127.0.0.1:`)
	})
	t.Run("it goes on serving", func(t *testing.T) {
		dialTLS(t, at, n.trusting("two.example")).ends("hello two.example\n")
	})
}

func TestTLSCosocket(t *testing.T) {
	t.Parallel()
	run := func(name string, cert func(*testing.T, *names) tls.Certificate, answer string, logs ...string) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := load(t, "guide-lua/11-tls-cosocket.conf", replace("settimeouts(1000, 1000, 1000)", "settimeouts(30000, 30000, 30000)"))
			n := certificates(s)
			asked := make(chan string, 1)
			serveTLS(t, s.at("8443"), &tls.Config{
				Certificates: []tls.Certificate{cert(t, n)},
				GetConfigForClient: func(h *tls.ClientHelloInfo) (*tls.Config, error) {
					asked <- h.ServerName
					return nil, nil
				},
			}, nil, func(conn *tls.Conn) { pong(conn) })
			s.start()
			dial(t, s.at("9016")).ends(answer + "\n")
			if name := <-asked; name != "one.example" {
				t.Errorf("the backend was asked for %q", name)
			}
			for _, rx := range logs {
				s.sameLine(s.logged(`\[error\]`), rx)
			}
			if len(logs) == 0 && s.count(`\[error\]`) != 0 {
				t.Errorf("errors in the log:\n%s", s.errorLog())
			}
		})
	}
	where := `, upstream: 127.0.0.1:{8443}(127.0.0.1), client: 127.0.0.1, server: 127.0.0.1:{9016}`
	run("a certificate that is right", func(t *testing.T, n *names) tls.Certificate { return n.pair["one"].TLS() }, "pong")
	run("signed by an authority below the trusted one", func(t *testing.T, n *names) tls.Certificate {
		return n.ca.IssueCA(t, tlstest.Options{CommonName: "Below"}).Issue(t, tlstest.Options{Names: []string{"one.example"}}).TLS()
	}, "pong")
	run("another name", func(t *testing.T, n *names) tls.Certificate { return n.pair["two"].TLS() },
		"handshake: certificate host mismatch", `[error] stream lua ssl certificate does not match host "one.example"`+where)
	run("self-signed", func(t *testing.T, n *names) tls.Certificate {
		return tlstest.SelfSigned(t, tlstest.Options{Names: []string{"one.example"}}).TLS()
	}, "handshake: 18: self-signed certificate", `[error] stream lua ssl certificate verify error: (18: self-signed certificate)`+where)
	run("an authority that nobody knows", func(t *testing.T, n *names) tls.Certificate {
		return tlstest.NewCA(t, "Stranger").Issue(t, tlstest.Options{Names: []string{"one.example"}}).TLS()
	}, "handshake: 21: unable to verify the first certificate", `[error] stream lua ssl certificate verify error: (21: unable to verify the first certificate)`+where)
	run("expired", func(t *testing.T, n *names) tls.Certificate {
		return n.ca.Issue(t, tlstest.Options{Names: []string{"one.example"}, NotBefore: time.Now().Add(-48 * time.Hour), NotAfter: time.Now().Add(-time.Hour)}).TLS()
	}, "handshake: 10: certificate has expired", `[error] stream lua ssl certificate verify error: (10: certificate has expired)`+where)
}

func TestTLSCosocketOfABackendWithoutTLS(t *testing.T) {
	t.Parallel()
	begin := func(t *testing.T, timeouts string, handle func(net.Conn)) *server {
		t.Parallel()
		s := load(t, "guide-lua/11-tls-cosocket.conf", replace("settimeouts(1000, 1000, 1000)", "settimeouts("+timeouts+")"))
		certificates(s)
		serve(t, s.at("8443"), handle)
		return s.start()
	}
	t.Run("that speaks plainly", func(t *testing.T) {
		s := begin(t, "30000, 30000, 30000", says("220 plain text here\r\n"))
		dial(t, s.at("9016")).ends("handshake: handshake failed\n")
		s.logged(`SSL_do_handshake\(\) failed .*wrong version number`)
	})
	t.Run("that says nothing", func(t *testing.T) {
		s := begin(t, "1000, 300, 300", func(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) })
		dial(t, s.at("9016")).ends("handshake: timeout\n")
	})
}

func TestCodeCacheOff(t *testing.T) {
	t.Parallel()
	s := load(t, "guide-lua/12-code-cache-off.conf").expecting(`lua_code_cache is off; this will hurt performance`)
	s.copyLua("content.lua", "greeting.lua")
	s.start()
	s.logged(`\[alert\] .*stream lua_code_cache is off; this will hurt performance in `)
	at := s.at("9017")
	dial(t, at).ends("hello from a module, load 1\n")
	dial(t, at).ends("hello from a module, load 1\n")
	s.write("lua/greeting.lua", `return { text = function() return "another module" end }`)
	dial(t, at).ends("another module, load 1\n")
	s.write("lua/content.lua", `ngx.say("another file")`)
	dial(t, at).ends("another file\n")
	s.write("lua/content.lua", `ngx.say("broken" `)
	dial(t, at).gone()
	s.logged(`\[error\] .*failed to load external Lua file "` + s.path("lua/content.lua") + `": `)
	s.write("lua/content.lua", `ngx.say("mended")`)
	dial(t, at).ends("mended\n")
}

// With the cache on, the file that was read first stays.
func TestCodeCacheOn(t *testing.T) {
	t.Parallel()
	s := load(t, "guide-lua/12-code-cache-off.conf", replace("lua_code_cache off", "lua_code_cache on"))
	s.copyLua("content.lua", "greeting.lua")
	s.start()
	at := s.at("9017")
	dial(t, at).ends("hello from a module, load 1\n")
	s.write("lua/greeting.lua", `return { text = function() return "another module" end }`)
	s.write("lua/content.lua", `ngx.say("another file")`)
	dial(t, at).ends("hello from a module, load 2\n")
	s.logged(`writing a global Lua variable \('loads'\) which may lead to race conditions between concurrent requests`)
}

func TestAccessByFirstBytes(t *testing.T) {
	t.Parallel()
	s := load(t, "guide-lua/13-access-by-first-bytes.conf")
	n := certificates(s)
	serve(t, s.at("8080"), answers(strings.ToUpper))
	serveTLS(t, s.at("8443"), &tls.Config{Certificates: []tls.Certificate{n.pair["one"].TLS()}}, nil, func(conn *tls.Conn) { pong(conn) })
	s.start()
	at := s.at("9018")

	c := dial(t, at)
	c.send("select 1\n").line("SELECT 1")
	c.Close()
	s.accessed(`127\.0\.0\.1 plain 200 9/9`)
	c = dialTLS(t, at, n.trusting("one.example"))
	c.send("ping\n").line("pong")
	c.Close()
	s.accessed(`127\.0\.0\.1 tls 200 \d{3,}/\d{3,}`)
	s.sameLine(s.logged(`client speaks plain`), `[notice] stream [lua] preread_by_lua(nginx.conf:32):9: client speaks plain while prereading client data, `+
		`client: 127.0.0.1, server: 127.0.0.1:{9018}`)
	s.logged(`client speaks tls`)

	for range 100 {
		c := dialFrom(t, "127.0.0.9", at)
		c.send("x\n").line("X")
		c.Close()
	}
	dialFrom(t, "127.0.0.9", at).send("x").gone()
	s.accessed(`127\.0\.0\.9 - 500 0/0`)
}
