package scenario

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestAPITables(t *testing.T) {
	t.Parallel()
	s := load(t, "guide-lua/14-api.conf")
	serve(t, s.at("8080"), func(conn net.Conn) {
		r := bufio.NewReader(conn)
		line, _ := r.ReadString('\n')
		_, _ = io.WriteString(conn, "you sent "+line+"fourkey: value\r\n\r\n")
		for _, more := range []string{"what is there", ", and the end"} {
			_, _ = r.ReadString('\n')
			_, _ = io.WriteString(conn, more)
		}
	})
	s.start()

	t.Run("utilities", func(t *testing.T) {
		dial(t, s.at("9021")).ends("dGV4dA== text\n1cb251ec0d568de6a929b520c4aed8d1 20\nuser 42|user|42\na+b+c2\n0 of 1 in stream\ntrue\n127.0.0.1 false\n")
	})
	t.Run("shared dictionaries", func(t *testing.T) {
		dial(t, s.at("9022")).ends("true value\ntrue true\n7 4 nil\nnot found, not a number\nnil\nnil\n1 count\n1048576 true\n")
	})
	t.Run("timers", func(t *testing.T) {
		s := s.as(t)
		dial(t, s.at("9023")).ends("1\n1 0\n1\n")
		s.sameLine(s.logged(`later: .*one`), `[notice] stream [lua] content_by_lua(nginx.conf:61):3: later: false one 2, context: ngx.timer, client: 127.0.0.1, server: 127.0.0.1:{9023}`)
	})
	t.Run("cosockets", func(t *testing.T) {
		dial(t, s.at("9024")).ends("1\n10\nyou sent a request\nfour\nkey: value\n11\nwhat is there\n10\n, and the end\n1\nnilclosed\n")
	})
	t.Run("the client", func(t *testing.T) {
		dial(t, s.at("9025")).send("abcdef").exactly("no newline, one newline\n1\nabc\nnilduplicate call\nthe end\n")
	})
	t.Run("light threads", func(t *testing.T) {
		dial(t, s.at("9026")).ends("truefast0.01\n1\nnilalready waited or killed\n")
	})
	// At the end the timer that waits is called at once.
	s.signal(syscall.SIGQUIT)
	if status := s.wait(); status != 0 {
		t.Errorf("exit status %d", status)
	}
	s.logged(`later: true at the end 3`)
}

func TestDirectiveTables(t *testing.T) {
	t.Parallel()
	s := load(t, "guide-lua/15-directives.conf")
	n := certificates(s)
	s.write("conf/ca.crl", string(n.ca.CRL(t)))
	serve(t, s.at("8080"), func(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) })
	hanging(t, s.at("8081"))
	pool := serve(t, s.at("8083"), pong)
	b := newTLSBackend(t, s.at("8443"), &tls.Config{Certificates: []tls.Certificate{n.pair["one"].TLS()}})
	s.start()

	t.Run("timeouts", func(t *testing.T) {
		s := s.as(t)
		begin := time.Now()
		dial(t, s.at("9031")).ends("niltimeout\nniltimeout\n")
		if d := time.Since(begin); d < 550*time.Millisecond || late(d) {
			t.Errorf("two timeouts of 300ms took %s", d)
		}
		where := `, upstream: 127.0.0.1:{8080}(127.0.0.1), client: 127.0.0.1, server: 127.0.0.1:{9031}`
		s.sameLine(s.logged(`read timed out`), `[error] stream lua tcp socket read timed out`+where)
		s.sameLine(s.logged(`connect timed out`), `[error] stream lua tcp socket connect timed out`+strings.ReplaceAll(where, "8080", "8081"))
	})
	t.Run("silence", func(t *testing.T) {
		s := s.as(t)
		dial(t, s.at("9032")).ends("nilconnection refused\n")
		if n := s.count(`connect\(\) failed`); n != 0 {
			t.Errorf("%d lines about the refused connection", n)
		}
	})
	t.Run("the pool", func(t *testing.T) {
		for used := 0; used < 3; { // the pool may have given a connection up before the next session wants it
			switch got := dial(t, s.at("9033")).all(); got {
			case fmt.Sprintf("pong %d\n", used):
				used++
			case "pong 0\n":
				used = 1
			default:
				t.Fatalf("received %q from a connection that was used %d times", got, used)
			}
		}
		await(t, "the pooled connection to be closed", func() bool {
			pool.mu.Lock()
			defer pool.mu.Unlock()
			return len(pool.live) == 0
		})
		dial(t, s.at("9033")).ends("pong 0\n")
	})
	t.Run("pending timers", func(t *testing.T) {
		dial(t, s.at("9034")).ends("1\n1\n1\nniltoo many pending timers\n")
	})
	t.Run("a client that goes away", func(t *testing.T) {
		s := s.as(t)
		c := dial(t, s.at("9035"))
		c.line("waiting")
		c.Close()
		s.logged(`the client is gone`)
	})
	t.Run("preread before the others", func(t *testing.T) {
		dial(t, s.at("9036")).send(clientHello(t)).exactly("name in preread: [] []")
	})
	t.Run("our certificate", func(t *testing.T) {
		dial(t, s.at("9038")).ends("pong\n")
		_, state := b.seen()
		if len(state.PeerCertificates) != 1 || state.PeerCertificates[0].Subject.CommonName != "one.example" {
			t.Errorf("client certificates %v", state.PeerCertificates)
		}
		if state.Version != tls.VersionTLS13 {
			t.Errorf("%s was spoken", tls.VersionName(state.Version))
		}
	})
}

