package luacode

import (
	"tidegate/ast/lua"
)

// Code is what was found in a chunk. Its lists are in source order, those of
// calls with the calls in their arguments first.
type Code struct {
	Chunk    *lua.Chunk
	Calls    []*Call
	Fields   []*Field
	Requires []*Require
	// Unknown are the uses of fields that closed tables of the API do not have.
	Unknown []*Field
	// Set are the assignments to fields of the API that have a fixed name, like
	// ngx.status.
	Set []*Field

	// AsksWhere tells that the code looks at the phase or the subsystem that it
	// runs in, and so may do what is right for each.
	AsksWhere bool

	entries map[*lua.Var]*Entry
	runs    map[*lua.Function]Mode
	roles   map[*lua.Name]Role
	flow    *Flow
	// given is where a function is written that is handed to a call, or called.
	given map[*lua.Function]*Call
	// holders are the variables whose first value is a function, by the function.
	holders map[*lua.Function]*lua.Var
	// handled are the uses of such variables that are called or handed to a call.
	handled map[*lua.Name]*Call
}

// Place is where something stands: in the statement Block.Stmts[Index].
type Place struct {
	Block *lua.Block
	Index int
	// Up is the place of the statement that holds the block; nil in the body of
	// a function.
	Up *Place
	// Func is the function around it.
	Func *lua.Function
	// Loops is the number of loops around it in the function.
	Loops int
}

// Stmt returns the statement.
func (p *Place) Stmt() lua.Stmt { return p.Block.Stmts[p.Index] }

// Call is a call of something.
type Call struct {
	*lua.Call
	// Entry is what is called; nil if that is not known.
	Entry *Entry
	// Object is what a method is called on; nil if that is not known.
	Object *Entry
	*Place
	// Dropped tells that the call is a statement, whose results are lost.
	Dropped bool
}

// Is reports whether the call is one of the API's functions with these names.
func (c *Call) Is(names ...string) bool {
	if c.Entry == nil {
		return false
	}
	for _, n := range names {
		if c.Entry.Name == n {
			return true
		}
	}
	return false
}

// Arg returns an argument, counted from 0; nil if there is none.
func (c *Call) Arg(i int) lua.Expr {
	if i < 0 || i >= len(c.Args) {
		return nil
	}
	return c.Args[i]
}

// Field is a use of a field: of a table with free names, like ngx.var.X, or one
// that a closed table lacks, or the assignment of any other field of the API.
type Field struct {
	Node *lua.Index
	// Of is the table.
	Of *Entry
	// Name is the field's name, "" if it is not constant.
	Name string
	// Assigned tells that the use assigns to the field.
	Assigned bool
	// Called tells that the field itself is called.
	Called bool
	*Place
}

// Require is a use of a module with a constant name.
type Require struct {
	Name string
	Call *lua.Call
	// Protected tells that the module may be missing: pcall(require, "x").
	Protected bool
	*Place
}

// Constant returns the value of a constant string.
func Constant(e lua.Expr) (string, bool) {
	s, ok := Strip(e).(*lua.String)
	if !ok {
		return "", false
	}
	return s.Value, true
}

// Strip takes the parentheses off an expression.
func Strip(e lua.Expr) lua.Expr {
	for {
		p, ok := e.(*lua.Paren)
		if !ok {
			return e
		}
		e = p.X
	}
}

// EntryOf returns the entry that a variable stands for, nil if it is not known.
func (c *Code) EntryOf(v *lua.Var) *Entry { return c.entries[v] }

// Resolve returns the entry that an expression stands for, nil if it is not
// known.
func (c *Code) Resolve(e lua.Expr) *Entry {
	switch e := e.(type) {
	case *lua.Paren:
		return c.Resolve(e.X)
	case *lua.Name:
		if e.Var != nil {
			return c.entries[e.Var]
		}
		return root().globals.fields[e.Text]
	case *lua.Index:
		obj := c.Resolve(e.Obj)
		if obj == nil {
			return nil
		}
		if obj.Name == "_G" {
			if name, ok := Constant(e.Key); ok {
				return root().globals.fields[name]
			}
			return nil
		}
		name, ok := Constant(e.Key)
		if !ok {
			return obj.any
		}
		return obj.Field(name)
	case *lua.Call:
		return c.resultOf(e)
	case *lua.Binary:
		// "a or b" where a is known: the fallback is for want of a.
		if e.Op == lua.TokOr {
			return c.Resolve(e.L)
		}
	}
	return nil
}

// resultOf returns the entry of the first result of a call.
func (c *Code) resultOf(call *lua.Call) *Entry {
	fn := c.Callee(call)
	if fn == nil {
		return nil
	}
	if fn.Name == "require" && len(call.Args) > 0 {
		if name, ok := Constant(call.Args[0]); ok {
			return root().modules[name]
		}
		return nil
	}
	if fn.Name == "assert" && len(call.Args) > 0 {
		return c.Resolve(call.Args[0])
	}
	return fn.result
}

// Callee returns the entry of what a call calls, nil if it is not known.
func (c *Code) Callee(call *lua.Call) *Entry {
	fn := c.Resolve(call.Fn)
	if call.Method != nil {
		return fn.Field(call.Method.Value)
	}
	return fn
}
