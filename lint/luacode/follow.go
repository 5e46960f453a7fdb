package luacode

import "tidegate/ast/lua"

// Bounds of following data into the chunk's own functions: beyond them a call is
// one of an unknown function.
const (
	maxInside  = 4
	maxEntered = 400
)

// callable is what a function is called by: a variable, or a field of the table
// in a variable.
type callable struct {
	v     *lua.Var
	field string
}

// functions lists the functions of the chunk by what calls them. One that is
// assigned twice is not known.
func (c *Code) functions() map[callable]*lua.Function {
	out := map[callable]*lua.Function{}
	for fn, v := range c.holders {
		if len(v.Writes) == 0 {
			out[callable{v: v}] = fn
		}
	}
	add := func(e lua.Expr, fn *lua.Function) {
		if k, ok := fieldOf(e); ok {
			if _, twice := out[k]; twice {
				fn = nil
			}
			out[k] = fn
		}
	}
	lua.Inspect(c.Chunk.Main, func(n lua.Node) bool {
		switch n := n.(type) {
		case *lua.FunctionStmt:
			add(n.Target, n.Fn)
		case *lua.Assign:
			for i, target := range n.Targets {
				var fn *lua.Function
				if i < len(n.Values) {
					fn, _ = n.Values[i].(*lua.Function)
				}
				add(target, fn)
			}
		}
		return true
	})
	return out
}

// fieldOf returns what "t.name" calls, if t is a variable that is assigned once.
func fieldOf(e lua.Expr) (callable, bool) {
	i, ok := e.(*lua.Index)
	if !ok {
		return callable{}, false
	}
	n, ok := i.Obj.(*lua.Name)
	name, constant := Constant(i.Key)
	if !ok || n.Var == nil || len(n.Var.Writes) > 0 || !constant {
		return callable{}, false
	}
	return callable{n.Var, name}, true
}

// own returns the chunk's own function that a call calls, nil if it is another
// one or not known.
func (f *follower) own(e *lua.Call) *lua.Function {
	if n, ok := e.Fn.(*lua.Name); ok && n.Var != nil {
		if e.Method != nil {
			return f.functions[callable{n.Var, e.Method.Value}]
		}
		return f.functions[callable{v: n.Var}]
	}
	if k, ok := fieldOf(e.Fn); ok && e.Method == nil {
		return f.functions[k]
	}
	return nil
}

// enter follows a call into the function: its parameters hold what the arguments
// do, and what is known where it is called is known inside. The results are
// the taints of what it returns.
func (f *follower) enter(fn *lua.Function, e *lua.Call, args []*Taint) []*Taint {
	if f.inside[fn] || len(f.inside) >= maxInside || f.entered >= maxEntered {
		return nil
	}
	if f.inside == nil {
		f.inside = map[*lua.Function]bool{}
	}
	outer, returned := f.state, f.returned
	f.state, f.returned = outer.clone(), nil
	f.inside[fn] = true
	f.entered++
	params := fn.Params
	if e.Method != nil && len(params) > 0 {
		params = params[1:] // self
	}
	for i, p := range params {
		var t *Taint
		if i < len(args) {
			t = args[i]
		}
		f.assign(p, t)
		delete(f.state.checked, p.Name)
		delete(f.state.checked, "#"+p.Name)
	}
	f.block(fn.Body)
	result := f.returned
	delete(f.inside, fn)
	f.state, f.returned = outer, returned
	return result
}

// note keeps what the arguments of a call hold, on whichever way it is the
// worst.
func (f *follower) note(e *lua.Call, args []*Taint) {
	known := f.flow.Args[e]
	for i := range known {
		if i < len(args) {
			args[i] = worse(known[i], args[i])
		}
	}
	f.flow.Args[e] = args
}

// worse is what is known of a value that is one or the other.
func worse(a, b *Taint) *Taint {
	if a == nil {
		return b
	}
	if b == nil {
		return a
	}
	t := *a
	t.Lines, t.Bounded, t.Led = a.Lines || b.Lines, a.Bounded && b.Bounded, a.Led && b.Led
	if a.Prefix != b.Prefix {
		t.Prefix = ""
	}
	return &t
}
