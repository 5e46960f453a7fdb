package lua

// slab hands out values of one type from larger pieces of memory: a chunk has
// many small nodes, which live as long as each other.
type slab[T any] struct {
	free []T
	size int
}

func (s *slab[T]) new(v T) *T {
	if len(s.free) == 0 {
		s.size = min(max(2*s.size, 8), 256)
		s.free = make([]T, s.size)
	}
	p := &s.free[0]
	s.free = s.free[1:]
	*p = v
	return p
}

// list returns a slice with the values of a list, which may then be used again.
func (s *slab[T]) list(values []T) []T {
	n := len(values)
	if n == 0 {
		return nil
	}
	if len(s.free) < n {
		s.size = max(min(max(2*s.size, 8), 256), n)
		s.free = make([]T, s.size)
	}
	out := s.free[:n:n]
	s.free = s.free[n:]
	copy(out, values)
	return out
}

// nodes holds the slabs of the kinds of nodes that chunks are full of.
type nodes struct {
	names   slab[Name]
	indexes slab[Index]
	strings slab[String]
	calls   slab[Call]
	binary  slab[Binary]
	numbers slab[Number]
	locals  slab[Local]
	assigns slab[Assign]
	callSts slab[CallStmt]
	ifs     slab[If]
	returns slab[Return]
	blocks  slab[Block]
	vars    slab[Var]
	exprs   slab[Expr]
	stmts   slab[Stmt]
	clauses slab[Clause]
	varRefs slab[*Var]
	states  slab[blockState]
}
