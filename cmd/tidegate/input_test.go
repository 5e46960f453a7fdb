package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// outcome is how a run of tidegate ended.
type outcome struct {
	status   int
	out, err string
}

func (o outcome) String() string {
	return fmt.Sprintf("status %d\n%.2000s%.2000s", o.status, o.out, o.err)
}

// hang is after how long a run counts as one that does not end. Nothing here takes a hundredth of it.
const hang = 5 * time.Minute

// tidegate runs the program in a process of its own, as the user uid if that is not 0, and says when it hangs or panics.
func tidegate(t *testing.T, dir string, uid uint32, args ...string) outcome {
	t.Helper()
	return process{dir: dir, uid: uid}.run(t, args...)
}

// process is how a run differs from others.
type process struct {
	dir    string
	uid    uint32
	stdin  string // the name of what is its standard input; "" for nothing
	record string // the name of a file for what the kernel knows of the process at its end; "" for none
}

func (p process) run(t *testing.T, args ...string) outcome {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), hang)
	defer cancel()
	// The name of the program itself need not be readable for another user; this one is.
	cmd := exec.CommandContext(ctx, "/proc/self/exe", args...)
	cmd.Dir = p.dir
	cmd.Env = append(os.Environ(), asBinary+"="+cmp.Or(p.record, "-"))
	if p.uid != 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: p.uid, Gid: p.uid}}
	}
	if p.stdin != "" {
		f, err := os.Open(p.stdin)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		cmd.Stdin = f
	}
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("tidegate %v: %v", args, err)
	}
	o := outcome{status: cmd.ProcessState.ExitCode(), out: out.String(), err: errs.String()}
	if ctx.Err() != nil {
		t.Errorf("tidegate %v does not end", args)
	}
	if o.status < 0 || o.status > 2 || strings.Contains(o.err, "goroutine ") || strings.Contains(o.err, "panic:") {
		t.Errorf("tidegate %v broke down: %v", args, o)
	}
	return o
}

// clean is how the commands say that there is nothing to say.
func (o outcome) clean() bool {
	for _, s := range []string{"no mistakes found", "no findings", "test is successful"} {
		if strings.Contains(o.out+o.err, s) {
			return true
		}
	}
	return o.status == 0
}

// readers are the commands that read a configuration, with what comes before its name.
func readers(dir string) [][]string {
	if testing.Short() {
		return [][]string{{"check"}, {"lint", "-format", "sarif"}, {"-p", dir, "-e", "stderr", "-t", "-c"}}
	}
	return [][]string{{"check"}, {"check", "-json"}, {"lint"}, {"lint", "-format", "sarif"}, {"dump"}, {"dump", "-json"}, {"fmt"}, {"fmt", "-check"},
		{"run"}, {"-p", dir, "-e", "stderr", "-t", "-c"}}
}

// strange makes things that are not files, and says what the commands call each.
func strange(t *testing.T, dir string) map[string]string {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	at := func(name string) string { return filepath.Join(dir, name) }
	must(syscall.Mkfifo(at("fifo"), 0o644))
	must(os.Mkdir(at("folder"), 0o755))
	must(os.Symlink("nowhere", at("dangling")))
	must(os.Symlink("loop", at("loop")))
	must(os.WriteFile(at("file"), nil, 0o644))
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: at("socket")})
	must(err)
	t.Cleanup(func() { l.Close() })
	return map[string]string{
		"fifo":                   "fifo",
		"socket":                 "socket",
		"folder":                 "folder",
		"missing":                "o such file or directory",
		"dangling":               "o such file or directory",
		"loop":                   "oo many levels of symbolic links",
		"file/below":             "ot a directory",
		strings.Repeat("x", 300): "ile name too long",
		"/dev/zero":              "",
		"/dev/full":              "",
	}
}

// tempDir is a folder that other users can look into.
func tempDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "tidegate-input-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// What is no file is never read for ever and never taken for an empty configuration.
func TestNamesThatAreNoFiles(t *testing.T) {
	dir := tempDir(t)
	for name, says := range strange(t, dir) {
		for _, command := range readers(dir) {
			o := tidegate(t, dir, 0, append(command, name)...)
			if o.clean() || !strings.Contains(o.out+o.err, says) {
				t.Errorf("%v %.20s: want %q, got %v", command, name, says, o)
			}
			if machine := len(command) > 1 && (command[1] == "-json" || command[1] == "-format"); machine && command[0] != "dump" &&
				!strings.Contains(o.out, `"unreadable"`) {
				t.Errorf("%v %.20s: the report looks clean: %s", command, name, o.out)
			}
		}
	}
	if o := tidegate(t, dir, 0, "check", ""); o.clean() {
		t.Errorf("a name without letters: %v", o)
	}
}

