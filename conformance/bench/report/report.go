// Package report is the benchmark's outcome and its forms: a text table, JSON, an SVG plot and a Markdown page.
//
// A Report holds the raw samples of every round; Condense derives medians and ratios from them, and the renderers only print.
// Nothing here names the machine or a path on it: processor, kernel and versions are what a reader needs.
package report

import (
	"encoding/json"
	"io"
	"time"

	"tidegate/conformance/bench/job"
	"tidegate/conformance/bench/mix"
	"tidegate/conformance/bench/stats"
)

// Report is one run of the benchmark.
type Report struct {
	Machine  Machine  `json:"machine"`
	Date     string   `json:"date"` // YYYY-MM-DD
	Rounds   int      `json:"rounds"`
	Time     string   `json:"time"`     // of one measured load
	Pinned   bool     `json:"pinned"`   // the servers had one processor, everything else the others
	Baseline string   `json:"baseline"` // the system that ratios refer to
	Systems  []System `json:"systems"`
	Mixes    []Mix    `json:"mixes"`
}

// Machine is where it ran.
type Machine struct {
	CPU        string `json:"cpu"`
	Processors int    `json:"processors"`
	Kernel     string `json:"kernel"`
	Go         string `json:"go"`
}

// System is one of the compared programs.
type System struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// Mix is the outcome of one mix.
type Mix struct {
	Name    string      `json:"name"`
	About   string      `json:"about"`
	Op      string      `json:"op"`
	Metric  string      `json:"metric"`
	Unit    string      `json:"unit"`
	Conf    string      `json:"conf"`              // the configuration, or what else a reader is shown
	Syntax  string      `json:"syntax"`            // what Conf is written in: nginx, lua, sh
	Base    string      `json:"baseline"`          // the system that ratios refer to
	Process bool        `json:"process,omitempty"` // an operation is the whole life of a program
	Ceiling *mix.Sample `json:"ceiling,omitempty"` // clients and backend without a server between them
	Results []*Result   `json:"results"`
	value   func(mix.Sample) float64
}

// Status says what became of a system in a mix.
type Status string

// The statuses.
const (
	OK          Status = "ok"
	Unsupported Status = "unsupported" // the system rejects the configuration
	Failed      Status = "failed"      // it accepted the configuration and did not do what it should
)

// Result is one system's part in a mix.
type Result struct {
	System  string         `json:"system"`
	Status  Status         `json:"status"`
	Reason  string         `json:"reason,omitempty"`
	Samples []mix.Sample   `json:"samples,omitempty"` // one per round
	Value   *stats.Summary `json:"value,omitempty"`   // of the mix's metric
	Ratio   *stats.Summary `json:"ratio,omitempty"`   // to the baseline's, round by round; below 1 is better than the baseline
}

// NewMix starts the outcome of m.
func NewMix(m mix.Mix, baseline string) Mix {
	return Mix{
		Name: m.Name, About: m.About, Op: m.Op, Metric: m.Metric.Name, Unit: m.Metric.Unit, Conf: m.Text(), Syntax: "nginx",
		Base: baseline, value: m.Metric.Value,
	}
}

// NewJob starts the outcome of j by one of its metrics.
func NewJob(j job.Job, metric mix.Metric) Mix {
	m := Mix{
		Name: j.Name, About: j.About, Op: j.Op, Metric: metric.Name, Unit: metric.Unit, Conf: j.Text, Syntax: j.Language,
		Base: j.Baseline, Process: true, value: metric.Value,
	}
	if metric.Name == mix.PeakMemory.Name {
		m.Name += "-memory"
	}
	return m
}

// interval is the wanted probability of the intervals around medians.
const interval = 0.95

// Condense computes values and ratios from the samples.
func (m *Mix) Condense() error {
	var base []float64
	for _, r := range m.Results {
		if r.System == m.Base && r.Status == OK {
			base = m.values(r)
		}
	}
	for _, r := range m.Results {
		if r.Status != OK {
			continue
		}
		values := m.values(r)
		summary, err := stats.Summarize(values, interval)
		if err != nil {
			return err
		}
		r.Value = &summary
		if ratios := stats.Ratios(values, base); r.System != m.Base && len(ratios) > 0 {
			summary, err := stats.Summarize(ratios, interval)
			if err != nil {
				return err
			}
			r.Ratio = &summary
		}
	}
	return nil
}

