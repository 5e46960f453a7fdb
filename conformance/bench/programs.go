package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"tidegate/conformance/bench/job"
	"tidegate/conformance/bench/report"
	"tidegate/conformance/bench/system"
)

// programs runs the jobs that were asked for and adds them, with who takes part, to the report.
func (b *bench) programs(ctx context.Context, r *report.Report) (err error) {
	found := job.Found{Systems: b.systems, Baseline: b.baseline, Lua: b.lua, Directives: b.directives}
	if len(b.jobs(found)) == 0 {
		return nil
	}
	for _, s := range r.Systems {
		if strings.Contains(s.Version, "tidegate/") {
			found.Tidegate = s.Name
		}
	}
	fmt.Fprintln(b.progress, "building the drivers")
	if found.Drivers, err = job.BuildDrivers(ctx, b.drivers); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, found.Drivers.Close()) }()
	jobs := b.jobs(found)
	for _, j := range jobs {
		outcomes, err := b.job(ctx, j)
		if err != nil {
			return fmt.Errorf("job %s: %w", j.Name, err)
		}
		r.Mixes = append(r.Mixes, outcomes...)
	}
	r.Systems = append(r.Systems, others(ctx, r, found)...)
	return nil
}

// others are the programs that are no systems, with their versions, as far as they took part.
func others(ctx context.Context, r *report.Report, found job.Found) []report.System {
	var out []report.System
	for _, m := range r.Mixes {
		for _, result := range m.Results {
			named := func(s report.System) bool { return s.Name == result.System }
			if result.Status == report.Unsupported || slices.ContainsFunc(r.Systems, named) || slices.ContainsFunc(out, named) {
				continue
			}
			version := found.Drivers.Version[result.System]
			if result.System == "tidegate" {
				version = found.Drivers.Version["parse"]
			}
			if path := found.Lua[result.System]; path != "" {
				version = spoken(ctx, path)
			}
			out = append(out, report.System{Name: result.System, Version: version})
		}
	}
	return out
}

// spoken is the version that an interpreter says to -v, without the copyright.
func spoken(ctx context.Context, path string) string {
	text, err := exec.CommandContext(ctx, path, "-v").CombinedOutput()
	if err != nil {
		return "unknown version"
	}
	name, _, _ := strings.Cut(strings.TrimSpace(string(text)), "  Copyright")
	name, _, _ = strings.Cut(name, " -- ")
	return name
}

// job runs all rounds of one job, the programs in turn. There is an outcome for each of its metrics.
func (b *bench) job(ctx context.Context, j job.Job) (outcomes []report.Mix, err error) {
	cpu, err := b.lastCPU()
	if err != nil {
		return nil, err
	}
	stage, err := job.NewStage(j, b.nursery, cpu)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, stage.Close()) }()
	var results []*report.Result
	for _, p := range j.Programs {
		result := &report.Result{System: p.Name, Status: report.OK}
		results = append(results, result)
		b.judge(ctx, j, result, stage.Try(ctx, p))
	}
	for round := range b.rounds {
		for i := range results {
			i = (i + round) % len(results)
			if results[i].Status != report.OK {
				continue
			}
			sample, err := stage.Sample(ctx, j.Programs[i])
			if b.judge(ctx, j, results[i], err); err == nil {
				results[i].Samples = append(results[i].Samples, sample)
				fmt.Fprintf(b.progress, "%s: round %d of %d, %s: %.4g %s\n", j.Name, round+1, b.rounds, results[i].System, j.Metrics[0].Value(sample), j.Metrics[0].Unit)
			}
		}
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	for _, metric := range j.Metrics {
		m := report.NewJob(j, metric)
		for _, result := range results {
			one := *result
			m.Results = append(m.Results, &one)
		}
		if err := m.Condense(); err != nil {
			return nil, err
		}
		outcomes = append(outcomes, m)
	}
	return outcomes, nil
}

// judge notes what went wrong with a program.
func (b *bench) judge(ctx context.Context, j job.Job, result *report.Result, err error) {
	if err == nil || ctx.Err() != nil {
		return
	}
	var rejected *system.UnsupportedError
	result.Status, result.Samples = report.Failed, nil
	if errors.As(err, &rejected) {
		result.Status = report.Unsupported
	}
	result.Reason = strings.ReplaceAll(err.Error(), "\n", "; ")
	fmt.Fprintf(b.progress, "%s: %s %s: %s\n", j.Name, result.System, result.Status, result.Reason)
}

// lastCPU is the processor that programs run on.
func (b *bench) lastCPU() (int, error) {
	var all unix.CPUSet
	if err := unix.SchedGetaffinity(0, &all); err != nil {
		return 0, err
	}
	last := -1
	for cpu := range 8 * len(all) * 8 {
		if all.IsSet(cpu) {
			last = cpu
		}
	}
	return last, nil
}
