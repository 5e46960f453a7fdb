package regex

import "strings"

// parenthesis reads what follows "(".
func (p *parser) parenthesis(from int) (*Node, error) {
	rest := p.s[p.i:]
	switch {
	case strings.HasPrefix(rest, "*"):
		return nil, ErrUnknown
	case !strings.HasPrefix(rest, "?"):
		return p.capture(from, "")
	case strings.HasPrefix(rest, "?#"):
		return nil, ErrUnknown // a quantifier behind a comment belongs to what stands before it
	}
	for _, k := range [...]struct {
		prefix string
		node   Node
	}{
		{"?:", Node{Op: Cat}},
		{"?>", Node{Op: Atomic}},
		{"?=", Node{Op: Look}},
		{"?!", Node{Op: Look, Negative: true}},
		{"?<=", Node{Op: Look, Behind: true}},
		{"?<!", Node{Op: Look, Behind: true, Negative: true}},
	} {
		if strings.HasPrefix(rest, k.prefix) {
			p.i += len(k.prefix)
			return p.enclosed(from, k.node)
		}
	}
	for _, k := range [...]struct{ prefix, end string }{{"?<", ">"}, {"?P<", ">"}, {"?'", "'"}} {
		if strings.HasPrefix(rest, k.prefix) {
			name, _, ok := strings.Cut(rest[len(k.prefix):], k.end)
			if !ok {
				return nil, ErrUnknown
			}
			p.i += len(k.prefix) + len(name) + 1
			return p.capture(from, name)
		}
	}
	return p.options(from)
}

// enclosed reads the rest of a group into n.
func (p *parser) enclosed(from int, n Node) (*Node, error) {
	inner, err := p.alternatives()
	if err != nil {
		return nil, err
	}
	if !p.more() {
		return nil, ErrUnknown
	}
	p.i++ // ")"
	n.Subs, n.From, n.To = []*Node{inner}, from, p.i
	return &n, nil
}

func (p *parser) capture(from int, name string) (*Node, error) {
	place := len(p.group)
	p.group = append(p.group, nil)
	n, err := p.enclosed(from, Node{Op: Group, Name: name, Index: place + 1})
	if err != nil {
		return nil, err
	}
	p.group[place] = n
	return n, nil
}

// options reads "?i)", "?i-s:...)" and the like.
func (p *parser) options(from int) (*Node, error) {
	f, on := p.f, true
	for p.i++; p.more(); p.i++ {
		switch p.s[p.i] {
		case '-':
			on = false
		case 'i':
			f.caseless = on
		case 'm':
			f.multiline = on
		case 's':
			f.dotall = on
		case 'x':
			f.extended = on
		case ')':
			p.i++
			p.f = f
			return nil, nil
		case ':':
			p.i++
			outer := p.f
			p.f = f
			n, err := p.enclosed(from, Node{Op: Cat})
			p.f = outer
			return n, err
		default:
			return nil, ErrUnknown
		}
	}
	return nil, ErrUnknown
}

// escape reads what follows a backslash outside a class.
func (p *parser) escape(from int) (*Node, error) {
	if !p.more() {
		return nil, ErrUnknown
	}
	c := p.s[p.i]
	p.i++
	node := func(n Node) (*Node, error) {
		n.From, n.To = from, p.i
		return &n, nil
	}
	switch c {
	case 'A', 'G':
		return node(Node{Op: Begin})
	case 'Z':
		return node(Node{Op: End})
	case 'z':
		return node(Node{Op: Tail})
	case 'b', 'B':
		return node(Node{Op: Boundary})
	case 'Q':
		return p.quoted(from)
	case 'R': // a newline sequence
		crlf := &Node{Op: Cat, Subs: []*Node{{Op: Class, Set: Bytes("\r")}, {Op: Class, Set: newline}}}
		return node(Node{Op: Alt, Subs: []*Node{crlf, {Op: Class, Set: vertical}}})
	case 'k', 'g':
		return p.reference(from, c)
	}
	if set, ok := shorthand(c); ok {
		return node(Node{Op: Class, Set: set})
	}
	if c >= '1' && c <= '9' {
		return p.numbered(from, c)
	}
	b, err := p.byteEscape(c)
	if err != nil {
		return nil, err
	}
	return node(Node{Op: Class, Set: p.literal(b)})
}

// numbered reads \1 to \9; what begins with more digits may be octal or a back
// reference.
func (p *parser) numbered(from int, c byte) (*Node, error) {
	if p.more() && digits.Has(p.s[p.i]) {
		return nil, ErrUnknown
	}
	return &Node{Op: Back, Index: int(c - '0'), From: from, To: p.i}, nil
}

// reference reads \k<name>, \g{1} and the like.
func (p *parser) reference(from int, kind byte) (*Node, error) {
	if !p.more() {
		return nil, ErrUnknown
	}
	open := strings.IndexByte("<'{", p.s[p.i])
	if open < 0 || kind == 'g' && open != 2 {
		return nil, ErrUnknown // \g<name> calls a group
	}
	name, _, ok := strings.Cut(p.s[p.i+1:], string(">'}"[open]))
	if !ok {
		return nil, ErrUnknown
	}
	p.i += len(name) + 2
	n := &Node{Op: Back, Name: name, From: from, To: p.i}
	if i, ok := number(name); ok {
		n.Index, n.Name = i, ""
	}
	return n, nil
}

