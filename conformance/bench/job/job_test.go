package job

import (
	"errors"
	"os"
	"regexp"
	"strings"
	"testing"

	"tidegate/conformance/bench/mix"
	"tidegate/conformance/bench/proc"
	"tidegate/conformance/bench/system"
)

func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == proc.MeasureArgument {
		if err := proc.MeasureMain(os.Args[2], os.Stdout); err != nil {
			os.Stderr.WriteString(err.Error() + "\n")
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func TestListIsWellFormed(t *testing.T) {
	name := regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`)
	seen := map[string]bool{}
	found := Found{
		Systems:  []system.System{{Name: "ours", Binary: "/ours"}, {Name: "nginx", Binary: "/nginx"}},
		Baseline: "nginx", Tidegate: "ours", Directives: 1000,
	}
	for _, j := range List(found) {
		if !name.MatchString(j.Name) || seen[j.Name] {
			t.Errorf("job %q: not a name, or there twice", j.Name)
		}
		seen[j.Name] = true
		if !strings.HasSuffix(j.About, ".") || j.Op == "" || len(j.Metrics) == 0 || j.Text == "" || j.Language == "" {
			t.Errorf("job %s is incomplete: %+v", j.Name, j)
		}
		base, programs := false, map[string]bool{}
		for _, p := range j.Programs {
			base = base || p.Name == j.Baseline
			if programs[p.Name] {
				t.Errorf("job %s has %s twice", j.Name, p.Name)
			}
			programs[p.Name] = true
		}
		if !base || len(programs) < 2 {
			t.Errorf("job %s: the baseline %s is not among %v, or alone", j.Name, j.Baseline, programs)
		}
		if len(j.Files()) != 1 {
			t.Errorf("job %s has %d files", j.Name, len(j.Files()))
		}
	}
}

// TestVerdicts runs small programs that do right and wrong.
func TestVerdicts(t *testing.T) {
	n := proc.NewNursery()
	defer n.Close()
	stage, err := NewStage(Job{Files: func() map[string][]byte { return map[string][]byte{"nginx.conf": []byte("some bytes")} }}, n, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer stage.Close()
	shell := func(script string, p Program) Program {
		p.Command = func(*system.Prefix) []string { return []string{"/bin/sh", "-c", script} }
		return p
	}
	for _, tt := range []struct {
		name string
		p    Program
		want string // part of the error; empty for none
	}{
		{"right", shell("cat conf/nginx.conf; echo more", Program{Says: text("some bytes")}), ""},
		{"another answer", shell("echo any", Program{Says: text("some")}), `it says "any", not "some"`},
		{"a status", shell("echo why; exit 3", Program{}), "exit status 3: why"},
		{"words where none belong", shell("echo hm >&2", Program{Silent: true}), `it says "hm"`},
		{"silence", shell(":", Program{Silent: true}), ""},
	} {
		sample, err := stage.Sample(t.Context(), tt.p)
		if tt.want == "" && (err != nil || sample.Ops != 1 || sample.Bytes != int64(len("some bytes")) || sample.PSS == 0 || sample.P50 == 0) {
			t.Errorf("%s: %+v, %v", tt.name, sample, err)
		}
		if tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.want)
		}
	}
	var rejected *system.UnsupportedError
	if err := stage.Try(t.Context(), shell("echo 'nginx: [emerg] no' >&2; exit 1", Program{Rejects: true})); !errors.As(err, &rejected) || rejected.Message != "no" {
		t.Errorf("a rejection: %v", err)
	}
	if err := stage.Try(t.Context(), Program{Missing: "not installed"}); !errors.As(err, &rejected) || rejected.Message != "not installed" {
		t.Errorf("a program that is missing: %v", err)
	}
}

// TestScripts checks that the pure kernels are those without OpenResty's functions.
func TestScripts(t *testing.T) {
	var pure []string
	for _, k := range mix.Kernels() {
		if k.Pure() {
			pure = append(pure, k.Name)
		}
	}
	if got := strings.Join(pure, " "); got != "arithmetic tables strings closures" {
		t.Errorf("pure kernels: %s", got)
	}
}

// TestMissingDrivers has drivers whose sources are not there: each says why it is missing.
func TestMissingDrivers(t *testing.T) {
	d, err := BuildDrivers(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	for _, p := range programs {
		if why := d.Missing(p.name); !strings.Contains(why, "go.mod") {
			t.Errorf("driver %s is missing because of %q", p.name, why)
		}
	}
}
