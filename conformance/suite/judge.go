package suite

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"github.com/google/go-cmp/cmp"

	"tidegate/conformance/perl"
	"tidegate/conformance/testnginx"
)

// Check is one expectation of a case.
type Check struct {
	What   string `json:"what"`
	Failed string `json:"failed,omitempty"` // why, empty when it holds
}

// judgement collects checks.
type judgement struct {
	c      *testnginx.Case
	k      kind
	normal func(string) string // puts names in place of what differs from run to run
	many   bool                // the case makes several requests
	before string              // the log of the answers before
	checks []Check
}

func (j *judgement) check(what, failed string) { j.checks = append(j.checks, Check{what, failed}) }

// Judge holds an observation against the case.
func Judge(c *testnginx.Case, o *Observation) []Check {
	j := &judgement{c: c, k: kindOf(c), normal: o.Normal}
	if said := trouble.FindString(o.Output); said != "" {
		j.check(serverOutput, "it says: "+said)
	}
	if c.Has("must_die") {
		j.mustDie(o)
		j.wholeLog(o)
		return j.checks
	}
	if !o.Up {
		j.check("start", "the server did not start: "+firstProblem(o.Shutdown, o.Output))
		return j.checks
	}
	for i, round := range o.Rounds {
		j.round(i, round)
	}
	j.shutdown(o)
	j.wholeLog(o)
	return j.checks
}

// serverOutput is the check of what the server wrote to its standard streams.
const serverOutput = "the server's output"

// trouble is what no server may say on its standard streams.
var trouble = regexp.MustCompile(`(?m)^(?:panic: |fatal error: |WARNING: DATA RACE|.*\bAssertion .*failed\b).*`)

// firstProblem is the line that tells best why a server did not start.
func firstProblem(log, output string) string {
	for _, level := range []string{"[emerg]", "[alert]", "[crit]", "[error]"} {
		for line := range strings.Lines(log + output) {
			if i := strings.Index(line, level); i >= 0 {
				return strings.TrimSpace(line[i:])
			}
		}
	}
	if text := strings.TrimSpace(output); text != "" {
		first, _, _ := strings.Cut(text, "\n")
		return first
	}
	return "it says nothing"
}

func (j *judgement) mustDie(o *Observation) {
	want := strings.TrimSpace(j.c.Text("must_die"))
	switch {
	case o.Up:
		j.check("must_die", "the server serves")
	case want != "" && isNumber.MatchString(want) && want != fmt.Sprint(o.Exit):
		j.check("must_die", fmt.Sprintf("the server ended with status %d, not %s", o.Exit, want))
	case o.Exit == 0:
		j.check("must_die", "the server ended with status 0")
	case o.Exit >= 128:
		j.check("must_die", fmt.Sprintf("the server was ended by signal %d", o.Exit-128))
	default:
		j.check("must_die", "")
	}
	for i := range max(j.c.Head.Repeat, 1) {
		j.log(i, o.Shutdown)
	}
}

var isNumber = regexp.MustCompile(`^\d+$`)

func (j *judgement) round(i int, round Round) {
	if j.k != httpCase {
		for _, a := range round.Answers {
			j.session(a)
			j.body(a.Text, 0)
			j.log(i, a.Log+printedLine(j.c, a))
			j.accessLog(a.Access)
		}
	} else {
		j.responses(i, round)
	}
	j.query("tcp_query", round.TCPQuery)
	if j.c.Has("tcp_query_len") && round.TCPQuery != nil {
		if want := strings.TrimSpace(j.c.Text("tcp_query_len")); fmt.Sprint(len(*round.TCPQuery)) != want {
			j.check("tcp_query_len", fmt.Sprintf("%d bytes, not %s", len(*round.TCPQuery), want))
		} else {
			j.check("tcp_query_len", "")
		}
	}
	j.query("udp_query", round.UDPQuery)
}

// session takes the place of the check of the status, which for stream cases says that the client came to its end.
func (j *judgement) session(a Answer) {
	if a.End == endTimeout {
		j.check("session", "client socket timed out")
		return
	}
	if want := strings.TrimSpace(j.c.Text("error_code")); want != "" && want != "200" {
		j.check("error_code", "clients of streams answer Test::Nginx with 200, not "+want)
		return
	}
	j.check("session", "")
}

func (j *judgement) query(section string, got *string) {
	if j.c.Has(section) && got != nil {
		j.equalOrLike(section, j.c.Value(section), *got)
	}
}

// equalOrLike compares with a string, or matches a pattern.
func (j *judgement) equalOrLike(what string, want perl.Value, got string) {
	if re, ok := want.(*perl.Regexp); ok {
		j.like(what, re, got, true)
		return
	}
	if text := perl.String(want); text != got {
		j.check(what, difference(text, got))
		return
	}
	j.check(what, "")
}

