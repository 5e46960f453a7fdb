package rules

import (
	"strings"

	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/diag"
	"tidegate/lint"
)

// MapWildcardWithoutHostnames flags keys that would be wildcards if the map
// knew host names.
var MapWildcardWithoutHostnames = &lint.Rule{
	Name: "map-wildcard-without-hostnames", Severity: diag.Warn, Group: lint.Correctness,
	Summary: "A key of a map looks like a wildcard, but is compared as it is written.",
	Why: `Keys like "*.example.com", ".example.com" and "mail.*" are wildcards only in a map that holds the word "hostnames". Without
it they fit a value that is written with the asterisk or the leading dot, and no other.`,
	Bad:  []lint.Example{{In: "stream", Text: "map $ssl_preread_server_name $to {\n*.example.com a;\ndefault b;\n}\n"}},
	Good: []lint.Example{{In: "stream", Text: "map $ssl_preread_server_name $to {\nhostnames;\n*.example.com a;\ndefault b;\n}\n"}},
	On:   mapRows,
	Use: func(p *lint.Pass, u lint.Use) {
		m := u.Arg.(*ngxstream.MapTable)
		if m.Hostnames {
			return
		}
		for _, e := range m.Entries {
			if e.Kind == ngxstream.MapExact && looksLikeWildcard(e.Key, ofHostName(m)) {
				p.Report(keyOf(e.At, entries(u.Node)), `"%s" is no wildcard: the map does not hold "hostnames"`, e.Key).
					Detail = `put "hostnames;" before the first key; then all keys must be host names`
			}
		}
	},
}

// hostNames are the variables that hold a host name.
var hostNames = map[string]bool{
	"host": true, "http_host": true, "server_name": true, "ssl_server_name": true, "ssl_preread_server_name": true,
}

func ofHostName(m *ngxstream.MapTable) bool {
	parts := m.Source.Parts
	return len(parts) == 1 && hostNames[strings.ToLower(parts[0].Variable)]
}

func looksLikeWildcard(key string, host bool) bool {
	switch {
	case strings.HasPrefix(key, "*."):
		return len(key) > 2 && strings.Count(key, "*") == 1 && !strings.ContainsAny(key, "/ ")
	case !host:
		return false
	case strings.HasSuffix(key, ".*"):
		return len(key) > 2 && strings.Count(key, "*") == 1
	}
	return len(key) > 1 && key[0] == '.'
}
