package lua

// Inspect calls visit for a node and, where it returns true, for what is in it,
// in source order.
func Inspect(n Node, visit func(Node) bool) {
	if n == nil || !visit(n) {
		return
	}
	switch n := n.(type) {
	case *Index:
		Inspect(n.Obj, visit)
		Inspect(n.Key, visit)
	case *Call:
		Inspect(n.Fn, visit)
		if n.Method != nil {
			Inspect(n.Method, visit)
		}
		inspectExprs(n.Args, visit)
	case *Binary:
		Inspect(n.L, visit)
		Inspect(n.R, visit)
	case *Unary:
		Inspect(n.X, visit)
	case *Paren:
		Inspect(n.X, visit)
	case *Table:
		for i := range n.Fields {
			if n.Fields[i].Key != nil {
				Inspect(n.Fields[i].Key, visit)
			}
			Inspect(n.Fields[i].Value, visit)
		}
	case *Function:
		Inspect(n.Body, visit)
	case *Block:
		for _, st := range n.Stmts {
			Inspect(st, visit)
		}
	case Stmt:
		inspectStmt(n, visit)
	}
}

func inspectExprs(list []Expr, visit func(Node) bool) {
	for _, e := range list {
		Inspect(e, visit)
	}
}

func inspectStmt(n Stmt, visit func(Node) bool) {
	switch n := n.(type) {
	case *Local:
		inspectExprs(n.Values, visit)
	case *LocalFunction:
		Inspect(n.Fn, visit)
	case *FunctionStmt:
		Inspect(n.Target, visit)
		Inspect(n.Fn, visit)
	case *Assign:
		inspectExprs(n.Targets, visit)
		inspectExprs(n.Values, visit)
	case *CallStmt:
		Inspect(n.Call, visit)
	case *Do:
		Inspect(n.Body, visit)
	case *While:
		Inspect(n.Cond, visit)
		Inspect(n.Body, visit)
	case *Repeat:
		Inspect(n.Body, visit)
		Inspect(n.Cond, visit)
	case *If:
		for i := range n.Clauses {
			Inspect(n.Clauses[i].Cond, visit)
			Inspect(n.Clauses[i].Body, visit)
		}
		if n.Else != nil {
			Inspect(n.Else, visit)
		}
	case *NumericFor:
		Inspect(n.Start, visit)
		Inspect(n.Stop, visit)
		if n.Step != nil {
			Inspect(n.Step, visit)
		}
		Inspect(n.Body, visit)
	case *GenericFor:
		inspectExprs(n.Values, visit)
		Inspect(n.Body, visit)
	case *Return:
		inspectExprs(n.Values, visit)
	}
}
