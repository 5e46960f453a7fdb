package backend

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"

	"tidegate/conformance/bench/proc"
)

// Argument, as the only argument, makes the program a backend: main must call Main then.
const Argument = "serve-backend"

// Main is the child's whole program. It returns when its input ends.
func Main(in io.Reader, out io.Writer) error {
	server, err := New()
	if err != nil {
		return err
	}
	done := make(chan error, 1)
	go func() { done <- server.Serve() }()

	write := json.NewEncoder(out)
	err = write.Encode(server.Addresses())
	lines := bufio.NewScanner(in)
	for err == nil && lines.Scan() {
		err = write.Encode(server.Counters())
	}
	server.Close()
	return errors.Join(err, lines.Err(), <-done)
}

// Child is a backend in a process of its own.
type Child struct {
	Addresses Addresses

	process *proc.Child
	mu      sync.Mutex
	in      io.WriteCloser
	out     *json.Decoder
}

// Spawn starts this program again as a backend and waits for its addresses.
func Spawn(nursery *proc.Nursery, opt proc.Options) (*Child, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return spawn(nursery, opt, exec.Command(program, Argument))
}

func spawn(nursery *proc.Nursery, opt proc.Options, cmd *exec.Cmd) (*Child, error) {
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	// A pipe of our own: exec's StdoutPipe may be closed by Wait while an answer is being read.
	read, write, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	cmd.Stdout, cmd.Stderr = write, os.Stderr
	process, err := nursery.Start(cmd, opt)
	write.Close()
	if err != nil {
		read.Close()
		return nil, err
	}
	c := &Child{process: process, in: in, out: json.NewDecoder(read)}
	if err := c.out.Decode(&c.Addresses); err != nil {
		return nil, errors.Join(fmt.Errorf("backend did not tell its addresses: %w", err), c.Stop())
	}
	return c, nil
}

// Counters asks the child.
func (c *Child) Counters() (Counters, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var counters Counters
	if _, err := io.WriteString(c.in, "\n"); err != nil {
		return counters, fmt.Errorf("ask the backend: %w", err)
	}
	if err := c.out.Decode(&counters); err != nil {
		return counters, fmt.Errorf("read the backend's answer: %w", err)
	}
	return counters, nil
}

// Usage is the child's processor time.
func (c *Child) Usage() (proc.Usage, error) { return proc.TreeUsage(c.process.PID()) }

// Stop ends the child.
func (c *Child) Stop() error {
	_ = c.in.Close()
	return c.process.Stop(syscall.SIGTERM, time.Minute)
}
