package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"tidegate/conformance/ledger"
	"tidegate/conformance/suite"
	"tidegate/conformance/system"
	"tidegate/conformance/testnginx"
)

// tester makes one run of the command test.
type tester struct {
	env   Env
	o     *testOptions
	ctx   context.Context
	files []*testnginx.File
	known *ledger.Ledger // nil without --ledger, or before there is one
}

// title names a ledger: the system, and where its cases come from.
func (t *tester) title(version string) string {
	line, _, _ := strings.Cut(version, "\n")
	return fmt.Sprintf("%s on %s", strings.TrimSpace(strings.TrimPrefix(line, "nginx version:")), filepath.Base(t.files[0].Root))
}

// on runs the cases on a system, and gives what that says of itself with -V.
func (t *tester) on(name string) (results []*suite.Result, version string, err error) {
	if name == "recorded" {
		return t.onRecording()
	}
	dir, err := os.MkdirTemp("", "tidegate-test-")
	if err != nil {
		return nil, "", err
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		return nil, "", err
	}
	defer func() { // what was kept stays
		if entries, _ := os.ReadDir(dir); len(entries) == 0 || !t.o.keep {
			os.RemoveAll(dir)
		}
	}()
	if ref, ok := strings.CutPrefix(name, "docker:"); ok {
		results, err = t.onImage(system.Image{Ref: ref, Pull: t.o.pull}, dir)
		return results, name, err
	}
	return t.onBinary(name, dir)
}

// onRecording judges what was recorded.
func (t *tester) onRecording() ([]*suite.Result, string, error) {
	r := suite.Runner{}
	if err := t.filter(&r); err != nil {
		return nil, "", err
	}
	results, err := r.Replay(t.files)
	if t.o.diff == "" {
		for _, res := range results {
			t.show(res)
		}
	}
	return results, "recorded", err
}

func (t *tester) filter(r *suite.Runner) error {
	if t.o.filter == "" {
		return nil
	}
	re, err := regexp.Compile(t.o.filter)
	if err != nil {
		return fmt.Errorf("--filter: %w", err)
	}
	r.Filter = re.MatchString
	return nil
}

// onBinary runs the cases on a binary of this machine, on our own when it has no name.
func (t *tester) onBinary(binary, dir string) (_ []*suite.Result, version string, err error) {
	if binary == "" {
		if binary, err = os.Executable(); err != nil {
			return nil, "", err
		}
	}
	server, err := system.Find(strings.Split(binary, ",")...)
	if err != nil {
		return nil, "", err
	}
	defer server.Close()
	r := suite.Runner{Server: server, Dir: dir, Jobs: t.o.jobs, Keep: t.o.keep, Retries: t.o.retry, Observations: t.o.json || t.o.record || t.o.diff != "" || t.o.inside}
	if t.o.http != "" {
		if r.HTTP, err = system.Find(strings.Split(t.o.http, ",")...); err != nil {
			return nil, "", fmt.Errorf("--http: %w", err)
		}
		defer r.HTTP.Close()
	}
	r.Hopeless = func(res *suite.Result) bool {
		e, ok := t.known.Get(res.ID())
		return ok && e.Outcome == suite.Fail
	}
	ctx := t.ctx
	switch {
	case t.o.inside:
		var stop func()
		ctx, r.Progress, stop = innerRun(ctx, t.env)
		defer stop()
	case t.o.diff == "":
		r.Progress = t.show
	}
	if err := t.filter(&r); err != nil {
		return nil, "", err
	}
	results, err := r.Run(ctx, t.files)
	return results, server.Version, err
}

// caseFiles reads files, and those of directories in the order of their names. What is there besides cases is said and left out.
func caseFiles(names []string, root string, say io.Writer) ([]*testnginx.File, error) {
	var files []*testnginx.File
	for _, name := range names {
		st, err := os.Stat(name)
		if err != nil {
			return nil, err
		}
		found := []string{name}
		if st.IsDir() {
			if found, err = caseNames(name); err != nil {
				return nil, err
			}
		}
		for _, path := range found {
			f, err := testnginx.Read(path, root)
			switch {
			case err == nil:
				files = append(files, f)
			case errors.Is(err, testnginx.ErrNoCases) && st.IsDir():
				fmt.Fprintf(say, "tidegate: %v: left out\n", err)
			default:
				return nil, err
			}
		}
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("there are no cases in *.t files in %s", strings.Join(names, ", "))
	}
	return files, nil
}

// caseNames are the *.t files of a directory.
func caseNames(dir string) ([]string, error) {
	var found []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && strings.HasPrefix(d.Name(), "servroot") {
			return filepath.SkipDir
		}
		if err == nil && !d.IsDir() && filepath.Ext(path) == ".t" {
			found = append(found, path)
		}
		return err
	})
	slices.Sort(found)
	return found, err
}
