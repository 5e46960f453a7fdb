package perl

import (
	"fmt"
	"math"
	"strings"
)

// assignment is target op= value.
type assignment struct {
	op     string // "" for plain assignment
	target node
	value  node
}

func (n assignment) isList() bool {
	switch t := n.target.(type) {
	case collection, sublist:
		return true
	case declaration:
		if t.list_ {
			return true
		}
		_, many := t.vars[0].(collection)
		return many
	}
	return false
}

func (n assignment) list(in *Interp) []Value {
	if n.op == "" && n.isList() {
		return n.assignList(in)
	}
	return one(n, in)
}

func (n assignment) scalar(in *Interp) Value {
	if n.op == "" && n.isList() {
		return float64(len(n.assignList(in)))
	}
	if n.op != "" {
		if c, ok := n.target.(collection); ok && c.sigil == '@' && n.op == "x" {
			return n.assignList(in)
		}
	}
	p, ok := n.target.(place)
	if !ok {
		panic(&Error{Reason: "cannot be assigned to"})
	}
	switch n.op {
	case "":
		v := n.value.scalar(in)
		p.slot(in).V = v
		return v
	case "||", "&&", "//":
		s := p.slot(in)
		if n.op == "||" && True(s.V) || n.op == "&&" && !True(s.V) || n.op == "//" && s.V != nil {
			return s.V
		}
		v := n.value.scalar(in)
		p.slot(in).V = v
		return v
	}
	v := n.value.scalar(in)
	s := p.slot(in)
	s.V = binary(n.op, s.V, v)
	return s.V
}

// assignList assigns to arrays, hashes and lists of variables; it gives the values on the right.
func (n assignment) assignList(in *Interp) []Value {
	values := n.value.list(in)
	targets := []node{n.target}
	switch t := n.target.(type) {
	case sublist:
		targets = t.items
	case declaration:
		t.prepare(in)
		targets = t.vars
	}
	rest := values
	for _, t := range targets {
		if d, ok := t.(declaration); ok {
			d.prepare(in)
			t = d.vars[0]
		}
		switch t := t.(type) {
		case collection:
			if t.sigil == '@' {
				t.array(in).Items = List(rest...).Items
			} else {
				*t.hash(in) = *hashOf(rest)
			}
			rest = nil
		case place:
			t.slot(in).V = nil
			if len(rest) > 0 {
				t.slot(in).V, rest = rest[0], rest[1:]
			}
		default: // undef takes a value away
			if len(rest) > 0 {
				rest = rest[1:]
			}
		}
	}
	return values
}

// binaryNode is a operator b for the operators that evaluate both.
type binaryNode struct {
	op   string
	a, b node
}

func (n binaryNode) scalar(in *Interp) Value { return binary(n.op, n.a.scalar(in), n.b.scalar(in)) }
func (n binaryNode) list(in *Interp) []Value {
	if n.op == "x" {
		if l, ok := n.a.(sublist); ok { // a list repeated
			items, out := l.list(in), []Value(nil)
			for range int(Number(n.b.scalar(in))) {
				out = append(out, items...)
			}
			return out
		}
	}
	return one(n, in)
}

// maxRepeat bounds the strings that x makes.
const maxRepeat = 64 << 20

func binary(op string, a, b Value) Value {
	switch op {
	case "+", "-", "*", "/", "%", "**", "<<", ">>", "&", "|", "^":
		return arithmetic(op, Number(a), Number(b))
	case ".":
		return String(a) + String(b)
	case "x":
		s, n := String(a), max(int(Number(b)), 0)
		if len(s)*n > maxRepeat {
			panic(&Error{Reason: fmt.Sprintf("a string of more than %d bytes", maxRepeat)})
		}
		return strings.Repeat(s, n)
	case "==":
		if RefKind(a) != "" && RefKind(b) != "" {
			return boolean(a == b)
		}
		return boolean(Number(a) == Number(b))
	case "!=":
		return boolean(Number(a) != Number(b))
	case "<":
		return boolean(Number(a) < Number(b))
	case ">":
		return boolean(Number(a) > Number(b))
	case "<=":
		return boolean(Number(a) <= Number(b))
	case ">=":
		return boolean(Number(a) >= Number(b))
	case "<=>":
		switch x, y := Number(a), Number(b); {
		case x < y:
			return float64(-1)
		case x > y:
			return float64(1)
		}
		return float64(0)
	}
	return stringOperator(op, String(a), String(b))
}

