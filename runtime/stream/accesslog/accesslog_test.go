package accesslog

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"tidegate/ast/catalog"
	"tidegate/runtime/errlog"
	"tidegate/runtime/vars"
)

type session struct {
	values vars.Values
	v      string
	absent bool
}

func (s *session) Vars() *vars.Values { return &s.values }
func (s *session) VarCycle(string)    {}

type fixture struct {
	t     *testing.T
	dir   string
	r     *vars.Registry[*session]
	set   *Set
	files *errlog.Files
	mu    sync.Mutex
	said  []string
}

func setup(t *testing.T) *fixture {
	f := &fixture{t: t, dir: t.TempDir(), r: vars.NewRegistry[*session](), files: errlog.NewFiles()}
	f.set = NewSet(func(err error) { f.mu.Lock(); f.said = append(f.said, err.Error()); f.mu.Unlock() })
	if err := f.r.Add(vars.Variable[*session]{Name: "v", Flags: vars.NoCacheable, Get: func(s *session, _ string) (string, vars.Status) {
		if s.absent {
			return "", vars.Missing
		}
		return s.v, vars.Found
	}}); err != nil {
		t.Fatal(err)
	}
	return f
}

func (f *fixture) template(s string) catalog.Template {
	f.t.Helper()
	tpl, err := catalog.ParseTemplate(s)
	if err != nil {
		f.t.Fatal(err)
	}
	return tpl
}

// log makes a log of "[$v]" lines to the named file, which may contain $v, and adjusts its configuration.
func (f *fixture) log(name string, adjust func(*Config[*session])) *Log[*session] {
	f.t.Helper()
	cfg := Config[*session]{Format: NewFormat(f.r, f.template("[$v]"), EscapeDefault), Path: f.r.Compile(f.template(filepath.Join(f.dir, name)))}
	if adjust != nil {
		adjust(&cfg)
	}
	l, err := New(f.set, cfg)
	if err != nil {
		f.t.Fatal(err)
	}
	return l
}

func (f *fixture) open() {
	f.t.Helper()
	if errs := f.r.Resolve(); errs != nil {
		f.t.Fatal(errs)
	}
	if err := f.set.Open(f.files); err != nil {
		f.t.Fatal(err)
	}
	f.t.Cleanup(f.set.Close)
}

func (f *fixture) write(l *Log[*session], values ...string) {
	f.t.Helper()
	for _, v := range values {
		if err := l.Write(&session{v: v}); err != nil {
			f.t.Fatal(err)
		}
	}
}

func (f *fixture) content(name string) string {
	f.t.Helper()
	b, err := os.ReadFile(filepath.Join(f.dir, name))
	if err != nil {
		f.t.Fatal(err)
	}
	return string(b)
}

func TestEscape(t *testing.T) {
	value := "a\"b\\c\n\r\t\b\f\x01\x7f\xe9"
	for esc, want := range map[Escape]string{
		EscapeDefault: `<a\x22b\x5Cc\x0A\x0D\x09\x08\x0C\x01\x7F\xE9> -`,
		EscapeJSON:    `<a\"b\\c\n\r\t\b\f\u0001` + "\x7f\xe9> ",
		EscapeNone:    "<" + value + "> ",
	} {
		f := setup(t)
		present := NewFormat(f.r, f.template("<$v> "), esc)
		alone := NewFormat(f.r, f.template("$v"), esc)
		if errs := f.r.Resolve(); errs != nil {
			t.Fatal(errs)
		}
		got := string(alone.Append(&session{absent: true}, present.Append(&session{v: value}, nil)))
		if got != want {
			t.Errorf("escape %d: %q, want %q", esc, got, want)
		}
	}
}

func TestUnbuffered(t *testing.T) {
	f := setup(t)
	all := f.log("log", nil)
	some := f.log("log", func(c *Config[*session]) { c.If = f.r.Compile(f.template("$v")) })
	f.open()
	f.write(all, "1", "0")
	f.write(some, "2", "0", "")
	if got := f.content("log"); got != "[1]\n[0]\n[2]\n" {
		t.Errorf("%q", got)
	}
}

