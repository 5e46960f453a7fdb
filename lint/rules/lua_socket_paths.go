package rules

import (
	"slices"

	"tidegate/ast/lua"
	"tidegate/lint/luacode"
)

// releases are the methods that end a connection or give it to the pool.
var releases = []string{"close", "setkeepalive", "set_keepalive", "request_uri"}

// pathFollower follows the ways from the call that opens a connection to the
// ends of its function. Where an operation of the connection has failed, nothing
// is asked: nginx has closed it, or it is in doubt.
type pathFollower struct {
	code  *luacode.Code
	of    connection
	opens *luacode.Call
	// results are the variables with what the connection's methods returned: 1 for
	// the first result, more for the others, which say why there is none. Methods
	// of the first result, like those of a response, read from the connection too.
	results map[*lua.Var]int
	open    bool
	// left are the statements by which a way leaves while it is open.
	left []lua.Node
	// jumps are the states at the jumps out of the loop, or to its end.
	jumps []bool
	// ends are the labels at the end of the loop's body.
	ends map[string]bool
	// lost tells that the ways are not known: a goto to elsewhere.
	lost bool
}

// leavesOpen lists the statements by which a function is left while the
// connection is open; end tells that its end is one. Both are empty if that is
// not known, or if nothing in the function releases the connection at all.
func leavesOpen(s *luacode.Code, c connection, opens *luacode.Call) (left []lua.Node, end bool) {
	for _, call := range c.calls {
		if slices.Contains(releases, call.Method.Value) && call.Func != opens.Func {
			return nil, false // another function does it, at a time of its own
		}
	}
	if opens.Loops > 0 {
		return nil, false
	}
	f := &pathFollower{code: s, of: c, opens: opens, results: map[*lua.Var]int{}}
	ended := f.block(opens.Func.Body)
	if f.lost {
		return nil, false
	}
	return f.left, f.open && !ended
}

// block follows statements; ended tells that nothing comes behind them.
func (f *pathFollower) block(b *lua.Block) (ended bool) {
	if b == nil {
		return false
	}
	for _, st := range b.Stmts {
		if f.stmt(st) {
			return true
		}
	}
	return false
}

func (f *pathFollower) stmt(st lua.Stmt) (ended bool) {
	switch st := st.(type) {
	case *lua.If:
		return f.branches(st)
	case *lua.Do:
		return f.block(st.Body)
	case *lua.While:
		f.look(st.Cond)
		f.loop(st.Body)
	case *lua.Repeat:
		f.loop(st.Body)
		f.look(st.Cond)
	case *lua.NumericFor:
		f.loop(st.Body)
	case *lua.GenericFor:
		for _, e := range st.Values {
			f.look(e)
		}
		f.loop(st.Body)
	case *lua.Goto:
		// "goto continue" goes on with the loop; what others do is not followed.
		f.lost = f.lost || !f.ends[st.Label]
		f.jumps = append(f.jumps, f.open)
		return true
	case *lua.Break:
		f.jumps = append(f.jumps, f.open)
		return true
	case *lua.Return:
		for _, e := range st.Values {
			f.look(e)
		}
		f.leave(st)
		return true
	case *lua.Local:
		for _, e := range st.Values {
			f.look(e)
		}
		for i, v := range st.Vars {
			f.results[v] = f.result(st.Values, i)
		}
	case *lua.Assign:
		for _, e := range st.Values {
			f.look(e)
		}
		for i, target := range st.Targets {
			if n, ok := target.(*lua.Name); ok && n.Var != nil {
				f.results[n.Var] = f.result(st.Values, i)
			}
		}
	case *lua.CallStmt:
		f.look(st.Call)
		if e := f.code.Callee(st.Call); e != nil {
			switch e.Name {
			case "error":
				return true
			case "ngx.exit", "ngx.redirect", "ngx.exec":
				f.leave(st)
				return true
			}
		}
	}
	return false
}

// result tells which result of an operation the value at an index is, 0 if it is
// none.
func (f *pathFollower) result(values []lua.Expr, i int) int {
	last := len(values) - 1
	if i < last && f.isOperation(values[i]) {
		return 1
	}
	if last < 0 || i < last || !f.isOperation(values[last]) {
		return 0
	}
	return i - last + 1
}

func (f *pathFollower) leave(st lua.Node) {
	if f.open {
		f.left = append(f.left, st)
	}
}

