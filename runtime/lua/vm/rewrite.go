package vm

import "github.com/yuin/gopher-lua/ast"

// Constructs that gopher-lua's compiler gets wrong are written down in terms of others that it gets right:
//
//	a, b = b, a          assigns one by one into registers it still has to read: temporaries hold the values
//	v = f() and x        leaves a local variable v as it was when f() is false: a temporary takes the value
//	break                leaves captured variables of inner scopes open: a goto to a label behind the loop
//	goto                 closes all captured variables of the function: the translator corrects the register (node.closeTo)
//	for k in f, s, c     looks at the number of names where three values count: temporaries hold generator, state and control
//	return (f())         returns all results: a temporary cuts them to one
//	local f = function   sees itself: variables have unique names, and so the inner f is another one
//	0 and -0             share a constant: constants have their bits in their names
//	jumps back to jumps  end up anywhere: no loop begins with a jump (anchor)

const breakName = "break" // no goto can name it

// jump makes a goto, or a break, whose statement ends at end.
func (w *lowering) jump(name string, end int32) ast.Stmt {
	st := &ast.GotoStmt{}
	g := &pending{name: name, nact: len(w.fs.active), stmt: &st.Label}
	w.last = end
	g.node = w.here(st, end)
	if l := w.fs.block.find(name); l != nil {
		w.land(l)
		w.resolve(g, l)
	} else {
		w.fs.block.gotos = append(w.fs.block.gotos, g)
	}
	return st
}

// anchor returns the body of a loop, with an instruction that does nothing in front if the first would be a jump: gopher-lua's compiler
// follows jumps to jumps and takes one behind it, whose distance is final, for one that still has a label.
func (w *lowering) anchor(body []ast.Stmt) []ast.Stmt {
	if !beginsWithJump(body) {
		return body
	}
	return append([]ast.Stmt{w.nothing()}, body...)
}

// nothing makes a statement of one instruction without effect: no variable takes a nil.
func (w *lowering) nothing() ast.Stmt {
	e := &ast.NilExpr{}
	w.here(e, w.last)
	return w.local(nil, []ast.Expr{e}, w.last)
}

// land prepares a label for a jump back to it.
func (w *lowering) land(l *label) {
	if l.landing != nil && len(l.landing.Stmts) == 0 {
		l.landing.Stmts = []ast.Stmt{w.nothing()}
	}
}

// beginsWithJump reports whether the code of a list of statements may begin with a jump, or be empty.
func beginsWithJump(list []ast.Stmt) bool {
	for _, st := range list {
		switch st := st.(type) {
		case *ast.LabelStmt:
		case *ast.DoBlockStmt:
			if len(st.Stmts) > 0 {
				return beginsWithJump(st.Stmts)
			}
		case *ast.IfStmt:
			_, constant := constantTruth(st.Condition)
			return constant
		case *ast.WhileStmt:
			_, constant := constantTruth(st.Condition)
			return constant
		case *ast.RepeatStmt:
			return false // begins with an anchor if need be
		default:
			return false
		}
	}
	return true
}

// loop lowers a loop that ends at end, and puts behind it the label that its breaks jump to.
func (w *lowering) loop(end int32, lower func() ast.Stmt) ast.Stmt {
	b := w.openBlock()
	st := lower()
	broken := false
	for _, g := range b.gotos {
		broken = broken || g.name == breakName
	}
	if !broken {
		w.closeBlock()
		return st
	}
	l := &label{name: breakName, unique: w.unique(breakName), nact: len(w.fs.active)}
	w.addLabel(l)
	w.closeBlock()
	mark := &ast.LabelStmt{Name: l.unique}
	w.here(mark, end)
	do := &ast.DoBlockStmt{Stmts: []ast.Stmt{st, mark}}
	w.here(do, end)
	return do
}

