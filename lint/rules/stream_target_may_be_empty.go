package rules

import (
	"strings"

	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/diag"
	"tidegate/lint"
)

// StreamTargetMayBeEmpty flags targets out of tables that do not know every
// value.
var StreamTargetMayBeEmpty = &lint.Rule{
	Name: "stream-target-may-be-empty", Severity: diag.Warn, Group: lint.Correctness,
	Summary: "The target of proxy_pass comes from a map without default, and is empty for values that the map does not know.",
	Why: `A map without a default entry gives an empty value for what it does not list. proxy_pass then has no host, and the session
ends with an error in the log and status 500. A default entry says what is to happen: another server, or one that turns the client
away.`,
	Bad: []lint.Example{{In: "stream", Text: "map $ssl_preread_server_name $to {\na.example.com 10.0.0.1:443;\n}\n" +
		"server { listen 443; ssl_preread on; proxy_pass $to; }\n"}},
	Good: []lint.Example{{In: "stream", Text: "map $ssl_preread_server_name $to {\na.example.com 10.0.0.1:443;\ndefault 10.0.0.9:443;\n}\n" +
		"server { listen 443; ssl_preread on; proxy_pass $to; }\n"}},
	On: []*catalog.Row{ngxstream.ProxyPass.Row},
	Use: func(p *lint.Pass, u lint.Use) {
		parts := u.Arg.(*ngxstream.PassTarget).Template.Parts
		if len(parts) != 1 || parts[0].Variable == "" {
			return
		}
		name := strings.ToLower(parts[0].Variable)
		tables := tablesOf(p)
		m, g := tables.maps[name], tables.geos[name]
		switch {
		case m != nil && !m.HasDefault && !mapFitsEverything(m):
			p.Report(u.Node.WordRange(1), `"$%s" is empty for values that its map does not list: the map has no default`, name)
		case g != nil && !g.HasDefault:
			p.Report(u.Node.WordRange(1), `"$%s" is empty for addresses that its geo block does not list: it has no default`, name)
		}
	},
}

// mapFitsEverything tells that a map lists a value for every text, the empty
// one too.
func mapFitsEverything(m *ngxstream.MapTable) bool {
	empty, rest := false, false
	for _, e := range m.Entries {
		empty = empty || e.Kind == ngxstream.MapExact && e.Key == ""
		rest = rest || e.Kind == ngxstream.MapRegex && fitsEverything(e.Key)
	}
	return empty && rest
}
