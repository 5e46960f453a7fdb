// Package system starts the servers that conformance cases are run against: Tidegate, or an nginx or OpenResty binary.
//
// The flow: Find resolves what the command line names and asks the binary for its version; Start runs it in the foreground on a
// configuration, in a process group of its own that dies with us; the Instance is signalled, waited for and stopped.
// A Docker image is no server of this kind: Image runs a whole test run inside a container (docker.go).
//
// The package refuses to know what the server is configured to do and what is asked of it.
package system

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"

	"tidegate/conformance/bench/proc"
)

// Server is a program that understands nginx's letters.
type Server struct {
	Binary  string
	Version string // what -V says, both of its streams
	nursery *proc.Nursery
}

// version is where Test::Nginx looks for that of a server.
var version = regexp.MustCompile(`\w+/\d+\.\d+\.\d+`)

// Find looks a binary up, the first that is there of several, and asks for its version.
func Find(binaries ...string) (*Server, error) {
	path, err := "", error(nil)
	for _, binary := range binaries {
		if path, err = exec.LookPath(binary); err == nil {
			break
		}
	}
	if err != nil {
		return nil, fmt.Errorf("the server %s: %w", strings.Join(binaries, " or "), err)
	}
	if path, err = filepath.Abs(path); err != nil {
		return nil, err
	}
	out, err := exec.Command(path, "-V").CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("%s -V: %w: %s", path, err, strings.TrimSpace(string(out)))
	}
	if !version.Match(out) {
		return nil, fmt.Errorf("%s does not tell its version when it is asked with -V, as an nginx does", path)
	}
	return &Server{Binary: path, Version: string(out), nursery: proc.NewNursery()}, nil
}

// Name is a short name: that of the program behind "nginx version:", with what it says of itself in parentheses.
func (s *Server) Name() string {
	line, _, _ := strings.Cut(s.Version, "\n")
	return strings.TrimSpace(strings.TrimPrefix(line, "nginx version:"))
}

// IsTidegate tells whether the server is ours.
func (s *Server) IsTidegate() bool { return strings.Contains(s.Version, "(tidegate/") }

// Home is the folder that the server is installed in: OpenResty has its nginx in one of its own below.
func (s *Server) Home() string {
	return strings.TrimSuffix(strings.TrimSuffix(filepath.Dir(s.Binary), "/sbin"), "/nginx")
}

// Close ends all that was started.
func (s *Server) Close() { s.nursery.Close() }

// Run says how a server is started.
type Run struct {
	Prefix string // its -p
	Conf   string // its -c, relative to the prefix
	Dir    string // the directory it is started in
	Env    []string
	Output string // the file that its standard streams go to
}

// Instance is a server that was started.
type Instance struct{ child *proc.Child }

// Start starts the server; its configuration keeps it in the foreground.
func (s *Server) Start(r Run) (*Instance, error) {
	out, err := os.Create(r.Output)
	if err != nil {
		return nil, err
	}
	defer out.Close()
	prefix := strings.TrimSuffix(r.Prefix, "/") + "/"
	cmd := exec.Command(s.Binary, "-e", filepath.Join(r.Prefix, "logs/error.log"), "-p", prefix, "-c", filepath.Join(r.Prefix, r.Conf))
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = r.Dir, r.Env, out, out
	child, err := s.nursery.Start(cmd, proc.Options{OnDeath: syscall.SIGTERM})
	if err != nil {
		return nil, err
	}
	return &Instance{child}, nil
}

// Running tells whether the server has not ended.
func (i *Instance) Running() bool {
	select {
	case <-i.child.Done():
		return false
	default:
		return true
	}
}

// Exit is the exit status once it has ended; a signal counts as 128 and its number.
func (i *Instance) Exit() int {
	var e *exec.ExitError
	switch err := i.child.Err(); {
	case err == nil:
		return 0
	case errors.As(err, &e):
		if ws, ok := e.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
			return 128 + int(ws.Signal())
		}
		return e.ExitCode()
	}
	return 255
}

// Signal sends a signal.
func (i *Instance) Signal(sig syscall.Signal) { _ = i.child.Signal(sig) }

// Stop asks the server to end and kills it after the grace; it tells whether that was needed.
func (i *Instance) Stop(sig syscall.Signal, grace time.Duration) (killed bool) {
	return i.child.Stop(sig, grace) != nil
}
