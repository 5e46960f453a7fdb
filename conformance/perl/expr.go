package perl

import (
	"strconv"
	"strings"
)

// expr reads an expression down to its loosest operators: or, and, not, and lists with commas.
func (p *parser) expr() node { return p.lowOr() }

func (p *parser) lowOr() node {
	a := p.lowAnd()
	for {
		switch {
		case p.take("or"):
			a = logical{"||", a, p.lowAnd()}
		case p.take("xor"):
			p.fail("xor is not supported")
		default:
			return a
		}
	}
}

func (p *parser) lowAnd() node {
	a := p.lowNot()
	for p.take("and") {
		a = logical{"&&", a, p.lowNot()}
	}
	return a
}

func (p *parser) lowNot() node {
	if p.take("not") {
		return unary{"!", p.lowNot()}
	}
	return p.comma()
}

// ends tells whether an expression cannot go on here.
func (p *parser) ends() bool {
	p.space()
	if p.pos >= len(p.src) || strings.IndexByte(")]};:", p.src[p.pos]) >= 0 {
		return true
	}
	switch p.word(true) {
	case "if", "unless", "while", "until", "for", "foreach", "or", "and":
		return true
	}
	return false
}

func (p *parser) comma() node {
	a := p.assign()
	if !p.peek(",") && !p.peek("=>") {
		return a
	}
	items := []node{a}
	for p.take(",") || p.take("=>") {
		if p.peek(",") || p.ends() {
			continue
		}
		items = append(items, p.assign())
	}
	return sublist{items: items}
}

// items reads a list up to a closing bracket.
func (p *parser) items(end string) []node {
	var items []node
	for !p.peek(end) {
		items = append(items, p.assign())
		if !p.take(",") && !p.take("=>") && !p.peek(end) {
			p.fail("cannot read %q in a list", p.near())
		}
		for p.take(",") {
		}
	}
	return items
}

var assignOperators = []string{"**=", "||=", "&&=", "//=", "<<=", ">>=", "+=", "-=", "*=", "/=", ".=", "%=", "x=", "&=", "|=", "^="}

func (p *parser) assign() node {
	a := p.ternary()
	p.space()
	for _, op := range assignOperators {
		if strings.HasPrefix(p.rest(), op) {
			p.pos += len(op)
			return assignment{strings.TrimSuffix(op, "="), a, p.assign()}
		}
	}
	if r := p.rest(); strings.HasPrefix(r, "=") && !strings.HasPrefix(r, "==") && !strings.HasPrefix(r, "=~") && !strings.HasPrefix(r, "=>") {
		p.pos++
		return assignment{"", a, p.assign()}
	}
	return a
}

func (p *parser) ternary() node {
	cond := p.spanned()
	if !p.take("?") {
		return cond
	}
	yes := p.assign()
	p.want(":")
	return conditional{cond, yes, p.assign()}
}

func (p *parser) spanned() node {
	a := p.operators(0)
	if p.peek("...") {
		p.fail("the operator ... is not supported")
	}
	if p.take("..") {
		return span{a, p.operators(0)}
	}
	return a
}

// levels are the binary operators by binding, loosest first. Longer ones stand before their beginnings.
var levels = [][]string{
	{"||", "//"},
	{"&&"},
	{"|", "^"},
	{"&"},
	{"==", "!=", "<=>", "eq", "ne", "cmp"},
	{"<=", ">=", "<", ">", "lt", "gt", "le", "ge"},
	{"<<", ">>"},
	{"+", "-", "."},
	{"*", "/", "%", "x"},
	{"=~", "!~"},
}

// operator reads an operator of a level.
func (p *parser) operator(level int) string {
	p.space()
	rest := p.rest()
	for _, op := range levels[level] {
		if !strings.HasPrefix(rest, op) {
			continue
		}
		next := byte(0)
		if len(rest) > len(op) {
			next = rest[len(op)]
		}
		switch {
		case isLetter(op[0]) && isLetter(next), isLetter(op[0]) && op != "x" && isWord(next):
			continue
		case isLetter(op[0]) && strings.HasPrefix(strings.TrimLeft(rest[len(op):], " "), "=>"):
			continue
		case next == '=' && len(op) <= 2 && strings.Contains(" + - . * / % x | ^ & || && // << >> ", " "+op+" ") &&
			!strings.HasPrefix(rest[len(op):], "==") && !strings.HasPrefix(rest[len(op):], "=~"):
			continue // an assignment
		case op == "<" && (next == '<' || strings.HasPrefix(rest, "<=>")), op == "/" && next == '/', op == "|" && next == '|', op == "&" && next == '&', op == "." && next == '.':
			continue
		case op == "<=" && next == '>':
			continue
		}
		p.pos += len(op)
		return op
	}
	return ""
}

