package diag

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"tidegate/ast"
)

// TextOptions say how Text renders.
type TextOptions struct {
	// Color uses ANSI colours.
	Color bool
	// Width is the number of columns for a source line, 100 if 0. Of longer
	// lines the part around the finding is shown.
	Width int
}

// Text renders a list for people: place, level and message, the source line
// with a caret under the subject, the detail and the related places. Advice has
// the name of its rule in brackets, by which it can be allowed. Bytes
// that a terminal would act on, and those that are not UTF-8, are shown as
// escapes.
func Text(w io.Writer, list List, o TextOptions) error {
	if o.Width <= 0 {
		o.Width = 100
	}
	t := &textWriter{Writer: bufio.NewWriter(w), o: o}
	for i := range list {
		t.diagnostic(&list[i])
	}
	return t.Flush()
}

type textWriter struct {
	*bufio.Writer
	o TextOptions
}

// The colours of severities and of the parts of a finding.
const (
	red    = "\x1b[1;31m"
	yellow = "\x1b[1;33m"
	cyan   = "\x1b[1;36m"
	bold   = "\x1b[1m"
	dim    = "\x1b[2m"
	reset  = "\x1b[0m"
)

func severityColor(s Severity) string {
	switch {
	case s <= Error:
		return red
	case s == Warn:
		return yellow
	}
	return cyan
}

func (t *textWriter) paint(color, s string) string {
	if !t.o.Color || s == "" {
		return s
	}
	return color + s + reset
}

func (t *textWriter) diagnostic(d *Diagnostic) {
	r := d.Subject
	if !r.IsValid() && d.At.IsValid() {
		r = ast.Range{File: d.At.File, Start: d.At.Offset, End: d.At.Offset}
	}
	color := severityColor(d.Severity)
	message := d.Message
	if d.Stage == Advice && d.Rule != "" {
		message += " [" + d.Rule + "]"
	}
	t.head(r, color, d.Severity.String(), message)
	t.source(r, color)
	if d.Detail != "" {
		t.note("detail", d.Detail)
	}
	for i := range d.Fixes {
		label := "fix"
		if !d.Fixes[i].Safe {
			label = "fix, not safe"
		}
		t.note(label, d.Fixes[i].Description)
	}
	for i := range d.Related {
		rel := &d.Related[i]
		t.head(rel.Range, cyan, "note", rel.Message)
		t.source(rel.Range, cyan)
	}
}

func (t *textWriter) head(r ast.Range, color, level, message string) {
	if place := placeText(r.Pos()); place != "" {
		t.WriteString(t.paint(bold, printable(place)+":") + " ")
	}
	fmt.Fprintf(t, "%s %s\n", t.paint(color, level+":"), t.paint(bold, printable(message)))
}

func (t *textWriter) note(label, text string) {
	for i, line := range strings.Split(text, "\n") {
		if i > 0 {
			label = strings.Repeat(" ", len(label)-1) + " "
			fmt.Fprintf(t, "  %s  %s\n", label, printable(line))
			continue
		}
		fmt.Fprintf(t, "  %s %s\n", t.paint(dim, label+":"), printable(line))
	}
}

// placeText returns "file:line:column", or what stands for it.
func placeText(p ast.Pos) string {
	switch {
	case !p.IsValid():
		return ""
	case p.File.CommandLine:
		return "command line:" + strconv.Itoa(p.Column())
	}
	return p.String()
}

// source shows the first line of a range with a caret line under it.
func (t *textWriter) source(r ast.Range, color string) {
	if !r.IsValid() {
		return
	}
	line := r.Pos().Line()
	span := r.File.LineRange(line)
	start := max(span.Start, min(r.Start, span.End))
	end := max(start, min(r.End, span.End))
	shown, from, to := window(span, start, end, t.o.Width)
	number := strconv.Itoa(line)
	fmt.Fprintf(t, " %s %s\n", t.paint(dim, number+" |"), shown)
	fmt.Fprintf(t, " %s %s\n", t.paint(dim, strings.Repeat(" ", len(number))+" |"), under(shown, from, to, t, color))
}

// window renders the part of a line that shows start to end within width
// columns. It returns the text and the offsets in it of the two ends.
func window(line ast.Range, start, end, width int) (shown string, from, to int) {
	src := line.File.Src
	left, right := line.Start, line.End
	// Rendering costs at most what is shown: of a line of megabytes only the
	// neighbourhood of the subject is looked at.
	if right-left > width {
		left = max(left, min(start-width/3, right-width))
		right = min(right, left+width)
		for i := 0; i < utf8.UTFMax-1 && left > line.Start && left < start && !utf8.RuneStart(src[left]); i++ {
			left++
		}
		for i := 0; i < utf8.UTFMax-1 && right < line.End && right > start+1 && !utf8.RuneStart(src[right]); i++ {
			right--
		}
	}
	end = min(end, right)
	var b strings.Builder
	if left > line.Start {
		b.WriteString("...")
	}
	b.WriteString(printable(string(src[left:start])))
	from = b.Len()
	b.WriteString(printable(string(src[start:end])))
	to = b.Len()
	b.WriteString(printable(string(src[end:right])))
	if right < line.End {
		b.WriteString("...")
	}
	return b.String(), from, to
}

// under returns the caret line for a shown line: tabs stay tabs, so that the
// caret is under its byte whatever the width of tabs.
func under(shown string, from, to int, t *textWriter, color string) string {
	var b strings.Builder
	for _, r := range shown[:from] {
		if r == '\t' {
			b.WriteByte('\t')
		} else {
			b.WriteString(strings.Repeat(" ", columns(r)))
		}
	}
	marks := 0
	for _, r := range shown[from:to] {
		marks += columns(r)
	}
	return b.String() + t.paint(color, "^"+strings.Repeat("~", max(0, marks-1)))
}

// columns returns the number of terminal columns that a rune takes.
func columns(r rune) int {
	switch {
	case unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Me, r):
		return 0
	case r >= 0x1100 && (r <= 0x115f || r >= 0x2e80 && r <= 0xa4cf || r >= 0xac00 && r <= 0xd7a3 ||
		r >= 0xf900 && r <= 0xfaff || r >= 0xfe30 && r <= 0xfe6f || r >= 0xff00 && r <= 0xff60 ||
		r >= 0xffe0 && r <= 0xffe6 || r >= 0x1f300 && r <= 0x1faff || r >= 0x20000 && r <= 0x3fffd):
		return 2
	}
	return 1
}

// printable replaces what a terminal would not print by escapes. Tabs stay.
func printable(s string) string {
	clean := true
	for i := 0; i < len(s) && clean; i++ {
		clean = s[i] >= ' ' && s[i] < 0x7f || s[i] == '\t'
	}
	if clean {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, `\x%02x`, s[0])
		case r == '\t' || unicode.IsPrint(r):
			b.WriteString(s[:n])
		case r < 0x80:
			fmt.Fprintf(&b, `\x%02x`, r)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
		s = s[n:]
	}
	return b.String()
}