// quoted reads \Q...\E.
func (p *parser) quoted(from int) (*Node, error) {
	text, _, closed := strings.Cut(p.s[p.i:], `\E`)
	n := &Node{Op: Cat, From: from}
	for i := 0; i < len(text); i++ {
		n.Subs = append(n.Subs, &Node{Op: Class, Set: p.literal(text[i]), From: p.i + i, To: p.i + i + 1})
	}
	if p.i += len(text); closed {
		p.i += 2
	}
	if p.more() && strings.IndexByte("*+?{", p.s[p.i]) >= 0 {
		return nil, ErrUnknown // it is for the last byte alone
	}
	n.To = p.i
	return n, nil
}

func shorthand(c byte) (Set, bool) {
	switch c {
	case 'd':
		return digits, true
	case 'D':
		return digits.Not(), true
	case 'w':
		return words, true
	case 'W':
		return words.Not(), true
	case 's':
		return spaces, true
	case 'S':
		return spaces.Not(), true
	case 'h':
		return horizontal, true
	case 'H':
		return horizontal.Not(), true
	case 'v':
		return vertical, true
	case 'V':
		return vertical.Not(), true
	case 'N':
		return newline.Not(), true
	}
	return Set{}, false
}

// byteEscape returns the byte that an escape stands for; c is what followed the
// backslash.
func (p *parser) byteEscape(c byte) (byte, error) {
	switch c {
	case 'a':
		return 7, nil
	case 'e':
		return 27, nil
	case 'f':
		return '\f', nil
	case 'n':
		return '\n', nil
	case 'r':
		return '\r', nil
	case 't':
		return '\t', nil
	case 'x':
		return p.hex()
	case '0':
		n := 0
		for k := 0; k < 2 && p.more() && p.s[p.i] >= '0' && p.s[p.i] <= '7'; k++ {
			n = n*8 + int(p.s[p.i]-'0')
			p.i++
		}
		return byte(n), nil
	}
	if digits.Or(lowers).Or(uppers).Has(c) {
		return 0, ErrUnknown
	}
	return c, nil
}

// hex reads the digits behind \x.
func (p *parser) hex() (byte, error) {
	braced := strings.HasPrefix(p.s[p.i:], "{")
	if braced {
		p.i++
	}
	n, k := 0, 0
	for ; p.more() && posix["xdigit"].Has(p.s[p.i]) && (braced || k < 2); k++ {
		c := p.s[p.i] | 0x20
		if c >= 'a' {
			n = n*16 + int(c-'a') + 10
		} else {
			n = n*16 + int(c-'0')
		}
		p.i++
	}
	if braced {
		if !p.more() || p.s[p.i] != '}' || n > 255 || k == 0 {
			return 0, ErrUnknown
		}
		p.i++
	}
	return byte(n), nil
}

// class reads what follows "[".
func (p *parser) class() (Set, error) {
	negated := strings.HasPrefix(p.s[p.i:], "^")
	if negated {
		p.i++
	}
	var set Set
	for first := true; ; first = false {
		if !p.more() {
			return set, ErrUnknown
		}
		if p.s[p.i] == ']' && !first {
			p.i++
			break
		}
		if err := p.member(&set); err != nil {
			return set, err
		}
	}
	if p.f.caseless {
		set = set.fold()
	}
	if negated {
		set = set.Not()
	}
	return set, nil
}

// member reads one member of a class: a class of its own, a byte or a range.
func (p *parser) member(set *Set) error {
	if strings.HasPrefix(p.s[p.i:], "[:") {
		name, _, ok := strings.Cut(p.s[p.i+2:], ":]")
		negated := strings.HasPrefix(name, "^")
		if class, known := posix[strings.TrimPrefix(name, "^")]; ok && known {
			if negated {
				class = class.Not()
			}
			*set = set.Or(class)
			p.i += len(name) + 4
			return nil
		}
	}
	lo, class, single, err := p.memberByte()
	if err != nil {
		return err
	}
	if !single {
		*set = set.Or(class)
		return nil
	}
	hi := lo
	if rest := p.s[p.i:]; len(rest) > 1 && rest[0] == '-' && rest[1] != ']' {
		at := p.i
		p.i++
		end, _, single, err := p.memberByte()
		if err != nil {
			return err
		}
		if single {
			hi = end
		} else {
			p.i = at // "a-\d": the "-" is literal
		}
	}
	if hi < lo {
		return ErrUnknown
	}
	*set = set.Or(Span(lo, hi))
	return nil
}

// memberByte reads a byte of a class, or an escape that stands for several.
func (p *parser) memberByte() (c byte, class Set, single bool, err error) {
	c = p.s[p.i]
	p.i++
	if c != '\\' {
		return c, class, true, nil
	}
	if !p.more() {
		return 0, class, false, ErrUnknown
	}
	c = p.s[p.i]
	p.i++
	if set, ok := shorthand(c); ok && c != 'N' {
		return 0, set, false, nil
	}
	switch {
	case c == 'b':
		return 8, class, true, nil
	case c >= '1' && c <= '7':
		n := 0
		for p.i--; p.more() && p.s[p.i] >= '0' && p.s[p.i] <= '7' && n < 32; p.i++ {
			n = n*8 + int(p.s[p.i]-'0')
		}
		return byte(n), class, true, nil
	}
	c, err = p.byteEscape(c)
	return c, class, true, err
}