func (p *parser) operators(level int) node {
	if level == len(levels) {
		return p.prefix()
	}
	a := p.operators(level + 1)
	for {
		line := p.lineNumber()
		op := p.operator(level)
		if op == "" {
			return a
		}
		b := p.operators(level + 1)
		switch op {
		case "||", "&&", "//":
			a = logical{op, a, b}
		case "=~", "!~":
			a = matching{line, a, b, op == "!~"}
		default:
			a = binaryNode{op, a, b}
		}
	}
}

// prefix reads the operators in front of an operand.
func (p *parser) prefix() node {
	p.space()
	rest := p.rest()
	switch {
	case strings.HasPrefix(rest, "!") && !strings.HasPrefix(rest, "!~"):
		p.pos++
		return unary{"!", p.prefix()}
	case strings.HasPrefix(rest, "~"):
		p.pos++
		return unary{"~", p.prefix()}
	case strings.HasPrefix(rest, "\\"):
		p.pos++
		if p.take("&") {
			return anonymous{'\\', subRef{p.word(false)}}
		}
		return anonymous{'\\', p.prefix()}
	case strings.HasPrefix(rest, "++"), strings.HasPrefix(rest, "--"):
		p.pos += 2
		return step{signOf(rest), true, p.prefix()}
	case len(rest) > 2 && rest[0] == '-' && strings.IndexByte("edfrwxsl", rest[1]) >= 0 && !isWord(rest[2]) && rest[2] != '=':
		p.pos += 2
		return fileTest{rest[1], p.prefix()}
	case strings.HasPrefix(rest, "-"):
		p.pos++
		if w := p.bareword(); w != "" {
			return literal{"-" + w}
		}
		return unary{"-", p.power()}
	case strings.HasPrefix(rest, "+"):
		p.pos++
		return p.power()
	}
	return p.power()
}

// bareword reads a word that is neither a sub nor a function, behind a minus: a string.
func (p *parser) bareword() string {
	start := p.pos
	w := p.word(false)
	_, one := p.in.funcs.unary[w]
	_, many := p.in.funcs.list[w]
	if w == "" || one || many || p.in.sub(w) != nil || p.peek("(") || p.peek("{") {
		p.pos = start
		return ""
	}
	return w
}

func signOf(op string) float64 {
	if op[0] == '+' {
		return 1
	}
	return -1
}

func (p *parser) power() node {
	a := p.postfix(p.operand())
	p.space()
	if rest := p.rest(); strings.HasPrefix(rest, "++") || strings.HasPrefix(rest, "--") {
		p.pos += 2
		a = step{signOf(rest), false, a}
	}
	if strings.HasPrefix(p.rest(), "**") && !strings.HasPrefix(p.rest(), "**=") {
		p.pos += 2
		return binaryNode{"**", a, p.prefix()}
	}
	return a
}

// postfix reads what follows a reference: ->[…], ->{…}, ->(…), ->name(…), and further subscripts.
func (p *parser) postfix(n node) node {
	for {
		p.space()
		arrow := strings.HasPrefix(p.rest(), "->")
		subscript := false
		switch n.(type) {
		case element, member:
			subscript = true
		}
		if !arrow && !(subscript && (strings.HasPrefix(p.rest(), "[") || strings.HasPrefix(p.rest(), "{"))) {
			return n
		}
		line := p.lineNumber()
		if arrow {
			p.pos += 2
		}
		switch {
		case p.take("["):
			n = element{collection{sigil: '@', ref: n}, p.expr()}
			p.want("]")
		case p.take("{"):
			n = member{collection{sigil: '%', ref: n}, p.key()}
		case p.take("("):
			n = calling{line: line, code: n, args: p.items(")")}
			p.want(")")
		case p.take("@*"):
			n = collection{sigil: '@', ref: n}
		default:
			name := p.word(false)
			if name == "" {
				p.fail("cannot read %q behind ->", p.near())
			}
			c := calling{line: line, name: name, object: n}
			if p.pos < len(p.src) && p.src[p.pos] == '(' {
				p.pos++
				c.args = p.items(")")
				p.want(")")
			}
			n = c
		}
	}
}

