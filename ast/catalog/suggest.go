package catalog

// Suggest returns the candidate nearest to name by Levenshtein distance, for
// "did you mean", or "" when none is near enough: at most one edit for short
// names, two from five letters on, three from ten.
func Suggest(name string, candidates []string) string {
	limit := 1
	switch {
	case len(name) >= 10:
		limit = 3
	case len(name) >= 5:
		limit = 2
	}
	best, at := "", limit+1
	var prev, row []int
	for _, c := range candidates {
		if c == name || len(c)-len(name) >= at || len(name)-len(c) >= at {
			continue
		}
		if cap(row) <= len(c) {
			prev, row = make([]int, len(c)+1), make([]int, len(c)+1)
		}
		if d := distance(name, c, prev[:len(c)+1], row[:len(c)+1]); d < at {
			best, at = c, d
		}
	}
	return best
}

// distance is the Levenshtein distance of a and b; prev and row are work space
// of len(b)+1.
func distance(a, b string, prev, row []int) int {
	for j := range prev {
		prev[j] = j
	}
	for i := 0; i < len(a); i++ {
		row[0] = i + 1
		for j := 0; j < len(b); j++ {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(prev[j+1]+1, row[j]+1, prev[j]+cost)
		}
		prev, row = row, prev
	}
	return prev[len(b)]
}
