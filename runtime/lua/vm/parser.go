package vm

import (
	"encoding/binary"
	"math"

	"github.com/yuin/gopher-lua/ast"
)

// parser reads a chunk into gopher-lua's syntax tree. It follows lj_parse.c in what it accepts, in the text and line of every syntax error
// and in the line that belongs to each operation, and it writes down some constructs in another form where gopher-lua's compiler goes wrong
// (lower.go).
type parser struct {
	lx    *lexer
	fs    *funcState
	nodes []node
	names int
	level int
	// constants that are neither strings nor numbers, by their place in the constant's name
	objects []Value
	funcs   map[*ast.FunctionExpr]*funcState
}

func newParser(src, short string) *parser {
	p := &parser{lx: newLexer(src, short), funcs: make(map[*ast.FunctionExpr]*funcState)}
	p.nodes = append(p.nodes, node{})
	return p
}

// chunk parses a whole source text as the body of a vararg function.
func (p *parser) chunk() (*ast.FunctionExpr, []ast.Stmt) {
	fn := &ast.FunctionExpr{ParList: &ast.ParList{HasVargs: true}}
	p.openFunc(fn, 0)
	p.fs.vararg = true
	p.lx.next()
	stmts := p.statements()
	if p.lx.tok != tokEOF {
		p.expected(tokEOF)
	}
	p.closeFunc()
	return fn, stmts
}

func (p *parser) openFunc(fn *ast.FunctionExpr, line int) {
	p.fs = &funcState{parent: p.fs, upvals: make(map[*local]bool), line: line}
	p.funcs[fn] = p.fs
	p.openBlock()
}

func (p *parser) closeFunc() {
	p.closeBlock()
	p.fs = p.fs.parent
}

// at makes a node for tree node n at line and returns its number.
func (p *parser) at(n ast.PositionHolder, line int) int {
	p.nodes = append(p.nodes, node{line: line})
	id := len(p.nodes) - 1
	n.SetLine(id)
	n.SetLastLine(id)
	return id
}

// here is at for the line of the last token consumed, which is where LuaJIT puts an instruction that it emits now.
func (p *parser) here(n ast.PositionHolder) int { return p.at(n, p.lx.last) }

func (p *parser) ref(e ast.Expr) nameRef { return p.nodes[e.Line()].ref }

func (p *parser) expected(tok token) {
	p.lx.fail(p.lx.tok, "'%s' expected", tok)
}

func (p *parser) accept(tok token) bool {
	if p.lx.tok != tok {
		return false
	}
	p.lx.next()
	return true
}

func (p *parser) expect(tok token) {
	if !p.accept(tok) {
		p.expected(tok)
	}
}

// match expects the token that closes what who opened at line.
func (p *parser) match(what, who token, line int) {
	if p.accept(what) {
		return
	}
	if line == p.lx.line {
		p.expected(what)
	}
	p.lx.fail(p.lx.tok, "'%s' expected (to close '%s' at line %d)", what, who, line)
}

func (p *parser) name() string {
	if p.lx.tok != tokName {
		p.expected(tokName)
	}
	s := p.lx.str
	p.lx.next()
	return s
}

func (p *parser) enter() {
	if p.level++; p.level >= maxLevels {
		p.lx.fail(0, "chunk has too many syntax levels")
	}
}

func (p *parser) leave() { p.level-- }

// Constants reach gopher-lua as strings whose first byte tells their kind, because it would fold numbers, and confuse 0 with -0.

func (p *parser) constant(kind byte, s string) *ast.StringExpr {
	e := &ast.StringExpr{Value: string(kind) + s}
	p.here(e)
	return e
}

func (p *parser) stringConst(s string) *ast.StringExpr { return p.constant('s', s) }

func (p *parser) numberConst(f float64) *ast.StringExpr {
	return p.constant('n', string(binary.BigEndian.AppendUint64(nil, math.Float64bits(f))))
}

