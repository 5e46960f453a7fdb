package vm

import "github.com/yuin/gopher-lua/ast"

// maxListItems is how many items gopher-lua's compiler can put into one list (511 flushes of 50).
const maxListItems = 511 * 50

// tableShape finds the sizes that LuaJIT gives the table of a constructor (expr_table): that of a template filled with the constant fields
// where there are any, else those that the number of fields asks for. # on a list with holes depends on them.
type tableShape struct {
	w        *lowering
	items    int
	fields   int
	needArr  bool
	template *Table
}

func newTableShape(w *lowering) *tableShape { return &tableShape{w: w} }

func (s *tableShape) add(f *ast.Field) {
	var key Value
	if f.Key == nil {
		s.items++
		s.needArr = true
		key = Int(s.items)
	} else {
		k, ok := s.constant(f.Key)
		if ok && k.isNumber() && k.num() == 0 {
			s.needArr = true
		} else {
			s.fields++
		}
		if !ok {
			return
		}
		key = k
	}
	val, constant := s.constant(f.Value)
	if key.IsNil() || !key.isString() && !constant {
		return
	}
	if s.template == nil {
		narr := 0
		if s.needArr {
			narr = s.items
		}
		s.template = NewTable(narr, s.fields)
	}
	s.template.Set(key, True)
	if constant && val.IsNil() && !key.isString() {
		s.template.Set(key, Nil)
	}
}

func (s *tableShape) constant(e ast.Expr) (Value, bool) {
	switch e := e.(type) {
	case *ast.StringExpr:
		v := s.w.decodeConst(e.Value)
		return v, v.Kind() != KindCdata
	case *ast.NilExpr:
		return Nil, true
	case *ast.TrueExpr, *ast.FalseExpr:
		return True, true
	}
	return Nil, false
}

func (s *tableShape) sizes() (asize, hbits int) {
	if s.template == nil {
		if s.needArr {
			asize = min(max(s.items+1, 3), 0x7ff)
		}
		return asize, hashBits(s.fields)
	}
	t := s.template
	if s.needArr && len(t.arr) < s.items+1 {
		t.resize(s.items+1, log2(cap(t.ents)))
	}
	return len(t.arr), log2(cap(t.ents))
}

// log2 returns the binary logarithm of a power of two, 0 for 0.
func log2(n int) int {
	b := 0
	for n > 1 {
		n >>= 1
		b++
	}
	return b
}
