package regex

import (
	"errors"
	"strings"
)

// Op is the kind of a Node.
type Op uint8

// The kinds of nodes.
const (
	Empty     Op = iota
	Class        // one byte out of Set
	Cat          // Subs one after the other
	Alt          // one of Subs
	Repeat       // Subs[0] Min to Max times
	Group        // a capturing group: Subs[0]
	Atomic       // Subs[0] without going back into it
	Look         // look-around: Subs[0], which takes no room; Negative, Behind
	Begin        // the start of the subject
	End          // the end of the subject, or before a newline that ends it
	Tail         // the very end of the subject
	LineBegin    // the start of a line
	LineEnd      // the end of a line
	Boundary     // \b or \B
	Back         // a back reference
)

// Unlimited is the Max of "*" and "+".
const Unlimited = -1

// Node is a part of a pattern.
type Node struct {
	Op   Op
	Subs []*Node
	Set  Set
	// Dot marks a class that is written as ".".
	Dot bool
	// Min and Max bound a Repeat. Possessive holds for "a++".
	Min, Max   int
	Possessive bool
	// Index and Name are those of a Group or of what a Back refers to.
	Index int
	Name  string
	// Negative and Behind are for Look.
	Negative, Behind bool
	// From and To are the offsets of the part in the pattern.
	From, To int
}

// Pattern is a parsed regular expression.
type Pattern struct {
	Text     string
	Caseless bool
	Root     *Node
	// Groups holds the capturing groups; that with index i is Groups[i-1].
	Groups []*Node
}

// ErrUnknown is the error for patterns that use what this package does not
// describe, such as recursion.
var ErrUnknown = errors.New("regex: the pattern cannot be described")

type flags struct{ caseless, multiline, dotall, extended bool }

type parser struct {
	s     string
	i     int
	f     flags
	group []*Node
	depth int
}

// maxDepth bounds the nesting of groups.
const maxDepth = 200

// Parse reads a pattern that PCRE2 accepts.
func Parse(pattern string, caseless bool) (*Pattern, error) {
	if strings.HasPrefix(pattern, "(*") {
		return nil, ErrUnknown
	}
	p := &parser{s: pattern, f: flags{caseless: caseless}}
	root, err := p.alternatives()
	if err != nil {
		return nil, err
	}
	if p.i < len(p.s) {
		return nil, ErrUnknown
	}
	return &Pattern{Text: pattern, Caseless: caseless, Root: root, Groups: p.group}, nil
}

func (p *parser) more() bool { return p.i < len(p.s) }

// alternatives reads up to ")" or the end. Options that are set inside hold to
// the end of the group.
func (p *parser) alternatives() (*Node, error) {
	if p.depth++; p.depth > maxDepth {
		return nil, ErrUnknown
	}
	outer := p.f
	defer func() { p.depth--; p.f = outer }()
	from := p.i
	var subs []*Node
	for {
		n, err := p.sequence()
		if err != nil {
			return nil, err
		}
		subs = append(subs, n)
		if !p.more() || p.s[p.i] != '|' {
			break
		}
		p.i++
	}
	if len(subs) == 1 {
		return subs[0], nil
	}
	return &Node{Op: Alt, Subs: subs, From: from, To: p.i}, nil
}

func (p *parser) sequence() (*Node, error) {
	n := &Node{Op: Cat, From: p.i}
	for p.more() && p.s[p.i] != '|' && p.s[p.i] != ')' {
		if p.f.extended && p.skipSpace() {
			continue
		}
		item, err := p.item()
		if err != nil {
			return nil, err
		}
		if item == nil {
			continue
		}
		if item, err = p.quantified(item); err != nil {
			return nil, err
		}
		n.Subs = append(n.Subs, item)
	}
	n.To = p.i
	return n, nil
}

// skipSpace skips white space or a comment of an extended pattern.
func (p *parser) skipSpace() bool {
	switch c := p.s[p.i]; {
	case spaces.Has(c):
		p.i++
		return true
	case c == '#':
		if n := strings.IndexByte(p.s[p.i:], '\n'); n >= 0 {
			p.i += n + 1
		} else {
			p.i = len(p.s)
		}
		return true
	}
	return false
}

// item reads one item without its quantifier; nil for options that are set for
// what follows.
func (p *parser) item() (*Node, error) {
	from := p.i
	c := p.s[p.i]
	p.i++
	node := func(n Node) (*Node, error) {
		n.From, n.To = from, p.i
		return &n, nil
	}
	switch c {
	case '(':
		return p.parenthesis(from)
	case '[':
		set, err := p.class()
		if err != nil {
			return nil, err
		}
		return node(Node{Op: Class, Set: set})
	case '.':
		if p.f.dotall {
			return node(Node{Op: Class, Set: All, Dot: true})
		}
		return node(Node{Op: Class, Set: newline.Not(), Dot: true})
	case '^':
		if p.f.multiline {
			return node(Node{Op: LineBegin})
		}
		return node(Node{Op: Begin})
	case '$':
		if p.f.multiline {
			return node(Node{Op: LineEnd})
		}
		return node(Node{Op: End})
	case '\\':
		return p.escape(from)
	}
	return node(Node{Op: Class, Set: p.literal(c)})
}

func (p *parser) literal(c byte) Set {
	s := Bytes(string([]byte{c}))
	if p.f.caseless {
		s = s.fold()
	}
	return s
}

// quantified reads the quantifiers behind an item.
func (p *parser) quantified(n *Node) (*Node, error) {
	for p.more() {
		if p.f.extended && p.skipSpace() {
			continue
		}
		least, most, ok := p.quantifier()
		if !ok {
			break
		}
		r := &Node{Op: Repeat, Subs: []*Node{n}, Min: least, Max: most, From: n.From}
		if p.more() {
			switch p.s[p.i] {
			case '+':
				r.Possessive = true
				p.i++
			case '?':
				p.i++
			}
		}
		r.To = p.i
		n = r
	}
	return n, nil
}

func (p *parser) quantifier() (least, most int, ok bool) {
	switch p.s[p.i] {
	case '*':
		p.i++
		return 0, Unlimited, true
	case '+':
		p.i++
		return 1, Unlimited, true
	case '?':
		p.i++
		return 0, 1, true
	case '{':
		return p.braces()
	}
	return 0, 0, false
}

// braces reads {n}, {n,} or {n,m}; anything else is literal.
func (p *parser) braces() (least, most int, ok bool) {
	end := strings.IndexByte(p.s[p.i:], '}')
	if end < 0 {
		return 0, 0, false
	}
	low, high, comma := strings.Cut(p.s[p.i+1:p.i+end], ",")
	if least, ok = number(low); !ok {
		return 0, 0, false
	}
	switch {
	case !comma:
		most = least
	case high == "":
		most = Unlimited
	default:
		if most, ok = number(high); !ok {
			return 0, 0, false
		}
	}
	p.i += end + 1
	return least, most, true
}

func number(s string) (int, bool) {
	if s == "" {
		return 0, false
	}
	s = strings.TrimLeft(s, "0")
	n := 0
	if len(s) > 6 {
		return 0, false
	}
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, true
}
