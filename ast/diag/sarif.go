package diag

import (
	"encoding/json"
	"io"
	"net/url"
	"path"
	"strings"
	"unicode/utf8"

	"tidegate/ast"
)

// The parts of SARIF 2.1.0 (OASIS standard) that a report uses.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool       sarifTool                `json:"tool"`
		ColumnKind string                   `json:"columnKind"`
		Bases      map[string]sarifArtifact `json:"originalUriBaseIds,omitempty"`
		Results    []sarifResult            `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name    string      `json:"name"`
		Version string      `json:"version,omitempty"`
		Rules   []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID      string      `json:"id"`
		Short   *sarifText  `json:"shortDescription,omitempty"`
		Help    *sarifText  `json:"help,omitempty"`
		Default *sarifLevel `json:"defaultConfiguration,omitempty"`
	}
	sarifLevel struct {
		Level string `json:"level"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifResult struct {
		RuleID       string            `json:"ruleId"`
		RuleIndex    int               `json:"ruleIndex"`
		Level        string            `json:"level"`
		Message      sarifText         `json:"message"`
		Locations    []sarifLocation   `json:"locations,omitempty"`
		Related      []sarifLocation   `json:"relatedLocations,omitempty"`
		Fingerprints map[string]string `json:"partialFingerprints"`
		Fixes        []sarifFix        `json:"fixes,omitempty"`
	}
	sarifLocation struct {
		Physical sarifPhysical `json:"physicalLocation"`
		Message  *sarifText    `json:"message,omitempty"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   sarifRegion   `json:"region"`
	}
	sarifArtifact struct {
		URI  string `json:"uri"`
		Base string `json:"uriBaseId,omitempty"`
	}
	sarifRegion struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn"`
		EndLine     int `json:"endLine"`
		EndColumn   int `json:"endColumn"`
	}
	sarifFix struct {
		Description sarifText     `json:"description"`
		Changes     []sarifChange `json:"artifactChanges"`
	}
	sarifChange struct {
		Artifact     sarifArtifact      `json:"artifactLocation"`
		Replacements []sarifReplacement `json:"replacements"`
	}
	sarifReplacement struct {
		Deleted  sarifRegion `json:"deletedRegion"`
		Inserted sarifText   `json:"insertedContent"`
	}
)

// rootID names the directory that relative names are relative to, as code
// scanning services know it.
const rootID = "%SRCROOT%"

type sarifWriter struct {
	root  string
	rules []sarifRule
	index map[string]int
}

