// Package ledger keeps what is known of a suite's cases on a system: outcome, cause and reason, one case a line.
//
// The flow: Read a ledger, Compare it with the results of a run: every difference is a Surprise, an unexpected pass as well as an
// unexpected failure, so that the file stays true. From makes a new ledger of results; Score counts one by areas of a suite.
//
// The file's format: comments with #, then lines of four fields with tabs between them. The outcome flaky stands for a case that may pass
// or fail; a human writes it, and From keeps it. A case that passes with its http block served by another server has that in its last
// field; where no such server is given, that it needs http is no surprise.
package ledger

import (
	"bufio"
	"cmp"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"tidegate/conformance/suite"
)

// Flaky is the outcome of a case that passes or fails.
const Flaky suite.Outcome = "flaky"

// Entry is what is known of a case.
type Entry struct {
	Case    string // file#number
	Outcome suite.Outcome
	Cause   string // of a failure: a name that many cases share
	Reason  string // what exactly, or why it is skipped, or who served the http block of a case that passes
}

// backend begins the reason of a case that passes with its http block served by another server.
const backend = "the http block, a backend, is served by "

// Backend is the server that serves the http block of the case, empty where there is none.
func (e *Entry) Backend() string {
	name, ok := strings.CutPrefix(e.Reason, backend)
	if !ok || e.Outcome != suite.Pass {
		return ""
	}
	return name
}

// Ledger is the entries of a suite on a system.
type Ledger struct {
	Title   string // "system on suite"
	Entries []Entry
	index   map[string]int
}

// Read reads a ledger.
func Read(path string) (*Ledger, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	l := &Ledger{index: map[string]int{}}
	s := bufio.NewScanner(f)
	for n := 1; s.Scan(); n++ {
		line := s.Text()
		if title, ok := strings.CutPrefix(line, "# title: "); ok {
			l.Title = title
		}
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		fields := strings.Split(line, "\t")
		if len(fields) != 4 {
			return nil, fmt.Errorf("%s:%d: %d fields, not 4: case, outcome, cause, reason", path, n, len(fields))
		}
		switch o := suite.Outcome(fields[1]); o {
		case suite.Pass, suite.Fail, suite.Skip, Flaky:
		default:
			return nil, fmt.Errorf("%s:%d: the outcome %q is not known", path, n, o)
		}
		l.add(Entry{fields[0], suite.Outcome(fields[1]), fields[2], fields[3]})
	}
	return l, s.Err()
}

func (l *Ledger) add(e Entry) {
	l.index[e.Case] = len(l.Entries)
	l.Entries = append(l.Entries, e)
}

// Get finds the entry of a case.
func (l *Ledger) Get(id string) (Entry, bool) {
	if l == nil {
		return Entry{}, false
	}
	i, ok := l.index[id]
	if !ok {
		return Entry{}, false
	}
	return l.Entries[i], true
}

// From makes a ledger of results. Old may be nil; its flaky cases stay so, and a cause that a human wrote there stays as long as the
// case fails for the same reason and nothing better is known. Reference may be nil; a case that fails there too has that for its cause.
func From(title string, results []*suite.Result, old, reference *Ledger) *Ledger {
	l := &Ledger{Title: title, index: map[string]int{}}
	for _, r := range results {
		e := Entry{Case: r.ID(), Outcome: r.Outcome, Reason: brief(r)}
		if r.Outcome == suite.Pass && r.HTTP != "" {
			e.Reason = backend + r.HTTP
		}
		if r.Outcome == suite.Fail {
			e.Cause = Cause(r)
			if other, ok := reference.Get(e.Case); ok && (other.Outcome == suite.Fail || other.Outcome == Flaky) {
				e.Cause = "fails on " + system(reference.Title) + " too"
			}
		}
		if before, ok := old.Get(e.Case); ok {
			switch {
			case before.Outcome == Flaky && r.Outcome != suite.Skip:
				e = before
			case e.Outcome == suite.Fail && before.Reason == e.Reason && vague[e.Cause]:
				e.Cause = before.Cause
			}
		}
		l.add(e)
	}
	return l
}

