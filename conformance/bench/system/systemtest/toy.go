// Package systemtest is a toy server for the benchmark's own tests: it takes nginx's command line and the few directives that a
// plain TCP proxy needs, and it can misbehave.
//
// A test binary plays the toy when it is started under one of the names below: Link makes a symbolic link of that name, and
// TestMain calls Main, which does not return when the name is one of them. The toy understands `listen`, `proxy_pass` and
// `return`, reloads on SIGHUP and ends on SIGTERM; it copies bytes between goroutines and measures nothing.
package systemtest

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"sync"
	"syscall"
)

// The toys, by name.
const (
	Good     = "toy-good"
	Rejects  = "toy-rejects"  // fails -t
	Dies     = "toy-dies"     // passes -t and ends at the start with a message in its log
	Wrong    = "toy-wrong"    // changes the first byte of every answer
	Drops    = "toy-drops"    // closes all sessions at a reload
	Grumbles = "toy-grumbles" // does its work and logs an [alert]
)

var names = []string{Good, Rejects, Dies, Wrong, Drops, Grumbles}

// Link makes the running test binary available as a toy in dir and returns its path.
func Link(dir, name string) (string, error) {
	program, err := os.Executable()
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, name)
	return path, os.Symlink(program, path)
}

// Main runs the toy and exits if the program was started under a toy's name.
func Main() {
	name := filepath.Base(os.Args[0])
	if !slices.Contains(names, name) {
		return
	}
	if err := run(name, os.Args[1:]); err != nil {
		fmt.Fprintf(os.Stderr, "nginx: [emerg] %v\n", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// toy is a running server.
type toy struct {
	name   string
	prefix string

	mu       sync.Mutex
	returns  map[string]string // by address
	sessions map[net.Conn]struct{}
}

func run(name string, args []string) error {
	if slices.Contains(args, "-v") || slices.Contains(args, "-V") {
		_, err := fmt.Fprintf(os.Stderr, "nginx version: %s/1.0\n", name)
		return err
	}
	i := slices.Index(args, "-p")
	if i < 0 || i+1 == len(args) {
		return errors.New("no -p")
	}
	t := &toy{name: name, prefix: args[i+1], returns: map[string]string{}, sessions: map[net.Conn]struct{}{}}
	if slices.Contains(args, "-t") {
		if name == Rejects {
			return fmt.Errorf("unknown directive \"stream\" in %s/conf/nginx.conf:9", t.prefix)
		}
		_, err := os.Stat(filepath.Join(t.prefix, "conf", "nginx.conf"))
		return err
	}
	switch name {
	case Dies:
		t.log("emerg", "no memory, no heart")
		return errors.New("ended")
	case Grumbles:
		t.log("alert", "something is odd")
	}
	return t.serve()
}

func (t *toy) log(level, text string) {
	f, err := os.OpenFile(filepath.Join(t.prefix, "logs", "error.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return
	}
	defer f.Close()
	fmt.Fprintf(f, "2000/01/01 00:00:00 [%s] 1#1: %s\n", level, text)
}

var server = regexp.MustCompile(`listen (\S+?);\s+(proxy_pass|return) (\S+?);`)

// load reads the configuration, renews what is returned, and lists the servers: address, directive, argument.
func (t *toy) load() ([][]string, error) {
	text, err := os.ReadFile(filepath.Join(t.prefix, "conf", "nginx.conf"))
	if err != nil {
		return nil, err
	}
	found := server.FindAllStringSubmatch(string(text), -1)
	if len(found) == 0 {
		return nil, errors.New("no server that a toy understands")
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, s := range found {
		if s[2] == "return" {
			t.returns[s[1]] = s[3]
		}
	}
	return found, nil
}

func (t *toy) serve() error {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGHUP, syscall.SIGTERM)
	servers, err := t.load()
	if err != nil {
		return err
	}
	// As with nginx, who is answered by one server finds the others there too.
	listeners := make([]net.Listener, len(servers))
	for i, s := range servers {
		if listeners[i], err = net.Listen("tcp4", s[1]); err != nil {
			return err
		}
	}
	for i, s := range servers {
		go t.accept(listeners[i], s)
	}
	for sig := range signals {
		if sig == syscall.SIGTERM {
			return nil
		}
		if _, err := t.load(); err != nil {
			return err
		}
		if t.name == Drops {
			t.mu.Lock()
			for conn := range t.sessions {
				conn.Close()
			}
			t.mu.Unlock()
		}
	}
	return nil
}

func (t *toy) accept(listener net.Listener, s []string) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		go func() {
			defer conn.Close()
			if s[2] == "return" {
				t.mu.Lock()
				text := t.returns[s[1]]
				t.mu.Unlock()
				_, _ = io.WriteString(conn, text)
				return
			}
			t.proxy(conn, s[3])
		}()
	}
}

func (t *toy) proxy(conn net.Conn, to string) {
	up, err := net.Dial("tcp4", to)
	if err != nil {
		return
	}
	defer up.Close()
	t.mu.Lock()
	t.sessions[conn] = struct{}{}
	t.mu.Unlock()
	defer func() {
		t.mu.Lock()
		delete(t.sessions, conn)
		t.mu.Unlock()
	}()
	go func() {
		_, _ = io.Copy(up, conn)
		up.Close()
	}()
	if t.name == Wrong {
		var b [1]byte
		if n, _ := up.Read(b[:]); n == 1 {
			_, _ = conn.Write([]byte{b[0] ^ 1})
		}
	}
	_, _ = io.Copy(conn, up)
}
