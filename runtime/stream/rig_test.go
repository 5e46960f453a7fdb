package stream_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"tidegate/ast/conf"
	"tidegate/parser"
	"tidegate/runtime/errlog"
	"tidegate/runtime/relay"
	"tidegate/runtime/stream"
)

// patience is how long a test waits for what must come.
const patience = 2 * time.Minute

// rig is a stream block that serves: in this process, or, when TIDEGATE_TEST_NGINX names a binary, in a real nginx, so that what the
// tests expect can be confirmed.
type rig struct {
	t      testing.TB
	dir    string
	log    *lines
	stream *stream.Stream
	engine *relay.Engine
	real   *exec.Cmd
	deps   stream.Deps
	fronts map[string]front
}

// front is a listener of the rig, and what it does with connections.
type front struct {
	*relay.Listener
	serve func(*relay.Conn)
}

// lines collects a log.
type lines struct {
	mu   sync.Mutex
	cond *sync.Cond
	all  []string
	rest []byte
}

func newLines() *lines {
	l := &lines{}
	l.cond = sync.NewCond(&l.mu)
	return l
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rest = append(l.rest, b...)
	for {
		i := bytes.IndexByte(l.rest, '\n')
		if i < 0 {
			break
		}
		l.all = append(l.all, string(l.rest[:i]))
		l.rest = l.rest[i+1:]
	}
	l.cond.Broadcast()
	return len(b), nil
}

var logHead = regexp.MustCompile(`^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d (\[\w+\]) \d+#\d+: `)

// message is a log line without time and process.
func message(line string) string { return logHead.ReplaceAllString(line, "$1 ") }

// wait returns the first line that want accepts.
func (l *lines) wait(t testing.TB, what string, want func(string) bool) string {
	t.Helper()
	late := time.AfterFunc(patience, l.cond.Broadcast)
	defer late.Stop()
	deadline := time.Now().Add(patience)
	l.mu.Lock()
	defer l.mu.Unlock()
	for {
		for _, line := range l.all {
			if want(message(line)) {
				return message(line)
			}
		}
		if !time.Now().Before(deadline) {
			t.Fatalf("no line %s; the log is\n%s", what, strings.Join(l.all, "\n"))
		}
		l.cond.Wait()
	}
}

func (l *lines) text() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Join(l.all, "\n")
}

// nextPort walks through ports that the kernel gives nobody by itself, so that an address stays free until a test takes it.
var nextPort = struct {
	sync.Mutex
	n int
}{n: os.Getpid() * 37 % freePorts}

// freePorts is how many ports from 10000 on are tried: the conformance suites take theirs from 20000 on.
const freePorts = 10000

// freeAddr is a loopback address that nothing listens on.
func freeAddr(t testing.TB, network string) string {
	t.Helper()
	nextPort.Lock()
	defer nextPort.Unlock()
	for range freePorts {
		nextPort.n = (nextPort.n + 1) % freePorts
		addr := fmt.Sprintf("127.0.0.1:%d", 10000+nextPort.n)
		if network == "udp" {
			if c, err := net.ListenPacket("udp", addr); err == nil {
				c.Close()
				return addr
			}
			continue
		}
		if l, err := net.Listen("tcp", addr); err == nil {
			l.Close()
			return addr
		}
	}
	t.Fatal("no free port")
	return ""
}

// expand replaces each "@name" of text by the address of that name.
func expand(text string, addrs map[string]string) string {
	return regexp.MustCompile(`@\w+`).ReplaceAllStringFunc(text, func(s string) string {
		if a, ok := addrs[s[1:]]; ok {
			return a
		}
		return s
	})
}

// hereOnly is for tests that look into this process.
func hereOnly(*stream.Deps) {}

// start serves the stream block with that body.
func start(t testing.TB, body string, adjust ...func(*stream.Deps)) *rig {
	t.Helper()
	r := &rig{t: t, dir: t.TempDir(), log: newLines()}
	// A real worker may have given its privileges up.
	if err := os.Chmod(r.dir, 0o777); err != nil {
		t.Fatal(err)
	}
	text := "error_log " + r.dir + "/error.log info;\npid " + r.dir + "/nginx.pid;\ndaemon off;\nmaster_process off;\n" +
		"events { worker_connections 64; }\nstream {\n" + body + "\n}\n"
	file := filepath.Join(r.dir, "nginx.conf")
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	if binary := os.Getenv("TIDEGATE_TEST_NGINX"); binary != "" {
		if len(adjust) > 0 {
			t.Skip("not for a real nginx")
		}
		r.startReal(binary, file)
		return r
	}
	r.startHere(file, adjust)
	return r
}

