package scenario

import (
	"net"
	"regexp"
	"strings"
	"testing"
	"time"
)

// under runs the server below a limit of open files.
func (s *server) under(files string) *server {
	s.limit = []string{"sh", "-c", `ulimit -n ` + files + `; exec "$@"`, "sh"}
	return s
}

// With a full file table no client is served and none is lost for good: who is connected goes on, and when files are given back the
// queue is served.
func TestFullFileTable(t *testing.T) {
	t.Parallel()
	s := load(t, "limits/files.conf").under("64").expecting(`socket\(\) failed \(24: Too many open files\)`)
	serve(t, s.at("8080"), pong)
	s.start()
	s.sameLine(s.logged(`worker_connections exceed`), `[warn] 1024 worker_connections exceed open file resource limit: 64`)

	oldest := dial(t, s.at("9003"))
	oldest.line("here")
	var held []*client
	for i := range 100 { // more than there are files; the last ones wait in the listener's queue
		c := dial(t, s.at("9003"))
		held = append(held, c)
		if i < 30 {
			c.line("here")
		}
	}
	s.logged(`\[crit\] .*accept4\(\) failed \(24: Too many open files\)`)
	oldest.send("still here\n").line("still here")
	oldest.ends("")
	for i, c := range held {
		c.send("bye\n")
		if i >= 30 { // a client of the queue gets its line when its turn comes
			c.line("here")
		}
		c.ends("bye\n")
	}
	dial(t, s.at("9001")).ends("served")
	once(t, dial(t, s.at("9002")))
}

// A session that gets no descriptor for its upstream ends; it takes nobody along.
func TestFullFileTableForUpstreams(t *testing.T) {
	t.Parallel()
	s := load(t, "limits/files.conf").under("64").expecting(`socket\(\) failed \(24: Too many open files\)`)
	serve(t, s.at("8080"), pong)
	s.start()
	var held []*client
	for range 60 {
		c := dial(t, s.at("9002"))
		held = append(held, c)
	}
	s.logged(`\[(alert|crit)\] .*(socket|accept4)\(\) failed \(24: Too many open files\)`)
	for _, c := range held {
		c.Close()
	}
	await(t, "service", func() bool {
		conn, err := connect("", s.at("9002"))
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		_ = conn.SetDeadline(time.Now().Add(patience))
		buf := make([]byte, 8)
		_, _ = conn.Write([]byte("ping\n"))
		n, _ := conn.Read(buf)
		return string(buf[:n]) == "pong\n"
	})
	dial(t, s.at("9001")).ends("served")
}

// Above worker_connections clients are turned away with nginx's words, and served again when others have gone.
func TestWorkerConnections(t *testing.T) {
	t.Parallel()
	s := load(t, "limits/connections.conf").expecting(`16 worker_connections are not enough`)
	s.start()
	var held []*client
	refused := 0
	for refused == 0 && len(held) < 40 {
		c := dial(t, s.at("9001"))
		if line, err := c.r.ReadString('\n'); err != nil {
			refused++
		} else if line == "here\n" {
			held = append(held, c)
		}
	}
	t.Logf("%d clients were served at once", len(held))
	if refused == 0 || len(held) < 8 || len(held) > 16 {
		t.Errorf("%d clients are served and %d turned away, want at most 16 and then none", len(held), refused)
	}
	s.logged(`\[alert\] .*16 worker_connections are not enough`)
	for _, c := range held {
		c.send("bye\n").ends("bye\n")
	}
	await(t, "service", func() bool {
		c := dial(t, s.at("9001"))
		line, err := c.r.ReadString('\n')
		return err == nil && line == "here\n"
	})
}

const missingFile = `cannot load certificate "{dir}/conf/one.crt": BIO_new_file() failed (SSL: error:80000002:system library::No such file or directory:` +
	`calling fopen({dir}/conf/one.crt, r) error:10000080:BIO routines::no such file)`

