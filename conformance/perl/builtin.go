package perl

import (
	"sort"
	"strings"
)

// builtin is a call of one of Perl's functions.
type builtin struct {
	line  int
	name  string
	args  []node
	block *block // of map, grep and sort
}

// named reads what begins with a word.
func (p *parser) named(w string) node {
	start, line := p.pos, p.lineNumber()
	p.word(false)
	w = strings.TrimPrefix(w, "CORE::")
	if rest := strings.TrimLeft(p.rest(), " \t\n"); strings.HasPrefix(rest, "=>") {
		return literal{w}
	}
	switch w {
	case "q", "qq", "qw", "qr", "qx", "m", "s", "y", "tr":
		return p.quote(w)
	case "my", "our", "local", "state":
		return p.declaration(w)
	case "sub":
		p.prototype()
		return closure{p.block(), p.in.pkg}
	case "do":
		if p.peek("{") {
			return doBlock{of: p.block()}
		}
	case "eval":
		if p.peek("{") {
			return doBlock{of: p.block(), try: true}
		}
		return evalText{line, p.argument()}
	case "return", "next", "last":
		j := jump{kind: w}
		if w == "return" && !p.ends() && !p.peek(",") {
			j.of = p.comma()
		}
		return j
	case "__FILE__":
		return literal{p.file}
	case "__LINE__":
		return literal{float64(line)}
	case "__PACKAGE__":
		return literal{p.in.pkg}
	case "STDERR", "STDOUT", "STDIN":
		return literal{w}
	case "require":
		module := p.word(false)
		return calling{line: line, code: literal{&Code{Name: w, host: func([]Value) ([]Value, error) {
			return []Value{float64(1)}, p.in.use(module, nil)
		}}}}
	case "print", "printf":
		return p.print(w, line)
	case "map", "grep", "sort":
		return p.blockList(w, line)
	}
	if _, ok := p.in.funcs.unary[w]; ok {
		n := builtin{line: line, name: w}
		if p.operandFollows() {
			n.args = []node{p.argument()}
		}
		return n
	}
	if w == "split" && p.peek("/") { // a pattern, where other functions would meet a division
		n := p.comma()
		l, ok := n.(sublist)
		if !ok {
			l = sublist{items: []node{n}}
		}
		return builtin{line: line, name: w, args: l.items}
	}
	if _, ok := p.in.funcs.list[w]; ok {
		return builtin{line: line, name: w, args: p.arguments()}
	}
	p.space()
	if strings.HasPrefix(p.rest(), "->") || strings.HasPrefix(p.rest(), "::") {
		return literal{w} // the name of a class
	}
	if p.pos < len(p.src) && p.src[p.pos] == '(' || p.operandFollows() || p.in.sub(w) != nil || start == 0 {
		return calling{line: line, name: w, args: p.arguments()}
	}
	return calling{line: line, name: w}
}

// operandFollows tells whether an argument begins here, for a function that is called without parentheses.
func (p *parser) operandFollows() bool {
	p.space()
	if p.pos >= len(p.src) {
		return false
	}
	switch c := p.src[p.pos]; {
	case isLetter(c):
		switch p.word(true) {
		case "x", "eq", "ne", "lt", "gt", "le", "ge", "cmp", "or", "and", "if", "unless", "while", "until", "for", "foreach":
			return false
		}
		return true
	case isDigit(c), strings.IndexByte("$@\"'([\\`", c) >= 0:
		return true
	case c == '%' || c == '&':
		return p.pos+1 < len(p.src) && (isLetter(p.src[p.pos+1]) || p.src[p.pos+1] == '$' || p.src[p.pos+1] == '{')
	case c == '<':
		return strings.HasPrefix(p.rest(), "<<") && (isLetter(at(p.rest(), 2)) || at(p.rest(), 2) == '\'' || at(p.rest(), 2) == '"' || at(p.rest(), 2) == '~' || at(p.rest(), 2) == '\\') ||
			at(p.rest(), 1) == '$'
	case c == '-':
		return at(p.rest(), 1) != ' ' && at(p.rest(), 1) != '='
	case c == '/':
		return at(p.rest(), 1) != ' ' && at(p.rest(), 1) != '/' && at(p.rest(), 1) != '='
	}
	return false
}

// argument reads the one argument of a function that binds closer than comparisons.
func (p *parser) argument() node {
	p.space()
	if strings.HasPrefix(p.rest(), "(") {
		n := p.operand()
		if l, ok := n.(sublist); ok && l.index == nil && len(l.items) == 1 {
			return l.items[0]
		}
		return n
	}
	if p.ends() {
		return scalarVar{"_"}
	}
	return p.operators(6)
}

