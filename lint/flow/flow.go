package flow

import (
	"slices"
	"strings"

	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/conf"
	"tidegate/lint/regex"
	"tidegate/lint/site"
)

// Flow answers what variables hold.
type Flow struct {
	site *site.Site
	maps map[string][]*ngxstream.MapTable
	// sets holds the set directives by the name of the variable.
	sets map[string][]assigned
	// groups holds the named groups of maps, which are set by looking up.
	groups map[string][]Match
	// regexMaps tells that there is a map with regular expressions: looking up in
	// it replaces the captures.
	regexMaps bool
	// other holds variables that geo, split_clients, auth_request_set and the like
	// make; foreign those that code makes.
	other, foreign map[string]bool
	mentioned      func(string) bool
	states         map[*conf.Level]*state
}

type assigned struct {
	set    ngxhttp.Assignment
	place  Place
	server *site.Server
}

// Place is where a template is evaluated.
type Place struct {
	Level *conf.Level
	// Before is the place of a rewrite rule: those from it on have not run. If it
	// is nowhere, all have.
	Before ast.Pos
}

// At is the place of a rewrite rule.
func At(s *site.Step) Place { return Place{s.Level, s.At} }

// After is the place of what is evaluated when the rewrite rules of a level have
// run.
func After(l *conf.Level) Place { return Place{Level: l} }

// New prepares for questions about a site. mentioned tells whether some code in
// the configuration may set the variable with a name.
func New(s *site.Site, mentioned func(name string) bool) *Flow {
	f := &Flow{site: s, maps: map[string][]*ngxstream.MapTable{}, sets: map[string][]assigned{}, groups: map[string][]Match{},
		other: map[string]bool{}, foreign: map[string]bool{}, mentioned: mentioned, states: map[*conf.Level]*state{}}
	for _, u := range ngxhttp.Map.Uses(s.HTTP) {
		if u.Arg != nil {
			f.table(u.Arg)
		}
	}
	s.Levels(func(l *conf.Level) {
		l.Each(func(v catalog.Value) bool {
			f.collect(v, l)
			return true
		})
	})
	return f
}

func (f *Flow) table(m *ngxstream.MapTable) {
	f.maps[m.Variable] = append(f.maps[m.Variable], m)
	for _, e := range m.Entries {
		if e.Kind != ngxstream.MapRegex {
			continue
		}
		f.regexMaps = true
		p, _ := regex.Parse(e.Key, e.Caseless)
		for _, g := range e.Groups {
			f.groups[strings.ToLower(g)] = append(f.groups[strings.ToLower(g)], Match{Pattern: p, Groups: e.Captures, source: m.Source})
		}
	}
}

func (f *Flow) collect(v catalog.Value, l *conf.Level) {
	name := ""
	switch arg := v.Arg.(type) {
	case ngxhttp.Assignment:
		name = strings.ToLower(arg.Variable)
		if v.Row == ngxhttp.Set.Row {
			f.sets[name] = append(f.sets[name], assigned{arg, Place{l, v.At}, f.site.ServerOf(l)})
		} else {
			f.other[name] = true
		}
		return
	case *ngxstream.GeoTable:
		if arg != nil {
			f.other[strings.ToLower(arg.Variable)] = true
		}
		return
	}
	// The variables of the directives that are left are named by an argument with
	// "$" in front.
	n := v.Row.Name
	if strings.HasPrefix(n, "set_by_lua") || n == "split_clients" || strings.HasPrefix(n, "geoip_") || n == "perl_set" || n == "js_set" ||
		n == "js_var" || v.Row.Origin == catalog.Extra {
		for i := 0; v.Node != nil && i < v.Node.NumWords()-1; i++ {
			if s := v.Node.Arg(i); strings.HasPrefix(s, "$") {
				name = strings.ToLower(s[1:])
				if n == "split_clients" || strings.HasPrefix(n, "geoip_") {
					f.other[name] = true
				} else {
					f.foreign[name] = true
				}
			}
		}
	}
}

// Atom is a piece of an expanded template: literal text, or a value.
type Atom struct {
	Literal string
	// Name is that of the variable or capture with "$"; "" for a literal.
	Name string
	Value
	// Part is the index of the part of the template that it comes from.
	Part int
}

// Seq is one way in which a template can be filled.
type Seq []Atom

// Bounds of an expansion.
const (
	maxWays  = 48
	maxDepth = 8
)

// Expand lists the ways in which a template can be filled at a place. Parts that
// can be filled in too many ways are one value.
func (f *Flow) Expand(t catalog.Template, at Place) []Seq {
	return f.expand(t, at, nil, 0)
}

// Value returns what a template can hold at a place, all ways together.
func (f *Flow) Value(t catalog.Template, at Place) Value { return union(f.Expand(t, at)) }

