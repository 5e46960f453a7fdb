package vm

import (
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
	"strings"
	"sync"

	"github.com/yuin/gopher-lua/ast"

	"tidegate/ast/lua"
)

// lowering turns the tree of ast/lua into gopher-lua's. It keeps for each node the line to which LuaJIT counts the operation and what a message
// calls the operands, and writes down some constructs in another form where gopher-lua's compiler goes wrong (rewrite.go). The tree is
// sound: all rules of the language have been checked, and all names found their variables.
type lowering struct {
	chunk  *lua.Chunk
	cursor cursor
	fs     *funcState
	nodes  []node
	sites  []siteDesc
	names  int
	locals []*local // by Var.Index
	// constants that are neither strings nor numbers, by their place in the constant's name
	objects []Value
	funcs   map[*ast.FunctionExpr]*funcState
	peeked  *lua.Name // see field
	last    int32     // the end of the last statement
	depth   int       // of nested expressions, and of the clauses of an if
	tooLong int       // the line of what is more than the compiler can do, 0 if there is nothing
}

// syntaxError is what Compile returns of a text that it cannot compile.
type syntaxError struct {
	chunk string
	line  int
	what  string
}

const tooComplex = "function or expression too complex"

func (e *syntaxError) Error() string { return e.chunk + ":" + strconv.Itoa(e.line) + ": " + e.what }

// parsers are kept because the trees of small chunks share memory.
var parsers = sync.Pool{New: func() any { return new(lua.Parser) }}

func parse(src string) (*lua.Chunk, *lua.SyntaxError) {
	if len(src) > math.MaxInt32 {
		return nil, &lua.SyntaxError{Line: 1, Message: "chunk has too many lines"}
	}
	p := parsers.Get().(*lua.Parser)
	defer parsers.Put(p)
	chunk := p.Parse(src)
	return chunk, chunk.Err
}

// lower turns a source text into the body of a vararg function. Messages call the chunk short.
func lower(src, short string) (w *lowering, fn *ast.FunctionExpr, err error) {
	chunk, wrong := parse(src)
	if wrong != nil {
		return nil, nil, &syntaxError{short, wrong.Line, wrong.Message}
	}
	w = &lowering{
		chunk: chunk, cursor: cursor{src: src, line: 1}, nodes: make([]node, 1, len(src)/4+8), sites: make([]siteDesc, 1, len(src)/16+4), locals: make([]*local, len(chunk.Vars)),
		funcs: make(map[*ast.FunctionExpr]*funcState, len(chunk.Functions)),
	}
	fn = &ast.FunctionExpr{ParList: &ast.ParList{HasVargs: true}}
	w.openFunc(fn)
	fn.Stmts = w.statements(chunk.Main.Body, false)
	w.closeFunc()
	if w.tooLong > 0 {
		return nil, nil, &syntaxError{short, w.tooLong, tooComplex}
	}
	return w, fn, nil
}

// cursor counts lines. It is asked for places near each other.
type cursor struct {
	src  string
	off  int32
	line int
}

// lineAt returns the line of an offset that is not inside of a line break.
func (c *cursor) lineAt(off int32) int {
	if off >= c.off {
		c.line += lua.Breaks(c.src[c.off:off])
	} else {
		c.line -= lua.Breaks(c.src[off:c.off])
	}
	c.off = off
	return c.line
}

func (w *lowering) line(off int32) int { return w.cursor.lineAt(off) }

// at makes a node for tree node n at line and returns its number.
func (w *lowering) at(n ast.PositionHolder, line int) int {
	w.nodes = append(w.nodes, node{line: int32(line)})
	id := len(w.nodes) - 1
	n.SetLine(id)
	n.SetLastLine(id)
	return id
}

// here is at for the line of the token that ends at off, which is where LuaJIT puts an instruction that it emits when it has read that token.
func (w *lowering) here(n ast.PositionHolder, off int32) int { return w.at(n, w.line(off)) }

// describe notes what the operands of a node are called, if anything.
func (w *lowering) describe(id int, d siteDesc) {
	if d.a.kind == refNone && d.b.kind == refNone && len(d.list) == 0 {
		return
	}
	w.nodes[id].site = int32(len(w.sites))
	w.sites = append(w.sites, d)
}

func (w *lowering) ref(e ast.Expr) nameRef { return w.nodes[e.Line()].ref }

