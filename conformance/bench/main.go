// Command bench compares servers that speak nginx's configuration language: what the same load on the same configuration costs
// each of them in processor time, memory and open files. Beside them it compares programs that end: parsers and checkers of large
// configurations, and interpreters of Lua.
//
//	go run ./conformance/bench -system tidegate=PATH -system openresty=PATH [-mix REGEXP] [-rounds N] [-out DIR]
//
// Without -system it takes the programs named by the environment variables BENCH_TIDEGATE, BENCH_NGINX, BENCH_OPENRESTY and
// BENCH_HAPROXY, and for those that are not set the programs tidegate, nginx, openresty and haproxy on the PATH; BENCH_LUAJIT and
// BENCH_LUA51 name interpreters likewise.
//
// The flow: for every mix (package mix), every system is asked whether it accepts the configuration; those that do run in turn,
// round by round, each time freshly started (package system); the clients are this process (package load), what stands behind
// the proxies is a child of it (package backend); processor time and memory come from the kernel (package proc); medians and
// ratios are derived (package stats) and printed (package report). A mix that a system rejects is reported in the system's own
// words, a wrong or missing answer fails the system in that mix, and failures make the exit status 1. Programs that end are jobs
// (package job) and run in turn likewise.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"time"

	"tidegate/conformance/bench/backend"
	"tidegate/conformance/bench/job"
	"tidegate/conformance/bench/mix"
	"tidegate/conformance/bench/proc"
	"tidegate/conformance/bench/report"
	"tidegate/conformance/bench/system"
)

func main() {
	if child, err := childMain(os.Args[1:]); child {
		if err != nil {
			fmt.Fprintln(os.Stderr, "bench:", err)
			os.Exit(1)
		}
		return
	}
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		if !errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(os.Stderr, "bench:", err)
		}
		cancel()
		os.Exit(1)
	}
}

// childMain runs the program as one of its own children, if the arguments say so.
func childMain(args []string) (child bool, err error) {
	switch {
	case len(args) == 1 && args[0] == backend.Argument:
		return true, backend.Main(os.Stdin, os.Stdout)
	case len(args) == 2 && args[0] == proc.MeasureArgument:
		return true, proc.MeasureMain(args[1], os.Stdout)
	}
	return false, nil
}

// options are the command line.
type options struct {
	systems    []system.System
	baseline   string
	match      *regexp.Regexp
	mixes      []mix.Mix
	rounds     int
	time       time.Duration
	idle       int
	directives int
	drivers    string
	lua        map[string]string
	pin        bool
	out        string
	json       string
	list       bool
}

// known are the systems that are looked for when none is named.
var known = []string{"tidegate", "nginx", "openresty", "haproxy"}

