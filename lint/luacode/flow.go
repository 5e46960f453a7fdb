package luacode

import (
	"strings"

	"tidegate/ast/lua"
)

// Flow is where the data of clients goes in a chunk.
//
// It is followed through local variables, concatenation and the functions that
// keep text as it is, within each function, and into functions inside of it.
// What an unknown function returns is taken for clean, and so is what the code
// has tested: compared with something, matched, looked up in a table, or given
// to a function in a condition. Only whether a value is there, is "", or is of a
// type, says nothing about it.
type Flow struct {
	// Args are the arguments of calls that hold a client's data: by call, with
	// nil for arguments that do not.
	Args map[*lua.Call][]*Taint
	// Stored are the assignments of such data to fields of the API.
	Stored map[*lua.Index]*Taint
}

// Flow follows the data of clients.
func (c *Code) Flow() *Flow {
	if c.flow == nil {
		c.flow = &Flow{Args: map[*lua.Call][]*Taint{}, Stored: map[*lua.Index]*Taint{}}
		if c.hasSource() {
			f := follower{code: c, flow: c.flow, state: newState()}
			f.block(c.Chunk.Main.Body)
		}
	}
	return c.flow
}

// state is what is known at a point of the code.
type state struct {
	vars map[*lua.Var]*Taint
	// checked are the texts of expressions that the code has tested.
	checked map[string]bool
	// about are the expressions that the value of a variable tells about: after
	// "local ok = allowed[name]", ok tells about name.
	about map[*lua.Var][]lua.Expr
}

func newState() *state {
	return &state{map[*lua.Var]*Taint{}, map[string]bool{}, map[*lua.Var][]lua.Expr{}}
}

func (s *state) clone() *state {
	out := newState()
	for k, v := range s.vars {
		out.vars[k] = v
	}
	for k, v := range s.checked {
		out.checked[k] = v
	}
	for k, v := range s.about {
		out.about[k] = v
	}
	return out
}

// join adds what another way to the same point knows: a variable is tainted if
// it is on either way, an expression checked if it is on both.
func (s *state) join(o *state) {
	for k, v := range o.vars {
		if s.vars[k] == nil {
			s.vars[k] = v
		}
	}
	for k := range s.checked {
		if !o.checked[k] {
			delete(s.checked, k)
		}
	}
	for k, v := range o.about {
		s.about[k] = v
	}
}

// follower goes through the statements in order.
type follower struct {
	code  *Code
	flow  *Flow
	state *state
	depth int
}

func (f *follower) block(b *lua.Block) {
	if b == nil {
		return
	}
	for _, st := range b.Stmts {
		f.stmt(st)
	}
}

func (f *follower) stmt(st lua.Stmt) {
	switch st := st.(type) {
	case *lua.Local:
		taints := f.values(st.Values, len(st.Vars))
		for i, v := range st.Vars {
			f.assign(v, taints[i])
			if len(st.Values) > 0 {
				f.state.about[v] = f.subjects(st.Values[min(i, len(st.Values)-1)])
			}
		}
	case *lua.LocalFunction:
		f.function(st.Fn)
	case *lua.FunctionStmt:
		f.function(st.Fn)
	case *lua.Assign:
		f.assignment(st)
	case *lua.CallStmt:
		f.value(st.Call)
		if e := f.code.Callee(st.Call); e != nil && e.Name == "assert" {
			for _, arg := range st.Call.Args {
				f.test(arg)
			}
		}
	case *lua.Do:
		f.block(st.Body)
	case *lua.While:
		f.condition(st.Cond)
		f.loop(st.Body)
	case *lua.Repeat:
		f.loop(st.Body)
		f.condition(st.Cond)
	case *lua.If:
		f.branches(st)
	case *lua.NumericFor:
		f.values([]lua.Expr{st.Start, st.Stop}, 2)
		f.loop(st.Body)
	case *lua.GenericFor:
		f.iterate(st)
	case *lua.Return:
		f.values(st.Values, 0)
	}
}

func (f *follower) assign(v *lua.Var, t *Taint) {
	if t == nil {
		delete(f.state.vars, v)
		return
	}
	f.state.vars[v] = t
}

func (f *follower) assignment(st *lua.Assign) {
	taints := f.values(st.Values, len(st.Targets))
	for i, target := range st.Targets {
		switch target := target.(type) {
		case *lua.Name:
			if target.Var != nil {
				f.assign(target.Var, taints[i])
				f.state.about[target.Var] = f.subjects(st.Values[min(i, len(st.Values)-1)])
			}
		case *lua.Index:
			f.value(target.Obj)
			if taints[i] != nil {
				if e := f.code.Resolve(target.Obj); e != nil {
					f.flow.Stored[target] = taints[i]
				}
			}
		}
	}
}

// branches follows each clause of an if and joins the ways that go on.
func (f *follower) branches(st *lua.If) {
	var ends []*state
	for i := range st.Clauses {
		f.condition(st.Clauses[i].Cond)
		before := f.state.clone()
		f.block(st.Clauses[i].Body)
		if !endsHere(st.Clauses[i].Body) {
			ends = append(ends, f.state)
		}
		f.state = before
	}
	f.block(st.Else)
	if st.Else != nil && endsHere(st.Else) && len(ends) > 0 {
		f.state, ends = ends[0], ends[1:]
	}
	for _, s := range ends {
		f.state.join(s)
	}
}

// endsHere reports whether nothing follows a block: it ends in return, break, goto,
// or a call that does not come back.
func endsHere(b *lua.Block) bool {
	if len(b.Stmts) == 0 {
		return false
	}
	switch st := b.Stmts[len(b.Stmts)-1].(type) {
	case *lua.Return, *lua.Break, *lua.Goto:
		return true
	case *lua.CallStmt:
		if i, ok := st.Call.Fn.(*lua.Index); ok {
			key, _ := Constant(i.Key)
			return key == "exit" || key == "redirect" || key == "exec"
		}
		n, ok := st.Call.Fn.(*lua.Name)
		return ok && n.Text == "error"
	}
	return false
}

// loop follows the body twice, so that what its end assigns reaches its
// beginning.
func (f *follower) loop(b *lua.Block) {
	before := f.state.clone()
	f.block(b)
	f.state.join(before)
	f.block(b)
	f.state.join(before)
}

func (f *follower) iterate(st *lua.GenericFor) {
	var t *Taint
	if call, ok := st.Values[0].(*lua.Call); ok && len(call.Args) > 0 {
		if e := f.code.Callee(call); e != nil && (e.Name == "pairs" || e.Name == "ipairs") {
			t = f.value(call.Args[0])
		}
	}
	f.values(st.Values, 0)
	for _, v := range st.Vars {
		if t != nil && t.Table {
			element := *t
			element.Table = false
			f.assign(v, &element)
		}
	}
	f.loop(st.Body)
}

// function follows the body of a function with what is known where it is made.
func (f *follower) function(fn *lua.Function) {
	if f.depth > 20 {
		return
	}
	outer := f.state
	f.state = outer.clone()
	f.depth++
	f.block(fn.Body)
	f.depth--
	f.state = outer
}

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

// values evaluates a list of expressions and returns the taints of the first n
// values.
func (f *follower) values(list []lua.Expr, n int) []*Taint {
	out := make([]*Taint, max(n, len(list)))
	for i, e := range list {
		out[i] = f.value(e)
	}
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
		f.flow.Args[e] = args
	}
	callee := f.code.Callee(e)
	if callee == nil {
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
	return f.result(callee, e, args)
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
