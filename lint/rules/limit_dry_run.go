package rules

import (
	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/diag"
	"tidegate/lint"
)

// LimitDryRun flags limits that are counted and not enforced.
var LimitDryRun = &lint.Rule{
	Name: "limit-dry-run", Severity: diag.Warn, Group: lint.Security,
	Summary: "Limits are counted and logged, but nobody is turned away.",
	Why: `With limit_conn_dry_run or limit_req_dry_run nginx writes down whom it would have refused, and serves them. That is for
finding the right numbers; left on, there is no limit.`,
	Bad:  []lint.Example{{In: "http", Text: "limit_req_dry_run on;\n"}},
	Good: []lint.Example{{In: "http", Text: "limit_req_dry_run off;\n"}},
	On:   rowsOf(ngxstream.LimitConnDryRun, ngxhttp.LimitConnDryRun, ngxhttp.LimitReqDryRun),
	Use: func(p *lint.Pass, u lint.Use) {
		if on, _ := u.Arg.(bool); on {
			p.Report(u.Node.HeadRange(), "the limits are not enforced")
		}
	},
}