// Without preread_by_lua_no_postpone the script comes last in its phase.
func TestPrereadIsPostponed(t *testing.T) {
	t.Parallel()
	s := load(t, "guide-lua/15-directives.conf", replace("preread_by_lua_no_postpone on;", "preread_by_lua_no_postpone off;"))
	n := certificates(s)
	s.write("conf/ca.crl", string(n.ca.CRL(t)))
	s.start()
	dial(t, s.at("9036")).send(clientHello(t)).exactly("name in preread: [one.example] [one.example]")
}

func TestBalancerByRegistry(t *testing.T) {
	t.Parallel()
	s := load(t, "guide-lua/16-by-registry.conf")
	first := serve(t, s.at("8080"), says("first"))
	serve(t, s.at("8081"), says("second"))
	s.start()
	chosen := map[string]string{}
	for i := 1; i <= 20; i++ {
		from := fmt.Sprintf("127.0.0.%d", i)
		chosen[from] = dialFrom(t, from, s.at("9041")).all()
		if again := dialFrom(t, from, s.at("9041")).all(); again != chosen[from] {
			t.Errorf("%s got %s, then %s", from, chosen[from], again)
		}
	}
	count := map[string]int{}
	for _, answer := range chosen {
		count[answer]++
	}
	if count["first"] == 0 || count["second"] == 0 || len(count) != 2 {
		t.Errorf("clients were spread as %v", count)
	}
	// When one is away, its clients go to the other.
	first.stop()
	for from := range chosen {
		dialFrom(t, from, s.at("9041")).ends("second")
	}
	s.logged(`\[notice\] .*balancer_by_lua:\d+: try 1: failed while connecting to upstream`)
	// The registry forgets both and learns a third.
	serve(t, s.at("8082"), says("third"))
	dial(t, s.at("9042")).send(s.at("8082") + "\n").ends("ok\n")
	for from := range chosen {
		dialFrom(t, from, s.at("9041")).ends("third")
	}
}

// The troubleshooting section: a stream directive outside of stream.
func TestLuaOutsideOfStream(t *testing.T) {
	t.Parallel()
	s := prepare(t, "events {}\ncontent_by_lua_block { ngx.say(1) }\n")
	out, status := s.command(s.plain("-t")...)
	if want := "nginx: [emerg] \"content_by_lua_block\" directive is not allowed here in " + s.path("conf/nginx.conf") + ":2\n"; status != 1 || !strings.HasPrefix(out, want) {
		t.Errorf("status %d: %s, want %s", status, out, want)
	}
}
