package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"syscall"

	"tidegate/conformance/ledger"
	reports "tidegate/conformance/report"
	"tidegate/conformance/suite"
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
  --against recorded  no server, but what --record kept
  --http BINARY       an nginx or OpenResty binary that serves the http block
                      of stream cases beside Tidegate, which does not serve
                      http: in such cases it is a backend. Results say so
  --pull              have Docker fetch an image that it has not got
  --mount DIR         a folder that cases need besides their own; the container
                      sees it under the same name, and cannot write to it
  --diff SYSTEM       run the cases on this system too, named as --against does,
                      and compare what was observed: answers, how connections
                      ended, exit statuses and log lines
  --record            keep what was observed beside FILE, in FILE.observed.json
  --filter REGEX      only cases whose "file#number: name" matches
  -j N                how many cases run side by side (default: processors)
  --retry N           run what failed again, up to N times, one case at a time:
                      on a busy machine the times of a case may not hold. What
                      passes then is shown, and marked in every form of
                      results. Not for what the ledger knows to fail, nor
                      where the server broke down or reported a data race
  --root DIR          where relative names in cases begin (default: above the
                      folder t that the file is in, else the file's folder)
  --ledger FILE       fail where the outcome is not the one that FILE has for
                      the case, better or worse
  --update            write the outcomes into the ledger instead; with --filter
                      only those of the cases that were run
  --reference FILE    with --update: the ledger of another system; what fails
                      there too is told apart
  --score             say how many cases pass by area, and causes of failure
  --tap, --json       results in that form on standard output
  --junit FILE        results for a continuous integration server
  --keep              keep the server roots of failures
  -v                  show every case, not only failures
  --inside            be the part of a run that is in a container: tell results
                      in Go's gob form as they come, and stop when standard
                      input ends

Cases that write the same port number, socket file or service never run side
by side; their own ports ($TEST_NGINX_SERVER_PORT and its kin) differ.

Exit status: 0 all passed or were skipped, 1 failures or surprises, 2 the run
could not be made.
`

// testOptions are what the command line of test says.
type testOptions struct {
	against, diff, http, filter, root, junit, ledger, reference   string
	jobs, retry                                                   int
	tap, json, keep, verbose, record, update, inside, pull, score bool
	mounts, files                                                 []string
}

func testFlags(env Env, args []string) (o testOptions, ok bool) {
	fset := flags("test")
	for name, to := range map[string]*string{"against": &o.against, "diff": &o.diff, "http": &o.http, "filter": &o.filter, "root": &o.root, "junit": &o.junit,
		"ledger": &o.ledger, "reference": &o.reference} {
		fset.StringVar(to, name, "", "")
	}
	fset.IntVar(&o.jobs, "j", runtime.GOMAXPROCS(0), "")
	fset.IntVar(&o.retry, "retry", 0, "")
	for name, to := range map[string]*bool{"score": &o.score,
		"tap": &o.tap, "json": &o.json, "keep": &o.keep, "v": &o.verbose, "record": &o.record,
		"update": &o.update, "inside": &o.inside, "pull": &o.pull} {
		fset.BoolVar(to, name, false, "")
	}
	fset.Func("mount", "", func(dir string) error { o.mounts = append(o.mounts, dir); return nil })
	if o.files, ok = parseFlags(env, fset, args); !ok {
		return o, false
	}
	wrong := ""
	switch {
	case len(o.files) == 0:
		wrong = "name a file or folder of cases"
	case o.update && o.ledger == "":
		wrong = "--update needs --ledger"
	case o.tap && o.json:
		wrong = "--tap and --json both want standard output"
	case o.jobs < 1 || o.retry < 0:
		wrong = "-j takes a number from 1, --retry one from 0"
	}
	if wrong != "" {
		misuse(env, "test", wrong)
	}
	return o, wrong == ""
}

func testCommand(env Env, args []string) int {
	o, ok := testFlags(env, args)
	if !ok {
		return 2
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal does not wait
	t := tester{env: env, o: &o, ctx: ctx}
	status, err := t.run()
	if err != nil && ctx.Err() != nil {
		err = errors.New("interrupted: the servers were ended, and there are no results")
	}
	if err != nil {
		if !o.inside || !errors.Is(err, context.Canceled) { // else the outer run says it
			fmt.Fprintf(env.Err, "tidegate: %v\n", err)
		}
		return 2
	}
	return status
}

// run makes the run that the options ask for and gives the exit status.
func (t *tester) run() (int, error) {
	o := t.o
	var err error
	if t.files, err = caseFiles(o.files, o.root, t.env.Err); err != nil {
		return 0, err
	}
	if _, err := os.Stat(filepath.Dir(o.junit)); o.junit != "" && err != nil { // before the work
		return 0, err
	}
	if o.ledger != "" {
		if t.known, err = ledger.Read(o.ledger); err != nil && !(o.update && os.IsNotExist(err)) {
			return 0, err
		}
	}
	results, system, err := t.on(o.against)
	if err != nil {
		return 0, err
	}
	if len(results) == 0 && !o.inside {
		return 0, fmt.Errorf("no case matches --filter %q", o.filter)
	}
	if o.record {
		if err := suite.Record(system, t.files, results); err != nil {
			return 0, err
		}
	}
	if o.diff != "" {
		other, _, err := t.on(o.diff)
		if err != nil {
			return 0, err
		}
		results = suite.Diff(other, results)
		for _, r := range results {
			t.show(r)
		}
	}
	if err := writeResults(t.env, o, results); err != nil {
		return 0, err
	}
	if o.ledger != "" {
		return t.ledger(results, system)
	}
	if o.score {
		fmt.Fprint(t.out(), ledger.From(t.title(system), results, nil, nil).Text())
	}
	if reports.Count(results).Fail > 0 {
		return 1, nil
	}
	return 0, nil
}

// ledger compares the results with the ledger, or writes them into it.
func (t *tester) ledger(results []*suite.Result, version string) (int, error) {
	o := t.o
	if o.update {
		var reference *ledger.Ledger
		var err error
		if o.reference != "" {
			if reference, err = ledger.Read(o.reference); err != nil {
				return 0, err
			}
		}
		l := ledger.From(t.title(version), results, t.known, reference)
		if o.filter != "" {
			l.Keep(t.known)
		}
		if err := l.Write(o.ledger); err != nil {
			return 0, err
		}
		_, err = fmt.Fprint(t.out(), l.Text())
		return 0, err
	}
	surprises := t.known.Compare(results, o.filter == "")
	for _, s := range surprises {
		fmt.Fprintf(t.out(), "SURPRISE  %s %s\n", s.Case, s.Text)
	}
	if len(surprises) > 0 {
		fmt.Fprintf(t.out(), "%d results are not what %s says; --update writes them into it\n", len(surprises), o.ledger)
		return 1, nil
	}
	_, err := fmt.Fprint(t.out(), t.known.Text())
	return 0, err
}

// show shows a result as it comes.
func (t *tester) show(r *suite.Result) {
	o := t.o
	switch {
	case o.inside:
	case r.Outcome == suite.Fail && !o.tap && !o.json && o.ledger == "":
		reports.Failure(t.out(), r)
	case o.verbose || r.Outcome == suite.Pass && len(r.Before) > 0:
		fmt.Fprintln(t.out(), reports.Line(r))
	}
}

// out is where people read: standard error when standard output has a form for programs.
func (t *tester) out() io.Writer {
	if t.o.tap || t.o.json {
		return t.env.Err
	}
	return t.env.Out
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
