package scenario

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

func readTestdata(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../../testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func (s *server) rename(from, to string) {
	s.t.Helper()
	if err := os.Rename(s.path(from), s.path(to)); err != nil {
		s.t.Fatal(err)
	}
}

func (s *server) exists(name string) bool {
	_, err := os.Stat(s.path(name))
	return !errors.Is(err, fs.ErrNotExist)
}

// refused waits until nobody listens.
func (s *server) refused(port string) {
	s.t.Helper()
	await(s.t, "the listener to be closed", func() bool {
		conn, err := connect("", s.at(port))
		if err == nil {
			conn.Close()
		}
		return errors.Is(err, syscall.ECONNREFUSED)
	})
}

// loadStop is limits/stop.conf with a session through the proxy and one with a script.
func loadStop(t *testing.T, edits ...edit) (s *server, proxied, scripted *client) {
	t.Helper()
	s = load(t, "limits/stop.conf", edits...)
	serve(t, s.at("8080"), pong)
	s.start()
	proxied, scripted = dial(t, s.at("9001")), dial(t, s.at("9002"))
	proxied.send("ping\n").line("pong")
	scripted.send("a\n").line("echo: a")
	return s, proxied, scripted
}

// unhurried is stop.conf for tests that are not about its timeout.
var unhurried = replace("worker_shutdown_timeout 10s;", "worker_shutdown_timeout 10m;")

func TestQuitWaitsForSessions(t *testing.T) {
	t.Parallel()
	s, proxied, scripted := loadStop(t, unhurried)
	s.signal(syscall.SIGQUIT)
	s.refused("9001")
	s.refused("9002")
	s.logged(`\[notice\] .*signal 3 \(SIGQUIT\) received(?: from \d+)?, shutting down`)
	proxied.send("ping\n").line("pong")
	scripted.send("b\n").line("echo: b")
	scripted.finish().ends("")
	if !s.running() {
		t.Fatal("the server has not waited for the other session")
	}
	proxied.send("ping\n").line("pong")
	proxied.Close()
	if status := s.wait(); status != 0 {
		t.Errorf("exit status %d", status)
	}
	s.accessed(s.portText("9001") + ` 200 15 15`)
	if s.exists("logs/nginx.pid") {
		t.Error("the pid file is still there")
	}
}

func TestWorkerShutdownTimeout(t *testing.T) {
	t.Parallel()
	s, proxied, scripted := loadStop(t, replace("worker_shutdown_timeout 10s;", "worker_shutdown_timeout 2s;"))
	begin := time.Now()
	s.signal(syscall.SIGQUIT)
	s.refused("9001")
	proxied.gone()
	drain(t, scripted)
	if status := s.wait(); status != 0 {
		t.Errorf("exit status %d", status)
	}
	if d := time.Since(begin); d < 1900*time.Millisecond || late(d) {
		t.Errorf("ended after %s, want 2s", d)
	}
}

func TestTermIsFast(t *testing.T) {
	t.Parallel()
	for _, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
		t.Run(sig.String(), func(t *testing.T) {
			t.Parallel()
			s, proxied, scripted := loadStop(t, unhurried)
			s.signal(sig)
			drain(t, proxied)
			drain(t, scripted)
			if status := s.wait(); status != 0 {
				t.Errorf("exit status %d", status)
			}
			if s.exists("logs/nginx.pid") {
				t.Error("the pid file is still there")
			}
		})
	}
}

// QUIT may be followed by TERM when the sessions take too long.
func TestTermAfterQuit(t *testing.T) {
	t.Parallel()
	s, proxied, _ := loadStop(t, unhurried)
	s.signal(syscall.SIGQUIT)
	s.refused("9001")
	proxied.send("ping\n").line("pong")
	s.signal(syscall.SIGTERM)
	drain(t, proxied)
	if status := s.wait(); status != 0 {
		t.Errorf("exit status %d", status)
	}
}

// Sessions of an old configuration are bounded by worker_shutdown_timeout too.
func TestShutdownTimeoutAfterReload(t *testing.T) {
	t.Parallel()
	s, proxied, _ := loadStop(t, replace("worker_shutdown_timeout 10s;", "worker_shutdown_timeout 400ms;"))
	s.hup()
	proxied.gone()
	once(t, dial(t, s.at("9001")))
}

// The ports are free as soon as the process is gone.
func TestRestartAtOnce(t *testing.T) {
	t.Parallel()
	s, proxied, scripted := loadStop(t)
	s.signal(syscall.SIGTERM)
	s.wait()
	proxied.Close()
	scripted.Close()
	again := &server{t: t, dir: s.dir, ports: s.ports}
	again.start()
	once(t, dial(t, again.at("9001")))
}
