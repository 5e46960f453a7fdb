package report

import (
	"fmt"
	"io"
	"strings"
)

// Markdown writes the page: what ran, the plot, the table, and every mix with its configuration.
func (r *Report) Markdown(w io.Writer, plot string) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# Benchmark\n\nMeasured on %s: %s, %d processors, Linux %s, %s. %d interleaved rounds of %s per mix and system", r.Date, r.Machine.CPU, r.Machine.Processors, r.Machine.Kernel, r.Machine.Go, r.Rounds, r.Time)
	if r.Pinned {
		b.WriteString(", the server alone on one processor")
	}
	b.WriteString(".\nAll servers ran the same configuration text with one worker, over loopback; programs that end ran on one processor. " +
		"Lower values are better.\n\n")
	for _, s := range r.Systems {
		fmt.Fprintf(&b, "- %s: %s\n", s.Name, s.Version)
	}
	fmt.Fprintf(&b, "\n![cost relative to %s](%s)\n\n", r.Baseline, plot)
	writeRow := func(cells []string) {
		for _, cell := range cells {
			fmt.Fprintf(&b, "| %s ", strings.ReplaceAll(cell, "|", "\\|"))
		}
		b.WriteString("|\n")
	}
	writeRow(columns)
	b.WriteString(strings.Repeat("|---", len(columns)) + "|\n")
	for i := range r.Mixes {
		for _, row := range r.Mixes[i].rows() {
			writeRow(row)
		}
	}
	b.WriteString("\n")
	for _, line := range append(r.meanLines(), r.remarks()...) {
		fmt.Fprintf(&b, "- %s\n", line)
	}
	b.WriteString("\n## Mixes\n")
	for _, m := range r.Mixes {
		fmt.Fprintf(&b, "\n### %s\n\n%s One operation is one %s; compared by %s.\n\n```%s\n%s```\n", m.Name, m.About, m.Op, m.Metric, m.Syntax, m.Conf)
	}
	_, err := io.WriteString(w, b.String())
	return err
}
