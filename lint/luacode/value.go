package luacode

import (
	"strings"

	"tidegate/ast/lua"
)

// values evaluates a list of expressions and returns the taints of the first n
// values.
func (f *follower) values(list []lua.Expr, n int) []*Taint {
	out := make([]*Taint, max(n, len(list)))
	for i, e := range list {
		out[i] = f.value(e)
	}
	return out
}

// results is values for a list whose last call gives all its results.
func (f *follower) results(list []lua.Expr, n int) []*Taint {
	if len(list) == 0 {
		return f.values(list, n)
	}
	last := len(list) - 1
	e, ok := list[last].(*lua.Call)
	if !ok {
		return f.values(list, n)
	}
	out := f.values(list[:last], 0)
	out = append(out, f.allResults(e)...)
	for len(out) < n {
		out = append(out, nil)
	}
	return out
}

// allResults evaluates a call and returns the taints of its results.
func (f *follower) allResults(e *lua.Call) []*Taint {
	f.others = nil
	first := f.value(e)
	out := append([]*Taint{first}, f.others...)
	f.others = nil
	return out
}

// value evaluates an expression, notes the taints of the calls in it, and
// returns its own.
func (f *follower) value(e lua.Expr) *Taint {
	switch e := e.(type) {
	case *lua.Paren:
		return f.value(e.X)
	case *lua.Name:
		if e.Var == nil {
			return nil
		}
		return f.state.vars[e.Var]
	case *lua.Index:
		return f.index(e)
	case *lua.Call:
		return f.call(e)
	case *lua.Binary:
		return f.binary(e)
	case *lua.Unary:
		f.value(e.X)
	case *lua.Table:
		for _, field := range e.Fields {
			if field.Key != nil {
				f.value(field.Key)
			}
			f.value(field.Value)
		}
	case *lua.Function:
		f.function(e)
	}
	return nil
}

func (f *follower) index(e *lua.Index) *Taint {
	obj := f.value(e.Obj)
	if _, ok := Constant(e.Key); !ok {
		f.value(e.Key)
	}
	text := f.code.Chunk.Text(e)
	if f.state.checked[text] {
		return nil
	}
	var t *Taint
	if of := f.code.Resolve(e.Obj); of != nil && of.Name == "ngx.var" {
		if name, ok := Constant(e.Key); ok {
			if t = variableOrigin(name); t != nil {
				t.Source = e
			}
		}
	} else if obj != nil && obj.Table {
		element := *obj
		element.Table = false
		t = &element
	}
	if t != nil && f.state.checked["#"+text] {
		t.Bounded = true
	}
	return t
}

func (f *follower) binary(e *lua.Binary) *Taint {
	if e.Op == lua.TokAnd {
		f.value(e.L)
		before := f.state.clone()
		f.test(e.L)
		t := f.value(e.R)
		f.state = before
		return t
	}
	l, r := f.value(e.L), f.value(e.R)
	switch e.Op {
	case lua.TokOr:
		if l != nil {
			return l
		}
		return r
	case lua.TokConcat:
		return concat(e.L, l, r)
	}
	return nil
}

// concat is the taint of l..r, where left is the expression of l.
func concat(left lua.Expr, l, r *Taint) *Taint {
	if l != nil {
		t := *l
		t.Table = false
		if r != nil {
			t.Lines = t.Lines || r.Lines
			t.Bounded = t.Bounded && r.Bounded
		}
		return &t
	}
	if r == nil {
		return nil
	}
	t := *r
	t.Table = false
	if prefix, ok := Constant(left); ok {
		t.Prefix = prefix + t.Prefix
		t.Led = t.Led || prefix != ""
	} else {
		t.Prefix, t.Led = "", true
		// "a" .. b .. c is "a" .. (b .. c): of the left part only its constant
		// beginning is known.
		if b, ok := Strip(left).(*lua.Binary); ok && b.Op == lua.TokConcat {
			t.Prefix, _ = Constant(b.L)
		}
	}
	return &t
}

