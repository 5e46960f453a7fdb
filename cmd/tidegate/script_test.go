package main

import (
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"tidegate/cmd/tidegate/cli"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"tidegate": func() { os.Exit(cli.Main(cli.Process(), os.Args[1:])) },
	})
}

// Each file in testdata/script is a session at a terminal: commands with what they must print.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: "testdata/script", RequireExplicitExec: true})
}
