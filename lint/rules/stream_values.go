package rules

import (
	"slices"
	"strings"

	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/lint"
)

// streamTables are the blocks of stream that create variables.
type streamTables struct {
	maps   map[string]*ngxstream.MapTable
	splits map[string]*ngxstream.Split
	geos   map[string]*ngxstream.GeoTable
}

func tablesOf(p *lint.Pass) *streamTables {
	t := &streamTables{map[string]*ngxstream.MapTable{}, map[string]*ngxstream.Split{}, map[string]*ngxstream.GeoTable{}}
	stream := p.Tree.Stream()
	if stream == nil {
		return t
	}
	for _, m := range ngxstream.Map.All(stream) {
		t.maps[m.Variable] = m
	}
	for _, s := range ngxstream.SplitClients.All(stream) {
		t.splits[strings.ToLower(s.Variable)] = s
	}
	for _, g := range ngxstream.Geo.All(stream) {
		t.geos[strings.ToLower(g.Variable)] = g
	}
	return t
}

// variables lists the variables that a template is made of, with those that
// tables make them of.
func (t *streamTables) variables(tmpl catalog.Template) []string {
	var out []string
	var visit func(catalog.Template)
	visit = func(tmpl catalog.Template) {
		for _, part := range tmpl.Parts {
			name := strings.ToLower(part.Variable)
			if name == "" || slices.Contains(out, name) {
				continue
			}
			out = append(out, name)
			if m := t.maps[name]; m != nil {
				visit(m.Source)
			}
			if s := t.splits[name]; s != nil {
				visit(s.Source)
			}
		}
	}
	visit(tmpl)
	return out
}

// values lists what a template may become, as far as it is known: the values of
// a table, with what is written before and behind the variable.
func (t *streamTables) values(tmpl catalog.Template) []string {
	out := []string{""}
	for _, part := range tmpl.Parts {
		more := []string{part.Literal}
		if part.Variable != "" {
			more = t.valuesOf(strings.ToLower(part.Variable))
		} else if part.Capture != 0 {
			return nil
		}
		var joined []string
		for _, a := range out {
			for _, b := range more {
				joined = append(joined, a+b)
			}
		}
		if out = joined; len(out) > 1000 {
			return nil
		}
	}
	return out
}

func (t *streamTables) valuesOf(name string) (out []string) {
	if m := t.maps[name]; m != nil {
		for _, e := range m.Entries {
			if s, constant := e.Value.Constant(); constant && s != "" {
				out = append(out, s)
			}
		}
		if s, constant := m.Default.Constant(); constant && s != "" {
			out = append(out, s)
		}
	}
	if s := t.splits[name]; s != nil {
		for _, part := range s.Parts {
			out = append(out, part.Value)
		}
	}
	if g := t.geos[name]; g != nil {
		for _, e := range g.Entries {
			out = append(out, e.Value)
		}
		if g.HasDefault {
			out = append(out, g.Default)
		}
	}
	return out
}