// The same behind an include: a finding at the include. A device is nothing to nginx, and that is said.
func TestIncludesOfWhatIsNoFile(t *testing.T) {
	dir := tempDir(t)
	for name, says := range strange(t, dir) {
		main := filepath.Join(dir, "main.conf")
		if err := os.WriteFile(main, []byte("events {}\ninclude "+name+";\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		device := strings.HasPrefix(name, "/dev/")
		for _, command := range readers(dir) {
			if command[0] == "fmt" || device && command[0] != "check" {
				continue
			}
			o := tidegate(t, dir, 0, append(command, "main.conf")...)
			if device {
				says = "which is a device"
			}
			if !device && o.clean() || !strings.Contains(o.out+o.err, says) || !strings.Contains(o.out+o.err, "main.conf") {
				t.Errorf("%v, include %.20s: want %q, got %v", command, name, says, o)
			}
		}
	}
}

// A file that may not be read, or stands in a folder that may not be entered.
func TestUnreadable(t *testing.T) {
	uid := uint32(0)
	if os.Getuid() == 0 {
		uid = 65534 // whom permissions bind
	}
	dir := tempDir(t)
	for name, text := range map[string]string{"secret.conf": "events {}\n", "open.conf": "events {}\ninclude secret.conf;\n",
		"glob.conf": "events {}\ninclude s*.conf;\n", "shut/inner.conf": "events {}\n", "into.conf": "events {}\ninclude shut/inner.conf;\n"} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for name, mode := range map[string]os.FileMode{"secret.conf": 0, "shut": 0} {
		if err := os.Chmod(filepath.Join(dir, name), mode); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { _ = os.Chmod(filepath.Join(dir, "shut"), 0o755) })
	for _, name := range []string{"secret.conf", "open.conf", "glob.conf", "shut/inner.conf", "into.conf"} {
		for _, command := range readers(dir) {
			if command[0] == "fmt" && name != "secret.conf" && name != "shut/inner.conf" {
				continue
			}
			o := tidegate(t, dir, uid, append(command, name)...)
			if o.clean() || !strings.Contains(strings.ToLower(o.out+o.err), "permission denied") {
				t.Errorf("%v %s: %v", command, name, o)
			}
		}
	}
	if o := tidegate(t, dir, uid, "fmt", "."); o.status != 2 || !strings.Contains(o.err, "permission denied") {
		t.Errorf("a folder with what may not be read: %v", o)
	}
}

// A file that comes and goes while it is looked for is there, or is missed; nothing else happens.
func TestFileThatVanishes(t *testing.T) {
	dir := tempDir(t)
	part := filepath.Join(dir, "part.inc")
	if err := os.WriteFile(filepath.Join(dir, "main.conf"), []byte("events {}\ninclude *.inc;\ninclude part.inc;\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for {
			select {
			case <-stop:
				return
			default:
				_ = os.WriteFile(part, []byte("worker_rlimit_nofile 100;\n"), 0o644)
				_ = os.Remove(part)
			}
		}
	}()
	for range 30 {
		for _, name := range []string{"main.conf", "part.inc"} {
			o := tidegate(t, dir, 0, "check", "-context", "main", name)
			missed := strings.Contains(o.out+o.err, "o such file") || strings.Contains(o.out, `"events" section`)
			// Both includes may find it, which is once too often.
			if twice := strings.Contains(o.out, "directive is duplicate"); o.status != 0 && !missed && !twice {
				t.Errorf("%s: %v", name, o)
			}
		}
	}
	close(stop)
	<-done
}

// A standard input that has no end is given up, and one that cannot be read is not an empty configuration.
func TestStandardInput(t *testing.T) {
	dir := tempDir(t)
	record := filepath.Join(dir, "record")
	for stdin, says := range map[string]string{"/dev/zero": "standard input: more than 256 MB", dir: "standard input: read"} {
		for _, command := range []string{"check", "lint", "fmt", "dump"} {
			o := process{dir: dir, stdin: stdin, record: record}.run(t, command, "-")
			if o.status != 2 || !strings.Contains(o.err, says) {
				t.Errorf("%s < %s: %v", command, stdin, o)
			}
			if most := peak(t, record); most > 1<<30 && !withRace {
				t.Errorf("%s < %s needs %d MB", command, stdin, most>>20)
			}
		}
	}
	if o := (process{dir: dir}).run(t, "check", "-"); o.status != 1 || !strings.Contains(o.out, `no "events" section`) {
		t.Errorf("nothing: %v", o)
	}
}
