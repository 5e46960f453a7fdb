package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"tidegate/conformance/bench/backend"
	"tidegate/conformance/bench/mix"
	"tidegate/conformance/bench/proc"
	"tidegate/conformance/bench/report"
	"tidegate/conformance/bench/system"
)

// bench is a benchmark under way.
type bench struct {
	options
	settings    mix.Settings
	nursery     *proc.Nursery
	backend     *backend.Child
	certificate func() (*mix.Certificate, error) // made once, by the first mix that needs it
	progress    io.Writer
}

// measure runs every mix. A system's failure is part of the report; an error is a failure of the benchmark itself.
func measure(ctx context.Context, o options, progress io.Writer) (*report.Report, error) {
	b := &bench{options: o, nursery: proc.NewNursery(), certificate: sync.OnceValues(mix.NewCertificate), progress: progress}
	defer b.nursery.Close()
	b.settings = mix.Settings{Time: o.time, Idle: o.idle}
	rest, err := b.placement()
	if err != nil {
		return nil, err
	}
	if err := b.raiseFiles(); err != nil {
		return nil, err
	}
	if b.backend, err = backend.Spawn(b.nursery, proc.Options{CPUs: rest}); err != nil {
		return nil, err
	}
	r := &report.Report{
		Machine: machine(), Date: time.Now().UTC().Format(time.DateOnly), Rounds: o.rounds, Time: o.time.String(),
		Pinned: o.pin, Baseline: o.baseline,
	}
	for i := range o.systems {
		s := &o.systems[i]
		version, err := s.Version(ctx)
		if s.HAProxy = system.IsHAProxy(version); err == nil {
			s.Globals, err = s.Dynamic(ctx)
		}
		if err != nil {
			return nil, err
		}
		r.Systems = append(r.Systems, report.System{Name: s.Name, Version: version})
	}
	for _, m := range o.mixes {
		outcome, err := b.mix(ctx, m)
		if err != nil {
			return nil, fmt.Errorf("mix %s: %w", m.Name, err)
		}
		r.Mixes = append(r.Mixes, outcome)
	}
	return r, errors.Join(b.programs(ctx, r), b.backend.Stop())
}

// placement divides the processors: the server's are in the settings, the rest is returned. Without -pin nobody is confined.
func (b *bench) placement() (rest []int, err error) {
	if !b.pin {
		return nil, nil
	}
	var all unix.CPUSet
	if err := unix.SchedGetaffinity(0, &all); err != nil {
		return nil, err
	}
	var cpus []int
	for cpu := range 8 * len(all) * 8 {
		if all.IsSet(cpu) {
			cpus = append(cpus, cpu)
		}
	}
	if len(cpus) < 2 {
		return nil, errors.New("-pin needs two processors")
	}
	b.settings.CPUs = cpus[:1]
	return cpus[1:], confine(cpus[1:])
}

// confine moves every thread of this process to the given processors; later threads inherit that.
func confine(cpus []int) error {
	var set unix.CPUSet
	for _, cpu := range cpus {
		set.Set(cpu)
	}
	threads, err := os.ReadDir("/proc/self/task")
	if err != nil {
		return err
	}
	for _, thread := range threads {
		id, err := strconv.Atoi(thread.Name())
		if err != nil {
			return err
		}
		if err := unix.SchedSetaffinity(id, &set); err != nil && !errors.Is(err, unix.ESRCH) {
			return err
		}
	}
	return nil
}

// raiseFiles lifts the limit of open files for this process and its children, and cuts the idle sessions down to what a proxy,
// with two files for each, can hold under it.
func (b *bench) raiseFiles() error {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return err
	}
	limit.Cur = limit.Max
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return err
	}
	if fit := (int(min(limit.Max, 1<<20)) - 256) / 2; b.settings.Idle > fit {
		fmt.Fprintf(b.progress, "%d idle sessions instead of %d: no more files may be open\n", fit, b.settings.Idle)
		b.settings.Idle = fit
	}
	return nil
}

// mix runs all rounds of one mix, the systems in turn; every round begins with another system.
func (b *bench) mix(ctx context.Context, m mix.Mix) (report.Mix, error) {
	outcome := report.NewMix(m, b.baseline)
	stage, err := mix.NewStage(m, b.settings, b.nursery, b.backend, b.certificate)
	if err != nil {
		return outcome, err
	}
	defer stage.Close()
	for _, s := range b.systems {
		result := &report.Result{System: s.Name, Status: report.OK}
		outcome.Results = append(outcome.Results, result)
		var rejected *system.UnsupportedError
		if err := stage.Check(ctx, s); errors.As(err, &rejected) {
			result.Status, result.Reason = report.Unsupported, rejected.Message
			fmt.Fprintf(b.progress, "%s: %s does not support it: %s\n", m.Name, s.Name, rejected.Message)
		} else if err != nil {
			return outcome, err
		}
	}
	for round := range b.rounds {
		for i := range b.systems {
			i = (i + round) % len(b.systems)
			if err := b.sample(ctx, stage, b.systems[i], outcome.Results[i], round); err != nil {
				return outcome, err
			}
		}
	}
	ceiling, ok, err := stage.Ceiling(ctx)
	if err != nil {
		return outcome, fmt.Errorf("without a server: %w", err)
	}
	if ok {
		outcome.Ceiling = &ceiling
	}
	return outcome, outcome.Condense()
}

// sample runs one round of one system. Only the end of the benchmark is an error: what goes wrong with the system is its result.
func (b *bench) sample(ctx context.Context, stage *mix.Stage, s system.System, result *report.Result, round int) error {
	if result.Status != report.OK {
		return nil
	}
	sample, err := stage.Sample(ctx, s)
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	if err != nil {
		result.Status, result.Reason, result.Samples = report.Failed, strings.ReplaceAll(err.Error(), "\n", "; "), nil
		fmt.Fprintf(b.progress, "%s: %s failed: %v\n", stage.Mix.Name, s.Name, err)
		return nil
	}
	result.Samples = append(result.Samples, sample)
	fmt.Fprintf(b.progress, "%s: round %d of %d, %s: %.4g %s\n", stage.Mix.Name, round+1, b.rounds, s.Name, stage.Mix.Metric.Value(sample), stage.Mix.Metric.Unit)
	return nil
}

// machine describes where the benchmark runs.
func machine() report.Machine {
	m := report.Machine{CPU: "unknown processor", Processors: runtime.NumCPU(), Go: runtime.Version()}
	if text, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(text)) {
			if name, value, found := strings.Cut(line, ":"); found && strings.TrimSpace(name) == "model name" {
				m.CPU = strings.TrimSpace(value)
				break
			}
		}
	}
	var uts unix.Utsname
	if err := unix.Uname(&uts); err == nil {
		m.Kernel = unix.ByteSliceToString(uts.Release[:])
	}
	return m
}
