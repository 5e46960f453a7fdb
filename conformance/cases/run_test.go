package cases

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"tidegate/conformance/bench/proc"
)

// patience bounds every wait.
const patience = 15 * time.Second

// server runs one case.
type server struct {
	t     *testing.T
	c     *testCase
	dir   string
	ports map[string]int // name -> port
	child *proc.Child
	dgram bool
}

// portNames are the names that cases use for ports. The first is that of the server under test.
var portNames = []string{"TEST_NGINX_STREAM_PORT", "TEST_NGINX_STREAM_PORT_2", "TEST_NGINX_RAND_PORT_1", "TEST_NGINX_RAND_PORT_2", "TEST_NGINX_RAND_PORT_3"}

func newServer(t *testing.T, c *testCase) *server {
	t.Helper()
	dir, err := os.MkdirTemp("", "cases-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	s := &server{t: t, c: c, dir: dir, ports: map[string]int{}, dgram: c.has("dgram_server_config")}
	for _, name := range portNames {
		s.ports[name] = freePort(t)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, sub := range []string{"conf", "logs", "html"} {
		if err := os.Mkdir(filepath.Join(dir, sub), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	s.userFiles()
	s.write("conf/nginx.conf", s.config())
	return s
}

// expand replaces the names that stand for ports and directories.
func (s *server) expand(text string) string {
	names := slices.Clone(portNames)
	slices.SortFunc(names, func(a, b string) int { return len(b) - len(a) })
	for _, n := range names {
		text = strings.ReplaceAll(text, "$"+n, strconv.Itoa(s.ports[n]))
	}
	text = strings.ReplaceAll(text, "$TEST_NGINX_HTML_DIR", filepath.Join(s.dir, "html"))
	return strings.ReplaceAll(text, "$TEST_NGINX_SERVER_ROOT", s.dir)
}

// config is the configuration of the case.
func (s *server) config() string {
	level := "notice"
	if v, ok := s.c.value("log_level"); ok {
		level = strings.TrimSpace(v)
	}
	user := ""
	if os.Getuid() == 0 {
		user = "user root;\n"
	}
	kind, option := "stream", ""
	if s.dgram {
		kind, option = "dgram", " udp"
	}
	servers := ""
	for i, name := range portNames[:2] {
		key := kind + "_server_config"
		if i > 0 {
			key += "2"
		}
		if v, ok := s.c.value(key); ok {
			servers += fmt.Sprintf("    server {\n        listen $%s%s;\n%s    }\n", name, option, v)
		}
	}
	return s.expand(fmt.Sprintf("worker_processes 1;\ndaemon off;\nmaster_process off;\nerror_log logs/error.log %s;\npid logs/nginx.pid;\n%s%s"+
		"stream {\n%s%s}\nevents {\n    worker_connections 256;\n}\n", level, user, s.c.get("main_config"), s.c.get(kind+"_config"), servers))
}

// userFiles writes the files of the section user_files: ">>> name" and text.
func (s *server) userFiles() {
	text, _ := s.c.value("user_files")
	for i, part := range strings.Split("\n"+text, "\n>>> ") {
		if i == 0 {
			continue
		}
		name, body, _ := strings.Cut(part, "\n")
		if err := os.MkdirAll(filepath.Dir(filepath.Join(s.dir, "html", name)), 0o755); err != nil {
			s.t.Fatal(err)
		}
		s.write("html/"+name, s.expand(strings.TrimRight(body, "\n")+"\n"))
	}
}

func (s *server) write(name, text string) {
	s.t.Helper()
	if err := os.WriteFile(filepath.Join(s.dir, name), []byte(text), 0o644); err != nil {
		s.t.Fatal(err)
	}
}

func (s *server) read(name string) string {
	data, _ := os.ReadFile(filepath.Join(s.dir, name))
	return string(data)
}

// start runs the server until it has written its pid file or died; it tells which.
func (s *server) start() bool {
	s.t.Helper()
	out, err := os.Create(filepath.Join(s.dir, "logs/out"))
	if err != nil {
		s.t.Fatal(err)
	}
	defer out.Close()
	cmd := exec.Command(binary, "-p", s.dir+"/", "-c", "conf/nginx.conf", "-e", "logs/error.log")
	cmd.Dir, cmd.Stdout, cmd.Stderr = s.dir, out, out
	if s.child, err = nursery.Start(cmd, proc.Options{OnDeath: syscall.SIGTERM}); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = s.child.Stop(syscall.SIGKILL, patience) })
	up := false
	await(s.t, "the server to start", func() bool {
		select {
		case <-s.child.Done():
			return true
		default:
		}
		up = s.read("logs/nginx.pid") != ""
		return up
	})
	return up
}

// stop ends the server gracefully.
func (s *server) stop() {
	s.t.Helper()
	_ = s.child.Signal(syscall.SIGQUIT)
	select {
	case <-s.child.Done():
	case <-time.After(patience):
		s.t.Errorf("the server does not end:\n%s", s.read("logs/error.log"))
	}
}

// await polls a condition that another process brings about.
func await(t *testing.T, what string, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(patience); !ok(); <-tick.C {
		if time.Now().After(end) {
			t.Errorf("%s: not in %v", what, patience)
			return
		}
	}
}

// timeout is how long the client waits for the server.
func (s *server) timeout() time.Duration {
	text := strings.TrimSpace(s.c.get("timeout"))
	if text == "" {
		return patience
	}
	if _, err := strconv.ParseFloat(text, 64); err == nil {
		text += "s"
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		s.t.Fatal(err)
	}
	return d
}

// talk plays the client and gives what it got, an error in the words of Test::Nginx.
func (s *server) talk() string {
	if s.dgram {
		return s.talkDatagrams()
	}
	var b strings.Builder
	for i, suffix := range []string{"", "2"} {
		if s.c.has("stream_server_config"+suffix) && (i == 0 || s.c.has("stream_request2") || s.c.has("stream_response2")) {
			b.WriteString(s.dial(s.ports[portNames[i]], s.expand(s.c.get("stream_request"+suffix))))
		}
	}
	return b.String()
}

func (s *server) dial(port int, request string) string {
	c, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		return "connect to stream server error: " + reason(err) + "\n"
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(s.timeout()))
	if _, err := io.WriteString(c, request); err != nil {
		return "send stream request error: " + reason(err) + "\n"
	}
	if s.c.has("half_close") {
		_ = c.(*net.TCPConn).CloseWrite()
	}
	data, err := io.ReadAll(c)
	if err != nil && !s.c.has("abort") {
		return "receive stream response error: " + reason(err) + "\n"
	}
	return string(data)
}

// talkDatagrams sends one datagram and takes one for each line expected, or one.
func (s *server) talkDatagrams() string {
	c, err := net.Dial("udp", fmt.Sprintf("127.0.0.1:%d", s.ports[portNames[0]]))
	if err != nil {
		s.t.Fatal(err)
	}
	defer c.Close()
	request := s.c.get("dgram_request")
	if request == "" {
		request = "trigger dgram req"
	}
	if _, err := io.WriteString(c, request); err != nil {
		s.t.Fatal(err)
	}
	_ = c.SetDeadline(time.Now().Add(s.timeout()))
	count := 1
	if v, ok := s.c.value("datagrams"); ok {
		count, _ = strconv.Atoi(strings.TrimSpace(v))
	}
	var b strings.Builder
	buf := make([]byte, 65536)
	for range count {
		n, err := c.Read(buf)
		if err != nil {
			return b.String() + "receive stream response error: " + reason(err) + "\n"
		}
		b.Write(buf[:n])
	}
	return b.String()
}

func reason(err error) string {
	var no syscall.Errno
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return "timeout"
	case errors.As(err, &no):
		return no.Error()
	}
	return err.Error()
}

