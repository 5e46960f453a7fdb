package vm

import (
	"strconv"
	"strings"

	"github.com/yuin/gopher-lua/ast"
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

// node is what the parser knows about a syntax tree node. gopher-lua's compiler copies a node's line into the instructions that it makes of
// it; the parser stores the number of a node there instead, and so every instruction leads back to its node.
type node struct {
	line    int
	ref     nameRef // the node as an operand
	desc    siteDesc
	asize   int // sizes of the parts of a table constructor
	hbits   int
	closeTo int // of a goto: one more than the first register whose variable it leaves
}

// local is a variable of the function being parsed, or a register that gopher-lua's compiler reserves for itself.
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
	line int
	nact int
	stmt *string // label name in the syntax tree, filled in when it is known
}

// block is a scope.
type block struct {
	prev   *block
	base   int // active variables at its start
	labels []*label
	gotos  []*pending
	brk    string // of a loop: the label that break jumps to
	broken bool
}

// funcState is the function being parsed.
type funcState struct {
	parent *funcState
	block  *block
	active []*local
	locals []*local // in the order in which gopher-lua's compiler declares them
	upvals map[*local]bool
	vararg bool
	hidden int // registers ahead of the first variable after the parameters: the one for "arg"
	line   int
}

const (
	maxLocals   = 200 // LJ_MAX_LOCVAR
	maxUpvalues = 120 // LJ_MAX_UPVAL of OpenResty's branch
	maxLevels   = 200 // LJ_MAX_XLEVEL
)

func (p *parser) limit(n, max int, what string) {
	if n < max {
		return
	}
	if p.fs.line == 0 {
		p.lx.fail(0, "main function has more than %d %s", max, what)
	}
	p.lx.fail(0, "function at line %d has more than %d %s", p.fs.line, max, what)
}

// unique returns a name that no other variable or label of the chunk has.
func (p *parser) unique(name string) string {
	p.names++
	return name + "\x00" + strconv.Itoa(p.names)
}

// newLocal makes a variable that declare brings into scope.
func (p *parser) newLocal(name string, n int) *local {
	p.limit(len(p.fs.active)+n, maxLocals, "local variables")
	return &local{name: name, unique: p.unique(name)}
}

// reserve declares registers that the compiler names itself.
func (p *parser) reserve(names ...string) {
	for _, name := range names {
		p.declare(&local{name: name, unique: name})
	}
}

func (p *parser) declare(ls ...*local) {
	fs := p.fs
	for _, l := range ls {
		l.reg = len(fs.active) + fs.hidden
		fs.active = append(fs.active, l)
		fs.locals = append(fs.locals, l)
	}
}

// temp declares a variable that the source does not have.
func (p *parser) temp() *local {
	l := &local{name: "(temp)", unique: p.unique("(temp)")}
	p.declare(l)
	return l
}

// lookup finds the variable called name and says whether it is an upvalue of the current function.
func (p *parser) lookup(name string) (l *local, kind refKind) {
	kind = refLocal
	for fs := p.fs; fs != nil; fs = fs.parent {
		for i := len(fs.active) - 1; i >= 0; i-- {
			if fs.active[i].name == name {
				p.capture(fs, fs.active[i])
				return fs.active[i], kind
			}
		}
		kind = refUpvalue
	}
	return nil, refGlobal
}

// capture notes l, a variable of owner, as an upvalue of all functions from the current one up to owner.
func (p *parser) capture(owner *funcState, l *local) {
	for fs := p.fs; fs != owner; fs = fs.parent {
		if !fs.upvals[l] {
			cur := p.fs
			p.fs = fs
			p.limit(len(fs.upvals), maxUpvalues, "upvalues")
			p.fs = cur
			fs.upvals[l] = true
		}
	}
}

func (p *parser) openBlock() *block {
	b := &block{prev: p.fs.block, base: len(p.fs.active)}
	p.fs.block = b
	return b
}

// closeBlock ends the innermost scope: its variables end, and gotos that found no label look for one further out.
func (p *parser) closeBlock() {
	fs := p.fs
	b := fs.block
	for _, l := range fs.active[b.base:] {
		l.last = len(p.nodes) - 1
	}
	fs.active = fs.active[:b.base]
	fs.block = b.prev
	for _, g := range b.gotos {
		g.nact = min(g.nact, b.base)
		if b.prev == nil {
			p.lx.line = g.line
			if g.name == breakName {
				p.lx.fail(0, "no loop to break")
			}
			p.lx.fail(0, "undefined label '%s'", g.name)
		}
		if l := b.prev.find(g.name); l != nil {
			p.land(l)
			p.resolve(g, l)
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

func (p *parser) resolve(g *pending, l *label) {
	*g.stmt = l.unique
	p.nodes[g.node].closeTo = l.nact + p.fs.hidden + 1
}

// addLabel puts a label into the current scope and resolves the gotos that wait for it.
func (p *parser) addLabel(l *label) {
	b := p.fs.block
	b.labels = append(b.labels, l)
	rest := b.gotos[:0]
	for _, g := range b.gotos {
		if g.name != l.name {
			rest = append(rest, g)
			continue
		}
		if g.nact < l.nact {
			p.lx.line = g.line
			p.lx.fail(0, "<goto %s> jumps into the scope of local '%s'", g.name, p.fs.active[g.nact].name)
		}
		p.resolve(g, l)
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
