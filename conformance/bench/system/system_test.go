package system

import (
	"errors"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tidegate/conformance/bench/epoll"
	"tidegate/conformance/bench/proc"
	"tidegate/conformance/bench/system/systemtest"
)

func TestMain(m *testing.M) {
	systemtest.Main()
	// A race-enabled toy would sleep for a second before every exit.
	os.Setenv("GORACE", "atexit_sleep_ms=0")
	os.Exit(m.Run())
}

// toy is a system whose binary misbehaves in the named way, a prefix for it, and its ready address.
func toy(t *testing.T, name string) (System, *Prefix, netip.AddrPort) {
	t.Helper()
	binary, err := systemtest.Link(t.TempDir(), name)
	if err != nil {
		t.Fatal(err)
	}
	fd, at, err := epoll.ReserveTCP(netip.MustParseAddrPort("127.0.0.1:0"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { epoll.Close(fd) })
	prefix, err := NewPrefix(conf(at, "one"), map[string][]byte{"extra.crt": []byte("x")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := prefix.Remove(); err != nil {
			t.Error(err)
		}
		if _, err := os.Stat(prefix.Dir); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("the prefix is still there: %v", err)
		}
	})
	return System{Name: name, Binary: binary}, prefix, at
}

func conf(at netip.AddrPort, answer string) string {
	return "stream { server { listen " + at.String() + "; return " + answer + "; } }\n"
}

func TestLifeOfAServer(t *testing.T) {
	nursery := proc.NewNursery()
	defer nursery.Close()
	sys, prefix, at := toy(t, systemtest.Good)

	version, err := sys.Version(t.Context())
	if err != nil || version != "toy-good/1.0" {
		t.Errorf("Version = %q, %v", version, err)
	}
	if err := sys.Check(t.Context(), prefix); err != nil {
		t.Fatalf("Check: %v", err)
	}
	if _, err := os.Stat(filepath.Join(prefix.Dir, "conf", "extra.crt")); err != nil {
		t.Error(err)
	}
	server, err := sys.Start(t.Context(), nursery, proc.Options{}, prefix, at, "one")
	if err != nil {
		t.Fatal(err)
	}
	if usage, err := server.Settle(); err != nil || usage.CPU <= 0 {
		t.Errorf("Settle = %+v, %v", usage, err)
	}
	if hold, err := server.Footprint(); err != nil || hold.Processes != 1 || hold.PSS == 0 {
		t.Errorf("Footprint = %+v, %v", hold, err)
	}
	if err := errors.Join(server.Write(conf(at, "two")), server.Reload(), server.Await(t.Context(), "two")); err != nil {
		t.Errorf("reload: %v", err)
	}
	if err := server.Stop(); err != nil {
		t.Errorf("Stop: %v", err)
	}
	if _, err := net.Dial("tcp", at.String()); err == nil {
		t.Error("somebody still listens")
	}
}

func TestRejectedConfiguration(t *testing.T) {
	sys, prefix, _ := toy(t, systemtest.Rejects)
	err := sys.Check(t.Context(), prefix)
	var rejected *UnsupportedError
	if !errors.As(err, &rejected) || rejected.Message != `unknown directive "stream" in conf/nginx.conf:9` {
		t.Errorf("Check: %v, want the program's own words without the prefix", err)
	}
	missing := System{Name: "missing", Binary: filepath.Join(prefix.Dir, "nothing")}
	if err := missing.Check(t.Context(), prefix); err == nil || errors.As(err, &rejected) {
		t.Errorf("Check of a program that does not exist: %v, want an error that is no rejection", err)
	}
}

func TestServerThatDiesSaysWhy(t *testing.T) {
	nursery := proc.NewNursery()
	defer nursery.Close()
	sys, prefix, at := toy(t, systemtest.Dies)
	_, err := sys.Start(t.Context(), nursery, proc.Options{}, prefix, at, "one")
	if err == nil || !strings.Contains(err.Error(), "no memory, no heart") {
		t.Errorf("Start: %v, want the message of the log", err)
	}
}

func TestComplaints(t *testing.T) {
	prefix, err := NewPrefix("", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer prefix.Remove()
	server := &Server{dialect: &nginx, prefix: prefix}
	if got, err := server.Complaints(); err != nil || len(got) != 0 {
		t.Errorf("Complaints without a log: %v, %v", got, err)
	}
	log := "d [notice] 1#1: start\nd [error] 1#1: *3 refused\nd [info] x\nd [alert] 1#1: worker gone\n"
	if err := os.WriteFile(filepath.Join(prefix.Dir, "logs", "error.log"), []byte(log), 0o644); err != nil {
		t.Fatal(err)
	}
	got, err := server.Complaints()
	if err != nil || len(got) != 2 || !strings.Contains(got[0], "refused") || !strings.Contains(got[1], "worker gone") {
		t.Errorf("Complaints = %q, %v", got, err)
	}
	server.dialect = &haproxy
	if err := os.WriteFile(filepath.Join(prefix.Dir, "logs", "stderr"), []byte("[NOTICE]   (1) : up\n[ALERT]    (1) : down\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if got, err := server.Complaints(); err != nil || len(got) != 1 || !strings.Contains(got[0], "down") {
		t.Errorf("Complaints of HAProxy = %q, %v", got, err)
	}
}

func TestReason(t *testing.T) {
	for _, tt := range []struct{ output, want string }{
		{"nginx: [warn] hm\nnginx: [emerg] no such thing in /dir/conf/nginx.conf:1\nnginx: test failed\n", "no such thing in conf/nginx.conf:1"},
		{"[NOTICE]   (7) : version is 2\n[ALERT]    (7) : config : unknown word\n[ALERT]    (7) : more\n", "config : unknown word"},
		{"something else\nthe end\n", "the end"},
	} {
		if got := Reason(tt.output, "/dir"); got != tt.want {
			t.Errorf("Reason(%q) = %q, want %q", tt.output, got, tt.want)
		}
	}
}

// TestArguments has the command lines of both kinds.
func TestArguments(t *testing.T) {
	p := &Prefix{Dir: "/d"}
	for _, tt := range []struct {
		s    System
		want string
	}{
		{System{Binary: "/n"}, "/n -t -q -p /d -c conf/nginx.conf -e logs/error.log"},
		{System{Binary: "/n", Globals: "load_module x;"}, "/n -t -q -p /d -c conf/nginx.conf -e logs/error.log -g load_module x;"},
		{System{Binary: "/h", HAProxy: true}, "/h -c -q -C /d -f conf/haproxy.cfg"},
	} {
		if got := strings.Join(tt.s.TestCommand(p), " "); got != tt.want {
			t.Errorf("%+v: %s, want %s", tt.s, got, tt.want)
		}
	}
}