// Constants reach gopher-lua as strings whose first byte tells their kind, because it would fold numbers, and confuse 0 with -0.

func (w *lowering) constant(kind byte, s string, off int32) *ast.StringExpr {
	e := &ast.StringExpr{Value: string(kind) + s}
	w.here(e, off)
	return e
}

func (w *lowering) stringConst(s *lua.String) *ast.StringExpr { return w.constant('s', s.Value, s.End) }

func (w *lowering) numberConst(f float64, off int32) *ast.StringExpr {
	var b [9]byte
	b[0] = 'n'
	binary.BigEndian.PutUint64(b[1:], math.Float64bits(f))
	e := &ast.StringExpr{Value: string(b[:])}
	w.here(e, off)
	return e
}

func (w *lowering) object(v *cdata, off int32) ast.Expr {
	w.objects = append(w.objects, v.Value())
	return w.constant('o', string(binary.BigEndian.AppendUint32(nil, uint32(len(w.objects)-1))), off)
}

func (w *lowering) number(n *lua.Number) ast.Expr {
	switch n.Type {
	case lua.Int64, lua.Uint64:
		return w.object(newInt64(n.Int, n.Type == lua.Uint64), n.End)
	case lua.Imaginary:
		return w.object(&cdata{kind: cdataComplex, u: math.Float64bits(n.Value)}, n.End)
	}
	return w.numberConst(n.Value, n.End)
}

// decodeConst returns the value that a constant of the syntax tree stands for.
func (w *lowering) decodeConst(s string) Value {
	switch s[0] {
	case 'n':
		return Number(constFloat(s))
	case 'o':
		return w.objects[binary.BigEndian.Uint32([]byte(s[1:]))]
	}
	return String(s[1:])
}

func constFloat(s string) float64 {
	var b [8]byte
	copy(b[:], s[1:])
	return math.Float64frombits(binary.BigEndian.Uint64(b[:]))
}

// numberOf returns the number that e is a constant of.
func numberOf(e ast.Expr) (float64, bool) {
	if s, ok := e.(*ast.StringExpr); ok && s.Value[0] == 'n' {
		return constFloat(s.Value), true
	}
	return 0, false
}

func (w *lowering) exprs(list []lua.Expr) []ast.Expr {
	if len(list) == 0 {
		return nil
	}
	out := make([]ast.Expr, len(list))
	for i, e := range list {
		out[i] = w.expr(e)
	}
	return out
}

// maxDepth is how many operators, suffixes or clauses may follow each other. LuaJIT has no limit; gopher-lua's compiler calls itself for each
// of them, and Go ends the process when its stack is full.
const maxDepth = 10000

// deeper enters an expression or a clause that ends at end, unless that is one too many.
func (w *lowering) deeper(end int32) bool {
	if w.depth++; w.depth <= maxDepth {
		return true
	}
	w.tooLong = w.line(end)
	return false
}

func (w *lowering) expr(e lua.Expr) ast.Expr {
	x := ast.Expr(&ast.NilExpr{})
	if w.deeper(e.At().End) {
		x = w.expression(e)
	}
	w.depth--
	return x
}

func (w *lowering) expression(e lua.Expr) ast.Expr {
	switch e := e.(type) {
	case *lua.Name:
		return w.variable(e)
	case *lua.String:
		return w.stringConst(e)
	case *lua.Number:
		return w.number(e)
	case *lua.Constant:
		return w.fixed(e)
	case *lua.Vararg:
		x := &ast.Comma3Expr{}
		w.here(x, e.End)
		return x
	case *lua.Index:
		return w.index(e)
	case *lua.Call:
		return w.call(e)
	case *lua.Binary:
		l := w.expr(e.L)
		return w.operation(e, l, w.expr(e.R))
	case *lua.Unary:
		return w.unary(e)
	case *lua.Paren:
		x := w.expr(e.X)
		single(x)
		return x
	case *lua.Table:
		return w.table(e)
	case *lua.Function:
		return w.function(e)
	}
	panic(fmt.Sprintf("vm: expression %T", e))
}

func (w *lowering) fixed(e *lua.Constant) ast.Expr {
	var x ast.Expr
	switch e.Kind {
	case lua.TokNil:
		x = &ast.NilExpr{}
	case lua.TokTrue:
		x = &ast.TrueExpr{}
	default:
		x = &ast.FalseExpr{}
	}
	w.here(x, e.End)
	return x
}

