package flow

import (
	"strings"

	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/conf"
	"tidegate/lint/regex"
	"tidegate/lint/site"
)

// Match is a regular expression that can have matched last.
type Match struct {
	// Pattern is nil if lint/regex does not describe it.
	Pattern *regex.Pattern
	// Groups is the number of its groups.
	Groups int
	// Node is the directive that it stands in.
	Node *ast.Directive

	subject Value
	source  catalog.Template // the subject, if it is not the address
	place   Place            // where source is evaluated
	bySite  bool             // subject is set
}

func (m Match) named(name string) int {
	if m.Pattern == nil {
		return 0
	}
	for _, g := range m.Pattern.Groups {
		if strings.EqualFold(g.Name, name) {
			return g.Index
		}
	}
	return 0
}

// guard is what a condition has found out about a variable.
type guard struct {
	name    string
	equals  bool
	pattern *regex.Pattern
	// present tells that it is not empty, and no more.
	present bool
}

// definition is one way in which a variable can have got its value.
type definition struct {
	set   *ngxhttp.Assignment
	place Place
	match Match // with index, if set is nil
	index int
}

// state is what is known before a rewrite rule, or behind all.
type state struct {
	defs    map[string][]definition
	matches []Match
	// none tells that perhaps nothing has matched at all.
	none   bool
	uri    Value
	guards []guard
}

func (s *state) clone() *state {
	c := *s
	c.defs = make(map[string][]definition, len(s.defs))
	for k, v := range s.defs {
		c.defs[k] = v
	}
	c.matches = append([]Match(nil), s.matches...)
	c.guards = append([]guard(nil), s.guards...)
	return &c
}

// merge adds what another way may have left behind.
func (s *state) merge(o *state) {
	for k, v := range o.defs {
		for _, d := range v {
			if !hasDefinition(s.defs[k], d) {
				s.defs[k] = append(s.defs[k][:len(s.defs[k]):len(s.defs[k])], d)
			}
		}
	}
	for _, m := range o.matches {
		s.match(m)
	}
	s.none = s.none || o.none
	s.uri = union([]Seq{{{Name: "u", Value: s.uri}}, {{Name: "u", Value: o.uri}}})
}

func hasDefinition(list []definition, d definition) bool {
	for _, o := range list {
		if o.set == d.set && o.index == d.index && o.match.Node == d.match.Node {
			return true
		}
	}
	return false
}

func (s *state) match(m Match) {
	for _, o := range s.matches {
		if o.Node == m.Node {
			return
		}
	}
	s.matches = append(s.matches, m)
}

// state returns what is known at a place: the rules of the server have run, then
// those of the location up to the place.
func (f *Flow) state(at Place) *state {
	owner := at.Level
	for owner != nil && owner.In()&(catalog.HTTPLocationIf|catalog.HTTPServerIf|catalog.HTTPLimitExcept) != 0 {
		owner = owner.Parent()
	}
	if !at.Before.IsValid() {
		if st := f.states[owner]; st != nil {
			return st
		}
	}
	st := &state{defs: map[string][]definition{}, none: true, uri: builtins["uri"]}
	v := f.site.ServerOf(owner)
	if v != nil {
		f.serverNames(v, st)
		if owner == v.Level {
			st = f.run(site.Program(owner), st, at.Before)
		} else {
			st = f.run(site.Program(v.Level), st, ast.Pos{}).clone()
			f.location(owner, st)
			st = f.run(site.Program(owner), st, at.Before)
		}
	}
	if !at.Before.IsValid() {
		f.states[owner] = st
	}
	return st
}

func (f *Flow) serverNames(v *site.Server, st *state) {
	for _, n := range v.Names {
		if n.Kind != ngxstream.RegexName {
			continue
		}
		p, _ := regex.Parse(n.Text, n.Caseless)
		m := Match{Pattern: p, Groups: n.Captures, subject: builtins["host"], bySite: true, Node: v.Level.Node()}
		st.match(m)
		f.name(st, m, n.Groups)
	}
}

// location adds what is known because a location was chosen.
func (f *Flow) location(l *conf.Level, st *state) {
	loc := f.site.LocationOf(l)
	if loc != nil && loc.Args.Kind == ngxhttp.ExactLocation {
		st.uri = Value{} // it is what the location says
	}
	for loc != nil && !loc.Regex() {
		loc = loc.Outer // its captures are still there
	}
	if loc == nil {
		return
	}
	if loc.Pattern != nil && bound(loc.Pattern) {
		h, _ := loc.Pattern.Hold(0)
		st.uri.Set = st.uri.Set.And(h.Set)
	}
	m := Match{Pattern: loc.Pattern, Node: loc.Level.Node(), subject: st.uri, bySite: true}
	if loc.Pattern != nil {
		m.Groups = len(loc.Pattern.Groups)
		var names []string
		for _, g := range loc.Pattern.Groups {
			if g.Name != "" {
				names = append(names, g.Name)
			}
		}
		f.name(st, m, names)
	} else {
		m.Groups = 9
	}
	st.matches, st.none = []Match{m}, false
}

