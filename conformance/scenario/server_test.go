package scenario

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"tidegate/conformance/bench/proc"
)

// patience bounds every wait: long enough for a busy machine, short enough to tell that something hangs.
const patience = 2 * time.Minute

// server is a configuration in a directory of its own, and the process that runs it.
type server struct {
	t      testing.TB
	dir    string
	ports  map[string]int // port in the file -> port in use
	child  *proc.Child
	stderr *os.File
	expect []*regexp.Regexp // serious log lines that the test is about
	limit  []string         // program and arguments in front of the server's
	status int              // what it must exit with

	keepUser bool // the configuration tells whose process it is to be
}

// as gives the server to a subtest, whose failures are then its own.
func (s *server) as(t testing.TB) *server {
	c := *s
	c.t = t
	return &c
}

// edit changes the text of a configuration before its ports are exchanged.
type edit func(string) string

// replace exchanges text that must be there.
func replace(old, new string) edit {
	return func(s string) string {
		if !strings.Contains(s, old) {
			panic("the configuration does not hold " + old)
		}
		return strings.ReplaceAll(s, old, new)
	}
}

// load prepares testdata/NAME.
func load(t testing.TB, name string, edits ...edit) *server {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../../testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return prepare(t, string(text), edits...)
}

// prepare makes the directory of a server with this configuration.
func prepare(t testing.TB, text string, edits ...edit) *server {
	t.Helper()
	dir, err := os.MkdirTemp("", "sc-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	s := &server{t: t, dir: dir, ports: map[string]int{}}
	err = os.Chmod(dir, 0o755)
	for _, sub := range []string{"conf", "logs", "lua"} {
		err = errors.Join(err, os.Mkdir(filepath.Join(dir, sub), 0o777), os.Chmod(filepath.Join(dir, sub), 0o777))
	}
	if err != nil {
		t.Fatal(err)
	}
	s.configure(text, edits...)
	return s
}

var (
	portOf      = regexp.MustCompile(`(:|", )(\d{4,5})\b`)
	loadModule  = regexp.MustCompile(`(?m)^load_module .*\n`)
	ownErrorLog = regexp.MustCompile(`(?m)^\s*error_log `)
	ownUser     = regexp.MustCompile(`(?m)^user `)
)

// configure writes conf/nginx.conf with the ports and paths of this server.
func (s *server) configure(text string, edits ...edit) {
	s.t.Helper()
	for _, e := range edits {
		text = e(text)
	}
	if foreign {
		text = loadModule.ReplaceAllString(text, "\n")
	}
	text = portOf.ReplaceAllStringFunc(text, func(m string) string {
		i := strings.LastIndexAny(m, ": ") + 1
		return m[:i] + strconv.Itoa(s.port(m[i:]))
	})
	text = strings.ReplaceAll(text, "unix:stream.socket", "unix:"+s.dir+"/stream.socket")
	s.write("conf/nginx.conf", text)
}

// port is the port that stands for one of the file.
func (s *server) port(file string) int {
	s.t.Helper()
	p, ok := s.ports[file]
	if !ok {
		p = freePort(s.t)
		s.ports[file] = p
	}
	return p
}

// at is the address on 127.0.0.1 that stands for a port of the file.
func (s *server) at(file string) string {
	s.t.Helper()
	return "127.0.0.1:" + strconv.Itoa(s.port(file))
}

// path is a file of the server.
func (s *server) path(name string) string { return filepath.Join(s.dir, name) }

// write puts a file into the server's directory.
func (s *server) write(name, text string) {
	s.t.Helper()
	if err := os.WriteFile(s.path(name), []byte(text), 0o644); err != nil {
		s.t.Fatal(err)
	}
}

// read gives a file of the server; one that does not exist is empty.
func (s *server) read(name string) string {
	s.t.Helper()
	text, err := os.ReadFile(s.path(name))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		s.t.Fatal(err)
	}
	return string(text)
}

// copyLua puts a file of testdata/guide-lua/lua where scripts are looked for.
func (s *server) copyLua(names ...string) {
	s.t.Helper()
	for _, name := range names {
		text, err := os.ReadFile(filepath.Join("../../testdata/guide-lua/lua", name))
		if err != nil {
			s.t.Fatal(err)
		}
		s.write("lua/"+name, string(text))
	}
}