func TestBuffer(t *testing.T) {
	f := setup(t)
	l := f.log("log", func(c *Config[*session]) { c.Buffer = Buffer{Size: 10} })
	f.open()
	f.write(l, "1", "2")
	if got := f.content("log"); got != "" {
		t.Fatalf("written before the buffer is full: %q", got)
	}
	f.write(l, "3")
	if got := f.content("log"); got != "[1]\n[2]\n" {
		t.Fatalf("after a line that does not fit: %q", got)
	}
	f.write(l, strings.Repeat("x", 20))
	if got := f.content("log"); got != "[1]\n[2]\n[3]\n["+strings.Repeat("x", 20)+"]\n" {
		t.Fatalf("after a line longer than the buffer: %q", got)
	}
	f.write(l, "4")
	f.set.Flush()
	if got := f.content("log"); !strings.HasSuffix(got, "]\n[4]\n") {
		t.Fatalf("after Flush: %q", got)
	}
}

func TestTimedFlush(t *testing.T) {
	f := setup(t)
	l := f.log("log", func(c *Config[*session]) { c.Buffer = Buffer{Size: 1000, Flush: 20 * time.Millisecond} })
	f.open()
	for _, want := range []string{"[1]\n", "[1]\n[2]\n"} {
		f.write(l, want[len(want)-3:len(want)-2])
		deadline := time.Now().Add(2 * time.Minute)
		for f.content("log") != want {
			if time.Now().After(deadline) {
				t.Fatalf("got %q, want %q", f.content("log"), want)
			}
		}
	}
}

func TestGzip(t *testing.T) {
	f := setup(t)
	l := f.log("log", func(c *Config[*session]) { c.Buffer = Buffer{Size: 10, Gzip: 9} })
	f.open()
	f.write(l, "1", "2", "3")
	f.set.Flush()
	r, err := gzip.NewReader(strings.NewReader(f.content("log")))
	if err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(r); err != nil || string(b) != "[1]\n[2]\n[3]\n" {
		t.Errorf("%q %v", b, err)
	}
}

func TestConflict(t *testing.T) {
	f := setup(t)
	f.log("log", func(c *Config[*session]) { c.Buffer = Buffer{Size: 10} })
	f.log("log", nil)
	_, err := New(f.set, Config[*session]{Path: f.r.Text(filepath.Join(f.dir, "log")), Buffer: Buffer{Size: 11}})
	if want := `access_log "` + filepath.Join(f.dir, "log") + `" already defined with conflicting parameters`; err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}
}

func TestVariablePath(t *testing.T) {
	f := setup(t)
	plain := f.log("plain-$v", nil)
	kept := f.log("kept-$v", func(c *Config[*session]) {
		c.Cache = FileCache{Max: 2, Inactive: time.Hour, Valid: time.Hour, MinUses: 1}
	})
	f.open()
	f.write(plain, "a", "b", "a")
	f.write(kept, "a", "b", "c", "a")
	if f.content("plain-a") != "[a]\n[a]\n" || f.content("plain-b") != "[b]\n" || f.content("kept-a") != "[a]\n[a]\n" || f.content("kept-c") != "[c]\n" {
		t.Error("lines are not where they belong")
	}
	if n := len(kept.cache.byKey); n != 2 {
		t.Errorf("%d files are open, want 2", n)
	}
	// A kept file is written to under its old name until it is forgotten.
	if err := os.Rename(filepath.Join(f.dir, "kept-a"), filepath.Join(f.dir, "old")); err != nil {
		t.Fatal(err)
	}
	f.write(kept, "a")
	f.set.Forget()
	f.write(kept, "a")
	if f.content("old") != "[a]\n[a]\n[a]\n" || f.content("kept-a") != "[a]\n" {
		t.Errorf("old %q new %q", f.content("old"), f.content("kept-a"))
	}
	var open *OpenError
	if err := plain.Write(&session{v: "no/where"}); !errors.As(err, &open) || !strings.HasSuffix(err.Error(), "failed (2: No such file or directory)") {
		t.Errorf("got %v", err)
	}
}

