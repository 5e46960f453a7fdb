package proc

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"runtime"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// errClosed is returned by Start after Close.
var errClosed = errors.New("nursery is closed")

// Nursery starts children and ends them all. It is safe for concurrent use.
//
// A parent-death signal is tied to the thread that forked, not to the process: one locked thread, which lives as long as the
// nursery, starts every child.
type Nursery struct {
	work chan func()

	mu       sync.Mutex
	children map[*Child]struct{}
	closed   bool
}

// Options say how a child is started.
type Options struct {
	OnDeath syscall.Signal // sent by the kernel when this process dies; 0 means SIGKILL
	CPUs    []int          // processors the child may run on; empty means all of this process's
}

// Child is a started process. It leads a process group of its own.
type Child struct {
	cmd  *exec.Cmd
	done chan struct{}
	err  error // of Wait, valid once done is closed
}

// NewNursery starts the thread that forks. Close ends it.
func NewNursery() *Nursery {
	n := &Nursery{work: make(chan func()), children: map[*Child]struct{}{}}
	go func() {
		// Never unlocked: the thread ends with the goroutine, after the last child.
		runtime.LockOSThread()
		for f := range n.work {
			f()
		}
	}()
	return n
}

// Start runs cmd. Its standard streams are the caller's choice.
func (n *Nursery) Start(cmd *exec.Cmd, opt Options) (*Child, error) {
	if opt.OnDeath == 0 {
		opt.OnDeath = syscall.SIGKILL
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: opt.OnDeath}
	child := &Child{cmd: cmd, done: make(chan struct{})}

	n.mu.Lock()
	defer n.mu.Unlock()
	if n.closed {
		return nil, errClosed
	}
	result := make(chan error)
	n.work <- func() { result <- startOn(cmd, opt.CPUs) }
	if err := <-result; err != nil {
		return nil, fmt.Errorf("start %s: %w", cmd.Path, err)
	}
	n.children[child] = struct{}{}
	go func() {
		child.err = cmd.Wait()
		// What the leader left behind in its group has no business living on.
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		close(child.done)
		n.mu.Lock()
		delete(n.children, child)
		n.mu.Unlock()
	}()
	return child, nil
}

// startOn forks with the thread's affinity narrowed for the moment; the child inherits it.
func startOn(cmd *exec.Cmd, cpus []int) error {
	if len(cpus) == 0 {
		return cmd.Start()
	}
	var before, narrow unix.CPUSet
	if err := unix.SchedGetaffinity(0, &before); err != nil {
		return err
	}
	for _, cpu := range cpus {
		narrow.Set(cpu)
	}
	if err := unix.SchedSetaffinity(0, &narrow); err != nil {
		return err
	}
	return errors.Join(cmd.Start(), unix.SchedSetaffinity(0, &before))
}

// Close ends all children, first politely, and waits for them.
func (n *Nursery) Close() {
	n.mu.Lock()
	if n.closed {
		n.mu.Unlock()
		return
	}
	n.closed = true
	var left []*Child
	for child := range n.children {
		left = append(left, child)
	}
	n.mu.Unlock()

	var wait sync.WaitGroup
	for _, child := range left {
		wait.Go(func() { _ = child.Stop(syscall.SIGTERM, 2*time.Second) })
	}
	wait.Wait()
	close(n.work)
}

// PID is the child's process id.
func (c *Child) PID() int { return c.cmd.Process.Pid }

// Done is closed when the child has ended and its group is gone.
func (c *Child) Done() <-chan struct{} { return c.done }

// Err is how the child ended (as exec.Cmd.Wait says), nil while it runs.
func (c *Child) Err() error {
	select {
	case <-c.done:
		return c.err
	default:
		return nil
	}
}

// Signal sends a signal to the child alone, not to its descendants.
func (c *Child) Signal(sig syscall.Signal) error { return c.cmd.Process.Signal(sig) }

// Stop sends sig and waits; a child that is still there after grace is killed with its group, which is an error.
func (c *Child) Stop(sig syscall.Signal, grace time.Duration) error {
	ctx, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	if err := c.Signal(sig); err != nil {
		<-c.done
		return nil
	}
	select {
	case <-c.done:
		return nil
	case <-ctx.Done():
		_ = syscall.Kill(-c.PID(), syscall.SIGKILL)
		<-c.done
		return fmt.Errorf("process %d ignored %s for %s and was killed", c.PID(), sig, grace)
	}
}
