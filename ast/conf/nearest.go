package conf

import (
	"sync"

	"tidegate/ast/catalog"
)

// markEvery is how many levels apart those are that remember what they found.
// Configurations that people write are less deep, and pay nothing.
const markEvery = 16

// whole is what the levels of a tree share.
type whole struct {
	main    *Level
	changes int // the directives added
}

// marks remembers the answers of Nearest for one level.
type marks struct {
	mu      sync.Mutex
	nearest map[*catalog.Row]*Level
	changes int // the count of whole at which the answers were found
}

// newMain makes the outermost level.
func newMain() *Level {
	l := &Level{in: catalog.Main, whole: &whole{}}
	l.whole.main = l
	return l
}

// newLevel makes a level inside another one.
func newLevel(outer *Level) *Level {
	l := &Level{outer: outer, depth: outer.depth + 1, whole: outer.whole}
	if l.depth%markEvery == 0 {
		l.marks = &marks{}
	}
	return l
}

// Nearest returns the level itself, or the closest one around it, in which the
// row stands; nil if there is none. However deep the level is, most questions
// take a few steps: on the way out some levels remember the answer until
// something is added to the tree.
func (l *Level) Nearest(r *catalog.Row) catalog.Level {
	if at := l.nearest(r); at != nil {
		return at
	}
	return nil
}

// NearestOf is Nearest for several rows: the closest level with one of them, nil
// if there is none.
func (l *Level) NearestOf(rows ...*catalog.Row) *Level {
	var found *Level
	for _, r := range rows {
		if at := l.nearest(r); at != nil && (found == nil || at.depth > found.depth) {
			found = at
		}
	}
	return found
}

func (l *Level) nearest(r *catalog.Row) *Level {
	// The levels on the way out that remember nothing of the row yet.
	var asked []*Level
	var found *Level
	for at := l; at != nil; at = at.outer {
		if len(at.Values(r)) > 0 {
			found = at
			break
		}
		if at.marks == nil {
			continue
		}
		known, ok := at.marks.get(r, at.whole.changes)
		if ok {
			found = known
			break
		}
		asked = append(asked, at)
	}
	for _, at := range asked {
		at.marks.set(r, found, at.whole.changes)
	}
	return found
}

func (m *marks) get(r *catalog.Row, changes int) (found *Level, ok bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.changes != changes {
		return nil, false
	}
	found, ok = m.nearest[r]
	return found, ok
}

func (m *marks) set(r *catalog.Row, found *Level, changes int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.changes != changes || m.nearest == nil {
		m.nearest, m.changes = map[*catalog.Row]*Level{}, changes
	}
	m.nearest[r] = found
}
