package system

import (
	"bytes"
	"context"
	"crypto/rand"
	"debug/elf"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// Image is a Docker image with an nginx or OpenResty in it.
//
// A run of cases goes into one container as a whole: the program that runs them, the clients they describe, the servers they expect at
// 127.0.0.1 and the server under test. So addresses, ports, signals, files and log lines are what they are for a binary, which they
// would not be if only the server were inside. The container has no network but a loopback of its own.
//
// The daemon is asked through Docker's command line, which knows contexts, credentials and DOCKER_HOST. The container is removed when
// its program ends (--rm), which it does when its standard input ends, be it that this process was killed; and it is removed by force
// when Run returns.
type Image struct {
	Ref  string
	Pull bool // have the daemon fetch an image that it has not got
}

// Inside is what runs in a container.
type Inside struct {
	Binary   string // a program of this machine, linked statically. It must end when its standard input ends
	Args     []string
	Env      []string // as os.Environ has it
	ReadOnly []string // folders of this machine that are there under the same names
	Writable []string
	Output   func(io.Reader) error // reads what the program prints to its standard output
	Errors   io.Writer             // takes its standard error
}

// label marks the containers, for people who look for them.
const label = "tidegate.test"

const (
	// farewell is how long a program may take to end after its standard input has.
	farewell = 10 * time.Second
	// removal is how long Docker may take to remove a container.
	removal = 30 * time.Second
)

// Run runs a program in a new container. Its exit status is in the error, as an *exec.ExitError, if it is not 0.
func (i Image) Run(ctx context.Context, in Inside) (err error) {
	if err := static(in.Binary); err != nil {
		return err
	}
	docker, err := exec.LookPath("docker")
	if err != nil {
		return fmt.Errorf("the image %s: %w", i.Ref, err)
	}
	name := "tidegate-test-" + strings.ToLower(rand.Text()[:12])
	defer func() { err = errors.Join(err, removeContainer(docker, name)) }()

	cmd := exec.CommandContext(ctx, docker, i.arguments(name, in)...)
	// A ^C at the terminal is for us: the container's program is told by the end of its input.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	cmd.Cancel = stdin.Close
	cmd.WaitDelay = farewell
	cmd.Stderr = in.Errors
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	read := in.Output(stdout)
	_, _ = io.Copy(io.Discard, stdout)
	return errors.Join(cmd.Wait(), read)
}

// arguments are those of docker run.
func (i Image) arguments(name string, in Inside) []string {
	pull := "never"
	if i.Pull {
		pull = "missing"
	}
	const program = "/tidegate"
	args := []string{"run", "--rm", "--interactive", "--name", name, "--label", label, "--pull", pull, "--network", "none",
		"--user", fmt.Sprintf("%d:%d", os.Getuid(), os.Getgid()), "--entrypoint", program}
	if _, err := os.Stat("/proc/sys/net/ipv6"); err == nil { // Docker takes ::1 away
		args = append(args, "--sysctl", "net.ipv6.conf.all.disable_ipv6=0")
	}
	mount := func(from, to, more string) {
		args = append(args, "--mount", "type=bind,source="+from+",target="+to+more)
	}
	mount(in.Binary, program, ",readonly")
	for _, dir := range in.ReadOnly {
		mount(dir, dir, ",readonly")
	}
	for _, dir := range in.Writable {
		mount(dir, dir, "")
	}
	for _, v := range in.Env {
		args = append(args, "--env", v)
	}
	return append(append(args, i.Ref), in.Args...)
}

// static tells whether a program runs without the libraries of the system that it was built on.
func static(binary string) error {
	f, err := elf.Open(binary)
	if err != nil {
		return fmt.Errorf("%s cannot run in a container: %w", binary, err)
	}
	defer f.Close()
	for _, p := range f.Progs {
		if p.Type == elf.PT_INTERP {
			return fmt.Errorf("%s needs the libraries of this machine and cannot run in a container: build it with CGO_ENABLED=0", binary)
		}
	}
	return nil
}

// removeContainer removes a container that may be gone already, or going.
func removeContainer(docker, name string) error {
	ctx, cancel := context.WithTimeout(context.Background(), removal)
	defer cancel()
	var said bytes.Buffer
	cmd := exec.CommandContext(ctx, docker, "rm", "--force", "--volumes", name)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Stdout, cmd.Stderr = &said, &said
	err := cmd.Run()
	text := strings.TrimSpace(said.String())
	if err == nil || strings.Contains(text, "No such container") || strings.Contains(text, "already in progress") ||
		strings.Contains(text, "Cannot connect") { // then there was none
		return nil
	}
	return fmt.Errorf("remove the container %s: %w: %s", name, err, text)
}
