package conf_test

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The corpus is everything in testdata that is a configuration, with the files
// around it. TestCorpusAgainstOracle compares it with the nginx binary named by
// TIDEGATE_ORACLE_NGINX as it stands, TestMutationsAgainstOracle after changes.

const testdata = "../../testdata/"

// corpus reads all configurations. The names of files are relative to the main
// one.
func corpus(t *testing.T) []sample {
	t.Helper()
	var out []sample
	for _, p := range archives(t, "conf-check/*.txtar") {
		for _, s := range readSamples(t, p) {
			s.name = filepath.Base(p) + " " + s.name
			out = append(out, s)
		}
	}
	for _, p := range archives(t, "conf-hard/*.txtar") {
		out = append(out, hardCase(t, p))
	}
	for _, p := range slices.Concat(archives(t, "guide-*/*.conf"), archives(t, "limits/*.conf"), archives(t, "realistic/*.conf"),
		archives(t, "realistic/*/nginx.conf")) {
		out = append(out, wholeTree(t, p))
	}
	return out
}

func archives(t *testing.T, pattern string) []string {
	t.Helper()
	paths, err := filepath.Glob(testdata + pattern)
	if err != nil || len(paths) == 0 {
		t.Fatalf("%s: %d files: %v", pattern, len(paths), err)
	}
	return paths
}

// hardCase takes the configuration out of an archive that also holds what is
// expected of tools.
func hardCase(t *testing.T, p string) sample {
	s := sample{name: filepath.Base(p), files: map[string]string{}}
	for _, m := range readArchive(t, p) {
		name, raw := strings.CutSuffix(m.name, " raw")
		if raw {
			m.data = unquoted(t, m)
		}
		switch {
		case name == "nginx.conf":
			s.source = m.data
		case strings.HasSuffix(name, ".inc"), strings.HasSuffix(name, ".conf"):
			s.files[name] = m.data
		}
	}
	return s
}

// wholeTree reads a main file and all files in its folder and in the folder of
// certificates beside it.
func wholeTree(t *testing.T, main string) sample {
	t.Helper()
	s := sample{name: strings.TrimPrefix(main, testdata), files: map[string]string{}}
	dir := filepath.Dir(main)
	read := func(name string) string {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	s.source = read(main)
	folders := []string{dir}
	if filepath.Base(main) == "nginx.conf" {
		folders = append(folders, filepath.Join(filepath.Dir(dir), "tls"))
	}
	for _, folder := range folders {
		err := filepath.WalkDir(folder, func(name string, d fs.DirEntry, err error) error {
			rel, relErr := filepath.Rel(dir, name)
			switch {
			case err != nil || relErr != nil:
				return err
			case d.IsDir() || name == main || filepath.Dir(name) == dir && filepath.Ext(name) == ".conf":
				return nil
			}
			s.files[rel] = read(name)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// inConf is where a file lies under the prefix.
func inConf(name string) string { return path.Join("conf", name) }

func TestCorpusAgainstOracle(t *testing.T) {
	nginx := oracle(t)
	ledger := readLedger(t)
	compared, differ := 0, 0
	for _, s := range corpus(t) {
		want, comparable := oracleAnswer(askNginx(t, nginx, s))
		if !comparable {
			continue
		}
		compared++
		got := s.check()
		reason, listed := ledger[s.name]
		switch {
		case got != want && !listed:
			differ++
			t.Errorf("%s\nsaid:\n%s\nnginx says:\n%s", s.name, got, want)
		case got == want && listed && !strings.HasPrefix(reason, "(other nginx)"):
			t.Errorf("%s agrees, but the ledger lists it: %s", s.name, reason)
		}
	}
	t.Logf("%d configurations compared, %d differ", compared, differ)
}
