package system

import (
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
)

// dialect is what differs between programs that take nginx's command line and configuration, and HAProxy.
type dialect struct {
	file     string // the configuration's name in conf/
	test     []string
	quiet    []string // test, without a word if all is right
	run      []string
	prefix   string // the option that names the directory
	reload   syscall.Signal
	question string // what makes the ready server say its answer
	log      string // the file in logs/ with complaints
	serious  *regexp.Regexp
}

var (
	nginx = dialect{
		file: "nginx.conf", test: []string{"-t"}, quiet: []string{"-t", "-q"}, prefix: "-p", reload: syscall.SIGHUP,
		log: "error.log", serious: regexp.MustCompile(`(?m)^.*\[(emerg|alert|crit|error)\].*$`),
	}
	haproxy = dialect{
		file: "haproxy.cfg", test: []string{"-c"}, quiet: []string{"-c", "-q"}, run: []string{"-W", "-db"}, prefix: "-C",
		reload: syscall.SIGUSR2, question: "GET / HTTP/1.0\r\n\r\n",
		log: "stderr", serious: regexp.MustCompile(`(?m)^\[ALERT\].*$`),
	}
)

// dialect is the system's own.
func (s System) dialect() *dialect {
	if s.HAProxy {
		return &haproxy
	}
	return &nginx
}

// arguments are what the program gets, after words of its own, to work on a prefix.
func (s System) arguments(words []string, p *Prefix) []string {
	args := append(append([]string{}, words...), s.dialect().prefix, p.Dir)
	if s.HAProxy {
		return append(args, "-f", filepath.Join("conf", haproxy.file))
	}
	args = append(args, "-c", filepath.Join("conf", nginx.file), "-e", "logs/error.log")
	if s.Globals != "" {
		args = append(args, "-g", s.Globals)
	}
	return args
}

// TestCommand is the command line that tests the configuration and is silent if it is right.
func (s System) TestCommand(p *Prefix) []string {
	return append([]string{s.Binary}, s.arguments(s.dialect().quiet, p)...)
}

// IsHAProxy tells whether a program's version is one of HAProxy.
func IsHAProxy(version string) bool { return strings.HasPrefix(version, "HAProxy ") }