// Keep takes over the entries of an older ledger that this one has not, for an update by a part of a suite. Entries are then in the order
// of files and numbers.
func (l *Ledger) Keep(old *Ledger) {
	if old == nil {
		return
	}
	entries := l.Entries
	for _, e := range old.Entries {
		if _, ok := l.Get(e.Case); !ok {
			entries = append(entries, e)
		}
	}
	slices.SortStableFunc(entries, func(a, b Entry) int {
		fileA, numberA := split(a.Case)
		fileB, numberB := split(b.Case)
		return cmp.Or(strings.Compare(fileA, fileB), cmp.Compare(numberA, numberB))
	})
	*l = Ledger{Title: l.Title, index: map[string]int{}}
	for _, e := range entries {
		l.add(e)
	}
}

// split takes the name of a case apart.
func split(id string) (file string, number int) {
	i := strings.LastIndexByte(id, '#')
	number, _ = strconv.Atoi(id[i+1:])
	return id[:max(i, 0)], number
}

func system(title string) string {
	name, _, _ := strings.Cut(title, " on ")
	return name
}

// brief is a result's reason without what differs from run to run.
func brief(r *suite.Result) string {
	text := r.Reason
	if r.Observation != nil {
		text = r.Observation.Normal(text)
	}
	text = variable.ReplaceAllString(strings.NewReplacer("\t", " ", "\n", " ").Replace(text), "N")
	const width = 160
	if len(text) > width {
		text = strings.ToValidUTF8(text[:width], "") + "…"
	}
	return strings.TrimSpace(text)
}

// Surprise is a result that the ledger does not say.
type Surprise struct {
	Case, Text string
}

// Compare holds results against the ledger. Complete means that the results are those of all cases, so that entries without a result
// are surprises too.
func (l *Ledger) Compare(results []*suite.Result, complete bool) []Surprise {
	var out []Surprise
	seen := map[string]bool{}
	for _, r := range results {
		id := r.ID()
		seen[id] = true
		e, ok := l.Get(id)
		switch {
		case !ok:
			out = append(out, Surprise{id, fmt.Sprintf("is not in the ledger, and the outcome is %s", r.Outcome)})
		case e.Outcome == r.Outcome, e.Outcome == Flaky && r.Outcome != suite.Skip:
		case e.Backend() != "" && r.Reason == suite.NeedsHTTP:
		case r.Outcome == suite.Pass:
			out = append(out, Surprise{id, fmt.Sprintf("passes; the ledger says %s: %s", e.Outcome, e.Reason)})
		default:
			out = append(out, Surprise{id, fmt.Sprintf("%s, where the ledger says %s: %s", r.Outcome, e.Outcome, r.Reason)})
		}
	}
	for _, e := range l.Entries {
		if complete && !seen[e.Case] {
			out = append(out, Surprise{e.Case, "is in the ledger and not in the suite"})
		}
	}
	return out
}

// Count is a name and how often it occurs.
type Count struct {
	Name string
	N    int
}

// Causes are the causes of failures, the commonest first.
func (l *Ledger) Causes() []Count {
	n := map[string]int{}
	for _, e := range l.Entries {
		if e.Outcome == suite.Fail {
			n[e.Cause]++
		}
	}
	var out []Count
	for name, count := range n {
		out = append(out, Count{name, count})
	}
	slices.SortFunc(out, func(a, b Count) int {
		return cmp.Or(cmp.Compare(b.N, a.N), strings.Compare(a.Name, b.Name))
	})
	return out
}

// Write writes the ledger, with its counts and causes in front.
func (l *Ledger) Write(path string) error {
	var b strings.Builder
	t := l.Totals()
	fmt.Fprintf(&b, "# title: %s\n# %d cases: %s\n", l.Title, t.All(), t)
	for _, c := range l.Causes() {
		fmt.Fprintf(&b, "# %6d  %s\n", c.N, c.Name)
	}
	if n := l.backends(); n > 0 {
		fmt.Fprintf(&b, "# Of those that pass, %d have their http block, a backend, served by another server.\n", n)
	}
	b.WriteString("#\n")
	for _, e := range l.Entries {
		fmt.Fprintf(&b, "%s\t%s\t%s\t%s\n", e.Case, e.Outcome, e.Cause, e.Reason)
	}
	return os.WriteFile(path, []byte(b.String()), 0o644)
}
