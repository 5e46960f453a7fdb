package report

import (
	"encoding/json"
	"encoding/xml"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tidegate/conformance/suite"
)

var results = []*suite.Result{
	{File: "t/a.t", Number: 1, Name: "TEST 1: #1", Outcome: suite.Pass, Seconds: 0.5},
	{File: "t/a.t", Number: 2, Name: "TEST 2", Outcome: suite.Skip, Reason: "SKIP"},
	{File: "t/b.t", Number: 1, Name: "TEST 1 \x01<", Outcome: suite.Fail, Reason: "stream_response: line 1", Root: "/tmp/kept",
		Checks: []suite.Check{{What: "session"}, {What: "stream_response", Failed: "line 1\n  -a\n  +b"}}},
}

// again are results of cases that failed before: one passed in the end, one did not.
var again = []*suite.Result{
	{File: "t/a.t", Number: 1, Name: "late", Outcome: suite.Pass, Before: []*suite.Result{{File: "t/a.t", Number: 1, Name: "late", Outcome: suite.Fail, Reason: "session: timed out"}}},
	{File: "t/a.t", Number: 2, Name: "wrong", Outcome: suite.Fail, Reason: "log: two", Before: []*suite.Result{{File: "t/a.t", Number: 2, Name: "wrong", Outcome: suite.Fail, Reason: "log: one"}}},
}

// TestRunAgain: no form of results hides that a case failed before it passed.
func TestRunAgain(t *testing.T) {
	var tap, junit, text, line strings.Builder
	if err := TAP(&tap, again); err != nil {
		t.Fatal(err)
	}
	if err := JUnit(&junit, again); err != nil {
		t.Fatal(err)
	}
	Failure(&text, again[1])
	line.WriteString(Line(again[0]))
	for _, want := range []struct{ name, text, part string }{
		{"TAP", tap.String(), "ok 1 - t/a.t late\n  ---\n  failed_before:\n    - \"session: timed out\"\n  ...\nnot ok 2"},
		{"TAP", tap.String(), "  message: \"log: two\"\n  failed_before:\n    - \"log: one\"\n  ...\n"},
		{"JUnit", junit.String(), `<flakyFailure message="session: timed out">FAIL  t/a.t#1: late`},
		{"JUnit", junit.String(), `<rerunFailure message="log: one">`},
		{"JUnit", junit.String(), `failures="1"`},
		{"a failure", text.String(), "      log: two\n      failed before it was run again, alone: log: one\n"},
		{"a line", line.String(), "pass  t/a.t#1: late\n      failed before it was run again, alone: session: timed out"},
		{"counts", Count(again).String(), "1 passed (1 only when run again), 1 failed, 0 skipped"},
	} {
		if !strings.Contains(want.text, want.part) {
			t.Errorf("%s: no %q in\n%s", want.name, want.part, want.text)
		}
	}
}

// TestFailure: what fails in each repetition is shown once.
func TestFailure(t *testing.T) {
	var b strings.Builder
	wrong := suite.Check{What: "error_log", Failed: "no x"}
	Failure(&b, &suite.Result{File: "t/a.t", Number: 1, Name: "one", Checks: []suite.Check{wrong, {What: "session"}, {What: "log", Failed: "y"}, wrong}})
	if d := cmp.Diff("FAIL  t/a.t#1: one\n      error_log (2 times): no x\n      log: y\n", b.String()); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestTAP(t *testing.T) {
	var b strings.Builder
	if err := TAP(&b, results); err != nil {
		t.Fatal(err)
	}
	want := "TAP version 13\n1..3\nok 1 - t/a.t TEST 1: \\#1\nok 2 - t/a.t TEST 2 # SKIP SKIP\nnot ok 3 - t/b.t TEST 1 \x01<\n  ---\n  message: \"stream_response: line 1\"\n  ...\n"
	if d := cmp.Diff(want, b.String()); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestJUnit(t *testing.T) {
	var b strings.Builder
	if err := JUnit(&b, results); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Suites []struct {
			Name     string `xml:"name,attr"`
			Tests    int    `xml:"tests,attr"`
			Failures int    `xml:"failures,attr"`
			Skipped  int    `xml:"skipped,attr"`
			Cases    []struct {
				Name    string `xml:"name,attr"`
				Failure string `xml:"failure"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	if err := xml.Unmarshal([]byte(b.String()), &got); err != nil {
		t.Fatalf("%v in %s", err, b.String())
	}
	if len(got.Suites) != 2 || got.Suites[0].Tests != 2 || got.Suites[0].Skipped != 1 || got.Suites[1].Failures != 1 {
		t.Fatalf("suites: %+v", got.Suites)
	}
	if c := got.Suites[1].Cases[0]; c.Name != "TEST 1 ?<" || !strings.Contains(c.Failure, "-a") || !strings.Contains(c.Failure, "kept: /tmp/kept") {
		t.Errorf("the failure is %+v", c)
	}
}

func TestJSON(t *testing.T) {
	var b strings.Builder
	if err := JSON(&b, results); err != nil {
		t.Fatal(err)
	}
	var got []*suite.Result
	if err := json.Unmarshal([]byte(b.String()), &got); err != nil || len(got) != 3 || got[2].Checks[1].Failed == "" {
		t.Errorf("%v from %s", err, b.String())
	}
}

func TestText(t *testing.T) {
	var b strings.Builder
	Failure(&b, results[2])
	want := "FAIL  t/b.t#1: TEST 1 \x01<\n      stream_response: line 1\n        -a\n        +b\n      kept: /tmp/kept\n"
	if d := cmp.Diff(want, b.String()); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if got := Count(results).String(); got != "1 passed, 1 failed, 1 skipped" {
		t.Errorf("counts: %s", got)
	}
	if got := Line(results[1]); got != "skip  t/a.t#2: TEST 2\n      SKIP" {
		t.Errorf("a line: %q", got)
	}
}
