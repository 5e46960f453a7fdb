package lua

// Chunk is a piece of Lua: a block of a configuration, or a file.
type Chunk struct {
	Src string
	// Main is the function that the chunk is.
	Main *Function
	// Functions holds Main and all functions in it, each before those inside
	// it.
	Functions []*Function
	// Vars holds the local variables in the order in which they are declared.
	Vars []*Var
	// Globals holds the uses of names that no local variable has.
	Globals []*Name
	// Comments holds the comments in source order.
	Comments []Token
	// Err is the first error, nil if the chunk can be compiled.
	Err *SyntaxError
	// Deep tells that the tree is so deep, because of a chain of thousands of
	// operators or suffixes, that what walks it would need too much stack.
	Deep bool
}

// SyntaxError is an error in LuaJIT's words, without file and line.
type SyntaxError struct {
	Span
	Message string
	// Line is the line that LuaJIT gives, from 1.
	Line int
}

func (e *SyntaxError) Error() string { return e.Message }

// Node is a part of the tree.
type Node interface {
	At() Span
}

// Expr is an expression.
type Expr interface {
	Node
	expr()
}

// Stmt is a statement.
type Stmt interface {
	Node
	stmt()
}

// Expressions.
type (
	// Constant is nil, true or false.
	Constant struct {
		Span
		Kind Kind // TokNil, TokTrue or TokFalse
	}
	// Number is a number. Value is the nearest float of a 64-bit integer, and
	// an imaginary one without its "i".
	Number struct {
		Span
		Type  NumberType
		Value float64
		Int   uint64 // the bits of a 64-bit integer
	}
	// String is a string in quotes or long brackets, or the name after a dot
	// or a colon.
	String struct {
		Span
		Value string
	}
	// Vararg is "...".
	Vararg struct{ Span }
	// Name is one use of a variable.
	Name struct {
		Span
		Text string
		// Var is the local variable; nil for a global one.
		Var *Var
		// Func is the function in which the name stands. The name is an
		// upvalue if its variable belongs to another one.
		Func *Function
		// Assigned tells that the use assigns to the variable.
		Assigned bool
	}
	// Index is t.k or t[k].
	Index struct {
		Span
		Obj, Key Expr
		Dot      bool // written with a dot; Key is then a String
	}
	// Call is f(…) or o:m(…).
	Call struct {
		Span
		Fn     Expr
		Method *String // the name after the colon; nil without one
		Args   []Expr
		// Open is the end of the token that the arguments begin with. LuaJIT
		// counts the call to its line.
		Open int32
	}
	// Binary is an operation on two values.
	Binary struct {
		Span
		Op   Kind
		L, R Expr
	}
	// Unary is "not", "-" or "#".
	Unary struct {
		Span
		Op Kind
		X  Expr
	}
	// Paren is an expression in parentheses.
	Paren struct {
		Span
		X Expr
	}
	// Table is a table constructor.
	Table struct {
		Span
		Fields []Field
	}
	// Function is a function with its body. Its span begins with the word
	// "function", and with its parameters where a statement names it.
	Function struct {
		Span
		// Parent is the function around it; nil for the chunk.
		Parent *Function
		Params []*Var // with "self" where a colon declares it
		Vararg bool
		Body   *Block
		// Open is the end of the token whose line is the function's first to
		// LuaJIT: its parenthesis, and of "function name" the word "function".
		// It is 0 for the chunk.
		Open int32
	}
	// Bad stands where an expression is missing, at a syntax error.
	Bad struct{ Span }
)

// NumberType tells what a number is to LuaJIT.
type NumberType uint8

// The types of numbers: what all numbers are in Lua, and those that suffixes
// make.
const (
	Float     NumberType = iota
	Int64                // 1LL
	Uint64               // 1ULL
	Imaginary            // 1i
)

// Field is an entry of a table constructor.
type Field struct {
	Key   Expr // nil for an entry of the list
	Value Expr
}

