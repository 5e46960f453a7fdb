package scenario

import (
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// plain are the letters that name the directory, for a configuration that says the rest itself.
func (s *server) plain(more ...string) []string {
	args := []string{"-p", s.dir, "-c", "conf/nginx.conf", "-e", "logs/error.log"}
	return append(args, more...)
}

// detached loads limits/daemon.conf; whatever is left of the server at the end of the test is ended.
func detached(t *testing.T, edits ...edit) *server {
	t.Helper()
	if keepsNothing() && os.Getuid() == 0 {
		edits = append(edits, asRoot)
	}
	s := load(t, "limits/daemon.conf", edits...)
	t.Cleanup(func() {
		if pid := s.pid(); pid != 0 && alive(pid) {
			_ = syscall.Kill(pid, syscall.SIGTERM)
			await(t, "the detached server to end", func() bool { return !alive(pid) })
		}
		s.inspect()
		if t.Failed() {
			t.Logf("what the server said:\n%s", s.everything())
		}
	})
	return s
}

// asRoot lets the server stay root.
func asRoot(text string) string { return "user root;\n" + text }

// alive tells whether a process is there and no zombie: a detached one is not ours to wait for.
func alive(pid int) bool {
	_, rest, found := strings.Cut(fileText(fmt.Sprintf("/proc/%d/stat", pid)), ") ")
	return found && !strings.HasPrefix(rest, "Z")
}

func (s *server) mustCommand(args ...string) string {
	s.t.Helper()
	out, status := s.command(args...)
	if status != 0 {
		s.t.Fatalf("%v: status %d\n%s", args, status, out)
	}
	return out
}

// The life of a server that detaches: started, signalled by -s, gone.
func TestDaemon(t *testing.T) {
	t.Parallel()
	s := detached(t)
	begin := time.Now()
	if out := s.mustCommand(s.plain()...); out != "" {
		t.Errorf("the start said\n%s", out)
	}
	t.Logf("detached after %s", time.Since(begin))
	// When the command is back, the port is open and the pid file tells the process.
	dial(t, s.at("9001")).ends("first")
	pid := s.pid()
	if pid == 0 || !alive(pid) {
		t.Fatalf("pid file %q", s.read("logs/nginx.pid"))
	}
	stat := strings.Fields(fileText(fmt.Sprintf("/proc/%d/stat", pid)))
	if ppid, session := stat[3], stat[5]; ppid == strconv.Itoa(syscall.Getpid()) || session == strings.Fields(fileText("/proc/self/stat"))[5] {
		t.Errorf("parent %s, session %s: not detached", ppid, session)
	}

	t.Run("reload", func(t *testing.T) {
		s := s.as(t)
		s.write("conf/nginx.conf", replace("return first;", "return second;")(s.read("conf/nginx.conf")))
		if out := s.mustCommand(s.plain("-s", "reload")...); out != "" {
			t.Errorf("it said\n%s", out)
		}
		await(t, "the new answer", func() bool { return dial(t, s.at("9001")).all() == "second" })
		if s.pid() != pid {
			t.Errorf("the process has changed from %d to %d", pid, s.pid())
		}
	})
	t.Run("reopen", func(t *testing.T) {
		s := s.as(t)
		s.rename("logs/error.log", "logs/error.log.1")
		s.mustCommand(s.plain("-s", "reopen")...)
		// The command itself opens the log of -e; what the server says goes there once it has opened it anew.
		s.line("logs/error.log.1", `reopening logs`)
		s.mustCommand(s.plain("-s", "reload")...)
		s.logged(`reconfiguring`)
	})
	t.Run("quit", func(t *testing.T) {
		s := s.as(t)
		s.mustCommand(s.plain("-s", "quit")...)
		await(t, "the end", func() bool { return !alive(pid) && !s.exists("logs/nginx.pid") })
		s.refused("9001")
	})
	t.Run("nobody to signal", func(t *testing.T) {
		s := s.as(t)
		out, status := s.command(s.plain("-s", "stop")...)
		s.sameLine(strings.TrimSuffix(out, "\n"), `nginx: [error] open() "{dir}/logs/nginx.pid" failed (2: No such file or directory)`)
		if status != 1 {
			t.Errorf("status %d, want 1", status)
		}
	})
	t.Run("once more, and stop", func(t *testing.T) {
		s := s.as(t)
		s.mustCommand(s.plain()...)
		pid := s.pid()
		s.mustCommand(s.plain("-s", "stop")...)
		await(t, "the end", func() bool { return !alive(pid) && !s.exists("logs/nginx.pid") })
	})
}

func TestSignalToAStalePid(t *testing.T) {
	t.Parallel()
	s := load(t, "limits/daemon.conf")
	s.write("logs/nginx.pid", "4194000\n")
	out, status := s.command(s.plain("-s", "quit")...)
	if want := "nginx: [alert] kill(4194000, 3) failed (3: No such process)\n"; out != want || status != 1 {
		t.Errorf("status %d: %s, want %s", status, out, want)
	}
	s.write("logs/nginx.pid", "no number\n")
	out, status = s.command(s.plain("-s", "quit")...)
	if want := `nginx: [error] invalid PID number "no number" in "` + s.path("logs/nginx.pid") + "\"\n"; out != want || status != 1 {
		t.Errorf("status %d: %s, want %s", status, out, want)
	}
}

// A daemon that cannot start tells so with its status and on the terminal, and leaves nothing behind.
func TestDaemonThatCannotStart(t *testing.T) {
	t.Parallel()
	s := load(t, "limits/daemon.conf")
	occupy(t, s.at("9001"))
	out, status := s.command(s.plain()...)
	bind := "nginx: [emerg] bind() to " + s.at("9001") + " failed (98: Address already in use)\n"
	want := strings.Repeat(bind+"nginx: [notice] try again to bind() after 500ms\n", 4) + bind + "nginx: [emerg] still could not bind()\n"
	if got := strings.ReplaceAll(out, "nginx: [notice] try again to bind() after 500ms\n", ""); got != strings.ReplaceAll(want, "nginx: [notice] try again to bind() after 500ms\n", "") || status != 1 {
		t.Errorf("status %d:\n%swant\n%s", status, out, want)
	}
	if s.exists("logs/nginx.pid") {
		t.Error("there is a pid file")
	}
}

func TestMustDie(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text, want string }{
		{"an unknown directive", "events {}\nfoo bar;\n", `unknown directive "foo" in {dir}/conf/nginx.conf:2`},
		{"no events", "stream {}\n", `no "events" section in configuration`},
		{"a directive in the wrong place", "events {}\nlisten 1;\n", `"listen" directive is not allowed here in {dir}/conf/nginx.conf:2`},
		{"an argument too many", "events {}\ndaemon on off;\n", `invalid number of arguments in "daemon" directive in {dir}/conf/nginx.conf:2`},
		{"a value that is none", "events {}\nstream { server { listen 127.0.0.1:9001; proxy_pass 127.0.0.1:8080; proxy_half_close maybe; } }\n",
			`invalid value "maybe" in "proxy_half_close" directive, it must be "on" or "off" in {dir}/conf/nginx.conf:2`},
		{"no end", "events {\n", `unexpected end of file, expecting "}" in {dir}/conf/nginx.conf:2`},
		// No name that a name server would be asked for: it might not answer.
		{"a host that does not exist", "events {}\nstream { server { listen 127.0.0.1:9001; proxy_pass no..such.host:1; } }\n",
			`host not found in upstream "no..such.host" in {dir}/conf/nginx.conf:2`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := prepare(t, c.text)
			out, status := s.command(s.plain("-g", "daemon off;")...)
			if status != 1 {
				t.Errorf("status %d, want 1", status)
			}
			s.sameLine(strings.TrimSuffix(out, "\n"), "nginx: [emerg] "+c.want)
			s.sameLine(s.logged(`\[emerg\]`), "[emerg] "+c.want)
			out, status = s.command(s.plain("-t")...)
			before := ""
			if c.name == "no events" {
				before = "nginx: the configuration file {dir}/conf/nginx.conf syntax is ok\n"
			}
			s.sameLine(strings.TrimSuffix(out, "\n"), before+"nginx: [emerg] "+c.want+"\nnginx: configuration file {dir}/conf/nginx.conf test failed")
			if status != 1 {
				t.Errorf("status of -t %d, want 1", status)
			}
		})
	}
	t.Run("no configuration", func(t *testing.T) {
		s := prepare(t, "")
		out, status := execute(t, s.dir, "-p", s.dir, "-c", "conf/none.conf", "-e", "logs/error.log")
		s.sameLine(strings.TrimSuffix(out, "\n"), `nginx: [emerg] open() "{dir}/conf/none.conf" failed (2: No such file or directory)`)
		if status != 1 {
			t.Errorf("status %d, want 1", status)
		}
	})
}

