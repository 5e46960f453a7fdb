package vm

import (
	"fmt"

	"github.com/yuin/gopher-lua/ast"

	"tidegate/ast/lua"
)

// statements lowers the statements of an open scope. The block of a repeat does not end with its statements, but with the condition.
func (w *lowering) statements(b *lua.Block, repeat bool) []ast.Stmt {
	list := make([]ast.Stmt, 0, len(b.Stmts))
	for i := 0; i < len(b.Stmts); {
		n := 0
		for i+n < len(b.Stmts) && isLabel(b.Stmts[i+n]) {
			n++
		}
		if n > 0 {
			list = w.labels(list, b.Stmts[i:i+n], i+n == len(b.Stmts) && !repeat)
			i += n
			continue
		}
		list = append(list, w.statement(b.Stmts[i]))
		w.last = b.Stmts[i].At().End
		i++
	}
	return list
}

func isLabel(st lua.Stmt) bool {
	_, ok := st.(*lua.Label)
	return ok
}

// block lowers a block that is a scope of its own.
func (w *lowering) block(b *lua.Block) []ast.Stmt {
	w.last = b.Start
	w.openBlock()
	list := w.statements(b, false)
	w.closeBlock()
	return list
}

func (w *lowering) statement(st lua.Stmt) ast.Stmt {
	switch st := st.(type) {
	case *lua.If:
		return w.ifStmt(st, 0, w.line(st.Start))
	case *lua.While:
		return w.loop(st.End, func() ast.Stmt { return w.whileStmt(st) })
	case *lua.Do:
		do := &ast.DoBlockStmt{Stmts: w.block(st.Body)}
		w.here(do, st.End)
		return do
	case *lua.NumericFor:
		return w.loop(st.End, func() ast.Stmt { return w.numericFor(st) })
	case *lua.GenericFor:
		return w.loop(st.End, func() ast.Stmt { return w.genericFor(st) })
	case *lua.Repeat:
		return w.loop(st.End, func() ast.Stmt { return w.repeatStmt(st) })
	case *lua.FunctionStmt:
		return w.functionStmt(st)
	case *lua.LocalFunction:
		l := w.newLocal(st.Var)
		w.declare(l)
		return w.local([]string{l.unique}, []ast.Expr{w.function(st.Fn)}, st.End)
	case *lua.Local:
		return w.localStmt(st)
	case *lua.Return:
		out := &ast.ReturnStmt{Exprs: w.exprs(st.Values)}
		w.here(out, st.End)
		return w.lowerReturn(out, st.End)
	case *lua.Break:
		return w.jump(breakName, st.End)
	case *lua.Goto:
		return w.jump(st.Label, st.End)
	case *lua.CallStmt:
		call := w.call(st.Call)
		out := &ast.FuncCallStmt{Expr: call}
		out.SetLine(call.Line())
		out.SetLastLine(call.Line())
		return out
	case *lua.Assign:
		return w.assignStmt(st)
	}
	panic(fmt.Sprintf("vm: statement %T", st))
}

// ifStmt lowers the clauses of an if from the one of a number on. All of them belong to the line of the word "if".
func (w *lowering) ifStmt(from *lua.If, clause, line int) ast.Stmt {
	st := &ast.IfStmt{}
	w.at(st, line)
	c := &from.Clauses[clause]
	st.Condition = w.expr(c.Cond)
	st.Then = w.block(c.Body)
	if clause+1 < len(from.Clauses) {
		if w.deeper(c.Body.End) {
			st.Else = []ast.Stmt{w.ifStmt(from, clause+1, line)}
		}
		w.depth--
	} else if from.Else != nil {
		st.Else = w.block(from.Else)
	}
	return st
}

func (w *lowering) whileStmt(from *lua.While) ast.Stmt {
	st := &ast.WhileStmt{}
	w.here(st, from.Start)
	st.Condition = w.expr(from.Cond)
	st.Stmts = w.block(from.Body)
	if truth, ok := constantTruth(st.Condition); ok && truth {
		st.Stmts = w.anchor(st.Stmts)
	}
	return st
}

func (w *lowering) repeatStmt(from *lua.Repeat) ast.Stmt {
	st := &ast.RepeatStmt{}
	w.here(st, from.Start)
	w.last = from.Body.Start
	w.openBlock()
	st.Stmts = w.statements(from.Body, true)
	st.Condition = w.expr(from.Cond)
	w.closeBlock()
	w.last = from.End
	st.Stmts = w.anchor(st.Stmts)
	return st
}

