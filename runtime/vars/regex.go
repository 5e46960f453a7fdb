package vars

import (
	"fmt"

	"tidegate/ast/conf/pcre"
)

// Regex is a regular expression whose named groups are variables (ngx_stream_regex_t).
type Regex[S Session] struct {
	r      *Registry[S]
	re     *pcre.Regexp
	groups []struct{ n, index int }
}

// Regex registers the named groups of an expression as variables. The error is that of Define.
func (r *Registry[S]) Regex(re *pcre.Regexp) (*Regex[S], error) {
	x := &Regex[S]{r: r, re: re}
	for _, g := range re.Names() {
		v, err := r.Define(g.Name, Changeable)
		if err != nil {
			return nil, err
		}
		// As in nginx, the last directive to name a variable gives it its getter.
		v.Get = func(S, string) (string, Status) { return "", Missing }
		x.groups = append(x.groups, struct{ n, index int }{g.Index, r.Index(g.Name)})
	}
	return x, nil
}

// Exec matches text; a match sets $1 to $9 and the variables of the named groups (ngx_stream_regex_exec). The text of an error is
// nginx's message.
func (x *Regex[S]) Exec(s S, text string) (bool, error) {
	vs := s.Vars()
	size := 2 * (x.re.NumCaptures() + 1)
	if cap(vs.caps) < size {
		vs.caps = append(make([]int32, 0, size), vs.caps...)
	}
	// The match writes its offsets only when there is one, so $1 to $9 survive a failure.
	n, err := x.re.Match(text, 0, vs.caps[:size])
	if err != nil {
		return false, execError(err, text, x.re.String())
	}
	if n == 0 {
		return false, nil
	}
	vs.caps, vs.subject = vs.caps[:size], text
	for _, g := range x.groups {
		x.r.Store(s, g.index, vs.capture(g.n), true)
	}
	return true, nil
}

func execError(err error, text, pattern string) error {
	code := err.Error()
	if me, ok := err.(pcre.MatchError); ok {
		code = fmt.Sprint(int(me))
	}
	return fmt.Errorf("pcre2_match() failed: %s on \"%s\" using \"%s\"", code, text, pattern)
}
