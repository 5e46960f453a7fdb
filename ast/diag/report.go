package diag

import (
	"bufio"
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Format is a form in which a whole report is written.
type Format string

// The formats of Report.
const (
	// FormatText is Text, for people.
	FormatText Format = "text"
	// FormatJSON is JSON.
	FormatJSON Format = "json"
	// FormatSARIF is SARIF 2.1.0, for code scanning services.
	FormatSARIF Format = "sarif"
	// FormatGitHub is the workflow commands of GitHub Actions, which become
	// annotations of the changed lines.
	FormatGitHub Format = "github"
	// FormatJUnit is JUnit's XML, which most CI services show as test results.
	FormatJUnit Format = "junit"
	// FormatErrorFormat is one line a finding, as compilers print it, which editors
	// read.
	FormatErrorFormat Format = "errorformat"
)

// Formats lists the formats.
func Formats() []Format {
	return []Format{FormatText, FormatJSON, FormatSARIF, FormatGitHub, FormatJUnit, FormatErrorFormat}
}

// ParseFormat finds a format by its name.
func ParseFormat(name string) (Format, error) {
	if slices.Contains(Formats(), Format(name)) {
		return Format(name), nil
	}
	var names []string
	for _, f := range Formats() {
		names = append(names, string(f))
	}
	return "", fmt.Errorf("there is no format %q; the formats are %s", name, strings.Join(names, ", "))
}

// ReportOptions are what the formats need besides the findings.
type ReportOptions struct {
	Text TextOptions
	// Files are the configurations that were looked at: a report without findings
	// still tells of them.
	Files []string
	// Rules describes the rules that ran, for formats that carry descriptions.
	Rules []RuleInfo
	// Root is the directory that relative file names are relative to, with a slash
	// at its end; "" if it is not known.
	Root string
	// Version is the version of the program.
	Version string
}

// RuleInfo describes a rule to a format that carries descriptions.
type RuleInfo struct {
	Name     string
	Summary  string
	Help     string
	Severity Severity
}

// Report renders a list in a format.
func Report(w io.Writer, format Format, list List, o ReportOptions) error {
	switch format {
	case FormatText:
		return Text(w, list, o.Text)
	case FormatJSON:
		return JSON(w, list)
	case FormatSARIF:
		return sarif(w, list, o)
	case FormatJUnit:
		return junit(w, list, o)
	}
	b := bufio.NewWriter(w)
	for i := range list {
		if format == FormatGitHub {
			gitHubLine(b, &list[i])
		} else {
			errorFormatLine(b, &list[i])
		}
	}
	return b.Flush()
}

// place is where a finding is, as most formats want it. Without a place line
// is 0.
type place struct {
	file                           string
	line, column, endLine, endCols int
}

func (d *Diagnostic) place() place {
	r := d.Subject
	if !r.IsValid() && d.At.IsValid() {
		r.File, r.Start, r.End = d.At.File, d.At.Offset, d.At.Offset
	}
	if !r.IsValid() {
		return place{}
	}
	start, end := r.File.Position(r.Start), r.File.Position(r.End)
	return place{fileName(r.File), start.Line, start.Column, end.Line, end.Column}
}

// oneLine is a message for formats that have no lines in it.
func oneLine(s string) string { return strings.ReplaceAll(printable(s), "\n", " ") }

// said is the message with its detail.
func (d *Diagnostic) said() string {
	if d.Detail == "" {
		return d.Message
	}
	return d.Message + "\n" + d.Detail
}

// errorFormatLine writes "FILE:LINE:COLUMN: LEVEL: MESSAGE [RULE]".
func errorFormatLine(w io.Writer, d *Diagnostic) {
	if s := d.place(); s.line > 0 {
		fmt.Fprintf(w, "%s:%d:%d: ", s.file, s.line, s.column)
	}
	fmt.Fprintf(w, "%s: %s [%s]\n", d.Severity, oneLine(d.Message), d.Rule)
}

// level3 maps the levels to the three that most services have.
func level3(s Severity, names [3]string) string {
	switch {
	case s <= Error:
		return names[0]
	case s == Warn:
		return names[1]
	}
	return names[2]
}

var (
	gitHubData = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	// In the properties of a command ":" and "," have a meaning too.
	gitHubProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

func gitHubLine(w io.Writer, d *Diagnostic) {
	var properties []string
	if s := d.place(); s.line > 0 {
		properties = append(properties, "file="+gitHubProperty.Replace(s.file), fmt.Sprintf("line=%d", s.line),
			fmt.Sprintf("endLine=%d", s.endLine))
		if s.line == s.endLine { // GitHub refuses columns of a span over lines
			properties = append(properties, fmt.Sprintf("col=%d", s.column), fmt.Sprintf("endColumn=%d", s.endCols))
		}
	}
	properties = append(properties, "title="+gitHubProperty.Replace("tidegate "+d.Rule))
	fmt.Fprintf(w, "::%s %s::%s\n", level3(d.Severity, [3]string{"error", "warning", "notice"}),
		strings.Join(properties, ","), gitHubData.Replace(strings.ToValidUTF8(d.said(), "\uFFFD")))
}

// The elements of JUnit's reports.
type (
	junitSuites struct {
		XMLName xml.Name     `xml:"testsuites"`
		Suites  []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Class   string        `xml:"classname,attr"`
		Name    string        `xml:"name,attr"`
		Failure *junitFailure `xml:"failure,omitempty"`
	}
	junitFailure struct {
		Type    string `xml:"type,attr"`
		Message string `xml:"message,attr"`
		Text    string `xml:",chardata"`
	}
)

// junit writes a suite for each file with a failed case for each finding, or one
// case that passed.
func junit(w io.Writer, list List, o ReportOptions) error {
	var out junitSuites
	at := map[string]int{}
	suite := func(name string) *junitSuite {
		i, ok := at[name]
		if !ok {
			i = len(out.Suites)
			at[name] = i
			out.Suites = append(out.Suites, junitSuite{Name: name})
		}
		return &out.Suites[i]
	}
	for _, f := range o.Files {
		suite(printable(f))
	}
	for i := range list {
		d := &list[i]
		s := d.place()
		name := "configuration"
		if s.line > 0 {
			name = printable(s.file)
		}
		var text strings.Builder
		if err := Text(&text, list[i:i+1], TextOptions{}); err != nil {
			return err
		}
		su := suite(name)
		su.Tests++
		su.Failures++
		su.Cases = append(su.Cases, junitCase{Class: name, Name: fmt.Sprintf("%s at %d:%d", d.Rule, s.line, s.column),
			Failure: &junitFailure{Type: d.Severity.String(), Message: oneLine(d.Message), Text: text.String()}})
	}
	for i := range out.Suites {
		if su := &out.Suites[i]; su.Tests == 0 {
			su.Tests, su.Cases = 1, []junitCase{{Class: su.Name, Name: "no findings"}}
		}
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(out); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}