var (
	stamp   = regexp.MustCompile(`^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d (\[\w*\]) \d+#\d+: (\*\d+ )?`)
	startup = regexp.MustCompile(`^\[notice\] (using the |openresty/|nginx/|tidegate|built by|OS: |getrlimit|start |signal |gracefully|exit|worker process|reconfigur|the "user")|` +
		`^\[notice\] (exiting|exit)$|^\[\w+\] (the "user" directive makes sense)`)
	pointers = regexp.MustCompile(`\b[0-9A-F]{16}\b`)
	address  = regexp.MustCompile(`0x[0-9a-f]{4,}`)
)

// normal is the error log without what differs from run to run, and without the lines of starting and stopping.
func (s *server) normal(log string) string {
	var b strings.Builder
	skipped := false
	for line := range strings.Lines(log) {
		if stamp.MatchString(line) {
			line = stamp.ReplaceAllString(line, "$1 ")
			skipped = startup.MatchString(line)
		}
		if !skipped {
			b.WriteString(line)
		}
	}
	return s.named(b.String())
}

// named puts names in the place of ports, directories and addresses.
func (s *server) named(text string) string {
	for _, n := range portNames {
		text = strings.ReplaceAll(text, strconv.Itoa(s.ports[n]), "$"+n)
	}
	text = strings.ReplaceAll(text, s.dir, "$TEST_NGINX_SERVER_ROOT")
	text = pointers.ReplaceAllString(text, "<pointer>")
	return address.ReplaceAllString(text, "<address>")
}
