package ast

// Visit is called for each directive. path holds the directives around it,
// outermost first: the blocks it stands in and, when included files are
// followed, the include directives on the way. The slice is reused between
// calls. The result says whether to go into the directive.
type Visit func(d *Directive, path []*Directive) (into bool)

// Walk visits the directives of a body in source order, each before its
// children. It does not follow includes.
func Walk(body Body, visit Visit) { walk(body, visit, false) }

// WalkIncluded is Walk in nginx's reading order: the content of included files
// comes after their include directive.
func WalkIncluded(body Body, visit Visit) { walk(body, visit, true) }

// frame is what is left of a body that is being walked. The walk keeps its own
// stack so that deep nesting costs heap and not goroutine stack.
type frame struct {
	body  Body
	files []*File // still to come after body, for an include directive
}

// take returns the next directive of a body that is not empty, and leaves the
// rest.
func (b *Body) take() *Directive {
	d := &b.file.nodes[b.at]
	b.at = d.next
	return d
}

func walk(body Body, visit Visit, follow bool) {
	var path []*Directive
	stack := []frame{{body: body}}
	for {
		top := &stack[len(stack)-1]
		if top.body.Empty() {
			if len(top.files) > 0 {
				top.body, top.files = top.files[0].Body(), top.files[1:]
				continue
			}
			stack = stack[:len(stack)-1]
			if len(stack) == 0 {
				return
			}
			path = path[:len(path)-1]
			continue
		}
		d := top.body.take()
		if !visit(d, path) {
			continue
		}
		next := frame{body: d.Body()}
		if follow {
			next.files = d.Included()
		}
		if !next.body.Empty() || len(next.files) > 0 {
			path = append(path, d)
			stack = append(stack, next)
		}
	}
}
