package diag

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"strings"
	"testing"

	sarifreport "github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
)

// reported is a list with everything that a finding can have.
func reported() List {
	f := file("conf/a b.conf", "server {\n  naïve \U0001F600 on;\n  x y\n  z;\n}\n")
	g := file("/srv/other.conf", "caf\xe9 1;\n")
	return List{
		{Severity: Warn, Rule: "alias-traversal", Message: "a,b: 100%\nsecond", Detail: "do\nthis", Subject: span(f, 23, 25),
			Related: []Related{{span(g, 5, 6), "here"}},
			Fixes:   []Fix{{Description: "turn it off", Safe: true, Edits: []Edit{{span(f, 23, 25), "off"}, {span(g, 5, 6), "2"}}}}},
		{Severity: Emerg, Rule: "syntax", Message: "over lines", Subject: span(f, 29, 36)},
		{Severity: Info, Rule: "no-events", Message: "caf\xe9 nowhere"},
	}
}

func render(t *testing.T, format Format, list List, o ReportOptions) string {
	t.Helper()
	var b bytes.Buffer
	if err := Report(&b, format, list, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestErrorFormat(t *testing.T) {
	want := "conf/a b.conf:2:15: warn: a,b: 100%\\x0asecond [alias-traversal]\n" +
		"conf/a b.conf:3:3: emerg: over lines [syntax]\n" +
		"info: caf\\xe9 nowhere [no-events]\n"
	if got := render(t, FormatErrorFormat, reported(), ReportOptions{}); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestGitHub(t *testing.T) {
	want := "::warning file=conf/a b.conf,line=2,endLine=2,col=15,endColumn=17,title=tidegate alias-traversal::a,b: 100%25%0Asecond%0Ado%0Athis\n" +
		"::error file=conf/a b.conf,line=3,endLine=4,title=tidegate syntax::over lines\n" +
		"::notice title=tidegate no-events::caf\uFFFD nowhere\n"
	if got := render(t, FormatGitHub, reported(), ReportOptions{}); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestJUnit(t *testing.T) {
	out := render(t, FormatJUnit, reported(), ReportOptions{Files: []string{"conf/a b.conf", "clean.conf"}})
	var suites junitSuites
	if err := xml.Unmarshal([]byte(out), &suites); err != nil {
		t.Fatal(err)
	}
	type row struct {
		name            string
		tests, failures int
	}
	want := []row{{"conf/a b.conf", 2, 2}, {"clean.conf", 1, 0}, {"configuration", 1, 1}}
	var got []row
	for _, s := range suites.Suites {
		got = append(got, row{s.Name, s.Tests, s.Failures})
		if len(s.Cases) != s.Tests {
			t.Errorf("%s has %d cases and says %d", s.Name, len(s.Cases), s.Tests)
		}
	}
	if len(got) != len(want) || got[0] != want[0] || got[1] != want[1] || got[2] != want[2] {
		t.Errorf("got %v, want %v", got, want)
	}
	if !strings.Contains(suites.Suites[0].Cases[0].Failure.Text, "^~") {
		t.Errorf("no source line in %q", suites.Suites[0].Cases[0].Failure.Text)
	}
}

// TestSARIF validates a report against the standard's schema and looks at what
// the schema cannot know.
func TestSARIF(t *testing.T) {
	o := ReportOptions{Root: "/home/me/site/", Version: "1.2", Rules: []RuleInfo{{"alias-traversal", "Sum.", "Why.", Warn}, {"quiet", "Q.", "", Info}}}
	for _, list := range []List{reported(), nil} {
		out := render(t, FormatSARIF, list, o)
		validate(t, out)
	}
	out := render(t, FormatSARIF, reported(), o)
	r, err := sarifreport.FromString(out)
	if err != nil {
		t.Fatal(err)
	}
	run := r.Runs[0]
	if n := len(run.Tool.Driver.Rules); n != 4 {
		t.Errorf("%d rules", n)
	}
	first := run.Results[0]
	region := first.Locations[0].PhysicalLocation.Region
	// "  naïve 😀 on;": ï is one unit of UTF-16, the face two.
	if *region.StartLine != 2 || *region.StartColumn != 12 || *region.EndColumn != 14 {
		t.Errorf("region %d:%d-%d", *region.StartLine, *region.StartColumn, *region.EndColumn)
	}
	if uri := *first.Locations[0].PhysicalLocation.ArtifactLocation.URI; uri != "conf/a%20b.conf" {
		t.Errorf("uri %q", uri)
	}
	if uri := *first.RelatedLocations[0].PhysicalLocation.ArtifactLocation.URI; uri != "file:///srv/other.conf" {
		t.Errorf("uri %q", uri)
	}
	if changes := first.Fixes[0].ArtifactChanges; len(changes) != 2 {
		t.Errorf("%d changed files", len(changes))
	}
}

// validate checks a log against the schema that the module carries. The module
// validates its own types; that nothing was lost on the way into them is what
// makes that a validation of the log.
func validate(t *testing.T, log string) {
	t.Helper()
	r, err := sarifreport.FromString(log)
	if err != nil {
		t.Fatal(err)
	}
	for _, run := range r.Runs {
		// The module writes these optional properties even if they are not there, in
		// a form that its own schema refuses.
		run.Language, run.Tool.Driver.Language = "en", "en"
		run.NewlineSequences = []string{"\n"}
	}
	if err := r.Validate(); err != nil {
		t.Fatalf("%v\n%s", err, log)
	}
	back, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var in, out any
	if err := errors.Join(json.Unmarshal([]byte(log), &in), json.Unmarshal(back, &out)); err != nil {
		t.Fatal(err)
	}
	if !covers(out, in) {
		t.Fatalf("the types of the schema lack something of\n%s\nthey hold\n%s", log, back)
	}
}

// covers reports whether everything in b is in a.
func covers(a, b any) bool {
	switch b := b.(type) {
	case map[string]any:
		m, ok := a.(map[string]any)
		for k, v := range b {
			ok = ok && covers(m[k], v)
		}
		return ok
	case []any:
		l, ok := a.([]any)
		ok = ok && len(l) == len(b)
		for i := 0; ok && i < len(b); i++ {
			ok = covers(l[i], b[i])
		}
		return ok
	}
	return a == b
}

func TestFingerprint(t *testing.T) {
	a := file("f", "x\n  server_tokens   on;\n")
	b := file("f", "moved\nx\nserver_tokens on;\n")
	fa := (&Diagnostic{Rule: "r", Subject: span(a, 4, 6)}).Fingerprint()
	fb := (&Diagnostic{Rule: "r", Subject: span(b, 8, 9)}).Fingerprint()
	if fa != fb {
		t.Error("a moved line has another fingerprint")
	}
	for _, d := range []Diagnostic{{Rule: "s", Subject: span(a, 4, 6)}, {Rule: "r", Subject: span(a, 0, 1)},
		{Rule: "r", Subject: span(file("g", string(a.Src)), 4, 6)}} {
		if d.Fingerprint() == fa {
			t.Errorf("%+v has the same fingerprint", d)
		}
	}
}
