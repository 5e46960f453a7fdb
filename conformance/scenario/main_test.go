package scenario

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"tidegate/conformance/bench/proc"
	"tidegate/conformance/bench/system"
)

var (
	program string // the server under test: path of its binary
	foreign bool   // it is not Tidegate
	nursery *proc.Nursery
)

func TestMain(m *testing.M) {
	os.Exit(run(m))
}

func run(m *testing.M) int {
	flag.Parse()
	// The tests wait far more than they compute: more of them at once than there are processors.
	if f := flag.Lookup("test.parallel"); f.Value.String() == f.DefValue {
		if err := flag.Set("test.parallel", "8"); err != nil {
			panic(err)
		}
	}
	go starvation.watch()
	nursery = proc.NewNursery()
	defer nursery.Close()
	if program = os.Getenv("SCENARIO_BINARY"); program == "" {
		dir, err := os.MkdirTemp("", "scenario-")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.RemoveAll(dir)
		if program, err = system.Build(dir, withRace); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	version, err := exec.Command(program, "-V").CombinedOutput()
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s -V: %v\n%s", program, err, version)
		return 1
	}
	foreign = !strings.Contains(strings.ToLower(string(version)), "tidegate")
	return m.Run()
}

// needsRoot skips the test for users who may not do what it is about.
func needsRoot(t *testing.T, why string) {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("needs root: ", why)
	}
}
