package regex

// Automaton accepts a set of texts. It is an automaton with choices: find.go
// runs several side by side, each in all the states that it can be in.
type Automaton struct {
	edges []edge
	start int
	// accept is the state in which a match has been found.
	accept int
}

// edge is what a state does. A state consumes a byte, or goes on without one to
// up to two others, perhaps under a condition.
type edge struct {
	set   Set
	empty bool // out and alt are reached without a byte
	cond  condition
	out   int
	alt   int // -1 if there is none
}

type condition uint8

const (
	always condition = iota
	atStart
	atEnd  // or before a newline that ends the text
	atTail // at the very end
)

// maxStates bounds the size of an automaton, and so what {1000} may unfold to.
const maxStates = 4000

// approximation says what becomes of constructs that an automaton cannot hold.
type approximation uint8

const (
	tooMuch approximation = iota
	tooLittle
)

type builder struct {
	a    *Automaton
	side approximation
	full bool
}

// AtLeast returns an automaton that accepts every text in which the pattern
// finds a match, and perhaps more; nil if there is none of bounded size.
func (p *Pattern) AtLeast() *Automaton { return p.automaton(tooMuch) }

// AtMost returns an automaton that accepts only texts in which the pattern finds
// a match, but perhaps not all; nil if there is none of bounded size.
func (p *Pattern) AtMost() *Automaton { return p.automaton(tooLittle) }

// Exact reports whether AtLeast and AtMost accept the same.
func (p *Pattern) Exact() bool { return !inexact(p.Root) }

func inexact(n *Node) bool {
	switch n.Op {
	case Look, Boundary, Back, LineBegin, LineEnd, Atomic:
		return true
	case Repeat:
		if n.Possessive {
			return true
		}
	}
	for _, s := range n.Subs {
		if inexact(s) {
			return true
		}
	}
	return false
}

func (p *Pattern) automaton(side approximation) *Automaton {
	b := &builder{a: &Automaton{}, side: side}
	b.a.accept = b.state(edge{empty: true, out: -1, alt: -1})
	inner := b.node(p.Root, b.a.accept)
	// The search may begin anywhere: a loop over any byte in front.
	loop := b.state(edge{set: All, alt: -1})
	b.a.start = b.state(edge{empty: true, out: inner, alt: loop})
	b.a.edges[loop].out = b.a.start
	if b.full {
		return nil
	}
	return b.a
}

// Prefix accepts the texts that begin with s.
func Prefix(s string) *Automaton { return literal(s, always) }

// Text accepts s alone.
func Text(s string) *Automaton { return literal(s, atTail) }

func literal(s string, end condition) *Automaton {
	b := &builder{a: &Automaton{}}
	b.a.accept = b.state(edge{empty: true, out: -1, alt: -1})
	next := b.state(edge{empty: true, cond: end, out: b.a.accept, alt: -1})
	for i := len(s) - 1; i >= 0; i-- {
		next = b.state(edge{set: Bytes(s[i : i+1]), out: next, alt: -1})
	}
	b.a.start = next
	return b.a
}

func (b *builder) state(e edge) int {
	if len(b.a.edges) >= maxStates {
		b.full = true
		return 0
	}
	b.a.edges = append(b.a.edges, e)
	return len(b.a.edges) - 1
}

// dead is a state that leads nowhere.
func (b *builder) dead() int { return b.state(edge{alt: -1}) }

// node makes the states for n in front of the state next and returns the first.
func (b *builder) node(n *Node, next int) int {
	if b.full {
		return 0
	}
	switch n.Op {
	case Class:
		return b.state(edge{set: n.Set, out: next, alt: -1})
	case Cat, Group:
		for i := len(n.Subs) - 1; i >= 0; i-- {
			next = b.node(n.Subs[i], next)
		}
		return next
	case Alt:
		first := b.node(n.Subs[0], next)
		for _, s := range n.Subs[1:] {
			first = b.state(edge{empty: true, out: first, alt: b.node(s, next)})
		}
		return first
	case Repeat:
		if n.Possessive && b.side == tooLittle {
			return b.dead()
		}
		return b.repeat(n, next)
	case Begin:
		return b.state(edge{empty: true, cond: atStart, out: next, alt: -1})
	case End:
		return b.state(edge{empty: true, cond: atEnd, out: next, alt: -1})
	case Tail:
		return b.state(edge{empty: true, cond: atTail, out: next, alt: -1})
	case Atomic:
		if b.side == tooMuch {
			return b.node(n.Subs[0], next)
		}
		return b.dead()
	case Look, Boundary, LineBegin, LineEnd:
		if b.side == tooMuch {
			return next
		}
		return b.dead()
	case Back:
		if b.side == tooMuch {
			loop := b.state(edge{empty: true, alt: -1})
			b.a.edges[loop].out, b.a.edges[loop].alt = next, b.state(edge{set: All, out: loop, alt: -1})
			return loop
		}
		return b.dead()
	}
	return next
}

func (b *builder) repeat(n *Node, next int) int {
	body := n.Subs[0]
	if n.Max == Unlimited {
		loop := b.state(edge{empty: true, out: next, alt: -1})
		inner := b.node(body, loop)
		b.a.edges[loop].alt = inner
		next = loop
	} else {
		end := next
		for range n.Max - n.Min {
			next = b.state(edge{empty: true, out: b.node(body, next), alt: end})
			if b.full {
				return 0
			}
		}
	}
	for range n.Min {
		next = b.node(body, next)
		if b.full {
			return 0
		}
	}
	return next
}
