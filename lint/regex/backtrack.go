package regex

import (
	"strings"

	"tidegate/ast/conf/pcre"
)

// Attack is a text for which matching takes exponential time: Before, then Pump
// again and again, then After.
type Attack struct{ Before, Pump, After string }

// Text returns the attack with n repetitions.
func (a Attack) Text(n int) string { return a.Before + strings.Repeat(a.Pump, n) + a.After }

// Attack looks for a text of the bytes in alphabet, beginning with lead, on
// which the pattern takes exponential time. What it returns has been tried with
// the library: each few repetitions multiplied the steps.
//
// The pattern has to have a loop that can read the same text in two ways
// (exponential ambiguity, found in the product of the automaton of its positions
// with itself), and the match has to fail behind it.
func (p *Pattern) Attack(alphabet Set, lead string) (Attack, bool) {
	if !nested(p.Root, false) {
		return Attack{}, false
	}
	g := newPositions(p.Root, alphabet)
	if g == nil {
		return Attack{}, false
	}
	re, err := pcre.Compile(p.Text, pcre.Options{Caseless: p.Caseless, MatchLimit: smallLimit})
	if err != nil {
		return Attack{}, false
	}
	defer re.Close()
	large, err := pcre.Compile(p.Text, pcre.Options{Caseless: p.Caseless, MatchLimit: largeLimit})
	if err != nil {
		return Attack{}, false
	}
	defer large.Close()
	for _, c := range g.candidates() {
		if !strings.HasPrefix(c.Before, lead) {
			c.Before = lead + c.Before
		}
		// The library looks for a byte that every match has before it starts, so
		// the end of a match has to be there, and something that spoils it.
		tail := c.After
		for _, end := range [...]string{"", "!", "\x01", "/", "\n", " ", "0", "a", "."} {
			if !Bytes(end).In(alphabet) {
				continue
			}
			for _, c.After = range [...]string{end, tail + end, end + tail, end + lastByte(tail)} {
				if proven(c, re, large) {
					return c, true
				}
			}
		}
	}
	return Attack{}, false
}

func lastByte(s string) string { return s[max(len(s)-1, 0):] }

// Limits for the number of steps of a match. An exponential pattern needs only a
// few more repetitions for largeLimit than for smallLimit; one of polynomial time
// of a degree below 6 needs more than half as many again.
const (
	smallLimit = 20_000
	largeLimit = 16 * smallLimit
	maxPumps   = 64
)

func proven(a Attack, small, large *pcre.Regexp) bool {
	n := 4
	for ; !exceeds(small, a.Text(n)); n += 2 {
		if n > maxPumps {
			return false
		}
	}
	return exceeds(large, a.Text(n+max(n/2, 2)))
}

func exceeds(re *pcre.Regexp, text string) bool {
	_, err := re.Match(text, 0, nil)
	return err == pcre.ErrMatchLimit
}

// nested reports whether there is a loop over something that can be read in
// several ways.
func nested(n *Node, inLoop bool) bool {
	loop := n.Op == Repeat && (n.Max == Unlimited || n.Max >= 8)
	if inLoop && (n.Op == Alt || n.Op == Back || n.Op == Repeat && n.Max != n.Min) {
		return true
	}
	for _, s := range n.Subs {
		if nested(s, inLoop || loop) {
			return true
		}
	}
	return false
}

// positions is the automaton of the positions of a pattern (Glushkov's), with
// the number of ways in which one position can follow another, up to 2.
type positions struct {
	sets   []Set
	follow [][]ways
	first  map[int]int
	last   map[int]int
}

type ways struct{ to, count int }

const maxPositions = 120

// part is what is known of a part of the pattern: how it can begin and end, in
// how many ways it can be empty.
type part struct {
	first, last map[int]int
	empty       int
}

func newPositions(root *Node, alphabet Set) *positions {
	g := &positions{}
	follow := map[[2]int]int{}
	whole := g.part(root, alphabet, follow)
	if len(g.sets) > maxPositions || len(g.sets) == 0 {
		return nil
	}
	g.first, g.last = whole.first, whole.last
	g.follow = make([][]ways, len(g.sets))
	for p := range g.sets {
		for q := range g.sets {
			if n := follow[[2]int{p, q}]; n > 0 && !g.sets[q].Empty() {
				g.follow[p] = append(g.follow[p], ways{q, n})
			}
		}
	}
	return g
}

