package suite

import (
	"fmt"
	"regexp"
	"strings"
)

// Diff compares two runs of the same cases by what was observed: answers, how connections ended, exit statuses and log lines. Its results
// pass where the two agree. A case that one of them skipped is skipped.
func Diff(a, b []*Result) []*Result {
	other := map[string]*Result{}
	for _, r := range b {
		other[r.ID()] = r
	}
	var out []*Result
	for _, r := range a {
		d := &Result{File: r.File, Number: r.Number, Name: r.Name, Outcome: Pass, Seconds: r.Seconds}
		switch o := other[r.ID()]; {
		case o == nil:
			d.Outcome, d.Reason = Skip, "the other system has no result"
		case r.Observation == nil || o.Observation == nil:
			d.Outcome, d.Reason = Skip, firstOf(r.Reason, o.Reason, "not observed")
		default:
			d.Checks = differences(r.Observation, o.Observation)
			if len(d.Checks) > 0 {
				first, _, _ := strings.Cut(d.Checks[0].Failed, "\n")
				d.Outcome, d.Reason = Fail, d.Checks[0].What+": "+first
			}
		}
		out = append(out, d)
	}
	return out
}

func firstOf(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// differences are where b differs from a.
func differences(a, b *Observation) []Check {
	var out []Check
	differ := func(what, x, y string) {
		if x != y {
			out = append(out, Check{what, difference(x, y)})
		}
	}
	differ("start", a.state(), b.state())
	if a.Killed != b.Killed {
		out = append(out, Check{"stop", fmt.Sprintf("ends when asked to: %v, not %v", !b.Killed, !a.Killed)})
	}
	for i := range max(len(a.Rounds), len(b.Rounds)) {
		if i >= len(a.Rounds) || i >= len(b.Rounds) {
			out = append(out, Check{"rounds", fmt.Sprintf("%d, not %d", len(b.Rounds), len(a.Rounds))})
			break
		}
		x, y := a.Rounds[i], b.Rounds[i]
		for k := range min(len(x.Answers), len(y.Answers)) {
			at := fmt.Sprintf(" (round %d, request %d)", i+1, k+1)
			differ("answer"+at, a.Normal(x.Answers[k].Text), b.Normal(y.Answers[k].Text))
			differ("end"+at, x.Answers[k].End, y.Answers[k].End)
			differ("log"+at, a.comparable(x.Answers[k].Log), b.comparable(y.Answers[k].Log))
		}
		differ(fmt.Sprintf("tcp_query (round %d)", i+1), text(x.TCPQuery), text(y.TCPQuery))
		differ(fmt.Sprintf("udp_query (round %d)", i+1), text(x.UDPQuery), text(y.UDPQuery))
	}
	differ("log at the end", a.comparable(a.Shutdown), b.comparable(b.Shutdown))
	return out
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// state says whether the server started.
func (o *Observation) state() string {
	if o.Up {
		return "up"
	}
	return fmt.Sprintf("ended with status %d", o.Exit)
}

var debugLine = regexp.MustCompile(`^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d \[debug\]`)

// comparable is a log for comparing: what is normalised, and without debug messages, which tell of a build.
func (o *Observation) comparable(log string) string {
	var b strings.Builder
	for line := range strings.Lines(log) {
		if !debugLine.MatchString(line) {
			b.WriteString(line)
		}
	}
	return o.NormalLog(b.String())
}
