package vm

import (
	"errors"
	"fmt"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// Compile turns a source text into Code. The chunk name follows Lua's rules: "=name" is shown as it is, "@file" is a file name, anything else
// is the source text itself. The error of a malformed text reads as LuaJIT's.
func Compile(src, name string) (code *Code, err error) {
	short := shortSource(name)
	w, fn, err := lower(src, short)
	if err != nil {
		return nil, err
	}
	fp, err := lua.Compile(fn.Stmts, name)
	if err != nil {
		return nil, compilerError(err, short, w)
	}
	t := &translator{w: w, src: &source{name: name, short: short}, funcs: make(map[int]*funcState, len(w.funcs)), end: w.line(int32(len(src)))}
	for f, fs := range w.funcs {
		t.funcs[f.Line()] = fs
	}
	t.funcs[0] = w.funcs[fn]
	return &Code{main: t.function(fp)}, nil
}

// compilerError words an error of gopher-lua's compiler. All rules of the language have been checked by then; what is left is its limits:
// too many registers, constants or a jump too far.
func compilerError(err error, short string, w *lowering) error {
	line := 0
	var ce *lua.CompileError
	if errors.As(err, &ce) && ce.Line > 0 && ce.Line < len(w.nodes) {
		line = int(w.nodes[ce.Line].line)
	}
	if ce != nil && strings.Contains(ce.Message, "jump") {
		return &syntaxError{short, line, "control structure too long"}
	}
	return &syntaxError{short, line, tooComplex}
}

// translator turns gopher-lua's bytecode into instructions with their operands resolved, and gopher-lua's line numbers, which are numbers
// of nodes, back into lines and operand names.
type translator struct {
	w     *lowering
	src   *source
	funcs map[int]*funcState
	end   int // the last line
}

// gopherOp is one instruction of gopher-lua, whose encoding is that of Lua 5.1.
type gopherOp uint32

func (i gopherOp) op() int { return int(i >> 26) }
func (i gopherOp) a() int  { return int(i>>18) & 0xff }
func (i gopherOp) b() int  { return int(i) & 0x1ff }
func (i gopherOp) c() int  { return int(i>>9) & 0x1ff }
func (i gopherOp) bx() int { return int(i) & 0x3ffff }
func (i gopherOp) jump() int {
	return int(i)&0x3ffff - 0x3ffff>>1
}

// function translates one function and those inside it.
func (t *translator) function(fp *lua.FunctionProto) *proto {
	fs := t.funcs[fp.LineDefined]
	pr := &proto{
		nparams: int(fp.NumParameters),
		vararg:  fp.IsVarArg&lua.VarArgIsVarArg != 0,
		nregs:   int(fp.NumUsedRegisters) + 1,
		src:     t.src,
	}
	pr.lineDefined = int(t.w.nodes[fp.LineDefined].line)
	pr.lastLine = t.line(fp.LastLineDefined)
	if fs.parent == nil {
		pr.lineDefined, pr.lastLine = 0, t.end
	}
	for _, k := range fp.Constants {
		pr.addConst(t.w.decodeConst(k.String()))
	}
	for _, child := range fp.FunctionPrototypes {
		pr.protos = append(pr.protos, t.function(child))
	}
	pr.descs = make([]siteDesc, 1)
	pr.code, pr.lines, pr.sites = make([]ins, 0, len(fp.Code)), make([]int32, 0, len(fp.Code)), make([]int32, 0, len(fp.Code))
	f := &funcTranslator{t: t, fp: fp, fs: fs, out: pr}
	for pc := 0; pc < len(fp.Code); pc++ {
		f.instruction(pc)
	}
	t.locals(fp, fs, pr)
	if err := pr.verify(); err != nil {
		panic("vm: " + err.Error())
	}
	return pr
}

func (t *translator) line(id int) int {
	if id < 0 || id >= len(t.w.nodes) {
		return t.end
	}
	return int(t.w.nodes[id].line)
}

// locals works out which instructions see which variable. gopher-lua knows where a scope begins; where it ends follows from the node
// numbers, which grow along the source.
func (t *translator) locals(fp *lua.FunctionProto, fs *funcState, pr *proto) {
	for i, d := range fp.DbgLocals {
		if i >= len(fs.locals) || fs.locals[i].unique != d.Name {
			panic("vm: variables of lowering and of the compiler differ")
		}
		l := fs.locals[i]
		if l.name == "(temp)" {
			continue
		}
		end := d.StartPc
		for pc := d.StartPc; pc < len(fp.Code); pc++ {
			if fp.DbgSourcePositions[pc] <= l.last {
				end = pc + 1
			}
		}
		pr.locals = append(pr.locals, localVar{name: l.name, reg: l.reg, start: d.StartPc, end: end})
	}
}

// funcTranslator translates the instructions of one function, one for one, so that jumps keep their distances.
type funcTranslator struct {
	t   *translator
	fp  *lua.FunctionProto
	fs  *funcState
	out *proto
}

func (f *funcTranslator) node(pc int) *node {
	id := f.fp.DbgSourcePositions[pc]
	if id < 0 || id >= len(f.t.w.nodes) {
		id = 0
	}
	return &f.t.w.nodes[id]
}

func (f *funcTranslator) instruction(pc int) {
	n := f.node(pc)
	f.out.nregs = max(f.out.nregs, registers(gopherOp(f.fp.Code[pc]))+1)
	in := f.translate(pc, gopherOp(f.fp.Code[pc]), n)
	f.out.code = append(f.out.code, in)
	f.out.lines = append(f.out.lines, n.line)
	site := 0
	if n.site != 0 {
		f.out.descs = append(f.out.descs, f.t.w.sites[n.site])
		site = len(f.out.descs) - 1
	}
	f.out.sites = append(f.out.sites, int32(site))
}

// registers returns how many registers an instruction needs. gopher-lua's own count leaves out closures and loop variables.
func registers(g gopherOp) int {
	a := g.a()
	switch g.op() {
	case lua.OP_EQ, lua.OP_LT, lua.OP_LE, lua.OP_JMP, lua.OP_NOP:
		return 0
	case lua.OP_LOADNIL:
		return g.b() + 1
	case lua.OP_SELF:
		return a + 2
	case lua.OP_CALL, lua.OP_TAILCALL:
		return a + max(g.b(), g.c(), 1)
	case lua.OP_FORPREP, lua.OP_FORLOOP:
		return a + 4
	case lua.OP_TFORLOOP:
		return a + 3 + max(g.c(), 3)
	case lua.OP_VARARG:
		return a + max(g.b(), 1)
	}
	return a + 1
}

func (f *funcTranslator) isNumber(rk int) bool {
	return rk >= kFlag && f.out.consts[rk-kFlag].isNumber()
}
func (f *funcTranslator) isString(rk int) bool {
	return rk >= kFlag && f.out.consts[rk-kFlag].isString()
}

func (f *funcTranslator) translate(pc int, g gopherOp, n *node) ins {
	a, b, c := g.a(), g.b(), g.c()
	switch g.op() {
	case lua.OP_MOVE, lua.OP_MOVEN: // the moves that MOVEN bundles follow it
		return insABC(opMove, a, b, 0, 0)
	case lua.OP_LOADK:
		return insAN(opLoadK, a, g.bx(), 0)
	case lua.OP_LOADBOOL:
		return insABC(opLoadBool, a, b, c, 0)
	case lua.OP_LOADNIL:
		return insABC(opLoadNil, a, b, 0, 0)
	case lua.OP_GETUPVAL:
		return insABC(opGetUpval, a, b, 0, 0)
	case lua.OP_SETUPVAL:
		return insABC(opSetUpval, a, b, 0, 0)
	case lua.OP_GETGLOBAL:
		return insAN(opGetGlobal, a, g.bx(), 0)
	case lua.OP_SETGLOBAL:
		return insAN(opSetGlobal, a, g.bx(), 0)
	case lua.OP_GETTABLE, lua.OP_GETTABLEKS:
		if n.arith != 0 { // see disguise
			return f.arith(opcode(n.arith-1), a, b, c)
		}
		if f.isString(c) {
			return insABC(opGetField, a, b, c-kFlag, 0)
		}
		return insABC(opGetIndex, a, b, c, 0)
	case lua.OP_SETTABLE, lua.OP_SETTABLEKS:
		return f.setTable(pc, a, b, c)
	case lua.OP_NEWTABLE:
		return insAN(opNewTable, a, int(n.asize), int(n.hbits))
	case lua.OP_SELF:
		return insABC(opSelf, a, b, c, 0)
	case lua.OP_UNM:
		return insABC(opUnm, a, b, 0, 0)
	case lua.OP_NOT:
		return insABC(opNot, a, b, 0, 0)
	case lua.OP_LEN:
		return insABC(opLen, a, b, 0, 0)
	case lua.OP_CONCAT:
		return insABC(opConcat, a, b, c, 0)
	case lua.OP_ADD, lua.OP_SUB, lua.OP_MUL, lua.OP_DIV, lua.OP_MOD, lua.OP_POW:
		return f.arith(opcode(g.op()-lua.OP_ADD), a, b, c)
	case lua.OP_EQ, lua.OP_LT, lua.OP_LE:
		return f.compare(g.op(), a, b, c)
	}
	return f.control(pc, g, n)
}

// control translates what changes the flow.
func (f *funcTranslator) control(pc int, g gopherOp, n *node) ins {
	a, b, c := g.a(), g.b(), g.c()
	switch g.op() {
	case lua.OP_JMP:
		if pc > 0 && gopherOp(f.fp.Code[pc-1]).op() == lua.OP_TFORLOOP {
			return insAN(opForTest, gopherOp(f.fp.Code[pc-1]).a(), g.jump(), 0)
		}
		return insAN(opJump, 0, g.jump(), 0)
	case lua.OP_NOP:
		return insAN(opJump, 0, 0, 0)
	case lua.OP_TEST:
		return insABC(opTest, a, 0, c, 0)
	case lua.OP_TESTSET:
		return insABC(opTestSet, a, b, c, 0)
	case lua.OP_CALL:
		return insABC(opCall, a, b, c, 0)
	case lua.OP_TAILCALL:
		return insABC(opTailCall, a, b, 0, 0)
	case lua.OP_RETURN:
		switch b {
		case 1:
			return insABC(opReturn0, 0, 0, 0, 0)
		case 2:
			return insABC(opReturn1, a, 0, 0, 0)
		}
		return insABC(opReturn, a, b, 0, 0)
	case lua.OP_FORPREP:
		return insAN(opForPrep, a, g.jump(), 0)
	case lua.OP_FORLOOP:
		return insAN(opForLoop, a, g.jump(), 0)
	case lua.OP_TFORLOOP:
		return insABC(opForCall, a, 0, c, 0)
	case lua.OP_SETLIST:
		return insABC(opSetList, a, b, c, 0)
	case lua.OP_CLOSE:
		if pc+1 < len(f.fp.Code) && n.closeTo != 0 {
			a = int(n.closeTo) - 1
		}
		return insABC(opClose, a, 0, 0, 0)
	case lua.OP_CLOSURE:
		child := f.out.protos[g.bx()]
		f.upvalues(pc, child, f.fp.FunctionPrototypes[g.bx()])
		return insAN(opClosure, a, g.bx(), len(child.upvals))
	case lua.OP_VARARG:
		return insABC(opVararg, a, b, 0, 0)
	}
	panic(fmt.Sprintf("vm: unknown instruction %d", g.op()))
}

// upvalues reads where a closure finds its upvalues from the instructions that follow the one that makes it.
func (f *funcTranslator) upvalues(pc int, child *proto, fp *lua.FunctionProto) {
	for i, name := range fp.DbgUpvalues {
		g := gopherOp(f.fp.Code[pc+1+i])
		name, _, _ = strings.Cut(name, "\x00")
		child.upvals = append(child.upvals, upvalDesc{name: name, fromParent: g.op() == lua.OP_MOVE, index: g.b()})
	}
}

// setTable uses a constant key directly where gopher-lua has loaded it into a register just for this.
func (f *funcTranslator) setTable(pc, a, b, c int) ins {
	if b < kFlag {
		for i := pc - 1; i >= 0; i-- {
			g := gopherOp(f.fp.Code[i])
			if g.a() != b || !writesA(g.op()) {
				continue
			}
			if k := g.bx(); g.op() == lua.OP_LOADK && k < 1<<16 && f.out.consts[k].isString() && f.isKeyLoad(i, pc, b) {
				return insABC(opSetField, a, k, c, 0)
			}
			break
		}
	}
	if f.isString(b) {
		return insABC(opSetField, a, b-kFlag, c, 0)
	}
	return insABC(opSetIndex, a, b, c, 0)
}

// isKeyLoad reports whether nothing between the load at from and the store at to jumps past the load. The key of a store is loaded last of
// all before its value, and the only jumps in between are those of the value's expression.
func (f *funcTranslator) isKeyLoad(from, to, reg int) bool {
	for i := 0; i < len(f.fp.Code); i++ {
		g := gopherOp(f.fp.Code[i])
		switch g.op() {
		case lua.OP_JMP, lua.OP_FORPREP, lua.OP_FORLOOP:
			if target := i + 1 + g.jump(); target > from && target <= to && (i < from || i > to) {
				return false
			}
		}
	}
	return true
}

// writesA reports whether an instruction of gopher-lua changes its register A.
func writesA(op int) bool {
	switch op {
	case lua.OP_SETGLOBAL, lua.OP_SETUPVAL, lua.OP_SETTABLE, lua.OP_SETTABLEKS, lua.OP_EQ, lua.OP_LT, lua.OP_LE, lua.OP_TEST, lua.OP_JMP,
		lua.OP_RETURN, lua.OP_SETLIST, lua.OP_CLOSE, lua.OP_NOP:
		return false
	}
	return true
}

func (f *funcTranslator) arith(op opcode, a, b, c int) ins {
	full := opAdd + op
	switch {
	case b < kFlag && (c < kFlag || f.isNumber(c) && full == opMod):
		return insABC(full, a, b, c, 0)
	case b < kFlag && f.isNumber(c) && full <= opDiv:
		return insABC(opAddK+op, a, b, c-kFlag, 0)
	case c < kFlag && f.isNumber(b) && full <= opMul:
		return insABC(opAddKR+op, a, b-kFlag, c, 0)
	}
	return insABC(opArith, a, b, c, int(full))
}

func (f *funcTranslator) compare(op, a, b, c int) ins {
	if op == lua.OP_EQ {
		if b >= kFlag && c < kFlag {
			b, c = c, b
		}
		if b < kFlag && c >= kFlag && f.out.consts[c-kFlag].Kind() != KindCdata {
			return insABC(opEqK, a, b, c-kFlag, 0)
		}
		return insABC(opEq, a, b, c, 0)
	}
	k := opcode(op - lua.OP_LT)
	switch {
	case b < kFlag && c < kFlag:
		return insABC(opLtRR+k, a, b, c, 0)
	case b < kFlag && f.isNumber(c):
		return insABC(opLtRK+k, a, b, c-kFlag, 0)
	case c < kFlag && f.isNumber(b):
		return insABC(opLtKR+k, a, b-kFlag, c, 0)
	}
	return insABC(opLt+k, a, b, c, 0)
}