func (p *parser) literal(v Value) ast.Expr {
	if v.isNumber() {
		return p.numberConst(v.num())
	}
	p.objects = append(p.objects, v)
	return p.constant('o', string(binary.BigEndian.AppendUint32(nil, uint32(len(p.objects)-1))))
}

// decodeConst returns the value that a constant of the syntax tree stands for.
func (p *parser) decodeConst(s string) Value {
	switch s[0] {
	case 'n':
		return Number(math.Float64frombits(binary.BigEndian.Uint64([]byte(s[1:]))))
	case 'o':
		return p.objects[binary.BigEndian.Uint32([]byte(s[1:]))]
	}
	return String(s[1:])
}

// numberOf returns the number that e is a constant of.
func numberOf(e ast.Expr) (float64, bool) {
	if s, ok := e.(*ast.StringExpr); ok && s.Value[0] == 'n' {
		return math.Float64frombits(binary.BigEndian.Uint64([]byte(s.Value[1:]))), true
	}
	return 0, false
}

// Expressions.

type binding struct{ left, right int }

var priorities = map[token]binding{
	'+': {6, 6}, '-': {6, 6}, '*': {7, 7}, '/': {7, 7}, '%': {7, 7}, '^': {10, 9}, tokConcat: {5, 4}, tokEq: {3, 3}, tokNe: {3, 3},
	'<': {3, 3}, tokLe: {3, 3}, '>': {3, 3}, tokGe: {3, 3}, tokAnd: {2, 2}, tokOr: {1, 1},
}

const unaryPriority = 8

func (p *parser) expr() ast.Expr { return p.binary(0) }

func (p *parser) exprList() []ast.Expr {
	list := []ast.Expr{p.expr()}
	for p.accept(',') {
		list = append(list, p.expr())
	}
	return list
}

// binary parses an expression whose operators bind tighter than limit.
func (p *parser) binary(limit int) ast.Expr {
	p.enter()
	left := p.unary()
	for {
		op := p.lx.tok
		prio, ok := priorities[op]
		if !ok || prio.left <= limit {
			break
		}
		p.lx.next()
		left = p.operation(op, left, p.binary(prio.right))
	}
	p.leave()
	return left
}

func (p *parser) operation(op token, l, r ast.Expr) ast.Expr {
	switch op {
	case tokAnd, tokOr:
		if truth, ok := constantTruth(l); ok {
			if truth == (op == tokOr) {
				return l
			}
			single(r)
			return r
		}
		e := &ast.LogicalOpExpr{Operator: op.String(), Lhs: l, Rhs: r}
		p.here(e)
		return e
	case tokConcat:
		e := &ast.StringConcatOpExpr{Lhs: l, Rhs: r}
		id := p.here(e)
		list := []nameRef{p.ref(l)}
		if rest, ok := r.(*ast.StringConcatOpExpr); ok {
			list = append(list, p.nodes[rest.Line()].desc.list...)
		} else {
			list = append(list, p.ref(r))
		}
		p.nodes[id].desc.list = list
		return e
	case tokEq, tokNe, '<', '>', tokLe, tokGe:
		e := &ast.RelationalOpExpr{Operator: op.String(), Lhs: l, Rhs: r}
		p.here(e)
		return e
	}
	if f, ok := fold(op, l, r); ok {
		return p.numberConst(f)
	}
	e := &ast.ArithmeticOpExpr{Operator: op.String(), Lhs: l, Rhs: r}
	p.nodes[p.here(e)].desc = siteDesc{a: p.ref(l), b: p.ref(r)}
	return e
}

// constantTruth returns whether e counts as true, when that is known.
func constantTruth(e ast.Expr) (truth, ok bool) {
	switch e.(type) {
	case *ast.StringExpr, *ast.TrueExpr:
		return true, true
	case *ast.NilExpr, *ast.FalseExpr:
		return false, true
	}
	return false, false
}

