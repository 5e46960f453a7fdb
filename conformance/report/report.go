// Package report writes the results of a run of cases down: as text for people, and as TAP, JUnit and JSON for programs.
//
// It refuses to know how results come about and whether they were expected; the ledger says the latter.
package report

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"tidegate/conformance/suite"
)

// Line is one result on a line, for showing progress and failures.
func Line(r *suite.Result) string {
	text := fmt.Sprintf("%-4s  %s: %s", r.Outcome, r.ID(), r.Name)
	if r.Reason != "" {
		text += "\n      " + r.Reason
	}
	for _, b := range r.Before {
		text += "\n      failed before it was run again, alone: " + b.Reason
	}
	return text
}

// Failure writes all that is known about a failure.
func Failure(w io.Writer, r *suite.Result) {
	fmt.Fprintf(w, "FAIL  %s: %s\n", r.ID(), r.Name)
	times := map[suite.Check]int{} // a case that is repeated fails in the same way again
	for _, c := range r.Checks {
		if c.Failed != "" {
			times[c]++
		}
	}
	shown := map[suite.Check]bool{}
	for _, c := range r.Checks {
		if c.Failed == "" || shown[c] {
			continue
		}
		shown[c] = true
		what := c.What
		if times[c] > 1 {
			what += fmt.Sprintf(" (%d times)", times[c])
		}
		fmt.Fprintf(w, "      %s: %s\n", what, strings.ReplaceAll(c.Failed, "\n", "\n      "))
	}
	if len(shown) == 0 {
		fmt.Fprintf(w, "      %s\n", r.Reason)
	}
	if r.Root != "" {
		fmt.Fprintf(w, "      kept: %s\n", r.Root)
	}
	for _, b := range r.Before {
		fmt.Fprintf(w, "      failed before it was run again, alone: %s\n", b.Reason)
	}
}

// Counts are the numbers of outcomes. Again is how many of those that passed did so only when they were run again.
type Counts struct{ Pass, Fail, Skip, Again int }

// Count counts.
func Count(results []*suite.Result) (c Counts) {
	for _, r := range results {
		switch r.Outcome {
		case suite.Pass:
			c.Pass++
			if len(r.Before) > 0 {
				c.Again++
			}
		case suite.Fail:
			c.Fail++
		default:
			c.Skip++
		}
	}
	return c
}

// String says the counts in words.
func (c Counts) String() string {
	again := ""
	if c.Again > 0 {
		again = fmt.Sprintf(" (%d only when run again)", c.Again)
	}
	return fmt.Sprintf("%d passed%s, %d failed, %d skipped", c.Pass, again, c.Fail, c.Skip)
}

// TAP writes the Test Anything Protocol, a point for each case.
func TAP(w io.Writer, results []*suite.Result) error {
	var b strings.Builder
	fmt.Fprintf(&b, "TAP version 13\n1..%d\n", len(results))
	for i, r := range results {
		name := strings.NewReplacer("#", `\#`, "\n", " ").Replace(r.File + " " + r.Name)
		switch r.Outcome {
		case suite.Pass:
			fmt.Fprintf(&b, "ok %d - %s\n", i+1, name)
		case suite.Skip:
			fmt.Fprintf(&b, "ok %d - %s # SKIP %s\n", i+1, name, r.Reason)
		default:
			fmt.Fprintf(&b, "not ok %d - %s\n", i+1, name)
		}
		tapDetails(&b, r)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// tapDetails writes the block of YAML under a point: why it failed, and why it did the times before it was run again.
func tapDetails(b *strings.Builder, r *suite.Result) {
	if r.Outcome != suite.Fail && len(r.Before) == 0 {
		return
	}
	b.WriteString("  ---\n")
	if r.Outcome == suite.Fail {
		fmt.Fprintf(b, "  message: %q\n", r.Reason)
	}
	if len(r.Before) > 0 {
		b.WriteString("  failed_before:\n")
	}
	for _, f := range r.Before {
		fmt.Fprintf(b, "    - %q\n", f.Reason)
	}
	b.WriteString("  ...\n")
}

// JSON writes the results as an array.
func JSON(w io.Writer, results []*suite.Result) error {
	e := json.NewEncoder(w)
	e.SetIndent("", " ")
	e.SetEscapeHTML(false)
	return e.Encode(results)
}

type junitSuite struct {
	XMLName xml.Name    `xml:"testsuite"`
	Name    string      `xml:"name,attr"`
	Tests   int         `xml:"tests,attr"`
	Failed  int         `xml:"failures,attr"`
	Skipped int         `xml:"skipped,attr"`
	Time    string      `xml:"time,attr"`
	Cases   []junitCase `xml:"testcase"`
}

type junitCase struct {
	Class   string       `xml:"classname,attr"`
	Name    string       `xml:"name,attr"`
	Time    string       `xml:"time,attr"`
	Failure *junitDetail `xml:"failure,omitempty"`
	Skipped *junitDetail `xml:"skipped,omitempty"`
	// The failures before it was run again, in the elements that Maven's Surefire has for them: it passed in the end, or it did not.
	Flaky []junitDetail `xml:"flakyFailure,omitempty"`
	Rerun []junitDetail `xml:"rerunFailure,omitempty"`
}

type junitDetail struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// JUnit writes the XML that continuous integration servers read, a suite for each file.
func JUnit(w io.Writer, results []*suite.Result) error {
	var suites []*junitSuite
	var seconds float64
	for _, r := range results {
		if len(suites) == 0 || suites[len(suites)-1].Name != r.File {
			suites, seconds = append(suites, &junitSuite{Name: r.File}), 0
		}
		s := suites[len(suites)-1]
		seconds += r.Seconds
		s.Tests, s.Time = s.Tests+1, fmt.Sprintf("%.3f", seconds)
		c := junitCase{Class: r.File, Name: xmlText(r.Name), Time: fmt.Sprintf("%.3f", r.Seconds)}
		for _, b := range r.Before {
			if r.Outcome == suite.Fail {
				c.Rerun = append(c.Rerun, junitFailure(b))
			} else {
				c.Flaky = append(c.Flaky, junitFailure(b))
			}
		}
		switch r.Outcome {
		case suite.Fail:
			s.Failed++
			f := junitFailure(r)
			c.Failure = &f
		case suite.Skip:
			s.Skipped++
			c.Skipped = &junitDetail{Message: xmlText(r.Reason)}
		}
		s.Cases = append(s.Cases, c)
	}
	if _, err := io.WriteString(w, xml.Header+"<testsuites>\n"); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", " ")
	for _, s := range suites {
		if err := e.Encode(s); err != nil {
			return err
		}
	}
	_, err := io.WriteString(w, "\n</testsuites>\n")
	return err
}

func junitFailure(r *suite.Result) junitDetail {
	var b strings.Builder
	Failure(&b, r)
	return junitDetail{xmlText(r.Reason), xmlText(b.String())}
}

// xmlText takes out what XML cannot hold.
func xmlText(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x20 && r != '\n' && r != '\t' {
			return '?'
		}
		return r
	}, strings.ToValidUTF8(s, "?"))
}
