package main

import (
	"errors"
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"tidegate/cmd/tidegate/cli"
)

// asBinary in the environment makes the test's own program be tidegate; it names the file for what the kernel knows of the process at its
// end, or is "-" for none.
const asBinary = "TIDEGATE_TEST_AS_BINARY"

func TestMain(m *testing.M) {
	if file := os.Getenv(asBinary); file != "" {
		status := cli.Main(cli.Process(), os.Args[1:])
		if file != "-" {
			proc, err := os.ReadFile("/proc/self/status")
			if err := errors.Join(err, os.WriteFile(file, proc, 0o600)); err != nil {
				panic(err)
			}
		}
		os.Exit(status)
	}
	testscript.Main(m, map[string]func(){
		"tidegate": func() { os.Exit(cli.Main(cli.Process(), os.Args[1:])) },
	})
}

// Each file in testdata/script is a session at a terminal: commands with what they must print.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: "testdata/script", RequireExplicitExec: true})
}
