package catalog

import (
	"fmt"
	"math/bits"
	"slices"
	"sync"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"
)

// The argument notation, as in nginx's documentation but precise:
//
//	<time>            one word of the named type
//	on                the literal word
//	on|off, (a | b c) alternatives; parentheses group
//	[x y]             optional
//	x...              x once or several times
//	key=<int>         parts without a blank between them form one word
//
// Blanks around "|" do not matter: alternatives reach as far as the enclosing
// bracket, so "<addr> [transparent] | off" is either an address with an
// optional word or the word off.
var notationLexer = lexer.MustSimple([]lexer.SimpleRule{
	{Name: "Type", Pattern: `<[a-z_]+>`},
	{Name: "Many", Pattern: `\.\.\.`},
	{Name: "Bar", Pattern: `\s*\|\s*`},
	{Name: "Open", Pattern: `\[|\(`},
	{Name: "Close", Pattern: `\]|\)`},
	{Name: "Text", Pattern: `(?:[^\s<>\[\]()|.]|\.(?:[^.]|$))+`},
	{Name: "Blank", Pattern: `\s+`},
})

type notation struct {
	Alts []*sequence `parser:"@@ (Bar @@)*"`
}

type sequence struct {
	Words []*wordPattern `parser:"@@ (Blank @@)*"`
}

type wordPattern struct {
	Parts []*part `parser:"@@+"`
	Many  bool    `parser:"@Many?"`
}

type part struct {
	Type     string    `parser:"  @Type"`
	Text     string    `parser:"| @Text"`
	Optional *notation `parser:"| '[' @@ ']'"`
	Group    *notation `parser:"| '(' @@ ')'"`
}

var notationParser = sync.OnceValue(func() *participle.Parser[notation] {
	return participle.MustBuild[notation](participle.Lexer(notationLexer))
})

// Shape is a parsed Args notation.
type Shape struct {
	// Types lists the placeholders without their brackets, in order of first
	// appearance.
	Types []string
	// Literals lists the fixed words and the fixed beginnings of words ("off",
	// "weight=", "shared:"), in order of first appearance.
	Literals []string
	counts   uint64 // bit n: n arguments are accepted
	endless  bool   // more than countBits arguments are accepted too
}

const countBits = 16

// Accepts reports whether n arguments (without the name) fit.
func (s *Shape) Accepts(n int) bool {
	if n > countBits {
		return s.endless
	}
	return s.counts&(1<<n) != 0
}

// Counts returns the least number of arguments and the greatest, -1 if there is
// no greatest.
func (s *Shape) Counts() (least, most int) {
	least = bits.TrailingZeros64(s.counts)
	if s.endless {
		return least, -1
	}
	return least, 63 - bits.LeadingZeros64(s.counts)
}

func mustShape(name, args string) *Shape {
	s, err := ParseArgs(args)
	if err != nil {
		panic(fmt.Sprintf("catalog: arguments of %s: %v", name, err))
	}
	return s
}

// ParseArgs reads an argument notation.
func ParseArgs(args string) (*Shape, error) {
	s := &Shape{}
	if args == "" {
		s.counts = 1
		return s, nil
	}
	n, err := notationParser().ParseString("", args)
	if err != nil {
		return nil, err
	}
	c := s.alternatives(n)
	s.counts, s.endless = c.set, c.endless
	return s, nil
}

// count is a set of possible numbers of words.
type count struct {
	set     uint64
	endless bool
}

const countMask = 1<<(countBits+1) - 1

func (a count) plus(b count) count {
	var out count
	for n := 0; n <= countBits; n++ {
		if b.set&(1<<n) != 0 {
			out.set |= a.set << n
		}
	}
	out.endless = a.endless || b.endless || out.set&^countMask != 0
	out.set &= countMask
	return out
}

func (s *Shape) alternatives(n *notation) count {
	var out count
	for _, q := range n.Alts {
		c := s.sequence(q)
		out.set |= c.set
		out.endless = out.endless || c.endless
	}
	return out
}

func (s *Shape) sequence(q *sequence) count {
	total := count{set: 1}
	for _, w := range q.Words {
		total = total.plus(s.word(w))
	}
	return total
}

func (s *Shape) word(w *wordPattern) count {
	one := count{set: 1 << 1}
	for i, p := range w.Parts {
		s.note(p, i == 0)
		var inner count
		switch {
		case p.Optional != nil:
			inner = s.alternatives(p.Optional)
			inner.set |= 1
		case p.Group != nil:
			inner = s.alternatives(p.Group)
		}
		if len(w.Parts) == 1 && inner.set != 0 {
			one = inner
		}
	}
	if !w.Many {
		return one
	}
	many := one
	for range countBits {
		many.set |= many.plus(one).set
	}
	many.endless = true
	return many
}

// note records a placeholder or a fixed beginning of a word.
func (s *Shape) note(p *part, first bool) {
	switch {
	case p.Type != "":
		if t := p.Type[1 : len(p.Type)-1]; !slices.Contains(s.Types, t) {
			s.Types = append(s.Types, t)
		}
	case p.Text != "" && first:
		if !slices.Contains(s.Literals, p.Text) {
			s.Literals = append(s.Literals, p.Text)
		}
	}
}