// loop follows a body, which may be passed or not. A release on one of its ways is
// taken for one.
func (f *pathFollower) loop(b *lua.Block) {
	before, jumps, ends := f.open, f.jumps, f.ends
	f.jumps, f.ends = nil, endLabels(b)
	if f.block(b) {
		f.open = before // no way comes to the end of the body
	}
	f.open = f.open && before && !slices.Contains(f.jumps, false)
	f.jumps, f.ends = jumps, ends
}

// endLabels are the labels behind which nothing follows in a body.
func endLabels(b *lua.Block) map[string]bool {
	out := map[string]bool{}
	for i := len(b.Stmts) - 1; i >= 0; i-- {
		l, ok := b.Stmts[i].(*lua.Label)
		if !ok {
			break
		}
		out[l.Name] = true
	}
	return out
}

// branches follows each clause, and joins what is open behind it.
func (f *pathFollower) branches(st *lua.If) (ended bool) {
	open, goesOn, failed := false, false, false
	for i := range st.Clauses {
		cond := st.Clauses[i].Cond
		f.look(cond)
		before := f.open
		if f.failure(cond) {
			f.open = false
		}
		if !f.block(st.Clauses[i].Body) {
			goesOn, open = true, open || f.open
		}
		f.open = before
		failed = failed || f.success(cond)
	}
	if failed {
		f.open = false // what comes here has failed
	}
	if !f.block(st.Else) {
		goesOn, open = true, open || f.open
	}
	f.open = open
	return !goesOn
}

// look notes the calls of the connection in an expression.
func (f *pathFollower) look(e lua.Expr) {
	lua.Inspect(e, func(n lua.Node) bool {
		if _, ok := n.(*lua.Function); ok {
			return false
		}
		call, ok := n.(*lua.Call)
		if !ok || call.Method == nil || !f.isOperation(call) {
			return true
		}
		switch {
		case call == f.opens.Call:
			f.open = true
		case slices.Contains(releases, call.Method.Value):
			f.open = false
		}
		return true
	})
}

// isOperation reports whether an expression calls a method of the connection.
func (f *pathFollower) isOperation(e lua.Expr) bool {
	call, ok := luacode.Strip(e).(*lua.Call)
	if !ok {
		return false
	}
	if call.Method == nil {
		return len(call.Args) > 0 && f.isOperation(call.Args[0]) // assert(red:get("x")), pcall and the like
	}
	n, ok := luacode.Strip(call.Fn).(*lua.Name)
	return ok && n.Var != nil && (n.Var == f.of.v || f.results[n.Var] == 1)
}

// isResult reports whether an expression is the first result of an operation, or
// the connection itself: without one nothing is open.
func (f *pathFollower) isResult(e lua.Expr) bool {
	if n, ok := luacode.Strip(e).(*lua.Name); ok && n.Var != nil {
		return f.results[n.Var] == 1 || n.Var == f.of.v
	}
	return f.isOperation(e)
}

// failure reports whether a condition asks if an operation has failed: "not
// res", "err", "res == nil", alone or among others.
func (f *pathFollower) failure(e lua.Expr) bool {
	switch e := luacode.Strip(e).(type) {
	case *lua.Unary:
		return e.Op == lua.TokNot && f.isResult(e.X)
	case *lua.Binary:
		switch e.Op {
		case lua.TokAnd, lua.TokOr:
			return f.failure(e.L) || f.failure(e.R)
		case lua.TokEqual:
			return f.isResult(e.L) && isNil(e.R) || f.isResult(e.R) && isNil(e.L)
		case lua.TokNotEqual:
			return f.isResult(e.L) && !isNil(e.R) || f.isResult(e.R) && !isNil(e.L) || f.isReason(e.L) && isNil(e.R)
		}
	case *lua.Name:
		return f.isReason(e)
	}
	return false
}

// isReason reports whether an expression is a variable that says why an
// operation has failed.
func (f *pathFollower) isReason(e lua.Expr) bool {
	n, ok := luacode.Strip(e).(*lua.Name)
	return ok && n.Var != nil && f.results[n.Var] > 1
}

// success reports whether a condition holds only if an operation has succeeded.
func (f *pathFollower) success(e lua.Expr) bool {
	switch e := luacode.Strip(e).(type) {
	case *lua.Name, *lua.Call:
		return f.isResult(e)
	case *lua.Binary:
		switch e.Op {
		case lua.TokAnd:
			return f.success(e.L) || f.success(e.R)
		case lua.TokNotEqual:
			return f.isResult(e.L) && isNil(e.R)
		}
	}
	return false
}
