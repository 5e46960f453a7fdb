package conf_test

import (
	"os"
	"path/filepath"
	"testing"
)

const realisticDir = "../../testdata/realistic"

const successful = "exit 0\n" +
	"nginx: the configuration file PREFIX/conf/s.conf syntax is ok\n" +
	"nginx: configuration file PREFIX/conf/s.conf test is successful\n"

// TestRealistic checks whole configurations of the kinds that people run: there
// is nothing to say about them, and the nginx binary named by
// TIDEGATE_ORACLE_NGINX, if there is one, agrees.
func TestRealistic(t *testing.T) {
	paths, err := filepath.Glob(realisticDir + "/*.conf")
	if err != nil || len(paths) < 12 {
		t.Fatalf("%d configurations: %v", len(paths), err)
	}
	nginx := os.Getenv("TIDEGATE_ORACLE_NGINX")
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			s := sample{name: path, source: string(text), files: map[string]string{}}
			if got := s.check(); got != successful {
				t.Errorf("said:\n%s", got)
			}
			if nginx != "" {
				if says := askNginx(t, nginx, s); says != successful {
					t.Errorf("nginx says:\n%s", says)
				}
			}
		})
	}
}
