package cli

import (
	"flag"
	"fmt"
	"os"
	"strings"

	"tidegate/ast/conf"
	"tidegate/ast/diag"
)

// formatsHelp describes the options of reporting.
const formatsHelp = `  -format FORMAT     text, json, sarif, github, junit or errorformat
`

// reporting is how the commands that find things are told in which form to show them, and how they show them.
type reporting struct{ format diag.Format }

// register adds the options to a command's flags.
func (o *reporting) register(fs *flag.FlagSet) {
	o.format = diag.FormatText
	fs.Func("format", "", func(name string) (err error) {
		o.format, err = diag.ParseFormat(name)
		return err
	})
}

// write shows findings about the named files on standard output. rules describes those that the checker does not have.
func (o *reporting) write(env Env, list diag.List, files []string, rules []diag.RuleInfo) error {
	root := ""
	if dir, err := os.Getwd(); err == nil {
		root = strings.TrimSuffix(dir, "/") + "/"
	}
	return diag.Report(env.Out, o.format, list, diag.ReportOptions{Text: diag.TextOptions{Color: env.Color}, Files: files,
		Rules: append(rules, conf.Checks()...), Root: root, Version: build})
}

// text tells whether the form is the one for people.
func (o *reporting) text() bool { return o.format == diag.FormatText }

// counted says how many findings there are, by level, for people.
func counted(list diag.List) string {
	var errors, warnings, notes int
	for i := range list {
		switch s := list[i].Severity; {
		case s <= diag.Error:
			errors++
		case s == diag.Warn:
			warnings++
		default:
			notes++
		}
	}
	var parts []string
	add := func(n int, one, many string) {
		if n == 1 {
			parts = append(parts, "1 "+one)
		} else if n > 1 {
			parts = append(parts, fmt.Sprintf("%d %s", n, many))
		}
	}
	add(errors, "error", "errors")
	add(warnings, "warning", "warnings")
	add(notes, "note", "notes")
	findings := "findings"
	if len(list) == 1 {
		findings = "finding"
	}
	return fmt.Sprintf("%d %s: %s", len(list), findings, strings.Join(parts, ", "))
}