func TestUnreadableCertificateAtStart(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		prepare func(*server)
		want    string
	}{
		{"missing", func(*server) {}, missingFile},
		{"garbage", func(s *server) {
			certificates(s)
			s.write("conf/one.crt", "this is no certificate\n")
		}, `cannot load certificate "{dir}/conf/one.crt": PEM_read_bio_X509_AUX() failed (SSL: error:0480006C:PEM routines::no start line:Expecting: TRUSTED CERTIFICATE)`},
		{"a key that belongs to another", func(s *server) {
			n := certificates(s)
			s.write("conf/one.key", string(n.pair["two"].KeyPEM(s.t)))
		}, `SSL_CTX_use_PrivateKey("{dir}/conf/one.key") failed (SSL: error:05800074:x509 certificate routines::key values mismatch)`},
		{"a key that is garbage", func(s *server) {
			certificates(s)
			s.write("conf/one.key", "this is no key\n")
		}, `cannot load certificate key "{dir}/conf/one.key": PEM_read_bio_PrivateKey() failed (SSL: error:1E08010C:DECODER routines::unsupported:No supported data to decode. Input type: PEM)`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := load(t, "limits/certificate.conf")
			c.prepare(s)
			out, status := s.command(s.arguments("daemon off;")...)
			if status != 1 {
				t.Errorf("exit status %d, want 1", status)
			}
			s.sameLine(strings.TrimSuffix(out, "\n"), "nginx: [emerg] "+c.want)
			s.sameLine(s.logged(`\[emerg\]`), "[emerg] "+c.want)
			if s.pid() != 0 {
				t.Error("there is a pid file")
			}
			out, status = s.command(append([]string{"-t"}, s.arguments("")...)...)
			if status != 1 {
				t.Errorf("exit status of -t %d, want 1", status)
			}
			s.sameLine(strings.TrimSuffix(out, "\n"), "nginx: [emerg] "+c.want+
				"\nnginx: configuration file {dir}/conf/nginx.conf test failed")
		})
	}
}

// A reload with a certificate that is gone is refused and the old one stays in use; when it is back, the new one is used.
func TestUnreadableCertificateAtReload(t *testing.T) {
	t.Parallel()
	s := load(t, "limits/certificate.conf").expecting(`cannot load certificate`)
	n := certificates(s)
	s.start()
	serial := func() string {
		c := dialTLS(t, s.at("9001"), n.trusting("one.example"))
		c.ends("TLSv1.3")
		return tlsSerial(c)
	}
	old := serial()
	// A new file: within a second nginx takes one that is only rewritten for unchanged.
	s.write("conf/new", "")
	s.rename("conf/new", "conf/one.crt")
	s.hup()
	s.logged(`\[emerg\] .*cannot load certificate "` + regexp.QuoteMeta(s.path("conf/one.crt")) + `": PEM_read_bio_X509_AUX\(\) failed`)
	if now := serial(); now != old {
		t.Error("the certificate has changed")
	}
	n = certificates(s)
	s.hup()
	await(t, "the new certificate", func() bool {
		conn, err := connect("", s.at("9001"))
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		return trusts(conn, n)
	})
}

// occupy listens where the server wants to.
func occupy(t *testing.T, addr string) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

func TestOccupiedPortAtStart(t *testing.T) {
	t.Parallel()
	s := load(t, "limits/reload.conf")
	occupy(t, s.at("9002"))
	out, status := s.command(s.arguments("daemon off;")...)
	if status != 1 {
		t.Errorf("exit status %d, want 1", status)
	}
	bind := "nginx: [emerg] bind() to " + s.at("9002") + " failed (98: Address already in use)\n"
	if want := strings.Repeat(bind, 5) + "nginx: [emerg] still could not bind()\n"; out != want {
		t.Errorf("received\n%swant\n%s", out, want)
	}
	if n := s.count(`\[emerg\] \d+#\d+: bind\(\) to ` + regexp.QuoteMeta(s.at("9002")) + ` failed \(98: Address already in use\)$`); n != 5 {
		t.Errorf("%d lines in the log, want 5:\n%s", n, s.errorLog())
	}
	s.logged(`\[emerg\] .*still could not bind\(\)$`)
	if s.pid() != 0 {
		t.Error("there is a pid file")
	}
	// The other ports are free again.
	occupy(t, s.at("9001"))
	occupy(t, s.at("9003"))
}

// A port that is given back while the server tries is taken after all.
func TestOccupiedPortThatBecomesFree(t *testing.T) {
	t.Parallel()
	s := load(t, "limits/reload.conf").expecting(`bind\(\) to .* failed`).expecting(`still could not bind`)
	serve(t, s.at("8080"), pong)
	await(t, "a server that starts after a failure", func() bool {
		l := occupy(t, s.at("9002"))
		before := s.count(`bind\(\) to`)
		s.launch()
		await(t, "the failure", func() bool { return s.count(`bind\(\) to`) > before })
		l.Close()
		await(t, "the pid file or the end", func() bool { return s.pid() != 0 || !s.running() })
		return s.running() // else it had given up before this process came to close the port
	})
	dial(t, s.at("9001")).ends("generation-1")
	once(t, dial(t, s.at("9002")))
}
