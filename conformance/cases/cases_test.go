package cases

import (
	"flag"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"tidegate/conformance/bench/proc"
)

var (
	record  = flag.Bool("record", false, "write what the server of CASES_BINARY answers into the files")
	dir     = flag.String("cases", ".", "directory of the files")
	binary  string
	nursery *proc.Nursery
)

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	flag.Parse()
	// The cases wait more than they compute.
	if f := flag.Lookup("test.parallel"); f.Value.String() == f.DefValue {
		if err := flag.Set("test.parallel", "6"); err != nil {
			panic(err)
		}
	}
	nursery = proc.NewNursery()
	defer nursery.Close()
	if binary = os.Getenv("CASES_BINARY"); binary != "" {
		return m.Run()
	}
	if *record {
		fmt.Fprintln(os.Stderr, "-record wants the binary of a real OpenResty in CASES_BINARY")
		return 2
	}
	tmp, err := os.MkdirTemp("", "cases-bin-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(tmp)
	binary = filepath.Join(tmp, "tidegate")
	args, env := []string{"build", "-o", binary}, "CGO_ENABLED=0"
	if withRace {
		args, env = append(args, "-race"), "CGO_ENABLED=1"
	}
	cmd := exec.Command("go", append(args, "tidegate/cmd/tidegate")...)
	cmd.Env = append(os.Environ(), env)
	if out, err := cmd.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build the server: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}

// TestCases runs every case of every file.
func TestCases(t *testing.T) {
	names, err := filepath.Glob(filepath.Join(*dir, "*.t"))
	if err != nil || len(names) == 0 {
		t.Fatal("no cases: ", err)
	}
	for _, name := range names {
		f, err := readFile(name)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(strings.TrimSuffix(filepath.Base(name), ".t"), func(t *testing.T) {
			for _, c := range f.cases {
				t.Run(c.name, func(t *testing.T) {
					t.Parallel()
					play(t, c)
				})
			}
			if *record {
				t.Cleanup(func() {
					if err := f.write(name); err != nil {
						t.Error(err)
					}
				})
			}
		})
	}
}

// play runs one case and compares, or records.
func play(t *testing.T, c *testCase) {
	if why, ok := c.value("SKIP"); ok {
		t.Skip(why)
	}
	s := newServer(t, c)
	var response string
	switch up := s.start(); {
	case c.has("must_die") && up:
		s.stop()
		t.Error("the server serves")
	case c.has("must_die"):
		if s.child.Err() == nil {
			t.Error("the server ended well")
		}
	case !up:
		t.Errorf("the server did not start:\n%s%s", s.read("logs/error.log"), s.read("logs/out"))
		return
	default:
		response = s.talk()
		s.awaitLog()
		s.stop()
	}
	s.compare(response)
	if t.Failed() && testing.Verbose() {
		t.Logf("error log:\n%s%s", s.read("logs/error.log"), s.read("logs/out"))
	}
}

// awaitLog waits for the lines of error_log.
func (s *server) awaitLog() {
	s.t.Helper()
	for want := range strings.Lines(s.c.get("error_log")) {
		want = s.expand(strings.TrimSuffix(want, "\n"))
		await(s.t, "in the error log: "+want, func() bool { return strings.Contains(s.read("logs/error.log"), want) })
	}
}

// compare holds a run against the case.
func (s *server) compare(response string) {
	s.t.Helper()
	log := s.read("logs/error.log")
	for line := range strings.Lines(s.c.get("no_error_log")) {
		if line = strings.TrimSuffix(line, "\n"); strings.Contains(log, line) {
			s.t.Errorf("logged: %s", line)
		}
	}
	if out := s.read("logs/out"); strings.Contains(out, "panic:") || strings.Contains(out, "DATA RACE") {
		s.t.Errorf("the server said: %s", out)
	}
	key := "stream_response"
	if s.dgram {
		key = "dgram_response"
	}
	// A section always ends with a line feed, so an answer gets one where it has none.
	got := map[string]string{key: s.named(response), "log": s.normal(log)}
	for name, text := range got {
		if text = strings.TrimRight(text, "\n"); text != "" {
			got[name] = text + "\n"
		}
	}
	if *record {
		if !s.c.has("must_die") {
			s.c.set(key, got[key])
		}
		s.c.set("log", got["log"])
		return
	}
	for _, name := range []string{key, "log"} {
		if want, ok := s.c.value(name); ok {
			if d := diff(want, got[name]); d != "" {
				s.t.Errorf("%s (-want +got):\n%s", name, d)
			}
		}
	}
}

// ports gives out ports below those that the kernel takes for outgoing connections.
var ports struct {
	sync.Mutex
	next, end int
}

func freePort(t *testing.T) int {
	t.Helper()
	ports.Lock()
	defer ports.Unlock()
	if ports.end == 0 {
		low := 32768
		if text, err := os.ReadFile("/proc/sys/net/ipv4/ip_local_port_range"); err == nil {
			_, _ = fmt.Sscan(string(text), &low)
		}
		ports.end = low
		ports.next = 10000 + os.Getpid()*89%max(low-12000, 1)
	}
	for range ports.end {
		port := ports.next
		if ports.next++; ports.next >= ports.end {
			ports.next = 10000
		}
		l, err := net.Listen("tcp", fmt.Sprintf("0.0.0.0:%d", port))
		if err != nil {
			continue
		}
		l.Close()
		p, err := net.ListenPacket("udp", fmt.Sprintf("0.0.0.0:%d", port))
		if err != nil {
			continue
		}
		p.Close()
		return port
	}
	t.Fatal("no free port")
	return 0
}
