package diag

import (
	"fmt"
	"sort"

	"tidegate/ast"
)

// Apply returns the source of a file with the edits made that are for it. It
// fails if two of them overlap. Insertions at the same place are made in the
// order in which they are given.
func Apply(f *ast.File, edits []Edit) ([]byte, error) {
	var mine []Edit
	for _, e := range edits {
		if e.Range.File != f {
			continue
		}
		if e.Range.Start < 0 || e.Range.End < e.Range.Start || e.Range.End > len(f.Src) {
			return nil, fmt.Errorf("edit of bytes %d to %d is outside %s", e.Range.Start, e.Range.End, f.Name)
		}
		mine = append(mine, e)
	}
	sort.SliceStable(mine, func(i, j int) bool {
		a, b := mine[i].Range, mine[j].Range
		if a.Start != b.Start {
			return a.Start < b.Start
		}
		return a.End < b.End
	})
	out := make([]byte, 0, len(f.Src)+64)
	at := 0
	for _, e := range mine {
		if e.Range.Start < at {
			p := f.Position(e.Range.Start)
			return nil, fmt.Errorf("edits overlap at %s:%d:%d", f.Name, p.Line, p.Column)
		}
		out = append(out, f.Src[at:e.Range.Start]...)
		out = append(out, e.New...)
		at = e.Range.End
	}
	return append(out, f.Src[at:]...), nil
}
