package system

import (
	"errors"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

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
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	at := netip.MustParseAddrPort(listener.Addr().String())
	listener.Close()
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
	if err := errors.Join(prefix.Write(conf(at, "two")), server.Reload(), server.Await(t.Context(), "two")); err != nil {
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
	if got, err := prefix.Complaints(); err != nil || len(got) != 0 {
		t.Errorf("Complaints without a log: %v, %v", got, err)
	}
	log := "d [notice] 1#1: start\nd [error] 1#1: *3 refused\nd [info] x\nd [alert] 1#1: worker gone\n"
	if err := os.WriteFile(filepath.Join(prefix.Dir, "logs", "error.log"), []byte(log), 0o644); err != nil {
		t.Fatal(err)
	}
	got, err := prefix.Complaints()
	if err != nil || len(got) != 2 || !strings.Contains(got[0], "refused") || !strings.Contains(got[1], "worker gone") {
		t.Errorf("Complaints = %q, %v", got, err)
	}
}
