package ledger

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"tidegate/conformance/suite"
)

// Totals are numbers of outcomes.
type Totals struct{ Pass, Fail, Skip, Flaky int }

// All is how many cases there are.
func (t Totals) All() int { return t.Pass + t.Fail + t.Skip + t.Flaky }

func (t Totals) String() string {
	s := fmt.Sprintf("%d pass, %d fail, %d skipped", t.Pass, t.Fail, t.Skip)
	if t.Flaky > 0 {
		s += fmt.Sprintf(", %d flaky", t.Flaky)
	}
	return s
}

func (t *Totals) add(o suite.Outcome) {
	switch o {
	case suite.Pass:
		t.Pass++
	case suite.Fail:
		t.Fail++
	case suite.Skip:
		t.Skip++
	default:
		t.Flaky++
	}
}

// Totals counts all cases.
func (l *Ledger) Totals() (t Totals) {
	for _, e := range l.Entries {
		t.add(e.Outcome)
	}
	return t
}

// backends counts the cases that pass with their http block served by another server.
func (l *Ledger) backends() (n int) {
	for _, e := range l.Entries {
		if e.Backend() != "" {
			n++
		}
	}
	return n
}

// areas sort the files of the stream Lua suite. The first that fits counts.
var areas = []struct {
	name string
	file *regexp.Regexp
}{
	{"strings, times, encodings", numbered(6, 7, 8, 11, 12, 13, 19, 30, 32, 42, 46, 69, 70, 115)},
	{"regular expressions", numbered(34, 35, 36, 37, 38, 39, 40, 47, 48, 49, 50, 51, 52, 53, 54, 120)},
	{"shared dictionaries", numbered(43, 80, 126)},
	{"variables and context", numbered(33, 45)},
	{"the client's socket", regexp.MustCompile(`/(067|116|117|131)-|142-req-udp|023-preread/req-socket`)},
	{"UDP sockets", regexp.MustCompile(`/(087|502)-|142-udp-socket`)},
	{"TCP sockets", regexp.MustCompile(`/(058|059|060|061|065|066|068|071|083|084|090|128|143|156|157|501)-|141-tcp-socket|023-preread/(tcp-socket|socket-keepalive)`)},
	{"TLS of sockets", numbered(129, 165, 166, 167, 170, 171)},
	{"TLS by Lua", numbered(139, 140, 162, 163, 164)},
	{"timers and sleep", numbered(77, 106, 107, 108, 109, 136)},
	{"threads, coroutines, semaphores", numbered(91, 93, 94, 98, 127, 154)},
	{"output", numbered(2, 5, 9, 56, 57)},
	{"client abort", numbered(100, 101)},
	{"balancer", numbered(138)},
	{"preread", regexp.MustCompile(`/023-preread/`)},
	{"C functions and bytecode", numbered(81, 99, 130)},
	{"start, phases, workers", numbered(25, 62, 75, 86, 89, 114, 119, 122, 123, 124, 125, 133, 134, 135, 158, 159, 160, 161)},
}

func numbered(numbers ...int) *regexp.Regexp {
	var parts []string
	for _, n := range numbers {
		parts = append(parts, fmt.Sprintf("%03d", n))
	}
	return regexp.MustCompile(`(^|/)(` + strings.Join(parts, "|") + `)-`)
}

// Area names what a case is about: by a table for the stream Lua suite, else by its file.
func Area(id string) string {
	file, _, _ := strings.Cut(id, "#")
	if strings.HasPrefix(file, "t/") {
		for _, a := range areas {
			if a.file.MatchString(file) {
				return a.name
			}
		}
		return "language and the rest"
	}
	return strings.TrimSuffix(file, ".t")
}

// AreaScore is the totals of an area.
type AreaScore struct {
	Area string
	Totals
}

// Areas counts by area, in the order of their names.
func (l *Ledger) Areas() []AreaScore {
	var out []AreaScore
	for _, e := range l.Entries {
		name := Area(e.Case)
		i := slices.IndexFunc(out, func(a AreaScore) bool { return a.Area == name })
		if i < 0 {
			i = len(out)
			out = append(out, AreaScore{Area: name})
		}
		out[i].add(e.Outcome)
	}
	slices.SortFunc(out, func(a, b AreaScore) int { return strings.Compare(a.Area, b.Area) })
	return out
}

// Text is the score as a table for a terminal.
func (l *Ledger) Text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s\n", l.Title, l.Totals())
	for _, a := range l.Areas() {
		fmt.Fprintf(&b, "  %-34s %4d of %4d\n", a.Area, a.Pass, a.All()-a.Skip)
	}
	if n := l.backends(); n > 0 {
		fmt.Fprintf(&b, "  %d of those that pass have their http block, a backend, served by another server\n", n)
	}
	for i, c := range l.Causes() {
		if i == 0 {
			b.WriteString("  causes of failure:\n")
		}
		fmt.Fprintf(&b, "  %6d  %s\n", c.N, c.Name)
	}
	return b.String()
}

// Markdown is the table of README: by area how many cases pass, on Tidegate and on the real thing and how many of
// the latter's pass on Tidegate too.
func Markdown(ours, real *Ledger) string {
	type row struct{ cases, real, ours, both int }
	rows := map[string]*row{}
	var names []string
	total := &row{}
	for _, e := range ours.Entries {
		name := Area(e.Case)
		r := rows[name]
		if r == nil {
			r = &row{}
			rows[name] = r
			names = append(names, name)
		}
		other, _ := real.Get(e.Case)
		for _, r := range []*row{r, total} {
			if e.Outcome != suite.Skip || other.Outcome != suite.Skip {
				r.cases++
			}
			realPasses := other.Outcome == suite.Pass || other.Outcome == Flaky
			oursPasses := e.Outcome == suite.Pass || e.Outcome == Flaky
			if realPasses {
				r.real++
			}
			if oursPasses {
				r.ours++
			}
			if realPasses && oursPasses {
				r.both++
			}
		}
	}
	slices.Sort(names)
	var b strings.Builder
	b.WriteString("| area | cases | OpenResty passes | Tidegate passes | of OpenResty's |\n|---|--:|--:|--:|--:|\n")
	line := func(name string, r *row) {
		share := "–"
		if r.real > 0 {
			share = fmt.Sprintf("%d %%", r.both*100/r.real)
		}
		fmt.Fprintf(&b, "| %s | %d | %d | %d | %s |\n", name, r.cases, r.real, r.ours, share)
	}
	for _, name := range names {
		line(name, rows[name])
	}
	line("**all**", total)
	if n := ours.backends(); n > 0 {
		fmt.Fprintf(&b, "\nIn %d of the cases that Tidegate passes an OpenResty beside it serves the `http` block, which is a backend there.\n", n)
	}
	return b.String()
}

// The table stands between these lines.
const (
	tableBegins = "<!-- conformance: made from conformance/ledger by make conformance-table -->\n"
	tableEnds   = "<!-- conformance: end -->\n"
)

// Splice puts the table into a text, between the lines that mark its place.
func Splice(text, table string) (string, error) {
	before, rest, ok := strings.Cut(text, tableBegins)
	_, after, ends := strings.Cut(rest, tableEnds)
	if !ok || !ends {
		return "", fmt.Errorf("there is no place for the table of conformance: the lines %q and %q", tableBegins, tableEnds)
	}
	return before + tableBegins + table + tableEnds + after, nil
}
