package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

const committed = "../../" + folder

// TestCurrent compares the committed pages with what the program writes.
func TestCurrent(t *testing.T) {
	want := map[string]string{}
	for _, p := range pages() {
		if _, ok := want[p.name]; ok {
			t.Errorf("page %s is there twice", p.name)
		}
		want[p.name] = p.text
	}
	err := filepath.WalkDir(committed, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(committed, path)
		if err != nil {
			return err
		}
		got, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if text, ok := want[name]; !ok || text != string(got) {
			t.Errorf("%s is not current: run make docs", path)
		}
		delete(want, name)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for name := range want {
		t.Errorf("%s is missing: run make docs", name)
	}
}
