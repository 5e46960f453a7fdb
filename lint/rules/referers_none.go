package rules

import (
	"slices"

	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/diag"
	"tidegate/lint"
	"tidegate/lint/site"
)

// ReferersNone flags checks of the referring site that a missing header passes.
var ReferersNone = &lint.Rule{
	Name: "referers-none-admitted", Severity: diag.Info, Group: lint.Security,
	Summary: "A check of the referring site in front of an application admits requests without the header.",
	Why: `"valid_referers none" and "blocked" admit requests whose Referer is missing or cut, and any site can have it left out: a link with
rel="noreferrer", or a page with "Referrer-Policy: no-referrer". For images that others should not embed that is what is wanted, because some
browsers send none. In front of an application the check is mostly there against requests that other sites make in the name of a visitor,
and then it protects nobody. Leave "none" and "blocked" out, and use tokens or SameSite cookies.`,
	Bad: []lint.Example{{In: "http.location", Text: "valid_referers none server_names;\nif ($invalid_referer) {\n    return 403;\n}\nproxy_pass http://127.0.0.1:8080;\n"}},
	Good: []lint.Example{{In: "http.location", Text: "valid_referers server_names;\nif ($invalid_referer) {\n    return 403;\n}\nproxy_pass http://127.0.0.1:8080;\n"},
		{In: "http.location", Text: "root /srv/img;\nvalid_referers none server_names;\nif ($invalid_referer) {\n    return 403;\n}\n"}},
	References: []string{"valid_referers", "CWE-352"},
	On:         []*catalog.Row{ngxhttp.ValidReferers.Row},
	Use: func(p *lint.Pass, u lint.Use) {
		if _, passes := site.OwnPass(u.Level); !passes || !mentioned(p, "invalid_referer") {
			return // a check that nobody looks at is another mistake
		}
		for i, w := range u.Node.Words() {
			if i > 0 && slices.Contains([]string{"none", "blocked"}, w.Text) {
				p.Report(u.Node.WordRange(i), "%q admits what any site can send: requests without a Referer", w.Text)
				return
			}
		}
	},
}
