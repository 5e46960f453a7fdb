package rules

import (
	"slices"
	"strings"

	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/conf"
	"tidegate/ast/diag"
	"tidegate/lint"
)

// StreamSSLPrereadUnused flags ssl_preread whose result nobody looks at.
var StreamSSLPrereadUnused = &lint.Rule{
	Name: "stream-ssl-preread-unused", Severity: diag.Warn, Group: lint.Unused,
	Summary: "ssl_preread is on, and nothing uses what it finds.",
	Why: `ssl_preread makes each session wait until the client has sent its ClientHello, and turns away clients whose first bytes do
not fit into preread_buffer_size. That is worth it if a $ssl_preread_... variable is used, or if several servers share the address
and are chosen by server_name. Otherwise it only costs time, and protocols in which the server speaks first stop working.`,
	Bad: []lint.Example{{In: "stream.server", Text: "ssl_preread on;\nproxy_pass 10.0.0.1:443;\n"}},
	Good: []lint.Example{{In: "stream", Text: "log_format sni '$remote_addr $ssl_preread_server_name';\n" +
		"server { listen 1; ssl_preread on; access_log logs/a.log sni; proxy_pass 10.0.0.1:443; }\n"}},
	Whole: func(p *lint.Pass) {
		const prefix = "ssl_preread_"
		used := slices.ContainsFunc(p.Tree.UsedVariables(catalog.Stream), func(m conf.Mention) bool { return strings.HasPrefix(m.Name, prefix) })
		if used || !p.Complete() || readersIn(p, catalog.Stream).inLua(prefix) {
			return
		}
		on := listensOn(p.Tree)
		for _, s := range p.Tree.Servers() {
			u, ok := inForce(ngxstream.SSLPreread, s)
			if !ok || !u.Arg || slices.ContainsFunc(on[s], func(a *conf.Listening) bool { return len(a.Servers) > 1 }) {
				continue
			}
			p.Report(u.Node.WordRange(0), "nothing uses what ssl_preread finds: no $ssl_preread_... variable, no choice by server_name")
		}
	},
}