func stringOperator(op, a, b string) Value {
	switch op {
	case "eq":
		return boolean(a == b)
	case "ne":
		return boolean(a != b)
	case "lt":
		return boolean(a < b)
	case "gt":
		return boolean(a > b)
	case "le":
		return boolean(a <= b)
	case "ge":
		return boolean(a >= b)
	case "cmp":
		return float64(strings.Compare(a, b))
	}
	panic(&Error{Reason: "operator " + op + " is not known"})
}

func arithmetic(op string, a, b float64) Value {
	switch op {
	case "+":
		return a + b
	case "-":
		return a - b
	case "*":
		return a * b
	case "**":
		return math.Pow(a, b)
	case "<<":
		return float64(uint64(a) << uint64(b))
	case ">>":
		return float64(uint64(a) >> uint64(b))
	case "&":
		return float64(uint64(a) & uint64(b))
	case "|":
		return float64(uint64(a) | uint64(b))
	case "^":
		return float64(uint64(a) ^ uint64(b))
	}
	if b == 0 {
		panic(&Error{Reason: "division by zero"})
	}
	if op == "/" {
		return a / b
	}
	r := math.Mod(math.Trunc(a), math.Trunc(b))
	if r != 0 && (r < 0) != (b < 0) { // the result has the sign of the right side
		r += math.Trunc(b)
	}
	return r
}

// logical is &&, ||, //, and, or: it evaluates the right side only when the left one does not decide.
type logical struct {
	op   string
	a, b node
}

func (n logical) decided(v Value) bool {
	switch n.op {
	case "&&":
		return !True(v)
	case "||":
		return True(v)
	}
	return v != nil
}

func (n logical) scalar(in *Interp) Value {
	if v := n.a.scalar(in); n.decided(v) {
		return v
	}
	return n.b.scalar(in)
}

func (n logical) list(in *Interp) []Value {
	if v := n.a.scalar(in); n.decided(v) {
		return []Value{v}
	}
	return n.b.list(in)
}

// unary is an operator in front: ! - + not defined.
type unary struct {
	op string
	of node
}

func (n unary) scalar(in *Interp) Value {
	v := n.of.scalar(in)
	switch n.op {
	case "!":
		return boolean(!True(v))
	case "-":
		if s, ok := v.(string); ok && s != "" && (s[0] == '_' || s[0]|0x20 >= 'a' && s[0]|0x20 <= 'z') {
			return "-" + s
		}
		return -Number(v)
	case "~":
		return float64(^uint64(Number(v)))
	}
	return v
}
func (n unary) list(in *Interp) []Value { return one(n, in) }

// step is ++ and --, before or behind its variable.
type step struct {
	by     float64
	before bool
	of     node
}

func (n step) scalar(in *Interp) Value {
	p, ok := n.of.(place)
	if !ok {
		panic(&Error{Reason: "++ and -- need a variable"})
	}
	s := p.slot(in)
	old := Number(s.V)
	s.V = old + n.by
	if n.before {
		return s.V
	}
	return old
}
func (n step) list(in *Interp) []Value { return one(n, in) }

// conditional is a ? b : c.
type conditional struct{ cond, yes, no node }

func (n conditional) pick(in *Interp) node {
	if True(n.cond.scalar(in)) {
		return n.yes
	}
	return n.no
}
func (n conditional) scalar(in *Interp) Value { return n.pick(in).scalar(in) }
func (n conditional) list(in *Interp) []Value { return n.pick(in).list(in) }

// span is a .. b.
type span struct{ a, b node }

// maxSpan bounds the length of a range.
const maxSpan = 1 << 22

func (n span) list(in *Interp) []Value {
	a, b := n.a.scalar(in), n.b.scalar(in)
	if s, ok := a.(string); ok && s != "" && (s[0] < '0' || s[0] > '9') && s[0] != '-' {
		return letters(s, String(b))
	}
	from, to := int(Number(a)), int(Number(b))
	if to-from > maxSpan {
		panic(&Error{Reason: "a range of too many elements"})
	}
	var out []Value
	for i := from; i <= to; i++ {
		out = append(out, float64(i))
	}
	return out
}
func (n span) scalar(in *Interp) Value { return last(n.list(in)) }

func letters(from, to string) []Value {
	if len(from) != 1 || len(to) != 1 {
		panic(&Error{Reason: "a range of strings of more than one letter"})
	}
	var out []Value
	for c := int(from[0]); c <= int(to[0]); c++ {
		out = append(out, string(rune(c)))
	}
	return out
}