// iterator prepares the expressions of a generic for, which end at end. Unless they are a single call, whose results the compiler adjusts to
// three, they are evaluated into temporaries, in a block that the caller closes.
func (w *lowering) iterator(st *ast.GenericForStmt, end int32) *ast.DoBlockStmt {
	if call, ok := st.Exprs[0].(*ast.FuncCallExpr); ok && len(st.Exprs) == 1 && !call.AdjustRet {
		return nil
	}
	w.openBlock()
	as := &ast.LocalAssignStmt{Exprs: st.Exprs}
	w.here(as, end)
	st.Exprs = nil
	for range 3 {
		t := w.temp()
		as.Names = append(as.Names, t.unique)
		st.Exprs = append(st.Exprs, w.use(t, end))
	}
	do := &ast.DoBlockStmt{Stmts: []ast.Stmt{as}}
	w.here(do, end)
	return do
}

// use returns a reference to the temporary t.
func (w *lowering) use(t *local, off int32) ast.Expr {
	e := &ast.IdentExpr{Value: t.unique}
	w.here(e, off)
	return e
}

func (w *lowering) lowerReturn(st *ast.ReturnStmt, end int32) ast.Stmt {
	if len(st.Exprs) != 1 {
		return st
	}
	call, ok := st.Exprs[0].(*ast.FuncCallExpr)
	if !ok || !call.AdjustRet {
		return st
	}
	w.openBlock()
	t := w.temp()
	as := w.local([]string{t.unique}, st.Exprs, end)
	st.Exprs = []ast.Expr{w.use(t, end)}
	do := &ast.DoBlockStmt{Stmts: []ast.Stmt{as, st}}
	w.here(do, end)
	w.closeBlock()
	return do
}

// assign makes an assignment that ends at end. Only one value for one target is left to the compiler. Otherwise the tables and keys of the
// targets are evaluated first, then the values, and the stores follow from the last to the first, as in Lua.
func (w *lowering) assign(targets, values []ast.Expr, end int32) ast.Stmt {
	_, logical := values[0].(*ast.LogicalOpExpr)
	if len(targets) == 1 && len(values) == 1 && !(logical && w.ref(targets[0]).kind == refLocal) {
		if call, ok := values[0].(*ast.FuncCallExpr); ok {
			call.AdjustRet = false
		}
		return w.store(targets[0], values[0], end)
	}
	w.openBlock()
	do := &ast.DoBlockStmt{Stmts: w.hold(targets, end)}
	names := make([]string, len(targets))
	as := w.local(names, values, end)
	do.Stmts = append(do.Stmts, as)
	temps := make([]*local, len(targets))
	for i := range targets {
		temps[i] = w.temp()
		names[i] = temps[i].unique
	}
	for i := len(targets) - 1; i >= 0; i-- {
		do.Stmts = append(do.Stmts, w.store(targets[i], w.use(temps[i], end), end))
	}
	w.here(do, end)
	w.closeBlock()
	return do
}

// hold evaluates the tables and keys of targets into temporaries, apart from those that the assignment cannot change.
func (w *lowering) hold(targets []ast.Expr, end int32) (list []ast.Stmt) {
	assigned := make(map[string]bool)
	for _, t := range targets {
		if id, ok := t.(*ast.IdentExpr); ok {
			assigned[id.Value] = true
		}
	}
	hold := func(e ast.Expr) ast.Expr {
		switch e := e.(type) {
		case *ast.StringExpr:
			return e
		case *ast.IdentExpr:
			if w.ref(e).kind == refLocal && !assigned[e.Value] {
				return e
			}
		}
		names := make([]string, 1)
		list = append(list, w.local(names, []ast.Expr{e}, end))
		t := w.temp()
		names[0] = t.unique
		return w.use(t, end)
	}
	for _, t := range targets {
		if at, ok := t.(*ast.AttrGetExpr); ok {
			at.Object = hold(at.Object)
			at.Key = hold(at.Key)
		}
	}
	return list
}

func (w *lowering) store(target, value ast.Expr, end int32) ast.Stmt {
	st := &ast.AssignStmt{Lhs: []ast.Expr{target}, Rhs: []ast.Expr{value}}
	w.here(st, end)
	return st
}
