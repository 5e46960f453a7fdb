package lua

// blockEnd reports whether the current token ends a block.
func (p *parser) blockEnd() bool {
	switch p.tok.Kind {
	case TokElse, TokElseif, TokEnd, TokUntil, TokEOF:
		return true
	}
	return false
}

// statements parses the statements of a block up to its end.
func (p *parser) statements() []Stmt {
	var list []Stmt
	p.enter()
	for last := false; !last && !p.blockEnd(); {
		last = p.tok.Kind == TokReturn
		list = p.statement(list)
		p.accept(TokSemicolon)
	}
	p.leave()
	return list
}

// block parses the statements of an open scope.
func (p *parser) block(b *Block) {
	start := p.prevEnd
	b.Stmts = p.statements()
	b.Span = Span{start, max(p.tok.Start, p.prevEnd)}
}

// scope parses a block that is a scope of its own.
func (p *parser) scope() *Block {
	b := &Block{}
	p.openBlock()
	p.block(b)
	p.endScope(b)
	return b
}

// statement parses one statement and appends it. Semicolons are none.
func (p *parser) statement(list []Stmt) []Stmt {
	start, open := p.tok.Start, p.tok.End
	switch p.tok.Kind {
	case TokIf:
		return append(list, p.ifStmt(start, open))
	case TokWhile:
		return append(list, p.whileStmt(start, open))
	case TokDo:
		p.next()
		body := p.scope()
		p.match(TokEnd, TokDo, open)
		return append(list, &Do{p.from(start), body})
	case TokFor:
		return append(list, p.forStmt(start, open))
	case TokRepeat:
		return append(list, p.repeatStmt(start, open))
	case TokFunction:
		return append(list, p.functionStmt(start, open))
	case TokLocal:
		p.next()
		return append(list, p.localStmt(start))
	case TokReturn:
		p.next()
		st := &Return{}
		if !p.blockEnd() && p.tok.Kind != TokSemicolon {
			st.Values = p.exprList()
		}
		st.Span = p.from(start)
		return append(list, st)
	case TokBreak:
		at := p.tok
		p.next()
		p.jump(breakName, at)
		return append(list, &Break{p.from(start)})
	case TokSemicolon:
		p.next()
		return list
	case TokLabel:
		return p.labels(list)
	case TokGoto:
		p.next()
		name := p.name()
		p.jump(name.Text(p.src), name)
		return append(list, &Goto{p.from(start), name.Text(p.src)})
	}
	return append(list, p.callOrAssign(start))
}

func (p *parser) ifStmt(start, open int32) Stmt {
	st := &If{}
	for {
		p.next()
		cond := p.expr()
		p.expect(TokThen)
		st.Clauses = append(st.Clauses, Clause{cond, p.scope()})
		if p.tok.Kind != TokElseif {
			break
		}
	}
	if p.accept(TokElse) {
		st.Else = p.scope()
	}
	p.match(TokEnd, TokIf, open)
	st.Span = p.from(start)
	return st
}

func (p *parser) whileStmt(start, open int32) Stmt {
	p.next()
	p.openLoop()
	cond := p.expr()
	p.expect(TokDo)
	body := p.scope()
	p.match(TokEnd, TokWhile, open)
	p.closeLoop()
	return &While{p.from(start), cond, body}
}

func (p *parser) repeatStmt(start, open int32) Stmt {
	st := &Repeat{Body: &Block{}}
	p.next()
	p.openLoop()
	p.openBlock()
	p.block(st.Body)
	p.match(TokUntil, TokRepeat, open)
	st.Cond = p.expr()
	// The variables of the body last to the end of the condition.
	p.endScope(&Block{Span: Span{st.Body.Start, p.prevEnd}})
	p.closeLoop()
	st.Span = p.from(start)
	return st
}

func (p *parser) forStmt(start, open int32) Stmt {
	p.next()
	p.openLoop()
	name := p.name()
	var st Stmt
	switch p.tok.Kind {
	case TokAssign:
		st = p.numericFor(start, open, name)
	case TokComma, TokIn:
		st = p.genericFor(start, open, name)
	default:
		p.fail(true, "'=' or 'in' expected")
		st = &NumericFor{Span: p.from(start), Var: &Var{Span: name.Span, Kind: LoopVar, Func: p.fs.fn},
			Start: &Bad{p.tok.Span}, Stop: &Bad{p.tok.Span}, Body: &Block{Span: p.tok.Span}}
	}
	p.closeLoop()
	return st
}

