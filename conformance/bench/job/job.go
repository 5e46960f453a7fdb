// Package job is the other half of the benchmark's list: programs that do one job and end, each on one processor. Reading a large
// configuration is compared with the libraries that read nginx's configurations, testing one with nginx -t, and pure Lua with
// luajit and lua5.1.
//
// The flow: List makes the jobs from what was found; a Stage is one job with its files in a directory; Try runs a program once
// and looks at what it says, Sample runs it and tells what it took. Every run is looked at: a wrong answer is a failure.
package job

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"tidegate/conformance/bench/mix"
	"tidegate/conformance/bench/proc"
	"tidegate/conformance/bench/system"
)

// Job is one thing to do, by several programs.
type Job struct {
	Name     string // lower-case words with hyphens
	About    string // one sentence
	Op       string // what one run does, in the singular
	Metrics  []mix.Metric
	Baseline string // the program that ratios refer to
	// Text and Language are what a reader is shown: commands, or the program that is run.
	Text, Language string
	// Files are put into the directory conf beside each other; they are made when they are needed.
	Files    func() map[string][]byte
	Programs []Program
}

// Program is one that does the job.
type Program struct {
	Name string
	// Missing says why it cannot take part; empty if it can.
	Missing string
	// Command is what is run, in a prefix as a server has it.
	Command func(p *system.Prefix) []string
	// Rejects is for programs whose failure means that they do not support the configuration.
	Rejects bool
	// Says is what its output must begin with, if it is not nil; Silent if it is to have none.
	Says   func() string
	Silent bool
}

// limit bounds one run.
const limit = 3 * time.Minute

// Stage is a job with its files.
type Stage struct {
	Job     Job
	nursery *proc.Nursery
	prefix  *system.Prefix
	opt     proc.Options
	bytes   int64
}

// NewStage writes the files. The programs run on one processor, cpu.
func NewStage(j Job, n *proc.Nursery, cpu int) (*Stage, error) {
	files := j.Files()
	prefix, err := system.NewPrefix(string(files["nginx.conf"]), files)
	if err != nil {
		return nil, err
	}
	s := &Stage{Job: j, nursery: n, prefix: prefix, opt: proc.Options{CPUs: []int{cpu}}}
	for _, data := range files {
		s.bytes += int64(len(data))
	}
	return s, nil
}

// Close removes the files.
func (s *Stage) Close() error { return s.prefix.Remove() }

// Try runs a program once, unmeasured. That it does not support the job is a *system.UnsupportedError.
func (s *Stage) Try(ctx context.Context, p Program) error {
	if p.Missing != "" {
		return &system.UnsupportedError{Message: p.Missing}
	}
	_, err := s.Sample(ctx, p)
	return err
}

// Sample runs a program and looks at what it says.
func (s *Stage) Sample(ctx context.Context, p Program) (sample mix.Sample, err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, limit, fmt.Errorf("not done within %s", limit))
	defer cancel()
	out, words := filepath.Join(s.prefix.Dir, "logs", "stdout"), filepath.Join(s.prefix.Dir, "logs", "stderr")
	cost, err := s.nursery.Run(ctx, proc.Job{Argv: p.Command(s.prefix), Dir: s.prefix.Dir, Stdout: out, Stderr: words}, s.opt)
	if err != nil {
		return sample, err
	}
	if err := s.verdict(p, cost, out, words); err != nil {
		return sample, err
	}
	return mix.Sample{
		Ops: 1, Bytes: s.bytes, Wall: cost.Wall, CPU: cost.User + cost.System, User: cost.User, System: cost.System,
		P50: cost.Wall, PSS: cost.MaxRSS, Processes: 1,
	}, nil
}

// verdict compares what a program did with what it should.
func (s *Stage) verdict(p Program, cost proc.Cost, stdout, stderr string) error {
	said, err := os.ReadFile(stdout)
	words, other := os.ReadFile(stderr)
	if err = errors.Join(err, other); err != nil {
		return err
	}
	switch {
	case cost.Status != 0 && p.Rejects:
		return &system.UnsupportedError{Message: system.Reason(string(words), s.prefix.Dir)}
	case cost.Status != 0:
		return fmt.Errorf("exit status %d: %s", cost.Status, system.Reason(string(said)+string(words), s.prefix.Dir))
	case p.Says != nil && !bytes.HasPrefix(said, []byte(p.Says())):
		return fmt.Errorf("it says %q, not %q", clip(said), p.Says())
	case p.Silent && len(said)+len(words) > 0:
		return fmt.Errorf("it says %q", clip(append(said, words...)))
	}
	return nil
}

// clip shortens output for a message.
func clip(text []byte) string {
	const most = 200
	return strings.TrimSpace(string(text[:min(len(text), most)]))
}