// fold computes an operation on number constants, as LuaJIT does unless the result is NaN or -0.
func fold(op token, l, r ast.Expr) (float64, bool) {
	a, ok1 := numberOf(l)
	b, ok2 := numberOf(r)
	if !ok1 || !ok2 {
		return 0, false
	}
	f := arith(arithOps[op], a, b)
	if f != f || f == 0 && math.Signbit(f) {
		return 0, false
	}
	return f, true
}

var arithOps = map[token]opcode{'+': opAdd, '-': opSub, '*': opMul, '/': opDiv, '%': opMod, '^': opPow}

func (p *parser) unary() ast.Expr {
	op := p.lx.tok
	if op != tokNot && op != '-' && op != '#' {
		return p.simple()
	}
	p.lx.next()
	x := p.binary(unaryPriority)
	switch op {
	case tokNot:
		e := &ast.UnaryNotOpExpr{Expr: x}
		p.here(e)
		return e
	case '-':
		if f, ok := numberOf(x); ok && f != 0 {
			return p.numberConst(-f)
		}
		if s, ok := x.(*ast.StringExpr); ok && s.Value[0] == 'o' {
			return p.literal(p.decodeConst(s.Value).asCdata().negated().Value())
		}
		e := &ast.UnaryMinusOpExpr{Expr: x}
		p.nodes[p.here(e)].desc.a = p.ref(x)
		return e
	}
	e := &ast.UnaryLenOpExpr{Expr: x}
	p.nodes[p.here(e)].desc.a = p.ref(x)
	return e
}

func (p *parser) simple() ast.Expr {
	var e ast.Expr
	switch p.lx.tok {
	case tokNumber:
		e = p.literal(p.lx.num)
	case tokString:
		e = p.stringConst(p.lx.str)
	case tokNil:
		e = &ast.NilExpr{}
	case tokTrue:
		e = &ast.TrueExpr{}
	case tokFalse:
		e = &ast.FalseExpr{}
	case tokDots:
		if !p.fs.vararg {
			p.lx.fail(p.lx.tok, "cannot use '...' outside a vararg function")
		}
		e = &ast.Comma3Expr{}
	case '{':
		return p.table()
	case tokFunction:
		p.lx.next()
		return p.body(false, p.lx.line)
	default:
		e, _ = p.primary()
		return e
	}
	p.lx.next()
	p.here(e)
	return e
}

// primary parses a prefix expression with its suffixes. plain is false for one that ends in its parentheses: it can be neither called as a
// statement nor assigned to.
func (p *parser) primary() (e ast.Expr, plain bool) {
	plain = true
	switch p.lx.tok {
	case '(':
		line := p.lx.line
		p.lx.next()
		e = p.expr()
		p.match(')', '(', line)
		single(e)
		plain = false
	case tokName:
		e = p.variable()
	default:
		p.lx.fail(p.lx.tok, "unexpected symbol")
	}
	for {
		switch p.lx.tok {
		case '.':
			e = p.field(e)
		case '[':
			e = p.index(e, p.bracket())
		case ':':
			p.lx.next()
			name := p.name()
			e = p.call(&ast.FuncCallExpr{Receiver: e, Method: "s" + name}, nameRef{refMethod, name}, p.ref(e))
		case '(', tokString, '{':
			e = p.call(&ast.FuncCallExpr{Func: e}, p.ref(e), nameRef{})
		default:
			return e, plain
		}
		plain = true
	}
}

// single cuts the results of a parenthesised call or vararg to one.
func single(e ast.Expr) {
	switch e := e.(type) {
	case *ast.FuncCallExpr:
		e.AdjustRet = true
	case *ast.Comma3Expr:
		e.AdjustRet = true
	}
}

func (p *parser) variable() ast.Expr {
	name := p.name()
	l, kind := p.lookup(name)
	e := &ast.IdentExpr{Value: "s" + name}
	if l != nil {
		e.Value = l.unique
	}
	p.nodes[p.here(e)].ref = nameRef{kind, name}
	return e
}

