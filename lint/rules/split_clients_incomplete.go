package rules

import (
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/diag"
	"tidegate/lint"
)

// splitRows are the split_clients blocks of stream and http.
var splitRows = []*catalog.Row{ngxstream.SplitClients.Row, ngxhttp.SplitClients.Row}

const hundredPercent = 10000

// SplitClientsIncomplete flags shares that leave clients over.
var SplitClientsIncomplete = &lint.Rule{
	Name: "split-clients-incomplete", Severity: diag.Warn, Group: lint.Correctness,
	Summary: `The shares of split_clients are less than 100 %, and no "*" takes the rest.`,
	Why: `For clients that fall into no share the variable is empty. A proxy_pass with it fails for them, a condition on it is false.
"*" names the value for the rest.`,
	Bad:  []lint.Example{{In: "stream", Text: "split_clients $remote_addr $to {\n10% 10.0.0.1:80;\n80% 10.0.0.2:80;\n}\n"}},
	Good: []lint.Example{{In: "stream", Text: "split_clients $remote_addr $to {\n10% 10.0.0.1:80;\n* 10.0.0.2:80;\n}\n"}},
	On:   splitRows,
	Use: func(p *lint.Pass, u lint.Use) {
		sum := 0
		for _, part := range u.Arg.(*ngxstream.Split).Parts {
			if part.Percent == 0 {
				return
			}
			sum += part.Percent
		}
		if sum < hundredPercent {
			left := hundredPercent - sum
			p.Report(u.Node.HeadRange(), `%d.%02d%% of the clients get an empty value: the shares add up to less than 100%% and there is no "*"`,
				left/100, left%100)
		}
	},
}
