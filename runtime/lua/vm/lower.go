package vm

import (
	"github.com/yuin/gopher-lua/ast"
)

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

// jump makes a goto, or a break.
func (p *parser) jump(name string) []ast.Stmt {
	st := &ast.GotoStmt{}
	g := &pending{name: name, line: p.lx.last, nact: len(p.fs.active), stmt: &st.Label}
	g.node = p.here(st)
	if l := p.fs.block.find(name); l != nil {
		p.land(l)
		p.resolve(g, l)
	} else {
		p.fs.block.gotos = append(p.fs.block.gotos, g)
	}
	return []ast.Stmt{st}
}

// anchor returns the body of a loop, with an instruction that does nothing in front if the first would be a jump: gopher-lua's compiler
// follows jumps to jumps and takes one behind it, whose distance is final, for one that still has a label.
func (p *parser) anchor(body []ast.Stmt) []ast.Stmt {
	if !beginsWithJump(body) {
		return body
	}
	return append([]ast.Stmt{p.nothing()}, body...)
}

// nothing makes a statement of one instruction without effect: no variable takes a nil.
func (p *parser) nothing() ast.Stmt {
	e := &ast.NilExpr{}
	p.here(e)
	st := &ast.LocalAssignStmt{Exprs: []ast.Expr{e}}
	p.here(st)
	return st
}