func (p *parser) field(obj ast.Expr) ast.Expr {
	p.lx.next()
	name := p.name()
	return p.index(obj, p.stringConst(name))
}

func (p *parser) bracket() ast.Expr {
	p.lx.next()
	e := p.expr()
	p.expect(']')
	return e
}

func (p *parser) index(obj, key ast.Expr) ast.Expr {
	e := &ast.AttrGetExpr{Object: obj, Key: key}
	n := &p.nodes[p.here(e)]
	n.desc.a = p.ref(obj)
	if s, ok := key.(*ast.StringExpr); ok && s.Value[0] == 's' {
		n.ref = nameRef{refField, s.Value[1:]}
	}
	return e
}

// call parses the arguments of call e. The call belongs to the line where they begin.
func (p *parser) call(e *ast.FuncCallExpr, callee, receiver nameRef) ast.Expr {
	line := p.lx.line
	switch p.lx.tok {
	case '(':
		p.lx.next()
		if p.lx.tok != ')' {
			e.Args = p.exprList()
		}
		p.match(')', '(', line)
	case '{':
		e.Args = []ast.Expr{p.table()}
	case tokString:
		e.Args = []ast.Expr{p.stringConst(p.lx.str)}
		p.lx.next()
	default:
		p.lx.fail(p.lx.tok, "function arguments expected")
	}
	p.nodes[p.at(e, line)].desc = siteDesc{a: callee, b: receiver}
	return e
}

func (p *parser) table() ast.Expr {
	line := p.lx.line
	e := &ast.TableExpr{}
	shape := newTableShape(p)
	p.expect('{')
	for p.lx.tok != '}' {
		f := &ast.Field{}
		switch {
		case p.lx.tok == '[':
			f.Key = p.bracket()
			p.expect('=')
		case p.lx.tok == tokName && p.lx.peek() == '=':
			f.Key = p.stringConst(p.name())
			p.expect('=')
		}
		f.Value = p.expr()
		shape.add(f)
		e.Fields = append(e.Fields, f)
		if !p.accept(',') && !p.accept(';') {
			break
		}
	}
	p.match('}', '{', line)
	if shape.items > maxListItems {
		p.lx.fail(p.lx.tok, "function or expression too complex")
	}
	n := &p.nodes[p.here(e)]
	n.asize, n.hbits = shape.sizes()
	return e
}

// body parses parameters and body of a function; line is where it begins.
func (p *parser) body(method bool, line int) ast.Expr {
	fn := &ast.FunctionExpr{ParList: &ast.ParList{}}
	p.openFunc(fn, line)
	p.params(fn.ParList, method)
	fn.Stmts = p.statements()
	if p.lx.tok != tokEnd {
		p.match(tokEnd, tokFunction, line)
	}
	end := p.lx.line
	p.closeFunc()
	p.nodes = append(p.nodes, node{line: line}, node{line: end})
	fn.SetLine(len(p.nodes) - 2)
	fn.SetLastLine(len(p.nodes) - 1)
	p.lx.next()
	return fn
}

func (p *parser) params(list *ast.ParList, method bool) {
	p.expect('(')
	var ls []*local
	if method {
		ls = append(ls, p.newLocal("self", 0))
	}
	if p.lx.tok != ')' {
		for {
			if p.accept(tokDots) {
				p.fs.vararg, list.HasVargs = true, true
				break
			}
			if p.lx.tok != tokName {
				p.lx.fail(p.lx.tok, "<name> or '...' expected")
			}
			ls = append(ls, p.newLocal(p.name(), len(ls)))
			if !p.accept(',') {
				break
			}
		}
	}
	p.declare(ls...)
	for _, l := range ls {
		list.Names = append(list.Names, l.unique)
	}
	if list.HasVargs { // gopher-lua keeps a register for the "arg" table of Lua 5.0
		p.fs.hidden = 1
		p.fs.locals = append(p.fs.locals, &local{name: "(temp)", unique: "arg", reg: len(ls)})
	}
	p.expect(')')
}
