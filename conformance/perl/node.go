package perl

import (
	"fmt"
	"strings"
)

// node is an expression. scalar and list are its two contexts.
type node interface {
	scalar(in *Interp) Value
	list(in *Interp) []Value
}

// place is an expression that can be assigned to and that holds one value.
type place interface {
	node
	slot(in *Interp) *Scalar
}

// one turns the value of a node without a meaning of its own in list context into a list.
func one(n node, in *Interp) []Value { return []Value{n.scalar(in)} }

// last is the value of a list in scalar context.
func last(values []Value) Value {
	if len(values) == 0 {
		return nil
	}
	return values[len(values)-1]
}

type literal struct{ v Value }

func (n literal) scalar(*Interp) Value    { return n.v }
func (n literal) list(in *Interp) []Value { return one(n, in) }

// joined is a string in double quotes: its parts side by side.
type joined struct{ parts []node }

func (n joined) scalar(in *Interp) Value {
	var b strings.Builder
	for _, p := range n.parts {
		b.WriteString(String(p.scalar(in)))
	}
	return b.String()
}
func (n joined) list(in *Interp) []Value { return one(n, in) }

// spread is an array within a string.
type spread struct{ of node }

func (n spread) scalar(in *Interp) Value {
	var parts []string
	for _, v := range n.of.list(in) {
		parts = append(parts, String(v))
	}
	return strings.Join(parts, " ")
}
func (n spread) list(in *Interp) []Value { return one(n, in) }

// cased is a part of a string between \Q, \L or \U and \E.
type cased struct {
	how byte
	of  node
}

func (n cased) scalar(in *Interp) Value {
	s := String(n.of.scalar(in))
	switch n.how {
	case 'Q':
		return quotemeta(s)
	case 'L':
		return strings.ToLower(s)
	}
	return strings.ToUpper(s)
}
func (n cased) list(in *Interp) []Value { return one(n, in) }

// scalarVar is $name.
type scalarVar struct{ name string }

func (n scalarVar) slot(in *Interp) *Scalar { return in.variable('$', n.name).(*Scalar) }
func (n scalarVar) scalar(in *Interp) Value {
	if c := n.name[0]; c == '&' || c >= '1' && c <= '9' {
		return in.group(n.name)
	}
	return n.slot(in).V
}
func (n scalarVar) list(in *Interp) []Value { return one(n, in) }

// group is $1, $2 … and $&.
func (in *Interp) group(name string) Value {
	i := 0
	if name != "&" {
		_, _ = fmt.Sscan(name, &i)
	}
	if 2*i+1 >= len(in.groups) || in.groups[2*i] < 0 {
		return nil
	}
	return in.matched[in.groups[2*i]:in.groups[2*i+1]]
}

// collection is an expression that is an array or a hash: a variable, or a reference followed.
type collection struct {
	sigil byte // '@' or '%'
	name  string
	ref   node // when set, what to follow
}

func (n collection) array(in *Interp) *Array {
	if n.ref == nil {
		return in.variable('@', n.name).(*Array)
	}
	v := n.ref.scalar(in)
	if v == nil {
		if p, ok := n.ref.(place); ok {
			a := &Array{}
			p.slot(in).V = a
			return a
		}
	}
	if a, ok := v.(*Array); ok {
		return a
	}
	panic(&Error{Reason: "not a reference to an array: " + describe(v)})
}

func (n collection) hash(in *Interp) *Hash {
	if n.ref == nil {
		return in.variable('%', n.name).(*Hash)
	}
	v := n.ref.scalar(in)
	if v == nil {
		if p, ok := n.ref.(place); ok {
			h := NewHash()
			p.slot(in).V = h
			return h
		}
	}
	if h, ok := v.(*Hash); ok {
		return h
	}
	panic(&Error{Reason: "not a reference to a hash: " + describe(v)})
}

func describe(v Value) string {
	if v == nil {
		return "undef"
	}
	if k := RefKind(v); k != "" {
		return k
	}
	return fmt.Sprintf("%q", String(v))
}

