package report

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"regexp"
	"strings"
	"testing"
	"time"

	"tidegate/conformance/bench/job"
	"tidegate/conformance/bench/mix"
)

// example is a report of two mixes: in the first "ours" needs half of the baseline's time, in the second it failed.
func example(t *testing.T) *Report {
	t.Helper()
	sample := func(cpu time.Duration, ops int64) mix.Sample {
		return mix.Sample{
			Ops: ops, Wall: time.Second, CPU: cpu, User: cpu / 4, System: cpu - cpu/4, Clients: 300 * time.Millisecond,
			Backend: 100 * time.Millisecond, P50: 150 * time.Microsecond, P99: 2500 * time.Microsecond, PSS: 5 << 20, Files: 20,
		}
	}
	first := NewMix(mix.Mix{Name: "one", About: "First.", Op: "thing", Metric: mix.CPUPerOp, Stream: "server { a|b; }\n"}, "base")
	ceiling := sample(0, 1100)
	first.Ceiling = &ceiling
	first.Results = []*Result{
		{System: "ours", Status: OK, Samples: []mix.Sample{sample(100*time.Millisecond, 1000), sample(300*time.Millisecond, 1000), sample(110*time.Millisecond, 1000)}},
		{System: "base", Status: OK, Samples: []mix.Sample{sample(200*time.Millisecond, 500), sample(600*time.Millisecond, 500), sample(220*time.Millisecond, 500)}},
	}
	second := NewMix(mix.Mix{Name: "two", About: "Second.", Op: "session", Metric: mix.MemoryPerSession}, "base")
	second.Results = []*Result{
		{System: "ours", Status: Failed, Reason: "it <broke>"},
		{System: "base", Status: OK, Samples: []mix.Sample{{Ops: 100, PSS: 3 << 20, BasePSS: 2 << 20, Files: 220, BaseFiles: 20}}},
	}
	run := func(memory int64) []mix.Sample {
		return []mix.Sample{{Ops: 1, Bytes: 1 << 20, Wall: time.Second, CPU: time.Second / 4, User: time.Second / 4, PSS: memory << 20, Processes: 1}}
	}
	third := NewJob(job.Job{Name: "three", About: "Third.", Op: "file", Text: "read it\n", Language: "sh", Baseline: "other"}, mix.PeakMemory)
	third.Results = []*Result{
		{System: "ours", Status: OK, Samples: run(20)}, {System: "other", Status: OK, Samples: run(80)},
	}
	r := &Report{
		Machine: Machine{CPU: "Abacus", Processors: 2, Kernel: "6.0", Go: "go1"}, Date: "2026-01-02", Rounds: 3, Time: "1s", Baseline: "base",
		Systems: []System{{"ours", "1"}, {"base", "2"}, {"other", "3"}}, Mixes: []Mix{first, second, third},
	}
	for i := range r.Mixes {
		if err := r.Mixes[i].Condense(); err != nil {
			t.Fatal(err)
		}
	}
	return r
}

func TestCondense(t *testing.T) {
	r := example(t)
	ours, base := r.Mixes[0].Results[0], r.Mixes[0].Results[1]
	if ours.Value.Median != 110 || base.Value.Median != 440 {
		t.Errorf("medians %v and %v µs, want 110 and 440", ours.Value.Median, base.Value.Median)
	}
	// Every round's ratio is 1/4, although the second round was disturbed.
	if ours.Ratio == nil || ours.Ratio.Low != 0.25 || ours.Ratio.High != 0.25 || base.Ratio != nil {
		t.Errorf("ratios %+v and %+v, want 0.25 throughout and none", ours.Ratio, base.Ratio)
	}
	if failed := r.Mixes[1].Results[0]; failed.Value != nil || failed.Ratio != nil {
		t.Errorf("a failure has numbers: %+v", failed)
	}
	if got := r.Mixes[1].Results[1].Value.Median; got != 10.24 {
		t.Errorf("memory per session %v KiB, want 10.24", got)
	}
	if got := r.Mixes[2].Results[0]; got.Value.Median != 20 || got.Ratio.Median != 0.25 || r.Mixes[2].Results[1].Ratio != nil {
		t.Errorf("a program's memory: %+v", got)
	}
	if mean := r.Means()["ours"]; mean.Mixes != 1 || math.Abs(mean.Ratio-0.25) > 1e-12 {
		t.Errorf("Means: %+v", mean)
	}
	if r.Failures() != 1 {
		t.Errorf("%d failures, want 1", r.Failures())
	}
}

func TestTextTable(t *testing.T) {
	var b bytes.Buffer
	if err := example(t).Text(&b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`(?m)^one +ours +110 µs +0\.25 \[0\.25–0\.25\] +1000/s +1100/s +150µs +2\.50ms +25% +11% +30% +10% +5\.00 MiB +20 +0$`,
		`(?m)^ +base +440 µs +1 +500/s`,
		`(?m)^two +ours +failed *$`,
		`(?m)^ +base +10\.2 KiB .* 2\.00 MiB → 3\.00 MiB +2\.00 each`,
		`(?m)^three-memory +ours +20\.0 MiB +0\.25 +1\.00/s +100% +25% +20\.0 MiB *$`,
		`two, ours: failed: it <broke>`,
		`ours: geometric mean 0\.25 times`,
		`note: in one the rate of ours is within 20% of the ceiling`,
	} {
		if !regexp.MustCompile(want).MatchString(b.String()) {
			t.Errorf("nothing matches %s in\n%s", want, &b)
		}
	}
	if strings.Contains(b.String(), "rate of base is within") {
		t.Error("a rate far below the ceiling was remarked")
	}
}

func TestMarkdownTableHasOneWidth(t *testing.T) {
	var b bytes.Buffer
	if err := example(t).Markdown(&b, "p.svg"); err != nil {
		t.Fatal(err)
	}
	rows := 0
	for line := range strings.Lines(b.String()) {
		if strings.HasPrefix(line, "|") {
			rows++
			if cells := strings.Count(line, "|") - 1; cells != len(columns) {
				t.Errorf("%d cells instead of %d: %s", cells, len(columns), line)
			}
		}
	}
	if rows != 2+6 {
		t.Errorf("%d rows, want a head and six results", rows)
	}
	if !strings.Contains(b.String(), "compared by peak memory.\n\n```sh\nread it\n```") {
		t.Errorf("the program's command is missing:\n%s", &b)
	}
	if !strings.Contains(b.String(), "![cost relative to base](p.svg)") || !strings.Contains(b.String(), "server { a|b; }") {
		t.Errorf("the plot or a configuration is missing:\n%s", &b)
	}
}

func TestPlot(t *testing.T) {
	var b bytes.Buffer
	if err := example(t).SVG(&b); err != nil {
		t.Fatal(err)
	}
	texts := 0
	for d := xml.NewDecoder(&b); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if s, ok := token.(xml.CharData); ok && (string(s) == "0.25" || string(s) == "failed" || string(s) == "three-memory / other") {
			texts++
		}
	}
	if texts != 4 {
		t.Errorf("the plot names %d of two ratios, the failure and the other baseline", texts)
	}
}
