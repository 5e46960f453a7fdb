package ast

// FirstDifference compares two bodies as nginx would read them: names,
// arguments, blocks and Lua. It returns the first pair of directives that do
// not correspond, either of which is nil if one body ends first, and nil, nil
// if there is none. sameLua compares the code of Lua blocks; nil compares
// their bytes. Spans, quotes, comments and included files do not count.
func FirstDifference(a, b []Directive, sameLua func(a, b string) bool) (x, y *Directive) {
	type pair struct{ a, b []Directive }
	stack := []pair{{a, b}}
	for len(stack) > 0 {
		top := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		for i := range top.a {
			x := &top.a[i]
			if i == len(top.b) {
				return x, nil
			}
			y := &top.b[i]
			if !sameHead(x, y, sameLua) {
				return x, y
			}
			if len(x.Body) > 0 || len(y.Body) > 0 {
				stack = append(stack, pair{x.Body, y.Body})
			}
		}
		if len(top.b) > len(top.a) {
			return nil, &top.b[len(top.a)]
		}
	}
	return nil, nil
}

func sameHead(x, y *Directive, sameLua func(a, b string) bool) bool {
	if x.Kind != y.Kind || len(x.Words) != len(y.Words) || x.HasBlock() != y.HasBlock() || (x.Lua == nil) != (y.Lua == nil) {
		return false
	}
	for i := range x.Words {
		if x.Words[i].Text != y.Words[i].Text {
			return false
		}
	}
	if x.Lua == nil {
		return true
	}
	if sameLua == nil {
		return x.Lua.Text == y.Lua.Text
	}
	return sameLua(x.Lua.Text, y.Lua.Text)
}
