package rules

import (
	"net/netip"

	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/diag"
	"tidegate/lint"
)

// GeoEntryRedundant flags networks that lie in another one with the same value.
var GeoEntryRedundant = &lint.Rule{
	Name: "geo-entry-redundant", Severity: diag.Info, Group: lint.Unused,
	Summary: "A network of geo lies within a larger one that has the same value.",
	Why: `geo takes the smallest network that an address lies in. An entry changes something only if its value differs from that of
the network around it. Often the larger network was added later, or one of the two has the wrong length.`,
	Bad:  []lint.Example{{In: "http", Text: "geo $inside {\ndefault 0;\n10.0.0.0/8 1;\n10.1.0.0/16 1;\n}\n"}},
	Good: []lint.Example{{In: "http", Text: "geo $inside {\ndefault 0;\n10.0.0.0/8 1;\n10.1.0.0/16 0;\n10.1.2.0/24 1;\n}\n"}},
	On:   []*catalog.Row{ngxstream.Geo.Row, ngxhttp.Geo.Row},
	Use: func(p *lint.Pass, u lint.Use) {
		g := u.Arg.(*ngxstream.GeoTable)
		values := map[netip.Prefix]string{}
		for _, e := range g.Entries {
			if e.Delete {
				return
			}
			values[e.Net] = e.Value
		}
		if g.Ranges {
			return
		}
		for _, d := range entries(u.Node) {
			net, _, ok := catalog.ParseCIDR(d.Name())
			value, known := values[net]
			if !ok || !known || net.Bits() == 0 {
				continue
			}
			if around, found := networkAround(values, net); found && values[around] == value {
				p.Report(d.WordRange(0), "%s has the same value as %s, in which it lies", net, around)
			}
		}
	},
}

// networkAround returns the smallest larger network of a table.
func networkAround(values map[netip.Prefix]string, net netip.Prefix) (netip.Prefix, bool) {
	for bits := net.Bits() - 1; bits >= 0; bits-- {
		around, err := net.Addr().Prefix(bits)
		if err != nil {
			break
		}
		if _, ok := values[around]; ok {
			return around, true
		}
	}
	return netip.Prefix{}, false
}
