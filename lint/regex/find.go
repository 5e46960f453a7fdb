package regex

import (
	"encoding/binary"
	"sort"
)

// run is an Automaton that is being run: the set of its states as one number.
type run struct {
	a      *Automaton
	sets   []stateSet
	byKey  map[string]int
	start  int
	splits Set // bytes at which some class of the automaton begins
}

// stateSet is a set of states of an automaton.
type stateSet struct {
	// consuming holds the states that consume a byte.
	consuming []int
	// matched tells that a match has been found, whatever follows. ifEnd tells
	// that one is found if the text ends here or after one newline, ifTail that
	// one is found if it ends here.
	matched, ifEnd, ifTail bool
	next                   map[byte]int // by the first byte of a class
}

func newRun(a *Automaton) *run {
	r := &run{a: a, byKey: map[string]int{}}
	for _, e := range a.edges {
		if e.empty {
			continue
		}
		for c := 0; c < 256; c++ {
			if c == 0 || e.set.Has(byte(c)) != e.set.Has(byte(c-1)) {
				r.splits.Add(byte(c))
			}
		}
	}
	r.start = r.add(r.closure([]int{a.start}, true))
	return r
}

// closure follows the steps that take no byte.
func (r *run) closure(from []int, start bool) stateSet {
	type visit struct {
		state int
		end   condition // always, or what must still hold of the end
	}
	var s stateSet
	seen := map[visit]bool{}
	var stack []visit
	for _, q := range from {
		stack = append(stack, visit{q, always})
	}
	for len(stack) > 0 {
		v := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if v.state < 0 || seen[v] {
			continue
		}
		seen[v] = true
		if v.state == r.a.accept {
			switch v.end {
			case always:
				s.matched = true
			case atEnd:
				s.ifEnd = true
			default:
				s.ifTail = true
			}
			continue
		}
		e := &r.a.edges[v.state]
		switch {
		case !e.empty:
			if v.end == always {
				s.consuming = append(s.consuming, v.state)
			}
			continue
		case e.cond == atStart && !start:
			continue
		case e.cond == atEnd && v.end == always, e.cond == atTail:
			v.end = e.cond
		}
		stack = append(stack, visit{e.out, v.end}, visit{e.alt, v.end})
	}
	if s.matched {
		return stateSet{matched: true}
	}
	sort.Ints(s.consuming)
	return s
}

func (r *run) add(s stateSet) int {
	key := make([]byte, 1, 1+4*len(s.consuming))
	for i, flag := range []bool{s.matched, s.ifEnd, s.ifTail} {
		if flag {
			key[0] |= 1 << i
		}
	}
	for _, q := range s.consuming {
		key = binary.LittleEndian.AppendUint32(key, uint32(q))
	}
	if i, ok := r.byKey[string(key)]; ok {
		return i
	}
	s.next = map[byte]int{}
	r.sets = append(r.sets, s)
	r.byKey[string(key)] = len(r.sets) - 1
	return len(r.sets) - 1
}

// step returns the set after byte c, which begins a class of bytes.
func (r *run) step(i int, c byte) int {
	s := &r.sets[i]
	if s.matched {
		return i
	}
	if to, ok := s.next[c]; ok {
		return to
	}
	var to []int
	for _, q := range s.consuming {
		if r.a.edges[q].set.Has(c) {
			to = append(to, r.a.edges[q].out)
		}
	}
	after := r.closure(to, false)
	if s.ifEnd && c == '\n' {
		after.ifTail = true
	}
	n := r.add(after)
	r.sets[i].next[c] = n
	return n
}

func (r *run) accepts(i int) bool {
	s := &r.sets[i]
	return s.matched || s.ifEnd || s.ifTail
}

// Answer is what Find found out.
type Answer uint8

// Answers.
const (
	Unknown Answer = iota
	None
	Found
)

// maxSteps bounds the work of Find.
const maxSteps = 20000

// Find looks for a shortest text of the bytes in alphabet that all of in accept
// and none of out does. A nil automaton in one of the lists gives Unknown.
func Find(alphabet Set, in, out []*Automaton) (string, Answer) {
	runs := make([]*run, 0, len(in)+len(out))
	splits := Bytes("\x00\n\x0b")
	for _, list := range [][]*Automaton{in, out} {
		for _, a := range list {
			if a == nil {
				return "", Unknown
			}
			r := newRun(a)
			runs = append(runs, r)
			splits = splits.Or(r.splits)
		}
	}
	f := &finder{runs: runs, wanted: len(in), reps: representatives(alphabet, splits), seen: map[string]bool{}}
	return f.search()
}

// class is a class of bytes that no automaton tells apart: the first of its
// bytes, and the one to write.
type class struct{ first, shown byte }

func representatives(alphabet, splits Set) []class {
	var out []class
	for c := 0; c < 256; {
		end := c + 1
		for end < 256 && !splits.Has(byte(end)) {
			end++
		}
		if s := Span(byte(c), byte(end-1)).And(alphabet); !s.Empty() {
			out = append(out, class{byte(c), s.Pick()})
		}
		c = end
	}
	// The first text that is found shall be one that people believe.
	sort.SliceStable(out, func(i, j int) bool { return rank(out[i].shown) < rank(out[j].shown) })
	return out
}

func rank(c byte) int {
	for i, s := range [...]Set{lowers, uppers, digits} {
		if s.Has(c) {
			return i
		}
	}
	return 3
}

type finder struct {
	runs   []*run
	wanted int
	reps   []class
	seen   map[string]bool
}

type place struct {
	at   []int // the set of each run
	from int   // the place before, -1 for the first
	by   byte
}

func (f *finder) search() (string, Answer) {
	first := place{from: -1, at: make([]int, len(f.runs))}
	for i, r := range f.runs {
		first.at[i] = r.start
	}
	queue := []place{first}
	f.seen[f.key(first.at)] = true
	for i := 0; i < len(queue); i++ {
		if f.fits(queue[i].at) {
			return trace(queue, i), Found
		}
		if len(queue)*len(f.reps) > maxSteps*16 || len(queue) > maxSteps {
			return "", Unknown
		}
		for _, c := range f.reps {
			at := make([]int, len(f.runs))
			for k, r := range f.runs {
				at[k] = r.step(queue[i].at[k], c.first)
			}
			if key := f.key(at); !f.hopeless(at) && !f.seen[key] {
				f.seen[key] = true
				queue = append(queue, place{at, i, c.shown})
			}
		}
	}
	return "", None
}

// fits reports whether the text so far is an answer.
func (f *finder) fits(at []int) bool {
	for i, r := range f.runs {
		if r.accepts(at[i]) != (i < f.wanted) {
			return false
		}
	}
	return true
}

// hopeless reports whether no longer text can be an answer.
func (f *finder) hopeless(at []int) bool {
	for i, r := range f.runs {
		s := &r.sets[at[i]]
		if i < f.wanted && !s.matched && len(s.consuming) == 0 && !s.ifEnd && !s.ifTail || i >= f.wanted && s.matched {
			return true
		}
	}
	return false
}

func (f *finder) key(at []int) string {
	key := make([]byte, 0, 4*len(at))
	for _, i := range at {
		key = binary.LittleEndian.AppendUint32(key, uint32(i))
	}
	return string(key)
}

func trace(queue []place, i int) string {
	var text []byte
	for ; queue[i].from >= 0; i = queue[i].from {
		text = append(text, queue[i].by)
	}
	for a, b := 0, len(text)-1; a < b; a, b = a+1, b-1 {
		text[a], text[b] = text[b], text[a]
	}
	return string(text)
}
