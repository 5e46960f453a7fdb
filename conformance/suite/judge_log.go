package suite

import (
	"fmt"
	"slices"
	"strings"

	"tidegate/conformance/perl"
	"tidegate/conformance/testnginx"
)

// logPattern is a line of error_log and its kin: a text to be found, or an expression.
type logPattern struct {
	text string
	re   *perl.Regexp
}

func (p logPattern) String() string {
	if p.re != nil {
		return p.re.String()
	}
	return p.text
}

// matches gives what matches a line.
func (p logPattern) matches(line string) (string, bool) {
	if p.re != nil {
		if at := p.re.Find(line, 0); at != nil {
			return line[at[0]:at[1]], true
		}
	}
	text := p.String()
	return text, strings.Contains(line, text)
}

func patternOf(v perl.Value) logPattern {
	if re, ok := v.(*perl.Regexp); ok {
		return logPattern{re: re}
	}
	return logPattern{text: perl.String(v)}
}

// patterns are those of a section: its lines, or the elements of its list.
func patterns(c *testnginx.Case, section string) []logPattern {
	var out []logPattern
	switch v := c.Value(section).(type) {
	case nil:
	case *perl.Array:
		for _, item := range v.Values() {
			if item != nil {
				out = append(out, patternOf(item))
			}
		}
	case *perl.Regexp:
		out = append(out, logPattern{re: v})
	default:
		for line := range strings.SplitSeq(perl.String(v), "\n") {
			if line != "" {
				out = append(out, logPattern{text: line})
			}
		}
	}
	return out
}

func lines(text string) []string {
	var out []string
	for line := range strings.Lines(text) {
		out = append(out, line)
	}
	return out
}

// missing tells that no line matches.
func missing(p logPattern, lines []string) string {
	for _, line := range lines {
		if _, ok := p.matches(line); ok {
			return ""
		}
	}
	return fmt.Sprintf("no line in the log matches %s", p)
}

// present tells which line matches.
func present(p logPattern, lines []string) string {
	for _, line := range lines {
		if _, ok := p.matches(line); ok {
			return fmt.Sprintf("%s matches %s", p, quote(strings.TrimRight(line, "\n")))
		}
	}
	return ""
}

// grepped is what grep_error_log finds, a line for each line of the log with a match.
func grepped(c *testnginx.Case, round int, lines []string) (found string, want perl.Value, ok bool) {
	v := c.Value("grep_error_log")
	if list, isList := v.(*perl.Array); isList {
		v = indexed(list, round)
	}
	if v == nil {
		return "", nil, false
	}
	p := patternOf(v)
	var b strings.Builder
	for _, line := range lines {
		if m, hit := p.matches(line); hit && !strings.Contains(m, "\n") {
			b.WriteString(m + "\n")
		}
	}
	want = indexed(c.Value("grep_error_log_out"), round)
	if s, isText := want.(string); isText {
		want = c.Expand(s)
	}
	return b.String(), want, true
}

// log makes the checks of check_error_log.
func (j *judgement) log(round int, text string) {
	if j.c.Head.Accumulate {
		j.before += text
		text = j.before
	}
	lines := lines(text)
	switch got, want, ok := grepped(j.c, round, lines); {
	case j.c.Has("grep_error_log") != j.c.Has("grep_error_log_out"):
		j.check("grep_error_log", "grep_error_log and grep_error_log_out need each other")
	case ok:
		j.equalOrLike("grep_error_log_out", want, got)
	}
	for _, p := range patterns(j.c, "error_log") {
		j.check("error_log", missing(p, lines))
	}
	for _, p := range patterns(j.c, "no_error_log") {
		j.check("no_error_log", present(p, lines))
	}
}

// accessLog makes the checks of check_access_log.
func (j *judgement) accessLog(text string) {
	lines := lines(text)
	for _, p := range patterns(j.c, "access_log") {
		j.check("access_log", missing(p, lines))
	}
	for _, p := range patterns(j.c, "no_access_log") {
		j.check("no_access_log", present(p, lines))
	}
}

// logExpected tells whether all that the case expects in the logs is there.
func logExpected(c *testnginx.Case, round int, text, access string) bool {
	errors := lines(text)
	missing := func(section string, lines []string) bool {
		return slices.ContainsFunc(patterns(c, section), func(p logPattern) bool { return missing(p, lines) != "" })
	}
	if missing("error_log", errors) || missing("access_log", lines(access)) {
		return false
	}
	got, want, ok := grepped(c, round, errors)
	if !ok {
		return true
	}
	if re, isRe := want.(*perl.Regexp); isRe {
		return re.Match(got)
	}
	return got == perl.String(want)
}
