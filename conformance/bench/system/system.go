// Package system runs the servers that the benchmark compares: programs that take nginx's command line and configuration, and
// HAProxy with one of its own (dialect.go has the differences).
//
// The flow: NewPrefix writes the configuration into a directory of its own, Check asks the program whether it can run it, Start
// runs it in the foreground and waits until a worker answers, Usage and Footprint read what its process tree costs, Stop ends it.
// All of nginx's kind get the same text and the same arguments: -p PREFIX -c conf/nginx.conf -e logs/error.log.
//
// The package knows neither what the configuration does nor what is done to the server.
package system

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"tidegate/conformance/bench/proc"
)

// System is a program under test.
type System struct {
	Name   string // as the report calls it
	Binary string // path of the program
	// Globals is the text of the -g option: the modules that this build loads at run time, see Dynamic.
	Globals string
	// HAProxy tells that the program is HAProxy, and takes conf/haproxy.cfg.
	HAProxy bool
}

// UnsupportedError is what Check returns for a configuration that the program rejects.
type UnsupportedError struct {
	Message string // the program's own words
}

func (e *UnsupportedError) Error() string { return e.Message }

// dynamic are the modules that the mixes need and that a build may have as files of their own, in the order in which they have to
// be loaded.
var dynamic = []string{"ndk_http_module", "ngx_http_lua_module", "ngx_stream_module", "ngx_stream_lua_module"}

// Dynamic is the text of the -g option that loads what the program has as files: Debian's nginx knows no stream block without it.
func (s System) Dynamic(ctx context.Context) (string, error) {
	if s.HAProxy {
		return "", nil
	}
	out, err := exec.CommandContext(ctx, s.Binary, "-V").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("ask %s how it was built: %w", s.Name, err)
	}
	_, dir, found := strings.Cut(string(out), "--modules-path=")
	if !found {
		return "", nil
	}
	dir = strings.Fields(dir)[0]
	var load strings.Builder
	for _, name := range dynamic {
		if file := filepath.Join(dir, name+".so"); exists(file) {
			load.WriteString("load_module " + file + "; ")
		}
	}
	return strings.TrimSpace(load.String()), nil
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}

// startTimeout bounds everything a server may take to answer, to reload and to end.
const startTimeout = time.Minute

// Version is what the program says to -v, without the words before the version.
func (s System) Version(ctx context.Context) (string, error) {
	out, err := exec.CommandContext(ctx, s.Binary, "-v").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("ask %s for its version: %w", s.Name, err)
	}
	line, _, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
	_, version, found := strings.Cut(line, "version: ")
	if !found {
		version = line
	}
	return version, nil
}

// Prefix is a directory with a server's configuration and logs.
type Prefix struct {
	Dir string
}

// NewPrefix makes a temporary directory with conf/nginx.conf, further files in conf/, and logs/. The workers of a server that is
// started by root change their user: everything is readable to all.
func NewPrefix(conf string, files map[string][]byte) (*Prefix, error) {
	dir, err := os.MkdirTemp("", "bench-")
	if err != nil {
		return nil, err
	}
	p := &Prefix{Dir: dir}
	err = os.Chmod(dir, 0o755)
	for _, sub := range []string{"conf", "logs"} {
		err = errors.Join(err, os.Mkdir(filepath.Join(dir, sub), 0o755))
	}
	for name, data := range files {
		err = errors.Join(err, os.WriteFile(filepath.Join(dir, "conf", name), data, 0o644))
	}
	if err = errors.Join(err, p.write(nginx.file, conf)); err != nil {
		return nil, errors.Join(err, p.Remove())
	}
	return p, nil
}

func (p *Prefix) write(name, text string) error {
	return os.WriteFile(filepath.Join(p.Dir, "conf", name), []byte(text), 0o644)
}

// Remove deletes the directory.
func (p *Prefix) Remove() error { return os.RemoveAll(p.Dir) }

// Complaints are the lines of the server's log that no benchmark may cause.
func (s *Server) Complaints() ([]string, error) {
	text, err := os.ReadFile(filepath.Join(s.prefix.Dir, "logs", s.log))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	return s.serious.FindAllString(string(text), -1), err
}

// Write replaces the server's configuration.
func (s *Server) Write(conf string) error { return s.prefix.write(s.file, conf) }

// Check asks the program to test the configuration (-t); a rejection is an *UnsupportedError.
func (s System) Check(ctx context.Context, p *Prefix) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	var out bytes.Buffer
	cmd := exec.CommandContext(ctx, s.Binary, s.arguments(s.dialect().test, p)...)
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) && ctx.Err() == nil {
		return &UnsupportedError{Message: Reason(out.String(), p.Dir)}
	}
	return err
}

