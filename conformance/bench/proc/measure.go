package proc

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"time"
)

// MeasureArgument, as the first of two arguments, makes the program a measurer: main must call MeasureMain with the second then.
//
// A measurer starts one program and tells what that took. It is a process of its own because the kernel carries a parent's peak
// memory over to a child that is made with vfork(2): a measurer holds next to nothing.
const MeasureArgument = "measure-program"

// Job is one program to be run to its end.
type Job struct {
	Argv           []string
	Dir            string
	Env            []string // nil for this process's own
	Stdout, Stderr string   // files to be made
}

// Cost is what a job took.
type Cost struct {
	Wall, User, System time.Duration
	// MaxRSS is the peak of the resident memory in bytes. A program that needs less than a measurer, which is some MiB, shows that.
	MaxRSS int64
	// Status is the exit status, -1 when a signal ended the program.
	Status int
}

// MeasureMain is the measurer's whole program.
func MeasureMain(job string, out io.Writer) error {
	var j Job
	if err := json.Unmarshal([]byte(job), &j); err != nil {
		return err
	}
	cmd := exec.Command(j.Argv[0], j.Argv[1:]...)
	cmd.Dir, cmd.Env = j.Dir, j.Env
	for _, o := range []struct {
		to   *io.Writer
		name string
	}{{&cmd.Stdout, j.Stdout}, {&cmd.Stderr, j.Stderr}} {
		f, err := os.Create(o.name)
		if err != nil {
			return err
		}
		defer f.Close()
		*o.to = f
	}
	// The signal comes when the thread that forked ends, so it has to be kept.
	runtime.LockOSThread()
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	start := time.Now()
	err := cmd.Run()
	wall := time.Since(start)
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return err
	}
	usage := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	return json.NewEncoder(out).Encode(Cost{
		Wall: wall, User: time.Duration(usage.Utime.Nano()), System: time.Duration(usage.Stime.Nano()),
		MaxRSS: usage.Maxrss << 10, Status: cmd.ProcessState.ExitCode(),
	})
}

// Run runs a job in a measurer: this program started again.
func (n *Nursery) Run(ctx context.Context, j Job, opt Options) (Cost, error) {
	program, err := os.Executable()
	if err != nil {
		return Cost{}, err
	}
	return n.run(ctx, program, j, opt)
}

func (n *Nursery) run(ctx context.Context, program string, j Job, opt Options) (cost Cost, err error) {
	text, err := json.Marshal(j)
	if err != nil {
		return cost, err
	}
	read, write, err := os.Pipe()
	if err != nil {
		return cost, err
	}
	defer read.Close()
	cmd := exec.Command(program, MeasureArgument, string(text))
	cmd.Stdout, cmd.Stderr = write, os.Stderr
	child, err := n.Start(cmd, opt)
	write.Close()
	if err != nil {
		return cost, err
	}
	select {
	case <-child.Done():
	case <-ctx.Done():
		return cost, errors.Join(context.Cause(ctx), child.Stop(syscall.SIGKILL, time.Second))
	}
	if err := child.Err(); err != nil {
		return cost, fmt.Errorf("run %s: %w", j.Argv[0], err)
	}
	return cost, json.NewDecoder(read).Decode(&cost)
}
