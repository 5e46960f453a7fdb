package main

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"tidegate/conformance/bench/report"
	"tidegate/conformance/bench/system/systemtest"
)

func TestMain(m *testing.M) {
	systemtest.Main()
	if child, err := childMain(os.Args[1:]); child {
		if err != nil {
			os.Stderr.WriteString(err.Error() + "\n")
			os.Exit(1)
		}
		os.Exit(0)
	}
	// A race-enabled toy would sleep for a second before every exit.
	os.Setenv("GORACE", "atexit_sleep_ms=0")
	os.Exit(m.Run())
}

// toys are -system arguments for the named toys.
func toys(t *testing.T, names ...string) []string {
	t.Helper()
	dir := t.TempDir()
	var args []string
	for _, name := range names {
		path, err := systemtest.Link(dir, name)
		if err != nil {
			t.Fatal(err)
		}
		args = append(args, "-system", name+"="+path)
	}
	return args
}

// runBench runs the whole command and returns what it printed and the report it wrote.
func runBench(t *testing.T, args ...string) (string, *report.Report, error) {
	t.Helper()
	out := t.TempDir()
	var stdout bytes.Buffer
	err := run(t.Context(), append(args, "-out", out), &stdout, t.Output())
	text, readErr := os.ReadFile(filepath.Join(out, "bench.json"))
	if readErr != nil {
		t.Fatalf("no report: %v, %v", err, readErr)
	}
	var r report.Report
	if err := json.Unmarshal(text, &r); err != nil {
		t.Fatal(err)
	}
	plot, readErr := os.ReadFile(filepath.Join(out, "bench.svg"))
	if readErr != nil {
		t.Fatal(readErr)
	}
	for d := xml.NewDecoder(bytes.NewReader(plot)); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("the plot is not XML: %v", err)
		}
	}
	page, readErr := os.ReadFile(filepath.Join(out, "README.md"))
	if readErr != nil || !bytes.Contains(page, []byte("bench.svg")) {
		t.Errorf("the page does not show the plot (%v)", readErr)
	}
	return stdout.String(), &r, err
}

func TestWholeBenchmark(t *testing.T) {
	args := append(toys(t, systemtest.Good, systemtest.Rejects), "-mix", "^(tcp-connect|tcp-up|idle-spoken|reload)$", "-rounds", "2", "-time", "250ms", "-idle", "50", "-baseline", systemtest.Good)
	text, r, err := runBench(t, args...)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Mixes) != 4 || len(r.Systems) != 2 || r.Systems[0].Version != "toy-good/1.0" {
		t.Fatalf("%d mixes, systems %+v", len(r.Mixes), r.Systems)
	}
	for _, m := range r.Mixes {
		good, rejects := m.Results[0], m.Results[1]
		// What idle sessions take is a difference of two measurements of memory: it may be nothing.
		if good.Status != report.OK || len(good.Samples) != 2 || good.Value == nil || good.Value.Median <= 0 && m.Name != "idle-spoken" {
			t.Errorf("%s: %+v", m.Name, good)
			continue
		}
		for _, s := range good.Samples {
			if s.Ops == 0 || s.CPU <= 0 || s.Clients <= 0 || s.Backend <= 0 || s.PSS == 0 || s.Lost != 0 {
				t.Errorf("%s: a sample lacks something: %+v", m.Name, s)
			}
		}
		if rejects.Status != report.Unsupported || rejects.Value != nil || !strings.Contains(rejects.Reason, "unknown directive") {
			t.Errorf("%s: %+v", m.Name, rejects)
		}
		switch m.Name {
		case "idle-spoken":
			// A Go proxy holds at least two files for every session (more while it splices).
			if s := good.Samples[0]; s.Ops != 50 || s.Files < 100 || s.BaseFiles == 0 || s.BasePSS == 0 {
				t.Errorf("50 idle sessions: %+v", s)
			}
		case "reload":
			if good.Samples[0].Reloads == 0 {
				t.Error("nothing was reloaded")
			}
		default:
			if m.Ceiling == nil || m.Ceiling.Ops == 0 || m.Ceiling.CPU != 0 {
				t.Errorf("%s: ceiling %+v", m.Name, m.Ceiling)
			}
		}
	}
	for _, want := range []string{"tcp-connect", "toy-good", "unsupported", "toy-rejects: toy-rejects/1.0", "ceiling"} {
		if !strings.Contains(text, want) {
			t.Errorf("the table lacks %q:\n%s", want, text)
		}
	}
}

// unreachable matches what go says when it cannot have a module.
var unreachable = regexp.MustCompile(`dial tcp|lookup |timeout|connection (refused|reset)|unexpected EOF|module lookup disabled|50[0-9] `)

