package server

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"tidegate/ast/conf"
	"tidegate/ast/diag"
	"tidegate/parser"
)

// patience is how long a test waits for what must come.
const patience = 2 * time.Minute

// rig is a Server in this process, with its configuration in a file that a test may change.
type rig struct {
	*Server
	t    testing.TB
	dir  string
	done chan struct{} // closed when Run has returned
}

// serve starts a Server with a configuration in which DIR is a directory of the test.
func serve(t testing.TB, text string, change func(*Options)) *rig {
	t.Helper()
	r := &rig{t: t, dir: t.TempDir() + "/", done: make(chan struct{})}
	r.configure(text)
	opts := Options{Prefix: r.dir, ConfDir: r.dir, ErrorLog: r.dir + "error.log", PidFile: r.dir + "pid", StayAs: true, Load: r.load}
	if change != nil {
		change(&opts)
	}
	r.Server = New(opts)
	tree, list := r.load()
	if d := list.Fatal(); d != nil {
		t.Fatal(d.Error())
	}
	if err := r.Start(tree); err != nil {
		t.Fatalf("%v\n%s", err, r.read("error.log"))
	}
	go func() {
		defer close(r.done)
		r.Run()
	}()
	t.Cleanup(func() {
		r.signal(syscall.SIGTERM)
		r.ended()
	})
	return r
}

func (r *rig) configure(text string) {
	r.t.Helper()
	if !strings.HasPrefix(text, "error_log") {
		text = "error_log error.log notice; events {}\n" + text
	}
	text = strings.ReplaceAll(text, "DIR/", r.dir)
	err := os.WriteFile(r.dir+"new.conf", []byte(text), 0o600)
	if err = errors.Join(err, os.Rename(r.dir+"new.conf", r.dir+"nginx.conf")); err != nil { // a reload may be reading it
		r.t.Fatal(err)
	}
}

func (r *rig) load() (*conf.Tree, diag.List) {
	config, list := parser.Load(parser.Options{Main: r.dir + "nginx.conf", Prefix: r.dir})
	tree, more := conf.Check(config, conf.Options{Prefix: r.dir})
	return tree, append(list, more...)
}

// signal sends a signal as the system would, to this Server alone.
func (r *rig) signal(sig syscall.Signal) {
	select {
	case r.signals <- sig:
	case <-r.done:
	}
}

func (r *rig) ended() {
	select {
	case <-r.done:
	case <-time.After(patience):
		r.t.Error("the server does not end")
	}
}

func (r *rig) read(name string) string {
	b, err := os.ReadFile(filepath.Join(r.dir, name))
	if err != nil {
		r.t.Fatal(err)
	}
	return string(b)
}

// logged waits for a text in the error log to stand there n times.
func (r *rig) logged(text string, n int) {
	r.t.Helper()
	for end := time.Now().Add(patience); strings.Count(r.read("error.log"), text) < n; {
		if time.Now().After(end) {
			r.t.Fatalf("%q is not %d times in the log:\n%s", text, n, r.read("error.log"))
		}
		<-time.After(time.Millisecond)
	}
}

// ask connects to a unix socket and returns all that it says.
func (r *rig) ask(name string) (string, error) {
	c, err := net.Dial("unix", r.dir+name)
	if err != nil {
		return "", err
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(patience))
	b, err := io.ReadAll(c)
	return string(b), err
}

func (r *rig) answers(name, want string) {
	r.t.Helper()
	if got, err := r.ask(name); got != want || err != nil {
		r.t.Errorf("%s answers %q, %v, want %q", name, got, err, want)
	}
}

const returning = `stream { server { listen unix:DIR/a; return %s; } }`

func TestReload(t *testing.T) {
	r := serve(t, fmt.Sprintf(returning, "one"), nil)
	r.answers("a", "one")

	r.configure(fmt.Sprintf(returning, "two"))
	if err := r.Reload(); err != nil {
		t.Fatal(err)
	}
	r.answers("a", "two")

	// A configuration that is wrong is logged once, with one level, and changes nothing.
	r.configure("nonsense on;\n" + fmt.Sprintf(returning, "three"))
	var se *StartError
	if err := r.Reload(); !errors.As(err, &se) {
		t.Errorf("reload with a mistake: %v", err)
	}
	r.logged(`: unknown directive "nonsense" in `+r.dir+"nginx.conf:2\n", 1)
	if strings.Contains(r.read("error.log"), "[emerg] [emerg]") || strings.Contains(r.read("error.log"), ": [emerg]") {
		t.Errorf("a level stands twice in\n%s", r.read("error.log"))
	}
	r.answers("a", "two")

	// So is one whose sockets cannot be opened: the ones in use go on.
	if err := os.WriteFile(r.dir+"taken", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	r.configure(`stream { server { listen unix:DIR/a; return four; } server { listen unix:DIR/taken/b; return four; } }`)
	if err := r.Reload(); err == nil {
		t.Error("a socket below a file was opened")
	}
	r.answers("a", "two")
}

// Cycles that drain while further reloads come must not meet over the sockets and dictionaries that they share. The race detector
// watches.
func TestReloadsUnderLoad(t *testing.T) {
	const text = `stream { lua_shared_dict d 32k; server { listen unix:DIR/a; return x; }
		server { listen unix:DIR/%s; content_by_lua_block { ngx.say(ngx.shared.d:incr("n", 1, 0)) } } }`
	r := serve(t, fmt.Sprintf(text, "b"), nil)
	stop := make(chan struct{})
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
					r.answers("a", "x")
				}
			}
		})
	}
	for i := range 20 {
		r.configure(fmt.Sprintf(text, []string{"b", "c"}[i%2]))
		r.signal(syscall.SIGHUP)
	}
	r.logged("reconfiguring", 20)
	close(stop)
	wg.Wait()
	r.signal(syscall.SIGQUIT)
	r.ended()
	if n := strings.Count(r.read("error.log"), "emerg"); n > 0 {
		t.Errorf("%d serious lines in\n%s", n, r.read("error.log"))
	}
}

// A terminal that changes its size sends SIGWINCH to the process in front, which goes on. A daemon stops accepting until it is told
// to reload.
func TestWindowChange(t *testing.T) {
	t.Run("in front", func(t *testing.T) {
		r := serve(t, fmt.Sprintf(returning, "x"), nil)
		r.signal(syscall.SIGWINCH)
		r.signal(syscall.SIGUSR2)
		r.logged("[alert]", 1) // after the other has been dealt with
		r.answers("a", "x")
	})
	t.Run("daemon", func(t *testing.T) {
		r := serve(t, fmt.Sprintf(returning, "x"), func(o *Options) { o.Daemon = true })
		r.signal(syscall.SIGWINCH)
		r.signal(syscall.SIGUSR2)
		r.logged("stop accepting connections", 1)
		r.logged("[alert]", 1)                // after the other has been dealt with
		c, err := net.Dial("unix", r.dir+"a") // waits in the kernel
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		_ = c.SetReadDeadline(time.Now().Add(20 * time.Millisecond))
		if n, err := c.Read(make([]byte, 1)); n != 0 || !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("a paused server answers %d bytes, %v", n, err)
		}
		r.signal(syscall.SIGHUP)
		_ = c.SetReadDeadline(time.Now().Add(patience))
		if b, err := io.ReadAll(c); !bytes.Equal(b, []byte("x")) || err != nil {
			t.Errorf("after the reload it answers %q, %v", b, err)
		}
	})
}
