package cli

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"syscall"

	reports "tidegate/conformance/report"
	"tidegate/conformance/suite"
	"tidegate/conformance/system"
	"tidegate/conformance/testnginx"
)

const testHelp = `Usage: tidegate test [options] FILE|DIRECTORY...

Runs Test::Nginx cases (*.t) against Tidegate, or against another server, and
tells which pass. Neither Perl nor any of its modules is needed. A directory
stands for all the *.t files in it.

  --against BINARY    an nginx or OpenResty binary instead of Tidegate itself;
                      with commas between several, the first that is there
  --against docker:IMAGE
                      the one of a Docker image: all of the run goes into a
                      container without a network, which is removed at the end
  --pull              have Docker fetch an image that it has not got
  --mount DIR         a folder that cases need besides their own; the container
                      sees it under the same name, and cannot write to it
  --filter REGEX      only cases whose "file#number: name" matches
  -j N                how many cases run side by side (default: processors)
  --root DIR          where relative names in cases begin (default: above the
                      folder t that the file is in, else the file's folder)
  --tap, --json       results in that form on standard output
  --junit FILE        results for a continuous integration server
  --keep              keep the server roots of failures
  -v                  show every case, not only failures
  --inside            be the part of a run that is in a container: tell results
                      in Go's gob form as they come, and stop when standard
                      input ends

Exit status: 0 all passed or were skipped, 1 failures, 2 the run could not
be made.
`

// testOptions are what the command line of test says.
type testOptions struct {
	against, filter, root, junit, ledger   string
	jobs                                   int
	tap, json, keep, verbose, inside, pull bool
	mounts                                 []string
	files                                  []string
}

func testFlags(env Env, args []string) (o testOptions, ok bool) {
	fset := flags(env, "test")
	fset.StringVar(&o.against, "against", "", "")
	fset.StringVar(&o.filter, "filter", "", "")
	fset.StringVar(&o.root, "root", "", "")
	fset.StringVar(&o.junit, "junit", "", "")
	fset.IntVar(&o.jobs, "j", runtime.GOMAXPROCS(0), "")
	for name, to := range map[string]*bool{"tap": &o.tap, "json": &o.json, "keep": &o.keep, "v": &o.verbose,
		"inside": &o.inside, "pull": &o.pull} {
		fset.BoolVar(to, name, false, "")
	}
	fset.Func("mount", "", func(dir string) error { o.mounts = append(o.mounts, dir); return nil })
	o.files, ok = parseFlags(fset, args)
	return o, ok && len(o.files) > 0
}

func testCommand(env Env, args []string) int {
	o, ok := testFlags(env, args)
	if !ok {
		fmt.Fprint(env.Err, testHelp)
		return 2
	}
	results, err := runTests(env, &o)
	if err != nil {
		fmt.Fprintf(env.Err, "tidegate: %v\n", err)
		return 2
	}
	if err := writeResults(env, &o, results); err != nil {
		fmt.Fprintf(env.Err, "tidegate: %v\n", err)
		return 2
	}
	if reports.Count(results).Fail > 0 {
		return 1
	}
	return 0
}

// runTests runs the cases that the options name.
func runTests(env Env, o *testOptions) ([]*suite.Result, error) {
	files, err := caseFiles(o.files, o.root)
	if err != nil {
		return nil, err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	dir, err := os.MkdirTemp("", "tidegate-test-")
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		return nil, err
	}
	defer func() { // what was kept stays
		if entries, _ := os.ReadDir(dir); len(entries) == 0 || !o.keep {
			os.RemoveAll(dir)
		}
	}()
	if ref, ok := strings.CutPrefix(o.against, "docker:"); ok {
		return runInImage(ctx, env, o, system.Image{Ref: ref, Pull: o.pull}, dir, files)
	}
	return runHere(ctx, env, o, dir, files)
}

// runHere runs cases against a binary of this machine.
func runHere(ctx context.Context, env Env, o *testOptions, dir string, files []*testnginx.File) ([]*suite.Result, error) {
	against := o.against
	if against == "" {
		self, err := os.Executable()
		if err != nil {
			return nil, err
		}
		against = self
	}
	server, err := system.Find(strings.Split(against, ",")...)
	if err != nil {
		return nil, err
	}
	defer server.Close()
	r := suite.Runner{Server: server, Dir: dir, Jobs: o.jobs, Keep: o.keep}
	if o.filter != "" {
		re, err := regexp.Compile(o.filter)
		if err != nil {
			return nil, fmt.Errorf("--filter: %w", err)
		}
		r.Filter = func(id string) bool { return re.MatchString(id) }
	}
	r.Progress = progress(env, o)
	if o.inside {
		var stop func()
		ctx, r.Progress, stop = innerRun(ctx, env)
		defer stop()
	}
	return r.Run(ctx, files)
}

// progress shows results as they come, on standard error when standard output has a form for programs.
func progress(env Env, o *testOptions) func(*suite.Result) {
	out := env.Out
	if o.tap || o.json {
		out = env.Err
	}
	return func(r *suite.Result) {
		switch {
		case r.Outcome == suite.Fail && !o.tap && !o.json:
			reports.Failure(out, r)
		case o.verbose:
			fmt.Fprintln(out, reports.Line(r))
		}
	}
}

func writeResults(env Env, o *testOptions, results []*suite.Result) error {
	if o.junit != "" {
		if err := writeFile(o.junit, func(w io.Writer) error { return reports.JUnit(w, results) }); err != nil {
			return err
		}
	}
	switch {
	case o.inside: // they were told as they came
		return nil
	case o.tap:
		return reports.TAP(env.Out, results)
	case o.json:
		return reports.JSON(env.Out, results)
	}
	_, err := fmt.Fprintln(env.Out, reports.Count(results))
	return err
}

func writeFile(name string, write func(io.Writer) error) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	if err := write(f); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

// caseFiles reads files, and those of directories in the order of their names.
func caseFiles(names []string, root string) ([]*testnginx.File, error) {
	var paths []string
	for _, name := range names {
		st, err := os.Stat(name)
		if err != nil {
			return nil, err
		}
		if !st.IsDir() {
			paths = append(paths, name)
			continue
		}
		var found []string
		err = filepath.WalkDir(name, func(path string, d fs.DirEntry, err error) error {
			if err == nil && d.IsDir() && strings.HasPrefix(d.Name(), "servroot") {
				return filepath.SkipDir
			}
			if err == nil && !d.IsDir() && filepath.Ext(path) == ".t" {
				found = append(found, path)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
		slices.Sort(found)
		paths = append(paths, found...)
	}
	if len(paths) == 0 {
		return nil, fmt.Errorf("there are no *.t files in %s", strings.Join(names, ", "))
	}
	var files []*testnginx.File
	for _, p := range paths {
		f, err := testnginx.Read(p, root)
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	return files, nil
}
