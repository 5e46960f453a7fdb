package vm

import "github.com/yuin/gopher-lua/ast"

// blockEnd reports whether the current token ends a block.
func (p *parser) blockEnd() bool {
	switch p.lx.tok {
	case tokElse, tokElseif, tokEnd, tokUntil, tokEOF:
		return true
	}
	return false
}

// statements parses the statements of a block up to its end.
func (p *parser) statements() []ast.Stmt {
	var list []ast.Stmt
	p.enter()
	for last := false; !last && !p.blockEnd(); {
		last = p.lx.tok == tokReturn
		list = append(list, p.statement()...)
		p.accept(';')
	}
	p.leave()
	return list
}

func (p *parser) block() []ast.Stmt {
	p.openBlock()
	list := p.statements()
	p.closeBlock()
	return list
}

// statement parses one statement; what gopher-lua has no form for comes as several, or as none.
func (p *parser) statement() []ast.Stmt {
	line := p.lx.line
	switch p.lx.tok {
	case tokIf:
		return []ast.Stmt{p.ifStmt(line)}
	case tokWhile:
		return p.loop(line, p.whileStmt)
	case tokDo:
		p.lx.next()
		st := &ast.DoBlockStmt{Stmts: p.block()}
		p.match(tokEnd, tokDo, line)
		p.at(st, p.lx.last)
		return []ast.Stmt{st}
	case tokFor:
		return p.loop(line, p.forStmt)
	case tokRepeat:
		return p.loop(line, p.repeatStmt)
	case tokFunction:
		return p.functionStmt(line)
	case tokLocal:
		p.lx.next()
		return p.localStmt()
	case tokReturn:
		return p.returnStmt()
	case tokBreak:
		p.lx.next()
		return p.jump(breakName)
	case ';':
		p.lx.next()
		return nil
	case tokLabel:
		return p.labels()
	case tokGoto:
		p.lx.next()
		name := p.name()
		return p.jump(name)
	}
	return p.callOrAssign()
}

func (p *parser) ifStmt(line int) ast.Stmt {
	st := &ast.IfStmt{}
	p.at(st, line)
	p.lx.next()
	st.Condition = p.expr()
	p.expect(tokThen)
	st.Then = p.block()
	switch p.lx.tok {
	case tokElseif:
		st.Else = []ast.Stmt{p.ifStmt(line)}
		return st
	case tokElse:
		p.lx.next()
		st.Else = p.block()
	}
	p.match(tokEnd, tokIf, line)
	return st
}

func (p *parser) whileStmt(line int) ast.Stmt {
	st := &ast.WhileStmt{}
	p.at(st, line)
	p.lx.next()
	st.Condition = p.expr()
	p.expect(tokDo)
	st.Stmts = p.block()
	if truth, ok := constantTruth(st.Condition); ok && truth {
		st.Stmts = p.anchor(st.Stmts)
	}
	p.match(tokEnd, tokWhile, line)
	return st
}

func (p *parser) repeatStmt(line int) ast.Stmt {
	st := &ast.RepeatStmt{}
	p.at(st, line)
	p.lx.next()
	p.openBlock()
	st.Stmts = p.statements()
	p.match(tokUntil, tokRepeat, line)
	st.Condition = p.expr()
	p.closeBlock()
	st.Stmts = p.anchor(st.Stmts)
	return st
}

func (p *parser) forStmt(line int) ast.Stmt {
	p.lx.next()
	name := p.name()
	var st ast.Stmt
	switch p.lx.tok {
	case '=':
		st = p.numericFor(name)
	case ',', tokIn:
		st = p.genericFor(name)
	default:
		p.lx.fail(p.lx.tok, "'=' or 'in' expected")
	}
	p.match(tokEnd, tokFor, line)
	return st
}

func (p *parser) numericFor(name string) ast.Stmt {
	st := &ast.NumberForStmt{}
	v := p.newLocal(name, 3)
	st.Name = v.unique
	p.expect('=')
	st.Init = p.expr()
	p.expect(',')
	st.Limit = p.expr()
	if p.accept(',') {
		st.Step = p.expr()
	} else {
		st.Step = p.numberConst(1)
	}
	p.openBlock()
	p.reserve("(for index)", "(for limit)", "(for step)")
	p.expect(tokDo)
	p.here(st)
	p.declare(v)
	st.Stmts = p.block()
	p.closeBlock()
	return st
}

