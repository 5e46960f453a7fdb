package cli

import (
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"
)

// Detaching. A Go process cannot fork, so the process that was started runs itself again in a session of its own and waits until
// the child says on a pipe that it listens and has written its pid file; the exit status tells how that went (ngx_daemon, with the
// start-up messages still on the terminal).

const daemonVariable = "TIDEGATE_DAEMON_READY_FD"

// detach starts the same command line in the background. It answers 0 once the child serves, else the child's exit status.
func detach(env Env, args []string) int {
	self, err := os.Executable()
	if err != nil {
		fmt.Fprintf(env.Err, "nginx: [alert] fork() failed: %v\n", err)
		return 1
	}
	ready, signal, err := os.Pipe()
	if err != nil {
		fmt.Fprintf(env.Err, "nginx: [alert] pipe() failed: %v\n", err)
		return 1
	}
	cmd := exec.Command(self, args...)
	cmd.Args[0] = os.Args[0]
	cmd.Env = append(os.Environ(), daemonVariable+"=3")
	cmd.ExtraFiles = []*os.File{signal}
	cmd.Stderr = os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		fmt.Fprintf(env.Err, "nginx: [alert] fork() failed: %v\n", err)
		return 1
	}
	_ = signal.Close()
	if n, _ := ready.Read(make([]byte, 1)); n == 1 {
		return 0
	}
	_ = cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code > 0 {
		return code
	}
	return 1
}

// daemonChild gives the pipe to the waiting parent when this process is the detached child; nil otherwise. The variable is taken
// out of the environment, so that nothing started from here mistakes itself for one.
func daemonChild() *os.File {
	fd, err := strconv.Atoi(os.Getenv(daemonVariable))
	if err != nil {
		return nil
	}
	_ = os.Unsetenv(daemonVariable)
	unix.CloseOnExec(fd)
	return os.NewFile(uintptr(fd), "ready")
}

// release tells the parent that the child serves, and lets go of the terminal: standard error goes where the error log goes.
func release(ready *os.File, errorLog *os.File) {
	target := errorLog
	if target == nil {
		if null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0); err == nil {
			target = null
			defer null.Close()
		}
	}
	if target != nil {
		_ = unix.Dup3(int(target.Fd()), 2, 0)
	}
	_, _ = ready.Write([]byte{1})
	_ = ready.Close()
}
