package lua

import "fmt"

const (
	maxLocals   = 200 // LJ_MAX_LOCVAR
	maxUpvalues = 120 // LJ_MAX_UPVAL of OpenResty's branch
	maxLevels   = 200 // LJ_MAX_XLEVEL

	maxChain = 2000 // of operators or suffixes, from which on a tree is Deep
)

// funcState is the function being parsed.
type funcState struct {
	parent   *funcState
	fn       *Function
	block    *blockState
	active   []*Var // in scope; nil for a variable that the source does not have
	upvalues []*Var
}

// blockState is a scope.
type blockState struct {
	prev   *blockState
	base   int // active variables at its start
	labels []*label
	jumps  []*jump
}

// label is the target of goto, or of break.
type label struct {
	name   string
	active int // variables in scope there
}

// jump is a goto or a break whose label has not been seen.
type jump struct {
	name   string
	at     Token
	active int
}

const breakName = "break" // no goto can name it

func (p *parser) openFunc(open int32) *Function {
	fn := &Function{Body: &Block{}, Open: open}
	if p.fs != nil {
		fn.Parent = p.fs.fn
	}
	p.fs = &funcState{parent: p.fs, fn: fn}
	if p.fs.parent == nil {
		p.fs.active = p.active
	}
	p.chunk.Functions = append(p.chunk.Functions, fn)
	p.openBlock()
	return fn
}

func (p *parser) limit(fs *funcState, n, max int, what string) {
	if n < max {
		return
	}
	if fs.fn.Open == 0 {
		p.fail(false, "main function has more than %d %s", max, what)
		return
	}
	p.fail(false, "function at line %d has more than %d %s", lineOf(p.src, int(fs.fn.Open)), max, what)
}

// newVar makes a variable that declare brings into scope; n others wait for
// that with it.
func (p *parser) newVar(name Token, n int) *Var {
	p.limit(p.fs, len(p.fs.active)+n, maxLocals, "local variables")
	v := p.vars.new(Var{Span: name.Span, Index: len(p.chunk.Vars), Name: name.Text(p.src), Func: p.fs.fn})
	p.chunk.Vars = append(p.chunk.Vars, v)
	return v
}

func (p *parser) declare(vars ...*Var) {
	for _, v := range vars {
		v.Shadows, _ = p.find(v.Name)
		p.fs.active = append(p.fs.active, v)
	}
}

// find returns the variable of a name that is in scope, and its function.
func (p *parser) find(name string) (*Var, *funcState) {
	for fs := p.fs; fs != nil; fs = fs.parent {
		for i := len(fs.active) - 1; i >= 0; i-- {
			if v := fs.active[i]; v != nil && v.Name == name {
				return v, fs
			}
		}
	}
	return nil, nil
}

// lookup ties a name to its variable. It counts as a use that reads until
// assigned says otherwise.
func (p *parser) lookup(n *Name) {
	v, owner := p.find(n.Text)
	n.Var = v
	if v == nil {
		p.chunk.Globals = append(p.chunk.Globals, n)
		return
	}
	v.Reads = append(v.Reads, n)
	if owner != p.fs {
		v.Captured = true
		p.capture(v, owner, p.fs)
	}
}

// capture notes v, a variable of owner, as an upvalue of all functions from
// owner, the outermost first as in var_lookup_, down to fs.
func (p *parser) capture(v *Var, owner, fs *funcState) {
	if fs == owner {
		return
	}
	p.capture(v, owner, fs.parent)
	if fs.captures(v) {
		return
	}
	p.limit(fs, len(fs.upvalues), maxUpvalues, "upvalues")
	fs.upvalues = append(fs.upvalues, v)
}

func (fs *funcState) captures(v *Var) bool {
	for _, u := range fs.upvalues {
		if u == v {
			return true
		}
	}
	return false
}

// assigned turns the use of a name into an assignment.
func (p *parser) assigned(target Expr) {
	n, ok := target.(*Name)
	if !ok {
		return
	}
	n.Assigned = true
	v := n.Var
	if v == nil {
		return
	}
	for i := len(v.Reads) - 1; i >= 0; i-- {
		if v.Reads[i] == n {
			v.Reads = append(v.Reads[:i], v.Reads[i+1:]...)
			break
		}
	}
	v.Writes = append(v.Writes, n)
}

func (p *parser) openBlock() {
	p.fs.block = p.states.new(blockState{prev: p.fs.block, base: len(p.fs.active)})
}

// openLoop opens the scope that holds the label of the loop's breaks.
func (p *parser) openLoop() { p.openBlock() }

func (p *parser) closeLoop() {
	if b := p.fs.block; len(b.jumps) > 0 {
		p.addLabel(&label{name: breakName, active: len(p.fs.active)})
	}
	p.endScope(&Block{Span: Span{p.prevEnd, p.prevEnd}})
}

// closeBlock ends the scope of a chunk.
func (p *parser) closeBlock(b *Block) {
	b.Span = Span{0, int32(len(p.src))}
	p.endScope(b)
	p.fs = p.fs.parent
}

// endScope ends the innermost scope, which is that of block b: its variables
// end, and jumps that found no label look for one further out.
func (p *parser) endScope(b *Block) {
	fs := p.fs
	state := fs.block
	for _, v := range fs.active[state.base:] {
		if v != nil {
			v.End = b.End
		}
	}
	fs.active = fs.active[:state.base]
	fs.block = state.prev
	for _, j := range state.jumps {
		j.active = min(j.active, state.base)
		if state.prev == nil {
			p.lost(j)
		} else if state.prev.find(j.name) == nil {
			state.prev.jumps = append(state.prev.jumps, j)
		}
	}
}

// lost reports a jump without a label.
func (p *parser) lost(j *jump) {
	message := "no loop to break"
	if j.name != breakName {
		message = fmt.Sprintf("undefined label '%s'", j.name)
	}
	p.failAt(j.at.Span, lineOf(p.src, int(j.at.End)), message)
}

func (s *blockState) find(name string) *label {
	for _, l := range s.labels {
		if l.name == name {
			return l
		}
	}
	return nil
}

// jump notes a goto or a break unless its label is in sight.
func (p *parser) jump(name string, at Token) {
	b := p.fs.block
	if b.find(name) == nil {
		b.jumps = append(b.jumps, &jump{name, at, len(p.fs.active)})
	}
}

// addLabel puts a label into the current scope. The jumps that wait for it have
// arrived.
func (p *parser) addLabel(l *label) {
	b := p.fs.block
	b.labels = append(b.labels, l)
	rest := b.jumps[:0]
	for _, j := range b.jumps {
		if j.name != l.name {
			rest = append(rest, j)
			continue
		}
		if j.active < l.active {
			name := "(for state)"
			if v := p.fs.active[j.active]; v != nil {
				name = v.Name
			}
			p.failAt(j.at.Span, lineOf(p.src, int(j.at.End)), fmt.Sprintf("<goto %s> jumps into the scope of local '%s'", j.name, name))
		}
	}
	b.jumps = rest
}