// TestPrograms runs jobs of programs that end: the drivers of this tree, and toys that test a configuration.
func TestPrograms(t *testing.T) {
	args := append(toys(t, systemtest.Good, systemtest.Rejects), "-mix", "^(config-parse|config-test|program-closures)$", "-rounds", "2",
		"-directives", "3000", "-drivers", "drivers", "-baseline", systemtest.Good)
	text, r, err := runBench(t, args...)
	if err != nil {
		t.Fatal(err)
	}
	results := map[string]*report.Result{}
	for _, m := range r.Mixes {
		if !m.Process {
			t.Errorf("%s is no job of programs", m.Name)
		}
		for _, result := range m.Results {
			results[m.Name+" "+result.System] = result
		}
	}
	for _, name := range []string{
		"config-parse tidegate", "config-parse-memory tidegate", "config-test toy-good", "config-test-memory toy-good", "program-closures tidegate",
	} {
		got := results[name]
		if got != nil && unreachable.MatchString(got.Reason) {
			t.Skip("the drivers' modules are neither here nor to be had: ", got.Reason)
		}
		if got == nil || got.Status != report.OK || len(got.Samples) != 2 || got.Value.Median <= 0 {
			t.Errorf("%s: %+v", name, got)
			continue
		}
		if s := got.Samples[1]; s.Ops != 1 || s.Bytes == 0 || s.CPU <= 0 || s.Wall <= 0 || s.PSS == 0 {
			t.Errorf("%s: a sample lacks something: %+v", name, s)
		}
	}
	if got := results["config-test toy-rejects"]; got.Status != report.Unsupported || !strings.Contains(got.Reason, "unknown directive") {
		t.Errorf("config-test toy-rejects: %+v", got)
	}
	if !strings.Contains(text, "tidegate: of this tree") {
		t.Errorf("who took part is not named:\n%s", text)
	}
}

// TestMixesOnOpenResty proves the configurations, the Lua code and the expected answers of all mixes on the real thing.
func TestMixesOnOpenResty(t *testing.T) {
	binary := os.Getenv("BENCH_OPENRESTY")
	if binary == "" {
		if os.Getenv("REQUIRE_ORACLE") != "" {
			t.Fatal("BENCH_OPENRESTY does not name an OpenResty binary")
		}
		t.Skip("BENCH_OPENRESTY does not name an OpenResty binary")
	}
	_, r, err := runBench(t, "-system", "openresty="+binary, "-rounds", "1", "-time", "250ms", "-idle", "100")
	if err != nil {
		t.Error(err)
	}
	for _, m := range r.Mixes {
		if result := m.Results[0]; result.Status != report.OK || result.Samples[0].Lost != 0 {
			t.Errorf("%s: %s %s", m.Name, result.Status, result.Reason)
		}
	}
}

func TestMisbehavingSystemsFail(t *testing.T) {
	tests := []struct{ toy, mix, reason string }{
		{systemtest.Wrong, "tcp-connect", "differs"},
		{systemtest.Dies, "tcp-connect", "no memory, no heart"},
		{systemtest.Drops, "reload", "sessions failed"},
		{systemtest.Grumbles, "tcp-connect", "something is odd"},
	}
	for _, tt := range tests {
		t.Run(tt.toy, func(t *testing.T) {
			args := append(toys(t, tt.toy, systemtest.Good), "-mix", "^"+tt.mix+"$", "-rounds", "1", "-time", "1s", "-baseline", tt.toy)
			_, r, err := runBench(t, args...)
			if err == nil {
				t.Error("the command succeeded")
			}
			bad, good := r.Mixes[0].Results[0], r.Mixes[0].Results[1]
			if bad.Status != report.Failed || !strings.Contains(bad.Reason, tt.reason) || bad.Value != nil {
				t.Errorf("the toy's result: %+v, want a failure with %q", bad, tt.reason)
			}
			if good.Status != report.OK || good.Value == nil || good.Ratio != nil {
				t.Errorf("the good toy beside it: %+v, want a value and no ratio to a failure", good)
			}
		})
	}
}

func TestCancelEndsTheBenchmark(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	args := append(toys(t, systemtest.Good), "-mix", "tcp-messages", "-time", "1h")
	if err := run(ctx, args, io.Discard, io.Discard); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("run: %v", err)
	}
}

func TestOptions(t *testing.T) {
	tests := []struct {
		name string
		args []string
		want string // part of the error; empty means none
	}{
		{"a system without a path", []string{"-system", "x"}, "name=path"},
		{"a system twice", []string{"-system", "x=/a", "-system", "x=/b"}, "taken"},
		{"another baseline", []string{"-system", "x=/a", "-baseline", "y"}, "not among"},
		{"no such mix", []string{"-system", "x=/a", "-mix", "nothing-like-that"}, "no mix"},
		{"a bad expression", []string{"-system", "x=/a", "-mix", "("}, "-mix"},
		{"no rounds", []string{"-system", "x=/a", "-rounds", "0"}, "-rounds"},
		{"an argument", []string{"-system", "x=/a", "y"}, "unexpected"},
		{"all well", []string{"-system", "x=/a", "-mix", "tcp-.*"}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := parseOptions(tt.args, io.Discard)
			if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
				t.Errorf("parseOptions(%q): %v, want %q", tt.args, err, tt.want)
			}
		})
	}
}

func TestFindSystems(t *testing.T) {
	env := map[string]string{"BENCH_TIDEGATE": "/build/tidegate"}
	path := func(name string) (string, error) {
		if name == "nginx" {
			return "/sbin/nginx", nil
		}
		return "", errors.New("not found")
	}
	var o options
	if err := o.findSystems(path, func(name string) string { return env[name] }); err != nil {
		t.Fatal(err)
	}
	if len(o.systems) != 2 || o.systems[0].Binary != "/build/tidegate" || o.systems[1].Binary != "/sbin/nginx" || o.baseline != "nginx" {
		t.Errorf("systems %+v, baseline %s", o.systems, o.baseline)
	}
	var none options
	err := none.findSystems(func(string) (string, error) { return "", errors.New("not found") }, func(string) string { return "" })
	if err == nil {
		t.Error("no system was found and that was no error")
	}
}
