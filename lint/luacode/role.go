package luacode

import "tidegate/ast/lua"

// Role tells what a use of a variable is for.
type Role uint8

const (
	// Elsewhere is for uses that are none of the others.
	Elsewhere Role = iota
	// Receiver is o in o:m(), Indexed t in t.k, Called f in f().
	Receiver
	Indexed
	Called
	// Operand is for arithmetic, concatenation and length.
	Operand
	// Tested is for conditions, "and", "or", "not" and comparisons.
	Tested
	// Passed is an argument of a call, Kept a value that is stored or returned.
	Passed
	Kept
)

// Role returns what the use of a name is for.
func (c *Code) Role(n *lua.Name) Role {
	if c.roles == nil {
		c.roles = map[*lua.Name]Role{}
		lua.Inspect(c.Chunk.Main, c.noteRoles)
	}
	return c.roles[n]
}

func (c *Code) role(e lua.Expr, r Role) {
	if n, ok := Strip(e).(*lua.Name); ok {
		c.roles[n] = r
	}
}

func (c *Code) roleAll(list []lua.Expr, r Role) {
	for _, e := range list {
		c.role(e, r)
	}
}

// noteRoles notes the roles of the names directly in a node.
func (c *Code) noteRoles(n lua.Node) bool {
	switch n := n.(type) {
	case *lua.Index:
		c.role(n.Obj, Indexed)
		c.role(n.Key, Passed)
	case *lua.Call:
		if n.Method != nil {
			c.role(n.Fn, Receiver)
		} else {
			c.role(n.Fn, Called)
		}
		c.roleAll(n.Args, Passed)
	case *lua.Binary:
		r := Operand
		switch n.Op {
		case lua.TokAnd, lua.TokOr, lua.TokEqual, lua.TokNotEqual:
			r = Tested
		}
		c.role(n.L, r)
		c.role(n.R, r)
	case *lua.Unary:
		if n.Op == lua.TokNot {
			c.role(n.X, Tested)
		} else {
			c.role(n.X, Operand)
		}
	case *lua.Table:
		for _, f := range n.Fields {
			if f.Key != nil {
				c.role(f.Key, Passed)
			}
			c.role(f.Value, Kept)
		}
	case *lua.If:
		for _, cl := range n.Clauses {
			c.role(cl.Cond, Tested)
		}
	case *lua.While:
		c.role(n.Cond, Tested)
	case *lua.Repeat:
		c.role(n.Cond, Tested)
	case *lua.Local:
		c.roleAll(n.Values, Kept)
	case *lua.Assign:
		c.roleAll(n.Values, Kept)
	case *lua.Return:
		c.roleAll(n.Values, Kept)
	case *lua.GenericFor:
		c.roleAll(n.Values, Passed)
	}
	return true
}

// Methods returns the calls of methods on a variable, and whether the variable
// is used in no other way, so that these are all that happens to its value.
func (c *Code) Methods(v *lua.Var) (calls []*Call, all bool) {
	for _, call := range c.Calls {
		if n, ok := Strip(call.Fn).(*lua.Name); ok && call.Method != nil && n.Var == v {
			calls = append(calls, call)
		}
	}
	all = len(v.Writes) == 0
	for _, n := range v.Reads {
		switch c.Role(n) {
		case Receiver, Tested:
		default:
			all = false
		}
	}
	return calls, all
}