func (n collection) scalar(in *Interp) Value {
	if n.sigil == '@' {
		return float64(len(n.array(in).Items))
	}
	return float64(len(n.hash(in).keys))
}

func (n collection) list(in *Interp) []Value {
	if n.sigil == '@' {
		return n.array(in).Values()
	}
	h := n.hash(in)
	var out []Value
	for _, k := range h.keys {
		out = append(out, k, h.items[k].V)
	}
	return out
}

// lastIndex is $#name.
type lastIndex struct{ of collection }

func (n lastIndex) scalar(in *Interp) Value { return float64(len(n.of.array(in).Items) - 1) }
func (n lastIndex) list(in *Interp) []Value { return one(n, in) }

// element is $name[index] or $ref->[index].
type element struct {
	of    collection
	index node
}

func (n element) slot(in *Interp) *Scalar {
	return n.of.array(in).at(int(Number(n.index.scalar(in))))
}

func (n element) scalar(in *Interp) Value {
	a, i := n.of.array(in), int(Number(n.index.scalar(in)))
	if i < 0 {
		i += len(a.Items)
	}
	if i < 0 || i >= len(a.Items) {
		return nil
	}
	return a.Items[i].V
}
func (n element) list(in *Interp) []Value { return one(n, in) }

// member is $name{key} or $ref->{key}.
type member struct {
	of  collection
	key node
}

func (n member) slot(in *Interp) *Scalar { return n.of.hash(in).At(String(n.key.scalar(in))) }
func (n member) scalar(in *Interp) Value { return n.of.hash(in).Get(String(n.key.scalar(in))) }
func (n member) list(in *Interp) []Value { return one(n, in) }

// follow is $$ref.
type follow struct{ ref node }

func (n follow) slot(in *Interp) *Scalar {
	s, ok := n.ref.scalar(in).(*Scalar)
	if !ok {
		panic(&Error{Reason: "not a reference to a scalar"})
	}
	return s
}
func (n follow) scalar(in *Interp) Value { return n.slot(in).V }
func (n follow) list(in *Interp) []Value { return one(n, in) }

// sublist is a list in parentheses, with an index perhaps: (list)[index].
type sublist struct {
	items []node
	index []node
}

func (n sublist) list(in *Interp) []Value {
	var out []Value
	for _, item := range n.items {
		out = append(out, item.list(in)...)
	}
	if n.index == nil {
		return out
	}
	var picked []Value
	for _, index := range n.index {
		for _, v := range index.list(in) {
			i := int(Number(v))
			if i < 0 {
				i += len(out)
			}
			if i >= 0 && i < len(out) {
				picked = append(picked, out[i])
			} else {
				picked = append(picked, nil)
			}
		}
	}
	return picked
}

func (n sublist) scalar(in *Interp) Value {
	if n.index != nil || len(n.items) == 0 {
		return last(n.list(in))
	}
	for _, item := range n.items[:len(n.items)-1] {
		item.scalar(in)
	}
	return n.items[len(n.items)-1].scalar(in)
}

// anonymous is [list], {list} or \thing.
type anonymous struct {
	kind byte // '[', '{' or '\\'
	of   node
}

func (n anonymous) scalar(in *Interp) Value {
	switch n.kind {
	case '[':
		return List(n.of.list(in)...)
	case '{':
		return hashOf(n.of.list(in))
	}
	switch of := n.of.(type) {
	case collection:
		if of.sigil == '@' {
			return of.array(in)
		}
		return of.hash(in)
	case place:
		return of.slot(in)
	case subRef:
		return of.scalar(in)
	}
	return &Scalar{n.of.scalar(in)}
}
func (n anonymous) list(in *Interp) []Value { return one(n, in) }

func hashOf(values []Value) *Hash {
	h := NewHash()
	for i := 0; i < len(values); i += 2 {
		var v Value
		if i+1 < len(values) {
			v = values[i+1]
		}
		h.At(String(values[i])).V = v
	}
	return h
}

// subRef is \&name.
type subRef struct{ name string }

