// Command docgen writes the reference manual in docs/reference from the
// catalogue and the list of rules, which are the only place where these facts
// are said.
//
//	go run ./internal/docgen
//
// A test fails when the committed pages are not what the program would write.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

const folder = "docs/reference"

func main() {
	if err := write(folder, pages()); err != nil {
		fmt.Fprintln(os.Stderr, "docgen:", err)
		os.Exit(1)
	}
}

// page is one file of the manual.
type page struct {
	// name is relative to the folder of the manual.
	name string
	text string
}

// pages makes the whole manual.
func pages() []page {
	out := []page{index(), variablesPage(), luaPage(), rulesPage(), supportPage()}
	return append(out, directivePages()...)
}

// write replaces the folder's content.
func write(folder string, pages []page) error {
	if err := os.RemoveAll(folder); err != nil {
		return err
	}
	for _, p := range pages {
		name := filepath.Join(folder, p.name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(name, []byte(p.text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// text is a page being written.
type text struct{ strings.Builder }

func (t *text) line(format string, args ...any) {
	if len(args) == 0 {
		t.WriteString(format)
	} else {
		fmt.Fprintf(t, format, args...)
	}
	t.WriteByte('\n')
}

// begin writes a page's head.
func (t *text) begin(title string) {
	t.line("# %s", title)
	t.line("")
	t.line("<!-- Written by internal/docgen from the catalogue; changes here are lost. -->")
	t.line("")
}

// code writes inline code; a text with a backquote needs two around it.
func code(s string) string {
	if strings.Contains(s, "`") {
		return "`` " + s + " ``"
	}
	return "`" + s + "`"
}

// cell escapes what would end a cell of a table.
func cell(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "|", "\\|"), "\n", "<br>")
}
