package rules

import (
	"regexp"

	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/diag"
	"tidegate/lint"
)

// MapRegexWithoutTilde flags keys that are meant as regular expressions.
var MapRegexWithoutTilde = &lint.Rule{
	Name: "map-regex-without-tilde", Severity: diag.Warn, Group: lint.Correctness,
	Summary: "A key of a map looks like a regular expression, but is compared as it is written.",
	Why: `In a map a regular expression begins with "~", or with "~*" if case does not matter. Any other key is compared with the whole
value, so "^/api/" fits the text "^/api/" only.`,
	Bad:  []lint.Example{{In: "http", Text: "map $uri $area {\n^/api/ api;\ndefault site;\n}\n"}},
	Good: []lint.Example{{In: "http", Text: "map $uri $area {\n~^/api/ api;\n/index.html page;\ndefault site;\n}\n"}},
	On:   mapRows,
	Use: func(p *lint.Pass, u lint.Use) {
		m := u.Arg.(*ngxstream.MapTable)
		for _, e := range m.Entries {
			if e.Kind == ngxstream.MapExact && looksLikeRegex.MatchString(e.Key) {
				p.Report(keyOf(e.At, entries(u.Node)), `"%s" is compared as it is written; a regular expression begins with "~"`, e.Key)
			}
		}
	},
}

// looksLikeRegex finds what hardly stands in a value that is compared: an
// anchor, a repeated dot or class, an escape of a dot or of a class.
var looksLikeRegex = regexp.MustCompile(`^\^|\.\*.|\.\+|\\[.dwsDWS/]|\[[^\]]*[a-z0-9]-[a-z0-9][^\]]*\]|\(\?[:=!<i]|.\$$`)
