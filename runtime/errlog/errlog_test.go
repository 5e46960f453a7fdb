package errlog

import (
	"bytes"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestLineHasNginxForm(t *testing.T) {
	var b bytes.Buffer
	l := New(nil, Output{W: &b, Level: Info})
	l.WriteErr(Err, 7, syscall.ECONNREFUSED, "connect() failed")
	want := `^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d \[error\] \d+#\d+: \*7 connect\(\) failed \(111: Connection refused\)\n$`
	if !regexp.MustCompile(want).MatchString(b.String()) {
		t.Errorf("line %q does not match %s", b.String(), want)
	}
}

func TestLevelsFilterPerOutput(t *testing.T) {
	var all, few bytes.Buffer
	l := New(nil, Output{W: &all, Level: Debug}, Output{W: &few, Level: Crit})
	l.Write(Warn, 0, "careful")
	l.Write(Alert, 0, "look")
	if n := strings.Count(all.String(), "\n"); n != 2 {
		t.Errorf("the debug output has %d lines, want 2", n)
	}
	if s := few.String(); strings.Contains(s, "careful") || !strings.Contains(s, "[alert]") {
		t.Errorf("the crit output holds %q", s)
	}
	if !l.Enabled(Debug) || New(nil, Output{W: &few, Level: Err}).Enabled(Warn) {
		t.Error("Enabled does not follow the outputs")
	}
}

func TestLongLineIsCut(t *testing.T) {
	var b bytes.Buffer
	New(nil, Output{W: &b, Level: Err}).Write(Err, 0, strings.Repeat("x", 5000))
	if b.Len() != MaxLine || !strings.HasSuffix(b.String(), "x\n") {
		t.Errorf("line is %d bytes, want %d ending in a line feed", b.Len(), MaxLine)
	}
}

func TestConsoleRepeatsUntilReleased(t *testing.T) {
	var term, log bytes.Buffer
	c := NewConsole(&term)
	l := New(c, Output{W: &log, Level: Err})
	l.Write(Emerg, 0, "bind() failed")
	l.Write(Warn, 0, "careful")
	c.Release()
	l.Write(Emerg, 0, "later")
	if want := "nginx: [emerg] bind() failed\nnginx: [warn] careful\n"; term.String() != want {
		t.Errorf("console shows %q, want %q", term.String(), want)
	}
	if strings.Contains(log.String(), "careful") {
		t.Error("a warn message reached a log of level error")
	}
}

func TestFilesAreSharedAndReopened(t *testing.T) {
	path := filepath.Join(t.TempDir(), "e.log")
	fs := NewFiles()
	a, err := fs.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	b, err := fs.Open(path)
	if err != nil || a != b {
		t.Fatalf("second Open: %v, same file %v", err, a == b)
	}
	l := New(nil, Output{W: a, Level: Err})
	l.Write(Err, 0, "one")
	if err := os.Rename(path, path+".1"); err != nil {
		t.Fatal(err)
	}
	if err := fs.Reopen(); err != nil {
		t.Fatal(err)
	}
	l.Write(Err, 0, "two")
	old, _ := os.ReadFile(path + ".1")
	cur, _ := os.ReadFile(path)
	if !strings.Contains(string(old), "one") || !strings.Contains(string(cur), "two") || strings.Contains(string(cur), "one") {
		t.Errorf("old file %q, new file %q", old, cur)
	}
	fs.Release(a)
	fs.Release(b)
	if len(fs.open) != 0 {
		t.Error("released file is still held")
	}
}

func TestOpenErrorIsNginxSentence(t *testing.T) {
	path := filepath.Join(t.TempDir(), "none", "e.log")
	_, err := NewFiles().Open(path)
	if err == nil || err.Error() != `open() "`+path+`" failed (2: No such file or directory)` {
		t.Errorf("error is %v", err)
	}
}

func TestReopenKeepsWhatCannotBeOpened(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "d")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	fs := NewFiles()
	f, err := fs.Open(filepath.Join(dir, "e.log"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if err := fs.Reopen(); err == nil {
		t.Error("reopening in a directory that is gone gave no error")
	}
	if _, err := f.Write([]byte("still here\n")); err != nil {
		t.Errorf("the old descriptor no longer takes lines: %v", err)
	}
}

func TestSyslogLine(t *testing.T) {
	srv, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer srv.Close()
	peer := &Syslog{Network: "udp", Addr: srv.LocalAddr().String(), Facility: 23, Tag: "nginx", Hostname: "box"}
	defer peer.Close()
	New(nil, Output{W: peer, Level: Info}).Write(Warn, 3, "careful")
	if err := srv.SetReadDeadline(time.Now().Add(2 * time.Minute)); err != nil {
		t.Fatal(err)
	}
	b := make([]byte, 4096)
	n, _, err := srv.ReadFrom(b)
	if err != nil {
		t.Fatal(err)
	}
	want := `^<188>\w{3} [ \d]\d \d\d:\d\d:\d\d box nginx: \d{4}/\d\d/\d\d \d\d:\d\d:\d\d \[warn\] \d+#\d+: \*3 careful$`
	if !regexp.MustCompile(want).Match(b[:n]) {
		t.Errorf("datagram %q does not match %s", b[:n], want)
	}
}

// What a syslog server does not take is lost; why is told to the log of the process, which may lead to the same server.
func TestSyslogFailures(t *testing.T) {
	path := filepath.Join(t.TempDir(), "e.log")
	fs := NewFiles()
	f, err := fs.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	peer := &Syslog{Network: "unixgram", Addr: path + ".none", Name: "unix:/none"}
	log := New(nil, Output{W: f, Level: Info}, Output{W: peer, Level: Info})
	peer.Failures = log
	log.Write(Warn, 0, "one")
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want := `(?s)\[warn\] \d+#\d+: one\n.* \[alert\] \d+#\d+: connect\(\) failed \(2: No such file or directory\) while logging to syslog, server: unix:/none\n$`
	if !regexp.MustCompile(want).Match(got) {
		t.Errorf("the log is %q", got)
	}
}
