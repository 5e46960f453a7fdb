package vars

import "tidegate/ast/catalog"

// Complex is a text with variables, ready to be evaluated (ngx_stream_complex_value_t). A nil *Complex is the empty text.
type Complex[S Session] struct {
	r      *Registry[S]
	ops    []op
	source string // the text without its variables when there are none
}

type op struct {
	text  string // literal
	index int    // of the variable; -1 for a literal, -2-n for group n
}

// Compile makes a Complex; every variable in it takes an index.
func (r *Registry[S]) Compile(t catalog.Template) *Complex[S] {
	c := &Complex[S]{r: r}
	if text, ok := t.Constant(); ok {
		c.source = text
		return c
	}
	for _, p := range t.Parts {
		switch {
		case p.Variable != "":
			c.ops = append(c.ops, op{index: r.Index(p.Variable)})
		case p.Capture != 0:
			c.ops = append(c.ops, op{index: -2 - p.Capture})
		default:
			c.ops = append(c.ops, op{text: p.Literal, index: -1})
		}
	}
	return c
}

// Text makes the Complex of a text that has no variables.
func (r *Registry[S]) Text(s string) *Complex[S] { return &Complex[S]{r: r, source: s} }

// Variable tells whether the text can differ from session to session.
func (c *Complex[S]) Variable() bool { return c != nil && c.ops != nil }

// Constant is the text when it has no variables.
func (c *Complex[S]) Constant() (string, bool) {
	if c == nil {
		return "", true
	}
	return c.source, c.ops == nil
}

// Append evaluates the text for s and appends it to dst.
func (c *Complex[S]) Append(s S, dst []byte) []byte {
	if c == nil {
		return dst
	}
	if c.ops == nil {
		return append(dst, c.source...)
	}
	c.Flush(s)
	for i := range c.ops {
		dst = c.r.appendOp(s, dst, &c.ops[i])
	}
	return dst
}

// AppendEach is Append that leaves it to each how a variable's value is written; ok is false for one that has none. A group of an
// expression counts as a variable.
func (c *Complex[S]) AppendEach(s S, dst []byte, each func(dst []byte, text string, ok bool) []byte) []byte {
	if c == nil {
		return dst
	}
	if c.ops == nil {
		return append(dst, c.source...)
	}
	c.Flush(s)
	for i := range c.ops {
		switch x := c.ops[i].index; {
		case x == -1:
			dst = append(dst, c.ops[i].text...)
		case x < -1:
			dst = each(dst, s.Vars().capture(-2-x), true)
		default:
			v := c.r.indexed[x]
			if v.Append != nil && v.Plain && c.r.slots(s.Vars())[x].state == unset {
				dst = v.Append(s, dst)
				continue
			}
			text, ok := c.r.At(s, x)
			dst = each(dst, text, ok)
		}
	}
	return dst
}

// Flush forgets the values that are not to be kept from one text to the next (ngx_stream_script_flush_complex_value).
func (c *Complex[S]) Flush(s S) {
	vs := s.Vars()
	for i := range c.ops {
		if x := c.ops[i].index; x >= 0 {
			c.r.flush(vs, x)
		}
	}
}

func (r *Registry[S]) appendOp(s S, dst []byte, o *op) []byte {
	switch {
	case o.index == -1:
		return append(dst, o.text...)
	case o.index < -1:
		return append(dst, s.Vars().capture(-2-o.index)...)
	}
	if v := r.indexed[o.index]; v.Append != nil && r.slots(s.Vars())[o.index].state == unset {
		return v.Append(s, dst)
	}
	text, _ := r.At(s, o.index)
	return append(dst, text...)
}

// String evaluates the text for s. A lone variable costs no copy.
func (c *Complex[S]) String(s S) string {
	switch {
	case c == nil:
		return ""
	case c.ops == nil:
		return c.source
	case len(c.ops) == 1:
		vs := s.Vars()
		if x := c.ops[0].index; x >= 0 {
			c.r.flush(vs, x)
			text, _ := c.r.At(s, x)
			return text
		} else if x < -1 {
			return vs.capture(-2 - x)
		}
	}
	var buf [128]byte
	return string(c.Append(s, buf[:0]))
}

// True is how "if=" parameters read a text: anything but empty and "0".
func (c *Complex[S]) True(s S) bool {
	v := c.String(s)
	return v != "" && v != "0"
}