// land prepares a label for a jump back to it.
func (p *parser) land(l *label) {
	if l.landing != nil && len(l.landing.Stmts) == 0 {
		l.landing.Stmts = []ast.Stmt{p.nothing()}
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

// loop parses a loop and puts behind it the label that its breaks jump to.
func (p *parser) loop(line int, parse func(line int) ast.Stmt) []ast.Stmt {
	b := p.openBlock()
	st := parse(line)
	broken := false
	for _, g := range b.gotos {
		broken = broken || g.name == breakName
	}
	if !broken {
		p.closeBlock()
		return []ast.Stmt{st}
	}
	l := &label{name: breakName, unique: p.unique(breakName), nact: len(p.fs.active)}
	p.addLabel(l)
	p.closeBlock()
	mark := &ast.LabelStmt{Name: l.unique}
	p.here(mark)
	do := &ast.DoBlockStmt{Stmts: []ast.Stmt{st, mark}}
	p.here(do)
	return []ast.Stmt{do}
}

// iterator prepares the expressions of a generic for. Unless they are a single call, whose results the compiler adjusts to three, they are
// evaluated into temporaries, in a block that the caller closes.
func (p *parser) iterator(st *ast.GenericForStmt) *ast.DoBlockStmt {
	if call, ok := st.Exprs[0].(*ast.FuncCallExpr); ok && len(st.Exprs) == 1 && !call.AdjustRet {
		return nil
	}
	p.openBlock()
	as := &ast.LocalAssignStmt{Exprs: st.Exprs}
	p.here(as)
	st.Exprs = nil
	for range 3 {
		t := p.temp()
		as.Names = append(as.Names, t.unique)
		st.Exprs = append(st.Exprs, p.use(t))
	}
	do := &ast.DoBlockStmt{Stmts: []ast.Stmt{as}}
	p.here(do)
	return do
}

// use returns a reference to the temporary t.
func (p *parser) use(t *local) ast.Expr {
	e := &ast.IdentExpr{Value: t.unique}
	p.here(e)
	return e
}

func (p *parser) lowerReturn(st *ast.ReturnStmt) []ast.Stmt {
	if len(st.Exprs) != 1 {
		return []ast.Stmt{st}
	}
	call, ok := st.Exprs[0].(*ast.FuncCallExpr)
	if !ok || !call.AdjustRet {
		return []ast.Stmt{st}
	}
	p.openBlock()
	t := p.temp()
	as := &ast.LocalAssignStmt{Names: []string{t.unique}, Exprs: st.Exprs}
	p.here(as)
	st.Exprs = []ast.Expr{p.use(t)}
	do := &ast.DoBlockStmt{Stmts: []ast.Stmt{as, st}}
	p.here(do)
	p.closeBlock()
	return []ast.Stmt{do}
}

// assign makes an assignment. Only one value for one target is left to the compiler. Otherwise the tables and keys of the targets are
// evaluated first, then the values, and the stores follow from the last to the first, as in Lua.
func (p *parser) assign(targets, values []ast.Expr) []ast.Stmt {
	_, logical := values[0].(*ast.LogicalOpExpr)
	if len(targets) == 1 && len(values) == 1 && !(logical && p.ref(targets[0]).kind == refLocal) {
		if call, ok := values[0].(*ast.FuncCallExpr); ok {
			call.AdjustRet = false
		}
		return []ast.Stmt{p.store(targets[0], values[0])}
	}
	p.openBlock()
	assigned := make(map[string]bool)
	for _, t := range targets {
		if id, ok := t.(*ast.IdentExpr); ok {
			assigned[id.Value] = true
		}
	}
	do := &ast.DoBlockStmt{}
	hold := func(e ast.Expr) ast.Expr {
		switch e := e.(type) {
		case *ast.StringExpr:
			return e
		case *ast.IdentExpr:
			if p.ref(e).kind == refLocal && !assigned[e.Value] {
				return e
			}
		}
		as := &ast.LocalAssignStmt{Exprs: []ast.Expr{e}}
		p.here(as)
		t := p.temp()
		as.Names = []string{t.unique}
		do.Stmts = append(do.Stmts, as)
		return p.use(t)
	}
	for _, t := range targets {
		if at, ok := t.(*ast.AttrGetExpr); ok {
			at.Object = hold(at.Object)
			at.Key = hold(at.Key)
		}
	}
	as := &ast.LocalAssignStmt{Exprs: values}
	p.here(as)
	do.Stmts = append(do.Stmts, as)
	temps := make([]*local, len(targets))
	for i := range targets {
		temps[i] = p.temp()
		as.Names = append(as.Names, temps[i].unique)
	}
	for i := len(targets) - 1; i >= 0; i-- {
		do.Stmts = append(do.Stmts, p.store(targets[i], p.use(temps[i])))
	}
	p.here(do)
	p.closeBlock()
	return []ast.Stmt{do}
}

func (p *parser) store(target, value ast.Expr) ast.Stmt {
	st := &ast.AssignStmt{Lhs: []ast.Expr{target}, Rhs: []ast.Expr{value}}
	p.here(st)
	return st
}

// maxListItems is how many items gopher-lua's compiler can put into one list (511 flushes of 50).
const maxListItems = 511 * 50

// tableShape finds the sizes that LuaJIT gives the table of a constructor (expr_table): that of a template filled with the constant fields
// where there are any, else those that the number of fields asks for. # on a list with holes depends on them.
type tableShape struct {
	p        *parser
	items    int
	fields   int
	needArr  bool
	template *Table
}

func newTableShape(p *parser) *tableShape { return &tableShape{p: p} }

func (s *tableShape) add(f *ast.Field) {
	var key Value
	if f.Key == nil {
		s.items++
		s.needArr = true
		key = Int(s.items)
	} else {
		k, ok := s.constant(f.Key)
		if ok && k.isNumber() && k.num() == 0 {
			s.needArr = true
		} else {
			s.fields++
		}
		if !ok {
			return
		}
		key = k
	}
	val, constant := s.constant(f.Value)
	if key.IsNil() || !key.isString() && !constant {
		return
	}
	if s.template == nil {
		narr := 0
		if s.needArr {
			narr = s.items
		}
		s.template = NewTable(narr, s.fields)
	}
	s.template.Set(key, True)
	if constant && val.IsNil() && !key.isString() {
		s.template.Set(key, Nil)
	}
}

func (s *tableShape) constant(e ast.Expr) (Value, bool) {
	switch e := e.(type) {
	case *ast.StringExpr:
		v := s.p.decodeConst(e.Value)
		return v, v.Kind() != KindCdata
	case *ast.NilExpr:
		return Nil, true
	case *ast.TrueExpr, *ast.FalseExpr:
		return True, true
	}
	return Nil, false
}

func (s *tableShape) sizes() (asize, hbits int) {
	if s.template == nil {
		if s.needArr {
			asize = min(max(s.items+1, 3), 0x7ff)
		}
		return asize, hashBits(s.fields)
	}
	t := s.template
	if s.needArr && len(t.arr) < s.items+1 {
		t.resize(s.items+1, log2(cap(t.ents)))
	}
	return len(t.arr), log2(cap(t.ents))
}

// log2 returns the binary logarithm of a power of two, 0 for 0.
func log2(n int) int {
	b := 0
	for n > 1 {
		n >>= 1
		b++
	}
	return b
}
