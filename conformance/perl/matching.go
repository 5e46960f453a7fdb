package perl

import (
	"strings"
)

// pattern is a match: m// or qr//.
type pattern struct {
	line  int
	text  node
	flags string
	quote bool // qr//
}

func (n pattern) compile(in *Interp) *Regexp {
	if p, ok := n.text.(joined); ok && len(p.parts) == 1 && n.flags == "" {
		if r, ok := p.parts[0].scalar(in).(*Regexp); ok {
			return r
		}
	}
	r, err := Compile(String(n.text.scalar(in)), n.flags)
	if err != nil {
		panic(&Error{File: in.file, Line: n.line, Reason: err.Error()})
	}
	return r
}

func (n pattern) scalar(in *Interp) Value {
	if n.quote {
		return n.compile(in)
	}
	return matching{line: n.line, subject: scalarVar{"_"}, with: n}.scalar(in)
}

func (n pattern) list(in *Interp) []Value {
	if n.quote {
		return one(n, in)
	}
	return matching{line: n.line, subject: scalarVar{"_"}, with: n}.list(in)
}

// matching is subject =~ pattern, or !~.
type matching struct {
	line    int
	subject node
	with    node // pattern, substitution, or what gives a pattern
	not     bool
}

func (n matching) regexp(in *Interp) (re *Regexp, global bool) {
	if p, ok := n.with.(pattern); ok {
		return p.compile(in), strings.Contains(p.flags, "g")
	}
	v := n.with.scalar(in)
	if r, ok := v.(*Regexp); ok {
		return r, false
	}
	r, err := Compile(String(v), "")
	if err != nil {
		panic(&Error{File: in.file, Line: n.line, Reason: err.Error()})
	}
	return r, false
}

func (in *Interp) match(re *Regexp, subject string, from int) []int32 {
	at := re.Find(subject, from)
	if at != nil {
		in.matched, in.groups = subject, at
	}
	return at
}

func (n matching) scalar(in *Interp) Value {
	if s, ok := n.with.(substitution); ok {
		return s.replace(in, n.subject)
	}
	re, global := n.regexp(in)
	if global {
		panic(&Error{File: in.file, Line: n.line, Reason: "a match with the modifier g in scalar context"})
	}
	found := in.match(re, String(n.subject.scalar(in)), 0) != nil
	return boolean(found != n.not)
}

func (n matching) list(in *Interp) []Value {
	if _, ok := n.with.(substitution); ok || n.not {
		return one(n, in)
	}
	re, global := n.regexp(in)
	subject := String(n.subject.scalar(in))
	var out []Value
	for from := 0; from <= len(subject); {
		at := in.match(re, subject, from)
		if at == nil {
			break
		}
		groups := at[2:]
		if len(groups) == 0 && global {
			groups = at
		} else if len(groups) == 0 {
			return []Value{float64(1)}
		}
		for i := 0; i < len(groups); i += 2 {
			if groups[i] < 0 {
				out = append(out, nil)
			} else {
				out = append(out, subject[groups[i]:groups[i+1]])
			}
		}
		if !global {
			break
		}
		if from = int(at[1]); at[0] == at[1] {
			from++
		}
	}
	return out
}

// substitution is s///.
type substitution struct {
	what pattern
	with node
}

func (n substitution) replace(in *Interp, subject node) Value {
	if l, isList := subject.(sublist); isList && len(l.items) == 1 {
		subject = l.items[0]
	}
	p, ok := subject.(place)
	if a, isAssign := subject.(assignment); isAssign {
		a.scalar(in)
		p, ok = a.target.(place)
		if d, isDecl := a.target.(declaration); isDecl {
			p, ok = d.vars[0].(place)
		}
	}
	if !ok {
		panic(&Error{File: in.file, Line: n.what.line, Reason: "s/// needs a variable"})
	}
	slot := p.slot(in)
	text, re := String(slot.V), n.what.compile(in)
	var b strings.Builder
	count, done := 0, 0
	for from := 0; from <= len(text); {
		at := in.match(re, text, from)
		if at == nil {
			break
		}
		count++
		b.WriteString(text[done:at[0]])
		b.WriteString(String(n.with.scalar(in)))
		done, from = int(at[1]), int(at[1])
		if at[0] == at[1] {
			from++
		}
		if !strings.Contains(n.what.flags, "g") {
			break
		}
	}
	if strings.Contains(n.what.flags, "r") {
		return b.String() + text[done:]
	}
	if count > 0 {
		slot.V = b.String() + text[done:]
	}
	return float64(count)
}

func (n substitution) scalar(in *Interp) Value { return n.replace(in, scalarVar{"_"}) }
func (n substitution) list(in *Interp) []Value { return one(n, in) }