// name notes the variables that the named groups of a match set.
func (f *Flow) name(st *state, m Match, names []string) {
	for _, n := range names {
		n = strings.ToLower(n)
		st.defs[n] = append(st.defs[n][:len(st.defs[n]):len(st.defs[n])], definition{match: m, index: m.named(n)})
	}
}

// run follows the steps up to a place. The result is the state there, or behind
// the last step.
func (f *Flow) run(steps []site.Step, st *state, before ast.Pos) *state {
	st, _ = f.steps(steps, st, before)
	return st
}

// steps is run; reached tells that the place lies among the steps.
func (f *Flow) steps(steps []site.Step, st *state, before ast.Pos) (out *state, reached bool) {
	for i := range steps {
		s := &steps[i]
		if before.IsValid() && !ast.Before(s.At, before) {
			return st, true
		}
		if _, ok := s.If(); ok {
			inner := f.entered(s, st)
			after, within := f.steps(s.Body, inner, before)
			if within || before.IsValid() && inside(before, s) {
				return after, true
			}
			if !site.Ends(s.Body) {
				st = st.clone()
				st.merge(after)
			} else if c, _ := s.If(); c != nil && strings.HasPrefix(c.Operator, "!") {
				st = st.clone()
				st.guards = append(st.guards, conditionGuard(c)...)
			}
			continue
		}
		st = f.step(s, st)
		if s.Row == ngxhttp.Break.Row {
			break
		}
	}
	return st, false
}

// inside reports whether a place lies in the body of an if.
func inside(p ast.Pos, s *site.Step) bool {
	return s.Node != nil && p.File == s.Node.File && p.Offset > int(s.Node.Start) && p.Offset < int(s.Node.End)
}

// entered is the state in which the body of an if begins.
func (f *Flow) entered(s *site.Step, st *state) *state {
	c, _ := s.If()
	if !strings.Contains(c.Operator, "~") {
		return st
	}
	p := s.Pattern()
	if strings.HasPrefix(c.Operator, "!") {
		return st
	}
	m := Match{Pattern: p, Node: s.Node, place: Place{s.Level, s.At},
		source: catalog.Template{Text: "$" + c.Variable, Parts: []catalog.Part{{Variable: c.Variable, To: len(c.Variable) + 1}}}}
	return f.matched(st, m)
}

func (f *Flow) matched(st *state, m Match) *state {
	st = st.clone()
	m.Groups = 9
	if m.Pattern != nil {
		m.Groups = len(m.Pattern.Groups)
		var names []string
		for _, g := range m.Pattern.Groups {
			if g.Name != "" {
				names = append(names, g.Name)
			}
		}
		f.name(st, m, names)
	}
	st.matches, st.none = []Match{m}, false
	return st
}

// step is the state behind a step other than an if.
func (f *Flow) step(s *site.Step, st *state) *state {
	if a, ok := s.Set(); ok {
		st = st.clone()
		st.defs[strings.ToLower(a.Variable)] = []definition{{set: &a, place: At(s)}}
		return st
	}
	a, ok := s.Rewrite()
	if !ok || site.Redirects(a) || a.Flag == "last" {
		return st
	}
	m := Match{Pattern: s.Pattern(), Node: s.Node, subject: st.uri, bySite: true}
	after := f.matched(st, m)
	path := f.expandWith(a.Replacement, At(s), nil, m, 1)
	after.uri = union(path)
	after.uri.Empty = false
	if len(a.Replacement.Parts) > 0 && strings.HasPrefix(a.Replacement.Parts[0].Literal, "/") {
		after.uri.First = slash
	}
	if !site.MatchesAll(a.Regex) {
		after.merge(st)
	}
	return after
}

// conditionGuard is what is known where a condition holds, or for one with "!"
// where it does not.
func conditionGuard(c *ngxhttp.Condition) []guard {
	g := guard{name: strings.ToLower(c.Variable)}
	switch strings.TrimPrefix(c.Operator, "!") {
	case "=":
		g.equals = true
	case "~", "~*":
		g.pattern, _ = regex.Parse(c.Value.Text, strings.HasSuffix(c.Operator, "*"))
	default:
		return nil
	}
	return []guard{g}
}