func (w *lowering) operation(b *lua.Binary, l, r ast.Expr) ast.Expr {
	op := b.Op
	switch op {
	case lua.TokAnd, lua.TokOr:
		if truth, ok := constantTruth(l); ok {
			if truth == (op == lua.TokOr) {
				return l
			}
			single(r)
			return r
		}
		e := &ast.LogicalOpExpr{Operator: op.String(), Lhs: l, Rhs: r}
		w.here(e, b.End)
		return e
	case lua.TokConcat:
		return w.concat(b, l, r)
	case lua.TokEqual, lua.TokNotEqual, lua.TokLess, lua.TokLessEqual, lua.TokGreater, lua.TokGreaterEqual:
		e := &ast.RelationalOpExpr{Operator: op.String(), Lhs: l, Rhs: r}
		w.here(e, b.End)
		return e
	}
	if f, ok := fold(op, l, r); ok {
		return w.numberConst(f, b.End)
	}
	e := &ast.ArithmeticOpExpr{Operator: op.String(), Lhs: w.disguise(l), Rhs: r}
	w.describe(w.here(e, b.End), siteDesc{a: w.ref(l), b: w.ref(r)})
	return e
}

// maxFold is how many arithmetic operations follow each other in the tree that gopher-lua gets. Its compiler looks at each of them
// through all before it for constants to fold, so that a long chain would take the square of its length; fold has done that already.
const maxFold = 64

// arithmetic lists the operators in the order of their opcodes.
const arithmetic = "+-*/%^"

// disguise writes the last operation of a long chain down as an index, behind which gopher-lua looks for no constants. The instruction
// differs in its opcode alone, and the node tells the translator the right one.
func (w *lowering) disguise(e ast.Expr) ast.Expr {
	last, _ := e.(*ast.ArithmeticOpExpr)
	for n, x := 0, e; n < maxFold; n++ {
		op, ok := x.(*ast.ArithmeticOpExpr)
		if !ok {
			return e
		}
		x = op.Lhs
	}
	index := &ast.AttrGetExpr{Object: last.Lhs, Key: last.Rhs}
	index.SetLine(last.Line())
	w.nodes[last.Line()].arith = uint8(1 + strings.Index(arithmetic, last.Operator))
	return index
}

