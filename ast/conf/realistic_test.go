package conf_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"tidegate/ast/conf"
	"tidegate/ast/diag"
	"tidegate/parser"
)

const realisticDir = "../../testdata/realistic"

// TestRealistic checks whole configurations of the kinds that people run: there
// is nothing to say about them, and the nginx binary named by
// TIDEGATE_ORACLE_NGINX, if there is one, agrees.
func TestRealistic(t *testing.T) {
	nginx := os.Getenv("TIDEGATE_ORACLE_NGINX")
	for _, path := range realistic(t) {
		t.Run(strings.TrimPrefix(path, realisticDir+"/"), func(t *testing.T) {
			if got := checkInPlace(t, path); got != "" {
				t.Errorf("said:\n%s", got)
			}
			if nginx != "" {
				askInCopy(t, nginx, path)
			}
		})
	}
}

// realistic returns the main files: one for each configuration.
func realistic(t testing.TB) []string {
	t.Helper()
	var paths []string
	for _, pattern := range []string{"/*.conf", "/*/nginx.conf"} {
		found, err := filepath.Glob(realisticDir + pattern)
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, found...)
	}
	if len(paths) < 34 {
		t.Fatalf("%d configurations", len(paths))
	}
	return paths
}

// checkInPlace returns what is said about a configuration with the files
// around it.
func checkInPlace(t *testing.T, path string) string {
	t.Helper()
	config, list := parser.Load(parser.Options{Main: path})
	_, found := conf.Check(config, conf.Options{
		Prefix: filepath.Dir(path) + "/", Hostname: "host.example", Root: true, LookupUser: lookup, LookupGroup: lookup, Open: opens,
	})
	list = append(list, found...)
	list.Sort()
	var out bytes.Buffer
	if _, err := diag.Nginx(&out, list, diag.NginxOptions{File: path}); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// opens says that logs and their kin, which a start makes, can be opened.
func opens(name string) error {
	f, err := os.Open(name)
	if os.IsNotExist(err) && strings.Contains(name, "logs/") {
		return nil
	}
	if err != nil {
		return err
	}
	return f.Close()
}

// askInCopy runs nginx -t on a copy, beside which it may make directories. That
// it cannot have an address of this machine does not count.
func askInCopy(t *testing.T, nginx, path string) {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(realisticDir)); err != nil {
		t.Fatal(err)
	}
	main := filepath.Join(dir, strings.TrimPrefix(path, realisticDir))
	for _, sub := range []string{"logs", "cache"} {
		if err := os.Mkdir(filepath.Join(filepath.Dir(main), sub), 0o755); err != nil && !os.IsExist(err) {
			t.Fatal(err)
		}
	}
	out, err := exec.Command(nginx, "-p", filepath.Dir(main), "-c", main, "-e", "logs/error.log", "-t").CombinedOutput()
	says := string(out)
	if !strings.HasPrefix(says, "nginx: the configuration file "+main+" syntax is ok\n") || err != nil && !strings.Contains(says, "[emerg] bind() to ") {
		t.Errorf("nginx says:\n%s", says)
	}
}
