package vars

// Kind says what a Part is.
type Kind uint8

// The kinds of Part.
const (
	Literal Kind = iota // Text as it is
	Name                // the variable Text
	Capture             // $1 to $9: group N of the last match
)

// Part is a piece of a text with variables.
type Part struct {
	Kind Kind
	Text string
	N    int
}

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
func (r *Registry[S]) Compile(parts []Part) *Complex[S] {
	c := &Complex[S]{r: r}
	for _, p := range parts {
		switch p.Kind {
		case Name:
			c.ops = append(c.ops, op{index: r.Index(p.Text)})
		case Capture:
			c.ops = append(c.ops, op{index: -2 - p.N})
		default:
			c.ops = append(c.ops, op{text: p.Text, index: -1})
		}
	}
	if !c.Variable() {
		for _, o := range c.ops {
			c.source += o.text
		}
		c.ops = nil
	}
	return c
}

// Text makes the Complex of a text that has no variables.
func (r *Registry[S]) Text(s string) *Complex[S] { return &Complex[S]{r: r, source: s} }

// Variable tells whether the text can differ from session to session.
func (c *Complex[S]) Variable() bool {
	if c == nil {
		return false
	}
	for _, o := range c.ops {
		if o.index != -1 {
			return true
		}
	}
	return false
}

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