func (f *Flow) expand(t catalog.Template, at Place, known []guard, depth int) []Seq {
	ways := []Seq{nil}
	for i, p := range t.Parts {
		var more []Seq
		switch {
		case p.Variable != "":
			more = f.variable(strings.ToLower(p.Variable), at, known, depth+1)
		case p.Capture > 0:
			more = f.capture(p.Capture, at, known, depth+1)
		default:
			more = []Seq{{{Literal: p.Literal}}}
		}
		if len(ways)*len(more) > maxWays {
			more = []Seq{{{Name: t.Text[p.From:p.To], Value: union(more)}}}
		}
		ways = cross(ways, more, i)
	}
	return ways
}

func cross(ways, more []Seq, part int) []Seq {
	out := make([]Seq, 0, len(ways)*len(more))
	for _, w := range ways {
		for _, m := range more {
			s := append(Seq(nil), w...)
			for _, a := range m {
				a.Part = part
				s = append(s, a)
			}
			out = append(out, s)
		}
	}
	return out
}

// union is what any of the ways can hold.
func union(ways []Seq) Value {
	out := Value{Checked: true, Host: true}
	for _, w := range ways {
		v := joined(w)
		out.Checked = out.Checked && (v.Checked || !v.Client)
		out.Host = out.Host && (v.Host || !v.Client)
		out.Client = out.Client || v.Client
		out.Unknown = out.Unknown || v.Unknown
		out.Absent = out.Absent || v.Absent
		out.Empty = out.Empty || v.Empty
		out.Set, out.First = out.Set.Or(v.Set), out.First.Or(v.First)
	}
	return out
}

// joined is what a sequence can hold as a whole.
func joined(w Seq) Value {
	out := Value{Empty: true, Absent: true, Checked: true, Host: true}
	for _, a := range w {
		v := a.Value
		if a.Literal != "" {
			v = Value{Set: regex.Bytes(a.Literal), First: regex.Bytes(a.Literal[:1])}
		}
		out.Client = out.Client || v.Client
		out.Checked = out.Checked && (v.Checked || !v.Client)
		out.Host = out.Host && (v.Host || !v.Client)
		out.Unknown = out.Unknown || v.Unknown
		out.Set = out.Set.Or(v.Set)
		if out.Empty {
			out.First = out.First.Or(v.First)
		}
		out.Empty = out.Empty && v.Empty
		out.Absent = out.Absent && v.Absent
	}
	if len(w) == 0 {
		out.Absent = false
	}
	return out
}

func one(name string, v Value) []Seq { return []Seq{{{Name: name, Value: v}}} }

func literal(s string) []Seq {
	if s == "" {
		return []Seq{nil}
	}
	return []Seq{{{Literal: s}}}
}

// variable lists what a variable can be filled with.
func (f *Flow) variable(name string, at Place, known []guard, depth int) []Seq {
	shown := "$" + name
	if depth > maxDepth {
		return one(shown, Value{Unknown: true})
	}
	st := f.state(at)
	if v, ok := source(name); ok {
		if name == "uri" || name == "document_uri" {
			v = st.uri
		}
		if name == "remote_user" && site.BasicAuth(at.Level) {
			v = Value{} // it is in the file
		}
		return one(shown, guarded(v, name, st.guards, guardsOf(at.Level), known))
	}
	var out []Seq
	for _, m := range f.maps[name] {
		out = append(out, f.lookup(m, at, depth)...)
	}
	for _, d := range st.defs[name] {
		out = append(out, f.definition(d, shown, depth)...)
	}
	if len(out) == 0 {
		for _, s := range f.sets[name] {
			if s.server == f.site.ServerOf(at.Level) || s.server == nil {
				out = append(out, f.expand(s.set.Value, s.place, nil, depth)...)
			}
		}
	}
	for _, g := range f.groups[name] {
		out = append(out, f.group(g, g.named(name), shown, depth)...)
	}
	switch {
	case f.foreign[name] || f.mentioned != nil && f.mentioned(name):
		out = append(out, one(shown, Value{Unknown: true})...)
	case len(out) == 0 && len(f.sets[name]) > 0:
		out = literal("") // it is set for other servers alone
	case len(out) == 0:
		out = one(shown, Value{})
	}
	return out
}

