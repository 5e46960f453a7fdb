package rules

import (
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/catalog/ngxmail"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/diag"
	"tidegate/lint"
)

// RealIPFromAnyone flags set_real_ip_from with all addresses.
var RealIPFromAnyone = &lint.Rule{
	Name: "real-ip-from-anyone", Severity: diag.Error, Group: lint.Security,
	Summary: "Every sender is believed about the address of the client.",
	Why: `set_real_ip_from lists the proxies whose word about the client's address is taken, in a header or in the PROXY protocol. With
0.0.0.0/0 or ::/0 anybody can say to be any address: allow and deny, limits by address and logs all believe it. List the addresses of
the proxies in front of nginx.`,
	Bad: []lint.Example{{In: "http", Text: "set_real_ip_from 0.0.0.0/0;\nreal_ip_header X-Forwarded-For;\n"}},
	Good: []lint.Example{{In: "http", Text: "set_real_ip_from 10.0.0.0/8;\nreal_ip_header X-Forwarded-For;\n"},
		{In: "http.server", Text: "listen unix:/run/nginx.sock;\nset_real_ip_from unix:;\nreal_ip_header X-Forwarded-For;\n"}},
	On: []*catalog.Row{ngxstream.SetRealIPFrom.Row, ngxhttp.SetRealIPFrom.Row, ngxmail.SetRealIPFrom.Row},
	Use: func(p *lint.Pass, u lint.Use) {
		source, ok := u.Arg.(ngxstream.RealIPSource)
		if !ok {
			return
		}
		for _, net := range source.Nets {
			if net.Bits() == 0 {
				p.Report(u.Node.WordRange(1), "anybody can pretend to be any client: %s is every address", net)
			}
		}
	},
}
