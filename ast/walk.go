package ast

// Visit is called for each directive. path holds the directives around it,
// outermost first: the blocks it stands in and, when included files are
// followed, the include directives on the way. The slice is reused between
// calls. The result says whether to go into the directive.
type Visit func(d *Directive, path []*Directive) (into bool)

// Walk visits the directives of a body in source order, each before its
// children. It does not follow includes.
func Walk(body []Directive, visit Visit) { walk(body, visit, false) }

// WalkIncluded is Walk in nginx's reading order: the content of included files
// comes after their include directive.
func WalkIncluded(body []Directive, visit Visit) { walk(body, visit, true) }

// frame is a body that is being walked. The walk keeps its own stack so that
// deep nesting costs heap and not goroutine stack.
type frame struct {
	body  []Directive
	next  int
	files []*File // still to come after body, for an include directive
}

func walk(body []Directive, visit Visit, follow bool) {
	var path []*Directive
	stack := []frame{{body: body}}
	for {
		top := &stack[len(stack)-1]
		if top.next == len(top.body) {
			if len(top.files) > 0 {
				top.body, top.next, top.files = top.files[0].Body, 0, top.files[1:]
				continue
			}
			stack = stack[:len(stack)-1]
			if len(stack) == 0 {
				return
			}
			path = path[:len(path)-1]
			continue
		}
		d := &top.body[top.next]
		top.next++
		if !visit(d, path) {
			continue
		}
		if follow && len(d.Included) > 0 {
			path = append(path, d)
			stack = append(stack, frame{body: d.Body, files: d.Included})
		} else if len(d.Body) > 0 {
			path = append(path, d)
			stack = append(stack, frame{body: d.Body})
		}
	}
}
