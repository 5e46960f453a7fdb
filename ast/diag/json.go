package diag

import (
	"encoding/json"
	"io"

	"tidegate/ast"
)

// The JSON form. Lines and columns count from 1, columns in bytes; offsets
// count bytes from 0; ends are exclusive.
type (
	jsonDiagnostic struct {
		Severity string        `json:"severity"`
		Rule     string        `json:"rule,omitempty"`
		Message  string        `json:"message"`
		Detail   string        `json:"detail,omitempty"`
		Stage    string        `json:"stage"`
		Fatal    bool          `json:"fatal"`
		Range    *jsonRange    `json:"range,omitempty"`
		At       *jsonPos      `json:"at,omitempty"`
		Related  []jsonRelated `json:"related,omitempty"`
		Fixes    []jsonFix     `json:"fixes,omitempty"`
	}
	jsonPos struct {
		File   string `json:"file"`
		Line   int    `json:"line"`
		Column int    `json:"column"`
		Offset int    `json:"offset"`
	}
	jsonRange struct {
		File      string `json:"file"`
		Line      int    `json:"line"`
		Column    int    `json:"column"`
		EndLine   int    `json:"end_line"`
		EndColumn int    `json:"end_column"`
		Start     int    `json:"start"`
		End       int    `json:"end"`
	}
	jsonRelated struct {
		Range   *jsonRange `json:"range,omitempty"`
		Message string     `json:"message"`
	}
	jsonFix struct {
		Description string     `json:"description"`
		Safe        bool       `json:"safe"`
		Edits       []jsonEdit `json:"edits"`
	}
	jsonEdit struct {
		Range *jsonRange `json:"range"`
		New   string     `json:"new"`
	}
)

// JSON renders a list as one JSON array. Bytes that are not UTF-8 become
// U+FFFD, as JSON has no others.
func JSON(w io.Writer, list List) error {
	out := make([]jsonDiagnostic, len(list))
	for i := range list {
		out[i] = toJSON(&list[i])
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(out)
}

func toJSON(d *Diagnostic) jsonDiagnostic {
	j := jsonDiagnostic{
		Severity: d.Severity.String(), Rule: d.Rule, Message: d.Message, Detail: d.Detail,
		Stage: d.Stage.String(), Fatal: d.Fatal(), Range: rangeToJSON(d.Subject),
	}
	if d.At.IsValid() {
		p := d.At.File.Position(d.At.Offset)
		j.At = &jsonPos{File: fileName(d.At.File), Line: p.Line, Column: p.Column, Offset: d.At.Offset}
	}
	for _, r := range d.Related {
		j.Related = append(j.Related, jsonRelated{Range: rangeToJSON(r.Range), Message: r.Message})
	}
	for _, f := range d.Fixes {
		fix := jsonFix{Description: f.Description, Safe: f.Safe, Edits: []jsonEdit{}}
		for _, e := range f.Edits {
			fix.Edits = append(fix.Edits, jsonEdit{Range: rangeToJSON(e.Range), New: e.New})
		}
		j.Fixes = append(j.Fixes, fix)
	}
	return j
}

func rangeToJSON(r ast.Range) *jsonRange {
	if !r.IsValid() {
		return nil
	}
	start, end := r.File.Position(r.Start), r.File.Position(r.End)
	return &jsonRange{
		File: fileName(r.File), Line: start.Line, Column: start.Column,
		EndLine: end.Line, EndColumn: end.Column, Start: r.Start, End: r.End,
	}
}

func fileName(f *ast.File) string {
	if f.CommandLine {
		return "command line"
	}
	return f.Name
}