func (r *rig) startHere(file string, adjust []func(*stream.Deps)) {
	t := r.t
	t.Helper()
	r.deps = stream.Deps{
		Connections: stream.NewConnections(64, 1),
		Log:         errlog.New(nil, errlog.Output{W: r.log, Level: errlog.Info}),
		Prefix:      r.dir + "/", Conf: r.dir + "/", Hostname: "testhost", Version: "1.31.1", Pid: os.Getpid(),
	}
	for _, f := range adjust {
		f(&r.deps)
	}
	engine, err := relay.NewEngine(relay.Config{Loops: 2, Now: r.deps.Now})
	if err != nil {
		t.Fatal(err)
	}
	r.engine, r.deps.Engine = engine, engine
	t.Cleanup(func() { engine.Close() })
	st, err := build(t, file, r.deps)
	if err != nil {
		t.Fatal(err)
	}
	r.stream = st
	if err := st.Start(errlog.NewFiles()); err != nil {
		t.Fatal(err)
	}
	r.fronts = map[string]front{}
	for _, a := range st.Addresses() {
		r.serve(a)
	}
	t.Cleanup(func() {
		st.KillSessions(relay.CauseShutdown)
		select {
		case <-st.Drained():
		case <-time.After(patience):
			t.Errorf("%d sessions are left", st.Sessions())
		}
		st.Close()
		if n := r.deps.Connections.Open(); n != 0 {
			t.Errorf("%d places of worker_connections are lost", n)
		}
	})
}

// build checks and builds a configuration file.
func build(t testing.TB, file string, deps stream.Deps) (*stream.Stream, error) {
	t.Helper()
	config, diags := parser.Load(parser.Options{Main: file})
	tree, more := conf.Check(config, conf.Options{Prefix: deps.Prefix, Hostname: deps.Hostname, Resolve: lookup})
	diags = append(diags, more...)
	diags = append(diags, tree.Refused...)
	if d := diags.Fatal(); d != nil {
		t.Fatal(d.Error())
	}
	st, diags := stream.Build(tree.Stream(), deps)
	if d := diags.Fatal(); d != nil {
		return nil, d
	}
	return st, nil
}

// serve listens on one address, as runtime/server does.
func (r *rig) serve(a *stream.Address) {
	t, engine := r.t, r.engine
	t.Helper()
	o := relay.ListenOptions{Addr: a.Addr, NoDelay: a.NoDelay, IPv6Only: a.Args.IPv6Only}
	if a.UDP {
		l, err := engine.ListenUDP(o)
		if err != nil {
			t.Fatal(err)
		}
		if err := l.Accept(a.ServePacket); err != nil {
			t.Fatal(err)
		}
		return
	}
	l, err := engine.Listen(o)
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Accept(a.Serve); err != nil {
		t.Fatal(err)
	}
	r.fronts[a.Addr.String()] = front{l, a.Serve}
}

// clock is a clock that tests move.
type clock struct{ ms atomic.Int64 }

func newClock() *clock {
	c := &clock{}
	c.ms.Store(1_000_000_000_000)
	return c
}

// pass moves time on. A loop that sleeps until a deadline sees it when it would have woken up by the real clock.
func (c *clock) pass(d time.Duration) { c.ms.Add(d.Milliseconds()) }

// of makes a rig go by the clock.
func (c *clock) of(d *stream.Deps) { d.Now = func() time.Time { return time.UnixMilli(c.ms.Load()) } }

// ahead connects a client that has acted before the server sees it, so that no time of the server's runs meanwhile.
func (r *rig) ahead(addr string, act func(*client)) *client {
	r.t.Helper()
	l, here := r.fronts[addr]
	if here {
		l.Stop()
	}
	c := r.client(addr)
	act(c)
	if here {
		if err := l.Accept(l.serve); err != nil {
			r.t.Fatal(err)
		}
	}
	return c
}

// startReal runs a real nginx and follows its log.
func (r *rig) startReal(binary, file string) {
	t := r.t
	t.Helper()
	r.real = exec.Command(binary, "-p", r.dir, "-c", file, "-e", filepath.Join(r.dir, "error.log"))
	r.real.Stderr = os.Stderr
	logFile := filepath.Join(r.dir, "error.log")
	if err := os.WriteFile(logFile, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if err := r.real.Start(); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(logFile)
	if err != nil {
		t.Fatal(err)
	}
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		defer f.Close()
		for {
			_, _ = io.Copy(r.log, f)
			select {
			case <-stop:
				return
			case <-time.After(5 * time.Millisecond):
			}
		}
	}()
	t.Cleanup(func() {
		_ = r.real.Process.Signal(syscall.SIGTERM)
		_ = r.real.Wait()
		close(stop)
		<-stopped
	})
	r.log.wait(t, "that the process is up", func(l string) bool { return strings.Contains(l, "using the \"epoll\" event method") })
}