func (m *Mix) values(r *Result) []float64 {
	var out []float64
	for _, s := range r.Samples {
		out = append(out, m.value(s))
	}
	return out
}

// Typical holds the medians of a result's samples that the tables print.
type Typical struct {
	Rate          float64 // operations, or bytes for a mix that is compared by bytes, per second
	P50, P99      time.Duration
	UserShare     float64 // of the server's processor time
	Server        float64 // processors kept busy
	Clients       float64
	Backend       float64
	PSS, BasePSS  int64
	Files         int
	FilesPerOp    float64 // idle mixes
	Lost, Reloads int64   // sums over the rounds
	IdleCPU       time.Duration
}

// typical condenses samples; there must be at least one.
func (m *Mix) typical(samples []mix.Sample) Typical {
	median := func(f func(mix.Sample) float64) float64 {
		var values []float64
		for _, s := range samples {
			values = append(values, f(s))
		}
		v, err := stats.Median(values)
		if err != nil {
			return 0
		}
		return v
	}
	per := func(part, whole time.Duration) float64 {
		if whole == 0 {
			return 0
		}
		return float64(part) / float64(whole)
	}
	t := Typical{
		Rate: median(func(s mix.Sample) float64 {
			if m.Metric == mix.CPUPerGiB.Name {
				return float64(s.Bytes) / s.Wall.Seconds()
			}
			return float64(s.Ops) / s.Wall.Seconds()
		}),
		P50:        time.Duration(median(func(s mix.Sample) float64 { return float64(s.P50) })),
		P99:        time.Duration(median(func(s mix.Sample) float64 { return float64(s.P99) })),
		UserShare:  median(func(s mix.Sample) float64 { return per(s.User, s.User+s.System) }),
		Server:     median(func(s mix.Sample) float64 { return per(s.CPU, s.Wall) }),
		Clients:    median(func(s mix.Sample) float64 { return per(s.Clients, s.Wall) }),
		Backend:    median(func(s mix.Sample) float64 { return per(s.Backend, s.Wall) }),
		PSS:        int64(median(func(s mix.Sample) float64 { return float64(s.PSS) })),
		BasePSS:    int64(median(func(s mix.Sample) float64 { return float64(s.BasePSS) })),
		Files:      int(median(func(s mix.Sample) float64 { return float64(s.Files) })),
		FilesPerOp: median(func(s mix.Sample) float64 { return float64(s.Files-s.BaseFiles) / float64(max(s.Ops, 1)) }),
		IdleCPU:    time.Duration(median(func(s mix.Sample) float64 { return float64(s.IdleCPU) })),
	}
	for _, s := range samples {
		t.Lost += s.Lost
		t.Reloads += s.Reloads
	}
	return t
}

// idle reports whether the mix is about memory rather than work.
func (m *Mix) idle() bool { return m.Metric == mix.MemoryPerSession.Name }

// Means is the geometric mean of each system's ratios over the servers' mixes that are compared by processor time, and how many
// those are. A system without a ratio is left out.
func (r *Report) Means() map[string]Mean {
	ratios := map[string][]float64{}
	for _, m := range r.Mixes {
		for _, result := range m.Results {
			if result.Ratio != nil && !m.idle() && !m.Process {
				ratios[result.System] = append(ratios[result.System], result.Ratio.Median)
			}
		}
	}
	means := map[string]Mean{}
	for system, values := range ratios {
		if mean, err := stats.GeometricMean(values); err == nil {
			means[system] = Mean{Ratio: mean, Mixes: len(values)}
		}
	}
	return means
}

// Mean is a geometric mean of ratios.
type Mean struct {
	Ratio float64
	Mixes int
}

// Failures counts the results that failed.
func (r *Report) Failures() int {
	n := 0
	for _, m := range r.Mixes {
		for _, result := range m.Results {
			if result.Status == Failed {
				n++
			}
		}
	}
	return n
}

// JSON writes everything, raw samples included.
func (r *Report) JSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(r)
}