// arguments reads a list of arguments, in parentheses or down to the next loose operator.
func (p *parser) arguments() []node {
	p.space()
	if strings.HasPrefix(p.rest(), "(") {
		p.pos++
		items := p.items(")")
		p.want(")")
		return items
	}
	if !p.operandFollows() {
		return nil
	}
	n := p.comma()
	if l, ok := n.(sublist); ok && l.index == nil {
		return l.items
	}
	return []node{n}
}

func (p *parser) declaration(kind string) node {
	d := declaration{kind: kind}
	if p.take("(") {
		d.list_ = true
		for !p.take(")") {
			if p.take("undef") {
				d.vars = append(d.vars, literal{nil})
			} else {
				d.vars = append(d.vars, p.variable())
			}
			p.take(",")
			p.space()
		}
		return d
	}
	p.space()
	if p.pos >= len(p.src) || strings.IndexByte("$@%", p.src[p.pos]) < 0 {
		p.fail("cannot read %q behind %s", p.near(), kind)
	}
	d.vars = []node{p.variable()}
	return d
}

// print reads print and printf with their file handle.
func (p *parser) print(name string, line int) node {
	paren := p.take("(")
	n := builtin{line: line, name: name}
	p.space()
	rest := p.rest()
	switch {
	case strings.HasPrefix(rest, "{"):
		p.pos++
		n.block = &block{[]statement{expression{line, p.expr()}}}
		p.want("}")
	case strings.HasPrefix(rest, "$"):
		start := p.pos
		p.pos++
		v := p.scalarName()
		if c := at(p.rest(), 0); c == ' ' && strings.IndexByte("$@\"'q", at(strings.TrimLeft(p.rest(), " "), 0)) >= 0 {
			n.block = &block{[]statement{expression{line, v}}}
		} else {
			p.pos = start
		}
	case strings.HasPrefix(rest, "STDERR"), strings.HasPrefix(rest, "STDOUT"):
		p.word(false)
	}
	if paren {
		n.args = p.items(")")
		p.want(")")
	} else {
		n.args = p.arguments()
	}
	return n
}

// blockList reads map, grep and sort.
func (p *parser) blockList(name string, line int) node {
	n := builtin{line: line, name: name}
	paren := p.take("(")
	if p.peek("{") {
		n.block = p.block()
		p.take(",")
	} else if name != "sort" {
		n.block = &block{[]statement{expression{line, p.assign()}}}
		p.want(",")
	}
	if paren {
		n.args = p.items(")")
		p.want(")")
	} else {
		n.args = p.arguments()
	}
	return n
}

func (n builtin) list(in *Interp) []Value {
	defer in.locate(n.line)
	if f, ok := in.funcs.unary[n.name]; ok {
		return []Value{f(in, n)}
	}
	switch n.name {
	case "map", "grep", "sort":
		return n.overList(in)
	case "print", "printf":
		return []Value{float64(1)} // what a test file says while it is read concerns its author
	}
	return in.funcs.list[n.name](in, n)
}

func (n builtin) scalar(in *Interp) Value {
	out := n.list(in)
	switch n.name {
	case "map", "grep", "keys", "values", "split":
		return float64(len(out))
	case "reverse":
		var b strings.Builder
		for i := len(out) - 1; i >= 0; i-- {
			b.WriteString(String(out[i]))
		}
		return reversed(b.String())
	}
	return last(out)
}

func reversed(s string) string {
	b := []byte(s)
	for i, j := 0, len(b)-1; i < j; i, j = i+1, j-1 {
		b[i], b[j] = b[j], b[i]
	}
	return string(b)
}

func (n builtin) overList(in *Interp) []Value {
	var values, out []Value
	for _, a := range n.args {
		values = append(values, a.list(in)...)
	}
	saved := in.scope
	in.scope = &scope{vars: map[string]any{}, parent: saved}
	defer func() { in.scope = saved }()
	if n.name == "sort" {
		sort.SliceStable(values, func(i, j int) bool {
			if n.block == nil {
				return String(values[i]) < String(values[j])
			}
			in.scope.vars["$a"], in.scope.vars["$b"] = &Scalar{values[i]}, &Scalar{values[j]}
			return Number(last(in.runBlock(n.block, false))) < 0
		})
		return values
	}
	for _, v := range values {
		slot := &Scalar{v}
		in.scope.vars["$_"] = slot
		if n.name == "map" {
			out = append(out, in.scoped(n.block, true)...)
		} else if True(last(in.scoped(n.block, false))) {
			out = append(out, slot.V)
		}
	}
	return out
}

// arg evaluates an argument, $_ when there is none.
func (n builtin) arg(in *Interp, i int) Value {
	if i < len(n.args) {
		return n.args[i].scalar(in)
	}
	if i == 0 {
		return scalarVar{"_"}.scalar(in)
	}
	return nil
}