func (p *parser) genericFor(name string) ast.Stmt {
	st := &ast.GenericForStmt{}
	vars := []*local{p.newLocal(name, 3)}
	for p.accept(',') {
		vars = append(vars, p.newLocal(p.name(), 3+len(vars)))
	}
	p.expect(tokIn)
	line := p.lx.line
	for _, v := range vars {
		st.Names = append(st.Names, v.unique)
	}
	st.Exprs = p.exprList()
	outer := p.iterator(st)
	p.openBlock()
	p.reserve("(for generator)", "(for state)", "(for control)")
	p.expect(tokDo)
	p.nodes[p.at(st, line)].desc.a = nameRef{refLocal, "(for generator)"}
	p.declare(vars...)
	st.Stmts = p.anchor(p.block())
	p.closeBlock()
	if outer != nil {
		p.closeBlock()
		outer.Stmts = append(outer.Stmts, st)
		return outer
	}
	return st
}

// functionStmt parses "function a.b.c:m() … end", which is an assignment.
func (p *parser) functionStmt(line int) []ast.Stmt {
	p.lx.next()
	target := p.variable()
	for p.lx.tok == '.' {
		target = p.field(target)
	}
	method := p.lx.tok == ':'
	if method {
		target = p.field(target)
	}
	fn := p.body(method, line)
	p.relocate(target, line)
	return p.assign([]ast.Expr{target}, []ast.Expr{fn})
}

func (p *parser) localStmt() []ast.Stmt {
	st := &ast.LocalAssignStmt{}
	if p.accept(tokFunction) {
		l := p.newLocal(p.name(), 0)
		p.declare(l)
		st.Names = []string{l.unique}
		st.Exprs = []ast.Expr{p.body(false, p.lx.line)}
		p.here(st)
		return []ast.Stmt{st}
	}
	var ls []*local
	for {
		ls = append(ls, p.newLocal(p.name(), len(ls)))
		if !p.accept(',') {
			break
		}
	}
	if p.accept('=') {
		st.Exprs = p.exprList()
	}
	for _, l := range ls {
		st.Names = append(st.Names, l.unique)
	}
	p.declare(ls...)
	p.here(st)
	return []ast.Stmt{st}
}

func (p *parser) returnStmt() []ast.Stmt {
	p.lx.next()
	st := &ast.ReturnStmt{}
	if !p.blockEnd() && p.lx.tok != ';' {
		st.Exprs = p.exprList()
	}
	p.here(st)
	return p.lowerReturn(st)
}

func (p *parser) callOrAssign() []ast.Stmt {
	e, plain := p.primary()
	if call, ok := e.(*ast.FuncCallExpr); ok && plain {
		st := &ast.FuncCallStmt{Expr: call}
		st.SetLine(call.Line())
		st.SetLastLine(call.Line())
		return []ast.Stmt{st}
	}
	targets := []ast.Expr{e}
	for {
		switch e.(type) {
		case *ast.IdentExpr, *ast.AttrGetExpr:
		default:
			plain = false
		}
		if !plain {
			p.lx.fail(p.lx.tok, "syntax error")
		}
		if !p.accept(',') {
			break
		}
		e, plain = p.primary()
		targets = append(targets, e)
		p.limit(p.level+len(targets)-1, maxLevels, "variable names")
	}
	p.expect('=')
	values := p.exprList()
	for _, t := range targets {
		p.relocate(t, p.lx.last)
	}
	return p.assign(targets, values)
}

// relocate gives an assignment's target the line at which the store happens.
func (p *parser) relocate(e ast.Expr, line int) {
	n := p.nodes[e.Line()]
	n.line = line
	p.nodes = append(p.nodes, n)
	e.SetLine(len(p.nodes) - 1)
	e.SetLastLine(len(p.nodes) - 1)
}

// labels parses a label with the labels and semicolons that follow it. A label at the end of its block counts as outside the scope of the
// block's variables.
func (p *parser) labels() []ast.Stmt {
	var list []ast.Stmt
	var found []*label
	for {
		if p.accept(';') {
			continue
		}
		if p.lx.tok != tokLabel {
			break
		}
		line := p.lx.line
		p.lx.next()
		name := p.name()
		dup := p.fs.block.find(name) != nil
		for _, l := range found {
			dup = dup || l.name == name
		}
		if dup {
			p.lx.fail(0, "duplicate label '%s'", name)
		}
		l := &label{name: name, unique: p.unique(name), nact: len(p.fs.active)}
		found = append(found, l)
		p.expect(tokLabel)
		st := &ast.LabelStmt{Name: l.unique}
		p.at(st, line)
		list = append(list, st)
	}
	trailing := p.blockEnd() && p.lx.tok != tokUntil
	landing := &ast.DoBlockStmt{}
	p.here(landing)
	for _, l := range found {
		if trailing {
			l.nact = p.fs.block.base
		} else {
			l.landing = landing
		}
		p.addLabel(l)
	}
	if !trailing {
		list = append(list, landing)
	}
	return list
}
