package rules

import (
	"regexp"
	"slices"

	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/conf"
	"tidegate/ast/diag"
	"tidegate/lint"
)

var clientAddress = regexp.MustCompile(`(?i)^\$\{?(remote_addr|realip_remote_addr|proxy_protocol_addr)\b`)

// BindWithoutTransparent flags connections from an address that the machine
// does not have.
var BindWithoutTransparent = &lint.Rule{
	Name: "proxy-bind-without-transparent", Severity: diag.Error, Group: lint.Correctness,
	Summary: `Connections are to come from the client's address, without "transparent".`,
	Why: `The client's address is not one of this machine, and bind() refuses it with "Cannot assign requested address". "transparent" allows
it, with the rights and the routes that it needs. Servers that listen on loopback addresses only, whose clients are on this machine, are
not reported.`,
	Bad:  []lint.Example{{In: "stream.server", Text: "proxy_bind $remote_addr;\nproxy_pass 10.0.0.1:80;\n"}},
	Good: []lint.Example{{In: "stream.server", Text: "proxy_bind $remote_addr transparent;\nproxy_pass 10.0.0.1:80;\n"}},
	On: []*catalog.Row{ngxstream.ProxyBind.Row, ngxhttp.ProxyBind.Row, ngxhttp.FastCGIBind.Row, ngxhttp.UWSGIBind.Row, ngxhttp.SCGIBind.Row,
		ngxhttp.GRPCBind.Row, ngxhttp.MemcachedBind.Row},
	Use: func(p *lint.Pass, u lint.Use) {
		if clientAddress.MatchString(u.Node.Arg(0)) && !hasWord(u.Node, "transparent") && !servesThisMachine(p, serversOf(u.Level)) {
			p.Report(u.Node.WordRange(1), `this machine does not have the address of the client: "transparent" is missing`)
		}
	},
}

// servesThisMachine tells that servers listen on loopback addresses only.
func servesThisMachine(p *lint.Pass, servers []*conf.Level) bool {
	here := false
	for _, l := range listeners(p) {
		if slices.Contains(servers, l.server) {
			if l.endpoint.Unix == "" && !l.endpoint.Addr.Addr().IsLoopback() {
				return false
			}
			here = true
		}
	}
	return here
}
