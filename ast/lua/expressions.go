package lua

// priority returns how tightly a binary operator binds to its left and to its
// right; 0 for what is none.
func priority(k Kind) (left, right int) {
	switch k {
	case TokPlus, TokMinus:
		return 6, 6
	case TokStar, TokSlash, TokPercent:
		return 7, 7
	case TokCaret:
		return 10, 9
	case TokConcat:
		return 5, 4
	case TokEqual, TokNotEqual, TokLess, TokLessEqual, TokGreater, TokGreaterEqual:
		return 3, 3
	case TokAnd:
		return 2, 2
	case TokOr:
		return 1, 1
	}
	return 0, 0
}

const unaryPriority = 8

func (p *parser) expr() Expr { return p.binary(0) }

func (p *parser) exprList() []Expr {
	base := len(p.exprStack)
	for {
		e := p.expr()
		p.exprStack = append(p.exprStack, e)
		if !p.accept(TokComma) {
			break
		}
	}
	list := p.exprs.list(p.exprStack[base:])
	p.exprStack = p.exprStack[:base]
	return list
}

// binary parses an expression whose operators bind tighter than limit.
func (p *parser) binary(limit int) Expr {
	p.enter()
	start := p.tok.Start
	left := p.unary()
	for chain := 0; ; chain++ {
		p.chunk.Deep = p.chunk.Deep || chain > maxChain
		op := p.tok.Kind
		l, r := priority(op)
		if l <= limit {
			break
		}
		p.next()
		right := p.binary(r)
		left = p.nodes.binary.new(Binary{Span: p.from(start), Op: op, L: left, R: right})
	}
	p.leave()
	return left
}

func (p *parser) unary() Expr {
	op, start := p.tok.Kind, p.tok.Start
	if op != TokNot && op != TokMinus && op != TokHash {
		return p.simple()
	}
	p.next()
	x := p.binary(unaryPriority)
	return &Unary{Span: p.from(start), Op: op, X: x}
}

func (p *parser) simple() Expr {
	var e Expr
	t := p.tok
	switch t.Kind {
	case TokNumber:
		n, _ := number(t.Text(p.src))
		n.Span = t.Span
		e = p.numbers.new(n)
	case TokString, TokLongString:
		e = p.strings.new(String{t.Span, Unquote(p.src, t)})
	case TokNil, TokTrue, TokFalse:
		e = &Constant{t.Span, t.Kind}
	case TokDots:
		if !p.fs.fn.Vararg {
			p.fail(true, "cannot use '...' outside a vararg function")
		}
		e = &Vararg{t.Span}
	case TokLeftBrace:
		return p.table()
	case TokFunction:
		p.next()
		return p.body(false, t.Start, p.tok.End)
	default:
		return p.primary()
	}
	p.next()
	return e
}

// primary parses a prefix expression with its suffixes.
func (p *parser) primary() Expr {
	var e Expr
	start := p.tok.Start
	switch p.tok.Kind {
	case TokLeftParen:
		open := p.tok.End
		p.next()
		x := p.expr()
		p.match(TokRightParen, TokLeftParen, open)
		e = &Paren{p.from(start), x}
	case TokName:
		e = p.variable()
	default:
		p.fail(true, "unexpected symbol")
		return &Bad{p.tok.Span}
	}
	for chain := 0; ; chain++ {
		p.chunk.Deep = p.chunk.Deep || chain > maxChain
		switch p.tok.Kind {
		case TokDot:
			e = p.field(start, e)
		case TokLeftBracket:
			key := p.bracket()
			e = p.indexes.new(Index{Span: p.from(start), Obj: e, Key: key})
		case TokColon:
			p.next()
			e = p.call(start, e, p.nameString())
		case TokLeftParen, TokString, TokLongString, TokLeftBrace:
			e = p.call(start, e, nil)
		default:
			return e
		}
	}
}

func (p *parser) variable() *Name {
	t := p.name()
	n := p.names.new(Name{Span: t.Span, Text: t.Text(p.src), Func: p.fs.fn})
	p.lookup(n)
	return n
}

func (p *parser) nameString() *String {
	t := p.name()
	return p.strings.new(String{t.Span, t.Text(p.src)})
}

func (p *parser) field(start int32, obj Expr) Expr {
	p.next()
	key := p.nameString()
	return p.indexes.new(Index{Span: p.from(start), Obj: obj, Key: key, Dot: true})
}

func (p *parser) bracket() Expr {
	p.next()
	e := p.expr()
	p.expect(TokRightBracket)
	return e
}

func (p *parser) call(start int32, fn Expr, method *String) Expr {
	c := p.calls.new(Call{Fn: fn, Method: method, Open: p.tok.End})
	switch t := p.tok; t.Kind {
	case TokLeftParen:
		p.next()
		if p.tok.Kind != TokRightParen {
			c.Args = p.exprList()
		}
		p.match(TokRightParen, TokLeftParen, t.End)
	case TokLeftBrace:
		c.Args = p.exprs.list([]Expr{p.table()})
	case TokString, TokLongString:
		c.Args = p.exprs.list([]Expr{p.strings.new(String{t.Span, Unquote(p.src, t)})})
		p.next()
	default:
		p.fail(true, "function arguments expected")
	}
	c.Span = p.from(start)
	return c
}

func (p *parser) table() Expr {
	start, open := p.tok.Start, p.tok.End
	e := &Table{}
	p.expect(TokLeftBrace)
	for p.tok.Kind != TokRightBrace {
		f := Field{}
		switch {
		case p.tok.Kind == TokLeftBracket:
			f.Key = p.bracket()
			p.expect(TokAssign)
		case p.tok.Kind == TokName && p.peek() == TokAssign:
			f.Key = p.nameString()
			p.expect(TokAssign)
		}
		f.Value = p.expr()
		e.Fields = append(e.Fields, f)
		if !p.accept(TokComma) && !p.accept(TokSemicolon) {
			break
		}
	}
	p.match(TokRightBrace, TokLeftBrace, open)
	e.Span = p.from(start)
	return e
}

// body parses parameters and body of a function that begins at start.
func (p *parser) body(method bool, start, open int32) *Function {
	fn := p.openFunc(open)
	p.params(fn, method)
	p.block(fn.Body)
	if p.tok.Kind != TokEnd {
		p.match(TokEnd, TokFunction, open)
	}
	p.endScope(fn.Body)
	p.fs = p.fs.parent
	p.next()
	fn.Span = p.from(start)
	return fn
}

func (p *parser) params(fn *Function, method bool) {
	p.expect(TokLeftParen)
	add := func(v *Var, kind VarKind) {
		v.Kind, v.Decl = kind, fn
		fn.Params = append(fn.Params, v)
	}
	if method {
		add(p.newVar(Token{Span: Span{p.prevEnd, p.prevEnd}}, 0), SelfVar)
		fn.Params[0].Name = "self"
	}
	if p.tok.Kind != TokRightParen {
		for {
			if p.accept(TokDots) {
				fn.Vararg = true
				break
			}
			if p.tok.Kind != TokName {
				p.fail(true, "<name> or '...' expected")
				break
			}
			add(p.newVar(p.name(), len(fn.Params)), ParamVar)
			if !p.accept(TokComma) {
				break
			}
		}
	}
	p.declare(fn.Params...)
	p.expect(TokRightParen)
}