// expect waits for a line of the error log that is exactly want, level and connection number included.
func (r *rig) expect(want string) {
	r.t.Helper()
	r.log.wait(r.t, fmt.Sprintf("%q", want), func(l string) bool { return l == want })
}

// expectMatch waits for a line of the error log that matches the whole expression.
func (r *rig) expectMatch(expr string) string {
	r.t.Helper()
	re := regexp.MustCompile("^" + expr + "$")
	return r.log.wait(r.t, expr, re.MatchString)
}

// file is the content of a file in the rig's directory.
func (r *rig) file(name string) string {
	b, err := os.ReadFile(filepath.Join(r.dir, name))
	if err != nil {
		return ""
	}
	return string(b)
}

// expectFile waits until a file has exactly that content.
func (r *rig) expectFile(name, want string) {
	r.t.Helper()
	until(r.t, fmt.Sprintf("%s to be %q", name, want), func() (bool, string) { got := r.file(name); return got == want, got })
}

// until polls for a condition that nothing announces.
func until(t testing.TB, what string, ok func() (bool, string)) {
	t.Helper()
	deadline := time.Now().Add(patience)
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for {
		good, got := ok()
		if good {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("waiting for %s, got %q", what, got)
		}
		<-tick.C
	}
}

// client connects to an address of the rig; a path is a unix socket's.
func (r *rig) client(addr string) *client {
	r.t.Helper()
	network := "tcp"
	if strings.HasPrefix(addr, "/") {
		network = "unix"
	} else if strings.HasPrefix(addr, "udp:") {
		network, addr = "udp", addr[4:]
	}
	c, err := net.Dial(network, addr)
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { c.Close() })
	_ = c.SetDeadline(time.Now().Add(patience))
	return &client{Conn: c, t: r.t, r: bufio.NewReader(c)}
}

type client struct {
	net.Conn
	t testing.TB
	r *bufio.Reader
}

func (c *client) send(text string) {
	c.t.Helper()
	if _, err := io.WriteString(c.Conn, text); err != nil {
		c.t.Fatal(err)
	}
}

// read takes exactly that text.
func (c *client) read(want string) {
	c.t.Helper()
	got := make([]byte, len(want))
	n, err := io.ReadFull(c.r, got)
	if string(got[:n]) != want {
		c.t.Fatalf("read %q %v, want %q", got[:n], err, want)
	}
}

// eof reads to the end of the stream and returns what was left; a reset counts as an end.
func (c *client) eof() string {
	c.t.Helper()
	b, err := io.ReadAll(c.r)
	if ne, ok := err.(net.Error); ok && ne.Timeout() {
		c.t.Fatalf("no end of stream after %q", b)
	}
	return string(b)
}

// local is the client's own address.
func (c *client) local() string { return c.LocalAddr().String() }

// backend is a server that a test answers for.
type backend struct {
	net.Listener
	t testing.TB
}

// listen opens a backend; a path is a unix socket's.
func listen(t testing.TB, addr string) *backend {
	t.Helper()
	network := "tcp"
	if strings.HasPrefix(addr, "/") {
		network = "unix"
	}
	l, err := net.Listen(network, addr)
	if err != nil {
		t.Fatal(err)
	}
	if network == "unix" {
		if err := os.Chmod(addr, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { l.Close() })
	return &backend{l, t}
}

func (b *backend) addr() string { return b.Addr().String() }

// accept takes one connection.
func (b *backend) accept() *client {
	b.t.Helper()
	if d, ok := b.Listener.(interface{ SetDeadline(time.Time) error }); ok {
		_ = d.SetDeadline(time.Now().Add(patience))
	}
	c, err := b.Accept()
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() { c.Close() })
	_ = c.SetDeadline(time.Now().Add(patience))
	return &client{Conn: c, t: b.t, r: bufio.NewReader(c)}
}

// echo answers every connection with a name and what it sends.
func echo(t testing.TB, name string) string {
	b := listen(t, "127.0.0.1:0")
	go func() {
		for {
			c, err := b.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				_, _ = io.WriteString(c, name)
				_, _ = io.Copy(c, c)
			}()
		}
	}()
	return b.addr()
}