func (w *lowering) numericFor(from *lua.NumericFor) ast.Stmt {
	st := &ast.NumberForStmt{Init: w.expr(from.Start), Limit: w.expr(from.Stop)}
	if from.Step != nil {
		st.Step = w.expr(from.Step)
	} else {
		st.Step = w.numberConst(1, from.Stop.At().End)
	}
	w.openBlock()
	w.reserve("(for index)", "(for limit)", "(for step)")
	w.here(st, from.Body.Start)
	v := w.newLocal(from.Var)
	st.Name = v.unique
	w.declare(v)
	st.Stmts = w.block(from.Body)
	w.closeBlock()
	return st
}

func (w *lowering) genericFor(from *lua.GenericFor) ast.Stmt {
	line := w.firstLine(from.Values[0])
	st := &ast.GenericForStmt{Exprs: w.exprs(from.Values)}
	outer := w.iterator(st, from.Values[len(from.Values)-1].At().End)
	w.openBlock()
	w.reserve("(for generator)", "(for state)", "(for control)")
	w.describe(w.at(st, line), siteDesc{a: nameRef{refLocal, "(for generator)"}})
	for _, v := range from.Vars {
		l := w.newLocal(v)
		w.declare(l)
		st.Names = append(st.Names, l.unique)
	}
	st.Stmts = w.anchor(w.block(from.Body))
	w.closeBlock()
	if outer != nil {
		w.closeBlock()
		outer.Stmts = append(outer.Stmts, st)
		return outer
	}
	return st
}

// firstLine returns the line on which the first token of an expression ends.
func (w *lowering) firstLine(e lua.Expr) int {
	if s, ok := leftmost(e).(*lua.String); ok {
		return w.line(s.End)
	}
	return w.line(e.At().Start)
}

// functionStmt lowers "function a.b.c:m() … end", which is an assignment.
func (w *lowering) functionStmt(st *lua.FunctionStmt) ast.Stmt {
	target := w.expr(st.Target)
	line := w.line(st.Start)
	fn := w.function(st.Fn)
	w.relocate(target, line)
	return w.assign([]ast.Expr{target}, []ast.Expr{fn}, st.End)
}

func (w *lowering) localStmt(st *lua.Local) ast.Stmt {
	values := w.exprs(st.Values)
	names := make([]string, len(st.Vars))
	for i, v := range st.Vars {
		l := w.newLocal(v)
		w.declare(l)
		names[i] = l.unique
	}
	return w.local(names, values, st.End)
}

func (w *lowering) local(names []string, values []ast.Expr, end int32) ast.Stmt {
	st := &ast.LocalAssignStmt{Names: names, Exprs: values}
	w.here(st, end)
	return st
}

func (w *lowering) assignStmt(st *lua.Assign) ast.Stmt {
	targets, values := w.exprs(st.Targets), w.exprs(st.Values)
	for _, t := range targets {
		w.relocate(t, w.line(st.End))
	}
	return w.assign(targets, values, st.End)
}

// relocate gives an assignment's target the line at which the store happens.
func (w *lowering) relocate(e ast.Expr, line int) {
	n := w.nodes[e.Line()]
	n.line = int32(line)
	w.nodes = append(w.nodes, n)
	e.SetLine(len(w.nodes) - 1)
	e.SetLastLine(len(w.nodes) - 1)
}

// labels lowers labels that follow each other, and are the last statements of a block or not. A label at the end of its block counts as
// outside the scope of the block's variables.
func (w *lowering) labels(list []ast.Stmt, labels []lua.Stmt, trailing bool) []ast.Stmt {
	var found []*label
	for _, st := range labels {
		from := st.(*lua.Label)
		l := &label{name: from.Name, unique: w.unique(from.Name), nact: len(w.fs.active)}
		found = append(found, l)
		mark := &ast.LabelStmt{Name: l.unique}
		w.here(mark, from.Start)
		list = append(list, mark)
		w.last = from.End
	}
	landing := &ast.DoBlockStmt{}
	w.here(landing, w.last)
	for _, l := range found {
		if trailing {
			l.nact = w.fs.block.base
		} else {
			l.landing = landing
		}
		w.addLabel(l)
	}
	if !trailing {
		list = append(list, landing)
	}
	return list
}
