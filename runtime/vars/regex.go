package vars

// Group is a named group of a regular expression.
type Group struct {
	Name string
	N    int
}

// Pattern is a compiled regular expression.
type Pattern interface {
	// Groups are the named groups.
	Groups() []Group
	// Exec matches text. caps, which may be kept in dst's memory, are pairs of offsets for the whole match and each group, -1 where
	// a group took no part. dst is left alone when nothing matches.
	Exec(text string, dst []int) (caps []int, ok bool, err error)
}

// Regex is a Pattern whose named groups are variables (ngx_stream_regex_t).
type Regex[S Session] struct {
	r      *Registry[S]
	p      Pattern
	groups []struct{ n, index int }
}

// Regex registers the named groups of a pattern as variables. The error is that of Define.
func (r *Registry[S]) Regex(p Pattern) (*Regex[S], error) {
	re := &Regex[S]{r: r, p: p}
	for _, g := range p.Groups() {
		v, err := r.Define(g.Name, Changeable)
		if err != nil {
			return nil, err
		}
		// As in nginx, the last one to name a variable gives it its getter.
		v.Get = func(S, string) (string, Status) { return "", Missing }
		re.groups = append(re.groups, struct{ n, index int }{g.N, r.Index(g.Name)})
	}
	return re, nil
}

// Exec matches text; a match sets $1 to $9 and the variables of the named groups (ngx_stream_regex_exec).
func (re *Regex[S]) Exec(s S, text string) (bool, error) {
	vs := s.Vars()
	caps, ok, err := re.p.Exec(text, vs.caps[:0])
	if !ok || err != nil {
		return false, err
	}
	vs.caps, vs.subject = caps, text
	for _, g := range re.groups {
		re.r.Store(s, g.index, vs.capture(g.n), true)
	}
	return true, nil
}
