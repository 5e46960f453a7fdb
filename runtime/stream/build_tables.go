package stream

import (
	"net/netip"
	"slices"

	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/runtime/errlog"
	"tidegate/runtime/stream/geo"
	"tidegate/runtime/stream/maps"
	"tidegate/runtime/stream/splitclients"
)

// tables defines the variables of map, geo and split_clients blocks. Of two blocks with the same variable the one further below wins,
// whatever they are.
func (b *builder) tables() {
	type table struct {
		at  ast.Pos
		add func() error
	}
	var all []table
	for _, u := range ngxstream.Map.Uses(b.level) {
		all = append(all, table{u.At, func() error { return maps.Add(b.vars, mapConfig(u.Arg), mapFailed) }})
	}
	for _, u := range ngxstream.Geo.Uses(b.level) {
		all = append(all, table{u.At, func() error { return geo.Add(b.vars, geoConfig(u.Arg)) }})
	}
	for _, u := range ngxstream.SplitClients.Uses(b.level) {
		all = append(all, table{u.At, func() error { return splitclients.Add(b.vars, splitConfig(u.Arg)) }})
	}
	slices.SortStableFunc(all, func(x, y table) int {
		switch {
		case ast.Before(x.at, y.at):
			return -1
		case ast.Before(y.at, x.at):
			return 1
		}
		return 0
	})
	for _, t := range all {
		if err := t.add(); err != nil {
			b.fail(t.at, err)
		}
	}
}

// mapFailed reports an expression of a map that could not be run on a value.
func mapFailed(s *Session, err error) { s.Log(errlog.Alert, err.Error()) }

func mapConfig(t *ngxstream.MapTable) maps.Config {
	cfg := maps.Config{Source: t.Source, Name: t.Variable, Hostnames: t.Hostnames, Volatile: t.Volatile}
	for _, e := range t.Entries {
		entry := maps.Entry{Key: e.Key, Value: e.Value}
		switch e.Kind {
		case ngxstream.MapRegex:
			if entry.Kind = maps.Regex; e.Caseless {
				entry.Kind = maps.Caseless
			}
		case ngxstream.MapDomain:
			entry.Kind = maps.Domain
		case ngxstream.MapLeading:
			entry.Kind = maps.Leading
		case ngxstream.MapTrailing:
			entry.Kind = maps.Trailing
		}
		cfg.Entries = append(cfg.Entries, entry)
	}
	if t.HasDefault {
		cfg.Entries = append(cfg.Entries, maps.Entry{Kind: maps.Default, Value: t.Default})
	}
	return cfg
}

func geoConfig(t *ngxstream.GeoTable) geo.Config[*Session] {
	cfg := geo.Config[*Session]{
		Name: t.Variable, Volatile: t.Volatile, Networks: t.Networks, Ranges: t.Ranges, Default: t.Default,
		Client: func(s *Session) netip.Addr { return addrPort(s.peer).Addr() },
	}
	if t.Source != "" {
		cfg.Source = &catalog.Template{Text: "$" + t.Source, Parts: []catalog.Part{{Variable: t.Source}}}
	}
	for _, e := range t.Spans {
		cfg.Spans = append(cfg.Spans, geo.Range{First: e.First, Last: e.Last, Value: e.Value})
	}
	return cfg
}

func splitConfig(s *ngxstream.Split) splitclients.Config {
	cfg := splitclients.Config{Source: s.Source, Name: s.Variable}
	for _, p := range s.Parts {
		cfg.Parts = append(cfg.Parts, splitclients.Part(p))
	}
	return cfg
}
