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
	base := len(p.stmtStack)
	p.enter()
	for last := false; !last && !p.blockEnd(); {
		last = p.tok.Kind == TokReturn
		p.statement()
		p.accept(TokSemicolon)
	}
	p.leave()
	list := p.stmts.list(p.stmtStack[base:])
	p.stmtStack = p.stmtStack[:base]
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
	b := p.blocks.new(Block{})
	p.openBlock()
	p.block(b)
	p.endScope(b)
	return b
}

// add puts a statement on the stack.
func (p *parser) add(st Stmt) { p.stmtStack = append(p.stmtStack, st) }

// statement parses one statement and adds it. Semicolons are none.
func (p *parser) statement() {
	start, open := p.tok.Start, p.tok.End
	switch p.tok.Kind {
	case TokIf:
		p.add(p.ifStmt(start, open))
	case TokWhile:
		p.add(p.whileStmt(start, open))
	case TokDo:
		p.next()
		body := p.scope()
		p.match(TokEnd, TokDo, open)
		p.add(&Do{p.from(start), body})
	case TokFor:
		p.add(p.forStmt(start, open))
	case TokRepeat:
		p.add(p.repeatStmt(start, open))
	case TokFunction:
		p.add(p.functionStmt(start, open))
	case TokLocal:
		p.next()
		p.add(p.localStmt(start))
	case TokReturn:
		p.next()
		st := p.returns.new(Return{})
		if !p.blockEnd() && p.tok.Kind != TokSemicolon {
			st.Values = p.exprList()
		}
		st.Span = p.from(start)
		p.add(st)
	case TokBreak:
		at := p.tok
		p.next()
		p.jump(breakName, at)
		p.add(&Break{p.from(start)})
	case TokSemicolon:
		p.next()
	case TokLabel:
		p.labels()
	case TokGoto:
		p.next()
		name := p.name()
		p.jump(name.Text(p.src), name)
		p.add(&Goto{p.from(start), name.Text(p.src)})
	default:
		p.add(p.callOrAssign(start))
	}
}

func (p *parser) ifStmt(start, open int32) Stmt {
	st := p.ifs.new(If{})
	var clauses [4]Clause
	list := clauses[:0]
	for {
		p.next()
		cond := p.expr()
		p.expect(TokThen)
		list = append(list, Clause{cond, p.scope()})
		if p.tok.Kind != TokElseif {
			break
		}
	}
	st.Clauses = p.clauses.list(list)
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
	st := p.locals.new(Local{})
	var vars [4]*Var
	list := vars[:0]
	for {
		v := p.newVar(p.name(), len(list))
		v.Decl = st
		list = append(list, v)
		if !p.accept(TokComma) {
			break
		}
	}
	st.Vars = p.varRefs.list(list)
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
		return p.callSts.new(CallStmt{p.from(start), call})
	}
	st := p.assigns.new(Assign{})
	base := len(p.exprStack)
	for {
		switch e.(type) {
		case *Name, *Index:
		default:
			p.fail(true, "syntax error")
		}
		p.exprStack = append(p.exprStack, e)
		if !p.accept(TokComma) {
			break
		}
		e = p.primary()
		p.limit(p.fs, p.level+len(p.exprStack)-base, maxLevels, "variable names")
	}
	st.Targets = p.exprs.list(p.exprStack[base:])
	p.exprStack = p.exprStack[:base]
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
func (p *parser) labels() {
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
		p.add(&Label{p.from(start), name})
	}
	if p.blockEnd() && p.tok.Kind != TokUntil {
		for _, l := range found {
			l.active = p.fs.block.base
		}
	}
	for _, l := range found {
		p.addLabel(l)
	}
}
