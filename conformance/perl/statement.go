package perl

// statement does something; only the last one of a block has a value that counts.
type statement interface {
	run(in *Interp, list bool) []Value
}

// block is statements with a scope of their own.
type block struct{ statements []statement }

func (in *Interp) runBlock(b *block, list bool) (out []Value) {
	for _, s := range b.statements {
		out = s.run(in, list)
	}
	return out
}

// scoped runs a block in a new scope.
func (in *Interp) scoped(b *block, list bool) []Value {
	saved := in.scope
	in.scope = &scope{vars: map[string]any{}, parent: saved}
	defer func() {
		in.scope.leave()
		in.scope = saved
	}()
	return in.runBlock(b, list)
}

type expression struct {
	line int
	of   node
}

func (s expression) run(in *Interp, list bool) []Value {
	defer in.locate(s.line)
	if list {
		return s.of.list(in)
	}
	return []Value{s.of.scalar(in)}
}

// locate adds a line to an error that has none.
func (in *Interp) locate(line int) {
	if r := recover(); r != nil {
		if e, ok := r.(*Error); ok && e.Line == 0 {
			e.File, e.Line = in.file, line
		}
		panic(r)
	}
}

type plainBlock struct{ of *block }

func (s plainBlock) run(in *Interp, list bool) (out []Value) { return in.scoped(s.of, list) }

// choice is if, elsif and else.
type choice struct {
	conds  []node
	blocks []*block // one more than conds when there is an else
}

func (s choice) run(in *Interp, list bool) []Value {
	for i, c := range s.conds {
		if True(c.scalar(in)) {
			return in.scoped(s.blocks[i], list)
		}
	}
	if len(s.blocks) > len(s.conds) {
		return in.scoped(s.blocks[len(s.conds)], list)
	}
	return nil
}

// loop is while, until and the for of three expressions.
type loop struct {
	init, cond, next node
	until            bool
	body             *block
}

// maxRounds bounds a loop.
const maxRounds = 1_000_000

func (s loop) run(in *Interp, _ bool) []Value {
	saved := in.scope
	in.scope = &scope{vars: map[string]any{}, parent: saved}
	defer func() { in.scope = saved }()
	if s.init != nil {
		s.init.list(in)
	}
	for round := 0; s.cond == nil || True(s.cond.scalar(in)) != s.until; round++ {
		if round > maxRounds {
			panic(&Error{Reason: "a loop does not end"})
		}
		if !in.round(s.body) {
			break
		}
		if s.next != nil {
			s.next.scalar(in)
		}
	}
	return nil
}

// round runs the body of a loop once; it tells whether to go on.
func (in *Interp) round(b *block) (more bool) {
	saved := in.scope
	defer func() {
		if r := recover(); r != nil {
			ctl, ok := r.(control)
			if !ok || ctl.kind == "return" {
				panic(r)
			}
			in.scope = saved
			more = ctl.kind == "next"
		}
	}()
	in.scoped(b, false)
	return true
}

// each is foreach.
type each struct {
	name string // of the variable; "_" without one
	my   bool
	over node
	body *block
}

func (s each) run(in *Interp, _ bool) []Value {
	saved := in.scope
	defer func() { in.scope = saved }()
	slots := in.aliases(s.over)
	in.scope = &scope{vars: map[string]any{}, parent: saved}
	for _, slot := range slots {
		in.scope.vars["$"+s.name] = slot
		if !in.round(s.body) {
			break
		}
	}
	return nil
}

// aliases are the elements that foreach goes over: those of an array themselves, so that a loop can change them.
func (in *Interp) aliases(over node) []*Scalar {
	if l, ok := over.(sublist); ok && len(l.items) == 1 && l.index == nil {
		over = l.items[0]
	}
	if c, ok := over.(collection); ok && c.sigil == '@' {
		return append([]*Scalar(nil), c.array(in).Items...)
	}
	return List(over.list(in)...).Items
}

// jump is return, next and last.
type jump struct {
	kind string
	of   node
}

func (n jump) scalar(in *Interp) Value {
	var values []Value
	if n.of != nil {
		values = n.of.list(in)
	}
	panic(control{n.kind, values})
}
func (n jump) list(in *Interp) []Value { return one(n, in) }

// doBlock is do { … } and eval { … }.
type doBlock struct {
	of  *block
	try bool
}

func (n doBlock) list(in *Interp) (out []Value) { return n.run(in, true) }
func (n doBlock) scalar(in *Interp) (out Value) { return last(n.run(in, false)) }
func (n doBlock) run(in *Interp, l bool) []Value {
	if !n.try {
		return in.scoped(n.of, l)
	}
	return in.try(func() []Value { return in.scoped(n.of, l) })
}

// evalText is eval of a string.
type evalText struct {
	line int
	of   node
}

func (n evalText) run(in *Interp) []Value {
	text := String(n.of.scalar(in))
	return in.try(func() []Value {
		saved := in.scope
		in.scope = &scope{vars: map[string]any{}, parent: saved}
		defer func() { in.scope = saved }()
		return in.run(text, n.line)
	})
}
func (n evalText) list(in *Interp) []Value { return n.run(in) }
func (n evalText) scalar(in *Interp) Value { return last(n.run(in)) }

// try runs f; an error that die threw goes to $@. What the interpreter does not know is not an error of the program and goes on.
func (in *Interp) try(f func() []Value) (out []Value) {
	saved, depth := in.scope, in.depth
	defer func() {
		r := recover()
		if r == nil {
			return
		}
		e, ok := r.(*Error)
		if !ok || !e.Died {
			panic(r)
		}
		in.scope, in.depth = saved, depth
		in.SetScalar("main::@", e.Reason)
		out = nil
	}()
	in.SetScalar("main::@", "")
	return f()
}