// arguments are the command line: what a test needs beyond the file goes into -g.
func (s *server) arguments(globals string) []string {
	text := s.read("conf/nginx.conf")
	if !ownErrorLog.MatchString(text) {
		globals += " error_log logs/error.log info;"
	}
	// As root, the workers of nginx change their user; the directory is made for one user.
	if os.Getuid() == 0 && !s.keepUser && !ownUser.MatchString(text) {
		globals += " user root;"
	}
	return []string{"-p", s.dir, "-c", "conf/nginx.conf", "-e", "logs/error.log", "-g", strings.TrimSpace("pid logs/nginx.pid; " + globals)}
}

// expecting names serious lines of the error log that are no mistake.
func (s *server) expecting(rx string) *server {
	s.expect = append(s.expect, regexp.MustCompile(rx))
	return s
}

// start runs the server and waits until it serves.
func (s *server) start() *server {
	s.t.Helper()
	s.launch()
	await(s.t, "the pid file", func() bool {
		select {
		case <-s.child.Done():
			s.t.Fatalf("the server ended before it was ready: %v\n%s", s.child.Err(), s.everything())
		default:
		}
		return s.pid() != 0
	})
	return s
}

// launch runs the server without waiting.
func (s *server) launch() {
	s.t.Helper()
	var err error
	if s.stderr, err = os.Create(s.path("stderr")); err != nil {
		s.t.Fatal(err)
	}
	argv := append(append(append([]string{}, s.limit...), program), s.arguments("daemon off;")...)
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Dir = s.dir
	cmd.Stdout, cmd.Stderr = s.stderr, s.stderr
	cmd.Env = append(os.Environ(), "GORACE=atexit_sleep_ms=0")
	if s.child, err = nursery.Start(cmd, proc.Options{OnDeath: syscall.SIGTERM}); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(s.end)
}

// pid is what the pid file says, 0 before it is there.
func (s *server) pid() int {
	pid, _ := strconv.Atoi(strings.TrimSpace(s.read("logs/nginx.pid")))
	return pid
}

// signal sends a signal to the server.
func (s *server) signal(sig syscall.Signal) {
	s.t.Helper()
	if err := s.child.Signal(sig); err != nil {
		s.t.Fatal(err)
	}
}

// running tells whether the process is there.
func (s *server) running() bool {
	select {
	case <-s.child.Done():
		return false
	default:
		return true
	}
}

// wait waits for the end of the process and gives its exit status.
func (s *server) wait() int {
	s.t.Helper()
	select {
	case <-s.child.Done():
	case <-time.After(patience):
		// A Go program tells what it hangs on.
		_ = s.child.Stop(syscall.SIGABRT, time.Second)
		s.t.Errorf("the server does not end\n%s", s.everything())
		return -1
	}
	var exit *exec.ExitError
	switch err := s.child.Err(); {
	case err == nil:
		return 0
	case errors.As(err, &exit):
		return exit.ExitCode()
	default:
		s.t.Error(err)
		return -1
	}
}

var serious = regexp.MustCompile(`(?m)^.*(\[alert\]|\[emerg\]|panic|fatal error|DATA RACE).*$`)

// end stops a server that still runs, and looks at what it left behind.
func (s *server) end() {
	s.t.Helper()
	if s.running() {
		s.signal(syscall.SIGTERM)
	}
	if status := s.wait(); status != s.status {
		s.t.Errorf("the server ended with status %d, want %d", status, s.status)
	}
	s.stderr.Close()
	s.inspect()
	if s.t.Failed() {
		s.t.Logf("what the server said:\n%s", s.everything())
	}
}

// inspect reports what no server may say, unless the test expects it.
func (s *server) inspect() {
	s.t.Helper()
lines:
	for _, line := range serious.FindAllString(s.everything(), -1) {
		for _, rx := range s.expect {
			if rx.MatchString(line) {
				continue lines
			}
		}
		s.t.Errorf("the server said: %s", line)
	}
}