// key reads the key of a hash's element and the brace behind it; a bare word is a string.
func (p *parser) key() node {
	start := p.pos
	if w := p.word(false); w != "" && p.take("}") {
		return literal{w}
	}
	p.pos = start
	if p.take("-") {
		if w := p.word(false); w != "" && p.take("}") {
			return literal{"-" + w}
		}
		p.pos = start
	}
	n := p.expr()
	p.want("}")
	return n
}

// operand reads a term.
func (p *parser) operand() node {
	p.space()
	if p.pos >= len(p.src) {
		p.fail("an operand is missing at the end")
	}
	switch c := p.src[p.pos]; {
	case c == '$' || c == '@' || c == '%':
		return p.variable()
	case c == '&':
		return p.ampersand()
	case isDigit(c) || c == '.' && p.pos+1 < len(p.src) && isDigit(p.src[p.pos+1]):
		return p.numeral()
	case c == '\'' || c == '"' || c == '`' || c == '/':
		return p.quote(string(c))
	case c == '(':
		p.pos++
		l := sublist{items: p.items(")")}
		p.want(")")
		if p.take("[") {
			l.index = p.items("]")
			p.want("]")
		}
		return l
	case c == '[':
		p.pos++
		l := sublist{items: p.items("]")}
		p.want("]")
		return anonymous{'[', l}
	case c == '{':
		p.pos++
		l := sublist{items: p.items("}")}
		p.want("}")
		return anonymous{'{', l}
	case c == '<':
		return p.angle()
	}
	if w := p.word(true); w != "" {
		return p.named(w)
	}
	p.fail("cannot read %q", p.near())
	return nil
}

func (p *parser) ampersand() node {
	line := p.lineNumber()
	p.pos++
	c := calling{line: line, pass: true}
	if p.take("$") {
		c.code = scalarVar{p.word(false)}
	} else if p.take("{") {
		c.code = p.expr()
		p.want("}")
	} else if c.name = p.word(false); c.name == "" {
		p.fail("cannot read %q behind &", p.near())
	}
	if p.take("(") {
		c.args, c.pass = p.items(")"), false
		p.want(")")
	}
	return c
}

func (p *parser) numeral() node {
	start := p.pos
	for p.pos < len(p.src) {
		c := p.src[p.pos]
		prev := p.src[max(p.pos-1, start)] | 0x20
		hexadecimal := strings.HasPrefix(p.src[start:], "0x")
		if isWord(c) && (isDigit(c) || c == '_' || hexadecimal || c == 'x' && p.pos == start+1 || c == 'b' && p.pos == start+1 || c|0x20 == 'e') ||
			c == '.' && !strings.HasPrefix(p.rest(), "..") || (c == '-' || c == '+') && prev == 'e' && !hexadecimal {
			p.pos++
			continue
		}
		break
	}
	text := strings.ReplaceAll(p.src[start:p.pos], "_", "")
	if f, err := strconv.ParseFloat(text, 64); err == nil && (len(text) < 2 || text[0] != '0' || strings.Contains(text, ".")) {
		return literal{f}
	}
	if strings.Count(text, ".") > 1 { // 1.25.5 is the string of these characters
		return literal{versionString(text)}
	}
	i, err := strconv.ParseInt(text, 0, 64)
	if err != nil {
		p.fail("the number %q cannot be read", text)
	}
	return literal{float64(i)}
}

func versionString(text string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(text, ".") {
		n, _ := strconv.Atoi(part)
		b.WriteRune(rune(n))
	}
	return b.String()
}

// angle is <$handle>, or a here-document.
func (p *parser) angle() node {
	if strings.HasPrefix(p.rest(), "<<") {
		return p.heredoc()
	}
	end := strings.IndexByte(p.rest(), '>')
	if end < 0 {
		p.fail("cannot read %q", p.near())
	}
	text := p.rest()[1:end]
	if !strings.HasPrefix(text, "$") || text == "$" {
		p.fail("reading from <%s> is not supported", text)
	}
	p.pos += end + 1
	return readLine{scalarVar{text[1:]}}
}

