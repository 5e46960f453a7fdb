package suite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tidegate/conformance/system"
	"tidegate/conformance/testnginx"
)

// script makes a server of a shell script, which serves nothing.
func script(t *testing.T, dir, text string) *system.Server {
	t.Helper()
	text = "#!/bin/sh\n[ \"$1\" = -V ] && { echo nginx version: nginx/1.31.1 >&2; exit; }\n" + text
	if err := os.WriteFile(filepath.Join(dir, "server"), []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
	server, err := system.Find(filepath.Join(dir, "server"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	return server
}

func caseFile(t *testing.T, dir, text string) []*testnginx.File {
	t.Helper()
	path := filepath.Join(dir, "x.t")
	if err := os.WriteFile(path, []byte("use Test::Nginx::Socket::Lua::Stream;\n__DATA__\n"+text), 0o644); err != nil {
		t.Fatal(err)
	}
	f, err := testnginx.Read(path, "")
	if err != nil {
		t.Fatal(err)
	}
	return []*testnginx.File{f}
}

// TestRetry runs cases that pass when the server has been started often enough: what fails is run again, and told once, with the
// failures before.
func TestRetry(t *testing.T) {
	dir := t.TempDir()
	server := script(t, dir, "echo x >>"+dir+"/runs\nexit 1\n")
	files := caseFile(t, dir, "=== one\n--- stream_server_config\n=== two\n--- SKIP\n=== three\n--- must_die\n--- stream_server_config\n=== four\n--- timeout: 1\n--- stream_server_config\n")
	var told []string
	r := Runner{Server: server, Dir: t.TempDir(), Jobs: 2, Retries: 2}
	r.Judge = func(c *testnginx.Case, o *Observation) []Check {
		runs, _ := os.ReadFile(filepath.Join(dir, "runs"))
		if n := strings.Count(string(runs), "x"); n < 6 && !c.Has("must_die") || c.Has("timeout") {
			return []Check{{What: "runs", Failed: fmt.Sprint(n)}}
		}
		return nil
	}
	r.Progress = func(res *Result) { told = append(told, fmt.Sprintf("%d %s", res.Number, res.Outcome)) }
	results, err := r.Run(context.Background(), files)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, res := range results {
		got = append(got, fmt.Sprintf("%d %s %d", res.Number, res.Outcome, len(res.Before)))
		for _, b := range res.Before {
			if b.Outcome != Fail || b.Reason == "" || b.Before != nil {
				t.Errorf("case %d: before: %+v", res.Number, b)
			}
		}
	}
	if d := cmp.Diff([]string{"1 pass 2", "2 skip 0", "3 pass 0", "4 fail 2"}, got); d != "" {
		t.Errorf("results (-want +got):\n%s", d)
	}
	if len(told) != 4 || told[2] != "1 pass" || told[3] != "4 fail" {
		t.Errorf("told: %v", told)
	}
}

// TestNoRetryOfBreakdowns has a server that breaks down or finds a data race: that is no matter of time, and stays a failure.
func TestNoRetryOfBreakdowns(t *testing.T) {
	for _, said := range []string{"WARNING: DATA RACE", "panic: runtime error: index out of range", "fatal error: all goroutines are asleep"} {
		dir := t.TempDir()
		server := script(t, dir, "echo x >>"+dir+"/runs\necho '"+said+"' >&2\nexit 66\n")
		r := Runner{Server: server, Dir: t.TempDir(), Jobs: 1, Retries: 2}
		results, err := r.Run(context.Background(), caseFile(t, dir, "=== one\n--- must_die: 66\n--- stream_server_config\n"))
		if err != nil {
			t.Fatal(err)
		}
		runs, _ := os.ReadFile(filepath.Join(dir, "runs"))
		if res := results[0]; res.Outcome != Fail || !res.Broken() || len(res.Before) > 0 || strings.Count(string(runs), "x") != 1 {
			t.Errorf("%s: %s (%s), run again %d times", said, res.Outcome, res.Reason, len(res.Before))
		}
	}
}

// TestWrittenWrong: a case that Test::Nginx refuses to run is a failure, one whose Perl is not known is skipped.
func TestWrittenWrong(t *testing.T) {
	dir := t.TempDir()
	server := script(t, dir, "while [ $# -gt 0 ]; do case $1 in -p) cd $2;; esac; shift; done\necho $$ >logs/nginx.pid\nexec sleep 3600\n")
	r := Runner{Server: server, Dir: t.TempDir(), Jobs: 2}
	const config = "--- timeout: 1\n--- stream_server_config\n"
	results, err := r.Run(context.Background(), caseFile(t, dir, "=== one\n--- skip_nginx: later\n"+config+"=== two\n--- init\ndie 'not so'\n"+config+"=== three\n--- init\nnot_known()\n"+config))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, res := range results {
		got = append(got, string(res.Outcome)+" "+res.Reason)
	}
	want := []string{`fail section skip_nginx: "later" is no condition on a version`, "fail the runner: section init: not so at x.t line 9.", "skip perl: section init: x.t line 14: sub not_known is not known"}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// TestInterrupted: a run that is told to stop ends its servers, and with them the cases that wait for something.
func TestInterrupted(t *testing.T) {
	dir := t.TempDir()
	server := script(t, dir, "while [ $# -gt 0 ]; do case $1 in -p) cd $2;; esac; shift; done\necho $$ >logs/nginx.pid\nexec sleep 3600\n")
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var told []string
	r := Runner{Server: server, Dir: t.TempDir(), Jobs: 2, Retries: 1, Progress: func(res *Result) { told = append(told, res.Name) }}
	files := caseFile(t, dir, "=== one\n--- wait: 3600\n--- stream_server_config\n=== two\n--- wait: 3600\n--- stream_server_config\n=== three\n--- stream_server_config\n")
	ended := make(chan error)
	go func() {
		_, err := r.Run(ctx, files)
		ended <- err
	}()
	var pids []string
	for len(pids) < 2 {
		pids = nil
		files, _ := filepath.Glob(filepath.Join(r.Dir, "*/t/servroot_*/logs/nginx.pid"))
		for _, f := range files {
			if text, _ := os.ReadFile(f); strings.HasSuffix(string(text), "\n") {
				pids = append(pids, strings.TrimSpace(string(text)))
			}
		}
	}
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("the run ended with %v", err)
	}
	if len(told) > 0 {
		t.Errorf("told of %v", told)
	}
	for _, pid := range pids {
		if n, err := strconv.Atoi(pid); err != nil || syscall.Kill(n, 0) == nil {
			t.Errorf("the server %s is still there (%v)", pid, err)
		}
	}
}