// everything is what the server has said so far.
func (s *server) everything() string {
	return tail(s.read("logs/error.log")) + tail(s.read("stderr")) + "access log:\n" + tail(s.read("logs/access.log"))
}

func tail(text string) string {
	const most = 64 << 10
	if len(text) > most {
		return "[...]" + text[len(text)-most:]
	}
	return text
}

// errorLog is the error log so far.
func (s *server) errorLog() string { return s.read("logs/error.log") }

// logged waits for a line of the error log that matches, and gives it without its time and process.
func (s *server) logged(rx string) string {
	s.t.Helper()
	return s.line("logs/error.log", rx)
}

// accessed waits for a whole line of the access log that matches.
func (s *server) accessed(rx string) string {
	s.t.Helper()
	return s.line("logs/access.log", "^(?:"+rx+")$")
}

func (s *server) line(file, rx string) (found string) {
	s.t.Helper()
	re := regexp.MustCompile(rx)
	awaitOr(s.t, func() bool {
		text := s.read(file)
		for _, line := range strings.Split(text[:strings.LastIndexByte(text, '\n')+1], "\n") {
			if re.MatchString(line) {
				found = stamp.ReplaceAllString(line, "$1 ")
				return true
			}
		}
		return false
	}, func() string { return fmt.Sprintf("no line of %s matches %s:\n%s", file, rx, tail(s.read(file))) })
	return found
}

// stamp is what differs in each run at the begin of an error log's line.
var stamp = regexp.MustCompile(`^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d (\[\w+\]) \d+#\d+: (\*\d+ )?`)

// count is how many lines of the error log match now.
func (s *server) count(rx string) int {
	return len(regexp.MustCompile("(?m)"+rx).FindAllString(s.errorLog(), -1))
}

// optional marks text of a message that need not be there.
var optional = regexp.MustCompile(`\\\{\\\?([^}]*)\\\}`)

// sameLine compares a line without stamp with what it should be. In want {9001} stands for a mapped port, {*} for any number, {dir}
// for the server's directory, and {?text} for text that may be missing.
func (s *server) sameLine(got, want string) {
	s.t.Helper()
	rx := regexp.QuoteMeta(want)
	rx = regexp.MustCompile(`\\\{\d+\\\}`).ReplaceAllStringFunc(rx, func(m string) string {
		return strconv.Itoa(s.port(m[2 : len(m)-2]))
	})
	rx = optional.ReplaceAllString(rx, "(?:$1)?")
	rx = strings.NewReplacer(`\{\*\}`, `\d+`, `\{dir\}`, regexp.QuoteMeta(s.dir)).Replace(rx)
	if !regexp.MustCompile("^" + rx + "$").MatchString(got) {
		s.t.Errorf("got  %s\nwant %s", got, want)
	}
}

// command runs the program to its end, as on a terminal, in the server's directory.
func (s *server) command(args ...string) (out string, status int) {
	s.t.Helper()
	return execute(s.t, s.dir, args...)
}

func execute(t testing.TB, dir string, args ...string) (string, int) {
	t.Helper()
	// A file, not a pipe: nobody has to read what is said, and a server that detaches may keep it open.
	out, err := os.CreateTemp(t.TempDir(), "out")
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	cmd := exec.Command(program, args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, out, out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(patience, func() { _ = cmd.Process.Kill() })
	err = cmd.Wait()
	said := fileText(out.Name())
	if !timer.Stop() {
		t.Fatalf("%s %s does not end:\n%s", program, strings.Join(args, " "), said)
	}
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return said, cmd.ProcessState.ExitCode()
}

// await waits until the condition holds.
func await(t testing.TB, what string, ok func() bool) {
	t.Helper()
	awaitOr(t, ok, func() string { return "waited in vain for " + what })
}

func awaitOr(t testing.TB, ok func() bool, complaint func() string) {
	t.Helper()
	deadline := time.After(patience)
	tick := time.NewTicker(4 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-deadline:
			t.Fatal(complaint())
		case <-tick.C:
		}
	}
}

// fileText is a file's text, empty if it cannot be read.
func fileText(name string) string {
	text, _ := os.ReadFile(name)
	return string(text)
}