// variable reads a variable or what is reached from it without an arrow.
func (p *parser) variable() node {
	sigil := p.src[p.pos]
	p.pos++
	if sigil == '$' && strings.HasPrefix(p.rest(), "#") && len(p.rest()) > 1 && (p.rest()[1] == '$' || p.rest()[1] == '{' || isLetter(p.rest()[1])) {
		p.pos++
		return lastIndex{p.collectionOf('@')}
	}
	if sigil != '$' {
		c := p.collectionOf(sigil)
		if sigil == '@' && (p.peek("[") || p.peek("{")) && c.ref == nil {
			return p.slice(c)
		}
		return c
	}
	n := p.scalarName()
	return p.subscript(n)
}

// slice is @name[…] or @name{…}.
func (p *parser) slice(c collection) node {
	if p.take("[") {
		l := sublist{items: []node{c}, index: p.items("]")}
		p.want("]")
		return l
	}
	p.want("{")
	keys := p.items("}")
	p.want("}")
	return hashSlice{collection{sigil: '%', name: c.name}, sublist{items: keys}}
}

// collectionOf reads what stands behind @, % or $#: a name, or a reference.
func (p *parser) collectionOf(sigil byte) collection {
	if strings.HasPrefix(p.rest(), "$") {
		p.pos++
		return collection{sigil: sigil, ref: p.scalarName()}
	}
	if strings.HasPrefix(p.rest(), "{") {
		p.pos++
		n := p.expr()
		p.want("}")
		return collection{sigil: sigil, ref: n}
	}
	name := p.word(false)
	if name == "" {
		p.fail("cannot read %q behind %c", p.near(), sigil)
	}
	return collection{sigil: sigil, name: name}
}

// scalarName reads what stands behind $: a name, ${name}, ${ref} or $$ref.
func (p *parser) scalarName() node {
	rest := p.rest()
	switch {
	case rest == "":
		p.fail("a variable without name at the end")
	case rest[0] == '{':
		end := strings.IndexByte(rest, '}')
		if end > 0 && isName(strings.TrimPrefix(strings.TrimSpace(rest[1:end]), "^")) {
			p.pos += end + 1
			return scalarVar{strings.TrimSpace(rest[1:end])}
		}
		p.pos++
		n := p.expr()
		p.want("}")
		return follow{n}
	case rest[0] == '$' && len(rest) > 1 && (isLetter(rest[1]) || rest[1] == '$' || rest[1] == '{'):
		p.pos++
		return follow{p.scalarName()}
	case rest[0] == '^' && len(rest) > 1:
		p.pos += 2
		return scalarVar{rest[:2]}
	case isDigit(rest[0]):
		i := 1
		for i < len(rest) && isDigit(rest[i]) {
			i++
		}
		p.pos += i
		return scalarVar{rest[:i]}
	case isLetter(rest[0]) || strings.HasPrefix(rest, "::"):
		if rest[0] == ':' {
			p.pos += 2
			return scalarVar{"::" + p.word(false)}
		}
		return scalarVar{p.word(false)}
	}
	p.pos++
	return scalarVar{rest[:1]}
}

func isName(s string) bool {
	if s == "" || isDigit(s[0]) && len(s) > 1 {
		return false
	}
	for i := range len(s) {
		if !isWord(s[i]) && s[i] != ':' {
			return false
		}
	}
	return true
}

// subscript reads [index] or {key} right behind a scalar's name: then the name is that of an array or a hash.
func (p *parser) subscript(n node) node {
	of := collection{}
	switch v := n.(type) {
	case scalarVar:
		of.name = v.name
	case follow: // $$ref[0] is ${$ref}[0]
		of.ref = v.ref
	default:
		return n
	}
	if strings.HasPrefix(p.rest(), "[") {
		p.pos++
		of.sigil = '@'
		e := element{of, p.expr()}
		p.want("]")
		return e
	}
	if strings.HasPrefix(p.rest(), "{") {
		p.pos++
		of.sigil = '%'
		return member{of, p.key()}
	}
	return n
}

// hashSlice is @name{keys}.
type hashSlice struct {
	of   collection
	keys node
}

func (n hashSlice) list(in *Interp) []Value {
	var out []Value
	for _, k := range n.keys.list(in) {
		out = append(out, n.of.hash(in).Get(String(k)))
	}
	return out
}
func (n hashSlice) scalar(in *Interp) Value { return last(n.list(in)) }
