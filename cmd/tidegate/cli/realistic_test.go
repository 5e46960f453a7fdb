package cli

import (
	"os"
	"path/filepath"
	"testing"

	"tidegate/ast/diag"
)

const realisticDir = "../../../testdata/realistic"

// Of a configuration that people run there is nothing to say, Lua included, save that the runtime does not serve all of it.
func TestRealisticConfigurations(t *testing.T) {
	for _, pattern := range []string{"/*.conf", "/*/nginx.conf"} {
		paths, err := filepath.Glob(realisticDir + pattern)
		if err != nil || len(paths) < 6 {
			t.Fatalf("%d files: %v", len(paths), err)
		}
		for _, path := range paths {
			in, err := new(inputs).read(Env{}, path)
			if err != nil {
				t.Fatal(err)
			}
			_, list := in.check()
			for i := range list {
				// Whether an account exists is up to the machine.
				if list[i].Severity <= diag.Warn && !onlyHere(&list[i]) {
					t.Error(list[i].Error())
				}
			}
		}
	}
}

func onlyHere(d *diag.Diagnostic) bool {
	word := string(d.Subject.Text())
	return word == "www-data" || word == "user"
}

func TestRealisticLua(t *testing.T) {
	paths, err := filepath.Glob(realisticDir + "/*/lua/*.lua")
	if err != nil || len(paths) < 6 {
		t.Fatalf("%d files: %v", len(paths), err)
	}
	for _, path := range paths {
		src, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := luaCompiles(string(src), "@"+path); err != nil {
			t.Error(err)
		}
	}
}