func TestCacheExpiry(t *testing.T) {
	f := setup(t)
	l := f.log("$v", func(c *Config[*session]) {
		c.Cache = FileCache{Max: 9, Inactive: time.Minute, Valid: time.Second, MinUses: 2}
	})
	f.open()
	now := time.Now()
	get := func(after time.Duration) *entry {
		e, err := l.cache.get(filepath.Join(f.dir, "x"), now.Add(after))
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	e := get(0)
	opened := e.opened
	if e = get(time.Second / 2); !e.opened.Equal(opened) {
		t.Error("a valid file was opened anew")
	}
	if e = get(2 * time.Second); e.opened.Equal(opened) {
		t.Error("an invalid file was kept")
	}
	if again := get(3 * time.Minute); again == e {
		t.Error("an inactive file was kept")
	}
	f.write(l, "y")
	if e := l.cache.byKey[filepath.Join(f.dir, "y")].Value.(*entry); e.file != nil {
		t.Error("a file used once is kept open")
	}
}

type failing struct{ err error }

func (w failing) Write(b []byte) (int, error) { return 0, w.err }

func TestFailuresAreReportedOnceAMinute(t *testing.T) {
	f := setup(t)
	l := f.log("log", nil)
	err := put(failing{io.ErrShortWrite}, "p", []byte("x"))
	if got := l.complain(err, 100); got == nil {
		t.Error("the first failure is not reported")
	}
	if got := l.complain(err, 159); got != nil {
		t.Errorf("reported again after 59 seconds: %v", got)
	}
	if got := l.complain(err, 160); got == nil {
		t.Error("not reported after a minute")
	}
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("no /dev/full")
	}
	full := f.log("x", func(c *Config[*session]) { c.Path = f.r.Text("/dev/full") })
	f.open()
	if err := full.Write(&session{v: "1"}); err == nil || err.Error() != `write() to "/dev/full" failed (28: No space left on device)` {
		t.Errorf("got %v", err)
	}
	if full.fullAt.Load() == 0 {
		t.Error("a full disk is not remembered")
	}
}

func TestSyslog(t *testing.T) {
	pc, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer pc.Close()
	f := setup(t)
	l := f.log("unused", func(c *Config[*session]) {
		c.Severity = 6
		c.Syslog = &errlog.Syslog{Network: "udp", Addr: pc.LocalAddr().String(), Facility: 23, Tag: "nginx", Hostname: "host"}
	})
	f.open()
	f.write(l, "1")
	if err := pc.SetReadDeadline(time.Now().Add(2 * time.Minute)); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 1024)
	n, _, err := pc.ReadFrom(buf)
	if err != nil {
		t.Fatal(err)
	}
	if want := regexp.MustCompile(`^<190>[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d host nginx: \[1\]$`); !want.Match(buf[:n]) {
		t.Errorf("got %q", buf[:n])
	}
	dead := f.log("unused", func(c *Config[*session]) {
		c.Syslog = &errlog.Syslog{Network: "unixgram", Addr: filepath.Join(f.dir, "none")}
	})
	var se *errlog.SyslogError
	if err := dead.Write(&session{}); !errors.As(err, &se) {
		t.Errorf("got %v", err)
	}
}

func TestLineAllocates(t *testing.T) {
	f := setup(t)
	var sunk bytes.Buffer
	format := NewFormat(f.r, f.template(`"$v" literal`), EscapeDefault)
	if errs := f.r.Resolve(); errs != nil {
		t.Fatal(errs)
	}
	s := &session{v: "value"}
	buf := format.Append(s, nil)
	if n := testing.AllocsPerRun(100, func() { buf = format.Append(s, buf[:0]) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
	sunk.Write(buf)
	if sunk.String() != `"value" literal` {
		t.Errorf("%q", sunk.String())
	}
}