func (g *positions) part(n *Node, alphabet Set, follow map[[2]int]int) part {
	switch n.Op {
	case Class:
		if len(g.sets) > maxPositions {
			return part{empty: 1}
		}
		g.sets = append(g.sets, n.Set.And(alphabet))
		at := len(g.sets) - 1
		return part{first: map[int]int{at: 1}, last: map[int]int{at: 1}}
	case Alt:
		out := part{first: map[int]int{}, last: map[int]int{}}
		for _, s := range n.Subs {
			p := g.part(s, alphabet, follow)
			addWays(out.first, p.first, 1)
			addWays(out.last, p.last, 1)
			out.empty = min(out.empty+p.empty, 2)
		}
		return out
	case Repeat:
		p := g.part(n.Subs[0], alphabet, follow)
		if n.Max == Unlimited || n.Max > 1 {
			join(follow, p, p)
		}
		if n.Min == 0 {
			p.empty = min(p.empty+1, 2)
		}
		if n.Max == Unlimited && p.empty > 1 {
			p.empty = 1 // the library does not repeat what is empty
		}
		return p
	case Cat, Group, Atomic:
		out := part{empty: 1}
		for _, s := range n.Subs {
			p := g.part(s, alphabet, follow)
			join(follow, out, p)
			f, l := map[int]int{}, map[int]int{}
			addWays(f, out.first, 1)
			addWays(f, p.first, out.empty)
			addWays(l, p.last, 1)
			addWays(l, out.last, p.empty)
			out = part{first: f, last: l, empty: min(out.empty*p.empty, 2)}
		}
		return out
	}
	return part{empty: 1}
}

func addWays(to, from map[int]int, times int) {
	if times == 0 {
		return
	}
	for p, n := range from {
		to[p] = min(to[p]+n*times, 2)
	}
}

func join(follow map[[2]int]int, a, b part) {
	for p, n := range a.last {
		for q, m := range b.first {
			follow[[2]int{p, q}] = min(follow[[2]int{p, q}]+n*m, 2)
		}
	}
}

// maxCandidates bounds the attacks that are tried for one pattern.
const maxCandidates = 6

// candidates lists texts that lead into a loop, once round it in two ways, and
// from it to the end of a match.
func (g *positions) candidates() []Attack {
	var out []Attack
	for r := range g.sets {
		if g.sets[r].Empty() {
			continue
		}
		if pump, ok := g.twoWays(r); ok {
			if before, ok := g.lead(r); ok {
				out = append(out, Attack{Before: before, Pump: pump, After: g.tail(r)})
			}
		}
		if len(out) == maxCandidates {
			break
		}
	}
	return out
}

// twin is a pair of positions that two readings of the same text are at; apart
// tells that they have differed.
type twin struct {
	p, q  int
	apart bool
}

// twoWays finds a text that leads from position r back to it in two ways.
func (g *positions) twoWays(r int) (string, bool) {
	type step struct {
		twin
		from int
		by   byte
	}
	queue := []step{{twin: twin{r, r, false}, from: -1}}
	seen := map[twin]bool{}
	for i := 0; i < len(queue); i++ {
		s := queue[i]
		for _, a := range g.follow[s.p] {
			for _, b := range g.follow[s.q] {
				both := g.sets[a.to].And(g.sets[b.to])
				if both.Empty() {
					continue
				}
				t := twin{a.to, b.to, s.apart || a.to != b.to || a.count > 1 && s.p == s.q}
				if seen[t] {
					continue
				}
				seen[t] = true
				queue = append(queue, step{t, i, both.Pick()})
				if t == (twin{r, r, true}) {
					var text []byte
					for k := len(queue) - 1; k > 0; k = queue[k].from {
						text = append([]byte{queue[k].by}, text...)
					}
					return string(text), true
				}
			}
		}
	}
	return "", false
}

// lead finds a shortest text that leads to position r.
func (g *positions) lead(r int) (string, bool) {
	var from []int
	for p := range g.sets {
		if g.first[p] > 0 && !g.sets[p].Empty() {
			from = append(from, p)
		}
	}
	path := g.path(from, func(p int) bool { return p == r })
	return g.text(path), path != nil
}

// tail finds a shortest text that leads from position r to the end of a match.
func (g *positions) tail(r int) string {
	path := g.path([]int{r}, func(p int) bool { return g.last[p] > 0 })
	if len(path) == 0 {
		return ""
	}
	return g.text(path[1:])
}

func (g *positions) text(path []int) string {
	text := make([]byte, len(path))
	for i, p := range path {
		text[i] = g.sets[p].Pick()
	}
	return string(text)
}

// path finds a shortest way from one of the positions to one that ends it.
func (g *positions) path(from []int, end func(int) bool) []int {
	type step struct{ at, from int }
	var queue []step
	seen := map[int]bool{}
	for _, p := range from {
		seen[p] = true
		queue = append(queue, step{p, -1})
	}
	for i := 0; i < len(queue); i++ {
		if end(queue[i].at) {
			var path []int
			for k := i; k >= 0; k = queue[k].from {
				path = append([]int{queue[k].at}, path...)
			}
			return path
		}
		for _, w := range g.follow[queue[i].at] {
			if !seen[w.to] {
				seen[w.to] = true
				queue = append(queue, step{w.to, i})
			}
		}
	}
	return nil
}
