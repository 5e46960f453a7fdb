package server

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"

	"tidegate/runtime/errlog"
)

// writePidFile creates or overwrites path with the process id and a line feed (ngx_create_pidfile).
func writePidFile(path string) error {
	if err := os.WriteFile(path, []byte(strconv.Itoa(os.Getpid())+"\n"), 0o644); err != nil {
		return fmt.Errorf("open() %q failed%s", path, errlog.Errno(err))
	}
	return nil
}

// Signal sends the signal that nginx's -s NAME means to the process whose pid file is at path (ngx_signal_process). The error is
// nginx's sentence.
func Signal(pidFile, name string) error {
	sig, ok := map[string]syscall.Signal{
		"stop": syscall.SIGTERM, "quit": syscall.SIGQUIT, "reload": syscall.SIGHUP, "reopen": syscall.SIGUSR1,
	}[name]
	if !ok {
		return fmt.Errorf("invalid option: \"-s %s\"", name)
	}
	b, err := os.ReadFile(pidFile)
	if err != nil {
		return fmt.Errorf("open() %q failed%s", pidFile, errlog.Errno(err))
	}
	text := strings.TrimRight(string(b), "\r\n")
	pid, err := strconv.Atoi(text)
	if err != nil || pid <= 0 {
		return fmt.Errorf("invalid PID number %q in %q", text, pidFile)
	}
	if err := syscall.Kill(pid, sig); err != nil {
		return fmt.Errorf("kill(%d, %d) failed%s", pid, int(sig), errlog.Errno(err))
	}
	return nil
}
