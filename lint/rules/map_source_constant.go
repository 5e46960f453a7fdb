package rules

import (
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/diag"
	"tidegate/lint"
)

// MapSourceConstant flags tables that look up always the same.
var MapSourceConstant = &lint.Rule{
	Name: "map-source-constant", Severity: diag.Warn, Group: lint.Correctness,
	Summary: "The text that map or split_clients looks at holds no variable.",
	Why: `The table then gives the same value to everybody, whatever else it lists. Often a "$" is missing. A map with nothing but a default
entry, which some use to name a constant, is not reported.`,
	Bad:  []lint.Example{{In: "stream", Text: "map remote_addr $to {\n127.0.0.1 10.0.0.1:80;\ndefault 10.0.0.2:80;\n}\nserver { listen 1; proxy_pass $to; }\n"}},
	Good: []lint.Example{{In: "stream", Text: "map $remote_addr $to {\n127.0.0.1 10.0.0.1:80;\ndefault 10.0.0.2:80;\n}\nserver { listen 1; proxy_pass $to; }\n"}},
	On:   []*catalog.Row{ngxstream.Map.Row, ngxhttp.Map.Row, ngxstream.SplitClients.Row, ngxhttp.SplitClients.Row},
	Use: func(p *lint.Pass, u lint.Use) {
		var source catalog.Template
		entries := 0
		switch t := u.Arg.(type) {
		case *ngxstream.MapTable:
			source, entries = t.Source, len(t.Entries)
		case *ngxstream.Split:
			source, entries = t.Source, len(t.Parts)
		}
		if source.Text != "" && entries > 0 && !source.HasVariables() && len(source.Parts) > 0 && source.Parts[0].Capture == 0 {
			p.Report(u.Node.WordRange(1), `"%s" is the same for everybody, and so is "%s"`, u.Node.Arg(0), u.Node.Arg(1))
		}
	},
}
