package codec

import "errors"

// Result is one match: what ngx.re.match returns, before it is a Lua table. It is valid until the Regex matches again.
type Result struct {
	regex   *Regex
	subject string
	count   int // 1 + the highest group that took part; 0 for no match
}

// Matched reports whether there was a match.
func (m Result) Matched() bool { return m.count > 0 }

// Len is the number of groups, the whole match (group 0) included.
func (m Result) Len() int { return len(m.regex.caps) / 2 }

// Group gives the text of group i; ok is false for a group that took no part, where the Lua table has false.
func (m Result) Group(i int) (text string, ok bool) {
	if i >= m.Len() || m.regex.caps[2*i] < 0 {
		return "", false
	}
	return m.subject[m.regex.caps[2*i]:max(m.regex.caps[2*i], m.regex.caps[2*i+1])], true
}

// Span gives the byte offsets of group i, -1 and -1 for a group that took no part.
func (m Result) Span(i int) (from, to int) {
	return int(m.regex.caps[2*i]), int(m.regex.caps[2*i+1])
}

// DupNames reports whether named captures are lists of what matched ("D") rather than single values.
func (m Result) DupNames() bool { return m.regex.flags.DupNames }

// Named calls f for each entry of the name table, in its order, with the number of the group it names. Without DupNames
// a later entry of the same name replaces an earlier one, also with false. Groups beyond Len (with "d") have no value.
func (m Result) Named(f func(name string, group int)) {
	for _, n := range m.regex.re.Names() {
		f(n.Name, n.Index)
	}
}

// Match looks for the first match at or after byte pos (ctx.pos-1 of ngx.re.match). The error is the second value the
// Lua function returns.
func (r *Regex) Match(subject string, pos int) (Result, error) {
	n, err := r.re.Match(subject, pos, r.caps)
	return Result{r, subject, n}, err
}

var errNth = errors.New("nth out of bound")

// Find is ngx.re.find: the offsets of group nth (0 and negative: the whole match) of the first match at or after byte
// pos, with found false where the Lua function returns nil. next is the byte after the match, the new ctx.pos-1, also
// when group nth took no part; it is -1 without a match.
func (r *Regex) Find(subject string, pos, nth int) (from, to, next int, found bool, err error) {
	m, err := r.Match(subject, pos)
	if err != nil || !m.Matched() {
		return 0, 0, -1, false, err
	}
	next = int(r.caps[1])
	nth = max(nth, 0)
	switch {
	case nth > r.NumCaptures():
		return 0, 0, next, false, errNth
	case nth >= m.count || r.caps[2*nth] < 0:
		return 0, 0, next, false, nil
	}
	from, to = m.Span(nth)
	return from, to, next, true, nil
}

// GMatch walks the matches of a subject as the iterator of ngx.re.gmatch does.
type GMatch struct {
	regex   *Regex
	subject string
	pos     int // -1: exhausted
}

// GMatch begins a walk over subject.
func (r *Regex) GMatch(subject string) *GMatch { return &GMatch{regex: r, subject: subject} }

// Next gives the next match; after the last one, and after an error, Matched is false for ever.
func (g *GMatch) Next() (m Result, err error) {
	if g.pos < 0 {
		return Result{regex: g.regex}, nil
	}
	m, err = g.regex.Match(g.subject, g.pos)
	if err != nil || !m.Matched() {
		g.pos = -1
		return m, err
	}
	g.pos = g.regex.next(len(g.subject))
	return m, nil
}

// next is where to go on after the match in r.caps: its end, one further when it was empty, -1 past the subject's end.
func (r *Regex) next(length int) int {
	from, to := int(r.caps[0]), int(r.caps[1])
	if from == to {
		if to++; to > length {
			return -1
		}
	}
	return to
}

// Done releases the pattern if it is not cached; the walk is over.
func (g *GMatch) Done() {
	g.pos = -1
	g.regex.Done()
}
