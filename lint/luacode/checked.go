package luacode

import "tidegate/ast/lua"

// condition looks at the values in a condition and then at what it tests.
func (f *follower) condition(e lua.Expr) {
	f.value(e)
	f.test(e)
}

// test marks as checked what a condition tells about.
func (f *follower) test(e lua.Expr) {
	switch e := Strip(e).(type) {
	case *lua.Binary:
		switch e.Op {
		case lua.TokAnd, lua.TokOr:
			f.test(e.L)
			f.test(e.R)
		case lua.TokEqual, lua.TokNotEqual, lua.TokLess, lua.TokLessEqual, lua.TokGreater, lua.TokGreaterEqual:
			if !trivial(e.L) && !trivial(e.R) {
				f.compared(e.L)
				f.compared(e.R)
			} else {
				f.test(e.L)
				f.test(e.R)
			}
		}
	case *lua.Unary:
		if e.Op == lua.TokNot {
			f.test(e.X)
		}
	case *lua.Call, *lua.Index:
		for _, x := range f.subjects(e) {
			f.check(x)
		}
	case *lua.Name:
		if e.Var != nil {
			for _, x := range f.state.about[e.Var] {
				f.check(x)
			}
		}
	}
}

// trivial reports whether a comparison with a value tells only whether there is
// something.
func trivial(e lua.Expr) bool {
	if s, ok := Constant(e); ok {
		return s == ""
	}
	switch e := Strip(e).(type) {
	case *lua.Constant:
		return true
	case *lua.Index:
		s, ok := Constant(e.Key)
		return ok && s == "null" // ngx.null, cjson.null
	case *lua.Call:
		n, ok := e.Fn.(*lua.Name)
		return ok && n.Text == "type"
	}
	return false
}

// compared marks the operand of a comparison; a comparison of its length bounds
// it only.
func (f *follower) compared(e lua.Expr) {
	switch e := Strip(e).(type) {
	case *lua.Unary:
		if e.Op == lua.TokHash {
			f.bound(e.X)
			return
		}
		f.compared(e.X)
	case *lua.Call:
		if callee := f.code.Callee(e); callee != nil && callee.Name == "string.len" && len(e.Args) > 0 {
			f.bound(e.Args[0])
			return
		}
		if e.Method != nil && e.Method.Value == "len" {
			f.bound(e.Fn)
			return
		}
		for _, x := range f.subjects(e) {
			f.check(x)
		}
	case *lua.Binary:
		f.compared(e.L)
		f.compared(e.R)
	case *lua.Name:
		f.check(e)
		f.test(e)
	default:
		f.check(e)
		for _, x := range f.subjects(e) {
			f.check(x)
		}
	}
}

// subjects lists what the result of an expression tells about: the arguments of
// a call, the key of a look-up, the receiver of a method.
func (f *follower) subjects(e lua.Expr) []lua.Expr {
	var out []lua.Expr
	switch e := Strip(e).(type) {
	case *lua.Call:
		if n, ok := e.Fn.(*lua.Name); ok && (n.Text == "type" || n.Text == "tostring") {
			return nil
		}
		if e.Method != nil {
			out = append(out, e.Fn)
		}
		for _, arg := range e.Args {
			out = append(out, arg)
			out = append(out, f.subjects(arg)...)
		}
	case *lua.Index:
		if _, constant := Constant(e.Key); !constant {
			out = append(out, e.Key)
		}
	case *lua.Binary:
		out = append(append(out, f.subjects(e.L)...), f.subjects(e.R)...)
	}
	return out
}

// check takes an expression for tested from here on, and with it the variables
// that it is made of.
func (f *follower) check(e lua.Expr) {
	lua.Inspect(e, func(n lua.Node) bool {
		switch n := n.(type) {
		case *lua.Name:
			if n.Var != nil {
				delete(f.state.vars, n.Var)
			}
		case *lua.Index:
			f.state.checked[f.code.Chunk.Text(n)] = true
			return !f.isPath(n)
		}
		return true
	})
}

// isPath reports whether an index is one of ngx.var, whose table must not be
// taken for checked together with one field.
func (f *follower) isPath(i *lua.Index) bool {
	e := f.code.Resolve(i.Obj)
	if e != nil {
		return true
	}
	n, ok := i.Obj.(*lua.Name)
	return ok && n.Var != nil && f.state.vars[n.Var] != nil && f.state.vars[n.Var].Table
}

func (f *follower) bound(e lua.Expr) {
	switch e := Strip(e).(type) {
	case *lua.Name:
		if e.Var != nil && f.state.vars[e.Var] != nil {
			t := *f.state.vars[e.Var]
			t.Bounded = true
			f.state.vars[e.Var] = &t
		}
	case *lua.Index:
		f.state.checked["#"+f.code.Chunk.Text(e)] = true
	}
}
