package conf_test

import (
	"io/fs"
	"path/filepath"
	"testing"

	"tidegate/ast/conf"
	"tidegate/parser"
)

// TestWithoutHooks checks every sample with no hook at all, as is done for a
// configuration of another machine: what cannot be asked is left out, and
// nothing panics. Every finding has one of the names that Checks describes.
func TestWithoutHooks(t *testing.T) {
	paths, err := filepath.Glob(samplesDir + "/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("%d archives: %v", len(paths), err)
	}
	known := map[string]bool{}
	for _, c := range conf.Checks() {
		known[c.Name] = true
	}
	for _, p := range paths {
		for _, s := range readSamples(t, p) {
			t.Run(s.name, func(t *testing.T) {
				read := func(name string) ([]byte, error) {
					if name == "/s.conf" {
						return []byte(s.source), nil
					}
					return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
				}
				config, parsed := parser.Load(parser.Options{Main: "/s.conf", ReadFile: read})
				_, found := conf.Check(config, conf.Options{})
				for _, d := range append(parsed, found...) {
					if !known[d.Rule] {
						t.Errorf("Checks does not describe %q: %s", d.Rule, d.Message)
					}
				}
			})
		}
	}
}
