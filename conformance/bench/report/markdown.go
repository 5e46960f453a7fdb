package report

import (
	"fmt"
	"io"
	"strings"
)

// pace tells how far the numbers are those of the servers.
const pace = `
## Who sets the pace

Systems are compared by the processor time of the server's process tree per operation, which hardly depends on how fast the
operations come: a load generator that is too slow makes a server idle, not dear. Rates are another matter, and the table
shows whose they are. The clients are one process with an epoll loop, the backend another; both are measured like the server
(columns cli and back). Where clients and backend can talk without a server between them, the same load was run that way
(column ceiling). A note under the table names each row whose rate comes within 20% of that ceiling, or whose clients were
busier than its server.
`

// Markdown writes the page: what ran, the plot, the table, and every mix with its configuration.
func (r *Report) Markdown(w io.Writer, plot string) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# Benchmark\n\nMeasured on %s: %s, %d processors, Linux %s, %s. %d interleaved rounds of %s per mix and system", r.Date, r.Machine.CPU, r.Machine.Processors, r.Machine.Kernel, r.Machine.Go, r.Rounds, r.Time)
	if r.Pinned {
		b.WriteString(", the server alone on one processor")
	}
	b.WriteString(".\nAll servers ran the same configuration text with one worker, over loopback; HAProxy, where it took part, had listen sections with the " +
		"same addresses. Programs that end ran on one processor. Lower values are better.\n\n")
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
	b.WriteString(pace)
	b.WriteString("\n## Mixes\n")
	for _, m := range r.Mixes {
		fmt.Fprintf(&b, "\n### %s\n\n%s One operation is one %s; compared by %s.\n\n```%s\n%s```\n", m.Name, m.About, m.Op, m.Metric, m.Syntax, m.Conf)
	}
	_, err := io.WriteString(w, b.String())
	return err
}
