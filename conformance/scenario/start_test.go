package scenario

import (
	"fmt"
	"os"
	"os/user"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"tidegate/conformance/bench/proc"
)

// How long a start takes and what the server then holds: measured and printed, not judged.
func TestStartIsMeasured(t *testing.T) {
	s := load(t, "limits/reload.conf")
	begin := time.Now()
	s.launch()
	var first time.Duration
	await(t, "the first connection", func() bool {
		conn, err := connect("", s.at("9001"))
		if err != nil {
			return false
		}
		defer conn.Close()
		_ = conn.SetDeadline(time.Now().Add(patience))
		buf := make([]byte, 100)
		n, _ := conn.Read(buf)
		first = time.Since(begin)
		return string(buf[:n]) == "generation-1"
	})
	await(t, "the pid file", func() bool { return s.pid() != 0 })
	f, err := proc.TreeFootprint(s.child.PID())
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("first answer %s after the start (to 4 ms), resident %.1f MiB in %d processes with %d threads and %d files",
		first.Round(time.Millisecond), float64(f.PSS)/(1<<20), f.Processes, f.Threads, f.Files)
}

// asUser runs the server under the user that its configuration names, or nginx's default.
func (s *server) asUser() *server {
	s.keepUser = true
	return s
}

// keepsNothing tells that the server gives up all of root's rights with the user: Go with cgo cannot set capabilities on all threads.
func keepsNothing() bool { return withRace && !foreign }

// Started by root, the server is somebody else when it serves; what only root may do at a reload it still does.
func TestUser(t *testing.T) {
	t.Parallel()
	needsRoot(t, "only root can become another user")
	if keepsNothing() {
		t.Skip("a server with the race detector cannot keep root's rights for a reload: it is built with cgo")
	}
	nobody, err := user.Lookup("nobody")
	if err != nil {
		t.Skip(err)
	}
	s := load(t, "limits/certificate.conf").asUser()
	n := certificates(s)
	secret := func() {
		if err := os.Chmod(s.path("conf/one.key"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	secret()
	s.start()
	dialTLS(t, s.at("9001"), n.trusting("one.example")).ends("TLSv1.3")
	tree, err := proc.Tree(s.child.PID())
	if err != nil {
		t.Fatal(err)
	}
	worker := tree[len(tree)-1] // the only process, or nginx's worker
	await(t, "the change of user", func() bool { return processUser(t, worker) == nobody.Uid })

	// The key is root's alone, before and after.
	n = certificates(s)
	secret()
	s.hup()
	await(t, "the new certificate", func() bool {
		conn, err := connect("", s.at("9001"))
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		return trusts(conn, n)
	})
	// Logs are opened anew in a directory that is root's alone.
	if err := os.Chmod(s.path("logs"), 0o755); err != nil {
		t.Fatal(err)
	}
	s.rename("logs/error.log", "logs/error.log.1")
	s.signal(syscall.SIGUSR1)
	await(t, "the new log", func() bool { return s.exists("logs/error.log") })
	s.signal(syscall.SIGTERM)
	if status := s.wait(); status != 0 {
		t.Errorf("exit status %d", status)
	}
	if s.exists("logs/nginx.pid") {
		t.Error("the pid file is still there")
	}
}

// processUser is the effective user of every thread of a process, which must be the same.
func processUser(t *testing.T, pid int) string {
	t.Helper()
	threads, err := os.ReadDir(fmt.Sprintf("/proc/%d/task", pid))
	if err != nil {
		t.Fatal(err)
	}
	found := ""
	for _, thread := range threads {
		for _, line := range strings.Split(fileText(fmt.Sprintf("/proc/%d/task/%s/status", pid, thread.Name())), "\n") {
			if ids, ok := strings.CutPrefix(line, "Uid:"); ok {
				id := strings.Fields(ids)[1]
				if _, err := strconv.Atoi(id); err != nil || found != "" && id != found {
					return "mixed"
				}
				found = id
			}
		}
	}
	return found
}