func TestConfigurationTest(t *testing.T) {
	t.Parallel()
	s := load(t, "limits/daemon.conf")
	ok := "nginx: the configuration file " + s.path("conf/nginx.conf") + " syntax is ok\n" +
		"nginx: configuration file " + s.path("conf/nginx.conf") + " test is successful\n"
	if out := s.mustCommand(s.plain("-t")...); out != ok {
		t.Errorf("-t said\n%swant\n%s", out, ok)
	}
	if out := s.mustCommand(s.plain("-t", "-q")...); out != "" {
		t.Errorf("-t -q said\n%s", out)
	}
	dump := s.mustCommand(s.plain("-T")...)
	for _, want := range []string{ok, "# configuration file " + s.path("conf/nginx.conf") + ":\n" + s.read("conf/nginx.conf") + "\n"} {
		if !strings.Contains(dump, want) {
			t.Errorf("-T said\n%swithout\n%s", dump, want)
		}
	}
	if s.pid() != 0 {
		t.Error("a test writes the pid file")
	}
	// A test neither listens nor minds who does.
	occupy(t, s.at("9001"))
	s.mustCommand(s.plain("-t")...)
}

func TestVersions(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	short, status := execute(t, dir, "-v")
	if !regexp.MustCompile(`^nginx version: [^ /]+/1\.31\.1\S*( .*)?\n$`).MatchString(short) || status != 0 {
		t.Errorf("-v: status %d, %q", status, short)
	}
	long, status := execute(t, dir, "-V")
	if !strings.HasPrefix(long, short) || status != 0 {
		t.Errorf("-V: status %d, %q", status, long)
	}
	// What tools look for in it.
	for _, rx := range []string{
		`(?m)^built with OpenSSL \d+\.\d+\.\d+`,
		`(?m)^TLS SNI support enabled$`,
		`(?m)^configure arguments: .*--with-stream\b.*--with-stream_ssl_preread_module`,
		`(?:nginx|openresty+?)[^/]*/\d+\.\d+\.\d+`,
	} {
		if !regexp.MustCompile(rx).MatchString(long) {
			t.Errorf("-V has no %s:\n%s", rx, long)
		}
	}
	help, status := execute(t, dir, "-?")
	if status != 0 || !strings.Contains(help, "-s signal     : send signal to a") || !strings.Contains(help, "-t            : test configuration and exit") {
		t.Errorf("-?: status %d\n%s", status, help)
	}
}

func TestWrongLetters(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ args, want string }{
		{"-x", `invalid option: "x"`},
		{"word", `invalid option: "word"`},
		{"-s dance", `invalid option: "-s dance"`},
		{"-c", `option "-c" requires file name`},
		{"-s", `option "-s" requires parameter`},
	} {
		if c.args == "word" && !foreign {
			continue // the place of Tidegate's own commands
		}
		out, status := execute(t, t.TempDir(), strings.Fields(c.args)...)
		if out != "nginx: "+c.want+"\n" || status != 1 {
			t.Errorf("%s: status %d, %q; want %q", c.args, status, out, c.want)
		}
	}
}
