package catalog

import "tidegate/ast"

// Level is one level of a checked configuration: the file level, a stream
// block, a server, an upstream. conf.Level implements it.
type Level interface {
	// Values returns what the directive's row was set to in this level itself, in
	// the order of the file; nil if it does not stand here.
	Values(*Row) []Value
	// Outer returns the enclosing level, nil for the outermost.
	Outer() Level
	// Nearest returns the level itself or the closest one around it in which the
	// row stands; nil if there is none.
	Nearest(*Row) Level
	// Arg returns the typed argument of the block that forms the level (the T of
	// its Block handle), nil for the outermost.
	Arg() any
}

// Value is one decoded directive in a level.
type Value struct {
	Row *Row
	// Arg is the decoded value; its dynamic type is the T of the row's handle.
	Arg any
	// Node is the directive in the syntax tree, nil when there is none.
	Node *ast.Directive
	// At is the position of the directive's first byte.
	At ast.Pos
	// Inner is the level that the directive's block forms, nil without a block.
	Inner Level
}

// Handle is what every constructor returns: a Directive[T] or a Block[T].
type Handle interface{ row() *Row }

// Directive is the typed handle of a row: what consumers read values with.
type Directive[T any] struct{ *Row }

func (d Directive[T]) row() *Row { return d.Row }

// inForce finds the values in force at l: those set in l itself, else those of
// the nearest enclosing level, as Spec.Inherit says. Append is resolved by the
// callers that return lists.
func (r *Row) inForce(l Level) []Value {
	if l == nil {
		return nil
	}
	if r.Inherit == Local {
		return l.Values(r)
	}
	if r.Inherit == FirstWins {
		return r.outermost(l)
	}
	if l = l.Nearest(r); l == nil {
		return nil
	}
	return l.Values(r)
}

func (r *Row) outermost(l Level) (found []Value) {
	for ; l != nil; l = l.Outer() {
		if v := l.Values(r); len(v) > 0 {
			found = v
		}
	}
	return found
}

// Get returns the value in force at l: set there, else inherited, else the
// declared default, else the zero value.
func (d Directive[T]) Get(l Level) T {
	if v, ok := d.Lookup(l); ok {
		return v
	}
	return d.Fallback()
}

// Fallback returns the declared default, the zero value if there is none.
func (d Directive[T]) Fallback() T {
	v, _ := d.defaultValue().(T)
	return v
}

// Lookup returns the value set in l or inherited by it; the default does not
// count. Of a repeated directive it returns the last one.
func (d Directive[T]) Lookup(l Level) (T, bool) {
	vs := d.inForce(l)
	if len(vs) == 0 {
		var zero T
		return zero, false
	}
	return argOf[T](vs[len(vs)-1]), true
}

// Own returns the value set in l itself.
func (d Directive[T]) Own(l Level) (T, bool) {
	if l != nil {
		if vs := l.Values(d.Row); len(vs) > 0 {
			return argOf[T](vs[len(vs)-1]), true
		}
	}
	var zero T
	return zero, false
}

// Set reports whether the directive stands in l or in a level it inherits from.
func (d Directive[T]) Set(l Level) bool { return len(d.inForce(l)) > 0 }

// All returns every value in force at l, in the order of the file; with Append
// inheritance the outer level's come first.
func (d Directive[T]) All(l Level) []T {
	uses := d.Uses(l)
	if len(uses) == 0 {
		return nil
	}
	out := make([]T, len(uses))
	for i, u := range uses {
		out[i] = u.Arg
	}
	return out
}

// Use is one directive in force, with its place in the configuration.
type Use[T any] struct {
	Arg  T
	Node *ast.Directive
	At   ast.Pos
	// Level is the level that the directive's block forms, nil without a block.
	Level Level
}

// Uses is All with positions.
func (d Directive[T]) Uses(l Level) []Use[T] {
	if d.Inherit == Append && l != nil {
		if l = l.Nearest(d.Row); l == nil {
			return nil
		}
		return append(d.Uses(l.Outer()), usesOf[T](l.Values(d.Row))...)
	}
	return usesOf[T](d.inForce(l))
}

// Origin returns where the value that Get returns was written; the zero Pos if
// it is the default.
func (d Directive[T]) Origin(l Level) ast.Pos {
	vs := d.inForce(l)
	if len(vs) == 0 {
		return ast.Pos{}
	}
	return vs[len(vs)-1].At
}

func usesOf[T any](vs []Value) []Use[T] {
	if len(vs) == 0 {
		return nil
	}
	out := make([]Use[T], len(vs))
	for i, v := range vs {
		out[i] = Use[T]{Arg: argOf[T](v), Node: v.Node, At: v.At, Level: v.Inner}
	}
	return out
}

func argOf[T any](v Value) T {
	t, _ := v.Arg.(T)
	return t
}

// Block is the handle of a directive that opens a level; T is its typed
// argument. Blocks do not inherit.
type Block[T any] struct{ *Row }

func (b Block[T]) row() *Row { return b.Row }

// In returns the blocks that stand directly in l, in the order of the file.
func (b Block[T]) In(l Level) []Use[T] {
	if l == nil {
		return nil
	}
	return usesOf[T](l.Values(b.Row))
}

// First returns the first such block in l.
func (b Block[T]) First(l Level) (Use[T], bool) {
	if us := b.In(l); len(us) > 0 {
		return us[0], true
	}
	return Use[T]{}, false
}