func (p *parser) numericFor(start, open int32, name Token) Stmt {
	st := &NumericFor{}
	v := p.newVar(name, 3)
	v.Kind, v.Decl, st.Var = LoopVar, st, v
	p.expect(TokAssign)
	st.Start = p.expr()
	p.expect(TokComma)
	st.Stop = p.expr()
	if p.accept(TokComma) {
		st.Step = p.expr()
	}
	st.Body = p.loopBody(v)
	p.match(TokEnd, TokFor, open)
	st.Span = p.from(start)
	return st
}

func (p *parser) genericFor(start, open int32, name Token) Stmt {
	st := &GenericFor{Vars: []*Var{p.newVar(name, 3)}}
	for p.accept(TokComma) {
		st.Vars = append(st.Vars, p.newVar(p.name(), 3+len(st.Vars)))
	}
	for _, v := range st.Vars {
		v.Kind, v.Decl = LoopVar, st
	}
	p.expect(TokIn)
	st.Values = p.exprList()
	st.Body = p.loopBody(st.Vars...)
	p.match(TokEnd, TokFor, open)
	st.Span = p.from(start)
	return st
}

// loopBody parses the body of a for loop, around which LuaJIT keeps three
// variables of its own.
func (p *parser) loopBody(vars ...*Var) *Block {
	p.openBlock()
	p.fs.active = append(p.fs.active, nil, nil, nil)
	p.expect(TokDo)
	p.declare(vars...)
	body := p.scope()
	p.endScope(body)
	return body
}

// functionStmt parses "function a.b.c:m() … end".
func (p *parser) functionStmt(start, open int32) Stmt {
	p.next()
	at := p.tok.Start
	var target Expr = p.variable()
	for p.tok.Kind == TokDot {
		target = p.field(at, target)
	}
	method := p.tok.Kind == TokColon
	if method {
		target = p.field(at, target)
	}
	p.assigned(target)
	fn := p.body(method, p.tok.Start, open)
	return &FunctionStmt{p.from(start), target, method, fn}
}

func (p *parser) localStmt(start int32) Stmt {
	if p.accept(TokFunction) {
		st := &LocalFunction{Var: p.newVar(p.name(), 0)}
		st.Var.Kind, st.Var.Decl = FunctionVar, st
		p.declare(st.Var)
		st.Fn = p.body(false, p.tok.Start, p.tok.End)
		st.Var.Init = st.Fn
		st.Span = p.from(start)
		return st
	}
	st := &Local{}
	for {
		v := p.newVar(p.name(), len(st.Vars))
		v.Decl = st
		st.Vars = append(st.Vars, v)
		if !p.accept(TokComma) {
			break
		}
	}
	if p.accept(TokAssign) {
		st.Values = p.exprList()
	}
	for i, v := range st.Vars {
		if i < len(st.Values) {
			v.Init = st.Values[i]
		}
	}
	p.declare(st.Vars...)
	st.Span = p.from(start)
	return st
}

func (p *parser) callOrAssign(start int32) Stmt {
	e := p.primary()
	if call, ok := e.(*Call); ok {
		return &CallStmt{p.from(start), call}
	}
	st := &Assign{}
	for {
		switch e.(type) {
		case *Name, *Index:
		default:
			p.fail(true, "syntax error")
		}
		st.Targets = append(st.Targets, e)
		if !p.accept(TokComma) {
			break
		}
		e = p.primary()
		p.limit(p.level+len(st.Targets), maxLevels, "variable names")
	}
	p.expect(TokAssign)
	st.Values = p.exprList()
	for _, t := range st.Targets {
		p.assigned(t)
	}
	st.Span = p.from(start)
	return st
}

// labels parses a label with the labels and semicolons that follow it. A label
// at the end of its block counts as outside the scope of the block's variables.
func (p *parser) labels(list []Stmt) []Stmt {
	var found []*label
	for {
		if p.accept(TokSemicolon) {
			continue
		}
		if p.tok.Kind != TokLabel {
			break
		}
		start := p.tok.Start
		p.next()
		name := p.name().Text(p.src)
		dup := p.fs.block.find(name) != nil
		for _, l := range found {
			dup = dup || l.name == name
		}
		if dup {
			p.fail(false, "duplicate label '%s'", name)
		}
		found = append(found, &label{name: name, active: len(p.fs.active)})
		p.expect(TokLabel)
		list = append(list, &Label{p.from(start), name})
	}
	if p.blockEnd() && p.tok.Kind != TokUntil {
		for _, l := range found {
			l.active = p.fs.block.base
		}
	}
	for _, l := range found {
		p.addLabel(l)
	}
	return list
}
