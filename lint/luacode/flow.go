package luacode

import "tidegate/ast/lua"

// Flow is where the data of clients goes in a chunk.
//
// It is followed through local variables, concatenation and the functions that
// keep text as it is, within each function, and into functions inside of it; and
// through the parameters and the results of functions that the chunk itself holds
// (follow.go), also behind pcall. What an unknown function returns is taken for clean, and so
// is what the code has tested: compared with something, matched, looked up in a table, or given
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
			f := follower{code: c, flow: c.flow, state: newState(), functions: c.functions()}
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
	// functions are those that can be followed into, by what calls them.
	functions map[callable]*lua.Function
	// inside are the functions that are being followed for a call, entered counts
	// how often one was.
	inside  map[*lua.Function]bool
	entered int
	// returned are the taints of what the function around returns, by index.
	returned []*Taint
	// others are the taints of the second and further results of the call that was
	// evaluated last.
	others []*Taint
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
		taints := f.results(st.Values, len(st.Vars))
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
		for i, t := range f.results(st.Values, 0) {
			for len(f.returned) <= i {
				f.returned = append(f.returned, nil)
			}
			f.returned[i] = worse(f.returned[i], t)
		}
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
	taints := f.results(st.Values, len(st.Targets))
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
		f.absent(st.Clauses[i].Cond)
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

// absent forgets what a variable holds where a condition says that it holds
// nothing.
func (f *follower) absent(cond lua.Expr) {
	u, ok := Strip(cond).(*lua.Unary)
	if !ok || u.Op != lua.TokNot {
		return
	}
	if n, ok := Strip(u.X).(*lua.Name); ok && n.Var != nil {
		f.assign(n.Var, nil)
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
	outer, returned := f.state, f.returned
	f.state = outer.clone()
	f.depth++
	f.block(fn.Body)
	f.depth--
	f.state, f.returned = outer, returned
}
