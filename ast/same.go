package ast

// FirstDifference compares two bodies as nginx would read them: names,
// arguments, blocks and Lua. It returns the first pair of directives that do
// not correspond, either of which is nil if one body ends first, and nil, nil
// if there is none. sameLua compares the code of Lua blocks; nil compares
// their bytes. Spans, quotes, comments and included files do not count.
func FirstDifference(a, b Body, sameLua func(a, b string) bool) (x, y *Directive) {
	type pair struct{ a, b Body }
	stack := []pair{{a, b}}
	for len(stack) > 0 {
		top := &stack[len(stack)-1]
		switch {
		case top.a.Empty() && top.b.Empty():
			stack = stack[:len(stack)-1]
			continue
		case top.a.Empty():
			return nil, top.b.take()
		case top.b.Empty():
			return top.a.take(), nil
		}
		x, y := top.a.take(), top.b.take()
		if !sameHead(x, y, sameLua) {
			return x, y
		}
		stack = append(stack, pair{x.Body(), y.Body()})
	}
	return nil, nil
}

func sameHead(x, y *Directive, sameLua func(a, b string) bool) bool {
	if x.Kind != y.Kind || x.count != y.count || x.HasBlock() != y.HasBlock() || x.lua != y.lua {
		return false
	}
	for i := range x.NumWords() {
		if x.text(i) != y.text(i) {
			return false
		}
	}
	if !x.lua {
		return true
	}
	if sameLua == nil {
		return x.Lua().Text == y.Lua().Text
	}
	return sameLua(x.Lua().Text, y.Lua().Text)
}