func (w *lowering) concat(b *lua.Binary, l, r ast.Expr) ast.Expr {
	e := &ast.StringConcatOpExpr{Lhs: l, Rhs: r}
	list := []nameRef{w.ref(l)}
	if rest, ok := r.(*ast.StringConcatOpExpr); ok {
		list = append(list, w.sites[w.nodes[rest.Line()].site].list...)
	} else {
		list = append(list, w.ref(r))
	}
	w.describe(w.here(e, b.End), siteDesc{list: list})
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
func fold(op lua.Kind, l, r ast.Expr) (float64, bool) {
	a, ok1 := numberOf(l)
	b, ok2 := numberOf(r)
	if !ok1 || !ok2 {
		return 0, false
	}
	f := arith(arithOp(op), a, b)
	if f != f || f == 0 && math.Signbit(f) {
		return 0, false
	}
	return f, true
}

func arithOp(op lua.Kind) opcode {
	switch op {
	case lua.TokPlus:
		return opAdd
	case lua.TokMinus:
		return opSub
	case lua.TokStar:
		return opMul
	case lua.TokSlash:
		return opDiv
	case lua.TokPercent:
		return opMod
	}
	return opPow
}

func (w *lowering) unary(u *lua.Unary) ast.Expr {
	x := w.expr(u.X)
	switch u.Op {
	case lua.TokNot:
		e := &ast.UnaryNotOpExpr{Expr: x}
		w.here(e, u.End)
		return e
	case lua.TokMinus:
		if f, ok := numberOf(x); ok && f != 0 {
			return w.numberConst(-f, u.End)
		}
		if s, ok := x.(*ast.StringExpr); ok && s.Value[0] == 'o' {
			return w.object(w.decodeConst(s.Value).asCdata().negated(), u.End)
		}
		e := &ast.UnaryMinusOpExpr{Expr: x}
		w.describe(w.here(e, u.End), siteDesc{a: w.ref(x)})
		return e
	}
	e := &ast.UnaryLenOpExpr{Expr: x}
	w.describe(w.here(e, u.End), siteDesc{a: w.ref(x)})
	return e
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

func (w *lowering) variable(n *lua.Name) ast.Expr {
	e := &ast.IdentExpr{}
	kind := refGlobal
	if v := n.Var; v == nil {
		e.Value = "s" + n.Text
	} else {
		e.Value = w.locals[v.Index].unique
		kind = refLocal
		if v.Func != n.Func {
			kind = refUpvalue
		}
	}
	off := n.End
	if n == w.peeked {
		off = lua.After(w.chunk.Src, off).End
	}
	w.nodes[w.here(e, off)].ref = nameRef{kind, n.Text}
	return e
}

func (w *lowering) index(x *lua.Index) ast.Expr {
	obj := w.expr(x.Obj)
	key := w.expr(x.Key)
	e := &ast.AttrGetExpr{Object: obj, Key: key}
	id := w.here(e, x.End)
	w.describe(id, siteDesc{a: w.ref(obj)})
	if s, ok := key.(*ast.StringExpr); ok && s.Value[0] == 's' {
		w.nodes[id].ref = nameRef{refField, s.Value[1:]}
	}
	return e
}

func (w *lowering) call(c *lua.Call) *ast.FuncCallExpr {
	e := &ast.FuncCallExpr{}
	fn := w.expr(c.Fn)
	desc := siteDesc{a: w.ref(fn)}
	if c.Method == nil {
		e.Func = fn
	} else {
		desc = siteDesc{a: nameRef{refMethod, c.Method.Value}, b: w.ref(fn)}
		e.Receiver, e.Method = fn, "s"+c.Method.Value
	}
	line := w.line(c.Open)
	e.Args = w.exprs(c.Args)
	w.describe(w.at(e, line), desc)
	return e
}

func (w *lowering) table(t *lua.Table) ast.Expr {
	e := &ast.TableExpr{}
	if len(t.Fields) > 0 {
		e.Fields = make([]*ast.Field, len(t.Fields))
	}
	fields := make([]ast.Field, len(t.Fields))
	shape := newTableShape(w)
	for i := range t.Fields {
		f := &fields[i]
		w.field(f, &t.Fields[i])
		shape.add(f)
		e.Fields[i] = f
	}
	if shape.items > maxListItems {
		w.tooLong = w.line(t.End)
	}
	n := &w.nodes[w.here(e, t.End)]
	asize, hbits := shape.sizes()
	n.asize, n.hbits = int32(asize), uint8(hbits)
	return e
}

// field lowers an entry of a table. LuaJIT looks one token ahead of a name that begins an entry, to see whether it is a key; where it is none,
// the instruction that reads the variable belongs to the line of that token.
func (w *lowering) field(f *ast.Field, from *lua.Field) {
	if from.Key != nil {
		f.Key = w.expr(from.Key)
	} else if name, ok := leftmost(from.Value).(*lua.Name); ok {
		w.peeked = name
	}
	f.Value = w.expr(from.Value)
}

// leftmost returns the part of an expression with which it begins.
func leftmost(e lua.Expr) lua.Expr {
	for {
		switch x := e.(type) {
		case *lua.Binary:
			e = x.L
		case *lua.Index:
			e = x.Obj
		case *lua.Call:
			e = x.Fn
		default:
			return e
		}
	}
}

// function lowers parameters and body of a function.
func (w *lowering) function(f *lua.Function) ast.Expr {
	fn := &ast.FunctionExpr{ParList: &ast.ParList{HasVargs: f.Vararg}}
	line := w.line(f.Open)
	w.openFunc(fn)
	for _, v := range f.Params {
		l := w.newLocal(v)
		w.declare(l)
		fn.ParList.Names = append(fn.ParList.Names, l.unique)
	}
	if f.Vararg { // gopher-lua keeps a register for the "arg" table of Lua 5.0
		w.fs.hidden = 1
		w.fs.locals = append(w.fs.locals, &local{name: "(temp)", unique: "arg", reg: len(f.Params)})
	}
	w.last = f.Body.Start
	fn.Stmts = w.statements(f.Body, false)
	end := w.line(f.End)
	w.closeFunc()
	w.nodes = append(w.nodes, node{line: int32(line)}, node{line: int32(end)})
	fn.SetLine(len(w.nodes) - 2)
	fn.SetLastLine(len(w.nodes) - 1)
	return fn
}
