// Package diag holds what is said about a configuration: diagnostics with
// their places, the order in which they come, and the forms in which they are
// shown.
//
// The flow: parser, ast/conf, lint and the runtime's builders each return a
// List; whoever runs them joins the lists and sorts them into nginx's reading
// order; a command renders the result once, as text for people (Text), as
// nginx's own lines (Nginx) or as JSON (JSON).
//
// A Diagnostic has two places. Subject is for people: the very word that is
// wrong. At is nginx's: where its read position stood when it complained,
// which is what "in FILE:LINE" is made of.
//
// The package refuses to know the rules that diagnostics come from, and where
// their output goes.
package diag

import (
	"fmt"
	"sort"

	"tidegate/ast"
)

// Severity is one of nginx's log levels. Lint uses Error, Warn and Info.
type Severity uint8

// The levels of ngx_log.h, most severe first.
const (
	Emerg Severity = iota + 1
	Alert
	Crit
	Error
	Warn
	Notice
	Info
	Debug
)

var severityNames = [...]string{"", "emerg", "alert", "crit", "error", "warn", "notice", "info", "debug"}

// String returns nginx's name of the level.
func (s Severity) String() string {
	if s < Emerg || s > Debug {
		return fmt.Sprintf("severity(%d)", uint8(s))
	}
	return severityNames[s]
}

// ParseSeverity returns the level with one of nginx's names.
func ParseSeverity(name string) (Severity, bool) {
	for i, n := range severityNames {
		if i > 0 && n == name {
			return Severity(i), true
		}
	}
	return 0, false
}

// Stage tells when nginx would find out.
type Stage uint8

const (
	// Syntax is everything up to nginx's line "syntax is ok": reading the
	// files and building the configuration.
	Syntax Stage = iota
	// Init comes after that line: opening logs, zones and listeners.
	Init
	// Advice is what nginx does not say at all. The Nginx renderer leaves it
	// out.
	Advice
)

// String returns the name of the stage in lower case.
func (s Stage) String() string {
	switch s {
	case Syntax:
		return "syntax"
	case Init:
		return "init"
	}
	return "advice"
}

// Diagnostic is one finding.
type Diagnostic struct {
	Severity Severity
	// Rule names the check, for suppressions and machines.
	Rule string
	// Message is nginx's own sentence where it has one, without
	// " in FILE:LINE".
	Message string
	// Subject is the exact span to show to people.
	Subject ast.Range
	// At is where nginx's read position stands when it reports. If it is
	// nowhere, nginx prints no position.
	At ast.Pos
	// Order is the place in reading order when that is not At: for a finding
	// without At, and where nginx runs to the end of the file before it
	// complains about a word that began long before.
	Order ast.Pos
	// Detail says why and what to do about it.
	Detail string
	Stage  Stage
	// Passes marks an [error] or worse after which nginx goes on.
	Passes bool
	// Unsaid marks what nginx refuses the configuration for without a message.
	Unsaid  bool
	Related []Related
	Fixes   []Fix
}

// Related is another place that helps to understand a finding.
type Related struct {
	Range   ast.Range
	Message string
}

// Fix is a change to the source that removes a finding.
type Fix struct {
	Description string
	// Safe fixes keep the meaning or restore what was surely meant.
	Safe  bool
	Edits []Edit
}

// Edit replaces the bytes of a range.
type Edit struct {
	Range ast.Range
	New   string
}

// Fatal reports whether nginx refuses the configuration because of it.
func (d *Diagnostic) Fatal() bool {
	return d.Severity <= Error && !d.Passes && d.Stage != Advice
}

// Place returns the position by which diagnostics are ordered.
func (d *Diagnostic) Place() ast.Pos {
	switch {
	case d.Order.IsValid():
		return d.Order
	case d.At.IsValid():
		return d.At
	}
	return d.Subject.Pos()
}

// Error returns "file:line:column: level: message", so that a Diagnostic can
// travel as an error.
func (d *Diagnostic) Error() string {
	p := d.Subject.Pos()
	if !p.IsValid() {
		p = d.At
	}
	if !p.IsValid() {
		return d.Severity.String() + ": " + d.Message
	}
	return p.String() + ": " + d.Severity.String() + ": " + d.Message
}

// List is a sequence of diagnostics.
type List []Diagnostic

// Sort puts the list into the order in which nginx would meet the findings:
// stage by stage, each stage in reading order. Findings at the same place keep
// their order, and those without a place come last in their stage. Advice is
// sorted in among the findings of Syntax.
func (l List) Sort() {
	sort.SliceStable(l, func(i, j int) bool {
		a, b := &l[i], &l[j]
		if (a.Stage == Init) != (b.Stage == Init) {
			return b.Stage == Init
		}
		if a.Stage == Init {
			return false
		}
		return ast.Before(a.Place(), b.Place())
	})
}

// Fatal returns the first finding for which nginx refuses the configuration in
// a sorted list, nil if it accepts it.
func (l List) Fatal() *Diagnostic {
	for i := range l {
		if l[i].Fatal() {
			return &l[i]
		}
	}
	return nil
}

// Count returns the number of findings at least as severe as s.
func (l List) Count(s Severity) int {
	n := 0
	for i := range l {
		if l[i].Severity <= s {
			n++
		}
	}
	return n
}

// Add appends an [emerg] of stage Syntax. It is the common case.
func (l *List) Add(rule string, subject ast.Range, at ast.Pos, format string, args ...any) *Diagnostic {
	*l = append(*l, Diagnostic{
		Severity: Emerg, Rule: rule, Message: fmt.Sprintf(format, args...), Subject: subject, At: at,
	})
	return &(*l)[len(*l)-1]
}
