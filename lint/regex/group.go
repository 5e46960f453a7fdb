package regex

// Hold says what a part of a pattern can hold.
type Hold struct {
	// Set holds the bytes that can be anywhere in it, First those that it can
	// begin with.
	Set, First Set
	// Empty tells that it can be empty.
	Empty bool
	// Before holds the bytes that can stand directly before it, and AtStart tells
	// that it can be at the start of the subject.
	Before  Set
	AtStart bool
}

// Hold says what the group with an index can hold; 0 is the whole match. ok is
// false if there is no such group.
func (p *Pattern) Hold(index int) (h Hold, ok bool) {
	if index < 0 || index > len(p.Groups) {
		return Hold{}, false
	}
	target := p.Root
	if index > 0 {
		target = p.Groups[index-1]
	}
	w := walker{target: target}
	w.walk(p.Root, p.origin())
	return w.found, true
}

// Named returns the index of the group with a name, 0 if there is none.
func (p *Pattern) Named(name string) int {
	for _, g := range p.Groups {
		if g.Name == name {
			return g.Index
		}
	}
	return 0
}

// around is what stands before a part of the pattern.
type around struct {
	before  Set
	atStart bool
}

// origin is what can stand before a match: anything, because it is searched
// for, but a match that begins with ".*" begins at the start or after a newline.
func (p *Pattern) origin() around {
	first := p.Root
	for first.Op == Cat || first.Op == Group {
		if len(first.Subs) == 0 {
			break
		}
		first = first.Subs[0]
	}
	if first.Op == Repeat && first.Max == Unlimited && first.Subs[0].Dot {
		return around{newline, true}
	}
	return around{All, true}
}

type walker struct {
	target *Node
	found  Hold
}

// walk visits a part and returns what stands before that which follows it.
func (w *walker) walk(n *Node, a around) around {
	if n == w.target {
		w.found = Hold{Set: contents(n), First: first(n), Empty: nullable(n),
			Before: w.found.Before.Or(a.before), AtStart: w.found.AtStart || a.atStart}
	}
	switch n.Op {
	case Class:
		return around{before: n.Set}
	case Begin:
		return around{atStart: true}
	case Back:
		return around{All, a.atStart}
	case Alt:
		var out around
		for _, s := range n.Subs {
			b := w.walk(s, a)
			out = around{out.before.Or(b.before), out.atStart || b.atStart}
		}
		return out
	case Look:
		w.walk(n.Subs[0], a)
		return a
	case Repeat:
		inner := a
		if n.Max == Unlimited || n.Max > 1 {
			inner.before = inner.before.Or(last(n.Subs[0]))
		}
		b := w.walk(n.Subs[0], inner)
		if n.Min == 0 {
			b = around{b.before.Or(a.before), b.atStart || a.atStart}
		}
		return b
	}
	for _, s := range n.Subs {
		a = w.walk(s, a)
	}
	return a
}

// contents is the set of all bytes that a part can hold.
func contents(n *Node) Set {
	switch n.Op {
	case Class:
		return n.Set
	case Back:
		return All
	case Look:
		return Set{}
	}
	var out Set
	for _, s := range n.Subs {
		out = out.Or(contents(s))
	}
	return out
}

func nullable(n *Node) bool {
	switch n.Op {
	case Class:
		return false
	case Cat, Group, Atomic:
		for _, s := range n.Subs {
			if !nullable(s) {
				return false
			}
		}
		return true
	case Alt:
		for _, s := range n.Subs {
			if nullable(s) {
				return true
			}
		}
		return false
	case Repeat:
		return n.Min == 0 || nullable(n.Subs[0])
	}
	return true
}

// first is the set of the bytes that a part can begin with.
func first(n *Node) Set { return edgeSet(n, false) }

// last is the set of the bytes that a part can end with.
func last(n *Node) Set { return edgeSet(n, true) }

func edgeSet(n *Node, fromEnd bool) Set {
	var out Set
	switch n.Op {
	case Class:
		return n.Set
	case Back:
		return All
	case Look:
		return out
	case Alt, Repeat:
		for _, s := range n.Subs {
			out = out.Or(edgeSet(s, fromEnd))
		}
		return out
	}
	for i := range n.Subs {
		s := n.Subs[i]
		if fromEnd {
			s = n.Subs[len(n.Subs)-1-i]
		}
		out = out.Or(edgeSet(s, fromEnd))
		if !nullable(s) {
			break
		}
	}
	return out
}

// Fixed is a pattern that stands for one text.
type Fixed struct {
	Text string
	// Start and End tell that it is bound to the start and to the end.
	Start, End bool
	// Caseless tells that letters are meant in either case.
	Caseless bool
}

// Fixed returns the text that the pattern stands for, if it stands for one.
func (p *Pattern) Fixed() (f Fixed, ok bool) {
	var text []byte
	for i, n := range flatten(p.Root, nil) {
		switch {
		case n.Op == Begin && i == 0:
			f.Start = true
		case f.End:
			return Fixed{}, false
		case n.Op == End || n.Op == Tail:
			f.End = true
		case n.Op == Class && n.Set.Len() == 1:
			text = append(text, n.Set.Pick())
		case n.Op == Class && n.Set.Len() == 2 && Bytes(string([]byte{n.Set.Pick()})).fold() == n.Set:
			text = append(text, n.Set.Pick())
			f.Caseless = true
		default:
			return Fixed{}, false
		}
	}
	f.Text = string(text)
	return f, true
}

// Items returns the parts of the pattern in a row, with groups opened; nil if it
// is an alternation.
func (p *Pattern) Items() []*Node { return flatten(p.Root, nil) }

// flatten lists the items of nested sequences.
func flatten(n *Node, out []*Node) []*Node {
	if n.Op != Cat && n.Op != Group {
		return append(out, n)
	}
	for _, s := range n.Subs {
		out = flatten(s, out)
	}
	return out
}