// lookup lists the values of a map.
func (f *Flow) lookup(m *ngxstream.MapTable, at Place, depth int) []Seq {
	name := ""
	if len(m.Source.Parts) == 1 {
		name = strings.ToLower(m.Source.Parts[0].Variable)
	}
	out := []Seq{}
	if m.HasDefault {
		var known []guard
		if slices.ContainsFunc(m.Entries, func(e ngxstream.MapEntry) bool { return e.Kind == ngxstream.MapExact && e.Key == "" }) {
			known = []guard{{name: name, present: true}}
		}
		out = append(out, f.expand(m.Default, at, known, depth)...)
	} else {
		out = append(out, nil)
	}
	for i := range m.Entries {
		e := &m.Entries[i]
		if len(out) > maxWays {
			return one("$"+m.Variable, union(out))
		}
		g := guard{name: name, equals: e.Kind != ngxstream.MapRegex}
		if e.Kind == ngxstream.MapRegex {
			if g.pattern, _ = regex.Parse(e.Key, e.Caseless); g.pattern != nil && hasCaptures(e.Value) {
				own := Match{Pattern: g.pattern, Groups: e.Captures, source: m.Source, place: at}
				out = append(out, f.expandWith(e.Value, at, []guard{g}, own, depth)...)
				continue
			}
		}
		out = append(out, f.expand(e.Value, at, []guard{g}, depth)...)
	}
	return out
}

func hasCaptures(t catalog.Template) bool {
	for _, p := range t.Parts {
		if p.Capture > 0 {
			return true
		}
	}
	return false
}

// expandWith expands a template whose captures are those of a match.
func (f *Flow) expandWith(t catalog.Template, at Place, known []guard, m Match, depth int) []Seq {
	ways := []Seq{nil}
	for i, p := range t.Parts {
		more := []Seq{{{Literal: p.Literal}}}
		switch {
		case p.Variable != "":
			more = f.variable(strings.ToLower(p.Variable), at, known, depth+1)
		case p.Capture > 0:
			more = f.group(m, p.Capture, t.Text[p.From:p.To], depth+1)
		}
		if len(ways)*len(more) > maxWays {
			more = []Seq{{{Name: t.Text[p.From:p.To], Value: union(more)}}}
		}
		ways = cross(ways, more, i)
	}
	return ways
}

// Depends reports whether what a template holds depends on a variable of nginx
// for whose name is true: directly, through the source of a map, or through a
// condition around an assignment.
func (f *Flow) Depends(t catalog.Template, at Place, is func(name string) bool) bool {
	return f.depends(t, at, is, map[string]bool{})
}

func (f *Flow) depends(t catalog.Template, at Place, is func(string) bool, seen map[string]bool) bool {
	for _, p := range t.Parts {
		name := strings.ToLower(p.Variable)
		if name == "" || seen[name] {
			continue
		}
		seen[name] = true
		if is(name) {
			return true
		}
		for _, m := range f.maps[name] {
			if f.depends(m.Source, at, is, seen) {
				return true
			}
		}
		for _, s := range f.sets[name] {
			if s.server != f.site.ServerOf(at.Level) && s.server != nil {
				continue
			}
			if f.depends(s.set.Value, s.place, is, seen) || f.conditioned(s.place.Level, is, seen) {
				return true
			}
		}
	}
	return false
}

// conditioned is Depends for the conditions around a level.
func (f *Flow) conditioned(l *conf.Level, is func(string) bool, seen map[string]bool) bool {
	for ; l != nil; l = l.Parent() {
		if c, ok := l.Arg().(*ngxhttp.Condition); ok && c != nil && c.Variable != "" {
			t := catalog.Template{Parts: []catalog.Part{{Variable: c.Variable}}}
			if f.depends(t, After(l), is, seen) {
				return true
			}
		}
	}
	return false
}

// SetOnlyElsewhere reports whether a variable gets its value from rules of other
// servers than that of a level alone.
func (f *Flow) SetOnlyElsewhere(name string, l *conf.Level) bool {
	name = strings.ToLower(name)
	v := f.site.ServerOf(l)
	if v == nil || len(f.sets[name]) == 0 || f.maps[name] != nil || f.other[name] || f.foreign[name] || f.groups[name] != nil ||
		f.mentioned != nil && f.mentioned(name) {
		return false
	}
	for _, s := range f.sets[name] {
		if s.server == v || s.server == nil {
			return false
		}
	}
	return !f.namedIn(v, name)
}

// namedIn reports whether a regular expression of a server has a group with a
// name.
func (f *Flow) namedIn(v *site.Server, name string) bool {
	for _, m := range f.elsewhere(v) {
		if m.Pattern == nil || m.named(name) > 0 {
			return true
		}
	}
	for _, n := range v.Names {
		if slices.ContainsFunc(n.Groups, func(g string) bool { return strings.EqualFold(g, name) }) {
			return true
		}
	}
	return false
}

// RegexMap returns the map that makes a variable, if it has regular expressions.
func (f *Flow) RegexMap(name string) *ngxstream.MapTable {
	for _, m := range f.maps[strings.ToLower(name)] {
		for _, e := range m.Entries {
			if e.Kind == ngxstream.MapRegex {
				return m
			}
		}
	}
	return nil
}
