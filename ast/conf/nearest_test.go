package conf

import (
	"testing"

	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxhttp"
)

// TestNearest compares the answers for levels deep in each other with those of
// whoever asks each level, while rows are added on the way.
func TestNearest(t *testing.T) {
	rows := []*catalog.Row{ngxhttp.Root.Row, ngxhttp.Allow.Row, ngxhttp.AddHeader.Row, ngxhttp.ClientMaxBodySize.Row}
	levels := []*Level{newMain()}
	for len(levels) < 10*markEvery {
		levels = append(levels, newLevel(levels[len(levels)-1]))
	}
	compare := func(when string) {
		t.Helper()
		for i, l := range levels {
			var closest *Level
			for _, r := range rows {
				want := l
				for want != nil && len(want.Values(r)) == 0 {
					want = want.outer
				}
				if got := l.nearest(r); got != want {
					t.Fatalf("%s: level %d, %s: %v, want %v", when, i, r.Name, depthOf(got), depthOf(want))
				}
				if want != nil && (closest == nil || want.depth > closest.depth) {
					closest = want
				}
			}
			if got := l.NearestOf(rows...); got != closest {
				t.Fatalf("%s: level %d, all rows: %v, want %v", when, i, depthOf(got), depthOf(closest))
			}
		}
	}
	compare("nothing set")
	for n, i := range []int{0, 40, 39, 100, 17, 16, 15, 159, 1, 96} {
		levels[i].add(catalog.Value{Row: rows[n%len(rows)]})
		compare(rows[n%len(rows)].Name + " added")
	}
	if levels[5].Nearest(ngxhttp.Alias.Row) != nil {
		t.Error("no level is an interface that is not nil")
	}
}

func depthOf(l *Level) int {
	if l == nil {
		return -1
	}
	return int(l.depth)
}
