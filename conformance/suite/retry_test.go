package suite

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tidegate/conformance/system"
	"tidegate/conformance/testnginx"
)

// TestRetry runs cases against a server that never starts but the third time: what fails is run again, and told once.
func TestRetry(t *testing.T) {
	dir := t.TempDir()
	script := "#!/bin/sh\n[ \"$1\" = -V ] && { echo nginx version: nginx/1.31.1 >&2; exit; }\necho x >>" + dir + "/runs\nexit 1\n"
	if err := os.WriteFile(filepath.Join(dir, "server"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	server, err := system.Find(filepath.Join(dir, "server"))
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	text := "use Test::Nginx::Socket::Lua::Stream;\n__DATA__\n=== one\n--- stream_server_config\n=== two\n--- SKIP\n=== three\n--- must_die\n--- stream_server_config\n"
	if err := os.WriteFile(filepath.Join(dir, "x.t"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	f, err := testnginx.Read(filepath.Join(dir, "x.t"), "")
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	r := Runner{Server: server, Dir: t.TempDir(), Jobs: 2, Retries: 2}
	r.Judge = func(c *testnginx.Case, o *Observation) []Check {
		runs, _ := os.ReadFile(filepath.Join(dir, "runs"))
		if n := strings.Count(string(runs), "x"); n < 4 && !c.Has("must_die") {
			return []Check{{What: "runs", Failed: fmt.Sprint(n)}}
		}
		return nil
	}
	r.Progress = func(res *Result) { told = append(told, fmt.Sprintf("%d %s", res.Number, res.Outcome)) }
	results, err := r.Run(context.Background(), []*testnginx.File{f})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, res := range results {
		got = append(got, fmt.Sprintf("%d %s %d", res.Number, res.Outcome, res.Retried))
	}
	if d := cmp.Diff([]string{"1 pass 2", "2 skip 0", "3 pass 0"}, got); d != "" {
		t.Errorf("results (-want +got):\n%s", d)
	}
	if len(told) != 3 || told[2] != "1 pass" {
		t.Errorf("told: %v", told)
	}
}