func (j *judgement) like(what string, re *perl.Regexp, got string, want bool) {
	if re.Match(got) == want {
		j.check(what, "")
		return
	}
	not := "does not match"
	if !want {
		not = "matches"
	}
	j.check(what, fmt.Sprintf("%s %s %s", quote(got), not, re.Pattern()))
}

// quote shows a text on one line, shortened.
func quote(s string) string {
	const width = 200
	if len(s) > width {
		s = s[:width] + "…"
	}
	return fmt.Sprintf("%q", s)
}

// difference says in its first line where two texts part, and shows the rest below.
func difference(want, got string) string {
	w, g := strings.SplitAfter(want, "\n"), strings.SplitAfter(got, "\n")
	for i := range max(len(w), len(g)) {
		a, b := "", ""
		if i < len(w) {
			a = w[i]
		}
		if i < len(g) {
			b = g[i]
		}
		if a != b {
			return fmt.Sprintf("line %d is %s, not %s (-want +got):\n%s", i+1, quote(b), quote(a), diff(want, got))
		}
	}
	return ""
}

// diff shows where two texts differ, line by line: "-" for what is wanted, "+" for what came.
func diff(want, got string) string {
	const most = 60
	text := cmp.Diff(want, got)
	if w, g := strings.SplitAfter(want, "\n"), strings.SplitAfter(got, "\n"); len(w) > 2 || len(g) > 2 {
		text = cmp.Diff(w, g)
	}
	d := strings.Split(strings.TrimRight(text, "\n"), "\n")
	if len(d) > most {
		d = append(d[:most], "…")
	}
	return strings.Join(d, "\n")
}

// expected is what a section says of a request (get_indexed_value). Several requests have lists of what is expected of them.
func (j *judgement) expected(section string, request int) (v perl.Value, ok bool) {
	v = j.c.Value(section)
	if _, list := v.(*perl.Array); j.many && !list {
		j.check(section, "the case makes several requests, so that what is expected of them must be a list")
		return nil, false
	}
	return indexed(v, request), true
}

// indexed picks an element of a list; what is no list stands for each.
func indexed(v perl.Value, i int) perl.Value {
	if list, ok := v.(*perl.Array); ok {
		if i < len(list.Items) {
			return list.Items[i].V
		}
		return nil
	}
	return v
}

// body checks what came, as check_response_body does. The stream sections stand for those of http.
func (j *judgement) body(got string, request int) {
	c := j.c
	p, like := "", ""
	if j.k != httpCase {
		p = j.k.prefix() + "_response"
		like = p + "_like"
	}
	section := func(names ...string) (string, perl.Value, bool) {
		for _, n := range names {
			if n != "" && c.Has(n) {
				want, ok := j.expected(n, request)
				return n, want, ok
			}
		}
		return "", nil, false
	}
	for _, name := range []string{"response_body", "response_body_like"} {
		if other := strings.Replace(name, "response_body", p, 1); p != "" && c.Has(name) && c.Has(other) {
			j.check(name, "it is in conflict with "+other)
		}
	}
	if name, want, ok := section("response_body", p); name != "" {
		if !ok {
			return
		}
		got = j.sorted(got)
		if s, ok := want.(string); ok {
			if c.Has("log") { // a recorded case has the names of ports in what it expects
				want, got = ended(s), ended(j.normal(got))
			} else {
				want = j.expand(s)
			}
		}
		j.equalOrLike(name, want, got)
	} else if name, want, ok := section("response_body_like", like); name != "" {
		if ok {
			j.pattern(name, want, got, true)
		}
	} else if name, want, ok := section("response_body_unlike"); ok {
		j.pattern(name, want, got, false)
	}
}

// sorted is JSON with the keys of its objects in order, for cases that ask for that; what is no JSON stays.
func (j *judgement) sorted(text string) string {
	if !j.c.Has("response_body_json_sort") {
		return text
	}
	var v any
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&v); err != nil || d.More() {
		return text
	}
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if e.Encode(v) != nil {
		return text
	}
	return b.String()
}

func (j *judgement) expand(s string) string { return j.c.Expand(j.expandPort(s)) }

// pattern matches as qr/$pattern/s does.
func (j *judgement) pattern(what string, want perl.Value, got string, match bool) {
	re, err := perl.Compile(j.expandPort(perl.String(want)), "s")
	if err != nil {
		j.check(what, err.Error())
		return
	}
	j.like(what, re, got, match)
}

// shutdown checks what was logged at the end. A server that is reloaded from case to case does not end (check_prev_block_shutdown_error_log).
func (j *judgement) shutdown(o *Observation) {
	if j.c.Head.UseHup {
		return
	}
	if j.c.HasAny("shutdown_error_log") {
		for _, p := range patterns(j.c, "shutdown_error_log") {
			j.check("shutdown_error_log", missing(p, lines(o.Shutdown)))
		}
	}
	if j.c.HasAny("no_shutdown_error_log") {
		for _, p := range patterns(j.c, "no_shutdown_error_log") {
			j.check("no_shutdown_error_log", present(p, lines(o.Shutdown)))
		}
	}
}