// guardsOf is what the conditions around a level have found out.
func guardsOf(l *conf.Level) []guard {
	var out []guard
	for ; l != nil; l = l.Parent() {
		if c, ok := l.Arg().(*ngxhttp.Condition); ok && c != nil && !strings.HasPrefix(c.Operator, "!") {
			out = append(out, conditionGuard(c)...)
		}
	}
	return out
}

// guarded narrows the value of a variable by what is known of it.
func guarded(v Value, name string, lists ...[]guard) Value {
	for _, list := range lists {
		for _, g := range list {
			if g.name != name {
				continue
			}
			if g.present {
				v.Empty, v.Absent = false, false
				continue
			}
			v.Checked = true
			if g.equals {
				return Value{Checked: true}
			}
			if g.pattern != nil && bound(g.pattern) {
				h, _ := g.pattern.Hold(0)
				v.Set, v.First = v.Set.And(h.Set), v.First.And(h.First)
				v.Empty = v.Empty && h.Empty
				v.Absent = v.Absent && h.Empty
			}
		}
	}
	return v
}

// bound reports whether a pattern has to match a text as a whole.
func bound(p *regex.Pattern) bool {
	items := p.Items()
	if len(items) < 2 {
		return false
	}
	last := items[len(items)-1].Op
	return items[0].Op == regex.Begin && (last == regex.End || last == regex.Tail)
}

// definition lists what a definition fills a variable with.
func (f *Flow) definition(d definition, shown string, depth int) []Seq {
	if d.set != nil {
		return f.expand(d.set.Value, d.place, nil, depth)
	}
	return f.group(d.match, d.index, shown, depth)
}

// group is what a group of a match holds.
func (f *Flow) group(m Match, index int, shown string, depth int) []Seq {
	subject := m.subject
	if !m.bySite {
		if depth > maxDepth {
			return one(shown, Value{Unknown: true})
		}
		subject = union(f.expand(m.source, m.place, nil, depth))
	}
	if m.Pattern == nil {
		return one(shown, Value{Client: subject.Client, Unknown: true})
	}
	h, ok := m.Pattern.Hold(index)
	if !ok {
		return literal("")
	}
	return one(shown, subject.within(h))
}

// capture lists what $1 and the like can be.
func (f *Flow) capture(n int, at Place, known []guard, depth int) []Seq {
	st := f.state(at)
	shown := "$" + string(rune('0'+n))
	// A rewrite uses its own captures.
	if m, ok := f.own(at); ok {
		return f.group(m, n, shown, depth)
	}
	var out []Seq
	for _, m := range st.matches {
		out = append(out, f.group(m, n, shown, depth)...)
	}
	if st.none || len(out) == 0 {
		out = append(out, nil)
	}
	return out
}

// own returns the match of the rewrite that stands at a place.
func (f *Flow) own(at Place) (Match, bool) {
	if !at.Before.IsValid() {
		return Match{}, false
	}
	for _, s := range site.Program(at.Level) {
		if s.At == at.Before {
			if _, ok := s.Rewrite(); ok {
				return Match{Pattern: s.Pattern(), Node: s.Node, subject: f.state(at).uri, bySite: true}, true
			}
		}
	}
	return Match{}, false
}

// Matches returns the regular expressions whose captures $1 and the like can be
// at a place. sure is false if perhaps there are others.
func (f *Flow) Matches(at Place) (list []Match, sure bool) {
	if m, ok := f.own(at); ok {
		m.Groups = 9
		if m.Pattern != nil {
			m.Groups = len(m.Pattern.Groups)
		}
		return []Match{m}, true
	}
	st := f.state(at)
	list = append(list, st.matches...)
	if st.none || len(list) == 0 {
		// The request may have come from elsewhere in the server, with captures.
		list = append(list, f.elsewhere(f.site.ServerOf(at.Level))...)
	}
	return list, !f.regexMaps
}

// elsewhere lists every regular expression of a server that sets captures.
func (f *Flow) elsewhere(v *site.Server) []Match {
	if v == nil {
		return []Match{{Groups: 9}}
	}
	var out []Match
	note := func(p *regex.Pattern) {
		if p != nil {
			out = append(out, Match{Pattern: p, Groups: len(p.Groups)})
		} else {
			out = append(out, Match{Groups: 9})
		}
	}
	program := func(l *conf.Level) {
		site.Each(site.Program(l), func(s *site.Step) {
			_, rewrite := s.Rewrite()
			if c, ok := s.If(); rewrite || ok && strings.Contains(c.Operator, "~") {
				note(s.Pattern())
			}
		})
	}
	program(v.Level)
	v.All(func(l *site.Location) {
		if l.Regex() {
			note(l.Pattern)
		}
		program(l.Level)
	})
	for _, n := range v.Names {
		if n.Kind == ngxstream.RegexName {
			out = append(out, Match{Groups: n.Captures})
		}
	}
	return out
}
