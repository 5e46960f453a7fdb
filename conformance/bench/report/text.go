package report

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"tidegate/conformance/bench/mix"
	"tidegate/conformance/bench/stats"
)

// columns head the text table and the Markdown table.
var columns = []string{"mix", "system", "value", "vs base", "rate", "ceiling", "p50", "p99", "user", "srv", "cli", "back", "memory", "files", "lost"}

// Text writes the table for a terminal.
func (r *Report) Text(w io.Writer) error {
	fmt.Fprintf(w, "%s, %d processors, Linux %s, %s; %d rounds of %s\n", r.Machine.CPU, r.Machine.Processors, r.Machine.Kernel, r.Machine.Go, r.Rounds, r.Time)
	for _, s := range r.Systems {
		fmt.Fprintf(w, "%s: %s\n", s.Name, s.Version)
	}
	fmt.Fprintln(w)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, strings.Join(columns, "\t"))
	for i := range r.Mixes {
		for _, row := range r.Mixes[i].rows() {
			fmt.Fprintln(table, strings.Join(row, "\t"))
		}
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, line := range r.meanLines() {
		fmt.Fprintln(w, line)
	}
	for _, line := range r.remarks() {
		fmt.Fprintln(w, line)
	}
	return nil
}

// rows are the table's lines for one mix; why a system has no numbers is among the remarks.
func (m *Mix) rows() [][]string {
	var rows [][]string
	for i, result := range m.Results {
		name := ""
		if i == 0 {
			name = m.Name
		}
		if result.Status != OK || len(result.Samples) == 0 {
			row := make([]string, len(columns))
			copy(row, []string{name, result.System, string(result.Status)})
			rows = append(rows, row)
			continue
		}
		t := m.typical(result.Samples)
		row := []string{
			name, result.System, m.value3(result.Value), ratio(result.Ratio), m.rate(t.Rate), m.ceiling(),
			latency(t.P50), latency(t.P99), percent(t.UserShare), percent(t.Server), percent(t.Clients), percent(t.Backend),
			memory(t.PSS), fmt.Sprint(t.Files), fmt.Sprint(t.Lost),
		}
		if m.idle() {
			row[12] = memory(t.BasePSS) + " → " + memory(t.PSS)
			row[13] = fmt.Sprintf("%.2f each", t.FilesPerOp)
		}
		if m.Process {
			// There are no clients and no backend, and a program's files are its own business.
			row[10], row[11], row[13], row[14] = "", "", "", ""
		}
		if t.Reloads > 0 {
			row[14] = fmt.Sprintf("%d in %d reloads", t.Lost, t.Reloads)
		}
		rows = append(rows, row)
	}
	return rows
}

// value3 is the metric with three significant digits and its unit.
func (m *Mix) value3(s *stats.Summary) string {
	if s == nil {
		return ""
	}
	return significant(s.Median) + " " + m.Unit
}

// ratio is the median and its interval.
func ratio(s *stats.Summary) string {
	switch {
	case s == nil:
		return "1"
	case s.N == 1:
		return fmt.Sprintf("%.2f", s.Median)
	}
	return fmt.Sprintf("%.2f [%.2f–%.2f]", s.Median, s.Low, s.High)
}

func (m *Mix) rate(perSecond float64) string {
	if m.Metric == mix.CPUPerGiB.Name {
		return significant(perSecond/(1<<30)) + " GiB/s"
	}
	return significant(perSecond) + "/s"
}

func (m *Mix) ceiling() string {
	if m.Ceiling == nil {
		return ""
	}
	if m.Metric == mix.CPUPerGiB.Name {
		return m.rate(float64(m.Ceiling.Bytes) / m.Ceiling.Wall.Seconds())
	}
	return m.rate(float64(m.Ceiling.Ops) / m.Ceiling.Wall.Seconds())
}

// significant prints three digits, whole numbers from 100 on.
func significant(v float64) string {
	switch {
	case v >= 100:
		return fmt.Sprintf("%.0f", v)
	case v >= 10:
		return fmt.Sprintf("%.1f", v)
	default:
		return fmt.Sprintf("%.2f", v)
	}
}

func latency(d time.Duration) string {
	switch {
	case d == 0:
		return ""
	case d < time.Millisecond:
		return significant(float64(d)/float64(time.Microsecond)) + "µs"
	default:
		return significant(float64(d)/float64(time.Millisecond)) + "ms"
	}
}

func percent(v float64) string { return fmt.Sprintf("%.0f%%", 100*v) }

func memory(bytes int64) string { return significant(float64(bytes)/(1<<20)) + " MiB" }

// meanLines sum up the processor-time mixes.
func (r *Report) meanLines() []string {
	means := r.Means()
	var lines []string
	for _, s := range r.Systems {
		if mean, ok := means[s.Name]; ok {
			lines = append(lines, fmt.Sprintf("%s: geometric mean %.2f times the processor time of %s, over %d mixes", s.Name, mean.Ratio, r.Baseline, mean.Mixes))
		}
	}
	return lines
}

// remarks explain the columns, and check that the load generator did not set the pace.
func (r *Report) remarks() []string {
	lines := []string{
		"value: median over the rounds, lower is better; vs base: median of the rounds' ratios to the system without one (" + r.Baseline + " for the servers) and the interval of that median.",
		"srv, cli, back: processors kept busy by the server, the clients and the backend (100% is one); user: share of user time in the server's.",
		"ceiling: the same load without a server between clients and backend.",
		"config-… and program-…: one operation is one program from start to end on one processor; p50 is its wall-clock time, memory its peak.",
		"rate: says something about the server only where srv is near 100%; the processor time per operation hardly depends on who sets the pace.",
	}
	for _, m := range r.Mixes {
		for _, result := range m.Results {
			if result.Status != OK {
				if m.Metric == mix.PeakMemory.Name {
					continue // said of the same runs' time already
				}
				lines = append(lines, fmt.Sprintf("%s, %s: %s: %s", m.Name, result.System, result.Status, result.Reason))
				continue
			}
			if m.idle() || m.Process {
				continue
			}
			t := m.typical(result.Samples)
			switch {
			case m.Ceiling != nil && t.Rate > 0.8*m.typical([]mix.Sample{*m.Ceiling}).Rate:
				lines = append(lines, fmt.Sprintf("note: in %s the rate of %s is within 20%% of the ceiling: clients or backend set the pace.", m.Name, result.System))
			case t.Clients > 0.9 && t.Server < 0.9:
				lines = append(lines, fmt.Sprintf("note: in %s the clients are busier than %s: they set the pace.", m.Name, result.System))
			}
		}
	}
	return lines
}
