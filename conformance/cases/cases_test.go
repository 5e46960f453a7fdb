package cases

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tidegate/conformance/ledger"
	"tidegate/conformance/suite"
	"tidegate/conformance/system"
	"tidegate/conformance/testnginx"
)

var (
	record = flag.Bool("record", false, "write what the server of CASES_BINARY answers into the files")
	dir    = flag.String("cases", ".", "directory of the files")
	server *system.Server
)

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	flag.Parse()
	var err error
	if tmp, err = os.MkdirTemp("", "cases-bin-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(tmp)
	binary := os.Getenv("CASES_BINARY")
	if binary == "" {
		if *record {
			fmt.Fprintln(os.Stderr, "-record wants the binary of a real OpenResty in CASES_BINARY")
			return 2
		}
		if binary, err = build(tmp, withRace); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	if server, err = system.Find(binary); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer server.Close()
	return m.Run()
}

// build builds Tidegate. With the race detector it is linked with the system's libraries.
func build(dir string, race bool) (string, error) {
	binary := filepath.Join(dir, fmt.Sprintf("tidegate-%t", race))
	args, env := []string{"build", "-o", binary}, "CGO_ENABLED=0"
	if race {
		args, env = append(args, "-race"), "CGO_ENABLED=1"
	}
	cmd := exec.Command("go", append(args, "tidegate/cmd/tidegate")...)
	cmd.Env = append(os.Environ(), env)
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the server: %w\n%s", err, out)
	}
	return binary, nil
}

// TestCases runs every case of every file, or records them.
func TestCases(t *testing.T) {
	names, err := filepath.Glob(filepath.Join(*dir, "*.t"))
	if err != nil || len(names) == 0 {
		t.Fatal("no cases: ", err)
	}
	var files []*testnginx.File
	for _, name := range names {
		f, err := testnginx.Read(name, "")
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	var known *ledger.Ledger
	if server.IsTidegate() {
		if known, err = ledger.Read("tidegate.ledger"); err != nil {
			t.Fatal(err)
		}
	}
	// The cases wait more than they compute, so that some fail where the machine is busy. Run alone, they must not.
	r := suite.Runner{Server: server, Dir: t.TempDir(), Jobs: 6, Observations: true, Patience: 20 * time.Second,
		Env: map[string]string{"TEST_NGINX_TIMEOUT": "60"}}
	if !*record {
		r.Retries = 1
		r.Hopeless = func(res *suite.Result) bool { _, differs := known.Get(res.ID()); return differs }
	}
	if err := os.Chmod(r.Dir, 0o755); err != nil {
		t.Fatal(err)
	}
	results, err := r.Run(context.Background(), files)
	if err != nil {
		t.Fatal(err)
	}
	if *record {
		suite.RecordSections(results)
		for _, f := range files {
			if err := f.Write(); err != nil {
				t.Error(err)
			}
		}
		return
	}
	for _, res := range results {
		t.Run(fmt.Sprintf("%s %s", res.File, res.Name), func(t *testing.T) { verdict(t, known, res) })
	}
}

// verdict tells what a result means: the ledger names the cases in which Tidegate differs, and they must go on differing.
func verdict(t *testing.T, known *ledger.Ledger, res *suite.Result) {
	entry, differs := known.Get(res.ID())
	for _, b := range res.Before {
		t.Log("failed beside other cases, and was run again alone: ", b.Reason, describe(b))
	}
	switch {
	case res.Broken():
		t.Error(res.Reason, describe(res))
	case res.Outcome == suite.Skip:
		t.Skip(res.Reason)
	case differs && res.Outcome == suite.Pass:
		t.Errorf("passes; tidegate.ledger says: %s", entry.Reason)
	case differs:
		t.Skipf("differs: %s", entry.Reason)
	case res.Outcome == suite.Fail:
		t.Error(res.Reason, describe(res))
	}
}

// describe tells all that is known of a failure.
func describe(res *suite.Result) string {
	var b strings.Builder
	for _, c := range res.Checks {
		if c.Failed != "" {
			fmt.Fprintf(&b, "\n%s: %s", c.What, c.Failed)
		}
	}
	if o := res.Observation; o != nil {
		fmt.Fprintf(&b, "\nerror log:\n%s%s", o.WholeLog(), o.Output)
	}
	return b.String()
}