// keeps are the functions whose first result holds the text of their first
// argument.
const keeps = " tostring assert string.lower string.upper string.sub string.reverse string.rep ngx.unescape_uri ngx.decode_base64 "

// keepMethods are the same as methods of strings.
const keepMethods = " lower upper sub reverse rep "

func (f *follower) call(e *lua.Call) *Taint {
	receiver := f.value(e.Fn)
	args := make([]*Taint, len(e.Args))
	any := false
	for i, arg := range e.Args {
		args[i] = f.value(arg)
		any = any || args[i] != nil
	}
	if any {
		f.note(e, args)
	}
	f.others = nil
	callee := f.code.Callee(e)
	if callee == nil {
		if fn := f.own(e); fn != nil {
			return f.first(f.enter(fn, e, args))
		}
		if e.Method != nil && receiver != nil && strings.Contains(keepMethods, " "+e.Method.Value+" ") {
			return receiver
		}
		if e.Method != nil && e.Method.Value == "format" {
			return format(e.Fn, args)
		}
		return nil
	}
	if t := callOrigin(callee, e); t != nil {
		t.Source = e
		return t
	}
	if callee.Name == "pcall" || callee.Name == "xpcall" {
		f.others = f.protected(callee.Name, e, args)
		return nil
	}
	return f.result(callee, e, args)
}

// first keeps the results of a call but for the first one, which it returns.
func (f *follower) first(results []*Taint) *Taint {
	if len(results) == 0 {
		return nil
	}
	f.others = results[1:]
	return results[0]
}

// protected returns the taints of what a function returns that pcall calls.
func (f *follower) protected(name string, e *lua.Call, args []*Taint) []*Taint {
	skip := 1 // the function; for xpcall also the handler
	if name == "xpcall" {
		skip = 2
	}
	if len(e.Args) < skip {
		return nil
	}
	inner := &lua.Call{Fn: e.Args[0], Args: e.Args[skip:]}
	if callee := f.code.Callee(inner); callee != nil {
		return []*Taint{f.result(callee, inner, args[skip:])}
	}
	if fn := f.own(inner); fn != nil {
		return f.enter(fn, inner, args[skip:])
	}
	return nil
}

// result is the taint of what a known function returns.
func (f *follower) result(callee *Entry, e *lua.Call, args []*Taint) *Taint {
	if len(args) == 0 {
		return nil
	}
	switch {
	case strings.Contains(keeps, " "+callee.Name+" "):
		if args[0] != nil && (callee.Name == "ngx.unescape_uri" || callee.Name == "ngx.decode_base64") {
			t := *args[0]
			t.Lines = true
			return &t
		}
		return args[0]
	case callee.Name == "string.format":
		return format(e.Args[0], args[1:])
	case callee.Name == "table.concat":
		if t, ok := e.Args[0].(*lua.Table); ok {
			for _, field := range t.Fields {
				if taint := f.value(field.Value); taint != nil {
					return &Taint{Origin: taint.Origin, Source: taint.Source, Lines: taint.Lines, Led: true}
				}
			}
		}
	case callee.Name == "cjson.decode", callee.Name == "cjson.safe.decode":
		if args[0] != nil {
			t := *args[0]
			t.Table, t.Lines = true, true
			return &t
		}
	}
	return nil
}

// format is the taint of string.format: numbers and quoted strings are clean.
func format(pattern lua.Expr, args []*Taint) *Taint {
	text, ok := Constant(pattern)
	if !ok {
		return nil
	}
	arg, start := 0, 0
	for i := 0; i < len(text); i++ {
		if text[i] != '%' {
			continue
		}
		start = i
		for i++; i < len(text) && strings.IndexByte("-+ #0123456789.", text[i]) >= 0; i++ {
		}
		if i >= len(text) || text[i] == '%' {
			continue
		}
		if arg < len(args) && args[arg] != nil && text[i] == 's' {
			t := *args[arg]
			if arg == 0 {
				t.Prefix = text[:start]
			}
			t.Led = start > 0
			return &t
		}
		arg++
	}
	return nil
}
