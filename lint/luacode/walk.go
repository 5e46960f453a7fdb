package luacode

import "tidegate/ast/lua"

// New looks at a chunk.
func New(chunk *lua.Chunk) *Code {
	c := &Code{Chunk: chunk}
	w := walker{code: c}
	w.function(chunk.Main)
	return c
}

// walker goes through the chunk in the order of the source, so that a variable
// has its entry before it is used.
type walker struct {
	code  *Code
	place *Place
	fn    *lua.Function
	loops int
}

func (w *walker) function(fn *lua.Function) {
	place, outer, loops := w.place, w.fn, w.loops
	w.place, w.fn, w.loops = nil, fn, 0
	w.block(fn.Body)
	w.place, w.fn, w.loops = place, outer, loops
}

func (w *walker) block(b *lua.Block) {
	if b == nil {
		return
	}
	up := w.place
	places := make([]Place, len(b.Stmts))
	for i, st := range b.Stmts {
		places[i] = Place{Block: b, Index: i, Up: up, Func: w.fn, Loops: w.loops}
		w.place = &places[i]
		w.stmt(st)
	}
	w.place = up
}

func (w *walker) loop(b *lua.Block) {
	w.loops++
	w.block(b)
	w.loops--
}

func (w *walker) stmt(st lua.Stmt) {
	switch st := st.(type) {
	case *lua.Local:
		w.exprs(st.Values)
		for _, v := range st.Vars {
			w.declare(v)
		}
	case *lua.LocalFunction:
		w.holds(st.Var, st.Fn)
		w.function(st.Fn)
	case *lua.FunctionStmt:
		w.target(st.Target)
		w.function(st.Fn)
	case *lua.Assign:
		for _, t := range st.Targets {
			w.target(t)
		}
		w.exprs(st.Values)
	case *lua.CallStmt:
		w.call(st.Call).Dropped = true
	case *lua.Do:
		w.block(st.Body)
	case *lua.While:
		w.loops++
		w.expr(st.Cond)
		w.loops--
		w.loop(st.Body)
	case *lua.Repeat:
		w.loop(st.Body)
		w.expr(st.Cond)
	case *lua.If:
		for i := range st.Clauses {
			w.expr(st.Clauses[i].Cond)
			w.block(st.Clauses[i].Body)
		}
		w.block(st.Else)
	case *lua.NumericFor:
		w.expr(st.Start)
		w.expr(st.Stop)
		if st.Step != nil {
			w.expr(st.Step)
		}
		w.loop(st.Body)
	case *lua.GenericFor:
		w.exprs(st.Values)
		w.loop(st.Body)
	case *lua.Return:
		w.exprs(st.Values)
	}
}

// declare gives a variable that is never assigned again the entry of its value.
func (w *walker) declare(v *lua.Var) {
	if v.Init == nil || len(v.Writes) > 0 {
		return
	}
	if fn, ok := v.Init.(*lua.Function); ok {
		w.holds(v, fn)
	} else if e := w.code.Resolve(v.Init); e != nil {
		if w.code.entries == nil {
			w.code.entries = map[*lua.Var]*Entry{}
		}
		w.code.entries[v] = e
	}
}

func (w *walker) holds(v *lua.Var, fn *lua.Function) {
	if w.code.holders == nil {
		w.code.holders = map[*lua.Function]*lua.Var{}
	}
	w.code.holders[fn] = v
}

func (w *walker) exprs(list []lua.Expr) {
	for _, e := range list {
		w.expr(e)
	}
}

func (w *walker) expr(e lua.Expr) {
	switch e := e.(type) {
	case *lua.Index:
		w.index(e)
	case *lua.Call:
		w.call(e)
	case *lua.Binary:
		w.expr(e.L)
		w.expr(e.R)
	case *lua.Unary:
		w.expr(e.X)
	case *lua.Paren:
		w.expr(e.X)
	case *lua.Table:
		for i := range e.Fields {
			if e.Fields[i].Key != nil {
				w.expr(e.Fields[i].Key)
			}
			w.expr(e.Fields[i].Value)
		}
	case *lua.Function:
		w.function(e)
	}
}

// target looks at what an assignment assigns to.
func (w *walker) target(e lua.Expr) {
	if i, ok := e.(*lua.Index); ok {
		if f := w.index(i); f != nil {
			f.Assigned = true
		} else if e := w.code.Resolve(i); e != nil {
			name, _ := Constant(i.Key)
			w.code.Set = append(w.code.Set, &Field{Node: i, Of: w.code.Resolve(i.Obj), Name: name, Assigned: true, Place: w.place})
		}
		return
	}
	w.expr(e)
}

// index looks at the use of a field and notes it where it is worth noting.
func (w *walker) index(i *lua.Index) *Field {
	w.expr(i.Obj)
	name, constant := Constant(i.Key)
	if !constant {
		w.expr(i.Key)
	}
	of := w.code.Resolve(i.Obj)
	if constant && name == "subsystem" && of != nil && of.Name == "ngx.config" {
		w.code.AsksWhere = true
	}
	if of == nil || of.any == nil && (!of.Closed || !constant || of.fields[name] != nil) {
		return nil
	}
	f := &Field{Node: i, Of: of, Name: name, Place: w.place}
	if of.any != nil {
		w.code.Fields = append(w.code.Fields, f)
	} else {
		w.code.Unknown = append(w.code.Unknown, f)
	}
	return f
}

func (w *walker) call(e *lua.Call) *Call {
	c := &Call{Call: e, Place: w.place}
	w.handled(e.Fn, c)
	if fn, ok := e.Fn.(*lua.Index); ok {
		if f := w.index(fn); f != nil && e.Method == nil {
			f.Called = true
		}
	} else {
		w.expr(e.Fn)
	}
	for _, arg := range e.Args {
		w.handled(arg, c)
		w.expr(arg)
	}
	c.Entry = w.code.Callee(e)
	if e.Method != nil {
		c.Object = w.code.Resolve(e.Fn)
	}
	w.require(c)
	w.code.AsksWhere = w.code.AsksWhere || c.Is("ngx.get_phase", "ngx.get_raw_phase")
	w.code.Calls = append(w.code.Calls, c)
	return c
}

// handled notes that a function is called by, or handed to, a call.
func (w *walker) handled(e lua.Expr, call *Call) {
	switch e := Strip(e).(type) {
	case *lua.Function:
		if w.code.given == nil {
			w.code.given = map[*lua.Function]*Call{}
		}
		w.code.given[e] = call
	case *lua.Name:
		if e.Var == nil {
			return
		}
		if _, ok := e.Var.Init.(*lua.Function); !ok {
			return
		}
		if w.code.handled == nil {
			w.code.handled = map[*lua.Name]*Call{}
		}
		w.code.handled[e] = call
	}
}

// require notes require("x") and pcall(require, "x").
func (w *walker) require(c *Call) {
	arg := 0
	switch {
	case c.Is("require"):
	case c.Is("pcall", "xpcall") && len(c.Args) > 1:
		if e := w.code.Resolve(c.Args[0]); e == nil || e.Name != "require" {
			return
		}
		arg = len(c.Args) - 1
		if c.Is("pcall") {
			arg = 1
		}
	default:
		return
	}
	if name, ok := Constant(c.Arg(arg)); ok {
		w.code.Requires = append(w.code.Requires, &Require{Name: name, Call: c.Call, Protected: arg > 0, Place: c.Place})
	}
}