// Reason picks the decisive line of a program's output: the first [emerg], else the last line. The prefix is cut out of it.
func Reason(output, dir string) string {
	lines := strings.Split(strings.TrimSpace(output), "\n")
	line := lines[len(lines)-1]
	for _, l := range lines {
		_, text, found := strings.Cut(l, "[emerg]")
		if !found && strings.HasPrefix(l, "[ALERT]") {
			_, text, found = strings.Cut(l, " : ")
		}
		if found {
			line = strings.TrimSpace(text)
			break
		}
	}
	return strings.ReplaceAll(line, dir+"/", "")
}

// Server is a running system.
type Server struct {
	*dialect
	child  *proc.Child
	prefix *Prefix
	ready  netip.AddrPort
	stderr *os.File
}

// Start runs the system on a prefix. Its configuration must hold a TCP server at ready that says answer and closes: Start returns
// when that has happened, so the configuration is loaded and a worker is at work.
func (s System) Start(ctx context.Context, n *proc.Nursery, opt proc.Options, p *Prefix, ready netip.AddrPort, answer string) (*Server, error) {
	stderr, err := os.Create(filepath.Join(p.Dir, "logs", "stderr"))
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(s.Binary, s.arguments(s.dialect().run, p)...)
	cmd.Stdout, cmd.Stderr = stderr, stderr
	// A master that is killed outright leaves its workers behind; asked to end, it ends them first.
	opt.OnDeath = syscall.SIGTERM
	child, err := n.Start(cmd, opt)
	if err != nil {
		stderr.Close()
		return nil, err
	}
	server := &Server{dialect: s.dialect(), child: child, prefix: p, ready: ready, stderr: stderr}
	if err := server.Await(ctx, answer); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", s.Name, err), server.Stop())
	}
	return server, nil
}

// Await waits until the ready server says answer: after a start, and after a reload of a configuration that changes the answer.
func (s *Server) Await(ctx context.Context, answer string) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	retry := time.NewTicker(2 * time.Millisecond)
	defer retry.Stop()
	for {
		if got, err := s.ask(); err == nil && got == answer {
			return nil
		}
		select {
		case <-s.child.Done():
			return fmt.Errorf("ended before it was ready (%v): %s", s.child.Err(), s.lastWords())
		case <-ctx.Done():
			return fmt.Errorf("not ready within %s: %s", startTimeout, s.lastWords())
		case <-retry.C:
		}
	}
}

// ask connects and reads what the ready server says: everything, or the body after the head of HTTP.
func (s *Server) ask() (string, error) {
	conn, err := net.DialTimeout("tcp", s.ready.String(), time.Second)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(time.Second)); err != nil {
		return "", err
	}
	if _, err := io.WriteString(conn, s.question); err != nil {
		return "", err
	}
	got, err := io.ReadAll(io.LimitReader(conn, 1<<10))
	if _, body, found := strings.Cut(string(got), "\r\n\r\n"); found {
		return body, err
	}
	return string(got), err
}

// lastWords is why the server is in trouble, as far as it said so.
func (s *Server) lastWords() string {
	var all []byte
	for _, name := range []string{"error.log", "stderr"} {
		if text, err := os.ReadFile(filepath.Join(s.prefix.Dir, "logs", name)); err == nil {
			all = append(all, text...)
		}
	}
	if len(bytes.TrimSpace(all)) == 0 {
		return "it said nothing"
	}
	return Reason(string(all), s.prefix.Dir)
}

// Usage is the processor time of the whole process tree so far.
func (s *Server) Usage() (proc.Usage, error) { return proc.TreeUsage(s.child.PID()) }

// Footprint is what the whole process tree holds now.
func (s *Server) Footprint() (proc.Footprint, error) { return proc.TreeFootprint(s.child.PID()) }

// Settle waits until the process tree has stopped computing: less than 1 ms of processor time within 40 ms, or two seconds.
func (s *Server) Settle() (proc.Usage, error) {
	pause := time.NewTicker(40 * time.Millisecond)
	defer pause.Stop()
	before, err := s.Usage()
	for range 50 {
		if err != nil {
			break
		}
		<-pause.C
		var after proc.Usage
		if after, err = s.Usage(); err == nil && after.CPU-before.CPU < time.Millisecond {
			return after, nil
		}
		before = after
	}
	return before, err
}

// Reload asks the server to load its configuration anew.
func (s *Server) Reload() error { return s.child.Signal(s.dialect.reload) }

// Stop ends the server at once (SIGTERM).
func (s *Server) Stop() error {
	return errors.Join(s.child.Stop(syscall.SIGTERM, startTimeout), s.stderr.Close())
}
