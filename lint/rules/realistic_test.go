package rules_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tidegate/ast/conf"
	"tidegate/ast/diag"
	"tidegate/lint"
	"tidegate/lint/rules"
	"tidegate/parser"
)

const realisticDir = "../../testdata/realistic"

// TestRealistic runs all rules over the configurations that people could run.
// These are right, so each finding is a false alarm unless testdata/realistic
// lists it: there stands what is defended. -update writes the list anew.
func TestRealistic(t *testing.T) {
	const golden = "testdata/realistic.findings"
	var got strings.Builder
	for _, pattern := range []string{"/*.conf", "/*/nginx.conf"} {
		files, err := filepath.Glob(realisticDir + pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, main := range files {
			for _, d := range lintFile(main) {
				fmt.Fprintf(&got, "%s\n", strings.TrimPrefix(strings.ReplaceAll(d.Error(), realisticDir+"/", ""), "../"))
			}
		}
	}
	if *update {
		if err := os.WriteFile(golden, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("findings in right configurations (-want +got):\n%s", diff)
	}
}

func lintFile(main string) diag.List {
	config, _ := parser.Load(parser.Options{Main: main})
	dir := filepath.Dir(main) + "/"
	tree, _ := conf.Check(config, conf.Options{Prefix: dir, ConfPrefix: dir, Hostname: "host.example", Root: true})
	return lint.Run(tree, lint.Options{Rules: rules.All(), Prefix: dir, ConfPrefix: dir, ReadFile: os.ReadFile})
}
