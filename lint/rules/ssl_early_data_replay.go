package rules

import (
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/diag"
	"tidegate/lint"
)

// EarlyDataReplay flags early data that nobody is told of.
var EarlyDataReplay = &lint.Rule{
	Name: "ssl-early-data-replay", Severity: diag.Warn, Group: lint.Security,
	Summary: "Early data are accepted, and nothing tells requests in them from others.",
	Why: `A request in TLS 1.3 early data can be recorded and sent again by an attacker, who need not be able to read it. The application
must refuse or answer 425 to what must not happen twice, and for that it has to be told:
"proxy_set_header Early-Data $ssl_early_data" (RFC 8470).`,
	Bad:        []lint.Example{{In: "http.server", Text: "ssl_early_data on;\n"}},
	Good:       []lint.Example{{In: "http.server", Text: "ssl_early_data on;\nproxy_set_header Early-Data $ssl_early_data;\n"}},
	References: []string{"RFC 8470"},
	On:         rowsOf(ngxhttp.SSLEarlyData),
	Use: func(p *lint.Pass, u lint.Use) {
		r := readersIn(p, catalog.HTTP)
		if isOn(u.Value) && p.Complete() && r.words["ssl_early_data"] == 0 && !r.inLua("ssl_early_data") {
			p.Report(u.Node.HeadRange(), "requests can be replayed, and nothing looks at $ssl_early_data")
		}
	},
}