func parseOptions(args []string, stderr io.Writer) (options, error) {
	var o options
	var filter string
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Func("system", "compare this program, `name=path`; may be repeated", func(value string) error {
		name, path, found := strings.Cut(value, "=")
		if !found || name == "" || path == "" {
			return errors.New("want name=path")
		}
		if slices.ContainsFunc(o.systems, func(s system.System) bool { return s.Name == name }) {
			return errors.New("the name is taken")
		}
		o.systems = append(o.systems, system.System{Name: name, Binary: path})
		return nil
	})
	flags.StringVar(&o.baseline, "baseline", "", "the system that ratios refer to (openresty, nginx, or the last one)")
	flags.StringVar(&filter, "mix", "", "only the mixes whose name matches this `regexp`")
	flags.IntVar(&o.rounds, "rounds", 5, "rounds per mix and system")
	flags.DurationVar(&o.time, "time", 2*time.Second, "length of one measured load")
	flags.IntVar(&o.idle, "idle", 4000, "sessions held open by the idle mixes")
	flags.IntVar(&o.directives, "directives", 200_000, "size of the large configurations")
	flags.StringVar(&o.drivers, "drivers", filepath.Join("conformance", "bench", "drivers"), "`directory` with the sources of the drivers")
	flags.BoolVar(&o.pin, "pin", false, "give the server processor 0 and everything else the others")
	flags.StringVar(&o.out, "out", "", "write README.md, bench.json and bench.svg into this `directory`")
	flags.StringVar(&o.json, "json", "", "write the raw numbers to this `file`")
	flags.BoolVar(&o.list, "list", false, "list the mixes and exit")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if flags.NArg() > 0 {
		return o, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	if o.rounds < 1 || o.idle < 1 || o.directives < 1 || o.time < 50*time.Millisecond {
		return o, errors.New("-rounds, -idle and -directives must be at least 1, -time at least 50ms")
	}
	var err error
	if o.match, err = regexp.Compile(filter); err != nil {
		return o, fmt.Errorf("-mix: %w", err)
	}
	o.mixes = slices.DeleteFunc(mix.List(), func(m mix.Mix) bool { return !o.match.MatchString(m.Name) })
	if len(o.mixes) == 0 && len(o.jobs(job.Found{})) == 0 {
		return o, fmt.Errorf("no mix matches %q", filter)
	}
	if o.list {
		return o, nil
	}
	return o, o.findSystems(exec.LookPath, os.Getenv)
}

// jobs are the programs' jobs that were asked for.
func (o *options) jobs(f job.Found) []job.Job {
	return slices.DeleteFunc(job.List(f), func(j job.Job) bool { return !o.match.MatchString(j.Name) })
}

// findSystems completes the systems and the baseline.
func (o *options) findSystems(lookPath func(string) (string, error), getenv func(string) string) error {
	find := func(name string) string {
		path := getenv("BENCH_" + strings.ToUpper(strings.ReplaceAll(name, ".", "")))
		if path == "" {
			path, _ = lookPath(name)
		}
		return path
	}
	if len(o.systems) == 0 {
		for _, name := range known {
			if path := find(name); path != "" {
				o.systems = append(o.systems, system.System{Name: name, Binary: path})
			}
		}
	}
	o.lua = map[string]string{}
	for _, name := range job.Interpreters {
		o.lua[name] = find(name)
	}
	if len(o.systems) == 0 {
		return errors.New("no system to measure: name one with -system or an environment variable")
	}
	has := func(name string) bool {
		return slices.ContainsFunc(o.systems, func(s system.System) bool { return s.Name == name })
	}
	if o.baseline == "" {
		o.baseline = o.systems[len(o.systems)-1].Name
		for _, name := range []string{"nginx", "openresty"} {
			if has(name) {
				o.baseline = name
			}
		}
	}
	if !has(o.baseline) {
		return fmt.Errorf("the baseline %s is not among the systems", o.baseline)
	}
	return nil
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	o, err := parseOptions(args, stderr)
	if err != nil {
		return err
	}
	if o.list {
		for _, m := range o.mixes {
			fmt.Fprintf(stdout, "%-20s %s\n", m.Name, m.About)
		}
		for _, j := range o.jobs(job.Found{Directives: o.directives}) {
			fmt.Fprintf(stdout, "%-20s %s\n", j.Name, j.About)
		}
		return nil
	}
	r, err := measure(ctx, o, stderr)
	if cause := context.Cause(ctx); cause != nil {
		return cause // whatever broke, broke because of it
	}
	if err != nil {
		return err
	}
	if err := errors.Join(r.Text(stdout), write(r, o)); err != nil {
		return err
	}
	if n := r.Failures(); n > 0 {
		return fmt.Errorf("%d results are failures", n)
	}
	return nil
}

// write puts the report into the files that were asked for.
func write(r *report.Report, o options) error {
	var errs []error
	file := func(path string, render func(io.Writer) error) {
		f, err := os.Create(path)
		if err == nil {
			err = errors.Join(render(f), f.Close())
		}
		errs = append(errs, err)
	}
	if o.json != "" {
		file(o.json, r.JSON)
	}
	if o.out != "" {
		errs = append(errs, os.MkdirAll(o.out, 0o755))
		file(filepath.Join(o.out, "bench.json"), r.JSON)
		file(filepath.Join(o.out, "bench.svg"), r.SVG)
		file(filepath.Join(o.out, "README.md"), func(w io.Writer) error { return r.Markdown(w, "bench.svg") })
	}
	return errors.Join(errs...)
}
