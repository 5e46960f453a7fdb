package conf

import "tidegate/ast/catalog"

// Each calls yield for every value in the level, row by row, until it returns
// false.
func (l *Level) Each(yield func(catalog.Value) bool) {
	for i := range l.once {
		if !yield(l.once[i]) {
			return
		}
	}
	for _, g := range l.many {
		for i := range g.values {
			if !yield(g.values[i]) {
				return
			}
		}
	}
}

// Fragment reports whether the configuration is a part of one whose rest is not
// known.
func (t *Tree) Fragment() bool { return false }
