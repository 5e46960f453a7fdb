package vm

import (
	"strconv"
	"strings"

	"github.com/yuin/gopher-lua/ast"

	"tidegate/ast/lua"
)

// refKind says what an expression is to an error message.
type refKind uint8

const (
	refNone refKind = iota
	refLocal
	refUpvalue
	refGlobal
	refField
	refMethod
)

var refKindNames = [...]string{"", "local", "upvalue", "global", "field", "method"}

// nameRef is what a message calls an operand: "local 'x'", "field 'y'".
type nameRef struct {
	kind refKind
	name string
}

// siteDesc names the operands of an instruction that can fail.
type siteDesc struct {
	a, b nameRef
	list []nameRef // of a concatenation, in order
}

// node is what lowering knows about a syntax tree node. gopher-lua's compiler copies a node's line into the instructions that it makes of
// it; lowering stores the number of a node there instead, and so every instruction leads back to its node.
type node struct {
	line    int32
	site    int32   // the place in lowering.sites of what its operands are called, 0 if nothing is said of them
	ref     nameRef // the node as an operand
	asize   int32   // sizes of the parts of a table constructor
	hbits   uint8
	arith   uint8 // of an operation that is disguised as an index: one more than its operator's place in arithmetic
	closeTo int16 // of a goto: one more than the first register whose variable it leaves
}

// local is a variable of the function being lowered, or a register that gopher-lua's compiler reserves for itself.
type local struct {
	name   string // as written
	unique string // the name given to gopher-lua: no two variables share one
	reg    int
	last   int // the last node of its scope
}

// label is the target of goto, or of break.
type label struct {
	name    string
	unique  string
	nact    int
	landing *ast.DoBlockStmt // an empty block behind it, to be filled if a goto jumps back to it; nil at the end of a block
}

// pending is a goto whose label has not been seen.
type pending struct {
	name string
	node int // the goto's node
	nact int
	stmt *string // label name in the syntax tree, filled in when it is known
}

// block is a scope.
type block struct {
	prev   *block
	base   int // active variables at its start
	labels []*label
	gotos  []*pending
}

// funcState is the function being lowered.
type funcState struct {
	parent *funcState
	block  *block
	active []*local
	locals []*local // in the order in which gopher-lua's compiler declares them
	hidden int      // registers ahead of the first variable after the parameters: the one for "arg"
}

func (w *lowering) openFunc(fn *ast.FunctionExpr) {
	w.fs = &funcState{parent: w.fs}
	w.funcs[fn] = w.fs
	w.openBlock()
}

func (w *lowering) closeFunc() {
	w.closeBlock()
	w.fs = w.fs.parent
}

// unique returns a name that no other variable or label of the chunk has.
func (w *lowering) unique(name string) string {
	w.names++
	return name + "\x00" + strconv.Itoa(w.names)
}

// newLocal makes the register of a variable, which declare brings into scope.
func (w *lowering) newLocal(v *lua.Var) *local {
	l := &local{name: v.Name, unique: w.unique(v.Name)}
	w.locals[v.Index] = l
	return l
}

// reserve declares registers that the compiler names itself.
func (w *lowering) reserve(names ...string) {
	for _, name := range names {
		w.declare(&local{name: name, unique: name})
	}
}

func (w *lowering) declare(l *local) {
	fs := w.fs
	l.reg = len(fs.active) + fs.hidden
	fs.active = append(fs.active, l)
	fs.locals = append(fs.locals, l)
}

// temp declares a variable that the source does not have.
func (w *lowering) temp() *local {
	l := &local{name: "(temp)", unique: w.unique("(temp)")}
	w.declare(l)
	return l
}

func (w *lowering) openBlock() *block {
	b := &block{prev: w.fs.block, base: len(w.fs.active)}
	w.fs.block = b
	return b
}

// closeBlock ends the innermost scope: its variables end, and gotos that found no label look for one further out.
func (w *lowering) closeBlock() {
	fs := w.fs
	b := fs.block
	for _, l := range fs.active[b.base:] {
		l.last = len(w.nodes) - 1
	}
	fs.active = fs.active[:b.base]
	fs.block = b.prev
	for _, g := range b.gotos {
		g.nact = min(g.nact, b.base)
		if l := b.prev.find(g.name); l != nil {
			w.land(l)
			w.resolve(g, l)
		} else {
			b.prev.gotos = append(b.prev.gotos, g)
		}
	}
}

func (b *block) find(name string) *label {
	for _, l := range b.labels {
		if l.name == name {
			return l
		}
	}
	return nil
}

func (w *lowering) resolve(g *pending, l *label) {
	*g.stmt = l.unique
	w.nodes[g.node].closeTo = int16(l.nact + w.fs.hidden + 1)
}

// addLabel puts a label into the current scope and resolves the gotos that wait for it.
func (w *lowering) addLabel(l *label) {
	b := w.fs.block
	b.labels = append(b.labels, l)
	rest := b.gotos[:0]
	for _, g := range b.gotos {
		if g.name != l.name {
			rest = append(rest, g)
			continue
		}
		w.resolve(g, l)
	}
	b.gotos = rest
}

// idSize is LUA_IDSIZE: how much of a chunk name messages show.
const idSize = 60

// shortSource returns how a chunk name appears in messages (lj_debug_shortname).
func shortSource(name string) string {
	switch {
	case strings.HasPrefix(name, "="):
		return name[1:min(len(name), idSize)]
	case strings.HasPrefix(name, "@"):
		if name = name[1:]; len(name) >= idSize {
			name = "..." + name[len(name)-(idSize-4):]
		}
		return name
	}
	n := 0
	for n < len(name) && n < idSize-12 && name[n] >= ' ' {
		n++
	}
	if n == len(name) || name[n] == 0 {
		return `[string "` + name[:n] + `"]`
	}
	return `[string "` + name[:min(n, idSize-15)] + `..."]`
}