func (n subRef) scalar(in *Interp) Value {
	if c := in.sub(n.name); c != nil {
		return c
	}
	panic(&Error{Reason: "sub " + n.name + " is not known"})
}
func (n subRef) list(in *Interp) []Value { return one(n, in) }

// closure is sub { … }.
type closure struct {
	body *block
	pkg  string
}

func (n closure) scalar(in *Interp) Value {
	return &Code{Name: "__ANON__", body: n.body, scope: in.scope, pkg: n.pkg}
}
func (n closure) list(in *Interp) []Value { return one(n, in) }

// calling is a call of a sub by name, of a reference, or of a method.
type calling struct {
	line   int
	name   string // of a sub, or of a method
	code   node   // a reference to a sub
	object node   // what the method is called on
	args   []node
	pass   bool // &name; passes the caller's @_
}

func (n calling) run(in *Interp, list bool) []Value {
	var args []Value
	for _, a := range n.args {
		args = append(args, a.list(in)...)
	}
	if n.object != nil {
		return in.method(n, n.object.scalar(in), args)
	}
	if n.pass {
		args = in.variable('@', "_").(*Array).Values()
	}
	if n.code != nil {
		c, ok := n.code.scalar(in).(*Code)
		if !ok {
			panic(&Error{File: in.file, Line: n.line, Reason: "not a reference to a sub"})
		}
		return in.call(c, args, list)
	}
	c := in.sub(n.name)
	if c == nil {
		panic(&Error{File: in.file, Line: n.line, Reason: "sub " + n.name + " is not known"})
	}
	return in.call(c, args, list)
}

func (in *Interp) method(n calling, object Value, args []Value) []Value {
	switch o := object.(type) {
	case Object:
		out, err := o.Method(n.name, args)
		if err != nil {
			panic(&Error{File: in.file, Line: n.line, Reason: err.Error()})
		}
		return out
	case string:
		if c := in.sub(o + "::" + n.name); c != nil {
			return in.call(c, append([]Value{o}, args...), true)
		}
	}
	panic(&Error{File: in.file, Line: n.line, Reason: fmt.Sprintf("method %s of %s is not known", n.name, describe(object))})
}

func (n calling) list(in *Interp) []Value { return n.run(in, true) }
func (n calling) scalar(in *Interp) Value { return last(n.run(in, false)) }

// declaration is my, our or local with its variables.
type declaration struct {
	kind  string
	vars  []node // scalarVar and collection
	list_ bool   // in parentheses
}

func (n declaration) declare(in *Interp) {
	for _, v := range n.vars {
		sigil, name := byte('$'), ""
		switch v := v.(type) {
		case scalarVar:
			name = v.name
		case collection:
			sigil, name = v.sigil, v.name
		default: // an element after local: its value is put back at the end of the block
			continue
		}
		if name == "" {
			continue
		}
		switch n.kind {
		case "my", "state":
			in.declare(sigil, name)
		case "our":
			in.scope.vars[string(sigil)+name] = in.global(string(sigil)+in.qualified(name), true)
		}
	}
}

func (n declaration) scalar(in *Interp) Value {
	n.prepare(in)
	return n.vars[len(n.vars)-1].scalar(in)
}

func (n declaration) list(in *Interp) []Value {
	n.prepare(in)
	var out []Value
	for _, v := range n.vars {
		out = append(out, v.list(in)...)
	}
	return out
}

func (n declaration) slot(in *Interp) *Scalar {
	n.prepare(in)
	if p, ok := n.vars[0].(place); ok {
		return p.slot(in)
	}
	panic(&Error{Reason: "a declaration of this kind cannot be assigned to"})
}

// prepare declares the variables, and gives those of local their value of before back when the block ends.
func (n declaration) prepare(in *Interp) {
	if n.kind != "local" {
		n.declare(in)
		return
	}
	for _, v := range n.vars {
		p, ok := v.(place)
		if !ok {
			panic(&Error{Reason: "local of something that is no scalar"})
		}
		s := p.slot(in)
		old := s.V
		in.scope.onExit(func() { s.V = old })
		s.V = nil
	}
}
