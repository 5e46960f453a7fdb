package rules

import (
	"strings"

	"tidegate/ast"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/diag"
	"tidegate/lint"
)

// MapEntryUnreachable flags regular expressions that an earlier one leaves
// nothing to.
var MapEntryUnreachable = &lint.Rule{
	Name: "map-entry-unreachable", Severity: diag.Warn, Group: lint.Correctness,
	Summary: "An earlier regular expression of a map takes every value that this one fits.",
	Why: `A map compares a value with the keys that are no regular expressions first, and then with those that are, in their order;
the first that fits decides. What stands below an expression that fits everything, or below the same expression, is never used.`,
	Bad: []lint.Example{{In: "http", Text: "map $uri $area {\n~.* site;\n~^/api/ api;\n}\n"},
		{In: "http", Text: "map $uri $area {\n~^/api/ api;\n~^/api/ other;\n}\n"}},
	Good: []lint.Example{{In: "http", Text: "map $uri $area {\n~^/api/ api;\n/x x;\n~.* site;\n}\n"}},
	On:   mapRows,
	Use: func(p *lint.Pass, u lint.Use) {
		m := u.Arg.(*ngxstream.MapTable)
		var all, nothing ast.Pos
		seen := map[regexKey]ast.Pos{}
		for _, e := range m.Entries {
			if e.Kind != ngxstream.MapRegex {
				continue
			}
			first := all
			if first == nothing {
				first = earlierRegex(seen, e)
			}
			if first != nothing {
				list := entries(u.Node)
				p.Report(keyOf(e.At, list), "an earlier regular expression takes every value that this one fits").
					Related = []diag.Related{{Range: keyOf(first, list), Message: "this one"}}
				continue
			}
			if fitsEverything(e.Key) {
				all = e.At
			}
		}
	},
}

// regexKey is a regular expression of a map.
type regexKey struct {
	pattern  string
	caseless bool
}

// earlierRegex finds the same expression above an entry, and keeps the entry if
// there is none. One without regard to case takes what one with it fits.
func earlierRegex(seen map[regexKey]ast.Pos, e ngxstream.MapEntry) ast.Pos {
	for _, k := range []regexKey{{e.Key, true}, {e.Key, e.Caseless}} {
		if at, ok := seen[k]; ok {
			return at
		}
	}
	seen[regexKey{e.Key, e.Caseless}] = e.At
	return ast.Pos{}
}

// fitsEverything tells that an expression fits any text that is not empty; an
// empty value is not compared with expressions at all.
func fitsEverything(pattern string) bool {
	s := strings.TrimSuffix(strings.TrimPrefix(pattern, "^"), "$")
	switch s {
	case "":
		return pattern != "^$"
	case ".*", ".+":
		return true
	case ".":
		return len(pattern) == 1
	}
	return false
}
