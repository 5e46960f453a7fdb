package cli

import (
	"bytes"
	"fmt"
	"maps"
	"slices"

	"tidegate/ast"
	"tidegate/ast/diag"
	"tidegate/lint"
)

// maxRepairs bounds the rounds of repair: a fix can make room for another one, but not for ever.
const maxRepairs = 10

// safeFix returns the fix that -fix makes for a finding, nil if there is none.
func safeFix(d *diag.Diagnostic) *diag.Fix {
	for i := range d.Fixes {
		if d.Fixes[i].Safe {
			return &d.Fixes[i]
		}
	}
	return nil
}

// repair makes the safe fixes of the findings in in.edited, round by round, and returns the findings that are left. A fix after which
// nginx would find more mistakes than before is not made.
func (in *input) repair(o lint.Options, list diag.List) diag.List {
	refused := map[string]bool{} // fingerprints of findings whose fix did harm
	for range maxRepairs {
		fixes := chooseFixes(list, refused)
		if len(fixes) == 0 {
			return list
		}
		before := in.edited
		next := in.try(o, fixes)
		if fatals(next) <= fatals(list) {
			list = next
			continue
		}
		in.edited = before
		harmless := fixes[:0]
		for _, f := range fixes {
			if fatals(in.try(o, []fixed{f})) > fatals(list) {
				refused[f.of] = true
			} else {
				harmless = append(harmless, f)
			}
			in.edited = before
		}
		if len(harmless) > 0 {
			// Together even these may do harm, so that only one of them is sure.
			list = in.try(o, harmless[:1])
		}
	}
	return list
}

func fatals(list diag.List) int {
	n := 0
	for i := range list {
		if list[i].Fatal() {
			n++
		}
	}
	return n
}

// fixed is a fix with the finding that it is of.
type fixed struct {
	of    string
	edits []diag.Edit
}

// chooseFixes picks the fixes that can be made in one round: none of them overlaps another, in the order of the files.
func chooseFixes(list diag.List, refused map[string]bool) []fixed {
	type place struct{ start, end int }
	taken := map[string][]place{}
	var out []fixed
	for i := range list {
		f := safeFix(&list[i])
		if f == nil || refused[list[i].Fingerprint()] {
			continue
		}
		free := true
		for _, e := range f.Edits {
			for _, t := range taken[e.Range.File.Name] {
				free = free && (e.Range.End < t.start || t.end < e.Range.Start)
			}
		}
		if !free {
			continue
		}
		for _, e := range f.Edits {
			name := e.Range.File.Name
			taken[name] = append(taken[name], place{e.Range.Start, e.Range.End})
		}
		out = append(out, fixed{list[i].Fingerprint(), f.Edits})
	}
	return out
}

// try makes fixes in in.edited and returns what is found then.
func (in *input) try(o lint.Options, fixes []fixed) diag.List {
	edits := map[string][]diag.Edit{}
	files := map[string]*ast.File{}
	for _, f := range fixes {
		for _, e := range f.edits {
			name := e.Range.File.Name
			// A file that is included twice is two files of the same name and content.
			if files[name] == nil {
				files[name] = e.Range.File
			}
			e.Range.File = files[name]
			edits[name] = append(edits[name], e)
		}
	}
	edited := maps.Clone(in.edited)
	if edited == nil {
		edited = map[string][]byte{}
	}
	for name, f := range files {
		if src, err := diag.Apply(f, edits[name]); err == nil {
			edited[name] = src
		}
	}
	in.edited = edited
	return in.lint(o)
}

// writeChanges replaces the files that repair has changed, and returns an exit status.
func (in *input) writeChanges(env Env) int {
	status := 0
	for _, name := range slices.Sorted(maps.Keys(in.edited)) {
		if in.dump != nil || in.stdin && name == in.conf {
			fmt.Fprintf(env.Err, "tidegate: %s does not come from a file that -fix could write; -diff shows the changes\n", name)
			return 2
		}
		if err := replaceFile(name, in.edited[name]); err != nil {
			fmt.Fprintf(env.Err, "tidegate: %v\n", err)
			status = 2
		}
	}
	return status
}

// showChanges prints what repair has changed as a diff: status 1 if there is something.
func (in *input) showChanges(env Env) int {
	status := 0
	for _, name := range slices.Sorted(maps.Keys(in.edited)) {
		after := in.edited[name]
		original := place{conf: in.conf, source: in.source, dump: in.dump}
		before, err := original.readFile(name)
		if err != nil {
			fmt.Fprintf(env.Err, "tidegate: %v\n", err)
			return 2
		}
		if bytes.Equal(before, after) {
			continue
		}
		status = 1
		if err := showDiff(env, name, before, after); err != nil {
			fmt.Fprintf(env.Err, "tidegate: %v\n", err)
			return 2
		}
	}
	return status
}