// Statements.
type (
	// Local declares variables.
	Local struct {
		Span
		Vars   []*Var
		Values []Expr
	}
	// LocalFunction is "local function".
	LocalFunction struct {
		Span
		Var *Var
		Fn  *Function
	}
	// FunctionStmt is "function a.b:c() … end".
	FunctionStmt struct {
		Span
		Target Expr // a Name or an Index
		Method bool // the last name follows a colon
		Fn     *Function
	}
	// Assign assigns to variables and fields.
	Assign struct {
		Span
		Targets, Values []Expr
	}
	// CallStmt is a call whose results are dropped.
	CallStmt struct {
		Span
		Call *Call
	}
	// Do is "do … end".
	Do struct {
		Span
		Body *Block
	}
	// While is a loop with its condition first.
	While struct {
		Span
		Cond Expr
		Body *Block
	}
	// Repeat is a loop with its condition last, in the scope of the body.
	Repeat struct {
		Span
		Body *Block
		Cond Expr
	}
	// If has a clause for "if" and for each "elseif".
	If struct {
		Span
		Clauses []Clause
		Else    *Block // nil if there is none
	}
	// NumericFor is "for i = …".
	NumericFor struct {
		Span
		Var         *Var
		Start, Stop Expr
		Step        Expr // nil if not given
		Body        *Block
	}
	// GenericFor is "for k, v in …".
	GenericFor struct {
		Span
		Vars   []*Var
		Values []Expr
		Body   *Block
	}
	// Return ends a function.
	Return struct {
		Span
		Values []Expr
	}
	// Break ends a loop.
	Break struct{ Span }
	// Goto jumps to a label.
	Goto struct {
		Span
		Label string
	}
	// Label is the target of goto.
	Label struct {
		Span
		Name string
	}
)

// Clause is the condition of an If with its block.
type Clause struct {
	Cond Expr
	Body *Block
}

// Block is a list of statements that is a scope.
type Block struct {
	Span
	Stmts []Stmt
}

// VarKind tells how a variable is declared.
type VarKind uint8

// The ways to declare a variable.
const (
	LocalVar VarKind = iota
	FunctionVar
	ParamVar
	SelfVar // the "self" of a method, which is not written
	LoopVar
)

// Var is a local variable.
type Var struct {
	Span      // of the name in its declaration
	Index int // its place in Chunk.Vars
	Name  string
	Kind  VarKind
	Func  *Function // the function to which it belongs
	// Decl is what declares it: a Local, LocalFunction, NumericFor or
	// GenericFor, or the Function whose parameter it is.
	Decl Node
	// Init is the expression at its place in a Local, or the function of a
	// LocalFunction. It is nil where the value is a further result of a call,
	// or none.
	Init Expr
	// Shadows is the variable of the same name that is out of sight from
	// here on; nil if there is none.
	Shadows *Var
	// End is the offset at which the scope ends.
	End    int32
	Reads  []*Name
	Writes []*Name // assignments; not the declaration
	// Captured tells that a function inside Func uses it.
	Captured bool
}

func (*Constant) expr() {}
func (*Number) expr()   {}
func (*String) expr()   {}
func (*Vararg) expr()   {}
func (*Name) expr()     {}
func (*Index) expr()    {}
func (*Call) expr()     {}
func (*Binary) expr()   {}
func (*Unary) expr()    {}
func (*Paren) expr()    {}
func (*Table) expr()    {}
func (*Function) expr() {}
func (*Bad) expr()      {}

func (*Local) stmt()         {}
func (*LocalFunction) stmt() {}
func (*FunctionStmt) stmt()  {}
func (*Assign) stmt()        {}
func (*CallStmt) stmt()      {}
func (*Do) stmt()            {}
func (*While) stmt()         {}
func (*Repeat) stmt()        {}
func (*If) stmt()            {}
func (*NumericFor) stmt()    {}
func (*GenericFor) stmt()    {}
func (*Return) stmt()        {}
func (*Break) stmt()         {}
func (*Goto) stmt()          {}
func (*Label) stmt()         {}

// Text returns the source of a node.
func (c *Chunk) Text(n Node) string {
	at := n.At()
	return c.Src[at.Start:at.End]
}

// Line returns the line of an offset as LuaJIT counts: LF, CR, CRLF and LFCR
// each end one.
func (c *Chunk) Line(off int32) int { return lineOf(c.Src, int(off)) }

func lineOf(src string, off int) int { return 1 + Breaks(src[:off]) }

// Breaks returns how many lines end in s.
func Breaks(s string) int {
	n := 0
	for i := 0; i < len(s); {
		if !isEOL(s[i]) {
			i++
			continue
		}
		i = pastEOL(s, i)
		n++
	}
	return n
}