// sarif renders a list as a SARIF log with one run.
func sarif(w io.Writer, list List, o ReportOptions) error {
	s := &sarifWriter{root: o.Root, index: map[string]int{}}
	for _, r := range o.Rules {
		s.rule(r)
	}
	run := sarifRun{ColumnKind: "utf16CodeUnits", Results: make([]sarifResult, 0, len(list))}
	for i := range list {
		run.Results = append(run.Results, s.result(&list[i]))
	}
	if s.root != "" {
		base := url.URL{Scheme: "file", Path: s.root}
		run.Bases = map[string]sarifArtifact{rootID: {URI: base.String()}}
	}
	run.Tool.Driver = sarifDriver{Name: "tidegate", Version: o.Version, Rules: s.rules}
	if run.Tool.Driver.Rules == nil {
		run.Tool.Driver.Rules = []sarifRule{}
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	return e.Encode(sarifLog{Schema: "https://json.schemastore.org/sarif-2.1.0.json", Version: "2.1.0", Runs: []sarifRun{run}})
}

func sarifLevelOf(s Severity) string { return level3(s, [3]string{"error", "warning", "note"}) }

// rule returns the index of a rule, which is added if it is new.
func (s *sarifWriter) rule(r RuleInfo) int {
	i, ok := s.index[r.Name]
	if ok {
		return i
	}
	rule := sarifRule{ID: r.Name, Default: &sarifLevel{sarifLevelOf(r.Severity)}}
	if r.Summary != "" {
		rule.Short = &sarifText{r.Summary}
	}
	if r.Help != "" {
		rule.Help = &sarifText{r.Help}
	}
	s.index[r.Name] = len(s.rules)
	s.rules = append(s.rules, rule)
	return len(s.rules) - 1
}

func (s *sarifWriter) result(d *Diagnostic) sarifResult {
	r := sarifResult{
		RuleID: d.Rule, RuleIndex: s.rule(RuleInfo{Name: d.Rule, Severity: d.Severity}), Level: sarifLevelOf(d.Severity),
		Message:      sarifText{strings.ToValidUTF8(d.said(), "\uFFFD")},
		Fingerprints: map[string]string{"tidegate/v1": d.Fingerprint()},
	}
	at := d.Subject
	if !at.IsValid() && d.At.IsValid() {
		at = ast.Range{File: d.At.File, Start: d.At.Offset, End: d.At.Offset}
	}
	if at.IsValid() {
		r.Locations = []sarifLocation{{Physical: s.physical(at)}}
	}
	for _, rel := range d.Related {
		if rel.Range.IsValid() {
			r.Related = append(r.Related, sarifLocation{s.physical(rel.Range), &sarifText{strings.ToValidUTF8(rel.Message, "\uFFFD")}})
		}
	}
	for i := range d.Fixes {
		r.Fixes = append(r.Fixes, s.fix(&d.Fixes[i]))
	}
	return r
}

// fix lists the edits by file, in the order in which the files come first.
func (s *sarifWriter) fix(f *Fix) sarifFix {
	out := sarifFix{Description: sarifText{f.Description}, Changes: []sarifChange{}}
	at := map[*ast.File]int{}
	for _, e := range f.Edits {
		i, ok := at[e.Range.File]
		if !ok {
			i = len(out.Changes)
			at[e.Range.File] = i
			out.Changes = append(out.Changes, sarifChange{Artifact: s.artifact(e.Range.File)})
		}
		c := &out.Changes[i]
		c.Replacements = append(c.Replacements, sarifReplacement{regionOf(e.Range), sarifText{strings.ToValidUTF8(e.New, "\uFFFD")}})
	}
	return out
}

func (s *sarifWriter) physical(r ast.Range) sarifPhysical {
	return sarifPhysical{s.artifact(r.File), regionOf(r)}
}

// artifact gives a file below the root relative to it, others by their full
// names where these are known.
func (s *sarifWriter) artifact(f *ast.File) sarifArtifact {
	name := fileName(f)
	if !path.IsAbs(name) {
		if s.root == "" {
			return sarifArtifact{URI: pathURI(name)}
		}
		return sarifArtifact{URI: pathURI(path.Clean(name)), Base: rootID}
	}
	if rest, ok := strings.CutPrefix(name, s.root); ok && s.root != "" {
		return sarifArtifact{URI: pathURI(rest), Base: rootID}
	}
	return sarifArtifact{URI: (&url.URL{Scheme: "file", Path: name}).String()}
}

// pathURI writes a relative path as a URI reference.
func pathURI(name string) string { return (&url.URL{Path: name}).String() }

// regionOf counts columns in UTF-16 code units, as SARIF's viewers do.
func regionOf(r ast.Range) sarifRegion {
	start, end := r.File.Position(r.Start), r.File.Position(r.End)
	return sarifRegion{start.Line, utf16Column(r.File, r.Start, start), end.Line, utf16Column(r.File, r.End, end)}
}

func utf16Column(f *ast.File, off int, p ast.Position) int {
	off = max(0, min(off, len(f.Src)))
	n := 1
	for b := f.Src[off-p.Column+1 : off]; len(b) > 0; {
		r, size := utf8.DecodeRune(b)
		if r >= 0x10000 {
			n++
		}
		n++
		b = b[size:]
	}
	return n
}
