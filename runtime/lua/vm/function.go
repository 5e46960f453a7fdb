package vm

import (
	"math"
	"slices"
	"unique"
)

// Func is a function written in Go. It reads its arguments through c, pushes its results and returns how many it pushed, as a lua_CFunction
// does. c is only valid until Func returns.
type Func func(c *Call) int

// Function is a Lua function: a closure over compiled code, or a Func.
type Function struct {
	proto  *proto
	upvals []*upvalue
	env    *Table

	native *native // of a function written in Go
}

// native is the part of a Function that is written in Go.
type native struct {
	fn      Func
	name    string
	builtin int // number in tostring, as "function: builtin#7"; 0 for functions that print their address
}

// upvalue is a captured variable. While the frame that owns it runs, p points into that thread's stack; afterwards to v.
type upvalue struct {
	p     *Value
	v     Value
	index int // stack index while open
	next  *upvalue
	id    *Userdata // what debug.upvalueid returns, once it was asked
}

func (u *upvalue) close() {
	u.v = *u.p
	u.p = &u.v
}

// NewFunction returns fn as a Lua function. The name is for Go-side diagnostics: error messages name a function as its caller does.
func NewFunction(name string, fn Func) *Function { return newBuiltin(name, 0, fn) }

func newBuiltin(name string, builtin int, fn Func) *Function {
	return &Function{native: &native{fn, name, builtin}}
}

// builtin returns the number that LuaJIT gives the function, 0 if none.
func (fn *Function) builtin() int {
	if fn.native == nil {
		return 0
	}
	return fn.native.builtin
}

// Name returns the name given to NewFunction, or "" for a Lua function.
func (fn *Function) Name() string {
	if fn.native == nil {
		return ""
	}
	return fn.native.name
}

// IsLua reports whether fn is written in Lua rather than in Go.
func (fn *Function) IsLua() bool { return fn.proto != nil }

// Source returns the chunk name with its '=' or '@' and the line of the definition, or "=[C]" and -1 for a Go function.
func (fn *Function) Source() (chunk string, line int) {
	if fn.proto == nil {
		return "=[C]", -1
	}
	return fn.proto.src.name, fn.proto.lineDefined
}

// Env returns the environment (getfenv).
func (fn *Function) Env() *Table { return fn.env }

// SetEnv replaces the environment (setfenv).
func (fn *Function) SetEnv(env *Table) { fn.env = env }

// Code is a compiled chunk. It is immutable and may be loaded into any number of VMs at once.
type Code struct {
	main *proto
}

// Name returns the chunk name given to Compile.
func (c *Code) Name() string { return c.main.src.name }

// source is what all functions of a chunk share.
type source struct {
	name  string // as given: "=name", "@file" or text
	short string // as it appears in messages
}

// proto is the compiled form of one function. Nothing in it changes after Compile.
type proto struct {
	code    []ins
	consts  []Value
	khash   []uint32                // hash of each string constant
	names   []unique.Handle[string] // keep the string constants the ones that other functions have
	protos  []*proto
	upvals  []upvalDesc
	nparams int
	nregs   int
	vararg  bool

	src         *source
	lineDefined int
	lastLine    int
	lines       []int32 // line of each instruction
	sites       []int32 // index into descs for each instruction that can fail, else 0
	descs       []siteDesc
	locals      []localVar
}

// addConst adds a constant. Equal strings of all functions are one string in memory: that makes most comparisons of keys one of pointers.
func (p *proto) addConst(v Value) {
	h := uint32(0)
	if v.isString() {
		name := interned(v.str())
		v, h = String(name.Value()), hashString(v.str())
		p.names = append(p.names, name)
	}
	p.consts, p.khash = append(p.consts, v), append(p.khash, h)
}

func interned(s string) unique.Handle[string] { return unique.Make(s) }

// private copies the instructions of p and of the functions in it: running them writes down where they found their keys.
func (p *proto) private() *proto {
	own := *p
	own.code = slices.Clone(p.code)
	own.protos = make([]*proto, len(p.protos))
	for i, child := range p.protos {
		own.protos[i] = child.private()
	}
	return &own
}

// hint writes down for the instruction before pc where its key was found.
func (p *proto) hint(pc int32, i ins, at int) {
	if at != i.d() && at <= math.MaxUint16 {
		p.code[pc-1] = i&^(math.MaxUint16<<48) | ins(at)<<48
	}
}

// upvalDesc says where a closure finds an upvalue when it is made: in a register of the enclosing function or among its upvalues.
type upvalDesc struct {
	name       string
	fromParent bool // register of the enclosing function
	index      int
}

// localVar is a variable and the instructions during which it holds its register.
type localVar struct {
	name       string
	reg        int
	start, end int
}

// line returns the source line of the instruction before pc, the one being executed.
func (p *proto) line(pc int32) int {
	if pc > 0 {
		pc--
	}
	if int(pc) < len(p.lines) {
		return int(p.lines[pc])
	}
	return p.lineDefined
}
